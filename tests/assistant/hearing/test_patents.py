"""Inventions as owners tell of them: dialect, bought, shared, lapsed, in another's name, only filed."""

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


PATENTS = (
    ("发明专利受理通知书有两张，授权的一张都没有", {"class1_ip_total": 0}),
    ("报了四个发明，一个都没下来", {"class1_ip_total": 0}),
    ("发明递交了仨，到现在一件也没批", {"class1_ip_total": 0}),
    ("授权的发明一个没有，在审的倒有五个", {"class1_ip_total": 0}),
    ("发明专利还没有授权的，都在审着呢", {"class1_ip_total": 0}),
    ("发明一件都冇，实新有十来个", {"class1_ip_total": 0}),
    ("冇得发明专利，软著倒有六本", {"class1_ip_total": 0}),
    ("我们公司名下一项发明也没得", {"class1_ip_total": 0}),
    ("发明专利压根儿没有，全是实新跟外观", {"class1_ip_total": 0}),
    ("申请了三个发明全被驳回了", {"class1_ip_total": 0}),
    ("发明连一个都没有", {"class1_ip_total": 0}),
    ("没一个发明是公司名下的", {"class1_ip_total": 0}),
    ("发明报了八个，证下来的三个，其他五个还在审", {"class1_ip_total": 3}),
    ("前后申请了七个发明专利 真正授权的就俩", {"class1_ip_total": 2}),
    ("发明递了五个上去，批下来两个，驳回一个，还有俩在等", {"class1_ip_total": 2}),
    ("发明专利交了十个，拿到证的四个", {"class1_ip_total": 4}),
    ("四个发明拿到证了，还有三个受理了没下证", {"class1_ip_total": 4}),
    ("发明授权两件，实审三件", {"class1_ip_total": 2}),
    ("两个发明证，另外还有一个刚进实审", {"class1_ip_total": 2}),
    ("发名专利授权了仨，俩还压着没批", {"class1_ip_total": 3}),
    ("六个发明，四个买的，剩下两个自己做的", {"class1_ip_total": 6, "class1_ip_not_counted": 4}),
    ("发明证五本，三本是转让来的，余下两本自己申请的", {"class1_ip_total": 5, "class1_ip_not_counted": 3}),
    (
        "发明五本，俩是前年从一个教授手里买的，剩下那仨自己的",
        {"class1_ip_total": 5, "class1_ip_not_counted": 2},
    ),
    (
        "一共七个发明，其中三个从大学买的，其余都是自己研发的",
        {"class1_ip_total": 7, "class1_ip_not_counted": 3},
    ),
    ("自己搞的发明三个，又从研究所买了俩", {"class1_ip_total": 5, "class1_ip_not_counted": 2}),
    ("发明四件，全是从别人手里收的", {"class1_ip_total": 4, "class1_ip_not_counted": 4}),
    ("发明就两个，都是俺自己琢磨的", {"class1_ip_total": 2, "class1_ip_not_counted": 0}),
    ("三个发明专利，没一个是买的", {"class1_ip_total": 3, "class1_ip_not_counted": 0}),
    (
        "发明有六件，有两件是受让过来的，有一件跟现在产品不搭界",
        {"class1_ip_total": 6, "class1_ip_not_counted": 3},
    ),
    (
        "我们五个发明里面有俩是老板从大学买过来的，过户到公司了",
        {"class1_ip_total": 5, "class1_ip_not_counted": 2},
    ),
    ("十件发明，有一半是买的", {"class1_ip_total": 10, "class1_ip_not_counted": 5}),
    ("一个发明，跟浙大合报的，我们排第二", {"class1_ip_total": 1}),
    ("就一个发明专利，权利人六个，我们排最后一个", {"class1_ip_total": 1, "class1_ip_not_counted": 1}),
    ("一个发明，和四家单位共有，我们是末位", {"class1_ip_total": 1, "class1_ip_not_counted": 1}),
    ("一项发明，专利权人写了五家，我们排第四", {"class1_ip_total": 1, "class1_ip_not_counted": 1}),
    ("三个发明，有一个是跟院校合报的，我们排第五", {"class1_ip_total": 3, "class1_ip_not_counted": 1}),
    ("一个发明，跟两家单位合报，我们排在最末尾", {"class1_ip_total": 1}),
    ("三个发明，证书上写的是老板本人名字", {"class1_ip_total": (None, 0)}),
    ("两个发明都是我个人的，没转到公司来", {"class1_ip_total": (None, 0)}),
    ("有四个发明，不过专利权人是我老婆", {"class1_ip_total": (None, 0)}),
    ("发明有三个，都没过户到公司名下", {"class1_ip_total": (None, 0)}),
    ("五个发明，两个在公司名下，三个在我个人名下", {"class1_ip_total": 2}),
    ("发明四个，一个写的是法人的名字，还没转过来", {"class1_ip_total": 3}),
    ("那些发明都在我哥厂子名下，我这公司一个发明没有", {"class1_ip_total": 0}),
    ("发明都挂在母公司头上，我们子公司自己一个也没有", {"class1_ip_total": (None, 0)}),
    ("发明专利是有两个，但权利人是集团，不是我们", {"class1_ip_total": (None, 0)}),
    ("发明四个，有一个忘了交年费给终止了", {"class1_ip_total": 3}),
    ("原来五个发明，俩没续年费失效了，别的都好好的", {"class1_ip_total": 3}),
    ("发明六件，其中一件年费断了，国知局发终止通知了", {"class1_ip_total": 5}),
    ("原来有三个发明，现在就剩一个有效", {"class1_ip_total": 1}),
    ("以前有两个发明，年费没交都失效了", {"class1_ip_total": 0}),
    ("原来有两个发明专利", {"class1_ip_total": None}),
    ("发明三个，去年被人提无效打掉一个", {"class1_ip_total": 2}),
    ("发明五个，卖了一个给同行", {"class1_ip_total": 4}),
    ("实新十二个，外观三个，发明零", {"class1_ip_total": 0}),
    ("软著十本实新五本发明一本", {"class1_ip_total": 1}),
    ("发明两本，花了一个亲戚三万块代理费", {"class1_ip_total": 2}),
    ("发明三件，一个工程师主笔的", {"class1_ip_total": 3}),
    ("想再申请两个发明", {"class1_ip_total": None}),
    ("隔壁厂十个发明，我们才仨", {"class1_ip_total": 3}),
    ("发明专利一个没有|拿我们那个发明专利去银行质押贷了两百万", {"class1_ip_total": "?"}),
    ("我们没有发明专利|去年有个同行侵权我们发明，正打官司呢", {"class1_ip_total": "?"}),
    ("我们发明专利没有|我们那三个发明专利都用在产品上了", {"class1_ip_total": "?"}),
    ("发明专利我们没有|去银行问了，没有发明专利不给贷", {"class1_ip_total": 0}),
    ("发明有三个|拿其中一个发明去银行质押贷了两百万", {"class1_ip_total": 3}),
    ("发明嘛去年刚下来一个，之前就有俩，合起来三个", {"class1_ip_total": 3}),
    (
        "我们手上三个发明证，其中有一个是老板从他母校转过来的",
        {"class1_ip_total": 3, "class1_ip_not_counted": 1},
    ),
    ("发明专利四项，两项转让取得，其余两项自主研发", {"class1_ip_total": 4, "class1_ip_not_counted": 2}),
    ("手里有发明两件实新七件，发明都是自家工程师弄的", {"class1_ip_total": 2, "class1_ip_not_counted": 0}),
    ("发明专利申请了五件，进了实审，一件还没授权", {"class1_ip_total": 0}),
    ("说是有三个发明，翻了一下两个早就过期没缴费，只有一个有效", {"class1_ip_total": 1}),
    ("一个发明，不过是老板娘名下的", {"class1_ip_total": (None, 0)}),
    ("我们公司没申请过专利", {"class1_ip_total": 0}),
    ("实新20个，发明还在等授权", {"class1_ip_total": (None, 0)}),
    ("发明三个，两个跟现在做的产品没关系", {"class1_ip_total": 3, "class1_ip_not_counted": 2}),
    ("发明四个，许可了一个给下游用", {"class1_ip_total": (4, 3)}),
    ("买了三个发明专利，都过户到公司了", {"class1_ip_total": 3, "class1_ip_not_counted": 3}),
    ("有两个发明是跟中科院合作的，我们排第一", {"class1_ip_total": 2}),
    ("十二项专利，发明占三项", {"class1_ip_total": 3}),
    ("专利总共十二个，一个发明都没有", {"class1_ip_total": 0}),
    ("发明专利一项，权利人是我们和我们子公司", {"class1_ip_total": 1}),
    ("打算明年报两个发明", {"class1_ip_total": None}),
    ("同行有五个发明，我们一个没有", {"class1_ip_total": 0}),
    (
        "专利证书一大堆，发明倒只有仨，里面俩是收购那家小厂带过来的",
        {"class1_ip_total": 3, "class1_ip_not_counted": 2},
    ),
    ("发明证书拿了四张，今年刚公开的还有两件", {"class1_ip_total": 4}),
    ("评专精特新要两个发明，我们就一个", {"class1_ip_total": 1}),
    ("我们发明专利5件，员工里有3个博士", {"class1_ip_total": 5}),
    ("发明三件，去年花两万买了台设备", {"class1_ip_total": 3, "class1_ip_not_counted": None}),
    ("发明三个，厂房是老板个人名下的", {"class1_ip_total": 3}),
    ("发明三件，高企去年过期了", {"class1_ip_total": 3, "high_tech_enterprise_valid": False}),
    ("发明专利有三件质押给银行了", {"class1_ip_total": (3, None)}),
    ("现在有效的发明六件，另外失效了两件", {"class1_ip_total": 6}),
    ("一件发明在老板弟弟的公司名下，我们名下两件", {"class1_ip_total": (2, None)}),
    ("发明两件，一件国内一件美国的", {"class1_ip_total": 2}),
    ("发明三个是有的，就是去年都给卖了", {"class1_ip_total": 0}),
    ("2019年授权的发明一件，2023年授权两件", {"class1_ip_total": (3, None)}),
    ("发明没有，实新有三个在审", {"class1_ip_total": 0}),
    ("不算在审的，发明五件", {"class1_ip_total": 5}),
    ("连在审的算上，发明五件", {"class1_ip_total": (None,)}),
    ("专利二十多件，发明占三成", {"class1_ip_total": None}),
    ("员工发明了三个小工具", {"class1_ip_total": None}),
    ("发明专利权人是我们和高校共有，就一件，我们是第一权利人", {"class1_ip_total": 1}),
    ("发明人是我，权利人是公司，三件发明", {"class1_ip_total": 3}),
)


@pytest.mark.parametrize(
    ("message", "expected"), PATENTS, ids=lambda value: value if isinstance(value, str) else ""
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
