"""What is written: a Word file with native headings and contents, pictures with words beside them, clean text."""

import itertools
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from assistant.casefiles.cases import load_case
from assistant.desk import Desk
from assistant.documents import charts, word
from assistant.documents.charts import describe, draw
from assistant.documents.markdown import to_markdown
from assistant.documents.word import write_word
from assistant.documents.words import bare, bullet, item
from assistant.report import draft
from assistant.schema import Chart, Made, Report, Section, Table
from knowledge.errors import MissingError
from knowledge.load import KnowledgeBase

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2026, 11, 22)
FONT = pytest.mark.skipif(charts.chart_font() is None, reason="no Chinese font on this machine")

RADAR = Chart(kind="radar", title="雷达", labels=("甲", "乙", "丙"), series={"现状": (10, 50, None)}, max=100)
STRIP = Chart(
    kind="scenes", title="场景", labels=("甲★", "乙"), groups=("一组", "二组"), series={"现状": (0, None), "方案后": (3, 4)}
)  # fmt: skip
ROAD = Chart(
    kind="gantt", title="路线", labels=("甲", "乙"), groups=("一", "二"), series={"开始": (0, 2), "结束": (2, 30)},
    unit="月",
)  # fmt: skip
BARS = Chart(kind="bars", title="费用", labels=("甲", "乙"), series={"万元": (1.5, None)})


def _report(*sections: Section, **more) -> Report:
    return Report(
        kind="one-enterprise-diagnosis",
        title="报告",
        enterprise=more.pop("enterprise", "某厂"),
        date=DAY,
        sections=sections,
        made=Made(as_of=DAY, knowledge="0"),
        **more,
    )


@pytest.fixture(scope="module")
def report():
    desk = Desk(KnowledgeBase(), lambda: pytest.fail("a report needs no search"), lambda: DAY)
    case = load_case(EXAMPLES / "jinan-machine-tool.yaml", desk.kb.standards)
    return draft(case, "one-enterprise-diagnosis", desk, on=DAY)


@pytest.fixture(scope="module")
def written(report, tmp_path_factory):
    path = tmp_path_factory.mktemp("word") / "报告.docx"
    write_word(report, path)
    return path


@pytest.fixture(scope="module")
def document(written):
    return Document(str(written))


def _xml(path: Path, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


def test_headings_are_native_and_in_order(document, report):
    top = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert top == [section.title for section in report.sections]
    second = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert second == [b.title for section in report.sections for b in section.sections if b.level <= 2]


def test_contents_are_a_field_that_already_lists_every_heading(written, document):
    xml = _xml(written)
    assert re.search(r"<w:instrText[^>]*> TOC \\o", xml)
    entries = [
        p for p in document.paragraphs if p.style.name.startswith("TOC ") and p.style.name != "TOC Heading"
    ]
    wanted = [p.text for p in document.paragraphs if p.style.name in ("Heading 1", "Heading 2")]
    listed = ["".join(node.text or "" for node in p._p.iter(qn("w:t"))) for p in entries]
    assert listed == wanted


def test_every_link_has_its_bookmark(written):
    xml = _xml(written)
    anchors = set(re.findall(r'w:anchor="([^"]+)"', xml))
    assert anchors
    assert anchors <= set(re.findall(r'<w:bookmarkStart[^>]*w:name="([^"]+)"', xml))


def test_fields_are_balanced(written):
    xml = _xml(written)
    counts = {kind: xml.count(f'w:fldCharType="{kind}"') for kind in ("begin", "separate", "end")}
    assert len(set(counts.values())) == 1
    assert counts["begin"] > 10


@FONT
def test_pictures_are_there_with_words_for_those_who_cannot_see_them(document, report):
    drawn = list(document.element.iter(qn("wp:docPr")))
    assert len(drawn) == sum(_charts(section) for section in report.sections) >= 3
    for one in drawn:
        assert len(one.get("descr")) > 20


def _charts(section: Section) -> int:
    return len(section.charts) + sum(_charts(below) for below in section.sections)


def test_captions_count_themselves(written, document):
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    tables = [text for text in captions if text.startswith("表 ")]
    assert [int(text.split()[1]) for text in tables] == list(range(1, len(tables) + 1))
    assert "SEQ 表" in _xml(written)


def test_table_heads_repeat_and_rows_do_not_break(document):
    for table in document.tables:
        if table.style.name != "Table Grid":
            continue
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_tables_fit_the_page(document):
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= room + 20_000


def _blocks(document):
    return [child for child in document.element.body if child.tag != qn("w:sectPr")]


def test_no_empty_line_follows_a_table_that_could_fill_a_page_of_its_own(document):
    """A table that ends with its page, then an empty line, then a section on a new page: that was an empty page."""
    blocks = _blocks(document)
    for one, after in itertools.pairwise(blocks):
        if one.tag == qn("w:tbl"):
            assert after.tag == qn("w:p")
            text = "".join(part.text or "" for part in after.iter(qn("w:t")))
            drawn = next(after.iter(qn("w:drawing")), None) is not None
            assert text or drawn or after is blocks[-1]


def test_tables_never_grow_together_and_a_note_stays_with_its_table(tmp_path):
    one = Table(title="", header=("甲", "乙"), rows=(("1", "2"), ("3", "4")), note="注")
    bare_ = one.model_copy(update={"note": ""})
    path = tmp_path / "x.docx"
    write_word(_report(Section(id="a", title="一", tables=(bare_, bare_, one))), path)
    document = Document(path)
    tags = [child.tag for child in _blocks(document)]
    assert not [n for n in range(1, len(tags)) if tags[n - 1 : n + 1] == [qn("w:tbl")] * 2]
    assert tags[-1] == qn("w:p")
    last = document.tables[-1].rows[-1].cells[0].paragraphs[0]
    assert last.paragraph_format.keep_with_next


@pytest.mark.parametrize(
    "text", ["照片，IMG_2031.jpg，总表", "B、C、D、E、F", "台账，equipment_list_2026.xlsx"]
)
def test_a_column_has_room_for_what_must_not_break(text):
    """One long file name among many short cells: the column is as wide as the name with the mark before it."""
    rows = (*((f"s{n:02d}", "（无）", "很长的一段要求" * 8) for n in range(15)), ("s16", text, "要求" * 20))
    widths = word._widths(Table(title="t", header=("编号", "所见", "要做到什么"), rows=rows))
    solid = max(word._SOLID.findall(text), key=len)
    whole = word._length(text)
    assert widths[1] >= 0.36 * min(whole, word._length(f"片，{solid}，"))
    assert sum(widths) == pytest.approx(word.TEXT_WIDTH_CM)


def test_the_page_is_a4_with_page_numbers(document, written):
    page = document.sections[0]
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    footer = "".join(_xml(written, name) for name in zipfile.ZipFile(written).namelist() if "footer" in name)
    assert " PAGE " in footer
    assert " NUMPAGES " in footer


def test_every_style_in_use_names_its_chinese_font(document):
    used = {p.style.name for p in document.paragraphs}
    for name in used:
        style, font = document.styles[name], None
        while style is not None and font is None:
            fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            font = fonts.get(qn("w:eastAsia")) if fonts is not None else None
            style = style.base_style
        assert font in ("宋体", "黑体"), name


def test_sources_are_listed_with_place_and_worth(document, report):
    listed = [p.text for p in document.paragraphs if p.style.name == "Source"]
    assert len(listed) == len(report.sources)
    for text, source in zip(listed, report.sources, strict=True):
        assert text.startswith(f"[{source.n}]")
        assert source.status.label in text
        assert source.certainty.label in text


def test_marks_in_running_text_are_raised(written):
    assert '<w:vertAlign w:val="superscript"/>' in _xml(written)


def test_the_same_report_gives_the_same_content(report, written, tmp_path):
    again = tmp_path / "again.docx"
    write_word(report, again)
    with zipfile.ZipFile(written) as one, zipfile.ZipFile(again) as two:
        assert one.namelist() == two.namelist()
        for name in one.namelist():
            if name != "docProps/core.xml":
                assert one.read(name) == two.read(name), name


def test_text_that_word_cannot_hold_is_cleaned(tmp_path):
    nasty = "甲\x00\x0b乙\u202e丙\ufeff<w:p>&amp;\ud800"
    section = Section(
        id="a",
        title=nasty,
        paragraphs=(nasty, item(nasty)),
        tables=(Table(title=nasty, header=(nasty,), rows=((nasty,),)),),
    )
    path = tmp_path / "a.docx"
    write_word(_report(section, enterprise=nasty), path)
    text = "\n".join(p.text for p in Document(str(path)).paragraphs)
    assert "甲乙丙<w:p>&amp;" in text


def test_an_unknown_mark_stays_text(tmp_path):
    path = tmp_path / "a.docx"
    write_word(_report(Section(id="a", title="章", paragraphs=("见[7]。",))), path)
    assert any(p.text == "见[7]。" for p in Document(str(path)).paragraphs)


def test_without_a_chinese_font_the_numbers_are_shown_instead(tmp_path, monkeypatch):
    monkeypatch.setattr(charts, "chart_font", lambda: None)
    with pytest.raises(MissingError, match="CJK"):
        draw(RADAR)
    path = tmp_path / "a.docx"
    write_word(_report(Section(id="a", title="章", charts=(RADAR,))), path)
    document = Document(str(path))
    assert any("没有中文字体" in p.text for p in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "未评测" in cells
    assert "50" in cells


@FONT
@pytest.mark.parametrize("chart", [RADAR, STRIP, ROAD, BARS], ids=lambda chart: chart.kind)
def test_every_kind_of_chart_is_drawn_and_told(chart):
    assert draw(chart).startswith(b"\x89PNG")
    for label in chart.labels:
        assert label in describe(chart)


def test_cells_to_fill_in_are_marked_only_where_the_title_says_so(tmp_path):
    tables = (
        Table(title="甲（待填写）", header=("项", "值"), rows=(("一", ""),)),
        Table(title="乙", header=("项", "值"), rows=(("一", ""),)),
    )
    path = tmp_path / "a.docx"
    write_word(_report(Section(id="a", title="章", tables=tables)), path)
    assert _xml(path).count(word.TO_FILL) == 1


def test_markdown_holds_all_that_the_report_says(report):
    text = to_markdown(report)
    for section in report.sections:
        assert f"## {section.title}" in text
    for source in report.sources:
        assert f"- [{source.n}] " in text


def test_markdown_keeps_peoples_text_from_becoming_markup():
    section = Section(id="a", title="章", paragraphs=("<script>alert(1)</script> *重* | `码`",), tables=(
        Table(header=("a", "b"), rows=(("x|y", "上\n下"), ("1", "2"))),
    ))  # fmt: skip
    text = to_markdown(_report(section))
    assert "<script>" not in text
    assert r"x\|y" in text
    assert "上<br>下" in text


def test_list_marks_and_bare_text():
    assert bullet(item("甲")) == "甲"
    assert bullet("甲") is None
    assert bare("甲\u200b\x07乙") == "甲乙"
