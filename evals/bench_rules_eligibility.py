"""How many questions the interview saves, and how many checks a second the rules make.

    python -m evals.bench_rules_eligibility [--profiles 100] [--seed 7]

Random enterprises around the lines, every fact known to the one who answers. An interview starts from nothing and ends
when the verdict is settled. Three ways to ask: every fact in file order, file order without what can no longer matter,
and the order of `assistant.rules.interview`. The profiles are drawn, not surveyed: the saving is that of this draw.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

from assistant.rules.eligibility import assess, decide
from assistant.rules.filing import Filing, open_filing
from assistant.rules.interview import order
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile, facts
from knowledge.files import DATA
from knowledge.program import Program, load_checks, load_programs

FILINGS = (
    ("innovative-sme", date(2026, 7, 20)),
    ("technology-sme", date(2026, 7, 20)),
    ("specialized-sme", date(2026, 11, 22)),
    ("little-giant", date(2026, 5, 10)),
    ("specialized-sme", date(2025, 9, 10)),
    ("little-giant", date(2024, 9, 10)),
)
VETOES = ("in_", "product_", "disqualifying", "tax_", "single_", "controlled", "same_")

Answers = dict[str, object]
Asking = Callable[[Filing, list[str]], str | None]


def draw(rng: random.Random) -> Answers:
    """Return one enterprise: figures that hang together, titles and vetoes as they are mostly found."""
    revenue = round(rng.lognormvariate(8.2, 0.8))
    main = round(revenue * rng.uniform(0.6, 1))
    told: Answers = {}
    for year in ("y1", "y2", "y3"):
        told[f"revenue_{year}"] = revenue
        told[f"main_business_revenue_{year}"] = main
        if year != "y3":
            told[f"rd_expense_{year}"] = round(revenue * rng.uniform(0.01, 0.09))
        shrink = rng.uniform(0.82, 1.05)
        revenue, main = max(round(revenue * shrink), 1), max(round(main * shrink), 1)
    top = float(str(told["revenue_y1"]))
    told["leading_product_revenue_y1"] = round(top * rng.uniform(0.3, 0.95))
    told["net_profit_y1"] = round(top * rng.uniform(-0.05, 0.15))
    told["total_assets_y1"] = assets = round(top * rng.uniform(0.6, 1.6)) + 1
    told["total_liabilities_y1"] = round(assets * rng.uniform(0.2, 1))
    told["total_cost_y1"] = round(top * rng.uniform(0.8, 1)) + 1
    told["employees_y1"] = staff = rng.randint(10, 400)
    told["rd_staff_y1"] = told["tech_staff_y1"] = rng.randint(0, staff // 3)
    told["class1_ip_total"] = owned = rng.choice([0, 1, 2, 3, 5, 8])
    told["class1_ip_not_counted"] = rng.randint(0, owned)
    told["sme_size_class"] = rng.choice(["micro", "small", "small", "medium", "medium", "large"])
    for name, fact in facts().items():
        if name not in told:
            told[name] = _answer(rng, name, fact.kind, fact.unit, fact.choices)
    return told


def _answer(rng: random.Random, name: str, kind: str, unit: str, choices: tuple[str, ...]) -> object:
    if kind == "choice":
        return rng.choice(choices)
    if kind == "yes_no":
        veto = name.startswith(VETOES) and name not in ("in_pilot_industry", "in_provincial_pool")
        rare = name.startswith(("award", "maker", "led_"))
        return rng.random() < (0.03 if veto else 0.1 if rare else 0.65)
    if "equity" in name:
        return rng.choice([0, 0, 0, 0, 600, 2500, 7000])
    if "rank" in name:
        return rng.randint(1, 8)
    return (
        rng.randint(1, 10)
        if unit in ("年", "项")
        else rng.randint(1, 4)
        if unit == "级"
        else rng.randint(20, 90)
    )


def interview(
    program: Program, day: date, truth: Answers, names: list[str], ask: Asking
) -> tuple[int, Verdict]:
    """Return how many questions it took until the verdict was settled, and the verdict."""
    told: Answers = {}
    while True:
        case = open_filing(program, EnterpriseProfile.model_validate(told), on=day)
        assert case is not None
        fact = ask(case, [name for name in names if name not in told])
        if fact is None:
            return len(told), case.verdict
        told[fact] = truth[fact]


def in_file_order(case: Filing, left: list[str]) -> str | None:
    """Ask whatever comes next until the verdict is settled."""
    return left[0] if left and case.verdict is Verdict.UNKNOWN else None


def in_file_order_if_it_matters(case: Filing, left: list[str]) -> str | None:
    """Ask the next fact that can still change the verdict."""
    matters = set(order(case))
    return next((name for name in left if name in matters), None)


def what_settles_most(case: Filing, left: list[str]) -> str | None:
    """Ask as the rules say."""
    return next(iter(order(case)), None)


WAYS: tuple[tuple[str, Asking], ...] = (
    ("file order", in_file_order),
    ("file order, only what matters", in_file_order_if_it_matters),
    ("interview", what_settles_most),
)


def asked_facts(program: Program, day: date) -> list[str]:
    """Return the facts a standard looks at, in the order of its file."""
    case = open_filing(program, EnterpriseProfile(), on=day)
    assert case is not None
    named: dict[str, None] = {}
    for root in case.roots:
        for criterion in root.walk():
            if criterion.fact:
                named.update(dict.fromkeys(case.situation.inputs(criterion.fact)))
            if criterion.table:
                for part in case.situation.tables[criterion.table].parts.values():
                    for line in part.indicators:
                        tests = [test.fact for band in line.bands for test in band.tests]
                        for fact in [line.fact] if line.fact else tests:
                            named.update(dict.fromkeys(case.situation.inputs(str(fact))))
    return [name for name in named if name != "application_type"]


def main() -> None:
    """Print the saving for each standard, then the checks a second."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profiles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    programs = load_programs(DATA)
    rng = random.Random(given.seed)
    people = [draw(rng) for _ in range(given.profiles)]
    say = sys.stdout.write
    say(
        f"{given.profiles} random enterprises, seed {given.seed}; mean questions until the verdict is settled\n\n"
    )
    say(
        f"{'standard':24}{'facts':>6}"
        + "".join(f"{name:>32}" for name, _ in WAYS)
        + f"{'saving':>9}{'met':>7}\n"
    )
    totals: dict[str, list[int]] = {name: [] for name, _ in WAYS}
    for name, day in FILINGS:
        program = programs[name]
        names = asked_facts(program, day)
        counts: dict[str, list[int]] = {way: [] for way, _ in WAYS}
        met = 0
        for person in people:
            verdicts = set()
            for way, ask in WAYS:
                asked, verdict = interview(program, day, person, names, ask)
                counts[way].append(asked)
                verdicts.add(verdict)
            assert len(verdicts) == 1, "the order of questions changed a verdict"
            met += Verdict.MET in verdicts
        means = [statistics.mean(counts[way]) for way, _ in WAYS]
        saving = 1 - means[-1] / means[0]
        say(f"{name + ' ' + str(day.year):24}{len(names):>6}" + "".join(f"{mean:>32.1f}" for mean in means))
        say(f"{saving:>9.0%}{met / len(people):>7.0%}\n")
        for way, _ in WAYS:
            totals[way] += counts[way]
    overall = [statistics.mean(totals[way]) for way, _ in WAYS]
    say(
        f"{'all':30}"
        + "".join(f"{mean:>32.1f}" for mean in overall)
        + f"{1 - overall[-1] / overall[0]:>9.0%}\n\n"
    )
    _speed(programs, people)


def _speed(programs: dict[str, Program], people: list[Answers]) -> None:
    """Print checks a second: the verdict alone, with findings, questions and slips, and with the path as well."""
    profiles = [EnterpriseProfile.model_validate(person) for person in people]
    slips = load_checks(DATA)
    ways: tuple[tuple[str, Callable[[Program, EnterpriseProfile, date], object]], ...] = (
        ("verdict alone", lambda program, profile, day: decide(program, profile, on=day)),
        (
            "without path",
            lambda program, profile, day: assess(program, profile, on=day, checks=slips, path=False),
        ),
        ("everything", lambda program, profile, day: assess(program, profile, on=day, checks=slips)),
    )
    for label, check in ways:
        started = time.perf_counter()
        for name, day in FILINGS:
            for profile in profiles:
                check(programs[name], profile, day)
        spent = time.perf_counter() - started
        done = len(FILINGS) * len(profiles)
        sys.stdout.write(f"{label:16}{done / spent:>10.0f} checks/s\n")


if __name__ == "__main__":
    main()
