"""A session is kept answer by answer with its owner: stopped after 17 of 40 it goes on at 18."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.app import Assistant, assemble
from assistant.settings import Settings
from assistant.training import register
from assistant.training.register import find, find_quiz, forget, keep_quiz, listed, set_quiz
from assistant.training.session import Session, folded, topics
from knowledge.errors import InputError

DAY = date(2026, 11, 22)
QUESTIONS = [f"{level}级试点企业怎么验收，第{n}问？" for n in range(1, 21) for level in ("二", "三")]


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return assemble(Settings(index_dir=tmp_path / "index", state_dir=tmp_path / "state"), today=lambda: DAY)


def begun(assistant: Assistant, questions: list[str], owner: str = "a", **scope: object) -> Session:
    made = assistant.scope(owner=owner, **scope)
    return assistant.begin_session(questions, scope=made, owner=owner)


def test_a_list_stopped_after_17_goes_on_at_18(assistant: Assistant) -> None:
    session = begun(assistant, QUESTIONS)
    assert len(session.questions) == 40
    answering: Iterator[object] = assistant.carry_on(session, owner="a")
    for _ in range(17):
        next(answering)
    answering.close()
    again = assemble(assistant.settings, today=lambda: date(2027, 3, 1))
    kept = find(again.store, "a", session.id[:8])
    assert [one.number for one in kept.asked] == list(range(1, 18))
    first = next(iter(again.carry_on(kept, owner="a")))
    assert first.number == 18
    assert first.answer.as_of == DAY
    whole = find(again.store, "a", session.id)
    for one in again.carry_on(whole, owner="a"):
        whole = whole.joined(one)
    assert whole == find(again.store, "a", session.id)
    assert whole.waiting == ()
    assert [one.question for one in whole.asked] == [one.question for one in session.questions]


def test_nothing_is_answered_twice(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    session = begun(assistant, ["小巨人要几项发明专利？", "专精特新有效期几年？"])
    asked: list[int] = []
    real = register.hold

    def counted(*args: object, **kwargs: object) -> Iterator[object]:
        for one in real(*args, **kwargs):
            asked.append(one.number)
            yield one

    monkeypatch.setattr(register, "hold", counted)
    next(iter(assistant.carry_on(session, owner="a")))
    list(assistant.carry_on(find(assistant.store, "a", session.id), owner="a"))
    list(assistant.carry_on(find(assistant.store, "a", session.id), owner="a"))
    assert asked == [1, 2]


def test_a_session_is_its_owners_alone(assistant: Assistant) -> None:
    session = begun(assistant, ["小巨人要几项发明专利？"])
    list(assistant.carry_on(session, owner="a"))
    assert [one.answered for one in listed(assistant.store, "a")] == [1]
    assert listed(assistant.store, "b") == []
    for act in (find, forget):
        with pytest.raises(InputError):
            act(assistant.store, "b", session.id)
    with pytest.raises(InputError):
        list(
            assistant.carry_on(
                begun(assistant, ["甲？"], owner="b").model_copy(update={"id": session.id}), owner="b"
            )
        )
    assert find(assistant.store, "a", session.id).asked


def test_a_deleted_session_is_gone_with_its_answers_and_quizzes(assistant: Assistant) -> None:
    session = begun(assistant, ["小巨人要几项发明专利？", "专精特新有效期几年？"])
    answering = assistant.carry_on(session, owner="a")
    next(answering)
    quiz = set_quiz(assistant.kb, session.scope, session=find(assistant.store, "a", session.id), n=5)
    keep_quiz(assistant.store, "a", quiz, session_id=session.id)
    assert find_quiz(assistant.store, "a", quiz.code) == quiz
    assert find_quiz(assistant.store, "b", quiz.code) is None
    forget(assistant.store, "a", session.id)
    assert listed(assistant.store, "a") == []
    assert find_quiz(assistant.store, "a", quiz.code) is None
    with pytest.raises(InputError, match="没有编号"):
        next(answering)


def test_the_quiz_of_a_session_keeps_to_its_documents_and_asks_what_it_met(assistant: Assistant) -> None:
    session = begun(assistant, ["专精特新有效期几年？"], documents=["miit-2026-2"])
    for one in assistant.carry_on(session, owner="a"):
        session = session.joined(one)
    quiz = set_quiz(assistant.kb, assistant.scope(), session=session, n=5, kinds=("single", "true_false"))
    assert {one.clause.source_id for one in quiz.questions} == {"miit-2026-2"}
    assert "第十六条" in {one.clause.locator for one in quiz.questions}


@pytest.mark.parametrize("told", ["", "zzzz"])
def test_a_session_not_there_is_one_clear_line(assistant: Assistant, told: str) -> None:
    with pytest.raises(InputError) as caught:
        find(assistant.store, "a", told)
    assert "\n" not in caught.value.hint


def test_the_latest_session_is_taken_where_none_is_named(assistant: Assistant) -> None:
    begun(assistant, ["甲能报什么？"])
    second = begun(assistant, ["乙要多少研发？"])
    assert find(assistant.store, "a").id == second.id


def test_the_same_answer_is_told_once_and_every_wording_kept(assistant: Assistant) -> None:
    session = begun(
        assistant,
        [
            "小巨人要几项发明专利？",
            "小巨人需要几个发明专利啊",
            "请问小巨人要几项发明专利",
            "报上去通过的概率有多大？",
            "我们申报的通过率是多少？",
        ],
    )
    for one in assistant.carry_on(session, owner="a"):
        session = session.joined(one)
    assert len(session.asked) == 4
    groups = folded(session.asked)
    assert [[one.number for one in same] for same in groups] == [[1, 2], [3], [4]]
    assert len(topics(session)) == 1
