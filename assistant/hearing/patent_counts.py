"""Numbers in a clause about inventions: what each counts, and the words that tell of it."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing import patent_words as words
from assistant.numbers import find


class Item(NamedTuple):
    """A number in a clause, what it counts, and what is said of it."""

    value: Decimal
    bounds: tuple[Decimal, Decimal] | None
    kind: str
    """invention, lesser, part (of those spoken of) or other."""
    before: str
    after: str
    said: str
    """The words that tell of it: those after it, or those before it where none follow."""
    noun: str = ""
    """The right it counts, where it is named beside it."""


def items_of(text: str, *, spoken: bool) -> Iterator[Item]:
    """Yield what a clause counts; `spoken` says that inventions are what is being counted."""
    numbers = sorted(counts_of(text))
    noun_first = _noun_first(text, numbers)
    at = 0
    for i, (start, end, value, bounds) in enumerate(numbers):
        stop = numbers[i + 1][0] if i + 1 < len(numbers) else len(text)
        before, after = text[at:start], text[end:stop]
        at = end
        named = _named(before, after, noun_first=noun_first)
        kind = _kind(named, before, spoken=spoken)
        spoken = spoken or kind == "invention"
        number_last = bool(words.STATUS.search(text[: numbers[0][0]])) and not words.STATUS.search(
            text[numbers[-1][1] :]
        )
        said = before if number_last or not words.STATUS.search(after) else after
        yield Item(value, bounds, kind, before, after, said, named[0] if named else "")


def counts_of(text: str) -> Iterator[tuple[int, int, Decimal, tuple[Decimal, Decimal] | None]]:
    """Yield (start, end, number, bounds if rough) of what is counted in 个, 项, 件, or not at all: 俩, 发明3."""
    for q in find(text):
        if q.kind != "number" or q.value is None or q.scale or q.value > 500:
            continue
        if _of_others(text, q.start, q.end):
            continue
        if q.value == 1 and re.search(r"没(?:有)?$", text[: q.start]):
            continue
        if q.unit in {"个", "项", "件", "篇", "条", "种", "张", "本", "", "类"} and not re.match(
            r"类|年(?!费)|月|级|(?:都|也)(?:还)?没[有得]?(?:呢|的)?$|没[有得]$", text[q.end :]
        ):
            low, high = q.low or q.value, q.high or q.value
            yield q.start, q.end, q.value, None if low == high else (Decimal(round(low)), high)
    for match in words.BARE.finditer(text):
        if _of_others(text, match.start(), match.end()):
            continue
        yield match.start(), match.end(), Decimal(figure_of(match)), None


def _of_others(text: str, start: int, end: int) -> bool:
    """Return whether a number counts people, firms or products: 从一个大学老师手里, 权利人五个."""
    if words.TO_SOMEBODY.search(text[:start]):
        return True
    named = words.EITHER.search(text[max(0, start - 8) : start])
    return named is None and words.NOT_RIGHTS.match(text, end) is not None


def _noun_first(text: str, numbers: Sequence[tuple[int, int, Decimal, object]]) -> bool:
    """Return whether a clause names before it counts: 发明四个实用新型三十多个."""
    noun = words.EITHER.search(text)
    return noun is not None and bool(numbers) and noun.end() <= numbers[0][0] and words.EITHER.search(text[numbers[-1][1] :]) is None  # fmt: skip  # noqa: E501


def _named(before: str, after: str, *, noun_first: bool) -> re.Match[str] | None:
    """Return where the right is named that a number between two stretches counts; None where it is not beside it."""
    named = list(words.EITHER.finditer(before))
    near = named[-1] if named and len(before) - named[-1].end() <= 8 else None
    if near is not None and noun_first:
        return near
    adjectives = r"(?:有效|授权|已授权|国家|国内|自主|独占许可|许可|的)*"
    return re.match(adjectives + words.EITHER.pattern, after) or near


def _kind(named: re.Match[str] | None, before: str, *, spoken: bool) -> str:
    """Return what a number counts: an invention, a lesser right, a part of those spoken of, or something else."""
    if named is not None:
        return named.lastgroup or "other"
    further = list(words.EITHER.finditer(before))
    if further and further[-1].lastgroup == "lesser":
        return "lesser"
    return "part" if spoken else "other"


def figure_of(said: re.Match[str]) -> int:
    """Return the number a pattern of the words took in its group n or m."""
    groups = said.groupdict()
    n = groups.get("n") or groups.get("m") or ""
    return int(n) if n.isdigit() else "零一二三四五六七八九十".find(n.replace("两", "二"))
