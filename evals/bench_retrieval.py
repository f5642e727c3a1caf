"""How the index grows: build, memory, disk and query time at 1k, 10k, 100k (and 1M) passages, as printed tables.

    python -m evals.bench_retrieval 1000 10000 100000

Passages are made by varying the real ones: sentences of several passages drawn together, places, days and numbers
changed. Questions are the everyday questions of knowledge/data/asked and the headings of clauses. The floor of a
lexical query is one pass over the postings it must read; of a dense query, one pass over the vectors. Each size runs in
a process of its own.
"""

import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from evals.retrieval import _peak_mb
from knowledge.load import KnowledgeBase
from retrieval.chroma import LOCAL, Collection
from retrieval.dense import Vectors
from retrieval.hybrid import IndexSearcher, nearest_rows
from retrieval.index import add, build_passages, open_index
from retrieval.lexical import Scorer
from retrieval.passages import passages_of
from retrieval.question import read_question, sentences, weigh
from retrieval.search import Passage, Query

DIMENSIONS: Final = 512
LENGTH: Final = 280
"""Characters of a made passage, about."""
BATCH: Final = 100_000
"""Passages made and added at once."""
_CHROMA_UP_TO = 100_000


class Random:
    """Vectors without meaning, of the size a small Chinese model gives: only time is measured."""

    identity = f"bench:random-{DIMENSIONS}"

    def passages(self, texts: Sequence[str], progress: object = None) -> Vectors:
        """Return unit vectors."""
        vectors = np.random.default_rng(len(texts)).standard_normal((len(texts), DIMENSIONS), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def question(self, text: str) -> Vectors:
        """Return a unit vector."""
        return np.asarray(self.passages([text])[0])


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


def measure(count: int) -> dict[str, float]:
    """Return the figures of one size."""
    kb = KnowledgeBase()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch)
        # In batches, so that a million passages need not be held at once; making them is not counted.
        figures["build_s"] = figures["build_cpu_s"] = 0.0
        for start in range(0, count, BATCH):
            passages = varied(min(BATCH, count - start), kb, start)
            begun, used = time.perf_counter(), time.process_time()
            if start:
                add(path, passages)
            else:
                build_passages(passages, path)
            figures["build_s"] += time.perf_counter() - begun
            figures["build_cpu_s"] += time.process_time() - used
        figures["disk_mb"] = sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6
        begun = time.perf_counter()
        add(path, [passages[0].model_copy(update={"id": "one-more"})])
        figures["add_one_ms"] = (time.perf_counter() - begun) * 1e3
        del passages
        begun = time.perf_counter()
        searcher = open_index(path, kb)
        searcher.ranked(Query(text="补助"))
        figures["open_ms"] = (time.perf_counter() - begun) * 1e3
        texts = questions(kb)
        some = frozenset({"全国", "山东省", "山东省济南市"})
        day = date(2025, 6, 1)
        cases = {
            "": lambda text: Query(text=text),
            "place_": lambda text: Query(text=text, regions=some),
            "place_day_": lambda text: Query(text=text, regions=some, in_force_on=day),
        }
        for name, query in cases.items():
            p50, p95 = timed(lambda text, query=query: searcher.ranked(query(text)), texts)  # type: ignore[misc]
            figures[f"{name}p50_ms"], figures[f"{name}p95_ms"] = p50, p95
        figures["floor_ms"], figures["postings"] = _floor(searcher, texts)
        cpu = timed(lambda text: searcher.ranked(Query(text=text)), texts, time.thread_time)
        figures["cpu_p50_ms"], figures["cpu_p95_ms"] = cpu
        figures["over_floor"] = figures["cpu_p50_ms"] / figures["floor_ms"]
        figures["rss_mb"] = _peak_mb()
    return figures


def _floor(searcher: IndexSearcher, texts: Sequence[str]) -> tuple[float, float]:
    """Return the median time to read once every posting a question names, and how many those are."""
    scorer: Scorer = searcher.scorer
    times, counts = [], []
    for text in texts:
        terms, _ = weigh(read_question(text, searcher.glossary))
        cuts = []
        for segment in scorer.segments:
            numbers = segment.postings.find(terms)
            cuts += [segment.postings.of(number) for number in numbers[numbers >= 0].tolist()]
        # One array each, as a C loop would see them: no call per term.
        rows = np.concatenate([one for one, _ in cuts], dtype=np.int32)
        impacts = np.concatenate([one for _, one in cuts], dtype=np.uint16)
        passes = []
        for _ in range(3):
            begun = time.thread_time()
            rows.max()
            impacts.max()
            passes.append(time.thread_time() - begun)
        times.append(min(passes) * 1e3)
        counts.append(len(rows))
    return statistics.median(times), statistics.median(counts)


def measure_dense(count: int) -> dict[str, float]:
    """Return query times of exact and approximate nearest-neighbour search at one size."""
    kb, model = KnowledgeBase(), Random()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch)
        passages = varied(count, kb)
        build_passages(passages, path, model)
        # Random vectors earn no say; for time they are given the most there is.
        manifest = (path / "manifest.json").read_text().replace('"dense_weight":0.0', '"dense_weight":0.3')
        (path / "manifest.json").write_text(manifest)
        searcher = open_index(path, kb, model)
        texts = questions(kb, 100)
        some = frozenset({"全国", "山东省", "山东省济南市"})
        figures["hybrid_p50_ms"], figures["hybrid_p95_ms"] = timed(
            lambda text: searcher.ranked(Query(text=text)), texts
        )
        figures["hybrid_place_p50_ms"], figures["hybrid_place_p95_ms"] = timed(
            lambda text: searcher.ranked(Query(text=text, regions=some, in_force_on=date(2025, 6, 1))), texts
        )
        vectors = np.concatenate([one.vectors for one in searcher.stored if one.vectors is not None])
        vector = model.question("x")
        figures["exact_p50_ms"], _ = timed(lambda _: nearest_rows(vectors @ vector, 10, None), texts)
        figures["floor_ms"], _ = timed(lambda _: vectors.max(), texts[:20])
        if count <= _CHROMA_UP_TO:
            collection = Collection.open(LOCAL, "bench", path)
            begun = time.perf_counter()
            collection.bring_in_line(passages, vectors)
            figures["chroma_build_s"] = time.perf_counter() - begun
            figures["chroma_p50_ms"], _ = timed(
                lambda text: collection.nearest(vector, 10, Query(text=text)), texts[:30]
            )
            figures["chroma_place_p50_ms"], _ = timed(
                lambda text: collection.nearest(vector, 10, Query(text=text, regions=some)), texts[:30]
            )
        figures["rss_mb"] = _peak_mb()
    return figures


def start_up() -> dict[str, float]:
    """Return what a fresh process spends until its first answer, in milliseconds; the index is built before."""
    code = (
        "import time; t = time.perf_counter()\n"
        "from pathlib import Path; import sys, json\n"
        "from knowledge.load import KnowledgeBase\n"
        "from retrieval.index import open_searcher\nfrom retrieval.search import Query\n"
        "a = time.perf_counter(); kb = KnowledgeBase(); kb.hash; b = time.perf_counter()\n"
        "searcher = open_searcher(kb, Path(sys.argv[1])); c = time.perf_counter()\n"
        "searcher.search(Query(text='小巨人研发费用要求')); d = time.perf_counter()\n"
        "searcher.search(Query(text='四级怎么验收')); e = time.perf_counter()\n"
        "print(json.dumps({'import_ms': (a - t) * 1e3, 'hash_ms': (b - a) * 1e3, 'open_ms': (c - b) * 1e3,"
        " 'first_ms': (d - c) * 1e3, 'second_ms': (e - d) * 1e3}))"
    )
    with tempfile.TemporaryDirectory() as scratch:
        runs = []
        for _ in range(6):
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", code, scratch], capture_output=True, text=True, check=True
            )
            runs.append(json.loads(done.stdout) | {"whole_process_ms": (time.perf_counter() - begun) * 1e3})
    return {name: statistics.median(run[name] for run in runs[1:]) for name in runs[0]}


def table(rows: dict[str, dict[str, float]]) -> str:
    """Return figures as a Markdown table, one line per row."""
    names = list(next(iter(rows.values())))
    lines = [f"| | {' | '.join(names)} |", f"| --- |{' --- |' * len(names)}"]
    for label, figures in rows.items():
        cells = (format(figures.get(name, math.nan), ".3g") for name in names)
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Print tables of growth, of exact against approximate search, and of start-up.

    SIZE…             all three
    words SIZE…       growth alone; dense SIZE…: exact against approximate alone
    --one WHAT SIZE   one JSON line; used for a process per size
    """
    if arguments and arguments[0] == "--one":
        found = {"words": measure, "dense": measure_dense}[arguments[1]](int(arguments[2]))
        sys.stdout.write(json.dumps(found) + "\n")
        return
    chosen = [arguments[0]] if arguments and arguments[0] in ("words", "dense") else ["words", "dense"]
    sizes = [int(size) for size in arguments if size not in chosen] or [1_000, 10_000, 100_000]
    for what in chosen:
        rows = {}
        for size in sizes:
            command = [sys.executable, "-m", "evals.bench_retrieval", "--one", what, str(size)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows[f"{size:,}"] = json.loads(done.stdout.strip().splitlines()[-1])
        sys.stdout.write(f"{what}\n\n{table(rows)}\n\n")
        sys.stdout.flush()
    if len(chosen) == 2:
        sys.stdout.write(f"start-up\n\n{table({'words only': start_up()})}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
