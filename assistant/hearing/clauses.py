"""A message cut into clauses, each with whose affairs it speaks of, whether it is meant as fact, and the years it names.

"隔壁老王家去年五千万，我们才两千六百万" is two clauses: of another firm, and of ours.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from assistant.numbers import fold
from knowledge.record import Record


class Year(Record):
    """A year named in a clause."""

    start: int
    end: int
    ago: int
    """Years back from today: 1 is the last complete year, 0 this year, negative to come."""


class Clause(Record):
    """A stretch of a message between two pauses."""

    text: str
    start: int
    """Where it stands in the message."""
    sentence: int
    mine: bool
    """It speaks of the speaker's own firm."""
    real: bool
    """It states what is; not a wish, a plan, a rule, hearsay or an offer to pretend."""
    asks: bool
    """Its sentence ends as a question."""
    years: tuple[Year, ...] = ()
    partial: bool = False
    """It speaks of part of a year: 上半年, 前三季度."""
    past: bool = False
    """It speaks of what no longer is: 高峰期, 原来, 最好的时候."""


def cut(message: str, on: date) -> tuple[Clause, ...]:
    """Return the clauses of a message said on the day `on`."""
    return tuple(_clauses(fold(message), on))


def _clauses(text: str, on: date) -> Iterator[Clause]:
    partners = _partners(text)
    for number, sentence in enumerate(_SENTENCE.finditer(text)):
        mood = _Mood(partners)
        asks = bool(_ASKS.search(sentence[0]))
        for piece, at in _pieces(sentence[0]):
            kept = mood.hear(piece)
            if kept:
                yield Clause(
                    text=kept,
                    start=sentence.start() + at,
                    sentence=number,
                    mine=mood.mine,
                    real=mood.real,
                    asks=asks,
                    years=tuple(years_in(kept, on)),
                    partial=bool(_PARTIAL.search(kept)),
                    past=mood.past,
                )
            mood.close(piece)


def _pieces(sentence: str) -> Iterator[tuple[str, int]]:
    """Yield the stretches between pauses with where they stand; a long one without any is parted where a figure ends."""
    for match in _PIECE.finditer(sentence):
        text, at = match[0], match.start()
        if len(text) < _RUNS_ON:
            yield text, at
            continue
        ends = [0, *(cut.start() for cut in _NEW_MATTER.finditer(text) if cut.start()), len(text)]
        for start, end in pairwise(ends):
            yield text[start:end], at + start


_RUNS_ON = 20
"""Characters from which a stretch without a pause is dictated, not written."""
_FIGURE_ENDS = r"(?<=[万亿千百十个人块元成点%])"
_NEW_MATTER = re.compile(
    rf"(?<![大比跟较和与到至从、年是为])(?=(?:大前年|(?<!大)前年|去年)(?!同期|度?底))(?<!我们)(?<!咱们)(?<!费用)(?<!营收)(?<!收入)(?<!研发)(?<!投入)(?<!利润)(?<!主营)(?<!负债)(?<!资产)(?<!人数)(?<!额)|(?=不对(?!外))|(?<=不对)|"
    rf"{_FIGURE_ENDS}(?=(?:营收|营业额|营业收入|销售额|研发(?:费用|投入|的|人员)?|员工|职工|人(?:有|数|从)|总?资产|总?负债|净利润?|主营)(?:的话|呢|嘛|呀|是|有|从|去年|前年|大概|差不多)*[\d一二三四五六七八九十两几])"
)
"""Where dictated speech turns to the next figure: another year, another measure."""


class _Mood:
    """What carries over from clause to clause in a sentence: whose affairs, and whether they are as said."""

    def __init__(self, partners: re.Pattern[str] | None) -> None:
        self.partners = partners
        self.mine = self.real = True
        self.past = False

    def hear(self, body: str) -> str:
        """Take a clause in; return what of it is not an offer to pretend."""
        self.mine = _whose(body, self.mine, self.partners)
        if _FACTUAL.search(body):
            self.real, self.past = True, False
        if _PLANNED.search(body) or (_UNREAL.search(body) and not _FACTUAL.match(body)):
            self.real = False
        if _PAST.search(body) and not _PAST_UNDONE.search(body):
            self.past = True
        forged = _FORGED.search(body)
        return body[: forged.start()] if forged else body

    def close(self, body: str) -> None:
        """After a clause that offers to pretend, nothing is meant as fact."""
        if _FORGED.search(body):
            self.real = False


_SENTENCE = re.compile(r"[^。!！?？;；\n]+[。!！?？;；\n]*")
_PIECE = re.compile(r"(?:(?<=\d),(?=\d{3})|[^，,：:。!！?？;；\n\s]|(?<=[A-Za-z]) (?=[A-Za-z]))+")
_ASKS = re.compile(r"[?？]|(?:吗|么|呢|不|没)[。\s]*$|能不能|是不是|算不算|行不行|够不够|可不可以|有没有戏")
_FORGED = re.compile(
    r"(?:你|您|麻烦|请)?(?:就)?(?:帮|给|替)?(?:我们?|咱)?(?:写成|填成|报成|改成|说成|做成|弄成|整成|(?<=给我)(?:做|弄|整|搞)到|写个|填个|凑(?:到|够|成|个)|编(?:成|个)|虚报|多报|少报|写到|填到|报到|改到(?!(?:明年|后年|今年|下个?月|\d|年底|春节|五一|国庆)\S{0,6}(?:年|月|号|底|前|后|$))|做到账上|按.{1,8}(?:写|填|报|算|[出下给](?:个)?(?:结论|结果|意见))(?!的))"
)
_UNREAL = re.compile(
    r"就当|当作|当成|当我们|比方|打个比方|好比|"
    r"打算|计划|预计|预期|争取|力争|希望|将来|以后|往后|明年(?!\S{0,8}(?:到期|过期|失效))|后年(?!\S{0,8}到期)|下一?年|有望|即将|马上(?:要|能)|快要|准备(?!了|好|金)|要做到|能做到|想做到|想要|目标(?!产品|客户)|年(?:之)?内(?!\S{0,3}没)|(?:以下|以上|以内)(?:都|就|才)?(?:算|是|属于)|(?:今年|明年|下半年)\S{0,8}能(?:到|有|做)|未来|今后|下一步|愿景|冲(?:一冲|刺|击|到)|奔着|力保|顺利的话|乐观(?:点|的话)?|"
    r"听说|据说|网上|有人说|传言|中介|代办|代理(?:公司|机构)?说|"
    r"硬杠|杠杠|杠子|红线|底线|是不是(?:要|得|需)|门槛|要求(?!.{0,3}不高)|标准(?:是|要|里)|规定|文件(?:里|上)?(?:说|写|要)|起步(?:要|就)|至少(?:要|得)|必须|需要|才能|才行|才够"
)
_FACTUAL = re.compile(
    r"^(?:但|可|不过|而)?(?:是)?(?:实际|其实|事实|真实|现在|目前|眼下|如今|去年|前年|大前年|我们?现|截至|上年|结果|最后|最终|到头来)|实际上?|其实|真实(?:的)?(?:数|情况)?"
)
_PLANNED = re.compile(
    r"如果|(?<![主重])要是|要不是|假如|假设|假定|倘若|(?<![\d一二三四五六七八九十百千两几多])万一|就算|哪怕|即便|即使|本来(?!就)|原计划|原定|原本|原打算|打算|争取|预计|力争|目标(?!产品|客户|市场)|号称|对外(?:说|讲|报|称)|嘴上说|吹(?:牛|成)"
)
"""What is supposed or planned even where the clause opens with a fact: 去年本来能到五千万."""
_PAST = re.compile(
    r"以前(?!年)|从前(?!年)|原来|原先|早年|早些年|早几年|当年|曾经|最(?:好|高|多|忙|旺|红火|辉煌)(?:的)?(?:时候|那(?:一)?年|时期|年份|一年)|高峰|巅峰|鼎盛|旺季|"
    r"疫情(?:前|之前|那)|[好忙]的时候|有一年|那几年|头几年|刚开始|起初|一开始|最早"
)
_PAST_UNDONE = re.compile(r"跟(?:以前|原来)|比(?:以前|原来)|(?:以前|原来)(?:一样|说|报|填|讲|的数)|原来如此")
_OTHER = re.compile(
    r"(?<![给为对向跟和与同帮替比像被找从卖供由])(?:隔壁|邻居|对门|对面(?:那|的)|老[王李张刘陈赵孙周吴郑](?!板)|人家|别人|别家|他们|她们|他家|她家|同行|对手|竞争对手|竞品|客户|甲方|供应商|朋友|亲戚|老乡|同学|"
    r"兄弟(?:厂|公司|单位|企业)|母公司|集团(?!内)|总公司|总部|(?:控股|大)?股东|(?<![这是])(?<!这家)(?<!这个)(?:子公司|分公司)|关联(?:公司|企业)|我(?:哥|弟|姐|妹|爸|舅|叔|姑|姨|妈|爹|娘|伯|婶|爷|老爸|老妈|老婆|老公|爱人|媳妇)|行业龙头|龙头(?=企业|公司|厂|单位|老大|大厂)|链主|上游|下游|行业(?:平均|里)|同类企业|镇上|村里|有(?:个|家)(?:厂|公司|企业)|那家|某(?:家|个|公司|企业)|老东家|前东家|前公司)"
)
_MINE = re.compile(
    r"我们|我司|我厂|我公司|我家|咱|本公司|本厂|本企业|敝司|俺|自己(?:家|公司|厂)?|我(?!哥|弟|姐|妹|爸|舅|叔|姑|姨|妈|爹|娘|伯|婶|爷|老爸|老妈|老婆|老公|爱人|媳妇|朋友|同学|老乡|亲戚|让|问|听|看|想|觉)"
)


_KIN = (
    r"(?:我|俺|咱)?(?:老?丈人|岳父|大舅子?|小舅子|连襟|[表堂亲][哥弟姐妹]|儿子|闺女|女儿|女婿|嫂子|姐夫|妹夫|"
    r"老表|发小|战友|哥们|侄[子女]|外甥|姑父|姨夫|公公|婆婆|亲家)"
)
_ELSE = re.compile(
    rf"{_KIN}|合伙人(?:的|另)|另外?(?:还有)?(?:一|有)?(?:个|家)(?:公司|厂|企业|单位)|我还有(?:个|家)(?:公司|厂)|它家|它们|老(?:厂|公司)(?!房|板)|合并(?:营收|收入|报表|口径|后|起来)|[两三四几](?:个|家)(?:厂|公司|企业)(?:合|加|一共|总共|一起|总)|对方|总包|外面(?:的)?(?:专家|人)|教授|老师|兄弟单位"
)
_GIANTS = (
    r"比亚迪|华为|海尔|海信|美的|格力|富士康|宁德时代|小米|特斯拉|京东方|中车|三一|徐工|潍柴|一汽|"
    r"上汽|吉利|奇瑞|长城汽车|苹果|三星|丰田|大众汽车|京东|阿里|腾讯"
)
_PARTNER = re.compile(
    r"(?:给|为|跟|替|向)(?P<a>[\u4e00-\u9fa5A-Za-z]{2,6}?)(?:做?供货|做?配套|做?代工|供应|做外协|做加工|合作|干活)|"
    r"(?:^|[，,。；;])(?P<b>[\u4e00-\u9fa5A-Za-z]{2,6}?)(?:是|算)我们?(?:的|最大的?|大)*(?:客户|股东|供应商|母公司|对手|甲方)|"
    rf"(?P<c>{_GIANTS})"
)
_NO_NAME = re.compile(r"我们|咱|他们|你们|人家|别人|大厂|客户|厂里|公司|企业|主机厂|谁|哪")
_IDENTITY = re.compile(
    r"(?:我们?|咱们?|本公司|我司)(?:公司|厂|这边|这儿|这家|这个|这里|这)?(?:就|也|现在)?(?:是|属于|隶属|挂靠)(?!客户|同行)"
)


def _partners(text: str) -> re.Pattern[str] | None:
    """Return the names of firms a message brings in as customers and the like; None where there are none."""
    names = {match[match.lastgroup] for match in _PARTNER.finditer(text) if match.lastgroup}
    names = {name for name in names if not _NO_NAME.search(name)}
    return (
        re.compile("|".join(rf"(?<![给为对向跟和与同帮替比像被找从卖供由]){re.escape(n)}" for n in names))
        if names
        else None
    )


def _whose(text: str, mine: bool, partners: re.Pattern[str] | None) -> bool:
    """Return whether a clause speaks of the speaker's firm: whoever is named last, else as before."""
    named = [*_OTHER.finditer(text), *_ELSE.finditer(text), *(partners.finditer(text) if partners else ())]
    others = sorted(int(match.start()) for match in named)
    ours = [match.start() for match in _MINE.finditer(text)]
    if not others:
        return True if ours else mine
    if not ours or re.match(_KIN, text[ours[-1] :]):
        return False
    if _IDENTITY.search(text) and not re.search(r"(?:我们?|咱们?)的?(?:客户|子公司)", text):
        return True  # 我们是它的子公司
    if re.search(r"我们?(?:的|有个|有家|这边的|这儿)?$|咱们?(?:的)?$|我家$|俺们?$", text[: others[-1]]):
        return False  # 我们客户, 我们隔壁厂
    return ours[-1] > others[-1]


_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_RELATIVE = (
    (re.compile(r"大前年"), 3),
    (re.compile(r"(?<!大)前年(?!度?底前)|上上(?:一|个)?年度?|上上个?财年"), 2),
    (
        re.compile(
            r"去年度?|上(?:一|个)?(?:会计|财务|财政)?年度|(?<!上)上一?年(?!级|限|纪)|头年|旧年|上一?个?财年"
        ),
        1,
    ),
    (re.compile(r"今年度?|本年度?|这一年|当年(?!的)|今天为止"), 0),
    (re.compile(r"明年|下一?年(?!级)|来年"), -1),
    (re.compile(r"后年(?!度)"), -2),
)
_FULL_YEAR = re.compile(
    r"(?<!\d)(?P<y>20[12]\d)(?:年度?|财年|(?=[\u4e00-\u9fa5])(?![万亿千百十多来余几元块人个名项件家户台套左上出不以到至]))"
)
_BARE_YEAR = re.compile(r"^\s*(?P<y>20[12]\d)\s*$")
_SHORT_YEAR = re.compile(
    r"(?<![\d.多余来])(?P<y>[12]\d)年(?!多|半|了|来|历史|经验|时间|的?老|以上|左右|前|后|期|以来|内|间)度?"
)
_LISTED_YEAR = re.compile(
    r"(?<![\d.])(?:20)?(?P<y>[12]\d)(?=(?:[、和及/到至—~-](?:20)?[12]\d)*[、和及/到至—~-](?:20)?[12]\d年)"
)
_CN_FULL = re.compile(r"二[零〇○](?P<y>[一二][零〇○一二三四五六七八九])年?")
_CN_SHORT = re.compile(r"(?<![一二三四五六七八九十百〇零])(?P<y>二[一二三四五六])年(?!多|半|了)")
_UNMISTAKABLE = (_FULL_YEAR, _BARE_YEAR, _LISTED_YEAR)
_SPAN_BEFORE = re.compile(
    r"(?:做|干|搞|有|满|过|近|约|快|整|整整|经营|成立|从事|深耕|专注|开|办|(?<!费)用|将近|大概|差不多|已经?|都)(?:了)?$"
)
_PARTIAL = re.compile(
    r"[上下]半年|半年|(?:前|头)?[一二三四两1-4]个?季度|(?:前|头)(?:\d{1,2}|[一二两三四五六七八九十]{1,2})个?月|\d{1,2}[-~—到至]\d{1,2}月|[一二三四五六七八九十]{1,2}[到至][一二三四五六七八九十]{1,2}月|"
    r"(?:上|这|本|每|一|单)个?月|月(?:均|营收|销售|收入|营业额|产值)|[一每]天|日均|(?:过去|最近|近)(?:\d{1,2}|[一二两三四五六七八九十]{1,2})个月|截[至止]|到(?:现在|目前|上个?月)|迄今|至今"
)


def years_in(text: str, on: date) -> Iterator[Year]:
    """Yield the years a text names, in order, none overlapping: 去年, 2024年, 23年, 二四年."""
    at = -1
    for year in sorted(_named_years(text, on), key=lambda y: (y.start, -y.end)):
        if year.start >= at:
            yield year
            at = year.end


def _named_years(text: str, on: date) -> Iterator[Year]:
    for shape, ago in _RELATIVE:
        for match in shape.finditer(text):
            yield Year(start=match.start(), end=match.end(), ago=ago)
    for shape in (_FULL_YEAR, _BARE_YEAR, _SHORT_YEAR, _LISTED_YEAR, _CN_FULL, _CN_SHORT):
        for match in shape.finditer(text):
            ago = on.year - _calendar_year(match["y"])
            span = shape not in _UNMISTAKABLE and _SPAN_BEFORE.search(text[: match.start()])
            if not span and (shape is not _SHORT_YEAR or -1 <= ago <= 12):
                yield Year(start=match.start(), end=match.end(), ago=ago)


def _calendar_year(said: str) -> int:
    """Return 2025 for 2025, 25 and 二五."""
    digits = int("".join(_DIGITS.get(char, char) for char in said))
    return digits if digits > 99 else 2000 + digits
