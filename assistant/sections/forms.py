"""What a deliverable must have and the case does not give: guidance, tables to fill in by hand, checks to tick."""

from collections.abc import Sequence

from assistant.documents.words import item
from assistant.schema import Section, Table
from assistant.sections.work import TO_CONFIRM, Work, join
from knowledge.outline import SectionPlan

_COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("日程", ("日期", "地点与环节", "参加人员", "内容")),
    ("人员", ("姓名", "单位与职务", "分工", "签到")),
    ("满意度", ("评价项", "很满意", "满意", "一般", "不满意", "意见")),
    ("RACI", ("事项", "企业", "服务商", "评测机构", "主管部门")),
    ("责任矩阵", ("事项", "企业", "服务商", "评测机构", "主管部门")),
    ("造价", ("科目", "规格与数量", "单价（万元）", "金额（万元）", "报价来源")),
    ("清单价格", ("产品或服务", "数量", "单价（万元）", "金额（万元）", "报价来源")),
    ("票款", ("合同编号", "合同金额（万元）", "发票号码与金额", "付款日期与金额", "是否一致")),
    ("财务核查", ("科目", "合同金额（万元）", "发票金额（万元）", "付款金额（万元）", "差异说明")),
    ("资金拨付", ("批次", "条件", "金额（万元）", "日期", "凭证")),
    ("数据点", ("设备或系统", "参数", "采集频率", "接口或协议", "去向")),
    ("效益", ("指标", "改造前（注明时段）", "改造后或预计", "计算公式", "数据来源")),
    ("成效", ("指标", "改造前（注明时段）", "改造后（注明时段）", "变化", "证据")),
    ("前后对比", ("指标", "改造前", "改造后", "变化", "证据")),
    ("里程碑", ("里程碑", "完成标志", "责任人", "日期")),
    ("档案", ("序号", "材料名称", "份数", "页码", "备注")),
    ("申请表", ("项目", "内容")),
    ("对标", ("指标", "本企业", "对标对象", "数据来源与时点")),
    ("联网清单", ("设备名称与编号", "是否数字化", "是否联网", "接口或协议", "照片编号")),
    ("样本", ("企业类型", "家数", "来源")),
    ("分布", ("等级或分段", "家数", "占比", "数据来源")),
    ("完成度", ("目标", "目标值", "完成值", "口径与时点")),
    ("案例", ("企业或服务商", "做法", "成效与证据", "可推广之处")),
    ("优先级", ("建议", "价值", "可行性", "优先级", "理由")),
    ("根因", ("痛点", "影响", "根因", "证据")),
)
"""Word in the name of a table -> its columns."""

_PICTURES = ("图", "雷达")


def form(work: Work, id: str, title: str, n: int) -> Section:
    """Return the n-th section of the outline as a form."""
    plan = work.outline.sections[n]
    return Section(id=id, title=title, paragraphs=guidance(work, plan), tables=blanks(plan.tables))


def guidance(work: Work, plan: SectionPlan) -> tuple[str, ...]:
    """Say what belongs into a section, what it takes and what to attach."""
    marks = "".join(work.cite_words(one) for one in plan.source)
    texts = [f"本节写明：{plan.content}{marks}。案例没有提供这部分资料，以下留出表格，{TO_CONFIRM}。"]
    if plan.inputs:
        work.confirm(*(f"{plan.title}：{one}" for one in plan.inputs))
        texts.append(item(f"需要的资料：{join(plan.inputs)}"))
    else:
        work.confirm(f"{plan.title}：案例没有提供")
    if plan.evidence:
        texts.append(item(f"应附的证据：{join(plan.evidence)}"))
    return tuple(texts)


def blanks(names: Sequence[str], rows: int = 4) -> tuple[Table, ...]:
    """Return an empty table for each name that is a table."""
    return tuple(blank(name, rows) for name in names if not _is_picture(name))


def _is_picture(name: str) -> bool:
    return any(word in name for word in _PICTURES) and "表" not in name


def blank(name: str, rows: int = 4) -> Table:
    """Return an empty table with the columns such a table has."""
    header = next((columns for word, columns in _COLUMNS if word in name), ("项目", "内容", "来源或证据"))
    return Table(title=f"{name}（待填写）", header=header, rows=(("",) * len(header),) * rows)


def attachments(work: Work, id: str, title: str) -> Section:
    """Return the list of attachments of the outline's last section, to tick."""
    plan = next(one for one in work.outline.sections if one.title == title)
    work.confirm(*(f"附件“{one}”：案例未附" for one in plan.evidence))
    return Section(
        id=id,
        title=title,
        paragraphs=("下列材料须与本报告一并装订，编号与正文一致。",),
        tables=(
            Table(
                title="附件清单（待填写）",
                header=("序号", "材料", "是否已附", "编号与页数"),
                rows=tuple((str(n), one, "", "") for n, one in enumerate(plan.evidence, start=1)),
            ),
        ),
    )


def checks(work: Work, id: str, title: str) -> Section:
    """Return official requirements and acceptance checks to tick, and where each section is asked for."""
    outline = work.outline
    rows = [(one, "官方文件点名", "") for one in outline.official_requirements]
    rows += [(one, "交付前自查", "") for one in outline.acceptance_checks]
    marks = "".join(work.cite_words(one) for one in outline.named_by)
    basis = {"official": "官方文件点名", "derived": "为满足要求推导"}
    sections = tuple(
        (plan.title, basis[plan.basis], "".join(work.cite_words(one) for one in plan.source) or "—")
        for plan in outline.sections
    )
    return Section(
        id=id,
        title=title,
        paragraphs=(
            f"这类报告见于下列文件{marks}。各地要求不同，有的文件已经失效或只是征求意见稿，交付前须核对企业所在城市的现行规定。",
            *(item(note) for note in outline.notes),
        ),
        tables=(
            Table(title="交付检查表（结果待填写）", header=("要求", "性质", "结果"), rows=tuple(rows)),
            Table(title="各章的出处", header=("章", "性质", "出处"), rows=sections),
        ),
    )
