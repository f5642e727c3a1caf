"""Record, the base of every value in the house, and Number, an exact amount."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema


class Record(BaseModel):
    """A frozen, closed value whose field docstrings are its schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _exact(value: Any) -> Any:
    """Take a float by its shortest decimal form, so that 0.03 is three hundredths."""
    if isinstance(value, bool):
        raise ValueError("true/false is not a number")
    return Decimal(repr(value)) if isinstance(value, float) else value


def plain_number(value: Decimal) -> int | float:
    """Return `value` as JSON writes it: an int where it is whole, else a float."""
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[
    Decimal,
    BeforeValidator(_exact),
    PlainSerializer(plain_number, return_type=int | float, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
"""A Decimal inside, a plain number in JSON: in floats 4.02 / 134 < 0.03, and a firm at 3 % would fail."""
