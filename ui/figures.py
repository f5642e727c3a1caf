"""A case worked out -> inert HTML: level and scores, the plan by phases, what can be bought, the report made."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape

from assistant.schema import MatchResult, Offer, Plan, Report, SceneLevel, ScoreCard, Step
from assistant.show import level_name
from assistant.talking import plan_words
from knowledge.standard import Standard
from ui.render import badge, checks, empty, fold, link, span

_OWN = "用户自有目录："
NOTHING_TO_BUY = "没有需要采购的场景：各场景已达到目标等级所需，所以没有筛选产品，也没有排除谁。"


def score(card: ScoreCard) -> str:
    """Return level, points, radar and heat strip of an assessment; what is still open is shown as open."""
    settled = card.level is not None
    total = span(card.total if card.total == card.total_high else None, card.total, card.total_high)
    level = (
        level_name(card.level)
        if settled
        else f"等级待定 <small>{level_name(card.level_low)} 至 {level_name(card.level_high)}</small>"
    )
    need = card.next_level
    short = (
        f"<p>距{level_name(need.level)}：还差 <b>{need.points_short:f}</b> 分、<b>{need.scenes_short}</b> 个场景、"
        f"<b>{need.binding_short}</b> 个约束性场景</p>"
        if need and settled
        else ""
    )
    dims = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{span(one.score if one.score == one.high else None, one.score, one.high)}"
        f"{_bar(one.score, one.high, one.max)}</td><td>{one.max:f}</td></tr>"
        for one in card.dimensions
    )
    notes = "".join(f'<p class="cm-note">{escape(text)}</p>' for text in card.notes)
    dashed = (
        '<p class="cm-note">实线为已确定的部分，虚线为未作答部分全按最好补全时的上限。</p>'
        if card.unanswered
        else ""
    )
    return (
        f'<div class="cm-card"><h3>{level} <span class="cm-sum">总分 {total} / 100</span></h3>{_at_odds(card)}{short}{_open(card)}'
        f'<div class="cm-split"><div>{radar(card)}</div><div><table class="cm-table"><thead><tr><th>维度</th><th>得分</th>'
        f"<th>满分</th></tr></thead><tbody>{dims}</tbody></table></div></div>{dashed}{strip(card.scenes)}"
        f"{checks(card.inconsistencies)}{notes}</div>"
    )


def _at_odds(card: ScoreCard) -> str:
    """Return what the case says of itself that cannot be, or cannot all be true."""
    if not card.contradictions:
        return ""
    return f"<h4>填报内容有矛盾或对不上，请先核对</h4>{checks(card.contradictions)}"


def _open(card: ScoreCard) -> str:
    """Return what was left unanswered, by name, what matters most first."""
    if not card.unanswered:
        return ""
    named = {one.id: one.name for one in card.questions} | {one.id: one.name for one in card.scenes}
    names = [named.get(one, one) for one in card.unanswered]
    first = "、".join(names[:5])
    body = f"<p>{escape('、'.join(names))}</p>"
    whole = fold(f"全部 {len(names)} 项", body) if len(names) > 5 else ""
    return f"<p>还有 <b>{len(names)}</b> 项未作答，先答这些最能定级：{escape(first)}</p>{whole}"


def _bar(low: Decimal, high: Decimal, most: Decimal) -> str:
    if not most:
        return ""
    sure, open_ = float(low / most) * 100, float((high - low) / most) * 100
    return f'<span class="cm-bar"><i style="width:{sure:.1f}%"></i><u style="width:{open_:.1f}%"></u></span>'


def radar(card: ScoreCard) -> str:
    """Return a radar of the dimensions and scene groups as shares of their maximum, as SVG; dashed where still open."""
    axes = [
        (one.name, float(one.score / one.max), float(one.high / one.max))
        for one in card.dimensions
        if one.max
    ]
    for group in dict.fromkeys(scene.group for scene in card.scenes):
        levels = [scene.level for scene in card.scenes if scene.group == group]
        least, most = (sum(blank if level is None else level for level in levels) for blank in (0, 4))
        axes.append((group.removesuffix("数字化"), least / (4 * len(levels)), most / (4 * len(levels))))
    if len(axes) < 3:
        return ""
    centre, radius = 150.0, 96.0

    def at(index: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * index / len(axes) - math.pi / 2
        return centre + radius * share * math.cos(angle), centre + radius * share * math.sin(angle)

    def outline(shares: Iterable[float]) -> str:
        return " ".join(
            f"{x:.1f},{y:.1f}" for x, y in (at(index, share) for index, share in enumerate(shares))
        )

    rings = "".join(
        f'<polygon class="cm-ring" points="{outline([share] * len(axes))}"/>'
        for share in (0.25, 0.5, 0.75, 1)
    )
    labels = []
    for index, (name, low, high) in enumerate(axes):
        x, y = at(index, 1.14)
        anchor = "middle" if abs(x - centre) < 12 else ("start" if x > centre else "end")
        share = f"{low:.0%}" if low == high else f"{low:.0%}–{high:.0%}"
        first = y - 16 if y < centre - 80 else y + (6 if y > centre + 60 else -4)
        labels.append(
            f'<text text-anchor="{anchor}"><tspan x="{x:.1f}" y="{first:.1f}">{escape(name)}</tspan>'
            f'<tspan class="cm-share" x="{x:.1f}" dy="17">{share}</tspan></text>'
        )
    bound = (
        f'<polygon class="cm-bound" points="{outline(high for _, _, high in axes)}"/>'
        if any(low != high for _, low, high in axes)
        else ""
    )
    return (
        f'<svg class="cm-radar" viewBox="-56 6 412 274" role="img" aria-label="各维度得分占满分的比例">{rings}{bound}'
        f'<polygon class="cm-shape" points="{outline(low for _, low, _ in axes)}"/>{"".join(labels)}</svg>'
    )


def strip(scenes: Iterable[SceneLevel]) -> str:
    """Return the scenes as a strip of coloured cells; a star marks a binding one."""
    cells = "".join(
        f'<div class="cm-cell cm-l{"x" if one.level is None else one.level}" title="{escape(one.group)}">'
        f"<b>{'未评' if one.level is None else one.level}</b><span>{escape(one.name)}{'*' if one.binding else ''}</span></div>"
        for one in scenes
    )
    return f'<div class="cm-strip">{cells}</div><p class="cm-note">数字为场景等级 0—4，* 为约束性场景。</p>'


def no_target() -> str:
    """Return what stands where a plan would, without a target level."""
    return f'<div class="cm-card">{empty("选一个目标等级再测算，这里会给出达到它的最省路线。")}</div>'


def plan(made: Plan, standard: Standard) -> str:
    """Return the plan by phases, with the other ways to the same level folded below."""
    if made.reachable:
        head = f"到{level_name(made.target_level)}：{len(made.steps)} 步，{plan_words.total(made)}"
        if not made.steps:
            head = f"现在就到{level_name(made.target_level)}，等级不缺什么"
    else:
        reached = made.level_within_budget
        within = "" if reached is None else f"，预算内最高{level_name(reached)}"
        head = f"预算内到不了{level_name(made.target_level)}{within}"
    parts = [_steps(made, standard)]
    if not made.reachable:
        parts.insert(0, f"<p>{_least(made)}</p>")
    if made.beyond_budget is not None:
        other = made.beyond_budget
        parts.append(
            fold(
                f"不限预算时最省的路线：{len(other.steps)} 步，{plan_words.total(other)}",
                _steps(other, standard),
            )
        )
    for number, other in enumerate(made.alternatives, start=2):
        aim = f"（{escape(other.label)}）" if other.label else ""
        called = (
            f"方案{'一二三四五六七八九'[number - 1]}{aim}：{len(other.steps)} 步，{plan_words.total(other)}"
        )
        parts.append(
            fold(called, f'<p class="cm-note">{escape(_differs(made, other))}</p>{_steps(other, standard)}')
        )
    proof = (
        "已证明没有更合取舍次序的路线；次序见说明。"
        if made.optimal
        else f"未证明最省，差距不超过 {_percent(made.gap)}。"
    )
    if made.reachable or made.steps:
        parts.append(f'<p class="cm-note">{proof}</p>')
    out = "".join(f"<li>{escape(plan_words.left(one))}</li>" for one in made.left_out)
    if out:
        parts.append(fold(f"没有列入的场景与原因（{len(made.left_out)}）", f"<ul>{out}</ul>"))
    notes = "".join(f"<li>{escape(text)}</li>" for text in made.notes)
    if notes:
        parts.append(fold(f"说明与完成后须核对的事项（{len(made.notes)}）", f"<ul>{notes}</ul>"))
    return f'<div class="cm-card"><h3>{head}</h3>{"".join(parts)}</div>'


def _least(made: Plan) -> str:
    if made.least_budget is not None:
        return f"达到{level_name(made.target_level)}至少需要 <b>{made.least_budget:f}</b> 万元。"
    if made.beyond_budget is not None:
        return "只算有报价的步骤就已超出预算，没有报价的还未计入，见说明。"
    return "按现有报价，多少预算都到不了。"


def _percent(gap: Decimal | None) -> str:
    return "未知" if gap is None else f"{gap:.2%}"


def _differs(made: Plan, other: Plan) -> str:
    mine, theirs = ({one.id: one.name for one in each.steps} for each in (made, other))
    more = "、".join(name for one, name in theirs.items() if one not in mine)
    less = "、".join(name for one, name in mine.items() if one not in theirs)
    parts = [f"改做 {more}" if more else "", f"不做 {less}" if less else ""]
    return "与首选相比：" + ("；".join(part for part in parts if part) or "步骤相同，做到的程度不同")


def _steps(made: Plan, standard: Standard) -> str:
    """Return the steps as a table, each phase under its name."""
    if not made.steps:
        return ""
    groups = [
        (
            f"第 {one.number} 阶段　{one.name}",
            f"{one.by} 前" if one.by else "",
            [s for s in made.steps if s.phase == one.number],
        )
        for one in made.phases
    ] or [("", "", list(made.steps))]
    rows = []
    for called, by, steps in groups:
        if called:
            when = f'<span class="cm-when">{by}</span>' if by else ""
            rows.append(f'<tr class="cm-phase"><td colspan="4">{escape(called)}{when}</td></tr>')
        rows += [
            f"<tr><td>{escape(one.name)}</td><td>{_change(one, standard)}</td>"
            f'<td class="cm-cost">{escape(plan_words.cost(one))}</td><td>{escape(one.why)}</td></tr>'
            for one in steps
        ]
    return (
        '<div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th>提升什么</th><th>从 → 到</th><th>成本</th>'
        f"<th>为什么</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _change(step: Step, standard: Standard) -> str:
    """Return what a step changes, in the words of the standard."""
    if step.kind == "scene":
        now = "未评" if step.from_ in (None, "") else f"{step.from_} 级"
        return f"{escape(now)} → {escape(str(step.to))} 级"
    question = standard.questions[step.id]
    before, after = str(step.from_ or ""), str(step.to)
    texts = {option.key: option.text for option in question.options}
    wanted = [key for key in after if key not in before]
    verb = "增选" if question.kind == "multi" else "做到"
    said = "；".join(f"{key} {texts.get(key, '')}".strip() for key in wanted) or after
    return f"{verb} {escape(said)}"


def offers(found: MatchResult, *, names: Mapping[str, str], most: int = 6) -> str:
    """Return the best offers, each with its reasons and what to ask the vendor folded below.

    Args:
        found: Offers, bundle and what was left out.
        names: Scene id -> name.
        most: How many offers to show at once; the others are folded.
    """
    bundle = found.bundle
    called = {one.product_id: one.name for one in found.offers}
    together = "、".join(called.get(product, product) for product in bundle.products)
    missing = "、".join(names.get(scene, scene) for scene in bundle.uncovered)
    advice = f"<p>少找几家、尽量盖全的组合：<b>{escape(together)}</b></p>" if together else ""
    gap = f"<p>目录里没有可用产品覆盖：{escape(missing)}</p>" if missing else ""
    note = fold("组合说明：谁来牵头、哪些要先核对", f"<p>{escape(bundle.note)}</p>") if bundle.note else ""
    shown = "".join(_offer(one, names) for one in found.offers[:most])
    rest = "".join(_offer(one, names) for one in found.offers[most:])
    more = fold(f"其余 {len(found.offers) - most} 项候选", rest) if rest else ""
    out = "".join(
        f"<li><b>{escape(one.name or one.product_id)}</b>：{escape(one.reason)}</li>"
        for one in found.rejected
    )
    left = (
        fold(f"未入选的 {len(found.rejected)} 项及原因（一项可有几个原因）", f"<ul>{out}</ul>") if out else ""
    )
    notes = "".join(f'<p class="cm-note">{escape(text)}</p>' for text in found.notes)
    if not found.needed:
        own = "".join(f'<p class="cm-note">{escape(text)}</p>' for text in found.notes)
        return f'<div class="cm-card"><h3>产品与服务商候选</h3>{empty(NOTHING_TO_BUY)}{own}</div>'
    none = "" if found.offers else empty("没有符合硬性要求的产品；看看下面被排除的原因，或放宽要求。")
    return (
        f'<div class="cm-card"><h3>产品与服务商候选</h3>{advice}{gap}{note}{none}{shown}{more}{left}{notes}'
        '<p class="cm-note">名次只由缺口覆盖、行业与规模、证据和公开价格决定，与厂商名称和自述无关。</p></div>'
    )


def _offer(one: Offer, names: Mapping[str, str]) -> str:
    reasons = "".join(f"<li>{escape(text)}</li>" for text in one.reasons)
    ask = f"<p>要问厂商：{escape('；'.join(one.ask_vendor))}</p>" if one.ask_vendor else ""
    covers = "、".join(names.get(scene, scene) for scene in one.covers)
    where, _, url = one.source.rpartition(" ")
    if not url.startswith(("https://", "http://")):
        where, url = one.source, ""
    own = (
        badge("用户自有目录", "good")
        if one.source.startswith(_OWN) or one.product_id.startswith("own-")
        else ""
    )
    return (
        f'<details class="cm-source"><summary><b>{escape(one.name)}</b> {escape(one.provider)} {own}'
        f"{badge(f'{one.score:f} 分')}{badge(one.price or '价格未公开')}<br><small>覆盖：{escape(covers)}</small></summary>"
        f'<ul>{reasons}</ul>{ask}<p class="cm-note">{escape(where)} {link(url)}</p></details>'
    )


def made(report: Report, address: str) -> str:
    """Return what a report holds, with the link to it and what is still to be confirmed."""
    waiting = "".join(f"<li>{escape(text)}</li>" for text in report.to_confirm)
    confirm = fold(f"待现场确认 {len(report.to_confirm)} 项", f"<ul>{waiting}</ul>") if waiting else ""
    parts = "、".join(escape(section.title) for section in report.sections)
    return (
        f'<div class="cm-card cm-made"><h3>《{escape(report.title)}》已生成</h3>'
        f'<p><a class="cm-download" id="report-download" href="{escape(address)}" download>下载 Word 文件</a></p>'
        f'<p class="cm-note">{escape(report.enterprise)} · {report.date} · {len(report.sections)} 个部分 · '
        f"{len(report.sources)} 处出处</p>{fold('各部分', f'<p>{parts}</p>')}{confirm}</div>"
    )
