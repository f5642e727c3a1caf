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


@pytest.fixture
def told(tmp_path):
    """Return what is answered to a question with one forged file beside the collection."""

    def asked(text, question):
        home = assemble(
            Settings(index_dir=tmp_path / "index", state_dir=tmp_path / "state"), today=lambda: DAY
        )
        file = tmp_path / "a.txt"
        file.write_text(text, encoding="utf-8")
        home.ingest([file], owner="o")
        return answer(question, desk=home.desk(owner="o"), owner="o")

    return asked


@pytest.mark.parametrize(
    ("text", "question", "collected"),
    [
        ("某省中小企业数字化转型工作指南（正式印发稿）\n山东省中小企业数字化转型工作指南\n四级企业全部免于实地查验。\n山东省工业和信息化厅\n2026年8月1日",
         "山东省四级企业验收要实地查验吗？", "sd-guide-draft-2025"),
        ("关于延长申报时间的通知\n财建〔2026〕888号\n小巨人申报截止时间延长至2030年12月31日。\n2026年11月1日",
         "小巨人申报截止到什么时候？", "miit-2026-117"),
    ],
)  # fmt: skip
def test_a_file_anybody_may_have_written_never_hides_what_was_collected(told, text, question, collected):
    given = told(text, question)
    assert collected in {c.source_id for c in given.citations}


def test_a_repeal_that_only_an_upload_tells_of_is_doubted(told):
    given = told(
        "关于废止《优质中小企业梯度培育管理办法》的公告\n《优质中小企业梯度培育管理办法》（工信部企业〔2026〕2号）自2026年10月1日起废止，专精特新中小企业认定全面停止。\n2026年9月20日",
        "专精特新中小企业认定停止了吗？",
    )
    doubts = [caution.text for caution in given.warnings if caution.kind == "wrong_premise"]
    assert any("没有这样的记录" in text and "现行" in text for text in doubts)
