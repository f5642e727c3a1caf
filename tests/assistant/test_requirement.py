"""What a clause demands in figures, what the asker has, and whether the two may be compared at all."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.answering.requirement import compare, differ, read_own, read_terms

TODAY = date(2026, 11, 22)


def said(text):
    return [(term.measure, term.text) for term in read_terms(text)]


@pytest.mark.parametrize(
    ("clause", "terms"),
    [
        (
            "企业注册满一年且近两年研发费用总额均不低于100万元方可申报。",
            [("成立时间", "满一年"), ("研发费用", "均不低于100万元")],
        ),
        ("研发人员占职工总数的比例不低于10%。", [("研发人员占比", "不低于10%")]),
        (
            "近两年研发费用合计不低于1200万元，且每年占营业收入比重均不低于3%。",
            [("研发费用", "合计不低于1200万元"), ("研发费用占比", "均不低于3%")],
        ),
        ("营业收入5000万元—1亿元的企业。", [("营业收入", "5000万元—1亿元")]),
        ("指标：研发投入占营业收入比重；要求：≥3%", [("研发费用占比", "≥3%")]),
        (
            "营业收入1000万元以上，或近2年股权融资总额（合格机构投资者的实缴额）2000万元以上。",
            [("营业收入", "1000万元以上"), ("融资额", "2000万元以上")],
        ),
        ("项目设备投资额500万元以上的，按设备投资额的15%给予奖励，最高100万元。", [("设备投资", "500万元以上")]),
        ("无需研发投入。", [("研发费用", "无需研发投入")]),
    ],
)  # fmt: skip
def test_a_clause_demands_what_it_asks_and_not_what_it_pays(clause, terms):
    assert said(clause) == terms


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("我司成立8个月，研发费用20万元，能申报吗？", [("成立时间", 8, 8), ("研发费用", 200_000, 200_000)]),
        ("我们研发占比2.8%，这份文件要3%以上，够吗", [("研发费用占比", "2.8", "2.8")]),
        ("我们有8个研发人员，够不够", [("研发人员数", 8, 8)]),
        ("我厂三百多人，符合从业人员300人以下吗", [("从业人员", 300, 400)]),
        ("2019年成立的，能报吗", [("成立时间", 83, 94)]),
        ("公司2025年11月30日注册，满一年了吗", [("成立时间", 11, "11.9")]),
        ("占比2.8%够吗", [("", "2.8", "2.8")]),
        ("要求研发占比3%以上，营收5000万元以上，对吧", []),
    ],
)
def test_only_the_asker_s_own_figures_are_own(question, own):
    assert [(one.measure, one.low, one.high) for one in read_own(question, on=TODAY)] == [
        (name, Decimal(low), Decimal(high)) for name, low, high in own
    ]


def test_a_share_is_worked_out_of_two_sums_and_the_sum_is_shown():
    share = read_own("我们去年营收5000万，研发花了140万，够吗", on=TODAY)[-1]
    assert (share.measure, share.low, share.worked) == ("研发费用占比", Decimal("2.8"), "140万÷5000万=2.8%")


def verdict(clause, question):
    term = read_terms(clause)[0]
    own = next(one for one in read_own(question, on=TODAY) if one.measure == term.measure)
    return compare(own, term).verdict


@pytest.mark.parametrize(
    ("clause", "question", "expected"),
    [
        pytest.param("研发费用占营业收入比重3%以上", "我们研发占比3%够吗", "met", id="above-takes-the-figure-in"),
        pytest.param("研发费用占营业收入比重超过3%", "我们研发占比3%够吗", "not_met", id="over-leaves-it-out"),
        pytest.param("研发费用占营业收入比重不低于3%", "我们研发占比2.99%够吗", "not_met", id="just-below"),
        pytest.param("资产负债率不超过70%", "负债率七成超没超", "met", id="not-over-takes-it-in"),
        pytest.param("资产负债率低于70%", "负债率70%超没超", "not_met", id="below-leaves-it-out"),
        pytest.param("从业人员300人以下", "我们三百多人，符合吗", "open", id="rough-across-the-line"),
        pytest.param("从业人员500人以下", "我们三百多人，符合吗", "met", id="rough-within"),
        pytest.param("企业注册满一年", "我司成立8个月够吗", "not_met", id="months-and-years"),
        pytest.param("营业收入5000万元—1亿元", "我们营收1.2亿元，符合吗", "not_met", id="range"),
        pytest.param("近两年研发费用合计不低于300万元", "我们研发费用200万元够吗", "open", id="sum-and-one-year"),
        pytest.param("近两年研发费用合计不低于300万元", "我们研发费用400万元够吗", "met", id="one-year-is-enough"),
        pytest.param("近三年研发费用平均不低于300万元", "我们研发费用400万元够吗", "open", id="mean"),
        pytest.param("研发费用占营业收入比重3%以上", "研发投入占总成本5%够吗", "open", id="of-something-else"),
    ],
)  # fmt: skip
def test_a_figure_against_a_demand(clause, question, expected):
    assert verdict(clause, question) == expected


def test_demands_differ_only_about_the_same():
    low, high = read_terms("营业收入不低于100万元")[0], read_terms("营业收入不低于5000万元")[0]
    assert differ(low, high)
    assert not differ(low, low)
    assert not differ(low, read_terms("研发费用不低于5000万元")[0])
    assert differ(read_terms("无需研发投入")[0], read_terms("研发费用不低于100万元")[0])
