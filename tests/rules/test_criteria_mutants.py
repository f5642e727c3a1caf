"""Point tables against brute force: their range, their verdict, and which facts can still tip it."""

import random
from decimal import Decimal
from fractions import Fraction as F
from itertools import product

import pytest

from assistant.rules.criteria import (
    Situation,
    judge,
    open_table_facts,
    points,
    possible_points,
    work_out,
)
from assistant.schema import Verdict
from knowledge.enterprise import facts
from knowledge.program import Criterion, Formula, Indicator, PointTable

CLAUSE = {"source_id": "x", "locator": "x"}
YES_NO = [name for name, fact in facts().items() if fact.kind == "yes_no"][:5]
PARTS = ("first", "second")


def options_table(earned):
    """A table of yes/no facts; `earned` holds (points for no, points for yes), the last two in a part of their own."""
    lines = [
        {"id": name, "label": name, "max": "9", "fact": name, "options": {"false": str(no), "true": str(yes)}}
        for name, (no, yes) in zip(YES_NO, earned, strict=True)
    ]
    parts = {
        "first": {"label": "x", "max": "9", "indicators": lines[:3]},
        "second": {"label": "x", "max": "9", "indicators": lines[3:]},
    }
    return PointTable(id="t", label="x", max="9", parts=parts, clause=CLAUSE, certainty="verified")


def on_points(op, value, part="total"):
    return Criterion(
        id="c", label="x", table="t", part=part, op=op, value=Decimal(value), clause=CLAUSE, certainty="verified"
    )  # fmt: skip


def situation(told, table=None, formulas=()):
    tables = {} if table is None else {table.id: table}
    return Situation(told, formulas={formula.fact: formula for formula in formulas}, tables=tables)


@pytest.mark.parametrize("seed", range(60))
def test_range_verdict_and_open_facts_of_a_point_table_are_those_of_brute_force(seed):
    rng = random.Random(seed)
    earned = [(rng.choice(["0", "0.5", "1"]), rng.choice(["0", "0.5", "1.5", "2", "3"])) for _ in YES_NO]
    worth = {name: (F(no), F(yes)) for name, (no, yes) in zip(YES_NO, earned, strict=True)}
    part = rng.choice(["total", *PARTS])
    counted = {"total": YES_NO, "first": YES_NO[:3], "second": YES_NO[3:]}[part]
    top = sum(max(worth[name]) for name in counted)
    op, value = rng.choice([">=", ">", "<=", "<"]), F(rng.randint(0, 2 * int(top) + 1), 2)
    told = {name: rng.random() < 0.5 for name in YES_NO if rng.random() < 0.4}
    table = options_table(earned)
    now, criterion = situation(told, table), on_points(op, str(float(value)), part)

    def total(known):
        return sum(worth[name][known[name]] for name in counted)

    def holds(known):
        have = total(known)
        return {">=": have >= value, ">": have > value, "<=": have <= value, "<": have < value}[op]

    free = [name for name in YES_NO if name not in told]
    worlds = [
        {**told, **dict(zip(free, answers, strict=True))}
        for answers in product((False, True), repeat=len(free))
    ]
    assert points(table, part, now) == (min(map(total, worlds)), max(map(total, worlds)))
    outcomes = {holds(world) for world in worlds}
    expected = Verdict.UNKNOWN if len(outcomes) > 1 else Verdict.MET if outcomes.pop() else Verdict.NOT_MET
    assert judge(criterion, now) is expected
    tipping = {
        name
        for name in free
        if any(holds({**world, name: True}) != holds({**world, name: False}) for world in worlds)
    }
    assert set(open_table_facts(criterion, now)) == tipping


def test_a_stepped_line_may_earn_every_whole_number_of_steps_up_to_its_top():
    line = Indicator(id="i", label="x", max="7", fact="class1_ip_total", step="2", points_per_step="3")

    def earns(told):
        return possible_points(line, situation({} if told is None else {"class1_ip_total": F(told)}))

    assert earns(None) == {0, 3, 6, 7}
    assert [earns(n) for n in (0, 1, 2, 3, 4, 6, 9)] == [{0}, {0}, {3}, {3}, {6}, {7}, {7}]
    assert earns(-1) == earns(None), "what cannot be is not known"


def test_points_told_as_such_count_as_told_and_stay_between_nothing_and_the_top():
    line = Indicator(
        id="i", label="x", max="10", fact="provincial_characteristic_points", as_told=True
    )  # fmt: skip

    def earns(told):
        facts_ = {} if told is None else {"provincial_characteristic_points": F(told)}
        return possible_points(line, situation(facts_))

    assert earns(None) == set(range(11))
    assert [earns(n) for n in ("0", "9.5", "10", "12")] == [{0}, {F(19, 2)}, {10}, {10}]
    assert earns("-2") == earns("16") == earns(None), "what cannot be is not known"


def test_the_bands_that_may_still_be_the_first_to_hold_are_all_possible():
    def test(fact, value):
        return {"fact": fact, "op": ">=", "value": Decimal(value)}

    line = Indicator(
        id="i", label="x", max="9",
        bands=[
            {"points": "9", "tests": [test("rd_expense_y1", "500"), test("revenue_y1", "9000")]},
            {"points": "5", "tests": [test("rd_expense_y1", "100")]},
            {"points": "1", "tests": []},
            {"points": "7", "tests": []},
        ],
    )  # fmt: skip

    def earns(**told):
        return possible_points(line, situation({name: F(value) for name, value in told.items()}))

    assert earns() == {9, 5, 1}
    assert earns(rd_expense_y1=500) == {9}
    assert earns(revenue_y1=9000) == {9}
    assert earns(rd_expense_y1=100) == {9, 5}
    assert earns(rd_expense_y1=99) == {9, 1}
    assert earns(rd_expense_y1=99, revenue_y1=8999) == {1}
    assert earns(revenue_y1=8999) == {9, 5, 1}


@pytest.mark.parametrize(
    ("kind", "a", "b", "result"),
    [
        ("sum", 7, 2, F(9)),
        ("mean", 7, 2, F(9, 2)),
        ("difference", 7, 2, F(5)),
        ("quotient", 7, 2, F(7, 2)),
        ("percent", 7, 2, F(350)),
        ("growth", 7, 2, F(250)),
        ("sum", 7, 0, F(7)),
        ("mean", 7, 0, F(7, 2)),
        ("difference", 7, 0, F(7)),
        ("quotient", 7, 0, None),
        ("percent", 7, 0, None),
        ("growth", 7, 0, None),
    ],
)
def test_a_formula_gives_exactly_what_it_says(kind, a, b, result):
    formula = Formula(
        fact="rd_ratio_y1", kind=kind, of=("rd_expense_y1", "revenue_y1"), certainty="verified"
    )  # fmt: skip
    assert work_out(formula, F(a), F(b)) == result


def test_a_claimed_result_counts_until_all_its_inputs_are_told():
    formula = Formula(
        fact="rd_ratio_y1", kind="percent", of=("rd_expense_y1", "revenue_y1"), certainty="verified"
    )  # fmt: skip

    def value(**told):
        return situation({name: F(v) for name, v in told.items()}, formulas=[formula]).value("rd_ratio_y1")

    assert value(rd_ratio_y1=6) == 6
    assert value(rd_ratio_y1=6, rd_expense_y1=50) == 6
    assert value(rd_ratio_y1=6, rd_expense_y1=50, revenue_y1=1000) == 5
    assert value(rd_ratio_y1=6, rd_expense_y1=50, revenue_y1=0) is None
    assert value(rd_expense_y1=50) is None


def test_the_size_class_is_known_once_a_single_one_is_possible():
    def sized(told, *sizes):
        return Situation(told, formulas={}, tables={}, sizes=frozenset(sizes))

    assert sized({"sme_size_class": "small"}, "micro", "small").sizes == {"small"}
    assert sized({}, "micro", "small").sizes == {"micro", "small"}
    assert sized({}, "micro", "small").value("sme_size_class") is None
    assert sized({}, "micro").value("sme_size_class") == "micro"
    assert sized({}, "micro").missing("sme_size_class") == ()
    assert sized({}, "micro", "small").missing("sme_size_class") == ("sme_size_class",)
