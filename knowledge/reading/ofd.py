"""OFD (GB/T 33190-2016, the fixed-layout format of Chinese offices) -> blocks. No maintained library reads it.

A zip of XML: OFD.xml -> Document.xml -> pages -> TextObject(Boundary, CTM) -> TextCode(X, Y, DeltaX, DeltaY).
Lengths are millimetres. Pictures, signatures and form fields are not read.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from knowledge.document import Hidden, Reading
from knowledge.errors import ReadingError
from knowledge.reading import grid, layout
from knowledge.reading.characters import clean
from knowledge.reading.colour import BLACK, WHITE, Colour, alike
from knowledge.reading.guard import Limits, open_zip, read_member, safe_xml
from knowledge.reading.layout import Line, Piece
from knowledge.reading.orders import orders_a_machine

_POINTS = 72 / 25.4
_AGAIN = "请用 OFD 阅读器打开后另存为 PDF 再上传"
_Element = etree._Element


def read(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return what an OFD shows.

    Raises:
        ReadingError: Damaged, encrypted, without pages, or without text.
    """
    archive = open_zip(data, name, limits)
    root = _part(archive, "OFD.xml", name)
    where = _text(root, "DocRoot")
    if not where:
        raise ReadingError(name, "OFD 里没有文档", _AGAIN)
    where = where.lstrip("/")
    document = _part(archive, where, name)
    folder = posixpath.dirname(where)
    pages = [p for p in _all(document, "Page") if p.get("BaseLoc")]
    if not pages:
        raise ReadingError(name, "OFD 里没有页面", _AGAIN)
    if len(pages) > limits.pages:
        raise ReadingError(name, f"共 {len(pages)} 页，超过上限 {limits.pages} 页", "请拆分后再上传")
    size = _numbers(_text(document, "PhysicalBox")) or [0, 0, 210, 297]
    templates = {t.get("ID") or "": t.get("BaseLoc") or "" for t in _all(document, "TemplatePage")}
    hidden: list[Hidden] = []
    lines: list[list[Line]] = []
    tables: list[list[grid.Ruled]] = []
    heights: list[float] = []
    for number, listed in enumerate(pages, start=1):
        page = _part(archive, _inside(folder, listed.get("BaseLoc") or ""), name)
        box = _numbers(_text(page, "PhysicalBox")) or size
        layers = [page]
        for used in _all(page, "Template"):
            base = templates.get(used.get("TemplateID") or "")
            if base:  # painted before the page, unless it says that it is on top
                at = len(layers) if used.get("ZOrder") == "Foreground" else 0
                layers.insert(at, _part(archive, _inside(folder, base), name))
        pieces, rules = _ink(layers, box, number, hidden)
        found = grid.tables(rules, pieces, page=number)
        free = [p for p in pieces if not any(t.holds((p.x0 + p.x1) / 2, (p.y0 + p.y1) / 2) for t in found)]
        lines.append(layout.lines(free, page=number))
        tables.append(found)
        heights.append(box[3] * _POINTS)
    from knowledge.reading.pdf import assemble

    blocks, contents = assemble(lines, tables, heights)
    if not blocks:
        raise ReadingError(name, "OFD 里没有读到文字（可能是扫描图片）", _AGAIN)
    title, largest = _text(root, "Title"), layout.largest(blocks)
    return Reading(
        kind="ofd",
        blocks=tuple(blocks),
        pages=len(pages),
        hidden=tuple(hidden),
        contents=tuple(contents),
        told={
            **({"file_title": clean(title)} if title.strip() else {}),
            **({"largest": largest} if largest else {}),
        },
    )


def _part(archive: zipfile.ZipFile, member: str, name: str) -> _Element:
    data = safe_xml(read_member(archive, member, name), name)
    try:
        return etree.fromstring(
            data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )
    except etree.XMLSyntaxError as error:
        raise ReadingError(name, "OFD 损坏：内部 XML 读不出来", _AGAIN) from error


def _inside(folder: str, location: str) -> str:
    """Return a member's name from a location, which is absolute or beside its document."""
    return (
        location.lstrip("/")
        if location.startswith("/")
        else posixpath.normpath(posixpath.join(folder, location))
    )


def _all(element: _Element, tag: str) -> Iterator[_Element]:
    return (
        found
        for found in element.iter()
        if isinstance(found.tag, str) and etree.QName(found).localname == tag
    )


def _text(element: _Element, tag: str) -> str:
    return next((found.text or "" for found in _all(element, tag)), "")


def _numbers(text: str | None) -> list[float]:
    found = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?", text or "")[:4000]]
    return [n for n in found if abs(n) < 1e6]


def _ink(
    layers: list[_Element], box: list[float], page: int, hidden: list[Hidden]
) -> tuple[list[Piece], list[grid.Rule]]:
    pieces: list[Piece] = []
    rules: list[grid.Rule] = []
    width, height = (box[2], box[3]) if len(box) == 4 else (210.0, 297.0)
    painted = [
        item
        for layer in layers
        for item in layer.iter()
        if isinstance(item.tag, str)
        and etree.QName(item).localname in ("TextObject", "PathObject", "ImageObject")
    ]
    areas = [(n, area) for n, item in enumerate(painted) if (area := _filled(item)) is not None]
    for n, item in enumerate(painted):
        kind = etree.QName(item).localname
        if kind == "TextObject":
            found = list(_pieces(item))
            if why := _why(item, found, width, height) or _why_by_colour(item, n, areas):
                said = clean("".join(piece.text for piece in found))
                if said:
                    hidden.append(
                        Hidden(text=said, why=why, page=page, instruction_like=orders_a_machine(said))
                    )
            else:
                pieces += found
        elif kind == "PathObject":
            at = _numbers(item.get("Boundary"))
            if len(at) == 4 and min(at[2], at[3]) < 1.0 and max(at[2], at[3]) > 2.0:
                x, y, w, h = (n * _POINTS for n in at)
                rules.append(grid.Rule(x, y, x + w, y + h))
    return pieces, rules


@dataclass(frozen=True)
class _Area:
    """A part of the page that something paints, in millimetres."""

    place: tuple[float, float, float, float]
    colour: Colour | None
    """None for a picture, whose colours are not known."""

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        left, top, wide, high = self.place
        return left <= x <= left + wide and top <= y <= top + high


def _filled(item: _Element) -> _Area | None:
    """Return what a path or a picture paints over; None for a line, an outline or a text."""
    at = _numbers(item.get("Boundary"))
    kind = etree.QName(item).localname
    if kind == "TextObject" or len(at) != 4 or min(at[2], at[3]) < 2.0:
        return None
    place = (at[0], at[1], at[2], at[3])
    if kind == "ImageObject":
        return _Area(place, None)
    steps = re.findall(r"[A-Za-z]", _text(item, "AbbreviatedData"))
    if (item.get("Fill") or "false").lower() != "true" or len(steps) > 7 or set(steps) & set("QBAqba"):
        return None  # a seal or a sign leaves more of its box free than it fills
    return _Area(place, _colour(item) or BLACK)


def _colour(item: _Element) -> Colour | None:
    """Return the colour an object is filled with; None where it names none of its own."""
    told = next((_numbers(c.get("Value")) for c in item if etree.QName(c).localname == "FillColor"), [])
    if len(told) == 1:
        told = [told[0]] * 3
    if len(told) != 3:
        return None
    red, green, blue = (min(255, max(0, round(n))) for n in told)
    return red, green, blue


def _why_by_colour(item: _Element, order: int, areas: list[tuple[int, _Area]]) -> str:
    """Return why a text cannot be told from what is painted beneath it, or is painted over."""
    at = _numbers(item.get("Boundary"))
    if len(at) != 4:
        return ""
    x, y = at[0] + min(at[2] / 2, 5.0), at[1] + at[3] / 2
    around = [(n, area) for n, area in areas if area.holds(x, y)]
    if any(n > order and area.colour is not None for n, area in around):
        return "被遮盖的文字"
    beneath = [area.colour for n, area in around if n < order]
    ground = beneath[-1] if beneath else WHITE
    ink = _colour(item) or BLACK
    if ground is None or not alike(ink, ground):
        return ""
    return "白色文字" if alike(ink, WHITE) else "与底色同色的文字"


def _why(item: _Element, pieces: list[Piece], width: float, height: float) -> str:
    """Return why a text object is not seen, or nothing."""
    if (item.get("Visible") or "true").lower() == "false":
        return "不可见文字"
    alphas = [item.get("Alpha"), *(c.get("Alpha") for c in item if etree.QName(c).localname == "FillColor")]
    if any((_numbers(alpha) or [255])[0] < 25 for alpha in alphas):
        return "透明文字"
    if (_numbers(item.get("Size")) or [10])[0] * _scale(item) < 1.0:
        return "字号过小的文字"
    if (_numbers(item.get("HScale")) or [1.0])[0] < 0.15:
        return "压成一线的文字"
    own = _numbers(item.get("Boundary"))
    clips = [path.get("Boundary") for clip in _all(item, "Clips") for path in _all(clip, "Path")]
    if (len(own) == 4 and min(own[2:]) < 0.2) or any(
        len(at) == 4 and max(at[2:]) < 0.5 for at in map(_numbers, clips)
    ):
        return "裁切为空的文字"
    matrix = _numbers(item.get("CTM"))
    if len(matrix) == 6 and 10 < math.degrees(math.atan2(matrix[1], matrix[0])) % 90 < 80:
        return "斜排的水印文字"
    if (item.get("Fill") or "true").lower() == "false" and item.get("Stroke") != "true":
        return "白色文字"
    if pieces and all(
        not (0 <= p.x0 <= width * _POINTS and 0 <= p.y1 <= height * _POINTS + 5) for p in pieces
    ):
        return "页面之外的文字"
    return ""


def _scale(item: _Element) -> float:
    matrix = _numbers(item.get("CTM"))
    return max(abs(matrix[3]), abs(matrix[1])) if len(matrix) == 6 else 1.0


def _pieces(item: _Element) -> Iterator[Piece]:
    """Give the characters of a text object, run together where they stand side by side."""
    at = _numbers(item.get("Boundary"))
    if len(at) != 4:
        return
    size = (_numbers(item.get("Size")) or [3.5])[0]
    matrix = _numbers(item.get("CTM"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1, 0, 0, 1, 0, 0)
    x = y = 0.0
    for code in _all(item, "TextCode"):
        x = (_numbers(code.get("X")) or [x])[0]
        y = (_numbers(code.get("Y")) or [y])[0]
        text = code.text or ""
        across, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
        tall = size * max(abs(d), abs(b), 0.01)
        for n, char in enumerate(text):
            left = (a * x + c * y + e + at[0]) * _POINTS
            base = (b * x + d * y + f + at[1]) * _POINTS
            wide = tall * (0.5 if char.isascii() else 1.0) * _POINTS
            if not char.isspace():
                yield Piece(
                    char, left, base - 0.86 * tall * _POINTS, left + wide, base + 0.14 * tall * _POINTS
                )
            x += (
                across[n]
                if n < len(across)
                else (size * (0.5 if char.isascii() else 1.0) if not down else 0.0)
            )
            y += down[n] if n < len(down) else 0.0


def _deltas(told: str | None, count: int) -> list[float]:
    """Return the distances between characters: `g 3 5.5` stands for 5.5 three times."""
    found: list[float] = []
    parts = (told or "").split()
    n = 0
    while n < len(parts) and len(found) <= count:
        if parts[n] == "g" and n + 2 < len(parts) and parts[n + 1].isdigit():
            found += _numbers(parts[n + 2]) * min(int(parts[n + 1]), count)
            n += 3
        else:
            found += _numbers(parts[n])
            n += 1
    return found
