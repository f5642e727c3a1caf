"""Every prompt file loads, and header and text agree."""

import pytest

from assistant.prompting import FOLDER, Prompt
from knowledge.errors import KnowledgeError

NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))


def test_there_are_prompts():
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_header_and_text_agree(name):
    prompt = Prompt.load(name)
    filled = prompt.fill(**{variable: f"<{variable}>" for variable in prompt.variables})
    assert "$" not in filled
    assert all(f"<{variable}>" in filled for variable in prompt.variables)
    assert prompt.purpose
    assert prompt.output


def test_a_missing_or_strange_variable_is_refused():
    prompt = Prompt.load(NAMES[0])
    values = dict.fromkeys(prompt.variables, "x")
    with pytest.raises(TypeError):
        prompt.fill(**values, other="x")
    values.pop(prompt.variables[0])
    with pytest.raises(TypeError):
        prompt.fill(**values)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no header", "头部"),
        ("---\npurpose: p\nvariables: [a]\noutput: o\n---\n$b", "不一致"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, text, reason):
    (tmp_path / "x.md").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=reason):
        Prompt.load("x", tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(KnowledgeError, match=r"x\.md"):
        Prompt.load("x", tmp_path)
