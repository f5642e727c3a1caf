"""Thousands of enterprises from one workbook: scored, checked, summed up by region, and written back as a workbook.

One row is one enterprise; a header names the columns, in any order: 企业名称, 地区, 行业, 从业人员, q01…q15 as letters (B、C),
s01…s16 as levels, and any fact of the profile by its label or field name. A row that cannot be used is listed with its
cells and reasons, and never stops the others.

Every finished row is written to a journal beside the result at once, so a run that was killed goes on where it stopped; the
journal is bound to the input, the standard and the check, and is removed once the result stands.
"""

import hashlib
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.casefiles.cases import judge
from assistant.casefiles.raw import Key, Raw
from assistant.rules.scoring import level_name, score
from assistant.schema import Eligibility, ScoreCard
from knowledge.case import CaseFile, Enterprise
from knowledge.enterprise import facts
from knowledge.errors import ConsultError, InputError
from knowledge.record import Number, Record
from knowledge.standard import Standard

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_ROWS = 100_000
MAX_UNPACKED_BYTES = 600_000_000
MAX_ERRORS_PER_ROW = 20
HEADER_WITHIN = 10
"""The header is sought in this many first rows, so that a title may stand above it."""
REGIONS_SHOWN = 20
LEVEL_COLOURS = ("D9D9D9", "C6DBEF", "6BAED6", "3182BD", "08519C", "F4B183")
"""Levels from none upwards, darker as they rise; the last is open."""
REMEDY = "请用 canmou template batch -o 批量测算表.xlsx 生成表格，填好后再读入"
OPEN = "未定（有未答项）"

ENTERPRISE = {
    "name": ("企业名称", "单位名称", "名称", "name"),
    "region": ("地区", "所在地", "所在地区", "region"),
    "industry": ("行业", "所属行业", "industry"),
    "employees": ("从业人员", "从业人数", "员工人数", "职工人数", "employees"),
}


class RowError(Record):
    """A cell that cannot be used, and what to do."""

    row: int
    """As the workbook counts."""
    name: str
    place: str
    what: str
    remedy: str


class RowResult(Record):
    """What was worked out for one row."""

    row: int
    name: str = ""
    region: str = ""
    industry: str = ""
    employees: Number | None = None
    errors: tuple[RowError, ...] = ()
    """Not empty: the row was not scored."""
    total: Number | None = None
    total_high: Number | None = None
    dimensions: dict[str, Number] = {}
    """Dimension name -> points certain."""
    level: int | None = None
    level_low: int = 0
    level_high: int = 0
    next_level: tuple[int, Number, int, int] | None = None
    """The level above; points, scenes and binding scenes short of it."""
    scenes: dict[str, int] = {}
    unanswered: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    """What does not fit together in the answers."""
    verdict: str = ""
    """Of the program checked; empty where none was."""
    ask_next: tuple[str, ...] = ()


class BatchReport(Record):
    """How a run over a workbook went."""

    source: str
    out: str
    rows: int
    scored: int
    failed: int
    resumed: int
    """Rows taken over from an earlier run that was cut short."""
    levels: dict[str, int]
    """Level name -> enterprises."""
    ignored_columns: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()
    """The first of them; the workbook lists all."""


Checker = Callable[[Enterprise], Eligibility]


def run_batch(
    source: Path,
    out: Path,
    *,
    standard: Standard,
    check: Checker | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BatchReport:
    """Score (and check) every row of `source` and write the result workbook `out`.

    Args:
        source: The workbook of enterprises; its first sheet with a header is read.
        out: Where the result goes; it appears only once it is complete. The journal stands beside it until then.
        standard: The indicator standard.
        check: Decides one program for an enterprise; None checks nothing.
        progress: Called with rows done and rows in all.

    Raises:
        InputError: The workbook cannot be read or has no header, or `out` is no place to write to.
    """
    if out.suffix.lower() != ".xlsx":
        raise InputError(out.name, "结果须存为 .xlsx 工作簿", "请把输出文件改名为以 .xlsx 结尾")
    if not out.resolve().parent.is_dir():
        raise InputError(str(out.parent), "没有这个文件夹", "请先建立文件夹或改用别的路径")
    if out.resolve() == source.resolve():
        raise InputError(out.name, "结果与输入是同一个文件", "请另取一个输出文件名")
    sheet = _read(source, standard)
    journal = _Journal(out.with_name(out.name + ".journal"), _mark(source, standard, check))
    done = journal.resume(row for row, _ in sheet.rows)
    resumed = len(done)
    progress(len(done), len(sheet.rows))
    with journal:
        for row, cells in sheet.rows:
            if row in done:
                continue
            done[row] = _work_out(source.name, row, cells, sheet.columns, standard, check)
            journal.keep(done[row])
            progress(len(done), len(sheet.rows))
    results = [done[row] for row, _ in sheet.rows]
    _write(out, results, standard, checked=check is not None, ignored=sheet.ignored)
    journal.discard()
    failed = [result for result in results if result.errors]
    return BatchReport(
        source=source.name,
        out=str(out),
        rows=len(results),
        scored=len(results) - len(failed),
        failed=len(failed),
        resumed=resumed,
        levels=_by_level(results, standard),
        ignored_columns=sheet.ignored,
        errors=tuple(error for result in failed for error in result.errors)[:20],
    )


# ---------------------------------------------------------------- reading


class _Sheet(Record):
    columns: dict[int, tuple[Key, str]]
    """Column number -> where its value goes in a case, and what the header says."""
    ignored: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]


def _read(source: Path, standard: Standard) -> _Sheet:
    from openpyxl import load_workbook

    if not source.is_file():
        raise InputError(str(source), "找不到这个文件", REMEDY)
    if source.suffix.lower() != ".xlsx":
        raise InputError(source.name, "不是 .xlsx 工作簿", "请另存为 .xlsx 后再试")
    try:
        with zipfile.ZipFile(source) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise InputError(source.name, "解压后过大", f"请拆成每份不超过 {MAX_ROWS:,} 家企业的工作簿")
        book = load_workbook(source, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                found = _table(source.name, sheet.iter_rows(values_only=True), standard)
                if found is not None:
                    return found
        finally:
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, EOFError, SyntaxError) as error:
        raise InputError(source.name, "不是可以打开的 Excel 工作簿", REMEDY) from error
    raise InputError(
        source.name, f"各工作表前 {HEADER_WITHIN} 行都没有可识别的表头（如 企业名称、q01、s01）", REMEDY
    )


def _table(file: str, lines: Iterator[Sequence[Any]], standard: Standard) -> _Sheet | None:
    """Return the table of a sheet; None where no header is found."""
    known = _headers(standard)
    columns: dict[int, tuple[Key, str]] = {}
    ignored: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[Any, ...]]] = []
    for number, cells in enumerate(lines, start=1):
        if not columns:
            if number > HEADER_WITHIN:
                return None
            columns, ignored = _header(f"{file} 第 {number} 行", cells, known)
            continue
        told = tuple(cells[at] if at < len(cells) else None for at in columns)
        if not all(map(_blank, told)):
            rows.append((number, told))
        if len(rows) > MAX_ROWS:
            raise InputError(file, f"超过 {MAX_ROWS:,} 行", "请拆成几份工作簿")
    return _Sheet(columns=columns, ignored=ignored, rows=tuple(rows)) if columns else None


def _header(
    where: str, cells: Sequence[Any], known: Mapping[str, Key]
) -> tuple[dict[int, tuple[Key, str]], tuple[str, ...]]:
    """Return the columns a header row names and those it does not know; nothing where it is no header."""
    titles = {at: str(cell).strip() for at, cell in enumerate(cells) if not _blank(cell)}
    columns = {
        at: (known[_squeeze(title)], title) for at, title in titles.items() if _squeeze(title) in known
    }
    if len(columns) < 2:
        return {}, ()
    keys = [key for key, _ in columns.values()]
    for key, title in columns.values():
        if keys.count(key) > 1:
            raise InputError(where, f"“{title}”一列出现不止一次", "请只保留一列")
    return columns, tuple(title for at, title in titles.items() if at not in columns)


def _headers(standard: Standard) -> dict[str, Key]:
    """Return every way to name a column, squeezed, and where its value goes."""
    found: dict[str, Key] = {}
    for name, words in ENTERPRISE.items():
        found |= {_squeeze(word): ("enterprise", name) for word in words}
    for fact in facts().values():
        for word in (fact.name, fact.label, f"{fact.label}（{fact.unit}）"):
            found.setdefault(_squeeze(word), ("enterprise", "profile", fact.name))
    for kind, items in (("answers", standard.questions), ("scenes", standard.scene)):
        for id, item in items.items():
            number = str(int(id[1:])) if id[1:].isdigit() else id[1:]
            for word in (id, id[0] + number, f"{id}{item.name}", f"{id[0]}{number}{item.name}", item.name):
                found.setdefault(_squeeze(word), ("assessment", kind, id))
    return found


def _squeeze(word: str) -> str:
    """Return a header without blanks, brackets and case, so that Q1 and “ q1 ” are one."""
    return re.sub(r"[\s（）()：:*·.]", "", word).lower()


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


# ---------------------------------------------------------------- one row


def _work_out(
    file: str,
    row: int,
    cells: Sequence[Any],
    columns: Mapping[int, tuple[Key, str]],
    standard: Standard,
    check: Checker | None,
) -> RowResult:
    told = {key: value for (key, _), value in zip(columns.values(), cells, strict=True) if not _blank(value)}
    places = {key: f"第 {row} 行 {_letter(at)} 列（{title}）" for at, (key, title) in columns.items()}
    name = str(told.get(("enterprise", "name"), "")).strip()
    case, errors = _judge(file, row, name, told, places, standard)
    if ("enterprise", "name") in places and not name:
        place = places["enterprise", "name"]
        errors = [RowError(row=row, name="", place=place, what="没有企业名称", remedy="请补填"), *errors]
    verdict, ask_next = "", tuple[str, ...]()
    if check is not None and not errors:
        try:
            found = check(case.enterprise)
            verdict, ask_next = found.verdict.label, found.ask_next
        except ConsultError as error:
            errors = [
                RowError(
                    row=row, name=name, place=f"第 {row} 行", what=error.hint, remedy="请核对这一行的企业信息"
                )
            ]
    firm = case.enterprise
    if errors:
        return RowResult(row=row, name=name, region=firm.region, industry=firm.industry, errors=tuple(errors))
    card = score(standard, case.assessment)
    return _result(row, firm, card, verdict, ask_next)


def _judge(
    file: str, row: int, name: str, told: dict[Key, Any], places: Mapping[Key, str], standard: Standard
) -> tuple[CaseFile, list[RowError]]:
    """Return the row as a case, and every cell that had to be left out of it."""
    errors: list[RowError] = []
    while True:
        data: dict[str, Any] = {"assessment": {"standard": standard.id}}
        for key, value in told.items():
            part = data
            for step in key[:-1]:
                part = part.setdefault(str(step), {})
            part[str(key[-1])] = _plain(key, value)
        try:
            return judge(Raw(file, data, places, form=True), {standard.id: standard}), errors
        except InputError as error:
            at = next((key for key in told if places[key] in error.where), None)
            place = places[at] if at is not None else f"第 {row} 行"
            errors.append(RowError(row=row, name=name, place=place, what=error.what, remedy=error.remedy))
            if at is None or len(errors) == MAX_ERRORS_PER_ROW:
                return CaseFile(), errors
            del told[at]


def _plain(key: Key, value: object) -> object:
    """Return a cell as a case file would hold it: a label of a closed choice as its word."""
    if isinstance(value, str) and key[-2] == "profile":
        words = facts()[str(key[-1])].words
        return next((choice for choice, word in words.items() if word == value.strip()), value)
    if key[-2] == "answers" and not isinstance(value, str):
        return str(value)
    return value


def _result(
    row: int, firm: Enterprise, card: ScoreCard, verdict: str, ask_next: tuple[str, ...]
) -> RowResult:
    short = card.next_level
    return RowResult(
        row=row,
        name=firm.name,
        region=firm.region,
        industry=firm.industry,
        employees=firm.employees,
        total=card.total,
        total_high=card.total_high,
        dimensions={part.name: part.score for part in card.dimensions},
        level=card.level,
        level_low=card.level_low,
        level_high=card.level_high,
        next_level=(short.level, short.points_short, short.scenes_short, short.binding_short)
        if short
        else None,
        scenes={scene.id: scene.level for scene in card.scenes if scene.level is not None},
        unanswered=card.unanswered,
        hints=tuple(check.text for check in (*card.contradictions, *card.inconsistencies)),
        verdict=verdict,
        ask_next=ask_next,
    )


def _letter(at: int) -> str:
    """Return the letters of a column counted from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# ---------------------------------------------------------------- the journal


def _mark(source: Path, standard: Standard, check: Checker | None) -> str:
    """Return what a journal must agree with to be taken up again."""
    digest = hashlib.sha256(source.read_bytes())
    digest.update(standard.model_dump_json().encode())
    if isinstance(check, partial):
        digest.update(repr([arg for arg in check.args if isinstance(arg, str)]).encode())
    digest.update(b"checked" if check is not None else b"")
    return digest.hexdigest()


class _Journal:
    """Finished rows, one JSON line each, under a first line that says what they belong to."""

    def __init__(self, path: Path, mark: str) -> None:
        self._path, self._mark = path, mark

    def resume(self, rows: Iterable[int]) -> dict[int, RowResult]:
        """Return the rows an earlier run finished, and leave the file ready to go on.

        A torn last line, as a killed run leaves it, is cut off and its row done again.
        """
        wanted = set(rows)
        lines = self._path.read_bytes().splitlines(keepends=True) if self._path.is_file() else []
        head = json.dumps({"mark": self._mark}).encode() + b"\n"
        done: dict[int, RowResult] = {}
        whole = head
        if lines and lines[0] == head:
            for line in lines[1:]:
                if not line.endswith(b"\n"):
                    break
                result = RowResult.model_validate_json(line)
                if result.row in wanted and result.row not in done:
                    done[result.row] = result
                    whole += line
        try:
            self._path.write_bytes(whole)
        except OSError as error:
            raise InputError(
                str(self._path.parent), f"不能写入（{error.strerror}）", "请检查文件夹权限与磁盘空间"
            ) from error
        return done

    def __enter__(self) -> "_Journal":
        self._file = self._path.open("ab", buffering=0)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def keep(self, result: RowResult) -> None:
        """Add a row; what is written stays, whatever happens to this process."""
        self._file.write(result.model_dump_json().encode() + b"\n")

    def discard(self) -> None:
        """Remove the journal of a finished run."""
        self._path.unlink(missing_ok=True)


# ---------------------------------------------------------------- writing

SUMMARY, RESULTS, ERRORS = "汇总", "逐家结果", "有误的行"


def _write(
    out: Path, results: Sequence[RowResult], standard: Standard, *, checked: bool, ignored: Sequence[str]
) -> None:
    """Write the result workbook beside its place and move it there whole."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _write_summary(book, results, standard, checked=checked, ignored=ignored)
    _write_results(book, results, standard, checked=checked)
    _write_errors(book, results)
    part = out.with_name(out.name + ".part")
    try:
        book.save(part)
        os.replace(part, out)  # noqa: PTH105 - one call, atomic on every system
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            str(out), f"不能写入（{error.strerror}）", "请关闭已打开的结果文件，检查权限与磁盘空间后重跑"
        ) from error


def _by_level(results: Iterable[RowResult], standard: Standard) -> dict[str, int]:
    names = [level_name(standard, level) for level in range(standard.top_level + 1)]
    counted = Counter(_level_of(result, standard) for result in results if not result.errors)
    return {name: counted.get(name, 0) for name in (*names, OPEN)}


def _level_of(result: RowResult, standard: Standard) -> str:
    return OPEN if result.level is None else level_name(standard, result.level)


def _new_sheet(book: "Workbook", title: str) -> "Worksheet":
    """Return an empty sheet that prints on landscape pages as wide as itself."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet: Worksheet = book.create_sheet(title)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet


def _write_summary(
    book: "Workbook",
    results: Sequence[RowResult],
    standard: Standard,
    *,
    checked: bool,
    ignored: Sequence[str],
) -> None:
    sheet = _new_sheet(book, SUMMARY)
    sheet.column_dimensions["A"].width = 30
    for letter in "BCDEFGHIJ":
        sheet.column_dimensions[letter].width = 13
    good = [result for result in results if not result.errors]
    at = _Writer(sheet)
    at.title(f"{standard.title}：批量测算汇总")
    at.line("企业数", len(results))
    at.line("已测算", len(good))
    at.line("有误未测算", len(results) - len(good))
    if standard.level_rule is not None:
        at.line("说明", standard.level_rule.note)
    if ignored:
        at.line("未使用的列", "、".join(ignored))

    levels = _by_level(results, standard)
    at.gap()
    first = at.table("等级分布", ("等级", "企业数"), list(levels.items()))
    at.bar("等级分布（家）", first, len(levels), 1, anchor="L2")

    regions = _regions(good)
    rows = [
        (region, len(firms), *_by_level(firms, standard).values(), _mean(r.total for r in firms))
        for region, firms in regions.items()
    ]
    header = ("地区", "企业数", *levels, "平均总分（确定部分）")
    first = at.table("分地区", header, rows)
    at.bar(
        "各地区等级分布（家）", first, len(rows), len(levels), anchor="L20", skip=1, stacked=True, levels=True
    )

    names = [dimension.name for dimension in standard.dimensions if dimension.judged_by == "points"]
    rows = [
        (region, *(_mean(result.dimensions.get(name) for result in firms) for name in names))
        for region, firms in regions.items()
    ]
    first = at.table("分地区各维度平均分", ("地区", *names), rows)
    at.bar("各地区各维度平均分", first, len(rows), len(names), anchor="L38")

    scenes = [
        (
            f"{scene.name}（{'约束性' if scene.binding else '指导性'}）",
            *(sum(r.scenes.get(scene.id) == level for r in good) for level in range(max(scene.levels) + 1)),
            sum(scene.id not in r.scenes for r in good),
        )
        for scene in standard.scenes
    ]
    grades = [f"{level}级" for level in range(standard.top_level + 1)]
    first = at.table("各场景等级分布", ("场景", *grades, "未评"), scenes)
    at.bar(
        "各场景等级分布（家）",
        first,
        len(scenes),
        len(grades) + 1,
        anchor="L56",
        stacked=True,
        tall=True,
        levels=True,
    )

    if checked:
        verdicts = Counter(result.verdict for result in good)
        at.table("资格核对", ("结论", "企业数"), list(verdicts.most_common()))


def _regions(results: Iterable[RowResult]) -> dict[str, list[RowResult]]:
    """Return the rows by region, the largest first; small ones together beyond what a chart can show."""
    found: dict[str, list[RowResult]] = {}
    for result in results:
        found.setdefault(result.region or "未填地区", []).append(result)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    shown = dict(ordered[:REGIONS_SHOWN])
    rest = [result for _, firms in ordered[REGIONS_SHOWN:] for result in firms]
    if rest:
        shown[f"其他{len(ordered) - REGIONS_SHOWN}个地区"] = rest
    return shown


def _mean(values: Iterable[Any]) -> float | None:
    told = [value for value in values if value is not None]
    return round(float(sum(told) / len(told)), 2) if told else None


class _Writer:
    """Rows and charts of a sheet that is written from top to bottom."""

    def __init__(self, sheet: "Worksheet", *, longest: int = 32_000) -> None:
        """Write on `sheet`; text beyond `longest` characters is cut off at the edge of its cell on the screen."""
        self._sheet, self._row, self._longest = sheet, 0, longest

    def title(self, text: str) -> None:
        self._put([text], bold=True, size=14)

    def line(self, *cells: Any) -> None:
        self._put(cells)

    def gap(self) -> None:
        self._put([])

    def table(self, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Write a table and return the number of its header row."""
        self._put([title], bold=True, size=12)
        self.header(*header)
        first = self._row
        for row in rows:
            self._put(row)
        self.gap()
        return first

    def bar(
        self,
        title: str,
        first: int,
        rows: int,
        series: int,
        *,
        anchor: str,
        skip: int = 0,
        stacked: bool = False,
        tall: bool = False,
        levels: bool = False,
    ) -> None:
        """Draw a table as bars: its header row names the series, its first column the bars."""
        from openpyxl.chart import BarChart, Reference

        if not rows:
            return
        chart = BarChart()
        chart.title = title
        chart.type = "bar" if tall else "col"
        chart.height, chart.width = (15 if tall else 8.5), 24
        if stacked:
            chart.grouping, chart.overlap = "stacked", 100
        if series == 1:
            chart.legend = None
        for axis in (chart.x_axis, chart.y_axis):
            axis.delete = False  # newer spreadsheets hide axes that do not say so
        if tall:
            chart.x_axis.scaling.orientation = "maxMin"
        left = 2 + skip
        data = Reference(
            self._sheet, min_col=left, max_col=left + series - 1, min_row=first, max_row=first + rows
        )
        chart.add_data(data, titles_from_data=True)
        chart.gapWidth = 50
        for one, colour in zip(chart.series, LEVEL_COLOURS if levels else (), strict=False):
            one.graphicalProperties.solidFill = colour
        chart.set_categories(Reference(self._sheet, min_col=1, min_row=first + 1, max_row=first + rows))
        self._sheet.add_chart(chart, anchor)

    def header(self, *cells: str) -> None:
        """Write the names of the columns."""
        self._put(cells, bold=True)

    def _put(self, cells: Sequence[Any], *, bold: bool = False, size: int = 11) -> None:
        self._row += 1
        long = [isinstance(value, str) and len(value) > self._longest for value in cells]
        self._sheet.append(
            [
                _cell(self._sheet, value, bold=bold, size=size, cut=cut)
                for value, cut in zip(cells, long, strict=True)
            ]
        )


def _cell(sheet: "Worksheet", value: Any, *, bold: bool, size: int, cut: bool) -> Any:
    """Return a cell; text that a spreadsheet could take for a formula is marked as text."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    if not (risky or bold or cut):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    if risky:
        cell.data_type = "s"
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True, size=size)
    if cut:
        cell.alignment = Alignment(horizontal="fill")  # cut at the cell's edge instead of running on
    return cell


def _write_results(
    book: "Workbook", results: Iterable[RowResult], standard: Standard, *, checked: bool
) -> None:
    sheet = _new_sheet(book, RESULTS)
    sheet.freeze_panes = "C2"
    names = [dimension.name for dimension in standard.dimensions if dimension.judged_by == "points"]
    header = [
        "原表行号",
        "企业名称",
        "地区",
        "行业",
        "从业人员",
        "等级",
        "最低可能",
        "最高可能",
        "总分（确定）",
        "总分（上限）",
    ]
    header += [*names, "下一级", "差分数", "差场景数", "差约束性场景数"]
    header += ["资格结论", "还需了解"] if checked else []
    header += ["未答项", "前后不一致"]
    for at_column, title in enumerate(header):
        wide = {"企业名称": 32, "地区": 16, "行业": 18, "未答项": 30, "还需了解": 40, "前后不一致": 80}
        sheet.column_dimensions[_letter(at_column)].width = wide.get(title, 12)
    at = _Writer(sheet, longest=30)
    at.header(*header)
    count = 0
    labels = {name: fact.label for name, fact in facts().items()}
    for result in results:
        if result.errors:
            continue
        count += 1
        short = result.next_level
        cells: list[Any] = [result.row, result.name, result.region, result.industry, result.employees]
        cells += [_level_of(result, standard)]
        cells += [level_name(standard, result.level_low), level_name(standard, result.level_high)]
        cells += [result.total, result.total_high, *(result.dimensions.get(name) for name in names)]
        cells += [level_name(standard, short[0]), *short[1:]] if short else ["已是最高级", None, None, None]
        cells += (
            [result.verdict, "、".join(labels.get(one, one) for one in result.ask_next)] if checked else []
        )
        cells += ["、".join(result.unanswered), "；".join(result.hints)]
        at.line(*cells)
    sheet.auto_filter.ref = f"A1:{_letter(len(header) - 1)}{count + 1}"


def _write_errors(book: "Workbook", results: Iterable[RowResult]) -> None:
    sheet = _new_sheet(book, ERRORS)
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDE", (9, 32, 36, 48, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    at = _Writer(sheet)
    at.header("原表行号", "企业名称", "位置", "问题", "怎样改")
    for result in results:
        for error in result.errors:
            at.line(error.row, error.name, error.place, error.what, error.remedy)


# ---------------------------------------------------------------- the empty form


def write_batch_template(path: Path, standard: Standard) -> None:
    """Write the form that `run_batch` reads: one row per enterprise, and a sheet that says what may be added."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业"
    titles = [words[0] for words in ENTERPRISE.values()]
    titles += [f"{id} {question.name}" for id, question in standard.questions.items()]
    titles += [f"{id} {scene.name}" for id, scene in standard.scene.items()]
    sheet.append(titles)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F3")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for at in range(len(titles)):
        sheet.column_dimensions[_letter(at)].width = 28 if at == 0 else 16 if at < 4 else 11
    sheet.freeze_panes = "B2"
    first = len(ENTERPRISE)
    for at, question in enumerate(standard.questions.values(), start=first):
        if question.kind == "single":
            offer = DataValidation("list", formula1=f'"{",".join(question.option)}"', allow_blank=True)
            offer.add(f"{_letter(at)}2:{_letter(at)}{MAX_ROWS}")
            sheet.add_data_validation(offer)
    first += len(standard.questions)
    for at, scene in enumerate(standard.scenes, start=first):
        levels = ",".join(str(level) for level in range(max(scene.levels) + 1))
        offer = DataValidation("list", formula1=f'"{levels}"', allow_blank=True)
        offer.add(f"{_letter(at)}2:{_letter(at)}{MAX_ROWS}")
        sheet.add_data_validation(offer)

    _write_guide(book, standard)
    _write_more(book)
    book.save(path)


def _write_guide(book: "Workbook", standard: Standard) -> None:
    from openpyxl.styles import Alignment

    guide = book.create_sheet("填写说明")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 24, 100
    guide.append(["每行一家企业", "列的先后不限；不填的格视为未答，不会当作没有"])
    guide.append(["多选题", "写字母，用顿号隔开，例如 B、C；都没有写 A"])
    guide.append(["场景", "写 0 至 4"])
    guide.append(["可以加的列", "见“可加的列”，列名写中文名或字段名都可以"])
    for id, question in standard.questions.items():
        options = "；".join(f"{option.key} {option.text}" for option in question.options)
        kind = "多选" if question.kind == "multi" else "单选"
        guide.append([f"{id} {question.name}（{kind}）", f"{question.asks}：{options}"])
    for id, scene in standard.scene.items():
        levels = "；".join(f"{level}级 {text}" for level, text in scene.levels.items())
        guide.append([f"{id} {scene.name}", levels])
    for row in guide.iter_rows():
        row[1].alignment = Alignment(wrap_text=True, vertical="top")


def _write_more(book: "Workbook") -> None:
    more = book.create_sheet("可加的列")
    more.append(["中文名", "字段名", "单位", "可填"])
    for letter, width in zip("ABCD", (52, 40, 8, 60), strict=True):
        more.column_dimensions[letter].width = width
    for fact in facts().values():
        choices = "、".join(fact.words.get(word, word) for word in fact.choices)
        allowed = {"number": "数字", "yes_no": "是、否", "choice": choices}[fact.kind]
        more.append([fact.label, fact.name, fact.unit, allowed])
