"""Every slip word for word, on the line and beside it; blocking ones first; nothing beside what is named here."""

import pytest
from eligibility_cases import CHECKS, SIZES, filing, profile

from assistant.rules.checks import find_slips
from assistant.rules.filing import open_filing

ALWAYS = {"p53", "disagreement-1"}
"""On e4 and e5: what a reviewer must confirm, and a disagreement of the sources."""


def slips(case_id, by_hand=False, **changes):
    return find_slips(filing(case_id, **changes), CHECKS, by_hand=by_hand)


def named(case_id, **changes):
    return {check.id for check in slips(case_id, **changes)} - ALWAYS


@pytest.mark.parametrize(
    ("case_id", "changes", "id_", "severity", "text", "facts"),
    [
        (
            "e4", {"rd_ratio_y1": 6.8}, "p01", "block",
            "上年度研发费用占营业收入比重填了 6.8%，按金额算是 6.6667%。按审计报告金额重算后统一填写。",
            ("rd_expense_y1", "revenue_y1", "rd_ratio_y1"),
        ),
        (
            "e6", {"main_business_revenue_y2": 0, "main_business_growth_y1": 10}, "p09", "block",
            "上年度主营业务收入增长率填了 10%，但上上年度主营业务收入为零，无法计算。由两个年度的金额复算；基期为零或没有基期的不可计算。",
            ("main_business_revenue_y1", "main_business_revenue_y2", "main_business_growth_y1"),
        ),
        (
            "e6", {"main_business_growth_y1": 10}, "p09", "block",
            "上年度主营业务收入增长率填了 10%，按金额算是 9.0909%。由两个年度的金额复算；基期为零或没有基期的不可计算。",
            ("main_business_revenue_y1", "main_business_revenue_y2", "main_business_growth_y1"),
        ),
        (
            "e6", {"rd_staff_y1": 101}, "p05", "block",
            "上年末研发人员数（101）大于上年末职工总数（100）。核对两项人数的口径和时点。", ("rd_staff_y1", "employees_y1"),
        ),
        (
            "e4", {"total_liabilities_y1": 1000.01}, "p08", "warn",
            "上年末负债总额大于上年末资产总额，已资不抵债。核对数据；确属事实的须说明。", ("total_liabilities_y1", "total_assets_y1"),
        ),
        ("e4", {"revenue_y1": 0}, "p08", "warn", "上年度营业收入总额为 0。核对数据；确属事实的须说明。", ("revenue_y1",)),
        (
            "e4", {"leading_product_revenue_y1": 750}, "p10", "block",
            "上年度主导产品收入占比恰好 50%，须超过 50%。恰好50%不算超过。", ("leading_product_revenue_y1", "revenue_y1"),
        ),
        (
            "e4", {"leading_product_revenue_y1": 600}, "p10", "block",
            "上年度主导产品收入占比 40%，须超过 50%。恰好50%不算超过。", ("leading_product_revenue_y1", "revenue_y1"),
        ),
        (
            "e5", {}, "p12", "block",
            "上上年度研发费用占营业收入比重 2.9971% 低于 3%，两年合并虽达标也不算。两年须各自达标。", ("rd_expense_y2", "revenue_y2"),
        ),
        (
            "e4", {"class1_ip_not_counted": 3}, "p16", "block",
            "其中转入取得、权利人排名第四及以后、与主导产品无关或未产生效益的项数（3）多于总数（2）。"
            "转入取得、排名第四及以后、与主导产品无关的都要扣除。",
            ("class1_ip_total", "class1_ip_not_counted"),
        ),
        (
            "e4", {"class1_ip_not_counted": None}, "p16", "info",
            "只填了Ⅰ类知识产权总数，没有填其中不计入的项数。转入取得、排名第四及以后、与主导产品无关的都要扣除。",
            ("class1_ip_total", "class1_ip_not_counted"),
        ),
        (
            "e4", {"innovative_sme_valid": False}, "p35", "block",
            "没有前置称号：有效期内创新型中小企业、有效期内（国家）科技型中小企业。先取得前置称号，并核对有效期截止日。",
            ("innovative_sme_valid", "technology_sme_valid"),
        ),
        (
            "e7", {"single_champion": True}, "p36", "block",
            "制造业单项冠军示范企业或单项冠军产品：是。小巨人不予推荐。", ("single_champion",),
        ),
        ("e4", {"sme_size_class": "large"}, "p37", "block", "划型为大型企业。不属于中小企业。", ("sme_size_class",)),
        (
            "e4", {"revenue_y2": None}, "p42", "info",
            "审计年度不齐，还缺上上年度营业收入总额。缺的年度先补齐审计报告。", ("revenue_y2",),
        ),
        (
            "e7", {"revenue_y2": None, "revenue_y3": None}, "p42", "info",
            "审计年度不齐，还缺上上年度营业收入总额、再上一年度营业收入总额。缺的年度先补齐审计报告。", ("revenue_y2", "revenue_y3"),
        ),
        (
            "e7", {}, "p49", "info",
            "还没有平台的质量评价得分。登录培育平台查询；没有得分时不能下“符合”的结论。", ("platform_score_current",),
        ),
        (
            "e4", {}, "line-s26_rd_r2", "warn",
            "“上上年度研发费用占比不低于3%”恰好压线，数据稍有调整就会掉下来。", ("rd_expense_y2", "revenue_y2"),
        ),
        ("e1", {}, "line-i22_total", "warn", "“总分60分以上”恰好压线，数据稍有调整就会掉下来。", ()),
        (
            "e5", {}, "near-s26_rd_r2", "info", "“上上年度研发费用占比不低于3%”只差一点：现为 2.9971%。",
            ("rd_expense_y2", "revenue_y2"),
        ),
        (
            "e4", {"revenue_y1": 1425}, "near-s26_revenue", "info",
            "“上年度营业收入不低于1500万元”只差一点：现为 1425 万元。", ("revenue_y1",),
        ),
    ],
)  # fmt: skip
def test_slip_word_for_word(case_id, changes, id_, severity, text, facts):
    (check,) = [check for check in slips(case_id, **changes) if check.id == id_]
    assert (check.severity, check.text, check.facts) == (severity, text, facts)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"rd_ratio_y1": 6.7}, False),  # 6.6667: 0.0333 off
        ({"rd_ratio_y1": 6.61}, True),
        ({"debt_ratio_y1": 80.05}, False),  # on the tolerance
        ({"debt_ratio_y1": 79.95}, False),
        ({"debt_ratio_y1": 80.06}, True),
        ({"debt_ratio_y1": 79.94}, True),
    ],
)
def test_a_claimed_ratio_may_be_off_by_its_tolerance_and_no_more(changes, found):
    assert bool({"p01", "p02"} & named("e4", **changes)) is found


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        ({"total_liabilities_y1": 840}, True),  # 84 %: at most 80, within a twentieth of it
        ({"total_liabilities_y1": 840.01}, False),
        ({"platform_score_current": 47.5}, True),
        ({"platform_score_current": 47.4}, False),
        ({"platform_score_current": None}, False),
    ],
)
def test_near_is_within_a_twentieth_of_the_bound(changes, near):
    close = {id_ for id_ in named("e4", **changes) if id_.startswith("near-")}
    assert bool(close & {"near-s26_debt", "near-s26_score"}) is near


def test_near_only_where_the_condition_is_what_fails():
    both = {"revenue_y1": 1450, "new_equity_2y": 1950, "main_business_revenue_y1": 1200}
    assert {"near-s26_revenue", "near-s26_equity"} <= named("e4", **both)
    assert not {"near-s26_revenue", "near-s26_equity"} & named("e4", **{**both, "new_equity_2y": 2000})
    assert "line-s26_equity" in named("e4", **{**both, "new_equity_2y": 2000})


def test_on_the_line_is_said_of_what_is_met_exactly_and_of_nothing_else():
    lines = {
        f"line-s26_{name}"
        for name in ("years", "revenue", "main_ratio", "debt", "rd_a1", "rd_r2", "ip", "score")
    }
    assert named("e4") == lines
    more = {"niche_years": 4, "platform_score_current": 51, "rd_expense_y1": 101, "total_liabilities_y1": 799}
    assert named("e4", **more) == lines - {f"line-s26_{name}" for name in ("years", "score", "rd_a1", "debt")}
    assert named("e4", niche_years=None) == lines - {"line-s26_years"} or not named(
        "e4", niche_years=None
    ) & {"line-s26_years"}


def test_blocking_slips_come_first_then_warnings_then_remarks():
    severities = [check.severity for check in slips("e4", rd_ratio_y1=6.8)]
    assert severities == sorted(severities, key=["block", "warn", "info"].index)
    assert severities[0] == "block"
    assert severities[-1] == "info"


def test_by_hand_adds_what_nothing_told_can_show_and_keeps_the_rest():
    plain, listed = slips("e4"), slips("e4", by_hand=True)
    assert all(check in listed for check in plain)
    added = [check for check in listed if check not in plain]
    assert all(check.severity == "info" and check.text.startswith("待人工核对（") for check in added)
    case, seen = filing("e4"), {check.id for check in plain}
    expected = {
        rule.id
        for rule in CHECKS.values()
        if (not rule.standards or case.standard.id in rule.standards) and rule.id not in seen
        if rule.kind == "by_hand"
        or not {fact for group in rule.of for fact in group} <= set(case.situation.facts)
    }
    assert {check.id for check in added} == expected
    assert {"p06", "p07"} <= expected


@pytest.mark.parametrize(
    ("size", "figures", "conflict"),
    [
        ("small", {"employees_y1": 1200, "revenue_y1": 50000}, "划型填的是小型，按行业和数据算是大型。"),
        ("small", {"employees_y1": 10}, "划型填的是小型，按行业和数据算是微型。"),
        ("small", {"revenue_y1": 100}, "划型填的是小型，按行业和数据算是微型。"),
        ("medium", {"employees_y1": 299}, "划型填的是中型，按行业和数据算是微型或小型。"),
        ("small", {"employees_y1": 299}, ""),
        ("large", {}, ""),
        (None, {"employees_y1": 1200, "revenue_y1": 50000}, ""),
    ],
)
def test_a_size_told_must_be_one_the_figures_allow(size, figures, conflict):
    case = filing("e4")
    told = open_filing(
        case.program, profile({"sme_size_class": size, **figures}), on=case.on, industry="机床", size_rows=SIZES
    )  # fmt: skip
    found = [check for check in find_slips(told, CHECKS) if check.id == "size-conflict"]
    if not conflict:
        assert found == []
        return
    (check,) = found
    assert check.text == conflict + "核对行业、从业人数和营业收入。"
    assert (check.severity, check.facts) == ("block", ("sme_size_class", *figures))
    assert check.clause == told.rows[0].clause


def test_assets_count_for_the_size_where_the_row_looks_at_them():
    case = filing("e4")
    told = open_filing(
        case.program, profile({"sme_size_class": "medium", "total_assets_y1": 299}), on=case.on, industry="建筑业",
        size_rows=SIZES,
    )  # fmt: skip
    assert "size-conflict" in {check.id for check in find_slips(told, CHECKS)}


def test_a_score_is_missed_only_once_something_is_told():
    case = filing("e4")
    empty = open_filing(case.program, profile({}), on=case.on)
    begun = open_filing(case.program, profile({"niche_years": 5}), on=case.on)
    assert "p49" not in {check.id for check in find_slips(empty, CHECKS)}
    assert "p49" in {check.id for check in find_slips(begun, CHECKS)}
    assert "p49" not in named("e4")


def test_a_single_champion_is_a_slip_in_new_applications_only():
    case = filing("e7")
    told = {"single_champion": True}
    for application, found in (("new", True), ("review", False)):
        on = case.on.replace(month=8) if application == "review" else case.on
        filed = open_filing(case.program, profile(told), on=on, application=application)
        assert ("p36" in {check.id for check in find_slips(filed, CHECKS)}) is found
