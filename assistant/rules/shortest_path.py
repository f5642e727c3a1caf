"""The fewest changes that make a filing pass, by exact search.

A uniform-cost search over states of the facts. In each state the first condition that does not hold is mended in every
way it can be (each member of an `any`, each side of a ratio, each smallest set of facts that lifts a point table); the
cost counts the facts set anew, then how many of them were told otherwise, then how hard the changes are.
Facts move one way only (`Lever`), so mending to the line itself loses nothing. Conditions that already held are judged
again in every state: raising revenue may cost a ratio.

When: `feasible_by` is found by moving the fiscal years on and searching again with only the years still to come free.
Next year's y2 is this year's y1 and cannot be chosen any more, so a condition over two years that failed in y1 shows
as mended only the year after next. A figure that was not told is no ground for another: what a coming year must reach
is said only where it follows from figures told.

Facts that contradict each other count as not told here: the path then says what they must turn out to be.
"""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, count
from math import ceil, comb, floor
from typing import Literal, NamedTuple

from assistant.rules import criteria as rules
from assistant.rules.criteria import Situation, Told
from assistant.rules.filing import Filing, select
from assistant.rules.wording import fact_label, shown, value_text
from assistant.schema import Change, Verdict
from knowledge.enterprise import facts
from knowledge.program import Criterion, Formula, Indicator, Lever

_STATES = 4000
"""States looked at before the search is given up; the paths of the built-in programs need some hundreds."""
_SETS = 3000
"""Up to so many sets of one size are tried to lift a point table; beyond that a set is thinned out instead."""
_CENT = Fraction(1, 100)
_ONE_SIDED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


class _Cost(NamedTuple):
    """Compared in this order."""

    facts: int
    """Facts set anew, told before or not."""
    changed: int
    """Those of them that were told, or that few have: a hope that proves right costs less than a change."""
    effort: int


Mend = Mapping[str, Told]
"""Facts set anew."""
_Holds = Callable[[Mend], bool]


def shortest_path(filing: Filing) -> tuple[Change, ...] | None:
    """Return the fewest changes with which `filing` passes; () where it does, None where no change can be named.

    A change from None is a fact not told yet: it must turn out at least like this.
    """
    if filing.verdict is Verdict.MET:
        return ()
    sound = filing.with_facts(_sound(filing.situation))
    goal = _search(sound)
    if goal is None:
        return None
    changed = _needed(sound, goal)
    at = sound.with_facts({**sound.situation.facts, **changed})
    later = _later(sound, changed)
    return tuple(_change(filing, sound, fact, at, changed, later) for fact, _ in _in_order(changed))


def _sound(situation: Situation) -> dict[str, Told]:
    """Return the facts told without those that cannot be, and without claims that the amounts told overrule.

    A share above 100 % cannot be; of a part above its whole the part is left out.
    """
    doubtful = {fact for fact in situation.facts if situation.impossible(fact) is not None}
    for fact, formula in situation.formulas.items():
        if situation.impossible(fact) is not None:
            doubtful |= {fact, formula.of[1] if formula.kind == "difference" else formula.of[0]}
        elif all(isinstance(situation.value(part), Fraction) for part in formula.of):
            doubtful.add(fact)
    return {fact: value for fact, value in situation.facts.items() if fact not in doubtful}


def _needed(filing: Filing, goal: Mapping[str, Told]) -> dict[str, Told]:
    """Return what the goal sets anew, without what later changes made idle: a sum once both its parts are set."""
    start = filing.situation.facts
    changed = {fact: value for fact, value in goal.items() if start.get(fact) != value}
    for fact in [one for one in changed if one not in start]:
        fewer = {name: value for name, value in changed.items() if name != fact}
        if filing.with_facts({**start, **fewer}).verdict is Verdict.MET:
            changed = fewer
        elif _held(fact, filing.with_facts({**start, **changed}), ()).side is None:
            rest = {**start, **fewer}
            again = _search(filing.with_facts(rest), fixed=frozenset(rest))
            if again is not None and again.keys() == {*rest, fact}:
                changed[fact] = again[fact]
    return changed


def _in_order(changed: Mapping[str, Told]) -> list[tuple[str, Told]]:
    known = list(facts())
    return sorted(changed.items(), key=lambda item: known.index(item[0]))


# ---------------------------------------------------------------- search


def _search(filing: Filing, fixed: frozenset[str] = frozenset()) -> dict[str, Told] | None:
    """Return the facts of the nearest state that passes, leaving the `fixed` ones alone; None where there is none."""
    if any(_hopeless(root, filing, fixed) for root in filing.roots):
        return None
    start = dict(filing.situation.facts)
    ticket = count()
    heap = [(_Cost(0, 0, 0), next(ticket), start)]
    seen: set[frozenset[tuple[str, Told]]] = set()
    looked_at = 0
    while heap and looked_at < _STATES:
        _, _, state = heapq.heappop(heap)
        key = frozenset((fact, value) for fact, value in state.items() if start.get(fact) != value)
        if key in seen:
            continue
        seen.add(key)
        looked_at += 1
        now = filing.with_facts(state)
        broken = next((root for root in filing.roots if now.verdicts[root.id] is not Verdict.MET), None)
        if broken is None:
            return state
        for mend in _mends(broken, now):
            if not fixed.isdisjoint(mend):
                continue
            after = {**state, **mend}
            heapq.heappush(heap, (_cost(filing, start, after), next(ticket), after))
    return None


def _hopeless(criterion: Criterion, now: Filing, fixed: frozenset[str]) -> bool:
    """Return whether no state can meet a condition: it fails on facts that cannot change. Saves the search."""
    if now.verdicts.get(criterion.id, Verdict.MET) is Verdict.MET or criterion.table is not None:
        return False
    if criterion.members:
        hopeless = [_hopeless(member, now, fixed) for member in criterion.members]
        return any(hopeless) if criterion.all else bool(criterion.any) and all(hopeless)
    inputs = now.situation.inputs(str(criterion.fact))
    if len(inputs) > 1:
        return fixed.issuperset(inputs)
    return all(not fixed.isdisjoint(mend) for mend in _mends(criterion, now))


def _cost(filing: Filing, start: Mapping[str, Told], state: Mapping[str, Told]) -> _Cost:
    changed = [fact for fact, value in state.items() if start.get(fact) != value]
    levers = filing.program.levers
    told = [fact for fact in changed if fact in start or _rare(fact, state[fact], levers)]
    effort = sum(levers[fact].effort if fact in levers else 1 for fact in changed)
    return _Cost(len(changed), len(told), effort)


_RARE = 3
"""An effort from which on few enterprises have the thing: not told, it is a change to be made rather than a hope."""


def _rare(fact: str, value: Told, levers: Mapping[str, Lever]) -> bool:
    return value is not False and fact in levers and levers[fact].effort >= _RARE


def _mends(criterion: Criterion, now: Filing) -> Iterator[Mend]:
    """Yield the ways to mend one condition that does not hold; for a conjunction, those of its first broken member."""
    if criterion.none:
        return  # no program so far forbids a group; nothing is guessed
    if criterion.all:
        broken = [m for m in _parts_first(criterion.all) if now.verdicts[m.id] is not Verdict.MET]
        yield from _mends(broken[0], now)
    elif criterion.any:
        for member in criterion.any:
            yield from _mends(member, now)
    elif criterion.table is not None:
        yield from _lift_points(criterion, now)
    else:
        assert criterion.fact is not None
        assert criterion.op is not None
        assert criterion.value is not None
        yield from _set(criterion.fact, criterion.op, criterion.value, now)


def _parts_first(members: tuple[Criterion, ...]) -> list[Criterion]:
    """Put the floors of a point table before its total: what lifts a part lifts the total too."""
    return sorted(members, key=lambda member: member.table is not None and member.part == "total")


def _set(fact: str, op: str, bound: object, now: Filing) -> Iterator[Mend]:
    """Yield the ways to make `fact op bound` true."""
    if isinstance(bound, Decimal):
        yield from _reach(fact, op, rules.exact(bound), now)
    elif isinstance(bound, tuple):
        for choice in bound:
            yield from _turn(fact, choice, now)
    elif op == "==" and isinstance(bound, bool | str):
        yield from _turn(fact, bound, now)


def _turn(fact: str, to: bool | str, now: Filing) -> Iterator[Mend]:
    """Yield the setting of a yes/no or a choice, where it is open or can be changed to that."""
    if fact == "application_type":
        return
    if fact == "sme_size_class":
        if to in now.situation.sizes and fact not in now.situation.facts:
            yield {fact: to}
        return
    lever = now.program.levers.get(fact)
    if fact not in now.situation.facts or (lever and lever.move == "to" and lever.to in (None, to)):
        yield {fact: to}


def _reach(fact: str, op: str, target: Fraction, now: Filing) -> Iterator[Mend]:
    """Yield the ways to bring an amount to `op target`, through what it follows from where there is a formula."""
    situation = now.situation
    formula = situation.formulas.get(fact)
    raw_told = formula is not None and any(name in situation.facts for name in situation.inputs(fact))
    claimed = formula is not None and fact in situation.facts
    if formula is None or (
        not raw_told or (claimed and situation.missing(fact) == () and _is_claim(fact, now))
    ):
        yield from _move(fact, op, target, now)
        return
    a, b = (situation.value(part) for part in formula.of)
    if formula.kind == "difference" and op in (">=", ">") and isinstance(a, Fraction) and b is None:
        whole = _reach(formula.of[0], op, target, now)  # even with nothing to take off there are too few
        yield from ({**mend, formula.of[1]: Fraction()} for mend in whole)
    if isinstance(b, Fraction):
        wanted = _for_first(formula, b, target)
        if wanted is not None:
            yield from _reach(formula.of[0], op, wanted, now)
    if isinstance(a, Fraction):
        other = _for_second(formula, a, target)
        flips = formula.kind in ("percent", "quotient", "growth", "difference")
        if other is not None:
            yield from _reach(formula.of[1], _ONE_SIDED.get(op, op) if flips else op, other, now)


def _is_claim(fact: str, now: Filing) -> bool:
    """Return whether the fact is known only as a result that was told."""
    formula = now.situation.formulas[fact]
    return any(now.situation.value(part) is None for part in formula.of)


def _for_first(formula: Formula, b: Fraction, target: Fraction) -> Fraction | None:
    """Return what the first input must reach, given the second."""
    if formula.kind == "sum":
        return target - b
    if formula.kind == "mean":
        return 2 * target - b
    if formula.kind == "difference":
        return target + b
    if b <= 0:
        return None
    return {"percent": target * b / 100, "quotient": target * b, "growth": b * (1 + target / 100)}[
        formula.kind
    ]


def _for_second(formula: Formula, a: Fraction, target: Fraction) -> Fraction | None:
    """Return what the second input must reach, given the first; None where no amount does."""
    if formula.kind == "sum":
        return target - a
    if formula.kind == "mean":
        return 2 * target - a
    if formula.kind == "difference":
        return a - target
    base = {"percent": target / 100, "quotient": target, "growth": 1 + target / 100}[formula.kind]
    return a / base if base > 0 and a > 0 else None


def _move(fact: str, op: str, target: Fraction, now: Filing) -> Iterator[Mend]:
    """Yield the amount on the line, rounded to the side that holds, where the fact is open or can move there."""
    lever = now.program.levers.get(fact)
    up = op in (">=", ">", "==")
    if fact in now.situation.facts and (lever is None or lever.move != ("up" if up else "down")):
        return
    value = _on_the_line(target, op, Fraction(1) if _whole(fact, lever) else _CENT)
    low, high = rules.domain(fact)
    if up and low is not None:
        value = max(value, low)  # any amount will do
    elif not up and high is not None:
        value = min(value, high)
    limit = rules.exact(lever.limit) if lever and lever.limit is not None else None
    if (up and limit is not None and value > limit) or not rules.domain(fact).holds(value):
        return
    yield {fact: value}


def _whole(fact: str, lever: Lever | None) -> bool:
    return bool(lever and lever.whole) or facts()[fact].unit in ("人", "项", "级")


def _on_the_line(target: Fraction, op: str, step: Fraction) -> Fraction:
    """Return the multiple of `step` nearest to `target` that satisfies `op target`."""
    if op in (">=", "=="):
        return ceil(target / step) * step
    if op == ">":
        return (floor(target / step) + 1) * step
    return floor(target / step) * step if op == "<=" else (ceil(target / step) - 1) * step


# ---------------------------------------------------------------- point tables


def _lift_points(criterion: Criterion, now: Filing) -> Iterator[Mend]:
    """Yield the smallest sets of facts that lift a part of a table over the line, each lowered to what is needed."""
    assert criterion.table is not None
    assert criterion.op is not None
    assert isinstance(criterion.value, Decimal)
    table = now.situation.tables[criterion.table]
    movers = _movers(list(rules.indicators(table, criterion.part)), now)

    def holds(mend: Mend) -> bool:
        situation = now.situation.with_facts({**now.situation.facts, **mend})
        assert criterion.op is not None
        assert criterion.value is not None
        return rules.compare(
            rules.points(table, criterion.part, situation).low, criterion.op, criterion.value
        )

    best = {fact: values[-1] for fact, values in movers.items()}
    for size in range(1, len(best) + 1):
        if comb(len(best), size) > _SETS:
            yield _lowered(_thinned(best, holds), movers, holds)
            return
        lifting = [
            {fact: best[fact] for fact in chosen}
            for chosen in combinations(best, size)
            if holds({fact: best[fact] for fact in chosen})
        ]
        yield from (_lowered(mend, movers, holds) for mend in lifting)
        if lifting:
            return


def _thinned(mend: Mend, holds: _Holds) -> Mend:
    """Leave out one fact after the other as long as the rest holds; nothing where not even all of them do."""
    kept = dict(mend)
    for fact in mend:
        fewer = {name: value for name, value in kept.items() if name != fact}
        kept = fewer if holds(fewer) else kept
    return kept if holds(kept) else {}


def _movers(lines: list[Indicator], now: Filing) -> dict[str, list[Told]]:
    """Return for every fact that can lift a line the values worth having, the best last."""
    movers: dict[str, list[Told]] = {}
    for line in lines:
        now_at = min(rules.possible_points(line, now.situation))
        for value, fact, earned in _steps(line, now):
            if earned > now_at and value not in movers.setdefault(fact, []):
                movers[fact].append(value)
    return {
        fact: sorted(values, key=lambda v: _gain(fact, v, lines, now))
        for fact, values in movers.items()
        if values
    }


def _gain(fact: str, value: Told, lines: list[Indicator], now: Filing) -> Fraction:
    situation = now.situation.with_facts({**now.situation.facts, fact: value})
    return sum((min(rules.possible_points(line, situation)) for line in lines), Fraction())


def _steps(line: Indicator, now: Filing) -> Iterator[tuple[Told, str, Fraction]]:
    """Yield (value, fact, points) for every way one fact reaches a step of a line."""
    ways: list[tuple[Mend, Fraction]] = []
    top = rules.exact(line.max)
    for band in line.bands:
        for test in band.tests:
            ways += [(mend, rules.exact(band.points)) for mend in _set(test.fact, test.op, test.value, now)]
    for choice, points in line.options.items():
        to: bool | str = {"true": True, "false": False}.get(choice, choice)
        ways += [(mend, rules.exact(points)) for mend in _turn(str(line.fact), to, now)]
    if line.step is not None or line.as_told:
        step = rules.exact(line.step or Decimal(1))
        per_step = rules.exact(line.points_per_step or Decimal(1))
        for n in range(1, ceil(top / per_step) + 1):
            ways += [(mend, min(n * per_step, top)) for mend in _move(str(line.fact), ">=", n * step, now)]
    for mend, earned in ways:
        for fact, value in mend.items():
            yield value, fact, earned


def _lowered(mend: Mend, movers: Mapping[str, list[Told]], holds: _Holds) -> Mend:
    """Return the mend with every value as modest as still holds."""
    lowered = dict(mend)
    for fact in mend:
        for value in movers[fact]:
            if holds({**lowered, fact: value}):
                lowered[fact] = value
                break
    return lowered


# ---------------------------------------------------------------- on which side of the amount

_Side = Literal["at_least", "at_most", "exactly"]


class _Hold(NamedTuple):
    """How an amount on the way to passing is held."""

    side: _Side | None
    """None: no single side, it depends on amounts that are not settled."""
    alone: bool
    """Whether the side follows from settled amounts; else `by` names the conditions that tie it to open ones."""
    by: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    """The amounts that the conditions behind it look at."""


def _held(fact: str, at: Filing, open_: Collection[str]) -> _Hold:
    """Return on which side of an amount the filing passes, found by moving it a little either way.

    Args:
        fact: The amount.
        at: The filing where it passes.
        open_: Other facts that are set only by way of trial.
    """
    value = at.situation.value(fact)
    if not isinstance(value, Fraction):
        return _Hold("exactly", alone=True)
    step = Fraction(1) if _whole(fact, at.program.levers.get(fact)) else _CENT
    others = set(open_) - {fact}
    broken = [_breaks(at, fact, value + move) for move in (-step, step)]
    firm = [[one for one in side if others.isdisjoint(one.inputs)] for side in broken]
    if any(firm):
        side: _Side = "at_least" if firm[0] else "at_most"
        if all(firm) or value in rules.domain(fact):  # nothing lies beyond the end of what can be
            side = "exactly"
        return _Hold(
            side, alone=True, inputs=tuple(name for one in (*firm[0], *firm[1]) for name in one.inputs)
        )
    by = tuple(dict.fromkeys(one.label for one in (*broken[0], *broken[1])))
    if by and value in rules.domain(fact):
        return _Hold("exactly", alone=False, by=by)
    if bool(broken[0]) == bool(broken[1]):
        return _Hold(None, alone=not by, by=by)
    return _Hold("at_least" if broken[0] else "at_most", alone=False, by=by)


class _Broken(NamedTuple):
    label: str
    inputs: tuple[str, ...]


def _breaks(at: Filing, fact: str, value: Fraction) -> list[_Broken]:
    """Return label and inputs of the conditions that fail, and the filing with them, once `fact` has that value."""
    if not rules.domain(fact).holds(value):
        return []
    moved = at.with_facts({**at.situation.facts, fact: value})
    if moved.verdict is Verdict.MET:
        return []
    return [
        _Broken(leaf.label, _inputs(leaf, at.situation))
        for leaf in _leaves(at)
        if at.verdicts.get(leaf.id) is Verdict.MET
        and (
            moved.verdicts.get(leaf.id) is Verdict.NOT_MET
            or (leaf.table and moved.verdicts.get(leaf.id) is not Verdict.MET)
        )
    ]


def _inputs(leaf: Criterion, situation: Situation) -> tuple[str, ...]:
    """Return the facts to be told from which a leaf is decided."""
    named = [leaf.fact] if leaf.fact else []
    if leaf.table is not None:
        lines = rules.indicators(situation.tables[leaf.table], leaf.part)
        named = [fact for line in lines for fact in rules.indicator_facts(line)]
    return tuple(dict.fromkeys(one for fact in named for one in situation.inputs(fact)))


def _leaves(filing: Filing) -> Iterator[Criterion]:
    for root in filing.roots:
        for criterion in root.walk():
            if not criterion.members and criterion.id not in filing.situation.waived:
                yield criterion


# ---------------------------------------------------------------- when


class _Later(NamedTuple):
    """The first coming year in which the changed figures can show."""

    years: int | None
    """0: at once, nothing depends on a fiscal year; None: not within four years."""
    at: Filing | None = None
    """The filing of that year, passing."""
    told: Mapping[str, Told] = {}
    """What is told of that year: ended years as they are, coming ones like the last but for the figures of the path."""
    also: tuple[str, ...] = ()
    """Figures outside the path that must move with the years as well, e.g. revenue where growth is asked for."""
    held: Mapping[str, _Hold] = {}
    """How the figures of that year are held, those of the path and of `also`."""
    standard: str = ""
    """Title of the standard that holds by then, where it is another one."""

    @property
    def open(self) -> tuple[str, ...]:
        """Facts of that filing that nobody told: set by way of trial."""
        return tuple(fact for fact in self.at.situation.facts if fact not in self.told) if self.at else ()


def _later(filing: Filing, changed: Mapping[str, Told]) -> _Later:
    told = filing.situation.facts
    if not any(_of_year(filing, fact) for fact in changed):
        return _Later(0)
    base = {**told, **{fact: value for fact, value in changed.items() if not _slot(fact)}}
    stems = {_stem(fact) for fact in changed if _slot(fact) and fact in told}
    for years in range(1, 5):
        day = filing.on.replace(year=filing.on.year + years, day=min(filing.on.day, 28))
        row = select(filing.program, on=day, application=filing.application)
        if row is None or row.standard != filing.standard.id:
            title = filing.program.standards[row.standard].title if row else "未定"
            return _Later(None, standard=title)
        shifted = _shifted(filing.situation, base, years, stems)
        coming = {fact for fact in shifted if 0 < _slot(fact) <= years}
        for free in (
            frozenset[str](),
            coming,
        ):  # the figures of the path alone, then any figure of the years to come
            reached = _search(filing.with_facts(shifted), fixed=frozenset(shifted) - free)
            if reached is not None:
                also = tuple(
                    fact
                    for fact, _ in _in_order(
                        {f: v for f, v in reached.items() if f in coming and v != shifted[f]}
                    )
                )
                later = _Later(years, filing.with_facts(reached), shifted, also)
                own = [
                    fact for fact in changed if 0 < _slot(fact) <= years and fact in told and fact in reached
                ]
                return later._replace(held=_settled(later, [*own, *also]))
    return _Later(None)


def _settled(later: _Later, figures: Collection[str]) -> dict[str, _Hold]:
    """Return how figures of a coming year are held: first those that figures told hold, then what rests on those."""
    assert later.at is not None
    open_, settled = {*later.open, *later.also}, dict[str, _Hold]()
    while True:
        found = {fact: _held(fact, later.at, open_) for fact in figures if fact not in settled}
        firm = {
            fact: held for fact, held in found.items() if held.alone and held.side in ("at_least", "at_most")
        }
        if not firm:
            return {**found, **settled}
        settled |= firm
        open_ -= firm.keys()


def _slot(fact: str) -> int:
    """Return 1 for a figure of the last complete year, 2 for the one before; 0 for what belongs to no year."""
    number = fact.rpartition("_y")[2]
    return int(number) if number.isdigit() else 0


def _stem(fact: str) -> str:
    return fact.removesuffix(str(_slot(fact)))


def _of_year(filing: Filing, fact: str) -> bool:
    lever = filing.program.levers.get(fact)
    return fact in filing.situation.facts and lever is not None and lever.when in ("fiscal_year", "each_year")


def _shifted(now: Situation, base: Mapping[str, Told], years: int, stems: Collection[str]) -> dict[str, Told]:
    """Return the facts as they stand `years` on.

    Ended years stay what they were, told or not; coming ones repeat the last, but for the `stems` still to be chosen.
    """
    out = {fact: value for fact, value in base.items() if not _slot(fact)}
    for fact in facts():
        slot, stem = _slot(fact), _stem(fact)
        source = f"{stem}{max(slot - years, 1)}"
        if slot and source in base and (slot > years or stem not in stems):
            out[fact] = base[source]
    for fact in ("niche_years", "company_years"):
        past, wanted = now.facts.get(fact), base.get(fact)
        if isinstance(past, Fraction) and isinstance(wanted, Fraction):
            out[fact] = past + years
    return out


# ---------------------------------------------------------------- in words


def _change(
    filing: Filing, sound: Filing, fact: str, at: Filing, changed: Mapping[str, Told], later: _Later
) -> Change:
    held = _held(fact, at, changed)
    before = filing.situation.facts.get(fact)
    if fact in sound.situation.facts:
        by, why = _when(sound, fact, later)
    else:
        by, why = None, _untold(fact, held, doubtful=before is not None)
    return Change(
        fact=fact, label=facts()[fact].label, from_=_out(before), to=_out(changed[fact]),
        bound=held.side, feasible_by=by, why=why,
    )  # fmt: skip


def _untold(fact: str, held: _Hold, *, doubtful: bool) -> str:
    """Say what a figure that was not told, or told so that it cannot be, must turn out to be."""
    if facts()[fact].manual:
        return "须由审核人员确认"
    words = {
        "at_least": "须至少达到这里",
        "at_most": "须不超过这里",
        "exactly": "须为这样",
        None: "这样时条件成立",
    }
    text = f"{'现填的数有矛盾，须先核对；核对后' if doubtful else '尚未告知，'}{words[held.side]}"
    if held.alone or not held.by:
        return text
    return f"{text}；要与其他未定的数合起来使{_quoted(held.by)}成立，这是一种取法"


def _quoted(labels: Collection[str]) -> str:
    return "、".join(f"“{label}”" for label in labels)


def _when(filing: Filing, fact: str, later: _Later) -> tuple[date | None, str]:
    """Return the earliest filing day on which a change of a told fact can show, and the reason in words."""
    lever = filing.program.levers[fact]
    words = f"{lever.words}；" if lever.words else ""
    if lever.when == "three_years":
        day = filing.on.replace(year=filing.on.year + 3, day=min(filing.on.day, 28))
        return day, words + "最迟到这一天"
    if lever.when == "open":
        return None, words + "何时能取得未知，取得后即可"
    if later.standard:
        return None, f"{words}下一次申报时适用的标准是“{later.standard}”，须按那个标准另行核对"
    if later.years is None or later.at is None:
        return None, words + "四年内的申报都赶不上"
    day = date(filing.on.year + later.years, 1, 1)
    return day, words + _year_words(filing, fact, later, later.at, day.year)


def _year_words(filing: Filing, fact: str, later: _Later, at: Filing, year: int) -> str:
    slot = _slot(fact)
    if not slot:
        return f"到{year}年申报时可见"
    text = f"{filing.on.year - slot}年度的数已定，不能再改；{year}年申报时看{year - slot}年度"
    if fact not in later.held:
        if fact in later.told:
            return f"{text}，按已有的数是 {_amount(fact, at)}"
        coming = slot <= year - filing.on.year
        return f"{text}，{'按那一年的金额核' if coming else '这一年的数尚未告知'}"
    held = later.held[fact]
    if held.alone and held.side in ("at_least", "at_most"):
        flat = any(0 < _slot(name) <= year - filing.on.year and name in later.told for name in held.inputs)
        text += f"，届时{_SIDE[held.side]} {_amount(fact, at)}"
        text += f"（其他数按与{filing.on.year - 1}年度持平计）" if flat else ""
    open_ = [label for label in held.by if not held.alone]
    for leaf in _leaves(at):
        inputs = _inputs(leaf, at.situation)
        if (
            leaf.fact
            and fact in inputs
            and any(_slot(one) > year - filing.on.year for one in set(inputs) & set(later.open))
        ):
            open_.append(leaf.label)
    if open_:
        text += f"；还须使{_quoted(dict.fromkeys(open_))}成立，其中有的数尚未告知，算不出具体数"
    also = [
        f"{fact_label(name)}也{_SIDE[held.side]} {_amount(name, at)}"
        for name in later.also
        if (held := later.held[name]).alone and held.side in _SIDE
    ]
    return text + (f"；届时{'、'.join(also)}" if also else "")


_SIDE = {"at_least": "至少须为", "at_most": "至多为"}


def _amount(fact: str, at: Filing) -> str:
    value = at.situation.value(fact)
    assert isinstance(value, Fraction)
    return value_text(shown(value), facts()[fact].unit)


def _out(value: Told | None) -> Decimal | bool | str | None:
    if isinstance(value, Fraction):
        return (Decimal(value.numerator) / Decimal(value.denominator)).normalize() + 0
    return value
