"""Policy: a published document as dated, sourced clauses, and what it is worth on a given day."""

import calendar
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

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

TIMELESS = frozenset({Status.DRAFT, Status.REPLY, Status.REFERENCE, Status.TO_BE_CONFIRMED})
"""What these are does not change with the day, once they are there."""

Confidence = Literal["confirmed", "inferred", "unverified"]

CONFIDENCE_LABELS: dict[Confidence, str] = {
    "confirmed": "有明文依据",
    "inferred": "据工作安排或新版本推断",
    "unverified": "未见依据，待核实",
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
    obtained: bool = True
    """False: the place is known to exist, its wording was not obtained; it supports no statement."""
    figures: tuple[Figure, ...] = ()
    obligations: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    """Keys of Sources of the policy, comma-separated."""
    certainty: Certainty | None = None
    """Where it differs from the policy's own."""
    kept_by: str = ""
    """Id of the document that keeps this clause alive though the policy itself was replaced."""
    kept_from: date | None = None
    kept_to: date | None = None
    """First and last day of that; None is open."""
    page: int | None = None
    """1-based page of the original, where known."""

    def source_keys(self) -> tuple[str, ...]:
        """Return the keys of the sources the clause rests on."""
        return tuple(key for key in self.source.split(",") if key)


class Reliance(Record):
    """One document leaning on another."""

    policy: str
    """Id of the document leaned on."""
    locator: str = ""
    """The clause leaned on; empty is the whole document."""
    by: str = ""
    """Locator of the clause that leans."""
    note: str = ""
    """What follows when the document leaned on is gone."""


class Policy(Record):
    """A published document."""

    id: str
    aliases: tuple[str, ...] = ()
    """Other ids the same document goes by."""
    title: str
    title_given: bool = False
    """True: the original title is not known and this one describes the content."""
    doc_type: str
    doc_number: str | None = None
    """文号; None is not known."""
    doc_number_text: str = ""
    issuers: tuple[str, ...] = ()
    issuer_text: str = ""
    """What is known of the issuer where none is named."""
    level: Literal["nation", "province", "city", "district", "institute"]
    region: str
    """Canonical region name, e.g. 全国, 山东省, 山东省济南市."""
    issued: date | None = None
    issued_text: str = ""
    """As the source puts it, where the day is not known."""
    published: date | None = None
    """A day on which it was public already."""
    valid_from: date | None = None
    valid_from_text: str = ""
    begins: str = Field(default="", pattern=r"^(\d{4}(-\d{2})?)?$")
    """Year or month of effect, where the day is not known: 2022 or 2022-11."""
    valid_to: date | None = None
    """Last day in force. None is not stated: never read it as no expiry."""
    valid_to_text: str = ""
    period_to: date | None = None
    """Last day of the period it plans for (target year, schedule) where no validity is stated."""
    status: Status
    """As recorded on `status_as_of`; ask `status_on` for a day."""
    status_as_of: date
    status_basis: str = ""
    status_confidence: Confidence
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    superseded_on: date | None = None
    """First day on which the replacement holds."""
    related: tuple[str, ...] = ()
    relies_on: tuple[Reliance, ...] = ()
    """Documents whose rules this one leans on; a replaced one is a broken reference."""
    audience: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    official_url: str | None = None
    coverage: Literal["full_text", "partial", "opening_excerpt", "secondary_only", "title_only", "uploaded"]
    certainty: Certainty
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()

    # ------------------------------------------------------------ when

    def begin_between(self) -> tuple[date | None, date | None]:
        """Return the earliest and the latest day on which it can have begun to hold; None is not known."""
        if self.valid_from:
            return self.valid_from, self.valid_from
        low, high = _span(self.begins)
        if self.issued:
            return self.issued, max(self.issued, high) if high else self.issued
        if self.published:
            return low, min(self.published, high) if high else self.published
        return low, high

    def status_on(self, day: date) -> Status:
        """Return what the document is worth on `day`.

        Before it is issued or begins NOT_YET; from the day its replacement holds SUPERSEDED; after its last day
        EXPIRED; between, IN_FORCE only where an end or a period is known or the status was inferred
        from one. Where neither validity nor end was seen the answer is NOT_STATED, never IN_FORCE.
        """
        if self.status in TIMELESS:
            dated = self.status in (Status.DRAFT, Status.REPLY) and self.issued
            return Status.NOT_YET if dated and day < dated else self.status
        earliest, latest = self.begin_between()
        if earliest and day < earliest:
            return Status.NOT_YET
        if self.status is Status.SUPERSEDED and day >= (self.superseded_on or self.status_as_of):
            return Status.SUPERSEDED
        return self._unreplaced_on(day, latest)

    def _unreplaced_on(self, day: date, latest: date | None) -> Status:
        """Return what the document is worth on a day on which nothing has replaced it."""
        if self.valid_to and day > self.valid_to:
            return Status.EXPIRED
        if self.status is Status.EXPIRED and not self.valid_to:
            ended = day > self.period_to if self.period_to else day >= self.status_as_of
            if ended:
                return Status.EXPIRED
        sure = self.status_confidence != "unverified" and self.status is not Status.NOT_STATED
        begun = latest is not None and day >= latest
        if self.period_to and day > self.period_to:
            return Status.NOT_STATED
        return Status.IN_FORCE if sure and (begun or self._seen_in_force(day)) else Status.NOT_STATED

    def _seen_in_force(self, day: date) -> bool:
        """Tell whether it was recorded as in force by `day`, its beginning being unknown."""
        return self.status is Status.IN_FORCE and day >= self.status_as_of

    def clause_status_on(self, clause: Clause, day: date) -> Status:
        """Return what one clause is worth on `day`: a replaced document may leave a clause alive."""
        status = self.status_on(day)
        kept = clause.kept_by and status is Status.SUPERSEDED
        if kept and (not clause.kept_from or day >= clause.kept_from):
            if clause.kept_to and day > clause.kept_to:
                return Status.SUPERSEDED
            return Status.IN_FORCE
        return status

    # ------------------------------------------------------------ what to say

    def clause(self, locator: str) -> Clause | None:
        """Return the clause at `locator`, or None."""
        return next((clause for clause in self.clauses if clause.locator == locator), None)

    def source(self, key: str) -> Source | None:
        """Return the source of that key, or None."""
        return next((source for source in self.sources if source.key == key), None)

    @property
    def confidence_label(self) -> str:
        """Return how sure the recorded status is, in words."""
        return CONFIDENCE_LABELS[self.status_confidence]

    @property
    def validity_text(self) -> str:
        """Return from when to when it holds, as far as stated, in words."""
        start = str(self.valid_from or "") or self.valid_from_text or self.begins
        if not start and self.issued:
            start = f"{self.issued}印发"
        if self.valid_to:
            remark = f"（{self.valid_to_text}）" if self.valid_to_text else ""
            end = f"{self.valid_to}{remark}"
        else:
            end = "未载明" + (f"（{self.valid_to_text}）" if self.valid_to_text else "")
        return f"{start or '起始未载明'} 至 {end}"


def _span(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day of a year or a month."""
    if not text:
        return None, None
    year, _, month = text.partition("-")
    if not month:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    last = calendar.monthrange(int(year), int(month))[1]
    return date(int(year), int(month), 1), date(int(year), int(month), last)
