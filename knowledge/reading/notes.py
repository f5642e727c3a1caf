"""Footnotes on a page: the raised numbers in the text, and the small lines at its foot that they point to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from knowledge.document import Block
from knowledge.reading import layout
from knowledge.reading.grid import Rule
from knowledge.reading.layout import Piece

_MARK = re.compile(r"[\[〔（(]?\d{1,2}[\])）〕]?|[①-⑳]|[*＊†]{1,3}")
_BEGINS = re.compile(rf"(?:{_MARK.pattern})\s*\S")


@dataclass(frozen=True, slots=True)
class Parted:
    """The pieces of a page: its text, and its footnotes."""

    text: list[Piece]
    notes: list[Piece]


def part(pieces: Sequence[Piece], rules: Sequence[Rule], *, width: float) -> Parted:
    """Return a page's text without the raised numbers that point to notes, and the pieces of the notes.

    A raised number after a Latin letter or a digit is part of what people read (m², 10³) and stays.
    """
    if not pieces:
        return Parted([], [])
    common = median(p.size for p in pieces for _ in range(min(len(p.text), 40)))
    top = _foot(pieces, rules, width, common)
    notes = [p for p in pieces if top is not None and p.y0 > top and p.size < 0.95 * common]
    if notes:
        last = max(p.y1 for p in notes)
        lowest = [p for p in notes if p.y1 > last - 0.5 * p.size]
        if layout.is_page_number(layout.join_row(lowest)):
            notes = [p for p in notes if p not in lowest]
    below = set(map(id, notes))
    text = [p for p in pieces if id(p) not in below]
    return Parted(_without_marks(text, common), _lowered(notes))


def _foot(pieces: Sequence[Piece], rules: Sequence[Rule], width: float, common: float) -> float | None:
    """Return the height of the short rule above the footnotes: small type that begins with a mark follows it closely."""
    for rule in rules:
        if not (rule.horizontal and 40 < rule.x1 - rule.x0 < 0.45 * width and rule.x0 < 0.4 * width):
            continue
        if any(r is not rule and abs(r.y0 - rule.y0) < 200 and not r.horizontal for r in rules):
            continue  # a table's
        under = sorted((p for p in pieces if p.y0 > rule.y0 - 2), key=lambda p: (round(p.y1 / 4), p.x0))
        if not under or under[0].y0 > rule.y0 + 3 * common:
            continue
        first = [p for p in under if p.y0 < under[0].y1]
        if min(p.size for p in first) < 0.9 * common and _BEGINS.match(layout.join_row(first)):
            return rule.y0 - 2
    return None


def _lowered(notes: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of notes with the mark before each on the line of what follows it."""
    lowered = []
    for piece in notes:
        beside = next(
            (q for q in notes if q is not piece and _raised(piece, q) and q.x0 >= piece.x1 - 1), None
        )
        lowered.append(replace(piece, y0=beside.y0, y1=beside.y1) if beside is not None else piece)
    return lowered


def _without_marks(pieces: Sequence[Piece], common: float) -> list[Piece]:
    kept = []
    for piece in pieces:
        if piece.size >= 0.8 * common or not _MARK.fullmatch(piece.text):
            kept.append(piece)
            continue
        beside = [q for q in pieces if q.size > 1.2 * piece.size and _raised(piece, q)]
        if not beside:
            kept.append(piece)
            continue
        left = min((q for q in beside if q.x0 < piece.x0), key=lambda q: abs(q.x1 - piece.x0), default=None)
        if left is not None and left.text[-1].isascii() and left.text[-1].isalnum():
            kept.append(replace(piece, y0=left.y0, y1=left.y1))
    return kept


def _raised(mark: Piece, beside: Piece) -> bool:
    """Return whether a small piece stands raised right before or after another."""
    size = beside.size
    level = beside.y0 - 0.5 * size < mark.y0 < beside.y0 + 0.5 * size and mark.y1 < beside.y1 - 0.1 * size
    near = min(abs(mark.x0 - beside.x1), abs(beside.x0 - mark.x1)) < 0.4 * size
    return level and near


def blocks(pieces: Sequence[Piece], *, page: int) -> list[Block]:
    """Return the footnotes of a page, each with its mark."""
    notes: list[list[layout.Line]] = []
    for line in layout.lines(pieces, page=page):
        if notes and not _BEGINS.match(line.text):
            notes[-1].append(line)
        else:
            notes.append([line])
    return [layout.paragraph(note).model_copy(update={"role": "note"}) for note in notes]
