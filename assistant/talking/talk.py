"""What is kept of a conversation: facts told, the case it is about, what was asked, the reply."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import field_serializer

from assistant.corpus import ConflictItem, TimelineItem
from assistant.schema import Answer, Eligibility, MatchResult, Plan, ScoreCard, Subsidy, Verdict
from assistant.talking.surface import Surface
from knowledge.case import CaseFile, Enterprise
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
    against_case: bool = False
    """What it contradicts is the attached case: without that case there is no contradiction."""
    note: str = ""

    @property
    def rough(self) -> bool:
        """Whether only bounds are known, or the value is a round figure within bounds."""
        return self.low is not None and self.high is not None and self.low != self.high


class Attached(Record):
    """The case a conversation is about: a copy, so that the conversation stays a value."""

    id: str = ""
    """Of the owner's saved case; empty for a sample or a file."""
    name: str
    case: CaseFile

    @field_serializer("case")
    def _plain(self, case: CaseFile) -> dict[str, Any]:
        return case.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Order(Record):
    """What a message asks of the case."""

    target: int | None = None
    """The level named."""
    money: Number | None = None
    """The sum named, 万元."""
    scenes: tuple[str, ...] = ()
    """Ids of the scenes named."""
    questions: tuple[str, ...] = ()
    """Ids of the assessment's questions named."""
    words: str = ""
    """The message, cut to 200 characters: it may name a product or a provider."""


class Item(Record):
    """One thing of a list that was shown, so that 第二个 means something."""

    kind: Literal["step", "question", "offer", "program", "scheme", "clause"]
    id: str
    """Of a question, scene, product, program, scheme or document."""
    name: str
    locator: str = ""
    """Of a clause."""


class Seen(Record):
    """What the counter last showed: what a short follow-up is about."""

    kind: Literal[
        "", "check", "overview", "plan", "level", "gaps", "match", "money", "paid", "dates", "clash", "answer"
    ] = ""
    topic: str = ""
    """The question as it was understood, its left-out words filled in."""
    programs: tuple[str, ...] = ()
    """Programs it was about, the main one first."""
    items: tuple[Item, ...] = ()
    """The last list shown, in the order of its lines; it outlives answers without a list."""
    clauses: tuple[tuple[str, str], ...] = ()
    """Document id and locator of what the words rest on."""
    place: str | None = None
    """A place talked of that is not the firm's own: 那边."""


class Exchange(Record):
    """What came of one message: what the minutes are made from."""

    turn: int
    asked: str
    """The message, cut short."""
    outcome: Literal["checked", "answered", "refused", "worked", "other"]
    checked: tuple[tuple[str, Verdict, date], ...] = ()
    """Title of a program, the verdict, and the day it was judged for."""
    cited: tuple[tuple[str, str], ...] = ()
    """Id and title of each document cited."""


class Minutes(Record):
    """What fell out of the kept wording, in brief. Made by rule alone; the facts themselves stand in `Talk.told`."""

    turns: int = 0
    """So many messages are summed up here."""
    checked: tuple[tuple[str, Verdict, date], ...] = ()
    """The latest verdict on each program."""
    answered: tuple[str, ...] = ()
    """Questions answered from documents, the latest last."""
    refused: tuple[str, ...] = ()
    """Questions without ground in the documents, or not to be answered."""
    worked: tuple[str, ...] = ()
    """Questions about the attached case."""
    left_out: int = 0
    """Questions no longer listed."""
    cited: tuple[tuple[str, str], ...] = ()
    """Id and title of documents cited, the latest last."""


class Talk(Record):
    """A conversation so far. It is a value: nothing about it is kept elsewhere."""

    told: tuple[Told, ...] = ()
    """The standing facts, the latest per fact."""
    case: Attached | None = None
    """The assessed case it is about; None: levels, plans and offers cannot be worked out."""
    program: str | None = None
    """The program being checked."""
    asked: str | None = None
    """The fact the last reply asked for."""
    asked_also: tuple[str, ...] = ()
    """Facts asked for in the same breath; one answer settles them all."""
    passed: tuple[str, ...] = ()
    """Facts the person could not tell; they are not asked again."""
    working: str | None = None
    """What the last message wanted worked out (a Want); 那50万呢 wants the same again."""
    ordered: Order = Order()
    """What that message named."""
    surface: Surface = "page"
    """Where it is held: what stands beside it there."""
    seen: Seen = Seen()
    """What the last reply showed."""
    turns: int = 0
    history: tuple[tuple[Literal["user", "assistant"], str], ...] = ()
    recent: tuple[Exchange, ...] = ()
    """What came of the messages whose wording is still in `history`."""
    minutes: Minutes = Minutes()
    """What came of the messages before those."""

    @property
    def enterprise(self) -> Enterprise:
        """The enterprise as the case has it and as told: what is vague or in conflict is left out."""
        sure = {one.fact: one.value for one in self.told if one.value is not None and not one.conflict}
        open_ = {one.fact for one in self.told if one.conflict}
        known = {fact: value for fact, value in case_facts(self.case).items() if fact not in open_}
        both = {**known, **sure}
        profile = {name: value for name, value in both.items() if name in EnterpriseProfile.model_fields}
        own = {
            name.removeprefix("enterprise."): value
            for name, value in both.items()
            if name.startswith("enterprise.")
        }
        return Enterprise.model_validate({**own, "profile": profile})

    def standing(self, fact: str) -> Told | None:
        """Return what was told of a fact; None where nothing was."""
        return next((one for one in self.told if one.fact == fact), None)


def case_facts(attached: Attached | None) -> dict[str, Decimal | bool | str]:
    """Return the facts of an attached case under the names facts are told by; {} where there is none."""
    if attached is None:
        return {}
    firm = attached.case.enterprise
    found: dict[str, Decimal | bool | str] = {
        name: value
        for name in EnterpriseProfile.model_fields
        if (value := getattr(firm.profile, name)) is not None
    }
    if firm.employees is not None:
        found.setdefault("employees_y1", firm.employees)
    for name in ("name", "region", "industry"):
        if value := getattr(firm, name):
            found[f"enterprise.{name}"] = value
    return found


Worked = ScoreCard | Plan | MatchResult | Subsidy | TimelineItem | ConflictItem
"""Records a reply about a case, money, days or documents rests on."""


class Reply(Record):
    """What the assistant says, with the records behind it."""

    talk: Talk
    """The conversation after this turn."""
    text: str
    """Markdown; verdicts in it are the records' own."""
    found: tuple[Eligibility, ...] = ()
    answer: Answer | None = None
    worked: tuple[Worked, ...] = ()
    """What was worked out of the attached case, or found about money, days and documents."""
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
