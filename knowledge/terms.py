"""Glossary: short names and everyday words, and the official words they stand for."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from knowledge.errors import KnowledgeError
from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Record


class Term(Record):
    """What people say, and what documents write instead."""

    say: tuple[str, ...]
    """Any of these in a question."""
    means: tuple[str, ...]
    """Words to look for besides."""
    kind: Literal["short", "synonym", "everyday"]
    """A short name, another official word, or plain speech."""
    source: str
    """Where the equivalence stands, or that it is common usage."""


class Glossary(Record):
    """All terms."""

    terms: tuple[Term, ...] = ()

    @cached_property
    def _by_word(self) -> dict[str, tuple[str, ...]]:
        """What each word stands for, the longest word first."""
        means = {word.lower(): term.means for term in self.terms for word in term.say}
        return {word: means[word] for word in sorted(means, key=lambda word: (-len(word), word))}

    def meanings(self, text: str) -> tuple[str, ...]:
        """Return what the words in `text` stand for, longest word first, each meaning once.

        A word inside a longer one that matched there is not read again: 上云 in 上云用云.
        """
        left = text.lower()
        found: dict[str, None] = {}
        # Taking a word out can only break others apart: those not in the text need not be looked for again.
        for word in [word for word in self._by_word if word in left]:
            if word in left:
                left = left.replace(word, "\n")
                found.update(dict.fromkeys(self._by_word[word]))
        return tuple(meaning for meaning in found if meaning.lower() not in text.lower())


def read_glossary(data: Path = DATA) -> Glossary:
    """Return the glossary of a data folder; a folder without one has no terms.

    Raises:
        KnowledgeError: A field is wrong, or a word is explained twice.
    """
    file = data / "terms.yaml"
    if not file.is_file():
        return Glossary()
    glossary = parse(Glossary, read_yaml(file), file=file.name)
    seen: set[str] = set()
    for term in glossary.terms:
        for word in term.say:
            if word.lower() in seen:
                raise KnowledgeError(file.name, word, "重复定义")
            seen.add(word.lower())
    return glossary
