"""我的文件: a person's own documents, read, looked at, confirmed or removed; nobody else sees them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.library import Confirmation, Kept, UnknownDocument
from knowledge.document import Guess
from knowledge.errors import ConsultError, InputError
from knowledge.policy import Status
from ui import events, papers
from ui.visitor import MAX_UPLOAD_MB, owner_of, received

_FIELDS = {
    "title": "标题",
    "doc_number": "文号",
    "issuer": "发文机关",
    "issued": "印发日期",
    "region": "适用地区",
    "valid_from": "施行日期",
    "valid_to": "有效期至",
}
_DAYS = ("issued", "valid_from", "valid_to")
_STATUSES = (
    ("按有效期判断（没写有效期的，标为未载明）", ""),
    *(
        (status.label, status.value)
        for status in (
            Status.IN_FORCE,
            Status.NOT_YET,
            Status.EXPIRED,
            Status.SUPERSEDED,
            Status.DRAFT,
            Status.REFERENCE,
        )
    ),
)
_REMOVE, _SURE = "删除这份文件", "再点一次，确认删除"


def read_day(text: str) -> date | None:
    """Return the day a person typed; None where the field was left empty.

    Raises:
        InputError: It is no date.
    """
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise InputError("日期", f"{text!r} 不是日期", "请写成 2026-11-22") from error


def mine(assistant: Assistant, owner: str, *, shape: str = "policy") -> list[Kept]:
    """Return an owner's own documents of one shape, newest first."""
    if not assistant.has_library:
        return []
    return [one for one in assistant.library.all(owner=owner) if one.owner == owner and one.shape == shape][
        ::-1
    ]


def own(assistant: Assistant, owner: str, document_id: str) -> Kept:
    """Return a document of this owner.

    Raises:
        UnknownDocument: There is none of that id, or it is somebody else's or everybody's.
    """
    kept = assistant.library.get(document_id, owner=owner)
    if kept.owner != owner:
        raise UnknownDocument(document_id)
    return kept


def draw(assistant: Assistant) -> None:
    """Draw the accordion."""
    armed = gr.State("")
    with gr.Accordion("我的文件（上传政策原件、通知、申报材料）", open=False, elem_id="documents") as place:
        gr.HTML(
            '<p class="cm-note">PDF、Word、WPS、Excel、网页、OFD、文本、图片，或装着它们的 zip，'
            f"单个不超过 {MAX_UPLOAD_MB} MB。"
            "读入后立即可被问到，并标为待确认；确认之前不作为判断依据。只有这个浏览器能看到，随时可以删除。</p>"
        )
        drop = gr.File(
            label="上传文件", file_count="multiple", height=130, elem_id="documents-drop", show_label=False
        )
        report = gr.HTML(elem_id="documents-report")
        listing = gr.HTML(elem_id="documents-list")
        pick = gr.Dropdown([], label="查看、确认或删除", value=None, elem_id="documents-pick", visible=False)
        with gr.Column(visible=False, elem_id="documents-detail") as detail:
            shown = gr.HTML(elem_id="documents-shown")
            boxes: list[gr.Textbox] = []
            lines: list[gr.HTML] = []
            with gr.Column(visible=False) as form:
                gr.HTML("<h4>文件信息（自动识别，请核对后确认）</h4>")
                for name, label in _FIELDS.items():
                    with gr.Row(equal_height=False, elem_classes="cm-pair"):
                        boxes.append(
                            gr.Textbox(
                                label=label,
                                scale=2,
                                max_length=10 if name in _DAYS else 200,
                                placeholder="2026-11-22" if name in _DAYS else None,
                                elem_id=f"document-{name}",
                            )
                        )
                        with gr.Column(scale=3, min_width=120):
                            lines.append(gr.HTML())
                status = gr.Dropdown(list(_STATUSES), value="", label="效力", elem_id="document-status")
            with gr.Row(equal_height=True, elem_classes="cm-actions"):
                who = gr.Textbox(label="确认人", max_length=40, scale=2, elem_id="document-who")
                confirm = gr.Button(
                    "确认", variant="primary", scale=1, min_width=100, elem_id="document-confirm"
                )
                remove = gr.Button(
                    _REMOVE, elem_classes="cm-danger", scale=1, min_width=140, elem_id="document-remove"
                )

    view = [listing, pick, detail, shown, form, *boxes, *lines, status, remove, armed]

    def titled(card: str) -> str:
        policy = assistant.kb.policy(card)
        return policy.title if policy else card

    def look(owner: str, chosen: str | None) -> tuple[Any, ...]:
        """Return the list, and the chosen document in full where it is this owner's."""
        kept = mine(assistant, owner)
        choices = [(papers.name_of(one)[:60], one.id) for one in kept]
        here = chosen if chosen in {one.id for one in kept} else None
        listed = papers.shelf(kept, titled)
        picked = gr.Dropdown(choices=choices, value=here, visible=bool(kept))
        if here is None:
            blank: list[Any] = [gr.skip()] * (2 * len(_FIELDS) + 1)
            return (
                listed,
                picked,
                gr.Column(visible=False),
                "",
                gr.Column(visible=False),
                *blank,
                _REMOVE,
                "",
            )
        one = own(assistant, owner, here)
        detail_html = papers.paper(one, assistant.library.versions(here, owner=owner), titled)
        values = [_field(one, name) for name in _FIELDS]
        read = [papers.line(getattr(one.document.metadata, name)) for name in _FIELDS]
        told = one.confirmed.status if one.confirmed else None
        return (
            listed,
            picked,
            gr.Column(visible=True),
            detail_html,
            gr.Column(visible=one.card is None),
            *values,
            *read,
            told.value if told else "",
            _REMOVE,
            "",
        )

    def take(
        paths: list[str] | None, chosen: str | None, request: gr.Request, progress: Any = _PROGRESS
    ) -> tuple[Any, ...]:
        owner = owner_of(request)
        if not paths:
            return (gr.skip(), gr.skip(), *look(owner, chosen))
        try:
            with received(paths) as files:
                made = assistant.ingest(
                    files,
                    owner=owner,
                    progress=lambda done, total: progress((done, total), desc="正在读取", unit="份"),
                )
        except ConsultError as error:
            events.warn(error.hint)
            return (gr.skip(), None, *look(owner, chosen))
        new = [one.document for one in made.files if one.document and one.shape == "policy"]
        return (papers.reading(made, titled), None, *look(owner, new[0] if len(new) == 1 else chosen))

    def show(chosen: str | None, request: gr.Request) -> tuple[Any, ...]:
        return look(owner_of(request), chosen)

    def agree(chosen: str | None, by: str, worth: str, request: gr.Request, *values: str) -> tuple[Any, ...]:
        owner = owner_of(request)
        try:
            kept = own(assistant, owner, chosen or "")
            assistant.library.confirm(kept.id, _word(assistant, kept, by, worth, values), owner=owner)
        except ConsultError as error:
            events.warn(error.hint)
            return (gr.skip(),) * len(view)
        gr.Info("已确认，可以作为依据引用。", title="完成")
        return look(owner, chosen)

    def drop_it(chosen: str | None, ready: str, request: gr.Request) -> tuple[Any, ...]:
        owner = owner_of(request)
        if not chosen:
            return (gr.skip(),) * len(view)
        if ready != chosen:
            return (*(gr.skip(),) * (len(view) - 2), _SURE, chosen)
        try:
            assistant.remove_policy(own(assistant, owner, chosen).id, owner=owner)
        except ConsultError as error:
            events.warn(error.hint)
        return look(owner, None)

    place.expand(show, pick, view, api_visibility="private")
    events.run([drop.upload], [confirm, remove], take, [drop, pick], [report, drop, *view], shown_on=report)
    pick.input(show, pick, view, api_visibility="private")
    events.run([confirm.click], [confirm], agree, [pick, who, status, *boxes], view, shown_on=shown)
    remove.click(drop_it, [pick, armed], view, api_visibility="private", show_progress="hidden")


_PROGRESS = gr.Progress()


def _field(kept: Kept, name: str) -> str:
    """Return what a field holds: a person's word where there is one, else what was read."""
    if kept.confirmed is not None:
        told = getattr(kept.confirmed, name)
        return "" if told is None else str(told)
    guess: Guess | None = getattr(kept.document.metadata, name)
    return guess.value if guess else ""


def _word(assistant: Assistant, kept: Kept, by: str, worth: str, values: Sequence[str]) -> Confirmation:
    """Return a person's word on a document, from the form; a field left empty is not stated.

    Raises:
        InputError: No name was given, a day is no date, or the place is not known.
    """
    if not by.strip():
        raise InputError("确认人", "没有写明由谁确认", "请填写姓名")
    on = assistant.today()
    if kept.card is not None:
        return Confirmation(by=by.strip(), on=on)
    told = {name: (value or "").strip() for name, value in zip(_FIELDS, values, strict=True)}
    place = assistant.kb.regions.resolve(told["region"]) if told["region"] else None
    if told["region"] and place is None:
        raise InputError("适用地区", f"不认得“{told['region']}”", "请写省、市或区的名称，全国性文件写“全国”")
    days = {name: read_day(told[name]) for name in _DAYS}
    if days["valid_from"] and days["valid_to"] and days["valid_from"] > days["valid_to"]:
        raise InputError("有效期至", "早于施行日期", "请核对两个日期")
    return Confirmation(
        by=by.strip(),
        on=on,
        title=told["title"],
        doc_number=told["doc_number"] or None,
        issuer=told["issuer"] or None,
        region=place.name if place else None,
        status=Status(worth) if worth else None,
        **days,
    )
