"""Answer sheets are read in every form people fill in; what cannot be used is said, and nothing else is lost."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assistant.schema import Made
from assistant.training.grading import (
    Filled,
    Sheet,
    code_in,
    grade,
    grade_all,
    is_right,
    read_answers,
    read_sheets,
)
from assistant.training.paper import read_quiz, write_quiz, write_result
from assistant.training.quiz import Quiz, QuizQuestion, make_quiz
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.source import ClauseRef

DAY = date(2026, 11, 22)


def question(
    kind: str, key: tuple[str, ...], *, n: int = 1, unit: str = "", options: int = 4
) -> QuizQuestion:
    shown = {"cloze": (), "true_false": ("正确", "错误")}.get(
        kind, tuple(f"{i + 1}0万元" for i in range(options))
    )
    return QuizQuestion(
        n=n,
        kind=kind,
        stem=f"第{n}题",
        options=shown,
        key=key,
        unit=unit,
        clause=ClauseRef(source_id="x", locator=f"第{n}条"),
        title="某办法",
        status="现行",
        explanation="某办法：略",
    )


@pytest.fixture
def quiz() -> Quiz:
    questions = (
        question("single", ("B",), n=1),
        question("multiple", ("A", "C"), n=2),
        question("cloze", ("60",), n=3, unit="万元"),
        question("true_false", ("B",), n=4),
    )
    return Quiz(code="ABCD1234", title="某测验", as_of=DAY, region="全国", questions=questions)


RIGHT = {1: "B", 2: "A、C", 3: "60", 4: "错误"}


@pytest.mark.parametrize(
    ("kind", "key", "unit", "told"),
    [
        ("single", ("B",), "", "B"),
        ("single", ("B",), "", "b."),
        ("single", ("B",), "", "Ｂ"),
        ("single", ("B",), "", "20万元"),
        ("multiple", ("A", "C"), "", "CA"),
        ("multiple", ("A", "C"), "", "a，c"),
        ("multiple", ("A", "C"), "", "A C"),
        ("true_false", ("A",), "", "√"),
        ("true_false", ("A",), "", "对"),
        ("true_false", ("B",), "", "×"),
        ("true_false", ("B",), "", "B"),
        ("cloze", ("60",), "万元", "60"),
        ("cloze", ("60",), "万元", "６０万元"),
        ("cloze", ("60",), "万元", "六十"),
        ("cloze", ("60",), "万元", "六十万"),
        ("cloze", ("60",), "万元", "600000元"),
        ("cloze", ("50",), "%", "一半"),
        ("cloze", ("50",), "%", "百分之五十"),
        ("cloze", ("3",), "年", "三年"),
        ("cloze", ("3",), "年", "36个月"),
    ],
)
def test_a_right_answer_is_right_however_it_is_written(
    kind: str, key: tuple[str, ...], unit: str, told: str
) -> None:
    assert is_right(question(kind, key, unit=unit), told)


@pytest.mark.parametrize(
    ("kind", "key", "unit", "told"),
    [
        ("single", ("B",), "", "AB"),
        ("single", ("B",), "", "Z"),
        ("single", ("B",), "", ""),
        ("multiple", ("A", "C"), "", "A"),
        ("multiple", ("A", "C"), "", "A、B、C"),
        ("true_false", ("A",), "", "错"),
        ("true_false", ("A",), "", "不知道"),
        ("cloze", ("60",), "万元", "6"),
        ("cloze", ("60",), "万元", "60元"),
        ("cloze", ("60",), "万元", "60%"),
        ("cloze", ("60",), "万元", "60或80"),
        ("cloze", ("3",), "年", "3个月"),
        ("cloze", ("50",), "%", "0.5"),
    ],
)
def test_a_wrong_answer_is_wrong(kind: str, key: tuple[str, ...], unit: str, told: str) -> None:
    assert not is_right(question(kind, key, unit=unit), told)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


FORMS = {
    "wide.csv": "姓名,单位,1,2,3,4\n张三,甲厂,B,A、C,60,错误\n李四,,A,,六十,对\n",
    "long.csv": "姓名,题号,答案\n张三,1,B\n张三,2,AC\n张三,3,60\n张三,4,×\n李四,1,A\n李四,3,60\n李四,4,√\n",
    "map.yaml": "张三: {1: B, 2: [A, C], 3: 60, 4: 错误}\n李四: {1: A, 3: 60, 4: 正确}\n",
    "list.json": '[{"姓名": "张三", "答案": {"1": "B", "2": ["A", "C"], "3": 60, "4": false}},'
    ' {"name": "李四", "answers": ["A", "", "60", "正确"]}]',
}


@pytest.mark.parametrize("name", FORMS)
def test_answers_are_read_in_every_form(quiz: Quiz, tmp_path: Path, name: str) -> None:
    result = grade_all(quiz, read_sheets([write(tmp_path / name, FORMS[name])], quiz))
    assert [(one.name, one.right, one.wrong, one.blank) for one in result.participants] == [
        ("张三", 4, (), ()),
        ("李四", 1, (1, 4), (2,)),
    ]
    assert result.slips == ()
    assert result.mean is not None
    assert float(result.mean) == 62.5
    assert [float(one.percent) for one in result.questions] == [50, 50, 100, 50]
    assert result.questions[0].most_wrong == "A（1 人）"
    assert result.questions[0].reread == "《某办法》第1条"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_spreadsheets_own_encodings_are_read(quiz: Quiz, tmp_path: Path, encoding: str) -> None:
    sheet = read_answers(write(tmp_path / "答卷.csv", FORMS["wide.csv"], encoding), quiz)
    assert [one.name for one in sheet.filled] == ["张三", "李四"]


def test_the_answer_sheet_of_the_workbook_is_filled_in_and_read_back(tmp_path: Path) -> None:
    """From the quiz to the graded result through the very file that is handed out."""
    quiz = make_quiz(KnowledgeBase(), n=12, on=DAY, seed=3)
    handed, kept, out = tmp_path / "学员卷.xlsx", tmp_path / "讲师版.xlsx", tmp_path / "成绩.xlsx"
    made = Made(as_of=DAY, knowledge="")
    write_quiz(quiz, handed, made=made, key=False)
    write_quiz(quiz, kept, made=made)
    book = load_workbook(handed)
    sheet = book["答题卡"]
    people = {"全对": lambda one: one.key, "全错": lambda one: ("Z",), "没答": lambda one: ()}
    for row, (name, answers) in enumerate(people.items(), start=4):
        sheet.cell(row, 1, name)
        for column, one in enumerate(quiz.questions, start=3):
            sheet.cell(row, column, "、".join(answers(one)) or None)
    book.save(handed)
    assert code_in(handed) == quiz.code
    known = read_quiz(kept)
    result = grade_all(known, read_sheets([handed], known))
    assert [(one.name, one.right) for one in result.participants] == [("全对", 12), ("全错", 0), ("没答", 0)]
    assert result.participants[2].blank == tuple(range(1, 13))
    write_result(result, out)
    shown = load_workbook(out)
    assert shown.sheetnames == ["成绩", "各题", "有误的答卷"]
    assert shown["成绩"]["A2"].value == "全对"
    assert shown["各题"].max_row == 13


def test_what_cannot_be_used_is_one_line_each_and_nothing_is_lost(quiz: Quiz, tmp_path: Path) -> None:
    text = (
        "姓名,1,2,3,4,9\n张三,B,A、C,60,错误,A\n,B,,,,\n李四,AB,X,,也许,\n张三,B,A、C,60,错误,\n王五,,,,,\n"
    )
    result = grade_all(quiz, [read_answers(write(tmp_path / "答卷.csv", text), quiz)])
    assert [(one.name, one.right) for one in result.participants] == [
        ("张三", 4),
        ("第 3 行（未写姓名）", 1),
        ("李四", 0),
        ("张三（第 2 份）", 4),
        ("王五", 0),
    ]
    said = "\n".join(f"{one.where}：{one.what}" for one in result.slips)
    for words in (
        "没有第 9 题",
        "没有写姓名",
        "第 1 题是单选",
        "第 2 题写的是 'X'",
        "第 4 题写的是 '也许'",
        "已有一份答卷",
        "没有作答",
    ):
        assert said.count(words) == 1, said
    assert "\n" not in "".join(one.what for one in result.slips)


def test_one_bad_file_stops_no_other(quiz: Quiz, tmp_path: Path) -> None:
    good, bad = write(tmp_path / "好.csv", FORMS["wide.csv"]), write(tmp_path / "坏.xlsx", "no workbook")
    result = grade_all(quiz, read_sheets([bad, good], quiz))
    assert len(result.participants) == 2
    assert [one.where for one in result.slips] == ["坏.xlsx"]
    with pytest.raises(InputError):
        read_sheets([bad], quiz)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("没有.csv", None),
        ("图.png", "x"),
        ("坏.xlsx", "x"),
        ("坏.json", "{"),
        ("坏.yaml", "a: [b"),
        ("空.csv", ""),
        ("无题号.csv", "姓名,备注\n张三,好\n"),
        ("数.json", "3"),
        ("空.yaml", ""),
        ("别的.csv", "测验代码,FFFF0000\n姓名,1\n张三,A\n"),
    ],
)
def test_an_unusable_file_is_refused_in_one_line(
    quiz: Quiz, tmp_path: Path, name: str, text: str | None
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_answers(tmp_path / name, quiz)
    assert "\n" not in caught.value.hint


@pytest.mark.parametrize("text", ["- 3\n- [1]\n- {姓名: 张三, 答案: 全对}\n", "张三: {一: A, 1: {x: y}}\n"])
def test_a_strange_shape_is_said_and_not_counted(quiz: Quiz, tmp_path: Path, text: str) -> None:
    sheet = read_answers(write(tmp_path / "答卷.yaml", text), quiz)
    assert [one.name for one in sheet.filled] == ["张三"]
    assert sheet.slips


BOMB = "a: &a [zz, zz, zz, zz, zz, zz, zz, zz, zz]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text", [f"{BOMB}张三: {{1: *i}}\n", f"{BOMB}participants: [{{姓名: *i, 答案: *i}}]\n"]
)
def test_a_few_lines_that_stand_for_millions_are_not_spelled_out(
    quiz: Quiz, tmp_path: Path, text: str
) -> None:
    result = grade_all(quiz, [read_answers(write(tmp_path / "答卷.yaml", text), quiz)])
    assert all(one.right == 0 for one in result.participants)
    assert all(len(one.what) < 300 for one in result.slips)


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_of_spreadsheets_are_read(quiz: Quiz, tmp_path: Path, separator: str) -> None:
    sheet = read_answers(write(tmp_path / "答卷.csv", FORMS["wide.csv"].replace(",", separator)), quiz)
    assert sheet.filled[0].answers == {1: "B", 2: "A、C", 3: "60", 4: "错误"}


def test_a_name_that_looks_like_a_formula_stays_text(quiz: Quiz, tmp_path: Path) -> None:
    filled = Filled(name='=HYPERLINK("http://x")', answers={3: "=1+1"}, where="第 2 行")
    out = tmp_path / "成绩.xlsx"
    write_result(grade_all(quiz, [Sheet(filled=(filled,))]), out)
    sheet = load_workbook(out)["成绩"]
    assert sheet["A2"].data_type == "s"
    assert sheet["J2"].data_type == "s"


def test_grading_counts_sets_of_letters_and_filled_words(quiz: Quiz) -> None:
    perfect = {one.n: list(reversed(one.key)) for one in quiz.questions}
    assert grade(quiz, perfect).percent == 100
    assert grade(quiz, perfect | {1: ["Z"], 2: []}).wrong == (1, 2)


def test_a_clause_to_read_again_is_named_without_our_remark_and_read_back_whole(tmp_path: Path) -> None:
    kb = KnowledgeBase()
    papers = (make_quiz(kb, n=12, on=DAY, policies=["cn-eval-2024"], seed=seed) for seed in range(20))
    quiz = next(
        one for one in papers if "等级判定（二手）" in {each.clause.locator for each in one.questions}
    )
    path = tmp_path / "讲师版.xlsx"
    write_quiz(quiz, path, made=Made(as_of=DAY, knowledge="", version=""))
    assert read_quiz(path) == quiz
    result = grade_all(quiz, [])
    assert any(one.reread.endswith("等级判定") for one in result.questions)
    assert not any("二手" in one.reread for one in result.questions)
