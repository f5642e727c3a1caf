"""Eligibility: worked examples, decided by hand, against the rules; every finding, every point, the next question.

A case, as in evals/cases/eligibility.yaml:

    - id: lg-01
      filing_date: "2026-05-10"
      rule: {level: little_giant, file: gradient-2026.yaml}      # or {program: little-giant, application: review}
      facts: {revenue_y1: 4999.9, class1_ip_total: 4}
      expected: {l26_revenue: fail}                              # pass, fail, unknown; or met, not_met, unknown
      scores: {innovative_2022: {total: 60}}
      ask_for: [platform_score_current]
      overall: fail
      variant: {change: {revenue_y1: 5000}, overall: unknown}

A rule of `sme-size-2011` names an industry instead of a level; then `sme_size_class` may be expected. Beside what is
worked out by hand, a law is tested on every case: taking one fact away never turns one settled verdict into the other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from assistant.desk import Desk
from assistant.rules.sizing import rows_for, size_classes
from assistant.schema import Eligibility
from evals.scoring import Metric, result, share
from knowledge.case import Enterprise
from knowledge.enterprise import EnterpriseProfile
from knowledge.errors import ConsultError, InputError
from knowledge.files import read_yaml
from knowledge.record import Record

CASES = Path(__file__).parent / "cases" / "eligibility.yaml"
Application = Literal["new", "review"]
_VERDICT = {"pass": "met", "fail": "not_met"}
_SELECTS = frozenset({"application_type"})
"""Facts that choose the standard: without them another rule applies, so the law of missing facts does not hold."""


class Case(Record):
    """An enterprise on a filing day, and what the rules must say of it."""

    id: str
    title: str = ""
    split: str = "open"
    program: str
    """Empty: only the size class is asked."""
    standard: str
    """The edition the case was worked with, 2022 or 2026; empty is not said."""
    application: Application | None
    industry: str
    on: date
    facts: dict[str, Any]
    expected: dict[str, str]
    points: dict[str, dict[str, float]]
    ask_for: tuple[str, ...]
    overall: str
    """met, not_met or unknown."""


class Outcome(Record):
    """One case, decided and compared."""

    case: Case
    verdict: str
    wrong: tuple[str, ...]
    """In words."""
    findings: int
    findings_right: int
    points: int
    points_right: int
    asks: bool
    asks_right: bool
    dropped: int
    """Facts taken away one by one."""
    flipped: tuple[str, ...]
    """Those whose absence turned one settled verdict into the other."""


def read_cases(path: Path = CASES) -> tuple[Case, ...]:
    """Return the cases of a file, each variant as a case of its own.

    Raises:
        InputError: The file does not fit.
    """
    try:
        return tuple(case for row in read_yaml(path)["examples"] for case in _cases(row))
    except (ValidationError, TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError(
            path.name, f"用例不合格式：{type(error).__name__} {error}", "见 evals/eligibility.py 开头的例子"
        ) from error


def _cases(row: Mapping[str, Any]) -> Iterable[Case]:
    rule = row["rule"]
    year = re.search(r"20(?:22|26)", str(rule.get("file", "")))
    case = Case(
        id=row["id"],
        title=row.get("title", ""),
        split=row.get("split", "open"),
        program=rule.get("program") or str(rule.get("level", "")).replace("_", "-"),
        standard=year[0] if year else "",
        application=rule.get("application") or row["facts"].get("application_type"),
        industry=rule.get("industry") or "",
        on=date.fromisoformat(str(row["filing_date"])),
        facts={name: value for name, value in row["facts"].items() if value is not None},
        expected={key: _VERDICT.get(str(value), str(value)) for key, value in row["expected"].items()},
        points=row.get("scores") or {},
        ask_for=tuple(row.get("ask_for") or ()),
        overall=_VERDICT.get(row["overall"], row["overall"]),
    )
    yield case
    for n, variant in enumerate(_listed(row.get("variant")) + _listed(row.get("variants")), start=1):
        table = next(iter(case.points), "")
        yield case.model_copy(
            update={
                "id": f"{case.id}-v{n}",
                "facts": {
                    name: value
                    for name, value in {**case.facts, **variant["change"]}.items()
                    if value is not None
                },
                "expected": {
                    key: _VERDICT.get(str(value), str(value))
                    for key, value in (variant.get("expected") or {}).items()
                },
                "points": {table: {"total": variant["total"]}} if "total" in variant and table else {},
                "ask_for": tuple(variant.get("ask_for") or ()),
                "overall": _VERDICT.get(variant["overall"], variant["overall"]),
            }
        )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def run(desk: Desk, cases: Sequence[Case], mode: str = "plain") -> dict[str, Any]:
    """Decide the cases and compare; no model takes part in any mode."""
    outcomes = [judge(desk, case) for case in cases]
    return result(
        "eligibility",
        mode,
        len(outcomes),
        metrics(outcomes),
        [
            {"id": o.case.id, "title": o.case.title, "missed": list(o.wrong)}
            for o in outcomes
            if o.wrong and o.case.split != "held_back"
        ],
    )


def metrics(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the figures of a run; what no case asks for is left out."""
    asks = [o for o in outcomes if o.asks]
    dropped = sum(o.dropped for o in outcomes)
    counted = {
        "verdict_exact": share(sum(o.verdict == o.case.overall for o in outcomes), len(outcomes)),
        "finding_exact": share(sum(o.findings_right for o in outcomes), sum(o.findings for o in outcomes)),
        "points_exact": share(sum(o.points_right for o in outcomes), sum(o.points for o in outcomes)),
        "ask_next_hit": share(sum(o.asks_right for o in asks), len(asks)),
        "case_exact": share(sum(not o.wrong for o in outcomes), len(outcomes)),
        "missing_never_flips": share(dropped - sum(len(o.flipped) for o in outcomes), dropped),
    }
    asked = {
        "points_exact": sum(o.points for o in outcomes),
        "ask_next_hit": len(asks),
        "missing_never_flips": dropped,
    }
    return {name: metric for name, metric in counted.items() if asked.get(name, 1)}


def judge(desk: Desk, case: Case) -> Outcome:
    """Decide one case by the rules and compare it with what was worked out by hand."""
    try:
        found = _size_only(desk, case) if case.industry and not case.program else _decided(desk, case)
    except ConsultError as error:
        return _failed(case, error.hint)
    except ValidationError as error:
        return _failed(case, f"事实不合格式：{error.errors()[0]['loc']}")
    verdicts, points, asked, verdict = found
    missing = object()
    wrong = [
        f"{key} 应为 {want}，得 {verdicts.get(key, '没有这一条')}"
        for key, want in case.expected.items()
        if verdicts.get(key, missing) != want
    ]
    findings_right = len(case.expected) - len(wrong)
    parts = [
        (table, part, want, points.get(table, {}).get(part))
        for table, wanted in case.points.items()
        for part, want in wanted.items()
    ]
    off = [row for row in parts if row[3] is None or float(row[3]) != float(row[2])]
    wrong += [f"{table}.{part} 应为 {want}，得 {got}" for table, part, want, got in off]
    asks_right = bool(asked) and asked[0] in case.ask_for and set(case.ask_for) <= set(asked)
    if case.ask_for and not asks_right:
        wrong.append(f"应问 {'、'.join(case.ask_for)}，问了 {'、'.join(asked[:3]) or '无'}")
    if verdict != case.overall:
        wrong.append(f"结论应为 {case.overall}，得 {verdict}")
    flipped = tuple(_flipped(desk, case, verdict)) if case.program else ()
    wrong += [f"去掉 {fact} 后结论反转" for fact in flipped]
    return Outcome(
        case=case,
        verdict=verdict,
        wrong=tuple(wrong),
        findings=len(case.expected),
        findings_right=findings_right,
        points=len(parts),
        points_right=len(parts) - len(off),
        asks=bool(case.ask_for),
        asks_right=asks_right,
        dropped=len(_droppable(case)) if case.program else 0,
        flipped=flipped,
    )


def _failed(case: Case, why: str) -> Outcome:
    return Outcome(
        case=case, verdict="error", wrong=(why,), findings=len(case.expected), findings_right=0,
        points=sum(len(parts) for parts in case.points.values()), points_right=0,
        asks=bool(case.ask_for), asks_right=False, dropped=0, flipped=(),
    )  # fmt: skip


_Decided = tuple[dict[str, str], dict[str, dict[str, Any]], tuple[str, ...], str]
"""Finding id -> verdict, points, facts to ask next, overall verdict."""


def _decided(desk: Desk, case: Case) -> _Decided:
    found = _assessed(desk, case, case.facts)
    points = {one.id: {"total": one.total, **one.parts} for one in found.points}
    return _verdicts(found), points, found.ask_next, found.verdict.value


def _verdicts(found: Eligibility) -> dict[str, str]:
    return {finding.id: finding.verdict.value for finding in found.findings}


def _assessed(desk: Desk, case: Case, facts: Mapping[str, Any]) -> Eligibility:
    """Return the rules' decision. Where the case does not say new or review, the one its edition belongs to."""
    enterprise = Enterprise(industry=case.industry, profile=EnterpriseProfile.model_validate(facts))
    day = desk.on(case.on)
    found = day.check_eligibility(case.program, enterprise, application=case.application)
    if case.application is None and case.standard and case.standard not in found.standard:
        other = day.check_eligibility(case.program, enterprise, application="review")
        if case.standard in other.standard:
            return other
    return found


_SAID = {"employees": "employees_y1", "revenue": "revenue_y1", "assets": "total_assets_y1"}


def _size_only(desk: Desk, case: Case) -> _Decided:
    """Return the size class, and what the general condition on size says of it on the filing day."""
    told = {_SAID.get(name, name): value for name, value in case.facts.items()}
    amounts = {name: Fraction(str(value)) for name, value in told.items()}
    classes = size_classes(
        rows_for(case.industry, desk.kb.size_classes),
        employees=amounts.get("employees_y1"),
        revenue=amounts.get("revenue_y1"),
        assets=amounts.get("total_assets_y1"),
    )
    enterprise = Enterprise(industry=case.industry, profile=EnterpriseProfile.model_validate(told))
    verdicts = _verdicts(desk.on(case.on).check_eligibility("specialized-sme", enterprise))
    size = next((verdicts[key] for key in ("g26_size", "g22_size") if key in verdicts), "unknown")
    one = next(iter(classes)) if len(classes) == 1 else "unknown"
    return {**verdicts, "sme_size_class": one}, {}, (), size


def _droppable(case: Case) -> list[str]:
    return [name for name in case.facts if name not in _SELECTS]


def _flipped(desk: Desk, case: Case, verdict: str) -> Iterable[str]:
    """Give the facts whose absence turns met into not met, or the reverse."""
    opposite = {"met": "not_met", "not_met": "met"}.get(verdict)
    for fact in _droppable(case):
        left = {name: value for name, value in case.facts.items() if name != fact}
        if _assessed(desk, case, left).verdict.value == opposite:
            yield fact
