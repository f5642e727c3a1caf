"""Timeline: what opens and closes, which documents follow one another, and claims not to be believed."""

from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Record
from knowledge.source import Certainty


class Event(Record):
    """A day on which something opens, closes or changes."""

    date: date
    what: str
    kind: Literal["opens", "closes", "deadline", "expires", "takes_effect", "replaced"]
    policy: str = ""
    """Id of the policy card that says so."""
    locator: str = ""
    region: str = "全国"
    certainty: Certainty
    note: str = ""


class Lineage(Record):
    """Documents that follow one another on one matter."""

    chain: str
    order: tuple[str, ...]
    """Policy ids, oldest first."""
    note: str = ""


class ChangeNote(Record):
    """A change elsewhere that bears on what people still repeat."""

    what: str
    effect: str
    policies: tuple[str, ...] = ()


class Timeline(Record):
    """The whole data file."""

    as_of: date
    events: tuple[Event, ...]
    lineage: tuple[Lineage, ...] = ()
    changes: tuple[ChangeNote, ...] = ()


class Claim(Record):
    """A statement seen in circulation that must not be taken as fact."""

    id: str
    claim: str
    seen_at: tuple[str, ...] = ()
    """Pages it was seen on, for people; empty where it is only foreseen."""
    verdict: Literal[
        "contradicted", "likely_fabricated", "unverifiable", "unsupported", "vendor_marketing", "imprecise"
    ]
    why: str
    do: str
    """What to say instead."""
    policies: tuple[str, ...] = ()
    """Cards that set it right."""
    signs: tuple[tuple[str, ...], ...] = ()
    """Word groups that give the claim away: every word of one group stands in the text."""
    unless: tuple[str, ...] = ()
    """Words that show something else is meant."""

    def made_in(self, text: str) -> bool:
        """Tell whether `text` makes the claim: a person may ask by it, a document may repeat it."""
        plain = "".join(text.split())
        if any(word in plain for word in self.unless):
            return False
        return any(all(word in plain for word in group) for group in self.signs)

    @property
    def verdict_label(self) -> str:
        """Return the verdict in words."""
        return VERDICT_LABELS[self.verdict]


VERDICT_LABELS = {
    "contradicted": "与更可靠的来源冲突",
    "likely_fabricated": "疑似编造",
    "unverifiable": "无法核实",
    "unsupported": "未给依据",
    "vendor_marketing": "厂商宣传",
    "imprecise": "表述不准",
}


class ClaimFile(Record):
    """The whole data file."""

    as_of: date
    claims: tuple[Claim, ...]


def load_timeline(data_dir: Path = DATA) -> Timeline:
    """Read `timeline.yaml`.

    Raises:
        KnowledgeError: The file is missing or does not fit.
    """
    path = data_dir / "timeline.yaml"
    return parse(Timeline, read_yaml(path), file=path.name)


def load_claims(data_dir: Path = DATA) -> dict[str, Claim]:
    """Return claim id -> claim, from `claims.yaml`.

    Raises:
        KnowledgeError: The file is missing or does not fit.
    """
    path = data_dir / "claims.yaml"
    return {claim.id: claim for claim in parse(ClaimFile, read_yaml(path), file=path.name).claims}
