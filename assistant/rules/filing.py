"""Filing: a program's standard as it holds for one enterprise on one day, and its verdict.

Which standard a filing falls under is data (`Selection`): filing day, new or review, batch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from assistant.rules import criteria as rules
from assistant.rules.criteria import Situation, Told
from assistant.rules.sizing import CLASSES, rows_for, size_classes
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile
from knowledge.program import Application, Criterion, Overlay, Program, Selection, SizeRow, Standard


@dataclass(frozen=True)
class Filing:
    """A program's standard as it holds for one enterprise on one day."""

    program: Program
    on: date
    application: Application
    region: str
    row: Selection
    standard: Standard
    overlays: tuple[Overlay, ...]
    roots: tuple[Criterion, ...]
    """General conditions, route, overlays: all must hold."""
    situation: Situation
    rows: tuple[SizeRow, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict over all roots; where only some conditions are known, meeting them settles nothing."""
        verdict = join(self.verdicts[root.id] for root in self.roots)
        return Verdict.UNKNOWN if verdict is Verdict.MET and self.standard.partial else verdict

    def with_facts(self, told: Mapping[str, Told]) -> "Filing":
        """Return the same filing judged on other facts."""
        situation = self.situation.with_facts(told, _sizes(told, self.rows))
        found: dict[str, Verdict] = {}
        for root in self.roots:
            rules.judge(root, situation, found)
        return replace(self, situation=situation, verdicts=found)


def join(verdicts: Iterator[Verdict]) -> Verdict:
    """Return NOT_MET if any is, else UNKNOWN if any is, else MET."""
    seen = set(verdicts)
    if Verdict.NOT_MET in seen:
        return Verdict.NOT_MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.MET


def open_filing(
    program: Program,
    profile: EnterpriseProfile,
    *,
    on: date,
    application: Application | None = None,
    region: str = "全国",
    batch: str | None = None,
    industry: str = "",
    size_rows: Mapping[str, SizeRow] | None = None,
) -> Filing | None:
    """Return the filing judged by the standard that holds for it; None where no row covers it or it is for elsewhere."""
    application = application or profile.application_type or "new"
    row = select(program, on=on, application=application, batch=batch)
    if row is None or not serves(program, region):
        return None
    standard = program.standards[row.standard]
    overlays = tuple(
        overlay
        for overlay in program.overlays
        if overlay.since <= on <= overlay.until
        and application in overlay.application
        and row.standard in overlay.standards
        and in_region(overlay.region, region)
    )
    roots = [program.general[row.general]] if row.general else []
    roots += [standard.route, *(overlay.criteria for overlay in overlays if overlay.criteria)]
    told = {**rules.told(profile), "application_type": application}
    candidates = rows_for(industry, size_rows) if size_rows else ()
    situation = Situation(
        told,
        formulas=program.formulas,
        tables=program.tables,
        sizes=_sizes(told, candidates),
        raw=standard.raw,
        waived=frozenset(waived for overlay in overlays for waived in overlay.waives),
    )
    blank = Filing(
        program, on, application, region, row, standard, overlays, tuple(roots), situation, candidates
    )
    return blank.with_facts(told)


def _sizes(told: Mapping[str, Told], rows: tuple[SizeRow, ...]) -> frozenset[str]:
    """Return the size classes that may be: the one told, and where the figures exclude it those they allow as well."""
    size = told.get("sme_size_class")
    claimed = frozenset({size}) if isinstance(size, str) else CLASSES
    if not rows:
        return claimed
    employees, revenue, assets = (_amount(told, f) for f in ("employees_y1", "revenue_y1", "total_assets_y1"))
    by_figures = size_classes(rows, employees=employees, revenue=revenue, assets=assets)
    return claimed & by_figures or claimed | by_figures


def _amount(told: Mapping[str, Told], fact: str) -> Fraction | None:
    value = told.get(fact)
    return value if isinstance(value, Fraction) else None


def select(
    program: Program, *, on: date, application: Application, batch: str | None = None
) -> Selection | None:
    """Return the row a filing falls in; a row for a named batch wins over one for everybody."""
    rows = [
        row
        for row in program.selection
        if row.since <= on
        and (row.until is None or on <= row.until)
        and application in row.application
        and (batch is None or not row.batches or batch in row.batches)
    ]
    return max(rows, key=lambda row: (bool(batch and row.batches), row.since), default=None)


def serves(program: Program, region: str) -> bool:
    """Return whether `program` may be for enterprises of `region`; a region wider than the program's is not refused."""
    return region == "全国" or in_region(program.region, region) or program.region.startswith(region)


def in_region(place: str, region: str) -> bool:
    """Return whether what holds in `place` holds in `region`, both canonical names; nationwide holds everywhere."""
    return place == "全国" or region.startswith(place)


def decide(
    program: Program,
    profile: EnterpriseProfile,
    *,
    on: date,
    application: Application | None = None,
    region: str = "全国",
    batch: str | None = None,
    industry: str = "",
    size_rows: Mapping[str, SizeRow] | None = None,
) -> Verdict:
    """Return the verdict alone, as fast as it can be had."""
    filing = open_filing(
        program, profile, on=on, application=application, region=region, batch=batch,
        industry=industry, size_rows=size_rows,
    )  # fmt: skip
    return Verdict.UNKNOWN if filing is None else filing.verdict
