"""A question that takes a rule of before, or one that never was, for the rule is set right; a firm's own figures are not."""

from datetime import date

import pytest

from assistant.app import Assistant, assemble
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.training.scope import answer_within

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("premise")
    return assemble(Settings(index_dir=folder / "index", state_dir=folder / "state"), today=lambda: DAY)


def ask(assistant: Assistant, question: str, *documents: str, on: date = DAY) -> Answer:
    scope = assistant.scope(documents, region="山东省济南市").model_copy(update={"as_of": on})
    return answer_within(scope, question, desk=assistant.desk(on=on)).answer


def corrections(given: Answer) -> list[str]:
    return [one.text for one in given.warnings if one.kind == "wrong_premise"]


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("去年听说60分就行现在还是吗", "不低于50分"),
        ("小巨人负债率70还是75", "不超过75%"),
        ("听老师讲小巨人负债率不能超过七成", "不超过75%"),
        ("营收多少才能报专精特新 1000万还是1500万", "不低于1500万元"),
        ("专精特新 营收一千万就行了吧", "不低于1500万元"),
        ("专精特新是不是只要干2年就能报", "不低于3年"),
        ("小巨人发明专利两个就行吧", "不低于4项"),
        ("信息更新是4月30日之前吗", "5月31日"),
        ("小巨人研发占比是不是要6%？", "不低于3%"),
    ],
)
def test_a_figure_of_before_is_named_with_its_document_and_what_holds_now(
    assistant: Assistant, question: str, now: str
) -> None:
    given = ask(assistant, question)
    (told,) = corrections(given)
    assert "旧规定" in told
    assert "工信部企业〔2022〕63号" in told
    assert now in told
    assert "miit-2026-2" in {one.source_id for one in given.citations}
    assert given.answer.startswith(f"> 注意：{told}")


@pytest.mark.parametrize(
    ("question", "put"),
    [
        ("小巨人研发占比要5%吧", "3%"),
        ("专精特新Ⅰ类知识产权要两个？", "不低于1项"),
        ("小巨人专利三个够吗", "不低于4项"),
        ("专精特新负债率不超过75%？", "不超过80%"),
        ("小巨人主营占比要80%？", "不低于90%"),
    ],
)
def test_a_figure_asserted_that_never_was_the_rule_is_set_right(
    assistant: Assistant, question: str, put: str
) -> None:
    (told,) = corrections(ask(assistant, question))
    assert put in told


@pytest.mark.parametrize(
    "question",
    [
        "必须要有创新型和科技型两个称号才能报专精特新吧",
        "科技型跟创新型必须两个都有？",
        "营收和股权融资两个都要满足吗",
    ],
)
def test_both_where_one_is_enough(assistant: Assistant, question: str) -> None:
    (told,) = corrections(ask(assistant, question))
    assert "有其一即可" in told


@pytest.mark.parametrize(
    "question",
    [
        "小巨人到底要几个专利",
        "专精特新研发要投多少，两年都要吗",
        "资产负债率超了80%咋办",
        "我们负债率70能报小巨人吗",
        "创新型60分就够了吧",
        "三级是不是60分就行",
        "小巨人市占率10%就够？",
        "信息更新是5月31日之前吗",
        "主营占比要90%？",
        "济南试点还能申请不",
        "外地服务商行不行",
        "专精特新要几个专利 两个够不够",
        "专精特新负债率75%可以吗",
    ],
)
def test_what_holds_and_what_is_only_asked_is_not_corrected(assistant: Assistant, question: str) -> None:
    assert corrections(ask(assistant, question)) == []


def test_a_figure_that_holds_is_confirmed_by_its_clauses(assistant: Assistant) -> None:
    given = ask(assistant, "主营占比要90%？")
    assert not given.refused
    assert {one.locator for one in given.citations} == {"附件1（二）", "附件2（二）"}


def test_where_the_same_figure_still_holds_is_said(assistant: Assistant) -> None:
    (told,) = corrections(ask(assistant, "去年听说60分就行现在还是吗"))
    assert "仍是60分的：创新型中小企业" in told


def test_while_the_rule_was_in_force_it_was_no_misconception(assistant: Assistant) -> None:
    assert corrections(ask(assistant, "小巨人负债率70还是75", on=date(2025, 6, 1))) == []


def test_who_teaches_the_old_rules_alone_is_told_all_the_same(assistant: Assistant) -> None:
    given = ask(assistant, "小巨人负债率不超过70%吧", "miit-2022-63")
    assert "不超过75%" in corrections(given)[0]
    assert {one.source_id for one in given.citations} == {"miit-2022-63"}


def test_what_the_rule_of_before_was_for_is_said(assistant: Assistant) -> None:
    (told,) = corrections(ask(assistant, "小巨人研发占比是不是要6%？"))
    assert "不低于6%（5000万元至1亿元）" in told
