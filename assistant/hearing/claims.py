"""Titles held, and what a firm says yes or no to: 是高企, 没进过异常名录, 省级技术中心.

Only a plain statement counts. A wish (想报高企), an application under way (正在申请), a question, praise of oneself
and what only a reviewer can confirm are left alone; a title whose three years may have run out stays open.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing.amounts import Reading
from assistant.hearing.clauses import Clause, Year
from assistant.numbers import find


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
_NOT = re.compile(
    r"不是|没(?:有|评|报|拿|申|上|过|做|得|通过|批|入|进)?|未|从没|从来没|还没|不算|不属于|无(?!锡)|丢了|落选|被拒|没戏"
)
_RAN_OUT = re.compile(
    r"过期|到期了|失效|没(?:续|复审|复核|重新认定)|被(?:撤|取消|摘)|到期没|没再(?:报|申|评|续|弄|做)|没接着|摘牌|撤销|取消了|没(?:复审|复核)过|作废|掉了"
)
_STILL = re.compile(r"(?:还|仍|都)?(?:在)?有效(?:期内)?|没(?:有)?(?:过期|到期|失效)|还(?:没|有)(?:到期|\S{0,3}年)|(?:刚|又|已)?(?:复审|复核|重新认定|续)(?:通过|过|上|了)")  # fmt: skip  # noqa: E501
_HAS = re.compile(
    r"是|有|拿(?:到|下|了|过|的|上)|评(?:上|了|的|过|为|定)|认定|获|证书?(?!明)|公告|公布|入(?:了)?库|批(?:下来|了|的)|过(?:了|的)|取得|当(?:上|选)|属于|办(?:了|下|过)|挂(?:了)?牌|通过|列入|发的|称号|下来|上了|在手"
)
_PENDING = re.compile(
    r"正?在?(?:申请|申报|报|评|办|审|公示|排队|走流程)(?:中|着|期)?(?!过|上|的|了)|公示|刚(?:报|交|递|申)|材料|等(?:结果|公告|批)|培育"
)
_WISH = re.compile(
    r"想|要(?!求)|打算|准备|计划|争取|冲|能(?!源|耗)|可以|可不可以|报(?!过|上|了)|申(?!过|上|了|请过|报过)|搞(?!过|了)|评(?!上|过|了|为|的|定|到)|够|差|符合|条件|门槛|标准|要求|补贴|奖励|政策|什么|啥|怎么|吗|么$|几|多少|有用|好处|问|查|关于|对比|区别"
)


def read_claims(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Yield titles and yes/no facts that were plainly stated or denied."""
    told: dict[str, Reading] = {}
    for i, clause in enumerate(clauses):
        if any(c.sentence == clause.sentence and "公示" in c.text for c in clauses[max(0, i - 1) : i + 1]):
            continue  # announced for objections is not given yet
        following = [c for c in clauses[i + 1 : i + 4] if c.sentence == clause.sentence and c.mine]
        for one in _titles(clause, following, on):
            told[one.fact] = one
        if clause.mine and clause.real:
            for one in _plain(clause, clauses, i, on):
                told.setdefault(one.fact, one)
    for one in _scores(clauses):
        told.setdefault(one.fact, one)
    yield from told.values()


# ---------------------------------------------------------------- titles


def _titles(clause: Clause, following: Sequence[Clause], on: date) -> Iterator[Reading]:
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
    if _PENDING.search(before + tail):
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


# ---------------------------------------------------------------- yes and no

_NEVER = re.compile(
    r"没(?:有|出|进|被|上|受|发生|啥|什么|过|列)?|从未|未|无(?!锡)|不(?:在|属于|是|存在|涉及|涉|算)|干净|零(?:事故|处罚)|正常|清白"
)


def _plain(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(r"[?？]|吗|能不能|是不是|有没有|会不会|影响|怎么", text) or (
        clause.asks and _is_question(clauses, clause)
    ):
        return
    for reader in (_lists, _conduct, _entity, _application, _size, _institute, _awards, _certified, _project):
        for one in reader(clause, clauses, at, on):
            yield one.model_copy(update={"words": one.words or text, "dated": True})


def _is_question(clauses: Sequence[Clause], clause: Clause) -> bool:
    return [c for c in clauses if c.sentence == clause.sentence][-1] is clause


def _yes(fact: str, value: bool | str | Decimal | None, note: str = "", words: str = "") -> Reading:
    return Reading(fact=fact, value=value, words=words, note=note)


def _lists(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    whole = "，".join(
        [clause.text, *(c.text for c in clauses[at + 1 : at + 3] if c.sentence == clause.sentence)]
    )
    for fact, shape in (
        ("in_abnormal_list", re.compile(r"经营异常|异常名录|异常名单")),
        ("in_serious_dishonesty_list", re.compile(r"严重失信|失信(?:主体|名单|企业|被执行)|严重违法失信")),
    ):
        hit = shape.search(clause.text)
        if not hit:
            continue
        both = re.search(r"(?:异常\S{0,4})(?:和|、|跟|及|还有)\S{0,4}失信", clause.text)
        near = clause.text if both else clause.text[max(0, hit.start() - 8) :]
        if re.search(
            r"移(?:出|除)|摘(?:掉|了|帽)|解除|修复(?:了|好)|已经出来|出来了|撤(?:了|销)", whole
        ) or _NEVER.search(near):
            yield _yes(fact, False)
        elif re.search(r"进(?:了|过|去)|被列|列入|在(?:里面|名录|上面|名单)|上了|有", near):
            yield _yes(
                fact, None if "过" in near else True, "曾经列入，要看现在移出了没有" if "过" in near else ""
            )


_INCIDENT = re.compile(r"事故|出(?:过)?(?:什么|啥)?(?:大)?(?:事|问题)|处罚|违法|死(?:过)?人|伤亡|污染")
_AREAS = (
    re.compile(r"安全|生产|工伤"),
    re.compile(r"环保|环境|污染|排放"),
    re.compile(r"质量|产品"),
    re.compile(r"网络|数据"),
)


def _conduct(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:  # noqa: C901
    text = clause.text
    if re.search(r"税", text):
        if re.search(r"偷税|漏税|偷漏|逃税|税务|税上|纳税|报税|交税|税", text) and re.search(
            r"没(?:有)?(?:出|偷|漏|逃|什么|啥|问题|过|被|违|少|欠|事)|从(?:来)?(?:没|不)|正常|干净|合规|A级|不偷|未|无",
            text,
        ):
            if re.search(r"偷|漏|逃|事|问题|违|处罚|查|罚|干净|合规|不良", text):
                yield _yes("tax_evasion_3y", False)
        elif (
            re.search(r"偷(?:漏)?(?:过)?税|漏(?:过)?税|逃税", text)
            and re.search(r"被|罚|查|过|有", text)
            and _recent(clause, 3)
        ):
            yield _yes("tax_evasion_3y", True)
        elif re.search(r"罚|补(?:过|了)?税|滞纳金|稽查", text):
            yield _yes("tax_evasion_3y", None, "补税、处罚算不算偷漏税要看处理决定书")
    if not _INCIDENT.search(text):
        return
    areas = [area for area in _AREAS if area.search(text)]
    if not areas and not re.search(r"事故", text):
        return
    if re.search(r"没(?:有)?(?:出|发生|被|受|什么|啥|过|任何)?|未|无|零事故", text):
        if "税" in text and not areas:
            return
        if len(areas) >= 2 or re.search(r"事故", text):
            yield _yes("disqualifying_incident_3y", False)
        if len(areas) >= 3 or (len(areas) >= 2 and re.search(r"事故|违法|问题", text)):
            yield _yes("disqualifying_event_3y_2026", False)
        return
    if not _recent(clause, 3):
        return
    if re.search(r"(?:特别)?重大", text):
        yield _yes("disqualifying_incident_3y", True)
        yield _yes("disqualifying_event_3y_2026", True)
    elif re.search(r"较大", text):
        yield _yes("disqualifying_event_3y_2026", True)
    elif re.search(r"出(?:过|了)|发生|死|罚", text):
        yield _yes("disqualifying_event_3y_2026", None, "要看事故等级或处罚决定，较大以上、重大的才算")


def _recent(clause: Clause, years: int) -> bool:
    if not clause.years:
        return not re.search(r"以前|早年|当年|[五六七八九十]年前|好多年前", clause.text)
    return clause.years[-1].ago <= years


def _entity(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if (
        re.search(r"个体(?:户|工商户)|分公司|办事处|没(?:有)?独立法人", text)
        and re.search(r"我们|咱|是|目前|现在", text)
        and not re.search(r"不是(?:个体|分公司)", text)
    ):
        if re.search(
            r"(?:是|算|属于|还是)(?:个|一个|一家)?\S{0,6}(?:个体|分公司|办事处)|没(?:有)?独立法人|不是独立法人",
            text,
        ):
            yield _yes("registered_independent_entity", False)
    elif re.search(r"独立法人", text):
        yield _yes("registered_independent_entity", not re.search(r"不是|没有|不具备", text))
    if re.search(r"(?:境内|国内|大陆)(?:依法)?(?:注册|设立|登记)", text) and not _NEVER.search(text):
        yield _yes("lawfully_established_in_cn", True)
    if re.search(
        r"(?:产品|业务|工艺|做的)?\S{0,6}(?:不属于|不在|不是|不涉及)\S{0,10}(?:淘汰|限制|禁止)", text
    ):
        yield _yes("product_prohibited_restricted_eliminated", False)
    elif re.search(r"属于\S{0,8}(?:淘汰|限制|禁止)类|(?:列入|在)\S{0,6}(?:淘汰|限制)(?:目录|类)", text):
        yield _yes("product_prohibited_restricted_eliminated", True)
    if re.search(r"小巨人", text) and re.search(r"控股|参股|股权", text):
        if re.search(r"没(?:有)?|无|不存在", text):
            yield _yes("controlled_by_or_controls_little_giant", False)
        elif "控股" in text:
            yield _yes("controlled_by_or_controls_little_giant", True)


def _application(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(
        r"(?:来|要|该|得|准备|今年|这次|是|做|参加)\S{0,4}复核|复核(?:的|来了|期到)", text
    ) and not re.search(r"材料|条件|标准|什么|没|不", text):
        yield _yes("application_type", "review")
    elif re.search(r"(?:第一次|首次|头一(?:回|次)|第一回)(?:来)?(?:申?报|申请)|新申报的?$", text):
        yield _yes("application_type", "new")


_SIZES = {"微型": "micro", "小型": "small", "中型": "medium", "大型": "large"}


def _size(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(r"小微(?:企业)?|中小微|中小型?企业", text) and re.search(r"我们|咱|是|算|属于", text):
        if re.search(r"小微", text) and not re.search(r"创新型|科技型|专精特新|不是|不算|贷|政策|优惠", text):
            yield _yes("sme_size_class", None, "小微要按人数和营收划型，不凭自称")
        return
    hit = re.search(
        r"(?:是|算|属于|划(?:型)?(?:为|成|到)|定(?:为|的))(?:个|一家|的)?(?P<size>微型|小型|中型|大型)(?:企业|厂|公司|$)",
        text,
    )
    if hit and not re.search(r"不是|不算", text):
        yield _yes("sme_size_class", _SIZES[hit["size"]])


_INSTITUTE = re.compile(
    r"(?:企业)?(?:技术|研发|工程|设计|研究|创新)(?:技术|研究)?(?:中心|院|所|实验室|工程中心)|重点实验室|研发机构|工作站|技术中心"
)
_RANKS = (("national", r"国家(?:级|认定)?"), ("provincial", r"省(?:级|里|厅|部级)?|自治区级|(?:工信|发改|科技)厅"), ("municipal", r"市(?:级|里)?"), ("below_municipal", r"区(?:级|里)|县(?:级|里)"))  # fmt: skip  # noqa: E501


def _institute(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    hit = _INSTITUTE.search(text)
    if not hit:
        return
    if (
        re.search(r"没(?:有)?(?:建|设|单独|专门|任何|什么|自己的?)?\S{0,4}$", text[: hit.start()])
        and "研发机构" in hit[0]
    ):
        yield _yes("rd_institution_exists", False)
        return
    if _PENDING.search(text) or re.search(r"想|打算|准备|计划|争取|没(?:批|过|评|认定)|未", text):
        return
    for level, shape in _RANKS:
        said = text[: hit.start()] + (
            text[hit.end() :] if re.match(r"(?:是|属于|评的是|认定的是)", text[hit.end() :]) else ""
        )
        if re.search(shape, said) and not re.search(r"没(?:有)?|不是", said):
            yield _yes("rd_institution_level", level)
            return


_AWARD = re.compile(r"(?:科技进步|技术发明|自然科学|科学技术(?:进步)?|科技)(?:[特一二三]等)?奖")


def _awards(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:  # noqa: C901
    near = [clause, *(c for c in clauses[at + 1 : at + 3] if c.sentence == clause.sentence)]
    text, whole = clause.text, "，".join(c.text for c in near)
    if (
        re.search(r"创客中国", text)
        and re.search(r"(?:50|五十)强", whole)
        and not re.search(r"500|五百", whole)
    ):
        yield _yes("maker_china_top50_3y", True)
        yield _yes("maker_china_top500_3y", True)
    elif re.search(r"创客中国", text) and re.search(r"500强|五百强", whole) and not _NOT.search(whole):
        yield _yes("maker_china_top500_3y", True)
    hit = _AWARD.search(text)
    if not hit or _PENDING.search(text):
        return
    denied = re.search(r"没(?:有)?(?:得|拿|获|评)?过?|未|从没", text)
    national = re.search(r"国家", text[: hit.end()])
    provincial = re.search(r"省(?:部)?(?:级|里)?|自治区", text[: hit.end()])
    if denied:
        if re.search(r"任何|什么|啥|省|国家|科技奖", text):
            if national or re.search(r"任何|什么|啥", text):
                yield _yes("award_national_3y", False)
            if provincial or re.search(r"任何|什么|啥", text):
                yield _yes("award_provincial_plus_3y", False)
        return
    years = [y for c in near for y in c.years]
    if years and years[0].ago > 3:
        return
    if not years and re.search(r"以前|早年|(?:[三四五六七八九十]|\d+)年前", whole):
        return
    rank = _rank(whole)
    if national:
        yield _yes("award_national_3y", True)
        if rank is not None:
            yield _yes("award_national_rank_3y", rank)
    elif provincial:
        yield _yes("award_provincial_plus_3y", True)
        if rank is not None:
            yield _yes("award_provincial_plus_rank_3y", rank)


_PLACE = re.compile(
    r"(?:排(?:名|在)?(?:第)?|第)(?P<n>[一二三四五六七八九十]|\d{1,2})(?:名|位|完成|单位|$|[，,的。])(?!等)"
)


def _rank(text: str) -> Decimal | None:
    match = _PLACE.search(text)
    if match is None:
        return None
    n = match["n"]
    return Decimal(int(n)) if n.isdigit() else Decimal("一二三四五六七八九十".find(n) + 1)


def _certified(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:  # noqa: C901
    text = clause.text
    if re.search(r"ISO|iso|9001|14001|45001|16949|管理体系|体系认证|三体系", text) and not re.search(
        r"两化融合|想|打算|准备|正在|申请", text
    ):
        if re.search(r"没(?:有|做|过|拿|办)|未|还没", text):
            yield _yes("management_system_certified", False)
        elif re.search(r"过期|失效|没续", text):
            yield _yes("management_system_certified", None, "要看证书现在是否有效")
        elif re.search(r"有|过了?|拿|做了|证|通过|取得|办", text):
            yield _yes("management_system_certified", True)
    if re.search(
        r"(?<![A-Za-z])(?:CE|UL|FDA|TUV|TÜV|GS|PSE)(?![A-Za-z])|欧盟认证|美国认证", text
    ) and not re.search(r"想|打算|准备|正在|申请", text):
        if re.search(r"没(?:有|做|过|拿|办)|未|还没", text):
            yield _yes("developed_market_product_certified", False)
        elif re.search(r"有|过了?|拿|做了|证|通过|取得|办", text):
            yield _yes("developed_market_product_certified", True)
    if (
        re.search(
            r"(?:主导|牵头|第一起草|主持)\S{0,8}(?:国家|行业|国际)标准|(?:国家|行业|国际)标准\S{0,8}(?:主导|牵头|主持)",
            text,
        )
        and not _NOT.search(text)
        and not re.search(r"参与", text)
        and _recent(clause, 5)
    ):
        yield _yes("led_standard_5y", True)
    hit = re.search(
        r"(?:国内|全国|中国|行业(?:里|内)?)?(?:细分(?:市场|领域|行业))?(?:里|内|中)?排(?:名)?(?:在)?(?P<top>前)?(?:第)?(?P<n>[一二三四五六七八九十]|\d{1,2})(?:名|位)?",
        text,
    )
    if hit and re.search(r"国内|全国|中国", text) and not re.search(r"省内|全省|市内|全市|奖", text):
        n = (
            Decimal(int(hit["n"]))
            if hit["n"].isdigit()
            else Decimal("一二三四五六七八九十".find(hit["n"]) + 1)
        )
        if hit["top"]:
            yield Reading(
                fact="market_rank_cn",
                value=None,
                words=text,
                low=Decimal(1),
                high=n,
                note=f"只说了前{n}，要具体名次",
            )
        else:
            yield _yes("market_rank_cn", n)
    hit = re.search(
        r"(?:国内|全国|中国)(?:细分(?:市场|领域|行业)?)?(?:是|里|内)?(?:的)?第(?P<n>[一二三四五六七八九十]|\d{1,2})(?!届|批|次|个|家|台)",
        text,
    )
    if hit and "奖" not in text:
        n = (
            Decimal(int(hit["n"]))
            if hit["n"].isdigit()
            else Decimal("一二三四五六七八九十".find(hit["n"]) + 1)
        )
        yield _yes("market_rank_cn", n)


def _project(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(r"试点\S{0,6}名单|名单\S{0,4}试点|试点企业", text):
        if re.search(r"(?:没|不|未)\S{0,4}(?:在|进|列|入|选)", text):
            yield _yes("on_pilot_list", False)
        elif re.search(r"(?:在|列入|进(?:了|入)|入选|被列|上了)\S{0,8}(?:试点|名单)", text) and not re.search(
            r"想|能|怎么", text
        ):
            yield _yes("on_pilot_list", True)
    yield from _level(clause)
    yield from _niche(clause, clauses, at)


_SCORE = re.compile(
    r"(?:平台|系统|质量评价|评价|梯度|zjtx)\S{0,10}(?:得分|分数?|打分|评分)|(?:得分|评价分|分数)\S{0,4}(?:平台|系统)|质量评价|发展质量"
)
_OWN_SUM = re.compile(
    r"算(?:过|了|出|着|下来)|自己(?:算|评|测|打|估)|自(?:评|测|算)|估(?:计|摸|算)|测算|模拟|预估|预测|能有|能到|大概(?:能|有)|应该(?:能|有)|差不多能"
)


def _scores(clauses: Sequence[Clause]) -> Iterator[Reading]:
    """Read the platform's own score; what somebody worked out himself is none."""
    spoken, sentence, own = False, -1, False
    for clause in clauses:
        if clause.sentence != sentence:
            sentence, spoken, own = clause.sentence, False, False
        if _SCORE.search(clause.text):
            spoken = True
        if not spoken or not clause.mine or not clause.real:
            continue
        own = own or bool(_OWN_SUM.search(clause.text))
        for q in find(clause.text):
            if (
                q.kind != "number"
                or q.value is None
                or q.scale
                or q.unit not in {"分", ""}
                or not 0 <= q.value <= 100
            ):
                continue
            if re.search(r"(?:要|够|满|达到|至少|不低于|门槛)$", clause.text[: q.start]):
                continue
            ago = next((y.ago for y in reversed(clause.years) if y.end <= q.start), 0)
            fact = {0: "platform_score_current", 1: "platform_score_previous"}.get(ago)
            if fact is None:
                continue
            rough = q.low != q.high
            if own:
                yield Reading(
                    fact=fact, value=None, words=clause.text, note="自己算的不算数，要平台上显示的得分"
                )
            else:
                yield Reading(
                    fact=fact,
                    value=None if rough else q.value,
                    words=clause.text,
                    dated=True,
                    low=q.low if rough else None,
                    high=q.high if rough else None,
                )


def _level(clause: Clause) -> Iterator[Reading]:
    """Read a measured digital level."""
    text = clause.text
    if not re.search(r"数字化(?:水平|程度|等级)?|测评|评测", text) or not re.search(
        r"测|评|平台|结果|定", text
    ):
        return
    if re.search(r"自己觉得|感觉|估计|大概|应该|想|目标|争取|达到|要|希望|自评", text):
        return
    levels = [q for q in find(text) if q.kind == "level" and q.value is not None and not q.bound]
    if len(levels) == 1 and levels[0].value is not None:
        yield _yes("digital_level", levels[0].value)


_TRADE = re.compile(
    r"(?:做|干|搞|深耕|专注|专做|从事|主攻|钻|生产|造|在)(?:了)?(?P<what>[^，,]{0,16}?)(?:这(?:一)?(?:行|块|个|领域|产品|市场)|细分|市场|领域|行业|产品)?(?:已经|都|也|有|整整|足足|将近|快|大概|差不多|做了|干了|了)*$"
)


def _niche(clause: Clause, clauses: Sequence[Clause], at: int) -> Iterator[Reading]:
    """Read years in the niche: 做减速机八年了; not how long the firm or a certificate exists."""
    text = clause.text
    for q in find(text):
        if q.unit != "年" or q.kind != "number" or q.value is None or q.value > 80:
            continue
        before, after = text[: q.start], text[q.end :]
        if re.match(r"前|内|以来|度|末|底|初|报", after):
            continue
        if re.search(
            r"近|未来|今后|头|成立|注册|建厂|开(?:了)?(?:厂|公司)|创(?:业|办)|拿|证|合作|用|有效|质保|保修|工龄|经验|租|连续|亏|等|合同",
            before + after[:3],
        ):
            continue
        trade = _TRADE.search(before)
        if trade is None:
            continue
        what = re.sub(r"这|个|的|一|行|块", "", trade["what"])
        if not what and not re.search(r"这(?:一)?(?:行|块|个|领域|产品|市场)|细分|市场|领域|行业", before):
            above = clauses[at - 1].text if at else ""
            if not re.search(r"做|干|生产|专|主(?:营|打|攻)", above):
                continue
        if re.search(r"财务|会计|管理|销售|数字化|研发|改造|出口|上市", what):
            continue
        rough = q.low != q.high
        yield Reading(
            fact="niche_years",
            value=q.value,
            words=text,
            low=q.low if rough else None,
            high=q.high if rough else None,
        )
        return
