"""A room's session in 政策培训: answered as it streams, stopped, taken up again, listed, opened, deleted, handed out."""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.training.lists import heading_of, read_lines, split_questions
from assistant.training.register import find, forget, listed
from assistant.training.scope import Scope
from assistant.training.session import Session
from knowledge.errors import ConsultError
from ui import events, room
from ui.visitor import owner_of, received, reserve

ScopeOf = Callable[[Sequence[str], str, str, gr.Request], Scope]
"""Documents, place and day as the page holds them -> the scope of its visitor."""

_EVERY = 0.5
"""Seconds between two pictures of a session under way: a page redrawn faster cannot be clicked."""
_LATEST = 40
"""Answers shown of a long list while it is under way."""


def draw(
    assistant: Assistant, page: gr.Blocks, held: gr.State, scoped: Sequence[Any], scope_of: ScopeOf
) -> None:
    """Draw the accordion; `scoped` are the fields that `scope_of` turns into a scope."""
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
                return "\n".join(read_lines(file))
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
            session = assistant.begin_session(
                split_questions(text), scope=scope, title=heading_of(text), owner=owner
            )
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
            return (gr.skip(),) * 4
        try:
            forget(assistant.store, owner_of(request), wanted)
        except ConsultError as error:
            events.warn(error.hint)
        # the choice goes before the list it stands in: the page would look up a place that is no longer there
        return *(("", "", "") if wanted == now else (gr.skip(),) * 3), gr.Dropdown(value=None)

    def show_past(request: gr.Request) -> Any:
        items = listed(assistant.store, owner_of(request))
        choices = [(f"{one.title} · {one.answered}/{one.questions} · {one.saved}", one.id) for one in items]
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
    dropped = drop.click(remove, [past, held], [*outputs, past], api_visibility="private")
    for done in (
        *(one.success for one in (*begun, *resumed)),
        stopped.then,
        dropped.then,
        place.expand,
        page.load,
    ):
        done(show_past, None, past, **quiet)
    events.run([take_home.click], [take_home], hand_out, held, taken)
