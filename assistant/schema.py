"""What the jobs hand to each other and to the screen: findings, score cards, plans, matches, answers, reports."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field

from knowledge.policy import Status
from knowledge.record import Number, Record
from knowledge.source import Certainty, ClauseRef


class Made(Record):
    """What an answer or a report was made with, so that the run can be repeated."""

    as_of: date
    knowledge: str
    """Hash of knowledge/data."""
    index: str = ""
    model: str = ""
    """Empty: no model took part."""
    prompts: dict[str, str] = {}
    """Prompt name -> hash."""
    version: str = ""


# ---------------------------------------------------------------- eligibility


class Verdict(StrEnum):
    """Three values: a fact that was not told gives UNKNOWN, never a default."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return the word shown to people."""
        return {"met": "满足", "not_met": "不满足", "unknown": "待核验"}[self.value]


class Finding(Record):
    """What one criterion, or one group of criteria, says of an enterprise."""

    id: str
    label: str
    verdict: Verdict
    parent: str | None = None
    """Id of the group this stands in; None is the top."""
    group: Literal["all", "any", "none"] | None = None
    """None is a leaf."""
    fact: str | None = None
    value: Number | bool | str | None = None
    """What was told or computed; None is not known."""
    known: str = ""
    """In words what is known where `value` is not: 至多 3 项; or that what was told cannot be."""
    required: str = ""
    """In words: 不低于 1500 万元."""
    margin: Number | None = None
    """How far the value is on the right side (positive) or short (negative), in `unit`."""
    unit: str = ""
    clause: ClauseRef
    certainty: Certainty
    manual: bool = False
    """Needs a reviewer's yes or no."""
    why: str = ""
    """The comparison in words, with the arithmetic where it was computed."""
    evidence: tuple[str, ...] = ()
    """What to prepare to prove it."""
    decisive: bool = False
    """It alone settles the verdict."""


class Points(Record):
    """A point table worked out; a range where facts are missing."""

    id: str
    label: str
    total: Number | None = None
    low: Number
    high: Number
    parts: dict[str, Number | None] = {}
    """Part name -> points; None where open."""


class Change(Record):
    """One change that would help an enterprise pass."""

    model_config = ConfigDict(populate_by_name=True)

    fact: str
    label: str = ""
    from_: Number | bool | str | None = Field(default=None, alias="from")
    to: Number | bool | str | None = None
    bound: Literal["at_least", "at_most", "exactly"] | None = None
    """Which side of `to` passes; None where that depends on other amounts that are not settled."""
    feasible_by: date | None = None
    """Earliest filing day on which the change can show; None is not known."""
    why: str = ""


class Check(Record):
    """A contradiction, near miss or formal slip found on the profile."""

    id: str
    severity: Literal["block", "warn", "info"]
    text: str
    facts: tuple[str, ...] = ()
    clause: ClauseRef | None = None


class Eligibility(Record):
    """Whether an enterprise qualifies for a program on a day, line by line."""

    program: str
    title: str
    standard: str
    """Id of the standard in force for this filing."""
    standard_title: str
    as_of: date
    verdict: Verdict
    findings: tuple[Finding, ...]
    points: tuple[Points, ...] = ()
    ask_next: tuple[str, ...] = ()
    """Facts to ask for, the one that settles most first; empty when nothing told could change the verdict."""
    shortest_path: tuple[Change, ...] | None = None
    """Fewest changes that pass; () when it passes already, None when no change can be named."""
    window: str = ""
    """Whether and when applications are taken, in words; a separate matter from the verdict."""
    window_open: bool | None = None
    open_until: date | None = None
    """Last day of the open window; None where it is not open or not known."""
    checks: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()


# ---------------------------------------------------------------- scoring and planning


class DimensionScore(Record):
    """Points of one scored dimension; a range where answers are missing."""

    id: str
    name: str
    score: Number
    """Points certain so far."""
    max: Number
    high: Number
    """Points if every open answer were the best one."""


class QuestionScore(Record):
    """Points of one question."""

    id: str
    name: str
    dimension: str
    chosen: tuple[str, ...] | None
    """None is not answered."""
    score: Number | None
    max: Number


class SceneLevel(Record):
    """Level of one scene."""

    id: str
    name: str
    group: str
    binding: bool
    level: int | None
    """0..4; None is not assessed."""


class NextLevel(Record):
    """What is short of the level above."""

    level: int
    points_short: Number
    scenes_short: int
    binding_short: int


class Gap(Record):
    """One question or scene that could close the distance to a target level."""

    kind: Literal["question", "scene"]
    condition: Literal["points", "scenes", "binding"]
    """Which of the three conditions of the level rule it serves."""
    id: str
    name: str
    group: str
    """Dimension id of a question, group name of a scene."""
    binding: bool = False
    now: str | int | None
    """Options chosen or scene level; None is not answered."""
    need: str | int
    """Options that would bring points, or the scene level needed."""
    short: Number
    """Points a question can still gain, or levels a scene is short."""
    why: str


class ScoreCard(Record):
    """An assessment worked out by an indicator standard."""

    standard: str
    dimensions: tuple[DimensionScore, ...]
    questions: tuple[QuestionScore, ...]
    total: Number
    """Points certain so far."""
    total_high: Number
    scenes: tuple[SceneLevel, ...]
    level: int | None
    """0 is below level one; None where missing answers leave it open."""
    level_low: int
    level_high: int
    unanswered: tuple[str, ...]
    """Question and scene ids, the one that matters most first."""
    next_level: NextLevel | None
    """None at the top level."""
    inconsistencies: tuple[Check, ...] = ()
    """Answers that contradict each other."""
    contradictions: tuple[Check, ...] = ()
    """What else in the case cannot be, or cannot all be true: figures, dates, head counts."""
    certainty: Certainty = Certainty.UNVERIFIED
    notes: tuple[str, ...] = ()


class Step(Record):
    """One upgrade of a plan."""

    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["question", "scene"]
    id: str
    name: str
    from_: str | int | None = Field(default=None, alias="from")
    """Options or level now."""
    to: str | int
    cost: Number
    cost_basis: Literal["consultant", "catalog", "effort"]
    phase: int = 1
    why: str = ""
    named: str = ""
    """The firm's own words that name this scene as trouble or wish; empty where it did not."""


class LeftOut(Record):
    """A scene below the level that counts which a plan does not take up, and why."""

    id: str
    name: str
    binding: bool
    now: int | None
    """None is not assessed."""
    need: int
    """The level at which it would count."""
    named: str = ""
    """The firm's own words that name it; empty where it did not."""
    why: str


class Phase(Record):
    """Steps that can be taken side by side, after those of the phases before."""

    number: int
    name: str
    steps: tuple[str, ...]
    """Question and scene ids."""
    by: date | None = None
    """Last day of the phase, where a start and a deadline are known."""


class Plan(Record):
    """The upgrades that reach a level by the aim of `rules.planning`."""

    target_level: int
    reachable: bool
    steps: tuple[Step, ...] = ()
    total_cost: Number
    """万元 where cost_basis is money, effort units where it is effort; where mixed, the 万元 of the priced steps."""
    total_effort: Number = Decimal(0)
    """Effort units of the steps that carry no price."""
    cost_basis: Literal["money", "effort", "mixed"]
    slack: dict[str, Number] = {}
    """How far above each of the three conditions the plan ends: points, scenes, binding."""
    optimal: bool
    gap: Number | None = None
    """Proven relative gap where not optimal."""
    level_within_budget: int | None = None
    """Where the target is not reachable within the budget: the best level that is."""
    least_budget: Number | None = None
    """The least budget that reaches the target; None where no budget does, or where steps without a price leave it open."""
    within_budget: bool | None = None
    """Whether the budget covers the plan; None where none is named, or steps without a full price leave it open."""
    unpriced: int = 0
    """Steps without a price."""
    label: str = ""
    """Of an alternative: what sets it apart, where it was looked for on purpose."""
    left_out: tuple[LeftOut, ...] = ()
    """Scenes short of the level that counts which are not taken up, those the firm named first."""
    beyond_budget: "Plan | None" = None
    """Where the target is not reachable within the budget: the cheapest plan that reaches it."""
    phases: tuple[Phase, ...] = ()
    alternatives: tuple["Plan", ...] = ()
    notes: tuple[str, ...] = ()


# ---------------------------------------------------------------- matching and subsidy


class Offer(Record):
    """A product that fits, with why."""

    product_id: str
    provider_id: str
    name: str
    provider: str = ""
    covers: tuple[str, ...]
    """Scene ids of the gaps it covers."""
    score: Number
    """0..100, the sum of the reasons' points."""
    reasons: tuple[str, ...]
    ask_vendor: tuple[str, ...] = ()
    """Hard wishes the published material leaves open."""
    price: str | None = None
    """As published; None is not published."""
    source: str


class Rejected(Record):
    """A product left out, with why."""

    product_id: str
    name: str = ""
    reason: str


class Bundle(Record):
    """Few products that cover the gaps together."""

    products: tuple[str, ...]
    covers: tuple[str, ...]
    uncovered: tuple[str, ...]
    providers: tuple[str, ...] = ()
    note: str = ""


class MatchResult(Record):
    """Offers for the gaps of a case."""

    offers: tuple[Offer, ...]
    bundle: Bundle
    rejected: tuple[Rejected, ...]
    needed: bool = True
    """False: no scene is short of the target, so nothing was looked for and nothing was left out."""
    notes: tuple[str, ...] = ()


class Subsidy(Record):
    """What a scheme would pay, as far as its document says."""

    scheme: str
    title: str
    low: Number | None = None
    """万元."""
    high: Number | None = None
    cap: Number | None = None
    assumptions: tuple[str, ...] = ()
    clause: ClauseRef | None = None
    status: Status | None = None
    refused: bool = False
    reason: str = ""
    stacking: tuple[str, ...] = ()
    """Whether it goes together with other schemes named beside it, one sentence each."""


# ---------------------------------------------------------------- answers


class Citation(Record):
    """A place a sentence rests on, as shown to people."""

    n: int
    source_id: str
    title: str
    doc_number: str | None = None
    locator: str
    numbered: bool = True
    status: Status
    text_kind: Literal["digest", "original"]
    quote: str
    """Verbatim span of the passage."""
    url: str | None = None
    certainty: Certainty = Certainty.UNVERIFIED
    page: int | None = None
    status_basis: str = ""
    """How its status is known, where no text states it: 据工作安排或新版本推断."""


class Caution(Record):
    """Something about the sources that must be said first."""

    kind: Literal[
        "expired",
        "superseded",
        "draft",
        "other_region",
        "conflict",
        "wrong_premise",
        "not_stated",
        "unverified",
    ]
    text: str


class Answer(Record):
    """An answer to a question, or an abstention that says what is missing."""

    question: str
    answer: str
    """Markdown with [n] marks."""
    refused: bool = False
    reason: str = ""
    """Why it abstains, and where to ask next."""
    citations: tuple[Citation, ...] = ()
    warnings: tuple[Caution, ...] = ()
    mode: Literal["model", "plain"] = "plain"
    note: str = ""
    """E.g. that the model could not be reached and the plain answer is shown."""
    ungrounded_dropped: int = 0
    """Sentences of the model that were struck out because no quote carries them."""
    as_of: date
    region: str
    made: Made


# ---------------------------------------------------------------- reports


class Table(Record):
    """A table of a report."""

    title: str = ""
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """An empty cell is one to fill in by hand."""
    note: str = ""
    """Said below the table, in small type."""


class Chart(Record):
    """A picture of a report, drawn from these numbers."""

    kind: Literal["radar", "scenes", "gantt", "bars"]
    title: str
    labels: tuple[str, ...]
    series: dict[str, tuple[float | None, ...]]
    groups: tuple[str, ...] = ()
    max: float | None = None
    unit: str = ""
    """What the axis counts: 月; empty or 次序 is order only."""


class Section(Record):
    """One section of a report: prose, tables, pictures."""

    id: str
    title: str
    level: int = 1
    paragraphs: tuple[str, ...] = ()
    """Plain text with [n] marks that point into the report's sources."""
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    citations: tuple[int, ...] = ()
    sections: tuple["Section", ...] = ()
    new_page: bool = False
    """It begins on a page of its own."""

    @property
    def words(self) -> int:
        """Characters of prose and tables, with those of the sections below."""
        prose = sum(len(text) for text in self.paragraphs)
        cells = sum(len(cell) for table in self.tables for row in table.rows for cell in row)
        return prose + cells + sum(section.words for section in self.sections)


class Report(Record):
    """A deliverable, before it becomes a file."""

    kind: str
    title: str
    enterprise: str
    date: date
    sections: tuple[Section, ...]
    sources: tuple[Citation, ...] = ()
    to_confirm: tuple[str, ...] = ()
    """What must still be confirmed on site."""
    ungrounded_dropped: int = 0
    """Sentences of the model that were struck out because nothing supports them."""
    cover: tuple[tuple[str, str], ...] = ()
    """Label and value of what stands on the cover beside title, enterprise and date."""
    notice: str = ""
    """What the reader must know before trusting a number; at the foot of the cover."""
    compact: bool = False
    """A few pages: what else stands on a cover is the head of the first page, and there are no contents."""
    trace: tuple[tuple[str, str], ...] = ()
    """Every number the prose states, as written, and where it comes from."""
    made: Made
