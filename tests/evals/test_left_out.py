"""What is fitted on everyday questions left out tells right clauses from others."""

import numpy as np

from assistant.answering.backing import Backing
from assistant.answering.signs import WEIGHTS, Signs
from evals.left_out import Best, Choice, first, fit, lacking, weigh_backing
from evals.train_meaning import FOLDS, fold_of
from knowledge.load import KnowledgeBase

NONE = Backing(0, 0, 0, 0, 0, 0, 0)


def questions(kb):
    return [q for places in kb.asked.values() for asked in places.values() for q in asked]


def test_a_fold_is_gone_and_only_that():
    every = questions(KnowledgeBase())
    for fold in range(FOLDS):
        left = questions(lacking(fold))
        assert left == [q for q in every if fold_of(q) != fold]
        assert 0 < len(left) < len(every)


def test_a_sign_that_tells_gains_weight_and_one_that_never_shows_keeps_its_own():
    dice = np.random.default_rng(0)
    at = Signs._fields.index("wording")
    data = []
    for _ in range(200):
        signs = np.zeros((4, len(Signs._fields)))
        signs[:, at] = dice.random(4)
        data.append(Choice(signs, int(np.argmax(signs[:, at])), 0))
    weights = fit(data)
    assert weights[at] > WEIGHTS.wording
    assert weights[Signs._fields.index("named")] == WEIGHTS.named
    assert first(data, weights) == 1


def test_what_answers_is_told_from_what_nothing_answers():
    right = [Best(NONE._replace(meaning=0.5 + n / 100), True, "") for n in range(20)]
    far = [Best(NONE._replace(meaning=n / 100, foreign=0.5), False, "far") for n in range(20)]
    *weights, constant = weigh_backing([*right, *far])
    by_name = dict(zip(Backing._fields, weights, strict=True))
    assert by_name["meaning"] > 0 > by_name["foreign"]
    share = [constant + np.dot(one.backing, weights) for one in (*right, *far)]
    assert min(share[:20]) > max(share[20:])


def test_a_foreign_word_makes_an_answer_less_likely():
    seen = NONE._replace(words=0.6, cover=0.6, meaning=0.5, lexical=1)
    assert 0 < seen._replace(foreign=1).likelihood < seen.likelihood < 1
