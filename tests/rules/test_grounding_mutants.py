"""Days, nouns and kinds on which a number hangs: each alone decides whether it is carried."""

import pytest

from assistant.rules.grounding import in_source, span_of, untraced, verify

UNTIL = "申报截止时间为2025年12月31日。"


@pytest.mark.parametrize(
    ("said", "held", "missing"),
    [
        ("12月31日截止", UNTIL, ()),
        ("12月30日截止", UNTIL, ("12月30日",)),
        ("1月31日截止", UNTIL, ("1月31日",)),
        ("2月3日截止", "截止时间为12月3日。", ("2月3日",)),
        ("2025年12月截止", UNTIL, ()),
        ("2025年1月截止", UNTIL, ("2025年1月",)),
        ("2025年截止", UNTIL, ()),
        ("2024年截止", UNTIL, ("2024年",)),
        ("2025年12月31日截止", "2025年12月截止。", ("2025年12月31日",)),
        ("财建〔2023〕117号", "依据财建[2023]117号。", ()),
        ("财建〔2023〕117号", "依据财建〔2024〕117号。", ("财建〔2023〕117号",)),
        ("补助2023万元", "依据财建〔2023〕117号。", ("2023万元",)),
        ("三级", "达到四级。", ("三级",)),
        ("40%", "不超过40万元。", ("40%",)),
    ],
)
def test_a_value_is_the_same_only_in_its_own_kind(said, held, missing):
    assert untraced(said, [held]) == missing


@pytest.mark.parametrize(
    ("said", "held", "ok"),
    [
        ("20名专家参加。", "20名学员结业。", False),
        ("20名专家参加。", "评审由20名专家进行。", True),
        ("专家共20名。", "学员共20名。", False),
        ("专家共20名。", "专家一共20名。", True),
        ("20名。", "学员共20名。", True),  # no noun of its own: nothing to hold it against
        ("安排专家20名。", "会议结束。安排学员20名。专家另行通知。", True),
        ("请来专家20名。", "安排学员20名。请来专家另行通知。", False),  # the noun stands in another sentence
    ],
)
def test_a_number_keeps_its_noun(said, held, ok):
    assert verify(said, [held], loose=True).ok is ok


def test_the_wording_is_left_out_where_the_sentence_is_our_own():
    said, held = "四级不需要实地查验。", "四级全部实地查验。"
    assert not verify(said, [held]).ok
    assert verify(said, [held], loose=True).ok


def test_nothing_is_carried_by_no_evidence():
    assert not verify("补助60万元。", []).ok
    assert not verify("补助60万元。", [""]).ok
    assert untraced("补助60万元。", []) == ("60万元",)


def test_a_span_is_cut_from_the_source_as_it_stands_there():
    source = "甲 乙\n丙丁"
    assert span_of("乙丙", source) == "乙\n丙"
    assert span_of("甲", source) == "甲"
    assert span_of("丁", source) == "丁"
    assert span_of(" ", source) is None
    assert in_source("甲乙", source)
    assert not in_source("乙甲", source)
