"""Amounts read from clauses: subject, year, measure, quantity — 去年 研发 一百六十万.

A measure word claims the nearest quantity whose unit fits it; what no word claims is read from what the clause before
was about, or is left alone. Rows of amounts and comparisons of two years are read first, see `series` and `relations`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from assistant.hearing.clauses import Clause, Year
from assistant.hearing.measures import (
    ASKED_MEASURE,
    FACTS,
    PER_FACT,
    STOCKS,
    VERB,
    Mention,
    claimed_by,
    fitted,
    is_idle,
    mentions_in,
)
from assistant.hearing.reading import Reading
from assistant.hearing.relations import Bounds, Relation, change_sign, read_relation, solve
from assistant.hearing.series import Series, find_series, span_in, years_of
from assistant.hearing.spots import Spot, spots_of
from assistant.hearing.telling import tell, vague


def read_amounts(
    clauses: Sequence[Clause], asked: str | None, before: Mapping[str, Bounds], topic: str | None = None
) -> Iterator[Reading]:
    """Yield the amounts told, and those that follow from comparing two years.

    Args:
        clauses: Of one message.
        asked: The fact the last reply asked for; a bare number answers it.
        before: What figures that stand lie between.
        topic: The fact a correction speaks of where it names none: 记错了，是3260万.
    """
    reader = _Reader(asked or topic)
    reader.known = {
        bounds[0]: PER_FACT[fact][0]
        for fact, bounds in before.items()
        if fact in PER_FACT and bounds[0] == bounds[1]
    }
    if reader.measure is None:
        reader.measure = reader.default = _said_afterwards(clauses)
    elif not any(mentions_in(clause.text) for clause in clauses):
        reader.default = reader.measure  # 去年？去年一百三。
    reader.groups = any(m.measure.name in _GROUPS for c in clauses for m in mentions_in(c.text))
    found = [
        reading
        for _, sentence in groupby(clauses, key=lambda c: c.sentence)
        for reading in reader.read(list(sentence))
    ]
    yield from _totals_first(found)
    now = {one.fact: bounds for one in found if (bounds := _bounds(one)) is not None}
    yield from solve(reader.relations, {**before, **now})


def _bounds(one: Reading) -> Bounds | None:
    if one.low is not None and one.high is not None:
        return one.low, one.high
    return (one.value, one.value) if isinstance(one.value, Decimal) else None


_TOTAL = re.compile(r"一共|总共|合计|拢共|总计|共计|加起来|全厂|全公司|总人数")


def _totals_first(found: Iterable[Reading]) -> Iterator[Reading]:
    """Yield readings; where a total of people was told, parts of it told before are left out."""
    kept = list(found)
    total = [one for one in kept if one.fact == "employees_y1" and one.total]
    for one in kept:
        if one.fact != "employees_y1" or not total or one.total:
            yield one


def _said_afterwards(clauses: Sequence[Clause]) -> str | None:
    """Return the measure where it is only said at the end: 前年两千八，去年三千三，说的是营收."""
    quiet = [c for c in clauses if c.mine and c.real and all(s.unit == "years" for s in spots_of(c.text))]
    named = {
        m.measure.name for c in clauses for m in mentions_in(c.text) if not m.measure.name.startswith("-")
    }
    if len(named) != 1 or not quiet:
        return None
    last = quiet[-1].text
    alone = any(m.end == len(last) and _THESE_YEARS.fullmatch(last[: m.start]) for m in mentions_in(last))
    return named.pop() if alone or _POINTING.match(last) else None


_THESE_YEARS = re.compile(r"(?:(?:这|近|上面)?(?:几|[两二三四234])年的?)?")
_POINTING = re.compile(r"都?是|说的|讲的|我说|指的|这是|这些")


class _Reader:
    """What carries over from clause to clause: the measure spoken of, and the years named in the sentence."""

    def __init__(self, asked: str | None) -> None:
        self.measure: str | None = ASKED_MEASURE.get(asked or "")
        self.asked_year = PER_FACT.get(asked or "", ("", None))[1]
        self.agos: list[int] = []
        self.used: set[int] = set()
        """The years of the amounts told in the sentence with a year said."""
        self.pending: int | None = None
        """The year of a clause that told no amount yet: 23年刚缓过来，也就八千六."""
        self.topic: int | None = None
        """The year said together with a measure last: it holds for the measures that follow."""
        self.last: int | None = None
        """The year of the amount told last."""
        self.last_unit: str = ""
        """What the amount told last in the sentence counts."""
        self.told: set[str] = set()
        self.known: dict[Decimal, str] = {}
        """What each figure told before measures: 4800是前年的 speaks of the revenue told as 4800."""
        self.partial = False
        self.rests: dict[str | None, bool] = {None: True}
        """Of the clause being read: whether it says nothing besides a measure, years and amounts."""
        self.relations: list[Relation] = []
        self.default: str | None = None
        """The measure that is only said at the end."""
        self.groups = False
        """The staff is told group by group: 工人 is one of them."""
        self.first = True

    def read(self, sentence: Sequence[Clause]) -> Iterator[Reading]:
        """Yield what a sentence tells."""
        self.agos, self.topic, self.partial, self.last_unit = [], None, False, ""
        self.pending, self.used = None, set()
        if not self.first:
            self.measure = self.default
        self.first = False
        rows = find_series(sentence)
        for clause in sentence:
            self._part_of_year(clause)
            spots = _figures(clause)
            mentions = mentions_in(clause.text)
            starting = [row for row in rows if row[0].clause is clause]
            in_rows = {place.spot.start for row in rows for place in row if place.clause is clause}
            found = list(self._rows(starting, sentence, clause, mentions))
            spots = [spot for spot in spots if spot.start not in in_rows]
            found += self._each_year(clause, spots, mentions) or self._one_by_one(clause, spots, mentions)
            yield from found
            if (
                not any(s.unit in _AMOUNTS for s in spots)
                and not in_rows
                and (only := [m for m in mentions if not m.measure.name.startswith("-")])
            ):
                self.measure = only[-1].measure.name
            elif not spots and mentions and mentions[-1].measure.name in _LOOKALIKES and not in_rows:
                self.measure = mentions[-1].measure.name  # 利润总额嘛，去年二百六
            self._compare(clause, mentions)
            self._wait(clause, told=any(one.value is not None for one in found))
            self.agos += [year.ago for year in clause.years if year.ago not in self.agos]

    def _wait(self, clause: Clause, *, told: bool) -> None:
        """Keep the year a clause speaks of for the amount that follows, where it told none itself."""
        if told:
            self.pending = None
        elif clause.years:
            compared = _COMPARED.search(clause.text)
            self.pending = clause.years[0 if compared else -1].ago  # 去年比前年少花了
        elif self.last is not None and self.last > 1 and _THEN.search(clause.text):
            self.pending = self.last - 1

    def _part_of_year(self, clause: Clause) -> None:
        if clause.partial:
            self.partial = True
        elif re.search(r"全年|整年|一整年|整一年", clause.text) or (
            clause.years and "同期" not in clause.text
        ):
            self.partial = False

    # ------------------------------------------------------------ rows

    def _rows(
        self, rows: Sequence[Series], sentence: Sequence[Clause], clause: Clause, mentions: Sequence[Mention]
    ) -> Iterator[Reading]:
        """Read amounts side by side: one per year, or one per measure; what does not fit is asked."""
        for row in rows:
            names = [m.measure.name for m in mentions if m.end <= row[0].spot.start]
            if len(names) == len(row) and len(set(names)) == len(row):
                ago = self._year_before(clause, row[0].spot)
                for name, place in zip(names, row, strict=True):
                    yield from self._tell(name, place.spot, ago, True, place.clause)
                continue
            subject = names[-1] if names else self.measure
            if subject is None or subject.startswith("-"):
                continue
            self.measure = subject
            years = years_of(row, sentence, self.agos)
            if years is None:
                yield from self._unclear(subject, row)
                continue
            for ago, place in zip(years, row, strict=True):
                yield from self._tell(subject, place.spot, ago, True, place.clause)

    def _unclear(self, name: str, row: Series) -> Iterator[Reading]:
        clause, spot = row[0]
        fact = FACTS.get((name, fitted(spot, name).unit), {}).get(1)
        if fact is not None and clause.mine and clause.real:
            yield vague(fact, spot, "没说清哪个数是哪一年的")

    def _year_before(self, clause: Clause, spot: Spot) -> int:
        before = [y.ago for y in clause.years if y.end <= spot.start] or self.agos
        return before[-1] if before else 1

    def _each_year(self, clause: Clause, spots: Sequence[Spot], mentions: Sequence[Mention]) -> list[Reading]:
        """Read 近两年研发都在二百万上下: one amount for every year named."""
        if (
            len(spots) != 1
            or not re.search(r"都|均(?!每?年)|各|每年", clause.text)
            or _ADDED.search(clause.text)
        ):
            return []
        agos = [y.ago for y in clause.years] or list(range(1, span_in(clause.text) + 1)) or self.agos
        mention = claimed_by(spots[0], mentions, 0, len(clause.text), set(), clause.text)
        name = mention.measure.name if mention else self.measure
        if len(agos) < 2 or name is None or name.startswith("-"):
            return []
        self.measure = name
        return [one for ago in agos for one in self._tell(name, fitted(spots[0], name), ago, True, clause)]

    # ------------------------------------------------------------ one by one

    def _one_by_one(
        self, clause: Clause, spots: Sequence[Spot], mentions: Sequence[Mention]
    ) -> Iterator[Reading]:
        self.rests = _rests(clause, mentions) if spots else {None: True}
        previous: Spot | None = None
        for bare, mention in self._claims(clause, spots, mentions):
            name = self._measure_of(bare, mention, clause)
            if name is None or _is_inside(clause.text, bare, mention):
                continue
            spot = _as_share(clause.text, fitted(bare, name), name)
            year = self._year(clause, spot, name, explicit=mention is not None)
            moved, previous = _moved(clause, previous, spot), spot
            named = [y.ago for y in clause.years if y.end <= spot.start]
            if moved == "from" and len(named) < 2:
                if (name, spot.unit) in FACTS:
                    self.measure = name
                continue
            later = moved == "to" and self.last and name not in {"employees", "rd_staff", "tech_staff"}
            ago, dated = (self.last - 1, True) if later and self.last else year
            if moved == "from":
                ago, dated = named[-2], True  # 前年到去年从4100万掉到3700万
            if mention is not None and any(y.end <= spot.start for y in clause.years):
                self.topic = ago
            if not name.startswith("-") and spot.unit in _AMOUNTS:
                self.measure = name
            if name == "rd" and not spot.sure and spot.unit == "money" and self.last_unit == "people":
                yield vague("rd_expense_y1", spot, "没说是研发人数还是研发费用")
            elif self.groups and mention is not None and mention.said == "工人":
                yield vague("employees_y1", spot, "工人只是一部分，要职工总数")
            else:
                yield from self._tell(name, spot, ago, dated, clause)

    def _claims(
        self, clause: Clause, spots: Sequence[Spot], mentions: Sequence[Mention]
    ) -> Iterator[tuple[Spot, Mention | None]]:
        """Yield each quantity with the measure word that claims it, if any; what is called a slip is left out."""
        last_end, claimed = 0, set[int]()
        for i, spot in enumerate(spots):
            denied = i + 1 < len(spots) and _NOT_THIS.search(clause.text[: spot.start])
            if denied or _FORGET.match(clause.text[spot.end :]):
                wrong = claimed_by(spot, mentions, last_end, len(clause.text), claimed, clause.text)
                if wrong is not None and not wrong.measure.name.startswith("-"):
                    self.measure = wrong.measure.name  # 主营那个8350说错了 是8250
                continue
            next_start = spots[i + 1].start if i + 1 < len(spots) else len(clause.text)
            mention = claimed_by(spot, mentions, last_end, next_start, claimed, clause.text)
            if mention is not None or spot.unit in _AMOUNTS:
                last_end = spot.end
            if mention is not None:
                claimed.add(mention.start)
            yield spot, mention

    def _measure_of(self, spot: Spot, mention: Mention | None, clause: Clause) -> str | None:
        """Return what a quantity measures: what its word says, else what its unit or the talk before it says."""
        if mention is not None:
            if self.measure == "rd" and mention.measure.name == "-equity" and VERB.fullmatch(mention.said):
                return "rd"  # 研发明年准备投四百万，去年投了二百八十万
            lead = self.measure == "lead" and VERB.fullmatch(mention.said)
            return (None if mention.said[0] in "做干搞" else "lead") if lead else mention.measure.name
        if _spent(clause.text, spot):
            return None
        again = self.known.get(spot.value) if spot.value is not None and clause.years else None
        return again or self._by_unit(spot, clause) or self._carried(spot, clause)

    def _by_unit(self, spot: Spot, clause: Clause) -> str | None:
        text, before = clause.text, clause.text[: spot.start]
        if spot.unit == "money" and re.search(r"[含带]税", text):
            return self.measure if self.measure in {"revenue", "main"} else "revenue"
        if spot.unit == "people" and spot.sure and not _PART.search(before):
            if _USERS.match(text[spot.end :]):
                return None  # 上ERP，十一个人用
            few = spot.high < _FEW and _SOMEBODY.match(text[spot.end :]) and not _TOTAL.search(before)
            return None if few else "employees"
        if spot.unit == "count" and self.groups and _TOTAL.search(before):
            return "employees"  # 研发六个，管理五个，一共五十二个
        if spot.unit == "percent" and self.measure == "debt_ratio" and _MOVED.search(before):
            return "debt_ratio"  # 还了贷款降到四成八
        if spot.unit == "percent" and self.measure == "share" and _MARKET.search(text):
            return "share"
        if spot.unit == "percent" and "占" in before and is_idle(before[: before.find("占")]):
            return self.measure if (self.measure, "percent") in FACTS else None
        return None

    def _says_nothing_else(self) -> bool:
        return self.rests[self.measure] if self.measure in self.rests else self.rests[None]

    def _carried(self, spot: Spot, clause: Clause) -> str | None:
        """Return what was spoken of before, where a clause says nothing but year and amount."""
        if (spot.unit == "people" and spot.sure) or not self._says_nothing_else():
            return None
        if self.measure and (self.measure, fitted(spot, self.measure).unit) in FACTS:
            return self.measure
        dated = clause.years or self.agos or _YEARLY.search(clause.text)
        return "revenue" if spot.unit == "money" and spot.sure and dated and self.measure is None else None

    def _year(self, clause: Clause, spot: Spot, name: str, *, explicit: bool) -> tuple[int, bool]:
        """Return years back and whether a year was said: before the amount, else after it, else carried over."""
        if "同期" in clause.text[: spot.start] and self.last is not None:
            return self.last + 1, True
        before = [y for y in clause.years if y.end <= spot.start]
        if before:
            return before[-1].ago, True
        after = [y for y in clause.years if y.start >= spot.end]
        if (
            after
            and not _BETWEEN_YEAR.search(clause.text[spot.end : after[0].start])
            and not _figure_between(clause, spot, after[0])
        ):
            return after[0].ago, True
        if self.asked_year is not None and not self.agos and not explicit:
            return self.asked_year, True
        if name in STOCKS and _NOW.search(clause.text):
            return (1, False) if name in {"employees", "rd_staff", "tech_staff"} else (0, True)
        if self.pending is not None and name not in STOCKS:
            return self.pending, True
        if len(self.used) == 1:
            return next(iter(self.used)), True  # 去年的账还在审，前年营收四千，研发一百九
        if len(self.agos) == 1:
            return self.agos[0], True
        if self.topic is not None and FACTS.get((name, spot.unit), {}).get(1) in self.told:
            return self.topic, True  # 去年营收, 研发; 前年营收, 研发
        return 1, bool(self.agos)

    # ------------------------------------------------------------ telling

    def _tell(self, name: str, spot: Spot, ago: int, dated: bool, clause: Clause) -> Iterator[Reading]:
        partial = self.partial and not _TOTAL.search(clause.text)
        for one in tell(name, spot, ago, dated=dated, partial=partial, clause=clause):
            if one.fact == "market_share_pct" and one.fact in self.told:
                continue  # 全球两成，国内四成
            if one.value is not None or one.low is not None:
                self.told.add(one.fact)
                if dated:
                    self.used.add(ago)
                self.last_unit = spot.unit
                self.last = ago
            yield one.model_copy(update={"total": bool(_TOTAL.search(clause.text[: spot.start]))})

    def _compare(self, clause: Clause, mentions: Sequence[Mention]) -> None:
        names = [m.measure.name for m in mentions if not m.measure.name.startswith("-")]
        relation = read_relation(
            clause, spots_of(clause.text), names[0] if names else self.measure, self.agos
        )
        if relation is not None and not self.partial:
            self.relations.append(relation)


def _figures(clause: Clause) -> list[Spot]:
    """Return the quantities of a clause that are amounts: no years, and no changes (涨了三百万)."""
    return [
        spot
        for spot in spots_of(clause.text)
        if spot.unit != "years"
        and not any(y.start <= spot.start < y.end for y in clause.years)
        and not change_sign(clause.text, spot)
    ]


_AMOUNTS = {"money", "people", "percent"}
_FEW = 3
_ADDED = re.compile(r"加起来|合计|一共|总共|累计|平均")
_BETWEEN_YEAR = re.compile(r"[比跟较和与]")
_FORGET = re.compile(
    r"[哦啊呃噢嗯]*(?:不是?)*(?:是)?(?:我)?(?:去年|前年)?(?:[说记搞写看讲报念打]错|不对|不是(?=我?[说记搞写看讲报念打])|那是错)"
)
_YEARLY = re.compile(r"一年(?:下来)?(?:大概|大约|也就|差不多|约|能有|有|就)")
_NOT_THIS = re.compile(r"(?:不是|并非|不止是?)$")
_COMPARED = re.compile(r"比|较|跟|和")
_THEN = re.compile(r"后面|后来|接着|接下来|第二年|次年|转年|下一年|再往后|又一年|过了一年")
_LOOKALIKES = {"-profit", "-output", "-turnover"}
_NOW = re.compile(r"现在|目前|眼下|如今|当前|这会儿|今年")
_SPENT = re.compile(
    r"(?:块|元|钱)?(?:是)?(?:用来|拿去|花在)?(?:买|购|还(?!有|是|多)|付|交|租|搞|上(?!年|下)|装)"
)
_SHARE_BEFORE = re.compile(r"(?:占|比例|比重|强度|率)[^，]{0,10}$")
_PART = re.compile(r"其中|(?:(?<!厂)(?<!公司)(?<!单位)(?<!车间))(?:里头|里面|里边)|当中")
_USERS = re.compile(r"^\s*人?(?:在)?(?:用|使用|操作|上手|登录)")
_SOMEBODY = re.compile(r"^\s*人?(?:在|来|会|能|管|干|负责|弄|盯|忙|兼|用|做|跑|看)")
"""What 一个人 does: 就财务一个人在用 counts no staff."""
_INSIDE = re.compile(r"其中|里头|里面|当中|里边|里有|里$")
_GROUPS = {"-staff", "rd_staff", "tech_staff"}
_MARKET = re.compile(r"国内|全国|国外|海外")
_START = re.compile(r"[从由](?:原来的?)?$")
_MOVED_ON = re.compile(r"^\S{0,6}(?:到|至|成|为)")
_MOVED = re.compile(
    r"(?:涨|增|升|做|干|降|跌|掉|减|缩|变|提高|增长|下降|发展|扩)(?:长|加)?(?:到|至|成|为)了?\S{0,6}$"
)


def _is_inside(text: str, spot: Spot, mention: Mention | None) -> bool:
    """Return whether an amount is a part of what is named: 研发费用里有50万是委外的."""
    return mention is not None and _INSIDE.search(text[mention.end : spot.start]) is not None


def _as_share(text: str, spot: Spot, name: str) -> Spot:
    """Return a figure without a unit as a percentage where a share is spoken of: 研发占4.5."""
    if spot.sure or (name, "percent") not in FACTS or not _SHARE_BEFORE.search(text[: spot.start]):
        return spot
    return spot._replace(unit="percent")


def _spent(text: str, spot: Spot) -> bool:
    """Return whether the amount was put to something else: 四十万是买设备的."""
    return _SPENT.match(text[spot.end :]) is not None


def _moved(clause: Clause, previous: Spot | None, spot: Spot) -> str:
    """Return "from" for the undated start of a move (从2400万), "to" for its end where only the start has a year."""
    head = clause.text[: spot.start]
    if _START.search(head) and _MOVED_ON.search(clause.text[spot.end :]):
        return "from"
    if previous is None or not _MOVED.search(head) or not re.search(r"[从由]", clause.text[: previous.start]):
        return ""
    return "" if any(previous.end <= y.start for y in clause.years) else "to"


def _figure_between(clause: Clause, spot: Spot, year: Year) -> bool:
    return bool(_figures(clause.model_copy(update={"text": clause.text[spot.end : year.start], "years": ()})))


def _rests(clause: Clause, mentions: Sequence[Mention]) -> dict[str | None, bool]:
    """Return for each measure named whether a clause says nothing besides it, its years and amounts; None is no measure."""
    figures = [(y.start, y.end) for y in clause.years] + [(s.start, s.end) for s in spots_of(clause.text)]
    rests: dict[str | None, bool] = {}
    for name in {None, *(m.measure.name for m in mentions)}:
        left = list(clause.text)
        for start, end in figures + [(m.start, m.end) for m in mentions if m.measure.name == name]:
            left[start:end] = " " * (end - start)
        rests[name] = is_idle("".join(left))
    return rests
