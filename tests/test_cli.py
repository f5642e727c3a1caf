"""The command line keeps its contract: JSON alone on stdout, one line for bad input, exit codes 0, 2 and 3."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
JINAN = "examples/jinan-machine-tool.yaml"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Index and state of these tests alone."""
    return tmp_path_factory.mktemp("home")


def canmou(home: Path, *args: str, **extra: str) -> subprocess.CompletedProcess[str]:
    env = (
        os.environ
        | {
            "CANMOU_INDEX_DIR": str(home / "index"),
            "CANMOU_STATE_DIR": str(home / "state"),
            "PYTHONUTF8": "1",
        }
        | extra
    )
    command = [sys.executable, "-c", "from assistant.cli import main; main()", *args]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def answer(home: Path, *args: str) -> dict[str, Any]:
    done = canmou(home, *args, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


FIELDS = {
    ("score", JINAN): "standard dimensions total scenes level level_low level_high unanswered next_level",
    (
        "check",
        JINAN,
        "--program",
        "little-giant",
    ): "program standard as_of verdict findings points ask_next shortest_path",
    ("programs",): "programs",
    ("plan", JINAN): "target_level reachable steps total_cost cost_basis slack optimal",
    ("match", JINAN): "offers bundle rejected",
    (
        "subsidy",
        JINAN,
        "--scheme",
        "sd-jinan-pilot-2024",
        "--spend",
        "100",
    ): "low high cap assumptions clause refused reason",
    (
        "ask",
        "达到四级的试点企业怎么验收？",
        "--region",
        "山东",
    ): "answer refused reason citations warnings mode as_of region made",
    ("list", "policies", "--region", "济南"): "count items",
    ("list", "timeline", "--after", "2026-11-22"): "count items",
    ("list", "conflicts"): "count items",
    ("search", "小巨人 研发费用", "-k", "3"): "hits",
    ("index",): "passages embedder built_at stale seconds",
    ("lint",): "count findings",
    ("doctor",): "checks ok",
}


@pytest.mark.parametrize(
    "args", FIELDS, ids=lambda args: args[0] + (f"-{args[1]}" if args[0] == "list" else "")
)
def test_json_has_the_fields_of_the_contract(home: Path, args: tuple[str, ...]) -> None:
    assert set(FIELDS[args].split()) <= set(answer(home, *args))


def test_json_numbers_are_numbers(home: Path) -> None:
    card = answer(home, "score", JINAN)
    assert all(isinstance(one["score"], int | float) for one in card["dimensions"])
    assert isinstance(card["total"], int | float)


def test_a_change_is_named_from_and_to(home: Path) -> None:
    steps = answer(home, "plan", JINAN)["steps"]
    assert steps
    assert {"kind", "id", "from", "to", "cost", "why"} <= set(steps[0])


def test_schemes_that_exclude_each_other_are_said(home: Path) -> None:
    """Stacking is told per pair: excluded where a document says so, to be verified where none does."""
    made = answer(
        home, "subsidy", JINAN, "--scheme", "zj-hangzhou-xiaoshan-2024", "--spend", "100", "--region", "杭州萧山",
        "--with", "cn-key-little-giant-2024", "--with", "gd-zhongshan-2024",
    )  # fmt: skip
    assert made["high"] == 40
    assert any("不重复支持" in text for text in made["stacking"])
    assert any("未写明" in text for text in made["stacking"])


def test_the_day_decides_the_standard(home: Path) -> None:
    check = ("check", JINAN, "--program", "specialized-sme", "--as-of")
    before, after = answer(home, *check, "2026-03-31"), answer(home, *check, "2026-04-01")
    assert before["standard"] != after["standard"]


def test_a_report_is_written_and_told_of(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "报告.docx"
    told = answer(home, "report", JINAN, "--kind", "one-enterprise-diagnosis", "-o", str(out))
    assert out.stat().st_size > 20_000
    assert {"id", "title", "words", "citations"} <= set(told["sections"][0])
    assert told["ungrounded_dropped"] == 0


BAD = {
    "missing": ("nowhere.yaml", None),
    "unknown-question": ("case.yaml", "assessment:\n  answers: {q99: [A]}\n"),
    "level-seven": ("case.yaml", "assessment:\n  scenes: {s01: 7}\n"),
    "negative-revenue": ("case.yaml", "enterprise:\n  profile: {revenue_y1: -5}\n"),
    "broken-yaml": ("case.yaml", "enterprise: {name: [\n"),
    "a-word-file": ("case.docx", "PK\x03\x04"),
    "unknown-fact": ("case.yaml", "enterprise:\n  profile: {revenu_y1: 5}\n"),
    "a-list": ("case.yaml", "- 1\n- 2\n"),
    "empty-json": ("case.json", "{"),
}


@pytest.mark.parametrize("slip", BAD)
def test_bad_input_gets_one_line_and_writes_nothing(home: Path, tmp_path: Path, slip: str) -> None:
    name, text = BAD[slip]
    case, out = tmp_path / name, tmp_path / "out.docx"
    if text is not None:
        case.write_text(text, encoding="utf-8")
    for args in (
        ["score", str(case)],
        ["report", str(case), "--kind", "one-enterprise-diagnosis", "-o", str(out)],
    ):
        done = canmou(home, *args)
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1
        assert name in done.stderr
        assert "Traceback" not in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    "args",
    [
        ("check", JINAN, "--program", "no-such"),
        ("check", JINAN, "--program", "little-giant", "--region", "火星"),
        ("subsidy", JINAN, "--scheme", "no-such", "--spend", "10"),
        ("subsidy", JINAN, "--scheme", "sd-jinan-pilot-2024", "--spend", "-1"),
        ("report", JINAN, "--kind", "no-such", "-o", "x.docx"),
        ("report", JINAN, "--kind", "one-enterprise-diagnosis", "-o", "x.exe"),
        ("match", JINAN, "--scene", "s99"),
        ("train", "quiz", "--policy", "no-such"),
        ("score", JINAN, "--as-of", "昨天"),
        ("eval", "no-such"),
    ],
    ids=lambda args: "-".join(args[:1] + args[2:4]),
)
def test_a_wrong_word_is_refused_with_exit_code_two(home: Path, args: tuple[str, ...]) -> None:
    done = canmou(home, *args)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


MISUSED = {
    "check": ("check", JINAN, "--program", "little-giant", "--application", "perhaps"),
    "as-of": ("score", JINAN, "--as-of", "2026-13-01"),
    "no-argument": ("score",),
    "no-command": ("scor",),
    "no-option": ("score", JINAN, "--regio", "济南"),
    "range": ("search", "验收", "-k", "0"),
    "too-many": ("score", JINAN, JINAN),
    "form": ("template", "case", "-o", "表.docx"),
    "no-questions": ("train", "session", "/dev/null"),
}


@pytest.mark.parametrize("slip", MISUSED)
def test_a_misused_command_gets_one_line_in_the_language_of_its_users(home: Path, slip: str) -> None:
    done = canmou(home, *MISUSED[slip])
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert not {"Usage", "Error", "Invalid", "No", "Got"} & set(done.stderr.split())


def test_what_is_wrong_with_a_case_after_reading_names_its_file(home: Path, tmp_path: Path) -> None:
    case = tmp_path / "甲企业.yaml"
    case.write_text("assessment:\n  answers: {q01: [B]}\n", encoding="utf-8")
    done = canmou(home, "plan", str(case))
    assert done.returncode == 2
    assert done.stderr.startswith("甲企业.yaml needs.target_level：")


def test_the_place_asked_about_takes_the_place_of_the_case(home: Path, tmp_path: Path) -> None:
    for args in (("match", JINAN), ("plan", JINAN)):
        answer(home, *args, "--region", "天津滨海新区")
    out = tmp_path / "清单.json"
    answer(home, "report", JINAN, "--kind", "nx-list", "-o", str(out), "--region", "天津滨海新区")
    assert "天津市滨海新区" in out.read_text(encoding="utf-8")


def test_a_batch_for_an_unknown_program_is_refused_before_any_row(home: Path, tmp_path: Path) -> None:
    rows, out = tmp_path / "企业.xlsx", tmp_path / "结果.xlsx"
    answer(home, "template", "batch", "-o", str(rows))
    done = canmou(home, "batch", str(rows), "-o", str(out), "--program", "no-such")
    assert done.returncode == 2
    assert "no-such" in done.stderr
    assert not out.exists()


def test_people_see_how_well_each_condition_is_established(home: Path) -> None:
    shown = canmou(home, "check", JINAN, "--program", "little-giant").stdout
    assert "核实程度" in shown
    assert "已核对" in shown


def test_schemes_are_those_of_the_place(home: Path) -> None:
    jinan = {one["id"]: one for one in answer(home, "list", "schemes", "--region", "济南")["items"]}
    assert {"sd-jinan-pilot-2024", "cn-key-little-giant-2024"} <= set(jinan)
    assert not {"gd-zhongshan-2024", "tj-binhai-fund-2024"} & set(jinan)
    assert jinan["sd-jinan-pilot-2024"]["status"] == "expired"


def test_a_missing_index_says_how_to_get_one(tmp_path: Path) -> None:
    done = canmou(tmp_path, "index", "--check")
    assert done.returncode == 3
    assert "canmou index" in done.stderr


def test_the_counter_talks_about_a_case_on_the_command_line(home: Path) -> None:
    """Facts and case are kept from message to message; the record behind a reply comes with it."""
    found = answer(home, "chat", "--case", JINAN, "我们现在几级", "去年营收三千多万", "--as-of", "2026-11-22")
    first, second = found["replies"]
    assert first["text"].startswith("**现在是二级，总分 56.85 / 100**")
    assert first["worked"][0]["total"] == 56.85
    assert "案例里是 8600 万元" in second["text"]
    assert [one["fact"] for one in found["told"]] == ["revenue_y1"]


def test_without_a_case_the_command_line_says_how_to_attach_one(home: Path) -> None:
    done = canmou(home, "chat", "我们现在几级")
    assert done.returncode == 0
    assert "canmou chat --case" in done.stdout
