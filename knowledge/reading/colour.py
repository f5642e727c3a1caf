"""Colours as files name them, and whether ink of one shows on ground of another."""

import colorsys
import re

Colour = tuple[int, int, int]
"""Red, green, blue, 0..255 each."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

_FAINT = 20
"""Steps of 255 that the strongest channel must differ by for ink to be seen."""


def alike(ink: Colour, ground: Colour) -> bool:
    """Return whether ink of one colour cannot be told from the ground it stands on."""
    return max(abs(a - b) for a, b in zip(ink, ground, strict=True)) <= _FAINT


def over(ink: Colour, alpha: float, ground: Colour) -> Colour:
    """Return the colour that ink of an opacity (0..1) has on its ground."""
    red, green, blue = (round(a * alpha + b * (1 - alpha)) for a, b in zip(ink, ground, strict=True))
    return red, green, blue


def from_hex(told: str) -> Colour | None:
    """Return the colour of RRGGBB or AARRGGBB, with or without #; None where it is none (auto)."""
    found = re.fullmatch(
        r"#?(?:[0-9a-fA-F]{2})?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", told.strip()
    )
    return (int(found[1], 16), int(found[2], 16), int(found[3], 16)) if found else None


def from_css(told: str) -> tuple[Colour, float] | None:
    """Return the colour and opacity that a CSS value names; None where it names none that is known here."""
    text = told.strip().lower()
    if text == "transparent":
        return WHITE, 0.0
    if text in _NAMES:
        return _NAMES[text], 1.0
    if re.fullmatch(r"#[0-9a-f]{3,4}", text):
        text = "#" + "".join(2 * digit for digit in text[1:])
    if re.fullmatch(r"#[0-9a-f]{6}([0-9a-f]{2})?", text):
        alpha = int(text[7:9], 16) / 255 if len(text) == 9 else 1.0
        return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)), alpha
    found = re.fullmatch(r"(rgb|hsl)a?\(([^()]*)\)", text)
    if found is None:
        return None
    parts = [part for part in re.split(r"[\s,/]+", found[2].strip()) if part]
    if len(parts) not in (3, 4) or not all(re.fullmatch(r"-?\d*\.?\d+(%|deg)?", part) for part in parts):
        return None
    alpha = _share(parts[3]) if len(parts) == 4 else 1.0
    if found[1] == "rgb":
        red, green, blue = (round(255 * _share(p)) if p.endswith("%") else round(float(p)) for p in parts[:3])
        return (_byte(red), _byte(green), _byte(blue)), alpha
    hue = float(parts[0].removesuffix("deg").removesuffix("%")) % 360 / 360
    light = colorsys.hls_to_rgb(hue, _share(parts[2]), _share(parts[1]))
    return (_byte(round(255 * light[0])), _byte(round(255 * light[1])), _byte(round(255 * light[2]))), alpha


def _share(told: str) -> float:
    number = float(told.removesuffix("%").removesuffix("deg"))
    return min(1.0, max(0.0, number / 100 if told.endswith("%") else number))


def _byte(number: int) -> int:
    return min(255, max(0, number))


_NAMES: dict[str, Colour] = {
    "white": WHITE, "black": BLACK, "red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0),
    "cyan": (0, 255, 255), "aqua": (0, 255, 255), "magenta": (255, 0, 255), "fuchsia": (255, 0, 255), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "silver": (192, 192, 192), "maroon": (128, 0, 0), "green": (0, 128, 0), "navy": (0, 0, 128),
    "purple": (128, 0, 128), "olive": (128, 128, 0), "teal": (0, 128, 128), "orange": (255, 165, 0),
    "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245),
    "floralwhite": (255, 250, 240), "mintcream": (245, 255, 250), "azure": (240, 255, 255), "aliceblue": (240, 248, 255),
    "seashell": (255, 245, 238), "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211), "darkgray": (169, 169, 169),
    "darkred": (139, 0, 0), "darkblue": (0, 0, 139), "darkgreen": (0, 100, 0),
}  # fmt: skip
