"""What a finding says, word for word: value, bound, margin, arithmetic, why it is open; windows to the day; warnings."""

from datetime import date
from decimal import Decimal

import pytest
from eligibility_cases import CHECKS, PROGRAMS, SIZES, WORKED, filing, judged, profile

from assistant.rules.eligibility import assess, certainty, required, window
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile
from knowledge.program import Criterion, Program

CLAUSE = {"source_id": "x", "locator": "x"}


def finding(case_id, id_, **changes):
    return next(one for one in judged(case_id, **changes).findings if one.id == id_)


@pytest.mark.parametrize(
    ("case_id", "changes", "id_", "why"),
    [
        ("e4", {}, "s26_revenue", "1500 万元，要求不低于 1500 万元"),
        ("e4", {}, "s26_equity", "0 万元，要求不低于 2000 万元（合格机构投资者实缴额。）"),
        ("e4", {}, "s26_ip", "2 − 1 = 1 项，要求不低于 1 项"),
        ("e4", {}, "s26_debt", "800 ÷ 1000 = 80%，要求不超过 80%"),
        ("e4", {}, "s26_leading_product", "760 ÷ 1500 = 50.6667%，要求超过 50%"),
        ("e4", {}, "s26_prereq_innovative", "已告知：是"),
        ("e4", {}, "s26_prereq_technology", "已告知：否"),
        ("e4", {}, "g26_size", "已告知：小型"),
        ("e4", {}, "s26_is_review", "已告知：新申请"),
        ("e4", {}, "s26_ip_exempt_institution", "尚不知道：研发机构级别（经认定）"),
        ("e4", {}, "s26_5", "人工确认：是（标准中没有数值门槛，由审核人员判定。）"),
        ("e7", {"market_reputation_confirmed": False}, "l26_reputation", "人工确认：否"),
        ("e7", {}, "l26_growth", "5512.5 ÷ 5000 = 1.1025 倍，要求不低于 1.1025 倍"),
        ("e7", {}, "l26_rd_sum", "620 + 580 = 1200 万元，要求不低于 1200 万元"),
        ("e7", {}, "l26_rank", "3，要求不超过 3（国内前三。）"),
        ("e6", {}, "s22_direct_rd", "(150 + 140) ÷ 2 = 145 万元，要求不低于 1000 万元"),
        ("e6", {}, "s22_total", "得分 60，要求不低于 60 分"),
        ("e9", {}, "l22_growth", "(6.6667 + 5.8824) ÷ 2 = 6.2745%，要求不低于 5%"),
        ("e1", {"ip_best_class": None}, "i22_total", "得分在 55 到 75 之间，还有指标未知，要求不低于 60 分"),
        ("e5", {"rd_expense_y2": None}, "s26_rd_r2", "尚不知道：上上年度研发费用总额"),
        (
            "e5",
            {"rd_expense_y2": None, "rd_ratio_y2": 3},
            "s26_rd_r2",
            "按告知的结果（没有原始数，无法复算）3%，要求不低于 3%",
        ),
    ],
)
def test_why(case_id, changes, id_, why):
    assert finding(case_id, id_, **changes).why == why


@pytest.mark.parametrize(
    ("case_id", "changes", "id_", "value", "margin"),
    [
        ("e4", {}, "s26_rd_a2", 105, 5),
        ("e4", {"rd_expense_y2": 90}, "s26_rd_a2", 90, -10),
        ("e4", {"total_liabilities_y1": 790}, "s26_debt", 79, 1),
        ("e4", {"total_liabilities_y1": 810}, "s26_debt", 81, -1),
        ("e4", {"leading_product_revenue_y1": 900}, "s26_leading_product", 60, 10),
        ("e4", {"leading_product_revenue_y1": 600}, "s26_leading_product", 40, -10),
        ("e7", {}, "l26_rank", 3, 0),
        ("e7", {"market_rank_cn": 5}, "l26_rank", 5, -2),
        ("e9", {}, "l22_rd_50m_hi", 8000, 2000),
        ("e1", {}, "i22_min_growth", 25, 10),
        ("e1", {"ip_best_class": None}, "i22_total", None, None),
        ("e4", {"platform_score_current": None}, "s26_score", None, None),
        ("e4", {}, "g26_size", "small", None),
        ("e4", {}, "g26_abnormal", False, None),
    ],
)
def test_value_and_margin(case_id, changes, id_, value, margin):
    one = finding(case_id, id_, **changes)
    assert (one.value, one.margin) == (value, margin)


def leaf(op, value, fact="revenue_y1", unit="万元"):
    return Criterion(
        id="c", label="c", fact=fact, op=op, value=value, unit=unit, clause=CLAUSE, certainty="verified"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (leaf(">=", Decimal("1E+3")), "不低于 1000 万元"),
        (leaf(">", Decimal(5), unit="%"), "超过 5%"),
        (leaf("<=", Decimal("2.50"), unit=""), "不超过 2.5"),
        (leaf("<", Decimal(3), unit="项"), "低于 3 项"),
        (leaf("==", True, "high_tech_enterprise_valid"), "是"),
        (leaf("==", False, "high_tech_enterprise_valid"), "否"),
        (leaf("!=", True, "high_tech_enterprise_valid"), "否"),
        (leaf("!=", False, "high_tech_enterprise_valid"), "是"),
        (leaf("==", "review", "application_type"), "为复核"),
        (leaf("!=", "large", "sme_size_class"), "不为大型"),
        (leaf("in", ("small", "medium"), "sme_size_class"), "属于：小型、中型"),
    ],
)
def test_required_in_words(criterion, words):
    assert required(criterion) == words


def test_the_size_is_explained_by_the_rows_it_was_worked_out_from():
    case = WORKED["e4"]
    facts = {name: value for name, value in case["facts"].items() if name != "sme_size_class"}

    def why(industry, **figures):
        found = assess(
            PROGRAMS[case["program"]], profile({**facts, **figures}), on=case["on"], industry=industry,
            size_rows=SIZES, path=False,
        )  # fmt: skip
        return next(one for one in found.findings if one.id == "g26_size").why

    one, two = SIZES["industry"].label, SIZES["wholesale"].label
    assert why("机床", employees_y1=1000, revenue_y1=40000) == f"按{one}标准算出：大型"
    assert why("机床", employees_y1=50, revenue_y1=None) == f"按{one}标准算出：微型或小型"
    assert why("机床批发", employees_y1=4) == f"按{one}、{two}标准算出：微型"
    assert why("", employees_y1=1, total_assets_y1=1, revenue_y1=1) == "按各行业标准算出：微型"
    open_ = "尚不知道划型结果（可由行业、从业人数、营业收入、资产总额算出）"
    assert why("机床", revenue_y1=None).startswith(open_)


def test_points_are_shown_part_by_part_as_far_as_they_are_known():
    (table,) = judged("e1", ip_best_class=None, rd_expense_y1=None, rd_ratio_y1=None).points
    assert table.parts == {"innovation": None, "growth": 25, "specialization": 15}
    assert table.total is None
    assert table.low < table.high
    (table,) = judged("e1").points
    assert (table.total, table.low, table.high) == (60, 60, 60)
    assert judged("e4").points == ()


@pytest.mark.parametrize(
    ("case_id", "changes", "decisive"),
    [
        ("e4", {}, []),
        ("e5", {}, ["s26_all", "s26_3", "s26_rd_r2"]),
        ("e4", {"in_abnormal_list": True}, ["g26_general", "g26_abnormal"]),
        (
            "e4",
            {"revenue_y1": 1400, "leading_product_revenue_y1": 760},
            ["s26_all", "s26_2", "s26_scale"],  # no member of an `any` fails it alone
        ),
        ("e7", {"single_champion": True}, ["l26_overlay_2026", "l26_o_champion"]),
        ("e4", {"platform_score_current": None}, []),
    ],
)
def test_decisive_are_the_conditions_that_settle_a_refusal_and_no_others(case_id, changes, decisive):
    assert [one.id for one in judged(case_id, **changes).findings if one.decisive] == decisive


def test_what_a_forbidden_group_names_is_decisive_where_it_holds():
    def leaf_(id_, fact):
        return {
            "id": id_, "label": id_, "fact": fact, "op": "==", "value": True, "clause": CLAUSE,
            "certainty": "verified",
        }  # fmt: skip

    group = {"label": "x", "clause": CLAUSE, "certainty": "verified"}
    either = {"id": "either", **group, "any": [leaf_("a", "in_abnormal_list"), leaf_("b", "single_champion")]}
    route = {"id": "r", **group, "none": [either, leaf_("c", "tax_evasion_3y")]}
    made = Program(
        id="p", title="p", kind="title",
        selection=[{"id": "a", "since": "2020-01-01", "application": ["new"], "standard": "s", "certainty": "verified"}],
        standards={"s": {"id": "s", "title": "s", "document": "s", "route": route}},
    )  # fmt: skip

    def decided(**told):
        found = assess(made, EnterpriseProfile(**told), on=date(2025, 1, 1))
        return found.verdict.value, [one.id for one in found.findings if one.decisive]

    assert decided(in_abnormal_list=True) == ("not_met", ["r", "either", "a"])
    assert decided(tax_evasion_3y=True, in_abnormal_list=False) == ("not_met", ["r", "c"])
    assert decided(tax_evasion_3y=False, in_abnormal_list=False) == ("unknown", [])
    clean = {"tax_evasion_3y": False, "in_abnormal_list": False, "single_champion": False}
    assert decided(**clean) == ("met", [])
    found = assess(made, EnterpriseProfile(**clean), on=date(2025, 1, 1))
    assert [one.group for one in found.findings] == ["none", "any", None, None, None]


def test_groups_say_how_they_join_and_whose_they_are():
    found = {one.id: one for one in judged("e4").findings}
    assert [found[id_].group for id_ in ("s26_all", "s26_scale", "s26_revenue")] == ["all", "any", None]
    assert [found[id_].parent for id_ in ("s26_all", "s26_scale", "s26_revenue")] == [
        None,
        "s26_2",
        "s26_scale",
    ]
    assert found["s26_rd_r2"].evidence
    assert len(set(found["s26_rd_r2"].evidence)) == len(found["s26_rd_r2"].evidence)
    assert found["s26_5"].manual
    assert not found["s26_ip"].manual


def test_a_waived_condition_says_so():
    told = {**WORKED["e9"]["facts"], "main_business_revenue_y2": 5700, "main_business_revenue_y3": 5600}
    found = assess(
        PROGRAMS["little-giant"], EnterpriseProfile(**told), on=date(2025, 5, 20), application="review", path=False
    )  # fmt: skip
    waived = next(one for one in found.findings if one.id == "l22_growth")
    assert (waived.verdict, waived.why) == (Verdict.MET, "本批申请不考查")
    assert [one.id for one in found.findings if one.why == "本批申请不考查"] == ["l22_growth"]


def test_a_leaf_is_as_sure_as_the_least_sure_thing_it_rests_on():
    def sure(case_id, id_):
        case = filing(case_id)
        leaf_ = next(c for root in case.roots for c in root.walk() if c.id == id_)
        return certainty(leaf_, case).value

    assert sure("e1", "i22_total") == "single_source"
    assert sure("e6", "s22_total") == "verified"
    assert sure("e7", "l26_growth") == "inferred"
    assert sure("e9", "l22_growth") == "unverified"
    assert sure("e7", "l26_rd_r1") == "verified"
    assert sure("e4", "g26_size") == "reprint"


# ---------------------------------------------------------------- windows


def opening(title, opens, closes, **more):
    return {
        "title": title, "opens": opens, "closes": closes, "application": ["new"], "clause": CLAUSE,
        "certainty": "verified", **more,
    }  # fmt: skip


def program(windows=(), *, kind="title", until=None, note="另行通知。"):
    route = {
        "id": "r", "label": "r", "fact": "high_tech_enterprise_valid", "op": "==", "value": True,
        "clause": CLAUSE, "certainty": "verified",
    }  # fmt: skip
    row = {
        "id": "a", "since": "2020-01-01", "until": until, "application": ["new"], "standard": "s",
        "certainty": "verified",
    }  # fmt: skip
    return Program(
        id="p", title="p", kind=kind, organ="工信局", windows=windows, window_note=note, selection=[row],
        standards={"s": {"id": "s", "title": "s", "document": "s", "route": route}},
    )  # fmt: skip


SPRING = opening("春季", "2025-03-01", "2025-03-31", note="网上填报。", only_round=True)
AUTUMN = opening("秋季", "2025-09-01", "2025-09-30")
LOCAL = opening("浙江", "2025-03-01", "2025-03-31", region="浙江省", only_round=True)
YEARS_END = opening("跨年", "2025-12-01", "2026-01-31", only_round=True)


@pytest.mark.parametrize(
    ("windows", "on", "more", "open_", "until", "text"),
    [
        ([SPRING], date(2025, 3, 1), {}, True, date(2025, 3, 31), "春季正在受理，2025-03-31截止。网上填报。"),
        ([SPRING], date(2025, 3, 31), {}, True, date(2025, 3, 31), "春季正在受理，2025-03-31截止。网上填报。"),
        ([SPRING], date(2025, 2, 28), {}, False, None, "尚未开始，2025-03-01起受理。网上填报。"),
        ([SPRING], date(2025, 4, 1), {}, False, None, "春季已于2025-03-31截止。网上填报。另行通知。"),
        ([SPRING], date(2026, 3, 1), {}, None, None, "春季已于2025-03-31截止。网上填报。另行通知。"),
        ([SPRING], date(2024, 3, 1), {}, None, None, "另行通知。"),
        ([SPRING], date(2025, 3, 1), {"application": "review"}, None, None, "另行通知。"),
        ([SPRING, AUTUMN], date(2025, 6, 1), {}, False, None, "尚未开始，2025-09-01起受理。"),
        ([SPRING, AUTUMN], date(2025, 2, 1), {}, False, None, "尚未开始，2025-03-01起受理。网上填报。"),
        ([AUTUMN, SPRING], date(2025, 2, 1), {}, False, None, "尚未开始，2025-03-01起受理。网上填报。"),
        ([SPRING, AUTUMN], date(2025, 9, 1), {}, True, date(2025, 9, 30), "秋季正在受理，2025-09-30截止。"),
        ([SPRING, AUTUMN], date(2025, 10, 1), {}, False, None, "秋季已于2025-09-30截止。另行通知。"),
        ([AUTUMN], date(2025, 10, 1), {}, None, None, "秋季已于2025-09-30截止。另行通知。"),
        ([AUTUMN], date(2025, 8, 31), {}, None, None, "另行通知。"),
        ([LOCAL], date(2025, 3, 1), {"region": "浙江省杭州市"}, True, date(2025, 3, 31), "浙江正在受理，2025-03-31截止。"),
        ([LOCAL], date(2025, 3, 1), {"region": "江苏省"}, None, None, "另行通知。"),
        ([YEARS_END], date(2026, 1, 31), {}, True, date(2026, 1, 31), "跨年正在受理，2026-01-31截止。"),
        ([YEARS_END], date(2026, 2, 1), {}, False, None, "跨年已于2026-01-31截止。另行通知。"),
        ([], date(2025, 3, 1), {}, None, None, "另行通知。"),
    ],
)  # fmt: skip
def test_window(windows, on, more, open_, until, text):
    state = window(program(windows), on=on, **more)
    assert (state.open, state.until, state.text) == (open_, until, text)


def test_window_of_a_program_that_has_run_out_and_of_a_pilot_whose_rounds_are_not_known():
    over = program(until="2025-12-31")
    assert window(over, on=date(2025, 12, 31)).open is None
    assert (window(over, on=date(2026, 1, 1)).open, window(over, on=date(2026, 1, 1)).text) == (
        False,
        "另行通知。",
    )
    pilot = window(program(kind="pilot", until="2025-12-31"), on=date(2025, 12, 31))
    assert (pilot.open, pilot.text) == (None, "依据文件到2025-12-31为止；是否正在征集，请向工信局核实。")
    for other in (program(kind="pilot"), program([SPRING], kind="pilot", until="2026-12-31"), over):
        assert "依据文件" not in window(other, on=date(2025, 12, 31)).text
    assert window(program(note=""), on=date(2025, 3, 1)).text == "申报窗口未收录，请向受理部门核实。"


# ---------------------------------------------------------------- no standard, warnings


@pytest.mark.parametrize(
    ("program_id", "on", "more", "warning"),
    [
        (
            "specialized-sme",
            date(2022, 7, 31),
            {},
            "2022-07-31 早于已收录的最早标准（2022-08-01起），无法判定。",
        ),
        (
            "pilot-jinan",
            date(2026, 1, 1),
            {"region": "山东省济南市"},
            "依据文件到 2025-12-31 为止，2026-01-01 已失效，不能据此判定。",
        ),
        (
            "pilot-jinan",
            date(2025, 6, 1),
            {"region": "天津市"},
            "本项目只面向山东省济南市的企业，不适用于天津市。",
        ),
        (
            "little-giant",
            date(2026, 4, 24),
            {"application": "review"},
            "2026-04-24 的复核适用哪个标准未见规定，无法判定，请向受理部门核实。",
        ),
        (
            "little-giant",
            date(2026, 5, 10),
            {"application": "review", "batch": "第三批"},
            "2026-05-10 的复核（第三批）适用哪个标准未见规定，无法判定，请向受理部门核实。",
        ),
    ],
)
def test_without_a_standard_the_verdict_is_open_and_the_reason_is_said(program_id, on, more, warning):
    found = assess(PROGRAMS[program_id], EnterpriseProfile(), on=on, **more)
    assert (found.verdict, found.standard, found.findings) == (Verdict.UNKNOWN, "", ())
    assert found.warnings == (warning,)
    assert found.window


def test_warnings_name_the_weak_conditions_only_where_the_verdict_rests_on_them():
    def weak(case_id, **changes):
        return [w for w in judged(case_id, **changes).warnings if w.startswith("以下条件")]

    (growth,) = weak("e7", platform_score_current=60)
    assert growth == "以下条件的原文或算法未核对，结论须以官方文本为准：两年营业收入倍数不低于1.1025倍。"
    assert weak("e7") == []  # still open: nothing rests on anything yet
    assert weak("e7", platform_score_current=59) == []  # refused for the score, which is verified
    assert weak("e7", platform_score_current=60, revenue_y3=5400, in_abnormal_list=True) != []
    assert weak("e4") == []
    assert weak("e5") == []


def test_a_particular_of_a_province_is_said_there_alone():
    def said(region):
        found = assess(
            PROGRAMS["specialized-sme"], EnterpriseProfile(), on=date(2026, 11, 22), region=region, path=False
        )  # fmt: skip
        return [w for w in found.warnings if w.startswith("【")]

    there = said("浙江省杭州市")
    assert there
    assert all(w.startswith("【浙江省") for w in there)
    assert not [w for w in said("广东省") if w.startswith("【浙江省")]
    assert said("全国") == []


def test_slips_and_path_are_looked_for_where_asked():
    case = WORKED["e5"]
    told, on = profile(case["facts"]), case["on"]
    plain = assess(PROGRAMS[case["program"]], told, on=on, path=False)
    full = assess(PROGRAMS[case["program"]], told, on=on, checks=CHECKS)
    assert (plain.checks, plain.shortest_path) == ((), None)
    assert {"p12"} <= {check.id for check in full.checks}
    assert [change.fact for change in full.shortest_path] == ["rd_expense_y2"]
