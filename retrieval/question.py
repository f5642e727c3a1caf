"""What a question asks for, as weighted terms: no model, only function words, synonyms and what was written."""

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knowledge.terms import Glossary
from retrieval.analysis import SEGMENTED_BIT, WORD_BIT, Terms, count, normalize

WORD_WEIGHT: Final = 0.5
"""A segmented word repeats what its characters and pairs say already."""
MEANING_WEIGHT: Final = 0.15
"""What the glossary adds counts less than what the user wrote."""
PLACE_WEIGHT: Final = 0.5
"""Where the asker is, beside what the question itself says."""

_SEGMENTED = WORD_BIT | SEGMENTED_BIT
_ASKING = re.compile(
    "请问|是否|能否|可否|能不能|可不可以|是不是|有没有|会不会|要不要|如何|怎么样|怎么办|怎么|怎样|什么样|什么|哪些|哪个|哪里|哪家|"
    "为什么|为何|多少|几个|的话|可以|应该|应当|需要|(?<!目)的(?!确)|(?<!除)了(?!解)|是|吗|呢|吧|啊|\\?"
)
"""Words that ask and name nothing; cut out of a question before it is analysed."""


def core(text: str) -> str:
    """Return a question without its function words, or whole where nothing else is in it."""
    normal = normalize(text)
    rest = _ASKING.sub("\n", normal)
    return rest if len(re.sub(r"\W", "", rest)) > 1 else normal


def read_question(text: str, glossary: Glossary, *, near: str = "") -> list[tuple[str, float]]:
    """Return what to look for: the question's own words, then what they stand for, then the place, with weights."""
    added = [(meaning, MEANING_WEIGHT) for meaning in glossary.meanings(text)]
    return [(core(text), 1.0), *added, *([(near, PLACE_WEIGHT)] if near else [])]


def weigh(parts: Iterable[tuple[str, float]]) -> tuple[Terms, NDArray[np.float64]]:
    """Return the terms of weighted texts and the weight of each, see `weigh_counts`."""
    return weigh_counts((count(text), weight) for text, weight in parts)


def weigh_counts(parts: Iterable[tuple[dict[int, int], float]]) -> tuple[Terms, NDArray[np.float64]]:
    """Return the terms of weighted texts and the weight of each: occurrences times the weight of its text.

    A term an earlier text has named keeps that weight: what the user said outweighs what we add.
    """
    weights: dict[int, float] = {}
    for held, weight in parts:
        for term, often in held.items():
            if term not in weights:
                weights[term] = weight * often * (WORD_WEIGHT if term & _SEGMENTED == _SEGMENTED else 1.0)
    return np.fromiter(weights, np.int64, len(weights)), np.fromiter(
        weights.values(), np.float64, len(weights)
    )


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [one.strip() for one in re.split("[。；！？\n]", text) if len(one.strip()) > 3]
