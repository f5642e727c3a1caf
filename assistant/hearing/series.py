"""Amounts told in a row: 营收三年分别800、1200、1500万, 去年前年各三千万.

As many years as amounts are matched in order. Where only 近三年 was said, a rising or mixed row runs from the earliest
year; a falling row with no word for it could run either way, and is asked.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.hearing.clauses import Clause
from assistant.hearing.spots import Spot, spots_of


class Place(NamedTuple):
    """A quantity in its clause."""

    clause: Clause
    spot: Spot

    @property
    def at(self) -> int:
        """Where it stands in the message."""
        return self.clause.start + self.spot.start


Series = tuple[Place, ...]

_DENIED = re.compile(r"(?:不是|并非|不止是?)$")
_BETWEEN = re.compile(r"[万元块]*[、,/\s]*(?:和|跟|与|及|以及|还有|然后|再|后面?是)?(?:是|为)?")
_IDLE = re.compile(r"(?:吧|呢|啊|的样子|左右|这样)*")


def find_series(sentence: Sequence[Clause]) -> list[Series]:
    """Return the rows of two or more quantities of one unit that stand side by side in a sentence."""
    rows: list[list[Place]] = []
    before: Place | None = None
    for clause in sentence:
        places = [Place(clause, spot) for spot in spots_of(clause.text) if not _in_year(clause, spot)]
        for place in places:
            if before is not None and _next_to(before, place):
                rows[-1].append(place)
            else:
                rows.append([place])
            before = place
        before = before if places else None
    return [tuple(row) for row in rows if len(row) > 1]


def _in_year(clause: Clause, spot: Spot) -> bool:
    return any(year.start <= spot.start < year.end for year in clause.years)


def _next_to(one: Place, other: Place) -> bool:
    if one.spot.unit != other.spot.unit or one.spot.unit not in {"money", "percent"}:
        return False
    if one.spot.value is None and one.spot.low <= other.spot.low <= one.spot.high:
        return False  # 头一回过亿，1.06亿: said roughly, then exactly
    if _DENIED.search(one.clause.text[: one.spot.start]):
        return False  # 员工不是120是86
    if one.clause is other.clause:
        between = one.clause.text[one.spot.end : other.spot.start]
        return bool(between) and _BETWEEN.fullmatch(between) is not None
    tail, rest = one.clause.text[one.spot.end :], other.clause.text[other.spot.end :]
    bare = other.spot.start == 0 and _IDLE.fullmatch(tail) and (_IDLE.fullmatch(rest) or _BETWEEN.match(rest))
    return bool(bare) and not other.clause.years


# ---------------------------------------------------------------- which years

_SPAN = re.compile(
    r"(?:近|这|最近|过去|连着?|连续|前|头)?(?P<n>[两二三四234])(?:个)?年(?!级|前|后|内|期|以[上来])"
)
_RANGE = re.compile(r"(?:年|年度)?(?:到|至|—|~|-|－)")
_RISING = re.compile(r"越做越|越来越[好多高大]|涨|增|上升|提高|往上|翻|好起来|向好|上台阶")
_FALLING = re.compile(r"越来越[差少低小]|不如|跌|降|下滑|萎缩|往下|缩水|难做|走低")


def years_of(row: Series, sentence: Sequence[Clause], carried: Sequence[int]) -> tuple[int, ...] | None:
    """Return years back for each amount of a row; None where what was said does not settle them.

    Args:
        row: Amounts side by side.
        sentence: The clauses they stand in.
        carried: Years named before, where the sentence names none.
    """
    named = _named_before(row, sentence)
    if len(named) == len(row):
        return named
    if len(named) > 1:
        return None
    if len(carried) == len(row) and not named:
        return tuple(carried)
    text = "，".join(clause.text for clause in sentence)
    spans = [m for m in _SPAN.finditer(text)]
    if not spans or "两二三四234".find(spans[0]["n"]) < 0:
        return None
    n = {"两": 2, "二": 2, "三": 3, "四": 4}.get(spans[0]["n"]) or int(spans[0]["n"])
    return _in_order(row, text) if n == len(row) else None


def span_in(text: str) -> int:
    """Return how many years back a 近三年 reaches; 0 where none is said."""
    match = _SPAN.search(text)
    return 0 if match is None else {"两": 2, "二": 2, "三": 3, "四": 4}.get(match["n"]) or int(match["n"])


def _named_before(row: Series, sentence: Sequence[Clause]) -> tuple[int, ...]:
    """Return the years named before a row and after the amount before it: 23年到25年 is three."""
    last = max(
        (c.start + s.end for c in sentence for s in spots_of(c.text) if c.start + s.start < row[0].at and not _in_year(c, s)),
        default=-1,
    )  # fmt: skip
    agos: list[int] = []
    for clause in sentence:
        end = -1
        for year in clause.years:
            if not last <= clause.start + year.start < row[0].at:
                continue
            joined = end >= 0 and _RANGE.fullmatch(clause.text[end : year.start])
            if joined and agos[-1] > year.ago + 1:
                agos += range(agos[-1] - 1, year.ago, -1)
            agos.append(year.ago)
            end = year.end
    return tuple(dict.fromkeys(agos))


def _in_order(row: Series, text: str) -> tuple[int, ...] | None:
    figures = [place.spot.low for place in row]
    oldest_first = tuple(range(len(row), 0, -1))
    latest_first = tuple(range(1, len(row) + 1))
    rises, falls = figures == sorted(figures), figures == sorted(figures, reverse=True)
    grew, shrank = bool(_RISING.search(text)), bool(_FALLING.search(text))
    if falls and not rises:
        return latest_first if grew and not shrank else oldest_first if shrank and not grew else None
    if rises and shrank and not grew:
        return latest_first
    return oldest_first
