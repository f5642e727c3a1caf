"""Questions over small files of the kinds people hand in: title blocks, tables with merged cells, answers, lists, drafts."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from assistant.answer import answer
from assistant.app import assemble
from assistant.settings import Settings

FILES = Path(__file__).parents[1] / "fixtures" / "own_files"
GOLD = yaml.safe_load((FILES / "gold.yaml").read_text(encoding="utf-8"))
DAY = date(2026, 11, 22)
UNSEEN_RIGHT = 12
"""So many of the unseen questions were right when first asked; none of them was mended for."""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    home = assemble(Settings(index_dir=folder / "index", state_dir=folder / "state"), today=lambda: DAY)
    for number, file in enumerate(sorted({row[0] for half in GOLD.values() for row in half})):
        home.ingest([FILES / file], owner=f"owner-{number}")
    owners = {file: f"owner-{n}" for n, file in enumerate(sorted({r[0] for h in GOLD.values() for r in h}))}

    def asked(file, question):
        return answer(question, desk=home.desk(owner=owners[file]), owner=owners[file])

    return asked


@pytest.mark.parametrize(
    ("file", "question", "told"), [pytest.param(*row, id=row[1]) for row in GOLD["looked_at"]]
)
def test_an_answer_from_one_s_own_file_says_it(ask, file, question, told):
    given = ask(file, question)
    assert [word for word in told if word not in given.answer] == []


def test_files_not_looked_at_while_mending_answer_as_well(ask):
    right = [
        all(word in ask(file, question).answer for word in told) for file, question, told in GOLD["unseen"]
    ]
    assert sum(right) >= UNSEEN_RIGHT


def test_what_an_uploaded_file_s_own_words_make_of_it_is_said_first(ask):
    ended = ask("ended.txt", "硕士研究生购房补贴多少？")
    assert {"unverified", "expired"} <= {caution.kind for caution in ended.warnings}
    draft = ask("draft.txt", "县级绿色工厂一次性奖励多少？")
    assert "draft" in {caution.kind for caution in draft.warnings}
