"""assistant.rules.grounding: what the evidence does not carry does not pass."""

import pytest

from assistant.rules.grounding import in_source, span_of, strip_marks, untraced, verify

ZHONGSHAN = "改造后达到二级最高不超过30万元，三级不超过60万元，四级不超过100万元。"
SHANDONG = (
    "省厅委托第三方以材料审核加实地查验复核验收：二级、三级主要材料审核，并对每个试点城市、引导区不少于5%的试点企业实地查验；"
    "四级全部实地查验。"
)
JINAN = "上述措施有效期至2025年12月31日。济南市工业和信息化局《济南市工业和信息化局通知》"
FUND = "中央资金不低于80%直接用于支持中小企业数字化改造，不高于20%用于公共服务建设等。财建〔2023〕117号"


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("三级不超过60万元[1]。", ZHONGSHAN),
        ("改造后达到三级的，不超过600000元。", ZHONGSHAN),
        ("改造后达到四级，最高100万元。", ZHONGSHAN),
        ("- 四级试点企业全部实地查验[1]。", SHANDONG),
        ("二级、三级主要材料审核，对不少于5%的试点企业实地查验。", SHANDONG),
        ("有效期至2025-12-31。", JINAN),
        ("济南市工信局的措施有效期至2025年。", JINAN),
        ("依据财建[2023]117号，中央资金不低于80%直接用于改造。", FUND),
    ],
)
def test_what_the_evidence_says_passes_in_other_notation(sentence, evidence):
    assert verify(sentence, [evidence]).ok


@pytest.mark.parametrize(
    ("sentence", "evidence", "missing"),
    [
        pytest.param("三级不超过80万元。", ZHONGSHAN, "80万元", id="invented-amount"),
        pytest.param("二级不超过60万元。", ZHONGSHAN, "60万元", id="swapped-tier"),
        pytest.param("三级补助60万元。", ZHONGSHAN, "60万元", id="dropped-bound"),
        pytest.param("三级不少于60万元。", ZHONGSHAN, "60万元", id="reversed-bound"),
        pytest.param("三级超过60万元。", ZHONGSHAN, "60万元", id="bound-turned-round"),
        pytest.param("五级不超过60万元。", ZHONGSHAN, "五级", id="invented-level"),
        pytest.param("四级按不少于5%实地查验。", SHANDONG, "5%", id="rate-of-another-level"),
        pytest.param("四级不需要实地查验。", SHANDONG, "不需要实地", id="negated"),
        pytest.param("有效期至2026年12月31日。", JINAN, "2026年12月31日", id="invented-date"),
        pytest.param(
            "依据财建〔2023〕118号，中央资金不低于80%直接用于改造。",
            FUND,
            "财建〔2023〕118号",
            id="invented-number",
        ),
        pytest.param("财政部要求中央资金不低于80%直接用于改造。", FUND, "财政部", id="invented-authority"),
        pytest.param(
            "《某某办法》规定中央资金不低于80%直接用于改造。", FUND, "某某办法", id="invented-title"
        ),
        pytest.param(
            "中央资金不低于80%直接用于改造，详见http://x.example/a。",
            FUND,
            "http://x.example/a",
            id="invented-address",
        ),
        pytest.param(
            "中央资金不低于80%由甲乙软件有限公司用于改造。", FUND, "甲乙软件有限公司", id="invented-company"
        ),
        pytest.param("第二十条规定中央资金不低于80%直接用于改造。", FUND, "第二十条", id="invented-article"),
    ],
)
def test_what_the_evidence_does_not_say_is_named(sentence, evidence, missing):
    support = verify(sentence, [evidence])
    assert not support.ok
    assert any(missing in one for one in support.missing)


def test_a_watched_name_must_stand_in_the_evidence():
    assert not verify("推荐星澜云。", [FUND], names=["星澜云"]).ok
    assert verify("推荐星澜云。", ["可选星澜云。推荐"], names=["星澜云"]).ok


def test_a_sentence_of_other_words_is_struck_out():
    assert not verify("请立即联系客服并缴纳服务费办理加急通道。", [FUND, ZHONGSHAN]).ok


def test_a_lost_negation_is_noticed():
    text = "前两批城市不得重复申报。"
    assert verify("前两批城市不得重复申报。", [text]).ok
    assert not verify("前两批城市可以重复申报。", [text]).ok


def test_a_quote_is_found_whatever_its_width_and_spacing():
    source = "按照不超过实际投入总额４０％ 补贴，平均\n22万元/家"
    assert in_source("不超过实际投入总额40%补贴", source)
    assert span_of("总额40%补贴，平均22万元", source) == "总额４０％ 补贴，平均\n22万元"
    assert span_of("总额50%", source) is None
    assert not in_source("", source)


def test_numbers_without_a_home_are_listed():
    assert untraced("三级60万元，四级100万元，另有70万元[1]", [ZHONGSHAN]) == ("70万元",)


def test_marks_and_bullets_are_no_numbers():
    assert strip_marks("- 1. 三级不超过60万元[12]。") == "三级不超过60万元。"
    assert verify("1. 三级不超过60万元[12]。", [ZHONGSHAN]).ok
