"""Everyday questions and the place of a document that answers each: for searching, never shown."""

from collections.abc import Mapping
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.files import read_yaml

Asked = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Source id -> locator -> everyday questions that place answers."""


def load_asked(data: Path) -> Asked:
    """Read `data`/asked, one file per source.

    Raises:
        KnowledgeError: A file is not a map of locators to lists of questions.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in sorted((data / "asked").glob("*.yaml")):
        raw = read_yaml(file)
        if not isinstance(raw, dict):
            raise KnowledgeError(file.name, "-", "应为 位置: [问题, …]")
        for place, questions in raw.items():
            if not isinstance(questions, list) or not all(isinstance(one, str) for one in questions):
                raise KnowledgeError(file.name, str(place), "应为问题的列表")
        found[file.stem] = {str(place): tuple(questions) for place, questions in raw.items()}
    return found
