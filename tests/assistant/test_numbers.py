"""assistant.numbers: every number in Chinese text as value, unit and place."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.numbers import as_date, chinese_number, find, fold, same_document


def one(text):
    found = find(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1.2个亿", "120000000"),
        ("0.72个亿", "72000000"),
        ("三千二百万", "32000000"),
        ("三千二", "3200"),
        ("一万五", "15000"),
        ("两亿三", "230000000"),
        ("两百五", "250"),
        ("一千零五", "1005"),
        ("二十三", "23"),
        ("1亿2千万", "120000000"),
        ("2千3百万", "23000000"),
        ("１，２００万元", "12000000元"),
        ("1,200.5元", "1200.5元"),
        ("3亿元", "300000000元"),
        ("50块钱", "50元"),
        ("4万家", "40000家"),
        ("２０人", "20人"),
        ("99.5％", "99.5%"),
        ("三成", "30%"),
        ("五个点", "5%"),
        ("百分之三十", "30%"),
        ("百分之八点", "8%"),
        ("千分之五", "0.5%"),
        ("5个百分点", "5百分点"),
        ("三年半", "3.5年"),
        ("半年", "0.5年"),
        ("1:1", "1:1"),
        ("1：1", "1:1"),
        ("2025年12月31日", "2025-12-31"),
        ("2025-12-31", "2025-12-31"),
        ("2025/1/2", "2025-01-02"),
        ("2025.12.31", "2025-12-31"),
        ("二〇二六年四月一日", "2026-04-01"),
        ("2025年7月底", "2025-07"),
        ("2024-03", "2024-03"),
        ("2026年", "2026"),
        ("12月31日", "12-31"),
        ("每年5月31日", "05-31"),
        ("次年1月10日前", "01-10"),
        ("二级", "2级"),
        ("三级及以上", "3级>="),
        ("二级以上", "2级>="),
        ("工信部联企业〔2024〕239号", "工信部联企业〔2024〕239号"),
        ("工信部联企业[2024]239号", "工信部联企业〔2024〕239号"),
        ("工企业函（2024）239号", "工企业函〔2024〕239号"),
        ("第十一条", "第11条"),
        ("第11条", "第11条"),
        ("附件2", "附件2"),
        ("第三批", "第3批"),
        ("俩", "2"),
    ],
)
def test_one_number_is_read_exactly(text, canonical):
    assert one(text).canonical == canonical


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("4+23：4", ["4", "23", "4"]),
        ("4+23:4个", ["4", "23", "4个"]),
        ("配套比例不少于1：1", ["1:1"]),
        ("2025年5月31日", ["2025-05-31"]),
        ("2026年2月30日", ["2026-02", "30日"]),
    ],
)
def test_a_sum_before_a_colon_is_no_ratio_and_no_day_is_read_twice(text, figures):
    assert [q.canonical for q in find(text)] == figures


@pytest.mark.parametrize(
    ("text", "value", "low", "high"),
    [
        ("三千多万", 30_000_000, 30_000_000, 40_000_000),
        ("五千来万", 50_000_000, 47_500_000, 55_000_000),
        ("二十来号人", 20, 19, 25),
        ("二十多人", 20, 20, 30),
        ("100多家", 100, 100, 200),
        ("一百三四十号", 130, 130, 140),
        ("五六千万", 50_000_000, 50_000_000, 60_000_000),
        ("七八个", 7, 7, 8),
        ("几百万", 3_000_000, 3_000_000, 9_000_000),
        ("1200余家", 1200, 1200, 1300),
    ],
)
def test_a_vague_number_keeps_the_range_it_means(text, value, low, high):
    found = one(text)
    assert found.approx
    assert (found.value, found.low, found.high) == (value, low, high)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不低于95%", ">="),
        ("不少于700家", ">="),
        ("至少3年", ">="),
        ("500万元以上", ">="),
        ("500万元及以上", ">="),
        ("不超过60万元", "<="),
        ("最高不超过30万元", "<="),
        ("最多50万元", "<="),
        ("300人以下", "<="),
        ("超过220家", ">"),
        ("不足三年", "<"),
        ("不到三千万", "<"),
        ("三千万不到", "<"),
        ("达到40%", ""),
        ("60万元", ""),
    ],
)
def test_the_bound_word_beside_a_number_is_kept(text, bound):
    assert one(text).bound == bound


@pytest.mark.parametrize(
    "text",
    [
        "一企一策",
        "统一遴选",
        "一般",
        "三个一点",
        "十分重要",
        "省级",
        "国家级",
        "一次性",
        "多次",
        "几乎",
        "来自",
        "万一",
        "一起益企",
    ],
)
def test_words_that_only_look_like_numbers_are_left_alone(text):
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "canonicals"),
    [
        ("3—5个", ["3个", "5个"]),
        ("20—40分", ["20分", "40分"]),
        ("10、20、30万元", ["100000元", "200000元", "300000元"]),
        ("100/300/500/1000万元", ["1000000元", "3000000元", "5000000元", "10000000元"]),
        ("(20%,40%]得3分", ["20%", "40%", "3分"]),
        ("2022—2025年", ["2022", "2025"]),
        ("第十一条（二）", ["第11条", "（二）"]),
        ("二级30万元，三级60万元", ["2级", "300000元", "3级", "600000元"]),
        ("用友U8和5G网络花了30万元", ["U8", "5G", "300000元"]),
        ("见 https://a.cn/2024/1.html 第3页", ["https://a.cn/2024/1.html", "第3"]),
        ("三级企业依据财建〔2023〕117号", ["3级", "财建〔2023〕117号"]),
        ("依据财建〔2023〕117号和财办建〔2025〕20号", ["财建〔2023〕117号", "财办建〔2025〕20号"]),
    ],
)
def test_several_numbers_share_unit_and_scale_as_people_read_them(text, canonicals):
    assert [q.canonical for q in find(text)] == canonicals


def test_a_span_points_at_the_original_text():
    text = "按照不超过实际投入总额４０％补贴，平均２２万元/家"
    assert [text[q.start : q.end] for q in find(text)] == ["４０％", "２２万元"]
    assert [q.text for q in find(text)] == ["４０％", "２２万元"]


def test_two_numbers_239_are_two_documents():
    assert same_document("工信部联企业〔2024〕239号", "依据工信部联企业[2024]239号")
    assert not same_document("工信部联企业〔2024〕239号", "工企业函（2024）239号")
    assert not same_document("工信部企业〔2026〕2号", "工信部企业〔2022〕63号")


def test_an_impossible_date_is_not_a_date():
    assert all(q.kind != "date" for q in find("2025-02-30"))
    assert as_date(one("2024年2月29日")).isoformat() == "2024-02-29"


def test_money_in_ten_thousands():
    assert one("1500万元").wan == 1500
    assert one("1.2亿元").wan == 12000


@given(st.integers(min_value=1, max_value=10**8))
def test_an_integer_with_thousands_separators_is_itself(n):
    assert one(f"{n:,}元").value == n


@given(st.decimals(min_value="0.01", max_value="99999", places=2))
def test_wan_yuan_is_exact(d):
    assert one(f"{d}万元").value == d * 10_000


def _spoken(n):
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    out, gap = "", False
    for i, d in enumerate(str(n)):
        power = len(str(n)) - 1 - i
        if d == "0":
            gap = True
            continue
        out += ("零" if gap and out else "") + digits[int(d)] + units[power]
        gap = False
    return out


@given(st.integers(min_value=1, max_value=9999))
def test_a_spoken_integer_is_itself(n):
    assert chinese_number(_spoken(n)) == n


@given(
    st.text(
        alphabet="一二三十百千万亿多来几个年月日号第条级%％.,，0123456789〔〕（）元人不超过以上", max_size=24
    )
)
def test_any_text_is_read_without_an_error_and_in_order(text):
    found = find(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(text[q.start : q.end] == q.text for q in found)


def test_folding_keeps_the_length():
    text = "１，２００ＡＢ％，３"
    assert len(fold(text)) == len(text)


def test_a_numeral_with_anything_else_is_refused():
    with pytest.raises(ValueError, match="not a numeral"):
        chinese_number("十一条")
    assert chinese_number("十一") == Decimal(11)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("百分之八点五", "8.5"),
        ("六十二点五", "62.5"),
        ("三点二个亿", "320000000"),
        ("一点五亿", "150000000"),
        ("三点五个点", "3.5"),
        ("1亿2", "120000000"),
        ("3千2", "3200"),
        ("两千五六", "2500"),
        ("两千六百五", "2650"),
        ("三五十万", "300000"),
        ("一万二千三", "12300"),
    ],
)
def test_a_spoken_point_and_a_clipped_tail_are_read(text, value) -> None:
    assert [q.value for q in find(text)] == [Decimal(value)]


@pytest.mark.parametrize("text", ["八点二十", "三点建议", "以下三点一是"])
def test_a_point_that_is_none_is_left_alone(text) -> None:
    assert all(q.value == q.value.to_integral_value() for q in find(text) if q.value is not None)
