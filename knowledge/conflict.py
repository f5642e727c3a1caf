"""The same condition side by side across nation, province, city and year, read from the cards."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.files import DATA, parse, read_yaml
from knowledge.policy import Clause, Figure, Policy, Status
from knowledge.record import Number, Record, plain_number
from knowledge.source import Certainty


class CellRef(Record):
    """Where a value stands."""

    policy: str
    locator: str
    figure: str = ""
    """Name of a figure of that clause; empty shows what the clause says."""
    field: Literal["", "valid_to", "period_to"] = ""
    """A date of the card itself."""
    label: str = ""


class ConflictTable(Record):
    """One condition, and where it is stated."""

    id: str
    title: str
    note: str = ""
    cells: tuple[CellRef, ...]


class ConflictFile(Record):
    """The whole data file."""

    tables: tuple[ConflictTable, ...]


class ConflictRow(Record):
    """One place's value, with what the document is worth on the day."""

    label: str
    value: Number | str | None
    """None: the wording was not obtained."""
    unit: str = ""
    qualifier: str = ""
    text: str
    """The value in words: 不超过 30 万元, or what the clause says."""
    policy: str
    title: str
    doc_number: str | None
    locator: str
    numbered: bool
    region: str
    level: str
    year: int | None
    status: Status
    certainty: Certainty


def load_conflicts(data_dir: Path = DATA) -> dict[str, ConflictTable]:
    """Return table id -> table, from `conflicts.yaml`.

    Raises:
        KnowledgeError: The file is missing or does not fit.
    """
    path = data_dir / "conflicts.yaml"
    return {table.id: table for table in parse(ConflictFile, read_yaml(path), file=path.name).tables}


def side_by_side(table: ConflictTable, policies: Mapping[str, Policy], day: date) -> tuple[ConflictRow, ...]:
    """Return the rows of `table` with the values the cards state and their status on `day`.

    Raises:
        KeyError: A cell names a card, place or figure that is not there; the loader checks this first.
    """
    return tuple(_row(cell, policies[cell.policy], day) for cell in table.cells)


def find_figure(clause: Clause, name: str) -> Figure | None:
    """Return the figure of that name, or None."""
    return next((figure for figure in clause.figures if figure.name == name), None)


def figure_text(figure: Figure) -> str:
    """Return a figure in words: 不超过 30 万元."""
    value = figure.value if isinstance(figure.value, str) else str(plain_number(figure.value))
    amount = f"{value}{figure.unit}" if figure.unit == "%" else f"{value} {figure.unit}".strip()
    if not figure.qualifier:
        return amount
    behind = figure.qualifier in {"以上", "及以上", "左右", "内", "及以下", "余"}
    return f"{amount}{figure.qualifier}" if behind else f"{figure.qualifier} {amount}"


def _row(cell: CellRef, policy: Policy, day: date) -> ConflictRow:
    clause = policy.clause(cell.locator)
    if clause is None:
        raise KeyError(f"{cell.policy} {cell.locator}")
    figure = find_figure(clause, cell.figure) if cell.figure else None
    if cell.figure and figure is None:
        raise KeyError(f"{cell.policy} {cell.locator} {cell.figure}")
    stated = getattr(policy, cell.field) if cell.field else None
    value: Number | str | None
    if figure:
        value, text = figure.value, figure_text(figure)
    elif cell.field:
        value = text = str(stated) if stated else "未载明"
    else:
        value, text = (clause.text if clause.obtained else None), clause.text
    began = policy.valid_from or policy.issued or policy.published
    return ConflictRow(
        label=cell.label or policy.region,
        value=value,
        unit=figure.unit if figure else "",
        qualifier=figure.qualifier if figure else "",
        text=text,
        policy=policy.id,
        title=policy.title,
        doc_number=policy.doc_number,
        locator=clause.locator,
        numbered=clause.numbered,
        region=policy.region,
        level=policy.level,
        year=began.year if began else (int(policy.begins[:4]) if policy.begins else None),
        status=policy.clause_status_on(clause, day),
        certainty=clause.certainty or policy.certainty,
    )
