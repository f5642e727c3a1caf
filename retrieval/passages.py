"""KnowledgeBase -> passages that can be cited: one per clause, question, scene, criterion group, product, claim."""

from collections.abc import Iterator

from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Figure, Policy
from retrieval.search import Passage


def passages_of(kb: KnowledgeBase) -> list[Passage]:
    """Return every passage of the knowledge base, ordered by id."""
    found = [passage for policy in kb.policies.values() for passage in policy_passages(policy)]
    return sorted(found, key=lambda passage: passage.id)


def policy_passages(policy: Policy) -> Iterator[Passage]:
    """Yield a passage per clause."""
    for place, clause in zip(_places(policy.clauses), policy.clauses, strict=True):
        source = next((one for one in policy.sources if one.key == clause.source), None)
        yield Passage(
            id=f"{policy.id}#{place}",
            source_id=policy.id,
            kind="policy",
            title=policy.title,
            doc_number=policy.doc_number,
            locator=clause.locator,
            heading=clause.heading,
            text=clause_text(clause),
            text_kind=clause.text_kind,
            region=policy.region,
            status=policy.status,
            valid_from=policy.valid_from,
            valid_to=policy.valid_to,
            url=policy.official_url or (source.url if source else None),
            page=clause.page,
        )


def clause_text(clause: Clause) -> str:
    """Return the digest followed by what its lists say that the digest does not."""
    if clause.text_kind == "original":
        return clause.text
    lines = [clause.text]
    figures = [words for figure in clause.figures if (words := figure_words(figure)) not in clause.text]
    if figures:
        lines.append("数值：" + "；".join(figures) + "。")
    for label, items in (("义务", clause.obligations), ("支持", clause.benefits), ("时限", clause.deadlines)):
        fresh = [item for item in items if item not in clause.text]
        if fresh:
            lines.append(f"{label}：" + "；".join(fresh) + "。")
    if clause.note and clause.note not in clause.text:
        lines.append(f"说明：{clause.note}")
    return "\n".join(line for line in lines if line)


def figure_words(figure: Figure) -> str:
    """Return a figure as people say it: 每户补助 不超过20万元."""
    value = figure.value if isinstance(figure.value, str) else format(figure.value.normalize(), "f")
    return f"{figure.name} {figure.qualifier}{value}{figure.unit}".strip()


def _places(clauses: tuple[Clause, ...]) -> list[str]:
    """Return the locators, the second and later of the same told apart by a ~2, ~3 at the end."""
    seen: dict[str, int] = {}
    places = []
    for clause in clauses:
        seen[clause.locator] = seen.get(clause.locator, 0) + 1
        count = seen[clause.locator]
        places.append(clause.locator if count == 1 else f"{clause.locator}~{count}")
    return places
