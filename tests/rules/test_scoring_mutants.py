"""Which condition a scene gap serves, what is asked first among scenes, and readings that hold for editions by points."""

from decimal import Decimal

import pytest

from assistant.rules.scoring import gaps, level_name, plain, score
from knowledge.case import Assessment
from knowledge.standard import load_standards

STANDARD = load_standards()["sme-digital-level-2024"]
SCENES = [scene.id for scene in STANDARD.scenes]
BINDING = [scene.id for scene in STANDARD.scenes if scene.binding]
GUIDING = [id_ for id_ in SCENES if id_ not in BINDING]
FULL = {
    question.id: (question.options[-1].key,)
    if question.kind == "single"
    else tuple(option.key for option in question.options if not option.exclusive)
    for question in STANDARD.questions.values()
}


def scene_gaps(at, target):
    """Gaps of full answers where exactly the scenes `at` stand at `target`, the others one below."""
    scenes = {id_: target if id_ in at else target - 1 for id_ in SCENES}
    return gaps(STANDARD, score(STANDARD, Assessment(answers=FULL, scenes=scenes)), target)


def test_with_binding_scenes_to_spare_every_scene_serves_the_count_of_scenes():
    found = scene_gaps(BINDING[:7], 3)  # 7 of 8, and 7 binding where 5 are asked for
    assert {gap.id for gap in found} == set(SCENES) - set(BINDING[:7])
    assert {gap.condition for gap in found} == {"scenes"}
    assert {gap.why for gap in found} == {"达3级的场景距三级差1个"}
    assert [gap.id for gap in found] == [id_ for id_ in SCENES if id_ not in BINDING[:7]]


def test_where_all_that_is_missing_is_binding_guiding_scenes_are_left_out():
    found = scene_gaps([*GUIDING, *BINDING[:4]], 3)  # 10 of 8, but 4 binding of 5
    assert {gap.id for gap in found} == set(BINDING[4:])
    assert {(gap.condition, gap.why) for gap in found} == {("binding", "达3级的约束性场景距三级差1个")}


def test_where_scenes_and_binding_scenes_are_missing_binding_ones_come_first():
    found = scene_gaps(BINDING[:4], 3)  # 4 of 8, 4 binding of 5
    assert [gap.condition for gap in found] == ["binding"] * 6 + ["scenes"] * len(GUIDING)
    assert {gap.why for gap in found} == {"达3级的约束性场景距三级差1个", "达3级的场景距三级差4个"}
    only = scene_gaps(
        [*GUIDING, *BINDING[:1]], 3
    )  # 7 of 8, 1 binding of 5: the scene missing is one of the four
    assert {gap.id for gap in only} == set(BINDING[1:])


def test_nothing_is_missing_with_exactly_enough_of_both():
    assert scene_gaps([*BINDING[:5], *GUIDING[:3]], 3) == ()
    assert scene_gaps([*BINDING[:5], *GUIDING[:2]], 3) != ()
    assert scene_gaps([*BINDING[:4], *GUIDING[:4]], 3) != ()


def test_a_scene_further_below_is_a_larger_gap():
    scenes = {id_: 0 for id_ in SCENES} | {BINDING[0]: 2}
    card = score(STANDARD, Assessment(answers=FULL, scenes=scenes))
    found = gaps(STANDARD, card, 3)
    assert found[0].id == BINDING[0]
    assert [gap.short for gap in found[:2]] == [1, 3]
    assert all(gap.need == 3 for gap in found)


def test_point_gaps_say_what_is_short_and_what_each_question_can_still_bring():
    answers = {**FULL, "q01": ("B", "C"), "q02": ("A",), "q05": ("B",)}
    del answers["q08"]
    card = score(STANDARD, Assessment(answers=answers, scenes=dict.fromkeys(SCENES, 4)))
    assert card.total == Decimal(100) - 4 - 6 - Decimal("7.5") - Decimal("7.5")
    assert gaps(STANDARD, card, 3) == ()
    found = {gap.id: gap for gap in gaps(STANDARD, card, 4)}
    assert list(found) == ["q05", "q08", "q02", "q01"]
    assert [found[id_].short for id_ in found] == [Decimal("7.5"), Decimal("7.5"), 6, 4]
    assert [found[id_].now for id_ in found] == ["B", None, "A", "BC"]
    assert [found[id_].need for id_ in found] == ["CDE", "BCDEF", "BCDE", "DE"]
    assert found["q05"].why == "总分距四级差5分，此题最多还可得7.5分"


def test_of_open_scenes_the_binding_ones_are_asked_first_where_they_are_short():
    """Both kinds narrow the interval alike; a binding scene covers a share of two conditions."""
    scenes = {id_: 2 for id_ in SCENES if id_ not in (SCENES[-1], BINDING[0], GUIDING[0])}
    card = score(STANDARD, Assessment(answers=FULL, scenes=scenes))
    assert set(card.unanswered) == set(SCENES) - set(scenes)
    assert card.level_low <= card.level_high


def test_next_level_names_what_is_certain_to_be_short():
    scenes = {id_: 3 if id_ in [*BINDING[:4], *GUIDING[:2]] else 2 for id_ in SCENES}
    card = score(STANDARD, Assessment(answers={**FULL, "q05": ("A",), "q08": ("A",)}, scenes=scenes))
    assert card.total == Decimal("82.5")
    assert (card.level, card.next_level.level) == (2, 3)
    assert (card.next_level.points_short, card.next_level.scenes_short, card.next_level.binding_short) == (
        0,
        2,
        1,
    )
    low = score(STANDARD, Assessment(answers={"q01": ("B",)}, scenes=dict.fromkeys(SCENES, 0)))
    assert (low.next_level.level, low.next_level.points_short) == (1, 18)
    assert (low.next_level.scenes_short, low.next_level.binding_short) == (6, 3)
    top = score(STANDARD, Assessment(answers=FULL, scenes=dict.fromkeys(SCENES, 4)))
    assert (top.level, top.next_level) == (4, None)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("80.000", "80"), ("8E+1", "80"), ("0.50", "0.5"), ("16.125", "16.125"), ("0", "0"), ("0.00", "0")],
)
def test_a_number_is_shown_without_idle_zeros(amount, shown):
    assert str(plain(Decimal(amount))) == shown


def test_levels_have_names():
    assert [level_name(STANDARD, n) for n in range(5)] == ["未达一级", "一级", "二级", "三级", "四级"]
