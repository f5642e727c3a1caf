"""Standard: an indicator standard as data. What is asked, what an answer is worth, what a level takes.

    dimensions   数字化基础 (50 points) -> 设备系统 (40 %) -> q01 网络建设 (40 %, so 8 points) -> option B (25 %, so 2 points)
    scenes       s01 产品设计, judged by a level 0..4, 约束性 or 指导性
    level_rule   the highest level whose three conditions all hold: points, scenes at that level, binding scenes among them

A standard whose tables are not established carries `scorable: false` and one sentence that says what is known of it.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from knowledge.errors import KnowledgeError
from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Number, Record
from knowledge.source import Certainty, Source


class Band(Record):
    """The range of a measured rate an option stands for."""

    low: Number
    low_included: bool
    high: Number
    high_included: bool

    def holds(self, value: Decimal) -> bool:
        """Return whether `value` lies in the range."""
        above = value >= self.low if self.low_included else value > self.low
        below = value <= self.high if self.high_included else value < self.high
        return above and below


class Measure(Record):
    """A rate that settles which option is right."""

    name: str
    unit: Literal["percent"]
    formula: str


class Option(Record):
    """One option of a question."""

    key: str
    """A, B, C…"""
    text: str
    weight_percent: Number
    points: Number
    exclusive: bool = False
    """无: cannot be chosen together with another."""
    effort: Number | None = None
    """Effort units of this option where they differ from the question's."""
    band: Band | None = None


class OptionNeed(Record):
    """An option that an assessor grants only together with others."""

    option: str
    with_: tuple[str, ...] = Field(alias="with")
    text: str
    certainty: Certainty
    source: tuple[str, ...] = ()


class Question(Record):
    """One scored question."""

    id: str
    name: str
    """The third-level indicator it stands for: 设备联网."""
    weight_percent: Number
    """Share of its second-level indicator."""
    max_points: Number
    asks: str
    kind: Literal["single", "multi"]
    options: tuple[Option, ...]
    measure: Measure | None = None
    term: str = ""
    """A term of the question, explained."""
    note: str = ""
    effort: Number = Decimal(1)
    """Effort units of one option more. A convention of ours to compare steps without a price by; nothing published."""
    option_needs: tuple[OptionNeed, ...] = ()
    extra_fields: tuple[str, ...] = ()
    """What the form asks for beside the options."""
    evidence: tuple[str, ...] = ()
    """Examples of proof, unofficial."""
    certainty: Certainty
    source: tuple[str, ...]

    @cached_property
    def option(self) -> dict[str, Option]:
        """Option key -> option."""
        return {option.key: option for option in self.options}

    @cached_property
    def attainable(self) -> tuple[Decimal, ...]:
        """Every number of points a consistent answer can give, rising."""
        if self.kind == "single":
            return tuple(sorted({option.points for option in self.options}))
        sums = {Decimal(0)}
        for option in self.options:
            if not option.exclusive:
                sums |= {points + option.points for points in sums}
        return tuple(sorted(sums))


class Indicator(Record):
    """A second-level indicator: a share of its dimension, split over questions."""

    name: str
    weight_percent: Number
    max_points: Number
    questions: tuple[Question, ...]


class Dimension(Record):
    """A first-level dimension, judged by points or by scene levels."""

    id: str
    name: str
    judged_by: Literal["points", "scene_levels", "unknown"]
    weight_percent: Number | None = None
    """None: carries no points, or not established."""
    max_points: Number | None = None
    indicators: tuple[Indicator, ...] = ()
    groups: tuple[str, ...] = ()
    """Scene groups, where scene levels judge it."""
    source: tuple[str, ...] = ()


class Scene(Record):
    """A business scene, judged by a level."""

    id: str
    name: str
    group: str
    binding: bool
    """约束性场景; false is 指导性场景."""
    levels: dict[int, str]
    """Level -> what it takes, restated."""
    said: tuple[str, ...] = ()
    """Words by which people speak of it beside its name: 追溯, 质检. Our own list; nothing published."""
    said_with_trouble: tuple[str, ...] = ()
    """Wide words, which mean this scene only where the same clause tells of trouble or a wish: 采购, 工艺."""
    certainty: Certainty
    source: tuple[str, ...]


class LevelStep(Record):
    """What one level takes; all conditions at once."""

    level: int
    name: str
    alias: str = ""
    min_total: Number
    scene_level: int | None = None
    """The level at which a scene counts; None where scenes do not matter."""
    min_scenes: int = 0
    min_binding_scenes: int = 0
    """These are among `min_scenes`."""
    gist: str = ""


class LevelRule(Record):
    """How points and scene levels make the overall level."""

    decided_by: Literal["total_and_scenes", "total"]
    steps: tuple[LevelStep, ...]
    """Rising. Below the first there is no level, written 0."""
    bounds_included: bool | None
    """Whether exactly 40 points is 二级; None where the text does not say."""
    checked_against_official: bool
    certainty: Certainty
    note: str
    """Said wherever a level is shown."""
    source: tuple[str, ...]

    def step(self, level: int) -> LevelStep:
        """Return the step of `level`.

        Raises:
            KeyError: There is no such level.
        """
        for step in self.steps:
            if step.level == level:
                return step
        raise KeyError(level)


class BaseRule(Record):
    """What a scene level rests on. Our own plausibility check, not a rule of the standard."""

    id: str
    question: str
    level: int
    """From this scene level on."""
    needs: dict[str, tuple[str, ...]]
    """Scene id -> options of which at least one ought to be chosen."""
    text: str
    """Said with {scenes} filled in."""
    certainty: Certainty


class CoverageRule(Record):
    """How many scenes at a level an answer on coverage allows. Our own plausibility check."""

    id: str
    question: str
    level: int
    scenes: tuple[str, ...]
    most: dict[str, int]
    """Option -> the most scenes at `level` it leaves room for."""
    none_at_zero: tuple[str, ...] = ()
    """Options that leave no room for one of `scenes` at level 0."""
    certainty: Certainty


class BuildWave(Record):
    """What is usually built together, before the next wave. Our own reading of the level texts, used for phases."""

    name: str
    questions: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    options: dict[str, tuple[str, ...]] = {}
    """Question id -> options of it that belong here, though the question stands in another wave."""
    outcome: bool = False
    """What is here shows only after the other waves: an aim, not something to buy."""


class Variant(Record):
    """The reading that was not chosen, so that its effect on a level can be told."""

    text: str
    """若…, as said to people."""
    binding: dict[str, bool] = {}
    """Scene id -> its mark in this reading."""
    equal_options: tuple[str, ...] = ()
    """Questions whose options share the maximum equally in this reading."""


class Conflict(Record):
    """A point on which sources disagree, and which reading is used."""

    id: str
    about: str
    variant: Variant | None = None
    readings: dict[str, str]
    """Source key -> what it says."""
    chosen: str
    why: str


class Use(Record):
    """What a standard is used for."""

    text: str
    certainty: Certainty
    source: tuple[str, ...]


class Standard(Record):
    """An edition of an indicator standard."""

    id: str
    title: str
    edition: str
    doc_number: str | None = None
    issuer: str | None = None
    issued: date | None = None
    status: str = ""
    policy_id: str | None = None
    """Card of the document in knowledge/data/policies."""
    official_url: str | None = None
    online_system: str | None = None
    predecessor: str | None = None
    """Id of the edition before."""
    scorable: bool
    why_not: str = ""
    """Where not scorable: one sentence for people that says what is known and what is missing."""
    known: tuple[Use, ...] = ()
    """Uses and facts established about it."""
    dimensions: tuple[Dimension, ...] = ()
    scenes: tuple[Scene, ...] = ()
    scene_level_meanings: dict[int, str] = {}
    """Gist across scenes, not an official sentence."""
    level_rule: LevelRule | None = None
    base_rules: tuple[BaseRule, ...] = ()
    coverage_rules: tuple[CoverageRule, ...] = ()
    build_order: tuple[BuildWave, ...] = ()
    """Every question and scene once."""
    bought_to: int = 0
    """The highest scene level whose text asks for tools and systems, which can be bought; above it the texts ask for
    systems working together, measured data and models, which no purchase brings by itself. Our own reading."""
    conflicts: tuple[Conflict, ...] = ()
    unknown: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Question id -> question, in the order of the form."""
        return {question.id: question for _, question in self._placed}

    @cached_property
    def dimension_of(self) -> dict[str, Dimension]:
        """Question id -> its dimension."""
        return {question.id: dimension for dimension, question in self._placed}

    @cached_property
    def scene(self) -> dict[str, Scene]:
        """Scene id -> scene, in the order of the form."""
        return {scene.id: scene for scene in self.scenes}

    @cached_property
    def top_level(self) -> int:
        """The highest level there is."""
        return max((step.level for step in self.level_rule.steps), default=0) if self.level_rule else 0

    @cached_property
    def readings(self) -> tuple[tuple[Conflict, "Standard"], ...]:
        """Every conflict with a reading that could change a level, and the standard with its binding marks."""
        return tuple(
            (conflict, self.changed(scenes=_marked(self.scenes, conflict.variant)))
            for conflict in self.conflicts
            if conflict.variant is not None
        )

    def changed(self, **fields: Any) -> "Standard":
        """Return the standard with other values for some fields (`model_copy` would keep what was derived from the old)."""
        return Standard(**{name: getattr(self, name) for name in Standard.model_fields} | fields)

    @cached_property
    def _placed(self) -> tuple[tuple[Dimension, Question], ...]:
        return tuple(
            (dimension, question)
            for dimension in self.dimensions
            for indicator in dimension.indicators
            for question in indicator.questions
        )


def _marked(scenes: tuple[Scene, ...], variant: Variant) -> tuple[Scene, ...]:
    return tuple(
        scene.model_copy(update={"binding": variant.binding.get(scene.id, scene.binding)}) for scene in scenes
    )


def load_standards(data_dir: Path = DATA) -> dict[str, Standard]:
    """Return every standard under `data_dir`/standards by id, newest edition first.

    Raises:
        KnowledgeError: Names the file, the key and the reason.
    """
    found: dict[str, Standard] = {}
    for path in sorted((data_dir / "standards").glob("*.yaml")):
        standard = parse(Standard, read_yaml(path), file=path.name)
        if standard.id in found:
            raise KnowledgeError(path.name, "id", f"与另一份标准重复：{standard.id}")
        verify(standard, file=path.name)
        found[standard.id] = standard
    for standard in found.values():
        if standard.predecessor is not None and standard.predecessor not in found:
            raise KnowledgeError(standard.id + ".yaml", "predecessor", f"未收录：{standard.predecessor}")
    return dict(sorted(found.items(), key=lambda pair: pair[1].edition, reverse=True))


def verify(standard: Standard, *, file: str) -> None:
    """Check a standard against itself: sums, products, ids, references.

    Raises:
        KnowledgeError: The first contradiction.
    """
    known = _unique(file, "sources", (source.key for source in standard.sources))
    for key, sources in _cited(standard):
        if missing := [source for source in sources if source not in known]:
            raise KnowledgeError(file, key, f"来源未列出：{missing[0]}")
    if not standard.scorable:
        if not standard.why_not:
            raise KnowledgeError(file, "why_not", "不可评分的标准须说明已知什么、缺什么")
        return
    if standard.level_rule is None or not standard.questions:
        raise KnowledgeError(file, "scorable", "可评分的标准须有题目与等级规则")
    if standard.level_rule.decided_by == "total_and_scenes" and not standard.scenes:
        raise KnowledgeError(file, "scenes", "等级规则要看场景，却没有场景")
    _unique(file, "id", [*standard.questions, *standard.scene])
    if len(standard.questions) != len(standard._placed) or len(standard.scene) != len(standard.scenes):
        raise KnowledgeError(file, "id", "题目或场景编号重复")
    _verify_points(standard, file)
    _verify_scenes(standard, standard.level_rule, file)
    _verify_rules(standard, file)


def _cited(standard: Standard) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield every place that names sources."""
    for dimension in standard.dimensions:
        yield f"dimensions.{dimension.id}", dimension.source
    for question in standard.questions.values():
        yield question.id, question.source
        for need in question.option_needs:
            yield f"{question.id}.option_needs", need.source
    for scene in standard.scenes:
        yield scene.id, scene.source
    if standard.level_rule:
        yield "level_rule", standard.level_rule.source
    for use in standard.known:
        yield "known", use.source
    for conflict in standard.conflicts:
        yield conflict.id, tuple(conflict.readings)


def _unique(file: str, key: str, ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise KnowledgeError(file, key, f"重复：{one}")
        seen.add(one)
    return seen


def _verify_points(standard: Standard, file: str) -> None:
    """Check that every share adds up to 100 % and every number of points is its share of the one above."""
    scored = [dimension for dimension in standard.dimensions if dimension.judged_by == "points"]
    _sum(file, "dimensions", [dimension.weight_percent or Decimal(0) for dimension in scored])
    for dimension in scored:
        _share(file, dimension.id, dimension.weight_percent, Decimal(100), dimension.max_points)
        top = dimension.max_points or Decimal(0)
        _sum(file, dimension.id, [indicator.weight_percent for indicator in dimension.indicators])
        for indicator in dimension.indicators:
            _share(file, indicator.name, indicator.weight_percent, top, indicator.max_points)
            _sum(file, indicator.name, [question.weight_percent for question in indicator.questions])
            for question in indicator.questions:
                _share(file, question.id, question.weight_percent, indicator.max_points, question.max_points)
                _verify_options(question, file)


def _verify_options(question: Question, file: str) -> None:
    _unique(file, question.id, (option.key for option in question.options))
    for option in question.options:
        where = f"{question.id}.{option.key}"
        _share(file, where, option.weight_percent, question.max_points, option.points)
        if option.exclusive and option.points:
            raise KnowledgeError(file, where, "“无”不应有分")
        if (question.measure is None) != (option.band is None):
            raise KnowledgeError(file, where, "有测量口径的题，每个选项都要有区间")
    for need in question.option_needs:
        if unknown := {need.option, *need.with_} - set(question.option):
            raise KnowledgeError(file, f"{question.id}.option_needs", f"没有选项 {min(unknown)}")
    if question.kind == "single" and any(
        above.points <= below.points for below, above in pairwise(question.options)
    ):
        raise KnowledgeError(file, question.id, "单选题的选项须按分值从低到高排列")
    if question.attainable[0] != 0 or question.attainable[-1] != question.max_points:
        raise KnowledgeError(file, question.id, "最低须为 0 分，最高须等于满分")


def _verify_scenes(standard: Standard, rule: LevelRule, file: str) -> None:
    groups = {group for dimension in standard.dimensions for group in dimension.groups}
    for scene in standard.scenes:
        if scene.group not in groups:
            raise KnowledgeError(file, scene.id, f"没有这一组场景：{scene.group}")
        if sorted(scene.levels) != list(range(1, len(scene.levels) + 1)):
            raise KnowledgeError(file, f"{scene.id}.levels", "等级须从 1 起连续")
    steps = rule.steps
    if [step.level for step in steps] != list(range(1, len(steps) + 1)):
        raise KnowledgeError(file, "level_rule", "等级须从 1 起连续")
    for below, above in pairwise(steps):
        # Nested conditions make "the highest level all of whose conditions hold" the same as climbing step by step.
        if (
            above.min_total < below.min_total
            or (above.scene_level or 0) < (below.scene_level or 0)
            or above.min_scenes < below.min_scenes
            or above.min_binding_scenes < below.min_binding_scenes
        ):
            raise KnowledgeError(file, f"level_rule.{above.level}", "高一级的条件不能低于低一级")
    binding = sum(scene.binding for scene in standard.scenes)
    for step in steps:
        if step.min_scenes > len(standard.scenes) or step.min_binding_scenes > binding:
            raise KnowledgeError(file, f"level_rule.{step.level}", "要求的场景数多于场景总数")


def _verify_rules(standard: Standard, file: str) -> None:
    """Check that the plausibility rules name questions, options and scenes there are."""
    named: list[tuple[BaseRule | CoverageRule, set[str], set[str]]] = []
    for base in standard.base_rules:
        named.append((base, {key for needed in base.needs.values() for key in needed}, set(base.needs)))
    for cover in standard.coverage_rules:
        named.append((cover, {*cover.most, *cover.none_at_zero}, set(cover.scenes)))
    for rule, options, scenes in named:
        if rule.question not in standard.questions:
            raise KnowledgeError(file, rule.id, f"没有题目 {rule.question}")
        known = standard.questions[rule.question].option
        if unknown := (options - set(known)) | (scenes - set(standard.scene)):
            raise KnowledgeError(file, rule.id, f"没有选项或场景 {min(unknown)}")
    for conflict in standard.conflicts:
        if conflict.variant is not None:
            strange = set(conflict.variant.binding) - set(standard.scene)
            strange |= set(conflict.variant.equal_options) - set(standard.questions)
            if strange:
                raise KnowledgeError(file, conflict.id, f"没有题目或场景 {min(strange)}")
    _verify_order(standard, file)


def _verify_order(standard: Standard, file: str) -> None:
    """Check that the order of building names every question and scene once, and options there are."""
    ordered = [id for wave in standard.build_order for id in (*wave.questions, *wave.scenes)]
    if ordered and sorted(ordered) != sorted([*standard.questions, *standard.scene]):
        raise KnowledgeError(file, "build_order", "须把每道题、每个场景恰好列一次")
    for wave in standard.build_order:
        for id, keys in wave.options.items():
            known = standard.questions[id].option if id in standard.questions else {}
            if strange := set(keys) - set(known):
                raise KnowledgeError(file, "build_order", f"{id} 没有选项 {min(strange)}")


def _sum(file: str, key: str, shares: Iterable[Decimal]) -> None:
    if (total := sum(shares, Decimal(0))) != 100:
        raise KnowledgeError(file, key, f"权重之和为 {total}，应为 100")


def _share(file: str, key: str, percent: Decimal | None, of: Decimal, points: Decimal | None) -> None:
    if percent is None or points is None or of * percent != points * 100:
        raise KnowledgeError(file, key, f"分值 {points} 不等于 {of} × {percent}%")
