"""The answer to the question just asked: 有, 没有, 大概两千六, 省级的, 到期了没续.

A bare word answers yes or no; a phrase about a title or a list is read as if its subject had been said. What hedges
(应该有吧) or speaks of something else (借了五百万, where share capital was asked for) answers nothing.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from assistant.hearing.claims import read_claims
from assistant.hearing.clauses import Clause, cut
from assistant.hearing.measures import ASKED_MEASURE, PER_FACT, mentions_in
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.relations import change_sign
from assistant.hearing.spots import Spot, Unit, spots_of
from knowledge.enterprise import Fact, facts

_UNSURE = re.compile(
    r"不(?:知道|清楚|晓得|太清楚|好说|记得|确定|了解|方便)|没(?:数|有数|统计|算过|查过|概念|留意|单独)|记不(?:清|得|住)|说不(?:准|好|清)|得问|回头(?:问|查)|跳过|下一(?:个|题)|保密"
)
_ASKS_BACK = re.compile(r"^那.{0,14}呢$|(?:能|可以|会)(?:补|报|拿|领|奖|给)(?:到|给)?(?:多少|几|啥|什么|哪)")
"""What asks instead of answering: 那50万呢, 我投了60万能补多少."""
_HEDGED = re.compile(r"应该|好像|可能|大概|估计|也许|或许|差不多|算是")
_LEAD = re.compile(
    r"^(?:都|全|也|还|就|倒|暂时|目前|现在|肯定|绝对|确实|真的?|从来|一直|一向|当然|这个|那个|那|我们?|咱们?|公司|厂里|嗯+|哦|呃|啊|，)+"
)
_NO = re.compile(
    r"(?:是)?(?:没有?|不(?:是|属于|在|算|符合|达到|对|行)|无|否|未|零|木有|冇|压根没|哪有|一(?:次|个|点)(?:都|也)?没)"
)
_NOTHING = re.compile(
    r"(?:都|还|也|暂时|目前|现在|一直|从来|肯定|绝对|真|这个)*(?:一(?:个|项|件|分(?:钱)?|毛|人)(?:都|也)?)?(?:都|也|还)*(?:没有?|无|零|0)(?:过|什么|啥|一个|一项|融|拿|申请)*(?:的|呢|啊|呀|哦|了|过|融资|投资|融过资|股权融资|专利|发明)*"
)
_YES = re.compile(
    r"(?:有(?!没有)|是(?!不是)|对|嗯+|没错|在的?|拿到?了|拿过|评上|属于|达到|可以|行|好的?|愿意|签了|完成|做完|yes|Y$|过了)|^$"
)
_FINE = re.compile(r"都?(?:没(?:有)?(?:任何)?(?:问题|毛病|事|这些|例外)|正常|没有|没毛病|合规|干净|OK|ok)")
_GOT = re.compile(r"(?:月份?|号|日|年|刚|才)(?:\S{0,3})?(?:拿|发|批|评|认定|公告|公示完|下来|到手)")
_HARM = ("in_", "product_prohibited", "disqualifying", "tax_evasion", "single_champion", "controlled_by", "same_group", "funding_excluded")  # fmt: skip  # noqa: E501
_ENTITY = ("lawfully_established_in_cn", "registered_independent_entity", "resident_enterprise_cn")


def asks_back(message: str) -> bool:
    """Return whether a message asks instead of answering."""
    return _ASKS_BACK.search(message.strip().strip("。.!！~～ ")) is not None


def read_answer(message: str, asked: str | None, also: Sequence[str], on: date) -> Iterator[Reading]:
    """Yield what a message says of the facts just asked for; nothing where it does not answer.

    Args:
        message: In the person's words.
        asked: The fact the last reply asked for.
        also: Facts asked for in the same breath.
        on: Day of speaking.
    """
    text = message.strip().strip("。.!！~～ ")
    if not asked or not text or _UNSURE.search(text) or asks_back(text):
        return
    if re.search(r"[?？]|吗$", text):
        return
    if also:
        if len(text) <= 16 and _FINE.search(text):
            for name in (asked, *also):
                yield Reading(fact=name, value=not name.startswith(_HARM), words=text)
        return
    fact = facts().get(asked)
    if fact is None:
        return
    if fact.kind == "yes_no":
        yield from _yes_no(fact, text, on)
    elif fact.kind == "choice":
        yield from _choice(fact, text)
    else:
        yield from _number(fact, text, on)


# ---------------------------------------------------------------- yes and no

_SUBJECTS = {
    "innovative_sme_valid": "创新型中小企业",
    "technology_sme_valid": "科技型中小企业",
    "specialized_sme_valid": "专精特新中小企业",
    "high_tech_enterprise_valid": "高企",
    "tech_innovation_demo_valid": "技术创新示范企业",
    "ip_advantage_or_demo_valid": "知识产权优势企业",
    "in_abnormal_list": "经营异常名录",
    "in_serious_dishonesty_list": "严重失信名单",
    "tax_evasion_3y": "税务上",
}
"""What to put before an answer so that it reads as a statement: 高企 + 到期了."""
_LOCAL_RANK = re.compile(r"(?:市|区|县)(?:级|里)")
_CONTRARY = {
    "registered_independent_entity": re.compile(
        r"(?<!不)是(?:个|家|一家|一个)?\S{0,4}(?:分公司|个体|办事处|分厂|合伙)"
    )
}


def _yes_no(fact: Fact, text: str, on: date) -> Iterator[Reading]:
    if fact.manual:
        return
    head = re.split(r"[，,。；;！!]", text)[0]
    if _FINE.match(head) and "问题" in head:
        if fact.name.startswith(_HARM) or fact.name in _ENTITY:
            yield Reading(fact=fact.name, value=not fact.name.startswith(_HARM), words=text)
        return
    stated = _stated(fact, text, head, on)
    if stated is not None:
        yield from stated
    elif not _HEDGED.search(head):
        yield from _plain_word(fact, text, head)


def _stated(fact: Fact, text: str, head: str, on: date) -> list[Reading] | None:
    """Return what an answer says once its subject is put before it; None where that says nothing."""
    subject = _SUBJECTS.get(fact.name)
    if subject is None or (head == text and len(_LEAD.sub("", head)) <= 2):
        return None
    found = [one for one in read_claims(cut(subject + text, on), on) if one.fact == fact.name]
    if not found:
        return None
    return [] if _HEDGED.search(head) else [found[0].model_copy(update={"words": text})]


def _plain_word(fact: Fact, text: str, head: str) -> Iterator[Reading]:
    """Read 有, 没有, 当然; 以前有 is no answer."""
    if fact.name in _SUBJECTS and _LOCAL_RANK.search(text):
        return  # 有啊，不过是市级的
    bare = _LEAD.sub("", head)
    contrary = _CONTRARY.get(fact.name)
    denied = _NO.match(bare) is not None
    if denied or (contrary is not None and contrary.search(text)):
        yield Reading(fact=fact.name, value=False, words=text)
    elif not re.match(r"以前|曾经|原来", bare) and (_YES.match(bare) or _GOT.search(head)):
        yield Reading(fact=fact.name, value=True, words=text)


# ---------------------------------------------------------------- choices

_ALSO = {
    "provincial": ("省级", "省里", "省厅", "部级"),
    "municipal": ("市里",),
    "new": ("第一次", "头一回", "首次"),
}
"""What people say beside the words of a choice."""


def _choice(fact: Fact, text: str) -> Iterator[Reading]:
    said = [
        part
        for part in re.split(r"[，,。；;]", text)
        if not re.search(r"在报|在申|申报|想|争取|打算|准备", part)
    ]
    hits = [
        choice
        for choice, word in fact.words.items()
        if word
        and any(_says(part, w) for part in said for w in (word, word.rstrip("型级"), *_ALSO.get(choice, ())))
    ]
    longest = [c for c in hits if not any(c != o and fact.words[c] in fact.words[o] for o in hits)]
    if len(longest) == 1:
        yield Reading(fact=fact.name, value=longest[0], words=text)
    elif not longest and "none" in fact.choices and _NO.match(_LEAD.sub("", text)):
        yield Reading(fact=fact.name, value="none", words=text)


def _says(text: str, word: str) -> bool:
    """Return whether a text says the word of a choice; one of a single character only as a word: 大 is not 大概."""
    return (
        (re.search(rf"{word}(?:的|企业|厂|公司|[吧呢啊]|$)", text) is not None)
        if len(word) == 1
        else word in text
    )


# ---------------------------------------------------------------- numbers

_UNITS: dict[str, Unit] = {
    "万元": "money", "%": "percent", "人": "people", "年": "years", "项": "count", "分": "points", "级": "level", "倍": "times",
}  # fmt: skip
_ZERO_UNITS = {"项", "人", ""}
_LOCAL = re.compile(r"省内|全省|市内|全市|当地|本地|区域")
_PARTS = re.compile(r"加上|加起来|连(?:上|着|同)?|包括|算上|不算|除(?:了|去)|其中")


def _number(fact: Fact, text: str, on: date) -> Iterator[Reading]:
    head = re.split(r"[，,。；;！!]", text)[0]
    if _NOTHING.fullmatch(head):
        points = fact.unit == "分" and "points" in fact.name
        if fact.unit in _ZERO_UNITS or fact.name.startswith("new_equity") or points:
            yield Reading(fact=fact.name, value=Decimal(0), words=text)
        return
    for clause in cut(text, on):
        spots = spots_of(clause.text)
        if spots and len(spots) == 1 and _answers(fact, clause, spots[0]):
            yield _figure(fact, spots[0], text, parts=bool(_PARTS.search(clause.text)))
            return
        if spots:
            return


def _answers(fact: Fact, clause: Clause, spot: Spot) -> bool:
    """Return whether the one quantity of a clause is what was asked for."""
    if not (clause.mine and clause.real) or clause.past or clause.partial or change_sign(clause.text, spot):
        return False
    if {m.measure.name for m in mentions_in(clause.text)} - {ASKED_MEASURE.get(fact.name, "")}:
        return False  # it speaks of something else
    ago = PER_FACT.get(fact.name, ("", None))[1]
    if clause.years and ago is not None and ago not in {y.ago for y in clause.years}:
        return False
    if fact.name.startswith("market_share") and _LOCAL.search(clause.text):
        return False
    unit = _UNITS.get(fact.unit, "count")
    return spot.unit == unit or not spot.sure or (unit == "people" and spot.unit == "count")


def _figure(fact: Fact, spot: Spot, text: str, *, parts: bool) -> Reading:
    unit = _UNITS.get(fact.unit, "count")
    value, low, high = spot.value, spot.low, spot.high
    if spot.unit == "money" and unit != "money" and value is not None:
        value = spot.face
    if unit == "percent" and not spot.sure and spot.face <= 1:
        note = f"是 {tidy(spot.face * 100):f}% 还是 {tidy(spot.face):f}%"
        return Reading(fact=fact.name, value=None, words=text, note=note)
    if parts:
        return Reading(fact=fact.name, value=None, words=text, note="这是其中一部分还是全部，要个总数")
    if unit == "percent":
        high = min(high, Decimal(100))
    rough = low != high
    return Reading(
        fact=fact.name,
        value=None if value is None else tidy(value),
        words=text,
        low=tidy(low) if rough else None,
        high=tidy(high) if rough else None,
        dated=True,
    )
