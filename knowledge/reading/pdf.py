"""PDF -> blocks with page and place; ink that nobody sees is set apart; scans go to OCR.

pypdf opens the file first: it says whether it is encrypted and how many pages it has. The glyphs are taken
through pdfium, which gives each one its box, colour and rendering mode: without these, white text cannot be
told from black, nor a citation open the page at its place. On the same files pypdf's text is the same and
takes several times as long (evals/bench_reading.py measures both).
"""

import ctypes
import functools
import io
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdf
import pypdf.errors
import pypdfium2
import pypdfium2.raw as raw

from knowledge.document import Block, DoubtfulNumber, Hidden, Reading, Table, Turn
from knowledge.errors import ReadingError
from knowledge.reading import grid, layout, notes, scan
from knowledge.reading.characters import clean
from knowledge.reading.colour import Colour, alike
from knowledge.reading.guard import Limits
from knowledge.reading.layout import Line, Piece

_Object = Any
"""A page object of pdfium: an opaque pointer."""
_Matrix = tuple[float, float, float, float, float, float]
_Place = Callable[[float, float, float, float], tuple[float, float, float, float]]
_Get = Callable[[int], _Object]
_Box = tuple[float, float, float, float]

FEW = 20
"""Visible characters below which a page with a picture is taken for a scan."""
MAX_OBJECTS = 40_000
MAX_GLYPHS = 60_000
"""Per page."""

_BROKEN = "PDF 已损坏，无法解析"
_AGAIN = "请重新下载，或用阅读器打开后另存（打印）为新的 PDF 再上传"


@dataclass
class _Page:
    """What one page holds, in points from its top left corner."""

    number: int
    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    rules: list[grid.Rule] = field(default_factory=list)
    pictures: float = 0.0
    """Share of the page that its largest picture covers."""
    recognised: bool = False
    """Its pieces were read by OCR."""


def read(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return what a PDF shows.

    Raises:
        ReadingError: It is encrypted, broken, or has more pages than the cap.
    """
    told = _opened(data, name, limits)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refused(error, name) from error
    try:
        count = len(document)
        if count == 0:
            raise ReadingError(name, "PDF 里没有页面", _AGAIN)
        _cap(count, name, limits)
        return _read_pages(document, count, name, limits, told)
    finally:
        document.close()


def _refused(error: pypdfium2.PdfiumError, name: str) -> ReadingError:
    if "password" in str(error).lower():
        return ReadingError(name, "PDF 已加密，需要密码才能打开", "请去掉密码（另存为无密码的 PDF）后再上传")
    return ReadingError(name, _BROKEN, _AGAIN)


def _cap(count: int, name: str, limits: Limits) -> None:
    if count > limits.pages:
        raise ReadingError(name, f"共 {count} 页，超过上限 {limits.pages} 页", "请拆分后再上传")


def _opened(data: bytes, name: str, limits: Limits) -> dict[str, str]:
    """Return what the file's own fields say, after the checks that pypdf can make."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadingError(
                name, "PDF 已加密，需要密码才能打开", "请去掉密码（另存为无密码的 PDF）后再上传"
            )
        info = reader.metadata
        title = str(info.title) if info and info.title else ""
        return {"file_title": title.strip()} if title.strip() else {}
    except ReadingError:
        raise
    except (pypdf.errors.PyPdfError, *_PYPDF_TRIPS):
        return {}  # pdfium mends more than pypdf does: let it try


_PYPDF_TRIPS = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    RecursionError,
    NotImplementedError,
)
"""What pypdf raises on broken files besides its own errors."""


def _read_pages(
    document: pypdfium2.PdfDocument, count: int, name: str, limits: Limits, told: dict[str, str]
) -> Reading:
    pages: list[_Page] = []
    warnings: list[str] = []
    numbers: list[DoubtfulNumber] = []
    confidences: list[int] = []
    unread: list[int] = []
    started = time.monotonic()
    scans = 0
    characters = 0
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError:
            warnings.append(f"第 {number} 页损坏，未能读取")
            continue
        held = _page(page, number)
        if sum(len(p.text.strip()) for p in held.pieces) < FEW and held.pictures > 0.3:
            scans += 1
            spent = time.monotonic() - started
            if scans > limits.ocr_pages or spent > 0.8 * limits.seconds or not scan.available():
                unread.append(number)
                _take_layer(held)
            else:
                found = scan.read_page(page, number, seconds=max(5.0, 0.9 * limits.seconds - spent))
                held.pieces, held.recognised = list(found.pieces), True
                numbers += found.numbers
                confidences += [found.confidence] if found.pieces else []
        page.close()
        characters += sum(len(p.text) for p in held.pieces)
        if characters > limits.characters:
            raise ReadingError(name, f"文字超过 {limits.characters // 10000} 万字", "请拆分后再上传")
        pages.append(held)
    if not pages:
        raise ReadingError(name, _BROKEN, _AGAIN)
    warnings += _scan_warnings(unread, scans, confidences)
    if scans and len(unread) == count and not any(p.pieces for p in pages):
        raise ReadingError(name, "扫描件，未提取文字", scan.REMEDY)
    blocks, contents = _blocks(pages)
    if not blocks and not contents:
        raise ReadingError(
            name,
            "PDF 已损坏或是空白：没有读到任何可见文字",
            "请重新下载；若是扫描件，请提供更清晰的扫描或文字版",
        )
    if title := layout.largest(blocks):
        told = {**told, "largest": title}
    return Reading(
        kind="pdf",
        blocks=tuple(blocks),
        pages=count,
        hidden=tuple(Hidden(text=text, why=why, page=p.number) for p in pages for text, why in p.hidden),
        warnings=tuple(warnings),
        contents=tuple(contents),
        told=told,
        ocr=bool(confidences),
        ocr_confidence=round(sum(confidences) / len(confidences)) if confidences else None,
        low_confidence_numbers=tuple(numbers),
    )


def _scan_warnings(unread: Sequence[int], scans: int, confidences: Sequence[int]) -> list[str]:
    said = []
    if confidences:
        said.append(f"{len(confidences)} 页是扫描件，文字由 OCR 识别，引用前请对照原件")
    if unread:
        shown = "、".join(str(n) for n in unread[:20]) + ("等" if len(unread) > 20 else "")
        why = "达到 OCR 页数或时间上限" if scan.available() else "未安装 tesseract 中文识别"
        said.append(f"扫描件，未提取文字：第 {shown} 页（{why}）")
    return said


def _take_layer(held: _Page) -> None:
    """Leave a scan's own text layer among the hidden text, named for what it is."""
    held.hidden = [
        (text, "扫描页自带的识别文字层，未经核对" if why == _INVISIBLE else why) for text, why in held.hidden
    ]


# One page ------------------------------------------------------------------------------------------------

_INVISIBLE = "不可见文字（渲染方式 3）"
OBLIQUE = "斜排的水印文字"
"""It can be seen, but runs across the text and is none of it."""
_OBLIQUE = 10.0
"""Degrees off the upright or the level from which text runs across a page; a scan may lie a few degrees askew."""


@dataclass(frozen=True, slots=True)
class _Ink:
    """How a text object is drawn."""

    why_hidden: str
    """Empty where it is plainly visible."""
    pale: bool
    """Light or drawn over: only a look at the rendered page can tell."""
    colour: Colour | None = None
    """None where it is not told."""
    layered: bool = False
    """It belongs to a layer that a reader may switch off."""
    em: float = 0.0
    """Height of level type in points, whatever ink each glyph leaves; 0 where it is turned or not known."""


def _page(page: pypdfium2.PdfPage, number: int) -> _Page:
    x0, y0, x1, y1 = page.get_cropbox()
    textpage = page.get_textpage()
    turn = _turn(textpage, page.get_rotation())
    width, height = (x1 - x0, y1 - y0) if turn in (0, 180) else (y1 - y0, x1 - x0)
    held = _Page(number=number, width=width, height=height)

    def place(left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Turn a box of the page's own space into one from the top left of the page as it is shown."""
        a, b, c, d = left - x0, bottom - y0, right - x0, top - y0
        w, h = x1 - x0, y1 - y0
        if turn == 0:
            return a, h - d, c, h - b
        if turn == 90:
            return b, a, d, c
        if turn == 180:
            return w - c, b, w - a, d
        return h - d, w - c, h - b, w - a

    covers = _Objects(held, place)
    covers.walk(page)
    # the rendered page is turned as the page says, the glyphs as they are read
    looked = _Look(page, held) if turn == page.get_rotation() else None
    try:
        _glyphs(textpage, held, place, covers, looked)
    finally:
        textpage.close()
    return held


def _turn(textpage: pypdfium2.PdfTextPage, told: int) -> int:
    """Return by how much a page is turned for its text to stand upright; as the page says where it has none.

    A page may say that it is turned though its text is not, and the other way round.
    """
    count = textpage.count_chars()
    angles: Counter[int] = Counter()
    for index in range(0, count, max(1, count // 100)):
        angle = raw.FPDFText_GetCharAngle(textpage, index)
        if angle >= 0:
            angles[-round(angle / (math.pi / 2)) % 4 * 90] += 1
    return angles.most_common(1)[0][0] if angles else told


class _Objects:
    """The lines and pictures of a page, and where each text object stands in the order of painting."""

    def __init__(self, held: _Page, place: _Place) -> None:
        self.held, self.place = held, place
        self.order: dict[int, int] = {}
        self.covers: list[tuple[int, _Box]] = []
        self.grounds: list[tuple[int, _Box, Colour]] = []
        """Areas painted in one colour, in the order of painting."""
        self.clips: dict[int, _Box] = {}
        """Within what each text object shows, where it is clipped."""
        self._count = 0

    def walk(self, page: pypdfium2.PdfPage) -> None:
        self._walk(
            raw.FPDFPage_CountObjects(page),
            lambda n: raw.FPDFPage_GetObject(page, n),
            (1, 0, 0, 1, 0, 0),
            depth=0,
        )

    def _walk(self, count: int, get: _Get, outer: _Matrix, *, depth: int) -> None:
        for n in range(count):
            self._count += 1
            if self._count > MAX_OBJECTS:
                return
            item = get(n)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self.order[ctypes.addressof(item.contents)] = self._count
                if (clip := _clip(item, outer, self.place)) is not None:
                    self.clips[ctypes.addressof(item.contents)] = clip
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(item, _times(_matrix(item), outer))
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, outer)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 5:
                self._walk(
                    max(0, raw.FPDFFormObj_CountObjects(item)),
                    functools.partial(raw.FPDFFormObj_GetObject, item),
                    _times(_matrix(item), outer),
                    depth=depth + 1,
                )

    def _picture(self, item: _Object, outer: _Matrix) -> None:
        box = _corners(((0, 0), (1, 0), (1, 1), (0, 1)), _times(_matrix(item), outer), self.place)
        area = max(0.0, min(box[2], self.held.width) - max(box[0], 0)) * max(
            0.0, min(box[3], self.held.height) - max(box[1], 0)
        )
        self.held.pictures = max(self.held.pictures, area / max(1.0, self.held.width * self.held.height))
        self.covers.append((self._count, box))

    def _path(self, item: _Object, matrix: _Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        points = _path_points(item)
        if not points:
            return
        box = _corners([p for run in points for p in run], matrix, self.place)
        thin = min(box[2] - box[0], box[3] - box[1]) < 3.0
        if fill.value and not thin:
            self.covers.append((self._count, box))
            if (colour := _fill_colour(item)) is not None:
                self.grounds.append((self._count, box, colour))
        if thin and max(box[2] - box[0], box[3] - box[1]) > 4 and (fill.value or stroke.value):
            self.held.rules.append(grid.Rule(*box))
        elif stroke.value and len(self.held.rules) <= grid.MAX_EDGES:
            for run in points:
                self._strokes(run, matrix)

    def _strokes(self, run: Sequence[tuple[float, float]], matrix: _Matrix) -> None:
        for start, end in pairwise(run):
            box = _corners((start, end), matrix, self.place)
            if min(box[2] - box[0], box[3] - box[1]) < 1.0 and max(box[2] - box[0], box[3] - box[1]) > 4:
                self.held.rules.append(grid.Rule(*box))


class _Look:
    """The page as it is painted, rendered only when some ink is in doubt."""

    def __init__(self, page: pypdfium2.PdfPage, held: _Page) -> None:
        self._page, self._held = page, held
        self._scale = 1.5
        self._pixels: tuple[bytes, int, int] | None = None

    def shows(self, box: tuple[float, float, float, float]) -> bool:
        """Return whether the rendered page has any contrast within `box`."""
        if self._pixels is None:
            bitmap = self._page.render(scale=self._scale, grayscale=True)
            self._pixels = (bytes(bitmap.buffer), bitmap.stride, bitmap.height)
            bitmap.close()
        buffer, stride, height = self._pixels
        x0, y0 = max(0, int(box[0] * self._scale)), max(0, int(box[1] * self._scale))
        x1, y1 = min(stride, int(box[2] * self._scale) + 1), min(height, int(box[3] * self._scale) + 1)
        low, high = 255, 0
        for y in range(y0, y1):
            row = buffer[y * stride + x0 : y * stride + x1]
            if row:
                low, high = min(low, *row), max(high, *row)
        return high - low > 40


def _glyphs(
    textpage: pypdfium2.PdfTextPage, held: _Page, place: _Place, objects: _Objects, look: _Look | None
) -> None:
    """Fill `held` with visible pieces and hidden runs."""
    inks: dict[int, _Ink] = {}
    run: list[tuple[str, float, float, float, float]] = []
    run_key: tuple[int, str] | None = None
    box = raw.FS_RECTF()
    level = place(1, 0, 1, 0)[0] - place(0, 0, 0, 0)[0] > 0.5
    for index in range(min(textpage.count_chars(), MAX_GLYPHS)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in (0, 10, 13) or raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not char or not raw.FPDFText_GetLooseCharBox(textpage, index, box):
            continue
        x0, y0, x1, y1 = place(box.left, box.bottom, box.right, box.top)
        if char.isspace():
            if run:
                run.append((" " if x1 - x0 > 0.15 * (y1 - y0) else "", x0, run[-1][2], x1, run[-1][4]))
            continue
        item = raw.FPDFText_GetTextObject(textpage, index)
        key = ctypes.addressof(item.contents) if item else 0
        if key not in inks:
            inks[key] = _ink(item, textpage, index, place, level=level) if item else _Ink("", pale=False)
        if y1 - y0 < 0.6 * inks[key].em:
            x0, y0, x1, y1 = _whole_box(textpage, index, inks[key].em, char, place, (x0, y0, x1, y1))
        why = _why_hidden((x0, y0, x1, y1), inks[key], held, key, objects, look)
        if run and (run_key != (key, why) or not _adjacent(run[-1], (char, x0, y0, x1, y1))):
            _close(run, run_key[1] if run_key else "", held)
            run = []
        run_key = (key, why)
        run.append((char, x0, y0, x1, y1))
    if run:
        _close(run, run_key[1] if run_key else "", held)


def _adjacent(
    last: tuple[str, float, float, float, float], now: tuple[str, float, float, float, float]
) -> bool:
    size = max(1.0, last[4] - last[2])
    return abs(now[4] - last[4]) < 0.3 * size and -0.5 * size < now[1] - last[3] < 0.3 * size


def _close(run: list[tuple[str, float, float, float, float]], why: str, held: _Page) -> None:
    text = "".join(part[0] for part in run)
    if not text.strip():
        return
    if not why:
        inked = [part for part in run if part[0].strip()]
        held.pieces.append(
            Piece(text.strip(), inked[0][1], min(p[2] for p in inked), inked[-1][3], max(p[4] for p in inked))
        )
    elif held.hidden and held.hidden[-1][1] == why:
        held.hidden[-1] = (held.hidden[-1][0] + text, why)
    else:
        held.hidden.append((text, why))


def _whole_box(
    textpage: pypdfium2.PdfTextPage,
    index: int,
    em: float,
    char: str,
    place: _Place,
    box: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    """Return the place of a glyph as tall as its type.

    A font that tells no height, as those a browser prints with, gives each glyph the box of its ink: that of 一 is as
    flat as one point. A letter that is small both ways is small indeed, whatever size its font claims.
    """
    if char.isalnum() and max(box[2] - box[0], box[3] - box[1]) < _TINY:
        return box
    x, y = ctypes.c_double(), ctypes.c_double()
    if not raw.FPDFText_GetCharOrigin(textpage, index, x, y):
        return box
    _, base, _, _ = place(x.value, y.value, x.value, y.value)
    return box[0], min(box[1], base - 0.88 * em), box[2], max(box[3], base + 0.12 * em)


_SQUEEZED = 0.15
"""Share of its height under which type is no wider than a line."""
_TINY = 3.0
"""Points below which type is set not to be read."""


def _ink(item: _Object, textpage: pypdfium2.PdfTextPage, index: int, place: _Place, *, level: bool) -> _Ink:
    """Return how a text object is drawn; the glyph at `index` is its first. On a `level` page plain type is read level."""
    matrix = raw.FS_MATRIX()
    em = 0.0
    if not raw.FPDFText_GetMatrix(textpage, index, matrix):
        pass
    elif level and matrix.b == 0.0 == matrix.c and matrix.a > _SQUEEZED * abs(matrix.d):
        em = abs(raw.FPDFText_GetFontSize(textpage, index) * matrix.d)
    else:
        left, base, _, _ = place(0, 0, 0, 0)
        right, end, _, _ = place(matrix.a, matrix.b, matrix.a, matrix.b)
        angle = math.degrees(math.atan2(base - end, right - left))
        if _OBLIQUE < angle % 90 < 90 - _OBLIQUE:
            return _Ink(OBLIQUE, pale=False)
        if math.hypot(matrix.a, matrix.b) < _SQUEEZED * math.hypot(matrix.c, matrix.d):
            return _Ink("压成一线的文字", pale=False)
        if abs(angle) <= _OBLIQUE:
            em = abs(raw.FPDFText_GetFontSize(textpage, index)) * math.hypot(matrix.c, matrix.d)
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    if mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        return _Ink(_INVISIBLE, pale=False, em=em)
    red, green, blue, alpha = (ctypes.c_uint(0) for _ in range(4))
    read_colour = (
        raw.FPDFPageObj_GetStrokeColor
        if mode == raw.FPDF_TEXTRENDERMODE_STROKE
        else raw.FPDFPageObj_GetFillColor
    )
    if not read_colour(item, red, green, blue, alpha):
        return _Ink("", pale=False, em=em)
    if alpha.value < 25:
        return _Ink("透明文字", pale=False, em=em)
    light = 0.299 * red.value + 0.587 * green.value + 0.114 * blue.value
    return _Ink(
        "",
        pale=light > 200 or alpha.value < 100,
        colour=(red.value, green.value, blue.value),
        layered=_layered(item),
        em=em,
    )


def _layered(item: _Object) -> bool:
    """Return whether an object is marked as part of a layer (OC)."""
    name = (ctypes.c_ushort * 8)()
    length = ctypes.c_ulong()
    for n in range(min(raw.FPDFPageObj_CountMarks(item), 8)):
        mark = raw.FPDFPageObj_GetMark(item, n)
        if (
            raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), length)
            and bytes(name)[:6] == b"O\0C\0\0\0"
        ):
            return True
    return False


def _why_hidden(
    box: tuple[float, float, float, float],
    ink: _Ink,
    held: _Page,
    key: int,
    objects: _Objects,
    look: _Look | None,
) -> str:
    if ink.why_hidden:
        return ink.why_hidden
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if not (0 <= x <= held.width and 0 <= y <= held.height):
        return "页面之外的文字"
    if box[3] - box[1] < _TINY:
        return "字号过小的文字"
    painted = objects.order.get(key, 0)
    covered = any(
        order > painted and cover[0] <= x <= cover[2] and cover[1] <= y <= cover[3]
        for order, cover in objects.covers
    )
    doubt = _doubt(ink, covered and bool(painted), key, (x, y), objects)
    return doubt if doubt and look is not None and not look.shows(box) else ""


def _doubt(ink: _Ink, covered: bool, key: int, at: tuple[float, float], objects: _Objects) -> str:
    """Return why a glyph may not show, for a look at the rendered page to tell."""
    if ink.pale:
        return "与底色同色的文字（白色）"
    if covered:
        return "被遮盖的文字"
    if ink.layered:
        return "关闭的图层里的文字"
    clip = objects.clips.get(key)
    if clip is not None and not (clip[0] - 1 <= at[0] <= clip[2] + 1 and clip[1] - 1 <= at[1] <= clip[3] + 1):
        return "裁切为空的文字"
    painted = objects.order.get(key, 0)
    if ink.colour is not None and any(
        order < painted
        and box[0] <= at[0] <= box[2]
        and box[1] <= at[1] <= box[3]
        and alike(ink.colour, ground)
        for order, box, ground in objects.grounds
    ):
        return "与底色同色的文字"
    return ""


# Geometry of pdfium ----------------------------------------------------------------------------------------


def _matrix(item: _Object) -> _Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return (1, 0, 0, 1, 0, 0)
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _corners(
    points: Sequence[tuple[float, float]], matrix: _Matrix, place: _Place
) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x, y in points]
    ys = [b * x + d * y + f for x, y in points]
    return place(min(xs), min(ys), max(xs), max(ys))


def _clip(item: _Object, outer: _Matrix, place: _Place) -> _Box | None:
    """Return the box within which an object shows, None where it is not clipped."""
    clip = raw.FPDFPageObj_GetClipPath(item)
    count = raw.FPDFClipPath_CountPaths(clip) if clip else 0
    within: _Box | None = None
    x, y = ctypes.c_float(), ctypes.c_float()
    for n in range(min(max(0, count), 20)):
        points = []
        for m in range(min(raw.FPDFClipPath_CountPathSegments(clip, n), 60)):
            segment = raw.FPDFClipPath_GetPathSegment(clip, n, m)
            if segment and raw.FPDFPathSegment_GetPoint(segment, x, y):
                points.append((x.value, y.value))
        if points:
            box = _corners(points, outer, place)
            within = box if within is None else _overlap(within, box)
    return within


def _overlap(one: _Box, other: _Box) -> _Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _fill_colour(item: _Object) -> Colour | None:
    red, green, blue, alpha = (ctypes.c_uint(0) for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha) or alpha.value < 128:
        return None
    return red.value, green.value, blue.value


def _path_points(item: _Object) -> list[list[tuple[float, float]]]:
    """Return the straight runs of a path; one with curves gives its points all the same."""
    runs: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for n in range(min(raw.FPDFPath_CountSegments(item), 2000)):
        segment = raw.FPDFPath_GetPathSegment(item, n)
        if not segment or not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not runs:
            runs.append([])
        runs[-1].append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            runs[-1].append(runs[-1][0])
    return runs


# Pages -> blocks -------------------------------------------------------------------------------------------


def _blocks(pages: Sequence[_Page]) -> tuple[list[Block], list[str]]:
    """Return paragraphs and tables in reading order, and the lines of the table of contents."""
    parted = [
        notes.Parted(page.pieces, [])  # what OCR takes for a small raised number may be any speck
        if page.recognised
        else notes.part(page.pieces, page.rules, width=page.width)
        for page in pages
    ]
    found = [
        grid.tables(page.rules, held.text, page=page.number) for page, held in zip(pages, parted, strict=True)
    ]
    outside = [_outside(held.text, tables) for held, tables in zip(parted, found, strict=True)]
    for n, page in enumerate(pages):
        if not page.recognised and (words := grid.aligned(outside[n], page=page.number)):
            found[n] = [*found[n], *words]
            outside[n] = _outside(parted[n].text, found[n])
    free = [
        layout.lines(pieces, page=page.number, walls=_walls(tables))
        for page, pieces, tables in zip(pages, outside, found, strict=True)
    ]
    like = _common_gutter(pages, outside, free)
    for n, page in enumerate(pages):
        if (band := like.get(page.width)) is not None and not any(line.column for line in free[n]):
            free[n] = layout.lines(outside[n], page=page.number, walls=_walls(found[n]), like=band)
    blocks, contents = assemble(
        free, found, [page.height for page in pages], numbers=[page.number for page in pages]
    )
    for page, held in zip(pages, parted, strict=True):
        blocks += notes.blocks(held.notes, page=page.number)
    return blocks, contents


def _outside(pieces: Sequence[Piece], tables: Sequence[grid.Ruled]) -> list[Piece]:
    return [p for p in pieces if not any(t.holds((p.x0 + p.x1) / 2, (p.y0 + p.y1) / 2) for t in tables)]


def _walls(tables: Sequence[grid.Ruled]) -> list[layout.Area]:
    return [(t.x0, t.y0, t.x1, t.y1) for t in tables]


def _common_gutter(
    pages: Sequence[_Page], pieces: Sequence[Sequence[Piece]], free: Sequence[Sequence[Line]]
) -> dict[float, layout.Gutter]:
    """Return width of page -> where most of the pages so wide that are set in columns part them."""
    found: dict[float, Counter[layout.Gutter]] = {}
    for page, inked, lines in zip(pages, pieces, free, strict=True):
        if any(line.column for line in lines) and (band := layout.gutter(inked)) is not None:
            found.setdefault(page.width, Counter())[band] += 1
    return {width: bands.most_common(1)[0][0] for width, bands in found.items()}


def assemble(
    free: Sequence[Sequence[Line]],
    found: Sequence[Sequence[grid.Ruled]],
    heights: Sequence[float],
    *,
    numbers: Sequence[int] | None = None,
) -> tuple[list[Block], list[str]]:
    """Return the blocks of a document from the lines and tables of its pages, running lines left out."""
    running = layout.running(free, heights)
    contents: list[str] = []
    body: list[Line | Block] = []
    for index, (page, tables) in enumerate(zip(free, found, strict=True)):
        number = numbers[index] if numbers else index + 1
        listing = layout.lists_contents(page)
        kept = [line for n, line in enumerate(page) if (index, n) not in running]
        for item in _placed(kept, [grid.as_block(table, number) for table in tables]):
            if isinstance(item, Line) and (listing or layout.is_leader(item.text)):
                contents.append(clean(item.text))
            else:
                body.append(item)
    return list(_joined(body)), contents


def _placed(kept: Sequence[Line], tables: Sequence[Block]) -> list[Line | Block]:
    """Put each table before the first line of its column, in reading order, that stands below its top."""
    items: list[Line | Block] = list(kept)
    for table in sorted(tables, key=lambda t: t.box.y0 if t.box else 0.0, reverse=True):
        beside = [n for n, item in enumerate(items) if _shares_column(item, table)]
        at = next((n for n in beside if _top(items[n]) > _top(table)), beside[-1] + 1 if beside else None)
        if at is None:
            at = next((n for n, item in enumerate(items) if _top(item) > _top(table)), len(items))
        items.insert(at, table)
    return items


def _top(item: Line | Block) -> float:
    return item.y0 if isinstance(item, Line) else item.box.y0 if item.box else 0.0


def _shares_column(item: Line | Block, table: Block) -> bool:
    """Return whether something stands above or below a table, not beside it."""
    place = item.box
    return place is None or table.box is None or (place.x0 < table.box.x1 - 2 and place.x1 > table.box.x0 + 2)


def _joined(items: Sequence[Line | Block]) -> Iterator[Block]:
    """Join lines into paragraphs between tables, and a table with its continuation on the next page."""
    lines: list[Line] = []
    table: Block | None = None
    for item in items:
        if isinstance(item, Line):
            if table is not None:
                yield table
                table = None
            lines.append(item)
            continue
        yield from layout.paragraphs(lines)
        lines = []
        if table is None:
            table = item
        elif (joined := continued(table, item)) is not None:
            table = joined
        else:
            yield table
            table = item
    if table is not None:
        yield table
    yield from layout.paragraphs(lines)


def continued(above: Block, below: Block) -> Block | None:
    """Return a table joined with its continuation on the following page or column, or None where it is another one.

    The two are of one width; inner columns are matched by their place, since a grid shows only the
    columns that its own rows need. A repeated header goes out; a row cut by the page break is made whole.
    """
    first, second = above.table, below.table
    if first is None or second is None or above.box is None or below.box is None:
        return None
    if not first.pages:
        return None
    reached = max(first.pages[-1], *(turn.page for turn in first.turns), 0)
    last = next((box for box in reversed(first.boxes) if box is not None), above.box)
    beside = second.pages[0] == reached and below.box.x0 > last.x1
    if second.pages[0] != reached + 1 and not beside:
        return None
    aside = below.box.x0 - above.box.x0
    if abs(above.box.x1 + aside - below.box.x1) > 6:
        return None
    second = second.model_copy(update={"columns": tuple(x - aside for x in second.columns)})
    columns = _shared(first.columns, second.columns)
    if columns is None:
        return None
    head, tail = _regridded(first, columns), _regridded(second, columns)
    turns = first.turns
    skip = _repeated(head, tail)
    notes = first.notes
    if skip < len(tail.rows):
        merged = _goes_on(head, tail, skip)
        if merged:
            tail.spans[skip] = tuple(n for n in tail.spans[skip] if n not in merged)
            tail.down[skip] = tuple(sorted({*tail.down[skip], *merged}))
        elif _runs_on(head.rows[-1], tail.rows[skip], columns, above.box.x1):
            turns = (*turns, _run_over(head, tail, skip, second))
            skip += 1
        elif _in_doubt(head, tail, skip):
            notes = (
                *notes,
                f"第 {second.pages[skip]} 页表格首行有空白格，未能确定是否与上页末行合并，请对照原件",
            )
    joined = first.model_copy(
        update={
            "rows": (*head.rows, *tail.rows[skip:]),
            "spans": (*head.spans, *tail.spans[skip:]),
            "down": (*head.down, *tail.down[skip:]),
            "pages": (*first.pages, *second.pages[skip:]),
            "boxes": (*first.boxes, *second.boxes[skip:]),
            "columns": columns,
            "turns": turns,
            "notes": notes,
        }
    )
    return above.model_copy(update={"table": joined, "box": above.box})


@dataclass
class _Grid:
    """Rows of a table, where their cells begin, and which go on from the row above."""

    rows: list[tuple[str, ...]]
    spans: list[tuple[int, ...]]
    down: list[tuple[int, ...]]

    def merges(self, column: int) -> bool:
        """Return whether some cell of a column is merged downwards, and none of its own is blank."""
        merged = any(column in held for held in self.down)
        blank = any(column in own and not row[column] for row, own in zip(self.rows, self.spans, strict=True))
        return merged and not blank


def _repeated(head: _Grid, tail: _Grid) -> int:
    """Return how many rows of a continuation only say the header again."""
    count = 0
    while (
        count < min(4, len(tail.rows), len(head.rows) - 1)
        and _same(tail.rows[count], head.rows[count])
        and (count == 0 or head.down[count])
    ):
        count += 1
    return count


def _goes_on(head: _Grid, tail: _Grid, at: int) -> set[int]:
    """Return the columns whose merged cell a page break parted: blank below it, though none of that column is elsewhere.

    The rest of the row says something of its own; where more of it is blank, it is a row that was cut.
    """
    row, last = tail.rows[at], head.rows[-1]
    blank = {n for n in tail.spans[at] if not row[n].strip()}
    rest = _Grid(tail.rows[at + 1 :], tail.spans[at + 1 :], tail.down[at + 1 :])
    open_ = {n for n in blank if at + 1 < len(tail.rows) and n in tail.down[at + 1]}
    merged = {
        n
        for n in blank
        if (head.merges(n) or rest.merges(n) or n in open_)
        and not any(n in own and not told[n] for told, own in zip(head.rows, head.spans, strict=True))
    }
    filled = [n for n in tail.spans[at] if row[n].strip()]
    if not merged or not filled or any(last[n] for n in blank - merged):
        return set()
    return merged


def _in_doubt(head: _Grid, tail: _Grid, at: int) -> bool:
    """Return whether a blank cell below a page break may be one with that above it, or the other way round."""
    row, last = tail.rows[at], head.rows[-1]
    blank = [n for n in tail.spans[at] if not row[n].strip()]
    turned = [n for n in head.spans[-1] if not last[n].strip() and row[n].strip() and head.merges(n)]
    return bool(turned) or bool(blank and blank[0] == 0 and any(row))


def _run_over(head: _Grid, tail: _Grid, at: int, second: Table) -> Turn:
    """Join a row that a page break cut, and return where it goes on."""
    row, last = tail.rows[at], head.rows[-1]
    joined_row = tuple(_run_together(a, b) for a, b in zip(last, row, strict=True))
    longest = joined_row.index(max(joined_row, key=len))
    line = last[longest].count("\n") + 1 if last[longest] else 0
    turn = Turn(row=len(head.rows) - 1, line=line, page=second.pages[at], box=second.boxes[at])
    head.rows[-1] = joined_row
    head.spans[-1] = tuple(sorted({*head.spans[-1], *tail.spans[at]} - {*head.down[-1]}))
    return turn


def _shared(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...] | None:
    """Return the columns of both grids, or None where they are those of two different tables."""
    extra = [x for x in other if min(abs(x - y) for y in one) > 4]
    missing = [y for y in one if min(abs(x - y) for x in other) > 4]
    if extra and missing:
        return None
    return tuple(sorted([*one, *extra]))


def _regridded(table: Table, columns: Sequence[float]) -> _Grid:
    """Return the rows of a table on a grid of more columns."""
    place = [_closest(columns, x) for x in table.columns]
    of = [max((n for n, at in enumerate(place) if at <= m), default=0) for m in range(len(columns))]
    grid_ = _Grid([], [], [])
    for row, starts, down in zip(table.rows, table.spans, table.down, strict=True):
        cells = [""] * len(columns)
        for at, text in zip(place, row, strict=True):
            cells[at] = text
        grid_.rows.append(tuple(cells))
        grid_.spans.append(tuple(place[n] for n in starts))
        grid_.down.append(tuple(m for m in range(len(columns)) if of[m] in down))
    return grid_


def _closest(columns: Sequence[float], x: float) -> int:
    return min(range(len(columns)), key=lambda n: abs(columns[n] - x))


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return [t.replace("\n", "") for t in one] == [t.replace("\n", "") for t in other] and any(one)


def _runs_on(last: Sequence[str], row: Sequence[str], columns: Sequence[float], edge: float) -> bool:
    """Return whether a row only continues the one before the page break.

    Its first cell is blank where the other's is not; or both are one cell over the whole width, and the
    sentence above is not ended. A row that says something in each of its other cells is one of its own where one of
    them goes on from a cell whose few words left room on their line.
    """
    if not any(cell.strip() for cell in row):
        return False
    if not row[0].strip():
        if not last[0].strip():
            return False
        told = [n for n, cell in enumerate(row) if cell.strip()]
        whole = len(told) >= 2 and all(last[n].strip() == "" for n in range(1, len(row)) if n not in told)
        ends = [*columns[1:], edge]
        return not whole or all(
            len(last[n]) * _NARROW > 0.6 * (ends[n] - columns[n]) for n in told if last[n].strip()
        )
    alone = not any(cell.strip() for cell in (*row[1:], *last[1:]))
    return alone and len(last[0]) > 40 and not layout.ends(last[0]) and not layout.opens(row[0])


_NARROW = 7.0
"""Points that a character of a table takes at least, digits and Chinese taken together."""


def _run_together(above: str, below: str) -> str:
    if not above or not below:
        return above or below
    if layout.opens(below) or layout.ends(above):
        return f"{above}\n{below}"
    kept, _, last = above.rpartition("\n")
    return f"{kept}\n{layout.join_wrapped([last, below])}" if kept else layout.join_wrapped([last, below])
