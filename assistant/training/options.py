"""Right and wrong options: what a clause states, and values of the same kind and unit that it does not state.

Wrong values come, in this order, from what the document replaced or was replaced by, from other places and years, and
from just off the key. No wrong one equals, however it is written (50%、一半、五成; 1.5亿元、15000万元), anything the
clause states, or another option.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from assistant.numbers import find
from knowledge.policy import Clause, Figure, Policy, Status

OPTIONS = 4
LETTERS = "ABCDEFGH"
OFF = "与规定不符"
"""Where a value comes from that no document states."""
_AFTER = ("以上", "以下", "以内", "左右", "及以上", "及以下", "前", "内", "余")
"""Qualifiers that stand behind the number."""
_PLAIN = ("", *_AFTER, "不低于", "不少于", "不超过", "超过", "不高于", "至少", "最高", "约", "突破", "超")
"""Qualifiers that can stand before any number of the kind; others belong to their sentence."""
_ALIKE = 0.25
"""Share of character pairs that two names have in common where they may name the same thing."""
_WIDEST = 5
"""How many times larger or smaller than the key a value may be without looking out of place."""

_MOST = {"%": Decimal(95), "分": Decimal(100), "级": Decimal(4)}
"""Beyond this a value of the unit would look made up."""

Quantity = tuple[str, Decimal | str]
"""What is counted (元, %, 月, n for pieces of whatever, date …; empty for a bare number) and how much."""


class Wrong(NamedTuple):
    """A wrong option and where it comes from, in words."""

    figure: Figure
    origin: str


class Place:
    """A clause that may be asked about, with the document it stands in."""

    def __init__(self, policy: Policy, clause: Clause, status: Status) -> None:
        self.policy, self.clause, self.status = policy, clause, status

    @cached_property
    def stated(self) -> frozenset[Quantity]:
        """Every quantity the clause states, in whatever words."""
        clause = self.clause
        lists = (*clause.obligations, *clause.benefits, *clause.deadlines)
        return quantities(" ； ".join([clause.heading, clause.text, *lists, *map(words, clause.figures)]))

    @property
    def called(self) -> str:
        """The document and the place in it, as people say it."""
        return f"{self.document}{self.where}"

    @property
    def where(self) -> str:
        """The place in the document; our own label of one stands in quotes, and only where it says what is there."""
        if self.clause.numbered:
            return self.clause.locator
        inner = plain_place(self.clause.locator).replace("“", "‘").replace("”", "’")
        return f"“{inner}”部分" if inner and not _NO_PLACE.fullmatch(inner) else ""

    @property
    def document(self) -> str:
        """The document, as people say it."""
        marks = {Status.DRAFT: "征求意见稿", Status.SUPERSEDED: "已被替代", Status.EXPIRED: "已失效"}
        mark = marks.get(self.status, "")
        shown = f"（{mark}）" if mark and mark not in self.policy.title else ""
        return f"《{short_title(self.policy.title)}》{shown}"

    def asks(self, figure: Figure) -> str:
        """The figure asked about, in words that tell which one is meant."""
        return f"{self.called}{self.about(figure)}写明的“{figure.name}”是"

    def about(self, figure: Figure) -> str:
        """What the clause is about, in brackets; empty where that adds nothing, or gives the value away."""
        heading = self.clause.heading
        adds = heading and heading not in figure.name and heading != self.clause.locator
        return f"（{heading}）" if adds and not stated_in(figure, quantities(heading)) else ""

    @cached_property
    def text(self) -> str:
        """What the clause says, without our own remarks on how it reached us."""
        return _ASIDE.sub("", self.clause.text)

    @property
    def sentence(self) -> str:
        """What the clause says, with where it stands and what it is about: the quote that proves a key."""
        heading = self.clause.heading
        adds = heading and heading != self.clause.locator and heading not in self.text
        return f"{self.called}{f'（{heading}）' if adds else ''}：{self.text}"

    def saying(self, figure: Figure) -> str:
        """The part of the clause that states a figure; all of it where only its heading does."""
        own = quantities(words(figure))
        parts = [one.strip() for one in re.findall(r"[^。；]+", self.text)]
        told = [one for one in parts if any(same(mine, q) for mine in own for q in quantities(one))]
        return "；".join(told) or f"{self.clause.heading}：{self.text.rstrip('。')}"

    @cached_property
    def teachable(self) -> tuple[Figure, ...]:
        """Figures that can be asked for: named once, of a plain kind, with one value that stands in the clause's words."""
        if _OURS.search(f"{self.clause.locator}{self.clause.heading}"):
            return ()
        headed = {
            one for one in quantities(self.clause.heading) if one[0]
        }  # 适用对象4 is a number of its own
        said = quantities(self.text) | headed
        names = [figure.name for figure in self.clause.figures]
        return tuple(
            figure
            for figure in self.clause.figures
            if self.clause.obtained
            and names.count(figure.name) == 1
            and len(figure.name) > 1
            and not figure.name.startswith("其中")
            and _kind(figure) is not None
            and stated_in(figure, said)
            and not stated_in(figure, quantities(f"{figure.name}；{self.called}"))
        )


def plain_place(locator: str) -> str:
    """Return a place without our remark on how we came by its wording: 等级判定（二手） is 等级判定."""
    return _REMARK.sub("", locator)


_REMARK = re.compile(r"（[^（）]*(?:二手|转载|汇总|归纳|摘要|第三方)[^（）]*）")
"""How we came by a wording: no part of the document's own divisions."""
_ASIDE = re.compile(r"（[^（）]*(?:截断|有一处资料|据此|推定|未取得|未核对|存疑|原文未|推断)[^（）]*）")
_NO_PLACE = re.compile(r"要点|整体|引言|(?:通知·)?开头|结构|方向|路径|任务|全文|正文|概述|公告")
_OURS = re.compile(r"相比的变化|年到20\d\d年的变化")
"""A comparison of ours beside a document, no clause of it."""


Pool = Mapping[str, Sequence[tuple[Place, Figure]]]
"""Kind of value -> every figure of it, with its place."""


def pool_of(everything: Iterable[Place]) -> dict[str, list[tuple[Place, Figure]]]:
    """Return the figures of all clauses by their kind."""
    pool: dict[str, list[tuple[Place, Figure]]] = {}
    for place in everything:
        for figure in place.clause.figures if place.clause.obtained else ():
            kind = _kind(figure)
            if kind is not None:
                pool.setdefault(kind, []).append((place, figure))
    return pool


def words(figure: Figure) -> str:
    """Return a figure as people say it: 不超过60万元, 500万元以上, 2026年7月31日."""
    if isinstance(figure.value, str):
        day = _day(figure)
        value = f"{day.year}年{day.month}月{day.day}日" if day else figure.value
    else:
        value = f"{figure.value.normalize():f}"
    if figure.qualifier == "余":
        return f"{value}余{figure.unit}"
    if figure.qualifier == "前" and figure.unit:  # 排名前3名, but 2026年5月31日前
        return f"前{value}{figure.unit}"
    if figure.qualifier in _AFTER:
        return f"{value}{figure.unit}{figure.qualifier}"
    return f"{figure.qualifier}{value}{figure.unit}"


def short_title(title: str) -> str:
    """Return a title without what stands in brackets after it."""
    bare = title.split("（附")[0].split("（标题")[0].split("(")[0]
    return bare.replace("《", "〈").replace("》", "〉")


# ---------------------------------------------------------------- equal quantities


def quantities(text: str) -> frozenset[Quantity]:
    """Return every quantity of a text, equal ones equal however they are written."""
    found: set[Quantity] = {("%", Decimal(50))} if _HALF.search(text) else set()
    for q in find(_ratio(text)):
        if q.kind in ("date", "month_day", "ratio"):
            found.add(("date" if q.kind != "ratio" else "ratio", q.canonical))
        elif q.value is not None and q.kind not in ("document", "ordinal", "locator", "year", "month"):
            found.add(_base(q.kind, q.value, q.unit, q.scale))
    return frozenset(found)


_HALF = re.compile(r"一半|减半|对半|折半|半数")


def _ratio(text: str) -> str:
    return re.sub(r"(?<=\d)\s*[∶：]\s*(?=\d)", ":", text)


def _base(kind: str, value: Decimal, unit: str, scale: str) -> Quantity:
    value = value.normalize()
    if kind == "money" or unit == "元" or (scale and not unit):
        return "元", value
    if kind in ("percent", "points"):
        return ("%" if kind == "percent" else "百分点"), value
    if unit in ("年", "月", "个月"):
        return "月", (value * 12 if unit == "年" else value).normalize()
    if unit in ("天", "日", "工作日", "个工作日"):
        return "日", value
    if unit in ("级", "分", ""):
        return unit, value
    return "n", value


def same(one: Quantity, other: Quantity) -> bool:
    """Say whether two quantities may be read as the same one: 0.5 is 50%, a bare number is any count of it."""
    if one == other:
        return True
    (kind, value), (their_kind, theirs) = one, other
    if kind == their_kind == "date":
        return str(value).endswith(str(theirs)) or str(theirs).endswith(str(value))
    if isinstance(value, str) or isinstance(theirs, str) or (kind and their_kind):
        return False
    return (
        value == theirs
        or (kind == "%" and theirs * 100 == value)
        or (their_kind == "%" and value * 100 == theirs)
    )


def stated_in(figure: Figure, stated: Iterable[Quantity]) -> bool:
    """Say whether a value stands among quantities, in whatever words."""
    own = quantities(words(figure))
    return not own or any(same(mine, theirs) for mine in own for theirs in stated)


def equal(one: Figure, other: Figure) -> bool:
    """Say whether two values are the same however they are written."""
    return stated_in(one, quantities(words(other)))


# ---------------------------------------------------------------- kinds


def _kind(figure: Figure) -> str | None:
    """Return what kind of value it is; None is one that cannot be asked for."""
    if figure.qualifier not in _PLAIN or "（" in figure.unit or len(quantities(words(figure))) != 1:
        return None
    if isinstance(figure.value, str):
        if _day(figure):
            return "date"
        return "ratio" if re.fullmatch(r"1[:：]\d", figure.value) and not figure.unit else None
    return figure.unit if figure.unit and figure.value > 0 else None


def _day(figure: Figure) -> date | None:
    if isinstance(figure.value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", figure.value):
        return date.fromisoformat(figure.value)
    return None


_THINGS = {
    "paid": re.compile(r"补|奖|资助|贴息|支持"),
    "income": re.compile(r"营业?收入?|收入|利润|销售"),
    "assets": re.compile(r"资产总额|融资|估值"),
    "spent": re.compile(r"投入|投资|研发"),
}


def _thing(figure: Figure) -> str:
    if "元" not in figure.unit:
        return ""
    return next((thing for thing, said in _THINGS.items() if said.search(figure.name)), "")


def likeness(one: str, other: str) -> float:
    """Return the share of character pairs that two names have in common, 0..1."""
    a = {one[at : at + 2] for at in range(len(one) - 1)}
    b = {other[at : at + 2] for at in range(len(other) - 1)}
    return len(a & b) / max(1, len(a | b))


# ---------------------------------------------------------------- wrong values


def wrong_values(
    place: Place, figure: Figure, pool: Pool, dice: random.Random, count: int = OPTIONS - 1
) -> list[Wrong]:
    """Return `count` wrong values of the figure's kind and unit; none where there are not so many.

    Real ones, what other documents put for the same thing, go before values that are just off.
    """
    kind = _kind(figure)
    assert kind is not None
    barred = set(place.stated)
    for (
        clause
    ) in place.policy.clauses:  # put differently at another place of the document, it is not wrong either
        for theirs in clause.figures:
            if likeness(figure.name, theirs.name) >= 2 * _ALIKE:
                barred |= quantities(words(theirs))
    off = _just_off(figure)
    dice.shuffle(off)
    fit: list[Wrong] = []
    for one in [
        *_told_elsewhere(place, figure, pool[kind]),
        *(Wrong(one, OFF) for one in off),
    ]:
        if not stated_in(one.figure, barred) and not any(equal(one.figure, known.figure) for known in fit):
            fit.append(one)
    return _spread(figure, fit, count, dice)


def _told_elsewhere(place: Place, figure: Figure, others: Iterable[tuple[Place, Figure]]) -> list[Wrong]:
    """Return what other documents put for the same thing, put as the key is; replaced documents first."""
    kin = {*place.policy.supersedes, *place.policy.superseded_by}
    thing = _thing(figure)
    ranked: list[tuple[int, float, str, str, Wrong]] = []
    for other, theirs in others:
        if other.policy.id == place.policy.id:
            continue
        near = likeness(figure.name, theirs.name)
        alike = near >= _ALIKE or (thing != "" and thing == _thing(theirs) and near > 0)
        if not alike or not _in_size(figure, theirs):
            continue
        held = "" if other.status is Status.IN_FORCE else f"，{other.status.label}"
        shown = figure.model_copy(update={"value": theirs.value})
        said = words(theirs)
        tail = "" if said == words(shown) else f"（写作{said}）"
        origin = f"出自{other.called}的“{theirs.name}”{tail}{held}"
        tier = 0 if other.policy.id in kin else 1
        ranked.append((tier, -near, words(shown), origin, Wrong(shown, origin)))
    return [wrong for *_, wrong in sorted(ranked, key=lambda one: one[:4])]


def _in_size(figure: Figure, other: Figure) -> bool:
    """Say whether a value looks like the key's equal: no finer, no coarser, of its order."""
    key, theirs = figure.value, other.value
    if isinstance(key, str) or isinstance(theirs, str):
        return isinstance(key, str) and isinstance(theirs, str)
    if not key / _WIDEST <= theirs <= key * _WIDEST:
        return False
    return _decimals(theirs) == _decimals(key) and abs(_figures(theirs) - _figures(key)) <= 1


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _figures(value: Decimal) -> int:
    """Return the number of figures before the closing zeros: 1500 has two."""
    return len(value.normalize().as_tuple().digits)


def _just_off(figure: Figure) -> list[Figure]:
    """Return values near the key, as round as it is."""
    day = _day(figure)
    values: list[Decimal | str]
    if day is not None:
        values = [str(one) for one in _days_off(day)]
    elif isinstance(figure.value, str):
        values = [one for one in ("1:1", "1:2", "1:3", "1:4", "1:5") if one != figure.value]
    else:
        values = [
            value
            for value in _numbers_off(figure.value)
            if value <= max(_MOST.get(figure.unit, value), figure.value)
            and _decimals(value) == _decimals(figure.value)
        ]
    return [figure.model_copy(update={"value": value}) for value in values]


def _numbers_off(value: Decimal) -> list[Decimal]:
    digits, exponent = value.normalize().as_tuple().digits, value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    grain = Decimal(1).scaleb(exponent)
    many = int("".join(map(str, digits)))
    if many >= 10:
        grid = 5 if many % 5 == 0 else 1
        steps = {max(grid, round(many * share / grid) * grid) for share in (0.1, 0.2, 0.34, 0.5)}
        near = [many + sign * step for step in sorted(steps) for sign in (-1, 1)]
    else:
        near = [many + step for step in (-3, -2, -1, 1, 2, 3, 4)]
    found = [grain * one for one in near if one > 0]
    if many == 1 and exponent > 0:
        found += [grain / 10 * one for one in (5, 6, 8)]
    return found


def _days_off(day: date) -> list[date]:
    """Return days a month or two away that end a month where the day does, and the same day a year away."""
    ends = (day + timedelta(days=1)).month != day.month
    found = []
    for step in (-2, -1, 1, 2, 3, -12, 12):
        months = day.year * 12 + day.month - 1 + step
        year, month = divmod(months, 12)
        last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        found.append(date(year, month + 1, last if ends else min(day.day, last)))
    return found


def _spread(figure: Figure, fit: Sequence[Wrong], count: int, dice: random.Random) -> list[Wrong]:
    """Choose so that the key is now the least, now the greatest, now between: its place gives nothing away."""
    below = [one for one in fit if _order(one.figure) < _order(figure)]
    above = [one for one in fit if _order(one.figure) > _order(figure)]
    if len(below) + len(above) < count:
        return []
    low = dice.randint(max(0, count - len(above)), min(count, len(below)))
    taken = [*below[:low], *above[: count - low]]
    return sorted(taken, key=lambda one: [id(wrong) for wrong in fit].index(id(one)))


def _order(figure: Figure) -> Decimal:
    if isinstance(figure.value, Decimal):
        return figure.value
    day = _day(figure)
    return Decimal(day.toordinal()) if day else Decimal(figure.value.rpartition(":")[2] or 0)


def in_order(figures: Iterable[Figure]) -> list[Figure]:
    """Return values from the least to the greatest."""
    return sorted(figures, key=_order)
