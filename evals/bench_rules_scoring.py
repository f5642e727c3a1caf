"""How fast scoring and planning are. `python -m evals.bench_rules_scoring [N]` prints one run; nothing is asserted.

Every case is random: answers, scene levels, and the consultant's figure for every step to the cent, which is the hard
kind for a planner, because hardly any two ways cost the same.
"""

import random
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from assistant.casefiles.batch import run_batch
from assistant.rules.planning import plan
from assistant.rules.scoring import score
from knowledge.case import Assessment, Costs
from knowledge.standard import Standard, load_standards


def random_assessment(standard: Standard, rng: random.Random, *, open_share: float = 0.0) -> Assessment:
    """Return random consistent answers; each item is left open with probability `open_share`."""
    answers: dict[str, tuple[str, ...]] = {}
    for question in standard.questions.values():
        if rng.random() < open_share:
            continue
        if question.kind == "single":
            answers[question.id] = (rng.choice(question.options).key,)
            continue
        none = [option.key for option in question.options if option.exclusive]
        chosen = [o.key for o in question.options if not o.exclusive and rng.random() < 0.4]
        answers[question.id] = tuple(chosen or none)
    scenes = {id: rng.randint(0, 4) for id in standard.scene if rng.random() >= open_share}
    return Assessment(standard=standard.id, answers=answers, scenes=scenes)


def random_costs(standard: Standard, rng: random.Random, *, only: bool = True) -> Costs:
    """Return a figure for every step, 0.00 to 99.99 万元."""

    def amount() -> Decimal:
        return Decimal(rng.randint(0, 9999)).scaleb(-2)

    return Costs(
        only=only,
        questions={id: {o.key: amount() for o in q.options[1:]} for id, q in standard.questions.items()},
        scenes={id: {level: amount() for level in scene.levels} for id, scene in standard.scene.items()},
    )


def main() -> None:
    """Print scores per second, and plans per second with median and worst time."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rng = random.Random(2024)
    standard = load_standards()["sme-digital-level-2024"]
    lines = [f"{standard.title}：每项 {n} 例"]

    for label, share in (("答全", 0.0), ("三成未答", 0.3), ("全部未答", 1.0)):
        cases = [random_assessment(standard, rng, open_share=share) for _ in range(n)]
        begun = time.perf_counter()
        for case in cases:
            score(standard, case)
        lines.append(f"评分（{label}）：每秒 {n / (time.perf_counter() - begun):,.0f} 份")

    for label, alternatives in (("仅最优方案", 0), ("另加两个备选", 2)):
        times = []
        for _ in range(n):
            case, costs = random_assessment(standard, rng), random_costs(standard, rng)
            begun = time.perf_counter()
            plan(standard, case, target=rng.randint(2, 4), costs=costs, alternatives=alternatives)
            times.append(time.perf_counter() - begun)
        lines.append(_spread(f"规划（{label}）", times))

    times = []
    for _ in range(max(1, n // 10)):
        costs = random_costs(standard, rng)
        begun = time.perf_counter()
        plan(standard, Assessment(standard=standard.id), target=4, budget=Decimal(100), costs=costs)
        times.append(time.perf_counter() - begun)
    lines.append(_spread("规划（从零到四级，预算不足，逐级后退）", times))
    lines.append(_batch(standard, rng, rows=10 * n))
    sys.stdout.write("\n".join(lines) + "\n")


def _batch(standard: Standard, rng: random.Random, *, rows: int) -> str:
    """Return how long a workbook takes from reading to the finished result."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["企业名称", "地区", *standard.questions, *standard.scene])
        for number in range(rows):
            case = random_assessment(standard, rng, open_share=0.02)
            answers = ["、".join(case.answers.get(id, ())) for id in standard.questions]
            region = rng.choice(["济南市", "青岛市", "淄博市"])
            sheet.append([f"企业{number}", region, *answers, *(case.scenes.get(id) for id in standard.scene)])
        book.save(source)
        begun = time.perf_counter()
        run_batch(source, out, standard=standard)
        took = time.perf_counter() - begun
    return f"批量测算 {rows:,} 家（读表、测算、写结果表）：{took:.1f} 秒，每秒 {rows / took:,.0f} 家"


def _spread(label: str, times: list[float]) -> str:
    return (
        f"{label}：每秒 {len(times) / sum(times):,.0f} 份，"
        f"中位 {statistics.median(times) * 1000:.1f} 毫秒，最慢 {max(times) * 1000:.1f} 毫秒"
    )


if __name__ == "__main__":
    main()
