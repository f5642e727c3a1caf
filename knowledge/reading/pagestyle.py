"""What the styles of a saved page hide: its own rules cascaded, each element's colour held against its ground.

    div.a > p {visibility: hidden}        by any selector, in any spelling, on the screen
    color: var(--c) on #fff               ink that cannot be told from the ground it stands on
    left: -9999px, scale(0), 1px boxes    what is moved out, shrunk or cut away

Styles that a page fetches are not at hand; where they may paint a ground or an ink, nothing is held to be hidden by it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import cssselect
import tinycss2
from lxml import etree

from knowledge.reading.colour import BLACK, WHITE, Colour, alike, from_css, over

_Element = etree._Element
_MAX_RULES = 4000
_MAX_MATCHES = 400_000
_WATCHED = frozenset(
    {
        "display", "visibility", "opacity", "color", "background", "background-color", "background-image", "font-size",
        "font", "position", "left", "top", "right", "bottom", "margin", "margin-left",
        "margin-top", "text-indent", "clip", "clip-path", "width", "height", "max-width", "max-height",
        "overflow", "overflow-x", "overflow-y", "transform", "scale", "filter", "content-visibility", "text-decoration",
        "text-decoration-line", "mso-hide", "-webkit-text-fill-color",
    }
)  # fmt: skip
_STRUCK = frozenset({"del", "s", "strike"})
_TINY = 1.5
"""Pixels at or under which type is set not to be read."""
_AWAY = -400.0
"""Pixels beyond the edge at which something is moved out of the page."""


class Styles:
    """The styles of one page."""

    def __init__(self, root: _Element) -> None:
        self._declared: dict[_Element, dict[str, str]] = {}
        self._owned: dict[_Element, dict[str, str]] = {}
        self._fetched = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
        self._cascade(root)

    def why(self, element: _Element) -> str:
        """Return why an element and all in it cannot be seen, or nothing."""
        if element.get("hidden") is not None:
            return "hidden 属性"
        if element.tag == "dialog" and element.get("open") is None:
            return "未打开的对话框"
        if element.tag in _STRUCK:
            return "已划去的文字（删除线）"
        told = self._own(element)
        if told:
            for rule in (_not_shown, _moved, _shrunk):
                if why := rule(told):
                    return why
        if {"font", "font-size"} & told.keys() and self._too_small(element):
            return "字号为 0"
        if _inks(element, told):
            return self._unseen(element)
        return ""

    # The cascade

    def _cascade(self, root: _Element) -> None:
        present = {
            name for e in root.iter() if isinstance(e.tag, str) for name in (e.get("class") or "").split()
        }
        present |= {e.get("id") or "" for e in root.iter() if isinstance(e.tag, str)}
        ranked: dict[_Element, list[tuple[bool, tuple[int, int, int], int, str, str]]] = {}
        matches = 0
        for order, (selectors, declared) in enumerate(_rules(root)):
            if order > _MAX_RULES or matches > _MAX_MATCHES:
                break
            for path, rank in _paths(selectors, present):
                try:
                    found = root.xpath(path)
                except etree.XPathError:
                    continue
                for element in found if isinstance(found, list) else ():
                    if not isinstance(element, _Element):
                        continue
                    matches += 1
                    ranked.setdefault(element, []).extend(
                        (important, rank, order, name, value) for name, value, important in declared
                    )
        for element, told in ranked.items():
            self._declared[element] = {name: value for _, _, _, name, value in sorted(told)}

    def _own(self, element: _Element) -> dict[str, str]:
        """Return what holds for an element by the page's rules and its own `style`; worked out once."""
        if (known := self._owned.get(element)) is not None:
            return known
        told = self._declared.get(element, {})
        style = element.get("style")
        own = {name: value for name, value, _ in _declarations(style)} if style else {}
        whole = {**told, **own}
        self._owned[element] = {name: self._resolved(value, element) for name, value in whole.items()}
        return self._owned[element]

    def _resolved(self, value: str, element: _Element) -> str:
        """Return a value with its variables filled in, as far as any is told around the element."""
        for _ in range(5):
            found = re.search(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)", value)
            if found is None:
                break
            value = value.replace(found[0], self._variable(found[1], element) or (found[2] or "").strip())
        return value

    def _variable(self, name: str, element: _Element) -> str:
        for above in (element, *element.iterancestors()):
            style = above.get("style")
            own = {n: v for n, v, _ in _declarations(style)} if style else {}
            if (told := own.get(name) or self._declared.get(above, {}).get(name)) is not None:
                return told
        return ""

    # Size and colour, which are inherited

    def _too_small(self, element: _Element) -> bool:
        """Return whether type is too small to read, here and in all within."""
        if self._size(element) > _TINY:
            return False
        if _says(element):
            return True
        return not any(
            {"font", "font-size"} & self._own(inner).keys() and self._size(inner) > _TINY
            for inner in element.iterdescendants()
            if isinstance(inner.tag, str)
        )

    def _size(self, element: _Element) -> float:
        """Return the size of type in pixels."""
        chain = [element, *element.iterancestors()]
        size = 16.0
        for at in reversed(chain[:60]):
            told = self._own(at)
            own = told.get("font-size") or _size_of_font(told.get("font", ""))
            size = _sized(own, size) if own else size
        return size

    def _unseen(self, element: _Element) -> str:
        """Return why the ink of an element's text does not show."""
        ink = self._ink(element)
        ground = self._ground(element)
        if ink is None or ground is None:
            return ""
        colour, alpha = ink
        if alpha >= 0.1 and not alike(over(colour, alpha, ground), ground):
            return ""
        if not _says(element) and any(
            _inks(inner, self._own(inner)) and not self._unseen(inner)
            for inner in element.iterdescendants()
            if isinstance(inner.tag, str)
        ):
            return ""
        if alpha < 0.1:
            return "透明"
        return "白色文字" if alike(colour, WHITE) else "与底色同色的文字"

    def _ink(self, element: _Element) -> tuple[Colour, float] | None:
        for at in (element, *element.iterancestors()):
            told = self._own(at)
            value = told.get("-webkit-text-fill-color") or told.get("color") or ""
            if not value and at.tag == "font":
                value = re.sub(r"^(?=[0-9a-fA-F]{6}$|[0-9a-fA-F]{3}$)", "#", at.get("color") or "")
            if value and value not in ("inherit", "currentcolor", "initial", "unset"):
                return from_css(value)
        return None if self._fetched else (BLACK, 1.0)

    def _ground(self, element: _Element) -> Colour | None:
        """Return the colour painted behind an element, white where none is; None behind pictures and gradients."""
        for at in (element, *element.iterancestors()):
            told = self._own(at)
            painted = f"{told.get('background', '')} {told.get('background-image', '')}"
            if "url(" in painted or "gradient" in painted or at.get("background"):
                return None
            named = told.get("background-color") or told.get("background") or at.get("bgcolor") or ""
            for part in _parts(named):
                found = from_css(part)
                if found is not None and found[1] > 0.5:
                    return found[0]
        return WHITE


def _inks(element: _Element, told: dict[str, str]) -> bool:
    """Return whether an element chooses an ink or a ground."""
    return bool(
        {"color", "-webkit-text-fill-color", "background", "background-color"} & told.keys()
        or element.get("bgcolor")
        or (element.tag == "font" and element.get("color"))
    )


def _says(element: _Element) -> bool:
    """Return whether an element has text of its own, not only in elements within it."""
    return bool((element.text or "").strip() or any((inner.tail or "").strip() for inner in element))


# What one element's declarations hide --------------------------------------------------------------------------


def _not_shown(told: dict[str, str]) -> str:
    if (
        told.get("display") == "none"
        or told.get("mso-hide") == "all"
        or told.get("content-visibility") == "hidden"
    ):
        return "display:none"
    if told.get("visibility") in ("hidden", "collapse"):
        return "visibility:hidden"
    if _number(told.get("opacity"), 1.0) < 0.1:
        return "透明"
    faded = re.search(r"opacity\(\s*(\d*\.?\d+)(%?)", told.get("filter", ""))
    if faded and float(faded[1]) / (100 if faded[2] else 1) < 0.1:
        return "透明"
    if "line-through" in f"{told.get('text-decoration', '')}{told.get('text-decoration-line', '')}":
        return "已划去的文字（删除线）"
    return ""


def _moved(told: dict[str, str]) -> str:
    sides = ["text-indent"]
    if told.get("position", "static") != "static":
        sides += ["left", "right", "top", "bottom"]
    if any(_pixels(told.get(side, "")) <= _AWAY for side in sides):
        return "移出页面"
    margins = told.get("margin", "").split()
    centred = any("%" in told.get(side, "") for side in ("left", "right", "top", "bottom"))
    around = [told.get("margin-left", ""), told.get("margin-top", ""), *margins[:1], *margins[3:4]]
    if not centred and any(
        _pixels(side) <= 2 * _AWAY for side in around
    ):  # left: 50% and half the width back is a centre
        return "移出页面"
    shift = re.search(r"translate(?:x|y|3d)?\(\s*(-[\d.]+\w*|-[\d.]+%)", told.get("transform", ""))
    return "移出页面" if shift and _pixels(shift[1]) <= _AWAY else ""


def _shrunk(told: dict[str, str]) -> str:
    scale = re.search(r"scale(?:x|y|3d)?\(\s*(-?\d*\.?\d+)", told.get("transform", ""))
    if (scale and abs(float(scale[1])) < 0.1) or _number(told.get("scale"), 1.0) < 0.1:
        return "缩小为 0"
    clip = told.get("clip", "") + told.get("clip-path", "")
    if re.search(r"rect\(\s*0(?:px)?[\s,]+(?:0|1)(?:px)?[\s,]|circle\(\s*0", clip):
        return "裁切为空"
    if (inset := re.search(r"inset\(\s*(\d+)%", clip)) and int(inset[1]) >= 50:
        return "裁切为空"
    if re.match(
        r"hidden|clip", told.get("overflow") or told.get("overflow-x") or told.get("overflow-y") or ""
    ):
        sides = ("height", "width", "max-height", "max-width")
        if any(side in told and 0 <= _pixels(told[side]) <= 2 for side in sides):
            return "高度或宽度为 0"
    return ""


_UNITS = {
    "px": 1.0,
    "": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "%": 8.0,
    "vw": 12.0,
    "vh": 8.0,
    "cm": 38.0,
    "in": 96.0,
}


def _pixels(told: str) -> float:
    """Return a length in pixels, as far as it can be told without the page; a large one where it is none."""
    found = re.fullmatch(r"(-?\d*\.?\d+)(px|pt|rem|em|%|vw|vh|cm|in)?", told.strip())
    if found is None:
        return 10_000.0
    if not found[2] and float(found[1]) != 0:
        return 10_000.0 if float(found[1]) > 0 else float(found[1])
    return float(found[1]) * _UNITS[found[2] or ""]


def _number(told: str | None, default: float) -> float:
    found = re.fullmatch(r"(\d*\.?\d+)(%?)", (told or "").strip())
    return float(found[1]) / (100 if found[2] else 1) if found else default


def _size_of_font(font: str) -> str:
    found = re.search(r"(?<![\w.#])(\d*\.?\d+(?:px|pt|em|rem|%))", font)
    return found[1] if found else ""


def _sized(told: str, around: float) -> float:
    found = re.fullmatch(r"(\d*\.?\d+)(px|pt|em|rem|%)?", told.strip())
    if found is None:
        return around
    number, unit = float(found[1]), found[2] or "px"
    return number * {"px": 1.0, "pt": 4 / 3, "rem": 16.0, "em": around, "%": around / 100}[unit]


def _parts(value: str) -> list[str]:
    """Return the words of a value; a function with its arguments is one."""
    return re.findall(r"[\w#-]+(?:\([^()]*\))?", value)


# Sheets --------------------------------------------------------------------------------------------------------


def _rules(root: _Element) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """Give the selectors and declarations of the page's own sheets, those for paper or small screens left out."""
    for element in root.iter("style"):
        if _on_screen(element.get("media") or ""):
            parsed = tinycss2.parse_stylesheet(element.text or "", skip_comments=True, skip_whitespace=True)
            yield from _within(parsed, 0)


def _within(nodes: Iterable[Any], depth: int) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    for node in nodes:
        if node.type == "qualified-rule":
            declared = [d for d in _declarations(node.content) if d[0] in _WATCHED or d[0].startswith("--")]
            if declared:
                yield tinycss2.serialize(node.prelude), declared
        elif node.type == "at-rule" and node.content is not None and depth < 4:
            asked = tinycss2.serialize(node.prelude).lower()
            keyword = node.lower_at_keyword
            if keyword in ("supports", "layer", "container") or (keyword == "media" and _on_screen(asked)):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _within(inner, depth + 1)


def _on_screen(asked: str) -> bool:
    """Return whether a media query holds on the screen of a desk."""
    asked = asked.lower()
    if not asked.strip():
        return True
    return any(_query_holds(query) for query in asked.split(","))


def _query_holds(query: str) -> bool:
    if re.search(r"\b(print|speech|tty)\b", query):
        return "not" in query
    if re.search(r"prefers-color-scheme:\s*dark|orientation:\s*portrait|forced-colors|hover:\s*none", query):
        return False
    most = re.search(r"max-(?:device-)?width:\s*(\d+)", query)
    least = re.search(r"min-(?:device-)?width:\s*(\d+)", query)
    return not (most and int(most[1]) < 1200) and not (least and int(least[1]) > 1400)


def _declarations(source: str | Sequence[Any]) -> list[tuple[str, str, bool]]:
    """Return name, value and importance of declarations, escapes resolved and comments gone."""
    found = []
    for node in tinycss2.parse_blocks_contents(source, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration":
            value = tinycss2.serialize([token for token in node.value if token.type != "comment"])
            name = node.name if node.name.startswith("--") else node.lower_name
            found.append((name, value.strip().lower(), bool(node.important)))
    return sorted(found, key=lambda told: told[2])


_TRANSLATOR = cssselect.HTMLTranslator()


def _paths(selectors: str, present: set[str]) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Give the path and rank of each selector that may match; those that name a class or id the page lacks are left out."""
    try:
        parsed = cssselect.parse(selectors)
    except cssselect.SelectorError:
        return
    for selector in parsed:
        named = set(
            re.findall(r"[.#]([\w-]+)", re.sub(r":(?:not|is|where)\([^()]*\)", "", selector.canonical()))
        )
        if selector.pseudo_element is not None or not named <= present:
            continue
        try:
            yield _TRANSLATOR.selector_to_xpath(selector), selector.specificity()
        except cssselect.SelectorError:
            continue
