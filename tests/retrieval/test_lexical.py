"""The BM25 of the house equals a slow textbook one, however the index is cut."""

import math
import re
from collections import Counter
from itertools import pairwise
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import lexical
from retrieval.analysis import count, encode, normalize, segmented
from retrieval.lexical import (
    K1,
    TF_STEPS,
    UNIT,
    B,
    Scorer,
    Segment,
    best,
    build_postings,
    class_length,
    length_class,
    removed_from,
)
from retrieval.question import core, weigh

ALPHABET = "数字化转型企业补助设备联网研发费用1230aB.-，。 \n％ＥＲＰ"
texts = st.text(ALPHABET, max_size=60)
corpora = st.lists(texts, min_size=1, max_size=25)


def textbook(documents: list[str], question: list[tuple[str, float]]) -> list[float]:
    """BM25 term by term, with the stored roundings that the module names and no others."""
    terms, weights = weigh(question)
    counts = [Counter(encode([document])[0].tolist()) for document in documents]
    lengths = [float(sum(held.values())) for held in counts]
    mean = sum(lengths) / len(lengths) or 1.0
    grid = class_length()[length_class(np.array(lengths))]
    scores = []
    for held, length in zip(counts, grid, strict=True):
        total = 0
        for term, weight in zip(terms.tolist(), weights.tolist(), strict=True):
            if not held[term]:
                continue
            df = sum(term in other for other in counts)
            idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
            tf = min(held[term], 255 / TF_STEPS)
            total += round(UNIT * weight * idf * tf / (tf + K1 * (1 - B + B * length / mean)))
        scores.append(total / UNIT)
    return scores


def ours(segments: list[Segment], question: list[tuple[str, float]]) -> list[float]:
    return (Scorer(segments).scores(*weigh(question)) / UNIT).tolist()


@settings(max_examples=150, deadline=None)
@given(corpora, texts)
def test_scores_equal_the_textbook(documents: list[str], question: str) -> None:
    """Every score is the textbook's, to the rounding of one share per term."""
    expected = textbook(documents, [(question, 1.0)])
    terms = len(weigh([(question, 1.0)])[0])
    found = ours([Segment(build_postings([(documents, 1.0)]))], [(question, 1.0)])
    assert found == pytest.approx(expected, abs=(terms + 1) * 2 / UNIT)


@settings(max_examples=300, deadline=None)
@given(st.text(ALPHABET + "的了吗专精特新小巨人_#\ud800😀𠮷") | st.text())
def test_a_short_text_is_analysed_alike(text: str) -> None:
    """The analysis of questions and that of passages give the same terms."""
    assert count(text) == Counter(encode([text])[0].tolist())


def test_rounding_of_lengths_is_within_two_percent() -> None:
    """The stored length is at most two percent from the length, or half a term."""
    lengths = np.arange(0, 12_000, dtype=float)
    off = np.abs(class_length()[length_class(lengths)] - lengths)
    assert (off <= np.maximum(0.02 * lengths, 0.5)).all()


@settings(max_examples=80, deadline=None)
@given(corpora, texts, st.data())
def test_a_ranking_does_not_depend_on_segments(
    documents: list[str], question: str, data: st.DataObject
) -> None:
    """The same passages in one segment or in several have exactly the same scores."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(documents)), max_size=4)) | {0, len(documents)})
    pieces = [documents[a:b] for a, b in pairwise(cuts) if a < b]
    whole = ours([Segment(build_postings([(documents, 1.0)]))], [(question, 1.0)])
    parts = ours([Segment(build_postings([(piece, 1.0)])) for piece in pieces], [(question, 1.0)])
    assert parts == whole


@settings(max_examples=80, deadline=None)
@given(corpora, texts, st.data())
def test_deleted_passages_do_not_count(documents: list[str], question: str, data: st.DataObject) -> None:
    """Deleting passages gives exactly the scores of an index that never held them."""
    gone = sorted(data.draw(st.sets(st.integers(0, len(documents) - 1), max_size=len(documents) - 1)))
    kept = [text for row, text in enumerate(documents) if row not in gone]
    if not kept:
        return
    removed = None
    if gone:
        postings = build_postings([([documents[row] for row in gone], 1.0)])
        removed = removed_from(np.array(gone, np.int32), postings)
    with_gap = ours([Segment(build_postings([(documents, 1.0)]), removed)], [(question, 1.0)])
    assert all(with_gap[row] == 0 for row in gone)
    assert [score for row, score in enumerate(with_gap) if row not in gone] == ours(
        [Segment(build_postings([(kept, 1.0)]))], [(question, 1.0)]
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=2000), st.integers(1, 40), st.integers(0, 2**32))
def test_best_equals_a_full_sort(values: list[int], k: int, seed: int) -> None:
    """The k best with all ties of the last, whether a row is allowed or not."""
    scores = np.array(values, np.int32)
    allowed = np.random.default_rng(seed).random(len(values)) < 0.7
    ordered = sorted((-score, row) for row, score in enumerate(values) if score > 0 and allowed[row])
    last = ordered[min(k, len(ordered)) - 1][0] if ordered else 0
    assert best(scores, k, allowed).tolist() == [row for score, row in ordered if score <= last]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9000),
    st.integers(0, 30),
    st.integers(1, 10**4),
    st.integers(1, 400),
    st.integers(0, 2**32),
)
def test_what_reaches_a_score_is_found_in_order(count: int, high: int, least: int, k: int, seed: int) -> None:
    """Looking only into groups whose maximum reaches it finds every row, also those outside whole groups."""
    pick = np.random.default_rng(seed)
    scores = np.zeros(count, np.int32)
    scores[pick.integers(0, count, high)] = pick.integers(1, 10**4, high)
    width = lexical._width(count, k)
    found = lexical._reaching(scores, lexical._maxima(scores, width), width, least)
    assert found.tolist() == np.flatnonzero(scores >= least).tolist()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 60),
    st.integers(1, 8),
    st.sampled_from([0.0, 0.4, 0.95]),
    st.integers(1, 3),
)
def test_pruning_changes_nothing(seed: int, k: int, words: int, hidden: float, parts: int) -> None:
    """Whether it prunes or reads all, `top` is exactly what a full sort of all scores gives, ties included."""
    pick = np.random.default_rng(seed)
    letters = np.array(
        list("的企业数字化转型试点补助设备联网研发费用评测验收等级服务商材料申报时间比例上限标准")
    )
    share = 1.0 / np.arange(1, len(letters) + 1)
    documents = ["".join(row) for row in pick.choice(letters, (6000, 14), p=share / share.sum())]
    cuts = sorted({0, len(documents), *pick.integers(0, len(documents), parts - 1).tolist()})
    segments = []
    for a, b in pairwise(cuts):
        gone = np.unique(pick.integers(0, b - a, 20)).astype(np.int32)
        postings = build_postings([([documents[a + row] for row in gone], 1.0)])
        segments.append(Segment(build_postings([(documents[a:b], 1.0)]), removed_from(gone, postings)))
    scorer = Scorer(segments)
    allowed = pick.random(len(documents)) >= hidden
    question = "".join(pick.choice(letters, 2 * words))
    terms, weights = weigh([(question, 1.0), ("".join(pick.choice(letters, 4)), 0.3)])
    scores = scorer.scores(terms, weights)
    for limit in (0, 0, 10**9):
        with mock.patch.object(lexical, "READ_ALL", limit):
            rows, values = scorer.top(terms, weights, k, allowed)
        assert rows.tolist() == best(scores, k, allowed).tolist()
        assert values.tolist() == scores[rows].tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 40), st.floats(0.3, 1.0))
def test_what_scores_too_little_is_left_out(seed: int, k: int, first: int, share: float) -> None:
    """Of the k best, those that reach a share of the first-th best, whether it prunes or not."""
    pick = np.random.default_rng(seed)
    letters = list("企业数字化转型试点补助设备联网研发")
    odds = 1.0 / np.arange(1, len(letters) + 1)
    documents = ["".join(row) for row in pick.choice(letters, (3000, 9), p=odds / odds.sum())]
    scorer = Scorer([Segment(build_postings([(part, 1.0)])) for part in (documents[:1700], documents[1700:])])
    terms, weights = weigh([("".join(pick.choice(letters, 6)), 1.0)])
    rows, scores = scorer.top(terms, weights, k)
    expected = rows[scores >= int(share * scores[first - 1])] if len(rows) >= first else rows
    for limit in (0, 10**9):
        with mock.patch.object(lexical, "READ_ALL", limit):
            found, _ = scorer.top(terms, weights, k, first=min(first, k), share=share if first <= k else 0.0)
        assert found.tolist() == (expected if first <= k else rows).tolist()


@settings(max_examples=60, deadline=None)
@given(corpora)
def test_postings_are_what_was_counted(documents: list[str]) -> None:
    """Each term gives the passages that hold it and how often, whether it is common or rare."""
    counts = [Counter(encode([document])[0].tolist()) for document in documents]
    postings = build_postings([(documents, 1.0)])
    assert postings.terms.tolist() == sorted(set().union(*counts))
    assert postings.find(postings.terms).tolist() == list(range(len(postings.terms)))
    for number, (term, df) in enumerate(zip(postings.terms.tolist(), postings.df().tolist(), strict=True)):
        rows, tf = postings.of(number)
        held = {row: count[term] for row, count in enumerate(counts) if count[term]}
        assert dict(zip(rows.tolist(), (tf / TF_STEPS).tolist(), strict=True)) == held
        assert df == len(held)


def test_fields_count_by_their_weight() -> None:
    """A word in a field of half weight is worth less than in the text, and is found all the same."""
    postings = build_postings([(["补助标准", "其他"], 1.0), (["其他", "补助标准"], 0.5)])
    scores = ours([Segment(postings)], [("补助标准", 1.0)])
    assert scores[0] > scores[1] > 0


def test_frequent_terms_score_as_rare_ones_do() -> None:
    """The row kept for a frequent term gives the textbook's score, also the second time."""
    documents = [f"企业{'数字' * (row % 3)}{row}" for row in range(600)]
    scorer = Scorer([Segment(build_postings([(documents, 1.0)]))])
    expected = textbook(documents, [("企业数字", 1.0)])
    for _ in range(2):
        assert (scorer.scores(*weigh([("企业数字", 1.0)])) / UNIT).tolist() == pytest.approx(
            expected, abs=1e-3
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [("ＥＲＰ", "erp"), ("１００万元", "100万元"), ("①", "1"), ("ISO9001", "iso9001")],
)
def test_width_and_case_do_not_matter(one: str, other: str) -> None:
    assert sorted(encode([one])[0].tolist()) == sorted(encode([other])[0].tolist())


def test_numbers_and_latin_words_stay_whole() -> None:
    """9001 does not find 90015 as a word; erp-2.0 is found whole and by its parts."""
    words = {
        text: {t for t in encode([text])[0].tolist() if t >= 1 << 42}
        for text in ("9001", "90015", "erp-2.0", "erp")
    }
    assert not words["9001"] & words["90015"]
    assert words["erp"] < words["erp-2.0"]


def test_characters_pairs_and_words_of_a_phrase() -> None:
    """Pairs do not cross punctuation; the segmenter adds its words."""
    terms, _ = encode(["企业，转型"])
    assert ord("企") in terms
    assert ord("企") << 21 | ord("业") in terms
    assert ord("业") << 21 | ord("转") not in terms
    assert segmented(terms).sum() == 2


def test_odd_text_is_analysed() -> None:
    """Lone surrogates, emoji, empty and rare characters do not break the analysis or shift its rows."""
    terms, rows = encode(["\ud800企业", "", "😀𠮷", "a"])
    assert len(terms) == len(rows)
    assert set(rows.tolist()) == {0, 2, 3}
    assert normalize("Ａ") == "a"


@pytest.mark.parametrize(
    ("question", "rest"),
    [("怎么申请补助？", "申请补助"), ("多少？", "多少?"), ("目的是什么", "目的"), ("了解政策", "了解政策")],
)
def test_function_words_leave_a_question(question: str, rest: str) -> None:
    assert re.sub(r"\s", "", core(question)) == rest or rest in core(question)


def test_what_the_user_said_outweighs_what_is_added() -> None:
    terms, weights = weigh([("补助", 1.0), ("补助资金", 0.3)])
    worth = dict(zip(terms.tolist(), weights.tolist(), strict=True))
    assert worth[ord("补")] == 1.0
    assert worth[ord("资")] == 0.3
