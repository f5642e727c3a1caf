"""A report as a file: the ending of the name says which."""

from collections.abc import Callable
from pathlib import Path

from assistant.schema import Report
from knowledge.errors import InputError

Write = Callable[[Report, Path], None]


def writer_for(path: Path) -> Write:
    """Return what writes a report to a file of that name. Asked first, so that a wrong name costs no work.

    Raises:
        InputError: The ending is not .docx, .md or .json, or the folder is not there.
    """
    if not path.resolve().parent.is_dir():
        raise InputError(str(path), "所在的文件夹不存在", "请先建立文件夹，或换一个位置")
    writers: dict[str, Write] = {".docx": _word, ".md": _markdown, ".json": _json}
    if path.suffix.lower() not in writers:
        raise InputError(
            str(path), f"不支持的文件类型 {path.suffix or '（没有扩展名）'}", "请用 .docx、.md 或 .json"
        )
    return writers[path.suffix.lower()]


def _word(report: Report, path: Path) -> None:
    from assistant.documents.word import write_word

    write_word(report, path)


def _markdown(report: Report, path: Path) -> None:
    from assistant.documents.markdown import write_markdown

    write_markdown(report, path)


def _json(report: Report, path: Path) -> None:
    path.write_text(report.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
