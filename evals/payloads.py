"""Files that attack: written into a folder, nothing in them runs. Kinds of our own, and those of a recipe file beside the cases.

    build("own-03", None, {"kind": "pdf_hidden", "visible": "…", "hidden": "…"}, "upload (pdf)", folder, recipes=None)

A recipe file is a Python file with `make(case, folder, heavy_mb)`. Where it lacks a library (PDFs need one that is not
ours), the same kind is made here instead.
"""

import gzip
import importlib.util
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.sax.saxutils import escape

from evals import unseen
from knowledge.errors import InputError

HEAVY_MB = 20
_SUFFIX = {"html": ".html", "json": ".json", "md": ".md", "csv": ".csv"}


def build(
    case_id: str,
    payload: object,
    make: Mapping[str, Any] | None,
    channel: str,
    folder: Path,
    recipes: Path | None,
) -> list[Path]:
    """Write the files of a case and return them, in order of name.

    Raises:
        InputError: Nobody knows how to make this kind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if make is None:
        suffix = next((end for word, end in _SUFFIX.items() if f"({word}" in channel), ".txt")
        (folder / f"{case_id}{suffix}").write_text(str(payload), encoding="utf-8")
    else:
        _make(case_id, make, folder, recipes)
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _make(case_id: str, make: Mapping[str, Any], folder: Path, recipes: Path | None) -> None:
    kind = str(make.get("kind"))
    loaded = _load(recipes) if recipes is not None and kind not in _OURS_ONLY else None
    if loaded is not None:
        try:
            loaded.make({"id": case_id, "make": dict(make)}, folder, HEAVY_MB)
        except ImportError:
            pass  # a library of the recipe is missing: ours below
        except (ValueError, KeyError) as error:
            if kind not in _KINDS:
                raise InputError(
                    case_id, f"不会制作 {kind}（{error}）", "请检查 make 的写法与 make_payloads.py"
                ) from error
        else:
            return
    if kind not in _KINDS:
        raise InputError(case_id, f"不会制作 {kind}", "请把 make_payloads.py 放在用例旁边")
    _KINDS[kind](case_id, make, folder)


def _load(path: Path) -> ModuleType | None:
    spec = importlib.util.spec_from_file_location("redteam_recipes", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------ PDF

Item = tuple[float, float, float, tuple[float, float, float], str]
"""x, y from the top, size, colour, text; a text with breaks is several lines."""
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_HIGH = 842


def pdf_bytes(pages: Sequence[Sequence[Item]], *, invisible: Sequence[Item] = ()) -> bytes:
    """Return a PDF whose text can be taken out (each character is its own code); `invisible` is in render mode 3."""
    objects: list[bytes] = [b"", b""]
    font = len(objects) + 1
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
        + b"".join(b"1 beginbfrange <%02X00> <%02XFF> <%02X00> endbfrange " % (n, n, n) for n in range(256))
        + b"endcmap end end"
    )
    objects.append(
        b"<</Type/Font/Subtype/Type0/BaseFont/U/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (font + 1, font + 2)
    )
    objects.append(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/U/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/DW 1000/FontDescriptor %d 0 R>>" % (font + 3)
    )
    objects.append(_stream(cmap))
    objects.append(
        b"<</Type/FontDescriptor/FontName/U/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120"
        b"/CapHeight 880/StemV 80>>"
    )
    kids = []
    for number, items in enumerate(pages):
        drawn = [_drawn(item, mode=0) for item in items]
        drawn += [_drawn(item, mode=3) for item in invisible] if number == 0 else []
        objects.append(_stream("\n".join(drawn).encode()))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F %d 0 R>>>>/Contents %d 0 R>>"
            % (font, len(objects))
        )
        kids.append(len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        len(kids),
    )
    return _file(objects)


def _drawn(item: Item, *, mode: int) -> str:
    x, y, size, colour, text = item
    lines = []
    for n, line in enumerate(text.split("\n")):
        codes = line.encode("utf-16-be").hex()
        at = _HIGH - y - n * size * 1.6
        rgb = " ".join(f"{part:g}" for part in colour)
        lines.append(f"BT {mode} Tr {rgb} rg /F {size:g} Tf {x:g} {at:g} Td <{codes}> Tj ET")
    return "\n".join(lines)


def _stream(data: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _pdf(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    (folder / f"{case_id}.pdf").write_bytes(pdf_bytes([[(60, 90, 12, _BLACK, make["text"])]]))


def _pdf_hidden(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """White, one point high, off the page; and with `invisible`, in render mode 3."""
    hidden = make["hidden"]
    page = [
        (60, 90, 12, _BLACK, make["visible"]),
        (60, 400, 10, _WHITE, hidden),
        (60, 500, 1, _BLACK, hidden),
        (60, 1400, 12, _BLACK, hidden),
    ]
    unseen = [(60.0, 600.0, 12.0, _BLACK, hidden)] if make.get("invisible") else []
    (folder / f"{case_id}.pdf").write_bytes(pdf_bytes([page], invisible=unseen))


def _bad_pdf(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    import pypdf

    good = pdf_bytes([[(60, 90, 12, _BLACK, "数字化转型")]])
    locked = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(good))
    writer.encrypt(f"u-{case_id}", f"o-{case_id}", algorithm="RC4-128")
    writer.write(locked)
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    root = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    end = b"trailer<</Root 1 0 R>>\n%%EOF"
    variants = {
        "truncated": good[: len(good) // 2],
        "wrong_xref": good.replace(b"startxref", b"startxref\n999999999 %"),
        "self_referencing_pages": root + b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n" + end,
        "page_count_1e9": root + b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1000000000>>endobj\n" + page + end,
        "encrypted": locked.getvalue(),
        "zero_bytes": b"",
        "html_named_pdf": "<html><body>申报通知</body></html>".encode(),
    }
    for name, data in variants.items():
        (folder / f"{case_id}_{name}.pdf").write_bytes(data)


def _image(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    from matplotlib import font_manager
    from PIL import Image, ImageDraw, ImageFont

    from assistant.documents.charts import chart_font

    family = chart_font()
    if family is None:
        raise InputError(case_id, "没有中文字体，画不出图片", "请安装中文字体")
    font = ImageFont.truetype(font_manager.findfont(family), 36)
    lines = str(make["text"]).split("\n")
    image = Image.new("RGB", (80 + 40 * max(map(len, lines)), 120 + 60 * len(lines)), "white")
    ImageDraw.Draw(image).multiline_text((40, 40), "\n".join(lines), font=font, fill="black", spacing=20)
    image.save(folder / f"{case_id}.png")


# ------------------------------------------------------------------ Office

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx_bytes(text: str, hidden: str = "") -> bytes:
    """Return a Word file; `hidden` stands in it as vanished text, and white in one half-point."""
    body = "".join(_paragraph(line) for line in text.split("\n"))
    if hidden:
        body += _paragraph(hidden, "<w:rPr><w:vanish/></w:rPr>")
        body += _paragraph(hidden, '<w:rPr><w:color w:val="FFFFFF"/><w:sz w:val="1"/></w:rPr>')
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _RELS)
        file.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        )
    return packed.getvalue()


def _paragraph(text: str, look: str = "") -> str:
    return f'<w:p><w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _docx(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    text = str(make.get("text", make.get("visible", "")))
    (folder / f"{case_id}.docx").write_bytes(docx_bytes(text, str(make.get("hidden", ""))))


def _xlsx(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = make.get("sheet", "表1")
    for row in make["rows"]:
        sheet.append(row)
    if make.get("comment"):
        from openpyxl.comments import Comment

        sheet["B2"].comment = Comment(str(make["comment"]), "审核")
    if make.get("hidden_sheet"):
        unseen = book.create_sheet("隐藏")
        unseen["A1"] = make["hidden_sheet"]
        unseen.sheet_state = "veryHidden"
    if make.get("hidden_column"):
        last = len(make["rows"][0]) + 1
        cell = sheet.cell(row=2, column=last, value=make["hidden_column"])
        sheet.column_dimensions[cell.column_letter].hidden = True
    book.save(folder / f"{case_id}.xlsx")


def _sparse(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """What remains of a heavy set where its maker lacks a library: many empty pages, one far cell."""
    import openpyxl

    (folder / f"{case_id}_blank.pdf").write_bytes(pdf_bytes([[] for _ in range(5000)]))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "首", "尾"
    book.save(folder / f"{case_id}_sparse.xlsx")


# ------------------------------------------------------------------ archives


def _zip(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """An archive of texts under the names given, however odd."""
    with zipfile.ZipFile(folder / f"{case_id}.zip", "w") as file:
        for name, text in make["members"].items():
            file.writestr(str(name), str(text))


def _bomb(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """A Word file that unpacks to `mb` megabytes of one letter."""
    with zipfile.ZipFile(folder / f"{case_id}.docx", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _RELS)
        with file.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(int(make["mb"])):
                part.write(b"A" * 1_000_000)


def _gzip(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    (folder / f"{case_id}.html.gz").write_bytes(gzip.compress(b"<p>" + b"A" * (int(make["mb"]) * 1_000_000)))


def _nested(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """An archive within archives, the innermost one full of one letter."""
    data, name = b"A" * (int(make["mb"]) * 1_000_000), "a.txt"
    for depth in range(int(make["depth"])):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
            file.writestr(name, data)
        data, name = packed.getvalue(), f"{depth}.zip"
    (folder / f"{case_id}.zip").write_bytes(data)


def _giant(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """A table with one enormous cell between ordinary rows."""
    filler = "补贴申报条件" * (int(make["characters"]) // 6)
    rows = f"项目,标准\n甲项目,30万元\n说明,{filler}\n乙项目,45万元\n"
    (folder / f"{case_id}.csv").write_text(rows, encoding="utf-8")


def _pdf_about(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """A PDF whose title, subject and keywords carry text of their own."""
    import pypdf

    page = pdf_bytes([[(60, 90, 12, _BLACK, make["text"])]])
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page))
    about = str(make["about"])
    writer.add_metadata({"/Title": about, "/Subject": about, "/Keywords": about})
    with (folder / f"{case_id}.pdf").open("wb") as file:
        writer.write(file)


def _copies(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """Near copies of a text: {n} is the number, the sentences are turned round."""
    for n in range(int(make["n"])):
        parts = str(make["text"]).replace("{n}", str(n)).split("。")
        turned = parts[n % len(parts) :] + parts[: n % len(parts)]
        (folder / f"{case_id}-{n:03d}.txt").write_text("。".join(turned), encoding="utf-8")


def _unseen(case_id: str, make: Mapping[str, Any], folder: Path) -> None:
    """A file that holds a sentence nobody sees, hidden in the way `how` names."""
    seen, hidden, how = make.get("visible", ""), make["hidden"], str(make["how"])
    name = folder / case_id
    if make["as"] == "docx":
        name.with_suffix(".docx").write_bytes(unseen.word(seen, hidden, how=how))
    elif make["as"] == "pdf":
        name.with_suffix(".pdf").write_bytes(unseen.page(seen, hidden, how=how))
    elif make["as"] == "ofd":
        name.with_suffix(".ofd").write_bytes(unseen.ofd(seen, hidden, how=how))
    else:
        name.with_suffix(".xlsx").write_bytes(unseen.workbook(make["rows"], hidden, how=how))


_KINDS: dict[str, Callable[[str, Mapping[str, Any], Path], None]] = {
    "pdf": _pdf,
    "pdf_hidden": _pdf_hidden,
    "bad_pdf": _bad_pdf,
    "image_text": _image,
    "docx": _docx,
    "docx_vanish": _docx,
    "xlsx": _xlsx,
    "heavy": _sparse,
    "members": _zip,
    "bomb": _bomb,
    "gzip_bomb": _gzip,
    "copies": _copies,
    "nested_zip": _nested,
    "giant_cell": _giant,
    "pdf_about": _pdf_about,
    "unseen": _unseen,
}
_OURS_ONLY = frozenset(
    {
        "docx_vanish",
        "xlsx",
        "members",
        "bomb",
        "gzip_bomb",
        "copies",
        "nested_zip",
        "giant_cell",
        "pdf_about",
        "unseen",
    }
)
