"""What a clause demands in figures, and whether the asker's own figure reaches it: decided by rule, for that clause alone.

    read_terms("近两年研发费用总额均不低于100万元")      -> (Term(measure="研发费用", bound=">=", value=1000000, …),)
    read_own("我司成立8个月，研发费用20万元")            -> (Own(measure="成立时间", …), Own(measure="研发费用", …))
    compare(own, term).verdict                           -> "not_met"

Only figures of the same measure are compared: 研发费用占营业收入 and 研发人员占职工 are two things, and so are one year's
figure and the sum of two. 以上, 以下, 以内, 不低于, 不超过 take the figure in; 超过, 低于, 不足, 未满 leave it out.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.numbers import Bound, Quantity, find
from knowledge.record import Number, Record

Verdict = Literal["met", "not_met", "open"]
Span = Literal["", "each", "sum", "mean"]
"""Of several years: each of them, their sum, their mean; empty where one figure is meant."""


class Measure(NamedTuple):
    """A kind of figure."""

    name: str
    said: re.Pattern[str]
    units: frozenset[str]


_YUAN, _SHARE, _HEADS, _TIME, _ITEMS = (
    frozenset({"元"}),
    frozenset({"%"}),
    frozenset({"人"}),
    frozenset({"月"}),
    frozenset({"项"}),
)
_MEASURES: tuple[Measure, ...] = tuple(
    Measure(name, re.compile(said), units)
    for name, said, units in (
        ("研发费用占比", r"(?:研发|研究开发|R&D)(?:费用?|投入|经费|支出|资金|强度)?(?:总额|合计)?(?:的|都|均|只|才|大概|每年)?"
         r"(?:占[^，。；]{0,16})?(?:占比|比重|比例|强度|占)|研发(?:费用?|投入|经费)(?:大概|大约|才|只有|不到|超过|是|有|在|也就|就)*$",
         _SHARE),
        ("研发人员占比", r"(?:研发|科技|技术|研究)人员(?:数量?|总数)?[^，。；]{0,4}(?:占[^，。；]{0,14})?(?:占比|比重|比例|占)",
         _SHARE),
        ("主营业务收入占比", r"(?:主营业务收入|主导产品(?:销售)?收入|主营)[^，。；]{0,4}占[^，。；]{0,12}|主营(?:业务)?(?:收入)?占比",
         _SHARE),
        ("资产负债率", r"(?:资产)?负债率", _SHARE),
        ("营业收入增长率", r"(?:营业收入|营收|主营业务收入|销售(?:收入|额))[^，。；]{0,8}(?:增长率?|增速|增幅)", _SHARE),
        ("利润增长率", r"利润[^，。；]{0,8}(?:增长率?|增速|增幅)", _SHARE),
        ("市场占有率", r"市场(?:占有率|份额)|市占率", _SHARE),
        ("设备联网率", r"(?:设备)?联网率", _SHARE),
        ("数控化率", r"数控化率", _SHARE),
        ("数字化投入占比", r"数字化(?:改造|转型)?(?:投入|费用|支出)[^，。；]{0,4}(?:占[^，。；]{0,12}|占比|比重|比例)", _SHARE),
        ("贷款比例", r"贷款[^，。；]{0,6}(?:占[^，。；]{0,12}|占比|比例)", _SHARE),
        ("研发费用", r"(?:研发|研究开发|R&D)(?:费用?|投入|经费|支出|资金)|研发(?:上|方面)?(?:一共|大概|才|只)?(?:花|投|用)了?", _YUAN),
        ("营业收入", r"营业(?:总)?收入|营收|主营业务收入|销售(?:收入|额)|年?销售|年?收入|流水", _YUAN),
        ("总资产", r"总资产|资产总额", _YUAN),
        ("净资产", r"净资产", _YUAN),
        ("总负债", r"总?负债(?!率)(?:总额)?", _YUAN),
        ("净利润", r"净利润|利润总额|利润", _YUAN),
        ("纳税额", r"纳税|缴税|交税|税收|上税", _YUAN),
        ("注册资本", r"注册资(?:本|金)|实缴资本", _YUAN),
        ("融资额", r"融资|股权投资", _YUAN),
        ("产值", r"产值", _YUAN),
        ("软件投入", r"软件[^，。；]{0,6}(?:投入|投资|支出|采购|购置|花)", _YUAN),
        ("数字化投入", r"数字化[^，。；]{0,8}(?:投入|投资|支出|合同|花)额?|改造合同(?:金?额)?", _YUAN),
        ("设备投资", r"设备[^，。；]{0,8}(?:投入|投资|购置|采购|花|款)(?!者|人|机构)额?", _YUAN),
        ("固定资产投资", r"固定资产投资|技改(?:投资|投入)|项目(?:总)?投资|总投资|投资(?:总)?额|投资(?!者|人|机构)", _YUAN),
        ("合同额", r"合同(?:金|总)?额|合同价款?", _YUAN),
        ("贷款额", r"贷款(?:金额|余额|额度)?", _YUAN),
        ("研发人员数", r"(?:研发|科技|技术)人员|研发人手", _HEADS),
        ("参保人数", r"参保|社保|缴纳社会保险", _HEADS),
        ("从业人员", r"从业人员|员工|职工|人数|在职|用工|工人|人员规模", _HEADS),
        ("从事细分市场时间", r"从事[^，。；]{0,16}(?:市场|领域|行业|时间|年限)|深耕|专注", _TIME),
        ("缴纳社保时间", r"(?:缴纳?|交|参加?)[^，。；]{0,4}(?:社会保险|社保)|(?:社会保险|社保)(?:费)?(?:缴|交)", _TIME),
        ("成立时间", r"成立|注册|设立|登记|开办|经营|开业|创办|运营", _TIME),
        ("发明专利", r"发明专利|发明", _ITEMS),
        ("软件著作权", r"软件著作权|软著", _ITEMS),
        ("实用新型", r"实用新型", _ITEMS),
        ("知识产权", r"(?:Ⅰ|I|Ⅱ|II|一|二)?类?知识产权|专利", _ITEMS),
        ("服务案例", r"案例|成功项目|服务(?:过|企业|客户)", _ITEMS),
        ("面积", r"面积|厂房|场所|场地", frozenset({"平方米"})),
        ("得分", r"得分|评分|分数|总分|评价", frozenset({"分"})),
    )
)  # fmt: skip
"""What conditions are told in. The order counts: what stands first is the closer word for the same stretch."""

_BASES: tuple[tuple[str, str], ...] = (
    ("主营业务收入", r"主营业务收入|主营收入"),
    ("营业收入", r"营业(?:总)?收入|营收|销售(?:收入|额)|总?收入"),
    ("成本", r"成本"),
    ("投资", r"总?投资|投入总额|总投入"),
    ("人数", r"职工|员工|从业人员|总人数|人数|人员总数|全体"),
    ("产值", r"产值"),
    ("利润", r"利润"),
)


class Figure(Record):
    """A figure that is said of something."""

    measure: str
    """Its name in `_MEASURES`; empty where what it is of is not said, or not known."""
    about: str
    """The words it hangs on, as written."""
    low: Number | None
    """In yuan, %, heads, months, pieces; None is open downwards."""
    high: Number | None
    unit: str
    base: str = ""
    """What a share is of; empty where that is not said."""
    span: Span = ""
    text: str
    """The figure with its bound, as written."""
    sentence: str
    """The stretch it stands in, verbatim."""


class Own(Figure):
    """What the asker says of the own firm."""

    worked: str = ""
    """How a share was worked out of two sums; empty where it was told."""


class Term(Figure):
    """What a clause demands: the figure must lie between `low` and `high`."""

    strict: bool = False
    """The figure itself is left out: 超过, 低于, 不足."""
    alternative: bool = False
    """One of several ways: 或, 之一."""
    free: bool = False
    """无需…: nothing is demanded."""


class Compared(Record):
    """An own figure beside a demand."""

    own: Own
    term: Term
    verdict: Verdict
    why: str = ""
    """Why it is open."""


# ------------------------------------------------------------------ reading


def read_terms(text: str, heading: str = "") -> tuple[Term, ...]:
    """Return what a clause demands in figures; what it pays, and when, is none of it.

    Args:
        text: The clause.
        heading: Named where the clause itself does not say what its figure is of.
    """
    terms: list[Term] = []
    for line in text.split("\n"):
        row = bool(re.search(r"[^；：]{1,20}：[^；]+；", line))
        found = find(line)
        taken: set[int] = set()
        for n, q in enumerate(found):
            if n in taken or q.value is None or not (unit := _unit(q)):
                continue
            reach = _range(line, found, n)
            if reach is not None:
                taken.add(n + 1)
            term = _term(line, q, reach, unit, heading, row=row)
            if term is not None:
                terms.append(term)
        terms += _freed(line)
    return tuple(terms)


def _range(line: str, found: Sequence[Quantity], n: int) -> Quantity | None:
    """Return the upper end of a range that begins at a number: 5000万元—1亿元."""
    if n + 1 < len(found) and re.fullmatch(
        r"\s*[—–\-~～－至到]+\s*", line[found[n].end : found[n + 1].start]
    ):
        return found[n + 1] if found[n + 1].value is not None else None
    return None


def _term(
    line: str, q: Quantity, reach: Quantity | None, unit: str, heading: str, *, row: bool
) -> Term | None:
    part, offset = _part(line, q.start)
    left, right = part[: q.start - offset], part[(reach or q).end - offset :]
    bound = q.bound or _bound(left, right)
    if (reach is None and not bound) or _pays(left, right):
        return None
    above = line[: q.start].rpartition("。")[2].rpartition("；")[2]
    named = (
        _measure(left, right, unit)
        or (_share_of(above) if unit == "%" and "占" in left else None)
        or (_measure(line[: q.start], "", unit) if row else None)
        or _measure(above, "", unit)
        or _measure(heading.rpartition(" > ")[2], "", unit)
    )
    if named is None:
        return None
    measure, about = named
    value = _value(q, unit)
    low = value if reach is not None or bound in (">=", ">") else None
    high = _value(reach, unit) if reach is not None else value if low is None else None
    sentence = _sentence(line, q.start)
    return Term(
        measure=measure,
        about=about,
        low=low,
        high=high,
        unit=unit,
        base=_base(left + right) or _base(about) if unit == "%" else "",
        span=_span(sentence[: sentence.find(q.text) + len(q.text)] if row else left),
        text=_as_written(line, q, reach),
        sentence=sentence,
        strict=reach is None and bound in (">", "<"),
        alternative=bool(re.search(r"或者?(?!以)|之一|任一|其一", sentence)),
    )


def _freed(line: str) -> Iterator[Term]:
    """Give the demands a clause says are none: 无需研发投入, 不再要求知识产权."""
    for match in re.finditer(r"(?:无需|无须|不需要?|不再要求|取消|免除?|没有)([^，。；、]{2,14})", line):
        for unit in ("元", "%", "人", "月", "项"):
            named = _measure(match[1], "", unit)
            if named is not None and named[0] not in {"合同额", "固定资产投资", "服务案例"}:
                yield Term(
                    measure=named[0], about=named[1], low=None, high=None, unit=unit,
                    text=match[0], sentence=_sentence(line, match.start()), free=True,
                )  # fmt: skip
                break


def read_own(text: str, *, on: date) -> tuple[Own, ...]:
    """Return the figures a question tells of the asker's own firm, shares worked out of two sums included.

    A figure that is told as the rule's (要3%以上, 文件规定…) is none.
    """
    own: list[Own] = []
    for q in find(text):
        part, offset = _part(text, q.start)
        left, right = part[: q.start - offset], part[q.end - offset :]
        if _RULES.search(left) or (q.bound in (">=", "<=") and not _MINE.search(part)):
            continue
        told = _age(q, left, right, on) if q.value is None else _told(q, left, right, text)
        if told is not None:
            own.append(told)
    return (*own, *_worked_out(own))


_RULES = re.compile(
    r"(?:要求|规定|文件|办法|门槛|标准|条件|政策|细则|通知|条款|他们|上面|里面|写的?)[^，。；]{0,8}$|(?:要|得|须|需)(?:求|要|达到|有|满|够)?$"
    r"|(?:够|达到?|到|满足|符合|超|超过)(?:不够|没|了)?$"
)
_MINE = re.compile(r"我|咱|本公司|本厂|敝|俺|厂里")


def _told(q: Quantity, left: str, right: str, text: str) -> Own | None:
    unit = _unit(q)
    if not unit:
        return None
    if unit == "项" and re.match(r"(?:研发|技术|科技)?(?:人员?|员工|职工|工人)", right):
        unit = "人"
    named = _measure(left, right, unit) or (
        ("从业人员", "人") if unit == "人" and _MINE.search(text) else None
    )
    if named is None and unit != "%":
        return None
    value, low, high = _value(q, unit), q.low, q.high
    ends = (value, value) if not q.approx else (_scaled(low, q, unit), _scaled(high, q, unit))
    if q.bound in ("<", "<="):
        ends = (None, value)
    elif q.bound in (">", ">="):
        ends = (value, None)
    return Own(
        measure=named[0] if named else "",
        about=named[1] if named else re.sub(r"^.*(?:我们?|公司|厂)的?", "", left)[-12:],
        low=ends[0],
        high=ends[1],
        unit=unit,
        base=_base(left + right[:12]) if unit == "%" else "",
        span=_span(left),
        text=_as_written(text, q, None),
        sentence=_sentence(text, q.start),
    )


def _age(q: Quantity, left: str, right: str, on: date) -> Own | None:
    """Return how long the firm has stood, of a year, month or day it names: 2019年成立."""
    if q.kind not in {"year", "month", "date"} or not re.search(
        r"^[^，。；]{0,4}(?:成立|注册|设立|开办|创办)|(?:成立|注册|设立|开办|创办)[于在]?$",
        right[:8] if right else left[-6:],
    ):
        return None
    year, *rest = (int(part) for part in q.canonical.split("-"))
    first = (on.year - year) * 12 + on.month
    if len(rest) == 2:  # to the day: the month under way does not count
        whole = Decimal(first - rest[0] - (on.day < rest[1]))
        months = (whole, whole + (Decimal("0.9") if on.day != rest[1] else 0))
    else:
        months = (
            (Decimal(first - rest[0] - 1), Decimal(first - rest[0]))
            if rest
            else (Decimal(first - 12), Decimal(first - 1))
        )
    if months[1] < 0:
        return None
    return Own(
        measure="成立时间", about="成立", low=max(months[0], Decimal(0)), high=months[1], unit="月",
        text=q.text, sentence=left + q.text + right,
    )  # fmt: skip


_DERIVED = (
    ("研发费用占比", "研发费用", "营业收入", "营业收入"),
    ("研发人员占比", "研发人员数", "从业人员", "人数"),
    ("资产负债率", "总负债", "总资产", ""),
)


def _worked_out(own: Sequence[Own]) -> Iterator[Own]:
    """Give the shares that two exact figures make: 研发140万 of 营收5000万 is 2.8%."""
    known = {one.measure: one for one in own if one.low is not None and one.low == one.high}
    for share, part, whole, base in _DERIVED:
        if any(one.measure == share for one in own) or part not in known or whole not in known:
            continue
        above, below = known[part].low, known[whole].low
        if above is None or not below:
            continue
        percent = above * 100 / below
        shown = f"{round(percent, 2).normalize():f}%"
        yield Own(
            measure=share, about=share, low=percent, high=percent, unit="%", base=base, text=shown, sentence="",
            worked=f"{known[part].text}÷{known[whole].text}={'' if percent == round(percent, 2) else '约'}{shown}",
        )  # fmt: skip


# ------------------------------------------------------------------ words around a number


def _part(text: str, at: int) -> tuple[str, int]:
    """Return the stretch between commas that holds a place, and where it begins."""
    start = max(text.rfind(mark, 0, at) for mark in "，。；：！？\n,;") + 1
    ends = [end for mark in "，。；！？\n,;" if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))], start


def _sentence(text: str, at: int) -> str:
    start = max(text.rfind(mark, 0, at) for mark in "。；\n") + 1
    ends = [end for mark in "。；\n" if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))].strip()


def _measure(left: str, right: str, unit: str) -> tuple[str, str] | None:
    """Return what a figure is of: the last such words before it, else the first after it; None where none are there."""
    left = re.sub(r"（[^（）]*）|\([^()]*\)", "", left)
    found: list[tuple[int, int, str, str]] = []
    for rank, measure in enumerate(_MEASURES):
        if unit not in measure.units:
            continue
        found += [(m.end(), -rank, measure.name, m[0]) for m in measure.said.finditer(left)]
    if found:
        return max(found)[2:]
    after: list[tuple[int, int, str, str]] = []
    for rank, measure in enumerate(_MEASURES):
        if unit in measure.units and (match := measure.said.search(right[:14])):
            after.append((match.start(), rank, measure.name, match[0]))
    return min(after)[2:] if after else None


def _share_of(above: str) -> tuple[str, str] | None:
    """Return what a share is of whose subject stands in an earlier stretch: 研发费用合计…，且占营业收入比重…."""
    subjects = (
        ("研发费用占比", r"(?:研发|研究开发)(?:费用?|投入|经费|支出)"),
        ("研发人员占比", r"(?:研发|科技|技术)人员"),
        ("主营业务收入占比", r"主营业务收入|主导产品"),
        ("数字化投入占比", r"数字化(?:改造|转型)?(?:投入|费用|支出)"),
    )
    found = [(match.end(), name, match[0]) for name, said in subjects for match in re.finditer(said, above)]
    return max(found)[1:] if found else None


def _bound(left: str, right: str) -> Bound:
    """Return the bound that words without a number word give: 满一年, 达到3%."""
    if re.search(r"(?:满|达到?|具有|拥有|具备|取得|至少有|须有|应有)$", left):
        return ">="
    return "<=" if re.match(r"(?:之内|以内|内)", right) else ""


def _pays(left: str, right: str) -> bool:
    """Return whether a figure is what is paid rather than what is asked: 按…的15%给予, 最高50万元."""
    if re.match(
        r"(?:以内|以下)?的?(?:比例|标准|额度)?(?:[^，。；]{0,4})(?:给予|予以|补助|补贴|奖励|资助|贴息|支持|返还)",
        right,
    ):
        return not re.match(r"(?:及|\(含\)|（含）)?以上的", right)
    return bool(re.search(r"(?:补助|补贴|奖励|奖补|资助|贴息|给予|予以|最高|上限|封顶|单户|每户|每家)[^，。；]{0,10}$", left))  # fmt: skip


def _span(said: str) -> Span:
    if re.search(r"平均|年均|均值", said):
        return "mean"
    if re.search(r"均(?!线|衡)|每年|各年|连续|分别|都(?=不|超|达|在)", said):
        return "each"
    return "sum" if re.search(r"合计|累计|总计|之和|总和|加起来|一共", said) else ""


def _base(said: str) -> str:
    shared = re.search(r"占([^，。；]{0,14})", said)
    if shared is None:
        return ""
    return next((name for name, words in _BASES if re.search(words, shared[1])), "")


def _unit(q: Quantity) -> str:
    """Return the unit a figure is compared in; empty where it counts nothing of a firm."""
    if q.kind == "money":
        return "元" if q.unit == "元" else ""
    if q.kind == "percent":
        return "%"
    if q.kind != "number":
        return ""
    if q.scale and not q.unit:
        return "元"
    return _UNITS.get(q.unit, "")


_UNITS = {
    **dict.fromkeys(("人", "名", "位"), "人"),
    **dict.fromkeys(("年", "月", "个月", "天", "日"), "月"),
    **dict.fromkeys(("项", "件", "个", "条", "家", "款"), "项"),
    "平方米": "平方米",
    "平米": "平方米",
    "分": "分",
}


def _value(q: Quantity, unit: str) -> Decimal:
    return _scaled(q.value, q, unit) or Decimal(0)


def _scaled(value: Decimal | None, q: Quantity, unit: str) -> Decimal | None:
    if value is None or unit != "月":
        return value
    return value * 12 if q.unit == "年" else value / 30 if q.unit in {"天", "日"} else value


def _as_written(line: str, q: Quantity, reach: Quantity | None) -> str:
    """Return a figure with the words that bound it: 不低于100万元, 3%以上, 满一年."""
    before = re.search(
        r"(?:均|合计|累计)?(?:不[低少小高多大]于|不得(?:低|少|高|多)于|不超过|不得超过|至少|最低|最高|最多|超过|高于|大于|低于|少于|小于|不足|不到|未满|不满|满|达到?|[≥≤＞＜><])$",
        line[: q.start],
    )
    end = (reach or q).end
    after = re.match(r"\s*[)）]?(?:及以上|以上|及以下|以下|以内|之内|（含）以上|不到|不足)", line[end:])
    return f"{before[0] if before else ''}{line[q.start : end]}{after[0] if after else ''}"


# ------------------------------------------------------------------ comparing


def compare(own: Own, term: Term) -> Compared:
    """Decide one figure against one demand of the same measure; open where both do not speak of the same."""
    why = _unlike(own, term)
    verdict: Verdict = "open" if why else _within(own, term)
    if not why and verdict == "open":
        why = f"说的“{own.text}”是个大概数，跨在这条线的两边，要准确数才能判断"
    return Compared(own=own, term=term, verdict=verdict, why=why)


def _unlike(own: Own, term: Term) -> str:
    """Return why two figures of one measure still cannot be compared; empty where they can."""
    if own.base and term.base and own.base != term.base:
        return f"口径不同：条款说的是占{term.base}，您说的是占{own.base}"
    reached = term.low is not None and own.low is not None and own.low >= term.low
    if term.span == "sum" and own.span != "sum" and not reached:
        return "条款要的是几年合计，您说的是一年的数"
    if term.span == "mean" and own.span != "mean":
        return "条款要的是几年平均，您说的是一年的数"
    if own.span == "sum" and term.span != "sum":
        return "条款要的是一年的数，您说的是几年合计"
    return ""


def _within(own: Own, term: Term) -> Verdict:
    """Say whether all the own figure may be lies within the demand, none of it, or some."""
    least, most = own.low, own.high
    if term.low is not None:
        if most is not None and (most < term.low or (term.strict and most <= term.low)):
            return "not_met"
        if least is None or least < term.low or (term.strict and least <= term.low):
            return "open"
    if term.high is not None:
        if least is not None and (least > term.high or (term.strict and least >= term.high)):
            return "not_met"
        if most is None or most > term.high or (term.strict and most >= term.high):
            return "open"
    return "met"


def differ(one: Term, other: Term) -> bool:
    """Return whether two clauses demand different figures of the same thing."""
    if one.measure != other.measure or (one.base and other.base and one.base != other.base):
        return False
    if one.free or other.free:
        return one.free != other.free
    if one.unit != other.unit or {one.span, other.span} == {"sum", "each"}:
        return False
    return (one.low, one.high) != (other.low, other.high)
