"""Policy: a published document as dated, sourced clauses, and what it is worth on a given day."""

from datetime import date
from enum import StrEnum
from typing import Literal

from knowledge.record import Number, Record
from knowledge.source import Certainty, Source


class Status(StrEnum):
    """What a document is worth on a day. Only IN_FORCE may support a verdict."""

    IN_FORCE = "in_force"
    """Confirmed or inferred to hold on the day."""
    NOT_STATED = "not_stated"
    """Published, nothing seen that ends it, and no validity seen either: verify with the issuer."""
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    DRAFT = "draft_for_comment"
    REPLY = "reply"
    """An answer to a proposal: shows views, binds nobody."""
    REFERENCE = "reference"
    """Institute or company material, not a policy."""
    TO_BE_CONFIRMED = "to_be_confirmed"
    """Read from a user's file; nobody has confirmed what it is."""

    @property
    def label(self) -> str:
        """Return the words shown to people."""
        return _LABELS[self]


_LABELS = {
    Status.IN_FORCE: "现行",
    Status.NOT_STATED: "未载明有效期，需向发文机关核实",
    Status.NOT_YET: "尚未生效",
    Status.EXPIRED: "已失效",
    Status.SUPERSEDED: "已被替代",
    Status.DRAFT: "征求意见稿",
    Status.REPLY: "答复（无约束力）",
    Status.REFERENCE: "参考资料（非政策）",
    Status.TO_BE_CONFIRMED: "待确认（用户上传）",
}


class Figure(Record):
    """A number a clause states."""

    name: str
    value: Number | str
    unit: str = ""
    qualifier: str = ""
    """不少于, 不超过, 约…"""


class Clause(Record):
    """One place in a policy, digested in our own words or quoted from the ingested original."""

    locator: str
    numbered: bool = True
    """False where the locator is our own label (奖补标准) and must not be shown as an article number."""
    heading: str = ""
    text: str
    text_kind: Literal["digest", "original"] = "digest"
    figures: tuple[Figure, ...] = ()
    obligations: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    """Key of a Source of the policy."""
    page: int | None = None
    """1-based page of the original, where known."""


class Policy(Record):
    """A published document."""

    id: str
    title: str
    doc_type: str
    doc_number: str | None = None
    """文号; None is not known."""
    issuers: tuple[str, ...] = ()
    level: Literal["nation", "province", "city", "district", "institute"]
    region: str
    """Canonical region name, e.g. 全国, 山东省, 山东省济南市."""
    issued: date | None = None
    issued_text: str = ""
    """As the source puts it, where the day is not known."""
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day in force. None is not stated: never read it as no expiry."""
    valid_to_text: str = ""
    status: Status
    """As recorded on `status_as_of`; ask `status_on` for a day."""
    status_as_of: date
    status_basis: str = ""
    status_confidence: Literal["confirmed", "inferred", "unverified"]
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    superseded_on: date | None = None
    related: tuple[str, ...] = ()
    relies_on: tuple[str, ...] = ()
    """Documents whose rules this one leans on; a replaced one is a broken reference."""
    audience: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    official_url: str | None = None
    coverage: str
    """full_text, partial, opening_excerpt, secondary_only or title_only."""
    certainty: Certainty
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def status_on(self, day: date) -> Status:
        """Return what the document is worth on `day`."""
        raise NotImplementedError
