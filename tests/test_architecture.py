"""The arrows of the house point one way, heavy things come late, and rules are pure."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("knowledge", "retrieval", "assistant", "evals", "ui")
MAY_IMPORT = {
    "knowledge": {"knowledge"},
    "retrieval": {"retrieval", "knowledge"},
    "assistant": {"assistant", "retrieval", "knowledge", "prompts"},
    "ui": {"ui", "assistant", "retrieval", "knowledge"},
    "evals": {"evals", "assistant", "retrieval", "knowledge"},
}
# `canmou eval` and `canmou serve` start these rooms; nothing else looks up.
STARTS = {("assistant/cli.py", "evals"), ("assistant/cli.py", "ui")}
IMPURE = {
    "os", "io", "sys", "time", "random", "socket", "subprocess", "pathlib", "requests", "httpx", "sqlite3", "yaml",
    "langchain", "langchain_core", "langchain_openai", "openai", "chromadb", "gradio", "tantivy", "sqlalchemy",
}  # fmt: skip
HEAVY = (
    "torch",
    "chromadb",
    "gradio",
    "langchain",
    "langchain_core",
    "sentence_transformers",
    "matplotlib",
    "docx",
)


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> list[tuple[str, int]]:
    """Every absolute import of a file, as (top-level package, line)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name.split(".")[0], node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            found.append(((node.module or "").split(".")[0], node.lineno))
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down(room: str) -> None:
    """No room imports a room above it."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(room)
        for name, line in imports(path)
        if name in {*ROOMS, "prompts", "tests"} - MAY_IMPORT[room]
        and (path.relative_to(ROOT).as_posix(), name) not in STARTS
    ]
    assert wrong == []


def test_rules_are_pure() -> None:
    """Rules do no I/O, read no clock and know no model library."""
    wrong = []
    for path in sources("assistant/rules"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        wrong += [f"{path.name}:{line} imports {name}" for name, line in imports(path) if name in IMPURE]
        wrong += [
            f"{path.name}:{node.lineno} reads the clock"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ("today", "now", "utcnow")
        ]
        wrong += [
            f"{path.name}:{node.lineno} opens a file"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("open", "print")
        ]
    assert wrong == []


@pytest.mark.parametrize("command", [["--help"], ["score", "examples/jinan-machine-tool.yaml", "--json"]])
def test_light_commands_import_nothing_heavy(command: list[str]) -> None:
    """Help and rule commands load neither torch nor chromadb, gradio, langchain, matplotlib or docx."""
    code = (
        "import sys\nfrom assistant.cli import main\n"
        f"sys.argv = ['canmou', *{command!r}]\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip().splitlines()[-1] == "[]"


def test_declared_dependencies_are_imported() -> None:
    """Every runtime dependency of pyproject.toml is imported somewhere, and every import is declared."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {
        "pyyaml": "yaml",
        "pillow": "PIL",
        "python-docx": "docx",
        "charset-normalizer": "charset_normalizer",
    }

    def top(requirement: str) -> str:
        bare = requirement.split(">")[0].split("=")[0].split("[")[0].strip().lower()
        return names.get(bare, bare.replace("-", "_"))

    declared = {top(one) for one in project["dependencies"] + project["optional-dependencies"]["dense"]}
    checking = {top(one) for one in project["optional-dependencies"]["dev"]}
    used = {room: {name for path in sources(room) for name, _ in imports(path)} for room in ROOMS}
    own = {*sys.stdlib_module_names, *ROOMS, "prompts"}
    peers = {
        "tantivy",
        "bm25s",
        "langchain_community",
        "txtai",
        "llama_index",
    }  # only measured against, where somebody has them installed
    pinned = {"torch"}  # what sentence-transformers computes with; named to pin a build
    product = set().union(*(used[room] for room in ROOMS if room != "evals")) - own
    assert declared - product - pinned == set(), "declared but never imported"
    assert product - declared - {"starlette"} == set(), "imported but not declared"
    assert used["evals"] - own - declared - checking - peers == set(), "imported by evals but not declared"
