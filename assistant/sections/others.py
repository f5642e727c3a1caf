"""Sections of the other deliverables: what the case gives, and room for what it does not."""

from assistant.documents.words import item
from assistant.schema import Section, Table
from assistant.sections import forms, level, upgrades
from assistant.sections.closing import SIGNED
from assistant.sections.work import LEVELS, TO_CONFIRM, Work, join, plain


def process(work: Work, id: str, title: str) -> Section:
    """Write on what and how it was assessed, with room for schedule and people."""
    return Section(
        id=id,
        title=title,
        paragraphs=level.how(work),
        tables=(forms.blank("评估日程表"), forms.blank("评估人员表")),
    )


def foundation(work: Work, id: str, title: str) -> Section:
    """Write the points of the first dimension, question by question."""
    return _dimensions(work, id, title, ("foundation",), ("设备联网清单",))


def management(work: Work, id: str, title: str) -> Section:
    """Write the points of the other scored dimensions."""
    return _dimensions(work, id, title, ("management", "results"), ())


def _dimensions(work: Work, id: str, title: str, ids: tuple[str, ...], blanks: tuple[str, ...]) -> Section:
    chosen = [one for one in work.card.dimensions if one.id in ids]
    told = join(
        f"{one.name}{level.points_text(work, one.score, one.high)}分（满分{work.n(one.max, '标准满分')}分）"
        for one in chosen
    )
    rows = tuple(
        row
        for row, one in zip(level.question_rows(work), work.card.questions, strict=True)
        if one.dimension in ids
    )
    table = Table(
        title=f"{title}计分表",
        header=("题号", "指标", "现场作答", "得分", "满分"),
        rows=rows,
        note="作答依据见附录“答案与证据对照”。",
    )
    return Section(id=id, title=title, paragraphs=(f"{told}。",), tables=(table, *forms.blanks(blanks)))


def scenes(work: Work, id: str, title: str) -> Section:
    """Write the sixteen scenes as a section of their own."""
    return level.scenes(work, id).model_copy(update={"title": title, "level": 1})


def outcome(work: Work, id: str, title: str) -> Section:
    """Write level and points as a section of its own."""
    found = level.result(work, id).model_copy(update={"title": title, "level": 1})
    doubts = level.doubtful(work, f"{id}-doubts")
    return found.model_copy(update={"sections": (doubts,)}) if doubts else found


def verified(work: Work, id: str, title: str) -> Section:
    """Set what was filled in against what is verified; the verdict is left to the assessor."""
    rows = tuple((*row[:3], "", "") for row in level.question_rows(work))
    return Section(
        id=id,
        title=title,
        paragraphs=("填报内容取自案例；核验结论由评测人员在现场逐项填写，程序不代填。",),
        tables=(
            Table(
                title="填报—核验对照表（后两列待填写）",
                header=("题号", "指标", "填报", "核验结论", "证据编号"),
                rows=rows,
            ),
        ),
    )


def graded(work: Work, id: str, title: str) -> Section:
    """Write the points of every question and the level of every scene."""
    return Section(
        id=id,
        title=title,
        sections=(level.questions(work, f"{id}-questions"), level.scenes(work, f"{id}-scenes")),
    )


def statement(work: Work, id: str, title: str) -> Section:
    """Write the statement of the assessor, to be signed; which check each level takes is cited."""
    mark = work.cite("sd-guide-draft-2025", "二（五）")
    return Section(
        id=id,
        title=title,
        paragraphs=(
            f"按现有答案推算的等级为{work.level_words()}。这是自评估算，评定结论由评测机构核验证据后填写。",
            f"山东省征求意见稿{mark}对核验方式的提法：四级须全部实地查验；二、三级为材料审核加不少于5%的抽查。"
            "该文件是征求意见稿，不能作为现行强制要求引用。",
            "评测机构对评测行为和结果负责，声明与签章如下。",
        ),
        tables=(
            Table(
                title="评测结论（待填写）",
                header=("事项", "内容"),
                rows=(
                    ("评定等级", ""),
                    ("核验方式（实地、材料、抽查）", ""),
                    ("评测人员", ""),
                    (f"评测机构{SIGNED}", ""),
                    ("日期", ""),
                ),
            ),
        ),
    )


def compared(work: Work, id: str, title: str) -> Section:
    """Leave room for the comparison: one case holds one assessment."""
    rows = tuple((one.name, level.points_plain(one.score, one.high), "", "") for one in work.card.dimensions)
    rows += (("综合等级", work.level_words(), "", ""),)
    work.confirm("改造前或改造后的另一次评测结果：案例只含一次评测")
    return Section(
        id=id,
        title=title,
        paragraphs=(
            "案例只含一次评测。若本次为改造后评测，请补入改造前结果；两次须用同一版标准，否则不可比。",
        ),
        tables=(
            Table(
                title="改造前后对比表（待填写）",
                header=("指标", "本次评测", "另一次评测（注明日期）", "变化"),
                rows=rows,
            ),
        ),
    )


def necessity(work: Work, id: str, title: str) -> Section:
    """Write why the project is needed, from gaps and from what was seen."""
    told = work.case.needs.notes
    words = (f"企业自述：{told}",) if told else (f"企业没有书面描述痛点，{TO_CONFIRM}。",)
    gaps = upgrades.gaps(work, f"{id}-gap", "与目标等级的差距")
    return Section(
        id=id,
        title=title,
        paragraphs=words,
        tables=(upgrades.pains(work),),
        sections=(gaps.model_copy(update={"level": 2, "tables": gaps.tables[:1]}),),
    )


def period(work: Work, id: str, title: str) -> Section:
    """Write phases and milestones; the window a city allows is to be confirmed."""
    work.confirm("所在城市政策允许的项目时间窗：须向主管部门核实")
    rows = tuple(
        (
            f"第{phase.number}阶段 {phase.name}",
            join(dict.fromkeys(upgrades.name_of(work, one) for one in phase.steps)),
            str(phase.by or TO_CONFIRM),
            "",
        )
        for phase in work.advised.phases
    )
    return Section(
        id=id,
        title=title,
        paragraphs=(
            *upgrades.road_words(work),
            f"项目起止还须落在所在城市政策允许的时间窗内，{TO_CONFIRM}。",
        ),
        tables=(
            Table(
                title="里程碑表（责任人待填写）",
                header=("阶段", "完成标志：下列内容通过核验", "日期", "责任人"),
                rows=rows or (("—", "—", "—", "—"),),
            ),
        ),
        charts=(upgrades.road_map(work, work.advised),) if work.advised.phases else (),
    )


def content(work: Work, id: str, title: str) -> Section:
    """Write what is built: the list, then how data flows, which nobody has told."""
    found = upgrades.plan(work, id, title)
    kept = tuple(one for one in found.sections if not one.id.endswith("-road"))
    extra = Section(
        id=f"{id}-data",
        title="系统、数据与安全",
        level=2,
        paragraphs=(
            "系统架构、数据流和接口须由服务商在现场勘察后给出，本报告不代画。下表列出必须写明的事项。",
        ),
        tables=(forms.blank("系统与接口数据点表"),),
    )
    return found.model_copy(update={"sections": (*kept, extra)})


def benefits(work: Work, id: str, title: str) -> Section:
    """Leave the benefits open where no baseline is known, and say how each is computed."""
    rows = (
        ("提质：月均产品合格率", "", "", "合格数 ÷ 检验数"),
        ("增效：人均营业收入", "", "", "营业收入 ÷ 职工人数"),
        ("降本：每百元营业收入成本", "", "", "营业成本 ÷ 营业收入 × 100"),
        ("减存：库存周转天数", "", "", "平均库存 ÷ 营业成本 × 365"),
        ("绿色：每百元营业收入综合能耗", "", "", "综合能源消费量 ÷ 营业收入"),
        ("安全：安全事故与隐患数", "", "", "台账计数"),
    )
    work.confirm("效益测算的基线数据：须从财务与生产报表取数")
    return Section(
        id=id,
        title=title,
        paragraphs=(
            "没有基线就没有可信的预计值。请先填基线与时段，再由企业与服务商商定预计值和假设；不采用厂商宣传的提升比例。",
        ),
        tables=(
            Table(
                title="效益测算表（待填写）",
                header=("指标", "基线（注明时段）", "预计值与假设", "计算公式"),
                rows=rows,
            ),
        ),
    )


def duties(work: Work, id: str, title: str) -> Section:
    """Write what each side answers for, as a proposal to be settled in the contract."""
    rows = (
        ("现状数据与现场条件真实、及时提供", "负责", "核对", "", ""),
        ("系统部署、集成、培训与上线", "配合", "负责", "", ""),
        ("数据归企业所有，导出格式与期限写明", "确认", "负责", "", ""),
        ("知识产权：定制部分的归属与使用范围", "商定", "商定", "", ""),
        ("验收标准与付款节点对应", "负责", "配合", "核验", ""),
        ("违约与退出：不满足硬性要求的退货与赔付", "商定", "商定", "", ""),
    )
    wishes = tuple((f"硬性要求：{wish}", "验收", "负责", "", "") for wish in work.case.needs.must)
    return Section(
        id=id,
        title=title,
        paragraphs=("下表是起草合同的底稿，空格和“商定”的事项由各方约定；法律责任以合同为准。",),
        tables=(
            Table(
                title="责任矩阵（待填写）",
                header=("事项", "企业", "服务商", "评测机构", "主管部门"),
                rows=(*rows, *wishes),
            ),
        ),
    )


def common(work: Work, id: str, title: str) -> Section:
    """Write the N list from the scenes short of the target: level, functions, products, public prices."""
    rows = []
    aim = _aim(work)
    for scene in work.card.scenes:
        if scene.level is not None and scene.level >= aim:
            continue
        offers = work.offers_for(scene.id, 2)
        products = "\n".join(f"{one.name}{work.cite_product(one.product_id)}" for one in offers) or "未匹配到"
        prices = "\n".join(one.price or "未公开" for one in offers) or "未公开"
        wanted = work.standard.scene[scene.id].levels.get(aim, "")
        rows.append((f"{scene.id} {scene.name}", f"{aim}级", wanted, products, prices))
    return Section(
        id=id,
        title=title,
        paragraphs=(
            f"按目标{LEVELS[work.target]}所需的场景等级列出。共性要由多家企业的痛点频次证明，案例只有一家企业，"
            f"下表是候选清单，频次{TO_CONFIRM}。价格只写公开价，没有来源的写未公开。",
        ),
        tables=(
            Table(
                title="N 场景表",
                header=("场景", "目标等级", "必备功能", "参考产品", "公开价"),
                rows=tuple(rows) or (("—",) * 5,),
            ),
        ),
    )


def _aim(work: Work) -> int:
    rule = work.standard.level_rule
    step = next((one for one in rule.steps if one.level == work.target), None) if rule else None
    return (step.scene_level or work.target) if step else work.target


def own(work: Work, id: str, title: str) -> Section:
    """Write the X list from the firm's hard wishes."""
    rows = tuple((wish, work.case.enterprise.industry or TO_CONFIRM, "") for wish in work.case.needs.must)
    words = (
        "企业提出的硬性要求列入 X；适用条件和定制内容由访谈补充。"
        if rows
        else f"企业没有提出特色需求，{TO_CONFIRM}。"
    )
    if not rows:
        work.confirm("特色场景 X：企业未提出")
    return Section(
        id=id,
        title=title,
        paragraphs=(words,),
        tables=(
            Table(
                title="X 场景表（定制内容待填写）",
                header=("需求", "适用", "定制内容"),
                rows=rows or (("", "", ""),),
            ),
        ),
    )


def collecting(work: Work, id: str, title: str) -> Section:
    """Write which links collect data automatically today, and leave room for the points."""
    question = next((one for one in work.standard.questions.values() if one.name == "数据采集"), None)
    texts = []
    if question is not None:
        chosen = work.case.assessment.answers.get(question.id)
        if chosen:
            have = join(question.option[key].text for key in chosen)
            lack = join(one.text for one in question.options if one.key not in chosen and not one.exclusive)
            texts.append(f"现已自动采集的环节：{have}。尚未自动采集的环节：{lack or '无'}。")
        else:
            texts.append(f"自动采集的业务环节{TO_CONFIRM}。")
    work.confirm("设备台账与接口、协议：案例未载")
    return Section(id=id, title=title, paragraphs=tuple(texts), tables=(forms.blank("数据点表", 6),))


def register(work: Work, id: str, title: str) -> Section:
    """Write the register of needs: scenes short of the target and the hard wishes, with room for follow-up."""
    pains = upgrades.pains(work)
    rows = [(row[0], row[1], row[4], row[3], "", "") for row in pains.rows if row[0] != "—"]
    rows += [("个性要求", wish, wish, "企业提出", "", "") for wish in work.case.needs.must]
    work.confirm("需求登记：逐条的痛点证据、优先级与状态")
    if not rows:
        work.confirm("需求登记：案例没有评测场景，也没有提出要求")
    return Section(
        id=id,
        title=title,
        paragraphs=(
            "按产品生命周期、生产执行、供应链、管理决策和个性要求登记；每条需求都要追溯到证据，优先级和状态由跟踪人填写。",
        ),
        tables=(
            Table(
                title="需求跟踪表（后两列待填写）",
                header=("类别", "需求", "要做到什么", "痛点证据", "优先级", "状态"),
                rows=tuple(rows) or (("",) * 6,),
            ),
        ),
    )


def clauses(work: Work, id: str, title: str) -> Section:
    """Write the six elements of the contract with what the case gives for each."""
    mark = work.cite("gd-ext-2026", "一（三）")
    advised = work.advised
    steps = join(dict.fromkeys(step.name for step in advised.steps)) or TO_CONFIRM
    money = (
        f"{plain(advised.total_cost)} 万元（估算，须换成合同价）"
        if advised.cost_basis == "money"
        else f"{TO_CONFIRM}（须询价）"
    )
    rows = (
        ("各方责任", "见实施方案责任矩阵；企业、服务商名称与代表", ""),
        ("改造措施", steps, ""),
        ("实施期限", str(work.case.needs.deadline or TO_CONFIRM), ""),
        ("实现目标", f"{LEVELS[work.target]}（以现场评定为准）；成效指标须有基线", ""),
        ("产品和服务清单", "按选定产品逐项列出型号、数量、模块、用户数", ""),
        ("价格明细", money, ""),
    )
    wishes = [item(f"写入合同的硬性要求：{wish}") for wish in work.case.needs.must]
    return Section(
        id=id,
        title=title,
        paragraphs=(f"合同须写明六项要素{mark}。下表先列案例给出的内容，合同文字由各方拟定。", *wishes),
        tables=(
            Table(
                title="合同六要素（合同条款待填写）", header=("要素", "案例给出的内容", "合同条款"), rows=rows
            ),
            forms.blank("清单价格表"),
            upgrades.goals(work, id, title).tables[0],
        ),
    )


def benchmark(work: Work, id: str, title: str) -> Section:
    """Say that no benchmark is at hand; leave the table."""
    work.confirm("同行业标杆或均值数据：须有出处")
    return Section(
        id=id,
        title=title,
        paragraphs=("没有取得有出处的同行业数据，本节不作比较。交付前如仍无数据，应删去本节并说明原因。",),
        tables=(forms.blank("同行对标表"),),
    )


def after_self_test(work: Work, id: str, title: str) -> Section:
    """Show the assessment of the case as the self-test, saying that it must be the one after the change."""
    return level.assessment(work, id, title).model_copy(
        update={
            "paragraphs": (
                "验收须用改造后的自评测结果。下列内容取自案例中的这一次评测，请确认它是改造后所做，否则重新评测。",
                *level.how(work),
            )
        }
    )


def distribution(work: Work, id: str, title: str) -> Section:
    """Say that one firm is no region."""
    work.confirm("区域评测数据集：案例只含一家企业")
    return Section(
        id=id,
        title=title,
        paragraphs=(
            f"区域报告需要全部试点企业的评测数据。案例只含{work.case.enterprise.name or '一家企业'}，"
            f"推算等级{work.level_words()}，不能代表区域；下表由综合管理服务商汇总填写。",
        ),
        tables=(forms.blank("等级分布表", 5), forms.blank("得分分布表", 5)),
    )
