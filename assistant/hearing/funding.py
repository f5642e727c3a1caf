"""Share capital of funds that has arrived, in the last two and three years; loans, relatives and promises are none."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing.clauses import Clause
from assistant.hearing.measures import measures_in
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import spots_of

_TOPIC = re.compile(r"轮|追加|投了|增资|融了|融资|入股|投资|投过|进了|打进来|投进来")
_INVESTOR = re.compile(
    r"创投|风投|VC|PE|投资(?:机构|公司|基金)|产业基金|引导基金|基金|机构|资本(?!金)|(?:[A-D]|天使|种子|Pre-?A)\+?轮"
)
_FUND = re.compile(rf"{_INVESTOR.pattern}|股权(?:投资|融资)|融资|增资")
_KIN = r"[哥弟姐妹舅叔伯姨姑]|丈人|岳父|女婿|老婆|媳妇|连襟|老表|发小|战友|熟人|合伙人|爸|妈|爹|娘"
_NOT_FUND = re.compile(
    rf"个人|自然人|老板|朋友|亲戚|{_KIN}|股东(?:自己)?(?:增|投|追)|老股东|母公司|集团|员工持股|天使(?!基金|投资机构|轮)|同学|贷|借|银行|债|租赁|补助|政府(?!.{{0,4}}基金)"
)
_OURS_INTO = re.compile(
    r"(?:给|向|往|对)\S{0,8}(?:基金|创投|风投|公司|机构|企业|厂)\S{0,4}投|我们投(?:资)?了"
)
"""The firm put money into another: no capital of its own."""
_UNPAID = re.compile(
    r"认缴|没(?:有)?(?:到账|实缴|打|到位|到$|到，)|还没(?:到|打|实缴)|未(?:到账|实缴|到位)|意向|在谈|正在谈|签了(?:框架|意向)|承诺|"
    r"(?:到账|到位|实缴|到)(?:了)?(?:一半|一部分|部分|[一二三四五六七八九\d]成)"
)
_PAID = re.compile(
    r"实缴|到账|到位|打(?:进来|过来|到)|已(?:经)?(?:到|进|付)|进来了|投进来|(?:钱|款|资金)\S{0,3}(?:到|进)(?:了|齐)|都到了|进了(?=[\d一二三四五六七八九两])"
)
_NOBODY = r"(?:一家|一个|一分钱?|从来|从|都|也|一直|根本|压根儿?)*"
_NONE = re.compile(
    r"没(?:有)?(?:做过|拿过|搞过|引进|引入|接受|要|融|过|任何)?(?:过|任何|外部|什么|啥)*(?:的)?(?:股权)?(?:融资|融过资|外部投资|机构投资|投资进来|风投|创投|投资人)|没融(?:过)?资|从没融|"
    r"没(?:有)?(?:拿|引进|接受|要|融)过?(?:任何|外部|别人的?|人家的?)*投资(?:$|，)|"
    rf"(?:机构|投资公司|投资基金|创投|风投|VC)(?:基金|公司|机构)?(?:的话|嘛|呢|那边)?{_NOBODY}没(?:有)?(?:投|进|入)(?:进来|来|股)?过(?:我们|咱|钱|资|$|，)|"
    r"基金(?:一家|一个)?(?:从来|都|也)*没(?:有)?投过(?:我们|咱)|"
    r"(?:机构|创投|风投|基金)(?:的话|嘛|呢)?(?:一家|一个)(?:都|也)没(?:有)?(?:投|进来|入股)|"
    r"没(?:有)?(?:任何|什么|啥|哪家|一家|一个)?(?:外部|外面的?|投资|专业)?(?:机构|创投|风投|基金)(?:投|进来|入股|入)过(?:我们|咱|钱|资|$|，)|"
    r"(?:股权)?融资(?:我们|这块|这个)?(?:从来|一直|从|都|也|还)*没(?:有)?(?:做|搞|拿|弄|融)过$"
)
_FEWER = re.compile(r"(?:别的|其他|其它|另外的?|再没|之后|后来)\S{0,4}(?:机构|创投|风投|基金|融)")
"""Denies others only: 别的机构没投过."""
_EXCEPT = re.compile(r"(?:就|除了|只有|不过|但)\S{0,20}(?:投|融|增资|到账)")
_NONE_SINCE = re.compile(
    r"(?:之后|后来|此后|那以后|再往后|往后)\S{0,4}没(?:有)?(?:再)?(?:融|拿|投|引|进|做|人|过|了|$)|再(?:也)?没(?:有)?(?:融|拿|引|进|做)过?|(?:就|总共就|只)(?:融|投|拿)?过?(?:那|这)?一(?:次|轮|回)(?:$|，)"
)
_ROUND = re.compile(r"投|轮|追(?:加|了)|融|增资|入股|到账|实缴|资金|进来|进了|打|创投|基金")
_OTHER_MONEY = re.compile(r"估值|市值|营收|收入|注册")
_TOGETHER = re.compile(r"(?:一共|总共|合计|合起来|加起来|共)\S{0,6}$")


class _Round(NamedTuple):
    """Money that came in once."""

    amount: Decimal
    """万元."""
    ago: int | None
    """Years back; None where no year was named."""
    month: int | None
    words: str
    together: bool
    """It was told as the sum of several."""


def read_equity(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Read share capital of funds that has arrived; loans, relatives and promises are none."""
    own = [clause for clause in clauses if clause.real]
    text = "，".join(clause.text for clause in own)
    rounds = _rounds(own)
    denied = _NONE.search(text)
    if denied and not _EXCEPT.search(text[denied.end() :]) and _had_none(own, rounds):
        for fact in ("new_equity_2y", "new_equity_3y"):
            yield Reading(fact=fact, value=Decimal(0), words=denied[0], dated=True)
        return
    if not rounds or not _TOPIC.search(text) or not _FUND.search(text):
        return
    if _UNPAID.search(text) or _NOT_FUND.search(text) or _OURS_INTO.search(text):
        return
    closed = _NONE_SINCE.search(text) is not None
    long_ago = closed and all(one.ago is not None and one.ago > 3 for one in rounds)
    if not long_ago and (missing := _missing(text, rounds)):
        note = f"要看是不是合格机构、{missing}"
        yield Reading(fact="new_equity_3y", value=None, words=rounds[-1].words, note=note)
        return
    for fact, years in (("new_equity_2y", 2), ("new_equity_3y", 3)):
        yield from _within_years(fact, years, rounds, on, closed=closed)


def _had_none(own: Sequence[Clause], rounds: Sequence[_Round]) -> bool:
    """Return whether no fund ever put money in, as the firm says of itself; a relative's money is no fund's."""
    if any(_FEWER.search(c.text) for c in own) or not any(c.mine and _NONE.search(c.text) for c in own):
        return False
    return all(c.mine or _NOT_FUND.search(c.text) for c in own) and all(
        _NOT_FUND.search(one.words) for one in rounds
    )


def _rounds(own: Sequence[Clause]) -> tuple[_Round, ...]:
    """Return the sums that came in, in order; where a sum of them was told, that one alone."""
    found: list[_Round] = []
    ago: int | None = None
    for clause in own:
        ago = clause.years[0].ago if clause.years else ago
        for spot in spots_of(re.sub(r"(?<=[投融])过", "了", clause.text)):
            before = clause.text[: spot.start]
            if spot.unit != "money" or spot.value is None or not spot.sure:
                continue
            if _ROUND.search(clause.text) and not _OTHER_MONEY.search(before):
                together = _TOGETHER.search(before) is not None
                found.append(_Round(spot.value, ago, _month(clause.text), clause.text, together))
    parts = [one for one in found if not one.together]
    if len(parts) > 1 and sum(one.amount for one in parts) in {one.amount for one in found if one.together}:
        return tuple(parts)
    if len(found) == 1 and found[0].month is None:
        return (found[0]._replace(month=_month("，".join(clause.text for clause in own))),)
    return tuple(found)


def _missing(text: str, rounds: Sequence[_Round]) -> str:
    """Return what must be known before the money counts; empty where nothing."""
    shares = [s.high for s in spots_of(text) if s.unit == "percent" and s.value is not None]
    if not _INVESTOR.search(text):
        return "投资方是谁"
    if any(share > 30 for share in shares) and re.search(r"股|占|出让|让出", text):
        return "出让的股份（超过30%的不算）"
    if any(one.ago is None for one in rounds):
        return "哪年到账"
    if not _PAID.search(text):
        return "到账没有"
    if any(not _ROUND.search(c) and not _OTHER_MONEY.search(c) and _has_money(c) for c in text.split("，")):
        return "另一笔钱是不是也是融资"
    several = len(rounds) > 1
    return "这几笔是不是重复说的" if several and any(one.together for one in rounds) else ""


def _has_money(text: str) -> bool:
    """Return whether a clause names a sum that no measure of the firm's accounts claims."""
    return not measures_in(text) and any(s.unit == "money" and s.sure for s in spots_of(text))


def _within_years(
    fact: str, years: int, rounds: Sequence[_Round], on: date, *, closed: bool
) -> Iterator[Reading]:
    """Yield what came in within the last `years`; `closed` says that nothing came after the last round."""
    inside = [_within(on, one.ago or 0, one.month, years) for one in rounds]
    words = "，".join(dict.fromkeys(one.words for one in rounds))
    if any(one is None for one in inside):
        note = f"是不是在近{'两' if years == 2 else '三'}年里，要看到账日期"
        yield Reading(fact=fact, value=None, words=words, note=note, dated=True)
    elif any(inside):
        amount = sum(one.amount for one, within in zip(rounds, inside, strict=True) if within)
        yield Reading(fact=fact, value=tidy(Decimal(amount)), words=words, dated=True)
    elif closed and all((one.ago or 0) > years for one in rounds):
        yield Reading(fact=fact, value=Decimal(0), words=words, dated=True)


def _month(text: str) -> int | None:
    hit = re.search(r"(?P<n>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月", text)
    if hit is None:
        return 12 if re.search(r"年(?:底|末)", text) else None
    n = hit["n"]
    return int(n) if n.isdigit() else ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二").index(n) + 1  # fmt: skip


def _within(on: date, ago: int, month: int | None, years: int) -> bool | None:
    """Return whether a month (or a whole year) `ago` lies in the last `years`; None where only part of it does."""
    if ago < 0 or ago > years:
        return False
    if ago < years:
        return True
    return None if month is None or month == on.month else month > on.month
