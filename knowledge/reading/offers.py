"""Sentences that sell or ask for something no office asks for: an agent's offer, a payment before a subsidy, a secret.

    专业团队全程托管，拿到钱再分成，电话138…      an offer: who does it for you, what it costs once it is through
    交纳预缴款1800元的，可领取补贴18万元          a trap: pay first, or tell a code or a card number
    不收取任何费用，谨防以代办为名的诈骗            a warning of both, which is neither

An offer is told by what stands together: a service done for the applicant, a fee that hangs on success, a promise that
it will succeed, a private address. One alone may stand in any notice.
"""

import re

from knowledge.reading.characters import strip_invisible


def solicits(text: str) -> bool:
    """Return whether `text` offers an agent's service or sets a trap, rather than stating a rule or warning of such."""
    joined = _joined(text)
    return (
        any(not _warned(joined, found.start()) for found in _OFFERS.finditer(joined))
        or _sells(joined)
        or entraps(text)
    )


def entraps(text: str) -> bool:
    """Return whether `text` asks for money before a benefit, or for a code, password or card number."""
    joined = _joined(text)
    return any(not _warned(joined, found.start()) for found in _TRAPS.finditer(joined))


def _joined(text: str) -> str:
    return re.sub(r"\s+", "", strip_invisible(text))


def _warned(text: str, at: int) -> bool:
    """Return whether what stands at `at` is warned of: in its sentence, before it or as its end."""
    start = max(text.rfind(stop, 0, at) for stop in "。！？!?") + 1
    end = min((n for stop in "。！？!?" if (n := text.find(stop, at)) >= 0), default=len(text))
    return _WARNS_OF.search(text[start:end]) is not None


def _sells(text: str) -> bool:
    """Return whether two or more of an offer's marks stand together, one of them at least no notice has."""
    marks = {
        kind for kind, pattern in _MARKS if any(not _warned(text, m.start()) for m in pattern.finditer(text))
    }
    return len(marks) >= 2 and bool(marks & _CORE)


_OFFERS = re.compile(
    r"包(?:通)?过(?!程)|包(?:拿|下)证|保过|保证(?:通过|拿到|下证)|(?:不过|不成功|未通过|没通过).{0,4}(?:全额|全)?退|"
    r"不成功不收费|加(?:我|老师)?(?:微信|VX|vx|V信)|微信同号|"
    r"(?<!帮办)(?:代写|代办|代申报|代报)(?:服务|材料|申报|全程|一条龙)|内部(?:渠道|关系|名额)|(?:\d+号)?(?:老师|"
    r"客户经理)(?:代写|为您|一对一)|联系\d+号|扫码(?:咨询|添加|领取)|"
    r"(?:拿到|到手|到账|下来)(?:钱|补贴|资金|款)?[再后](?:付|分成|结|给)|(?:下证|拿证|获批|到账|成功|"
    r"通过)[后再]?(?:才|再)?(?:付费|付款|收费|分成|提成|付尾款|后付)"
)
_MARKS = (
    (
        "service",
        re.compile(
            r"全程(?:托管|代理|包办|代办)|(?:资料|材料)我们(?:出|写|做|准备)|代写|代报|代办(?:公司|收费|一切)|包装[成材申企]|"
            r"我们(?:帮|替|代)(?:您|你|企业)|帮[您你](?:包装|写|报|办|拿)|一手(?:操办|渠道)|专人代|省心省力|坐等"
        ),
    ),
    (
        "fee",
        re.compile(
            r"再分成|[后再]付费|后付款|费用(?:下证|成功|到账)|提成|抽成|佣金|返点|不成功不|事成|先服务后|"
            r"(?:成功|通过|获批|到账|下证)后(?:再)?收(?!到|回|集)"
        ),
    ),
    (
        "promise",
        re.compile(
            r"符合即领|人人可[领得]|(?:百分之?百|100%)(?:通过|成功|拿|过)|必过|稳过|秒[批过]|"
            r"轻松(?:拿|领|过)|营收不限|免审核|逾期视为放弃领取"
        ),
    ),
    (
        "payment",
        re.compile(r"(?:交|缴|付|打|转)(?:纳)?\d+元?[^，。；]{0,4}(?:费|金|款)"),
    ),
    ("haste", re.compile(r"名额(?:有限|\d+个|不多|告急)|先到先得|仅剩|最后\d+天")),
    (
        "contact",
        re.compile(
            r"(?<!\d)1[3-9]\d{9}(?!\d)|电话1[3-9]\d{5,}|(?:微信|VX|wechat|QQ|V信?|威信|薇信)[号]?[:：]?[A-Za-z0-9]{3,}|"
            r"联系[\u4e00-\u9fff]{1,2}(?:总|老师|经理|顾问)|添加(?:工作人员)?(?:QQ|微信|客服)|加(?:Q|V)(?=[^a-z])",
            re.IGNORECASE,
        ),
    ),
)
_CORE = {"service", "fee", "promise", "payment"}
"""Marks of which one must be there: a number of places and a telephone stand in many notices."""
_TRAPS = re.compile(
    r"(?:填写|提供|输入|告知|上传|发送?|核验|录入|报送|把)[^。；]{0,24}(?:动态(?:口令|密码)|(?:银行卡|支付|取款|网银|账户|法人)[^。，；]{0,6}密码|"
    r"U盾密码|CVV|(?:账户|账号|银行卡|卡号)[^。；，]{0,6}(?:短信|手机)?验证码)|"
    r"(?:缴纳|交纳|预缴|预付|支付|先交|先付|转账|汇款)[^。；]{0,24}(?:预缴款|保证金|手续费|激活费|解冻费|工本费|"
    r"认证费|服务费|押金|预付款|\d+元)[^。；]{0,8}(?:后方?可|方可|才能|即可|的[，,]?(?:均)?可)[^。；]{0,4}"
    r"(?:领取|查询|到账|拿到|放款)|"
    r"(?:缴纳|交纳|预缴|预付|先交|先付|转账|汇款)[^。；]{0,12}(?:预缴款|保证金|手续费|激活费|工本费|认证费|押金|预付款)[^。；]{0,24}"
    r"(?:将|即|可|便)[^。；]{0,8}(?:补贴|补助|奖励|红包|领取|到账|拿到)|"
    r"诚意金|激活费|解冻费|刷流水|(?:激活|解冻)(?:补贴|账户|资格|资金)|先(?:打|转|汇|付|交)\d+|"
    r"(?:凡|请)?(?:添加|加)[^。；]{0,10}(?:QQ|微信|客服)[^。；]{0,16}(?:交纳|缴纳|支付|预付|转账)|"
    r"(?:缴纳|交纳|转账|汇款|汇入|打入)[^。；]{0,16}(?:私人账户|指定个人|安全账户)|"
    r"(?:向|到|至)(?:个人|私人|安全)(?:银行)?(?:账户|账号)[^。；]{0,6}(?:缴纳|交纳|转账|汇款|打款)",
    re.IGNORECASE,
)
_WARNS_OF = re.compile(
    r"严禁|不得|禁止|谨防|警惕|防范|打击|查处|切勿|请勿|举报|未委托|没有委托|不收取|不会要求|不要(?:向|轻信|相信|"
    r"点击|填写|提供)|诈骗|骗局|冒充|假冒"
)
