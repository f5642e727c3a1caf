"""What the README shows is what the program prints. Refresh it with: UPDATE_README=1 python -m pytest tests/test_readme.py"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- output: (?P<args>.+?) -->\n```text\n(?P<text>.*?)```\n<!-- /output -->", re.DOTALL)


def printed(args: str, home: Path) -> str:
    env = os.environ | {
        "CANMOU_INDEX_DIR": str(home / "index"),
        "CANMOU_STATE_DIR": str(home),
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-c", "from assistant.cli import main; main()", *shlex.split(args)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip() + "\n"


def test_shown_output_is_real(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert blocks, "the README shows no output"
    for block in blocks:
        said = printed(block["args"], tmp_path)
        if os.environ.get("UPDATE_README"):
            text = text.replace(
                block[0], block[0].replace(f"```text\n{block['text']}```", f"```text\n{said}```")
            )
            README.write_text(text, encoding="utf-8")
        else:
            assert block["text"] == said


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README.read_text(encoding="utf-8"))))
)
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_setting_named_exists() -> None:
    from assistant.settings import Settings

    known = {f"CANMOU_{name.upper()}" for name in Settings.model_fields} | {
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "CANMOU_SHARED",
    }
    named = set(re.findall(r"`((?:CANMOU|OPENAI)_[A-Z_]+)`", README.read_text(encoding="utf-8")))
    assert named <= known
