"""The answer to the question just asked: 有, 没有, 大概两千六, 省级的."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.hearing.measures import ASKED_MEASURE, measures_in
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import spots_of
from knowledge.enterprise import facts

_UNSURE = re.compile(
    r"不(?:知道|清楚|晓得|太清楚|好说|记得|确定|了解)|没(?:数|有数|统计|算过|查过|概念|留意)|记不(?:清|得|住)|说不(?:准|好|清)|得问|回头(?:问|查)|跳过|下一(?:个|题)|保密"
)
_NO = re.compile(
    r"^(?:都|全|也|还|暂时|目前|现在|肯定|从来|一直|这个|那个|嗯|哦|呃|是)*(?:没有?|不(?:是|属于|在|算|符合|达到|对|行)|无|否|未|零|木有|冇)"
)
_NOTHING = re.compile(
    r"(?:都|还|也|暂时|目前|现在|一直|从来)*(?:没有?|无|零|0)(?:过|什么|啥|一个|一项)?(?:的|呢|啊|呀|哦|了|融资|投资|融过资|股权融资|专利|发明)*"
)
_YES = re.compile(
    r"^(?:都|全|也|当然|肯定|已经?|目前|现在|嗯+|哦|对|这个|那)*(?:有(?!没有)|是(?!不是)|对|嗯+|没错|在的?|拿到?了|拿过|评上|属于|达到|可以|行|好的?|愿意|签了|完成|做完|yes|Y$|过了)"
)
_FINE = re.compile(r"都?(?:没(?:有)?(?:任何)?(?:问题|毛病|事|这些|例外)|正常|没有|没毛病|合规|干净|OK|ok)")
_GOT = re.compile(r"(?:月份?|号|日|年|刚|才)(?:\S{0,3})?(?:拿|发|批|评|认定|公告|公示完|下来|到手)")
_HARM = ("in_", "product_prohibited", "disqualifying", "tax_evasion", "single_champion", "controlled_by", "same_group", "funding_excluded")  # fmt: skip  # noqa: E501

_ENTITY = ("lawfully_established_in_cn", "registered_independent_entity", "resident_enterprise_cn")


def read_answer(message: str, asked: str | None, also: Sequence[str]) -> Iterator[Reading]:  # noqa: C901
    """Yield what a message says of the facts just asked for; nothing where it does not answer."""
    text = message.strip().strip("。.!！~～ ")
    if not asked or not text or _UNSURE.search(text) or re.search(r"[?？]|吗$", text):
        return
    if also and len(text) <= 16 and _FINE.search(text):
        for name in (asked, *also):
            yield Reading(fact=name, value=not name.startswith(_HARM), words=text)
        return
    if also:
        return
    fact = facts().get(asked)
    if fact is None:
        return
    head = re.split(r"[，,。；;！!]", text)[0]
    if fact.kind == "yes_no":
        if fact.manual:
            return
        if _FINE.match(head) and "问题" in head:
            if asked.startswith(_HARM) or asked in _ENTITY:
                yield Reading(fact=asked, value=not asked.startswith(_HARM), words=text)
        elif _NO.match(head):
            yield Reading(fact=asked, value=False, words=text)
        elif _YES.match(head) or _GOT.search(head):
            yield Reading(fact=asked, value=True, words=text)
        return
    if fact.kind == "choice":
        yield from _choice(asked, text)
        return
    yield from _number(asked, text, head)


_ALSO = {
    "provincial": ("省级", "省里", "省厅", "部级"),
    "municipal": ("市里",),
    "new": ("第一次", "头一回", "首次"),
}
"""What people say beside the words of a choice."""


def _choice(asked: str, text: str) -> Iterator[Reading]:
    fact = facts()[asked]
    hits = [
        choice
        for choice, word in fact.words.items()
        if word and any(said in text for said in (word, word.rstrip("型级"), *_ALSO.get(choice, ())))
    ]
    longest = [c for c in hits if not any(c != o and fact.words[c] in fact.words[o] for o in hits)]
    if len(longest) == 1:
        yield Reading(fact=asked, value=longest[0], words=text)
    elif not longest and "none" in fact.choices and _NO.match(text):
        yield Reading(fact=asked, value="none", words=text)


def _number(asked: str, text: str, head: str) -> Iterator[Reading]:
    fact = facts()[asked]
    if measures_in(head) - {ASKED_MEASURE.get(asked, "")}:
        return  # it speaks of something else
    spots = spots_of(head)
    if not spots and _NOTHING.fullmatch(head):
        if (
            fact.unit in {"项", "人", ""}
            or asked.startswith("new_equity")
            or (fact.unit == "分" and "points" in asked)
        ):
            yield Reading(fact=asked, value=Decimal(0), words=text)
        return
    if len(spots) != 1:
        return
    spot = spots[0]
    unit = {"万元": "money", "%": "percent", "人": "people", "年": "years", "项": "count", "分": "points", "级": "level", "倍": "times"}.get(fact.unit, "count")  # fmt: skip  # noqa: E501
    if spot.unit != unit and spot.sure and not (unit == "people" and spot.unit == "count"):
        return
    value, low, high = spot.value, spot.low, spot.high
    if spot.unit == "money" and unit != "money" and not spot.sure:
        value = spot.face
    rough = low != high
    yield Reading(
        fact=asked,
        value=None if value is None else tidy(value),
        words=text,
        low=tidy(low) if rough else None,
        high=tidy(high) if rough else None,
        dated=True,
    )
