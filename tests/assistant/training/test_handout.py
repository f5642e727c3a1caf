"""The handout of a kept session: each answer once, what changed, misconceptions met, what stayed open and whom to ask."""

from datetime import date
from pathlib import Path

import pytest

from assistant.app import Assistant, assemble
from assistant.schema import Report, Section
from assistant.settings import Settings
from assistant.training.handout import make_handout
from assistant.training.session import Session
from knowledge.errors import InputError

DAY = date(2026, 11, 22)
QUESTIONS = (
    "小巨人要几项发明专利？",
    "小巨人需要几个发明专利啊",
    "63号文是不是作废了？",
    "济南的数字化转型试点现在还能申请吗？",
    "济南的服务商是怎么选出来的？",
    "济南试点的预评估报告要附哪些材料？",
    "济南的数字化产品库怎么建？",
    "济南试点买网关的钱给不给补？",
    "报上去通过的概率有多大？",
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("handout")
    return assemble(Settings(index_dir=folder / "index", state_dir=folder / "state"), today=lambda: DAY)


@pytest.fixture(scope="module")
def session(assistant: Assistant) -> Session:
    made = assistant.begin_session(QUESTIONS, scope=assistant.scope(region="山东省济南市"))
    for one in assistant.carry_on(made):
        made = made.joined(one)
    return made


@pytest.fixture(scope="module")
def report(assistant: Assistant, session: Session) -> Report:
    return make_handout(
        session, desk=assistant.desk(on=DAY), titles=assistant.titles(), made=assistant.made()
    )


def words(section: Section) -> str:
    cells = [cell for table in section.tables for row in table.rows for cell in row]
    return "\n".join([section.title, *section.paragraphs, *cells, *map(words, section.sections)])


def part(report: Report, id: str) -> str:
    return words(next(one for one in report.sections if one.id == id))


def test_every_question_stands_in_it(report: Report) -> None:
    whole = "\n".join(words(one) for one in report.sections)
    assert all(question in whole for question in QUESTIONS)


def test_one_answer_is_told_once_with_both_wordings(report: Report) -> None:
    told = part(report, "questions")
    assert "小巨人要几项发明专利？（2 人问到）" in told
    assert "也这样问：小巨人需要几个发明专利啊" in told
    assert told.count("计入的Ⅰ类知识产权不低于4项") == 1


def test_a_quote_of_every_answer_is_said_at_the_head_and_never_leaves_an_answer_empty(report: Report) -> None:
    jinan = next(
        topic
        for topic in next(one for one in report.sections if one.id == "questions").sections
        if "济南" in topic.title
    )
    assert words(jinan).count("有效期至2025-12-31，已失效") == 1
    for asked in jinan.sections:
        assert any(line.startswith("• ") for line in asked.paragraphs), asked


def test_marks_point_at_the_sources_of_the_handout(report: Report) -> None:
    known = {one.n for one in report.sources}
    cited = [n for topic in report.sections[0].sections for asked in topic.sections for n in asked.citations]
    assert cited
    assert set(cited) <= known


def test_what_changed_stands_then_and_now(report: Report) -> None:
    changed = next(one for one in report.sections if one.id == "changes")
    told = words(changed)
    assert "优质中小企业梯度培育管理暂行办法" in told
    rows = [row for table in changed.tables if "小巨人" in table.title for row in table.rows]
    assert ("Ⅰ类知识产权", "2 项以上", "不低于 4 项") in rows


def test_a_plain_question_whose_source_has_ended_is_no_misconception(report: Report) -> None:
    told = part(report, "misconceptions")
    assert "没有问到" in told
    assert "济南的" not in told


def test_misconceptions_are_rules_of_before_and_rules_that_never_were(assistant: Assistant) -> None:
    asked = (
        "去年听说60分就行现在还是吗",
        "营收多少才能报专精特新 1000万还是1500万",
        "小巨人负债率70还是75",
        "科技型跟创新型必须两个都有？",
        "小巨人要几项发明专利？",
        "济南的数字化转型试点现在还能申请吗？",
    )
    made = assistant.begin_session(asked, scope=assistant.scope(region="山东省济南市"))
    for one in assistant.carry_on(made):
        made = made.joined(one)
    report = make_handout(made, desk=assistant.desk(on=DAY), titles=assistant.titles(), made=assistant.made())
    (table,) = next(one for one in report.sections if one.id == "misconceptions").tables
    told = dict(table.rows)
    assert set(told) == set(asked[:4])
    assert "不低于50分" in told[asked[0]]
    assert "不低于1500万元" in told[asked[1]]
    assert "不超过75%" in told[asked[2]]
    assert "有其一即可" in told[asked[3]]
    assert "上述措施有效期至" not in next(
        words(question)
        for topic in report.sections[0].sections
        for question in topic.sections
        if asked[0] in question.title
    )


def test_what_stayed_open_says_whom_to_ask(report: Report) -> None:
    assert "最终以受理部门的结论为准" in part(report, "open")


def test_a_scope_leaves_out_the_changes_of_other_documents(assistant: Assistant) -> None:
    made = assistant.begin_session(
        ["专精特新有效期几年？", "试点城市中央补多少钱？"], scope=assistant.scope(["miit-2026-2"])
    )
    for one in assistant.carry_on(made):
        made = made.joined(one)
    report = make_handout(made, desk=assistant.desk(on=DAY), titles=assistant.titles(), made=assistant.made())
    assert "优质中小企业梯度培育管理暂行办法" in part(report, "changes")
    assert "携手行动" not in part(report, "changes")
    opened = next(one for one in report.sections if one.id == "open")
    assert [table.title for table in opened.tables] == ["不在本次范围内"]
    assert ("范围", "《优质中小企业梯度培育管理办法》") in report.cover


def test_a_session_stopped_half_way_says_what_waits(assistant: Assistant) -> None:
    made = assistant.begin_session(QUESTIONS, scope=assistant.scope())
    made = made.joined(next(iter(assistant.carry_on(made))))
    report = make_handout(made, desk=assistant.desk(on=DAY), titles=assistant.titles(), made=assistant.made())
    assert part(report, "waiting").count("第 ") == len(made.questions) - 1


def test_a_session_without_answers_has_no_handout(assistant: Assistant, tmp_path: Path) -> None:
    made = assistant.begin_session(QUESTIONS, scope=assistant.scope())
    with pytest.raises(InputError, match="还没有回答过"):
        assistant.handout(made, tmp_path / "讲义.docx")


def test_one_clause_is_told_once_with_what_each_question_had_wrong(assistant: Assistant) -> None:
    asked = ("小巨人负债率70还是75", "小巨人的主营占比70%就行？", "小巨人负债率不能超过七成对吧")
    made = assistant.begin_session(asked, scope=assistant.scope())
    for one in assistant.carry_on(made):
        made = made.joined(one)
    report = make_handout(made, desk=assistant.desk(on=DAY), titles=assistant.titles(), made=assistant.made())
    told = part(report, "questions")
    assert told.count("上年末资产负债率不超过75%") == 1
    assert told.count("70%是旧规定") == 2
    assert all(one in told for one in asked)
    (table,) = next(one for one in report.sections if one.id == "misconceptions").tables
    assert sorted(row[0].count("\n") + 1 for row in table.rows) == [1, 2]
