"""Subsidy: every scheme with amounts to the digit, its boundaries, and refusals that say why."""

import shutil
from datetime import date
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.rules.subsidy import estimate, stacking
from knowledge.errors import InputError, KnowledgeError
from knowledge.files import DATA
from knowledge.policy import Status
from knowledge.scheme import load_schemes

SCHEMES = load_schemes()
ON = date(2026, 11, 22)
WITH_AMOUNT = sorted(scheme.id for scheme in SCHEMES.values() if not scheme.no_amount)
WITHOUT = sorted(scheme.id for scheme in SCHEMES.values() if scheme.no_amount)


def ask(scheme, spend="100", level=2, on=ON, **more):
    money = None if spend is None else Decimal(spend)
    return estimate(SCHEMES[scheme], spend=money, level=level, on=on, **more)


# ---------------------------------------------------------------- 中山: caps by level, to 2026-12-31


@pytest.mark.parametrize(
    ("level", "spend", "high"),
    [
        (2, "200", "30"),
        (3, "200", "60"),
        (4, "200", "100"),
        (2, "30", "30"),
        (2, "29.99", "29.99"),
        (4, "0", "0"),
        (None, "200", "100"),
        (None, "50", "50"),
    ],
)
def test_zhongshan_caps(level, spend, high):
    found = ask("gd-zhongshan-2024", spend, level)
    assert (found.low, found.high, found.refused) == (0, Decimal(high), False)
    assert found.clause.locator == "分级补助"
    assert found.status is Status.IN_FORCE


@pytest.mark.parametrize("level", [0, 1])
def test_zhongshan_pays_nothing_below_level_two(level):
    found = ask("gd-zhongshan-2024", "200", level)
    assert (found.low, found.high, found.refused) == (0, 0, False)
    assert "二级及以上" in found.reason


def test_zhongshan_names_every_tier_where_the_level_is_not_known():
    text = " ".join(ask("gd-zhongshan-2024", "200", None).assumptions)
    assert "二级 30 万元，三级 60 万元，四级 100 万元" in text


@pytest.mark.parametrize(
    ("on", "status", "refused"),
    [
        (date(2024, 10, 31), Status.NOT_YET, True),
        (date(2024, 11, 1), Status.IN_FORCE, False),
        (date(2026, 12, 31), Status.IN_FORCE, False),
        (date(2027, 1, 1), Status.EXPIRED, True),
    ],
)
def test_zhongshan_holds_from_and_to_the_day(on, status, refused):
    found = ask("gd-zhongshan-2024", on=on)
    assert (found.status, found.refused) == (status, refused)
    if status is Status.EXPIRED:
        assert "2026-12-31" in found.reason


# ---------------------------------------------------------------- 杭州萧山: at most 40 % of the eligible spend


@pytest.mark.parametrize(
    ("spend", "high"), [("100", "40"), ("0", "0"), ("55", "22"), ("33.33", "13.332"), ("1000", "400")]
)
def test_xiaoshan_is_forty_percent_at_most(spend, high):
    found = ask("zj-hangzhou-xiaoshan-2024", spend)
    assert (found.low, found.high) == (0, Decimal(high))
    assert found.cap is None, "the notice as seen states no cap: none may be invented"
    assert found.status is Status.NOT_STATED
    assert any("核实" in text for text in found.assumptions)


def test_xiaoshan_pays_no_little_giant_twice():
    found = ask("zj-hangzhou-xiaoshan-2024", told={"little-giant-central-fund": True})
    assert (found.low, found.high) == (0, 0)
    assert "小巨人" in found.reason
    told = ask("zj-hangzhou-xiaoshan-2024", told={"little-giant-central-fund": False})
    assert not any("中央财政中小企业发展专项资金" in text for text in told.assumptions)
    untold = ask("zj-hangzhou-xiaoshan-2024")
    assert any("中央财政中小企业发展专项资金" in text for text in untold.assumptions)


@pytest.mark.parametrize(
    ("lies_in", "refused"),
    [
        ({"全国", "浙江省", "浙江省杭州市", "浙江省杭州市萧山区"}, False),
        ({"全国", "浙江省", "浙江省杭州市"}, False),
        ({"全国", "浙江省"}, False),
        ({"全国"}, False),
        (set(), False),
        ({"全国", "浙江省", "浙江省杭州市", "浙江省杭州市西湖区"}, True),
        ({"全国", "山东省", "山东省济南市"}, True),
    ],
)
def test_xiaoshan_only_for_firms_there(lies_in, refused):
    found = ask("zj-hangzhou-xiaoshan-2024", lies_in=lies_in)
    assert found.refused is refused
    if refused:
        assert "萧山" in found.reason
        assert found.high is None
    elif "浙江省杭州市萧山区" not in lies_in:
        assert any("未核对" in text for text in found.assumptions)


def test_a_rate_needs_a_spend():
    found = ask("zj-hangzhou-xiaoshan-2024", None)
    assert found.refused
    assert "须先给出金额" in found.reason


# ---------------------------------------------------------------- 深圳服务商: bands by score, only for providers, expired


@pytest.mark.parametrize(
    ("category", "score", "high"),
    [
        ("综合型", "59.9", "0"),
        ("综合型", "60", "100"),
        ("综合型", "69.9", "100"),
        ("综合型", "75", "300"),
        ("综合型", "85", "500"),
        ("综合型", "90", "1000"),
        ("综合型", "100", "1000"),
        ("非综合型", "65", "50"),
        ("非综合型", "75", "100"),
        ("非综合型", "85", "300"),
        ("非综合型", "95", "500"),
        (None, "75", "300"),
        ("综合型", None, "1000"),
    ],
)
def test_shenzhen_provider_bands(category, score, high):
    found = ask(
        "gd-shenzhen-provider-2024",
        None,
        None,
        date(2024, 9, 20),
        applicant="provider",
        category=category,
        score=None if score is None else Decimal(score),
    )
    assert (found.low, found.high, found.refused) == (0, Decimal(high), False)


def test_a_score_on_the_line_between_two_bands_is_said_to_be_open():
    def at(score):
        return ask(
            "gd-shenzhen-provider-2024",
            on=date(2024, 9, 20),
            applicant="provider",
            category="综合型",
            score=Decimal(score),
        )

    assert any("交界" in text for text in at("70").assumptions)
    assert not any("交界" in text for text in at("71").assumptions + at("60").assumptions)


def test_shenzhen_provider_scheme_is_over_and_is_not_for_enterprises():
    found = ask("gd-shenzhen-provider-2024")
    assert found.refused
    assert "服务商" in found.reason
    assert "2024-10-10" in found.reason
    assert found.status is Status.EXPIRED


# ---------------------------------------------------------------- 重点小巨人 财建〔2024〕148号


@pytest.mark.parametrize(
    ("spend", "low", "high"), [("2000", "0", "0"), ("2000.01", "300", "600"), ("5000", "300", "600")]
)
def test_key_little_giant(spend, low, high):
    """600 万元 over three years in two halves, the second by performance; the plan must exceed 2000 万元."""
    found = ask("cn-key-little-giant-2024", spend, None, date(2026, 3, 1))
    assert (found.low, found.high, found.refused) == (Decimal(low), Decimal(high), False)
    if high != "0":
        assert any("期初 300 万元，期末（按绩效） 300 万元" in text for text in found.assumptions)


@pytest.mark.parametrize(("on", "refused"), [(date(2026, 6, 30), False), (date(2026, 7, 1), True)])
def test_key_little_giant_takes_no_more_applications(on, refused):
    found = ask("cn-key-little-giant-2024", "3000", None, on)
    assert found.refused is refused
    assert ("2026 年上半年" in found.reason) is refused


def test_the_title_alone_pays_nothing():
    found = ask("cn-little-giant-title", None, None)
    assert (found.low, found.high, found.refused) == (0, 0, False)


def test_the_award_to_a_city_is_no_subsidy_for_a_firm():
    found = ask("cn-city-pilot-2023")
    assert found.refused
    assert "支持对象是试点城市，不是企业" in found.reason
    city = ask("cn-city-pilot-2023", applicant="city", category="省会城市、计划单列市、兵团")
    assert (city.high, city.cap) == (15000, 15000)
    assert ask("cn-city-pilot-2023", applicant="city", category="其他地级市、直辖市所辖区县").high == 10000


# ---------------------------------------------------------------- 呼和浩特十条, 天津


@pytest.mark.parametrize(
    ("interest", "paid"), [("100", "30"), ("333.3", "99.99"), ("334", "100"), ("0", "0"), ("1000", "100")]
)
def test_hohhot_interest(interest, paid):
    found = ask("nm-hohhot-ten-2024-interest", interest, None)
    assert (found.low, found.high, found.cap) == (Decimal(paid), Decimal(paid), 100)


@pytest.mark.parametrize(
    ("growth", "paid"),
    [
        ("49999.99", 0),
        ("50000", 50),
        ("99999.99", 50),
        ("100000", 100),
        ("299999", 100),
        ("300000", 200),
        ("500000", 300),
        ("9000000", 300),
    ],
)
def test_hohhot_growth(growth, paid):
    found = ask("nm-hohhot-ten-2024-growth", growth, None)
    assert (found.low, found.high) == (paid, paid)


def test_hohhot_first_listing_in_three_years():
    found = ask("nm-hohhot-ten-2024-first-listing", None, None)
    assert (found.low, found.high) == (60, 60)
    assert any("第一年 10 万元，第二年 20 万元，第三年 30 万元" in text for text in found.assumptions)


@pytest.mark.parametrize(
    ("category", "low", "high"),
    [
        ("国家级制造业创新中心", 800, 800),
        ("自治区级制造业创新中心", 300, 300),
        ("自治区技术创新示范企业", 50, 50),
        (None, 50, 800),
    ],
)
def test_hohhot_centres(category, low, high):
    found = ask("nm-hohhot-ten-2024-centre", None, None, category=category)
    assert (found.low, found.high) == (low, high)


def test_what_is_only_known_as_a_ceiling_starts_at_zero():
    assert [
        (f.low, f.high)
        for f in (ask("nm-hohhot-ten-2024-demo"), ask("tj-little-giant-2023"), ask("tj-specialized-2019"))
    ] == [
        (0, 300),
        (0, 200),
        (0, 50),
    ]


# ---------------------------------------------------------------- refusing


def test_jinan_gives_no_amount_and_names_the_document_that_would():
    found = ask("sd-jinan-pilot-2024", lies_in={"全国", "山东省", "山东省济南市"})
    assert found.refused
    assert (found.low, found.high, found.cap) == (None, None, None)
    assert "《济南市中小企业数字化转型试点城市奖补资金实施细则》" in found.reason
    assert "2025-12-31" in found.reason
    in_its_day = ask("sd-jinan-pilot-2024", on=date(2025, 6, 1))
    assert in_its_day.refused
    assert "没有给出任何补助比例或上限" in in_its_day.reason
    assert "失效" not in in_its_day.reason


def test_binhai_gives_no_amount():
    found = ask("tj-binhai-fund-2024")
    assert found.refused
    assert "津滨工信发〔2024〕4号" in found.reason


@pytest.mark.parametrize("scheme", WITHOUT)
def test_no_scheme_without_a_figure_ever_gives_one(scheme):
    for applicant in ("enterprise", "provider", "city"):
        found = ask(scheme, applicant=applicant)
        assert found.refused
        assert (found.low, found.high, found.cap) == (None, None, None)
        assert found.reason


def test_a_draft_supports_nothing():
    assert ask("fj-xiamen-fund-draft-2025").status is Status.DRAFT
    assert "征求意见稿" in ask("fj-xiamen-fund-draft-2025").reason


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"spend": "-1"}, "spend"),
        ({"spend": "NaN"}, "spend"),
        ({"level": 5}, "level"),
        ({"category": "别的"}, "category"),
    ],
)
def test_wrong_input_is_refused(more, where):
    with pytest.raises(InputError, match=where):
        ask("gd-zhongshan-2024", **more)


@given(
    st.sampled_from(WITH_AMOUNT),
    st.decimals(0, 10**6, places=2),
    st.decimals(0, 10**6, places=2),
    st.sampled_from([None, 0, 1, 2, 3, 4]),
    st.dates(date(2023, 1, 1), date(2028, 1, 1)),
)
def test_more_spend_never_pays_less_and_no_range_is_upside_down(scheme, one, other, level, on):
    less, more = sorted((one, other))
    applicant = SCHEMES[scheme].applicant
    small = estimate(SCHEMES[scheme], spend=less, level=level, on=on, applicant=applicant)
    large = estimate(SCHEMES[scheme], spend=more, level=level, on=on, applicant=applicant)
    assert small.refused == large.refused
    if small.refused:
        assert small.reason
        assert small.high is None
        return
    assert 0 <= small.low <= small.high <= large.high
    assert small.low <= large.low
    if large.cap is not None:
        assert large.high <= large.cap
    if SCHEMES[scheme].bounded_by_spend:
        assert small.high <= less


@pytest.mark.parametrize("lies_in", [{"山东省"}, {"全国"}, {"全国", "山东省", "山东省济南市"}])
def test_a_national_scheme_holds_everywhere(lies_in):
    assert not ask("cn-little-giant-title", lies_in=lies_in).refused


@pytest.mark.parametrize(("spend", "paid"), [("10", "10"), ("30", "30"), ("31", "30")])
def test_an_exact_amount_bounded_by_spend_has_no_range(spend, paid):
    exact = SCHEMES["gd-zhongshan-2024"].model_copy(update={"exact": True})
    found = estimate(exact, spend=Decimal(spend), level=2, on=ON)
    assert (found.low, found.high) == (Decimal(paid), Decimal(paid))


# ---------------------------------------------------------------- stacking and data


def test_stacking_says_what_excludes_what_and_what_is_not_known():
    both = stacking([SCHEMES["zj-hangzhou-xiaoshan-2024"], SCHEMES["cn-key-little-giant-2024"]])
    assert "只能取其一" in both[0]
    unknown = stacking([SCHEMES["gd-zhongshan-2024"], SCHEMES["cn-little-giant-title"]])
    assert "未写明" in unknown[0]
    assert stacking([SCHEMES["gd-zhongshan-2024"]]) == ()


def test_every_scheme_cites_a_card_that_opens():
    """A clause shown to people is one the knowledge base holds, and no text tells how much of it was seen by whom."""
    cards = {path.stem for path in (DATA / "policies").glob("*.yaml")}
    assert {scheme.clause.source_id for scheme in SCHEMES.values()} <= cards
    for path in (DATA / "schemes").glob("*.yaml"):
        assert "摘录" not in path.read_text(encoding="utf-8"), path.name


def test_every_figure_stands_in_its_policy_card():
    """The cap and rate of a scheme are figures of the clause it names, in 万元 or percent."""
    for scheme in SCHEMES.values():
        if scheme.policy_id is None or scheme.no_amount:
            continue
        card = yaml.safe_load((DATA / "policies" / f"{scheme.policy_id}.yaml").read_text(encoding="utf-8"))
        clause = next(c for c in card["clauses"] if c["locator"] == scheme.clause.locator)
        text = clause["text"]
        numbers = [scheme.rate * 100] if scheme.rate is not None else [tier.amount for tier in scheme.tiers]
        numbers += [scheme.cap] if scheme.cap is not None else []
        for number in numbers:
            shown = f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
            yi = f"{number / 10000:f}".rstrip("0").rstrip(".")
            if number == 0:
                assert "没有" in text, scheme.id
                continue
            assert shown in text or f"{yi}亿" in text, (scheme.id, shown)


@pytest.fixture
def data(tmp_path):
    shutil.copytree(DATA / "policies", tmp_path / "policies")
    shutil.copytree(DATA / "schemes", tmp_path / "schemes")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("locator: 分级补助", "locator: 第一百条", "第一百条"),
        ("valid_to: 2026-12-31", "valid_to: 2027-12-31", "有效期"),
        ("region: 广东省中山市", "region: 广东省珠海市", "适用地区"),
        ("policy_id: gd-zhongshan-2024", "policy_id: gd-nowhere", "gd-nowhere"),
        ("level_from: 2", "level_from: 2\nno_amount: 没有金额", "二者取一"),
        ("level_from: 2", "level_from: 7", "level_from"),
    ],
)
def test_wrong_data_fails_at_load(data, old, new, says):
    path = data / "schemes" / "zhongshan.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=says):
        load_schemes(data)
