"""The embedding that ships: exact, the same however the index was cut, and never more than a nudge."""

import random
from pathlib import Path

import numpy as np
import pytest
from corpus import PHRASES, passage, varied
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.load import KnowledgeBase
from knowledge.terms import Glossary
from retrieval import index, meaning
from retrieval.hybrid import IndexSearcher
from retrieval.index import add, build_passages, open_index
from retrieval.lexical import build_postings
from retrieval.meaning import ASKED_SHARE, SHARE, STEPS, WEIGHTS, cosines, load
from retrieval.search import Query


@pytest.fixture(scope="module")
def shipped() -> meaning.Meaning:
    return load()


def vector(shipped: meaning.Meaning, text: str) -> np.ndarray:
    return shipped.passages(build_postings([([text], 1.0)]))[0]


def test_what_ships_is_small_and_plain() -> None:
    """At most 4 MB, arrays only."""
    assert WEIGHTS.stat().st_size <= 4 << 20
    with np.load(WEIGHTS, allow_pickle=False) as held:
        assert {name: held[name].dtype.kind for name in held.files} == {
            "terms": "i",
            "weights": "i",
            "scales": "f",
        }
        assert (np.diff(held["terms"]) > 0).all()


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("老板拖欠工资", "用人单位应当按照劳动合同约定及时足额支付劳动报酬", "纳税人应当办理税务登记"),
        ("员工被开除", "用人单位解除劳动合同应当支付经济补偿", "建设单位应当申请领取施工许可证"),
        ("公司欠税", "纳税人未按照规定期限缴纳税款的，加收滞纳金", "劳动者每日工作时间不超过八小时"),
    ],
)
def test_it_knows_more_than_words(shipped: meaning.Meaning, asked: str, near: str, far: str) -> None:
    question = shipped.question(asked)
    assert question is not None
    found = cosines(np.stack([vector(shipped, near), vector(shipped, far)]), question)
    assert found[0] > found[1]


def test_a_question_without_a_known_term_has_no_vector(shipped: meaning.Meaning) -> None:
    assert shipped.question("") is None
    assert shipped.question("\U00020000") is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_vector_does_not_depend_on_its_neighbours(seed: int) -> None:
    """The same bytes alone and among others, so that an index grown and one built anew score alike."""
    texts = [one.text for one in varied(30, seed)]
    together = load().passages(build_postings([(texts, 1.0)]))
    alone = [load().passages(build_postings([([text], 1.0)]))[0] for text in texts]
    assert (together == np.stack(alone)).all()


def test_cosines_are_exact() -> None:
    """Sums of whole numbers below 2**24, at most: float32 holds them in any order."""
    pick = np.random.default_rng(1)
    stored = pick.integers(-127, 128, (50, 128)).astype(np.int8)
    stored[0] = 127
    question = np.full(128, 127, np.float32)
    exact = stored.astype(np.int64) @ question.astype(np.int64)
    assert (cosines(stored, question) * STEPS**2 == exact).all()


def test_a_text_of_nothing_known_stays_zero(shipped: meaning.Meaning) -> None:
    assert not vector(shipped, "……").any()


def test_meaning_raises_what_words_found_and_finds_nothing_else(tmp_path: Path) -> None:
    """Every score lies between that of words alone and a share more; a question no word of which occurs finds nothing."""
    build_passages(varied(300), tmp_path)
    kb = KnowledgeBase()
    both, words = open_index(tmp_path, kb), open_index(tmp_path, kb, words_alone=True)
    raised = 0
    for text in (*PHRASES, "谁来验收三级企业", "上云能补多少钱"):
        query = Query(text=text, k=300, owner="甲公司")
        plain, given = dict(words.ranked(query)), dict(both.ranked(query))
        assert set(given) == set(plain)
        for name, score in given.items():
            share = SHARE + (ASKED_SHARE if both.passage(name).asked_as else 0)
            assert plain[name] <= score <= plain[name] * (1 + share * 1.05)
            raised += score > plain[name]
    assert raised > 100
    assert both.ranked(Query(text="鳜鱼", k=10)) == []


def test_the_nearest_everyday_question_counts(tmp_path: Path) -> None:
    """Of passages that read alike, the one whose question comes nearest goes first."""
    far = ("谁来验收", "验收要几天", "验收材料交给谁", "验收不过怎么办")
    build_passages(
        [
            passage("一", "试点企业改造办法", asked_as=far),
            passage("二", "试点企业改造办法", asked_as=(*far[:3], "员工被开除要赔多少")),
            passage("三", "试点企业改造办法"),
        ],
        tmp_path,
    )
    searcher = open_index(tmp_path, KnowledgeBase())
    assert searcher.ranked(Query(text="试点企业解除劳动合同", k=3))[0][0] == "doc#二"
    asked = load().question("员工被开除要赔多少")
    assert asked is not None
    near = {searcher._at(row).locator: searcher._nearest_asked(np.array([row]), asked)[0] for row in range(3)}
    assert near["二"] == pytest.approx(1, abs=0.03)
    assert near["一"] < 0.5
    assert near["三"] == 0
    together = searcher._nearest_asked(np.array([2, 0, 1]), asked)
    assert together.tolist() == [near[searcher._at(row).locator] for row in (2, 0, 1)]


def test_a_passage_that_lost_its_questions_loses_the_gain(tmp_path: Path) -> None:
    pool = [
        passage("一", "补助办法", asked_as=("给多少钱",)),
        passage("二", "验收办法", asked_as=("怎么验收",)),
    ]
    build_passages(pool, tmp_path)
    query = Query(text="补助给多少", k=1)
    kb = KnowledgeBase()
    before = open_index(tmp_path, kb).ranked(query)
    add(tmp_path, [pool[0].model_copy(update={"asked_as": ()})])
    after = open_index(tmp_path, kb).ranked(query)
    build_passages([pool[0].model_copy(update={"asked_as": ()}), pool[1]], tmp_path / "fresh")
    assert before[0][0] == after[0][0] == "doc#一"
    assert before[0][1] > after[0][1]
    assert open_index(tmp_path / "fresh", kb).ranked(query) == after


def test_grown_and_built_anew_score_alike(tmp_path: Path) -> None:
    pool = varied(200)
    pick = random.Random(3)
    build_passages(pool[:120], tmp_path / "grown")
    for at in range(120, 200, 20):
        add(tmp_path / "grown", pool[at : at + 20] + pick.sample(pool[:at], 5))
    build_passages(pool, tmp_path / "fresh")
    kb = KnowledgeBase()
    for phrase in PHRASES:
        query = Query(text=phrase, k=200, owner="甲公司")
        found = [open_index(tmp_path / name, kb).ranked(query) for name in ("grown", "fresh")]
        assert found[0] == found[1]


def test_equal_scores_stay_ordered_by_id(tmp_path: Path) -> None:
    build_passages([passage(place, "同样的补助标准") for place in ("丙", "甲", "乙")], tmp_path)
    manifest, parts = index._open(tmp_path)
    searcher = IndexSearcher(manifest, parts, Glossary(), meaning=load())
    names = [name for name, _ in searcher.ranked(Query(text="补助标准", k=3))]
    assert names == sorted(names)
