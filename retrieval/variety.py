"""Near copies of one text, handed in many times, take one place among the hits, not all of them.

    varied(lambda depth: searcher.search(query.model_copy(update={"k": depth})), 10)

Only people's uploads are collapsed: of the same owner and place, from different documents, made of the same characters
in whatever order, numbers aside. Published documents may repeat each other and stay.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from retrieval.search import Hit, Passage

ALIKE = 0.92
"""Share of characters two texts must have in common (multisets, common over all)."""
_DEEPEST = 4096


def varied(search: Callable[[int], Sequence[Hit]], k: int) -> list[Hit]:
    """Return at most `k` hits without near copies, ranks counted anew; asks deeper where copies took the places."""
    depth = k
    while True:
        hits = search(depth)
        kept = collapsed(hits)
        if len(kept) >= k or len(hits) < depth or depth >= _DEEPEST:
            return [hit.model_copy(update={"rank": n}) for n, hit in enumerate(kept[:k], start=1)]
        depth *= 4


def collapsed(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits without those that nearly copy a better one."""
    kept: list[Hit] = []
    bags: list[tuple[Passage, Counter[str]]] = []
    for hit in hits:
        if hit.passage.kind == "uploaded":
            bag = _bag(hit.passage.text)
            if any(_copies(hit.passage, bag, *known) for known in bags):
                continue
            bags.append((hit.passage, bag))
        kept.append(hit)
    return kept


def _copies(one: Passage, bag: Counter[str], other: Passage, known: Counter[str]) -> bool:
    if one.source_id == other.source_id or (one.owner, one.region) != (other.owner, other.region):
        return False
    return (bag & known).total() >= ALIKE * max(1, (bag | known).total())


def _bag(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\W\d_]+", "", text))
