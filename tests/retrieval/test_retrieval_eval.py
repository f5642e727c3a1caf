"""The measuring itself: metrics by hand, formats as they come, engines in one run."""

import gzip
import json
import math
import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from corpus import passage

from evals.retrieval import COSTS, METRICS, arms_table, asked, own, own_table, read_set, run, score, table
from evals.train_meaning import FOLDS, without
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from retrieval.passages import passages_of

SHARED = Path(os.environ.get("CANMOU_SHARED", Path(__file__).parents[3] / "shared"))


def write(folder: Path, key: str = "id", packed: bool = False, header: bool = False) -> Path:
    rows = {
        "corpus": [{key: "d1", "text": "设备联网率不低于40%"}, {key: "d2", "text": "补助最高20万元", "title": "资金办法"}, {key: "d3", "text": "验收材料"}],  # noqa: E501
        "queries": [{key: "q1", "text": "联网率要多少"}, {key: "q2", "text": "资金办法补多少"}],
    }  # fmt: skip
    for stem, lines in rows.items():
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        if packed:
            (folder / f"{stem}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / f"{stem}.jsonl").write_text(text, encoding="utf-8")
    labels = ("query-id\tcorpus-id\tscore\n" if header else "") + "q1\td1\t1\nq2\td2\t1\nq2\td3\t0\n"
    (folder / "qrels.tsv").write_text(labels, encoding="utf-8")
    return folder


def test_metrics_by_hand() -> None:
    """Two relevant; one is second, the other seventh."""
    found = score(["a", "x", "b", "c", "d", "e", "y"], frozenset({"x", "y"}))
    assert found["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(8)) / (1 + 1 / math.log2(3)))
    assert (found["Recall@5"], found["Recall@10"], found["MRR@10"]) == (0.5, 1.0, 0.5)


def test_nothing_found_is_zero() -> None:
    assert set(score([], frozenset({"x"})).values()) == {0.0}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("key", "header"), [("id", False), ("_id", True)])
def test_a_set_is_read_in_both_forms(tmp_path: Path, key: str, packed: bool, header: bool) -> None:
    labelled = read_set(write(tmp_path, key, packed, header))
    assert len(labelled.documents) == 3
    assert labelled.relevant == {"q1": {"d1"}, "q2": {"d2"}}


def test_engines_in_one_run(tmp_path: Path) -> None:
    """`default` is there though not asked for; every engine has every figure."""
    result = run(write(tmp_path), ["lexical", "fts5"])
    assert list(result["engines"]) == ["default", "lexical", "fts5"]
    for figures in result["engines"].values():
        assert set(figures) == {*METRICS, *COSTS}
    assert result["engines"]["default"]["Recall@5"] == 1.0
    assert "| default | 1.0000" in table(result)


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("nowhere", "不是文件夹"),
        ("no-corpus", "缺少 corpus"),
        ("bad-json", "corpus.jsonl"),
        ("no-text", "缺少 text"),
        ("no-labels", "qrels.tsv"),
        ("bad-labels", "三列"),
        ("strangers", "没有一行"),
    ],
)
def test_bad_input_is_named(tmp_path: Path, broken: str, what: str) -> None:
    folder = write(tmp_path)
    if broken == "nowhere":
        folder = tmp_path / "none"
    elif broken == "no-corpus":
        (folder / "corpus.jsonl").unlink()
    elif broken == "bad-json":
        (folder / "corpus.jsonl").write_text("{", encoding="utf-8")
    elif broken == "no-text":
        (folder / "corpus.jsonl").write_text('{"id": "d1"}', encoding="utf-8")
    elif broken == "no-labels":
        (folder / "qrels.tsv").unlink()
    elif broken == "bad-labels":
        (folder / "qrels.tsv").write_text("q1\td1\t1\nq1\n", encoding="utf-8")
    else:
        (folder / "qrels.tsv").write_text("x\ty\t1\n", encoding="utf-8")
    with pytest.raises(InputError, match=what):
        run(folder)


def test_an_unknown_engine_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="elastic"):
        run(write(tmp_path), ["elastic"])


@pytest.mark.skipif(find_spec("txtai") is not None, reason="txtai is installed here")
def test_a_peer_that_is_not_installed_is_left_out_with_the_reason(tmp_path: Path) -> None:
    """The other rows are measured all the same; our own are never left out."""
    result = run(write(tmp_path), ["txtai", "fts5"])
    assert list(result["engines"]) == ["default", "fts5"]
    assert list(result["left_out"]) == ["txtai"]
    assert "未安装 txtai" in table(result)


class Reverse:
    """A model that likes what stood last."""

    identity = "test:reverse"

    def scores(self, question: str, texts: list[str]) -> np.ndarray:
        return np.arange(len(texts), dtype=float)


def test_a_reranker_has_rows_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One with all it says, one with what the gate makes of it; the product keeps to the gate."""
    asked = next(one for one in passages_of(KnowledgeBase()) if one.kind == "policy" and one.asked_as)
    clause = {"card": asked.source_id, "locator": asked.locator}
    faq = {
        "questions": [{"id": "q1", "question": asked.asked_as[0], "kind": "answerable", "clauses": [clause]}]
    }
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "faq.yaml").write_text(json.dumps(faq), encoding="utf-8")
    monkeypatch.setattr("retrieval.rerank.reranker_of", lambda setting, **_: Reverse())
    result = own(tmp_path, reranker="rerank:m@http://127.0.0.1:9")
    assert list(result["arms"]) == [
        "lexical",
        "default",
        "reranked, all it says",
        "reranked, as the gate lets it",
    ]
    assert result["arms"]["reranked, all it says"] != result["arms"]["default"]
    assert result["arms"]["reranked, as the gate lets it"] == result["arms"]["default"]
    assert result["reranker"].startswith("未启用")
    assert "| reranked, all it says | 1 |" in own_table(result)


def test_a_question_left_out_is_asked_of_an_index_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question is asked once; found by its neighbours or the text, never by itself."""
    pool = [
        passage(
            f"{row}",
            f"补助办法{chr(0x4E00 + row)}",
            asked_as=(f"钱{chr(0x5000 + row)}", f"给{chr(0x6000 + row)}"),
        )
        for row in range(12)
    ]
    monkeypatch.setattr("retrieval.passages.passages_of", lambda kb: pool)
    result = asked()
    assert result["n"] == 24
    # Nothing but a question itself shares a character with it.
    assert result["arms"]["default"]["Recall@50"] == 0
    assert "| lexical | 24 |" in arms_table(result)


def test_a_folder_without_embeddings_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leave-out"):
        asked(tmp_path)


def test_folds_part_the_questions() -> None:
    pool = [passage("1", "文", asked_as=tuple(f"第{n}问" for n in range(40)))]
    left = [set(without(pool, fold)[0].asked_as) for fold in range(FOLDS)]
    assert set.intersection(*left) == set()
    assert all(len(one) < 40 for one in left)
    assert sum(40 - len(one) for one in left) == 40


@pytest.mark.skipif(
    not (SHARED / "facts" / "faq.yaml").is_file(), reason="the folder of questions is not here"
)
def test_our_own_clauses_are_found() -> None:
    """Recall@5 of .85 with the default that needs no download."""
    assert own(SHARED, kinds=frozenset({"policy"}))["kinds"]["all"]["Recall@5"] >= 0.85
