"""Questions that tell a measured rate and ask for points: 100 台设备 35 台联网能得几分, worked out by the standard's bands.

The band and the points come from the standard's record, never from the text; the clause is cited beside the arithmetic.
"""

import re
from decimal import Decimal

from assistant.answering.evidence import Piece, piece_of
from assistant.answering.question import Asked, Aspect
from assistant.desk import Desk
from assistant.numbers import Quantity
from assistant.rules.rating import option_for, rate_of
from knowledge.record import Record
from knowledge.standard import Question, Standard


class Measured(Record):
    """A rate told, and what it is worth."""

    question: Question
    standard: Standard
    percent: Decimal
    worked: str
    """35÷100=35%, or 35% where the rate itself was told."""
    points: Decimal
    band: str
    """As the option says it."""


def read_measured(asked: Asked, desk: Desk) -> Measured | None:
    """Return the rate a question tells and its points; None where it tells none or none of the questions asks for it."""
    if Aspect.SCORE not in asked.aspects and not re.search(r"哪一?档|什么档", asked.text):
        return None
    told = _told(asked)
    if told is None:
        return None
    percent, worked, sums = told
    standard = next((s for s in desk.kb.standards.values() if s.scorable and s.questions), None)
    if standard is None or (asked.years and not any(str(year) in standard.edition for year in asked.years)):
        return None
    rated = [q for q in standard.questions.values() if q.measure is not None]
    about = _about(asked.text, rated, sums=sums)
    if about is None:
        return None
    option = option_for(about, percent)
    if option is None:
        return None
    return Measured(
        question=about,
        standard=standard,
        percent=percent,
        worked=worked,
        points=option.points,
        band=option.text,
    )


def pieces_of(measured: Measured, asked: Asked, desk: Desk) -> list[Piece]:
    """Return the clauses that carry the points: the question's own, and the one that writes its bands out."""
    policy = desk.documents.get(measured.standard.policy_id or "")
    if policy is None:
        return []
    held = [clause for clause in policy.clauses if clause.obtained]
    own = [clause for clause in held if clause.locator.endswith(f"·{measured.question.name}")]
    beside = [
        clause
        for clause in held
        for line in own
        if f"与{clause.locator.rpartition('·')[2]}相同" in line.text and clause not in own
    ]
    return [piece_of(asked, desk, policy, clause) for clause in [*own, *beside]]


def line_of(measured: Measured) -> str:
    """Return the result in a sentence, the arithmetic shown."""
    name = measured.question.measure.name if measured.question.measure else measured.question.name
    return (
        f"{name}：{measured.worked}，落在 {measured.band} 一档，"
        f"“{measured.question.name}”得 {plain(measured.points)} 分（满分 {plain(measured.question.max_points)} 分）。"
    )


def plain(value: Decimal) -> str:
    """Return a number without an exponent or useless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _told(asked: Asked) -> tuple[Decimal, str, bool] | None:
    """Return the rate in percent, how it was worked out, and whether it is one of sums of money."""
    rates = [q for q in asked.quantities if q.kind == "percent" and q.value is not None and not q.approx]
    if len(rates) == 1 and rates[0].value is not None and 0 <= rates[0].value <= 100:
        return rates[0].value, f"{plain(rates[0].value)}%", False
    for wanted, sums in ((_is_count, False), (_is_sum, True)):
        pair = [q for q in asked.quantities if wanted(q)]
        if len(pair) == 2:
            part, whole = sorted(q.value or Decimal(0) for q in pair)
            if whole <= 0:
                return None
            percent = rate_of(part, whole)
            shown = f"{plain(round(percent, 2))}%"
            shown = shown if percent == round(percent, 2) else f"约{shown}"
            small, large = sorted(pair, key=lambda q: q.value or Decimal(0))
            return percent, f"{_as_said(small)}÷{_as_said(large)}={shown}", sums
    return None


def _as_said(q: Quantity) -> str:
    """Return a count without its unit, a sum as written."""
    return q.text if q.kind == "money" or q.scale else plain(q.value or Decimal(0))


def _is_count(q: Quantity) -> bool:
    return q.kind == "number" and q.unit in {"台", "套", "台套"} and q.value is not None and not q.approx


def _is_sum(q: Quantity) -> bool:
    return (q.kind == "money" or (q.kind == "number" and bool(q.scale) and not q.unit)) and (
        q.value is not None and not q.approx
    )


def _about(text: str, rated: list[Question], *, sums: bool) -> Question | None:
    """Return the question the text names, or all characters of whose measure stand in it; None where none or two do."""
    named = [q for q in rated if q.name in text]
    stems = {q.id: _RATE.sub("", q.measure.name) for q in rated if q.measure}
    found = named or [q for q in rated if set(stems[q.id]) <= set(text)]
    if len(found) != 1:
        return None
    money = "营业额" in (found[0].measure.formula if found[0].measure else "")
    return found[0] if money or not sums else None


_RATE = re.compile(r"(?:率|占比)$")
