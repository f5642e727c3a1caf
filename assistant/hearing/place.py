"""Where the firm is and what it is called: 我在潍坊寒亭开个纺织厂, 我们昆山这边.

A place named in a question about its policies, or where the goods go, is not where the firm is.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from assistant.hearing.trade import read_trade
from knowledge.region import NATION, Mention, Regions

_ABOUT = re.compile(
    r"^(?:的|市|省|区|那(?:个|边的)?|这(?:个|边的)?|现在|今年|有|对|给|最高|最多)*(?:有(?:没有)?|出(?:了|台)?|发布|政策|试点|措施|补贴|补助|奖|通知|文件|规定|办法|方案|细则|城市|标准|窗口|现行|工信|经信|主管|数字化转型|市场|客户|分公司|办事处|股东|供应商|那边的|高新|大学|学院|公司也|展会|也)"
)
_OUTWARD = re.compile(
    r"(?:卖到|销(?:往|到)|发(?:往|到)|出口(?:到)?|搬(?:到|去)|迁(?:到|往)|去过?|客户(?:主要)?在|市场(?:主要)?在|供应?(?:给|到)?|比|像|听说|隔壁|来自|跟|和|与)$"
)
_FIRM = re.compile(
    r"^(?:市|省|区|县|这边|那边|本地|当地)?(?:的)?(?:一(?:家|个)|家|个|小|民营|私营|老)*"
    r"(?:$|人$|\S{0,8}?(?:厂|公司|企业|开|办|做|干|搞|生产|注册|这边|的$|制造|加工|机械|有个|有家|工厂|经营|创业))"
)


def read_place(clauses: Sequence[Clause], regions: Regions) -> Iterator[Reading]:
    """Yield where the firm is, its trade and its name, where they were said of the speaker's own firm."""
    told: dict[str, Reading] = {}
    wished: set[int] = set()
    for clause in clauses:
        if _WISH.search(clause.text):
            wished.add(clause.sentence)
        read = list(_region(clause, regions, hearsay=clause.sentence not in wished))
        if clause.mine and clause.real:
            read += [*read_trade(clause.text, regions), *_name(clause)]
        for one in read:
            stands = told.get(one.fact)
            if stands is None or _outranks(one, stands):
                told[one.fact] = one
    yield from (one.model_copy(update={"dated": False}) for one in told.values())


def _outranks(one: Reading, stands: Reading) -> bool:
    """Return whether a reading goes before another.

    Where the firm is registered and what it turned to (both told as dated here) do, and so does what is named more
    closely: 宁波 after 浙江省; where someone is only from gives way.
    """
    if one.fact == "enterprise.region":
        closer = str(one.value) != str(stands.value) and str(one.value).startswith(str(stands.value))
        if closer or (stands.words.endswith("人") and not one.words.endswith("人")):
            return True
    return one.dated and not stands.dated


# ---------------------------------------------------------------- place

_WE = r"(?:我们?|咱们?|俺们?|我司|我厂|我公司|本公司|本厂|公司|厂子?)"
_WISH = re.compile(
    r"打算|计划|准备|将来|以后|如果|(?<![主重])要是|假如|假设|就当|当作|万一|[想要](?:去|在|到)"
)
_MOVING = re.compile(r"搬(?:到|去|迁)|迁(?:到|往|址)|打算去|想去")
_MOVED = re.compile(r"[搬迁](?:到|来|至)了$")
_THEIRS = re.compile(
    r"(?:(?<!其)[他她它]们?|人家|别人|对方|朋友|亲戚|老家|籍贯|户口)(?:家|厂|公司)?(?:就|也|都)?[在是]?$"
)
_TOWN = re.compile(r"[^卖有没好多少能也都是去来销发补给要]{2}(?:镇|乡|街道)?")
_QUESTION = re.compile(r"[?？]|吗|多少|怎么|什么|咋|哪|谁|几(?:个|家|份|项|样|部)|能不能|是不是|行不行")
_OURS = re.compile(r"我们?|咱|俺|本公司|本厂|在")
_SPEAKER = re.compile(
    r"(?:(?:^|在|位于|坐落(?:于|在)?|地处|来自|我们?|咱们?|俺们?|公司|厂子?|企业|注册(?:地)?(?:在)?|开在|设在|落在|这边|这儿|这里|这)"
    r"(?:(?:就|也|都)?是|就)?|(?:址|单位|所在地|总部)(?:就|也)?是)(?:中国)?$"
)
_CERTAIN_WE = re.compile(
    rf"(?:但|不过|可|反正|其实)?{_WE}(?:这边|家)?(?:就|也|都|现在|是)*(?:在|位于|注册在|设在|开在)$"
)
"""Said of the firm itself, whatever else the sentence speaks of."""
_ADJACENT_WE = re.compile(r"(?:\S{0,4}[是说]|在)?(?:我们|咱们?|俺们?|我厂|本厂)(?:就|也|都|是)*在?")
_IN_THE_PLACE = re.compile(r"(?:市|省|区|县)?(?:里头?|内|这边|这里|这儿|这头|本地|当地|这旮[沓瘩])")
_LIKELY = re.compile(
    r"(?:市|县|区)?(?:的|这边|这里|这儿|本地|当地|人$|做|开(?!发|始)|办(?!理)|搞|生产|造|有(?:个|一?家))"
)
_BRANCH_OF_OURS = re.compile(rf"{_WE}(?:这|这边|这里|这个)?(?:就|也)?是\S{{0,8}}(?:设|开|办|放|落)?在$")
_BRANCH_HERE = re.compile(r"的?(?:一(?:个|家))?(?:分公司|子公司|分厂|分部|工厂|生产基地|办事处)")
_TITLE_HELD = re.compile(
    r"(?:省|市|区|县)?级?的?(?:科技型|创新型|专精特新|制造业|单项冠军|隐形冠军|瞪羚|小巨人|高新技术企业|\S{0,4}技术中心)\S{0,10}"
    r"(?:一个|[一两]块|评上|拿到|批的|认定的|公布的|给的|牌子|证书|本本)"
)
_REGISTERED = re.compile(r"注册(?:地)?(?:在|是)?$|登记在$")
_STANDS = re.compile(r"在$|位于$|坐落(?:于|在)?$|注册(?:地)?(?:在)?$")
_FROM_THERE = re.compile(r"(?:市|省|区|县)?(?:的|这边的|人|这边)")
_BRANCH = re.compile(r"(?:有|设)(?:个|一家)?(?:分公司|办事处|分厂|仓库|客户)")


def _region(clause: Clause, regions: Regions, *, hearsay: bool) -> Iterator[Reading]:
    """Read where the firm is; a place asked about, moved to or sold to is none.

    Args:
        clause: Of the speaker's own firm or not, as fact or not.
        regions: Known places.
        hearsay: What is not fact in its sentence is so by hearsay, not because it is wished or supposed.
    """
    text = clause.text
    for region, start, end in _places(text, regions):
        before, after = text[:start], text[end:]
        if not (clause.mine or _ADJACENT_WE.fullmatch(before) or _BRANCH_OF_OURS.fullmatch(before)):
            continue
        if not clause.real and not (hearsay and _CERTAIN_WE.fullmatch(before)):
            continue
        if _MOVING.search(text) and not _MOVED.search(before):
            continue
        if _THEIRS.search(before) or not _is_told(clause, before, after):
            continue
        origin = "人" if after == "人" else ""
        registered = _REGISTERED.search(before) is not None  # where it is registered is where it applies
        words = text[start:end] + origin
        yield Reading(fact="enterprise.region", value=region.name, words=words, dated=registered)
        return


def _places(text: str, regions: Regions) -> list[Mention]:
    """Return the places a clause names, as one where each lies in the one before; a county's short name where it stands as a place."""
    found = regions.mentions(text)
    if not found:
        found = [
            one
            for one in regions.likely_mentions(text)
            if _SPEAKER.search(text[: one.start])
            and (_LIKELY.match(text[one.end :]) or (text[one.end :] == "" and one.start > 0))
        ]
    found = [one for one in found if one.region.name != NATION]
    if len(found) < 2:
        return found
    finest = max(found, key=lambda one: len(regions.ancestors(one.region.name)))
    line = regions.covering(finest.region.name)
    if all(one.region.name in line for one in found):
        return [Mention(finest.region, found[0].start, finest.end)]
    return found


def _is_told(clause: Clause, before: str, after: str) -> bool:
    """Return whether the words around a place say that the firm is there."""
    if _TITLE_HELD.match(after) and not _QUESTION.search(clause.text) and _SPEAKER.search(before):
        return True
    if _BRANCH_OF_OURS.fullmatch(before) and _BRANCH_HERE.match(after):
        return True
    if _ADJACENT_WE.fullmatch(before) and _IN_THE_PLACE.match(after):
        return True
    if _MOVED.search(before):
        return True
    if re.fullmatch(r"我们|咱们?|我厂", before) and _TOWN.fullmatch(after) and not _ABOUT.match(after):
        return not clause.asks  # 我们瑞安塘下
    if _CERTAIN_WE.fullmatch(before):
        return not _BRANCH.match(after)
    return _is_own(clause.text, before, after) and (
        bool(_FROM_THERE.fullmatch(after)) or not _asks_about(clause)
    )


def _asks_about(clause: Clause) -> bool:
    """Return whether a clause asks about a place without saying that the firm is there."""
    return (clause.asks or bool(_QUESTION.search(clause.text))) and not _OURS.search(clause.text)


def _is_own(text: str, before: str, after: str) -> bool:
    if re.match(r"那(?:家|个)", after) or (after.startswith("那") and not before):
        return False  # 长垣那边做起重机的多
    if _OUTWARD.search(before) or not _SPEAKER.search(before):
        return False
    if _ABOUT.match(after) and not _STANDS.search(before):
        return False
    if not re.search(r"在$", before) and (not _FIRM.match(after) or _ABOUT.match(after)):
        return False
    asked = re.search(r"[?？]|吗", text) and not re.search(r"我们?|咱", before)
    return not _BRANCH.match(after) and not asked


# ---------------------------------------------------------------- name

_COMPANY = re.compile(
    r"(?P<name>[\u4e00-\u9fa5A-Za-z0-9（）()]{4,30}?(?:有限责任公司|股份有限公司|有限公司|股份公司))"
)


def _name(clause: Clause) -> Iterator[Reading]:
    match = _COMPANY.search(clause.text)
    if not match:
        return
    name = re.sub(
        r"^(?:我们?|咱们?)?(?:公司|企业|厂)?(?:的)?(?:全称|名字|名称|全名|名)?(?:是|叫|为|就是)?(?:做)?",
        "",
        match["name"],
    )
    before = clause.text[: clause.text.find(name)]
    if len(name) >= 6 and re.search(
        r"(?:我们|咱们|公司|企业|全称|名称|名字|我)\S{0,4}(?:是|叫|为|名)?$|^$|^是$", before
    ):
        yield Reading(fact="enterprise.name", value=name, words=name)
