"""Which scenes a firm named in its own words: pain and wishes count, what is fine or not wanted does not."""

import pytest

from assistant.rules.named import named
from knowledge.standard import load_standards

STANDARD = load_standards()["sme-digital-level-2024"]


@pytest.mark.parametrize(
    ("text", "scenes"),
    [
        ("冲压换模频繁，主机厂要求追溯到批次；质检靠纸质单。能耗只有总表。", {"质量管理", "能耗管理"}),
        ("库存账实不符，月底盘点要三天", {"仓储物流"}),
        ("售后靠微信群，想上系统", {"售后服务"}),
        ("采购询价慢，供应商交货没人跟", {"采购管理"}),
        ("报表要等月底", {"决策支持"}),
        ("备件常常临时采购", {"设备管理"}),
        ("工艺靠老师傅", {"工艺设计"}),
        ("我们做工艺品出口", set()),
        ("采购金额每年三千万", set()),
        ("库存没问题，采购暂不考虑", set()),
        ("财务系统够用，考勤正常", set()),
        ("设备与能耗部分尚未看到", set()),
        ("BIM 已用", set()),
        ("想上BI看经营数据", {"决策支持"}),
        ("", set()),
    ],
)
def test_what_a_text_names(text, scenes):
    assert {STANDARD.scene[id].name for id in named((text,), STANDARD)} == scenes


def test_the_words_are_the_firms_own_and_the_first_of_several():
    found = named(("质检靠纸质单；追溯慢",), STANDARD)
    assert found == {"s07": "质检靠纸质单"}


def test_every_scene_can_be_named_by_its_own_words():
    for scene in STANDARD.scenes:
        assert scene.said, scene.id
        for word in (scene.name, *scene.said):
            assert scene.id in named((word,), STANDARD), word
