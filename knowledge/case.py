"""CaseFile: an enterprise, its on-site assessment and its needs, as a consultant hands them in."""

from datetime import date
from typing import Literal

from pydantic import Field

from knowledge.enterprise import EnterpriseProfile
from knowledge.record import Number, Record


class Enterprise(Record):
    """Who the case is about."""

    name: str = ""
    region: str = ""
    """As people write it: 山东省济南市, 天津滨海新区, 济南."""
    industry: str = ""
    """国民经济行业分类 name, or plain words such as 机床."""
    employees: Number | None = Field(default=None, ge=0)
    """Persons; profile.employees_y1 wins where both are told."""
    profile: EnterpriseProfile = EnterpriseProfile()


class EvidenceNote(Record):
    """What was seen on site for one answer."""

    for_: str = Field(alias="for")
    """Question or scene id."""
    kind: str = ""
    ref: str = ""
    note: str = ""


class Assessment(Record):
    """Answers to an indicator standard. What is not in `answers` or `scenes` was not answered."""

    standard: str = "sme-digital-level-2024"
    assessed_on: date | None = None
    answers: dict[str, tuple[str, ...]] = {}
    """Question id -> options chosen."""
    scenes: dict[str, int] = {}
    """Scene id -> level 0..4."""
    measures: dict[str, Number] = {}
    """Question id -> the rate measured, percent, where the question asks for one."""
    evidence: tuple[EvidenceNote, ...] = ()


class Costs(Record):
    """The consultant's own figures, 万元."""

    only: bool = False
    """True: a step without a figure cannot be bought. False: it falls back to catalog prices, then effort units."""
    questions: dict[str, dict[str, Number]] = {}
    """Multi: adding that option. Single: the step from the option before to this one."""
    scenes: dict[str, dict[int, Number]] = {}
    """The step from the level below to this one; 1 to 3 costs [2] + [3]."""


class Needs(Record):
    """What the enterprise wants and what bounds it."""

    target_level: Literal[1, 2, 3, 4] | None = None
    budget: Number | None = Field(default=None, ge=0)
    """万元."""
    deadline: date | None = None
    deployment: tuple[str, ...] = ()
    """公有云, 私有部署…: any of these will do; empty means no wish."""
    must: tuple[str, ...] = ()
    """Hard wishes in plain words, e.g. 能与现有用友U8对接."""
    costs: Costs = Costs()
    notes: str = ""


class CaseFile(Record):
    """One enterprise at one time: all that a report is made from."""

    enterprise: Enterprise = Enterprise()
    assessment: Assessment = Assessment()
    needs: Needs = Needs()
