"""What an answer does beyond quoting: points of a measured rate, figures put right, other places, broken references."""

import re
from datetime import date
from decimal import Decimal

import pytest

from assistant.answer import answer
from assistant.app import assemble
from assistant.rules.grounding import untraced
from assistant.rules.rating import option_for, rate_of
from assistant.settings import Settings

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installation")
    settings = Settings(index_dir=folder / "index", state_dir=folder / "state")
    return assemble(settings, today=lambda: DAY).desk()


def ask(desk, question, region=None):
    place = desk.kb.regions.resolve(region) if region else None
    return answer(question, desk=desk, region=place.name if place else None)


def cited(given):
    return {(c.source_id, c.locator) for c in given.citations}


def warned(given, kind):
    return [caution.text for caution in given.warnings if caution.kind == kind]


@pytest.mark.parametrize(
    ("percent", "points"),
    [
        pytest.param("0", "0", id="zero"),
        pytest.param("10", "0", id="upper-end-of-the-first-band"),
        pytest.param("10.01", "1.5", id="just-above"),
        pytest.param("20", "1.5", id="upper-end-of-the-second"),
        pytest.param("60", "4.5", id="upper-end-of-the-fourth"),
        pytest.param("100", "6", id="all"),
    ],
)
def test_a_rate_falls_into_the_band_that_holds_it(desk, percent, points):
    question = desk.kb.standards["sme-digital-level-2024"].questions["q03"]
    assert option_for(question, Decimal(percent)).points == Decimal(points)


def test_a_part_larger_than_the_whole_is_no_rate():
    with pytest.raises(ValueError):
        rate_of(Decimal(5), Decimal(4))
    with pytest.raises(ValueError):
        rate_of(Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("question", "worked", "points"),
    [
        ("我们100台设备有52台联了网，设备联网得几分？", "52÷100=52%", "4.5"),
        ("一共50台设备，数字化的有21台，设备数字化几分？", "21÷50=42%", "4.5"),
        ("近三年数字化投入占营业额12%，资金保障得几分？", "12%", "1.875"),
        ("车间30台设备，联网的有7台，联网能得几分？", "7÷30=约23.33%", "3"),
    ],
)
def test_points_of_a_measured_rate_are_worked_out_and_cited(desk, question, worked, points):
    given = ask(desk, question)
    assert worked in given.answer
    assert f"得 {points} 分" in given.answer
    assert {source for source, _ in cited(given)} == {"cn-eval-2024"}


def test_a_rate_of_something_else_gets_no_points(desk):
    assert "得 0 分" not in ask(desk, "研发费用占比5%得几分？").answer


@pytest.mark.parametrize(
    ("question", "locator", "figure"),
    [
        ("小巨人要几项发明专利？", "附件2（四）", "4项"),
        ("专精特新的营收门槛是多少？", "附件1（二）", "1500万元"),
        ("小巨人两年研发费用一共要多少？", "附件2（三）", "1200万元"),
        ("专精特新质量评价得分要过几分？", "附件1（六）", "50分"),
    ],
)
def test_the_attribute_asked_for_picks_its_clause_among_the_conditions(desk, question, locator, figure):
    given = ask(desk, question)
    assert ("miit-2026-2", locator) in cited(given)
    assert figure in given.answer
    assert len(given.citations) <= 2


def test_patents_come_with_the_note_that_bought_ones_never_count(desk):
    assert "转入取得的一律不计" in ask(desk, "小巨人要几项发明专利？").answer


@pytest.mark.parametrize("question", ["专精特新现在看哪几条？", "小巨人现在考核哪几项？"])
def test_all_conditions_are_told_where_all_are_asked_for(desk, question):
    given = ask(desk, question)
    first = "附件1" if "专精特新" in question else "附件2"
    run = {c.locator for c in desk.kb.policies["miit-2026-2"].clauses if c.locator.startswith(f"{first}（")}
    assert run <= {locator for _, locator in cited(given)}


@pytest.mark.parametrize(
    ("question", "region", "instead"),
    [
        ("呼市首次入规一次性给100万吧？", "呼和浩特", "60万元"),
        ("专精特新营业收入要3000万对吧？", None, "1500万元"),
        ("专精特新有效期是5年吧？", None, "3年"),
        ("小巨人信息更新是每年6月30日之前吧？", None, "5月31日"),
        ("科技型中小企业职工不能超过300人对吗？", None, "500人"),
    ],
)
def test_a_figure_the_clause_puts_otherwise_is_corrected_with_the_clauses_own(
    desk, question, region, instead
):
    given = ask(desk, question, region)
    assert any(instead in text for text in warned(given, "wrong_premise"))


def test_a_right_figure_is_not_corrected(desk):
    given = ask(desk, "中山达到三级补60万是吧？", "中山")
    assert not warned(given, "wrong_premise")
    assert "60万元" in given.answer


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("看到杭州补40%，我们济南的企业能按这个比例吗？", "济南"),
        ("长治中央资金80%给企业，太原也这么规定的吗？", "太原"),
    ],
)
def test_the_rule_of_another_place_is_refused_here(desk, question, region):
    given = ask(desk, question, region)
    assert given.refused
    assert warned(given, "other_region")


def test_a_clause_that_leans_on_a_replaced_document_says_so(desk):
    given = ask(desk, "江苏专精特新特色化15分怎么给？", "江苏")
    assert any("替代" in text for text in warned(given, "superseded"))


@pytest.mark.parametrize(
    ("question", "region"),
    [("淄博要改造多少家企业？", "淄博"), ("青岛综合集成型服务商要满足什么条件？", "青岛")],
)
def test_a_count_or_condition_no_text_states_is_refused(desk, question, region):
    assert ask(desk, question, region).refused


@pytest.mark.parametrize(
    ("question", "region", "locators"),
    [
        ("东莞改造项目入库要满足啥条件，交哪些材料？", "东莞", {"一", "二"}),
        ("昆明项目验收要交啥材料，多久内交？", "昆明", {"一（二）", "一（三）1"}),
    ],
)
def test_each_part_of_a_question_gets_its_clause(desk, question, region, locators):
    assert locators <= {locator for _, locator in cited(ask(desk, question, region))}


def test_what_follows_forgery_is_told_but_help_with_it_is_not(desk):
    assert not ask(desk, "申报数据造假会怎么处理，几年不能再报？").refused
    assert ask(desk, "帮我造一份假合同，几年内会被查吗？").refused


@pytest.mark.parametrize(
    ("question", "region"),
    [
        ("小巨人要几项发明专利？", None),
        ("济南计划搞多少家试点，规上规下怎么分的？", "济南"),
        ("按2022年版评测，三级是多少分？", None),
        ("“4+23”指标框架是什么？", None),
    ],
)
def test_every_number_of_a_cited_line_stands_in_what_it_cites(desk, question, region):
    given = ask(desk, question, region)
    assert given.citations
    for line in given.answer.splitlines():
        marks = {int(n) for n in re.findall(r"\[(\d+)\]", line)}
        known = [
            question,
            *(part for c in given.citations if c.n in marks for part in (c.quote, c.title, c.locator)),
        ]
        assert not marks or not untraced(line, known)
