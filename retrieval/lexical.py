"""BM25 over characters, character pairs and words, as immutable segments of sorted arrays.

The score of a passage is the sum over the query's terms of

    weight * ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean length))

(Robertson & Zaragoza 2009; the idf as in Lucene). `tf` and `length` are weighted over the fields of a passage, as in
BM25F. Three things are rounded, and only these: stored tf to quarters, at most 63.75; length to a geometric grid of
256 steps (3 % apart); each term's share of a score to 1/65536. Shares are added as integers, so a score does not
depend on the order of terms or on how the index was cut into segments. N, df and the mean length are of the whole
index, its deleted passages taken out.

A posting takes three bytes: two for the row, so a segment has at most 65,536, and one for tf. The tf of a term that
more than one passage in eight holds is a whole row of bytes instead, where any passage's is one look away.

Tried and left out, measured on four sets (see evals/LOG.md): trigrams, other idf powers, saturation of repeated query
terms, pseudo-relevance feedback. tantivy ranks the same terms .002 to .006 nDCG@10 lower (k1 and b are fixed there,
lengths coarser) and forgets deleted passages in df only when it merges.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import TERM_BITS, Terms, encode

K1: Final = 1.2
B: Final = 0.8
TF_STEPS: Final = 4
"""Stored tf is in quarters."""
UNIT: Final = 1 << 16
"""Scores are added in units of 1/65536."""
MOST_ROWS: Final = 1 << 16
"""No segment holds more passages."""
COMMON: Final = 8
"""The tf of a term held by more than one passage in 8 is stored for every passage."""
READ_ALL = 30_000
"""Up to this many postings all are read; beyond, frequent terms are looked up for likely passages only."""
FIRST_SHARE = 0.4
"""The terms that together could add this share of the most there is are left for later at first."""
LOOK_UP: Final = 8
"""Where so many times as many postings as rows are looked at, they are searched one by one."""
SEEDS: Final = 100
"""So many passages beyond the k are looked at in full before any is ruled out."""
LOOKUPS = 4096
"""About how many values are looked up between two prunings."""
_GROUP: Final = 64
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
    """Which passages hold a term, and how often: one segment of the index. tf is in quarters."""

    terms: Terms
    """Sorted."""
    starts: NDArray[np.uint32]
    """Where each term's postings start, one more at the end; a common term has none."""
    rows: NDArray[np.uint16]
    tf: NDArray[np.uint8]
    common: NDArray[np.uint32]
    """Which terms are common, ascending."""
    common_df: NDArray[np.uint32]
    """How many passages hold each common term."""
    tables: NDArray[np.uint8]
    """tf of each common term in every passage, shape (common, passages)."""
    peaks: NDArray[np.uint8]
    """The most each term's tf / (tf + norm) is in any passage, at this segment's own mean length, in 1/255, rounded up."""
    classes: NDArray[np.uint8]
    """Length class of each passage."""
    total: NDArray[np.float64]
    """The sum of all weighted lengths, one number; exact, because lengths are multiples of a quarter."""

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def total_length(self) -> float:
        """Return the sum of all weighted lengths."""
        return float(self.total[0])

    def df(self) -> NDArray[np.int64]:
        """Return how many passages hold each term."""
        df = np.diff(self.starts).astype(np.int64)
        df[self.common] = self.common_df
        return df

    def find(self, terms: Terms) -> NDArray[np.int64]:
        """Return the number of each term, -1 where no passage holds it."""
        if not len(self.terms):
            return np.full(len(terms), -1)
        at = np.minimum(self.terms.searchsorted(terms), len(self.terms) - 1)
        return np.where(self.terms[at] == terms, at, -1)

    def of(self, term: int) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        """Return the passages that hold the term of that number, ascending, and its tf in each."""
        begin, end = int(self.starts[term]), int(self.starts[term + 1])
        if begin < end:
            return self.rows[begin:end], self.tf[begin:end]
        table = self.tables[np.searchsorted(self.common, term)]
        held = np.flatnonzero(table)
        return held.astype(np.uint16), table[held]


def build_postings(fields: Sequence[Field]) -> Postings:
    """Return the postings of at most `MOST_ROWS` passages given as parallel fields; weights are multiples of a quarter."""
    count = len(fields[0][0])
    if count > MOST_ROWS:
        raise ValueError(f"{count} passages in one segment")
    chunks = [_count_chunk(fields, at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK)]
    heads = _joined(np.int64, (chunk[0] for chunk in chunks))
    sizes = _joined(np.int32, (chunk[1] for chunk in chunks))
    lengths = _joined(np.float64, (chunk[3] for chunk in chunks))
    # Taken over one by one: the postings are never held twice.
    keys = np.empty(int(sizes.sum()), np.uint32)
    end = len(keys)
    while chunks:
        part = chunks.pop()[2]
        keys[end - len(part) : end] = part
        end -= len(part)
    # Terms of all chunks in order, the earlier chunk first: within a term the rows ascend.
    order = np.argsort(heads, kind="stable")
    heads = heads[order]
    begins = (np.cumsum(sizes) - sizes)[order].astype(np.uint32)
    sizes = sizes[order]
    del order
    first = _firsts(heads)
    terms = heads[first]
    df = np.add.reduceat(sizes, first, dtype=np.int64) if len(first) else sizes.astype(np.int64)
    owner = np.repeat(np.arange(len(first), dtype=np.int32), np.diff(np.append(first, len(heads))))
    del heads
    common = np.flatnonzero(df * COMMON > count)
    tables = np.zeros((len(common), count), np.uint8)
    table_of = np.full(len(df), -1, np.int32)
    table_of[common] = np.arange(len(common))
    starts = np.append(0, np.cumsum(np.where(table_of < 0, df, 0)))
    rows, tf = np.empty(int(starts[-1]), np.uint16), np.empty(int(starts[-1]), np.uint8)
    classes = length_class(lengths)
    norms = _norms(lengths.mean() if lengths.any() else 1.0)[classes]
    peaks = np.zeros(len(df), np.float32)
    # In pieces, so that no copy of all postings is made.
    done = 0
    ends = np.append(0, np.cumsum(sizes))
    for a, b in _pieces(ends):
        packed = keys[_spans(begins[a:b], sizes[a:b])]
        place, often = packed >> 8, packed.astype(np.uint8)
        worth = np.maximum.reduceat(often / (often + norms[place]), ends[a:b] - ends[a])
        np.maximum.at(peaks, owner[a:b], worth)
        table = np.repeat(table_of[owner[a:b]], sizes[a:b])
        here, rest = table >= 0, table < 0
        tables[table[here], place[here]] = often[here]
        more = done + int(rest.sum())
        rows[done:more], tf[done:more] = place[rest], often[rest]
        done = more
    return Postings(
        terms=terms,
        starts=starts.astype(np.uint32),
        rows=rows,
        tf=tf,
        common=common.astype(np.uint32),
        common_df=df[common].astype(np.uint32),
        tables=tables,
        peaks=np.ceil(peaks * 255).astype(np.uint8),
        classes=classes,
        total=np.array([lengths.sum()]),
    )


def _pieces(ends: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return consecutive ranges of spans, each of about a million items; `ends` begins with 0."""
    if len(ends) < 2:
        return []
    cuts = np.searchsorted(ends, np.arange(0, int(ends[-1]) + _PIECE, _PIECE))
    return list(pairwise(np.unique(np.append(np.minimum(cuts, len(ends) - 1), len(ends) - 1)).tolist()))


def _count_chunk(
    fields: Sequence[Field], start: int, stop: int
) -> tuple[Terms, NDArray[np.int32], NDArray[np.uint32], NDArray[np.float64]]:
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
    sizes = np.diff(np.append(first, len(terms))).astype(np.int32)
    return terms[first], sizes, (rows << 8 | np.clip(tf, 1, 255)).astype(np.uint32), lengths


def _firsts(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each run of equal values starts."""
    if not len(ordered):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))


def _spans(begins: NDArray[np.uint32], sizes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the positions `begin .. begin + size` of each pair, one after the other."""
    shift = np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
    return np.asarray(np.arange(len(shift), dtype=np.int64) + shift)


def _norms(mean: float) -> NDArray[np.float32]:
    """Return what is added to tf in the divisor, in quarters, for each class of lengths."""
    return np.asarray(TF_STEPS * K1 * (1 - B + B * class_length() / mean), np.float32)


@dataclass(frozen=True)
class Removed:
    """What deleted passages of a segment no longer count for."""

    rows: NDArray[np.int32]
    terms: Terms
    df: NDArray[np.int64]
    total_length: float


def removed_from(rows: NDArray[np.int32], postings: Postings) -> Removed:
    """Return the correction for deleted `rows` whose own postings are `postings`."""
    return Removed(rows, postings.terms, postings.df(), postings.total_length)


@dataclass(frozen=True)
class Segment:
    """Postings, and which of their passages are deleted."""

    postings: Postings
    removed: Removed | None = None


class Asked(NamedTuple):
    """The terms of a question that the index holds, those first that rule out most for the postings they cost."""

    factors: NDArray[np.float32]
    """Weight times idf of each, in `UNIT`s."""
    sizes: NDArray[np.int64]
    """How many postings of each there are."""
    rest: NDArray[np.int64]
    """The most that this term and all after it can add to a score; one more, 0, at the end."""
    begins: list[list[int]]
    """For each segment and term: where its postings begin."""
    counts: list[list[int]]
    """For each segment and term: how many postings there are, none where it is common."""
    tables: NDArray[np.int64]
    """Shape (segments, terms): number of its table, -1 where it has none."""


class Scorer:
    """BM25 over segments that are searched as one index. Immutable; safe between threads."""

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
        norms = _norms(self._mean)
        self._norms = _joined(np.float32, (norms[segment.postings.classes] for segment in segments))
        self._hidden = _joined(
            np.int64,
            (
                segment.removed.rows.astype(np.int64) + at
                for segment, at in zip(segments, self._offsets, strict=False)
                if segment.removed is not None
            ),
        )
        self._read_vocabulary()

    def _read_vocabulary(self) -> None:
        """Bring the terms of all segments into one sorted array, so that a question is looked up at once."""
        held = [segment.postings for segment in self.segments]
        # The number of its segment stands before a term.
        self._first = np.arange(len(held), dtype=np.int64) << TERM_BITS
        self._terms = _joined(np.int64, (one.terms | at for one, at in zip(held, self._first, strict=True)))
        self._begins = _joined(np.uint32, (one.starts[:-1] for one in held))
        self._counts = _joined(np.uint32, (np.diff(one.starts) for one in held))
        self._peaks = _joined(np.float32, (self._peaks_of(one) for one in held))
        self._tables = np.full(len(self._terms), -1, np.int32)
        self._df = self._counts.astype(np.int32)
        start = 0
        for segment in self.segments:
            one = segment.postings
            end = start + len(one.terms)
            self._tables[start:end][one.common] = np.arange(len(one.common))
            self._df[start:end][one.common] = one.common_df
            if segment.removed is not None:
                self._df[start:end][one.terms.searchsorted(segment.removed.terms)] -= segment.removed.df
            start = end

    def _peaks_of(self, postings: Postings) -> NDArray[np.float32]:
        """Return a bound on what each term is worth in a segment, at the mean length of the whole index."""
        peaks = postings.peaks / np.float32(255)
        own = postings.total_length / len(postings) or 1.0
        # A longer mean makes every norm smaller, at most by own / mean.
        less = np.float32(min(1.0, own / self._mean))
        return np.asarray(peaks / (peaks + less * (1 - peaks)), np.float32)

    def scores(self, terms: Terms, weights: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the score of every row in `UNIT`s, for weighted terms that differ from each other.

        Deleted rows score 0. This reads every posting; `top` gives the same for the best rows and reads few.
        """
        asked = self._ask(terms, weights)
        out = np.zeros(self.rows, np.int32)
        self._add(asked, 0, len(asked.sizes), out)
        out[self._hidden] = 0
        return out

    def top(
        self,
        terms: Terms,
        weights: NDArray[np.float64],
        k: int,
        allowed: NDArray[np.bool_] | None = None,
        *,
        first: int = 0,
        share: float = 0.0,
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the rows and scores of the k best allowed rows and of all that tie with the k-th, best first, by row.

        Exactly what `best` makes of `scores`, by MaxScore pruning (Turtle & Flood 1995): passages are found by their rare
        terms; what the frequent terms could add at most tells which of them can still be among the best.

        Where `first` is given, of these only what scores at least `share` of the `first`-th best.
        """
        asked = self._ask(terms, weights)
        last = len(asked.sizes)

        def floor_of(scores: NDArray[np.int32]) -> int:
            floor = _kth(scores, k) if len(scores) >= k else 1
            return max(floor, int(share * _kth(scores, first))) if 0 < first <= len(scores) else floor

        cut = last
        if asked.sizes.sum() > READ_ALL:
            cut = int(np.argmax(asked.rest <= asked.rest[0] * FIRST_SHARE))
        out = np.zeros(self.rows, np.int32)
        self._add(asked, 0, cut, out)
        self._hide(allowed, out)
        seeds = k if cut == last else k + SEEDS
        width = _width(self.rows, seeds)
        maxima = _maxima(out, width)
        bound = _bound(maxima, seeds)
        rows = _reaching(out, maxima, width, bound)
        scores = out[rows]
        if cut < last:
            scores = scores + self._more(asked, cut, last, rows)
        floor = floor_of(scores)
        keep = scores >= floor
        rows, scores = rows[keep], scores[keep]
        if cut < last and bound > floor - asked.rest[cut]:
            out[rows] = 0
            if asked.rest[cut] >= floor:
                further = int(np.argmax(asked.rest < floor))
                self._add(asked, cut, further, out)
                self._hide(allowed, out)
                out[rows] = 0
                maxima = _maxima(out, width)
                cut = further
            others = _reaching(out, maxima, width, max(1, floor - int(asked.rest[cut])))
            others, values = self._narrow(asked, cut, others, out[others], floor)
            rows, scores = np.concatenate((rows, others)), np.concatenate((scores, values))
            keep = scores >= floor_of(scores)
            rows, scores = rows[keep], scores[keep]
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _narrow(
        self, asked: Asked, cut: int, rows: NDArray[np.int64], scores: NDArray[np.int32], floor: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return those of `rows` that reach `floor` with all terms, and their scores; `scores` counts those before `cut`."""
        while cut < len(asked.sizes) and len(rows):
            end = min(len(asked.sizes), cut + max(1, LOOKUPS // len(rows)))
            scores = scores + self._more(asked, cut, end, rows)
            cut = end
            keep = np.flatnonzero(scores >= floor - int(asked.rest[cut]))
            rows, scores = rows[keep], scores[keep]
        return rows, scores

    def _ask(self, terms: Terms, weights: NDArray[np.float64]) -> Asked:
        """Return where the index holds the terms, and what they are worth."""
        if not len(self._terms):
            none = np.zeros(0, np.int64)
            each: list[list[int]] = [[] for _ in self.segments]
            tables = np.empty((len(each), 0), np.int64)
            return Asked(none.astype(np.float32), none, np.zeros(1, np.int64), each, each, tables)
        wanted = self._first[:, None] | terms
        at = self._terms.searchsorted(wanted)
        np.minimum(at, len(self._terms) - 1, out=at)
        there = self._terms[at] == wanted
        df = (self._df[at] * there).sum(axis=0)
        factors = (weights * np.log1p((self.count - df + 0.5) / (df + 0.5))).astype(np.float32) * UNIT
        # One more than the most each term can add, so that what is left out stays strictly below.
        most = np.ceil(factors * (self._peaks[at] * there).max(axis=0)).astype(np.int64) + 1
        order = (df / most).argsort(kind="stable")
        order = order[df[order] > 0]
        at, there, df, most = at[:, order], there[:, order], df[order], most[order]
        rest = np.zeros(len(order) + 1, np.int64)
        rest[:-1] = most[::-1].cumsum()[::-1]
        return Asked(
            factors=factors[order],
            sizes=df,
            rest=rest,
            begins=self._begins[at].tolist(),
            counts=(self._counts[at] * there).tolist(),
            tables=np.where(there, self._tables[at], -1).astype(np.int64),
        )

    def _hide(self, allowed: NDArray[np.bool_] | None, out: NDArray[np.int32]) -> None:
        """Make what may not be seen score 0."""
        if allowed is not None:
            np.multiply(out, allowed, out=out)
        if len(self._hidden):
            out[self._hidden] = 0

    def _add(self, asked: Asked, begin: int, end: int, out: NDArray[np.int32]) -> None:
        """Add to `out` what the postings of some terms are worth."""
        factors = asked.factors.tolist()
        rows, tf, sizes, worths, offsets = [], [], [], [], []
        for number, (segment, at) in enumerate(zip(self.segments, self._offsets, strict=False)):
            postings, begins, counts = segment.postings, asked.begins[number], asked.counts[number]
            for term in range(begin, end):
                if size := counts[term]:
                    start = begins[term]
                    rows.append(postings.rows[start : start + size])
                    tf.append(postings.tf[start : start + size])
                    sizes.append(size)
                    worths.append(factors[term])
                    offsets.append(at)
            common = begin + np.flatnonzero(asked.tables[number, begin:end] >= 0)
            if len(common):
                here = slice(at, at + len(postings))
                tables = postings.tables[asked.tables[number, common]]
                shares = self._share(tables, self._norms[here], asked.factors[common, None])
                out[here] += shares.sum(axis=0, dtype=np.int32)
        if not rows:
            return
        place = np.concatenate(rows, dtype=np.int64)
        if offsets[-1]:
            place += np.repeat(offsets, sizes)
        worth = np.repeat(np.array(worths, np.float32), sizes)
        np.add.at(out, place, self._share(np.concatenate(tf), self._norms.take(place), worth))

    @staticmethod
    def _share(
        tf: NDArray[np.uint8], norms: NDArray[np.float32], factor: NDArray[np.float32] | float
    ) -> NDArray[np.int32]:
        """Return what occurrences add to a score."""
        often = tf.astype(np.float32)
        worth = often / (often + norms)
        worth *= np.float32(factor)
        return np.rint(worth, out=worth).astype(np.int32)

    def _more(self, asked: Asked, begin: int, end: int, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return what some terms add to some rows, which ascend."""
        tf = np.zeros((end - begin, len(rows)), np.uint8)
        cuts = rows.searchsorted(self._offsets).tolist()
        for number, (a, b) in enumerate(pairwise(cuts)):
            if a == b:
                continue
            postings, at = self.segments[number].postings, self._offsets[number]
            here = rows[a:b] - at if at else rows[a:b]
            tables = asked.tables[number, begin:end]
            lines = np.flatnonzero(tables >= 0)
            if len(lines):
                places = (tables[lines] * len(postings))[:, None] + here
                tf[lines, a:b] = postings.tables.reshape(-1).take(places)
            begins, counts = asked.begins[number], asked.counts[number]
            for term in range(begin, end):
                if size := counts[term]:
                    held = slice(begins[term], begins[term] + size)
                    _look(postings.rows[held], postings.tf[held], here, tf[term - begin, a:b])
        shares = self._share(tf, self._norms.take(rows), asked.factors[begin:end, None])
        return np.asarray(shares.sum(axis=0, dtype=np.int32))


def _joined(kind: type, parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays one after the other; an empty one of that kind where there are none."""
    return np.concatenate([np.empty(0, kind), *parts], dtype=kind)


def _look(
    held: NDArray[np.uint16], tf: NDArray[np.uint8], rows: NDArray[np.int64], out: NDArray[np.uint8]
) -> None:
    """Put into `out` the tf in some rows of a segment of a term with these postings."""
    if len(rows) * LOOK_UP < len(held):
        wanted = rows.astype(np.uint16)
        at = held.searchsorted(wanted)
        np.minimum(at, len(held) - 1, out=at)
        np.multiply(tf[at], held[at] == wanted, out=out)
    else:
        whole = np.zeros(MOST_ROWS, np.uint8)
        whole[held] = tf
        whole.take(rows, out=out, mode="clip")


def _kth(values: NDArray[np.int32], k: int) -> int:
    """Return the k-th highest of at least k values."""
    return int(np.partition(values, len(values) - k)[len(values) - k])


def best(scores: NDArray[np.int32], k: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Return the rows of the k best positive scores and of all that tie with the k-th, best first, then by row."""
    if allowed is not None:
        scores = scores * allowed
    found = np.flatnonzero(scores >= _bound(_maxima(scores, _width(len(scores), k)), k))
    if len(found) > k:
        last = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= last]
    return found[np.lexsort((found, -scores[found]))]


def _width(count: int, k: int) -> int:
    """Return how many scores make a group: 64, or fewer, so that there are at least four times k groups."""
    return min(_GROUP, max(1, count // (4 * k)))


def _maxima(scores: NDArray[np.int32], width: int) -> NDArray[np.int32]:
    """Return the highest of each group of `width` scores; what is left over at the end is in none."""
    groups = len(scores) // width
    return np.asarray(scores[: groups * width].reshape(width, groups).max(axis=0))


def _bound(maxima: NDArray[np.int32], k: int) -> int:
    """Return a score, at least 1, that the k best cannot be below."""
    return max(1, _kth(maxima, k)) if len(maxima) >= k else 1


def _reaching(
    scores: NDArray[np.int32], maxima: NDArray[np.int32], width: int, least: int
) -> NDArray[np.int64]:
    """Return the rows whose score is at least `least`; no score may be above the maximum of its group."""
    groups = np.flatnonzero(maxima >= least)
    if len(groups) * 8 >= len(maxima):
        return np.flatnonzero(scores >= least)
    whole = len(maxima) * width
    found = scores[:whole].reshape(width, len(maxima)).take(groups, axis=1)
    line, place = np.divmod(np.flatnonzero(found >= least), max(1, len(groups)))
    rest = whole + np.flatnonzero(scores[whole:] >= least)
    return np.concatenate((line * len(maxima) + groups[place], rest))
