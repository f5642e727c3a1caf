"""The register: sessions and quizzes kept with their owner, taken up again where they stopped, listed and deleted."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.desk import Desk
from assistant.library import Kept
from assistant.store import Store
from assistant.training.quiz import KINDS, Kind, Quiz, make_quiz
from assistant.training.scope import Scope
from assistant.training.session import Asked, Question, Session, hold
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.record import Record

if TYPE_CHECKING:
    from assistant.llm import Model

SHORT = 8
"""Characters of an id that are shown, and enough to name a session by."""


class Listed(Record):
    """A session as listed."""

    id: str
    title: str
    scope: Scope
    questions: int
    answered: int
    saved_at: datetime
    """UTC."""

    @property
    def saved(self) -> str:
        """When it was last added to, by the clock of this machine: 11-22 19:05."""
        return self.saved_at.replace(tzinfo=UTC).astimezone().strftime("%m-%d %H:%M")


def keep(store: Store, owner: str, session: Session) -> Session:
    """Keep a session that has just begun and return it with its id."""
    content = session.model_dump(mode="json", include={"scope", "questions", "aside"})
    identity = store.begin_training(owner, title=session.title, content=content)
    return session.model_copy(update={"id": identity})


def carry_on(
    store: Store,
    owner: str,
    session: Session,
    *,
    desk: Desk,
    uploads: Sequence[Kept] = (),
    model: "Model | None" = None,
) -> Iterator[Asked]:
    """Yield the answers that wait, each kept before it is handed on: whatever stops this, nothing is answered twice.

    Raises:
        InputError: The session was deleted meanwhile.
    """
    for one in hold(session, desk=desk, uploads=uploads, model=model):
        if not store.add_training_answer(owner, session.id, one.number, one.model_dump(mode="json")):
            raise _unknown(session.id)
        yield one


def find(store: Store, owner: str, told: str = "") -> Session:
    """Return a session of this owner by its id or the beginning of it; the latest where nothing is told.

    Raises:
        InputError: This owner has none of that id, or several that begin so.
    """
    kept = store.trainings(owner)
    if not told and not kept:
        raise InputError("培训场次", "还没有保存的场次", "请先用 canmou train session 问题清单 开一场")
    named = [one.id for one in kept if one.id.startswith(told)] if told else [kept[0].id]
    if len(named) > 1:
        raise InputError("培训场次", f"有 {len(named)} 场以 {told!r} 开头", "请把编号写长一些")
    found = store.training(owner, named[0]) if named else None
    if found is None:
        raise _unknown(told)
    title, content, answers = found
    return Session(
        id=named[0],
        title=title,
        scope=Scope.model_validate(content["scope"]),
        questions=tuple(Question.model_validate(one) for one in content["questions"]),
        asked=tuple(Asked.model_validate(record) for _, record in sorted(answers.items())),
        aside=tuple(content.get("aside", ())),
    )


def listed(store: Store, owner: str) -> list[Listed]:
    """List the sessions of an owner, newest first."""
    return [
        Listed(
            id=one.id,
            title=one.title,
            scope=Scope.model_validate(one.content["scope"]),
            questions=len(one.content["questions"]),
            answered=one.answered,
            saved_at=one.saved_at,
        )
        for one in store.trainings(owner)
    ]


def forget(store: Store, owner: str, told: str) -> Session:
    """Delete a session with its answers and quizzes and return what it was.

    Raises:
        InputError: This owner has none of that id, or several that begin so.
    """
    if not told:
        raise InputError("培训场次", "没有写编号", "请用 canmou train list 查看编号")
    session = find(store, owner, told)
    store.forget_training(owner, session.id)
    return session


def set_quiz(
    kb: KnowledgeBase,
    scope: Scope,
    *,
    session: Session | None = None,
    n: int,
    topic: str | None = None,
    kinds: Sequence[Kind] = KINDS,
    seed: int = 0,
) -> Quiz:
    """Return a quiz within a scope; of a session: within its own scope, the clauses it met first.

    Raises:
        InputError: The scope holds uploaded documents alone, or too few clauses to ask about.
    """
    if session is not None:
        own = session.scope
        scope = own if not scope.policies else scope.model_copy(update={"as_of": own.as_of})
    cards = [id for id in scope.policies if id in kb.policies]
    if scope.policies and not cards:
        raise InputError(
            "出题范围", "只有上传的文件，没有核对过的数值可以出题", "请加入收录的文件，或不限定文件"
        )
    met = () if session is None else session.cited
    return make_quiz(
        kb,
        n=n,
        on=scope.as_of,
        region=scope.region,
        policies=cards,
        topic=topic,
        kinds=kinds,
        seed=seed,
        first=met,
    )


def keep_quiz(store: Store, owner: str, quiz: Quiz, *, session_id: str | None = None) -> None:
    """Keep a quiz, so that its answer sheets can be graded; the same quiz again is kept once."""
    store.save_quiz(
        owner, quiz.code, title=quiz.title, content=quiz.model_dump(mode="json"), training=session_id
    )


def find_quiz(store: Store, owner: str, code: str) -> Quiz | None:
    """Return a quiz of this owner by the code its answer sheets carry; None where this owner has none."""
    content = store.quiz(owner, code)
    return None if content is None else Quiz.model_validate(content)


def _unknown(told: str) -> InputError:
    return InputError("培训场次", f"没有编号为 {told!r} 的场次", "请用 canmou train list 查看编号")
