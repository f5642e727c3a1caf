"""What people write into a form, read where only one thing can be meant: 1,118, 6.5%, 2900万, 二级, 2027年底.

    amount("2900万", "万元")     # Decimal(2900)
    amount("约85", "人")         # ValueError: 是约数
    deadline("2027年底")         # date(2027, 12, 31)

Nothing is guessed: an approximation, a range, a sign that may mean nothing or not known is refused with what to write.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from assistant.numbers import chinese_number

_UNKNOWN = re.compile(r"不清楚|不知道?|不[详明]|未知|待[定查核补]|待核实|待确认|[未没]统计|未提供|记不清|\?+")
_NONE = frozenset(("无", "没有", "暂无", "没", "无此项", "-", "--", "—", "——", "/", "\\", "N/A", "n/a", "NA"))
_APPROXIMATE = re.compile(
    r"约|左右|上下|大概|差不多|估计|将近|接近|不到|以上|以下|以内|[几数](?=[十百千万亿])"
    r"|[几多余来近](?=[万亿年人个项件家名]|$)"
)
_RANGE = re.compile(r"\d\s*(?:[-~—–至到])\s*\d")
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_UNITS: Mapping[str, tuple[str, ...]] = {
    "人": ("人", "名", "位", "个人"),
    "项": ("项", "件", "个", "份"),
    "年": ("年",),
    "分": ("分",),
    "倍": ("倍",),
    "级": ("级",),
    "%": ("%",),
    "": ("名", "位"),
}
_YES = frozenset(
    ["是", "是的", "有", "有的", "对", "√", "✓", "✔", "Y", "y", "yes", "Yes", "YES", "TRUE", "True", "true"]
)
_NO = frozenset(
    ["否", "不是", "无", "没有", "没", "×", "✗", "✘", "N", "n", "no", "No", "NO", "FALSE", "False", "false"]
)
_LEVELS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "Ⅰ": 1,
    "Ⅱ": 2,
    "Ⅲ": 3,
    "Ⅳ": 4,
    "I": 1,
    "II": 2,
    "III": 3,
    "IV": 4,
}


def tidy(text: str) -> str:
    """Return `text` with full-width digits, letters and signs narrow, and without blanks around numbers."""
    flat = unicodedata.normalize("NFKC", text.strip()).replace("−", "-").replace("﹪", "%")
    return re.sub(r"(?<=\d)\s+(?=\D)|(?<=\D)\s+(?=\d)", "", flat)


def not_known(value: object) -> bool:
    """Return whether a cell says that the answer is not known, which is the same as leaving it empty."""
    if not isinstance(value, str):
        return False
    return bool(_UNKNOWN.fullmatch(re.sub(r"[().。\s]", "", unicodedata.normalize("NFKC", value))))


def amount(text: str, unit: str) -> Decimal:
    """Return an amount in `unit` (万元, %, 人 …; "" for a rank).

    Raises:
        ValueError: Not one amount; the message says in Chinese what is wrong and what to write.
    """
    said = tidy(text)
    if said in _NONE:
        raise ValueError("看不出是没有还是不清楚，没有就填 0")
    if _RANGE.search(said) or _APPROXIMATE.search(said):
        raise ValueError("不是一个确定的数，请填一个数")
    number = _money(said) if unit == "万元" else _count(said, unit)
    if number is None:
        raise ValueError("应为数字")
    return number


def _money(said: str) -> Decimal | None:
    """Return 万元; a bare number is 万元 already, 元 alone is not."""
    body = re.sub(r"^(?:人民币|RMB|¥|￥)|(?:人民币|整)$", "", said)
    in_yuan = body.endswith("元")
    body = body.removesuffix("元")
    if re.search(r"[万亿萬億]", body):
        value = _numeral(body)
        return None if value is None else value / 10_000
    value = _numeral(body)
    return value / 10_000 if value is not None and in_yuan else value


def _count(said: str, unit: str) -> Decimal | None:
    body = said.removeprefix("第") if unit == "" else said
    if unit == "%" and body.startswith("百分之"):
        return _numeral(body.removeprefix("百分之"))
    if unit == "级" and (level := level_of(body)) is not None:
        return Decimal(level)
    for suffix in sorted(_UNITS.get(unit, ()), key=len, reverse=True):
        if body.endswith(suffix) and len(body) > len(suffix):
            body = body.removesuffix(suffix)
            break
    if unit != "人" and re.search(r"[万亿萬億]", body):
        return None  # money in the cell of a share or a count
    return _numeral(body)


def _numeral(body: str) -> Decimal | None:
    if _PLAIN.fullmatch(body):
        return Decimal(body.replace(",", ""))
    try:
        return chinese_number(body)
    except ValueError:
        return None


def level_of(text: str) -> int | None:
    """Return the level that 二级, 2级, 二 or 2 names; None where it names none."""
    said = tidy(text).removeprefix("第").removesuffix("级")
    if said.isdigit():
        return int(said)
    return _LEVELS.get(said) or _LEVELS.get(text.strip().removesuffix("级"))


def yes_or_no(value: object) -> bool | None:
    """Return what a yes/no cell says; None where it says neither."""
    if isinstance(value, bool):
        return value
    said = tidy(value) if isinstance(value, str) else ""
    return True if said in _YES else False if said in _NO else None


def choice(text: str, words: Mapping[str, str]) -> str | None:
    """Return the choice that a text names; None where it names none or more than one.

    Args:
        text: What was written: the word itself, its code, or the word with 企业 or a remark in brackets after it.
        words: Choice -> the word people know it by.
    """
    said = re.sub(r"\(.*\)$", "", tidy(text)).strip()
    for one, word in words.items():
        if said in _spellings(one, word):
            return one
    return None


def _spellings(one: str, word: str) -> Iterable[str]:
    plain = tidy(word)
    bare = re.sub(r"\(.*\)$", "", plain)
    nothing = {"无", "没"} if bare == "没有" else set()
    return nothing | {
        one,
        plain,
        bare,
        f"{bare}企业",
        f"{bare}的",
        bare.removesuffix("型"),
        bare.removesuffix("级"),
    }


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: ?00:00:00)?")


def day(text: str) -> date | None:
    """Return the day that 2026/11/5, 2026年11月5日 or 20261105 names; None where it names none.

    Raises:
        ValueError: A day that never was.
    """
    said = re.sub(r"\s*([年月日])\s*", r"\1", unicodedata.normalize("NFKC", text.strip()))
    found = _DAY.fullmatch(said) or re.fullmatch(r"(20\d\d)(\d\d)(\d\d)", said)
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def deadline(text: str) -> date | None:
    """Return the last day that a term names: 2027年底 is 2027-12-31, 2027年6月 is 2027-06-30; None where it names none.

    Raises:
        ValueError: A day or month that never was.
    """
    said = re.sub(r"[\s前]|之前|以前", "", unicodedata.normalize("NFKC", text.strip()))
    if re.fullmatch(r"\d{4}年(?:年?底|年?末|末)?", said):
        return date(int(said[:4]), 12, 31)
    if half := re.fullmatch(r"(\d{4})年([上下])半年", said):
        return date(int(half[1]), *((6, 30) if half[2] == "上" else (12, 31)))
    if month := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?(?:份)?(?:底|末)?", said):
        year, number = int(month[1]), int(month[2])
        if not 1 <= number <= 12:
            raise ValueError("没有这个月份")
        return date(year, number, monthrange(year, number)[1])
    return None
