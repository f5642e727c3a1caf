"""How the rules speak of amounts and facts."""

from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from assistant.schema import Change
from knowledge.enterprise import FactValue, facts


def fact_label(fact: str) -> str:
    """Return what people call a fact."""
    return facts()[fact].label


def choice_word(fact: str | None, choice: str) -> str:
    """Return what people call a choice of a fact."""
    return facts()[fact].words.get(choice, choice) if fact else choice


def size_words(sizes: Collection[str]) -> str:
    """Return size classes in words, small to large."""
    named = [
        choice_word("sme_size_class", size) for size in ("micro", "small", "medium", "large") if size in sizes
    ]
    return "或".join(named)


def shown(value: Fraction, near: Fraction | None = None) -> Decimal:
    """Return a fraction as a decimal of four places, with more where rounding would put it on the line."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    for places in (4, 8, 16):
        rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        if near is None or value == near or Fraction(rounded) != near:
            break
    return rounded.normalize() + 0 if rounded else Decimal(0)


def plain(value: Decimal | Fraction) -> str:
    """Return an amount without exponent or idle zeros."""
    number = shown(value) if isinstance(value, Fraction) else value
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_text(value: FactValue | None, unit: str = "", *, fact: str | None = None) -> str:
    """Return a told or computed value as people write it; a choice by the words of its fact."""
    if value is None:
        return "未提供"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return choice_word(fact, value)
    return f"{plain(round(value, 4))}{unit and ' '}{unit}".replace(" %", "%")


_SIDES = {"at_least": "须至少为 {}", "at_most": "须不超过 {}", "exactly": "须为 {}", None: "为 {} 时条件成立"}


def change_text(change: Change) -> str:
    """Return where a fact stands and what it must be: 未提供，须不超过 80%."""
    known = facts().get(change.fact)
    unit = known.unit if known else ""
    to, before = (value_text(value, unit, fact=change.fact) for value in (change.to, change.from_))
    if not isinstance(change.to, Decimal):
        return f"{before if change.from_ is None else f'现为“{before}”'}，须为“{to}”"
    now = before if change.from_ is None else f"现为 {before}"
    return f"{now}，{_SIDES[change.bound].format(to)}"


def change_note(change: Change) -> str:
    """Return from when a change can show and why; that a fact was not told, `change_text` says already."""
    head, _, rest = change.why.partition("；")
    note = rest if head.startswith("尚未告知") else change.why
    when = f"最早 {change.feasible_by} 申报时可体现" if change.feasible_by else ""
    return "；".join(part for part in (when, note) if part)
