"""Words that people shorten and documents write out: 低保 is 最低生活保障, 高企 is 高新技术企业.

spelled_out(text, concepts, texts, weights)      each unknown pair of characters gains what the texts write for it
"""

import re
from collections import Counter
from collections.abc import Sequence

from assistant.answering.concepts import Concept, Weights, grams

_SHORT = re.compile(r"[\u4e00-\u9fa5]{2}")
_IDLE = frozenset("的了是在和与及等为由按对准每个何多少几么有无不可能要会这那哪谁我你他们家吗呢吧")
"""Characters that seldom begin or end a shortened word."""
_TWICE = 2
"""So often must the long form stand there."""


def spelled_out(
    text: str, concepts: Sequence[Concept], texts: Sequence[str], weights: Weights
) -> list[Concept]:
    """Return the concepts; a pair that stands nowhere in the texts gains the words whose characters it is made of.

    Both characters must stand within seven, in order, in the same words at least twice. A pair that is no part of a word
    of the question (标准每人 -> 准每) counts little: it says how the words stood, not what they are.
    """
    import rjieba

    whole = "\n".join(texts)
    words = {pair for word in rjieba.cut(text) for pair in grams(word)}
    return [_spelled(concept, whole, words, weights) for concept in concepts]


_JOINT = 0.15


def _spelled(concept: Concept, whole: str, words: set[str], weights: Weights) -> Concept:
    pair = next(iter(concept.own), "") if len(concept.own) == 1 and not concept.written else ""
    if not _SHORT.fullmatch(pair):
        return concept
    if pair not in words:
        return concept._replace(weight=_JOINT * concept.weight)
    if pair in whole or set(pair) & _IDLE:
        return concept
    found = Counter(re.findall(rf"{pair[0]}[\u4e00-\u9fa5]{{1,5}}?{pair[1]}[\u4e00-\u9fa5]?", whole))
    forms = tuple(form for form, times in found.most_common(2) if times >= _TWICE)
    if not forms:
        return concept
    worth = [weights.of(gram) for form in forms for gram in grams(form)]
    return concept._replace(weight=sum(worth) / len(worth), written=forms)
