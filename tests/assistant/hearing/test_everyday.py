"""Everyday wording of conduct, standing, funds, inventions, titles, places, deadlines and doubts."""

import pytest
from speech import said


def check(message, facts):
    stands = said(message)
    for fact, value in facts.items():
        if isinstance(value, str) and value.startswith("~"):
            assert value[1:] in str(stands.get(fact)), (fact, stands)
        else:
            assert stands.get(fact) in (value if isinstance(value, tuple) else (value,)), (fact, stands)


TAX = "tax_evasion_3y"
CONDUCT = (
    ("税是老老实实交的，没偷过没漏过。", {TAX: False}),
    ("税上我们规规矩矩，从来没偷过", {TAX: False}),
    ("该交的税一分没少，没偷没漏", {TAX: False}),
    ("税都按时交，从来不偷不漏", {TAX: False}),
    ("税都按时交的", {TAX: None}),
    ("税按时交的，厂房没漏过雨", {TAX: None}),
    ("税按时交，货没偷过工减过料", {TAX: None}),
    ("税我不敢说没漏过", {TAX: None}),
    ("隔壁厂的税是老老实实交的，没偷过没漏过", {TAX: None}),
    ("税务上补缴过一笔，还交了滞纳金", {TAX: None}),
)

LEVEL = "rd_institution_level"
RANK = "market_rank_cn"
ISO, CE = "management_system_certified", "developed_market_product_certified"
STANDING = (
    ("我们厂跟市科技局认定的技术中心有合作", {LEVEL: None}),
    ("全国市场上我们请第三方排过，位居第三方前列", {RANK: None}),
    ("质量体系文件有人管", {ISO: None}),
    ("研发中心建在省城，市里评过一个奖", {LEVEL: None}),
    ("企业技术中心，去年被市工信局评为优秀", {LEVEL: None}),
    ("我们的工程技术研究中心，去年市科技局给认定了。", {LEVEL: "municipal"}),
    ("技术中心是前年省工信厅批的", {LEVEL: "provincial"}),
    ("研发中心，去年省科技厅认定的", {LEVEL: "provincial"}),
    ("企业技术中心，市里今年刚给批了", {LEVEL: "municipal"}),
    ("工程研究中心，省发改委前年就认定了", {LEVEL: "provincial"}),
    ("技术中心去年市里给评上了", {LEVEL: "municipal"}),
    ("技术中心，省里没给认定", {LEVEL: None}),
    ("技术中心，市里还在审", {LEVEL: None}),
    ("技术中心，省里明年才认定", {LEVEL: None}),
    ("技术中心，省里说要认定", {LEVEL: None}),
    ("全国市场我们占到两成，协会排的名次是第四。", {RANK: 4}),
    ("国内同行里我们名列第三", {RANK: 3}),
    ("全国这个细分市场，我们位居第五", {RANK: 5}),
    ("国内市场上，协会给的排位是第六", {RANK: 6}),
    ("全国我们不知道，省协会排的名次是第四", {RANK: None}),
    ("去年省里评奖，名次是第四", {RANK: None}),
    ("质量体系九千的证有环境的还在办出口欧洲的产品有ce商标自己注册了三个算不算品牌啊", {ISO: True, CE: True}),
    ("九千认证我们早过了", {ISO: True}),
    ("质量体系有的，环境的没做", {ISO: True}),
    ("九千的证还在办", {ISO: None}),
    ("出口的产品ce证有，ul还没做", {CE: True}),
    ("厂里有九千平米", {ISO: None}),
    ("押金交了九千，证还没拿", {ISO: None}),
    ("九千块办的执照", {ISO: None}),
    ("iso9001过了", {ISO: True}),
)

TWO, THREE = "new_equity_2y", "new_equity_3y"
FUNDS = (
    ("我们公司没投过广告，机构也精简", {TWO: None, THREE: None}),
    ("基金没投过，炒股也没有", {TWO: None, THREE: None}),
    ("去年我弟弟个人入股投了三百万，占两成。|机构的话一家都没投过我们。", {TWO: 0, THREE: 0}),
    ("没有机构投过我们", {TWO: 0, THREE: 0}),
    ("投资机构从来没进来过", {TWO: 0, THREE: 0}),
    ("创投一个都没投过", {TWO: 0, THREE: 0}),
    ("我弟弟去年入股三百万，机构没投过我们", {TWO: 0, THREE: 0}),
    ("风投基金一家也没进过", {TWO: 0, THREE: 0}),
    ("机构说好了，还没投", {TWO: None, THREE: None}),
    ("机构一家都没投过隔壁厂", {TWO: None, THREE: None}),
    ("去年一家机构投了八百万到账了，别的机构没投过", {TWO: (800, None), THREE: (800, None)}),
    ("去年我弟弟个人入股投了三百万，占两成。", {TWO: None, THREE: None}),
)

ALL, OUT = "class1_ip_total", "class1_ip_not_counted"
INVENTIONS = (
    ("发明专利只报过一个，结果没批", {ALL: 0}),
    ("发明两个，还没下证", {ALL: 0}),
    ("发明三个，证还没拿到", {ALL: 0}),
    ("发明三个，一个还没下证", {ALL: 2}),
    ("发明三个，今年还在报", {ALL: 3}),
    ("发明授权了三个，还在申请", {ALL: 3}),
    ("发明三个，外观五个，还没下证", {ALL: 3}),
    ("发明三个，没买过别人的", {ALL: 3, OUT: (None, 0)}),
    ("发明三个，没出过纠纷", {ALL: 3}),
    ("我们公司名下发明三个，外加大学那边许可用的两个", {ALL: 3}),
    ("发明专利四个，两个是股东个人的，两个是公司的", {ALL: 2}),
    ("公司名下六个发明专利，其中两个是别的公司转让给我们的。", {ALL: 6, OUT: 2}),
    ("发明五个，里头一个是大学转让给公司的", {ALL: 5, OUT: 1}),
    ("七个发明，有三个是别人卖给我们的", {ALL: 7, OUT: 3}),
    ("发明四个，有一个转让给了隔壁厂", {ALL: 3}),
    ("发明四个，有一个我们转让给别的公司了", {ALL: 3}),
    ("有两个发明是挂在我个人名下的，公司名下就一个发明，另外还有八个外观。", {ALL: 1, OUT: (None, 0)}),
    ("俩发明在老板名下，厂里名下一个发明", {ALL: 1}),
    ("公司名下一个发明，还有两个挂在我个人名下", {ALL: 1}),
    ("公司名下两个发明，我个人名下两个", {ALL: 2}),
    ("一共六个发明，公司名下四个，我个人名下两个", {ALL: 4}),
    ("公司名下五个发明，其中一个登记在老板名下", {ALL: 4}),
    ("有两个发明是挂在我个人名下的", {ALL: (None, 0)}),
    ("发明专利两件，自己团队搞出来的，都用在主打的那款阀门上，也见着效益了。", {ALL: 2, OUT: 0}),
    ("三个发明，自己申请的", {ALL: 3, OUT: 0}),
    ("发明四项，是我们自己的技术部研发的", {ALL: 4, OUT: 0}),
    ("发明四个，自己研发的，另外一个是去年买的", {ALL: (4, 5), OUT: 1}),
    ("发明两个，外观五个，自己申请的", {ALL: 2, OUT: None}),
    ("外观专利五个，商标三个，发明就报了一个，还在实审，没下证。", {ALL: 0}),
    ("发明总共报了两个，都在审", {ALL: 0}),
    ("发明只申请了一个，还没授权", {ALL: 0}),
    ("发明就一个还在实审的", {ALL: 0}),
    ("发明就报了一个，前年下证了", {ALL: 1}),
    ("发明今年就报了一个，还在审", {ALL: None}),
    ("发明报了一个，还在审", {ALL: None}),
    ("发明就报了一个", {ALL: None}),
    ("集成电路布图设计登记了两项，软著十来个，发明专利没有。", {ALL: 2}),
    ("布图设计三个，发明两个", {ALL: 5}),
    ("发明两个，布图设计三个", {ALL: 5}),
    ("发明没有，布图设计有两个", {ALL: 2}),
    ("植物新品种权四个，没有发明专利", {ALL: 4}),
    ("发明专利3件、集成电路布图设计2件、软著8件", {ALL: 5}),
    ("布图设计没有", {ALL: None}),
    ("布图设计没有，发明两个", {ALL: 2}),
    ("发明两个，布图设计没有", {ALL: 2}),
    ("Ⅰ类知识产权五项，其中发明三项，布图设计两项", {ALL: 5}),
)

HIGH, NEW, INNO = "high_tech_enterprise_valid", "specialized_sme_valid", "innovative_sme_valid"
TITLES = (
    ("专精特新么我们老板娘的公司有，我们没", {NEW: False}),
    ("高企有的，2024年拿的。|后来没再做外贸", {HIGH: True}),
    ("高企有的，2024年拿的。|到期了没续的合同不少", {HIGH: True}),
    ("专精特新是2022年评的|去年被取消了", {NEW: False}),
    ("专精特新2023年6月评的|今年六月到期了，复核通过了", {NEW: True}),
    ("朋友的厂是专精特新，我们也是", {NEW: (None, True)}),
    ("高企是老板另一家公司的，我们这家没有", {HIGH: (None, False)}),
    ("高企是我姐夫那家公司，我们没有。", {HIGH: False}),
    ("专精特新是我表哥他们厂，我们不是", {NEW: False}),
    ("高企那是我同学的公司，咱没有", {HIGH: False}),
    ("高企是隔壁老王家的，我们没评过", {HIGH: False}),
    ("我姐夫那家是高企，我们没有", {HIGH: False}),
    ("集团是高企，我们不是", {HIGH: False}),
    ("隔壁厂是高企，我们没有那么多人", {HIGH: None}),
    ("高企是我姐夫那家公司", {HIGH: None}),
    (
        "创新型中小企业我们是有的，2022年底公告的，管三年。|后来没去复核，算下来去年年底就到头了吧。",
        {INNO: False, NEW: None},
    ),
    ("高企有的，2022年的证。|去年到期了没续", {HIGH: False}),
    ("创新型是22年评的|后来没再复核过", {INNO: False}),
    ("高企有的，2024年拿的。|环评去年到期了没续", {HIGH: True}),
    ("高企有的，2024年拿的。|明年才到期", {HIGH: True}),
    ("高企和专精特新都是22年评的|后来没复核", {HIGH: None, NEW: None}),
    (
        "是不是得先有专精特新才能报小巨人啊我们省里的专精特新是去年刚评上的小巨人还没有想明年冲一冲",
        {NEW: True, INNO: None},
    ),
    ("能不能直接报小巨人呀我们专精特新是前年评上的高企没有", {NEW: True, HIGH: False}),
    ("是不是得先有专精特新才能报小巨人啊我们还没有", {NEW: (None, False)}),
    ("专精特新有啥用啊我们想明年冲一冲小巨人", {NEW: None}),
)

WHERE, TRADE = "enterprise.region", "enterprise.industry"
PLACES = (
    ("咱是新乡长垣哩 做起重机 去年俩亿出头", {WHERE: "~新乡", TRADE: "~起重机"}),
    ("俺是长垣哩，做医用口罩哩", {WHERE: "~长垣", TRADE: "医用口罩"}),
    ("俺们搁沈阳铁西整铸件的", {WHERE: "~沈阳", TRADE: "~铸件"}),
    ("我们搁哈尔滨做轴承", {WHERE: "~哈尔滨", TRADE: "轴承"}),
    ("俺搁潍坊开个纺织厂", {WHERE: "~潍坊", TRADE: "~纺织"}),
    ("这事先搁置，我们整改完了再说", {WHERE: None, TRADE: None}),
    ("成都温江的，做泡菜嘛，去年整了一千二百多万", {WHERE: "~成都", TRADE: "泡菜"}),
    ("我们做阀门啊，做了十年", {TRADE: "阀门"}),
    ("做豆瓣酱噻，在郫都", {TRADE: "豆瓣酱"}),
    ("我们是做模具呢，你看能报啥", {TRADE: ("模具", None)}),
    ("开网吧的", {TRADE: ("网吧", None)}),
    ("我们整体搬迁过一次", {TRADE: None}),
    ("整个车间都是新的", {TRADE: None}),
)

BY = "needs.deadline"
DEADLINES = (
    ("MES三月底要用起来|招工推到春节后", {BY: "2027-03-31"}),
    ("MES三月底要用起来|预算推到五十万", {BY: "2027-03-31"}),
    ("ERP五一上线", {BY: "2027-05-01"}),
    (
        "想上个MES，得跟金蝶打通，预算三十五到四十万，三月底之前要用起来。|三月底怕来不及，宽限到五一前吧。",
        {BY: ("2027-04-30", "2027-05-01")},
    ),
    ("MES三月底要用起来|算了，推到六月底吧", {BY: "2027-06-30"}),
    ("ERP明年6月30号之前上线|推迟到明年九月底", {BY: "2027-09-30"}),
    ("系统年底前必须上线|年底来不及，放到元旦以后吧", {BY: "?"}),
    ("MES三月底要用起来|货款五月底才到", {BY: "2027-03-31"}),
    ("MES三月底要用起来|三月底怕赶不上", {BY: "?"}),
    ("MES三月底怕来不及，国庆前要用起来", {BY: ("2027-09-30", "2027-10-01")}),
    ("想上ERP，春节前要用起来", {BY: ("2027-02-05", "2027-02-06")}),
    ("ERP五一前要上线", {BY: ("2027-04-30", "2027-05-01")}),
    ("交货推到六月底|想上MES", {BY: None}),
)

SALES = "revenue_y1"
DOUBTS = (
    ("去年营收三千二百万，不过报税上是两千九百万，哪个准我也说不清", {SALES: "?"}),
    ("营收到底多少我得问会计，去年大概三千万", {SALES: (3000, None)}),
    ("发明专利五个|问了，实际是四个", {ALL: 4}),
    ("发明专利五个|只有四个用上了", {ALL: (5, None)}),
    (
        "去年营收三千九百万。|刚看了一眼，审计报告上写的三千六百五十万，跟我记的对不上，哪个对我得再问问。",
        {SALES: "?"},
    ),
    ("去年营收3900万|会计说是3650万，到底哪个对得查查", {SALES: "?"}),
    ("去年营收3900万|审计报告是3650万，拿不准哪个准", {SALES: "?"}),
    ("去年营收3900万|说错了，是3650万", {SALES: 3650}),
    ("去年营收3900万|刚问了会计，是3650万", {SALES: 3650}),
    ("发明专利我记得是五个。|行政说只有四个，到底几个我也搞不清，回头查。", {ALL: "?"}),
    ("发明专利五个|问了行政，只有四个", {ALL: 4}),
    ("发明专利五个|专员说是六个，哪个对我也不知道", {ALL: "?"}),
    ("去年底员工一百二十个|人事说是一百一十五，哪个准我再核一下", {"employees_y1": "?"}),
    ("去年研发费用二百八十万|账上是二百五十万，以哪个为准我问下会计", {"rd_expense_y1": "?"}),
    ("去年营收3900万|研发费用到底多少我得问问", {SALES: 3900}),
    ("发明专利五个|外观到底几个搞不清", {ALL: 5}),
)


@pytest.mark.parametrize(("message", "facts"), CONDUCT)
def test_conduct(message, facts):
    """Taxes are denied or admitted only where they are what is spoken of."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), STANDING)
def test_standing(message, facts):
    """Institutes, ranks and certificates are read from the clause that tells of them."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), FUNDS)
def test_funds(message, facts):
    """No fund ever came in: zero; a relative's money is none of a fund's."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), INVENTIONS)
def test_inventions(message, facts):
    """Each kind of class 1 right adds up; what is another's or only filed does not."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), TITLES)
def test_titles(message, facts):
    """A title is another's, ran out in the next message, or stands in speech without pauses."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), PLACES)
def test_places_and_trades(message, facts):
    """Dialect says where and what: 搁沈阳, 长垣哩, 做泡菜嘛."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), DEADLINES)
def test_deadlines(message, facts):
    """A day put off in the next message takes the place of the one before."""
    check(message, facts)


@pytest.mark.parametrize(("message", "facts"), DOUBTS)
def test_doubts(message, facts):
    """Two figures of which the speaker does not know the right one are marked, not chosen from."""
    check(message, facts)
