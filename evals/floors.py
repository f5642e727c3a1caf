"""Floors: what each figure of each task must not fall below, and what rates must not rise above, in plain mode.

below("policy_qa", made["metrics"])     # ("stale_answer_rate 0.02 > 0", …): () is good
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge.errors import InputError
from knowledge.files import read_yaml
from knowledge.record import Record

FLOORS = Path(__file__).parent / "floors.yaml"


class Floor(Record):
    """A bound on one figure."""

    at_least: float | None = None
    at_most: float | None = None


def read_floors(path: Path = FLOORS) -> dict[str, dict[str, Floor]]:
    """Return task -> figure -> floor.

    Raises:
        InputError: The file does not fit.
    """
    try:
        return {
            task: {name: Floor.model_validate(bound) for name, bound in figures.items()}
            for task, figures in read_yaml(path).items()
        }
    except (ValidationError, AttributeError) as error:
        raise InputError(path.name, f"不合格式：{error}", "写成 任务: {指标: {at_least: 0.9}}") from error


def below(task: str, metrics: Mapping[str, Mapping[str, Any]], floors: Path = FLOORS) -> tuple[str, ...]:
    """Return the figures of a task that break their floor, in words; a figure that is not there breaks it too."""
    wrong = []
    for name, floor in read_floors(floors).get(task, {}).items():
        figure = metrics.get(name)
        if figure is None:
            wrong.append(f"{name} 没有给出")
        elif floor.at_least is not None and figure["value"] < floor.at_least:
            wrong.append(f"{name} {figure['value']:g} < {floor.at_least:g}")
        elif floor.at_most is not None and figure["value"] > floor.at_most:
            wrong.append(f"{name} {figure['value']:g} > {floor.at_most:g}")
    return tuple(wrong)
