"""Pieces of text with their places on a page -> lines, columns, paragraphs in reading order.

Shared by every format that only knows where ink stands: PDF, OFD, scans.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from knowledge.document import Block, Box
from knowledge.reading.characters import clean


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters on one baseline; y grows downwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    doubtful: tuple[str, ...] = ()

    @property
    def size(self) -> float:
        """Return its height."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    page: int = 0
    doubtful: tuple[str, ...] = ()
    column: int = 0
    """0 over the whole width, 1 and 2 left and right of a gutter, 3n+1 and 3n+2 within column n."""

    @property
    def box(self) -> Box:
        """Return its place, to a tenth of a point."""
        return Box(x0=round(self.x0, 1), y0=round(self.y0, 1), x1=round(self.x1, 1), y1=round(self.y1, 1))


Area = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Gutter:
    """The free upright band between two columns."""

    left: float
    right: float


def lines(
    pieces: Sequence[Piece],
    *,
    page: int,
    walls: Sequence[Area] = (),
    like: Gutter | None = None,
) -> list[Line]:
    """Return the lines of a page in reading order: columns one after another, else top to bottom.

    Args:
        pieces: What stands on the page outside its tables.
        page: Its number.
        walls: Its tables; one that spans the columns ends those above it.
        like: Where the columns of the document's other pages part; tried where the page shows none by itself.
    """
    return _lines(pieces, page, walls, like, column=0)


def gutter(pieces: Sequence[Piece]) -> Gutter | None:
    """Return the free upright band between two columns of running text on a page, or None."""
    return _gutter(rows_of(pieces))


def _lines(
    pieces: Sequence[Piece], page: int, walls: Sequence[Area], like: Gutter | None, *, column: int
) -> list[Line]:
    rows = rows_of(pieces)
    found = _gutter(rows) or (_gutter(rows, like) if like is not None else None)
    if found is None:
        return _merged([part for row in rows for part in _segments(row, page, column)], page)
    size = _size(rows)
    ordered: list[Line] = []
    for run, _ in _runs(rows, found, walls, size):
        if not _in_columns(run, found, size):
            ordered += _merged([part for row in run for part in _segments(row, page, column)], page)
            continue
        for side in (0, 1):
            held = [p for row in run for p in row if ((p.x0 + p.x1) / 2 > found.right - 1) == bool(side)]
            ordered += _lines(held, page, walls, None, column=3 * column + side + 1)
    return ordered


def join_row(pieces: Iterable[Piece]) -> str:
    """Return the text of one visual row, spaces only where the ink leaves a gap."""
    text = ""
    last: Piece | None = None
    for piece in sorted(pieces, key=lambda p: p.x0):
        if last is not None:
            gap = piece.x0 - last.x1
            size = max(1.0, min(piece.size, last.size))
            if gap > 0.15 * size and _MARK.fullmatch(text):
                text += "\u3000" if text[0] == "第" else " "
            elif gap > 0.8 * size:
                text += "\u3000" if gap > 1.2 * size and _is_han(text[-1:]) else " "
            elif gap > 0.2 * size and not (_is_han(text[-1:]) or _is_han(piece.text[:1])):
                text += " " if not _numeral(text[-1:], piece.text[:1]) or gap > 0.35 * size else ""
        text += piece.text
        last = piece
    return text


_MARK = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,7}[条章节编篇]|\d{1,2}(\.\d{1,2}){1,3}")
"""A number at the head of a line, which people see set off from what follows."""


def _is_han(char: str) -> bool:
    return "\u2e80" <= char <= "\uffef"


def _numeral(left: str, right: str) -> bool:
    """Return whether two characters are parts of one number, which a layout may have set apart."""
    return bool(re.fullmatch(r"[\d.,][\d.,%]", left + right))


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return pieces by visual rows: gather pieces whose vertical middles fall within one another's height."""
    rows: list[list[Piece]] = []
    tops: list[tuple[float, float]] = []
    for piece in sorted(pieces, key=lambda p: ((p.y0 + p.y1) / 2, p.x0)):
        middle = (piece.y0 + piece.y1) / 2
        if rows and tops[-1][0] <= middle <= tops[-1][1] and piece.y0 - 0.35 * piece.size < tops[-1][1]:
            rows[-1].append(piece)
            if piece.size > 1.15 * (tops[-1][1] - tops[-1][0]):
                tops[-1] = (piece.y0, piece.y1)
        else:
            rows.append([piece])
            tops.append((piece.y0, piece.y1))
    return rows


def _segments(row: Sequence[Piece], page: int, column: int) -> list[Line]:
    """Cut a visual row where the ink leaves more than two characters free."""
    parts: list[list[Piece]] = []
    for piece in sorted(row, key=lambda p: p.x0):
        if parts and piece.x0 - max(p.x1 for p in parts[-1][-3:]) <= 2.0 * max(piece.size, 4):
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return [_line(part, page, column) for part in parts]


def _line(part: Sequence[Piece], page: int, column: int) -> Line:
    return Line(
        text=join_row(part),
        x0=min(p.x0 for p in part),
        y0=min(p.y0 for p in part),
        x1=max(p.x1 for p in part),
        y1=max(p.y1 for p in part),
        size=median(p.size for p in part),
        page=page,
        doubtful=tuple(number for p in part for number in p.doubtful),
        column=column,
    )


def _merged(segments: list[Line], page: int) -> list[Line]:
    """Join segments that share a baseline: outside columns a wide gap is only a wide gap."""
    rows: list[list[Line]] = []
    for line in sorted(segments, key=lambda s: ((s.y0 + s.y1) / 2, s.x0)):
        middle = (line.y0 + line.y1) / 2
        if rows and rows[-1][0].y0 <= middle <= rows[-1][0].y1:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [
        row[0]
        if len(row) == 1
        else _line(
            [Piece(s.text, s.x0, s.y0, s.x1, s.y1, s.doubtful) for s in sorted(row, key=lambda s: s.x0)],
            page,
            row[0].column,
        )
        for row in rows
    ]


# Columns ---------------------------------------------------------------------------------------------------

_FREE = 0.8
"""Characters that stay free between two columns, at least; Word leaves two of small type, one and a third of large."""

_MOST_FREE = 6.0
_LEAST_COLUMN = 10.0
"""Characters across a column of running text; a gap within a list or a form parts less, or leaves more free."""


def _size(rows: Sequence[Sequence[Piece]]) -> float:
    return max(1.0, median(p.size for row in rows for p in row))


def _gutter(rows: Sequence[Sequence[Piece]], like: Gutter | None = None) -> Gutter | None:
    """Return the free upright band between two columns of running text, or None.

    It lies about the middle, at least most of a character wide. Along it runs a stretch of rows that nothing
    crosses, in which six lines at least nearly fill the left column and four the right; two and one where the
    document's other pages have their columns just there (`like`). So are no gaps within a table or a list.
    """
    if not rows or (like is None and len(rows) < 6):
        return None
    size = _size(rows)
    x0, x1 = min(p.x0 for row in rows for p in row), max(p.x1 for row in rows for p in row)
    if like is not None:
        found = [run for run, _ in _runs(rows, like, (), size) if _in_columns(run, like, size)]
        return like if found else None
    if x1 - x0 < 200:
        return None
    starts: Counter[int] = Counter()
    for row in rows:
        starts.update({round(right.x0) for left, right in _gaps(row, _FREE * size)})
    for start, count in starts.most_common(6):
        if count < 4 or not x0 + (x1 - x0) / 4 < start < x1 - (x1 - x0) / 4:
            continue
        band = Gutter(start - 1.0 - _FREE * size, start - 1.0)
        for run, _ in _runs(rows, band, (), size):
            if _fills(run, band, 6, 4, size):
                return band
    return None


def _gaps(row: Sequence[Piece], least: float) -> Iterator[tuple[Piece, Piece]]:
    """Give the neighbours in a row that leave at least so much free between them."""
    placed = sorted(row, key=lambda p: p.x0)
    reached = placed[0]
    for piece in placed[1:]:
        if piece.x0 - reached.x1 >= least:
            yield reached, piece
        if piece.x1 > reached.x1:
            reached = piece


def _runs(
    rows: Sequence[Sequence[Piece]], band: Gutter, walls: Sequence[Area], size: float
) -> list[tuple[list[Sequence[Piece]], bool]]:
    """Return the rows from the top in stretches, and whether the rows of each cross the band.

    A table that spans the band ends a stretch as well.
    """
    tops = sorted(wall[1] for wall in walls if wall[0] < band.left and wall[2] > band.right)
    runs: list[tuple[list[Sequence[Piece]], bool]] = []
    above = 0
    for row in rows:
        crosses = _crosses(row, band, size)
        under = sum(1 for top in tops if top < min(p.y0 for p in row))
        if runs and runs[-1][1] == crosses and under == above:
            runs[-1][0].append(row)
        else:
            runs.append(([row], crosses))
        above = under
    return runs


def _crosses(row: Sequence[Piece], band: Gutter, size: float) -> bool:
    """Return whether the ink of a row runs over the band, or comes so near on both sides that it reads on."""
    if any(p.x0 < band.right - 1 and p.x1 > band.right + 1 for p in row):
        return True
    left = [p.x1 for p in row if p.x1 <= band.right + 1]
    right = [p.x0 for p in row if p.x0 >= band.right - 1]
    return bool(left and right) and min(right) - max(left) < 0.5 * size


def _in_columns(run: Sequence[Sequence[Piece]], band: Gutter, size: float) -> bool:
    """Return whether a stretch of rows is set in the two columns that the band parts."""
    return not any(_crosses(row, band, size) for row in run) and _fills(run, band, 2, 1, size)


def _fills(run: Sequence[Sequence[Piece]], band: Gutter, lefts: int, rights: int, size: float) -> bool:
    """Return whether so many rows of a stretch nearly fill the column left of the band, and right of it."""
    sides: list[list[tuple[float, float]]] = [[], []]
    for row in run:
        for side in (0, 1):
            held = [p for p in row if (p.x0 >= band.right - 1) == bool(side)]
            if held:
                sides[side].append((min(p.x0 for p in held), max(p.x1 for p in held)))
    full = [0, 0]
    for side, spans in enumerate(sides):
        if spans:
            wide = max(b for _, b in spans) - min(a for a, _ in spans)
            if wide < _LEAST_COLUMN * size:
                return False
            full[side] = sum(1 for a, b in spans if b - a > 0.75 * wide)
    if sides[0] and band.right - max(b for _, b in sides[0]) > _MOST_FREE * size:
        return False
    return full[0] >= lefts and full[1] >= rights


_PAGE_NUMBER = re.compile(
    r"^[-—–―·•\s]*(第\s*)?(\d{1,4}|[ivxlcIVXLC]{1,6})(\s*页)?([\s/／,，]*共\s*\d+\s*页?|\s*/\s*\d+)?[-—–―·•\s]*$"
)
_PRINTED = re.compile(
    r"^(file|https?)://\S*|^\d{1,4}/\d{1,2}/\d{1,4}[,，]?\s*(上午|下午)?\s*\d{1,2}:\d{2}|^.{2,20}(公报|简报|通报)\s*(19|20)\d{2}\s*年.{0,4}第\s*\d+\s*[期号]"
)
"""What a browser prints at the edges of a page, and the name of a gazette with its issue."""
_LED = re.compile(r"(\.{2,}|…+|·{2,}|\.)\s*[\divxlcIVXLC]+\s*$")
_LEADER = re.compile(r"(\.{4,}|…{2,}|·{4,}|\s\.(\s\.){3,})\s*[\divxlcIVXLC]*\s*$")


def is_page_number(text: str) -> bool:
    """Return whether a line is nothing but the number of its page: — 3 —, 第3页 共8页."""
    return bool(_PAGE_NUMBER.match(text.strip()))


def is_leader(text: str) -> bool:
    """Return whether a line belongs to a table of contents: dots that lead to a page number."""
    return bool(_LEADER.search(text))


def lists_contents(page: Sequence[Line]) -> bool:
    """Return whether a page is one of the table of contents: half of its lines lead to page numbers."""
    return len(page) >= 4 and sum(1 for line in page if _LED.search(line.text)) >= 0.45 * len(page)


def running(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[tuple[int, int]]:
    """Return (page index, line index) of running headers, footers and page numbers.

    A page number stands alone in the outer tenth of the page; a running line repeats there,
    digits aside, on at least three pages and on more than a third of them (on every page of two).
    What a browser or a gazette sets there is known by its look, on one page as well. A page that lies
    across has margins as wide as those that stand.
    """
    margin = 0.12 * max(heights, default=0.0)
    found: set[tuple[int, int]] = set()
    seen: dict[tuple[str, bool], list[tuple[int, int]]] = {}
    for number, (page, height) in enumerate(zip(pages, heights, strict=True)):
        for index, line in enumerate(page):
            top, bottom = line.y1 < margin, line.y0 > height - margin
            if not (top or bottom):
                continue
            if is_page_number(line.text) or (
                (line.y1 < 0.6 * margin or line.y0 > height - 0.6 * margin) and _PRINTED.search(line.text)
            ):
                found.add((number, index))
                continue
            shape = re.sub(r"[\d\s]+", "#", line.text)
            if len(shape) <= 60:
                seen.setdefault((shape, top), []).append((number, index))
    for places in seen.values():
        on = {number for number, _ in places}
        if (len(on) >= 3 and len(on) > len(pages) / 3) or (len(pages) == 2 and len(on) == 2):
            found.update(places)
    return found


_STARTS = re.compile(
    r"^[\s\u3000]*(第[一二三四五六七八九十百零〇\d]{1,5}[条章节编部篇]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]"
    r"|\d{1,2}[.．、](?!\d)|\d{1,2}(\.\d{1,2}){1,3}\s|[（(]\d{1,2}[)）]|[①-⑳]|附件|附录|附表|表\s?\d|图\s?\d|[•●○◆■▪➢·]|[问答][:：]|注[:：]|[A-H][.．、])"
)
_GOES_ON = re.compile(r"[，、（(《“〔,]\s*$")
_DAY = re.compile(r"^[〇○OＯ零一二三四五六七八九\d]{4}\s?年.{1,4}月(.{1,4}日)?$")
_ENDS = re.compile(r"[。！？；：.!?;:]['\"”’）)】》]*$")


def opens(text: str) -> bool:
    """Return whether a line begins like a numbered clause or a heading."""
    return bool(_STARTS.match(text))


def ends(text: str) -> bool:
    """Return whether a text ends like a sentence or a listed item."""
    return bool(_ENDS.search(text.strip()))


def paragraphs(page_lines: Sequence[Line]) -> list[Block]:
    """Join wrapped lines into paragraphs, across pages and columns too.

    A line goes on in the next where it nearly fills its column and the next neither opens a numbered
    clause nor is set in by an indent; a different type size always begins anew.
    """
    blocks: list[list[Line]] = []
    columns = _extents(page_lines)
    for index, line in enumerate(page_lines):
        if blocks and _continues(blocks[-1], line, columns, index):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [paragraph(block) for block in blocks]


def paragraph(block: Sequence[Line]) -> Block:
    """Return lines as one paragraph, placed where it begins."""
    first = [line for line in block if line.page == block[0].page]
    same_column = [line for line in first if line.y0 >= block[0].y0 - 1]
    return Block(
        text=clean(join_wrapped([line.text for line in block])),
        page=block[0].page or None,
        box=Box(
            x0=round(min(line.x0 for line in same_column), 1),
            y0=round(min(line.y0 for line in same_column), 1),
            x1=round(max(line.x1 for line in same_column), 1),
            y1=round(max(line.y1 for line in same_column), 1),
        ),
        size=round(median(line.size for line in block), 1),
        doubtful=tuple(number for line in block for number in line.doubtful),
    )


def join_wrapped(texts: Sequence[str]) -> str:
    """Join the lines of a paragraph: a space only between Latin words, a hyphen at a line's end kept."""
    joined = ""
    for text in texts:
        text = text.strip(" \t")
        if (
            joined
            and text
            and joined[-1].isascii()
            and text[0].isascii()
            and (joined[-1].isalpha() or text[0].isalpha())
        ):
            joined += " " if joined[-1] != "-" else ""
        joined += text
    return joined


def _extents(page_lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return for each line the left and right edge of its column."""
    edges: dict[tuple[int, int], tuple[float, float]] = {}
    for line in page_lines:
        x0, x1 = edges.get((line.page, line.column), (line.x0, line.x1))
        edges[line.page, line.column] = (min(x0, line.x0), max(x1, line.x1))
    return [edges[line.page, line.column] for line in page_lines]


def _continues(block: Sequence[Line], line: Line, columns: Sequence[tuple[float, float]], index: int) -> bool:
    last = block[-1]
    size = max(last.size, 1.0)
    last_left, last_right = columns[index - 1]
    left, right = columns[index]
    if opens(line.text) and not _midnumber(last.text, line.text):
        return False
    if abs(last.size - line.size) > 0.18 * size and last.page == line.page:
        return False
    gap = line.y0 - last.y1 if last.page == line.page and line.y0 >= last.y0 else 0.0
    if (
        _GOES_ON.search(last.text)
        and gap < 3.6 * size
        and (line.x0 < block[0].x0 + 3 * size or last.page != line.page)
    ):
        return True
    if gap > 1.6 * size:
        return False
    if _DAY.match(line.text.strip()):
        return False
    if _centred(last, last_left, last_right) and _centred(line, left, right):
        return len(block) < 4 and not ends(last.text) and last.x1 - last.x0 > 0.4 * (last_right - last_left)
    if _centred(line, left, right) and last.x1 - last.x0 > 0.7 * (
        last_right - last_left
    ):  # a title of two lines
        return len(block) < 4 and not ends(last.text) and abs(last.size - line.size) < 0.06 * size
    if last.x0 > last_left + 0.4 * (last_right - last_left):  # set to the right: a signature, a day
        return False
    if last.x1 < last_right - max(2.2 * size, first_word(line) + 0.8 * size):  # it stops short of the margin
        return False
    indented = line.x0 > left + 1.2 * size
    return not (indented and ends(last.text)) and not (indented and line.x0 > block[0].x0 + 3 * size)


def _centred(line: Line, left: float, right: float) -> bool:
    """Return whether a line stands in the middle, well in from both margins."""
    size = max(line.size, 1.0)
    return (
        line.x0 > left + 2.4 * size
        and line.x1 < right - 2.4 * size
        and abs((line.x0 - left) - (right - line.x1)) < 2 * size
    )


def first_word(line: Line) -> float:
    """Return the width of what cannot be parted at the head of a line: a number, a Latin word."""
    found = re.match(r"[0-9A-Za-z.,%/+\-:：∶]*", line.text.strip())
    count = len(found[0]) if found else 0
    return count * 0.56 * line.size + (line.size if count else 0.0)


def _midnumber(last: str, text: str) -> bool:
    """Return whether `text` only looks like a numbered start because a number was wrapped: …达到 | 3.5%."""
    return bool(re.match(r"^\s*\d{1,2}[.．]\d", text)) or last.rstrip().endswith(("第", "（", "(", "〔"))


def largest(blocks: Sequence[Block]) -> str:
    """Return the text set in the largest type at a document's head, or nothing where no size stands out.

    A red head (…文件) is larger than the title below it and is passed over.
    """
    head = [
        b
        for b in blocks[:30]
        if b.table is None and b.size is not None and b.page in (None, 1, blocks[0].page)
    ]
    if len(head) < 2:
        return ""
    body = median(b.size for b in blocks if b.size is not None)
    for size in sorted({b.size for b in head if b.size is not None and b.size > 1.15 * body}, reverse=True):
        run: list[str] = []
        for block in head:
            if block.size is not None and abs(block.size - size) < 0.6:
                run.append(block.text)
            elif run:
                break
        text = join_wrapped(run)
        if 4 <= len(text) <= 100 and not _is_red_head(run) and not re.search(r"[。；]|[|｜].*[|｜]", text):
            return text
    return ""


_BODY_NAME = re.compile(
    r"[\u4e00-\u9fff（）()、\s\u3000]{2,60}(局|委员会|部|厅|政府|办公室|办公厅|中心|管委会|国务院|委|署|院|会|行)(文件)?"
)


def _is_red_head(run: Sequence[str]) -> bool:
    """Return whether lines are the red head over a document: the bodies that issue it, with 文件 after one or none."""
    return any(line.rstrip().endswith("文件") for line in run) or all(
        _BODY_NAME.fullmatch(line.strip()) for line in run
    )
