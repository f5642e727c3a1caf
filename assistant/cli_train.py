"""canmou train: sessions, handouts, quizzes, grades."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from assistant import show
from assistant.app import Assistant
from assistant.commands import OUT, Shown, command, plain
from knowledge.errors import InputError

if TYPE_CHECKING:
    from assistant.training.session import Session


@click.group("train")
def train() -> None:
    """政策培训：一次回答一屋子的问题，出测验，判分，留讲义。场次随答随存，停了可以接着答。"""


_MAYBE_OUT = click.option("-o", "--out", type=click.Path(path_type=Path), default=None, help="同时写成文件")
_SCOPE = click.option(
    "--policy", "policies", multiple=True, help="只用这份文件：编号、标题或文号（可重复）；上传的文件也可以"
)
_SESSION = click.argument("session_id", metavar="SESSION", default="")


@command("session", place=True, group=train)
@click.argument("questions", type=click.Path(path_type=Path))
@_SCOPE
@click.option("--title", default="", help="这一场叫什么")
@_MAYBE_OUT
def train_session(
    assistant: Assistant,
    questions: Path,
    policies: tuple[str, ...],
    title: str,
    region: str,
    out: Path | None,
) -> Shown:
    """回答一份问题清单（每行一问）：合并重复，逐个给出处，列出没答上的；中途停了用 train resume 接着答。"""
    _check_handout(out)
    session = _answered(assistant, _begun(assistant, questions, policies, title, region))
    return _told(assistant, session, None if out is None else assistant.handout(session, out))


@command("resume", group=train)
@_SESSION
@_MAYBE_OUT
def train_resume(assistant: Assistant, session_id: str, out: Path | None) -> Shown:
    """接着答一场停下的培训（不写编号就是最近一场）；答过的不再答，日期与范围不变。"""
    _check_handout(out)
    session = _answered(assistant, _kept(assistant, session_id))
    return _told(assistant, session, None if out is None else assistant.handout(session, out))


@command("show", group=train)
@_SESSION
def train_show(assistant: Assistant, session_id: str) -> Shown:
    """看一场培训的问答（不写编号就是最近一场）。"""
    return _told(assistant, _kept(assistant, session_id), None)


@command("list", group=train)
def train_list(assistant: Assistant) -> Shown:
    """列出保存的场次，新的在前。"""
    from assistant.app import OWNER
    from assistant.training.register import SHORT, listed
    from assistant.training.scope import describe

    items, titles = listed(assistant.store, OWNER), assistant.titles()

    def tell() -> None:
        rows = [
            (
                one.id[:SHORT],
                one.title,
                describe(one.scope, titles),
                one.scope.region,
                one.scope.as_of,
                f"{one.answered}/{one.questions}",
                one.saved,
            )
            for one in items
        ]
        show.table(("编号", "名称", "范围", "地区", "口径日期", "已答", "最近"), rows)

    return {"count": len(items), "items": items}, tell


@command("delete", group=train)
@click.argument("session_id", metavar="SESSION")
def train_delete(assistant: Assistant, session_id: str) -> Shown:
    """删除一场培训：问题、答案和由它出的测验都不再保存。"""
    from assistant.app import OWNER
    from assistant.training.register import forget

    gone = forget(assistant.store, OWNER, session_id)
    return {"deleted": gone.id}, lambda: show.out().print(f"已删除 {gone.title}", markup=False)


@command("handout", place=True, group=train)
@click.argument("source", metavar="SESSION|QUESTIONS", type=click.Path(path_type=Path))
@_SCOPE
@OUT
def train_handout(
    assistant: Assistant, source: Path, policies: tuple[str, ...], region: str, out: Path
) -> Shown:
    """把一场培训（编号，或一份问题清单）写成讲义：按主题分组，附变化、误区与没答上的问题。"""
    _check_handout(out)
    session = (
        _answered(assistant, _begun(assistant, source, policies, "", region))
        if source.exists() or source.suffix
        else _kept(assistant, str(source))
    )
    file = assistant.handout(session, out)
    answer = {
        "session": session.id,
        "questions": [one.question for one in session.asked],
        "answers": [one.answer for one in session.asked],
        "file": file,
    }
    return answer, lambda: show.out().print(f"已写 {out}：{len(session.asked)} 个问题")


@command("quiz", place=True, group=train)
@click.option("-n", "count", type=click.IntRange(1, 100), default=10, show_default=True, help="几题")
@click.option("--topic", default=None, help="只考这个主题")
@click.option("--policy", "policies", multiple=True, help="只考这份文件：编号、标题或文号（可重复）")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(["single", "multiple", "cloze", "true_false"])
)
@click.option("--session", "session_id", default=None, help="按这一场培训的范围出题，问到的条款优先")
@click.option("--seed", default=0, show_default=True, help="同样的种子出同样的题")
@click.option("--paper", type=click.Path(path_type=Path), default=None, help="另写一份不带答案的学员卷")
@_MAYBE_OUT
def train_quiz(
    assistant: Assistant,
    count: int,
    topic: str | None,
    policies: tuple[str, ...],
    kinds: tuple[Literal["single", "multiple", "cloze", "true_false"], ...],
    session_id: str | None,
    seed: int,
    paper: Path | None,
    region: str,
    out: Path | None,
) -> Shown:
    """从条款出测验题：单选、多选、填空、判断，每题附答案与条款；.xlsx 里有答题卡，填好后用 train grade 判分。"""
    from assistant.app import OWNER
    from assistant.training.paper import PAPER_ENDINGS, QUIZ_ENDINGS, check_place, write_quiz
    from assistant.training.quiz import KINDS
    from assistant.training.register import keep_quiz, set_quiz

    for file, endings in ((out, QUIZ_ENDINGS), (paper, PAPER_ENDINGS)):
        if file is not None:
            check_place(file, endings)
    session = None if session_id is None else _kept(assistant, session_id)
    quiz = set_quiz(
        assistant.kb,
        assistant.scope(policies, region=assistant.desk().place(region)),
        session=session,
        n=count,
        topic=topic,
        kinds=kinds or KINDS,
        seed=seed,
    )
    keep_quiz(assistant.store, OWNER, quiz, session_id=session.id if session else None)
    if out is not None:
        write_quiz(quiz, out, made=assistant.made())
    if paper is not None:
        write_quiz(quiz, paper, made=assistant.made(), key=False)

    def tell() -> None:
        for one in quiz.questions:
            options = "".join(
                f"\n   {letter}. {text}" for letter, text in zip("ABCDEFGH", one.options, strict=False)
            )
            show.out().print(
                f"{one.n}. {one.stem}{options}\n   答案：{'、'.join(one.key)}{one.unit}  {one.explanation}\n",
                markup=False,
            )
        show.out().print(f"测验代码 {quiz.code}", markup=False)

    answers = [{"n": one.n, "key": one.key, "clause": one.clause} for one in quiz.questions]
    about = {"code": quiz.code, "title": quiz.title, "as_of": quiz.as_of.isoformat(), "region": quiz.region}
    files = {"file": None if out is None else str(out), "paper": None if paper is None else str(paper)}
    return {"questions": quiz.questions, "answers": answers, **about, **files}, tell


@command("grade", group=train)
@click.argument("quiz", metavar="QUIZ", type=click.Path(path_type=Path))
@click.argument("answers", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), default=None, help="把成绩写成 .xlsx 或 .json")
def train_grade(assistant: Assistant, quiz: Path, answers: tuple[Path, ...], out: Path | None) -> Shown:
    """判分：QUIZ 是讲师版测验（.xlsx、.json）或测验代码，答卷可以是 .xlsx、.csv、.yaml、.json，一人一份或多人一份。"""
    from assistant.app import OWNER
    from assistant.training.grading import grade_all, read_sheets
    from assistant.training.paper import RESULT_ENDINGS, check_place, read_quiz, write_result
    from assistant.training.register import find_quiz

    if out is not None:
        check_place(out, RESULT_ENDINGS)
    known = None if quiz.exists() or quiz.suffix else find_quiz(assistant.store, OWNER, str(quiz).upper())
    if known is None and not quiz.exists() and not quiz.suffix:
        raise InputError(str(quiz), "没有这份测验", "请写测验文件，或 canmou train quiz 给出的测验代码")
    made = known or read_quiz(quiz)
    result = grade_all(made, read_sheets(answers, made))
    if out is not None:
        write_result(result, out)

    def tell() -> None:
        people = sorted(result.participants, key=lambda one: -one.percent)
        show.table(
            ("姓名", "单位", "答对", "得分", "答错的题", "未答的题"),
            (
                (
                    one.name,
                    one.unit or "—",
                    f"{one.right}/{one.total}",
                    one.percent,
                    "、".join(map(str, one.wrong)) or "—",
                    "、".join(map(str, one.blank)) or "—",
                )
                for one in people
            ),
        )
        show.table(
            ("题号", "正确率", "答案", "最多的错答", "重读条款"),
            (
                (one.n, f"{one.percent}%", one.key, one.most_wrong or "—", one.reread)
                for one in result.questions
            ),
        )
        for slip in result.slips:
            show.out().print(f"! {slip.where}：{slip.what}", markup=False)
        mean = "" if result.mean is None else f"，平均 {result.mean} 分"
        show.out().print(f"{result.quiz}：{len(people)} 份答卷{mean}", markup=False)

    return {**plain(result), "file": None if out is None else str(out)}, tell


def _check_handout(out: Path | None) -> None:
    """Refuse a handout that cannot be written before forty questions are answered."""
    from assistant.documents.files import writer_for

    if out is not None:
        writer_for(out)


def _begun(
    assistant: Assistant, questions: Path, policies: tuple[str, ...], title: str, region: str
) -> "Session":
    from assistant.training.lists import heading_of, read_lines, split_questions

    text = "\n".join(read_lines(questions))
    asked = split_questions(text)
    scope = assistant.scope(policies, region=assistant.desk().place(region))
    return assistant.begin_session(asked, scope=scope, title=title or heading_of(text))


def _kept(assistant: Assistant, session_id: str) -> "Session":
    from assistant.app import OWNER
    from assistant.training.register import find

    return find(assistant.store, OWNER, session_id)


def _answered(assistant: Assistant, session: "Session") -> "Session":
    """Return the session with what waited answered; stopped by hand, say how to go on."""
    from assistant.training.register import SHORT

    total = len(session.questions)
    try:
        with show.progress("回答") as progress:
            progress(len(session.asked), total)
            for one in assistant.carry_on(session):
                session = session.joined(one)
                progress(len(session.asked), total)
    except KeyboardInterrupt:
        said = f"已停：{len(session.asked)} / {total} 问已答并保存。接着答：canmou train resume {session.id[:SHORT]}"
        click.echo(said, err=True)
        raise SystemExit(130) from None
    return session


def _told(assistant: Assistant, session: "Session", file: str | None) -> Shown:
    from assistant.training.register import SHORT
    from assistant.training.scope import describe

    def tell() -> None:
        console = show.out()
        for one in session.asked:
            times = f"（{one.times} 人问到）" if one.times > 1 else ""
            console.print(f"\n[bold]问 {one.number}：[/]", end="")
            console.print(f"{one.question}{times}", markup=False)
            show.answer(one.answer)
        waiting = f"，{len(session.waiting)} 个未答" if session.waiting else ""
        console.print(
            f"\n{session.title}（{session.id[:SHORT]}）范围：{describe(session.scope, assistant.titles())}",
            markup=False,
        )
        console.print(
            f"{len(session.asked)} 个问题，{len(session.unanswered)} 个没有依据可答{waiting}", markup=False
        )
        if session.aside:
            console.print(
                f"清单里没有问什么的 {len(session.aside)} 行：{'；'.join(session.aside)}", markup=False
            )

    found = {
        "id": session.id,
        "title": session.title,
        "scope": session.scope,
        "questions": [one.question for one in session.asked],
        "answers": [
            {"number": one.number, "question": one.question, "also": one.also, "outside": one.outside}
            | plain(one.answer)
            for one in session.asked
        ],
        "unanswered": [
            {"question": one.question, "reason": one.answer.reason, "outside": one.outside}
            for one in session.unanswered
        ],
        "waiting": [one.question for _, one in session.waiting],
        "aside": session.aside,
        "file": file,
    }
    return found, tell
