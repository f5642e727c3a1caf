"""Size class of an enterprise by 中小企业划型标准规定 (工信部联企业〔2011〕300号, 第四条)."""

from collections.abc import Mapping
from fractions import Fraction

from knowledge.program import SizeRow

CLASSES = frozenset({"micro", "small", "medium", "large"})


def rows_for(industry: str, rows: Mapping[str, SizeRow]) -> tuple[SizeRow, ...]:
    """Return the rows an industry may belong to: by row id, by its plain words, else all of them.

    Words of several rows in one description leave all those rows open; nothing is guessed. A word inside a longer
    one does not count: 信息技术服务 is not 技术服务.
    """
    if industry in rows:
        return (rows[industry],)
    text = industry.strip()
    if not text:
        return tuple(rows.values())
    said = {word for row in rows.values() for word in row.words if word in text}
    longest = {word for word in said if not any(word != other and word in other for other in said)}
    named = tuple(row for row in rows.values() if text in row.label or longest.intersection(row.words))
    return named or tuple(rows.values())


def size_classes(
    rows: tuple[SizeRow, ...],
    *,
    employees: Fraction | None = None,
    revenue: Fraction | None = None,
    assets: Fraction | None = None,
) -> frozenset[str]:
    """Return the classes still possible; one where the figures told settle it in every row.

    `employees` persons, `revenue` and `assets` 万元; None is not told.
    """
    told = {"employees": employees, "revenue": revenue, "assets": assets}
    return frozenset().union(*(_in_row(row, told) for row in rows)) if rows else CLASSES


def _in_row(row: SizeRow, told: Mapping[str, Fraction | None]) -> frozenset[str]:
    """A class is reached when every indicator of the row is at or above its bound, and the classes nest."""
    best, worst = 3, 3
    for name, bounds in row.indicators.items():
        value = told[name]
        if value is None:
            worst = 0
            continue
        rank = sum(value >= Fraction(bound) for bound in (bounds.small, bounds.medium, bounds.large))
        best, worst = min(best, rank), min(worst, rank)
    return frozenset(_ORDER[worst : best + 1])


_ORDER = ("micro", "small", "medium", "large")
