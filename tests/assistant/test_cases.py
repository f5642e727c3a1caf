"""A case reads the same from YAML, JSON and the workbook; a mistake is one line with file, place and remedy."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook, load_workbook

from assistant.casefiles.cases import load_case, parse_case, plain_case, save_case
from assistant.documents.sheets import write_case_template
from knowledge.case import CaseFile
from knowledge.enterprise import facts
from knowledge.errors import InputError
from knowledge.standard import load_standards

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("jinan-machine-tool", "binhai-marine", "service-half-empty")
STANDARD = "sme-digital-level-2024"

GOOD = """\
enterprise:
  name: 某厂
  region: 山东省济南市
  profile:
    revenue_y1: 5200
    high_tech_enterprise_valid: true
assessment:
  assessed_on: 2026-11-02
  answers:
    q01: [B, C]
    q02: D
  scenes: {s01: 2, s03: 1}
needs:
  target_level: 3
  budget: 80
  costs: {only: true, questions: {q01: {C: 12}}, scenes: {s01: {3: 15, 4: 60}}}
"""


@pytest.fixture(scope="module")
def standards():
    return load_standards()


def _load(tmp_path, text, standards, name="案例.yaml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_case(path, standards)


@pytest.mark.parametrize("name", NAMES)
def test_examples_load(name, standards):
    case = load_case(EXAMPLES / f"{name}.yaml", standards)
    assert "示例企业" in case.enterprise.name
    assert case.enterprise.employees == case.enterprise.profile.employees_y1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", [".yaml", ".json", ".xlsx"])
def test_a_case_survives_every_form(name, suffix, tmp_path, standards):
    case = load_case(EXAMPLES / f"{name}.yaml", standards)
    path = tmp_path / f"案例{suffix}"
    if suffix == ".xlsx":
        write_case_template(path, standards[STANDARD], facts(), case)
    else:
        save_case(case, path)
    assert load_case(path, standards) == case
    assert parse_case(plain_case(case), standards) == case


def test_numbers_stay_exact(tmp_path, standards):
    case = _load(tmp_path, GOOD.replace("5200", "4.02"), standards)
    assert case.enterprise.profile.revenue_y1 == Decimal("4.02")


def test_a_single_letter_and_lower_case_are_understood(tmp_path, standards):
    case = _load(tmp_path, GOOD.replace("[B, C]", "b、c"), standards)
    assert case.assessment.answers == {"q01": ("B", "C"), "q02": ("D",)}


def test_contradictory_options_are_kept_for_scoring_to_report(tmp_path, standards):
    case = _load(tmp_path, GOOD.replace("[B, C]", "[C, A]").replace("q02: D", "q02: [C, D]"), standards)
    assert case.assessment.answers == {"q01": ("A", "C"), "q02": ("C", "D")}


def test_a_zero_is_told_and_an_empty_value_is_not(tmp_path, standards):
    text = GOOD.replace("revenue_y1: 5200", "revenue_y1: 0\n    revenue_y2:").replace("q02: D", "q02: []")
    case = _load(tmp_path, text, standards)
    assert case.enterprise.profile.revenue_y1 == 0
    assert case.enterprise.profile.revenue_y2 is None
    assert "q02" not in case.assessment.answers


def test_a_scene_at_level_zero_is_not_an_unassessed_scene(tmp_path, standards):
    case = _load(tmp_path, GOOD.replace("s01: 2", "s01: 0, s02: null"), standards)
    assert case.assessment.scenes == {"s01": 0, "s03": 1}


BAD = {
    "unknown question": (
        "q02: D",
        "q20: D",
        ("第 11 行", "assessment.answers.q20", "q01 至 q15", "是否想写"),
    ),
    "no such option": ("[B, C]", "[B, F]", ("第 10 行", "answers.q01", "“F”", "A 至 E")),
    "level 7": ("s01: 2", "s01: 7", ("第 12 行", "scenes.s01", "“7”", "0 至 4")),
    "level 2.5": ("s01: 2", "s01: 2.5", ("scenes.s01", "整数")),
    "target level 5": ("target_level: 3", "target_level: 5", ("needs.target_level", "1 至 4")),
    "unknown scene": ("s03: 1", "s30: 1", ("场景编号", "s01 至 s16")),
    "negative revenue": ("5200", "-5200", ("第 5 行", "profile.revenue_y1", "不能为负数")),
    "negative budget": ("budget: 80", "budget: -1", ("needs.budget", "不能为负数")),
    "negative cost": ("3: 15", "3: -15", ("costs.scenes.s01.3", "不能为负数")),
    "measure of a question without one": (
        "  scenes:",
        "  measures: {q01: 30}\n  scenes:",
        ("measures.q01", "q02"),
    ),
    "measure in words": ("  scenes:", "  measures: {q02: 三成}\n  scenes:", ("measures.q02", "应为数字")),
    "cost of no option": ("{C: 12}", "{Z: 12}", ("costs.questions.q01.Z", "A、B、C、D、E")),
    "cost of level 5": ("4: 60", "5: 60", ("costs.scenes.s01.5", "1 至 4")),
    "words where a number": ("5200", "五千多万", ("revenue_y1", "确定的数")),
    "number with another unit": ("5200", "5200吨", ("revenue_y1", "应为数字")),
    "about a number": ("5200", "约5200万", ("revenue_y1", "确定的数", "约5200万")),
    "a sign that may mean nothing": ("5200", "“-”", ("revenue_y1", "应为数字")),
    "not a number": ("5200", ".nan", ("revenue_y1", "应为数字")),
    "NaN as a word": ("5200", "NaN", ("revenue_y1", "应为数字")),
    "infinite": ("5200", ".inf", ("revenue_y1", "应为数字")),
    "a trap of a number": ("5200", "1.0e+999999", ("revenue_y1",)),
    "yes/no where a number": ("5200", "true", ("revenue_y1", "应为数字")),
    "number where yes/no": ("valid: true", "valid: 3", ("high_tech_enterprise_valid", "是或否")),
    "list where a number": ("5200", "[1, 2]", ("revenue_y1", "应为数字")),
    "minutes": ("5200", "12:30", ("revenue_y1", "应为数字")),
    "unknown fact": ("revenue_y1", "revenu_y1", ("第 5 行", "revenue_y1？")),
    "unknown part": ("needs:", "need:", ("第 13 行", "needs")),
    "unknown key": ("budget: 80", "budgets: 80", ("needs.budgets", "budget？")),
    "wrong day": ("2026-11-02", "2026-13-45", ("第 8 行", "assessed_on", "不是有效日期")),
    "day that never was": ("2026-11-02", "2026-02-30", ("assessed_on", "不是有效日期")),
    "a part that is a word": (
        "answers:\n    q01: [B, C]\n    q02: D",
        "answers: 全部满足",
        ("answers", "一组键值"),
    ),
    "a key twice": ("q02: D", "q01: D", ("第 11 行", "写了两次")),
    "unknown standard": ("  assessed_on", "  standard: sme-2024\n  assessed_on", ("standard", "sme-")),
    "standard without tables": (
        "  assessed_on",
        "  standard: sme-digital-level-2022\n  assessed_on",
        ("不能用于测算", STANDARD),
    ),
    "broken YAML": ("q01: [B, C]", "q01: [B, C", ("不是合法的 YAML", "第 1")),
    "an alias": ("name: 某厂", "name: &a 某厂\n  industry: *a", ("第 2 行", "锚点")),
    "evidence for nothing": ("  scenes:", "  evidence: [{for: q99}]\n  scenes:", ("evidence.0.for", "q0")),
    "evidence that is a word": ("  scenes:", "  evidence: 有\n  scenes:", ("assessment.evidence", "列表")),
    "deployment that is a mapping": (
        "  budget",
        "  deployment: [{a: 1}]\n  budget",
        ("deployment.0", "文字"),
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_mistake_is_one_line_with_file_place_and_remedy(what, tmp_path, standards):
    old, new, told = BAD[what]
    assert GOOD.count(old) == 1
    with pytest.raises(InputError) as caught:
        _load(tmp_path, GOOD.replace(old, new), standards)
    line = caught.value.hint
    assert "案例.yaml" in line
    assert "\n" not in line
    for part in told:
        assert part in line


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("报告.docx", b"PK\x03\x04", "不是案例文件", id="docx"),
        pytest.param("案例.yaml", b"PK\x03\x04rest", "扩展名与内容不符", id="docx-renamed"),
        pytest.param("案例.xlsx", b"not a zip", "不是可以打开的 Excel", id="broken-xlsx"),
        pytest.param("案例", b"a: 1", "没有扩展名", id="no-suffix"),
        pytest.param("案例.yaml", b"", "空的", id="empty"),
        pytest.param("案例.yaml", b"- a\n- b\n", "最外层", id="list"),
        pytest.param("案例.yaml", "一句话".encode(), "最外层", id="sentence"),
        pytest.param("案例.yaml", "name: 济南".encode("gb18030"), "UTF-8", id="gbk"),
        pytest.param("案例.yaml", b"enterprise:\n  name: \x00\x01\n", "控制字符", id="control-characters"),
        pytest.param("案例.yaml", b"a: 1\n" * 300_000, "超过上限", id="huge"),
        pytest.param("案例.yaml", b"[" * 5_000 + b"]" * 5_000, "嵌套过深", id="deep"),
        pytest.param("案例.json", b"[" * 100_000, "嵌套过深", id="deep-json"),
        pytest.param("案例.json", b'{"enterprise": {"name": "a",}}', "第 1 行", id="broken-json"),
        pytest.param("案例.json", b'{"needs": {"budget": NaN}}', "应为数字", id="json-nan"),
        pytest.param("案例.json", b'{"needs": {"budget": 1}, "needs": {}}', "写了两次", id="json-twice"),
    ],
)
def test_what_is_no_case_is_refused_in_one_line(name, content, told, tmp_path, standards):
    with pytest.raises(InputError) as caught:
        _load(tmp_path, content, standards, name)
    assert told in caught.value.hint
    assert name in caught.value.hint


def test_a_missing_file_and_a_folder_are_named(tmp_path, standards):
    with pytest.raises(InputError, match="找不到"):
        load_case(tmp_path / "无.yaml", standards)
    with pytest.raises(InputError, match="文件夹"):
        load_case(tmp_path, standards)


def test_json_mistakes_have_lines_too(tmp_path, standards):
    text = json.dumps(yaml.safe_load(GOOD.replace("budget: 80", "budget: -80")), default=str, indent=1)
    with pytest.raises(InputError, match=r"第 \d+ 行 needs\.budget"):
        _load(tmp_path, text, standards, "案例.json")


# ---------------------------------------------------------------- the workbook


@pytest.fixture
def workbook(tmp_path, standards):
    path = tmp_path / "评测表.xlsx"
    write_case_template(path, standards[STANDARD], facts())
    return path


def _change(path, sheet, cell, value):
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def test_an_untouched_workbook_is_an_empty_case(workbook, standards):
    assert load_case(workbook, standards) == CaseFile()


def test_the_workbook_asks_every_question_and_shows_every_level(workbook, standards):
    book = load_workbook(workbook)
    standard = standards[STANDARD]
    options = [row[3].value for row in book["评测问题"].iter_rows(min_row=2)]
    assert len(options) == sum(len(question.options) for question in standard.questions.values())
    first = [cell.value for cell in book["场景等级"][2]]
    assert first[4:8] == [standard.scenes[0].levels[level] for level in (1, 2, 3, 4)]
    assert len(list(book["企业信息"].iter_rows(min_row=2))) == len(facts()) + 4


def test_a_filled_cell_is_read_back(workbook, standards):
    _change(workbook, "企业信息", "B2", "某厂")
    _change(workbook, "场景等级", "I2", 3)
    _change(workbook, "评测问题", "G3", "√")
    case = load_case(workbook, standards)
    assert case.enterprise.name == "某厂"
    assert case.assessment.scenes == {"s01": 3}
    assert case.assessment.answers == {"q01": ("B",)}


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "told"),
    [
        pytest.param("场景等级", "I2", 7, "表“场景等级”第 2 行", id="level-7"),
        pytest.param("评测问题", "G3", "也许", "表“评测问题”第 3 行", id="unclear-mark"),
        pytest.param("企业信息", "B5", "很多", "表“企业信息”第 5 行", id="words-for-number"),
        pytest.param("企业信息", "B5", "=1+1", "公式没有计算结果", id="formula-never-computed"),
        pytest.param("企业信息", "B1", "别的", "表头与评测表模板不符", id="header-changed"),
        pytest.param("需求与预算", "B5", -3, "表“需求与预算”第 5 行", id="negative-budget"),
    ],
)
def test_a_mistake_in_the_workbook_names_sheet_and_row(sheet, cell, value, told, workbook, standards):
    _change(workbook, sheet, cell, value)
    with pytest.raises(InputError) as caught:
        load_case(workbook, standards)
    assert told in caught.value.hint


def test_another_workbook_is_not_taken_for_the_template(tmp_path, standards):
    path = tmp_path / "账.xlsx"
    Workbook().save(path)
    with pytest.raises(InputError, match="缺少工作表"):
        load_case(path, standards)


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path, standards):
    case = CaseFile.model_validate({"enterprise": {"name": '=HYPERLINK("http://x","点我")'}})
    path = tmp_path / "评测表.xlsx"
    write_case_template(path, standards[STANDARD], facts(), case)
    assert load_workbook(path)["企业信息"]["B2"].data_type == "s"
    assert load_case(path, standards) == case
