"""企业问答: the conversation, with its case and the facts told beside it, what was found and cited below them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.casefiles.casebook import (
    choices,
    forget_case,
    forget_talk,
    list_talks,
    load_talk,
    open_choice,
    own_case,
    refresh,
    sample_choices,
    save_state,
    save_talk,
)
from assistant.chat import Reply, Talk, converse, correct
from assistant.schema import Eligibility
from assistant.talking.casework import attach, detach, differences, standard_of
from assistant.talking.clerk import FORMAL, label, value_words
from assistant.talking.minutes import lines_of
from assistant.talking.talk import case_facts
from knowledge.enterprise import facts
from knowledge.errors import ConsultError
from ui import events, render, worked
from ui.visitor import owner_of

_EXAMPLES = (
    "我们厂二十来号人，去年做了三千多万，有俩发明专利一个是买的，能搞小巨人不",
    "济南那个数字化转型试点现在还能申请不？",
    "专精特新中小企业现在的认定条件是什么？",
    "接下来有哪些时间点",
)
_OF_THE_CASE = ("我们现在几级", "哪里扣分最多", "先做哪几项最划算", "能补多少钱")
"""Put in place of the examples once a case is attached: as many."""
_GREETING = (
    "您好，我是参谋。说说企业的情况（地区、行业、人数、营收、研发、专利），或者直接问政策。"
    "说过的事实记在右边，随时可以改；没说的我不会替您填。"
)


def draw(assistant: Assistant, page: gr.Blocks, tab: gr.Tab) -> None:
    """Draw the tab; what may be attached is listed afresh whenever it is opened."""
    talk = gr.State(Talk())
    talk_id = gr.State("")
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            chat = gr.Chatbot(
                value=[{"role": "assistant", "content": _GREETING}],
                height=440,
                show_label=False,
                buttons=["copy"],
                elem_id="chat",
                feedback_options=None,
                autoscroll=False,  # page.js keeps the question asked at the top
            )
            with gr.Row(equal_height=True, elem_classes="cm-actions cm-ask"):
                box = gr.Textbox(
                    placeholder="例如：我们在济南做精密零件，去年营收5200万，研发180万，能报小巨人吗",
                    show_label=False,
                    container=False,
                    scale=6,
                    elem_id="ask-box",
                    max_length=4000,
                    lines=1,
                    max_lines=6,
                )
                send = gr.Button("发送", variant="primary", scale=1, min_width=84)
            with gr.Row(elem_classes="cm-chips"):
                chips = [gr.Button(text, size="sm", min_width=60) for text in _EXAMPLES]
        with gr.Column(scale=2, min_width=300):
            gr.HTML('<h3 class="cm-title">评测案例</h3>')
            with gr.Row(equal_height=True, elem_classes="cm-actions"):
                pick = gr.Dropdown(
                    [(_NO_CASE, ""), *sample_choices()],
                    value="",
                    show_label=False,
                    container=False,
                    elem_id="case-pick",
                    scale=4,
                    min_width=180,
                )
                discard = gr.Button(
                    "删除此案例", size="sm", visible=False, elem_classes="cm-danger", scale=1, min_width=96
                )
            chip = gr.HTML(_chip(Talk()), elem_id="case-chip")
            gr.HTML('<h3 class="cm-title">企业情况</h3>')
            told = gr.HTML(render.told(()), elem_id="told")
            summary = gr.HTML(elem_id="minutes")
            with gr.Accordion("更正或补充一项", open=False, elem_id="fix"):
                which = gr.Dropdown(_fact_choices(), label="哪一项", elem_id="fix-fact", value=None)
                with gr.Row(equal_height=True, elem_classes="cm-actions"):
                    value = gr.Textbox(
                        label="数值",
                        placeholder="如 5200、3.5%、是",
                        scale=2,
                        elem_id="fix-value",
                        min_width=120,
                    )
                    fix = gr.Button("记下", scale=1, min_width=80)
            with gr.Accordion("以前的对话", open=False, elem_id="past"):
                past = gr.Dropdown([], label="选择一段对话", elem_id="past-talks")
                with gr.Row(elem_classes="cm-actions"):
                    resume = gr.Button("接着谈", size="sm", min_width=80)
                    forget = gr.Button("删除", size="sm", elem_classes="cm-danger", min_width=80)
                    fresh = gr.Button("新对话", size="sm", min_width=80)
    found = gr.HTML(elem_id="found")
    cited = gr.HTML(elem_id="cited")

    aside = [told, summary, pick, discard, chip, *chips]

    def beside(now: Talk, owner: str) -> tuple[Any, ...]:
        """Return what stands beside the conversation: facts, minutes, the case and what to ask next."""
        listed = [(_NO_CASE, ""), *choices(assistant.store, owner)]
        chosen = now.case.id if now.case is not None else ""
        texts = _OF_THE_CASE if now.case is not None else _EXAMPLES
        return (
            _rows(now),
            _minutes(now),
            gr.Dropdown(choices=listed, value=chosen if chosen in {one for _, one in listed} else ""),
            gr.Button(visible=own_case(now.case)),
            _chip(now),
            *(gr.Button(value=text) for text in texts),
        )

    skipped = (gr.skip(),) * len(aside)

    def told_only(now: Talk) -> tuple[Any, ...]:
        """Return the facts and the minutes afresh, and leave the case as it is drawn."""
        return (_rows(now), _minutes(now), *skipped[2:])

    def respond(
        message: str, history: list[dict[str, str]], now: Talk, known: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        idle = (gr.skip(), gr.skip(), "", *skipped)
        if not message.strip():
            yield history, now, known, *idle
            return
        shown = [*history, _asked(message)]
        yield [*shown, {"role": "assistant", "content": "…"}], now, known, *idle
        owner = owner_of(request)
        desk = assistant.desk(owner=owner)
        try:
            before, now = now.case, refresh(now, assistant.store, owner, desk)
            for part in converse(message, now, desk=desk, model=assistant.model_for(owner)):
                if isinstance(part, str):
                    yield [*shown, _said(part)], now, known, *idle
                    continue
                known = save_talk(assistant.store, owner, known or None, part, message)
                found_, cited_ = _findings(part, assistant), _sources(part)
                yield (
                    [*shown, _said(part.text)],
                    part.talk,
                    known,
                    found_,
                    cited_,
                    "",
                    # Redrawing the list of cases would take a choice out of the hands of who is just making one.
                    *(beside(part.talk, owner) if now.case != before else told_only(part.talk)),
                )
        except ConsultError as error:
            yield [*shown, _said(error.hint)], now, known, *idle

    def give_up(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [*history[:-1], _said("这一句没能处理，已记入日志。请换个说法再试。")]

    def choose(
        choice: str | None, history: list[dict[str, Any]], now: Talk, known: str, request: gr.Request
    ) -> tuple[Any, ...]:
        """Attach the case chosen, or let the present one go; say so in the conversation, and keep it with it."""
        owner = owner_of(request)
        if (now.case.id if now.case is not None else "") == (choice or ""):
            return (gr.skip(),) * (2 + len(aside))  # one choice is told of twice
        desk = assistant.desk(owner=owner)
        try:
            if choice:
                one = open_choice(
                    choice,
                    assistant.store,
                    owner,
                    examples=assistant.examples,
                    standards=assistant.kb.standards,
                )
                after = attach(now, one, desk)
                note = _attached(after)
            else:
                name = now.case.name if now.case is not None else ""
                after, note = detach(now), f"已取下案例“{name}”，后面只按您说的事实来。"
        except ConsultError as error:
            events.warn(error.hint)
            return history, now, *beside(now, owner)
        if known:
            save_state(assistant.store, owner, known, after, note)
        return [*history, _said(note)], after, *beside(after, owner)

    def throw_away(
        history: list[dict[str, Any]], now: Talk, known: str, request: gr.Request
    ) -> tuple[Any, ...]:
        owner = owner_of(request)
        if now.case is None or not own_case(now.case):
            return history, now, *skipped
        forget_case(assistant.store, owner, now.case.id)
        note = f"案例“{now.case.name}”已删除。"
        after = detach(now)
        if known:
            save_state(assistant.store, owner, known, after, note)
        return [*history, _said(note)], after, *beside(after, owner)

    def list_again(request: gr.Request) -> Any:
        """List the cases afresh, and nothing else: what is chosen or said meanwhile must not be undone."""
        return gr.Dropdown(choices=[(_NO_CASE, ""), *choices(assistant.store, owner_of(request))])

    def remember(fact: str | None, text: str, now: Talk) -> tuple[Any, ...]:
        if not fact or not text.strip():
            return now, gr.skip(), ""
        try:
            after = correct(now, fact, text)
        except ConsultError as error:
            events.warn(error.hint)
            return now, gr.skip(), text
        return after, _rows(after), ""

    def show_past(request: gr.Request) -> Any:
        return gr.Dropdown(
            choices=[(one.title, one.id) for one in list_talks(assistant.store, owner_of(request))]
        )

    def take_up(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        owner = owner_of(request)
        kept = load_talk(assistant.store, owner, chosen) if chosen else None
        if kept is None:
            return (gr.skip(),) * (3 + len(aside))
        now, said = kept
        now = refresh(now, assistant.store, owner, assistant.desk(owner=owner))
        shown = [_said(turn.text) if turn.role == "assistant" else _asked(turn.text) for turn in said]
        return shown, now, chosen, *beside(now, owner)

    def drop(chosen: str | None, request: gr.Request) -> Any:
        if chosen:
            forget_talk(assistant.store, owner_of(request), chosen)
        return show_past(request)

    def start(request: gr.Request) -> tuple[Any, ...]:
        return [_said(_GREETING)], Talk(), "", "", "", *beside(Talk(), owner_of(request))

    outputs = [chat, talk, talk_id, found, cited, box, *aside]
    asked = [box, chat, talk, talk_id]
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    said = events.run([box.submit, send.click], [send], respond, asked, outputs, shown_on=[found])
    for one in chips:
        picked = one.click(lambda text: text, one, box, **quiet)
        said += events.run([picked.then], [send], respond, asked, outputs, shown_on=[found])
    for one in said:
        one.success(show_past, None, past, **quiet)
        one.failure(give_up, chat, chat, **quiet)
    for trigger in (fix.click, value.submit):
        trigger(remember, [which, value, talk], [talk, told, value], api_visibility="private")
    pick.input(choose, [pick, chat, talk, talk_id], [chat, talk, *aside], **quiet)
    discard.click(throw_away, [chat, talk, talk_id], [chat, talk, *aside], **quiet)
    resume.click(take_up, past, [chat, talk, talk_id, *aside], api_visibility="private")
    forget.click(drop, past, past, api_visibility="private")
    for trigger in (fresh.click, chat.clear):
        trigger(start, None, [chat, talk, talk_id, found, cited, *aside], api_visibility="private")
    tab.select(list_again, None, pick, **quiet)
    page.load(show_past, None, past, **quiet)
    page.load(list_again, None, pick, **quiet)


_NO_CASE = "不附案例（只问政策、核条件）"


def _attached(talk: Talk) -> str:
    """Return what is said when a case is attached: whose it is, what can be asked now, and where it differs."""
    one = talk.case
    if one is None:
        return ""
    day = one.case.assessment.assessed_on
    asks = "”“".join(_OF_THE_CASE)
    lines = [
        f"已附上案例“{one.name}”{f'（{day} 的评测）' if day else ''}。现在可以问“{asks}”“花20万能升几级”“有啥产品能补设备联网”。"
    ]
    lines += [f"- 注意，{text}" for text in differences(talk)]
    return "\n".join(lines)


def _chip(talk: Talk) -> str:
    """Return which case the conversation is about."""
    if talk.case is None:
        return render.empty("附上评测案例，就能问几级、哪里扣分、先做什么、用什么产品、能补多少。")
    case = talk.case.case
    parts = [
        f"{case.assessment.assessed_on} 评测" if case.assessment.assessed_on else "评测日期没写",
        f"目标{'一二三四'[case.needs.target_level - 1]}级" if case.needs.target_level else "没写目标等级",
        f"预算 {case.needs.budget:f} 万元" if case.needs.budget is not None else "没写预算",
    ]
    badges = "".join(render.badge(part) for part in parts)
    return f'<p class="cm-case">{render.badge("已附", "good")}<b>{escape(talk.case.name)}</b><br>{badges}</p>'


def _minutes(talk: Talk) -> str:
    """Return the summed-up beginning of a long conversation, folded."""
    lines = lines_of(talk.minutes)
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines[1:])
    return render.fold(f"前面的 {talk.minutes.turns} 轮（已归纳）", f"<ul>{items}</ul>")


_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_LIST_END = re.compile(r"(?m)^(- .*)\n(?!- |\n)")


def _asked(text: str) -> dict[str, str]:
    """Return what a person said as the page shows it."""
    return {"role": "user", "content": _inert(text)}


def _said(text: str) -> dict[str, str]:
    """Return a reply as the page shows it.

    Markdown takes ** beside Chinese punctuation for plain stars, and the line after a list for a part of its last item.
    """
    shown = _LIST_END.sub("\\1\n\n", _STRONG.sub(r"<strong>\1</strong>", _inert(text)))
    return {"role": "assistant", "content": shown}


def _inert(text: str) -> str:
    """Return Markdown in which nothing is markup, picture or link: replies repeat what people and documents say."""
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace("![", "!&#91;")
        .replace("](", "]&#40;")
        .replace("://", "&#58;//")
    )


def _fact_choices() -> list[tuple[str, str]]:
    own = [
        ("企业名称", "enterprise.name"),
        ("所在地区", "enterprise.region"),
        ("所属行业", "enterprise.industry"),
    ]
    return own + [
        (f"{fact.label}（{fact.unit}）" if fact.unit else fact.label, name) for name, fact in facts().items()
    ]


def _rows(talk: Talk) -> str:
    """Return the facts told, and those of the case folded below them."""
    rows = []
    for one in talk.told:
        value = _said_of(one.fact, one.value)
        if one.low is not None and one.high is not None and one.low != one.high and not one.conflict:
            value += f"（约 {one.low:f}—{one.high:f}）"
        rows.append((label(one.fact), value, one.words, one.conflict, one.note))
    mine = {one.fact for one in talk.told}
    known = {fact: value for fact, value in case_facts(talk.case).items() if fact not in mine}
    if not known:
        return render.told(rows)
    shown = ((label(name), _said_of(name, value)) for name, value in known.items())
    body = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in shown)
    table = f'<div class="cm-scroll cm-tall"><table class="cm-table"><tbody>{body}</tbody></table></div>'
    return render.told(rows) + render.fold(f"案例里的 {len(known)} 项事实（核条件时一并用）", table)


def _said_of(name: str, value: Decimal | bool | str | None) -> str:
    """Return a fact's value as it is said."""
    fact = facts().get(name)
    return value_words(name, value, fact.unit if fact else "万元" if name == "needs.budget" else "")


def _findings(reply: Reply, assistant: Assistant) -> str:
    standard = standard_of(reply.talk, assistant.desk())
    return "".join(render.eligibility(_as_asked(one, reply)) for one in reply.found) + worked.cards(
        reply.worked, standard, assistant.kb.policies
    )


def _as_asked(found: Eligibility, reply: Reply) -> Eligibility:
    """Return a verdict whose next facts stand in the order the talk asks them: the one just asked first, formal ones last."""
    asked = reply.talk.asked
    names = sorted(found.ask_next, key=lambda one: (one != asked, one in FORMAL, facts()[one].manual))
    return found.model_copy(update={"ask_next": tuple(names)})


def _sources(reply: Reply) -> str:
    cited = reply.answer.citations if reply.answer else ()
    return f'<h3 class="cm-title">引用的条款</h3>{render.sources(cited)}' if cited else ""
