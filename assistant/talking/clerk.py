"""How the counter speaks without a model: short, the verdict first, what stands against it, one question.

Every sentence is made from records: nothing here decides.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from assistant.answering.weighing import Weighed, weigh
from assistant.desk import Desk
from assistant.rules.checks import at_odds
from assistant.rules.sizing import rows_for, size_classes
from assistant.rules.wording import choice_word, fact_label, size_words
from assistant.schema import Answer, Eligibility, Finding, Verdict
from assistant.talking.talk import Talk, Told
from knowledge.enterprise import facts
from knowledge.record import Record
from knowledge.source import ClauseRef

FORMAL = (
    "lawfully_established_in_cn",
    "registered_independent_entity",
    "resident_enterprise_cn",
    "in_abnormal_list",
    "in_serious_dishonesty_list",
    "product_prohibited_restricted_eliminated",
    "disqualifying_event_3y_2026",
    "disqualifying_incident_3y",
    "disqualifying_event_2y_tech",
    "tax_evasion_3y",
    "single_champion",
    "controlled_by_or_controls_little_giant",
    "same_group_similar_product",
    "funding_excluded",
)
"""What nearly every firm is free of: asked last, in one question."""
LADDER = ("little-giant", "specialized-sme", "innovative-sme", "technology-sme")
"""Titles from the hardest down: where one is out of reach, the next is looked at."""
_AGAINST = 4
"""So many obstacles are named; the table beside shows them all."""


class Question(Record):
    """What is asked next."""

    fact: str
    also: tuple[str, ...] = ()
    """Asked in the same breath: the formal ones."""
    text: str


def noted(told: Sequence[Told]) -> str:
    """Return one line on what was read from a message; empty where nothing was."""
    sure = [spoken(one) for one in told if one.value is not None and not one.conflict]
    open_ = [one for one in told if one.value is None and not one.conflict and one.note]
    clash = [one for one in told if one.conflict]
    lines = []
    if sure:
        lines.append(f"记下了：{'；'.join(sure)}。")
    lines += [f"{label(one.fact)}（“{one.words}”）先没记：{one.note}。" for one in open_[:3]]
    lines += [f"{label(one.fact)}前后对不上，先标着待确认：{one.note or one.words}。" for one in clash[:3]]
    return "\n".join(lines)


def spoken(one: Told) -> str:
    """Return a told fact in words: 去年营收 3000 万元（约 3000—4000）."""
    fact = facts().get(one.fact)
    unit = fact.unit if fact else "万元" if one.fact == "needs.budget" else ""
    span = f"（约 {amount(one.low)}—{amount(one.high)}）" if one.rough else ""
    note = f"（{one.note}）" if one.note and one.value is not None else ""
    return f"{label(one.fact)} {value_words(one.fact, one.value, unit)}{span}{note}"


def value_words(fact: str, value: Decimal | bool | str | None, unit: str) -> str:
    """Return a value as people say it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return choice_word(fact, value) if fact in facts() else value
    if value is None:
        return "待确认"
    return f"{amount(value)}{'' if unit == '%' else ' '}{unit}".rstrip()


def amount(value: Decimal | None) -> str:
    """Return an amount without idle zeros."""
    if value is None:
        return "？"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


BASICS = "企业在哪、做什么、多少人，去年营收和研发各多少，有几个发明专利？一句话说完就行。"

_OWN = {
    "enterprise.name": "企业名称",
    "enterprise.region": "所在地区",
    "enterprise.industry": "行业",
    "needs.budget": "改造预算",
    "needs.deployment": "部署方式",
    "needs.target_level": "目标等级",
    "needs.deadline": "上线期限",
    "needs.must": "硬性要求",
}


_SHORT = {
    "employees_y1": "职工",
    "rd_staff_y1": "研发人员",
    "revenue_y1": "去年营收",
    "revenue_y2": "前年营收",
    "revenue_y3": "大前年营收",
    "main_business_revenue_y1": "去年主营收入",
    "main_business_revenue_y2": "前年主营收入",
    "leading_product_revenue_y1": "去年主导产品收入",
    "rd_expense_y1": "去年研发费用",
    "rd_expense_y2": "前年研发费用",
    "rd_ratio_y1": "去年研发占营收",
    "total_assets_y1": "去年底总资产",
    "total_liabilities_y1": "去年底总负债",
    "debt_ratio_y1": "资产负债率",
    "net_profit_y1": "去年净利润",
    "class1_ip_total": "Ⅰ类知识产权（发明专利等）",
    "class1_ip_not_counted": "其中买来或不能计入的",
    "niche_years": "做这个细分市场",
    "disqualifying_event_3y_2026": "近三年出过较大事故或违法违规",
    "disqualifying_incident_3y": "近三年出过重大事故",
}
"""Shorter names for what is said most."""


def label(fact: str) -> str:
    """Return what people call a told fact."""
    return _OWN.get(fact) or _SHORT.get(fact) or fact_label(fact)


# ---------------------------------------------------------------- one program


def next_question(found: Eligibility, talk: Talk, unsettled: Sequence[str] = ()) -> Question | None:
    """Return the one question that matters next; None where nothing told could change the verdict.

    What was told too roughly comes first, then the rule's own order; formal conditions come last, all in one.
    What only a reviewer can confirm is not asked.
    """
    waiting = [fact for fact in (*unsettled, *found.ask_next) if fact not in talk.passed]
    waiting = list(dict.fromkeys(waiting))
    real = [fact for fact in waiting if fact not in FORMAL and not facts()[fact].manual]
    if real:
        fact = real[0]
        one = talk.standing(fact)
        if one is not None and one.against_case:
            return Question(fact=fact, text=f"{one.note}，以哪个为准？回“以案例为准”，或者报个准数。")
        return Question(fact=fact, text=_again(fact, talk) + facts()[fact].ask)
    formal = [fact for fact in waiting if fact in FORMAL]
    if formal:
        return Question(fact=formal[0], also=tuple(formal[1:]), text=_formal(formal))
    return None


def left_over(found: Eligibility, talk: Talk) -> str:
    """Return what no question settles: what a reviewer confirms, and what the person could not tell."""
    reviewer = [fact for fact in found.ask_next if facts()[fact].manual]
    untold = [fact for fact in found.ask_next if fact in talk.passed and fact not in reviewer]
    lines = []
    if reviewer:
        lines.append(f"要由审核人员判定、这里不替他们下结论的：{labels(reviewer)}。")
    if untold:
        lines.append(f"您还没答上、查到了再说的：{labels(untold)}。")
    return "\n".join(["您能答的都问完了。", *lines]) if lines else ""


def _again(fact: str, talk: Talk) -> str:
    """Return why a fact is asked although something was said of it."""
    one = talk.standing(fact)
    if one is None:
        return ""
    if one.conflict:
        return f"前面说的“{one.words}”和别处对不上，以哪个为准？"
    if one.rough:
        return f"您说的“{one.words}”正好跨着线，要个准数：" if one.words else ""
    return f"您说的“{one.words}”还定不下来：" if one.words else ""


def _formal(wanted: Sequence[str]) -> str:
    if len(wanted) == 1:
        return facts()[wanted[0]].ask
    listed = "\n".join(f"- {facts()[fact].ask}" for fact in wanted)
    return f"最后几条一般企业都没问题，请过一遍，都正常就回“都没问题”，有例外说是哪一条：\n{listed}"


def obstacles(found: Eligibility) -> list[Finding]:
    """Return the conditions that are not met and stand in the way, those that settle it alone first."""
    by_id = {finding.id: finding for finding in found.findings}
    bad = [
        f
        for f in found.findings
        if f.group is None and f.verdict is Verdict.NOT_MET and not _excused(f, by_id)
    ]
    return sorted(bad, key=lambda f: not f.decisive)


def _excused(finding: Finding, by_id: dict[str, Finding]) -> bool:
    """Return whether a way around is met already, or it is only the other arm of an either-or."""
    at = finding
    while at.parent is not None:
        above = by_id[at.parent]
        if above.group == "none" or (above.group == "any" and above.verdict is Verdict.MET):
            return True
        at = above
    return finding.fact == "application_type"


def against(finding: Finding, found: Eligibility, desk: Desk) -> str:
    """Return one obstacle with its clause, and that a way around it is open where there is one."""
    by_id = {one.id: one for one in found.findings}
    around = ""
    above = by_id.get(finding.parent or "")
    if above is not None and above.group == "any" and above.verdict is Verdict.UNKNOWN:
        around = "；另有一条路还没问到"
    return f"{finding.label}：{finding.why}{around}（{place(finding.clause, desk)}）"


def place(clause: ClauseRef, desk: Desk) -> str:
    """Return where a condition stands, by the document's number or title."""
    policy = desk.kb.policies.get(clause.source_id)
    name = (policy.doc_number or f"《{policy.title}》") if policy else ""
    return f"{name} {clause.locator}".strip()


def headline(found: Eligibility) -> str:
    """Return the verdict of the rule in one line."""
    words = {
        Verdict.MET: "按您说的情况，条件都满足",
        Verdict.NOT_MET: "现在不满足",
        Verdict.UNKNOWN: "还不能下结论",
    }[found.verdict]
    basis = f"（按{found.standard_title}，{found.as_of}）" if found.standard_title else ""
    return f"**{found.title}：{words}**{basis}"


def progress(found: Eligibility) -> str:
    """Return how many conditions are met, failed and open."""
    leaves = [f for f in found.findings if f.group is None and f.fact != "application_type"]
    met = [f for f in leaves if f.verdict is Verdict.MET]
    open_ = [f for f in leaves if f.verdict is Verdict.UNKNOWN]
    if not met:
        return ""
    first = "、".join(f.label for f in met[:3])
    more = f"等 {len(met)} 项" if len(met) > 3 else ""
    return f"已经清楚：{first}{more}满足；还有 {len(open_)} 项没定。"


def eligibility_reply(  # noqa: C901
    weighed: Weighed, talk: Talk, desk: Desk, *, again: bool = False
) -> tuple[str, Question | None, tuple[Eligibility, ...]]:
    """Return the words, the next question, and the records, for one program under check.

    Args:
        weighed: The check.
        talk: The conversation.
        desk: Knowledge on a day.
        again: It was under check already; what does not change from turn to turn is not repeated.
    """
    found = weighed.found
    lines = [headline(found)]
    if not found.findings:
        lines += [f"> {warning}" for warning in found.warnings[:2]]
        return "\n".join(lines), None, (found,)
    bad = obstacles(found)
    if bad:
        lines.append("不满足的：" if found.verdict is Verdict.NOT_MET else "已知不满足、但还有别的路的：")
        lines += [f"- {against(one, found, desk)}" for one in bad[:_AGAINST]]
        if len(bad) > _AGAINST:
            lines.append(f"- 还有 {len(bad) - _AGAINST} 条：{'、'.join(one.label for one in bad[_AGAINST:])}")
    elif ahead := progress(found):
        lines.append(ahead)
    lines += [f"对不上，请先核对：{one.text}" for one in at_odds(found.checks, desk.kb.checks)[:_AGAINST]]
    if (first := titles_first(found, desk)) and not again:
        lines.append(first)
    if found.verdict is Verdict.MET:
        lines.append("以上是按您口头说的数核的，申报前要用审计报告、证书逐条核实；评审由主管部门决定。")
    if found.window and not (again and found.verdict is Verdict.UNKNOWN):
        lines.append(f"申报时间：{found.window}")
    records = [found]
    question = next_question(found, talk, weighed.unsettled)
    if found.verdict is Verdict.NOT_MET:
        lines += _when_possible(found)
        other = nearest(found.program, talk, desk)
        if other is not None:
            records.append(other.found)
            lines.append(_instead(other.found))
            question = next_question(other.found, talk, other.unsettled)
    if question is not None:
        lines += ["", f"**请问：**{question.text}"]
    elif found.verdict is Verdict.UNKNOWN and (rest := left_over(found, talk)):
        lines.append(rest)
    return "\n".join(lines), question, tuple(records)


_TITLE_FACTS = frozenset({"innovative_sme_valid", "technology_sme_valid", "specialized_sme_valid"})


def titles_first(found: Eligibility, desk: Desk) -> str:
    """Return which title must be held before this one can be applied for, where it is not told yet; empty where none is."""
    by_id = {one.id: one for one in found.findings}
    open_ = [one for one in found.findings if one.fact in _TITLE_FACTS and one.verdict is Verdict.UNKNOWN]
    needed = [
        one
        for one in open_
        if (above := by_id.get(one.parent or "")) is None
        or above.group == "all"
        or above.verdict is Verdict.UNKNOWN
    ]
    if not needed or found.program not in LADDER:
        return ""
    either = [
        one for one in needed if (above := by_id.get(one.parent or "")) is not None and above.group == "any"
    ]
    if either and any(by_id[one.parent or ""].verdict is not Verdict.UNKNOWN for one in either):
        return ""
    others = {one.fact for one in found.findings if one.parent == needed[0].parent} - _TITLE_FACTS
    if either and others:  # a title is only one of several ways
        return ""
    names = "或".join(label(str(one.fact)) for one in needed)
    return f"先决条件：{names}（{place(needed[0].clause, desk)}），没有不能直接报；您还没说有没有。"


def _when_possible(found: Eligibility) -> list[str]:
    """Return the earliest filing named by the shortest way, where the rule can name it."""
    known = [
        change
        for change in found.shortest_path or ()
        if change.from_ is not None and change.feasible_by is not None and change.from_ != change.to
    ]
    return [f"最快的路：{known[0].label}——{known[0].why}。"] if known else []


def nearest(program_id: str, talk: Talk, desk: Desk) -> Weighed | None:
    """Return the next title down the ladder that is not out of reach."""
    if program_id not in LADDER:
        return None
    for lower in LADDER[LADDER.index(program_id) + 1 :]:
        weighed = weigh(desk, lower, talk)
        if weighed.found.verdict is not Verdict.NOT_MET:
            return weighed
    return None


def _instead(found: Eligibility) -> str:
    state = "按您说的情况条件都满足" if found.verdict is Verdict.MET else "目前没有不满足的条件，还要再问几项"
    window = f"；{found.window}" if found.window else ""
    return f"可以先走：**{found.title}**（{state}{window.rstrip('。')}）。"


# ---------------------------------------------------------------- all programs


def overview_reply(
    talk: Talk, desk: Desk
) -> tuple[str, Question | None, tuple[Eligibility, ...], str | None]:
    """Return the words for 能报啥: each program in a line, then the question that helps the likeliest one.

    The last value is the program the question belongs to.
    """
    region = desk.region_of(talk.enterprise)
    own = desk.kb.regions.covering(region)
    ids = [one for one in reversed(LADDER) if one in desk.kb.programs]
    ids += [p.id for p in desk.kb.programs.values() if p.kind == "pilot" and p.region in own]
    weighed = [weigh(desk, one, talk) for one in ids]
    lines = ["按您目前说的情况："]
    for one in weighed:
        bad = obstacles(one.found)
        why = (
            f"：{bad[0].label}，{bad[0].why}（{bad[0].clause.locator}）"
            if bad and one.found.verdict is Verdict.NOT_MET
            else ""
        )
        state = {Verdict.MET: "条件都满足", Verdict.NOT_MET: "现在不满足", Verdict.UNKNOWN: "还要再问几项"}
        shut = "，窗口现在没开" if one.found.window_open is False else ""
        lines.append(f"- **{one.found.title}**：{state[one.found.verdict]}{why}{shut}")
    if not talk.told:
        lines[0] = "还不了解贵企业的情况，先列出能核对的项目："
    open_ = [one for one in weighed if one.found.verdict is Verdict.UNKNOWN and one.found.findings]
    open_.sort(key=lambda one: one.found.window_open is False)
    question = None
    if not talk.told:
        lines += ["", f"**请问：**{BASICS}"]
    elif open_:
        question = next_question(open_[0].found, talk, open_[0].unsettled)
    if question is not None:
        lines += ["", f"**先从{open_[0].found.title}问起：**{question.text}"]
    return (
        "\n".join(lines),
        question,
        tuple(one.found for one in weighed),
        open_[0].found.program if open_ else None,
    )


def size_reply(talk: Talk, desk: Desk) -> str:
    """Return what size class the figures told give, with the clause."""
    enterprise = talk.enterprise
    profile = enterprise.profile
    rows = rows_for(enterprise.industry, desk.kb.size_classes)
    told = {
        "employees": profile.employees_y1 if profile.employees_y1 is not None else enterprise.employees,
        "revenue": profile.revenue_y1,
        "assets": profile.total_assets_y1,
    }
    numbers = {name: None if value is None else Fraction(value) for name, value in told.items()}
    classes = size_classes(rows, **numbers)
    figures = "、".join(
        text
        for text in (
            f"从业人员 {amount(told['employees'])} 人" if told["employees"] is not None else "",
            f"营业收入 {amount(told['revenue'])} 万元" if told["revenue"] is not None else "",
            f"资产总额 {amount(told['assets'])} 万元"
            if told["assets"] is not None and len(rows) != 1
            else "",
        )
        if text
    )
    clause = f"（{place(rows[0].clause, desk)}）" if len(rows) == 1 else ""
    if not figures:
        return "按国家划型标准要看行业、从业人员和营业收入（有的行业看资产总额）。请告诉我行业、上年末人数和去年营业收入。"
    if len(classes) == 1:
        word = size_words(classes)
        tail = "，不属于中小企业" if "large" in classes else "，属于中小企业"
        return f"**按{figures}，划型为{word}企业{tail}**{clause}。以上按您说的数由规则算出；换一个数，结论才会变。"
    line = "" if len(rows) == 1 else "行业还不清楚，各行业的线不一样；"
    return f"按{figures}，还不能定：可能是{size_words(classes)}{clause}。{line}请补上行业、上年末人数和去年营业收入。"


# ---------------------------------------------------------------- policy answers


def answer_text(given: Answer) -> str:
    """Return an answer as chat text: what must be said first, then the quoted sentences, then whom to ask."""
    lines = [f"> {caution.text}" for caution in given.warnings if caution.text not in given.answer]
    lines.append(given.answer)
    if given.reason and given.reason not in given.answer:
        lines.append(given.reason)
    if given.note:
        lines.append(f"（{given.note}）")
    return "\n".join(line for line in lines if line)


def labels(names: Iterable[str]) -> str:
    """Return fact names as people call them."""
    return "、".join(label(name) for name in names)
