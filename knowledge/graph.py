"""Supersession: what replaced a document, what it replaced, and what still leans on a replaced one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from knowledge.policy import Clause, Policy, Status
from knowledge.record import Record
from knowledge.timeline import Lineage

_GONE = frozenset({Status.SUPERSEDED, Status.EXPIRED})
_ALIVE = frozenset({Status.IN_FORCE, Status.NOT_STATED})


class BrokenReference(Record):
    """A document that is still used leans on one that no longer holds."""

    policy: str
    title: str
    locator: str
    """Where it leans; empty is the whole document."""
    leans_on: str
    leans_title: str
    leans_locator: str
    kind: Literal["replaced", "expired"]
    since: date | None
    """First day on which what it leans on no longer holds; None is not known."""
    replaced_by: tuple[str, ...] = ()
    note: str = ""
    text: str
    """The warning, in one sentence."""


class Graph:
    """The documents and how they follow one another."""

    def __init__(self, policies: Mapping[str, Policy], lineage: Iterable[Lineage] = ()) -> None:
        self._policies = policies
        self._lineage = tuple(lineage)

    def replaced_by(self, policy_id: str, day: date) -> tuple[Policy, ...]:
        """Return what has replaced the document by `day`; () where it is not replaced yet."""
        policy = self._policies[policy_id]
        if policy.status_on(day) is not Status.SUPERSEDED:
            return ()
        return self._known(policy.superseded_by)

    def replaces(self, policy_id: str, day: date) -> tuple[Policy, ...]:
        """Return what the document has replaced by `day`."""
        older = self._known(self._policies[policy_id].supersedes)
        return tuple(policy for policy in older if policy.status_on(day) is Status.SUPERSEDED)

    def successor(self, policy_id: str, day: date) -> Policy:
        """Return the document that stands in its place on `day`: itself where nothing replaced it."""
        policy, seen = self._policies[policy_id], {policy_id}
        while newer := [next_ for next_ in self.replaced_by(policy.id, day) if next_.id not in seen]:
            policy = newer[0]
            seen.add(policy.id)
        return policy

    def chain(self, policy_id: str) -> tuple[Policy, ...]:
        """Return the documents that replaced one another around this one, oldest first."""
        older: list[Policy] = []
        ids = {policy_id}
        queue = list(self._policies[policy_id].supersedes)
        while queue:
            name = queue.pop(0)
            if name in self._policies and name not in ids:
                ids.add(name)
                older.insert(0, self._policies[name])
                queue += self._policies[name].supersedes
        newer: list[Policy] = []
        queue = list(self._policies[policy_id].superseded_by)
        while queue:
            name = queue.pop(0)
            if name in self._policies and name not in ids:
                ids.add(name)
                newer.append(self._policies[name])
                queue += self._policies[name].superseded_by
        return (*older, self._policies[policy_id], *newer)

    def lineages(self, policy_id: str) -> tuple[Lineage, ...]:
        """Return the matters in whose line of documents this one stands."""
        return tuple(line for line in self._lineage if policy_id in line.order)

    def broken_references(self, day: date, *, policy_id: str | None = None) -> tuple[BrokenReference, ...]:
        """Return which documents used on `day` lean on one that is replaced or has ended."""
        leaning = [self._policies[policy_id]] if policy_id else list(self._policies.values())
        found = []
        for policy in leaning:
            if policy.status_on(day) not in _ALIVE:
                continue
            for reliance in policy.relies_on:
                base = self._policies.get(reliance.policy)
                if base is None or not _gone(base, reliance.locator, day):
                    continue
                found.append(
                    _broken(policy, reliance.by, base, reliance.locator, reliance.note, day, self._policies)
                )
        return tuple(found)

    def _known(self, ids: Iterable[str]) -> tuple[Policy, ...]:
        return tuple(self._policies[name] for name in ids if name in self._policies)


def clauses_at(policy: Policy, locator: str) -> tuple[Clause, ...]:
    """Return the clauses at a place: the one so named, else those under it (附件2 -> 附件2 一, 附件2（二）)."""
    exact = policy.clause(locator)
    if exact:
        return (exact,)
    return tuple(clause for clause in policy.clauses if clause.locator.startswith(locator))


def _gone(base: Policy, locator: str, day: date) -> bool:
    if base.status_on(day) not in _GONE:
        return False
    places = clauses_at(base, locator) if locator else ()
    return not places or any(base.clause_status_on(clause, day) in _GONE for clause in places)


def _broken(
    policy: Policy,
    by: str,
    base: Policy,
    locator: str,
    note: str,
    day: date,
    policies: Mapping[str, Policy],
) -> BrokenReference:
    replaced = base.status_on(day) is Status.SUPERSEDED
    since = base.superseded_on if replaced else None
    place = f"{base.title}》{f' {locator}' if locator else ''}"
    if replaced:
        newer = "、".join(
            f"《{policies[name].title}》"
            + (f"（{policies[name].doc_number}）" if policies[name].doc_number else "")
            for name in base.superseded_by
            if name in policies
        )
        what = f"{f'自{since}起' if since else ''}已被{newer or '其他文件'}替代"
    else:
        what = "已失效"
        if base.valid_to:
            what = f"已于{base.valid_to}到期"
        elif base.period_to:
            what = f"的工作安排已于{base.period_to}结束"
    text = f"《{policy.title}》{f'（{by}）' if by else ''}所依据的《{place}{what}"
    text += f"：{note}。" if note else "。"
    return BrokenReference(
        policy=policy.id,
        title=policy.title,
        locator=by,
        leans_on=base.id,
        leans_title=base.title,
        leans_locator=locator,
        kind="replaced" if replaced else "expired",
        since=since,
        replaced_by=base.superseded_by if replaced else (),
        note=note,
        text=text + "引用时须核对现行规定。",
    )
