"""Document: what a person's file says, as clauses that can be cited and opened at their place.

    file -> reading.* -> Block, Block, … -> clauses.split -> Clause, Clause, … -> Document

Text people cannot see in the file (white, off the page, display:none…) never enters a clause: it is Hidden.
"""

from functools import cached_property
from typing import Literal

from knowledge.record import Record

Kind = Literal[
    "pdf", "docx", "doc", "wps", "xlsx", "xls", "csv", "html", "ofd", "txt", "md", "image", "rtf", "json"
]

MAX_NAME = 120
"""Characters of a file name that are kept for display."""


class Box(Record):
    """A place on a page, in points from its top left corner."""

    x0: float
    y0: float
    x1: float
    y1: float


class Turn(Record):
    """Where a row goes on on another page: from this line of its longest cell."""

    row: int
    line: int
    page: int
    box: Box | None = None


class Table(Record):
    """A table as rows of cells; a merged cell's text stands in its first cell only, blank stays blank."""

    caption: str = ""
    header: tuple[str, ...] = ()
    """Names of the columns; empty where the table has none (a form, a card)."""
    rows: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[int, ...], ...] = ()
    """For each row of `rows`, the columns in which a cell of its own begins; empty: every column."""
    down: tuple[tuple[int, ...], ...] = ()
    """For each row, the columns whose cell is one with that of the row above; empty: not known."""
    pages: tuple[int, ...] = ()
    """1-based page of each row, where known."""
    boxes: tuple[Box | None, ...] = ()
    turns: tuple[Turn, ...] = ()
    columns: tuple[float, ...] = ()
    """Left edge of each column on the page, where known."""
    notes: tuple[str, ...] = ()
    """What about it could not be made out, for a person to check."""
    sheet: str = ""
    """Name of the sheet of a workbook."""
    first_row: int = 1
    """Number people see beside the first of `rows` in a workbook."""


class Block(Record):
    """A paragraph or a table, in reading order, as a reader found it."""

    text: str = ""
    level: int | None = None
    """1.. where the file itself says that this is a heading."""
    table: Table | None = None
    page: int | None = None
    box: Box | None = None
    doubtful: tuple[str, ...] = ()
    """Numbers in it that were read by OCR with little confidence."""
    size: float | None = None
    """Type size in points, where known."""
    role: Literal["body", "title", "about", "note"] = "body"
    """about: a line of a page's own data (文号, 失效日期); note: footnote."""


class Hidden(Record):
    """Text that the file holds and a reader of the page does not see."""

    text: str
    why: str
    """白色文字, 页面之外, display:none…"""
    page: int | None = None
    instruction_like: bool = False


class Guess(Record):
    """What the file seems to say about itself, for a person to confirm."""

    value: str
    line: str
    """The line it was read from, verbatim."""
    page: int | None = None


class Metadata(Record):
    """What a document says about itself. None: not found, never a default."""

    title: Guess | None = None
    doc_number: Guess | None = None
    """文号, e.g. 穗民规字〔2025〕2号."""
    issuer: Guess | None = None
    issued: Guess | None = None
    """ISO day."""
    region: Guess | None = None
    valid_from: Guess | None = None
    """ISO day."""
    valid_to: Guess | None = None
    """ISO day, last day in force."""
    validity: Guess | None = None
    """What its page says it is worth, in the page's own word: 有效, 已失效."""


class ReadClause(Record):
    """One place of a document, verbatim."""

    locator: str
    """Unique in its document: 第十一条（二）, 二（三）1, 附件2 表1 行3; 第五条#2 where a number is used twice."""
    heading: str = ""
    """Heading path down to the clause, joined by ` > `."""
    text: str
    kind: Literal["text", "row", "title", "about", "note", "signature"] = "text"
    page: int | None = None
    """1-based; None where the format has no pages."""
    page_to: int | None = None
    """Last page, where the clause runs on."""
    box: Box | None = None
    """Its place on `page`."""
    instruction_like: bool = False
    """It reads like an order to a machine: kept as data, marked, never followed."""
    carried_order: bool = False
    """It ran into such an order, which was set apart as a clause of its own."""
    doubtful: tuple[str, ...] = ()
    """Numbers in it read by OCR with little confidence: may not support a verdict."""


class DoubtfulNumber(Record):
    """A number that OCR read with little confidence."""

    text: str
    confidence: int
    """0..100."""
    page: int


class Document(Record):
    """A file that was read."""

    sha256: str
    name: str
    """Cleaned for display; never used as a path."""
    kind: Kind
    pages: int | None = None
    metadata: Metadata = Metadata()
    clauses: tuple[ReadClause, ...] = ()
    tables: tuple[Table, ...] = ()
    contents: tuple[str, ...] = ()
    """Lines of its table of contents; they are not clauses."""
    hidden: tuple[Hidden, ...] = ()
    warnings: tuple[str, ...] = ()
    ocr: bool = False
    """Some of it was read by OCR."""
    ocr_confidence: int | None = None
    """Mean over its words, 0..100."""
    low_confidence_numbers: tuple[DoubtfulNumber, ...] = ()

    @cached_property
    def _by_locator(self) -> dict[str, ReadClause]:
        return {clause.locator: clause for clause in self.clauses}

    def clause(self, locator: str) -> ReadClause | None:
        """Return the clause that stands at `locator`, or None."""
        return self._by_locator.get(locator)

    @property
    def text(self) -> str:
        """Return all that can be seen, clause after clause."""
        return "\n".join(clause.text for clause in self.clauses)


class Reading(Record):
    """What one reader made of one file, before it is cut into clauses."""

    kind: Kind
    blocks: tuple[Block, ...]
    pages: int | None = None
    hidden: tuple[Hidden, ...] = ()
    warnings: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    told: dict[str, str] = {}
    """What the file's own fields say: title, doc_number, issuer, issued, valid_from, valid_to."""
    ocr: bool = False
    ocr_confidence: int | None = None
    low_confidence_numbers: tuple[DoubtfulNumber, ...] = ()
