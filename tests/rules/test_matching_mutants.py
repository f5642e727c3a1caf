"""Points by hand, the age of prices to the day, and bundles against every subset."""

import itertools
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistant.rules.matching import cover, match
from assistant.schema import Offer
from knowledge.case import Enterprise, Needs
from knowledge.catalog import Price, Product, load_catalog_meta
from knowledge.enterprise import EnterpriseProfile

ON = date(2026, 11, 22)
INDUSTRIES = load_catalog_meta().industries
FIRM = Enterprise(
    region="山东省济南市", industry="通用设备制造业", profile=EnterpriseProfile(sme_size_class="small")
)


def product(id_="own-001", provider_id="v-1", **fields):
    plain = {
        "name": "甲", "category": "MES", "scenes": ("s06",), "industries": ("通用",), "regions": ("全国",),
        "deployment": ("公有云",),
    }  # fmt: skip
    return Product(id=id_, provider_id=provider_id, **{**plain, **fields})


def look(*products, needs=None, gaps=None, firm=FIRM, **more):
    listed = {one.id: one for one in products}
    return match(
        needs or Needs(), firm, {"s06": 1} if gaps is None else gaps, listed, {}, on=ON, scene_names={},
        industries=INDUSTRIES, **more,
    )  # fmt: skip


def priced(amount, per="年", **more):
    return (Price(text="x", amount=Decimal(amount), per=per, **more),)


@pytest.mark.parametrize(
    ("fields", "needs", "gaps", "score"),
    [
        ({}, {}, {"s06": 1}, "65"),  # 45 + 10 + 10 for every industry
        ({}, {}, {"s06": 1, "s07": 2}, "35"),  # 15 + 10 + 10
        ({}, {}, {"s06": 2, "s07": 0}, "65"),
        ({"scenes": ("s06", "s07", "s08", "s09")}, {}, {"s06": 1}, "57.5"),  # 45 + 2.5 + 10
        ({"sizes": ("small",)}, {}, {"s06": 1}, "75"),
        ({"sizes": ("small",), "needs_it_staff": True}, {}, {"s06": 1}, "70"),
        ({"sizes": ("large",)}, {}, {"s06": 1}, "65"),
        ({"prices": priced("10")}, {}, {"s06": 1}, "68"),
        ({"prices": priced("10")}, {"budget": Decimal(40)}, {"s06": 1}, "69.3"),  # 2 + 3 x 3/4
        ({"prices": priced("40")}, {"budget": Decimal(40)}, {"s06": 1}, "67"),
        ({"prices": priced("0.1", "天")}, {"budget": Decimal(73)}, {"s06": 1}, "68.5"),  # 36.5 a year
        ({"prices": priced("0.1", "人年")}, {}, {"s06": 1}, "66"),
        ({"prices": (Price(text="x", free=True),)}, {}, {"s06": 1}, "66"),
        ({"industries": ("通用设备制造业",)}, {}, {"s06": 1}, "75"),
    ],
)
def test_points_by_hand(fields, needs, gaps, score):
    (offer,) = look(product(**fields), needs=Needs(**needs), gaps=gaps).offers
    assert offer.score == Decimal(score)


def test_binding_scenes_count_double():
    (offer,) = look(product(), gaps={"s06": 1, "s07": 1}, binding=["s06"]).offers
    assert offer.score == 30 + 10 + 10
    (offer,) = look(product(), gaps={"s06": 1, "s07": 1}, binding=["s07"]).offers
    assert offer.score == 15 + 10 + 10


@pytest.mark.parametrize(("days", "stale"), [(179, False), (180, False), (181, True), (400, True)])
def test_prices_are_old_after_half_a_year(days, stale):
    seen = ON - timedelta(days=days)
    notes = look(product(prices=priced("10"), collected_on=seen)).notes
    said = f"部分公开价格采集于 {seen.isoformat()}，距今超过 180 天，签约前须复核"
    assert (said in notes) is stale
    assert not any("采集于" in note for note in look(product(collected_on=seen)).notes)


def test_the_oldest_price_is_the_one_named():
    old, new = ON - timedelta(days=300), ON - timedelta(days=200)
    result = look(
        product("own-001", prices=priced("1"), collected_on=new),
        product("own-002", prices=priced("1"), collected_on=old),
    )
    assert any(old.isoformat() in note for note in result.notes)
    assert not any(new.isoformat() in note for note in result.notes)


def by_brute_force(offers, scenes):
    """Every subset: fewest providers, then products, then best sum of scores, then ids."""
    fits = [
        chosen
        for count in range(len(offers) + 1)
        for chosen in itertools.combinations(offers, count)
        if {scene for offer in chosen for scene in offer.covers} >= set(scenes)
    ]
    return min(
        (
            len({offer.provider_id for offer in chosen}),
            len(chosen),
            -sum((offer.score for offer in chosen), Decimal(0)),
            tuple(sorted(offer.product_id for offer in chosen)),
        )
        for chosen in fits
    )[3]


@pytest.mark.parametrize("seed", range(40))
def test_a_bundle_is_the_best_of_all_subsets(seed):
    rng = random.Random(seed)
    offers = [
        Offer(
            product_id=f"p-{n}", provider_id=f"v-{rng.randint(1, 3)}", name="x",
            covers=tuple(sorted(rng.sample(["s01", "s02", "s03", "s04", "s05", "s06"], rng.randint(1, 2)))),
            score=Decimal(rng.randint(0, 2)), reasons=(), source="",
        )
        for n in range(8)
    ]  # fmt: skip
    scenes = sorted({scene for offer in offers for scene in offer.covers})
    assert cover(offers, scenes) == by_brute_force(offers, scenes)


def test_over_budget_the_bundle_takes_fewer_providers_before_fewer_products():
    """9 万元 of the best provider is too much: three products of one other for 6, not two of two others for 5."""
    best = [
        product(f"own-00{n}", "v-1", scenes=(f"s0{n}",), prices=priced("3", "项目"), industries=("通用设备制造业",))
        for n in (6, 7, 8)
    ]  # fmt: skip
    cheap = [product(f"own-10{n}", "v-2", scenes=(f"s0{n}",), prices=priced("2", "项目")) for n in (6, 7, 8)]
    two = product("own-201", "v-3", scenes=("s06", "s07"), prices=priced("3", "项目"))
    gaps = {"s06": 1, "s07": 1, "s08": 1}
    rich = look(*best, *cheap, two, gaps=gaps, needs=Needs(budget=Decimal(9))).bundle
    assert rich.products == ("own-006", "own-007", "own-008")
    assert "预算约束" not in rich.note
    poor = look(*best, *cheap, two, gaps=gaps, needs=Needs(budget=Decimal(6))).bundle
    assert (poor.products, poor.uncovered) == (("own-106", "own-107", "own-108"), ())
    assert "公开价合计受预算约束" in poor.note
    least = look(*best, *cheap, two, gaps=gaps, needs=Needs(budget=Decimal(4))).bundle
    assert (least.products, least.uncovered) == (("own-201",), ("s08",))
