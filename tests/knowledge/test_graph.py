"""What replaced what, on every day; what leans on a replaced document; the same condition side by side."""

from datetime import date, timedelta

import pytest

from knowledge.conflict import figure_text, side_by_side
from knowledge.graph import Graph, clauses_at
from knowledge.load import KnowledgeBase
from knowledge.policy import Figure, Policy, Reliance, Status

KB = KnowledgeBase(verify=False)
DAYS = [date(2020, 1, 1) + timedelta(days=n) for n in range((date(2030, 12, 31) - date(2020, 1, 1)).days + 1)]
TODAY = date(2026, 11, 22)


def test_on_every_day_status_and_graph_tell_the_same_story() -> None:
    linked = [policy for policy in KB.policies.values() if policy.superseded_by or policy.supersedes]
    assert len(linked) >= 8
    for day in DAYS:
        for policy in linked:
            gone = policy.status_on(day) is Status.SUPERSEDED
            newer = KB.graph.replaced_by(policy.id, day)
            assert bool(newer) is gone, (policy.id, day)
            for one in newer:
                assert one.status_on(day) is not Status.NOT_YET, (policy.id, one.id, day)
                assert policy in KB.graph.replaces(one.id, day)
            assert KB.graph.successor(policy.id, day).status_on(day) is not Status.SUPERSEDED


def test_on_every_day_a_broken_reference_rests_on_a_dead_document_and_a_living_one() -> None:
    leaning = [policy for policy in KB.policies.values() if policy.relies_on]
    for day in DAYS:
        for policy in leaning:
            for broken in KB.graph.broken_references(day, policy_id=policy.id):
                assert KB.policies[broken.policy].status_on(day) in {Status.IN_FORCE, Status.NOT_STATED}
                base = KB.policies[broken.leans_on]
                assert base.status_on(day) in {Status.SUPERSEDED, Status.EXPIRED}
                assert broken.since is None or broken.since <= day


def test_at_no_time_do_two_documents_of_a_chain_both_hold() -> None:
    for policy in KB.policies.values():
        chain = KB.graph.chain(policy.id)
        if len(chain) > 1:
            for day in DAYS[::30]:
                assert sum(one.status_on(day) in {Status.IN_FORCE, Status.NOT_STATED} for one in chain) <= 1


def test_the_2024_indicators_lean_on_a_replaced_annex_from_the_first_of_april_2026() -> None:
    def broken(day: date) -> list[str]:
        return [one.leans_on for one in KB.graph.broken_references(day, policy_id="cn-eval-2024")]

    assert broken(date(2026, 3, 31)) == []
    assert broken(date(2026, 4, 1)) == ["miit-2022-63"]
    warning = KB.graph.broken_references(TODAY, policy_id="cn-eval-2024")[0]
    assert warning.leans_locator == "附件2"
    assert warning.since == date(2026, 4, 1)
    assert warning.replaced_by == ("miit-2026-2",)
    assert "工信部企业〔2026〕2号" in warning.text


def test_leaning_on_a_clause_that_was_kept_is_not_broken() -> None:
    assert KB.graph.broken_references(TODAY, policy_id="miit-2026-2") == ()


def test_leaning_on_something_that_ended_is_told() -> None:
    broken = KB.graph.broken_references(TODAY, policy_id="tj-binhai-fund-2024")
    assert [one.kind for one in broken] == ["expired"]
    assert KB.graph.broken_references(date(2025, 12, 31), policy_id="tj-binhai-fund-2024") == ()


def test_the_gradient_rules_follow_one_another() -> None:
    assert [policy.id for policy in KB.graph.chain("miit-2026-2")] == ["miit-2022-63", "miit-2026-2"]
    assert KB.graph.successor("miit-2022-63", TODAY).id == "miit-2026-2"
    assert KB.graph.successor("miit-2022-63", date(2026, 3, 31)).id == "miit-2022-63"
    assert [line.chain for line in KB.graph.lineages("cn-city-pilot-2024")] == ["财政试点"]


def test_a_longer_chain_is_walked_to_its_end() -> None:
    def make(name: str, **more: object) -> Policy:
        return KB.policies["miit-2022-63"].model_copy(
            update={"id": name, "relies_on": (), "supersedes": (), "superseded_by": (), **more}
        )

    old = make("a", superseded_by=("b",), superseded_on=date(2023, 1, 1))
    mid = make("b", supersedes=("a",), superseded_by=("c",), superseded_on=date(2024, 1, 1))
    new = make("c", supersedes=("b",), status=Status.IN_FORCE, relies_on=(Reliance(policy="a"),))
    graph = Graph({policy.id: policy for policy in (old, mid, new)})
    assert [policy.id for policy in graph.chain("b")] == ["a", "b", "c"]
    assert graph.successor("a", date(2025, 1, 1)).id == "c"
    assert graph.successor("a", date(2023, 6, 1)).id == "b"
    assert [one.leans_on for one in graph.broken_references(date(2025, 1, 1))] == ["a"]


def test_a_place_takes_in_what_stands_under_it() -> None:
    places = [clause.locator for clause in clauses_at(KB.policies["miit-2022-63"], "附件2")]
    assert places == ["附件2 一", "附件2 二"]
    assert clauses_at(KB.policies["miit-2022-63"], "附件9") == ()


# ------------------------------------------------------------------ side by side


def test_the_same_condition_stands_in_nation_province_city_and_year() -> None:
    titles = " ".join(table.title for table in KB.conflicts.values())
    for words in ("补助", "水平", "数量", "截止", "专精特新", "小巨人", "验收"):
        assert words in titles


@pytest.mark.parametrize("table", KB.conflicts.values(), ids=KB.conflicts.keys())
def test_values_are_read_from_the_cards(table) -> None:
    for cell, row in zip(table.cells, side_by_side(table, KB.policies, TODAY), strict=True):
        clause = KB.policies[cell.policy].clause(cell.locator)
        if cell.figure:
            assert row.value == next(f.value for f in clause.figures if f.name == cell.figure)
        if not clause.obtained:
            assert row.value is None
        assert row.status is KB.policies[cell.policy].clause_status_on(clause, TODAY)


def test_2022_and_2026_differ_where_they_differ() -> None:
    rows = {row.label: row for row in side_by_side(KB.conflicts["zjtx-2022-2026"], KB.policies, TODAY)}
    assert rows["营业收入（2022）"].text == "1000 万元以上"
    assert rows["营业收入（2022）"].status is Status.SUPERSEDED
    assert rows["营业收入（2026）"].text == "不低于 1500 万元"
    assert rows["营业收入（2026）"].status is Status.IN_FORCE


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Figure(name="x", value=40, unit="%", qualifier="不超过"), "不超过 40%"),
        (Figure(name="x", value=400, unit="家", qualifier="以上"), "400 家以上"),
        (Figure(name="x", value="1:1"), "1:1"),
        (Figure(name="x", value=1.5, unit="亿元"), "1.5 亿元"),
    ],
)
def test_a_figure_in_words(figure: Figure, words: str) -> None:
    assert figure_text(figure) == words
