"""Workbooks and CSV -> tables: rows as people see them, hidden sheets, rows, columns and comments set apart."""

import csv
import datetime
import io
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from decimal import Decimal

from knowledge.document import Block, Hidden, Reading, Table
from knowledge.errors import ReadingError
from knowledge.reading import cellsight
from knowledge.reading.characters import clean
from knowledge.reading.guard import Limits, open_zip, read_member, safe_xml
from knowledge.reading.orders import orders_a_machine
from knowledge.reading.plain import decode

MAX_CELLS = 2_000_000

_Merged = dict[tuple[int, int], tuple[int, int]]
"""First cell of a merged range, as row and column from 1 -> its rows and columns."""


def read_xlsx(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return the sheets of a workbook, formulas as the values last computed.

    Raises:
        ReadingError: Damaged, declares entities, too large, or empty.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    archive = open_zip(data, name, limits)
    for member in archive.namelist():
        if member.endswith((".xml", ".rels", ".vml")):
            safe_xml(read_member(archive, member, name), name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        SyntaxError,
    ) as error:
        raise ReadingError(name, "工作簿损坏，无法解析", "请用 Excel 或 WPS 重新保存后再上传") from error
    gathered = _Gathered(name, limits)
    sight = cellsight.Sight(book)
    for sheet in book.worksheets:
        cells: dict[tuple[int, int], str] = {}
        unseen: dict[str, list[str]] = {}
        for (
            row,
            column,
        ), cell in sheet._cells.items():  # iter_rows would walk every blank up to the last corner
            text = shown(cell.value, cell.number_format or "General")
            if cell.comment is not None and cell.comment.text:
                gathered.hide(cell.comment.text, f"批注（{sheet.title} {cell.coordinate}）")
            if text and (why := sight.why(cell)):
                unseen.setdefault(why, []).append(text)
            elif text:
                cells[row, column] = text
        for why, texts in unseen.items():
            gathered.hide("；".join(texts), f"{why}（{sheet.title}）")
        merged = {
            (m.min_row, m.min_col): (m.max_row - m.min_row + 1, m.max_col - m.min_col + 1)
            for m in sheet.merged_cells.ranges
        }
        gathered.sheet(
            sheet.title,
            cells,
            merged,
            hidden=sheet.sheet_state != "visible",
            rows=cellsight.flat_rows(sheet),
            columns=cellsight.narrow_columns(sheet),
        )
    return gathered.reading("xlsx")


def read_xls(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return the sheets of an old workbook.

    Raises:
        ReadingError: Damaged, encrypted, too large, or empty.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        what = "工作簿已加密" if "encrypt" in str(error).lower() else "工作簿损坏，无法解析"
        raise ReadingError(name, what, "请用 Excel 或 WPS 打开后另存为 xlsx 再上传") from error
    except (
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        AssertionError,
        OverflowError,
        OSError,
    ) as error:
        raise ReadingError(
            name, "工作簿损坏，无法解析", "请用 Excel 或 WPS 打开后另存为 xlsx 再上传"
        ) from error
    gathered = _Gathered(name, limits)
    for sheet in book.sheets():
        cells = {}
        unseen: dict[str, list[str]] = {}
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                cell = sheet.cell(row, column)
                text = _old_value(book, cell)
                if text and (why := cellsight.why_old(book, cell)):
                    unseen.setdefault(why, []).append(text)
                elif text:
                    cells[row + 1, column + 1] = text
        for why, texts in unseen.items():
            gathered.hide("；".join(texts), f"{why}（{sheet.name}）")
        gathered.sheet(
            sheet.name,
            cells,
            {(r0 + 1, c0 + 1): (r1 - r0, c1 - c0) for r0, r1, c0, c1 in sheet.merged_cells},
            hidden=sheet.visibility != 0,
            rows=cellsight.flat_old_rows(sheet),
            columns=cellsight.narrow_old_columns(sheet),
        )
        for (row, column), note in sheet.cell_note_map.items():
            gathered.hide(note.text, f"批注（{sheet.name} 第{row + 1}行第{column + 1}列）")
    return gathered.reading("xls")


def _old_value(book: object, cell: object) -> str:
    import xlrd

    kind, value = cell.ctype, cell.value  # type: ignore[attr-defined]
    form = "General"
    if kind == xlrd.XL_CELL_DATE:
        try:
            return shown(xlrd.xldate_as_datetime(value, book.datemode), form)  # type: ignore[attr-defined]
        except (ValueError, OverflowError):
            return shown(value, form)
    if kind == xlrd.XL_CELL_NUMBER:
        try:
            form = book.format_map[book.xf_list[cell.xf_index].format_key].format_str  # type: ignore[attr-defined]
        except (KeyError, IndexError, TypeError):
            form = "General"
        return shown(value, form)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "是" if value else "否"
    return shown(value, form) if kind == xlrd.XL_CELL_TEXT else ""


def read_csv(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return a CSV or TSV in any encoding as one table.

    Raises:
        ReadingError: Too long, or empty.
    """
    text = decode(data)
    if len(text) > limits.characters:
        raise ReadingError(name, f"文字超过 {limits.characters // 10000} 万字", "请拆分后再上传")
    sample = text[:20000]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(sample, delimiters=",;\t|，")
    except csv.Error:
        dialect = csv.excel_tab if "\t" in sample else csv.excel
    csv.field_size_limit(limits.characters)
    gathered = _Gathered(name, limits)
    cells: dict[tuple[int, int], str] = {}
    cut = 0
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text.replace("\0", "")), dialect), start=1):
            for column, value in enumerate(values, start=1):
                if said := shown(value[:LONGEST_CELL], "General"):
                    cells[row, column] = said
                    cut += len(value) > LONGEST_CELL
            gathered.count(len(values))
    except csv.Error as error:
        raise ReadingError(name, "表格文本格式有误", "请用 Excel 另存为 xlsx 后再上传") from error
    gathered.sheet("", cells, {}, hidden=False, rows=set(), columns=set())
    read = gathered.reading("csv")
    if not cut:
        return read
    said = f"{cut} 个单元格超过 {LONGEST_CELL} 字，只读入前 {LONGEST_CELL} 字"
    return read.model_copy(update={"warnings": (*read.warnings, said)})


LONGEST_CELL = 32_767
"""Characters a cell may hold, as in Excel; what a text file holds beyond that is cut."""


def shown(value: object, form: str) -> str:
    """Return a cell as people see it: 0.5 in a percent format is 50%, whole floats have no point."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time(0)
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            return ""
        if "%" in form:
            return f"{_plain(number * 100)}%"
        return _plain(number)
    return "\n".join(filter(None, (clean(line) for line in str(value).replace("\r", "").split("\n"))))


def _plain(number: Decimal) -> str:
    rounded = round(number, 10)
    whole = rounded.to_integral_value()
    return (
        str(whole)
        if rounded == whole and abs(whole) < Decimal(10) ** 20
        else format(rounded.normalize(), "f")
    )


class _Gathered:
    """The sheets of a workbook as blocks, and what it hides."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.blocks: list[Block] = []
        self.hidden: list[Hidden] = []
        self._cells = 0

    def hide(self, text: str, why: str) -> None:
        """Set hidden text apart."""
        said = clean(text)
        if said:
            self.hidden.append(Hidden(text=said[:20000], why=why, instruction_like=orders_a_machine(said)))

    def count(self, cells: int) -> None:
        """Count cells against the cap."""
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise ReadingError(self.name, f"单元格超过 {MAX_CELLS // 10000} 万个", "请拆分后再上传")

    def sheet(
        self,
        title: str,
        cells: dict[tuple[int, int], str],
        merged: _Merged,
        *,
        hidden: bool,
        rows: Iterable[int],
        columns: Iterable[int],
    ) -> None:
        """Add a sheet; blank rows part it into tables."""
        self.count(len(cells))
        if hidden:
            self.hide("；".join(cells[at] for at in sorted(cells)), f"隐藏的工作表“{title}”")
            return
        gone_rows, gone_columns = set(rows), set(columns)
        seen: dict[int, dict[int, str]] = {}
        unseen: list[str] = []
        for (row, column), text in sorted(cells.items()):
            if row in gone_rows or column in gone_columns:
                unseen.append(text)
            else:
                seen.setdefault(row, {})[column] = text
        self.hide("；".join(unseen), f"隐藏的行列（{title}）")
        for group in _stretches(sorted(seen)):
            self._table(title, group, seen, merged)

    def _table(
        self,
        title: str,
        group: Sequence[int],
        seen: dict[int, dict[int, str]],
        merged: _Merged,
    ) -> None:
        used = sorted({column for row in group for column in seen[row]})
        if len(used) == 1:
            self.blocks += [Block(text=seen[row][used[0]]) for row in group]
            return
        lead = 0
        while (
            lead < len(group) - 1 and len(seen[group[lead]]) == 1 and _wide(group[lead], seen, merged, used)
        ):
            self.blocks.append(Block(text=next(iter(seen[group[lead]].values()))))
            lead += 1
        body = group[lead:]
        texts = tuple(tuple(seen[row].get(column, "") for column in used) for row in body)
        starts, down = _covered(body, used, merged)
        self.blocks.append(
            Block(table=Table(rows=texts, spans=starts, down=down, sheet=title or "", first_row=body[0]))
        )

    def reading(self, kind: str) -> Reading:
        """Return what was gathered.

        Raises:
            ReadingError: Nothing in it can be seen.
        """
        if not self.blocks:
            raise ReadingError(self.name, "表格里没有可见内容", "请确认文件内容；隐藏的工作表不会被读取")
        return Reading.model_validate(
            {"kind": kind, "blocks": tuple(self.blocks), "hidden": tuple(self.hidden)}
        )


def _stretches(rows: Sequence[int]) -> list[list[int]]:
    """Cut row numbers where two or more rows in between are blank."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and row - parts[-1][-1] <= 2:
            parts[-1].append(row)
        else:
            parts.append([row])
    return parts


def _wide(row: int, seen: dict[int, dict[int, str]], merged: _Merged, used: Sequence[int]) -> bool:
    """Return whether a row is a title over the table: its one cell is merged across, or first and not a number."""
    column, text = next(iter(seen[row].items()))
    return merged.get((row, column), (1, 1))[1] > 1 or (
        column == used[0] and not re.fullmatch(r"[\d.,%]+", text)
    )


def _covered(
    rows: Sequence[int], columns: Sequence[int], merged: _Merged
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    """Return for each row the columns in which a cell begins, and those whose cell began in a row above.

    Both are empty where nothing is merged.
    """
    beside: list[set[int]] = [set() for _ in rows]
    down: list[set[int]] = [set() for _ in rows]
    found = False
    for (top, left), (tall, wide) in merged.items():
        first, last = bisect_left(rows, top), bisect_left(rows, top + tall)
        for n in range(first, last):
            across = range(bisect_left(columns, left), bisect_left(columns, left + wide))
            if rows[n] > rows[first]:
                down[n].update(across)
            else:
                beside[n].update(across[1:])
            found = found or len(across) > 1 or last - first > 1
    if not found:
        return (), ()
    starts = tuple(
        tuple(n for n in range(len(columns)) if n not in beside[row] and n not in down[row])
        for row in range(len(rows))
    )
    return starts, tuple(tuple(sorted(held)) for held in down)
