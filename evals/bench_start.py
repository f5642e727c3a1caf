"""How long each command takes from start to answer, as a ratio to an interpreter that does nothing.

Run: python -m evals.bench_start [runs]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from rich.console import Console
from rich.table import Table

CASE = "examples/jinan-machine-tool.yaml"
MAIN = "from assistant.cli import main; main()"
COMMANDS = {
    "(python -c pass)": None,
    "canmou --help": ["--help"],
    "canmou score": ["score", CASE],
    "canmou check": ["check", CASE, "--program", "little-giant"],
    "canmou plan": ["plan", CASE],
    "canmou match": ["match", CASE],
    "canmou ask": ["ask", "达到四级的试点企业怎么验收？", "--region", "山东"],
    "canmou report": ["report", CASE, "--kind", "one-enterprise-diagnosis", "-o", "{folder}/report.docx"],
}


def seconds(command: list[str] | None, folder: str) -> float:
    """Return the wall seconds of one run as a fresh process."""
    filled = [part.format(folder=folder) for part in command or []]
    line = [sys.executable, "-c", "pass" if command is None else MAIN, *filled]
    env = os.environ | {"CANMOU_INDEX_DIR": f"{folder}/index", "CANMOU_STATE_DIR": f"{folder}/state"}
    begun = time.perf_counter()
    subprocess.run(line, check=True, capture_output=True, env=env)
    return time.perf_counter() - begun


def main() -> None:
    """Print median, worst and the ratio to an idle interpreter, per command, in one run."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for command in COMMANDS.values():
            seconds(command, folder)  # warm: file cache, index, verified stamp
        for _ in range(runs):
            for name, command in COMMANDS.items():
                taken[name].append(seconds(command, folder))
    floor = statistics.median(taken["(python -c pass)"])
    table = Table("command", "median s", "worst s", "x idle interpreter", title=f"{runs} runs each, in turn")
    for name, values in taken.items():
        middle = statistics.median(values)
        table.add_row(name, f"{middle:.3f}", f"{max(values):.3f}", f"{middle / floor:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
