"""What people leave behind is kept whole and seen by its owner alone."""

from pathlib import Path

import pytest

from assistant.store import Store, Turn, open_store
from knowledge.case import CaseFile


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store("", tmp_path)


def case(name: str, revenue: float) -> CaseFile:
    return CaseFile.model_validate({"enterprise": {"name": name, "profile": {"revenue_y1": revenue}}})


def test_a_case_comes_back_as_it_was_saved(store: Store) -> None:
    saved = case("甲", 5200.5)
    assert store.case("a", store.save_case("a", saved)) == saved


def test_saving_under_an_id_replaces_that_case(store: Store) -> None:
    first = store.save_case("a", case("甲", 1))
    assert store.save_case("a", case("甲", 2), case_id=first) == first
    assert store.case("a", first) == case("甲", 2)
    assert len(store.cases("a")) == 1


def test_one_enterprise_never_sees_anothers(store: Store) -> None:
    kept = store.save_case("a", case("甲", 1))
    talk = store.save_conversation("a", None, title="t", state={}, said=[Turn(role="user", text="你好")])
    assert store.case("b", kept) is None
    assert store.conversation("b", talk) is None
    assert not store.forget_conversation("b", talk)
    assert store.save_case("b", case("乙", 2), case_id=kept) != kept
    assert store.case("a", kept) == case("甲", 1)
    assert store.cases("c") == store.conversations("c") == []


def test_a_conversation_resumes_with_its_facts_and_turns(store: Store, tmp_path: Path) -> None:
    talk = store.save_conversation("a", None, title="t", state={"x": 1}, said=[Turn(role="user", text="一")])
    store.save_conversation("a", talk, title="t", state={"x": 2}, said=[Turn(role="assistant", text="二")])
    again = open_store("", tmp_path).conversation("a", talk)
    assert again is not None
    assert again[0] == {"x": 2}
    assert [turn.text for turn in again[1]] == ["一", "二"]


def test_a_forgotten_conversation_is_gone(store: Store) -> None:
    talk = store.save_conversation("a", None, title="t", state={}, said=[Turn(role="user", text="一")])
    assert store.forget_conversation("a", talk)
    assert store.conversation("a", talk) is None


def test_the_audit_log_keeps_order(store: Store) -> None:
    store.note("a", "sent", {"chars": 3})
    store.note("a", "sent", {"chars": 5})
    store.note("b", "sent", {"chars": 9})
    assert [entry.detail["chars"] for entry in store.audit("a")] == [3, 5]
