"""Share capital of a fund that has arrived; loans, relatives and promises are none."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import spots_of

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


_EXCEPT = re.compile(r"(?:就|除了|只有|不过|但)\S{0,20}(?:投|融|增资|到账)")


def read_equity(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Read share capital of a fund that has arrived; loans, relatives and promises are none."""
    own = [clause for clause in clauses if clause.real]
    text = "，".join(clause.text for clause in own)
    denied = _NONE.search(text)
    if denied and all(c.mine for c in own) and not _EXCEPT.search(text[denied.end() :]):
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
        value = tidy(spot.value) if spot.value is not None and _within(on, ago, month, 2) else None
        yield Reading(
            fact="new_equity_2y",
            value=value,
            words=clause.text,
            note="" if value is not None else "是不是在近两年里，要看到账日期",
            dated=True,
        )
    if (inside := _within(on, ago, month, 3)) is not False:
        value = tidy(spot.value) if spot.value is not None and inside else None
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
