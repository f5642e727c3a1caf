"""Chart -> PNG: radar, scene strip, road map, bars. Drawn on a bare Figure, so that threads never share a canvas."""

import io
import warnings
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from math import pi
from typing import TYPE_CHECKING, Any

from assistant.schema import Chart
from knowledge.errors import MissingError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
INK, MUTED, LINE = "#1F2933", "#6B7785", "#D5DBE1"
COLOURS = ("#1F4E79", "#D9822B", "#4C9A8A", "#8A6FB0")
LEVEL_COLOURS = ("#F3D6CF", "#FBE9C6", "#DCE9D2", "#9CC5A8", "#3F8F74")
"""Level 0 to 4: from red over yellow to green, apart in brightness too, so that a grey print still tells them apart."""
OPEN_COLOUR = "#FFFFFF"
DPI = 200


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG.

    Raises:
        MissingError: No Chinese font is installed: every label would be an empty box.
    """
    font = chart_font()
    if font is None:
        raise MissingError(
            "no CJK font for charts",
            hint="本机没有中文字体，无法画图；请安装 fonts-wqy-microhei 或 fonts-noto-cjk 后重试。",
        )
    import matplotlib

    with (
        matplotlib.rc_context({"font.family": font, "font.size": 9, "axes.unicode_minus": False}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure = {"radar": _radar, "scenes": _scenes, "gantt": _gantt, "bars": _bars}[chart.kind](chart)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=DPI, facecolor="white", metadata={"Software": None})
    return out.getvalue()


@cache
def chart_font() -> str | None:
    """Return the first Chinese font this machine has, or None."""
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    return next((name for name in FONTS if name in known), None)


def describe(chart: Chart) -> str:
    """Return the chart in words, for those who cannot see it and where it cannot be drawn."""
    told = []
    for name, values in chart.series.items():
        pairs = (f"{label} {_short(value)}" for label, value in zip(chart.labels, values, strict=True))
        told.append(f"{name}：{'，'.join(pairs)}")
    return f"{chart.title}。{'；'.join(told)}。"


def _short(value: float | None) -> str:
    return "未评测" if value is None else f"{value:g}"


def _figure(width: float, height: float, **kwargs: Any) -> tuple["Figure", "Axes"]:
    """Return a figure of that size in cm with one axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 2.54, height / 2.54), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot(**kwargs)


def _radar(chart: Chart) -> "Figure":
    figure, axes = _figure(16, 9.6, projection="polar")
    polar: Any = axes
    figure.set_layout_engine("none")
    polar.set_position((0.26, 0.13, 0.48, 0.76))
    count, top = len(chart.labels), chart.max or 100
    angles = [2 * pi * n / count for n in range(count)]
    polar.set_theta_offset(pi / 2)
    polar.set_theta_direction(-1)
    for (name, values), colour in zip(chart.series.items(), COLOURS, strict=False):
        drawn = [value or 0 for value in values]
        polar.plot([*angles, angles[0]], [*drawn, drawn[0]], color=colour, linewidth=1.8, label=name)
        polar.fill([*angles, angles[0]], [*drawn, drawn[0]], color=colour, alpha=0.12)
    polar.set_ylim(0, top)
    polar.set_yticks([top * part / 4 for part in (1, 2, 3, 4)])
    polar.set_yticklabels([f"{top * part / 4:g}" for part in (1, 2, 3, 4)], fontsize=7, color=MUTED)
    polar.set_xticks(angles)
    polar.set_xticklabels(chart.labels, color=INK)
    for text, angle in zip(polar.get_xticklabels(), angles, strict=True):
        side = round(angle / pi, 3) % 2
        text.set_horizontalalignment("center" if side in (0, 1) else "left" if side < 1 else "right")
    polar.tick_params(axis="x", pad=7)
    polar.grid(color=LINE, linewidth=0.8)
    polar.spines["polar"].set_color(LINE)
    if len(chart.series) > 1:
        figure.legend(loc="lower center", ncols=len(chart.series), frameon=False, fontsize=9)
    return figure


def _scenes(chart: Chart) -> "Figure":
    """Draw one column per scene, one row per series; a binding scene is marked in its label."""
    from matplotlib.patches import Rectangle

    rows, count = list(chart.series.items()), len(chart.labels)
    figure, axes = _figure(16, 4.4 + 1.05 * len(rows))
    for row, (_, values) in enumerate(rows):
        for column, value in enumerate(values):
            face = OPEN_COLOUR if value is None else LEVEL_COLOURS[int(value)]
            box = Rectangle(
                (column + 0.04, -row + 0.06),
                0.92,
                0.88,
                facecolor=face,
                edgecolor=MUTED if value is None else "none",
                hatch="////" if value is None else None,
                linewidth=0.6,
            )
            axes.add_patch(box)
            strong = value is not None and value >= 4
            if value is not None:
                axes.text(
                    column + 0.5, -row + 0.5, f"{int(value)}", ha="center", va="center",
                    color="white" if strong else INK, fontsize=10,
                )  # fmt: skip
    for column, label in enumerate(chart.labels):
        axes.text(
            column + 0.5, -len(rows) + 0.9, "\n".join(label), ha="center", va="top", color=INK, fontsize=8.5,
            linespacing=1.05,
        )  # fmt: skip
    start = 0
    for group, members in groupby(chart.groups):
        width = len(list(members))
        axes.plot([start + 0.06, start + width - 0.06], [1.12, 1.12], color=MUTED, linewidth=1)
        axes.text(start + width / 2, 1.2, group, ha="center", va="bottom", color=INK, fontsize=8.5)
        start += width
    axes.set_xlim(0, count)
    axes.set_ylim(-len(rows) - 1.45, 1.75)
    axes.set_yticks(
        [-row + 0.5 for row in range(len(rows))], [name for name, _ in rows], color=INK, fontsize=9
    )
    axes.tick_params(axis="y", length=0)
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    legend = [Rectangle((0, 0), 1, 1, facecolor=colour, edgecolor=LINE) for colour in LEVEL_COLOURS] + [
        Rectangle((0, 0), 1, 1, facecolor=OPEN_COLOUR, edgecolor=MUTED, hatch="////")
    ]
    names = ["0级（未达一级）", "1级", "2级", "3级", "4级", "未评测"]
    axes.legend(
        legend, names, loc="lower center", ncols=6, frameon=False, fontsize=8, handlelength=1.1,
        columnspacing=1.3, borderaxespad=0,
    )  # fmt: skip
    return figure


def _gantt(chart: Chart) -> "Figure":
    """Draw bars from 开始 to 结束; the labels' groups set the colours."""
    starts, ends = chart.series["开始"], chart.series["结束"]
    count = len(chart.labels)
    figure, axes = _figure(16, 2.3 + 0.62 * count)
    groups = list(dict.fromkeys(chart.groups)) or [""]
    for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
        colour = COLOURS[groups.index(chart.groups[n]) % len(COLOURS)] if chart.groups else COLOURS[0]
        axes.barh(n, (end or 0) - (start or 0), left=start or 0, height=0.56, color=colour)
    axes.set_yticks(range(count), list(chart.labels), color=INK)
    axes.set_ylim(count - 0.4, -0.6)
    top = int(chart.max or max((end or 0) for end in ends))
    axes.set_xlim(0, top)
    step = max(1, -(-top // 7))
    ticks = list(range(0, top + 1, step))
    if chart.unit == "月":
        names = [f"第{tick}月末" if tick else "启动" for tick in ticks]
        axes.set_xticks(ticks, names, color=MUTED, fontsize=8)
    else:
        axes.set_xticks([])
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if len(groups) > 1:
        from matplotlib.patches import Patch

        handles = [Patch(color=COLOURS[n % len(COLOURS)], label=group) for n, group in enumerate(groups)]
        axes.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(groups), frameon=False, fontsize=8.5,
            borderaxespad=0.2, columnspacing=1.4,
        )  # fmt: skip
    return figure


def _bars(chart: Chart) -> "Figure":
    """Draw horizontal bars, one row per label, series side by side."""
    count, series = len(chart.labels), list(chart.series.items())
    figure, axes = _figure(16, 1.6 + 0.62 * count * max(1, len(series) * 0.7))
    height = 0.7 / len(series)
    for n, (name, values) in enumerate(series):
        places = [row + (n - (len(series) - 1) / 2) * height for row in range(count)]
        axes.barh(
            places,
            [value or 0 for value in values],
            height=height * 0.92,
            color=COLOURS[n % len(COLOURS)],
            label=name,
        )
        for place, value in zip(places, values, strict=True):
            axes.text(value or 0, place, f" {_short(value)}", va="center", ha="left", color=INK, fontsize=8)
    axes.set_yticks(range(count), list(chart.labels), color=INK)
    axes.set_ylim(count - 0.4, -0.6)
    most = max([chart.max or 0, *(value or 0 for _, values in series for value in values)]) or 1
    axes.set_xlim(0, most * 1.12)
    _plain(axes)
    if len(series) > 1:
        axes.legend(loc="lower right", frameon=False, fontsize=8.5)
    return figure


def _plain(axes: "Axes", hidden: Sequence[str] = ("top", "right")) -> None:
    for side in hidden:
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(LINE)
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=INK)
