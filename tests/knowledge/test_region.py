"""Places: what a word names, what a sentence mentions, what reaches a place and what lies in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.region import NATION, Regions, load_regions

REGIONS = load_regions()
NAMES = sorted(region.name for region in REGIONS)
PLACES = st.sampled_from(NAMES)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("鲁", "山东省"),
        ("山东", "山东省"),
        ("济南", "山东省济南市"),
        ("济南市", "山东省济南市"),
        ("山东 济南", "山东省济南市"),
        ("山东·济南", "山东省济南市"),
        ("中国山东", "山东省"),
        ("天津滨海", "天津市滨海新区"),
        ("滨海新区", "天津市滨海新区"),
        ("天津市滨海新区", "天津市滨海新区"),
        ("泰达", "天津市滨海新区经开区"),
        ("天津经开区", "天津市滨海新区经开区"),
        ("济南高新区", "山东省济南市高新区"),
        ("深圳", "广东省深圳市"),
        ("广东省深圳市", "广东省深圳市"),
        ("广东深圳", "广东省深圳市"),
        ("萧山区", "浙江省杭州市萧山区"),
        ("杭州萧山", "浙江省杭州市萧山区"),
        ("松江", "上海市松江区"),
        ("吉林", "吉林省"),
        ("吉林市", "吉林省吉林市"),
        ("海南", "海南省"),
        ("海南州", "青海省海南藏族自治州"),
        ("内蒙古", "内蒙古自治区"),
        ("呼市", "内蒙古自治区呼和浩特市"),
        ("延边", "吉林省延边朝鲜族自治州"),
        ("北京朝阳", "北京市朝阳区"),
        ("辽宁朝阳", "辽宁省朝阳市"),
        ("香港", "香港特别行政区"),
        ("昆山", "江苏省苏州市昆山市"),
        ("苏州昆山", "江苏省苏州市昆山市"),
        ("江苏昆山", "江苏省苏州市昆山市"),
        ("永嘉", "浙江省温州市永嘉县"),
        ("江山", "浙江省衢州市江山市"),
        ("山东曹县", "山东省菏泽市曹县"),
        ("景宁", "浙江省丽水市景宁畲族自治县"),
        ("南通通州", "江苏省南通市通州区"),
        ("沈阳铁西", "辽宁省沈阳市铁西区"),
        ("新疆石河子", "新疆维吾尔自治区石河子市"),
        ("海南文昌", "海南省文昌市"),
        ("西安", "陕西省西安市"),
        ("资阳", "四川省资阳市"),
        ("全国", NATION),
        ("国家级", NATION),
    ],
)
def test_a_name_as_people_write_it_resolves(words: str, name: str) -> None:
    found = REGIONS.resolve(words)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "words",
    [
        "",
        "火星",
        "朝阳",
        "江北区",
        "和平区",
        "经开区",
        "济",
        "东",
        "山东部",
        "济南大",
        "鼓楼区",
        "通州",
        "合作",
        "资源",
        "城区",
    ],
)
def test_what_names_no_place_or_more_than_one_is_left_open(words: str) -> None:
    assert REGIONS.resolve(words) is None


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("济南的企业能申报什么", ["山东省济南市"]),
        ("山东济南的企业", ["山东省济南市"]),
        ("深圳和广东省的政策有何不同", ["广东省深圳市", "广东省"]),
        ("天津滨海新区经开区和济南高新区", ["天津市滨海新区经开区", "山东省济南市高新区"]),
        ("滨海的试点补多少", ["天津市滨海新区"]),
        ("江苏的滨海县", ["江苏省盐城市滨海县"]),
        ("昆山的企业能申报什么", ["江苏省苏州市昆山市"]),
        ("宁波的江北区有补贴吗", ["浙江省宁波市江北区"]),
        ("江北区有补贴吗", []),
        ("永嘉县的阀门厂", ["浙江省温州市永嘉县"]),
        ("义乌小商品市场", ["浙江省金华市义乌市"]),
        ("市、区和县级财政", []),
        ("示范县名单", []),
        ("提高安全水平，搭建平台", []),
        ("比如东部地区", []),
        ("江东南安置房", []),
        ("报专精特新会不会卡住", []),
        ("合作市场广阔", []),
        ("广西资源丰富", ["广西壮族自治区"]),
        ("广西资源县", ["广西壮族自治区桂林市资源县"]),
        ("乌兰察布平安区块链", ["内蒙古自治区乌兰察布市"]),
        ("沿海城市的中心城区", []),
        ("济南高新技术企业", ["山东省济南市"]),
        ("东莞厚街的鞋机厂", ["广东省东莞市"]),
        ("吉林市的补贴", ["吉林省吉林市"]),
        ("吉林的补贴", ["吉林省"]),
        ("朝阳产业怎么扶持", []),
        ("北京朝阳区", ["北京市朝阳区"]),
        ("白银价格上涨", []),
        ("甘肃白银的企业", ["甘肃省白银市"]),
        ("白银市企业", ["甘肃省白银市"]),
        ("广覆盖大连接", []),
        ("大连的企业", ["辽宁省大连市"]),
        ("企业济南通过验收", ["山东省济南市"]),
        ("山西安全生产", ["山西省"]),
        ("出海口径怎么算", []),
        ("企业鲁班奖", []),
        ("济南市中小企业数字化转型", ["山东省济南市"]),
        ("济南市中区的企业", ["山东省济南市市中区"]),
        ("济南市市中区", ["山东省济南市市中区"]),
        ("青岛市北区与青岛市北部", ["山东省青岛市市北区", "山东省青岛市"]),
        ("北京天津河北三地", ["北京市", "天津市", "河北省"]),
        ("天津市河北区", ["天津市河北区"]),
        ("区域均衡水平提升", []),
        ("经营口径与统计口径", []),
        ("推广安全可信的产品", []),
        ("推广西部经验", []),
        ("四平台建设", []),
        ("各自贡献", []),
        ("衡水和营口的企业", ["河北省衡水市", "辽宁省营口市"]),
        ("全国有哪些政策", []),
        ("", []),
    ],
)
def test_a_sentence_mentions_these_places_and_no_others(sentence: str, names: list[str]) -> None:
    assert [region.name for region in REGIONS.find(sentence)] == names


@pytest.mark.parametrize(
    ("said", "name"),
    [("如东", "江苏省南通市如东县"), ("扬中", "江苏省镇江市扬中市"), ("曹县", "山东省菏泽市曹县")],
)
def test_where_a_place_is_spoken_of_every_short_name_may_be_one(said: str, name: str) -> None:
    (found,) = REGIONS.likely_mentions(f"我在{said}开厂")
    assert (found.region.name, found.start, found.end) == (name, 2, 2 + len(said))
    assert REGIONS.find(f"我在{said}开厂") == []


def test_a_firm_in_a_county_is_reached_by_its_city_and_province() -> None:
    assert REGIONS.covering("江苏省苏州市昆山市") == {"江苏省苏州市昆山市", "江苏省苏州市", "江苏省", NATION}


def test_every_county_lies_in_a_known_place_and_is_named_once_in_it() -> None:
    for region in REGIONS:
        assert region.parent is None or region.parent in REGIONS
    assert sum(region.kind == "district" for region in REGIONS) > 2800


def test_asking_for_jinan_takes_in_the_province_and_the_nation_and_never_tianjin() -> None:
    assert REGIONS.covering("山东省济南市") == {"山东省济南市", "山东省", NATION}
    assert "天津市" not in REGIONS.covering("山东省济南市")
    assert REGIONS.covering("天津市滨海新区经开区") == {
        "天津市滨海新区经开区",
        "天津市滨海新区",
        "天津市",
        NATION,
    }


def test_what_lies_in_a_province() -> None:
    inside = REGIONS.within("山东省")
    assert {"山东省", "山东省济南市", "山东省济南市高新区", "山东省青岛市"} <= inside
    assert "天津市" not in inside
    assert REGIONS.within(NATION) == set(NAMES)


def test_cities_under_separate_planning_lie_in_their_provinces() -> None:
    planned = {region.name: region.parent for region in REGIONS if region.separately_planned}
    assert planned == {
        "广东省深圳市": "广东省",
        "山东省青岛市": "山东省",
        "浙江省宁波市": "浙江省",
        "福建省厦门市": "福建省",
        "辽宁省大连市": "辽宁省",
    }


def test_all_provinces_and_all_prefectures_are_there() -> None:
    kinds = [region.kind for region in REGIONS]
    assert kinds.count("province") == 34
    cities = [region for region in REGIONS if region.kind == "city"]
    assert sum(region.parent == "广东省" for region in cities) == 21
    assert sum(region.parent == "山东省" for region in cities) == 16
    assert sum(region.parent == "江苏省" for region in cities) == 13
    assert sum(region.parent == "四川省" for region in cities) == 21
    assert len(cities) == 333 + 6  # and 济源, 仙桃, 潜江, 天门, 神农架 and the 兵团


@given(PLACES)
def test_a_canonical_name_resolves_to_itself(name: str) -> None:
    found = REGIONS.resolve(name)
    assert found is not None
    assert found.name == name


@given(PLACES)
def test_a_place_is_found_in_a_sentence_by_its_full_name(name: str) -> None:
    expected = [] if name == NATION else [name]
    assert [region.name for region in REGIONS.find(f"请问{name}的企业")] == expected


@given(PLACES)
def test_covering_and_within_are_two_sides_of_one_thing(name: str) -> None:
    for around in REGIONS.covering(name):
        assert name in REGIONS.within(around)
    assert NATION in REGIONS.covering(name)
    assert {region.name for region in REGIONS.ancestors(name)} | {name} | {NATION} == REGIONS.covering(name)


@given(PLACES, PLACES)
def test_two_places_reach_each_other_only_along_one_line(one: str, other: str) -> None:
    if one != other and other in REGIONS.covering(one):
        assert one not in REGIONS.covering(other)
        assert one in REGIONS.within(other)


@given(st.text(max_size=40))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = REGIONS.find(text)
    assert len({region.name for region in found}) == len(found)
    resolved = REGIONS.resolve(text)
    assert resolved is None or resolved.name in REGIONS


def test_an_unknown_name_has_nothing_around_it() -> None:
    assert REGIONS.ancestors("火星市") == ()
    assert REGIONS.get("火星市") is None
    assert isinstance(REGIONS, Regions)
