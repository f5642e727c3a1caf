"""Records as a model gets to see them: short, with the numbers as the rules give them, never longer than a page.

Every brief is a plain mapping, and every list in it is bounded. What a list leaves out is counted, not hidden.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from assistant.corpus import ConflictItem, TimelineItem
from assistant.desk import Desk
from assistant.schema import Eligibility, Gap, MatchResult, Offer, Plan, ScoreCard, Subsidy
from assistant.show import level_name
from assistant.talking import plan_words
from assistant.talking.clerk import amount, place
from assistant.talking.talk import Worked
from knowledge.standard import Standard

OFFERS = 6
_REJECTED = 6
_GAPS = 12
_STEPS = 16
_DAYS = 12
_CELLS = 10
_LONG = 160


def brief(found: Eligibility, desk: Desk) -> dict[str, Any]:
    """Return a check as a model sees it: the verdict, what was told of each condition, and its clause."""
    return {
        "program": found.title,
        "verdict": found.verdict.label,
        "standard": found.standard_title,
        "as_of": found.as_of.isoformat(),
        "window": found.window,
        "findings": [
            {"label": f.label, "verdict": f.verdict.label, "why": f.why, "clause": place(f.clause, desk)}
            for f in found.findings
            if f.group is None
        ],
    }


def brief_of(one: Worked, desk: Desk, standard: Standard) -> dict[str, Any]:
    """Return any record that was worked out as a model sees it."""
    if isinstance(one, ScoreCard):
        return brief_score(one, standard)
    if isinstance(one, Plan):
        return brief_plan(one, standard)
    if isinstance(one, MatchResult):
        return brief_match(one, standard)
    if isinstance(one, Subsidy):
        return brief_subsidy(one, desk)
    if isinstance(one, TimelineItem):
        return brief_days([one])["days"][0]  # type: ignore[no-any-return]
    return brief_conflict(one)


def brief_score(card: ScoreCard, standard: Standard) -> dict[str, Any]:
    """Return level, points and what is short of the next level."""
    need = card.next_level
    return {
        "现在等级": level_name(card.level),
        "等级范围": f"{level_name(card.level_low)}至{level_name(card.level_high)}" if card.level is None else "",
        "总分": _points(card.total, card.total_high),
        "满分": "100 分",
        "维度": [
            {"维度": one.name, "得分": _points(one.score, one.high), "满分": f"{amount(one.max)} 分"}
            for one in card.dimensions
        ],
        "评测题": [
            {"题": one.name, "得分": f"{amount(one.score)} 分" if one.score is not None else "未作答", "满分": f"{amount(one.max)} 分"}
            for one in card.questions
        ],
        "场景": [
            {"场景": one.name, "现在": _scene(one.level), "约束性": one.binding}
            for one in card.scenes
        ],
        "距上一级": {
            "等级": level_name(need.level),
            "还差分数": f"{amount(need.points_short)} 分",
            "还差场景": f"{need.scenes_short} 个",
            "还差约束性场景": f"{need.binding_short} 个",
        }
        if need
        else "已是最高一级",
        "未作答": f"{len(card.unanswered)} 项",
        "说明": list(card.notes[:3]),
    }  # fmt: skip


def _scene(level: int | None) -> str:
    return "未评" if level is None else level_name(level) if level else "0 级"


def brief_gaps(gaps: Sequence[Gap], target: int) -> dict[str, Any]:
    """Return what is short of a level."""
    return {
        "目标": level_name(target),
        "缺口": [
            {
                "名称": gap.name,
                "类别": "评测题" if gap.kind == "question" else "场景",
                "现在": _now(gap),
                "差": f"{amount(gap.short)} 分"
                if gap.kind == "question"
                else f"到{level_name(int(gap.need))}",
                "约束性": gap.binding,
            }
            for gap in gaps[:_GAPS]
        ],
        **_left(gaps, _GAPS),
    }


def _now(gap: Gap) -> str:
    if gap.now in (None, ""):
        return "未作答" if gap.kind == "question" else "未评"
    return f"选 {gap.now}" if gap.kind == "question" else _scene(int(gap.now or 0))


def brief_plan(made: Plan, standard: Standard) -> dict[str, Any]:
    """Return the best way to a level, or what the budget falls short by."""
    route = made if made.reachable else made.beyond_budget
    steps = route.steps if route is not None else ()
    return {
        "目标": level_name(made.target_level),
        "预算内能到": {True: "能", False: "不能", None: "没有预算，或有步骤没有价格，不能断定"}[
            made.within_budget
        ],
        "预算内最高": "" if made.level_within_budget is None else level_name(made.level_within_budget),
        "至少要": "" if made.least_budget is None else f"{amount(made.least_budget)} 万元",
        "合计": "" if route is None else plan_words.total(route),
        "已证明最省": made.optimal,
        "步骤": [
            {
                "名称": step.name,
                "阶段": step.phase,
                "到": level_name(int(step.to)) if step.kind == "scene" else f"选项 {step.to}",
                "成本": plan_words.cost(step),
                "依据": {"consultant": "顾问报价", "catalog": "目录价", "effort": "没有公开价格"}[step.cost_basis],
            }
            for step in steps[:_STEPS]
        ],
        **_left(steps, _STEPS),
        "没有列入": [_cut(plan_words.left(one)) for one in (route.left_out if route is not None else ())[:_STEPS]],
        "说明": [_cut(note) for note in made.notes[:3]],
    }  # fmt: skip


def brief_match(found: MatchResult, standard: Standard) -> dict[str, Any]:
    """Return the first offers, and why the first of the others were left out."""
    return {
        "候选": [_offer(one, standard) for one in found.offers[:OFFERS]],
        **_left(found.offers, OFFERS),
        "落选": [
            {"产品": one.name, "原因": _cut(one.reason.split("；")[0])} for one in found.rejected[:_REJECTED]
        ],
        "说明": [_cut(note) for note in found.notes[:2]],
    }


def _offer(one: Offer, standard: Standard) -> dict[str, Any]:
    return {
        "产品": one.name,
        "服务商": one.provider,
        "覆盖场景": [standard.scene[scene].name for scene in one.covers if scene in standard.scene],
        "匹配度": f"{amount(one.score)} 分",
        "公开价格": one.price or "未公开",
        "要问厂商": [_cut(text) for text in one.ask_vendor[:3]],
    }


def brief_subsidy(made: Subsidy, desk: Desk) -> dict[str, Any]:
    """Return what a scheme would pay, or why no figure can be given."""
    clause = place(made.clause, desk) if made.clause is not None else ""
    status = made.status.label if made.status is not None else ""
    if made.refused:
        return {"资金政策": made.title, "不作测算": made.reason, "条款": clause, "状态": status}
    return {
        "资金政策": made.title,
        "最低": f"{amount(made.low)} 万元",
        "最多不超过": f"{amount(made.high)} 万元",
        "上限": "" if made.cap is None else f"{amount(made.cap)} 万元",
        "前提": [_cut(text) for text in made.assumptions[:6]],
        "条款": clause,
        "状态": status,
    }


def brief_days(items: Iterable[TimelineItem]) -> dict[str, Any]:
    """Return the days ahead."""
    found = list(items)
    return {
        "days": [
            {
                "日期": one.date.isoformat(),
                "事项": _cut(one.what),
                "文件": one.title,
                "地区": one.region,
                "核实程度": one.certainty_label,
            }
            for one in found[:_DAYS]
        ],
        **_left(found, _DAYS),
    }


def brief_conflict(item: ConflictItem) -> dict[str, Any]:
    """Return one condition as several documents put it."""
    return {
        "条件": item.condition,
        "写法": [
            {
                "哪里": cell.label,
                "写法": _cut(cell.value),
                "文件": cell.doc_number or cell.title,
                "条款": cell.locator,
                "状态": cell.status_label,
            }
            for cell in item.cells[:_CELLS]
        ],
        **_left(item.cells, _CELLS),
    }


def _left(items: Sequence[object], most: int) -> dict[str, Any]:
    return {"未列出": f"{len(items) - most} 条"} if len(items) > most else {}


def _points(low: Any, high: Any) -> str:
    return f"{amount(low)} 分" if low == high else f"{amount(low)} 至 {amount(high)} 分"


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
