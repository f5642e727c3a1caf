"""Blocks of text -> clauses with the locators people use.

    第五条（二）        article, item
    第八条第二款（一）    where a second list follows in the same article
    二（三）1           documents that count 一、（一）1.（1）①
    附件2 第三条        parts of a document: 附件, 第X部分
    附件2 表1 行3       a row of a table; 表1 服务内容 where rows are named, not counted
    3.1.1              decimal headings
    引言第2段           paragraphs before the first number; 第12段 in a text that counts nothing

A number that a document uses twice keeps its name and gets a mark: 第五条#2. Locators are unique.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from knowledge.document import Block, Box, ReadClause, Table, Turn
from knowledge.reading.offers import solicits
from knowledge.reading.orders import doubtful, orders_a_machine, part_orders

Style = Literal[
    "part", "chapter", "section", "article", "decimal", "han", "han-paren", "number", "number-paren", "circle"
]

_HAN = "一二三四五六七八九十百零〇两"
_RANK: dict[Style, float] = {
    "part": 0, "chapter": 1, "section": 2, "article": 3, "han": 4, "decimal": 4.5, "han-paren": 5, "number": 6,
    "number-paren": 7, "circle": 8,
}  # fmt: skip

_MARKERS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"^(第[{_HAN}\d]{{1,4}}(?:部分|篇|编|分册))(?=[\s：:、，]|$|[^\d，。的])")),
    ("chapter", re.compile(rf"^(第[{_HAN}\d]{{1,4}}章)(?![，。的])")),
    ("section", re.compile(rf"^(第[{_HAN}\d]{{1,4}}节)(?![，。的])")),
    ("article", re.compile(rf"^(第\s?[{_HAN}\d]{{1,7}}\s?条(?:之[{_HAN}])?)(?![、，。；和至或及的第所规])")),
    (
        "decimal",
        re.compile(
            r"^(\d{1,2}(?:[.．]\d{1,2}){1,3})[.．]?(?=[\s\u3000\u2e80-\u9fff“《])(?!个百分点|万|亿|元|倍|年|％|级|版)"
        ),
    ),
    ("han", re.compile(rf"^([{_HAN}]{{1,3}})[、．.]")),
    ("han-paren", re.compile(rf"^[（(]\s?([{_HAN}]{{1,3}})\s?[)）]")),
    ("number", re.compile(r"^(\d{1,3})(?:[、．]|\.(?!\d))")),
    ("number-paren", re.compile(r"^[（(]\s?(\d{1,3})\s?[)）]|^(\d{1,2})[)）]")),
    ("circle", re.compile(r"^([①-⑳])")),
)
_ANNEX = re.compile(rf"^(附件|附录|附表)\s?([{_HAN}\d]{{0,3}}|[A-Z])\s?[:：.、]?\s*(.*)$")
_LISTED = re.compile(r"^附\s?[件表录]\s?[:：]\s*\S")
_FILE = re.compile(r"[\u4e00-\u9fff].*\.(pdf|docx?|xlsx?|wps|et|zip|rar|ofd)$", re.IGNORECASE)
"""The name of a file that is annexed."""
_LISTS = re.compile(r"^附\s?[件表录]\s?[:：]?\s*$")
_DATE_LINE = re.compile(rf"^[{_HAN}○ＯO\d]{{2,4}}\s?年\s?[{_HAN}\d]{{1,3}}\s?月\s?[{_HAN}\d]{{1,3}}\s?日\s*$")
_SIGNER = re.compile(
    r"(局|委员会|部|厅|政府|办公室|办公厅|中心|院|会|办|署|公司|联盟|协会|管委会|银行|行|室|组|处)$"
)
_QUESTION = re.compile(r"^(问|Q)\s?(\d{0,3})\s?[:：.、]", re.IGNORECASE)
_ANSWER = re.compile(r"^(答|A)\s?\d{0,3}\s?[:：]", re.IGNORECASE)
_SENTENCE = re.compile(r"[。；;！？]")
_CAPTION = re.compile(rf"^(附?表\s?[{_HAN}\d]{{1,3}}(?:[-－.]\d{{1,2}})?)[\s：:、.]*(.*)$")


@dataclass
class _Open:
    """A numbered level that is open."""

    style: Style
    mark: str
    title: str = ""
    """What its heading says, where it is a heading."""


@dataclass
class _Draft:
    """A clause being gathered."""

    locator: str
    heading: str
    texts: list[str]
    kind: Literal["text", "row", "title", "about", "note", "signature"] = "text"
    page: int | None = None
    page_to: int | None = None
    box: Box | None = None
    doubtful: tuple[str, ...] = ()
    carried: bool = False
    """An order to a machine that stood in it was set apart."""
    order: bool = False
    """It is such an order, though it may not look like one by itself."""


@dataclass
class _Writer:
    """Where the text stands while it is walked."""

    drafts: list[_Draft] = field(default_factory=list)
    annex: str = ""
    annex_title: str = ""
    path: list[_Open] = field(default_factory=list)
    """Open numbered levels, outermost first."""
    headings: list[tuple[int, str]] = field(default_factory=list)
    """Open headings that the file marks as such, where they carry no number."""
    paragraphs: int = 0
    """Unnumbered paragraphs of the open article, 款."""
    loose: int = 0
    """Unnumbered paragraphs since the part, the heading or the document began."""
    tables: int = 0
    numbered: bool = False
    """A number has been met in this part."""
    listing: bool = False
    """Within the list of annexes at the end of a text."""
    signed: bool = False
    closing: bool = False
    """Within what follows the items of a decision."""
    said: str = ""
    """What the text is called, and how it opens."""
    aside: bool = False
    """The last paragraph was an order to a machine."""
    runs_on: bool = False
    """That order did not end with its paragraph."""


def split(blocks: Sequence[Block], *, title: str = "") -> tuple[list[ReadClause], list[Table]]:
    """Return the clauses of a text in reading order, and its tables with captions and headers named.

    Text that precedes any number, and headings, are clauses too: nothing visible is lost.
    """
    writer = _Writer(said=title + "".join(block.text for block in blocks[:6])[:400])
    named: list[Table] = []
    caption, over = "", list[str]()
    for index, block in enumerate(blocks):
        if block.table is not None:
            table = _described(block.table, caption)
            named.append(table)
            _write_table(writer, table, block, "".join(over))
            caption, over = "", []
            continue
        for line in block.text.split("\n"):
            text = line.strip(" \t\u3000")
            if not text:
                continue
            caption = text if len(text) <= 60 else ""
            if _heads_table(writer, text, block, blocks, index):
                over.append(text)
            else:
                _write(writer, text, block, blocks, index, title)
    return _finished(writer.drafts), named


def _heads_table(writer: _Writer, text: str, block: Block, blocks: Sequence[Block], index: int) -> bool:
    """Return whether a line is the name of the table that follows, or its unit: 生物产业领域（共42个）, （单位：万元）.

    At the head of a document such a line is its title; a numbered one, or one that says a sentence, is a clause.
    """
    if block.role != "body" or block.level is not None or not writer.drafts or len(text) > 40:
        return False
    if _marker(text)[0] or _CAPTION.match(text) or _ANNEX.match(text) or _DATE_LINE.match(text):
        return False
    if re.search(r"[。；;，,！？]|[：:]$", text) or orders_a_machine(text):
        return False
    later = next(
        (n for n in range(index + 1, min(index + 3, len(blocks))) if blocks[n].table is not None), None
    )
    if later is None or block.text.strip().split("\n")[-1].strip(" \t\u3000") != text:
        return False
    between = [blocks[n].text.strip() for n in range(index + 1, later)]
    return all(
        len(line) <= 40 and not re.search(r"[。；;，]", line) and not _marker(line)[0] for line in between
    )


# Paragraphs ------------------------------------------------------------------------------------------------


def _write(writer: _Writer, text: str, block: Block, blocks: Sequence[Block], index: int, title: str) -> None:
    if block.role != "body":
        _write_role(writer, text, block)
    elif _lists_annexes(text, blocks, index):
        writer.listing = True
        _add(writer, _at(writer, f"附{text[1:].strip()[:1]}清单"), text, block)
    elif _starts_annex(writer, text, blocks, index):
        _open_annex(writer, text, block)
    elif writer.listing and _still_listed(text):
        _extend(writer, text, block)
    elif _signs(writer, text, blocks, index):
        writer.listing = False
        _sign(writer, text, block)
    else:
        writer.listing = False
        _write_body(writer, text, block, title)


def _write_role(writer: _Writer, text: str, block: Block) -> None:
    if block.role == "title":
        if not any(d.kind == "title" for d in writer.drafts):
            _add(writer, "标题", text, block, kind="title")
    elif block.role == "about":
        named = re.sub(r"\s", "", re.split("[:：]", text, maxsplit=1)[0])[:12]
        _add(writer, f"页面信息 {named}", text, block, kind="about")
    else:
        _add(writer, "脚注", text, block, kind="note", heading="")


def _write_body(writer: _Writer, text: str, block: Block, title: str) -> None:
    kept, order = part_orders(text)
    if not order:
        _write_line(writer, text, block, title)
    elif not kept or block.level is not None:
        _set_apart(writer, text, block)
    else:
        _write_line(writer, kept, block, title)
        writer.drafts[-1].carried = True
        _set_apart(writer, order, block)


def _set_apart(writer: _Writer, text: str, block: Block) -> None:
    """Write an order to a machine as a clause of its own: the clause before it stays as it was issued."""
    last = writer.drafts[-1] if writer.drafts else None
    if last is not None and last.locator.endswith("夹带文字") and writer.aside:
        _extend(writer, text, block)
    else:
        before = last.locator.removesuffix("夹带文字").strip() if last is not None else ""
        _add(writer, f"{before} 夹带文字".strip(), text, block, heading="")
        writer.drafts[-1].order = doubtful(text)
    writer.aside = True
    writer.runs_on = not re.search(r"[。！？；!?;】\]）)>」”\"]$", text)


def _write_line(writer: _Writer, text: str, block: Block, title: str) -> None:
    style, mark = _marker(text)
    if style == "number" and _out_of_step(writer, mark, text):
        style = None
    if style is not None:
        _write_numbered(writer, style, mark, text, block)
    elif (asked := _QUESTION.match(text)) is not None:
        writer.loose += 1
        _add(writer, _at(writer, f"问{asked[2] or writer.loose}"), text, block)
    elif _ANSWER.match(text) and writer.drafts and writer.drafts[-1].kind == "text" and not writer.aside:
        _extend(writer, text, block)
    elif block.level is not None and len(text) <= 80:
        _open_heading(writer, block.level, text, block)
    else:
        _write_plain(writer, text, block, title)


def _marker(text: str) -> tuple[Style | None, str]:
    for style, pattern in _MARKERS:
        found = pattern.match(text)
        if found is not None:
            mark = next(group for group in found.groups() if group)
            return style, re.sub(r"\s", "", mark).replace("．", ".")
    return None, ""


def _out_of_step(writer: _Writer, mark: str, text: str) -> bool:
    """Return whether a leading number only looks like a count: 2024. at a line's head, 50、60 …."""
    if int(mark) <= 1:
        return False
    last = next((o.mark for o in writer.path if o.style == "number"), None)
    if last is None:
        return int(mark) > 30
    return not (0 <= int(mark) - int(last) <= 5 or int(mark) <= 30)


def _write_numbered(writer: _Writer, style: Style, mark: str, text: str, block: Block) -> None:
    rank = _RANK[style]
    while writer.path and not _above(writer.path, style, mark):
        writer.path.pop()
    if rank <= _RANK["article"]:
        writer.paragraphs = 0
    if style in ("part", "chapter", "section"):
        writer.tables = 0 if style == "part" else writer.tables
    is_heading = _is_heading(style, text, block)
    heading = _heading(writer)
    writer.path.append(_Open(style, mark, _short(text) if is_heading else ""))
    writer.headings = writer.headings if rank > 2 else [h for h in writer.headings if h[0] < rank + 1]
    if style == "article":
        writer.paragraphs = 1
    writer.numbered, writer.loose, writer.aside = True, 0, False
    _add(writer, _locator(writer), text, block, heading=heading)


def _above(path: Sequence[_Open], style: Style, mark: str) -> bool:
    """Return whether the innermost level stays open when `style` begins: it ranks higher, or is a shorter decimal."""
    open_ = path[-1]
    if open_.style == "decimal" and style == "decimal":
        return mark.startswith(open_.mark + ".")
    if open_.style == "number" and style == "decimal":
        return mark.split(".")[0] == open_.mark and not any(o.style == "decimal" for o in path)
    return _RANK[open_.style] < _RANK[style]


def _is_heading(style: Style, text: str, block: Block) -> bool:
    if style in ("part", "chapter", "section") or block.level is not None:
        return len(text) <= 80
    if style == "article":
        return len(text) <= 24 and not re.search(r"[。；;，,：:]", text)
    return len(text) <= 45 and not _SENTENCE.search(text) and not text.endswith(("，", "："))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _locator(writer: _Writer) -> str:
    """Return the locator of the innermost open level."""
    article = next((n for n, o in enumerate(writer.path) if o.style == "article"), None)
    chain = writer.path if article is None else writer.path[article:]
    decimals = [n for n, o in enumerate(chain) if o.style == "decimal"]
    if decimals:  # 3.1.1 names the levels above it by itself
        chain = chain[decimals[-1] :]
    kept = [o for o in chain if o.style not in ("chapter", "section") or o is chain[-1]]
    if article is not None and writer.path[0].style == "part":
        kept = [writer.path[0], *kept]
    text = ""
    for open_ in kept:
        text = _appended(text, open_)
        if open_.style == "article" and open_ is not kept[-1] and writer.paragraphs > 1:
            text += f"第{chinese(writer.paragraphs)}款"
    return _at(writer, text)


def _appended(text: str, open_: _Open) -> str:
    mark = open_.mark
    if open_.style == "han-paren":
        return f"{text}（{mark}）"
    if open_.style == "number-paren":
        return f"{text}（{mark}）"
    if open_.style in ("part", "chapter", "section", "article"):
        return f"{text} {mark}".strip()
    apart = (
        " "
        if text and (text[-1].isdigit() or text.endswith(("部分", "篇", "编", "章", "节", "分册")))
        else ""
    )
    return f"{text}{apart}{mark}"


def _at(writer: _Writer, locator: str) -> str:
    return f"{writer.annex} {locator}".strip() if writer.annex else locator


def chinese(number: int) -> str:
    """Return a number from 1 to 99 in Chinese: 12 is 十二."""
    digits = "零一二三四五六七八九"
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")


def _write_plain(writer: _Writer, text: str, block: Block, title: str) -> None:
    """Write an unnumbered paragraph where it belongs: to the open clause, or as one of its own."""
    if writer.aside and writer.runs_on:
        _set_apart(writer, text, block)
        return
    if writer.aside and writer.path:
        writer.aside = False
        _add(writer, f"{_locator(writer)} 续", text, block)
        return
    writer.aside = False
    if _write_closing(writer, text, block):
        return
    if not writer.numbered and not writer.headings:
        if title and not writer.annex and _alike(text, title):
            if not any(d.kind == "title" for d in writer.drafts):
                _add(writer, "标题", text, block, kind="title")
            return
        writer.loose += 1
        _add(writer, _at(writer, f"引言第{writer.loose}段"), text, block)
        return
    top = writer.path[-1] if writer.path else None
    if top is None or (top.style in ("part", "chapter", "section") or (writer.headings and not writer.path)):
        writer.loose += 1
        _add(writer, _locator_loose(writer), text, block)
        return
    article = next((n for n, o in enumerate(writer.path) if o.style == "article"), None)
    if article is not None:
        writer.paragraphs += 1 if len(writer.path) == article + 1 or _closes_list(writer) else 0
        if len(writer.path) > article + 1 and _closes_list(writer):
            del writer.path[article + 1 :]
            _add(writer, f"{_locator(writer)}第{chinese(writer.paragraphs)}款", text, block)
            return
    _go_on(writer, text, block)


_CLOSING = re.compile(
    r"(此外，|另外，)?(本决定(自|公布|施行)|.{0,40}根据本决定|对?(条文|条款)(顺序|序号)|此外，)"
)
_NAMED_TEXT = re.compile(r"(办法|规定|条例|细则|规则|章程|方案|意见|措施|标准)(（[^）]{1,20}）)?$")


def _closes_text(writer: _Writer, text: str) -> bool:
    """Return whether a paragraph after the last item of a decision is none of that item: 本决定自…起施行."""
    items = [o for o in writer.path if o.style in ("han", "article")]
    return bool(items and len(writer.path) == 1 and "决定" in text + writer.said and _CLOSING.match(text))


def _write_closing(writer: _Writer, text: str, block: Block) -> bool:
    """Write what follows the items of a decision, and return whether this paragraph is of it.

    The name of the text that is published anew heads that text.
    """
    if _closes_text(writer, text):
        writer.path, writer.headings, writer.loose, writer.closing = [], [], 0, True
        writer.numbered = True
    if not writer.closing or writer.path:
        return False
    plain = text.strip("《》")
    if len(plain) <= 50 and _NAMED_TEXT.search(plain) and not re.search(r"[。；，,：:]", plain):
        writer.headings = [(1, plain)]
        writer.loose, writer.closing = 0, False
        _add(writer, _at(writer, _short(plain)[:24]), text, block, heading="")
        return True
    writer.loose += 1
    _add(writer, _at(writer, f"文末第{writer.loose}段"), text, block, heading="")
    return True


def _go_on(writer: _Writer, text: str, block: Block) -> None:
    """Write a paragraph into the open clause; what follows a table is none of its last row, but a clause of its own.

    Nor is one taken in that follows a sentence that is ended and speaks to a machine, sets the text before it aside, or sells.
    """
    if writer.drafts[-1].kind == "row":
        _add(writer, f"{_locator(writer)} 续", text, block)
    elif re.search(r"[。！？；]$", writer.drafts[-1].texts[-1]) and (doubtful(text) or solicits(text)):
        _set_apart(writer, text, block)
    else:
        _extend(writer, text, block)


def _closes_list(writer: _Writer) -> bool:
    """Return whether the open item was the last of a list of short items, each ended by ； and it by 。."""
    open_ = writer.path[-1]
    last = writer.drafts[-1].texts[-1] if writer.drafts else ""
    earlier = writer.drafts[-2].texts[-1] if len(writer.drafts) > 1 else ""
    return (
        open_.style in ("han-paren", "number")
        and last.endswith("。")
        and earlier.endswith(("；", ";", "，", "："))
    )


def _locator_loose(writer: _Writer) -> str:
    base = _locator(writer) if writer.path else _at(writer, _number_of(writer.headings))
    return f"{base} 第{writer.loose}段".strip()


def _number_of(headings: Sequence[tuple[int, str]]) -> str:
    return _short(headings[-1][1])[:24] if headings else ""


def _open_heading(writer: _Writer, level: int, text: str, block: Block) -> None:
    writer.headings = [h for h in writer.headings if h[0] < level]
    if level <= 2:
        writer.path, writer.numbered = [], False
    heading = _heading(writer)
    writer.headings.append((level, text))
    writer.loose = 0
    _add(writer, _at(writer, _short(text)[:24]), text, block, heading=heading)


def _alike(one: str, other: str) -> bool:
    return re.sub(r"\W", "", one) == re.sub(r"\W", "", other)


# Annexes and signatures --------------------------------------------------------------------------------------


def _lists_annexes(text: str, blocks: Sequence[Block], index: int) -> bool:
    """Return whether a line begins the list of annexes at a text's end: 附件：1.…, or 附件： before 1.…."""
    if _LISTED.match(text):
        return len(text) <= 120 and not _SENTENCE.search(text.rstrip("。；;"))
    after = [b.text.strip() for b in blocks[index + 1 : index + 3] if b.table is None]
    return bool(
        _LISTS.match(text)
        and after
        and (re.match(r"^(1\s?[.．、]|附件\s?1)", after[0]) or _FILE.search(after[0]))
        and len(after[0]) <= 80
    )


def _starts_annex(writer: _Writer, text: str, blocks: Sequence[Block], index: int) -> bool:
    """Return whether a line begins an annex, rather than names one.

    附件2 alone does; 附件2：标题 does where no list of annexes is being told and text follows that is none.
    """
    found = _ANNEX.match(text)
    if found is None or len(text) > 60 or _SENTENCE.search(text):
        return False
    rest = found[3]
    if not rest or (found[1] != "附件" and found[2]):
        return index + 1 < len(blocks)
    if (
        not found[2]
        or writer.listing
        or re.search(r"\.(pdf|docx?|xlsx?|wps|et|zip|rar|ofd)$", rest, re.IGNORECASE)
    ):
        return False
    if rest[0] in "第的中所规要列内表一二三四五六七八九（(" or re.match(r"\d+[.、]", rest):
        return False
    after = next((b.text for b in blocks[index + 1 : index + 2]), "")
    return bool(after or (index + 1 < len(blocks) and blocks[index + 1].table)) and not _ANNEX.match(after)


def _open_annex(writer: _Writer, text: str, block: Block) -> None:
    found = _ANNEX.match(text)
    assert found is not None
    writer.annex = re.sub(r"\s", "", found[1] + found[2])
    writer.annex_title = "" if orders_a_machine(found[3]) else found[3]
    writer.path, writer.headings = [], []
    writer.paragraphs = writer.loose = writer.tables = 0
    writer.numbered = writer.listing = writer.signed = False
    _add(writer, writer.annex, text, block)


def _still_listed(text: str) -> bool:
    return (
        bool(
            re.match(r"^(附件\s?\d*[:：]?\s*)?\d{1,2}[.．、]", text)
            or _ANNEX.match(text)
            or _FILE.search(text)
        )
        and len(text) <= 80
    )


def _signs(writer: _Writer, text: str, blocks: Sequence[Block], index: int) -> bool:
    """Return whether a short line is part of the signature: a day alone, or a body followed by one."""
    if len(text) > 40 or not writer.drafts:
        return False
    if _DATE_LINE.match(text):
        return True
    if not _SIGNER.search(text) or _SENTENCE.search(text) or _marker(text)[0]:
        return False
    for later in blocks[index + 1 : index + 6]:
        if _DATE_LINE.match(later.text.strip()):
            return True
        if not later.text or len(later.text) > 40 or not _SIGNER.search(later.text):
            return False
    return False


def _sign(writer: _Writer, text: str, block: Block) -> None:
    if writer.signed and writer.drafts[-1].kind == "signature":
        _extend(writer, text, block)
    else:
        writer.signed = True
        _add(writer, _at(writer, "落款"), text, block, kind="signature")


# Tables ------------------------------------------------------------------------------------------------------


def _described(table: Table, before: str) -> Table:
    """Return a table with its caption and header taken out of its rows where it has them."""
    rows, spans, pages, boxes = list(table.rows), list(table.spans), list(table.pages), list(table.boxes)
    down = list(table.down)
    caption = table.caption
    first = table.first_row
    dropped = 0

    def drop() -> None:
        nonlocal first, dropped
        rows.pop(0)
        first += 1
        dropped += 1
        for part in (spans, down, pages, boxes):
            if part:
                part.pop(0)

    if len(rows) > 1 and _alone(rows[0], spans[0] if spans else None) and 0 < len(rows[0][0]) <= 60:
        caption = rows[0][0].replace("\n", "")
        drop()
    elif not caption and _CAPTION.match(before):
        caption = before
    header: tuple[str, ...] = table.header
    if not header and _is_header(rows, spans, down):
        deep = _header_rows(rows, spans, down)
        header = _column_names(rows[:deep], spans[:deep])
        for _ in range(deep):
            drop()
    return table.model_copy(
        update={
            "caption": caption,
            "header": header,
            "rows": tuple(rows),
            "spans": tuple(spans),
            "down": tuple(down),
            "pages": tuple(pages),
            "boxes": tuple(boxes),
            "first_row": first,
            "turns": tuple(t.model_copy(update={"row": t.row - dropped}) for t in table.turns),
        }
    )


def _alone(row: Sequence[str], spans: Sequence[int] | None) -> bool:
    """Return whether a row is one cell over the whole width."""
    return (
        bool(row)
        and bool(row[0].strip())
        and not any(cell.strip() for cell in row[1:])
        and (spans is None or len(spans) == 1)
    )


def _is_header(
    rows: Sequence[Sequence[str]], spans: Sequence[Sequence[int]], down: Sequence[Sequence[int]] = ()
) -> bool:
    """Return whether the first row names the columns of those below.

    It has a name for nearly each column, short, distinct, none a mere number; and two rows follow, or
    one that is plainly data. A card of keys and values has none.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    names = [cell.replace("\n", "").strip() for cell in rows[0]]
    told = [name for name in names if name]
    if len(told) < max(2, len(names) - 1) and not (spans and len(spans[0]) == len(told) >= 2):
        return False
    years = [name for name in told[1:] if re.fullmatch(r"(19|20)\d{2}\s?年(度|底|末)?", name)]
    known = set(years) if len(years) > 1 else set()  # 2024年, 2025年 name columns; one alone may be a value
    if any(
        len(name) > 24 or (name not in known and re.fullmatch(r"[\d.,%％\-/年月日\s]+", name))
        for name in told
    ):
        return False
    if len(set(told)) < len(told) - 1:
        return False
    if len(down) > 1 and down[1] and len(spans[0]) == len(names):
        return False  # a cell of the first row goes on in the second, and none of the others is parted there
    return not _is_card(rows, spans)


def _is_card(rows: Sequence[Sequence[str]], spans: Sequence[Sequence[int]]) -> bool:
    """Return whether rows read key, value (, key, value): the cells of the first column name, the next tell."""
    if _counted(rows):
        return False
    body = rows[:12]
    keys = [row[0].replace("\n", "").strip() for row in body]
    if any(not 0 < len(key) <= 14 or re.match(r"^[\d.]+$", key) for key in keys) or len(set(keys)) < len(
        keys
    ):
        return False
    widths = {tuple(s) for s in spans[: len(body)]} if spans else set()
    if len(widths) > 1:
        return True
    if len(body[0]) == 2:
        return any(len(row[1]) > 24 for row in body[:2]) or any(key.endswith(("：", ":")) for key in keys)
    return any(key.endswith(("：", ":")) for key in keys)


def _counted(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first column counts: 序号, 1, 2, 3."""
    firsts = [row[0].strip() for row in rows[1:6]]
    return rows[0][0].replace("\n", "").strip() in {"序号", "编号", "No.", "NO."} or (
        len(firsts) >= 2 and all(re.fullmatch(r"\d{1,4}", first) for first in firsts)
    )


def _header_rows(
    rows: Sequence[Sequence[str]], spans: Sequence[Sequence[int]], down: Sequence[Sequence[int]]
) -> int:
    """Return how many rows name the columns: those into which a name of the first goes on, or whose blanks they fill."""
    deep = 1
    while deep < min(4, len(rows) - 1) and spans and len(spans[deep - 1]) < len(rows[0]):
        row = rows[deep]
        if any(len(cell) > 20 or re.fullmatch(r"[\d.,%％]+", cell) for cell in row if cell):
            break
        named = down and deep < len(down) and down[deep]
        if not named and not (deep == 1 and _fills_blanks(row, rows[0])):
            break
        deep += 1
    return deep


def _fills_blanks(row: Sequence[str], header: Sequence[str]) -> bool:
    """Return whether a second row of names stands below merged names."""
    blank = [n for n, name in enumerate(header) if not name]
    return bool(blank) and all(row[n].strip() for n in blank) and not row[0].strip()


def _column_names(rows: Sequence[Sequence[str]], spans: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Return the name of each column, from the top down: 补助标准·比例, 上限.

    A name over several columns is said with the first of them; with each where those below are alike (2024年·收入, 2025年·收入).
    """
    lowest = ["" for _ in rows[0]]
    for row in rows:
        lowest = [cell.replace("\n", "") or name for cell, name in zip(row, lowest, strict=True)]
    alike = {name for name, count in Counter(filter(None, lowest)).items() if count > 1}
    names = []
    for n, last in enumerate(lowest):
        parts = []
        for depth, row in enumerate(rows):
            own = row[n]
            starts = spans[depth] if depth < len(spans) else ()
            if not own and last in alike and starts and n not in starts:
                own = row[max((start for start in starts if start < n), default=n)]
            parts.append(own.replace("\n", ""))
        names.append("·".join(dict.fromkeys(filter(None, parts))))
    return tuple(names)


def _write_table(writer: _Writer, table: Table, block: Block, over: str = "") -> None:
    """Write a table row by row; `over` is what stands above it and names it."""
    writer.tables += 1
    label = _CAPTION.match(table.caption)
    name = re.sub(r"\s", "", label[1]) if label and not label[1].startswith("附") else f"表{writer.tables}"
    if table.sheet:
        name = f"工作表“{table.sheet}”"
    card = not table.header and _is_card(table.rows, table.spans)
    titled = bool(writer.path and writer.path[-1].title and writer.drafts[-1].kind != "row")
    said = "" if orders_a_machine(table.caption) else table.caption
    # a card under a numbered title is named by that number, as people do: 21 服务内容
    base = _locator(writer) if card and titled and not table.sheet else _at(writer, name)
    heading = [h for h in (_heading(writer), _clause_over(writer), over, said) if h]
    if over:
        _add(
            writer,
            f"{base} 表头" if base != _at(writer, name) else base,
            over,
            block,
            heading=_heading(writer),
        )
    if table.caption and not _CAPTION.match(table.caption):
        _add(
            writer,
            f"{base} 表头" if base != _at(writer, name) else base,
            table.caption,
            block,
            heading=_heading(writer),
        )
    above: Sequence[str] = ()
    for number, row in enumerate(table.rows):
        cells = _carried(table, number, row, above)
        above = cells
        key = cells[0].replace("\n", "").strip("：: ") if card else ""
        count = number + (table.first_row if table.sheet else 1)
        place = f"第{count}行" if table.sheet else f"行{count}"
        at = _RowAt(
            locator=f"{base} {key or place}",
            heading=" > ".join(heading + ([key] if key else [])),
            starts=table.spans[number] if number < len(table.spans) else (),
            down=table.down[number] if number < len(table.down) else (),
            groups=number + 1 < len(table.down) and 0 in table.down[number + 1],
            page=table.pages[number] if number < len(table.pages) else block.page,
            box=table.boxes[number] if number < len(table.boxes) else block.box,
            turns=tuple(turn for turn in table.turns if turn.row == number),
        )
        _write_row(writer, table, cells, at)


def _clause_over(writer: _Writer) -> str:
    """Return the locator of the clause to which a table belongs: the open article, or one that ends …如下： above it."""
    if not writer.path or writer.path[-1].title or writer.drafts[-1].kind == "row":
        return ""
    last = writer.drafts[-1].texts[-1]
    leads = bool(re.search(r"[：:]$|如下|下表|见表", last[-40:]))
    if not leads and writer.path[-1].style != "article":
        return ""
    return _locator(writer).removeprefix(writer.annex).strip()


@dataclass(frozen=True)
class _RowAt:
    """Where a row stands, and which of its cells begin in it."""

    locator: str
    heading: str
    starts: tuple[int, ...]
    down: tuple[int, ...]
    groups: bool
    """Its first cell is merged with those below: it names them, and is no key of the cell beside it."""
    page: int | None
    box: Box | None
    turns: tuple[Turn, ...]


def _carried(table: Table, number: int, row: Sequence[str], above: Sequence[str]) -> Sequence[str]:
    """Return a row with what it shares with the row above: they are one merged cell. A blank cell stays blank.

    Where the file does not tell which cells go on, they are those left of the first that begins in the row.
    """
    starts = table.spans[number] if number < len(table.spans) else ()
    if not above:
        return row
    if table.down:
        shared = {n for n in table.down[number] if not row[n] and len(above[n]) <= _SHARED}
    else:
        shared = set(range(starts[0])) if starts else set()
    return [above[n] if n in shared and not cell else cell for n, cell in enumerate(row)]


_SHARED = 120
"""Characters of a merged cell that are said again with each of its rows."""


def _write_row(writer: _Writer, table: Table, row: Sequence[str], at: _RowAt) -> None:
    """Write a row; what in its cells is said to a machine becomes a clause of its own beside it."""
    parted = [part_orders(cell) for cell in row]
    orders = [order for _, order in parted if order]
    if not orders:
        _write_cells(writer, table, row, at)
        return
    before = len(writer.drafts)
    _write_cells(writer, table, [kept for kept, _ in parted], at)
    if len(writer.drafts) > before:
        writer.drafts[-1].carried = True
    place = Block(text="", page=at.page, box=at.box)
    _add(writer, f"{at.locator} 夹带文字", "\n".join(orders), place, kind="row", heading="")


def _write_cells(writer: _Writer, table: Table, row: Sequence[str], at: _RowAt) -> None:
    """Write a row; a cell that holds numbered paragraphs becomes as many clauses beneath it."""
    if not any(cell.strip() for cell in row):
        return
    long_cell = max(row, key=len)
    pieces = long_cell.split("\n")
    place = Block(text="", page=at.page, box=at.box)
    if len(long_cell) < 120 or sum(1 for piece in pieces if _marker(piece)[0]) < 2:
        _add(
            writer,
            at.locator,
            row_text(table.header, row, at.starts, at.down, groups=at.groups),
            place,
            kind="row",
            heading=at.heading,
        )
        return
    held = row.index(long_cell)
    first = next(n for n, piece in enumerate(pieces) if _marker(piece)[0])
    rest = [*row[:held], "\n".join(pieces[:first]), *row[held + 1 :]]
    if sum(1 for cell in rest if cell.strip()) > 1:
        _add(
            writer,
            at.locator,
            row_text(table.header, rest, at.starts, at.down, groups=at.groups),
            place,
            kind="row",
            heading=at.heading,
        )
    key = next(
        (
            cell.replace("\n", "")
            for n, cell in enumerate(rest)
            if cell.strip() and n != held and len(cell) <= 20
        ),
        "",
    )
    within = f"{at.heading} > {key}" if key and not at.heading.endswith(key) else at.heading
    open_: list[_Open] = []
    for line, piece in enumerate(pieces[first:], start=first):
        turned = [turn for turn in at.turns if turn.line <= line]
        if turned:
            place = Block(text="", page=turned[-1].page, box=turned[-1].box)
        style, mark = _marker(piece)
        if style is None:
            _extend(writer, piece, place)
            continue
        while open_ and not _above(open_, style, mark):
            open_.pop()
        open_.append(_Open(style, mark))
        chain = ""
        for level in open_:
            chain = _appended(chain, level)
        _add(writer, f"{at.locator} {chain}", piece, place, kind="row", heading=within)


def row_text(
    header: Sequence[str],
    row: Sequence[str],
    starts: Sequence[int] = (),
    down: Sequence[int] = (),
    *,
    groups: bool = False,
) -> str:
    """Return a row as people would read it out: 名称：…；金额：…. Blank cells are left out, never 0.

    Where columns have no names, cells that stand in pairs are key and value; a key whose value is blank
    stands alone. In a row whose first cell names those below as well (`groups`) none do.
    """
    cells = [cell.replace("\n", " ").strip() if len(cell) < 40 else cell.strip() for cell in row]
    told = [cell for cell in cells if cell]
    if len(told) == 1 and told[0] == cells[0] and (len(starts) == 1 or _REMARK.match(cells[0])):
        return cells[0]
    if header:
        named = [
            (_name_over(header, starts, down, n), cell) for n, cell in enumerate(cells[: len(header)]) if cell
        ]
        return "；".join(
            f"{name}：{cell}" if name and not _TOTAL.fullmatch(cell) else cell for name, cell in named
        )
    own = [cells[n] for n in starts] if starts else cells
    keys, values = own[::2], own[1::2]
    if (
        not groups
        and len(own) % 2 == 0
        and all(0 < len(key) <= 20 and not re.fullmatch(r"[\d.,%]+", key) for key in keys)
    ):
        pairs = zip(keys, values, strict=True)
        return "；".join(
            f"{key.rstrip('：:')}：{value}" if value else key.rstrip("：:") for key, value in pairs
        )
    return "；".join(cell for cell in cells if cell)


_REMARK = re.compile(r"(备?注|说明|单位|来源)\s?\d?[：:]")
_TOTAL = re.compile(r"(总|合|小|共|累)\s?计")


def _name_over(header: Sequence[str], starts: Sequence[int], down: Sequence[int], at: int) -> str:
    """Return the name of a cell's column; the names of all those that it spans, 二级、三级, save from the first on.

    A cell that spans from the first column is a row's own title.
    """
    if at == 0 or at not in starts:
        return header[at]
    end = next((n for n in sorted({*starts, *down}) if n > at), len(header))
    names = [name for n, name in enumerate(header) if at <= n < end and name]
    return "、".join(dict.fromkeys(names))


# Drafts ------------------------------------------------------------------------------------------------------


def _heading(writer: _Writer) -> str:
    named = [(writer.annex_title and f"{writer.annex} {writer.annex_title}") or writer.annex]
    named += [text for _, text in writer.headings]
    named += [o.title for o in writer.path if o.title]
    return " > ".join(name for name in named if name)


def _add(
    writer: _Writer,
    locator: str,
    text: str,
    block: Block,
    *,
    kind: Literal["text", "row", "title", "about", "note", "signature"] = "text",
    heading: str | None = None,
) -> None:
    writer.drafts.append(
        _Draft(
            locator=locator or "正文",
            heading=_heading(writer) if heading is None else heading,
            texts=[text],
            kind=kind,
            page=block.page,
            page_to=block.page,
            box=block.box,
            doubtful=block.doubtful,
        )
    )


def _extend(writer: _Writer, text: str, block: Block) -> None:
    draft = writer.drafts[-1]
    draft.texts.append(text)
    draft.page_to = block.page if block.page is not None else draft.page_to
    draft.doubtful += block.doubtful
    if (
        draft.box is not None
        and block.box is not None
        and draft.page == block.page
        and draft.box.y1 <= block.box.y0
    ):
        draft.box = Box(
            x0=min(draft.box.x0, block.box.x0),
            y0=draft.box.y0,
            x1=max(draft.box.x1, block.box.x1),
            y1=max(draft.box.y1, block.box.y1),
        )


def _parted(drafts: Iterable[_Draft]) -> Iterator[_Draft]:
    """Give drafts; one into which an order was broken, line by line, is two: what was issued, and the order."""
    for draft in drafts:
        kept, order = (
            part_orders("\n".join(draft.texts)) if len(draft.texts) > 1 and not draft.order else ("", "")
        )
        if not kept or not order:
            yield draft
            continue
        yield replace(draft, texts=[kept], carried=True)
        yield replace(draft, locator=f"{draft.locator} 夹带文字", texts=[order], heading="", order=True)


def _finished(drafts: Iterable[_Draft]) -> list[ReadClause]:
    """Return drafts as clauses, each locator made unique: the first keeps it, the next are #2, #3…."""
    used: set[str] = set()
    count: Counter[str] = Counter()
    finished = []
    for draft in _parted(drafts):
        text = "\n".join(draft.texts)
        locator = draft.locator
        count[draft.locator] += 1
        while locator in used or (count[draft.locator] > 1 and locator == draft.locator):
            locator = f"{draft.locator}#{count[draft.locator]}"
            count[draft.locator] += 1 if locator in used else 0
        used.add(locator)
        finished.append(
            ReadClause(
                locator=locator,
                heading=draft.heading,
                text=text,
                kind=draft.kind,
                page=draft.page,
                page_to=draft.page_to,
                box=draft.box,
                instruction_like=draft.order or orders_a_machine(text),
                carried_order=draft.carried,
                doubtful=draft.doubtful,
            )
        )
    return finished
