"""A check on facts told roughly: a verdict is given only where every value of the range gives it.

三千多万 is 3000 to 4000. Against 5000 it fails at both ends, so it fails; against 3500 it is open, and is asked.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import product

from assistant.desk import Desk
from assistant.rules import eligibility
from assistant.schema import Eligibility, Verdict
from assistant.talking.talk import Talk, Told
from knowledge.case import Enterprise
from knowledge.enterprise import EnterpriseProfile
from knowledge.record import Record

_JOINT = 4
"""So many rough facts are tried together at all their ends; more than that, only all low and all high."""


class Weighed(Record):
    """A check, and what was left out of it because it was told too roughly."""

    found: Eligibility
    unsettled: tuple[str, ...] = ()
    """Facts whose range lies across a line: they count as unknown until told exactly."""


def weigh(desk: Desk, program_id: str, talk: Talk) -> Weighed:
    """Check a program on what was told.

    Raises:
        UnknownId: There is no such program.
    """
    rough = [one for one in talk.told if one.rough and not one.conflict and _countable(one.fact)]
    base = _with(talk.enterprise, {one.fact: _middle(one) for one in rough})
    unsettled: list[str] = []
    for one in rough:
        verdicts = {
            _leaves(desk, program_id, _with(base, {one.fact: end})) for end in (one.low, one.high)
        } | {_leaves(desk, program_id, base)}
        if len(verdicts) > 1:
            unsettled.append(one.fact)
    base = _with(base, dict.fromkeys(unsettled))
    kept = [one for one in rough if one.fact not in unsettled]
    if len(kept) > 1 and len({_leaves(desk, program_id, _with(base, ends)) for ends in _corners(kept)}) > 1:
        unsettled += [one.fact for one in kept]
        base = _with(base, dict.fromkeys(unsettled))
    return Weighed(found=desk.check_eligibility(program_id, base), unsettled=tuple(unsettled))


def _countable(fact: str) -> bool:
    return fact in EnterpriseProfile.model_fields


def _middle(one: Told) -> Decimal | bool | str | None:
    return one.value if one.value is not None else one.low


def _with(enterprise: Enterprise, changes: dict[str, Decimal | bool | str | None]) -> Enterprise:
    return enterprise.model_copy(update={"profile": enterprise.profile.model_copy(update=changes)})


def _corners(rough: list[Told]) -> Iterable[dict[str, Decimal | bool | str | None]]:
    names = [one.fact for one in rough]
    if len(rough) > _JOINT:
        yield {one.fact: one.low for one in rough}
        yield {one.fact: one.high for one in rough}
        return
    for ends in product(*((one.low, one.high) for one in rough)):
        yield dict(zip(names, ends, strict=True))


def _leaves(desk: Desk, program_id: str, enterprise: Enterprise) -> tuple[tuple[str, Verdict], ...]:
    found = assess_quickly(desk, program_id, enterprise, desk.today())
    return tuple((finding.id, finding.verdict) for finding in found.findings)


def assess_quickly(desk: Desk, program_id: str, enterprise: Enterprise, on: date) -> Eligibility:
    """Return a check without the way to pass: findings only."""
    return eligibility.assess(
        desk.kb.programs[program_id],
        enterprise.profile,
        on=on,
        region=desk.region_of(enterprise),
        industry=enterprise.industry,
        size_rows=desk.kb.size_classes,
        path=False,
    )
