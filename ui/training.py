"""政策培训: a question with its clauses beside it; a room's session that stops and goes on; a quiz, taken and graded."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.training.scope import Scope, answer_within
from knowledge.errors import ConsultError
from ui import documents, events, exams, render, sessions
from ui.documents import read_day
from ui.visitor import owner_of

_EXAMPLES = (
    ("达到四级的试点企业怎么验收？", "山东"),
    ("评测指标里“数字化经营”为什么没有分数？", ""),
    ("小巨人要几项发明专利？", ""),
)


def draw(assistant: Assistant, page: gr.Blocks) -> None:
    """Draw the tab."""
    held = gr.State("")
    """Id of the session on the page; empty is none."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            with gr.Group():
                question = gr.Textbox(
                    label="问题",
                    lines=2,
                    placeholder="一次问一个问题，回车即答",
                    elem_id="train-question",
                    max_length=2000,
                )
                with gr.Row(equal_height=True):
                    region = gr.Textbox(
                        label="地区",
                        placeholder="留空为全国",
                        elem_id="train-region",
                        max_length=40,
                        min_width=120,
                    )
                    day = gr.Textbox(
                        label="按哪一天",
                        placeholder="留空为今天，如 2026-11-22",
                        elem_id="train-day",
                        max_length=10,
                        min_width=120,
                    )
                chosen = gr.Dropdown(
                    _choices(assistant, None),
                    label="只用这些文件（留空为全部；下面的问答与测验也按这里）",
                    multiselect=True,
                    value=[],
                    elem_id="train-scope",
                )
            ask = gr.Button("回答", variant="primary")
            with gr.Row(elem_classes="cm-chips"):
                chips = [gr.Button(text, size="sm", min_width=60) for text, _ in _EXAMPLES]
            shown = gr.HTML(render.empty("答案会显示在这里，右边是它引用的条款。"), elem_id="train-answer")
        with gr.Column(scale=2, min_width=300):
            gr.HTML('<h3 class="cm-title">引用的条款</h3>')
            cited = gr.HTML(render.sources(()), elem_id="train-cited")
    documents.draw(assistant)
    scoped = [chosen, region, day]

    def scope_of(picked: Sequence[str], where: str, on: str, request: gr.Request) -> Scope:
        owner, place = owner_of(request), assistant.desk().place(where)
        return assistant.scope(picked or (), region=place, owner=owner, on=read_day(on))

    def respond(text: str, picked: list[str], where: str, on: str, request: gr.Request) -> tuple[Any, ...]:
        if not text.strip():
            return gr.skip(), gr.skip()
        owner = owner_of(request)
        try:
            scope = scope_of(picked, where, on, request)
            given = answer_within(
                scope,
                text,
                desk=assistant.desk(owner=owner, on=scope.as_of),
                uploads=assistant.shelf(owner),
                model=assistant.model_for(owner),
            ).answer
        except ConsultError as error:
            events.warn(error.hint)
            return gr.skip(), gr.skip()
        return render.answer(given), render.sources(given.citations)

    asked = [question, *scoped]
    events.run([ask.click, question.submit], [ask], respond, asked, [shown, cited], shown_on=shown)
    for chip, (text, where) in zip(chips, _EXAMPLES, strict=True):
        picked = chip.click(
            lambda text=text, where=where: (text, where),
            None,
            [question, region],
            api_visibility="private",
            show_progress="hidden",
        )
        events.run([picked.then], [ask], respond, asked, [shown, cited], shown_on=shown)
    sessions.draw(assistant, page, held, scoped, scope_of)
    exams.draw(assistant, held, scoped, scope_of)

    def refresh(request: gr.Request) -> Any:
        return gr.Dropdown(choices=_choices(assistant, owner_of(request)))

    for trigger in (page.load, chosen.focus):
        trigger(refresh, None, chosen, api_visibility="private", show_progress="hidden", queue=False)


def _choices(assistant: Assistant, owner: str | None) -> list[tuple[str, str]]:
    """Return the documents a training may be limited to, the owner's own first."""
    own = [] if owner is None else [kept.id for kept in assistant.shelf(owner) if kept.shape == "policy"]
    titles = assistant.titles(owner) if owner is not None else assistant.titles()
    mine = [(f"我的文件：{titles[id]}"[:60], id) for id in own]
    published = [(titles[id][:60], id) for id in assistant.kb.policies]
    return [*mine, *sorted(published)]
