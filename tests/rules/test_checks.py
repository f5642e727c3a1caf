"""Contradictions, values at the line, frequent slips."""

import pytest
from eligibility_cases import CHECKS, SIZES, filing, profile

from assistant.rules.checks import find_slips
from assistant.rules.filing import open_filing


def found(case_id, by_hand=False, **changes):
    return {check.id: check for check in find_slips(filing(case_id, **changes), CHECKS, by_hand=by_hand)}


@pytest.mark.parametrize(
    ("case_id", "changes", "slip", "severity"),
    [
        ("e4", {"rd_ratio_y1": 6.8}, "p01", "block"),
        ("e4", {"rd_ratio_y2": 3.06}, "p01", "block"),
        ("e4", {"debt_ratio_y1": 79.9}, "p02", "block"),
        ("e4", {"main_business_revenue_y1": 1500.01}, "p03", "block"),
        ("e4", {"main_business_ratio_y1": 90}, "p04", "block"),
        ("e6", {"rd_staff_y1": 101}, "p05", "block"),
        ("e4", {"total_liabilities_y1": 1000.01}, "p08", "warn"),
        ("e4", {"revenue_y1": 0}, "p08", "warn"),
        ("e6", {"main_business_growth_y1": 10}, "p09", "block"),
        ("e6", {"main_business_revenue_y2": 0, "main_business_growth_y1": 10}, "p09", "block"),
        ("e4", {"leading_product_revenue_y1": 750}, "p10", "block"),
        ("e4", {"leading_product_revenue_y1": 1200.01}, "p11", "warn"),
        ("e5", {}, "p12", "block"),
        ("e4", {"class1_ip_not_counted": 3}, "p16", "block"),
        ("e4", {"class1_ip_not_counted": None}, "p16", "info"),
        ("e4", {"company_years": 2}, "p31", "warn"),
        ("e4", {"innovative_sme_valid": False}, "p35", "block"),
        ("e7", {"single_champion": True}, "p36", "block"),
        ("e4", {"sme_size_class": "large"}, "p37", "block"),
        ("e4", {"rd_expense_y2": None, "revenue_y2": None}, "p42", "info"),
        ("e7", {}, "p49", "info"),
        ("e4", {}, "p53", "info"),
        ("e4", {}, "line-s26_rd_r2", "warn"),
        ("e5", {}, "near-s26_rd_r2", "info"),
    ],
)
def test_finds(case_id, changes, slip, severity):
    assert found(case_id, **changes)[slip].severity == severity


@pytest.mark.parametrize(
    ("case_id", "changes", "slip"),
    [
        ("e4", {"rd_ratio_y1": 6.67}, "p01"),  # 6.6667 within 0.05
        ("e4", {"main_business_revenue_y1": 1500}, "p03"),
        ("e6", {"rd_staff_y1": 100}, "p05"),
        ("e4", {"total_liabilities_y1": 1000}, "p08"),
        ("e4", {"leading_product_revenue_y1": 750.01}, "p10"),
        ("e4", {}, "p12"),
        (
            "e5",
            {"rd_expense_y2": 60, "rd_expense_y1": 80},
            "p12",
        ),  # the average fails as well: no slip, just a no
        ("e4", {"company_years": 3}, "p31"),
        ("e4", {"technology_sme_valid": True, "innovative_sme_valid": False}, "p35"),
        ("e6", {}, "p49"),  # the 2022 standard knows no platform score
        ("e9", {}, "p36"),
        ("e4", {}, "near-s26_equity"),  # the other way is met
    ],
)
def test_leaves_alone(case_id, changes, slip):
    assert slip not in found(case_id, **changes)


def test_what_the_profile_cannot_show_is_listed_only_when_asked():
    assert "p39" not in found("e4")
    listed = found("e4", by_hand=True)["p39"]
    assert listed.severity == "info"
    assert listed.text.startswith("待人工核对")


def test_by_hand_every_rule_for_the_standard_is_found_or_listed_or_has_its_inputs():
    told = filing("e4")
    seen = found("e4", by_hand=True)
    for rule in CHECKS.values():
        if rule.standards and told.standard.id not in rule.standards:
            assert rule.id not in seen
        elif rule.id not in seen:
            assert all(fact in told.situation.facts for group in rule.of for fact in group)
            assert rule.kind != "by_hand"


def test_a_size_class_the_figures_rule_out():
    case = filing("e4", employees_y1=1200, revenue_y1=50000)
    told = open_filing(
        case.program,
        profile({"sme_size_class": "small", "employees_y1": 1200, "revenue_y1": 50000}),
        on=case.on,
        industry="机床",
        size_rows=SIZES,
    )
    slips = {check.id: check for check in find_slips(told, CHECKS)}
    assert "大型" in slips["size-conflict"].text
    unknown = open_filing(
        case.program, profile({"sme_size_class": "small"}), on=case.on, industry="机床", size_rows=SIZES
    )
    assert "size-conflict" not in {check.id for check in find_slips(unknown, CHECKS)}


def test_nothing_told_nothing_found():
    case = filing("e4")
    empty = open_filing(case.program, profile({}), on=case.on, size_rows=SIZES)
    assert {check.id for check in find_slips(empty, CHECKS)} == {
        "disagreement-1"
    }  # that is about the documents
