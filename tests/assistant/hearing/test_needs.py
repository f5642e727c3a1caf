"""What is wanted of a system: its budget apart, by when, where it runs, what it must do."""

from datetime import date

import pytest

from assistant.told import read_told
from knowledge.region import load_regions

REGIONS = load_regions()


def wanted(said: str, fact: str, on: date = date(2026, 11, 22)) -> str | None:
    """Return what a message says of a wish; None where it says nothing that can be filled in."""
    told = read_told(said, asked=None, turn=1, on=on, regions=REGIONS)
    value = next((one.value for one in told if one.fact == f"needs.{fact}"), None)
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("系统明年6月30号之前要跑起来", "2027-06-30"),
        ("上套MES，明年六月底以前要用起来", "2027-06-30"),
        ("系统争取2027年3月31日前上线", "2027-03-31"),
        ("改造明年底要做完", "2027-12-31"),
        ("系统年底前必须上线", "2026-12-31"),
        ("MES明年上半年要上线", "2027-06-30"),
        ("ERP三月底要用上", "2027-03-31"),
        ("数字化改造明年一季度末完成", "2027-03-31"),
        ("系统十二月十五号前得装好", "2026-12-15"),
        ("改造要在后年二月底搞定", "2028-02-29"),
    ],
)
def test_a_day_by_which_it_runs_is_read(said: str, day: str) -> None:
    assert wanted(said, "deadline") == day


@pytest.mark.parametrize(
    "said",
    [
        "单子排到明年端午了，系统也没上",
        "系统去年6月上线的",
        "专精特新明年6月30号到期，系统还没弄",
        "系统明年六月前要上线",
        "如果明年6月30号前上线系统，补多少",
        "系统里明年6月的订单要交付客户，订单多",
        "我们明年6月30号之前要交货",
        "系统2月30号上线",
    ],
)
def test_other_days_are_no_deadline(said: str) -> None:
    assert wanted(said, "deadline") is None


@pytest.mark.parametrize(
    "said",
    [
        "系统数据不能放外面，服务器摆自己机房",
        "系统数据莫放外头 要放在自己厂里服务器上",
        "软件要装在咱自己的服务器上",
        "系统要本地部署",
        "MES不上公有云，放厂里机房",
        "系统的数据不要传到外网",
    ],
)
def test_a_system_of_ones_own_is_private(said: str) -> None:
    assert wanted(said, "deployment") == "私有部署"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("系统必须跟现在的用友U8打得通", "用友U8"),
        ("新系统一定要能和金蝶对接", "金蝶"),
        ("上MES，得跟机床连得上，设备数据要自动采", "机床"),
        ("系统务必支持扫码报工", "扫码"),
    ],
)
def test_what_it_must_do_is_kept_in_the_owners_words(said: str, word: str) -> None:
    assert word in (wanted(said, "must") or "")


@pytest.mark.parametrize(
    "said",
    [
        "专精特新必须要营收1500万吧，系统里填",
        "系统用着金蝶，就财务在用",
        "必须跟客户对接清楚，系统以后再说",
    ],
)
def test_rules_and_habits_are_no_hard_wish(said: str) -> None:
    assert wanted(said, "must") is None
