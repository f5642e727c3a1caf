"""The figures mean what they say: intervals, paired comparison, support of hard tokens."""

import pytest

from evals.intervals import share
from evals.scoring import paired_bootstrap, support


def test_wilson_as_published():
    """81 of 263 (Newcombe 1998, table I): 0.2553 to 0.3662."""
    metric = share(81, 263)
    assert (metric.ci_low, metric.ci_high) == pytest.approx((0.2553, 0.3662), abs=1e-4)


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (10, 10), (1, 1)])
def test_an_interval_stays_within_nought_and_one_and_holds_its_value(hits, of):
    metric = share(hits, of)
    assert 0 <= metric.ci_low <= metric.value <= metric.ci_high <= 1


def test_a_steady_gain_is_found_and_chance_is_not():
    better = paired_bootstrap([0.0] * 40, [1.0] * 20 + [0.0] * 20, resamples=2000)
    assert better.value == 0.5
    assert better.ci_low > 0
    assert better.p < 0.01
    even = paired_bootstrap([1.0, 0.0] * 20, [0.0, 1.0] * 20, resamples=2000)
    assert even.ci_low < 0 < even.ci_high
    assert even.p > 0.5


def test_runs_over_other_cases_cannot_be_compared():
    with pytest.raises(ValueError, match="same cases"):
        paired_bootstrap([1.0], [1.0, 0.0])


def test_support_counts_numbers_that_stand_in_what_is_cited():
    quotes = {1: "按合同额的30%补助，最高80万元", 2: "验收后一次拨付"}
    found = support("补助30%，最高80万元。[1]验收后拨付。[2]每户再奖90万元。", quotes)
    assert (found.sentences, found.carried) == (3, 2)
    spare = support("补助30%。[1][2]", quotes)
    assert (spare.citations, spare.needed) == (2, 1)
