"""政策培训: a question with its clauses beside it; a room's list of questions; a quiz; what to take home."""

from collections.abc import Iterator
from html import escape
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
    ("小巨人要几项发明专利？", ""),
)


def draw(assistant: Assistant) -> None:
    """Draw the tab."""
    held = gr.State(None)
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
            ask = gr.Button("回答", variant="primary")
            with gr.Row(elem_classes="cm-chips"):
                chips = [gr.Button(text, size="sm", min_width=60) for text, _ in _EXAMPLES]
            shown = gr.HTML(render.empty("答案会显示在这里，右边是它引用的条款。"), elem_id="train-answer")
        with gr.Column(scale=2, min_width=300):
            gr.HTML('<h3 class="cm-title">引用的条款</h3>')
            cited = gr.HTML(render.sources(()), elem_id="train-cited")
    documents.draw(assistant)
    with gr.Accordion("一次回答一屋子的问题", open=False, elem_id="room"):
        room = gr.Textbox(
            label="每行一个问题；相同的问题合并，地区与日期用上面的",
            lines=5,
            max_length=60_000,
            elem_id="room-questions",
        )
        with gr.Row(elem_classes="cm-actions"):
            start = gr.Button("逐个回答", variant="primary", min_width=120)
            upload = gr.UploadButton(
                "从文件填入（txt / csv / xlsx）", file_types=[".txt", ".md", ".csv", ".xlsx"], min_width=120
            )
            take_home = gr.Button("生成讲义（Word）", min_width=120)
        taken = gr.HTML(elem_id="handout-link")
        told = gr.HTML(elem_id="room-answers")
    with gr.Accordion("出一份测验", open=False, elem_id="quiz"):
        with gr.Row(equal_height=True):
            count = gr.Slider(5, 40, value=10, step=1, label="题数", min_width=160, buttons=[])
            topic = gr.Textbox(label="主题", placeholder="留空不限", max_length=30, min_width=120)
            seed = gr.Number(0, label="种子（同样的种子出同样的题）", precision=0, min_width=160)
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
            events.warn(error.hint)
            return gr.skip(), gr.skip()
        return render.answer(given), render.sources(given.citations)

    def fill(path: str | None) -> Any:
        if path is None:
            return gr.skip()
        try:
            with received([path]) as (file,):
                return "\n".join(read_questions(file))
        except ConsultError as error:
            events.warn(error.hint)
            return gr.skip()

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
            events.warn(error.hint)
            yield gr.skip(), gr.skip()

    def hand_out(session: Session | None, request: gr.Request) -> Any:
        if session is None:
            events.warn("请先逐个回答，再生成讲义。")
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
            events.warn(error.hint)
            return gr.skip(), gr.skip()
        return f'<p class="cm-card">{" · ".join(links)}</p>', render.quiz(quiz)

    events.run(
        [ask.click, question.submit], [ask], respond, [question, region, day], [shown, cited], shown_on=shown
    )
    for chip, (text, where) in zip(chips, _EXAMPLES, strict=True):
        picked = chip.click(
            lambda text=text, where=where: (text, where),
            None,
            [question, region],
            api_visibility="private",
            show_progress="hidden",
        )
        events.run([picked.then], [ask], respond, [question, region, day], [shown, cited], shown_on=shown)
    upload.upload(fill, upload, room, api_visibility="private")
    events.run([start.click], [start], answer_all, [room, region, day], [held, told], shown_on=told)
    events.run([take_home.click], [take_home], hand_out, held, taken)
    events.run([examine.click], [examine], set_quiz, [count, topic, seed, region, day], [paper_link, paper])


def _room(done: list[Asked], total: int) -> str:
    head = f'<p class="cm-note">已答 {len(done)} / {total}</p>'
    items = "".join(
        f'<article class="cm-source"><header><b>{escape(one.question)}</b>'
        f"{render.badge(f'{one.times} 人问到') if one.times > 1 else ''}</header>{render.answer(one.answer)}"
        f"<details><summary>引用的条款（{len(one.answer.citations)}）</summary>{render.sources(one.answer.citations)}</details></article>"
        for one in done
    )
    return head + items
