"""A case file -> a Report. Everything is composed from records; what nobody told stays open and is listed.

    report = draft(case, "one-enterprise-diagnosis", desk, on=day)
    write_word(report, Path("报告.docx"))

The sections of a deliverable come from its outline in knowledge/data/outlines; `_WRITERS` says who writes which. A
section nobody writes becomes a form: what belongs there, what is needed for it, and tables to fill in by hand.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from assistant.errors import UnknownId
from assistant.schema import Made, Report, Section
from assistant.sections import closing, firm, forms, level, offers, upgrades
from assistant.sections.work import LEVELS, TO_CONFIRM, Work
from knowledge.case import CaseFile
from knowledge.outline import Outline

if TYPE_CHECKING:
    from assistant.desk import Desk

Writer = Callable[[Work, str, str], Section]

_WRITERS: dict[str, dict[int, Writer]] = {
    "one-enterprise-diagnosis": {
        0: firm.profile,
        1: level.assessment,
        2: upgrades.needs,
        3: upgrades.gaps,
        4: upgrades.plan,
        5: upgrades.goals,
        6: upgrades.money,
        7: offers.products,
        8: closing.confirmation,
    },
}
"""Report kind -> place of a section in its outline -> who writes it."""


def draft(case: CaseFile, kind: str, desk: "Desk", *, on: date | None = None) -> Report:
    """Return a deliverable of `kind` for a case, as of the day `on` (the desk's today where None).

    Raises:
        UnknownId: There is no such kind of report.
        InputError: The case cannot be scored: its standard has no tables, or an answer it does not know.
    """
    outlines = desk.kb.outlines
    if kind not in outlines:
        raise UnknownId("报告种类", kind, outlines)
    outline = outlines[kind]
    day = on or desk.today()
    work = Work(case, outline, desk, day)
    sections = _sections(work)
    return Report(
        kind=kind,
        title=outline.name.split("（")[0].split(" / ")[0],
        enterprise=case.enterprise.name or "（企业名称待确认）",
        date=day,
        sections=sections,
        sources=tuple(work.sources),
        to_confirm=tuple(work.to_confirm),
        cover=_cover(work),
        notice="等级为自评估算，不代替现场评定；等级规则尚未与官方文件核对",
        trace=tuple(work.trace.items()),
        made=made(work),
    )


def made(work: Work) -> Made:
    """Return what the report was made with."""
    from assistant.app import code_version

    return Made(as_of=work.on, knowledge=work.kb.hash, version=code_version())


def _cover(work: Work) -> tuple[tuple[str, str], ...]:
    enterprise = work.case.enterprise
    return (
        ("所在地区", enterprise.region or TO_CONFIRM),
        ("所属行业", enterprise.industry or TO_CONFIRM),
        ("评测标准", work.standard.title),
        ("评测日期", str(work.case.assessment.assessed_on or TO_CONFIRM)),
        ("目标等级", LEVELS[work.target]),
    )


def _sections(work: Work) -> tuple[Section, ...]:
    outline = work.outline
    front = (closing.preface(work), closing.summary(work))
    body = tuple(_section(work, outline, n, plan.title) for n, plan in enumerate(outline.sections))
    back = (
        closing.policies(work, "policies", "附录一 政策依据与效力"),
        closing.titles(work, "titles", "附录二 可以申请的称号"),
        closing.risks(work, "risks", "附录三 风险与对策"),
        closing.evidence(work, "evidence", "附录五 答案与证据对照"),
    )
    points = closing.open_points(work, "to-confirm", "附录四 待现场确认事项")
    checks = forms.checks(work, "checks", "附录六 交付检查表")
    last = closing.sources(work, "sources", "附录七 来源")
    return (*front, *body, *back[:3], points, back[3], checks, last)


def _section(work: Work, outline: Outline, n: int, title: str) -> Section:
    writer = _WRITERS.get(outline.kind, {}).get(n)
    id = f"s{n + 1}"
    return writer(work, id, title) if writer else forms.form(work, id, n)
