"""Is this quote in its source; is every number, date, name and condition of this sentence supported by the passages it cites.

A deterministic stand-in for entailment: hard tokens (numbers with unit and bound word, dates, levels, document numbers,
titles, authorities, company names, addresses) must stand in the evidence, a number must keep the noun and the level it
belongs to, a negation must not appear or vanish. It can refuse a true paraphrase; it must not pass an invented figure.
"""

import re
from collections.abc import Iterable, Sequence

from assistant.numbers import Quantity, find, fold, same_document
from knowledge.record import Record

REACH = 30
"""Characters around a number in which its noun must stand."""


class Support(Record):
    """Whether the evidence carries a sentence."""

    ok: bool
    missing: tuple[str, ...] = ()
    """What the evidence does not carry, as it stands in the sentence."""


def normal(text: str) -> str:
    """Return `text` with width folded and white space removed: what a quote is compared by."""
    return _SPACE.sub("", fold(text))


def in_source(quote: str, source: str) -> bool:
    """Return whether `quote` stands verbatim in `source`, white space and character width aside."""
    wanted = normal(quote)
    return bool(wanted) and wanted in normal(source)


def span_of(quote: str, source: str) -> str | None:
    """Return the span of `source` that `quote` matches, as it stands there; None is not found."""
    wanted = normal(quote)
    if not wanted:
        return None
    folded = fold(source)
    places = [i for i, char in enumerate(folded) if not _SPACE.match(char)]
    at = "".join(folded[i] for i in places).find(wanted)
    return None if at < 0 else source[places[at] : places[at + len(wanted) - 1] + 1]


def verify(
    sentence: str, evidence: Sequence[str], *, names: Iterable[str] = (), loose: bool = False
) -> Support:
    """Check one sentence against the texts it rests on.

    Args:
        sentence: May carry [n] marks and a list marker; both are left out of the check.
        evidence: Cited passages, their titles and locators, and facts given.
        names: Proper names to watch for (providers, products, programs, places): one in the sentence must be in the evidence.
        loose: Leave out the checks of wording (negation, share of words never seen): for sentences of our own making.
    """
    said = strip_marks(sentence)
    grounds = [_Ground(text) for text in evidence if text]
    joined = normal("\n".join(evidence))
    quantities = find(said)
    missing = [q.text for q in quantities if not _carried(q, said, quantities, grounds, joined)]
    missing += [
        name
        for name in sorted(_names(said) | {n for n in names if n and n in said})
        if not _named(name, joined)
    ]
    if not loose:
        missing += _flipped(said, grounds)
        missing += _strange(said, joined)
    return Support(ok=not missing, missing=tuple(dict.fromkeys(missing)))


def untraced(text: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers, dates and document numbers of `text` whose value stands nowhere in the evidence."""
    held = [q for piece in evidence for q in find(piece)]
    joined = normal("\n".join(evidence))
    return tuple(
        q.text
        for q in find(strip_marks(text))
        if not (_minor(q) or any(_same_value(q, other) for other in held) or _literally(q, joined))
    )


def strip_marks(sentence: str) -> str:
    """Return the sentence without [n] marks, Markdown signs and the marker of a list item."""
    text = _MARK.sub("", sentence)
    return _BULLET.sub("", text).replace("**", "").strip()


_SPACE = re.compile(r"[\s\u200b\u2060\ufeff]")
_MARK = re.compile(r"\[\d{1,3}\]")
_BULLET = re.compile(r"^\s*(?:[-*•>#]+\s*|\d{1,2}[.、)]\s*|[（(]\d{1,2}[）)]\s*|[①-⑳]\s*)+")
_SENTENCE_END = "。；！？\n"


class _Ground:
    """A piece of evidence with its numbers read once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.quantities = find(text)


# ------------------------------------------------------------------ numbers


def _minor(q: Quantity) -> bool:
    """Return whether `q` asserts nothing: a list marker, （二）, 一个."""
    if q.kind == "locator":
        return not (
            q.canonical.startswith(("第", "附", "表", "图"))
            or (q.canonical[0].isascii() and len(q.canonical) > 1)
        )
    return q.kind == "number" and q.value == 1 and not q.text[0].isdigit()


def _literally(q: Quantity, joined: str) -> bool:
    return q.kind in {"locator", "ordinal", "ratio"} and normal(q.text) in joined


def _same_value(said: Quantity, held: Quantity) -> bool:
    if said.kind == "document" or held.kind == "document":
        return said.kind == held.kind and same_document(said.canonical, held.canonical)
    if said.kind in _CALENDAR:
        if held.kind not in _CALENDAR:
            return False
        if said.kind == "month_day":
            return held.canonical == said.canonical or held.canonical.endswith("-" + said.canonical)
        return held.canonical == said.canonical or held.canonical.startswith(said.canonical + "-")
    if said.kind == "level" or held.kind == "level":
        return said.kind == held.kind and said.value == held.value
    if said.value is None or held.value is None:
        return said.canonical == held.canonical
    return (
        said.value == held.value
        and (said.unit == held.unit or not said.unit or not held.unit or {said.unit, held.unit} <= _ALIKE)
        and (said.kind == held.kind or "number" in {said.kind, held.kind})
    )


_CALENDAR = {"date", "month", "year", "month_day"}
_ALIKE = {"家", "个", "户", "项", "名", "人", "位", "类", "条", "种"}


def _carried(
    q: Quantity, said: str, among: Sequence[Quantity], grounds: Sequence[_Ground], joined: str
) -> bool:
    if _minor(q) or _literally(q, joined):
        return True
    for ground in grounds:
        for held in ground.quantities:
            if not _same_value(q, held):
                continue
            if q.kind in _CALENDAR or q.kind in {"document", "ordinal", "ratio", "locator"}:
                return True
            if q.bound == held.bound and q.approx == held.approx and _attached(q, said, among, held, ground):
                return True
    return False


def _attached(q: Quantity, said: str, among: Sequence[Quantity], held: Quantity, ground: _Ground) -> bool:
    """Return whether the number belongs to the same level and to a shared noun in sentence and evidence."""
    if q.kind != "level":
        mine, theirs = _levels_of(q, said, among), _levels_of(held, ground.text, ground.quantities)
        if mine and theirs and not mine & theirs:
            return False
    words = _pairs(_around(q, said, 12))
    return not words or bool(words & _pairs(_around(held, ground.text, REACH)))


def _levels_of(q: Quantity, text: str, among: Sequence[Quantity]) -> set[str]:
    """Return the level (or the list of levels) named last before the number in its sentence, else the one right after."""
    start = max((text.rfind(stop, 0, q.start) for stop in _SENTENCE_END), default=-1)
    before = [x for x in among if x.kind == "level" and start < x.start < q.start]
    if before:
        run = [before[-1]]
        for x in reversed(before[:-1]):
            if run[-1].start - x.end > 1:
                break
            run.append(x)
        return {x.canonical.rstrip("<>=") for x in run}
    after = [x for x in among if x.kind == "level" and q.end <= x.start <= q.end + 6]
    return (
        {x.canonical.rstrip("<>=") for x in after[:1]}
        if after and not _crosses(text, q.end, after[0].start)
        else set()
    )


def _crosses(text: str, start: int, end: int) -> bool:
    return any(c in text[start:end] for c in "，。；、")


def _around(q: Quantity, text: str, reach: int) -> str:
    """Return the words near a number within its sentence, the number itself left out."""
    left, right = text[max(0, q.start - reach) : q.start], text[q.end : q.end + reach]
    for stop in _SENTENCE_END:
        left, right = left.rpartition(stop)[2], right.partition(stop)[0]
    return f"{left}|{right}"


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring Chinese characters that carry meaning."""
    clean = _FUNCTION.sub("|", text)
    return {clean[i : i + 2] for i in range(len(clean) - 1) if _HAN.fullmatch(clean[i : i + 2])}


_HAN = re.compile(r"[\u4e00-\u9fa5]{2}")
_FUNCTION = re.compile(
    r"不低于|不少于|不超过|不高于|不小于|不大于|至少|最高|最低|最多|以上|以下|以内|超过|低于|高于|达到|分别|其中|以及|"
    r"[的了是为在和与及或等对从到由被把将给按每各该其这那有就也都并而之于以]"
)


# ------------------------------------------------------------------ names

_TITLE = re.compile(r"《([^《》]{2,60})》")
_ORGAN = re.compile(
    r"(?:国家|中央|[省市区县]|[\u4e00-\u9fa5]{2,3}[省市区县])?"
    r"(?:工业和信息化|工信|经济和信息化|经信|财政|科学技术|科技|国家发展和改革|发展和改革|发展改革|发改|税务|商务|人力资源和社会保障|人社|教育|"
    r"市场监督管理|市场监管|大数据|民营经济|中小企业|国资|农业农村|住建|网信|统计|金融监管|知识产权)(?:部|总局|局|厅|委员会|委|办公室|办)"
)
_COMPANY = re.compile(
    r"[\u4e00-\u9fa5A-Za-z0-9（）()]{2,24}?(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|研究院|研究所)"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s，。；）)】」\u4e00-\u9fa5]+|[\w.+-]+@[\w-]+\.[\w.]+")
_ALIASES = (
    ("工业和信息化部", "工信部"),
    ("工业和信息化厅", "工信厅"),
    ("工业和信息化局", "工信局"),
    ("经济和信息化局", "经信局"),
    ("国家发展和改革委员会", "发改委"),
    ("发展和改革委员会", "发改委"),
    ("发展改革委", "发改委"),
    ("科学技术部", "科技部"),
    ("科学技术厅", "科技厅"),
    ("科学技术局", "科技局"),
    ("人力资源和社会保障", "人社"),
)


def _names(said: str) -> set[str]:
    found = {match[1] for match in _TITLE.finditer(said)}
    rest = _TITLE.sub("", said)
    for pattern in (_ORGAN, _COMPANY, _ADDRESS):
        found |= {match[0] for match in pattern.finditer(rest)}
    return found


def _named(name: str, joined: str) -> bool:
    plain = normal(name)
    if plain in joined:
        return True
    short, place = _short(plain), re.sub(r"^(?:国家|中央|[省市区县])", "", _short(plain))
    held = _short(joined)
    return short in held or (len(place) >= 3 and place in held and place[-1] not in "集团")


def _short(text: str) -> str:
    for long, short in _ALIASES:
        text = text.replace(long, short)
    return text


# ------------------------------------------------------------------ wording

_NEGATED = re.compile(
    r"(?:不得|不予|不再|不能|不可以?|不会|不是|不必|不需要?|不用|无需|无须|没有|尚未|未能?|禁止|不(?!低于|少于|超过|高于|小于|大于|足|到|满|同|断|仅|限|含|但|愿|敢|会|便))(?P<what>[\u4e00-\u9fa5]{2})"
)


def _flipped(said: str, grounds: Sequence[_Ground]) -> list[str]:
    """Return the statements of the sentence whose negation differs from the evidence."""
    wrong = []
    mine = {match["what"]: match[0] for match in _NEGATED.finditer(said)}
    theirs: dict[str, bool] = {}
    for ground in grounds:
        for match in _NEGATED.finditer(ground.text):
            theirs.setdefault(match["what"], True)
    text = "\n".join(ground.text for ground in grounds)
    for what, words in mine.items():
        if what in theirs or what not in text:
            continue
        if any(word[0] == what[0] for word in theirs):
            continue
        wrong.append(words)
    for what in theirs:
        if what in mine or what not in said:
            continue
        plain = _NEGATED.sub("", text)
        if what not in plain:
            wrong.append(what)
    return wrong


def _strange(said: str, joined: str) -> list[str]:
    """Return the sentence itself where more than half of its words stand nowhere in the evidence."""
    pairs = _pairs(said)
    if len(pairs) < 4:
        return []
    unseen = {pair for pair in pairs if pair not in joined}
    return [said] if len(unseen) * 2 > len(pairs) else []
