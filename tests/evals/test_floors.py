"""No figure of plain mode falls below its floor; long tasks are run on a part of their cases."""

import pytest

from evals import beyond, eligibility, matching, policy_qa, redteam, report
from evals.floors import below, read_floors
from evals.runner import TASKS
from knowledge.errors import InputError

ATTACKS = ("rt-06", "rt-12", "rt-14", "rt-20", "rt-26", "rt-30", "rt-33", "rt-37")


@pytest.fixture(scope="module")
def desk(assistant):
    return assistant.desk()


def test_every_floor_belongs_to_a_task():
    assert set(read_floors()) <= set(TASKS)


def test_a_figure_under_its_floor_is_named(tmp_path):
    path = tmp_path / "floors.yaml"
    path.write_text("t: {good: {at_least: 0.9}, bad: {at_most: 0}, gone: {at_least: 1}}", encoding="utf-8")
    wrong = below("t", {"good": {"value": 0.89}, "bad": {"value": 0.01}}, path)
    assert [one.split()[0] for one in wrong] == ["good", "bad", "gone"]
    assert below("t", {"good": {"value": 0.9}, "bad": {"value": 0}, "gone": {"value": 1}}, path) == ()
    path.write_text("t: {good: {at_leest: 0.9}}", encoding="utf-8")
    with pytest.raises(InputError):
        below("t", {}, path)


def test_eligibility(desk):
    assert below("eligibility", eligibility.run(desk, eligibility.read_cases())["metrics"]) == ()


def test_matching(desk):
    assert below("matching", matching.run(desk, matching.read_cases())["metrics"]) == ()


def test_report(desk):
    """Every case; of the kinds, the diagnosis and those of the others that the case's number picks."""
    cases = report.read_cases(desk)
    kinds = tuple(desk.kb.outlines)
    chosen = [
        case.model_copy(update={"kinds": case.kinds or ("one-enterprise-diagnosis", *kinds[n % 2 :: 6])})
        for n, case in enumerate(cases)
    ]
    assert below("report", report.run(desk, chosen)["metrics"]) == ()


def test_policy_answers(desk):
    made = policy_qa.run(desk, policy_qa.read_cases(), "plain")
    assert below("policy_qa", made["metrics"]) == ()


def test_silence_where_nothing_answers(desk):
    made = beyond.run(desk, beyond.read_cases())
    assert below("beyond", made["metrics"]) == ()
    assert not any(case.split == "held_back" and case.text in str(made) for case in beyond.read_cases())


def test_attacks(assistant):
    cases = [case for case in redteam.read_cases() if case.attack.id in ATTACKS]
    assert len(cases) == len(ATTACKS)
    assert below("redteam", redteam.run(assistant, cases)["metrics"]) == ()
