"""What to ask, in which order, and when to stop; the shortest way to pass."""

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

import pytest
from eligibility_cases import PROGRAMS, SIZES, WORKED, filing, judged, profile
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.rules.filing import Filing, open_filing
from assistant.rules.interview import ask_next, order
from assistant.rules.shortest_path import shortest_path
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile, facts
from knowledge.program import Program

DAYS = {
    "innovative-sme": date(2026, 7, 20),
    "specialized-sme": date(2026, 11, 22),
    "little-giant": date(2026, 5, 10),
    "technology-sme": date(2026, 11, 22),
    "pilot-jinan": date(2025, 6, 1),
}
FILINGS = [(program, day) for program, day in DAYS.items()] + [
    ("specialized-sme", date(2025, 9, 10)),
    ("little-giant", date(2025, 9, 10)),
]


def leaf_inputs(case: Filing) -> list[str]:
    """Raw facts the standard looks at, size told outright."""
    named: dict[str, None] = {}
    for root in case.roots:
        for criterion in root.walk():
            if criterion.fact:
                named.update(dict.fromkeys(case.situation.inputs(criterion.fact)))
            if criterion.table:
                for part in case.situation.tables[criterion.table].parts.values():
                    for line in part.indicators:
                        tests = [test.fact for band in line.bands for test in band.tests]
                        for fact in tests or [line.fact]:
                            named.update(dict.fromkeys(case.situation.inputs(fact)))
    return [name for name in named if name != "application_type"]


def blank(program: str, day: date, **told) -> Filing:
    case = open_filing(PROGRAMS[program], profile(told), on=day)  # no size table: the class is told outright
    assert case is not None
    return case


AMOUNTS = {
    "rd_expense": [80, 100, 150, 300, 700],
    "liabilities": [400, 700, 800, 900],
    "assets": [1000],
    "staff": [1, 5, 12, 30],
    "rank": [1, 3, 4, 6],
}
BY_UNIT = {"%": range(101), "分": range(101), "年": range(1, 7), "项": range(1, 7), "级": range(1, 5)}
VETOES = ("in_abn", "in_ser", "product_", "disq", "tax_", "single", "controlled", "same_")


def random_facts(rng: random.Random, names: list[str]) -> dict:
    """Complete facts, near the lines so that both verdicts occur; no part above its whole."""
    drawn = {name: random_value(rng, name) for name in names}
    for formula in PROGRAMS["little-giant"].formulas.values():
        whole, part = formula.of if formula.kind == "difference" else reversed(formula.of)
        is_part = formula.kind == "difference" or facts()[formula.fact].high == 100
        if is_part and part in drawn and whole in drawn:
            drawn[part] = min(drawn[part], drawn[whole])
    return {name: _possible(name, value) for name, value in drawn.items()}


def _possible(name: str, value):
    top = facts()[name].high
    return value if top is None or isinstance(value, bool | str) else min(value, top)


def random_value(rng: random.Random, name: str):
    fact = facts()[name]
    if fact.kind == "yes_no":
        return rng.random() < (0.05 if name.startswith(VETOES) else 0.8)
    if fact.kind == "choice":
        return rng.choice(fact.choices)
    near = next((values for part, values in AMOUNTS.items() if part in name), None)
    return rng.choice(near or BY_UNIT.get(fact.unit) or [0, 900, 1500, 3000, 5500, 6000])


complete = st.tuples(st.sampled_from(FILINGS), st.integers(0, 10**9))


@settings(max_examples=150, deadline=None)
@given(complete)
def test_more_facts_never_turn_a_settled_verdict_back(drawn):
    (program, day), seed = drawn
    rng = random.Random(seed)
    names = leaf_inputs(blank(program, day))
    everything = random_facts(rng, names)
    rng.shuffle(names)
    settled: dict[str, Verdict] = {}
    for n in range(0, len(names) + 1, 3):
        case = blank(program, day, **{name: everything[name] for name in names[:n]})
        for key, verdict in settled.items():
            assert case.verdicts[key] is verdict
        settled = {key: v for key, v in case.verdicts.items() if v is not Verdict.UNKNOWN}


@settings(max_examples=150, deadline=None)
@given(complete)
def test_asking_ends_with_a_verdict_and_never_asks_twice(drawn):
    """Answering what is asked settles every verdict that can be worked out; a settled one asks nothing."""
    (program, day), seed = drawn
    rng = random.Random(seed)
    everything = random_facts(rng, leaf_inputs(blank(program, day)))
    told: dict = {}
    case = blank(program, day)
    while asked := order(case):
        assert case.verdict is Verdict.UNKNOWN
        assert asked[0] not in told
        told[asked[0]] = everything[asked[0]]
        case = blank(program, day, **told)
    full = blank(program, day, **everything)
    assert case.verdict is full.verdict
    if case.verdict is Verdict.UNKNOWN:  # only a base of zero leaves it open
        assert any(value == 0 for value in told.values())


YES_NO = [name for name, fact in facts().items() if fact.kind == "yes_no"][:6]


@st.composite
def trees(draw, names=tuple(YES_NO), depth=3):
    """A tree of conditions in which every fact stands once."""
    left = list(names)

    def grow(level: int) -> dict:
        if level == 0 or len(left) < 3 or draw(st.booleans()):
            return leaf(left.pop(), draw(st.booleans()))
        members = [grow(level - 1) for _ in range(draw(st.integers(2, 3))) if left]
        return {"id": f"g{len(left)}-{level}", draw(st.sampled_from(["all", "any"])): members}

    return grow(depth)


def leaf(fact: str, value: bool) -> dict:
    return {"id": f"c-{fact}-{value}", "fact": fact, "op": "==", "value": value}


def tree_filing(tree: dict, told: dict) -> Filing:
    def finish(node: dict, n: str = "0") -> dict:
        kids = {
            kind: [finish(m, f"{n}.{i}") for i, m in enumerate(node[kind])]
            for kind in ("all", "any")
            if kind in node
        }
        clause = {"source_id": "x", "locator": "x"}
        return {"label": "x", "clause": clause, "certainty": "verified", **node, "id": node["id"] + n, **kids}

    program = Program(
        id="x", title="x", kind="title",
        standards={"x": {"id": "x", "title": "x", "document": "x", "route": finish(tree)}},
        selection=[{"id": "x", "since": "2020-01-01", "application": ["new"], "standard": "x", "certainty": "verified"}],
    )  # fmt: skip
    case = open_filing(program, profile(told), on=date(2026, 1, 1))
    assert case is not None
    return case


def can_decide(tree: dict, told: dict, fact: str) -> bool:
    """Brute force: for some of the rest told or not, the fact turns UNKNOWN into a verdict."""
    rest = [name for name in YES_NO if name not in told and name != fact]
    for values in product((None, True, False), repeat=len(rest)):
        known = {**told, **dict(zip(rest, values, strict=True))}
        if tree_filing(tree, known).verdict is Verdict.UNKNOWN and any(
            tree_filing(tree, {**known, fact: answer}).verdict is not Verdict.UNKNOWN
            for answer in (True, False)
        ):
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(trees(), st.dictionaries(st.sampled_from(YES_NO), st.booleans(), max_size=3))
def test_what_is_asked_is_exactly_what_can_decide(tree, told):
    asked = set(order(tree_filing(tree, told)))
    assert asked == {fact for fact in YES_NO if fact not in told and can_decide(tree, told, fact)}


def test_the_order_of_facts_is_irrelevant():
    for case in WORKED.values():
        items = list(case["facts"].items())
        straight, back = (EnterpriseProfile(**dict(way)) for way in (items, items[::-1]))
        ask = {"on": case["on"], "application": case.get("application")}
        one = open_filing(PROGRAMS[case["program"]], straight, **ask)
        other = open_filing(PROGRAMS[case["program"]], back, **ask)
        assert one.verdicts == other.verdicts
        assert order(one) == order(other)


def test_a_points_fact_that_cannot_tip_the_balance_is_not_asked():
    """55 points without the IP class, which earns 5 at least: with the parts safe, its class changes nothing."""
    told = {"rd_expense_y1": 100, "leading_product_strategic_emerging": True}
    assert order(filing("e1", ip_best_class=None, **told)) == ()
    assert order(filing("e1", ip_best_class=None)) == ("ip_best_class",)


def test_the_size_class_is_asked_by_its_figures_where_the_industry_is_known():
    case = WORKED["e4"]
    told = {
        name: value for name, value in case["facts"].items() if name not in ("sme_size_class", "revenue_y1")
    }
    program = PROGRAMS["specialized-sme"]
    known = open_filing(program, profile(told), on=case["on"], industry="机床", size_rows=SIZES)
    assert "employees_y1" in order(known)
    assert "sme_size_class" not in order(known)
    unknown = open_filing(program, profile(told), on=case["on"], size_rows=SIZES)
    assert "sme_size_class" in order(unknown)


def test_over_several_programs_what_serves_most_comes_first():
    programs = [PROGRAMS[name] for name in ("specialized-sme", "little-giant")]
    asked = ask_next(programs, EnterpriseProfile(), on=date(2026, 5, 10))
    assert len(asked) == len(set(asked))
    separate = [order(blank(program.id, date(2026, 5, 10))) for program in programs]
    assert set(asked) == set(separate[0]) | set(separate[1])
    assert asked[0] in separate[0]
    assert asked[0] in separate[1]


# ---------------------------------------------------------------- the shortest way


def applied(case: Filing, path) -> Filing:
    changed = {c.fact: Fraction(c.to) if isinstance(c.to, Decimal) else c.to for c in path}
    return case.with_facts({**case.situation.facts, **changed})


@pytest.mark.parametrize(
    ("case_id", "changes", "path", "year"),
    [
        ("e4", {}, {}, None),
        ("e2", {}, {"main_business_revenue_y1": 1000}, 2027),
        ("e5", {}, {"rd_expense_y2": 102}, 2027),
        ("e5", {"rd_expense_y1": 50}, {"rd_expense_y1": 100, "rd_expense_y2": 102}, 2028),
        ("e4", {"rd_expense_y1": 90}, {"rd_expense_y1": 100}, 2028),
        ("e8", {}, {"revenue_y1": 5000, "class1_ip_total": 5}, 2027),
        ("e4", {"niche_years": 1}, {"niche_years": 3}, 2028),
        ("e4", {"leading_product_revenue_y1": 700}, {"leading_product_revenue_y1": Decimal("750.01")}, 2027),
        ("e4", {"disqualifying_event_3y_2026": True}, {"disqualifying_event_3y_2026": False}, 2029),
        ("e7", {}, {"platform_score_current": 60}, None),
    ],
)
def test_path(case_id, changes, path, year):
    found = judged(case_id, **changes).shortest_path
    assert {change.fact: change.to for change in found} == path
    years = [change.feasible_by.year for change in found if change.feasible_by]
    assert max(years, default=None) == year


@pytest.mark.parametrize(
    ("case_id", "changes"),
    [
        ("e4", {"sme_size_class": "large"}),
        ("e8", {"single_champion": True}),
        ("e4", {"product_prohibited_restricted_eliminated": True}),
    ],
)
def test_what_cannot_be_mended_has_no_path(case_id, changes):
    assert judged(case_id, **changes).shortest_path is None


def test_what_a_firm_must_reach_next_year_is_said():
    """5000 for 2025 would do; by 2027 the year it is held against is 2024, so 4600 x 1.1025 is needed."""
    change = next(c for c in judged("e8").shortest_path if c.fact == "revenue_y1")
    assert "5071.5" in change.why


def test_what_must_move_along_is_said():
    """R&D alone fails now; by 2027 flat revenue would miss the growth over two years: 5250 x 1.1025."""
    told = {"rd_expense_y1": 610, "platform_score_current": 65}
    (change,) = judged("e7", **told).shortest_path
    assert (change.fact, change.to, change.feasible_by.year) == ("rd_expense_y1", 620, 2027)
    assert "5788.13" in change.why


def test_under_a_standard_that_ends_the_next_filing_is_another_matter():
    change = judged("e9").shortest_path[0]
    assert change.feasible_by is None
    assert "附件2" in change.why


@settings(max_examples=120, deadline=None)
@given(st.tuples(st.sampled_from(FILINGS), st.integers(0, 10**9)), st.floats(0, 0.6))
def test_the_path_applied_passes(drawn, untold):
    (program, day), seed = drawn
    rng = random.Random(seed)
    everything = random_facts(rng, leaf_inputs(blank(program, day)))
    case = blank(
        program, day, **{name: value for name, value in everything.items() if rng.random() >= untold}
    )
    path = shortest_path(case)
    if path is not None:
        assert applied(case, path).verdict is Verdict.MET
    else:
        assert case.verdict is not Verdict.MET


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([FILINGS[0], FILINGS[1], FILINGS[5]]), st.integers(0, 10**9))
def test_no_fewer_changes_pass(which, seed):
    """Brute force over sets of facts smaller than the path, each moved far in the direction it can go."""
    rng = random.Random(seed)
    everything = random_facts(rng, leaf_inputs(blank(*which)))
    case = blank(*which, **everything)
    path = shortest_path(case)
    assume_small = path is not None and 1 <= len(path) <= 4
    if not assume_small:
        return
    levers = case.program.levers
    movable = [fact for fact in everything if fact in levers]
    for chosen in combinations(movable, len(path) - 1):
        for state in _far(case, chosen, levers):
            assert case.with_facts(state).verdict is not Verdict.MET, chosen


def _far(case: Filing, chosen, levers):
    """Every combination of telling values of the chosen facts."""
    states = [dict(case.situation.facts)]
    for fact in chosen:
        now, lever = case.situation.facts[fact], levers[fact]
        if lever.move == "to":
            values = [lever.to] if lever.to is not None else list(facts()[fact].choices)
        elif lever.move == "up":
            top = [Fraction(lever.limit)] if lever.limit is not None else []
            values = [now * k for k in (Fraction(6, 5), 2)] + [now + 2, Fraction(1000), Fraction(1500), *top]
            values = [v for v in values if v >= now and (not top or v <= top[0])]
        else:
            values = [Fraction(lever.limit or 0), now / 2]
        states = [{**state, fact: value} for state in states for value in values]
    return states
