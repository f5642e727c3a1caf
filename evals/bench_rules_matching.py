"""How fast matching, bundling and subsidy estimates are: `python -m evals.bench_rules_matching [SECONDS]`.

Random firms, needs and gaps (fixed seed) against the whole built-in catalog, and the hardest bundle: all sixteen
scenes at once. Loading is shown apart, since it is done once.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from assistant.rules.matching import match
from assistant.rules.subsidy import estimate
from knowledge.case import Assessment, Enterprise, Needs
from knowledge.enterprise import EnterpriseProfile
from knowledge.load import KnowledgeBase

ON = date(2026, 11, 22)
INDUSTRIES = (
    "机床",
    "通用设备制造业",
    "汽车零部件",
    "食品厂",
    "医药制造业",
    "软件和信息技术服务业",
    "金属制品业",
    "",
)
REGIONS = ("山东省济南市", "天津市滨海新区", "广东省中山市", "")


def main() -> None:
    """Print loading time, matches, bundles and estimates per second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=5.0, help="how long to run each measure")
    seconds = parser.parse_args().seconds
    began = time.perf_counter()
    kb = KnowledgeBase()
    products, providers, industries = kb.products, kb.providers, kb.catalog_meta.industries
    scenes = {scene.id: scene.name for scene in kb.standards[Assessment().standard].scenes}
    schemes = list(kb.schemes.values())
    _say(f"loading the catalog, the standard and {len(schemes)} schemes: {time.perf_counter() - began:.2f} s")
    chance = random.Random(20261122)

    def one_match(gaps: dict[str, int]) -> None:
        match(
            _needs(chance),
            _firm(chance),
            gaps,
            products,
            providers,
            on=ON,
            scene_names=scenes,
            industries=industries,
        )

    def some_gaps() -> None:
        chosen = chance.sample(sorted(scenes), chance.randint(1, len(scenes)))
        one_match({scene: chance.randint(1, 4) for scene in chosen})

    def one_estimate() -> None:
        scheme = chance.choice(schemes)
        spend = Decimal(chance.randint(0, 500))
        estimate(scheme, spend=spend, level=chance.randint(1, 4), on=ON, applicant=scheme.applicant)

    for name, work in (
        (f"matches over {len(products)} products, random gaps", some_gaps),
        ("matches with a bundle for all 16 scenes", lambda: one_match(dict.fromkeys(scenes, 1))),
        ("subsidy estimates", one_estimate),
    ):
        count, spent, slowest = _measure(work, seconds)
        _say(f"{name}: {count / spent:,.0f} per second (n={count}, slowest {slowest * 1000:.1f} ms)")


def _firm(chance: random.Random) -> Enterprise:
    size = chance.choice((None, "micro", "small", "medium", "large"))
    profile = EnterpriseProfile.model_validate({"sme_size_class": size})
    return Enterprise(region=chance.choice(REGIONS), industry=chance.choice(INDUSTRIES), profile=profile)


def _needs(chance: random.Random) -> Needs:
    return Needs(
        budget=chance.choice((None, Decimal(1), Decimal(80))),
        deployment=chance.choice(((), ("公有云",), ("私有部署",))),
        must=chance.choice(((), ("能与现有用友U8对接",), ("必须国产", "支持OPC UA"))),
    )


def _measure(work: Callable[[], None], seconds: float) -> tuple[int, float, float]:
    """Return how often `work` ran in `seconds`, the time it took, and its slowest run."""
    work()
    count, slowest, began = 0, 0.0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        work()
        slowest = max(slowest, time.perf_counter() - start)
        count += 1
    return count, time.perf_counter() - began, slowest


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
