"""What a case says of itself that cannot be is named, whatever is asked of it."""

from datetime import date
from pathlib import Path

import pytest

from assistant.casefiles.cases import load_case, parse_case, plain_case
from assistant.desk import Desk
from assistant.rules.checks import at_odds
from knowledge.load import KnowledgeBase

ROOT = Path(__file__).parent.parent.parent
KB = KnowledgeBase()
DAY = date(2026, 11, 22)


def found(profile=None, needs=None, on=DAY, **assessment):
    data = plain_case(load_case(ROOT / "examples" / "jinan-machine-tool.yaml", KB.standards))
    data["enterprise"]["profile"] = {}
    data["enterprise"] |= {
        key: value for key, value in (profile or {}).items() if key in ("employees", "industry")
    }
    told = {key: value for key, value in (profile or {}).items() if key not in ("employees", "industry")}
    data["enterprise"]["profile"] = told
    data["assessment"] |= assessment
    data["needs"] |= needs or {}
    case = parse_case(data, KB.standards)
    card = Desk(KB, lambda: pytest.fail("no search"), lambda: on).score(case)
    return {check.id: check for check in card.contradictions}


def test_a_case_that_agrees_with_itself_has_nothing_to_say():
    assert (
        found({"employees_y1": 100, "revenue_y1": 5000, "main_business_revenue_y1": 4900, "employees": 104})
        == {}
    )


@pytest.mark.parametrize(
    ("profile", "id", "severity", "said"),
    [
        ({"market_share_pct": 130}, "impossible-market_share_pct", "block", "填了 130%，不可能超过 100%"),
        ({"niche_years": 2015}, "impossible-niche_years", "block", "填了 2015 年，不可能超过 200 年"),
        ({"market_rank_cn": 0}, "impossible-market_rank_cn", "block", "填了 0，不可能低于 1"),
        (
            {"leading_product_revenue_y1": 5100, "revenue_y1": 4800},
            "impossible-leading_product_ratio_y1", "block", "上年度主导产品收入 5100、上年度营业收入总额 4800 有矛盾",
        ),
        ({"tech_staff_y1": 90, "employees_y1": 80}, "impossible-tech_staff_ratio_y1", "block", "有矛盾"),
        ({"main_business_revenue_y1": 51, "revenue_y1": 48}, "p03", "block", "大于上年度营业收入总额"),
        ({"class1_ip_total": 2, "class1_ip_not_counted": 5}, "p16", "block", "多于总数（2）"),
        (
            {"class1_ip_total": 2, "class1_ip_effective_count": 5},
            "impossible-class1_ip_effective_count", "block", "按申请企业持有的Ⅰ类知识产权总数 2，不可能超过 2 项",
        ),
        ({"employees": 320, "employees_y1": 180}, "head-counts", "warn", "“员工人数”填了 320 人"),
        ({"revenue_y1": 48000, "revenue_y2": 5200}, "leap-revenue_y1", "warn", "相差 9.2 倍"),
        ({"digital_level": 4}, "digital-level", "warn", "填了四级，按本次评测算是"),
        ({"award_national_3y": False, "award_national_rank_3y": 2}, "beside-award_national_rank_3y", "warn", "填了否"),
        ({"award_national_3y": True, "award_provincial_plus_3y": False}, "beside-award_provincial_plus_3y", "warn", "前者属于后者"),
        ({"rd_institution_exists": False, "rd_institution_level": "provincial"}, "beside-institution", "warn", "省部级"),
        ({"industry": "机床", "sme_size_class": "micro", "employees_y1": 500, "revenue_y1": 30000}, "size-conflict", "block", "划型填的"),
    ],
)  # fmt: skip
def test_each_contradiction_is_named(profile, id, severity, said):
    check = found(profile)[id]
    assert check.severity == severity
    assert said in check.text


def test_an_assessment_that_is_still_to_come_cannot_have_been_made():
    check = found(assessed_on="2027-03-01")["assessed-in-future"]
    assert check.severity == "block"
    assert "2027-03-01" in check.text
    assert "assessed-in-future" not in found(assessed_on=DAY.isoformat())


def test_a_deadline_that_has_passed_is_said():
    assert "2025-12-31" in found(needs={"deadline": "2025-12-31"})["deadline-past"].text


def test_what_cannot_be_comes_first():
    checks = list(found({"employees": 320, "employees_y1": 180, "market_share_pct": 130}).values())
    assert [check.severity for check in checks] == ["block", "warn"]


def test_no_contradiction_is_told_twice():
    """A part above its whole follows from two rules; it is named once."""
    checks = found(
        {"main_business_revenue_y1": 51, "revenue_y1": 48, "class1_ip_total": 2, "class1_ip_not_counted": 5}
    )
    assert set(checks) == {"p03", "p16"}


def test_a_contradiction_that_another_standard_looks_at_is_not_named_in_two_ways():
    """Patents not counted matter to the standards of 2026; under those of 2022 the same slip keeps its words."""
    case = parse_case(
        {"enterprise": {"profile": {"class1_ip_total": 2, "class1_ip_not_counted": 5}}}, KB.standards
    )
    desk = Desk(KB, lambda: pytest.fail("no search"), lambda: DAY)
    checks = desk.check_eligibility("innovative-sme", case.enterprise).checks
    assert not [check for check in checks if check.id.startswith("impossible-")]


def test_what_is_at_odds_is_told_from_what_only_falls_short():
    """A missing title and an amount at the line are no contradictions."""
    told = {
        "market_share_pct": 130,
        "specialized_sme_valid": False,
        "revenue_y1": 5000,
        "platform_score_current": 60,
    }
    case = parse_case({"enterprise": {"profile": told}}, KB.standards)
    desk = Desk(KB, lambda: pytest.fail("no search"), lambda: DAY)
    checks = desk.check_eligibility("little-giant", case.enterprise).checks
    assert [check.id for check in at_odds(checks, KB.checks)] == ["impossible-market_share_pct"]
    assert len(checks) > 1
