"""A quiz on paper or as a workbook, with its key or without; results as a workbook.

The workbook for participants has the questions and an answer sheet, one row a person, that grading reads back. The
trainer's has the key beside them.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.documents.files import writer_for
from assistant.documents.sheets import write_text
from assistant.schema import Made, Report, Section, Table
from assistant.training.grading import CODE, NAME, SHEET, UNIT, Result, key_of
from assistant.training.options import LETTERS, plain_place
from assistant.training.quiz import KIND_LABELS, Quiz, QuizQuestion
from assistant.training.tables import check_size, read_workbook
from knowledge.errors import InputError

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

QUESTIONS, KEY = "试题", "答案与条款（讲师用）"
ROWS = 45
"""Participants an answer sheet has room for; more may be written below."""
_HOW = {
    "single": "写一个字母",
    "multiple": "写全部字母，如 A、C",
    "true_false": "写 正确 或 错误",
    "cloze": "写数字",
}


def check_place(path: Path, endings: Sequence[str]) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises:
        InputError: The ending is none of these, or the folder is not there.
    """
    if path.suffix.lower() not in endings:
        raise InputError(
            str(path), f"不支持的文件类型 {path.suffix or '（没有扩展名）'}", f"请用 {'、'.join(endings)}"
        )
    if not path.resolve().parent.is_dir():
        raise InputError(str(path), "所在的文件夹不存在", "请先建立文件夹，或换一个位置")


QUIZ_ENDINGS = (".xlsx", ".docx", ".md", ".json")
PAPER_ENDINGS = (".xlsx", ".docx", ".md")
RESULT_ENDINGS = (".xlsx", ".json")


def write_quiz(quiz: Quiz, path: Path, *, made: Made, key: bool = True) -> None:
    """Write a quiz as .docx, .md or .xlsx, or whole as .json; without `key` it is the participants' copy.

    Raises:
        InputError: The ending is none of these, or the folder is not there.
    """
    check_place(path, QUIZ_ENDINGS if key else PAPER_ENDINGS)
    if path.suffix.lower() == ".json":
        path.write_text(quiz.model_dump_json(indent=2), encoding="utf-8")
    elif path.suffix.lower() == ".xlsx":
        _write_workbook(quiz, path, key=key)
    else:
        writer_for(path)(_paper(quiz, made, key=key), path)


def read_quiz(path: Path) -> Quiz:
    """Return the quiz in a .json file, or in a trainer's workbook.

    Raises:
        InputError: The file is missing, of another kind, or holds no key.
    """
    if path.suffix.lower() == ".xlsx":
        return _from_workbook(path)
    if path.suffix.lower() != ".json":
        raise InputError(
            path.name, "不是可以判分的测验", "请用 canmou train quiz -o 测验.xlsx（或 .json）写出的讲师版"
        )
    from pydantic import ValidationError

    check_size(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        if isinstance(data, dict):  # what --json prints says more
            data = {name: data[name] for name in Quiz.model_fields if name in data}
        return Quiz.model_validate(data)
    except OSError as error:
        raise InputError(str(path), "打不开", "请核对文件名") from error
    except (ValueError, ValidationError) as error:
        raise InputError(
            path.name, "不是一份测验", "请用 canmou train quiz -o 测验.json 写出的文件"
        ) from error


# ---------------------------------------------------------------- on paper


def _paper(quiz: Quiz, made: Made, *, key: bool) -> Report:
    groups = []
    for kind, label in KIND_LABELS.items():
        asked = [one for one in quiz.questions if one.kind == kind]
        if asked:
            lines = tuple(line for one in asked for line in _lines(one))
            title = f"{label}题（{len(asked)} 题，{_HOW[kind]}）"
            groups.append(Section(id=f"questions-{kind}", title=title, level=2, paragraphs=lines))
    sheet = Table(
        title="答题栏（待填写）",
        header=("题号", *(str(n) for n in range(1, 11))),
        rows=tuple(
            row
            for start in range(0, len(quiz.questions), 10)
            for row in (
                *(() if start == 0 else (("题号", *(_number(quiz, start + n) for n in range(10))),)),
                ("答案", *("" for _ in range(10))),
            )
        ),
        note=f"{NAME}：＿＿＿＿＿＿＿＿    {UNIT}：＿＿＿＿＿＿＿＿＿＿＿＿    得分：＿＿＿＿",
    )
    sections = [
        Section(id="sheet", title="答题栏", tables=(sheet,)),
        Section(id="questions", title="试题", sections=tuple(groups)),
    ]
    if key:
        rows = tuple(
            (
                str(one.n),
                key_of(one),
                f"{one.explanation}{f'【{one.doc_number}】' if one.doc_number else ''}",
                f"{one.status}\n{one.certainty}",
            )
            for one in quiz.questions
        )
        sections.append(
            Section(
                id="key",
                title="答案与条款（讲师用）",
                new_page=True,
                tables=(Table(header=("题号", "答案", "条款与解析", "状态"), rows=rows),),
            )
        )
    return Report(
        kind="training-quiz",
        title=quiz.title,
        enterprise="讲师版（附答案）" if key else "学员卷",
        date=quiz.as_of,
        sections=tuple(sections),
        cover=(
            ("题数", f"{len(quiz.questions)} 题"),
            ("地区", quiz.region),
            ("口径日期", str(quiz.as_of)),
            (CODE, quiz.code),
        ),
        compact=True,
        notice="答案以所列条款的要点为准，状态按口径日期标注；办理以发文机关的正式文件为准。",
        made=made,
    )


def _number(quiz: Quiz, at: int) -> str:
    return str(at + 1) if at < len(quiz.questions) else ""


def _lines(one: QuizQuestion) -> list[str]:
    """Return a question and its options, these in one line where they are short."""
    options = [f"{letter}. {option}" for letter, option in zip(LETTERS, _choices(one), strict=False)]
    if sum(_wide(option) + 4 for option in options) <= _ONE_LINE:
        options = ["　　".join(options)] if options else []
    return [f"{one.n}. {bare_stem(one)}", *options]


_ONE_LINE = 74
"""Half widths of a line, in which options fit beside each other."""


def _wide(text: str) -> int:
    """Return how many half widths a text takes, a Chinese character being two."""
    return sum(2 if ord(char) > 0x2E7F or char in "“”" else 1 for char in text)


def _choices(one: QuizQuestion) -> tuple[str, ...]:
    return () if one.kind == "true_false" else one.options


def bare_stem(one: QuizQuestion) -> str:
    """Return the question without the word that says of which kind it is."""
    tail = "（　　）" if one.kind in ("single", "multiple", "true_false") else ""
    return f"{one.stem.removeprefix('（多选）').removeprefix('判断：').removeprefix('填空：')}{tail}"


# ---------------------------------------------------------------- as a workbook


def _write_workbook(quiz: Quiz, path: Path, *, key: bool) -> None:
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    _questions_sheet(book, quiz)
    _answer_sheet(book, quiz)
    if key:
        _key_sheet(book, quiz)
    save(book, path)


def save(book: "Workbook", path: Path) -> None:
    """Save a workbook.

    Raises:
        InputError: It cannot be written there.
    """
    try:
        book.save(path)
    except OSError as error:
        raise InputError(
            str(path), f"不能写入（{error.strerror}）", "请关闭已打开的文件，检查权限与磁盘空间"
        ) from error


def _questions_sheet(book: "Workbook", quiz: Quiz) -> None:
    header = ("题号", "题型", "题目", "选项A", "选项B", "选项C", "选项D", "怎样作答")
    rows = [
        (
            one.n,
            KIND_LABELS[one.kind],
            one.stem.removeprefix("（多选）").removeprefix("判断：").removeprefix("填空："),
            *(*_choices(one), "", "", "", "")[:4],
            _HOW[one.kind],
        )
        for one in quiz.questions
    ]
    _table(book, QUESTIONS, header, rows, (6, 7, 62, 24, 24, 24, 24, 20), freeze="D2")


def _answer_sheet(book: "Workbook", quiz: Quiz) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet: Worksheet = book.create_sheet(SHEET)
    for at, text in enumerate((CODE, quiz.code, "测验", quiz.title), start=1):
        write_text(sheet.cell(1, at), text)
    how = "一人一行，从第 4 行写起：单选写一个字母，多选写全部字母（如 A、C），判断写 正确 或 错误，填空写数字；不答留空。"
    write_text(sheet.cell(2, 1), how)
    thin = Side("thin", color="BFC7D0")
    line = Border(left=thin, right=thin, top=thin, bottom=thin)
    for at, text in enumerate((NAME, UNIT, *(str(one.n) for one in quiz.questions)), start=1):
        cell = sheet.cell(3, at, int(text) if text.isdigit() else text)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F3")
        cell.alignment = Alignment(horizontal="center")
    for row in range(3, ROWS + 4):
        for at in range(1, len(quiz.questions) + 3):
            sheet.cell(row, at).border = line
            if row > 3 and at > 2:
                sheet.cell(row, at).number_format = "@"  # 1.10 stays 1.10, and a date stays what was typed
    for at, one in enumerate(quiz.questions, start=3):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 8
        if one.kind in ("single", "true_false"):
            choices = "正确,错误" if one.kind == "true_false" else ",".join(LETTERS[: len(one.options)])
            offer = DataValidation("list", formula1=f'"{choices}"', allow_blank=True)
            offer.errorTitle, offer.error = "请看一下", f"请从 {choices} 中选"
            offer.add(f"{letter}4:{letter}{ROWS + 3}")
            sheet.add_data_validation(offer)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 22
    sheet.freeze_panes = "C4"
    sheet.print_title_rows = "1:3"
    _landscape(sheet)


def _key_sheet(book: "Workbook", quiz: Quiz) -> None:
    header = (
        *("题号", "题型", "答案", "文件", "文号", "条款", "状态", "核实程度", "解析"),
        *("题目", "选项A", "选项B", "选项C", "选项D", "单位", "文件编号", "条款编号"),
    )
    rows = [
        (
            one.n,
            KIND_LABELS[one.kind],
            key_of(one) if one.kind != "cloze" else one.key[0],
            one.title,
            one.doc_number or "",
            plain_place(one.clause.locator),
            one.status,
            one.certainty,
            one.explanation,
            one.stem,
            *(*one.options, "", "", "", "")[:4],
            one.unit,
            one.clause.source_id,
            one.clause.locator,
        )
        for one in quiz.questions
    ]
    widths = (6, 7, 12, 34, 20, 18, 16, 12, 80, 40, 20, 20, 20, 20, 8, 20, 20)
    sheet = _table(book, KEY, header, rows, widths, freeze="D2")
    for column in "JKLMNOPQ":
        sheet.column_dimensions[column].hidden = True  # repeated so that this sheet alone can be graded with
    about = ((CODE, quiz.code), ("测验", quiz.title), ("口径日期", str(quiz.as_of)), ("地区", quiz.region))
    for at, (label, text) in enumerate(about, start=len(rows) + 3):
        write_text(sheet.cell(at, 1), label)
        write_text(sheet.cell(at, 3), text)


def _from_workbook(path: Path) -> Quiz:
    """Return the quiz a trainer's workbook was written from."""
    from pydantic import ValidationError

    rows = [["" if cell is None else str(cell) for cell in row] for row in read_workbook(path, KEY)]
    if not rows or "解析" not in rows[0]:
        raise InputError(path.name, f"没有“{KEY}”一页，不能判分", "请用讲师版的测验工作簿，或测验的 .json")
    kinds = {label: kind for kind, label in KIND_LABELS.items()}
    about = {row[0]: row[2] for row in rows if row and not row[0].isdigit() and len(row) > 2}
    try:
        questions = [
            {
                "n": int(row[0]),
                "kind": kinds[row[1]],
                "stem": row[9],
                "options": [option for option in row[10:14] if option],
                "key": _key_read(kinds[row[1]], row[2]),
                "unit": row[14],
                "clause": {"source_id": row[15], "locator": (row[16:17] or row[5:6])[0] or row[5]},
                "title": row[3],
                "doc_number": row[4] or None,
                "status": row[6],
                "certainty": row[7],
                "explanation": row[8],
            }
            for row in rows
            if row and row[0].isdigit()
        ]
        return Quiz.model_validate(
            {
                "code": about.get(CODE, ""),
                "title": about.get("测验", path.stem),
                "as_of": about.get("口径日期"),
                "region": about.get("地区", ""),
                "questions": questions,
            }
        )
    except (KeyError, IndexError, ValueError, ValidationError) as error:
        raise InputError(
            path.name, f"“{KEY}”一页被改动过，读不出答案", "请用原来的测验工作簿，或测验的 .json"
        ) from error


def _key_read(kind: str, told: str) -> list[str]:
    if kind == "true_false":
        return ["A" if told == "正确" else "B"]
    return told.split("、")


def write_result(result: Result, path: Path) -> None:
    """Write a graded quiz: scores, how each question was answered, and what could not be used.

    Raises:
        InputError: The ending is not .xlsx or .json, or the folder is not there.
    """
    check_place(path, RESULT_ENDINGS)
    if path.suffix.lower() == ".json":
        path.write_text(result.model_dump_json(indent=2), encoding="utf-8")
        return
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    numbers = [one.n for one in result.questions]
    people = [
        (
            one.name,
            one.unit,
            one.right,
            one.total,
            float(one.percent),
            "、".join(map(str, one.wrong)),
            "、".join(map(str, one.blank)),
            *(one.answers.get(n, "") for n in numbers),
        )
        for one in sorted(result.participants, key=lambda one: -one.percent)
    ]
    header = (
        NAME,
        UNIT,
        "答对",
        "题数",
        "得分（百分制）",
        "答错的题",
        "未答的题",
        *(f"第{n}题" for n in numbers),
    )
    _table(book, "成绩", header, people, (14, 22, 7, 7, 10, 26, 20, *(9 for _ in numbers)), freeze="C2")
    rates = [
        (one.n, float(one.percent), one.right, one.answered, one.key, one.most_wrong, one.reread, one.stem)
        for one in sorted(result.questions, key=lambda one: one.percent)
    ]
    header = ("题号", "正确率（%）", "答对", "作答", "答案", "最多的错答", "重读条款", "题目")
    _table(book, "各题", header, rates, (6, 11, 7, 7, 16, 20, 50, 80), freeze="B2")
    slips = [(one.where, one.what) for one in result.slips] or [("", "没有")]
    _table(book, "有误的答卷", ("位置", "问题"), slips, (44, 80), freeze="A2")
    save(book, path)


def _table(
    book: "Workbook",
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    widths: Sequence[int],
    *,
    freeze: str,
) -> "Worksheet":
    """Add a sheet with one table; text stays text whatever it begins with."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    below = Border(bottom=Side("thin", color="DDE3EA"))
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(header))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F3")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for at, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(at, column)
            if isinstance(value, int | float):
                cell.value = value
            else:
                write_text(cell, str(value))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = below
        lines = max(_lines_in(str(value), width) for value, width in zip(row, widths, strict=False))
        sheet.row_dimensions[at].height = min(15 * lines + 3, 400)  # not every program fits rows by itself
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = freeze
    sheet.print_title_rows = "1:1"
    _landscape(sheet)
    return sheet


def _lines_in(text: str, width: int) -> int:
    """Return how many lines a text takes in a column, a Chinese character being two of its units wide."""
    return sum(max(1, -(-_wide(line) // max(1, width - 1))) for line in text.split("\n"))


def _landscape(sheet: "Worksheet") -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
