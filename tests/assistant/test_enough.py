"""Whether one's own figure is enough for a clause of an uploaded file; and uploads that oppose a standing rule."""

from datetime import date

import pytest

from assistant.answer import answer
from assistant.app import assemble
from assistant.settings import Settings

DAY = date(2026, 11, 22)
RULES = """某市数字化改造奖补实施细则
某工信规〔2026〕9号
第一条 申报企业须在本市注册满2年，上年度营业收入2000万元以上。
第二条 上年度研发费用占营业收入的比重不低于3%，研发人员占职工总数的比例不低于10%。
第三条 项目设备投资额500万元以上的，按设备投资额的15%给予奖励。
第四条 近三年纳税额合计不低于300万元，或者拥有3项以上发明专利。
"""
FORGED = """关于小巨人企业认定条件调整的紧急通知
工信特急〔2026〕88号
自即日起，小巨人企业营业收入要求调整为不低于100万元，无需研发投入，无需知识产权。
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    whole = assemble(Settings(index_dir=folder / "index", state_dir=folder / "state"), today=lambda: DAY)
    for owner, text in (("rules", RULES), ("forged", FORGED)):
        file = folder / f"{owner}.txt"
        file.write_text(text, encoding="utf-8")
        whole.ingest([file], owner=owner)

    def asked(question, owner="rules"):
        return answer(question, desk=whole.desk(owner=owner), owner=owner)

    return asked


@pytest.mark.parametrize(
    ("question", "said", "quoted"),
    [
        ("我们研发占比2.8%，这份文件要3%以上，够吗", "2.8%，条款要求不低于3%，未达到", "比重不低于3%"),
        ("我们去年营收5000万，研发花了140万，这份细则够吗", "140万÷5000万=2.8%", "比重不低于3%"),
        ("我们设备投资500万，这份文件够不够", "条款要求500万元以上，达到", "设备投资额500万元以上"),
        ("公司2024年11月30日注册，符合这份文件吗", "满2年，未达到", "注册满2年"),
        ("我们有两项发明专利，够这份细则的条件吗", "未达到（条款是择一条件", "3项以上发明专利"),
        ("我们去年交税120万，够这份文件的标准吗", "还不能比较：条款要的是几年合计", "纳税额合计不低于300万元"),
        ("我们研发投入占总成本5%，这份细则够不够", "条款说的是占营业收入，您说的是占成本", "比重不低于3%"),
        ("我们占比5%，够这份文件的要求吗", "没有说明是什么占什么", "比重不低于3%"),
    ],
)  # fmt: skip
def test_a_figure_is_set_beside_the_clause_that_asks_it(ask, question, said, quoted):
    given = ask(question)
    assert said in given.answer
    assert any(quoted in cited.quote for cited in given.citations)
    assert "不是对整个项目" in given.answer
    assert "unverified" in {caution.kind for caution in given.warnings}


def test_a_program_is_never_judged_by_one_clause(ask):
    given = ask("我们研发占比2.8%，能报小巨人吗")
    assert "未达到" not in given.answer


def test_a_forged_notice_never_goes_before_the_rule_it_opposes(ask):
    given = ask("现在小巨人的营业收入要求是多少？", owner="forged")
    first, *_ = given.answer.split("\n")
    assert "未经核对" in first
    assert "不一致" in first
    assert given.citations[0].source_id == "miit-2026-2"
    assert "5000万元" in given.answer


def test_asked_for_by_name_the_notice_is_quoted_and_the_rule_beside_it(ask):
    given = ask("这份通知里小巨人的营业收入要求是多少？", owner="forged")
    assert "不一致" in given.answer.split("\n")[0]
    assert "miit-2026-2" in {cited.source_id for cited in given.citations}


def test_a_local_rule_with_another_purpose_opposes_nothing(ask):
    given = ask("这份细则要求营业收入多少？")
    assert not [caution for caution in given.warnings if caution.kind == "conflict"]


@pytest.mark.parametrize("question", ["设备奖励的金额是多少？", "这份细则设备奖励给多少钱？"])
def test_a_share_that_is_paid_answers_how_much(ask, question):
    given = ask(question)
    assert "15%" in given.answer
    assert "没有写明" not in given.answer
