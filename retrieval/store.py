"""Segments on disk: written once beside the old ones, then named by a manifest that is replaced in one step.

    PATH/manifest.json          which segments make the index; replaced atomically, the last thing a writer does
    PATH/segments/NAME/         arrays and passages of a segment, never changed after it got its name
    PATH/write.lock             held by the one writer

A process killed at any moment leaves the old manifest and at most folders no manifest names; the next writer removes
them. Readers hold memory maps and never wait: an index replaced under them stays readable until they close it.
"""

import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import IO, Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from knowledge.record import Record
from retrieval import meaning
from retrieval.filters import Facets, facets_of
from retrieval.lexical import Field, Postings, Removed, Segment, build_postings, removed_from
from retrieval.search import Passage

FORMAT: Final = 5
# Chosen by leave-one-out over our own everyday questions (evals/LOG.md); multiples of a quarter.
TITLE_WEIGHT: Final = 0.75
PLACE_WEIGHT: Final = 1.25
ASKED_WEIGHT: Final = 0.5
_ARRAYS: Final = tuple(field.name for field in fields(Postings))

_SAMPLES: Final = 200
"""Passages taken evenly that the others are deflated by; the last 32 KB of them count."""


class Part(Record):
    """A segment as the manifest names it."""

    name: str
    rows: int
    removed: str | None = None
    """File of its deleted rows."""
    deleted: int = 0


class Manifest(Record):
    """What the index is made of."""

    format: int = FORMAT
    key: str
    """Of the splitter, the analysis and the embedder; a different key is a different index."""
    knowledge: str
    """Of the data it was built from."""
    embedder: str = "none"
    dense_weight: float = 0.0
    """How much the vectors may say beside the words, 0..1; measured when the index was built."""
    built_at: str
    parts: tuple[Part, ...] = ()

    @property
    def passages(self) -> int:
        """Return how many passages can be found."""
        return sum(part.rows - part.deleted for part in self.parts)


def fields_of(passages: Sequence[Passage]) -> list[Field]:
    """Return the searched fields of passages and what an occurrence in each counts for."""
    text = _Texts(passages, lambda one: f"{one.heading}\n{one.text}")
    title = _Texts(passages, lambda one: f"{one.title}\n{one.doc_number or ''}")
    asked = _Texts(passages, lambda one: "\n".join(one.asked_as))
    place = _Texts(passages, lambda one: "" if one.region == "全国" else one.region)
    weighted = ((title, TITLE_WEIGHT), (place, PLACE_WEIGHT), (asked, ASKED_WEIGHT))
    return [
        (text, 1.0),
        *((texts, weight) for texts, weight in weighted if any(one.strip() for one in texts)),
    ]


class _Texts(Sequence[str]):
    """A field of passages, each text made when it is read: a copy of the whole corpus is never held."""

    def __init__(self, passages: Sequence[Passage], make: Callable[[Passage], str]) -> None:
        self._passages = passages
        self._make = make

    def __len__(self) -> int:
        return len(self._passages)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self._make(one) for one in self._passages[at]]
        return self._make(self._passages[at])


def number_of(text: str | bytes) -> int:
    """Return a 64-bit hash of `text`."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Stored:
    """A segment opened for reading."""

    part: Part
    segment: Segment
    facets: Facets
    ids: NDArray[np.uint64]
    """Hash of each passage id."""
    names: NDArray[np.uint8]
    """All passage ids, one after the other."""
    name_offsets: NDArray[np.int64]
    digests: NDArray[np.uint64]
    """Hash of each passage."""
    offsets: NDArray[np.int64]
    blob: NDArray[np.uint8]
    """All passages as JSON, each deflated, one after the other."""
    sample: bytes
    """Passages of the segment that the others were deflated by."""
    meanings: NDArray[np.int8]
    """Vector of each passage by retrieval.meaning."""
    asked_meanings: NDArray[np.int8]
    """Vector of each everyday question, those of a passage one after the other."""
    asked_starts: NDArray[np.int64]
    """Where the questions of each passage start; one more at the end."""
    vectors: NDArray[np.float32] | None
    """Vector of each passage by the embedder that is set."""

    @property
    def deleted(self) -> NDArray[np.int32]:
        """Return the deleted rows."""
        removed = self.segment.removed
        return removed.rows if removed else np.empty(0, np.int32)

    @property
    def live(self) -> NDArray[np.int64]:
        """Return the rows that are not deleted."""
        keep = np.ones(self.part.rows, bool)
        keep[self.deleted] = False
        return np.flatnonzero(keep)

    def passage(self, row: int) -> Passage:
        """Return the passage of a row."""
        begin, end = self.offsets[row : row + 2].tolist()
        inflate = zlib.decompressobj(-zlib.MAX_WBITS, self.sample)
        return Passage.model_validate_json(inflate.decompress(self.blob[begin:end].tobytes()))

    def name(self, row: int) -> str:
        """Return the id of a row's passage."""
        begin, end = self.name_offsets[row : row + 2].tolist()
        return self.names[begin:end].tobytes().decode()

    def row_of(self, passage_id: str) -> int | None:
        """Return the live row of a passage, or None."""
        gone = set(self.deleted.tolist())
        for row in np.flatnonzero(self.ids == np.uint64(number_of(passage_id))).tolist():
            if row not in gone and self.name(row) == passage_id:
                return int(row)
        return None


def write_part(path: Path, passages: Sequence[Passage], vectors: NDArray[np.float32] | None = None) -> Part:
    """Write a segment and return its name; it belongs to no index until a manifest names it."""
    name = token_hex(8)
    folder = path / "segments" / f".{name}"
    folder.mkdir(parents=True)
    sums: dict[str, int] = {}

    def save(**arrays: NDArray[Any]) -> None:
        for array, values in arrays.items():
            file = folder / f"{array}.npy"
            with file.open("wb") as out:
                np.save(out, values, allow_pickle=False)
                _flush(out)
            sums[file.name] = _checksum(file)

    # What is written is let go before the postings are made: they need the most.
    _save_passages(passages, save)
    facets = facets_of(passages)
    save(facets=facets.columns)
    if vectors is not None:
        save(vectors=vectors.astype(np.float32))
    postings = build_postings(fields_of(passages))
    save(**{array: getattr(postings, array) for array in _ARRAYS})
    save(meanings=meaning.load().passages(postings))
    save(
        asked_meanings=meaning.load().questions([one for passage in passages for one in passage.asked_as]),
        asked_starts=np.cumsum([0, *(len(passage.asked_as) for passage in passages)]),
    )
    about = {"names": facets.names, "sums": sums}
    with (folder / "about.json").open("w", encoding="utf-8") as out:
        json.dump(about, out, ensure_ascii=False)
        _flush(out)
    folder.rename(folder.with_name(name))
    return Part(name=name, rows=len(passages))


def _save_passages(passages: Sequence[Passage], save: Callable[..., None]) -> None:
    """Save passages and their ids, with a hash of each."""
    step = max(1, len(passages) // _SAMPLES)
    sample = b"".join(_line(passage) for passage in passages[::step])[-(1 << zlib.MAX_WBITS) :]
    start = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=sample)
    digests, pieces = [], []
    for passage in passages:
        line = _line(passage)
        digests.append(number_of(line))
        deflate = start.copy()
        pieces.append(deflate.compress(line) + deflate.flush())
    blob, offsets = _joined(pieces)
    del pieces
    save(digests=np.array(digests, np.uint64), blob=blob, offsets=offsets)
    save(sample=np.frombuffer(sample, np.uint8))
    save(ids=np.array([number_of(passage.id) for passage in passages], np.uint64))
    names, name_offsets = _joined([passage.id.encode() for passage in passages])
    save(names=names, name_offsets=name_offsets)


def _line(passage: Passage) -> bytes:
    return passage.model_dump_json(exclude_defaults=True).encode()


def _joined(pieces: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return pieces one after the other, and where each starts; one more at the end."""
    ends = np.cumsum([len(piece) for piece in pieces])
    return np.frombuffer(b"".join(pieces), np.uint8), np.concatenate(([0], ends)).astype(np.int64)


def write_removed(path: Path, stored: Stored, rows: Sequence[int]) -> Part:
    """Return the part with `rows` deleted besides those that are already."""
    gone = np.union1d(stored.deleted, np.asarray(rows, np.int32)).astype(np.int32)
    removed = removed_from(gone, build_postings(fields_of([stored.passage(int(row)) for row in gone])))
    name = f"{stored.part.name}-{token_hex(4)}.npz"
    file = path / "segments" / name
    with file.open("wb") as out:
        np.savez(
            out, rows=removed.rows, terms=removed.terms, df=removed.df, length=np.array(removed.total_length)
        )
        _flush(out)
    return stored.part.model_copy(update={"removed": name, "deleted": len(gone)})


def open_part(path: Path, part: Part) -> Stored:
    """Open a segment for reading.

    Raises:
        FileNotFoundError: It was replaced meanwhile; read the manifest again.
        ValueError: A file is damaged.
    """
    folder = path / "segments" / part.name
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))

    def load(name: str) -> NDArray[Any]:
        array: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return array.view(np.ndarray)

    postings = Postings(**{array: load(array) for array in _ARRAYS})
    names = {name: tuple(values) for name, values in about["names"].items()}
    if len(postings) != part.rows:
        raise ValueError(f"{folder} holds {len(postings)} rows, not {part.rows}")
    return Stored(
        part=part,
        segment=Segment(postings, _open_removed(path, part)),
        facets=Facets(names, load("facets")),
        ids=load("ids"),
        digests=load("digests"),
        names=load("names"),
        name_offsets=load("name_offsets"),
        offsets=load("offsets"),
        blob=load("blob"),
        sample=load("sample").tobytes(),
        meanings=load("meanings"),
        asked_meanings=load("asked_meanings"),
        asked_starts=load("asked_starts"),
        vectors=load("vectors") if "vectors.npy" in about["sums"] else None,
    )


def _open_removed(path: Path, part: Part) -> Removed | None:
    if part.removed is None:
        return None
    with np.load(path / "segments" / part.removed, allow_pickle=False) as file:
        return Removed(file["rows"], file["terms"], file["df"], float(file["length"]))


def damaged(path: Path, part: Part) -> list[str]:
    """Return the files of a segment that are missing or not as written."""
    folder = path / "segments" / part.name
    try:
        sums = json.loads((folder / "about.json").read_text(encoding="utf-8"))["sums"]
    except (OSError, ValueError, KeyError):
        return [f"{part.name}/about.json"]
    wrong = [f"{part.name}/{name}" for name, sum_ in sums.items() if _checksum(folder / name) != sum_]
    if part.removed and not (path / "segments" / part.removed).is_file():
        wrong.append(part.removed)
    return wrong


def read_manifest(path: Path) -> Manifest | None:
    """Return the manifest, or None where there is none that this version can read."""
    try:
        return Manifest.model_validate_json((path / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Make `manifest` the index, in one step, and remove what it does not name."""
    beside = path / f".manifest-{token_hex(4)}"
    with beside.open("wb") as out:
        out.write(manifest.model_dump_json().encode())
        _flush(out)
    beside.replace(path / "manifest.json")
    _flush_folder(path)
    sweep(path, manifest)


def sweep(path: Path, manifest: Manifest | None) -> None:
    """Remove segments, deletions and leftovers that `manifest` does not name. Only for the writer."""
    named = {part.name for part in manifest.parts} if manifest else set()
    named |= {part.removed for part in manifest.parts if part.removed} if manifest else set()
    for entry in (path / "segments").glob("*"):
        if entry.name in named:
            continue
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    for entry in path.glob(".manifest-*"):
        entry.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Be the only writer of the index at `path`; waits for another one. The lock dies with its process."""
    (path / "segments").mkdir(parents=True, exist_ok=True)
    with (path / "write.lock").open("a+b") as lock:
        _lock(lock)
        yield


def _lock(file: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(file, fcntl.LOCK_EX)


def _flush(out: IO[Any]) -> None:
    out.flush()
    os.fsync(out.fileno())


def _flush_folder(path: Path) -> None:
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _checksum(file: Path) -> int:
    try:
        total = 0
        with file.open("rb") as read:
            while block := read.read(1 << 20):
                total = zlib.crc32(block, total)
    except OSError:
        return -1
    return total
