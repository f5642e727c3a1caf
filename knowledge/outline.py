"""Outline: the sections, inputs, tables and attachments a deliverable must have."""

from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Record


class SectionPlan(Record):
    """One section a deliverable must have."""

    title: str
    basis: Literal["official", "derived"]
    """official: an official document names it; derived: needed to meet what one asks for."""
    content: str = ""
    inputs: tuple[str, ...] = ()
    """What must be at hand to write it."""
    tables: tuple[str, ...] = ()
    """Tables and pictures it should show."""
    evidence: tuple[str, ...] = ()
    """What to attach as proof."""
    source: tuple[str, ...] = ()
    """Where it is asked for: `policy-id locator`, or an id alone."""


class Outline(Record):
    """A deliverable as official documents and practice ask for it."""

    kind: str
    name: str
    as_of: date
    named_by: tuple[str, ...] = ()
    """Where official documents name it: `policy-id locator`."""
    writer: str = ""
    reader: tuple[str, ...] = ()
    trigger: str = ""
    """When it is written."""
    standard_rule: str = ""
    """The official wording on how it is to be done."""
    official_requirements: tuple[str, ...] = ()
    sections: tuple[SectionPlan, ...]
    acceptance_checks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def load_outlines(data_dir: Path = DATA) -> dict[str, Outline]:
    """Return outline kind -> outline, from `outlines/*.yaml`; the file name is the kind.

    Raises:
        KnowledgeError: A file does not fit.
    """
    files = sorted((data_dir / "outlines").glob("*.yaml"))
    read = [parse(Outline, {"kind": path.stem, **read_yaml(path)}, file=path.name) for path in files]
    return {outline.kind: outline for outline in read}
