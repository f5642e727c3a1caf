"""Amounts read from clauses: subject, year, measure, quantity — 去年 研发 一百六十万.

A measure word claims the nearest quantity whose unit fits it; what no word claims is read from what the clause before
was about, or is left alone. Money without a unit is 万元, as owners speak.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.hearing.clauses import Clause
from assistant.numbers import Quantity, find
from knowledge.record import Record

Unit = Literal["money", "people", "percent", "count", "years", "points", "times", "level", "rank"]


class Reading(Record):
    """A fact read, before it is held against what was told before."""

    fact: str
    value: Decimal | bool | str | None
    words: str
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""
    dated: bool = False
    """A year was said with it."""
    clash: bool = False
    """It takes back something told before without saying what holds."""


class _Measure(NamedTuple):
    name: str
    shape: re.Pattern[str]
    units: tuple[Unit, ...]


def _m(name: str, shape: str, *units: Unit) -> _Measure:
    return _Measure(name, re.compile(shape), units)


_MEASURES = (
    # what is none of the facts, though it is counted in 万元 or 人
    _m("-output", r"(?:工业)?(?:总)?产值|产量|产能", "money", "count"),
    _m("-turnover", r"流水|开票(?:额|金额)?|合同(?:额|金额)?|订单(?:额|金额)?|回款|签单|到手", "money"),
    _m("-receivable", r"应收(?:账款|款)?|应付(?:账款|款)?", "money"),
    _m("-capital", r"注册资[本金]|实收资本|认缴|净资产|固定资产|流动资产|无形资产|流动负债|资本金|身家|估值|市值", "money"),
    _m("-profit", r"毛利润?率?|利润总额|税前利润|利税|(?<!净)利润(?!率)|营业利润", "money", "percent"),
    _m("-tax", r"纳税|交(?:了)?税|税款|税收|(?:增值|所得|印花)税|加计扣除|退税|社保费?(?:交|缴)", "money"),
    _m("-spend", r"买(?:了|的|设备|机器|地)|设备(?:款|投入|投资)?|技改|厂房|地(?:皮|价|租)|租金|房租|废料|工资|薪水|成本(?!费用)|材料费|补(?:贴|助|了)|奖(?:励|金|补)|罚(?:款|了|金)?|软件费|电费", "money"),  # noqa: E501
    _m("-besides", r"除了|扣(?:掉|除)|刨(?:去|掉)|去掉", "money"),
    _m("-loan", r"贷(?:款|了|出)?|借(?:了|款|来)?|授信|融资租赁|银行", "money"),
    _m("-growth", r"增长率?|增速|增幅|同比|环比|涨了?|多了|增加|上升|下降|下滑|跌了?|降了?|少了|缩水|翻", "percent", "money"),
    # people
    _m("rd_staff", r"(?:研发|科研)(?:的)?(?:团队|部门?|中心|队伍|岗位?|口)?(?:的)?(?:人员|人手|人数|员工|工程师|人)|(?:搞|做|干|从事|专职)研发的|研发的(?=[有是就占]|[\d一二三四五六七八九十两俩]|$)|研发(?:团队|部门?|队伍)(?!费|投)", "people", "percent"),  # noqa: E501
    _m("tech_staff", r"科技(?:活动)?人员", "people", "percent"),
    _m("-staff", r"技术(?:人员|员|工人?|骨干|团队)|工程师|本科|大专|大学生|硕士|博士|高工|职称|高级|销售|业务员|管理(?:人员|层)|车间|一线|残疾|临时工?|外包|派遣|返聘|兼职|实习|退休|股东|党员|质检|售后|外聘|顾问|季节工|小时工|招(?:了|聘|工|人)|裁(?:了|员)|走了|离职|缺|来(?:过|访)|专家|学徒|保安|食堂|客户|家里|合伙", "people", "percent", "count"),  # noqa: E501
    _m("employees", r"员工|职工|工人|从业人员|人员|上班的|手底下|在职|在册|用工|人数|(?<!个)人手|社保", "people"),
    # ratios that have a name of their own
    _m("debt_ratio", r"(?:资产)?负债率|负债比例?", "percent"),
    _m("net_margin", r"净利(?:润)?率", "percent"),
    _m("share", r"市场?占有?率|占有率|市场份额|份额|市占", "percent"),
    _m("software_share", r"软件(?:类)?(?:费用|投入)?(?:的)?(?:占比|比例|占)", "percent"),
    # money
    _m("-equity", r"股权融资|融资|融了|增资|入股|投资(?:款)?|投了|投进来|注资|参股|领投|跟投", "money"),
    _m("main", r"主营(?:业务)?(?:的)?(?:收入|营收)?|主业(?:收入)?", "money", "percent"),
    _m("lead", r"(?:主导|主打|拳头|核心|主要|当家|主力)(?:的)?产品(?:的)?(?:收入|销售额|销售收入|营收)?|主打的?(?:那个|这个)?", "money", "percent"),  # noqa: E501
    _m("rd", r"研发(?:活动)?(?:投入|费用|经费|支出|开支|花费|资金|强度|费)?|研究开发(?:费用|投入)?|R&D|科研(?:投入|经费|费用)", "money", "percent"),  # noqa: E501
    _m("liabilities", r"(?:总)?负债(?:总额|总计|合计)?|欠(?:着|了|款|的|(?=[\d一二三四五六七八九两几]))", "money"),
    _m("assets", r"总?资产(?:总额|总计|合计|规模)?", "money"),
    _m("cost", r"成本费用(?:支出)?(?:总额)?", "money"),
    _m("net", r"净利润?|纯利(?:润)?|净赚|税后利润", "money", "percent"),
    _m("loss", r"净?亏损?(?:了|掉)?|赔了", "money"),
    _m("revenue", r"营业(?:总)?(?:收入|额)|总?营收|总收入|全部收入|(?:年|全年|总的?)?销售(?:收入|总?额)?|年?收入(?:总额)?|卖了|做[了个]|干[了个]|做到|干到|搞了|进账|生意|盘子|业绩", "money"),  # noqa: E501
    _m("budget", r"预算|拿(?:得|能)?出|掏(?:得|能)?出|投入(?=.{0,8}(?:数字化|改造|上系统))|准备(?:花|投|拿)", "money"),
)  # fmt: skip

_FACTS: dict[tuple[str, Unit], dict[int, str]] = {
    ("revenue", "money"): {1: "revenue_y1", 2: "revenue_y2", 3: "revenue_y3"},
    ("main", "money"): {
        1: "main_business_revenue_y1",
        2: "main_business_revenue_y2",
        3: "main_business_revenue_y3",
    },
    ("main", "percent"): {1: "main_business_ratio_y1"},
    ("lead", "money"): {1: "leading_product_revenue_y1"},
    ("lead", "percent"): {1: "leading_product_ratio_y1"},
    ("rd", "money"): {1: "rd_expense_y1", 2: "rd_expense_y2"},
    ("rd", "percent"): {1: "rd_ratio_y1", 2: "rd_ratio_y2"},
    ("liabilities", "money"): {1: "total_liabilities_y1"},
    ("assets", "money"): {1: "total_assets_y1"},
    ("debt_ratio", "percent"): {1: "debt_ratio_y1"},
    ("net", "money"): {1: "net_profit_y1"},
    ("loss", "money"): {1: "net_profit_y1"},
    ("net", "percent"): {1: "net_margin_y1"},
    ("net_margin", "percent"): {1: "net_margin_y1"},
    ("cost", "money"): {1: "total_cost_y1"},
    ("employees", "people"): {1: "employees_y1"},
    ("rd_staff", "people"): {1: "rd_staff_y1"},
    ("rd_staff", "percent"): {1: "rd_staff_ratio_y1"},
    ("tech_staff", "people"): {1: "tech_staff_y1"},
    ("tech_staff", "percent"): {1: "tech_staff_ratio_y1"},
    ("software_share", "percent"): {1: "software_share_pct"},
    ("budget", "money"): {1: "needs.budget"},
}
_STOCKS = {"assets", "liabilities", "debt_ratio", "employees", "rd_staff", "tech_staff"}
"""Counted at the end of the year: 去年12月 is the year's figure, and 现在 is not a part of a year."""
_TIMELESS = {"budget", "software_share"}
_PER_FACT = {fact: (name, ago) for (name, _), by_year in _FACTS.items() for ago, fact in by_year.items()}
ASKED_MEASURE = {fact: measure for fact, (measure, _) in _PER_FACT.items()}


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


class _Mention(NamedTuple):
    measure: _Measure
    start: int
    end: int


class _Spot(NamedTuple):
    """A quantity with its unit settled and the words around it."""

    quantity: Quantity
    unit: Unit
    value: Decimal | None
    low: Decimal
    high: Decimal
    text: str
    start: int
    end: int
    sure: bool
    """Its unit was said."""


class _Reader:
    """What carries over from clause to clause: the measure spoken of, and the years named in the sentence."""

    def __init__(self, asked: str | None, before: dict[str, Decimal]) -> None:
        self.asked = asked
        self.known = dict(before)
        self.measure: str | None = ASKED_MEASURE.get(asked or "")
        self.asked_year = _PER_FACT.get(asked or "", ("", None))[1]
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
        mentions = _mentions(clause.text)
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
            mention = _claim(spot, mentions, last_end, next_start, claimed, clause.text)
            last_end = spot.end
            if mention is not None:
                claimed.add(mention.start)
            name = self._measure_of(spot, mention, clause)
            if name is None:
                continue
            spot = _fitted(spot, name)
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

    def _measure_of(self, spot: _Spot, mention: _Mention | None, clause: Clause) -> str | None:
        if mention is not None:
            return mention.measure.name
        if _spent(clause.text, spot):
            return None
        if spot.unit == "money" and re.search(r"[含带]税", clause.text):
            return self.measure if self.measure in {"revenue", "main"} else "revenue"
        if spot.unit == "people" and spot.sure:
            return "employees"
        if spot.unit == "percent" and "占" in clause.text and (self.measure, "percent") in _FACTS:
            return self.measure
        if not _bare(clause, spot):
            return None
        if self.measure and (self.measure, _fitted(spot, self.measure).unit) in _FACTS:
            return self.measure
        if spot.unit == "money" and spot.sure and (clause.years or self.agos) and self.measure is None:
            return "revenue"
        return None

    def _year(self, clause: Clause, spot: _Spot, name: str, *, explicit: bool) -> tuple[int, bool]:
        """Return years back and whether a year was said: in the clause before the amount, else after it, else carried over."""
        before = [y for y in clause.years if y.end <= spot.start]
        if before:
            return before[-1].ago, True
        after = [y for y in clause.years if y.start >= spot.end]
        if after and not re.search(r"[比跟较]", clause.text[spot.end : after[0].start]):
            return after[0].ago, True
        if self.asked_year is not None and not self.agos and not explicit:
            return self.asked_year, True
        if name in _STOCKS and _NOW.search(clause.text):
            return (1, False) if name in {"employees", "rd_staff", "tech_staff"} else (0, True)
        if len(self.agos) == 1:
            return self.agos[0], True
        if self.topic is not None and _FACTS.get((name, spot.unit), {}).get(1) in self.told:
            return self.topic, True  # 去年营收, 研发; 前年营收, 研发
        return 1, bool(self.agos)

    def _listed(
        self, clause: Clause, spots: Sequence[_Spot], mentions: Sequence[_Mention]
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

    def _tell(self, name: str, spot: _Spot, ago: int, dated: bool, clause: Clause) -> Iterator[Reading]:  # noqa: C901
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
        if name in _TIMELESS:
            ago = 1
        fact = _FACTS.get((name, spot.unit), {}).get(ago)
        if fact is None:
            if ago == 0 and (name, spot.unit) in _FACTS and name not in _STOCKS:
                first = _FACTS[(name, spot.unit)][1]
                yield _vague(first, spot, "今年还没过完，要上一个完整年度的数")
            return
        if self.partial and name not in _STOCKS and name not in _TIMELESS:
            return
        reading = _reading(fact, spot, dated)
        if name == "loss" or (name == "net" and re.search(r"亏|负", clause.text[: spot.start])):
            reading = _signed(reading, -1)
        if name in {"revenue", "main"} and _taxed(clause.text, spot):
            reading = _vague(fact, spot, "这是含税的数，要不含税的营业收入")
        if not dated and name not in _STOCKS | _TIMELESS and reading.value is not None and name == "revenue":
            reading = reading.model_copy(update={"note": "没说哪一年，先按去年记"})
        if reading.value is not None and isinstance(reading.value, Decimal):
            self.known[fact] = reading.value
        self.told.add(fact)
        yield reading


# ---------------------------------------------------------------- quantities


_HALF_OF = re.compile(r"(?P<w>一半|五五开|对半)")
_W = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*[wW](?![A-Za-z])")
_MANY_BIG = re.compile(r"(?P<n>[\d一二三四五六七八九十两]+)个(?P<more>多|半)(?P<u>亿|点)")
_POINTS_MORE = re.compile(r"(?P<n>\d+(?:\.\d+)?)个多点")
_MOUTHS = re.compile(r"^(?:来|多)?(?:口子?)?(?:号)?(?:人|员工|职工|工人|兄弟|伙计)")
_RANGE = re.compile(r"^\s*(?:到|至|-|~|—|－|–|或者?)\s*$")


def spots_of(text: str) -> list[_Spot]:
    """Return the quantities of a clause that can be an amount, ranges joined, in order."""
    plain = _W.sub(lambda m: m["n"] + "万" + " " * (len(m[0]) - len(m["n"]) - 1), text)
    spots: list[_Spot] = []
    taken: list[tuple[int, int]] = []
    for match in _MANY_BIG.finditer(plain):
        spots.append(_many(match))
        taken.append(match.span())
    for match in _HALF_OF.finditer(plain):
        half = Decimal(50)
        q = Quantity(kind="percent", text=match[0], start=match.start(), end=match.end(), value=half, low=half, high=half, unit="%", approx=True, canonical="50%")  # fmt: skip  # noqa: E501
        spots.append(
            _Spot(q, "percent", None, Decimal(45), Decimal(55), match[0], match.start(), match.end(), True)
        )
        taken.append(match.span())
    quantities = [
        q for q in find(plain) if not any(a < q.end and q.start < b for a, b in taken) and q.value is not None
    ]
    i = 0
    while i < len(quantities):
        q = quantities[i]
        nxt = quantities[i + 1] if i + 1 < len(quantities) else None
        if nxt is not None and _RANGE.match(plain[q.end : nxt.start]) and nxt.kind != "level":
            b = _spot(nxt, plain)
            if b is not None:
                low = _scaled_low(q, nxt, b)
                whole = plain[q.start : nxt.end]
                spots.append(
                    b._replace(value=None, low=min(low, b.low), high=b.high, text=whole, start=q.start)
                )
                i += 2
                continue
        spot = _spot(q, plain)
        if spot is not None:
            spots.append(spot)
        i += 1
    return sorted(spots, key=lambda s: s.start)


def _scaled_low(first: Quantity, then: Quantity, settled: _Spot) -> Decimal:
    """Return the low end of 两三到四千万 in the unit of the high end."""
    value = first.value or Decimal(0)
    if settled.unit != "money":
        return value
    if first.scale or value >= 100_000:
        return value / 10_000
    return value


def _many(match: re.Match[str]) -> _Spot:
    """Read 一个多亿 and 两个半亿, 三个多点."""
    from assistant.numbers import chinese_number

    n = chinese_number(match["n"])
    big = match["u"] == "亿"
    times = Decimal(10_000) if big else Decimal(1)
    if match["more"] == "半":
        value = (n + Decimal("0.5")) * times
        low = high = value
    else:
        value, low, high = n * times, n * times, (n + 1) * times
    unit: Unit = "money" if big else "percent"
    q = Quantity(kind="number", text=match[0], start=match.start(), end=match.end(), value=value, low=low, high=high, canonical=match[0])  # fmt: skip  # noqa: E501
    return _Spot(q, unit, value, low, high, match[0], match.start(), match.end(), True)


class _Counted(NamedTuple):
    """What a quantity counts: its unit, how its figure turns into 万元 and the like, and whether its unit was said."""

    unit: Unit
    times: Decimal = Decimal(1)
    sure: bool = True


_WAN = Decimal("0.0001")


def _spot(q: Quantity, text: str) -> _Spot | None:
    """Return a quantity with its unit settled; None for dates, levels, ordinals and what counts something else."""
    assert q.value is not None
    after = text[q.end :]
    value, low, high = (
        q.value,
        q.low if q.low is not None else q.value,
        q.high if q.high is not None else q.value,
    )
    if q.kind == "percent":
        more, end = _tenths(q.text, after)
        if more is None:  # 九成多
            return _spread(q, "percent", value, value, value + 10, text, q.end + end, sure=True)
        return _spread(q, "percent", value + more, low + more, high + more, text, q.end + end, sure=True)
    if q.kind == "money":
        counted = _Counted("money", _WAN) if q.unit == "元" else None
    else:
        counted = _counts(q, value, after) if q.kind == "number" else None
    if counted is None:
        return None
    if tail := _SHORT_TAIL.fullmatch(q.text):  # 3千8 is 3800
        value += Decimal(int(tail["n"])) * (9 if "百" in q.text else 99)
        low = high = value
    times = counted.times
    return _spread(q, counted.unit, value * times, low * times, high * times, text, q.end, sure=counted.sure)


def _tenths(said: str, after: str) -> tuple[Decimal | None, int]:
    """Return what stands after 成 (三成五 is 35 %) and its length; None is 多."""
    if not said.endswith("成"):
        return Decimal(0), 0
    if after.startswith("多"):
        return None, 1
    half = re.match(r"[一二三四五六七八九半\d](?![\d万千百十个])", after)
    if half is None:
        return Decimal(0), 0
    digit = "零一二三四半六七八九".find(half[0].replace("五", "半"))
    return Decimal(digit if digit >= 0 else int(half[0])), 1


def _counts(q: Quantity, value: Decimal, after: str) -> _Counted | None:
    """Return what a number counts; None where it is nothing a program asks for: 三万件, 十号."""
    if q.scale and q.unit in {"", "元"}:
        if _MOUTHS.match(after):
            return _Counted("people")
        return None if _GOODS.match(after) else _Counted("money", _WAN)
    if q.unit == "号":
        return _Counted("people") if q.approx or after.startswith("人") or value >= 32 else None
    if (q.unit == "个" and _HEADS.match(after)) or (q.unit == "" and _MOUTHS.match(after)):
        return _Counted("people")
    if q.unit == "" and q.text not in {"俩", "仨"}:
        return _Counted("money", _WAN if value >= 1_000_000 else Decimal(1), sure=False)
    return _Counted(_UNITS[q.unit]) if q.unit in _UNITS else None


_UNITS: dict[str, Unit] = {
    "人": "people", "名": "people", "位": "people", "个": "count", "项": "count", "件": "count", "条": "count",
    "": "count", "分": "points", "年": "years", "倍": "times",
}  # fmt: skip
_HEADS = re.compile(r"(?:人|员工|职工|工人|大活人|伙计)(?!才|工智|民|次)")
_GOODS = re.compile(
    r"(?:多|来)?(?:人|名|员工|件|台|套|吨|米|平|个(?!亿|点)|户|头|只|双|公里|美元|美金|欧元|日元|港币)"
)
_SHORT_TAIL = re.compile(r"[\d一二三四五六七八九两]+[千百](?P<n>[1-9])")
_ROUGH_AFTER = re.compile(r"^\s*(?:块|元|钱|人民币)*\s*(?:左右|上下|样子|的样子|这样|吧|附近)")
_MORE_AFTER = re.compile(r"^\s*(?:块|元|钱)*\s*(?:出头|多一?点|挂零|朝上|往上|开外|还多|冒头|打不住)")
_AT_LEAST_AFTER = re.compile(r"^\s*(?:块|元)*\s*(?:及?以上|起步|打底)")
_LESS_AFTER = re.compile(r"^\s*(?:块|元)*\s*(?:不到|以内|以下|差一?点|不足|缺一点)")
_ROUGH_BEFORE = re.compile(
    r"(?:大概|大约|约(?!定)|差不多|估计|估摸着?|可能(?:有|在|是)?|好像|大致|粗略|上下|毛估)(?:也)?(?:就)?(?:[有是在]|占|到)?$"
)
_NEARLY_BEFORE = re.compile(r"(?:将近|接近|快要?(?:到)?|逼近|小)$")
_UNDER_BEFORE = re.compile(r"(?:不到|不足|没到|没超过|没超|未到|不满|低于|少于|不超过|最多|顶多|不超)$")
_OVER_BEFORE = re.compile(r"(?:超过|超了?|过了?|破了?|不止|至少有?|起码有?|不低于|不少于|突破)$")


def _spread(
    q: Quantity, unit: Unit, value: Decimal, low: Decimal, high: Decimal, text: str, end: int, *, sure: bool
) -> _Spot:  # fmt: skip
    """Widen an amount by the words around it; no figure is filled in for 不到 and 快, only bounds."""
    before, after = text[: q.start], text[end:]
    filled: Decimal | None = value
    step = Decimal(1) if value >= 10 and value == value.to_integral_value() else Decimal("0.1")
    if _NEARLY_BEFORE.search(before):
        filled, low, high = None, value * Decimal("0.9"), value
    elif _UNDER_BEFORE.search(before) or _LESS_AFTER.match(after):
        filled, low, high = None, value * Decimal("0.9"), value - step
    elif _OVER_BEFORE.search(before) and low == high:
        filled, low, high = None, value + step, value * Decimal("1.1")
    elif _AT_LEAST_AFTER.match(after):
        filled, low, high = None, value, value * Decimal("1.1")
    elif more := _MORE_AFTER.match(after):
        high = max(high, value + 1 if unit == "percent" and value < 20 else value * Decimal("1.1"))
        end += more.end()
    elif (_ROUGH_AFTER.match(after) or _ROUGH_BEFORE.search(before)) and unit not in {
        "count",
        "years",
        "level",
        "rank",
    }:
        low, high = min(low, value * Decimal("0.95")), max(high, value * Decimal("1.05"))
    return _Spot(q, unit, filled, low, high, text[q.start : end].strip(), q.start, end, sure)


# ---------------------------------------------------------------- claiming


def measures_in(text: str) -> frozenset[str]:
    """Return the measures a text names."""
    return frozenset(m.measure.name for m in _mentions(text) if not m.measure.name.startswith("-"))


def _mentions(text: str) -> list[_Mention]:
    """Return the measure words of a clause in order, the longest at each place."""
    found: list[_Mention] = []
    for measure in _MEASURES:
        found += [_Mention(measure, m.start(), m.end()) for m in measure.shape.finditer(text) if m[0]]
    found.sort(key=lambda m: (m.start, -m.end))
    kept: list[_Mention] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            continue
        kept.append(one)
    return kept


def _claim(
    spot: _Spot, mentions: Sequence[_Mention], last_end: int, next_start: int, claimed: set[int], text: str
) -> _Mention | None:
    """Return the measure word a quantity belongs to: the nearest fitting one before it, else the one right after."""
    before = [
        m
        for m in mentions
        if last_end <= m.start and m.end <= spot.start and m.start not in claimed and _fits(m, spot)
    ]
    after = [
        m
        for m in mentions
        if spot.end <= m.start < next_start
        and _fits(m, spot)
        and _ADJACENT.fullmatch(text[spot.end : m.start])
    ]
    if after and not before:
        return after[0]
    if before and after and after[0].measure.name.startswith("-") and after[0].measure.name != "-growth":
        return after[0]
    if before:
        near = before[-1]
        if near.measure.name == "-growth" and len(before) > 1:
            return near
        return near
    return None


_PEOPLE = {"-staff", "rd_staff", "tech_staff", "employees"}
_FORGET = re.compile(r"(?:是)?(?:去年|前年)?(?:说错|记错|搞错|写错|不对|那是错)")


def _fitted(spot: _Spot, name: str) -> _Spot:
    """Return a quantity in the unit of its measure where it named none of its own."""
    if name in _PEOPLE and (spot.unit == "count" or not spot.sure):
        return spot._replace(unit="people")
    if not spot.sure and (name, "money") not in _FACTS and (name, "percent") in _FACTS:
        return spot._replace(unit="percent")
    return spot


_ADJACENT = re.compile(r"(?:块|元|钱|人|个|的|是|来|多|都是?|用来|拿来|拿去|搞|做|用于|花在|、|左右)*")


def _fits(mention: _Mention, spot: _Spot) -> bool:
    if (spot.unit == "count" or not spot.sure) and mention.measure.name in _PEOPLE:
        return True  # 研发的有十八个, 员工85
    if not spot.sure and mention.measure.units == ("percent",):
        return True  # 资产负债率52
    return spot.unit in mention.measure.units


_FILLER = re.compile(
    r"大概|大约|约|花了|用了|投了|投入了?|也就|差不多|左右|上下|分别|一共|总共|拢共|加起来|应该|估计|估摸着?|好像|可能|超过|将近|接近|不到|快|多|出头|能有|得有|就是|我们?的?|咱们?的?|厂里?|公司|家里|这边|那边|年底|年末|底|全年|整年|一年|一整年|也|才|就|只|是|有|的|在|到|吧|呢|嘛|啊|呀|哈|了|那|个|块|钱|元|人民币|万元|样子|嗯|哦|对|呃|额|没有?错|更正|应为|准确|说|点|不|止|这个|数|出来|定|算|都|按|审计|报表|上"
)


def _bare(clause: Clause, spot: _Spot) -> bool:
    """Return whether a clause says nothing but year and amount: its measure is what was spoken of before."""
    rest = list(clause.text)
    for start, end in [(y.start, y.end) for y in clause.years] + [(spot.start, spot.end)]:
        rest[start:end] = " " * (end - start)
    left = "".join(rest)
    for q in spots_of(clause.text):
        left = left[: q.start] + " " * (q.end - q.start) + left[q.end :]
    return not _FILLER.sub("", left).strip(" 、,，")


def _spent(text: str, spot: _Spot) -> bool:
    """Return whether the amount was put to something else: 四十万是买设备的."""
    return bool(
        re.match(
            r"(?:块|元|钱)?(?:是)?(?:用来|拿去|花在)?(?:买|购|还|付|交|租|搞|上(?!年)|装)", text[spot.end :]
        )
    )


_NOW = re.compile(r"现在|目前|眼下|如今|当前|这会儿|今年")
_GROWS = re.compile(r"增长|增速|增幅|同比|涨|多了|增加|上升|下降|下滑|跌|降了?|少了|缩水|翻")
_FALLS = re.compile(r"下降|下滑|跌|降了?|少了|缩水|负增长")


def _required(text: str, spot: _Spot) -> bool:
    """Return whether the amount is what a rule wants: 营收要5000万."""
    return bool(
        re.search(
            r"(?:要求|门槛|标准|规定|需要|必须|(?<!只|主|需)要(?:达到?|有|满|够|到|过)?|得(?:有|到|达到?|满|够)|至少要|得够|够|达到|不(?:能)?低于)(?:至少|最少|起码)?$",
            text[: spot.start],
        )
    )


def _denied(text: str, spot: _Spot) -> bool:
    """Return whether the amount is taken back: 不是2800."""
    return bool(re.search(r"(?:不是|并非|没有|不到不|哪有|谁说)$", text[: spot.start]))


_COMPARED = re.compile(r"(?:比|较)\S{0,8}(?:多|少|高|低|增|减|涨|跌|降)\S{0,3}$")
_SPAN = re.compile(
    r"(?:近|这|过去|最近|头|前|后)?(?P<n>[两二三四五2345])(?:个)?年(?:来|间|里)?(?:\S{0,6})(?:加起来|合计|一共|总共|累计|共|平均|均)"
)


def _over_years(name: str, spot: _Spot, years: str, text: str) -> Iterator[Reading]:
    """Read 近两年研发加起来280万; sums over other spans are no fact."""
    if name != "rd" or spot.unit != "money" or years not in "两二2":
        return
    yield _reading("rd_expense_avg_2y" if "均" in text else "rd_expense_sum_2y", spot, True)


def _taxed(text: str, spot: _Spot) -> bool:
    """Return whether the amount has the tax in it: 2800是含税的."""
    near = text[max(0, spot.start - 8) : spot.end + 6]
    return bool(re.search(r"(?<!不)(?:含|带)税", near)) and not re.search(r"不(?:含|带)税|税后", near)


# ---------------------------------------------------------------- readings


def _reading(fact: str, spot: _Spot, dated: bool) -> Reading:
    rough = spot.low != spot.high
    low, high = (tidy(spot.low), tidy(spot.high)) if rough else (None, None)
    value = spot.value if spot.value is None else tidy(spot.value)
    if not spot.sure and spot.unit == "money" and Decimal(100_000) <= spot.low < Decimal(1_000_000):
        return Reading(fact=fact, value=None, words=spot.text, note="没说单位，分不清是元还是万元")
    if value is None and rough:
        return Reading(fact=fact, value=None, words=spot.text, low=low, high=high, note=f"只知道在 {low:f}—{high:f} 之间，要个准数", dated=dated)  # fmt: skip  # noqa: E501
    return Reading(fact=fact, value=value, words=spot.text, low=low, high=high, dated=dated)


def tidy(value: Decimal) -> Decimal:
    """Return an amount without idle zeros and exponent."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _vague(fact: str, spot: _Spot, note: str) -> Reading:
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


def _lookalike(name: str, spot: _Spot, clause: Clause) -> Iterator[Reading]:
    """Say of what only looks like revenue that it is not."""
    if spot.unit != "money":
        return
    if name == "-profit":
        if "毛利" not in clause.text:
            yield _vague("net_profit_y1", spot, "没说是净利润还是利润总额")
        return
    what = "产值" if name == "-output" else "这个数"
    yield _vague("revenue_y1", spot, f"{what}不等于营业收入，要利润表上的营业收入")


def _share(spot: _Spot, clause: Clause) -> Iterator[Reading]:
    if re.search(
        r"省内|全省|[本我]省|[本我]市|市内|全市|区域|本地|当地|华东|华北|华南|西南|西北|东北|华中|县里|山东|江苏|浙江|广东",
        clause.text,
    ):
        return
    yield _reading("market_share_pct", spot, True)
    if re.search(r"国内|全国|中国", clause.text):
        yield _reading("market_share_cn_pct", spot, True)
