"""A case file -> a Report. Everything is composed from records; what nobody told stays open and is listed.

    report = draft(case, "one-enterprise-diagnosis", desk, on=day)
    write_word(report, Path("报告.docx"))

The sections of a deliverable come from its outline in knowledge/data/outlines; `_WRITERS` says who writes which. A
section nobody writes becomes a form: what belongs there, what is needed for it, and tables to fill in by hand.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from assistant.errors import UnknownId
from assistant.schema import Made, Report, Section
from assistant.sections import closing, firm, forms, level, offers, others, upgrades
from assistant.sections.work import LEVELS, TO_CONFIRM, Work
from assistant.version import code_version
from knowledge.case import CaseFile

if TYPE_CHECKING:
    from assistant.desk import Desk

Writer = Callable[[Work, str, str], Section]

_WRITERS: dict[str, tuple[Writer | None, ...]] = {
    "one-enterprise-diagnosis": (
        firm.profile, level.assessment, upgrades.needs, upgrades.gaps, upgrades.plan, upgrades.goals, upgrades.money,
        offers.products, closing.confirmation,
    ),
    "pre-assessment-report": (
        firm.profile, others.process, others.foundation, others.scenes, others.management, upgrades.needs,
        upgrades.plan, offers.products, forms.attachments,
    ),
    "implementation-plan": (
        others.necessity, upgrades.goals, others.content, others.period, upgrades.money, others.benefits,
        others.duties, closing.risks, forms.attachments,
    ),
    "evaluation-report": (
        others.process, others.verified, others.graded, others.outcome, others.compared, None, others.statement,
    ),
    "nx-list": (None, others.common, others.own, others.collecting, None),
    "acceptance-package": (None, None, None, None, None, others.after_self_test, None, None),
    "requirement-archive": (others.register,),
    "transformation-contract": (others.clauses, None),
    "enterprise-assessment-report": (
        level.assessment, others.benchmark, upgrades.gaps, upgrades.money, upgrades.plan,
    ),
    "region-report": (others.distribution, None, None),
}  # fmt: skip
"""Report kind -> who writes each section of its outline; None leaves a form."""

_ADVISES = frozenset(
    {
        "one-enterprise-diagnosis",
        "pre-assessment-report",
        "implementation-plan",
        "enterprise-assessment-report",
    }
)
"""Kinds that advise the firm: they carry a summary and say which titles it may apply for."""
_MARK = re.compile(r"\[(\d+)\]")
_NUMERALS = "一二三四五六七八九十"


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
        sections=tuple(_with_citations(section) for section in sections),
        sources=tuple(work.sources),
        to_confirm=tuple(work.to_confirm),
        cover=_cover(work),
        notice="等级为自评估算，不代替现场评定；等级规则尚未与官方文件核对",
        trace=tuple(work.trace.items()),
        made=made(work),
    )


def made(work: Work) -> Made:
    """Return what the report was made with."""
    return Made(as_of=work.on, knowledge=work.kb.hash, version=code_version())


def _cover(work: Work) -> tuple[tuple[str, str], ...]:
    enterprise = work.case.enterprise
    return (
        ("所在地区", enterprise.region or TO_CONFIRM),
        ("所属行业", enterprise.industry or TO_CONFIRM),
        ("评测标准", work.standard.title),
        ("评测日期", work.day(work.case.assessment.assessed_on, "assessment.assessed_on")),
        ("目标等级", LEVELS[work.target]),
    )


def _sections(work: Work) -> tuple[Section, ...]:
    """Return front matter, the outline's sections numbered, and the appendices, the open points after all that add to them."""
    advises = work.outline.kind in _ADVISES
    front = [closing.preface(work), *([closing.summary(work)] if advises else [])]
    body = [_section(work, n, plan.title) for n, plan in enumerate(work.outline.sections)]
    body[0] = body[0].model_copy(update={"new_page": True})
    policies = closing.policies(work, "policies", "政策依据与效力").model_copy(update={"new_page": True})
    advice = [closing.titles(work, "titles", "可以申请的称号")] if advises else []
    risks = (
        [closing.risks(work, "risks", "风险与对策")]
        if work.outline.kind == "one-enterprise-diagnosis"
        else []
    )
    evidence = closing.evidence(work, "evidence", "答案与证据对照")
    checks = forms.checks(work, "checks", "交付检查表")
    points = closing.open_points(work, "to-confirm", "待现场确认事项")
    back = [policies, *advice, *risks, points, evidence, checks, closing.sources("来源")]
    return (
        *front,
        *(_numbered(section, str(n)) for n, section in enumerate(body, start=1)),
        *(
            section.model_copy(update={"title": f"附录{numeral} {section.title}"})
            for numeral, section in zip(_NUMERALS, back, strict=False)
        ),
    )


def _with_citations(section: Section) -> Section:
    """Return a section with the numbers of the sources it and those below it cite."""
    below = tuple(_with_citations(one) for one in section.sections)
    texts = [*section.paragraphs, *(table.note for table in section.tables)]
    texts += [cell for table in section.tables for row in table.rows for cell in row]
    found = {int(n) for text in texts for n in _MARK.findall(text)}
    found.update(n for one in below for n in one.citations)
    return section.model_copy(update={"sections": below, "citations": tuple(sorted(found))})


def _numbered(section: Section, number: str) -> Section:
    below = tuple(_numbered(one, f"{number}.{n}") for n, one in enumerate(section.sections, start=1))
    return section.model_copy(update={"title": f"{number} {section.title}", "sections": below})


def _section(work: Work, n: int, title: str) -> Section:
    writers = _WRITERS.get(work.outline.kind, ())
    writer = writers[n] if n < len(writers) else None
    return writer(work, f"s{n + 1}", title) if writer else forms.form(work, f"s{n + 1}", title, n)
