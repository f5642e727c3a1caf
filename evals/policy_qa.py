"""Policy questions: is the answer right, cited, honest about what it rests on, and silent where nothing supports one.

A case, as in evals/cases/policy_qa.yaml:

    - {id: qa-001, kind: answerable, split: open, region: 济南, question: 济南试点企业名单最后由谁确认？,
       must_cite: [[sd-jinan-pilot-2024#附件·二（二）1]], must_say: [市工信局], must_warn: [expired]}

`must_cite` is a list of groups, of each at least one place must be cited (`#*` is any clause of the document); `may_cite`
are places that a good answer may cite beside them, and anything else cited counts as wrong. Every scorer is deterministic:
no judge model takes part. Half of the cases are `held_back`: they are run, not looked at.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from assistant.answer import answer
from assistant.desk import Desk
from assistant.llm import Model
from assistant.rules.grounding import in_source, untraced
from assistant.schema import Answer
from assistant.talking.halves import answer_each
from evals.intervals import Metric, percentile, share
from knowledge.errors import InputError
from knowledge.files import read_yaml
from knowledge.policy import Status
from knowledge.record import Record

CASES = Path(__file__).parent / "cases" / "policy_qa.yaml"
DAY = date(2026, 11, 22)


class Case(Record):
    """A question and what a good answer to it holds."""

    id: str
    kind: str
    split: Literal["open", "held_back"]
    question: str
    region: str = ""
    """As people say it; empty is not told."""
    on: date = DAY
    refused: bool = False
    asks: bool = False
    """A good answer asks back for the place."""
    must_cite: tuple[tuple[str, ...], ...] = ()
    """Groups of `policy#locator`."""
    may_cite: tuple[str, ...] = ()
    """Places that bear a statement of a good answer too, judged without sight of any answer of the program."""
    must_say: tuple[str, ...] = ()
    """Regular expressions over the answer."""
    must_not_say: tuple[str, ...] = ()
    must_warn: tuple[str, ...] = ()
    why: str = ""


class Outcome(Record):
    """One case, answered and scored."""

    case: Case
    answer: Answer
    seconds: float
    correct: bool
    missed: tuple[str, ...] = ()
    """What the answer lacks or says wrongly, in words."""
    cited_right: int
    cited: int
    groups_hit: int
    untraced: tuple[str, ...] = ()
    bad_quotes: int = 0
    stale: bool = False
    wrong_region: bool = False


def read_cases(path: Path = CASES) -> tuple[Case, ...]:
    """Return the cases of a file.

    Raises:
        InputError: A case does not fit, or an id is there twice.
    """
    try:
        cases = tuple(Case.model_validate(row) for row in read_yaml(path)["cases"])
    except (ValidationError, TypeError, KeyError) as error:
        raise InputError(path.name, f"用例不合格式：{error}", "见 evals/policy_qa.py 开头的例子") from error
    ids = [case.id for case in cases]
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        raise InputError(path.name, f"用例编号重复：{sorted(twice)}", "每个编号只用一次")
    return cases


def run(desk: Desk, cases: Sequence[Case], mode: str, *, model: Model | None = None) -> dict[str, Any]:
    """Answer and score the cases; the failures of held-back cases are counted, not shown.

    Args:
        desk: Knowledge and search.
        cases: What to ask.
        mode: plain or model; goes into the result.
        model: Words the answers where mode is model.
    """
    outcomes = [judge(desk, case, model=model) for case in cases]
    return {
        "task": "policy_qa",
        "mode": mode,
        "n": len(outcomes),
        "metrics": {name: metric.model_dump() for name, metric in metrics(outcomes).items()},
        "by_kind": {kind: _short(group) for kind, group in _groups(outcomes, lambda o: o.case.kind)},
        "by_split": {split: _short(group) for split, group in _groups(outcomes, lambda o: o.case.split)},
        "failures": [
            {"id": o.case.id, "kind": o.case.kind, "question": o.case.question, "missed": list(o.missed)}
            for o in outcomes
            if o.case.split == "open" and not o.correct
        ],
    }


def judge(desk: Desk, case: Case, *, model: Model | None = None) -> Outcome:
    """Answer one case and score it."""
    place = desk.kb.regions.resolve(case.region) if case.region else None
    began = time.perf_counter()
    region = place.name if place else None
    given = answer_each(
        case.question,
        desk=desk,
        answered=lambda one: answer(one, desk=desk, region=region, on=case.on, model=model),
    )
    seconds = time.perf_counter() - began
    places = {f"{c.source_id}#{c.locator}" for c in given.citations}
    hit = [any(_matches(want, places) for want in group) for group in case.must_cite]
    missed = tuple(_missed(case, given, hit))
    return Outcome(
        case=case,
        answer=given,
        seconds=seconds,
        correct=not missed,
        missed=missed,
        cited_right=sum(_is_right(case, c.source_id, c.locator, c.quote) for c in given.citations),
        cited=len(given.citations),
        groups_hit=sum(hit),
        untraced=_untraced(desk, case, given),
        bad_quotes=sum(not _stands(desk, c.source_id, c.locator, c.quote) for c in given.citations),
        stale=_is_stale(given),
        wrong_region=_is_elsewhere(desk, case, given),
    )


# ------------------------------------------------------------------ scorers


def _missed(case: Case, given: Answer, hit: Sequence[bool]) -> list[str]:
    kinds = {caution.kind for caution in given.warnings}
    missed = [
        f"未引 {' / '.join(group)}" for group, found in zip(case.must_cite, hit, strict=True) if not found
    ]
    missed += [f"未说 {pattern}" for pattern in case.must_say if not re.search(pattern, given.answer)]
    missed += [f"不该说 {pattern}" for pattern in case.must_not_say if re.search(pattern, given.answer)]
    missed += [f"未提示 {kind}" for kind in case.must_warn if kind not in kinds]
    if given.refused != case.refused:
        missed.append("拒答" if given.refused else "未拒答")
    if case.asks and not given.refused and "城市" not in given.reason:
        missed.append("未追问地区")
    return missed


def _matches(want: str, places: set[str]) -> bool:
    return any(place.startswith(want[:-1]) for place in places) if want.endswith("#*") else want in places


def _is_right(case: Case, source: str, locator: str, quote: str) -> bool:
    """Return whether a citation bears on the case: a gold place, the end of a gold document, or what must be said."""
    must = [want for group in case.must_cite for want in group]
    if not must:
        return True
    wanted = [*must, *case.may_cite]
    documents = {want.partition("#")[0] for want in must}
    if any(_matches(want, {f"{source}#{locator}"}) for want in wanted):
        return True
    if source in documents and re.search(r"有效期|截止|延长|失效", quote):
        return True
    return any(re.search(pattern, quote) for pattern in case.must_say)


def _untraced(desk: Desk, case: Case, given: Answer) -> tuple[str, ...]:
    """Return numbers of the answer that stand in no quote, no record of a cited document and not in the question."""
    known = [case.question, given.region, str(given.as_of)]
    for c in given.citations:
        known += [c.quote, c.title, c.locator, c.doc_number or ""]
    for policy in desk.kb.policies.values():
        if policy.title in given.answer or any(c.source_id == policy.id for c in given.citations):
            known += [
                policy.title,
                policy.doc_number or "",
                policy.validity_text,
                policy.valid_to_text,
                str(policy.valid_to),
                str(policy.valid_from),
                str(policy.superseded_on),
            ]
            known += [clause.heading for clause in policy.clauses]
            known += [policy.status_basis]
    known += [f"{claim.claim} {claim.why} {claim.do}" for claim in desk.kb.claims.values()]
    known += _worked(given.answer, case.question)
    body = given.answer
    if re.search(r"共 \d+ 份", body):  # counts of a query over the records
        body = re.sub(r"\d+ 份", "", re.sub(r"至 \d{4}-\d\d-\d\d|在 \d{4}-\d\d-\d\d", "", body))
    return untraced(body, known)


def _worked(text: str, question: str) -> list[str]:
    """Return the results of the divisions an answer shows, each worked out again; its terms must be the question's own."""
    found = []
    for match in re.finditer(r"([\d.]+)(万|亿|万元|亿元)?÷([\d.]+)(万|亿|万元|亿元)?=(约?)([\d.]+)%", text):
        part, whole, result = Decimal(match[1]), Decimal(match[3]), Decimal(match[6])
        if untraced(f"{match[1]}{match[2] or ''}、{match[3]}{match[4] or ''}", [question]) or not whole:
            continue
        exact = part * _SCALE[match[2]] / (whole * _SCALE[match[4]]) * 100
        if exact == result or (match[5] and round(exact, 2) == result):
            found.append(f"{match[6]}%")
    return found


_SCALE = {
    None: Decimal(1),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "亿元": Decimal(100_000_000),
}


def _stands(desk: Desk, source: str, locator: str, quote: str) -> bool:
    passage = desk.searcher.passage(f"{source}#{locator}")
    if passage is None:
        return False
    return in_source(quote, passage.text)


def _is_stale(given: Answer) -> bool:
    """Return whether the answer rests on an ended or unfinished text without saying so."""
    kinds = {caution.kind for caution in given.warnings}
    needed = {Status.EXPIRED: "expired", Status.SUPERSEDED: "superseded", Status.DRAFT: "draft"}
    listed = re.search(r"共 \d+ 份", given.answer) is not None
    return not listed and any(needed.get(c.status, "") not in {"", *kinds} for c in given.citations)


def _is_elsewhere(desk: Desk, case: Case, given: Answer) -> bool:
    """Return whether the answer gives another place's rules as the answer."""
    if given.refused or given.region == "全国":
        return False
    regions = desk.kb.regions
    near = regions.covering(given.region) | regions.within(given.region)
    near |= {place.name for place in regions.find(case.question)}
    said = {caution.kind for caution in given.warnings}
    away = [c for c in given.citations if (p := desk.kb.policies.get(c.source_id)) and p.region not in near]
    return bool(away) and "other_region" not in said


# ------------------------------------------------------------------ metrics


def metrics(outcomes: Sequence[Outcome]) -> dict[str, Metric]:
    """Return the figures of a run, each with its interval."""
    answerable = [o for o in outcomes if not o.case.refused]
    refusals = [o for o in outcomes if o.answer.refused]
    wanted = [o for o in outcomes if o.case.refused]
    both = sum(o.case.refused for o in refusals)
    groups = sum(len(o.case.must_cite) for o in answerable)
    precision, recall = share(both, len(refusals)), share(both, len(wanted))
    total = precision.value + recall.value
    f1 = 2 * precision.value * recall.value / total if total else 0.0
    f1_low = _harmonic(precision.ci_low, recall.ci_low)
    golden = [
        o
        for o in answerable
        if o.case.must_cite
        and not o.answer.refused
        and not any(w.endswith("#*") for g in o.case.must_cite for w in g)
    ]
    return {
        "correct": share(sum(o.correct for o in outcomes), len(outcomes)),
        "correct_on_answerable": share(sum(o.correct for o in answerable), len(answerable)),
        "citation_precision": share(sum(o.cited_right for o in golden), sum(o.cited for o in golden)),
        "citation_recall": share(sum(o.groups_hit for o in answerable), groups),
        "quote_validity": share(
            sum(o.cited - o.bad_quotes for o in outcomes), sum(o.cited for o in outcomes)
        ),
        "refusal_precision": precision,
        "refusal_recall": recall,
        "refusal_f1": Metric(
            value=round(f1, 4), ci_low=f1_low, ci_high=_harmonic(precision.ci_high, recall.ci_high)
        ),
        "stale_answer_rate": share(sum(o.stale for o in outcomes), len(outcomes)),
        "wrong_region_rate": share(sum(o.wrong_region for o in outcomes), len(outcomes)),
        "numeric_faithfulness": share(sum(not o.untraced for o in outcomes), len(outcomes)),
        "latency_p50_s": percentile([o.seconds for o in outcomes], 0.5),
        "latency_p95_s": percentile([o.seconds for o in outcomes], 0.95),
    }


def _harmonic(a: float, b: float) -> float:
    return round(2 * a * b / (a + b), 4) if a + b else 0.0


def _groups(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> list[tuple[str, list[Outcome]]]:
    names = dict.fromkeys(key(o) for o in outcomes)
    return [(name, [o for o in outcomes if key(o) == name]) for name in names]


def _short(group: Sequence[Outcome]) -> Mapping[str, Any]:
    return {"n": len(group), "correct": share(sum(o.correct for o in group), len(group)).model_dump()}
