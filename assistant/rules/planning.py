"""From an assessment to a level: the set of question and scene upgrades that meets all three conditions, best by one aim.

The problem is a small integer program over the options and scene levels still to be had, subject to points >=
min_total, scenes at the level >= min_scenes, binding scenes among them >= min_binding_scenes. No upgrade serves both
points and scenes, so it falls into two covering knapsacks, each solved to the optimum by dynamic programming over
integers: points, money and effort are scaled by powers of ten, so no tolerance of a solver ever decides and no gap is
left. (A mixed-integer solver finds the same costs with floats and a slower start; the tests use one as the independent
second opinion.)

The aim of each of the two parts:

- Where the consultant has given a figure for every step on sale in the part, money is known, and money decides: the
  cheapest set. Where that set leaves out scenes the firm named, the cheapest set with them stands beside it as the
  first alternative, so that the difference can be seen.
- Elsewhere money is not known and does not decide. Of the scenes the level asks for, as many as can be are those the
  firm named as trouble or wish (`rules.named`); then the least effort, counted alike for every step, priced or not;
  then binding scenes; then steps the consultant has priced, the cheaper first.

Of equals in both: the fewest options and levels, and the order of the form. A catalog price is shown and summed, but
never decides: it is the licence of one product, without implementation. It stands for levels whose text asks for a
system (`Standard.bought_to`) and for none above. Money and effort are never added, and neither stands in for the other:
a plan with unpriced steps is never said to fit a budget. Known prices that exceed the budget by themselves rule a plan
out; then the least known money decides, and if even that exceeds it, the target is out of reach.

What is not answered counts as not there yet, and so does a contradictory answer: a plan starts from what is certain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, groupby
from typing import Literal, NamedTuple, TypeVar

from assistant.rules.scoring import (
    ZERO,
    Counts,
    count,
    inconsistencies,
    level_name,
    plain,
    reached,
    require_level,
    require_scorable,
    spans_of,
    validate,
)
from assistant.schema import LeftOut, Phase, Plan, Step
from knowledge.case import Assessment, Costs
from knowledge.errors import InputError
from knowledge.standard import LevelRule, LevelStep, Question, Scene, Standard

Basis = Literal["consultant", "catalog", "effort"]
Aim = Literal["best", "known money", "named"]
"""What decides: the aim above; the least known money; the aim with what the firm named before money."""


def scene_effort(level: int) -> Decimal:
    """Return the effort units of the step from the level below to `level`: as many as the level's number.

    A convention of ours, as a question's `effort` is; nothing published.
    """
    return Decimal(level)


class Gain(NamedTuple):
    """One option or one scene level more, and what it takes."""

    id: str
    to: str | int
    amount: Decimal
    """万元, or effort units where the basis is effort."""
    basis: Basis
    place: int
    """Where it stands in the form."""
    effort: Decimal
    """Effort units, whether it has a price or not."""


class Choice(NamedTuple):
    """One way to raise a question or scene."""

    id: str
    gains: tuple[Gain, ...]
    points: Decimal = ZERO


Group = tuple[Choice, ...]
"""Ways of which at most one is taken."""


class Solution(NamedTuple):
    """What is bought."""

    questions: tuple[Choice, ...]
    scenes: tuple[Choice, ...]

    @property
    def gains(self) -> tuple[Gain, ...]:
        """Every option and level bought, in the order of the form."""
        bought = [gain for choice in (*self.questions, *self.scenes) for gain in choice.gains]
        return tuple(sorted(bought, key=lambda gain: gain.place))

    @property
    def money(self) -> Decimal:
        """万元 of the priced gains."""
        return sum((gain.amount for gain in self.gains if gain.basis != "effort"), ZERO)

    @property
    def effort(self) -> Decimal:
        """Effort units of the gains without a price."""
        return sum((gain.effort for gain in self.gains if gain.basis == "effort"), ZERO)

    @property
    def work(self) -> Decimal:
        """Effort units of all gains, priced or not."""
        return sum((gain.effort for gain in self.gains), ZERO)

    @property
    def certain(self) -> bool:
        """Whether the money is all it takes: every gain has the consultant's figure."""
        return all(gain.basis == "consultant" for gain in self.gains)


class Start(NamedTuple):
    """Where an enterprise stands and what it could buy."""

    standard: Standard
    rule: LevelRule
    assessment: Assessment
    values: Mapping[str, Decimal]
    """Question and scene id -> what is certain."""
    counts: Counts
    question_groups: tuple[Group, ...]
    scene_gains: Mapping[str, tuple[Gain, ...]]
    """Scene id -> the levels that can be bought, from the one above today's; ends where a figure is missing."""
    named: Mapping[str, str]
    """Scene id -> the firm's words that name it."""

    def gains_to(self, id: str, level: int) -> list[Gain]:
        """Return what brings a scene from today's level to `level`; [] where it is there or cannot be had."""
        gains = [gain for gain in self.scene_gains[id] if int(gain.to) <= level]
        return gains if gains and len(gains) == level - int(self.values[id]) else []


def plan(
    standard: Standard,
    assessment: Assessment,
    *,
    target: int,
    budget: Decimal | None = None,
    costs: Costs | None = None,
    prices: Mapping[str, Decimal] | None = None,
    named: Mapping[str, str] | None = None,
    deadline: date | None = None,
    alternatives: int = 2,
    honour_option_needs: bool = False,
) -> Plan:
    """Return the upgrades that reach level `target`, the best by the aim above, proven optimal.

    Args:
        standard: The indicator standard.
        assessment: Answers and scene levels so far.
        target: The level wanted.
        budget: 万元; None is no bound.
        costs: The consultant's figures, 万元.
        prices: Scene id -> the cheapest public price of a product for it, 万元. It pays once for a scene: for its first
            level without a consultant's figure; further ones up to `standard.bought_to` come with it.
        named: Scene id -> the firm's words that name it as trouble or wish.
        deadline: The day by which all is to be done.
        alternatives: How many further plans to look for that differ in substance.
        honour_option_needs: Also respect an assessor's note such as "E only with B, C and D". Off by default, because
            the notes are unofficial.

    Where the target is out of reach of the budget (or of any budget, with `costs.only`), the steps lead to the best
    level within reach, `least_budget` is what the target takes where that is known, and `beyond_budget` the plan for it.

    Raises:
        InputError: A wrong target, an unknown question, option, scene or level in the answers or the costs, a
            negative amount, a deadline before the assessment.
    """
    rule = require_scorable(standard)
    validate(standard, assessment)
    wanted = require_level(standard, target)
    costs = costs or Costs()
    _validate_money(standard, costs, prices or {}, budget)
    if deadline is not None and assessment.assessed_on is not None and deadline < assessment.assessed_on:
        raise InputError(
            "needs.deadline", f"{deadline} 早于评测日期 {assessment.assessed_on}", "请核对两个日期"
        )

    def begin(known: Mapping[str, Decimal]) -> Start:
        return _start(standard, rule, assessment, costs, known, named or {}, honour_option_needs)

    start = begin(prices or {})
    chosen = _within(start, wanted, budget)
    dropped = chosen is None and bool(prices)
    if (
        dropped
    ):  # a public price is one product's, not the least the step can cost: it proves nothing out of reach
        start = begin({})
        chosen = _within(start, wanted, budget)
    best = chosen or _cheapest(start, wanted)
    floor = best if best is None or best.certain else _cheapest(start, wanted, aim="known money")
    least = floor.money if floor is not None and floor.certain else None

    notes = _notes(start, target, budget, costs)
    if dropped:
        notes.append("目录公开价合计已超出预算，方案不采用目录价，所涉步骤按没有价格列出，须另行询价")
    if chosen is None:
        known = floor.money if floor is not None else None
        made = _fall_back(start, wanted, best, least, known, budget, deadline)
        return made.model_copy(update={"notes": (*notes, *made.notes)})

    made = _tell(start, wanted, chosen, deadline)
    others = _others(start, wanted, chosen, alternatives, budget)
    if alternatives and chosen.gains and len(others) < alternatives:
        notes.append(f"在条件之内只找到{len(others)}个实质不同的备选方案")
    if budget is not None and made.unpriced:
        notes.append(
            f"{_unpriced(made)}没有价格，预算{plain(budget)}万元是否够用不能断定；须逐步询价后重新测算"
        )
    elif budget is not None and not chosen.certain:
        notes.append(f"目录价不含实施与集成，预算{plain(budget)}万元是否够用不能断定；须询价后重新测算")
    return made.model_copy(
        update={
            "least_budget": least,
            "within_budget": True if budget is not None and chosen.certain else None,
            "alternatives": tuple(
                _tell(start, wanted, other, deadline).model_copy(update={"label": label})
                for label, other in others
            ),
            "notes": (*notes, *made.notes),
        }
    )


def _unpriced(made: Plan) -> str:
    whole = len(made.steps)
    return f"{whole}步都" if made.unpriced == whole else f"{whole}步中有{made.unpriced}步"


def _within(start: Start, step: LevelStep, budget: Decimal | None) -> Solution | None:
    """Return the best way to `step` whose known prices the budget covers; None where even the least known money does not."""
    best = _cheapest(start, step)
    if best is None or _affords(best, budget):
        return best
    floor = _cheapest(start, step, aim="known money")
    return floor if _affords(floor, budget) else None


def _fall_back(
    start: Start,
    wanted: LevelStep,
    best: Solution | None,
    least: Decimal | None,
    known: Decimal | None,
    budget: Decimal | None,
    deadline: date | None,
) -> Plan:
    """Return the plan for the best level within reach where `wanted` is not.

    `best` is the plan for `wanted` that the budget does not cover, None where no budget would; `least` what `wanted`
    takes, None where steps without a price leave that open; `known` the least its priced steps take.
    """
    now = reached(start.rule, start.counts)
    reach, fallback = now, Solution((), ())
    for step in reversed(start.rule.steps):
        if now < step.level < wanted.level:
            found = _within(start, step, budget)
            if found is not None:
                reach, fallback = step.level, found
                break
    name = level_name(start.standard, reach)
    notes = []
    if best is None:
        notes.append(f"现有报价的步骤全部购买也到不了{wanted.name}，缺报价的步骤按要求不可购买")
    elif least is not None:
        notes.append(f"达到{wanted.name}至少需{plain(least)}万元，超出预算{plain(budget or ZERO)}万元")
    else:
        notes.append(
            f"达到{wanted.name}仅有报价的步骤就至少需{plain(known or ZERO)}万元，超出预算{plain(budget or ZERO)}万元；"
            "没有报价的步骤还未计入"
        )
    within = "预算" if budget is not None else "现有报价"
    if fallback.gains and fallback.certain:
        notes.append(f"{within}之内最高可到{name}，下列步骤即到{name}")
    elif fallback.gains:
        notes.append(f"下列步骤到{name}，其中有没有价格的步骤，{within}之内能否到{name}不能断定")
    else:
        notes.append(f"{within}之内不能再升一级，仍为{name}")
    made = _tell(start, start.rule.step(reach) if reach else None, fallback, deadline)
    return made.model_copy(
        update={
            "target_level": wanted.level,
            "reachable": False,
            "within_budget": False,
            "least_budget": least,
            "level_within_budget": reach,
            "beyond_budget": _tell(start, wanted, best, deadline) if best is not None else None,
            "notes": (*notes, *made.notes),
        }
    )


def applied(standard: Standard, assessment: Assessment, steps: Iterable[Step]) -> Assessment:
    """Return the assessment as it stands once `steps` are done."""
    answers, scenes = dict(assessment.answers), dict(assessment.scenes)
    for step in steps:
        if step.kind == "scene":
            scenes[step.id] = int(step.to)
        else:
            options = standard.questions[step.id].options
            answers[step.id] = tuple(option.key for option in options if option.key in str(step.to))
    return assessment.model_copy(update={"answers": answers, "scenes": scenes})


# ---------------------------------------------------------------- what can be bought


def _validate_money(
    standard: Standard, costs: Costs, prices: Mapping[str, Decimal], budget: Decimal | None
) -> None:
    if budget is not None:
        _amount("needs.budget", "预算", budget)
    for id, by_option in costs.questions.items():
        where = f"needs.costs.questions.{id}"
        _known(where, "这道题", id, standard.questions)
        for key, amount in by_option.items():
            _known(f"{where}.{key}", f"选项 {key}", key, standard.questions[id].option)
            _amount(f"{where}.{key}", "成本", amount)
    for id, by_level in costs.scenes.items():
        where = f"needs.costs.scenes.{id}"
        _known(where, "这个场景", id, standard.scene)
        for level, amount in by_level.items():
            _known(f"{where}.{level}", f"等级 {level}", level, standard.scene[id].levels)
            _amount(f"{where}.{level}", "成本", amount)
    for id, amount in prices.items():
        _known(f"prices.{id}", "这个场景", id, standard.scene)
        _amount(f"prices.{id}", "价格", amount)


Id = TypeVar("Id", str, int)


def _known(where: str, what: str, id: Id, known: Mapping[Id, object]) -> None:
    if id not in known:
        names = list(known)
        usable = f"可用的是 {names[0]} 至 {names[-1]}" if names else "这份标准没有这类项目"
        raise InputError(where, f"没有{what}", usable)


def _amount(where: str, what: str, amount: Decimal) -> None:
    if not amount.is_finite() or amount < 0:
        raise InputError(where, f"{what} {amount} 不是有效金额", "请填不小于 0 的数，单位万元")


def _start(
    standard: Standard,
    rule: LevelRule,
    assessment: Assessment,
    costs: Costs,
    prices: Mapping[str, Decimal],
    named: Mapping[str, str],
    honour_option_needs: bool,
) -> Start:
    values = {id: span.low for id, span in spans_of(standard, assessment).items()}
    groups: list[Group] = []
    place = 0
    for question in standard.questions.values():
        gains = _question_gains(question, assessment, costs, place)
        place += len(question.options)
        groups += _question_groups(question, gains, values[question.id], honour_option_needs, assessment)
    scene_gains = {}
    for scene in standard.scenes:
        price = prices.get(scene.id)
        scene_gains[scene.id] = _scene_gains(
            scene, int(values[scene.id]), costs, price, standard.bought_to, place
        )
        place += len(scene.levels)
    counts = count(standard, rule, values)
    return Start(standard, rule, assessment, values, counts, tuple(groups), scene_gains, named)


def certain_options(question: Question, chosen: Iterable[str]) -> tuple[str, ...]:
    """Return the options sure to hold: none where 无 stands beside others, the lowest of two single ones."""
    keys = [option.key for option in question.options if option.key in set(chosen)]
    if question.kind == "single":
        return tuple(keys[:1])
    if any(question.option[key].exclusive for key in keys):
        return tuple(key for key in keys if question.option[key].exclusive)
    return tuple(keys)


def _question_gains(question: Question, assessment: Assessment, costs: Costs, place: int) -> tuple[Gain, ...]:
    """Return what can be bought: of a single question the chain above today's option, as far as it has figures."""
    had = certain_options(question, assessment.answers.get(question.id, ()))
    figures = costs.questions.get(question.id, {})
    gains = []
    keys = [option.key for option in question.options]
    first = keys.index(had[0]) + 1 if question.kind == "single" and had else 1
    for at, option in enumerate(question.options):
        if option.exclusive or option.key in had or (question.kind == "single" and at < first):
            continue
        effort = question.effort if option.effort is None else option.effort
        if option.key in figures:
            gains.append(Gain(question.id, option.key, figures[option.key], "consultant", place + at, effort))
        elif not costs.only:
            gains.append(Gain(question.id, option.key, effort, "effort", place + at, effort))
        elif question.kind == "single":
            break
    return tuple(gains)


def _question_groups(
    question: Question,
    gains: Sequence[Gain],
    now: Decimal,
    honour_option_needs: bool,
    assessment: Assessment,
) -> list[Group]:
    if not gains:
        return []
    option = question.option
    if question.kind == "single":
        chains = [gains[: length + 1] for length in range(len(gains))]
        return [
            tuple(
                Choice(question.id, tuple(chain), option[str(chain[-1].to)].points - now) for chain in chains
            )
        ]
    if not (honour_option_needs and question.option_needs):
        return [(Choice(question.id, (gain,), option[str(gain.to)].points),) for gain in gains]
    had = set(certain_options(question, assessment.answers.get(question.id, ())))
    sets = [chosen for size in range(1, len(gains) + 1) for chosen in combinations(gains, size)]
    allowed = [
        chosen
        for chosen in sets
        if all(
            need.option not in {gain.to for gain in chosen}
            or set(need.with_) <= had | {str(gain.to) for gain in chosen}
            for need in question.option_needs
        )
    ]
    return [
        tuple(
            Choice(question.id, chosen, sum((option[str(gain.to)].points for gain in chosen), ZERO))
            for chosen in allowed
        )
    ]


def _scene_gains(
    scene: Scene, now: int, costs: Costs, price: Decimal | None, bought_to: int, place: int
) -> tuple[Gain, ...]:
    figures = costs.scenes.get(scene.id, {})
    gains = []
    paid = False
    for level in range(now + 1, max(scene.levels) + 1):
        at, effort = place + level - 1, scene_effort(level)
        if level in figures:
            gains.append(Gain(scene.id, level, figures[level], "consultant", at, effort))
        elif costs.only:
            break
        elif price is not None and level <= bought_to:
            gains.append(Gain(scene.id, level, ZERO if paid else price, "catalog", at, effort))
            paid = True
        else:
            gains.append(Gain(scene.id, level, effort, "effort", at, effort))
    return tuple(gains)


# ---------------------------------------------------------------- the search


class _Scale:
    """The aim of one part as one whole number per choice, so that comparing numbers compares its terms in turn."""

    def __init__(self, gains: Sequence[Gain], start: Start, aim: Aim) -> None:
        self.start = start
        self.units = tuple(
            10 ** max((_digits(value) for value in values), default=0)
            for values in ([gain.amount for gain in gains], [gain.effort for gain in gains])
        )
        priced = all(gain.basis == "consultant" for gain in gains)
        self.terms = {
            "known money": ("money", "unnamed", "effort", "guiding", "gains", "place"),
            "named": ("unnamed", "money", "guiding", "gains", "place"),
            "best": ("money", "unnamed", "guiding", "gains", "place"),
        }[aim if priced or aim == "known money" else "best"]
        if not priced and aim != "known money":
            self.terms = ("unnamed", "effort", "guiding", "unpriced", "quoted", "gains", "place")
        most = self._sizes(gains, scenes=len(gains))
        self.radix = {term: most[term] + 1 for term in self.terms}

    def weigh(self, choice: Choice) -> int:
        """Return the weight of a choice; weights add."""
        sizes = self._sizes(choice.gains, scenes=int(choice.id in self.start.standard.scene))
        if choice.id in self.start.named:
            sizes["unnamed"] = 0
        if choice.id in self.start.standard.scene and self.start.standard.scene[choice.id].binding:
            sizes["guiding"] = 0
        weight = 0
        for term in self.terms:
            weight = weight * self.radix[term] + sizes[term]
        return weight

    def _sizes(self, gains: Sequence[Gain], *, scenes: int) -> dict[str, int]:
        money, effort = self.units
        return {
            "unnamed": scenes,
            "guiding": scenes,
            "money": sum(int(gain.amount * money) for gain in gains if gain.basis != "effort"),
            "quoted": sum(int(gain.amount * money) for gain in gains if gain.basis == "consultant"),
            "effort": sum(int(gain.effort * effort) for gain in gains),
            "unpriced": sum(gain.basis != "consultant" for gain in gains),
            "gains": len(gains),
            "place": sum(1 << gain.place for gain in gains),
        }


def _digits(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _cheapest(
    start: Start,
    step: LevelStep,
    *,
    aim: Aim = "best",
    without: frozenset[str] = frozenset(),
    unlike: Sequence[frozenset[str]] = (),
) -> Solution | None:
    """Return the best way to `step` by `aim`; None where there is none.

    Args:
        start: Where the enterprise stands.
        step: The level wanted.
        aim: What decides.
        without: Questions to leave alone.
        unlike: Scene sets of which at least two members each (one, of a set of one) must be done without.
    """
    every = [gain for group in start.question_groups for choice in group for gain in choice.gains]
    groups = [group for group in start.question_groups if group[0].id not in without]
    points = _cover_points(groups, step.min_total - start.counts.total, _Scale(every, start, aim))
    if points is None:
        return None
    gains = [gain for id in start.scene_gains for gain in start.gains_to(id, step.scene_level or 0)]
    scenes = _cover_scenes(start, step, _Scale(gains, start, aim), unlike)
    return None if scenes is None else Solution(points, scenes)


Chain = tuple["Chain", Choice] | None
"""What was chosen so far, last first."""


def _cover_points(groups: Sequence[Group], short: Decimal, scale: _Scale) -> tuple[Choice, ...] | None:
    """Return the cheapest choices worth at least `short` points; None where all together are not.

    Keeps, group by group, only the states no other one beats in both points and weight.
    """
    digits = max([_digits(short), *(_digits(choice.points) for group in groups for choice in group)])
    unit = 10**digits
    need = int(short * unit)
    if need <= 0:
        return ()
    weighed = [
        [(int(choice.points * unit), scale.weigh(choice), choice) for choice in group] for group in groups
    ]
    rest = sum(max(points for points, _, _ in group) for group in weighed)
    if rest < need:
        return None
    states: list[tuple[int, int, Chain]] = [(0, 0, None)]
    for group in weighed:
        rest -= max(points for points, _, _ in group)
        grown = list(states)
        for points, weight, choice in group:
            grown += [
                (min(need, had + points), paid + weight, (chain, choice)) for had, paid, chain in states
            ]
        grown.sort(key=lambda state: (-state[0], state[1]))
        states, lightest = [], -1
        for state in grown:
            if state[0] + rest < need:
                break
            if lightest < 0 or state[1] < lightest:
                states.append(state)
                lightest = state[1]
    return _unfold(states[0][2])


def _cover_scenes(
    start: Start, step: LevelStep, scale: _Scale, unlike: Sequence[frozenset[str]]
) -> tuple[Choice, ...] | None:
    """Return the cheapest scenes that bring both scene counts to what `step` asks; None where none can."""
    index = start.rule.steps.index(step)
    level = step.scene_level or 0
    short = max(0, step.min_scenes - start.counts.scenes[index])
    binding_short = max(0, step.min_binding_scenes - start.counts.binding[index])
    if not short and not binding_short:
        return ()
    wanted = tuple(min(2, len(others)) for others in unlike)
    states: dict[tuple[int, ...], tuple[int, Chain]] = {(0, 0, *(0 for _ in unlike)): (0, None)}
    for scene in start.standard.scenes:
        gains = start.gains_to(scene.id, level)
        buyable = bool(gains)
        choice = Choice(scene.id, tuple(gains))
        weight = scale.weigh(choice)
        grown: dict[tuple[int, ...], tuple[int, Chain]] = {}
        for state, (paid, chain) in states.items():
            skipped = tuple(
                min(most, had + (scene.id in others))
                for had, most, others in zip(state[2:], wanted, unlike, strict=True)
            )
            _keep(grown, (*state[:2], *skipped), paid, chain)
            if buyable:
                taken = (min(short, state[0] + 1), min(binding_short, state[1] + scene.binding), *state[2:])
                _keep(grown, taken, paid + weight, (chain, choice))
        states = grown
    found = states.get((short, binding_short, *wanted))
    return None if found is None else _unfold(found[1])


def _keep(
    states: dict[tuple[int, ...], tuple[int, Chain]], state: tuple[int, ...], paid: int, chain: Chain
) -> None:
    if state not in states or paid < states[state][0]:
        states[state] = (paid, chain)


def _unfold(chain: Chain) -> tuple[Choice, ...]:
    found = []
    while chain is not None:
        chain, choice = chain
        found.append(choice)
    return tuple(reversed(found))


def _affords(solution: Solution | None, budget: Decimal | None) -> bool:
    return solution is not None and (budget is None or solution.money <= budget)


def _others(
    start: Start, step: LevelStep, best: Solution, wanted: int, budget: Decimal | None
) -> list[tuple[str, Solution]]:
    """Return the next best plans that differ in substance from all before, each with what it was looked for on purpose for.

    First, where money decides and leaves out scenes the firm named, the best plan that has as many of them as it can.
    Then either at least two of the scenes are exchanged (one, where there is but one), or the question that brings the
    most points is done without. The two kinds take turns, so that the plans differ from each other too.
    """
    found = [best]
    labels: dict[int, str] = {}
    asked = _cheapest(start, step, aim="named") if wanted and best.gains and start.named else None
    if asked is not None and _affords(asked, budget):
        more = [one.id for one in asked.scenes if one.id in start.named and one not in best.scenes]
        if more:
            names = "、".join(start.standard.scene[id].name for id in more)
            labels[len(found)] = f"含企业点名的{names}"
            found.append(asked)
    scenes_turn = True
    for _ in range(wanted - len(labels)):
        for by_scenes in (scenes_turn, not scenes_turn):
            other = _unlike_scenes(start, step, found) if by_scenes else _unlike_points(start, step, found)
            if other is not None and _affords(other, budget):
                found.append(other)
                scenes_turn = not by_scenes
                break
    told = [(labels.get(at, ""), other) for at, other in enumerate(found)][1:]
    return sorted(told, key=lambda one: (not one[0], *_dear(one[1])))


def _dear(solution: Solution) -> tuple[Decimal, Decimal]:
    """Return what to list plans by: money where it is all known, else the whole effort."""
    return (ZERO, solution.money) if solution.certain else (solution.work, solution.money)


def _unlike_scenes(start: Start, step: LevelStep, found: Sequence[Solution]) -> Solution | None:
    earlier = list(dict.fromkeys(frozenset(choice.id for choice in one.scenes) for one in found))
    return _cheapest(start, step, unlike=earlier) if all(earlier) else None


def _unlike_points(start: Start, step: LevelStep, found: Sequence[Solution]) -> Solution | None:
    without: frozenset[str] = frozenset()
    for one in found:
        brought: dict[str, Decimal] = {}
        for choice in one.questions:
            brought[choice.id] = brought.get(choice.id, ZERO) + choice.points
        if not brought:
            return None
        if without.isdisjoint(brought):
            without |= {max(brought, key=lambda id: brought[id])}
    return _cheapest(start, step, without=without)


# ---------------------------------------------------------------- telling it


def _tell(start: Start, step: LevelStep | None, solution: Solution, deadline: date | None) -> Plan:
    """Write a solution down as steps, phases, slack and notes. `step` is the level it reaches; None is no level."""
    steps = _steps(start, step, solution) if step is not None else ()
    steps, phases = _phased(start, steps, deadline)
    bases = {gain.basis for gain in solution.gains}
    effort_only = bases == {"effort"}
    after = applied(start.standard, start.assessment, steps)
    counts = count(
        start.standard, start.rule, {id: span.low for id, span in spans_of(start.standard, after).items()}
    )
    slack: dict[str, Decimal] = {}
    if step is not None:
        index = start.rule.steps.index(step)
        slack = {
            "points": plain(counts.total - step.min_total),
            "scenes": Decimal(counts.scenes[index] - step.min_scenes),
            "binding": Decimal(counts.binding[index] - step.min_binding_scenes),
        }
    return Plan(
        target_level=step.level if step is not None else 0,
        reachable=True,
        steps=steps,
        total_cost=plain(solution.effort if effort_only else solution.money),
        total_effort=plain(solution.effort),
        cost_basis="effort" if effort_only else "mixed" if "effort" in bases else "money",
        slack=slack,
        optimal=True,
        unpriced=sum(one.cost_basis == "effort" for one in steps),
        left_out=_left_out(start, step, solution) if step is not None else (),
        phases=phases,
        notes=_plan_notes(start, after, solution),
    )


def _left_out(start: Start, step: LevelStep, solution: Solution) -> tuple[LeftOut, ...]:
    """Return the scenes short of the level that counts which are not taken up, those the firm named first.

    Where the level is had already only the named ones are told: the others are no question then.
    """
    level = step.scene_level or 0
    taken = {choice.id for choice in solution.scenes}
    found = [
        LeftOut(
            id=scene.id,
            name=scene.name,
            binding=scene.binding,
            now=start.assessment.scenes.get(scene.id),
            need=level,
            named=start.named.get(scene.id, ""),
            why=_why_not(start, step, solution, scene),
        )
        for scene in start.standard.scenes
        if int(start.values[scene.id]) < level
        and scene.id not in taken
        and (solution.gains or scene.id in start.named)
    ]
    return tuple(sorted(found, key=lambda one: not one.named))


def _why_not(start: Start, step: LevelStep, solution: Solution, scene: Scene) -> str:
    level, now = step.scene_level or 0, int(start.values[scene.id])
    gains = start.gains_to(scene.id, level)
    if not gains:
        return f"从{now}级到{level}级没有报价，按要求不可购买"
    priced = all(gain.basis == "consultant" for gain in gains)
    money, effort = (
        sum((gain.amount for gain in gains if gain.basis == "consultant"), ZERO),
        sum((gain.effort for gain in gains), ZERO),
    )
    more = f"加做到{level}级另需{plain(money)}万元" if priced else f"加做到{level}级另需工作量{plain(effort)}"
    if not solution.gains:
        return f"目标等级的条件现在就已满足；{more}，是否做由企业定"
    if not solution.scenes:
        return f"场景数的要求现在就已满足，等级不缺它；{more}"
    enough = f"还缺的{len(solution.scenes)}个{level}级场景已由所列补足"
    if priced and all(gain.basis == "consultant" for choice in solution.scenes for gain in choice.gains):
        return f"{enough}，所列合计最省；{more}"
    if scene.id in start.named:
        return f"{enough}，企业点名的多于名额或预算，先取工作量少的；{more}"
    others = [choice for choice in solution.scenes if choice.id not in start.named]
    if not others:
        return f"{enough}，名额都给了企业点名的场景；{more}"
    efforts = {choice.id: sum((gain.effort for gain in choice.gains), ZERO) for choice in others}
    most = max(efforts.values())
    if effort > most:
        return f"{enough}，没有点名的只取了工作量各不超过{plain(most)}的；{more}"
    guiding = [id for id, one in efforts.items() if one == effort and not start.standard.scene[id].binding]
    if not scene.binding and not guiding:
        return f"{enough}，工作量相当的先取了约束性场景；{more}"
    if effort == most:
        return f"{enough}，工作量相当的取了标准中排在前面的；{more}"
    return f"{enough}，其余名额要凑足约束性场景或留在预算之内；{more}"


def _steps(start: Start, step: LevelStep, solution: Solution) -> tuple[Step, ...]:
    """Return a step per question and scene; more where part has a price and part has not, or waves lie between."""
    steps: list[Step] = []
    wave_of = _waves(start.standard)
    for id, bought in groupby(solution.gains, key=lambda gain: gain.id):
        is_scene = id in start.standard.scene
        at: str | int | None = (
            start.assessment.scenes.get(id)
            if is_scene
            else "".join(start.assessment.answers.get(id, ())) or None
        )
        for (basis, _), same in groupby(bought, key=lambda gain: (gain.basis, wave_of(gain.id, gain.to))):
            gains = tuple(same)
            to = gains[-1].to if is_scene else _options_after(start, id, steps, gains)
            steps.append(
                Step(
                    kind="scene" if is_scene else "question",
                    id=id,
                    name=start.standard.scene[id].name if is_scene else start.standard.questions[id].name,
                    from_=at,
                    to=to,
                    cost=plain(sum((gain.amount for gain in gains), ZERO)),
                    cost_basis=basis,
                    phase=wave_of(id, gains[-1].to),
                    why=_scene_why(start, step, id) if is_scene else _question_why(start, step, id, at, to),
                    named=start.named.get(id, ""),
                )
            )
            at = to
    return tuple(steps)


def _waves(standard: Standard) -> Callable[[str, str | int], int]:
    """Return what tells the place of a question's option, or of a scene, in the order of building; 0 where none is told."""
    of = {id: at for at, wave in enumerate(standard.build_order) for id in (*wave.questions, *wave.scenes)}
    apart = {
        (id, key): at
        for at, wave in enumerate(standard.build_order)
        for id, keys in wave.options.items()
        for key in keys
    }
    return lambda id, to: apart.get((id, str(to)), of.get(id, 0))


def _options_after(start: Start, id: str, before: Sequence[Step], gains: Sequence[Gain]) -> str:
    """Return the options of a question once `gains` are had, e.g. BCD."""
    question = start.standard.questions[id]
    if question.kind == "single":
        return str(gains[-1].to)
    had = {key for step in before if step.id == id for key in str(step.to)}
    had |= set(certain_options(question, start.assessment.answers.get(id, ())))
    had |= {str(gain.to) for gain in gains}
    return "".join(option.key for option in question.options if option.key in had and not option.exclusive)


def _question_why(start: Start, step: LevelStep, id: str, at: str | int | None, to: str | int) -> str:
    question = start.standard.questions[id]
    short = plain(max(ZERO, step.min_total - start.counts.total))
    before = sum((question.option[key].points for key in certain_options(question, str(at or ""))), ZERO)
    gained = plain(sum((question.option[key].points for key in str(to)), ZERO) - before)
    asked = "" if at is not None else "（此题尚未作答，按未具备计，请先确认）"
    return (
        f"条件一（总分不低于{plain(step.min_total)}分）：现有{plain(start.counts.total)}分，差{short}分，"
        f"此项增加{gained}分{asked}"
    )


def _scene_why(start: Start, step: LevelStep, id: str) -> str:
    index = start.rule.steps.index(step)
    scene = start.standard.scene[id]
    have, binding = start.counts.scenes[index], start.counts.binding[index]
    text = f"条件二（{step.scene_level}级及以上场景不少于{step.min_scenes}个）：现有{have}个"
    if scene.binding:
        text += (
            f"；条件三（其中约束性场景不少于{step.min_binding_scenes}个）：现有{binding}个，此场景为约束性"
        )
    if id in start.named:
        text = f"企业点名“{start.named[id]}”；{text}"
    if id not in start.assessment.scenes:
        text += "（此场景尚未评定，按0级计，请先确认）"
    return text


def _phased(
    start: Start, steps: Sequence[Step], deadline: date | None
) -> tuple[tuple[Step, ...], tuple[Phase, ...]]:
    """Number the steps by the wave they belong to, and share out the days by the number of steps.

    Within a phase: questions, then scenes, those the firm named first, then binding ones.
    """
    waves = start.standard.build_order
    used = sorted({step.phase for step in steps})
    number = {wave: at + 1 for at, wave in enumerate(used)}

    def rank(step: Step) -> tuple[int, bool, bool]:
        scene = start.standard.scene.get(step.id)
        return step.phase, scene is not None and not step.named, scene is not None and not scene.binding

    numbered = [step.model_copy(update={"phase": number[step.phase]}) for step in sorted(steps, key=rank)]
    phases = []
    begun = start.assessment.assessed_on
    done = 0
    for wave in used:
        ids = [step.id for step in numbered if step.phase == number[wave]]
        done += len(ids)
        by = None
        if deadline is not None and done == len(numbered):
            by = deadline
        elif deadline is not None and begun is not None:
            by = begun + timedelta(days=(deadline - begun).days * done // len(numbered))
        name = waves[wave].name if waves else ""
        phases.append(Phase(number=number[wave], name=name, steps=tuple(dict.fromkeys(ids)), by=by))
    return tuple(numbered), tuple(phases)


def _notes(start: Start, target: int, budget: Decimal | None, costs: Costs) -> list[str]:
    """Return what holds for every plan of this case."""
    notes = [start.rule.note]
    spans = spans_of(start.standard, start.assessment)
    open_ = [id for id, span in spans.items() if span.low != span.high]
    if open_:
        high = count(start.standard, start.rule, {id: span.high for id, span in spans.items()})
        text = f"{len(open_)}项未答或自相矛盾（{'、'.join(open_)}），按未具备计；核实后所需花费只减不增"
        if reached(start.rule, start.counts) < target <= reached(start.rule, high):
            text += f"，若都已做到，现在就达到{level_name(start.standard, target)}"
        notes.append(text)
    if costs.only:
        notes.append("只采用顾问给出的成本；没有报价的步骤视为不可购买")
    return notes


def _plan_notes(start: Start, after: Assessment, solution: Solution) -> tuple[str, ...]:
    """Return what to know about one plan: what its figures are, what it leaves uncovered."""
    notes = []
    bases = {gain.basis for gain in solution.gains}
    if bases == {"consultant"}:
        notes.append("取舍次序：金额最少；金额相同的，先取企业点名的场景，再取约束性场景")
    elif bases:
        notes.append(
            "取舍次序：等级所需的场景名额先给企业点名的，其余求工作量最少（有价无价一样计），工作量相同的先取约束性场景；"
            "只有计分题或场景一类中样样都有顾问报价时，那一类才按金额取"
        )
    if "effort" in bases:
        notes.append(
            "没有价格的步骤以本项目自定的工作量单位计（制度类题目每项1，设备与系统类每项2至4，投入与成效类每项6，"
            "场景升到N级计N），只用来比较步骤，不是金额"
        )
    if bases & {"consultant", "catalog"} and "effort" in bases:
        notes.append("有价与无价的步骤不相加，有价也不当作省；合计金额不含无价步骤")
    if "catalog" in bases:
        notes.append(
            f"目录价取该场景公开价最低的一件产品，每个场景计一次，只计到{start.standard.bought_to}级（再往上的文字要的是"
            "系统协同与数据应用，买一件产品做不到），不含实施与集成；能否做到该级须问服务商"
        )
    wave_of = _waves(start.standard)
    aims = {at for at, wave in enumerate(start.standard.build_order) if wave.outcome}
    outcomes = [gain.id for gain in solution.gains if wave_of(gain.id, gain.to) in aims]
    if outcomes:
        ids = "、".join(dict.fromkeys(outcomes))
        notes.append(f"{ids} 看的是改造后的实际成效，排在系统之后，只能作为目标，不能靠购买保证")
    known = {check.text for check in inconsistencies(start.standard, start.assessment)}
    notes += [
        f"完成后请一并核对：{check.text}"
        for check in inconsistencies(start.standard, after)
        if check.text not in known
    ]
    return tuple(notes)
