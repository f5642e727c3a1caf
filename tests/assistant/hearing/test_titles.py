"""Titles as owners tell of them: announced, run out, of another rank, doubted, denied."""

from datetime import date

import pytest

from assistant.talking.talk import remember
from assistant.told import read_told
from knowledge.load import KnowledgeBase

DAY = date(2026, 11, 22)
KB = KnowledgeBase()


def said(message):
    """Return what stands after the turns of a message, parted by |: values, None for unfilled, "?" for contradicted."""
    told = ()
    for turn, words in enumerate(message.split("|"), 1):
        new = read_told(
            words, asked=None, turn=turn, on=DAY, regions=KB.regions, before=told, size_rows=KB.size_classes
        )
        told = remember(told, new)
    return {one.fact: "?" if one.conflict else one.value for one in told}


TITLES = (
    ("创新型今年六月交上去的，正在公示，文件还没出", {"innovative_sme_valid": None}),
    ("专精特新材料递上去了，省里公示名单有我们，正式公告没下来", {"specialized_sme_valid": None}),
    ("高企今年报的，公示期还没过", {"high_tech_enterprise_valid": None}),
    ("专精特新去年公示完就发文了，证也拿了", {"specialized_sme_valid": True}),
    ("创新型去年交的材料 年底公告了 证书也发了", {"innovative_sme_valid": (None, True)}),
    ("科技型中小企业今年三月填报的，还在审核", {"technology_sme_valid": None}),
    ("高企复审材料已经交上去了，结果还没出", {"high_tech_enterprise_valid": None}),
    ("创新型刚提交到系统里，市里初审过了", {"innovative_sme_valid": None}),
    ("专精特新今年上报了 等着发文", {"specialized_sme_valid": None}),
    ("高企是22年11月的 三年一到就没再弄", {"high_tech_enterprise_valid": False}),
    ("创新型二二年评的 去年到日子了 没人管就断了", {"innovative_sme_valid": False}),
    ("专精特新牌子还挂着，其实前年就过期了，没复核", {"specialized_sme_valid": False}),
    ("高新技术企业那个牌子在墙上 可是去年年底就到头了 没续", {"high_tech_enterprise_valid": False}),
    ("高企证书过了有效期了，没赶上重新认定", {"high_tech_enterprise_valid": False}),
    ("高企断了一年，今年又重新认定上了", {"high_tech_enterprise_valid": True}),
    ("高企黄了，去年没续上", {"high_tech_enterprise_valid": False}),
    ("高企以前是，后来掉了", {"high_tech_enterprise_valid": False}),
    ("高企证去年九月到的期，今年没批下来", {"high_tech_enterprise_valid": False}),
    ("高企明年才到期呢", {"high_tech_enterprise_valid": True}),
    ("我们有个江苏省科技型中小企业的证，省科技厅发的", {"technology_sme_valid": None}),
    ("省级科技型中小企业有，国家那个没入库", {"technology_sme_valid": False}),
    ("山东省制造业单项冠军，去年评的", {"single_champion": None}),
    ("我们是浙江的单项冠军，省经信厅给的", {"single_champion": None}),
    ("单项冠军是省里头的", {"single_champion": None}),
    ("工信部的制造业单项冠军企业，去年公布的", {"single_champion": True}),
    ("我们是市里的专精特新，省里的没评上", {"specialized_sme_valid": False}),
    ("专精特新，市工信局发的牌子", {"specialized_sme_valid": None}),
    ("区里头评的专精特新", {"specialized_sme_valid": None}),
    ("县里给的创新型企业牌子", {"innovative_sme_valid": None}),
    ("我们是市上的专精特新", {"specialized_sme_valid": None}),
    ("专精特新是市一级的", {"specialized_sme_valid": None}),
    ("省级专精特新，去年评上的", {"specialized_sme_valid": True}),
    ("湖北省专精特新中小企业，24年认定的", {"specialized_sme_valid": True}),
    ("国家科技型中小企业入库了，今年五月的编号", {"technology_sme_valid": True}),
    ("市级专精特新24年拿的，省级专精特新今年也拿到了", {"specialized_sme_valid": True}),
    ("创新型好像是有吧，又好像没通过", {"innovative_sme_valid": None}),
    ("高企可能过期了吧，记不清了", {"high_tech_enterprise_valid": None}),
    ("专精特新应该是评上了，我问问办公室", {"specialized_sme_valid": None}),
    ("科技型中小企业入没入库我不晓得", {"technology_sme_valid": None}),
    ("高企有没有续上我也搞不清", {"high_tech_enterprise_valid": None}),
    ("创新型印象里是有的，得翻翻证书", {"innovative_sme_valid": None}),
    ("专精特新大概是没过吧，小李弄的", {"specialized_sme_valid": None}),
    ("高企我们有，好像是24年拿的", {"high_tech_enterprise_valid": True}),
    ("高企不是没有，就是快到期了", {"high_tech_enterprise_valid": None}),
    ("高企说不好还在不在有效期", {"high_tech_enterprise_valid": None}),
    ("高企没弄过", {"high_tech_enterprise_valid": False}),
    ("俺们不是高企", {"high_tech_enterprise_valid": False}),
    ("高企冇得", {"high_tech_enterprise_valid": False}),
    ("创新型从来没报过", {"innovative_sme_valid": False}),
    ("专精特新我们压根没申请", {"specialized_sme_valid": False}),
    ("我们客户是专精特新，我们还啥都没有", {"specialized_sme_valid": (None, False)}),
    ("我老表的厂是高企，我们不是", {"high_tech_enterprise_valid": (None, False)}),
    ("高企是隔壁那家的，我们没有", {"high_tech_enterprise_valid": False}),
    ("不是高企也不是创新型", {"high_tech_enterprise_valid": False, "innovative_sme_valid": False}),
    ("高企有，专精特新没有", {"high_tech_enterprise_valid": True, "specialized_sme_valid": False}),
    ("俺有高企证，24年年底批的", {"high_tech_enterprise_valid": True}),
    ("创新型跟高企都有，都在有效期", {"high_tech_enterprise_valid": True, "innovative_sme_valid": True}),
    ("想冲一把高企", {"high_tech_enterprise_valid": None}),
    ("为了评高企买的专利", {"high_tech_enterprise_valid": None}),
    ("专精特新我们有的呀，23年底省里发的牌", {"specialized_sme_valid": True}),
    ("高企是去年复审通过的", {"high_tech_enterprise_valid": True}),
    ("高企今年十月刚到期，新的在公示", {"high_tech_enterprise_valid": (None, False)}),
    ("科小每年都入库，今年的编号五月份下来的", {"technology_sme_valid": True}),
    ("专精特新我们是区级的", {"specialized_sme_valid": None}),
    ("拿过市专精特新的牌子", {"specialized_sme_valid": None}),
    ("高企申请今年没过", {"high_tech_enterprise_valid": False}),
    ("听说隔壁评上专精特新了", {"specialized_sme_valid": None}),
    ("创新型是省里今年三月公告的那批", {"innovative_sme_valid": True}),
    ("我也不晓得高企还作不作数", {"high_tech_enterprise_valid": None}),
    ("高企有没有我得问会计", {"high_tech_enterprise_valid": None}),
    ("高企、专精特新我们统统没有", {"high_tech_enterprise_valid": False, "specialized_sme_valid": False}),
    ("高企证书22年10月发的，今年没重新认定", {"high_tech_enterprise_valid": False}),
    ("专精特新差两分没评上", {"specialized_sme_valid": False}),
    ("创新型中小企业评了，没给过", {"innovative_sme_valid": False}),
    ("高企培育入库了", {"high_tech_enterprise_valid": None}),
    ("专精特新种子企业", {"specialized_sme_valid": None}),
    ("我们母公司是高企，我们自己去年也拿到了", {"high_tech_enterprise_valid": (None, True)}),
    ("国家级的单项冠军我们排不上，省级的有一个", {"single_champion": (None, False)}),
    ("高企还有一年多才到期", {"high_tech_enterprise_valid": True}),
    ("专精特新去年没复核上，取消了", {"specialized_sme_valid": False}),
    (
        "高企是24年认定的，科小今年也入库了",
        {"high_tech_enterprise_valid": True, "technology_sme_valid": True},
    ),
    ("创新型年初报的，四月就公告了", {"innovative_sme_valid": (None, True)}),
    ("高企资格去年被取消了", {"high_tech_enterprise_valid": False}),
    ("高企今年刚续上", {"high_tech_enterprise_valid": True}),
    ("我们高新区的企业", {"high_tech_enterprise_valid": None}),
    ("专精特新和高企哪个好报", {"specialized_sme_valid": None, "high_tech_enterprise_valid": None}),
    ("专精特新没问题，条件都够", {"specialized_sme_valid": None}),
    ("高企奖励拿了二十万", {"high_tech_enterprise_valid": (None, True)}),
    ("我们评过一次创新型，没评上，第二次才评上，24年的事", {"innovative_sme_valid": (None, True)}),
    ("国高证书在手", {"high_tech_enterprise_valid": True}),
    ("高企去年报上去就批了", {"high_tech_enterprise_valid": (True, None)}),
    ("去年高企复审差点没过", {"high_tech_enterprise_valid": (None, True)}),
    ("听会计说高企还有效", {"high_tech_enterprise_valid": (None, True)}),
    ("老厂是专精特新，这个新厂啥也不是", {"specialized_sme_valid": (None, False)}),
    ("高企名单公示里看到我们了", {"high_tech_enterprise_valid": None}),
    ("科技型中小企业今年入库的，省科技厅公告的", {"technology_sme_valid": (None, True)}),
    ("我们县就我们一家专精特新", {"specialized_sme_valid": (None, True)}),
    ("评高企的时候发明不够", {"high_tech_enterprise_valid": None}),
    ("专精特新要是评上了能奖多少", {"specialized_sme_valid": None}),
)


@pytest.mark.parametrize(
    ("message", "expected"), TITLES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_owners_say_is_read(message, expected) -> None:
    told = said(message)
    for fact, value in expected.items():
        got = told.get(fact)
        options = value if isinstance(value, tuple) else (value,)
        assert any(got == one and isinstance(got, bool) == isinstance(one, bool) for one in options), (
            fact,
            got,
        )
