"""Why a run of a Word file is not seen: hidden, too small, of the colour of its ground, off the page, in a branch not shown."""

import re
from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from knowledge.reading.colour import BLACK, WHITE, Colour, alike, from_css, from_hex, over

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_Element = etree._Element
_Chain = Callable[[str | None], Iterator[_Element]]
"""A style's name -> the style and those it is based on."""

_SMALLEST = 4
"""Half points at or under which type is set not to be read."""
_NARROWEST = 15
"""Per cent of its width at which a character is a line."""
_LOWEST = 40
"""Twentieths of a point under which a line or a row shows nothing."""
_OFF = 4000
"""Twentieths of a point to the left of the margin, or above the page: no margin is so wide."""
_FAR = 32_000
_EMU = 635
"""English metric units in a twentieth of a point."""


class Sight:
    """What can be seen of a document: needs its theme and the colour of its pages."""

    def __init__(self, theme: _Element | None, page: Colour | None) -> None:
        self._page = page or WHITE
        self._theme = dict(_THEME)
        for slot in theme.iter(*(f"{_A}{name}" for name in _SLOTS)) if theme is not None else ():
            told = next((c.get("lastClr") or c.get("val") or "" for c in slot), "")
            if (colour := from_hex(told)) is not None:
                for name in _SLOTS[etree.QName(slot).localname]:
                    self._theme[name] = colour

    def why(self, run: _Element, looks: Sequence[_Element], paragraph: _Element, chain: _Chain) -> str:
        """Return why a run is not seen, or nothing.

        Args:
            run: The run.
            looks: Its own properties, then those of its styles.
            paragraph: Where it stands.
            chain: How to look up a table's style.
        """
        return _itself(looks) or _around(run, paragraph) or self._by_colour(looks, paragraph, chain)

    def _by_colour(self, looks: Sequence[_Element], paragraph: _Element, chain: _Chain) -> str:
        ink = self._ink(looks)
        if ink is None:
            return ""
        ground = self._ground(looks, paragraph, chain)
        if ground is None or not alike(ink, ground):
            return ""
        return "白色文字" if alike(ink, WHITE) else "与底色同色的文字"

    def _ink(self, looks: Sequence[_Element]) -> Colour | None:
        """Return the colour of a run; None where Word chooses one that shows."""
        for look in looks:
            filled = next((e for e in look if _local(e) == "textFill"), None)
            if filled is not None:
                named = next((e for e in filled.iter() if _local(e) in ("srgbClr", "schemeClr")), None)
                return self._named(named) if named is not None else None
            told = look.find(f"{_W}color")
            if told is not None:
                return self._told(told, "val", "themeColor")
        return None

    def _named(self, colour: _Element) -> Colour | None:
        told = next((value for key, value in colour.attrib.items() if str(key).endswith("val")), "")
        return from_hex(str(told)) or self._theme.get(str(told))

    def _told(self, element: _Element, value: str, theme: str) -> Colour | None:
        themed = self._theme.get(element.get(f"{_W}{theme}") or "")
        plain = from_hex(element.get(f"{_W}{value}") or "")
        shifted = any(element.get(f"{_W}{theme.replace('Color', part)}") for part in ("Tint", "Shade"))
        return plain if shifted or themed is None else themed

    def _ground(self, looks: Sequence[_Element], paragraph: _Element, chain: _Chain) -> Colour | None:
        """Return what a run stands on; None where a picture or a table's style makes it unknown."""
        mark = _first(looks, "highlight")
        if mark is not None and (told := mark.get(f"{_W}val")) in _MARKERS:
            return _MARKERS[told]
        own = [_first(looks, "shd"), paragraph.find(f"{_W}pPr/{_W}shd")]
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        own += [
            s.find(f"{_W}pPr/{_W}shd") for s in chain(style.get(f"{_W}val") if style is not None else None)
        ]
        for shade in own:
            if (colour := self._shade(shade)) is not None:
                return colour
        for above in paragraph.iterancestors():
            if (
                above.tag == f"{_W}tc"
                and (colour := self._shade(above.find(f"{_W}tcPr/{_W}shd"))) is not None
            ):
                return colour
            if above.tag == f"{_W}tbl":
                if (colour := self._shade(above.find(f"{_W}tblPr/{_W}shd"))) is not None:
                    return colour
                named = above.find(f"{_W}tblPr/{_W}tblStyle")
                styles = chain(named.get(f"{_W}val") if named is not None else None)
                if any(self._shade(shade) is not None for s in styles for shade in s.iter(f"{_W}shd")):
                    return None
            if above.tag == f"{_W}txbxContent":
                return self._shape(above)
        return self._page

    def _shade(self, shade: _Element | None) -> Colour | None:
        if shade is None:
            return None
        fill = self._told(shade, "fill", "themeFill")
        kind = shade.get(f"{_W}val") or "clear"
        front = self._told(shade, "color", "themeColor") or BLACK
        if kind == "solid":
            return front
        if share := re.fullmatch(r"pct(\d{1,2})", kind):
            return over(front, int(share[1]) / 100, fill or WHITE)
        return fill if kind in ("clear", "nil") else None

    def _shape(self, box: _Element) -> Colour | None:
        """Return the fill of the shape whose text this is."""
        for above in box.iterancestors():
            name = _local(above)
            if name in ("shape", "rect", "roundrect", "oval"):
                told = from_css(above.get("fillcolor") or "white")
                return told[0] if told and above.get("filled") not in ("f", "false") else self._page
            if name == "wsp":
                drawn = next((e for e in above if _local(e) == "spPr"), None)
                if drawn is None or any(_local(e) == "noFill" for e in drawn):
                    return self._page
                solid = next((e for e in drawn if _local(e) == "solidFill"), None)
                named = next(iter(solid), None) if solid is not None else None
                if named is not None:
                    return self._named(named)
                styled = any(_local(e) == "style" for e in above) or any(
                    _local(e).endswith("Fill") for e in drawn
                )
                return None if styled else self._page
        return self._page


def _itself(looks: Sequence[_Element]) -> str:
    """Return why a run is not seen for what it is itself."""
    if _on(_first(looks, "vanish")) or _on(_first(looks, "webHidden")) or _on(_first(looks, "specVanish")):
        return "隐藏文字"
    if _on(_first(looks, "strike")) or _on(_first(looks, "dstrike")):
        return "已划去的文字（删除线）"
    size = _first(looks, "sz")
    if size is not None and _number(size.get(f"{_W}val"), 24) <= _SMALLEST:
        return "字号过小的文字"
    wide = _first(looks, "w")
    if wide is not None and _number(wide.get(f"{_W}val"), 100) <= _NARROWEST:
        return "压成一线的文字"
    for look in looks:
        filled = next((e for e in look if _local(e) == "textFill"), None)
        if filled is not None:
            alphas = [_attribute(e, "val") for e in filled.iter() if _local(e) == "alpha"]
            if any(_local(e) == "noFill" for e in filled) or any(_number(a, 0) >= 95_000 for a in alphas):
                return "透明文字"
            break
    return ""


def _around(run: _Element, paragraph: _Element) -> str:
    """Return why nothing that stands where a run does is seen: by frame, indent, line height, row, shape or branch."""
    look = paragraph.find(f"{_W}pPr")
    if look is not None and (why := _placed(look)):
        return why
    for above in run.iterancestors():
        name = _local(above)
        if name == "tr" and (why := _row(above)):
            return why
        if name == "Choice" and not understood(above):
            return "未采用的备选内容"
        if name in ("shape", "rect", "roundrect", "oval", "group") and (
            why := _drawn(above.get("style") or "")
        ):
            return why
        if name in ("anchor", "inline") and (why := _anchored(above)):
            return why
    return ""


def _placed(look: _Element) -> str:
    frame = look.find(f"{_W}framePr")
    if frame is not None:
        x, y = (_number(frame.get(f"{_W}{axis}"), 0) for axis in "xy")
        if min(x, y) <= -_OFF or max(x, y) >= _FAR:
            return "页面之外的文字"
        if frame.get(f"{_W}hRule") == "exact" and _number(frame.get(f"{_W}h"), 240) <= _LOWEST:
            return "高度为 0 的文字"
        if 0 < _number(frame.get(f"{_W}w"), 240) <= _LOWEST:
            return "宽度为 0 的文字"
    indent = look.find(f"{_W}ind")
    if indent is not None:
        left = _number(indent.get(f"{_W}left") or indent.get(f"{_W}start"), 0)
        first = _number(indent.get(f"{_W}firstLine"), 0) - _number(indent.get(f"{_W}hanging"), 0)
        if left <= -_OFF or left >= _FAR or left + first <= -_FAR:
            return "页面之外的文字"
    spacing = look.find(f"{_W}spacing")
    if (
        spacing is not None
        and spacing.get(f"{_W}lineRule") == "exact"
        and _number(spacing.get(f"{_W}line"), 240) <= _LOWEST
    ):
        return "高度为 0 的文字"
    return ""


def _row(row: _Element) -> str:
    if _on(row.find(f"{_W}trPr/{_W}hidden")):
        return "隐藏的表格行"
    height = row.find(f"{_W}trPr/{_W}trHeight")
    if (
        height is not None
        and height.get(f"{_W}hRule") == "exact"
        and _number(height.get(f"{_W}val"), 240) <= _LOWEST
    ):
        return "高度为 0 的文字"
    return ""


def _drawn(style: str) -> str:
    """Return why a VML shape of this style shows nothing."""
    told = {k.strip(): v.strip() for k, _, v in (part.partition(":") for part in style.lower().split(";"))}
    if told.get("visibility") == "hidden" or told.get("display") == "none":
        return "隐藏的文本框"
    if any(_points(told.get(side, "")) <= -400 for side in ("left", "top", "margin-left", "margin-top")):
        return "页面之外的文字"
    if any(side in told and _points(told[side]) < 2 for side in ("width", "height")):
        return "高度或宽度为 0 的文本框"
    return ""


def _points(told: str) -> float:
    found = re.match(r"(-?\d*\.?\d+)(pt|in|cm|mm|px)?", told)
    if found is None:
        return 100.0
    return float(found[1]) * {"in": 72, "cm": 28.35, "mm": 2.835, "px": 0.75}.get(found[2] or "pt", 1)


def _anchored(anchor: _Element) -> str:
    shown = next((e for e in anchor if _local(e) == "docPr"), None)
    if shown is not None and shown.get("hidden") in ("1", "true"):
        return "隐藏的文本框"
    extent = next((e for e in anchor if _local(e) == "extent"), None)
    if extent is not None and min(_number(extent.get(s), 99_999_999) for s in ("cx", "cy")) <= _LOWEST * _EMU:
        return "高度或宽度为 0 的文本框"
    for offset in anchor.iter():
        if _local(offset) == "posOffset" and abs(_number((offset.text or "").strip(), 0)) >= 12 * 914_400:
            return "页面之外的文字"
    return ""


def understood(choice: _Element) -> bool:
    """Return whether Word shows this branch: it knows all that the branch requires."""
    needs = (choice.get("Requires") or "").split()
    return all(
        (choice.nsmap.get(prefix) or "").startswith(
            ("http://schemas.microsoft.com/", "http://schemas.openxmlformats.org/")
        )
        for prefix in needs
    )


def shown_elsewhere(fallback: _Element) -> bool:
    """Return whether a fallback is not shown, since a branch before it is."""
    return any(understood(e) for e in fallback.itersiblings(f"{_MC}Choice", preceding=True))


def page_colour(document: _Element) -> Colour | None:
    """Return the colour a document gives its pages, None where it gives none."""
    told = document.find(f"{_W}background")
    return from_hex(told.get(f"{_W}color") or "") if told is not None else None


def _first(looks: Sequence[_Element], tag: str) -> _Element | None:
    return next((found for look in looks if (found := look.find(f"{_W}{tag}")) is not None), None)


def _on(element: _Element | None) -> bool:
    return element is not None and (element.get(f"{_W}val") or "true").lower() not in (
        "0",
        "false",
        "off",
        "none",
    )


def _number(told: str | None, default: int) -> int:
    found = re.match(r"-?\d{1,9}", told or "")
    return int(found[0]) if found else default


def _attribute(element: _Element, name: str) -> str:
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")


def _local(element: _Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


_SLOTS = {
    "lt1": ("background1", "light1", "bg1", "lt1"), "dk1": ("text1", "dark1", "tx1", "dk1"),
    "lt2": ("background2", "light2", "bg2", "lt2"), "dk2": ("text2", "dark2", "tx2", "dk2"),
    **{f"accent{n}": (f"accent{n}",) for n in range(1, 7)},
}  # fmt: skip
_THEME: dict[str, Colour] = {
    **dict.fromkeys(_SLOTS["lt1"], WHITE),
    **dict.fromkeys(_SLOTS["dk1"], BLACK),
    **dict.fromkeys(_SLOTS["lt2"], (0xEE, 0xEC, 0xE1)),
    **dict.fromkeys(_SLOTS["dk2"], (0x1F, 0x49, 0x7D)),
}
_MARKERS: dict[str | None, Colour] = {
    "yellow": (255, 255, 0), "green": (0, 255, 0), "cyan": (0, 255, 255), "magenta": (255, 0, 255), "blue": (0, 0, 255),
    "red": (255, 0, 0), "darkBlue": (0, 0, 128), "darkCyan": (0, 128, 128), "darkGreen": (0, 128, 0), "darkMagenta": (128, 0, 128),
    "darkRed": (128, 0, 0), "darkYellow": (128, 128, 0), "darkGray": (128, 128, 128), "lightGray": (192, 192, 192),
    "black": BLACK, "white": WHITE,
}  # fmt: skip
