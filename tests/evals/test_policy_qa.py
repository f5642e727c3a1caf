"""The policy questions themselves: they load, what they cite exists, and the scorers tell right from wrong."""

from collections import Counter
from datetime import date

import pytest

from evals.intervals import percentile, share
from evals.policy_qa import CASES, Case, _is_right, metrics, read_cases
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase

KINDS = {
    "answerable", "table_value", "several_clauses", "numeric", "corpus_count", "expired", "superseded", "draft",
    "wrong_premise", "other_region", "conflicting", "ambiguous", "unanswerable", "out_of_scope", "colloquial",
}  # fmt: skip


@pytest.fixture(scope="module")
def kb():
    return KnowledgeBase()


def test_there_are_three_hundred_of_every_kind_half_held_back():
    cases = read_cases()
    assert len(cases) >= 300
    assert {case.kind for case in cases} == KINDS
    splits = Counter(case.split for case in cases)
    assert abs(splits["open"] - splits["held_back"]) <= len(KINDS)


def test_every_gold_place_exists(kb):
    for case in read_cases():
        must = [want for group in case.must_cite for want in group]
        assert not set(must) & set(case.may_cite), case.id
        for want in (*must, *case.may_cite):
            policy, _, locator = want.partition("#")
            assert policy in kb.policies, case.id
            assert locator == "*" or kb.policies[policy].clause(locator), (case.id, locator)
        assert not case.region or kb.regions.resolve(case.region), case.id


@pytest.mark.parametrize(("may", "right"), [((), 1), (("b#二",), 2)])
def test_a_citation_beside_the_wanted_one_is_right_only_where_it_may_stand(may, right):
    case = Case(id="x", kind="answerable", split="open", question="q", must_cite=[["a#一"]], may_cite=may)
    assert sum(_is_right(case, *place, "") for place in [("a", "一"), ("b", "二"), ("b", "三")]) == right


def test_a_wrong_case_file_is_named(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("cases: [{id: a}]", encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.yaml"):
        read_cases(path)
    line = CASES.read_text(encoding="utf-8").splitlines()[3]
    path.write_text(f"cases:\n{line}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="重复"):
        read_cases(path)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_the_wilson_interval(hits, of, low, high):
    found = share(hits, of)
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-3)


def test_a_percentile_is_an_observed_value():
    assert percentile([3.0, 1.0, 2.0], 0.5).value == 2.0
    assert percentile([], 0.5).value == 0.0


def test_figures_of_nothing_are_open_intervals():
    assert metrics([])["correct"].ci_high == 1.0
    assert Case(id="x", kind="answerable", split="open", question="q").on == date(2026, 11, 22)
