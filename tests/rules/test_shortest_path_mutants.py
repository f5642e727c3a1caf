"""What a change says: how far, from which day, and why; on the worked cases and on conditions made for it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from eligibility_cases import judged, profile

from assistant.rules.filing import open_filing
from assistant.rules.shortest_path import shortest_path
from assistant.schema import Verdict
from knowledge.program import PointTable, Program

GOT = "何时能取得未知，取得后即可"
TELL = "尚未告知，须至少达到这里"
Y1 = "2025年度的数已定，不能再改；2027年申报时看2026年度，"
Y2 = "2024年度的数已定，不能再改；"
FLAT = "（其他数按与2025年度持平计）"
D5512 = Decimal("5512.5")
NEXT = date(2027, 1, 1)
AFTER = date(2028, 1, 1)


@pytest.mark.parametrize(
    ("case_id", "changes", "path"),
    [
        ("e2", {}, [("main_business_revenue_y1", 980, 1000, NEXT, Y1 + "届时至少须为 980 万元" + FLAT)]),
        (
            "e5",
            {},
            [("rd_expense_y2", Decimal("101.9"), 102, NEXT, Y2 + "2027年申报时看2025年度，按已有的数是 100 万元")],
        ),
        (
            "e5",
            {"rd_expense_y1": 50},
            [
                ("rd_expense_y1", 50, 100, AFTER, "2025年度的数已定，不能再改；2028年申报时看2027年度，届时至少须为 100 万元"),
                ("rd_expense_y2", Decimal("101.9"), 102, AFTER, Y2 + "2028年申报时看2026年度，届时至少须为 100 万元"),
            ],
        ),
        (
            "e8",
            {},
            [
                ("revenue_y1", Decimal("4999.9"), 5000, NEXT, Y1 + "届时至少须为 5071.5 万元"),
                ("class1_ip_total", 4, 5, None, "须取得授权，受理中的不算；" + GOT),
            ],
        ),
        ("e4", {"niche_years": 1}, [("niche_years", 1, 3, AFTER, "每过一个会计年度增加一年；到2028年申报时可见")]),
        ("e4", {"niche_years": 2}, [("niche_years", 2, 3, NEXT, "每过一个会计年度增加一年；到2027年申报时可见")]),
        (
            "e4",
            {"disqualifying_event_3y_2026": True},
            [("disqualifying_event_3y_2026", True, False, date(2029, 11, 22), "须等最近一次满三年；最迟到这一天")],
        ),
        ("e4", {"in_abnormal_list": True}, [("in_abnormal_list", True, False, None, "可申请移出经营异常名录；" + GOT)]),
        ("e4", {"innovative_sme_valid": False}, [("innovative_sme_valid", False, True, None, "须先申请并获公告；" + GOT)]),
        ("e7", {}, [("platform_score_current", None, 60, None, TELL)]),
        ("e4", {"market_position_relatively_high": None}, [("market_position_relatively_high", None, True, None, "须由审核人员确认")]),
        ("e4", {"total_liabilities_y1": 900}, [("total_liabilities_y1", 900, 800, NEXT, Y1 + "届时至多为 800 万元" + FLAT)]),
        ("e7", {"market_rank_cn": 5, "platform_score_current": 65}, [("market_share_pct", Decimal("9.5"), 10, NEXT, "到2027年申报时可见")]),
        (
            "e4",
            {"platform_score_current": 40},
            [("platform_score_current", 40, 50, NEXT, "由平台按填报数据计算，须改善其中的指标；到2027年申报时可见")],
        ),
        (
            "e7",
            {"revenue_y1": 5400, "main_business_revenue_y1": 5000, "platform_score_current": 65},
            [("revenue_y1", 5400, D5512, NEXT, Y1 + "届时至少须为 5788.13 万元；届时上年度主营业务收入也至少须为 5209.32 万元")],
        ),
        (
            "e9",
            {},
            [("rd_expense_y2", 450, 456, None, "下一次申报时适用的标准是“2号附件2 专精特新“小巨人”企业认定标准”，须按那个标准另行核对")],
        ),
        (
            "e4",
            {"revenue_y1": None, "rd_expense_y1": None},
            [("revenue_y1", None, 1500, None, "尚未告知，须为这样"), ("rd_expense_y1", None, 100, None, TELL)],
        ),
        ("e1", {"main_business_revenue_y1": 1000}, [("main_business_revenue_y1", 1000, 1150, NEXT, Y1 + "届时至少须为 1150 万元" + FLAT)]),
    ],
)  # fmt: skip
def test_path_word_for_word(case_id, changes, path):
    found = judged(case_id, **changes).shortest_path
    assert [(one.fact, one.from_, one.to, one.feasible_by, one.why) for one in found] == path


# ---------------------------------------------------------------- single conditions

CLAUSE = {"source_id": "x", "locator": "x"}
LEVERS = {
    "revenue_y1": {"move": "up", "when": "fiscal_year"},
    "net_profit_y1": {"move": "up", "when": "fiscal_year"},
    "revenue_y2": {"move": "up", "when": "fiscal_year"},
    "rd_expense_y1": {"move": "up", "when": "fiscal_year"},
    "total_liabilities_y1": {"move": "down", "when": "fiscal_year", "limit": "0"},
    "class1_ip_total": {"move": "up", "when": "open", "whole": True},
    "class1_ip_not_counted": {"move": "down", "when": "open", "whole": True, "limit": "0"},
    "market_share_pct": {"move": "up", "when": "open", "limit": "100"},
    "market_rank_cn": {"move": "down", "when": "open", "whole": True, "limit": "1"},
    "rd_institution_level": {"move": "to", "when": "open"},
    "high_tech_enterprise_valid": {"move": "to", "to": True, "when": "open"},
}
FORMULAS = [
    ("main_business_ratio_y1", "percent", ("main_business_revenue_y1", "revenue_y1")),
    ("rd_ratio_y1", "percent", ("rd_expense_y1", "revenue_y1")),
    ("main_business_growth_y1", "growth", ("revenue_y1", "revenue_y2")),
    ("revenue_growth_factor_2y", "quotient", ("revenue_y1", "revenue_y2")),
    ("rd_expense_sum_2y", "sum", ("rd_expense_y1", "rd_expense_y2")),
    ("rd_expense_avg_2y", "mean", ("rd_expense_y1", "rd_expense_y2")),
    ("class1_ip_effective_count", "difference", ("class1_ip_total", "class1_ip_not_counted")),
    ("debt_ratio_y1", "percent", ("total_liabilities_y1", "total_assets_y1")),
]


def filed(fact, op, value, **told):
    route = {
        "id": "r", "label": "r", "fact": fact, "op": op, "value": value, "clause": CLAUSE,
        "certainty": "verified",
    }  # fmt: skip
    row = {
        "id": "a", "since": "2020-01-01", "application": ["new"], "standard": "s", "certainty": "verified",
    }  # fmt: skip
    made = Program(
        id="p", title="p", kind="title", selection=[row],
        standards={"s": {"id": "s", "title": "s", "document": "s", "route": route}},
        formulas={f: {"fact": f, "kind": kind, "of": of, "certainty": "verified"} for f, kind, of in FORMULAS},
        levers={f: {"fact": f, **lever} for f, lever in LEVERS.items()},
    )  # fmt: skip
    return open_filing(made, profile(told), on=date(2026, 6, 1))


def mended(fact, op, value, **told):
    """The path as {fact: value}; None where there is none. What it names, applied, passes."""
    case = filed(fact, op, value, **told)
    path = shortest_path(case)
    if path is None:
        return None
    to = {
        change.fact: Fraction(change.to) if isinstance(change.to, Decimal) else change.to for change in path
    }
    assert case.with_facts({**case.situation.facts, **to}).verdict is Verdict.MET
    return {change.fact: change.to for change in path}


@pytest.mark.parametrize(
    ("fact", "op", "bound", "told", "path"),
    [
        ("net_profit_y1", ">=", "-10", {"net_profit_y1": -20}, {"net_profit_y1": -10}),
        ("net_profit_y1", ">=", "-10", {}, {"net_profit_y1": -10}),
        ("main_business_growth_y1", ">=", "-5", {}, {"main_business_growth_y1": -5}),
        ("revenue_y1", ">=", "-5", {}, {}),  # no revenue lies below nothing, so it holds untold
        ("revenue_y1", "<=", "-5", {}, None),
    ],
)
def test_only_profit_and_growth_may_lie_below_nothing(fact, op, bound, told, path):
    assert mended(fact, op, Decimal(bound), **told) == path


YES = ("high_tech_enterprise_valid", "rd_institution_exists")
STEPPED = {
    "id": "t", "label": "t", "max": "12", "clause": {"source_id": "x", "locator": "x"}, "certainty": "verified",
    "parts": {
        "all": {
            "label": "x", "max": "12",
            "indicators": [
                {"id": "i", "label": "x", "max": "9", "fact": "class1_ip_total", "step": "2", "points_per_step": "3"},
                {"id": "j", "label": "x", "max": "3", "fact": "high_tech_enterprise_valid", "options": {"true": "3", "false": "0"}},
                {"id": "k", "label": "x", "max": "1", "fact": "rd_institution_exists", "options": {"true": "1", "false": "0"}},
            ],
        }
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("bound", "told", "paths"),
    [
        ("3", {"high_tech_enterprise_valid": True}, [{}]),
        ("3", {"class1_ip_total": 1}, [{"class1_ip_total": 2}, {"high_tech_enterprise_valid": True}]),
        ("6", {"class1_ip_total": 1}, [{"class1_ip_total": 4}]),
        ("5", {"class1_ip_total": 1, "high_tech_enterprise_valid": False}, [{"class1_ip_total": 4}]),
        ("10", {"class1_ip_total": 1}, [{"class1_ip_total": 6, more: True} for more in YES]),
        ("12", {"class1_ip_total": 1}, [{"class1_ip_total": 6, "high_tech_enterprise_valid": True}]),
        ("13", {"class1_ip_total": 1}, [{"class1_ip_total": 6, "high_tech_enterprise_valid": True, "rd_institution_exists": True}]),
        ("14", {"class1_ip_total": 1}, [None]),
    ],
)  # fmt: skip
def test_points_are_lifted_by_the_fewest_facts_each_no_further_than_needed(bound, told, paths):
    base = {"high_tech_enterprise_valid": False, "rd_institution_exists": False}
    case = filed("revenue_y1", ">=", Decimal(1), **{**base, **told})
    levers = {
        **case.program.levers,
        "rd_institution_exists": case.program.levers["high_tech_enterprise_valid"],
    }
    route = case.standard.route.model_copy(
        update={"fact": None, "table": "t", "part": "total", "value": Decimal(bound)}
    )
    standard = case.standard.model_copy(update={"route": route})
    program = case.program.model_copy(
        update={
            "standards": {"s": standard},
            "tables": {"t": PointTable.model_validate(STEPPED)},
            "levers": levers,
        }
    )
    path = shortest_path(open_filing(program, profile({**base, **told}), on=date(2026, 6, 1)))
    assert (None if path is None else {change.fact: change.to for change in path}) in paths


@pytest.mark.parametrize(
    ("op", "bound", "told", "to"),
    [
        (">=", "10.004", 5, "10.01"),
        (">=", "10.01", 5, "10.01"),
        (">", "10.01", 5, "10.02"),
        (">", "10.004", 5, "10.01"),
        ("==", "10", 5, "10"),
        (">=", "10", 10, None),
    ],
)
def test_an_amount_goes_to_the_first_cent_that_holds(op, bound, told, to):
    found = mended("revenue_y1", op, Decimal(bound), revenue_y1=told)
    assert found == ({} if to is None else {"revenue_y1": Decimal(to)})


@pytest.mark.parametrize(
    ("op", "bound", "to"), [("<=", "10.006", "10"), ("<=", "10.01", "10.01"), ("<", "10.01", "10"), ("<", "10.006", "10")]
)  # fmt: skip
def test_an_amount_comes_down_to_the_last_cent_that_holds(op, bound, to):
    found = mended("total_liabilities_y1", op, Decimal(bound), total_liabilities_y1=50)
    assert found == {"total_liabilities_y1": Decimal(to)}


@pytest.mark.parametrize(
    ("fact", "op", "bound", "told", "path"),
    [
        ("class1_ip_total", ">=", "2.5", {"class1_ip_total": 1}, {"class1_ip_total": 3}),
        ("class1_ip_total", ">", "3", {"class1_ip_total": 1}, {"class1_ip_total": 4}),
        ("class1_ip_total", "<=", "3", {"class1_ip_total": 5}, None),
        ("market_rank_cn", "<=", "3", {"market_rank_cn": 5}, {"market_rank_cn": 3}),
        ("market_rank_cn", "<", "2", {"market_rank_cn": 5}, {"market_rank_cn": 1}),
        ("market_rank_cn", "<", "1", {"market_rank_cn": 5}, None),
        ("market_share_pct", ">=", "100", {"market_share_pct": 5}, {"market_share_pct": 100}),
        ("market_share_pct", ">", "100", {"market_share_pct": 5}, None),
        ("total_liabilities_y1", "<=", "0", {"total_liabilities_y1": 5}, {"total_liabilities_y1": 0}),
        ("total_liabilities_y1", "<", "0", {"total_liabilities_y1": 5}, None),
        ("total_assets_y1", ">=", "9", {"total_assets_y1": 5}, None),
        ("total_assets_y1", ">=", "9", {}, {"total_assets_y1": 9}),
    ],
)
def test_a_fact_moves_only_where_its_lever_lets_it(fact, op, bound, told, path):
    assert mended(fact, op, Decimal(bound), **told) == path


@pytest.mark.parametrize(
    ("fact", "op", "bound", "told", "path"),
    [
        ("rd_ratio_y1", ">=", "3", {"rd_expense_y1": 50, "revenue_y1": 2000}, {"rd_expense_y1": 60}),
        ("rd_ratio_y1", ">=", "3", {"rd_expense_y1": 50}, {"revenue_y1": Decimal("1666.66")}),
        ("rd_ratio_y1", ">=", "3", {"revenue_y1": 2000}, {"rd_expense_y1": 60}),
        ("rd_ratio_y1", ">=", "3", {}, {"rd_ratio_y1": 3}),
        ("rd_ratio_y1", ">=", "3", {"rd_ratio_y1": 2}, None),
        ("rd_expense_sum_2y", ">=", "120", {"rd_expense_y1": 50, "rd_expense_y2": 55}, {"rd_expense_y1": 65}),
        ("rd_expense_avg_2y", ">=", "60", {"rd_expense_y1": 50, "rd_expense_y2": 55}, {"rd_expense_y1": 65}),
        ("main_business_growth_y1", ">=", "5", {"revenue_y1": 100, "revenue_y2": 110}, {"revenue_y1": Decimal("115.5")}),
        ("revenue_growth_factor_2y", ">=", "1.1", {"revenue_y1": 100, "revenue_y2": 110}, {"revenue_y1": 121}),
        ("class1_ip_effective_count", ">=", "2", {"class1_ip_total": 3, "class1_ip_not_counted": 2}, {"class1_ip_total": 4}),
        ("class1_ip_effective_count", ">=", "2", {"class1_ip_total": 3}, {"class1_ip_not_counted": 1}),
        ("debt_ratio_y1", "<=", "70", {"total_liabilities_y1": 80, "total_assets_y1": 100}, {"total_liabilities_y1": 70}),
        ("debt_ratio_y1", "<=", "70", {"total_liabilities_y1": 80}, {"total_assets_y1": Decimal("114.29")}),
        ("debt_ratio_y1", "<", "70", {"total_liabilities_y1": 70}, {"total_assets_y1": Decimal("100.01")}),
    ],
)  # fmt: skip
def test_a_result_is_mended_through_one_of_the_amounts_it_follows_from(fact, op, bound, told, path):
    assert mended(fact, op, Decimal(bound), **told) == path


@pytest.mark.parametrize(
    ("fact", "op", "value", "told", "path"),
    [
        ("high_tech_enterprise_valid", "==", True, {"high_tech_enterprise_valid": False}, {"high_tech_enterprise_valid": True}),
        ("high_tech_enterprise_valid", "==", False, {"high_tech_enterprise_valid": True}, None),
        ("high_tech_enterprise_valid", "==", False, {}, {"high_tech_enterprise_valid": False}),
        ("technology_sme_valid", "==", True, {"technology_sme_valid": False}, None),
        ("technology_sme_valid", "==", True, {}, {"technology_sme_valid": True}),
        ("rd_institution_level", "in", ("provincial",), {"rd_institution_level": "none"}, {"rd_institution_level": "provincial"}),
        ("application_type", "==", "review", {}, None),
        ("sme_size_class", "in", ("small",), {}, {"sme_size_class": "small"}),
        ("sme_size_class", "in", ("small",), {"sme_size_class": "large"}, None),
    ],
)  # fmt: skip
def test_a_yes_or_no_or_a_choice_turns_only_where_it_is_open_or_can(fact, op, value, told, path):
    assert mended(fact, op, value, **told) == path
