"""What a measured rate is worth by a standard: 35 of 100 machines on the network -> 35 % -> option C -> 3 of 6 points."""

from decimal import Decimal

from knowledge.standard import Option, Question


def rate_of(part: Decimal, whole: Decimal) -> Decimal:
    """Return `part` of `whole` in percent, exact as far as Decimal goes.

    Raises:
        ValueError: `whole` is not positive, or `part` is not between 0 and `whole`.
    """
    if whole <= 0 or not 0 <= part <= whole:
        raise ValueError(f"{part!r} of {whole!r} is no share")
    return part / whole * 100


def option_for(question: Question, percent: Decimal) -> Option | None:
    """Return the option whose band holds the rate; None where the question has no bands or none holds it."""
    for option in question.options:
        if option.band is not None and option.band.holds(percent):
            return option
    return None
