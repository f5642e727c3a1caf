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
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import TERM_BITS, Terms, encode

K1: Final = 1.2
B: Final = 0.8
TF_STEPS: Final = 4
"""Stored tf is in quarters."""
UNIT: Final = 1 << 16
"""Scores are added in units of 1/65536."""
READ_ALL = 120_000
"""Up to this many postings all are read; beyond, frequent terms are looked up for likely passages only."""
FIRST_SHARE: Final = 0.4
"""The frequent terms that together could add this share of the most there is are left for later at first."""
BLOCK: Final = 8
"""How many frequent terms are looked up between two prunings."""
DENSE_FROM: Final = 64
"""The tf of a term held by more than one passage in 64 is kept as a whole row once it was looked up."""
DENSE_BYTES: Final = 64 << 20
"""Rows kept for reuse, per segment."""
_CHUNK = 2048
_PIECE = 1 << 20
_DOC_BITS = 63 - TERM_BITS

Field = tuple[Sequence[str], float]
"""The texts of one field, one per passage, and what an occurrence in it counts for."""


def length_class(length: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the step of the stored length grid nearest to `length`."""
    return np.asarray(np.minimum(np.rint(24 * np.log2(1 + length / 8)), 255), np.uint8)


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
    peaks: NDArray[np.float32]
    """The most each term's impact is worth in any passage, at this segment's own mean length."""

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
    heads, sizes, lengths = (
        np.concatenate([np.empty(0, kind), *(chunk[part] for chunk in chunks)])
        for part, kind in ((0, np.int64), (1, np.int64), (3, np.float64))
    )
    # Taken over one by one: the postings are never held twice.
    keys = np.empty(int(sizes.sum()), np.int32)
    end = len(keys)
    while chunks:
        part = chunks.pop()[2]
        keys[end - len(part) : end] = part
        end -= len(part)
    # Terms of all chunks in order, the earlier chunk first: within a term the rows ascend.
    order = np.argsort(heads, kind="stable")
    heads = heads[order]
    begins = np.cumsum(sizes)
    begins -= sizes
    begins, sizes = begins[order], sizes[order]
    del order
    ends = np.append(0, np.cumsum(sizes))
    classes = length_class(lengths)
    rows, impacts = np.empty(len(keys), np.int32), np.empty(len(keys), np.uint16)
    # In pieces, so that no copy of all postings is made.
    for a, b in _pieces(ends):
        packed = keys[spans(begins[a:b], sizes[a:b])]
        rows[ends[a] : ends[b]] = packed >> 8
        impacts[ends[a] : ends[b]] = ((packed & 0xFF) << 8) | classes[packed >> 8]
    del keys, begins, sizes
    first = _firsts(heads)
    starts = np.append(ends[first], len(rows)).astype(np.int64)
    worth = _impact_worth(float(lengths.mean()) if len(lengths) and lengths.any() else 1.0)
    peaks = np.empty(len(first), np.float32)
    for a, b in _pieces(starts):
        peaks[a:b] = np.maximum.reduceat(worth[impacts[starts[a] : starts[b]]], starts[a:b] - starts[a])
    return Postings(heads[first], starts, rows, impacts, lengths.astype(np.float32), peaks)


def _pieces(ends: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return consecutive ranges of spans, each of about a million items; `ends` begins with 0."""
    if len(ends) < 2:
        return []
    cuts = np.searchsorted(ends, np.arange(0, int(ends[-1]) + _PIECE, _PIECE))
    return list(pairwise(np.unique(np.append(np.minimum(cuts, len(ends) - 1), len(ends) - 1)).tolist()))


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
    kept: dict[int, NDArray[np.uint8]] = field(default_factory=dict, repr=False, compare=False)
    """Whole rows kept for reuse: the length class of every passage (-1), and tf by where a term's postings begin."""


class Scorer:
    """BM25 over segments that are searched as one index. Immutable but for its cache; safe between threads."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        sizes = [len(segment.postings) for segment in segments]
        self.rows = sum(sizes)
        """Number of rows, deleted ones included."""
        gone = [segment.removed for segment in segments if segment.removed]
        self.count = self.rows - sum(len(removed.rows) for removed in gone)
        length = sum(segment.postings.total_length for segment in segments)
        length -= sum(removed.total_length for removed in gone)
        self._offsets = [0, *np.cumsum(sizes).tolist()]
        self._mean = length / self.count if self.count and length else 1.0
        self._worth = _impact_worth(self._mean)

    def scores(self, terms: Terms, weights: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the score of every row in `UNIT`s, for weighted terms that differ from each other.

        Deleted rows score 0. This reads every posting; `top` gives the same for the best rows and reads few.
        """
        places, factors = self._factors(terms, weights)
        out = np.zeros(self.rows, np.int32)
        for segment, place, at in zip(self.segments, places, self._offsets, strict=False):
            part = out[at : at + len(segment.postings)]
            self._add(segment, place, factors, np.flatnonzero(place.sizes), part)
            if segment.removed is not None:
                part[segment.removed.rows] = 0
        return out

    def top(
        self, terms: Terms, weights: NDArray[np.float64], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the rows and scores of the k best allowed rows and of all that tie with the k-th, best first, by row.

        Exactly what `best` makes of `scores`, by MaxScore pruning (Turtle & Flood 1995): passages are found by their rare
        terms; what the frequent terms could add at most tells which of them can still be among the best.
        """
        places, factors = self._factors(terms, weights)
        rows, scores, floor = np.empty(0, np.int64), np.empty(0, np.int32), 1
        for segment, place, at in zip(self.segments, places, self._offsets, strict=False):
            mask = None if allowed is None else allowed[at : at + len(segment.postings)]
            some, values = self._top(segment, place, factors, k, mask, floor)
            rows, scores = np.concatenate((rows, some + at)), np.concatenate((scores, values))
            if len(rows) >= k:
                floor = max(floor, _kth(scores, k))
                rows, scores = rows[scores >= floor], scores[scores >= floor]
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _factors(
        self, terms: Terms, weights: NDArray[np.float64]
    ) -> tuple[list["Place"], NDArray[np.float32]]:
        """Return where each segment holds the terms, and weight times idf of each in `UNIT`s."""
        places = [find(segment.postings, terms) for segment in self.segments]
        df = np.zeros(len(terms), np.int64)
        for segment, place in zip(self.segments, places, strict=True):
            df += place.sizes
            if segment.removed is not None:
                df -= _removed_df(segment.removed, terms)
        return places, (weights * np.log1p((self.count - df + 0.5) / (df + 0.5))).astype(np.float32) * UNIT

    def _top(
        self,
        segment: Segment,
        place: "Place",
        factors: NDArray[np.float32],
        k: int,
        allowed: NDArray[np.bool_] | None,
        floor: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return what of a segment scores at least `floor` and belongs to its k best, ties included."""
        postings = segment.postings
        order = np.argsort(place.sizes, kind="stable")
        order = order[place.sizes[order] > 0]
        # One more than the most each term can add, so that what is left out stays strictly below.
        most = np.ceil(factors[order] * self._peaks(postings, place.at[order])).astype(np.int64) + 1
        rest = np.append(np.cumsum(most[::-1])[::-1], 0)
        cut = len(order)
        if place.sizes.sum() > READ_ALL:
            cut = int(np.argmax(rest <= max(floor - 1, int(rest[0] * FIRST_SHARE))))
        out = np.zeros(len(postings), np.int32)
        self._add(segment, place, factors, order[:cut], out)
        self._hide(segment, allowed, out)
        if rest[cut]:
            seeds = np.flatnonzero(out >= _bound(out, k))
            full = out[seeds] + self._more(segment, place, factors, order[cut:], seeds)
            if len(full) >= k:
                floor = max(floor, _kth(full, k))
            if rest[cut] >= floor:
                further = int(np.argmax(rest < floor))
                self._add(segment, place, factors, order[cut:further], out)
                self._hide(segment, allowed, out)
                cut = further
        rows = np.flatnonzero(out >= max(1, floor - int(rest[cut])))
        scores = out[rows]
        for at in range(cut, len(order), BLOCK):
            end = min(at + BLOCK, len(order))
            scores = scores + self._more(segment, place, factors, order[at:end], rows)
            if len(rows) > k:
                floor = max(floor, _kth(scores, k))
            keep = scores >= floor - int(rest[end])
            rows, scores = rows[keep], scores[keep]
        if len(rows) > k:
            floor = max(floor, _kth(scores, k))
        keep = scores >= floor
        return rows[keep], scores[keep]

    def _hide(self, segment: Segment, allowed: NDArray[np.bool_] | None, out: NDArray[np.int32]) -> None:
        """Make what may not be seen score 0."""
        if allowed is not None:
            np.multiply(out, allowed, out=out)
        if segment.removed is not None:
            out[segment.removed.rows] = 0

    def _add(
        self,
        segment: Segment,
        place: "Place",
        factors: NDArray[np.float32],
        which: NDArray[np.int64],
        out: NDArray[np.int32],
    ) -> None:
        """Add to `out` what the postings of some terms are worth."""
        if not len(which):
            return
        postings = segment.postings
        sizes = place.sizes[which]
        cuts = [
            slice(begin, begin + size)
            for begin, size in zip(place.begins[which].tolist(), sizes.tolist(), strict=True)
        ]
        worth = self._worth[np.concatenate([postings.impacts[cut] for cut in cuts])]
        worth *= np.repeat(factors[which], sizes)
        rows = np.concatenate([postings.rows[cut] for cut in cuts])
        np.add.at(out, rows, np.rint(worth, out=worth).astype(np.int32))

    def _more(
        self,
        segment: Segment,
        place: "Place",
        factors: NDArray[np.float32],
        which: NDArray[np.int64],
        rows: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Return what some terms add to some rows."""
        if not len(which) or not len(rows):
            return np.zeros(len(rows), np.int32)
        tf = np.stack([self._tf(segment, place, term, rows) for term in which.tolist()])
        worth = self._worth[tf.astype(np.uint16) << 8 | self._classes(segment)[rows]]
        worth *= factors[which][:, None]
        return np.asarray(np.rint(worth).astype(np.int32).sum(axis=0, dtype=np.int32))

    def _tf(self, segment: Segment, place: "Place", term: int, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return how often (in quarters) some rows hold a term."""
        postings = segment.postings
        begin, size = int(place.begins[term]), int(place.sizes[term])
        row = segment.kept.get(begin)
        if row is not None:
            return row[rows]
        held = postings.rows[begin : begin + size]
        if size * DENSE_FROM > len(postings):
            row = np.zeros(len(postings), np.uint8)
            row[held] = postings.impacts[begin : begin + size] >> 8
            while (len(segment.kept) + 1) * row.nbytes > DENSE_BYTES and len(segment.kept) > 1:
                segment.kept.pop(next(iter(tuple(segment.kept))), None)
            segment.kept[begin] = row
            return row[rows]
        at = np.minimum(np.searchsorted(held, rows), size - 1)
        there = held[at] == rows
        return np.where(there, postings.impacts[begin + at] >> 8, 0).astype(np.uint8)

    def _classes(self, segment: Segment) -> NDArray[np.uint8]:
        """Return the length class of every passage."""
        classes = segment.kept.get(-1)
        if classes is None:
            classes = segment.kept[-1] = length_class(segment.postings.lengths.astype(np.float64))
        return classes

    def _peaks(self, postings: Postings, at: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return a bound on what a term's impact is worth, at the mean length of the whole index."""
        own = postings.total_length / len(postings) or 1.0
        peaks = postings.peaks[at]
        if self._mean <= own:
            return peaks
        # A longer mean makes every norm smaller, at most by own / mean.
        return np.asarray(peaks / (peaks + (own / self._mean) * (1 - peaks)), np.float32)


def _impact_worth(mean: float) -> NDArray[np.float32]:
    """Return what each of the 65,536 stored impacts is worth: tf / (tf + norm)."""
    tf = np.arange(256)[:, None] / TF_STEPS
    norm = K1 * (1 - B + B * class_length()[None, :] / mean)
    return np.asarray((tf / (tf + norm)).astype(np.float32).ravel())


class Place(NamedTuple):
    """Where a segment holds the terms of a question."""

    at: NDArray[np.int64]
    """Number of the term in the segment, anything where it holds none."""
    begins: NDArray[np.int64]
    sizes: NDArray[np.int64]
    """How many postings; 0 where it holds none."""


def find(postings: Postings, terms: Terms) -> Place:
    """Return where the postings of each term are."""
    if not len(postings.terms):
        none = np.zeros(len(terms), np.int64)
        return Place(none, none, none)
    at = np.minimum(np.searchsorted(postings.terms, terms), len(postings.terms) - 1)
    begins = postings.starts[at]
    sizes = np.where(postings.terms[at] == terms, postings.starts[at + 1] - begins, 0)
    return Place(at, begins, sizes)


def _kth(values: NDArray[np.int32], k: int) -> int:
    """Return the k-th highest of at least k values."""
    return int(np.partition(values, len(values) - k)[len(values) - k])


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
