"""assistant.privacy: nothing that names a firm or a person leaves, and the reply names them again."""

import pytest

from assistant.privacy import Mask


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("邮箱zhang.san+a@qq.com，请联系", "zhang.san+a@qq.com"),
        ("手机号13812345678，谢谢", "13812345678"),
        ("电话138-1234-5678转张工", "138-1234-5678"),
        ("＋86 13812345678", "13812345678"),
        ("座机0531-88886666转8001", "0531-88886666"),
        ("身份证370102198001011234。", "370102198001011234"),
        ("身份证37010219800101123X。", "37010219800101123X"),
        ("统一社会信用代码91370100MA3C4ABC12，", "91370100MA3C4ABC12"),
        ("信用代码９１３７０１００ＭＡ３Ｃ４ＡＢＣ１２", "９１３７０１００ＭＡ３Ｃ４ＡＢＣ１２"),
        ("卡号6222021234567890123元", "6222021234567890123"),
        ("卡号6222 0212 3456 7890 123", "6222 0212 3456 7890 123"),
        ("对公账号: 160212345678，开户行", "160212345678"),
        ("联系人：王小明，电话", "王小明"),
        ("法定代表人李雷。", "李雷"),
        ("我叫韩梅梅，想问", "韩梅梅"),
    ],
)
def test_what_has_a_shape_is_hidden_beside_chinese_characters(text, secret):
    mask = Mask()
    hidden = mask.hide(text)
    assert secret not in hidden
    assert mask.restore(hidden) == text


@pytest.mark.parametrize(
    "text",
    [
        "工信部联企业〔2024〕239号，2025年12月31日前补助60万元，不少于700家。",
        "2024-09-12至2024-10-10，占比95%，1500万元，编号第03154号。",
        "负责人须有5年以上经验，联系方式见附件。",
        "营收123456789012元",
    ],
)
def test_ordinary_numbers_and_words_stay(text):
    assert Mask().hide(text) == text


def test_an_enterprise_is_hidden_under_its_full_and_short_name():
    mask = Mask(enterprises=["济南华星精密机械有限公司"], people=["欧阳明"])
    hidden = mask.hide("济南华星精密机械有限公司（华星精密机械）由欧阳明创办，在济南。")
    assert "华星" not in hidden
    assert "欧阳明" not in hidden
    assert "济南。" in hidden
    assert mask.restore(hidden) == "济南华星精密机械有限公司（华星精密机械）由欧阳明创办，在济南。"


def test_the_same_thing_keeps_its_placeholder_and_another_gets_its_own():
    mask = Mask()
    assert mask.hide("13812345678、13812345678、13912345678") == "〔电话1〕、〔电话1〕、〔电话2〕"
    assert mask.hidden == 2


def test_eleven_placeholders_are_restored_each_to_its_own():
    numbers = [f"138000000{i:02}" for i in range(11)]
    mask = Mask()
    assert mask.restore(mask.hide("、".join(numbers))) == "、".join(numbers)


def test_an_inactive_mask_lets_everything_through():
    text = "电话13812345678"
    assert Mask(active=False).hide(text) == text


@pytest.mark.parametrize("size", [1, 2, 3, 5, 50])
def test_a_stream_is_restored_wherever_it_is_cut(size):
    mask = Mask()
    text = "请打13812345678或写zhang@qq.com，〔注〕另议。"
    hidden = mask.hide(text)
    pieces = [hidden[i : i + size] for i in range(0, len(hidden), size)]
    assert "".join(mask.restore_stream(pieces)) == text
