"""What frames a report: preface, summary, confirmation page, policies, titles, risks, open points, evidence, sources."""

from collections.abc import Iterator

from assistant.documents.words import item
from assistant.rules.wording import change_note, change_text, value_text
from assistant.schema import Change, Eligibility, Finding, Section, Table, Verdict
from assistant.sections.level import points_plain, weak_words
from assistant.sections.upgrades import cost_words, phase_cost, short_of_target
from assistant.sections.work import (
    LEVELS,
    NOT_ANSWERED,
    NOT_ASSESSED,
    TO_CONFIRM,
    Work,
    fact_label,
    join,
    plain,
)
from knowledge.policy import Policy, Status

SOURCES = "sources"
SIGNED = "（签字、盖章）"
MOST_NATIONAL = 8
MOST_CHANGES = 5
MOST_ASKED = 3
_NOT_SLIPS = frozenset({"p35"})
"""A title that is a condition of another and not held yet: a gap, told with the title, not a contradiction."""


# ---------------------------------------------------------------- front


def preface(work: Work) -> Section:
    """Say what the report rests on and what its words mean."""
    rule = work.standard.level_rule
    unchecked = rule is not None and not rule.checked_against_official
    return Section(
        id="preface",
        title="编制说明",
        paragraphs=(
            f"本报告依据企业提供的资料和{work.day(work.case.assessment.assessed_on, 'assessment.assessed_on')}的评测记录编制，"
            f"评测标准为{work.standard.title}{work.cite_standard()}。政策效力一律按{work.day(work.on, '报告日')}判断，"
            f"适用地区为{work.region}。",
            "得分、等级、方案、产品排序和资格判断全部由程序按公开规则计算，没有使用大模型；正文中的数字来自企业资料、"
            "所列条款或可以复算的规则。没有写明的事项不作假设，标为“待现场确认”，集中列在附录“待现场确认事项”。",
            (
                f"声明：报告中的等级是自评估算，不是认定结论。等级判定规则取自第三方公开资料{work.cite_rule()}，"
                "尚未与官方文件原文核对；正式等级以评测系统或现场评定的结果为准。"
                if unchecked
                else "声明：报告中的等级是自评估算，不是认定结论；正式等级以评测系统或现场评定的结果为准。"
            ),
            "报告不承诺任何补贴、称号或等级，厂商自述的效果没有采用。",
        ),
        tables=(
            Table(
                title="用语",
                header=("用语", "含义"),
                rows=(
                    (
                        "约束性场景、指导性场景",
                        "评测标准把十六个业务场景分为两类；定级时对达标的约束性场景另有数量要求",
                    ),
                    ("N+X", "N 是多家企业共有的场景，X 是本企业特有的要求"),
                    ("工作量单位", "没有价格的步骤用来比较多少的刻度，不是金额，不与金额相加"),
                    (TO_CONFIRM, "材料没有给出、报告也没有代为假设的事项"),
                    ("现行、未载明有效期、征求意见稿、已失效", "文件在报告日的效力；只有“现行”可以作为依据"),
                ),
            ),
        ),
    )


def summary(work: Work) -> Section:
    """Write the page for those who read one page."""
    card, advised = work.card, work.advised
    level = LEVELS[card.level] if card.level is not None else "未定"
    if not advised.steps:
        cost = "无" if advised.reachable else "待询价"
    else:
        cost = {
            "money": f"{plain(advised.total_cost)} 万元",
            "mixed": f"{plain(advised.total_cost)} 万元，另有待询价",
            "effort": "全部待询价",
        }[advised.cost_basis]
    cards = Table(
        header=("综合等级（自评估算）", "总分", "目标等级", "方案费用"),
        rows=((level, points_plain(card.total, card.total_high), LEVELS[work.target], cost),),
    )
    return Section(
        id="summary",
        title="摘要",
        tables=(cards,),
        new_page=True,
        sections=(
            Section(
                id="summary-findings",
                title="主要结论",
                level=2,
                paragraphs=tuple(item(text) for text in _conclusions(work)),
            ),
            Section(
                id="summary-next",
                title="眼下最重要的三件事",
                level=2,
                paragraphs=tuple(item(text) for text in next_steps(work)[:3]),
            ),
            *([_at_a_glance(work)] if work.advised.phases else []),
        ),
    )


def _at_a_glance(work: Work) -> Section:
    rows = []
    for phase in work.advised.phases:
        steps = [step for step in work.advised.steps if step.phase == phase.number]
        rows.append(
            (
                f"第{phase.number}阶段",
                phase.name,
                join(dict.fromkeys(step.name for step in steps)),
                phase_cost(steps),
                str(phase.by or TO_CONFIRM),
            )
        )
    return Section(
        id="summary-plan",
        title="方案一览",
        level=2,
        tables=(
            Table(
                title="分阶段的内容与费用",
                header=("阶段", "重点", "内容", "费用（万元）", "完成日期"),
                rows=tuple(rows),
            ),
        ),
    )


def _conclusions(work: Work) -> list[str]:
    card, advised = work.card, work.advised
    texts = []
    if card.level is not None:
        texts.append(f"现状：总分{work.n(card.total, 'scoring.total')}分，推算等级{LEVELS[card.level]}。")
    else:
        texts.append(
            f"现状：还有{work.n(len(card.unanswered), '未作答与未评测项数')}项没有作答或评测，等级只能定到"
            f"{LEVELS[card.level_low]}与{LEVELS[card.level_high]}之间，本报告的方案须在补齐评测后重算。"
        )
    texts += [f"短板：{words}" for words in weak_words(work)]
    texts.append(f"差距：{short_of_target(work)}")
    if advised.steps:
        texts.append(
            f"方案：{work.n(len(advised.steps), '方案步骤数')}项改造可推算达到{LEVELS[work.leads_to]}，{cost_words(work, advised)}，"
            "内容见本页下表。"
        )
    else:
        texts.append(f"方案：{work.idle_words}")
    if not work.plan.reachable and work.plan.least_budget is not None and work.case.needs.budget is not None:
        texts.append(
            f"预算：现有预算{work.money(work.case.needs.budget, 'needs.budget')}不够，"
            f"至少需要{work.money(work.plan.least_budget, 'planning.least_budget')}。"
        )
    texts.append(
        "资金：有可据以估算的奖补条款，见“资金支持：已知与未知”。"
        if work.usable
        else "资金：没有查到企业所在地现行、写明金额的奖补细则，项目应按没有补助测算。"
    )
    apply = [one.title for one in work.titles if one.verdict is Verdict.MET and not work.holds(one.program)]
    texts.append(
        f"称号：按已有资料，{join(apply)}的条件已经满足，能否申报以当年通知为准。"
        if apply
        else "称号：按已有资料，尚未持有的称号中没有一项可以确认条件全部满足，缺的资料见附录“可以申请的称号”。"
    )
    return texts


def next_steps(work: Work) -> list[str]:
    """Return what to do first, the most important first."""
    card, advised = work.card, work.advised
    steps = []
    if card.level is None:
        named = [_item_name(work, one) for one in card.unanswered[:5]]
        steps.append(f"先把评测补齐，对定级影响最大的是：{join(named)}。补齐之前不要签约。")
    if card.inconsistencies:
        steps.append(
            f"核对互相矛盾的答案（{work.n(len(card.inconsistencies), 'scoring.inconsistencies')}处），否则等级可能被高估或低估。"
        )
    if advised.phases:
        first = advised.phases[0]
        here = [step for step in advised.steps if step.phase == first.number]
        names = join(dict.fromkeys(step.name for step in here))
        by = f"，{work.day(first.by, 'planning.phases')}前完成" if first.by else ""
        steps.append(f"启动{work.phase(first.number)}（{first.name}）：{names}{by}。")
    wishes = work.case.needs.must
    if wishes and work.scene_steps:
        steps.append(
            f"带着硬性要求向候选服务商询价：{join(f'“{wish}”' for wish in wishes)}，要求书面答复并写入合同。"
        )
    if work.case.needs.budget is None and advised.steps:
        steps.append("定下预算与期限，再决定做到哪一步。")
    slips = _slips(work)
    if slips:
        steps.append(f"核对资料中的出入，例如：{slips[0]}")
    bare = _without_evidence(work)
    if bare:
        steps.append(
            f"补齐证据：{work.n(len(bare), '无证据项数')}项已作答的题目或场景没有留下证据，现场评定时可能不被采信。"
        )
    steps.append("向主管部门核实本地现行的奖补细则和申报窗口，再决定合同的签订时间。")
    return steps


def _item_name(work: Work, id: str) -> str:
    if id in work.standard.questions:
        return f"{id} {work.standard.questions[id].name}"
    return f"{id} {work.scene_name(id)}"


# ---------------------------------------------------------------- confirmation page


def confirmation(work: Work, id: str, title: str) -> Section:
    """Write the page to sign."""
    return Section(
        id=id,
        title=title,
        new_page=True,
        paragraphs=(
            f"{work.case.enterprise.name or '本企业'}已阅读本报告，对下列内容确认如下。确认只表示所述情况与企业实际相符、"
            "同意按所列方向继续工作，不表示对等级、补助或称号的认可。",
        ),
        tables=(
            Table(
                title="企业确认表（待填写）",
                header=("事项", "是否相符", "修改意见"),
                rows=(
                    ("企业基本情况", "", ""),
                    ("评测作答与证据", "", ""),
                    ("痛点与需求", "", ""),
                    ("目标等级与改造内容", "", ""),
                    ("预算与期限", "", ""),
                ),
            ),
            Table(
                title="签章",
                header=("企业", "诊断机构"),
                rows=(
                    (f"法定代表人或授权人：\n\n{SIGNED}", f"项目负责人：\n\n{SIGNED}"),
                    ("日期：      年    月    日", "日期：      年    月    日"),
                ),
            ),
        ),
    )


# ---------------------------------------------------------------- policies and titles


def policies(work: Work, id: str, title: str) -> Section:
    """List the documents that reach the firm and what each is worth on the day."""
    local, national = work.policies(local=True), work.policies(local=False)
    wanted = [one for one in national if "enterprise" in one.audience][:MOST_NATIONAL]
    rows = tuple(_policy_row(work, one) for one in (*local, *wanted))
    ended = [one.title for one in local if one.status_on(work.on) in (Status.EXPIRED, Status.SUPERSEDED)]
    drafts = [one.title for one in local if one.status_on(work.on) is Status.DRAFT]
    texts = [
        f"下表列出适用于{work.region}并与本项目有关的文件及其在{work.day(work.on, '报告日')}的效力。只有标为“现行”的可以作为依据；"
        "“未载明有效期”的须先向发文机关核实。"
    ]
    if ended:
        texts.append(
            f"注意：{join(f'《{one}》' for one in ended)}已经失效或被替代，只能参考其做法，不能据以申报。"
        )
        work.confirm(*(f"《{one}》之后的接续文件：未取得" for one in ended))
    if drafts:
        texts.append(f"{join(f'《{one}》' for one in drafts)}是征求意见稿，没有约束力。")
    if not local:
        texts.append(f"{work.no_local}下表只有国家文件。")
    listed = [one for one in national if "enterprise" in one.audience]
    if len(listed) > MOST_NATIONAL:
        texts.append(
            f"面向企业的国家文件收录了{work.n(len(listed), '收录文件计数')}份，表中列前{work.n(MOST_NATIONAL, '列出文件计数')}份。"
        )
    return Section(
        id=id,
        title=title,
        paragraphs=tuple(texts),
        tables=(
            Table(
                title="政策依据与效力",
                header=("文件", "发文机关", "报告日的效力与起止", "涉及内容"),
                rows=rows,
            ),
        ),
    )


def _policy_row(work: Work, policy: Policy) -> tuple[str, ...]:
    status = policy.status_on(work.on)
    number = f"（{policy.doc_number}）" if policy.doc_number else ""
    return (
        f"{policy.title}{number}{work.cite(policy.id)}",
        join(policy.issuers) or policy.issuer_text or "未载明",
        f"{status.label}（{policy.confidence_label}）\n{policy.validity_text}",
        join(policy.topics, 5),
    )


def titles(work: Work, id: str, title: str) -> Section:
    """Say for each title whether the conditions hold, what is missing, and whether applications are taken."""
    rows, below = [], []
    for n, one in enumerate(work.titles, start=1):
        mark = next((work.cite_clause(finding.clause, finding.label) for finding in one.findings), "")
        if work.holds(one.program):
            rows.append(
                (f"{one.title}{mark}", "已持有（企业自报）", "有效期与复核要求以证书和通知为准", one.window)
            )
            continue
        rows.append((f"{one.title}{mark}", one.verdict.label, _missing(one), one.window))
        work.confirm(*(f"{one.title}：{fact_label(name)}" for name in one.ask_next[:MOST_ASKED]))
        if len(one.ask_next) > MOST_ASKED:
            work.confirm(
                f"{one.title}：其余{len(one.ask_next) - MOST_ASKED}项资料，见附录“{title}”中的待补条件"
            )
        below.append(_title_section(work, one, f"{id}-{n}"))
    slips = _slips(work)
    if slips:
        work.confirm(*slips)
        below.insert(
            0,
            Section(
                id=f"{id}-slips",
                title="资料中需要核对的出入",
                level=3,
                paragraphs=tuple(item(text) for text in slips),
            ),
        )
    return Section(
        id=id,
        title=title,
        paragraphs=(
            "按企业已提供的资料逐条核对，结论只有三种：满足、不满足、待核验。缺一项资料就是待核验，不代为推断。"
            "条件满足不等于可以申报，还要看当年是否开放。",
        ),
        tables=(
            Table(title="称号条件核对", header=("称号", "结论", "主要缺口", "申报窗口"), rows=tuple(rows)),
        ),
        sections=tuple(below),
    )


def _slips(work: Work) -> list[str]:
    """Return what in the facts told contradicts itself, each once; values just at a line are no contradiction."""
    found = [
        check.text
        for check in (*work.card.contradictions, *(check for one in work.titles for check in one.checks))
        if check.severity != "info" and check.id not in _NOT_SLIPS and not check.id.startswith("line-")
    ]
    return list(dict.fromkeys(found))


def _open(one: Eligibility) -> list[Finding]:
    """Return the leaves that decide: not met first, then unknown.

    Left out are branches that another branch settles, and those of the other kind of application.
    """
    groups = {finding.id: finding for finding in one.findings}
    other_kind = {
        finding.parent
        for finding in one.findings
        if finding.fact == "application_type" and finding.verdict is Verdict.NOT_MET and finding.parent
    }

    def above(finding: Finding) -> Iterator[Finding]:
        parent = finding.parent
        while parent is not None and parent in groups:
            yield groups[parent]
            parent = groups[parent].parent

    leaves = [
        finding
        for finding in one.findings
        if finding.group is None
        and finding.verdict is not Verdict.MET
        and not any(group.verdict is Verdict.MET or group.id in other_kind for group in above(finding))
    ]
    return sorted(leaves, key=lambda finding: finding.verdict is Verdict.UNKNOWN)


def _missing(one: Eligibility) -> str:
    leaves = _open(one)
    lacking = [finding.label for finding in leaves if finding.verdict is Verdict.NOT_MET]
    unknown = [finding.label for finding in leaves if finding.verdict is Verdict.UNKNOWN]
    parts = []
    if lacking:
        parts.append(f"不满足：{join(lacking, 3)}")
    if unknown:
        parts.append(f"待核验：{join(unknown, 3)}")
    return "；".join(parts) or "—"


def _title_section(work: Work, one: Eligibility, id: str) -> Section:
    rows = tuple(
        (finding.label, finding.verdict.label, _told(finding), finding.required or "—")
        for finding in _open(one)
    )
    hints = [item(text) for text in one.warnings]
    met = one.verdict is Verdict.MET
    opening = (
        "条件已满足。"
        if met
        else "下表列出不满足与待核验的条件；任选其一的条件，有一支满足即可，未必每条都要补。"
    )
    return Section(
        id=id,
        title=one.title,
        level=3,
        paragraphs=(
            f"核对标准：{one.standard_title or '未确定'}。{opening}",
            *([] if met else _path_words(work, one)),
            *(["申报提示（方括号内为适用地区，是否仍有效以当年通知为准）：", *hints] if hints else []),
        ),
        tables=(
            (Table(title=f"{one.title}待补条件", header=("条件", "结论", "现有资料", "要求"), rows=rows),)
            if rows and not met
            else ()
        ),
    )


def _path_words(work: Work, one: Eligibility) -> list[str]:
    """Say the fewest changes that would pass, or that there are too many to aim at now."""
    changes = one.shortest_path or ()
    if not changes:
        return []
    if len(changes) > MOST_CHANGES:
        count = work.n(len(changes), "shortest_path 计数")
        return [f"按现有资料要同时补足{count}项，缺口较多，近期不宜列为目标；先把资料补齐再判断。"]
    return [
        "按现有资料，改变最少的补足办法：",
        *(item(_change(work, change)) for change in changes),
    ]


def _change(work: Work, change: Change) -> str:
    note = change_note(change)
    text = (
        f"{change.label or fact_label(change.fact)}：{change_text(change).replace('未提供', '企业未提供', 1)}"
    )
    said = f"{text}。{note}。" if note else f"{text}。"
    work.trace.setdefault(said, "shortest_path")
    return said


def _told(finding: Finding) -> str:
    return finding.known or value_text(finding.value, finding.unit, fact=finding.fact)


# ---------------------------------------------------------------- risks, open points, evidence


def risks(work: Work, id: str, title: str) -> Section:
    """Write the risk register: what follows from this case, then what every such project meets."""
    rows = []
    if work.card.level is None:
        rows.append(("评测不完整", "等级与方案可能改变", "补齐评测后重算再签约", "诊断机构"))
    if any(step.cost_basis == "effort" for step in work.advised.steps):
        rows.append(("部分步骤没有价格", "总投入可能明显高于有价部分", "逐项取得报价后重新测算", "企业"))
    if not work.plan.reachable:
        rows.append(("预算或报价不足以达到目标", "只能部分实施", "分期实施或调整目标", "企业"))
    for wish in work.case.needs.must:
        rows.append(
            (
                f"硬性要求“{wish}”多数产品未写明",
                "选型后才发现不能满足",
                "签约前书面答复，合同写明不满足可退",
                "企业",
            )
        )
    if _without_evidence(work):
        rows.append(("评测答案缺证据", "现场评定时可能不被采信，等级下调", "按证据对照表逐项补证", "企业"))
    rows += [
        ("数据分散、口径不一", "系统上线后数据不可用", "上线前完成物料、工艺、设备编码清理", "企业、服务商"),
        ("网络与数据安全", "停产或泄密", "生产网与办公网分区，权限与备份写入验收", "服务商"),
        ("一线不用", "投入没有成效，验收看不到真实使用", "培训到班组，验收看连续使用记录", "企业"),
        ("政策变化", "预期补助落空", "按没有补助测算，政策以申报时为准", "企业"),
    ]
    return Section(
        id=id,
        title=title,
        tables=(Table(title="风险登记表", header=("风险", "影响", "对策", "责任方"), rows=tuple(rows)),),
    )


def open_points(work: Work, id: str, title: str) -> Section:
    """List what must still be confirmed. Call it last: the others add to the list."""
    rows = tuple((str(n), text, "", "") for n, text in enumerate(work.to_confirm, start=1))
    return Section(
        id=id,
        title=title,
        paragraphs=(
            "下列事项材料没有给出，报告没有代为假设。确认之后，等级、方案和资格结论可能改变，应重新测算。",
        ),
        tables=(
            Table(
                title="待现场确认事项（后两列待填写）",
                header=("序号", "事项", "确认结果", "确认人与日期"),
                rows=rows,
            ),
        ),
    )


def evidence(work: Work, id: str, title: str) -> Section:
    """Set every answer against the evidence noted for it."""
    rows = []
    for one in work.card.questions:
        said = " ".join(one.chosen) if one.chosen else NOT_ANSWERED
        wanted = work.standard.questions[one.id].evidence
        rows.append(_evidence_row(work, one.id, one.name, said, wanted, answered=one.chosen is not None))
    for scene in work.card.scenes:
        said = NOT_ASSESSED if scene.level is None else f"{scene.level}级"
        rows.append(_evidence_row(work, scene.id, scene.name, said, (), answered=scene.level is not None))
    bare = _without_evidence(work)
    total = sum(one.chosen is not None for one in work.card.questions) + sum(
        scene.level is not None for scene in work.card.scenes
    )
    text = (
        f"已作答的{work.n(total, '已作答与已评测项数')}项中，有{work.n(total - len(bare), '有证据项数')}项记录了证据，"
        f"{work.n(len(bare), '无证据项数')}项没有。没有证据的答案仍按所填计分，现场评定前须补齐。"
    )
    if bare:
        work.confirm(f"证据缺失：{join(_item_name(work, one) for one in bare)}")
    return Section(
        id=id,
        title=title,
        paragraphs=(text,),
        tables=(
            Table(
                title="答案与证据对照表", header=("编号", "指标或场景", "作答", "现场证据"), rows=tuple(rows)
            ),
        ),
    )


def _evidence_row(
    work: Work, id: str, name: str, said: str, wanted: tuple[str, ...], *, answered: bool
) -> tuple[str, ...]:
    seen = work.evidence.get(id)
    if seen:
        proof = "\n".join(seen)
    elif not answered:
        proof = TO_CONFIRM
    else:
        proof = "缺证据" + (f"（可用：{join(wanted)}）" if wanted else "")
    return (id, name, said, proof)


def _without_evidence(work: Work) -> list[str]:
    answered = [one.id for one in work.card.questions if one.chosen]
    answered += [scene.id for scene in work.card.scenes if scene.level is not None]
    return [one for one in answered if one not in work.evidence]


def sources(title: str) -> Section:
    """Head the list of sources; the writers print the list itself."""
    return Section(
        id=SOURCES,
        title=title,
        paragraphs=(
            "编号与正文上标对应。“要点为归纳”表示引用的是条款要点而非原文；“已核对、转载、单一来源、推断、未证实”表示内容的可靠程度；"
            "效力按报告日判断。",
        ),
    )
