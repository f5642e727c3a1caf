"""What leaves for a model is on record first, and stops leaving when the allowance is spent."""

from pathlib import Path

import pytest

from assistant.budget import WHAT, AllowanceSpent, ledger
from assistant.llm import Message, Model, ModelError
from assistant.store import Store, open_store
from tests.assistant.scripted_server import ScriptedServer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store("", tmp_path)


def test_every_text_is_on_record_as_it_left(store: Store) -> None:
    leave = ledger(store, "a", requests_per_hour=0, characters_per_day=0)
    leave("甲企业的情况")
    leave("乙")
    assert [entry.detail["text"] for entry in store.audit("a") if entry.what == WHAT] == [
        "甲企业的情况",
        "乙",
    ]


def test_requests_stop_at_the_limit_and_leave_no_record(store: Store) -> None:
    leave = ledger(store, "a", requests_per_hour=2, characters_per_day=0)
    leave("一")
    leave("二")
    with pytest.raises(AllowanceSpent):
        leave("三")
    assert len(store.audit("a")) == 2


def test_characters_stop_at_the_limit(store: Store) -> None:
    leave = ledger(store, "a", requests_per_hour=0, characters_per_day=10)
    leave("一二三四五六七八九十")
    with pytest.raises(AllowanceSpent):
        leave("一")


def test_one_owner_never_spends_anothers_allowance(store: Store) -> None:
    ledger(store, "a", requests_per_hour=1, characters_per_day=0)("一")
    ledger(store, "b", requests_per_hour=1, characters_per_day=0)("一")
    assert len(store.audit("b")) == 1


def test_a_model_beyond_its_allowance_is_not_contacted(store: Store) -> None:
    with ScriptedServer(["好", "再来"]) as server:
        audit = ledger(store, "a", requests_per_hour=1, characters_per_day=0)
        model = Model("scripted", base_url=server.url, api_key="k", audit=audit)
        assert model.reply([Message(role="user", text="你好")]).text == "好"
        with pytest.raises(AllowanceSpent):
            model.reply([Message(role="user", text="还在吗")])
        assert len(server.requests) == 1


def test_a_spent_allowance_is_a_model_error_so_the_plain_answer_is_shown() -> None:
    assert issubclass(AllowanceSpent, ModelError)
