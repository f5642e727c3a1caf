"""Whether a person asks to have papers forged, or only changes what is his to change.

Figures of the firm, proofs and reviewers are not to be made up, moved or bought; aims, budgets, dates and the way there
may change as often as the owner likes, and a slip put right is no forgery.
"""

import re

_FORGERY = re.compile(
    r"(?:编|伪造|造假|造(?:一|几|两|份|个)|虚构|虚开|(?:做|作)假(?!发|牙|睫|花|山|皮|肢|人|体|珠)|假(?:合同|发票|材料|证明|账|数据|报告|专利|证书)|凑(?:够|数|出)|P(?:[一两几]?张|图|个图)|改(?:大|高|小|低)(?:点|一下)?(?:数|金额|营收|人数)?.{0,6}(?:报|申)|"
    r"(?:研发|营收|收入|利润|人数|费用|负债率?|数据|金额|报表|占比|发票)[^，。？]{0,6}(?:做|调|弄|填|写|改)(?:高|大|低|小|多|少|漂亮|好看)|"
    r"(?:虚报|瞒报|多报|少报|谎报)|挂(?:个|靠)?(?:社保|人头)|买(?:个|几个)?专利.{0,6}(?:充|凑|冒充)|阴阳合同|倒签|补签.{0,6}日期)"
)
_FORGERY_ASK = re.compile(
    r"(?:帮|替|给|怎么|如何|咋|能不能|可不可以|教|写|做|行不行|行吗|可以吗|查得出|被发现)"
)
_CONSEQUENCE = re.compile(
    r"^(?!.*(?:帮|替|教|怎么(?:编|造|做|弄|凑)|如何(?:编|造|做)|能不能|可不可以|可以吗|行不行|行吗)).*"
    r"(?:会(?:咋|怎么?)样?|后果|怎么处理|咋处理|处罚|几年(?:不能|不得|内))"
)
_CHEATS = re.compile(
    r"\d+\S{0,3}(?:个?人)?[^，。？]{0,6}(?:想|要|能不能|可不可以|打算)?(?:按|当)(?:成|作)?\d+[^，。？]{0,3}(?:报|申报|写|填|交)|"
    r"(?:开票|发票|合同)[^。？]{0,14}返(?:回)?(?:我|给我|咱)|"
    r"(?:订单|收入|营收|发票|费用)[^，。？]{0,6}(?:提前|推迟|延后|挪)(?:确认|开|入账|到)|"
    r"(?:写得|做得|弄得|包装)[^，。？]{0,6}(?:像|看起来)|不让[^，。？]{0,10}(?:看出|发现|查到|知道)|蒙混|糊弄(?:专家|验收|检查|审计)|"
    r"(?:专家|评委|评审|处长|科长|领导|主管)[^，。？]{0,8}(?:打点|送礼|红包|塞钱|意思意思|疏通)|(?:打点|疏通)(?:一下)?(?:关系|专家|评委|领导)|"
    r"P(?:[一两几]?张|图|个图)[^，。？]{0,8}(?:交|验收|申报|报)|(?:代缴|挂靠|挂)(?:几个人的?)?社保[^。？]{0,12}(?:凑|够|充|报)"
)
"""Ways of cheating that say so without an asking word: figures swapped, kickbacks, moved income, bought reviewers."""


def asks_to_forge(text: str) -> bool:
    """Return whether a text asks to make up, move or buy what must be true."""
    honest = without_wishes(text)
    if _CONSEQUENCE.search(honest):
        return False
    return bool(_CHEATS.search(honest) or (_FORGERY.search(honest) and _FORGERY_ASK.search(honest)))


_GUESS = re.compile(
    r"(?:随便|随口|瞎|胡|大概|粗略)?(?:编|估|猜|蒙|造|凑|报)(?:一?个|一下|点)?(?:数字?|百分比|概率|比例|说法|答案|大概)?"
    r"(?:给我|出来|也行|也可以|也好|都行|就行|就好|吧|呗|嘛|啊)*(?=[，。！？；,.!?;]|$)"
)


def without_guess(text: str) -> str:
    """Return a question for odds without 编一个也行: that asks for a guess, not for forged papers."""
    return _GUESS.sub("", text)


_WISHED = r"(?:目标|预算|期限|工期|完工|截止日|部署|进度|批次|顺序|次序|路线|方案|计划|投入计划|改造投入|所在地|地区|城市|行业选择)"
_WISHES = re.compile(
    rf"(?:把|将|要是|如果|假如|那)?{_WISHED}(?!书|材料|里|中)[^，。？！；]{{0,8}}?(?:改|调|换|定|写|填|做|设|放)(?:成|到|为|高|低|大|小|多|少|长|短|早|晚)?[^，。？！；]{{0,12}}"
    rf"|(?:改|调|换|定|做|升)(?:成|到|为)[一二三四1-4]级(?![^，。？！；]{{0,8}}(?:报上去|交上去|申报|写进))"
    rf"|(?:改|换|调)(?:成|为|到)(?:公有云|私有(?:云|部署)|本地部署|混合云|分期|一次性|另一家|别的)"
    rf"|凑(?:够|齐|到|出|足|满)?[^，。？！；]{{0,10}}(?:场景|[一二三四1-4]级|预算|改造款|自筹|钱)|(?:场景|预算|改造款|自筹|钱)[^，。？！；]{{0,6}}凑(?:够|齐|到|出|足|满|不)?"
    rf"|编(?:制|写|排)?(?:一|两|几)?(?:个|份|套|版)?[^，。？！；]{{0,8}}(?:改造方案|实施方案|转型方案|计划书?|提纲|目录|清单|课件|讲义|考题|题目|预算表)"
    rf"|(?:多|少)报(?:几|一|两|三)(?:个|项)(?:项目|称号|资质)?(?:行|可以|吗|好|呢|试)?"
)
"""What an owner may change as he likes: aim, budget, dates, place, the way there; never a figure of the firm."""
_FIGURES = re.compile(
    r"营收|收入|研发|费用|利润|人数|社保|专利|软著|知识产权|负债|资产|占比|数据|金额|报表|合同|发票|申报书|审计|证书|满足|符合|合格|答案|选项|得分|分数|材料"
)
_CORRECTION = re.compile(r"更正|纠正|说错|记错|写错|填错|报错|弄错|搞错|看错|刚才错|不对|口误|其实|实际|真实")
_GAIN = re.compile(
    r"帮|替|教|怎么|如何|咋|能不能|可不可以|可以吗|行不行|行吗|就能|就够|才能|才够|好(?:看|过|报)|凑|瞒|糊弄|应付|审计|查不|申报书|报上去|交上去"
)


def without_wishes(text: str) -> str:
    """Return a text without what is honest to change: a wish (目标改成二级), or a figure told wrongly before.

    A wish that stands beside a figure of the firm keeps only the figure: 目标改成三级，研发也改成200万 is about the figure.
    """
    left = _WISHES.sub(lambda match: match[0] if _FIGURES.search(match[0]) else "", text)
    return "" if _CORRECTION.search(left) and not _GAIN.search(left) else left


def changes_wish(text: str) -> bool:
    """Return whether a text sets an aim, a budget or a date anew: 目标改成二级, 预算改低点."""
    return bool(_CHANGE.search(text)) and any(
        not _FIGURES.search(match[0]) for match in _WISHES.finditer(text)
    )


_CHANGE = re.compile(r"(?:改|调|换|定|降|升)(?:成|到|为|高|低|大|小)")
