"""Questions near our field that no collected document answers: how often is one answered all the same?

A case, as in evals/cases/beyond.yaml:

    - {text: 瞪羚企业怎么认定, region: 济南, kind: far, split: open}

`far` is on no collected document's subject; `hard` is on one's very subject and asks what it does not say. Silence,
what is lacking, and asking back for the place are right; the held-back half is counted, never shown.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from assistant.answer import answer
from assistant.desk import Desk
from evals.intervals import share
from knowledge.errors import InputError
from knowledge.files import read_yaml
from knowledge.record import Record

CASES = Path(__file__).parent / "cases" / "beyond.yaml"


class Case(Record):
    """A question that nothing collected answers."""

    text: str
    kind: Literal["far", "hard"]
    split: Literal["open", "held_back"]
    region: str = ""
    """As people say it; empty is not told."""


def read_cases(path: Path = CASES) -> tuple[Case, ...]:
    """Return the cases of a file.

    Raises:
        InputError: A case does not fit.
    """
    try:
        return tuple(Case.model_validate(row) for row in read_yaml(path)["questions"])
    except (ValidationError, TypeError, KeyError) as error:
        raise InputError(path.name, f"用例不合格式：{error}", "见 evals/beyond.py 开头的例子") from error


def run(desk: Desk, cases: Sequence[Case]) -> dict[str, Any]:
    """Return how often a question was answered that nothing answers, by kind and half; without a model."""
    answered = [(case, _is_answered(desk, case)) for case in cases]

    def rate(**wanted: str) -> Any:
        group = [hit for case, hit in answered if all(getattr(case, k) == v for k, v in wanted.items())]
        return share(sum(group), len(group)).model_dump()

    return {
        "task": "beyond",
        "mode": "plain",
        "n": len(cases),
        "metrics": {
            "far_answered": rate(kind="far"),
            "hard_answered": rate(kind="hard"),
            "far_answered_held_back": rate(kind="far", split="held_back"),
            "hard_answered_held_back": rate(kind="hard", split="held_back"),
        },
        "failures": [
            {"kind": case.kind, "question": case.text}
            for case, hit in answered
            if hit and case.split == "open"
        ],
    }


def _is_answered(desk: Desk, case: Case) -> bool:
    place = desk.kb.regions.resolve(case.region) if case.region else None
    given = answer(case.text, desk=desk, region=place.name if place else None)
    return not given.refused and "城市" not in given.reason
