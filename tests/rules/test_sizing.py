"""Size classes by industry, bounds included as the rules count them."""

from fractions import Fraction

import pytest
from eligibility_cases import SIZES
from hypothesis import given
from hypothesis import strategies as st

from assistant.rules.sizing import CLASSES, rows_for, size_classes


def classes(industry, employees=None, revenue=None, assets=None):
    told = {"employees": employees, "revenue": revenue, "assets": assets}
    amounts = {name: None if value is None else Fraction(str(value)) for name, value in told.items()}
    return set(size_classes(rows_for(industry, SIZES), **amounts))


@pytest.mark.parametrize(
    ("industry", "employees", "revenue", "expected"),
    [
        ("industry", 1000, 40000, "large"),
        ("industry", 999, 50000, "medium"),
        ("industry", 999, 40000, "medium"),
        ("industry", 1000, 39999, "medium"),
        ("industry", 1200, 39999, "medium"),
        ("industry", 300, 2000, "medium"),
        ("industry", 299, 2000, "small"),
        ("industry", 300, 1999, "small"),
        ("industry", 20, 300, "small"),
        ("industry", 19, 5000, "micro"),
        ("industry", 20, 299.99, "micro"),
        ("software_it", 300, 10000, "large"),
        ("software_it", 299, 30000, "medium"),
        ("other", 299, None, "medium"),
        ("other", 300, None, "large"),
        ("agriculture", None, 20000, "large"),
        ("agriculture", None, 19999, "medium"),
    ],
)
def test_boundary(industry, employees, revenue, expected):
    assert classes(industry, employees, revenue) == {expected}


def test_a_missing_indicator_leaves_what_the_known_one_allows():
    assert classes("industry", employees=50) == {"small", "micro"}
    assert classes("industry", employees=5) == {"micro"}
    assert classes("industry") == CLASSES


def test_assets_count_where_the_row_has_them():
    assert classes("construction", revenue=80000, assets=80000) == {"large"}
    assert classes("construction", employees=5000, revenue=80000) == CLASSES
    assert classes("leasing_business", employees=300, assets=119999) == {"medium"}


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("通用设备制造业", ["industry"]),
        ("机床", ["industry"]),
        ("软件和信息技术服务业", ["software_it"]),
        ("房地产开发", ["real_estate"]),
        ("机床批发", ["industry", "wholesale"]),
        ("住宿业", ["accommodation"]),
    ],
)
def test_plain_words_find_their_row_and_several_stay_open(words, rows):
    assert [row.id for row in rows_for(words, SIZES)] == rows


@pytest.mark.parametrize("words", ["", "做点小生意", "???"])
def test_an_unknown_industry_leaves_every_row_open(words):
    assert len(rows_for(words, SIZES)) == 16


def test_an_unknown_industry_settles_only_where_every_row_agrees():
    assert classes("做点小生意", employees=50, revenue=3000, assets=3000) >= {"small", "medium"}
    assert classes("做点小生意", employees=1, revenue=1, assets=1) == {"micro"}


amount = st.integers(0, 300000)


@given(st.sampled_from(sorted(SIZES)), amount, amount, amount)
def test_complete_figures_settle_every_row(industry, employees, revenue, assets):
    assert len(classes(industry, employees, revenue, assets)) == 1


@given(
    st.sampled_from([*sorted(SIZES), "机床批发", "不知道"]),
    amount,
    amount,
    amount,
    st.sets(st.sampled_from("era")),
)
def test_more_figures_only_narrow(industry, employees, revenue, assets, known):
    """Whatever is told later, the class was among those still possible."""
    some = classes(
        industry,
        employees if "e" in known else None,
        revenue if "r" in known else None,
        assets if "a" in known else None,
    )
    assert classes(industry, employees, revenue, assets) <= some
