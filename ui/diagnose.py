"""一企一策: load or fill a case, see level, gaps, plan and offers, draft the report, download it."""

from decimal import Decimal
from typing import Any

import gradio as gr

from assistant.app import STANDARD, Assistant
from assistant.casefiles.casebook import SAMPLES, keep_case
from assistant.casefiles.cases import load_case, parse_case, plain_case
from assistant.documents.sheets import in_words
from knowledge.case import CaseFile
from knowledge.errors import ConsultError
from knowledge.standard import Question, Scene, Standard
from ui import catalog, events, figures, render
from ui.visitor import owner_of, received, reserve

_OPEN = -1
"""The choice that leaves a scene unassessed."""
_LEVELS = [("未评", _OPEN), ("0", 0), ("一级", 1), ("二级", 2), ("三级", 3), ("四级", 4)]
_KEPT = '<p class="cm-note">已存为您的案例：在“企业问答”的“评测案例”里选它，就能接着问几级、先做什么、能补多少。</p>'
_TARGETS = [("一级", 1), ("二级", 2), ("三级", 3), ("四级", 4)]


def draw(assistant: Assistant, page: gr.Blocks) -> None:
    """Draw the tab; the page opens with the first sample in it."""
    standard = assistant.kb.standards[STANDARD]
    scene_names = {scene.id: scene.name for scene in standard.scenes}
    samples = [(label, name) for name, label in SAMPLES.items()]
    case = gr.State(CaseFile())
    kept = gr.State("")  # id under which the visitor's own case is kept; a sample is not kept
    with gr.Row(equal_height=False):
        with gr.Column(scale=2, min_width=300):
            with gr.Row(equal_height=True, elem_classes="cm-actions"):
                sample = gr.Dropdown(
                    samples, value=samples[0][1], label="示例企业", elem_id="sample", scale=3, min_width=160
                )
                upload = gr.UploadButton(
                    "上传评测表",
                    file_types=[".yaml", ".yml", ".json", ".xlsx"],
                    scale=2,
                    min_width=110,
                    elem_id="upload",
                )
            template = gr.HTML(elem_id="template-link")
            saved = gr.HTML(elem_id="case-saved")
            with gr.Group():
                name = gr.Textbox(label="企业名称", max_length=100, elem_id="case-name")
                with gr.Row(equal_height=True):
                    region = gr.Textbox(label="地区", max_length=60, min_width=120)
                    employees = gr.Number(label="从业人员（人）", minimum=0, value=None, min_width=120)
                industry = gr.Textbox(label="行业", max_length=60)
                with gr.Row(equal_height=True):
                    target = gr.Dropdown(_TARGETS, label="目标等级", value=None, min_width=90)
                    budget = gr.Number(label="预算（万元）", minimum=0, value=None, min_width=90)
                    deadline = gr.Textbox(
                        label="期限", placeholder="2027-06-30", max_length=10, min_width=125
                    )
            answers: list[gr.CheckboxGroup | gr.Radio] = []
            with gr.Accordion("评测问题（15 题，未作答就留空）", open=False, elem_id="questions"):
                for question in standard.questions.values():
                    answers.append(_question(question))
            levels: list[gr.Radio] = []
            with gr.Accordion("场景等级（16 个场景）", open=False, elem_id="scenes"):
                for scene in standard.scenes:
                    levels.append(_scene(scene))
            compute = gr.Button("测算", variant="primary", elem_id="compute")
            own = gr.Column()
            with gr.Group():
                kind = gr.Dropdown(
                    [(outline.name, outline.kind) for outline in assistant.kb.outlines.values()],
                    value="one-enterprise-diagnosis",
                    label="报告类型",
                    elem_id="report-kind",
                )
            draft = gr.Button("生成报告（Word）", variant="primary", elem_id="draft")
            link = gr.HTML(elem_id="report-link")
        with gr.Column(scale=3, min_width=300):
            score = gr.HTML(render.empty("正在载入示例企业……"), elem_id="score")
            plan = gr.HTML(elem_id="plan")
            offers = gr.HTML(elem_id="offers")

    form: list[Any] = [name, region, industry, employees, target, budget, deadline, *answers, *levels]

    def show(current: CaseFile, request: gr.Request) -> tuple[Any, ...]:
        try:
            desk = assistant.desk(owner=owner_of(request))
            card = desk.score(current)
            wanted = current.needs.target_level
            planned = figures.plan(desk.plan(current), standard) if wanted else figures.no_target()
            return (
                current,
                figures.score(card),
                planned,
                figures.offers(desk.match(current), names=scene_names),
                "",
            )
        except ConsultError as error:
            events.warn(in_words(error.hint))
            return current, render.empty(error.hint), "", "", ""  # never the figures of the firm before

    def fill(current: CaseFile) -> list[Any]:
        firm, told, needs = current.enterprise, current.assessment, current.needs
        deadline_text = needs.deadline.isoformat() if needs.deadline else ""
        head = [
            firm.name,
            firm.region,
            firm.industry,
            _shown(firm.employees),
            needs.target_level,
            _shown(needs.budget),
            deadline_text,
        ]
        chosen = [
            _chosen(question, told.answers.get(question.id)) for question in standard.questions.values()
        ]
        return [*head, *chosen, *(told.scenes.get(scene.id, _OPEN) for scene in standard.scenes)]

    def take_sample(file: str, request: gr.Request) -> tuple[Any, ...]:
        loaded = load_case(assistant.examples / file, assistant.kb.standards)
        return (*show(loaded, request), "", "", *fill(loaded))

    def take_upload(path: str | None, request: gr.Request) -> tuple[Any, ...]:
        if path is None:
            return (gr.skip(),) * (8 + len(form))
        try:
            with received([path]) as (
                file,
            ):  # the page's cache can be read by others; the case lives in the session
                loaded = load_case(file, assistant.kb.standards)
        except ConsultError as error:
            events.warn(in_words(error.hint))
            # what stood here was of another firm: nothing of it may pass for the file that could not be read
            failed = render.empty(f"没有读入这份文件：{error.hint}\n左侧表单没有变，仍是上传之前的那一家。")
            kept_as_it_was = (gr.skip(),) * (3 + len(form))
            return gr.skip(), failed, "", "", "", *kept_as_it_was
        known = keep_case(assistant.store, owner_of(request), loaded)
        return (*show(loaded, request), known, _KEPT, *fill(loaded), None)

    def take_form(current: CaseFile, known: str, request: gr.Request, *values: Any) -> tuple[Any, ...]:
        try:
            changed = _from_form(current, standard, list(values), assistant)
        except ConsultError as error:
            events.warn(in_words(error.hint))
            return current, gr.skip(), gr.skip(), gr.skip(), gr.skip(), known, gr.skip()
        if not known and changed == current:
            return (*show(changed, request), known, "")  # a sample as it came
        known = keep_case(assistant.store, owner_of(request), changed, known)
        return (*show(changed, request), known, _KEPT)

    def write(current: CaseFile, wanted: str, request: gr.Request, *values: Any) -> tuple[Any, ...]:
        try:
            changed = _from_form(current, standard, list(values), assistant)
            owner = owner_of(request)
            firm = changed.enterprise.name or "企业"
            path, address = reserve(assistant, owner, f"{firm}-{assistant.kb.outlines[wanted].name}.docx")
            report = assistant.report(changed, wanted, path, owner=owner)
        except ConsultError as error:
            events.warn(in_words(error.hint))
            return current, gr.skip()
        return changed, figures.made(report, address)

    def offer_template(request: gr.Request) -> str:
        path, address = reserve(assistant, owner_of(request), "评测表.xlsx")
        assistant.write_template("case", path)
        return f'<p class="cm-note"><a href="{address}" download>下载空白评测表（Excel）</a>，填好后上传；也收 YAML、JSON。</p>'

    def rematch(current: CaseFile, request: gr.Request) -> str:
        return figures.offers(assistant.desk(owner=owner_of(request)).match(current), names=scene_names)

    with own:
        catalog.draw(assistant, page, (rematch, case, offers))

    shown = [case, score, plan, offers, link]
    buttons = [compute, draft]
    events.run([sample.input], buttons, take_sample, sample, [*shown, kept, saved, *form], shown_on=score)
    events.run(
        [upload.upload],
        [*buttons, upload],
        take_upload,
        upload,
        [*shown, kept, saved, *form, sample],
        shown_on=score,
    )
    events.run(
        [compute.click], buttons, take_form, [case, kept, *form], [*shown, kept, saved], shown_on=score
    )
    events.run([draft.click], buttons, write, [case, kind, *form], [case, link], shown_on=link)
    page.load(
        take_sample, sample, [*shown, kept, saved, *form], api_visibility="private", show_progress="hidden"
    )
    page.load(offer_template, None, template, api_visibility="private", show_progress="hidden")


def _question(question: Question) -> "gr.CheckboxGroup | gr.Radio":
    label = f"{question.id} {question.asks}（{question.max_points:f} 分）"
    choices = [(f"{option.key} {option.text}", option.key) for option in question.options]
    if question.kind == "multi":
        return gr.CheckboxGroup(choices, label=label)
    return gr.Radio([("未作答", ""), *choices], label=label, value="")


def _scene(scene: Scene) -> gr.Radio:
    info = "；".join(f"{level} {text}" for level, text in sorted(scene.levels.items()))
    label = f"{scene.id} {scene.name}{'（约束性）' if scene.binding else ''}"
    return gr.Radio(_LEVELS, label=label, info=info, value=_OPEN)


def _chosen(question: Question, told: tuple[str, ...] | None) -> Any:
    if question.kind == "multi":
        return list(told or ())
    return told[0] if told else ""


def _from_form(case: CaseFile, standard: Standard, values: list[Any], assistant: Assistant) -> CaseFile:
    """Return the case with what the form shows; what the form does not show stays as it was."""
    name, region, industry, employees, target, budget, deadline, *rest = values
    chosen, levels = rest[: len(standard.questions)], rest[len(standard.questions) :]
    data = plain_case(case)
    firm = data.setdefault("enterprise", {})
    firm.update(name=name or "", region=region or "", industry=industry or "")
    needs = data.setdefault("needs", {})
    _put(firm, "employees", employees)
    _put(needs, "target_level", target)
    _put(needs, "budget", budget)
    _put(needs, "deadline", deadline.strip() or None)
    told = data.setdefault("assessment", {})
    told["standard"] = standard.id
    told["answers"] = {
        question.id: list(picked) if question.kind == "multi" else [picked]
        for question, picked in zip(standard.questions.values(), chosen, strict=True)
        if picked
    }
    told["scenes"] = {
        scene.id: level
        for scene, level in zip(standard.scenes, levels, strict=True)
        if level not in (None, _OPEN)
    }
    return parse_case(data, assistant.kb.standards, name="表单")


def _shown(value: Decimal | int | None) -> float | int | None:
    """Return a number as a field of the page takes it."""
    return None if value is None else int(value) if value == int(value) else float(value)


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        data.pop(key, None)
    else:
        data[key] = value
