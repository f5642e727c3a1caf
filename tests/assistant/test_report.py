"""A report is composed from records: its sections are the outline's, its numbers have a birthplace, gaps stay open."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.casefiles.cases import load_case, parse_case
from assistant.desk import Desk
from assistant.errors import UnknownId
from assistant.report import draft
from assistant.rules.grounding import untraced
from assistant.schema import Report, Section
from assistant.sections import closing
from knowledge.case import CaseFile, Costs
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Status

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("jinan-machine-tool", "binhai-marine", "service-half-empty")
DAY = date(2026, 11, 22)
KINDS = (
    "one-enterprise-diagnosis", "pre-assessment-report", "implementation-plan", "evaluation-report", "nx-list",
    "acceptance-package", "requirement-archive", "transformation-contract", "enterprise-assessment-report", "region-report",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk():
    def no_search():
        raise AssertionError("a report needs no search")

    return Desk(KnowledgeBase(), no_search, lambda: DAY)


@pytest.fixture(scope="module")
def cases(desk):
    return {name: load_case(EXAMPLES / f"{name}.yaml", desk.kb.standards) for name in NAMES}


def _walk(sections: tuple[Section, ...]):
    for section in sections:
        yield section
        yield from _walk(section.sections)


def _prose(report: Report):
    return [text for section in _walk(report.sections) for text in section.paragraphs]


def _cells(report: Report):
    for section in _walk(report.sections):
        for table in section.tables:
            for row in table.rows:
                yield from row


def _text(report: Report) -> str:
    titles = [section.title for section in _walk(report.sections)]
    return "\n".join([*titles, *_prose(report), *_cells(report)])


def test_every_outline_can_be_drafted(desk):
    assert set(KINDS) == set(desk.kb.outlines)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_report_has_the_sections_of_its_outline_in_order(desk, cases, name, kind):
    report = draft(cases[name], kind, desk, on=DAY)
    titles = [section.title for section in report.sections]
    wanted = [f"{n} {plan.title}" for n, plan in enumerate(desk.kb.outlines[kind].sections, start=1)]
    assert [title for title in titles if title in wanted] == wanted
    assert titles[0] == "编制说明"
    assert titles[-1].endswith("来源")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_no_section_is_empty_and_nothing_raw_shows(desk, cases, name, kind):
    report = draft(cases[name], kind, desk, on=DAY)
    for section in _walk(report.sections):
        assert section.paragraphs or section.tables or section.charts or section.sections, section.title
        for table in section.tables:
            assert table.rows, table.title
            assert all(len(row) == len(table.header) for row in table.rows), table.title
    text = _text(report)
    for raw in (
        "None",
        "nan",
        "Decimal",
        "not_met",
        "in_force",
        "draft_for_comment",
        "unknown",
        "{",
        "}",
        "TODO",
    ):
        assert raw not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_mark_points_to_a_source_and_every_source_is_used(desk, cases, name):
    report = draft(cases[name], "one-enterprise-diagnosis", desk, on=DAY)
    cited = {n for section in report.sections for n in section.citations}
    assert cited == {source.n for source in report.sources}
    assert [source.n for source in report.sources] == list(range(1, len(report.sources) + 1))
    assert len({(source.source_id, source.locator) for source in report.sources}) == len(report.sources)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_prose_has_a_birthplace(desk, cases, name, kind):
    """A number stands in the trace, in the words of the case, or in a text a rule or a source gave."""
    case = cases[name]
    report = draft(case, kind, desk, on=DAY)
    evidence = _given(desk, case, report)
    assert untraced("\n".join(_prose(report)), evidence) == ()


def _given(desk, case, report):
    plan = desk.plan(case)
    made = [plan, *plan.alternatives, *([plan.beyond_budget] if plan.beyond_budget else [])]
    match = desk.match(case)
    titles = [desk.check_eligibility(one, case.enterprise) for one in desk.kb.programs]
    outline = desk.kb.outlines[report.kind]
    return [
        *(value for value, _ in report.trace),
        case.enterprise.name,
        case.needs.notes,
        *case.needs.must,
        *(note for one in made for note in one.notes),
        *(phase.name for one in made for phase in one.phases),
        *(check.text for check in desk.score(case).inconsistencies),
        *desk.score(case).notes,
        *(
            question.text
            for standard in desk.kb.standards.values()
            for q in standard.questions.values()
            for question in q.options
        ),
        *(source.title for source in report.sources),
        *(source.quote for source in report.sources),
        *(policy.title for policy in desk.kb.policies.values()),
        desk.kb.standards[case.assessment.standard].title,
        *(reason for offer in match.offers for reason in offer.reasons),
        *(one.reason for one in match.rejected),
        *(product.name for product in desk.kb.products.values()),
        *(one.standard_title for one in titles),
        *(text for one in titles for text in one.warnings),
        *(check.text for one in titles for check in one.checks),
        *outline.notes,
        *(plan.content for plan in outline.sections),
        *(item for plan in outline.sections for item in (*plan.inputs, *plan.evidence)),
    ]


def test_the_trace_would_catch_an_invented_number(desk, cases):
    """The test above can fail: a figure nobody gave is found."""
    case = cases["jinan-machine-tool"]
    report = draft(case, "one-enterprise-diagnosis", desk, on=DAY)
    assert untraced("改造后效率提升37.5%，可获补助88万元", _given(desk, case, report)) != ()


def test_the_diagnosis_shows_level_points_and_both_pictures(desk, cases):
    report = draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=DAY)
    card = desk.score(cases["jinan-machine-tool"])
    text = _text(report)
    assert f"总分{card.total}分" in text
    kinds = [chart.kind for section in _walk(report.sections) for chart in section.charts]
    assert {"radar", "scenes", "gantt"} <= set(kinds)
    strip = next(
        chart for section in _walk(report.sections) for chart in section.charts if chart.kind == "scenes"
    )
    assert strip.series["现状"] == tuple(float(scene.level) for scene in card.scenes)


def test_the_costs_are_the_plan_s(desk, cases):
    case = cases["jinan-machine-tool"]
    report, plan = draft(case, "one-enterprise-diagnosis", desk, on=DAY), desk.plan(case)
    assert f"合计{plan.total_cost}万元" in _text(report)
    steps = [
        row
        for section in _walk(report.sections)
        for t in section.tables
        if t.title == "N+X 改造清单"
        for row in t.rows
    ]
    told = [Decimal(row[5].split(" 万元")[0]) for row in steps if row[0] != "—"]
    assert sum(told) == plan.total_cost


def test_a_half_empty_assessment_says_what_is_missing(desk, cases):
    case = cases["service-half-empty"]
    report = draft(case, "one-enterprise-diagnosis", desk, on=DAY)
    card = desk.score(case)
    text = _text(report)
    assert card.level is None
    assert "尚不能" in text or "还不足以确定等级" in text
    assert list(_cells(report)).count("未作答") >= 8
    assert list(_cells(report)).count("未评测") >= 11
    assert "待现场确认" in text
    for scene in card.scenes:
        if scene.level is None:
            assert any(scene.name in point for point in report.to_confirm)


def test_what_is_to_be_confirmed_is_listed_in_the_report(desk, cases):
    report = draft(cases["service-half-empty"], "one-enterprise-diagnosis", desk, on=DAY)
    listed = [
        row[1]
        for section in _walk(report.sections)
        if section.id == "to-confirm"
        for row in section.tables[0].rows
    ]
    assert listed == list(report.to_confirm)


def test_an_ended_policy_is_named_as_ended(desk, cases):
    """The Jinan notice ended on 2025-12-31: it may be shown, never as a ground."""
    report = draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=DAY)
    ended = [source for source in report.sources if source.source_id == "sd-jinan-pilot-2024"]
    assert ended
    assert all(source.status is Status.EXPIRED for source in ended)
    assert "已经失效或被替代" in _text(report)
    before = draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=date(2025, 6, 1))
    assert all(
        source.status is not Status.EXPIRED
        for source in before.sources
        if source.source_id == "sd-jinan-pilot-2024"
    )


def test_no_subsidy_is_promised_where_no_scheme_in_force_gives_a_figure(desk, cases):
    text = _text(draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=DAY))
    assert "按没有补助测算" in text


def test_a_title_already_held_is_not_recommended(desk, cases):
    report = draft(cases["binhai-marine"], "one-enterprise-diagnosis", desk, on=DAY)
    rows = [
        row for section in _walk(report.sections) if section.id == "titles" for row in section.tables[0].rows
    ]
    held = {row[0].split("[")[0]: row[1] for row in rows}
    assert held["专精特新中小企业"] == "已持有（企业自报）"


def test_a_contradiction_in_the_facts_is_shown(desk, cases):
    """The service firm's leading product earns more than its main business: left in on purpose."""
    report = draft(cases["service-half-empty"], "one-enterprise-diagnosis", desk, on=DAY)
    shown = [
        text
        for section in _walk(report.sections)
        if section.id == "titles-slips"
        for text in section.paragraphs
    ]
    assert any("主导产品收入（2310）大于上年度主营业务收入（2280）" in text for text in shown)
    assert any("2310" in point for point in report.to_confirm)


@pytest.mark.parametrize("name", ["jinan-machine-tool", "binhai-marine"])
def test_the_other_samples_hold_together(desk, cases, name):
    """Nothing in the facts of these samples contradicts anything else."""
    assert desk.score(cases[name]).inconsistencies == ()
    for program in desk.kb.programs:
        blocked = [
            c.id
            for c in desk.check_eligibility(program, cases[name].enterprise).checks
            if c.severity == "block"
        ]
        assert [one for one in blocked if one != "p35"] == []  # p35: the title below is not held yet


def test_a_computed_level_is_called_an_estimate(desk, cases):
    report = draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=DAY)
    assert "自评估算" in report.notice
    assert any("自评估算" in text and "尚未与官方文件原文核对" in text for text in _prose(report))


def test_third_party_sources_are_shown_as_such(desk, cases):
    report = draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=DAY)
    rule = next(source for source in report.sources if source.locator == "等级判定规则")
    assert rule.title == "第三方公开资料（未经官方核对）"


def test_a_budget_that_does_not_reach_is_said(desk, cases):
    case = cases["jinan-machine-tool"]
    poor = case.model_copy(update={"needs": case.needs.model_copy(update={"budget": Decimal(20)})})
    text = _text(draft(poor, "one-enterprise-diagnosis", desk, on=DAY))
    least = desk.plan(poor).least_budget
    assert f"至少需要{least}万元" in text
    assert "是否追加预算由企业决定" in text


def test_what_cannot_be_bought_is_not_called_done(desk):
    """Without a figure nothing can be bought: that is out of reach, not reached."""
    case = parse_case(ODD["no money"], desk.kb.standards)
    report = draft(case, "one-enterprise-diagnosis", desk, on=DAY)
    text = _text(report)
    assert not desk.plan(case).reachable
    assert "已经满足四级" not in text
    summary = next(section for section in report.sections if section.id == "summary")
    assert summary.tables[0].rows[0][-1] == "待询价"
    assert "到不了四级" in text


def test_what_is_reached_needs_no_plan(desk):
    text = _text(
        draft(parse_case(ODD["top already"], desk.kb.standards), "one-enterprise-diagnosis", desk, on=DAY)
    )
    assert "现状已经满足一级的三项条件，没有必须采购的内容" in text


def test_a_plan_that_falls_short_names_the_level_it_leads_to(desk, cases):
    """With figures for one cheap step only, the target is out of any budget's reach."""
    case = cases["jinan-machine-tool"]
    costs = case.needs.costs.model_copy(update={"scenes": {}, "questions": {"q09": {"D": Decimal(1)}}})
    short = case.model_copy(update={"needs": case.needs.model_copy(update={"costs": costs})})
    report = draft(short, "one-enterprise-diagnosis", desk, on=DAY)
    assert not desk.plan(short).reachable
    assert "可推算达到三级" not in _text(report)


# ---------------------------------------------------------------- what a client told, and what is not known


def _changed(case: CaseFile, **needs) -> CaseFile:
    return case.model_copy(update={"needs": case.needs.model_copy(update=needs)})


def _tables(report: Report, title: str):
    return [t for section in _walk(report.sections) for t in section.tables if t.title == title]


def test_the_pain_the_firm_told_is_connected_to_its_scene(desk, cases):
    case = _changed(cases["jinan-machine-tool"], costs=Costs(), notes="批次追溯要翻纸质单；仓库账实不符。")
    report = draft(case, "one-enterprise-diagnosis", desk, on=DAY)
    text = _text(report)
    assert "企业自己点名的场景中，质量管理、仓储物流已列入方案" in text
    pains = {row[1]: row[3] for row in _tables(report, "痛点需求清单")[0].rows}
    assert pains["s07 质量管理"].startswith("企业自述：批次追溯要翻纸质单")


def test_every_scene_left_out_stands_in_the_report_with_its_reason(desk, cases):
    for name in NAMES:
        report = draft(cases[name], "one-enterprise-diagnosis", desk, on=DAY)
        made = desk.plan(cases[name], target=None if cases[name].needs.target_level else 2)
        left = (made.beyond_budget or made).left_out
        tables = _tables(report, "没有列入方案的场景与原因")
        rows = [row for table in tables for row in table.rows]
        if cases[name].needs.target_level:
            assert [row[0] for row in rows] == [f"{one.id} {one.name}" for one in left]
        assert all(row[-1] for row in rows)


def test_a_step_without_a_price_is_to_be_asked_for_and_no_sum_hides_it(desk, cases):
    case = _changed(cases["jinan-machine-tool"], costs=Costs())
    report = draft(case, "one-enterprise-diagnosis", desk, on=DAY)
    costs = [row[5] for row in _tables(report, "N+X 改造清单")[0].rows if row[0] != "—"]
    assert costs
    assert all("万元" in cost or cost.startswith("待询价") for cost in costs)
    assert "够用不能断定" in _text(report)
    assert "尚余" not in _text(report)


def test_no_condition_is_cut_from_the_table_of_a_title(desk, cases):
    report = draft(cases["service-half-empty"], "one-enterprise-diagnosis", desk, on=DAY)
    found = desk.check_eligibility("little-giant", cases["service-half-empty"].enterprise)
    open_ = closing._open(found)
    assert len(open_) > 14
    table = next(
        t for section in _walk(report.sections) for t in section.tables if t.title == f"{found.title}待补条件"
    )
    assert [row[0] for row in table.rows] == [one.label for one in open_]


@pytest.mark.parametrize("place", ["四川省成都市", "山东省济南市", "天津市滨海新区", ""])
def test_what_is_said_of_local_documents_agrees_throughout(desk, cases, place):
    case = cases["jinan-machine-tool"]
    case = case.model_copy(update={"enterprise": case.enterprise.model_copy(update={"region": place})})
    report = draft(case, "one-enterprise-diagnosis", desk, on=DAY)
    sections = {section.id: section for section in _walk(report.sections)}
    policies = "".join(sections["policies"].paragraphs)
    funding = "".join(next(one for id, one in sections.items() if id.endswith("-fund")).paragraphs)
    none = "没有收录" in policies or "不能查找本地文件" in policies
    assert none == ("没有收录" in funding or "不能查找本地文件" in funding)
    if none:
        assert "已收录的" not in funding


def test_one_document_has_one_worth_in_the_whole_report(desk, cases):
    """The list of schemes, the list of documents and the sources speak of the same document in the same words."""
    report = draft(cases["jinan-machine-tool"], "one-enterprise-diagnosis", desk, on=DAY)
    policy = desk.kb.policies["mof-2024-148"]
    worth = {
        f"{one.status.label}（{one.status_basis}）" if one.status_basis else one.status.label
        for one in report.sources
        if one.source_id == policy.id
    }
    table = _tables(report, "资金支持：已知与未知")[0]
    schemes = {one.title for one in desk.kb.schemes.values() if one.policy_id == policy.id}
    worth |= {row[1] for row in table.rows if row[0].split("[")[0] in schemes}
    assert worth == {f"{policy.status_on(DAY).label}（{policy.confidence_label}）"}


def test_a_bundle_is_said_with_what_it_leaves_and_what_speaks_against_it(desk, cases):
    case = _changed(cases["jinan-machine-tool"], costs=Costs(), deployment=("私有部署",))
    text = _text(draft(case, "one-enterprise-diagnosis", desk, on=DAY))
    bundle = desk.match(case).bundle
    assert "较省" not in text
    assert "覆盖全部缺口" not in text
    whole = len(bundle.covers) + len(bundle.uncovered)
    assert f"它覆盖{whole}个缺口场景中的{len(bundle.covers)}个" in text
    assert all(note in text for note in bundle.note.split("；"))


def test_where_nothing_is_to_buy_no_product_is_called_unfit(desk, cases):
    case = cases["jinan-machine-tool"]
    scenes = dict.fromkeys(desk.kb.standards["sme-digital-level-2024"].scene, 4)
    case = case.model_copy(update={"assessment": case.assessment.model_copy(update={"scenes": scenes})})
    text = _text(draft(case, "one-enterprise-diagnosis", desk, on=DAY))
    assert "没有需要采购的场景" in text
    assert "排除132个" not in text
    assert "符合硬性条件" not in text


def test_the_same_case_gives_the_same_report(desk, cases):
    first, second = (
        draft(cases["binhai-marine"], "one-enterprise-diagnosis", desk, on=DAY) for _ in range(2)
    )
    assert first == second


ODD = {
    "nothing": {},
    "no region": {"enterprise": {"name": "某厂", "region": "火星"}, "needs": {"target_level": 3}},
    "top already": {
        "assessment": {
            "answers": {
                f"q{n:02}": [letter] for n, letter in zip(range(1, 16), "BEEBEBBFBBECCCC", strict=True)
            },
            "scenes": {f"s{n:02}": 4 for n in range(1, 17)},
        },
        "needs": {"target_level": 1},
    },
    "no money": {"needs": {"target_level": 4, "budget": 0, "costs": {"only": True}}},
    "contradictory": {
        "assessment": {"answers": {"q01": ["A", "B"], "q02": ["B", "C"]}, "scenes": {"s01": 4}}
    },
    "words that look like marks": {
        "enterprise": {"name": "甲[1]厂"},
        "needs": {"notes": "见[99]", "must": ["[2]"]},
    },
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", ODD)
def test_odd_cases_are_reported_too(desk, odd, kind):
    case = parse_case(ODD[odd], desk.kb.standards)
    report = draft(case, kind, desk, on=DAY)
    assert report.sections
    assert "None" not in _text(report)


def test_an_unknown_kind_and_a_standard_without_tables_are_refused(desk):
    with pytest.raises(UnknownId, match="one-enterprise"):
        draft(CaseFile(), "one-enterprise", desk, on=DAY)
    case = CaseFile.model_validate({"assessment": {"standard": "sme-digital-level-2022"}})
    with pytest.raises(InputError):
        draft(case, "one-enterprise-diagnosis", desk, on=DAY)


@pytest.mark.parametrize("kind", ["requirement-archive", "region-report", "one-enterprise-diagnosis"])
def test_an_empty_case_leaves_nothing_unsaid(desk: Desk, kind: str) -> None:
    """What a case does not hold is on the list of what to confirm, whatever the deliverable."""
    assert draft(CaseFile(), kind, desk).to_confirm
