"""What plain statements are made of: denial, what is still under way, how long ago."""

import re
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading

NOT = re.compile(
    r"不是|没(?:有|评|报|拿|申|上|过|做|得|通过|批|入|进)?|未|从没|从来没|还没|不算|不属于|无(?!锡)|丢了|落选|被拒|没戏"
)
PENDING = re.compile(
    r"正?在?(?:申请|申报|报|评|办|审|公示|排队|走流程)(?:中|着|期)?(?!过|上|的|了|为|定)|公示|刚(?:报|交|递|申)|材料|等(?:结果|公告|批)|培育"
)
NEVER = re.compile(
    r"没(?:有|出|进|被|上|受|发生|啥|什么|过|列)?|从未|未|无(?!锡)|不(?:在|属于|是|存在|涉及|涉|算)|干净|零(?:事故|处罚)|正常|清白"
)

DENIED_TWICE = re.compile(r"不是(?:说)?(?:从)?没|不(?:能|敢)说(?:从)?(?:没|不)|没有不|并非没")
"""A denial denied says neither: 不是没进过."""


def say(fact: str, value: bool | str | Decimal | None, note: str = "", words: str = "") -> Reading:
    """Return a fact stated plainly; its words are the clause's unless given."""
    return Reading(fact=fact, value=value, words=words, note=note)


def is_recent(clause: Clause, years: int) -> bool:
    """Return whether a clause speaks of the last `years`; one without a year does unless it says long ago."""
    if not clause.years:
        return not re.search(r"以前|早年|当年|[五六七八九十]年前|好多年前", clause.text)
    return clause.years[-1].ago <= years
