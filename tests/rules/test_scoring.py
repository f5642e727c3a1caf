"""Scoring agrees with a plain scorer written here on its own, and its intervals with brute force."""

import itertools
import random
from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.rules.scoring import gaps, score
from knowledge.case import Assessment
from knowledge.errors import InputError
from knowledge.standard import load_standards

STANDARD = load_standards()["sme-digital-level-2024"]
RULE_NOTE = "尚未与官方PDF核对"

# The standard once more, in another shape: points of options B, C, D… (A is 0), s = single, m = multi.
TABLE = {
    "q01": ("m", [2, 2, 2, 2]),
    "q02": ("s", [F(3, 2), 3, F(9, 2), 6]),
    "q03": ("s", [F(3, 2), 3, F(9, 2), 6]),
    "q04": ("m", [F(7, 10)] * 13 + [F(9, 10)]),
    "q05": ("s", [F(5, 2), 5, F(15, 2), 10]),
    "q06": ("m", [F(5, 4)] * 4),
    "q07": ("m", [F(5, 4)] * 4),
    "q08": ("s", [F(3, 2), 3, F(9, 2), 6, F(15, 2)]),
    "q09": ("m", [F(15, 8)] * 4),
    "q10": ("m", [F(3, 2)] * 5),
    "q11": ("s", [F(15, 8), F(15, 4), F(45, 8), F(15, 2)]),
    "q12": ("s", [F(7, 2), 7]),
    "q13": ("s", [F(7, 2), 7]),
    "q14": ("s", [F(3, 2), 3]),
    "q15": ("s", [F(3, 2), 3]),
}
SCENES = [f"s{n:02d}" for n in range(1, 17)]
BINDING = {"s01", "s03", "s06", "s07", "s08", "s09", "s10", "s11", "s12", "s13"}
LEVELS = {4: (80, 10, 6), 3: (60, 8, 5), 2: (40, 6, 3), 1: (20, 6, 3)}


def plain_total(answers):
    total = F(0)
    for id, chosen in answers.items():
        for key in set(chosen):
            if key != "A":
                total += TABLE[id][1]["BCDEFGHIJKLMNO".index(key)]
    return total


def plain_level(total, scenes, marked=BINDING):
    for level, (points, count, binding) in LEVELS.items():
        at = [id for id in SCENES if scenes.get(id, 0) >= level]
        if total >= points and len(at) >= count and len(marked & set(at)) >= binding:
            return level
    return 0


def letters(id):
    return ["A", *"BCDEFGHIJKLMNO"[: len(TABLE[id][1])]]


def random_answers(rng, skill=0.5, skip=0.0):
    answers = {}
    for id, (kind, _) in TABLE.items():
        if rng.random() < skip:
            continue
        if kind == "s":
            keys = letters(id)
            answers[id] = (keys[min(len(keys) - 1, int(len(keys) * (rng.random() ** (1 / (2 * skill)))))],)
        else:
            answers[id] = tuple(key for key in letters(id)[1:] if rng.random() < skill) or ("A",)
    return answers


def random_scenes(rng, skill=0.5, skip=0.0):
    return {id: min(4, int(5 * rng.random() ** (1 / (2 * skill)))) for id in SCENES if rng.random() >= skip}


EX3 = {
    "q01": "BCD", "q02": "E", "q03": "D", "q04": "BGHIKLMN", "q05": "D", "q06": "BCD", "q07": "BC", "q08": "E",
    "q09": "BCD", "q10": "BCD", "q11": "A", "q12": "B", "q13": "C", "q14": "C", "q15": "B",
}  # fmt: skip
EXAMPLES = {
    "level4-exact-boundary": (
        {"q01": "BCDE", "q02": "D", "q03": "D", "q04": "BCDEFGHIJKLMNO", "q05": "E", "q06": "BC", "q07": "BC", "q08": "E",
         "q09": "BCDE", "q10": "BCD", "q11": "A", "q12": "C", "q13": "C", "q14": "C", "q15": "C"},
        "4343444433334444", ("42", "18", "20", "80", 4),
    ),
    "level2-typical": (
        {"q01": "BC", "q02": "D", "q03": "C", "q04": "GHLMN", "q05": "C", "q06": "BC", "q07": "BC", "q08": "D", "q09": "BC",
         "q10": "BD", "q11": "A", "q12": "C", "q13": "C", "q14": "C", "q15": "B"},
        "2121122111212111", ("25", "11.25", "18.5", "54.75", 2),
    ),
    "points-for-3-scenes-not": (EX3, "2222333322223233", ("35.85", "16.125", "15", "66.975", 2)),
    "level3-exact-scene-counts": (EX3, "2222333322323233", ("35.85", "16.125", "15", "66.975", 3)),
    "no-level": (
        {"q01": "A", "q02": "B", "q03": "A", "q04": "N", "q05": "B", "q06": "A", "q07": "A", "q08": "B", "q09": "A",
         "q10": "A", "q11": "A", "q12": "B", "q13": "B", "q14": "B", "q15": "B"},
        "1010111110111010", ("4.7", "1.5", "10", "16.2", 0),
    ),
    "level1-though-above-40": (
        {"q01": "BC", "q02": "C", "q03": "C", "q04": "GHLMN", "q05": "C", "q06": "B", "q07": "B", "q08": "C", "q09": "B",
         "q10": "B", "q11": "A", "q12": "B", "q13": "C", "q14": "C", "q15": "C"},
        "1020211110212210", ("21", "6.375", "16.5", "43.875", 1),
    ),
}  # fmt: skip


def assessment(answers, scenes):
    if isinstance(scenes, str):
        scenes = {id: int(level) for id, level in zip(SCENES, scenes, strict=True)}
    return Assessment(answers={id: tuple(chosen) for id, chosen in answers.items()}, scenes=scenes)


def example(name):
    answers, scenes, _ = EXAMPLES[name]
    return assessment(answers, scenes)


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example(name):
    foundation, management, results, total, level = EXAMPLES[name][2]
    card = score(STANDARD, example(name))
    assert [part.score for part in card.dimensions] == [
        Decimal(foundation),
        Decimal(management),
        Decimal(results),
    ]
    assert [part.max for part in card.dimensions] == [50, 30, 20]
    assert (card.total, card.total_high) == (Decimal(total), Decimal(total))
    assert (card.level, card.level_low, card.level_high) == (level, level, level)
    assert card.unanswered == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_worked_example_hangs_on_a_point_where_sources_disagree(name):
    assert not [note for note in score(STANDARD, example(name)).notes if "来源有分歧" in note]


def test_a_level_that_hangs_on_a_disputed_point_says_so():
    """仓储物流 may not be binding (c4); the options of q04 may share 10 points equally (c2)."""
    rng = random.Random(12)
    told = {"c2": 0, "c4": 0}
    for _ in range(1500):
        skill = rng.choice([0.45, 0.6, 0.8])
        answers, scenes = random_answers(rng, skill), random_scenes(rng, skill)
        total = plain_total(answers)
        if rng.random() < 0.5:
            scenes = dict.fromkeys(SCENES, 4)
        notes = "".join(score(STANDARD, assessment(answers, scenes)).notes)
        level = plain_level(total, scenes)
        unbound = plain_level(total, scenes, BINDING - {"s12"})
        n = len(set(answers["q04"]) - {"A"})
        shared = plain_level(total - plain_total({"q04": answers["q04"]}) + F(10 * n, 14), scenes)
        assert ("（c4）" in notes) == (unbound != level)
        assert ("（c2）" in notes) == (shared != level)
        told["c4"] += unbound != level
        told["c2"] += shared != level
    assert all(told.values()), told


def test_a_level_is_shown_as_an_estimate_by_an_unchecked_rule():
    card = score(STANDARD, example("level2-typical"))
    assert any(RULE_NOTE in note for note in card.notes)
    assert card.certainty == "single_source"


def test_three_thousand_random_assessments_agree_with_the_plain_scorer():
    rng = random.Random(7)
    seen = set()
    for turn in range(3000):
        skill = rng.choice([0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
        answers, scenes = random_answers(rng, skill), random_scenes(rng, rng.choice([skill, 0.5, 0.9]))
        card = score(STANDARD, assessment(answers, scenes))
        total = plain_total(answers)
        assert F(card.total) == total, turn
        assert card.level == plain_level(total, scenes), turn
        assert sum(F(part.score) for part in card.dimensions) == total
        seen.add(card.level)
    assert seen == {0, 1, 2, 3, 4}


def test_random_open_assessments_lie_between_the_worst_and_the_best_completion():
    rng = random.Random(8)
    for _ in range(600):
        skip = rng.choice([0.05, 0.2, 0.6])
        answers, scenes = random_answers(rng, 0.8, skip), random_scenes(rng, 0.8, skip)
        card = score(STANDARD, assessment(answers, scenes))
        best = {
            id: answers.get(id) or (letters(id)[1:] if kind == "m" else letters(id)[-1:])
            for id, (kind, _) in TABLE.items()
        }
        top = {id: scenes.get(id, 4) for id in SCENES}
        assert card.level_low == plain_level(plain_total(answers), scenes)
        assert card.level_high == plain_level(plain_total(best), top)
        assert (card.level is None) == (card.level_low != card.level_high)
        assert (F(card.total), F(card.total_high)) == (plain_total(answers), plain_total(best))
        assert set(card.unanswered) == (set(TABLE) - set(answers)) | (set(SCENES) - set(scenes))


@pytest.mark.parametrize(
    ("missing", "level"), [(["q12", "s11"], None), (["q15", "s02"], 2), (["q05", "s01", "s13"], None)]
)
def test_interval_is_exact_over_every_completion(missing, level):
    whole = example("points-for-3-scenes-not")
    answers = {id: chosen for id, chosen in whole.answers.items() if id not in missing}
    scenes = {id: at for id, at in whole.scenes.items() if id not in missing}
    reached = set()
    ways = [[(key,) for key in letters(id)] if id in TABLE else range(5) for id in missing]
    for filled in itertools.product(*ways):
        chosen = dict(zip(missing, filled, strict=True))
        full_answers = answers | {id: value for id, value in chosen.items() if id in TABLE}
        full_scenes = scenes | {id: value for id, value in chosen.items() if id in SCENES}
        reached.add(plain_level(plain_total(full_answers), full_scenes))
    card = score(STANDARD, assessment(answers, scenes))
    assert (card.level_low, card.level_high) == (min(reached), max(reached))
    assert card.level == (level if len(reached) == 1 else None)


def widths(answers, scenes, id):
    """The interval left after each possible answer to `id`, everything else as it is."""
    if id in SCENES:
        cards = [score(STANDARD, assessment(answers, scenes | {id: at})) for at in range(5)]
    elif TABLE[id][0] == "s":
        cards = [score(STANDARD, assessment(answers | {id: (key,)}, scenes)) for key in letters(id)]
    else:
        keys = letters(id)[1:]
        sets = [c for n in range(1, len(keys) + 1) for c in itertools.combinations(keys, n)]
        by_points = {plain_total({id: chosen}): chosen for chosen in [("A",), *sets]}
        cards = [score(STANDARD, assessment(answers | {id: chosen}, scenes)) for chosen in by_points.values()]
    return F(sum(card.level_high - card.level_low for card in cards), len(cards))


def test_the_first_open_item_is_the_one_that_narrows_the_level_most():
    rng = random.Random(9)
    told = 0
    for _ in range(25):
        answers, scenes = random_answers(rng, 0.75), random_scenes(rng, 0.85)
        for id in rng.sample(list(TABLE), 2):
            answers.pop(id, None)
        for id in rng.sample(SCENES, 2):
            scenes.pop(id)
        card = score(STANDARD, assessment(answers, scenes))
        left = [widths(answers, scenes, id) for id in card.unanswered]
        assert left == sorted(left)
        told += left[0] < left[-1]
    assert told > 3


def test_an_empty_list_is_not_an_answer():
    answers = EXAMPLES["level2-typical"][0] | {"q12": ""}
    card = score(STANDARD, assessment(answers, EXAMPLES["level2-typical"][1]))
    assert card.unanswered == ("q12",)
    assert (card.total, card.total_high) == (Decimal("47.75"), Decimal("54.75"))


def test_nothing_answered_is_open_from_no_level_to_the_top():
    card = score(STANDARD, Assessment())
    assert (card.level, card.level_low, card.level_high) == (None, 0, 4)
    assert (card.total, card.total_high) == (0, 100)
    assert len(card.unanswered) == 31
    assert card.next_level.level == 1


@pytest.mark.parametrize(
    ("dropped", "total", "level"),
    [
        ([], 80, 4),
        (["q12", "q13", "q14", "q15"], 60, 3),
        (["q12", "q13", "q14", "q15", "q04", "q05"], 40, 2),
        (["q12", "q13", "q14", "q15", "q04", "q05", "q01", "q02", "q09"], 20, 1),
    ],
)
def test_exactly_the_points_of_a_level_are_enough_and_a_little_less_is_not(dropped, total, level):
    answers = EXAMPLES["level4-exact-boundary"][0] | dict.fromkeys(dropped, "A")
    card = score(STANDARD, assessment(answers, dict.fromkeys(SCENES, 4)))
    assert (card.total, card.level) == (total, level)
    card = score(STANDARD, assessment(answers | {"q06": "B"}, dict.fromkeys(SCENES, 4)))
    assert (card.total, card.level) == (total - Decimal("1.25"), level - 1)
    assert card.next_level.points_short == Decimal("1.25")


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_one_scene_or_one_binding_scene_short_is_not_enough(level):
    _, count, binding = LEVELS[level]
    guiding = [id for id in SCENES if id not in BINDING]
    bound = sorted(BINDING)
    answers = {id: letters(id)[1:] if kind == "m" else letters(id)[-1:] for id, (kind, _) in TABLE.items()}

    def reached(n, b):
        at = [*bound[:b], *guiding[: n - b]]
        at += bound[b : b + n - len(at)]  # few guiding ones: the rest is binding
        card = score(STANDARD, assessment(answers, {id: level if id in at else level - 1 for id in SCENES}))
        return card.level, card.next_level

    assert reached(count, count)[0] == level
    fewer = reached(count - 1, count - 1)
    assert fewer[0] == level - 1
    assert fewer[1].scenes_short == 1
    if count - (binding - 1) <= len(guiding):
        short = reached(count, binding - 1)
        assert short[0] == level - 1
        assert (short[1].scenes_short, short[1].binding_short) == (0, 1)
        assert reached(count, binding)[0] == level


@given(st.integers(0, 2**32), st.data())
@settings(max_examples=150, deadline=None)
def test_raising_one_answer_or_scene_never_lowers_anything(seed, data):
    rng = random.Random(seed)
    skip = rng.choice([0, 0, 0.3])
    answers, scenes = random_answers(rng, rng.random() * 0.8 + 0.1, skip), random_scenes(rng, 0.7, skip)
    before = score(STANDARD, assessment(answers, scenes))
    id = data.draw(st.sampled_from([*answers, *scenes] or ["q01"]))
    if id in scenes:
        scenes[id] = min(4, scenes[id] + 1)
    elif id in answers:
        keys = letters(id)
        if TABLE[id][0] == "s":
            answers[id] = (keys[min(len(keys) - 1, keys.index(answers[id][0]) + 1)],)
        else:
            answers[id] = tuple({*answers[id], data.draw(st.sampled_from(keys[1:]))} - {"A"})
    after = score(STANDARD, assessment(answers, scenes))
    assert after.total >= before.total
    assert after.level_low >= before.level_low
    assert after.level_high >= before.level_high


@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_answering_never_widens_the_interval(seed):
    rng = random.Random(seed)
    answers, scenes = random_answers(rng, 0.8, 0.3), random_scenes(rng, 0.8, 0.3)
    card = score(STANDARD, assessment(answers, scenes))
    for id in card.unanswered:
        if id in SCENES:
            scenes[id] = rng.randint(0, 4)
        else:
            answers[id] = random_answers(rng)[id]
        narrower = score(STANDARD, assessment(answers, scenes))
        assert card.level_low <= narrower.level_low <= narrower.level_high <= card.level_high
        card = narrower
    assert card.level is not None


# ---------------------------------------------------------------- contradictions


def found(card):
    return {check.id: check for check in card.inconsistencies}


def changed(name="level2-typical", scenes=None, **answers):
    base = example(name)
    return assessment({**base.answers, **answers}, {**base.scenes, **(scenes or {})})


def test_a_consistent_assessment_has_no_contradictions():
    assert score(STANDARD, example("level2-typical")).inconsistencies == ()


def test_none_beside_others_counts_between_both_readings():
    card = score(STANDARD, changed(q10="ABCDEF"))
    assert found(card)["exclusive:q10"].severity == "block"
    assert "q10" in found(card)["exclusive:q10"].facts
    assert (card.total, card.total_high) == (Decimal("51.75"), Decimal("59.25"))
    assert card.level == 2  # both readings agree, so the level is still known
    assert [part.score for part in card.questions if part.id == "q10"] == [None]
    assert card.unanswered == ()


def test_none_beside_others_leaves_the_level_open_where_the_readings_differ():
    card = score(STANDARD, changed("level4-exact-boundary", q07="ABC"))
    assert (card.total, card.total_high) == (Decimal("77.5"), 80)
    assert (card.level, card.level_low, card.level_high) == (None, 3, 4)
    assert any("q07" in note for note in card.notes)


def test_two_options_of_a_single_question_give_their_range():
    card = score(STANDARD, changed(q05="BE"))
    assert found(card)["single:q05"].severity == "block"
    assert (card.total, card.total_high) == (Decimal("52.25"), Decimal("59.75"))


def test_an_option_granted_only_with_others_is_a_warning_and_still_counts():
    card = score(STANDARD, changed(q01="BE"))
    assert found(card)["needs:q01.E"].severity == "warn"
    assert card.total == Decimal("54.75")


def test_a_scene_at_three_without_data_collection_is_reported():
    card = score(STANDARD, changed(scenes={"s01": 3, "s06": 3}))
    check = found(card)["collection-under-scene"]
    assert check.facts == ("q04", "s01")  # s06 has G in q04
    assert "产品设计" in check.text


def test_equipment_at_three_without_networking_is_reported():
    card = score(STANDARD, changed(scenes={"s08": 3}, q03="A", q04="GHILMN"))
    assert found(card)["networking-under-scene"].facts == ("q03", "s08")


def test_scenes_on_systems_contradict_no_systems():
    assert "systems-under-scenes:more" in found(score(STANDARD, changed(q05="A")))
    assert "systems-under-scenes:more" in found(score(STANDARD, changed(q05="B")))
    assert "systems-under-scenes:zero" in found(score(STANDARD, changed(q05="E", scenes={"s09": 0})))


@pytest.mark.parametrize(("option", "most"), [("A", 0), ("B", 1), ("C", 11)])
def test_coverage_leaves_room_for_exactly_so_many_scenes(option, most):
    links = [id for id in SCENES if id not in ("s15", "s16")]
    for n in (most, most + 1):
        told = changed(q05=option, scenes={id: 2 if place < n else 1 for place, id in enumerate(links)})
        assert ("systems-under-scenes:more" in found(score(STANDARD, told))) == (n > most)


def test_unanswered_base_is_not_a_contradiction():
    answers = {
        id: chosen
        for id, chosen in example("level2-typical").answers.items()
        if id not in ("q03", "q04", "q05")
    }
    assert score(STANDARD, assessment(answers, dict.fromkeys(SCENES, 4))).inconsistencies == ()


@pytest.mark.parametrize(
    ("rate", "option"),
    [
        ("0", "A"),
        ("10", "A"),
        ("10.01", "B"),
        ("20", "B"),
        ("40", "C"),
        ("60", "D"),
        ("60.5", "E"),
        ("100", "E"),
    ],
)
def test_a_measured_rate_decides_which_option_is_right(rate, option):
    for chosen in "ABCDE":
        told = changed(q02=chosen).model_copy(update={"measures": {"q02": Decimal(rate)}})
        assert ("measure:q02" in found(score(STANDARD, told))) == (chosen != option)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"answers": {"q16": ("A",)}}, "assessment.answers.q16"),
        ({"answers": {"q02": ("F",)}}, "assessment.answers.q02"),
        ({"answers": {"q01": ("b",)}}, "assessment.answers.q01"),
        ({"scenes": {"s17": 1}}, "assessment.scenes.s17"),
        ({"scenes": {"s01": 7}}, "assessment.scenes.s01"),
        ({"scenes": {"s01": -1}}, "assessment.scenes.s01"),
        ({"measures": {"q02": Decimal(101)}}, "assessment.measures.q02"),
        ({"measures": {"q01": Decimal(5)}}, "assessment.measures.q01"),
        ({"standard": "sme-digital-level-2022"}, "assessment.standard"),
    ],
)
def test_what_the_standard_does_not_have_is_refused_by_place(told, place):
    with pytest.raises(InputError) as caught:
        score(STANDARD, Assessment(**told))
    assert caught.value.where == place


@pytest.mark.parametrize("id", ["sme-digital-level-2022", "shandong-data-assessment-2025"])
def test_a_standard_without_tables_is_refused_with_what_is_known(id):
    standard = load_standards()[id]
    with pytest.raises(InputError, match="不能评分") as caught:
        score(standard, Assessment(standard=id))
    assert "已知" in caught.value.hint


# ---------------------------------------------------------------- gaps


def test_gaps_of_example_three_are_one_binding_scene():
    card = score(STANDARD, example("points-for-3-scenes-not"))
    found = gaps(STANDARD, card, 3)
    assert {gap.condition for gap in found} == {"binding"}
    assert [gap.id for gap in found] == ["s01", "s03", "s09", "s10", "s11", "s12"]
    assert all((gap.now, gap.need, gap.short) == (2, 3, 1) for gap in found)


def test_gaps_list_points_by_what_a_question_can_still_bring():
    card = score(STANDARD, example("level2-typical"))
    points = [gap for gap in gaps(STANDARD, card, 3) if gap.kind == "question"]
    assert [gap.short for gap in points] == sorted((gap.short for gap in points), reverse=True)
    assert {gap.id: gap.short for gap in points}["q04"] == Decimal("6.5")
    assert {gap.id: gap.need for gap in points}["q02"] == "E"
    assert "q12" not in {gap.id for gap in points}  # at its best already


def test_no_gap_to_a_level_that_is_reached():
    card = score(STANDARD, example("level4-exact-boundary"))
    assert all(gaps(STANDARD, card, level) == () for level in (1, 2, 3, 4))


def test_closing_every_gap_reaches_the_target():
    rng = random.Random(11)
    for _ in range(200):
        answers, scenes = random_answers(rng, 0.4, 0.1), random_scenes(rng, 0.4, 0.1)
        target = rng.randint(1, 4)
        for gap in gaps(STANDARD, score(STANDARD, assessment(answers, scenes)), target):
            if gap.kind == "scene":
                scenes[gap.id] = gap.need
            elif TABLE[gap.id][0] == "s":
                answers[gap.id] = (gap.need[-1],)
            else:
                answers[gap.id] = tuple({*answers.get(gap.id, ()), *gap.need} - {"A"})
        assert score(STANDARD, assessment(answers, scenes)).level_low >= target


def test_a_target_there_is_not_is_refused():
    card = score(STANDARD, example("level2-typical"))
    with pytest.raises(InputError):
        gaps(STANDARD, card, 5)
