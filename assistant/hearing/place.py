"""Where the firm is, what it makes, what it is called."""

from collections.abc import Iterator, Sequence

from assistant.hearing.amounts import Reading
from assistant.hearing.clauses import Clause
from knowledge.region import Regions


def read_place(clauses: Sequence[Clause], regions: Regions) -> Iterator[Reading]:
    """Yield place and trade."""
    yield from ()
