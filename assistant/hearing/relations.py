"""Two years held against each other: 去年比前年多两成, 砍了一半, 跟前年差不多.

A quantity that says by how much (涨了三百万) is no amount; with the other year told, the amount follows and says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing.clauses import Clause, Year
from assistant.hearing.measures import FACTS
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import Spot

_MORE = r"增长|增加|增幅|增速|同比增|涨幅|涨|上升|上涨|提高|提升|扩大|高出|高|(?<!差不)(?<!么)(?<![最顶])多(?!少|数|半)|(?<!倍)增"
_LESS = (
    r"负增长|下降|下滑|下跌|降幅|跌幅|降|跌|下来|减少|减|缩水|缩|萎缩|掉|滑|(?<![多至不])少(?!说)|低(?!于)"
)
_TAIL = (
    r"(?:了|出|加|掉|过|赚|花|卖|做|收|亏|招|进|长|低)*(?:率|幅度?)?(?:大前年|前年|去年|今年|(?:20)?\d\d年)?(?:是|有|为|在|达到?)?"
    r"(?:大概|大约|约|差不多|将近|近|快|整整|足足|也就|不到|超过|接近|个|了)*"
)
_CHANGE_BEFORE = re.compile(rf"(?:(?P<less>{_LESS})|(?P<more>{_MORE})|(?P<ratio>同比|环比)){_TAIL}$")
_CHANGE_AFTER = re.compile(
    r"(?:左右|上下)?的?(?:(?P<more>增长|增幅|涨幅|增速|增量)|(?P<less>降幅|跌幅|下滑|下降|缩水))"
)


def change_sign(text: str, spot: Spot) -> int:
    """Return 1 or -1 where a quantity says how much more or less, 0 where it is an amount: 涨到三千万."""
    before = _CHANGE_BEFORE.search(text[max(0, spot.start - 24) : spot.start])
    if before is None and spot.unit == "percent":
        before = _CHANGE_AFTER.match(text[spot.end :])
    if before is None or (spot.unit not in {"money", "percent", "times", "people", "count"}):
        return 0
    if before.groupdict().get("ratio"):
        return 1 if spot.unit == "percent" else 0
    return -1 if before["less"] else 1


class Relation(NamedTuple):
    """measure(now) = times x measure(then) + plus, each between bounds."""

    measure: str
    now: int
    """Years back."""
    then: int
    times: tuple[Decimal, Decimal]
    plus: tuple[Decimal, Decimal]
    growth: Decimal | None
    """Percent, where it was said as such."""
    words: str


def read_relation(
    clause: Clause, spots: Sequence[Spot], measure: str | None, agos: Sequence[int]
) -> Relation | None:
    """Return how a clause holds two years against each other; None where it does not.

    Args:
        clause: Told of the speaker's own firm, as fact.
        spots: Its quantities.
        measure: What it or the clauses before it speak of.
        agos: Years named before it in its sentence.
    """
    if measure is None or not (clause.mine and clause.real) or clause.past or clause.partial:
        return None
    base = next((y for y in clause.years if _BASE.search(clause.text[: y.start])), None)
    if _RATIO.search(clause.text):
        return None  # 占比高了一个点 is no growth of the amount
    if base is None and _AGAINST.search(_without_years(clause)):
        return None  # 比计划少了三百万
    found = _size(clause, spots, base)
    if found is None:
        return None
    times, plus, growth = found
    others = [y.ago for y in clause.years if y is not base]
    if base is not None:
        then = base.ago
        now = others[0] if others else then - 1
    else:
        now = others[-1] if others else agos[-1] if agos else 1
        told = [ago for ago in agos if ago != now]
        then = (
            told[-1]
            if told
            and not times[0] > _ONE
            and plus == (_NIL, _NIL)
            and growth is None
            and _SAME.search(clause.text)
            else now + 1
        )
    return Relation(measure, now, then, times, plus, growth, clause.text) if now != then else None


_BASE = re.compile(r"(?:比起?|较|相比|跟|和|与|同|是|为|抵)$")
_AGAINST = re.compile(r"(?<![同环占])比(?!例|重|如|较|率)|较(?!为|高|大|多|好|低|少)")
_RATIO = re.compile(r"占比|比重|强度|负债率|占有率|毛利率|净利(?:润)?率|份额")
_ONE, _NIL = Decimal(1), Decimal(0)
_SAME = re.compile(
    r"差不多|持平|一样|相当|没(?:啥|什么|多大|怎么)?(?:变化|变|动)|不相上下|打平|平(?:了|着)?$|差不离"
)
_EXACT_SAME = re.compile(r"持平|一样|打平")
_DOUBLED = re.compile(
    r"翻(?:了)?(?P<n>一|两|二|三|1|2|3)?(?P<w>番|倍|个跟头)|(?:增长|涨|多)了?(?P<m>一|两|1|2)倍"
)
_HALVED = re.compile(
    r"砍(?:了|掉|去)?(?:一)?半|腰斩|减半|(?:少|掉|降|跌|缩|减|滑)(?:了|掉|去|水)*一半|对半砍"
)
_DIGIT = {"一": 1, "1": 1, "两": 2, "二": 2, "2": 2, "三": 3, "3": 3, None: 1}
_Pair = tuple[Decimal, Decimal]


def _size(
    clause: Clause, spots: Sequence[Spot], base: Year | None
) -> tuple[_Pair, _Pair, Decimal | None] | None:
    """Return times, plus and growth in percent of a comparison; None where there is none."""
    text = clause.text
    if doubled := _DOUBLED.search(text):
        n = _DIGIT[doubled["n"] or doubled["m"]]
        factor = Decimal(2) ** n if doubled["w"] == "番" else Decimal(n + 1)
        return (factor, factor), (_NIL, _NIL), None
    if _HALVED.search(text):
        return (Decimal("0.5"), Decimal("0.5")), (_NIL, _NIL), None
    if base is not None and (share := _share_of(text, base, spots)):
        return share, (_NIL, _NIL), None
    for spot in spots:
        sign = change_sign(text, spot)
        if sign and spot.unit in {"percent", "money", "times"}:
            return _changed(spot, sign)
    if _SAME.search(text[base.end :] if base is not None else text) and (base is not None or clause.years):
        spread = _NIL if _EXACT_SAME.search(text) else Decimal("0.05")
        return (_ONE - spread, _ONE + spread), (_NIL, _NIL), None
    return None


def _share_of(text: str, base: Year, spots: Sequence[Spot]) -> _Pair | None:
    """Read 是前年的八成, 是前年的两倍."""
    for spot in spots:
        if spot.start < base.end or not re.fullmatch(
            r"的?(?:大概|大约|约|差不多|将近|近)?", text[base.end : spot.start]
        ):
            continue
        if not text[: base.start].endswith(("是", "为", "抵")):
            continue
        if spot.unit == "percent":
            return spot.low / 100, spot.high / 100
        if spot.unit == "times":
            return spot.low, spot.high
    return None


def _changed(spot: Spot, sign: int) -> tuple[_Pair, _Pair, Decimal | None]:
    low, high = sorted((sign * spot.low, sign * spot.high))
    if spot.unit == "money":
        return (_ONE, _ONE), (low, high), None
    if spot.unit == "times":
        return (_ONE + low, _ONE + high), (_NIL, _NIL), None
    growth = None if spot.value is None else sign * spot.value
    return (_ONE + low / 100, _ONE + high / 100), (_NIL, _NIL), growth


def _without_years(clause: Clause) -> str:
    text = clause.text
    for year in reversed(clause.years):
        text = text[: year.start] + text[year.end :]
    return text


# ---------------------------------------------------------------- solving

Bounds = tuple[Decimal, Decimal]


def solve(relations: Sequence[Relation], known: Mapping[str, Bounds]) -> Iterator[Reading]:
    """Yield the amounts that follow from relations and the amounts told; nothing where neither year is told."""
    settled = dict(known)
    for one in relations:
        yield from _growth(one)
        for reading, bounds in _solved(one, settled):
            settled[reading.fact] = bounds
            yield reading


def _solved(one: Relation, known: Mapping[str, Bounds]) -> Iterator[tuple[Reading, Bounds]]:
    by_year = FACTS.get((one.measure, "money"), {})
    now, then = by_year.get(one.now, ""), by_year.get(one.then, "")
    if now and now not in known and then in known:
        bounds = _apply(one, known[then])
        yield _follows(now, bounds, f"按{_YEARS[one.then]}的数推算，请确认", one.words), bounds
    elif then and then not in known and now in known:
        undone = _undo(one, known[now])
        if undone is not None:
            yield _follows(then, undone, f"按{_YEARS[one.now]}的数倒推，请确认", one.words), undone


_YEARS = {0: "今年", 1: "去年", 2: "前年", 3: "大前年"}


def _growth(one: Relation) -> Iterator[Reading]:
    fact = {1: "main_business_growth_y1", 2: "main_business_growth_y2"}.get(one.now)
    if one.measure == "main" and one.growth is not None and fact and one.then == one.now + 1:
        yield Reading(fact=fact, value=tidy(one.growth), words=one.words, dated=True)


def _apply(one: Relation, then: Bounds) -> Bounds:
    return then[0] * one.times[0] + one.plus[0], then[1] * one.times[1] + one.plus[1]


def _undo(one: Relation, now: Bounds) -> Bounds | None:
    """Return the earlier year's bounds; None where the division leaves no round figure."""
    if min(one.times) <= 0:
        return None
    low, high = (now[0] - one.plus[1]) / one.times[1], (now[1] - one.plus[0]) / one.times[0]
    exact = one.times[0] == one.times[1] and one.plus[0] == one.plus[1] and now[0] == now[1]
    return None if exact and low != round(low, 2) else (low, high)


def _follows(fact: str, bounds: Bounds, note: str, words: str) -> Reading:
    low, high = (tidy(round(bound, 2)) for bound in bounds)
    if low == high:
        return Reading(fact=fact, value=low, words=words, note=note, dated=True)
    note = f"推算在 {low:f}—{high:f} 之间，要个准数"
    return Reading(fact=fact, value=None, low=low, high=high, words=words, note=note, dated=True)
