"""The desk joins the rules: what it hands from one to the other is what the enterprise can really have."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.cases import load_case
from assistant.desk import Desk
from knowledge.case import CaseFile
from knowledge.load import KnowledgeBase
from retrieval.search import Searcher

KB = KnowledgeBase()
JINAN = Path(__file__).parents[2] / "examples" / "jinan-machine-tool.yaml"
PRICED = next(one for one in KB.products.values() if one.price_text and "s16" in one.scenes)


def no_search() -> Searcher:
    raise AssertionError("planning needs no search")


def desk(*, serves: str) -> Desk:
    """A desk whose catalog is one product for s06 at a public price, for one place alone."""
    price = next(price for price in PRICED.prices if price.amount).model_copy(
        update={"amount": Decimal(7), "per": "年", "free": False, "trial": False}
    )
    product = PRICED.model_copy(
        update={"scenes": ("s06",), "regions": (serves,), "deployment": (), "prices": (price,), "limits": ()}
    )
    return Desk(
        KB, no_search, lambda: date(2026, 11, 22), open_catalog=lambda: ({product.id: product}, KB.providers)
    )


@pytest.fixture(scope="module")
def case() -> CaseFile:
    found = load_case(JINAN, KB.standards)
    costs = found.needs.costs.model_copy(update={"only": False, "questions": {}, "scenes": {}})
    return found.model_copy(update={"needs": found.needs.model_copy(update={"costs": costs, "must": ()})})


def test_a_plan_is_priced_by_products_that_may_be_offered(case: CaseFile) -> None:
    plan = desk(serves="山东省").plan(case)
    assert {(step.id, step.cost) for step in plan.steps if step.cost_basis == "catalog"} == {
        ("s06", Decimal(7))
    }


def test_a_price_of_another_region_buys_nothing(case: CaseFile) -> None:
    plan = desk(serves="天津市").plan(case)
    assert {step.cost_basis for step in plan.steps} == {"effort"}


def test_programs_of_other_places_are_not_offered() -> None:
    asked = desk(serves="全国")
    jinan = {one.program for one in asked.programs("山东省济南市")}
    assert {"innovative-sme", "technology-sme", "specialized-sme", "little-giant", "pilot-jinan"} <= jinan
    assert "pilot-binhai" not in jinan
    assert "pilot-jinan" in {one.program for one in asked.programs("山东省")}
    assert {one.program for one in asked.programs()} == set(KB.programs)
