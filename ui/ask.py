"""企业问答: the conversation, with the facts told beside it, the findings and the cited clauses below them."""

import re
from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.casebook import forget_talk, list_talks, load_talk, save_talk
from assistant.chat import Reply, Talk, converse, correct
from assistant.clerk import label
from assistant.rules.wording import value_text
from knowledge.enterprise import facts
from knowledge.errors import ConsultError
from ui import events, render
from ui.visitor import owner_of

_EXAMPLES = (
    "我们厂二十来号人，去年做了三千多万，有俩发明专利一个是买的，能搞小巨人不",
    "济南那个数字化转型试点现在还能申请不？",
    "专精特新中小企业现在的认定条件是什么？",
)
_GREETING = (
    "您好，我是参谋。说说企业的情况（地区、行业、人数、营收、研发、专利），或者直接问政策。"
    "说过的事实记在右边，随时可以改；没说的我不会替您填。"
)


def draw(assistant: Assistant, page: gr.Blocks) -> None:
    """Draw the tab."""
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
            gr.HTML('<h3 class="cm-title">企业情况</h3>')
            told = gr.HTML(render.told(()), elem_id="told")
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

    def respond(
        message: str, history: list[dict[str, str]], now: Talk, known: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        if not message.strip():
            yield history, now, known, gr.skip(), gr.skip(), gr.skip(), ""
            return
        shown = [*history, _asked(message)]
        yield [*shown, {"role": "assistant", "content": "…"}], now, known, gr.skip(), gr.skip(), gr.skip(), ""
        owner = owner_of(request)
        try:
            for part in converse(
                message, now, desk=assistant.desk(owner=owner), model=assistant.model_for(owner_of(request))
            ):
                if isinstance(part, str):
                    yield [*shown, _said(part)], now, known, gr.skip(), gr.skip(), gr.skip(), ""
                    continue
                known = save_talk(assistant.store, owner, known or None, part, message)
                yield (
                    [*shown, _said(part.text)],
                    part.talk,
                    known,
                    _rows(part.talk),
                    _findings(part),
                    _sources(part),
                    "",
                )
        except ConsultError as error:
            yield [*shown, _said(error.hint)], now, known, gr.skip(), gr.skip(), gr.skip(), ""

    def give_up(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [*history[:-1], _said("这一句没能处理，已记入日志。请换个说法再试。")]

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
        kept = load_talk(assistant.store, owner_of(request), chosen) if chosen else None
        if kept is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        now, said = kept
        shown = [_said(turn.text) if turn.role == "assistant" else _asked(turn.text) for turn in said]
        return shown, now, chosen, _rows(now)

    def drop(chosen: str | None, request: gr.Request) -> Any:
        if chosen:
            forget_talk(assistant.store, owner_of(request), chosen)
        return show_past(request)

    def start() -> tuple[Any, ...]:
        return [_said(_GREETING)], Talk(), "", render.told(()), "", ""

    outputs = [chat, talk, talk_id, told, found, cited, box]
    asked = [box, chat, talk, talk_id]
    said = events.run([box.submit, send.click], [send], respond, asked, outputs, shown_on=[found])
    for chip, text in zip(chips, _EXAMPLES, strict=True):
        picked = chip.click(
            lambda text=text: text, None, box, api_visibility="private", show_progress="hidden"
        )
        said += events.run([picked.then], [send], respond, asked, outputs, shown_on=[found])
    for one in said:
        one.success(show_past, None, past, api_visibility="private", show_progress="hidden")
        one.failure(give_up, chat, chat, api_visibility="private", show_progress="hidden")
    for trigger in (fix.click, value.submit):
        trigger(remember, [which, value, talk], [talk, told, value], api_visibility="private")
    resume.click(take_up, past, [chat, talk, talk_id, told], api_visibility="private")
    forget.click(drop, past, past, api_visibility="private")
    for trigger in (fresh.click, chat.clear):
        trigger(start, None, [chat, talk, talk_id, told, found, cited], api_visibility="private")
    page.load(show_past, None, past, api_visibility="private", show_progress="hidden")


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
    rows = []
    for one in talk.told:
        fact = facts().get(one.fact)
        value = (
            value_text(one.value, fact.unit if fact else "", fact=one.fact)
            if one.value is not None
            else "待确认"
        )
        if one.low is not None and one.high is not None and one.low != one.high and not one.conflict:
            value += f"（约 {one.low:f}—{one.high:f}）"
        called = label(one.fact)
        rows.append((called, value, one.words, one.conflict, one.note))
    return render.told(rows)


def _findings(reply: Reply) -> str:
    return "".join(render.eligibility(one) for one in reply.found)


def _sources(reply: Reply) -> str:
    cited = reply.answer.citations if reply.answer else ()
    return f'<h3 class="cm-title">引用的条款</h3>{render.sources(cited)}' if cited else ""
