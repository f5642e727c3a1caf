"""What the firm makes, as its people say it: 做阀门的, 开个纺织厂, 打铁的.

Its present trade: not what it made before, what its customers or its parent make, nor a word that only stands where a
trade would (跟我们做一样的东西).
"""

import re
from collections.abc import Iterator

from assistant.hearing.reading import Reading
from knowledge.region import NATION, Regions

_MAKES = re.compile(
    r"(?:(?<![没能要该去想敢会来])(?:专门|主要|一直|就是|一家|是)?(?:做|干|搞|生产|加工|制造|(?<![铸锻制智建改])造|(?<![调修平规完齐重休])整(?![个整体年天理治套顿合改机车流形容数齐得了成修编])(?=[\u4e00-\u9fa5]{2,8}(?:的|厂))|主营|主做|主打|主产|专做|专注|从事|深耕|经营(?!异常)|产品是|主导产品是|主打产品是|卖|(?<![提保])供(?!应商|货))(?:的是|的|就是|是)?(?:这个|这种|那个|各种|各类|一些|点|些|专用|高端|精密|特种|新型|普通)?)"
    r"(?P<what>[\u4e00-\u9fa5A-Za-z]{2,14}?)"
    r"(?=(?:这个|这一|这)?(?:细分)?(?:市场|行业|领域|产品|业务|生意|这行|这块|一行|企业|公司|的厂|的公司|厂|为主|出口|配套|代工|研发|生产|销售|制造商?|加工)*(?:的|了|刚|满|整整|已经|都|快|有|做了|干了|[\d一二三四五六七八九十两三]|$|[、和及跟]))"
)
_FIELD_OF = re.compile(
    r"在(?P<what>[\u4e00-\u9fa5A-Za-z]{2,10}?)(?:这(?:个|一|块)?)?(?:细分)?(?:领域|行业|市场)(?:里|内)?(?:干|做|深耕|待|摸爬)"
)
_FIRM_OF = re.compile(
    r"(?:开|办|有|弄|搞|整|是|经营|一|几)(?:了)?(?:了|的|着)?(?:一)?(?:个|家|间|座)?(?:小|大|民营|私营|家族|老|中型|小型)*(?P<what>[\u4e00-\u9fa5]{2,8}?)(?:小|大)?(?:厂|作坊|车间|企业|公司|工厂)"
)
_BARE = re.compile(
    r"^(?:我们?(?:是)?|咱们?(?:是)?|是)?(?:搞|做|干)?(?P<what>[\u4e00-\u9fa5]{2,8}?)(?:行业|企业|公司|厂)(?:的)?$"
)
_SECTOR = re.compile(
    r"(?:^|是|属于|干|搞|算)(?P<what>[\u4e00-\u9fa5]{0,8}(?:制造|建筑|批发|零售|采矿|软件|餐饮|住宿|运输|仓储|服务)业)(?!的?(?:\S{0,4}冠军|企业|公司))"
)
_CALLED = re.compile(
    r"(?:说(?:好听|专业|白|正规)一?(?:点|了)|行话|学名|书面上?)(?:说|讲)?(?:就)?(?:叫|是|做)(?P<what>[\u4e00-\u9fa5]{2,8})"
)
_SINCE = re.compile(
    r"(?:^|[^\u4e00-\u9fa5])(?:不过|但|后来|我们?|咱们?|厂里|公司|现在)*(?:的|这个|这款|这种|这)?(?P<what>[\u4e00-\u9fa5]{2,10}?)(?:是|从|自|打)+"
    r"(?:[\d零〇一二三四五六七八九]{2,4}年)\S{0,6}?(?:开始|起|才)?(?:就)?(?:转|改)?(?:过来|行)?(?:才|开始)*(?:做|卖|生产|搞|弄|造)"
)
_YEARS_OF = re.compile(
    r"(?:做|干|搞|卖|造)了(?:快|将近|差不多|大概|足足|整整)?[\d一二三四五六七八九十两几来多]+年多?的?(?P<what>[\u4e00-\u9fa5]{2,8}?)(?=了|的|$)"
)
_THIS_PRODUCT = re.compile(r"^(?:我们|咱们?)?(?:的)?(?P<what>[\u4e00-\u9fa5]{2,10}?)这(?:个|款|种|类)?产品")
_PRODUCT_IS = re.compile(
    r"(?:主营(?:业务|产品)?|主业|产品)(?:主要|就|都)*(?:是|为|有)(?P<what>[\u4e00-\u9fa5]{2,10}?)(?=$|[、和及跟])"
)
_TURNED = re.compile(r"转(?:行|型|做|过来|到|产)|改(?:行|做|产)")
_SHAPES = (
    _FIELD_OF,
    _SINCE,
    _PRODUCT_IS,
    _THIS_PRODUCT,
    _MAKES,
    _YEARS_OF,
    _FIRM_OF,
    _BARE,
    _SECTOR,
    _CALLED,
)

_CRAFTS = {
    "打铁": "锻造", "翻砂": "铸造", "开模": "模具", "做鞋": "制鞋", "织布": "纺织", "榨油": "食用油", "磨面": "面粉",
    "烧砖": "砖瓦", "造纸": "造纸", "养猪": "养猪", "打首饰": "首饰",
}  # fmt: skip
"""Trades told by what is done."""
_CRAFT = re.compile(rf"(?P<what>{'|'.join(_CRAFTS)})(?:的|起家|这行|这一行|$)")

_NO_TRADE = re.compile(
    r"^在|^家[一二三四五六七八九两几]|^费|还是|Excel|排$|瞪羚|雏鹰|独角兽|微型|规上|异常|名录|技术$|占比|比例|^业务|废料|^[买新旧老些上套]?设备|^(?:财务|会计|销售|采购|司机|技术员|工程师)$|哪|边角料|件是|作坊|失信|也|就|的|了|过|得|到|着|数字|转型|改造|升级|申报|申请|项目|报告|方案|什么|啥|多少|小巨人|专精特新|创新型|科技型|高企|试点|我|你|它|咱|俺|(?<!吉)他|自己|生意|企业|公司|这|那|点|些|不|没|有|能|会|想|要|人|钱|万|亿|账|审计|报表|研发|发明|专利|营收|收入|假|主意|事|规模|中小|小微|大型|中型|小型|高新|技术企业|认证|体系|标准|培训|测评|评测|诊断|贷款|融资|投资|一个|一家|老板|老|行$|大$|强$|好$|早|久|单项冠军|首台套|补短板|卡脖子|独立|分公司|个体|上市|民营|私营|国有|外资|合资|龙头企|龙头老|客户|配套|系统|软件平台|排产|仓库|管理|云|细分|市场|主打|主导|产品|种子|其他|别的|同行|隔壁|出口|内销|外贸|代理|今年|去年|前年|目前|现在|实际|真实|应该|确实|国家|省级|市级|全国|国内|行业"
    r"|^(?:出|起|进|上|下|回|过)[来去]|^满|^占|年$|一样|同样|同款|类似|差不多|东西|^[上下]面|旗下|底下|控股|全资|集团|^个?[子分母总]$|贡献|服务商$|股份"
)
_TRIM = re.compile(
    r"^(?:的|是|各种|各类|一些|专业|主要|精密的|高端的)+|(?:的|相关|类|等|为主|方面|这一块|之类|[嘛啊呀呢哈咯哦啦噻哩呗嘞哒噢哟]|(?<![酒网氧水书餐])吧)+$"
)
_HAN = re.compile(r"[\u4e00-\u9fa5]")
_NUMERAL = re.compile(
    r"个?[零一二三四五六七八九十百千两几半]{1,2}$|个[一二三四五六七八九十两几]|[零一二三四五六七八九十百千两几半]{2}|[一二三四五六七八九十两几][个家年成多来号]"
)
_MODIFIER = re.compile(
    r"(?:里头?|里面|里边|[\u4e00-\u9fa5]{0,3}(?:上面|上头|上|用)|\d+万?(?:像素|毫安|千瓦|吨|寸|毫米))的(?=[\u4e00-\u9fa5]{2})"
)
"""What a part belongs to or how big it is: 里头的橡胶衬套, 起重机上的葫芦."""

_OTHERS = (
    r"(?:它们?|(?<![其吉])他们?|她们?|人家|别人|对方|股东|集团|(?:母|总)公司|总部|客户|甲方|下家|上家|供应商|隔壁|同行|亲戚|朋友|"
    r"我(?:爸|妈|哥|弟|姐|妹|舅|叔|姑|姨|老婆|老公|爱人|媳妇)|老[王李张刘陈赵孙周吴郑])"
)
_OF_OTHERS = re.compile(
    rf"{_OTHERS}(?:家|那边|那儿|公司|厂)?(?:\S{{0,3}}是|主要|专门|就|也|都|一直|本来|原来|只|以前)*$"
)
_MANY = re.compile(r"的(?:厂|人|企业|公司)?(?:多|不少|很多|遍地|厂家)")
"""南安这边做龙头的多 tells of the neighbours."""
_SUBJECT = re.compile(r"我们|咱们?|我厂|本厂|(?<!其)他们|她们|人家|它(?!们)")
"""Where somebody else's doing begins: 他们做传感器我们做包装机."""
_FOR_OTHERS = re.compile(r"(?:给|卖给|供给|替|跟|和|像|那种|那些|有些|一些|听说)$")
_FORMER = re.compile(
    r"以前|之前|原来|原先|早年|早先|从前|那会儿|那时|那阵|头[几两一]年|起先|当初|曾经|刚开始|最早|起初|本来是|过去|早些年|前身"
)
_NOW = re.compile(r"现在|如今|目前|后来|转(?:过来|行|型)|改(?:行|做)|眼下|今年|现今")


def read_trade(text: str, regions: Regions) -> Iterator[Reading]:
    """Yield the firm's trade as a clause of its own tells it; what it turned to is marked as dated."""
    if re.search(r"[?？]|吗|能不能|怎么|如何", text) and not re.search(r"我们|咱|我在|我是", text):
        return
    plain = _MODIFIER.sub("", _without_places(text, regions))
    starts = [0, *(match.start() for match in _SUBJECT.finditer(plain) if match.start())]
    for shape in _SHAPES:
        for start, end in zip(starts, [*starts[1:], len(plain)], strict=True):
            for match in shape.finditer(plain[start:end]):
                what = _named(match, shape, plain[start:end])
                if what and not _is_elsewhere(plain[: start + match.start()]):
                    turned = _TURNED.search(plain[: start + match.end()]) is not None
                    yield Reading(fact="enterprise.industry", value=what, words=match[0], dated=turned)
                    return
    craft = _CRAFT.search(plain)
    if craft and not _is_elsewhere(plain[: craft.start()]):
        yield Reading(fact="enterprise.industry", value=_CRAFTS[craft["what"]], words=craft["what"])


def _without_places(text: str, regions: Regions) -> str:
    for one in reversed(regions.mentions(text)):
        if one.region.name == NATION:
            continue
        head, tail = text[: one.start], text[one.end :]
        text = head + (tail[1:] if tail.startswith("的") else tail if head.endswith("在") else f"在{tail}")
    return text


def _named(match: re.Match[str], shape: re.Pattern[str], text: str) -> str:
    """Return the trade a shape found, or empty where the words name none."""
    what = _TRIM.sub("", match["what"].rpartition("的")[2] if shape is _FIRM_OF else match["what"])
    if not 2 <= len(what) <= 10 or _NO_TRADE.search(what) or _NUMERAL.match(what) or not _HAN.search(what):
        return ""
    if shape is _FIRM_OF and text[match.end() :].startswith("里"):
        return ""
    if what == "龙头" and re.match(r"企业|公司|老大", text[match.end("what") :]):
        return ""
    if _MANY.match(text[match.end() :]):
        return ""
    work = re.match(r"加工|制造|铸造|锻造", text[match.start("what") + len(match["what"]) :])
    return what + (work[0] if work else "")


def _is_elsewhere(before: str) -> bool:
    """Return whether what stands before a trade makes it another's, or that of former days."""
    former = _FORMER.search(before)
    if former and not _NOW.search(before[former.end() :]):
        return True
    return bool(_OF_OTHERS.search(before) or _FOR_OTHERS.search(before))
