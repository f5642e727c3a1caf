r"""A list of questions as people paste it -> its questions: numbering, headings, thanks and 同上 told apart from them.

split_questions("答疑会\\n1、小巨人要几个专利\\n【2】谢谢老师")    # ["小巨人要几个专利", "谢谢老师"]
heading_of(...)                                                # "答疑会"
is_aside("谢谢老师")                                            # True: told to the trainer, not answered
"""

import re
from collections.abc import Sequence
from pathlib import Path

from assistant.training.tables import read_text, read_workbook, split_rows
from knowledge.errors import InputError

LONGEST = 2000
"""Characters in one question."""
_HAN = "一二三四五六七八九十百"
_NUMBERED = re.compile(
    rf"""\s*(?:
    [（(【\[〔]\s*(?P<a>\d{{1,3}}|[{_HAN}]{{1,4}})\s*[)）】\]〕][、.．:：]?
  | (?P<b>\d{{1,3}})\s*(?:[)）、．：]|[.:。](?!\d)|[-—–](?!\d))
  | (?P<c>[{_HAN}]{{1,4}})\s*[)）、.．:：]
  | [①-⑳㉑-㉟㊱-㊿⑴-⒇❶-❿]+[、.．:：]?
  | (?:Q|问题|提问|问)\s*(?P<d>\d{{1,3}}|[{_HAN}]{{0,4}})\s*[:：.、)）]
  | Q\s*(?P<e>\d{{1,3}})
  | No\.?\s*(?P<f>\d{{1,3}})[.、:：\s]
  | 第\s*(?P<g>\d{{1,3}}|[{_HAN}]{{1,4}})\s*(?:个?问题?|题)\s*[:：、.，,]?
  | [-*•·◆●▪■>]+
    )\s*""",
    re.X | re.I,
)
_LOOSE = re.compile(
    r"\s*(\d{1,3})[\s，,]*(?=[^\d\s年月日号万亿级个项家分%％人台元件条批岁成点倍.:：~～至到-])"
)
"""A bare number before a question: numbering only where it continues the list; 9 科技型…, never 2个称号够吗."""
_ASKS = re.compile(
    r"[？?]|[吗么呢]|多少|几|怎|什么|啥|哪|谁|如何|是否|能|可以|要|算|咋|有没有|行不|何时|为何|不$|没$"
)
_THANKS = re.compile(
    r"(?:大家|各位|老师|专家|领导|主持人|您|你|好|谢谢|感谢|多谢|辛苦|了|讲|说|得|的|真|太|很|非常|棒|赞|啦|啊|哈|呀|收到|"
    r"明白|清楚|点赞|没有?问题|没了|暂?无|暂时没有|没有|[~～！!。，,.、…\s\U0001F300-\U0001FAFF])+"
)
_NUMBER_ALONE = re.compile(rf"[\d.,，~～{_HAN}两千万亿元%％个项分家年级成\s]+[？?。！!]*")
_AGAIN = re.compile(r"(?:我也|也)?(?:同上|同问|同楼上|同前|问这个|一样的问题|[+＋]\s*1)[。！!？?~～\s]*")
_COLUMNS = ("问题", "题目", "提问", "问题内容", "您的问题", "提问内容", "内容")


def split_questions(text: str) -> list[str]:
    """Return the questions of a pasted list: one a line, without numbering and heading; a single line is cut at question marks."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = re.findall(r"[^？?]+[？?]?", lines[0])
    if heading_of(text):
        lines = lines[1:]
    return [cleaned for line in _unnumbered(lines) if (cleaned := clean(line.strip('",')))]


def heading_of(text: str) -> str:
    """Return the first line where it is a heading: it asks nothing and has no number, the lines below have; else nothing."""
    first, *rest = [line for line in text.splitlines() if line.strip()] or [""]
    numbered = sum(1 for line in rest if _NUMBERED.match(line) or _LOOSE.match(line))
    if len(rest) < 3 or 3 * numbered < 2 * len(rest) or _NUMBERED.match(first) or _ASKS.search(first):
        return ""
    return " ".join(first.split()).rstrip("：:")


def _unnumbered(lines: Sequence[str]) -> list[str]:
    """Return lines without their numbering; a bare number is numbering where its neighbours or its place agree."""
    told = [_number(line) for line in lines]
    found = []
    for at, line in enumerate(lines):
        loose = _LOOSE.match(line)
        if told[at] is None and loose and not _NUMBERED.match(line):
            n = int(loose[1])
            before = told[at - 1] if at else None
            after = told[at + 1] if at + 1 < len(lines) else None
            if n == at + 1 or before == n - 1 or after == n + 1:
                told[at] = n
                line = line[loose.end() :]
        found.append(line)
    return found


def _number(line: str) -> int | None:
    """Return the number a line begins with, in whatever style; None where it has none that is sure."""
    match = _NUMBERED.match(line)
    told = next((one for one in match.groups() if one), "") if match else ""
    if not told:
        return None
    return int(told) if told.isdigit() else _read_han(told)


def _read_han(told: str) -> int | None:
    tens, ten, units = told.rpartition("十")
    digits = {char: n for n, char in enumerate("一二三四五六七八九", start=1)}
    if (tens and tens not in digits) or (units and units not in digits):
        return None
    return (digits.get(tens, 1) * 10 if ten else 0) + digits.get(units, 0) or None


def clean(text: str) -> str:
    """Return a question as it is kept: one line, printable, without its number."""
    shown = "".join(char for char in text if char.isprintable() or char == "\t")
    bare = _NUMBERED.sub("", shown, count=1) if _NUMBERED.match(shown) else shown
    return " ".join(bare.split())[:LONGEST]


def is_again(line: str) -> bool:
    """Say whether a line asks what the line before asks: 同上, +1."""
    return bool(_AGAIN.fullmatch(line))


def is_aside(line: str) -> bool:
    """Say whether a line asks nothing at all: thanks, praise, a number alone."""
    return bool(_THANKS.fullmatch(line) or _NUMBER_ALONE.fullmatch(line))


# ---------------------------------------------------------------- files


def read_questions(path: Path) -> list[str]:
    """Return the questions of a .txt, .md, .csv or .xlsx file.

    Raises:
        InputError: The file is missing, of another kind, or not text.
    """
    return split_questions("\n".join(read_lines(path)))


def read_lines(path: Path) -> list[str]:
    """Return the lines of a list as they stand in the file; of a table the column of questions.

    Raises:
        InputError: The file is missing, of another kind, or not text.
    """
    ending = path.suffix.lower()
    if ending not in (".txt", ".md", ".csv", ".xlsx"):
        raise InputError(
            path.name, f"不支持的问题清单类型 {path.suffix}", "请用 .txt、.csv 或 .xlsx，每行一个问题"
        )
    if ending == ".xlsx":
        rows: list[Sequence[object]] = list(read_workbook(path))
        return _column(rows) or _longest(rows)
    text = read_text(path)
    lines = text.splitlines()
    return (_column(split_rows(path.name, text)) or lines) if ending == ".csv" else lines


def _column(rows: Sequence[Sequence[object]]) -> list[str]:
    """Return what stands below a heading that says 问题; empty where no column is called so."""
    for at, row in enumerate(rows[:5]):
        heads = ["" if cell is None else str(cell).strip() for cell in row]
        named = next((name for name in _COLUMNS if name in heads), None)
        if named is not None and len([head for head in heads if head]) > 1:
            column = heads.index(named)
            cells = [below[column] for below in rows[at + 1 :] if len(below) > column]
            return [_one_line(cell) for cell in cells if cell is not None and str(cell).strip()]
    return []


def _longest(rows: Sequence[Sequence[object]]) -> list[str]:
    cells = [[_one_line(cell) for cell in row if cell is not None] for row in rows]
    longest = [max(row, key=len) for row in cells if row]
    return [cell for cell in longest if cell and cell not in (*_COLUMNS, "序号")]


def _one_line(cell: object) -> str:
    return " ".join(str(cell).split())
