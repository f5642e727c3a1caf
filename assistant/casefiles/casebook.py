"""What people come back to: the sample enterprises, their own assessed cases, and conversations kept and taken up again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from assistant.casefiles.cases import load_case
from assistant.chat import Reply, Talk
from assistant.desk import Desk
from assistant.store import Conversation, SavedCase, Store, Turn
from assistant.talking.casework import attach, detach
from assistant.talking.talk import Attached
from knowledge.case import CaseFile
from knowledge.errors import InputError
from knowledge.standard import Standard

SAMPLES = {
    "jinan-machine-tool.yaml": "济南 · 机床企业",
    "binhai-marine.yaml": "天津滨海新区 · 海工装备企业",
    "service-half-empty.yaml": "服务企业（评测只做了一半）",
}
"""File in examples/ -> what people call it."""

_TITLE = 30
_SAMPLE = "sample:"


# ---------------------------------------------------------------- cases


def keep_case(store: Store, owner: str, case: CaseFile, case_id: str = "") -> str:
    """Keep a case and return its id; one already kept under `case_id` is replaced."""
    return store.save_case(owner, case, case_id=case_id or None)


def list_cases(store: Store, owner: str) -> list[SavedCase]:
    """List an owner's own cases, newest first."""
    return store.cases(owner)


def choices(store: Store, owner: str) -> list[tuple[str, str]]:
    """Return what a conversation may be about, as (what people see, what `open_choice` takes): own cases, then samples."""
    own = [
        (f"{one.name}（{_local(one.saved_at):%m-%d %H:%M} 存）", one.id) for one in list_cases(store, owner)
    ]
    return own + sample_choices()


def sample_choices() -> list[tuple[str, str]]:
    """Return the samples, as (what people see, what `open_choice` takes)."""
    return [(f"示例：{called}", f"{_SAMPLE}{file}") for file, called in SAMPLES.items()]


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone()


def open_choice(
    choice: str, store: Store, owner: str, *, examples: Path, standards: Mapping[str, Standard]
) -> Attached:
    """Return the sample or the owner's own case that was chosen.

    Raises:
        InputError: There is none of that name, or it is another owner's.
    """
    if choice.startswith(_SAMPLE):
        file = choice.removeprefix(_SAMPLE)
        if file in SAMPLES:
            case = load_case(examples / file, standards)
            return Attached(id=choice, name=case.enterprise.name, case=case)
    elif (kept := store.case(owner, choice)) is not None:
        return Attached(id=choice, name=kept.enterprise.name or "未命名企业", case=kept)
    raise InputError("评测案例", "没有这个案例，或它不属于您", "请从列表里重新选")


def own_case(attached: Attached | None) -> bool:
    """Return whether a case is one of the owner's own, not a sample or a file."""
    return attached is not None and bool(attached.id) and not attached.id.startswith(_SAMPLE)


def refresh(talk: Talk, store: Store, owner: str, desk: Desk) -> Talk:
    """Return the conversation with its case as it is kept now; without it where the owner has it no more."""
    if talk.case is None or not own_case(talk.case):
        return talk
    kept = store.case(owner, talk.case.id)
    if kept is None:
        return detach(talk)
    if kept == talk.case.case:
        return talk
    fresh = Attached(id=talk.case.id, name=kept.enterprise.name or "未命名企业", case=kept)
    return attach(talk, fresh, desk)


def forget_case(store: Store, owner: str, case_id: str) -> bool:
    """Delete a case of the owner, also out of the conversations about it; say whether there was one."""
    for one in store.conversations(owner):
        kept = store.conversation(owner, one.id)
        if kept is None:
            continue
        talk = Talk.model_validate(kept[0])
        if talk.case is not None and talk.case.id == case_id:
            save_state(store, owner, one.id, detach(talk))
    return store.forget_case(owner, case_id)


# ---------------------------------------------------------------- conversations


def save_talk(store: Store, owner: str, talk_id: str | None, reply: Reply, message: str) -> str:
    """Keep one exchange and the facts told so far; return the conversation's id."""
    record = reply.model_dump(mode="json", by_alias=True, include={"found", "answer", "worked"})
    said = [Turn(role="user", text=message), Turn(role="assistant", text=reply.text, record=record)]
    title = " ".join(message.split())[:_TITLE]
    return store.save_conversation(
        owner, talk_id, title=title, state=reply.talk.model_dump(mode="json"), said=said
    )


def save_state(store: Store, owner: str, talk_id: str, talk: Talk, note: str = "") -> None:
    """Keep the state of a conversation that goes on: a case attached or let go, with what was said of it."""
    said = [Turn(role="assistant", text=note)] if note else []
    store.save_conversation(owner, talk_id, title="", state=talk.model_dump(mode="json"), said=said)


def list_talks(store: Store, owner: str) -> list[Conversation]:
    """List an owner's conversations, newest first."""
    return store.conversations(owner)


def load_talk(store: Store, owner: str, talk_id: str) -> tuple[Talk, list[Turn]] | None:
    """Return a conversation and what was said in it; None where this owner has none of that id."""
    kept = store.conversation(owner, talk_id)
    return None if kept is None else (Talk.model_validate(kept[0]), kept[1])


def forget_talk(store: Store, owner: str, talk_id: str) -> bool:
    """Delete a conversation; say whether there was one."""
    return store.forget_conversation(owner, talk_id)
