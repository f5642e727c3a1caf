"""The second look: a tiny cross-encoder built here, a scripted endpoint, and the gate between them and the hits."""

import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from corpus import PHRASES, passage, varied
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.app import Assistant
from assistant.doctor import examine
from assistant.settings import Settings
from knowledge.errors import InputError, MissingError
from knowledge.load import KnowledgeBase
from retrieval import rerank
from retrieval.filters import allows
from retrieval.index import build, build_passages, open_index
from retrieval.rerank import (
    FIRST,
    CrossModel,
    Endpoint,
    Reranked,
    address_of,
    judge,
    measure,
    read_text,
    reorder,
    reranker_of,
    second_look,
    state,
    verdict_of,
)
from retrieval.search import Passage, Query


class Words:
    """A model that only counts the characters a question and a text share."""

    identity = "test:words"

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        return np.array([len(set(question) & set(text)) for text in texts], float)


class Noise(Words):
    """A model that knows nothing."""

    identity = "test:noise"

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        return np.array([crc32((question + text).encode()) % 9973 for text in texts], float)


class Taught(Words):
    """A model that knows which everyday question belongs to which text."""

    identity = "test:taught"

    def __init__(self, pool: Sequence[Passage]) -> None:
        self.answers = {(question, read_text(one)) for one in pool for question in one.asked_as}
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        return np.array([float((question, text) in self.answers) for text in texts])


class Broken(Words):
    """A model that cannot be asked."""

    identity = "test:broken"

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        self.asked = getattr(self, "asked", 0) + 1
        raise MissingError("broken", hint="重排接口 x 不可用；当前不重排。")


def alike(count: int = 120, **other: object) -> list[Passage]:
    """Return passages that words tell apart by the dozen only, each with an everyday question of its own."""
    return [
        passage(
            f"{row:03}",
            f"补助标准与申报条件{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * (row % 10))}",
            asked_as=(f"申报{chr(0x5000 + 91 * (row % 10))}给多少{chr(0x9000 + row)}",),
            **other,
        )
        for row in range(count)
    ]


def opened(path: Path, pool: Sequence[Passage]) -> object:
    build_passages(pool, path)
    return open_index(path, KnowledgeBase())


# ---------------------------------------------------------------- order


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 30), st.floats(-9, 9)), min_size=1, max_size=32),
    st.sampled_from((0.0, 0.5, 1.0)),
)
def test_reordering_keeps_every_hit(pairs: list[tuple[float, float]], share: float) -> None:
    given_scores = sorted((one for one, _ in pairs), reverse=True)
    order = reorder(given_scores, np.array([other for _, other in pairs]), share)
    assert sorted(order) == list(range(len(pairs)))


@given(st.lists(st.floats(0, 30), min_size=1, max_size=32), st.floats(-5, 5))
def test_a_model_without_an_opinion_changes_nothing(scores: list[float], same: float) -> None:
    ranked = sorted(scores, reverse=True)
    assert reorder(ranked, np.full(len(ranked), same), 1.0) == list(range(len(ranked)))


def test_level_hits_keep_their_order() -> None:
    assert reorder([5.0, 4.0, 3.0, 2.0], np.array([1.0, 2.0, 2.0, 1.0]), 1.0) == [1, 2, 0, 3]


@pytest.mark.parametrize("k", [1, 3, 10, FIRST, 60])
def test_no_hit_is_dropped_or_added(tmp_path: Path, k: int) -> None:
    """The first hits change places and share out the scores; the rest stand where they stood."""
    inner = opened(tmp_path, varied(300))
    searcher = Reranked(inner, Noise())
    for phrase in PHRASES[:6]:
        query = Query(text=phrase, k=k, owner="甲公司")
        before = inner.search(query.model_copy(update={"k": max(k, FIRST)}))
        after = searcher.search(query)
        wide = searcher.search(query.model_copy(update={"k": max(k, FIRST)}))
        assert after == wide[:k]
        assert {hit.passage.id for hit in wide} == {hit.passage.id for hit in before}
        assert [(hit.rank, hit.score) for hit in wide] == [(hit.rank, hit.score) for hit in before]
        assert wide[FIRST:] == before[FIRST:]
        assert searcher.ranked(query) == [(hit.passage.id, hit.score) for hit in after]


@pytest.mark.parametrize(
    "query",
    [
        Query(text="补助标准", owner="甲公司", regions=frozenset({"山东省"}), k=50),
        Query(text="四级验收", in_force_on=date(2025, 3, 1), k=50),
        Query(text="设备联网率", k=50),
        Query(text="没有的词", k=5),
        Query(text="补助标准", k=0),
    ],
)
def test_nothing_leaks_past_filters(tmp_path: Path, query: Query) -> None:
    """What a filter holds back is neither returned nor shown to the model."""
    pool = varied(300)
    model = Taught(pool)
    hits = Reranked(opened(tmp_path, pool), model).search(query)
    assert all(allows(query, hit.passage) for hit in hits)
    visible = {read_text(one) for one in pool if allows(query, one)}
    assert set(model.read) <= visible


def test_the_model_is_asked_once_for_the_same_hits(tmp_path: Path) -> None:
    pool = alike(40)
    model = Taught(pool)
    searcher = Reranked(opened(tmp_path, pool), model)
    for k in (5, 10, 20):
        searcher.search(Query(text="补助标准", k=k))
    assert len(model.read) == FIRST


def test_a_failing_model_leaves_the_order_with_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And is left alone for a while, so that not every search waits for it."""
    inner = opened(tmp_path, alike(40))
    model = Broken()
    searcher = Reranked(inner, model)
    with caplog.at_level(logging.WARNING):
        for text in ("补助标准", "申报条件"):
            query = Query(text=text, k=10)
            assert searcher.search(query) == inner.search(query)
    assert model.asked == 1
    assert len(caplog.records) == 1
    assert "不重排" in searcher.trouble


# ---------------------------------------------------------------- the gate


def test_a_model_that_knows_the_answers_is_admitted(tmp_path: Path) -> None:
    pool = alike()
    verdict = measure(KnowledgeBase(), opened(tmp_path, pool), Taught(pool))
    assert verdict.share > 0
    assert verdict.after > verdict.before
    assert verdict.questions == 120


def test_a_model_without_an_opinion_is_refused(tmp_path: Path) -> None:
    """It is no loss but for the time it takes."""
    model = Words()
    model.scores = lambda question, texts: np.ones(len(texts))
    verdict = measure(KnowledgeBase(), opened(tmp_path, alike()), model)
    assert verdict.before == verdict.after > 0
    assert verdict.share == 0


def test_a_model_that_knows_nothing_is_refused(tmp_path: Path) -> None:
    """Words find these passages; noise would bury them."""
    pool = [
        passage(
            f"{row:03}",
            f"{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * row)}补助标准",
            asked_as=(f"{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * row)}补助给多少",),
        )
        for row in range(80)
    ]
    verdict = measure(KnowledgeBase(), opened(tmp_path, pool), Noise())
    assert verdict.share == 0
    assert "没有明显更好" in str(verdict)


def test_a_question_is_taken_out_of_its_own_passage(tmp_path: Path) -> None:
    """Else words would find it by itself, and no model could be better."""
    pool = [
        passage(
            f"{row:03}", f"第{row}类补助", asked_as=(f"{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * row)}呢",)
        )
        for row in range(80)
    ]
    searcher = opened(tmp_path, pool)
    assert searcher.search(Query(text=pool[7].asked_as[0]))[0].passage == pool[7]
    assert measure(KnowledgeBase(), searcher, Taught(pool)).before == 0


def test_without_everyday_questions_nothing_is_admitted(tmp_path: Path) -> None:
    pool = [one.model_copy(update={"asked_as": ()}) for one in alike()]
    verdict = measure(KnowledgeBase(), opened(tmp_path, pool), Words())
    assert (verdict.share, verdict.questions) == (0, 0)
    assert "不足以核验" in str(verdict)


def test_uploads_are_not_shown_when_a_model_is_measured(tmp_path: Path) -> None:
    own = [one.model_copy(update={"id": f"mine#{one.locator}", "owner": "甲公司", "kind": "uploaded", "text": "机密补助"})
           for one in alike(40)]  # fmt: skip
    pool = alike()
    model = Taught(pool)
    measure(KnowledgeBase(), opened(tmp_path, [*pool, *own]), model)
    assert model.read
    assert not any("机密" in text for text in model.read)


def test_a_slow_model_is_refused_without_waiting_for_all_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "SLOWEST", 0.01)
    pool = alike()
    model = Taught(pool)
    asked: list[str] = []

    def slow(question: str, texts: Sequence[str]) -> np.ndarray:
        asked.append(question)
        time.sleep(0.03)
        return Taught.scores(model, question, texts)

    monkeypatch.setattr(model, "scores", slow)
    verdict = measure(KnowledgeBase(), opened(tmp_path, pool), model)
    assert (verdict.share, verdict.slow) == (0, True)
    assert len(asked) < 10
    assert "秒" in str(verdict)


# ---------------------------------------------------------------- kept with the model's identity


@pytest.fixture
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[KnowledgeBase, Path, Callable[[object], None]]:
    """An index of the published knowledge, and a way to say which model a setting names."""
    kb = KnowledgeBase()
    build(kb, tmp_path)

    def use(model: object) -> None:
        monkeypatch.setattr(rerank, "reranker_of", lambda setting, **_: model)

    return kb, tmp_path, use


def test_what_was_measured_is_kept_and_read_at_the_next_start(
    home: tuple[KnowledgeBase, Path, Callable[[object], None]],
) -> None:
    kb, path, use = home
    model = Taught(rerank._published(open_index(path, kb))[0])
    use(model)
    assert second_look(open_index(path, kb), path, "st:x").__class__.__name__ == "IndexSearcher"
    assert state(path, "st:x")[0] is False
    line = judge(kb, path, "st:x")
    assert line.startswith("已启用")
    model.read.clear()
    assert judge(kb, path, "st:x") == line
    searcher = second_look(open_index(path, kb), path, "st:x")
    assert isinstance(searcher, Reranked)
    assert model.read == []  # neither measured again nor asked before there is a question
    assert state(path, "st:x") == (True, f"st:x {line}")
    use(Noise())
    assert verdict_of(path, Noise.identity) is None
    assert "canmou index" in state(path, "st:y")[1]


def test_a_refused_model_is_not_used(home: tuple[KnowledgeBase, Path, Callable[[object], None]]) -> None:
    kb, path, use = home
    use(Noise())
    assert judge(kb, path, "st:x").startswith("未启用")
    inner = open_index(path, kb)
    assert second_look(inner, path, "st:x") is inner


def test_a_failure_while_measuring_leaves_no_verdict(
    home: tuple[KnowledgeBase, Path, Callable[[object], None]],
) -> None:
    kb, path, use = home
    use(Broken())
    assert "不重排" in judge(kb, path, "st:x")
    assert verdict_of(path, Broken.identity) is None


@pytest.mark.parametrize("damage", ["", "{", '{"identity": 3}'])
def test_a_damaged_verdict_counts_as_none(
    home: tuple[KnowledgeBase, Path, Callable[[object], None]], damage: str
) -> None:
    kb, path, use = home
    use(Noise())
    judge(kb, path, "st:x")
    (path / "reranker.json").write_text(damage, encoding="utf-8")
    assert verdict_of(path, Noise.identity) is None
    assert judge(kb, path, "st:x").startswith("未启用")


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("setting", ["", "none", " none "])
def test_no_reranker(setting: str, tmp_path: Path) -> None:
    assert reranker_of(setting) is None
    assert state(tmp_path, setting) == (True, "未配置，不重排")


@pytest.mark.parametrize(
    "setting",
    ["bge", "rerank:", "rerank:m", "rerank:m@", "rerank:@http://x", "rerank:m@ftp://x", "tei:", "pickle:x"],
)
def test_an_unknown_setting_says_what_there_is(setting: str) -> None:
    with pytest.raises(InputError, match="rerank:"):
        reranker_of(setting)


@pytest.mark.parametrize("setting", ["st:/no/such/folder", "st", "st:nobody/no-such-model"])
def test_a_missing_model_fails_in_seconds(setting: str, tmp_path: Path) -> None:
    """Offline, absent or misspelt: one line, and search goes on without."""
    pytest.importorskip("huggingface_hub")
    begun = time.monotonic()
    kb = KnowledgeBase()
    build(kb, tmp_path)
    assert "不重排" in judge(kb, tmp_path, setting)
    inner = open_index(tmp_path, kb)
    assert second_look(inner, tmp_path, setting) is inner
    assert state(tmp_path, setting)[0] is False
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("none", ""),
        ("st:BAAI/x", ""),
        ("rerank:m@https://a/v1", "https://a/v1"),
        ("tei:http://b", "http://b"),
    ],
)
def test_where_a_setting_sends_to(setting: str, address: str) -> None:
    assert address_of(setting) == address


@pytest.mark.parametrize(
    ("reranker", "own", "model", "key"),
    [
        pytest.param("rerank:m@https://a/v1", None, "https://a/v1", "chat", id="same-place"),
        pytest.param("rerank:m@https://b/v1", None, "https://a/v1", None, id="another-place"),
        pytest.param("rerank:m@http://a/v1", None, "https://a/v1", None, id="not-in-the-clear"),
        pytest.param("rerank:m@https://b/v1", "own", "https://a/v1", "own", id="its-own"),
        pytest.param("st:x", None, "", None, id="no-endpoint"),
    ],
)
def test_the_key_of_the_model_goes_nowhere_else(
    reranker: str, own: str | None, model: str, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(reranker=reranker, reranker_key=own, openai_base_url=model, openai_api_key="chat")
    assert settings.reranking_key == key


def test_the_doctor_names_the_reranker(tmp_path: Path) -> None:
    def of(setting: str) -> tuple[bool, str]:
        settings = Settings(index_dir=tmp_path / "i", state_dir=tmp_path / "s", reranker=setting)
        found = [one for one in examine(Assistant(settings, date.today)) if one.name == "重排模型"]
        return found[0].ok, found[0].state

    assert of("none") == (True, "未配置，不重排")
    assert of("rerank:m@http://127.0.0.1:9")[0] is False
    assert "核验" in of("rerank:m@http://127.0.0.1:9")[1]
    assert "不认识" in of("bge")[1]


# ---------------------------------------------------------------- a tiny model


def decoys(count: int = 60) -> list[Passage]:
    """Return passages in fours that words cannot tell apart; the first or second of each, with 甲, answers a question.

    Of the second four nobody wrote one.
    """
    made = []
    for row in range(count):
        own = f"{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * row)}"
        for place, letter in enumerate("甲乙丙丁" if row % 2 == 0 else "乙甲丙丁"):
            asked = (f"{own}给多少",) if letter == "甲" and row != 1 else ()
            made.append(passage(f"{row:03}-{place}", f"{own}的{letter}类条文", asked_as=asked))
    return made


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small BERTs with a score on top, over the characters of these tests.

    `random` has seeded random weights, `good` was taught in a second that passages with 甲 are the ones, `bad` is its
    opposite.
    """
    torch = pytest.importorskip("torch")
    pytest.importorskip("sentence_transformers")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("tiny")
    pool = [*varied(300), *decoys()]
    letters = sorted(set("".join(read_text(one) + "".join(one.asked_as) for one in pool)))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    tokenizer = BertTokenizer(vocab={piece: number for number, piece in enumerate(pieces)})
    assert tokenizer.unk_token_id not in tokenizer("甲类条文")["input_ids"]
    torch.manual_seed(1)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
        initializer_range=0.1,
    )
    model = BertForSequenceClassification(config)
    for name in ("random", "good", "bad"):
        if name == "bad":
            with torch.no_grad():
                model.classifier.weight.neg_()
        if name == "good":
            texts = [read_text(one) for one in decoys()]
            wanted = torch.tensor([[float("甲" in text)] for text in texts])
            asked = [
                f"{one.text[:2]}{('给多少', '的条文')[row % 8 // 4]}" for row, one in enumerate(decoys())
            ]
            words = tokenizer(asked, texts, padding=True, return_tensors="pt")
            adam = torch.optim.Adam(model.parameters(), lr=1e-2)
            for step in range(150):
                some = slice(step % 7, None, 7)
                found = model(**{key: values[some] for key, values in words.items()}).logits
                adam.zero_grad()
                torch.nn.functional.binary_cross_entropy_with_logits(found, wanted[some]).backward()
                adam.step()
            model.eval()
        model.save_pretrained(folder / name, safe_serialization=True)
        tokenizer.save_pretrained(folder / name)
    torch.set_num_threads(threads)
    return folder


def test_the_real_path_with_a_tiny_model(tiny: Path, tmp_path: Path) -> None:
    """Found, loaded when first asked, the same scores whatever stands beside."""
    model = reranker_of(f"st:{tiny / 'random'}")
    assert isinstance(model, CrossModel)
    assert model.identity.startswith(f"st:{tiny / 'random'}:")
    texts = [one.text for one in varied(12)]
    together = model.scores("设备联网率", texts)
    alone = np.concatenate([model.scores("设备联网率", [text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-4)
    assert len(set(together.round(3))) > 5
    build_passages(varied(200), tmp_path)
    hits = Reranked(open_index(tmp_path, KnowledgeBase()), model).search(Query(text="补助标准", k=10))
    assert len(hits) == 10


def test_of_two_tiny_models_the_good_one_is_admitted(tiny: Path, tmp_path: Path) -> None:
    """Measured, kept under its own identity, and used by the next search; the other one is not."""
    kb = KnowledgeBase()
    build_passages(decoys(), tmp_path)
    inner = open_index(tmp_path, kb)
    question = Query(text=f"{decoys()[4].text[:2]}的条文", k=4)
    assert inner.search(question)[0].passage.locator != "001-1"
    good, bad = f"st:{tiny / 'good'}", f"st:{tiny / 'bad'}"
    assert judge(kb, tmp_path, good).startswith("已启用")
    assert second_look(inner, tmp_path, good).search(question)[0].passage.locator == "001-1"
    assert second_look(inner, tmp_path, bad) is inner
    assert judge(kb, tmp_path, bad).startswith("未启用")
    assert second_look(inner, tmp_path, bad) is inner
    assert second_look(inner, tmp_path, good) is inner  # one verdict is kept, that of the model last judged


def test_threads_share_a_model(tiny: Path) -> None:
    model = CrossModel.find(str(tiny / "random"))
    texts = [one.text for one in varied(8)]
    expected = model.scores("补助标准", texts)
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(model.scores("补助标准", texts))) for _ in range(6)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 6
    assert all(np.allclose(one, expected, atol=1e-5) for one in found)


def test_pickled_weights_and_code_are_refused(tiny: Path, tmp_path: Path) -> None:
    import torch

    pickled = tmp_path / "pickled"
    shutil.copytree(tiny / "random", pickled)
    (pickled / "model.safetensors").unlink()
    torch.save({}, pickled / "pytorch_model.bin")
    with pytest.raises(MissingError, match="pickled"):
        CrossModel.find(str(pickled)).scores("补助", ["标准"])
    coded = tmp_path / "coded"
    shutil.copytree(tiny / "random", coded)
    about = json.loads((coded / "config.json").read_text())
    about |= {
        "model_type": "ours",
        "auto_map": {"AutoConfig": "evil.C", "AutoModelForSequenceClassification": "evil.M"},
    }
    (coded / "config.json").write_text(json.dumps(about))
    (coded / "evil.py").write_text("raise SystemExit('code that came with a model was run')")
    with pytest.raises(MissingError, match="coded"):
        CrossModel.find(str(coded)).scores("补助", ["标准"])


def test_damaged_weights_are_one_line(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(tiny / "random", folder)
    (folder / "model.safetensors").write_bytes(b"\0" * 64)
    with pytest.raises(MissingError) as caught:
        CrossModel.find(str(folder)).scores("补助", ["标准"])
    assert "不重排" in caught.value.hint


# ---------------------------------------------------------------- an endpoint


class _Endpoint(BaseHTTPRequestHandler):
    broken = ""
    seen: list[tuple[str, str, dict[str, object]]] = []

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.path, self.headers.get("Authorization", ""), asked))
        if self.broken == "500":
            self.send_error(500)
            return
        if self.broken == "slow":
            time.sleep(1.5)
        texts = asked.get("documents", asked.get("texts"))
        scores = Words().scores(asked["query"], texts).tolist()
        name = "score" if "texts" in asked else "relevance_score"
        rows = [{"index": n, name: score} for n, score in enumerate(scores)]
        rows.sort(key=lambda row: -row[name])
        if self.broken == "short":
            rows = rows[:-1]
        if self.broken == "twice":
            rows[0] = rows[-1]
        if self.broken == "beyond":
            rows[0]["index"] = len(rows) + 3
        if self.broken == "words":
            rows[0][name] = "high"
        if self.broken == "nan":
            rows[0][name] = float("nan")
        body = (
            "<html>" if self.broken == "html" else json.dumps(rows if "texts" in asked else {"results": rows})
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def endpoint() -> Iterator[tuple[str, type[_Endpoint]]]:
    handler = type("Handler", (_Endpoint,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("tail", ["/v1", "/v1/", "/v1/rerank"])
def test_an_endpoint_gives_scores(endpoint: tuple[str, type[_Endpoint]], tail: str) -> None:
    """In the order of the texts, whatever the order of the reply."""
    model = reranker_of(f"rerank:bge-x@{endpoint[0]}{tail}", api_key="k")
    assert model is not None
    texts = [one.text for one in varied(30)]
    assert np.allclose(model.scores("补助标准", texts), Words().scores("补助标准", texts))
    path, key, body = endpoint[1].seen[0]
    assert (path, key) == ("/v1/rerank", "Bearer k")
    assert body == {"model": "bge-x", "query": "补助标准", "documents": texts}
    assert model.identity == f"rerank:bge-x@{endpoint[0]}{tail}"


def test_text_embeddings_inference_gives_scores(endpoint: tuple[str, type[_Endpoint]]) -> None:
    model = reranker_of(f"tei:{endpoint[0]}")
    assert model is not None
    texts = [one.text for one in varied(30)]
    assert np.allclose(model.scores("补助标准", texts), Words().scores("补助标准", texts))
    assert endpoint[1].seen[0][0] == "/rerank"
    assert endpoint[1].seen[0][2]["texts"] == texts


def test_what_leaves_is_hidden_and_short(endpoint: tuple[str, type[_Endpoint]], tmp_path: Path) -> None:
    """Names and numbers go through `hide`; of a long passage only its beginning leaves."""
    pool = [passage(f"{row}", f"联系电话13800138000，补助{row}" + "长" * 9000) for row in range(3)]
    model = Endpoint("m", endpoint[0], hide=lambda text: text.replace("13800138000", "〔电话1〕"))
    build_passages(pool, tmp_path)
    Reranked(open_index(tmp_path, KnowledgeBase()), model).search(Query(text="补助 13800138000"))
    sent = json.dumps(endpoint[1].seen, ensure_ascii=False)
    assert "13800138000" not in sent
    assert "〔电话1〕" in sent
    assert len(sent) < 3 * (rerank.LONGEST + 200)


def test_the_application_hides_from_other_machines_only(tmp_path: Path) -> None:
    def hides(url: str, mask: bool | None) -> bool:
        settings = Settings(state_dir=tmp_path, reranker=f"rerank:m@{url}", mask=mask)
        hide = Assistant(settings, date.today)._hide_from(address_of(settings.reranker))
        return hide is not None and "13800138000" not in hide("电话13800138000")

    assert hides("https://rerank.example/v1", None)
    assert not hides("http://127.0.0.1:8080", None)
    assert hides("http://127.0.0.1:8080", True)
    assert not hides("https://rerank.example/v1", False)


@pytest.mark.parametrize("broken", ["500", "slow", "short", "twice", "beyond", "words", "nan", "html"])
def test_a_broken_endpoint_leaves_the_order_of_words(
    endpoint: tuple[str, type[_Endpoint]], broken: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It fails in time with one line, and the search goes on as without it."""
    endpoint[1].broken = broken
    inner = opened(tmp_path, alike(40))
    searcher = Reranked(inner, Endpoint("m", endpoint[0], timeout=0.5))
    query = Query(text="补助标准", k=10)
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert searcher.search(query) == inner.search(query)
    assert time.monotonic() - begun < 5
    assert sum("不重排" in record.getMessage() for record in caplog.records) == 1
    assert "不可用" in searcher.trouble


def test_nobody_at_the_address(tmp_path: Path) -> None:
    inner = opened(tmp_path, alike(40))
    searcher = Reranked(inner, Endpoint("m", "http://127.0.0.1:9"))
    assert searcher.search(Query(text="补助标准")) == inner.search(Query(text="补助标准"))
    assert "不可用" in searcher.trouble
