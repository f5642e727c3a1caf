"""Retrieval measured: quality, time, memory and disk of each engine on a labelled set, each in a process of its own.

A set is a folder of corpus.jsonl[.gz] {id, text, title?}, queries.jsonl[.gz] {id, text} and qrels.tsv (query id,
document id, relevance; a header line is skipped). `_id` is read as `id`.

    default   what a fresh installation without any download uses: words, and the embedding that ships
    lexical   words alone
    hybrid    words and vectors, where CANMOU_EMBEDDER names an embedder
    dense     vectors alone, likewise
    reranked  the best of these and a second look, where CANMOU_RERANKER names a reranker: all it says is done, since a
              set without everyday questions has no gate; `own` shows what the gate makes of it
    Peers     bm25s, tantivy, langchain, fts5, txtai, llamaindex: where their packages are importable; they get characters
              and pairs as tokens. txtai_plain and llamaindex_plain are the last two out of the box.
"""

import gzip
import itertools
import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from assistant.settings import Settings
from evals.train_meaning import FOLDS, fold_of, without
from knowledge.errors import InputError, MissingError
from knowledge.files import read_yaml
from knowledge.load import KnowledgeBase
from knowledge.record import Record
from knowledge.region import NATION
from retrieval.search import Kind, Passage, Query

if TYPE_CHECKING:
    from retrieval.dense import Embedder
    from retrieval.hybrid import IndexSearcher
    from retrieval.rerank import Reranked, Reranker

DEPTH: Final = 50
CUTS: Final = (5, 10, 50)
METRICS: Final = ("nDCG@10", "Recall@5", "Recall@10", "Recall@50", "MRR@10")
COSTS: Final = ("index_s", "disk_mb", "rss_mb", "p50_ms", "p95_ms")

Search = Callable[[str], list[str]]
"""A question -> document ids, best first."""
Engine = Callable[[Sequence["Document"], Path], Search]
"""Documents and a scratch folder -> how to search them."""


class Document(Record):
    """A document of a set."""

    id: str
    text: str
    title: str = ""


class LabelledSet(Record):
    """Documents, questions, and which documents answer which question."""

    documents: tuple[Document, ...]
    questions: dict[str, str]
    relevant: dict[str, frozenset[str]]


class NotInstalled(MissingError):
    """A package that a peer needs is not here."""

    def __init__(self, package: str) -> None:
        super().__init__(f"package {package!r} is not installed", hint=f"未安装 {package}，这一行略去。")


def run(data_dir: Path | str, engines: Sequence[str] | None = None) -> dict[str, Any]:
    """Measure engines on the set in `data_dir`; `default` is always among them.

    A peer whose packages are not here is left out, with the reason.

    Raises:
        InputError: A file is missing or malformed, or an engine is unknown or cannot run here.
    """
    folder = Path(data_dir)
    wanted = list(dict.fromkeys(["default", *(engines or _usual())]))
    if unknown := [name for name in wanted if name not in ENGINES]:
        raise InputError("--engines", f"没有引擎 {'、'.join(unknown)}", f"可用：{'、'.join(ENGINES)}")
    labelled = read_set(folder)
    found: dict[str, dict[str, float]] = {}
    left_out: dict[str, str] = {}
    for name in wanted:
        try:
            found[name] = _in_own_process(folder, name)
        except NotInstalled as error:
            left_out[name] = error.hint
    return {
        "data": folder.name,
        "documents": len(labelled.documents),
        "queries": len(labelled.relevant),
        "engines": found,
        **({"left_out": left_out} if left_out else {}),
    }


def _usual() -> list[str]:
    embedder, reranker = (named not in ("", "none") for named in (_configured(), _reranker()))
    return ["default", "lexical", *(["hybrid"] if embedder else []), *(["reranked"] if reranker else [])]


def read_set(folder: Path) -> LabelledSet:
    """Read a labelled set.

    Raises:
        InputError: A file is missing or a line is not what it should be.
    """
    if not folder.is_dir():
        raise InputError(
            str(folder), "不是文件夹", "请用 --data 指定含 corpus.jsonl、queries.jsonl、qrels.tsv 的文件夹"
        )
    documents = tuple(
        Document(id=_id(row, where), text=_text(row, where), title=str(row.get("title") or ""))
        for where, row in _rows(folder, "corpus")
    )
    questions = {_id(row, where): _text(row, where) for where, row in _rows(folder, "queries")}
    known = {document.id for document in documents}
    relevant: dict[str, set[str]] = defaultdict(set)
    for question, document in _labels(folder):
        if question in questions and document in known:
            relevant[question].add(document)
    if not relevant:
        raise InputError(
            str(folder / "qrels.tsv"),
            "没有一行能与文档和问题对上",
            "请核对编号与列的顺序：问题、文档、相关度",
        )
    return LabelledSet(
        documents=documents,
        questions=questions,
        relevant={question: frozenset(found) for question, found in relevant.items()},
    )


def _rows(folder: Path, stem: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in (folder / f"{stem}.jsonl", folder / f"{stem}.jsonl.gz"):
        if file.is_file():
            break
    else:
        raise InputError(str(folder), f"缺少 {stem}.jsonl 或 {stem}.jsonl.gz", "请补上该文件")
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise InputError(f"{file} 第 {number} 行", "不是 JSON 对象", "每行一个 {id, text}")
                    yield f"{file} 第 {number} 行", row
    except (ValueError, EOFError, OSError) as error:
        raise InputError(str(file), f"无法读取（{error}）", "请检查文件是否完整、是否为 UTF-8") from error


def _id(row: dict[str, Any], where: str) -> str:
    found = row.get("id", row.get("_id"))
    if found is None:
        raise InputError(where, "缺少 id", "每行一个 {id, text}")
    return str(found)


def _text(row: dict[str, Any], where: str) -> str:
    if not isinstance(row.get("text"), str):
        raise InputError(where, "缺少 text", "每行一个 {id, text}")
    return str(row["text"])


def _labels(folder: Path) -> Iterator[tuple[str, str]]:
    file = folder / "qrels.tsv"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise InputError(str(file), "无法读取", "请放一个 UTF-8 的 qrels.tsv") from error
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) == 4:  # TREC: query, iteration, document, relevance
            cells = [cells[0], cells[2], cells[3]]
        if len(cells) == 2:
            cells.append("1")
        try:
            worth = float(cells[2])
        except (IndexError, ValueError) as error:
            if number == 1:
                continue
            raise InputError(
                f"{file} 第 {number} 行", "不是“问题、文档、相关度”三列", "请以制表符分隔"
            ) from error
        if worth > 0:
            yield cells[0], cells[1]


def score(found: Sequence[str], relevant: frozenset[str]) -> dict[str, float]:
    """Return the metrics of one question: binary relevance, nDCG with a log2 discount over all labelled."""
    hits = [document in relevant for document in found]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(10, len(relevant))))
    gain = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits[:10]))
    first = next((1 / place for place, hit in enumerate(hits[:10], 1) if hit), 0.0)
    return {
        "nDCG@10": gain / ideal,
        **{f"Recall@{cut}": sum(hits[:cut]) / len(relevant) for cut in CUTS},
        "MRR@10": first,
    }


def measure(labelled: LabelledSet, engine: Engine, scratch: Path) -> dict[str, float]:
    """Return quality and costs of one engine. Times are wall-clock, one question after another."""
    begun = time.perf_counter()
    search = engine(labelled.documents, scratch)
    built = time.perf_counter() - begun
    questions = [labelled.questions[name] for name in labelled.relevant]
    for question in questions[:5]:
        search(question)
    times: list[float] = []
    totals = dict.fromkeys(METRICS, 0.0)
    for question, relevant in zip(questions, labelled.relevant.values(), strict=True):
        start = time.perf_counter()
        found = search(question)
        times.append(time.perf_counter() - start)
        for name, value in score(list(dict.fromkeys(found)), relevant).items():
            totals[name] += value
    disk = sum(file.stat().st_size for file in scratch.rglob("*") if file.is_file())
    return {
        **{name: round(totals[name] / len(questions), 4) for name in METRICS},
        "index_s": round(built, 3),
        "disk_mb": round(disk / 1e6, 2),
        "rss_mb": round(_peak_mb(), 1),
        "p50_ms": round(statistics.median(times) * 1e3, 3),
        "p95_ms": round(sorted(times)[int(0.95 * (len(times) - 1))] * 1e3, 3),
    }


def _peak_mb() -> float:
    """Return the most memory this process has held; the documents of the set are part of it."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


def _in_own_process(folder: Path, engine: str) -> dict[str, float]:
    paths = os.pathsep.join(one for one in sys.path if one)
    done = subprocess.run(
        [sys.executable, "-m", "evals.retrieval", str(folder), engine],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["-"])[-1]
        if absent := re.fullmatch(r"ModuleNotFoundError: No module named '([\w.]+)'", last):
            raise NotInstalled(absent[1].partition(".")[0])
        raise InputError(f"--engines {engine}", f"无法运行（{last}）", "请安装该引擎或去掉它")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


# ---------------------------------------------------------------- ours


def _passages(documents: Sequence[Document]) -> list[Passage]:
    return [
        Passage(
            id=one.id,
            source_id=one.id,
            kind="policy",
            # Where the text begins with its title, the title is searched there already.
            title="" if one.text.startswith(one.title) else one.title,
            locator="",
            text=one.text,
        )
        for one in documents
    ]


def _ours(
    embedder: str, *, dense_only: bool = False, words_alone: bool = False, reranker: str = "none"
) -> Engine:
    def engine(documents: Sequence[Document], scratch: Path) -> Search:
        from retrieval.index import build_passages, open_index
        from retrieval.rerank import Reranked

        model, second = _model(embedder), _second(reranker)
        build_passages(_passages(documents), scratch, model)
        searcher = open_index(scratch, KnowledgeBase(), model, words_alone=words_alone)
        if dense_only:
            return lambda text: [name for name, _ in searcher.nearest(Query(text=text, k=DEPTH))]
        found = searcher if second is None else Reranked(searcher, second)
        return lambda text: [name for name, _ in found.ranked(Query(text=text, k=DEPTH))]

    return engine


def _configured() -> str:
    return os.environ.get("CANMOU_EMBEDDER", "none").strip()


def _reranker() -> str:
    return os.environ.get("CANMOU_RERANKER", "none").strip()


def _model(embedder: str) -> "Embedder | None":
    from retrieval.dense import embedder_of

    return embedder_of(embedder, api_key=Settings().embedding_key)


def _second(reranker: str) -> "Reranker | None":
    from retrieval.rerank import reranker_of

    return reranker_of(reranker, api_key=Settings().reranking_key)


# ---------------------------------------------------------------- peers, as their own pages show them


def _pieces(text: str) -> list[str]:
    """Return characters and pairs, what the peers are given where they take tokens."""
    kept = [letter for letter in text.lower() if letter.isalnum()]
    return kept + [first + second for first, second in itertools.pairwise(kept)]


def _bm25s(documents: Sequence[Document], scratch: Path) -> Search:
    import bm25s  # type: ignore[import-not-found,unused-ignore]

    index = bm25s.BM25()
    index.index([_pieces(one.text) for one in documents], show_progress=False)
    index.save(str(scratch / "bm25s"))
    ids = [one.id for one in documents]

    def search(text: str) -> list[str]:
        rows, scores = index.retrieve([_pieces(text)], k=min(DEPTH, len(ids)), show_progress=False)
        return [ids[row] for row, worth in zip(rows[0], scores[0], strict=True) if worth > 0]

    return search


def _tantivy(documents: Sequence[Document], scratch: Path) -> Search:
    import tantivy  # type: ignore[import-not-found,unused-ignore]

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", tokenizer_name="pieces", index_option="freq")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    folder = scratch / "tantivy"
    folder.mkdir()
    index = tantivy.Index(schema, path=str(folder))
    index.register_tokenizer("pieces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(heap_size=128 << 20, num_threads=1)
    for one in documents:
        writer.add_document(tantivy.Document(body=" ".join(_pieces(one.text)), id=one.id))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        terms = [tantivy.Query.term_query(schema, "body", piece, "freq") for piece in _pieces(text)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return [searcher.doc(place)["id"][0] for _, place in searcher.search(query, DEPTH).hits]

    return search


def _langchain(documents: Sequence[Document], scratch: Path) -> Search:
    from langchain_community.retrievers import BM25Retriever  # type: ignore[import-not-found,unused-ignore]

    retriever = BM25Retriever.from_texts(
        [one.text for one in documents],
        metadatas=[{"id": one.id} for one in documents],
        preprocess_func=_pieces,
        k=DEPTH,
    )
    return lambda text: [found.metadata["id"] for found in retriever.invoke(text)]


def _fts5(documents: Sequence[Document], scratch: Path) -> Search:
    import sqlite3

    store = sqlite3.connect(scratch / "fts.db")
    store.execute("create virtual table docs using fts5(id unindexed, body, tokenize='unicode61')")
    rows = ((one.id, " ".join(_pieces(one.text))) for one in documents)
    store.executemany("insert into docs values (?, ?)", rows)
    store.commit()

    def search(text: str) -> list[str]:
        query = " OR ".join(f'"{piece}"' for piece in dict.fromkeys(_pieces(text)))
        sql = "select id from docs where docs match ? order by rank limit ?"
        return [row[0] for row in store.execute(sql, (query, DEPTH))] if query else []

    return search


def _txtai(documents: Sequence[Document], scratch: Path) -> Search:
    # Without weights txtai searches by keywords: BM25 over a database of its own.
    return _of_txtai(
        documents, scratch, {"tokenizer": {"whitespace": True}}, lambda text: " ".join(_pieces(text))
    )


def _txtai_plain(documents: Sequence[Document], scratch: Path) -> Search:
    return _of_txtai(documents, scratch, {}, lambda text: text)


def _of_txtai(
    documents: Sequence[Document], scratch: Path, settings: dict[str, Any], written: Callable[[str], str]
) -> Search:
    from txtai import Embeddings  # type: ignore[import-not-found,unused-ignore]

    index = Embeddings(keyword=True, **settings)
    index.index((one.id, written(one.text), None) for one in documents)
    index.save(str(scratch / "txtai"))
    return lambda text: [name for name, _ in index.search(written(text), DEPTH)]


def _llamaindex(documents: Sequence[Document], scratch: Path) -> Search:
    return _of_llamaindex(
        documents,
        scratch,
        {"skip_stemming": True, "token_pattern": r"\S+"},
        lambda text: " ".join(_pieces(text)),
    )


def _llamaindex_plain(documents: Sequence[Document], scratch: Path) -> Search:
    return _of_llamaindex(documents, scratch, {}, lambda text: text)


def _of_llamaindex(
    documents: Sequence[Document], scratch: Path, settings: dict[str, Any], written: Callable[[str], str]
) -> Search:
    from llama_index.core.schema import TextNode  # type: ignore[import-not-found,unused-ignore]
    from llama_index.retrievers.bm25 import BM25Retriever  # type: ignore[import-not-found,unused-ignore]

    nodes = [TextNode(id_=one.id, text=written(one.text)) for one in documents]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEPTH, **settings)
    retriever.persist(str(scratch / "llamaindex"))
    # Where nothing matches, it still returns passages with a score of nothing.
    return lambda text: [found.node.node_id for found in retriever.retrieve(written(text)) if found.score > 0]


ENGINES: Final[dict[str, Callable[[], Engine]]] = {
    "default": lambda: _ours("none"),
    "lexical": lambda: _ours("none", words_alone=True),
    "hybrid": lambda: _ours(_configured()),
    "dense": lambda: _ours(_configured(), dense_only=True),
    "reranked": lambda: _ours(_configured(), reranker=_reranker()),
    "bm25s": lambda: _bm25s,
    "tantivy": lambda: _tantivy,
    "langchain": lambda: _langchain,
    "fts5": lambda: _fts5,
    "txtai": lambda: _txtai,
    "txtai_plain": lambda: _txtai_plain,
    "llamaindex": lambda: _llamaindex,
    "llamaindex_plain": lambda: _llamaindex_plain,
}


def table(result: dict[str, Any]) -> str:
    """Return a result as a Markdown table."""
    lines = [
        f"{result['data']}: {result['documents']} documents, {result['queries']} questions",
        "",
        f"| engine | {' | '.join((*METRICS, *COSTS))} |",
        f"| --- |{' --- |' * (len(METRICS) + len(COSTS))}",
    ]
    for name, values in result["engines"].items():
        cells = [f"{values[one]:.4f}" for one in METRICS] + [f"{values[one]:g}" for one in COSTS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [f"{name}：{reason}" for name, reason in result.get("left_out", {}).items()]
    return "\n".join(lines)


class OwnCase(Record):
    """A question about our own corpus, and the places that answer it."""

    id: str
    question: str
    kind: str
    region: str = ""
    """Where the asker is, as people write it."""
    places: tuple[str, ...]
    """Passage ids."""


def read_own(shared: Path) -> list[OwnCase]:
    """Read the questions of `shared`/facts/faq.yaml that name clauses.

    Raises:
        InputError: The file is not there.
    """
    file = shared / "facts" / "faq.yaml"
    if not file.is_file():
        raise InputError(str(file), "没有这个文件", "请用 CANMOU_SHARED 指定资料文件夹")
    return [
        OwnCase(
            id=row["id"],
            question=row["question"],
            kind=row["kind"],
            region=row.get("region") or "",
            places=tuple(f"{clause['card']}#{clause['locator']}" for clause in row["clauses"]),
        )
        for row in read_yaml(file)["questions"]
        if row.get("clauses")
    ]


def own(
    shared: Path, embedder: str = "none", *, kinds: frozenset[Kind] | None = None, reranker: str = "none"
) -> dict[str, Any]:
    """Return how often the clauses a question names are among the first: of each arm, and by kind of question.

    A question is searched as it stands, without filters. `kinds` of question are those of the arm the product would use.
    """
    from retrieval import rerank
    from retrieval.index import build_passages, open_index
    from retrieval.passages import passages_of

    cases, kb, model, second = read_own(shared), KnowledgeBase(), _model(embedder), _second(reranker)
    verdict, arms = "", {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build_passages(passages_of(kb), folder, model)
        lexical, plain = (open_index(folder, kb, words_alone=alone) for alone in (True, False))
        product: IndexSearcher | Reranked = open_index(folder, kb, model) if model else plain
        arms = {"lexical": lexical.ranked, "default": plain.ranked}
        if model is not None:
            whole = open_index(folder, kb, model)
            arms |= {"dense": whole.nearest, "hybrid": whole.ranked}
        if second is not None:
            judged = rerank.measure(kb, open_index(folder, kb, model), second, model)
            verdict = str(judged)
            arms["reranked, all it says"] = rerank.Reranked(product, second).ranked
            if judged.share:
                product = rerank.Reranked(product, second, judged.share)
            arms["reranked, as the gate lets it"] = product.ranked
        arms["product"] = product.ranked
        found = {
            arm: [
                score(
                    [name for name, _ in search(Query(text=case.question, k=DEPTH, kinds=kinds))],
                    frozenset(case.places),
                )
                for case in cases
            ]
            for arm, search in arms.items()
        }
    rows = found.pop("product")
    by_kind: dict[str, list[dict[str, float]]] = defaultdict(list)
    for case, scored in zip(cases, rows, strict=True):
        by_kind[case.kind].append(scored)
        by_kind["all"].append(scored)
    return {
        "task": "own",
        "n": len(cases),
        "arms": {arm: _means(scored) for arm, scored in found.items()},
        "reranker": verdict,
        "kinds": {
            kind: {"n": len(scored), **_means(scored)}
            for kind, scored in sorted(by_kind.items(), key=lambda pair: (pair[0] != "all", -len(pair[1])))
        },
        "missed_at_5": [
            f"{case.id} {scored['Recall@5']:.2f}"
            for case, scored in zip(cases, rows, strict=True)
            if scored["Recall@5"] < 1
        ],
    }


def _means(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.mean(row[name] for row in rows), 4) for name in METRICS}


def arms_table(result: dict[str, Any]) -> str:
    """Return the arms of a result as a Markdown table, a row each."""
    lines = [f"| arm | n | {' | '.join(METRICS)} |", f"| --- | --- |{' --- |' * len(METRICS)}"]
    for arm, values in result["arms"].items():
        lines.append(f"| {arm} | {result['n']} | {' | '.join(f'{values[name]:.3f}' for name in METRICS)} |")
    return "\n".join(lines)


def own_table(result: dict[str, Any]) -> str:
    """Return an `own` result as Markdown tables: a row per arm, then a row per kind of question."""
    head = f"| n | {' | '.join(METRICS)} |"
    lines = [arms_table(result)]
    lines += [f"\n重排：{result['reranker']}"] if result["reranker"] else []
    lines += ["", f"| kind {head}", f"| --- | --- |{' --- |' * len(METRICS)}"]
    for kind, values in result["kinds"].items():
        lines.append(f"| {kind} | {values['n']} | {' | '.join(f'{values[name]:.3f}' for name in METRICS)} |")
    return "\n".join(lines)


def asked(weights: Path | None = None, *, reranker: str = "none") -> dict[str, Any]:
    """Return how often the passage of an everyday question is among the first while that question is left out.

    A fold of the questions is left out at a time; the others of the same passage stay. A question may be answered
    elsewhere too, so a figure is a lower bound.

    Args:
        weights: Folder of 0.npz to 3.npz, embeddings trained without each fold (`evals.train_meaning --leave-out`);
            folds without a file are not asked. Without it the embedding that ships is used, which has read some of
            the questions: that flatters.
        reranker: A setting of retrieval.rerank; it gets a row with all it says.

    Raises:
        InputError: There is no embedding in `weights`.
    """
    from retrieval import meaning
    from retrieval.index import build_passages, open_index
    from retrieval.passages import passages_of
    from retrieval.rerank import Reranked

    kb, second = KnowledgeBase(), _second(reranker)
    passages = passages_of(kb)
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    folds = [fold for fold in range(FOLDS) if weights is None or (weights / f"{fold}.npz").is_file()]
    if not folds:
        raise InputError(
            str(weights), "没有 0.npz 到 3.npz", "先运行 python -m evals.train_meaning --leave-out"
        )
    for fold in folds:
        held = partial(meaning.load, weights / f"{fold}.npz") if weights else meaning.load
        with tempfile.TemporaryDirectory() as scratch, patch.object(meaning, "load", held):
            build_passages(without(passages, fold), Path(scratch))
            lexical, plain = (open_index(Path(scratch), kb, words_alone=alone) for alone in (True, False))
            arms = {"lexical": lexical.ranked, "default": plain.ranked}
            if second is not None:
                arms["reranked"] = Reranked(plain, second).ranked
            for passage in passages:
                for text in passage.asked_as:
                    if fold_of(text) != fold:
                        continue
                    for arm, search in arms.items():
                        names = [name for name, _ in search(Query(text=text, k=DEPTH))]
                        found[arm].append(score(names, frozenset({passage.id})))
                    near = "" if passage.region == NATION else passage.region
                    names = [name for name, _ in plain.ranked(Query(text=text, k=DEPTH, near=near))]
                    found["default, place told"].append(score(names, frozenset({passage.id})))
    return {
        "task": "asked",
        "n": len(found["default"]),
        "arms": {arm: _means(rows) for arm, rows in found.items()},
    }


def main(arguments: Sequence[str]) -> None:
    """Measure one engine on one set and print the figures as one JSON line (`run` calls this), or print tables.

    FOLDER ENGINE      one JSON line
    table FOLDER ENGINE…
    own                the clauses of our own corpus; CANMOU_SHARED names the folder of the questions
    asked [WEIGHTS]    everyday questions left out in turn, four folds
    """
    if arguments[0] == "own":
        shared = Path(os.environ.get("CANMOU_SHARED", "../shared"))
        result = own(shared, _configured(), kinds=frozenset({"policy"}), reranker=_reranker())
        sys.stdout.write(own_table(result) + "\n" + "、".join(result["missed_at_5"]) + "\n")
    elif arguments[0] == "asked":
        weights = Path(arguments[1]) if len(arguments) > 1 else None
        sys.stdout.write(arms_table(asked(weights, reranker=_reranker())) + "\n")
    elif arguments[0] == "table":
        sys.stdout.write(table(run(arguments[1], arguments[2:])) + "\n")
    else:
        folder, name = Path(arguments[0]), arguments[1]
        labelled = read_set(folder)
        with tempfile.TemporaryDirectory() as scratch:
            sys.stdout.write(json.dumps(measure(labelled, ENGINES[name](), Path(scratch))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
