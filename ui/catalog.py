"""自有目录: an enterprise's or a consultant's own products, checked row by row, offered beside the built-in ones."""

from pathlib import Path
from typing import Any

import gradio as gr

from assistant.app import STANDARD, Assistant, state_path
from assistant.casefiles.intake import read_catalog, write_errors
from knowledge.errors import ConsultError, InputError
from ui import events, papers
from ui.documents import mine, own
from ui.visitor import owner_of, received, reserve

_REMOVE, _SURE = "删除", "再点一次，确认删除"


def draw(assistant: Assistant, page: gr.Blocks, rematch: tuple[Any, Any, Any]) -> None:
    """Draw the accordion.

    Args:
        assistant: The parts.
        page: The page it stands on.
        rematch: Function, inputs and outputs that show the offers anew once the catalog has changed.
    """
    scenes = {scene.id: scene.name for scene in assistant.kb.standards[STANDARD].scenes}
    armed = gr.State("")
    with gr.Accordion("自有产品目录（与内置目录一起匹配）", open=False, elem_id="catalog") as place:
        template = gr.HTML(elem_id="catalog-template")
        upload = gr.UploadButton(
            "上传目录（Excel / CSV）",
            file_types=[".xlsx", ".csv"],
            elem_id="catalog-upload",
            size="md",
        )
        report = gr.HTML(elem_id="catalog-report")
        listing = gr.HTML(elem_id="catalog-list")
        with gr.Row(equal_height=True, elem_classes="cm-actions"):
            pick = gr.Dropdown(
                [], label="选择要删除的目录", value=None, visible=False, scale=3, elem_id="catalog-pick"
            )
            remove = gr.Button(
                _REMOVE,
                elem_classes="cm-danger",
                visible=False,
                scale=1,
                min_width=120,
                elem_id="catalog-remove",
            )
    view = [listing, pick, remove, armed]

    def look(owner: str) -> tuple[Any, ...]:
        kept = mine(assistant, owner, shape="catalog")
        choices = [(one.document.name, one.id) for one in kept]
        there = bool(kept)
        first = choices[0][1] if there else None
        return (
            papers.own_catalogs(kept),
            gr.Dropdown(choices=choices, value=first, visible=there),
            gr.Button(_REMOVE, visible=there),
            "",
        )

    def show(request: gr.Request) -> tuple[Any, ...]:
        path, address = reserve(assistant, owner_of(request), "自有目录模板.xlsx")
        assistant.write_template("catalog", path)
        words = (
            f'<p class="cm-note"><a id="catalog-template-link" href="{address}" download>下载空白模板（Excel）</a>，'
            "逐行填写后上传。有问题的行不采用，并给出错误清单；其余照常参与匹配。</p>"
        )
        return (words, *look(owner_of(request)))

    def take(path: str | None, request: gr.Request) -> tuple[Any, ...]:
        owner = owner_of(request)
        if path is None:
            return (gr.skip(), *look(owner))
        try:
            with received([path], state_path(assistant.settings, "incoming", owner)) as (file,):
                shown = _take(assistant, owner, file, scenes)
        except ConsultError as error:
            events.warn(error.hint)
            return (gr.skip(), *look(owner))
        return (shown, *look(owner))

    def drop_it(chosen: str | None, ready: str, request: gr.Request) -> tuple[Any, ...]:
        owner = owner_of(request)
        if chosen and ready != chosen:
            return (gr.skip(), gr.skip(), gr.skip(), gr.Button(_SURE), chosen)
        try:
            assistant.remove_policy(own(assistant, owner, chosen or "").id, owner=owner)
        except ConsultError as error:
            events.warn(error.hint)
        return ("", *look(owner))

    place.expand(show, None, [template, *view], api_visibility="private")
    (taken,) = events.run([upload.upload], [upload], take, upload, [report, *view], shown_on=report)
    taken.success(*rematch, api_visibility="private")
    remove.click(
        drop_it, [pick, armed], [report, *view], api_visibility="private", show_progress="hidden"
    ).then(*rematch, api_visibility="private")


def _take(assistant: Assistant, owner: str, file: Path, scenes: dict[str, str]) -> str:
    """Check a catalog row by row, keep it where any row is good, and return what became of it.

    Raises:
        InputError: It is no catalog.
    """
    read = read_catalog(file, scene_names=scenes)
    address = ""
    if read.errors:
        place, address = reserve(assistant, owner, f"错误清单-{file.stem}.xlsx")
        write_errors(place, read.errors)
    if read.products:
        (kept,) = assistant.ingest([file], owner=owner).files
        if not kept.ok:
            raise InputError(file.name, "没有存下", kept.reason)
        if kept.shape != "catalog" and kept.document:
            assistant.remove_policy(kept.document, owner=owner)
            raise InputError(file.name, "表头不像产品目录", "请下载空白模板，把内容填进去再上传")
    return papers.catalog(read, file.name, address)
