"""The Searcher over an index: words first, vectors beside them where an embedder is set, fused behind a gate.

Each arm gives its best passages, its scores are brought to 0..1 between the best and the worst it gave, and a
passage is worth (1 - w) * words + w * vectors. w is not a taste: when the index is built, sentences are taken from
passages and looked up by vector alone; only an embedder that finds where they stand gets a say, at most .3. So a weak
model cannot spoil what words found. Without an embedder the small embedding that ships with the program (see
retrieval.meaning) raises what words found, so scores stay on the scale of words. Reciprocal rank
fusion lost: with a weak dense run it costs up to .08 nDCG@10.
"""

import logging
import time
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import ConsultError
from knowledge.terms import Glossary
from retrieval.analysis import count
from retrieval.chroma import Collection
from retrieval.dense import Embedder, similarities
from retrieval.lexical import UNIT, Scorer
from retrieval.meaning import ASKED_SHARE, LONGEST, SHARE, Meaning, cosines
from retrieval.question import read_question, weigh_counts
from retrieval.search import Hit, Passage, Query
from retrieval.store import Manifest, Stored

log = logging.getLogger(__name__)

DEPTH: Final = 200
"""How many passages words find before meaning is asked, and each arm hands to the fusion, at least."""
DENSE_WEIGHT: Final = 0.3
"""The most that vectors may say; measured best between .2 and .3."""
REST_SECONDS: Final = 60.0
"""How long an embedder or a Chroma service is left alone after it failed, so that not every search waits for it."""
_MASKS = 16


class IndexSearcher:
    """Finds passages in an opened index."""

    def __init__(
        self,
        manifest: Manifest,
        stored: Sequence[Stored],
        glossary: Glossary,
        embedder: Embedder | None = None,
        collection: Collection | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self.manifest = manifest
        self.stored = tuple(stored)
        self.scorer = Scorer([one.segment for one in stored])
        self._offsets = [0, *np.cumsum([one.part.rows for one in stored]).tolist()]
        self.glossary = glossary
        self._embedder = embedder
        self._collection = collection
        self._meaning = meaning
        self._asked = any(len(one.asked_meanings) for one in self.stored)
        self._most = 1 + LONGEST * (SHARE + (ASKED_SHARE if self._asked else 0))
        """No score by words is multiplied by more."""
        self._masks: dict[Query, NDArray[np.bool_] | None] = {}
        self._rests_until = 0.0
        self.trouble = ""
        """Why vectors are not used though they are set, for people; empty is no trouble."""

    def search(self, query: Query) -> list[Hit]:
        """Return at most `query.k` hits, best first; equal scores by passage id."""
        found, words, near = self._ranked(query)
        by_words = {row: rank for rank, row in enumerate(words.tolist(), 1)}
        by_vector = {row: rank for rank, row in enumerate(near.tolist(), 1)}
        return [
            Hit(
                passage=self._at(row),
                rank=rank,
                score=round(score, 6),
                lexical_rank=by_words.get(row),
                dense_rank=by_vector.get(row),
            )
            for rank, (row, score) in enumerate(found, 1)
        ]

    def ranked(self, query: Query) -> list[tuple[str, float]]:
        """Return the same as `search`, as passage ids and scores."""
        return [(self._id(row), score) for row, score in self._ranked(query)[0]]

    def _ranked(self, query: Query) -> tuple[list[tuple[int, float]], NDArray[np.int64], NDArray[np.int64]]:
        """Return the best rows with their scores, and what each arm gave."""
        none = np.empty(0, np.int64)
        if query.k < 1 or not self.stored:
            return [], none, none
        allowed = self._allowed(query)
        weight = min(self.manifest.dense_weight, DENSE_WEIGHT)
        nearest = self._nearest(query, max(DEPTH, 2 * query.k), allowed) if weight > 0 else None
        depth = query.k if nearest is None else max(DEPTH, 2 * query.k)
        rows, scores = self._by_words(query, depth, allowed)
        if nearest is None:
            return list(zip(rows.tolist(), scores.tolist(), strict=True)), rows, none
        near, cosines = nearest
        both = fuse(rows, scores, near, cosines, weight)
        ordered = sorted(both, key=lambda row: (-both[row], self._id(row)))[: query.k]
        return [(row, both[row]) for row in ordered], rows, near

    def nearest(self, query: Query) -> list[tuple[str, float]]:
        """Return the passages nearest in meaning alone, as ids and cosines; nothing where there are no vectors."""
        found = self._nearest(query, query.k, self._allowed(query))
        if found is None:
            return []
        return [
            (self._id(row), float(cosine)) for row, cosine in zip(found[0].tolist(), found[1], strict=True)
        ]

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        for one in self.stored:
            row = one.row_of(passage_id)
            if row is not None:
                return one.passage(row)
        return None

    def _by_words(
        self, query: Query, depth: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the best rows by BM25 with their scores, raised by what they mean; equal scores by passage id."""
        parts = read_question(query.text, self.glossary, near=query.near)
        counts = [(count(text), weight) for text, weight in parts]
        terms, weights = weigh_counts(counts)
        if not len(terms):
            return np.empty(0, np.int64), np.empty(0)
        asked = None if self._meaning is None else self._meaning.of(counts[0][0])
        if asked is None:
            rows, units = self.scorer.top(terms, weights, depth, allowed)
        else:
            # What cannot get among the best by meaning need not be found.
            rows, units = self.scorer.top(
                terms, weights, max(DEPTH, depth), allowed, first=depth, share=1 / self._most
            )
        scores = units / UNIT
        if asked is not None and len(rows):
            nearer = SHARE * np.maximum(cosines(self._meanings(rows), asked), 0)
            if self._asked:
                nearer += ASKED_SHARE * self._nearest_asked(rows, asked)
            scores *= 1 + nearer
            order = np.argsort(-scores, kind="stable")
            rows, scores = rows[order], scores[order]
        if (scores[1:] == scores[:-1]).any():
            names = [self._id(row) for row in rows.tolist()]
            order = np.array(sorted(range(len(rows)), key=lambda place: (-scores[place], names[place])))
            rows, scores = rows[order], scores[order]
        return rows[:depth], scores[:depth]

    def _meanings(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the stored vector of each row."""
        parts = np.searchsorted(self._offsets, rows, "right") - 1
        out = np.empty((len(rows), self.stored[0].meanings.shape[1]), np.int8)
        for part in set(parts.tolist()):
            here = parts == part
            out[here] = self.stored[part].meanings[rows[here] - self._offsets[part]]
        return out

    def _nearest_asked(self, rows: NDArray[np.int64], asked: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return how near the nearest everyday question of each row comes to what is asked; 0 where there is none."""
        parts = np.searchsorted(self._offsets, rows, "right") - 1
        out = np.zeros(len(rows))
        for part in set(parts.tolist()):
            one = self.stored[part]
            here = np.flatnonzero(parts == part)
            begins = one.asked_starts[rows[here] - self._offsets[part]]
            sizes = one.asked_starts[rows[here] - self._offsets[part] + 1] - begins
            here, begins, sizes = (values[sizes > 0] for values in (here, begins, sizes))
            if len(here):
                starts = np.cumsum(sizes) - sizes
                rows_of = np.arange(int(sizes.sum())) + np.repeat(begins - starts, sizes)
                out[here] = np.maximum.reduceat(cosines(one.asked_meanings[rows_of], asked), starts)
        return np.maximum(out, 0)

    def _nearest(
        self, query: Query, depth: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return the rows nearest to the question with their cosines, or None where there are no vectors to go by.

        Exact over the arrays of the index, unless a Chroma collection is set.
        """
        if self._embedder is None or time.monotonic() < self._rests_until:
            return None
        try:
            vector = self._embedder.question(query.text)
            if self._collection is not None:
                return self._rows_of(self._collection.nearest(vector, depth, query))
        except ConsultError as error:
            log.warning("%s（%s）", error.hint, error)
            self.trouble = error.hint
            self._rests_until = time.monotonic() + REST_SECONDS
            return None
        parts = [one.vectors for one in self.stored if one.vectors is not None]
        if len(parts) < len(self.stored):
            return None
        scores = similarities(parts, vector)
        for one, at in zip(self.stored, self._offsets, strict=False):
            scores[at + one.deleted] = -np.inf
        rows = nearest_rows(scores, depth, allowed)
        return rows, scores[rows]

    def _rows_of(self, found: list[tuple[str, float]]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows of passages by id; those no longer in the index are left out."""
        rows, cosines = [], []
        for name, cosine in found:
            for one, at in zip(self.stored, self._offsets, strict=False):
                row = one.row_of(name)
                if row is not None:
                    rows.append(at + row)
                    cosines.append(cosine)
        return np.array(rows, np.int64), np.array(cosines, np.float32)

    def _allowed(self, query: Query) -> NDArray[np.bool_] | None:
        """Return which rows the filters let through, kept for the next query with the same filters."""
        key = query.model_copy(update={"text": "", "k": 1, "near": ""})
        if key not in self._masks:
            masks = [one.facets.allow(query) for one in self.stored]
            mask = None
            if any(part is not None for part in masks):
                full = [
                    np.ones(one.part.rows, bool) if part is None else part
                    for part, one in zip(masks, self.stored, strict=True)
                ]
                mask = np.concatenate(full)
            if len(self._masks) >= _MASKS:
                self._masks.clear()
            self._masks[key] = mask
            return mask
        return self._masks[key]

    def _place(self, row: int) -> tuple[Stored, int]:
        part = bisect_right(self._offsets, row) - 1
        return self.stored[part], row - self._offsets[part]

    def _at(self, row: int) -> Passage:
        stored, local = self._place(row)
        return stored.passage(local)

    def _id(self, row: int) -> str:
        stored, local = self._place(row)
        return stored.name(local)


def nearest_rows(
    scores: NDArray[np.float32], depth: int, allowed: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """Return the rows of the `depth` highest cosines among those allowed, best first, equal ones by row."""
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf)
    depth = min(depth, len(scores))
    rows = np.argpartition(-scores, depth - 1)[:depth] if depth < len(scores) else np.arange(len(scores))
    rows = rows[np.isfinite(scores[rows])]
    return np.asarray(rows[np.lexsort((rows, -scores[rows]))], np.int64)


def fuse(
    rows: NDArray[np.int64],
    scores: NDArray[np.float64],
    near: NDArray[np.int64],
    cosines: NDArray[np.float32],
    weight: float,
) -> dict[int, float]:
    """Return row -> (1 - weight) * words + weight * vectors, each arm's scores brought to 0..1.

    A row that an arm did not give counts as that arm's worst. The result does not depend on the order of the rows.
    """
    both = dict.fromkeys(rows.tolist() + near.tolist(), 0.0)
    for arm, values, share in ((rows, scores, 1 - weight), (near, cosines, weight)):
        if not len(arm):
            continue
        low, high = float(values.min()), float(values.max())
        for row, value in zip(arm.tolist(), values.tolist(), strict=True):
            both[row] += share * ((value - low) / (high - low) if high > low else 1.0)
    return both
