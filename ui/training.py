"""政策培训: a question with its clauses beside it; a room's list of questions; a quiz; what to take home."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.answer import answer
from assistant.app import Assistant
from assistant.training.handout import write_quiz
from assistant.training.quiz import make_quiz
from assistant.training.session import Asked, Session, hold, merge, read_questions, split_questions
from knowledge.errors import ConsultError
from knowledge.region import NATION
from ui import documents, events, render
from ui.documents import read_day
from ui.visitor import owner_of, received, reserve

_EXAMPLES = (
    ("达到四级的试点企业怎么验收？", "山东"),
    ("评测指标里“数字化经营”为什么没有分数？", ""),
    ("2026年4月以后专精特新的认定标准变了什么？", ""),
)


def draw(assistant: Assistant) -> None:
    """Draw the tab."""
    held = gr.State(None)
    with gr.Row(equal_height=False):
        region = gr.Textbox(label="地区（留空为全国）", elem_id="train-region", max_length=40)
        day = gr.Textbox(
            label="按哪一天（留空为今天）", placeholder="2026-11-22", elem_id="train-day", max_length=10
        )
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=300):
            question = gr.Textbox(label="问题", lines=2, elem_id="train-question", max_length=2000)
            ask = gr.Button("回答", variant="primary")
            shown = gr.HTML(elem_id="train-answer")
            gr.Examples(_EXAMPLES, [question, region], label="例题", api_visibility="private")
        with gr.Column(scale=2, min_width=300):
            gr.HTML("<h3>引用的条款</h3>")
            cited = gr.HTML(render.sources(()), elem_id="train-cited")
    with gr.Accordion("一次回答一屋子的问题", open=False, elem_id="room"):
        with gr.Row(equal_height=False):
            room = gr.Textbox(
                label="每行一个问题", lines=6, max_length=60_000, elem_id="room-questions", scale=4
            )
            upload = gr.UploadButton(
                "上传问题清单（.txt .csv .xlsx）",
                file_types=[".txt", ".md", ".csv", ".xlsx"],
                scale=1,
                min_width=140,
            )
        with gr.Row():
            start = gr.Button("逐个回答", variant="primary")
            take_home = gr.Button("生成讲义（Word）")
        taken = gr.HTML(elem_id="handout-link")
        told = gr.HTML(elem_id="room-answers")
    with gr.Accordion("出一份测验", open=False, elem_id="quiz"):
        with gr.Row(equal_height=False):
            count = gr.Slider(5, 40, value=10, step=1, label="题数")
            topic = gr.Textbox(label="主题（留空不限）", max_length=30)
            seed = gr.Number(0, label="种子（同样的种子出同样的题）", precision=0)
            examine = gr.Button("出题", variant="primary")
        paper_link = gr.HTML(elem_id="quiz-link")
        paper = gr.HTML(elem_id="quiz-paper")

    def respond(text: str, where: str, on: str, request: gr.Request) -> tuple[Any, ...]:
        if not text.strip():
            return gr.skip(), gr.skip()
        try:
            desk = assistant.desk(owner=owner_of(request), on=read_day(on))
            given = answer(
                text, desk=desk, region=desk.place(where), model=assistant.model_for(owner_of(request))
            )
        except ConsultError as error:
            gr.Warning(error.hint)
            return gr.skip(), gr.skip()
        return render.answer(given), render.sources(given.citations)

    def fill(path: str | None) -> Any:
        if path is None:
            return gr.skip()
        try:
            return "\n".join(read_questions(Path(path)))
        except ConsultError as error:
            gr.Warning(error.hint)
            return gr.skip()
        finally:
            Path(path).unlink(missing_ok=True)

    def answer_all(text: str, where: str, on: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        try:
            desk = assistant.desk(owner=owner_of(request), on=read_day(on))
            place = desk.place(where)
            questions = split_questions(text)
            total = len(merge(questions))
            done: list[Asked] = []
            for one in hold(questions, desk=desk, region=place, model=assistant.model_for(owner_of(request))):
                done.append(one)
                yield gr.skip(), _room(done, total)
            session = Session(region=place or NATION, as_of=desk.today(), asked=tuple(done))
            yield session, _room(done, total)
        except ConsultError as error:
            gr.Warning(error.hint)
            yield gr.skip(), gr.skip()

    def hand_out(session: Session | None, request: gr.Request) -> Any:
        if session is None:
            gr.Warning("请先逐个回答，再生成讲义。")
            return gr.skip()
        owner = owner_of(request)
        path, address = reserve(assistant, owner, f"政策培训讲义-{session.as_of}.docx")
        assistant.handout(session, path, owner=owner)
        return (
            f'<p class="cm-card"><a id="handout-download" href="{address}" download>下载讲义（Word）</a></p>'
        )

    def set_quiz(
        n: float, about: str, number: float, where: str, on: str, request: gr.Request
    ) -> tuple[Any, ...]:
        try:
            desk = assistant.desk(owner=owner_of(request), on=read_day(on))
            quiz = make_quiz(
                assistant.kb,
                n=int(n),
                on=desk.today(),
                region=desk.place(where),
                topic=about.strip() or None,
                seed=int(number),
            )
            links = []
            for ending, called in ((".docx", "Word"), (".xlsx", "Excel")):
                path, address = reserve(assistant, owner_of(request), f"{quiz.title}{ending}")
                write_quiz(quiz, path, made=assistant.made())
                links.append(f'<a href="{address}" download>下载（{called}）</a>')
        except ConsultError as error:
            gr.Warning(error.hint)
            return gr.skip(), gr.skip()
        return f'<p class="cm-card">{" · ".join(links)}</p>', render.quiz(quiz)

    for trigger in (ask.click, question.submit):
        trigger(respond, [question, region, day], [shown, cited], api_visibility="private")
    upload.upload(fill, upload, room, api_visibility="private")
    start.click(answer_all, [room, region, day], [held, told], api_visibility="private")
    take_home.click(hand_out, held, taken, api_visibility="private")
    examine.click(set_quiz, [count, topic, seed, region, day], [paper_link, paper], api_visibility="private")


def _room(done: list[Asked], total: int) -> str:
    head = f'<p class="cm-note">已答 {len(done)} / {total}</p>'
    items = "".join(
        f'<article class="cm-source"><header><b>{escape(one.question)}</b>'
        f"{render.badge(f'{one.times} 人问到') if one.times > 1 else ''}</header>{render.answer(one.answer)}"
        f"<details><summary>引用的条款（{len(one.answer.citations)}）</summary>{render.sources(one.answer.citations)}</details></article>"
        for one in done
    )
    return head + items
