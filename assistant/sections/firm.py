"""Who the firm is: what was told, what follows from it, and what it is compared with."""

from decimal import Decimal
from fractions import Fraction

from assistant.documents.words import item
from assistant.rules.contradictions import leap
from assistant.schema import Section, Table
from assistant.sections.work import TO_CONFIRM, Work, join, plain
from knowledge.enterprise import Fact, facts

_BASIC = (
    "revenue_y1", "revenue_y2", "revenue_y3", "main_business_revenue_y1", "leading_product_revenue_y1",
    "rd_expense_y1", "rd_expense_y2", "total_assets_y1", "total_liabilities_y1", "net_profit_y1",
    "employees_y1", "rd_staff_y1", "niche_years", "class1_ip_total", "sme_size_class",
)  # fmt: skip
_WANTED = (
    "revenue_y1", "rd_expense_y1", "total_assets_y1", "employees_y1", "niche_years", "sme_size_class",
    "platform_score_current", "market_share_pct", "class1_ip_total",
)  # fmt: skip
"""Facts without which a consultant cannot close a diagnosis or advise on titles."""
_HELD = (
    "innovative_sme_valid", "technology_sme_valid", "specialized_sme_valid", "high_tech_enterprise_valid",
)  # fmt: skip
_WORDS = {
    "micro": "微型", "small": "小型", "medium": "中型", "large": "大型", "national": "国家级",
    "provincial": "省级", "municipal": "市级", "below_municipal": "市级以下", "none": "无",
}  # fmt: skip


def profile(work: Work, id: str, title: str) -> Section:
    """Write the firm: a paragraph, the table of what was told, what is common to its trade and what is its own."""
    return Section(
        id=id,
        title=title,
        paragraphs=(_who(work),),
        tables=(basics(work),),
        sections=(_common_and_own(work, f"{id}-nx"),),
    )


def _who(work: Work) -> str:
    firm, told = work.case.enterprise, work.case.enterprise.profile
    known = facts()
    parts = [
        f"{firm.name or '企业（名称待确认）'}位于{firm.region or TO_CONFIRM}，所属行业为{firm.industry or TO_CONFIRM}。"
    ]
    sentence = []
    if told.revenue_y1 is not None:
        sentence.append(f"上年度营业收入{work.money(told.revenue_y1, '企业自报：revenue_y1')}")
    if told.revenue_y1 is not None and told.revenue_y2:
        growth = (told.revenue_y1 / told.revenue_y2 - 1) * 100
        word = "增长" if growth >= 0 else "下降"
        if leap(Fraction(told.revenue_y1), Fraction(told.revenue_y2)):
            sentence.append("与前一年相差过大（待核对）")
        else:
            sentence.append(f"比前一年{word}{percent(work, abs(growth), 'revenue_y1 ÷ revenue_y2 - 1')}")
    people = told.employees_y1 if told.employees_y1 is not None else firm.employees
    if people is not None:
        sentence.append(f"职工{work.n(people, '企业自报：职工人数')}人")
    if told.rd_expense_y1 is not None and told.revenue_y1:
        share = told.rd_expense_y1 / told.revenue_y1 * 100
        sentence.append(
            f"研发费用{work.money(told.rd_expense_y1, '企业自报：rd_expense_y1')}，"
            f"占营业收入{percent(work, share, 'rd_expense_y1 ÷ revenue_y1')}"
        )
    if sentence:
        parts.append("，".join(sentence) + "。")
    held = [known[name].label.removeprefix("有效期内") for name in _HELD if getattr(told, name) is True]
    if held:
        parts.append(f"企业自报有效期内的称号：{join(held)}。")
    if told.niche_years is not None:
        parts.append(f"从事细分市场{work.n(told.niche_years, '企业自报：niche_years')}年。")
    parts.append("以上为企业自报，未见原始凭证的，以审计报告和证书为准。")
    return "".join(parts)


def basics(work: Work) -> Table:
    """Return the table of what was told of the firm; facts a consultant needs and nobody told say so."""
    firm, known = work.case.enterprise, facts()
    rows = [
        ("企业名称", firm.name or TO_CONFIRM, "企业自报"),
        ("所在地区", firm.region or TO_CONFIRM, "企业自报"),
        ("所属行业", firm.industry or TO_CONFIRM, "企业自报"),
    ]
    for name in dict.fromkeys((*_BASIC, *_WANTED)):
        value = getattr(firm.profile, name)
        fact = known[name]
        if name == "employees_y1" and value is None:
            value = firm.employees
        if value is None and name not in _WANTED:
            continue
        if value is None:
            work.confirm(f"{fact.label}：企业未提供")
        rows.append((fact.label, value_text(value, fact), "企业自报" if value is not None else "未提供"))
    return Table(title="企业基本情况", header=("项目", "内容", "来源"), rows=tuple(rows))


def _common_and_own(work: Work, id: str) -> Section:
    """Say what of the trade is common and what is the firm's own; without benchmark data no comparison is made."""
    needs = work.case.needs
    measured = work.case.assessment.measures
    rows = []
    for question in work.standard.questions.values():
        if question.measure is None:
            continue
        told = measured.get(question.id)
        chosen = work.case.assessment.answers.get(question.id, ())
        own = f"{plain(told)}%" if told is not None else join(question.option[key].text for key in chosen)
        rows.append((question.measure.name, own or TO_CONFIRM, ""))
    work.confirm("行业对标数据：知识库没有同行业样本，对标表的行业列须用有出处的数据填写")
    texts = [
        "同行业的对标样本没有取得，本报告不与行业均值比较，对标表留出一列，由顾问用有出处的数据填写；"
        "没有可靠来源的，宁可空着。",
    ]
    wished = [f"“{wish}”" for wish in needs.must]
    if wished:
        texts.append(
            f"行业共性（N）体现在后文按十六个场景列出的改造内容；本企业的个性（X）来自企业自己的硬性要求：{join(wished)}。"
        )
    return Section(
        id=id,
        title="行业共性与本企业个性",
        level=2,
        paragraphs=tuple(texts),
        tables=(
            Table(
                title="行业—企业对标表（行业一列待填写）",
                header=("指标", "本企业", "同行业（注明来源与时点）"),
                rows=tuple(rows),
            ),
        ),
    )


def percent(work: Work, value: Decimal, origin: str) -> str:
    """Return a share with one decimal place."""
    return work.n(value.quantize(Decimal("0.1")), origin, "%")


def value_text(value: object, fact: Fact) -> str:
    """Return a fact as people write it."""
    if value is None:
        return TO_CONFIRM
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return (
            f"{plain(value)}{fact.unit}"
            if fact.unit in ("%", "级", "年")
            else f"{plain(value)} {fact.unit}".strip()
        )
    return _WORDS.get(str(value), str(value))


def wishes(work: Work) -> list[str]:
    """Return what bounds the project as list items: target, budget, deadline, deployment, hard wishes."""
    needs = work.case.needs
    budget = (
        work.money(needs.budget, "needs.budget") if needs.budget is not None else f"企业未提出，{TO_CONFIRM}"
    )
    deadline = work.day(needs.deadline, "needs.deadline") if needs.deadline else f"企业未提出，{TO_CONFIRM}"
    if needs.budget is None:
        work.confirm("预算：企业未提出")
    if needs.deadline is None:
        work.confirm("完成期限：企业未提出")
    return [
        item(f"预算：{budget}"),
        item(f"完成期限：{deadline}"),
        item(f"部署方式：{join(needs.deployment) or '未提出要求'}"),
        *(item(f"硬性要求：{wish}") for wish in needs.must),
    ]
