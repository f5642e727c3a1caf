"""政策培训: a question, its answer, and the cited clauses opened beside it."""

from datetime import date
from typing import Any

import gradio as gr

from assistant.answer import answer
from assistant.app import Assistant
from knowledge.errors import ConsultError, InputError
from ui import render
from ui.visitor import owner_of

_EXAMPLES = [
    ["达到四级的试点企业怎么验收？", "山东"],
    ["评测指标里“数字化经营”为什么没有分数？", ""],
    ["2026年4月以后专精特新的认定标准变了什么？", ""],
]


def read_day(text: str) -> date | None:
    """Return the day a person typed; None where the field was left empty."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise InputError("日期", f"{text!r} 不是日期", "请写成 2026-11-22") from error


def draw(assistant: Assistant) -> None:
    """Draw the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            question = gr.Textbox(label="问题", lines=2, elem_id="train-question", max_length=2000)
            with gr.Row():
                region = gr.Textbox(label="地区（留空为全国）", elem_id="train-region", max_length=40)
                day = gr.Textbox(
                    label="按哪一天（留空为今天）", placeholder="2026-11-22", elem_id="train-day"
                )
            ask = gr.Button("回答", variant="primary")
            shown = gr.HTML(elem_id="train-answer")
            gr.Examples(_EXAMPLES, [question, region], label="例题", api_visibility="private")
        with gr.Column(scale=2, min_width=300):
            gr.Markdown("#### 引用的条款")
            cited = gr.HTML(render.sources(()), elem_id="train-cited")

    def respond(text: str, where: str, on: str, request: gr.Request) -> tuple[Any, ...]:
        if not text.strip():
            return gr.skip(), gr.skip()
        try:
            desk = assistant.desk(owner=owner_of(request), on=read_day(on))
            given = answer(text, desk=desk, region=desk.place(where), model=assistant.model)
        except ConsultError as error:
            gr.Warning(error.hint)
            return gr.skip(), gr.skip()
        return render.answer(given), render.sources(given.citations)

    for trigger in (ask.click, question.submit):
        trigger(respond, [question, region, day], [shown, cited], api_visibility="private")
