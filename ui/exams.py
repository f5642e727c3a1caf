"""A quiz in 政策培训: set, taken on the page or on paper, and graded."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.training.grading import Filled, Sheet, code_in, grade_all, read_sheets
from assistant.training.paper import bare_stem, write_quiz, write_result
from assistant.training.quiz import KIND_LABELS, Quiz, QuizQuestion
from assistant.training.register import find, find_quiz, keep_quiz, set_quiz
from knowledge.errors import ConsultError, InputError
from ui import events, render, room
from ui.sessions import ScopeOf
from ui.visitor import owner_of, received, reserve

_SHEETS = [".xlsx", ".csv", ".yaml", ".yml", ".json"]


def draw(assistant: Assistant, held: gr.State, scoped: Sequence[Any], scope_of: ScopeOf) -> None:
    """Draw the accordion; `scoped` are the fields that `scope_of` turns into a scope, `held` the session on the page."""
    code = gr.State("")
    """Code of the quiz on the page."""
    with gr.Accordion("出一份测验，判分", open=False, elem_id="quiz") as place:
        with gr.Row(equal_height=True):
            count = gr.Slider(5, 40, value=10, step=1, label="题数", min_width=160, buttons=[])
            topic = gr.Textbox(label="主题", placeholder="留空不限", max_length=30, min_width=120)
            seed = gr.Number(0, label="种子（同样的种子出同样的题）", precision=0, min_width=160)
        after = gr.Checkbox(False, label="按上面打开的场次出题，问到的条款优先", elem_id="quiz-after")
        with gr.Row(elem_classes="cm-actions"):
            examine = gr.Button("出题", variant="primary", min_width=120)
            take = gr.Button("在页面上作答", min_width=120, elem_id="quiz-take")
            sheets = gr.UploadButton(
                "上传答题卡判分",
                file_types=_SHEETS,
                file_count="multiple",
                min_width=160,
                elem_id="quiz-sheets",
            )
        links = gr.HTML(elem_id="quiz-link")
        scores = gr.HTML(elem_id="quiz-result")
        paper = gr.HTML(elem_id="quiz-paper")
        taking = gr.State("")
        """Code of the quiz taken on the page; empty is none."""

    def set_paper(
        n: float, about: str, number: float, follow: bool, now: str, picked: list[str], where: str, on: str,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        owner = owner_of(request)
        try:
            session = find(assistant.store, owner, now) if follow and now else None
            if follow and session is None:
                raise InputError("出题", "还没有打开的场次", "请先逐个回答或打开一场，或去掉勾选")
            quiz = set_quiz(
                assistant.kb,
                scope_of(picked, where, on, request),
                session=session,
                n=int(n),
                topic=about.strip() or None,
                seed=int(number),
            )
            keep_quiz(assistant.store, owner, quiz, session_id=session.id if session else None)
            made = _files(assistant, owner, quiz)
        except ConsultError as error:
            events.warn(error.hint)
            return (gr.skip(),) * 5
        return f'<p class="cm-card">{made}</p>', render.quiz(quiz), quiz.code, "", ""

    def begin(now: str) -> tuple[Any, ...]:
        if not now:
            events.warn("请先出题。")
            return gr.skip(), gr.skip()
        return now, render.empty("题目在下面，答完点“交卷”。")

    def judge(paths: list[str] | None, now: str, request: gr.Request) -> Any:
        owner = owner_of(request)
        if not paths:
            return gr.skip()
        try:
            with received(paths) as files:
                carried = next((told for file in files if (told := code_in(file))), "") or now
                quiz = find_quiz(assistant.store, owner, carried) if carried else None
                if quiz is None:
                    raise InputError(
                        "答题卡",
                        f"没有代码为 {carried} 的测验" if carried else "不知道是哪份测验",
                        "请先在这里出题，并使用那份测验的答题卡",
                    )
                return _graded(assistant, owner, quiz, read_sheets(files, quiz))
        except ConsultError as error:
            events.warn(error.hint)
            return gr.skip()

    settings = [count, topic, seed, after, held, *scoped]
    events.run([examine.click], [examine], set_paper, settings, [links, paper, code, taking, scores])
    take.click(begin, code, [taking, paper], api_visibility="private", show_progress="hidden")
    events.run([sheets.upload], [sheets], judge, [sheets, code], scores, shown_on=scores)

    def form(now: str, request: gr.Request) -> None:
        """Draw the quiz as fields to fill in."""
        quiz = find_quiz(assistant.store, owner_of(request), now) if now else None
        if quiz is None:
            return
        with gr.Column(elem_id="quiz-form"):
            name = gr.Textbox(label="姓名", max_length=40, elem_id="quiz-name")
            fields = [_field(one) for one in quiz.questions]
            done = gr.Button("交卷", variant="primary", elem_id="quiz-done")

        def mark(who: str, request: gr.Request, *answers: Any) -> Any:
            told = {
                one.n: "、".join(answer) if isinstance(answer, list) else str(answer or "")
                for one, answer in zip(quiz.questions, answers, strict=True)
            }
            filled = Filled(name=who.strip() or "未写姓名", answers=told, where="页面上的答卷")
            return _graded(assistant, owner_of(request), quiz, [Sheet(filled=(filled,))])

        done.click(mark, [name, *fields], scores, api_visibility="private")

    with place:
        gr.render(inputs=taking)(form)


def _field(one: QuizQuestion) -> gr.components.FormComponent:
    """Return the field in which a question is answered."""
    label = f"{one.n}.（{KIND_LABELS[one.kind]}）{bare_stem(one)}"
    choices = [(f"{letter}. {text}", letter) for letter, text in zip("ABCDEFGH", one.options, strict=False)]
    if one.kind == "multiple":
        return gr.CheckboxGroup(choices, label=label)
    if one.kind == "single":
        return gr.Radio(choices, label=label)
    if one.kind == "true_false":
        return gr.Radio(list(one.options), label=label)
    return gr.Textbox(label=label, max_length=40, placeholder=f"填数字，单位是 {one.unit}")


def _files(assistant: Assistant, owner: str, quiz: Quiz) -> str:
    """Write a quiz for participants and for the trainer, and return the links."""
    made = assistant.made()
    shown = []
    for called, key in (("学员卷", False), ("讲师版（附答案）", True)):
        links = []
        for ending, kind in ((".docx", "Word"), (".xlsx", "Excel 答题卡" if not key else "Excel")):
            path, address = reserve(assistant, owner, f"{quiz.title}-{called[:3]}{ending}")
            write_quiz(quiz, path, made=made, key=key)
            links.append(f'<a href="{address}" download>{kind}</a>')
        shown.append(f"{called}：{' · '.join(links)}")
    return f"{'<br>'.join(shown)}<br>测验代码 {quiz.code}"


def _graded(assistant: Assistant, owner: str, quiz: Quiz, handed_in: Sequence[Sheet]) -> str:
    result = grade_all(quiz, handed_in)
    path, address = reserve(assistant, owner, f"{quiz.title}-成绩.xlsx")
    write_result(result, path)
    link = (
        f'<p><a id="result-download" class="cm-download" href="{address}" download>下载成绩（Excel）</a></p>'
    )
    return room.result(result) + link
