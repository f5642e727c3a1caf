"""A session: many questions, answered once each, with what could not be answered and whom to ask."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import answer
from assistant.desk import Desk
from assistant.numbers import find
from assistant.schema import Answer
from knowledge.errors import InputError
from knowledge.record import Record

if TYPE_CHECKING:
    from assistant.llm import Model

MOST = 500
"""Questions in one session: a room, not a corpus."""
LONGEST = 2000
"""Characters in one question."""
SAME = 0.8
"""Share of character pairs two questions must have in common to count as one."""

_NUMBERING = re.compile(
    r"^\s*(?:[（(]?\d{1,3}[)）.、．:：]|[-*•·]|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]|Q\d*[:：.]|问[:：])\s*"
)
_FILLER = re.compile(
    r"[\s，。、？！?!,.:：；;“”\"'（）()]+|请问|老师|你好|您好|那个|就是|呢|吗|嘛|啊|呀|吧|(不|没有?)[？?]?$"
)

_TAIL = re.compile(r"(不|没有?)[？?。！!\s]*$")
"""能申请不？ asks, it does not deny."""


class Asked(Record):
    """A question as answered, with the other wordings it was asked in."""

    question: str
    also: tuple[str, ...] = ()
    answer: Answer

    @property
    def times(self) -> int:
        """How often it was asked."""
        return 1 + len(self.also)


class Session(Record):
    """What a room asked and was told."""

    region: str
    as_of: date
    asked: tuple[Asked, ...]

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        """Questions nothing in the collection answers; each answer says what is missing and whom to ask."""
        return tuple(one for one in self.asked if one.answer.refused)


def hold(
    questions: Iterable[str], *, desk: Desk, region: str | None = None, model: "Model | None" = None
) -> Iterator[Asked]:
    """Yield each different question with its answer, as soon as it is answered.

    Raises:
        InputError: There is no question, or too many.
    """
    for question, also in merge(questions):
        yield Asked(
            question=question, also=also, answer=answer(question, desk=desk, region=region, model=model)
        )


def merge(questions: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the different questions in order, each with its other wordings.

    Two questions are one where their words nearly agree and their numbers and Latin names agree exactly: 二级 and 三级 are
    never merged.

    Raises:
        InputError: There is no question, or there are more than MOST.
    """
    asked = [question for one in questions if (question := _clean(one))]
    if not asked:
        raise InputError("问题清单", "没有问题", "每行写一个问题")
    if len(asked) > MOST:
        raise InputError("问题清单", f"有 {len(asked)} 个问题", f"一次最多 {MOST} 个，请分几次")
    kept: list[tuple[str, list[str], frozenset[str], frozenset[str]]] = []
    for question in asked:
        pairs, marks = _pairs(question), _marks(question)
        for _, also, others, their_marks in kept:
            if marks == their_marks and _alike(pairs, others) >= SAME:
                also.append(question)
                break
        else:
            kept.append((question, [], pairs, marks))
    return [(question, tuple(also)) for question, also, _, _ in kept]


def read_questions(path: Path) -> list[str]:
    """Return the questions of a .txt, .md, .csv or .xlsx file, one a line or row.

    Raises:
        InputError: The file is missing, of another kind, or not text.
    """
    if path.suffix.lower() == ".xlsx":
        return _from_sheet(path)
    if path.suffix.lower() not in (".txt", ".md", ".csv"):
        raise InputError(
            path.name, f"不支持的问题清单类型 {path.suffix}", "请用 .txt、.csv 或 .xlsx，每行一个问题"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), "打不开", "请核对文件名") from error
    wide = raw.startswith(
        (b"\xff\xfe", b"\xfe\xff")
    )  # Notepad's "Unicode" carries a mark; anything may pass as UTF-16
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return split_questions(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise InputError(path.name, "不是文本文件", "请另存为 UTF-8 文本")


def split_questions(text: str) -> list[str]:
    """Return the questions of a pasted list: one a line; a single line is cut after each question mark."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = re.findall(r"[^？?]+[？?]?", lines[0])
    return [cleaned for line in lines if (cleaned := _clean(line.strip('",')))]


def _from_sheet(path: Path) -> list[str]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise InputError(path.name, "不是可读的 Excel 工作簿", "请另存为 .xlsx") from error
    rows = [
        [str(cell).strip() for cell in row if cell is not None]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    book.close()
    longest = [max(row, key=len) for row in rows if row]
    return [cell for cell in longest if cell not in ("问题", "题目", "序号")]


def _clean(text: str) -> str:
    shown = "".join(char for char in text if char.isprintable())
    return " ".join(_NUMBERING.sub("", shown).split())[:LONGEST]


def _pairs(question: str) -> frozenset[str]:
    bare = _FILLER.sub("", question)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1)) or frozenset({bare})


def _marks(question: str) -> frozenset[str]:
    """Return what must agree: numbers, levels and Latin names."""
    numbers = {one.canonical for one in find(question)}
    return frozenset(
        numbers
        | set(re.findall(r"[A-Za-z0-9]+", question.lower()))
        | set(re.findall("[不没未无非]", _TAIL.sub("", question)))
    )


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def topics(session: Session) -> list[tuple[str, Sequence[Asked]]]:
    """Group answered questions by the document their first citation names, the most asked first."""
    groups: dict[str, list[Asked]] = {}
    for one in session.asked:
        if not one.answer.refused:
            title = one.answer.citations[0].title if one.answer.citations else "关于收录资料的查询"
            groups.setdefault(title, []).append(one)
    return sorted(groups.items(), key=lambda group: -sum(one.times for one in group[1]))
