"""What a model says is held against the records before it is shown: a sentence passes whole or is struck out and counted.

Three sieves. The words: every number, date, name and negation must stand in what the tools returned (rules.grounding).
The verdict: no sentence says of a program other than the rule did, and none names odds. The figures of the case: a
level, a score, a sum, a product or a price must be the record's own *for that subject and in that role*. 三级 is the
target and 二级 is now, 18 万元 is one step's cost and 13 万元 another's: a sentence that swaps them is struck although
every number in it stands somewhere. It can refuse a true paraphrase; it must not pass an inflated figure.
"""

import json
import re
from collections.abc import Sequence

from assistant.desk import Desk
from assistant.numbers import fold
from assistant.rules.grounding import verify
from assistant.schema import Eligibility, Verdict
from assistant.talking import clerk
from assistant.talking.briefs import brief, brief_of
from assistant.talking.casework import squeeze, standard_of
from assistant.talking.stated import Stated
from assistant.talking.talk import Reply
from assistant.tools import Counter

LINES = 6


class Guard:
    """Admits a sentence only where the records carry it and it does not speak over the rules."""

    def __init__(self, base: Reply, counter: Counter, desk: Desk) -> None:
        self.base, self.counter, self.desk = base, counter, desk
        self.kept: list[str] = []
        self.dropped = 0

    def admit(self, sentence: str) -> bool:
        """Keep a sentence, or strike it out and count it."""
        line = _BULLET.sub("", sentence).strip()
        if not re.search(r"\w", line) or line in self.kept:
            return False
        if (
            len(self.kept) >= LINES
            or not re.search(r"[\u4e00-\u9fa5]{2}", line)
            or _ACTIVE.search(line)
            or self._overrules(line)
            or not self._carried(line)
            or any(self._stated().wrong(line))
        ):
            self.dropped += 1
            return False
        self.kept.append(line)
        return True

    def _stated(self) -> Stated:
        return Stated(
            [*self.base.worked, *self.counter.records], self.base.talk, self.desk, self.counter.order
        )

    # ---------------------------------------------------------------- the words

    def _carried(self, line: str) -> bool:
        evidence = [self.base.text, *self.counter.texts, _PLAIN]
        evidence += [f"{clerk.spoken(one)}（{one.words}）" for one in self.base.talk.told]
        standard = standard_of(self.base.talk, self.desk)
        for found in self._found():
            evidence.append(json.dumps(brief(found, self.desk), ensure_ascii=False))
        for one in self.base.worked:
            evidence.append(json.dumps(brief_of(one, self.desk, standard), ensure_ascii=False))
        said, held = squeeze(line), [squeeze(text) for text in evidence]
        return verify(said, held).ok and _latin_known(said, held)

    # ---------------------------------------------------------------- the verdict

    def _found(self) -> list[Eligibility]:
        return [*self.base.found, *(one for one in self.counter.records if isinstance(one, Eligibility))]

    def _overrules(self, line: str) -> bool:
        """Return whether a sentence gives a verdict that is not the rule's of the program it names, or names odds."""
        if _ODDS.search(line):
            return True
        if not _VERDICT.search(line):
            return False
        programs = self._found()
        named = [one for one in programs if _short(one.title) in line] or programs
        positive = not _NEGATIVE.search(line)
        if positive:
            if any(f.label in line and f.verdict is Verdict.MET for one in named for f in one.findings):
                return False
            return not named or any(one.verdict is not Verdict.MET for one in named)
        if any(f.label in line and f.verdict is Verdict.NOT_MET for one in named for f in one.findings):
            return False
        return not named or all(one.verdict is not Verdict.NOT_MET for one in named)


_PLAIN = "贵公司 贵企业 您的企业 现在 目前 这里 其中 需要 可以看到 按规则 测算 记录"
"""Words of address and joining: they state nothing, and are not held against a sentence."""
_BULLET = re.compile(r"^\s*(?:[-*•>#]+|\d{1,2}[.、)]|[（(]\d{1,2}[）)])\s*")
_ACTIVE = re.compile(r"<[a-zA-Z/!]|!\[|\]\(|javascript:|https?://|www\.", re.I)
_VERDICT = re.compile(
    r"满足|符合|达标|合格|够格|够条件|通过|能报|可以(?:申)?报|可以申请|能申请|有资格|具备(?:申报)?(?:条件|资格)|没问题|不行|不能报|不够"
)
_NEGATIVE = re.compile(
    r"不(?:满足|符合|达标|合格|够|能|行|可以|具备|通过)|未(?:满足|达|符合)|没(?:有)?(?:资格|达|满足)|尚未|无法"
)
_ODDS = re.compile(r"概率|把握|几率|机率|成功率|通过率|希望很?大|很有希望|稳过|包过|大概率|十拿九稳|胜算")


def _latin_known(line: str, evidence: Sequence[str]) -> bool:
    """Return whether every word in Latin letters stands in the evidence: a made-up product often bears one."""
    held = "\n".join(evidence).lower()
    return all(word.lower() in held for word in re.findall(r"[A-Za-z][A-Za-z0-9.-]{2,}", fold(line)))


def _short(title: str) -> str:
    found = re.search(r"小巨人|创新型|科技型|试点", title)
    return found[0] if found else title.removesuffix("企业")
