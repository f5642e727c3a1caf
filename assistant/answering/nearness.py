"""How near to a figure what is asked for stands: 低保标准 right before 1309元, and not at 1.6倍 of it."""

import re
from collections.abc import Sequence, Set

from assistant.answering.concepts import Concept, grams
from assistant.numbers import find

_HOW_MUCH = re.compile(r"多少|几(?!乎)|(?:标准|金额|比例|上限|数量|期限)(?:是)?[？?]?$|多久|多长")
_BEFORE = 26
"""Characters before a figure that may name it."""


def wants_figure(text: str) -> bool:
    """Return whether a question asks for a figure."""
    return bool(_HOW_MUCH.search(text))


def nearness(concepts: Sequence[Concept], text: str) -> float:
    """Return how much of what is asked for stands right before one figure of a text, and in what the text begins with.

    0..1 for the words before the figure, up to .3 more where they stand joined as asked, and 0..1 for its subject.
    """
    words = [concept for concept in concepts if concept.weight >= _WORD or concept.written]
    joints = [concept for concept in concepts if concept not in words]
    best = 0.0
    for q in find(text):
        if q.value is None or q.kind == "level":
            continue
        start = max(text.rfind(mark, 0, q.start) for mark in "，。；\n") + 1
        held = grams(text[max(start, q.start - _BEFORE) : q.end])
        best = max(best, _share(words, held) + 0.3 * _share(joints, held))
    subject = re.split(
        r"[为是按：，。；]", re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]\s*", "", text), maxsplit=1
    )[0]
    return best + _share(words, grams(subject)) if best else 0.0


_WORD = 2.0
"""Weight below which a pair only says how the words stood."""


def _share(concepts: Sequence[Concept], held: Set[str]) -> float:
    mass = sum(concept.weight for concept in concepts) or 1.0
    return sum(concept.weight * concept.found(held) for concept in concepts) / mass
