"""Amounts read from clauses: subject, year, measure, quantity — 去年 研发 一百六十万.

A measure word claims the nearest quantity whose unit fits it; what no word claims is read from what the clause before
was about, or is left alone. Money without a unit is 万元, as owners speak.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.measures import (
    ASKED_MEASURE,
    FACTS,
    PER_FACT,
    STOCKS,
    TIMELESS,
    Mention,
    claimed_by,
    fitted,
    mentions_in,
)
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import Spot, spots_of


def read_amounts(
    clauses: Sequence[Clause], asked: str | None, before: dict[str, Decimal], topic: str | None = None
) -> Iterator[Reading]:
    """Yield the amounts told.

    Args:
        clauses: Of one message.
        asked: The fact the last reply asked for; a bare number answers it.
        before: Exact figures that stand.
        topic: The fact a correction speaks of where it names none: 记错了，是3260万.
    """
    reader = _Reader(asked or topic, before)
    for clause in clauses:
        yield from reader.read(clause)


class _Reader:
    """What carries over from clause to clause: the measure spoken of, and the years named in the sentence."""

    def __init__(self, asked: str | None, before: dict[str, Decimal]) -> None:
        self.asked = asked
        self.known = dict(before)
        self.measure: str | None = ASKED_MEASURE.get(asked or "")
        self.asked_year = PER_FACT.get(asked or "", ("", None))[1]
        self.sentence = -1
        self.agos: list[int] = []
        self.topic: int | None = None
        """The year said together with a measure last: it holds for the measures that follow."""
        self.told: set[str] = set()
        self.partial = False

    def read(self, clause: Clause) -> Iterator[Reading]:  # noqa: C901
        if clause.sentence != self.sentence:
            self.sentence, self.agos, self.topic, self.partial = clause.sentence, [], None, False
            if clause.sentence:
                self.measure = None
        spots = [
            s for s in spots_of(clause.text) if not any(y.start <= s.start < y.end for y in clause.years)
        ]
        mentions = mentions_in(clause.text)
        if clause.partial:
            self.partial = True
        elif clause.years:
            self.partial = False
        listed = self._listed(clause, spots, mentions)
        if listed is not None:
            yield from listed
            return
        last_end, claimed = 0, set[int]()
        for i, spot in enumerate(spots):
            next_start = spots[i + 1].start if i + 1 < len(spots) else len(clause.text)
            if _FORGET.match(clause.text[spot.end :]):
                last_end = spot.end
                continue
            mention = claimed_by(spot, mentions, last_end, next_start, claimed, clause.text)
            last_end = spot.end
            if mention is not None:
                claimed.add(mention.start)
            name = self._measure_of(spot, mention, clause)
            if name is None:
                continue
            spot = fitted(spot, name)
            ago, dated = self._year(clause, spot, name, explicit=mention is not None)
            if mention is not None and any(y.end <= spot.start for y in clause.years):
                self.topic = ago
            if not name.startswith("-") and spot.unit in {"money", "people", "percent"}:
                self.measure = name
            yield from self._tell(name, spot, ago, dated, clause)
        if not spots and (only := [m for m in mentions if not m.measure.name.startswith("-")]):
            self.measure = only[-1].measure.name
        for year in clause.years:
            if year.ago not in self.agos:
                self.agos.append(year.ago)

    # ------------------------------------------------------------ what, when

    def _measure_of(self, spot: Spot, mention: Mention | None, clause: Clause) -> str | None:
        if mention is not None:
            return mention.measure.name
        if _spent(clause.text, spot):
            return None
        if spot.unit == "money" and re.search(r"[含带]税", clause.text):
            return self.measure if self.measure in {"revenue", "main"} else "revenue"
        if spot.unit == "people" and spot.sure:
            return "employees"
        if spot.unit == "percent" and "占" in clause.text and (self.measure, "percent") in FACTS:
            return self.measure
        if not _bare(clause, spot):
            return None
        if self.measure and (self.measure, fitted(spot, self.measure).unit) in FACTS:
            return self.measure
        if spot.unit == "money" and spot.sure and (clause.years or self.agos) and self.measure is None:
            return "revenue"
        return None

    def _year(self, clause: Clause, spot: Spot, name: str, *, explicit: bool) -> tuple[int, bool]:
        """Return years back and whether a year was said: in the clause before the amount, else after it, else carried over."""
        before = [y for y in clause.years if y.end <= spot.start]
        if before:
            return before[-1].ago, True
        after = [y for y in clause.years if y.start >= spot.end]
        if after and not re.search(r"[比跟较]", clause.text[spot.end : after[0].start]):
            return after[0].ago, True
        if self.asked_year is not None and not self.agos and not explicit:
            return self.asked_year, True
        if name in STOCKS and _NOW.search(clause.text):
            return (1, False) if name in {"employees", "rd_staff", "tech_staff"} else (0, True)
        if len(self.agos) == 1:
            return self.agos[0], True
        if self.topic is not None and FACTS.get((name, spot.unit), {}).get(1) in self.told:
            return self.topic, True  # 去年营收, 研发; 前年营收, 研发
        return 1, bool(self.agos)

    def _listed(
        self, clause: Clause, spots: Sequence[Spot], mentions: Sequence[Mention]
    ) -> list[Reading] | None:
        """Read 23、24、25年营收分别是1900万、2300万、2600万: as many years as amounts, in order."""
        years = [y.ago for y in clause.years] or self.agos
        money = [s for s in spots if s.unit in {"money", "percent"}]
        spread = re.search(r"分别|依次|各是|各为", clause.text)
        if spread is None or len(money) < 2 or len(money) != len([s for s in spots if s.unit != "years"]):
            return None
        names = [m.measure.name for m in mentions if not m.measure.name.startswith("-")]
        if len(set(names)) > 1:
            return None
        name = names[0] if names else self.measure
        if name is None:
            return None
        if len(years) != len(money):
            return [
                reading.model_copy(
                    update={"value": None, "low": None, "high": None, "note": "没说清哪个数是哪一年的"}
                )
                for reading in self._tell(name, money[0], 1, True, clause)
            ]
        self.measure = name
        return [
            reading
            for ago, spot in zip(years, money, strict=True)
            for reading in self._tell(name, spot, ago, True, clause)
        ]

    # ------------------------------------------------------------ telling

    def _tell(self, name: str, spot: Spot, ago: int, dated: bool, clause: Clause) -> Iterator[Reading]:  # noqa: C901
        if name in {"-output", "-turnover", "-profit"} and clause.mine and clause.real and ago == 1:
            yield from _lookalike(name, spot, clause)
            return
        if name.startswith("-") or not clause.mine:
            return
        if not clause.real and name != "budget":
            return
        if (
            _required(clause.text, spot)
            or _denied(clause.text, spot)
            or _COMPARED.search(clause.text[: spot.start])
        ):
            return
        if span := _SPAN.search(clause.text[: spot.start]):
            yield from _over_years(name, spot, span["n"], clause.text)
            return
        if name == "employees" and re.search(r"社保|加上?$", clause.text[: spot.start]):
            yield _vague("employees_y1", spot, "社保人数或其中一部分不一定是职工总数")
            return
        if name == "share":
            yield from _share(spot, clause)
            return
        if name == "rd" and spot.unit == "percent" and "成本" in clause.text:
            yield _reading("rd_to_cost_ratio_y1", spot, dated)
            return
        if name in {"main"} and spot.unit == "percent" and _GROWS.search(clause.text):
            fact = {1: "main_business_growth_y1", 2: "main_business_growth_y2"}.get(ago)
            if fact:
                sign = -1 if _FALLS.search(clause.text) else 1
                yield _signed(_reading(fact, spot, dated), sign)
            return
        if spot.unit == "percent" and _GROWS.search(clause.text):
            return
        if name in TIMELESS:
            ago = 1
        fact = FACTS.get((name, spot.unit), {}).get(ago)
        if fact is None:
            if ago == 0 and (name, spot.unit) in FACTS and name not in STOCKS:
                first = FACTS[(name, spot.unit)][1]
                yield _vague(first, spot, "今年还没过完，要上一个完整年度的数")
            return
        if self.partial and name not in STOCKS and name not in TIMELESS:
            return
        reading = _reading(fact, spot, dated)
        if name == "loss" or (name == "net" and re.search(r"亏|负", clause.text[: spot.start])):
            reading = _signed(reading, -1)
        if name in {"revenue", "main"} and _taxed(clause.text, spot):
            reading = _vague(fact, spot, "这是含税的数，要不含税的营业收入")
        if not dated and name not in STOCKS | TIMELESS and reading.value is not None and name == "revenue":
            reading = reading.model_copy(update={"note": "没说哪一年，先按去年记"})
        if reading.value is not None and isinstance(reading.value, Decimal):
            self.known[fact] = reading.value
        self.told.add(fact)
        yield reading


_FORGET = re.compile(r"(?:是)?(?:去年|前年)?(?:说错|记错|搞错|写错|不对|那是错)")
_FILLER = re.compile(
    r"大概|大约|约|花了|用了|投了|投入了?|也就|差不多|左右|上下|分别|一共|总共|拢共|加起来|应该|估计|估摸着?|好像|可能|超过|将近|接近|不到|快|多|出头|能有|得有|就是|我们?的?|咱们?的?|厂里?|公司|家里|这边|那边|年底|年末|底|全年|整年|一年|一整年|也|才|就|只|是|有|的|在|到|吧|呢|嘛|啊|呀|哈|了|那|个|块|钱|元|人民币|万元|样子|嗯|哦|对|呃|额|没有?错|更正|应为|准确|说|点|不|止|这个|数|出来|定|算|都|按|审计|报表|上"
)


def _bare(clause: Clause, spot: Spot) -> bool:
    """Return whether a clause says nothing but year and amount: its measure is what was spoken of before."""
    rest = list(clause.text)
    for start, end in [(y.start, y.end) for y in clause.years] + [(spot.start, spot.end)]:
        rest[start:end] = " " * (end - start)
    left = "".join(rest)
    for q in spots_of(clause.text):
        left = left[: q.start] + " " * (q.end - q.start) + left[q.end :]
    return not _FILLER.sub("", left).strip(" 、,，")


def _spent(text: str, spot: Spot) -> bool:
    """Return whether the amount was put to something else: 四十万是买设备的."""
    return bool(
        re.match(
            r"(?:块|元|钱)?(?:是)?(?:用来|拿去|花在)?(?:买|购|还|付|交|租|搞|上(?!年)|装)", text[spot.end :]
        )
    )


_NOW = re.compile(r"现在|目前|眼下|如今|当前|这会儿|今年")
_GROWS = re.compile(r"增长|增速|增幅|同比|涨|多了|增加|上升|下降|下滑|跌|降了?|少了|缩水|翻")
_FALLS = re.compile(r"下降|下滑|跌|降了?|少了|缩水|负增长")


def _required(text: str, spot: Spot) -> bool:
    """Return whether the amount is what a rule wants: 营收要5000万."""
    return bool(
        re.search(
            r"(?:要求|门槛|标准|规定|需要|必须|(?<!只|主|需)要(?:达到?|有|满|够|到|过)?|得(?:有|到|达到?|满|够)|至少要|得够|够|达到|不(?:能)?低于)(?:至少|最少|起码)?$",
            text[: spot.start],
        )
    )


def _denied(text: str, spot: Spot) -> bool:
    """Return whether the amount is taken back: 不是2800."""
    return bool(re.search(r"(?:不是|并非|没有|不到不|哪有|谁说)$", text[: spot.start]))


_COMPARED = re.compile(r"(?:比|较)\S{0,8}(?:多|少|高|低|增|减|涨|跌|降)\S{0,3}$")
_SPAN = re.compile(
    r"(?:近|这|过去|最近|头|前|后)?(?P<n>[两二三四五2345])(?:个)?年(?:来|间|里)?(?:\S{0,6})(?:加起来|合计|一共|总共|累计|共|平均|均)"
)


def _over_years(name: str, spot: Spot, years: str, text: str) -> Iterator[Reading]:
    """Read 近两年研发加起来280万; sums over other spans are no fact."""
    if name != "rd" or spot.unit != "money" or years not in "两二2":
        return
    yield _reading("rd_expense_avg_2y" if "均" in text else "rd_expense_sum_2y", spot, True)


def _taxed(text: str, spot: Spot) -> bool:
    """Return whether the amount has the tax in it: 2800是含税的."""
    near = text[max(0, spot.start - 8) : spot.end + 6]
    return bool(re.search(r"(?<!不)(?:含|带)税", near)) and not re.search(r"不(?:含|带)税|税后", near)


# ---------------------------------------------------------------- readings


def _reading(fact: str, spot: Spot, dated: bool) -> Reading:
    rough = spot.low != spot.high
    low, high = (tidy(spot.low), tidy(spot.high)) if rough else (None, None)
    value = spot.value if spot.value is None else tidy(spot.value)
    if not spot.sure and spot.unit == "money" and Decimal(100_000) <= spot.low < Decimal(1_000_000):
        return Reading(fact=fact, value=None, words=spot.text, note="没说单位，分不清是元还是万元")
    if value is None and rough:
        return Reading(fact=fact, value=None, words=spot.text, low=low, high=high, note=f"只知道在 {low:f}—{high:f} 之间，要个准数", dated=dated)  # fmt: skip  # noqa: E501
    return Reading(fact=fact, value=value, words=spot.text, low=low, high=high, dated=dated)


def _vague(fact: str, spot: Spot, note: str) -> Reading:
    return Reading(fact=fact, value=None, words=spot.text, note=note)


def _signed(reading: Reading, sign: int) -> Reading:
    if sign > 0:
        return reading
    low, high = (
        (-reading.high if reading.high is not None else None),
        (-reading.low if reading.low is not None else None),
    )
    value = -reading.value if isinstance(reading.value, Decimal) else reading.value
    return reading.model_copy(update={"value": value, "low": low, "high": high})


def _lookalike(name: str, spot: Spot, clause: Clause) -> Iterator[Reading]:
    """Say of what only looks like revenue that it is not."""
    if spot.unit != "money":
        return
    if name == "-profit":
        if "毛利" not in clause.text:
            yield _vague("net_profit_y1", spot, "没说是净利润还是利润总额")
        return
    what = "产值" if name == "-output" else "这个数"
    yield _vague("revenue_y1", spot, f"{what}不等于营业收入，要利润表上的营业收入")


def _share(spot: Spot, clause: Clause) -> Iterator[Reading]:
    if re.search(
        r"省内|全省|[本我]省|[本我]市|市内|全市|区域|本地|当地|华东|华北|华南|西南|西北|东北|华中|县里|山东|江苏|浙江|广东",
        clause.text,
    ):
        return
    yield _reading("market_share_pct", spot, True)
    if re.search(r"国内|全国|中国", clause.text):
        yield _reading("market_share_cn_pct", spot, True)
