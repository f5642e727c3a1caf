"""Wrong options are of the key's kind and unit, and never right in other words: over every clause and many seeds."""

import random
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.training.options import (
    LETTERS,
    Place,
    equal,
    in_order,
    pool_of,
    quantities,
    stated_in,
    words,
    wrong_values,
)
from assistant.training.quiz import Quiz, make_quiz
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Figure, Policy, Status
from knowledge.source import Certainty

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase()


@pytest.fixture(scope="module")
def places(kb: KnowledgeBase) -> list[Place]:
    return [
        Place(policy, clause, policy.clause_status_on(clause, DAY))
        for policy in kb.policies.values()
        for clause in policy.clauses
    ]


def place(text: str, *figures: Figure) -> Place:
    clause = Clause(locator="第一条", heading="", text=text, figures=figures)
    policy = Policy(
        id="made-up",
        title="某某办法",
        doc_type="policy",
        level="nation",
        region="全国",
        status=Status.IN_FORCE,
        status_as_of=DAY,
        status_confidence="confirmed",
        coverage="full_text",
        certainty=Certainty.UNVERIFIED,
        clauses=(clause,),
    )
    return Place(policy, clause, Status.IN_FORCE)


def figure(value: str, unit: str, qualifier: str = "") -> Figure:
    return Figure(
        name="某项标准",
        value=Decimal(value) if re.fullmatch(r"[\d.]+", value) else value,
        unit=unit,
        qualifier=qualifier,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (figure("50", "%"), "按一半补助"),
        (figure("50", "%"), "补助五成"),
        (figure("50", "%"), "系数为0.5"),
        (figure("50", "%"), "百分之五十"),
        (figure("50", "%"), "二分之一"),
        (figure("50", "%"), "减半收取"),
        (figure("15000", "万元"), "总额1.5亿元"),
        (figure("300", "万元", "不超过"), "最高三百万元"),
        (figure("300", "万元"), "3000000元"),
        (figure("2", "年"), "为期24个月"),
        (figure("0.5", "年"), "半年内"),
        (figure("4", "项"), "四项知识产权"),
        (figure("4", "项"), "4个"),
        (figure("1:1", ""), "按1：1配套"),
        (figure("2026-12-31", ""), "2026年12月31日前"),
        (figure("2026-12-31", ""), "每年12月31日"),
    ],
    ids=lambda one: one if isinstance(one, str) else words(one),
)
def test_the_same_quantity_is_known_in_other_words(one: Figure, other: str) -> None:
    assert stated_in(one, quantities(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (figure("50", "%"), "补助30%"),
        (figure("50", "%"), "50万元"),
        (figure("300", "万元"), "300元"),
        (figure("3", "年"), "3个月"),
        (figure("2", "级"), "2年"),
        (figure("2026-12-31", ""), "2026年12月30日"),
        (figure("1:1", ""), "1:2"),
    ],
    ids=lambda one: one if isinstance(one, str) else words(one),
)
def test_what_differs_is_not_taken_for_the_same(one: Figure, other: str) -> None:
    assert not stated_in(one, quantities(other))


@given(
    value=st.integers(1, 9999),
    seed=st.integers(0, 99),
    unit=st.sampled_from(["万元", "%", "家", "年", "分", "级"]),
)
def test_values_just_off_differ_and_keep_kind(value: int, seed: int, unit: str) -> None:
    most = {"级": 4, "%": 100, "分": 100, "年": 99}.get(unit, value)  # 1900年 is a year, not a span
    key = figure(str(min(value, most)), unit, "不低于")
    here = place(f"标准{words(key)}", key)
    wrong = wrong_values(here, key, pool_of([here]), random.Random(seed))
    shown = [words(one.figure) for one in wrong]
    assert len(set(shown)) == len(wrong)
    assert words(key) not in shown
    for one in wrong:
        assert one.figure.unit == key.unit
        assert one.figure.qualifier == key.qualifier
        assert isinstance(one.figure.value, Decimal)
        assert one.figure.value > 0


def test_a_value_the_clause_states_in_other_words_is_never_a_wrong_option() -> None:
    """The just-off values of 40% would be 50% and 30%; the clause says 一半 and 三成 of other things."""
    key = figure("40", "%", "不超过")
    here = place("补助不超过40%，其中一半先付，三成后付，另有0.6的系数，百分之二十留存。", key)
    for seed in range(200):
        for one in wrong_values(here, key, pool_of([here]), random.Random(seed)):
            assert one.figure.value not in {Decimal(n) for n in (50, 30, 60, 20)}


def test_a_heading_that_tells_the_value_is_left_out_of_the_question() -> None:
    key = figure("5", "个")
    clause = Clause(locator="方向", numbered=False, heading="五个方向", text="提出若干方向。", figures=(key,))
    here = Place(place("").policy, clause, Status.IN_FORCE)
    assert "五个" not in here.asks(key)
    assert "（五个方向）" in here.asks(key.model_copy(update={"value": Decimal(7)}))


# ---------------------------------------------------------------- over the whole collection

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(万|亿)?\s*(元|%|％)?")


def plain_values(text: str) -> set[tuple[str, Decimal]]:
    """Read arabic sums and shares the slow and simple way, apart from the reader the rule uses."""
    found = set()
    for number, scale, unit in _NUMBER.findall(text):
        value = Decimal(number) * {"": 1, "万": 10**4, "亿": 10**8}[scale]
        found.add(({"元": "元", "%": "%", "％": "%"}.get(unit, ""), value.normalize()))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_no_wrong_value_is_right_in_any_clause(places: list[Place], seed: int) -> None:
    pool, dice, asked = pool_of(places), random.Random(seed), 0
    for here in places:
        said = " ".join(
            [here.clause.text, here.clause.heading, *here.clause.obligations, *here.clause.benefits]
        )
        for key in here.teachable:
            wrong = [one.figure for one in wrong_values(here, key, pool, dice)]
            asked += bool(wrong)
            options = [key, *wrong]
            for at, one in enumerate(options):
                assert (one.unit, one.qualifier) == (key.unit, key.qualifier)
                assert not any(equal(one, other) for other in options[:at]), (here.called, words(one))
            for one in wrong:
                assert not stated_in(one, quantities(said)), (here.called, words(one))
                if one.unit in ("万元", "%", "亿元"):
                    assert not plain_values(words(one)) & plain_values(said), (here.called, words(one))
    assert asked > 150


@pytest.mark.parametrize("seed", range(6))
def test_no_option_gives_itself_away(places: list[Place], seed: int) -> None:
    """All options look alike but for their digits: same words, same decimals, of one order, and the key stands anywhere."""
    pool, dice = pool_of(places), random.Random(seed)
    stands: list[int] = []
    for here in places:
        for key in here.teachable:
            wrong = [one.figure for one in wrong_values(here, key, pool, dice)]
            if not wrong:
                continue
            options = in_order([key, *wrong])
            assert len({re.sub(r"[\d.]+", "#", words(one)) for one in options}) == 1, [
                words(o) for o in options
            ]
            assert len({len(words(one).partition(".")[2]) for one in options}) == 1
            if isinstance(key.value, Decimal):
                values = [one.value for one in options]
                assert all(key.value / 5 <= value <= key.value * 5 for value in values)
            stands.append(options.index(key))
    for position in range(4):
        assert 0.1 < stands.count(position) / len(stands) < 0.42


def test_replaced_and_neighbouring_values_are_used_and_named(places: list[Place]) -> None:
    """What the 2022 rules asked for stands among the wrong values of the 2026 rules, and is said to be replaced."""
    pool = pool_of(places)
    here = next(
        one for one in places if one.policy.id == "miit-2026-2" and one.clause.locator == "附件2（四）"
    )
    key = next(one for one in here.teachable if one.unit == "项")
    origins = {one.origin for seed in range(20) for one in wrong_values(here, key, pool, random.Random(seed))}
    assert any("已被替代" in origin for origin in origins)


# ---------------------------------------------------------------- whole quizzes


@pytest.fixture(scope="module", params=range(8))
def quiz(kb: KnowledgeBase, request: pytest.FixtureRequest) -> Quiz:
    region = [None, "山东省济南市", "天津市滨海新区", "广东省"][request.param % 4]
    return make_quiz(kb, n=30, on=DAY, region=region, seed=request.param)


def test_exactly_the_keys_hold(kb: KnowledgeBase, quiz: Quiz) -> None:
    for one in quiz.questions:
        policy = kb.policies[one.clause.source_id]
        clause = policy.clause(one.clause.locator)
        assert clause is not None
        if one.kind == "single":
            true = {words(each) for each in clause.figures}
            for at, option in enumerate(one.options):
                assert (option in true) == (LETTERS[at] in one.key), one
        if one.kind == "multiple":
            true = {f"“{each.name}”：{words(each)}" for c in policy.clauses for each in c.figures}
            for at, option in enumerate(one.options):
                holds = any(option.endswith(f"的{statement}") for statement in true)
                assert holds == (LETTERS[at] in one.key), (one, option)
            assert 2 <= len(one.key) < len(one.options)


def test_the_stem_does_not_hold_the_answer(kb: KnowledgeBase, quiz: Quiz) -> None:
    for one in quiz.questions:
        if one.kind == "single":
            key = one.options[LETTERS.index(one.key[0])]
            assert not any(
                number == re.sub(r"\D", "", key)
                for number in re.findall(r"\d+", one.stem.split("写明的")[-1].split("（")[0])
            ), one
        if one.kind == "cloze":
            filled = quantities(f"{one.key[0]}{one.unit}")
            rest = quantities(one.stem.split("：", 2)[2].replace(f"＿＿＿＿{one.unit}", ""))
            assert not filled & rest, one
