"""Characters as people see them: what is invisible goes out, what was torn apart is joined again."""

import re
import unicodedata

_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Formatting characters with no ink: zero-width, bidi controls, soft hyphens, variation selectors, tags."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f]+")
_HAN = r"\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = _HAN + r"\u3000-\u303f\uff00-\uffef“”‘’—…"
_GAP = re.compile(rf"(?<=[{_WIDE}]) (?=[{_WIDE}0-9A-Za-z(%])|(?<=[0-9A-Za-z)%.]) (?=[{_WIDE}])")
_LEAD = re.compile(
    r"^\s*(第[一二三四五六七八九十百零〇\d]{1,7}[条章节编篇]|\d{1,2}(?:\.\d{1,2}){1,3})[ \u3000]+(?=\S)"
    r"(?!个|万|亿|元|倍|年|[%％]|级|版|米|平方|人|家)"
)
"""A number at the head of a line: the space after it is part of what people see."""
_KEPT = "\x01"
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[%％‰])")
_DECIMAL = re.compile(r"(?<=\d)(?: \.(?=\d)|\. (?=\d+\s?(?:[%％]|个百分点|万|亿|元)))")
_THOUSANDS = re.compile(r"(?<=\d)(?: ,(?=\d{3})|, (?=\d{3}(?!\d)))")


def strip_invisible(text: str) -> str:
    """Return `text` without characters that leave no ink: zero-width, bidi, control, private use."""
    return _CONTROL.sub("", _ZERO_WIDTH.sub("", text))


def count_invisible(text: str) -> int:
    """Return how many zero-width and bidi characters `text` holds; a mark at its very start is none."""
    return len(_ZERO_WIDTH.findall(text.removeprefix("\ufeff")))


def clean(text: str) -> str:
    """Return one line of text as people read it.

    Invisible characters are removed, compatibility forms of Han radicals and of digits inside a number
    become the common ones, spaces that a layout put between Chinese characters, or between a number and
    its unit, go out. Words of Latin letters keep their spaces; an ideographic space stays one.
    """
    text = strip_invisible(text).replace("\r", " ").replace("\n", " ")
    text = _half("".join(_common(char) for char in text))
    text = _SPACES.sub(" ", text)
    text = _DECIMAL.sub(".", text)
    text = _THOUSANDS.sub(",", text)
    text = _BEFORE_UNIT.sub("", text)
    text = _LEAD.sub(lambda m: m[1] + ("\u3000" if m[1].startswith("第") else _KEPT), text)
    text = _GAP.sub("", text)
    text = text.replace(_KEPT, " ")
    return re.sub(r"\u3000{2,}", "\u3000", text).strip(" \t\u3000")


_FULL = {0xFF10 + n: str(n) for n in range(10)} | {
    0xFF21 + n + case: chr(0x41 + n + case) for n in range(26) for case in (0, 32)
}
"""Digits and Latin letters as wide as a Han character."""
_FULL_MARK = re.compile(r"(?<=\d)([．％])(?=(\d?))")


def _half(text: str) -> str:
    """Return wide digits and letters, and the point and percent sign of a number, in their common width: ５０％ is 50%."""
    text = text.translate(_FULL)
    return _FULL_MARK.sub(lambda m: "%" if m[1] == "％" else "." if m[2] else "．", text)


def _common(char: str) -> str:
    """Return the common form of a Han radical or compatibility ideograph: ⼯ is 工."""
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff":
        return unicodedata.normalize("NFKC", char)
    return char


def bare(text: str) -> str:
    """Return `text` as it is compared: no spaces, full-width forms as half-width, quotes alike."""
    text = unicodedata.normalize("NFKC", strip_invisible(text))
    text = re.sub(r"\s+", "", text)
    return text.translate(str.maketrans("“”‘’「」『』〔〕【】", '""\'\'""""[][]'))


def display_name(name: str) -> str:
    """Return a file name fit to be shown: last part of a path, no control or bidi characters, at most 120."""
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "_", _ZERO_WIDTH.sub("", name)).strip(" .")
    if len(name) > 120:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) <= 8 else name[:120]
    return name or "未命名"
