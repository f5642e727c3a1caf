"""Which question settles the most.

Asked is only what can change the verdict: the facts of an UNKNOWN leaf all of whose groups are UNKNOWN as well; within
a point table, the facts of an indicator whose points tip the balance for some points of the others. The order follows
the classic rule for and-or trees: under `all` first what fails most likely per question, under `any` what passes most
likely. The likelihoods order questions only; no verdict rests on them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from assistant.rules.criteria import open_table_facts
from assistant.rules.filing import Filing, open_filing
from assistant.rules.sizing import CLASSES
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile
from knowledge.program import Application, Criterion, Program, SizeRow

_CLEAN = 0.9
"""Most enterprises are free of what a veto names."""
_EVEN = 0.5
_REVIEWER = 3.0
"""A reviewer's yes or no costs more than a question to the owner."""
_SIZE_FIGURES = {"employees": "employees_y1", "revenue": "revenue_y1", "assets": "total_assets_y1"}


def ask_next(
    programs: Iterable[Program],
    profile: EnterpriseProfile,
    *,
    on: date,
    application: Application | None = None,
    region: str = "全国",
    industry: str = "",
    size_rows: Mapping[str, SizeRow] | None = None,
) -> tuple[str, ...]:
    """Return the facts to ask for over all `programs`, the one that settles most first.

    Empty when nothing told could change any verdict.
    """
    filings = (
        open_filing(
            program,
            profile,
            on=on,
            application=application,
            region=region,
            industry=industry,
            size_rows=size_rows,
        )
        for program in programs
    )
    return merge([order(filing) for filing in filings if filing is not None])


def merge(orders: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Join orders of several programs: what stands early in many comes first."""
    weight: Counter[str] = Counter()
    for facts in orders:
        for rank, fact in enumerate(facts):
            weight[fact] += 1 / (1 + rank)  # type: ignore[assignment]  # Counter is typed for whole counts
    return tuple(fact for fact, _ in weight.most_common())


class _Node(NamedTuple):
    """An undecided part of the tree: how likely it passes, what deciding it costs, what to ask in which order."""

    passes: float
    cost: float
    facts: tuple[str, ...]


def order(filing: Filing) -> tuple[str, ...]:
    """Return the facts to ask for one filing, first things first; empty when its verdict is settled."""
    if filing.verdict is not Verdict.UNKNOWN:
        return ()
    shared = Counter(fact for root in filing.roots for fact in _open_facts(root, filing))
    nodes = [
        _node(root, filing, shared) for root in filing.roots if filing.verdicts[root.id] is Verdict.UNKNOWN
    ]
    return tuple(dict.fromkeys(_joined(nodes, conjunction=True).facts))


def _open_facts(criterion: Criterion, filing: Filing) -> list[str]:
    """Return the facts of every leaf that can still matter, once per leaf."""
    if filing.verdicts.get(criterion.id) is not Verdict.UNKNOWN:
        return []
    if criterion.members:
        return [fact for member in criterion.members for fact in _open_facts(member, filing)]
    return list(leaf_facts(criterion, filing))


def leaf_facts(criterion: Criterion, filing: Filing) -> tuple[str, ...]:
    """Return what to ask to decide an UNKNOWN leaf; empty where it can never be worked out."""
    if criterion.table is not None:
        return open_table_facts(criterion, filing.situation)
    assert criterion.fact is not None
    if criterion.fact != "sme_size_class":
        return filing.situation.missing(criterion.fact)
    if not filing.rows or (filing.situation.sizes == CLASSES and len(filing.rows) > len(_SIZE_FIGURES)):
        return ("sme_size_class",)
    names = dict.fromkeys(_SIZE_FIGURES[name] for row in filing.rows for name in row.indicators)
    untold = tuple(name for name in names if name not in filing.situation.facts)
    return untold or ("sme_size_class",)


def _node(criterion: Criterion, filing: Filing, shared: Counter[str]) -> _Node:
    if criterion.members:
        nodes = [
            _node(member, filing, shared)
            for member in criterion.members
            if filing.verdicts[member.id] is Verdict.UNKNOWN
        ]
        if criterion.none:
            nodes = [_Node(1 - node.passes, node.cost, node.facts) for node in nodes]
        return _joined(nodes, conjunction=not criterion.any)
    facts = sorted(leaf_facts(criterion, filing), key=lambda fact: -shared[fact])
    cost = sum(1 / shared[fact] for fact in facts) * (_REVIEWER if criterion.manual else 1)
    return _Node(_chance(criterion, filing), cost, tuple(facts))


def _chance(criterion: Criterion, filing: Filing) -> float:
    """Guess how likely a leaf passes: vetoes rarely bite, and what is harder to get is rarer."""
    if criterion.value is False or criterion.fact == "sme_size_class":
        return _CLEAN
    lever = filing.program.levers.get(criterion.fact or "")
    return 1 / (1 + lever.effort) if lever else _EVEN


def _joined(nodes: list[_Node], *, conjunction: bool) -> _Node:
    """Return a group: members in the order that is cheapest on average, and what that costs."""

    def chance(node: _Node) -> float:
        return 1 - node.passes if conjunction else node.passes

    ordered = sorted((node for node in nodes if node.facts), key=lambda node: node.cost / chance(node))
    cost, reach = 0.0, 1.0
    for node in ordered:
        cost += reach * node.cost
        reach *= 1 - chance(node)
    passes = reach if conjunction else 1 - reach
    return _Node(passes, cost, tuple(fact for node in ordered for fact in node.facts))
