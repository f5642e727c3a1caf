"""A pasted list is read as people write one: any numbering, a heading, thanks, 同上; no figure is taken for numbering."""

from datetime import date
from pathlib import Path

import pytest

from assistant.training.lists import heading_of, is_aside, read_lines, read_questions, split_questions
from assistant.training.scope import Scope
from assistant.training.session import begin, merge

ASKED = "小巨人要几个专利"


@pytest.mark.parametrize(
    "numbering",
    [
        "1、",
        "2. ",
        "3．",
        "（3）",
        "(3) ",
        "④",
        "5）",
        "Q6：",
        "q6 ",
        "第7题 ",
        "第七问：",
        "八、",
        "二十三、",
        "12: ",
        "问题13：",
        "问：",
        "【14】",
        "[14]",
        "15- ",
        "- ",
        "• ",
        "No.3 ",
        "⑴",
        "16 、",
    ],
)
def test_numbering_of_all_kinds_is_taken_off(numbering: str) -> None:
    assert split_questions(f"{numbering}{ASKED}") == [ASKED]
    assert merge([f"{numbering}{ASKED}", ASKED]) == [(ASKED, (ASKED,))]


@pytest.mark.parametrize(
    "question",
    [
        "1.5亿能直接给企业吗",
        "1:1配套是什么意思",
        "2个称号够吗",
        "3-4项专利够吗",
        "50%是怎么算的",
        "2026年还能报吗",
        "12月还能报吗",
        "二级要几个场景",
        "第三批试点有哪些城市",
        "第十六条说的什么",
        "500万股权融资可以顶营收吗",
        "80分能评几级",
        "63号文作废了吗",
    ],
)
def test_figures_at_the_beginning_stay(question: str) -> None:
    assert split_questions(question) == [question]
    assert split_questions(f"1、{question}\n{question}\n3、甲") == [question, question, "甲"]


def test_a_bare_number_is_numbering_where_the_list_goes_on_with_it() -> None:
    text = "7、甲能报什么\n8 乙要多少研发\n9，丙要几项专利\n10 丁呢"
    assert split_questions(text) == ["甲能报什么", "乙要多少研发", "丙要几项专利", "丁呢"]
    assert split_questions("甲能报什么\n63 号文作废了吗\n丙") == ["甲能报什么", "63 号文作废了吗", "丙"]


def test_a_heading_names_the_session_and_is_no_question() -> None:
    text = "政策答疑会 现场收集（扫码提交）\n1、甲能报什么\n2、乙要多少研发\n3、丙要几项专利"
    assert heading_of(text) == "政策答疑会 现场收集（扫码提交）"
    assert len(split_questions(text)) == 3
    assert heading_of("小巨人专利数量\n甲能报什么\n乙\n丙") == ""
    assert heading_of("小巨人要几个专利？\n1、甲\n2、乙\n3、丙") == ""


@pytest.mark.parametrize(
    "line", ["谢谢老师", "老师您讲得真好！", "没有问题了，感谢", "👍👍", "收到", "1500万", "无"]
)
def test_thanks_and_a_number_alone_ask_nothing(line: str) -> None:
    assert is_aside(line)
    session = begin([ASKED, line], scope=Scope(as_of=date(2026, 11, 22)))
    assert [one.question for one in session.questions] == [ASKED]
    assert session.aside == (line,)


@pytest.mark.parametrize(
    "line", ["老师好 小巨人到底要几个专利", "谢谢，那研发呢", "没有专利能报吗", "1500万够吗"]
)
def test_a_question_with_courtesy_is_a_question(line: str) -> None:
    assert not is_aside(line)


def test_the_same_again_counts_for_the_question_before() -> None:
    session = begin([ASKED, "同上", "研发要投多少", "+1"], scope=Scope(as_of=date(2026, 11, 22)))
    assert [(one.question, one.times, one.wordings) for one in session.questions] == [
        (ASKED, 2, ()),
        ("研发要投多少", 2, ()),
    ]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_of_a_table_the_column_of_questions_is_read(tmp_path: Path, ending: str) -> None:
    rows = [
        ("序号", "姓名", "单位", "问题"),
        (1, "张三", "济南某某精密机械制造有限公司", "要几个专利"),
        (2, "李四", "", "研发要投多少，两年都要吗"),
        (3, "王五", "某公司", None),
    ]
    path = tmp_path / f"问题{ending}"
    if ending == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(str(cell or "") for cell in row) for row in rows), "gb18030")
    assert read_questions(path) == ["要几个专利", "研发要投多少，两年都要吗"]
    assert read_lines(path) == ["要几个专利", "研发要投多少，两年都要吗"]
