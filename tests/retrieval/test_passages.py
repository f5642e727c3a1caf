"""Every published fact becomes a passage that can be cited, found and filtered."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import KnowledgeError
from knowledge.load import KnowledgeBase
from knowledge.policy import Status
from knowledge.terms import Glossary, Term, read_glossary
from retrieval.index import open_searcher
from retrieval.passages import passages_of
from retrieval.question import read_question
from retrieval.search import Passage, Query, Searcher


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase()


@pytest.fixture(scope="module")
def passages(kb: KnowledgeBase) -> list[Passage]:
    return passages_of(kb)


@pytest.fixture(scope="module")
def searcher(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    return open_searcher(kb, tmp_path_factory.mktemp("index"))


def test_ids_are_unique_and_texts_not_empty(passages: list[Passage]) -> None:
    assert len({one.id for one in passages}) == len(passages)
    assert [one.id for one in passages if not one.text.strip() or not one.title.strip()] == []


def test_every_room_is_there(kb: KnowledgeBase, passages: list[Passage]) -> None:
    """One passage per clause, question, scene, product, provider and claim."""
    count = {kind: sum(one.kind == kind for one in passages) for kind in {one.kind for one in passages}}
    assert count["policy"] == sum(len(policy.clauses) for policy in kb.policies.values())
    assert count["product"] == len(kb.products)
    assert count["provider"] == len(kb.providers)
    assert count["claim"] == len(kb.claims)
    assert count["standard"] >= 15 + 16 + 1
    assert count["program"] >= len(kb.programs)
    assert count["outline"] > len(kb.outlines)


def test_the_number_of_a_clause_stands_in_its_passage(kb: KnowledgeBase, passages: list[Passage]) -> None:
    """Figures are searched as words; none is lost."""
    texts = {(one.source_id, one.locator): one.text for one in passages}
    lost = [
        (policy.id, clause.locator, figure.name)
        for policy in kb.policies.values()
        for clause in policy.clauses
        for figure in clause.figures
        if str(figure.value).replace(".0", "") not in texts[policy.id, clause.locator].replace(",", "")
        and format(figure.value, "f" if not isinstance(figure.value, str) else "")
        not in texts[policy.id, clause.locator]
    ]
    assert lost == []


def test_a_replaced_document_ends_the_day_it_was_replaced(kb: KnowledgeBase, passages: list[Passage]) -> None:
    for policy in kb.policies.values():
        if policy.superseded_on:
            assert all(
                one.valid_to and one.valid_to <= policy.superseded_on
                for one in passages
                if one.source_id == policy.id
            )


def test_everyday_questions_belong_to_places_that_exist(kb: KnowledgeBase, passages: list[Passage]) -> None:
    """And there are many, each only once at its place."""
    asked = [question for one in passages for question in one.asked_as]
    assert len(asked) == sum(len(q) for places in kb.asked.values() for q in places.values())
    assert len(asked) > 800
    assert all(len(set(one.asked_as)) == len(one.asked_as) for one in passages)


def test_a_question_for_a_place_that_does_not_exist_is_refused(kb: KnowledgeBase, tmp_path: Path) -> None:
    import shutil

    data = tmp_path / "data"
    shutil.copytree(kb.data, data)
    (data / "asked" / "sd-guide-draft-2025.yaml").write_text("九（九）: [问什么]\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="九（九）"):
        passages_of(KnowledgeBase(data, verify=False))


def test_everyday_questions_are_not_in_the_text(passages: list[Passage]) -> None:
    """They are searched, never shown or quoted."""
    assert not any(question in one.text for one in passages for question in one.asked_as if len(question) > 6)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("达到四级的企业怎么验收", "sd-guide-draft-2025#二（五）"),
        ("小巨人近两年研发费用合计要多少", "miit-2026-2#附件2（三）"),
        ("滨海新区主承包服务商怎么定", "tj-binhai-pilot-2024#四（五）"),
        ("设备联网率怎么算分", "cn-eval-2024#基础·设备系统·设备联网"),
        ("中山三级四级最高补多少", "gd-zhongshan-2024#分级补助"),
    ],
)
def test_clauses_are_found(searcher: Searcher, question: str, place: str) -> None:
    found = [
        hit.passage.id for hit in searcher.search(Query(text=question, k=3, kinds=frozenset({"policy"})))
    ]
    assert place in found


def test_the_askers_place_is_preferred_and_nothing_left_out(searcher: Searcher) -> None:
    near = searcher.search(Query(text="企业补助标准", k=5, near="广东省中山市"))
    plain = searcher.search(Query(text="企业补助标准", k=400))
    assert near[0].passage.region == "广东省中山市"
    assert len(searcher.search(Query(text="企业补助标准", k=2000, near="广东省中山市"))) >= len(plain)


def test_an_uploaded_document_is_its_owners(tmp_path: Path, kb: KnowledgeBase) -> None:
    made = Passage(
        id="up-1#第一条",
        source_id="up-1",
        kind="uploaded",
        title="通知",
        locator="第一条",
        text="揭榜挂帅项目最高补助50万元。",
        text_kind="original",
        region="全国",
        status=Status.TO_BE_CONFIRMED,
        owner="甲公司",
    )
    searcher = open_searcher(kb, tmp_path, uploads=[made])
    assert searcher.search(Query(text="揭榜挂帅", owner="甲公司"))[0].passage == made
    for owner in (None, "乙公司"):
        assert all(hit.passage.owner is None for hit in searcher.search(Query(text="揭榜挂帅", owner=owner)))


def test_what_holds_on_a_day(searcher: Searcher) -> None:
    """The 2022 rules leave on the day the new ones come."""
    query = Query(text="小巨人研发费用", k=50, kinds=frozenset({"policy"}))
    before = {
        hit.passage.source_id
        for hit in searcher.search(query.model_copy(update={"in_force_on": date(2025, 6, 1)}))
    }
    after = {
        hit.passage.source_id
        for hit in searcher.search(query.model_copy(update={"in_force_on": date(2026, 6, 1)}))
    }
    assert "miit-2022-63" in before
    assert "miit-2022-63" not in after
    assert "miit-2026-2" in after


# ---------------------------------------------------------------- glossary


def test_every_term_has_a_source() -> None:
    glossary = read_glossary()
    assert len(glossary.terms) > 50
    assert all(term.source and term.say and term.means for term in glossary.terms)


@pytest.mark.parametrize("word", ["小巨人", "上云", "一企一策", "规上", "贴息", "智改数转", "专精特新"])
def test_short_names_are_known(word: str) -> None:
    assert read_glossary().meanings(f"我们{word}怎么办")


def test_the_longest_word_is_read_once() -> None:
    """上云用云 is one word, not 上云 as well; what the question says already is not added."""
    glossary = Glossary(
        terms=(
            Term(say=("上云用云",), means=("甲",), kind="short", source="x"),
            Term(say=("上云",), means=("乙",), kind="short", source="x"),
            Term(say=("补",), means=("补助",), kind="everyday", source="x"),
        )
    )
    assert glossary.meanings("上云用云") == ("甲",)
    assert glossary.meanings("上云补助") == ("乙",)
    assert glossary.meanings("") == ()


def test_what_is_added_counts_less() -> None:
    parts = read_question("小巨人怎么申请", read_glossary(), near="山东省")
    assert parts[0][1] == 1.0
    assert all(weight < 1 for _, weight in parts[1:])
    assert ("山东省", 0.5) in parts


def test_a_word_explained_twice_is_refused(tmp_path: Path) -> None:
    row = "  - {say: [甲], means: [乙], kind: short, source: x}\n"
    (tmp_path / "terms.yaml").write_text("terms:\n" + row * 2, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="甲"):
        read_glossary(tmp_path)
