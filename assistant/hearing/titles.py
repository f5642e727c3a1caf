"""Titles held: 是高企, 专精特新没报过, 创新型 2024 年的.

A wish (想报高企), an application under way and a question are left alone; a title whose years may have run out stays open.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.hearing.clauses import Clause, Year
from assistant.hearing.measures import measures_in
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
        "high_tech_enterprise_valid",
        re.compile(
            r"高新技术企业|国?高企|国家?高新(?!技术|区|园)|国高|高新(?:企业|证书|资质)|"
            r"(?:^|(?<=[、和跟及是有个家过]))高新(?=去年|前年|今年|\d{2,4}年|刚|续|过|到期|证|没|也|都|在有效|还在?有效|评|认定|复审|[、和]|是|有|$)"
        ),
        3,
    ),
    _Title("tech_innovation_demo_valid", re.compile(r"(?:国家级?)?技术创新示范企业"), 3),
    _Title("ip_advantage_or_demo_valid", re.compile(r"知识产权(?:优势|示范)(?:企业)?"), 3),
    _Title("single_champion", re.compile(r"(?:制造业)?单项冠军(?:示范)?(?:企业|产品)?"), 0),
)
_LOWER = re.compile(r"(?:市级?|区级?|县级?|[市区县]里的?)(?:的)?[“\"]?(?:专精特新|创新型|科技型|高新)|专精特新[”\"]?[“\"]?(?:种子|培育|入库|重点|后备|苗子)|(?:种子|培育|后备)企业")  # fmt: skip  # noqa: E501
_LOWER_AFTER = re.compile(r"(?:是|只是|才|就)(?:个)?(?:市|区|县)(?:级|里)")
_RAN_OUT = re.compile(
    r"过期|到期了|失效|没(?:续|复审|复核|重新认定)|被(?:撤|取消|摘)|到期没|没再(?:报|申|评|续|弄|做)|没接着|摘牌|撤销|取消了|没(?:复审|复核)过|作废|掉了"
)
_STILL = re.compile(r"(?:还|仍|都|在|现在|目前)(?:是)?有效(?!期(?:至|到|截))|有效期内|没(?:有)?(?:过期|到期|失效)|又(?:评|拿|认定|批|过)(?:上|到|了|下)|重新(?:拿|评|认定|批)(?:上|到|了|下)|还(?:没|有)(?:到期|\S{0,3}年)|(?:刚|又|已)?(?:复审|复核|重新认定|续)(?:通过|过|上|了|的|完|好|下来)")  # fmt: skip  # noqa: E501
_HAS = re.compile(
    r"是|有|拿(?:到|下|了|过|的|上)|评(?:上|了|的|过|为|定)|认定|获|证书?(?!明)|公告|公布|入(?:了)?库|批(?:下来|了|的)|过(?:了|的)|取得|当(?:上|选)|属于|办(?:了|下|过)|挂(?:了)?牌|通过|列入|发的|称号|下来|上了|在手"
)
_WISH = re.compile(
    r"想|要(?!求)|打算|准备|计划|争取|冲|能(?!源|耗)|可以|可不可以|报(?!过|上|了)|申(?!过|上|了|请过|报过)|搞(?!过|了)|评(?!上|过|了|为|的|定|到)|够|差|符合|条件|门槛|标准|要求|补贴|奖励|政策|什么|啥|怎么|吗|么$|几|多少|有用|好处|问|查|关于|对比|区别|行不行|卡不卡|[补奖]\S{0,2}[钱万]"
)


def read_titles(clause: Clause, following: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Yield the titles a clause says are held or not held; `following` are the clauses after it in its sentence."""
    text = clause.text
    hits = [(title, match) for title in _TITLES for match in title.shape.finditer(text) if match[0]]
    hits.sort(key=lambda hit: hit[1].start())
    for n, (title, match) in enumerate(hits):
        if title.fact == "single_champion" and re.search(r"[省市区县](?:级|里)", text):
            continue
        if _LOWER.search(text) or _LOWER_AFTER.search("，".join(_continuing(following))):
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
        near = tail + "，" + "，".join(_continuing(following))
        verdict = _held(title, _Said(before, tail, near, clause, following), on)
        if verdict is not None:
            yield verdict.model_copy(update={"words": _phrase(clause, following)})


def _phrase(clause: Clause, following: Sequence[Clause]) -> str:
    if following and len(clause.text) < 12:
        return f"{clause.text}，{following[0].text}"
    return clause.text


class _Said(NamedTuple):
    """What is said of one title."""

    before: str
    tail: str
    near: str
    """The tail with the clauses that go on about it."""
    clause: Clause
    following: Sequence[Clause]


def _held(title: _Title, said: _Said, on: date) -> Reading | None:
    """Return whether a title is held; None where nothing plain is said, no value where it may have run out."""
    ends = _expiry(said.near, on)
    if ends is not None and not _STILL.search(said.near):
        return _verdict(title, ends > (on.year, on.month)) if ends != (on.year, on.month) else _open(title)
    if _UP_FOR_REVIEW.search(said.near) and not _STILL.search(said.near):
        return _open(title)
    if ends is None and _RAN_OUT.search(said.near) and not _STILL.search(said.near):
        return _verdict(title, False)
    if _is_asked(said):
        return None
    if said.clause.past and not _STILL.search(said.near):
        note = "以前有过，要看现在还在不在有效期"
        return Reading(fact=title.fact, value=None, words="", note=note)
    if _STILL.search(said.near):
        return _verdict(title, True)
    if _DENIED_BEFORE.search(said.before) or _DENIED_AFTER.match(said.tail) or _FAILED.search(said.near):
        return _verdict(title, False)
    if not _is_stated(said) or PENDING.search(said.before + said.tail) or _is_wished(said):
        return None
    return _by_age(title, said, on)


def _verdict(title: _Title, held: bool) -> Reading:
    return Reading(fact=title.fact, value=held, words="", dated=True)


def _open(title: _Title) -> Reading:
    return Reading(fact=title.fact, value=None, words="", note="快到期或已到期，要看证书上的截止日")


_DENIED_BEFORE = re.compile(
    r"(?:不是|没(?:有)?(?:评上?|拿到?|报上?|申请到?)?过?|未获?|还没(?:有)?(?:评上?|拿到?|是)?|无)(?:什么|过|任何|上)?$"
)
_DENIED_AFTER = re.compile(
    r"(?:的|资质|称号|证书|证|资格|企业)*(?:我们|咱们?)?(?:也|都|还|一直|从来|去年|今年|前年|\d{2,4}年)*(?:就)?(?:没(?:有|报|评|拿|申|过|办|批|入|进|通过|敢|能|去|搞|弄|戏)?|未|不是|还没|落选|被刷|被拒|黄了|差)"
)
_UP_FOR_REVIEW = re.compile(r"(?:来|要|该|准备|在|等)(?:做|办|申请)?(?:复核|复审)")
_FAILED = re.compile(
    r"没(?:能)?(?:通过|过(?!期|复)|批|中(?!断)|评上|报上|拿到|入选|选上)|落选|被刷|被拒|黄了"
)
_PLAIN = re.compile(r"(?:我们|咱们?|我|公司|厂|企业|也|都|已经|现在|目前|早就|就|只|才|一家|一个|个|，)*")
_WON = re.compile(r"(?:评|报|拿|申|批|搞|办)(?:上|了|到|下|过)|申请(?:到|过|下)")


def _is_asked(said: _Said) -> bool:
    text = said.clause.text
    if re.search(r"[?？]|吗|能不能|是不是|有没有|算不算", text):
        return True
    return said.clause.asks and not said.following and bool(_WISH.search(said.before + said.tail))


def _is_stated(said: _Said) -> bool:
    """Return whether the words say that the title is held, or say nothing else."""
    whole = said.before + said.tail
    return bool(
        _HAS.search(whole) or _PLAIN.fullmatch(whole) or _given(said.clause.years, said.tail, said.following)
    )


def _is_wished(said: _Said) -> bool:
    before, tail = (
        _WON.sub("", said.before),
        re.sub(r"(?:评|报|拿|申|批|搞|办)的|有效", "", _WON.sub("", said.tail)),
    )
    return bool(_WISH.search(before) or _WISH.search(tail))


# ---------------------------------------------------------------- how long it holds

_YEAR = r"(?P<y>大前年|前年|去年|今年|明年|后年|20\d\d年?|\d\d年)"
_MONTH = r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_ENDS = (
    re.compile(
        rf"{_YEAR}(?:的)?(?:{_MONTH}|(?P<end>年底|底|年末))?(?:份|底|初)?(?:就|才|要|会|刚|已经?)*(?:到期|过期|失效|截止)"
    ),
    re.compile(rf"(?:有效期?|管|用)(?:期)?(?:至|到){_YEAR}(?:{_MONTH}|(?P<end>年底|底|年末))?"),
)
_DATED = re.compile(r"(?:至|到|止|[-—~])\s*(?P<y>20\d\d)[-./年](?P<m>1[0-2]|0?[1-9])(?!\d)")
_AGO = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def _expiry(near: str, on: date) -> tuple[int, int] | None:
    """Return the year and month in which a title is said to end; None where that is not said or not settled."""
    for shape in (_DATED, *_ENDS) if "有效" in near else _ENDS:
        for match in shape.finditer(near):
            year, month = _as_year(match["y"], on), _as_month(match)
            if year != on.year and month is None:
                month = 12
            if month is not None:
                return year, month
    return None


def _as_year(said: str, on: date) -> int:
    if said in _AGO:
        return on.year + _AGO[said]
    n = int(said.rstrip("年"))
    return n if n > 99 else 2000 + n


def _as_month(match: re.Match[str]) -> int | None:
    said = match.groupdict()
    if said.get("end"):
        return 12
    if not said.get("m"):
        return None
    return int(match["m"]) if match["m"].isdigit() else _NUMERALS.index(match["m"])


def _by_age(title: _Title, said: _Said, on: date) -> Reading:
    """Return a title as held where the year it was given leaves it in force, else open."""
    year = _given(said.clause.years, said.tail, said.following)
    if year is None or not title.years:
        return _verdict(title, True)
    if year.ago > title.years:
        note = f"给的年份早，称号一般{title.years}年有效，要看现在还在不在有效期"
        return Reading(fact=title.fact, value=None, words="", note=note)
    if year.ago < 0:
        return _open(title)
    if year.ago == title.years:
        month = re.search(rf"年(?:的)?{_MONTH}", said.clause.text + "，" + said.near)
        late = _as_month(month) if month else None
        return _verdict(title, True) if late is not None and late > on.month else _open(title)
    return _verdict(title, True)


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


def _given(years: Sequence[Year], tail: str, following: Sequence[Clause]) -> Year | None:
    """Return the year a title was given, where one is named."""
    if years and not measures_in(tail):
        return years[0]
    for clause in following[:1]:
        if clause.years and re.search(r"拿|评|认定|公告|发|批|获|入库|通过|年的$", clause.text):
            return clause.years[0]
    return None
