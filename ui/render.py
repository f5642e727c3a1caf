"""Answers, verdicts and quizzes -> inert HTML. What came from people, documents or a model is escaped; nothing is decided here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape

from assistant.rules.wording import change_note, change_text, value_text
from assistant.schema import Answer, Change, Check, Citation, Eligibility, Finding, Verdict
from assistant.show import depths, fact_label
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
        opened = original(one) or link(one.url)
        page = f" · 第 {one.page} 页" if one.page else ""
        cards.append(
            f'<article class="cm-source" id="cite-{one.n}"><header><b>[{one.n}]</b> {escape(one.title)}{number}</header>'
            f"<p>{badge(place)}{badge(one.status.label, _STATUS_TONE.get(one.status, 'open'))}{badge(one.certainty.label)}"
            f"{badge(kind)}{page}</p><blockquote>{escape(one.quote)}</blockquote>{opened}</article>"
        )
    return (
        f'<div class="cm-sources">{"".join(cards)}</div>' if cards else empty("回答引用的条款会显示在这里。")
    )


def original(one: Citation) -> str:
    """Return a link that opens a person's own document at the page cited; nothing for a published one."""
    if not re.fullmatch(r"up-[0-9a-f]+", one.source_id):
        return ""
    page = f"#page={one.page}" if one.page else ""
    return f'<a href="/documents/{one.source_id}{page}" target="_blank" rel="noopener">打开原件</a>'


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


def told(rows: Iterable[tuple[str, str, str, bool, str]]) -> str:
    """Return the facts told so far: label, value, the words it came from, whether it contradicts another, a remark."""
    shown = "".join(
        f"<tr><td>{escape(label)}</td><td>{escape(value)}"
        f"{badge('前后不一致，请确认', 'bad') if conflict else ''}</td>"
        f"<td>{escape(words) or '<i>手工填写</i>'}{f'<br><small>{escape(note)}</small>' if note else ''}</td></tr>"
        for label, value, words, conflict, note in rows
    )
    if not shown:
        return empty("您说过的事实会记在这里，并注明依据的原话，可以随时更正；没说的不会替您填。")
    return (
        '<div class="cm-scroll cm-tall"><table class="cm-table"><thead><tr><th>事实</th><th>数值</th><th>依据的原话</th>'
        f"</tr></thead><tbody>{shown}</tbody></table></div>"
    )


def eligibility(found: Eligibility) -> str:
    """Return the verdict: what stands against it, what is still to be known, and every criterion folded below."""
    leaves = [one for one in found.findings if one.group is None]
    counts = " · ".join(
        f"{verdict.label} {sum(one.verdict is verdict for one in leaves)}"
        for verdict in (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)
    )
    basis = f"依据《{escape(found.standard_title.strip('《》'))}》，" if found.standard_title else ""
    tally = f"：{counts}" if leaves else ""
    head = (
        f"<h3>{escape(found.title)} {badge(found.verdict.label, _TONE[found.verdict])}</h3>"
        f'<p class="cm-note">{basis}按 {found.as_of} 判断{tally}。</p>'
    )
    window = ""
    if found.window:
        tone = {True: "good", False: "bad", None: "open"}[found.window_open]
        word = {True: "申报中", False: "当前不在申报期", None: "申报时间"}[found.window_open]
        window = f"<p>{badge(word, tone)} {escape(found.window)}</p>"
    points = "".join(
        f"<p>{escape(one.label)}：<b>{span(one.total, one.low, one.high)}</b> 分"
        f"{'' if one.total is not None else '（资料不全，为可能的范围）'}</p>"
        for one in found.points
    )
    against = _failing(found)
    failing = f"<h4>不满足的条件</h4>{_table(against)}" if against else ""
    asks = ""
    if found.ask_next:
        asks = f"<p>接下来最该弄清：<b>{'、'.join(escape(fact_label(name)) for name in found.ask_next[:3])}</b></p>"
    warnings = "".join(f'<p class="cm-caution">{escape(one)}</p>' for one in found.warnings)
    if len(found.warnings) > 2:
        warnings = fold(f"申报须知（{len(found.warnings)} 条）", warnings)
    depth = depths(found.findings)
    table = _table(found.findings, depth)
    whole = fold(f"逐条对照（{len(leaves)} 条）", table, open_=len(leaves) <= 12) if leaves else ""
    return (
        f'<div class="cm-card">{head}{window}{points}{asks}{failing}{_path(found.shortest_path or ())}'
        f"{checks(found.checks)}{warnings}{whole}</div>"
    )


def _failing(found: Eligibility) -> list[Finding]:
    """Return the criteria that stand in the way: not met, with every group around them not met either."""
    by_id = {one.id: one for one in found.findings}

    def stands(one: Finding) -> bool:
        around = by_id.get(one.parent) if one.parent else None
        return one.verdict is Verdict.NOT_MET and (around is None or stands(around))

    return [one for one in found.findings if one.group is None and stands(one)]


def _table(findings: Iterable[Finding], depth: Mapping[str, int] | None = None) -> str:
    rows = []
    for one in findings:
        value = "" if one.group else escape(one.known or value_text(one.value, one.unit, fact=one.fact))
        label = escape(one.label or one.id)
        indent = f' style="padding-left:{0.45 + 0.9 * (depth or {}).get(one.id, 0):.2f}rem"'
        rows.append(
            f'<tr class="cm-{_TONE[one.verdict]}"><td class="cm-mark" title="{one.verdict.label}">{_MARK[one.verdict]}</td>'
            f"<td{indent}>{f'<b>{label}</b>' if one.group else label}</td><td>{value}</td>"
            f'<td>{escape(one.required)}</td><td class="cm-where">{escape(one.clause.locator)}</td></tr>'
        )
    wide = " cm-wide" if depth else ""
    return (
        f'<div class="cm-scroll"><table class="cm-table{wide}"><thead><tr><th></th><th>条件</th><th>企业情况</th><th>要求</th>'
        f"<th>条款</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _path(changes: Sequence[Change]) -> str:
    """Return the fewest changes that pass: what must become different first, then what only has to be told."""
    real = [one for one in changes if one.from_ is not None]
    open_ = [one for one in changes if one.from_ is None]
    parts = []
    if real:
        items = "".join(
            f"<li><b>{escape(one.label or fact_label(one.fact))}</b>：{escape(change_text(one))}"
            f"{_note(one)}</li>"
            for one in real
        )
        parts.append(f"<h4>最少要改变</h4><ul>{items}</ul>")
    if open_:
        items = "".join(
            f"<li>{escape(one.label or fact_label(one.fact))}：{escape(change_text(one))}{_note(one)}</li>"
            for one in open_
        )
        parts.append(
            fold(
                f"还需要知道（{len(open_)} 项），都是这样才通过",
                f"<ul>{items}</ul>",
                open_=len(open_) <= 4,
            )
        )
    return "".join(parts)


def _note(change: Change) -> str:
    note = change_note(change)
    return f"<br><small>{escape(note)}</small>" if note else ""


def quiz(made: Quiz) -> str:
    """Return the questions, each with its key and clause folded below."""
    items = []
    for one in made.questions:
        options = "".join(
            f"<li>{letter}. {escape(option)}</li>"
            for letter, option in zip("ABCDEFGH", one.options, strict=False)
        )
        key = escape("、".join(one.key) + one.unit)
        worth = badge(one.status) + (badge(one.certainty) if one.certainty else "")
        items.append(
            f'<article class="cm-source"><p><b>{one.n}.</b> {escape(one.stem)}</p><ul class="cm-options">{options}</ul>'
            f"<details><summary>答案与条款</summary><p><b>{key}</b> {worth}</p><p>{escape(one.explanation)}</p></details>"
            f"</article>"
        )
    return "".join(items)


def fold(called: str, body: str, *, open_: bool = False) -> str:
    """Return a part that opens on a click; `called` is plain text, `body` is HTML."""
    return f'<details class="cm-fold"{" open" if open_ else ""}><summary>{escape(called)}</summary>{body}</details>'


def checks(found: Iterable[Check]) -> str:
    """Return contradictions and near misses."""
    tone = {"block": "bad", "warn": "open", "info": "plain"}
    name = {"block": "矛盾", "warn": "注意", "info": "提示"}
    items = "".join(
        f"<li>{badge(name[one.severity], tone[one.severity])} {escape(one.text)}</li>" for one in found
    )
    return f'<ul class="cm-checks">{items}</ul>' if items else ""


def link(url: str | None) -> str:
    """Return a link to a web address; nothing for any other kind of address."""
    if not url or not url.startswith(("https://", "http://")):
        return ""
    return (
        f'<a href="{escape(url, quote=True)}" target="_blank" rel="noopener noreferrer nofollow">打开来源</a>'
    )


def empty(text: str) -> str:
    """Return the words that stand where there is nothing yet, line by line."""
    lines = "<br>".join(escape(text).splitlines())
    return f'<p class="cm-note cm-empty">{lines}</p>'


def span(exact: Decimal | None, low: Decimal, high: Decimal) -> str:
    """Return a number, or the range it lies in."""
    return f"{exact:f}" if exact is not None else f"{low:f} 至 {high:f}"
