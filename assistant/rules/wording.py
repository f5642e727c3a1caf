"""How the rules speak of amounts and facts."""

from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

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
