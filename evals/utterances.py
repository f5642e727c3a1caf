"""Are facts read from what owners say: right, nothing beside them, contradictions marked.

    - id: du13
      turns: ["隔壁老王家去年五千万就报上了，我们才两千六百万。"]
      facts: {revenue_y1: 2600}
      must_not_equal: {revenue_y1: [5000]}

`facts` must be read and equal, `contains` must be read and hold one of the words, `approx` must lie in the interval
where filled, of each group in `one_of` one must hold, `may` are free; `must_not_fill`, `must_not_equal` and
`must_not_contain` are severe, `conflict` must be marked. What is listed nowhere must stay empty. `asked` is the fact
that was asked for before the last turn.

A group of cases is a file of `cases/`. Half of each is held back: marked so, or by its id where the file says
`split: sha256`. Of what fails there only the ids are given.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.desk import Desk
from assistant.talking.talk import Told, remember
from assistant.told import read_told
from evals.intervals import share
from knowledge.files import parse, read_yaml
from knowledge.record import Record

CASES = Path(__file__).parent / "cases" / "utterances.yaml"
GROUPS = (
    CASES,
    CASES.with_name("utterances-2026-11-22.yaml"),
    CASES.with_name("utterances-2026-11-22-later.yaml"),
    CASES.with_name("utterances-2026-11-22-fourth.yaml"),
)
"""This project's own cases, the oldest group first."""
ON = date(2026, 11, 22)

Value = bool | Decimal | int | float | str


class Case(Record):
    """What is said, and what must be read from it."""

    id: str
    turns: tuple[str, ...]
    as_of: date = ON
    asked: str | None = None
    """The fact asked for before the last turn."""
    group: str = ""
    facts: dict[str, Value] = {}
    contains: dict[str, str | tuple[str, ...]] = {}
    approx: dict[str, tuple[Decimal, Decimal]] = {}
    one_of: tuple[tuple[dict[str, Value], ...], ...] = ()
    may: dict[str, Value | tuple[Value, ...]] = {}
    must_not_fill: tuple[str, ...] = ()
    must_not_equal: dict[str, Value | tuple[Value, ...]] = {}
    must_not_contain: dict[str, str | tuple[str, ...]] = {}
    conflict: tuple[str, ...] = ()
    held_back: bool = False
    why: str = ""
    tags: tuple[str, ...] = ()


class Outcome(Record):
    """What came of one case."""

    case: Case
    told: tuple[Told, ...]
    wanted: int
    """Facts that must be read."""
    hit: int
    filled: int
    wrong: tuple[str, ...] = ()
    """Facts filled with a wrong value, or that nobody told."""
    missed: tuple[str, ...] = ()
    severe: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()
    """Contradictions nobody marked."""

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.wrong or self.missed or self.severe or self.unmarked)


def run(desk: Desk, cases_path: Path | None = None) -> dict[str, Any]:
    """Return the figures of a run over the cases of a file, this project's own where None.

    Raises:
        KnowledgeError: The file does not fit.
    """
    paths = (cases_path,) if cases_path else GROUPS
    outcomes = [judge(case, hear(case, desk)) for path in paths for case in read_cases(path)]
    parts = {
        "developed": [o for o in outcomes if not o.case.held_back],
        "held_back": [o for o in outcomes if o.case.held_back],
    }
    if len(paths) > 1:
        for path in paths:
            for name in ("developed", "held_back"):
                parts[f"{path.stem}/{name}"] = [o for o in parts[name] if o.case.group == path.stem]
    return {
        "task": "utterances",
        "n": len(outcomes),
        "metrics": _metrics(outcomes),
        "splits": {name: _metrics(some) for name, some in parts.items() if some},
        "failures": [_failure(outcome) for outcome in outcomes if not outcome.passed],
    }


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file; `as_of` and `split` of the file hold where a case has no `as_of`, `held_back`.

    Raises:
        KnowledgeError: The file does not fit.
    """
    raw = read_yaml(path)
    common = {"as_of": raw.get("as_of", str(ON)), "group": path.stem}
    by_id = raw.get("split") == "sha256"
    return [
        parse(
            Case,
            {**common, **({"held_back": _odd(str(item.get("id")))} if by_id else {}), **item},
            file=path.name,
            key=str(item.get("id", n)),
        )
        for n, item in enumerate(raw["cases"])
    ]


def _odd(case_id: str) -> bool:
    """Return whether the first byte of an id's hash is odd: a fixed half that nobody picks."""
    return sha256(case_id.encode()).digest()[0] % 2 == 1


def hear(case: Case, desk: Desk) -> tuple[Told, ...]:
    """Return what stands after all turns were said."""
    told: tuple[Told, ...] = ()
    for turn, message in enumerate(case.turns, 1):
        read = read_told(
            message,
            asked=case.asked if turn == len(case.turns) else None,
            turn=turn,
            on=case.as_of,
            regions=desk.kb.regions,
            before=told,
            size_rows=desk.kb.size_classes,
        )
        told = remember(told, read)
    return told


def judge(case: Case, told: Sequence[Told]) -> Outcome:
    """Hold what was read against what must, may and must not be read."""
    filled = {one.fact: one.value for one in told if one.value is not None and not one.conflict}
    said = {one.fact: one.value for one in told if one.value is not None}
    marked = {one.fact for one in told if one.conflict}
    missed = list(_missed(case, filled))
    return Outcome(
        case=case,
        told=tuple(told),
        wanted=len(case.facts) + len(case.contains) + len(case.one_of),
        hit=len(case.facts) + len(case.contains) + len(case.one_of) - len(missed),
        filled=len(filled),
        wrong=tuple(fact for fact, value in filled.items() if not _allowed(case, fact, value)),
        missed=tuple(missed),
        severe=tuple(_severe(case, filled, said)),
        unmarked=tuple(fact for fact in case.conflict if fact not in marked),
    )


def _missed(case: Case, filled: Mapping[str, Value]) -> Iterator[str]:
    for fact, value in case.facts.items():
        if fact not in filled or not same(filled[fact], value):
            yield fact
    for fact, words in case.contains.items():
        if not _holds(filled.get(fact), words):
            yield fact
    for group in case.one_of:
        if not any(fact in filled and same(filled[fact], v) for pair in group for fact, v in pair.items()):
            yield " 或 ".join(fact for pair in group for fact in pair)


def _allowed(case: Case, fact: str, value: Value) -> bool:
    """Return whether a filled fact is one that was told, with a value that fits."""
    if fact in case.facts:
        return same(value, case.facts[fact])
    if fact in case.contains:
        return _holds(value, case.contains[fact])
    if fact in case.approx:
        low, high = case.approx[fact]
        return isinstance(value, Decimal) and low <= value <= high
    if fact in case.may:
        options = _options(case.may[fact])
        return "*" in options or any(same(value, option) for option in options)
    return (
        any(fact in pair and same(value, pair[fact]) for group in case.one_of for pair in group)
        or fact in case.conflict
    )


def _severe(case: Case, filled: Mapping[str, Value], said: Mapping[str, Value]) -> Iterator[str]:
    yield from (fact for fact in case.must_not_fill if fact in filled)
    for fact, values in case.must_not_equal.items():
        if fact in said and any(same(said[fact], value) for value in _options(values)):
            yield fact
    for fact, words in case.must_not_contain.items():
        if _holds(filled.get(fact), words):
            yield fact


def _options(free: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return free if isinstance(free, tuple) else (free,)


def same(value: Value, wanted: Value) -> bool:
    """Return whether two told values are one: true is not 1, 2600.0 is 2600."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str) or isinstance(wanted, str):
        return str(value) == str(wanted)
    return Decimal(str(value)) == Decimal(str(wanted))


def _holds(value: Value | None, words: str | Iterable[str]) -> bool:
    options = (words,) if isinstance(words, str) else words
    return isinstance(value, str) and any(word in value for word in options)


def _metrics(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    figures = {
        "passed": share(sum(o.passed for o in outcomes), len(outcomes)),
        "recall": share(sum(o.hit for o in outcomes), sum(o.wanted for o in outcomes)),
        "wrong_fill_rate": share(sum(len(o.wrong) for o in outcomes), sum(o.filled for o in outcomes)),
        "severe_rate": share(sum(bool(o.severe) for o in outcomes), len(outcomes)),
        "conflicts_marked": share(
            sum(len(o.case.conflict) - len(o.unmarked) for o in outcomes),
            sum(len(o.case.conflict) for o in outcomes),
        ),
    }
    return {name: figure.model_dump() for name, figure in figures.items()}


def _failure(outcome: Outcome) -> dict[str, Any]:
    if outcome.case.held_back:
        return {"id": outcome.case.id, "held_back": True, "severe": bool(outcome.severe)}
    return {
        "id": outcome.case.id,
        "turns": list(outcome.case.turns),
        "missed": list(outcome.missed),
        "wrong": list(outcome.wrong),
        "severe": list(outcome.severe),
        "unmarked": list(outcome.unmarked),
        "told": [
            one.model_dump(mode="json", include={"fact", "value", "low", "high", "words", "conflict", "note"})
            for one in outcome.told
        ],
    }
