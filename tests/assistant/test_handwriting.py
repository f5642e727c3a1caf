"""What people write into the form is read where it can mean one thing, and refused in the form's own words where not."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assistant.casefiles import handwriting
from assistant.casefiles.cases import load_case
from assistant.documents.sheets import in_words, write_case_template
from knowledge.enterprise import facts
from knowledge.errors import InputError, InputErrors
from knowledge.load import KnowledgeBase

STANDARDS = KnowledgeBase().standards
STANDARD = "sme-digital-level-2024"


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,118", "万元", "1118"),
        ("１，１１８", "万元", "1118"),
        ("1，118", "万元", "1118"),
        ("2900万", "万元", "2900"),
        ("2900 万元", "万元", "2900"),
        ("人民币2900万元整", "万元", "2900"),
        ("三十万", "万元", "30"),
        ("0.29亿", "万元", "2900"),
        ("29,000,000元", "万元", "2900"),
        ("3千万", "万元", "3000"),
        ("五千二百", "万元", "5200"),
        ("-20", "万元", "-20"),
        ("6.5%", "%", "6.5"),
        ("６．５％", "%", "6.5"),
        ("百分之六点五", "%", "6.5"),
        ("85人", "人", "85"),
        ("八十五名", "人", "85"),
        ("1.2万人", "人", "12000"),
        ("3件", "项", "3"),
        ("6年", "年", "6"),
        ("62 分", "分", "62"),
        ("第三名", "", "3"),
        ("二级", "级", "2"),
        ("２级", "级", "2"),
    ],
)
def test_one_meaning_is_read(text, unit, value):
    assert handwriting.amount(text, unit) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("约85", "人", "确定"),
        ("85左右", "人", "确定"),
        ("80-90", "人", "确定"),
        ("6年多", "年", "确定"),
        ("几百万", "万元", "确定"),
        ("2900余万元", "万元", "确定"),
        ("不到30万", "万元", "确定"),
        ("无", "项", "没有就填 0"),
        ("-", "万元", "没有就填 0"),
        ("5,20", "万元", "应为数字"),
        ("12:30", "万元", "应为数字"),
        ("5200吨", "万元", "应为数字"),
        ("6.5万", "%", "应为数字"),
    ],
)
def test_what_may_mean_more_is_refused(text, unit, said):
    with pytest.raises(ValueError, match=said):
        handwriting.amount(text, unit)


def test_not_known_is_the_same_as_nothing():
    assert all(handwriting.not_known(text) for text in ("不清楚", "（待核实）", "？", "未知", "不知道。"))
    assert not any(handwriting.not_known(text) for text in ("0", "否", "无", "-", "", None, "不清楚的话填5"))


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026/11/5", date(2026, 11, 5)), ("2026年11月 5日", date(2026, 11, 5)), ("20261105", date(2026, 11, 5)), ("2026年11月", None)],
)  # fmt: skip
def test_a_day_is_a_whole_day(text, day):
    assert handwriting.day(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027年底", date(2027, 12, 31)),
        ("2027年6月", date(2027, 6, 30)),
        ("2028年2月底前", date(2028, 2, 29)),
        ("2027年上半年", date(2027, 6, 30)),
        ("明年底", None),
        ("尽快", None),
    ],
)
def test_a_term_ends_on_its_last_day(text, day):
    assert handwriting.deadline(text) == day


SIZES = {"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"}


@pytest.mark.parametrize(
    ("text", "one"),
    [("小型企业", "small"), ("小型", "small"), ("small", "small"), ("小型（年报）", "small"), ("小微企业", None), ("小型或微型", None)],
)  # fmt: skip
def test_a_choice_is_named_by_its_word(text, one):
    assert handwriting.choice(text, SIZES) == one


# ---------------------------------------------------------------- in the workbook


@pytest.fixture
def fill(tmp_path: Path):
    path = tmp_path / "评测表.xlsx"
    write_case_template(path, STANDARDS[STANDARD], facts())

    def change(**cells):
        book = load_workbook(path)
        keys = {row[4].value: row[1] for row in book["企业信息"].iter_rows(min_row=2)}
        keys |= {row[3].value: row[1] for row in book["需求与预算"].iter_rows(min_row=2)}
        for key, value in cells.items():
            name = key.replace("__", ".")
            cell = keys.get(name) or keys[f"profile.{name}"]
            cell.value, cell.number_format = (
                value if isinstance(value, tuple) else (value, cell.number_format)
            )
        book.save(path)
        return load_case(path, STANDARDS)

    return change


def test_normal_handwriting_is_taken(fill):
    case = fill(
        sme_size_class="小型企业", revenue_y1="1,118", revenue_y2="2900万", market_share_pct="6.5%", niche_years="６年",
        digital_level="二级", class1_ip_total="3项", in_abnormal_list="无", high_tech_enterprise_valid="有",
        rd_expense_y1="不清楚", employees="85人", needs__budget="30万", needs__target_level="二级",
        needs__deadline="2027年底", needs__costs__only="是", assessment__assessed_on="2026年11月5日",
    )  # fmt: skip
    told = case.enterprise.profile
    assert (told.sme_size_class, told.revenue_y1, told.revenue_y2, told.market_share_pct) == (
        "small",
        1118,
        2900,
        Decimal("6.5"),
    )
    assert (told.niche_years, told.digital_level, told.class1_ip_total, case.enterprise.employees) == (
        6,
        2,
        3,
        85,
    )
    assert (told.in_abnormal_list, told.high_tech_enterprise_valid, told.rd_expense_y1) == (False, True, None)
    assert (case.needs.budget, case.needs.target_level, case.needs.deadline) == (30, 2, date(2027, 12, 31))
    assert case.needs.costs.only is True
    assert case.assessment.assessed_on == date(2026, 11, 5)


def test_a_percentage_typed_into_a_sheet_is_what_is_seen(fill):
    """Excel turns 6.5% into 0.065 shown as 6.50%."""
    assert fill(market_share_pct=(0.065, "0.00%")).enterprise.profile.market_share_pct == Decimal("6.5")


def test_all_bad_cells_are_told_at_once_in_the_words_of_the_form(fill):
    with pytest.raises(InputErrors) as caught:
        fill(
            employees="约85", sme_size_class="小微企业", high_tech_enterprise_valid="正在办", niche_years="6年多",
            needs__budget=-20, assessment__assessed_on="2026年11月",
        )  # fmt: skip
    head, *lines = caught.value.hint.splitlines()
    assert "有 6 处要改" in head
    assert [line.split("“")[2].split("”")[0] for line in lines] == [
        "员工人数", "划型结果", "有效期内高新技术企业", "从事特定细分市场年限", "评测日期", "预算（万元）",
    ]  # fmt: skip
    assert "可填：微型、小型、中型、大型" in lines[1]
    assert "请填 是 或 否" in lines[2]
    said = caught.value.hint
    assert not any(word in said for word in ("micro", "true", "profile", "enterprise", "删去", "needs."))
    assert all(f"{n}. " in line for n, line in enumerate(lines, start=1))


def test_one_bad_cell_stays_one_line(fill):
    with pytest.raises(InputError) as caught:
        fill(employees="很多")
    assert not isinstance(caught.value, InputErrors)
    assert "\n" not in caught.value.hint
    assert "表“企业信息”第 5 行“员工人数”" in caught.value.hint


def test_a_key_of_a_case_is_called_what_the_form_calls_it():
    assert in_words("评测表.xlsx needs.deadline：早于评测日期") == "评测表.xlsx “完成期限”：早于评测日期"
    assert in_words("needs.costs.only 与 assessment.assessed_on") == "“只采购有报价的步骤” 与 “评测日期”"
