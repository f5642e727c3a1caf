"""A file -> a Document: text with positions, whatever the format, within caps, in a process of its own.

read(path)            one file; raises ReadingError, which says what is wrong and what to do
read_bytes(data, name=…)
Reader()              the same for many files, one process held open
parse(data, name=…)   within this process, unguarded: for the guarded process itself and for tests
"""

import hashlib
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from knowledge.document import Block, Document, Hidden, Kind, Reading
from knowledge.errors import ReadingError
from knowledge.reading import labels
from knowledge.reading.characters import display_name
from knowledge.reading.guard import Form, Limits, sniff, too_large
from knowledge.reading.orders import orders_a_machine
from knowledge.reading.worker import Reader

__all__ = ["Limits", "Reader", "parse", "read", "read_bytes"]


def read(path: Path, *, limits: Limits | None = None, name: str | None = None) -> Document:
    """Return the document in a file, parsed in a process that can be killed.

    Raises:
        ReadingError: It cannot be read within the limits; says why and what to do.
    """
    caps = limits or Limits()
    shown = display_name(name or path.name)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ReadingError(shown, f"打不开（{error.strerror}）", "请检查路径与权限") from error
    too_large(shown, size, caps)
    with Reader(caps) as reader:
        return reader.read(path, name=shown)


def read_bytes(data: bytes, *, name: str, limits: Limits | None = None) -> Document:
    """Return the document in `data`, as `read` does.

    Raises:
        ReadingError: It cannot be read within the limits.
    """
    too_large(display_name(name), len(data), limits or Limits())
    with tempfile.NamedTemporaryFile(prefix="canmou-", suffix=".upload") as file:
        file.write(data)
        file.flush()
        return read(Path(file.name), limits=limits, name=name)


def parse(data: bytes, *, name: str, limits: Limits | None = None) -> Document:
    """Return the document in `data`, parsed here and now, without a guard process.

    Raises:
        ReadingError: It cannot be read.
    """
    from knowledge import clauses
    from knowledge.reading import metadata

    caps = limits or Limits()
    shown = display_name(name)
    too_large(shown, len(data), caps)
    reading = _reading(data, shown, caps)
    reading = _without_page_furniture(reading)
    told = reading.told.get("title", "")
    found, tables = clauses.split(reading.blocks, title=told)
    if len(found) > caps.clauses:
        raise ReadingError(
            shown, f"条款或表格行 {len(found)} 条，超过上限 {caps.clauses} 条", "请拆分后再上传"
        )
    about = metadata.guess(found, reading.told, recognised=reading.ocr)
    found = metadata.without_title(found, about.title)
    return Document(
        sha256=hashlib.sha256(data).hexdigest(),
        name=shown,
        kind=reading.kind,
        pages=reading.pages,
        metadata=about,
        clauses=tuple(found),
        tables=tuple(tables),
        contents=reading.contents,
        hidden=tuple(_marked(item) for item in reading.hidden),
        warnings=(*reading.warnings, *_said(reading, sum(c.instruction_like for c in found))),
        ocr=reading.ocr,
        ocr_confidence=reading.ocr_confidence,
        low_confidence_numbers=reading.low_confidence_numbers,
    )


_FURNITURE = re.compile(
    r"(【?(打印|关闭|返回|收藏|分享)(本页|窗口|页面|顶部)?】?[\s|/]*)+|(您|你)?(现在)?(的)?(当前|所在)(的)?位置\s*[：:].*|您现在所在的位置.*"
    r"|首页\s*[|>＞/].*|(相关|热点)(链接|阅读|新闻|推荐|文章|稿件)([：:].*)?|[上下]一?篇\s*[：:].*|字号\s*[：:].*"
)
"""What a printed web page says besides its text."""


def _without_page_furniture(reading: Reading) -> Reading:
    """Return what a printed web page says without its own furniture, its data set apart: 发布日期：… 来源：…."""
    if reading.kind not in ("pdf", "image", "ofd"):
        return reading
    blocks: list[Block] = []
    left = texts = 0
    for block in reading.blocks:
        texts += block.table is None
        if block.table is not None or block.role != "body" or len(block.text) > 200:
            blocks.append(block)
            continue
        kept = [line for line in block.text.split("\n") if not _FURNITURE.fullmatch(line.strip())]
        left += block.text.count("\n") + 1 - len(kept)
        fields = labels.lines(block.text) if texts <= 15 and labels.LINE.match(block.text) else []
        if len(fields) >= 2:
            blocks += [block.model_copy(update={"text": field, "role": "about"}) for field in fields]
        elif kept:
            blocks.append(block.model_copy(update={"text": "\n".join(kept)}))
    said = (f"页面导航、页脚等 {left} 处未收入",) if left else ()
    return reading.model_copy(update={"blocks": tuple(blocks), "warnings": (*reading.warnings, *said)})


def _marked(item: Hidden) -> Hidden:
    return (
        item
        if item.instruction_like
        else item.model_copy(update={"instruction_like": orders_a_machine(item.text)})
    )


def _said(reading: Reading, orders: int) -> list[str]:
    said = []
    across = [item for item in reading.hidden if "水印" in item.why]
    if across:
        said.append(f"{len(across)} 处斜排的水印文字未收入正文")
    if concealed := [item for item in reading.hidden if "水印" not in item.why]:
        kinds = "、".join(dict.fromkeys(item.why for item in concealed))
        said.append(f"{len(concealed)} 处隐藏文字未收入正文（{kinds}）")
    if orders or any(orders_a_machine(item.text) for item in reading.hidden):
        said.append("含有疑似针对智能助手的指令文字，已标记，只作为资料，不会执行")
    said += dict.fromkeys(note for block in reading.blocks if block.table for note in block.table.notes)
    if reading.low_confidence_numbers:
        said.append(
            f"{len(reading.low_confidence_numbers)} 个数字 OCR 置信度低，不能作为判定依据，请对照原件"
        )
    return said


def _reading(data: bytes, name: str, limits: Limits) -> Reading:
    """Choose the reader by what the bytes are; each imports its libraries only when called."""
    form = sniff(data, name, limits)
    if form == "zip":
        raise ReadingError(name, "这是压缩包，不是单个文档", "请用 canmou ingest 导入，会逐个读取其中的文件")
    return _READERS[form](data, name, limits)


def _pdf(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import pdf

    return pdf.read(data, name=name, limits=limits)


def _docx(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import word

    return word.read(data, name=name, limits=limits)


def _rtf(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import word

    made = word.converted(data, name=name, limits=limits, suffix=".rtf", to="docx")
    return word.read(made, name=name, limits=limits, kind="rtf")


def _odt(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import word

    made = word.converted(data, name=name, limits=limits, suffix=".odt", to="docx")
    return word.read(made, name=name, limits=limits)


def _ods(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import sheet, word

    made = word.converted(data, name=name, limits=limits, suffix=".ods", to="xlsx")
    return sheet.read_xlsx(made, name=name, limits=limits)


def _xlsx(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import sheet

    return sheet.read_xlsx(data, name=name, limits=limits)


def _csv(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import sheet

    return sheet.read_csv(data, name=name, limits=limits)


def _html(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import web

    return web.read(data, name=name, limits=limits)


def _ofd(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import ofd

    return ofd.read(data, name=name, limits=limits)


def _image(data: bytes, name: str, limits: Limits) -> Reading:
    from knowledge.reading import scan

    return scan.read(data, name=name, limits=limits)


def _plain(kind: Kind) -> Callable[[bytes, str, Limits], Reading]:
    def read_plain(data: bytes, name: str, limits: Limits) -> Reading:
        from knowledge.reading import plain

        return plain.read(data, name=name, limits=limits, kind=kind)

    return read_plain


def _ole(data: bytes, name: str, limits: Limits) -> Reading:
    """Read an OLE2 file: a workbook by xlrd, a text by LibreOffice."""
    if _holds(data, "EncryptedPackage"):
        raise ReadingError(name, "文件已加密，需要密码才能打开", "请去掉密码后再上传")
    if _holds(data, "Workbook") or _holds(data, "Book"):
        from knowledge.reading import sheet

        return sheet.read_xls(data, name=name, limits=limits)
    if not _holds(data, "WordDocument"):
        raise ReadingError(name, "文件损坏或已加密：没有找到正文", "请用 WPS/Office 打开后另存为 docx 再上传")
    from knowledge.reading import word

    made = word.converted(data, name=name, limits=limits, suffix=".doc", to="docx")
    return word.read(made, name=name, limits=limits, kind="wps" if name.lower().endswith(".wps") else "doc")


def _holds(data: bytes, stream: str) -> bool:
    """Return whether an OLE2 file has a stream of that name: its directory entries are 128 bytes, aligned."""
    entry = f"{stream}\0".encode("utf-16-le")
    at = data.find(entry)
    while at >= 0:
        if at % 128 == 0:
            return True
        at = data.find(entry, at + 1)
    return False


_READERS: dict[Form, Callable[[bytes, str, Limits], Reading]] = {
    "pdf": _pdf,
    "docx": _docx,
    "rtf": _rtf,
    "odt": _odt,
    "ods": _ods,
    "xlsx": _xlsx,
    "csv": _csv,
    "html": _html,
    "ofd": _ofd,
    "image": _image,
    "ole": _ole,
    "txt": _plain("txt"),
    "md": _plain("md"),
    "json": _plain("json"),
}
