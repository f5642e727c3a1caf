r"""Reports: sections as the outline asks, every number with a birthplace, every citation opens, gaps stay open.

A case, as in evals/cases/report.yaml; `case` is a file of examples/ or a case written out:

    - {id: re-01, case: examples/jinan-machine-tool.yaml, kinds: [one-enterprise-diagnosis],
       must_say: [三级], must_not_say: [补助\d+万元], must_confirm: [资产总额]}

`kinds` left out is every kind of report there is. Numbers are traced against what this module gathers itself: the case,
the report's own trace, the quotes it cites, the knowledge base. Titles of sections and marks are checked by their text.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.casefiles.cases import load_case, parse_case, plain_case
from assistant.desk import Desk
from assistant.report import draft
from assistant.rules.grounding import in_source, untraced
from assistant.schema import Citation, Report, Section
from evals.scoring import Metric, percentile, result, share
from knowledge.case import CaseFile
from knowledge.errors import ConsultError, InputError
from knowledge.files import read_yaml
from knowledge.record import Record

CASES = Path(__file__).parent / "cases" / "report.yaml"
ROOT = Path(__file__).parent.parent
_RAW = re.compile(r"\bNone\b|\bnan\b|Decimal|not_met|in_force|draft_for_comment|<script|javascript:|\bTODO\b")


class Case(Record):
    """A case file, the kinds of report to draft from it, and what they must hold."""

    id: str
    split: str = "open"
    case: CaseFile
    kinds: tuple[str, ...]
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    must_confirm: tuple[str, ...] = ()


class Outcome(Record):
    """One report, drafted and checked."""

    case: str
    split: str
    kind: str
    sections: int
    sections_there: int
    numbers: int
    strange: tuple[str, ...]
    """Numbers without a birthplace."""
    citations: int
    shut: tuple[str, ...]
    """Citations that open nowhere."""
    marks_right: bool
    confirms: bool
    """Lists what is open, where something is."""
    dropped: int
    wrong: tuple[str, ...]
    seconds: float


def read_cases(desk: Desk, path: Path = CASES) -> tuple[Case, ...]:
    """Return the cases of a file.

    Raises:
        InputError: The file does not fit.
    """
    try:
        return tuple(_case(desk, row) for row in read_yaml(path)["cases"])
    except (ValidationError, TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError(
            path.name, f"用例不合格式：{type(error).__name__} {error}", "见 evals/report.py 开头的例子"
        ) from error


def _case(desk: Desk, row: Mapping[str, Any]) -> Case:
    told, standards = row["case"], desk.kb.standards
    case = (
        load_case(ROOT / told, standards)
        if isinstance(told, str)
        else parse_case(told, standards, name=row["id"])
    )
    texts = {
        name: tuple(row.get(name) or ()) for name in ("kinds", "must_say", "must_not_say", "must_confirm")
    }
    return Case.model_validate({"id": row["id"], "split": row.get("split", "open"), "case": case, **texts})


def run(desk: Desk, cases: Sequence[Case], mode: str = "plain") -> dict[str, Any]:
    """Draft every report and check it."""
    outcomes = [judge(desk, case, kind) for case in cases for kind in case.kinds or tuple(desk.kb.outlines)]
    return result(
        "report",
        mode,
        len(outcomes),
        metrics(outcomes),
        [
            {"id": f"{o.case}/{o.kind}", "missed": missed}
            for o in outcomes
            if o.split != "held_back" and (missed := [*o.wrong, *o.strange[:5], *o.shut[:5]])
        ],
    )


def metrics(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the figures of a run."""
    n = len(outcomes)
    numbers, citations = sum(o.numbers for o in outcomes), sum(o.citations for o in outcomes)
    sections = sum(o.sections for o in outcomes)
    return {
        "sections_present": share(sum(o.sections_there for o in outcomes), sections),
        "numbers_traced": share(numbers - sum(len(o.strange) for o in outcomes), numbers),
        "citations_open": share(citations - sum(len(o.shut) for o in outcomes), citations),
        "marks_right": share(sum(o.marks_right for o in outcomes), n),
        "open_points_listed": share(sum(o.confirms for o in outcomes), n),
        "reports_right": share(sum(not (o.wrong or o.strange or o.shut) for o in outcomes), n),
        "ungrounded_dropped_p50": percentile([float(o.dropped) for o in outcomes], 0.5),
        "seconds_p50": percentile([o.seconds for o in outcomes], 0.5),
        "seconds_p95": percentile([o.seconds for o in outcomes], 0.95),
    }


def judge(desk: Desk, case: Case, kind: str) -> Outcome:
    """Draft one report and check it."""
    import time

    began = time.perf_counter()
    report = draft(case.case, kind, desk)
    seconds = time.perf_counter() - began
    wanted = [f"{n} {plan.title}" for n, plan in enumerate(desk.kb.outlines[kind].sections, start=1)]
    titles = [section.title for section in report.sections]
    there = sum(title in titles for title in wanted)
    in_order = [title for title in titles if title in wanted] == wanted
    prose = "\n".join(text for section in _walk(report.sections) for text in section.paragraphs)
    whole = "\n".join(_texts(report))
    shut = tuple(f"来源[{c.n}] {c.source_id} {c.locator}" for c in report.sources if not _opens(desk, c))
    wrong = tuple(_wrong(case, report, whole, in_order))
    return Outcome(
        case=case.id,
        split=case.split,
        kind=kind,
        sections=len(wanted),
        sections_there=there if in_order else min(there, len(wanted) - 1),
        numbers=len(untraced(prose, [])),
        strange=untraced(prose, _born(desk, case.case, report)),
        citations=len(report.sources),
        shut=shut,
        marks_right=_marks(report, whole),
        confirms=bool(report.to_confirm) or not _has_gaps(desk, case.case),
        dropped=report.ungrounded_dropped,
        wrong=wrong,
        seconds=seconds,
    )


def _wrong(case: Case, report: Report, whole: str, in_order: bool) -> Iterator[str]:
    if not in_order:
        yield "章节缺失或次序不对"
    for pattern in case.must_say:
        if not re.search(pattern, whole):
            yield f"未说 {pattern}"
    for pattern in case.must_not_say:
        if found := re.search(pattern, whole):
            yield f"不该说 {pattern}：{found[0]}"
    listed = "\n".join(report.to_confirm)
    for pattern in case.must_confirm:
        if not re.search(pattern, listed):
            yield f"待确认里没有 {pattern}"
    if raw := _RAW.search(
        whole.replace(case.case.enterprise.name, "") if case.case.enterprise.name else whole
    ):
        yield f"露出了内部写法 {raw[0]}"


def _walk(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _walk(section.sections)


def _texts(report: Report) -> Iterator[str]:
    yield report.title
    yield report.enterprise
    for section in _walk(report.sections):
        yield section.title
        yield from section.paragraphs
        for table in section.tables:
            yield from (table.title, table.note, *table.header)
            for row in table.rows:
                yield from row


def _marks(report: Report, whole: str) -> bool:
    """Return whether every mark points to a source, every source is used, and they are numbered in order."""
    numbers = [source.n for source in report.sources]
    cited = {int(n) for n in re.findall(r"\[(\d{1,3})\]", whole)}
    cited |= {n for section in _walk(report.sections) for n in section.citations}
    return numbers == list(range(1, len(numbers) + 1)) and cited == set(numbers)


def _opens(desk: Desk, cited: Citation) -> bool:
    """Return whether what is cited is held, and holds the quote."""
    policy = desk.kb.policies.get(cited.source_id)
    if policy is not None:
        if not cited.locator:
            return cited.title.strip("《》") in (policy.title, *policy.aliases)
        clause = policy.clause(cited.locator)
        if clause is None:
            return False
        return (
            not cited.quote or in_source(cited.quote.rstrip("…。"), clause.text) or cited.quote in clause.text
        )
    known = (desk.kb.products, desk.kb.providers, desk.kb.standards, desk.kb.schemes, desk.kb.programs)
    return any(cited.source_id in held for held in known)


def _has_gaps(desk: Desk, case: CaseFile) -> bool:
    try:
        return bool(desk.score(case).unanswered)
    except ConsultError:
        return True


def _born(desk: Desk, case: CaseFile, report: Report) -> list[str]:
    """Return every text a number of the report may come from."""
    kb, on = desk.kb, desk
    given = [value for value, _ in report.trace]
    given.append(json.dumps(plain_case(case), ensure_ascii=False, default=str))
    given += [text for source in report.sources for text in (source.title, source.quote, source.locator)]
    titles = [on.check_eligibility(one, case.enterprise) for one in kb.programs]
    for one in titles:
        given += [one.standard_title, one.window, *one.warnings, *(check.text for check in one.checks)]
    card = on.score(case)
    given += [*card.notes, *(check.text for check in card.inconsistencies)]
    made = on.plan(case) if case.needs.target_level else None
    for plan in [made, *made.alternatives, made.beyond_budget] if made else []:
        if plan is not None:
            given += [*plan.notes, *(phase.name for phase in plan.phases)]
    match = on.match(case)
    given += [text for offer in match.offers for text in (offer.name, *offer.reasons, *offer.ask_vendor)]
    given += [text for one in match.rejected for text in (one.name, one.reason)]
    standard = kb.standards[case.assessment.standard]
    given += [*standard.scene, *standard.questions]
    given += [standard.title, *(option.text for q in standard.questions.values() for option in q.options)]
    given += [policy.title for policy in kb.policies.values()]
    outline = kb.outlines[report.kind]
    given += [*outline.notes]
    for section in outline.sections:
        given += [section.content, *section.inputs, *section.evidence, *section.tables]
    return [text for text in given if text]
