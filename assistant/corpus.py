"""Questions about the collection itself, answered by query over the records: what holds where, what closes, what differs."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from knowledge.conflict import side_by_side
from knowledge.graph import BrokenReference
from knowledge.load import KnowledgeBase
from knowledge.policy import Policy, Status
from knowledge.record import Number, Record
from knowledge.region import NATION
from knowledge.source import Certainty

Scope = Literal["own", "below", "above"]

SCOPE_LABELS: dict[Scope, str] = {"own": "本地", "below": "辖内", "above": "上级"}
KIND_LABELS = {
    "opens": "开始受理",
    "closes": "截止受理",
    "deadline": "期限",
    "expires": "有效期届满",
    "takes_effect": "开始施行",
    "replaced": "被替代",
}
_SHUT = frozenset({Status.EXPIRED, Status.SUPERSEDED})


class PolicyItem(Record):
    """A document of the collection, with what it is worth on the day asked about."""

    id: str
    title: str
    doc_number: str | None
    issuers: tuple[str, ...]
    region: str
    level: str
    scope: Scope
    """Where it stands from the place asked about."""
    scope_label: str
    status: Status
    status_label: str
    confidence: str
    confidence_label: str
    certainty: Certainty
    certainty_label: str
    validity: str
    """From when to when, as far as stated, in words."""
    issued: str
    """Day of issue, or what is known of it."""
    closes_on: date | None = None
    """The next day on which it ends or an application closes; None is not stated."""
    closes_what: str = ""
    topics: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    """Ids of what has replaced it by the day."""
    warnings: tuple[str, ...] = ()
    """Broken references: what it leans on no longer holds."""
    url: str | None = None


class TimelineItem(Record):
    """A day on which something opens, closes, ends or changes."""

    date: date
    kind: str
    kind_label: str
    what: str
    policy: str
    title: str
    locator: str
    region: str
    days_left: int | None
    """From the day asked from."""
    certainty: Certainty
    certainty_label: str
    note: str = ""


class ConflictCell(Record):
    """What one document says on a condition."""

    label: str
    value: str
    """In words: 不超过 30 万元."""
    amount: Number | str | None
    """The bare value; None where the wording was not obtained."""
    unit: str
    policy: str
    title: str
    doc_number: str | None
    locator: str
    numbered: bool
    region: str
    level: str
    year: int | None
    status: Status
    status_label: str
    certainty_label: str


class ConflictItem(Record):
    """One condition as several documents put it."""

    id: str
    condition: str
    note: str
    cells: tuple[ConflictCell, ...]


class DocumentView(Record):
    """One document on a day: its worth, what came before and after it, and what it leans on."""

    item: PolicyItem
    replaces: tuple[str, ...]
    replaced_by: tuple[str, ...]
    chain: tuple[str, ...]
    """Ids that replaced one another, oldest first, this one among them."""
    lines: tuple[str, ...]
    """Matters in whose line it stands, in words."""
    broken: tuple[BrokenReference, ...]


class Tally(Record):
    """How many documents stand where."""

    total: int
    by_status: dict[str, int]
    """Status label -> count, the most first."""
    by_region: dict[str, int]


def list_policies(
    kb: KnowledgeBase,
    *,
    on: date,
    region: str | None = None,
    status: Status | None = None,
    closing_before: date | None = None,
    topic: str | None = None,
    below: bool = True,
) -> tuple[PolicyItem, ...]:
    """Return the documents that fit, those of the place itself first, then the newest first.

    Args:
        kb: The knowledge.
        on: The day that status and closing are told for.
        region: Canonical name: what reaches the place (itself, its province, the nation) and, with
            `below`, what holds in parts of it. 全国 is national documents alone; None is all.
        status: What the document is worth on the day; IN_FORCE never includes a validity not stated.
        closing_before: Ends, or closes for applications, from `on` up to and including this day.
        topic: Words found in title, number, topics or clause headings.
        below: Whether documents of smaller places inside the region count.
    """
    found = []
    for policy in kb.policies.values():
        scope = _scope(kb, policy.region, region)
        if scope is None or (scope == "below" and not below):
            continue
        item = _item(kb, policy, on, scope)
        if status is not None and item.status is not status:
            continue
        if closing_before is not None and not (item.closes_on and on <= item.closes_on <= closing_before):
            continue
        if topic and not _about(policy, topic):
            continue
        found.append(item)
    order = {"own": 0, "below": 1, "above": 2}
    if closing_before is not None:
        return tuple(sorted(found, key=lambda item: (item.closes_on or date.max, item.id)))
    found.sort(key=lambda item: item.id)
    found.sort(key=lambda item: kb.policies[item.id].begin_between()[1] or date.min, reverse=True)
    return tuple(sorted(found, key=lambda item: order[item.scope]))


def tally(items: Iterable[PolicyItem]) -> Tally:
    """Return how many of `items` have which status and stand in which place."""
    statuses: dict[str, int] = {}
    regions: dict[str, int] = {}
    for item in items:
        statuses[item.status_label] = statuses.get(item.status_label, 0) + 1
        regions[item.region] = regions.get(item.region, 0) + 1
    return Tally(
        total=sum(statuses.values()), by_status=_most_first(statuses), by_region=_most_first(regions)
    )


def summarize(items: Iterable[PolicyItem], *, on: date, region: str | None = None) -> str:
    """Return one sentence with the counts: how many documents, and how many of them are worth what."""
    counted = tally(items)
    where = f"{region}适用的" if region else ""
    if not counted.total:
        return f"截至{on}，没有收录符合条件的{where}文件。"
    parts = "、".join(f"{label} {count} 件" for label, count in counted.by_status.items())
    return f"截至{on}，收录的符合条件的{where}文件共 {counted.total} 件：{parts}。"


def list_timeline(
    kb: KnowledgeBase,
    *,
    after: date,
    before: date | None = None,
    region: str | None = None,
    kinds: frozenset[str] | None = None,
) -> tuple[TimelineItem, ...]:
    """Return what opens, closes, ends or changes from `after` (inclusive) to `before` (inclusive), in order.

    Days named in the timeline come with what it says; the rest is computed from the cards' own dates.
    """
    items = [*_told(kb, after), *_computed(kb, after)]
    chosen = [
        item
        for item in items
        if item.date >= after
        and (before is None or item.date <= before)
        and (kinds is None or item.kind in kinds)
        and _scope(kb, item.region, region) is not None
    ]
    return tuple(sorted(chosen, key=lambda item: (item.date, item.policy, item.kind)))


def list_conflicts(
    kb: KnowledgeBase, *, on: date, topic: str | None = None, region: str | None = None
) -> tuple[ConflictItem, ...]:
    """Return conditions side by side, with the values the cards state and their status on the day."""
    found = []
    for table in kb.conflicts.values():
        if topic and topic not in table.title and not any(topic in cell.label for cell in table.cells):
            continue
        cells = tuple(
            ConflictCell(
                label=row.label,
                value=row.text,
                amount=row.value,
                unit=row.unit,
                policy=row.policy,
                title=row.title,
                doc_number=row.doc_number,
                locator=row.locator,
                numbered=row.numbered,
                region=row.region,
                level=row.level,
                year=row.year,
                status=row.status,
                status_label=row.status.label,
                certainty_label=row.certainty.label,
            )
            for row in side_by_side(table, kb.policies, on)
            if _scope(kb, row.region, region) is not None
        )
        if cells:
            found.append(ConflictItem(id=table.id, condition=table.title, note=table.note, cells=cells))
    return tuple(found)


def view_document(kb: KnowledgeBase, policy_id: str, *, on: date) -> DocumentView:
    """Return one document on a day with what came before and after it.

    Raises:
        KeyError: No card has that id.
    """
    policy = kb.policies[policy_id]
    graph = kb.graph
    return DocumentView(
        item=_item(kb, policy, on, "own"),
        replaces=tuple(one.id for one in graph.replaces(policy_id, on)),
        replaced_by=tuple(one.id for one in graph.replaced_by(policy_id, on)),
        chain=tuple(one.id for one in graph.chain(policy_id)),
        lines=tuple(
            f"{line.chain}：" + " → ".join(f"《{kb.policies[one].title}》" for one in line.order)
            for line in graph.lineages(policy_id)
        ),
        broken=graph.broken_references(on, policy_id=policy_id),
    )


def view_own(kb: KnowledgeBase, policy: Policy, *, on: date) -> DocumentView:
    """Return a document somebody ingested on a day; it stands in no line of the collection."""
    item = _item(kb, policy, on, "own")
    item = item.model_copy(update={"warnings": (*item.warnings, *policy.notes)})
    return DocumentView(item=item, replaces=(), replaced_by=(), chain=(policy.id,), lines=(), broken=())


# ------------------------------------------------------------------ one item


def _item(kb: KnowledgeBase, policy: Policy, on: date, scope: Scope) -> PolicyItem:
    status, held = policy.status_on(on), policy.id in kb.policies
    closes_on, closes_what = _next_close(kb, policy, on) if status not in _SHUT else (None, "")
    return PolicyItem(
        id=policy.id,
        title=policy.title,
        doc_number=policy.doc_number,
        issuers=policy.issuers or ((policy.issuer_text,) if policy.issuer_text else ()),
        region=policy.region,
        level=policy.level,
        scope=scope,
        scope_label=SCOPE_LABELS[scope],
        status=status,
        status_label=status.label,
        confidence=policy.status_confidence,
        confidence_label=policy.confidence_label,
        certainty=policy.certainty,
        certainty_label=policy.certainty.label,
        validity=policy.validity_text,
        issued=str(policy.issued or policy.begins or policy.published or policy.issued_text or ""),
        closes_on=closes_on,
        closes_what=closes_what,
        topics=policy.topics,
        replaced_by=tuple(one.id for one in kb.graph.replaced_by(policy.id, on)) if held else (),
        warnings=tuple(one.text for one in kb.graph.broken_references(on, policy_id=policy.id))
        if held
        else (),
        url=policy.official_url or next((one.url for one in policy.sources if one.url), None),
    )


def _next_close(kb: KnowledgeBase, policy: Policy, on: date) -> tuple[date | None, str]:
    """Return the next day from `on` on which the document ends or something in it closes."""
    days = [(policy.valid_to, "有效期届满")] if policy.valid_to else []
    days += [
        (event.date, event.what)
        for event in kb.timeline.events
        if event.policy == policy.id and event.kind in ("closes", "expires")
    ]
    ahead = sorted((day, what) for day, what in days if day and day >= on)
    return ahead[0] if ahead else (None, "")


def _about(policy: Policy, topic: str) -> bool:
    words = [policy.title, policy.doc_number or "", *policy.topics, *(c.heading for c in policy.clauses)]
    return any(topic in text for text in words)


def _scope(kb: KnowledgeBase, place: str, region: str | None) -> Scope | None:
    """Return how a document of `place` stands to `region`; None where it does not reach it."""
    if region is None or place == region:
        return "own"
    if place in kb.regions.covering(region):
        return "above"
    if region != NATION and place in kb.regions.within(region):
        return "below"
    return None


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


# ------------------------------------------------------------------ days


def _told(kb: KnowledgeBase, start: date) -> list[TimelineItem]:
    return [
        TimelineItem(
            date=event.date,
            kind=event.kind,
            kind_label=KIND_LABELS[event.kind],
            what=event.what,
            policy=event.policy,
            title=kb.policies[event.policy].title if event.policy in kb.policies else "",
            locator=event.locator,
            region=event.region,
            days_left=(event.date - start).days,
            certainty=event.certainty,
            certainty_label=event.certainty.label,
            note=event.note,
        )
        for event in kb.timeline.events
    ]


def _computed(kb: KnowledgeBase, start: date) -> list[TimelineItem]:
    told = {(event.policy, event.date) for event in kb.timeline.events}
    found = []
    for policy in kb.policies.values():
        days: list[tuple[date | None, str, str]] = [
            (policy.valid_from, "takes_effect", "开始施行"),
            (policy.valid_to, "expires", "有效期届满"),
            (policy.superseded_on, "replaced", "被替代"),
        ]
        for day, kind, words in days:
            if day is None or (policy.id, day) in told:
                continue
            remark = policy.valid_to_text if kind == "expires" else ""
            found.append(
                TimelineItem(
                    date=day,
                    kind=kind,
                    kind_label=KIND_LABELS[kind],
                    what=f"《{policy.title}》{words}" + (f"（{remark}）" if remark else ""),
                    policy=policy.id,
                    title=policy.title,
                    locator="",
                    region=policy.region,
                    days_left=(day - start).days,
                    certainty=policy.certainty,
                    certainty_label=policy.certainty.label,
                )
            )
    return found
