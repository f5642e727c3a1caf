"""Reading against the raw libraries, in one run: pages per second, peak memory, gold facts found with numbers whole.

    python -m evals.bench_reading FOLDER

FOLDER holds index.yaml as `evals.reading` reads it. Each reader of each kind of file runs in a fresh process, reads
one file to load its library, then every file of that kind against the clock; its peak memory is its own. Formats without pages count
1,500 characters as one. A raw library gives text without clauses: its facts are looked for in the whole text.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.reading import GoldFact, gold_facts, numbers_whole
from knowledge.reading import parse
from knowledge.reading.characters import bare

PAGE = 1500
"""Characters that count as a page where a format has none."""


def _ours(path: Path) -> tuple[str, int]:
    document = parse(path.read_bytes(), name=path.name)
    return document.text, document.pages or 0


def _pypdf(path: Path) -> tuple[str, int]:
    import pypdf

    pages = pypdf.PdfReader(path).pages
    return "\n".join(page.extract_text() for page in pages), len(pages)


def _pdfplumber(path: Path) -> tuple[str, int]:
    import pdfplumber

    said = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            said.append(page.extract_text() or "")
            said += [cell or "" for table in page.extract_tables() for row in table for cell in row]
        return "\n".join(said), len(document.pages)


def _tesseract(path: Path) -> tuple[str, int]:
    import io

    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    said = []
    for page in document:
        stream = io.BytesIO()
        page.render(scale=300 / 72, grayscale=True).to_pil().save(stream, format="PNG", compress_level=1)
        command = ["tesseract", "stdin", "stdout", "-l", "chi_sim+eng"]
        said.append(
            subprocess.run(command, input=stream.getvalue(), capture_output=True, check=False).stdout.decode()
        )
    return "\n".join(said), len(document)


def _python_docx(path: Path) -> tuple[str, int]:
    import docx

    document = docx.Document(str(path))
    said = [paragraph.text for paragraph in document.paragraphs]
    said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(said), 0


def _lxml(path: Path) -> tuple[str, int]:
    from lxml import html

    return "".join(str(piece) for piece in html.fromstring(path.read_bytes()).itertext()), 0


RAW: dict[str, tuple[tuple[str, Callable[[Path], tuple[str, int]]], ...]] = {
    "pdf": (("ours", _ours), ("pypdf", _pypdf), ("pdfplumber", _pdfplumber)),
    "pdf（扫描）": (("ours", _ours), ("tesseract", _tesseract)),
    "docx": (("ours", _ours), ("python-docx", _python_docx)),
    "html": (("ours", _ours), ("lxml", _lxml)),
    "ofd": (("ours", _ours),),
    "wps": (("ours", _ours),),
}
"""Kind of file -> the readers compared; ofd and wps have no other reader here."""


def run(folder: Path) -> dict[str, Any]:
    """Return kind -> reader -> pages_s, peak_mb, pages, found, whole, facts; every reader of every kind in turn."""
    table: dict[str, dict[str, Any]] = {}
    for kind, readers in RAW.items():
        for name, _ in readers:
            done = subprocess.run(
                [sys.executable, "-m", "evals.bench_reading", str(folder), kind, name],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0 and done.stdout.strip():
                table.setdefault(kind, {})[name] = json.loads(done.stdout)
            else:
                table.setdefault(kind, {})[name] = {"failed": done.stderr.strip().splitlines()[-1:]}
    return {"task": "bench_reading", "readers": table}


def _one(folder: Path, kind: str, name: str) -> dict[str, Any]:
    """Measure one reader on all files of one kind, in this process."""
    reader = dict(RAW[kind])[name]
    chosen = [(file, facts) for file, facts in gold_facts(folder).items() if _kind(file, facts) == kind]
    if not chosen:
        return {"files": 0}
    smallest = min((folder / file for file, _ in chosen), key=lambda path: path.stat().st_size)
    reader(smallest)  # the library is loaded before the clock starts
    before = _peak()
    started = time.perf_counter()
    texts = {}
    pages = 0.0
    for file, _ in chosen:
        texts[file], known = reader(folder / file)
        pages += known or len(texts[file]) / PAGE
    seconds = time.perf_counter() - started
    found, whole, facts = _facts_in(texts, chosen)
    return {
        "files": len(chosen),
        "pages": round(pages, 1),
        "pages_s": round(pages / seconds, 2),
        "peak_mb": _peak(),
        "start_mb": before,
        "facts": facts,
        "found": found,
        "whole": whole,
    }


def _kind(file: str, facts: Sequence[GoldFact]) -> str:
    return facts[0].kind if facts else Path(file).suffix.lower().lstrip(".")


def _facts_in(
    texts: dict[str, str], chosen: Sequence[tuple[str, Sequence[GoldFact]]]
) -> tuple[int, int, int]:
    """Return how many quotes stand in the text of their file, with numbers whole, of how many."""
    found = whole = total = 0
    for file, facts in chosen:
        for fact in facts:
            total += 1
            if not fact.exact:
                both = numbers_whole(fact.quote, texts[file])
                found, whole = found + both, whole + both
            elif bare(fact.quote) in bare(texts[file]):
                found += 1
                whole += numbers_whole(fact.quote, _around(texts[file], fact.quote))
    return found, whole, total


def _around(text: str, quote: str) -> str:
    """Return the stretch of a text, as it stands, that holds a quote: spaces and breaks kept."""
    places = [n for n, char in enumerate(text) if bare(char)]
    plain = "".join(bare(text[n])[:1] for n in places)
    at = plain.find(bare(quote))
    return text[places[at] : places[min(at + len(bare(quote)), len(places)) - 1] + 1] if at >= 0 else ""


def _peak() -> int:
    """Return the peak memory of this process and of those it waited for, in MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def _print(result: dict[str, Any]) -> None:
    sys.stdout.write(
        f"{'kind':12}{'reader':14}{'pages':>8}{'pages/s':>10}{'peak MB':>9}{'facts':>7}{'found':>7}{'whole':>7}\n"
    )
    for kind, readers in result["readers"].items():
        for name, row in readers.items():
            cells = [row.get(key, "-") for key in ("pages", "pages_s", "peak_mb", "facts", "found", "whole")]
            widths = (8, 10, 9, 7, 7, 7)
            said = "".join(f"{cell!s:>{width}}" for cell, width in zip(cells, widths, strict=True))
            sys.stdout.write(f"{kind:12}{name:14}{said}{row.get('failed', '')}\n")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        json.dump(_one(Path(sys.argv[1]), sys.argv[2], sys.argv[3]), sys.stdout)
    else:
        _print(run(Path(sys.argv[1])))
