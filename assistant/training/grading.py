"""Filled-in answer sheets -> scores: of each participant, and of each question with the clause to read again.

    sheets = [read_answers(path, quiz) for path in paths]
    result = grade_all(quiz, sheets)

One file may hold one person's answers or a whole room's. What cannot be used is one line that says where and why; the
rest of the row still counts.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from assistant.training.options import LETTERS, plain_place, quantities, short_title
from assistant.training.quiz import KIND_LABELS, Quiz, QuizQuestion
from assistant.training.tables import read_text, read_workbook, split_rows
from knowledge.errors import InputError
from knowledge.record import Number, Record

SHEET = "答题卡"
CODE = "测验代码"
NAME = "姓名"
UNIT = "单位"
_NAMES = (NAME, "name", "学员", "参训人员", "名字")
_UNITS = (UNIT, "企业", "公司", "部门", "unit")
_YES = frozenset(["对", "正确", "是", "√", "✓", "✔", "T", "TRUE", "Y", "YES", "1", "真"])
_NO = frozenset(["错", "错误", "否", "×", "✗", "✘", "X", "F", "FALSE", "N", "NO", "0", "假"])
_REMEDY = "请用 canmou train quiz -o 测验.xlsx 生成的答题卡，或 .csv、.yaml、.json"


class Slip(Record):
    """Something in an answer sheet that could not be used as it stands."""

    where: str
    """File, row and person."""
    what: str


class Filled(Record):
    """One person's answers as handed in."""

    name: str
    unit: str = ""
    answers: dict[int, str]
    """Question number -> what was written; a question left out is not answered."""
    where: str
    """File and row."""


class Sheet(Record):
    """What one file of answers holds."""

    filled: tuple[Filled, ...]
    slips: tuple[Slip, ...] = ()


class Score(Record):
    """How one person did."""

    name: str
    unit: str = ""
    right: int
    total: int
    percent: Number
    """0..100, one decimal."""
    wrong: tuple[int, ...]
    """Numbers of the questions answered wrongly."""
    blank: tuple[int, ...]
    """Numbers of the questions not answered."""
    answers: dict[int, str] = {}
    """As handed in."""


class QuestionRate(Record):
    """How a question was answered."""

    n: int
    stem: str
    key: str
    right: int
    answered: int
    percent: Number
    """Right answers among all participants, 0..100, one decimal."""
    most_wrong: str = ""
    """The wrong answer given most often; empty where there is none."""
    reread: str
    """Document and clause to read again."""


class Result(Record):
    """A graded quiz."""

    quiz: str
    code: str
    participants: tuple[Score, ...]
    questions: tuple[QuestionRate, ...]
    mean: Number | None
    """Mean of the percentages; None without participants."""
    slips: tuple[Slip, ...] = ()


class Grade(Record):
    """How a filled-in quiz did."""

    right: int
    total: int
    wrong: tuple[int, ...]
    """Numbers of the questions answered wrongly or not at all."""

    @property
    def percent(self) -> Decimal:
        """Share of right answers, 0..100."""
        return Decimal(100 * self.right) / Decimal(self.total) if self.total else Decimal(0)


def grade(quiz: Quiz, answers: Mapping[int, Sequence[str]]) -> Grade:
    """Return how many answers are right: question number -> letters, or the words filled in."""
    wrong = [one.n for one in quiz.questions if not is_right(one, "、".join(answers.get(one.n, ())))]
    return Grade(right=len(quiz.questions) - len(wrong), total=len(quiz.questions), wrong=tuple(wrong))


def grade_all(quiz: Quiz, sheets: Iterable[Sheet]) -> Result:
    """Grade everybody; a name that occurs again is told apart and said."""
    slips: list[Slip] = []
    people: list[Filled] = []
    seen: Counter[tuple[str, str]] = Counter()
    for sheet in sheets:
        slips += sheet.slips
        for one in sheet.filled:
            seen[one.name, one.unit] += 1
            again = seen[one.name, one.unit]
            if again > 1:
                slips.append(
                    Slip(where=one.where, what=f"{one.name}已有一份答卷，这份记为第 {again} 份，请核对")
                )
                one = one.model_copy(update={"name": f"{one.name}（第 {again} 份）"})
            people.append(one)
            slips += _unusable(quiz, one)
    scores = tuple(_score(quiz, one) for one in people)
    rates = tuple(_rate(one, people) for one in quiz.questions)
    total = sum((one.percent for one in scores), Decimal(0))
    mean = _tenth(total / len(scores)) if scores else None
    return Result(
        quiz=quiz.title, code=quiz.code, participants=scores, questions=rates, mean=mean, slips=tuple(slips)
    )


def _score(quiz: Quiz, filled: Filled) -> Score:
    blank = [one.n for one in quiz.questions if not filled.answers.get(one.n)]
    wrong = [
        one.n for one in quiz.questions if one.n not in blank and not is_right(one, filled.answers[one.n])
    ]
    total = len(quiz.questions)
    right = total - len(wrong) - len(blank)
    return Score(
        name=filled.name,
        unit=filled.unit,
        right=right,
        total=total,
        percent=_tenth(Decimal(100 * right) / total),
        wrong=tuple(wrong),
        blank=tuple(blank),
        answers=filled.answers,
    )


def _rate(question: QuizQuestion, people: Sequence[Filled]) -> QuestionRate:
    given = [answer for one in people if (answer := one.answers.get(question.n))]
    wrong = Counter(shown(question, answer) for answer in given if not is_right(question, answer))
    right = len(given) - wrong.total()
    number = f"（{question.doc_number}）" if question.doc_number else ""
    return QuestionRate(
        n=question.n,
        stem=question.stem,
        key=key_of(question),
        right=right,
        answered=len(given),
        percent=_tenth(Decimal(100 * right) / len(people)) if people else Decimal(0),
        most_wrong=f"{wrong.most_common(1)[0][0]}（{wrong.most_common(1)[0][1]} 人）" if wrong else "",
        reread=f"《{short_title(question.title)}》{number}{plain_place(question.clause.locator)}",
    )


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


def key_of(question: QuizQuestion) -> str:
    """Return the key as people read it: B, A、C, 正确, 60万元."""
    if question.kind == "cloze":
        return f"{question.key[0]}{question.unit}"
    if question.kind == "true_false":
        return question.options[LETTERS.index(question.key[0])]
    return "、".join(question.key)


# ---------------------------------------------------------------- one answer


def is_right(question: QuizQuestion, told: str) -> bool:
    """Say whether an answer is right: letters in any order; a number in whatever words, with its unit or without."""
    if question.kind == "cloze":
        return _fills(question, told)
    letters = read_letters(question, told)
    return letters is not None and letters == set(question.key)


def shown(question: QuizQuestion, told: str) -> str:
    """Return an answer as it is counted: CA and a、c are A、C."""
    letters = None if question.kind == "cloze" else read_letters(question, told)
    if letters is None:
        return told
    if question.kind == "true_false":
        return "、".join(question.options[LETTERS.index(one)] for one in sorted(letters))
    return "、".join(sorted(letters))


def read_letters(question: QuizQuestion, told: str) -> set[str] | None:
    """Return the letters an answer chooses; None where it says something else."""
    text = _folded(told)
    if question.kind == "true_false":
        bare = text.rstrip("。.")
        if bare in _YES:
            return {"A"}
        if bare in _NO:
            return {"B"}
    as_said = [LETTERS[at] for at, option in enumerate(question.options) if _folded(option) == text]
    if as_said:
        return set(as_said)
    bare = re.sub(r"[\s、,，;；/和.。与]", "", text)
    known = LETTERS[: len(question.options)]
    return set(bare) if bare and all(char in known for char in bare) else None


def _fills(question: QuizQuestion, told: str) -> bool:
    text, key = _folded(told), question.key[0]
    read = quantities(text)
    if len(read) != 1:
        return False
    kind, value = next(iter(read))
    return value == Decimal(key) if not kind else read == quantities(f"{key}{question.unit}")


def _folded(text: str) -> str:
    wide = {ord(char) + 0xFEE0: char for char in map(chr, range(0x21, 0x7F))}
    return text.translate(wide).strip().upper()


def _unusable(quiz: Quiz, filled: Filled) -> list[Slip]:
    """Return what in a person's answers is no answer to its question; it counts as wrong."""
    by_number = {one.n: one for one in quiz.questions}
    slips = []
    for n, told in filled.answers.items():
        question = by_number.get(n)
        where = f"{filled.where} {filled.name}"
        if question is None:
            slips.append(Slip(where=where, what=f"没有第 {n} 题，这一格不计"))
        elif question.kind != "cloze" and told and read_letters(question, told) is None:
            choices = (
                "正确或错误"
                if question.kind == "true_false"
                else f"A 至 {LETTERS[len(question.options) - 1]}"
            )
            slips.append(Slip(where=where, what=f"第 {n} 题写的是 {told!r}，应写{choices}，按答错计"))
        elif question.kind == "single" and told and len(read_letters(question, told) or ()) > 1:
            slips.append(
                Slip(where=where, what=f"第 {n} 题是{KIND_LABELS['single']}，写了 {told!r}，按答错计")
            )
    return slips


# ---------------------------------------------------------------- reading


def read_sheets(paths: Sequence[Path], quiz: Quiz) -> list[Sheet]:
    """Return the answers of several files; one that cannot be read is a slip and stops no other.

    Raises:
        InputError: None of them can be read.
    """
    sheets: list[Sheet] = []
    bad: list[InputError] = []
    for path in paths:
        try:
            sheets.append(read_answers(path, quiz))
        except InputError as error:
            bad.append(error)
            sheets.append(
                Sheet(filled=(), slips=(Slip(where=error.where, what=f"{error.what}。{error.remedy}"),))
            )
    if bad and len(bad) == len(paths):
        raise bad[0]
    return sheets


def read_answers(path: Path, quiz: Quiz) -> Sheet:
    """Return the answers in a .xlsx, .csv, .yaml or .json file.

    Raises:
        InputError: The file is missing, of another kind, unreadable, or the answer sheet of another quiz.
    """
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".csv", ".yaml", ".yml", ".json"):
        raise InputError(path.name, f"不支持的答卷类型 {ending or '（没有扩展名）'}", _REMEDY)
    if ending == ".xlsx":
        return _from_rows(path.name, read_workbook(path, SHEET), quiz)
    text = read_text(path)
    if ending == ".csv":
        return _from_rows(path.name, split_rows(path.name, text), quiz)
    return _from_data(path.name, _parsed(path.name, text, ending), quiz)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "正确" if value else "错误"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list | dict | tuple | set):
        return ""  # never spelled out: a few lines of YAML can stand for millions of them
    return " ".join(str(value).split())[:200]


def _from_rows(file: str, rows: Sequence[Sequence[object]], quiz: Quiz) -> Sheet:
    """Read a table: one row a person and one column a question, or one row an answer (姓名, 题号, 答案)."""
    cells = [[_cell(value) for value in row] for row in rows]
    at = next((n for n, row in enumerate(cells) if _column(row, _NAMES) is not None), None)
    if at is None:
        raise InputError(file, f"没有“{NAME}”一列", f"第一行应是 {NAME}、1、2、3……；{_REMEDY}")
    _check_code(file, cells[:at], quiz)
    head = cells[at]
    name_at, unit_at = _column(head, _NAMES), _column(head, _UNITS)
    assert name_at is not None
    below = [(n, row) for n, row in enumerate(cells[at + 1 :], start=at + 2) if any(row)]
    if "题号" in head and "答案" in head:
        return _from_long(file, head, below, name_at)
    columns = {n: int(match[1]) for n, word in enumerate(head) if (match := _NUMBER.fullmatch(word))}
    if not columns:
        raise InputError(file, "没有题号列", f"第一行应是 {NAME}、1、2、3……；{_REMEDY}")
    filled, slips = [], []
    for number, row in below:
        answers = {n: row[c] for c, n in columns.items() if c < len(row) and row[c]}
        name = row[name_at] if name_at < len(row) else ""
        where = f"{file} 第 {number} 行"
        if not answers and (not name or name.startswith(("填写", "说明", "例"))):
            continue
        if not name:
            name = f"第 {number} 行（未写姓名）"
            slips.append(Slip(where=where, what="没有写姓名，成绩照记"))
        if not answers:
            slips.append(Slip(where=f"{where} {name}", what="没有作答，按全部未答计"))
        unit = row[unit_at] if unit_at is not None and unit_at < len(row) else ""
        filled.append(Filled(name=name, unit=unit, answers=answers, where=where))
    return _some(file, filled, slips)


_NUMBER = re.compile(r"(?:第|q|Q|题)?\s*(\d{1,3})\s*(?:题)?(?:[（(.、].*)?")


def _column(row: Sequence[str], words: Sequence[str]) -> int | None:
    return next((n for n, word in enumerate(row) if word.rstrip("*：:").lower() in words), None)


def _from_long(
    file: str, head: Sequence[str], below: Sequence[tuple[int, Sequence[str]]], name_at: int
) -> Sheet:
    number_at, answer_at = head.index("题号"), head.index("答案")
    people: dict[str, dict[int, str]] = {}
    first: dict[str, int] = {}
    slips = []
    for number, row in below:
        told = [row[at] if at < len(row) else "" for at in (name_at, number_at, answer_at)]
        where = f"{file} 第 {number} 行"
        match = _NUMBER.fullmatch(told[1])
        if not told[0] or match is None:
            slips.append(Slip(where=where, what=f"姓名或题号有误（{told[0]!r}，{told[1]!r}），这一行不计"))
            continue
        answers = people.setdefault(told[0], {})
        first.setdefault(told[0], number)
        if int(match[1]) in answers:
            slips.append(Slip(where=f"{where} {told[0]}", what=f"第 {match[1]} 题答了不止一次，以先写的为准"))
            continue
        if told[2]:
            answers[int(match[1])] = told[2]
    filled = [
        Filled(name=name, answers=answers, where=f"{file} 第 {first[name]} 行")
        for name, answers in people.items()
    ]
    return _some(file, filled, slips)


def _some(file: str, filled: Sequence[Filled], slips: Sequence[Slip]) -> Sheet:
    if not filled and not slips:
        raise InputError(file, "没有一份答卷", "请在“姓名”下逐行填写")
    return Sheet(filled=tuple(filled), slips=tuple(slips))


def _check_code(file: str, above: Sequence[Sequence[str]], quiz: Quiz) -> None:
    for row in above:
        for word, told in pairwise(row):
            if word.startswith(CODE) and told and quiz.code and told.upper() != quiz.code:
                raise InputError(
                    file, f"是另一份测验的答题卡（代码 {told}，这份测验是 {quiz.code}）", "请换成对应的测验"
                )


def code_in(path: Path) -> str:
    """Return the code an answer sheet carries; empty where it carries none or cannot be read."""
    try:
        rows = read_workbook(path, SHEET) if path.suffix.lower() == ".xlsx" else []
    except InputError:
        return ""
    for row in rows[:5]:
        cells = [_cell(value) for value in row]
        for word, told in pairwise(cells):
            if word.startswith(CODE) and told:
                return told.upper()
    return ""


def _parsed(file: str, text: str, ending: str) -> Any:
    import yaml

    try:
        return json.loads(text) if ending == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise InputError(file, "不是可读的 YAML 或 JSON", "请检查缩进与引号") from error


def _from_data(file: str, data: Any, quiz: Quiz) -> Sheet:
    """Read {姓名: {题号: 答案}}, or a list of {姓名, 单位, 答案: {题号: 答案}}; a list of answers goes by order."""
    told = data
    if isinstance(data, dict) and (isinstance(data.get("participants"), list | dict)):
        code = str(data.get("code", "")).upper()
        if code and quiz.code and code != quiz.code:
            raise InputError(
                file, f"是另一份测验的答卷（代码 {code}，这份测验是 {quiz.code}）", "请换成对应的测验"
            )
        told = data["participants"]
    elif isinstance(data, dict) and _given(data, (*_NAMES, "answers", "答案")):
        told = [data]  # one person
    if isinstance(told, dict):
        told = [{NAME: name, "答案": answers} for name, answers in told.items()]
    if not isinstance(told, list) or not told:
        raise InputError(file, "没有一份答卷", "请写成 {姓名: {1: A, 2: [A, C]}}")
    filled, slips = [], []
    for number, one in enumerate(told, start=1):
        where = f"{file} 第 {number} 份"
        if not isinstance(one, dict):
            slips.append(Slip(where=where, what="不是一份答卷，不计"))
            continue
        name = _cell(_given(one, _NAMES))
        answers, wrong = _answers(_given(one, ("answers", "答案")))
        if not name:
            name = f"第 {number} 份（未写姓名）"
            slips.append(Slip(where=where, what="没有写姓名，成绩照记"))
        slips += [Slip(where=f"{where} {name}", what=what) for what in wrong]
        if not answers:
            slips.append(Slip(where=f"{where} {name}", what="没有作答，按全部未答计"))
        filled.append(Filled(name=name, unit=_cell(_given(one, _UNITS)), answers=answers, where=where))
    return _some(file, filled, slips)


def _given(one: Mapping[Any, Any], names: Sequence[str]) -> Any:
    return next((one[name] for name in names if name in one), None)


def _answers(told: Any) -> tuple[dict[int, str], list[str]]:
    """Return the answers by number, and what is none."""
    pairs = (
        enumerate(told, start=1) if isinstance(told, list) else told.items() if isinstance(told, dict) else ()
    )
    answers: dict[int, str] = {}
    wrong = (
        [] if isinstance(told, list | dict | None) else [f"答案 {_cell(told)!r} 不是题号与答案的对照，不计"]
    )
    for key, value in pairs:
        match = _NUMBER.fullmatch(_cell(key))
        if match is None:
            wrong.append(f"题号 {_cell(key)[:40]!r} 有误，这一格不计")
            continue
        if isinstance(value, dict) or (isinstance(value, list) and len(value) > len(LETTERS)):
            wrong.append(f"第 {match[1]} 题的答案写法有误，这一格不计")
            continue
        text = "、".join(map(_cell, value)) if isinstance(value, list) else _cell(value)
        if text:
            answers[int(match[1])] = text
    return answers, wrong
