"""A workbook of many enterprises: every row comes back once, wrong rows with their cells, and a killed run goes on."""

import json
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal
from functools import partial

import pytest
from openpyxl import Workbook, load_workbook

from assistant.casefiles.batch import run_batch, write_batch_template
from assistant.rules.scoring import score
from assistant.schema import Eligibility
from knowledge.case import Assessment
from knowledge.errors import InputError
from knowledge.standard import load_standards

STANDARD = load_standards()["sme-digital-level-2024"]
HEADER = ["企业名称", "地区", "行业", "从业人员", *STANDARD.questions, *STANDARD.scene]


def random_row(rng, name):
    answers = {}
    for question in STANDARD.questions.values():
        keys = [option.key for option in question.options]
        if question.kind == "single":
            answers[question.id] = (rng.choice(keys),)
        else:
            answers[question.id] = tuple(key for key in keys[1:] if rng.random() < 0.5) or ("A",)
    scenes = {id: rng.randint(0, 4) for id in STANDARD.scene}
    cells = [name, rng.choice(["济南市", "青岛市", "天津滨海新区"]), "通用设备制造业", rng.randint(3, 300)]
    cells += ["、".join(answers[id]) for id in STANDARD.questions] + [scenes[id] for id in STANDARD.scene]
    return cells, Assessment(answers=answers, scenes=scenes)


def write(path, rows, header=HEADER, above=()):
    book = Workbook()
    for row in (*above, header, *rows):
        book.active.append(row)
    book.save(path)
    return path


def sheet(path, title):
    lines = list(load_workbook(path)[title].iter_rows(values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def run(source, out, **more):
    return run_batch(source, out, standard=STANDARD, **more)


def test_every_row_comes_back_once_with_the_score_it_has_alone(tmp_path):
    rng = random.Random(3)
    made = [random_row(rng, f"企业{n}") for n in range(120)]
    report = run(write(tmp_path / "in.xlsx", [cells for cells, _ in made]), tmp_path / "out.xlsx")
    assert (report.rows, report.scored, report.failed, report.resumed) == (120, 120, 0, 0)
    found = sheet(tmp_path / "out.xlsx", "逐家结果")
    assert [line["企业名称"] for line in found] == [f"企业{n}" for n in range(120)]
    for line, (_, told) in zip(found, made, strict=True):
        card = score(STANDARD, told)
        assert Decimal(repr(line["总分（确定）"])) == card.total
        assert line["等级"] == ["未达一级", "一级", "二级", "三级", "四级"][card.level]
    assert sum(report.levels.values()) == 120
    assert not list(tmp_path.glob("*.journal"))
    assert not list(tmp_path.glob("*.part"))


def test_the_summary_counts_by_region_and_draws_it(tmp_path):
    rng = random.Random(4)
    rows = [random_row(rng, f"企业{n}")[0] for n in range(40)]
    run(write(tmp_path / "in.xlsx", rows), tmp_path / "out.xlsx")
    summary = load_workbook(tmp_path / "out.xlsx")["汇总"]
    cells = {line[0]: line[1:] for line in summary.iter_rows(values_only=True)}
    for region in ("济南市", "青岛市", "天津滨海新区"):
        assert any(line[0] == region for line in summary.iter_rows(values_only=True))
    assert cells["企业数"][0] == 40
    by_region = [
        line
        for line in summary.iter_rows(values_only=True)
        if line[0] in ("济南市", "青岛市", "天津滨海新区")
    ][:3]
    assert sum(line[1] for line in by_region) == 40
    assert all(sum(line[2:8]) == line[1] for line in by_region)
    assert len(summary._charts) == 4


def test_wrong_cells_are_all_listed_and_stop_nobody_else(tmp_path):
    rng = random.Random(5)
    good, bad, nameless = (random_row(rng, name)[0] for name in ("好", "坏", "无名"))
    bad[4], bad[5], bad[19], bad[3] = "Z", "B、Q", 7, "很多"
    nameless[0] = None
    source = write(tmp_path / "in.xlsx", [good, bad, [None] * len(HEADER), nameless])
    report = run(source, tmp_path / "out.xlsx")
    assert (report.rows, report.scored, report.failed) == (3, 1, 2)
    errors = sheet(tmp_path / "out.xlsx", "有误的行")
    assert {(e["原表行号"], e["位置"].split("（")[0]) for e in errors} == {
        (3, "第 3 行 D 列"),
        (3, "第 3 行 E 列"),
        (3, "第 3 行 F 列"),
        (3, "第 3 行 T 列"),
        (5, "第 5 行 A 列"),
    }
    assert all(e["问题"] and e["怎样改"] for e in errors)
    assert [line["企业名称"] for line in sheet(tmp_path / "out.xlsx", "逐家结果")] == ["好"]


def test_what_is_left_blank_is_open_not_zero(tmp_path):
    cells, _ = random_row(random.Random(6), "半份")
    cells[4 + 4] = None  # q05
    cells[4 + 15] = " "  # s01
    report = run(write(tmp_path / "in.xlsx", [cells]), tmp_path / "out.xlsx")
    line = sheet(tmp_path / "out.xlsx", "逐家结果")[0]
    assert set(line["未答项"].split("、")) == {"q05", "s01"}
    assert line["总分（上限）"] == line["总分（确定）"] + 10
    assert report.rows == 1


def test_headers_may_stand_lower_in_any_order_and_by_name(tmp_path):
    told = {
        "产品设计": 3,
        "Q1 网络建设": "BC",
        "q2": "D",
        "单位名称": "某厂",
        "上年度营业收入总额（万元）": 5200,
        "备注": "x",
    }
    source = write(tmp_path / "in.xlsx", [list(told.values())], header=list(told), above=(["某市填报表"], []))
    report = run(source, tmp_path / "out.xlsx")
    assert report.ignored_columns == ("备注",)
    line = sheet(tmp_path / "out.xlsx", "逐家结果")[0]
    assert (line["企业名称"], line["总分（确定）"], line["原表行号"]) == ("某厂", 8.5, 4)


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    names = ["=1+1", "+cmd", "-2", "@SUM(A1)", '=HYPERLINK("http://x","y")']
    book = Workbook()
    book.active.append(HEADER)
    for name in names:
        book.active.append(random_row(random.Random(7), "x")[0])
        cell = book.active.cell(row=book.active.max_row, column=1, value=name)
        cell.data_type = "s"
    book.save(tmp_path / "in.xlsx")
    run(tmp_path / "in.xlsx", tmp_path / "out.xlsx")
    written = load_workbook(tmp_path / "out.xlsx")["逐家结果"]
    cells = [written.cell(row=2 + n, column=2) for n in range(len(names))]
    assert [cell.value for cell in cells] == names
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def verdict(program, enterprise, *, asked):
    asked.append(enterprise)
    return Eligibility(
        program=program,
        title="t",
        standard="s",
        standard_title="t",
        as_of="2026-11-22",
        verdict="met" if enterprise.profile.revenue_y1 else "unknown",
        findings=(),
        ask_next=() if enterprise.profile.revenue_y1 else ("revenue_y1",),
    )


def test_a_program_is_checked_for_every_good_row(tmp_path):
    rng = random.Random(8)
    rows = [
        [*random_row(rng, f"企业{n}")[0], revenue, yes]
        for n, (revenue, yes) in enumerate([(800, "是"), (None, "否")])
    ]
    source = write(tmp_path / "in.xlsx", rows, header=[*HEADER, "revenue_y1", "有效期内高新技术企业"])
    asked = []
    run(source, tmp_path / "out.xlsx", check=partial(verdict, "innovative-sme", asked=asked))
    assert [one.profile.high_tech_enterprise_valid for one in asked] == [True, False]
    lines = sheet(tmp_path / "out.xlsx", "逐家结果")
    assert [(line["资格结论"], line["还需了解"]) for line in lines] == [
        ("满足", None),
        ("待核验", "上年度营业收入总额"),
    ]


def test_progress_rises_to_the_number_of_rows(tmp_path):
    rows = [random_row(random.Random(9), f"企业{n}")[0] for n in range(7)]
    seen = []
    run(
        write(tmp_path / "in.xlsx", rows),
        tmp_path / "out.xlsx",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(n, 7) for n in range(8)]


class Cut(Exception):
    pass


def cut_after(n):
    def progress(done, total):
        if done == n:
            raise Cut

    return progress


def test_a_run_that_was_cut_goes_on_and_loses_and_doubles_nothing(tmp_path):
    rng = random.Random(10)
    source = write(tmp_path / "in.xlsx", [random_row(rng, f"企业{n}")[0] for n in range(30)])
    out = tmp_path / "out.xlsx"
    for at in (11, 19):
        with pytest.raises(Cut):
            run(source, out, progress=cut_after(at))
        assert not out.exists()
    journal = tmp_path / "out.xlsx.journal"
    with journal.open("ab") as file:
        file.write(b'{"row": 21, "na')  # torn by the kill
    report = run(source, out)
    assert (report.rows, report.resumed) == (30, 19)
    whole = run(source, tmp_path / "whole.xlsx")
    assert whole.resumed == 0
    assert sheet(out, "逐家结果") == sheet(tmp_path / "whole.xlsx", "逐家结果")
    assert not journal.exists()


@pytest.mark.parametrize("change", ["input", "check", "program"])
def test_a_journal_of_another_run_is_not_taken_up(tmp_path, change):
    rng = random.Random(11)
    rows = [random_row(rng, f"企业{n}")[0] for n in range(6)]
    source, out = write(tmp_path / "in.xlsx", rows), tmp_path / "out.xlsx"
    check = partial(verdict, "innovative-sme", asked=[]) if change == "program" else None
    with pytest.raises(Cut):
        run(source, out, progress=cut_after(4), check=check)
    if change == "input":
        rows[0][4] = "A"
        write(source, rows)
    else:
        check = partial(verdict, "little-giant", asked=[])
    assert run(source, out, check=check).resumed == 0


PROGRAM = """
import sys, time
from pathlib import Path
from assistant.casefiles.batch import run_batch
from knowledge.standard import load_standards
run_batch(Path(sys.argv[1]), Path(sys.argv[2]), standard=load_standards()["sme-digital-level-2024"],
          progress=lambda done, total: time.sleep(0.005))
"""


def test_a_killed_process_leaves_a_journal_the_next_run_takes_up(tmp_path):
    rng = random.Random(12)
    source = write(tmp_path / "in.xlsx", [random_row(rng, f"企业{n}")[0] for n in range(400)])
    out, journal = tmp_path / "out.xlsx", tmp_path / "out.xlsx.journal"
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(source), str(out)])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (journal.exists() and journal.read_bytes().count(b"\n") > 20):
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    kept = journal.read_bytes().count(b"\n") - 1
    report = run(source, out)
    assert report.resumed in (kept, kept - 1)
    assert 0 < report.resumed < 400
    assert [line["企业名称"] for line in sheet(out, "逐家结果")] == [f"企业{n}" for n in range(400)]


def test_the_journal_is_plain_lines(tmp_path):
    source = write(tmp_path / "in.xlsx", [random_row(random.Random(13), f"企业{n}")[0] for n in range(3)])
    with pytest.raises(Cut):
        run(source, tmp_path / "out.xlsx", progress=cut_after(2))
    lines = (tmp_path / "out.xlsx.journal").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("row") for line in lines] == [None, 2, 3]


@pytest.mark.parametrize(
    ("make", "out", "what"),
    [
        (lambda p: None, "out.xlsx", "找不到"),
        (lambda p: p.write_text("企业名称,q01", encoding="utf-8"), "out.xlsx", "Excel"),
        (lambda p: write(p, [["a", "b"]], header=["甲", "乙"]), "out.xlsx", "表头"),
        (lambda p: write(p, [], header=["企业名称", "q01", "Q1"]), "out.xlsx", "出现不止一次"),
        (lambda p: write(p, []), "out.csv", ".xlsx"),
        (lambda p: write(p, []), "in.xlsx", "同一个文件"),
        (lambda p: write(p, []), "nowhere/out.xlsx", "文件夹"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_line_and_writes_nothing(tmp_path, make, out, what):
    make(tmp_path / "in.xlsx")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match=what):
        run(tmp_path / "in.xlsx", tmp_path / out)
    assert sorted(tmp_path.iterdir()) == before


def test_an_empty_form_can_be_filled_in_and_run(tmp_path):
    path = tmp_path / "表.xlsx"
    write_batch_template(path, STANDARD)
    book = load_workbook(path)
    titles = [cell.value for cell in book["企业"][1]]
    assert titles[:5] == ["企业名称", "地区", "行业", "从业人员", "q01 网络建设"]
    assert len(titles) == 35
    cells, told = random_row(random.Random(14), "某厂")
    book["企业"].append(cells)
    book.save(path)
    run(path, tmp_path / "out.xlsx")
    line = sheet(tmp_path / "out.xlsx", "逐家结果")[0]
    assert Decimal(repr(line["总分（确定）"])) == score(STANDARD, told).total


def test_no_rows_is_an_empty_result(tmp_path):
    report = run(write(tmp_path / "in.xlsx", []), tmp_path / "out.xlsx")
    assert report.rows == 0
    assert sheet(tmp_path / "out.xlsx", "逐家结果") == []
