"""Ruled lines -> the cells between them. Shared by PDF and OFD.

The geometry is pdfplumber's (`pdfplumber.table`), fed with lines that the page's own reader found,
so that a page is not parsed a second time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Block, Box, Table
from knowledge.reading.characters import clean
from knowledge.reading.layout import (
    Line,
    Piece,
    ends,
    first_word,
    join_row,
    join_wrapped,
    lines,
    opens,
    rows_of,
)

MAX_EDGES = 3000


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight horizontal or vertical line; y grows downwards."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        """Return whether it runs across the page."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle of a table with the text in it."""

    row: int
    column: int
    width: int
    """Columns it spans."""
    text: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruled table on one page."""

    x0: float
    y0: float
    x1: float
    y1: float
    columns: tuple[float, ...]
    """Left edge of each column."""
    rows: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[int, ...], ...]
    down: tuple[tuple[int, ...], ...]
    """For each row, the columns whose cell began above."""
    tops: tuple[float, ...]
    """Upper edge of each row, and the lower edge of the last."""

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in the table."""
        return self.x0 - 1 <= x <= self.x1 + 1 and self.y0 - 1 <= y <= self.y1 + 1


def tables(rules: Sequence[Rule], pieces: Sequence[Piece], *, page: int) -> list[Ruled]:
    """Return the ruled tables of a page, each of two columns at least, cells filled from `pieces`."""
    if len(rules) < 3 or len(rules) > MAX_EDGES:
        return []
    import pdfplumber.table as finder

    edges = [_edge(rule) for rule in (*rules, *_missing(rules, pieces))]
    merged = finder.merge_edges(edges, 3, 3, 3, 3)
    if not 4 <= len(merged) <= 600:
        return []
    crossings = finder.edges_to_intersections(merged, 3, 3)
    if len(crossings) > 3000:
        return []
    found = [
        _fill(cells, pieces, page)
        for cells in finder.cells_to_tables(finder.intersections_to_cells(crossings))
    ]
    return [table for table in found if table is not None]


def _missing(rules: Sequence[Rule], pieces: Sequence[Piece]) -> list[Rule]:
    """Return the lines that a table leaves out though people see them: open sides, a table of three lines.

    Horizontal rules of one width, three at least, are a table's. Where no upright line stands at their ends
    the sides are added. Where none stands between either, columns are parted by the gaps that run through
    every row, and rows where the first column begins anew.
    """
    added: list[Rule] = []
    for group in _alike([rule for rule in rules if rule.horizontal]):
        x0, x1 = min(r.x0 for r in group), max(r.x1 for r in group)
        y0, y1 = min(r.y0 for r in group), max(r.y0 for r in group)
        uprights = [
            r.x0
            for r in rules
            if not r.horizontal and r.y1 > y0 + 2 and r.y0 < y1 - 2 and x0 - 4 < r.x0 < x1 + 4
        ]
        added += [Rule(x, y0, x, y1) for x in (x0, x1) if not any(abs(x - u) < 4 for u in uprights)]
        if not any(x0 + 4 < u < x1 - 4 for u in uprights):
            inside = [
                p for p in pieces if x0 - 2 <= p.x0 and p.x1 <= x1 + 2 and y0 <= (p.y0 + p.y1) / 2 <= y1
            ]
            added += _parted(inside, (x0, y0, x1, y1), sorted(r.y0 for r in group))
    return added


def _alike(horizontals: Sequence[Rule]) -> list[list[Rule]]:
    """Gather horizontal rules with the same ends, at different heights; groups of three and more."""
    groups: list[list[Rule]] = []
    for rule in sorted(horizontals, key=lambda r: r.y0):
        for group in groups:
            if abs(group[0].x0 - rule.x0) < 4 and abs(group[0].x1 - rule.x1) < 4:
                if rule.y0 - group[-1].y0 > 4:
                    group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) >= 3]


def _parted(
    pieces: Sequence[Piece], area: tuple[float, float, float, float], ys: Sequence[float]
) -> list[Rule]:
    """Return the lines that part a table without upright rules; none where its text does not stand in columns."""
    x0, y0, x1, y1 = area
    if len(pieces) < 4 or ys[1] - ys[0] > 70 or max(len(p.text) for p in pieces) > 40:
        return []
    size = sorted(p.size for p in pieces)[len(pieces) // 2]
    spans: list[list[float]] = []
    for piece in sorted(pieces, key=lambda p: p.x0):
        if spans and piece.x0 - spans[-1][1] < 0.8 * size:
            spans[-1][1] = max(spans[-1][1], piece.x1)
        else:
            spans.append([piece.x0, piece.x1])
    if not 2 <= len(spans) <= 12:
        return []
    cuts = [(left[1] + right[0]) / 2 for left, right in pairwise(spans)]
    tops = sorted(p.y0 for p in pieces if p.x0 < cuts[0])
    rows = [
        top - 0.2 * size for top, last in zip(tops, [-1e9, *tops], strict=False) if top - last > 0.8 * size
    ]
    between = [y for y in rows if y > ys[1] + size and all(abs(y - known) > 0.6 * size for known in ys)]
    return [Rule(x, y0, x, y1) for x in cuts] + [Rule(x0, y, x1, y) for y in between]


# Tables that nothing rules -----------------------------------------------------------------------------------

_Cell = list[Piece]


def aligned(pieces: Sequence[Piece], *, page: int) -> list[Ruled]:
    """Return the tables that only the places of their words show: three columns and three full rows at least.

    The first row names the columns. Short words set apart by wide gaps stand below them, one for each column; a row
    that only goes on from a cell that filled its column is part of the row above.
    """
    found: list[Ruled] = []
    run: list[list[_Cell]] = []
    for row in [*rows_of(pieces), []]:
        cells = _apart(row, [_left(head) for head in run[0]] if run else []) if row else []
        if run and cells and _fits(run, cells):
            run.append(cells)
            continue
        if (table := _from_words(run, page)) is not None:
            found.append(table)
        run = [cells] if len(cells) >= 3 and _names_columns(cells) else []
    return found


def _apart(row: Sequence[Piece], starts: Sequence[float]) -> list[_Cell]:
    """Cut a visual row where more than a character is free, and where words begin just below a column's name."""
    cells: list[_Cell] = []
    for piece in sorted(row, key=lambda p: p.x0):
        below = any(abs(piece.x0 - x) < 2 for x in starts)
        if cells and not below and piece.x0 - max(p.x1 for p in cells[-1]) <= 1.2 * piece.size:
            cells[-1].append(piece)
        else:
            cells.append([piece])
    return cells


def _left(cell: _Cell) -> float:
    return min(p.x0 for p in cell)


def _right(cell: _Cell) -> float:
    return max(p.x1 for p in cell)


def _said(cell: _Cell) -> str:
    return join_row(cell)


def _names_columns(cells: Sequence[_Cell]) -> bool:
    said = [_said(cell) for cell in cells]
    return len(set(said)) == len(said) and all(
        2 <= len(text) <= 16 and not re.search(r"[。；：:！？、，]|\d", text) for text in said
    )


def _fits(run: Sequence[Sequence[_Cell]], cells: Sequence[_Cell]) -> bool:
    """Return whether a row stands in the columns of those above: each of its cells below one of them, all short."""
    size = cells[0][0].size
    if min(p.y0 for p in cells[0]) - max(p.y1 for p in run[-1][0]) > 2.5 * size:
        return False
    if any(len(_said(cell)) > 24 or ends(_said(cell)) for cell in cells):
        return False
    places = [_column_of(run, cell) for cell in cells]
    return None not in places and len(set(places)) == len(places)


def _column_of(run: Sequence[Sequence[_Cell]], cell: _Cell) -> int | None:
    """Return the one column whose words so far stand above a cell; None where none or several do."""
    columns: list[list[float]] = [[_left(head), _right(head)] for head in run[0]]
    full = [row for row in run if len(row) == len(columns)]
    for row in full:
        for extent, above in zip(columns, row, strict=True):
            extent[0], extent[1] = min(extent[0], _left(above)), max(extent[1], _right(above))
    over = [n for n, (x0, x1) in enumerate(columns) if _left(cell) < x1 + 1 and _right(cell) > x0 - 1]
    return over[0] if len(over) == 1 else None


def _from_words(run: Sequence[Sequence[_Cell]], page: int) -> Ruled | None:
    width = len(run[0]) if run else 0
    if sum(1 for row in run if len(row) == width) < 3 or 2 * sum(len(row) for row in run) < width * len(run):
        return None
    rows: list[list[_Cell]] = []
    for cells in run:
        placed: list[_Cell] = [[] for _ in range(width)]
        for cell in cells:
            placed[_column_of(run, cell) or 0] = cell
        if (
            rows
            and len(cells) < width
            and all(not cell or _filled(rows, run, n) for n, cell in enumerate(placed))
        ):
            rows[-1] = [above + below for above, below in zip(rows[-1], placed, strict=True)]
        else:
            rows.append(placed)
    inside = [piece for cells in run for cell in cells for piece in cell]
    tops = [min(p.y0 for cell in row for p in cell) for row in rows]
    bottom = max(p.y1 for p in inside)
    edges = [min(_left(row[n]) for row in rows if row[n]) for n in range(width)]
    return Ruled(
        x0=min(edges),
        y0=tops[0],
        x1=max(p.x1 for p in inside),
        y1=bottom,
        columns=tuple(edges),
        rows=tuple(
            tuple(cell_text(cell, page, right=_right(cell) if cell else 0.0) for cell in row) for row in rows
        ),
        spans=tuple(tuple(range(width)) for _ in rows),
        down=tuple(() for _ in rows),
        tops=(*tops, bottom),
    )


def _filled(rows: Sequence[Sequence[_Cell]], run: Sequence[Sequence[_Cell]], column: int) -> bool:
    """Return whether the last cell of a column left no room for one more character before the next column."""
    cell = rows[-1][column]
    if not cell:
        return False
    nexts = [_left(row[column + 1]) for row in run if len(row) == len(run[0]) and column + 1 < len(row)]
    edge = min(nexts) if nexts else max(_right(row[-1]) for row in run)
    return _right(cell) > edge - 2.2 * cell[0].size


def _edge(rule: Rule) -> dict[str, float | str]:
    middle = (rule.y0 + rule.y1) / 2 if rule.horizontal else (rule.x0 + rule.x1) / 2
    flat: dict[str, float | str] = {
        "x0": rule.x0,
        "x1": rule.x1,
        "top": middle,
        "bottom": middle,
        "orientation": "h",
    }
    upright: dict[str, float | str] = {
        "x0": middle,
        "x1": middle,
        "top": rule.y0,
        "bottom": rule.y1,
        "orientation": "v",
    }
    edge = flat if rule.horizontal else upright
    edge["width"] = float(edge["x1"]) - float(edge["x0"])
    edge["height"] = float(edge["bottom"]) - float(edge["top"])
    edge["object_type"] = "line"
    return edge


def _fill(
    cells: Sequence[tuple[float, float, float, float]], pieces: Sequence[Piece], page: int
) -> Ruled | None:
    lefts = _levels([cell[0] for cell in cells])
    tops = _levels([cell[1] for cell in cells])
    if len(lefts) < 2:
        return None
    texts = [["" for _ in lefts] for _ in tops]
    spans: list[set[int]] = [set() for _ in tops]
    down: list[set[int]] = [set() for _ in tops]
    x0, x1 = min(c[0] for c in cells), max(c[2] for c in cells)
    y0, y1 = min(c[1] for c in cells), max(c[3] for c in cells)
    inside = [
        p for p in pieces if x0 - 1 <= (p.x0 + p.x1) / 2 <= x1 + 1 and y0 - 1 <= (p.y0 + p.y1) / 2 <= y1 + 1
    ]
    if not inside:
        return None
    for left, top, right, bottom in cells:
        row, column = _nearest(tops, top), _nearest(lefts, left)
        held = [p for p in inside if left <= (p.x0 + p.x1) / 2 < right and top <= (p.y0 + p.y1) / 2 < bottom]
        texts[row][column] = cell_text(held, page, right=right)
        spans[row].add(column)
        across = [n for n, x in enumerate(lefts) if left - 1 <= x < right - 1]
        for n in range(row + 1, len(tops)):
            if tops[n] < bottom - 2:
                down[n].update(across)
    return Ruled(
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        columns=tuple(lefts),
        rows=tuple(tuple(row) for row in texts),
        spans=tuple(tuple(sorted(columns)) for columns in spans),
        down=tuple(tuple(sorted(columns)) for columns in down),
        tops=(*tops, y1),
    )


def cell_text(pieces: Sequence[Piece], page: int, *, right: float) -> str:
    """Return the text of a cell: paragraphs on lines of their own, wrapped lines joined.

    A few words over several lines, as in a narrow column, are one.
    """
    held = lines(pieces, page=page)
    if sum(len(line.text) for line in held) <= 40 and not any(opens(line.text) for line in held[1:]):
        return clean(join_wrapped([line.text for line in held]))
    groups: list[list[Line]] = []
    for line in held:
        last = groups[-1][-1] if groups else None
        room = right - last.x1 if last is not None else 0.0
        wraps = last is not None and room < max(3.0 * last.size, first_word(line) + 1.5 * last.size)
        if groups and wraps and not opens(line.text):
            groups[-1].append(line)
        else:
            groups.append([line])
    return "\n".join(clean(join_wrapped([line.text for line in group])) for group in groups)


def _levels(values: Sequence[float], tolerance: float = 2.0) -> list[float]:
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > tolerance:
            levels.append(value)
    return levels


def _nearest(levels: Sequence[float], value: float) -> int:
    return min(range(len(levels)), key=lambda n: abs(levels[n] - value))


def as_block(table: Ruled, page: int) -> Block:
    """Return a ruled table as a block, row by row with its place."""
    boxes = tuple(
        Box(x0=round(table.x0, 1), y0=round(top, 1), x1=round(table.x1, 1), y1=round(bottom, 1))
        for top, bottom in zip(table.tops, table.tops[1:], strict=False)
    )
    return Block(
        table=Table(
            rows=table.rows,
            spans=table.spans,
            down=table.down,
            pages=(page,) * len(table.rows),
            boxes=boxes,
            columns=table.columns,
        ),
        page=page,
        box=Box(x0=round(table.x0, 1), y0=round(table.y0, 1), x1=round(table.x1, 1), y1=round(table.y1, 1)),
    )
