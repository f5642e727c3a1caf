"""Embedders and fusion: a tiny model built here, a scripted endpoint, Chroma beside the index."""

import itertools
import json
import os
import random
import shutil
import socket
import subprocess
import sysconfig
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from corpus import passage, varied
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import InputError, MissingError
from knowledge.load import KnowledgeBase
from knowledge.terms import Glossary
from retrieval import dense, index
from retrieval.chroma import Collection, _where
from retrieval.dense import BGE_QUERY, Endpoint, SentenceModel, embedder_of
from retrieval.filters import allows
from retrieval.hub import hub_answers
from retrieval.hybrid import IndexSearcher, fuse, nearest_rows
from retrieval.index import build, build_passages, check, open_index, open_searcher
from retrieval.search import Passage, Query


class Bigrams:
    """A hashed character-pair embedder: meaning enough for tests, no import."""

    identity = "test:bigrams"

    def passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        return np.array([self.question(text) for text in texts], np.float32).reshape(len(texts), 64)

    def question(self, text: str) -> np.ndarray:
        vector = np.zeros(64, np.float32)
        for first, second in itertools.pairwise(text):
            vector[crc32((first + second).encode("utf-8", "replace")) % 64] += 1
        return dense._unit(vector)


class Noise(Bigrams):
    """An embedder that knows nothing."""

    identity = "test:noise"

    def question(self, text: str) -> np.ndarray:
        seed = random.Random(text).randrange(2**32)
        return dense._unit(np.random.default_rng(seed).standard_normal(64))


def opened(path: Path, embedder: object, collection: Collection | None = None) -> IndexSearcher:
    manifest, parts = index._open(path)
    return IndexSearcher(manifest, parts, Glossary(), embedder, collection)


# ---------------------------------------------------------------- fusion

arms = st.dictionaries(st.integers(0, 40), st.floats(0, 30), max_size=25)


@settings(max_examples=150, deadline=None)
@given(arms, arms, st.floats(0, 0.3), st.randoms())
def test_fusion_does_not_depend_on_order(
    words: dict[int, float], near: dict[int, float], weight: float, pick: random.Random
) -> None:
    def fused(one: list[tuple[int, float]], other: list[tuple[int, float]]) -> dict[int, float]:
        arrays = [np.array([row for row, _ in arm], np.int64) for arm in (one, other)]
        values = [np.array([value for _, value in arm]) for arm in (one, other)]
        return fuse(arrays[0], values[0], arrays[1], values[1].astype(np.float32), weight)

    first, second = list(words.items()), list(near.items())
    expected = fused(first, second)
    pick.shuffle(first)
    pick.shuffle(second)
    assert fused(first, second) == expected
    assert set(expected) == set(words) | set(near)


def test_weight_nothing_is_the_words_alone() -> None:
    rows, scores = np.array([3, 1, 2]), np.array([9.0, 5.0, 1.0])
    both = fuse(rows, scores, np.array([2, 7]), np.array([0.9, 0.1], np.float32), 0.0)
    assert sorted(both, key=lambda row: -both[row])[:2] == [3, 1]


def test_an_embedder_that_knows_nothing_gets_no_say(tmp_path: Path) -> None:
    """The gate: with a useless model the hybrid is the words, hit by hit and score by score."""
    pool = varied(300)
    build_passages(pool, tmp_path / "noise", Noise())
    build_passages(pool, tmp_path / "words")
    searcher = opened(tmp_path / "noise", Noise())
    assert searcher.manifest.dense_weight == 0
    for text in ("补助标准", "四级怎么验收", "设备联网率"):
        query = Query(text=text, k=20, owner="甲公司")
        assert searcher.ranked(query) == opened(tmp_path / "words", None).ranked(query)


def test_an_embedder_that_finds_its_passages_gets_a_say(tmp_path: Path) -> None:
    pool = [
        passage(str(row), f"第{row}类企业{chr(0x4E00 + 37 * row)}的{chr(0x5000 + 91 * row)}补助标准")
        for row in range(80)
    ]
    build_passages(pool, tmp_path, Bigrams())
    searcher = opened(tmp_path, Bigrams())
    assert 0 < searcher.manifest.dense_weight <= 0.3
    hits = searcher.search(Query(text=pool[5].text))
    assert (hits[0].passage, hits[0].lexical_rank, hits[0].dense_rank) == (pool[5], 1, 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=300), st.integers(1, 30), st.integers(0, 99))
def test_nearest_equals_a_full_sort(values: list[float], depth: int, seed: int) -> None:
    scores = np.array(values, np.float32)
    allowed = np.random.default_rng(seed).random(len(values)) < 0.6
    ordered = sorted((-score, row) for row, score in enumerate(scores.tolist()) if allowed[row])
    found = nearest_rows(scores, depth, allowed).tolist()
    assert [scores[row] for row in found] == [-score for score, _ in ordered[:depth]]


@pytest.mark.parametrize("query", [Query(text="补助标准", owner="甲公司", regions=frozenset({"山东省"}), k=30),
                                   Query(text="四级验收", in_force_on=date(2025, 3, 1), k=30)])  # fmt: skip
def test_vectors_never_leak_past_filters(tmp_path: Path, query: Query) -> None:
    build_passages(varied(300), tmp_path, Bigrams())
    searcher = opened(tmp_path, Bigrams())
    searcher.manifest = searcher.manifest.model_copy(update={"dense_weight": 0.3})
    hits = searcher.search(query)
    assert hits
    assert any(hit.dense_rank for hit in hits)
    assert all(allows(query, hit.passage) for hit in hits)


def test_another_embedder_is_another_index(tmp_path: Path) -> None:
    """Vectors of two models are never mixed: the index is built anew."""
    first = build_passages(varied(40), tmp_path, Bigrams())
    second = build_passages(varied(40), tmp_path, Noise())
    assert first.key != second.key
    assert (second.added, second.embedder) == (40, "test:noise")
    third = build_passages(varied(40), tmp_path, Noise())
    assert third.added == 0


def _asked(count: int) -> list[Passage]:
    """Return passages whose everyday question shares no character with them; both hold a number of their own."""
    return [
        passage(str(row), f"补助标准{chr(0x4E00 + 37 * row)}", asked_as=(f"钱给多少{chr(0x9000 + row)}",))
        for row in range(count)
    ]


class Taught(Bigrams):
    """An embedder that knows the everyday questions of some passages, and every passage by its own words."""

    identity = "test:taught"

    def __init__(self, passages: Sequence[Passage], share: float) -> None:
        known = passages[:: round(1 / share)] if share else []
        self.meant = {one.text: dense.passage_text(one) for one in passages}
        self.meant |= {one.asked_as[0]: dense.passage_text(one) for one in known}

    def passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        return np.array([self._own(text) for text in texts], np.float32)

    def question(self, text: str) -> np.ndarray:
        return self._own(self.meant.get(text, text))

    def _own(self, text: str) -> np.ndarray:
        return dense._unit(np.random.default_rng(crc32(text.encode())).standard_normal(64))


@pytest.mark.parametrize(
    ("share", "weight"),
    [
        pytest.param(1.0, 0.3, id="knows-all"),
        pytest.param(0.5, 0.15, id="knows-half"),
        pytest.param(0.25, 0.0, id="knows-a-quarter"),
        pytest.param(0.0, 0.0, id="knows-none"),
    ],
)
def test_the_gate_asks_everyday_questions_where_there_are_some(
    share: float, weight: float, tmp_path: Path
) -> None:
    """An embedder that finds each passage by its own words, but not by what people ask, gets no say."""
    pool = _asked(256)
    model = Taught(pool, share)
    build_passages(pool, tmp_path / "asked", model)
    given = opened(tmp_path / "asked", model).manifest.dense_weight
    # A random passage is among the first ten once in 26 times.
    assert given == pytest.approx(weight, abs=0.05)
    silent = [one.model_copy(update={"asked_as": ()}) for one in pool]
    build_passages(silent, tmp_path / "silent", Taught(silent, 0))
    assert opened(tmp_path / "silent", model).manifest.dense_weight == 0.3


def test_few_everyday_questions_are_too_few_to_go_by(tmp_path: Path) -> None:
    """Below half a sample of them, sentences are looked up instead."""
    pool = _asked(256)
    mostly = [one if row < 20 else one.model_copy(update={"asked_as": ()}) for row, one in enumerate(pool)]
    model = Taught(mostly, 0)
    build_passages(mostly, tmp_path, model)
    assert opened(tmp_path, model).manifest.dense_weight == 0.3


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("setting", ["", "none", " none "])
def test_no_embedder(setting: str) -> None:
    assert embedder_of(setting) is None


@pytest.mark.parametrize("setting", ["bge", "openai:", "http://x", "pickle:x"])
def test_an_unknown_setting_says_what_there_is(setting: str) -> None:
    with pytest.raises(InputError, match="st:"):
        embedder_of(setting)


@pytest.mark.parametrize("setting", ["st:/no/such/folder", "st:./nothing", "st", "st:nobody/no-such-model"])
@pytest.mark.parametrize("fetch", [False, True])
def test_a_missing_model_fails_in_seconds(setting: str, fetch: bool) -> None:
    """Offline, absent or misspelt: one line, and the index is built for words."""
    pytest.importorskip("huggingface_hub")
    begun = time.monotonic()
    with pytest.raises(MissingError) as caught:
        embedder_of(setting, fetch=fetch)
    assert "按词检索" in caught.value.hint
    assert time.monotonic() - begun < 10


def test_an_unreachable_hub_is_noticed_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    begun = time.monotonic()
    assert hub_answers() is False
    assert time.monotonic() - begun < 5


def test_without_its_model_the_index_goes_by_words(tmp_path: Path) -> None:
    kb = KnowledgeBase()
    report = build(kb, tmp_path, "st:/no/such/folder")
    assert report.embedder == "none"
    assert "按词检索" in report.trouble
    searcher = open_searcher(kb, tmp_path, "st:/no/such/folder")
    assert searcher.search(Query(text="小巨人研发费用"))
    assert "按词检索" in searcher.trouble


# ---------------------------------------------------------------- a tiny model


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with seeded random weights over the characters of the test corpus."""
    torch = pytest.importorskip("torch")
    sentence = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("tiny")
    letters = sorted(set("".join(one.text + one.title + one.heading for one in varied(300)) + BGE_QUERY))
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]), encoding="utf-8"
    )
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(letters) + 5,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder / "bert", safe_serialization=True)
    BertTokenizer(vocab=str(vocabulary)).save_pretrained(folder / "bert")
    body = Transformer(str(folder / "bert"))
    model = sentence.SentenceTransformer(modules=[body, Pooling(32, "mean"), Normalize()], device="cpu")
    model.save(str(folder / "bge-tiny-zh"))
    shutil.copytree(folder / "bge-tiny-zh", folder / "plain")
    return folder


def test_the_real_path_with_a_tiny_model(tiny: Path, tmp_path: Path) -> None:
    """Built, opened and searched as with any model; only safetensors on disk."""
    setting = f"st:{tiny / 'plain'}"
    model = embedder_of(setting)
    assert model is not None
    vectors = model.passages(["设备联网", "补助标准"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    told: list[tuple[int, int]] = []
    report = build_passages(varied(60), tmp_path, model, lambda done, total: told.append((done, total)))
    assert report.embedder == model.identity
    assert told[-1] == (60, 60)
    searcher = open_index(tmp_path, KnowledgeBase(), model)
    assert len(searcher.nearest(Query(text="设备联网率", owner="甲公司", k=5))) == 5


def test_bge_reads_its_first_token_and_its_instruction(tiny: Path) -> None:
    """By its name, a bge-zh folder is pooled by CLS whatever its configuration says, and questions get the instruction."""
    model = SentenceModel.load(str(tiny / "bge-tiny-zh"))
    assert model.prompt == BGE_QUERY
    assert [module.pooling_mode for module in model._model if hasattr(module, "pooling_mode")] in (
        ["cls"],
        [("cls",)],
    )
    plain = SentenceModel.load(str(tiny / "plain"))
    assert not np.allclose(model.question("补助"), plain.question("补助"))
    assert np.allclose(model.question("补助"), model.passages([BGE_QUERY + "补助"])[0], atol=1e-5)


def test_a_changed_model_has_another_identity(tiny: Path, tmp_path: Path) -> None:
    before = SentenceModel.load(str(tiny / "plain")).identity
    copy = tmp_path / "plain"
    shutil.copytree(tiny / "plain", copy)
    weights = next(copy.rglob("model.safetensors"))
    raw = bytearray(weights.read_bytes())
    raw[-3] ^= 1
    weights.write_bytes(bytes(raw))
    after = SentenceModel.load(str(copy)).identity
    assert before.rsplit(":", 1)[1] != after.rsplit(":", 1)[1]


def test_pickled_weights_are_refused(tiny: Path, tmp_path: Path) -> None:
    import torch

    folder = tmp_path / "pickled"
    shutil.copytree(tiny / "plain", folder)
    next(folder.rglob("model.safetensors")).unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(MissingError, match="pickled"):
        SentenceModel.load(str(folder))


# ---------------------------------------------------------------- an endpoint


class _Endpoint(BaseHTTPRequestHandler):
    broken = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.broken == "500":
            self.send_error(500)
            return
        vectors = Bigrams().passages(asked["input"])
        rows = [{"object": "embedding", "index": n, "embedding": v.tolist()} for n, v in enumerate(vectors)]
        if self.broken == "short":
            rows = rows[:-1]
        body = json.dumps(
            {
                "object": "list",
                "data": rows[::-1],
                "model": asked["model"],
                "usage": {"prompt_tokens": 1, "total_tokens": 1},
            }
        )
        if self.broken == "html":
            body = "<html>"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def endpoint() -> Iterator[tuple[str, type[_Endpoint]]]:
    handler = type("Handler", (_Endpoint,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", handler
    server.shutdown()
    server.server_close()


def test_an_endpoint_gives_vectors(endpoint: tuple[str, type[_Endpoint]]) -> None:
    """In the order of the texts, whatever the order of the reply."""
    model = embedder_of(f"openai:embed-x@{endpoint[0]}", api_key="k")
    assert model is not None
    texts = [one.text for one in varied(100)]
    assert np.allclose(model.passages(texts), Bigrams().passages(texts), atol=1e-6)
    assert model.identity == f"openai:embed-x@{endpoint[0]}"


@pytest.mark.parametrize("broken", ["500", "short", "html"])
def test_a_broken_endpoint_leaves_the_words(
    endpoint: tuple[str, type[_Endpoint]], broken: str, tmp_path: Path
) -> None:
    """It fails with one line, and a search goes on by words and says so."""
    model = Endpoint("m", endpoint[0], retries=0)
    pool = [
        passage(str(row), f"{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * row)}补助标准{row}")
        for row in range(80)
    ]
    build_passages(pool, tmp_path, model)
    searcher = opened(tmp_path, model)
    assert searcher.manifest.dense_weight > 0
    endpoint[1].broken = broken
    with pytest.raises(MissingError, match="embeddings endpoint"):
        model.passages(["一", "二"])
    assert searcher.search(Query(text=pool[3].text))[0].passage == pool[3]
    assert broken == "short" or "按词检索" in searcher.trouble


@pytest.mark.parametrize("where", ["build", "open"])
def test_an_endpoint_that_is_down_leaves_an_index_of_words(where: str, tmp_path: Path) -> None:
    """Also where it fails while the index is built: one line, and the search goes on."""
    kb, setting = KnowledgeBase(), "openai:m@http://127.0.0.1:9/v1"
    begun = time.monotonic()
    if where == "build":
        report = build(kb, tmp_path, setting)
        assert report.embedder == "none"
        assert "按词检索" in report.trouble
    searcher = open_searcher(kb, tmp_path, setting)
    assert searcher.search(Query(text="小巨人研发费用"))
    assert "按词检索" in searcher.trouble
    assert time.monotonic() - begun < 60


def test_an_embedder_that_fails_leaves_the_index_that_stands(tmp_path: Path) -> None:
    """No segment of it is gone, and nothing is written anew."""
    kb = KnowledgeBase()
    build(kb, tmp_path)
    before = sorted(one.name for one in (tmp_path / "segments").iterdir())
    report = build(kb, tmp_path, "openai:m@http://127.0.0.1:9/v1")
    assert (report.added, report.removed) == (0, 0)
    assert sorted(one.name for one in (tmp_path / "segments").iterdir()) == before


def test_an_endpoint_that_failed_is_left_alone_for_a_while(
    endpoint: tuple[str, type[_Endpoint]], tmp_path: Path
) -> None:
    """Not every search waits for it."""
    pool = [
        passage(str(row), f"{chr(0x4E00 + 37 * row)}{chr(0x5000 + 91 * row)}补助标准{row}")
        for row in range(80)
    ]
    model = Endpoint("m", endpoint[0], retries=0)
    build_passages(pool, tmp_path, model)
    searcher = opened(tmp_path, model)
    asked: list[str] = []
    searcher._embedder = type(
        "Down", (), {"question": lambda self, text: asked.append(text) or model.question(text)}
    )()
    endpoint[1].broken = "500"
    for text in ("补助标准1", "补助标准2", "补助标准3"):
        assert searcher.search(Query(text=text))
    assert len(asked) == 1


def test_what_leaves_for_an_endpoint_is_hidden(endpoint: tuple[str, type[_Endpoint]]) -> None:
    """Names and numbers go through `hide`, of passages and of questions."""
    model = embedder_of(f"openai:m@{endpoint[0]}", hide=lambda text: text.replace("13800138000", "〔电话〕"))
    assert model is not None
    expected = Bigrams().question("电话〔电话〕")
    assert np.allclose(model.question("电话13800138000"), expected, atol=1e-6)
    assert np.allclose(model.passages(["电话13800138000"])[0], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("none", ""),
        ("st:x", ""),
        ("openai:m", "https://api.openai.com/v1"),
        ("openai:m@http://a/v1", "http://a/v1"),
    ],
)
def test_where_a_setting_sends_texts(setting: str, address: str) -> None:
    assert dense.address_of(setting) == address


# ---------------------------------------------------------------- Chroma


def test_chroma_beside_the_index(tmp_path: Path) -> None:
    """The same nearest passages as the exact search, under every filter; brought in line after a change."""
    pytest.importorskip("chromadb")
    pool = varied(250)
    report = build_passages(pool, tmp_path, Bigrams())
    _, stored = index._open(tmp_path)
    collection, problem = index._collection("local", tmp_path, stored, report.key)
    assert (problem, len(collection)) == ("", 250)
    exact, approximate = opened(tmp_path, Bigrams()), opened(tmp_path, Bigrams(), collection)
    for query in (
        Query(text="四级怎么验收", owner="甲公司", k=10),
        Query(text="补助标准", regions=frozenset({"山东省", "全国"}), k=10),
        Query(text="补助标准", in_force_on=date(2025, 3, 1), kinds=frozenset({"policy"}), k=10),
        Query(text="补助标准", regions=frozenset(), k=10),
    ):
        one, other = exact.nearest(query), approximate.nearest(query)
        assert [round(score, 4) for _, score in other] == [round(score, 4) for _, score in one]
    build_passages(pool[:200] + varied(20, 5), tmp_path, Bigrams())
    _, stored = index._open(tmp_path)
    collection, _ = index._collection("local", tmp_path, stored, report.key)
    live = sum(len(part.live) for part in stored)
    assert len(collection) == live


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, "甲公司"]), st.integers(0, 900))
def test_chroma_filters_say_what_ours_say(seed: int, owner: str | None, days: int) -> None:
    """The filter as Chroma reads it lets through what `allows` lets through."""
    from retrieval.chroma import _facets

    query = Query(text="x", owner=owner, in_force_on=date.fromordinal(date(2024, 1, 1).toordinal() + days),
                  regions=frozenset({"全国", "山东省"}))  # fmt: skip
    where = _where(query)
    assert where is not None
    operators = {"$in": lambda a, b: a in b, "$lte": lambda a, b: a <= b, "$gte": lambda a, b: a >= b}
    for one in varied(10, seed):
        facets = _facets(one)
        said = all(
            operators[op](facets[name], bound)
            for test in where["$and"]
            for name, rule in test.items()
            for op, bound in rule.items()
        )
        assert said is allows(query, one)


@pytest.mark.parametrize("setting", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_a_dead_chroma_leaves_our_own_index(setting: str, tmp_path: Path) -> None:
    pytest.importorskip("chromadb")
    build_passages(varied(30), tmp_path, Bigrams())
    _, stored = index._open(tmp_path)
    collection, problem = index._collection(setting, tmp_path, stored, "k")
    assert collection is None
    assert "Chroma" in problem


def test_chroma_setting_is_checked(tmp_path: Path) -> None:
    pytest.importorskip("chromadb")
    with pytest.raises(InputError, match="local"):
        Collection.open("somewhere", "k", tmp_path)


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[str]:
    """Chroma's own server (not the Python one), on the loopback only."""
    program = Path(sysconfig.get_path("scripts")) / "chroma"
    if not program.exists():
        pytest.skip("no chroma program beside this interpreter")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(program),
        "run",
        "--path",
        str(tmp_path / "served"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    served = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ}
    )
    for _ in range(100):
        time.sleep(0.1)
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
    else:
        served.kill()
        pytest.skip("chroma did not start")
    yield f"http://127.0.0.1:{port}"
    served.terminate()
    served.wait()


def test_an_external_chroma_serves_our_vectors(chroma_server: str, tmp_path: Path) -> None:
    """The client path against a server: the same passages as the exact search."""
    path = tmp_path / "index"
    report = build_passages(varied(120), path, Bigrams())
    _, stored = index._open(path)
    collection, problem = index._collection(chroma_server, path, stored, report.key)
    assert problem == ""
    assert collection is not None
    query = Query(text="设备联网率", owner="甲公司", regions=frozenset({"全国", "山东省"}), k=10)
    one, other = opened(path, Bigrams()).nearest(query), opened(path, Bigrams(), collection).nearest(query)
    assert [round(score, 4) for _, score in other] == [round(score, 4) for _, score in one]


def test_check_notices_another_embedder(tmp_path: Path) -> None:
    """It says which one the index is of, and which one is set."""
    kb = KnowledgeBase()
    build(kb, tmp_path)
    assert (check(tmp_path, kb, "none").stale, check(tmp_path, kb, "none").trouble) == (False, "")
    report = check(tmp_path, kb, "openai:m@http://127.0.0.1:9")
    assert report.stale is True
    assert "openai:m@http://127.0.0.1:9" in report.trouble


@pytest.mark.parametrize("setting", ["st:/no/such/folder", "st:nobody/no-such-model"])
def test_check_says_that_the_model_set_is_missing(setting: str, tmp_path: Path) -> None:
    """Words are all there can be then: not stale, but said; and building says the same."""
    pytest.importorskip("huggingface_hub")
    kb = KnowledgeBase()
    built = build(kb, tmp_path, setting)
    report = check(tmp_path, kb, setting)
    assert report.stale is False
    assert report.trouble == built.trouble
    assert "按词检索" in report.trouble


@pytest.mark.parametrize(
    ("identity", "setting", "same"),
    [
        ("none", "", True),
        ("none", "st:", False),
        ("st:BAAI/bge-small-zh-v1.5:0123456789ab", "st:", True),
        ("st:other/model:0123456789ab", "st:", False),
        ("st:models/bge-large:0123456789ab", "st:models/bge", False),
        ("st:C:/models/bge:0123456789ab", "st:C:/models/bge", True),
        ("openai:m@http://a/v1", "openai:m@http://b/v1", False),
        ("openai:m@http://a/v1", "openai:m@http://a/v1", True),
        ("openai:m@http://a/v1", "none", False),
    ],
)
def test_an_index_is_of_one_model(identity: str, setting: str, same: bool) -> None:
    assert dense.is_of(identity, setting) is same
