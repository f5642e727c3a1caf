"""Word -> blocks: text as Word shows it, with the numbers it counts by itself, merged cells, notes; .doc and .wps by LibreOffice.

Read from the XML directly: python-docx gives neither automatic numbers (a 第五条 that Word counts is in no
text run), nor text boxes, nor what is hidden.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from knowledge.document import Block, Hidden, Kind, Reading, Table
from knowledge.errors import ReadingError
from knowledge.reading import layout, wordsight
from knowledge.reading.characters import clean, count_invisible
from knowledge.reading.guard import Limits, open_zip, read_member, safe_xml
from knowledge.reading.orders import orders_a_machine

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_Element = etree._Element


def read(data: bytes, *, name: str, limits: Limits, kind: Kind = "docx") -> Reading:
    """Return what a .docx shows.

    Raises:
        ReadingError: Damaged, declares entities, too long, or empty.
    """
    archive = open_zip(data, name, limits)
    body = _part(archive, "word/document.xml", name)
    if body is None:
        raise ReadingError(name, "文件损坏：缺少正文部分", "请用 Word 或 WPS 重新保存后再上传")
    walk = _Walk(
        numbering=_Numbering(_part(archive, "word/numbering.xml", name)),
        styles=_Styles(
            _part(archive, "word/styles.xml", name),
            wordsight.Sight(_part(archive, "word/theme/theme1.xml", name), wordsight.page_colour(body)),
        ),
        limits=limits,
        name=name,
    )
    root = body.find(f"{_W}body")
    walk.story(root if root is not None else body)
    for member in ("word/footnotes.xml", "word/endnotes.xml"):
        notes = _part(archive, member, name)
        for note in notes if notes is not None else ():
            if note.get(f"{_W}type") in (None, "normal"):
                text = clean("".join(piece for piece, why in walk.runs(note) if not why))
                if text:
                    walk.blocks.append(Block(text=text, role="note"))
    for member, why in (("word/comments.xml", "批注"),):
        comments = _part(archive, member, name)
        for comment in comments if comments is not None else ():
            walk.hide(clean("".join(t.text or "" for t in comment.iter(f"{_W}t"))), why)
    told = _properties(archive, name, walk)
    if title := layout.largest(walk.blocks):
        told["largest"] = title
    if not walk.blocks:
        raise ReadingError(name, "文档里没有可见文字", "若内容是图片，请提供文字版或扫描 PDF")
    warnings = [f"去掉了 {walk.invisible} 个零宽或方向控制字符"] if walk.invisible else []
    return Reading(
        kind=kind,
        blocks=tuple(
            walk.blocks if walk.paged else [b.model_copy(update={"page": None}) for b in walk.blocks]
        ),
        pages=walk.page if walk.paged else None,
        hidden=tuple(walk.hidden),
        warnings=tuple(warnings),
        contents=tuple(walk.contents),
        told=told,
    )


def _part(archive: zipfile.ZipFile, member: str, name: str) -> _Element | None:
    if member not in archive.namelist():
        return None
    data = safe_xml(read_member(archive, member, name), name).replace(_STRICT, _W[1:-1].encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadingError(
            name, "文件损坏：内部 XML 读不出来", "请用 Word 或 WPS 重新保存后再上传"
        ) from error


def _properties(archive: zipfile.ZipFile, name: str, walk: "_Walk") -> dict[str, str]:
    """Return the file's own title; its other fields are nobody's text and are reported as hidden."""
    core = _part(archive, "docProps/core.xml", name)
    told: dict[str, str] = {}
    for element in core if core is not None else ():
        text = clean(element.text or "")
        if not text or not isinstance(element.tag, str):
            continue
        if element.tag == f"{_DC}title" and not orders_a_machine(text):
            told["file_title"] = text[:200]
        elif orders_a_machine(text) or (
            element.tag.endswith(("keywords", "subject", "description")) and len(text) > 20
        ):
            walk.hide(text, "文档属性")
    return told


@dataclass
class _Walk:
    """What has been met on the way through a document."""

    numbering: "_Numbering"
    styles: "_Styles"
    limits: Limits
    name: str
    blocks: list[Block] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    page: int = 1
    paged: bool = False
    """Word left its page breaks in the file."""
    invisible: int = 0
    characters: int = 0

    def story(self, body: _Element) -> None:
        """Read the paragraphs and tables of a body, in order."""
        for element in self._children(body):
            if element.tag == f"{_W}p":
                self.paragraph(element)
            elif element.tag == f"{_W}tbl":
                self.table(element)

    def _children(self, body: _Element) -> Iterator[_Element]:
        for element in body:
            if element.tag in (f"{_W}sdt", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag"):
                inner = element.find(f"{_W}sdtContent")
                yield from self._children(inner if inner is not None else element)
            elif isinstance(element.tag, str):
                yield element

    def paragraph(self, element: _Element) -> None:
        """Add a paragraph as a block; its text boxes follow it."""
        page = self.page
        text, boxes = self._text(element)
        if text:
            self.characters += len(text)
            if self.characters > self.limits.characters:
                raise ReadingError(
                    self.name, f"文字超过 {self.limits.characters // 10000} 万字", "请拆分后再上传"
                )
            if self.styles.lists_contents(element):
                self.contents.append(text)
                return
            level = self.styles.level(element)
            size = self.styles.size(element)
            self.blocks += [
                Block(text=line, level=level if level and len(line) <= 80 else None, page=page, size=size)
                for line in text.split("\n")
                if line
            ]
        for box in boxes:
            self.story(box)

    def _text(self, element: _Element) -> tuple[str, list[_Element]]:
        number = self.numbering.next(element, self.styles)
        boxes: list[_Element] = []
        raw = ""
        for piece, why in self.runs(element, boxes):
            if why:
                self.hide(clean(piece), why)
            else:
                raw += piece
        self.invisible += count_invisible(raw)
        text = "\n".join(filter(None, (clean(line) for line in raw.split("\n"))))
        if number and text and re.fullmatch(r"第.{1,7}[条章节编篇]", number):
            number += "\u3000"
        return (number + text if text else ""), boxes

    def runs(self, element: _Element, boxes: list[_Element] | None = None) -> Iterator[tuple[str, str]]:
        """Give the pieces of a paragraph with why each is hidden, empty where it is seen."""
        for run in element.iter(f"{_W}r"):
            if self._elsewhere(run, element):
                continue
            why = self.styles.hides(run, element)
            text = ""
            for part in run:
                text += _said(part)
                if part.tag == f"{_W}lastRenderedPageBreak":
                    self.page += 1
                    self.paged = True
                elif boxes is not None and part.tag in _DRAWINGS:
                    boxes += _text_boxes(part)
            if text:
                yield text, why

    def _elsewhere(self, run: _Element, paragraph: _Element) -> bool:
        """Return whether a run belongs to a text box within, or was struck out."""
        for above in run.iterancestors():
            if above is paragraph:
                return False
            if above.tag in (f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom"):
                return True
            if above.tag == f"{_MC}Fallback" and wordsight.shown_elsewhere(above):
                return True
        return False

    def table(self, element: _Element) -> None:
        """Add a table; one that only frames paragraphs is read as paragraphs."""
        page = self.page
        rows = [self._row(row) for row in self._children(element) if row.tag == f"{_W}tr"]
        width = max((len(row.texts) for row in rows), default=0)
        if width < 2 or len(rows) < 1 or (len(rows) == 1 and width == 2 and len(rows[0].texts[1]) > 400):
            for texts in (row.texts for row in rows):
                self.blocks += [
                    Block(text=line, page=page) for text in texts for line in text.split("\n") if line
                ]
            return
        if len(rows) * width > 400_000:
            raise ReadingError(self.name, "表格过大", "请拆分后再上传")
        self.blocks.append(
            Block(
                table=Table(
                    rows=tuple((*row.texts, *("",) * (width - len(row.texts))) for row in rows),
                    spans=tuple(row.starts for row in rows),
                    down=tuple(row.down for row in rows),
                    pages=tuple(row.page for row in rows) if self.paged else (),
                ),
                page=page,
            )
        )

    def _row(self, row: _Element) -> "_Row":
        texts: list[str] = []
        starts: list[int] = []
        down: list[int] = []
        page = self.page
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        texts += [""] * (_value(before, 0) if before is not None else 0)
        for cell in self._children(row):
            if cell.tag != f"{_W}tc":
                continue
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            across = min(200, max(1, _value(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)))
            if goes_on:
                down += range(len(texts), len(texts) + across)
            else:
                starts.append(len(texts))
            texts.append("" if goes_on else self._cell(cell))
            texts += [""] * (across - 1)
        return _Row(tuple(texts), tuple(starts), tuple(down), page)

    def _cell(self, cell: _Element) -> str:
        inner = _Walk(self.numbering, self.styles, self.limits, self.name, page=self.page, paged=self.paged)
        inner.story(cell)
        self.page, self.paged = inner.page, inner.paged
        self.hidden += inner.hidden
        self.invisible += inner.invisible
        lines = []
        for block in inner.blocks:
            if block.table is not None:
                lines += [" ".join(filter(None, row)) for row in block.table.rows]
            else:
                lines.append(block.text)
        return "\n".join(lines)

    def hide(self, text: str, why: str) -> None:
        """Set hidden text apart; runs of one kind that follow each other are one."""
        if not text:
            return
        if self.hidden and self.hidden[-1].why == why and why != "批注":
            text = self.hidden.pop().text + text
        self.hidden.append(Hidden(text=text, why=why, instruction_like=orders_a_machine(text)))


@dataclass(frozen=True)
class _Row:
    """A row of a table."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]
    down: tuple[int, ...]
    page: int


_DRAWINGS = frozenset({f"{_W}drawing", f"{_W}pict", f"{_MC}AlternateContent", f"{_W}object"})


def _said(part: _Element) -> str:
    """Return the characters that one part of a run stands for."""
    if part.tag == f"{_W}t":
        return part.text or ""
    if part.tag == f"{_W}br":
        return "" if part.get(f"{_W}type") == "page" else "\n"
    if part.tag == f"{_W}sym":
        return _symbol(part)
    return _STANDS.get(str(part.tag), "")


_STANDS = {f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}


def _text_boxes(part: _Element) -> list[_Element]:
    """Return the text boxes in a drawing, each once: Word writes a second copy for old readers."""
    return [
        box
        for box in part.iter(f"{_W}txbxContent")
        if not any(wordsight.shown_elsewhere(above) for above in box.iterancestors(f"{_MC}Fallback"))
    ]


def _symbol(part: _Element) -> str:
    code = part.get(f"{_W}char") or ""
    try:
        char = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return {"\uf052": "☑", "\uf0fe": "☑", "\uf0a3": "□", "\uf06f": "□", "\uf0a8": "□"}.get(char, char)


def _value(element: _Element | None, default: int) -> int:
    told = element.get(f"{_W}val") if element is not None else None
    return int(told) if told and re.fullmatch(r"-?\d{1,6}", told) else default


def _on(element: _Element | None) -> bool:
    return element is not None and (element.get(f"{_W}val") or "true").lower() not in (
        "0",
        "false",
        "off",
        "none",
    )


class _Styles:
    """Which styles are headings, hide their text or count."""

    def __init__(self, root: _Element | None, sight: wordsight.Sight) -> None:
        self._sight = sight
        found = root.iter(f"{_W}style") if root is not None else ()
        self._styles = {style.get(f"{_W}styleId") or "": style for style in found}

    def _chain(self, name: str | None) -> Iterator[_Element]:
        for _ in range(12):
            style = self._styles.get(name or "")
            if style is None:
                return
            yield style
            base = style.find(f"{_W}basedOn")
            name = base.get(f"{_W}val") if base is not None else None

    def _paragraph_style(self, paragraph: _Element) -> str | None:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return style.get(f"{_W}val") if style is not None else None

    def level(self, paragraph: _Element) -> int | None:
        """Return the outline level (1..9) of a paragraph, None for body text."""
        own = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
        if own is not None:
            return _value(own, 9) + 1 if _value(own, 9) < 9 else None
        for style in self._chain(self._paragraph_style(paragraph)):
            outline = style.find(f"{_W}pPr/{_W}outlineLvl")
            if outline is not None:
                return _value(outline, 9) + 1 if _value(outline, 9) < 9 else None
            label = style.find(f"{_W}name")
            heading = (
                re.fullmatch(r"(?:heading|标题)\s*(\d)", (label.get(f"{_W}val") or "").lower())
                if label is not None
                else None
            )
            if heading:
                return int(heading[1])
        return None

    def size(self, paragraph: _Element) -> float | None:
        """Return the type size of a paragraph's first run, in points, where anything tells it."""
        run = next((r for r in paragraph.iter(f"{_W}r") if r.find(f"{_W}t") is not None), None)
        own = run.find(f"{_W}rPr/{_W}sz") if run is not None else None
        if own is not None:
            return _value(own, 21) / 2
        for style in self._chain(self._paragraph_style(paragraph)):
            found = style.find(f"{_W}rPr/{_W}sz")
            if found is not None:
                return _value(found, 21) / 2
        return 10.5

    def lists_contents(self, paragraph: _Element) -> bool:
        """Return whether a paragraph is a line of the table of contents."""
        for style in self._chain(self._paragraph_style(paragraph)):
            label = style.find(f"{_W}name")
            if label is not None and re.fullmatch(r"(toc|目录)\s*\d", (label.get(f"{_W}val") or "").lower()):
                return True
        return False

    def count(self, paragraph: _Element) -> _Element | None:
        """Return the numbering a paragraph takes, its own or its style's."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is not None:
            return own
        for style in self._chain(self._paragraph_style(paragraph)):
            found = style.find(f"{_W}pPr/{_W}numPr")
            if found is not None:
                return found
        return None

    def hides(self, run: _Element, paragraph: _Element) -> str:
        """Return why a run is not seen, or nothing."""
        own = run.find(f"{_W}rPr")
        named = own.find(f"{_W}rStyle") if own is not None else None
        looks = [own] if own is not None else []
        for style in (
            *self._chain(named.get(f"{_W}val") if named is not None else None),
            *self._chain(self._paragraph_style(paragraph)),
        ):
            look = style.find(f"{_W}rPr")
            if look is not None:
                looks.append(look)
        return self._sight.why(run, looks, paragraph, self._chain)


class _Numbering:
    """The numbers Word counts by itself: 第%1条 in 一二三, （%1）, %1.%2."""

    def __init__(self, root: _Element | None) -> None:
        self._abstract: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[str] = set()
        for abstract in root.iter(f"{_W}abstractNum") if root is not None else ():
            levels = {_value_of(level, "ilvl"): _level(level) for level in abstract.iter(f"{_W}lvl")}
            self._abstract[abstract.get(f"{_W}abstractNumId") or ""] = levels
        for num in root.iter(f"{_W}num") if root is not None else ():
            target = num.find(f"{_W}abstractNumId")
            key = num.get(f"{_W}numId") or ""
            self._of[key] = (target.get(f"{_W}val") or "") if target is not None else ""
            for override in num.iter(f"{_W}lvlOverride"):
                start = override.find(f"{_W}startOverride")
                if start is not None:
                    self._starts[key, _value_of(override, "ilvl")] = _value(start, 1)

    def next(self, paragraph: _Element, styles: _Styles) -> str:
        """Return the number before a paragraph, counted on; empty where it has none or a bullet."""
        counted = styles.count(paragraph)
        if counted is None or not any(t.text for t in paragraph.iter(f"{_W}t")):
            return ""
        level = _value(counted.find(f"{_W}ilvl"), 0)
        identity = counted.find(f"{_W}numId")
        key = (identity.get(f"{_W}val") or "0") if identity is not None else "0"
        levels = self._abstract.get(self._of.get(key, ""), {})
        if key == "0" or level not in levels:
            return ""
        counts = self._counts.setdefault(self._of[key], {})
        if (key, level) in self._starts and f"{key}/{level}" not in self._started:
            self._started.add(f"{key}/{level}")
            counts[level] = self._starts[key, level]
        else:
            counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        pattern, form, _ = levels[level]
        if form in ("bullet", "none"):
            return ""

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            _, inner, start = levels.get(at, ("", "decimal", 1))
            return _counted(counts.get(at, start), "decimal" if at != level and form == "decimal" else inner)

        return re.sub(r"%(\d)", number, pattern)


def _value_of(element: _Element, attribute: str) -> int:
    told = element.get(f"{_W}{attribute}") or "0"
    return int(told) if told.isdigit() else 0


def _level(level: _Element) -> tuple[str, str, int]:
    text, form = level.find(f"{_W}lvlText"), level.find(f"{_W}numFmt")
    return (
        (text.get(f"{_W}val") or "") if text is not None else "",
        (form.get(f"{_W}val") or "decimal") if form is not None else "decimal",
        _value(level.find(f"{_W}start"), 1),
    )


def _counted(number: int, form: str) -> str:
    """Return a number in one of Word's formats; those not known here in digits."""
    from knowledge.clauses import chinese

    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
    ):
        return chinese(number)
    if form in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
    if form in _SERIES and 1 <= number <= len(_SERIES[form]):
        return _SERIES[form][number - 1]
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(0xFF10 + int(digit)) for digit in str(number))
    if form == "decimalEnclosedParen":
        return f"({number})"
    if form == "decimalEnclosedFullstop":
        return f"{number}."
    if form == "decimalEnclosedCircleChinese" or form == "decimalEnclosedCircle":
        return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((65 if form == "upperLetter" else 97) + number - 1)
    if form in ("upperRoman", "lowerRoman") and 1 <= number <= 20:
        roman = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
        roman = "X" * (number // 10) + roman
        return roman if form == "upperRoman" else roman.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


_LEGAL = ("壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "拾")
_SERIES = {
    "chineseLegalSimplified": _LEGAL,
    "ideographLegalTraditional": _LEGAL,
    "japaneseLegal": _LEGAL,
    "ideographTraditional": tuple("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": tuple("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": tuple(chr(0x3280 + n) for n in range(10)),
}


# Old formats --------------------------------------------------------------------------------------------------


def converted(data: bytes, *, name: str, limits: Limits, suffix: str, to: str) -> bytes:
    """Return an old Office file converted by LibreOffice, in a process and a profile of its own.

    Raises:
        ReadingError: LibreOffice is not installed, cannot open the file, or takes too long.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ReadingError(
            name,
            "旧版 Office 格式，需要 LibreOffice 才能读取",
            f"请安装 LibreOffice，或用 WPS/Office 另存为 {to} 后再上传",
        )
    with tempfile.TemporaryDirectory(prefix="canmou-office-") as folder:
        source = Path(folder) / f"source{suffix}"
        source.write_bytes(data)
        command = [
            program, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless", "--norestore", "--nologo",
            "--nolockcheck", "--convert-to", to, "--outdir", folder, str(source),
        ]  # fmt: skip
        _run(command, name, limits.seconds * 0.8, folder)
        made = source.with_suffix(f".{to.split(':')[0]}")
        if not made.exists() or not made.stat().st_size:
            raise ReadingError(
                name, "文件损坏、已加密，或 LibreOffice 打不开", f"请用 WPS/Office 打开后另存为 {to} 再上传"
            )
        return made.read_bytes()


def _run(command: list[str], name: str, seconds: float, folder: str) -> None:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "HOME": folder},
        preexec_fn=_own_group if hasattr(os, "setpgid") else None,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise ReadingError(
            name, "转换超时，已停止", "请用 WPS/Office 另存为 docx 或 xlsx 后再上传"
        ) from error
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _own_group() -> None:
    """Give LibreOffice the room it maps at start, which is more than it uses."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
