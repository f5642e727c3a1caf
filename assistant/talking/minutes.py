"""Minutes of a long conversation: what fell out of the kept wording, summed up by rule. No model writes or rewrites them.

    talk = record(talk, message, reply)      # after each turn
    told_in_words(talk)                      # what a model or a person is shown of the turns before

Facts never live here: they stand in `Talk.told` and are kept for good. Every list is bounded, so a conversation of any
length has minutes of one page at most.
"""

from collections.abc import Iterable

from assistant.schema import Eligibility
from assistant.talking.talk import Exchange, Minutes, Reply, Talk

KEPT = 20
"""So many exchanges are kept in their own words."""
_ASKED = 40
"""Characters of a question."""
_LISTED = 12
"""Questions listed of each kind; older ones are only counted."""
_CITED = 20
_TITLE = 60


def record(talk: Talk, message: str, said: Reply) -> Talk:
    """Return the conversation with this exchange kept, and the oldest ones summed up where there are too many."""
    history = (*talk.history, ("user", message), ("assistant", said.text))
    recent = (*talk.recent, _exchange(talk.turns, message, said))
    cut = max(0, len(recent) - KEPT)
    minutes = talk.minutes
    for one in recent[:cut]:
        minutes = fold(minutes, one)
    return talk.model_copy(
        update={"history": history[-2 * KEPT :], "recent": recent[cut:], "minutes": minutes}
    )


def _exchange(turn: int, message: str, said: Reply) -> Exchange:
    cited = said.answer.citations if said.answer else ()
    return Exchange(
        turn=turn,
        asked=_short(" ".join(message.split()), _ASKED),
        outcome=(
            "checked"
            if said.found
            else "worked"
            if said.worked
            else "other"
            if said.answer is None
            else "refused"
            if said.answer.refused
            else "answered"
        ),
        checked=tuple((one.title, one.verdict, one.as_of) for one in said.found if _judged(one)),
        cited=tuple(dict.fromkeys((one.source_id, _short(one.title.strip("《》"), _TITLE)) for one in cited)),
    )


def _judged(found: Eligibility) -> bool:
    return bool(found.findings)


def fold(minutes: Minutes, one: Exchange) -> Minutes:
    """Return the minutes with one exchange more."""
    lists = {name: getattr(minutes, name) for name in ("answered", "refused", "worked")}
    dropped = 0
    if one.outcome in lists:
        grown = (*lists[one.outcome], one.asked)
        dropped = max(0, len(grown) - _LISTED)
        lists[one.outcome] = grown[dropped:]
    verdicts = {title: (title, verdict, day) for title, verdict, day in (*minutes.checked, *one.checked)}
    titles: dict[str, str] = {}
    for id, title in (*minutes.cited, *one.cited):
        titles.pop(id, None)
        titles[id] = title
    return Minutes(
        turns=minutes.turns + 1,
        checked=tuple(verdicts.values()),
        left_out=minutes.left_out + dropped,
        cited=tuple(titles.items())[-_CITED:],
        **lists,
    )


def told_in_words(talk: Talk) -> str:
    """Return the minutes as lines, then the last exchanges in brief; empty at the start of a conversation."""
    lines = lines_of(talk.minutes)
    lines += [f"最近问过：{one.asked}{_outcome(one)}" for one in talk.recent[-3:]]
    return "\n".join(f"- {line}" for line in lines)


def lines_of(minutes: Minutes) -> list[str]:
    """Return the minutes as lines for people; [] where nothing was summed up yet."""
    if not minutes.turns:
        return []
    lines = [f"更早的 {minutes.turns} 轮已归纳如下（说过的事实都在“企业情况”里，一条不少）"]
    if minutes.checked:
        lines.append(f"核对过：{_list(f'{t} {v.label}（{d}）' for t, v, d in minutes.checked)}")
    for words, asked in (
        ("按文件回答过", minutes.answered),
        ("没有依据或不予回答的", minutes.refused),
        ("按案例测算过", minutes.worked),
    ):
        if asked:
            lines.append(f"{words}：{_list(asked)}")
    if minutes.left_out:
        lines.append(f"还有更早的 {minutes.left_out} 个问题没有列出")
    if minutes.cited:
        lines.append(f"引用过的文件：{_list(f'《{title}》' for _, title in minutes.cited)}")
    return lines


def cited_last(talk: Talk) -> list[str]:
    """Return the ids of documents cited so far, the latest first."""
    ids = [id for id, _ in talk.minutes.cited]
    ids += [id for one in talk.recent for id, _ in one.cited]
    return list(dict.fromkeys(reversed(ids)))


def _outcome(one: Exchange) -> str:
    if one.checked:
        return f"（{_list(f'{t} {v.label}' for t, v, _ in one.checked[:3])}）"
    return {"answered": "（已按文件回答）", "refused": "（没有依据）"}.get(one.outcome, "")


def _list(items: Iterable[str]) -> str:
    return "；".join(items)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
