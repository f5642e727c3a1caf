"""BM25 over characters, character pairs and words, as immutable segments of sorted arrays.

The score of a passage is the sum over the query's terms of

    weight * ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean length))

(Robertson & Zaragoza 2009; the idf as in Lucene). `tf` and `length` are weighted over the fields of a passage, as in
BM25F. Three things are rounded, and only these: stored tf to quarters, at most 63.75; length to a geometric grid of
256 steps (3 % apart); each term's share of a score to 1/65536. Shares are added as integers, so a score does not
depend on the order of terms or on how the index was cut into segments. N, df and the mean length are of the whole
index, its deleted passages taken out.

Tried and left out, measured on four sets (see evals/LOG.md): trigrams, other idf powers, saturation of repeated query
terms, pseudo-relevance feedback. tantivy ranks the same terms .002 to .006 nDCG@10 lower (k1 and b are fixed there,
lengths coarser) and forgets deleted passages in df only when it merges.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import TERM_BITS, Terms, encode

K1: Final = 1.2
B: Final = 0.8
TF_STEPS: Final = 4
"""Stored tf is in quarters."""
UNIT: Final = 1 << 16
"""Scores are added in units of 1/65536."""
DENSE_FROM: Final = 32
"""A term held by more than one passage in 32 is added as a whole row: cheaper than one by one."""
DENSE_BYTES: Final = 64 << 20
"""Rows kept for reuse, per segment."""
_CHUNK = 4096
_DOC_BITS = 63 - TERM_BITS

Field = tuple[Sequence[str], float]
"""The texts of one field, one per passage, and what an occurrence in it counts for."""


def length_class(length: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the step of the stored length grid nearest to `length`."""
    return np.minimum(np.rint(24 * np.log2(1 + length / 8)), 255).astype(np.uint8)


def class_length() -> NDArray[np.float64]:
    """Return the length each of the 256 steps stands for."""
    return np.asarray(8 * (np.exp2(np.arange(256) / 24) - 1))


@dataclass(frozen=True)
class Postings:
    """Which passages hold a term, and how often: one segment of the index."""

    terms: Terms
    """Sorted."""
    starts: NDArray[np.int64]
    """Where each term's postings start; one more at the end."""
    rows: NDArray[np.int32]
    impacts: NDArray[np.uint16]
    """tf in quarters << 8 | length class of the passage."""
    lengths: NDArray[np.float32]
    """Weighted length of each passage."""

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def total_length(self) -> float:
        """Return the sum of all lengths; exact, because lengths are multiples of a quarter."""
        return float(self.lengths.sum(dtype=np.float64))


def build_postings(fields: Sequence[Field]) -> Postings:
    """Return the postings of passages given as parallel fields; weights are multiples of a quarter."""
    count = len(fields[0][0])
    chunks = [_count_chunk(fields, at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK)]
    heads, sizes, keys, lengths = (
        np.concatenate([np.empty(0, kind), *(chunk[part] for chunk in chunks)])
        for part, kind in enumerate((np.int64, np.int64, np.int32, np.float64))
    )
    del chunks
    # Terms of all chunks in order, the earlier chunk first: within a term the rows ascend.
    order = np.argsort(heads, kind="stable")
    begins = np.concatenate(([0], np.cumsum(sizes)))[:-1]
    packed = keys[spans(begins[order], sizes[order])]
    del keys
    rows = packed >> 8
    impacts = ((packed & 0xFF) << 8).astype(np.uint16)
    del packed
    impacts |= length_class(lengths)[rows]
    ordered, ordered_sizes = heads[order], sizes[order]
    first = _firsts(ordered)
    totals = np.add.reduceat(ordered_sizes, first) if len(first) else ordered_sizes
    starts = np.concatenate(([0], np.cumsum(totals))).astype(np.int64)
    return Postings(ordered[first], starts, rows, impacts, lengths.astype(np.float32))


def _count_chunk(
    fields: Sequence[Field], start: int, stop: int
) -> tuple[Terms, NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return a chunk's terms, how many postings each has, the postings as `row << 8 | tf`, and the lengths."""
    lengths = np.zeros(stop - start)
    parts: list[NDArray[np.int64]] = []
    counts: list[NDArray[np.int64]] = []
    for texts, weight in fields:
        terms, rows = encode(texts[start:stop])
        lengths += weight * np.bincount(rows, minlength=stop - start)
        keys = np.sort(terms << _DOC_BITS | rows)
        first = _firsts(keys)
        parts.append(keys[first])
        counts.append(np.rint(np.diff(np.append(first, len(keys))) * (weight * TF_STEPS)).astype(np.int64))
    keys, tf = parts[0], counts[0]
    if len(parts) > 1:
        keys, inverse = np.unique(np.concatenate(parts), return_inverse=True)
        tf = np.bincount(inverse, weights=np.concatenate(counts), minlength=len(keys)).astype(np.int64)
    terms = keys >> _DOC_BITS
    rows = (keys & ((1 << _DOC_BITS) - 1)) + start
    first = _firsts(terms)
    sizes = np.diff(np.append(first, len(terms)))
    return terms[first], sizes, (rows << 8 | np.clip(tf, 1, 255)).astype(np.int32), lengths


def _firsts(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each run of equal values starts."""
    if not len(ordered):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))


def spans(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions `begin .. begin + size` of each pair, one after the other."""
    shift = np.repeat(begins - np.concatenate(([0], np.cumsum(sizes)))[:-1], sizes)
    return np.arange(len(shift), dtype=np.int64) + shift


@dataclass(frozen=True)
class Removed:
    """What deleted passages of a segment no longer count for."""

    rows: NDArray[np.int32]
    terms: Terms
    df: NDArray[np.int64]
    total_length: float


def removed_from(rows: NDArray[np.int32], postings: Postings) -> Removed:
    """Return the correction for deleted `rows` whose own postings are `postings`."""
    return Removed(rows, postings.terms, np.diff(postings.starts), postings.total_length)


@dataclass(frozen=True)
class Segment:
    """Postings, and which of their passages are deleted."""

    postings: Postings
    removed: Removed | None = None
    kept: dict[tuple[int, float], NDArray[np.int32]] = field(default_factory=dict, repr=False, compare=False)
    """What frequent terms add to every passage, kept for reuse by one Scorer."""


class Scorer:
    """BM25 over segments that are searched as one index. Immutable but for its cache; safe between threads."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = tuple(segments)
        sizes = [len(segment.postings) for segment in segments]
        self.rows = sum(sizes)
        """Number of rows, deleted ones included."""
        gone = [segment.removed for segment in segments if segment.removed]
        self.count = self.rows - sum(len(removed.rows) for removed in gone)
        length = sum(segment.postings.total_length for segment in segments)
        length -= sum(removed.total_length for removed in gone)
        self._offsets = [0, *np.cumsum(sizes).tolist()]
        self._worth = _impact_worth(length / self.count if self.count and length else 1.0)

    def scores(self, terms: Terms, weights: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the score of every row in `UNIT`s, for weighted terms that differ from each other.

        Deleted rows score 0.
        """
        places = [_find(segment.postings, terms) for segment in self._segments]
        df = np.zeros(len(terms), np.int64)
        for segment, (_, sizes) in zip(self._segments, places, strict=True):
            df += sizes
            if segment.removed is not None:
                df -= _removed_df(segment.removed, terms)
        factors = (weights * np.log1p((self.count - df + 0.5) / (df + 0.5))).astype(np.float32) * UNIT
        out = np.zeros(self.rows, np.int32)
        for segment, (begins, sizes), at in zip(self._segments, places, self._offsets, strict=False):
            part = out[at : at + len(segment.postings)]
            self._add(segment, begins, sizes, factors, part)
            if segment.removed is not None:
                part[segment.removed.rows] = 0
        return out

    def _add(
        self,
        segment: Segment,
        begins: NDArray[np.int64],
        sizes: NDArray[np.int64],
        factors: NDArray[np.float32],
        out: NDArray[np.int32],
    ) -> None:
        postings = segment.postings
        frequent = sizes > max(len(postings) // DENSE_FROM, 256)
        for begin, size, factor in zip(
            begins[frequent].tolist(), sizes[frequent].tolist(), factors[frequent], strict=True
        ):
            out += self._whole_row(segment, begin, size, factor)
        rare = (sizes > 0) & ~frequent
        if not rare.any():
            return
        cuts = [
            slice(begin, begin + size)
            for begin, size in zip(begins[rare].tolist(), sizes[rare].tolist(), strict=True)
        ]
        worth = self._worth[np.concatenate([postings.impacts[cut] for cut in cuts])]
        worth *= np.repeat(factors[rare], sizes[rare])
        np.add.at(
            out,
            np.concatenate([postings.rows[cut] for cut in cuts]),
            np.rint(worth, out=worth).astype(np.int32),
        )

    def _whole_row(self, segment: Segment, begin: int, size: int, factor: np.float32) -> NDArray[np.int32]:
        """Return what a frequent term adds to every passage."""
        key = (begin, float(factor))
        row = segment.kept.get(key)
        if row is None:
            postings = segment.postings
            row = np.zeros(len(postings), np.int32)
            worth = self._worth[postings.impacts[begin : begin + size]] * factor
            row[postings.rows[begin : begin + size]] = np.rint(worth)
            if (len(segment.kept) + 1) * row.nbytes > DENSE_BYTES:
                segment.kept.pop(next(iter(tuple(segment.kept)), key), None)
            segment.kept[key] = row
        return row


def _impact_worth(mean: float) -> NDArray[np.float32]:
    """Return what each of the 65,536 stored impacts is worth: tf / (tf + norm)."""
    tf = np.arange(256)[:, None] / TF_STEPS
    norm = K1 * (1 - B + B * class_length()[None, :] / mean)
    return np.asarray((tf / (tf + norm)).astype(np.float32).ravel())


def _find(postings: Postings, terms: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the postings of each term begin and how many there are."""
    if not len(postings.terms):
        return np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
    at = np.minimum(np.searchsorted(postings.terms, terms), len(postings.terms) - 1)
    begins = postings.starts[at]
    return begins, np.where(postings.terms[at] == terms, postings.starts[at + 1] - begins, 0)


def _removed_df(removed: Removed, terms: Terms) -> NDArray[np.int64]:
    """Return how many of the removed passages held each term."""
    if not len(removed.terms):
        return np.zeros(len(terms), np.int64)
    at = np.minimum(np.searchsorted(removed.terms, terms), len(removed.terms) - 1)
    return np.where(removed.terms[at] == terms, removed.df[at], 0)


def best(scores: NDArray[np.int32], k: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Return the rows of the k best positive scores and of all that tie with the k-th, best first, then by row."""
    if allowed is not None:
        scores = scores * allowed
    found = np.flatnonzero(scores >= _bound(scores, k))
    if len(found) > k:
        last = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= last]
    return found[np.lexsort((found, -scores[found]))]


def _bound(scores: NDArray[np.int32], k: int) -> int:
    """Return a score that the k best cannot be below: the k-th best maximum of groups of 64, at least 1."""
    width = 64
    groups = len(scores) // width
    if groups < 4 * k:
        return 1
    maxima = np.maximum.reduce(scores[: groups * width].reshape(width, groups), axis=0)
    return max(1, int(np.partition(maxima, groups - k)[groups - k]))
