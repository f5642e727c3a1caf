"""A training session and a graded quiz -> inert HTML; nothing is decided here."""

from collections.abc import Mapping
from html import escape

from assistant.training.grading import Result
from assistant.training.scope import describe
from assistant.training.session import Asked, Session
from ui import render

_OPEN = 6
"""Answers that stand open; of a longer list only the latest does."""
_TONE = {"wrong_premise": "bad", "expired": "bad", "superseded": "bad", "draft": "open", "conflict": "open"}
_WORD = {
    "wrong_premise": "前提有误",
    "expired": "已失效",
    "superseded": "已被替代",
    "draft": "征求意见稿",
    "conflict": "说法不一",
    "other_region": "外地规定",
    "unverified": "未核对",
    "not_stated": "未载明",
}


def session(held: Session, titles: Mapping[str, str], *, latest: int | None = None) -> str:
    """Return a session so far: how far it is, each answer, and at the end what stayed open and whom to ask.

    Args:
        held: The session.
        titles: Document id -> title.
        latest: Show only so many answers, the last ones; None is all.
    """
    done, total = len(held.asked), len(held.questions)
    share = 100 * done // total if total else 0
    stopped = "" if done == total else f"，还有 {total - done} 个"
    head = (
        f'<div class="cm-card cm-room"><h3>{escape(held.title)}</h3>'
        f'<p class="cm-note">范围：{escape(describe(held.scope, titles))} · {escape(held.scope.region)} · {held.scope.as_of}</p>'
        f'<p>已答 {done} / {total}{stopped}</p><div class="cm-bar"><i style="width:{share}%"></i></div></div>'
    )
    few = total <= _OPEN
    shown = held.asked if latest is None else held.asked[-latest:]
    hidden = done - len(shown)
    if hidden:
        head += f'<p class="cm-note">前 {hidden} 个答完后一并显示。</p>'
    items = "".join(_asked(one, open_=few or one is held.asked[-1]) for one in shown)
    return head + items + (_left(held) + _aside(held) if done == total else "")


def _asked(one: Asked, *, open_: bool) -> str:
    kinds = dict.fromkeys(caution.kind for caution in one.answer.warnings)
    marks = "".join(render.badge(_WORD[kind], _TONE.get(kind, "plain")) for kind in kinds)
    if one.outside:
        marks = render.badge("不在范围内", "open")
    elif one.answer.refused:
        marks += render.badge("缺依据", "open")
    times = render.badge(f"{one.times} 人问到") if one.times > 1 else ""
    worded = "；".join(one.wordings)
    also = f'<p class="cm-note">也这样问：{escape(worded)}</p>' if worded else ""
    cited = one.answer.citations
    sources = render.fold(f"引用的条款（{len(cited)}）", render.sources(cited)) if cited else ""
    return (
        f'<details class="cm-source"{" open" if open_ else ""}><summary><b>{one.number}. {escape(one.question)}</b> '
        f"{times}{marks}</summary>{also}{render.answer(one.answer)}{sources}</details>"
    )


def _aside(held: Session) -> str:
    if not held.aside:
        return ""
    return f'<p class="cm-note">清单里没有问什么的 {len(held.aside)} 行，没有作答：{escape("；".join(held.aside))}</p>'


def _left(held: Session) -> str:
    if not held.unanswered:
        return ""
    rows = "".join(
        f"<tr><td>{escape(one.question)}</td><td>{escape(one.answer.reason or one.answer.answer)}</td></tr>"
        for one in held.unanswered
    )
    return (
        f'<div class="cm-card"><h3>没有答上的 {len(held.unanswered)} 个，问谁</h3><div class="cm-scroll">'
        f'<table class="cm-table"><thead><tr><th>问题</th><th>接下来</th></tr></thead><tbody>{rows}</tbody></table></div></div>'
    )


def result(graded: Result) -> str:
    """Return the scores, how each question was answered with the clause to read again, and what could not be used."""
    mean = "" if graded.mean is None else f"，平均 {graded.mean} 分"
    people = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{escape(one.unit)}</td><td>{one.right} / {one.total}</td><td><b>{one.percent}</b></td>"
        f"<td>{escape('、'.join(map(str, one.wrong)) or '—')}</td><td>{escape('、'.join(map(str, one.blank)) or '—')}</td></tr>"
        for one in sorted(graded.participants, key=lambda one: -one.percent)
    )
    questions = "".join(
        f'<tr><td>{one.n}</td><td><b>{one.percent}%</b><div class="cm-bar"><i style="width:{one.percent}%"></i></div></td>'
        f"<td>{escape(one.key)}</td><td>{escape(one.most_wrong or '—')}</td><td>{escape(one.reread)}</td></tr>"
        for one in sorted(graded.questions, key=lambda one: (one.percent, one.n))
    )
    slips = "".join(f"<li>{escape(one.where)}：{escape(one.what)}</li>" for one in graded.slips)
    wrong = f"<h4>答卷里要核对的</h4><ul>{slips}</ul>" if slips else ""
    return (
        f'<div class="cm-card"><h3>{escape(graded.quiz)}</h3><p>{len(graded.participants)} 份答卷{mean}</p>'
        f'<div class="cm-scroll"><table class="cm-table"><thead><tr><th>姓名</th><th>单位</th><th>答对</th><th>得分</th>'
        f"<th>答错的题</th><th>未答的题</th></tr></thead><tbody>{people}</tbody></table></div>"
        f'<h4>各题正确率（低的在前）与该重读的条款</h4><div class="cm-scroll"><table class="cm-table cm-wide"><thead><tr>'
        f"<th>题号</th><th>正确率</th><th>答案</th><th>最多的错答</th><th>重读条款</th></tr></thead><tbody>{questions}</tbody>"
        f"</table></div>{wrong}</div>"
    )
