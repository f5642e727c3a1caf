"""Scheme: what a document says money is paid for, at what rate, up to what, to whom and until when.

    scheme = load_schemes()["gd-zhongshan-2024"]
    scheme.tiers    # (Tier(level=2, amount=30), Tier(level=3, amount=60), Tier(level=4, amount=100))

A scheme whose document gives no figure is kept all the same, with `no_amount` saying so and `see` naming the document
that would give it: an honest refusal is an answer. Money is 万元, rates are 0..1.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.errors import KnowledgeError
from knowledge.files import DATA, parse, read_yaml
from knowledge.policy import Status
from knowledge.record import Number, Record
from knowledge.source import Certainty, ClauseRef, Source

Applicant = Literal["enterprise", "provider", "city"]

APPLICANTS: dict[Applicant, str] = {"enterprise": "企业", "provider": "服务商", "city": "试点城市"}


class Tier(Record):
    """One line of a scheme's table; what it does not name does not matter to it."""

    label: str
    level: Literal[1, 2, 3, 4] | None = None
    """Digital level reached after the project."""
    category: str | None = None
    score_from: Number | None = None
    """Lowest score of the band; bands run up to the next one."""
    spend_from: Number | None = None
    """Lowest value of what `base` names, 万元."""
    amount: Number = Field(ge=0)
    """万元."""


class Phase(Record):
    """One instalment."""

    label: str
    share: Number | None = Field(default=None, ge=0, le=1)
    amount: Number | None = Field(default=None, ge=0)


class Exclusion(Record):
    """Something that takes the money away when it is true of the applicant."""

    id: str
    text: str


class Scheme(Record):
    """What a document pays, as far as it says so."""

    id: str
    title: str
    policy_id: str | None = None
    """Id of the policy card it rests on; None: `clause.source_id` is a document without a card."""
    document: str
    """Title or number shown to people."""
    issuer: str
    region: str
    """Canonical name; 全国 for the nation."""
    applicant: Applicant = "enterprise"
    purpose: str
    base: str = "与转型相关的实际投入"
    """What `spend` means for this scheme."""
    rate: Number | None = Field(default=None, ge=0, le=1)
    exact: bool = False
    """True: the document fixes the amount. False: it only says 不超过, so the low end is 0."""
    cap: Number | None = Field(default=None, ge=0)
    """万元, whatever the tier; None is not stated in what was seen."""
    tiers: tuple[Tier, ...] = ()
    bounded_by_spend: bool = False
    """A subsidy for spending: it cannot exceed what was spent."""
    sure_share: Number = Field(default=Decimal(1), ge=0, le=1)
    """Share that does not hang on a later review."""
    spend_over: Number | None = None
    """`spend` must exceed this, 万元."""
    level_from: Literal[1, 2, 3, 4] | None = None
    """Digital level that must be reached."""
    conditions: tuple[str, ...] = ()
    """Other conditions, each to be confirmed."""
    remarks: tuple[str, ...] = ()
    """What a reader of the figure must know; not conditions."""
    exclusions: tuple[Exclusion, ...] = ()
    not_with: tuple[str, ...] = ()
    """Schemes it cannot be stacked with."""
    phases: tuple[Phase, ...] = ()
    no_amount: str = ""
    """Why no figure can be given; empty where one can."""
    see: str = ""
    """The document or office that would give it."""
    clause: ClauseRef
    begins: str = ""
    """ISO day, month or year from which it holds; empty is not stated."""
    valid_to: date | None = None
    """Last day in force; None is not stated, never no expiry."""
    closed_after: date | None = None
    """Last day on which applications could still be taken, though the document may hold longer."""
    closed_text: str = ""
    status: Status
    """IN_FORCE only where the validity is stated; DRAFT, EXPIRED, SUPERSEDED, NOT_STATED otherwise."""
    certainty: Certainty
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    def status_on(self, day: date) -> Status:
        """Return what the scheme is worth on `day`."""
        if self.status in (Status.DRAFT, Status.SUPERSEDED):
            return self.status
        if self.begins and day.isoformat()[: len(self.begins)] < self.begins:
            return Status.NOT_YET
        if self.valid_to is not None:
            return Status.EXPIRED if day > self.valid_to else Status.IN_FORCE
        return self.status


def load_schemes(data_dir: Path = DATA) -> dict[str, Scheme]:
    """Return scheme id -> scheme.

    Raises:
        KnowledgeError: A file is wrong, an id stands twice, a policy card, its clause or a scheme named does not
            exist, or validity differs from the card's.
    """
    found: dict[str, Scheme] = {}
    for path in sorted((data_dir / "schemes").glob("*.yaml")):
        rows = read_yaml(path)
        for row in rows if isinstance(rows, list) else [rows]:
            key = str(row.get("id", "")) if isinstance(row, dict) else ""
            scheme = parse(Scheme, row, file=path.name, key=key)
            if scheme.id in found:
                raise KnowledgeError(path.name, scheme.id, "编号重复")
            _check(scheme, path.name, data_dir)
            found[scheme.id] = scheme
    for scheme in found.values():
        for other in scheme.not_with:
            if other not in found:
                raise KnowledgeError("schemes", scheme.id, f"not_with 所指 {other} 不存在")
    return found


def _check(scheme: Scheme, file: str, data_dir: Path) -> None:
    payable = scheme.rate is not None or bool(scheme.tiers)
    if payable == bool(scheme.no_amount):
        raise KnowledgeError(file, scheme.id, "须有金额（rate 或 tiers），或写明 no_amount，二者取一")
    if scheme.policy_id is None:
        if not scheme.sources:
            raise KnowledgeError(file, scheme.id, "没有政策卡片时须写明 sources")
        return
    card = data_dir / "policies" / f"{scheme.policy_id}.yaml"
    if not card.exists():
        raise KnowledgeError(file, scheme.id, f"政策 {scheme.policy_id} 不存在")
    policy = read_yaml(card)
    locators = [clause.get("locator") for clause in policy.get("clauses", ())]
    if scheme.clause.source_id != scheme.policy_id or scheme.clause.locator not in locators:
        raise KnowledgeError(file, scheme.id, f"条款 {scheme.clause.locator} 不在 {scheme.policy_id} 中")
    if policy.get("valid_to") != scheme.valid_to:
        raise KnowledgeError(file, scheme.id, f"有效期与政策卡片 {scheme.policy_id} 不一致")
    if policy.get("region") != scheme.region:
        raise KnowledgeError(file, scheme.id, f"适用地区与政策卡片 {scheme.policy_id} 不一致")
