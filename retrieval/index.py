"""Build, refresh, check and open the index on disk.

The index is a cache of knowledge/data and of uploaded documents: it may be deleted at any time. It is named by a key
of everything that shapes it (format, analysis, field weights, embedder), and remembers the hash of the data it was
built from. Refreshing compares passages one by one and writes only those that are new or changed, as one more segment;
small segments are merged as they pile up, so that adding a document costs in proportion to the document.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import MissingError
from knowledge.load import KnowledgeBase
from knowledge.record import Record
from retrieval import dense, lexical, meaning, question, store
from retrieval.chroma import Collection
from retrieval.dense import Embedder, Hide, embedder_of, passage_text
from retrieval.hybrid import DENSE_WEIGHT, IndexSearcher
from retrieval.passages import passages_of
from retrieval.search import Passage, Searcher
from retrieval.store import Manifest, Part, Stored

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Told how many passages are done, and of how many."""

SEGMENT_ROWS: Final = lexical.MOST_ROWS
"""No segment is larger; a million passages are sixteen segments."""
MERGE_RATIO: Final = 4
"""Two neighbouring segments are merged when the older is less than this many times the younger."""
DELETED_SHARE: Final = 0.2
"""A segment with a larger share of deleted rows is written anew."""
SAMPLE: Final = 64
"""Questions the gate asks the vectors."""
LOOKED_AT: Final = 2048
"""Passages the gate chooses them from."""


class IndexReport(Record):
    """What an index holds and whether it fits the knowledge it is built from."""

    passages: int
    embedder: str = "none"
    dense_weight: float = 0.0
    built_at: str = ""
    stale: bool = False
    seconds: float = 0.0
    key: str = ""
    added: int = 0
    removed: int = 0
    damaged: tuple[str, ...] = ()
    """Files missing or not as written."""
    trouble: str = ""
    """Why vectors are not used though they are set; empty is no trouble."""
    reranking: str = ""
    """What was found of the reranker that is set, for people; see retrieval.rerank."""


def build(
    kb: KnowledgeBase,
    path: Path,
    embedder: str = "none",
    progress: Progress | None = None,
    *,
    uploads: Sequence[Passage] = (),
    api_key: str | None = None,
    hide: Hide | None = None,
    chroma: str = "",
) -> IndexReport:
    """Make the index at `path` hold exactly the passages of `kb` and `uploads`; write only what changed.

    An embedder or a Chroma service that cannot be had is named in the report's `trouble`, and the index is built
    without.

    Args:
        kb: What is published.
        path: Folder of the index.
        embedder: `none`, `st:…` or `openai:…`, see retrieval.dense.
        progress: Told how far it is.
        uploads: Passages of people's own documents.
        api_key: For an embeddings endpoint.
        hide: What texts go through before they leave for an embeddings endpoint.
        chroma: `local` or the address of a Chroma service that is to hold the vectors too; empty is neither.

    Raises:
        InputError: `embedder` or `chroma` is no setting.
    """
    model, trouble = _embedder(embedder, fetch=True, api_key=api_key, hide=hide)
    passages = [*passages_of(kb), *uploads]
    report, model = _build(passages, path, model, progress, _fingerprint(kb, uploads))
    if chroma and model is not None:
        _, stored = _open(path)
        _, problem = _collection(chroma, path, stored, report.key)
        trouble = trouble or problem
    return report.model_copy(update={"trouble": trouble or report.trouble})


def _collection(
    setting: str, path: Path, stored: Sequence[Stored], key: str, *, compare: bool = True
) -> tuple[Collection | None, str]:
    """Return the Chroma collection of an index, brought in line with it, or None and why there is none."""
    try:
        collection = Collection.open(setting, key, path)
    except MissingError as error:
        log.warning("%s", error.hint)
        return None, error.hint
    live = [(one, row) for one in stored for row in one.live.tolist()]
    if compare or len(collection) != len(live):
        vectors = [one.vectors[one.live] for one in stored if one.vectors is not None]
        if len(vectors) == len(stored) and vectors:
            with store.writing(path):
                collection.bring_in_line([one.passage(row) for one, row in live], np.concatenate(vectors))
    return collection, ""


def build_passages(
    passages: Sequence[Passage],
    path: Path,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    *,
    knowledge: str = "",
) -> IndexReport:
    """Make the index at `path` hold exactly `passages`."""
    begun = time.perf_counter()
    with store.writing(path):
        key = _key(embedder)
        manifest, opened = _current(path, key)
        # What stands stays until the new one does: an embedder may fail on the way.
        store.sweep(path, store.read_manifest(path))
        wanted = {passage.id: passage for passage in passages}
        digests = {
            (store.number_of(one.id), store.number_of(one.model_dump_json(exclude_defaults=True))): one.id
            for one in wanted.values()
        }
        parts, held, removed = _without(path, opened, keep=set(digests))
        fresh = [
            wanted[digests[pair]] for pair in sorted(set(digests) - held, key=lambda pair: digests[pair])
        ]
        manifest, trouble = _write(
            path, parts, fresh, embedder, progress, key, knowledge, changed=bool(fresh or removed)
        )
    return _report(manifest, time.perf_counter() - begun).model_copy(
        update={"added": len(fresh), "removed": removed, "trouble": trouble}
    )


def add(
    path: Path,
    passages: Sequence[Passage],
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    *,
    remove_sources: Iterable[str] = (),
) -> IndexReport:
    """Add passages to the index, replacing those of the same ids and dropping whole sources; costs what they weigh.

    The index still counts as built from the same data: an upload is no change of knowledge/data.

    Raises:
        MissingError: There is no index of this key at `path`.
    """
    begun = time.perf_counter()
    with store.writing(path):
        key = _key(embedder)
        manifest, opened = _current(path, key)
        if manifest is None:
            raise MissingError(f"no index at {path}", hint="还没有检索索引，请先运行 canmou index。")
        new = {passage.id: passage for passage in passages}
        gone = {store.number_of(one) for one in new}
        sources = frozenset(remove_sources)
        parts, removed = [], 0
        for one in opened:
            rows = one.live[np.isin(one.ids[one.live], np.array(sorted(gone), np.uint64))].tolist()
            if sources:
                rows += [row for row in one.live.tolist() if one.passage(row).source_id in sources]
            removed += len(set(rows))
            parts.append(_drop(path, one, sorted(set(rows))))
        kept = [part for part in parts if part.deleted < part.rows]
        manifest, trouble = _write(
            path,
            kept,
            list(new.values()),
            embedder,
            progress,
            key,
            manifest.knowledge,
            changed=bool(new or removed),
        )
    return _report(manifest, time.perf_counter() - begun).model_copy(
        update={"added": len(new), "removed": removed, "trouble": trouble}
    )


def open_searcher(
    kb: KnowledgeBase,
    path: Path,
    embedder: str = "none",
    progress: Progress | None = None,
    *,
    uploads: Sequence[Passage] = (),
    api_key: str | None = None,
    hide: Hide | None = None,
    chroma: str = "",
) -> Searcher:
    """Return a searcher over `kb` and `uploads`; builds or refreshes the index first where it does not fit.

    Raises:
        InputError: `embedder` is no setting.
    """
    model, trouble = _embedder(embedder, fetch=False, api_key=api_key, hide=hide)
    fingerprint = _fingerprint(kb, uploads)
    manifest = store.read_manifest(path)
    if manifest is None or manifest.key != _key(model) or manifest.knowledge != fingerprint:
        report, model = _build([*passages_of(kb), *uploads], path, model, progress, fingerprint)
        trouble = trouble or report.trouble
    try:
        searcher = open_index(path, kb, model)
    except (OSError, ValueError) as error:
        log.warning("index at %s is damaged, building it anew: %s", path, error)
        with store.writing(path):
            (path / "manifest.json").unlink(missing_ok=True)
        report, model = _build([*passages_of(kb), *uploads], path, model, progress, fingerprint)
        trouble = trouble or report.trouble
        searcher = open_index(path, kb, model)
    if chroma and model is not None:
        collection, problem = _collection(chroma, path, searcher.stored, searcher.manifest.key, compare=False)
        searcher = IndexSearcher(
            searcher.manifest, searcher.stored, kb.terms, model, collection, meaning=meaning.load()
        )
        trouble = trouble or problem
    searcher.trouble = trouble
    return searcher


def open_index(
    path: Path, kb: KnowledgeBase, embedder: Embedder | None = None, *, words_alone: bool = False
) -> IndexSearcher:
    """Open the index as it is; `words_alone` leaves out the embedding that ships with the program.

    Raises:
        FileNotFoundError: There is none.
        ValueError: It is damaged.
    """
    manifest, stored = _open(path)
    shipped = None if words_alone else meaning.load()
    return IndexSearcher(manifest, stored, kb.terms, embedder, meaning=shipped)


def check(
    path: Path, kb: KnowledgeBase | None = None, embedder: str = "none", *, uploads: Sequence[Passage] = ()
) -> IndexReport:
    """Read every file of the index and say whether it is whole, and with `kb` up to date and of the embedder set.

    Where the embedder set cannot be had, an index of words alone is what building would give: `trouble` says so, and
    the index is not stale for that.

    Raises:
        InputError: `embedder` is no setting.
        MissingError: There is no index.
    """
    begun = time.perf_counter()
    manifest = store.read_manifest(path)
    if manifest is None:
        raise MissingError(f"no index at {path}", hint="还没有检索索引，请运行 canmou index。")
    damaged = tuple(name for part in manifest.parts for name in store.damaged(path, part))
    stale = bool(damaged) or manifest.format != store.FORMAT
    if manifest.embedder == "none":
        stale = stale or manifest.key != _key(None)
    if kb is not None:
        stale = stale or manifest.knowledge != _fingerprint(kb, uploads)
    trouble = "" if kb is None else dense.missing(embedder)
    if kb is not None and not dense.is_of(manifest.embedder, "none" if trouble else embedder):
        stale = True
        trouble = trouble or f"索引按 {manifest.embedder} 建立，设置是 {embedder}，请运行 canmou index。"
    if trouble:
        log.warning("%s", trouble)
    report = _report(manifest, time.perf_counter() - begun)
    return report.model_copy(update={"stale": stale, "damaged": damaged, "trouble": trouble})


def _build(
    passages: Sequence[Passage],
    path: Path,
    model: Embedder | None,
    progress: Progress | None,
    knowledge: str,
) -> tuple[IndexReport, Embedder | None]:
    """Make the index hold exactly `passages`, without vectors where the embedder fails; return what it holds then."""
    try:
        return build_passages(passages, path, model, progress, knowledge=knowledge), model
    except MissingError as error:
        if model is None:
            raise
        log.warning("%s", error.hint)
        report = build_passages(passages, path, None, progress, knowledge=knowledge)
        return report.model_copy(update={"trouble": error.hint}), None


def _embedder(
    setting: str, *, fetch: bool, api_key: str | None, hide: Hide | None
) -> tuple[Embedder | None, str]:
    """Return the embedder of a setting, or None and one line for people on why there is none."""
    try:
        return embedder_of(setting, fetch=fetch, api_key=api_key, hide=hide), ""
    except MissingError as error:
        log.warning("%s", error.hint)
        return None, error.hint


def _key(embedder: Embedder | None) -> str:
    """Return a hash of everything but the data that shapes the index."""
    shape = (
        store.FORMAT, store.TITLE_WEIGHT, store.PLACE_WEIGHT, store.ASKED_WEIGHT, lexical.TF_STEPS, "c+b+w",
        meaning.load().identity, embedder.identity if embedder else "none",
    )  # fmt: skip
    return sha256(repr(shape).encode()).hexdigest()[:16]


def _fingerprint(kb: KnowledgeBase, uploads: Sequence[Passage]) -> str:
    """Return a hash of the data an index is built from."""
    if not uploads:
        return kb.hash
    digest = sha256(kb.hash.encode())
    for passage in uploads:
        digest.update(passage.model_dump_json(exclude_defaults=True).encode())
    return digest.hexdigest()[:16]


def _current(path: Path, key: str) -> tuple[Manifest | None, list[Stored]]:
    """Return the index as it is, or nothing where it has another key or is damaged."""
    manifest = store.read_manifest(path)
    if manifest is None or manifest.key != key or manifest.format != store.FORMAT:
        return None, []
    try:
        return manifest, [store.open_part(path, part) for part in manifest.parts]
    except (OSError, ValueError) as error:
        log.warning("index at %s is damaged, building it anew: %s", path, error)
        return None, []


def _open(path: Path) -> tuple[Manifest, list[Stored]]:
    """Return manifest and segments, again where a writer replaced them meanwhile."""
    for attempt in range(20):
        manifest = store.read_manifest(path)
        if manifest is None:
            raise FileNotFoundError(f"no index at {path}")
        try:
            return manifest, [store.open_part(path, part) for part in manifest.parts]
        except FileNotFoundError:
            if store.read_manifest(path) == manifest:
                raise
            time.sleep(0.01 * attempt)
    raise FileNotFoundError(f"index at {path} keeps changing")


def _without(
    path: Path, opened: Sequence[Stored], keep: set[tuple[int, int]]
) -> tuple[list[Part], set[tuple[int, int]], int]:
    """Return the parts with every passage deleted that is not in `keep`, what is held, and how many were deleted."""
    parts: list[Part] = []
    held: set[tuple[int, int]] = set()
    removed = 0
    for one in opened:
        live = one.live
        pairs = list(zip(one.ids[live].tolist(), one.digests[live].tolist(), strict=True))
        rows = [
            row for row, pair in zip(live.tolist(), pairs, strict=True) if pair not in keep or pair in held
        ]
        held |= set(pairs) & keep
        removed += len(rows)
        if len(rows) < len(live):
            parts.append(_drop(path, one, rows))
    return parts, held, removed


def _drop(path: Path, one: Stored, rows: Sequence[int]) -> Part:
    """Return the part with `rows` deleted, written anew where too many are."""
    if not rows:
        return one.part
    if len(rows) + one.part.deleted == one.part.rows:
        return one.part.model_copy(update={"deleted": one.part.rows})
    if len(rows) + one.part.deleted > DELETED_SHARE * one.part.rows:
        left = sorted(set(one.live.tolist()) - set(rows))
        vectors = None if one.vectors is None else one.vectors[left]
        return store.write_part(path, [one.passage(row) for row in left], vectors)
    return store.write_removed(path, one, rows)


def _write(
    path: Path,
    parts: list[Part],
    fresh: Sequence[Passage],
    embedder: Embedder | None,
    progress: Progress | None,
    key: str,
    knowledge: str,
    *,
    changed: bool,
) -> tuple[Manifest, str]:
    """Write `fresh` beside `parts`, merge what piled up, and make the result the index."""
    trouble = ""
    before = store.read_manifest(path)
    vectors: NDArray[np.float32] | None = None
    if embedder is not None and fresh:
        vectors = embedder.passages([passage_text(one) for one in fresh], progress)
    for at in range(0, len(fresh), SEGMENT_ROWS):
        end = at + SEGMENT_ROWS
        parts.append(store.write_part(path, fresh[at:end], None if vectors is None else vectors[at:end]))
        if progress:
            progress(min(end, len(fresh)), len(fresh))
    parts = _merged(path, parts)
    weight = before.dense_weight if before and before.key == key and not changed else 0.0
    if embedder is not None and parts and (changed or not before or before.key != key):
        weight = _gate([store.open_part(path, part) for part in parts], embedder)
    manifest = Manifest(
        key=key,
        knowledge=knowledge,
        embedder=embedder.identity if embedder else "none",
        dense_weight=weight,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        parts=tuple(parts),
    )
    store.write_manifest(path, manifest)
    return manifest, trouble


def _merged(path: Path, parts: list[Part]) -> list[Part]:
    """Return the parts with young ones merged while the older neighbour is not much larger."""
    while len(parts) > 1:
        older, younger = parts[-2], parts[-1]
        rows = older.rows - older.deleted, younger.rows - younger.deleted
        if rows[0] >= MERGE_RATIO * rows[1] or sum(rows) > SEGMENT_ROWS:
            break
        both = [store.open_part(path, part) for part in (older, younger)]
        passages = [one.passage(row) for one in both for row in one.live.tolist()]
        vectors = None
        if all(one.vectors is not None for one in both):
            vectors = np.concatenate([one.vectors[one.live] for one in both if one.vectors is not None])
        parts = [*parts[:-2], store.write_part(path, passages, vectors)]
    return parts


def _gate(stored: Sequence[Stored], embedder: Embedder) -> float:
    """Return how much the vectors may say, by how often they find by themselves what they should.

    Where passages carry everyday questions, these are asked: below three of ten found among the first ten the vectors
    say nothing, from seven of ten on all they may. Elsewhere a sentence of a passage is looked up, which is easier:
    five and eight of ten. The probes are taken evenly from the index, so the same index gives the same weight.
    """
    if any(one.vectors is None for one in stored):
        return 0.0
    rows = [(one, row) for one in stored for row in one.live.tolist()]
    asked: list[tuple[Stored, int, str]] = []
    told: list[tuple[Stored, int, str]] = []
    for one, row in rows[:: max(1, len(rows) // LOOKED_AT)]:
        passage = one.passage(row)
        asked += [(one, row, passage.asked_as[0])] if passage.asked_as else []
        told.append((one, row, max(question.sentences(passage.text), key=len, default=passage.text)))
    probes, low, high = (asked, 0.3, 0.7) if len(asked) >= SAMPLE // 2 else (told, 0.5, 0.8)
    probes = probes[:: max(1, len(probes) // SAMPLE)][:SAMPLE]
    if not probes:
        return 0.0
    everything = np.concatenate([one.vectors[one.live] for one in stored if one.vectors is not None])
    found = 0
    for one, row, text in probes:
        vector = embedder.question(text)
        own = float(one.vectors[row] @ vector) if one.vectors is not None else 0.0
        found += int((everything @ vector > own + 1e-6).sum()) < 10
    return round(DENSE_WEIGHT * float(np.clip((found / len(probes) - low) / (high - low), 0, 1)), 3)


def _report(manifest: Manifest, seconds: float) -> IndexReport:
    return IndexReport(
        passages=manifest.passages,
        embedder=manifest.embedder,
        dense_weight=manifest.dense_weight,
        built_at=manifest.built_at,
        seconds=round(seconds, 3),
        key=manifest.key,
    )
