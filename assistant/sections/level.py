"""Where the firm stands: level, points, scenes, and what in the answers does not fit together."""

from decimal import Decimal

from assistant.documents.words import item
from assistant.schema import Chart, QuestionScore, ScoreCard, Section, Table
from assistant.sections.work import LEVELS, NOT_ANSWERED, NOT_ASSESSED, TO_CONFIRM, Work, join, plain


def assessment(work: Work, id: str, title: str) -> Section:
    """Write the whole assessment: how it was done, level and points, questions, scenes, doubts."""
    below = [result(work, f"{id}-result"), questions(work, f"{id}-questions"), scenes(work, f"{id}-scenes")]
    doubts = doubtful(work, f"{id}-doubts")
    return Section(
        id=id,
        title=title,
        paragraphs=how(work),
        sections=(*below, *([doubts] if doubts else [])),
    )


def how(work: Work) -> tuple[str, ...]:
    """Say when, by which standard and by whom it was assessed."""
    told = work.case.assessment
    work.confirm("评测方式（线上、线下）与评测人员姓名：案例未载")
    if told.assessed_on is None:
        work.confirm("评测日期：案例未载")
    open_ = len(work.card.unanswered)
    state = (
        f"其中{work.n(open_, '未作答题目与未评测场景数')}项尚未作答或评测，下文得分与等级以区间表示。"
        if open_
        else "题目与场景全部作答。"
    )
    return (
        f"评测日期为{work.day(told.assessed_on, 'assessment.assessed_on')}，按{work.standard.title}"
        f"{work.cite_standard()}进行，共{work.n(len(work.standard.questions), '标准题目数')}道计分题、"
        f"{work.n(len(work.standard.scenes), '标准场景数')}个业务场景。{state}"
        f"评测方式和评测人员姓名{TO_CONFIRM}。",
    )


def result(work: Work, id: str) -> Section:
    """Write level and points, with the radar."""
    card, rule = work.card, work.standard.level_rule
    total = points_text(work, card.total, card.total_high)
    if card.level is not None:
        verdict = f"按现有答案推算，综合等级为{LEVELS[card.level]}，总分{total}分。"
    else:
        verdict = (
            f"现有答案还不足以确定等级：缺失部分按最差补全为{LEVELS[card.level_low]}，按最好补全为"
            f"{LEVELS[card.level_high]}；已经确定的得分为{work.n(card.total, 'scoring.total')}分，"
            f"最高可能为{work.n(card.total_high, 'scoring.total_high')}分。"
        )
    texts = [verdict, _dimension_words(work)]
    if rule is not None:
        texts.append(
            f"等级由总分、达到相应等级的场景数、其中约束性场景数三项条件共同决定{work.cite_rule()}。"
            f"{rule.note}。"
        )
    rows = tuple(
        (one.name, points_plain(one.score, one.high), plain(one.max), rate(one.score, one.high, one.max))
        for one in card.dimensions
    )
    table = Table(
        title="评测得分表",
        header=("维度", "得分", "满分", "得分率"),
        rows=(
            *rows,
            (
                "合计",
                points_plain(card.total, card.total_high),
                "100",
                rate(card.total, card.total_high, Decimal(100)),
            ),
        ),
        note="数字化经营不计分，由十六个场景的等级评定，见下文。",
    )
    return Section(
        id=id,
        title="综合等级与得分",
        level=2,
        paragraphs=tuple(texts),
        tables=(table,),
        charts=(radar(work),),
    )


def _dimension_words(work: Work) -> str:
    ranked = sorted(work.card.dimensions, key=lambda one: one.score / one.max if one.max else Decimal(0))
    low, high = ranked[0], ranked[-1]
    text = (
        f"三个计分维度中，{high.name}得分率最高（{points_text(work, high.score, high.high)}／"
        f"{work.n(high.max, '标准满分')}分），{low.name}最低（{points_text(work, low.score, low.high)}／"
        f"{work.n(low.max, '标准满分')}分）。"
    )
    return text + "".join(weak_words(work))


def weak_words(work: Work) -> list[str]:
    """Say which answered questions lost most; nothing where none lost anything."""
    lost = sorted(
        (
            (one.max - one.score, one)
            for one in work.card.questions
            if one.score is not None and one.max > one.score
        ),
        key=lambda pair: -pair[0],
    )[:3]
    if not lost:
        return []
    told = join(f"{one.name}（失{work.n(points, f'{one.id} 满分减得分')}分）" for points, one in lost)
    return [f"已作答的题目中，失分最多的是{told}。"]


def questions(work: Work, id: str) -> Section:
    """Write the points question by question."""
    return Section(
        id=id,
        title="逐题得分",
        level=2,
        tables=(
            Table(
                title="逐题得分表",
                header=("题号", "指标", "现场作答", "得分", "满分"),
                rows=tuple(question_rows(work)),
            ),
        ),
    )


def question_rows(work: Work) -> list[tuple[str, str, str, str, str]]:
    """Return a row per question: id, name, what was answered, points, maximum."""
    rows = []
    for one in work.card.questions:
        question = work.standard.questions[one.id]
        options = [f"{key} {question.option[key].text}" for key in one.chosen or ()]
        answer = ("；".join(options) if len(options) > 3 else "\n".join(options)) or NOT_ANSWERED
        measured = work.case.assessment.measures.get(one.id)
        if measured is not None and question.measure:
            answer += f"\n（测得{question.measure.name}{plain(measured)}%）"
        rows.append((one.id, one.name, answer, _score_words(one), plain(one.max)))
    return rows


def _score_words(one: QuestionScore) -> str:
    if one.chosen is None:
        return TO_CONFIRM
    return plain(one.score) if one.score is not None else "须确认"


def scenes(work: Work, id: str) -> Section:
    """Write the sixteen scenes, as a strip and as a table with what was seen."""
    card, step = (
        work.card,
        next((one for one in work.standard.level_rule.steps if one.level == work.target), None)
        if work.standard.level_rule
        else None,
    )
    counts = {
        level: sum(scene.level == level for scene in card.scenes)
        for level in range(work.standard.top_level, -1, -1)
    }
    told = join(
        f"{LEVELS[level] if level else '未达一级'}{work.n(number, '场景计数')}个"
        for level, number in counts.items()
        if number
    )
    open_ = [scene.name for scene in card.scenes if scene.level is None]
    text = f"已评测的场景中，{told}。" if told else "十六个场景都还没有评测。"
    if open_:
        text += f"没有评测的有{work.n(len(open_), '未评测场景数')}个：{join(open_)}，{TO_CONFIRM}。"
        work.confirm(*(f"场景“{name}”的等级：未评测" for name in open_))
    if step is not None and step.scene_level:
        have = [scene for scene in card.scenes if (scene.level or 0) >= step.scene_level]
        binding = sum(scene.binding for scene in have)
        text += (
            f"达到{work.n(step.scene_level, '等级规则')}级及以上的有{work.n(len(have), '场景计数')}个，"
            f"其中约束性场景{work.n(binding, '约束性场景计数')}个。"
        )
    rows = tuple(
        (
            f"{scene.id} {scene.name}",
            "约束性" if scene.binding else "指导性",
            NOT_ASSESSED if scene.level is None else f"{scene.level}级",
            _meaning(work, scene.id, scene.level),
        )
        for scene in card.scenes
    )
    return Section(
        id=id,
        title="十六个场景的等级",
        level=2,
        paragraphs=(text,),
        charts=(strip(work),),
        sections=(
            Section(
                id=f"{id}-table",
                title="逐场景定级",
                level=3,
                tables=(
                    Table(
                        title="十六个场景定级表",
                        header=("场景", "性质", "现状等级", "该等级的含义（归纳）"),
                        rows=rows,
                    ),
                ),
            ),
        ),
    )


def _meaning(work: Work, scene: str, level: int | None) -> str:
    if level is None:
        return TO_CONFIRM
    return work.standard.scene[scene].levels.get(level, "未达到一级要求")


def doubtful(work: Work, id: str) -> Section | None:
    """Write what in the answers does not fit together; None where all fits."""
    found = work.card.inconsistencies
    if not found:
        return None
    work.confirm(*(check.text for check in found))
    return Section(
        id=id,
        title="需要核对的答案",
        level=2,
        paragraphs=(
            "下列答案之间对不上，或与测得的数据对不上。分值仍按所填答案计算，请在现场核对后更正。",
            *(item(check.text) for check in found),
        ),
    )


# ---------------------------------------------------------------- pictures


def radar(work: Work) -> Chart:
    """Return the radar: three scored dimensions by points, the four scene groups by mean level."""
    groups = list(dict.fromkeys(scene.group for scene in work.standard.scenes))
    labels = [one.name for one in work.card.dimensions] + [_short(group) for group in groups]
    series = {"现状": _shares(work.card, groups)}
    if work.shows_plan and work.advised.steps:
        series["方案完成后（推算）"] = _shares(work.after, groups)
    return Chart(
        kind="radar",
        title="各维度得分率与场景组成熟度（%，未评测按零计）",
        labels=tuple(labels),
        series=series,
        max=100,
    )


def _shares(card: ScoreCard, groups: list[str]) -> tuple[float, ...]:
    found = [float(one.score / one.max * 100) if one.max else 0.0 for one in card.dimensions]
    for group in groups:
        levels = [scene.level or 0 for scene in card.scenes if scene.group == group]
        found.append(sum(levels) / (4 * len(levels)) * 100)
    return tuple(round(value, 1) for value in found)


def strip(work: Work) -> Chart:
    """Return the heat strip of the scenes: today, and after the plan where there is one."""
    series = {"现状": tuple(None if one.level is None else float(one.level) for one in work.card.scenes)}
    if work.shows_plan and work.scene_steps:
        series["方案后"] = tuple(None if one.level is None else float(one.level) for one in work.after.scenes)
    return Chart(
        kind="scenes",
        title="十六个场景等级（★为约束性场景）",
        labels=tuple(f"{one.name}{'★' if one.binding else ''}" for one in work.card.scenes),
        series=series,
        groups=tuple(_short(one.group) for one in work.card.scenes),
        max=4,
    )


def _short(group: str) -> str:
    return group.removesuffix("数字化")


# ---------------------------------------------------------------- numbers


def points_text(work: Work, low: Decimal, high: Decimal) -> str:
    """Return points for prose: 59.35, or 18.75至68.75 where answers are missing."""
    if low == high:
        return work.n(low, "scoring")
    return f"{work.n(low, 'scoring')}至{work.n(high, 'scoring')}"


def points_plain(low: Decimal, high: Decimal) -> str:
    """Return points for a table."""
    return plain(low) if low == high else f"{plain(low)}～{plain(high)}"


def rate(low: Decimal, high: Decimal, most: Decimal) -> str:
    """Return a share of the maximum in percent, one decimal place."""
    if not most:
        return "—"
    first, last = (f"{(value / most * 100).quantize(Decimal('0.1'))}%" for value in (low, high))
    return first if low == high else f"{first}～{last}"
