"""Shared by the eligibility tests: the built-in programs, and profiles that pass."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.rules.eligibility import assess
from assistant.rules.filing import Filing, open_filing
from assistant.schema import Eligibility
from knowledge.enterprise import EnterpriseProfile
from knowledge.files import DATA
from knowledge.program import load_checks, load_programs, load_size_classes

PROGRAMS = load_programs(DATA)
SIZES = load_size_classes(DATA)
CHECKS = load_checks(DATA)
WORKED = {
    case["id"]: case
    for case in yaml.safe_load(
        (Path(__file__).parent.parent / "fixtures" / "eligibility" / "worked.yaml").read_text(
            encoding="utf-8"
        )
    )
}


def profile(facts: dict[str, Any]) -> EnterpriseProfile:
    return EnterpriseProfile(**{name: value for name, value in facts.items() if value is not None})


def filing(case_id: str, **changes: Any) -> Filing:
    """The worked case as a filing, with facts changed; None takes a fact away."""
    case = WORKED[case_id]
    found = open_filing(
        PROGRAMS[case["program"]],
        profile({**case["facts"], **changes}),
        on=case["on"],
        application=case.get("application"),
        size_rows=SIZES,
    )
    assert found is not None
    return found


def judged(case_id: str, *, on: date | None = None, **changes: Any) -> Eligibility:
    case = WORKED[case_id]
    return assess(
        PROGRAMS[case["program"]],
        profile({**case["facts"], **changes}),
        on=on or case["on"],
        application=case.get("application"),
        size_rows=SIZES,
        checks=CHECKS,
    )


def verdicts(found: Eligibility) -> dict[str, str]:
    return {finding.id: finding.verdict.value for finding in found.findings}
