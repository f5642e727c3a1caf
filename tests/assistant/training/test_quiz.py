"""A quiz's keys stand in their clauses, and no other option does."""

from datetime import date
from pathlib import Path

import pytest

from assistant.schema import Made
from assistant.training.handout import write_quiz
from assistant.training.quiz import KINDS, Quiz, grade, make_quiz, words
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Status

DAY = date(2026, 11, 22)
LETTERS = "ABCDEFGH"


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase()


@pytest.fixture(scope="module", params=range(4))
def quiz(kb: KnowledgeBase, request: pytest.FixtureRequest) -> Quiz:
    return make_quiz(kb, n=24, on=DAY, seed=request.param)


def test_every_key_stands_in_its_clause(kb: KnowledgeBase, quiz: Quiz) -> None:
    for one in quiz.questions:
        clause = next(c for c in kb.policies[one.clause.source_id].clauses if c.locator == one.clause.locator)
        stated = {words(figure) for figure in clause.figures} | {*clause.obligations, *clause.benefits}
        if one.kind == "cloze":
            assert one.stem.split("：", 2)[2].replace("＿＿＿＿", one.key[0]) == clause.text
        elif one.kind != "true_false":
            for at, option in enumerate(one.options):
                assert (option in stated) == (LETTERS[at] in one.key), one


def test_a_judged_statement_is_true_exactly_when_the_key_says_so(kb: KnowledgeBase, quiz: Quiz) -> None:
    for one in (one for one in quiz.questions if one.kind == "true_false"):
        clause = next(c for c in kb.policies[one.clause.source_id].clauses if c.locator == one.clause.locator)
        true = any(f"“{figure.name}”是{words(figure)}。" in one.stem for figure in clause.figures)
        assert one.key == (("A",) if true else ("B",))


def test_options_differ_and_keys_are_among_them(quiz: Quiz) -> None:
    for one in quiz.questions:
        assert len(set(one.options)) == len(one.options)
        if one.kind != "cloze":
            assert set(one.key) <= set(LETTERS[: len(one.options)])
            assert set(one.key) != set(LETTERS[: len(one.options)])


def test_each_clause_is_asked_about_once_and_all_kinds_occur(quiz: Quiz) -> None:
    places = [(one.clause.source_id, one.clause.locator) for one in quiz.questions]
    assert len(set(places)) == len(places)
    assert {one.kind for one in quiz.questions} == set(KINDS)
    assert [one.n for one in quiz.questions] == list(range(1, 25))


def test_nothing_that_has_ended_is_taught(kb: KnowledgeBase, quiz: Quiz) -> None:
    ended = {Status.EXPIRED, Status.SUPERSEDED, Status.TO_BE_CONFIRMED}
    assert not any(kb.policies[one.clause.source_id].status_on(DAY) in ended for one in quiz.questions)


def test_the_same_seed_gives_the_same_quiz(kb: KnowledgeBase) -> None:
    assert make_quiz(kb, n=8, on=DAY, seed=7) == make_quiz(kb, n=8, on=DAY, seed=7)
    assert make_quiz(kb, n=8, on=DAY, seed=7) != make_quiz(kb, n=8, on=DAY, seed=8)


def test_a_region_leaves_out_other_places(kb: KnowledgeBase) -> None:
    asked = make_quiz(kb, n=6, on=DAY, region="山东省济南市").questions
    assert {kb.policies[one.clause.source_id].region for one in asked} <= {"全国", "山东省", "山东省济南市"}


def test_a_scope_too_small_is_said(kb: KnowledgeBase) -> None:
    with pytest.raises(InputError):
        make_quiz(kb, n=50, on=DAY, policies=["sd-guide-draft-2025"])


def test_grading_counts_sets_of_letters_and_filled_words(quiz: Quiz) -> None:
    perfect = {one.n: list(reversed(one.key)) for one in quiz.questions}
    assert grade(quiz, perfect).percent == 100
    spoiled = perfect | {1: ["Z"], 2: []}
    assert grade(quiz, spoiled).wrong == (1, 2)


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".md", ".json"])
def test_a_quiz_is_written(quiz: Quiz, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"测验{ending}"
    write_quiz(quiz, path, made=Made(as_of=DAY, knowledge=""))
    assert path.stat().st_size > 1000


def test_a_clause_kept_alive_is_not_told_as_replaced(kb: KnowledgeBase) -> None:
    """附件1 of the 2022 rules still holds though the document was replaced."""
    kept = {clause.locator for clause in kb.policies["miit-2022-63"].clauses if clause.kept_by}
    quiz = make_quiz(kb, n=3, on=DAY, policies=("miit-2022-63",), topic="创新型")
    alive = [one for one in quiz.questions if one.clause.locator in kept]
    assert alive
    assert all(one.status == "现行" for one in alive)
