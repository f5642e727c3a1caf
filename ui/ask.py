"""企业问答: the conversation, with the facts told beside it, the findings and the cited clauses below them."""

from collections.abc import Iterator
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.casebook import forget_talk, list_talks, load_talk, save_talk
from assistant.chat import Reply, Talk, converse, correct
from assistant.rules.wording import value_text
from assistant.show import fact_label
from knowledge.enterprise import facts
from knowledge.errors import ConsultError
from ui import render
from ui.visitor import owner_of

_EXAMPLES = [
    "我们厂二十来号人，去年做了三千多万，有俩发明专利一个是买的，能搞小巨人不",
    "济南那个数字化转型试点现在还能申请不？",
    "专精特新现在看哪几条？还用打60分吗？",
]
_GREETING = (
    "您好，我是参谋。说说企业的情况（地区、行业、人数、营收、研发、专利），或者直接问政策。"
    "说过的事实记在右边，随时可以改；没说的我不会替您填。"
)
Shown = tuple[list[dict[str, str]], Talk, list[list[str]], str, str, str]


def draw(assistant: Assistant) -> None:
    """Draw the tab."""
    talk = gr.State(Talk())
    talk_id = gr.State("")
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            chat = gr.Chatbot(
                value=[{"role": "assistant", "content": _GREETING}],
                height=520,
                show_label=False,
                buttons=["copy"],
                elem_id="chat",
                feedback_options=None,
            )
            with gr.Row():
                box = gr.Textbox(
                    placeholder="例如：我们在济南做精密零件，去年营收5200万，研发180万，能报小巨人吗",
                    show_label=False,
                    scale=5,
                    elem_id="ask-box",
                    max_length=4000,
                )
                send = gr.Button("发送", variant="primary", scale=1, min_width=80)
            gr.Examples(_EXAMPLES, box, label="试试这样问", api_visibility="private")
            with gr.Accordion("以前的对话", open=False):
                past = gr.Dropdown([], label="选择一段对话", elem_id="past-talks")
                with gr.Row():
                    resume = gr.Button("接着谈", size="sm")
                    forget = gr.Button("删除", size="sm", variant="stop")
                    fresh = gr.Button("新对话", size="sm")
        with gr.Column(scale=2, min_width=300):
            with gr.Accordion("企业情况（可改）", open=True):
                told = gr.Dataframe(
                    headers=["事实", "数值", "依据的原话"],
                    datatype=["str", "str", "str"],
                    value=[],
                    interactive=False,
                    show_label=False,
                    elem_id="told",
                    wrap=True,
                )
                with gr.Row():
                    which = gr.Dropdown(_fact_choices(), label="更正或补充", scale=3, elem_id="fix-fact")
                    value = gr.Textbox(label="数值（万元、%、是/否）", scale=2, elem_id="fix-value")
                    fix = gr.Button("记下", scale=1, min_width=70)
            found = gr.HTML(label="核对结果", elem_id="found")
            cited = gr.HTML(render.sources(()), elem_id="cited")

    def respond(
        message: str, history: list[dict[str, str]], now: Talk, known: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        if not message.strip():
            yield history, now, known, gr.skip(), gr.skip(), gr.skip(), ""
            return
        shown = [*history, {"role": "user", "content": message}]
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

    def remember(fact: str | None, text: str, now: Talk) -> tuple[Any, ...]:
        if not fact or not text.strip():
            return now, gr.skip(), ""
        try:
            after = correct(now, fact, text)
        except ConsultError as error:
            gr.Warning(error.hint)
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
        return [{"role": turn.role, "content": turn.text} for turn in said], now, chosen, _rows(now)

    def drop(chosen: str | None, request: gr.Request) -> Any:
        if chosen:
            forget_talk(assistant.store, owner_of(request), chosen)
        return show_past(request)

    def start() -> tuple[Any, ...]:
        return [_said(_GREETING)], Talk(), "", [], "", render.sources(())

    outputs = [chat, talk, talk_id, told, found, cited, box]
    for trigger in (box.submit, send.click):
        trigger(respond, [box, chat, talk, talk_id], outputs, api_visibility="private").then(
            show_past, None, past, api_visibility="private"
        )
    fix.click(remember, [which, value, talk], [talk, told, value], api_visibility="private")
    resume.click(take_up, past, [chat, talk, talk_id, told], api_visibility="private")
    forget.click(drop, past, past, api_visibility="private")
    fresh.click(start, None, [chat, talk, talk_id, told, found, cited], api_visibility="private")


def _said(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def _fact_choices() -> list[tuple[str, str]]:
    own = [
        ("企业名称", "enterprise.name"),
        ("所在地区", "enterprise.region"),
        ("所属行业", "enterprise.industry"),
    ]
    return own + [
        (f"{fact.label}（{fact.unit}）" if fact.unit else fact.label, name) for name, fact in facts().items()
    ]


def _rows(talk: Talk) -> list[list[str]]:
    names = {name: label for label, name in _fact_choices()[:3]}
    rows = []
    for one in talk.told:
        fact = facts().get(one.fact)
        value = (
            value_text(one.value, fact.unit if fact else "", fact=one.fact)
            if one.value is not None
            else "待确认"
        )
        if one.conflict:
            value += "（前后不一致，待确认）"
        elif one.low is not None and one.high is not None and one.low != one.high:
            value += f"（约 {one.low:f}—{one.high:f}）"
        rows.append([names.get(one.fact) or fact_label(one.fact), value, one.words or "手工填写"])
    return rows


def _findings(reply: Reply) -> str:
    return "".join(render.eligibility(one) for one in reply.found)


def _sources(reply: Reply) -> str:
    return render.sources(reply.answer.citations if reply.answer else ())
