"""Answers and scene levels -> points and level, exactly; an interval where something is missing.

The level is the highest N for which all three hold: total >= min_total, scenes at N or above >= min_scenes,
binding scenes among them >= min_binding_scenes. All three only rise with better answers, so the level with every open
item at its worst, and with every open item at its best, bound all completions exactly.

Three things the standard leaves to the reader, and what is done here:

- A question not answered, or answered with an empty list, is open: it may yet bring anything from 0 to its maximum.
- 无 chosen together with other options contradicts itself. Both readings (only 无; only the others) stay possible: 0 points
  are certain, the points of the others are the upper bound, and the level is null where the two readings differ. Counting
  the others would credit what the answer itself denies; striking them would hide what was seen on site.
- Two options of a single-choice question: the lowest and the highest of those chosen are the bounds.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from assistant.schema import (
    Check,
    DimensionScore,
    Gap,
    NextLevel,
    QuestionScore,
    SceneLevel,
    ScoreCard,
)
from knowledge.case import Assessment
from knowledge.errors import InputError
from knowledge.standard import LevelRule, LevelStep, Question, Standard

ZERO = Decimal(0)


class Span(NamedTuple):
    """The least and the most an item can be worth, given what was answered: points, or a scene level."""

    low: Decimal
    high: Decimal


class Counts(NamedTuple):
    """What the level rule looks at: points, and for each step the scenes and binding scenes at its level."""

    total: Decimal
    scenes: tuple[int, ...]
    binding: tuple[int, ...]


def score(standard: Standard, assessment: Assessment) -> ScoreCard:
    """Work out points, scene levels and the overall level.

    Raises:
        InputError: The standard cannot be scored, or an answer names a question, option, scene or level it does
            not have.
    """
    rule = require_scorable(standard)
    validate(standard, assessment)
    spans = spans_of(standard, assessment)
    low = count(standard, rule, {id: span.low for id, span in spans.items()})
    settled = all(span.low == span.high for span in spans.values())
    high = low if settled else count(standard, rule, {id: span.high for id, span in spans.items()})
    level_low, level_high = reached(rule, low), reached(rule, high)
    return ScoreCard(
        standard=standard.id,
        dimensions=_dimensions(standard, spans),
        questions=tuple(_question(standard, id, spans[id], assessment) for id in standard.questions),
        total=plain(low.total),
        total_high=plain(high.total),
        scenes=tuple(
            SceneLevel(
                id=scene.id,
                name=scene.name,
                group=scene.group,
                binding=scene.binding,
                level=assessment.scenes.get(scene.id),
            )
            for scene in standard.scenes
        ),
        level=level_low if level_low == level_high else None,
        level_low=level_low,
        level_high=level_high,
        unanswered=_unanswered(standard, rule, assessment, spans, low, high),
        next_level=_next_level(rule, level_low, low),
        inconsistencies=inconsistencies(standard, assessment),
        certainty=rule.certainty,
        notes=_notes(standard, rule, assessment, spans, level_low, level_high),
    )


def require_scorable(standard: Standard) -> LevelRule:
    """Return the level rule of a standard that can be scored.

    Raises:
        InputError: Its tables are not established; the message says what is known.
    """
    if not standard.scorable or standard.level_rule is None:
        raise InputError(
            "assessment.standard", f"{standard.title}不能评分：{standard.why_not}", "请改用可评分的标准"
        )
    return standard.level_rule


def validate(standard: Standard, assessment: Assessment) -> None:
    """Check that every answer names what the standard has.

    Raises:
        InputError: Names the first place that does not fit, and what would.
    """
    if assessment.standard != standard.id:
        raise InputError(
            "assessment.standard",
            f"答卷按 {assessment.standard} 填写，不是 {standard.id}",
            "请选用同一份标准",
        )
    for id, chosen in assessment.answers.items():
        where = f"assessment.answers.{id}"
        _known(where, "没有这道题", id, standard.questions)
        for key in chosen:
            _known(where, f"没有选项 {key}", key, standard.questions[id].option)
    for id, level in assessment.scenes.items():
        where = f"assessment.scenes.{id}"
        _known(where, "没有这个场景", id, standard.scene)
        top = max(standard.scene[id].levels)
        if isinstance(level, bool) or not 0 <= level <= top:
            raise InputError(where, f"场景等级 {level} 超出范围", f"请填 0 至 {top} 的整数")
    for id, value in assessment.measures.items():
        where = f"assessment.measures.{id}"
        _known(where, "没有这道题", id, standard.questions)
        question = standard.questions[id]
        if question.measure is None:
            raise InputError(where, "这道题不按测量值评定", "请删去该项")
        if not any(option.band and option.band.holds(value) for option in question.options):
            raise InputError(where, f"{question.measure.name} {value}% 不在任何选项的区间内", "请核对测量值")


def _known(where: str, what: str, key: str, known: Mapping[str, object]) -> None:
    if key not in known:
        names = list(known)
        raise InputError(
            where, what, f"可用的是 {names[0]} 至 {names[-1]}" if names else "这份标准没有这类项目"
        )


def spans_of(standard: Standard, assessment: Assessment) -> dict[str, Span]:
    """Return for every question and scene the least and most it can be worth."""
    spans = {
        id: _points(question, assessment.answers.get(id, ())) for id, question in standard.questions.items()
    }
    for scene in standard.scenes:
        level = assessment.scenes.get(scene.id)
        if level is None:
            spans[scene.id] = Span(ZERO, Decimal(max(scene.levels)))
        else:
            spans[scene.id] = Span(Decimal(level), Decimal(level))
    return spans


def _points(question: Question, chosen: tuple[str, ...]) -> Span:
    if not chosen:
        return Span(question.attainable[0], question.attainable[-1])
    options = [question.option[key] for key in sorted(set(chosen))]
    points = [option.points for option in options]
    if question.kind == "single":
        return Span(min(points), max(points))
    total = sum(points, ZERO)
    return Span(ZERO if _denied(question, chosen) else total, total)


def _denied(question: Question, chosen: tuple[str, ...]) -> bool:
    """Return whether 无 stands beside another option."""
    return len(set(chosen)) > 1 and any(question.option[key].exclusive for key in chosen)


def count(standard: Standard, rule: LevelRule, values: Mapping[str, Decimal]) -> Counts:
    """Return what the level rule looks at when every question and scene is worth `values`."""
    total = sum((values[id] for id in standard.questions), ZERO)
    scenes, binding = [], []
    for step in rule.steps:
        need = step.scene_level or 0
        at = [scene.binding for scene in standard.scenes if values[scene.id] >= need]
        scenes.append(len(at))
        binding.append(sum(at))
    return Counts(total, tuple(scenes), tuple(binding))


def reached(rule: LevelRule, counts: Counts) -> int:
    """Return the highest level all of whose conditions hold; 0 is none."""
    for index in range(len(rule.steps) - 1, -1, -1):
        step = rule.steps[index]
        if (
            counts.total >= step.min_total
            and counts.scenes[index] >= step.min_scenes
            and counts.binding[index] >= step.min_binding_scenes
        ):
            return step.level
    return 0


def plain(value: Decimal) -> Decimal:
    """Return the same number without trailing zeros or exponent: 80.000 as 80."""
    whole = value.to_integral_value()
    return whole + ZERO if value == whole else value.normalize()


def _dimensions(standard: Standard, spans: Mapping[str, Span]) -> tuple[DimensionScore, ...]:
    return tuple(
        DimensionScore(
            id=dimension.id,
            name=dimension.name,
            score=plain(sum((spans[id].low for id in ids), ZERO)),
            max=dimension.max_points or ZERO,
            high=plain(sum((spans[id].high for id in ids), ZERO)),
        )
        for dimension in standard.dimensions
        if dimension.judged_by == "points"
        for ids in [[q.id for indicator in dimension.indicators for q in indicator.questions]]
    )


def _question(standard: Standard, id: str, span: Span, assessment: Assessment) -> QuestionScore:
    question = standard.questions[id]
    chosen = assessment.answers.get(id) or None
    return QuestionScore(
        id=id,
        name=question.name,
        dimension=standard.dimension_of[id].id,
        chosen=tuple(sorted(set(chosen))) if chosen else None,
        score=plain(span.low) if span.low == span.high else None,
        max=question.max_points,
    )


def _next_level(rule: LevelRule, level: int, counts: Counts) -> NextLevel | None:
    """Return what is certain to be short of the level above the one that is certain."""
    for index, step in enumerate(rule.steps):
        if step.level > level:
            return NextLevel(
                level=step.level,
                points_short=plain(max(ZERO, step.min_total - counts.total)),
                scenes_short=max(0, step.min_scenes - counts.scenes[index]),
                binding_short=max(0, step.min_binding_scenes - counts.binding[index]),
            )
    return None


# ---------------------------------------------------------------- what to ask first


def _unanswered(
    standard: Standard,
    rule: LevelRule,
    assessment: Assessment,
    spans: Mapping[str, Span],
    low: Counts,
    high: Counts,
) -> tuple[str, ...]:
    """Return the open items, the one whose answer narrows the level interval most first.

    For each open item: the width of the interval after it is answered, averaged over every value it can take while all
    others stay open. Ties go to the item that alone covers the larger share of what is short of the levels in
    question (points, scenes, binding scenes), then to the order of the form.
    """
    open_ = [id for id in standard.questions if not assessment.answers.get(id)]
    open_ += [id for id in standard.scene if id not in assessment.scenes]
    if not open_:
        return ()
    order = {id: place for place, id in enumerate(open_)}
    keys = {
        id: (_width_after(standard, rule, id, spans[id], low, high), -_reach(standard, rule, id, low, high))
        for id in open_
    }
    return tuple(sorted(open_, key=lambda id: (*keys[id], order[id])))


def _width_after(
    standard: Standard, rule: LevelRule, id: str, span: Span, low: Counts, high: Counts
) -> Fraction:
    if id in standard.questions:
        values = standard.questions[id].attainable
        widths = [
            reached(rule, high._replace(total=high.total - span.high + value))
            - reached(rule, low._replace(total=low.total - span.low + value))
            for value in values
        ]
        return Fraction(sum(widths), len(widths))
    scene = standard.scene[id]
    levels = range(max(scene.levels) + 1)
    widths = []
    for level in levels:
        # An open scene stands at 0 below and at its top above: counted in `high` for every step, in `low` for none.
        gained = [level >= (step.scene_level or 0) > 0 for step in rule.steps]
        lost = [level < (step.scene_level or 0) for step in rule.steps]
        widths.append(
            reached(rule, _shift(high, lost, -1, scene.binding))
            - reached(rule, _shift(low, gained, 1, scene.binding))
        )
    return Fraction(sum(widths), len(widths))


def _shift(counts: Counts, where: list[bool], by: int, binding: bool) -> Counts:
    return Counts(
        counts.total,
        tuple(n + by * hit for n, hit in zip(counts.scenes, where, strict=True)),
        tuple(n + by * (hit and binding) for n, hit in zip(counts.binding, where, strict=True)),
    )


def _reach(standard: Standard, rule: LevelRule, id: str, low: Counts, high: Counts) -> Fraction:
    """Return how much of what is short of the levels still open the item could cover alone."""
    share = Fraction(0)
    bottom, top = reached(rule, low), reached(rule, high)
    for index, step in enumerate(rule.steps):
        if not bottom < step.level <= top:
            continue
        if id in standard.questions:
            short = step.min_total - low.total
            if short > 0:
                share += min(Fraction(1), Fraction(standard.questions[id].max_points) / Fraction(short))
            continue
        if (missing := step.min_scenes - low.scenes[index]) > 0:
            share += Fraction(1, missing)
        if standard.scene[id].binding and (missing := step.min_binding_scenes - low.binding[index]) > 0:
            share += Fraction(1, missing)
    return share


# ---------------------------------------------------------------- what does not fit together


def inconsistencies(standard: Standard, assessment: Assessment) -> tuple[Check, ...]:
    """Return what in the answers does not fit together; nothing of it changes a point."""
    found: list[Check] = []
    for id, question in standard.questions.items():
        chosen = assessment.answers.get(id, ())
        if chosen:
            found += _within(question, chosen)
        if id in assessment.measures:
            found += _against_measure(question, chosen, assessment.measures[id])
    found += _under_scenes(standard, assessment)
    found += _coverage(standard, assessment)
    return tuple(found)


def _within(question: Question, chosen: tuple[str, ...]) -> list[Check]:
    found = []
    keys = sorted(set(chosen))
    title = f"{question.id} {question.name}"
    if question.kind == "single" and len(keys) > 1:
        found.append(
            Check(
                id=f"single:{question.id}",
                severity="block",
                text=f"{title}是单选题，却选了{'、'.join(keys)}；按其中最低与最高给出区间，请确认一项",
                facts=(question.id,),
            )
        )
    if question.kind == "multi" and _denied(question, chosen):
        none = next(key for key in keys if question.option[key].exclusive)
        others = "、".join(key for key in keys if key != none)
        found.append(
            Check(
                id=f"exclusive:{question.id}",
                severity="block",
                text=f"{title}选了{none}（{question.option[none].text}）又选了{others}，自相矛盾；"
                "下限按 0 分、上限按其余各项计，请确认",
                facts=(question.id,),
            )
        )
    for need in question.option_needs:
        missing = [key for key in need.with_ if key not in keys]
        if need.option in keys and missing:
            found.append(
                Check(
                    id=f"needs:{question.id}.{need.option}",
                    severity="warn",
                    text=f"{title}选了{need.option}而未选{'、'.join(missing)}；{need.text}。分值照选项计，请核对",
                    facts=(question.id,),
                )
            )
    return found


def _against_measure(question: Question, chosen: tuple[str, ...], value: Decimal) -> list[Check]:
    right = next(option.key for option in question.options if option.band and option.band.holds(value))
    if set(chosen) == {right} or question.measure is None:
        return []
    told = f"选的是{'、'.join(sorted(set(chosen)))}" if chosen else "尚未作答"
    return [
        Check(
            id=f"measure:{question.id}",
            severity="warn" if chosen else "info",
            text=f"{question.id} {question.measure.name}测得 {value}%，对应选项 {right}"
            f"（{question.option[right].text}），{told}；计分以所选为准，请核对",
            facts=(question.id,),
        )
    ]


def _under_scenes(standard: Standard, assessment: Assessment) -> list[Check]:
    found = []
    for rule in standard.base_rules:
        chosen = set(assessment.answers.get(rule.question, ()))
        if not chosen:
            continue
        hanging = [
            id
            for id, options in rule.needs.items()
            if assessment.scenes.get(id, 0) >= rule.level and not chosen & set(options)
        ]
        if hanging:
            names = "、".join(f"{id} {standard.scene[id].name}" for id in hanging)
            found.append(
                Check(
                    id=rule.id,
                    severity="warn",
                    text=rule.text.replace("{scenes}", names) + "；请现场核对",
                    facts=(rule.question, *hanging),
                )
            )
    return found


def _coverage(standard: Standard, assessment: Assessment) -> list[Check]:
    found = []
    for rule in standard.coverage_rules:
        chosen = set(assessment.answers.get(rule.question, ()))
        if len(chosen) != 1:
            continue
        question = standard.questions[rule.question]
        key = next(iter(chosen))
        title = f"{question.id} {question.name}选{key}（{question.option[key].text}）"
        at = [id for id in rule.scenes if assessment.scenes.get(id, 0) >= rule.level]
        if key in rule.most and len(at) > rule.most[key]:
            found.append(
                Check(
                    id=f"{rule.id}:more",
                    severity="warn",
                    text=f"{title}，但有{len(at)}个场景达到{rule.level}级（以信息化系统承载）；"
                    f"该选项至多对应{rule.most[key]}个，请核对选项或场景等级",
                    facts=(question.id, *at),
                )
            )
        zero = [id for id in rule.scenes if assessment.scenes.get(id) == 0]
        if key in rule.none_at_zero and zero:
            names = "、".join(f"{id} {standard.scene[id].name}" for id in zero)
            found.append(
                Check(
                    id=f"{rule.id}:zero",
                    severity="warn",
                    text=f"{title}，但{names}为0级；请核对",
                    facts=(question.id, *zero),
                )
            )
    return found


def _notes(
    standard: Standard,
    rule: LevelRule,
    assessment: Assessment,
    spans: Mapping[str, Span],
    low: int,
    high: int,
) -> tuple[str, ...]:
    notes = [rule.note]
    if low != high:
        notes.append(
            f"等级尚不能定：按最差补全为{level_name(standard, low)}，按最好补全为{level_name(standard, high)}"
        )
    notes += _sensitive(standard, rule, assessment, spans, low, high)
    contradictory = [id for id, span in spans.items() if span.low != span.high and assessment.answers.get(id)]
    if contradictory:
        notes.append(f"{'、'.join(contradictory)} 的回答自相矛盾，按区间计分，须先确认")
    return tuple(notes)


def _sensitive(
    standard: Standard,
    rule: LevelRule,
    assessment: Assessment,
    spans: Mapping[str, Span],
    low: int,
    high: int,
) -> list[str]:
    """Return where the reading of the standard that was not chosen would give this assessment another level."""
    notes = []
    for conflict, other in standard.readings:
        if conflict.variant is None:
            continue
        shared = {
            id: _equal_share(standard.questions[id], spans[id], assessment.answers.get(id, ()))
            for id in conflict.variant.equal_options
        }
        read = {**spans, **shared}
        bounds = [reached(rule, count(other, rule, {id: span.low for id, span in read.items()}))]
        if any(span.low != span.high for span in read.values()):
            bounds.append(reached(rule, count(other, rule, {id: span.high for id, span in read.items()})))
        if (bounds[0], bounds[-1]) != (low, high):
            found = "至".join(dict.fromkeys(level_name(standard, level) for level in bounds))
            notes.append(f"来源有分歧（{conflict.id}）：{conflict.variant.text}，等级为{found}")
    return notes


def _equal_share(question: Question, span: Span, chosen: tuple[str, ...]) -> Span:
    """Return the points where every option but 无 brings the same; an open or contradictory answer keeps its bounds."""
    if span.low != span.high or not chosen:
        return span
    counted = sum(not question.option[key].exclusive for key in set(chosen))
    points = question.max_points * counted / sum(not option.exclusive for option in question.options)
    return Span(points, points)


def level_name(standard: Standard, level: int) -> str:
    """Return 三级, or 未达一级 for 0."""
    if level == 0 or standard.level_rule is None:
        return "未达一级"
    return standard.level_rule.step(level).name


# ---------------------------------------------------------------- gaps


def gaps(standard: Standard, card: ScoreCard, target: int) -> tuple[Gap, ...]:
    """Return what could close the distance to `target`, condition by condition; nothing where a condition holds already.

    Points: every question that can still gain, the largest gain first. Scenes: every scene below the level the target
    counts, binding and nearest first; where all scenes still missing must be binding ones, guiding ones are left out.
    What is not assessed counts as not yet there and says so (`now` is None).

    Raises:
        InputError: The standard has no level `target`.
    """
    step = require_level(standard, target)
    return (*_point_gaps(standard, card, step), *_scene_gaps(standard, card, step))


def require_level(standard: Standard, target: int) -> LevelStep:
    """Return the step of level `target`.

    Raises:
        InputError: The standard cannot be scored or has no such level.
    """
    rule = require_scorable(standard)
    for step in rule.steps:
        if step.level == target:
            return step
    raise InputError(
        "needs.target_level", f"没有等级 {target}", f"请填 {rule.steps[0].level} 至 {rule.steps[-1].level}"
    )


def _point_gaps(standard: Standard, card: ScoreCard, step: LevelStep) -> list[Gap]:
    short = plain(step.min_total - card.total)
    if short <= 0:
        return []
    found = []
    for asked in card.questions:
        question = standard.questions[asked.id]
        chosen = asked.chosen or ()
        now = _points(question, chosen).low if chosen else ZERO
        gain = plain(question.max_points - now)
        if gain <= 0:
            continue
        if question.kind == "multi":
            better = [o.key for o in question.options if o.points > 0 and o.key not in chosen]
        else:
            better = [option.key for option in question.options if option.points > now]
        found.append(
            Gap(
                kind="question",
                condition="points",
                id=asked.id,
                name=asked.name,
                group=asked.dimension,
                now="".join(chosen) if chosen else None,
                need="".join(better) or "".join(chosen),
                short=gain,
                why=f"总分距{step.name}差{short}分，此题最多还可得{gain}分",
            )
        )
    return sorted(found, key=lambda gap: -gap.short)


def _scene_gaps(standard: Standard, card: ScoreCard, step: LevelStep) -> list[Gap]:
    need = step.scene_level or 0
    at = [scene.binding for scene in card.scenes if (scene.level or 0) >= need]
    short, binding_short = step.min_scenes - len(at), step.min_binding_scenes - sum(at)
    if short <= 0 and binding_short <= 0:
        return []
    found = []
    for scene in card.scenes:
        now = scene.level or 0
        serves_binding = scene.binding and binding_short > 0
        if now >= need or not (serves_binding or short > max(0, binding_short)):
            continue
        which, missing = ("约束性场景", binding_short) if serves_binding else ("场景", short)
        found.append(
            Gap(
                kind="scene",
                condition="binding" if serves_binding else "scenes",
                id=scene.id,
                name=scene.name,
                group=scene.group,
                binding=scene.binding,
                now=scene.level,
                need=need,
                short=Decimal(need - now),
                why=f"达{need}级的{which}距{step.name}差{missing}个",
            )
        )
    order = list(standard.scene)
    return sorted(found, key=lambda gap: (gap.condition != "binding", gap.short, order.index(gap.id)))
