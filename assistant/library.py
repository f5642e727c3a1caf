"""Library: the documents people handed in, every version of them, each reached through its owner.

    folder/documents.sqlite     what was read, SQLite in WAL mode
    folder/files/ab/ab12…       the bytes, named by their SHA-256; a given name is only ever shown

One file is one transaction: a process killed at any moment leaves a library that opens, holding each file wholly
or not at all. An old version stays, and can be read by its day. Nothing goes away but by `remove`.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from knowledge.document import Document
from knowledge.errors import ConsultError, InputError
from knowledge.policy import Status
from knowledge.record import Record

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    id TEXT PRIMARY KEY,
    owner TEXT,
    source TEXT NOT NULL,
    title_key TEXT NOT NULL,
    number_key TEXT NOT NULL,
    card TEXT,
    card_by TEXT NOT NULL DEFAULT '',
    shape TEXT NOT NULL,
    findings TEXT NOT NULL DEFAULT '[]',
    confirmed TEXT,
    created TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL REFERENCES document(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    pages INTEGER,
    clauses INTEGER NOT NULL,
    tables INTEGER NOT NULL,
    added TEXT NOT NULL,
    ended TEXT,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_current ON version(document) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS by_sha ON version(sha256) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS by_owner ON document(owner);
"""

Shape = Literal["policy", "catalog"]


class UnknownDocument(ConsultError):
    """A document that the library does not hold, or not for this owner, was asked for."""

    hint = "没有这份文件，或它不属于您，请核对编号。"

    def __init__(self, document_id: str) -> None:
        super().__init__(f"no document {document_id!r}")


class Disagreement(Record):
    """A number of a digest that the original does not show."""

    card: str
    """Id of the policy card."""
    locator: str
    """Where the digest states it."""
    value: str
    """The number as the digest writes it, with its unit."""
    kind: Literal["differs", "elsewhere", "no_place"]
    """differs: nowhere in the original; elsewhere: at another place; no_place: the original has no such clause."""
    original_locator: str = ""
    original: str = ""
    """What stands in the original at that place, or where the number was found."""
    text: str
    """The finding in a sentence."""


class Confirmation(Record):
    """A person's word that a document is what it says, and what it says."""

    by: str
    on: date
    title: str = ""
    doc_number: str | None = None
    issuer: str | None = None
    issued: date | None = None
    region: str | None = None
    """Canonical region name."""
    valid_from: date | None = None
    valid_to: date | None = None
    status: Status | None = None
    """None: by its validity; without one it is not stated, never in force."""


class Kept(Record):
    """A document in the library, one version of it."""

    id: str
    owner: str | None = None
    """None is everybody's."""
    version: int
    versions: int
    added: datetime
    ended: datetime | None = None
    """When a newer version took its place."""
    card: str | None = None
    """Id of the policy card whose original it is."""
    card_by: str = ""
    """文号, 标题 or 指定: how it was matched."""
    shape: Shape = "policy"
    findings: tuple[Disagreement, ...] = ()
    confirmed: Confirmation | None = None
    document: Document

    @property
    def trusted(self) -> bool:
        """Return whether it may be quoted as the card's original: confirmed, or matched without disagreement."""
        return self.confirmed is not None or (
            self.card is not None and not any(f.kind == "differs" for f in self.findings)
        )


class Library:
    """An open library; one connection for each call, so that threads and processes may share the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            (folder / "files").mkdir(parents=True, exist_ok=True)
            with self._open() as db:
                db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise InputError(str(folder), f"文件库打不开（{error}）", "请检查目录权限与磁盘空间") from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.folder / "documents.sqlite", timeout=30, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA foreign_keys=ON")
            yield db
        finally:
            db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    # -------------------------------------------------------------- reading

    def find_same(self, sha256: str, owner: str | None, source: str) -> Kept | None:
        """Return the version that has these very bytes, for this owner, or None.

        An older version counts too, unless it comes back at the path of the current one: then it is the newest.
        """
        rows = self._select("v.sha256 = ? AND v.ended IS NULL AND d.owner IS ?", (sha256, owner))
        rows = rows or self._select(
            "v.sha256 = ? AND d.owner IS ? AND d.source IS NOT ?", (sha256, owner, source)
        )
        return rows[0] if rows else None

    def find_older(
        self, document: Document, *, source: str, title_key: str, number_key: str, owner: str | None
    ) -> str | None:
        """Return the id of the document of which a changed file is a new version, or None.

        The same path is, and the same number under the same title. The same title alone is one only where
        a third of the text is the same too: many notices share a title. Numbers that differ never are.
        """
        with self._open() as db:
            rows = db.execute(
                "SELECT id, source, title_key, number_key FROM document WHERE owner IS ? ORDER BY created DESC, rowid DESC",
                (owner,),
            ).fetchall()
        for identity, known_source, known_title, known_number in rows:
            if number_key and known_number and number_key != known_number:
                continue
            same_title = len(title_key) >= 8 and title_key == known_title
            same_number = bool(number_key) and number_key == known_number
            if (source and source == known_source) or (same_title and same_number):
                return str(identity)
            if same_title and _overlap(document, self.get(str(identity), owner=owner).document) >= 1 / 3:
                return str(identity)
        return None

    def get(self, document_id: str, *, owner: str | None = None, on: date | None = None) -> Kept:
        """Return a document: its current version, or the one that was current at the end of day `on`.

        Raises:
            UnknownDocument: There is none for this owner, or it was not there on that day.
        """
        clause = "d.id = ? AND (d.owner IS NULL OR d.owner IS ?)"
        if on is None:
            rows = self._select(f"{clause} AND v.ended IS NULL", (document_id, owner))
        else:
            rows = self._select(
                f"{clause} AND substr(v.added, 1, 10) <= ? AND (v.ended IS NULL OR substr(v.ended, 1, 10) > ?)",
                (document_id, owner, on.isoformat(), on.isoformat()),
            )
        if not rows:
            raise UnknownDocument(document_id)
        return rows[-1]

    def versions(self, document_id: str, *, owner: str | None = None) -> list[Kept]:
        """Return every version of a document, oldest first; () for an unknown one."""
        return self._select("d.id = ? AND (d.owner IS NULL OR d.owner IS ?)", (document_id, owner))

    def all(self, *, owner: str | None = None) -> list[Kept]:
        """Return the current version of everybody's documents and of this owner's, oldest first."""
        return self._select("v.ended IS NULL AND (d.owner IS NULL OR d.owner IS ?)", (owner,))

    def owners(self) -> list[str | None]:
        """Return everybody who has documents here; None stands for everybody's."""
        with self._open() as db:
            rows = db.execute("SELECT DISTINCT owner FROM document ORDER BY owner").fetchall()
        return [owner for (owner,) in rows]

    def state(self) -> str:
        """Return a value that changes whenever any owner's documents do."""
        with self._open() as db:
            row = db.execute(
                "SELECT COUNT(*), MAX(v.id), group_concat(d.id || ifnull(d.confirmed, '') || ifnull(d.card, '')) "
                "FROM document d JOIN version v ON v.document = d.id AND v.ended IS NULL"
            ).fetchone()
        return f"{zlib.crc32(repr(row).encode()):08x}"

    def fingerprint(self, *, owner: str | None = None) -> str:
        """Return a value that changes whenever `all` would."""
        with self._open() as db:
            row = db.execute(
                "SELECT COUNT(*), MAX(v.id), group_concat(d.id || ifnull(d.confirmed, '') || ifnull(d.card, '')) "
                "FROM document d JOIN version v ON v.document = d.id AND v.ended IS NULL WHERE d.owner IS NULL OR d.owner IS ?",
                (owner,),
            ).fetchone()
        return f"{zlib.crc32(repr(row).encode()):08x}"

    def file(self, kept: Kept) -> Path:
        """Return where the bytes of a version lie."""
        return self._place(kept.document.sha256)

    def _place(self, sha256: str) -> Path:
        return self.folder / "files" / sha256[:2] / sha256

    def _select(self, where: str, values: tuple[object, ...]) -> list[Kept]:
        with self._open() as db:
            rows = db.execute(
                "SELECT d.id, d.owner, d.card, d.card_by, d.shape, d.findings, d.confirmed, v.added, v.ended, v.body, "
                "(SELECT COUNT(*) FROM version o WHERE o.document = d.id AND o.id <= v.id), "
                "(SELECT COUNT(*) FROM version o WHERE o.document = d.id) "
                f"FROM document d JOIN version v ON v.document = d.id WHERE {where} ORDER BY v.id",
                values,
            ).fetchall()
        return [_kept(row) for row in rows]

    # -------------------------------------------------------------- writing

    def add(
        self,
        data: bytes,
        document: Document,
        *,
        owner: str | None,
        source: str,
        title_key: str,
        number_key: str,
        card: str | None,
        card_by: str,
        shape: Shape,
        findings: tuple[Disagreement, ...],
        older: str | None,
        now: datetime | None = None,
    ) -> tuple[str, Literal["added", "changed", "same"]]:
        """Keep a document: as the next version of `older`, or as a new one; the same bytes change nothing.

        Returns its id and what was done. All of it happens, or nothing.
        """
        self._keep_bytes(data, document.sha256)
        moment = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
        told = json.dumps([f.model_dump(mode="json") for f in findings], ensure_ascii=False)
        with self._writing() as db:
            same = db.execute(
                "SELECT d.id FROM document d JOIN version v ON v.document = d.id AND v.ended IS NULL "
                "WHERE v.sha256 = ? AND d.owner IS ?",
                (document.sha256, owner),
            ).fetchone()
            if same is not None:
                return str(same[0]), "same"
            identity = older or f"up-{uuid4().hex[:12]}"
            values = (source, title_key, number_key, card, card_by, shape, told)
            if older is None:
                db.execute(
                    "INSERT INTO document (id, owner, source, title_key, number_key, card, card_by, shape, findings, created) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (identity, owner, *values, moment),
                )
            else:
                # a person confirmed the text of the older version, not of this one
                db.execute(
                    "UPDATE document SET source = ?, title_key = ?, number_key = ?, card = ?, card_by = ?, shape = ?, "
                    "findings = ?, confirmed = NULL WHERE id = ?",
                    (*values, identity),
                )
                db.execute(
                    "UPDATE version SET ended = ? WHERE document = ? AND ended IS NULL", (moment, identity)
                )
            db.execute(
                "INSERT INTO version (document, sha256, name, pages, clauses, tables, added, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    identity,
                    document.sha256,
                    document.name,
                    document.pages,
                    len(document.clauses),
                    len(document.tables),
                    moment,
                    zlib.compress(document.model_dump_json(exclude_defaults=True).encode(), 6),
                ),
            )
        return identity, "changed" if older else "added"

    def _keep_bytes(self, data: bytes, sha256: str) -> None:
        """Write the bytes under their hash, wholly or not at all."""
        place = self._place(sha256)
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_name(f".{sha256[:16]}.{uuid4().hex}")
        try:
            with half.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            half.replace(place)
        finally:
            half.unlink(missing_ok=True)

    def link(
        self,
        document_id: str,
        card: str,
        card_by: str,
        findings: tuple[Disagreement, ...],
        *,
        owner: str | None = None,
    ) -> Kept:
        """Record which card a document is the original of; a confirmation of something else is void.

        Raises:
            UnknownDocument: There is none for this owner.
        """
        kept = self.get(document_id, owner=owner)
        told = json.dumps([f.model_dump(mode="json") for f in findings], ensure_ascii=False)
        with self._writing() as db:
            db.execute(
                "UPDATE document SET card = ?, card_by = ?, findings = ?, shape = 'policy', confirmed = NULL WHERE id = ?",
                (card, card_by, told, kept.id),
            )
        return self.get(document_id, owner=owner)

    def confirm(self, document_id: str, word: Confirmation, *, owner: str | None = None) -> Kept:
        """Record a person's word on the current version of a document of their own.

        Raises:
            UnknownDocument: This owner has none of that id; everybody's documents are nobody's to confirm but theirs.
        """
        kept = self.get(document_id, owner=owner)
        if kept.owner != owner:
            raise UnknownDocument(document_id)
        with self._writing() as db:
            db.execute("UPDATE document SET confirmed = ? WHERE id = ?", (word.model_dump_json(), kept.id))
        return self.get(document_id, owner=owner)

    def remove(self, document_id: str, *, owner: str | None = None) -> None:
        """Remove a document of one's own with all its versions, and its bytes where nobody else has the same.

        Raises:
            UnknownDocument: This owner has none of that id.
        """
        own = [kept for kept in self.versions(document_id, owner=owner) if kept.owner == owner]
        gone = {kept.document.sha256 for kept in own}
        if not gone:
            raise UnknownDocument(document_id)
        with self._writing() as db:
            db.execute("DELETE FROM document WHERE id = ?", (document_id,))
            left = {row[0] for row in db.execute("SELECT DISTINCT sha256 FROM version").fetchall()}
        for sha256 in gone - left:
            self._place(sha256).unlink(missing_ok=True)


def _title_lines(document: Document) -> set[str]:
    title = document.metadata.title
    return {title.value, title.line} if title else set()


def _overlap(one: Document, other: Document) -> float:
    """Return the share of the shorter document's clauses that stand in the other word for word."""
    first, second = ({c.text for c in d.clauses if len(c.text) >= 12} - _title_lines(d) for d in (one, other))
    return len(first & second) / max(1, min(len(first), len(second)))


def _kept(row: tuple[object, ...]) -> Kept:
    identity, owner, card, card_by, shape, findings, confirmed, added, ended, body, number, count = row
    assert isinstance(body, bytes)
    return Kept.model_validate(
        {
            "id": identity,
            "owner": owner,
            "card": card,
            "card_by": card_by,
            "shape": shape,
            "findings": tuple(json.loads(str(findings))),
            "confirmed": json.loads(str(confirmed)) if confirmed else None,
            "added": added,
            "ended": ended,
            "version": number,
            "versions": count,
            "document": Document.model_validate_json(zlib.decompress(body)),
        }
    )
