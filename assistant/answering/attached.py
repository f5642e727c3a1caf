"""Questions about an attachment of the asker's own file: what it is, and whether it came with the file at all."""

import re
from collections.abc import Sequence

from assistant.answering.evidence import Evidence, Piece, uploads_about
from assistant.answering.question import Asked
from assistant.answering.writing import Writer, add_cautions, short_title
from assistant.desk import Desk
from assistant.numbers import chinese_number
from assistant.schema import Answer
from knowledge.record import Record

_ASKED = re.compile(r"附件\s*(?P<no>\d{1,2}|[一二三四五六七八九十]{1,2})(?P<rest>.*)$")
_WHAT = re.compile(r"^(?:是|叫|指|为|名)?(?:的)?(?:是|叫)?(?:什么|啥|哪个|哪份|名称|名字|标题)")


class Listed(Record):
    """An attachment that a file lists."""

    model_config = {**Record.model_config, "arbitrary_types_allowed": True}

    number: str
    """As the question writes it."""
    line: str
    """As the file lists it, verbatim."""
    piece: Piece
    enclosed: bool
    """Its text came with the file."""
    named: bool
    """The question asks only what it is."""


def read_attached(asked: Asked, desk: Desk, evidence: Evidence) -> Listed | None:
    """Return the attachment a question asks for where one of the asker's own files lists it; else None."""
    match = _ASKED.search(asked.text)
    if match is None or asked.documents or asked.titles or asked.place_given:
        return None
    number = int(match["no"]) if match["no"].isdigit() else int(chinese_number(match["no"]))
    pieces = uploads_about(f"附件{number} 附件清单 {asked.text}", asked, desk, evidence)
    for piece in pieces:
        line = _line(piece.passage.text, number)
        if line is None or not piece.passage.locator.rpartition(" ")[2].startswith("附"):
            continue
        named = bool(_WHAT.match(match["rest"].strip()))
        enclosed = _enclosed(pieces, piece, number)
        return None if enclosed and not named else Listed(
            number=match["no"], line=line, piece=piece, enclosed=enclosed, named=named
        )  # fmt: skip
    return None


def _line(text: str, number: int) -> str | None:
    """Return the line of a list of attachments that has this number."""
    for line in text.split("\n"):
        told = line.strip()
        if re.match(rf"(?:附件\s*)?[:：]?\s*(?:附件\s*)?{number}\s*[.．、:：]\s*\S", told):
            return told
    return None


def _enclosed(pieces: Sequence[Piece], listed: Piece, number: int) -> bool:
    return any(
        p.passage.source_id == listed.passage.source_id
        and re.match(rf"附件{number}(?!\d)", p.passage.locator)
        and p.passage.id != listed.passage.id
        for p in pieces
    )


def write_attached(asked: Asked, writer: Writer, listed: Listed) -> Answer:
    """Say what the attachment is, or that the file only lists it."""
    add_cautions(asked, writer, listed.piece)
    n = writer.cite(listed.piece, listed.line)
    title = short_title(listed.piece.passage.title)
    writer.lines.append(f"据《{title}》：")
    writer.lines.append(f"- {listed.line}[{n}]")
    if listed.named:
        if not listed.enclosed:
            writer.lines.append("文件只列出了它的名称，没有附上内容。")
        return writer.finish()
    return writer.refuse(
        f"文件只列出附件{listed.number}的名称，没有附上它的内容，不作推断。", "请上传该附件后再问。"
    )
