"""Vectors in a Chroma collection: on this machine or on a service elsewhere. We compute every vector; Chroma only looks.

The arrays of the index stay the truth and the collection a copy that can be made again: it is brought in line
when the index is built, and compared by count when it is opened. A collection never carries an embedding function or
its configuration (a server must not be given a model name to load), and this program starts no Chroma server.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from knowledge.errors import InputError, MissingError
from retrieval.dense import Vectors
from retrieval.filters import ENDED
from retrieval.search import Passage, Query

LOCAL: Final = "local"
EF_SEARCH: Final = 400
"""With the default of 100, up to half of the nearest are missed on even data."""
_BATCH = 2000
_NEVER, _ALWAYS = 0, 99999999


class Collection:
    """The vectors of one index in Chroma."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    @staticmethod
    def open(setting: str, key: str, path: Path) -> "Collection":
        """Open or make the collection of an index.

        Args:
            setting: `local`, or the address of a Chroma service: http://host:8000.
            key: Of the index; another embedder is another collection.
            path: Of the index; a local collection lies beside it.

        Raises:
            InputError: The setting is neither.
            MissingError: chromadb is not installed, or the service does not answer.
        """
        try:
            import chromadb
        except ImportError as error:
            raise MissingError(
                "chromadb is not installed",
                hint="未安装 chromadb，请运行 pip install '.[dense]'；当前用本机索引。",
            ) from error
        hint = f"Chroma 服务 {setting} 连接不上；当前用本机索引。"
        config = {"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}}
        try:
            collection = _client(chromadb, setting, path).get_or_create_collection(
                f"canmou-{key}", embedding_function=None, configuration=config
            )
        except _failures(chromadb) as error:
            raise MissingError(f"chroma at {setting}: {error}", hint=hint) from error
        return Collection(collection)

    def __len__(self) -> int:
        return int(self._collection.count())

    def bring_in_line(self, passages: Sequence[Passage], vectors: Vectors) -> tuple[int, int]:
        """Make the collection hold exactly these passages; return how many were added and how many removed."""
        wanted = {_mark(passage): row for row, passage in enumerate(passages)}
        held = set(self._collection.get(include=[])["ids"])
        gone, fresh = sorted(held - set(wanted)), [row for mark, row in wanted.items() if mark not in held]
        for at in range(0, len(gone), _BATCH):
            self._collection.delete(ids=gone[at : at + _BATCH])
        for at in range(0, len(fresh), _BATCH):
            rows = fresh[at : at + _BATCH]
            self._collection.add(
                ids=[_mark(passages[row]) for row in rows],
                embeddings=vectors[rows],
                metadatas=[_facets(passages[row]) for row in rows],
            )
        return len(fresh), len(gone)

    def nearest(self, vector: Vectors, depth: int, query: Query) -> list[tuple[str, float]]:
        """Return the ids of the passages nearest to `vector` that `query` may see, with their cosines, best first.

        Raises:
            MissingError: The service does not answer, or its index is broken.
        """
        import chromadb

        where = _where(query)
        if where is None:
            return []
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=depth, where=where, include=["metadatas", "distances"]
            )
        except _failures(chromadb) as error:
            raise MissingError(f"chroma: {error}", hint="Chroma 检索失败；本次按词检索。") from error
        rows = zip(found["metadatas"][0], found["distances"][0], strict=True)
        return [(str(facets["passage"]), 1 - float(distance)) for facets, distance in rows]


def _client(chromadb: Any, setting: str, path: Path) -> Any:
    private = chromadb.Settings(anonymized_telemetry=False)
    if setting == LOCAL:
        return chromadb.PersistentClient(path=str(path / "chroma"), settings=private)
    address = urlsplit(setting)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise InputError("CANMOU_CHROMA", f"不认识 {setting!r}", "可用：local，或 http://主机:端口")
    secure = address.scheme == "https"
    return chromadb.HttpClient(
        host=address.hostname, port=address.port or (443 if secure else 8000), ssl=secure, settings=private
    )


def _failures(chromadb: Any) -> tuple[type[Exception], ...]:
    """Return what a broken or absent Chroma raises. It reports a refused connection as a plain ValueError."""
    import httpx

    return (chromadb.errors.ChromaError, httpx.HTTPError, ValueError, OSError)


def _mark(passage: Passage) -> str:
    """Return an id that changes with the passage, so that nothing is ever updated in place."""
    return sha256(passage.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:32]


def _day(day: Any, otherwise: int) -> int:
    return int(day.strftime("%Y%m%d")) if day else otherwise


def _facets(passage: Passage) -> dict[str, str | int]:
    ended = passage.valid_to is None and passage.status.value in ENDED
    return {
        "passage": passage.id,
        "region": passage.region,
        "kind": passage.kind,
        "status": passage.status.value,
        "owner": passage.owner or "",
        "first_day": _day(passage.valid_from, _NEVER),
        "last_day": _NEVER if ended else _day(passage.valid_to, _ALWAYS),
    }


def _where(query: Query) -> dict[str, Any] | None:
    """Return the filters of `query` as Chroma writes them; None lets nothing through."""
    tests: list[dict[str, Any]] = [{"owner": {"$in": sorted({"", query.owner or ""})}}]
    named = (
        ("region", query.regions),
        ("kind", query.kinds),
        ("status", None if query.statuses is None else {status.value for status in query.statuses}),
    )
    for facet, wanted in named:
        if wanted is not None:
            if not wanted:
                return None
            tests.append({facet: {"$in": sorted(wanted)}})
    if query.in_force_on is not None:
        number = _day(query.in_force_on, _NEVER)
        tests += [{"first_day": {"$lte": number}}, {"last_day": {"$gte": number}}]
    return tests[0] if len(tests) == 1 else {"$and": tests}
