"""The conversation: facts told so far, what was asked, and one reply at a time. It works without a model."""

from typing import Literal

from assistant.schema import Answer, Eligibility
from knowledge.case import Enterprise
from knowledge.enterprise import EnterpriseProfile
from knowledge.record import Number, Record


class Told(Record):
    """One fact as it was told."""

    fact: str
    """A field of EnterpriseProfile, or enterprise.name / enterprise.region / enterprise.industry."""
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


class Talk(Record):
    """A conversation so far. It is a value: nothing about it is kept elsewhere."""

    told: tuple[Told, ...] = ()
    """The standing facts, the latest per fact."""
    program: str | None = None
    """The program being checked."""
    asked: str | None = None
    """The fact the last reply asked for."""
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
