"""Where the firm is, what it makes, what it is called: 我在潍坊寒亭开个纺织厂.

A place named in a question about its policies, or where the goods go, is not where the firm is.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from knowledge.region import Region, Regions

_ABOUT = re.compile(
    r"^(?:的|市|省|区|那(?:个|边的)?|这(?:个|边的)?|现在|今年|有|对|给|最高|最多)*(?:有(?:没有)?|出(?:了|台)?|发布|政策|试点|措施|补贴|补助|奖|通知|文件|规定|办法|方案|细则|城市|标准|窗口|现行|工信|经信|主管|数字化转型|市场|客户|分公司|办事处|那边的|高新|大学|学院|公司也|展会|也)"
)
_OUTWARD = re.compile(
    r"(?:卖到|销(?:往|到)|发(?:往|到)|出口(?:到)?|搬(?:到|去)|迁(?:到|往)|去过?|客户(?:主要)?在|市场(?:主要)?在|供应?(?:给|到)?|比|像|听说|隔壁|来自|跟|和|与)$"
)
_HERE = re.compile(
    r"(?:我们?|咱们?|俺们?|公司|厂子?|企业|本厂|我司|总部|工厂|注册(?:地|在)?|住所|地址)?\S{0,6}(?:在|位于|坐落(?:于|在)?|地处|是|来自|设在|落在|开在)$"
)
_FIRM = re.compile(
    r"^(?:市|省|区|县|这边|那边|本地|当地)?(?:的)?(?:一(?:家|个)|家|个|小|民营|私营|老)*"
    r"(?:$|人$|\S{0,8}?(?:厂|公司|企业|开|办|做|干|搞|生产|注册|这边|的$|制造|加工|机械|有个|有家|工厂|经营|创业))"
)


def read_place(clauses: Sequence[Clause], regions: Regions) -> Iterator[Reading]:
    """Yield where the firm is, its trade and its name, where they were said of the speaker's own firm."""
    told: dict[str, Reading] = {}
    for clause in clauses:
        if not (clause.mine and clause.real):
            continue
        for one in (*_region(clause, regions), *_industry(clause, regions), *_name(clause)):
            stands = told.get(one.fact)
            if stands is None or (one.fact == "enterprise.region" and _outranks(one, stands)):
                told[one.fact] = one
    yield from (one.model_copy(update={"dated": False}) for one in told.values())


def _outranks(one: Reading, stands: Reading) -> bool:
    """Return whether a place goes before another: where it is registered (told as dated here), or where one is only from."""
    return (one.dated and not stands.dated) or stands.words.endswith("人")


def _region(clause: Clause, regions: Regions) -> Iterator[Reading]:
    """Read where the firm is; a place asked about, moved to or sold to is none."""
    text = clause.text
    places = regions.find(text)
    if not places or _MOVING.search(text):
        return
    finest = max(places, key=lambda place: len(regions.ancestors(place.name)))
    line = {finest.name, *(region.name for region in regions.ancestors(finest.name))}
    if any(place.name not in line for place in places):
        finest = places[0]
    span = _span(text, places[0], finest, regions)
    if span is None:
        return
    before, after = text[: span[0]], text[span[1] :]
    if _is_own(text, before, after) and (_FROM_THERE.fullmatch(after) or not _asks_about(clause)):
        origin = "人" if after == "人" else ""
        registered = _REGISTERED.search(before) is not None  # where it is registered is where it applies
        words = text[span[0] : span[1]] + origin
        yield Reading(fact="enterprise.region", value=finest.name, words=words, dated=registered)


_MOVING = re.compile(r"搬(?:到|去|迁)|迁(?:到|往|址)|打算去|想去")
_QUESTION = re.compile(r"[?？]|吗|多少|怎么|什么|咋|哪|谁|几(?:个|家|份|项|样|部)|能不能|是不是|行不行")
_OURS = re.compile(r"我们?|咱|俺|本公司|本厂|在")
_SPEAKER = re.compile(
    r"(?:^|在|位于|坐落(?:于|在)?|地处|是|来自|我们?|咱们?|俺|公司|厂|企业|注册(?:地)?(?:在)?|开在|设在|这边|这儿|这里|这)(?:是|就)?(?:中国)?$"
)
_REGISTERED = re.compile(r"注册(?:地)?(?:在|是)?$|登记在$")
_STANDS = re.compile(r"在$|位于$|坐落(?:于|在)?$|注册(?:地)?(?:在)?$")
_FROM_THERE = re.compile(r"(?:市|省|区|县)?(?:的|这边的|人|这边)")
_BRANCH = re.compile(r"(?:有|设)(?:个|一家)?(?:分公司|办事处|分厂|仓库|客户)")


def _asks_about(clause: Clause) -> bool:
    """Return whether a clause asks about a place without saying that the firm is there."""
    return (clause.asks or bool(_QUESTION.search(clause.text))) and not _OURS.search(clause.text)


def _span(text: str, first: Region, finest: Region, regions: Regions) -> tuple[int, int] | None:
    """Return where a place stands, with the wider ones named just before it: 山东省 济南市 历城区."""
    at = _where(text, first)
    if at is None:
        return None
    start, end = at
    last = _where(text, finest)
    end = max(end, last[1] if last else end)
    around = [name for region in regions.ancestors(finest.name) for name in (region.name, region.short)]
    while wider := next((name for name in around if len(name) > 1 and text[:start].endswith(name)), None):
        start -= len(wider)
    return start, end


def _is_own(text: str, before: str, after: str) -> bool:
    """Return whether the words around a place say that the firm is there."""
    if _OUTWARD.search(before) or not _SPEAKER.search(before):
        return False
    if _ABOUT.match(after) and not _STANDS.search(before):
        return False
    if not re.search(r"在$", before) and (not _FIRM.match(after) or _ABOUT.match(after)):
        return False
    asked = re.search(r"[?？]|吗", text) and not re.search(r"我们?|咱", before)
    return not _BRANCH.match(after) and not asked


def _where(text: str, place: Region) -> tuple[int, int] | None:
    """Return where a place stands in a text, by its short name."""
    for name in dict.fromkeys((place.name, place.short, place.short.rstrip("市区县省"))):
        if len(name) > 1 and (at := text.find(name)) >= 0:
            end = at + len(name)
            tail = re.match(r"市(?!场|面|占|值)|省(?!内|里|份)|区(?!域)|县|新区|特别行政区", text[end:])
            return at, end + (tail.end() if tail else 0)
    return None


# ---------------------------------------------------------------- trade

_MAKES = re.compile(
    r"(?:(?<![没能要该去想敢会来])(?:专门|主要|一直|就是|一家|是)?(?:做|干|搞|生产|加工|制造|(?<![铸锻制智建改])造|主营|主做|主打|主产|专做|专注|从事|深耕|经营(?!异常)|产品是|主导产品是|主打产品是|卖)(?:的是|的|是)?(?:这个|这种|那个|各种|各类|一些|点|些|专用|高端|精密|特种|新型|普通)?)"
    r"(?P<what>[\u4e00-\u9fa5A-Za-z]{2,14}?)"
    r"(?=(?:这个|这一|这)?(?:细分)?(?:市场|行业|领域|产品|业务|生意|这行|这块|一行|企业|公司|的厂|的公司|厂|为主|出口|配套|代工|研发|生产|销售|制造商?|加工)*(?:的|了|刚|满|整整|已经|都|快|有|做了|干了|[\d一二三四五六七八九十两]|$|[、和及跟]))"
)
_FIELD_OF = re.compile(
    r"在(?P<what>[\u4e00-\u9fa5A-Za-z]{2,10}?)(?:这(?:个|一|块)?)?(?:细分)?(?:领域|行业|市场)(?:里|内)?(?:干|做|深耕|待|摸爬)"
)
_FIRM_OF = re.compile(
    r"(?:开|办|有|弄|搞|是|经营|一|几)(?:了)?(?:了|的|着)?(?:一)?(?:个|家|间|座)?(?:小|大|民营|私营|家族|老|中型|小型)*(?P<what>[\u4e00-\u9fa5]{2,8}?)(?:小|大)?(?:厂|作坊|车间|企业|公司|工厂)"
)
_BARE = re.compile(
    r"^(?:我们?(?:是)?|咱们?(?:是)?|是)?(?:搞|做|干)?(?P<what>[\u4e00-\u9fa5]{2,8}?)(?:行业|企业|公司|厂)(?:的)?$"
)
_SECTOR = re.compile(
    r"(?:^|是|属于|干|搞|算)(?P<what>[\u4e00-\u9fa5]{0,8}(?:制造|建筑|批发|零售|采矿|软件|餐饮|住宿|运输|仓储|服务)业)"
)
_NO_TRADE = re.compile(
    r"^在|^家[一二三四五六七八九两几]|^费|还是|Excel|排$|瞪羚|雏鹰|独角兽|微型|规上|异常|名录|技术$|占比|比例|^业务|废料|设备|哪|边角料|件是|作坊|失信|也|就|的|了|过|得|到|着|数字|转型|改造|升级|申报|申请|项目|报告|方案|什么|啥|多少|小巨人|专精特新|创新型|科技型|高企|试点|我们|他们|自己|你们|生意|企业|公司|这|那|点|些|不|没|有|能|会|想|要|人|钱|万|亿|账|审计|报表|研发|发明|专利|营收|收入|假|主意|事|规模|中小|小微|大型|中型|小型|高新|技术企业|认证|体系|标准|培训|测评|评测|诊断|贷款|融资|投资|一个|一家|老板|老|行$|大$|强$|好$|早|久|单项冠军|首台套|补短板|卡脖子|独立|分公司|个体|上市|规上|民营|私营|国有|外资|合资|龙头|客户|配套|系统|软件平台|排产|仓库|管理|云|细分|市场|主打|主导|产品|种子|其他|别的|同行|隔壁|出口|内销|外贸|代理|今年|去年|前年|目前|现在|实际|真实|应该|确实|国家|省级|市级|全国|国内|行业"
)
_TRIM = re.compile(
    r"^(?:的|是|各种|各类|一些|专业|主要|精密的|高端的)+|(?:的|相关|类|等|为主|方面|这一块|之类)+$"
)


def _industry(clause: Clause, regions: Regions) -> Iterator[Reading]:
    text = clause.text
    if re.search(r"[?？]|吗|能不能|怎么|如何", text) and not re.search(r"我们|咱|我在|我是", text):
        return
    for place in regions.find(text):
        at = _where(text, place)
        if at:
            head, tail = text[: at[0]], text[at[1] :]
            text = head + (
                tail[1:] if tail.startswith("的") else tail if head.endswith("在") else f"在{tail}"
            )
    for shape in (_FIELD_OF, _MAKES, _FIRM_OF, _BARE, _SECTOR):
        for match in shape.finditer(text):
            what = _TRIM.sub("", match["what"].rpartition("的")[2] if shape is _FIRM_OF else match["what"])
            if (
                2 <= len(what) <= 10
                and not _NO_TRADE.search(what)
                and not _NUMERAL.match(what)
                and _HAN.search(what)
            ):
                work = re.match(r"加工|制造|铸造|锻造", text[match.start("what") + len(match["what"]) :])
                yield Reading(
                    fact="enterprise.industry", value=what + (work[0] if work else ""), words=match[0]
                )
                return


_HAN = re.compile(r"[\u4e00-\u9fa5]")
_NUMERAL = re.compile(
    r"个?[零一二三四五六七八九十百千两几半]{1,2}$|个[一二三四五六七八九十两几]|[零一二三四五六七八九十百千两几半]{2}|[一二三四五六七八九十两几][个家年成多来号]"
)


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
