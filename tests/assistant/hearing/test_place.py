"""Where a firm is, as its people say it; a place of others, of policies or of plans is not its own."""

from datetime import date

import pytest

from assistant.told import read_told
from knowledge.region import load_regions

REGIONS = load_regions()


def place(said: str) -> str | None:
    """Return where a message says the firm is."""
    told = read_told(said, asked=None, turn=1, on=date(2026, 11, 22), regions=REGIONS)
    value = next((one.value for one in told if one.fact == "enterprise.region"), None)
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("阿拉慈溪做轴承的", "慈溪市"),
        ("我哋喺中山古镇做灯饰嘅", "中山市"),
        ("永嘉做阀门的，去年收入里头球阀占三分之二", "永嘉县"),
        ("我们厂主打就是龙头，南安这边做龙头的多", "南安市"),
        ("公司08年注册的，在永康", "永康市"),
        ("我们是慈溪的，给苏泊尔供内胆", "慈溪市"),
        ("俺们是临沂沂水的，做饼干的", "沂水县"),
        ("在福建晋江做运动鞋的", "晋江市"),
        ("我在如东开了个钓具厂", "如东县"),
        ("曹县做汉服的，去年三千多万", "曹县"),
        ("俺在咱莒县办了个厂", "莒县"),
        ("厂子就在扬中，做母线槽", "扬中市"),
        ("我厂在诸暨大唐，做袜子的", "诸暨市"),
        ("我们公司注册在海宁，工厂在嘉善", "海宁市"),
        ("咱就在沈阳铁西这旮沓整了个小阀门厂", "铁西区"),
        ("我们荆门这个厂子是集团底下的一个子公司", "荆门市"),
        ("我们宁国这边是总公司下面的分厂", "宁国市"),
        ("在咱山东省里头俺敢说占到四成", "山东省"),
        ("我们昆山这边能报吗", "昆山市"),
        ("我们这是总公司设在聊城的分公司", "聊城市"),
        ("我们是上海那家设在太仓的工厂", "太仓市"),
        ("听说苏州那边补得多，我厂在无锡惠山能不能报苏州的？", "惠山区"),
        ("网上说深圳补一半，我们在东莞能补多少", "东莞市"),
        ("牌子我报给你：浙江省科技型中小企业一个，宁波市级的单项冠军一个，够不够报专精特新", "宁波市"),
        ("俺是山东省的制造业单项冠军，去年省工信厅公布的", "山东省"),
        ("我是义乌人，在常州开厂做电机", "常州市"),
        ("我们是襄阳搞机加工的，我自己是温州人", "襄阳市"),
        ("我们大股东是上海的，我们厂在丹阳", "丹阳市"),
        ("打算明年搬到滁州去，现在在江宁", "江宁区"),
        ("我老婆在义乌做小商品，我在浦江做水晶", "浦江县"),
        ("长垣那边做起重机的多，我在新乡市区", "新乡市"),
    ],
)
def test_the_place_of_the_firm_is_read(said: str, name: str) -> None:
    read = place(said)
    assert read is not None
    assert read.endswith(name)


@pytest.mark.parametrize(
    "said",
    [
        "我们六成股份是杭州一家小巨人企业的",
        "我们给宁德时代供电池壳体的，直接供",
        "我们大股东是上海的",
        "苏州昆山有什么补贴政策？",
        "昆山的企业能报吗",
        "听说昆山那边补得多",
        "我哥在慈溪做轴承",
        "隔壁永康的厂去年拿了补贴",
        "货主要卖到义乌和温州",
        "跟武汉理工合办了个联合实验室",
        "成都有家基金说要投我们两千万",
        "如果我们在昆山，能补多少",
        "打算去太仓办个新厂",
        "我们有个分公司在常熟",
        "客户主要在张家港",
        "会同几家一起做，资源有限，合作单位不少",
        "我们互助组，通道窄，公安来查过",
        "在江北区开厂",
        "第一名是江苏那家，人家一家占了两成多",
    ],
)
def test_a_place_that_is_not_the_firms_is_left_out(said: str) -> None:
    assert place(said) is None
