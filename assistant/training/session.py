"""A session: many questions within a scope, answered once each, with what could not be answered and whom to ask.

session = begin(split_questions(text), scope=scope)
for one in hold(session, desk=desk):
session = session.joined(one)        # what waits is answered when it is held again
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.desk import Desk
from assistant.library import Kept
from assistant.numbers import find
from assistant.schema import Answer
from assistant.training.lists import clean, is_again, is_aside
from assistant.training.scope import Scope, answer_within
from knowledge.errors import InputError
from knowledge.record import Record
from knowledge.region import NATION, Regions
from knowledge.source import ClauseRef

if TYPE_CHECKING:
    from assistant.llm import Model

MOST = 500
"""Questions in one session: a room, not a corpus."""
SAME = 0.8
"""Share of character pairs two questions must have in common to count as one."""

REWORDED = 0.45
"""The same share where the two were given the very same answer."""

_FILLER = re.compile(
    r"[\s，。、？！?!,.:：；;“”\"'（）()]+|请问|老师|你好|您好|那个|就是|呢|吗|嘛|啊|呀|吧|(不|没有?)[？?]?$"
)

_TAIL = re.compile(r"(不|没有?)[？?。！!\s]*$")
"""能申请不？ asks, it does not deny."""


class Question(Record):
    """A question of a list, with the other wordings it was asked in."""

    question: str
    also: tuple[str, ...] = ()

    @property
    def times(self) -> int:
        """How often it was asked."""
        return 1 + len(self.also)

    @property
    def wordings(self) -> tuple[str, ...]:
        """The other wordings that differ, each once; 同上 is none."""
        return tuple(dict.fromkeys(one for one in self.also if one != self.question and not is_again(one)))


class Asked(Question):
    """A question as answered."""

    number: int
    """Its place in the list, from 1."""
    answer: Answer
    outside: tuple[str, ...] = ()
    """Ids of the documents outside of the session's own that answer it instead."""


class Session(Record):
    """What a room asked and was told so far."""

    id: str = ""
    """Empty where it is not kept."""
    title: str
    scope: Scope
    questions: tuple[Question, ...]
    """Each different question once, in order."""
    asked: tuple[Asked, ...] = ()
    aside: tuple[str, ...] = ()
    """Lines of the list that ask nothing: thanks, a number alone."""

    @property
    def waiting(self) -> tuple[tuple[int, Question], ...]:
        """Questions not answered yet, with their numbers."""
        done = {one.number for one in self.asked}
        return tuple((n, one) for n, one in enumerate(self.questions, start=1) if n not in done)

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        """Questions answered with what is missing and whom to ask."""
        return tuple(one for one in self.asked if one.answer.refused)

    @property
    def cited(self) -> tuple[ClauseRef, ...]:
        """The clauses the answers rest on, the first met first."""
        met = ((one.source_id, one.locator) for asked in self.asked for one in asked.answer.citations)
        return tuple(ClauseRef(source_id=id, locator=place) for id, place in dict.fromkeys(met))

    def joined(self, one: Asked) -> "Session":
        """Return the session with one more answer, in the order of the list."""
        others = [other for other in self.asked if other.number != one.number]
        return self.model_copy(
            update={"asked": tuple(sorted([*others, one], key=lambda asked: asked.number))}
        )


def begin(questions: Iterable[str], *, scope: Scope, title: str = "") -> Session:
    """Return a session with nothing answered yet; the same question is in it once.

    Raises:
        InputError: There is no question, or there are too many.
    """
    lines = [line for one in questions if (line := clean(one))]
    aside = tuple(line for line in lines if is_aside(line))
    merged = tuple(
        Question(question=question, also=also)
        for question, also in merge(line for line in lines if line not in aside)
    )
    place = "" if scope.region == NATION else f"{scope.region} "
    named = " ".join(title.split())[:80] or f"{place}政策培训 {scope.as_of}"
    return Session(title=named, scope=scope, questions=merged, aside=aside)


def hold(
    session: Session, *, desk: Desk, uploads: Sequence[Kept] = (), model: "Model | None" = None
) -> Iterator[Asked]:
    """Yield the answer of each question that waits, as soon as it is there; 青岛呢 asks what the one before asked."""
    for number, one in session.waiting:
        before = session.questions[number - 2].question if number > 1 else ""
        whole = completed(one.question, before, regions=desk.kb.regions)
        judged = answer_within(session.scope, whole, desk=desk, uploads=uploads, model=model)
        yield Asked(
            number=number,
            question=one.question if whole == one.question else f"{one.question}（接上一问：{whole}）",
            also=one.also,
            answer=judged.answer,
            outside=judged.outside,
        )


def completed(question: str, before: str, *, regions: Regions) -> str:
    """Return a question that names only a place (那青岛呢？) as the one before it, asked of that place."""
    bare, prior = "".join(question.split()), "".join(before.split())
    named = [one for one in regions.mentions(bare) if one.region.name != NATION]
    if len(named) != 1 or not prior or not _ONLY.fullmatch(bare[: named[0].start] + bare[named[0].end :]):
        return question
    word = bare[named[0].start : named[0].end]
    there = [one for one in regions.mentions(prior) if one.region.name != NATION]
    if not there:
        return f"{word}{prior}"
    return prior[: there[0].start] + word + prior[there[0].end :]


_ONLY = re.compile(r"(?:那么?|还有|换成|如果是)?(?:的话)?(?:呢|怎么样|也一样吗|行吗)?[？?。！!]*")


def merge(questions: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the different questions in order, each with its other wordings.

    Two questions are one where their words nearly agree and their numbers and Latin names agree exactly: 二级 and 三级 are
    never merged. 同上 is the question before it, asked again.

    Raises:
        InputError: There is no question, or there are more than MOST.
    """
    asked = [question for one in questions if (question := clean(one))]
    while asked and is_again(asked[0]):
        del asked[0]
    if not asked:
        raise InputError("问题清单", "没有问题", "每行写一个问题")
    if len(asked) > MOST:
        raise InputError("问题清单", f"有 {len(asked)} 个问题", f"一次最多 {MOST} 个，请分几次")
    kept: list[tuple[str, list[str], frozenset[str], frozenset[str]]] = []
    last: list[str] = []
    for question in asked:
        if is_again(question):
            last.append(question)
            continue
        pairs, marks = _pairs(question), _marks(question)
        for _, also, others, their_marks in kept:
            if marks == their_marks and _alike(pairs, others) >= SAME:
                also.append(question)
                last = also
                break
        else:
            last = []
            kept.append((question, last, pairs, marks))
    return [(question, tuple(also)) for question, also, _, _ in kept]


def _pairs(question: str) -> frozenset[str]:
    bare = _FILLER.sub("", question)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1)) or frozenset({bare})


def _marks(question: str) -> frozenset[str]:
    """Return what must agree: numbers, levels and Latin names."""
    numbers = {one.canonical for one in find(question)}
    return frozenset(
        numbers
        | set(re.findall(r"[A-Za-z0-9]+", question.lower()))
        | set(re.findall("[不没未无非]", _TAIL.sub("", question)))
    )


def alike(one: str, other: str) -> bool:
    """Say whether two questions with the same answer are one question in other words: half their words, all marks."""
    return _marks(one) == _marks(other) and _alike(_pairs(one), _pairs(other)) >= REWORDED


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def folded(asked: Sequence[Asked]) -> list[tuple[Asked, ...]]:
    """Return the questions in order, those with the very same answer together: it is told once, whatever each had wrong.

    Nothing is lost where two of them meant different things: the answer is the same, and each wording is shown.
    """
    groups: dict[tuple[object, ...], list[Asked]] = {}
    for one in asked:
        given = one.answer
        body = "\n".join(line for line in given.answer.splitlines() if line and not _corrects(line, given))
        told: tuple[object, ...] = (body, given.reason, given.refused)
        groups.setdefault(told if given.citations else (*told, one.number), []).append(one)
    return [tuple(group) for group in groups.values()]


def _corrects(line: str, given: Answer) -> bool:
    return any(one.kind == "wrong_premise" and one.text in line for one in given.warnings)


def topics(session: Session) -> list[tuple[str, list[tuple[Asked, ...]]]]:
    """Group answered questions by the document their first citation names, the most asked first."""
    groups: dict[str, list[tuple[Asked, ...]]] = {}
    for same in folded([one for one in session.asked if not one.answer.refused]):
        cited = same[0].answer.citations
        groups.setdefault(cited[0].title if cited else "关于收录资料的查询", []).append(same)
    return sorted(groups.items(), key=lambda group: -sum(one.times for same in group[1] for one in same))
