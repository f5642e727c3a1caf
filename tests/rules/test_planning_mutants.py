"""What a plan says beside its steps: numbered phases with days, slack, notes that fit its figures, why each step."""

from datetime import date
from decimal import Decimal

from assistant.rules.planning import plan
from knowledge.case import Assessment, Costs
from knowledge.standard import load_standards

STANDARD = load_standards()["sme-digital-level-2024"]
ANSWERS = {
    "q01": "BC", "q02": "D", "q03": "C", "q04": "GHLMN", "q05": "C", "q06": "BC", "q07": "BC", "q08": "D",
    "q09": "BC", "q10": "BD", "q11": "A", "q12": "C", "q13": "C", "q14": "C", "q15": "B",
}  # fmt: skip
CASE = Assessment(
    answers={id_: tuple(keys) for id_, keys in ANSWERS.items()},
    scenes={f"s{n:02d}": int(level) for n, level in enumerate("2121122111212111", start=1)},
    assessed_on=date(2026, 11, 2),
)
PRICED = Costs(
    only=True,
    questions={id_: {o.key: Decimal(2) for o in q.options[1:]} for id_, q in STANDARD.questions.items()},
    scenes={id_: dict.fromkeys((1, 2, 3, 4), Decimal(3)) for id_ in STANDARD.scene},
)
EFFORT = "没有价格的步骤以本项目自定的工作量单位计"
MIXED = "有价与无价的步骤不相加"
CATALOG = "目录价取该场景公开价最低的一件产品"
ONLY = "只采用顾问给出的成本；没有报价的步骤视为不可购买"


def said(made):
    return {
        kind for kind in (EFFORT, MIXED, CATALOG, ONLY) if any(note.startswith(kind) for note in made.notes)
    }


def test_notes_fit_the_figures_of_the_plan():
    prices = {"s08": Decimal(9), "s09": Decimal("3.5")}
    assert said(plan(STANDARD, CASE, target=3)) == {EFFORT}
    assert said(plan(STANDARD, CASE, target=3, prices=prices)) == {EFFORT, MIXED, CATALOG}
    assert said(plan(STANDARD, CASE, target=3, costs=PRICED)) == {ONLY}
    loose = PRICED.model_copy(update={"only": False})
    assert said(plan(STANDARD, CASE, target=3, costs=loose)) == set()
    done = CASE.model_copy(update={"scenes": dict.fromkeys(STANDARD.scene, 3)})
    assert said(plan(STANDARD, done, target=3, costs=Costs(questions=PRICED.questions))) == set()


def test_phases_are_numbered_from_one_and_share_the_days_by_the_number_of_steps():
    made = plan(STANDARD, CASE, target=3, deadline=date(2027, 6, 30))
    assert [phase.number for phase in made.phases] == [1, 2]
    assert [len(phase.steps) for phase in made.phases] == [2, 8]
    # 240 days from 2026-11-02: 2/10, all of them
    assert [phase.by for phase in made.phases] == [date(2026, 12, 20), date(2027, 6, 30)]
    assert [step.phase for step in made.steps] == [1] * 2 + [2] * 8
    undated = plan(
        STANDARD, CASE.model_copy(update={"assessed_on": None}), target=3, deadline=date(2027, 6, 30)
    )
    assert [phase.by for phase in undated.phases] == [None, date(2027, 6, 30)]
    assert {phase.by for phase in plan(STANDARD, CASE, target=3).phases} == {None}


def test_slack_is_what_is_had_beyond_each_condition():
    made = plan(STANDARD, CASE, target=3, costs=PRICED)
    assert made.slack == {"points": Decimal("0.25"), "scenes": 0, "binding": 3}
    assert plan(STANDARD, CASE, target=2).slack == {"points": Decimal("14.75"), "scenes": 0, "binding": 3}


def test_a_step_says_which_condition_it_serves_and_what_it_brings():
    cheap = PRICED.model_copy(
        update={"scenes": {**PRICED.scenes, "s02": dict.fromkeys((1, 2, 3), Decimal(0))}}
    )
    why = {step.id: step.why for step in plan(STANDARD, CASE, target=3, costs=cheap).steps}
    assert why["q01"] == "条件一（总分不低于60分）：现有54.75分，差5.25分，此项增加4分"
    assert why["q02"] == "条件一（总分不低于60分）：现有54.75分，差5.25分，此项增加1.5分"
    assert why["s02"] == "条件二（3级及以上场景不少于8个）：现有0个"
    assert why["s01"] == (
        "条件二（3级及以上场景不少于8个）：现有0个；条件三（其中约束性场景不少于5个）：现有0个，此场景为约束性"
    )


def test_what_is_not_assessed_is_said_in_the_step():
    answers = {id_: keys for id_, keys in CASE.answers.items() if id_ != "q05"}
    scenes = {id_: level for id_, level in CASE.scenes.items() if id_ != "s01"}
    open_ = CASE.model_copy(update={"answers": answers, "scenes": scenes})
    cheap = PRICED.model_copy(
        update={
            "questions": {**PRICED.questions, "q05": dict.fromkeys("BCDE", Decimal(0))},
            "scenes": {**PRICED.scenes, "s01": dict.fromkeys((1, 2, 3, 4), Decimal(0))},
        }
    )
    steps = {step.id: step for step in plan(STANDARD, open_, target=3, costs=cheap).steps}
    assert steps["q05"].why.endswith("（此题尚未作答，按未具备计，请先确认）")
    assert steps["s01"].why.endswith("（此场景尚未评定，按0级计，请先确认）")
    assert (steps["q05"].from_, steps["s01"].from_) == (None, None)
    assert not [s for s in steps.values() if s.id not in ("q05", "s01") and "请先确认" in s.why]
    notes = plan(STANDARD, open_, target=2, costs=cheap).notes
    assert any(note.startswith("2项未答或自相矛盾（q05、s01），按未具备计") for note in notes)


def test_out_of_budget_names_the_least_money_and_the_level_within():
    short = plan(STANDARD, CASE, target=4, costs=PRICED, budget=Decimal(40))
    assert (short.reachable, short.least_budget, short.level_within_budget, short.total_cost) == (
        False,
        100,
        3,
        36,
    )
    assert {"达到四级至少需100万元，超出预算40万元", "预算之内最高可到三级，下列步骤即到三级"} <= set(
        short.notes
    )
    none = plan(STANDARD, CASE, target=4, costs=PRICED, budget=Decimal(4))
    assert (none.level_within_budget, none.steps) == (2, ())
    assert "预算之内不能再升一级，仍为二级" in none.notes
    few = PRICED.model_copy(update={"scenes": {}})
    lost = plan(STANDARD, CASE, target=4, costs=few)
    assert (lost.reachable, lost.least_budget, lost.beyond_budget) == (False, None, None)
    assert {
        "现有报价的步骤全部购买也到不了四级，缺报价的步骤按要求不可购买",
        "现有报价之内不能再升一级，仍为二级",
    } <= set(lost.notes)


def test_as_many_alternatives_as_asked_for_or_it_is_said_how_many_there_are():
    assert [
        len(plan(STANDARD, CASE, target=3, costs=PRICED, alternatives=n).alternatives) for n in (0, 1, 2)
    ] == [0, 1, 2]
    short = "在条件之内只找到"
    assert not any(short in note for note in plan(STANDARD, CASE, target=3, costs=PRICED).notes)
    tight = plan(STANDARD, CASE, target=3, costs=PRICED, budget=Decimal(36))
    found = len(tight.alternatives)
    assert any(note == f"在条件之内只找到{found}个实质不同的备选方案" for note in tight.notes) is (found < 2)
    for other in tight.alternatives:
        assert other.total_cost <= 36
    assert not any(
        short in note for note in plan(STANDARD, CASE, target=2).notes
    )  # nothing to buy, nothing to vary


def test_outcomes_are_named_as_aims_that_money_does_not_buy():
    results = [id_ for id_ in STANDARD.questions if STANDARD.dimension_of[id_].id == "results"]
    costs = PRICED.model_copy(
        update={
            "questions": {
                id_: {o.key: Decimal(0) for o in STANDARD.questions[id_].options[1:]} for id_ in results
            }
        }
    )
    lower = CASE.model_copy(
        update={"answers": {**CASE.answers, **{id_: ("A",) for id_ in results}, "q05": ("E",)}}
    )
    made = plan(STANDARD, lower, target=3, costs=costs)
    taken = [step.id for step in made.steps if step.id in results]
    assert taken
    note = f"{'、'.join(taken)} 看的是改造后的实际成效，排在系统之后，只能作为目标，不能靠购买保证"
    assert note in made.notes
    assert not any("实际成效" in one for one in plan(STANDARD, CASE, target=3, costs=PRICED).notes)
