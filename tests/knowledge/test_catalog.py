"""The catalog loads, every reference in it resolves, and what a page does not state stays unknown."""

import os
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from knowledge.catalog import load_catalog_meta, load_products, load_providers
from knowledge.errors import KnowledgeError
from knowledge.files import DATA

SCENES = [f"s{n:02d}" for n in range(1, 17)]
SHARED = Path(os.environ.get("CANMOU_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture
def data(tmp_path):
    shutil.copytree(DATA / "catalog", tmp_path / "catalog")
    return tmp_path


def edit(data, file, change):
    path = data / "catalog" / file
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_every_row_is_there_with_its_source():
    products, providers = load_products(scenes=SCENES), load_providers()
    assert (len(products), len(providers)) == (132, 115)
    assert all(product.sources for product in products.values())
    assert all(product.collected_on for product in products.values())
    assert {source.kind for p in products.values() for source in p.sources} <= {
        "web_page",
        "public_code",
        "third_party",
    }


def test_a_third_party_source_shows_no_entry_number():
    for row in [*load_products().values(), *load_providers().values()]:
        for source in row.sources:
            if source.kind in ("third_party", "public_code"):
                assert source.title == "第三方公开资料（未经官方核对）"
            if source.kind == "third_party":
                assert source.url is None


def test_the_catalog_does_not_tell_how_it_was_gathered():
    for name in ("products.yaml", "providers.yaml"):
        text = (DATA / "catalog" / name).read_text(encoding="utf-8")
        assert not re.search(r"抓取|摘录|代码仓库|经 ?fork|entry \d", text)


def test_prices_are_only_where_public_and_exact():
    products = load_products()
    priced = {
        p.id: [price.amount for price in p.prices if price.amount is not None] for p in products.values()
    }
    assert {key: value for key, value in priced.items() if value} == {
        "prod-097": [Decimal("0.2988"), Decimal("0.5988")],
        "prod-098": [Decimal("0.51"), Decimal("2.55"), Decimal("42")],
        "prod-099": [Decimal("0"), Decimal("0.0618")],
        "prod-100": [Decimal("0.0021")],
    }


def test_no_unknown_word_is_left_in_the_data():
    for path in sorted((DATA / "catalog").glob("*.yaml")):
        text = "\n".join(
            line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
        )
        assert "unknown" not in text, path.name


@pytest.mark.skipif(
    not (SHARED / "facts/catalog/products.yaml").exists(), reason="shared facts not on this machine"
)
def test_rows_agree_with_the_facts_they_come_from():
    facts = yaml.safe_load((SHARED / "facts/catalog/products.yaml").read_text(encoding="utf-8"))["products"]
    products, providers = load_products(), load_providers()
    names = {}
    for row in facts:
        product = products[row["id"]]
        assert product.name == row["product"]
        assert providers[product.provider_id].brand == row["provider"]
        assert product.digest == row["digest"]
        assert list(product.vendor_claims) == row["vendor_claims"]
        assert len(product.scenes) == len(row["scenes"])
        for scene, name in zip(product.scenes, row["scenes"], strict=True):
            assert names.setdefault(name, scene) == scene
        assert (product.price_text is None) == (row["price"] == "unknown")
        assert (product.deployment == ()) == (row["deployment"] == "unknown")
    assert len(set(names.values())) == 16


def test_a_product_of_a_provider_that_does_not_exist_is_refused(data):
    edit(data, "products.yaml", lambda c: c["items"][0].update(provider_id="prov-999"))
    with pytest.raises(KnowledgeError, match="prov-999"):
        load_products(data)


def test_a_scene_that_does_not_exist_is_refused(data):
    edit(data, "products.yaml", lambda c: c["items"][0]["scenes"].append("s17"))
    with pytest.raises(KnowledgeError, match="s17"):
        load_products(data, scenes=SCENES)


def test_the_same_id_twice_is_refused(data):
    edit(data, "products.yaml", lambda c: c["items"].append(c["items"][0]))
    with pytest.raises(KnowledgeError, match="重复"):
        load_products(data)


def test_a_provider_that_lists_a_product_of_another_is_refused(data):
    edit(data, "providers.yaml", lambda c: c["items"][0]["products"].append("prod-002"))
    with pytest.raises(KnowledgeError, match="prod-002"):
        load_products(data)


def test_an_industry_in_a_group_that_does_not_exist_is_refused(data):
    edit(data, "industries.yaml", lambda c: c["groups"][1].update(within=["没有这一行"]))
    with pytest.raises(KnowledgeError, match="没有这一行"):
        load_catalog_meta(data)


def test_what_stands_around_the_catalog():
    meta = load_catalog_meta()
    assert len(meta.official_lists) == 8
    assert len(meta.intake_fields) == 28
    assert {scene for scenes in meta.scene_synonyms.values() for scene in scenes} <= set(SCENES)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("机床", {"通用设备"}),
        ("通用设备制造业", {"通用设备"}),
        ("专用设备制造业", {"专用设备"}),
        ("食品厂", {"食品"}),
        ("新能源汽车零部件", {"新能源汽车"}),
        ("工业设计", {"设计服务"}),
        ("计算机、通信和其他电子设备制造业", {"电子"}),
        ("软件和信息技术服务业", {"软件"}),
        ("制造业", {"制造业"}),
        ("", set()),
        ("占星", set()),
    ],
)
def test_words_for_industries(text, groups):
    assert load_catalog_meta().industries.place(text) == groups


def test_a_machine_tool_maker_lies_in_equipment_and_manufacturing():
    industries = load_catalog_meta().industries
    assert {"装备", "离散制造", "制造业"} <= industries.above("通用设备")
    assert "食品" not in industries.above("通用设备")
    for tag in (tag for p in load_products().values() for tag in p.industries):
        known = industries.place(tag) or tag in industries.everyone or tag in industries.facilities
        assert known, f"no group knows the tag {tag}"
