"""What a person wants of the counter with one message: a check, a policy answered, the case worked out, or a refusal."""

import re
from enum import StrEnum

from assistant.answering.honesty import changes_wish, without_guess, without_wishes
from assistant.answering.question import Aim, Asked, read_question
from assistant.desk import Desk
from knowledge.record import Record
from knowledge.region import NATION


class Want(StrEnum):
    """What to do with a message."""

    CHECK = "check"
    """Whether the firm qualifies for one program."""
    OVERVIEW = "overview"
    """What the firm can apply for at all."""
    SIZE = "size"
    """Whether the firm is a small or medium enterprise."""
    POLICY = "policy"
    REPORT = "report"
    """A report to be drafted: another tab."""
    LEVEL = "level"
    """What level the firm is at."""
    GAPS = "gaps"
    """Where it loses points."""
    PLAN = "plan"
    """What to do first, and how far a sum goes."""
    MATCH = "match"
    """What can be bought for it."""
    MONEY = "money"
    """What would be paid to the firm."""
    DATES = "dates"
    """Which days are ahead."""
    CLASH = "clash"
    """Whether documents are at odds."""
    CHANCE = "chance"
    FORGERY = "forgery"
    OVERRIDE = "override"
    """Wants a verdict changed by a word."""
    REFUSED = "refused"
    """Other people's data, secrets, out of scope: the answer says which."""
    GREETING = "greeting"
    THANKS = "thanks"
    UNCLEAR = "unclear"
    """A short answer to what was asked that could not be read as one."""
    PASS = "pass"
    """Cannot tell what was asked."""
    TELL = "tell"
    """Tells facts, asks nothing."""


class Intent(Record):
    """A message, sorted."""

    want: Want
    program: str | None = None
    """The program named, or the one of the place."""


def read_intent(  # noqa: C901
    message: str,
    *,
    desk: Desk,
    region: str,
    checking: str | None,
    told: bool,
    asked: str | None,
    case: bool = False,
) -> Intent:
    """Sort a message.

    Args:
        message: In the person's words.
        desk: Knowledge on a day.
        region: Where the firm is, canonical; 全国 where not told.
        checking: The program under check, if any.
        told: Whether facts were read from the message.
        asked: The fact the last reply asked for.
        case: Whether an assessed case is attached.
    """
    text = " ".join(message.split())
    question = read_question(
        text, regions=desk.kb.regions, region=None if region == NATION else region, on=desk.today()
    )
    named = program_named(text, desk, region)
    program = named or checking
    if _OVERRIDE.search(text):
        return Intent(want=Want.OVERRIDE, program=program)
    said = without_guess(text) if _ODDS.search(text) or question.aim is Aim.CHANCE else text
    if question.aim is Aim.FORGERY or _FORGE.search(without_wishes(said)):
        return Intent(want=Want.FORGERY, program=program)
    if question.aim is Aim.CHANCE or _ODDS.search(text):
        return Intent(want=Want.CHANCE, program=program)
    if question.aim in {Aim.OTHERS_DATA, Aim.SECRET, Aim.ENDORSEMENT}:
        return Intent(want=Want.REFUSED)
    if asked and not told and (_NO_IDEA.search(text) or _NOTHING.match(text)):
        return Intent(want=Want.PASS, program=checking)
    if _SIZE.search(text):
        return Intent(want=Want.SIZE, program=program)
    pilot = named is not None and desk.kb.programs[named].kind == "pilot"
    if _CLASH.search(text):
        return Intent(want=Want.CLASH)
    going_on = (
        checking is not None and _AND_NOW.search(text) is not None
    )  # 差在哪, after a check, is about that check
    if named is None and not question.places and changes_wish(text) and not _OF_PAPERS.search(text):
        return Intent(want=Want.PLAN)
    if (named is None or pilot) and not going_on and (work := _of_the_case(text, question, case)) is not None:
        return Intent(want=work)
    of_rules = not told and _OF_RULES.search(text) is not None
    if named and _CAN_I.search(text) and not of_rules and (told or not pilot):
        return Intent(want=Want.CHECK, program=named)
    if _WHAT_CAN_I.search(text):
        return Intent(want=Want.OVERVIEW)
    if _REPORT.search(text):
        return Intent(want=Want.REPORT, program=program)
    if told and not _asks_policy(text, question):
        under = checking or named  # 创新型去年评的 tells of a title, it does not ask for it
        return Intent(want=Want.CHECK if under else Want.TELL, program=under)
    if checking and _AND_NOW.search(text):
        return Intent(want=Want.CHECK, program=program)
    if (
        asked
        and len(text) <= _SHORT
        and not _QUESTION.search(text)
        and not _THANKS.search(text)
        and not named
    ):
        return Intent(want=Want.UNCLEAR, program=checking)
    if question.aim in {Aim.OUT_OF_SCOPE}:
        return Intent(want=Want.REFUSED)
    if _THANKS.search(text):
        return Intent(want=Want.THANKS)
    if question.aim in {Aim.GREETING, Aim.EMPTY}:
        return Intent(want=Want.GREETING)
    if (
        named
        and not pilot
        and not _asks_policy(text, question)
        and len(text) <= len(desk.kb.programs[named].title) + 6
    ):
        return Intent(want=Want.CHECK, program=named)
    return Intent(want=Want.POLICY, program=named)


def states(text: str) -> bool:
    """Return whether a message only says something of the firm and asks nothing: 我们2023年成立的."""
    return bool(_OF_US.match(text.strip())) and not _QUESTION.search(text) and not _WISHING.search(text)


_OF_US = re.compile(r"我们?|咱们?|俺们?|本公司|我司|公司|厂里|我厂|企业")
_WISHING = re.compile(r"想|要|打算|准备|希望|查|帮|看|请|介绍|讲|说说|告诉|听说")


def goes_on(text: str) -> bool:
    """Return whether a short message only changes what was asked of the case: 那50万呢, 到三级呢, 设备管理呢."""
    plain = "".join(text.split())
    return (
        len(plain) <= _SHORT
        and bool(_ONWARD.match(plain))
        and bool(re.search(r"^(?:那|如果|要是|换成|改成|假如)|呢[?？]?$|的话", plain))
    )


def _of_the_case(text: str, question: Asked, case: bool) -> Want | None:
    """Return what a message wants of the firm's own case, money, days or papers; None where it asks about the rules."""
    if _DATES.search(text) and not re.search(r"政策|文件|有效期|办法|通知", text) and not question.places:
        return Want.DATES
    others = bool(question.places) and not question.mine
    if others or _REQUIRED.search(text):
        return None
    narrow = _narrow(text, case)
    if narrow is not None or not case or _OF_PAPERS.search(text) or question.documents or question.titles:
        return narrow
    return next((want for want, shape in _WIDE if shape.search(text)), None)


def _narrow(text: str, case: bool) -> Want | None:
    """Return what a message says it wants of the case, whether one is attached or not."""
    if _MONEY.search(text) and "服务商" not in text:
        return Want.MONEY
    if _PLAN.search(text):
        return Want.PLAN
    if _MATCH.search(text) and not _LISTS.search(text) and (case or _OWN.search(text)):
        return Want.MATCH
    if _GAPS.search(text):
        return Want.GAPS
    if _LEVEL.search(text) or (case and _MEASURE.search(text)):
        return Want.LEVEL
    return None


def program_named(text: str, desk: Desk, region: str) -> str | None:
    """Return the program a text names; a pilot is the one of the place named, else of the firm's own."""
    for program_id, shape in _TITLES:
        if program_id in desk.kb.programs and shape.search(text):
            return program_id
    if not _PILOT.search(text):
        return None
    places = [place.name for place in desk.kb.regions.find(text)] or [region]
    covering = {name for place in places for name in desk.kb.regions.covering(place)} - {NATION}
    fits = [p.id for p in desk.kb.programs.values() if p.kind == "pilot" and p.region in covering]
    wanted = [one for one in fits if ("accept" in one) == bool(re.search("验收|评测", text))]
    return next(iter(wanted or fits), None)


_TITLES = (
    ("little-giant", re.compile(r"小巨人")),
    ("innovative-sme", re.compile(r"创新型(?!国家|城市|人才|试点|产业)")),
    ("technology-sme", re.compile(r"科技型|科小|国科小")),
    ("specialized-sme", re.compile(r"专精特新(?![“\"]?种子)")),
)
_PILOT = re.compile(r"试点")
_CAN_I = re.compile(
    r"(?:能|可以|可不可以|够不够|符不符合|够格|有资格|有戏|行不行|能不能|达标|差(?:啥|什么|哪|多少|几)|还差|够(?=\S{0,10}(?:条件|标准|资格|门槛))|够得上|够得着|轮得上|帮.{0,4}(?:看看|核|判断|查).{0,8}(?:条件|符合|能)|"
    r"想(?:报|搞|申|评|弄|冲|办|拿)|打算(?:报|搞|申|评)|准备(?:报|搞|申|评)|搞(?:个|得)?|报(?:个|得)?|申(?:请|报)(?:个|得)?).{0,14}(?:吗|么|嘛|不|没|啵|$|[?？。！，])"
)
_OF_RULES = re.compile(
    r"什么时候|啥时候|几月|几号|(?<!差)多少|(?<!差)几(?:个|项|年|条)|材料|流程|怎么(?!样)|网址|好处|区别|有效期"
)
"""Asks about the rules of a title, not about the firm."""
_WHAT_CAN_I = re.compile(
    r"(?:能|可以|够)(?:报|申请|申报|拿|享受|搞|评|弄|领)(?:到)?(?:点|些|个|上)?(?:啥|什么|哪些|哪个|哪几|多少个)|(?:有|还有)(?:啥|什么|哪些)(?:能|可以|适合|好)?(?:我们|咱)?(?:能|可以)?(?:报|申请|申报|拿|评)的?|适合(?:报|申请|申报)(?:啥|什么|哪)|够(?:得上)?(?:啥|什么|哪些)(?:称号|资质|项目)"
)
_SIZE = re.compile(
    r"(?:算|属于|是)(?:不算|不是)?(?:啥|什么|哪)?(?:中小(?:微)?企业|小微(?:企业)?|[大中小微]型企业)(?:吗|么|不|嘛|吧|[?？]|$)|划型|算(?:大|中|小|微)型"
)
_REPORT = re.compile(
    r"(?:生成|出|写|做|要|导出|下载)(?:一?[份个])?(?:诊断|评估|评测|改造|实施|转型)?(?:报告|方案)|一企一策|(?:测|评|打)(?:一?下|个)?(?:数字化)?(?:水平|等级|得分|分)(?!是|要|不低|达)"
)
_LEVEL = re.compile(
    r"(?:我们|咱们?|俺们?|我家|我厂|本厂|我司|本公司|这家|案例|企业|厂里|公司)[^，。？?]{0,8}?(?:几级|哪一?级|多少分|什么(?:等级|级别|水平)|啥(?:等级|级别|水平)|(?:等级|得分|总分)(?:是|有)?(?:多少|几|什么|啥))"
    r"|^(?:请问|那|那么)?(?:现在|目前|当前|到底|究竟)[^，。？?]{0,6}(?:几级|哪一?级|多少分|什么等级|啥等级|什么水平|啥水平)"
    r"|^(?:总共|一共)?(?:得|评|测)(?:了|出来?)?(?:几级|多少分)"
)
_GAPS = re.compile(
    r"(?:扣|丢|失)(?:了)?(?:多少|哪些|哪几)?分|(?:短板|薄弱|弱项|差距)(?:环节|的地方)?(?:最大|最多)?(?:在|是|有)?(?:哪|什么|啥)|(?:哪|什么地方|啥地方)[^，。？?]{0,6}(?:薄弱|短板|拖后腿|拉分|弱|最差)"
    r"|(?:离|距|到|距离)[一二三四1-4]级(?:还)?(?:差|有多远|缺)|(?:还)?(?:差|缺)(?:多少|几)(?:分|个?场景)|哪(?:些|几个)场景(?:不够|没到|不达标|差)"
)
_PLAN = re.compile(
    r"先(?:做|改|上|搞|补|干|抓|弄|整)(?:哪|什么|啥|些)|(?:做|改|上|补|搞)哪(?:几|些|一)?[项个样块件]?[^，。？?]{0,6}(?:划算|值|合适|省钱|便宜)|最(?:划算|省钱)"
    r"|(?:升|提|冲|到|达到|做到|改到)(?:到|高|成)?(?:[一二三四1-4]级|几级|上一级|下一级|一级)[^，。？?]{0,8}(?:多少钱|花|成本|投|预算|怎么(?:做|改|升)|(?:该|要|得)做(?:什么|啥|哪))"
    r"|(?:预算|拿出?|投入?|花|掏|出|给)[^，。？?]{0,12}(?:万|元|块)[^，。？?]{0,6}(?:够不够|够吗|升|到几|到[一二三四1-4]级|能做|能干|能改|做哪|干啥|做什么|怎么花)|(?:花|要|得)多少钱[^，。？?]{0,6}(?:升|到|上|达)[^，。？?]{0,4}级"
    r"|怎么(?:升|提)[^，。？?]{0,4}级|(?:升级|改造)(?:的)?(?:路线|方案|次序|顺序|步骤)(?:是|怎|呢|有|$|[?？])"
)
_MATCH = re.compile(
    r"(?:有(?:啥|什么|哪些|没有)|推荐|哪(?:个|些|家|款)|什么样的|找(?:个|些|家|哪)?|用(?:啥|什么|哪)|买(?:啥|什么|哪)?|选(?:啥|什么|哪)|上(?:啥|什么|哪))[^，。？?]{0,10}(?:产品|软件|系统|服务商|厂商|供应商|厂家|工具|平台)"
    r"|(?:产品|软件|系统|服务商|厂商)(?:有)?(?:推荐|哪(?:个|些|家)|怎么选|咋选)"
    r"|(?:想|需)?要(?:个|套)?(?:什么|啥)(?:样的)?(?:系统|软件|工具)"
    r"|(?:推荐|想上|想买|要上|要买|找)(?:一)?(?:个|套|款|些|下)?[^，。？?]{0,4}(?:MES|ERP|PLM|APS|WMS|QMS|CRM|SCADA|OA|BI)"
)
_LISTS = re.compile(
    r"名单|名录|条件|遴选|资源池|入库|产品库|官方|认定|补贴|资质|要求|扶持|申报|入选|征集|管理办法|政策"
)
_OWN = re.compile(
    r"我们|咱|我厂|我家|补|想|要|缺口|短板|推荐|适合|能(?:解决|管|做)|(?:用|买|上|选)(?:啥|什么|哪)|联网|场景|管理|排产|质量|设备|能耗|采集|仓|采购|财务|工艺|售后"
)
_MONEY = re.compile(
    r"(?:能|可以|可|会|给)(?:我们|咱们?)?(?:补|拿|领|得|享受|报销|给)(?:到|回|我们|咱们?)?[^，。？?]{0,4}(?:多少|几(?:个)?(?:万|钱|成))|(?:补贴|补助|奖补)(?:能|可以)?(?:有|拿|给)?多少|投[^，。？?]{0,14}补(?:助|贴)?多少|补(?:我们|咱们?)多少|能补(?:几|多少|啥|什么)|报销多少"
    r"|(?:能|可以|可|给|有没有|有)[^，。？?]{0,10}(?:补贴|补助|奖补)(?:吗|么|嘛|不|没|呢|[?？]|$)"
)
_DATES = re.compile(
    r"(?:接下来|后面|近期|最近|往后|下一步|未来|今后|年底前|马上)[^，。？?]{0,8}(?:时间|日期|节点|日程|截止|窗口|要到期|安排)|(?:有)?(?:哪些|什么|啥)(?:重要的?|关键的?)?(?:时间(?:点|节点|表)|截止日|节点)|时间(?:点|节点|表)(?:有哪些|是什么|呢|[?？]|$)|^(?:都)?(?:什么|啥)时候(?:截止|到期)[?？]?$|(?:最近|近期|年底前|接下来)(?:有|还有)(?:什么|啥|哪些)(?:事|要报|要办|能报|安排)"
)
_CLASH = re.compile(
    r"(?:[两俩2几]|哪)(?:个|份|条|部)?(?:文件|政策|规定|办法|通知|说法|口径|号文)[^？?]{0,12}(?:打架|冲突|矛盾|不一样|不一致|抵触|以(?:哪|谁)|听(?:谁|哪)|为准|对不上)|(?:打架|互相矛盾|相冲突|冲突|相抵触|矛盾)(?:了)?(?:吗|么|不|没|呢|怎么办|咋办|听谁|以谁|[?？]|$)|(?:说法|规定|口径|要求|标准)(?:都)?(?:不一样|不一致|不同|对不上)[^？?]{0,4}(?:听谁|以谁|以哪|怎么办|咋办)|各(?:地|市|省|城市)[^，。？?]{0,6}(?:不一样|不同|一样)(?:吗|么|不|[?？]|$)|口径[^，。？?]{0,4}(?:不一|冲突|打架|矛盾|差异|不同)"
)
_MEASURE = re.compile(
    r"(?:测|评|打|算)(?:一?下|个|出来?)?(?:我们|咱们?)?(?:的)?(?:数字化)?(?:水平|等级|得分|几级)"
)
_OF_PAPERS = re.compile(
    r"政策|文件|规定|办法|通知|条款|指标|标准|要求|满分|申报|验收|名单|名录|目录|入库|认定|有效期|流程|材料|多久|什么时候|啥时候|几月|公布|区别|什么是|是什么意思|定义|怎么算的?$|几道题|服务商.{0,6}(?:补|扶持|条件)"
)
"""Asks about documents even while a case is attached."""
_SYSTEMS = r"MES|ERP|PLM|APS|WMS|QMS|CRM|SCADA|OA|BI|系统|软件|产品|服务商|厂商|供应商|厂家|平台"
_WIDE: tuple[tuple[Want, re.Pattern[str]], ...] = (
    (Want.MONEY, re.compile(r"补贴|补助|奖补|报销|资助|国家给|政府(?:给|出)|拿回来")),
    (
        Want.MATCH,
        re.compile(
            rf"(?:{_SYSTEMS})[^，。？?]{{0,6}}(?:好|推荐|哪|谁|有没有|多少钱|价|适合|便宜)|(?:推荐|哪家|谁家|有没有|有(?:什么|啥|哪些)|便宜的?|适合我们的?)[^，。？?]{{0,6}}(?:{_SYSTEMS})"
            r"|找谁(?:做|弄|干|改)|(?:哪家|谁家)(?:的)?(?:好|能|靠谱|便宜)|适合我们[吗么不]|能不能用在我们"
        ),
    ),
    (
        Want.PLAN,
        re.compile(
            r"(?:怎么|怎样|如何|咋)(?:才能?|能|可以)?(?:到|升|达|提|改)|得?(?:补|做|改|上)(?:哪|啥|什么)|从(?:哪|什么地方)(?:里|儿)?(?:入手|开始|改|下手|做起)|优先(?:做|改|上|考虑|解决)"
            r"|万[^，。？?]{0,8}(?:怎么(?:花|改|用)|够|能干|能做|干嘛|做点)|(?:投|花|要|得|需要?|掏)多少(?:钱|万)?|(?:别的|其他|另外的?|便宜的?|省钱的?|更省的?)(?:的)?(?:方案|路线|办法)|(?:改造|升级|提升|实施)(?:的)?(?:计划|方案|路线)|排(?:个|一个)[^，。？?]{0,6}(?:计划|方案)"
        ),
    ),
    (
        Want.GAPS,
        re.compile(
            r"(?:丢|扣|失)分|(?:我们|咱们?)?弱在哪|短板|拖后腿|(?:问题|差距|不足|毛病)(?:出)?在哪|^差在哪|最差|为(?:什么|啥)(?:没|不|才|还)[^，。？?]{0,8}级|卡在哪"
        ),
    ),
    (
        Want.LEVEL,
        re.compile(
            r"几级|(?:什么|啥)(?:等级|级别|水平)|总分|得分|评测(?:的)?(?:结果|得分|等级)|(?:得|考|评)了?(?:几|多少)分|水平(?:怎么样|怎样|如何|咋样|高不高)|等级(?:怎么样|是多少)"
        ),
    ),
)
"""What a message is taken to ask once a case is attached, unless it asks about documents: the likelier reading then."""
_ONWARD = re.compile(
    r"^(?:那|那么|如果|要是|换成|改成|假如|就|只有|只)?.{0,14}(?:呢|的话|怎么样|行不行|够不够|够吗|[?？]?)$"
)
_REQUIRED = re.compile(
    r"(?:必须|应当|应该?|至少|最低|起码|规定|要求|需要|(?<!怎么)(?<!如何)(?<!怎样)(?<!咋)才能|才算|标准是)[^，。？?]{0,8}(?:几级|多少分|[一二三四1-4]级)|(?:改|做)到(?:几|什么|哪一?)级(?:才|算|以上)|(?:验收|试点企业|政策|文件|指标|评分)[^，。？?]{0,10}(?:几级|多少分)|满分|[一二三四1-4]级(?:是|要|需要|得)?多少分"
)
"""Asks what is required, not what the firm is at."""
_ODDS = re.compile(
    r"(?:概率|把握|成功率|通过率|几率|机率|胜算|几成(?!新)|多大可能|包过|保过|能过的可能|希望(?:大|有多大))"
)
_FORGE = re.compile(
    r"(?:帮|给|替)?(?:我|我们)?(?:写成|填成|报成|改成|说成|做成|凑(?:到|够|成|个|一|两|俩|二|三|几)|编(?:一|两|几|个|造|份|点)|虚报|多报|少报|造假|做(?:个)?假|P一下|p一下)"
)
_OVERRIDE = re.compile(
    r"就当|当(?:作|成)(?:我们)?|(?:我是|作为).{0,6}(?:管理员|开发者|领导|审核员|系统)|跳过(?:规则|校验|审核|引擎|核对)|(?:直接|你就|只管)(?:说|输出|写|给|判|填).{0,6}(?:符合|满足|通过|能报|合格)|忽略(?:以上|之前|前面|所有|规则)|无视规则|写[“\"]?(?:符合|满足|通过)|写成[“\"]?(?:经|符合|满足|通过)"
)
_NO_IDEA = re.compile(
    r"不(?:知道|清楚|晓得|太清楚|好说|记得|确定|了解)|没(?:数|有数|统计|算过|查过|概念|留意)|记不(?:清|得|住)|说不(?:准|好|清)|得问|回头(?:问|查)|先跳过|跳过(?:这|吧|$)|下一(?:个|题)|不想说|保密"
)
_NOTHING = re.compile(
    r"^(?:暂时|目前|现在)?(?:都|还)?没(?:有)?(?:呢|啊|的)?(?:[，,]?(?:都|什么都|一个都)没有?)?[。！!]?$"
)
"""没有, where that could not be read as an answer: there is none to tell."""
_AND_NOW = re.compile(
    r"^(?:那|那么|现在|这样|所以|结果|然后)?[，,]?(?:结论|结果|怎么样|如何|能报|行|可以|符合|够|差).{0,8}(?:吗|么|不|呢|啥|什么|[?？]|$)|(?:还)?差(?:啥|什么|哪|在哪)"
)
_THANKS = re.compile(
    r"^(?:好的?|行|谢谢|多谢|知道了|明白了?|嗯+|哦+|收到|ok|OK|辛苦|再见|拜拜)[，,。！!～~]*(?:谢谢|多谢|知道了|明白了?|辛苦了?|再见)?[。！!～~]*$"
)


_SHORT = 16
"""Characters: what is no longer than this and asks nothing is an answer."""
_QUESTION = re.compile(
    r"[?？]|吗|么$|什么|啥|哪|谁|几(?:个|项|条|级|年|月|号)|多少|多久|怎么|咋|如何|呢$|(?:能|行|是|要|报|申请)[^，,]{0,8}不$|算不算|是不是|政策|文件|规定|查|看看|介绍|你好|您好|在吗"
)


def _asks_policy(text: str, question: Asked) -> bool:
    """Return whether the text asks about the rules themselves rather than telling of the firm."""
    if not re.search(
        r"[?？]|吗|什么|啥|哪|几(?:个|项|条|级|年|月|号)|多少|多久|怎么|咋|如何|呢$|不$|算不算|是不是", text
    ):
        return False
    return question.aim in {Aim.POLICY, Aim.CORPUS}
