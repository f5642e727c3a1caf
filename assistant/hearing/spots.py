"""Quantities that can be an amount: unit settled, bounds as wide as the words around them say.

三千出头 is 3000 to 3300, 不到两千 has bounds and no value, 个把亿 is 亿 and its neighbourhood. Money is 万元.
"""

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.numbers import Quantity, chinese_number, find

Unit = Literal["money", "people", "percent", "count", "years", "points", "times", "level", "rank"]


class Spot(NamedTuple):
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


_HALF_OF = re.compile(r"(?P<w>一半|五五开|对半)")
_W = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*[wW](?![A-Za-z])")
_MANY_BIG = re.compile(r"(?P<n>[\d一二三四五六七八九十两]+)个(?P<more>多|半)(?P<u>亿|点)")
_POINTS_MORE = re.compile(r"(?P<n>\d+(?:\.\d+)?)个多点")
_MOUTHS = re.compile(r"^(?:来|多)?(?:口子?)?(?:号)?(?:人|员工|职工|工人|兄弟|伙计)")
_RANGE = re.compile(r"^\s*(?:到|至|-|~|—|－|–|或者?)\s*$")


def spots_of(text: str) -> list[Spot]:
    """Return the quantities of a clause that can be an amount, ranges joined, in order."""
    plain = _W.sub(lambda m: m["n"] + "万" + " " * (len(m[0]) - len(m["n"]) - 1), text)
    spots: list[Spot] = []
    taken: list[tuple[int, int]] = []
    for match in _MANY_BIG.finditer(plain):
        spots.append(_many(match))
        taken.append(match.span())
    for match in _HALF_OF.finditer(plain):
        half = Decimal(50)
        q = Quantity(kind="percent", text=match[0], start=match.start(), end=match.end(), value=half, low=half, high=half, unit="%", approx=True, canonical="50%")  # fmt: skip  # noqa: E501
        spots.append(
            Spot(q, "percent", None, Decimal(45), Decimal(55), match[0], match.start(), match.end(), True)
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


def _scaled_low(first: Quantity, then: Quantity, settled: Spot) -> Decimal:
    """Return the low end of 两三到四千万 in the unit of the high end."""
    value = first.value or Decimal(0)
    if settled.unit != "money":
        return value
    if first.scale or value >= 100_000:
        return value / 10_000
    return value


def _many(match: re.Match[str]) -> Spot:
    """Read 一个多亿 and 两个半亿, 三个多点."""
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
    return Spot(q, unit, value, low, high, match[0], match.start(), match.end(), True)


class _Counted(NamedTuple):
    """What a quantity counts: its unit, how its figure turns into 万元 and the like, and whether its unit was said."""

    unit: Unit
    times: Decimal = Decimal(1)
    sure: bool = True


_WAN = Decimal("0.0001")


def _spot(q: Quantity, text: str) -> Spot | None:
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
) -> Spot:  # fmt: skip
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
    return Spot(q, unit, filled, low, high, text[q.start : end].strip(), q.start, end, sure)
