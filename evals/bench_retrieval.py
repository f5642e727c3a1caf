"""How the index grows, where exact and approximate search cross, and what a fresh process spends, as printed tables.

    python -m evals.bench_retrieval                                  all three, at the usual sizes
    python -m evals.bench_retrieval words 1000 100000 1000000        growth of the index and of a search by words
    python -m evals.bench_retrieval vectors 10000 100000             exact search of vectors beside Chroma's HNSW
    python -m evals.bench_retrieval search FOLDER                    searches by words of an index that is there
    python -m evals.bench_retrieval startup                          a fresh process until its first answers

Passages are made by varying the real ones: sentences of several passages drawn together, places, days and numbers
changed. Questions are the everyday questions of knowledge/data/asked. The floor of a search by words is one pass over
every posting a question names, as two contiguous arrays of six bytes a posting however the index stores them; of a
search of vectors, one pass over the vectors; one thread for each. A posting floor is printed twice: `floor_ms` from the processor's cache,
`memory_floor_ms` with the cache filled with something else before. Each size runs in a process of its own.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals.retrieval import _peak_mb
from knowledge.errors import MissingError
from knowledge.load import KnowledgeBase
from retrieval import meaning
from retrieval.chroma import LOCAL, Collection
from retrieval.dense import Vectors
from retrieval.filters import facets_of
from retrieval.hybrid import IndexSearcher, nearest_rows
from retrieval.index import add, build, build_passages, open_index
from retrieval.lexical import Scorer
from retrieval.passages import passages_of
from retrieval.question import read_question, sentences, weigh
from retrieval.search import Passage, Query

DIMENSIONS: Final = 512
LENGTH: Final = 280
"""Characters of a made passage, about."""
BATCH: Final = 100_000
"""Passages made and added at once."""
SIZES: Final = {
    "words": [1_000, 10_000, 100_000],
    "vectors": [10_000, 30_000, 100_000, 300_000],
    "startup": [],
}
_SOME: Final = frozenset({"全国", "山东省", "山东省济南市"})
NARROWED: Final[dict[str, dict[str, Any]]] = {
    "": {},
    "place_": {"regions": _SOME},
    "place_day_": {"regions": _SOME, "in_force_on": date(2025, 6, 1)},
}
"""Filters a question is asked with: none, three places of all, these and a day."""
_CHROMA_UP_TO = 100_000

Figures = dict[str, float]


def varied(count: int, kb: KnowledgeBase, start: int = 0) -> list[Passage]:
    """Return `count` passages made from the real ones, numbered from `start`; the same for the same arguments."""
    pick = random.Random(count + start)
    real = passages_of(kb)
    pool = [sentence for passage in real for sentence in sentences(passage.text)]
    places = sorted({passage.region for passage in real})
    made = []
    for number in range(start, start + count):
        base = pick.choice(real)
        text = base.text
        while len(text) < pick.randrange(LENGTH - 80, LENGTH + 80):
            text += "\n" + pick.choice(pool).replace("2025", str(pick.randrange(2019, 2029))) + "。"
        begins = date(2022, 1, 1) + timedelta(days=pick.randrange(1500))
        made.append(
            base.model_copy(
                update={
                    "id": f"made-{number}",
                    "source_id": f"made-{number // 20}",
                    "text": text,
                    "region": pick.choice(places),
                    "valid_from": begins,
                    "valid_to": pick.choice((None, begins + timedelta(days=900))),
                }
            )
        )
    return made


def questions(kb: KnowledgeBase, count: int = 200) -> list[str]:
    """Return everyday questions of our own corpus."""
    asked = sorted({question for passage in passages_of(kb) for question in passage.asked_as})
    return random.Random(1).sample(asked, min(count, len(asked)))


def timed(
    work: Callable[[str], object],
    texts: Sequence[str],
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds, after one round to warm up.

    `time.thread_time` counts what the search itself used, also on a machine that does other work at the same time.
    """
    for text in texts:
        work(text)
    times = []
    for text in texts:
        begun = clock()
        work(text)
        times.append((clock() - begun) * 1e3)
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


def best(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median over questions of the best of three runs, in milliseconds of this thread alone."""
    taken = []
    for text in texts:
        runs = []
        for _ in range(3):
            begun = time.thread_time()
            work(text)
            runs.append(time.thread_time() - begun)
        taken.append(min(runs) * 1e3)
    return statistics.median(taken)


def measure(count: int) -> dict[str, Figures]:
    """Return the figures of one size: of the index, of a search by words alone, and of what is set by default."""
    kb = KnowledgeBase()
    index: Figures = {"build_s": 0.0, "build_cpu_s": 0.0}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch)
        # In batches, so that a million passages need not be held at once; making them is not counted.
        for start in range(0, count, BATCH):
            passages = varied(min(BATCH, count - start), kb, start)
            begun, used = time.perf_counter(), time.process_time()
            if start:
                add(path, passages)
            else:
                build_passages(passages, path)
            index["build_s"] += time.perf_counter() - begun
            index["build_cpu_s"] += time.process_time() - used
        index["build_rss_mb"] = _peak_mb()
        sizes = {file: file.stat().st_size / 1e6 for file in path.rglob("*") if file.is_file()}
        index["disk_mb"] = sum(sizes.values())
        index["texts_mb"] = sum(size for file, size in sizes.items() if file.stem == "blob")
        begun = time.perf_counter()
        add(path, [passages[0].model_copy(update={"id": "one-more"})])
        index["add_one_ms"] = (time.perf_counter() - begun) * 1e3
        del passages
        begun = time.perf_counter()
        open_index(path, kb).ranked(Query(text="补助"))
        index["open_ms"] = (time.perf_counter() - begun) * 1e3
        return {"index": index} | search_times(path, kb)


def search_times(path: Path, kb: KnowledgeBase) -> dict[str, Figures]:
    """Return the query times of the index at `path`, by words alone and by what is set by default."""
    arms = {"words": True, "default": False}
    return {arm: _search_times(open_index(path, kb, words_alone=alone), kb) for arm, alone in arms.items()}


def _search_times(searcher: IndexSearcher, kb: KnowledgeBase) -> Figures:
    """Return query times: wall-clock, one question after another, and against the floor."""
    texts, figures = questions(kb), Figures()
    for name, narrowed in NARROWED.items():
        p50, p95 = timed(
            lambda text, narrowed=narrowed: searcher.ranked(Query(text=text, **narrowed)),  # type: ignore[misc]
            texts,
        )
        figures[f"{name}p50_ms"], figures[f"{name}p95_ms"] = p50, p95
    figures |= _floor(searcher, texts)
    figures["cpu_ms"] = best(lambda text: searcher.ranked(Query(text=text)), texts)
    figures["over_floor"] = figures["cpu_ms"] / figures["floor_ms"]
    figures["over_memory_floor"] = figures["cpu_ms"] / figures["memory_floor_ms"]
    return figures


def _floor(searcher: IndexSearcher, texts: Sequence[str]) -> Figures:
    """Return the median number of postings a question names, and the time to read each once: from cache, from memory."""
    scorer: Scorer = searcher.scorer
    other = np.zeros(16 << 20)
    cached, uncached, counts = [], [], []
    for text in texts:
        terms, _ = weigh(read_question(text, searcher.glossary))
        cuts = []
        for segment in scorer.segments:
            numbers = segment.postings.find(terms)
            cuts += [segment.postings.of(number) for number in numbers[numbers >= 0].tolist()]
        # One array each, as a C loop would see them: no call per term.
        rows = np.concatenate([one for one, _ in cuts], dtype=np.int32)
        impacts = np.concatenate([one for _, one in cuts], dtype=np.uint16)
        other += 1
        passes = []
        for _ in range(4):
            begun = time.thread_time()
            rows.max()
            impacts.max()
            passes.append(time.thread_time() - begun)
        uncached.append(passes[0] * 1e3)
        cached.append(min(passes[1:]) * 1e3)
        counts.append(len(rows))
    return {
        "postings": statistics.median(counts),
        "floor_ms": statistics.median(cached),
        "memory_floor_ms": statistics.median(uncached),
    }


def measure_vectors(count: int) -> dict[str, Figures]:
    """Return times of exact and approximate nearest-neighbour search over the same vectors in one run.

    The vectors are those of real passages by the embedding that ships, spread over `DIMENSIONS` numbers and moved a
    little at random, so that they lie together as those of texts do; the questions are real. `half` keeps them
    as float16 and widens a block at a time. Chroma is asked as the program asks it, which always names the owner (`door`), and
    bare, without any filter (`bare`); `recall` is the share of the exact ten it finds then.
    """
    kb = KnowledgeBase()
    passages, vectors, asked = _vectors(count, kb)
    half = vectors.astype(np.float16)
    facets = facets_of(passages)
    masks = {name: facets.allow(Query(text="", **narrowed)) for name, narrowed in NARROWED.items()}

    def exact(number: str, mask: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        return nearest_rows(vectors @ asked[int(number)], 10, mask)

    def widened(number: str) -> NDArray[np.int64]:
        blocks = (half[at : at + 4096].astype(np.float32) for at in range(0, count, 4096))
        return nearest_rows(np.concatenate([block @ asked[int(number)] for block in blocks]), 10, None)

    numbers = [str(number) for number in range(len(asked))]
    figures: Figures = {}
    for name, mask in masks.items():
        figures[f"exact_{name}ms"], _ = timed(lambda one, mask=mask: exact(one, mask), numbers)  # type: ignore[misc]
    figures["half_ms"], _ = timed(widened, numbers[:10])
    figures["floor_ms"], _ = timed(lambda _: vectors.max(), numbers[:20])
    if count <= _CHROMA_UP_TO:
        nearest = [[passages[row].id for row in exact(one, None).tolist()] for one in numbers]
        figures |= _chroma_times(passages, vectors, asked, nearest)
    figures["rss_mb"] = _peak_mb()
    return {"vectors": figures}


def _chroma_times(
    passages: Sequence[Passage], vectors: Vectors, asked: Sequence[Vectors], nearest: Sequence[list[str]]
) -> Figures:
    """Return what the same search costs in a local Chroma collection; nothing where chromadb is not installed."""
    numbers, figures = [str(number) for number in range(len(asked))], Figures()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            collection = Collection.open(LOCAL, "bench", Path(scratch))
        except MissingError:
            return figures
        begun = time.perf_counter()
        collection.bring_in_line(passages, vectors)
        figures["chroma_build_s"] = time.perf_counter() - begun
        found: dict[str, set[str]] = {}

        def bare(number: str) -> None:
            answer = collection._collection.query(
                query_embeddings=[asked[int(number)]], n_results=10, include=["metadatas", "distances"]
            )
            found[number] = {str(facet["passage"]) for facet in answer["metadatas"][0]}

        figures["chroma_bare_ms"], _ = timed(bare, numbers)
        for name, narrowed in NARROWED.items():
            figures[f"chroma_door_{name}ms"], _ = timed(
                lambda one, narrowed=narrowed: collection.nearest(  # type: ignore[misc]
                    asked[int(one)], 10, Query(text="", **narrowed)
                ),
                numbers,
            )
        hits = [len(found[one] & set(ten)) for one, ten in zip(numbers, nearest, strict=True)]
        figures["recall"] = statistics.mean(hits) / 10
    return figures


def _vectors(count: int, kb: KnowledgeBase) -> tuple[list[Passage], Vectors, list[Vectors]]:
    """Return passages that differ in what filters ask, a unit vector of each, and the vectors of 50 questions."""
    pick, draw = random.Random(count), np.random.default_rng(count)
    real, shipped = passages_of(kb), meaning.load()
    spread = draw.standard_normal((shipped.weights.shape[1], DIMENSIONS), np.float32)
    told = [vector for one in real if (vector := shipped.question(one.text)) is not None]
    bases = np.stack(told) @ spread
    vectors = np.empty((count, DIMENSIONS), np.float32)
    for at in range(0, count, BATCH):
        block = bases[draw.integers(0, len(bases), min(BATCH, count - at))]
        scale = np.linalg.norm(block, axis=1, keepdims=True) / DIMENSIONS**0.5
        block += 0.7 * scale * draw.standard_normal(block.shape, np.float32)
        vectors[at : at + len(block)] = block / np.linalg.norm(block, axis=1, keepdims=True)
    places = sorted({passage.region for passage in real})
    passages = []
    for number in range(count):
        begins = date(2022, 1, 1) + timedelta(days=pick.randrange(1500))
        update = {
            "id": f"made-{number}",
            "region": pick.choice(places),
            "valid_from": begins,
            "valid_to": pick.choice((None, begins + timedelta(days=900))),
        }
        passages.append(pick.choice(real).model_copy(update=update))
    asked = [shipped.question(text) for text in questions(kb, 50)]
    turned = [one @ spread for one in asked if one is not None]
    return passages, vectors, [one / np.linalg.norm(one) for one in turned]


def start_up() -> dict[str, Figures]:
    """Return what a fresh process spends until its first answers, in milliseconds; the index is built before."""
    code = """
import time; begun = time.perf_counter()
import json, sys
from pathlib import Path
def tick(name, since):
    spent[name] = (time.perf_counter() - since) * 1e3
    return time.perf_counter()
spent = {}
import numpy, pydantic, yaml
since = tick("libraries_ms", begun)
from knowledge.errors import MissingError
from knowledge.load import KnowledgeBase
from retrieval.index import open_index, open_searcher
from retrieval.search import Query
since = tick("own_modules_ms", since)
kb = KnowledgeBase(); kb.hash
since = tick("hash_data_ms", since)
kb.terms
since = tick("glossary_ms", since)
import rjieba; rjieba.cut("转型")
since = tick("segmenter_ms", since)
path = Path(sys.argv[1])
searcher = open_index(path, kb, words_alone=True) if sys.argv[2] == "words" else open_searcher(kb, path)
since = tick("open_ms", since)
searcher.search(Query(text="小巨人研发费用要求"))
since = tick("first_ms", since)
searcher.search(Query(text="四级怎么验收"))
since = tick("second_ms", since)
print(json.dumps(spent))
"""
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as scratch:
        build(KnowledgeBase(), Path(scratch))
        for arm in ("words", "default"):
            runs = []
            for _ in range(8):
                begun = time.perf_counter()
                done = subprocess.run(
                    [sys.executable, "-c", code, scratch, arm], capture_output=True, text=True, check=True
                )
                whole = (time.perf_counter() - begun) * 1e3
                runs.append(json.loads(done.stdout) | {"whole_process_ms": whole})
            found[arm] = {name: statistics.median(run[name] for run in runs[1:]) for name in runs[0]}
    return found


def table(rows: dict[str, Figures]) -> str:
    """Return figures as a Markdown table, one line per row."""
    names = list(dict.fromkeys(name for figures in rows.values() for name in figures))
    lines = [f"| | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for label, figures in rows.items():
        cells = (format(figures[name], ".3g") if name in figures else "–" for name in names)
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print tables of growth (`words SIZE…`), of exact against approximate search (`vectors SIZE…`), of `startup`, or all.

    `search FOLDER` measures an index that is there.

    --one WHAT SIZE prints one JSON line; used for a process per size.
    """
    if arguments and arguments[0] == "--one":
        found = {"words": measure, "vectors": measure_vectors}[arguments[1]](int(arguments[2]))
        sys.stdout.write(json.dumps(found) + "\n")
        return
    if arguments and arguments[0] == "search":
        sys.stdout.write(table(search_times(Path(arguments[1]), KnowledgeBase())) + "\n")
        return
    chosen = [arguments[0]] if arguments and not arguments[0].isdigit() else list(SIZES)
    given = [int(size) for size in arguments if size.isdigit()]
    for what in chosen:
        if what == "startup":
            sys.stdout.write(f"startup\n\n{table(start_up())}\n\n")
            continue
        tables: dict[str, dict[str, Figures]] = {}
        for size in given or SIZES[what]:
            command = [sys.executable, "-m", "evals.bench_retrieval", "--one", what, str(size)]
            done = subprocess.run(
                command,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            )
            for name, figures in json.loads(done.stdout.strip().splitlines()[-1]).items():
                tables.setdefault(name, {})[f"{size:,}"] = figures
        for name, rows in tables.items():
            sys.stdout.write(f"{name}\n\n{table(rows)}\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
