"""program x profile x day -> verdict per criterion, with the standard that holds for that filing.

Which standard a filing falls under is data (`Selection`); whether applications are being taken is a separate answer
(`window`). A filing no row covers is UNKNOWN with a warning: no standard is stretched over a gap.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from assistant.rules import criteria as rules
from assistant.rules.checks import find_slips
from assistant.rules.criteria import Situation, Told
from assistant.rules.filing import Filing, decide, in_region, open_filing, serves
from assistant.rules.interview import order
from assistant.rules.shortest_path import shortest_path
from assistant.rules.sizing import CLASSES
from assistant.rules.wording import choice_word, fact_label, plain, shown, size_words
from assistant.schema import Eligibility, Finding, Points, Verdict
from knowledge.enterprise import EnterpriseProfile, facts
from knowledge.program import Application, CheckRule, Criterion, Program, SizeRow, Window
from knowledge.source import Certainty


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
    path: bool = True,
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
        path: Search for the shortest way to pass; by far the slowest part, left out for thousands at a time.
    """
    filing = open_filing(
        program, profile, on=on, application=application, region=region, batch=batch,
        industry=industry, size_rows=size_rows,
    )  # fmt: skip
    kind = filing.application if filing else application or profile.application_type or "new"
    if filing is None:
        return _no_standard(program, on, region, kind, batch)
    state = window(program, on=on, region=region, application=kind)
    return Eligibility(
        program=program.id,
        title=program.title,
        standard=filing.standard.id,
        standard_title=filing.standard.title,
        as_of=on,
        verdict=filing.verdict,
        findings=tuple(findings(filing)),
        points=tuple(_points(filing)),
        ask_next=order(filing),
        shortest_path=shortest_path(filing) if path else None,
        checks=find_slips(filing, checks) if checks else (),
        window=state.text,
        window_open=state.open,
        open_until=state.until,
        warnings=tuple(_warnings(filing)),
    )


def _no_standard(
    program: Program, on: date, region: str, application: Application, batch: str | None
) -> Eligibility:
    """Return an open verdict that says why no standard can be applied."""
    state = window(program, on=on, region=region, application=application)
    return Eligibility(
        program=program.id, title=program.title, standard="", standard_title="", as_of=on, verdict=Verdict.UNKNOWN,
        findings=(), window=state.text, window_open=state.open,
        open_until=state.until,
        warnings=(_why_no_standard(program, on, region, application, batch),),
    )  # fmt: skip


def _why_no_standard(
    program: Program, on: date, region: str, application: Application, batch: str | None
) -> str:
    if not serves(program, region):
        return f"本项目只面向{program.region}的企业，不适用于{region}。"
    first = min(row.since for row in program.selection)
    last = max((row.until or date.max) for row in program.selection)
    if on < first:
        return f"{on} 早于已收录的最早标准（{first}起），无法判定。"
    if on > last:
        return f"依据文件到 {last} 为止，{on} 已失效，不能据此判定。"
    kind = "复核" if application == "review" else "新申请"
    which = f"（{batch}）" if batch else ""
    return f"{on} 的{kind}{which}适用哪个标准未见规定，无法判定，请向受理部门核实。"


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
    if not criterion.members:
        yield _leaf(criterion, filing, verdict, parent=parent, decisive=decisive, waived=waived)
        return
    group: Literal["all", "any", "none"] = "all" if criterion.all else "any" if criterion.any else "none"
    yield Finding(
        id=criterion.id, label=criterion.label, verdict=verdict, parent=parent, group=group, clause=criterion.clause,
        certainty=criterion.certainty, why=_WAIVED if waived else criterion.note, decisive=decisive,
    )  # fmt: skip
    settles = Verdict.NOT_MET if group == "all" else Verdict.MET
    for member in criterion.members:
        alone = (
            decisive and filing.verdicts.get(member.id) is settles and (group != "any" or verdict is settles)
        )
        yield from _walk(member, filing, parent=criterion.id, decisive=alone)


_WAIVED = "本批申请不考查"


def _leaf(
    criterion: Criterion,
    filing: Filing,
    verdict: Verdict,
    *,
    parent: str | None,
    decisive: bool,
    waived: bool,
) -> Finding:
    value = _known(criterion, filing)
    bound = rules.exact(criterion.value) if isinstance(criterion.value, Decimal) else None
    margin = None
    if isinstance(value, Fraction) and bound is not None:
        margin = shown(value - bound if criterion.op in (">=", ">") else bound - value, Fraction())
    inputs = filing.situation.inputs(criterion.fact) if criterion.fact else ()
    return Finding(
        id=criterion.id,
        label=criterion.label,
        verdict=verdict,
        parent=parent,
        fact=criterion.fact,
        value=shown(value, bound) if isinstance(value, Fraction) else value,
        known=_known_of(criterion, filing) if value is None else "",
        required=required(criterion),
        margin=margin,
        unit=criterion.unit,
        clause=criterion.clause,
        certainty=certainty(criterion, filing),
        manual=criterion.manual,
        why=_WAIVED if waived else _why(criterion, filing, value),
        evidence=tuple(dict.fromkeys(proof for fact in inputs for proof in facts()[fact].prove)),
        decisive=decisive,
    )


def certainty(criterion: Criterion, filing: Filing) -> Certainty:
    """Return how sure a leaf is: no surer than the formula or the point table it rests on."""
    rests = [criterion.certainty]
    if criterion.table is not None:
        rests.append(filing.situation.tables[criterion.table].certainty)
    waiting = [criterion.fact] if criterion.fact else []
    while waiting:
        formula = filing.situation.formulas.get(waiting.pop())
        if formula is not None:
            rests.append(formula.certainty)
            waiting += formula.of
    return max(rests, key=list(Certainty).index)


def _known(criterion: Criterion, filing: Filing) -> Told | None:
    if criterion.table is not None:
        low, high = rules.points(filing.situation.tables[criterion.table], criterion.part, filing.situation)
        return low if low == high else None
    assert criterion.fact is not None
    return filing.situation.value(criterion.fact)


def _known_of(criterion: Criterion, filing: Filing) -> str:
    """Return in words what is known of a leaf whose value is not."""
    fact, situation = criterion.fact, filing.situation
    if fact is None:
        return ""
    if fact == "sme_size_class":
        told, words = situation.facts.get(fact), size_words(situation.sizes)
        if isinstance(told, str):
            return f"填{size_words({told})}，按数据是{size_words(situation.sizes - {told})}（有矛盾，须核对）"
        return words if len(situation.sizes) < len(CLASSES) else ""
    if situation.impossible(fact) is not None:
        return f"{_contradiction(fact, situation, criterion.unit)}（有矛盾，须核对）"
    return _reach(fact, situation, criterion.unit)


def _reach(fact: str, situation: Situation, unit: str) -> str:
    """Return 至多 3 项 where other facts bound an amount that was not told; nothing where they do not."""
    (low, high), (least, most) = situation.span(fact), rules.domain(fact)
    parts = [f"至少 {plain(low)}{_tight(unit)}"] if low is not None and low != least else []
    parts += [f"至多 {plain(high)}{_tight(unit)}"] if high is not None and high != most else []
    return "、".join(parts)


_OPS = {">=": "不低于", ">": "超过", "<=": "不超过", "<": "低于", "==": "为", "!=": "不为"}


def required(criterion: Criterion) -> str:
    """Return the requirement of a leaf in words."""
    assert criterion.op is not None
    value = criterion.value
    if isinstance(value, bool):
        return "是" if value is (criterion.op == "==") else "否"
    if isinstance(value, Decimal):
        return f"{_OPS[criterion.op]} {plain(value)}{_tight(criterion.unit)}"
    words = (value,) if isinstance(value, str) else value or ()
    named = "、".join(choice_word(criterion.fact, word) for word in words)
    return f"属于：{named}" if criterion.op == "in" else f"{_OPS[criterion.op]}{named}"


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
    if criterion.fact == "sme_size_class" and (
        "sme_size_class" not in filing.situation.facts or len(filing.situation.sizes) > 1
    ):
        return _why_size(filing) + note
    if value is None:
        return _why_unknown(criterion, filing.situation) + note
    if criterion.manual:
        return f"人工确认：{'是' if value else '否'}{note}"
    if isinstance(value, Fraction):
        unit = criterion.unit
        bound = rules.exact(criterion.value) if isinstance(criterion.value, Decimal) else None
        number = plain(shown(value, bound))
        return f"{_arithmetic(criterion.fact, filing.situation)}{number}{_tight(unit)}，要求{required(criterion)}{note}"
    if isinstance(value, bool):
        return f"已告知：{'是' if value else '否'}{note}"
    return f"已告知：{choice_word(criterion.fact, value)}{note}"


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


def _why_unknown(criterion: Criterion, situation: Situation) -> str:
    fact = str(criterion.fact)
    missing = situation.missing(fact)
    amount = situation.impossible(fact)
    if amount is not None:
        said = _contradiction(fact, situation, criterion.unit)
        named = "、".join(map(fact_label, missing))
        return f"{said}，{_limit(fact, situation, criterion.unit)}；所填的数有矛盾，须核对：{named}"
    if not missing:
        return "作除数的数为零，无法计算，请向受理部门确认"
    reach = _reach(fact, situation, criterion.unit)
    told = "、".join(
        f"{fact_label(name)} {plain(part)}"
        for name in situation.inputs(fact)
        if isinstance(part := situation.value(name), Fraction)
    )
    by = f"按{told}，{reach}，要求{required(criterion)}；" if reach else ""
    return f"{by}尚不知道：" + "、".join(map(fact_label, missing))


def _contradiction(fact: str, situation: Situation, unit: str) -> str:
    """Return an amount that cannot be as it was told, or as it follows: 2 − 5 = -3 项."""
    counted = _arithmetic(fact, situation)
    amount = situation.impossible(fact)
    return f"{counted if counted.endswith('= ') else '现填 '}{plain(amount or Fraction())}{_tight(unit)}"


def _limit(fact: str, situation: Situation, unit: str) -> str:
    """Return which bound an impossible amount breaks: 不可能超过 100%."""
    amount, (low, high) = situation.impossible(fact), situation.bounds(fact)
    assert amount is not None
    if high is not None and amount > high:
        return f"不可能超过 {plain(high)}{_tight(unit)}"
    return f"不可能低于 {plain(low or Fraction())}{_tight(unit)}"


def _why_size(filing: Filing) -> str:
    told = filing.situation.facts.get("sme_size_class")
    if isinstance(told, str):
        by_figures = size_words(filing.situation.sizes - {told})
        return f"填的是{size_words({told})}，按行业和数据算是{by_figures}，有矛盾，须核对"
    if len(filing.situation.sizes) == len(CLASSES):
        return "尚不知道划型结果（可由行业、从业人数、营业收入、资产总额算出）"
    rows = "、".join(row.label for row in filing.rows[:2])
    return f"按{rows if len(filing.rows) <= 2 else '各行业'}标准算出：{size_words(filing.situation.sizes)}"


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
    if all(row.until is not None and row.until < on for row in program.selection):
        return WindowState(False, program.window_note)
    ends = max((row.until for row in program.selection if row.until), default=None)
    if program.kind == "pilot" and not program.windows and ends is not None:
        return WindowState(None, f"依据文件到{ends}为止；是否正在征集，请向{program.organ}核实。")
    known = [w for w in program.windows if application in w.application and in_region(w.region, region)]
    for w in known:
        if w.opens <= on <= w.closes:
            return WindowState(True, f"{w.title}正在受理，{w.closes}截止。{w.note}", w.closes)
    this_year = [w for w in known if w.opens.year <= on.year <= w.closes.year]
    if not any(w.only_round for w in this_year):
        past = _last(known, on)
        return WindowState(None, f"{past}{program.window_note}" or "申报窗口未收录，请向受理部门核实。")
    coming = min((w for w in this_year if w.opens > on), key=lambda w: w.opens, default=None)
    if coming is not None:
        return WindowState(False, f"尚未开始，{coming.opens}起受理。{coming.note}")
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
    if filing.standard.partial:
        yield "文件其余条件未取得，已列条件都满足也不等于符合。"
    for overlay in filing.overlays:
        yield from (f"{overlay.title}：{note}" for note in overlay.notes)
    if filing.verdict is not Verdict.UNKNOWN:
        shaky = (Certainty.UNVERIFIED, Certainty.INFERRED)
        weak = [c for c in _weight_bearing(filing) if certainty(c, filing) in shaky]
        if weak:
            named = "、".join(dict.fromkeys(c.label for c in weak))
            yield f"以下条件的原文或算法未核对，结论须以官方文本为准：{named}。"
    for note in filing.program.regional:
        of_its_time = not note.regime or filing.standard.id.endswith(note.regime)
        if note.region != "全国" and of_its_time and in_region(note.region, filing.region):
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


__all__ = ["WindowState", "assess", "decide", "window"]
