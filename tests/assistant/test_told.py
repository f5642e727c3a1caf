"""Facts read from what people say: laws that hold for every amount, and the cases of the evaluation."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.told import read_told
from evals.utterances import CASES, hear, judge, read_cases
from knowledge.load import KnowledgeBase

DAY = date(2026, 11, 22)
KB = KnowledgeBase()


class OnlyKnowledge:
    """What reading needs of a desk."""

    kb = KB


def read(*messages, asked=None, on=DAY, also=()):
    from assistant.talk import remember

    told = ()
    for turn, message in enumerate(messages, 1):
        new = read_told(
            message, asked=asked, turn=turn, on=on, regions=KB.regions, before=told, also=also,
            size_rows=KB.size_classes,
        )  # fmt: skip
        told = remember(told, new)
    return {one.fact: one for one in told}


def values(*messages, **more):
    return {
        fact: one.value
        for fact, one in read(*messages, **more).items()
        if one.value is not None and not one.conflict
    }


# ---------------------------------------------------------------- laws

AMOUNTS = st.integers(min_value=1, max_value=99_999)
YEARS = {
    "去年": "revenue_y1",
    "前年": "revenue_y2",
    "大前年": "revenue_y3",
    "2025年": "revenue_y1",
    "24年": "revenue_y2",
}


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, st.sampled_from(sorted(YEARS)), st.sampled_from(["万", "万元", "w", "万块钱"]))
def test_an_exact_amount_is_read_exactly_into_its_year(amount, year, unit) -> None:
    assert values(f"{year}营收{amount}{unit}") == {YEARS[year]: Decimal(amount)}


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, st.sampled_from(["如果", "要是", "假如", "假设"]))
def test_what_is_supposed_is_never_recorded(amount, word) -> None:
    assert values(f"{word}去年营收{amount}万，研发{amount}万，员工{amount}人") == {}


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, st.sampled_from(["隔壁老王家", "我朋友公司", "同行", "我们客户", "母公司", "人家"]))
def test_the_affairs_of_others_are_never_recorded(amount, who) -> None:
    assert values(f"{who}去年营收{amount}万，员工{amount}人，发明专利{amount}个") == {}


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, AMOUNTS)
def test_two_different_figures_are_a_contradiction_never_a_mean(one, other) -> None:
    stands = read(f"去年营收{one}万。", f"去年营收{other}万。")["revenue_y1"]
    assert stands.value == other
    assert stands.conflict is (one != other)


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, AMOUNTS)
def test_a_correction_replaces(one, other) -> None:
    stands = read(f"去年营收{one}万。", f"说错了，去年营收是{other}万。")["revenue_y1"]
    assert (stands.value, stands.conflict) == (other, False)


@settings(deadline=None, max_examples=40)
@given(AMOUNTS)
def test_the_words_stand_in_the_message(amount) -> None:
    message = f"我们去年营收{amount}万，研发{amount}万"
    for one in read(message).values():
        assert one.words
        assert one.words in message


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text) -> None:
    read(text)
    read(text, asked="revenue_y1")
    read(text, asked="innovative_sme_valid", also=("in_abnormal_list",))


def test_years_follow_the_day_of_speaking() -> None:
    assert values("2025年营收3050万", on=date(2027, 2, 20)) == {"revenue_y2": 3050}
    assert values("去年营收3050万", on=date(2027, 2, 20)) == {"revenue_y1": 3050}


@pytest.mark.parametrize(
    ("asked", "message", "value"),
    [
        ("rd_expense_y1", "大概两千六", 2600),
        ("rd_expense_y2", "九十多万", 90),
        ("innovative_sme_valid", "没有", False),
        ("innovative_sme_valid", "10月份拿的", True),
        ("innovative_sme_valid", "有，去年评的", True),
        ("in_abnormal_list", "没有，一直正常", False),
        ("employees_y1", "86", 86),
        ("debt_ratio_y1", "六成左右", 60),
        ("new_equity_3y", "没有", 0),
        ("rd_institution_level", "省级的", "provincial"),
        ("sme_size_class", "小型吧", "small"),
        ("niche_years", "八年了", 8),
        ("class1_ip_not_counted", "一个", 1),
    ],
)
def test_a_bare_answer_is_read_as_what_was_asked(asked, message, value) -> None:
    assert read(message, asked=asked)[asked].value == value


@pytest.mark.parametrize("message", ["不知道", "没数", "这个要问会计", "小巨人要多少营收？", "都没问题"])
def test_no_answer_fills_nothing(message) -> None:
    assert read(message, asked="revenue_y1") == {}


def test_an_answer_about_something_else_is_not_taken_for_the_answer() -> None:
    assert values("总资产1500，欠600", asked="total_liabilities_y1") == {
        "total_assets_y1": 1500,
        "total_liabilities_y1": 600,
    }


def test_one_answer_settles_what_was_asked_together() -> None:
    told = values("都没问题", asked="lawfully_established_in_cn", also=("in_abnormal_list", "tax_evasion_3y"))
    assert told == {"lawfully_established_in_cn": True, "in_abnormal_list": False, "tax_evasion_3y": False}


# ---------------------------------------------------------------- cases


@pytest.mark.parametrize("case", [c for c in read_cases(CASES) if not c.held_back], ids=lambda case: case.id)
def test_the_cases_are_read(case) -> None:
    outcome = judge(case, hear(case, OnlyKnowledge()))
    assert outcome.passed, outcome


def test_half_of_the_cases_are_held_back() -> None:
    cases = read_cases(CASES)
    assert len(cases) >= 80
    assert sum(case.held_back for case in cases) * 2 >= len(cases) - 1


def test_nothing_severe_in_the_cases_given_to_everyone(shared) -> None:
    outcomes = [
        judge(case, hear(case, OnlyKnowledge())) for case in read_cases(shared / "facts" / "utterances.yaml")
    ]
    assert [o.case.id for o in outcomes if o.severe] == []
    assert sum(o.passed for o in outcomes) >= 0.95 * len(outcomes)
