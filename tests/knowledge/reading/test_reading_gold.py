"""On real documents with known facts: the clause, its locator, its page, its numbers."""

import os
from pathlib import Path

import pytest

from evals.reading import numbers_whole, run

SHARED = Path(os.environ.get("CANMOU_SHARED", Path(__file__).parents[4] / "shared")) / "realdocs"


@pytest.mark.skipif(
    not (SHARED / "index.yaml").exists(), reason="the real documents are not here (CANMOU_SHARED)"
)
def test_gold_facts_are_found_with_their_numbers_whole():
    result = run(SHARED, kinds={"pdf", "html", "docx"})
    assert result["failed"] == {}
    assert result["n"] > 40
    metrics = result["metrics"]
    assert metrics["recall"]["value"] >= 0.97, result["failures"]
    assert metrics["numbers_intact"]["value"] == 1, result["failures"]
    assert metrics["page_right"]["value"] >= 0.97, result["failures"]
    assert metrics["locator_right"]["value"] >= 0.95, result["places"]


def test_a_folder_of_our_own_is_measured(tmp_path):
    """A fact that is there, one on another page, one that is not: the measure tells them apart."""
    (tmp_path / "a.txt").write_text("第一条 每户最高80万元。\n第二条 补助比例为15 %。\n", encoding="utf-8")
    (tmp_path / "index.yaml").write_text(
        "documents:\n- file: a.txt\n  kind: txt\n  facts:\n"
        "  - {q: 上限, a: 80万元, quote: 最高80万元, where: 第一条}\n"
        "  - {q: 比例, a: 15%, quote: 补助比例为15%, where: 第三条}\n"
        "  - {q: 期限, a: 3年, quote: 有效期3年, where: 第二条}\n"
        "  - {q: 网点, a: 未收录, where: —, kind: unanswerable}\n",
        encoding="utf-8",
    )
    result = run(tmp_path)
    assert result["n"] == 3
    assert result["metrics"]["recall"]["value"] == pytest.approx(2 / 3)
    assert result["metrics"]["locator_right"]["value"] == pytest.approx(1 / 2)
    assert [failure["question"] for failure in result["failures"]] == ["期限"]


@pytest.mark.parametrize(
    ("quote", "text", "whole"),
    [
        ("最高30万元", "最高30万元", True),
        ("最高30万元", "最高3 0万元", False),
        ("比例30%", "比例530%", False),
        ("每户", "每户", True),
    ],
)
def test_numbers_are_whole_or_not(quote, text, whole):
    assert numbers_whole(quote, text) is whole
