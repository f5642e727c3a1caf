"""Report -> Word: A4, native headings and contents, captions that count themselves, sources that can be jumped to."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.documents.charts import describe, draw
from assistant.documents.words import bare, bullet, source_line
from assistant.schema import Chart, Report, Section, Table
from knowledge.errors import MissingError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as WordTable
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

SONG, HEI = "宋体", "黑体"
LATIN = "Times New Roman"
BLUE, PALE, ZEBRA, TO_FILL = "1F4E79", "E9EFF6", "F6F8FA", "FFFBE6"
TEXT_WIDTH_CM = 16.0
WHOLE_LINES = 12
"""A table of so few lines is kept on one page."""
SOURCES = "sources"
"""Id of the section under which the numbered sources are listed."""

_MARK = re.compile(r"\[(\d+)\]")


def write_word(report: Report, path: Path) -> None:
    """Write a report as .docx. A chart that cannot be drawn is replaced by its numbers.

    Raises:
        OSError: The file cannot be written.
    """
    from docx import Document as new_document

    document = new_document()
    _set_page(document, report)
    _set_styles(document)
    writer = _Writer(document, report)
    if report.compact:
        writer.head()
    else:
        writer.cover()
        writer.contents()
    for section in report.sections:
        writer.section(section)
    writer.apart()  # Word wants a paragraph at the end
    document.save(str(path))


class _Writer:
    """Puts one report into one document and keeps count of captions and bookmarks."""

    def __init__(self, document: "Document", report: Report) -> None:
        self.document, self.report = document, report
        self.counts = {"表": 0, "图": 0}
        self.bookmarks = 0
        self.headings = 0
        self.cell_style = document.styles["Table Text"].style_id

    # ------------------------------------------------------------ front matter

    def cover(self) -> None:
        """Write the cover: title, whose it is, the facts of the cover, the notice."""
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        report = self.report
        above = self.document.add_paragraph()
        above.paragraph_format.space_before = Cm(4.2)
        title = self.document.add_paragraph(style="Title")
        _write(title, report.title)
        name = self.document.add_paragraph(style="Subtitle")
        _write(name, report.enterprise)
        name.paragraph_format.space_after = Cm(3.2)
        facts = (*report.cover, ("编制日期", f"{report.date.year}年{report.date.month}月{report.date.day}日"))
        table = self.document.add_table(rows=0, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _set_widths(table, (3.6, 9.0))
        for label, value in facts:
            cells = table.add_row().cells
            _fill(cells[0], label, size=12, font=HEI)
            _fill(cells[1], value, size=12)
            for cell, width in zip(cells, (3.6, 9.0), strict=True):
                cell.width = Cm(width)
            _border(cells[1], "bottom", "BFC7D0")
        if report.notice:
            notice = self.document.add_paragraph()
            notice.paragraph_format.space_before = Cm(2.6)
            notice.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _write(notice, report.notice, size=9.5, colour="5B6673")
        last = self.document.paragraphs[-1]
        last.paragraph_format.space_after = Pt(0)

    def head(self) -> None:
        """Write the head of a first page: title, whose it is, the facts in one line, the notice."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        report = self.report
        title = self.document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(title, report.title, size=20, font=HEI, colour=BLUE)
        facts = "　".join((report.enterprise, *(f"{label}：{value}" for label, value in report.cover)))
        for text in (facts, report.notice):
            line = self.document.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.paragraph_format.space_before = Pt(4)
            _write(line, text, size=9.5, colour="5B6673")

    def contents(self) -> None:
        """Write the contents: a TOC field whose cached result names every heading, each a link."""
        heading = self.document.add_paragraph(style="TOC Heading")
        _write(heading, "目录")
        heading.paragraph_format.page_break_before = True
        entries = list(_outline(self.report.sections))
        for n, (level, title) in enumerate(entries):
            line = self.document.add_paragraph(style=f"TOC {level}")
            if n == 0:
                _field_begin(line, r'TOC \o "1-2" \h \z \u')
            _link(line, title, f"_h{n + 1}")
            if n == len(entries) - 1:
                _field_end(line)

    # ------------------------------------------------------------ sections

    def section(self, section: Section, *, depth: int = 1) -> None:
        """Write a section and those below it."""
        level = min(max(depth, section.level), 3)
        heading = self.document.add_paragraph(style=f"Heading {level}")
        self._bookmark(heading, f"_h{self._next_heading()}" if level <= 2 else None)
        _write(heading, section.title)
        if depth == 1 and (section.new_page or (self.headings == 1 and not self.report.compact)):
            heading.paragraph_format.page_break_before = True
        for text in section.paragraphs:
            self.paragraph(text)
        for table in section.tables:
            self.table(table)
        for chart in section.charts:
            self.chart(chart)
        if section.id == SOURCES:
            self.sources()
        for below in section.sections:
            self.section(below, depth=depth + 1)

    def _next_heading(self) -> int:
        self.headings += 1
        return self.headings

    def paragraph(self, text: str) -> None:
        """Write a paragraph; one that begins with a bullet becomes a list item."""
        item = bullet(text)
        style = "Body Text" if item is None else "List Bullet"
        paragraph = self.document.add_paragraph(style=style)
        self._with_marks(paragraph, text if item is None else item)

    def _with_marks(self, paragraph: "Paragraph", text: str, *, size: float | None = None) -> None:
        """Write text; its [n] marks become superscript links to the source list."""
        known = {source.n for source in self.report.sources}
        for n, part in enumerate(_MARK.split(text)):
            if n % 2 == 0:
                if part:
                    _write(paragraph, part, size=size)
            elif int(part) in known:
                _link(paragraph, f"[{part}]", f"_s{part}", superscript=True)
            else:
                _write(paragraph, f"[{part}]", size=size)

    def table(self, table: Table) -> None:
        """Write a table with its caption above; a single short row without a title becomes figure cards."""
        from docx.enum.table import WD_TABLE_ALIGNMENT

        if not table.title and len(table.rows) == 1 and len(table.header) <= 5:
            self._cards(table)
            return
        if table.title:
            self._caption("表", table.title, keep=True)
        else:
            self.apart()
        drawn = self.document.add_table(rows=0, cols=len(table.header))
        drawn.style = "Table Grid"
        drawn.alignment = WD_TABLE_ALIGNMENT.CENTER
        widths = _widths(table)
        _set_widths(drawn, widths)
        header = drawn.add_row()
        _repeat(header)
        to_fill = "待填写" in table.title
        whole = sum(_lines(row, widths) for row in table.rows) <= WHOLE_LINES
        for cell, text, width in zip(header.cells, table.header, widths, strict=True):
            self._cell(cell, text, width, fill=BLUE, header=True)
        for n, row in enumerate(table.rows):
            line = drawn.add_row()
            _unbroken(line)
            together = n < 2 or whole
            for column, (cell, text, width) in enumerate(zip(line.cells, row, widths, strict=True)):
                fill = TO_FILL if to_fill and not text.strip() else ZEBRA if n % 2 else None
                self._cell(cell, text, width, fill=fill, middle=_short_column(table, column))
            if (together and n < len(table.rows) - 1) or (table.note and n == len(table.rows) - 1):
                _keep(line)
        _keep(header)
        _frame(drawn)
        self._after_table(table.note)

    def _cell(
        self,
        cell: "_Cell",
        text: str,
        width: float,
        *,
        fill: str | None,
        header: bool = False,
        middle: bool = False,
    ) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm

        cell.width = Cm(width)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if fill:
            _shade(cell, fill)
        for n, line in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
            paragraph._p.style = self.cell_style  # by id: looking the name up 1,200 times takes seconds
            if header or middle:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if header:
                _write(paragraph, line, font=HEI, colour="FFFFFF", size=9)
            else:
                self._with_marks(paragraph, line)

    def _cards(self, table: Table) -> None:
        """Write the figures that matter, large, side by side."""
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        self.apart()
        count = len(table.header)
        drawn = self.document.add_table(rows=2, cols=count)
        drawn.alignment = WD_TABLE_ALIGNMENT.CENTER
        width = TEXT_WIDTH_CM / count
        _set_widths(drawn, (width,) * count)
        for column, (name, value) in enumerate(zip(table.header, table.rows[0], strict=True)):
            top, below = drawn.rows[0].cells[column], drawn.rows[1].cells[column]
            for cell in (top, below):
                cell.width = Cm(width)
                _shade(cell, PALE)
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
                for side in ("left", "right"):
                    _border(cell, side, "FFFFFF", 24)
            size = 18 if max(len(bare(one)) for one in table.rows[0]) <= 8 else 14
            _write(top.paragraphs[0], value, size=size, font=HEI, colour=BLUE)
            top.paragraphs[0].paragraph_format.space_before = Pt(8)
            top.paragraphs[0].paragraph_format.line_spacing = Pt(26)
            _write(below.paragraphs[0], name, size=9, colour="5B6673")
            below.paragraphs[0].paragraph_format.space_after = Pt(8)
        for row in drawn.rows:
            _unbroken(row)
        self._after_table(table.note)

    def _after_table(self, note: str) -> None:
        """Write the note of a table in small type; without one nothing follows.

        An empty line for air would take a page of its own where the table ends with its page and the next section
        begins on a new one; headings and captions bring their own room.
        """
        if note:
            self._with_marks(self.document.add_paragraph(style="Table Note"), note)

    def apart(self) -> None:
        """Set a hair's breadth of paragraph after a table, so that it does not grow into one with the next."""
        from docx.oxml.ns import qn
        from docx.shared import Pt

        body = self.document.element.body
        drawn = [child for child in body if child.tag != qn("w:sectPr")]
        if drawn and drawn[-1].tag == qn("w:tbl"):
            hair = self.document.add_paragraph(style="Table Note").paragraph_format
            hair.space_before = hair.space_after = Pt(0)
            hair.line_spacing = Pt(1)

    def chart(self, chart: Chart) -> None:
        """Put a chart in as a picture with alt text and a caption; as a table where it cannot be drawn."""
        from docx.shared import Cm

        try:
            picture = draw(chart)
        except MissingError as error:
            self.paragraph(f"（{error.hint}下表列出图中数字。）")
            rows = tuple(
                (
                    label,
                    *(
                        "未评测" if values[n] is None else f"{values[n]:g}"
                        for values in chart.series.values()
                    ),
                )
                for n, label in enumerate(chart.labels)
            )
            self.table(Table(title=chart.title, header=("项目", *chart.series), rows=rows))
            return
        paragraph = self.document.add_paragraph(style="Picture")
        drawn = paragraph.add_run().add_picture(io.BytesIO(picture), width=Cm(TEXT_WIDTH_CM))
        properties = drawn._inline.docPr
        properties.set("descr", bare(describe(chart)))
        properties.set("title", bare(chart.title))
        properties.set("name", f"图 {self.counts['图'] + 1}")
        self._caption("图", chart.title, keep=False)

    def _caption(self, kind: str, title: str, *, keep: bool) -> None:
        self.counts[kind] += 1
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = keep
        _write(paragraph, f"{kind} ")
        _field(paragraph, f"SEQ {kind} \\* ARABIC", str(self.counts[kind]))
        _write(paragraph, f"  {title}")

    def sources(self) -> None:
        """List the sources, each under the bookmark its marks point to."""
        for source in self.report.sources:
            paragraph = self.document.add_paragraph(style="Source")
            self._bookmark(paragraph, f"_s{source.n}")
            _write(paragraph, f"[{source.n}]  {source_line(source)}")

    def _bookmark(self, paragraph: "Paragraph", name: str | None) -> None:
        if name is None:
            return
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self.bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self.bookmarks))
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), name)
            paragraph._p.append(mark)


def _outline(sections: Sequence[Section]) -> Iterator[tuple[int, str]]:
    for section in sections:
        yield 1, section.title
        for below in section.sections:
            if below.level <= 2:
                yield 2, below.title


# ---------------------------------------------------------------- page and styles


def _set_page(document: "Document", report: Report) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin, page.bottom_margin = Cm(2.6), Cm(2.3)
    page.header_distance, page.footer_distance = Cm(1.4), Cm(1.2)
    page.different_first_page_header_footer = True
    header = page.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(header, f"{report.enterprise}  {report.title}")
    _line_below(header)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, code in (("第 ", "PAGE"), (" 页 / 共 ", "NUMPAGES"), (" 页", "")):
        _write(footer, text)
        if code:
            _field(footer, code, "1")
    about = document.core_properties
    about.title, about.subject = bare(report.title), bare(report.enterprise)
    about.author, about.language, about.comments = "参谋", "zh-CN", ""


def _set_styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    styles: Any = document.styles
    _default_fonts(styles)
    normal = styles["Normal"]
    _font(normal, SONG, 11)
    normal.paragraph_format.space_after = Pt(0)
    body = styles["Body Text"]
    _font(body, SONG, 11)
    body.paragraph_format.line_spacing = 1.5
    body.paragraph_format.space_after = Pt(4)
    body.paragraph_format.widow_control = True
    _first_line(body, 200)
    for level, size, before, after in ((1, 16, 18, 10), (2, 13, 12, 6), (3, 11.5, 8, 4)):
        style = styles[f"Heading {level}"]
        _font(style, HEI, size, bold=False, colour=BLUE if level < 3 else "1F2933")
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.line_spacing = 1.2
    title = styles["Title"]
    _font(title, HEI, 28, bold=False, colour=BLUE)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _no_border(title)
    subtitle = styles["Subtitle"]
    _font(subtitle, HEI, 16, bold=False, italic=False, colour="3A4653")
    subtitle.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    subtitle.paragraph_format.space_before = Pt(14)
    bullets = styles["List Bullet"]
    _font(bullets, SONG, 11)
    bullets.paragraph_format.line_spacing = 1.25
    bullets.paragraph_format.space_after = Pt(2)
    caption = styles["Caption"]
    _font(caption, HEI, 9.5, bold=False, italic=False, colour="1F2933")
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)

    def new(name: str, size: float, font: str = SONG, base: str = "Normal") -> Any:
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles[base]
        _font(style, font, size)
        return style

    cell = new("Table Text", 9)
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    cell.paragraph_format.line_spacing = 1.15
    note = new("Table Note", 9)
    note.font.color.rgb = _rgb("5B6673")
    note.paragraph_format.space_before, note.paragraph_format.space_after = Pt(3), Pt(8)
    picture = new("Picture", 11)
    picture.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture.paragraph_format.keep_with_next = True
    picture.paragraph_format.space_before = Pt(6)
    source = new("Source", 9)
    source.paragraph_format.left_indent, source.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.9)
    source.paragraph_format.space_after, source.paragraph_format.line_spacing = Pt(4), 1.25
    for name in ("Header", "Footer"):
        _font(styles[name], SONG, 9, colour="6B7785")
    toc_heading = new("TOC Heading", 16, HEI)
    toc_heading.font.color.rgb = _rgb(BLUE)
    toc_heading.paragraph_format.space_after = Pt(12)
    for level in (1, 2):
        toc = new(f"TOC {level}", 10.5 if level == 1 else 9.5, HEI if level == 1 else SONG)
        toc.paragraph_format.left_indent = Cm(0.75 * (level - 1))
        toc.paragraph_format.space_before = Pt(4 if level == 1 else 0)


def _default_fonts(styles: Any) -> None:
    """Take the theme fonts out of the defaults and set the language, so that no heading falls to another font."""
    from docx.oxml.ns import qn

    defaults = styles.element.find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        _east_asian(fonts, SONG)
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
        language.set(qn("w:val"), "en-US")


def _font(
    style: "ParagraphStyle",
    font: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    colour: str | None = None,
) -> None:
    from docx.shared import Pt

    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, italic
    style.font.name = LATIN
    if colour:
        style.font.color.rgb = _rgb(colour)
    _east_asian(style.element.get_or_add_rPr().get_or_add_rFonts(), font)


def _east_asian(fonts: Any, font: str) -> None:
    from docx.oxml.ns import qn

    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _rgb(colour: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(colour)


def _first_line(style: "ParagraphStyle", hundredths: int) -> None:
    """Indent the first line by characters, as Chinese prose is set."""
    from docx.oxml.ns import qn

    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(hundredths))
    indent.set(qn("w:firstLine"), "440")


def _no_border(style: "ParagraphStyle") -> None:
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


# ---------------------------------------------------------------- runs and fields


def _write(
    paragraph: "Paragraph",
    text: str,
    *,
    size: float | None = None,
    font: str | None = None,
    colour: str | None = None,
    superscript: bool = False,
) -> Any:
    from docx.shared import Pt

    run = paragraph.add_run(bare(text))
    if size:
        run.font.size = Pt(size)
    if colour:
        run.font.color.rgb = _rgb(colour)
    if superscript:
        run.font.superscript = True
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    from docx.oxml.ns import qn

    fonts.set(qn("w:hint"), "eastAsia")
    if font:
        _east_asian(fonts, font)
    return run


def _fill(cell: "_Cell", text: str, *, size: float, font: str | None = None) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    _write(paragraph, text, size=size, font=font)


def _field(paragraph: "Paragraph", code: str, cached: str, **looks: Any) -> None:
    """Write a field with a cached result."""
    _field_begin(paragraph, code)
    _write(paragraph, cached, **looks)
    _field_end(paragraph)


def _field_begin(paragraph: "Paragraph", code: str) -> None:
    _field_char(paragraph, "begin")
    instruction = _element("w:instrText", {"xml:space": "preserve"})
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)
    _field_char(paragraph, "separate")


def _field_end(paragraph: "Paragraph") -> None:
    _field_char(paragraph, "end")


def _field_char(paragraph: "Paragraph", kind: str) -> None:
    paragraph.add_run()._r.append(_element("w:fldChar", {"w:fldCharType": kind}))


def _link(paragraph: "Paragraph", text: str, anchor: str, *, superscript: bool = False) -> None:
    """Write text that jumps to a bookmark of the same document."""
    run = _write(paragraph, text, superscript=superscript)
    link = _element("w:hyperlink", {"w:anchor": anchor, "w:history": "1"})
    paragraph._p.remove(run._r)
    link.append(run._r)
    paragraph._p.append(link)


def _element(tag: str, attributes: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set("{http://www.w3.org/XML/1998/namespace}space" if name == "xml:space" else qn(name), value)
    return element


# ---------------------------------------------------------------- tables


def _widths(table: Table) -> tuple[float, ...]:
    """Return column widths in cm: every column its due, none so narrow that a word breaks in the middle."""
    columns = list(zip(table.header, *table.rows, strict=True))
    wants, least = [], []
    for header, *cells in columns:
        lines = [_length(line) for cell in cells for line in cell.split("\n")] or [0]
        longest, mean = max(lines), sum(lines) / len(lines)
        fewest = min(_length(header), 8) if longest <= 8 else max(4, min(_length(header), 6))
        solid = min(_solid(line for cell in cells for line in cell.split("\n")), longest)
        least.append(0.36 * max(fewest, min(longest, 6), solid) + 0.5)
        wants.append(max(least[-1], 0.36 * min(0.4 * longest + 0.6 * mean, 60) + 0.5))
    spare, asked = TEXT_WIDTH_CM - sum(least), sum(wants) - sum(least)
    if spare <= 0:
        return tuple(TEXT_WIDTH_CM * one / sum(least) for one in least)
    if asked <= 0:
        return tuple(TEXT_WIDTH_CM * one / sum(wants) for one in wants)
    return tuple(low + spare * (want - low) / asked for low, want in zip(least, wants, strict=True))


def _lines(row: Sequence[str], widths: Sequence[float]) -> int:
    """Return about how many lines a row takes."""
    room = [max(1.0, (width - 0.4) / 0.33) for width in widths]
    return max(
        sum(1 + int(_length(line) / most) for line in text.split("\n"))
        for text, most in zip(row, room, strict=True)
    )


_SOLID = re.compile(r"[A-Za-z](?:、[A-Za-z])+|[!-~]+")
"""What no line may break within: a Latin word or file name; options joined, B、C、D."""
MOST_SOLID = 15.0
"""Widest of these, in Chinese characters, that a column makes room for; a longer one is broken."""


def _solid(lines: Iterable[str]) -> float:
    """Return the width of the widest word that must not break, with the marks on both sides and what they hang on.

    照片，IMG_2031.jpg，总表: no line begins with a mark, so 片，IMG_2031.jpg， is one piece.
    """
    widest = max((_length(word) for line in lines for word in _SOLID.findall(line)), default=0.0)
    return min(widest, MOST_SOLID) + 3.0 if widest else 0.0


def _length(text: str) -> float:
    """Return the width of a text in Chinese characters; marks are set small."""
    return sum(
        1.0 if ord(char) > 0x2E80 else 0.75 if char.isupper() else 0.55 for char in _MARK.sub("", text)
    )


def _short_column(table: Table, column: int) -> bool:
    return all(_length(row[column]) <= 8 and "\n" not in row[column] for row in table.rows)


def _set_widths(table: "WordTable", widths: Sequence[float]) -> None:
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _shade(cell: "_Cell", colour: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(_element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": colour}))


def _border(cell: "_Cell", side: str, colour: str, eighths: int = 4) -> None:
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = _element("w:tcBorders", {})
        properties.append(borders)
    borders.append(
        _element(f"w:{side}", {"w:val": "single", "w:sz": str(eighths), "w:space": "0", "w:color": colour})
    )


def _frame(table: "WordTable") -> None:
    """Draw thin grey rules instead of the black grid, and give the cells some air."""
    properties = table._tbl.tblPr
    borders = _element("w:tblBorders", {})
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(
            _element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "C5CCD4"})
        )
    margins = _element("w:tblCellMar", {})
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", {"w:w": "85", "w:type": "dxa"}))
    properties.append(borders)
    properties.append(margins)


def _repeat(row: Any) -> None:
    """Repeat a header row on every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))
    _unbroken(row)


def _keep(row: Any) -> None:
    """Keep a row on the page of the next one."""
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _unbroken(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))


def _line_below(paragraph: "Paragraph") -> None:
    properties = paragraph._p.get_or_add_pPr()
    border = _element("w:pBdr", {})
    border.append(_element("w:bottom", {"w:val": "single", "w:sz": "4", "w:space": "4", "w:color": "C5CCD4"}))
    properties.append(deepcopy(border))
