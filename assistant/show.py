"""Records -> text for a terminal. Tables by rich; nothing is decided here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.rules.wording import change_note, change_text, value_text
from assistant.schema import (
    Answer,
    Check,
    Eligibility,
    Finding,
    MatchResult,
    Plan,
    ScoreCard,
    Subsidy,
    Verdict,
)
from assistant.talking.plan_words import cost, left, total
from knowledge.enterprise import facts

if TYPE_CHECKING:
    from assistant.casefiles.batch import BatchReport
    from assistant.talking.talk import Reply

_MARKS = {Verdict.MET: "[green]✓[/]", Verdict.NOT_MET: "[red]✗[/]", Verdict.UNKNOWN: "[yellow]？[/]"}
_LEVELS = ("未达一级", "一级", "二级", "三级", "四级")


def out() -> Console:
    """Return a console on standard output."""
    return Console(highlight=False, soft_wrap=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how far long work is; yields (done, total) -> None."""
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def batch(report: "BatchReport") -> None:
    """Print how a run over a workbook went."""
    console = out()
    again = f"，其中 {report.resumed} 家接自上次" if report.resumed else ""
    console.print(
        f"已写 {report.out}：{report.rows} 行，测算 {report.scored} 家{again}，{report.failed} 行有误"
    )
    table(("等级", "家数"), report.levels.items())
    for error in report.errors[:10]:
        console.print(
            f"第 {error.row} 行 {error.name} {error.place}：{error.what}。{error.remedy}", markup=False
        )
    if report.ignored_columns:
        console.print(f"未识别的列：{'、'.join(report.ignored_columns)}", markup=False)


def metrics(result: Mapping[str, Any]) -> None:
    """Print what an evaluation measured: metrics with intervals, or one row per engine."""
    if "engines" in result:
        engines = result["engines"]
        header = ["engine", *next(iter(engines.values()))]
        table(header, ([name, *(_short(value) for value in row.values())] for name, row in engines.items()))
        for name, reason in result.get("left_out", {}).items():
            out().print(f"{name}：{reason}", markup=False)
        return
    out().print(f"{result['task']}  n={result['n']}")
    rows = (
        (name, _short(one["value"]), f"{_short(one.get('ci_low'))} – {_short(one.get('ci_high'))}")
        for name, one in result["metrics"].items()
    )
    table(("指标", "值", "95% 区间"), rows)
    for failure in result.get("failures", ())[:20]:
        out().print(str(failure), markup=False)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "—" if value is None else str(value)


def table(header: Iterable[str], rows: Iterable[Iterable[Any]], *, title: str = "") -> None:
    """Print a table; None is shown as a dash."""
    drawn = Table(title=title or None, title_justify="left", show_edge=False, pad_edge=False)
    for name in header:
        drawn.add_column(name, overflow="fold")
    for row in rows:
        drawn.add_row(*("—" if cell is None else escape(str(cell)) for cell in row))
    out().print(drawn)


def level_name(level: int | None) -> str:
    """Return 二级 for 2, and 待定 where the level is open."""
    return "待定" if level is None else _LEVELS[level]


def fact_label(name: str) -> str:
    """Return what people call a fact; the name itself where it is none of the profile."""
    fact = facts().get(name)
    return fact.label if fact else name


def score(card: ScoreCard) -> None:
    """Print a score card."""
    console = out()
    span = (
        "" if card.level is not None else f"（{level_name(card.level_low)} 至 {level_name(card.level_high)}）"
    )
    total = f"{card.total:f}" if card.total == card.total_high else f"{card.total:f} 至 {card.total_high:f}"
    console.print(f"[bold]{level_name(card.level)}[/]{span}  总分 {total} / 100")
    table(
        ("维度", "得分", "满分"),
        (
            (one.name, f"{one.score:f}" + ("" if one.high == one.score else f" 至 {one.high:f}"), one.max)
            for one in card.dimensions
        ),
    )
    table(
        ("场景", "类别", "约束性", "等级"),
        ((one.name, one.group, "约束" if one.binding else "", level_name(one.level)) for one in card.scenes),
    )
    if card.next_level is not None:
        need = card.next_level
        console.print(
            f"距{level_name(need.level)}：还差 {need.points_short:f} 分、{need.scenes_short} 个场景、{need.binding_short} 个约束性场景"
        )
    if card.unanswered:
        console.print(f"未作答 {len(card.unanswered)} 项（影响大的在前）：{'、'.join(card.unanswered)}")
    _checks((*card.contradictions, *card.inconsistencies))
    _notes(card.notes)


def eligibility(found: Eligibility) -> None:
    """Print an eligibility, criterion by criterion, indented as the standard groups them."""
    console = out()
    console.print(
        f"[bold]{found.title}：{found.verdict.label}[/]  "
        f"依据 {found.standard_title or '未见适用的标准'}（{found.as_of} 口径）"
    )
    depth = depths(found.findings)
    rows = []
    for one in found.findings:
        told = "" if one.group else one.known or value_text(one.value, one.unit, fact=one.fact)
        rows.append(
            (
                one.verdict,
                "  " * depth[one.id] + (one.label or one.id),
                told,
                one.required,
                one.clause.locator,
                one.certainty.label,
            )
        )
    drawn = Table(show_edge=False, pad_edge=False)
    for name in ("", "条件", "企业情况", "要求", "条款", "核实程度"):
        drawn.add_column(name, overflow="fold")
    for verdict, *cells in rows:
        drawn.add_row(_MARKS[verdict], *(escape(cell) for cell in cells))
    console.print(drawn)
    for points in found.points:
        span = (
            f"{points.total:f}"
            if points.total is not None
            else f"{points.low:f} 至 {points.high:f}（资料不全）"
        )
        console.print(f"{points.label}：{span} 分")
    if found.ask_next:
        console.print("下一步请先提供：" + "；".join(fact_label(name) for name in found.ask_next[:3]))
    if found.shortest_path:
        console.print("最少要改变：")
        for change in found.shortest_path:
            said = "；".join(part for part in (change_text(change), change_note(change)) if part)
            console.print(f"  · {change.label or fact_label(change.fact)}：{said}", markup=False)
    if found.window:
        console.print(f"申报时间：{found.window}")
    _checks(found.checks)
    _notes(found.warnings)


def plan(made: Plan) -> None:
    """Print a plan."""
    console = out()
    if made.reachable:
        console.print(
            f"[bold]到{level_name(made.target_level)}：{len(made.steps)} 步，{total(made) if made.steps else '不用再做什么'}[/]"
        )
    else:
        least = "没有报价的步骤还不知道要多少钱，见说明"
        if made.least_budget is not None:
            least = f"最少需要 {made.least_budget:f} 万元"
        elif made.beyond_budget is None:
            least = "按现有报价，多少预算都到不了"
        console.print(
            f"[bold]到不了{level_name(made.target_level)}[/]：预算内最高 {level_name(made.level_within_budget or 0)}；{least}"
        )
    table(
        ("阶段", "对象", "现在", "到", "花费", "理由"),
        ((one.phase, f"{one.id} {one.name}", one.from_, one.to, cost(one), one.why) for one in made.steps),
    )
    console.print("已证明最优（取舍的次序见说明）" if made.optimal else f"未证明最优，差距不超过 {made.gap}")
    for number, other in enumerate(made.alternatives, start=2):
        steps = "、".join(f"{one.name}→{one.to}" for one in other.steps)
        aim = f"（{other.label}）" if other.label else ""
        console.print(f"方案{number}{aim}：{total(other)}：{steps}", markup=False)
    if made.left_out:
        console.print("没有列入的场景：")
        for one in made.left_out:
            console.print(f"  · {left(one)}", markup=False)
    _notes(made.notes)


def match(found: MatchResult) -> None:
    """Print offers, the bundle and how many were left out."""
    console = out()
    if not found.needed:
        console.print("没有需要采购的场景：各场景已达到目标等级所需，没有筛选产品，也没有排除谁。")
        return
    for one in found.offers[:10]:
        console.print(
            f"[bold]{escape(one.name)}[/]（{one.product_id} {escape(one.provider)}） {one.score:f} 分  价格：{one.price or '未公开'}"
        )
        for reason in one.reasons:
            console.print(f"  · {escape(reason)}")
        if one.ask_vendor:
            console.print(f"  问厂商：{escape('；'.join(one.ask_vendor))}")
    bundle = found.bundle
    called = {one.product_id: one.name for one in found.offers}
    together = "、".join(called.get(one, one) for one in bundle.products) or "无"
    console.print(
        f"组合：{together}；未覆盖：{'、'.join(bundle.uncovered) or '无'} {bundle.note}", markup=False
    )
    console.print(
        f"另有 {max(0, len(found.offers) - 10)} 项候选、{len(found.rejected)} 项不符合（--json 看全部与理由）"
    )
    _notes(found.notes)


def subsidy(made: Subsidy) -> None:
    """Print an estimate or the refusal."""
    console = out()
    clause = f"（{made.clause.source_id} {made.clause.locator}）" if made.clause else ""
    if made.refused:
        console.print(f"[bold]不作测算[/]：{made.reason}{clause}")
    else:
        low, high = value_text(made.low, "万元"), value_text(made.high, "万元")
        cap = f"，上限 {value_text(made.cap, '万元')}" if made.cap is not None else ""
        console.print(f"[bold]{made.title}：{low if low == high else f'{low} 至 {high}'}[/]{cap}{clause}")
    _notes(made.assumptions)
    _notes(made.stacking)


def said(reply: "Reply") -> None:
    """Print a reply of the conversation."""
    out().print(f"{reply.text.replace('**', '')}\n", markup=False)


def answer(given: Answer) -> None:
    """Print an answer with its cautions first and its sources last."""
    console = out()
    for caution in given.warnings:
        if caution.text not in given.answer:
            console.print(f"[yellow]! {escape(caution.text)}[/]")
    console.print(given.answer, markup=False)
    if given.refused and given.reason and given.reason not in given.answer:
        console.print(escape(given.reason))
    for one in given.citations:
        kind = "原文" if one.text_kind == "original" else "要点"
        number = f" {one.doc_number}" if one.doc_number else ""
        console.print(
            f"[{one.n}] {one.title}{number} {one.locator}｜{one.status.label}｜{one.certainty.label}｜{kind}：{one.quote}",
            markup=False,
        )
    if given.note:
        console.print(f"[dim]{escape(given.note)}[/]")
    console.print(f"[dim]{given.as_of} · {given.region}[/]")


def depths(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how deep each finding stands below the top."""
    parents = {one.id: one.parent for one in findings}
    found: dict[str, int] = {}
    for name, parent in parents.items():
        depth = 0
        while parent is not None:
            depth, parent = depth + 1, parents.get(parent)
        found[name] = depth
    return found


def _checks(checks: tuple[Check, ...]) -> None:
    for check in checks:
        mark = {"block": "[red]矛盾[/]", "warn": "[yellow]注意[/]", "info": "提示"}[check.severity]
        out().print(f"{mark} {escape(check.text)}")


def _notes(notes: Iterable[str]) -> None:
    for note in notes:
        out().print(f"[dim]· {escape(note)}[/]")
