"""What a question asks: of which place, day and document, for which attribute, and whether it is ours to answer."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from assistant.answering.honesty import asks_to_forge, without_guess
from assistant.numbers import Quantity, as_date, find, fold
from knowledge.record import Record
from knowledge.region import NATION, Regions


class Aspect(StrEnum):
    """The kind of thing a question wants to hear; the passage that answers must hold one."""

    AMOUNT = "amount"
    RATIO = "ratio"
    COUNT = "count"
    DEADLINE = "deadline"
    VALIDITY = "validity"
    MATERIAL = "material"
    CONDITION = "condition"
    PROCESS = "process"
    WHO = "who"
    WHERE = "where"
    INDUSTRY = "industry"
    DEFINITION = "definition"
    DOCUMENT = "document"
    LIST = "list"
    SCORE = "score"
    LEVEL = "level"


class Aim(StrEnum):
    """What to do with a question."""

    POLICY = "policy"
    CORPUS = "corpus"
    CHANCE = "chance"
    """Wants odds of approval."""
    FORGERY = "forgery"
    OTHERS_DATA = "others_data"
    ENDORSEMENT = "endorsement"
    """Asks whether a firm or product is officially appointed."""
    OUT_OF_SCOPE = "out_of_scope"
    SECRET = "secret"
    """Wants instructions, keys, prompts or a rule switched off."""
    GREETING = "greeting"
    EMPTY = "empty"


class Asked(Record):
    """A question, read."""

    text: str
    """Cleaned: one line, no invisible characters, width folded where it matters."""
    aim: Aim
    aspects: frozenset[Aspect]
    region: str
    """Canonical place asked about; 全国 where none is named."""
    places: tuple[str, ...]
    """Canonical names of the places the question itself names, nation left out."""
    named: tuple[str, ...]
    """All canonical names in the question, also those that another lies in: 广东 in 广东佛山."""
    place_given: bool
    """The place came from the question or from the caller, not from the default."""
    on: date
    years: tuple[int, ...]
    documents: tuple[str, ...]
    """Document numbers named."""
    numbers: tuple[int, ...]
    """Bare 文号 numbers: 63 for 63号文; empty where the question compares documents."""
    titles: tuple[str, ...]
    """Titles in 《》 named."""
    quoted: tuple[str, ...]
    """Words in “ ” of two to twelve characters: 携手行动."""
    quantities: tuple[Quantity, ...]
    ordinals: tuple[str, ...]
    """第三批, 附件1 … named: what is answered must be of the same."""
    topic: str
    """The question without place names, question words and politeness: what coverage is measured on."""
    subject: str
    """The firm or product of an ENDORSEMENT question, as written; empty otherwise."""
    compares: bool
    """It asks what changed or differs."""
    confirms: bool
    """It asserts something and asks for a yes: 对吧, 是不是, 听说."""
    mine: bool
    """It asks what the speaker's own firm gets or may do."""
    units: frozenset[str]
    """Units of the number it wants to hear: 项 for 几项, 元 for 多少万, % for a share."""
    transfers: bool
    """It asks whether the rule of another place may be used here."""


def read_question(text: str, *, regions: Regions, region: str | None, on: date) -> Asked:
    """Read a question.

    Args:
        text: In the user's words.
        regions: All known places.
        region: Canonical place of the asker; a place named in the question goes before it. None is nationwide.
        on: The day of asking; a full date in the question with 当时, 截至 … goes before it.
    """
    clean = tidy(text)
    named = [place.name for place in regions.find(clean) if place.name != NATION]
    places = _narrowest(named, regions)
    theirs = region in places or _about_last(clean)
    last = region if region in places else (places[-1] if places else None)
    own = (last if theirs and last else places[0]) if places else (region or NATION)
    if places and theirs:
        named = [name for name in named if name in regions.covering(own)]
    quantities = find(clean)
    return Asked(
        text=clean,
        aim=_aim(clean),
        aspects=_aspects(clean),
        region=own,
        places=places,
        named=tuple(dict.fromkeys(named)),
        place_given=bool(places) or bool(region and region != NATION),
        on=_day(clean, quantities, on),
        years=tuple(int(q.canonical[:4]) for q in quantities if q.kind in {"year", "month", "date"}),
        documents=tuple(q.canonical for q in quantities if q.kind == "document"),
        numbers=() if _COMPARE.search(clean) else tuple(int(m[1]) for m in _BARE_NUMBER.finditer(clean)),
        titles=tuple(match[1] for match in re.finditer(r"《([^《》]{2,60})》", clean)),
        quoted=tuple(match[1] for match in re.finditer(r"[“\"]([\u4e00-\u9fa5]{3,12})[”\"]", clean)),
        quantities=quantities,
        ordinals=tuple(
            q.canonical
            for q in quantities
            if q.kind == "ordinal" or (q.kind == "locator" and q.canonical[0] in "第附")
        ),
        topic=_topic(_without_references(clean), regions, tuple(dict.fromkeys(named))),
        subject=match["who"] if (match := _ENDORSED.search(clean)) else "",
        compares=bool(_COMPARE.search(clean)),
        confirms=bool(_CONFIRM.search(clean)),
        mine=bool(_MINE.search(clean)),
        units=_units(clean),
        transfers=len(places) > 1 and theirs and bool(_TRANSFER.search(clean)),
    )


TITLES = ("小巨人", "专精特新", "创新型", "科技型")
"""Words of the titles that a firm may hold, the narrower first."""
TITLE_WORD = re.compile("|".join(TITLES))
THIS_FILE = re.compile(
    r"(?:这|该|本|上传的?)(?:份|个|篇|条|里)?[^，。？]{0,12}(?:文件|办法|细则|通知|方案|材料|文档|指南|规定|政策|条款|要求)|我(?:刚|们)?(?:上传|发|给)的"
)
"""Words that mean a file at hand, mostly the asker's own."""
_TRANSFER = re.compile(r"能|可以|行[吗不么]|一样|适用|照|套用|按|也(?:是|这么|这样)|领|拿")
_HOW_MANY = re.compile(
    r"(?:几|多少)(?:个(?=亿|百分点)|万?)(家|项|个|类|种|条|支|批|步|道|份|分|年|天|月|人|台|级|名|倍|亿|元|钱|%|成)|多少(万|资金|补)|(百分之几|几成|几个点|比例|占比|率|占多少)"
)


def _units(text: str) -> frozenset[str]:
    found: set[str] = set()
    for match in _HOW_MANY.finditer(text):
        unit = match[1] or match[2]
        found.add("%" if match[3] or unit in {"%", "成"} else _UNIT_OF.get(unit, unit))
    if re.search(
        r"(?:几|多少)万(?!家|个|人|台)|(?:补贴|补助|救助|救济|生活|保障|认定|发放|收费|奖励|资助)标准[？?。]?$",
        text,
    ):
        found.add("元")
    return frozenset(found)


_UNIT_OF = {"万": "元", "亿": "元", "钱": "元", "资金": "元", "补": "元"}


_BARE_NUMBER = re.compile(r"(?<![\d〕\])）】-])(\d{1,4})号(?=文|办法|附件|通知|方案|里|的|对|怎|规|要)")
_COMPARE = re.compile(r"相比|区别|不同|变化|对比|改了|差别")


def tidy(text: str) -> str:
    """Return `text` without invisible and control characters, blanks collapsed, at most 2,000 characters."""
    visible = "".join(c for c in text if c not in _INVISIBLE and (c.isprintable() or c.isspace()))
    return re.sub(r"\s+", " ", fold(visible)).strip()[:2000]


_INVISIBLE = set(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
)


def _narrowest(named: Iterable[str], regions: Regions) -> tuple[str, ...]:
    """Leave out a place that another one named lies in: 山东济南 is 济南."""
    names = list(dict.fromkeys(named))
    wide = {above.name for name in names for above in regions.ancestors(name)}
    return tuple(name for name in names if name not in wide)


def _about_last(text: str) -> bool:
    """Return whether the place named last is the asker's own: 中山补60万，我济南的厂能领吗."""
    return bool(
        re.search(r"我们?(?:家|厂|公司|企业)?(?:是|在)?[^，。？]{0,8}(?:的厂|的公司|的企业|这边|能|也)", text)
    ) and bool(re.search(r"(?:网上|听说|看到|朋友|人家|隔壁|别的|那边|按|照着?|套用)", text))


def _day(text: str, quantities: Iterable[Quantity], on: date) -> date:
    for q in quantities:
        if q.kind == "date" and re.search(
            r"(?:截至|截止到|当时|那时|那天|站在|如果今天是|假如今天是|以)$|^(?:时|当时|那时|那天|这天|的时候|为准)",
            text[max(0, q.start - 8) : q.start] or text[q.end : q.end + 4],
        ):
            return as_date(q)
        if q.kind == "date" and re.match(r"(?:时|当时|那时|那天|这天|的时候|来看|为准)", text[q.end :]):
            return as_date(q)
    return on


# ------------------------------------------------------------------ aims

_CHANCE = re.compile(
    r"(?:概率|几率|胜算|把握(?:有)?(?:多大|几成|大不大)|成功率|通过率|中标率|命中率|几成(?:把握|希望|胜算)|稳不稳|包过|保过|(?:一定|肯定|百分百|百分之百|保证|稳)(?:能|会|可以)?(?:过|批|拿到|通过|下来|评上)|"
    r"(?:能|会)不会(?:批|过)|批(?:下来)?的可能性|通过的可能|希望(?:有多)?大(?:不大|吗)|有戏(?:吗|没))"
)
_OUT = re.compile(
    r"天气|股票|概念股|股价|基金(?:定投|推荐|净值)|彩票|炒股|涨停|理财产品|比特币|(?:写|编)(?:一?(?:段|个|首))?(?:代码|程序|脚本|诗|小说|歌|情书|作文)|python|java(?:script)?|"
    r"菜谱|做菜|红烧|电影|球赛|世界杯|足球|篮球|星座|算命|感冒|发烧|头疼|看病|吃什么药|减肥|导航|机票|酒店|旅游|景点|翻译(?:成|一下)|离婚|"
    r"笑话|(?:加计扣除|增值税|个税|企业所得税|所得税).{0,12}(?:算|抵|交|缴|报税|多少)|(?:算|抵)(?:多少)?税|工资怎么发|社保怎么交|买房|房贷|高考|签证|总统|选举|歌词|谁是(?:世界|首富)",
    re.I,
)
_OTHERS = re.compile(
    r"(?:别的|其他|别家|人家|隔壁|竞争对手|同行|企业甲|某某?公司|对手)(?:企业|公司|厂)?.{0,14}(?:营收|负债|利润|财务|研发投入|报表|评分|得分|电话|联系人|申报材料|数据|档案)"
)
_SECRET = re.compile(
    r"(?:系统提示词?|提示词|system ?prompt|api[ _-]?key|密钥|口令|"
    r"(?:忽略|无视|忘(?:记|掉)|跳过|绕过|关闭|禁用).{0,10}(?:规则|指令|限制|设定|要求|校验|审核)|"
    r"(?:你(?:现在|从现在起)是|扮演).{0,12}(?:模式|角色|管理员|DAN)|越狱|开发者模式)",
    re.I,
)
_GREETING = re.compile(
    r"^(?:你好|您好|hi|hello|在吗|在不在|早上好|下午好|谢谢|多谢|辛苦了|再见|好的|嗯+|哦+)[!！。.，,~～ ]*$",
    re.I,
)
_ENDORSED = re.compile(
    r"(?P<who>[\u4e00-\u9fa5A-Za-z0-9]{2,16}?)(?:的[\u4e00-\u9fa5A-Za-z]{1,8})?(?:到底)?(?:是不是|是否是?|算不算|真的是|是)(?:由|被|经)?(?:工信部|财政部|国家|政府|官方|省里|市里|[\u4e00-\u9fa5]{2,4}[省市])[\u4e00-\u9fa5]{0,6}"
    r"(?:唯一)?(?:指定|认证|认可|授权|推荐|背书|独家)的?[\u4e00-\u9fa5]{0,8}(?:吗|么|嘛|吧|[?？]|$)"
)
_CORPUS = re.compile(
    r"(?:有(?:哪些|几个|几份|多少(?:个|份|条|项)?|什么)|收录了?(?:哪些|多少|几)|列(?:一下|出|举|个)|汇总|清单|盘点|一共有?(?:几|多少)|都有(?:哪些|什么)).{0,14}(?:政策|文件|通知|办法|细则|方案|征求意见稿)|"
    r"(?:政策|文件|通知|办法|细则|方案|征求意见稿)(?:都|现在|目前|一共|总共)?(?:有(?:哪些|几|多少|什么)|收录了?(?:哪些|多少|几))|"
    r"(?:哪些|哪几个|几个|多少个?)(?:城市|地方|省份?|市|地区)(?:有|出了|发了|出台|收录|的)?.{0,12}(?:政策|文件|办法|细则|方案|征求意见)|"
    r"(?:哪些|哪几[个份]|几[个份]|多少[个份]?)(?:政策|文件|办法|细则|通知).{0,14}(?:失效|过期|到期|现行|有效|被替代|征求意见|截止|快)|"
    r"(?<![当算是])(?:现行|有效|失效|过期|到期|将要?到期|征求意见).{0,6}(?:的)?(?:政策|文件|办法|细则).{0,6}(?:有哪些|有几|有多少|是哪些)"
)


def _aim(text: str) -> Aim:
    if not re.search(r"[\w\u4e00-\u9fa5]", text):
        return Aim.EMPTY
    if _GREETING.match(text):
        return Aim.GREETING
    if asks_to_forge(without_guess(text) if _CHANCE.search(text) else text):
        return Aim.FORGERY
    if _ENDORSED.search(text):
        return Aim.ENDORSEMENT
    if _SECRET.search(text):
        return Aim.SECRET
    if _OTHERS.search(text):
        return Aim.OTHERS_DATA
    if _CHANCE.search(text):
        return Aim.CHANCE
    if _OUT.search(text):
        return Aim.OUT_OF_SCOPE
    return Aim.CORPUS if _CORPUS.search(text) else Aim.POLICY


# ------------------------------------------------------------------ aspects


def _aspects(text: str) -> frozenset[Aspect]:
    found = {aspect for aspect, pattern in _ASPECTS.items() if pattern.search(text)}
    if Aspect.SCORE in found:
        found -= {Aspect.RATIO, Aspect.AMOUNT}
    return frozenset(found)


_ASPECTS: dict[Aspect, re.Pattern[str]] = {
    Aspect.AMOUNT: re.compile(
        r"多少钱|几个钱|(?:补|拿|领|奖|赔|资助|补助|补贴|奖励|奖补|扶持|报销|返)[^，。？]{0,10}?(?:多少(?!家|个|城市|企业|级|分|人|天|年|批|省|项|种|类|比例|台)|几万|几个?亿)|"
        r"给(?:补|我们?|企业|中央)?多少(?!家|个|分|天|时间)|多少(?:万|亿|元|补|奖|资金)|金额|额度|准数|(?:补助|奖补|补贴|资助|支持|奖励|扶持)(?:的)?(?:标准|上限|力度)|"
        r"最(?:高|多)(?:能|可以)?(?:给|补|拿|奖|领|支持|资助)|标准给\S{0,2}补|补(?:助|贴)?上限|资金上限|封顶|怎么补|咋补|补几个"
    ),
    Aspect.RATIO: re.compile(
        r"比例|百分之(?:几|多少)|几成|占比|多大比|几个点|多少比|占多少(?!家|个|户|名|人)|几分之几|抽查多少|配套多少"
    ),
    Aspect.COUNT: re.compile(
        r"(?:多少|几)(?:家|个|批|项|类|种|条|支|座|级|名|座|步|份|道|款|大)|数量|规模多大"
    ),
    Aspect.DEADLINE: re.compile(
        r"什么时(?:候|间)|啥时候?|何时|几号|几月|截止|截至|哪天|哪一天|多久|期限|来得及|赶得上|赶得及|时限|时间(?:安排|节点|是|要求|表)|多长时间|几天|几年|哪年|几时|之前要?交|最晚|最迟|申报时间|到什么时候"
    ),
    Aspect.VALIDITY: re.compile(
        r"还(?:能|可以|让|给|在|收|招|受理|接受)(?:不能|不)?[^，。？]{0,18}(?:申请|申报|报|用|执行|材料|有效|补|领|入库|拿|享受|实施|评)|有效期|失效|过期|作废|废止|到期|还有效|还作数|还算数|还行不|现在还|(?:报|申请|赶)得上|来得及|现行|最新|新的?版|哪一?版|执行到|停了|结束(?:了)?(?:吗|没)|被替代|被取代|还在(?:搞|做|弄|实施)"
    ),
    Aspect.MATERIAL: re.compile(
        r"材料|附(?:上|哪些|什么|件)|交(?:啥|什么|哪些)|提交(?:啥|什么|哪些)|准备(?:啥|什么|哪些)|证明|资料|带什么|文书|要件|放哪些"
    ),
    Aspect.CONDITION: re.compile(
        r"条件|门槛|资格|要求|前提|什么样的|哪种(?:企业|公司)|符合什么|够不够格|对象|谁(?:能|可以)|能不能|可以吗|行不行|算不算|必须|需不需要|要不要|是不是(?:都|必须|要|每)|用不用"
    ),
    Aspect.PROCESS: re.compile(
        r"流程|步骤|程序|怎么(?:办|报|申|走|弄|验|评|选|做|管|算|进|改|搞|分|拨|打|领|用|判|定|推|查|核|组织|实施|安排)|如何|怎样|咋(?:办|报|弄|整|进|算|验|评|选|搞|走|申)|顺序|环节|怎么个"
    ),
    Aspect.WHO: re.compile(
        r"谁(?!能|可以)|哪个(?:部门|单位|机构|局|厅|委)|由哪|找哪|哪家(?:单位|部门|机构)|什么(?:部门|机构|单位)|哪些(?:部门|机构|单位)|主管|牵头|发文(?:机关|单位|部门)"
    ),
    Aspect.WHERE: re.compile(
        r"网站|网址|在哪|哪里|哪儿|啥平台|什么平台|哪个(?:平台|系统|网站|网)|入口|登录|链接|地址"
    ),
    Aspect.INDUSTRY: re.compile(r"行业|做(?:什么|啥)的|产业|细分|领域|赛道"),
    Aspect.DEFINITION: re.compile(
        r"是(?:什么|啥)(?:意思|东西)?|啥意思|什么意思|含义|指(?:什么|的是|啥)|定义|怎么理解|啥叫|什么叫|何谓|概念|解释(?:一下)?|说的是(?:什么|啥)|讲(?:的)?(?:是)?(?:什么|啥)"
    ),
    Aspect.DOCUMENT: re.compile(
        r"哪(?:个|份|一份|部)(?:文件|政策|办法|通知|方案)|文号|依据(?:是)?(?:什么|哪)|谁说的|出处|哪(?:里|儿)(?:规定|写|说)的?|全称|叫什么名"
    ),
    Aspect.LIST: re.compile(
        r"哪些|哪几|几(?:个|类|种|项|块|方面|步|大)|什么(?:内容|方面|方向|环节|类)|有啥|列"
    ),
    Aspect.SCORE: re.compile(r"(?:几|多少)分|得分|分值|分数|占分|打分|计分|各占\S{0,4}分"),
    Aspect.LEVEL: re.compile(r"几级|哪一?级|什么等级|[一二三四]级|等级"),
}
_CONFIRM = re.compile(
    r"吧|是不是|对(?:吗|不对|吧)|是吗|是吧|不是.{1,24}(?:吗|嘛|么)|听说|据说|网上(?:说|看)|有人说|听人说|看到说|都说|说是|对不对|没错吧|真的(?:吗|假)|应该(?:是|可以)吧"
)
_MINE = re.compile(
    r"我们?(?:家|厂|公司|企业|单位|这|想|要|是|在|能|可以|的|做|有|买|去年|该|也|还|改)|咱|本公司|我司|敝司|俺"
)

_TOPIC_NOISE = re.compile(
    r"请问|麻烦|另外|还有|请推荐|推荐|说明理由|由谁来?做?|谁来做?|帮(?:我|忙)?(?:查|看|问|算|讲|说)?(?:一?下)?|想(?:问|知道|了解|咨询)(?:一?下)?|[我俺]们?(?:这?小?厂子?|家|公司|企业|单位|市|省|区)?|咱们?(?:这?小?厂子?|家|院|这)?|小厂子?|[俺咱]|(?:村头|镇上|街上)|才中|中不中|中(?:不|吗)(?=[？?。，]|$)|得劲|整(?=个|点|一下)|搁(?!置)|咧|嘞|哩|(?:这|那)?玩意儿?|想(?=弄|搞|拿|要|报|整)|你们?|他们|人家|"
    r"什么时候|啥时候|什么时间|什么意思|啥意思|是什么|是啥|什么|啥|哪些|哪几[个家项类种份条]?|哪[个里儿家份年天一]|多少[个家项类种份条级钱]?|几[个家项类种份条级分成号月天年]|多久|多长|怎么样?|如何|怎样|咋样?|为什么|为啥|"
    r"是不是|能不能|可不可以|要不要|行不行|算不算|对不对|有没有|用不用|需不需要|可以吗|行吗|对吧|是吧|好吗|吗|呢|吧|啊|呀|嘛|么|哦|呗|啦|不(?=[？?。]|$)|没(?=[？?。]|$)|"
    r"听说|据说|网上(?:说|看到)?|有人说|说是|现在|目前|今年|去年|当时|到底|究竟|大概|一般|具体|分别|直接|顺便|给个?准数|准数|讲课用|那个|这个|那边|这边|这里|那里|一下|这样|那样|还是|还(?=能|可以|在|有)|已经|"
    r"规定|政策|文件|可以|能够|能(?!耗|力|源|管|碳)|必须|应该|需要|得(?!分)|要(?!求|点|素)|会(?!议|员|计)|有(?!效|限|关|机)|是|的|了|在|就|都|也|和|与|跟|按|给|让|把|被|对|从|到|等|及|说|看|弄|搞|做(?!法)|写|"
    r"[，。？！、；：“”\"'（）()\[\]【】《》?!,.:;~～—\-/ ]"
)


def _without_references(text: str) -> str:
    """Return the text without document numbers and titles: they say which document, not what about it."""
    for q in reversed(find(text)):
        if q.kind == "document":
            text = text[: q.start] + " " + text[q.end :]
    text = re.sub(r"\d{1,4}号(?:文件?|办法|通知)?(?:里面?|中)?", " ", text)
    return re.sub(r"《[^《》]{2,60}》", " ", text)


def _topic(text: str, regions: Regions, places: tuple[str, ...]) -> str:
    body = text
    for name in places:
        region = regions.get(name)
        spoken = {name, region.short if region else name}
        for above in (*regions.ancestors(name),):
            spoken |= {above.name, above.short}
        bare = {w.rstrip("省市区县") for w in spoken} | {w.removesuffix("新区") for w in spoken}
        for word in sorted(spoken | bare, key=len, reverse=True):
            if len(word) > 1:
                body = body.replace(word, " ")
    body = re.sub(
        r"[一二两三四五六七八九十]+(?:个(?!月)|家|项|类|种|份)|(?<=[补奖资助贴励救活放])标准(?=[？?]|$)",
        " ",
        body,
    )
    body = re.sub(r"(?:[省市区]|(?<=\s))级(?=[\u4e00-\u9fa5])", " ", body)  # what is left of 广东省级
    return re.sub(r"\s+", " ", _TOPIC_NOISE.sub(" ", body)).strip()
