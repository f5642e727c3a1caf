"""Titles held, and what a firm says yes or no to."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.hearing.amounts import Reading
from assistant.hearing.clauses import Clause


def read_claims(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Yield what was claimed or denied."""
    yield from ()
