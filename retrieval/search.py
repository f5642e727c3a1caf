"""What is searched and how: Passage, Query, Hit and the Searcher protocol."""

from datetime import date
from typing import Literal, Protocol

from knowledge.policy import Status
from knowledge.record import Record

Kind = Literal["policy", "standard", "program", "product", "provider", "outline", "claim", "uploaded"]


class Passage(Record):
    """A citable piece of a source."""

    id: str
    """`source_id#locator`, unique."""
    source_id: str
    kind: Kind
    title: str
    """Title of the document."""
    doc_number: str | None = None
    locator: str
    heading: str = ""
    """Heading path down to the clause."""
    text: str
    text_kind: Literal["digest", "original"] = "digest"
    region: str = "全国"
    """Canonical region name."""
    status: Status = Status.NOT_STATED
    """As recorded; a document's worth on a day is asked of the policy itself."""
    valid_from: date | None = None
    valid_to: date | None = None
    asked_as: tuple[str, ...] = ()
    """Everyday questions this passage answers, written at build time; searched, never shown."""
    url: str | None = None
    page: int | None = None
    owner: str | None = None
    """Whose upload it is; None is everybody's."""
    caution: str = ""
    """What must be said beside a quote of it: 夹带的文字已剔除."""
    aside: bool = False
    """It can be found and is never quoted: an order to a machine, an agent's offer."""


class Query(Record):
    """What to look for and what to leave out before ranking."""

    text: str
    k: int = 10
    regions: frozenset[str] | None = None
    """Canonical names that may appear, already widened (济南 -> 济南, 山东, 全国); None is anywhere."""
    near: str = ""
    """Name of the asker's place: its documents are preferred, none is left out."""
    in_force_on: date | None = None
    """Only passages whose document holds or is not known to have ended on this day; None is any."""
    statuses: frozenset[Status] | None = None
    kinds: frozenset[Kind] | None = None
    owner: str | None = None
    """Besides everybody's passages, also those of this owner."""


class Hit(Record):
    """A passage found, with why."""

    passage: Passage
    rank: int
    """1-based."""
    score: float
    lexical_rank: int | None = None
    dense_rank: int | None = None


class Searcher(Protocol):
    """Finds passages. Filters are applied before ranking: k results come back when k exist."""

    def search(self, query: Query) -> list[Hit]:
        """Return at most `query.k` hits, best first."""
        ...

    def passage(self, passage_id: str) -> Passage | None:
        """Return the passage of that id, or None."""
        ...
