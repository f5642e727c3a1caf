"""Rows of a workbook or a text table that somebody hands in, read within bounds."""

from collections.abc import Sequence
from pathlib import Path

from knowledge.errors import InputError

MOST_ROWS = 5000
MOST_BYTES = 20_000_000
MOST_UNPACKED = 200_000_000
_SEPARATORS = (",", "\t", ";", "，")


def check_size(path: Path) -> None:
    """Refuse a file too large to be a list or an answer sheet.

    Raises:
        InputError: It is not there, or too large.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(str(path), "打不开", "请核对文件名") from error
    if size > MOST_BYTES:
        raise InputError(path.name, f"文件有 {size / 2**20:.0f} MB，过大", "请拆成几份")


def read_workbook(path: Path, sheet: str = "") -> list[Sequence[object]]:
    """Return the rows of the named sheet of an .xlsx, of its first one where there is none of that name.

    Raises:
        InputError: It is not there, is no workbook, or is too large.
    """
    from zipfile import BadZipFile, ZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    check_size(path)
    rows: list[Sequence[object]] = []
    try:
        with ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise InputError(path.name, "解压后过大", "请拆成几份")
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            wanted = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
            wanted.reset_dimensions()
            for row in wanted.iter_rows(values_only=True, max_col=600):
                rows.append(row)
                if len(rows) > MOST_ROWS:
                    raise InputError(path.name, f"超过 {MOST_ROWS} 行", "请拆成几份")
        finally:
            book.close()
    except (
        OSError,
        BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
        EOFError,
        SyntaxError,
    ) as error:
        raise InputError(path.name, "不是可读的 Excel 工作簿", "请另存为 .xlsx") from error
    return rows


def read_text(path: Path) -> str:
    """Return the text of a file in the encodings people save.

    Raises:
        InputError: It is not there, too large, or no text.
    """
    check_size(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), "打不开", "请核对文件名") from error
    # Notepad's "Unicode" carries a mark; anything may pass as UTF-16.
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(path.name, "不是文本文件", "请另存为 UTF-8 文本")


def split_rows(name: str, text: str) -> list[list[str]]:
    """Return the rows of a text table; what separates its columns is told by its first line.

    Raises:
        InputError: It is no table.
    """
    import csv
    import io

    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        return [
            row
            for row, _ in zip(
                csv.reader(io.StringIO(text), delimiter=separator), range(MOST_ROWS + 1), strict=False
            )
        ]
    except csv.Error as error:
        raise InputError(name, "不是可读的表格", "请另存为 UTF-8 的 .csv") from error
