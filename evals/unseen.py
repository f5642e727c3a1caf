"""Files whose one sentence a person does not see: made each in its way, for the attacks and for the tests of the readers.

word("a", "b", how="shade")     a Word file that says a, and b in letters of the colour they stand on
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)

WORD_WAYS: Mapping[str, tuple[str, str, str]] = {
    # properties of the run, of the paragraph, what stands around
    "shade": ('<w:color w:val="2E74B5"/><w:shd w:val="clear" w:fill="2F75B5"/>', "", "{}"),
    "ground": ('<w:color w:val="1A1A1A"/>', '<w:shd w:val="clear" w:fill="111111"/>', "{}"),
    "theme": ('<w:color w:val="auto" w:themeColor="light1"/>', "", "{}"),
    "marker": ('<w:color w:val="00FFFF"/><w:highlight w:val="cyan"/>', "", "{}"),
    "squeezed": ('<w:w w:val="3"/>', "", "{}"),
    "struck": ("<w:strike/>", "", "{}"),
    "frame": ("", '<w:framePr w:x="-9000" w:y="400" w:hAnchor="page"/>', "{}"),
    "indent": ("", '<w:ind w:left="-22000"/>', "{}"),
    "flat": ("", '<w:spacing w:line="2" w:lineRule="exact"/>', "{}"),
    "row": ("", "", "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{}</w:tc></w:tr></w:tbl>"),
    "box": (
        "",
        "",
        '<w:p><w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute;visibility:hidden">'
        "<v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>",
    ),
}
"""How -> what hides a paragraph of a Word file."""


def word(seen: str, unseen: str, *, how: str) -> bytes:
    """Return a Word file that shows the lines of `seen`, and holds `unseen` before the last of them."""
    run, paragraph, around = WORD_WAYS[how]
    lines = [_paragraph(line) for line in seen.split("\n")]
    lines.insert(-1, around.format(_paragraph(unseen, run, paragraph)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _RELS)
        body = "".join(lines)
        file.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        )
    return packed.getvalue()


def _paragraph(text: str, run: str = "", paragraph: str = "") -> str:
    before = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
    look = f"<w:rPr>{run}</w:rPr>" if run else ""
    return f'<w:p>{before}<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


PAGE_WAYS = ("layer", "clip", "squeezed", "ground")
"""How a PDF may hide a line, beside white, tiny, covered and invisible type."""


def page(seen: str, unseen: str, *, how: str) -> bytes:
    """Return a PDF of one page that shows `seen`, and holds `unseen`."""
    import pypdf
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

    from evals.payloads import pdf_bytes

    plain = pdf_bytes([[(60, 90, 12, (0.0, 0.0, 0.0), seen)]])
    writer = pypdf.PdfWriter()
    writer.append(pypdf.PdfReader(io.BytesIO(plain)))
    sheet = writer.pages[0]
    line = f"<{unseen.encode('utf-16-be').hex()}> Tj"
    text = f"BT 0 0 0 rg /F 12 Tf 60 400 Td {line} ET"
    drawn = {
        "layer": f"/OC /L0 BDC {text} EMC",
        "clip": f"q 10 10 2 2 re W n {text} Q",
        "squeezed": text.replace("BT", "BT 2 Tz"),
        "ground": f"0.02 0.02 0.02 rg 40 380 520 40 re f {text}",
    }[how]
    contents = sheet.get_contents()
    stream = DecodedStreamObject()
    stream.set_data((contents.get_data() if contents is not None else b"") + b"\n" + drawn.encode())
    sheet[NameObject("/Contents")] = writer._add_object(stream)
    if how == "layer":
        layer = writer._add_object(
            DictionaryObject(
                {NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("a")}
            )
        )
        resources = sheet["/Resources"]
        assert isinstance(resources, DictionaryObject)
        resources[NameObject("/Properties")] = DictionaryObject({NameObject("/L0"): layer})
        off = DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})
        writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
            {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): off}
        )
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SHEET_WAYS = ("white", "theme", "fill", "tiny", "format", "flat")
"""How a row of a workbook may be hidden, beside hidden rows, columns and sheets."""


def workbook(rows: Sequence[Sequence[str]], unseen: Sequence[str], *, how: str) -> bytes:
    """Return a workbook of `rows` and, after them, a row that is not seen."""
    import openpyxl
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.colors import Color

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (*rows, unseen):
        sheet.append(list(row))
    last = sheet.max_row
    for cell in sheet[last]:
        if how == "white":
            cell.font = Font(color="FFFEFEFE")
        elif how == "theme":
            cell.font = Font(color=Color(theme=0))
        elif how == "fill":
            cell.font, cell.fill = Font(color="FF305496"), PatternFill("solid", fgColor="FF2F5496")
        elif how == "tiny":
            cell.font = Font(sz=1)
        elif how == "format":
            cell.number_format = ";;;"
    if how == "flat":
        sheet.row_dimensions[last].height = 0.3
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


OFD_WAYS: Mapping[str, tuple[str, str, str]] = {
    # attributes, what stands within, what is painted before
    "clear": ("", '<ofd:FillColor Value="0 0 0" Alpha="2"/>', ""),
    "empty": ('Boundary="10 60 0 0"', "", ""),
    "squeezed": ('HScale="0.01"', "", ""),
    "ground": (
        "",
        '<ofd:FillColor Value="10 10 90"/>',
        '<ofd:PathObject ID="90" Boundary="5 50 200 30" Fill="true"><ofd:FillColor Value="12 12 96"/>'
        "<ofd:AbbreviatedData>M 0 0 L 200 0 L 200 30 L 0 30 C</ofd:AbbreviatedData></ofd:PathObject>",
    ),
}
"""How -> what hides a line of an OFD."""


def ofd(seen: str, unseen: str, *, how: str) -> bytes:
    """Return an OFD of one page that shows the lines of `seen`, and holds `unseen` below them."""
    attributes, within, before = OFD_WAYS[how]
    lines = [_ofd_text(10 + n, 10 + 12 * n, line) for n, line in enumerate(seen.split("\n"))]
    lines += [before, _ofd_text(91, 60, unseen, attributes, within)]
    names = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    box = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    members = {
        "OFD.xml": f"<ofd:OFD {names}><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "D/Document.xml": f"<ofd:Document {names}><ofd:CommonData>{box}</ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="P/Content.xml"/></ofd:Pages></ofd:Document>',
        "D/P/Content.xml": f'<ofd:Page {names}><ofd:Content><ofd:Layer ID="2">{"".join(lines)}</ofd:Layer></ofd:Content></ofd:Page>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in members.items():
            file.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return packed.getvalue()


def _ofd_text(number: int, y: int, text: str, attributes: str = "", within: str = "") -> str:
    place = "" if "Boundary" in attributes else f'Boundary="10 {y} 190 10"'
    return (
        f'<ofd:TextObject ID="{number}" {place} Font="1" Size="5" {attributes}>{within}'
        f'<ofd:TextCode X="0" Y="5">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )
