"""What kinds of thing a passage can tell: a sum, a share, a day, materials, who decides …"""

import re

from assistant.answering.question import Aspect
from assistant.numbers import Quantity, find
from knowledge.policy import Clause
from retrieval.search import Passage

MUST_HOLD = frozenset(
    {Aspect.AMOUNT, Aspect.RATIO, Aspect.DEADLINE, Aspect.WHERE, Aspect.SCORE, Aspect.COUNT}
)


def held_aspects(passage: Passage, clause: Clause | None) -> frozenset[Aspect]:
    """Return the kinds of thing a passage can tell."""
    text = passage.text
    both = f"{passage.heading}|{text}"
    quantities = find(text)
    held = {aspect for aspect, pattern in _HELD.items() if pattern.search(both)}
    if any(q.kind == "money" or (q.kind == "number" and q.scale and not q.unit) for q in quantities):
        held.add(Aspect.AMOUNT)
    if any(q.kind in {"percent", "ratio"} for q in quantities):
        held.add(Aspect.RATIO)
    if any(q.kind == "percent" for q in quantities) and _PAID.search(both):
        held.add(Aspect.AMOUNT)
    if any(q.kind == "number" and q.unit and q.unit not in {"年", "月", "日", "天"} for q in quantities):
        held.add(Aspect.COUNT)
    if any(q.kind in {"date", "month", "month_day"} for q in quantities) or _TERM.search(text):
        held.add(Aspect.DEADLINE)
    if any(q.kind == "number" and q.unit == "分" for q in quantities) or re.search(r"得\d", text):
        held.add(Aspect.SCORE)
    if any(q.kind == "level" for q in quantities):
        held.add(Aspect.LEVEL)
    if clause and clause.deadlines:
        held.add(Aspect.DEADLINE)
    return frozenset(held)


_PAID = re.compile(r"补贴|补助|奖补|资助|贴息|奖励|给予|支持|返还|报销|补偿|减免")
_TERM = re.compile(
    r"(?:期限|最长|为期)[^，。；]{0,10}\d+\s*(?:个月|年|天|日)|\d\s*(?:个月|天|日|个工作日|年)内|年底|两年|[一二三]年|\d{4}年"
)
_HELD: dict[Aspect, re.Pattern[str]] = {
    Aspect.VALIDITY: re.compile(r"有效期|失效|截止|延长|期满|最新版"),
    Aspect.MATERIAL: re.compile(r"材料|附|证明|报告|申请表|发票|合同"),
    Aspect.CONDITION: re.compile(r"条件|须|应|不得|要求|对象|适用|符合|可[补报]|均可|原则上"),
    Aspect.PROCESS: re.compile(r"流程|程序|评审|公示|审核|报送|验收|遴选|备案|签|征集"),
    Aspect.WHO: re.compile(r"[部局厅委]|办公室|机构|负责|牵头|组织"),
    Aspect.WHERE: re.compile(r"https?://|平台|系统"),
    Aspect.INDUSTRY: re.compile(r"(?:行业|聚焦|围绕|面向).*、|、.*行业"),
    Aspect.DEFINITION: re.compile(r"定义|是指|指|内涵|含义|包括|形成"),
    Aspect.DOCUMENT: re.compile(r"《|〔|依据|文"),
    Aspect.LIST: re.compile(r"、.*、|；.*；"),
}


COUNTED = frozenset({"个", "项", "家", "类", "种", "条", "名", "批", "份"})


def unit_of(q: Quantity) -> str:
    """Return the unit of a number as a question would name it; empty where it has none."""
    if q.kind == "money" or (q.kind == "number" and q.scale and not q.unit):
        return "元"
    return "级" if q.kind == "level" else "%" if q.kind == "percent" else q.unit
