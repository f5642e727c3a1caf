"""What a firm makes, as its people say it: its own trade of today, named in words that name one."""

from datetime import date

import pytest

from assistant.told import read_told
from knowledge.region import load_regions

REGIONS = load_regions()


def trade(said: str) -> str | None:
    """Return what a message says the firm makes."""
    told = read_told(said, asked=None, turn=1, on=date(2026, 11, 22), regions=REGIONS)
    value = next((one.value for one in told if one.fact == "enterprise.industry"), None)
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("咱就在沈阳铁西这旮沓整了个小阀门厂", "阀门"),
        ("我哋喺中山古镇做灯饰嘅", "灯饰"),
        ("我厂在诸暨大唐，做袜子的", "袜子"),
        ("他们做传感器我们做包装机，两样东西不搭界", "包装机"),
        ("它做减震器总成，我们做里头的橡胶衬套，不是一回事", "橡胶衬套"),
        ("客户都是做汽车的，我们做紧固件", "紧固件"),
        ("我们集团是做房地产的，我这个子公司做门窗", "门窗"),
        ("我们给宁德时代供电池壳体的，直接供", "电池壳体"),
        ("我们给比亚迪供线束", "线束"),
        ("我们主打800万像素的车载摄像头", "车载摄像头"),
        ("做起重机上的电动葫芦", "电动葫芦"),
        ("我这个电动工具开关是2012年年头就开始卖的，一直做到现在，之前做插座的", "电动工具开关"),
        ("家里打铁做五金三代人了，不过保温杯是20年9月才转过来做的", "保温杯"),
        ("之前做打火机的，现在改做传感器", "传感器"),
        ("做了十来年五金，前年转行做光伏支架", "光伏支架"),
        ("我厂从2015年开始做伺服电机，以前做普通电机", "伺服电机"),
        ("我们厂主打就是龙头，南安这边做龙头的多", "龙头"),
        ("俺是济南章丘这边打铁的 说好听点叫锻件", "锻造"),
        ("俺是做纺机锭子的", "纺机锭子"),
        ("永嘉做阀门的", "阀门"),
        ("东莞厚街做鞋机的", "鞋机"),
        ("主营业务是环保设备", "环保设备"),
        ("我们生产的产品主要是阀门", "阀门"),
        ("干了二十年模具了", "模具"),
        ("在张家港搞了个冶金设备厂", "冶金设备"),
        ("开了个做豆腐的小作坊", "豆腐"),
        ("本人经营一家食品厂", "食品"),
        ("我们是华为的供应商，做结构件的", "结构件"),
    ],
)
def test_the_trade_of_the_firm_is_read(said: str, what: str) -> None:
    assert trade(said) == what


@pytest.mark.parametrize(
    "said",
    [
        "村东头老刘家跟俺做一样的东西",
        "隔壁跟我们做同款的货",
        "我这边是下面子公司，单体营收4370万",
        "我们是集团旗下的子公司",
        "我们是个分公司",
        "搞研发的都是我从大厂挖过来的",
        "俺是山东省的制造业单项冠军",
        "之前做插座的",
        "我爸早年做纽扣的",
        "那会儿卖化肥农药",
        "客户都是做汽车的",
        "母公司是做房地产的",
        "南安这边做龙头的多",
        "给做手机的配套",
        "像做服装的那些厂都不景气",
        "我们做得早",
        "我们是龙头企业",
        "我是替我朋友问的，他做汽配",
        "我在厂里干了二十年财务",
        "去年买了套检测设备，生产设备也旧了",
    ],
)
def test_what_is_no_trade_of_the_firm_today_is_left_out(said: str) -> None:
    assert trade(said) is None


def test_mainly_is_no_if() -> None:
    """主要是 holds the letters of 要是, if, and still tells a fact."""
    read = read_told(
        "去年收入主要是泵，一共3200万", asked=None, turn=1, on=date(2026, 11, 22), regions=REGIONS
    )
    assert {one.fact: str(one.value) for one in read}.get("revenue_y1") == "3200"


@pytest.mark.parametrize("said", ["自己团队搞出来的", "先把质检追溯搞起来", "主营占九成四", "我们做满六年了"])
def test_how_a_thing_is_done_is_no_trade(said):
    assert trade(said) is None
