"""What cannot be is never met; what can only lie on one side of a line is settled though not told exactly."""

from datetime import date
from decimal import Decimal

import pytest
from eligibility_cases import CHECKS, PROGRAMS, SIZES, WORKED, judged, profile, verdicts

from assistant.rules.eligibility import assess
from knowledge.enterprise import facts


def leaf(found, id):
    return next(one for one in found.findings if one.id == id)


@pytest.mark.parametrize(
    ("case_id", "changes", "criterion", "verdict", "known"),
    [
        pytest.param("e8", {"class1_ip_total": 3, "class1_ip_not_counted": None}, "l26_ip", "not_met", "至多 3 项", id="at-most-3-of-4"),
        pytest.param("e8", {"class1_ip_total": 4, "class1_ip_not_counted": None}, "l26_ip", "unknown", "至多 4 项", id="4-may-do"),
        pytest.param("e4", {"class1_ip_total": 0, "class1_ip_not_counted": None}, "s26_ip", "not_met", "至多 0 项", id="none-at-all"),
        pytest.param("e7", {"rd_expense_y1": 1300, "rd_expense_y2": None}, "l26_rd_sum", "met", "至少 1300 万元", id="enough"),
        pytest.param("e7", {"rd_expense_y1": 900, "rd_expense_y2": None}, "l26_rd_sum", "unknown", "至少 900 万元", id="left-open"),
        pytest.param("e7", {"market_share_pct": 130}, "l26_share", "unknown", "现填 130%（有矛盾，须核对）", id="share-above-100"),
        pytest.param("e7", {"market_rank_cn": 0}, "l26_rank", "unknown", "现填 0（有矛盾，须核对）", id="rank-0"),
        pytest.param("e7", {"niche_years": 2015}, "l26_years", "unknown", "现填 2015 年（有矛盾，须核对）", id="a-year-as-age"),
        pytest.param("e4", {"platform_score_current": 180}, "s26_score", "unknown", "现填 180 分（有矛盾，须核对）", id="off-scale"),
        pytest.param(
            "e4", {"main_business_revenue_y1": 5100, "revenue_y1": 4800}, "s26_main_ratio", "unknown",
            "5100 ÷ 4800 = 106.25%（有矛盾，须核对）", id="part-above-whole",
        ),
        pytest.param(
            "e4", {"leading_product_revenue_y1": 5100, "revenue_y1": 4800}, "s26_leading_product", "unknown",
            "5100 ÷ 4800 = 106.25%（有矛盾，须核对）", id="product-above-whole",
        ),
        pytest.param(
            "e8", {"class1_ip_total": 2, "class1_ip_not_counted": 5}, "l26_ip", "unknown",
            "2 − 5 = -3 项（有矛盾，须核对）", id="more-left-out-than-there-are",
        ),
        pytest.param("e4", {"total_liabilities_y1": 2600, "total_assets_y1": 2000}, "s26_debt", "not_met", "", id="debts-may"),
    ],
)  # fmt: skip
def test_what_is_known_of_a_leaf(case_id, changes, criterion, verdict, known):
    found = leaf(judged(case_id, **changes), criterion)
    assert (found.verdict.value, found.known) == (verdict, known)


def test_a_claim_that_the_amounts_told_exclude_is_not_believed():
    """3 patents held, 4 claimed to count: one of the two is wrong."""
    told = {"class1_ip_total": 3, "class1_ip_not_counted": None, "class1_ip_effective_count": 4}
    found = leaf(judged("e8", **told), "l26_ip")
    assert found.verdict.value == "unknown"
    assert "矛盾" in found.why


def test_what_contradicts_itself_is_asked():
    revenue = WORKED["e4"]["facts"]["revenue_y1"]
    found = judged("e4", main_business_revenue_y1=revenue + 1)
    assert found.verdict.value == "unknown"
    assert {"main_business_revenue_y1", "revenue_y1"} <= set(found.ask_next)
    assert "market_share_pct" in judged("e7", market_share_pct=130, market_rank_cn=None).ask_next


def test_a_size_class_that_the_figures_exclude_leaves_the_condition_open():
    """Told small, by the figures large: whether it is an SME is not known."""

    def size(**told):
        facts_ = {**WORKED["e4"]["facts"], "sme_size_class": "small", **told}
        found = assess(
            PROGRAMS["specialized-sme"], profile(facts_), on=date(2026, 11, 22), industry="机床",
            size_rows=SIZES, checks=CHECKS,
        )  # fmt: skip
        return next(one for one in found.findings if one.fact == "sme_size_class")

    conflict = size(employees_y1=2000, revenue_y1=90000)
    assert conflict.verdict.value == "unknown"
    assert "填小型，按数据是大型" in conflict.known
    assert size(employees_y1=100, revenue_y1=3000).value == "small"


def test_no_amount_outside_what_can_be_ever_meets_a_condition():
    """For every amount a standard looks at: below and above its domain no verdict improves."""
    for case_id, name in [("e4", "market_share_pct"), ("e7", "market_share_pct"), ("e7", "market_rank_cn")]:
        fact = facts()[name]
        for beyond in (
            None if fact.low is None else fact.low - 1,
            None if fact.high is None else fact.high + 1,
        ):
            if beyond is None:
                continue
            left_out, told = (judged(case_id, **{name: value}) for value in (None, Decimal(beyond)))
            assert verdicts(told) == verdicts(left_out)
