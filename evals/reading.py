"""How well documents are read: is each gold fact in one clause, with its locator and page, its numbers intact?

    index.yaml: documents: [{file, kind, facts: [{q, a, quote?, where?, pdf_page?}]}]

A fact with a quote is found when one clause holds the quote, white space and the width of punctuation aside.
One without a quote (OCR, unanswerable) is held to the numbers of its answer, where it has any.
"""

import re
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from knowledge.document import Document, ReadClause
from knowledge.errors import ReadingError
from knowledge.files import read_yaml
from knowledge.reading import Reader, archive
from knowledge.reading.characters import bare
from knowledge.reading.guard import Limits
from knowledge.record import Record

_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


class GoldFact(Record):
    """A fact and where it stands."""

    file: str
    kind: str
    """Suffix of the file, the row of the table that is printed."""
    question: str
    quote: str
    where: str = ""
    page: int | None = None
    exact: bool = True
    """False: only the numbers of the answer are looked for."""


class FactFound(Record):
    """What became of one fact."""

    fact: GoldFact
    locator: str | None = None
    page: int | None = None
    page_right: bool | None = None
    """None where no page is known or told."""
    numbers_right: bool = False
    where_right: bool | None = None
    """The locator or its heading names the place told; None where the place told has no number."""
    doubtful: tuple[str, ...] = ()
    error: str = ""


def run(folder: Path, *, kinds: set[str] | None = None) -> dict[str, Any]:
    """Return metrics over a folder with an `index.yaml`, and every fact that was missed.

    Args:
        folder: Holds index.yaml and the files it names.
        kinds: Only facts of these kinds of file (pdf, pdf（扫描）, html…); None is all.

    Raises:
        KnowledgeError: The index cannot be read.
    """
    started = time.monotonic()
    found: list[FactFound] = []
    failed: dict[str, str] = {}
    pages = clauses = 0
    with Reader() as reader:
        for name, facts in gold_facts(folder).items():
            if kinds is not None and not any(fact.kind in kinds for fact in facts):
                continue
            try:
                documents = list(_read(reader, folder / name))
            except ReadingError as error:
                failed[name] = error.hint
                found += [FactFound(fact=fact, error=error.what) for fact in facts]
                continue
            pages += sum(document.pages or 0 for document in documents)
            clauses += sum(len(document.clauses) for document in documents)
            found += [_look(fact, documents) for fact in facts]
    return {
        "task": "reading",
        "n": len(found),
        "metrics": _metrics(found),
        "by_type": {kind: _metrics([f for f in found if f.fact.kind == kind]) for kind in _kinds(found)},
        "pages": pages,
        "clauses": clauses,
        "seconds": round(time.monotonic() - started, 1),
        "failed": failed,
        "failures": [
            _told(f) for f in found if not f.locator or not f.numbers_right or f.page_right is False
        ],
        "places": [_told(f) for f in found],
    }


def gold_facts(folder: Path) -> dict[str, list[GoldFact]]:
    """Return file -> its facts that can be looked for, as `index.yaml` in the folder tells them.

    Raises:
        KnowledgeError: The index cannot be read.
    """
    documents: Iterable[dict[str, Any]] = read_yaml(folder / "index.yaml")["documents"]
    facts: dict[str, list[GoldFact]] = {}
    for document in documents:
        kept = facts.setdefault(str(document["file"]), [])
        suffix = Path(document["file"]).suffix.lower().lstrip(".")
        scanned = "scan" in str(document.get("kind", ""))
        for fact in document.get("facts") or ():
            answer = str(fact.get("a", ""))
            if fact.get("kind") == "unanswerable" or not (fact.get("quote") or _NUMBER.search(answer)):
                continue
            kept.append(
                GoldFact(
                    file=str(document["file"]),
                    kind="pdf（扫描）" if scanned else suffix,
                    question=str(fact["q"]),
                    quote=str(fact.get("quote") or answer),
                    where=str(fact.get("where", "")),
                    page=fact.get("pdf_page"),
                    exact=bool(fact.get("quote")),
                )
            )
    return facts


def _read(reader: Reader, path: Path) -> Iterable[Document]:
    """Give the documents in a file: one, or those of an archive; a member that fails is left out.

    Raises:
        ReadingError: The file itself cannot be read.
    """
    if path.suffix.lower() != ".zip":
        yield reader.read(path)
        return
    for member in archive.members(path.read_bytes(), name=path.name, limits=Limits()):
        with tempfile.NamedTemporaryFile(suffix=".member") as file:
            file.write(member.data)
            file.flush()
            try:
                yield reader.read(Path(file.name), name=member.name)
            except ReadingError:
                continue


def _look(fact: GoldFact, documents: Sequence[Document]) -> FactFound:
    """Return the clause that holds a fact: on the page told, if several do; the shortest among those."""
    holding = [clause for document in documents for clause in document.clauses if _holds(clause, fact)]
    if not holding:
        return FactFound(fact=fact)
    on_page = [clause for clause in holding if _on_page(clause, fact)]
    best = min(on_page or holding, key=lambda clause: len(clause.text))
    return FactFound(
        fact=fact,
        locator=best.locator,
        page=best.page,
        page_right=None if fact.page is None or best.page is None else _on_page(best, fact),
        numbers_right=numbers_whole(fact.quote, best.text),
        where_right=_where(fact.where, best),
        doubtful=best.doubtful,
    )


def _holds(clause: ReadClause, fact: GoldFact) -> bool:
    text = bare(clause.text)
    if fact.exact:
        return bare(fact.quote) in text
    return all(number in _NUMBER.findall(text) for number in _NUMBER.findall(bare(fact.quote)))


def _on_page(clause: ReadClause, fact: GoldFact) -> bool:
    return (
        clause.page is not None
        and fact.page is not None
        and clause.page <= fact.page <= (clause.page_to or clause.page)
    )


def numbers_whole(quote: str, text: str) -> bool:
    """Return whether each number of a quote stands whole in a text as it is shown, not torn by a space.

    A number of the quote must not be a piece of a longer one: 30 is not in 5300.
    """
    shown = _NUMBER.findall(text)
    return all(number in shown for number in _NUMBER.findall(bare(quote)))


_PLACE = re.compile(
    r"第[一二三四五六七八九十百零〇]+条|(?<![\d第])[一二三四五六七八九十]{1,3}(?=[（、])|（[一二三四五六七八九十]+）|附件清单|序号\d+"
)


def _where(told: str, clause: ReadClause) -> bool | None:
    """Return whether a clause stands where the fact is told to; None where nothing told can be compared."""
    marks = _PLACE.findall(told)
    if question := re.search(r"问题([一二三四五六七八九十]+)", told):
        marks = [question[1]]
    if not marks:
        return None
    place = f"{clause.heading} {clause.locator} {clause.text if '序号' in told else ''}".replace(
        "序号：", "序号"
    )
    return all(mark in place for mark in marks)


def _kinds(found: Sequence[FactFound]) -> list[str]:
    return list(dict.fromkeys(f.fact.kind for f in found))


def _metrics(found: Sequence[FactFound]) -> dict[str, dict[str, float | int]]:
    held = [f for f in found if f.locator]
    paged = [f for f in held if f.page_right is not None]
    placed = [f for f in held if f.where_right is not None]
    return {
        "recall": _share(len(held), len(found)),
        "numbers_intact": _share(sum(f.numbers_right for f in held), len(held)),
        "page_right": _share(sum(bool(f.page_right) for f in paged), len(paged)),
        "locator_right": _share(sum(bool(f.where_right) for f in placed), len(placed)),
    }


def _share(part: int, whole: int) -> dict[str, float | int]:
    """Return a share with its 95 % Wilson interval; nothing but n where there is nothing to share."""
    if whole == 0:
        return {"n": 0}
    z = 1.96
    value = part / whole
    centre = (value + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * ((value * (1 - value) + z * z / (4 * whole)) / whole) ** 0.5 / (1 + z * z / whole)
    return {"value": value, "n": whole, "ci_low": max(0.0, centre - half), "ci_high": min(1.0, centre + half)}


def _told(found: FactFound) -> dict[str, Any]:
    return {
        "file": found.fact.file,
        "question": found.fact.question,
        "quote": found.fact.quote,
        "where": found.fact.where,
        "gold_page": found.fact.page,
        "locator": found.locator,
        "page": found.page,
        "numbers_right": found.numbers_right,
        "where_right": found.where_right,
        "error": found.error,
    }
