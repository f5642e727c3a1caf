"""What speaks for a clause as the answer to a question, and how much each sign counts.

Each sign is a number that means something by itself; their weighted sum ranks the clauses.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.answering.concepts import Concept, grams
from assistant.answering.held import COUNTED, MUST_HOLD, held_aspects, unit_of
from assistant.answering.question import TITLES, Asked, Aspect
from assistant.desk import Desk
from assistant.numbers import find
from knowledge.policy import Clause, Policy, Status
from knowledge.region import NATION
from retrieval import meaning, question
from retrieval.search import Passage

_PLACE_WORTH = 5.0
"""What the right place is worth beside the words, in the unit of the weights."""
_ASPECT_WORTH = 2.5
SUMMARY = re.compile(r"变化|衔接|对比|新旧")


class Signs(NamedTuple):
    """What was seen of one clause. Shares lie in 0..1, the rest as written."""

    cover: float
    """Share of the question's weight found here; the right place and the kind of thing asked for count in."""
    words: float
    """Share of the question's words found here or in the title."""
    here: float
    """The same without the title."""
    heading: float
    """The same in the heading alone."""
    entitled: float
    """Share of the question's words that the clause's own label is, where the question writes it out: 设备管理, 有效期."""
    lexical: float
    """Score of the search, of the best hit's."""
    meaning: float
    """Cosine of the question to the clause and the everyday questions it answers."""
    kind: float
    """Share of the kinds of thing asked for that it holds."""
    must: float
    """The same for those it must hold to answer at all."""
    own: float
    """1: of the place asked about."""
    inside: float
    """1: of a part of that place."""
    wide: float
    """1: of what that place lies in."""
    other: float
    """1: of another place."""
    nation: float
    """1: of the nation, where no place is known."""
    named: float
    """1: the question names the document."""
    year: float
    """For or against, by the year in the question."""
    level: float
    headed: float
    """Headed as the kind of thing asked for."""
    summary: float
    """1: tells what changed and that is asked; -1: tells it and it is not."""
    program: float
    unit: float
    wording: float
    numbered: float
    replaced: float
    """1: superseded, or for reference only."""
    ended: float
    """1: of the nation, and ended."""
    unfinished: float
    """1: a draft, or to be confirmed."""
    missing: float
    """1: its wording was not obtained."""

    @property
    def strength(self) -> float:
        """Return the weighted sum."""
        return sum(sign * weight for sign, weight in zip(self, WEIGHTS, strict=True))


WEIGHTS = Signs(
    cover=0.2,
    words=0.37,
    here=0.02,
    heading=0.05,
    entitled=0.15,
    lexical=0.33,
    meaning=1.25,
    kind=0.07,
    must=0.04,
    own=0.54,
    inside=0.1,
    wide=0.1,
    other=-0.5,
    nation=0.15,
    named=0.45,
    year=0.75,
    level=0.95,
    headed=0.45,
    summary=0.28,
    program=0.5,
    unit=0.65,
    wording=0.55,
    numbered=0.02,
    replaced=-0.25,
    ended=-0.1,
    unfinished=0.0,
    missing=-0.1,
)


class Seen(NamedTuple):
    """A clause looked at beside a question."""

    signs: Signs
    status: Status
    place: str
    """own, inside (a part of the place), wide (its province or the nation), or other."""
    holds: frozenset[Aspect]


def look(
    asked: Asked,
    desk: Desk,
    concepts: Sequence[Concept],
    targets: frozenset[str],
    policy: Policy | None,
    clause: Clause | None,
    passage: Passage,
    lexical: float,
) -> Seen:
    """Look at one clause.

    Args:
        asked: The question.
        desk: Knows places.
        concepts: What the question names.
        targets: Ids of the documents the question names.
        policy: The document; None for an upload.
        clause: The clause; None for a place of an upload.
        passage: As it is searched.
        lexical: Its score in the search, of the best hit's.
    """
    label = passage.heading if clause is None or clause.numbered else f"{passage.heading}|{passage.locator}"
    matters = " ".join((*policy.topics, *policy.aliases)) if policy else ""
    body, heading, title = grams(passage.text), grams(label), grams(f"{passage.title}|{matters}")
    near, far = body | heading, body | heading | title
    mass = sum(c.weight for c in concepts) or 1.0
    in_text = sum(c.weight * c.found(near) for c in concepts)
    in_all = sum(c.weight * c.found(far) for c in concepts)
    in_heading = sum(c.weight * c.found(heading) for c in concepts)
    place = place_of(passage.region, asked, desk)
    holds = held_aspects(passage, clause)
    if not _of_level(asked, passage):
        holds -= {Aspect.AMOUNT, Aspect.RATIO}
    whole, extra = _beside_words(asked, passage, policy, place, holds, targets)
    got = in_text + 0.7 * (in_all - in_text) + extra
    status = policy.clause_status_on(clause, asked.on) if policy and clause else passage.status
    year = year_bonus(asked, policy)
    wanted = asked.aspects & MUST_HOLD
    told = asked.place_given
    signs = Signs(
        cover=got / (whole + mass),
        words=in_all / mass,
        here=in_text / mass,
        heading=in_heading / mass,
        entitled=_entitled(asked, passage, concepts) / mass,
        lexical=lexical,
        meaning=nearness(asked.text, passage),
        kind=len(asked.aspects & holds) / max(1, len(asked.aspects)),
        must=len(wanted & holds) / max(1, len(wanted)),
        own=float(told and place == "own"),
        inside=float(told and place == "inside"),
        wide=float(told and place == "wide"),
        other=float(told and place == "other"),
        nation=float(not told and passage.region == NATION),
        named=float(passage.source_id in targets),
        year=year,
        level=_level_bonus(asked, passage),
        headed=_heading_bonus(asked, passage),
        summary=(1.0 if asked.compares else -1.0) if SUMMARY.search(passage.heading) else 0.0,
        program=program_bonus(asked, passage),
        unit=_unit_bonus(asked, passage),
        wording=_wording_bonus(asked, passage),
        numbered=float(clause is not None and clause.numbered),
        replaced=float(status in {Status.SUPERSEDED, Status.REFERENCE, Status.REPLY} and year <= 0),
        ended=float(status is Status.EXPIRED and passage.region == NATION and year <= 0),
        unfinished=float(status in {Status.TO_BE_CONFIRMED, Status.DRAFT}),
        missing=float(clause is not None and not clause.obtained),
    )
    return Seen(signs, status, place, holds)


def _entitled(asked: Asked, passage: Passage, concepts: Sequence[Concept]) -> float:
    """Return the weight of the clause's label, its last part, where the question holds it word for word; else 0."""
    label = re.split(r"[·：>]", passage.locator if "·" in passage.locator else passage.heading)[-1].strip()
    if len(label) < 2 or label not in asked.text:
        return 0.0
    return sum(concept.weight for concept in concepts if concept.own <= grams(label))


def nearness(text: str, passage: Passage) -> float:
    """Return the cosine of a question to a passage with its everyday questions, by the embedding that ships; 0 at least."""
    shipped = meaning.load()
    asked = _vector(shipped.identity, question.core(text))
    held = _vector(
        shipped.identity, "\n".join((passage.title, passage.heading, passage.text, *passage.asked_as))
    )
    return 0.0 if asked is None or held is None else max(0.0, float(asked @ held) / meaning.STEPS**2)


@lru_cache(maxsize=1 << 13)
def _vector(identity: str, text: str) -> NDArray[np.float32] | None:
    """Return the vector of a text; `identity` of the embedding keeps those of another apart."""
    return meaning.load().text(text)


def _beside_words(
    asked: Asked,
    passage: Passage,
    policy: Policy | None,
    place: str,
    holds: frozenset[Aspect],
    targets: frozenset[str],
) -> tuple[float, float]:
    """Return what counts beside the words (place, kind of thing, document, year, numbers): in all, and found here."""
    whole = got = 0.0
    if asked.place_given:
        whole += _PLACE_WORTH if place in {"own", "inside", "other"} else 0.25 * _PLACE_WORTH
        got += _PLACE_WORTH if place in {"own", "inside"} else 0.0
    wanted = asked.aspects & MUST_HOLD
    if wanted:
        whole += _ASPECT_WORTH
        got += _ASPECT_WORTH * len(wanted & holds) / len(wanted)
    for fits, worth in (
        (passage.source_id in targets, _PLACE_WORTH),
        (year_bonus(asked, policy) > 0, 2.0),
        (_holds_numbers(asked, passage), _PLACE_WORTH),
    ):
        whole, got = whole + worth * fits, got + worth * fits
    return whole, got


def program_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a clause headed by a title is worth to a question about that one, or about another."""
    named = {word for word in TITLES if word in asked.text}
    if "小巨人" in named:
        named.discard("专精特新")
    headed = {word for word in TITLES if word in passage.heading.partition("：")[0]}
    if not named or not headed:
        return 0.0
    return 0.1 if named & headed else -0.25


def _heading_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a clause gains by being headed as the kind of thing asked for: 申请条件, 申报材料, 补助上限."""
    return 0.12 if any((p := HEADED.get(a)) and p.search(passage.heading) for a in asked.aspects) else 0.0


HEADED: dict[Aspect, re.Pattern[str]] = {
    Aspect.CONDITION: re.compile(r"条件|对象|门槛|资格"),
    Aspect.MATERIAL: re.compile(r"材料|清单"),
    Aspect.PROCESS: re.compile(r"流程|程序"),
    Aspect.DEFINITION: re.compile(r"定义"),
}


def _wording_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a passage gains by the question's own stretches of words: 留用补贴 whole, not 留用 here and 补贴 there."""
    said = f"{passage.heading}|{passage.text}"
    stretches = {run[i : i + 4] for run in asked.topic.split() for i in range(len(run) - 3)}
    share = sum(stretch in said for stretch in stretches) / len(stretches) if stretches else 0.0
    computes = _COMPUTES.search(asked.text) and any(
        match[1][-2:] in asked.text for match in _FORMULA.finditer(passage.text)
    )
    asks = _COUNTS.search(asked.text)
    totals = asks and re.search(rf"共(?:计|有)?\s*\d+\s*{asks[1]}", passage.text)
    return _WORDING * share + (0.45 if computes else 0.0) + (0.3 if totals else 0.0)


_WORDING = 0.12
_COUNTS = re.compile(r"(?:有|共|分)(?:多少|几)(个|家|项|类|种|条|名|所|座|批)")
_COMPUTES = re.compile(r"(?:怎么|如何|咋|怎样)(?:计?算|得出|折算)|公式")
_FORMULA = re.compile(r"([\u4e00-\u9fa5]{2,})\s*[=＝]")


def _holds_numbers(asked: Asked, passage: Passage) -> bool:
    """Return whether a passage holds all the plain numbers, two at least, that a question puts to the test: 20到40是一级."""
    if not asked.confirms:
        return False
    said = {q.value for q in asked.quantities if q.kind == "number" and not q.unit and q.value is not None}
    return len(said) > 1 and {str(value) for value in said} <= set(re.findall(r"\d+", passage.text))


def _unit_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a clause gains by a number in the unit asked for: 4项 where the question says 几项."""
    if not asked.units or ("元" in asked.units and not _of_level(asked, passage)):
        return 0.0
    held = {unit for q in find(passage.text) if (unit := unit_of(q))}
    if any(unit in held or (unit in COUNTED and held & COUNTED) for unit in asked.units):
        return 0.12
    return -0.06


def place_of(region: str, asked: Asked, desk: Desk) -> str:
    """Return how a document's region stands to the place asked about."""
    if asked.region == NATION:
        return "own" if region == NATION else "other"
    if region == asked.region or region in asked.named:
        return "own"
    if region in desk.kb.regions.within(asked.region):
        return "inside"
    return "wide" if region in desk.kb.regions.covering(asked.region) else "other"


def year_bonus(asked: Asked, policy: Policy | None) -> float:
    """Return what a year in the question says for or against a document: 2022年那轮, 2024版."""
    if policy is None:
        return 0.0
    titled = {int(year) for year in re.findall(r"20\d\d", policy.title)}
    if not asked.years:
        return 0.12 if asked.on.year in titled and re.search(r"今年|本年度", asked.text) else 0.0
    own = titled | {day.year for day in (policy.issued, policy.published, policy.valid_from) if day}
    own |= {
        int(year)
        for year in re.findall(r"20\d\d", f"{policy.doc_number or ''}{policy.begins}{policy.issued_text}")
    }
    years = (set(asked.years) - {asked.on.year}) or set(asked.years)
    if years & titled:
        return 0.25
    if years & own:
        return 0.12
    return -0.15 if titled and re.search(r"20\d\d年?(?:版|那轮|那版|版的)", asked.text) else 0.0


def _level_bonus(asked: Asked, passage: Passage) -> float:
    levels = {q.value for q in asked.quantities if q.kind == "level"}
    if not levels:
        return 0.0
    held = {q.value for q in find(passage.text) if q.kind == "level"}
    return 0.1 if levels <= held else -0.1


def _of_level(asked: Asked, passage: Passage) -> bool:
    """Return whether a passage speaks of a level the question asks money for; a sum for something else is no answer."""
    levels = {q.value for q in asked.quantities if q.kind == "level"}
    if not levels or not (Aspect.AMOUNT in asked.aspects or "元" in asked.units):
        return True
    return bool(levels & {q.value for q in find(passage.text) if q.kind == "level"})
