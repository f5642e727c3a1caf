"""The case as a workbook that a person fills in and the program reads back."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.case import CaseFile
from knowledge.enterprise import Fact
from knowledge.errors import InputError
from knowledge.standard import Standard

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from assistant.casefiles.raw import Raw

GUIDE, FIRM, QUESTIONS, SCENES = "填写说明", "企业信息", "评测问题", "场景等级"
NEEDS, COSTS, EVIDENCE = "需求与预算", "自有报价", "证据清单"

MAX_UNPACKED_BYTES = 30_000_000
MAX_ROWS = 3_000
EVIDENCE_ROWS = 60
TICK = "√"

_COLUMNS = {
    FIRM: ("项目", "填写", "单位", "怎样填", "字段名（请勿改动）"),
    QUESTIONS: ("题号", "问题", "题型", "选项", "内容", "分值", f"选择（填 {TICK}）", "测得值（%）"),
    SCENES: ("编号", "场景", "分组", "性质", "一级", "二级", "三级", "四级", "当前等级（0 至 4）"),
    NEEDS: ("项目", "填写", "怎样填", "字段名（请勿改动）"),
    COSTS: ("类别", "编号", "名称", "选项或等级", "内容", "费用（万元）"),
    EVIDENCE: ("题号或场景编号", "类型", "文件名或编号", "说明"),
}
_WIDTHS = {
    FIRM: (52, 26, 8, 46, 44),
    QUESTIONS: (7, 40, 7, 6, 58, 7, 12, 12),
    SCENES: (7, 11, 18, 9, 34, 34, 34, 34, 12),
    NEEDS: (24, 46, 58, 24),
    COSTS: (8, 8, 40, 11, 62, 13),
    EVIDENCE: (16, 14, 34, 60),
}
_NEEDS_ROWS = (
    ("评测标准", "assessment.standard", "标准编号，一般不改"),
    ("评测日期", "assessment.assessed_on", "例如 2026-11-02"),
    ("目标等级", "needs.target_level", "1 至 4"),
    ("预算（万元）", "needs.budget", "数字，单位万元；也可写 30万"),
    ("完成期限", "needs.deadline", "例如 2027-06-30；也可写 2027年6月、2027年底（按最后一天算）"),
    ("部署方式", "needs.deployment", "每行一项，例如 公有云；任一满足即可，不限则留空"),
    ("必须满足的要求", "needs.must", "每行一项，例如 能与现有用友U8对接"),
    ("只采购有报价的步骤", "needs.costs.only", "是：没有填费用的步骤不采购；否：按目录公开价或工作量估算"),
    ("备注", "needs.notes", "痛点、背景等，可以多写"),
)
_FIRM_ROWS = (
    ("企业名称", "name", "", "营业执照上的全称"),
    ("所在地区", "region", "", "例如 山东省济南市"),
    ("所属行业", "industry", "", "国民经济行业分类名称，例如 通用设备制造业"),
    ("员工人数", "employees", "人", "数字"),
)
_LISTS = frozenset({"needs.deployment", "needs.must"})


def in_words(text: str) -> str:
    """Return a text with the keys of a case replaced by what the form calls them: needs.deadline is “完成期限”."""
    for label, key, _ in _NEEDS_ROWS:
        text = text.replace(key, f"“{label}”")
    return text


def write_text(cell: "Cell | MergedCell", value: str) -> None:
    """Put a text into a cell as a text: one that starts with = + - @ is never taken for a formula."""
    cell.value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)[:32_000]
    if isinstance(cell.value, str) and cell.value[:1] in ("=", "+", "-", "@", "\t"):
        cell.data_type = "s"
        cell.quotePrefix = True


# ---------------------------------------------------------------- writing


def write_case_template(
    path: Path, standard: Standard, facts: Mapping[str, Fact], case: CaseFile | None = None
) -> None:
    """Write the workbook to fill in; with a case, the same workbook filled in.

    Args:
        path: Where to write; an .xlsx.
        standard: The indicator standard asked by.
        facts: Facts of the enterprise profile by name.
        case: Values to put in; None leaves every answer empty.
    """
    from openpyxl import Workbook

    case = case or CaseFile()
    book = Workbook()
    guide = book.active
    assert guide is not None
    guide.title = GUIDE
    _write_guide(guide, standard)
    _write_firm(_sheet(book, FIRM), facts, case)
    _write_questions(_sheet(book, QUESTIONS), standard, case)
    _write_scenes(_sheet(book, SCENES), standard, case)
    _write_needs(_sheet(book, NEEDS), standard, case)
    _write_costs(_sheet(book, COSTS), standard, case)
    _write_evidence(_sheet(book, EVIDENCE), case)
    book.save(path)


def _sheet(book: "Workbook", title: str) -> "Worksheet":
    """Return a new sheet with its header row, its column widths and a page set-up that prints."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet: Worksheet = book.create_sheet(title)
    for column, (name, width) in enumerate(zip(_COLUMNS[title], _WIDTHS[title], strict=True), start=1):
        cell = sheet.cell(1, column, name)
        cell.font = Font(name="微软雅黑", bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[1].height = 24
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"
    return sheet


def _row(
    sheet: "Worksheet", row: int, values: tuple[object, ...], *, fill_in: tuple[int, ...], shade: bool = False
) -> None:
    """Write one row; the columns to fill in (1-based) are coloured."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    line = Side(style="thin", color="D0D5DB")
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column)
        if isinstance(value, str):
            write_text(cell, value)
        else:
            cell.value = value  # type: ignore[assignment]
        cell.font = Font(name="微软雅黑", size=10)
        middle = isinstance(value, str) and len(value) <= 2
        cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="center" if middle else None)
        cell.border = Border(bottom=line)
        if column in fill_in:
            cell.fill = PatternFill("solid", fgColor="FFF8DC")
        elif shade:
            cell.fill = PatternFill("solid", fgColor="F4F7FA")
    lines = max(_lines(value, width) for value, width in zip(values, _WIDTHS[sheet.title], strict=True))
    sheet.row_dimensions[row].height = 15.5 * lines + 3


def _lines(value: object, width: float) -> int:
    """Return the lines a text takes in a column; a Chinese character is two units wide."""
    if not isinstance(value, str):
        return 1
    wide = (sum(2.1 if ord(char) > 0x2E80 else 1.1 for char in line) for line in value.split("\n"))
    return sum(1 + int(one / max(width - 1, 1)) for one in wide)


def _offer(sheet: "Worksheet", cells: str, choices: str, *, strict: bool = True) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=strict)
    offered.errorTitle, offered.error = "请从下拉列表中选择", f"可选：{choices}"
    for one in cells.split():
        offered.add(one)
    sheet.add_data_validation(offered)


def _write_guide(sheet: "Worksheet", standard: Standard) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 100
    lines = (
        "企业数字化水平评测表",
        f"评测标准：{standard.title}",
        "",
        "一、黄色单元格是要填的，其余请勿改动；不增删列，不改工作表名称。",
        "二、不清楚的留空。留空表示“未知”，程序会列为待确认，不会当作 0 或“否”。没有的填 0 或“否”。"
        "数字可以带千分位、百分号、“万”“亿”和单位，如 1,118、6.5%、2900万；约数、区间不收，请填一个确定的数。",
        f"三、“{QUESTIONS}”：在所选选项一行填 {TICK}；单选题只填一个，选了“无”就不再选其他。整题留空表示未作答。"
        "按比率评定的题，测得值填在该题第一行最右一列。",
        f"四、“{SCENES}”：对照四级文字，填 0 至 4；达不到一级填 0，没有评测留空。",
        f"五、“{COSTS}”：有自己的报价才填，单位万元。多选题填增加该选项的费用，单选题填由上一选项升到该选项的费用，"
        "场景填由下一级升到该级的费用。",
        f"六、“{EVIDENCE}”：每条证据一行，写明对应的题号或场景编号。",
        "七、填好后运行：canmou report 本文件.xlsx --kind one-enterprise-diagnosis -o 报告.docx",
    )
    for n, line in enumerate(lines, start=1):
        cell = sheet.cell(n, 1, line)
        cell.font = Font(name="微软雅黑", size=16 if n == 1 else 11, bold=n == 1)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[n].height = 30 if n == 1 else 16.5 * _lines(line, 92) + 3


def _write_firm(sheet: "Worksheet", facts: Mapping[str, Fact], case: CaseFile) -> None:
    row = 2
    for label, key, unit, how in _FIRM_ROWS:
        value = getattr(case.enterprise, key)
        _row(sheet, row, (label, _cell_value(value), unit, how, key), fill_in=(2,))
        row += 1
    yes_no: list[str] = []
    for name, fact in facts.items():
        how = "数字"
        if fact.kind == "yes_no":
            how = "是 / 否" + ("（须评审人员认定）" if fact.manual else "")
            yes_no.append(f"B{row}")
        elif fact.kind == "choice":
            words = [fact.words.get(choice, choice) for choice in fact.choices]
            how = " / ".join(words)
            _offer(sheet, f"B{row}", ",".join(words))
        value = getattr(case.enterprise.profile, name)
        shown = fact.words.get(value, value) if isinstance(value, str) else _cell_value(value)
        _row(sheet, row, (fact.label, shown, fact.unit, how, f"profile.{name}"), fill_in=(2,))
        row += 1
    _offer(sheet, " ".join(yes_no), "是,否")


def _write_questions(sheet: "Worksheet", standard: Standard, case: CaseFile) -> None:
    row = 2
    for n, question in enumerate(standard.questions.values()):
        chosen, measures = case.assessment.answers.get(question.id, ()), case.assessment.measures
        for first, option in _with_first(question.options):
            _row(
                sheet,
                row,
                (
                    question.id,
                    question.asks if first else "",
                    ("单选" if question.kind == "single" else "多选") if first else "",
                    option.key,
                    option.text,
                    _cell_value(option.points),
                    TICK if option.key in chosen else None,
                    _cell_value(measures.get(question.id)) if first else None,
                ),
                fill_in=(7, 8),
                shade=n % 2 == 0,
            )
            row += 1
    _offer(sheet, f"G2:G{row - 1}", TICK)


def _write_scenes(sheet: "Worksheet", standard: Standard, case: CaseFile) -> None:
    for row, scene in enumerate(standard.scenes, start=2):
        texts = tuple(scene.levels.get(level, "") for level in (1, 2, 3, 4))
        nature = "约束性" if scene.binding else "指导性"
        level = case.assessment.scenes.get(scene.id)
        _row(sheet, row, (scene.id, scene.name, scene.group, nature, *texts, level), fill_in=(9,))
    _offer(sheet, f"I2:I{len(standard.scenes) + 1}", "0,1,2,3,4")


def _write_needs(sheet: "Worksheet", standard: Standard, case: CaseFile) -> None:
    for row, (label, key, how) in enumerate(_NEEDS_ROWS, start=2):
        value: Any = case
        for part in key.split("."):
            value = getattr(value, part)
        if key == "assessment.standard":
            value = standard.id
        if key == "needs.costs.only" and not case.needs.costs.only:
            value = None
        shown = "\n".join(value) if key in _LISTS else _cell_value(value)
        _row(sheet, row, (label, shown, how, key), fill_in=(2,))
        if key == "needs.target_level":
            _offer(sheet, f"B{row}", "1,2,3,4")
        if key == "needs.costs.only":
            _offer(sheet, f"B{row}", "是,否")


def _write_costs(sheet: "Worksheet", standard: Standard, case: CaseFile) -> None:
    row, costs = 2, case.needs.costs
    for question in standard.questions.values():
        for option in question.options:
            cost = costs.questions.get(question.id, {}).get(option.key)
            if option is question.options[0] and cost is None:
                continue
            line = ("问题", question.id, question.asks, option.key, option.text, _cell_value(cost))
            _row(sheet, row, line, fill_in=(6,))
            row += 1
    for scene in standard.scenes:
        for level in (1, 2, 3, 4):
            cost = costs.scenes.get(scene.id, {}).get(level)
            step = ("场景", scene.id, scene.name, level, scene.levels.get(level, ""), _cell_value(cost))
            _row(sheet, row, step, fill_in=(6,))
            row += 1


def _write_evidence(sheet: "Worksheet", case: CaseFile) -> None:
    notes = case.assessment.evidence
    for row, note in enumerate(notes, start=2):
        _row(sheet, row, (note.for_, note.kind, note.ref, note.note), fill_in=())
    for row in range(len(notes) + 2, max(EVIDENCE_ROWS, len(notes)) + 2):
        _row(sheet, row, ("", "", "", ""), fill_in=())


def _cell_value(value: object) -> object:
    """Return what a cell shows: 是/否, a number, a date, a text; None stays empty."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value == "":
        return None
    return value


def _with_first(items: tuple[Any, ...]) -> Iterator[tuple[bool, Any]]:
    return ((n == 0, item) for n, item in enumerate(items))


# ---------------------------------------------------------------- reading


class _Reader:
    """One workbook, its values and where each came from."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.values, self.formulas = _open(path)
        self.places: dict[tuple[str | int, ...], str] = {}

    def rows(self, title: str) -> Iterator[tuple[int, list[object]]]:
        """Yield row number and plain values of every row below the header.

        Raises:
            InputError: The header is not ours, or a formula was never computed.
        """
        sheet, formulas = self.values[title], self.formulas[title]
        header = tuple(sheet.cell(1, column).value for column in range(1, len(_COLUMNS[title]) + 1))
        if header != _COLUMNS[title]:
            raise InputError(
                f"{self.name} 表“{title}”第 1 行",
                "表头与评测表模板不符",
                "请用 canmou template case -o 评测表.xlsx 重新生成，只填黄色单元格",
            )
        if sheet.max_row > MAX_ROWS:
            raise InputError(f"{self.name} 表“{title}”", f"超过 {MAX_ROWS} 行", "请不要在模板中粘贴其他数据")
        for row in range(2, sheet.max_row + 1):
            found: list[object] = []
            for column in range(1, len(header) + 1):
                value = _plain(sheet.cell(row, column))
                if value is None and formulas.cell(row, column).data_type == "f":
                    where = f"{self.name} 表“{title}”第 {row} 行"
                    raise InputError(
                        where, "公式没有计算结果", "请把公式换成数值，或在 Excel 中打开并保存一次"
                    )
                found.append(value)
            yield row, found

    def put(self, data: dict[Any, Any], key: tuple[str | int, ...], value: object, place: str) -> None:
        """Set `value` at a key path of nested mappings and remember its place."""
        for part in key[:-1]:
            data = data.setdefault(part, {})
        data[key[-1]] = value
        self.places[key] = place


def read_case_template(path: Path, standards: Mapping[str, Standard]) -> "Raw":
    """Return a filled-in workbook as plain data with the sheet and row of every value.

    Raises:
        InputError: Not a workbook, not ours, or unreadable.
    """
    from assistant.casefiles.raw import Raw

    reader = _Reader(path)
    data: dict[str, Any] = {}
    raw = Raw(reader.name, data, reader.places, form=True)
    for row, (label, value, _, _, key) in reader.rows(FIRM):
        if value is not None and key is not None:
            reader.put(data, ("enterprise", *str(key).split(".")), value, _place(FIRM, row, label))
    for row, (label, value, _, key) in reader.rows(NEEDS):
        if value is None or key is None:
            continue
        if key in _LISTS:
            value = [part.strip() for part in str(value).splitlines() if part.strip()]
        reader.put(data, tuple(str(key).split(".")), value, _place(NEEDS, row, label))
    _read_answers(reader, data, raw)
    _read_levels(reader, data)
    _read_costs(reader, data)
    _read_evidence(reader, data)
    return raw


def _place(sheet: str, row: int, label: object) -> str:
    """Return where a cell is, in the words of the form."""
    return f"表“{sheet}”第 {row} 行" + (f"“{label}”" if label else "")


def _read_answers(reader: _Reader, data: dict[str, Any], raw: "Raw") -> None:
    for row, cells in reader.rows(QUESTIONS):
        mark, measured = cells[6], cells[7]
        where = _place(QUESTIONS, row, cells[0])
        if measured is not None:
            reader.put(data, ("assessment", "measures", str(cells[0])), measured, where)
        if mark is None or cells[0] is None:
            continue
        if str(mark).strip() not in {TICK, "✓", "✔", "1", "是", "v", "V", "x", "X", "Y", "y", str(cells[3])}:
            wrong = f"“{mark}”看不出是否选择", f"选择填 {TICK}，不选留空"
            raw.problems.append(InputError(f"{reader.name} {where}", *wrong))
            continue
        answers = data.setdefault("assessment", {}).setdefault("answers", {})
        answers.setdefault(str(cells[0]), []).append(str(cells[3]))
        reader.places["assessment", "answers", str(cells[0])] = where


def _read_levels(reader: _Reader, data: dict[str, Any]) -> None:
    for row, cells in reader.rows(SCENES):
        if cells[8] is not None:
            reader.put(data, ("assessment", "scenes", str(cells[0])), cells[8], _place(SCENES, row, cells[1]))


def _read_costs(reader: _Reader, data: dict[str, Any]) -> None:
    for row, cells in reader.rows(COSTS):
        if cells[5] is not None:
            kind, step = ("questions", str(cells[3])) if cells[0] == "问题" else ("scenes", cells[3])
            step = int(step) if isinstance(step, Decimal) else step
            where = _place(COSTS, row, f"{cells[2]} {cells[3]}")
            reader.put(data, ("needs", "costs", kind, str(cells[1]), step), cells[5], where)  # type: ignore[arg-type]


def _read_evidence(reader: _Reader, data: dict[str, Any]) -> None:
    notes: list[dict[str, object]] = []
    for row, cells in reader.rows(EVIDENCE):
        if any(cell is not None for cell in cells):
            reader.places["assessment", "evidence", len(notes)] = f"表“{EVIDENCE}”第 {row} 行"
            told = zip(("for", "kind", "ref", "note"), cells, strict=True)
            notes.append({name: _as_words(cell) for name, cell in told if cell is not None})
    if notes:
        data.setdefault("assessment", {})["evidence"] = notes


def _as_words(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _plain(cell: "Cell | MergedCell") -> object:
    """Return what stands in a cell; 6.5% typed into a sheet is kept as 0.065, and read as it is seen."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in str(cell.number_format):
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, datetime):
        return value.date()
    return value


def _open(path: Path) -> tuple["Workbook", "Workbook"]:
    """Return the workbook twice: values, and formulas.

    Raises:
        InputError: Not a workbook, too large when unpacked, or without our sheets.
    """
    from openpyxl import load_workbook

    remedy = "请用 canmou template case -o 评测表.xlsx 生成评测表，填好后再读入"
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise InputError(path.name, "解压后过大，不像评测表", remedy)
        values = load_workbook(path, data_only=True)
        missing = [title for title in _COLUMNS if title not in values.sheetnames]
        if missing:
            raise InputError(path.name, f"不是评测表：缺少工作表 {'、'.join(missing)}", remedy)
        return values, load_workbook(path)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise InputError(path.name, "不是可以打开的 Excel 工作簿", remedy) from error
