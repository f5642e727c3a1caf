"""A quiz made from clauses. The key is what a clause states; a wrong option is what another clause states.

Distractors come, in this order, from what the document replaced or was replaced by, from other places and years, and
from values just off the key. A rule checks that no option besides the key is stated by the clause asked about.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.errors import UnknownId
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Figure, Policy, Status
from knowledge.record import Record
from knowledge.source import ClauseRef

Kind = Literal["single", "multiple", "cloze", "true_false"]
KINDS: tuple[Kind, ...] = ("single", "multiple", "cloze", "true_false")
OPTIONS = 4
_LETTERS = "ABCDEFGH"
_AFTER = ("以上", "以下", "以内", "左右", "及以上", "及以下")
"""Qualifiers that stand behind the number."""
_BLANK = "＿＿＿＿"
_SHORTEST = 4
"""Characters below which a listed item says too little to stand as an option."""


class QuizQuestion(Record):
    """One question, with its key and the clause that proves it."""

    n: int
    kind: Kind
    stem: str
    options: tuple[str, ...] = ()
    """Without letters; empty for cloze."""
    key: tuple[str, ...]
    """Letters of the right options; for cloze the words that fill the blank."""
    clause: ClauseRef
    title: str
    status: str
    """What the document is worth on the day, in words."""
    explanation: str
    """The clause's own sentence, and where each wrong option comes from."""


class Quiz(Record):
    """Questions on a scope, as of a day."""

    title: str
    as_of: date
    region: str
    questions: tuple[QuizQuestion, ...]


class Grade(Record):
    """How a filled-in quiz did."""

    right: int
    total: int
    wrong: tuple[int, ...]
    """Numbers of the questions answered wrongly or not at all."""

    @property
    def percent(self) -> Decimal:
        """Share of right answers, 0..100."""
        return Decimal(100 * self.right) / Decimal(self.total) if self.total else Decimal(0)


class _Place:
    """A clause that may be asked about, with the document it stands in."""

    def __init__(self, policy: Policy, clause: Clause, status: Status) -> None:
        self.policy, self.clause, self.status = policy, clause, status
        self.text = _squeeze(
            " ".join(
                [clause.text, clause.heading, *clause.obligations, *clause.benefits, *clause.deadlines]
                + [words(figure) for figure in clause.figures]
            )
        )

    def asks(self, figure: Figure) -> str:
        """The figure asked about, in words that tell which one is meant."""
        heading = self.clause.heading
        about = (
            f"（{heading}）"
            if heading and heading not in figure.name and heading != self.clause.locator
            else ""
        )
        return f"{self.called}{about}写明的“{figure.name}”是"

    @property
    def called(self) -> str:
        """The document and the place in it, as people say it."""
        place = self.clause.locator if self.clause.numbered else f"“{self.clause.locator}”部分"
        draft = (
            "（征求意见稿）" if self.status is Status.DRAFT and "征求意见" not in self.policy.title else ""
        )
        return f"《{short_title(self.policy.title)}》{draft}{place}"


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
) -> Quiz:
    """Return a quiz of `n` questions on documents worth teaching on the day `on`.

    Args:
        kb: The knowledge.
        n: How many questions.
        on: The day; expired and replaced documents are not asked about, they serve as distractors.
        region: Canonical name; documents of this place, its province and the nation. None is all.
        policies: Only these documents, whatever their status.
        topic: Only documents and clauses that speak of this.
        kinds: Which kinds, dealt in turn.
        seed: The same seed gives the same quiz.

    Raises:
        InputError: The scope has no clause to ask about, or too few for `n` questions.
        UnknownId: A policy of the scope is not in the knowledge base.
    """
    for one in policies:
        if one not in kb.policies:
            raise UnknownId("政策", one, kb.policies)
    dice = random.Random(seed)
    everything = [
        _Place(policy, clause, policy.clause_status_on(clause, on))
        for policy in kb.policies.values()
        for clause in policy.clauses
    ]
    scope = [place for place in everything if _in_scope(place, kb, region, policies, topic)]
    makers = {
        kind: iter(list(_MAKERS[kind](place, everything, kb, dice) for place in scope)) for kind in kinds
    }
    made: list[QuizQuestion] = []
    asked: set[tuple[str, str]] = set()
    while makers and len(made) < n:
        for kind in list(makers):
            question = next((one for one in makers[kind] if one is not None and _fresh(one, asked)), None)
            if question is None:
                del makers[kind]
                continue
            asked.add((question.clause.source_id, question.clause.locator))
            made.append(question.model_copy(update={"n": len(made) + 1}))
            if len(made) == n:
                break
    if len(made) < n:
        what = f"只能出 {len(made)} 题" if made else "没有可出题的条款"
        raise InputError("出题范围", what, "请扩大地区、主题或减少题数")
    where = region or "全国"
    return Quiz(title=f"{topic or where}政策测验", as_of=on, region=where, questions=tuple(made))


def grade(quiz: Quiz, answers: Mapping[int, Sequence[str]]) -> Grade:
    """Return how many answers are right: question number -> letters, or the words filled in."""
    wrong = [one.n for one in quiz.questions if not _right(one, answers.get(one.n, ()))]
    return Grade(right=len(quiz.questions) - len(wrong), total=len(quiz.questions), wrong=tuple(wrong))


def words(figure: Figure) -> str:
    """Return a figure as a clause states it: 不少于 700 家."""
    value = figure.value if isinstance(figure.value, str) else f"{figure.value.normalize():f}"
    if figure.qualifier in _AFTER:
        return f"{value}{figure.unit}{figure.qualifier}"
    return f"{figure.qualifier}{value}{figure.unit}"


def short_title(title: str) -> str:
    """Return a title without what stands in brackets after it."""
    bare = title.split("（附")[0].split("（标题")[0].split("(")[0]
    return bare.replace("《", "〈").replace("》", "〉")


# ---------------------------------------------------------------- makers: a question about one clause, or None


def _single(
    place: _Place, everything: Sequence[_Place], kb: KnowledgeBase, dice: random.Random
) -> QuizQuestion | None:
    figure = _teachable(place, dice)
    if figure is None:
        return None
    wrong = _wrong_values(place, figure, everything, kb)[: OPTIONS - 1]
    if len(wrong) < OPTIONS - 1:
        return None
    options = [(words(figure), ""), *wrong]
    dice.shuffle(options)
    key = _LETTERS[[text for text, _ in options].index(words(figure))]
    origins = "；".join(f"{text}：{origin}" for text, origin in options if origin)
    return _question(
        place,
        "single",
        f"{place.asks(figure)}：",
        tuple(text for text, _ in options),
        (key,),
        origins,
    )


def _true_false(
    place: _Place, everything: Sequence[_Place], kb: KnowledgeBase, dice: random.Random
) -> QuizQuestion | None:
    figure = _teachable(place, dice)
    if figure is None:
        return None
    wrong = _wrong_values(place, figure, everything, kb)
    if not wrong:
        return None
    lie = dice.random() < 0.5
    said, origin = wrong[0] if lie else (words(figure), "")
    stem = f"判断：{place.asks(figure)}{said}。"
    why = f"应为{words(figure)}；{said}：{origin}" if lie else ""
    return _question(place, "true_false", stem, ("正确", "错误"), ("B" if lie else "A",), why)


def _cloze(
    place: _Place, everything: Sequence[_Place], kb: KnowledgeBase, dice: random.Random
) -> QuizQuestion | None:
    for figure in place.clause.figures:
        value = f"{figure.value.normalize():f}" if isinstance(figure.value, Decimal) else figure.value
        filled = f"{value}{figure.unit}"
        # Only where the number stands once: otherwise the rest of the sentence gives it away, or two blanks would fit.
        if len(value) > 1 and place.clause.text.count(filled) == 1 and place.clause.text.count(value) == 1:
            stem = f"填空：{place.called}：{place.clause.text.replace(filled, _BLANK)}"
            return _question(place, "cloze", stem, (), (filled,), "")
    return None


def _multiple(
    place: _Place, everything: Sequence[_Place], kb: KnowledgeBase, dice: random.Random
) -> QuizQuestion | None:
    for what, items in (("要求", place.clause.obligations), ("给予企业的支持", place.clause.benefits)):
        own = [item for item in items if len(item) >= _SHORTEST]
        if len(own) < 2:
            continue
        origin_of = {
            item: f"出自{other.called}"
            for other in everything
            if other.policy.id != place.policy.id
            for item in (other.clause.obligations if what == "要求" else other.clause.benefits)
            if len(item) >= _SHORTEST and not _stated(item, place)
        }
        foreign = sorted(origin_of.items())
        if len(foreign) < 2:
            return None
        right = own[:3]
        options = [(item, "") for item in right] + dice.sample(
            foreign, min(len(foreign), OPTIONS + 1 - len(right))
        )
        dice.shuffle(options)
        key = tuple(_LETTERS[at] for at, (_, origin) in enumerate(options) if not origin)
        origins = "；".join(f"{_LETTERS[at]} {origin}" for at, (_, origin) in enumerate(options) if origin)
        stem = f"（多选）下列哪些是{place.called}写明的{what}？"
        return _question(place, "multiple", stem, tuple(text for text, _ in options), key, origins)
    return None


_MAKERS = {"single": _single, "multiple": _multiple, "cloze": _cloze, "true_false": _true_false}


def _question(
    place: _Place, kind: Kind, stem: str, options: tuple[str, ...], key: tuple[str, ...], why: str
) -> QuizQuestion:
    sentence = f"{place.called}：{place.clause.text}"
    return QuizQuestion(
        n=0,
        kind=kind,
        stem=stem,
        options=options,
        key=key,
        clause=ClauseRef(source_id=place.policy.id, locator=place.clause.locator),
        title=place.policy.title,
        status=place.status.label,
        explanation=f"{sentence}{f'（{why}）' if why else ''}",
    )


# ---------------------------------------------------------------- what may be asked, and what is wrong


def _in_scope(
    place: _Place, kb: KnowledgeBase, region: str | None, policies: Sequence[str], topic: str | None
) -> bool:
    if policies:
        return place.policy.id in policies
    if place.status not in (Status.IN_FORCE, Status.NOT_STATED, Status.DRAFT):
        return False
    if region is not None and place.policy.region not in kb.regions.covering(region):
        return False
    spoken = " ".join([place.policy.title, *place.policy.topics, place.clause.heading, place.clause.text])
    return topic is None or topic in spoken


def _teachable(place: _Place, dice: random.Random) -> Figure | None:
    """Return a figure whose name is stated once in the clause and says what it counts."""
    names = [figure.name for figure in place.clause.figures]
    fit = [
        figure
        for figure in place.clause.figures
        if isinstance(figure.value, Decimal)
        and figure.unit
        and names.count(figure.name) == 1
        and len(figure.name) > 1
    ]
    return dice.choice(fit) if fit else None


def _wrong_values(
    place: _Place, figure: Figure, everything: Sequence[_Place], kb: KnowledgeBase
) -> list[tuple[str, str]]:
    """Return wrong values with where they come from, the most instructive first; none is stated by the clause."""
    kin = {*place.policy.supersedes, *place.policy.superseded_by}
    ranked: list[tuple[int, float, str, str]] = []
    for other in everything:
        if other.policy.id == place.policy.id:
            continue
        for theirs in other.clause.figures:
            near = _likeness(figure.name, theirs.name)
            if theirs.unit != figure.unit or not isinstance(theirs.value, Decimal) or near == 0:
                continue
            tier = 0 if other.policy.id in kin else 1
            held = "" if other.status is Status.IN_FORCE else f"，{other.status.label}"
            ranked.append((tier, -near, words(theirs), f"出自{other.called}的“{theirs.name}”{held}"))
    found = {text: origin for _, _, text, origin in sorted(ranked)}
    value = figure.value
    assert isinstance(value, Decimal)
    for factor in ("1.5", "0.5", "2", "0.8", "1.2"):
        off = value * Decimal(factor)
        if figure.unit in ("%", "分") and off > 100:
            continue
        if value == value.to_integral_value():
            off = off.to_integral_value()
        found.setdefault(words(figure.model_copy(update={"value": off})), "与规定不符的数值")
    return [
        (text, origin) for text, origin in found.items() if text != words(figure) and not _stated(text, place)
    ]


def _stated(text: str, place: _Place) -> bool:
    """Say whether the clause states this too: then it cannot serve as a wrong option."""
    bare = _squeeze(text)
    number = bare.lstrip("".join(char for char in bare if not char.isdigit()))
    if bare in place.text or (number and number in place.text):
        return True
    # Said in other words: most of its character pairs stand in the clause.
    pairs = [bare[at : at + 2] for at in range(len(bare) - 1)]
    return not number and sum(pair in place.text for pair in pairs) >= 0.5 * len(pairs)


def _likeness(one: str, other: str) -> float:
    a = {one[at : at + 2] for at in range(len(one) - 1)}
    b = {other[at : at + 2] for at in range(len(other) - 1)}
    return len(a & b) / max(1, len(a | b))


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _fresh(question: QuizQuestion, asked: set[tuple[str, str]]) -> bool:
    return (question.clause.source_id, question.clause.locator) not in asked


def _right(question: QuizQuestion, given: Iterable[str]) -> bool:
    told = [one.strip() for one in given]
    if question.kind == "cloze":
        return [_squeeze(one) for one in told] == [_squeeze(one) for one in question.key]
    return {one.upper() for one in told} == set(question.key)
