"""Whether the firm and a little giant control one another: 大股东是小巨人，占51%的股."""

import re
from collections.abc import Iterator, Sequence

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from assistant.hearing.spots import spots_of
from assistant.hearing.statement import say

_TIE = re.compile(r"控股|参股|参了|股权|股份|持股|持的|股东|母公司|子公司|全资|[占持]\S{0,10}股|的股|集团")
_CONTROL = re.compile(r"控股|全资|母公司|子公司")
_NO_TIE = re.compile(
    r"(?:没(?:有)?|无|不存在)\S{0,8}(?:控股|参股|股权|关系)|(?:控股|股权)\S{0,8}(?:没有|不存在)"
)
_NOT_ONE = re.compile(r"(?:没|都不|不)(?:是|算|属于|评上)?\S{0,4}小巨人")
_SELF_DENIED = re.compile(
    r"小巨人(?:可|并)?不是(?:我们|咱|我)|(?:我们|咱们?)(?:可|自己)?(?:不是|没评上?)小巨人"
)
"""The firm is none itself; of the other it says nothing."""
_DEALS = re.compile(
    r"(?:客户|供应商|对手|同行|隔壁)\S{0,4}(?:是|有)\S{0,4}小巨人|小巨人(?:企业|公司)?(?:的)?(?:配套|供应商|客户|门槛|标准|条件)|占\S{0,4}(?:营收|收入|销售|产值|订单)"
)
_IS_GIANT = re.compile(
    r"(?:是|就是|已(?:经)?是|评上(?:了)?|有|为|在|那)(?:一)?(?:个|家)?\S{0,4}(?:国家级?)?(?:专精特新)?[“\"]?小巨人|小巨人\S{0,8}是我们|(?:控股|收购|入股|投)了?\S{0,4}小巨人"
)
_STAKE_NEAR = re.compile(r"股|控|持|占")
_OTHER_SHARE = re.compile(r"营收|收入|销售|产值|订单|市场|份额|占有|产品|研发|负债")
_TOLD = re.compile(r"[?？]|吗|想|冲|准备|打算")


def read_control(clauses: Sequence[Clause]) -> Iterator[Reading]:
    """Read whether the firm and a little giant control one another, from whole sentences."""
    for number in dict.fromkeys(clause.sentence for clause in clauses):
        text = "，".join(c.text for c in clauses if c.sentence == number and c.real)
        if "小巨人" in text and _TIE.search(text) and not _TOLD.search(text):
            yield from _controlled(text)


def _controlled(text: str) -> Iterator[Reading]:
    fact = "controlled_by_or_controls_little_giant"
    if _NO_TIE.search(text):
        yield say(fact, False, words=text)
        return
    rest = _SELF_DENIED.sub("是", text)
    if _NOT_ONE.search(rest) or _DEALS.search(text):
        return
    stake = _stake(text)
    another = _IS_GIANT.search(text) or _SELF_DENIED.search(text) or stake is not None
    if (_CONTROL.search(text) and another) or (stake is not None and stake > 50):
        yield say(fact, True, words=text)
    elif another:
        yield say(fact, None, "要看有没有控股关系", words=text)


def _stake(text: str) -> int | None:
    """Return the largest share of stock named, in percent; None where none is."""
    shares = [
        int(spot.low)
        for part in text.split("，")
        for spot in spots_of(part)
        if spot.unit == "percent"
        and spot.low <= 100
        and _STAKE_NEAR.search(part)
        and not _OTHER_SHARE.search(part)
    ]
    return max(shares, default=None)
