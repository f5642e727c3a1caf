"""Quantities that can be an amount: unit settled, bounds as wide as the words around them say.

三千出头 is 3000 to 3300, 不到两千 has bounds and no value, 个把亿 is 亿 and its neighbourhood. Money is 万元.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.numbers import Quantity, chinese_number, find

Unit = Literal["money", "people", "percent", "count", "years", "points", "times", "level", "rank"]


class Spot(NamedTuple):
    """A quantity with its unit settled and the words around it."""

    face: Decimal
    """The figure as written, before its unit: 3.2 of 3.2亿."""
    unit: Unit
    value: Decimal | None
    low: Decimal
    high: Decimal
    text: str
    start: int
    end: int
    sure: bool
    """Its unit was said."""


def spots_of(text: str) -> list[Spot]:
    """Return the quantities of a clause that can be an amount, ranges joined, in order."""
    plain = _W.sub(lambda m: m["n"] + "万" + " " * (len(m[0]) - len(m["n"]) - 1), text)
    spots = [*_idioms(plain), *_halves(plain)]
    quantities = [
        q
        for q in find(plain)
        if q.value is not None
        and not _TOGETHER.search(plain[: q.end])
        and not any(s.start < q.end and q.start < s.end for s in spots)
    ]
    while quantities:
        q, *quantities = quantities
        spot = _range(q, quantities[0], plain) if quantities else None
        if spot is not None:
            quantities = quantities[1:]
        else:
            spot = _spot(q, plain)
        if spot is not None:
            spots.append(spot)
    return sorted(spots, key=lambda s: s.start)


_W = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*[wW](?![A-Za-z])")
_TOGETHER = re.compile(r"[加在到合拢凑][一]块儿?$")
"""Added up, not one yuan."""
_RANGE = re.compile(r"^\s*(?:到|至|-|~|—|－|–|或者?|还是)\s*$")


def _range(first: Quantity, then: Quantity, plain: str) -> Spot | None:
    """Return 两三千到四千万 as one quantity; None where the two are not the ends of a range."""
    joined = _RANGE.match(plain[first.end : then.start])
    if not joined or then.kind == "level" or (first.kind == "percent") > (then.kind == "percent"):
        return None
    high = _spot(then, plain)
    if high is None:
        return None
    low = min(_scaled_low(first, high), high.low)
    return high._replace(value=None, low=low, text=plain[first.start : then.end], start=first.start)


def _scaled_low(first: Quantity, settled: Spot) -> Decimal:
    """Return the low end of 两三到四千万 in the unit of the high end."""
    value = first.value or Decimal(0)
    if settled.unit == "money" and (first.scale or value >= 100_000):
        return value * _WAN
    return value


# ---------------------------------------------------------------- idioms


class _Idiom(NamedTuple):
    """A way of speaking that no numeral covers; of n and the scale u it means low to high times u."""

    shape: re.Pattern[str]
    low: tuple[Decimal, Decimal]
    """(a, b): a n + b."""
    high: tuple[Decimal, Decimal]
    filled: bool = False
    """The low end is the figure named, and may be filled in."""


def _idiom(shape: str, low: tuple[str, str], high: tuple[str, str], *, filled: bool = False) -> _Idiom:
    a, b = (Decimal(low[0]), Decimal(low[1])), (Decimal(high[0]), Decimal(high[1]))
    return _Idiom(re.compile(shape), a, b, filled)


_N = r"(?P<n>[\d一二三四五六七八九十两]+)"
_BARE_N = r"(?<![\d.一二三四五六七八九十两百千万几])"
_U = r"(?P<u>千万|百万|十万|亿|万|千|百|十)"
_IDIOMS = (
    _idiom(_N + r"个多(?P<u>亿|点)", ("1", "0"), ("1", "1"), filled=True),  # 一个多亿, 五个多点
    _idiom(_N + r"个半(?P<u>亿|点)", ("1", "0.5"), ("1", "0.5"), filled=True),
    _idiom(_BARE_N + r"(?P<u>亿)半", ("0", "1.5"), ("0", "1.5"), filled=True),  # 亿半 is 1.5 亿
    _idiom(
        _BARE_N + r"(?P<u>亿)(?P<n>[一二三四五六七八九])(?![\d一二三四五六七八九十百千万亿])",
        ("0.1", "1"),
        ("0.1", "1"),
        filled=True,
    ),
    _idiom(r"半个?(?P<u>亿)", ("0", "0.5"), ("0", "0.5"), filled=True),
    _idiom(r"个把(?P<u>亿)", ("0", "0.9"), ("0", "2")),
    _idiom(_BARE_N + r"(?P<u>万)把块", ("0", "0.9"), ("0", "1.5")),
    _idiom(_BARE_N + r"百八十(?P<u>万)?", ("0", "80"), ("0", "180")),
    _idiom(_BARE_N + r"百十(?:来|多)?(?P<u>万)?", ("0", "100"), ("0", "120")),
    _idiom(_BARE_N + r"千八百(?P<u>万)?", ("0", "800"), ("0", "1200")),
    _idiom(r"(?:上|过|破)" + _U + r"(?![字名班街市路海衣一二三四五六七八九十\d])", ("0", "1"), ("0", "2")),
    _idiom(r"大几" + _U, ("0", "5"), ("0", "9.9")),
    _idiom(r"小几" + _U, ("0", "2"), ("0", "5")),
    _idiom(r"好几" + _U, ("0", "3"), ("0", "9.9")),
    _idiom(_N + r"百大几(?:十)?(?P<u>万)?", ("100", "50"), ("100", "99")),
    _idiom(_N + r"千大几(?:百)?(?P<u>万)?", ("1000", "500"), ("1000", "990")),
    _idiom(r"(?P<n>[二三四五六七八九1-9])十好几(?P<u>万)?", ("10", "3"), ("10", "9")),
    _idiom(_N + r"百好几(?:十)?(?P<u>万)?", ("100", "30"), ("100", "99")),
    _idiom(_N + r"千好几(?:百)?(?P<u>万)?", ("1000", "300"), ("1000", "990")),
    _idiom(_N + r"个(?P<u>小目标)", ("1", "0"), ("1", "0"), filled=True),
)
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "小目标": 10**8}  # fmt: skip  # noqa: E501
_AFTER_IDIOM = re.compile(r"\s*(?:来|多)?(?P<u>号人|号|人|名|口|个|元|块钱?)?")


def _idioms(plain: str) -> Iterator[Spot]:
    taken = -1
    hits = [(idiom, m) for idiom in _IDIOMS for m in idiom.shape.finditer(plain)]
    for idiom, match in sorted(hits, key=lambda hit: (hit[1].start(), -hit[1].end())):
        if match.start() < taken:
            continue
        spot = _idiomatic(idiom, match, plain)
        if spot is not None:
            taken = match.end()
            yield spot


def _idiomatic(idiom: _Idiom, match: re.Match[str], plain: str) -> Spot | None:
    n = chinese_number(match["n"]) if match.groupdict().get("n") else Decimal(1)
    scale = match["u"] or ""
    times = Decimal(_SCALES.get(scale, 1))
    low, high = ((a * n + b) * times for a, b in (idiom.low, idiom.high))
    counted = _AFTER_IDIOM.match(plain, match.end())
    unit = (counted["u"] or "") if counted else ""
    unit = "%" if scale == "点" else "人" if unit in {"号人", "号", "口"} else unit
    unit = "元" if unit.startswith("块") else unit
    q = Quantity(
        kind="percent" if unit == "%" else "money" if unit == "元" else "number",
        text=match[0], start=match.start(), end=match.end(), value=low, low=low, high=high, unit=unit,
        scale="" if unit == "%" or times < 10_000 else "万" if times < 10**8 else "亿", approx=True, canonical=match[0],
    )  # fmt: skip
    spot = _spot(q, plain)
    return spot if spot is None or idiom.filled else spot._replace(value=None)


# ---------------------------------------------------------------- units


class _Counted(NamedTuple):
    """What a quantity counts: its unit, how its figure turns into 万元 and the like, and whether its unit was said."""

    unit: Unit
    times: Decimal = Decimal(1)
    sure: bool = True


_WAN = Decimal("0.0001")
_HALF_OF = re.compile(r"一半|五五开|对半(?!砍)")


def _halves(plain: str) -> Iterator[Spot]:
    """Yield 一半 as a share around 50 %: whoever says it does not mean the figure."""
    for match in _HALF_OF.finditer(plain):
        low, high = Decimal(45), Decimal(55)
        if re.match(r"(?:以上|多|出头|还多|往上|朝上)", plain[match.end() :]) or re.search(r"(?:过|超过?|一大)$", plain[: match.start()]):  # fmt: skip  # noqa: E501
            low, high = Decimal("50.1"), Decimal(60)
        elif re.match(r"(?:不到|以下|都不)", plain[match.end() :]) or re.search(r"(?:不到|不足|没到|快)$", plain[: match.start()]):  # fmt: skip  # noqa: E501
            low, high = Decimal(40), Decimal("49.9")
        yield Spot(Decimal(50), "percent", None, low, high, match[0], match.start(), match.end(), True)


def _spot(q: Quantity, text: str) -> Spot | None:
    """Return a quantity with its unit settled; None for dates, levels, ordinals and what counts something else."""
    assert q.value is not None
    value = q.value
    low, high = (value if bound is None else bound for bound in (q.low, q.high))
    if re.search(r"[来把]", q.text):  # 百来号人 is not 150
        high = min(high, value * Decimal("1.2"))
    after = text[q.end :]
    if q.kind == "percent":
        add, widen, taken = _tenths(q.text, after)
        return _spread(
            _Span(value + add, low + add, high + add + widen, q.start, q.end + taken), _PERCENT, text
        )
    counted = _counted(q, after)
    if counted is None:
        return None
    if _YI_QIAN.search(q.text):  # 一亿两千 is 1.2 亿: what follows 亿 is counted in 万
        rest = value % 10**8
        value = low = high = value + rest * 9999
    times = counted.times
    span = _Span(value * times, low * times, high * times, q.start, q.end)
    return _spread(span, counted, text)


_YI_QIAN = re.compile(
    r"亿[\d一二三四五六七八九两]+[千百](?:[\d一二三四五六七八九两]+百)?[\d一二三四五六七八九]?$"
)
_PERCENT = _Counted("percent")


def _tenths(said: str, after: str) -> tuple[Decimal, Decimal, int]:
    """Return what 成 and 点 are followed by: what it adds, how far it reaches up, and its length.

    三成五 is 35 %, 九成多 is 90 to 100 %, 五个点多 is 5 to 6 %.
    """
    tenths = said.endswith("成")
    if after.startswith("多") and not after.startswith("多少"):
        return Decimal(0), Decimal(10 if tenths or after.startswith("多岁") else 1), 1
    half = re.match(r"[一二三四五六七八九半\d](?![\d万千百十个])", after) if tenths else None
    if half is None:
        return Decimal(0), Decimal(0), 0
    digit = "零一二三四半六七八九".find(half[0].replace("五", "半"))
    return Decimal(digit if digit >= 0 else int(half[0])), Decimal(0), 1


def _counted(q: Quantity, after: str) -> _Counted | None:
    """Return what a number counts; None where it is nothing a program asks for: 三万件, 十号, 三百万美金."""
    if q.kind == "money":
        return _Counted("money", _WAN) if q.unit == "元" and not _FOREIGN.match(after) else None
    if q.kind != "number" or q.value is None or _LETTER.match(after):
        return None
    if q.scale and q.unit in {"", "元"}:
        if _MOUTHS.match(after):
            return _Counted("people")
        return None if _GOODS.match(after) else _Counted("money", _WAN)
    if q.unit == "个" and _THINGS.match(after):
        return None
    if q.unit == "号":
        return _Counted("people") if q.approx or after.startswith("人") or q.value >= 32 else None
    if (q.unit == "个" and _HEADS.match(after)) or (q.unit == "" and _MOUTHS.match(after)):
        return _Counted("people")
    if q.unit == "" and q.text not in {"俩", "仨"}:
        return _Counted("money", _WAN if q.value >= 1_000_000 else Decimal(1), sure=False)
    return _Counted(_UNITS[q.unit]) if q.unit in _UNITS else None


_UNITS: dict[str, Unit] = {
    "人": "people", "名": "people", "位": "people", "个": "count", "项": "count", "件": "count", "条": "count",
    "": "count", "分": "points", "年": "years", "倍": "times",
}  # fmt: skip
_THINGS = re.compile(
    r"(?:研发|技术|生产|大|小|新)?(?:组|部门?|项目|中心|团队|课题|车间|班|厂|公司|产品|系统|平台|仓库|客户|月|小时|城市|省)"
)
_LETTER = re.compile(r"(?!RMB|rmb)[A-Za-z]")
_FOREIGN = re.compile(r"(?:的)?(?:美|欧|日|港)")
_MOUTHS = re.compile(r"^(?:来|多)?(?:口子?)?(?:号)?(?:人|员工|职工|工人|兄弟|伙计)")
_HEADS = re.compile(r"(?:人|员工|职工|工人|大活人|伙计)(?!才|工智|民|次)")
_GOODS = re.compile(
    r"(?:多|来)?(?:人|名|员工|件|台|套|吨|米|平|像素|毫安|转|公里|亩|次|粒|根|支|枚|桶|个(?!亿|点)|户|头|只|双|公里|美元|美金|美刀|刀|欧元|欧|日元|港币|颗|片|瓶|箱|斤|公斤|方)"
)


# ---------------------------------------------------------------- the words around


class _Span(NamedTuple):
    """A figure with the bounds its numeral has, and where it stands."""

    value: Decimal
    low: Decimal
    high: Decimal
    start: int
    end: int


_ROUGH_AFTER = re.compile(r"^\s*(?:块|元|钱|人民币)*\s*(?:左右|上下|样子|的样子|这样|吧|附近|光景)")
_MORE_AFTER = re.compile(r"^\s*(?:块|元|钱)*\s*(?:出头|多一?点|挂零|朝上|往上|开外|还多|冒头|打不住)")
_AT_LEAST_AFTER = re.compile(r"^\s*(?:块|元)*\s*(?:及?以上|起步|打底)")
_LESS_AFTER = re.compile(r"^\s*(?:块|元)*\s*(?:不到|以内|以下|差一?点|不足|缺一点|还?没到|都?不够)")
_ROUGH_BEFORE = re.compile(
    r"(?:大概|大约|约(?!定)|差不多|估计|估摸着?|可能(?:有|在|是)?|好像|大致|粗略|上下|毛估)(?:也)?(?:就)?(?:[有是在]|占|到)?$"
)
_NEARLY_BEFORE = re.compile(r"(?:将近|接近|快要?(?:到)?|逼近|小|差一?点(?:点|儿)?)(?:有|就?到|够|上)?$")
_UNDER_BEFORE = re.compile(
    r"(?:不到|不足|没到|没超过|没超|未到|不满|低于|少于|不超过|最多|顶多|不超|没(?:有)?(?:满|上|过))(?:有|是|也就|就)?$"
)
_OVER_BEFORE = re.compile(r"(?:超过|超了?|过了?|破了?|不止|至少有?|起码有?|不低于|不少于|突破)$")
_NEAR = 20
"""Characters around a figure whose words say how exact it is."""
_WIDE = Decimal("1.5")
"""From this ratio of bounds on, a figure is too vague to fill in: 几千万."""


def _spread(span: _Span, counted: _Counted, text: str) -> Spot:
    """Widen an amount by the words around it; no figure is filled in for 不到 and 快, only bounds."""
    before, after = text[max(0, span.start - _NEAR) : span.start], text[span.end : span.end + _NEAR]
    more = _MORE_AFTER.match(after)
    after_end = span.end + (more.end() if more else 0)
    filled, low, high = _bounds(span, counted.unit, before, after)
    if low > 0 and high >= low * _WIDE:
        filled = None
    if filled is not None and filled < 10**6 and filled != round(filled, 8):  # 三分之一
        filled, low, high = None, Decimal(round(low)), Decimal(round(high) + 1)
    face = span.value / counted.times
    said = text[span.start : after_end].strip()
    return Spot(face, counted.unit, filled, low, high, said, span.start, after_end, counted.sure)


def _bounds(span: _Span, unit: Unit, before: str, after: str) -> tuple[Decimal | None, Decimal, Decimal]:
    """Return the figure that may be filled in, if any, and what it lies between."""
    value, low, high = span.value, span.low, span.high
    whole = value >= 10 and value == value.to_integral_value() and unit != "percent"
    step = Decimal(1) if whole else Decimal("0.1")
    tenth = max(value * Decimal("0.1"), step)
    if _NEARLY_BEFORE.search(before):
        return None, value - tenth, value
    if _UNDER_BEFORE.search(before) or _LESS_AFTER.match(after):
        return None, value - tenth, value - step
    if _OVER_BEFORE.search(before) and low == high:
        return None, value + step, value + tenth
    if _AT_LEAST_AFTER.match(after):
        return None, value, value + tenth
    if _MORE_AFTER.match(after):
        return value, low, max(high, value + (1 if unit == "percent" and value < 20 else tenth))
    rough = _ROUGH_AFTER.match(after) or _ROUGH_BEFORE.search(before)
    if rough and unit not in {"count", "years", "level", "rank"}:
        margin = value * Decimal("0.05")
        return value, min(low, value - margin), max(high, value + margin)
    return value, low, high
