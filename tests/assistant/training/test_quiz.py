"""A quiz's keys stand in their clauses, and no other option does."""

import random
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import pytest

from assistant.schema import Made
from assistant.training.options import Place, pool_of, quantities, stated_in
from assistant.training.paper import read_quiz, write_quiz
from assistant.training.quiz import _MAKERS, KINDS, Quiz, make_quiz, words
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Figure, Status
from knowledge.source import ClauseRef

DAY = date(2026, 11, 22)
LETTERS = "ABCDEFGH"


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase()


@pytest.fixture(scope="module", params=range(4))
def quiz(kb: KnowledgeBase, request: pytest.FixtureRequest) -> Quiz:
    return make_quiz(kb, n=24, on=DAY, seed=request.param)


def test_a_blank_filled_gives_the_clause(kb: KnowledgeBase, quiz: Quiz) -> None:
    for one in (one for one in quiz.questions if one.kind == "cloze"):
        clause = kb.policies[one.clause.source_id].clause(one.clause.locator)
        assert clause is not None
        place = Place(kb.policies[one.clause.source_id], clause, Status.IN_FORCE)
        assert one.stem.split("：", 2)[2].replace("＿＿＿＿", one.key[0]) == place.text
        assert place.text == clause.text or re.search("截断|资料|据此|推定|未取得|未核对", clause.text)


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
    for one in quiz.questions:
        policy = kb.policies[one.clause.source_id]
        clause = policy.clause(one.clause.locator)
        assert clause is not None
        assert policy.clause_status_on(clause, DAY) not in ended


def test_the_same_seed_gives_the_same_quiz(kb: KnowledgeBase) -> None:
    assert make_quiz(kb, n=8, on=DAY, seed=7) == make_quiz(kb, n=8, on=DAY, seed=7)
    assert make_quiz(kb, n=8, on=DAY, seed=7) != make_quiz(kb, n=8, on=DAY, seed=8)


def test_a_region_leaves_out_other_places(kb: KnowledgeBase) -> None:
    asked = make_quiz(kb, n=6, on=DAY, region="山东省济南市").questions
    assert {kb.policies[one.clause.source_id].region for one in asked} <= {"全国", "山东省", "山东省济南市"}


def test_a_scope_too_small_is_said(kb: KnowledgeBase) -> None:
    with pytest.raises(InputError):
        make_quiz(kb, n=50, on=DAY, policies=["sd-guide-draft-2025"])


@pytest.mark.parametrize("key", [True, False], ids=["trainer", "participants"])
@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".md"])
def test_a_quiz_is_written_with_its_key_or_without(
    quiz: Quiz, tmp_path: Path, ending: str, key: bool
) -> None:
    path = tmp_path / f"测验{ending}"
    write_quiz(quiz, path, made=Made(as_of=DAY, knowledge=""), key=key)
    text = text_of(path)
    assert all(one.stem.split("：")[-1][:12] in text for one in quiz.questions[:3])
    assert any(one.explanation[-20:] in text for one in quiz.questions if one.kind != "cloze") == key


def text_of(path: Path) -> str:
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    return unescape(re.sub(r"<[^>]+>", "", "".join(parts)))


@pytest.mark.parametrize("ending", [".xlsx", ".json"])
def test_a_trainers_file_is_read_back_whole(quiz: Quiz, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"测验{ending}"
    write_quiz(quiz, path, made=Made(as_of=DAY, knowledge=""))
    assert read_quiz(path) == quiz


def test_a_participants_workbook_is_no_key(quiz: Quiz, tmp_path: Path) -> None:
    path = tmp_path / "学员卷.xlsx"
    write_quiz(quiz, path, made=Made(as_of=DAY, knowledge=""), key=False)
    with pytest.raises(InputError, match="不能判分"):
        read_quiz(path)


def test_what_a_session_met_is_asked_first(kb: KnowledgeBase) -> None:
    met = [ClauseRef(source_id="miit-2026-2", locator=place) for place in ("附件2（三）", "第十六条")]
    quiz = make_quiz(kb, n=4, on=DAY, first=met, kinds=("single", "true_false"))
    assert {one.locator for one in met} <= {one.clause.locator for one in quiz.questions}


def test_a_short_scope_asks_other_figures_of_its_clauses(kb: KnowledgeBase) -> None:
    """Each question asks for a figure that no other of them asks for or shows."""
    quiz = make_quiz(
        kb, n=12, on=DAY, policies=("miit-2024-75", "most-2017-115"), kinds=("single", "true_false")
    )
    asked = [re.findall(r"“[^“”]+”是", one.stem)[-1] + one.clause.locator for one in quiz.questions]
    assert len(set(asked)) == 12


def test_a_clause_kept_alive_is_not_told_as_replaced(kb: KnowledgeBase) -> None:
    """附件1 of the 2022 rules still holds though the document was replaced."""
    policy = kb.policies["miit-2022-63"]
    kept = {c.locator for c in policy.clauses if policy.clause_status_on(c, DAY) is Status.IN_FORCE}
    quiz = make_quiz(kb, n=6, on=DAY, policies=("miit-2022-63",), topic="创新型")
    alive = [one for one in quiz.questions if one.clause.locator in kept]
    assert alive
    assert all(one.status == "现行" and "已被替代" not in one.stem for one in alive)
    gone = [one for one in quiz.questions if one.clause.locator not in kept]
    assert all("（已被替代）" in one.stem for one in gone)


@pytest.fixture(scope="module")
def everything(kb: KnowledgeBase) -> list[Place]:
    return [
        Place(policy, clause, policy.clause_status_on(clause, DAY))
        for policy in kb.policies.values()
        for clause in policy.clauses
    ]


def test_the_quote_that_proves_a_key_states_it(kb: KnowledgeBase, everything: list[Place]) -> None:
    """Every right value, of a statement in a choice of several too, stands in the words the explanation quotes."""
    pool, dice = pool_of(everything), random.Random(0)
    for place in everything:
        for kind in ("single", "true_false", "multiple"):
            for made in _MAKERS[kind](place, pool, dice):
                quote = re.split(r"（(?:[A-H] )?应为|（[^（）]*出自", made.question.explanation)[0]
                for id, locator, name in made.names:
                    clause = kb.policies[id].clause(locator)
                    assert clause is not None
                    figure = next(one for one in clause.figures if one.name == name)
                    assert stated_in(figure, quantities(quote)), (made.question.stem, name, quote)


def test_a_stem_carries_no_remark_of_ours(everything: list[Place]) -> None:
    pool, dice = pool_of(everything), random.Random(0)
    for place in everything:
        for maker in _MAKERS.values():
            for made in maker(place, pool, dice):
                shown = " ".join([made.question.stem, *made.question.options, made.question.explanation])
                assert not re.search(
                    r"二手|截断|推定|有一处资料|相比的变化|余?“(?:要点|整体|结构)”部分", shown
                ), shown


def test_a_rough_count_is_written_as_documents_write_it() -> None:
    assert words(Figure(name="企业", value=Decimal(730), unit="家", qualifier="余")) == "730余家"
    assert words(Figure(name="企业", value=Decimal(15_000), unit="家", qualifier="超过")) == "超过15000家"
