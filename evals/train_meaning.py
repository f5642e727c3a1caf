"""Train the small embedding that ships with the program: retrieval/data/meaning.npz.

    python -m evals.train_meaning --corpus corpus.jsonl.gz --out meaning.npz

Texts are those of `--corpus` ({title, text} per line; the shipped file was made from Chinese statutes, which are under no
copyright) and our own passages with their everyday questions. No labelled question of any test set is read.

A text is a bag of the terms of the word index. Two bags belong together: a run of clauses and the rest of its article, a
title and its text, an everyday question and the passage that answers it. Others of the same batch do not: cosines times
20, cross entropy both ways. Neighbouring articles of one law come in one batch, so that near ones are told apart. Needs
torch (extra `dense`); about three minutes on one core for 58,000 articles.

`--leave-out N` leaves out every everyday question of fold N (of FOLDS), for weights that a leave-one-out check may use.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from knowledge.load import KnowledgeBase
from retrieval.analysis import WORD_BIT, encode
from retrieval.passages import passages_of
from retrieval.search import Passage

TERMS: Final = 28_000
DIMENSIONS: Final = 128
BATCH: Final = 1024
NEIGHBOURS: Final = 16
"""Articles of one law that come together."""
OWN: Final = 48
"""Of our own passages, added to every batch."""
STEPS: Final = 1650
RATE: Final = 0.02
SHARPNESS: Final = 20.0
LONGEST: Final = 400
"""Terms of a text that are looked at."""
FOLDS: Final = 4

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Corpus:
    """Texts as runs of known terms."""

    terms: Ints
    """The vocabulary, sorted."""
    units: list[Ints]
    """Terms of each clause, by number in the vocabulary; questions come last."""
    documents: list[range]
    """Units of each text, its title first."""
    questions: list[range]
    """Units of the everyday questions of each text."""
    order: Ints
    """Texts by title."""
    idf: NDArray[np.float64]


def fold_of(question: str) -> int:
    """Return the fold an everyday question belongs to, by a hash of its words."""
    return blake2b(question.encode(), digest_size=2).digest()[0] % FOLDS


def without(passages: Sequence[Passage], fold: int) -> list[Passage]:
    """Return passages without the everyday questions of a fold."""
    return [
        one.model_copy(update={"asked_as": tuple(text for text in one.asked_as if fold_of(text) != fold)})
        for one in passages
    ]


def read(file: Path, leave_out: int | None = None) -> Corpus:
    """Read the texts of `file` and our own, those without the everyday questions of the fold `leave_out`."""
    opened = gzip.open if file.suffix == ".gz" else open
    texts: list[tuple[str, str, Sequence[str]]] = []
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            title = row.get("title") or ""
            texts.append((title, row["text"].removeprefix(title), ()))
    own = passages_of(KnowledgeBase())
    own = own if leave_out is None else without(own, leave_out)
    texts += [(f"{one.title} {one.heading}", one.text, one.asked_as) for one in own]
    clauses: list[str] = []
    documents, questions = [], []
    for title, text, _ in texts:
        found = [piece for piece in re.split("[。；！？\n，,：:;]", text) if len(piece.strip()) >= 4]
        documents.append(range(len(clauses), len(clauses) + 1 + len(found)))
        clauses += [title, *found]
    for _, _, asked in texts:
        questions.append(range(len(clauses), len(clauses) + len(asked)))
        clauses += asked
    terms, units = _units(clauses)
    df = np.bincount(
        np.concatenate([np.unique(np.concatenate([units[n] for n in one])) for one in documents]),
        minlength=len(terms),
    )
    # Our own texts last: their titles are no laws.
    order = sorted(range(len(texts)), key=lambda n: (n >= len(texts) - len(own), texts[n][0]))
    return Corpus(terms, units, documents, questions, np.array(order), np.log(1 + len(texts) / (1.0 + df)))


def _units(clauses: Sequence[str]) -> tuple[Ints, list[Ints]]:
    """Return the most frequent terms, and those of each clause."""
    found, owners = [], []
    for at in range(0, len(clauses), 1 << 15):
        terms, owner = encode(clauses[at : at + (1 << 15)])
        order = np.argsort(owner, kind="stable")
        found.append(terms[order])
        owners.append(owner[order].astype(np.int64) + at)
    terms, owner = np.concatenate(found), np.concatenate(owners)
    every, number, often = np.unique(terms, return_inverse=True, return_counts=True)
    chosen = np.sort(np.argsort(-often, kind="stable")[:TERMS])
    place = np.full(len(every), -1)
    place[chosen] = np.arange(len(chosen))
    known = place[number]
    owner, known = owner[known >= 0], known[known >= 0]
    return every[chosen], np.split(known, np.searchsorted(owner, np.arange(1, len(clauses))))


def pair(corpus: Corpus, document: int, pick: np.random.Generator) -> tuple[Ints, Ints]:
    """Return two bags of a text that belong together; empty ones where there is nothing to pair."""
    title, *body = [corpus.units[n] for n in corpus.documents[document]]
    asked = corpus.questions[document]
    if len(asked) and pick.random() < 0.75:
        return corpus.units[int(pick.choice(asked))], np.concatenate([title, *body])
    if len(body) < 2:
        both = title, np.concatenate([*body, title[:0]])
        return both if pick.random() < 0.5 else both[::-1]
    length = int(pick.integers(1, min(4, len(body))))
    at = int(pick.integers(0, len(body) - length + 1))
    run = np.concatenate(body[at : at + length])
    rest = body[:at] + body[at + length :]
    what = pick.random()
    # Now and then the run stays in the text, so that the same words keep counting; now and then the title goes.
    text = np.concatenate([title, *body] if what < 0.15 else [title, *rest] if what < 0.75 else rest)
    if pick.random() < 0.4 and len(run) > 6:
        run = run[pick.random(len(run)) < pick.uniform(0.3, 0.9)]
    return run, pick.choice(text, LONGEST, replace=False) if len(text) > LONGEST else text


def batches(corpus: Corpus, pick: np.random.Generator) -> Iterator[list[tuple[Ints, Ints]]]:
    """Return batches of pairs without end."""
    own = np.array([n for n, asked in enumerate(corpus.questions) if len(asked)])
    blocks = np.arange(0, len(corpus.order), NEIGHBOURS)
    many = max(1, min(BATCH // NEIGHBOURS, len(blocks)))
    while True:
        pick.shuffle(blocks)
        for at in range(0, len(blocks) - many + 1, many):
            chosen = [corpus.order[block : block + NEIGHBOURS] for block in blocks[at : at + many]]
            documents = np.concatenate([*chosen, pick.choice(own, OWN) if len(own) else own.astype(np.int64)])
            pairs = (pair(corpus, int(document), pick) for document in documents)
            yield [(one, other) for one, other in pairs if len(one) and len(other)]


def train(corpus: Corpus, steps: int, seed: int = 0) -> NDArray[np.float32]:
    """Return a vector per term."""
    import torch
    from torch.nn.functional import cross_entropy, normalize

    torch.set_num_threads(1)
    pick = np.random.default_rng(seed)
    size = len(corpus.terms)
    bag = torch.nn.EmbeddingBag(size, DIMENSIONS, mode="sum")
    # Random projections of tf-idf: already a fair start.
    start = pick.standard_normal((size, DIMENSIONS)) * corpus.idf[:, None] * 0.3 / DIMENSIONS**0.5
    start *= np.where(corpus.terms & WORD_BIT, 1.0, 0.7)[:, None]
    bag.weight.data = torch.from_numpy(start.astype(np.float32))
    optimizer = torch.optim.Adam(bag.parameters(), lr=RATE, betas=(0.9, 0.99))

    def embed(bags: Sequence[Ints]) -> Any:
        owner = np.repeat(np.arange(len(bags)), [len(one) for one in bags])
        keys, often = np.unique(owner * size + np.concatenate(bags), return_counts=True)
        starts = np.searchsorted(keys // size, np.arange(len(bags)))
        weights = torch.from_numpy(np.sqrt(often).astype(np.float32))
        return normalize(bag(torch.from_numpy(keys % size), torch.from_numpy(starts), weights))

    for step, pairs in zip(range(steps), batches(corpus, pick), strict=False):
        for group in optimizer.param_groups:
            group["lr"] = RATE * max(0.05, 1 - step / steps)
        cosines = embed([one for one, _ in pairs]) @ embed([other for _, other in pairs]).T * SHARPNESS
        own = torch.arange(len(pairs))
        loss = (cross_entropy(cosines, own) + cross_entropy(cosines.T, own)) / 2
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call,unused-ignore]
        optimizer.step()
        if step % 100 == 0:
            sys.stderr.write(f"{step} {loss.item():.3f}\n")
    return np.asarray(bag.weight.detach().numpy(), np.float32)


def save(file: Path, terms: Ints, vectors: NDArray[np.float32]) -> None:
    """Write terms and vectors, each row in 127 steps of its own."""
    scales = np.maximum(np.abs(vectors).max(axis=1) / 127, 1e-7).astype(np.float16)
    steps = np.rint(vectors / np.maximum(scales.astype(np.float32), 1e-7)[:, None])
    np.savez(file, terms=terms, weights=np.clip(steps, -127, 127).astype(np.int8), scales=scales)


def main(arguments: Sequence[str]) -> None:
    """Read the arguments, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--leave-out", type=int, choices=range(FOLDS), default=None, metavar="FOLD")
    given = parser.parse_args(arguments)
    corpus = read(given.corpus, given.leave_out)
    save(given.out, corpus.terms, train(corpus, given.steps))


if __name__ == "__main__":
    main(sys.argv[1:])
