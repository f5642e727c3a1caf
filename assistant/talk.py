"""What is kept of a conversation: facts told, what was asked, the reply."""

from typing import Literal

from assistant.schema import Answer, Eligibility
from knowledge.case import Enterprise
from knowledge.enterprise import EnterpriseProfile
from knowledge.record import Number, Record


class Told(Record):
    """One fact as it was told."""

    fact: str
    """A field of EnterpriseProfile, enterprise.name / enterprise.region / enterprise.industry, or a field of Needs
    as needs.budget (万元), needs.deployment, needs.target_level."""
    value: Number | bool | str | None
    """None: told too vaguely to fill in; it is asked again."""
    words: str
    """The words it was read from; empty where a person typed it into the form."""
    turn: int
    low: Number | None = None
    high: Number | None = None
    """Bounds where it was told roughly (三千多万)."""
    conflict: bool = False
    """Contradicts something told before; to be confirmed, never averaged."""
    note: str = ""

    @property
    def rough(self) -> bool:
        """Whether only bounds are known, or the value is a round figure within bounds."""
        return self.low is not None and self.high is not None and self.low != self.high


class Talk(Record):
    """A conversation so far. It is a value: nothing about it is kept elsewhere."""

    told: tuple[Told, ...] = ()
    """The standing facts, the latest per fact."""
    program: str | None = None
    """The program being checked."""
    asked: str | None = None
    """The fact the last reply asked for."""
    asked_also: tuple[str, ...] = ()
    """Facts asked for in the same breath; one answer settles them all."""
    passed: tuple[str, ...] = ()
    """Facts the person could not tell; they are not asked again."""
    turns: int = 0
    history: tuple[tuple[Literal["user", "assistant"], str], ...] = ()

    @property
    def enterprise(self) -> Enterprise:
        """The enterprise as told: what is vague or in conflict is left out."""
        sure = {one.fact: one.value for one in self.told if one.value is not None and not one.conflict}
        profile = {name: value for name, value in sure.items() if name in EnterpriseProfile.model_fields}
        own = {
            name.removeprefix("enterprise."): value
            for name, value in sure.items()
            if name.startswith("enterprise.")
        }
        return Enterprise.model_validate({**own, "profile": profile})

    def standing(self, fact: str) -> Told | None:
        """Return what stands for a fact; None where nothing was told."""
        return next((one for one in self.told if one.fact == fact), None)


class Reply(Record):
    """What the assistant says, with the records behind it."""

    talk: Talk
    """The conversation after this turn."""
    text: str
    """Markdown; verdicts in it are the records' own."""
    found: tuple[Eligibility, ...] = ()
    answer: Answer | None = None
    noted: tuple[Told, ...] = ()
    """What was read from this message."""
    mode: Literal["model", "plain"] = "plain"
    note: str = ""
    """E.g. that the model could not be reached."""
    ungrounded_dropped: int = 0
    """Sentences of the model that were struck out because no record carries them."""


def remember(told: tuple[Told, ...], new: tuple[Told, ...]) -> tuple[Told, ...]:
    """Return the standing facts after new ones were told: the latest per fact, in the order first told.

    What was told too vaguely never wipes out what stands.
    """
    kept = {one.fact: one for one in told}
    for one in new:
        before = kept.get(one.fact)
        vague = one.value is None and not one.conflict and one.low is None and one.high is None
        if before is not None and before.value is not None and vague:
            continue
        kept[one.fact] = one
    return tuple(kept.values())
