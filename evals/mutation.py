"""Would the tests notice a wrong rule? Break `assistant/rules` one small way at a time and run each module's own tests.

    python -m evals.mutation                         # every module, 25 mutants each
    python -m evals.mutation --module scoring --sample 40 --seed 1
    python -m evals.mutation --mutant scoring:NumberReplacer:12     # one of them again, with its diff

The changes come from cosmic-ray (`pip install cosmic-ray`; not a dependency). They are made on a temporary copy of the
tree. A place in the code is drawn first and then one way of changing it, so that an operator that can be replaced in
many ways weighs no more than a number. Left out, because no test could tell or every test would: changes in type
annotations, `is` against `==`, operators of another family (`+` to `<<`), and mutants that do not even import. Killed is
a mutant on which a test fails or which runs too long; the score is killed / judged. What survives is printed.

Tests that take more than half a second are left out and hypothesis draws 25 examples at most, always the same; so the
score is a lower bound. `--mutant` and `--thorough` run all tests in full.

Needs fork: every mutant starts from a process that has imported everything but the rules. Results are kept in
`evals/mutation.md`.
"""

import ast
import difflib
import importlib
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

ROOT = Path(__file__).resolve().parent.parent
RULES = Path("assistant") / "rules"
TESTS = Path("tests") / "rules"
TESTED_BY: dict[str, tuple[str, ...]] = {
    "criteria": ("eligibility", "interview", "checks"),
    "filing": ("eligibility", "checks"),
    "shortest_path": ("interview",),
    "wording": ("eligibility", "checks"),
}
"""Rule modules judged by other test files than the one of their own name. `test_<module>_mutants.py` always judges."""

MODULES = sorted(path.stem for path in (ROOT / RULES).glob("*.py") if path.stem != "__init__")

Outcome = Literal["killed", "timeout", "survived", "broken"]
"""broken: the mutant does not import, so nothing is judged."""

_BROKEN = 77
_SLOW = 0.5
"""CPU seconds; tests above are left out of the quick run."""
_EXAMPLES = 25
_AHEAD = (
    "pytest",
    "hypothesis",
    "yaml",
    "scipy.optimize",
    "knowledge.case",
    "knowledge.catalog",
    "knowledge.program",
    "knowledge.scheme",
    "knowledge.standard",
    "assistant.schema",
    "assistant.numbers",
)
"""Imported once, before any mutant; none of them imports a rule."""
_FAMILIES = (
    {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod"},
    {"BitOr", "BitAnd", "BitXor", "Sub"},
    {"LShift", "RShift"},
)
_IDENTITY = {"Is", "IsNot"}


@dataclass(frozen=True)
class Mutant:
    """One small change of one module."""

    module: str
    operator: str
    """Name in cosmic-ray, without its provider."""
    occurrence: int
    source: str
    """The whole module, changed."""

    @property
    def id(self) -> str:
        """Return the name to ask for it again by; it holds as long as the module does not change."""
        return f"{self.module}:{self.operator}:{self.occurrence}"


@dataclass(frozen=True)
class Judged:
    """A mutant and what the tests said."""

    mutant: Mutant
    outcome: Outcome
    seconds: float


# ---------------------------------------------------------------- drawing


def draw(module: str, source: str, seed: int) -> Iterator[Mutant]:
    """Yield the mutants of a module in an order that depends on the seed alone, every place once before any twice."""
    rng = random.Random(f"{seed}:{module}")
    places: dict[object, list[tuple[str, int]]] = {}
    for operator in _operators():
        for occurrence, place in enumerate(_places(source, operator)):
            places.setdefault(place, []).append((operator, occurrence))
    queues = list(places.values())
    rng.shuffle(queues)
    for ways in queues:
        rng.shuffle(ways)
    while queues:
        for ways in queues:
            mutant = make(module, source, *ways.pop())
            if mutant is not None:
                yield mutant
        queues = [ways for ways in queues if ways]


def make(module: str, source: str, operator: str, occurrence: int) -> Mutant | None:
    """Return one mutant; None where it is no program or differs in annotations alone."""
    changed = _library("cosmic_ray.mutating").mutate_code(source, _operator(operator), occurrence)
    if changed is None:
        return None
    try:
        same = _bare(changed) == _bare(source)
    except SyntaxError:
        return None
    return None if same else Mutant(module, operator, occurrence, changed)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise click.ClickException("没有安装 cosmic-ray。安装：.venv/bin/pip install cosmic-ray") from missing


def _operators() -> list[str]:
    """Return the operators worth using, by name."""
    names = [name.partition("/")[2] for name in _library("cosmic_ray.plugins").operator_names()]
    return [name for name in sorted(names) if _telling(name) and not _operator_class(name).arguments()]


def _telling(name: str) -> bool:
    """Return whether an operator makes a change that is neither always nor never noticed."""
    kind, _, pair = name.partition("_")
    old, _, new = pair.partition("_")
    if kind == "ReplaceBinaryOperator":
        return any({old, new} <= family for family in _FAMILIES)
    if kind == "ReplaceComparisonOperator":
        return (old in _IDENTITY) == (new in _IDENTITY)
    return name != "NoOp"


def _operator_class(name: str) -> Any:
    return _library("cosmic_ray.plugins").get_operator(f"core/{name}")


def _operator(name: str) -> Any:
    try:
        return _operator_class(name)()
    except (KeyError, TypeError) as unknown:
        raise click.ClickException(f"没有这种改法：{name}") from unknown


def _places(source: str, operator: str) -> Iterator[object]:
    """Yield (start, end) for each occurrence of what the operator can change."""
    tree = _library("cosmic_ray.ast")
    how = _operator(operator)
    for node in tree.ast_nodes(tree.get_ast(source)):
        yield from how.mutation_positions(node)


class _Unannotated(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _bare(source: str) -> str:
    return ast.dump(_Unannotated().visit(ast.parse(source)))


# ---------------------------------------------------------------- judging


class Bench:
    """A copy of the tree on which mutants are tried, one at a time, each in a fork of this process."""

    def __init__(self, folder: Path) -> None:
        for name in ("assistant", "evals", "knowledge", "retrieval", "tests"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        self.folder = folder
        os.chdir(folder)
        sys.path.insert(0, str(folder))
        for name in _AHEAD:
            importlib.import_module(name)
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "mutation", derandomize=True, database=None, deadline=None, max_examples=_EXAMPLES, phases=phases
        )
        settings.load_profile("mutation")
        if any(name.startswith("assistant.rules.") for name in sys.modules):
            raise click.ClickException("规则模块过早载入，无法逐个替换")

    def source(self, module: str) -> str:
        """Return the text of a rule module."""
        return (self.folder / RULES / f"{module}.py").read_text(encoding="utf-8")

    def tests(self, module: str) -> list[str]:
        """Return the test files that judge a module, its own additions first."""
        names = [
            f"test_{module}_mutants.py",
            *(f"test_{name}.py" for name in TESTED_BY.get(module, (module,))),
        ]
        return [str(TESTS / name) for name in names if (self.folder / TESTS / name).is_file()]

    def baseline(self, module: str, *, thorough: bool = False) -> "Regime":
        """Run the tests on the module as it is and return how its mutants are to be judged.

        Raises:
            ClickException: They do not pass, so nothing can be measured.
        """
        times = self.folder / "times.json"
        every = Regime(limit=600, slow=frozenset(), thorough=thorough)
        outcome, seconds = self._run(module, every, times=times)
        if outcome != "survived":
            raise click.ClickException(f"{module} 的测试在未改动时就不通过，先修好再测")
        took: dict[str, float] = json.loads(times.read_text(encoding="utf-8"))
        slow = [] if thorough else [test for test, taken in took.items() if taken > _SLOW]
        return Regime(limit=max(15.0, 4 * seconds), slow=frozenset(slow), thorough=thorough)

    def judge(self, mutant: Mutant, regime: "Regime") -> Judged:
        """Return what the tests say of a mutant."""
        path = self.folder / RULES / f"{mutant.module}.py"
        original = path.read_text(encoding="utf-8")
        for stale in (self.folder / RULES / "__pycache__").glob(f"{mutant.module}.*.pyc"):
            stale.unlink()
        try:
            path.write_text(mutant.source, encoding="utf-8")
            return Judged(mutant, *self._run(mutant.module, regime))
        finally:
            path.write_text(original, encoding="utf-8")

    def _run(self, module: str, regime: "Regime", times: Path | None = None) -> tuple[Outcome, float]:
        begun = time.monotonic()
        child = multiprocessing.get_context("fork").Process(
            target=_try, args=(module, self.tests(module), regime, times)
        )
        child.start()
        child.join(regime.limit)
        if child.is_alive():
            child.kill()
            child.join()
            return "timeout", time.monotonic() - begun
        said: dict[int | None, Outcome] = {0: "survived", _BROKEN: "broken"}
        return said.get(child.exitcode, "killed"), time.monotonic() - begun


@dataclass(frozen=True)
class Regime:
    """How a run of the tests goes."""

    limit: float
    """Seconds after which the mutant counts as killed."""
    slow: frozenset[str]
    """Tests left out."""
    thorough: bool
    """Leave the number of hypothesis examples as the tests have it."""


class _Plugin:
    """Leaves slow tests out, shortens hypothesis, and takes the time of each test."""

    def __init__(self, regime: Regime) -> None:
        self.regime = regime
        self.begun = 0.0
        self.seconds: dict[str, float] = {}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        from hypothesis import settings

        items[:] = [item for item in items if item.nodeid not in self.regime.slow]
        for item in items:
            told = getattr(item.function, "_hypothesis_internal_use_settings", None)
            if told is not None and not self.regime.thorough:
                fewer = settings(told, max_examples=min(told.max_examples, _EXAMPLES))
                item.function._hypothesis_internal_use_settings = fewer

    def pytest_runtest_setup(self, item: Any) -> None:
        self.begun = time.process_time()

    def pytest_runtest_teardown(self, item: Any) -> None:
        self.seconds[item.nodeid] = time.process_time() - self.begun


def _try(module: str, tests: Sequence[str], regime: Regime, times: Path | None) -> None:
    """Run the tests in this process and end it with their exit status; the baseline notes their times."""
    sys.dont_write_bytecode = times is None
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    status = _BROKEN
    try:
        importlib.import_module(f"assistant.rules.{module}")
        import pytest

        plugin = _Plugin(regime)
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        status = int(pytest.main([*options, *tests], plugins=[plugin]))
        if times is not None:
            times.write_text(json.dumps(plugin.seconds), encoding="utf-8")
    finally:
        os._exit(status)


# ---------------------------------------------------------------- telling


def difference(mutant: Mutant, source: str) -> str:
    """Return the change as a diff, with the lines around it."""
    lines = difflib.unified_diff(
        source.splitlines(), mutant.source.splitlines(), f"{mutant.module}.py", mutant.id, lineterm="", n=1
    )
    return "\n".join(lines)


def run(bench: Bench, module: str, *, sample: int, seed: int, thorough: bool = False) -> list[Judged]:
    """Judge `sample` mutants of a module, or all there are."""
    regime = bench.baseline(module, thorough=thorough)
    source = bench.source(module)
    judged: list[Judged] = []
    for mutant in draw(module, source, seed):
        if len(judged) == sample:
            break
        one = bench.judge(mutant, regime)
        if one.outcome == "broken":
            continue
        judged.append(one)
        click.echo(f"  {len(judged):3} {one.outcome:8} {one.seconds:5.1f} s  {mutant.id}", err=True)
    return judged


@click.command()
@click.option("--module", "modules", multiple=True, type=click.Choice(MODULES))
@click.option("--sample", default=25, show_default=True, help="Mutants per module.")
@click.option("--seed", default=0, show_default=True)
@click.option("--mutant", "ids", multiple=True, help="Judge these alone, e.g. scoring:NumberReplacer:12.")
@click.option("--thorough", is_flag=True, help="Run slow tests too and every example.")
def main(modules: tuple[str, ...], sample: int, seed: int, ids: tuple[str, ...], thorough: bool) -> None:
    """Print the share of mutants killed, per module and in all, and the diff of every survivor."""
    _library("cosmic_ray.plugins")
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        bench = Bench(Path(folder).resolve())
        if ids:
            for id in ids:
                _again(bench, id)
            return
        every: list[Judged] = []
        for module in modules or MODULES:
            if not bench.tests(module):
                click.echo(f"{module:14} 没有测试文件，未测")
                continue
            judged = run(bench, module, sample=sample, seed=seed, thorough=thorough)
            every += judged
            _score(module, judged)
            for one in judged:
                if one.outcome == "survived":
                    click.echo(difference(one.mutant, bench.source(module)) + "\n")
        _score("total", every)


def _score(name: str, judged: Sequence[Judged]) -> None:
    killed = sum(one.outcome != "survived" for one in judged)
    late = sum(one.outcome == "timeout" for one in judged)
    spent = sum(one.seconds for one in judged)
    share = f"{killed / len(judged):.1%}" if judged else "-"
    click.echo(f"{name:14} {killed:4} / {len(judged):4} killed  {share:>6}  ({late} by time)  {spent:.0f} s")


def _again(bench: Bench, id: str) -> None:
    module, operator, occurrence = (*id.split(":"), "", "")[:3]
    if module not in MODULES or not occurrence.isdigit():
        raise click.ClickException(f"没有这个变异：{id}（应如 scoring:NumberReplacer:12）")
    source = bench.source(module)
    mutant = make(module, source, operator, int(occurrence))
    if mutant is None:
        raise click.ClickException(f"没有这个变异：{id}")
    judged = bench.judge(mutant, Regime(limit=180, slow=frozenset(), thorough=True))
    click.echo(f"{judged.outcome}  {judged.seconds:.1f} s\n{difference(mutant, source)}\n")


if __name__ == "__main__":
    main()
