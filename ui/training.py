"""政策培训: a question with its clauses beside it; a room's session that stops and goes on; a quiz, taken and graded."""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.training.grading import Filled, Sheet, code_in, grade_all, read_sheets
from assistant.training.paper import bare_stem, write_quiz, write_result
from assistant.training.quiz import KIND_LABELS, Quiz
from assistant.training.register import find, find_quiz, forget, keep_quiz, listed, set_quiz
from assistant.training.scope import Scope, answer_within
from assistant.training.session import Session, read_questions, split_questions
from knowledge.errors import ConsultError, InputError
from ui import documents, events, render, room
from ui.documents import read_day
from ui.visitor import owner_of, received, reserve

_EXAMPLES = (
    ("达到四级的试点企业怎么验收？", "山东"),
    ("评测指标里“数字化经营”为什么没有分数？", ""),
    ("小巨人要几项发明专利？", ""),
)
_EVERY = 0.5
"""Seconds between two pictures of a session under way: a page redrawn faster cannot be clicked."""
_LATEST = 40
"""Answers shown of a long list while it is under way."""
_SHEETS = [".xlsx", ".csv", ".yaml", ".yml", ".json"]


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
    _draw_room(assistant, page, held, scoped, scope_of)
    _draw_quiz(assistant, held, scoped, scope_of)

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


# ---------------------------------------------------------------- a room's session


def _draw_room(
    assistant: Assistant, page: gr.Blocks, held: gr.State, scoped: Sequence[Any], scope_of: Any
) -> None:
    with gr.Accordion("一次回答一屋子的问题", open=False, elem_id="room") as place:
        questions = gr.Textbox(
            label="每行一个问题；相同的问题合并，范围、地区与日期用上面的；随答随存，停了可以接着答",
            lines=5,
            max_length=60_000,
            elem_id="room-questions",
        )
        with gr.Row(elem_classes="cm-actions"):
            start = gr.Button("逐个回答", variant="primary", min_width=120)
            stop = gr.Button("停下", min_width=80, elem_id="room-stop")
            upload = gr.UploadButton(
                "从文件填入（txt / csv / xlsx）", file_types=[".txt", ".md", ".csv", ".xlsx"], min_width=120
            )
            take_home = gr.Button("生成讲义（Word）", min_width=120)
        with gr.Row(elem_classes="cm-actions"):
            past = gr.Dropdown([], label="以前的场次", elem_id="room-past", scale=3, min_width=200)
            reopen = gr.Button("打开", min_width=70, elem_id="room-open")
            go_on = gr.Button("接着答", min_width=80, elem_id="room-resume")
            drop = gr.Button("删除", min_width=70, elem_classes="cm-danger", elem_id="room-delete")
        taken = gr.HTML(elem_id="handout-link")
        told = gr.HTML(elem_id="room-answers")

    def fill(path: str | None) -> Any:
        if path is None:
            return gr.skip()
        try:
            with received([path]) as (file,):
                return "\n".join(read_questions(file))
        except ConsultError as error:
            events.warn(error.hint)
            return gr.skip()

    def stream(session: Session, owner: str) -> Iterator[tuple[Any, ...]]:
        titles, shown = assistant.titles(owner), 0.0
        for one in assistant.carry_on(session, owner=owner):
            session = session.joined(one)
            if monotonic() - shown >= _EVERY:
                yield session.id, room.session(session, titles, latest=_LATEST), ""
                shown = monotonic()
        yield session.id, room.session(session, titles), ""

    def answer_all(
        text: str, picked: list[str], where: str, on: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        owner = owner_of(request)
        try:
            scope = scope_of(picked, where, on, request)
            session = assistant.begin_session(split_questions(text), scope=scope, owner=owner)
            yield from stream(session, owner)
        except ConsultError as error:
            events.warn(error.hint)
            yield gr.skip(), gr.skip(), gr.skip()

    def resume(wanted: str | None, now: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        owner = owner_of(request)
        try:
            yield from stream(find(assistant.store, owner, wanted or now), owner)
        except ConsultError as error:
            events.warn(error.hint)
            yield gr.skip(), gr.skip(), gr.skip()

    def look(wanted: str | None, request: gr.Request) -> tuple[Any, ...]:
        if not wanted:
            events.warn("请先在“以前的场次”里选一场。")
            return gr.skip(), gr.skip(), gr.skip()
        try:
            session = find(assistant.store, owner_of(request), wanted)
        except ConsultError as error:
            events.warn(error.hint)
            return gr.skip(), gr.skip(), gr.skip()
        return session.id, room.session(session, assistant.titles(owner_of(request))), ""

    def remove(wanted: str | None, now: str, request: gr.Request) -> tuple[Any, ...]:
        if not wanted:
            events.warn("请先在“以前的场次”里选一场。")
            return gr.skip(), gr.skip(), gr.skip()
        try:
            forget(assistant.store, owner_of(request), wanted)
        except ConsultError as error:
            events.warn(error.hint)
        return ("", "", "") if wanted == now else (gr.skip(), gr.skip(), gr.skip())

    def show_past(request: gr.Request) -> Any:
        items = listed(assistant.store, owner_of(request))
        choices = [(f"{one.title} · {one.answered}/{one.questions}", one.id) for one in items]
        return gr.Dropdown(choices=choices, value=None)

    def hand_out(now: str, request: gr.Request) -> Any:
        owner = owner_of(request)
        if not now:
            events.warn("请先逐个回答，或打开以前的一场，再生成讲义。")
            return gr.skip()
        try:
            session = find(assistant.store, owner, now)
            path, address = reserve(assistant, owner, f"政策培训讲义-{session.scope.as_of}.docx")
            assistant.handout(session, path, owner=owner)
        except ConsultError as error:
            events.warn(error.hint)
            return gr.skip()
        return (
            f'<p class="cm-card"><a id="handout-download" href="{address}" download>下载讲义（Word）</a></p>'
        )

    upload.upload(fill, upload, questions, api_visibility="private")
    outputs = [held, told, taken]
    busy = [start, go_on]
    begun = events.run([start.click], busy, answer_all, [questions, *scoped], outputs, shown_on=told)
    resumed = events.run([go_on.click], busy, resume, [past, held], outputs, shown_on=told)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    stopped = stop.click(
        lambda: [gr.Button(interactive=True)] * len(busy), None, busy, cancels=[*begun, *resumed], **quiet
    )
    reopen.click(look, past, outputs, api_visibility="private")
    dropped = drop.click(remove, [past, held], outputs, api_visibility="private")
    for done in (
        *(one.success for one in (*begun, *resumed)),
        stopped.then,
        dropped.then,
        place.expand,
        page.load,
    ):
        done(show_past, None, past, **quiet)
    events.run([take_home.click], [take_home], hand_out, held, taken)


# ---------------------------------------------------------------- a quiz


def _draw_quiz(assistant: Assistant, held: gr.State, scoped: Sequence[Any], scope_of: Any) -> None:
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


def _field(one: Any) -> gr.components.FormComponent:
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
