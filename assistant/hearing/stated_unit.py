"""A unit said once for all figures: 报表单位是千元, 以下单位万元, 都是按元报的."""

import re
from decimal import Decimal

_SAID = re.compile(
    r"单位(?:都|均|统一)?(?:是|为|按|用)?[:：]?\s*(?:人民币)?(?P<u>百万元|千元|百元|亿元|万元|元)(?!/)"
)
_FIGURE = re.compile(
    r"(?P<what>(?:收入|营收|利润|费用|成本|资产|负债|研发|投入|税|额|款|产值|销售|主营)[^\d，,。；;]{0,8})(?<![\d.〔(（-])(?P<n>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?!\s*[\d.,年月日号%％人名个项件家条级分倍万亿千百元块])"
)
_TIMES = {"元": 1, "百元": 100, "千元": 1000, "万元": 10_000, "百万元": 10**6, "亿元": 10**8}


def in_stated_unit(text: str) -> str:
    """Return a message with the unit it states once written behind every sum after it that has none, in 万元."""
    said = _SAID.search(text)
    if said is None:
        return text
    times = Decimal(_TIMES[said["u"]]) / 10_000
    head, tail = text[: said.end()], text[said.end() :]
    return head + _FIGURE.sub(lambda figure: _in_wan(figure, times), tail)


def _in_wan(figure: re.Match[str], times: Decimal) -> str:
    value = Decimal(figure["n"].replace(",", "")) * times
    return f"{figure['what']}{value.normalize():f}万元"
