"""The knowledge base reads room by room, and checks the whole once per content."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import knowledge.lint as lint_module
from knowledge.files import DATA
from knowledge.load import KnowledgeBase

KB = KnowledgeBase(verify=False)


@pytest.mark.parametrize(
    "path", sorted(DATA.rglob("*.yaml")), ids=lambda path: path.relative_to(DATA).as_posix()
)
def test_every_data_file_is_utf8_without_tabs_and_ends_with_a_newline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\t" not in text
    assert text.endswith("\n")


def test_the_whole_holds_together() -> None:
    KnowledgeBase(verify=False).check()


@pytest.mark.parametrize(
    ("room", "least"),
    [
        ("policies", 75),
        ("outlines", 10),
        ("claims", 12),
        ("conflicts", 8),
        ("programs", 4),
        ("standards", 3),
        ("products", 132),
        ("providers", 115),
        ("schemes", 8),
        ("documents", 5),
        ("checks", 40),
        ("size_classes", 16),
    ],
)
def test_a_room_holds_what_is_established(room: str, least: int) -> None:
    assert len(getattr(KB, room)) >= least


def test_every_condition_of_a_program_can_be_looked_up_in_a_card_or_a_document() -> None:
    for program in KB.programs.values():
        for ref in lint_module._clause_refs(program):
            assert KB.policy(ref.source_id) or ref.source_id in KB.documents


def test_a_document_is_found_by_its_other_name() -> None:
    assert KB.policy("sme-size-2011") is KB.policies["miit-2011-300"]
    assert KB.policy("miit-letter-2026-117") is KB.policies["miit-2026-117"]
    assert KB.policy("nothing") is None


def test_the_hash_changes_with_any_file_and_with_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    assert KnowledgeBase(copy).hash == KB.hash
    path = copy / "claims.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert KnowledgeBase(copy).hash != KB.hash


def test_content_is_cross_checked_once_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    real = lint_module.findings
    monkeypatch.setattr(lint_module, "findings", lambda kb: calls.append(1) or real(kb))
    for _ in range(2):
        assert KnowledgeBase(stamps=tmp_path).outlines
    assert len(calls) == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"verified-{KB.hash}"]


def test_where_nothing_can_be_remembered_it_is_checked_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    real = lint_module.findings
    monkeypatch.setattr(lint_module, "findings", lambda kb: calls.append(1) or real(kb))
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    for _ in range(2):
        assert KnowledgeBase(stamps=blocked / "inside").claims
    assert len(calls) == 2


def test_reading_a_standard_reads_nothing_else() -> None:
    kb = KnowledgeBase(verify=False)
    _ = kb.standards
    assert "policies" not in kb.__dict__
    assert "products" not in kb.__dict__


def test_the_loader_imports_nothing_heavy() -> None:
    code = (
        "import sys, knowledge.load as l; l.KnowledgeBase(verify=False).standards;"
        "print(sorted({'torch','numpy','langchain','chromadb','gradio','pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_claims_are_known_by_their_words() -> None:
    made = {claim.id for claim in KB.claims.values() if claim.made_in("济南试点补贴上限是100万元吧？")}
    assert made == {"uc-04"}
    assert not any(claim.made_in("济南的试点企业怎么验收") for claim in KB.claims.values())
    assert KB.claims["uc-08"].made_in("根据财建〔2022〕22号")
    assert not KB.claims["uc-08"].made_in("根据工信厅联企业〔2022〕22号")
    assert not KB.claims["uc-09"].made_in("根据财办建〔2024〕23号")
    assert not KB.claims["uc-10"].made_in("工信部联企业〔2024〕239号的目标")
    assert KB.claims["uc-10"].made_in("239号文说了什么")
    assert KB.claims["uc-08"].verdict_label == "与更可靠的来源冲突"
