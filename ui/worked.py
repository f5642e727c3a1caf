"""What a conversation worked out -> inert HTML: level and plan as in 一企一策, money, days and documents as tables."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from assistant.corpus import ConflictItem, TimelineItem
from assistant.schema import MatchResult, Plan, ScoreCard, Subsidy
from assistant.talking.clerk import amount
from assistant.talking.talk import Worked
from knowledge.policy import Policy
from knowledge.standard import Standard
from ui import figures
from ui.render import badge, fold, link


def cards(found: Iterable[Worked], standard: Standard, policies: Mapping[str, Policy]) -> str:
    """Return every record a reply rests on, those of a kind together, in the order they were first met."""
    met: dict[type, list[Worked]] = {}
    for one in found:
        met.setdefault(type(one), []).append(one)
    return "".join(_cards(kind, standard, policies) for kind in met.values())


def _cards(kind: Sequence[Worked], standard: Standard, policies: Mapping[str, Policy]) -> str:
    names = {scene.id: scene.name for scene in standard.scenes}
    parts = []
    for one in kind:
        if isinstance(one, ScoreCard):
            parts.append(figures.score(one) + _lost(one))
        elif isinstance(one, Plan):
            parts.append(figures.plan(one, standard))
        elif isinstance(one, MatchResult):
            parts.append(figures.offers(one, names=names))
        elif isinstance(one, ConflictItem):
            parts.append(_conflict(one, policies))
    money = [one for one in kind if isinstance(one, Subsidy)]
    days = [one for one in kind if isinstance(one, TimelineItem)]
    return (
        "".join(parts) + (_money(money, policies) if money else "") + (_days(days, policies) if days else "")
    )


def _lost(card: ScoreCard) -> str:
    """Return the points of every question, those that lost most first, folded."""
    rows = sorted(
        (one for one in card.questions),
        key=lambda one: -(one.max - (one.score if one.score is not None else one.max)),
    )
    body = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{'未作答' if one.score is None else amount(one.score)}</td>"
        f"<td>{amount(one.max)}</td><td>{'—' if one.score is None else amount(one.max - one.score)}</td></tr>"
        for one in rows
    )
    table = (
        '<div class="cm-scroll"><table class="cm-table"><thead><tr><th>评测题</th><th>得分</th><th>满分</th><th>少得</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    return f'<div class="cm-card">{fold(f"逐题得分（{len(rows)} 题，少得多的在前）", table)}</div>'


def _money(found: Sequence[Subsidy], policies: Mapping[str, Policy]) -> str:
    rows = "".join(
        f'<tr><td>{escape(one.title)}</td><td class="cm-cost">{_sum(one)}</td>'
        f"<td>{escape(one.reason) if one.refused else _terms(one)}</td>"
        f"<td>{_clause(one, policies)}</td></tr>"
        for one in found
    )
    return (
        '<div class="cm-card"><h3>补助怎么算</h3><div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th>资金政策</th>'
        f"<th>金额</th><th>前提或原因</th><th>依据</th></tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _sum(one: Subsidy) -> str:
    if one.refused:
        return badge("算不出", "open")
    if one.low == one.high:
        return f"{amount(one.high)} 万元"
    return f"最多 {amount(one.high)} 万元<br><small>最低 {amount(one.low)}</small>"


def _terms(one: Subsidy) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in one.assumptions) + "</ul>"


def _clause(one: Subsidy, policies: Mapping[str, Policy]) -> str:
    if one.clause is None:
        return ""
    policy = policies.get(one.clause.source_id)
    status = badge(one.status.label, "open") if one.status is not None else ""
    if policy is None:
        return f"{escape(one.clause.locator)} {status}"
    name = policy.doc_number or policy.title
    return f"{escape(name)} {escape(one.clause.locator)} {status}{link(_address(policy))}"


def _address(policy: Policy) -> str | None:
    return policy.official_url or next((one.url for one in policy.sources if one.url), None)


def _days(found: Sequence[TimelineItem], policies: Mapping[str, Policy]) -> str:
    rows = "".join(
        f'<tr><td class="cm-cost">{one.date}</td><td class="cm-cost">{escape(one.kind_label)}</td><td>{escape(one.what)}'
        f"{f'<br><small>{escape(one.note)}</small>' if one.note else ''}</td><td>{escape(one.region)}</td>"
        f"<td>{escape(one.title)} {escape(one.locator)} {badge(one.certainty_label)}"
        f"{link(_address(policies[one.policy])) if one.policy in policies else ''}</td></tr>"
        for one in found
    )
    return (
        '<div class="cm-card"><h3>时间表</h3><div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr><th>日期</th><th>类别</th>'
        f"<th>事项</th><th>地区</th><th>出处</th></tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _conflict(item: ConflictItem, policies: Mapping[str, Policy]) -> str:
    rows = "".join(
        f"<tr><td>{escape(cell.label)}</td><td>{escape(cell.value)}</td><td>{escape(cell.doc_number or cell.title)} "
        f"{escape(cell.locator)} {link(_address(policies[cell.policy])) if cell.policy in policies else ''}</td>"
        f"<td>{badge(cell.status_label)}</td></tr>"
        for cell in item.cells
    )
    note = f'<p class="cm-note">{escape(item.note)}</p>' if item.note else ""
    return (
        f'<div class="cm-card"><h3>{escape(item.condition)}</h3>{note}<div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr>'
        f"<th>哪里</th><th>写法</th><th>文件</th><th>状态</th></tr></thead><tbody>{rows}</tbody></table></div></div>"
    )
