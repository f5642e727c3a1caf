"""Which clauses bear on a question, how much of it each covers, and from where it stands."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.answering.abbreviation import spelled_out
from assistant.answering.concepts import (
    Concept,
    Weights,
    foreign,
    grams,
    policy_weights,
    read_concepts,
    vocabulary,
)
from assistant.answering.nearness import nearness, wants_figure
from assistant.answering.question import Asked, Aspect
from assistant.answering.signs import Signs, look
from assistant.desk import Desk
from assistant.numbers import same_document
from knowledge.policy import Clause, Policy, Status
from knowledge.reading.offers import entraps
from knowledge.region import NATION
from retrieval.passages import clause_passage
from retrieval.search import Kind, Passage

CANDIDATES = 40
OWN = 12
KINDS: frozenset[Kind] = frozenset({"policy", "uploaded"})


class Piece(NamedTuple):
    """A clause that may bear on the question."""

    policy: Policy | None
    clause: Clause | None
    passage: Passage
    status: Status
    place: str
    """own, inside (a part of the place), wide (its province or the nation), or other."""
    cover: float
    """Share of the question's weight found here, 0..1; the right place and the kind of thing asked for count in."""
    words: float
    """Share of the question's words alone."""
    score: float
    holds: frozenset[Aspect]
    named: bool
    """The question names the document by number or title."""
    signs: Signs
    """What the score is made of."""


class Evidence(NamedTuple):
    """What was found for a question."""

    pieces: tuple[Piece, ...]
    """Best first."""
    concepts: tuple[Concept, ...]
    weights: Weights
    foreign: float
    """Share of the question's words that occur nowhere in the collection."""

    @property
    def mass(self) -> float:
        """The weight of everything the question names."""
        return sum(concept.weight for concept in self.concepts) or 1.0


def gather(asked: Asked, desk: Desk, weights: Weights | None = None) -> Evidence:
    """Return the clauses that may bear on the question, best first; ties by id.

    `weights` saves counting the collection again for the parts of one question.
    """
    kb = desk.kb
    weights = weights or policy_weights(kb)
    concepts = read_concepts(asked, desk, weights)
    words = " ".join([asked.text, *(alternative for concept in concepts for alternative in concept.written)])
    hits = desk.search(words, k=CANDIDATES, kinds=KINDS)
    # the asker's own files are few among many: their best places are looked at whatever else was found
    own = desk.search(words, k=OWN, kinds=frozenset({"uploaded"}))
    hits = [hit for hit in [*hits, *own] if not hit.passage.aside]
    uploads = list({hit.passage.id: hit.passage for hit in hits if hit.passage.kind == "uploaded"}.values())
    if uploads:  # words that only the asker's own file holds must count as what they are: rare, not unknown
        weights = weights.joined(uploads)
        concepts = read_concepts(asked, desk, weights)
        texts = [f"{one.title}|{one.text}" for one in uploads]
        concepts = spelled_out(asked.text, concepts, texts, weights)
    known = vocabulary(kb).union(*(grams(f"{one.title}|{one.heading}|{one.text}") for one in uploads))
    top = hits[0].score if hits else 1.0
    found: dict[str, tuple[Policy | None, Clause | None, Passage, float]] = {}
    for hit in hits:
        policy = kb.policies.get(hit.passage.source_id)
        clause = policy.clause(hit.passage.locator) if policy else None
        found.setdefault(hit.passage.id, (policy, clause, hit.passage, hit.score / top if top else 0.0))
    named = named_documents(asked, desk)
    for policy in [*named, *local_documents(asked, desk)]:
        for clause in policy.clauses:
            found.setdefault(
                f"{policy.id}#{clause.locator}", (policy, clause, clause_passage(policy, clause), 0.0)
            )
    targets = frozenset(policy.id for policy in named)
    pieces = [_weigh(asked, desk, concepts, targets, *one) for one in found.values()]
    if uploads and wants_figure(asked.text):
        pieces = _nearest(pieces, concepts)
    ordered = sorted(pieces, key=lambda piece: (-piece.score, piece.passage.id))
    return Evidence(tuple(ordered), tuple(concepts), weights, foreign(asked.topic, concepts, known))


def _nearest(pieces: Sequence[Piece], concepts: Sequence[Concept]) -> list[Piece]:
    """Return the pieces with those of the asker's own files lowered where another states the very figure asked for."""
    near = {p.passage.id: nearness(concepts, p.passage.text) for p in pieces if p.policy is None}
    top = max(near.values(), default=0.0)
    return [
        p._replace(score=p.score + _NEAR * (near[p.passage.id] - top)) if p.passage.id in near else p
        for p in pieces
    ]


_NEAR = 0.8


def named_documents(asked: Asked, desk: Desk) -> list[Policy]:
    """Return the documents that the question names by number or by title."""
    return [
        policy
        for policy in desk.documents.values()
        if (policy.doc_number and any(same_document(policy.doc_number, number) for number in asked.documents))
        or any(title in policy.title or policy.title in title for title in asked.titles)
        or (
            any(word in policy.title for word in asked.quoted)
            and not (asked.places and policy.region == NATION)
        )
        or (
            policy.doc_number and any(policy.doc_number.endswith(f"〕{number}号") for number in asked.numbers)
        )
    ]


def local_documents(asked: Asked, desk: Desk) -> list[Policy]:
    """Return the documents of the place asked about and of its parts; none for the nation."""
    if asked.region == NATION:
        return []
    inside = desk.kb.regions.within(asked.region)
    return [policy for policy in desk.documents.values() if policy.region in inside]


def piece_of(asked: Asked, desk: Desk, policy: Policy, clause: Clause) -> Piece:
    """Return one clause as a piece, for a clause chosen by other means than its words."""
    return _weigh(asked, desk, [], frozenset(), policy, clause, clause_passage(policy, clause), 0.0)


def uploads_about(words: str, asked: Asked, desk: Desk, evidence: Evidence) -> list[Piece]:
    """Return the places of the asker's own files that hold certain words, as pieces beside the question."""
    hits = desk.search(words, k=OWN, kinds=frozenset({"uploaded"}))
    return [
        _weigh(asked, desk, evidence.concepts, frozenset(), None, None, hit.passage, 0.0)
        for hit in hits
        if not hit.passage.aside
    ]


def traps_about(asked: Asked, desk: Desk, evidence: Evidence) -> list[Passage]:
    """Return the places of the asker's own files that bear on the question and want money or a secret first."""
    hits = desk.search(asked.text, k=OWN, kinds=frozenset({"uploaded"}))
    return [
        hit.passage
        for hit in hits
        if hit.passage.aside
        and entraps(hit.passage.text)
        and worth_of(f"{hit.passage.title}|{hit.passage.text}", evidence) >= _BEARS * evidence.mass
    ]


_BEARS = 0.35
"""Share of what a question names that a place must hold to be what is asked about."""


def worth_of(text: str, evidence: Evidence) -> float:
    """Return how much of what the question names stands in a text."""
    held = grams(text)
    return sum(concept.weight * concept.found(held) for concept in evidence.concepts)


def _weigh(
    asked: Asked,
    desk: Desk,
    concepts: Sequence[Concept],
    targets: frozenset[str],
    policy: Policy | None,
    clause: Clause | None,
    passage: Passage,
    lexical: float,
) -> Piece:
    seen = look(asked, desk, concepts, targets, policy, clause, passage, lexical)
    signs = seen.signs
    return Piece(
        policy,
        clause,
        passage,
        seen.status,
        seen.place,
        signs.cover,
        signs.words,
        signs.strength,
        seen.holds,
        passage.source_id in targets,
        signs,
    )
