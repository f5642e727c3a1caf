"""Facts read from what people say, by rules: each with its words, its range, and whether it contradicts what stands.

Read in steps: clauses (whose affairs, fact or wish, which year), amounts, titles and yes/no, patents, place and trade,
the answer to what was just asked; then each is held against what was told before. Never averaged, never guessed: what
is too vague stays without a value and is asked.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assistant.hearing.amounts import read_amounts
from assistant.hearing.answers import asks_back, read_answer
from assistant.hearing.claims import read_claims
from assistant.hearing.clauses import cut
from assistant.hearing.corrections import (
    CORRECTS,
    is_in_doubt,
    is_taken_back,
    read_doubts,
    read_moves,
    read_retractions,
    without_taken_back,
)
from assistant.hearing.derived import read_derived
from assistant.hearing.mishearing import mend
from assistant.hearing.needs import read_put_off
from assistant.hearing.patents import read_patents
from assistant.hearing.place import read_place
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.stated_unit import in_stated_unit
from assistant.hearing.title_words import TITLE_FACTS
from assistant.hearing.titles import read_end
from assistant.numbers import find, fold
from assistant.rules.sizing import rows_for, size_classes
from assistant.rules.wording import size_words
from assistant.talking.talk import Told
from knowledge.enterprise import facts
from knowledge.errors import InputError
from knowledge.program import SizeRow
from knowledge.region import Regions


def read_told(
    message: str,
    *,
    asked: str | None,
    turn: int,
    on: date,
    regions: Regions,
    before: tuple[Told, ...] = (),
    also: tuple[str, ...] = (),
    size_rows: Mapping[str, SizeRow] | None = None,
) -> tuple[Told, ...]:
    """Return the facts a message tells, held against what stands.

    Args:
        message: In the person's words.
        asked: The fact the last reply asked for; a bare 有 or 两千六 answers it.
        turn: Number of this message, from 1.
        on: Day of speaking: 去年 is the year before it.
        regions: Known places.
        before: What stands.
        also: Facts asked for in the same breath as `asked`.
        size_rows: The size class table, to hold a claimed size against the figures; None leaves that out.
    """
    told: dict[str, Told] = {}
    standing = {one.fact: one for one in before}
    for part in _parts(message):
        told |= _read_part(part, asked, turn, on, regions, tuple((standing | told).values()), also)
    told |= _crossed(told, standing, turn)
    if size_rows is not None:
        told |= _sized(told, standing, turn, size_rows)
    return tuple(told.values())


_PART = 2000
"""Characters read at once: what is compared with what is within them, so that a long text costs no more than its length."""


def _parts(message: str) -> Iterator[str]:
    """Yield a message whole, or in parts that end with a sentence where it is long."""
    at = 0
    while len(message) - at > _PART:
        ends = [match.end() for match in re.finditer(r"[。！？；\n]|[，,]", message[at : at + _PART])]
        cut_at = at + (ends[-1] if ends else _PART)
        yield message[at:cut_at]
        at = cut_at
    yield message[at:]


def _read_part(
    message: str,
    asked: str | None,
    turn: int,
    on: date,
    regions: Regions,
    before: tuple[Told, ...],
    also: tuple[str, ...],
) -> dict[str, Told]:
    text = mend(fold(message))
    stated = in_stated_unit(text)
    if stated != text:
        text = message = stated  # its words are those with the unit written behind each figure
    if asks_back(text):
        asked = None
    said = cut(text, on)
    clauses = without_taken_back(said)
    standing = {one.fact: one for one in before}
    exact = {
        one.fact: one.value
        for one in before
        if isinstance(one.value, Decimal) and not one.conflict and not one.rough
    }
    known = {one.fact: bounds for one in before if (bounds := _bounds(one)) is not None}
    readings: list[Reading] = []
    moved = list(read_moves(said, exact))
    doubted = is_in_doubt(text)
    corrected = (
        CORRECTS.search(text) is not None or any(is_taken_back(clause) for clause in said) or bool(moved)
    )
    outranks = corrected and not doubted
    readings += read_amounts(clauses, asked, known, _last_amount(before) if corrected else None)
    readings += read_patents(
        clauses, asked, _last_figures(before).get("class1_ip_total"), exact.get("class1_ip_total")
    )
    readings += read_claims(clauses, on, last=_last_figures(before))
    title = _last_title(before)
    goes_on = list(read_end(clauses, title, on)) if title else []
    readings += goes_on
    readings += read_place(clauses, regions)
    figures = exact | {
        one.fact: one.value for one in readings if isinstance(one.value, Decimal) and one.low is None
    }
    readings += read_derived(clauses, figures, on, _last_amount(before))
    put_off = list(read_put_off(clauses, on)) if "needs.deadline" in standing else []
    readings += put_off
    moved_on = {one.fact for one in (*put_off, *goes_on)}
    read = {one.fact for one in readings}
    readings += [one for one in read_answer(text, asked, also, on) if one.fact not in read]
    readings += read_retractions(said, _last_figures(before), frozenset(one.fact for one in readings))
    readings += [one for one in moved if one.fact not in {said.fact for said in readings}]
    in_doubt = {one.fact: one for one in read_doubts(clauses, readings)} if doubted else {}
    readings = [in_doubt.get(one.fact, one) for one in readings]
    told: dict[str, Told] = {}
    for one in _settled(_as_said(one, text, message) for one in readings):
        anew = outranks or one.fact in moved_on
        stands = told.get(one.fact) or standing.get(one.fact)
        told[one.fact] = _held(one, stands, turn, anew, None if doubted else asked)
    return told


def _bounds(one: Told) -> tuple[Decimal, Decimal] | None:
    """Return what a standing figure lies between; None where it is no figure, or contradicted."""
    if one.conflict:
        return None
    if one.low is not None and one.high is not None:
        return one.low, one.high
    return (one.value, one.value) if isinstance(one.value, Decimal) else None


def _as_said(one: Reading, heard: str, message: str) -> Reading:
    """Return a reading in the person's own words, misspelt as they were."""
    at = heard.find(one.words)
    return one if at < 0 else one.model_copy(update={"words": message[at : at + len(one.words)]})


def _last_amount(before: Sequence[Told]) -> str | None:
    """Return the fact of the amount told last."""
    amounts = [one for one in before if isinstance(one.value, Decimal)]
    return max(amounts, key=lambda one: one.turn).fact if amounts else None


def _last_title(before: Sequence[Told]) -> str | None:
    """Return the one title told of in the last turn that told anything; None where there was none, or several."""
    turn = max((one.turn for one in before), default=0)
    titles = [one.fact for one in before if one.turn == turn and one.fact in TITLE_FACTS and one.words]
    return titles[0] if len(titles) == 1 else None


def _last_figures(before: Sequence[Told]) -> dict[str, Decimal]:
    """Return the figures told in the last turn that told any."""
    figures = [one for one in before if isinstance(one.value, Decimal) and one.words]
    turn = max((one.turn for one in figures), default=0)
    return {one.fact: one.value for one in figures if one.turn == turn and isinstance(one.value, Decimal)}


_SHARES = (
    ("debt_ratio_y1", "total_liabilities_y1", "total_assets_y1"),
    ("rd_ratio_y1", "rd_expense_y1", "revenue_y1"),
    ("rd_ratio_y2", "rd_expense_y2", "revenue_y2"),
    ("main_business_ratio_y1", "main_business_revenue_y1", "revenue_y1"),
    ("leading_product_ratio_y1", "leading_product_revenue_y1", "revenue_y1"),
    ("net_margin_y1", "net_profit_y1", "revenue_y1"),
    ("rd_staff_ratio_y1", "rd_staff_y1", "employees_y1"),
)
"""A share, the part and the whole that it is worked out from."""
_APART = Decimal(2)
"""Percentage points by which a share told and one worked out may differ: people round."""


def _crossed(told: Mapping[str, Told], standing: Mapping[str, Told], turn: int) -> dict[str, Told]:
    """Mark a share that the part and the whole told beside it contradict; which of the three is wrong nobody said."""
    now = {**standing, **told}
    marked: dict[str, Told] = {}
    for names in _SHARES:
        three = [bounds for name in names if name in now and (bounds := _bounds(now[name])) is not None]
        if len(three) < len(names) or not any(name in told for name in names):
            continue
        share, part, whole = three
        if whole[0] <= 0:
            continue
        low, high = 100 * part[0] / whole[1], 100 * part[1] / whole[0]
        if share[1] < low - _APART or share[0] > high + _APART:
            claim = now[names[0]]
            note = f"说的是“{claim.words.strip()}”，按金额或人数算出来是 {low:.1f}%"
            marked[names[0]] = claim.model_copy(update={"conflict": True, "note": note, "turn": turn})
    return marked


def _sized(
    told: Mapping[str, Told], standing: Mapping[str, Told], turn: int, size_rows: Mapping[str, SizeRow]
) -> dict[str, Told]:
    """Mark a claimed size class that the figures contradict; the figures decide, not the claim."""
    now = {**standing, **told}
    claim = now.get("sme_size_class")
    if claim is None or claim.conflict or not claim.words:
        return {}
    industry = now.get("enterprise.industry")
    rows = rows_for(str(industry.value) if industry and industry.value else "", size_rows)
    if len(rows) != 1 and "industry" in size_rows:
        rows = (size_rows["industry"],)  # enough for a doubt, not for a class
    figures = {
        name: Fraction(one.value)
        for name, fact in (
            ("employees", "employees_y1"),
            ("revenue", "revenue_y1"),
            ("assets", "total_assets_y1"),
        )
        if (one := now.get(fact)) is not None and isinstance(one.value, Decimal) and not one.conflict
    }
    classes = size_classes(rows, **figures)
    claimed = _claimed_sizes(claim)
    if not figures or not claimed or classes & claimed:
        return {}
    note = f"自称{claim.words.strip()}，但按说的人数、营收算出来是{size_words(classes)}"
    return {"sme_size_class": claim.model_copy(update={"conflict": True, "note": note, "turn": turn})}


def _claimed_sizes(claim: Told) -> frozenset[str]:
    if isinstance(claim.value, str):
        return frozenset({claim.value})
    return frozenset({"micro", "small"}) if "小微" in claim.words else frozenset()


def _settled(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Yield the readings; what was said vaguely gives way to what was said plainly."""
    found = list(readings)
    plain = {one.fact for one in found if one.value is not None}
    dated = {one.fact for one in found if one.value is not None and one.dated}
    for one in found:
        if one.value is None and one.low is None and not one.clash and one.fact in plain:
            continue
        if not one.dated and one.fact in dated and one.value is not None:
            continue
        yield one


def _held(one: Reading, stands: Told | None, turn: int, corrected: bool, asked: str | None) -> Told:
    """Return a reading as told, marked where it contradicts what stands and nobody said it was a correction."""
    told = Told(
        fact=one.fact, value=one.value, words=one.words, turn=turn, low=one.low, high=one.high, note=one.note
    )
    if one.clash:
        value = stands.value if stands else None
        return told.model_copy(update={"conflict": True, "value": value})
    if stands is None or stands.value is None or one.value is None or stands.value == one.value:
        return told
    if one.fact == "enterprise.industry":
        return told if corrected else stands
    if corrected or asked == one.fact or stands.conflict or not stands.words:
        return told
    if stands.rough and isinstance(one.value, Decimal) and stands.low is not None and stands.high is not None and stands.low <= one.value <= stands.high:  # fmt: skip  # noqa: E501
        return told
    if one.low is not None and one.high is not None and isinstance(stands.value, Decimal) and one.low <= stands.value <= one.high:  # fmt: skip  # noqa: E501
        return stands
    both = f"前面说的是“{stands.words}”，这次说的是“{one.words}”"
    value = None if stands.turn == turn else one.value  # two figures in one breath: neither holds
    return told.model_copy(update={"conflict": True, "note": both, "value": value})


def read_value(fact: str, text: str) -> Decimal | bool | str:
    """Return the value a person typed for a fact.

    Raises:
        InputError: The text is not a value of that fact.
    """
    plain = fold(text).strip()
    if fact.startswith("enterprise."):
        if not plain or len(plain) > 200:
            raise InputError("填写的内容", "是空的或太长", "请写 200 字以内")
        return plain
    known = facts().get(fact)
    if known is None:
        raise InputError("事实", f"没有 {fact!r} 这一项", "请从下拉列表里选一项")
    if known.kind == "yes_no":
        for words, value in (("是 有 对 yes true 1 y", True), ("否 不是 没有 无 没 no false 0 n", False)):
            if plain.lower() in words.split():
                return value
        raise InputError(known.label, f"看不懂 {text!r}", "请填 是 或 否")
    if known.kind == "choice":
        for choice, word in known.words.items():
            if plain in {choice, word}:
                return choice
        raise InputError(known.label, f"没有 {text!r} 这一档", f"请填：{'、'.join(known.words.values())}")
    return _typed_number(known.label, known.unit, plain, text)


def _typed_number(label: str, unit: str, plain: str, text: str) -> Decimal:
    negative = bool(re.match(r"[-−负]", plain))
    quantities = [q for q in find(plain.lstrip("-−负")) if q.value is not None]
    if len(quantities) != 1 or quantities[0].value is None:
        raise InputError(label, f"{text!r} 不是一个数", f"请填一个数{f'，单位 {unit}' if unit else ''}")
    q = quantities[0]
    value = q.value or Decimal(0)
    if unit == "万元" and (q.scale or q.unit == "元"):
        value = value / 10_000
    if unit == "%" and not 0 <= value <= 1000:
        raise InputError(label, f"{text!r} 不像百分数", "请填 0 到 100 之间的数，如 12.5")
    return tidy(-value if negative else value)


__all__ = ["read_told", "read_value"]
