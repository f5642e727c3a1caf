"""What a session leaves behind: a handout, and a quiz on paper or as a workbook."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assistant.corpus import list_conflicts, list_timeline
from assistant.desk import Desk
from assistant.documents.files import writer_for
from assistant.documents.sheets import write_text
from assistant.schema import Citation, Made, Report, Section, Table
from assistant.training.quiz import Quiz, short_title
from assistant.training.session import Asked, Session, topics
from knowledge.errors import InputError
from knowledge.policy import Policy, Status

_LETTERS = "ABCDEFGH"
_KINDS = {"single": "单选", "multiple": "多选", "cloze": "填空", "true_false": "判断"}
_STALE = ("wrong_premise", "expired", "superseded")


def write_handout(session: Session, path: Path, *, desk: Desk, made: Made) -> Report:
    """Write the handout of a session as .docx, .md or .json and return it."""
    write = writer_for(path)
    report = make_handout(session, desk=desk, made=made)
    write(report, path)
    return report


def make_handout(session: Session, *, desk: Desk, made: Made) -> Report:
    """Return the handout: questions by topic, what changed, misconceptions met, what stayed open."""
    sources: list[Citation] = []
    sections = (
        _questions(session, sources),
        _changes(desk),
        _misconceptions(session),
        _open(session),
        Section(id="sources", title="5 来源"),  # the writer lists report.sources below it
    )
    return Report(
        kind="training-handout",
        title="政策培训讲义",
        enterprise=session.region,
        date=session.as_of,
        sections=sections,
        sources=tuple(sources),
        cover=(
            ("地区", session.region),
            ("口径日期", str(session.as_of)),
            ("问题", f"{len(session.asked)} 个"),
        ),
        notice="答案据收录文件的要点或原文摘录，状态按口径日期标注；办理以发文机关的正式文件为准。",
        made=made,
    )


def _questions(session: Session, sources: list[Citation]) -> Section:
    groups = []
    for at, (title, items) in enumerate(topics(session), start=1):
        shared = _shared_cautions(items)
        below = []
        for m, one in enumerate(items, start=1):
            lines, numbers = _renumbered(one, sources)
            asked = one.question + (f"（{one.times} 人问到）" if one.times > 1 else "")
            below.append(
                Section(
                    id=f"question-{at}-{m}",
                    title=f"问：{asked}",
                    level=3,
                    paragraphs=tuple(
                        line for line in lines if not any(caution in line for caution in shared)
                    ),
                    citations=tuple(numbers),
                )
            )
        head = f"1.{at} {short_title(title)}"
        groups.append(
            Section(id=f"topic-{at}", title=head, level=2, paragraphs=shared, sections=tuple(below))
        )
    if not groups:
        return Section(id="questions", title="1 问题与答案", paragraphs=("本次没有能据收录文件回答的问题。",))
    return Section(id="questions", title="1 问题与答案", sections=tuple(groups))


def _shared_cautions(items: Sequence[Asked]) -> tuple[str, ...]:
    """Return the cautions that go for every answer of a topic: said once, at its head."""
    first, *others = ([caution.text for caution in one.answer.warnings] for one in items)
    return tuple(text for text in first if all(text in told for told in others))


def _renumbered(one: Asked, sources: list[Citation]) -> tuple[list[str], list[int]]:
    """Return the answer's lines with its marks pointing into the handout's own list of sources."""
    new: dict[int, int] = {}
    for citation in one.answer.citations:
        same = next((known for known in sources if _same_place(known, citation)), None)
        if same is None:
            same = citation.model_copy(update={"n": len(sources) + 1})
            sources.append(same)
        new[citation.n] = same.n
    text = one.answer.answer
    for old, number in new.items():
        text = text.replace(f"[{old}]", f"[\0{number}]")
    lines = [line.removeprefix("> ").strip() for line in text.replace("\0", "").splitlines() if line.strip()]
    return lines, list(new.values())


def _same_place(one: Citation, other: Citation) -> bool:
    return (one.source_id, one.locator, one.quote) == (other.source_id, other.locator, other.quote)


def _changes(desk: Desk) -> Section:
    """Return the page of what changed: documents replaced or ended, the same condition then and now, what closes next."""
    day = desk.today()
    gone = [
        (policy, policy.status_on(day))
        for policy in desk.kb.policies.values()
        if policy.status_on(day) in (Status.SUPERSEDED, Status.EXPIRED)
    ]
    rows = tuple((policy.title, status.label, _instead(policy, desk, day)) for policy, status in gone)
    cells = tuple(
        (item.condition, cell.label, cell.value, cell.status_label)
        for item in list_conflicts(desk.kb, on=day)
        if len({cell.year for cell in item.cells}) > 1
        and "2022" in " ".join(str(cell.year) for cell in item.cells)
        for cell in item.cells
    )
    soon = tuple((str(item.date), item.what, item.title) for item in list_timeline(desk.kb, after=day)[:12])
    return Section(
        id="changes",
        title="2 变了什么",
        new_page=True,
        tables=(
            Table(title="已被替代或已失效的文件", header=("文件", "状态", "现在看什么"), rows=rows),
            Table(title="同一条件的前后写法", header=("条件", "出处", "写法", "状态"), rows=cells),
            Table(title="接下来的截止日期", header=("日期", "事项", "文件"), rows=soon),
        ),
    )


def _instead(policy: Policy, desk: Desk, day: date) -> str:
    newer = desk.kb.graph.replaced_by(policy.id, day)
    if newer:
        return "；".join(one.title for one in newer)
    return f"未收录接续文件，请向{'、'.join(policy.issuers) or '发文机关'}核实"


def _misconceptions(session: Session) -> Section:
    met = [
        (one, caution) for one in session.asked for caution in one.answer.warnings if caution.kind in _STALE
    ]
    if not met:
        return Section(
            id="misconceptions",
            title="3 问到的误区",
            new_page=True,
            paragraphs=("本次没有遇到错误前提或过期规定。",),
        )
    rows = tuple((one.question, caution.text) for one, caution in met)
    return Section(
        id="misconceptions",
        title="3 问到的误区",
        new_page=True,
        tables=(Table(header=("问题里的说法", "更正"), rows=rows),),
    )


def _open(session: Session) -> Section:
    if not session.unanswered:
        return Section(id="open", title="4 没有答上的问题", paragraphs=("所有问题都有依据可答。",))
    rows = tuple((one.question, one.answer.reason or one.answer.answer) for one in session.unanswered)
    return Section(
        id="open", title="4 没有答上的问题", tables=(Table(header=("问题", "缺什么、问谁"), rows=rows),)
    )


# ---------------------------------------------------------------- the quiz as a file


def write_quiz(quiz: Quiz, path: Path, *, made: Made) -> None:
    """Write a quiz with its key on the last pages (.docx, .md, .json), or as a workbook (.xlsx).

    Raises:
        InputError: The ending is none of these.
    """
    if path.suffix.lower() == ".xlsx":
        if not path.resolve().parent.is_dir():
            raise InputError(str(path), "所在的文件夹不存在", "请先建立文件夹，或换一个位置")
        _write_sheet(quiz, path)
        return
    write = writer_for(path)
    questions = tuple(
        line for one in quiz.questions for line in _lines(one.n, one.kind, one.stem, one.options)
    )
    key = tuple((str(one.n), "、".join(one.key), one.explanation, one.status) for one in quiz.questions)
    report = Report(
        kind="training-quiz",
        title=quiz.title,
        enterprise=quiz.region,
        date=quiz.as_of,
        sections=(
            Section(id="questions", title="试题", paragraphs=questions),
            Section(
                id="key",
                title="答案与条款",
                new_page=True,
                tables=(Table(header=("题号", "答案", "条款", "状态"), rows=key),),
            ),
        ),
        cover=(("题数", str(len(quiz.questions))), ("口径日期", str(quiz.as_of))),
        notice="答案以所列条款的要点为准；状态按口径日期标注。",
        made=made,
    )
    write(report, path)


def _lines(n: int, kind: str, stem: str, options: Sequence[str]) -> list[str]:
    letters = "    ".join(f"{_LETTERS[at]}. {option}" for at, option in enumerate(options))
    return [
        f"{n}.（{_KINDS[kind]}）{stem.removeprefix('（多选）').removeprefix('判断：').removeprefix('填空：')}",
        *([letters] if letters else []),
    ]


def _write_sheet(quiz: Quiz, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "试题"
    header = [
        "题号",
        "题型",
        "题目",
        *(f"选项{letter}" for letter in _LETTERS[:5]),
        "答案",
        "条款",
        "状态",
        "解析",
    ]
    sheet.append(header)
    for one in quiz.questions:
        options = [*one.options, *[""] * (5 - len(one.options))][:5]
        clause = f"{one.title} {one.clause.locator}"
        row = [_KINDS[one.kind], one.stem, *options, "、".join(one.key), clause, one.status, one.explanation]
        at = sheet.max_row + 1
        sheet.cell(at, 1, one.n)
        for column, text in enumerate(row, start=2):
            write_text(sheet.cell(at, column), text)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHIJKL", (6, 8, 60, 22, 22, 22, 22, 22, 14, 40, 18, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    for row_cells in sheet.iter_rows(min_row=2):
        for cell in row_cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "D2"
    book.save(path)
