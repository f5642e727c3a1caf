"""From a quantity, its measure and its year to a fact: what holds it back, what it is instead, what must be asked."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing.clauses import Clause
from assistant.hearing.measures import FACTS, STOCKS, TIMELESS, measures_in
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import Spot


def tell(name: str, spot: Spot, ago: int, *, dated: bool, partial: bool, clause: Clause) -> Iterator[Reading]:
    """Yield what an amount tells; nothing where it is another's, a wish, a rule's, or no fact at all.

    Args:
        name: The measure.
        spot: The amount.
        ago: Years back.
        dated: The year was said.
        partial: It is of part of a year.
        clause: Where it was said.
    """
    if name in {"-output", "-turnover", "-profit"}:
        if clause.mine and clause.real and ago == 1:
            yield from _lookalike(name, spot, clause)
        return
    if not _meant(name, spot, clause, ago):
        return
    otherwise = _otherwise(name, spot, dated=dated, clause=clause)
    if otherwise is not None:
        yield from otherwise
        return
    if name == "budget" and spot.value is None and _UP_TO.search(clause.text):
        most = spot.face * _WAN if spot.face >= 10_000 else spot.face
        spot = spot._replace(value=most, low=most, high=most)  # 最多八十万 is the budget
    fact = FACTS.get((name, spot.unit), {}).get(1 if name in TIMELESS else ago)
    if fact is None:
        if ago == 0 and (name, spot.unit) in FACTS and name not in STOCKS:
            yield vague(FACTS[(name, spot.unit)][1], spot, "今年还没过完，要上一个完整年度的数")
    elif not partial or name in STOCKS or name in TIMELESS:
        yield _told(name, fact, spot, dated=dated, clause=clause)


def _meant(name: str, spot: Spot, clause: Clause, ago: int) -> bool:
    """Return whether an amount is meant as a fact of the speaker's own firm."""
    if name.startswith("-") or not clause.mine or clause.past:
        return False
    if name == "budget":
        return measures_in(clause.text) <= {"budget"} and not _DENIED.search(clause.text[: spot.start])
    if not clause.real:
        return False
    before = clause.text[: spot.start]
    if _EACH.search(before) or (name == "liabilities" and _OWED_TO_US.search(clause.text)):
        return False
    return not (_required(clause, spot, ago) or _DENIED.search(clause.text[: spot.start]))


def _otherwise(name: str, spot: Spot, *, dated: bool, clause: Clause) -> Iterator[Reading] | None:
    """Return the readings of an amount that is not the figure of one year; None where it is."""
    before = clause.text[: spot.start]
    if span := _SPAN.search(before):
        return _over_years(name, spot, span["n"], clause.text)
    for kind in _KINDS:
        if (kind.measure or name) == name and kind.shape.search(before):
            fact = FACTS.get((name, spot.unit), {}).get(1)
            return iter([vague(fact, spot, kind.note)] if fact and name not in TIMELESS else [])
    if name == "share":
        return _share(spot, clause)
    if name == "rd" and spot.unit == "percent" and "成本" in clause.text:
        return iter([_reading("rd_to_cost_ratio_y1", spot, dated)])
    if name == "liabilities" and spot.unit == "percent":
        return iter([_reading("debt_ratio_y1", spot, dated)] if "资产" in clause.text else [])
    return None


class _Kind(NamedTuple):
    """Words before an amount that make it another figure than the one a program asks for."""

    measure: str
    """Empty for every measure."""
    shape: re.Pattern[str]
    note: str


_KINDS = (
    _Kind("rd", re.compile(r"加计"), "加计扣除的口径不等于研发费用，要审计报告里的数"),
    _Kind(
        "rd",
        re.compile(r"资本化|费用化|委外|委托|外包|材料|人工|折旧|工资|奖金"),
        "这只是研发费用的一部分，要总额",
    ),
    _Kind(
        "liabilities",
        re.compile(r"银行|亲戚|朋友|信用社|货款|供[货应]商|工程款|工资|贷款|借款|老乡"),
        "这只是负债的一部分，要年末的负债总额",
    ),
    _Kind("employees", re.compile(r"社保|加上?$"), "社保人数或其中一部分不一定是职工总数"),
    _Kind(
        "revenue",
        re.compile(
            r"线上|线下|内销|外销|内贸|外贸|出口|(?:技术服务|维修|租金|房租|贸易|配件)(?:费)?(?:销售)?(?:收入)?"
        ),
        "这只是一部分收入，要全部的营业收入",
    ),
    _Kind(
        "", re.compile(r"(?<!不)(?:算上|加上|连上|连着|连同|包括|也算)"), "把别的也算进来了，要本企业自己的数"
    ),
    _Kind("", re.compile(r"平均|年均|人均|户均|单台"), "这是平均数，要去年一年的"),
)


def _told(name: str, fact: str, spot: Spot, *, dated: bool, clause: Clause) -> Reading:
    reading = _reading(fact, spot, dated)
    if spot.high > _LIMITS.get(spot.unit, spot.high):
        return vague(fact, spot, "大得不合理，请核对单位")
    if _MINUS.search(clause.text[: spot.start]):
        return _negative(reading) if name in {"net", "loss"} else vague(fact, spot, "是负数，请核对")
    if name == "loss" and clause.years and not re.search(r"亏|赔|负", clause.text):
        return vague(fact, spot, "没说是亏还是赚")
    if name == "loss" or (name == "net" and re.search(r"亏|负", clause.text[: spot.start])):
        return _negative(reading)
    if name in {"revenue", "main"} and _taxed(clause.text, spot):
        return vague(fact, spot, "这是含税的数，要不含税的营业收入")
    if not dated and name == "revenue" and reading.value is not None:
        return reading.model_copy(update={"note": "没说哪一年，先按去年记"})
    return reading


# ---------------------------------------------------------------- what holds it back

_UP_TO = re.compile(r"最多|顶多|不超过|以内|封顶")
_WAN = Decimal("0.0001")
_MINUS = re.compile(r"(?<![\d.万亿千百十])(?:[-−]|负)\s*$")
_LIMITS = {"money": Decimal(10**8), "people": Decimal(10**7)}
"""万元 and heads that no firm has: a slip of the unit or a jest."""
_REQUIRED = re.compile(
    r"(?:要求|门槛|标准|规定|需要|必须|(?<!只|主|需)要(?:达到?|有|满|够|到|过)?|得(?:有|到|达到?|满|够)|至少要|得够|够|达到|不(?:能)?低于)(?:至少|最少|起码)?$"
)
_DENIED = re.compile(r"(?:不是|并非|没有|不到不|哪有|谁说)$")


_EACH = re.compile(r"每(?:条|台|个|家|人|班|组|天|月|套|项|件)\S{0,3}$")
_OWED_TO_US = re.compile(r"没收回|收不回|欠我|别人欠|客户欠")


def _required(clause: Clause, spot: Spot, ago: int) -> bool:
    """Return whether the amount is what a rule wants: 营收要5000万; 去年达到5000万 is a fact."""
    before = clause.text[: spot.start]
    if before.endswith("达到") and not re.search(r"[要得能需]达到$", before):
        return not (clause.years and ago >= 1)
    return bool(_REQUIRED.search(before))


def _taxed(text: str, spot: Spot) -> bool:
    """Return whether the amount has the tax in it: 2800是含税的."""
    near = text[max(0, spot.start - 8) : spot.end + 6]
    return bool(re.search(r"(?<!不)(?:含|带)税", near)) and not re.search(r"不(?:含|带)税|税后", near)


# ---------------------------------------------------------------- what it is instead

_SPAN = re.compile(
    r"(?:近|这|过去|最近|头|前|后)?(?P<n>[两二三四五2345])(?:个)?年(?:来|间|里)?(?:\S{0,6})(?:[加合拢]一?[块起]|加起来|合计|一共|总共|累计|共|平均|均)"
)
_ELSEWHERE = re.compile(
    r"省内|全省|[本我]省|[本我]市|市内|全市|区域|本地|当地|华东|华北|华南|西南|西北|东北|华中|县里|山东|江苏|浙江|广东"
)


def _over_years(name: str, spot: Spot, years: str, text: str) -> Iterator[Reading]:
    """Read 近两年研发加起来280万; sums over other spans are no fact."""
    if name == "rd" and spot.unit == "money" and years in "两二2":
        yield _reading("rd_expense_avg_2y" if "均" in text else "rd_expense_sum_2y", spot, True)


def _lookalike(name: str, spot: Spot, clause: Clause) -> Iterator[Reading]:
    """Say of what only looks like revenue that it is not."""
    if spot.unit != "money":
        return
    if name == "-profit":
        if "毛利" not in clause.text:
            yield vague("net_profit_y1", spot, "没说是净利润还是利润总额")
        return
    what = "产值" if name == "-output" else "这个数"
    yield vague("revenue_y1", spot, f"{what}不等于营业收入，要利润表上的营业收入")


def _share(spot: Spot, clause: Clause) -> Iterator[Reading]:
    """Read a market share: of the home market, or of what was not said; a province's is none."""
    text = clause.text
    if _ELSEWHERE.search(text):
        return
    if not re.search(r"国外|海外|境外", text):
        yield _reading("market_share_pct", spot, True)
    if re.search(r"国内|全国|中国", text):
        yield _reading("market_share_cn_pct", spot, True)


# ---------------------------------------------------------------- readings


def _reading(fact: str, spot: Spot, dated: bool) -> Reading:
    rough = spot.low != spot.high
    low, high = (tidy(spot.low), tidy(spot.high)) if rough else (None, None)
    if not spot.sure and spot.unit == "money" and spot.high < 10:
        return Reading(fact=fact, value=None, words=spot.text, note="没说单位")
    if not spot.sure and spot.unit == "money" and Decimal(100_000) <= spot.low < Decimal(1_000_000):
        return Reading(fact=fact, value=None, words=spot.text, note="没说单位，分不清是元还是万元")
    if spot.unit == "percent" and not spot.sure and spot.face < 1 and -_places(spot.face) > _ROUND:
        spot = spot._replace(value=spot.face * 100, low=spot.face * 100, high=spot.face * 100)  # 0.583
    elif spot.unit == "percent" and not spot.sure and spot.face <= 1:
        note = f"是 {tidy(spot.face * 100):f}% 还是 {tidy(spot.face):f}%"
        return Reading(fact=fact, value=None, words=spot.text, note=note)
    if spot.value is not None:
        value = tidy(spot.value)
        return Reading(fact=fact, value=value, words=spot.text, low=low, high=high, dated=dated)
    note = f"只知道在 {low:f}—{high:f} 之间，要个准数" if rough else "要个准数"
    return Reading(fact=fact, value=None, words=spot.text, low=low, high=high, note=note, dated=dated)


_ROUND = 2
"""A ratio told to more places than this is a fraction of one: 0.583, where 0.58 could be a percentage."""


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def vague(fact: str, spot: Spot, note: str) -> Reading:
    """Return a fact that was spoken of but cannot be filled in, with why."""
    return Reading(fact=fact, value=None, words=spot.text, note=note)


def _negative(reading: Reading) -> Reading:
    low = None if reading.high is None else -reading.high
    high = None if reading.low is None else -reading.low
    value = -reading.value if isinstance(reading.value, Decimal) else reading.value
    return reading.model_copy(update={"value": value, "low": low, "high": high})
