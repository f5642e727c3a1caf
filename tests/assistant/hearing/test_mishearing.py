"""Slips of keyboards and dictating phones, and words of dialects, are read as what was meant."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.hearing.mishearing import _DIALECT, _WORDS, mend
from assistant.told import read_told
from knowledge.region import load_regions

REGIONS = load_regions()


def told(said: str) -> dict[str, object]:
    read = read_told(said, asked=None, turn=1, on=date(2026, 11, 22), regions=REGIONS)
    return {one.fact: one.value for one in read}


@pytest.mark.parametrize(
    ("said", "fact", "value"),
    [
        ("去年营收5800完，研法费用占4.2%", "rd_ratio_y1", "4.2"),
        ("去年盐发投入二百六十碗", "rd_expense_y1", "260"),
        ("去年言发费用310万", "rd_expense_y1", "310"),
        ("去年赢收两千八百完吧", "revenue_y1", "2800"),
        ("去年营业鹅3650万", "revenue_y1", "3650"),
        ("去年静利润210万", "net_profit_y1", "210"),
        ("去年营收1.2忆", "revenue_y1", "12000"),
        ("发名专利三个，都授权了", "class1_ip_total", "3"),
        ("发明砖利两项", "class1_ip_total", "2"),
        ("资产负责率52%", "debt_ratio_y1", "52"),
        ("圆工128个", "employees_y1", "128"),
        ("我哋旧年营业额亿半", "revenue_y1", "15000"),
        ("伲厂里廿六个人", "employees_y1", "26"),
        ("俺年时个卖了四千二百万", "revenue_y1", "4200"),
        ("阿拉厂里职工卅五个", "employees_y1", "35"),
    ],
)
def test_a_slip_or_a_dialect_word_is_read_as_meant(said: str, fact: str, value: str) -> None:
    assert told(said).get(fact) == Decimal(value)


@pytest.mark.parametrize(
    ("said", "mended"),
    [
        ("砖精特欣", "专精特新"),
        ("专金特新", "专精特新"),
        ("科技行中小企业", "科技型中小企业"),
        ("数据莫放外头", "数据别放外头"),
        ("发明都冇", "发明都没"),
        ("呒没发明专利", "没有发明专利"),
        ("仲有两个", "还有两个"),
        ("而家廿几个人", "现在廿几个人"),
    ],
)
def test_what_is_mended(said: str, mended: str) -> None:
    assert mend(said) == mended


@pytest.mark.parametrize(
    "said",
    [
        "阿拉伯国家的订单",
        "从头入手",
        "招收人员",
        "椭圆工件",
        "唔，让我想想",
        "仲裁的事",
        "莫言的书",
        "一年时间",
        "当年时兴",
        "然而家里有事",
        "吃完饭",
        "三百多完的那批货",
        "下一步行动",
        "科技行业的企业",
        "方法研法律",
        "应收账款",
    ],
)
def test_what_means_something_else_stays(said: str) -> None:
    assert mend(said) == said


@given(
    st.text(alphabet=sorted(set("".join((*_WORDS, *_DIALECT)) + "0123 万完亿忆年时仲唔莫，")), max_size=30)
)
def test_every_place_stays_where_it_is(said: str) -> None:
    assert len(mend(said)) == len(said)
