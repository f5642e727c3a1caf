"""Every number in Chinese text as value, unit and place: 三千多万, 1.2个亿, ６０％, 2025年12月31日, 三级及以上, 财建〔2023〕117号.

`find` returns what stands in a text; `Quantity.value` is exact (Decimal). 元, 人, % … are base units: 60 万元 is 600000 元.
What only looks like a number is told apart: 第十一条 and 附件2 are locators, 二级 is a level, 〔2024〕239号 a document number.
"""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from knowledge.record import Number, Record

Kind = Literal[
    "number",
    "money",
    "percent",
    "points",
    "ratio",
    "date",
    "month",
    "year",
    "month_day",
    "level",
    "document",
    "ordinal",
    "locator",
]
Bound = Literal["", ">=", "<=", ">", "<"]


class Quantity(Record):
    """A number in a text."""

    kind: Kind
    text: str
    """As it stands in the text."""
    start: int
    end: int
    """Character span in the text."""
    value: Number | None = None
    """In base units: 元 for money, % for percent; None for dates, documents and locators. The figure named where approximate."""
    low: Number | None = None
    high: Number | None = None
    """The range meant where approximate (三千多万: 30000000 to 40000000); both equal the value where exact."""
    unit: str = ""
    """元, %, 百分点, 家, 级 … ; empty where none is written."""
    scale: str = ""
    """万 or 亿 where written: 三千多万 without 元 is money in talk, a count elsewhere."""
    approx: bool = False
    bound: Bound = ""
    """>= 不少于, 以上; <= 不超过, 最高; > 超过; < 不足."""
    canonical: str
    """Equal for equal things: 2025-12-31, 工信部联企业〔2024〕239号, 60%, 600000元."""

    @property
    def wan(self) -> Decimal:
        """Return the value in units of ten thousand (万元)."""
        return (self.value if self.value is not None else Decimal(0)) / 10_000


def find(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of `text` in order, none overlapping."""
    folded = fold(text)
    documents = _documents(folded)
    found: list[Quantity] = []
    at = 0
    while at < len(folded):
        hit = documents.get(at) or (_read(folded, at) if _may_start(folded, at) else None)
        if hit is None:
            at += 1
            continue
        found.append(hit)
        at = hit.end
    return tuple(_restore(q, text) for q in _bounded(_inherit(found, folded), folded))


def fold(text: str) -> str:
    """Return `text` with full-width digits, letters and signs as ASCII, length unchanged."""
    flat = text.translate(_FOLD)
    return _WIDE_COMMA.sub(",", flat) if "，" in flat and _WIDE_DIGIT.search(text) else flat


def chinese_number(text: str) -> Decimal:
    """Return the value of a numeral that is the whole of `text`, e.g. 十一 -> 11, 3千万 -> 30000000.

    Raises:
        ValueError: `text` is not one numeral.
    """
    read = _numeral(fold(text), 0)
    if read is None or read.end != len(text):
        raise ValueError(f"{text!r} is not a numeral")
    return read.value


def same_document(one: str, other: str) -> bool:
    """Return whether two document numbers name the same document; 工企业函 and 工信部联企业 are two."""
    a, b = _DOCUMENT.search(fold(one)), _DOCUMENT.search(fold(other))
    if a is None or b is None or a["year"] != b["year"] or int(a["no"]) != int(b["no"]):
        return False
    long, short = sorted((a["code"], b["code"]), key=len, reverse=True)
    return len(short) >= 2 and long.endswith(short)


# ------------------------------------------------------------------ characters

_THIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.%/+-:~"
_WIDE = "".join(chr(ord(char) + 0xFEE0) for char in _THIN)
_FOLD = str.maketrans(_WIDE + "﹪", _THIN + "%")
_WIDE_DIGIT = re.compile("[０-９]，[０-９]{3}")
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")
}
_DIGIT |= {"两": 2, "俩": 2, "仨": 3, "幺": 1}
_TENS = {"廿": 2, "卅": 3}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?")
_CN_RUN = re.compile(f"[{''.join(_DIGIT)}]+")
_CN = "".join(_DIGIT) + "廿卅十百千万亿"


class _Numeral(NamedTuple):
    value: Decimal
    low: Decimal
    high: Decimal
    approx: bool
    end: int
    scale: str
    """The big scale written last (万, 亿), or empty."""
    written: str
    """arabic or chinese."""


def _numeral(text: str, at: int) -> _Numeral | None:
    """Read a numeral that starts at `at`: coefficient and scale pairs, with 多, 余, 来, 几 widening the last scale."""
    reader = _NumeralReader(text, at)
    while reader.at < len(text) and reader.step():
        pass
    return reader.result()


class _NumeralReader:
    """The state of reading one numeral; each reading method moves on and returns True, or stays and returns False."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.start, self.at = text, at, at
        self.total = self.section = Decimal(0)
        """Above the last big scale, and since it."""
        self.current: Decimal | None = None
        """A coefficient that waits for its scale."""
        self.spread = Decimal(0)
        """How far the coefficient reaches up: 三四 is 3 spread 1."""
        self.low = self.high = Decimal(0)
        """How far below and above the section reaches."""
        self.last = Decimal(1)
        """The size of the last figure named."""
        self.scale = ""
        self.approx = self.vague = self.zero = False
        self.chinese = True

    def step(self) -> bool:
        char = self.text[self.at]
        if char.isascii():
            return char.isdigit() and self._arabic()
        if char in _DIGIT:
            return self._digits()
        if char in _TENS and self.current is None and not self.section:
            self.current = Decimal(_TENS[char])
            return self._small(Decimal(10))
        if char in _SMALL:
            return self._small(Decimal(_SMALL[char]))
        if char in _BIG:
            return self._big(char)
        if char == "点":
            return self._decimal()
        if char == "个":
            return self._skip(
                _big_after(self.text, self.at + 1) and (self.current is not None or bool(self.section))
            )
        if char in "几数" and self.current is None and _scale_at(self.text, self.at + 1):
            self.current, self.spread, self.approx = Decimal(3), Decimal(6), True
            return self._skip(True)
        return char in "多余来几把" and self.at > self.start and not self.vague and self._widen(char)

    def result(self) -> _Numeral | None:
        if self.text[self.start : self.at] in {"", "多", "余", "来", "几", "个", "把", "数"}:
            return None
        if self.current is not None and self.last == 1 and not self.zero and self.section + self.total:
            self._colloquial_tail()
        value = self.total + self.section + (self.current or 0)
        written = "chinese" if self.chinese else "arabic"
        return _Numeral(
            value,
            value + self.low,
            value + self.high + self.spread,
            self.approx,
            self.at,
            self.scale,
            written,
        )

    def _skip(self, when: bool) -> bool:
        self.at += when
        return when

    def _arabic(self) -> bool:
        match = _ARABIC.match(self.text, self.at)
        if match is None or self.current is not None or (self.section and self.last < 10):
            return False
        self.chinese = self.chinese and self.at != self.start
        self.current, self.at = Decimal(match[0].replace(",", "")), match.end()
        self.last, self.vague = _grain(self.current), False
        return True

    def _digits(self) -> bool:
        run = _CN_RUN.match(self.text, self.at)
        if run is None or self.current is not None or self._is_next_word(run[0], run.end()):
            return False
        self.current, self.spread, self.zero = _digits(run[0], self.zero)
        if self._is_pair(run[0], self.text[run.end() : run.end() + 1]):  # 三五十万 is 30 to 50
            self.current = Decimal(_DIGIT[run[0][0]])
            self.spread = _DIGIT[run[0][1]] - self.current
        self.at, self.last, self.vague = run.end(), Decimal(1), False
        self.approx |= bool(self.spread)
        return True

    def _is_next_word(self, run: str, end: int) -> bool:
        """Return whether a 一 after 万 begins another word: 八百万一年."""
        after = self.text[end : end + 1]
        words = (
            "\u4e00" <= after <= "\u9fa5"
            and after not in _SMALL
            and after not in _BIG
            and after not in "元块多点"
        )
        return run == "一" and bool(self.total) and not self.section and words

    def _is_pair(self, run: str, after: str) -> bool:
        """Return whether two figures name a span, not a number: before 十 or 百, and 三五 before any scale."""
        scaled = after in _SMALL or (run == "三五" and (after in _BIG or after in {"个", "号"}))
        return len(run) == 2 and scaled and bool(after) and 0 < _DIGIT[run[0]] < _DIGIT[run[1]]

    def _decimal(self) -> bool:
        """Read what follows a spoken point: 八点五, 三点二个亿; 八点二十 and 两点半 are times of day."""
        run = _CN_RUN.match(self.text, self.at + 1)
        whole = self.section + (self.current or 0)
        if run is None or self.spread or not self.chinese or (self.current is None and not self.section):
            return False
        after = self.text[run.end() : run.end() + 1]
        if (
            after in _SMALL
            or (after in "分刻" and after and whole <= 24)
            or (after == "是" and run[0] == "一")
        ):
            return False
        fraction = Decimal("0." + "".join(str(_DIGIT[c]) for c in run[0]))
        self.current, self.section = whole + fraction, Decimal(0)
        self.at, self.last, self.vague = run.end(), _grain(fraction), False
        return True

    def _small(self, factor: Decimal) -> bool:
        alone = factor == 10 or (self.section == 0 and self.text[self.at + 1 : self.at + 2] in {"把", "来"})
        if self.current is None and not alone:
            return False
        self.section += (self.current if self.current is not None else Decimal(1)) * factor
        self.high += self.spread * factor
        self.current, self.spread, self.last, self.zero = None, Decimal(0), factor, False
        return self._skip(True)

    def _big(self, char: str) -> bool:
        if self.current is None and not self.section and not self.total:
            return False
        factor = Decimal(_BIG[char])
        grain = self.last if self.current is None and self.last > 1 else _grain(self.current or self.section)
        self.section += self.current or 0
        self.high += self.spread
        if self.section:
            self.total += self.section * factor
            self.low, self.high, self.last = self.low * factor, self.high * factor, grain * factor
        else:  # 万亿
            self.total, self.last = self.total * factor, self.last * factor
        self.section, self.current, self.spread, self.scale = Decimal(0), None, Decimal(0), char
        return self._skip(True)

    def _widen(self, char: str) -> bool:
        value = self.total + self.section + (self.current or 0)
        grain = self.last if self.current is None else _grain(self.current)
        low, high = _vague(char, self.text, self.at, value, grain)
        if high == 0:
            return False
        self.low, self.high, self.approx, self.vague = self.low - low, self.high + high, True, True
        return self._skip(True)

    def _colloquial_tail(self) -> None:
        """Read a bare last digit one scale lower: 三千二 is 3200, 两亿三 is 230000000."""
        if self.current is None or not _is_tail(self.text, self.at, self.start):
            return
        pair = self.text[self.at - 2] in _DIGIT
        scale = self.text[self.at - 3 if pair else self.at - 2]
        factor = Decimal(_SMALL.get(scale) or _BIG[scale]) / 10
        if factor >= 10:
            self.current, self.spread = self.current * factor, self.spread * factor


def _grain(value: Decimal) -> Decimal:
    """Return the size of the last figure named: 3000 -> 1000, 35 -> 1, 1.2 -> 0.1."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _digits(run: str, zero: bool) -> tuple[Decimal, Decimal, bool]:
    """Return value, spread and whether a 零 came first: 三四 -> 3 spread 1, 二〇二六 -> 2026."""
    led = run[0] in "零〇" and len(run) > 1
    body = run[1:] if led else run
    if len(body) == 2 and _DIGIT[body[1]] == _DIGIT[body[0]] + 1 and _DIGIT[body[0]] > 0:
        return Decimal(_DIGIT[body[0]]), Decimal(1), zero or led
    return Decimal(int("".join(str(_DIGIT[c]) for c in body))), Decimal(0), zero or led


def _scale_at(text: str, at: int) -> bool:
    return text[at : at + 1] in _SMALL or text[at : at + 1] in _BIG or text[at : at + 1] == "个"


def _big_after(text: str, at: int) -> bool:
    return text[at : at + 1] in _BIG or text[at : at + 2] in {"千万", "百万"}


def _vague(char: str, text: str, at: int, value: Decimal, grain: Decimal) -> tuple[Decimal, Decimal]:
    """Return how far below and above the figure named a 多 or 来 reaches; (0, 0) where it is another word."""
    after = text[at + 1 : at + 2]
    if value == 0 or (char == "来" and after in {"自", "源", "到", "年", "说", "看"}):
        return Decimal(0), Decimal(0)
    if char == "多" and after in {"次", "项", "种", "个", "方"} and grain < 10:
        return Decimal(0), Decimal(0)
    if char == "几" and grain < 10:
        return Decimal(0), Decimal(0)
    if char in "来把":
        return value / 20, max(grain / 2, value / 10)
    return Decimal(0), grain


def _is_tail(text: str, end: int, start: int) -> bool:
    """Return whether the numeral ends in a bare digit that stands one scale lower (三千二, 1亿2, 两千五六)."""
    digit = text[end - 1] in _DIGIT or text[end - 1] in "123456789"
    pair = text[end - 1] in _DIGIT and text[end - 2] in _DIGIT
    scale = text[end - 3 : end - 2] if pair else text[end - 2]
    return end - start >= 3 and digit and scale in {*"百千万亿"} and not _UNIT.match(text, end)


# ------------------------------------------------------------------ shapes, tried in order

_Y = r"(?:19|20)\d\d"
_DASH = r"[—–\-~－至到]+"
_DATE = re.compile(
    rf"(?<![\d.])(?P<y>{_Y})(?:年\s*(?P<m>1[0-2]|0?[1-9])月\s*(?P<d>3[01]|[12]\d|0?[1-9])[日号]"
    rf"|(?P<s>[-/.])(?P<m2>1[0-2]|0?[1-9])(?P=s)(?P<d2>3[01]|[12]\d|0?[1-9])(?![\d.]))"
)
_MONTH = re.compile(
    rf"(?<![\d.])(?P<y>{_Y})(?:年\s*(?P<m>1[0-2]|0?[1-9])月(?:份|底|初|末|中旬)?|-(?P<m2>1[0-2]|0[1-9])(?![-\d]))"
)
_YEARS = re.compile(rf"(?<![\d.])(?P<y>{_Y})(?P<rest>\s*{_DASH}\s*{_Y}(?=年)|\s*年(?!前|内|度?以来)?)")
_CN_YEAR = re.compile(
    r"(?P<y>[一二][〇零九][〇零一二三四五六七八九]{2})年(?:(?P<m>[一二三四五六七八九十]{1,2})月)?(?:(?P<d>[一二三四五六七八九十]{1,3})日)?"
)
_MONTH_DAY = re.compile(r"(?<![\d.])(?<!\d年)(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])[日号]?")
_DOCUMENT = re.compile(
    r"(?P<code>[\u4e00-\u9fa5]{2,14})[〔\[(（【［]\s*(?P<year>(?:19|20)\d\d)\s*[〕\])）】］]\s*(?:第\s*)?(?P<no>\d{1,5})\s*号"
)
_CODE_NOISE = re.compile(
    r"^.*?(?:依据|根据|按照|遵照|参照|对照|引用|转引|执行|落实|接续|替代|代替|废止|印发了?|发布了?|适用|文号[是为]?|按|见|即|由|与|和|及|是|为|的|以|用|了|在|到|看)(?=[\u4e00-\u9fa5]{2,})"
)
_ORDINAL = re.compile(
    rf"第\s*(?:[{_CN}]+|\d+)\s*(?P<what>条|章|节|款|项|目|编|批|期|届|次|轮|名|位|个?阶段|年|季度|段|类|步|部分|号)?"
)
_LOCATOR = re.compile(
    rf"(?:附件|附表|附录|表|图)\s*(?:\d+|[{_CN}]{{1,3}})(?![{_CN}\d年月%万亿级家])|(?<![\d\u4e00-\u9fa5])[{_CN}]{{1,3}}(?=（[{_CN}]{{1,3}}）)|[（(][{_CN}]{{1,3}}[)）]\d{{0,2}}"
)
_LEVEL = re.compile(
    r"(?<![省市区县国部厅])(?P<n>[一二三四五六1-6])(?P<rest>级(?!别于))(?:及|或者?)?(?:以(?P<dir>[上下]))?"
)
_RATIO = re.compile(r"(?<![\d.:+])\d+(?:\.\d+)?\s*[:：]\s*\d+(?:\.\d+)?(?![\d.:：])")
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3]):[0-5]\d(?!\d)")
_SHARE = re.compile(rf"(?P<base>百|千|万|十|[{_CN}]{{1,3}}|\d+)分之")
_URL = re.compile(
    r"https?://[^\s，。；）)】」\u4e00-\u9fa5]+|[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+(?:/[A-Za-z0-9_./?=&%#-]*)?"
)
_WORD = re.compile(r"[A-Za-z]+[-_.]?\d[A-Za-z0-9_.-]*")
_UNIT = re.compile(
    r"\s*(?P<u>个?百分点|个点|%|％|‰|成(?![效本果功立为熟员长品型分交套就都])|美元|港元|欧元|块钱?|元|吨标准煤|平方米|平米|公里|"
    r"号人|人次|人|名|位|家|户|个月|个工作日|工作日|个|项|件|台|套|条|级|年|岁|个?月|日|天|小时|分钟|倍|分(?!析|级|类|批|别|布|为|配|散|公|期|钟)|批|次|处|种|类|支|期|吨|亩|股|档|页|章|款|字|所|座|张|点|门|款|间|层|例|篇|只|项|场|轮|届|号|格|板|版|位|组|环节|城市?|省份?)"
)
_IDLE = re.compile(
    r"一(?:企|方面|般|定|致|起|旦|直|些|体|系列|律|线|把手|站式|手|案|档|次性|带|切|份|共|流|下|点(?![零一二三四五六七八九]+(?:个?[万亿]|个点|$|[，。、%]))|样|边|揽|并|对一|同|心|道)|"
    r"(?:统|唯|同|单|万|逐|专|之|第|划)一|十分|十足|千万(?:不|别|要)|百分|二者|二手|两者|两化|三方|三包|五险|四板|四上|一级指标(?!\d)|"
    r"三个一点|三新|双百"
)
_MONEY_UNITS = {"元": 1, "块": 1, "块钱": 1}
_CURRENCY = {"美元", "港元", "欧元"}


def _may_start(text: str, at: int) -> bool:
    char = text[at]
    if char.isascii():
        return (
            char.isdigit()
            or char == "("
            or (char.isalpha() and not (at and text[at - 1].isascii() and text[at - 1].isalpha()))
        )
    return char in _STARTS


def _read(text: str, at: int) -> Quantity | None:
    char = text[at]
    if char.isascii() and char.isalpha():
        return _skip(text, at)
    for reader in (_dates, _places, _amount):
        hit = reader(text, at)
        if hit is not None:
            return hit
    return None


_STARTS = set("（(半几数第附表图") | set(_DIGIT) | set(_TENS) | set(_SMALL)


def _skip(text: str, at: int) -> Quantity | None:
    """Return an address or a product code (U8, 5G-A2) as one locator: its digits count nothing."""
    word = _URL.match(text, at) or _WORD.match(text, at)
    if word is None:
        return None
    return Quantity(kind="locator", text=word[0], start=at, end=word.end(), canonical=word[0])


def _documents(text: str) -> dict[int, Quantity]:
    """Return the document numbers of a text by where their code begins."""
    found: dict[int, Quantity] = {}
    if "号" not in text:
        return found
    for match in _DOCUMENT.finditer(text):
        code = match["code"]
        trimmed = _CODE_NOISE.sub("", code) or code
        start = match.start() + len(code) - len(trimmed)
        found[start] = Quantity(
            kind="document",
            text=text[start : match.end()],
            start=start,
            end=match.end(),
            canonical=f"{trimmed}〔{match['year']}〕{int(match['no'])}号",
        )
    return found


def _dates(text: str, at: int) -> Quantity | None:
    for pattern, kind in _DATE_SHAPES:
        match = pattern.match(text, at)
        if match is None:
            continue
        groups = match.groupdict()
        year = (
            int(groups["y"]) if groups["y"].isdigit() else int("".join(str(_DIGIT[c]) for c in groups["y"]))
        )
        month, day = (_small(groups.get(a) or groups.get(b)) for a, b in (("m", "m2"), ("d", "d2")))
        if day and month and day > monthrange(year, month)[1]:
            continue
        listed = kind == "year" and groups.get("rest", "年").strip()[:1] != "年"  # the first of 2022—2025年
        end = at + 4 if listed else match.end()
        return _dated(text, at, end, year, month, day)
    match = _MONTH_DAY.match(text, at)
    if match is None:
        return None
    return Quantity(
        kind="month_day",
        text=match[0],
        start=at,
        end=match.end(),
        canonical=f"{int(match['m']):02}-{int(match['d']):02}",
    )


_DATE_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (_DATE, "date"),
    (_MONTH, "month"),
    (_YEARS, "year"),
    (_CN_YEAR, "cn"),
)


def _small(group: str | None) -> int | None:
    if group is None:
        return None
    return int(group) if group.isdigit() else int(chinese_number(group))


def _dated(text: str, at: int, end: int, year: int, month: int | None, day: int | None) -> Quantity:
    kind: Kind = "date" if day else "month" if month else "year"
    canonical = "-".join(
        part for part in (f"{year}", f"{month:02}" if month else "", f"{day:02}" if day else "") if part
    )
    return Quantity(kind=kind, text=text[at:end], start=at, end=end, canonical=canonical)


def as_date(quantity: Quantity) -> date:
    """Return the day of a `date` quantity.

    Raises:
        ValueError: The quantity is not a full date.
    """
    return date.fromisoformat(quantity.canonical)


def _places(text: str, at: int) -> Quantity | None:
    match = _ORDINAL.match(text, at)
    if match:
        kind: Kind = (
            "locator" if match["what"] in {"条", "章", "节", "款", "项", "目", "编", "段"} else "ordinal"
        )
        return Quantity(kind=kind, text=match[0], start=at, end=match.end(), canonical=_ordinal_key(match[0]))
    match = _LOCATOR.match(text, at)
    if match:
        return Quantity(
            kind="locator", text=match[0], start=at, end=match.end(), canonical=match[0].replace(" ", "")
        )
    match = _LEVEL.match(text, at)
    if match and not (at and (text[at - 1] in _CN or text[at - 1].isdigit())):
        value = Decimal(int(match["n"]) if match["n"].isdigit() else _DIGIT[match["n"]])
        bound: Bound = ">=" if match["dir"] == "上" else "<=" if match["dir"] == "下" else ""
        return Quantity(
            kind="level",
            text=match[0],
            start=at,
            end=match.end(),
            value=value,
            low=value,
            high=value,
            unit="级",
            bound=bound,
            canonical=f"{value}级{bound}",
        )
    return None


def _ordinal_key(text: str) -> str:
    """Return 第11条 for 第十一条."""
    body = re.sub(r"\s", "", text)
    match = re.match(rf"第([{_CN}]+|\d+)(.*)", body)
    assert match is not None  # the caller matched the same shape
    try:
        number = match[1] if match[1].isdigit() else str(int(chinese_number(match[1])))
    except ValueError:
        number = match[1]  # 第百条: no numeral people write, kept as it stands
    return f"第{number}{match[2]}"


def _amount(text: str, at: int) -> Quantity | None:
    if at and text[at - 1].isdigit():
        return None
    for reader in (_ratio, _fraction):
        hit = reader(text, at)
        if hit is not None:
            return hit
    if _IDLE.match(text, at) or (at and _IDLE.match(text, at - 1)):
        return None
    half = _HALF.match(text, at)
    if half:
        value = Decimal("0.5")
        return _quantity(
            text, at, half.end(), _Numeral(value, value, value, False, at + 1, "", "chinese"), half["u"]
        )
    numeral = _numeral(text, at)
    return None if numeral is None else _counted(text, at, numeral)


def _counted(text: str, at: int, numeral: _Numeral) -> Quantity | None:
    """Return a numeral with its unit; None for a bare 一 or 三 in running text, which counts nothing."""
    unit = _UNIT.match(text, numeral.end)
    word, end = (unit["u"], unit.end()) if unit else ("", numeral.end)
    if not unit and text[at].isdigit() and _GENERATION.match(text, end):
        return Quantity(
            kind="locator", text=text[at : end + 1], start=at, end=end + 1, canonical=text[at : end + 1]
        )
    bare = not unit and numeral.written == "chinese" and not numeral.scale and end - at < 2
    if bare and text[at] not in "俩仨":
        return None
    if word == "年" and text[end : end + 1] == "半":
        more = Decimal("0.5")
        numeral = numeral._replace(
            value=numeral.value + more, low=numeral.low + more, high=numeral.high + more
        )
        end += 1
    return _quantity(text, at, end, numeral, word)


def _ratio(text: str, at: int) -> Quantity | None:
    match = _RATIO.match(text, at)
    if match is None:
        return None
    body = re.sub(r"\s", "", match[0].replace("：", ":"))
    kind: Kind = (
        "locator" if _CLOCK.match(text, at) and len(body.split(":")[1]) == 2 else "ratio"
    )  # 17:00 is a time
    return Quantity(kind=kind, text=match[0], start=at, end=match.end(), canonical=body)


_GENERATION = re.compile(r"[GgDd](?![A-Za-z])")  # 5G, 3D
_HALF = re.compile(r"半(?:个)?(?P<u>年|月|天|亿)")


def _fraction(text: str, at: int) -> Quantity | None:
    """Return 百分之三十 as 30 %."""
    share = _SHARE.match(text, at)
    numeral = _numeral(text, share.end()) if share else None
    if share is None or numeral is None:
        return None
    base = {"百": 100, "千": 1000, "万": 10_000, "十": 10}.get(share["base"])
    under = _numeral(text, at)  # the 三 of 三分之一
    spoken = under.value if under and under.end == share.start() + len(share["base"]) else Decimal(0)
    divisor = Decimal(base) if base else spoken
    if divisor == 0:
        return None
    times = Decimal(100) / divisor
    scaled = numeral._replace(value=numeral.value * times, low=numeral.low * times, high=numeral.high * times)
    return _quantity(text, at, numeral.end, scaled, "%")


def _quantity(text: str, at: int, end: int, numeral: _Numeral, unit: str) -> Quantity:
    times, kind = Decimal(1), "number"
    if unit in {"%", "％", "个点"}:
        unit, kind = "%", "percent"
    elif unit == "‰":
        unit, kind, times = "%", "percent", Decimal("0.1")
    elif unit == "成":
        unit, kind, times = "%", "percent", Decimal(10)
    elif unit.endswith("百分点"):
        unit, kind = "百分点", "points"
    elif unit in _MONEY_UNITS:
        unit, kind = "元", "money"
    elif unit in _CURRENCY:
        kind = "money"
    elif unit == "号人":
        unit = "人"
    elif unit in {"个月"}:
        unit = "月"
    if unit == "亿":
        unit, times = "", Decimal(100_000_000)
    value, low, high = numeral.value * times, numeral.low * times, numeral.high * times
    return Quantity(
        kind=kind,
        text=text[at:end],
        start=at,
        end=end,
        value=value,
        low=low,
        high=high,
        unit=unit,
        scale=numeral.scale,
        approx=numeral.approx,
        canonical=f"{_plain(value)}{unit}",
    )


def _plain(value: Decimal) -> str:
    body = format(value.normalize(), "f")
    return body.rstrip("0").rstrip(".") if "." in body else body


# ------------------------------------------------------------------ what neighbours add

_JOIN = re.compile(rf"(?:\s*(?:{_DASH}|[、/,，和或及与])\s*)")


def _inherit(found: list[Quantity], text: str) -> list[Quantity]:
    """Give a bare number the unit and scale of the number it is listed with: 3—5个, 10、20、30万元."""
    done = list(found)
    for i in range(len(done) - 2, -1, -1):
        first, then = done[i], done[i + 1]
        if first.kind != "number" or first.unit or then.value is None or then.kind == "level":
            continue
        if not _JOIN.fullmatch(text, first.end, then.start):
            continue
        times = Decimal(1)
        if then.scale and not first.scale and first.value is not None:
            times = Decimal(_BIG[then.scale])
        value = (first.value or Decimal(0)) * times
        done[i] = first.model_copy(
            update={
                "kind": then.kind,
                "unit": then.unit,
                "scale": first.scale or then.scale,
                "value": value,
                "low": (first.low or Decimal(0)) * times,
                "high": (first.high or Decimal(0)) * times,
                "canonical": f"{_plain(value)}{then.unit}",
            }
        )
    return done


_BEFORE: tuple[tuple[Bound, str], ...] = (
    (">=", "不低于|不少于|不小于|至少|最低|不得低于|不得少于|起码|大于等于|高于或等于|≥"),
    ("<=", "不超过|不高于|不多于|不大于|最高|最多|至多|上限|不得超过|不得高于|封顶|小于等于|≤"),
    ("<", "低于|少于|小于|不足|不到|未满|不满|未达|＜|<"),
    (">", "超过|高于|大于|多于|逾|突破|超|＞|>"),
)
_BEFORE_RE = re.compile("|".join(f"(?P<b{i}>{words})" for i, (_, words) in enumerate(_BEFORE)))
_AFTER_RE = re.compile(
    r"\s*[)）]?(?:(?P<b0>及?以上|（含）以上|\(含\)以上|或以上|起步|起(?!点|草|来|始)|打底)|(?P<b1>及?以下|以内|之内|内(?=[，。；、完提报将]|$)|封顶|为限|为上限)|(?P<b2>不到|不足|未满))"
)


def _bounded(found: list[Quantity], text: str) -> list[Quantity]:
    """Add the bound words beside each number; a list shares the word before its first member."""
    done: list[Quantity] = []
    for i, q in enumerate(found):
        if q.kind in {"locator", "document", "ordinal", "ratio"}:
            done.append(q)
            continue
        left = max(found[i - 1].end if i else 0, q.start - 8)
        words = list(_BEFORE_RE.finditer(re.split(r"[，。；：、（(]", text[left : q.start])[-1]))
        bound: Bound = q.bound
        if words and words[-1].lastgroup:
            bound = _BEFORE[int(words[-1].lastgroup[1:])][0]
        elif (
            i and done[-1].bound and done[-1].kind == q.kind and _LIST.fullmatch(text, done[-1].end, q.start)
        ):
            bound = done[-1].bound
        after = _AFTER_RE.match(text, q.end)
        if after and after.lastgroup and not bound:
            bound = (">=", "<=", "<")[int(after.lastgroup[1:])]
        done.append(q.model_copy(update={"bound": bound}) if bound != q.bound else q)
    return done


_LIST = re.compile(r"\s*[、/]\s*")


def _restore(q: Quantity, text: str) -> Quantity:
    original = text[q.start : q.end]
    return q if original == q.text else q.model_copy(update={"text": original})
