"""What leaves for a model: written to the owner's audit log first, and refused when the owner's allowance is spent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assistant.llm import ModelError
from assistant.store import Store

WHAT = "sent-to-model"
"""The kind of these entries in the audit log."""


class AllowanceSpent(ModelError):
    """An owner has used up what the installation allows."""

    def __init__(self, limit: str) -> None:
        super().__init__(
            f"model allowance spent: {limit}", hint=f"模型用量已到上限（{limit}），以下为不依赖模型的回答。"
        )


def ledger(
    store: Store, owner: str, *, requests_per_hour: int, characters_per_day: int
) -> Callable[[str], None]:
    """Return what is told each text before it leaves, as it leaves (names and numbers already masked).

    Args:
        store: Where the audit log is kept.
        owner: Whose allowance it is.
        requests_per_hour: 0 is no limit.
        characters_per_day: 0 is no limit.
    """

    def leave(text: str) -> None:
        now = datetime.now(UTC).replace(tzinfo=None)
        made, _ = store.spent(owner, WHAT, now - timedelta(hours=1))
        if requests_per_hour and made >= requests_per_hour:
            raise AllowanceSpent(f"每小时 {requests_per_hour} 次")
        _, sent = store.spent(owner, WHAT, now - timedelta(days=1))
        if characters_per_day and sent + len(text) > characters_per_day:
            raise AllowanceSpent(f"每天 {characters_per_day} 字")
        store.note(owner, WHAT, {"characters": len(text), "text": text})

    return leave
