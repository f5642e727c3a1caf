"""The order of questions on small trees where it can be worked out by hand."""

from datetime import date

import pytest
from eligibility_cases import SIZES, profile

from assistant.rules.filing import open_filing
from assistant.rules.interview import ask_next, leaf_facts, merge, order
from knowledge.program import Program

CLAUSE = {"source_id": "x", "locator": "x"}
ON = date(2026, 1, 1)
VETO, HARD, PLAIN, MANUAL = (
    "in_abnormal_list", "award_national_3y", "high_tech_enterprise_valid", "technology_sme_valid",
)  # fmt: skip


def leaf(fact, value=True, **more):
    return {
        "id": f"c-{fact}-{value}", "label": "x", "fact": fact, "op": "==", "value": value, "clause": CLAUSE,
        "certainty": "verified", **more,
    }  # fmt: skip


def group(kind, *members, id_="g"):
    return {"id": id_, "label": "x", kind: list(members), "clause": CLAUSE, "certainty": "verified"}


def made(route, id_="p"):
    row = {"id": "a", "since": "2020-01-01", "application": ["new"], "standard": "s", "certainty": "verified"}
    return Program(
        id=id_, title="p", kind="title", selection=[row],
        standards={"s": {"id": "s", "title": "s", "document": "s", "route": route}},
        levers={HARD: {"fact": HARD, "move": "to", "to": True, "when": "open", "effort": 4}},
    )  # fmt: skip


def asked(route, **told):
    return order(open_filing(made(route), profile(told), on=ON))


def test_where_all_must_hold_what_fails_most_likely_per_question_comes_first():
    """Fails: hard 0.8, plain 0.5, a reviewer's 0.5 at three times the cost, a veto 0.1."""
    leaves = (leaf(VETO, False), leaf(MANUAL, manual=True), leaf(PLAIN), leaf(HARD))
    assert asked(group("all", *leaves)) == (HARD, PLAIN, MANUAL, VETO)
    assert asked(group("all", *leaves[::-1])) == (HARD, PLAIN, MANUAL, VETO)


def test_where_one_is_enough_what_passes_most_likely_comes_first():
    leaves = (leaf(HARD), leaf(MANUAL, manual=True), leaf(PLAIN), leaf(VETO, False))
    assert asked(group("any", *leaves)) == (VETO, PLAIN, HARD, MANUAL)  # 1.1, 2, 5 and 6 questions a chance


def test_where_none_may_hold_what_holds_most_likely_comes_first():
    leaves = (leaf(HARD), leaf(PLAIN), leaf(VETO, False))
    assert asked(group("none", *leaves)) == (VETO, PLAIN, HARD)


def test_a_question_that_serves_two_conditions_costs_each_half():
    """Plain serves two members: half the cost each, so it goes before one as likely that serves one."""
    other = "ip_advantage_or_demo_valid"
    two = group("any", leaf(PLAIN), leaf(other), id_="either")
    both = group("all", leaf(other) | {"id": "c1"}, leaf("maker_china_top500_3y"), two)
    assert asked(both)[0] == other


def test_a_group_goes_by_the_chance_of_all_its_members():
    """any(plain, plain) fails with 0.25 at a cost of 1.5: 6 a chance, after plain (2) and before a veto (10)."""
    either = group("any", leaf(PLAIN), leaf("ip_advantage_or_demo_valid"), id_="either")
    route = group("all", leaf(VETO, False), either, leaf("tech_innovation_demo_valid"))
    assert asked(route) == ("tech_innovation_demo_valid", PLAIN, "ip_advantage_or_demo_valid", VETO)
    # all(plain, plain) passes with 0.25 at a cost of 1.5: 6 a chance, after a veto (1.1) and a plain one (2)
    each = group("all", leaf(PLAIN), leaf("ip_advantage_or_demo_valid"), id_="each")
    route = group("any", each, leaf("tech_innovation_demo_valid"), leaf(VETO, False))
    assert asked(route) == (VETO, "tech_innovation_demo_valid", PLAIN, "ip_advantage_or_demo_valid")


def test_what_is_settled_asks_nothing():
    route = group("all", leaf(VETO, False), group("any", leaf(PLAIN), leaf(HARD), id_="either"))
    assert asked(route, **{VETO: True}) == ()
    assert asked(route, **{VETO: False, PLAIN: True}) == ()
    assert asked(route, **{PLAIN: True}) == (VETO,)
    assert asked(route, **{PLAIN: False, HARD: False}) == ()
    assert asked(route, **{PLAIN: False}) == (HARD, VETO)


def test_over_several_programs_early_in_many_comes_first():
    assert merge([("a", "b"), ("b", "c")]) == ("b", "a", "c")  # 1.5, 1, 0.5
    assert merge([("a", "b", "c"), ("c",)]) == ("c", "a", "b")
    assert merge([]) == ()
    programs = [
        made(group("all", leaf(PLAIN), leaf(HARD))),
        made(group("all", leaf(PLAIN), leaf(VETO, False))),
    ]
    assert ask_next(programs, profile({}), on=ON) == (PLAIN, HARD, VETO)
    assert ask_next(programs, profile({PLAIN: False}), on=ON) == ()
    assert ask_next(programs, profile({}), on=date(2019, 1, 1)) == ()


@pytest.mark.parametrize(
    ("industry", "told", "facts"),
    [
        ("机床", {}, ("employees_y1", "revenue_y1")),
        ("机床", {"employees_y1": 500}, ("revenue_y1",)),
        ("建筑业", {}, ("revenue_y1", "total_assets_y1")),
        ("机床批发", {}, ("employees_y1", "revenue_y1")),
        ("", {}, ("sme_size_class",)),
    ],
)
def test_the_size_is_asked_by_the_figures_of_the_rows_it_may_fall_in(industry, told, facts):
    """Where no row is known and nothing told, the class itself is the shorter question."""
    size = {
        "id": "c", "label": "x", "fact": "sme_size_class", "op": "in", "value": ["small"], "clause": CLAUSE,
        "certainty": "verified",
    }  # fmt: skip
    case = open_filing(made(size), profile(told), on=ON, industry=industry, size_rows=SIZES)
    assert set(leaf_facts(case.roots[0], case)) == set(facts)
    bare = open_filing(made(size), profile({}), on=ON)
    assert leaf_facts(bare.roots[0], bare) == ("sme_size_class",)
