"""From where the firm stands to where it wants to be: pain, gaps, plan, goals, money."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from assistant.documents.words import item
from assistant.schema import Chart, Plan, Section, Step, Table
from assistant.sections.firm import wishes
from assistant.sections.work import LEVELS, NOT_ASSESSED, TO_CONFIRM, Work, join, plain, short_ids
from knowledge.policy import Status
from knowledge.region import NATION

_BASES = {"consultant": "顾问询价", "catalog": "目录公开价"}


# ---------------------------------------------------------------- pain and needs


def needs(work: Work, id: str, title: str) -> Section:
    """Write what the firm says hurts, and scene by scene what was seen and what is missing."""
    told = work.case.needs
    words = [f"企业自述：{told.notes}"] if told.notes else [f"企业没有书面描述痛点，{TO_CONFIRM}。"]
    if not told.notes:
        work.confirm("痛点与损失数据：案例未载，须访谈补记")
    return Section(
        id=id,
        title=title,
        sections=(
            Section(
                id=f"{id}-told",
                title="企业自述与约束条件",
                level=2,
                paragraphs=(*words, "项目的边界如下：", *wishes(work)),
            ),
            Section(
                id=f"{id}-seen",
                title="按业务环节的问题与需求",
                level=2,
                paragraphs=(_groups_words(work), _TABLE_WORDS),
                tables=(pains(work),),
            ),
        ),
    )


_TABLE_WORDS = (
    "下表把企业自述、现场所见与该场景下一级的要求对照，按产品生命周期、生产执行、供应链、管理决策四类排列。"
    "没有现场记录的不代写问题，由顾问访谈后补充影响与根因。"
)


def _groups_words(work: Work) -> str:
    """Say in which group the scenes below the target's level pile up, and how many have something seen on site."""
    need = _scene_level(work)
    low = [one for one in work.card.scenes if (one.level or 0) < need]
    if not low:
        return "各场景都已达到目标所需的等级。"
    groups = Counter(one.group.removesuffix("数字化") for one in low)
    told = join(
        f"{group}{work.n(count, '低于目标等级的场景计数')}个" for group, count in groups.most_common()
    )
    seen = [one.name for one in low if one.id in work.evidence]
    named = [one.name for one in low if one.id in work.named]
    text = f"低于目标所需等级的场景有{work.n(len(low), '低于目标等级的场景计数')}个：{told}。"
    if named:
        text += f"其中企业自己点名的有{join(named)}。"
    if seen:
        return text + f"{join(seen)}有现场记录。"
    return text + "这些场景都还没有现场记录。"


def pains(work: Work) -> Table:
    """Return scene, level, what was seen, what the next level takes, and two columns to fill in."""
    rows = []
    need = _scene_level(work)
    for scene in work.card.scenes:
        if scene.level is not None and scene.level >= need:
            continue
        told = [f"企业自述：{work.named[scene.id]}"] if scene.id in work.named else []
        seen = "\n".join((*told, *work.evidence.get(scene.id, []))) or "（无现场记录）"
        level = "0" if scene.level is None else str(scene.level)
        next_level = min(int(level) + 1, 4)
        wanted = work.standard.scene[scene.id].levels.get(next_level, "")
        now = NOT_ASSESSED if scene.level is None else f"{scene.level}级"
        rows.append(
            (
                scene.group.removesuffix("数字化"),
                f"{scene.id} {scene.name}",
                now,
                seen,
                f"{next_level}级：{wanted}",
            )
        )
    return Table(
        title="痛点需求清单",
        header=("类别", "场景", "现状", "企业自述与现场所见", "下一级需要做到"),
        rows=tuple(rows) or (("—", "—", "—", "各场景均已达到目标所需等级", "—"),),
        note="影响与根因须结合访谈和损失数据由顾问补写；未见数据的不作推断。",
    )


def _scene_level(work: Work) -> int:
    rule = work.standard.level_rule
    step = next((one for one in rule.steps if one.level == work.target), None) if rule else None
    return step.scene_level or 0 if step else 0


# ---------------------------------------------------------------- target and gaps


def gaps(work: Work, id: str, title: str) -> Section:
    """Write the target, its three conditions against today, and what could close each."""
    rule, card = work.standard.level_rule, work.card
    step = next((one for one in rule.steps if one.level == work.target), None) if rule else None
    wish = work.case.needs.target_level
    words = [
        f"企业提出的目标等级是{LEVELS[work.target]}。"
        if wish
        else f"企业没有提出目标等级，本报告按现状的上一级（{LEVELS[work.target]}）测算，{TO_CONFIRM}。"
    ]
    if not wish:
        work.confirm("目标等级：企业未提出")
    tables: list[Table] = []
    if step is not None:
        need = step.scene_level or 0
        have = [scene for scene in card.scenes if (scene.level or 0) >= need]
        binding = sum(scene.binding for scene in have)
        conditions = (
            ("总分", plain(step.min_total), _range(card.total, card.total_high), _short(step.min_total - card.total, "分")),
            (f"{need}级及以上场景数", str(step.min_scenes), str(len(have)), _short(Decimal(step.min_scenes - len(have)), "个")),
            (
                "其中约束性场景数", str(step.min_binding_scenes), str(binding),
                _short(Decimal(step.min_binding_scenes - binding), "个"),
            ),
        )  # fmt: skip
        tables.append(
            Table(
                title=f"{step.name}的三项条件与现状",
                header=("条件", f"{step.name}要求", "现状", "差距"),
                rows=conditions,
            )
        )
        words.append(short_of_target(work))
    if work.gaps:
        rows = tuple(
            (
                f"{gap.id} {gap.name}",
                "计分题" if gap.kind == "question" else "约束性场景" if gap.binding else "指导性场景",
                "未评" if gap.now is None else f"{gap.now}级" if gap.kind == "scene" else str(gap.now),
                f"{gap.need}级" if gap.kind == "scene" else f"{gap.need}",
                f"{plain(gap.short)}{'级' if gap.kind == 'scene' else '分'}",
            )
            for gap in work.gaps
        )
        tables.append(
            Table(
                title="差距分析表",
                header=("题目或场景", "类别", "现状", "可提升到", "差距"),
                rows=rows,
                note="表中是可以用来补足三项条件的全部选择，不必都做；取舍见下一章。",
            )
        )
    return Section(id=id, title=title, paragraphs=tuple(words), tables=tuple(tables))


def short_of_target(work: Work) -> str:
    """Say what is short of the three conditions of the target."""
    rule = work.standard.level_rule
    step = next((one for one in rule.steps if one.level == work.target), None) if rule else None
    if step is None:
        return ""
    have = [scene for scene in work.card.scenes if (scene.level or 0) >= (step.scene_level or 0)]
    binding = sum(scene.binding for scene in have)
    missing = []
    if work.card.total < step.min_total:
        missing.append(f"总分差{work.n(step.min_total - work.card.total, '等级规则 - scoring.total')}分")
    if len(have) < step.min_scenes:
        missing.append(f"场景差{work.n(step.min_scenes - len(have), '等级规则 - 场景计数')}个")
    if binding < step.min_binding_scenes:
        missing.append(
            f"约束性场景差{work.n(step.min_binding_scenes - binding, '等级规则 - 约束性场景计数')}个"
        )
    if not missing:
        return f"{step.name}的三项条件目前都已满足。"
    counted = "（未作答与未评测的按没有计）" if work.card.unanswered else ""
    return f"{step.name}的三项条件须同时满足，目前{'，'.join(missing)}{counted}。"


def _short(value: Decimal, unit: str) -> str:
    return "已满足" if value <= 0 else f"差{plain(value)}{unit}"


def _range(low: Decimal, high: Decimal) -> str:
    return plain(low) if low == high else f"{plain(low)}～{plain(high)}"


# ---------------------------------------------------------------- plan


def plan(work: Work, id: str, title: str) -> Section:
    """Write what to build, why these steps, in which order, and what else would do."""
    advised = work.advised
    below = [
        Section(
            id=f"{id}-choice",
            title="取舍",
            level=2,
            paragraphs=tuple(choice_words(work)),
            tables=left_table(work),
        ),
        Section(
            id=f"{id}-list",
            title="改造清单",
            level=2,
            paragraphs=_after_words(work),
            tables=(step_table(work, advised),),
        ),
    ]
    if advised.phases:
        below.append(
            Section(
                id=f"{id}-road",
                title="路线图",
                level=2,
                paragraphs=tuple(road_words(work)),
                charts=(road_map(work, advised),),
            )
        )
    if work.plan.alternatives:
        below.append(
            Section(
                id=f"{id}-others",
                title="备选方案",
                level=2,
                paragraphs=("下列方案同样达到目标，取舍不同，供企业比较：", *other_words(work)),
            )
        )
    return Section(id=id, title=title, sections=tuple(below))


def choice_words(work: Work) -> list[str]:
    """Say how the plan was chosen and whether it fits the budget."""
    made, advised = work.plan, work.advised
    if not advised.steps:
        if not made.reachable:
            work.confirm("部分步骤没有报价，须询价后重新测算")
        return [work.idle_words]
    proven = "，结果已证明最优" if advised.optimal else ""
    texts = []
    if work.card.level is None:
        texts.append(
            "评测还没有补齐，未作答和未评测的一律按没有计，本章只说明大致要做什么，不能据以采购或签约。"
        )
    texts.append(
        f"方案由程序在全部可行组合中按同一取舍次序求得（次序见下）{proven}。"
        f"共{work.n(len(advised.steps), '方案步骤数')}项，{cost_words(work, advised)}。"
    )
    if not made.reachable and made.least_budget is not None and work.case.needs.budget is not None:
        reach = LEVELS[made.level_within_budget or 0]
        texts.append(
            f"企业预算为{work.money(work.case.needs.budget, 'needs.budget')}，达到目标至少需要"
            f"{work.money(made.least_budget, 'planning.least_budget')}；预算之内最高可到{reach}。"
            "以下按达到目标的方案列出，是否追加预算由企业决定。"
        )
        work.confirm("预算不足以达到目标等级，是否追加须企业决定")
    elif not made.reachable and made.beyond_budget is not None:
        texts.append(
            "只算有报价的步骤就已超出企业预算，没有报价的还未计入；以下按达到目标的方案列出，是否追加预算由企业决定。"
        )
        work.confirm("预算不足以达到目标等级，是否追加须企业决定")
    elif not made.reachable:
        texts.append(
            f"现有报价的步骤全部采购也到不了{LEVELS[work.target]}，下面的步骤到{LEVELS[work.leads_to]}；缺报价的步骤须先询价。"
        )
        work.confirm("部分步骤没有报价，须询价后重新测算")
    elif made.within_budget and work.case.needs.budget is not None:
        left = work.case.needs.budget - advised.total_cost
        texts.append(f"在企业预算之内，尚余{work.money(left, 'needs.budget - planning.total_cost')}。")
    texts += _pain_words(work)
    texts += [
        item(short_ids(note))
        for note in advised.notes
        if note != (work.standard.level_rule.note if work.standard.level_rule else "")
    ]
    return texts


def _pain_words(work: Work) -> list[str]:
    """Say which scenes the firm named, or with something seen on site, the plan takes up, and which it leaves and why."""
    need = _scene_level(work)
    low = [one for one in work.card.scenes if (one.level or 0) < need]
    chosen = {step.id for step in work.advised.steps}
    why = {one.id: one.why for one in work.advised.left_out}
    texts = []
    for words, told in (
        ("企业自己点名的", set(work.named)),
        ("现场记录了问题的", set(work.evidence) - set(work.named)),
    ):
        taken = [one.name for one in low if one.id in told and one.id in chosen]
        left = [one for one in low if one.id in told and one.id not in chosen]
        if taken:
            texts.append(f"{words}场景中，{join(taken)}已列入方案。")
        texts += [
            f"{one.name}也是{words}，没有列入：{why[one.id]}。企业认为紧迫的可以加做，或放到下一期。"
            for one in left
            if one.id in why
        ]
    return texts


def left_table(work: Work) -> tuple[Table, ...]:
    """Return the scenes the plan leaves, each with the reason; () where it leaves none."""
    rows = tuple(
        (
            f"{one.id} {one.name}",
            "约束性" if one.binding else "指导性",
            NOT_ASSESSED if one.now is None else f"{one.now}级",
            one.named or "—",
            one.why,
        )
        for one in work.advised.left_out
    )
    if not rows:
        return ()
    header = ("场景", "性质", "现状", "企业自述", "没有列入的原因")
    return (Table(title="没有列入方案的场景与原因", header=header, rows=rows),)


def cost_words(work: Work, made: Plan) -> str:
    """Say what a plan costs, never adding money and effort."""
    if made.cost_basis == "money":
        return f"合计{work.money(made.total_cost, 'planning.total_cost')}"
    effort = f"{work.n(made.total_effort, 'planning.total_effort')}个工作量单位"
    if made.cost_basis == "effort":
        return f"都没有价格，以{effort}计，不能换算成金额"
    return f"有价部分合计{work.money(made.total_cost, 'planning.total_cost')}，另有{effort}的步骤没有价格"


def _after_words(work: Work) -> tuple[str, ...]:
    if not work.advised.steps:
        return ()
    after = work.after
    level = LEVELS[after.level] if after.level is not None else f"不低于{LEVELS[after.level_low]}"
    return (
        f"全部完成后推算总分{work.n(after.total, '方案完成后 scoring.total')}分，等级{level}。"
        "这是按标准分值推算的结果，能否达到以现场评定为准。",
    )


def step_table(work: Work, made: Plan) -> Table:
    """Return the N+X list: what, from, to, what it takes, cost and basis."""
    rows = tuple(
        (
            str(step.phase),
            f"{step.id} {step.name}",
            "N（共性）",
            f"{_now(step)} → {_to(step)}",
            _what(work, step),
            _cost(step),
        )
        for step in made.steps
    )
    own = tuple(
        (
            "—",
            wish,
            "X（个性）",
            "—",
            "写入采购要求与合同，作为所有相关产品的硬性条件",
            "含在相关步骤内，须询价确认",
        )
        for wish in work.case.needs.must
    )
    return Table(
        title="N+X 改造清单",
        header=("阶段", "题目或场景", "类别", "提升", "要做到什么", "费用"),
        rows=(*rows, *own) or (("—", "—", "—", "—", work.idle_words, "—"),),
    )


def _cost(step: Step) -> str:
    """Return the cost with its unit; a step without a price is to be asked for, and its effort is no money."""
    if step.cost_basis == "effort":
        return f"待询价\n（工作量{plain(step.cost)}）"
    return f"{plain(step.cost)} 万元\n（{_BASES[step.cost_basis]}）"


def _now(step: Step) -> str:
    if step.from_ is None:
        return "未评" if step.kind == "scene" else "未答"
    return f"{step.from_}级" if step.kind == "scene" else _spaced(str(step.from_))


def _to(step: Step) -> str:
    return f"{step.to}级" if step.kind == "scene" else _spaced(str(step.to))


def _spaced(letters: str) -> str:
    return "、".join(letters)


def _what(work: Work, step: Step) -> str:
    if step.kind == "scene":
        return work.standard.scene[step.id].levels.get(int(step.to), "")
    question = work.standard.questions[step.id]
    had = set(str(step.from_ or ""))
    return "；".join(question.option[key].text for key in str(step.to) if key not in had)


def road_words(work: Work) -> list[str]:
    """Say the order of the phases and where their days come from."""
    deadline = work.case.needs.deadline
    texts = []
    for phase in work.advised.phases:
        names = join(dict.fromkeys(name_of(work, one) for one in phase.steps))
        by = f"，{work.day(phase.by, 'planning.phases')}前完成" if phase.by else ""
        texts.append(item(f"{work.phase(phase.number)} {phase.name}：{names}{by}"))
    basis = (
        "各阶段的日期由评测日到企业要求的期限按步骤数均分得出，只表示先后与松紧，不是工期承诺；正式工期以合同为准。"
        if deadline and work.case.assessment.assessed_on
        else "企业没有给出期限，下图只表示先后次序，每一格不代表固定时长。"
    )
    return [*texts, basis]


def name_of(work: Work, id: str) -> str:
    """Return the name of a question or a scene."""
    return work.scene_name(id) if id in work.standard.scene else work.standard.questions[id].name


def road_map(work: Work, made: Plan) -> Chart:
    """Return the road map: months where start and deadline are known, else one unit per phase."""
    begun = work.case.assessment.assessed_on
    dated = begun is not None and all(phase.by for phase in made.phases)
    labels, starts, ends, groups = [], [], [], []
    start = 0.0
    for phase in made.phases:
        end = _months(begun, phase.by) if dated and begun and phase.by else start + 1.0
        for one in phase.steps:
            labels.append(name_of(work, one))
            starts.append(round(start, 1))
            ends.append(round(end, 1))
            groups.append(f"第{phase.number}阶段")
        start = end
    unit = "月" if dated else "次序"
    return Chart(
        kind="gantt",
        title="实施路线图" + ("（自评测日起的月数）" if dated else "（只表示先后次序）"),
        labels=tuple(labels),
        series={"开始": tuple(starts), "结束": tuple(ends)},
        groups=tuple(groups),
        max=round(start, 1),
        unit=unit,
    )


def _months(begin: date, end: date) -> float:
    return (end - begin).days / 30.4


def other_words(work: Work) -> list[str]:
    """Say each alternative in a line: what differs, what it costs."""
    base = {step.id for step in work.plan.steps}
    texts = []
    for n, other in enumerate(work.plan.alternatives, start=1):
        ids = {step.id for step in other.steps}
        more = join(dict.fromkeys(step.name for step in other.steps if step.id not in base)) or "无"
        less = join(dict.fromkeys(step.name for step in work.plan.steps if step.id not in ids)) or "无"
        aim = f"（{other.label}）" if other.label else ""
        texts.append(
            item(f"备选{work.n(n, '备选方案序号')}{aim}：改做{more}，不做{less}；{cost_words(work, other)}。")
        )
    return texts


# ---------------------------------------------------------------- goals


def goals(work: Work, id: str, title: str) -> Section:
    """Write goals with baseline and how each is measured; baselines nobody gave are left to fill in."""
    card = work.card
    now = LEVELS[card.level] if card.level is not None else TO_CONFIRM
    rows: list[tuple[str, ...]] = [
        ("综合等级", now, LEVELS[work.target], "评测系统或现场评定结果"),
        (
            "总分",
            _range(card.total, card.total_high),
            f"不低于{plain(_least(work))}",
            f"{work.standard.title}逐题计分",
        ),
    ]
    rows += [
        (f"{step.name}场景等级", _now(step), _to(step), "按标准该等级的要求逐条核验，留存系统截图与记录")
        for step in work.scene_steps
    ]
    for question in work.standard.questions.values():
        if question.measure is None or question.id not in {"q02", "q03"}:
            continue
        told = work.case.assessment.measures.get(question.id)
        step = next((one for one in work.advised.steps if one.id == question.id), None)
        aim = (
            "；".join(question.option[key].text for key in str(step.to))
            if step
            else "不低于现状"
            if told is not None
            else TO_CONFIRM
        )
        rows.append(
            (
                question.measure.name,
                f"{plain(told)}%" if told is not None else TO_CONFIRM,
                aim,
                question.measure.formula,
            )
        )
    for name, how in (
        ("月均产品合格率", "改造前后各取连续月份的统计报表"),
        ("每百元营业收入综合能耗", "综合能源消费量 ÷ 营业收入"),
        ("每百元营业收入成本", "营业成本 ÷ 营业收入"),
        ("人均营业收入", "营业收入 ÷ 职工人数"),
    ):
        rows.append((name, "", "", how))
    work.confirm("合格率、能耗、成本等成效指标的基线值：须从报表取数")
    return Section(
        id=id,
        title=title,
        paragraphs=(
            "目标分两类：等级目标由评测标准推出，可以直接写入合同验收；成效目标必须先有基线，没有基线的不写目标值，"
            "由企业从报表取数后与服务商商定，不采用厂商宣传的提升比例。",
        ),
        tables=(
            Table(
                title="目标—基线—口径表（空格待填写）",
                header=("指标", "基线", "目标", "口径与核验办法"),
                rows=tuple(rows),
            ),
        ),
        citations=(),
    )


def _least(work: Work) -> Decimal:
    rule = work.standard.level_rule
    return (
        next((one.min_total for one in rule.steps if one.level == work.target), Decimal(0))
        if rule
        else Decimal(0)
    )


# ---------------------------------------------------------------- money


def money(work: Work, id: str, title: str) -> Section:
    """Write what it costs by phase, and what is known and not known of public money."""
    advised = work.advised
    rows = []
    for phase in advised.phases:
        steps = [step for step in advised.steps if step.phase == phase.number]
        open_ = [step.name for step in steps if step.cost_basis == "effort"]
        rows.append(
            (
                f"第{phase.number}阶段 {phase.name}",
                join(dict.fromkeys(step.name for step in steps)),
                phase_cost(steps),
                f"{join(open_)}无价格，须询价" if open_ else "—",
            )
        )
    words = [
        f"全部步骤{cost_words(work, advised)}。金额来自顾问询价或产品公开价，"
        "不含企业内部人工、网络施工、数据整理和年度续费，签约前应取得正式报价并比价。"
        if advised.steps
        else work.idle_words
    ]
    return Section(
        id=id,
        title=title,
        paragraphs=tuple(words),
        tables=(
            Table(
                title="投入估算表（按阶段）",
                header=("阶段", "内容", "有价部分（万元）", "未定部分"),
                rows=tuple(rows) or (("—", "—", "—", "—"),),
            ),
            Table(
                title="费用归类表（待询价后填写）",
                header=("科目", "金额（万元）", "可补／不可补／未知", "依据"),
                rows=(
                    ("软件", "", "未知", ""),
                    ("云服务", "", "未知", ""),
                    ("数据采集与传输设备", "", "未知", ""),
                    ("咨询与评测", "", "未知", ""),
                    ("其他", "", "未知", ""),
                ),
                note="可补性只按企业所在城市的现行细则判断，见下文；没有见到细则的，一律写未知。",
            ),
        ),
        sections=(funding(work, f"{id}-fund"),),
    )


def phase_cost(steps: Sequence[Step]) -> str:
    """Return the money of the priced steps; 待询价 where none has a price, never a zero for what is not known."""
    priced = [step.cost for step in steps if step.cost_basis != "effort"]
    if not priced:
        return "待询价"
    return plain(sum(priced, Decimal(0))) + ("，另有待询价" if len(priced) < len(steps) else "")


def funding(work: Work, id: str) -> Section:
    """Write what schemes of the firm's places say on the day, and what is not known."""
    texts, rows = [], []
    for one in work.subsidies:
        mark = work.cite_clause(one.clause, one.title) if one.clause else ""
        said = one.reason
        if not one.refused and one.high:
            doubt = "" if one.status is Status.IN_FORCE else "，效力须先核实，核实前不能引用"
            said = f"{plain(one.low or Decimal(0))} 至 {plain(one.high)} 万元（估算{doubt}）"
        rows.append(
            (f"{one.title}{mark}", work.worth(one), said or "不给付", "；".join(one.assumptions) or "—")
        )
    place = work.case.enterprise.region or "企业所在地"
    local = any(work.kb.schemes[one.scheme].region != NATION for one in work.subsidies)
    day = work.day(work.on, "报告日")
    if not work.policies(local=True):
        texts.append(f"{work.no_local}本地的补助金额未知。")
    elif not local:
        texts.append(f"已收录的{work.region}及其上级省市的文件中没有补给企业的条款，本地的补助金额未知。")
    scope = "" if local else "国家一级"
    if work.usable:
        texts.append(
            f"下表是按{scope}文件条款推算的结果，附前提；是否给付、给付多少由主管部门决定，不能作为投资决策的确定收入。"
        )
    elif work.subsidies:
        texts.append(
            f"下表所列{scope or '当地和国家'}的项目没有一项能在{day}据以算出企业可得的补助，原因逐项见“结果”和“前提”两列。"
            "项目应按没有补助测算；如主管部门有新细则，以新细则为准。"
        )
    work.confirm(f"{place}现行奖补细则、申报窗口与可补科目：须向主管部门核实")
    table = (
        (Table(title="资金支持：已知与未知", header=("项目", "效力", "结果", "前提"), rows=tuple(rows)),)
        if rows
        else ()
    )
    return Section(id=id, title="资金支持：已知与未知", level=2, paragraphs=tuple(texts), tables=table)
