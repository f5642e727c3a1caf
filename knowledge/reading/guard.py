"""What a file may cost and what it must not do: caps, magic bytes, archives without tricks, XML without entities."""

import io
import lzma
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Literal

from knowledge.errors import ReadingError
from knowledge.record import Record

Form = Literal[
    "pdf",
    "docx",
    "ole",
    "xlsx",
    "csv",
    "html",
    "ofd",
    "txt",
    "md",
    "image",
    "rtf",
    "zip",
    "json",
    "odt",
    "ods",
]


class Limits(Record):
    """Caps on one file. What passes them is refused by name, never half read in silence."""

    bytes: int = 100 * 2**20
    pages: int = 2000
    seconds: float = 120
    """Wall clock for one file, OCR included."""
    memory: int = 2 * 2**30
    """Address space of the process that parses."""
    characters: int = 5_000_000
    clauses: int = 50_000
    ocr_pages: int = 40
    """Scanned pages read at most; the rest are named in a warning."""
    unpacked: int = 400 * 2**20
    """Sum of the sizes an archive or an Office file declares."""
    ratio: int = 200
    """Unpacked to packed, for members over 1 MiB."""
    members: int = 5000
    depth: int = 2
    """Archives within archives."""


def too_large(name: str, size: int, limits: Limits) -> None:
    """Check the size of a file.

    Raises:
        ReadingError: It is empty or over the cap.
    """
    if size == 0:
        raise ReadingError(name, "文件是空的（0 字节）", "请重新导出或下载后再上传")
    if size > limits.bytes:
        raise ReadingError(
            name,
            f"文件 {size / 2**20:.0f} MB，超过上限 {limits.bytes / 2**20:.0f} MB",
            "请拆分后再上传",
        )


_DAMAGED = (
    zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError, EOFError, zlib.error, lzma.LZMAError,
)  # fmt: skip

_SUFFIXES: dict[str, Form] = {
    ".csv": "csv", ".tsv": "csv", ".md": "md", ".markdown": "md", ".json": "json",
    ".html": "html", ".htm": "html", ".mht": "html", ".xhtml": "html",
}  # fmt: skip

_UNREADABLE = (
    (b"\x1f\x8b", "gzip 压缩文件", "请解压后再上传"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩文件", "请改用 zip，或解压后上传"),
    (b"Rar!", "rar 压缩文件", "请改用 zip，或解压后上传"),
    (b"MZ", "可执行程序", "请上传文档"),
    (b"\x7fELF", "可执行程序", "请上传文档"),
    (b"BZh", "bzip2 压缩文件", "请解压后再上传"),
    (b"\xfd7zXZ", "xz 压缩文件", "请解压后再上传"),
)
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")
_PROMISES = {
    ".pdf": ("pdf",), ".docx": ("docx",), ".xlsx": ("xlsx",), ".ofd": ("ofd",), ".zip": ("zip",),
    ".doc": ("ole", "rtf", "html", "docx"), ".wps": ("ole", "docx"), ".xls": ("ole", "html", "xlsx", "csv", "txt"),
    ".png": ("image",), ".jpg": ("image",), ".jpeg": ("image",),
}  # fmt: skip
"""What a suffix leads people to expect; anything else is said, not silently taken."""


def sniff(data: bytes, name: str, limits: Limits) -> Form:
    """Return what a file is by its bytes; the suffix only tells kinds of plain text apart.

    Raises:
        ReadingError: It is nothing that can be read, or not what its name promises.
    """
    form = _form(data, name, limits)
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    promised = _PROMISES.get(suffix)
    if form == "ole" and suffix in (".docx", ".xlsx", ".pptx"):
        raise ReadingError(
            name,
            "文件已加密，或是旧版 Office 文档改了扩展名",
            "请去掉密码，或用 WPS/Office 另存为 docx、xlsx 后再上传",
        )
    if promised and form not in promised:
        raise ReadingError(
            name,
            f"类型不符：扩展名是 {suffix}，内容是 {_FORM_NAMES.get(form, form)}",
            "请确认文件没有损坏，改成正确的扩展名后再上传",
        )
    return form


_FORM_NAMES = {
    "txt": "纯文本", "html": "网页", "ole": "旧版 Office 文档", "image": "图片", "zip": "压缩包", "rtf": "RTF 文档",
    "docx": "Word 文档", "xlsx": "Excel 工作簿", "pdf": "PDF", "ofd": "OFD", "odt": "ODF 文档", "ods": "ODF 表格",
    "csv": "表格文本", "md": "Markdown", "json": "JSON",
}  # fmt: skip


def _form(data: bytes, name: str, limits: Limits) -> Form:
    for magic, what, remedy in _UNREADABLE:
        if data.startswith(magic):
            raise ReadingError(name, f"无法读取：{what}", remedy)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_IMAGES) or data[8:12] == b"WEBP":
        return "image"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_form(data, name, limits)
    return _text_form(data, name)


def _text_form(data: bytes, name: str) -> Form:
    head = data[:65536]
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    control = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27))
    if not wide and control > len(head) // 100:
        raise ReadingError(
            name, "类型不明：既不是文本，也不是能识别的文档格式", "请另存为 PDF、docx 或 txt 后再上传"
        )
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    lowered = head.replace(b"\0", b"").lower()
    if suffix in _SUFFIXES and suffix not in {".html", ".htm"}:
        return _SUFFIXES[suffix]
    if suffix in {".html", ".htm"} or re.search(rb"<!doctype html|<html[\s>]|<body[\s>]", lowered[:4096]):
        return "html"
    return "txt"


def open_zip(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """Open an archive after checking its directory: nothing is unpacked before the sums are known.

    Raises:
        ReadingError: It is damaged, encrypted, or would unpack to more than the caps.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        raise ReadingError(name, "文件损坏：压缩结构读不出来", "请重新导出或下载后再上传") from error
    if len(infos) > limits.members:
        raise ReadingError(name, f"含 {len(infos)} 个文件，超过上限 {limits.members} 个", "请拆分后再上传")
    total = sum(info.file_size for info in infos)
    if total > limits.unpacked:
        raise ReadingError(
            name,
            f"解压后 {total / 2**20:.0f} MB，超过上限 {limits.unpacked / 2**20:.0f} MB",
            "请拆分后再上传；来历不明的文件请勿打开",
        )
    for info in infos:
        if info.file_size > 2**20 and info.file_size > limits.ratio * max(1, info.compress_size):
            raise ReadingError(
                name,
                f"压缩比超过上限 {limits.ratio}（疑似压缩炸弹）",
                "来历不明的文件请勿打开；确需使用请重新导出",
            )
    return archive


def read_member(archive: zipfile.ZipFile, member: str | zipfile.ZipInfo, name: str) -> bytes:
    """Return one member of a checked archive.

    Raises:
        ReadingError: It is missing, encrypted or damaged.
    """
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        if info.flag_bits & 1:
            raise ReadingError(name, "文件已加密", "请去掉密码后再上传")
        with archive.open(info) as stream:
            return stream.read(info.file_size)
    except KeyError as error:
        raise ReadingError(name, "文件损坏：缺少正文部分", "请重新导出或下载后再上传") from error
    except _DAMAGED as error:
        raise ReadingError(name, "文件损坏：压缩内容读不出来", "请重新导出或下载后再上传") from error


def _zip_form(data: bytes, name: str, limits: Limits) -> Form:
    archive = open_zip(data, name, limits)
    names = set(archive.namelist())
    if "OFD.xml" in names:
        return "ofd"
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "[Content_Types].xml" in names:
        suffix = PurePosixPath(name).suffix.lower()
        what = "演示文稿" if any(member.startswith("ppt/") for member in names) else "Office 文件"
        if what == "演示文稿":
            raise ReadingError(name, "暂不支持演示文稿", "请另存为 PDF 后再上传")
        raise ReadingError(
            name,
            f"文件损坏：{what}（{suffix or '无扩展名'}）缺少正文部分",
            "请用 Office 或 WPS 重新保存后再上传",
        )
    if "mimetype" in names:
        kind = read_member(archive, "mimetype", name)
        if b"opendocument.text" in kind:
            return "odt"
        if b"opendocument.spreadsheet" in kind:
            return "ods"
    return "zip"


_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def safe_xml(data: bytes, name: str) -> bytes:
    """Return an XML part of an Office or OFD file if it declares no entities.

    Such parts never need a DOCTYPE: one that has it wants to read files of this machine or to blow up.

    Raises:
        ReadingError: It declares a document type or an entity.
    """
    probe = data.replace(b"\0", b"") if b"\0" in data[:256] else data
    if _DECLARATION.search(probe):
        raise ReadingError(
            name, "文件内含实体声明（DOCTYPE/ENTITY），已拒绝读取", "请用 Office 或 WPS 重新保存后再上传"
        )
    return data
