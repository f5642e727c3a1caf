"""What a scheme pays, line by line, on schemes made for it: rate, cap, spend, share, tiers, phases, and the words."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.rules.subsidy import estimate, stacking
from knowledge.scheme import Scheme

ON = date(2026, 6, 1)


def made(**fields):
    plain = {
        "id": "x", "title": "甲", "document": "某办法", "issuer": "某局", "region": "全国", "purpose": "改造",
        "clause": {"source_id": "x", "locator": "三"}, "status": "in_force", "valid_to": "2026-12-31",
        "certainty": "verified",
    }  # fmt: skip
    return Scheme(**{**plain, **fields})


def paid(scheme, spend=None, level=None, **more):
    found = estimate(scheme, spend=None if spend is None else Decimal(spend), level=level, on=ON, **more)
    return None if found.refused else (found.low, found.high)


def tier(label, amount, **more):
    return {"label": label, "amount": amount, **more}


@pytest.mark.parametrize(
    ("fields", "spend", "low", "high"),
    [
        ({"rate": "0.4"}, "50", "0", "20"),
        ({"rate": "0.4", "exact": True}, "50", "20", "20"),
        ({"rate": "0.4", "exact": True, "cap": "20"}, "50", "20", "20"),
        ({"rate": "0.4", "exact": True, "cap": "19"}, "50", "19", "19"),
        ({"rate": "0.4", "cap": "19"}, "50", "0", "19"),
        ({"rate": "0.4", "exact": True, "sure_share": "0.5"}, "50", "10", "20"),
        ({"rate": "1", "exact": True, "bounded_by_spend": True}, "50", "50", "50"),
        ({"tiers": [tier("a", "80")], "exact": True, "bounded_by_spend": True}, "50", "50", "50"),
        ({"tiers": [tier("a", "80")], "exact": True}, None, "80", "80"),
        ({"tiers": [tier("a", "80"), tier("b", "30")], "exact": True}, None, "30", "80"),
        ({"tiers": [tier("a", "80"), tier("b", "30")], "exact": True, "cap": "50"}, None, "30", "50"),
        ({"tiers": [tier("a", "80"), tier("b", "60")], "exact": True, "cap": "50"}, None, "50", "50"),
        ({"rate": "0.4"}, "0", "0", "0"),
    ],
)
def test_amount(fields, spend, low, high):
    assert paid(made(**fields), spend) == (Decimal(low), Decimal(high))


def test_a_threshold_must_be_exceeded_and_a_lowest_tier_reached():
    over = made(rate="0.5", exact=True, spend_over="100")
    assert [paid(over, spend) for spend in ("100", "100.01", "99")] == [
        (0, 0),
        (Decimal("50.005"),) * 2,
        (0, 0),
    ]
    steps = made(tiers=[tier("小", "10", spend_from="100"), tier("大", "30", spend_from="500")], exact=True)
    amounts = ["99.99", "100", "499.99", "500", "9000"]
    assert [paid(steps, spend)[1] for spend in amounts] == [0, 10, 10, 30, 30]
    assert paid(steps) is None
    assert estimate(steps, spend=None, level=None, on=ON).reason.startswith("须先给出金额")


def test_tiers_by_level_by_category_and_by_score():
    levels = made(tiers=[tier("二级", "30", level=2), tier("三级", "60", level=3)], level_from=2, exact=True)
    assert [paid(levels, level=n) for n in (1, 2, 3, None)] == [(0, 0), (30, 30), (60, 60), (30, 60)]
    kinds = made(tiers=[tier("甲类", "5", category="甲"), tier("乙类", "8", category="乙")], exact=True)
    assert [paid(kinds, category=kind) for kind in ("甲", "乙", None)] == [(5, 5), (8, 8), (5, 8)]
    bands = made(tiers=[tier("六十", "5", score_from="60"), tier("八十", "8", score_from="80")], exact=True)
    scores = ["59.9", "60", "79.9", "80", "95"]
    assert [paid(bands, score=Decimal(score))[1] for score in scores] == [0, 5, 5, 8, 8]
    assert paid(bands) == (5, 8)


def test_a_score_where_two_bands_meet_is_said_to_be_open_and_a_first_band_is_not():
    bands = made(tiers=[tier("六十", "5", score_from="60"), tier("八十", "8", score_from="80")], exact=True)

    def open_(score):
        found = estimate(bands, spend=None, level=None, on=ON, score=Decimal(score))
        return any("两档交界" in text for text in found.assumptions)

    assert [open_(score) for score in ("60", "61", "80", "81")] == [False, False, True, False]


@pytest.mark.parametrize(
    ("lies_in", "refused"),
    [
        (None, False),
        ({"全国", "浙江省", "浙江省杭州市", "浙江省杭州市萧山区"}, False),
        ({"全国", "浙江省", "浙江省杭州市"}, False),  # only the city is told: it may lie in the district
        ({"全国", "浙江省"}, False),
        ({"全国"}, False),
        ({"全国", "浙江省", "浙江省宁波市"}, True),
        ({"全国", "江苏省"}, True),
    ],
)
def test_a_scheme_is_refused_only_to_those_who_surely_lie_elsewhere(lies_in, refused):
    here = made(rate="0.4", region="浙江省杭州市萧山区")
    found = estimate(here, spend=Decimal(1), level=None, on=ON, lies_in=lies_in)
    assert found.refused is refused
    sure = lies_in is not None and "浙江省杭州市萧山区" in lies_in
    assert any("（未核对）" in text for text in found.assumptions) is (not refused and not sure)


@pytest.mark.parametrize(
    ("on", "refused"),
    [(date(2025, 12, 31), True), (date(2026, 1, 1), False), (date(2026, 6, 30), False), (date(2026, 7, 1), True)],
)  # fmt: skip
def test_it_pays_from_its_first_day_to_the_last_on_which_it_takes_applications(on, refused):
    scheme = made(rate="0.4", begins="2026-01-01", closed_after="2026-06-30")
    assert estimate(scheme, spend=Decimal(1), level=None, on=on).refused is refused


def test_words_show_the_sum_its_cap_its_phases_and_what_is_assumed():
    scheme = made(
        rate="0.4", cap="10", base="软件投入", bounded_by_spend=True, conditions=["已验收"], remarks=["先建后补"],
        exclusions=[{"id": "listed", "text": "失信企业"}],
        phases=[{"label": "首期", "share": "0.3"}, {"label": "末期", "amount": "7"}],
    )  # fmt: skip
    found = estimate(scheme, spend=Decimal(50), level=None, on=ON)
    assert found.assumptions == (
        "软件投入 50 万元 × 不超过 40% = 不超过 20 万元",
        "封顶 10 万元",
        "分次给付：首期 3 万元，末期 7 万元",
        "所报金额全部属于可补范围：软件投入",
        "文件只写“不超过”，最低可为 0，实际金额以主管部门核定为准",
        "须满足：已验收",
        "先建后补",
        "须确认不属于：失信企业",
    )
    assert found.cap == 10
    told = estimate(scheme, spend=Decimal(50), level=None, on=ON, told={"listed": False})
    assert not any("失信" in text for text in told.assumptions)
    barred = estimate(scheme, spend=Decimal(50), level=None, on=ON, told={"listed": True})
    assert (barred.low, barred.high, barred.reason) == (0, 0, "属于不予支持的情形：失信企业")
    fixed = estimate(made(rate="0.4", exact=True), spend=Decimal(50), level=None, on=ON)
    assert fixed.assumptions[0].endswith("50 万元 × 40% = 20 万元")
    assert not any("不超过" in text for text in fixed.assumptions)


def test_the_cap_told_is_the_schemes_else_its_largest_tier():
    tiers = [tier("a", "80"), tier("b", "30")]
    assert estimate(made(tiers=tiers), spend=None, level=None, on=ON).cap == 80
    assert estimate(made(tiers=tiers, cap="50"), spend=None, level=None, on=ON).cap == 50
    assert estimate(made(rate="0.4"), spend=Decimal(1), level=None, on=ON).cap is None


def test_the_spend_is_assumed_to_be_payable_only_where_a_rate_is_paid_on_it():
    def assumed(scheme):
        found = estimate(scheme, spend=Decimal(50), level=None, on=ON)
        return any("全部属于可补范围" in text for text in found.assumptions)

    assert assumed(made(rate="0.4"))
    assert not assumed(made(tiers=[tier("a", "80")]))


def test_a_level_not_told_is_assumed_and_a_validity_not_stated_is_said():
    scheme = made(rate="0.4", level_from=3, status="not_stated", valid_to=None)
    found = estimate(scheme, spend=Decimal(1), level=None, on=ON)
    assert "改造后达到三级及以上" in found.assumptions
    assert any("未见有效期" in text for text in found.assumptions)
    known = estimate(scheme, spend=Decimal(1), level=3, on=ON)
    assert "改造后达到三级及以上" not in known.assumptions
    low = estimate(scheme, spend=Decimal(1), level=2, on=ON)
    assert low.reason == "须达到数字化水平三级及以上，所报为二级，不予补助"


def test_stacking_goes_over_every_pair_once():
    one, two, three = (
        made(id="a", title="甲"),
        made(id="b", title="乙", not_with=["a"]),
        made(id="c", title="丙"),
    )
    assert stacking([one, two, three]) == (
        "“甲”与“乙”不重复支持，只能取其一",
        "“甲”与“丙”能否叠加，所见材料未写明，须向主管部门核实",
        "“乙”与“丙”能否叠加，所见材料未写明，须向主管部门核实",
    )
    assert stacking([two, one]) == ("“乙”与“甲”不重复支持，只能取其一",)
    assert stacking([one]) == stacking([one, one]) == ()
