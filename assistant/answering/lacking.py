"""What a question asks for that the clauses chosen do not say."""

import re
from collections.abc import Sequence

from assistant.answering.evidence import Evidence, Piece, worth_of
from assistant.answering.held import COUNTED, unit_of
from assistant.answering.question import Asked, Aspect
from assistant.numbers import find


def with_pointer(asked: Asked, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Add the clause of the same document that names the rules where the missing figure would stand."""
    if any(_POINTER.search(p.passage.text) for p in chosen):
        return chosen
    for piece in evidence.pieces:
        if piece.passage.source_id == chosen[0].passage.source_id and _POINTER.search(piece.passage.text):
            return [*chosen[:2], piece]
    return chosen


_POINTER = re.compile(r"《[^《》]*(?:奖补|资金|补助|专项)[^《》]*(?:细则|办法)[^《》]*》")


def missing_aspects(asked: Asked, chosen: Sequence[Piece]) -> frozenset[Aspect]:
    """Return the asked-for kinds of thing that no chosen clause holds."""
    held = frozenset().union(*(p.holds for p in chosen))
    lacking = (asked.aspects & frozenset({Aspect.AMOUNT, Aspect.RATIO, Aspect.SCORE})) - held
    capped = Aspect.AMOUNT in asked.aspects and not asked.aspects & {Aspect.RATIO, Aspect.SCORE}
    if capped and _CAP.search(asked.text) and not any(_names_sum(p.passage.text) for p in chosen):
        lacking |= {Aspect.AMOUNT}  # a share is no answer to how much at most
    ends = any(_ENDS.search(p.passage.heading) for p in chosen)
    if Aspect.DEADLINE in asked.aspects - held and _WHEN.search(asked.text) and not ends:
        lacking |= {Aspect.DEADLINE}
    if any(pattern.search(asked.text) for pattern in _LASTS) and not _lasts(asked.text, chosen):
        lacking |= {Aspect.DEADLINE}
    if _REACHED.search(asked.text) and not any(_CONTACT.search(p.passage.text) for p in chosen):
        lacking |= {Aspect.WHERE}
    counts = {unit_of(q) for p in chosen for q in find(p.passage.text)} & COUNTED
    if re.search(r"(?:多少|几)家", asked.text):
        counts &= {"家", "户"}
    if not counts and _COUNTS.search(asked.text) and not any(p.policy is None for p in chosen):
        lacking |= {Aspect.COUNT}
    return lacking


def _names_sum(text: str) -> bool:
    return any(unit_of(q) == "元" for q in find(text))


def _lasts(text: str, chosen: Sequence[Piece]) -> bool:
    """Return whether a clause states a span of the unit asked for: 公示几天 wants days, not a date."""
    wanted = frozenset().union(*(units for pattern, units in _LASTS.items() if pattern.search(text)))
    return any(
        q.unit in wanted or (q.kind in {"year", "month", "date"} and "年" in wanted)
        for p in chosen
        for q in find(p.passage.text)
    )


_LASTS = {
    re.compile(r"(?:几|多少)个?(?:工作日|天)"): frozenset({"天", "日", "工作日", "个工作日"}),
    re.compile(r"(?:几|多少)个月"): frozenset({"个月", "月"}),
    re.compile(r"(?<![前这近好头十])(?:几|多少)年(?!前|后)"): frozenset({"年"}),
}
_REACHED = re.compile(r"网址|链接|几号楼|哪栋|几楼|(?:电话|热线|邮箱)(?:号码|是)?(?:多少|什么|啥|给|发)")
_CONTACT = re.compile(r"https?://|www\.|[\w.]+@|\d{3,4}-\d{7,8}|1\d{10}|12345|[路街道]\d+号")
_CAP = re.compile(r"上限|封顶|最(?:高|多)")
_ENDS = re.compile(r"有效期|期限")
_WHEN = re.compile(r"什么时(?:候|间)|啥时候?|哪天|几月|几号|多久|多长时间|截止到?(?:哪|几|什么)")
_COUNTS = re.compile(r"(?:多少|几)家|多少(?:个|项|名)")


def cut_short(asked: Asked, chosen: Sequence[Piece], evidence: Evidence) -> str:
    """Return what of the question the leading clause breaks off before telling, in words; empty where it tells."""
    best = chosen[0]
    if (
        best.policy
        and Aspect.DOCUMENT in asked.aspects
        and "文号" in asked.text
        and not best.policy.doc_number
    ):
        return "文号"
    if not re.search(r"多少|几|哪些|什么", asked.text):
        return ""
    sentences = [s for s in re.findall(r"[^。；\n]+", best.passage.text) if not s.startswith("说明")]
    leading = max(sentences, key=lambda s: worth_of(s, evidence), default="")
    told = re.sub(r"（[^（）]*）", "", leading)
    broken = re.search(r"（[^（）]*(?:截断|未取得)[^（）]*）|未取得", leading)
    return (
        "所问的数字或内容（所见文本在此处不完整）"
        if broken and not any(q.kind not in {"year", "locator"} and q.unit != "年" for q in find(told))
        else ""
    )
