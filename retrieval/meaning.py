"""What texts mean beyond their words: a small embedding that ships with the program.

    retrieval/data/meaning.npz     28,000 terms, 128 numbers each, int8 (3.9 MB); made by evals/train_meaning.py

A text is the sum of its terms' vectors, each times the square root of how often it occurs, brought to length one and
stored as int8 in steps of 1/512. Terms are those of the word index, so a segment's vectors come from its postings, no
text is read again. Cosines are sums of integers below 2**24: exact in float32, whatever the order or the segment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import sqrt
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import Terms, count
from retrieval.lexical import TF_STEPS, Postings
from retrieval.question import core

WEIGHTS: Final = Path(__file__).parent / "data" / "meaning.npz"
STEPS: Final = 512
"""A stored component is in steps of 1/512, at most a quarter."""
SHARE: Final = 0.4
"""What a passage gains at most by meaning what is asked, as a share of its score by words (evals/LOG.md)."""
ASKED_SHARE: Final = 0.8
"""The same for the everyday question of the passage that comes nearest to what is asked."""
LONGEST: Final = 1.03
"""No cosine is more: rounding makes a vector at most 1.012 long."""
_ROWS = 1 << 12

Stored = NDArray[np.int8]


@dataclass(frozen=True)
class Meaning:
    """The embedding. Immutable."""

    identity: str
    terms: Terms
    """Sorted."""
    weights: NDArray[np.int8]
    """One row per term."""
    scales: NDArray[np.float32]
    """What a step of each row is worth."""

    def question(self, text: str) -> NDArray[np.float32] | None:
        """Return the vector of a question, in whole steps; None where none of its terms is known."""
        return self.text(core(text))

    def text(self, text: str) -> NDArray[np.float32] | None:
        """Return the vector of a text, in whole steps; None where none of its terms is known."""
        return self.of(count(text))

    def of(self, held: dict[int, int]) -> NDArray[np.float32] | None:
        """Return the vector of a text by its terms and how often each occurs."""
        asked = np.fromiter(held, np.int64, len(held))
        at = np.minimum(self.terms.searchsorted(asked), len(self.terms) - 1)
        known = self.terms[at] == asked
        if not known.any():
            return None
        often = np.array([sqrt(number) for number in held.values()], np.float32)[known]
        rows = self.weights[at[known]] * (self.scales[at[known]] * often)[:, None]
        return np.asarray(_steps(rows.sum(axis=0, dtype=np.float32)[None])[0], np.float32)

    def questions(self, texts: Sequence[str]) -> Stored:
        """Return the vector of each question, in steps; zeros where none of its terms is known."""
        out = np.zeros((len(texts), self.weights.shape[1]), np.int8)
        known = {text: self.question(text) for text in dict.fromkeys(texts)}
        for row, text in enumerate(texts):
            vector = known[text]
            if vector is not None:
                out[row] = vector
        return out

    def passages(self, postings: Postings) -> Stored:
        """Return the vector of each passage of a segment, in steps."""
        from scipy.sparse import coo_array

        numbers = postings.find(self.terms)
        out = np.zeros((len(postings), self.weights.shape[1]), np.int8)
        held = np.flatnonzero(numbers >= 0)
        if not len(held):
            return out
        parts = [postings.of(number) for number in numbers[held].tolist()]
        rows = np.concatenate([one for one, _ in parts])
        tf = np.concatenate([one for _, one in parts])
        ends = np.cumsum([len(one) for one, _ in parts])
        del parts
        often = np.sqrt(np.arange(256, dtype=np.float32) / TF_STEPS)
        vectors = self.weights[held] * self.scales[held][:, None]
        # A block of rows at a time. In each row the terms ascend, so sums do not depend on the segment.
        for first in range(0, len(out), _ROWS):
            block = out[first : first + _ROWS]
            here = np.flatnonzero((rows >= first) & (rows < first + len(block)))
            terms = np.searchsorted(ends, here, "right").astype(np.int32)
            shape = (len(block), len(held))
            matrix = coo_array(
                (often[tf[here]], (rows[here].astype(np.int32) - first, terms)), shape=shape
            ).tocsr()
            block[:] = _steps(np.asarray(matrix @ vectors, np.float32))
        return out


def cosines(stored: Stored, question: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosine of each stored vector to a question's."""
    return np.asarray(stored.astype(np.float32) @ question, np.float64) / STEPS**2


@cache
def load(file: Path = WEIGHTS) -> Meaning:
    """Return the embedding that ships with the program; read once, never changed."""
    raw = file.read_bytes()
    with np.load(file, allow_pickle=False) as held:
        return Meaning(
            identity=sha256(raw).hexdigest()[:12],
            terms=held["terms"],
            weights=held["weights"],
            scales=held["scales"].astype(np.float32),
        )


def _steps(vectors: NDArray[np.float32]) -> Stored:
    """Return vectors of length one in whole steps; a vector of zeros stays."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(length == 0, 1, length)
    return np.asarray(np.clip(np.rint(unit * STEPS), -127, 127), np.int8)
