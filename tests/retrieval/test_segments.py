"""The index on disk: incremental equals full, filters leak nothing, a killed writer loses nothing."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from corpus import KINDS, OWNERS, PHRASES, REGIONS, STATUSES, passage, varied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import MissingError
from knowledge.load import KnowledgeBase
from knowledge.policy import Status
from knowledge.terms import Glossary
from retrieval import index, store
from retrieval.filters import allows
from retrieval.hybrid import IndexSearcher
from retrieval.index import add, build, build_passages, check, open_searcher
from retrieval.search import Passage, Query

ROOT = Path(__file__).parents[2]


def opened(path: Path) -> IndexSearcher:
    manifest, parts = index._open(path)
    return IndexSearcher(manifest, parts, Glossary())


def found(path: Path, text: str, **filters: object) -> list[tuple[str, float]]:
    return opened(path).ranked(Query.model_validate({"text": text, "k": 500, **filters}))


queries = st.builds(
    Query,
    text=st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3).map("".join),
    k=st.integers(1, 30),
    regions=st.none() | st.frozensets(st.sampled_from(REGIONS)),
    in_force_on=st.none() | st.integers(0, 1700).map(lambda days: date(2023, 10, 1) + timedelta(days=days)),
    statuses=st.none() | st.frozensets(st.sampled_from(STATUSES)),
    kinds=st.none() | st.frozensets(st.sampled_from(KINDS)),
    owner=st.sampled_from(OWNERS),
)


@pytest.fixture(scope="module")
def corpus() -> list[Passage]:
    return varied(400)


@pytest.fixture(scope="module")
def searcher(corpus: list[Passage], tmp_path_factory: pytest.TempPathFactory) -> IndexSearcher:
    path = tmp_path_factory.mktemp("index")
    build_passages(corpus[:300], path)
    add(path, corpus[300:])
    return opened(path)


@settings(max_examples=200, deadline=None)
@given(query=queries)
def test_filters_never_leak_and_never_starve(
    query: Query, searcher: IndexSearcher, corpus: list[Passage]
) -> None:
    """Every hit passes the filters, and k hits come back when k passages pass and share a word with the question."""
    hits = searcher.search(query)
    assert all(allows(query, hit.passage) for hit in hits)
    everything = searcher.ranked(Query(text=query.text, k=1000, owner="甲公司"))
    everything += searcher.ranked(Query(text=query.text, k=1000, owner="乙公司"))
    touched = {name for name, _ in everything}
    possible = [one for one in corpus if allows(query, one) and one.id in touched]
    assert len(hits) == min(query.k, len(possible))
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@settings(max_examples=60, deadline=None)
@given(query=queries)
def test_a_filter_keeps_the_order(query: Query, searcher: IndexSearcher) -> None:
    """Filtering takes passages out and changes neither scores nor order of the others."""
    kept = searcher.ranked(query.model_copy(update={"k": 500}))
    everyone = searcher.ranked(Query(text=query.text, k=1000, owner=query.owner))
    names = {name for name, _ in kept}
    assert kept == [pair for pair in everyone if pair[0] in names]


@pytest.mark.parametrize(
    ("status", "ends", "day", "seen"),
    [
        pytest.param(Status.IN_FORCE, date(2025, 12, 31), date(2025, 12, 31), True, id="last-day"),
        pytest.param(Status.IN_FORCE, date(2025, 12, 31), date(2026, 1, 1), False, id="day-after"),
        pytest.param(Status.NOT_STATED, None, date(2026, 1, 1), True, id="no-end-known"),
        pytest.param(Status.EXPIRED, None, date(2026, 1, 1), False, id="ended-unknown-when"),
        pytest.param(Status.EXPIRED, date(2025, 12, 31), date(2025, 1, 1), True, id="held-then"),
    ],
)
def test_in_force_on_a_day(tmp_path: Path, status: Status, ends: date | None, day: date, seen: bool) -> None:
    build_passages([passage("一", "补助标准", status=status, valid_to=ends), passage("二", "其他")], tmp_path)
    assert bool(found(tmp_path, "补助标准", in_force_on=day)) is seen


@pytest.fixture
def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: what is proven is not what a power cut leaves."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_incremental_equals_full(seed: int, tmp_path: Path, unflushed: None) -> None:
    """Any sequence of additions, changes and removals ends in the very scores of a fresh build."""
    pick = random.Random(seed)
    pool = varied(60, seed)
    grown, fresh = tmp_path / f"grown{seed}", tmp_path / f"fresh{seed}"
    for folder in (grown, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    held: dict[str, Passage] = {}
    for _ in range(5):
        chosen = pick.sample(pool, pick.randrange(1, 25))
        changed = [one.model_copy(update={"text": one.text + pick.choice(PHRASES)}) for one in chosen]
        if held and pick.random() < 0.5:
            held |= {one.id: one for one in changed}
            add(grown, changed)
        else:
            held = {one.id: one for one in [*held.values(), *changed] if pick.random() < 0.8} or {
                one.id: one for one in changed
            }
            build_passages(list(held.values()), grown)
    build_passages(list(held.values()), fresh)
    one, other = opened(grown), opened(fresh)
    for phrase in PHRASES:
        query = Query(text=phrase, k=500, owner="甲公司")
        assert one.ranked(query) == other.ranked(query)
    assert store.read_manifest(grown).passages == len(held)


def test_sources_can_be_removed(tmp_path: Path) -> None:
    build_passages([passage("一", "补助标准", "a"), passage("一", "补助标准", "b")], tmp_path)
    report = add(tmp_path, [], remove_sources=["a"])
    assert (report.removed, report.passages) == (1, 1)
    assert [name for name, _ in found(tmp_path, "补助")] == ["b#一"]


def test_adding_one_writes_only_that_one(tmp_path: Path) -> None:
    """The large segment stays the very same files."""
    build_passages(varied(400), tmp_path)
    before = store.read_manifest(tmp_path).parts
    add(tmp_path, [passage("新", "揭榜挂帅")])
    after = store.read_manifest(tmp_path).parts
    assert after[0] == before[0]
    assert [part.rows for part in after[1:]] == [1]
    assert found(tmp_path, "揭榜")[0][0] == "doc#新"


def test_many_small_additions_are_merged(tmp_path: Path) -> None:
    build_passages(varied(200), tmp_path)
    for number in range(30):
        add(tmp_path, [passage(str(number), f"揭榜挂帅第{number}号")])
    assert len(store.read_manifest(tmp_path).parts) <= 6
    assert len(found(tmp_path, "揭榜挂帅")) == 30


def test_equal_scores_are_ordered_by_id(tmp_path: Path) -> None:
    twins = [passage(place, "同样的内容") for place in ("丙", "甲", "乙")]
    build_passages(twins, tmp_path)
    names = [name for name, _ in found(tmp_path, "同样")]
    assert names == sorted(names)
    assert [name for name, _ in opened(tmp_path).ranked(Query(text="同样", k=2))] == names[:2]


def test_a_passage_is_found_by_its_id(tmp_path: Path) -> None:
    pool = varied(50)
    build_passages(pool, tmp_path)
    searcher = opened(tmp_path)
    assert searcher.passage(pool[17].id) == pool[17]
    assert searcher.passage("no#where") is None


@pytest.mark.parametrize("text", ["", "？", "   ", "是吗", "\ud800", "x" * 5000])
def test_an_odd_question_is_answered(tmp_path: Path, text: str) -> None:
    build_passages(varied(20), tmp_path)
    assert isinstance(opened(tmp_path).search(Query(text=text)), list)


def test_an_empty_index_answers_nothing(tmp_path: Path) -> None:
    report = build_passages([], tmp_path)
    assert report.passages == 0
    assert opened(tmp_path).search(Query(text="补助")) == []


def test_passages_without_words_are_kept(tmp_path: Path) -> None:
    build_passages([passage("一", "……", title="")], tmp_path)
    assert opened(tmp_path).passage("doc#一").text == "……"


def test_the_same_passages_write_nothing(tmp_path: Path) -> None:
    build_passages(varied(50), tmp_path)
    before = store.read_manifest(tmp_path).parts
    report = build_passages(varied(50), tmp_path)
    assert (report.added, report.removed) == (0, 0)
    assert store.read_manifest(tmp_path).parts == before


def test_a_damaged_file_is_named_and_healed(tmp_path: Path) -> None:
    """`check` names the file; opening builds the index anew."""
    kb = KnowledgeBase()
    build(kb, tmp_path)
    assert check(tmp_path, kb).stale is False
    part = store.read_manifest(tmp_path).parts[0]
    file = tmp_path / "segments" / part.name / "rows.npy"
    file.write_bytes(file.read_bytes()[:-100])
    report = check(tmp_path, kb)
    assert (report.stale, report.damaged) == (True, (f"{part.name}/rows.npy",))
    assert open_searcher(kb, tmp_path).search(Query(text="补助"))
    assert check(tmp_path, kb).damaged == ()


def test_an_index_of_another_format_is_built_anew(tmp_path: Path) -> None:
    """It is never misread: `check` calls it stale, opening builds it, its files go."""
    kb = KnowledgeBase()
    build(kb, tmp_path)
    fresh = store.read_manifest(tmp_path)
    store.write_manifest(tmp_path, fresh.model_copy(update={"format": store.FORMAT - 1, "key": "0" * 16}))
    (tmp_path / "segments" / fresh.parts[0].name / "tf.npy").unlink()
    assert check(tmp_path, kb).stale is True
    assert open_searcher(kb, tmp_path).search(Query(text="补助"))
    assert store.read_manifest(tmp_path).key == fresh.key
    assert check(tmp_path, kb).stale is False
    assert not (tmp_path / "segments" / fresh.parts[0].name).exists()


def test_deleting_the_index_is_safe(tmp_path: Path) -> None:
    """At any time: a reader goes on with what it has open, the next start builds it anew."""
    kb = KnowledgeBase()
    path = tmp_path / "index"
    reader = open_searcher(kb, path)
    expected = [hit.passage.id for hit in reader.search(Query(text="小巨人研发费用"))]
    shutil.rmtree(path)
    assert [hit.passage.id for hit in reader.search(Query(text="小巨人研发费用"))] == expected
    assert [
        hit.passage.id for hit in open_searcher(kb, path).search(Query(text="小巨人研发费用"))
    ] == expected
    with pytest.raises(MissingError):
        check(tmp_path / "nowhere")


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from corpus import varied
from retrieval.index import build_passages
path, seed = Path(sys.argv[1]), 0
while True:
    seed += 1
    build_passages(varied(120 + seed % 3 * 40, seed % 5), path)
    print(seed, flush=True)
"""


def _writer(path: Path) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), here], cwd=ROOT, stdout=subprocess.PIPE)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_writer_loses_nothing(tmp_path: Path) -> None:
    """Killed at any moment, the index is one of the two whole ones, and the next writer goes on and cleans up."""
    build_passages(varied(120, 0), tmp_path)
    pick = random.Random(7)
    for _ in range(12):
        writer = _writer(tmp_path)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(pick.random() * 0.08)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        manifest = store.read_manifest(tmp_path)
        assert manifest is not None
        assert [name for part in manifest.parts for name in store.damaged(tmp_path, part)] == []
        assert opened(tmp_path).search(Query(text="补助标准", owner="甲公司"))
    build_passages(varied(30, 9), tmp_path)
    held = {entry.name for entry in (tmp_path / "segments").iterdir()}
    assert held == {
        name for part in store.read_manifest(tmp_path).parts for name in (part.name, part.removed) if name
    }
    assert list(tmp_path.glob(".manifest-*")) == []


def test_readers_go_on_beside_a_writer(tmp_path: Path) -> None:
    """Opened again and again while another process writes, the index is whole each time."""
    build_passages(varied(120, 0), tmp_path)
    writer = _writer(tmp_path)
    try:
        end = time.monotonic() + 3
        reads = 0
        while time.monotonic() < end:
            assert opened(tmp_path).search(Query(text="试点企业验收", owner="甲公司"))
            reads += 1
        assert reads > 20
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
        assert writer.stdout is not None
        writer.stdout.close()


def test_two_writers_take_turns(tmp_path: Path) -> None:
    """Both finish and the index is whole."""
    code = (
        "import sys\nfrom pathlib import Path\nsys.path.insert(0, sys.argv[2])\nfrom corpus import passage, varied\n"
        "from retrieval.index import add\n"
        "for n in range(8):\n    add(Path(sys.argv[1]), [passage(f'{sys.argv[3]}{n}', '揭榜挂帅')])\n"
    )
    build_passages(varied(60), tmp_path)
    here = str(Path(__file__).parent)
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), here, name], cwd=ROOT)
        for name in ("甲", "乙")
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert len(found(tmp_path, "揭榜挂帅")) == 16
