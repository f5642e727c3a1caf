"""RGB (Chen et al. 2023, Chinese part): noise, refusal, integration, planted errors, from given passages only.

The passages of a record become the whole collection; the question goes through the product's own reading, choosing and
quoting (or wording, where a model is configured). Nothing was tuned on this set: the chooser was made for clauses, the
passages here are pieces of web pages. The measures are RGB's own, by strings: a gold answer counts where each of its
parts stands in the answer. An extract may hold more than was asked, so `characters_p50` says how long answers are.

    canmou eval rgb --data DIR      DIR holds records.jsonl[.gz]: id, ability, query, answer, positive, negative[, …]
"""

import gzip
import json
import random
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import answer as answering
from assistant.answering.question import Aim, read_question
from assistant.answering.writing import Writer
from assistant.desk import Desk
from assistant.schema import Answer
from evals.scoring import Metric, percentile, result, share
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Policy, Status
from knowledge.record import Record
from knowledge.region import NATION
from knowledge.source import Certainty
from retrieval.search import Searcher

if TYPE_CHECKING:
    from assistant.llm import Model

NOISE = (0.0, 0.2, 0.4, 0.6, 0.8)
PASSAGES = 5
"""Passages given with each question, as in the paper."""
_SEED = 7


class Question(Record):
    """A record of the set."""

    id: str
    ability: str
    """refine, int or fact."""
    query: str
    gold: tuple[tuple[str, ...], ...]
    """Each part of the answer with the ways it may be written."""
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    """Passages with a planted error."""
    fake: str = ""
    """What they say instead of the answer."""


def read_records(where: Path) -> tuple[Question, ...]:
    """Return the questions of a folder or of a .jsonl[.gz] file.

    Raises:
        InputError: There is none, or it does not fit.
    """
    path = where
    if where.is_dir():
        path = next((p for n in ("records.jsonl.gz", "records.jsonl") if (p := where / n).is_file()), where)
    if not path.is_file():
        raise InputError(str(where), "没有 records.jsonl[.gz]", "请给出评测集目录")
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            return tuple(_question(json.loads(line)) for line in file if line.strip())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(path.name, f"读不了（{error}）", "每行应为一条记录") from error


def _question(row: Mapping[str, Any]) -> Question:
    given = row["answer"]
    parts = given if isinstance(given, list) else [given]
    return Question(
        id=str(row["id"]),
        ability=row["ability"],
        query=row["query"],
        gold=tuple(tuple(map(str, part)) if isinstance(part, list) else (str(part),) for part in parts),
        positive=tuple(_flat(row.get("positive") or ())),
        negative=tuple(_flat(row.get("negative") or ())),
        wrong=tuple(_flat(row.get("positive_wrong") or ())),
        fake=str(row.get("fakeanswer") or ""),
    )


def _flat(passages: Iterable[Any]) -> Iterator[str]:
    for one in passages:
        if isinstance(one, list):
            yield from _flat(one)
        elif str(one).strip():
            yield str(one)


def run(
    kb: KnowledgeBase,
    questions: Sequence[Question],
    mode: str = "plain",
    *,
    on: date,
    model: "Model | None" = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """Answer the questions under every condition.

    Args:
        kb: Its places and everyday words; none of its documents.
        questions: As read.
        mode: plain or model; goes into the result.
        on: The day of asking.
        model: Words the answers where mode is model.
        limit: So many questions of each ability; None is all.
    """
    chosen = _limited(questions, limit)
    figures: dict[str, Metric] = {}
    said: list[Answer] = []
    failures: list[dict[str, Any]] = []

    def ask(question: Question, passages: Sequence[str]) -> Answer:
        given = answer_from(question.query, passages, kb, on=on, model=model)
        said.append(given)
        return given

    plain = [q for q in chosen if q.ability == "refine"]
    for noise in NOISE:
        answers = [(q, ask(q, _mixed(q, noise))) for q in plain if q.positive]
        figures[f"noise_{noise:g}"] = share(sum(holds(q, a) for q, a in answers), len(answers))
        failures += [_told(q, a, f"noise {noise:g}") for q, a in answers if noise == 0 and not holds(q, a)]
    empty = [(q, ask(q, _few(q.negative, q.id))) for q in plain if q.negative]
    figures["rejection"] = share(sum(a.refused for _, a in empty), len(empty))
    failures += [_told(q, a, "rejection") for q, a in empty if not a.refused]
    joined = [q for q in chosen if q.ability == "int"]
    for noise in (0.0, 0.4):
        answers = [(q, ask(q, _mixed(q, noise))) for q in joined]
        figures[f"integration_{noise:g}"] = share(sum(holds(q, a) for q, a in answers), len(answers))
    planted = [
        (q, ask(q, _few((*q.wrong, *q.negative), q.id))) for q in chosen if q.ability == "fact" and q.wrong
    ]
    detected = [(q, a) for q, a in planted if re.search(r"事实性?错误|不一致|相互矛盾|冲突", a.answer)]
    figures["error_detection"] = share(len(detected), len(planted))
    figures["error_corrected"] = share(sum(holds(q, a) for q, a in detected), len(detected))
    figures["misled"] = share(sum(q.fake in a.answer for q, a in planted), len(planted))
    figures["characters_p50"] = percentile([float(len(a.answer)) for a in said if not a.refused], 0.5)
    return result("rgb", mode, len(chosen), figures, failures)


def _limited(questions: Sequence[Question], limit: int | None) -> list[Question]:
    seen: dict[str, int] = {}
    kept = []
    for question in questions:
        seen[question.ability] = seen.get(question.ability, 0) + 1
        if limit is None or seen[question.ability] <= limit:
            kept.append(question)
    return kept


def _mixed(question: Question, noise: float) -> list[str]:
    """Return PASSAGES passages of which the share `noise` is beside the point, in an order fixed by the record."""
    beside = round(PASSAGES * noise)
    about = list(question.positive[: PASSAGES - beside])
    mixed = [*about, *question.negative[: PASSAGES - len(about) if noise else 0]]
    random.Random(f"{_SEED}-{question.id}").shuffle(mixed)
    return mixed


def _few(passages: Sequence[str], name: str) -> list[str]:
    kept = list(passages[:PASSAGES])
    random.Random(f"{_SEED}-{name}").shuffle(kept)
    return kept


def holds(question: Question, given: Answer) -> bool:
    """Return whether every part of the gold answer stands in the answer, white space aside."""
    text = re.sub(r"\s", "", given.answer)
    return not given.refused and all(
        any(re.sub(r"\s", "", way) in text for way in part) for part in question.gold
    )


def _told(question: Question, given: Answer, condition: str) -> dict[str, Any]:
    return {
        "id": question.id,
        "condition": condition,
        "question": question.query,
        "gold": [part[0] for part in question.gold],
        "said": given.answer[:200],
    }


# ------------------------------------------------------------------ answering from given passages


def answer_from(
    question: str, passages: Sequence[str], kb: KnowledgeBase, *, on: date, model: "Model | None" = None
) -> Answer:
    """Return the product's answer to a question from these passages alone.

    Args:
        question: Any question; that it may lie outside the product's field is set aside.
        passages: The whole collection.
        kb: Its places and everyday words.
        on: The day of asking.
        model: Words the answer; None quotes.
    """
    from retrieval.index import build_passages, open_index
    from retrieval.passages import policy_passages

    policies = {f"given-{n}": _document(f"given-{n}", text, on) for n, text in enumerate(passages, start=1)}
    small = _Given(kb, policies)
    with tempfile.TemporaryDirectory(prefix="canmou-rgb-") as folder:
        made = [passage for policy in policies.values() for passage in policy_passages(policy)]
        build_passages(made, Path(folder))
        searcher: Searcher = open_index(Path(folder), kb)
        desk = Desk(small, lambda: searcher, lambda: on)
        asked = read_question(question, regions=kb.regions, region=None, on=on).model_copy(
            update={"aim": Aim.POLICY, "region": NATION, "places": (), "named": (), "place_given": False}
        )
        given = answering._from_clauses(asked, desk, Writer(asked, question, desk))
    if model is None or given.refused or not given.citations:
        return given
    from assistant.answering.wording import reword

    return reword(given, model=model)


class _Given(KnowledgeBase):
    """Places and everyday words of a knowledge base, with other documents."""

    def __init__(self, base: KnowledgeBase, policies: Mapping[str, Policy]) -> None:
        super().__init__(base.data, verify=False)
        for name, value in (
            ("regions", base.regions),
            ("terms", base.terms),
            ("hash", base.hash),
            ("policies", dict(policies)),
            ("claims", {}),
            ("programs", {}),
        ):
            self.__dict__[name] = value


def _document(name: str, text: str, on: date) -> Policy:
    clause = Clause(
        locator="全文", numbered=False, heading="", text=text, text_kind="original", source="given"
    )
    return Policy(
        id=name,
        title=f"材料{name.partition('-')[2]}",
        doc_type="given",
        level="nation",
        region=NATION,
        status=Status.IN_FORCE,
        status_as_of=on,
        status_confidence="confirmed",
        coverage="uploaded",
        certainty=Certainty.VERIFIED,
        clauses=(clause,),
    )
