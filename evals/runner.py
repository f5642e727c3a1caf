"""`canmou eval TASK`: find the task, run it, return what the contract asks for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.app import Assistant
from assistant.errors import UnknownId
from knowledge.errors import InputError

if TYPE_CHECKING:
    from assistant.llm import Model

Mode = Literal["plain", "model"]
Result = Mapping[str, Any]


def run(
    task: str, assistant: Assistant, *, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    """Return the result of one task.

    Raises:
        UnknownId: There is no such task.
        InputError: The task lacks what it needs.
    """
    if task not in TASKS:
        raise UnknownId("评测任务", task, TASKS)
    return TASKS[task](assistant, mode, cases, data, engines)


def _retrieval(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import retrieval

    if data is None:
        raise InputError(
            "--data", "没有评测集目录", "目录里要有 corpus.jsonl[.gz]、queries.jsonl[.gz]、qrels.tsv"
        )
    return retrieval.run(data, engines or None)


def _policy_qa(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import faq, policy_qa

    model = _model(assistant, mode)
    if cases is not None and faq.is_faq(cases):
        return faq.run(assistant.desk(), faq.read_questions(cases), mode, model=model)
    return policy_qa.run(assistant.desk(), policy_qa.read_cases(cases or policy_qa.CASES), mode, model=model)


def _eligibility(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import eligibility

    return eligibility.run(assistant.desk(), eligibility.read_cases(cases or eligibility.CASES), mode)


def _matching(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import matching

    return matching.run(assistant.desk(), matching.read_cases(cases or matching.CASES), mode)


def _report(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import report

    desk = assistant.desk()
    return report.run(desk, report.read_cases(desk, cases or report.CASES), mode)


def _reading(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import reading

    if data is None:
        raise InputError("--data", "没有文件夹", "目录里要有 index.yaml 和它列出的文件")
    made = reading.run(data)
    return {**made, "metrics": {name: one for name, one in made["metrics"].items() if "value" in one}}


def _redteam(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import redteam

    path = cases or redteam.CASES
    recipes = path.with_name(redteam.RECIPES)
    return redteam.run(
        assistant,
        redteam.read_cases(path),
        mode,
        model=_model(assistant, mode),
        recipes=recipes if recipes.is_file() else None,
    )


def _rgb(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import rgb

    where = data or cases
    if where is None:
        raise InputError("--data", "没有评测集目录", "目录里要有 records.jsonl[.gz]")
    model = _model(assistant, mode)
    return rgb.run(assistant.kb, rgb.read_records(where), mode, on=assistant.today(), model=model)


def _utterances(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import utterances

    return utterances.run(assistant.desk(), cases)


def _beyond(
    assistant: Assistant, mode: Mode, cases: Path | None, data: Path | None, engines: list[str]
) -> Result:
    from evals import beyond

    return beyond.run(assistant.desk(), beyond.read_cases(cases or beyond.CASES))


def _model(assistant: Assistant, mode: Mode) -> "Model | None":
    """Return the configured model where the mode asks for one.

    Raises:
        InputError: None is configured.
    """
    if mode == "plain":
        return None
    if assistant.model is None:
        raise InputError("--mode model", "没有配置模型", "请设置 CANMOU_MODEL 与 OPENAI_BASE_URL")
    return assistant.model


TASKS: dict[str, Callable[[Assistant, Mode, Path | None, Path | None, list[str]], Result]] = {
    "beyond": _beyond,
    "eligibility": _eligibility,
    "matching": _matching,
    "policy_qa": _policy_qa,
    "reading": _reading,
    "redteam": _redteam,
    "report": _report,
    "retrieval": _retrieval,
    "rgb": _rgb,
    "utterances": _utterances,
}
