"""Sections nobody can write yet: what belongs there, what it takes, and tables to fill in by hand."""

from assistant.documents.words import item
from assistant.schema import Section, Table
from assistant.sections.work import Work, join


def form(work: Work, id: str, n: int) -> Section:
    """Return the n-th section of the outline as a form."""
    plan = work.outline.sections[n]
    marks = "".join(work.cite_words(one) for one in plan.source)
    texts = [f"本节应写明：{plan.content}{marks}。"]
    if plan.inputs:
        work.confirm(*(f"{plan.title}：{one}" for one in plan.inputs))
        texts.append(f"需要的资料：{join(plan.inputs)}。案例中没有的，由企业或服务商补充。")
    if plan.evidence:
        texts.append(f"应附证据：{join(plan.evidence)}。")
    return Section(
        id=id,
        title=plan.title,
        paragraphs=tuple(texts),
        tables=tuple(blank(name) for name in plan.tables),
    )


def blank(name: str) -> Table:
    """Return an empty table of that name."""
    return Table(title=f"{name}（待填写）", header=("项目", "内容", "来源或证据"), rows=(("", "", ""),) * 3)


def checks(work: Work, id: str, title: str) -> Section:
    """Return the official requirements and acceptance checks as a list to tick."""
    outline = work.outline
    rows = [(one, "官方文件要求", "") for one in outline.official_requirements]
    rows += [(one, "交付检查", "") for one in outline.acceptance_checks]
    marks = "".join(work.cite_words(one) for one in outline.named_by)
    notes = [item(note) for note in outline.notes]
    return Section(
        id=id,
        title=title,
        paragraphs=(f"本类报告见于下列文件{marks}，各地要求不同，须先核对企业所在城市的现行规定。", *notes),
        tables=(Table(title="交付检查表（结果待填写）", header=("要求", "依据", "结果"), rows=tuple(rows)),),
    )
