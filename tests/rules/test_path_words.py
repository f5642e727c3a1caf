"""What a change must be is said on its right side, and a coming year's figure only where told figures give it."""

from datetime import date
from decimal import Decimal

import pytest
from eligibility_cases import PROGRAMS, judged, profile

from assistant.rules.eligibility import assess
from assistant.rules.wording import change_note, change_text


def path(program, on=date(2026, 11, 22), **told):
    found = assess(PROGRAMS[program], profile(told), on=on)
    return {change.fact: change for change in found.shortest_path}


@pytest.mark.parametrize(
    ("case_id", "changes", "fact", "said"),
    [
        ("e4", {"total_liabilities_y1": None, "total_assets_y1": None}, "debt_ratio_y1", "未提供，须不超过 80%"),
        ("e4", {"total_liabilities_y1": None}, "total_liabilities_y1", "未提供，须不超过 800 万元"),
        ("e4", {"rd_expense_y2": None}, "rd_expense_y2", "未提供，须至少为 105 万元"),
        ("e8", {"class1_ip_not_counted": None, "class1_ip_total": 6}, "class1_ip_not_counted", "未提供，须不超过 2 项"),
        ("e4", {"total_liabilities_y1": 900}, "total_liabilities_y1", "现为 900 万元，须不超过 800 万元"),
        ("e4", {"in_abnormal_list": None}, "in_abnormal_list", "未提供，须为“否”"),
        ("e4", {"in_abnormal_list": True}, "in_abnormal_list", "现为“是”，须为“否”"),
        ("e7", {"revenue_y3": None, "platform_score_current": 65}, "revenue_y3", None),
    ],
)  # fmt: skip
def test_a_ceiling_is_no_floor(case_id, changes, fact, said):
    change = next(one for one in judged(case_id, **changes).shortest_path if one.fact == fact)
    if said is None:
        assert change_text(change).startswith("未提供，须不超过 ")
    else:
        assert change_text(change) == said


def test_a_coming_year_makes_up_only_for_what_the_closed_one_leaves():
    """632 for 2025 is closed; 2027 looks at 2025 and 2026: 1200 - 632 = 568, not 660 and not 632."""
    change = path("little-giant", rd_expense_y1=632, rd_expense_y2=540, revenue_y1=15800, revenue_y2=14200)[
        "rd_expense_y1"
    ]
    assert (change.to, change.feasible_by) == (660, date(2027, 1, 1))
    assert "届时至少须为 568 万元" in change.why
    assert "632" not in change.why


def test_no_figure_of_a_coming_year_rests_on_one_nobody_told():
    """2024's revenue is not known: what 2026's must be for the growth over two years cannot be said."""
    change = path("little-giant", revenue_y1=6500, rd_expense_y1=210, rd_expense_y2=190)["rd_expense_y1"]
    assert "届时至少须为 990 万元" in change.why
    assert "6982" not in change.why
    assert "营业收入" not in change.why


def test_what_a_coming_year_depends_on_beside_is_named():
    """2026's revenue must be 5000 at least, and 1.1025 times 2024's, which nobody told."""
    change = path("little-giant", revenue_y1=3200)["revenue_y1"]
    assert "届时至少须为 5000 万元" in change.why
    assert "还须使“两年营业收入倍数不低于1.1025倍”成立，其中有的数尚未告知，算不出具体数" in change.why
    assert "还须" not in path("little-giant", revenue_y1=3200, revenue_y2=2900)["revenue_y1"].why


def test_a_year_that_was_not_told_is_not_taken_for_another():
    """Only 2024's R&D was told: in 2027 the year before last is 2025, which is not 2024."""
    change = path("specialized-sme", rd_expense_y2=50, revenue_y1=2000, revenue_y2=2000)["rd_expense_y2"]
    assert "按已有的数是" not in change.why
    assert "这一年的数尚未告知" in change.why


def test_amounts_that_hold_only_together_are_called_one_way_of_many():
    changes = path("specialized-sme", revenue_y1=2350, rd_expense_y1=118)
    revenue = changes["revenue_y2"]
    assert revenue.bound == "at_most"
    assert "合起来使“上上年度研发费用占比不低于3%”成立，这是一种取法" in change_note(revenue)
    assert change_note(changes["rd_expense_y2"]) == ""


def test_one_more_patent_comes_before_a_national_award():
    changes = path("little-giant", class1_ip_total=3)
    assert (changes["class1_ip_total"].from_, changes["class1_ip_total"].to) == (3, 4)
    assert change_text(changes["class1_ip_not_counted"]) == "未提供，须为 0 项"
    assert "award_national_3y" not in changes


def test_nothing_is_asked_for_that_another_change_makes_idle():
    """With both years named their sum is not a third demand."""
    changes = path("little-giant", revenue_y1=6000, revenue_y2=2900)
    assert not {"rd_expense_sum_2y"} & set(changes)
    assert {"rd_expense_y1", "rd_expense_y2"} <= set(changes)


def test_what_was_told_and_cannot_be_is_first_to_be_checked():
    change = path("little-giant", market_share_pct=Decimal(130))["market_share_pct"]
    assert change.feasible_by is None
    assert change.why.startswith("现填的数有矛盾，须先核对")


def test_raising_revenue_comes_before_hoping_for_an_investor():
    """Few firms have 20 million of equity that nobody mentioned."""
    changes = path("specialized-sme", revenue_y1=1200)
    assert change_text(changes["revenue_y1"]) == "现为 1200 万元，须至少为 1500 万元"
    assert "new_equity_2y" not in changes


def test_a_ratio_that_was_told_alone_is_looked_at_anew_by_its_amounts():
    change = path("little-giant", rd_ratio_y1=2, revenue_y1=6000)["rd_ratio_y1"]
    assert "按那一年的金额核" in change.why
