"""Pictures of text -> text, by tesseract with its Chinese data, each number with its confidence."""

import csv
import functools
import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import pypdfium2

from knowledge.document import DoubtfulNumber, Reading
from knowledge.errors import ReadingError
from knowledge.reading import layout
from knowledge.reading.guard import Limits
from knowledge.reading.layout import Piece

REMEDY = (
    "请安装 tesseract 与中文数据（Debian：apt install tesseract-ocr tesseract-ocr-chi-sim），或提供文字版"
)
SURE = 80
"""Confidence (0..100) below which a number is doubtful."""
DPI = 300
MAX_PIXELS = 60_000_000


@dataclass(frozen=True)
class Scanned:
    """What OCR read on one page, in points."""

    pieces: tuple[Piece, ...]
    numbers: tuple[DoubtfulNumber, ...]
    confidence: int


@functools.cache
def available() -> bool:
    """Return whether tesseract is installed with simplified Chinese."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"chi_sim" in listed.stdout + listed.stderr


def read_page(page: pypdfium2.PdfPage, number: int, *, seconds: float) -> Scanned:
    """Return what OCR reads on a page of a PDF; nothing where the page is blank or time runs out."""
    width, height = page.get_size()
    scale = min(DPI / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    picture = bitmap.to_pil()
    stream = io.BytesIO()
    picture.save(stream, format="PNG", compress_level=1)
    bitmap.close()
    return recognise(stream.getvalue(), number, scale=scale, seconds=seconds)


def recognise(picture: bytes, number: int, *, scale: float, seconds: float) -> Scanned:
    """Return the words of a picture; `scale` is its pixels per point."""
    program = shutil.which("tesseract")
    if program is None:
        return Scanned((), (), 0)
    try:
        done = subprocess.run(
            [
                program,
                "stdin",
                "stdout",
                "-l",
                "chi_sim+eng",
                "--psm",
                "3",
                "--dpi",
                str(round(72 * scale)),
                "tsv",
            ],
            input=picture,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return Scanned((), (), 0)
    rows = csv.DictReader(
        io.StringIO(done.stdout.decode("utf-8", "replace")), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    return _gathered([row for row in rows if (row.get("text") or "").strip()], number, scale)


def _gathered(words: Sequence[dict[str, str]], number: int, scale: float) -> Scanned:
    by_line: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for word in words:
        by_line.setdefault((word["block_num"], word["par_num"], word["line_num"]), []).append(word)
    pieces: list[Piece] = []
    doubtful: list[DoubtfulNumber] = []
    for group in by_line.values():
        numbers = _numbers(group, number)
        doubtful += numbers
        pieces.append(_piece(group, scale, tuple(n.text for n in numbers)))
    pieces = _mended(_evened(pieces))
    sure = [float(word["conf"]) for word in words]
    return Scanned(tuple(pieces), tuple(doubtful), round(sum(sure) / len(sure)) if sure else 0)


def _evened(pieces: Sequence[Piece]) -> list[Piece]:
    """Give lines of about the common height that height: the ink of 一 is lower than that of 国."""
    if not pieces:
        return []
    common = median(piece.size for piece in pieces)
    evened = []
    for piece in pieces:
        near = 0.6 * common < piece.size < 1.5 * common
        middle = (piece.y0 + piece.y1) / 2
        text = piece.text.strip("|｜丨 ")
        if text:
            y0, y1 = (middle - common / 2, middle + common / 2) if near else (piece.y0, piece.y1)
            evened.append(replace(piece, text=text, y0=y0, y1=y1))
    return evened


_LISTED = re.compile(r"^[（(]\s?([一二三四五六七八九十]|[=＝])\s?[)）]")
_COUNTED = re.compile(r"^(\d{1,2})\s?(?:[，,]、?|[.．、])\s*(?=[^\d\s])")


def _mended(pieces: Sequence[Piece]) -> list[Piece]:
    """Restore the numbers that begin a line, where their order leaves no doubt.

    OCR takes 二 and 三 for = and the full stop of 2． for a comma: (=) after （一） is （二）, `2，` after 1． is 2．.
    Only the number at the head is touched, never one in the text.
    """
    mended: list[Piece] = []
    listed = counted = 0
    for piece in sorted(pieces, key=lambda p: p.y0):
        text = piece.text
        if found := _LISTED.match(text):
            known = "一二三四五六七八九十".find(found[1]) + 1
            listed = known or listed + 1
            if not known and listed in (2, 3):
                text = f"（{'一二三'[listed - 1]}）{text[found.end() :]}"
        elif (found := _COUNTED.match(text)) and int(found[1]) in (1, counted + 1):
            counted = int(found[1])
            text = f"{counted}．{text[found.end() :]}"
        mended.append(replace(piece, text=text))
    return mended


def _piece(group: Sequence[dict[str, str]], scale: float, doubtful: tuple[str, ...]) -> Piece:
    text = ""
    for word in group:
        glued = not text or not (text[-1].isascii() and word["text"][0].isascii()) or text[-1].isdigit()
        text += word["text"] if glued else f" {word['text']}"
    left = min(int(w["left"]) for w in group)
    top = min(int(w["top"]) for w in group)
    right = max(int(w["left"]) + int(w["width"]) for w in group)
    bottom = max(int(w["top"]) + int(w["height"]) for w in group)
    return Piece(text, left / scale, top / scale, right / scale, bottom / scale, doubtful)


_GARBLED = re.compile(
    r"(?!(?:[kKMGTP]?(?:[WVBPm]|Wh|Hz|bps|g|flops)|[cmn]m|m[²³23]?|[hstdADxXKkMGTP]|min|dpi|kV|QPS|ppm|pH)(?![A-Za-z]))[A-Za-z]{2,}"
)
"""Letters right after a number that are none of the units it may have."""
_NUMBER = re.compile(r"\d[\d,.，．]*\d|\d")


def _numbers(group: Sequence[dict[str, str]], page: int) -> list[DoubtfulNumber]:
    """Return the numbers of a line whose least sure part falls below SURE.

    A number may be torn over several words: 2.|5 is one number with the confidence of its weaker half. One that runs on
    into letters that are no unit (3FATt for 3万元) lost something there, however sure each letter was.
    """
    text, owner = "", []
    for word in group:
        text += word["text"]
        owner += [float(word["conf"])] * len(word["text"])
    found = []
    for match in _NUMBER.finditer(text):
        confidence = min(owner[match.start() : match.end()])
        if _GARBLED.match(text, match.end()):
            confidence = min(confidence, SURE - 1)
        if confidence < SURE:
            found.append(DoubtfulNumber(text=match[0], confidence=max(0, round(confidence)), page=page))
    return found


def read(data: bytes, *, name: str, limits: Limits) -> Reading:
    """Return what OCR reads in a picture file.

    Raises:
        ReadingError: No OCR is installed, the picture is broken or too large, or holds no text.
    """
    if not available():
        raise ReadingError(name, "图片，未提取文字", REMEDY)
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ReadingError(name, "图片过大", "请缩小到 6000 万像素以内")
            stream = io.BytesIO()
            picture.convert("L").save(stream, format="PNG", compress_level=1)
            dpi = float(picture.info.get("dpi", (0, 0))[0]) or 150.0
            height = picture.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ReadingError(name, "图片损坏或格式不支持", "请另存为 PNG 或 JPEG") from error
    scale = min(max(dpi, 72.0), 600.0) / 72
    found = recognise(stream.getvalue(), 1, scale=scale, seconds=0.8 * limits.seconds)
    if not found.pieces:
        raise ReadingError(name, "图片里没有识别出文字", "请提供更清晰的图片（300 dpi）或文字版")
    lines = layout.lines(found.pieces, page=1)
    drop = layout.running([lines], [height / scale])
    blocks = layout.paragraphs([line for n, line in enumerate(lines) if (0, n) not in drop])
    return Reading(
        kind="image",
        blocks=tuple(blocks),
        pages=1,
        warnings=("图片文字由 OCR 识别，引用前请对照原件",),
        ocr=True,
        ocr_confidence=found.confidence,
        low_confidence_numbers=found.numbers,
    )
