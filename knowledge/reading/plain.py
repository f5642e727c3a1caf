"""Plain text, Markdown and JSON in any encoding -> blocks."""

import codecs
import json
import re

from charset_normalizer import from_bytes

from knowledge.document import Block, Hidden, Kind, Reading
from knowledge.errors import ReadingError
from knowledge.reading.characters import clean, count_invisible
from knowledge.reading.guard import Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = re.compile("[\u4e00-\u9fff，。、；：（）《》]")


def decode(data: bytes, *, declared: str = "") -> str:
    """Return text from bytes: by its mark, else UTF-8, else what it declares, else GB18030, else a guess.

    A page that declares gb2312 is read as GB18030, which holds it and all its successors.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for codec in (_widest(declared), "gb18030"):
        text = _strict(data, codec) if codec else None
        if text is not None and _CHINESE.search(text):
            return text
    best = from_bytes(
        data[:400_000], cp_isolation=["big5", "gb18030", "utf_8", "utf_16", "cp1252", "shift_jis"]
    ).best()
    guessed = best.encoding if best else "gb18030"
    return data.decode(guessed, "replace")


def _widest(declared: str) -> str:
    name = declared.strip().strip("\"'").lower()
    if name.replace("-", "").replace("_", "") in {"gb2312", "gbk", "gb18030", "cp936", "xgbk"}:
        return "gb18030"
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""


def _strict(data: bytes, codec: str) -> str | None:
    """Return the text if at most one character in a thousand fails to decode, else None."""
    text = data.decode(codec, "replace")
    return text if text.count("\ufffd") * 1000 <= len(text) else None


def read(data: bytes, *, name: str, limits: Limits, kind: Kind) -> Reading:
    """Return the paragraphs of a text or Markdown file.

    Raises:
        ReadingError: Too long, or nothing in it can be seen.
    """
    text = decode(data)
    if len(text) > limits.characters:
        raise ReadingError(name, f"文字超过 {limits.characters // 10000} 万字", "请拆分后再上传")
    hidden: list[Hidden] = []
    warnings: list[str] = []
    told: dict[str, str] = {}
    if (count := count_invisible(text)) > 0:
        warnings.append(f"去掉了 {count} 个零宽或方向控制字符")
    if kind == "json":
        blocks = _json_blocks(text, name)
    elif kind == "md":
        shown, left = _without_menus(_fronted(_uncommented(text, hidden), told).splitlines())
        blocks = _markdown(shown)
        warnings += [f"导航链接 {left} 行未收入"] if left else []
    else:
        blocks = _text(text)
    if not blocks:
        raise ReadingError(name, "没有读到任何可见文字", "请确认文件内容后再上传")
    return Reading(kind=kind, blocks=tuple(blocks), hidden=tuple(hidden), warnings=tuple(warnings), told=told)


_PAGE = re.compile(r"^[-—–―]+\s*\d{1,4}\s*[-—–―]+$|^第\s*\d{1,4}\s*页(\s*[/共]\s*共?\s*\d{1,4}\s*页)?$")
"""A page number that a conversion left among the lines."""


def _text(text: str) -> list[Block]:
    """Take each line as a paragraph; join those that a mail program or a PDF wrapped at a fixed width."""
    raw = [line.rstrip() for line in re.split(r"\r\n|\r|\n|\u2028|\u2029|\x0c", text)]
    raw = [line for line in raw if not _PAGE.match(line.strip())]
    cleaned = [(clean(line), line.startswith(("\u3000", "  ", "\t"))) for line in raw]
    width = _wrap_width([line for line, _ in cleaned])
    wide = [_width(line) for line in raw]
    edge = max((n for n in wide if n <= 160), default=0) if sum(i for _, i in cleaned) >= 4 else 0
    blocks: list[str] = []
    open_ = False
    for (line, indented), across in zip(cleaned, wide, strict=True):
        if not line:
            open_ = False
            continue
        if open_ and not indented and not _opens(line):
            blocks[-1] += line
        else:
            blocks.append(line)
        full = width is not None and width - 2 <= len(line) <= width + 1
        # where paragraphs are set in, a line that fills the width goes on in the next that is not
        full = full or (edge >= 40 and across >= edge - 4)
        open_ = full and line[-1] not in "。；：！？"
    return [Block(text=line) for line in blocks]


def _width(line: str) -> int:
    """Return how many columns a line takes in type of one width: a Han character takes two."""
    return sum(1 if char.isascii() else 2 for char in line)


def _opens(line: str) -> bool:
    from knowledge.reading.layout import opens

    return opens(line)


def _wrap_width(lines: list[str]) -> int | None:
    """Return the width at which a text was wrapped: where nearly all long lines end within three characters."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 8 or lengths[-1] > 120 or lengths[-1] < 20:
        return None
    top = lengths[-1]
    full = [n for n in lengths if n >= top - 3]
    return top if len(full) >= 0.4 * len(lengths) else None


def _uncommented(text: str, hidden: list[Hidden]) -> str:
    def take(found: re.Match[str]) -> str:
        from knowledge.reading.orders import orders_a_machine

        said = clean(found[1])
        if said:
            hidden.append(Hidden(text=said, why="注释", instruction_like=orders_a_machine(said)))
        return ""

    return re.sub(r"<!--(.*?)(?:-->|$)", take, text, flags=re.DOTALL)


_LINK = re.compile(r"(!?)\[([^\]]*)\]\([^)]*\)")
_RULE = re.compile(r"^\s*([-*_]\s*){3,}$")


_LINKS_ONLY = re.compile(r"^[\s\-*+>]*(?:\[[^\]]*\]\([^)]*\)[\s|·>]*)+$")
_NO_TEXT = re.compile(r"^[\s\-*+>|]*(!\[[^\]]*\]\((?!https?:)[^)]*\))?\s*$")


def _fronted(text: str, told: dict[str, str]) -> str:
    """Take the front matter off a Markdown file, its title kept."""
    found = re.match(r"^\ufeff?---\s*\n(.*?)\n---\s*\n", text, re.DOTALL)
    if found is None:
        return text
    title = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", found[1], re.MULTILINE)
    if title:
        told["title"] = clean(title[1])[:200]
    return text[found.end() :]


def _without_menus(lines: list[str]) -> tuple[list[str], int]:
    """Leave out menus: four or more lines in a row that are links and nothing else."""
    kept: list[str] = []
    menu: list[str] = []
    left = 0
    for line in [*lines, "."]:
        if _LINKS_ONLY.match(line) or (menu and _NO_TEXT.match(line)):
            menu.append(line)
            continue
        links = sum(1 for entry in menu if _LINKS_ONLY.match(entry))
        if links >= 4:
            left += links
        else:
            kept += menu
        menu = []
        kept.append(line)
    return kept[:-1], left


def _markdown(lines: list[str]) -> list[Block]:
    """Headings keep their level, a link keeps its words, pipe tables become tables, pictures their caption."""
    from knowledge.document import Table

    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []

    def close() -> None:
        if rows:
            width = max(len(row) for row in rows)
            padded = tuple((*row, *("",) * (width - len(row))) for row in rows)
            blocks.append(
                Block(table=Table(header=padded[0] if len(padded) > 1 else (), rows=padded[1:] or padded))
            )
            rows.clear()

    last = ""
    for line in lines:
        bare_line = line.strip()
        if bare_line.startswith("|") and bare_line.endswith("|") and len(bare_line) > 2:
            cells = tuple(clean(_spoken(cell)) for cell in bare_line.strip("|").split("|"))
            if not all(re.fullmatch(r":?-{2,}:?", cell or "") for cell in cells):
                rows.append(cells)
            continue
        close()
        heading = re.match(r"^\s{0,3}(#{1,6})\s+(.*?)#*\s*$", line)
        said = clean(re.sub(r"^\s*([-*+>]\s+)+", "", _spoken(heading[2] if heading else line)))
        if not said or _RULE.match(line) or (said == last and heading):
            continue
        last = said
        blocks.append(Block(text=said, level=len(heading[1]) if heading else None))
    close()
    return blocks


def _spoken(line: str) -> str:
    """Return Markdown without its marks: a link's words, a picture's caption.

    A picture whose address has blanks to be filled in ({企业名称}) is no picture: it stays, to be seen.
    """
    line = _LINK.sub(lambda m: m[0] if m[1] and re.search(r"[{<$]", m[0]) else m[2], line)
    line = re.sub(r"</?[a-zA-Z][^>]{0,200}>", "", line)
    return re.sub(r"(\*\*|__|`+|~~)", "", line)


def _json_blocks(text: str, name: str) -> list[Block]:
    """Return each entry of a JSON file as a line of `key：value`."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingError(name, "JSON 格式有误", "请检查括号与引号后再上传") from error
    entries = loaded if isinstance(loaded, list) else [loaded]
    lines = [clean("；".join(_pairs(entry, ""))) for entry in entries]
    return [Block(text=line) for line in lines if line]


def _pairs(value: object, key: str) -> list[str]:
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in _pairs(v, f"{key}.{k}" if key else str(k))]
    if isinstance(value, list):
        return [f"{key}：{'、'.join(str(v) for v in value if not isinstance(v, dict | list))}"] + [
            pair for v in value if isinstance(v, dict | list) for pair in _pairs(v, key)
        ]
    return [f"{key}：{value}" if key else str(value)] if value is not None else []
