"""Which passages a query may see, as one array test per filter, before anything is ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.policy import Status
from retrieval.search import Passage, Query

ENDED: Final = frozenset({Status.EXPIRED.value, Status.SUPERSEDED.value})
_NEVER, _ALWAYS = 0, 2**31 - 1
_NAMED: Final = ("region", "kind", "status", "owner")


@dataclass(frozen=True)
class Facets:
    """What filters ask of passages: one column per row of a segment."""

    names: dict[str, tuple[str, ...]]
    """For region, kind, status and owner: the values that occur; a column holds their numbers. Owner "" is nobody."""
    columns: NDArray[np.int32]
    """Shape (6, rows): region, kind, status, owner, first day, last day."""

    def allow(self, query: Query) -> NDArray[np.bool_] | None:
        """Return which rows the filters of `query` let through; None is all."""
        tests = [self._one_of("owner", {"", query.owner or ""})]
        if query.regions is not None:
            tests.append(self._one_of("region", query.regions))
        if query.kinds is not None:
            tests.append(self._one_of("kind", query.kinds))
        if query.statuses is not None:
            tests.append(self._one_of("status", {status.value for status in query.statuses}))
        if query.in_force_on is not None:
            tests.append(self._held_on(query.in_force_on))
        asked = [test for test in tests if test is not None]
        return np.asarray(np.logical_and.reduce(asked), bool) if asked else None

    def _one_of(self, name: str, wanted: set[str] | frozenset[str]) -> NDArray[np.bool_] | None:
        flags: NDArray[np.bool_] = np.array([value in wanted for value in self.names[name]], bool)
        if flags.all():
            return None
        return np.asarray(flags[self.columns[_NAMED.index(name)]], bool)

    def _held_on(self, day: date) -> NDArray[np.bool_]:
        number = day.toordinal()
        first, last = self.columns[4], self.columns[5]
        held = (first <= number) & (number <= last)
        ended = self._one_of("status", {value for value in self.names["status"] if value not in ENDED})
        # Ended, nobody says when: it may not have held on any day.
        return np.asarray(held if ended is None else held & (ended | (last != _ALWAYS)), bool)


def facets_of(passages: Sequence[Passage]) -> Facets:
    """Return the facets of passages, row by row."""
    values: list[list[str]] = [
        [passage.region for passage in passages],
        [passage.kind for passage in passages],
        [passage.status.value for passage in passages],
        [passage.owner or "" for passage in passages],
    ]
    names = {name: tuple(sorted(set(column))) for name, column in zip(_NAMED, values, strict=True)}
    columns = np.empty((6, len(passages)), np.int32)
    for at, (name, column) in enumerate(zip(_NAMED, values, strict=True)):
        number = {value: place for place, value in enumerate(names[name])}
        columns[at] = [number[value] for value in column]
    columns[4] = [one.valid_from.toordinal() if one.valid_from else _NEVER for one in passages]
    columns[5] = [one.valid_to.toordinal() if one.valid_to else _ALWAYS for one in passages]
    return Facets(names, columns)


def allows(query: Query, passage: Passage) -> bool:
    """Say the same of one passage, plainly."""
    day = query.in_force_on
    return (
        passage.owner in (None, "", query.owner)
        and (query.regions is None or passage.region in query.regions)
        and (query.kinds is None or passage.kind in query.kinds)
        and (query.statuses is None or passage.status in query.statuses)
        and (day is None or _holds(passage, day))
    )


def _holds(passage: Passage, day: date) -> bool:
    if passage.valid_to is None and passage.status.value in ENDED:
        return False
    begun = passage.valid_from is None or passage.valid_from <= day
    return begun and (passage.valid_to is None or day <= passage.valid_to)
