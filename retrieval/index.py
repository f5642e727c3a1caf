"""Build, open and check the index."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.load import KnowledgeBase
from knowledge.record import Record
from retrieval.lexical import Postings, Scorer, best, build_postings, weigh
from retrieval.passages import passages_of
from retrieval.search import Hit, Passage, Query, Searcher

Progress = Callable[[int, int], None]
"""Told how many passages are done, and of how many."""


class IndexReport(Record):
    """What an index holds and whether it fits the knowledge it was built from."""

    passages: int
    embedder: str = "none"
    built_at: str = ""
    stale: bool = False
    seconds: float = 0.0
    key: str = ""


def postings_of(passages: Sequence[Passage]) -> Postings:
    """Return the postings of passages, fields weighted."""
    return build_postings(
        [
            ([f"{one.heading}\n{one.text}" for one in passages], 1.0),
            ([one.title for one in passages], 0.5),
            (["\n".join(one.asked_as) for one in passages], 1.0),
        ]
    )


class LexicalSearcher:
    """Searches passages held in memory."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = tuple(passages)
        self._row_of = {passage.id: row for row, passage in enumerate(passages)}
        self._scorer = Scorer([postings_of(passages)])

    def search(self, query: Query) -> list[Hit]:
        """Return at most `query.k` hits, best first; ties by passage id."""
        terms, weights = weigh([(query.text, 1.0)])
        if not len(terms) or query.k < 1 or not self._passages:
            return []
        scores = self._scorer.scores(terms, weights)
        rows = [int(row) for row in best(scores, query.k, self._allowed(query))]
        rows.sort(key=lambda row: (-scores[row], self._passages[row].id))
        return [
            Hit(passage=self._passages[row], rank=rank, score=float(scores[row]), lexical_rank=rank)
            for rank, row in enumerate(rows[: query.k], 1)
        ]

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        row = self._row_of.get(passage_id)
        return None if row is None else self._passages[row]

    def _allowed(self, query: Query) -> NDArray[np.bool_]:
        return np.array([allows(query, passage) for passage in self._passages])


def allows(query: Query, passage: Passage) -> bool:
    """Say whether the filters of `query` let `passage` through."""
    day = query.in_force_on
    return (
        (query.regions is None or passage.region in query.regions)
        and (query.statuses is None or passage.status in query.statuses)
        and (query.kinds is None or passage.kind in query.kinds)
        and passage.owner in (None, query.owner)
        and (
            day is None
            or (
                (passage.valid_from is None or passage.valid_from <= day)
                and (passage.valid_to is None or day <= passage.valid_to)
            )
        )
    )


def open_searcher(
    kb: KnowledgeBase, path: Path, embedder: str = "none", progress: Progress | None = None
) -> Searcher:
    """Return a searcher over `kb`."""
    return LexicalSearcher(passages_of(kb))
