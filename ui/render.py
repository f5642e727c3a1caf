"""Records -> inert HTML. Everything that came from people, documents or a model is escaped; nothing is decided here."""

import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape

from assistant.rules.wording import value_text
from assistant.schema import (
    Answer,
    Check,
    Citation,
    Eligibility,
    MatchResult,
    Plan,
    SceneLevel,
    ScoreCard,
    Verdict,
)
from assistant.show import depths, fact_label, level_name
from assistant.training.quiz import Quiz
from knowledge.policy import Status

_MARKS = re.compile(r"\[(\d{1,3})\]")
_LISTS = re.compile(r"(?:<li>.*?</li>)+")
_TONE = {Verdict.MET: "good", Verdict.NOT_MET: "bad", Verdict.UNKNOWN: "open"}
_STATUS_TONE = {Status.IN_FORCE: "good", Status.EXPIRED: "bad", Status.SUPERSEDED: "bad"}
_MARK = {Verdict.MET: "✓", Verdict.NOT_MET: "✗", Verdict.UNKNOWN: "？"}


def badge(text: str, tone: str = "plain") -> str:
    """Return a small label; tone is good, bad, open or plain."""
    return f'<span class="cm-badge cm-{tone}">{escape(text)}</span>'


def sources(citations: Iterable[Citation]) -> str:
    """Return the cited clauses, each with status, certainty and the words it rests on."""
    cards = []
    for one in citations:
        kind = "原文" if one.text_kind == "original" else "要点"
        number = f" · {escape(one.doc_number)}" if one.doc_number else ""
        place = escape(one.locator) if one.numbered else f"{escape(one.locator)}（要点标题，非条款号）"
        link = _link(one.url)
        page = f" · 第 {one.page} 页" if one.page else ""
        cards.append(
            f'<article class="cm-source" id="cite-{one.n}"><header><b>[{one.n}]</b> {escape(one.title)}{number}</header>'
            f"<p>{badge(place)}{badge(one.status.label, _STATUS_TONE.get(one.status, 'open'))}{badge(one.certainty.label)}"
            f"{badge(kind)}{page}</p><blockquote>{escape(one.quote)}</blockquote>{link}</article>"
        )
    return (
        f'<div class="cm-sources">{"".join(cards)}</div>' if cards else _empty("回答引用的条款会显示在这里。")
    )


def answer(given: Answer) -> str:
    """Return an answer: cautions first, then the text with its marks pointing at the sources."""
    said = [caution for caution in given.warnings if caution.text not in given.answer]
    cautions = "".join(f'<p class="cm-caution">{escape(one.text)}</p>' for one in said)
    reason = ""
    if given.refused and given.reason and given.reason not in given.answer:
        reason = text(given.reason)
    note = f'<p class="cm-note">{escape(given.note)}</p>' if given.note else ""
    foot = f'<p class="cm-note">{given.as_of} · {escape(given.region)}</p>'
    return f'<div class="cm-answer">{cautions}{text(given.answer)}{reason}{note}{foot}</div>'


def text(words: str) -> str:
    """Return plain text as HTML: "> " lines as cautions, "- " lines as a list, [n] as a pointer to source n."""
    parts: list[str] = []
    for line in words.splitlines():
        marked = _MARKS.sub(r'<sup><a href="#cite-\1">[\1]</a></sup>', escape(line.strip()))
        if not marked:
            continue
        if line.startswith("> "):
            parts.append(f'<p class="cm-caution">{marked.removeprefix("&gt; ")}</p>')
        elif line.startswith("- "):
            parts.append(f"<li>{marked.removeprefix('- ')}</li>")
        else:
            parts.append(f"<p>{marked}</p>")
    return _LISTS.sub(r"<ul>\g<0></ul>", "".join(parts))


def eligibility(found: Eligibility) -> str:
    """Return the verdict and its findings as a table, grouped as the standard groups them."""
    depth = depths(found.findings)
    rows = []
    for one in found.findings:
        told = "" if one.group else escape(value_text(one.value, one.unit, fact=one.fact))
        indent = f'style="padding-left:{0.4 + 0.9 * depth[one.id]:.1f}rem"'
        strong = ("<b>", "</b>") if one.group else ("", "")
        rows.append(
            f'<tr class="cm-{_TONE[one.verdict]}"><td class="cm-mark">{_MARK[one.verdict]}</td>'
            f"<td {indent}>{strong[0]}{escape(one.label or one.id)}{strong[1]}</td><td>{told}</td>"
            f"<td>{escape(one.required)}</td><td>{escape(one.clause.locator)}</td></tr>"
        )
    head = (
        f"<h3>{escape(found.title)} {badge(found.verdict.label, _TONE[found.verdict])}</h3>"
        f'<p class="cm-note">依据：{escape(found.standard_title)}；按 {found.as_of} 判断。{escape(found.window)}</p>'
    )
    points = "".join(
        f"<p>{escape(one.label)}：<b>{_points(one.total, one.low, one.high)}</b> 分</p>"
        for one in found.points
    )
    asks = ""
    if found.ask_next:
        asks = f"<p>接下来最该弄清：{'、'.join(escape(fact_label(name)) for name in found.ask_next[:3])}</p>"
    path = ""
    if found.shortest_path:
        changes = "".join(
            f"<li>{escape(one.label or fact_label(one.fact))}：{escape(value_text(one.from_, fact=one.fact))} → "
            f"{escape(value_text(one.to, fact=one.fact))}{f'（最早 {one.feasible_by}）' if one.feasible_by else ''} {escape(one.why)}</li>"
            for one in found.shortest_path
        )
        path = f"<p>最少要改变：</p><ul>{changes}</ul>"
    table = (
        '<div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th></th><th>条件</th><th>企业情况</th><th>要求</th>'
        f"<th>条款</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    warnings = "".join(f'<p class="cm-caution">{escape(text)}</p>' for text in found.warnings)
    return f'<div class="cm-card">{head}{warnings}{points}{asks}{path}{table}{checks(found.checks)}</div>'


def score(card: ScoreCard) -> str:
    """Return level, points, radar and heat strip of an assessment."""
    span = (
        "" if card.level is not None else f"（{level_name(card.level_low)} 至 {level_name(card.level_high)}）"
    )
    total = _points(card.total if card.total == card.total_high else None, card.total, card.total_high)
    need = card.next_level
    short = (
        f"<p>距{level_name(need.level)}：还差 <b>{need.points_short:f}</b> 分、<b>{need.scenes_short}</b> 个场景、"
        f"<b>{need.binding_short}</b> 个约束性场景</p>"
        if need
        else ""
    )
    dims = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{_points(one.score if one.score == one.high else None, one.score, one.high)}</td>"
        f"<td>{one.max:f}</td></tr>"
        for one in card.dimensions
    )
    notes = "".join(f'<p class="cm-note">{escape(text)}</p>' for text in card.notes)
    missing = f"<p>未作答 {len(card.unanswered)} 项</p>" if card.unanswered else ""
    return (
        f'<div class="cm-card"><h3>{level_name(card.level)}{span} · 总分 {total} / 100</h3>{short}{missing}'
        f'<div class="cm-split"><div>{radar(card)}</div><div><table class="cm-table"><thead><tr><th>维度</th><th>得分</th>'
        f"<th>满分</th></tr></thead><tbody>{dims}</tbody></table></div></div>{strip(card.scenes)}"
        f"{checks(card.inconsistencies)}{notes}</div>"
    )


def radar(card: ScoreCard) -> str:
    """Return a radar of the scored dimensions and the scene groups, each as a share of its maximum, as SVG."""
    axes = [(one.name, float(one.score / one.max)) for one in card.dimensions if one.max]
    for group in dict.fromkeys(scene.group for scene in card.scenes):
        levels = [scene.level or 0 for scene in card.scenes if scene.group == group]
        axes.append((group.removesuffix("数字化"), sum(levels) / (4 * len(levels))))
    if len(axes) < 3:
        return ""
    centre, radius = 150.0, 96.0

    def at(index: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * index / len(axes) - math.pi / 2
        return centre + radius * share * math.cos(angle), centre + radius * share * math.sin(angle)

    def ring(share: float) -> str:
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(index, share) for index in range(len(axes))))

    rings = "".join(f'<polygon class="cm-ring" points="{ring(share)}"/>' for share in (0.25, 0.5, 0.75, 1))
    shape = " ".join(
        f"{x:.1f},{y:.1f}" for x, y in (at(index, share) for index, (_, share) in enumerate(axes))
    )
    labels = []
    for index, (name, share) in enumerate(axes):
        x, y = at(index, 1.2)
        anchor = "middle" if abs(x - centre) < 12 else ("start" if x > centre else "end")
        labels.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(name)} {share:.0%}</text>'
        )
    return (
        f'<svg class="cm-radar" viewBox="-60 0 420 300" role="img" aria-label="各维度得分占满分的比例">{rings}'
        f'<polygon class="cm-shape" points="{shape}"/>{"".join(labels)}</svg>'
    )


def strip(scenes: Iterable[SceneLevel]) -> str:
    """Return the scenes as a strip of coloured cells; a star marks a binding one."""
    cells = "".join(
        f'<div class="cm-cell cm-l{"x" if one.level is None else one.level}" title="{escape(one.group)}">'
        f"<b>{'未评' if one.level is None else one.level}</b><span>{escape(one.name)}{'*' if one.binding else ''}</span></div>"
        for one in scenes
    )
    return f'<div class="cm-strip">{cells}</div><p class="cm-note">数字为场景等级 0—4，* 为约束性场景。</p>'


def plan(made: Plan) -> str:
    """Return the plan as a table by phase."""
    unit = {
        "money": "万元",
        "effort": "工作量单位（无公开价格，不是金额）",
        "mixed": "金额与工作量混合，见各步",
    }[made.cost_basis]
    if made.reachable:
        head = f"到{level_name(made.target_level)}：{len(made.steps)} 步，合计 {made.total_cost:f} {unit}"
    else:
        least = (
            f"至少需要 {made.least_budget:f} {unit}" if made.least_budget is not None else "任何预算都到不了"
        )
        head = f"预算内到不了{level_name(made.target_level)}（最高 {level_name(made.level_within_budget or 0)}）；{least}"
    rows = "".join(
        f"<tr><td>{one.phase}</td><td>{escape(one.name)}</td><td>{_now(one.from_)}</td><td>{escape(str(one.to))}</td>"
        f"<td>{one.cost:f}</td><td>{escape(one.why)}</td></tr>"
        for one in made.steps
    )
    body = (
        '<div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th>阶段</th><th>提升什么</th><th>现在</th><th>到</th>'
        f"<th>成本</th><th>理由</th></tr></thead><tbody>{rows}</tbody></table></div>"
        if rows
        else ""
    )
    notes = "".join(f'<p class="cm-note">{escape(text)}</p>' for text in made.notes)
    return f'<div class="cm-card"><h3>{head}</h3>{body}{notes}</div>'


def offers(found: MatchResult, *, names: Mapping[str, str], most: int = 6) -> str:
    """Return the best offers, each with its reasons and what to ask the vendor folded below.

    Args:
        found: Offers, bundle and what was left out.
        names: Scene id -> name.
        most: How many offers to show.
    """
    items = []
    for one in found.offers[:most]:
        reasons = "".join(f"<li>{escape(text)}</li>" for text in one.reasons)
        ask = f"<p>问厂商：{escape('；'.join(one.ask_vendor))}</p>" if one.ask_vendor else ""
        covers = "、".join(names.get(scene, scene) for scene in one.covers)
        items.append(
            f'<details class="cm-source"><summary><b>{escape(one.name)}</b> {escape(one.provider)} '
            f"{badge(f'{one.score:f} 分')}{badge(one.price or '价格未公开')}<br>覆盖：{escape(covers)}</summary>"
            f"<ul>{reasons}</ul>{ask}{_link(one.source)}</details>"
        )
    bundle = found.bundle
    called = {one.product_id: one.name for one in found.offers}
    together = "、".join(called.get(product, product) for product in bundle.products) or "无"
    missing = "、".join(names.get(scene, scene) for scene in bundle.uncovered) or "无"
    left = f"另有 {max(0, len(found.offers) - most)} 项候选；{len(found.rejected)} 项不符合硬性要求。"
    return (
        f'<div class="cm-card"><h3>产品与服务商候选</h3><p>组合建议：{escape(together)}；未覆盖：{escape(missing)}。</p>'
        f'{"".join(items)}<p class="cm-note">{escape(left)}厂商自述未经核实，不作为得分依据。'
        f"名次只由缺口覆盖、行业规模、证据与公开价格决定。</p></div>"
    )


def quiz(made: Quiz) -> str:
    """Return the questions, each with its key and clause folded below."""
    items = []
    for one in made.questions:
        options = "".join(
            f"<li>{letter}. {escape(option)}</li>"
            for letter, option in zip("ABCDEFGH", one.options, strict=False)
        )
        key = escape("、".join(one.key))
        items.append(
            f'<article class="cm-source"><p><b>{one.n}.</b> {escape(one.stem)}</p><ul class="cm-options">{options}</ul>'
            f"<details><summary>答案与条款</summary><p><b>{key}</b> {badge(one.status)}</p><p>{escape(one.explanation)}</p></details>"
            f"</article>"
        )
    return "".join(items)


def checks(found: Iterable[Check]) -> str:
    """Return contradictions and near misses."""
    tone = {"block": "bad", "warn": "open", "info": "plain"}
    name = {"block": "矛盾", "warn": "注意", "info": "提示"}
    items = "".join(
        f"<li>{badge(name[one.severity], tone[one.severity])} {escape(one.text)}</li>" for one in found
    )
    return f'<ul class="cm-checks">{items}</ul>' if items else ""


def _now(value: str | int | None) -> str:
    return "—" if value in (None, "") else escape(str(value))


def _points(exact: Decimal | None, low: Decimal, high: Decimal) -> str:
    return f"{exact:f}" if exact is not None else f"{low:f} 至 {high:f}"


def _link(url: str | None) -> str:
    if not url or not url.startswith(("https://", "http://")):
        return ""
    return (
        f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer nofollow">打开来源</a>'
    )


def _empty(text: str) -> str:
    return f'<p class="cm-note">{escape(text)}</p>'
