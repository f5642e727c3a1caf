"""Titles held: 是高企, 专精特新没报过, 创新型 2024 年的.

A wish (想报高企), an application under way and a question are left alone; a title whose years may have run out stays open.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.hearing.clauses import Clause, Year
from assistant.hearing.reading import Reading
from assistant.hearing.statement import PENDING


class _Title(NamedTuple):
    fact: str
    shape: re.Pattern[str]
    years: int
    """How long it holds from the year it was given; 0 is not limited here."""


_TITLES = (
    _Title("innovative_sme_valid", re.compile(r"创新型(?:中小)?(?:企业)?(?!国家|城市|人才|集群|试点)"), 3),
    _Title("technology_sme_valid", re.compile(r"(?:国家)?科技型(?:中小)?(?:企业)?|(?:国)?科小(?!组)"), 1),
    _Title(
        "specialized_sme_valid",
        re.compile(
            r"(?:省级?|省里的?|省工信厅的?)?[“\"]?专精特新[”\"]?(?![“\"]?(?:小巨人|种子|培育|入库|重点|后备|苗子))(?:中小)?(?:企业)?"
        ),
        3,
    ),
    _Title(
        "high_tech_enterprise_valid", re.compile(r"高新技术企业|国?高企|国高新?|高新(?:企业|证书|资质)"), 3
    ),
    _Title("tech_innovation_demo_valid", re.compile(r"(?:国家级?)?技术创新示范企业"), 3),
    _Title("ip_advantage_or_demo_valid", re.compile(r"知识产权(?:优势|示范)(?:企业)?"), 3),
    _Title("single_champion", re.compile(r"(?:制造业)?单项冠军(?:示范)?(?:企业|产品)?"), 0),
)
_LOWER = re.compile(r"(?:市级?|区级?|县级?|[市区县]里的?)(?:的)?[“\"]?(?:专精特新|创新型|科技型|高新)|专精特新[”\"]?[“\"]?(?:种子|培育|入库|重点|后备|苗子)|(?:种子|培育|后备)企业")  # fmt: skip  # noqa: E501
_RAN_OUT = re.compile(
    r"过期|到期了|失效|没(?:续|复审|复核|重新认定)|被(?:撤|取消|摘)|到期没|没再(?:报|申|评|续|弄|做)|没接着|摘牌|撤销|取消了|没(?:复审|复核)过|作废|掉了"
)
_STILL = re.compile(r"(?:还|仍|都)?(?:在)?有效(?:期内)?|没(?:有)?(?:过期|到期|失效)|还(?:没|有)(?:到期|\S{0,3}年)|(?:刚|又|已)?(?:复审|复核|重新认定|续)(?:通过|过|上|了)")  # fmt: skip  # noqa: E501
_HAS = re.compile(
    r"是|有|拿(?:到|下|了|过|的|上)|评(?:上|了|的|过|为|定)|认定|获|证书?(?!明)|公告|公布|入(?:了)?库|批(?:下来|了|的)|过(?:了|的)|取得|当(?:上|选)|属于|办(?:了|下|过)|挂(?:了)?牌|通过|列入|发的|称号|下来|上了|在手"
)
_WISH = re.compile(
    r"想|要(?!求)|打算|准备|计划|争取|冲|能(?!源|耗)|可以|可不可以|报(?!过|上|了)|申(?!过|上|了|请过|报过)|搞(?!过|了)|评(?!上|过|了|为|的|定|到)|够|差|符合|条件|门槛|标准|要求|补贴|奖励|政策|什么|啥|怎么|吗|么$|几|多少|有用|好处|问|查|关于|对比|区别"
)


def read_titles(clause: Clause, following: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Yield the titles a clause says are held or not held; `following` are the clauses after it in its sentence."""
    text = clause.text
    hits = [(title, match) for title in _TITLES for match in title.shape.finditer(text) if match[0]]
    hits.sort(key=lambda hit: hit[1].start())
    for n, (title, match) in enumerate(hits):
        if _LOWER.search(text):
            continue
        inverse = re.search(
            r"(?:是|归|属于)(?:我们?)?(?:的)?(?:客户|隔壁|同行|对手|母公司|集团|别人|人家|供应商|上游|下游|他们)",
            text[match.end() :],
        )
        after = " ".join(c.text for c in following)
        if inverse and re.search(r"不是(?:我们|咱|我)|我们?(?:没有|不是)", text[match.end() :] + after):
            yield Reading(fact=title.fact, value=False, words=_phrase(clause, following))
            continue
        if not (clause.mine and clause.real) or inverse:
            continue
        stop = hits[n + 1][1].start() if n + 1 < len(hits) else len(text)
        start = hits[n - 1][1].end() if n else 0
        shared = (
            n + 1 < len(hits) and re.fullmatch(r"[、和跟及与也还都]*", text[match.end() : stop]) is not None
        )
        before, tail = text[start : match.start()], text[match.end() : (len(text) if shared else stop)]
        if n and re.fullmatch(r"[、和跟及与也还都]*", text[start : match.start()]):
            before = text[: hits[0][1].start()]
        verdict = _held(title, before, tail, following, clause, on)
        if verdict is not None:
            yield verdict.model_copy(update={"words": _phrase(clause, following)})


def _phrase(clause: Clause, following: Sequence[Clause]) -> str:
    if following and len(clause.text) < 12:
        return f"{clause.text}，{following[0].text}"
    return clause.text


def _held(  # noqa: C901
    title: _Title, before: str, tail: str, following: Sequence[Clause], clause: Clause, on: date
) -> Reading | None:
    """Return whether a title is held; None where nothing plain is said, no value where it may have run out."""
    near = tail + "，" + "，".join(_continuing(following))
    fact = title.fact
    if _RAN_OUT.search(near) and not _STILL.search(near):
        return Reading(fact=fact, value=False, words="", dated=True)
    if re.search(r"[?？]|吗|能不能|是不是|有没有|算不算", clause.text) or (
        clause.asks and not following and _WISH.search(before + tail)
    ):
        return None
    denied_before = re.search(
        r"(?:不是|没(?:有)?(?:评上?|拿到?|报上?|申请到?)?过?|未获?|还没(?:有)?(?:评上?|拿到?|是)?|无)(?:什么|过|任何|上)?$",
        before,
    )
    denied_after = re.match(
        r"(?:的|资质|称号|证书|证|资格|企业)*(?:我们|咱们?)?(?:也|都|还|一直|从来|去年|今年|前年|\d{2,4}年)*(?:就)?(?:没(?:有|报|评|拿|申|过|办|批|通过|敢|能|去|搞|弄|戏)?|未|不是|还没|落选|被刷|被拒|黄了|差)",
        tail,
    )
    if denied_before or denied_after:
        return Reading(fact=fact, value=False, words="", dated=True)
    if _STILL.search(near):
        return Reading(fact=fact, value=True, words="", dated=True)
    if (
        not _HAS.search(before + tail)
        and not re.fullmatch(
            r"(?:我们|咱们?|我|公司|厂|企业|也|都|已经|现在|目前|早就|一家|个|，)*", before + tail
        )
        and not _given(clause.years, following)
    ):
        return None
    if PENDING.search(before + tail):
        return None
    wish = _WISH.search(
        re.sub(r"(?:评|报|拿|申|批|搞|办)(?:上|了|到|下|过)|申请(?:到|过|下)", "", before)
    ) or _WISH.search(
        re.sub(r"(?:评|报|拿|申|批|搞|办)(?:上|了|到|下|过|的)|申请(?:到|过|下)|有效", "", tail)
    )
    if wish:
        return None
    year = _given(clause.years, following)
    if year is not None and title.years:
        if year.ago >= title.years + 1:
            return Reading(
                fact=fact,
                value=None,
                words="",
                note=f"给的年份早，称号一般{title.years}年有效，要看现在还在不在有效期",
            )
        if year.ago == title.years or year.ago < 0:
            return Reading(fact=fact, value=None, words="", note="快到期或已到期，要看证书上的截止日")
    return Reading(fact=fact, value=True, words="", dated=True)


def _continuing(following: Sequence[Clause]) -> list[str]:
    """Return the clauses that still speak of the same title: up to the next subject of their own."""
    out = []
    for clause in following:
        if any(title.shape.search(clause.text) for title in _TITLES) or re.search(
            r"营收|收入|研发|员工|发明|资产|负债", clause.text
        ):
            break
        out.append(clause.text)
    return out


def _given(years: Sequence[Year], following: Sequence[Clause]) -> Year | None:
    """Return the year a title was given, where one is named."""
    if years:
        return years[0]
    for clause in following[:1]:
        if clause.years and re.search(r"拿|评|认定|公告|发|批|获|入库|通过", clause.text):
            return clause.years[0]
    return None
