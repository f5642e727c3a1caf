"""Words that every written form of a report shares: list marks, source lines, clean text."""

import re

from assistant.schema import Citation

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BULLET = "• "


def bare(text: str) -> str:
    """Return text without control, zero-width and direction characters, and without lone surrogates."""
    return _CONTROL.sub("", text).encode("utf-8", "ignore").decode("utf-8")


def item(text: str) -> str:
    """Return a paragraph marked as a list item."""
    return _BULLET + text


def bullet(text: str) -> str | None:
    """Return the words of a list item, or None for any other paragraph."""
    return text[len(_BULLET) :] if text.startswith(_BULLET) else None


def source_line(source: Citation) -> str:
    """Return a source as people read it: title, number, place, worth on the day, how sure, what was read, address."""
    place = source.locator if source.numbered or not source.locator else f"“{source.locator}”部分"
    number = f"（{source.doc_number}）" if source.doc_number else ""
    kind = {"digest": "要点为归纳", "original": "原文"}[source.text_kind]
    worth = f"{source.status.label}（{source.status_basis}）" if source.status_basis else source.status.label
    parts = [f"{source.title}{number}", place, worth, source.certainty.label, kind]
    line = "，".join(part for part in parts if part)
    return f"{line}。{source.url}" if source.url else f"{line}。网址未取得"
