"""Plans are the cheapest there are: by brute force on small cases, by a mixed-integer solver on full ones."""

import itertools
import random
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from assistant.rules.planning import applied, plan
from assistant.rules.scoring import score
from knowledge.case import Assessment, Costs
from knowledge.errors import InputError
from knowledge.standard import load_standards

STANDARD = load_standards()["sme-digital-level-2024"]
NEED = {1: (20, 6, 3), 2: (40, 6, 3), 3: (60, 8, 5), 4: (80, 10, 6)}


def random_case(rng, skill, skip=0.0):
    answers = {}
    for question in STANDARD.questions.values():
        if rng.random() < skip:
            continue
        keys = [option.key for option in question.options]
        if question.kind == "single":
            answers[question.id] = (keys[min(len(keys) - 1, int(len(keys) * rng.random() * 2 * skill))],)
        else:
            answers[question.id] = tuple(key for key in keys[1:] if rng.random() < skill) or ("A",)
    scenes = {id: min(4, int(5 * rng.random() * 2 * skill)) for id in STANDARD.scene if rng.random() >= skip}
    return Assessment(answers=answers, scenes=scenes)


def random_costs(rng, *, cents=2, most=4000, missing=0.0, zero=0.0, only=True):
    def table(keys):
        return {
            key: Decimal(0) if rng.random() < zero else Decimal(rng.randint(0, most)).scaleb(-cents)
            for key in keys
            if rng.random() >= missing
        }

    return Costs(
        only=only,
        questions={id: table([o.key for o in q.options[1:]]) for id, q in STANDARD.questions.items()},
        scenes={id: table(scene.levels) for id, scene in STANDARD.scene.items()},
    )


def chain(keys, figures):
    """What the steps of a chain cost in all, up to each key; ends at the first without a figure."""
    total, out = Decimal(0), {}
    for key in keys:
        if key not in figures:
            break
        total += figures[key]
        out[key] = total
    return out


def offers(case, costs, target):
    """Everything on sale: per question or scene a list of exclusive bundles (points, scene, binding, cost)."""
    found = []
    for id, question in STANDARD.questions.items():
        keys = [option.key for option in question.options]
        had, figures = case.answers.get(id, ()), costs.questions.get(id, {})
        points = {option.key: option.points for option in question.options}
        if question.kind == "single":
            at = keys.index(had[0]) if had else 0
            prices = chain(keys[at + 1 :], figures)
            found.append([(points[key] - points[keys[at]], 0, 0, price) for key, price in prices.items()])
        else:
            found += [[(points[k], 0, 0, figures[k])] for k in keys[1:] if k not in had and k in figures]
    for scene in STANDARD.scenes:
        at = case.scenes.get(scene.id, 0)
        prices = chain(range(at + 1, target + 1), costs.scenes.get(scene.id, {}))
        if at < target and target in prices:
            found.append([(Decimal(0), 1, int(scene.binding), prices[target])])
    return [group for group in found if group]


def shortfall(case, target):
    card = score(STANDARD, case)
    at = [scene for scene in card.scenes if (scene.level or 0) >= target]
    points, count, binding = NEED[target]
    return points - card.total, count - len(at), binding - sum(scene.binding for scene in at)


def least_by_solver(case, costs, target):
    """The least cost by SciPy's HiGHS; None where there is none."""
    groups = offers(case, costs, target)
    flat = [(n, bundle) for n, group in enumerate(groups) for bundle in group]
    short = shortfall(case, target)
    if not flat:
        return Decimal(0) if max(short) <= 0 else None
    rows = np.array([[float(bundle[row]) for _, bundle in flat] for row in range(3)])
    # Points move in steps of 0.025, so a slack of 0.001 only absorbs the solver's own tolerance.
    limits = [LinearConstraint(rows, lb=[float(value) - 0.001 for value in short])]
    one = np.array([[float(n == row) for n, _ in flat] for row in range(len(groups))])
    limits.append(LinearConstraint(one, ub=np.ones(len(groups))))
    result = milp(
        [float(bundle[3]) for _, bundle in flat],
        constraints=limits,
        integrality=np.ones(len(flat)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    if result.status != 0:
        return None
    return sum(
        (bundle[3] for (_, bundle), taken in zip(flat, result.x, strict=True) if taken > 0.5), Decimal(0)
    )


def least_by_force(case, costs, target):
    """The least cost by trying every combination."""
    points, count, binding = shortfall(case, target)
    best = None
    for taken in itertools.product(*[[None, *group] for group in offers(case, costs, target)]):
        bought = [bundle for bundle in taken if bundle]
        if (
            sum(b[0] for b in bought) >= points
            and sum(b[1] for b in bought) >= count
            and sum(b[2] for b in bought) >= binding
        ):
            cost = sum((b[3] for b in bought), Decimal(0))
            best = cost if best is None else min(best, cost)
    return best


def paid(case, costs, steps):
    """What the steps cost by the consultant's table, worked out from the case before and after."""
    total = Decimal(0)
    after = applied(STANDARD, case, steps)
    for id, question in STANDARD.questions.items():
        keys = [option.key for option in question.options]
        if question.kind == "single":
            before, then = (keys.index(c.answers.get(id, keys[:1])[0]) for c in (case, after))
            total += sum((costs.questions[id][key] for key in keys[before + 1 : then + 1]), Decimal(0))
        else:
            new = set(after.answers.get(id, ())) - set(case.answers.get(id, ())) - {"A"}
            total += sum((costs.questions[id][key] for key in new), Decimal(0))
    for id in STANDARD.scene:
        for level in range(case.scenes.get(id, 0) + 1, after.scenes.get(id, 0) + 1):
            total += costs.scenes[id][level]
    return total


def consistent(case, costs, made, level):
    assert score(STANDARD, applied(STANDARD, case, made.steps)).level_low >= level
    assert made.total_cost == sum((step.cost for step in made.steps), Decimal(0))
    assert made.total_cost == paid(case, costs, made.steps)
    assert all(value >= 0 for value in made.slack.values())


@pytest.mark.parametrize("seed", range(60))
def test_no_cheaper_plan_by_a_mixed_integer_solver(seed):
    rng = random.Random(seed)
    case = random_case(rng, rng.choice([0.15, 0.3, 0.5, 0.7]), rng.choice([0, 0, 0.2, 1]))
    costs = random_costs(
        rng,
        cents=rng.choice([0, 1, 2, 3]),
        most=rng.choice([3, 50, 9999]),
        missing=rng.choice([0, 0, 0.1, 0.3]),
        zero=rng.choice([0, 0.2]),
    )
    target = rng.randint(1, 4)
    least = least_by_solver(case, costs, target)
    made = plan(STANDARD, case, target=target, costs=costs)
    assert made.optimal
    assert made.reachable == (least is not None)
    assert made.least_budget == least
    if least is not None:
        assert made.total_cost == least
        assert made.cost_basis == "money"
        consistent(case, costs, made, target)
        for other in made.alternatives:
            assert other.total_cost >= least
            consistent(case, costs, other, target)


def few_on_sale(rng, case, target):
    """Costs that leave about a dozen things on sale, so that every combination can be tried."""
    costs = random_costs(rng, cents=1, most=30, zero=0.1)
    questions = {}
    for id in rng.sample(list(costs.questions), 5):
        keys = sorted(costs.questions[id])
        kept = keys if STANDARD.questions[id].kind == "single" else rng.sample(keys, min(2, len(keys)))
        questions[id] = {key: costs.questions[id][key] for key in kept}
    scenes = {id: costs.scenes[id] for id in rng.sample(list(costs.scenes), 6)}
    return Costs(only=True, questions=questions, scenes=scenes)


@pytest.mark.parametrize("seed", range(80))
def test_no_cheaper_plan_by_brute_force(seed):
    rng = random.Random(seed)
    target = rng.randint(1, 4)
    case = random_case(rng, {1: 0.15, 2: 0.3, 3: 0.45, 4: 0.75}[target])
    costs = few_on_sale(rng, case, target)
    least = least_by_force(case, costs, target)
    made = plan(STANDARD, case, target=target, costs=costs, alternatives=0)
    assert (made.least_budget, made.reachable) == (least, least is not None)
    if least is not None:
        assert made.total_cost == least


def test_brute_force_saw_both_outcomes():
    """The seeds above must hold cases that can be reached at a cost and cases that cannot."""
    outcomes = set()
    for seed in range(80):
        rng = random.Random(seed)
        target = rng.randint(1, 4)
        case = random_case(rng, {1: 0.15, 2: 0.3, 3: 0.45, 4: 0.75}[target])
        made = plan(STANDARD, case, target=target, costs=few_on_sale(rng, case, target), alternatives=0)
        outcomes.add((made.reachable, bool(made.steps)))
    assert (True, True) in outcomes
    assert any(not reachable for reachable, _ in outcomes)


# ---------------------------------------------------------------- budget


@pytest.mark.parametrize("seed", range(25))
def test_more_budget_never_reaches_less(seed):
    rng = random.Random(seed)
    case = random_case(rng, 0.3)
    costs = random_costs(rng, most=2000, missing=rng.choice([0, 0.2]))
    now = score(STANDARD, case).level
    least = {n: least_by_solver(case, costs, n) for n in range(now + 1, 5)}
    levels = []
    for budget in (0, 1, 5, 20, 50, 100, 200, 400, 10_000):
        made = plan(STANDARD, case, target=4, budget=Decimal(budget), costs=costs, alternatives=1)
        assert made.total_cost <= budget
        level = 4 if made.reachable else made.level_within_budget
        consistent(case, costs, made, level)
        assert all(other.total_cost <= budget for other in made.alternatives)
        assert level == max([now, *(n for n, cost in least.items() if cost is not None and cost <= budget)])
        levels.append(level)
    assert levels == sorted(levels)


def test_a_budget_of_exactly_the_least_cost_is_enough_and_a_cent_less_is_not():
    rng = random.Random(5)
    case, costs = random_case(rng, 0.3), random_costs(rng)
    least = plan(STANDARD, case, target=3, costs=costs).total_cost
    enough = plan(STANDARD, case, target=3, costs=costs, budget=least)
    assert (enough.reachable, enough.total_cost, enough.level_within_budget) == (True, least, None)
    short = plan(STANDARD, case, target=3, costs=costs, budget=least - Decimal("0.01"))
    assert (short.reachable, short.least_budget) == (False, least)
    assert short.level_within_budget == score(STANDARD, applied(STANDARD, case, short.steps)).level < 3
    assert short.beyond_budget.total_cost == least
    assert score(STANDARD, applied(STANDARD, case, short.beyond_budget.steps)).level == 3


def test_out_of_reach_at_any_cost():
    case = Assessment(answers={"q01": ("B",)}, scenes={"s01": 1})
    made = plan(STANDARD, case, target=2, costs=Costs(only=True))
    assert (made.reachable, made.least_budget, made.level_within_budget) == (False, None, 0)
    assert made.steps == ()
    assert made.beyond_budget is None
    assert any("仍为未达一级" in note for note in made.notes)


# ---------------------------------------------------------------- what a plan says


def level2_case():
    answers = {
        "q01": "BC", "q02": "D", "q03": "C", "q04": "GHLMN", "q05": "C", "q06": "BC", "q07": "BC", "q08": "D",
        "q09": "BC", "q10": "BD", "q11": "A", "q12": "C", "q13": "C", "q14": "C", "q15": "B",
    }  # fmt: skip
    scenes = {f"s{n + 1:02d}": int(level) for n, level in enumerate("2121122111212111")}
    return Assessment(answers={id: tuple(keys) for id, keys in answers.items()}, scenes=scenes)


@pytest.mark.parametrize("target", [1, 2])
def test_a_level_that_is_held_needs_nothing(target):
    made = plan(STANDARD, level2_case(), target=target, budget=Decimal(0))
    assert (made.reachable, made.steps, made.total_cost, made.alternatives) == (True, (), 0, ())


def test_a_step_down_a_chain_costs_every_step_between():
    costs = Costs(
        only=True,
        questions={"q05": {"D": Decimal("12.35"), "E": Decimal(3)}, "q02": {"E": Decimal("0.1")}},
        scenes={f"s{n:02d}": {2: Decimal(2), 3: Decimal("1.5")} for n in range(1, 17)},
    )
    made = plan(STANDARD, level2_case(), target=3, costs=costs)
    # 5.25 points: q02 E brings 1.5, q05 D 2.5, q05 E 5: only q05 E together with q02 E is enough
    bought = {step.id: step for step in made.steps if step.kind == "question"}
    assert (bought["q05"].from_, bought["q05"].to, bought["q05"].cost) == ("C", "E", Decimal("15.35"))
    assert (bought["q02"].from_, bought["q02"].to) == ("D", "E")
    scenes = [step for step in made.steps if step.kind == "scene"]
    assert sum(step.from_ == 2 for step in scenes) == 6
    assert {step.cost for step in scenes} == {Decimal("1.5"), Decimal("3.5")}
    assert made.total_cost == Decimal("15.45") + 6 * Decimal("1.5") + 2 * Decimal("3.5")


def test_a_missing_figure_breaks_a_chain():
    costs = Costs(only=True, questions={"q05": {"E": Decimal(1)}}, scenes={})
    case = level2_case().model_copy(update={"scenes": dict.fromkeys(STANDARD.scene, 4)})
    assert not plan(STANDARD, case, target=3, costs=costs).reachable


def test_free_steps_are_taken_only_where_they_serve():
    costs = random_costs(random.Random(1), zero=1.0)
    made = plan(STANDARD, level2_case(), target=3, costs=costs)
    assert made.total_cost == 0
    assert sum(step.kind == "scene" for step in made.steps) == 8
    gained = sum(
        ord(step.to) - ord(step.from_)
        if STANDARD.questions[step.id].kind == "single"
        else len(step.to) - len(step.from_)
        for step in made.steps
        if step.kind == "question"
    )
    assert gained == 3  # no two options bring 5.25 points, and nothing is bought just because it is free


def test_steps_name_the_condition_they_serve():
    made = plan(STANDARD, level2_case(), target=3)
    for step in made.steps:
        if step.kind == "question":
            assert "条件一" in step.why
            assert "差5.25分" in step.why
        else:
            assert "条件二" in step.why
            assert ("条件三" in step.why) == STANDARD.scene[step.id].binding


def test_without_figures_effort_is_not_called_money():
    made = plan(STANDARD, level2_case(), target=3, budget=Decimal(1))
    assert (made.cost_basis, made.least_budget, made.reachable) == ("effort", None, True)
    assert made.within_budget is None  # nothing is known of the money, so nothing is said of the budget
    assert any("预算1万元是否够用不能断定" in note for note in made.notes)
    assert {step.cost_basis for step in made.steps} == {"effort"}
    assert any("不是金额" in note for note in made.notes)


def steps_of(made):
    return [(step.id, step.from_, step.to, step.cost, step.cost_basis) for step in made.steps]


def test_a_catalog_price_steers_nothing():
    """A scene does not come into the plan because a cheap product is on sale for it: a price is not less work."""
    bare = plan(STANDARD, level2_case(), target=3)
    cheap = plan(STANDARD, level2_case(), target=3, prices=dict.fromkeys(STANDARD.scene, Decimal("0.01")))
    assert {step.id: step.to for step in bare.steps} == {step.id: step.to for step in cheap.steps}
    assert {step.cost_basis for step in cheap.steps} == {"effort", "catalog"}


def test_money_and_effort_are_never_added():
    made = plan(STANDARD, level2_case(), target=3, prices=dict.fromkeys(STANDARD.scene, Decimal("3.5")))
    assert made.cost_basis == "mixed"
    assert made.total_cost == sum(step.cost for step in made.steps if step.cost_basis == "catalog") > 0
    assert made.total_effort == sum(step.cost for step in made.steps if step.cost_basis == "effort")
    assert made.unpriced == sum(step.cost_basis == "effort" for step in made.steps)


def test_a_catalog_price_is_paid_once_and_never_for_a_level_that_no_purchase_brings():
    """s16 from 0 to 3: a product stands for levels one and two; level three asks for more than any purchase."""
    case = level2_case()
    case = case.model_copy(update={"scenes": case.scenes | {"s16": 0}})
    costs = Costs(scenes={"s04": {3: Decimal(7)}})
    made = plan(
        STANDARD,
        case,
        target=3,
        costs=costs,
        prices={"s16": Decimal("0.51"), "s04": Decimal(1)},
        named={"s04": "售后靠电话", "s16": "报表靠人工"},
    )
    assert [step for step in steps_of(made) if step[0] in ("s04", "s16")] == [
        ("s04", 1, 2, 1, "catalog"),
        ("s04", 2, 3, 7, "consultant"),
        ("s16", 0, 2, Decimal("0.51"), "catalog"),
        ("s16", 2, 3, 3, "effort"),
    ]
    assert any("只计到2级" in note for note in made.notes)


def test_known_prices_over_the_budget_rule_a_plan_out():
    """The consultant's 500 for s05 alone exceeds the budget, so s05 stays out though the firm named it."""
    costs = Costs(
        questions={id: {o.key: Decimal(2) for o in q.options} for id, q in STANDARD.questions.items()},
        scenes={"s05": {2: Decimal(500), 3: Decimal(0)}},
    )
    told = {"s05": "排产靠人工"}
    rich = plan(STANDARD, level2_case(), target=3, costs=costs, named=told, budget=Decimal(600))
    assert "s05" in {step.id for step in rich.steps}
    made = plan(STANDARD, level2_case(), target=3, costs=costs, named=told, budget=Decimal(100))
    assert (made.reachable, made.within_budget, made.cost_basis) == (True, None, "mixed")
    assert "s05" not in {step.id for step in made.steps}
    assert made.total_cost == 6  # 5.25 points take three options at 2 each
    assert made.least_budget is None  # scenes without a price leave it open
    assert next(one for one in made.left_out if one.id == "s05").named == "排产靠人工"
    poor = plan(STANDARD, level2_case(), target=3, costs=costs, named=told, budget=Decimal(5))
    assert (poor.reachable, poor.within_budget, poor.least_budget) == (False, False, None)
    assert any("仅有报价的步骤就至少需6万元" in note for note in poor.notes)


def test_a_catalog_price_over_the_budget_proves_nothing_out_of_reach():
    """It is one product's price: another may cost less, so the step is listed without a price."""
    case = level2_case()
    case = case.model_copy(update={"scenes": dict.fromkeys(STANDARD.scene, 1)})
    made = plan(
        STANDARD, case, target=2, budget=Decimal(10), prices=dict.fromkeys(STANDARD.scene, Decimal(99))
    )
    assert (made.reachable, made.within_budget, made.cost_basis) == (True, None, "effort")
    assert any("目录公开价合计已超出预算" in note for note in made.notes)


# ---------------------------------------------------------------- what the firm named


def test_named_scenes_come_first_where_money_is_not_known():
    told = {"s07": "质检靠纸质单", "s05": "排产靠人工"}
    made = plan(STANDARD, level2_case(), target=3, named=told)
    scenes = [step for step in made.steps if step.kind == "scene"]
    assert {step.id for step in scenes if step.named} == set(told)
    assert len({step.id for step in scenes}) == 8
    first = next(step for step in scenes if step.phase == 2)
    assert (first.id, first.named) == ("s07", "质检靠纸质单")
    assert "企业点名“质检靠纸质单”" in first.why


def test_more_named_than_the_level_asks_for_adds_none():
    made = plan(STANDARD, level2_case(), target=3, named=dict.fromkeys(STANDARD.scene, "都要做"))
    assert len({step.id for step in made.steps if step.kind == "scene"}) == 8
    assert len(made.left_out) == 8
    assert all(one.named and one.why for one in made.left_out)


def test_where_money_is_known_the_cheapest_stays_and_the_named_stand_beside_it():
    costs = Costs(
        only=True,
        questions={id: {o.key: Decimal(2) for o in q.options[1:]} for id, q in STANDARD.questions.items()},
        scenes={id: dict.fromkeys((1, 2, 3, 4), Decimal(3)) for id in STANDARD.scene}
        | {"s05": dict.fromkeys((1, 2, 3, 4), Decimal(50))},
    )
    made = plan(STANDARD, level2_case(), target=3, costs=costs, named={"s05": "排产靠人工"})
    assert made.total_cost == made.least_budget == least_by_solver(level2_case(), costs, 3)
    assert "s05" not in {step.id for step in made.steps}
    other = made.alternatives[0]
    assert other.label == "含企业点名的计划排程"
    assert "s05" in {step.id for step in other.steps}
    left = next(one for one in made.left_out if one.id == "s05")
    assert left.why == "还缺的8个3级场景已由所列补足，所列合计最省；加做到3级另需100万元"


def test_every_scene_left_out_is_said_with_a_reason():
    made = plan(STANDARD, level2_case(), target=3, named={"s04": "售后靠电话"})
    taken = {step.id for step in made.steps if step.kind == "scene"}
    assert {one.id for one in made.left_out} == set(STANDARD.scene) - taken
    assert all(one.why for one in made.left_out)
    held = plan(STANDARD, level2_case(), target=2, named={"s05": "排产靠人工", "s06": "进度靠问"})
    assert held.steps == ()
    assert [(one.id, one.now, one.need) for one in held.left_out] == [("s05", 1, 2)]  # s06 is at two already
    assert "是否做由企业定" in held.left_out[0].why


def test_of_equal_effort_binding_scenes_come_first():
    case = level2_case().model_copy(update={"scenes": dict.fromkeys(STANDARD.scene, 2)})
    made = plan(STANDARD, case, target=3)
    assert all(STANDARD.scene[step.id].binding for step in made.steps if step.kind == "scene")


def test_what_claims_results_comes_after_the_systems():
    """q08 from C to F: 已开始改造 with the systems; 并见成效, and what rests on it, after them."""
    case = level2_case()
    case = case.model_copy(update={"answers": case.answers | {"q08": ("C",)}})
    priced = {id: dict.fromkeys("BCDEF", Decimal(99)) for id in STANDARD.questions if id != "q08"}
    known = {
        id: {key: one for key, one in costs.items() if key in STANDARD.questions[id].option}
        for id, costs in priced.items()
    }
    costs = Costs(
        only=True,
        questions={**known, "q08": dict.fromkeys("DEF", Decimal(0))},
        scenes={id: dict.fromkeys((1, 2, 3), Decimal(1)) for id in STANDARD.scene},
    )
    made = plan(STANDARD, case, target=3, costs=costs)
    phases = {(step.from_, step.to): step.phase for step in made.steps if step.id == "q08"}
    scenes = {step.phase for step in made.steps if step.kind == "scene"}
    assert set(phases) == {("C", "D"), ("D", "F")}
    assert phases["C", "D"] <= max(scenes) < phases["D", "F"]
    assert any(note.startswith("q08 看的是改造后的实际成效") for note in made.notes)


def test_alternatives_differ_in_substance():
    made = plan(STANDARD, level2_case(), target=3, costs=random_costs(random.Random(3)))
    plans = [made, *made.alternatives]
    assert len(plans) == 3
    for one, other in itertools.combinations(plans, 2):
        scenes = [{step.id for step in p.steps if step.kind == "scene"} for p in (one, other)]
        questions = [{step.id for step in p.steps if step.kind == "question"} for p in (one, other)]
        assert len(scenes[0] - scenes[1]) >= 2 or questions[0] - questions[1]


def test_what_is_open_counts_as_not_yet_and_is_named():
    case = level2_case()
    answers = {id: keys for id, keys in case.answers.items() if id not in ("q05", "q12")}
    case = case.model_copy(update={"answers": answers})
    made = plan(STANDARD, case, target=3)
    assert any("q05" in note and "q12" in note for note in made.notes)
    assert score(STANDARD, applied(STANDARD, case, made.steps)).level_low == 3
    unanswered = [step for step in made.steps if step.id in ("q05", "q12")]
    assert all(step.from_ is None and "尚未作答" in step.why for step in unanswered)


def test_none_beside_others_is_not_taken_for_granted():
    case = level2_case()
    case = case.model_copy(update={"answers": case.answers | {"q10": ("A", "B", "D")}})
    costs = Costs(
        only=True,
        questions={"q10": dict.fromkeys("BCDEF", Decimal(1)), "q02": {"E": Decimal(1)}},
        scenes={id: dict.fromkeys((1, 2, 3), Decimal(1)) for id in STANDARD.scene},
    )
    made = plan(STANDARD, case, target=3, costs=costs)
    # 51.75 certain: 8.25 short, all of q10 (7.5) and q02 E (1.5)
    assert {step.id: step.to for step in made.steps if step.kind == "question"} == {
        "q02": "E",
        "q10": "BCDEF",
    }
    assert score(STANDARD, applied(STANDARD, case, made.steps)).level == 3


def test_an_assessors_note_is_honoured_on_request():
    costs = Costs(
        only=True,
        questions={
            "q01": {"D": Decimal(9), "E": Decimal(1)},
            "q02": {"E": Decimal(5)},
            "q05": {"D": Decimal(7)},
        },
        scenes={id: dict.fromkeys((1, 2, 3), Decimal(0)) for id in STANDARD.scene},
    )
    loose = plan(STANDARD, level2_case(), target=3, costs=costs)
    assert {step.id: step.to for step in loose.steps if step.kind == "question"} == {
        "q01": "BCE",
        "q02": "E",
        "q05": "D",
    }
    assert any("选E须B、C、D" in note for note in loose.notes)
    strict = plan(STANDARD, level2_case(), target=3, costs=costs, honour_option_needs=True)
    assert {step.id: step.to for step in strict.steps if step.kind == "question"} == {
        "q01": "BCDE",
        "q02": "E",
    }


def test_phases_build_the_base_before_what_rests_on_it_and_end_on_the_deadline():
    case = level2_case().model_copy(update={"assessed_on": date(2026, 11, 2)})
    made = plan(STANDARD, case, target=4, deadline=date(2027, 6, 30))
    assert [step.phase for step in made.steps] == sorted(step.phase for step in made.steps)
    assert [phase.by for phase in made.phases] == sorted(phase.by for phase in made.phases)
    assert made.phases[-1].by == date(2027, 6, 30)
    at = {step.id: step.phase for step in made.steps}
    assert {id for phase in made.phases for id in phase.steps} == set(at)
    wave = {id: n for n, wave in enumerate(STANDARD.build_order) for id in (*wave.questions, *wave.scenes)}
    outcomes = {"q08"}  # its options lie in several waves
    for one, other in itertools.combinations(set(at) - outcomes, 2):
        assert (wave[one] < wave[other]) == (at[one] < at[other])


def test_of_equals_the_plan_is_always_the_same_one():
    costs = random_costs(random.Random(2), cents=0, most=1)
    first, second = (plan(STANDARD, level2_case(), target=4, costs=costs) for _ in range(2))
    assert first == second


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_plan_that_claims_a_level_reaches_it(seed):
    rng = random.Random(seed)
    case = random_case(rng, rng.random() * 0.9, rng.choice([0, 0.3]))
    costs = random_costs(rng, missing=rng.random(), only=rng.random() < 0.5)
    prices = {id: Decimal(rng.randint(0, 90)) for id in STANDARD.scene if rng.random() < 0.4}
    budget = rng.choice([None, Decimal(rng.randint(0, 300))])
    target = rng.randint(1, 4)
    made = plan(STANDARD, case, target=target, costs=costs, prices=prices, budget=budget)
    level = target if made.reachable else made.level_within_budget
    assert score(STANDARD, applied(STANDARD, case, made.steps)).level_low >= level
    assert made.reachable or level < target
    assert budget is None or made.cost_basis == "effort" or made.total_cost <= budget
    for other in (*made.alternatives, *([made.beyond_budget] if made.beyond_budget else [])):
        assert score(STANDARD, applied(STANDARD, case, other.steps)).level_low >= target


@pytest.mark.parametrize(
    ("costs", "place"),
    [
        (Costs(questions={"q99": {"B": Decimal(1)}}), "needs.costs.questions.q99"),
        (Costs(questions={"q01": {"Z": Decimal(1)}}), "needs.costs.questions.q01.Z"),
        (Costs(questions={"q01": {"B": Decimal(-1)}}), "needs.costs.questions.q01.B"),
        (Costs(scenes={"s99": {1: Decimal(1)}}), "needs.costs.scenes.s99"),
        (Costs(scenes={"s01": {5: Decimal(1)}}), "needs.costs.scenes.s01.5"),
        (Costs(scenes={"s01": {1: Decimal("-0.1")}}), "needs.costs.scenes.s01.1"),
    ],
)
def test_a_wrong_figure_is_refused_by_place(costs, place):
    with pytest.raises(InputError) as caught:
        plan(STANDARD, level2_case(), target=3, costs=costs)
    assert caught.value.where == place


def test_a_wrong_target_or_deadline_is_refused():
    with pytest.raises(InputError):
        plan(STANDARD, level2_case(), target=5)
    case = level2_case().model_copy(update={"assessed_on": date(2026, 11, 2)})
    with pytest.raises(InputError):
        plan(STANDARD, case, target=3, deadline=date(2026, 11, 1))


def total_only():
    """An edition that is decided by points alone, as the one of 2022 was."""
    rule = STANDARD.level_rule
    steps = tuple(
        step.model_copy(update={"scene_level": None, "min_scenes": 0, "min_binding_scenes": 0})
        for step in rule.steps
    )
    rule = rule.model_copy(update={"decided_by": "total", "steps": steps})
    return STANDARD.changed(scenes=(), level_rule=rule, base_rules=(), coverage_rules=(), conflicts=())


def test_an_edition_decided_by_points_alone_is_scored_and_planned():
    standard = total_only()
    case = Assessment(answers=level2_case().answers)
    assert (score(standard, case).total, score(standard, case).level) == (Decimal("54.75"), 2)
    made = plan(standard, case, target=3)
    assert {step.kind for step in made.steps} == {"question"}
    assert score(standard, applied(standard, case, made.steps)).level == 3
    with pytest.raises(InputError):
        score(standard, Assessment(answers={}, scenes={"s01": 1}))
