"""program x profile x day -> verdict per criterion, with the standard that holds for that filing.

Which standard a filing falls under is data (`Selection`); whether applications are being taken is a separate answer
(`window`). A filing no row covers is UNKNOWN with a warning: no standard is stretched over a gap.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from assistant.rules import criteria as rules
from assistant.rules.criteria import Situation, Told
from assistant.rules.sizing import CLASSES, rows_for, size_classes
from assistant.schema import Eligibility, Finding, Points, Verdict
from knowledge.enterprise import EnterpriseProfile, facts
from knowledge.program import (
    Application,
    Bound,
    CheckRule,
    Criterion,
    Overlay,
    Program,
    Selection,
    SizeRow,
    Standard,
    Window,
)
from knowledge.source import Certainty


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
    told_size: str | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict over all roots."""
        return join(self.verdicts[root.id] for root in self.roots)

    def with_facts(self, told: Mapping[str, Told]) -> "Filing":
        """Return the same filing judged on other facts."""
        situation = self.situation.with_facts(told, _sizes(told, self.rows))
        found: dict[str, Verdict] = {}
        for root in self.roots:
            rules.judge(root, situation, found)
        return Filing(
            self.program, self.on, self.application, self.region, self.row, self.standard,
            self.overlays, self.roots, situation, self.rows, self.told_size, found,
        )  # fmt: skip


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
    """Return the filing judged by the standard that holds for it; None where no row covers it."""
    application = application or profile.application_type or "new"
    row = select(program, on=on, application=application, batch=batch)
    if row is None:
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
    size = told.get("sme_size_class")
    if isinstance(size, str):
        return frozenset({size})
    if not rows:
        return CLASSES
    employees, revenue, assets = (_amount(told, f) for f in ("employees_y1", "revenue_y1", "total_assets_y1"))
    return size_classes(rows, employees=employees, revenue=revenue, assets=assets)


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


def in_region(place: str, region: str) -> bool:
    """Return whether what holds in `place` holds in `region`; nationwide holds everywhere."""
    return place == "全国" or place in region or _stem(place) in region


def _stem(place: str) -> str:
    for ending in ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"):
        if place.endswith(ending):
            return place.removesuffix(ending)
    return place


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


def assess(
    program: Program,
    profile: EnterpriseProfile,
    *,
    on: date,
    application: Application | None = None,
    region: str = "全国",
    batch: str | None = None,
    industry: str = "",
    size_rows: Mapping[str, SizeRow] | None = None,
    checks: Mapping[str, CheckRule] | None = None,
) -> Eligibility:
    """Decide every condition of `program` for `profile` filed on the day `on`.

    Args:
        program: What is applied for.
        profile: Facts told; what is None was not told and leaves conditions UNKNOWN.
        on: Filing day; it picks the standard in force.
        application: New or review; else as the profile says, else new.
        region: Where the enterprise is registered, canonical name; regional particulars of other places are left out.
        batch: Batch of the title under review, e.g. 第五批; None takes the row that fits the day.
        industry: Row id of the size class table or plain words; used where the size class was not told.
        size_rows: The size class table.
        checks: Rules for frequent slips; None leaves them out.
    """
    filing = open_filing(
        program, profile, on=on, application=application, region=region, batch=batch,
        industry=industry, size_rows=size_rows,
    )  # fmt: skip
    state = window(
        program, on=on, region=region, application=application or profile.application_type or "new"
    )
    if filing is None:
        return _no_standard(program, on, application or profile.application_type or "new", state)
    return Eligibility(
        program=program.id,
        title=program.title,
        standard=filing.standard.id,
        standard_title=filing.standard.title,
        as_of=on,
        verdict=filing.verdict,
        findings=tuple(findings(filing)),
        points=tuple(_points(filing)),
        window=state.text,
        window_open=state.open,
        warnings=tuple(_warnings(filing)),
    )


def _no_standard(program: Program, on: date, application: Application, state: "WindowState") -> Eligibility:
    first = min(row.since for row in program.selection)
    kind = "复核" if application == "review" else "新申请"
    if on < first:
        text = f"{on} 早于已收录的最早标准（{first}起），无法判定。"
    else:
        text = f"{on} 的{kind}（或所说批次）适用哪个标准未见规定，无法判定，请向受理部门核实。"
    return Eligibility(
        program=program.id, title=program.title, standard="", standard_title="", as_of=on,
        verdict=Verdict.UNKNOWN, findings=(), window=state.text, window_open=state.open, warnings=(text,),
    )  # fmt: skip


# ---------------------------------------------------------------- findings


def findings(filing: Filing) -> Iterator[Finding]:
    """Yield a finding for every condition, groups before their members."""
    for root in filing.roots:
        yield from _walk(root, filing, parent=None, decisive=filing.verdict is not Verdict.UNKNOWN)


def _walk(criterion: Criterion, filing: Filing, *, parent: str | None, decisive: bool) -> Iterator[Finding]:
    verdict = filing.verdicts.get(criterion.id, Verdict.MET)
    if parent is None:
        decisive = decisive and filing.verdict is Verdict.NOT_MET and verdict is Verdict.NOT_MET
    waived = criterion.id in filing.situation.waived
    common = {
        "id": criterion.id,
        "label": criterion.label,
        "verdict": verdict,
        "parent": parent,
        "clause": criterion.clause,
        "certainty": criterion.certainty,
        "decisive": decisive and verdict is not Verdict.UNKNOWN,
    }
    if criterion.members:
        group = "all" if criterion.all else "any" if criterion.any else "none"
        why = "本批申请不考查" if waived else criterion.note
        yield Finding.model_construct(**common, group=group, why=why)
        settles = {"all": Verdict.NOT_MET, "any": Verdict.MET, "none": Verdict.MET}[group]
        for member in criterion.members:
            alone = decisive and filing.verdicts.get(member.id) is settles
            yield from _walk(member, filing, parent=criterion.id, decisive=alone)
        return
    yield Finding.model_construct(**common, **_leaf(criterion, filing, waived))


def _leaf(criterion: Criterion, filing: Filing, waived: bool) -> dict[str, object]:
    """Return what a leaf's finding says beyond its verdict."""
    situation = filing.situation
    assert criterion.op is not None and criterion.value is not None
    value = _known(criterion, filing)
    exact = isinstance(value, Fraction)
    bound = rules.exact(criterion.value) if isinstance(criterion.value, Decimal) else None
    margin = None
    if isinstance(value, Fraction) and bound is not None:
        margin = value - bound if criterion.op in (">=", ">") else bound - value
    proofs = [proof for fact in _leaf_inputs(criterion, situation) for proof in facts()[fact].prove]
    return {
        "fact": criterion.fact,
        "value": shown(value, bound) if exact else value,  # type: ignore[arg-type]
        "required": required(criterion),
        "margin": shown(margin, Fraction()) if margin is not None else None,
        "unit": criterion.unit,
        "manual": criterion.manual,
        "why": "本批申请不考查" if waived else _why(criterion, filing, value),
        "evidence": tuple(dict.fromkeys(proofs)),
    }


def _known(criterion: Criterion, filing: Filing) -> Told | None:
    if criterion.table is not None:
        low, high = rules.points(filing.situation.tables[criterion.table], criterion.part, filing.situation)
        return low if low == high else None
    assert criterion.fact is not None
    return filing.situation.value(criterion.fact)


def _leaf_inputs(criterion: Criterion, situation: Situation) -> tuple[str, ...]:
    if criterion.fact is not None:
        return situation.inputs(criterion.fact)
    return ()


_OPS = {">=": "不低于", ">": "超过", "<=": "不超过", "<": "低于", "==": "为", "!=": "不为"}


def required(criterion: Criterion) -> str:
    """Return the requirement of a leaf in words."""
    assert criterion.op is not None
    value = criterion.value
    if isinstance(value, bool):
        return "是" if value is (criterion.op == "==") else "否"
    if isinstance(value, Decimal):
        return f"{_OPS[criterion.op]} {plain(value)} {criterion.unit}".rstrip()
    words = (value,) if isinstance(value, str) else value or ()
    named = "、".join(_word(criterion.fact, word) for word in words)
    return f"属于：{named}" if criterion.op == "in" else f"{_OPS[criterion.op]}{named}"


def _word(fact: str | None, choice: str) -> str:
    return facts()[fact].words.get(choice, choice) if fact else choice


def shown(value: Fraction, near: Fraction | None = None) -> Decimal:
    """Return a fraction as a decimal of four places, with more where rounding would put it on the line."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    for places in (4, 8, 16):
        rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        if near is None or value == near or Fraction(rounded) != near:
            break
    return rounded.normalize() + 0 if rounded else Decimal(0)


def plain(value: Decimal | Fraction) -> str:
    """Return an amount without exponent or idle zeros."""
    number = shown(value) if isinstance(value, Fraction) else value
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _why(criterion: Criterion, filing: Filing, value: Told | None) -> str:
    note = f"（{criterion.note}）" if criterion.note else ""
    if criterion.table is not None:
        low, high = rules.points(filing.situation.tables[criterion.table], criterion.part, filing.situation)
        text = (
            f"得分 {plain(low)}"
            if low == high
            else f"得分在 {plain(low)} 到 {plain(high)} 之间，还有指标未知"
        )
        return f"{text}，要求{required(criterion)}{note}"
    assert criterion.fact is not None
    if criterion.fact == "sme_size_class" and "sme_size_class" not in filing.situation.facts:
        return _why_size(filing) + note
    if value is None:
        return _why_unknown(criterion.fact, filing.situation) + note
    if criterion.manual:
        return f"人工确认：{'是' if value else '否'}{note}"
    if isinstance(value, Fraction):
        unit = criterion.unit
        bound = rules.exact(criterion.value) if isinstance(criterion.value, Decimal) else None
        number = plain(shown(value, bound))
        return f"{_arithmetic(criterion.fact, filing.situation)}{number}{_tight(unit)}，要求{required(criterion)}{note}"
    if isinstance(value, bool):
        return f"已告知：{'是' if value else '否'}{note}"
    return f"已告知：{_word(criterion.fact, value)}{note}"


def _tight(unit: str) -> str:
    return unit if unit == "%" else f" {unit}" if unit else ""


def _arithmetic(fact: str, situation: Situation) -> str:
    """Return `105 ÷ 3500 = ` for a computed fact, a remark for a claimed one, nothing for a plain one."""
    formula = situation.formulas.get(fact)
    if formula is None:
        return ""
    a, b = (situation.value(part) for part in formula.of)
    if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
        return "按告知的结果（没有原始数，无法复算）"
    x, y = plain(a), plain(b)
    text = {
        "percent": f"{x} ÷ {y} = ",
        "quotient": f"{x} ÷ {y} = ",
        "growth": f"({x} − {y}) ÷ {y} = ",
        "sum": f"{x} + {y} = ",
        "mean": f"({x} + {y}) ÷ 2 = ",
        "difference": f"{x} − {y} = ",
    }
    return text[formula.kind]


def _why_unknown(fact: str, situation: Situation) -> str:
    missing = situation.missing(fact)
    if not missing:
        return "作除数的数为零，无法计算，请向受理部门确认"
    return "尚不知道：" + "、".join(facts()[name].label for name in missing)


def _why_size(filing: Filing) -> str:
    words = facts()["sme_size_class"].words
    named = "或".join(
        words.get(size, size)
        for size in ("micro", "small", "medium", "large")
        if size in filing.situation.sizes
    )
    if len(filing.situation.sizes) == len(CLASSES):
        return "尚不知道划型结果（可由行业、从业人数、营业收入、资产总额算出）"
    rows = "、".join(row.label for row in filing.rows[:2])
    return f"按{rows if len(filing.rows) <= 2 else '各行业'}标准算出：{named}"


def _points(filing: Filing) -> Iterator[Points]:
    """Yield each point table the standard uses, worked out."""
    used = dict.fromkeys(c.table for root in filing.roots for c in root.walk() if c.table)
    for name in used:
        table = filing.situation.tables[str(name)]
        low, high = rules.points(table, "total", filing.situation)
        parts: dict[str, Decimal | None] = {}
        for part in table.parts:
            a, b = rules.points(table, part, filing.situation)
            parts[part] = shown(a) if a == b else None
        total = shown(low) if low == high else None
        yield Points(
            id=table.id, label=table.label, total=total, low=shown(low), high=shown(high), parts=parts
        )


# ---------------------------------------------------------------- window and warnings


@dataclass(frozen=True)
class WindowState:
    """Whether applications are taken on a day."""

    open: bool | None
    """None is not known."""
    text: str
    until: date | None = None


def window(
    program: Program, *, on: date, region: str = "全国", application: Application = "new"
) -> WindowState:
    """Return whether applications for `program` are taken on the day `on`, as far as known."""
    known = [w for w in program.windows if application in w.application and in_region(w.region, region)]
    for w in known:
        if w.opens <= on <= w.closes:
            return WindowState(True, f"{w.title}正在受理，{w.closes}截止。{w.note}", w.closes)
    this_year = [w for w in known if w.opens.year <= on.year <= w.closes.year]
    if not any(w.only_round for w in this_year):
        past = _last(known, on)
        return WindowState(None, f"{past}{program.window_note}" or "申报窗口未收录，请向受理部门核实。")
    coming = min((w.opens for w in this_year if w.opens > on), default=None)
    if coming is not None:
        return WindowState(False, f"尚未开始，{coming}起受理。{this_year[0].note}")
    return WindowState(False, f"{_last(known, on)}{program.window_note}")


def _last(windows: list[Window], on: date) -> str:
    past = max((w for w in windows if w.closes < on), key=lambda w: w.closes, default=None)
    return f"{past.title}已于{past.closes}截止。{past.note}" if past else ""


def _warnings(filing: Filing) -> Iterator[str]:
    """Yield what must be said beside the verdict."""
    row = filing.row
    if row.certainty not in (Certainty.VERIFIED, Certainty.REPRINT):
        yield f"适用标准为{row.certainty.label}：{row.basis}。"
    if row.who:
        yield f"本标准适用于{row.who}；其他批次请向受理部门核实。"
    if row.note:
        yield row.note
    for overlay in filing.overlays:
        yield from (f"{overlay.title}：{note}" for note in overlay.notes)
    if filing.verdict is not Verdict.UNKNOWN:
        weak = [
            c for c in _weight_bearing(filing) if c.certainty in (Certainty.UNVERIFIED, Certainty.INFERRED)
        ]
        if weak:
            named = "、".join(dict.fromkeys(c.label for c in weak))
            yield f"以下条件的原文未核对，结论须以官方文本为准：{named}。"
    for note in filing.program.regional:
        if note.region != "全国" and in_region(note.region, filing.region):
            yield f"【{note.region}】{note.text}（{note.date}，{note.certainty.label}）"


def _weight_bearing(filing: Filing) -> Iterator[Criterion]:
    """Yield the leaves the verdict rests on."""
    for root in filing.roots:
        if filing.verdict is Verdict.MET or filing.verdicts[root.id] is Verdict.NOT_MET:
            yield from _bearing(root, filing)


def _bearing(criterion: Criterion, filing: Filing) -> Iterator[Criterion]:
    if not criterion.members:
        yield criterion
        return
    verdict = filing.verdicts[criterion.id]
    same = [member for member in criterion.members if filing.verdicts.get(member.id) is verdict]
    for member in same:
        yield from _bearing(member, filing)


def bound_of(value: Bound | None) -> Fraction | None:
    """Return a numeric bound as a fraction; None for words and yes/no."""
    return rules.exact(value) if isinstance(value, Decimal) else None
