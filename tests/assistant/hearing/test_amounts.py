"""Amounts in running speech: whose year it is, what a figure takes back, what only looks like one."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.hearing.stated_unit import in_stated_unit
from assistant.told import read_told
from knowledge.load import KnowledgeBase

ON = date(2026, 11, 22)


@pytest.fixture(scope="module")
def regions():
    return KnowledgeBase().regions


def hear(regions, *turns, asked=None):
    stands = {}
    for turn, message in enumerate(turns, 1):
        last = asked if turn == len(turns) else None
        told = read_told(
            message, asked=last, turn=turn, on=ON, regions=regions, before=tuple(stands.values())
        )
        stands |= {one.fact: one for one in told}
    return stands


def values(regions, *turns, asked=None):
    return {
        fact: one.value
        for fact, one in hear(regions, *turns, asked=asked).items()
        if one.value is not None and not one.conflict and not fact.startswith("enterprise.")
    }


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("营收25年1.08个亿，23年那会儿刚缓过劲来，也就八千六", {"revenue_y1": 10800, "revenue_y3": 8600}),
        ("23年营收3700万，后面一年比一年好，4100，再就是去年的4650", {"revenue_y3": 3700, "revenue_y2": 4100, "revenue_y1": 4650}),
        ("去年的账还在审，前年营收4480万，研发一百九十万", {"revenue_y2": 4480, "rd_expense_y2": 190}),
        ("我们去年的研发呢是九十六万不对九十六是前年的去年是一百一十二万营收的话去年两千七百四十万",
         {"rd_expense_y1": 112, "rd_expense_y2": 96, "revenue_y1": 2740}),
        ("营收去年大概四千六百万前年是四千一百万人有两百一十几个", {"revenue_y1": 4600, "revenue_y2": 4100, "employees_y1": 213}),
        ("研发明年准备投四百万，去年投了二百八十万", {"rd_expense_y1": 280}),
        ("研发费用24年210万，25年260万", {"rd_expense_y2": 210, "rd_expense_y1": 260}),
        ("营收前年九千三，去年头一回过亿，1.06亿", {"revenue_y2": 9300, "revenue_y1": 10600}),
    ],
)  # fmt: skip
def test_an_amount_belongs_to_the_year_spoken_of(regions, message, expected):
    assert values(regions, message) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("去年营业额亿半，前年亿三", {"revenue_y1": 15000, "revenue_y2": 13000}),
        ("厂里廿六个人", {"employees_y1": 26}),
        ("卅二号人", {"employees_y1": 32}),
        ("净利润去年是负的，负四十一万八", {"net_profit_y1": Decimal("-41.8")}),
        ("厂里头总共三十六个人", {"employees_y1": 36}),
        ("花名册上214个", {"employees_y1": 214}),
        ("研发费用前年去年两年加一块一千三百二十万", {"rd_expense_sum_2y": 1320}),
        ("资产负债率按年末数是0.583", {"debt_ratio_y1": Decimal("58.3")}),
        ("上系统最多出十五万", {"needs.budget": 15}),
        ("系统嘛最多拿五十个出来", {"needs.budget": 50}),
        ("我们主打就是水龙头，去年全部营收4280万", {"revenue_y1": 4280}),
    ],
)
def test_ways_of_counting(regions, message, expected):
    assert values(regions, message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "去年差一点到两千",
        "上ERP，十一个人用",
        "金蝶就财务一个人在用",
        "我们主打800万像素的摄像头",
        "我手上只有利润总额，去年二百六十三万四",
        "银行里欠着九百万，亲戚那儿还借着三百，总负债我说不上来",
        "账上你给我做到一百二",
        "研发去年一百万是硬杠子的话我们还差点",
        "是不是要营收1500万",
        "负债率0.45",
    ],
)
def test_what_only_looks_like_a_figure_of_the_firm(regions, message):
    assert values(regions, message) == {}


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("员工120人", "员工不是120是86"), {"employees_y1": 86}),
        (("去年研发费用是二百三十万哦不是我看错了是二百一十三万",), {"rd_expense_y1": 213}),
        (("去年营收4800万", "4800是前年的，去年是5300"), {"revenue_y1": 5300, "revenue_y2": 4800}),
        (("去年营收4800万，研发150万", "不对，研发是180万，4800是前年，去年5300"),
         {"revenue_y1": 5300, "revenue_y2": 4800, "rd_expense_y1": 180}),
        (("搞研发的26个人，全厂141个", "刚才那个没对，真正搞研发的只有17个"), {"rd_staff_y1": 17, "employees_y1": 141}),
        (("去年主营8350万，负债率五成五", "对了主营那个8350说错了 是8250"), {"main_business_revenue_y1": 8250, "debt_ratio_y1": 55}),
        (("去年研发三百一十万", "三百一是加计扣除报的数，审计报告上是二百八十五万"), {"rd_expense_y1": 285}),
    ],
)  # fmt: skip
def test_a_correction_reaches_the_figure_it_means(regions, turns, expected):
    assert values(regions, *turns) == expected


def test_a_figure_moved_to_another_year_leaves_its_own_open(regions):
    told = hear(regions, "去年营收4800万", "4800是前年的")
    assert told["revenue_y2"].value == 4800
    assert told["revenue_y1"].conflict


@pytest.mark.parametrize("message", ["那50万呢", "我投了60万能补多少"])
def test_a_question_is_no_answer_to_the_figure_asked_for(regions, message):
    assert values(regions, message, asked="rd_expense_y1") == {}


def test_about_is_not_large(regions):
    assert "sme_size_class" not in values(regions, "大概50来人", asked="sme_size_class")
    assert values(regions, "大的", asked="sme_size_class") == {"sme_size_class": "large"}


def test_a_share_that_the_sums_contradict_is_marked(regions):
    told = hear(regions, "资产负债率也就四成", "去年底资产总额四千二百万，负债总额三千四百万")
    assert told["debt_ratio_y1"].conflict
    assert "81.0%" in told["debt_ratio_y1"].note
    told = hear(regions, "去年营收两千五百万，研发一百二，占4.8%")
    assert not any(one.conflict for one in told.values())


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("报表单位是千元，营业收入36,420，净利润1,266", {"revenue_y1": 3642, "net_profit_y1": Decimal("126.6")}),
        ("单位：万元，营业收入3680，研发费用151.5，员工86人，发明专利3", {"revenue_y1": 3680, "rd_expense_y1": Decimal("151.5"),
          "employees_y1": 86, "class1_ip_total": 3}),
        ("金额单位都是元，营业收入36420000", {"revenue_y1": 3642}),
    ],
)  # fmt: skip
def test_a_unit_said_once_holds_for_every_sum(regions, message, expected):
    assert values(regions, message) == expected


def test_a_unit_of_something_else_changes_nothing():
    for message in ("我们单位去年营收3000", "单位是国企", "1200元/吨"):
        assert in_stated_unit(message) == message


@pytest.mark.parametrize(
    "message",
    ["员工-50人", "营收-3000万", "负债率负5%", "去年营收9999999999999999999999万元", "营收一亿亿亿亿万"],
)
def test_a_figure_that_cannot_be_is_asked_again(regions, message):
    told = hear(regions, message)
    assert told
    assert all(one.value is None and "请核对" in one.note for one in told.values())


def test_a_loss_may_be_negative(regions):
    assert values(regions, "去年净利润-50万") == {"net_profit_y1": -50}
    assert values(regions, "营收3000-5000万") == {}


@pytest.mark.parametrize("last", ["说错了，还是30万", "算了还是30万，但你按300万给我出结论"])
def test_the_last_word_holds(regions, last):
    assert values(regions, "去年研发费用30万", "其实是300万", last) == {"rd_expense_y1": 30}


def test_a_long_message_is_read_to_its_end(regions):
    message = "我们是做泵的，活儿不少，客户都满意。" * 2000 + "去年营收3600万，员工86人。"
    assert values(regions, message) == {"revenue_y1": 3600, "employees_y1": 86}
