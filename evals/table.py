"""Print results of `canmou eval … --json` as a Markdown table: python -m evals.table FILE.json…"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path


def lines(path: Path) -> Iterable[str]:
    """Give the lines of a table: figure, value, 95 % interval."""
    made = json.loads(path.read_text(encoding="utf-8"))
    yield f"{made['task']}, {made.get('mode', 'plain')}, n = {made['n']}"
    yield ""
    yield "| figure | value | 95 % |"
    yield "| --- | --- | --- |"
    for name, one in made["metrics"].items():
        yield f"| {name} | {one['value']:.4g} | {one['ci_low']:.4g} – {one['ci_high']:.4g} |"
    yield ""


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write("\n".join([*lines(Path(name)), ""]))
