"""Judge a tree of conditions on what is known of an enterprise: three values, exact fractions.

A leaf whose fact is not known is an interval: of 3 patents with an unknown number not counted at most 3 count. So is a
part of a point table with open indicators. Either is settled as soon as both ends fall on the same side, else UNKNOWN.
What cannot be (a share above 100 %, a part above its whole) is told but not known: it never meets a condition.
`all` fails with its first failing member whatever is unknown.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from assistant.rules.sizing import CLASSES
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile, facts
from knowledge.program import Bound, Criterion, Formula, Indicator, PointTable, Test

Told = Fraction | bool | str
"""A fact as the rules hold it."""

_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda value, bound: value >= bound,
    ">": lambda value, bound: value > bound,
    "<=": lambda value, bound: value <= bound,
    "<": lambda value, bound: value < bound,
    "==": lambda value, bound: value == bound,
    "!=": lambda value, bound: value != bound,
}


def told(profile: EnterpriseProfile) -> dict[str, Told]:
    """Return the facts of `profile` that were told, amounts as fractions."""
    return {
        name: Fraction(value) if isinstance(value, Decimal) else value
        for name, value in profile
        if value is not None
    }


class Range(NamedTuple):
    """Points of a table or of one of its parts."""

    low: Fraction
    high: Fraction


class Span(NamedTuple):
    """Where an amount can lie; None is no bound."""

    low: Fraction | None
    high: Fraction | None

    def holds(self, value: Fraction) -> bool:
        """Return whether `value` lies within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@lru_cache(maxsize=512)
def domain(fact: str) -> Span:
    """Return what amounts of a fact can be at all."""
    known = facts()[fact]
    low, high = (None if end is None else Fraction(end) for end in (known.low, known.high))
    return Span(low, high)


class Situation:
    """One enterprise on one filing day: told facts, what follows from them, and its possible size classes."""

    def __init__(
        self,
        facts: Mapping[str, Told],
        *,
        formulas: Mapping[str, Formula],
        tables: Mapping[str, PointTable],
        sizes: frozenset[str] = CLASSES,
        raw: tuple[str, ...] = (),
        waived: frozenset[str] = frozenset(),
    ) -> None:
        self.facts = facts
        self.formulas = {fact: formula for fact, formula in formulas.items() if fact not in raw}
        self.tables = tables
        size = facts.get("sme_size_class")
        self.sizes = frozenset({size}) if isinstance(size, str) else sizes
        self.waived = waived
        self._known: dict[str, Told | None] = {}

    def with_facts(self, facts: Mapping[str, Told], sizes: frozenset[str] | None = None) -> "Situation":
        """Return the same filing with other facts."""
        other = Situation.__new__(Situation)
        other.facts, other.formulas, other.tables = facts, self.formulas, self.tables
        other.sizes = self.sizes if sizes is None else sizes
        other.waived, other._known = self.waived, {}
        return other

    def value(self, fact: str) -> Told | None:
        """Return a fact, worked out where it follows from others; None is not known, or cannot be."""
        if fact == "sme_size_class":
            return next(iter(self.sizes)) if len(self.sizes) == 1 else None
        if fact not in self._known:
            amount, within = self._amount(fact)
            beyond = isinstance(amount, Fraction) and not within.holds(amount)
            self._known[fact] = None if beyond else amount
        return self._known[fact]

    def inputs(self, fact: str) -> tuple[str, ...]:
        """Return the facts to be told from which `fact` follows; itself where there is no formula."""
        if fact not in self.formulas:
            return (fact,)
        a, b = (self.inputs(part) for part in self.formulas[fact].of)
        return tuple(dict.fromkeys((*a, *b)))

    def missing(self, fact: str) -> tuple[str, ...]:
        """Return the facts to ask for, or to ask again, so that `fact` is known; empty where it is or can never be."""
        if self.value(fact) is not None:
            return ()
        again = self.impossible(fact) is not None
        return tuple(
            name
            for name in self.inputs(fact)
            if again or name not in self.facts or self.impossible(name) is not None
        )

    def impossible(self, fact: str) -> Fraction | None:
        """Return the amount that was told or follows and cannot be; None where there is no such contradiction."""
        amount, within = self._amount(fact)
        return amount if isinstance(amount, Fraction) and not within.holds(amount) else None

    def bounds(self, fact: str) -> Span:
        """Return where an amount has to lie, whatever was told of it."""
        return self._amount(fact)[1]

    def span(self, fact: str) -> Span:
        """Return where an amount can lie, by what is known of the amounts it follows from."""
        value = self.value(fact)
        if isinstance(value, Fraction):
            return Span(value, value)
        return domain(fact) if self.impossible(fact) is not None else self._follows(fact)

    def _follows(self, fact: str) -> Span:
        """Return where the formula of `fact`, if it has one, leaves its amount, whatever was claimed for it."""
        formula, within = self.formulas.get(fact), domain(fact)
        if formula is None or formula.kind not in ("sum", "mean", "difference"):
            return within
        a, b = (self.span(part) for part in formula.of)
        if formula.kind == "difference":
            low, high = _plus(a.low, b.high, -1), _plus(a.high, b.low, -1)
        else:
            share = Fraction(1, 2 if formula.kind == "mean" else 1)
            low, high = (
                None if end is None else end * share for end in (_plus(a.low, b.low), _plus(a.high, b.high))
            )
        lows, highs = (low, within.low), (high, within.high)
        return Span(
            max((end for end in lows if end is not None), default=None),
            min((end for end in highs if end is not None), default=None),
        )

    def _amount(self, fact: str) -> tuple[Told | None, Span]:
        """Return what was told or follows, and where it has to lie."""
        formula = self.formulas.get(fact)
        if formula is None:
            return self.facts.get(fact), domain(fact)
        a, b = (self.value(part) for part in formula.of)
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return work_out(formula, a, b), domain(fact)
        return (None, domain(fact)) if self._stuck(fact) else (self.facts.get(fact), self._follows(fact))

    def _stuck(self, fact: str) -> bool:
        """Return whether every input is told and yet nothing follows: a base of zero."""
        return all(name in self.facts for name in self.inputs(fact))


def _plus(a: Fraction | None, b: Fraction | None, sign: int = 1) -> Fraction | None:
    """Return a + b, or a - b; None where one of them has no bound."""
    return None if a is None or b is None else a + sign * b


def work_out(formula: Formula, a: Fraction, b: Fraction) -> Fraction | None:
    """Return what the formula gives, exactly; None where its base is zero."""
    if formula.kind == "sum":
        return a + b
    if formula.kind == "mean":
        return (a + b) / 2
    if formula.kind == "difference":
        return a - b
    if b == 0:
        return None
    if formula.kind == "percent":
        return a / b * 100
    return a / b if formula.kind == "quotient" else (a - b) / b * 100


def judge(criterion: Criterion, situation: Situation, found: dict[str, Verdict] | None = None) -> Verdict:
    """Decide a criterion; with `found`, also note the verdict of everything below it by id."""
    if criterion.id in situation.waived:
        verdict = Verdict.MET
    elif criterion.members:
        verdicts = [judge(member, situation, found) for member in criterion.members]
        verdict = _join(criterion, verdicts)
    elif criterion.table is not None:
        verdict = _judge_points(criterion, situation)
    else:
        verdict = _judge_fact(criterion, situation)
    if found is not None:
        found[criterion.id] = verdict
    return verdict


def _join(criterion: Criterion, verdicts: list[Verdict]) -> Verdict:
    if criterion.all:
        stop, otherwise = Verdict.NOT_MET, Verdict.MET
    elif criterion.any:
        stop, otherwise = Verdict.MET, Verdict.NOT_MET
    else:
        verdicts = [_OPPOSITE[verdict] for verdict in verdicts]
        stop, otherwise = Verdict.NOT_MET, Verdict.MET
    if stop in verdicts:
        return stop
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else otherwise


_OPPOSITE = {Verdict.MET: Verdict.NOT_MET, Verdict.NOT_MET: Verdict.MET, Verdict.UNKNOWN: Verdict.UNKNOWN}


def _judge_fact(criterion: Criterion, situation: Situation) -> Verdict:
    assert criterion.fact is not None
    assert criterion.op is not None
    assert criterion.value is not None
    if criterion.fact == "sme_size_class":
        return _all_agree({compare(size, criterion.op, criterion.value) for size in situation.sizes})
    return _hold(criterion.fact, criterion.op, criterion.value, situation)


def _hold(fact: str, op: str, bound: Bound, situation: Situation) -> Verdict:
    """Return whether `fact op bound`; where no exact amount is known, by where it can lie."""
    value = situation.value(fact)
    if value is not None:
        return Verdict.MET if compare(value, op, bound) else Verdict.NOT_MET
    if not isinstance(bound, Decimal):
        return Verdict.UNKNOWN
    low, high = situation.span(fact)
    line = exact(bound)
    if op in ("==", "!="):
        apart = (low is not None and low > line) or (high is not None and high < line)
        return Verdict.UNKNOWN if not apart else Verdict.MET if op == "!=" else Verdict.NOT_MET
    worst, best = (low, high) if op in (">=", ">") else (high, low)
    if worst is not None and compare(worst, op, bound):
        return Verdict.MET
    return Verdict.NOT_MET if best is not None and not compare(best, op, bound) else Verdict.UNKNOWN


def _judge_points(criterion: Criterion, situation: Situation) -> Verdict:
    assert criterion.table is not None
    assert criterion.op is not None
    assert criterion.value is not None
    low, high = points(situation.tables[criterion.table], criterion.part, situation)
    return _all_agree(
        {compare(low, criterion.op, criterion.value), compare(high, criterion.op, criterion.value)}
    )


def _all_agree(outcomes: set[bool]) -> Verdict:
    if len(outcomes) > 1:
        return Verdict.UNKNOWN
    return Verdict.MET if outcomes.pop() else Verdict.NOT_MET


def compare(value: Told, op: str, bound: Bound) -> bool:
    """Return whether `value op bound`; amounts exactly, words and yes/no by equality."""
    if isinstance(value, Fraction):
        assert isinstance(bound, Decimal)
        assert not isinstance(bound, bool)
        return _COMPARE[op](value, exact(bound))
    if op == "in":
        return value in tuple(bound)  # type: ignore[arg-type]
    return (value == bound) if op == "==" else (value != bound)


@lru_cache(maxsize=4096)
def exact(number: Decimal) -> Fraction:
    """Return a Decimal as a fraction."""
    return Fraction(number)


# ---------------------------------------------------------------- point tables


def points(table: PointTable, part: str, situation: Situation) -> Range:
    """Return the points of a part of `table`, or of all of it for `total`."""
    low = high = Fraction()
    for indicator in indicators(table, part):
        possible = possible_points(indicator, situation)
        low, high = low + min(possible), high + max(possible)
    return Range(low, high)


def indicators(table: PointTable, part: str) -> Iterator[Indicator]:
    """Yield the indicators of a part, or of the whole table for `total`."""
    for name, share in table.parts.items():
        if part in ("total", name):
            yield from share.indicators


def possible_points(indicator: Indicator, situation: Situation) -> frozenset[Fraction]:
    """Return every number of points the indicator may still earn; points told as such count in whole ones."""
    if indicator.bands:
        return frozenset(_possible_bands(indicator, situation))
    assert indicator.fact is not None
    value = situation.value(indicator.fact)
    top = exact(indicator.max)
    if indicator.options:
        if value is None:
            return frozenset(exact(earned) for earned in indicator.options.values())
        key = str(value).lower() if isinstance(value, bool) else str(value)
        return frozenset({exact(indicator.options[key])})
    per_step = Fraction(1) if indicator.as_told else exact(indicator.points_per_step or Decimal(0))
    if value is None:
        return frozenset({min(n * per_step, top) for n in range(int(top // per_step) + 2)})
    assert isinstance(value, Fraction)
    earned = value if indicator.as_told else value // exact(indicator.step or Decimal(1)) * per_step
    return frozenset({min(max(earned, Fraction()), top)})


def _possible_bands(indicator: Indicator, situation: Situation) -> Iterator[Fraction]:
    """Yield the points of every band that may be the first to hold."""
    for band in indicator.bands:
        verdicts = [_test(test, situation) for test in band.tests]
        if not verdicts or Verdict.MET in verdicts:
            yield exact(band.points)
            return
        if Verdict.UNKNOWN in verdicts:
            yield exact(band.points)


def _test(test: Test, situation: Situation) -> Verdict:
    return _hold(test.fact, test.op, test.value, situation)


def indicator_facts(indicator: Indicator) -> tuple[str, ...]:
    """Return the facts an indicator looks at."""
    named = [test.fact for band in indicator.bands for test in band.tests]
    return tuple(dict.fromkeys([indicator.fact] if indicator.fact else named))


def open_table_facts(criterion: Criterion, situation: Situation) -> tuple[str, ...]:
    """Return the facts that can still tip a condition on points: for some points of the others theirs decide."""
    assert criterion.table is not None
    assert isinstance(criterion.value, Decimal)
    assert criterion.op is not None
    lines = list(indicators(situation.tables[criterion.table], criterion.part))
    possible = [possible_points(line, situation) for line in lines]
    grain = lcm(*(earned.denominator for earns in possible for earned in earns))
    whole = [sorted(int(earned * grain) for earned in earns) for earns in possible]
    top = sum(earns[-1] for earns in whole)
    holding = sum(
        1 << total
        for total in range(top + 1)
        if compare(Fraction(total, grain), criterion.op, criterion.value)
    )
    needed: dict[str, None] = {}
    for n, line in enumerate(lines):
        low, high = whole[n][0], whole[n][-1]
        if low < high and ((holding >> low) ^ (holding >> high)) & _totals(whole[:n] + whole[n + 1 :]):
            for fact in indicator_facts(line):
                needed.update(dict.fromkeys(situation.missing(fact)))
    return tuple(needed)


def _totals(lines: list[list[int]]) -> int:
    """Return as bits every total the lines can add up to."""
    totals = 1
    for earns in lines:
        bits = 0
        for earned in earns:
            bits |= totals << earned
        totals = bits
    return totals
