"""`canmou train`: a session is limited, kept, stopped, taken up again, listed and deleted; a quiz is set and graded."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from assistant.cli import cli

ROOT = Path(__file__).parent.parent
AS_OF = ("--as-of", "2026-11-22")
COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "问题.txt"
    path.write_text(
        "1. 小巨人要几项发明专利？\n2. 请问小巨人要几项发明专利\n3. 济南试点还能申请吗？\n4. 明天股票涨不涨？\n",
        encoding="utf-8",
    )
    return path


def environment(home: Path) -> dict[str, str]:
    own = {
        "CANMOU_INDEX_DIR": str(home / "index"),
        "CANMOU_STATE_DIR": str(home / "state"),
        "PYTHONUTF8": "1",
    }
    return os.environ | own


def canmou(home: Path, *args: object) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, args)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False
    )


def answer(home: Path, *args: object) -> dict[str, Any]:
    done = canmou(home, *args, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_a_session_is_kept_listed_shown_turned_into_a_handout_and_deleted(
    home: Path, questions: Path
) -> None:
    made = answer(home, "train", "session", questions, "--region", "济南", *AS_OF)
    assert made["questions"] == ["小巨人要几项发明专利？", "济南试点还能申请吗？", "明天股票涨不涨？"]
    assert made["answers"][0]["also"] == ["请问小巨人要几项发明专利"]
    assert [one["question"] for one in made["unanswered"]] == ["明天股票涨不涨？"]
    assert made["waiting"] == []
    items = answer(home, "train", "list")["items"]
    assert [(one["id"], one["questions"], one["answered"]) for one in items] == [(made["id"], 3, 3)]
    again = answer(home, "train", "show", made["id"][:8])
    assert again | {"file": None} == made
    out = home / "讲义.docx"
    assert answer(home, "train", "handout", made["id"][:8], "-o", out)["questions"] == made["questions"]
    assert out.stat().st_size > 5000
    assert answer(home, "train", "delete", made["id"])["deleted"] == made["id"]
    assert answer(home, "train", "list")["count"] == 0
    assert canmou(home, "train", "show", made["id"]).returncode == 2


def test_a_scope_answers_from_its_documents_and_names_the_others(home: Path, questions: Path) -> None:
    made = answer(home, "train", "session", questions, "--policy", "工信部企业〔2026〕2号", *AS_OF)
    assert made["scope"]["policies"] == ["miit-2026-2"]
    first, second, _ = made["answers"]
    assert {one["source_id"] for one in first["citations"]} == {"miit-2026-2"}
    assert second["refused"]
    assert second["outside"] == ["sd-jinan-pilot-2024"]
    shown = canmou(home, "train", "show").stdout
    assert "不在本次培训限定的文件之内" in shown
    assert "范围：《优质中小企业梯度培育管理办法》" in shown


def test_a_session_stopped_by_hand_says_how_to_go_on_and_goes_on(home: Path, tmp_path: Path) -> None:
    """Ctrl+C in the middle: one line, what was answered is kept, and resuming answers the rest."""
    many = tmp_path / "很多.txt"
    many.write_text(
        "\n".join(f"{n}年底前试点企业要完成什么改造？" for n in range(1600, 2050)), encoding="utf-8"
    )
    command = [*COMMAND, "train", "session", str(many), *AS_OF]
    running = subprocess.Popen(
        command, cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        items = answer(home, "train", "list")["items"] if (home / "state" / "canmou.db").exists() else []
        if items and items[0]["answered"] >= 3:
            break
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "Traceback" not in said
    kept = answer(home, "train", "list")["items"][0]
    assert 3 <= kept["answered"] < kept["questions"]
    assert f"canmou train resume {kept['id'][:8]}" in said
    whole = answer(home, "train", "resume", kept["id"][:8])
    assert len(whole["answers"]) == kept["questions"]
    assert [one["number"] for one in whole["answers"]] == list(range(1, kept["questions"] + 1))


def test_a_quiz_is_set_filled_in_and_graded(home: Path) -> None:
    out, paper, scores = home / "测验.xlsx", home / "学员卷.xlsx", home / "成绩.xlsx"
    quiz = answer(home, "train", "quiz", "-n", 8, "-o", out, "--paper", paper, *AS_OF)
    book = load_workbook(paper)
    assert book.sheetnames == ["试题", "答题卡"]
    sheet = book["答题卡"]
    for row, name in ((4, "张三"), (5, "李四")):
        sheet.cell(row, 1, name)
        for one in quiz["questions"] if name == "张三" else ():
            told = "、".join(one["key"])
            told = {"A": "正确", "B": "错误"}[told] if one["kind"] == "true_false" else told
            sheet.cell(row, one["n"] + 2, told)
    book.save(paper)
    other = home / "王五.yaml"
    other.write_text("王五: {1: Z, 99: A}\n", encoding="utf-8")
    for key in (out, quiz["code"]):
        result = answer(home, "train", "grade", key, paper, other, "-o", scores)
        assert [(one["name"], one["right"]) for one in result["participants"]] == [
            ("张三", 8),
            ("李四", 0),
            ("王五", 0),
        ]
        assert len(result["slips"]) == 3
    assert load_workbook(scores).sheetnames == ["成绩", "各题", "有误的答卷"]
    shown = canmou(home, "train", "grade", out, paper).stdout
    assert "重读条款" in shown
    assert "2 份答卷，平均 50.0 分" in shown


def test_what_json_prints_is_a_quiz_to_grade_with(home: Path) -> None:
    quiz, filled = home / "测验.json", home / "答卷.csv"
    quiz.write_text(canmou(home, "train", "quiz", "-n", 3, "--json", *AS_OF).stdout, encoding="utf-8")
    filled.write_text("姓名,1\n张三,A\n", encoding="utf-8")
    assert answer(home, "train", "grade", quiz, filled)["participants"][0]["total"] == 3


@pytest.mark.parametrize(
    "args",
    [
        ("session", "{questions}", "--policy", "没有这份"),
        ("session", "{questions}", "--policy", "数字化转型"),
        ("session", "{questions}", "-o", "讲义.exe"),
        ("session", "没有.txt"),
        ("show", "zzzz"),
        ("show",),
        ("resume", "zzzz"),
        ("delete", "zzzz"),
        ("handout", "zzzz", "-o", "讲义.docx"),
        ("quiz", "-o", "测验.exe"),
        ("quiz", "--paper", "没有的文件夹/测验.docx"),
        ("quiz", "--session", "zzzz"),
        ("quiz", "--policy", "没有这份"),
        ("grade", "没有.xlsx", "{questions}"),
        ("grade", "FFFF0000", "{questions}"),
        ("grade", "{questions}", "{questions}"),
    ],
    ids=lambda args: "-".join(args),
)
def test_bad_input_is_one_line_and_exit_code_two(
    home: Path, questions: Path, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(cli, ["train", *(one.format(questions=questions) for one in args)])
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
