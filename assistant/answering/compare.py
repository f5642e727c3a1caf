"""A card against its original: which document is it, and do the numbers of the digest stand there?

match(document, kb)        -> ("sd-jinan-pilot-2024", "标题")
compare(card, document)    -> [Disagreement(value="80万元", kind="differs", …), …]
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from assistant.library import Disagreement
from knowledge.document import Document, ReadClause
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Policy
from knowledge.reading.characters import bare
from knowledge.reading.metadata import same_number


def title_key(title: str) -> str:
    """Return a title as titles are compared: letters only, without brackets and marks."""
    return re.sub(r"\W", "", bare(re.sub(r"^原标题[:：]", "", title)))


def match(document: Document, kb: KnowledgeBase) -> tuple[str, str] | None:
    """Return the id of the card a document is the original of, and whether 文号 or 标题 says so; or None."""
    number = document.metadata.doc_number.value if document.metadata.doc_number else ""
    if number:
        for policy in kb.policies.values():
            if policy.doc_number and same_number(policy.doc_number, number):
                return policy.id, "文号"
    titles = [title_key(title) for title in _titles(document)]
    best: tuple[int, str] | None = None
    for policy in kb.policies.values():
        if policy.title_given or (
            number and policy.doc_number and not same_number(policy.doc_number, number)
        ):
            continue
        for known in _names(policy):
            for title in titles:
                if _alike(title, known) and (best is None or len(known) > best[0]):
                    best = (len(known), policy.id)
    return (best[1], "标题") if best else None


def _titles(document: Document) -> Iterator[str]:
    """Give what a document may be called: its title, and the lines at its head that look like one."""
    if document.metadata.title:
        yield document.metadata.title.value
    head = [c.text.split("\n")[0] for c in document.clauses[:6] if len(c.text) <= 80]
    yield from head
    for first, second in pairwise(head):
        yield first + second


def _names(policy: Policy) -> Iterator[str]:
    """Give the names a card goes by: its title, without what is in brackets, and what it is attached to."""
    yield title_key(policy.title)
    yield title_key(re.sub(r"（.*）\s*$", "", policy.title))
    for attached in re.findall(r"附[:：]?(.+?)）?$", policy.title):
        yield title_key(attached)


def _alike(title: str, known: str) -> bool:
    """Return whether two titles are the same, or one is the other with its issuer or 关于印发…的通知 around it."""
    if len(known) < 8 or len(title) < 8:
        return False
    if title == known:
        return True
    longer, shorter = (title, known) if len(title) > len(known) else (known, title)
    if shorter not in longer:
        return False
    rest = longer.replace(shorter, "", 1)
    if re.search(r"征求意见|解读|答复|补充|修订|修改|实施细则|公示|名单", rest) or re.search(r"\d{4}", rest):
        return False
    return bool(
        re.fullmatch(
            r"([\u4e00-\u9fff]{0,40}(局|厅|部|委|委员会|政府|办公室|办公厅|院|署))?(关于)?(印发|发布|公布)?(的通知|通知|的公告)?",
            rest,
        )
    )


# Numbers --------------------------------------------------------------------------------------------------------


def compare(card: Policy, document: Document) -> list[Disagreement]:
    """Return the numbers of a card's digests that do not stand in the original where the digest puts them.

    Each number is looked for at the place the digest names, with all that lies below it; then in the whole
    document. Money is compared in yuan (0.1亿元 is 1000万元), Chinese numerals as digits, days as days. A
    number that the original has at another place only is told as such: it may be a slip of the locator.
    """
    everywhere = [(clause, set(numbers(clause.text))) for clause in document.clauses]
    whole = {token for _, tokens in everywhere for token in tokens}
    found: list[Disagreement] = []
    for clause in card.clauses:
        if clause.text_kind != "digest" or not clause.obtained:
            continue
        told = _told(clause)
        place = _place(clause, document)
        here = {token for c in place for token in numbers(c.text)}
        here = _widened(here if place else whole, place or document.clauses)
        for token, words in told.items():
            if token in here or _counts(token, words):
                continue
            found.append(_finding(card, clause, token, words, place, everywhere))
    return found


def _widened(here: set[str], place: Sequence[ReadClause]) -> set[str]:
    """Return numbers with what they also say: a day says its month and year, 全部 says 100%."""
    days = [token.split("-") for token in here if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", token)]
    wider = here | {day[0] for day in days} | {"-".join(day[:2]) for day in days}
    years = [token for token in wider if re.fullmatch(r"(19|20)\d{2}", token)]
    months = [token for token in here if re.fullmatch(r"1[0-2]|[1-9]", token)]
    wider |= {f"{year}-{int(month):02d}" for year in years for month in months}
    return wider | ({"100%"} if any(_ALL.search(c.text) for c in place) else set())


def _told(clause: Clause) -> dict[str, str]:
    """Return the numbers a digest states, canonical form -> as it is written."""
    told: dict[str, str] = {}
    for figure in clause.figures:
        value = figure.value if isinstance(figure.value, str) else format(figure.value.normalize(), "f")
        words = f"{value}{figure.unit}"
        for token in numbers(words):
            told.setdefault(token, words)
    for token, words in tokens(clause.text):
        told.setdefault(token, words)
    return told


def _finding(
    card: Policy,
    clause: Clause,
    token: str,
    words: str,
    place: Sequence[ReadClause],
    everywhere: Sequence[tuple[ReadClause, set[str]]],
) -> Disagreement:
    other = next((c for c, tokens_ in everywhere if token in tokens_), None)
    at = f"{card.title} {clause.locator}"
    if other is not None:
        kind, where, original = "elsewhere", other.locator, other.text
        text = f"{at}：要点写“{words}”，原文在{other.locator}，请核对条款位置"
    elif place:
        kind, where = "differs", place[0].locator
        original = "\n".join(c.text for c in place)
        said = "、".join(dict.fromkeys(w for c in place for _, w in tokens(c.text)))[:60]
        text = f"{at}：要点写“{words}”，原文{where}没有这个数" + (f"，原文的数是{said}" if said else "")
    else:
        kind, where, original = "no_place", "", ""
        text = f"{at}：要点写“{words}”，原文没有这个数，也没有对应的条款"
        kind = "differs"
    return Disagreement.model_validate(
        {
            "card": card.id,
            "locator": clause.locator,
            "value": words,
            "kind": kind,
            "original_locator": where,
            "original": original[:400],
            "text": text,
        }
    )


def _place(clause: Clause, document: Document) -> list[ReadClause]:
    """Return the clauses of the original at the place a digest names, with those below; [] where none is found."""
    wanted = _locators(clause.locator)
    for one in wanted:
        exact = [c for c in document.clauses if _norm(c.locator) == one or _norm(c.locator).startswith(one)]
        if exact and re.search(r"[一二三四五六七八九十\d]", one):
            return _bounded(exact, one)
    return []


def _bounded(clauses: Sequence[ReadClause], wanted: str) -> list[ReadClause]:
    """Leave out clauses whose number only begins alike: 二十 is not below 二, nor 12 below 1."""
    return [
        c
        for c in clauses
        if not re.match(r"[一二三四五六七八九十\d]", _norm(c.locator)[len(wanted) :])
        or wanted[-1] in "）条章"
    ] or []


def _locators(locator: str) -> list[str]:
    """Return the ways a card's locator may be written in a document, most exact first."""
    plain = _norm(locator)
    ways = [plain]
    if found := re.match(r"^(附件\d*)(.+)$", plain):
        ways += [f"附件{found[2]}", found[2]]
    ways += [re.sub(r"第([一二三四五六七八九十]+)部分", r"\1", plain)]
    return [way for way in dict.fromkeys(ways) if way]


def _norm(locator: str) -> str:
    locator = re.sub(r"#\d+$", "", bare(locator)).replace("(", "（").replace(")", "）")
    return re.sub(r"[、.·\s]", "", locator.replace("正文", ""))


_DATE = re.compile(r"(\d{4})\s*(?:年|-|/|\.)\s*(\d{1,2})\s*(?:月|-|/|\.)\s*(\d{1,2})\s*日?")
_MONTH = re.compile(r"(\d{4})\s*(?:年|-)\s*(\d{1,2})(?!\d)\s*月?")
_SKIP = re.compile(
    r"《[^》]*》|“[^”]{12,}”|[〔\[（(]\d{4}[〕\]）)]\s*(?:第\s*)?\d+\s*号|第\s*[一二三四五六七八九十百零\d]+\s*(?:条|款|项|章|节|部分|批|届|次|页|号令|季度)|附件\s*\d+"
    r"|附表\s*\d+|表\s*\d+|图\s*\d+|(?:^|\n|[；;。])\s*[（(]?\d{1,2}[)）.、．](?!\d)|[A-Za-z][A-Za-z\-]*\d[\w\-]*|\d{3,4}-\d{7,8}|1[3-9]\d{9}|GB/?T?\s*[\d\-—]+|https?://\S+"
)
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = r"元|％|%|个百分点|‰|倍|家|户|名|条|个工作日|工作日|个月|个|项|年|月|日|天|人|分|级|平方米|套|批|次|类|省|市|城|期|种|大|张|门|款"
_DIGITS = re.compile(rf"(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(万亿|亿|万|千)?\s*({_UNITS})?")
_HAN_PERCENT = re.compile(r"百分之([零一二三四五六七八九十百两]{1,9})")
_HAN = re.compile(rf"([零一二三四五六七八九十百千两]{{1,9}})(万亿|亿|万)?({_UNITS})")
_SCALE = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8, "万亿": 10**12}
_COUNTED = frozenset("个项类省市城期种大级批次张门款分条")
"""Units of what a digest may have counted itself: 四类条件. A small number of these is nobody's statement."""
_ALL = re.compile(r"全部|全额|全覆盖|全量|所有")


def numbers(text: str) -> list[str]:
    """Return the numbers of a text in canonical form."""
    return [token for token, _ in tokens(text)]


def tokens(text: str) -> list[tuple[str, str]]:
    """Return (canonical, as written) of each number in a text; names of documents and list counters are none."""
    found: list[tuple[str, str]] = []
    text = _SKIP.sub(" ", text)

    def take_day(m: re.Match[str]) -> str:
        found.append((f"{m[1]}-{int(m[2]):02d}-{int(m[3]):02d}", m[0].strip()))
        return " "

    def take_month(m: re.Match[str]) -> str:
        found.append((f"{m[1]}-{int(m[2]):02d}", m[0].strip()))
        return " "

    text = _MONTH.sub(take_month, _DATE.sub(take_day, text))
    for m in _DIGITS.finditer(text):
        value = Decimal(m[1].replace(",", ""))
        found.append((_canonical(value * _SCALE[m[2] or ""], m[3] or ""), m[0].strip()))

    def take_percent(m: re.Match[str]) -> str:
        number = _han_number(m[1])
        if number is not None:
            found.append((_canonical(Decimal(number), "%"), m[0]))
        return " "

    for m in _HAN.finditer(_HAN_PERCENT.sub(take_percent, text)):
        number = _han_number(m[1])
        if number is not None:
            found.append((_canonical(Decimal(number) * _SCALE[m[2] or ""], m[3]), m[0]))
    return found


def _canonical(value: Decimal, unit: str) -> str:
    """Return a number the one way it is compared: money in yuan, percent as percent, else the bare number."""
    plain = f"{value.normalize():f}"
    if unit == "元":
        return f"{plain}元"
    return f"{plain}%" if unit in ("%", "％", "个百分点") else plain


def _counts(token: str, words: str) -> bool:
    """Return whether a number is one that a digest may have counted by itself: at most 12 of a countable kind."""
    return bool(re.fullmatch(r"\d{1,2}", token)) and int(token) <= 12 and words[-1:] in _COUNTED


def _han_number(text: str) -> int | None:
    """Return a Chinese numeral up to 9999, or None: 三十 is 30, 一百二十 is 120."""
    total = current = 0
    for char in text:
        if char in _HAN_DIGITS:
            current = _HAN_DIGITS[char]
        elif char in "十百千":
            total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            current = 0
        else:
            return None
    return total + current
