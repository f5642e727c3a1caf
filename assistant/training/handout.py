"""What a session leaves behind: a handout by topic, with what changed, the misconceptions met, and what stayed open."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from assistant.answering import question as asking
from assistant.answering.question import Aim
from assistant.answering.writing import short_title
from assistant.corpus import ConflictCell, ConflictItem, list_conflicts, list_policies, list_timeline
from assistant.desk import Desk
from assistant.documents.files import writer_for
from assistant.documents.words import item as listed
from assistant.schema import Citation, Made, Report, Section, Table
from assistant.training.options import plain_place
from assistant.training.premise import changes, compares_whole, matter_of
from assistant.training.scope import NO_MATTER, describe
from assistant.training.session import Asked, Session, alike, topics
from knowledge.errors import InputError
from knowledge.policy import Policy, Status
from knowledge.region import NATION

BULLET = listed("")


def write_handout(
    session: Session, path: Path, *, desk: Desk, titles: Mapping[str, str], made: Made
) -> Report:
    """Write the handout of a session as .docx, .md or .json and return it."""
    write = writer_for(path)
    report = make_handout(session, desk=desk, titles=titles, made=made)
    write(report, path)
    return report


def make_handout(session: Session, *, desk: Desk, titles: Mapping[str, str], made: Made) -> Report:
    """Return the handout: questions by topic, what changed, misconceptions met, what stayed open.

    Args:
        session: What was asked and answered; it may have stopped half way.
        desk: Knowledge on the day of the session.
        titles: Document id -> title, uploads among them.
        made: What the session was made with.

    Raises:
        InputError: Nothing has been answered yet.
    """
    if not session.asked:
        raise InputError("讲义", "这一场还没有回答过问题", "请先回答，再生成讲义")
    sources: list[Citation] = []
    scope = session.scope
    parts = [
        _questions(session, sources),
        _changes(session, desk),
        _misconceptions(session),
        _open(session, desk),
        *([_waiting(session)] if session.waiting else []),
        Section(id="sources", title="来源"),  # the writer lists report.sources below it
    ]
    sections = tuple(
        one.model_copy(update={"title": f"{n} {one.title}"}) for n, one in enumerate(parts, start=1)
    )
    answered = len(session.asked) - len(session.unanswered)
    times = sum(one.times for one in session.asked)
    return Report(
        kind="training-handout",
        title="政策培训讲义",
        enterprise=session.title,
        date=scope.as_of,
        sections=sections,
        sources=tuple(sources),
        cover=(
            ("范围", describe(scope, titles)),
            ("地区", scope.region),
            ("口径日期", str(scope.as_of)),
            (
                "问题",
                f"{times} 人次，{len(session.asked)} 个问题，{answered} 个据收录文件作答"
                + (f"，另有 {len(session.waiting)} 个未答" if session.waiting else ""),
            ),
        ),
        notice="答案据收录文件的要点或原文摘录，状态按口径日期标注；办理以发文机关的正式文件为准。",
        made=made,
    )


def _questions(session: Session, sources: list[Citation]) -> Section:
    groups = []
    for at, (title, items) in enumerate(topics(session), start=1):
        shared = _shared_cautions([same[0] for same in items])
        told = [_renumbered(same[0], sources) for same in items]
        told = [(_with_corrections(lines, same), ns) for (lines, ns), same in zip(told, items, strict=True)]
        common = _common([lines for lines, _ in told])
        below = []
        for m, (same, (lines, numbers)) in enumerate(zip(items, told, strict=True), start=1):
            first, also, others = same[0], _wordings(same), _others(same)
            alone = all(line in common for line in lines if line.startswith(BULLET))
            kept = [
                line
                for line in lines
                if (alone or line not in common)
                and not any(one in line for one in shared)
                and not (line.startswith("据") and f"《{short_title(title)}》" in line)  # the heading says so
            ]
            times = first.times + sum(one.times for one in _near(same))
            below.append(
                Section(
                    id=f"question-{at}-{m}",
                    title=f"问：{first.question}" + (f"（{times} 人问到）" if times > 1 else ""),
                    level=3,
                    paragraphs=(
                        *((f"也这样问：{'；'.join(also)}",) if also else ()),
                        *kept,
                        *((f"答案相同的还有：{'；'.join(others)}",) if others else ()),
                    ),
                    citations=tuple(numbers),
                )
            )
        groups.append(
            Section(
                id=f"topic-{at}",
                title=f"1.{at} {short_title(title)}",
                level=2,
                paragraphs=(
                    *(f"注意：{text}" for text in shared),
                    *(f"以下各题都要看：{line.removeprefix(BULLET)}" for line in common),
                ),
                sections=tuple(below),
            )
        )
    if not groups:
        return Section(id="questions", title="问题与答案", paragraphs=("本次没有能据收录文件回答的问题。",))
    return Section(id="questions", title="问题与答案", sections=tuple(groups))


def _with_corrections(lines: Sequence[str], same: Sequence[Asked]) -> list[str]:
    """Return the lines of an answer with what each of its questions had wrong before them, each once."""
    texts = [one.text for asked in same for one in asked.answer.warnings if one.kind == "wrong_premise"]
    said = [f"注意：{text}" for text in dict.fromkeys(texts)]
    return [*said, *(line for line in lines if line not in said)]


def _wordings(same: Sequence[Asked]) -> list[str]:
    """Return the other wordings of the first question: told so when merged, or close to it with the same answer."""
    first, near = same[0], _near(same)
    said = [word for one in (first, *near) for word in (one.question, *one.wordings)]
    return [word for word in dict.fromkeys(said) if word != first.question]


def _near(same: Sequence[Asked]) -> list[Asked]:
    return [one for one in same[1:] if alike(same[0].question, one.question)]


def _others(same: Sequence[Asked]) -> list[str]:
    """Return the questions that ask something else and have the same answer."""
    far = [one for one in same[1:] if not alike(same[0].question, one.question)]
    return [word for one in far for word in (one.question, *one.wordings)]


def _common(told: Sequence[Sequence[str]]) -> list[str]:
    """Return quotes that stand in most answers of a topic beside others: said once, at its head."""
    quotes = [[line for line in lines if line.startswith(BULLET)] for lines in told]
    beside = [line for lines in quotes if len(lines) > 1 for line in lines]
    often = [line for line in dict.fromkeys(beside) if beside.count(line) >= _OFTEN]
    alone = {lines[0] for lines in quotes if len(lines) == 1}
    return [line for line in often if line not in alone or beside.count(line) > len(told) / 2]


_OFTEN = 3


def _shared_cautions(items: Sequence[Asked]) -> tuple[str, ...]:
    """Return the cautions that go for every answer of a topic: said once, at its head."""
    if len(items) < 2:
        return ()
    first, *others = ([caution.text for caution in one.answer.warnings] for one in items)
    return tuple(text for text in first if all(text in told for told in others))


def _renumbered(one: Asked, sources: list[Citation]) -> tuple[list[str], list[int]]:
    """Return the answer's lines with its marks pointing into the handout's own list of sources."""
    new: dict[int, int] = {}
    for cited in one.answer.citations:
        citation = cited.model_copy(update={"locator": plain_place(cited.locator)})
        same = next((known for known in sources if _same_place(known, citation)), None)
        if same is None:
            same = citation.model_copy(update={"n": len(sources) + 1})
            sources.append(same)
        new[citation.n] = same.n
    text = one.answer.answer
    for old, number in new.items():
        text = text.replace(f"[{old}]", f"[\0{number}]")
    lines = [_shown(line) for line in text.replace("\0", "").splitlines() if line.strip()]
    return lines, list(new.values())


def _shown(line: str) -> str:
    """Return a line of an answer as the handout writes it."""
    bare = line.strip().removeprefix("> ")
    return listed(bare.removeprefix("- ")) if bare.startswith("- ") else bare


def _same_place(one: Citation, other: Citation) -> bool:
    return (one.source_id, one.locator, one.quote) == (other.source_id, other.locator, other.quote)


def _changes(session: Session, desk: Desk) -> Section:
    """Return the page of what changed, as far as it reaches the session: documents, conditions then and now, days ahead."""
    day, kb = session.scope.as_of, desk.kb
    region = None if session.scope.region == NATION else session.scope.region
    chosen = _related(session, desk)
    gone = [
        (policy, status)
        for item in list_policies(kb, on=day, region=region)
        if (policy := kb.policies[item.id])
        and (chosen is None or policy.id in chosen)
        and (status := policy.status_on(day)) in (Status.SUPERSEDED, Status.EXPIRED)
    ]
    rows = tuple(
        (
            f"{short_title(policy.title)}{f'（{policy.doc_number}）' if policy.doc_number else ''}",
            status.label,
            _instead(policy, desk, day),
        )
        for policy, status in gone
    )
    soon = tuple(
        (str(item.date), item.what, short_title(item.title))
        for item in list_timeline(kb, after=day, region=region)
        if chosen is None or item.policy in chosen
    )[:12]
    tables = (
        Table(title="已被替代或已失效的文件", header=("文件", "状态", "现在看什么"), rows=rows),
        *_then_and_now(list_conflicts(kb, on=day, region=region), chosen),
        Table(title="接下来的日期", header=("日期", "事项", "文件"), rows=soon),
    )
    told = tuple(table for table in tables if table.rows)
    nothing = () if told else ("与本次范围有关的文件，没有收录到被替代、失效或将到期的。",)
    return Section(id="changes", title="变了什么", new_page=True, tables=told, paragraphs=nothing)


def _then_and_now(items: Iterable[ConflictItem], chosen: set[str] | None) -> list[Table]:
    """Return each condition that a replaced document put and its successor puts, side by side."""
    tables = []
    for item, told in changes(items):
        if chosen is not None and not any(cell.policy in chosen for cell in item.cells):
            continue
        whole = compares_whole(item)
        rows = tuple(
            (row.matter, "；".join(map(_put, row.then)) or "—", "；".join(map(_put, row.now)) or "—")
            for row in told
            if whole or (row.then and row.now)
        )
        if rows and any(then != "—" for _, then, _ in rows):
            header = ("条件", "以前（已被替代）", "现在")
            tables.append(Table(title=item.condition, header=header, rows=rows, note=item.note))
    return tables


def _put(cell: ConflictCell) -> str:
    aside = matter_of(cell)[1]
    return f"{cell.value}（{aside}）" if aside else cell.value


def _related(session: Session, desk: Desk) -> set[str] | None:
    """Return the documents of the scope and all they replaced or were replaced by; None is the whole collection."""
    if not session.scope.policies:
        return None
    known = [id for id in session.scope.policies if id in desk.kb.policies]
    return {*known, *(one.id for id in known for one in desk.kb.graph.chain(id))}


def _instead(policy: Policy, desk: Desk, day: date) -> str:
    newer = desk.kb.graph.replaced_by(policy.id, day)
    if newer:
        return "；".join(f"《{short_title(one.title)}》" for one in newer)
    return f"未收录接续文件，请向{'、'.join(policy.issuers) or '发文机关'}核实"


def _misconceptions(session: Session) -> Section:
    """Return what people asked with another rule in mind than the one in force; that a source has ended is none."""
    met: dict[str, list[str]] = {}
    for one in session.asked:
        for caution in one.answer.warnings:
            if caution.kind == "wrong_premise" or (
                caution.kind == "other_region" and caution.text.endswith(_ELSEWHERE)
            ):
                met.setdefault(caution.text, []).extend([one.question, *one.wordings])
    rows = tuple(
        ("\n".join(dict.fromkeys(questions)), text)
        for text, questions in sorted(met.items(), key=lambda one: -len(one[1]))
    )
    return Section(
        id="misconceptions",
        title="问到的误区",
        new_page=True,
        paragraphs=("以下问法里的数字或规定与现行的不同，讲的时候先更正。",)
        if rows
        else ("没有问到与现行规定不同的数字或说法。",),
        tables=(Table(header=("怎么问的", "应当是"), rows=rows),) if rows else (),
    )


_ELSEWHERE = "不能套用。"
"""How a caution ends that says of another place's rule, which the question takes for ours, that it is not."""


def _open(session: Session, desk: Desk) -> Section:
    """Return what was not answered, by why: nothing held, another document, not ours to answer, no matter of policy."""
    by_why: dict[str, list[Asked]] = {}
    for one in session.unanswered:
        by_why.setdefault(_why(one, desk), []).append(one)
    tables = [
        Table(title=title, header=("问题", column), rows=tuple((one.question, said(one)) for one in asked))
        for title, column, said in _WHYS
        if (asked := by_why.get(title))
    ]
    lines = [] if tables else ["所答的问题都有依据。"]
    if unrelated := by_why.get(_UNRELATED):
        lines.append(f"{_UNRELATED}，没有作答：{'；'.join(one.question for one in unrelated)}")
    if session.aside:
        lines.append(f"没有问什么，没有作答：{'；'.join(session.aside)}")
    return Section(id="open", title="没有答上的问题", tables=tuple(tables), paragraphs=tuple(lines))


def _why(one: Asked, desk: Desk) -> str:
    if one.outside:
        return "不在本次范围内"
    if one.answer.reason.startswith(NO_MATTER):
        return _UNRELATED
    asked = asking.read_question(one.question, regions=desk.kb.regions, region=None, on=one.answer.as_of)
    return "缺什么、问谁" if asked.aim in (Aim.POLICY, Aim.CORPUS) else "不能代答的"


_UNRELATED = "与政策无关"


def _lacking(one: Asked) -> str:
    """Return what an abstention says: without the cautions and the quotes of what was found beside it."""
    lines = [line for line in one.answer.answer.splitlines() if line.strip()]
    bare = [line for line in lines if not line.startswith(("> ", "- ", "据"))] or lines
    said = re.sub(r"\[\d{1,3}\]", "", "".join(bare))
    return said if one.answer.reason in said else f"{said}{one.answer.reason}"


_WHYS: tuple[tuple[str, str, Callable[[Asked], str]], ...] = (
    ("缺什么、问谁", "缺什么、问谁", _lacking),
    ("不在本次范围内", "在哪份文件", lambda one: one.answer.reason),
    ("不能代答的", "为什么，可以怎么办", _lacking),
)
"""Title of a table, what its second column is called and says."""


def _waiting(session: Session) -> Section:
    return Section(
        id="waiting",
        title="还没有回答的问题",
        paragraphs=tuple(listed(f"第 {number} 问：{one.question}") for number, one in session.waiting),
    )
