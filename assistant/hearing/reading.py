"""What one reader hands on: a fact read from a message, not yet held against what was told before."""

from decimal import Decimal

from knowledge.record import Record


class Reading(Record):
    """A fact read, before it is held against what was told before."""

    fact: str
    value: Decimal | bool | str | None
    words: str
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""
    dated: bool = False
    """A year was said with it."""
    total: bool = False
    """It was told as the whole of what was counted in parts before."""
    clash: bool = False
    """It takes back something told before without saying what holds."""


def tidy(value: Decimal) -> Decimal:
    """Return an amount without idle zeros and exponent."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
