"""Everyday questions left out in turn: is the clause that answers each still cited? And what is fitted on them.

    python -m evals.left_out measure [--embeddings DIR]     how often
    python -m evals.left_out fit [--embeddings DIR]         weights of assistant/answering/signs.py
    python -m evals.left_out back [--embeddings DIR]        when the best clause is evidence enough

One question in four is left out at a time: it is in no index and, where DIR holds 0.npz to 3.npz made by `python -m
evals.train_meaning --leave-out FOLD`, in no training of the embedding. Without these the embedding that ships has read
every question, and figures flatter. The asker's place is told where the clause is of one, and by half of those who ask
about the nation's rules. A clause counts only where the question was written for it, so a figure is a lower bound:
another clause may answer as well.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import blake2b
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from assistant.answer import answer
from assistant.answering.backing import Backing
from assistant.answering.evidence import gather
from assistant.answering.question import read_question
from assistant.answering.selection import usable_pieces
from assistant.answering.signs import WEIGHTS, Signs
from assistant.desk import Desk
from evals.beyond import read_cases
from evals.train_meaning import FOLDS, fold_of
from knowledge.load import KnowledgeBase
from knowledge.region import NATION
from retrieval import meaning
from retrieval.index import build_passages, open_index
from retrieval.passages import passages_of
from retrieval.search import Searcher

DAY = date(2026, 11, 22)
SHARPNESS = 7.5
"""How steeply a difference of strength tells clauses apart; scales the weights to those that stood before."""
PULL = 10.0
"""How strongly a weight is held to what it was: signs that everyday questions never show keep theirs."""


@dataclass(frozen=True)
class Left:
    """A question left out."""

    text: str
    place: str
    """The passage it was written for."""
    region: str | None


def _asker(question: str, region: str, places: Sequence[str]) -> str | None:
    """Return where the asker is: at the clause's place; of those who ask of the nation's rules, half tell theirs."""
    if region != NATION:
        return region
    pick = blake2b(question.encode(), digest_size=3).digest()
    return places[pick[2] % len(places)] if pick[1] % 2 else None


def lacking(fold: int) -> KnowledgeBase:
    """Return the knowledge base as if the questions of a fold had never been written."""
    kb = KnowledgeBase()
    vars(kb)["asked"] = {
        source: {place: tuple(q for q in asked if fold_of(q) != fold) for place, asked in places.items()}
        for source, places in kb.asked.items()
    }
    return kb


def folds(embeddings: Path | None) -> Iterator[tuple[Desk, list[Left]]]:
    """Yield a desk that never saw the questions of a fold, and those questions; folds without an embedding are left out."""
    passages = passages_of(KnowledgeBase())
    places = sorted({one.region for one in passages if one.kind == "policy"} - {NATION})
    for fold in range(FOLDS):
        if embeddings and not (embeddings / f"{fold}.npz").is_file():
            continue
        kb = lacking(fold)
        left = [
            Left(question, one.id, _asker(question, one.region, places))
            for one in passages
            if one.kind == "policy"
            for question in one.asked_as
            if fold_of(question) == fold
        ]
        theirs = partial(meaning.load, embeddings / f"{fold}.npz") if embeddings else None
        with (
            tempfile.TemporaryDirectory() as scratch,
            patch.object(meaning, "load", theirs) if theirs else nullcontext(),
        ):
            build_passages(passages_of(kb), Path(scratch), None)
            searcher = open_index(Path(scratch), kb, None)
            yield Desk(kb, partial(_same, searcher), lambda: DAY), left


def _same(searcher: Searcher) -> Searcher:
    return searcher


def measure(embeddings: Path | None) -> dict[str, float]:
    """Return how often the clause is cited by the answer made without a model; `evals.retrieval asked` says how often it is found."""
    rows: list[dict[str, float]] = []
    for desk, left in folds(embeddings):
        for one in left:
            given = answer(one.text, desk=desk, region=one.region)
            cited = list(dict.fromkeys(f"{c.source_id}#{c.locator}" for c in given.citations))
            rows.append(
                {
                    "cited first": cited[:1] == [one.place],
                    "cited": one.place in cited,
                    "its document cited": any(c.split("#")[0] == one.place.split("#")[0] for c in cited),
                    "nothing cited": not cited,
                    "clauses cited": len(cited),
                }
            )
    return {"n": len(rows), **{name: statistics.mean(row[name] for row in rows) for name in rows[0]}}


# ---------------------------------------------------------------- weights


@dataclass(frozen=True)
class Choice:
    """The clauses gathered for a question, and which of them is the right one."""

    signs: NDArray[np.float64]
    """One row per clause."""
    right: int
    group: int
    """Questions of one clause belong together: they are trained on together or tested on together."""


def choices(embeddings: Path | None) -> list[Choice]:
    """Return what is there to choose from, for every question whose clause was gathered at all."""
    found = []
    for desk, left in folds(embeddings):
        for one in left:
            asked = read_question(one.text, regions=desk.kb.regions, region=one.region, on=DAY)
            pieces = [p for p in gather(asked, desk).pieces if not p.signs.other]
            right = [at for at, piece in enumerate(pieces) if piece.passage.id == one.place]
            if right:
                signs = np.array([piece.signs for piece in pieces])
                found.append(Choice(signs, right[0], fold_of(one.place)))
    return found


def fit(data: Sequence[Choice]) -> NDArray[np.float64]:
    """Return the weights under which the right clause is likeliest, held to those that stand."""
    from scipy.optimize import minimize

    before = np.array(WEIGHTS)
    rows = np.concatenate([one.signs for one in data]) * SHARPNESS
    sizes = np.array([len(one.signs) for one in data])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = starts + np.array([one.right for one in data])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        strength = rows @ weights
        top = np.maximum.reduceat(strength, starts)
        power = np.exp(strength - np.repeat(top, sizes))
        whole = np.add.reduceat(power, starts)
        share = power / np.repeat(whole, sizes)
        moved = weights - before
        cost = np.sum(top + np.log(whole) - strength[right]) + PULL * np.sum(moved**2) / 2
        return float(cost), rows.T @ share - rows[right].sum(axis=0) + PULL * moved

    return np.asarray(minimize(loss, before, jac=True, method="L-BFGS-B").x)


def first(data: Sequence[Choice], weights: NDArray[np.float64]) -> float:
    """Return how often the strongest clause is the right one."""
    return statistics.mean(int(np.argmax(one.signs @ weights)) == one.right for one in data)


# ---------------------------------------------------------------- enough


@dataclass(frozen=True)
class Best:
    """The clause that ranked first for a question, and whether it answers."""

    backing: Backing
    right: bool
    beyond: str
    """far or hard where nothing collected answers the question; empty where something does."""


def _share(backing: Backing, weights: NDArray[np.float64]) -> float:
    return float(1 / (1 + np.exp(-np.dot([*backing, 1.0], weights))))


def bests(embeddings: Path | None, split: str) -> list[Best]:
    """Return the first clause of every question left out, and of those that nothing answers."""
    found = []
    for desk, left in folds(embeddings):
        asking = [(one.text, one.region, one.place, "") for one in left]
        for case in read_cases():
            if case.split == split:
                place = desk.kb.regions.resolve(case.region)
                asking.append((case.text, place.name if place else None, "", case.kind))
        for text, region, right_place, beyond in asking:
            asked = read_question(text, regions=desk.kb.regions, region=region, on=DAY)
            evidence = gather(asked, desk)
            if usable := usable_pieces(asked, evidence):
                best = usable[0]
                backing = Backing.of(best, evidence)
                found.append(Best(backing, right_place == best.passage.id, beyond))
    return found


def weigh_backing(data: Sequence[Best]) -> NDArray[np.float64]:
    """Return the weights under which right clauses are told from those that answer nothing; the constant comes last.

    All who ask beyond the collection count as much as all who do not; a clause that is not the one a question was
    written for counts a third, as it may answer too.
    """
    from scipy.optimize import minimize

    data = [one for one in data if one.beyond != "hard"]  # these lack a detail, which no likeness shows
    rows = np.array([[*one.backing, 1.0] for one in data])
    right = np.array([one.right for one in data])
    beyond = np.array([bool(one.beyond) for one in data])
    count = np.where(beyond, np.sum(~beyond) / max(1, np.sum(beyond)), np.where(right, 1.0, 1 / 3))
    sign = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (rows @ weights)
        slope = -sign * count / (1 + np.exp(margin))
        kept = np.append(weights[:-1], 0.0)
        return float(count @ np.logaddexp(0, -margin) + kept @ kept / 2), rows.T @ slope + kept

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def main(arguments: Sequence[str]) -> None:
    """Read the arguments, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["measure", "fit", "back"])
    parser.add_argument("--embeddings", type=Path)
    given = parser.parse_args(arguments)
    if given.what == "measure":
        for name, value in measure(given.embeddings).items():
            sys.stdout.write(f"| {name} | {value:.4g} |\n")
    elif given.what == "back":
        seen = bests(given.embeddings, "open")
        weights = weigh_backing(seen)
        for name, value in zip((*Backing._fields, "constant"), weights, strict=True):
            sys.stdout.write(f"    {name}={value:.2f},\n")
        held = [one for one in bests(given.embeddings, "held_back") if one.beyond]
        groups = {
            "right": [one for one in seen if one.right],
            "another clause": [one for one in seen if not (one.right or one.beyond)],
            "far": [one for one in seen if one.beyond == "far"],
            "hard": [one for one in seen if one.beyond == "hard"],
            "far, held back": [one for one in held if one.beyond == "far"],
            "hard, held back": [one for one in held if one.beyond == "hard"],
        }
        sys.stdout.write(f"| answered from | {' | '.join(groups)} |\n")
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
            shares = [
                statistics.mean(_share(one.backing, weights) >= threshold for one in group)
                for group in groups.values()
            ]
            sys.stdout.write(f"| {threshold} | {' | '.join(f'{one:.3f}' for one in shares)} |\n")
    else:
        data = choices(given.embeddings)
        parts = sorted({one.group for one in data})
        tested = [
            (
                first(test, np.array(WEIGHTS)),
                first(test, fit([one for one in data if one.group != group])),
                len(test),
            )
            for group in parts
            for test in [[one for one in data if one.group == group]]
        ]
        total = sum(n for *_, n in tested)
        before, after = (sum(row[at] * row[2] for row in tested) / total for at in (0, 1))
        sys.stdout.write(f"n {total}; right clause first, as it stands {before:.3f}, fitted {after:.3f}\n")
        for name, old, new in zip(Signs._fields, WEIGHTS, fit(data), strict=True):
            sys.stdout.write(f"    {name}={new:.2f},  # {old:.2f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
