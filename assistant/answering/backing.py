"""Whether the best clause is evidence enough to answer from."""

from math import exp
from typing import NamedTuple

from assistant.answering.evidence import Evidence, Piece

WORDS = 0.3
"""Share of the question's own words that must be there, whatever the place and the kind of thing add."""


ENOUGH = 0.42
"""Share of the question's weight a clause must cover to be an answer; set on the open half of evals/cases/policy_qa.yaml."""


class Backing(NamedTuple):
    """What says that the best clause is evidence enough."""

    words: float
    """Share of the question's words in the clause and its title."""
    cover: float
    """Share of all the question asks for: words, place, kind of thing."""
    meaning: float
    """Cosine of the question to the clause."""
    lexical: float
    """Score of the search, of the best hit's."""
    own: float
    """1: of the place asked about."""
    nation: float
    """1: of the nation, where no place is known."""
    foreign: float
    """Share of the question's words that occur nowhere in the collection."""

    @classmethod
    def of(cls, piece: Piece, evidence: Evidence) -> "Backing":
        """Return what backs a piece."""
        seen = piece.signs
        return cls(
            words=seen.words,
            cover=seen.cover,
            meaning=seen.meaning,
            lexical=seen.lexical,
            own=max(seen.own, seen.inside),
            nation=seen.nation,
            foreign=evidence.foreign,
        )

    @property
    def likelihood(self) -> float:
        """Return how likely the clause answers, 0..1."""
        return 1 / (
            1 + exp(-(CONSTANT + sum(part * weight for part, weight in zip(self, WEIGHTS, strict=True))))
        )


WEIGHTS = Backing(words=1.38, cover=1.92, meaning=6.29, lexical=0.32, own=1.79, nation=-0.44, foreign=-2.7)
"""Fitted by `python -m evals.left_out back`: everyday questions left out against questions that nothing answers."""
CONSTANT = -4.96
BACKED = 0.25
"""Likelihood from which a clause answers: of questions that nothing answers one in ten gets past it, of the rest nine."""


def is_backed(piece: Piece, evidence: Evidence) -> bool:
    """Return whether the best clause is evidence enough; of uploads nobody wrote everyday questions, words must do."""
    if piece.policy is None:
        return piece.cover >= ENOUGH and piece.words >= WORDS
    return Backing.of(piece, evidence).likelihood >= BACKED
