"""What takes two figures or a whole message to read: a deduction, a growth, a fund's money, what is wanted.

A figure worked out from two told ones says so; a deduction nobody carried through is marked to be confirmed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.hearing.amounts import Reading, spots_of, tidy
from assistant.hearing.clauses import Clause


def read_derived(
    clauses: Sequence[Clause], told: Mapping[str, Decimal], on: date, last: str | None
) -> Iterator[Reading]:
    """Yield what follows from several figures.

    Args:
        clauses: Of one message.
        told: Exact figures that stand or were read from this message.
        on: Day of speaking.
        last: The amount told last before this message; 里头有四十万不能算 speaks of it.
    """
    own = [clause for clause in clauses if clause.mine and clause.real]
    yield from _main_share(own, told)
    yield from _deductions(own, told, last)
    yield from _growth(own, told)
    yield from _equity(clauses, on)
    yield from _needs(clauses)


# ---------------------------------------------------------------- parts of a whole

_REST_MAIN = re.compile(
    r"(?:其余|其他|其它|剩下|剩余|余下|别的)?(?:的)?(?:全|都|均)(?:部)?(?:是|算|属于)?主(?:营|业)"
)


def _main_share(clauses: Sequence[Clause], told: Mapping[str, Decimal]) -> Iterator[Reading]:
    """Read 总收入3400万，除了两百万废料和房租，都是主营."""
    text = "，".join(clause.text for clause in clauses)
    hit = _REST_MAIN.search(text)
    revenue = told.get("revenue_y1")
    if hit is None or "main_business_revenue_y1" in told:
        return
    out = [
        (clause, spot)
        for clause in clauses
        for spot in spots_of(clause.text)
        if spot.unit == "money"
        and re.search(
            r"除了?|扣(?:掉|除|了)?|去掉|刨(?:去|掉)|减(?:去|掉)?|只有|抛开", clause.text[: spot.start]
        )
    ]
    if len(out) == 1 and revenue is not None and out[0][1].value is not None:
        value = revenue - out[0][1].value
        yield Reading(fact="main_business_revenue_y1", value=value, words=f"{out[0][0].text}，{hit[0]}", note=f"{revenue:f} − {out[0][1].value:f}，按您说的算出", dated=True)  # fmt: skip  # noqa: E501
    elif not out and not re.search(r"除", text):
        yield Reading(fact="main_business_ratio_y1", value=Decimal(100), words=hit[0], dated=True)


_TAKEN_OUT = re.compile(
    r"(?:不(?:能|该|应该?)?|没法)算(?!数|少)|得?(?:扣|剔|减|刨)(?:掉|除|去|出)|要(?:扣|剔|减)|不(?:能)?(?:计入|列入|归|进)|算不(?:进|上|了)|记错(?:了)?科目|多(?:算|记)了"
)
_INSIDE = re.compile(r"里头|里面|其中|当中|里边|包含|包括|含|有")
_NAMES = (
    ("研发", "rd_expense_y1"),
    ("主营", "main_business_revenue_y1"),
    ("营收|收入|销售", "revenue_y1"),
    ("资产", "total_assets_y1"),
    ("负债", "total_liabilities_y1"),
)


def _deductions(
    clauses: Sequence[Clause], told: Mapping[str, Decimal], last: str | None
) -> Iterator[Reading]:
    """Mark a figure of which a part was taken out, with what may be left; nobody said what holds."""
    text = "，".join(clause.text for clause in clauses)
    taken = _TAKEN_OUT.search(text)
    if taken is None:
        return
    fact = next((f for words, f in _NAMES if re.search(words, text) and f in told), last)
    parts = [s for c in clauses for s in spots_of(c.text) if s.unit == "money" and s.value is not None]
    if fact is None or fact not in told or not parts:
        return
    left = [p for p in parts if p.value != told[fact]]
    if len(left) != 1 or not _INSIDE.search(text) or left[0].value is None or left[0].value >= told[fact]:
        return
    rest = tidy(told[fact] - left[0].value)
    yield Reading(
        fact=fact,
        value=None,
        words=text,
        clash=True,
        note=f"扣掉{left[0].text}可能是 {rest:f} 万元，请给一个定下来的数",
    )


_DOUBLED = re.compile(r"翻(?:了)?(?P<n>一|两|二|三|1|2|3)?(?:番|倍|了?个?跟头)|(?:增长|涨)了?(?P<m>一|1)倍")
_PER_CENT_MORE = re.compile(r"增长|涨|多了?|增加|上升|提高|高了?")
_PER_CENT_LESS = re.compile(r"下降|下滑|跌|降|少了?|减少|缩水")
_GROWING = (
    ("研发", "rd_expense_y1", "rd_expense_y2"),
    ("主营", "main_business_revenue_y1", "main_business_revenue_y2"),
    ("营收|收入|销售|营业", "revenue_y1", "revenue_y2"),
)


def _growth(clauses: Sequence[Clause], told: Mapping[str, Decimal]) -> Iterator[Reading]:
    """Read 研发去年比前年翻了一番 where one of the two years is told."""
    for clause in clauses:
        if not re.search(r"去年|上年|25年", clause.text) or not re.search(
            r"比前年|较前年|比上上年|比上一年|在前年", clause.text
        ):
            continue
        times = _times(clause.text)
        names = next((pair for words, *pair in _GROWING if re.search(words, clause.text)), None)
        if times is None or names is None:
            continue
        now, then = names
        if then in told and now not in told:
            yield Reading(
                fact=now,
                value=tidy(told[then] * times),
                words=clause.text,
                note="按前年的数推算，请确认",
                dated=True,
            )
        elif now in told and then not in told and times:
            exact = told[now] / times
            if exact == round(exact, 2):
                yield Reading(
                    fact=then, value=tidy(exact), words=clause.text, note="按去年的数倒推，请确认", dated=True
                )


def _times(text: str) -> Decimal | None:
    doubled = _DOUBLED.search(text)
    if doubled:
        n = {"一": 1, "1": 1, "两": 2, "二": 2, "2": 2, "三": 3, "3": 3, None: 1}[doubled["n"]]
        return Decimal(2) ** n if "番" in doubled[0] else Decimal(n + 1)
    rates = [
        s.value for s in spots_of(text) if s.unit == "percent" and s.value is not None and s.low == s.high
    ]
    if len(rates) != 1:
        return None
    if _PER_CENT_LESS.search(text):
        return 1 - rates[0] / 100
    return 1 + rates[0] / 100 if _PER_CENT_MORE.search(text) else None


# ---------------------------------------------------------------- a fund's money

_FUND = re.compile(
    r"创投|风投|VC|PE|投资(?:机构|公司|基金)|产业基金|引导基金|股权(?:投资|融资)|基金|机构|资本(?!金)|融资|增资"
)
_NOT_FUND = re.compile(
    r"个人|自然人|老板|朋友|亲戚|股东(?:自己)?(?:增|投|追)|老股东|母公司|集团|员工持股|天使(?!基金|投资机构)|同学|贷|借|银行|债|租赁|补助|政府(?!.{0,4}基金)"
)
_UNPAID = re.compile(
    r"认缴|没(?:有)?(?:到账|实缴|打|到位)|还没(?:到|打|实缴)|未(?:到账|实缴|到位)|意向|在谈|正在谈|签了(?:框架|意向)|承诺"
)
_PAID = re.compile(r"实缴|到账|到位|打(?:进来|过来|到)|已(?:经)?(?:到|进|付)|进来了|投进来")
_NONE = re.compile(
    r"没(?:有)?(?:做过|拿过|搞过|引进|引入|接受|要|融|过|任何)?(?:过|任何|外部|什么|啥)*(?:的)?(?:股权)?(?:融资|融过资|外部投资|机构投资|投资进来|风投|创投|投资人)|没融(?:过)?资|从没融"
)


def _equity(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Read share capital of a fund that has arrived; loans, relatives and promises are none."""
    own = [clause for clause in clauses if clause.real]
    text = "，".join(clause.text for clause in own)
    denied = _NONE.search(text)
    if denied and all(c.mine for c in own):
        for fact in ("new_equity_2y", "new_equity_3y"):
            yield Reading(fact=fact, value=Decimal(0), words=denied[0], dated=True)
        return
    if (
        not re.search(r"投了|增资|融了|融资|入股|投资", text)
        or not _FUND.search(text)
        or _UNPAID.search(text)
    ):
        return
    money = [
        (c, s) for c in own for s in spots_of(c.text)
        if s.unit == "money" and s.value is not None and s.sure and re.search(r"投|融|增资|入股|到账|实缴|资金|进来|打", c.text) and not re.search(r"估值|市值|营收|收入|注册", c.text[: s.start])  # noqa: E501
    ]  # fmt: skip
    if len(money) != 1 or _NOT_FUND.search(text):
        return
    clause, spot = money[0]
    ago = next((y.ago for c in own for y in c.years), None)
    if not _PAID.search(text) or ago is None:
        missing = "到账没有" if ago is not None else "哪年到账"
        yield Reading(
            fact="new_equity_3y", value=None, words=clause.text, note=f"要看是不是合格机构、{missing}"
        )
        return
    month = _month(text)
    if ago < 0 or ago > 3:
        return
    if _within(on, ago, month, 2) is not False:
        value = spot.value if _within(on, ago, month, 2) else None
        yield Reading(
            fact="new_equity_2y",
            value=value,
            words=clause.text,
            note="" if value is not None else "是不是在近两年里，要看到账日期",
            dated=True,
        )
    if (inside := _within(on, ago, month, 3)) is not False:
        value = spot.value if inside else None
        yield Reading(
            fact="new_equity_3y",
            value=value,
            words=clause.text,
            note="" if value is not None else "是不是在近三年里，要看到账日期",
            dated=True,
        )


def _month(text: str) -> int | None:
    hit = re.search(r"(?P<n>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月", text)
    if hit is None:
        return None
    n = hit["n"]
    return (
        int(n)
        if n.isdigit()
        else (
            "零一二三四五六七八九".find(n) if len(n) == 1 and n != "十" else 10 + "零一二".find(n[1:] or "零")
        )
    )


def _within(on: date, ago: int, month: int | None, years: int) -> bool | None:
    """Return whether a month (or a whole year) `ago` lies in the last `years`; None where only part of it does."""
    if ago < years:
        return True
    if ago > years:
        return False
    return None if month is None or month == on.month else month > on.month


# ---------------------------------------------------------------- what is wanted

_CLOUD = (
    ("公有云", r"公有云|阿里云|华为云|腾讯云|SaaS|saas"),
    ("私有部署", r"私有(?:化)?(?:部署|云)?|本地部署|(?:放|装|部署)(?:在)?(?:自己|厂里|本地|机房)"),
    ("云", r"云(?:上|端|部署|平台|服务)|上云|用云"),
)


def _needs(clauses: Sequence[Clause]) -> Iterator[Reading]:
    text = "，".join(clause.text for clause in clauses if clause.mine)
    if not re.search(r"数字化|改造|上系统|系统|软件|信息化|上云|云上|MES|ERP|部署", text):
        return
    if re.search(r"[?？]|吗|什么|怎么", text):
        return
    for value, shape in _CLOUD:
        hit = re.search(shape, text)
        if hit and not re.search(r"(?:不|别)(?:要|想|上|用|放)?\S{0,2}$", text[: hit.start()]):
            yield Reading(fact="needs.deployment", value=value, words=hit[0])
            break
    target = re.search(
        r"(?:想|目标|争取|要|打算|希望|奔着)(?:是)?(?:能)?(?:达到?|做到|评到|改到|升到|上|到|过)(?:数字化)?(?P<n>[一二三四1-4])级",
        text,
    )
    if target:
        n = target["n"]
        yield Reading(
            fact="needs.target_level",
            value=Decimal(n if n.isdigit() else "零一二三四".find(n)),
            words=target[0],
        )
