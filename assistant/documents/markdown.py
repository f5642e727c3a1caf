"""Report -> Markdown: headings, paragraphs, tables; pictures as the numbers they are drawn from."""

import re
from collections.abc import Iterator
from pathlib import Path

from assistant.documents.words import bare, bullet, source_line
from assistant.schema import Chart, Report, Section, Table

SOURCES = "sources"
_SPECIAL = re.compile(r"([\\`*_<>|#~])")


def write_markdown(report: Report, path: Path) -> None:
    """Write a report as UTF-8 Markdown."""
    path.write_text(to_markdown(report), encoding="utf-8")


def to_markdown(report: Report) -> str:
    """Return a report as Markdown; text of users is escaped, so that it cannot become markup."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {_safe(report.title)}"
    yield ""
    yield f"**{_safe(report.enterprise)}**"
    yield ""
    for label, value in (*report.cover, ("编制日期", report.date.isoformat())):
        yield f"- {_safe(label)}：{_safe(value)}"
    if report.notice:
        yield ""
        yield f"> {_safe(report.notice)}"
    yield ""
    for section in report.sections:
        yield from _section(report, section, 2)


def _section(report: Report, section: Section, depth: int) -> Iterator[str]:
    yield f"{'#' * min(depth, 6)} {_safe(section.title)}"
    yield ""
    for text in section.paragraphs:
        item = bullet(text)
        yield _safe(text) if item is None else f"- {_safe(item)}"
        yield ""
    for table in section.tables:
        yield from _table(table)
    for chart in section.charts:
        yield from _chart(chart)
    if section.id == SOURCES:
        for source in report.sources:
            yield f"- [{source.n}] {_safe(source_line(source))}"
        yield ""
    for below in section.sections:
        yield from _section(report, below, depth + 1)


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"**{_safe(table.title)}**"
        yield ""
    yield f"| {' | '.join(_cell(one) for one in table.header)} |"
    yield f"|{' --- |' * len(table.header)}"
    for row in table.rows:
        yield f"| {' | '.join(_cell(one) for one in row)} |"
    yield ""
    if table.note:
        yield f"{_safe(table.note)}"
        yield ""


def _chart(chart: Chart) -> Iterator[str]:
    rows = tuple(
        (label, *("未评测" if values[n] is None else f"{values[n]:g}" for values in chart.series.values()))
        for n, label in enumerate(chart.labels)
    )
    yield from _table(Table(title=f"图：{chart.title}", header=("项目", *chart.series), rows=rows))


def _cell(text: str) -> str:
    return "<br>".join(_safe(line) for line in text.split("\n"))


def _safe(text: str) -> str:
    """Return text that stays text: no markup, no links; [n] marks stay as they are."""
    return _SPECIAL.sub(r"\\\1", bare(text).replace("\n", " ")).replace("](", "]\\(")
