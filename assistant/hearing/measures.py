"""Measure words — 营收, 研发, 员工 — and the quantity each of them claims.

A name that begins with - is none of the facts: it claims its quantity so that nothing else does.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.hearing.spots import Spot, Unit


class Measure(NamedTuple):
    """What is measured: its name here, the words for it, the units it comes in."""

    name: str
    shape: re.Pattern[str]
    units: tuple[Unit, ...]


def _m(name: str, shape: str, *units: Unit) -> Measure:
    return Measure(name, re.compile(shape), units)


MEASURES = (
    # what is none of the facts, though it is counted in 万元 or 人
    _m("-output", r"(?:工业)?(?:总)?产值|产量|产能", "money", "count"),
    _m("-turnover", r"流水|开票(?:额|金额)?|合同(?!工)(?:额|金额)?|订单(?:额|金额)?|回款|签单|到手", "money"),
    _m("-receivable", r"应收(?:账款|款)?|应付(?:账款|款)?", "money"),
    _m("-capital", r"注册资[本金]|实收资本|认缴|净资产|固定资产|流动资产|无形资产|流动负债|资本金|身家|估值|市值", "money"),
    _m("-profit", r"毛利润?率?|利润总额|税前利润|利税|(?<!净)利润(?!率)|营业利润", "money", "percent"),
    _m("-tax", r"纳税|交(?:了)?税|税款|税收|(?:增值|所得|印花)税|加计扣除|退税|社保费?(?:交|缴)", "money"),
    _m("-spend", r"研发(?:大?楼|设备|补助|补贴|贷款|厂房)|买(?:了|的|设备|机器|地)|设备(?:款|投入|投资)?|技改|厂房|地(?:皮|价|租)|租金|房租|废料|工资|薪水|成本(?!费用)|材料费|补(?:贴|助|了)|奖(?:励|金|补)|罚(?:款|了|金)?|软件费|电费", "money"),  # noqa: E501
    _m("-besides", r"除了|扣(?:掉|除)|刨(?:去|掉)|去掉", "money"),
    _m("-loan", r"贷(?:款|了|出)?|借(?:了|款|来)?|授信|融资租赁|银行", "money"),
    _m("-other", r"其[他它]业务(?:收入)?|其[他它]收入|非主营(?:业务)?(?:收入)?|营业外收入|副业|投资收益", "money", "percent"),
    # people
    _m("rd_staff", r"(?:研发|科研)(?:的)?(?:团队|部门?|中心|队伍|岗位?|口)?(?:的)?(?:人员|人手|人数|员工|工程师|人)|(?:搞|做|干|从事|专职)研发的|(?<=[个名位])研发(?=$|[、，和])|研发的(?=[有是就占]|[\d一二三四五六七八九十两俩]|$)|研发(?:团队|部门?|队伍|中心|院|所|组|岗位?)(?!费|投)|研发(?=(?:的)?(?:有|就|大概|大约|只有|是)*[\d一二三四五六七八九十百两几]+(?:来|多)?(?:人|名|个人|个(?!亿|点)))", "people", "percent"),  # noqa: E501
    _m("tech_staff", r"科技(?:活动)?人员", "people", "percent"),
    _m("-staff", r"办公室|坐班|文员|白领|(?:车间|一线|生产|技术|普通)工人|[一每]个?[班组](?!组?长)|技术(?:人员|员|工人?|骨干|团队)|工程师|本科|大专|大学生|硕士|博士|高工|职称|高级|销售|业务员|管理(?:人员|层)|车间|一线|残疾|临时工?|外包|派遣|返聘|兼职|实习|退休|股东|党员|质检|售后|外聘|顾问|季节工|小时工|招(?:了|聘|工|人)|裁(?:了|员)|走了|离职|缺|来(?:过|访)|专家|学徒|保安|食堂|客户|家里|合伙", "people", "percent", "count"),  # noqa: E501
    _m("employees", r"员工|(?:正式)?合同工|正式工|职工|(?<!车间)(?<!一线)(?<!生产)(?<!技术)(?<!普通)工人|从业人员|人员|^人(?=(?:从|由)?[\d一二三四五六七八九十百两几])|^人(?=有[\d一二三四五六七八九十百两几])|(?:^|我们|咱们?|厂里?|公司|现在|目前|总)人(?=[是有就才嘛呢啊呀，]|数|的话)|上班的|手底下|在职|在册|用工|人数|花名册|名册|(?<!个)人手|社保", "people"),  # noqa: E501
    # ratios that have a name of their own
    _m("debt_ratio", r"(?:资产)?负债率|负债比例?", "percent"),
    _m("net_margin", r"净利(?:润)?率", "percent"),
    _m("share", r"市场?占有?率|占有率|市场份额|份额|市占", "percent"),
    _m("software_share", r"软件(?:类)?(?:费用|投入)?(?:的)?(?:占比|比例|占)", "percent"),
    # money
    _m("-equity", r"股权融资|融资|融了|增资|入股|投资(?:款)?|投了|投进来|注资|参股|领投|跟投", "money"),
    _m("main", r"主营(?:业务)?(?:的)?(?:收入|营收)?|主业(?:收入)?", "money", "percent"),
    _m("lead", r"(?:主导|主打|拳头|核心|主要|当家|主力)(?:的)?产品(?:的)?(?:收入|销售额|销售收入|营收)?|主打的?(?:那个|这个)?", "money", "percent"),  # noqa: E501
    _m("rd", r"研发(?:活动)?(?:投入|费用|经费|支出|开支|花费|资金|强度|费)?|研究开发(?:费用|投入)?|R&D|科研(?:投入|经费|费用)", "money", "percent"),  # noqa: E501
    _m("liabilities", r"(?:总)?负债(?:总额|总计|合计)?|欠(?:着|了|款|的|起|下|(?=[\d一二三四五六七八九两几]))", "money", "percent"),
    _m("assets", r"总?资产(?:总额|总计|合计|规模)?", "money"),
    _m("cost", r"成本费用(?:支出)?(?:总额)?", "money"),
    _m("net", r"净利润?|纯利(?:润)?|净赚|净剩|税后利润|(?<!能)(?:挣|赚)(?:了|回)(?:来)?|盈利(?!能力)", "money", "percent"),
    _m("loss", r"净?亏损?(?:了|掉)?|赔了", "money"),
    _m("revenue", r"营业(?:总)?(?:收入|额)|总?营收|总收入|全部收入|总的(?=是|有|就|大概|大约|[\d一二三四五六七八九两])|(?:年|全年|总的?)?销售(?:收入|总?额)?|年?收入(?:总额)?|卖了|做[了个]|干[了个]|做到|干到|搞了|进账|生意|盘子|业绩", "money"),  # noqa: E501
    _m("budget", r"预算|(?:最多|顶多)(?:能|肯)?(?:出|花|投|拿|掏)|(?:只能|能|肯|愿意)出(?=[\d一二三四五六七八九十两几])|拿(?:得|能)?出|(?:打算|计划|想|能|愿意)(?:花|投|拿|掏)(?:入|出)?(?:个|上)?(?=\S{0,14}(?:数字化|智能化|改造|系统|软件|MES|ERP|上云))|(?:能|肯|愿意|可以)(?:拿|掏)(?=\S{1,8}出)|掏(?:得|能)?出|投入(?=.{0,8}(?:数字化|改造|上系统))|准备(?:花|投|拿)", "money"),  # noqa: E501
)  # fmt: skip

FACTS: dict[tuple[str, Unit], dict[int, str]] = {
    ("revenue", "money"): {1: "revenue_y1", 2: "revenue_y2", 3: "revenue_y3"},
    ("main", "money"): {
        1: "main_business_revenue_y1",
        2: "main_business_revenue_y2",
        3: "main_business_revenue_y3",
    },
    ("main", "percent"): {1: "main_business_ratio_y1"},
    ("lead", "money"): {1: "leading_product_revenue_y1"},
    ("lead", "percent"): {1: "leading_product_ratio_y1"},
    ("rd", "money"): {1: "rd_expense_y1", 2: "rd_expense_y2"},
    ("rd", "percent"): {1: "rd_ratio_y1", 2: "rd_ratio_y2"},
    ("liabilities", "money"): {1: "total_liabilities_y1"},
    ("assets", "money"): {1: "total_assets_y1"},
    ("liabilities", "percent"): {1: "debt_ratio_y1"},
    ("debt_ratio", "percent"): {1: "debt_ratio_y1"},
    ("net", "money"): {1: "net_profit_y1"},
    ("loss", "money"): {1: "net_profit_y1"},
    ("net", "percent"): {1: "net_margin_y1"},
    ("net_margin", "percent"): {1: "net_margin_y1"},
    ("cost", "money"): {1: "total_cost_y1"},
    ("employees", "people"): {1: "employees_y1"},
    ("rd_staff", "people"): {1: "rd_staff_y1"},
    ("rd_staff", "percent"): {1: "rd_staff_ratio_y1"},
    ("tech_staff", "people"): {1: "tech_staff_y1"},
    ("tech_staff", "percent"): {1: "tech_staff_ratio_y1"},
    ("software_share", "percent"): {1: "software_share_pct"},
    ("budget", "money"): {1: "needs.budget"},
}
STOCKS = {"assets", "liabilities", "debt_ratio", "employees", "rd_staff", "tech_staff"}
"""Counted at the end of the year: 去年12月 is the year's figure, and 现在 is not a part of a year."""
TIMELESS = {"budget", "software_share"}
PER_FACT = {fact: (name, ago) for (name, _), by_year in FACTS.items() for ago, fact in by_year.items()}
ASKED_MEASURE = {fact: measure for fact, (measure, _) in PER_FACT.items()}


class Mention(NamedTuple):
    """Where a measure is named in a clause."""

    measure: Measure
    start: int
    end: int
    said: str


def measures_in(text: str) -> frozenset[str]:
    """Return the measures a text names."""
    return frozenset(m.measure.name for m in mentions_in(text) if not m.measure.name.startswith("-"))


def mentions_in(text: str) -> list[Mention]:
    """Return the measure words of a clause in order, the longest at each place."""
    found: list[Mention] = []
    for measure in MEASURES:
        found += [Mention(measure, m.start(), m.end(), m[0]) for m in measure.shape.finditer(text) if m[0]]
    found.sort(key=lambda m: (m.start, -m.end))
    kept: list[Mention] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            continue
        kept.append(one)
    return kept


_WHOLE = re.compile(r"占(?:到|了|我们|咱们|公司|全部|整个|全年|去年|年|总|比|的)*$")
VERB = re.compile(r"卖(?:了|到|出)|做[了个到]|干[了个到]|搞了|收入|进账|销售额|销售收入|投了|投资|投入")
"""Words so general that what was named before them says what is counted: 主打的泵卖了两千万, 研发投了两百七."""


def claimed_by(
    spot: Spot, mentions: Sequence[Mention], last_end: int, next_start: int, claimed: set[int], text: str
) -> Mention | None:
    """Return the measure word a quantity belongs to: the nearest fitting one before it, else the one right after."""
    fit = [m for m in mentions if _fits(m, spot) and not _WHOLE.search(text[: m.start])]
    before = [m for m in fit if last_end <= m.start and m.end <= spot.start and m.start not in claimed]
    after = [
        m for m in fit if spot.end <= m.start < next_start and _ADJACENT.fullmatch(text[spot.end : m.start])
    ]
    if after and (not before or after[0].measure.name.startswith("-")):
        return after[0]
    if (
        len(before) > 1
        and before[-2].measure.name in {"main", "lead", "-other", "rd"}
        and VERB.fullmatch(before[-1].said)
    ):
        return before[-2]  # 主打的泵卖了两千万
    if len(before) > 1 and (before[-2].measure.name, before[-1].measure.name) == ("rd", "budget"):
        return before[-2]  # 研发明年准备投四百万
    return before[-1] if before else None


PEOPLE = {"-staff", "rd_staff", "tech_staff", "employees"}


def fitted(spot: Spot, name: str) -> Spot:
    """Return a quantity in the unit of its measure where it named none of its own."""
    if name in PEOPLE and (spot.unit == "count" or not spot.sure):
        return spot._replace(unit="people")
    if name == "budget" and spot.unit == "count":
        return spot._replace(unit="money")  # 最多拿五十个出来 counts in 万
    if not spot.sure and (name, "money") not in FACTS and (name, "percent") in FACTS and spot.face <= 100:
        return spot._replace(unit="percent")
    return spot


_ADJACENT = re.compile(r"(?:块|元|钱|人|个|的|是|来|多|都是?|用来|拿来|拿去|搞|做|用于|花在|、|左右)*")


def _fits(mention: Mention, spot: Spot) -> bool:
    if (spot.unit == "count" or not spot.sure) and mention.measure.name in PEOPLE:
        return True  # 研发的有十八个, 员工85
    if spot.unit == "count" and mention.measure.name == "budget" and spot.text.endswith("个"):
        return True
    if not spot.sure and mention.measure.units == ("percent",):
        return True  # 资产负债率52
    return spot.unit in mention.measure.units


_FILLER = re.compile(
    r"大概|大约|约|花了|用了|投了|投入了?|也就|差不多|左右|上下|分别|一共|总共|拢共|加起来|应该|估计|估摸着?|好像|可能|超过|将近|接近|不到|快|多|出头|能有|得有|就是|我们?的?|咱们?的?|厂里?|公司|家里|这边|那边|年底|年末|底|全年|整年|一年|一整年|审完|审下来|审定|更新|一下|一路|直接|人事|出纳|办公室|也|才|就|只|是|有|的|在|到|吧|呢|嘛|啊|呀|哈|了|那|个|块|钱|元|人民币|万元|样子|嗯|哦|对|呃|额|没有?错|更正|应为|准确|说|点|不|止|这个|数|出来|定|算|都|按|账|审计|报告|报表|上"
    r"|得|会计|财务|老板娘?|刚才|刚刚|结果|最后|反正|掉|剩|下|回|涨|跌|降|升|从|至|同期|整|全|做|干|卖|达|实际|其实|但|可|不过|而|要|挣|赚|其中|而已|罢|还是|算了|实打实|老老实实|踏踏实实|还有|头一回|第一次|首次|累死累活|辛辛苦苦|辛苦|满打满算|撑死|拼死拼活|给我|给你|念的?|报的|讲的|写的|看的|听的|[哦啊呃噢嗯]*不是我?[说记搞写看讲报念打]错了?|[说记搞写看讲报念打]错了?|负的?|俺们?的?|再|勉强|顶多|最多|我|咱|各|依次|口径|(?:增加|增长|提高|下降|减少|上升|回升|扩大)(?:到|至|了)|由|加到|提到|提高到|拉到|自己|自家|本身|单体|这家"
)


def is_idle(text: str) -> bool:
    """Return whether a text says nothing of its own: 大概也就, 去年吧."""
    return not _FILLER.sub("", text).strip(" 、,，（）()")
