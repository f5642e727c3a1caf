"""People's documents -> the library: read, matched to a card, compared with it, kept, searchable at once.

    made = ingest([Path("政策文件夹")], Path(".state/documents"), kb)
    made.files[0].matched_policy          # the card it is the original of, or None
    passages(open_library(folder), kb)    # what the search index takes in

Matched to a card by 文号 or title, a document is quoted as the original. Unmatched, it becomes a policy of its own,
待确认: found by search, labelled, never the ground of a verdict until a person confirms it.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypedDict

from assistant.answering.compare import compare, match, title_key
from assistant.library import Confirmation, Disagreement, Kept, Library, Shape
from knowledge.document import Document, Guess, ReadClause
from knowledge.errors import InputError, ReadingError
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Policy, Status
from knowledge.reading import Limits, Reader, archive
from knowledge.reading.characters import display_name
from knowledge.reading.offers import solicits
from knowledge.reading.orders import orders_a_machine
from knowledge.record import Record
from knowledge.region import NATION
from knowledge.source import Certainty, Source
from retrieval.search import Passage

__all__ = [
    "Confirmation",
    "Disagreement",
    "FileReport",
    "IngestReport",
    "Kept",
    "Library",
    "Original",
    "confirm",
    "ingest",
    "open_library",
    "originals",
    "passages",
    "remove",
]

Progress = Callable[[int, int], None]
"""Told how many files are done, and of how many."""

_LONGEST_TITLE = 100
LONGEST = 900
"""Characters of a passage; a longer clause is searched in parts and cited as one."""

ORDER_MARK = "疑似针对智能助手的指令文字，仅作资料"
"""Stands in the heading of a passage that reads like an order to a machine."""

OFFER_MARK = "疑似代办广告，不作引用"
"""Stands in the heading of a passage that offers an agent's service; it is never quoted."""

CARRIED = "原件此处夹带写给智能助手的文字，已剔除，只引用其余部分"
"""Said beside a quote of a clause that ran into such an order."""


class FileReport(Record):
    """What became of one file."""

    path: str
    """As given; within an archive, archive/member."""
    ok: bool
    status: Literal["added", "changed", "skipped", "failed"]
    reason: str = ""
    """Why it failed or was skipped, with what to do."""
    kind: str = ""
    """pdf, docx…; empty where it was not read."""
    shape: Shape = "policy"
    """catalog: a list of products, to be taken in as a catalog rather than quoted as a policy."""
    document: str | None = None
    """Its id in the library."""
    version: int = 1
    title: str = ""
    pages: int | None = None
    clauses: int = 0
    tables: int = 0
    matched_policy: str | None = None
    matched_by: str = ""
    findings: tuple[Disagreement, ...] = ()
    hidden: int = 0
    """Pieces of hidden text set apart."""
    doubtful_numbers: int = 0
    """Numbers that OCR read with little confidence."""
    warnings: tuple[str, ...] = ()
    doc_number: str | None = None
    issuer: str | None = None
    issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    """What the file seems to say of itself, for a person to confirm; None where nothing was read."""

    @property
    def said(self) -> str:
        """Return what the file seems to say of itself in a line; empty where it says nothing."""
        told = (
            ("文号", self.doc_number),
            ("发文机关", self.issuer),
            ("成文", self.issued),
            ("施行", self.valid_from),
            ("有效期至", self.valid_to),
        )
        return "，".join(f"{name} {value}" for name, value in told if value)


class IngestReport(Record):
    """What became of all files."""

    files: tuple[FileReport, ...]
    added: int
    """New documents and new versions."""
    skipped: int
    failed: int


class Original(Record):
    """A document as a policy whose clauses are quoted."""

    policy: Policy
    """Clauses of text_kind original with their pages; its id is the document's own."""
    card: str | None = None
    """Id of the card it is the original of."""
    owner: str | None = None
    version: int = 1
    added: datetime
    findings: tuple[Disagreement, ...] = ()
    trusted: bool = False
    """It may be quoted as what it says it is; else it is 待确认."""


class _File(Record):
    """One file to be read."""

    shown: str
    source: str
    path: Path | None = None
    data: bytes | None = None
    refused: str = ""


def open_library(store_dir: Path) -> Library:
    """Open the library in a folder, made where there is none.

    Raises:
        InputError: The folder cannot be used.
    """
    return Library(store_dir)


def ingest(
    paths: Sequence[Path],
    store_dir: Path,
    kb: KnowledgeBase,
    *,
    owner: str | None = None,
    policy_id: str | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> IngestReport:
    """Read files, folders and zip archives into the library; a bad file never stops the others.

    The same file again changes nothing; a changed one becomes a new version. Each file is kept in one
    transaction: a run that was interrupted is resumed by running it again.

    Args:
        paths: Files, folders (walked through), archives.
        store_dir: Folder of the library.
        kb: Cards to match with.
        owner: Whose documents they are; None is everybody's.
        policy_id: The card all of them are the original of, where the person says so.
        progress: Told after each file.
        limits: Caps on one file.

    Raises:
        InputError: A path does not exist, or there is no such card.
    """
    if policy_id is not None and kb.policy(policy_id) is None:
        raise InputError("--policy", f"没有政策卡片“{policy_id}”", "请用 canmou list policies 查看编号")
    caps = limits or Limits()
    library = open_library(store_dir)
    listed = [file for path in paths for file in _listed(path)]
    reports: list[FileReport] = []
    done = 0
    with Reader(caps) as reader:
        for path in listed:
            for file in _opened(path, caps):
                reports.append(_take(file, library, kb, reader, owner=owner, policy_id=policy_id, caps=caps))
            done += 1
            if progress is not None:
                progress(done, len(listed))
    return IngestReport(
        files=tuple(reports),
        added=sum(r.status in ("added", "changed") for r in reports),
        skipped=sum(r.status == "skipped" for r in reports),
        failed=sum(r.status == "failed" for r in reports),
    )


# Files ----------------------------------------------------------------------------------------------------------


def _listed(path: Path) -> Iterator[tuple[Path, str]]:
    """Give the files under a path with the name each is shown by.

    Raises:
        InputError: There is nothing there.
    """
    if path.is_dir():
        for found in sorted(path.rglob("*")):
            parts = found.relative_to(path).parts
            litter = any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
            if found.is_file() and not found.is_symlink() and not litter:
                yield found, str(Path(path.name, *parts))
    elif path.exists():
        yield path, path.name
    else:
        raise InputError(str(path), "没有这个文件或文件夹", "请检查路径")


def _opened(listed: tuple[Path, str], caps: Limits) -> Iterator[_File]:
    """Give a file, or the members of an archive, each by itself."""
    path, shown = listed
    source = str(path.absolute())
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        yield _File(shown=shown, source=source, refused=f"打不开（{error.strerror}）；请检查权限")
        return
    if not head.startswith(b"PK\x03\x04") or path.suffix.lower() != ".zip" or size > caps.bytes:
        yield _File(shown=shown, source=source, path=path)
        return
    try:
        for member in archive.members(path.read_bytes(), name=display_name(shown), limits=caps):
            name = f"{shown}/{member.name}"
            yield _File(
                shown=name, source=f"{source}!{member.name}", data=member.data, refused=member.refused
            )
    except ReadingError as error:
        yield _File(shown=shown, source=source, refused=f"{error.what}；{error.remedy}")


def _take(
    file: _File,
    library: Library,
    kb: KnowledgeBase,
    reader: Reader,
    *,
    owner: str | None,
    policy_id: str | None,
    caps: Limits,
) -> FileReport:
    """Read one file and keep it, or say why not."""
    shown = _shown(file.shown)
    if file.refused:
        return FileReport(path=shown, ok=False, status="failed", reason=file.refused)
    try:
        data = file.data if file.data is not None else _bytes(file, caps)
        same = library.find_same(hashlib.sha256(data).hexdigest(), owner, file.source)
        if same is not None:
            return _skipped(shown, _linked(same, library, kb, policy_id))
        document = _read(file, data, reader)
    except ReadingError as error:
        return FileReport(path=shown, ok=False, status="failed", reason=f"{error.what}；{error.remedy}")
    return _keep(shown, file.source, data, document, library, kb, owner=owner, policy_id=policy_id)


def _linked(same: Kept, library: Library, kb: KnowledgeBase, policy_id: str | None) -> Kept:
    """Return a document that is here already, tied to the card the person now names."""
    card = kb.policy(policy_id) if policy_id else None
    if card is None or same.card == card.id or same.ended is not None:
        return same
    return library.link(same.id, card.id, "指定", tuple(compare(card, same.document)), owner=same.owner)


def _shown(name: str) -> str:
    """Return a path fit to be shown: each part cleaned."""
    return "/".join(
        display_name(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")
    )


def _bytes(file: _File, caps: Limits) -> bytes:
    assert file.path is not None
    name = display_name(file.shown)
    try:
        size = file.path.stat().st_size
        if size > caps.bytes:
            raise ReadingError(
                name, f"文件 {size / 2**20:.0f} MB，超过上限 {caps.bytes / 2**20:.0f} MB", "请拆分后再上传"
            )
        return file.path.read_bytes()
    except OSError as error:
        raise ReadingError(name, f"打不开（{error.strerror}）", "请检查路径与权限") from error


def _read(file: _File, data: bytes, reader: Reader) -> Document:
    """Return the document in a file; the bytes that are read are the bytes that are kept.

    Raises:
        ReadingError: It cannot be read.
    """
    with tempfile.NamedTemporaryFile(prefix="canmou-", suffix=".in") as copy:
        copy.write(data)
        copy.flush()
        return reader.read(Path(copy.name), name=display_name(file.shown))


def _skipped(shown: str, same: Kept) -> FileReport:
    return FileReport(
        path=shown,
        ok=True,
        status="skipped",
        reason=f"内容与已入库的《{_title(same)}》相同，未重复入库",
        kind=same.document.kind,
        shape=same.shape,
        document=same.id,
        version=same.version,
        title=_title(same),
        pages=same.document.pages,
        clauses=len(same.document.clauses),
        tables=len(same.document.tables),
        matched_policy=same.card,
        matched_by=same.card_by,
        findings=same.findings,
        **_read_of(same.document),
    )


def _keep(
    shown: str,
    source: str,
    data: bytes,
    document: Document,
    library: Library,
    kb: KnowledgeBase,
    *,
    owner: str | None,
    policy_id: str | None,
) -> FileReport:
    shape: Shape = "catalog" if is_catalog(document) else "policy"
    matched = (policy_id, "指定") if policy_id else (None if shape == "catalog" else match(document, kb))
    card = kb.policy(matched[0]) if matched else None
    findings = tuple(compare(card, document)) if card else ()
    told = document.metadata
    title = title_key(told.title.value) if told.title else ""
    number = title_key(told.doc_number.value) if told.doc_number else ""
    older = library.find_older(document, source=source, title_key=title, number_key=number, owner=owner)
    identity, done = library.add(
        data,
        document,
        owner=owner,
        source=source,
        card=card.id if card else None,
        card_by=matched[1] if matched else "",
        shape=shape,
        findings=findings,
        older=older,
        title_key=title,
        number_key=number,
    )
    if done == "same":
        return _skipped(shown, library.get(identity, owner=owner))
    kept = library.get(identity, owner=owner)
    return FileReport(
        path=shown,
        ok=True,
        status=done,
        kind=document.kind,
        shape=shape,
        document=identity,
        version=kept.version,
        title=_title(kept),
        pages=document.pages,
        clauses=len(document.clauses),
        tables=len(document.tables),
        matched_policy=card.id if card else None,
        matched_by=kept.card_by,
        findings=findings,
        hidden=len(document.hidden),
        doubtful_numbers=len(document.low_confidence_numbers),
        warnings=document.warnings,
        **_read_of(document),
    )


class _ReadOf(TypedDict):
    doc_number: str | None
    issuer: str | None
    issued: date | None
    valid_from: date | None
    valid_to: date | None


def _read_of(document: Document) -> _ReadOf:
    told = document.metadata
    return {
        "doc_number": _value(told.doc_number) or None,
        "issuer": _value(told.issuer) or None,
        "issued": _day(told.issued),
        "valid_from": _day(told.valid_from),
        "valid_to": _day(told.valid_to),
    }


_CATALOG_COLUMNS = re.compile(
    r"产品(名称|名|型号|编号|类别|类型|简介|介绍|功能)?|服务商|供应商|厂商|解决方案|适用(行业|场景|规模|对象)|部署方式|价格|报价|收费|功能(描述|简介|模块)?|商品"
)


def is_catalog(document: Document) -> bool:
    """Return whether a workbook lists products: a table with a column of products and two others a catalog has."""
    if document.kind not in ("xlsx", "xls", "csv"):
        return False
    for table in document.tables:
        names = [name for name in table.header if _CATALOG_COLUMNS.search(name)]
        if len(names) >= 3 and any(re.search(r"产品|解决方案|商品", name) for name in names):
            return True
    return False


# What the rest of the house takes ---------------------------------------------------------------------------------


def originals(
    library: Library, kb: KnowledgeBase, *, owner: str | None = None, on: date | None = None
) -> list[Original]:
    """Return everybody's documents and this owner's as policies that can be quoted, catalogs left out.

    Args:
        library: Where they are kept.
        kb: Cards they may be the originals of.
        owner: Whose, besides everybody's.
        on: The versions that were current on this day; None is now.
    """
    found = library.all(owner=owner) if on is None else _on(library, owner, on)
    return [_original(kept, kb) for kept in found if kept.shape == "policy"]


def _on(library: Library, owner: str | None, on: date) -> list[Kept]:
    return [
        version
        for kept in library.all(owner=owner)
        for version in library.versions(kept.id, owner=owner)
        if version.added.date() <= on and (version.ended is None or version.ended.date() > on)
    ]


def _original(kept: Kept, kb: KnowledgeBase) -> Original:
    return Original(
        policy=_policy(kept, kb),
        card=kept.card,
        owner=kept.owner,
        version=kept.version,
        added=kept.added,
        findings=kept.findings,
        trusted=kept.trusted,
    )


def _policy(kept: Kept, kb: KnowledgeBase) -> Policy:
    """Return a document as a policy: told by its card, else by a person, else by itself and 待确认."""
    card = kb.policy(kept.card) if kept.card else None
    clauses = tuple(
        _clause(clause, kept) for clause in kept.document.clauses if clause.kind not in ("title", "signature")
    )
    clauses += tuple(_about_itself(kept))
    source = Source(key="file", title=kept.document.name, kind="uploaded", date=kept.added.date().isoformat())
    if card is not None:
        return card.model_copy(
            update={
                "id": kept.id,
                "aliases": (),
                "clauses": clauses,
                "coverage": "uploaded",
                "sources": (source, *card.sources),
                "status": card.status if kept.trusted else Status.TO_BE_CONFIRMED,
                "notes": (*card.notes, *(finding.text for finding in kept.findings)),
            }
        )
    return _own(kept, kb, clauses, source)


def _about_itself(kept: Kept) -> Iterator[Clause]:
    """Give what a document says of itself in its title block, signature or validity, each with the line it was read from.

    What a web page tells in lines of its own (文号：…) is a clause already.
    """
    told = kept.document.metadata
    known = {c.text for c in kept.document.clauses if c.kind == "about"}
    for label, guess in (
        ("文号", told.doc_number),
        ("发文机关（印发、发布单位）", told.issuer),
        ("成文日期（印发、发布时间）", told.issued),
        ("施行日期（执行、生效时间）", told.valid_from),
        ("有效期至（截止、失效时间）", told.valid_to),
        ("有效性（所在网页标注）", told.validity),
    ):
        if guess is None or guess.line in known or orders_a_machine(guess.line):
            continue
        value = _spoken(guess.value)
        line = re.sub(r"\s+", " ", guess.line).strip()
        whence = "" if line in (guess.value, value) or len(line) > 120 else f"（原文：{line}）"
        yield Clause(
            locator=f"文件信息 {label[:4].rstrip('（')}",
            numbered=False,
            text=f"{label}：{value}{whence}",
            text_kind="digest",
            source="file",
            page=guess.page,
        )


def _spoken(value: str) -> str:
    """Return an ISO day as people write it, and anything else as it is."""
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    return f"{day[1]}年{int(day[2])}月{int(day[3])}日" if day else value


def _own(kept: Kept, kb: KnowledgeBase, clauses: tuple[Clause, ...], source: Source) -> Policy:
    told, word = kept.document.metadata, kept.confirmed
    region = _region(word.region if word and word.region else _value(told.region), kb)
    day = word.on if word else kept.added.date()
    valid_from = word.valid_from if word else _day(told.valid_from)
    valid_to = word.valid_to if word else _day(told.valid_to)
    notes = [f"所在网页标注：{told.validity.line}"] if told.validity else []
    notes += [f"适用地区未识别，暂按{NATION}列出，待确认"] if region is None else []
    issuer = (word.issuer if word and word.issuer else None) or _value(told.issuer)
    return Policy(
        id=kept.id,
        title=_title(kept),
        doc_type="uploaded",
        doc_number=(word.doc_number if word and word.doc_number else None) or _value(told.doc_number) or None,
        issuers=tuple(part for part in re.split(r"[、\n]", issuer) if part),
        level=_level(region, kb),
        region=region or NATION,
        issued=word.issued if word and word.issued else _day(told.issued),
        valid_from=valid_from,
        valid_to=valid_to,
        status=_status(word, valid_to, _value(told.validity)),
        status_as_of=day,
        status_basis=f"{word.by}于{word.on.isoformat()}确认" if word else "用户上传，未经确认",
        status_confidence="confirmed" if word else "unverified",
        coverage="uploaded",
        certainty=Certainty.SINGLE_SOURCE if word else Certainty.UNVERIFIED,
        sources=(source,),
        notes=tuple(notes),
        clauses=clauses,
    )


def _status(word: Confirmation | None, valid_to: date | None, said: str) -> Status:
    """Return what a document of its own is worth: nothing sure until confirmed, and then only by its validity.

    Args:
        word: What a person said of it.
        valid_to: Its last day, where it tells one.
        said: What the page it was saved from says of its validity; that it ended counts, that it holds may be out of date.
    """
    if word is None:
        return Status.TO_BE_CONFIRMED
    if word.status is not None:
        return word.status
    if re.search(r"失效|废止|无效|停止执行", said) and not re.search(r"未失效|未废止|部分", said):
        return Status.EXPIRED
    return Status.IN_FORCE if valid_to is not None else Status.NOT_STATED


def _level(region: str | None, kb: KnowledgeBase) -> str:
    known = kb.regions.get(region) if region else None
    return {"zone": "district"}.get(known.kind, known.kind) if known else "institute"


def _region(told: str, kb: KnowledgeBase) -> str | None:
    """Return the canonical name of the place a document speaks for, or None where none is known."""
    if not told:
        return None
    whole = kb.regions.resolve(told)
    if whole is not None:
        return whole.name
    found = kb.regions.find(told)
    return found[-1].name if found else None


def _clause(clause: ReadClause, kept: Kept) -> Clause:
    notes = []
    if clause.doubtful:
        notes.append(f"OCR 识别的数字{'、'.join(clause.doubtful)}置信度低，请对照原件，不作判定依据")
    if clause.instruction_like:
        notes.append(ORDER_MARK)
    if clause.carried_order:
        notes.append(CARRIED)
    if solicits(clause.text):
        notes.append(OFFER_MARK)
    return Clause(
        locator=clause.locator,
        numbered=clause.kind == "text" and not clause.locator.startswith("引言"),
        heading=clause.heading,
        text=clause.text,
        text_kind="original",
        note="；".join(notes),
        source="file",
        page=clause.page,
    )


def _title(kept: Kept) -> str:
    """Return what a document is called: by a person, by itself, by its file name; never a name that gives orders."""
    if kept.confirmed and kept.confirmed.title:
        return kept.confirmed.title
    named = _value(kept.document.metadata.title) or Path(kept.document.name).stem or kept.document.name
    if orders_a_machine(named) or solicits(named):
        return f"上传文件（{kept.added:%Y-%m-%d}，原名不予显示）"
    return named if len(named) <= _LONGEST_TITLE else f"{named[:_LONGEST_TITLE]}…"


def _value(guess: Guess | None) -> str:
    return guess.value if guess is not None else ""


def _day(guess: Guess | None) -> date | None:
    return date.fromisoformat(guess.value) if guess is not None else None


def passages(library: Library, kb: KnowledgeBase, *, owner: str | None = None) -> list[Passage]:
    """Return the passages of everybody's documents and of this owner's, for the search index.

    A clause longer than `LONGEST` gives several passages with the one locator. One that reads like an
    order to a machine is there, and says so in its heading.
    """
    return [passage for original in originals(library, kb, owner=owner) for passage in _passages(original)]


def _passages(original: Original) -> Iterator[Passage]:
    policy = original.policy
    for clause in policy.clauses:
        marks = [mark for mark in (ORDER_MARK, OFFER_MARK) if mark in clause.note]
        heading = " > ".join(filter(None, (*marks, clause.heading)))
        for number, text in enumerate(_parts(clause.text), start=1):
            yield Passage(
                id=f"{policy.id}#{clause.locator}" + (f"~{number}" if number > 1 else ""),
                source_id=policy.id,
                kind="uploaded",
                title=policy.title,
                doc_number=policy.doc_number,
                locator=clause.locator,
                heading=heading,
                text=text,
                text_kind=clause.text_kind,
                region=policy.region,
                status=policy.status,
                valid_from=policy.valid_from,
                valid_to=policy.valid_to,
                url=policy.official_url,
                page=clause.page,
                owner=original.owner,
                caution="；".join(note for note in clause.note.split("；") if note not in marks),
                aside=bool(marks),
            )


def _parts(text: str) -> list[str]:
    """Cut a text at the ends of its paragraphs, else of its sentences, into parts of at most LONGEST characters."""
    if len(text) <= LONGEST:
        return [text]
    parts = [""]
    for piece in re.split(r"(?<=[。；！？\n])", text):
        for start in range(0, len(piece), LONGEST):
            chunk = piece[start : start + LONGEST]
            if parts[-1] and len(parts[-1]) + len(chunk) > LONGEST:
                parts.append("")
            parts[-1] += chunk
    return [part.strip() for part in parts if part.strip()]


def confirm(
    library: Library,
    document_id: str,
    who: str,
    when: date,
    *,
    owner: str | None = None,
    title: str = "",
    doc_number: str | None = None,
    issuer: str | None = None,
    issued: date | None = None,
    region: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    status: Status | None = None,
) -> Kept:
    """Record that a person has looked at a document and says what it is; until then it supports no verdict.

    What is not given stays as read from the document; a validity is only ever the one given or read.

    Raises:
        UnknownDocument: There is none for this owner.
        InputError: No name was given.
    """
    if not who.strip():
        raise InputError("确认人", "没有写明由谁确认", "请填写姓名")
    kept = library.get(document_id, owner=owner)
    told = kept.document.metadata
    word = Confirmation(
        by=who.strip(),
        on=when,
        title=title or _title(kept),
        doc_number=doc_number or _value(told.doc_number) or None,
        issuer=issuer or _value(told.issuer) or None,
        issued=issued or _day(told.issued),
        region=region or _value(told.region) or None,
        valid_from=valid_from or _day(told.valid_from),
        valid_to=valid_to or _day(told.valid_to),
        status=status,
    )
    return library.confirm(document_id, word, owner=owner)


def remove(library: Library, document_id: str, *, owner: str | None = None) -> None:
    """Remove a document and all its versions.

    Raises:
        UnknownDocument: There is none for this owner.
    """
    library.remove(document_id, owner=owner)
