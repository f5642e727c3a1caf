"""What a firm says yes or no to: 没进过异常名录, 是独立法人, 省级技术中心.

Only a plain statement counts. A wish, an application under way, a question, praise of oneself and what only a reviewer
can confirm are left alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from assistant.hearing.awards import read_awards, read_standing
from assistant.hearing.clauses import Clause, cut
from assistant.hearing.conduct import read_conduct, read_lists
from assistant.hearing.control import read_control
from assistant.hearing.reading import Reading
from assistant.hearing.scores import read_level, read_niche, read_scores
from assistant.hearing.statement import NEVER, PENDING, say
from assistant.hearing.title_words import ANNOUNCED
from assistant.hearing.titles import read_titles


def read_claims(clauses: Sequence[Clause], on: date, *, last: Iterable[str] = ()) -> Iterator[Reading]:
    """Yield titles and yes/no facts that were plainly stated or denied; `last` are the figures told just before."""
    told: dict[str, Reading] = {}
    clauses = tuple(_apart(clauses, on))
    for i, clause in enumerate(clauses):
        if any(
            c.sentence == clause.sentence and ANNOUNCED.search(c.text) for c in clauses[max(0, i - 1) : i + 1]
        ):
            continue  # announced for objections is not given yet
        following = [c for c in clauses[i + 1 : i + 9] if c.sentence == clause.sentence and c.mine]
        for one in read_titles(clause, following, on):
            told[one.fact] = one
        if clause.mine and clause.real:
            for one in _plain(clause, clauses, i, on):
                told.setdefault(one.fact, one)
    for one in (
        *read_scores(clauses, last),
        *read_level(clauses),
        *read_niche(clauses),
        *read_control(clauses),
    ):
        told.setdefault(one.fact, one)
    yield from told.values()


_SPOKEN_ON = re.compile(
    r"(?<=[啊呀呢吗嘛吧哈了])(?=我们|咱|小巨人|高企|专精特新|创新型|科技型|高新|商标|出口|环境)|"
    r"(?<=[评拿批办发续考过认][上下到过定了]的)(?=我们|咱|小巨人|高企|专精特新|创新型|科技型|高新)|"
    r"(?<=没有)(?=想|要|打算|准备|高企|专精特新|创新型|科技型|小巨人|高新|环境|ce|CE)|"
    r"(?<=[有办过了没上])(?=环境(?:的|体系)|质量(?:的|体系)|出口|商标|高企|专精特新|创新型|科技型)|"
    r"(?<=[eEaA证])(?=商标|软著|外观)|(?=算不算|能不能算|是不是算)"
)
"""Where one statement ends and the next begins in speech without pauses: 去年刚评上的小巨人还没有想明年冲一冲."""
_LONG = 20


def _apart(clauses: Sequence[Clause], on: date) -> Iterator[Clause]:
    """Yield the clauses; one spoken on without a pause as several, each with a mood of its own."""
    for clause in clauses:
        pieces = _SPOKEN_ON.split(clause.text) if len(clause.text) >= _LONG else []
        if len(pieces) < 2:
            yield clause
            continue
        at = clause.start
        for piece in pieces:
            for one in cut(piece, on):
                mine = one.mine and (clause.mine or "我们" in piece)
                yield one.model_copy(
                    update={"start": at + one.start, "sentence": clause.sentence, "mine": mine}
                )
            at += len(piece)


def _plain(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(r"[?？]|吗|能不能|是不是|有没有|会不会|影响|怎么", text) or (
        clause.asks and _is_question(clauses, clause)
    ):
        return
    for reader in (
        read_lists,
        read_conduct,
        _entity,
        _application,
        _size,
        _institute,
        read_awards,
        read_standing,
        _project,
    ):
        for one in reader(clause, clauses, at, on):
            yield one.model_copy(update={"words": one.words or text, "dated": True})


def _is_question(clauses: Sequence[Clause], clause: Clause) -> bool:
    return [c for c in clauses if c.sentence == clause.sentence][-1] is clause


_NO_ENTITY = re.compile(
    r"没(?:有)?(?:单独|独立)?的?法人|不(?:是|具备|算)\S{0,2}(?:独立)?法人|非法人|"
    r"(?<!不)(?:是|算|属于)(?!不)\S{0,12}(?:个体(?:户|工商户)|分公司(?!的)|办事处(?!的))"
)


def _entity(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if _NO_ENTITY.search(text):
        yield say("registered_independent_entity", False)
    elif re.search(r"独立法人|有法人资格", text):
        yield say("registered_independent_entity", not re.search(r"不是|没有|不具备", text))
    if re.search(r"(?:境内|国内|大陆)(?:依法)?(?:注册|设立|登记)", text) and not NEVER.search(text):
        yield say("lawfully_established_in_cn", True)
    if re.search(
        r"(?:产品|业务|工艺|做的)?\S{0,6}(?:不属于|不在|不是|不涉及)\S{0,10}(?:淘汰|限制|禁止)", text
    ):
        yield say("product_prohibited_restricted_eliminated", False)
    elif re.search(r"属于\S{0,8}(?:淘汰|限制|禁止)类|(?:列入|在)\S{0,6}(?:淘汰|限制)(?:目录|类)", text):
        yield say("product_prohibited_restricted_eliminated", True)


def _application(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(
        r"(?:来|要|该|得|准备|今年|这次|是|做|参加)\S{0,4}复核(?!通过|过|完|好|下来)|复核(?:的|来了|期到)",
        text,
    ) and not re.search(r"材料|条件|标准|什么|没|不", text):
        yield say("application_type", "review")
    elif re.search(r"(?:第一次|首次|头一(?:回|次)|第一回)(?:来)?(?:申?报|申请)|新申报的?$", text):
        yield say("application_type", "new")


_SIZES = {"微型": "micro", "小型": "small", "中型": "medium", "大型": "large"}


def _size(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if re.search(r"小微(?:企业)?|中小微|中小型?企业", text) and re.search(r"我们|咱|是|算|属于", text):
        if re.search(r"小微", text) and not re.search(r"创新型|科技型|专精特新|不是|不算|贷|政策|优惠", text):
            yield say("sme_size_class", None, "小微要按人数和营收划型，不凭自称")
        return
    hit = re.search(
        r"(?:是|算|属于|划(?:型)?(?:为|成|到)|定(?:为|的))(?:个|一家|的)?(?P<size>微型|小型|中型|大型)(?:企业|厂|公司|$)",
        text,
    )
    if hit and not re.search(r"不是|不算", text):
        yield say("sme_size_class", _SIZES[hit["size"]])


_INSTITUTE = re.compile(
    r"(?:企业)?(?:技术|研发|工程|设计|研究|创新)(?:技术|研究)?(?:中心|院|所|实验室|工程中心)|重点实验室|联合实验室|研发机构|工作站|技术中心"
)
_FOUNDED = re.compile(r"(?:建|办|设|搞|成立|合办|共建)(?:了|有|成了?|起来?)\S{0,6}$")
_NOT_RECOGNISED = re.compile(
    r"没(?:有)?\S{0,4}(?:部门|单位|政府|谁)?\S{0,3}认定|没(?:有)?(?:评|批)过级?|没级别"
)
_RECOGNISED = re.compile(
    r"^(?:是|属于|也|都|已经?|早就?|刚|由|被|经|(?:大前|前|去|今)年|(?:20)?\d\d年|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|年底|年初|上半年|下半年)*"
    r"(?:省|市|国家|区|县)(?!\S*(?:没|未|要|想|准备|打算|等|明年))(?:\S{0,8}(?:认定|批(?!评)|评(?!为?[优先标示合]|过?\S{0,3}奖|比|审|估)|挂牌|授牌)|级的?$)"
)
_RANKS = (("national", r"国家(?:级|认定)?"), ("provincial", r"省(?:级|里|厅|部级)?|自治区级|(?:工信|发改|科技)厅"), ("municipal", r"市(?:级|里)?"), ("below_municipal", r"区(?:级|里)|县(?:级|里)"))  # fmt: skip  # noqa: E501


def _institute(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    hit = _INSTITUTE.search(text)
    if not hit:
        return
    if (
        re.search(r"没(?:有)?(?:建|设|专门|任何|什么|自己的?)?\S{0,4}$", text[: hit.start()])
        and "研发机构" in hit[0]
    ):
        yield say("rd_institution_exists", False)
        return
    if PENDING.search(text) or re.search(r"想|打算|准备|计划|争取|没(?:批|过|评|认定)|未", text):
        return
    if re.search(r"^(?:有|签了?|搞|是)\S{0,3}合作", text[hit.end() :]):
        return
    after = (
        clauses[at + 1].text if at + 1 < len(clauses) and clauses[at + 1].sentence == clause.sentence else ""
    )
    said = text[: hit.start()]
    rest = text[hit.end() :]
    unranked = not any(re.search(shape, said) for _, shape in _RANKS)
    if re.match(r"(?:是|属于|评的是|认定的是)", rest) or (unranked and _RECOGNISED.search(rest)):
        said += rest
    elif unranked and _RECOGNISED.search(after) and not PENDING.search(after):
        said += after
    level = next((name for name, shape in _RANKS if re.search(shape, said)), None)
    denied = re.search(r"没(?:有)?|不是", said)
    if level is not None and not denied:
        yield say("rd_institution_level", level)
    if _FOUNDED.search(text[: hit.start()]) and not re.search(r"没|未", text):
        yield say("rd_institution_exists", True)
        rest = "，".join(c.text for c in clauses[at + 1 : at + 6] if c.sentence == clause.sentence)
        if level is None and _NOT_RECOGNISED.search(rest):
            yield say("rd_institution_level", "none")


_LIST = re.compile(r"(?:试点|改造|数转|数改|智改|转型)\S{0,8}名单|名单\S{0,4}试点|试点企业")
_OFF_LIST = re.compile(r"(?:没|不|未)\S{0,4}(?:在(?!网)|进|列|入|选|我们|咱|找[着到]|看[着到见])")
_US = re.compile(
    r"(?:里面|上面|里头)?(?:没有?|就?有|找不着|没找[着到])(?:我们|咱)|我们\S{0,3}(?:没在|在列|在内|在上面|在里)"
)
_ON_LIST = re.compile(
    r"(?:在|列入|进(?:了|入)|入选|被列|上了)\S{0,8}(?:试点|名单)|名单\S{0,6}有(?:我们|咱|我家|我厂)|榜上有名|是\S{0,6}试点企业|(?:我们|咱)\S{0,3}在(?:列|内|里面|上面|上头)"
)


def _project(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    text = clause.text
    if _LIST.search(text):
        after = clauses[at + 1 : at + 2]
        if after and after[0].sentence == clause.sentence and _US.match(after[0].text):
            text += after[0].text
        if _OFF_LIST.search(text):
            yield say("on_pilot_list", False)
        elif _ON_LIST.search(text) and not re.search(r"想|能|怎么", text):
            yield say("on_pilot_list", True)
