"""What people come back to: the sample enterprises, and conversations kept and taken up again."""

from assistant.chat import Reply, Talk
from assistant.store import Conversation, Store, Turn

SAMPLES = {
    "jinan-machine-tool.yaml": "济南 · 机床企业",
    "binhai-marine.yaml": "天津滨海新区 · 海工装备企业",
    "service-half-empty.yaml": "服务企业（评测只做了一半）",
}
"""File in examples/ -> what people call it."""

_TITLE = 30


def save_talk(store: Store, owner: str, talk_id: str | None, reply: Reply, message: str) -> str:
    """Keep one exchange and the facts told so far; return the conversation's id."""
    record = reply.model_dump(mode="json", by_alias=True, include={"found", "answer"})
    said = [Turn(role="user", text=message), Turn(role="assistant", text=reply.text, record=record)]
    title = " ".join(message.split())[:_TITLE]
    return store.save_conversation(
        owner, talk_id, title=title, state=reply.talk.model_dump(mode="json"), said=said
    )


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
