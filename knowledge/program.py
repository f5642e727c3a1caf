"""Program: who may apply for what, as dated, sourced conditions; the code that judges them knows no number.

Program            a title, a database entry or a pilot
├── Selection      which standard a filing falls under: filing day, new or review, batch, region
├── Standard       one document's conditions: a tree of Criterion
├── Overlay        what one year's notice or one province adds or waives
└── Window         when applications were or are taken
shared: general conditions, PointTable, Formula, Document, SizeRow, CheckRule
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, StrictBool, model_validator

from knowledge.enterprise import facts
from knowledge.errors import KnowledgeError
from knowledge.files import parse, read_yaml
from knowledge.record import Number, Record
from knowledge.source import Certainty, ClauseRef, Source

Application = Literal["new", "review"]
Op = Literal[">=", ">", "<=", "<", "==", "!=", "in"]
Bound = StrictBool | Number | tuple[str, ...] | str


class Document(Record):
    """A document whose clauses the conditions rest on."""

    id: str
    title: str
    number: str | None = None
    """文号; None is not known."""
    issuers: tuple[str, ...] = ()
    region: str = "全国"
    issued: date | None = None
    in_force_from: date | None = None
    repealed_on: date | None = None
    repealed_note: str = ""
    """What was repealed and what goes on, in words."""
    superseded_by: str | None = None
    urls: tuple[str, ...] = ()
    certainty: Certainty
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


class Test(Record):
    """A comparison of one fact with a bound."""

    fact: str
    op: Op
    value: Bound

    @model_validator(mode="after")
    def _kind(self) -> "Test":
        _fits(self.fact, self.value)
        return self


def _fits(fact: str, bound: Bound | None) -> None:
    """Fail where the profile lacks the fact, or the bound is of another kind than the fact."""
    if fact not in facts():
        raise ValueError(f"企业档案没有“{fact}”这一项")
    described = facts()[fact]
    words = (bound,) if isinstance(bound, str) else bound if isinstance(bound, tuple) else ()
    fits = {
        "yes_no": isinstance(bound, bool),
        "number": isinstance(bound, Decimal),
        "choice": bool(words) and set(words) <= set(described.choices),
    }
    if not fits[described.kind]:
        raise ValueError(f"“{fact}”不能与 {bound!r} 比较")


class Criterion(Record):
    """A condition: a leaf compares a fact or a part of a point table, a group joins others."""

    id: str
    label: str
    all: tuple["Criterion", ...] = ()
    any: tuple["Criterion", ...] = ()
    none: tuple["Criterion", ...] = ()
    """Not one of these may hold."""
    fact: str | None = None
    table: str | None = None
    part: str = "total"
    op: Op | None = None
    value: Bound | None = None
    unit: str = ""
    period: str = ""
    manual: bool = False
    clause: ClauseRef
    certainty: Certainty
    sources: tuple[str, ...] = ()
    """Keys of the sources in the same file."""
    note: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> "Criterion":
        kinds = [bool(self.all), bool(self.any), bool(self.none), bool(self.fact), bool(self.table)]
        if sum(kinds) != 1:
            raise ValueError("须且只能有 all、any、none、fact、table 之一")
        if (self.fact or self.table) and (self.op is None or self.value is None):
            raise ValueError("缺 op 或 value")
        if self.fact:
            _fits(self.fact, self.value)
        return self

    @property
    def members(self) -> tuple["Criterion", ...]:
        """Return what a group joins; empty for a leaf."""
        return self.all or self.any or self.none

    def walk(self) -> Iterator["Criterion"]:
        """Yield this criterion and everything below it, parents first."""
        yield self
        for member in self.members:
            yield from member.walk()


class Formula(Record):
    """How a derived fact follows from others."""

    fact: str
    kind: Literal["percent", "growth", "sum", "mean", "difference", "quotient"]
    """percent: a / b in percent; growth: (a - b) / b in percent; quotient: a / b."""
    of: tuple[str, ...] = Field(min_length=2, max_length=2)
    words: str = ""
    certainty: Certainty
    note: str = ""


class Band(Record):
    """Points earned where any of the tests holds; no test means otherwise."""

    points: Number
    tests: tuple[Test, ...] = ()


class Indicator(Record):
    """One line of a point table: bands, options, steps, or the points as told."""

    id: str
    label: str
    max: Number
    fact: str | None = None
    """None where the bands name several facts."""
    bands: tuple[Band, ...] = ()
    """The first that holds counts, so a value on a boundary takes the higher points."""
    options: dict[str, Number] = {}
    """Choice, or true / false, -> points."""
    step: Number | None = None
    """Points are earned for each full step."""
    points_per_step: Number | None = None
    as_told: bool = False
    note: str = ""


class TablePart(Record):
    """A named share of a point table."""

    label: str
    max: Number
    indicators: tuple[Indicator, ...]


class PointTable(Record):
    """Indicators that earn points, in parts; `total` is the sum of the parts."""

    id: str
    label: str
    max: Number
    parts: dict[str, TablePart]
    clause: ClauseRef
    certainty: Certainty
    sources: tuple[str, ...] = ()
    note: str = ""


class Standard(Record):
    """One document's conditions for a program."""

    id: str
    title: str
    document: str
    route: Criterion
    raw: tuple[str, ...] = ()
    """Facts this standard takes as told although a formula exists."""
    partial: bool = False
    """Only some of the conditions are known: meeting them is not yet meeting the standard."""
    disagreements: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Selection(Record):
    """A filing that falls in this row is judged by this standard."""

    id: str
    since: date
    until: date | None = None
    """Last filing day; None is open."""
    application: tuple[Application, ...]
    standard: str
    general: str | None = None
    """Id of the general conditions that hold as well."""
    batches: tuple[str, ...] = ()
    who: str = ""
    basis: str = ""
    certainty: Certainty
    note: str = ""


class Overlay(Record):
    """What a year's notice or a province adds to a standard, or does not look at."""

    id: str
    title: str
    region: str = "全国"
    since: date
    until: date
    application: tuple[Application, ...]
    standards: tuple[str, ...]
    criteria: Criterion | None = None
    waives: tuple[str, ...] = ()
    """Criterion ids that count as met."""
    clause: ClauseRef
    certainty: Certainty
    notes: tuple[str, ...] = ()


class Window(Record):
    """When applications are taken."""

    title: str
    region: str = "全国"
    opens: date
    closes: date
    application: tuple[Application, ...]
    only_round: bool = False
    """The only round of its year: on other days of that year nothing is open."""
    clause: ClauseRef
    certainty: Certainty
    note: str = ""


class RegionalNote(Record):
    """A particular of one province or city."""

    id: str
    region: str
    programs: tuple[str, ...]
    text: str
    document: str | None = None
    """Id of the document; None is not known."""
    date: str
    """As of when, as far as known."""
    regime: Literal["2022", "2026", ""] = ""
    certainty: Certainty
    sources: tuple[str, ...] = ()


class Lever(Record):
    """How a fact that was told can change, and from when a change can show."""

    fact: str
    move: Literal["up", "down", "to"]
    to: StrictBool | str | None = None
    """Where `move` is `to`: the value it can become."""
    limit: Number | None = None
    """The furthest it can go."""
    whole: bool = False
    """Counts in whole numbers."""
    when: Literal["fiscal_year", "three_years", "each_year", "open"]
    """fiscal_year: the figure of a year that has not ended; three_years: once the last event is that old;
    each_year: one more each year; open: when it can be had is not known."""
    effort: int = 1
    """Orders equally short paths; never a verdict."""
    words: str = ""


class Program(Record):
    """Something an enterprise may apply for."""

    id: str
    title: str
    kind: Literal["title", "entry", "pilot"]
    organ: str = ""
    region: str = "全国"
    aliases: tuple[str, ...] = ()
    standards: dict[str, Standard]
    selection: tuple[Selection, ...]
    overlays: tuple[Overlay, ...] = ()
    windows: tuple[Window, ...] = ()
    window_note: str = ""
    """What is known of windows where none is listed for the day."""
    validity: str = ""
    unknowns: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    general: dict[str, Criterion] = {}
    tables: dict[str, PointTable] = {}
    formulas: dict[str, Formula] = {}
    levers: dict[str, Lever] = {}
    regional: tuple[RegionalNote, ...] = ()


class SizeBounds(Record):
    """Lower bounds of the classes for one indicator."""

    large: Number
    medium: Number
    small: Number


class SizeRow(Record):
    """Size classes of one industry."""

    id: str
    label: str
    clause: ClauseRef
    indicators: dict[Literal["employees", "revenue", "assets"], SizeBounds]
    words: tuple[str, ...] = ()
    """Plain words that place an enterprise in this row."""
    certainty: Certainty


class CheckRule(Record):
    """A frequent slip, and how to find it."""

    id: str
    topic: str
    text: str
    severity: Literal["block", "warn", "info"]
    kind: str
    """ratio, not_greater, growth, above, each_year, all_false, not_large, titles, years, missing, count or by_hand."""
    facts: tuple[str, ...] = ()
    of: tuple[tuple[str, ...], ...] = ()
    """Groups of facts that are held against each other."""
    value: Number | None = None
    tolerance: Number | None = None
    standards: tuple[str, ...] = ()
    """Standards it is for; empty means all."""
    advice: str = ""
    clause: ClauseRef | None = None
    basis: str = ""
    certainty: Certainty
    note: str = ""


# ---------------------------------------------------------------- reading


def load_programs(data_dir: Path) -> dict[str, Program]:
    """Return the programs under `data_dir`/programs by id, each with what it shares resolved into it.

    Raises:
        KnowledgeError: A file contradicts the schema, names a fact, standard, table or document that is not there.
    """
    shared = _Shared(data_dir / "programs" / "shared")
    programs = {}
    for path in sorted((data_dir / "programs").glob("*.yaml")):
        program = _program(path, shared)
        if program.id in programs:
            raise KnowledgeError(path.name, "id", f"“{program.id}”重复")
        programs[program.id] = program
    return programs


def load_documents(data_dir: Path) -> dict[str, Document]:
    """Return the documents that conditions cite, by id."""
    return _records(data_dir / "programs" / "shared" / "documents.yaml", "documents", Document, _id)


def load_checks(data_dir: Path) -> dict[str, CheckRule]:
    """Return the rules for frequent slips, by id."""
    return _records(data_dir / "programs" / "shared" / "checks.yaml", "checks", CheckRule, _id)


def load_size_classes(data_dir: Path) -> dict[str, SizeRow]:
    """Return the rows of the size class table, by industry id."""
    return _records(data_dir / "programs" / "shared" / "size-classes.yaml", "industries", SizeRow, _id)


def _id(record: Any) -> str:
    return str(record.id)


def _records(path: Path, section: str, kind: type[Any], key: Callable[[Any], str]) -> dict[str, Any]:
    raw = read_yaml(path)
    found: dict[str, Any] = {}
    for n, item in enumerate(raw.get(section) or ()):
        settled = _settle(item, raw.get("document"), None, raw.get("certainty"), ())
        record = parse(kind, settled, file=path.name, key=f"{section}[{item.get('id', n)}]")
        if key(record) in found:
            raise KnowledgeError(path.name, key(record), "编号重复")
        found[key(record)] = record
    return found


class _Shared:
    """What several programs use."""

    def __init__(self, folder: Path) -> None:
        self.documents = load_documents(folder.parent.parent)
        general = read_yaml(folder / "general.yaml")
        self.general = {
            item["id"]: parse(
                Criterion, _settle(item, None, None, None, ()), file="general.yaml", key=item["id"]
            )
            for item in general["general"]
        }
        self.formulas = _records(folder / "formulas.yaml", "formulas", Formula, lambda f: str(f.fact))
        self.levers = _records(folder / "levers.yaml", "levers", Lever, lambda lever: str(lever.fact))
        self.tables = {
            item["id"]: parse(PointTable, _table(item), file="tables.yaml", key=item["id"])
            for item in read_yaml(folder / "tables.yaml")["tables"]
        }
        self.regional = _records(folder / "regional.yaml", "notes", RegionalNote, _id)
        self.check()

    def check(self) -> None:
        """Fail where a formula or a table names a fact the profile lacks."""
        for formula in self.formulas.values():
            for fact in (formula.fact, *formula.of):
                _known_fact(fact, "formulas.yaml", formula.fact)
        for lever in self.levers.values():
            _known_fact(lever.fact, "levers.yaml", lever.fact)
        for table in self.tables.values():
            for part in table.parts.values():
                for indicator in part.indicators:
                    where = f"{table.id}.{indicator.id}"
                    if indicator.fact:
                        _known_fact(indicator.fact, "tables.yaml", where)
                    choices = (
                        set(facts()[indicator.fact].choices) or {"true", "false"} if indicator.fact else set()
                    )
                    if indicator.options and set(indicator.options) != choices:
                        raise KnowledgeError("tables.yaml", where, f"选项应为 {sorted(choices)}")


def _known_fact(fact: str, file: str, key: str) -> None:
    if fact not in facts():
        raise KnowledgeError(file, key, f"企业档案没有“{fact}”这一项")


def _program(path: Path, shared: _Shared) -> Program:
    raw = read_yaml(path)
    pilot = raw.get("kind") == "pilot"
    standards = {}
    for item in raw.get("standards", ()):
        document, certainty = item.get("document"), item.pop("certainty", None)
        item["route"] = _settle(item["route"], document, item.pop("locator", None), certainty, ())
        standards[item["id"]] = item
    overlays = []
    for item in raw.get("overlays", ()):
        added = _settle(
            item.get("criteria"), item.get("document"), item.get("locator"), item.get("certainty"), ()
        )
        overlays.append({**item, "criteria": added})
    settled = {
        **raw,
        "standards": standards,
        "overlays": [_settle(item, None, None, None, ()) for item in overlays],
        "windows": [_settle(item, None, None, None, ()) for item in raw.get("windows", ())],
    }
    program: Program = parse(Program, settled, file=path.name)
    program = program.model_copy(
        update={
            "general": shared.general,
            "tables": shared.tables,
            "formulas": shared.formulas,
            "levers": shared.levers,
            "regional": tuple(n for n in shared.regional.values() if program.id in n.programs),
        }
    )
    _cross_check(program, path.name, set() if pilot else set(shared.documents))
    return program


def _cross_check(program: Program, file: str, documents: set[str]) -> None:
    """Fail where a row names what is not there, or an id stands twice in what is judged together."""
    for row in program.selection:
        if row.standard not in program.standards:
            raise KnowledgeError(file, row.id, f"没有标准“{row.standard}”")
        if row.general is not None and row.general not in program.general:
            raise KnowledgeError(file, row.id, f"没有共同条件“{row.general}”")
        overlays = [overlay for overlay in program.overlays if row.standard in overlay.standards]
        trees = [program.standards[row.standard].route]
        trees += [program.general[row.general]] if row.general else []
        trees += [overlay.criteria for overlay in overlays if overlay.criteria]
        seen: set[str] = set()
        for criterion in (c for tree in trees for c in tree.walk()):
            _check_criterion(criterion, program, file, documents, seen)
            seen.add(criterion.id)
        for waived in (waived for overlay in overlays for waived in overlay.waives):
            if waived not in seen:
                raise KnowledgeError(file, waived, "免考查的条件不存在")


def _check_criterion(c: Criterion, program: Program, file: str, documents: set[str], seen: set[str]) -> None:
    if c.id in seen:
        raise KnowledgeError(file, c.id, "条件编号重复")
    if c.table and c.table not in program.tables:
        raise KnowledgeError(file, c.id, f"没有评分表“{c.table}”")
    if c.table and c.part not in ("total", *program.tables[c.table].parts):
        raise KnowledgeError(file, c.id, f"评分表没有“{c.part}”这一部分")
    if documents and c.clause.source_id not in documents:
        raise KnowledgeError(file, c.id, f"没有文件“{c.clause.source_id}”")


def _settle(item: Any, document: Any, locator: Any, certainty: Any, sources: Any) -> Any:
    """Fill in what a member inherits from what it stands in, and turn document + locator into a clause."""
    if not isinstance(item, dict):
        return item
    out = dict(item)
    if "locator" in out or _is_criterion(out):
        document = out.pop("document", document)
        locator = out.pop("locator", locator)
    certainty = out.get("certainty") or certainty
    sources = out.get("sources") or sources
    if certainty is not None:
        out["certainty"] = certainty
    if document is not None and locator is not None and "clause" not in out:
        out["clause"] = {"source_id": document, "locator": locator}
    if _is_criterion(out):
        out["sources"] = sources
        for kind in ("all", "any", "none"):
            if kind in out:
                out[kind] = [_settle(member, document, locator, certainty, sources) for member in out[kind]]
    return out


def _is_criterion(item: dict[str, Any]) -> bool:
    return any(kind in item for kind in ("all", "any", "none")) or ("op" in item and "id" in item)


def _table(item: dict[str, Any]) -> dict[str, Any]:
    """Return a table with its bands spelled out."""
    out = _settle(item, None, None, None, ())
    for part in out["parts"].values():
        part["indicators"] = [_indicator(indicator) for indicator in part["indicators"]]
    return dict(out)


def _indicator(item: dict[str, Any]) -> dict[str, Any]:
    bands = []
    for band in item.get("bands", ()):
        own = [{"fact": item["fact"], "op": band["op"], "value": band["value"]}] if "op" in band else None
        tests = own or band.get("any", [])
        bands.append({"points": band["points"], "tests": tests})
    options = {{True: "true", False: "false"}.get(k, k): v for k, v in item.get("options", {}).items()}
    return {**item, "bands": bands, "options": options}
