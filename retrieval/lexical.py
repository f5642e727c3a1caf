"""BM25 over characters and character pairs, as immutable segments of sorted arrays.

The score of a passage is the sum over the query's terms of

    weight * ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean length))

(Robertson & Zaragoza 2009; the idf as in Lucene). `tf` and `length` are weighted over the fields of a passage, as
in BM25F: a word of the title counts half a word of the text. Two things are rounded when stored, and only these: tf to
quarters, at most 63.75; length to a geometric grid of 256 steps (3 % apart). N, df and the mean length are of the whole
index, also over several segments, so that a ranking does not depend on how the index grew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import TERM_BITS, Terms, encode

K1: Final = 1.5
B: Final = 0.75
TF_STEPS: Final = 4
"""Stored tf is in quarters."""
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


def build_postings(fields: Sequence[Field]) -> Postings:
    """Return the postings of passages given as parallel fields."""
    count = len(fields[0][0])
    chunks = [_count_chunk(fields, at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK)]
    lengths = np.concatenate([np.empty(0, np.float64), *(chunk[3] for chunk in chunks)])
    classes = length_class(lengths)
    # Terms of all chunks in order, the earlier chunk first: within a term the rows ascend.
    heads = np.concatenate([np.empty(0, np.int64), *(chunk[0] for chunk in chunks)])
    sizes = np.concatenate([np.empty(0, np.int64), *(chunk[1] for chunk in chunks)])
    keys = np.concatenate([np.empty(0, np.int64), *(chunk[2] for chunk in chunks)])
    del chunks
    order = np.argsort(heads, kind="stable")
    begins = np.concatenate(([0], np.cumsum(sizes)))[:-1]
    gather = spans(begins[order], sizes[order])
    packed = keys[gather]
    del keys, gather
    rows = (packed >> 8).astype(np.int32)
    impacts = ((packed & 0xFF) << 8).astype(np.uint16) | classes[rows]
    ordered, ordered_sizes = heads[order], sizes[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else ordered
    terms = ordered[first]
    totals = np.add.reduceat(ordered_sizes, first) if len(first) else ordered_sizes
    starts = np.concatenate(([0], np.cumsum(totals))).astype(np.int64)
    return Postings(terms, starts, rows, impacts, lengths.astype(np.float32))


def _count_chunk(
    fields: Sequence[Field], start: int, stop: int
) -> tuple[Terms, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return a chunk's terms, how many postings each has, the postings as `row << 8 | tf`, and the lengths."""
    lengths = np.zeros(stop - start)
    parts: list[NDArray[np.int64]] = []
    counts: list[NDArray[np.int64]] = []
    for texts, weight in fields:
        terms, rows = encode(texts[start:stop])
        lengths += weight * np.bincount(rows, minlength=stop - start)
        found, often = np.unique(terms << _DOC_BITS | rows, return_counts=True)
        parts.append(found)
        counts.append(np.rint(often * weight * TF_STEPS).astype(np.int64))
    keys, tf = parts[0], counts[0]
    if len(parts) > 1:
        keys, inverse = np.unique(np.concatenate(parts), return_inverse=True)
        tf = np.bincount(inverse, weights=np.concatenate(counts)).astype(np.int64)
    terms = keys >> _DOC_BITS
    rows = (keys & ((1 << _DOC_BITS) - 1)) + start
    first = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1]))) if len(terms) else terms
    sizes = np.diff(np.concatenate((first, [len(terms)])))
    return terms[first], sizes, rows << 8 | np.clip(tf, 1, 255), lengths


def spans(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions `begin .. begin + size` of each pair, one after the other."""
    total = int(sizes.sum())
    shift = np.repeat(begins - np.concatenate(([0], np.cumsum(sizes)))[:-1], sizes)
    return np.arange(total, dtype=np.int64) + shift


@dataclass(frozen=True)
class Statistics:
    """What BM25 knows of the whole index."""

    count: int
    total_length: float

    @property
    def impact_of(self) -> NDArray[np.float32]:
        """Return what each stored impact is worth: 65,536 values, tf / (tf + norm)."""
        mean = self.total_length / self.count if self.count else 1.0
        tf = np.arange(256)[:, None] / TF_STEPS
        norm = K1 * (1 - B + B * class_length()[None, :] / (mean or 1.0))
        return (tf / (tf + norm)).astype(np.float32).ravel()


class Scorer:
    """BM25 over segments that are searched as one index. Immutable."""

    def __init__(self, segments: Sequence[Postings]) -> None:
        self.segments = tuple(segments)
        self.count = sum(len(segment) for segment in segments)
        total = float(sum(segment.lengths.sum(dtype=np.float64) for segment in segments))
        self._impact_of = Statistics(self.count, total).impact_of
        offsets = np.concatenate(([0], np.cumsum([len(segment) for segment in segments])))
        self._offsets = [int(offset) for offset in offsets]

    def scores(self, terms: Terms, weights: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the score of every passage for weighted terms; terms must differ from each other."""
        places = [_find(segment, terms) for segment in self.segments]
        df = np.sum([sizes for _, sizes in places], axis=0)
        idf = np.log1p((self.count - df + 0.5) / (df + 0.5))
        factors = (weights * idf).astype(np.float32)
        out = np.zeros(self.count, np.float32)
        for segment, (begins, sizes), offset in zip(self.segments, places, self._offsets, strict=False):
            self._add(segment, begins, sizes, factors, out[offset : offset + len(segment)])
        return out

    def _add(
        self,
        segment: Postings,
        begins: NDArray[np.int64],
        sizes: NDArray[np.int64],
        factors: NDArray[np.float32],
        out: NDArray[np.float32],
    ) -> None:
        for begin, size, factor in zip(begins.tolist(), sizes.tolist(), factors, strict=True):
            if size:
                end = begin + size
                out[segment.rows[begin:end]] += factor * self._impact_of[segment.impacts[begin:end]]


def _find(segment: Postings, terms: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the postings of each term begin and how many there are."""
    if not len(segment.terms):
        return np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
    at = np.minimum(np.searchsorted(segment.terms, terms), len(segment.terms) - 1)
    begins = segment.starts[at]
    sizes = np.where(segment.terms[at] == terms, segment.starts[at + 1] - begins, 0)
    return begins, sizes


def best(scores: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Return the rows of the k best positive scores and of all that tie with the k-th, best first, then by row."""
    if allowed is not None:
        scores = np.where(allowed, scores, 0)
    found = np.flatnonzero(scores > _bound(scores, k))
    if len(found) > k:
        last = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= last]
    return found[np.lexsort((found, -scores[found]))]


def _bound(scores: NDArray[np.float32], k: int) -> float:
    """Return a score below which nothing can be among the k best: just below the k-th best maximum of 64 groups."""
    width = 64
    rows = len(scores) // width
    if rows < 4 * k:
        return 0.0
    maxima = np.maximum.reduce(scores[: rows * width].reshape(width, rows), axis=0)
    kth = float(np.partition(maxima, rows - k)[rows - k])
    return max(0.0, float(np.nextafter(np.float32(kth), np.float32(-1))))


def weigh(parts: Iterable[tuple[str, float]]) -> tuple[Terms, NDArray[np.float64]]:
    """Return the terms of weighted texts with the weight of each: its number of occurrences times its text's weight.

    A term already named by an earlier text keeps that weight: what the user said outweighs what we add.
    """
    seen: dict[int, float] = {}
    for text, weight in parts:
        terms, _ = encode([text])
        found, often = np.unique(terms, return_counts=True)
        for term, count in zip(found.tolist(), often.tolist(), strict=True):
            if term not in seen:
                seen[term] = weight * count
    return np.fromiter(seen, np.int64, len(seen)), np.fromiter(seen.values(), np.float64, len(seen))
