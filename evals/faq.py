"""Questions with their expected facts in plain words and the clauses they rest on, scored without a judge.

    as_of: 2026-11-22
    questions:
      - {id: dev-001, kind: outdated, region: 济南, question: 济南试点现在还能申请不？, unanswerable: false,
         expected_behaviour: warn_expired, expected_facts: [有效期至2025-12-31],
         clauses: [{card: sd-jinan-pilot-2024, locator: 正文·有效期}]}

A fact counts as told where all its numbers stand in the answer or in what it quotes, and most of its pairs of characters
do: a stand-in for meaning that a paraphrase may fail and an invented number cannot pass. The rest is scored as
`evals.policy_qa` scores.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant.answering.concepts import grams
from assistant.desk import Desk
from assistant.rules.grounding import untraced
from assistant.schema import Answer
from evals import policy_qa
from evals.scoring import result, share
from knowledge.errors import InputError
from knowledge.files import read_yaml
from knowledge.record import Record

if TYPE_CHECKING:
    from assistant.llm import Model

TOLD = 0.6
"""Share of a fact's pairs of characters that must be in the answer."""
_WARNS = {
    "warn_expired": frozenset({"expired", "superseded", "draft"}),
    "correct_premise": frozenset(
        {"wrong_premise", "other_region", "expired", "superseded", "draft", "unverified"}
    ),
}


class Question(Record):
    """A question, and what a good answer tells."""

    case: policy_qa.Case
    facts: tuple[str, ...]
    behaviour: str
    """answer, ask_back, correct_premise, warn_expired or refuse_with_reason."""


def is_faq(path: Path) -> bool:
    """Return whether a file of cases is of this shape."""
    data = read_yaml(path)
    return isinstance(data, dict) and "questions" in data


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions of a file.

    Raises:
        InputError: The file does not fit.
    """
    try:
        data = read_yaml(path)
        day = date.fromisoformat(str(data.get("as_of", policy_qa.DAY)))
        return tuple(_question(row, day) for row in data["questions"])
    except (ValidationError, TypeError, KeyError, ValueError, AttributeError) as error:
        raise InputError(
            path.name, f"用例不合格式：{type(error).__name__} {error}", "见 evals/faq.py 开头的例子"
        ) from error


def _question(row: Mapping[str, Any], day: date) -> Question:
    places = tuple((f"{one['card']}#{one['locator']}",) for one in row.get("clauses") or ())
    case = policy_qa.Case(
        id=row["id"],
        kind=row.get("kind", ""),
        split="open",
        question=row["question"],
        region=row.get("region") or "",
        on=day,
        refused=bool(row.get("unanswerable")),
        asks=row.get("expected_behaviour") == "ask_back",
        must_cite=() if row.get("unanswerable") else places,
    )
    return Question(
        case=case,
        facts=tuple(row.get("expected_facts") or ()),
        behaviour=row.get("expected_behaviour", "answer"),
    )


def run(
    desk: Desk, questions: Sequence[Question], mode: str, *, model: "Model | None" = None
) -> dict[str, Any]:
    """Answer the questions and score them."""
    outcomes = [policy_qa.judge(desk, one.case, model=model) for one in questions]
    told = [
        [fact for fact in one.facts if tells(outcome.answer, fact)]
        for one, outcome in zip(questions, outcomes, strict=True)
    ]
    behaved = [_behaved(one, outcome.answer) for one, outcome in zip(questions, outcomes, strict=True)]
    facts = sum(len(one.facts) for one in questions)
    figures = policy_qa.metrics(outcomes)
    figures["facts_told"] = share(sum(map(len, told)), facts)
    figures["behaviour_right"] = share(sum(behaved), len(behaved))
    return result(
        "policy_qa",
        mode,
        len(outcomes),
        figures,
        [
            {
                "id": one.case.id,
                "kind": one.case.kind,
                "question": one.case.question,
                "missed": list(outcome.missed),
                "untold": [fact for fact in one.facts if fact not in said],
                "behaviour": "" if right else f"应为 {one.behaviour}",
            }
            for one, outcome, said, right in zip(questions, outcomes, told, behaved, strict=True)
            if outcome.missed or not right
        ],
    )


def tells(given: Answer, fact: str) -> bool:
    """Return whether an answer tells a fact: every number of it, and most of its words."""
    said = [given.answer, *(cited.quote for cited in given.citations), *(c.text for c in given.warnings)]
    if untraced(fact, said):
        return False
    wanted = grams(re.sub(r"[\d%％]+", "", fact))
    return not wanted or len(wanted & grams("|".join(said))) / len(wanted) >= TOLD


def _behaved(one: Question, given: Answer) -> bool:
    """Return whether the answer does what was expected of it."""
    kinds = {caution.kind for caution in given.warnings}
    if one.behaviour == "refuse_with_reason":
        return given.refused and bool(given.reason)
    if one.behaviour == "ask_back":
        return given.refused or bool(re.search(r"城市|哪个|地区|区县", given.reason or given.answer))
    if one.behaviour in _WARNS:
        return bool(kinds & _WARNS[one.behaviour])
    return not given.refused
