"""A prompt file: Markdown with a small header, filled with exactly the variables it declares."""

import hashlib
import re
from pathlib import Path
from string import Template

import yaml

import prompts
from knowledge.errors import KnowledgeError
from knowledge.record import Record

FOLDER = Path(prompts.__file__).parent


class Prompt(Record):
    """Text for a model."""

    name: str
    purpose: str
    variables: tuple[str, ...]
    output: str
    """What comes back: prose, or the record a reply is read into."""
    text: str

    @classmethod
    def load(cls, name: str, folder: Path = FOLDER) -> "Prompt":
        """Read `<name>.md`.

        Raises:
            KnowledgeError: The file is missing, has no header, or header and text name different variables.
        """
        file = f"{name}.md"
        try:
            whole = (folder / file).read_text(encoding="utf-8")
        except OSError as error:
            raise KnowledgeError(file, "-", f"无法读取（{error.strerror}）") from error
        match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", whole, re.S)
        if match is None:
            raise KnowledgeError(file, "-", "缺少以 --- 包围的头部")
        head, text = yaml.safe_load(match[1]), match[2].strip()
        prompt = cls(
            name=name,
            purpose=head["purpose"],
            variables=tuple(head["variables"]),
            output=head["output"],
            text=text,
        )
        used = set(Template(text).get_identifiers())
        if used != set(prompt.variables):
            raise KnowledgeError(
                file, "variables", f"头部与正文不一致：{sorted(used ^ set(prompt.variables))}"
            )
        return prompt

    def fill(self, **values: str) -> str:
        """Return the text with every variable replaced.

        Raises:
            TypeError: A variable is missing or was never declared.
        """
        if set(values) != set(self.variables):
            raise TypeError(f"{self.name} takes {self.variables}, got {tuple(values)}")
        return Template(self.text).substitute(values)

    @property
    def hash(self) -> str:
        """Return a short hash of the text, for `Made`."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]
