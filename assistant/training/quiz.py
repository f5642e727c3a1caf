"""A quiz made from clauses. The key is what a clause states; a wrong option is of the same kind, and no clause states it.

    quiz = make_quiz(kb, n=10, on=day, region="山东省济南市")
    quiz.questions[0].key            # ("B",); for a blank the number that fills it

Where a clause gives too few good wrong options for one kind of question, another kind is asked, or another clause.
"""

import hashlib
import random
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

from assistant.errors import UnknownId
from assistant.training.options import (
    LETTERS,
    OFF,
    OPTIONS,
    Place,
    Pool,
    in_order,
    likeness,
    pool_of,
    quantities,
    same,
    short_title,
    words,
    wrong_values,
)
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Figure, Status
from knowledge.record import Record
from knowledge.source import ClauseRef

__all__ = ["KINDS", "Kind", "Quiz", "QuizQuestion", "make_quiz", "short_title", "words"]

Kind = Literal["single", "multiple", "cloze", "true_false"]
KINDS: tuple[Kind, ...] = ("single", "multiple", "cloze", "true_false")
KIND_LABELS: dict[Kind, str] = {"single": "单选", "multiple": "多选", "cloze": "填空", "true_false": "判断"}
BLANK = "＿＿＿＿"
_SAME_THING = 0.4
"""Likeness of two names from which they may name the same thing."""
_LONGEST_CLOZE = 260
"""Characters of a clause that is still read in a test."""


class QuizQuestion(Record):
    """One question, with its key and the clause that proves it."""

    n: int
    kind: Kind
    stem: str
    options: tuple[str, ...] = ()
    """Without letters; empty for cloze."""
    key: tuple[str, ...]
    """Letters of the right options; for cloze the number that fills the blank."""
    unit: str = ""
    """For cloze: what stands behind the blank."""
    clause: ClauseRef
    title: str
    doc_number: str | None = None
    status: str
    """What the document is worth on the day, in words."""
    certainty: str = ""
    """How well the clause is established, in words."""
    explanation: str
    """The clause's own sentence, and where each wrong option comes from."""


class Quiz(Record):
    """Questions on a scope, as of a day."""

    code: str = ""
    """What its answer sheets carry: the same questions have the same code."""
    title: str
    as_of: date
    region: str
    questions: tuple[QuizQuestion, ...]


class _Made(NamedTuple):
    """A question and the clauses it gives away."""

    question: QuizQuestion
    tells: frozenset[tuple[str, str]]
    names: frozenset[tuple[str, str, str]]
    """Document, place and name of the figures it asks for."""


def make_quiz(
    kb: KnowledgeBase,
    *,
    n: int,
    on: date,
    region: str | None = None,
    policies: Sequence[str] = (),
    topic: str | None = None,
    kinds: Sequence[Kind] = KINDS,
    seed: int = 0,
    first: Collection[ClauseRef] = (),
) -> Quiz:
    """Return a quiz of `n` questions on documents worth teaching on the day `on`.

    Args:
        kb: The knowledge.
        n: How many questions.
        on: The day; expired and replaced documents are not asked about, they serve as distractors.
        region: Canonical name; documents of this place, its province and the nation. None is all.
        policies: Only these documents, whatever their status.
        topic: Only documents and clauses that speak of this.
        kinds: Which kinds, equally many of each where the clauses give them; they stand one kind after another.
        seed: The same seed gives the same quiz.
        first: Clauses asked about before any other: those a session has met.

    Raises:
        InputError: The scope has no clause to ask about, or too few for `n` questions.
        UnknownId: A policy of the scope is not in the knowledge base.
    """
    for one in policies:
        if one not in kb.policies:
            raise UnknownId("政策", one, kb.policies)
    dice = random.Random(seed)
    everything = [
        Place(policy, clause, policy.clause_status_on(clause, on))
        for policy in kb.policies.values()
        for clause in policy.clauses
    ]
    scope = [place for place in everything if _in_scope(place, kb, region, policies, topic)]
    met = {(one.source_id, one.locator) for one in first}
    dealt = _deal(_mixed(scope, met, dice), pool_of(everything), kinds, n, dice)
    if len(dealt) < n:
        what = f"只能出 {len(dealt)} 题" if dealt else "没有可出题的条款"
        raise InputError("出题范围", what, "请扩大地区、主题或减少题数")
    in_turn = sorted(dealt, key=lambda one: KINDS.index(one.kind))
    questions = tuple(one.model_copy(update={"n": at}) for at, one in enumerate(in_turn, start=1))
    where = region or "全国"
    about = f"《{short_title(kb.policies[policies[0]].title)}》" if len(policies) == 1 else topic or where
    title = f"{about}测验" if about.startswith("《") else f"{about}政策测验"
    code = (
        hashlib.sha256("\n".join(one.model_dump_json() for one in questions).encode()).hexdigest()[:8].upper()
    )
    return Quiz(code=code, title=title, as_of=on, region=where, questions=questions)


def _mixed(scope: Sequence[Place], met: set[tuple[str, str]], dice: random.Random) -> list[Place]:
    """Return the places in a chance order that goes round the documents: a long one does not fill the paper."""
    shuffled = list(scope)
    dice.shuffle(shuffled)
    turn: dict[str, int] = {}
    ranked = []
    for place in shuffled:
        turn[place.policy.id] = turn.get(place.policy.id, 0) + 1
        known = (place.policy.id, place.clause.locator) in met
        ranked.append((0 if known else 1, turn[place.policy.id], place))
    return [place for *_, place in sorted(ranked, key=lambda one: one[:2])]


def _deal(
    places: Sequence[Place], pool: Pool, kinds: Sequence[Kind], n: int, dice: random.Random
) -> list[QuizQuestion]:
    """Return up to `n` questions, the kinds in turn; each clause once, then other figures of clauses asked about."""
    dealt: list[QuizQuestion] = []
    told: set[tuple[str, str]] = set()
    names: set[tuple[str, str, str]] = set()
    shown: set[tuple[str, str]] = set()
    for again in (False, True):
        ways = {kind: _try(kind, places, pool, dice) for kind in kinds if not (again and kind in _TELLING)}
        while ways and len(dealt) < n:
            for kind in list(ways):
                made = next(
                    (
                        one
                        for one in ways[kind]
                        if not one.tells & (shown if again else told) and not one.names & names
                    ),
                    None,
                )
                if made is None:
                    del ways[kind]
                    continue
                told |= made.tells
                names |= made.names
                shown |= made.tells if kind in _TELLING else set()
                dealt.append(made.question)
                if len(dealt) == n:
                    break
    return dealt


_TELLING: frozenset[Kind] = frozenset({"cloze", "multiple"})
"""Kinds that show more of a clause than the one value asked for."""


def _try(kind: Kind, places: Sequence[Place], pool: Pool, dice: random.Random) -> Iterator[_Made]:
    for place in places:
        yield from _MAKERS[kind](place, pool, dice)


# ---------------------------------------------------------------- makers: the questions of one kind that a clause gives


def _single(place: Place, pool: Pool, dice: random.Random) -> Iterator[_Made]:
    for figure in _shuffled(place.teachable, dice):
        wrong = wrong_values(place, figure, pool, dice)
        if len(wrong) < OPTIONS - 1:
            continue
        ordered = in_order([figure, *(one.figure for one in wrong)])
        origin = {words(one.figure): one.origin for one in wrong}
        why = _origins([(words(one), origin[words(one)]) for one in ordered if words(one) in origin])
        options = tuple(words(one) for one in ordered)
        key = (LETTERS[options.index(words(figure))],)
        yield _made(place, "single", f"{place.asks(figure)}：", options, key, why, [(place, figure)])


def _origins(options: Sequence[tuple[str, str]]) -> str:
    """Return where wrong options come from: each real one by its source, those just off together."""
    off = [said for said, origin in options if origin == OFF]
    real = [f"{said}{origin}" for said, origin in options if origin != OFF]
    return "；".join([*real, *([f"{'、'.join(off)}{OFF}"] if off else [])])


def _true_false(place: Place, pool: Pool, dice: random.Random) -> Iterator[_Made]:
    for figure in _shuffled(place.teachable, dice):
        wrong = wrong_values(place, figure, pool, dice, 1)
        if not wrong:
            continue
        lie = dice.random() < 0.5
        said = words(wrong[0].figure if lie else figure)
        why = f"应为{words(figure)}；{_origins([(said, wrong[0].origin)])}" if lie else ""
        stem = f"判断：{place.asks(figure)}{said}。"
        yield _made(
            place, "true_false", stem, ("正确", "错误"), ("B" if lie else "A",), why, [(place, figure)]
        )


def _cloze(place: Place, pool: Pool, dice: random.Random) -> Iterator[_Made]:
    text = place.text
    for figure in _shuffled(place.teachable, dice):
        if isinstance(figure.value, str) or len(text) > _LONGEST_CLOZE:
            continue
        value = f"{figure.value.normalize():f}"
        found = list(re.finditer(rf"(?<![\d.．,，]){re.escape(value)}(?={re.escape(figure.unit)})", text))
        if len(found) != 1:
            continue
        left = text[: found[0].start()] + BLANK + text[found[0].end() :]
        rest = quantities(f"{place.clause.heading}；{left.replace(BLANK + figure.unit, '')}")
        # Elsewhere in the sentence the same number, however written, would give the blank away or fit it as well.
        if any(same(one, other) for one in quantities(words(figure)) for other in rest):
            continue
        stem = f"填空：{place.called}：{left}"
        yield _made(place, "cloze", stem, (), (value,), "", [(place, figure)], unit=figure.unit)


def _multiple(place: Place, pool: Pool, dice: random.Random) -> Iterator[_Made]:
    """Ask which of several statements of one document hold: each names a figure, some of them changed."""
    own = [(place, figure) for figure in _shuffled(place.teachable, dice)]
    if own and len(own) < OPTIONS:
        for other in _beside(place, pool, dice):
            # The same thing told at two places of a document: one would give the other away.
            if all(likeness(other[1].name, known.name) < _SAME_THING for _, known in own):
                own.append(other)
    if not place.teachable or len(own) < OPTIONS:
        return
    false = dice.randint(1, OPTIONS - 2)
    chosen = own[:OPTIONS]
    dice.shuffle(chosen)
    options: list[str] = []
    key: list[str] = []
    why: list[str] = []
    for at, (here, figure) in enumerate(chosen):
        wrong = wrong_values(here, figure, pool, dice, 1) if false else []
        if any(words(one.figure) in told for one in wrong for told in options):
            wrong = []  # one changed value is not put twice
        told = words(wrong[0].figure if wrong else figure)
        false -= bool(wrong)
        place_said = f"{here.where}{here.about(figure)}"
        options.append(f"{f'{place_said}的' if place_said else ''}“{figure.name}”：{told}")
        if wrong:
            source = "" if wrong[0].origin == OFF else f"，{told}{wrong[0].origin}"
            why.append(f"{LETTERS[at]} 应为{words(figure)}（{here.where or here.clause.heading}）{source}")
        else:
            key.append(LETTERS[at])
    order = list(range(OPTIONS))
    if not why or len(set(options)) < OPTIONS:
        return
    dice.shuffle(order)
    to = {LETTERS[old]: LETTERS[new] for new, old in enumerate(order)}
    stem = f"（多选）下列关于{place.document}的说法，哪些与条款一致？"
    yield _made(
        place,
        "multiple",
        stem,
        tuple(options[old] for old in order),
        tuple(sorted(to[letter] for letter in key)),
        "；".join(sorted(f"{to[line[0]]}{line[1:]}" for line in why)),
        chosen,
    )


def _beside(place: Place, pool: Pool, dice: random.Random) -> list[tuple[Place, Figure]]:
    """Return one figure of each other clause of the same document."""
    places = dict.fromkeys(
        other for of_kind in pool.values() for other, _ in of_kind if other.policy.id == place.policy.id
    )
    others = [other for other in places if other is not place and other.teachable]
    dice.shuffle(others)
    return [(other, dice.choice(other.teachable)) for other in others]


_Maker = Callable[[Place, Pool, random.Random], Iterator[_Made]]
_MAKERS: dict[Kind, _Maker] = {
    "single": _single,
    "multiple": _multiple,
    "cloze": _cloze,
    "true_false": _true_false,
}


def _shuffled(figures: Sequence[Figure], dice: random.Random) -> list[Figure]:
    return dice.sample(figures, len(figures))


def _made(
    place: Place,
    kind: Kind,
    stem: str,
    options: tuple[str, ...],
    key: tuple[str, ...],
    why: str,
    asked: Iterable[tuple[Place, Figure]],
    *,
    unit: str = "",
) -> _Made:
    clause, policy = place.clause, place.policy
    pairs = list(asked)
    others = dict.fromkeys(
        f"{here.where or here.clause.heading}：{here.saying(figure)}"
        for here, figure in pairs
        if here is not place
    )
    said = [place.sentence.rstrip("。"), *others] if others else [place.sentence]
    question = QuizQuestion(
        n=0,
        kind=kind,
        stem=stem,
        options=options,
        key=key,
        unit=unit,
        clause=ClauseRef(source_id=policy.id, locator=clause.locator),
        title=policy.title,
        doc_number=policy.doc_number,
        status=place.status.label,
        certainty=(clause.certainty or policy.certainty).label,
        explanation=f"{'；'.join(said)}{f'（{why}）' if why else ''}",
    )
    return _Made(
        question,
        frozenset((here.policy.id, here.clause.locator) for here, _ in pairs),
        frozenset((here.policy.id, here.clause.locator, figure.name) for here, figure in pairs),
    )


# ---------------------------------------------------------------- what may be asked


def _in_scope(
    place: Place, kb: KnowledgeBase, region: str | None, policies: Sequence[str], topic: str | None
) -> bool:
    spoken = " ".join([place.policy.title, *place.policy.topics, place.clause.heading, place.clause.text])
    if topic is not None and topic not in spoken:
        return False
    if policies:
        return place.policy.id in policies
    if place.policy.doc_type != "policy":
        return False  # third parties' summaries of what several documents say are not taught by heart
    if place.status not in (Status.IN_FORCE, Status.NOT_STATED, Status.DRAFT):
        return False
    return region is None or place.policy.region in kb.regions.covering(region)
