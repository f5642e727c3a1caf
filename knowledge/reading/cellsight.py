"""Why a cell of a workbook is not seen: ink of the colour of its ground, a format that shows nothing, type too small."""

import colorsys
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from knowledge.reading.colour import BLACK, WHITE, Colour, alike, from_hex

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.styles.colors import Color
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SMALLEST = 2.0
"""Points at or under which type is set not to be read."""
LOWEST = 1.5
"""Points at or under which a row shows nothing."""
NARROWEST = 0.3
"""Characters at or under which a column shows nothing."""
_BY_COLOUR = ("白色文字", "与底色同色的文字")
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)))
_PLAIN: Mapping[str, Colour] = {
    "lt1": WHITE, "dk1": BLACK, "lt2": (0xEE, 0xEC, 0xE1), "dk2": (0x1F, 0x49, 0x7D),
}  # fmt: skip


class Sight:
    """What can be seen in a workbook's cells; needs its theme."""

    def __init__(self, book: "Workbook") -> None:
        self._theme = dict(_PLAIN)
        self._looks: dict[int, str] = {}
        """Why a style of the workbook hides its cells, worked out once for each."""
        told = book.loaded_theme or b""
        text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        for slot, inner in re.findall(r"<a:(lt1|dk1|lt2|dk2|accent\d)>(.{0,300}?)</a:\1>", text, re.DOTALL):
            found = re.search(r"lastClr=\"(\w{6})\"", inner) or re.search(r"srgbClr val=\"(\w{6})\"", inner)
            if found and (colour := from_hex(found[1])) is not None:
                self._theme[slot] = colour

    def why(self, cell: "Cell | MergedCell") -> str:
        """Return why what a cell holds is not seen, or nothing."""
        if not cell.has_style:
            return ""
        if blank(cell.number_format or "General", cell.value):
            return "格式不显示的单元格"
        if (look := cell.style_id) not in self._looks:
            self._looks[look] = self._by_look(cell)
        why = self._looks[look]
        return "" if why in _BY_COLOUR and _painted(cell) else why

    def _by_look(self, cell: "Cell | MergedCell") -> str:
        font = cell.font
        if font is None:
            return ""
        if font.strike:
            return "已划去的文字（删除线）"
        if font.sz is not None and font.sz <= SMALLEST:
            return "字号过小的文字"
        ink = self._colour(font.color, BLACK)
        ground = self._ground(cell)
        if ink is None or ground is None or not alike(ink, ground):
            return ""
        return _BY_COLOUR[0] if alike(ink, WHITE) else _BY_COLOUR[1]

    def _ground(self, cell: "Cell | MergedCell") -> Colour | None:
        fill = cell.fill
        kind = getattr(fill, "fill_type", None)
        if kind in (None, "none"):
            return WHITE
        return self._colour(fill.fgColor, WHITE) if kind == "solid" else None

    def _colour(self, told: "Color | None", default: Colour) -> Colour | None:
        """Return a colour; the default where none is told, None where it is not known here."""
        if told is None:
            return default
        if told.type == "rgb":
            return from_hex(str(told.rgb))
        if told.type == "indexed":
            from openpyxl.styles.colors import COLOR_INDEX

            number = int(told.indexed)
            if number in (64, 65):  # what the system writes with, and on
                return default
            return from_hex(COLOR_INDEX[number]) if 0 <= number < len(COLOR_INDEX) else None
        if told.type == "theme" and 0 <= int(told.theme) < len(_THEME):
            base = self._theme.get(_THEME[int(told.theme)])
            return _tinted(base, float(told.tint or 0)) if base is not None else None
        return None


def _tinted(colour: Colour, tint: float) -> Colour:
    hue, light, strength = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue, light, strength))
    return red, green, blue


def _painted(cell: "Cell | MergedCell") -> bool:
    """Return whether a table's style or a condition may paint the ground of a cell."""
    sheet: Any = cell.parent
    if any(_inside(cell, table.ref) for table in sheet.tables.values()):
        return True
    return any(
        _inside(cell, str(span)) for rules in sheet.conditional_formatting for span in rules.sqref.ranges
    )


def _inside(cell: "Cell | MergedCell", area: str) -> bool:
    from openpyxl.utils import range_boundaries

    left, top, right, bottom = range_boundaries(area)
    row, column = cell.row or 1, cell.column or 1
    return (left or 1) <= column <= (right or column) and (top or 1) <= row <= (bottom or row)


def blank(form: str, value: object) -> bool:
    """Return whether a number format shows nothing for a value: ;;; shows none, ;;;@ texts alone."""
    parts = re.sub(r"\"[^\"]*\"", "x", form).split(";")
    if len(parts) < 2:
        return False
    if isinstance(value, str):
        shown = parts[3] if len(parts) > 3 else "@"
    elif isinstance(value, int | float):
        zero = parts[2] if len(parts) > 2 else parts[0]
        shown = parts[0] if value > 0 else parts[1] if value < 0 else zero
    else:
        shown = parts[0]
    return not shown.strip()


def flat_rows(sheet: "Worksheet") -> set[int]:
    """Return the rows that are hidden or so low that they show nothing."""
    return {
        n
        for n, row in sheet.row_dimensions.items()
        if row.hidden or (row.height is not None and row.height <= LOWEST)
    }


def narrow_columns(sheet: "Worksheet") -> set[int]:
    """Return the columns that are hidden or so narrow that they show nothing."""
    return {
        n
        for column in sheet.column_dimensions.values()
        if column.hidden or (column.width is not None and column.width <= NARROWEST)
        for n in _reach(column.min, column.max)
    }


def _reach(first: int | None, last: int | None) -> Iterator[int]:
    yield from range(first or 0, (last or 0) + 1)


def why_old(book: Any, cell: Any) -> str:
    """Return why a cell of an old workbook, as xlrd gives both, is not seen, or nothing."""
    try:
        look = book.xf_list[cell.xf_index]
        font = book.font_list[look.font_index]
        form = book.format_map[look.format_key].format_str
    except (IndexError, KeyError, TypeError):
        return ""
    if blank(form, cell.value):
        return "格式不显示的单元格"
    if font.struck_out:
        return "已划去的文字（删除线）"
    if font.height <= 20 * SMALLEST:
        return "字号过小的文字"
    painted = look.background.fill_pattern
    ink = book.colour_map.get(font.colour_index) or BLACK
    ground = (book.colour_map.get(look.background.pattern_colour_index) or WHITE) if painted == 1 else WHITE
    if painted > 1 or not alike(ink, ground):
        return ""
    return _BY_COLOUR[0] if alike(ink, WHITE) else _BY_COLOUR[1]


def flat_old_rows(sheet: Any) -> set[int]:
    """Return the rows of an old sheet that are hidden or too low, counted from 1."""
    return {
        n + 1
        for n, row in sheet.rowinfo_map.items()
        if row.hidden or (0 <= row.height <= 20 * LOWEST and not row.has_default_height)
    }


def narrow_old_columns(sheet: Any) -> set[int]:
    """Return the columns of an old sheet that are hidden or too narrow, counted from 1."""
    return {
        n + 1 for n, column in sheet.colinfo_map.items() if column.hidden or column.width <= 256 * NARROWEST
    }
