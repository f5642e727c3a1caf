"""Store: what people leave behind (cases, conversations, trainings, audit), each row reached through its owner.

SQLite in the state folder here, PostgreSQL where `database` names one. Published knowledge and the search index are
not kept here; ingested documents are kept by `assistant.ingest`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, String, create_engine, delete, event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from knowledge.case import CaseFile
from knowledge.record import Record


class _Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON}


def _new_id() -> str:
    return uuid4().hex


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class _CaseRow(_Base):
    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(default=_now)


class _TalkRow(_Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[dict[str, Any]]
    """Facts told so far and whatever else the conversation must not lose."""
    saved_at: Mapped[datetime] = mapped_column(default=_now)


class _TurnRow(_Base):
    __tablename__ = "turns"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    record: Mapped[dict[str, Any]]
    """The answer or findings behind an assistant's turn; {} for a person's."""
    said_at: Mapped[datetime] = mapped_column(default=_now)


class _TrainingRow(_Base):
    __tablename__ = "trainings"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    """What the session is limited to, and its questions."""
    saved_at: Mapped[datetime] = mapped_column(default=_now)


class _TrainingAnswerRow(_Base):
    __tablename__ = "training_answers"
    training: Mapped[str] = mapped_column(ForeignKey("trainings.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]]


class _QuizRow(_Base):
    __tablename__ = "quizzes"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_new_id)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(32), index=True)
    """What its answer sheets carry."""
    training: Mapped[str | None] = mapped_column(String(32), index=True)
    """The session it was made from, and goes away with."""
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(default=_now)


class _AuditRow(_Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    what: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=_now)


class SavedCase(Record):
    """A case as listed."""

    id: str
    name: str
    saved_at: datetime


class Conversation(Record):
    """A conversation as listed."""

    id: str
    title: str
    saved_at: datetime


class Turn(Record):
    """One thing said."""

    role: str
    text: str
    record: dict[str, Any] = {}


class SavedTraining(Record):
    """A training session as listed."""

    id: str
    title: str
    content: dict[str, Any]
    answered: int
    saved_at: datetime


class SavedQuiz(Record):
    """A quiz as listed."""

    code: str
    title: str
    training: str | None
    saved_at: datetime


class AuditEntry(Record):
    """One thing that left the house or changed it."""

    what: str
    detail: dict[str, Any]
    at: datetime


class Store:
    """One database. Every method takes the owner: another owner's rows do not exist for it."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        _Base.metadata.create_all(self._engine)

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self._engine) as session, session.begin():
            yield session

    def save_case(self, owner: str, case: CaseFile, *, case_id: str | None = None) -> str:
        """Keep a case and return its id; with `case_id`, replace that case of the same owner."""
        content = case.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        name = case.enterprise.name or "未命名企业"
        with self._session() as session:
            row = session.scalar(select(_CaseRow).where(_CaseRow.id == case_id, _CaseRow.owner == owner))
            if row is None:
                row = _CaseRow(id=_new_id(), owner=owner)
                session.add(row)
            row.name, row.content, row.saved_at = name[:200], content, _now()
            return row.id

    def cases(self, owner: str) -> list[SavedCase]:
        """List the cases of an owner, newest first."""
        with self._session() as session:
            rows = session.scalars(
                select(_CaseRow).where(_CaseRow.owner == owner).order_by(_CaseRow.saved_at.desc())
            )
            return [SavedCase(id=row.id, name=row.name, saved_at=row.saved_at) for row in rows]

    def case(self, owner: str, case_id: str) -> CaseFile | None:
        """Return a case of this owner; None where this owner has none of that id."""
        with self._session() as session:
            row = session.scalar(select(_CaseRow).where(_CaseRow.id == case_id, _CaseRow.owner == owner))
            return None if row is None else CaseFile.model_validate(row.content)

    def forget_case(self, owner: str, case_id: str) -> bool:
        """Delete a case of this owner; say whether there was one."""
        with self._session() as session:
            row = session.scalar(select(_CaseRow).where(_CaseRow.id == case_id, _CaseRow.owner == owner))
            if row is None:
                return False
            session.delete(row)
            return True

    def save_conversation(
        self, owner: str, conversation_id: str | None, *, title: str, state: dict[str, Any], said: list[Turn]
    ) -> str:
        """Append what was said, replace the state, and return the conversation's id (a new one where None)."""
        with self._session() as session:
            row = session.scalar(
                select(_TalkRow).where(_TalkRow.id == conversation_id, _TalkRow.owner == owner)
            )
            if row is None:
                row = _TalkRow(id=_new_id(), owner=owner, title=title[:200], state=state)
                session.add(row)
                session.flush()
            row.state, row.saved_at = state, _now()
            session.add_all(
                _TurnRow(conversation=row.id, role=turn.role, text=turn.text, record=turn.record)
                for turn in said
            )
            return row.id

    def conversations(self, owner: str) -> list[Conversation]:
        """List the conversations of an owner, newest first."""
        with self._session() as session:
            rows = session.scalars(
                select(_TalkRow).where(_TalkRow.owner == owner).order_by(_TalkRow.saved_at.desc())
            )
            return [Conversation(id=row.id, title=row.title, saved_at=row.saved_at) for row in rows]

    def conversation(self, owner: str, conversation_id: str) -> tuple[dict[str, Any], list[Turn]] | None:
        """Return state and turns of a conversation of this owner, or None."""
        with self._session() as session:
            row = session.scalar(
                select(_TalkRow).where(_TalkRow.id == conversation_id, _TalkRow.owner == owner)
            )
            if row is None:
                return None
            turns = session.scalars(
                select(_TurnRow).where(_TurnRow.conversation == row.id).order_by(_TurnRow.id)
            )
            return row.state, [Turn(role=turn.role, text=turn.text, record=turn.record) for turn in turns]

    def forget_conversation(self, owner: str, conversation_id: str) -> bool:
        """Delete a conversation of this owner with all its turns; say whether there was one."""
        with self._session() as session:
            row = session.scalar(
                select(_TalkRow).where(_TalkRow.id == conversation_id, _TalkRow.owner == owner)
            )
            if row is None:
                return False
            session.execute(delete(_TurnRow).where(_TurnRow.conversation == row.id))
            session.delete(row)
            return True

    def begin_training(self, owner: str, *, title: str, content: dict[str, Any]) -> str:
        """Keep a session that has no answer yet and return its id."""
        with self._session() as session:
            row = _TrainingRow(id=_new_id(), owner=owner, title=title[:200], content=content)
            session.add(row)
            return row.id

    def add_training_answer(self, owner: str, training_id: str, number: int, record: dict[str, Any]) -> bool:
        """Keep the answer of one question, at once; say whether this owner has such a session."""
        with self._session() as session:
            row = _training(session, owner, training_id)
            if row is None:
                return False
            session.merge(_TrainingAnswerRow(training=training_id, number=number, record=record))
            row.saved_at = _now()
            return True

    def trainings(self, owner: str) -> list[SavedTraining]:
        """List the sessions of an owner, newest first."""
        with self._session() as session:
            counted = session.execute(
                select(_TrainingAnswerRow.training, func.count())
                .join(_TrainingRow, _TrainingRow.id == _TrainingAnswerRow.training)
                .where(_TrainingRow.owner == owner)
                .group_by(_TrainingAnswerRow.training)
            )
            counts = {training: count for training, count in counted}
            rows = session.scalars(
                select(_TrainingRow).where(_TrainingRow.owner == owner).order_by(_TrainingRow.saved_at.desc())
            )
            return [
                SavedTraining(
                    id=row.id,
                    title=row.title,
                    content=row.content,
                    answered=counts.get(row.id, 0),
                    saved_at=row.saved_at,
                )
                for row in rows
            ]

    def training(
        self, owner: str, training_id: str
    ) -> tuple[str, dict[str, Any], dict[int, dict[str, Any]]] | None:
        """Return title, content and the answers by number of a session of this owner, or None."""
        with self._session() as session:
            row = _training(session, owner, training_id)
            if row is None:
                return None
            answers = session.scalars(
                select(_TrainingAnswerRow)
                .where(_TrainingAnswerRow.training == training_id)
                .order_by(_TrainingAnswerRow.number)
            )
            return row.title, row.content, {one.number: one.record for one in answers}

    def forget_training(self, owner: str, training_id: str) -> bool:
        """Delete a session of this owner with its answers and quizzes; say whether there was one."""
        with self._session() as session:
            row = _training(session, owner, training_id)
            if row is None:
                return False
            session.execute(delete(_TrainingAnswerRow).where(_TrainingAnswerRow.training == training_id))
            session.execute(delete(_QuizRow).where(_QuizRow.training == training_id, _QuizRow.owner == owner))
            session.delete(row)
            return True

    def save_quiz(
        self, owner: str, code: str, *, title: str, content: dict[str, Any], training: str | None = None
    ) -> None:
        """Keep a quiz under the code its answer sheets carry; the same quiz again is kept once."""
        with self._session() as session:
            row = session.scalar(select(_QuizRow).where(_QuizRow.owner == owner, _QuizRow.code == code))
            if row is None:
                row = _QuizRow(id=_new_id(), owner=owner, code=code, training=training)
                session.add(row)
            row.title, row.content, row.saved_at = title[:200], content, _now()
            row.training = row.training or training

    def quizzes(self, owner: str) -> list[SavedQuiz]:
        """List the quizzes of an owner, newest first."""
        with self._session() as session:
            rows = session.scalars(
                select(_QuizRow).where(_QuizRow.owner == owner).order_by(_QuizRow.saved_at.desc())
            )
            return [
                SavedQuiz(code=row.code, title=row.title, training=row.training, saved_at=row.saved_at)
                for row in rows
            ]

    def quiz(self, owner: str, code: str) -> dict[str, Any] | None:
        """Return a quiz of this owner by its code, or None."""
        with self._session() as session:
            row = session.scalar(select(_QuizRow).where(_QuizRow.owner == owner, _QuizRow.code == code))
            return None if row is None else row.content

    def note(self, owner: str, what: str, detail: dict[str, Any]) -> None:
        """Write a line of the audit log."""
        with self._session() as session:
            session.add(_AuditRow(owner=owner, what=what, detail=detail))

    def spent(self, owner: str, what: str, since: datetime) -> tuple[int, int]:
        """Return how many entries of a kind an owner made since (UTC), and the characters they count."""
        with self._session() as session:
            rows = session.scalars(
                select(_AuditRow).where(
                    _AuditRow.owner == owner, _AuditRow.what == what, _AuditRow.at >= since
                )
            )
            counted = [int(row.detail.get("characters", 0)) for row in rows]
        return len(counted), sum(counted)

    def audit(self, owner: str) -> list[AuditEntry]:
        """Return the audit log of an owner, oldest first."""
        with self._session() as session:
            rows = session.scalars(select(_AuditRow).where(_AuditRow.owner == owner).order_by(_AuditRow.id))
            return [AuditEntry(what=row.what, detail=row.detail, at=row.at) for row in rows]


def _training(session: Session, owner: str, training_id: str) -> _TrainingRow | None:
    return session.scalar(
        select(_TrainingRow).where(_TrainingRow.id == training_id, _TrainingRow.owner == owner)
    )


def open_store(url: str, state_dir: Path) -> Store:
    """Open the database at `url`, or SQLite in `state_dir` where `url` is empty."""
    if not url:
        state_dir.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{state_dir / 'canmou.db'}"
    return Store(url)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # WAL: readers never wait for the writer; foreign keys are off by default in SQLite.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
