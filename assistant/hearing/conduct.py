"""What a firm says of its conduct: lists it stands on, taxes, accidents and punishments."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from assistant.hearing.statement import DENIED_TWICE, NEVER, is_recent, say


def read_lists(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    """Read whether the firm stands on the list of irregular or of dishonest firms."""
    whole = "，".join(
        [clause.text, *(c.text for c in clauses[at + 1 : at + 3] if c.sentence == clause.sentence)]
    )
    for fact, shape in (
        ("in_abnormal_list", re.compile(r"经营异常|异常名录|异常名单|(?:列|进|上)(?:过|入|了)?异常")),
        ("in_serious_dishonesty_list", re.compile(r"严重失信|失信(?:主体|名单|企业|被执行)|严重违法失信")),
    ):
        hit = shape.search(clause.text)
        if not hit:
            continue
        both = re.search(r"(?:异常\S{0,4})(?:和|、|跟|及|还有)\S{0,4}失信", clause.text)
        if DENIED_TWICE.search(clause.text):
            yield say(fact, None, "有没有列入过、移出了没有，要看公示信息")
            continue
        near = clause.text if both else clause.text[max(0, hit.start() - 8) :]
        if re.search(r"还没(?:有)?(?:移|出来|解除|修复)|没(?:移出|出来)", whole):
            yield say(fact, True)
        elif re.search(
            r"没(?:有)?(?:我们|咱们?|找到|查到|看到)|不在(?:里面|上面|其中)|移(?:出|除)|摘(?:掉|了|帽)|解除|修复(?:了|好)|已经出来|出来了|撤(?:了|销)",
            whole,
        ) or NEVER.search(near):
            yield say(fact, False)
        elif re.search(
            r"进(?:了|过|去)|被列|列入|在(?:里面|名录|上面|名单|\S{0,4}(?:异常|失信)\S{0,6}(?:里|上))|上了|有",
            near,
        ):
            yield say(
                fact, None if "过" in near else True, "曾经列入，要看现在移出了没有" if "过" in near else ""
            )


_INCIDENT = re.compile(r"事故|出(?:过)?(?:什么|啥)?(?:大)?(?:事|问题)|处罚|违法|死(?:过)?人|伤亡|污染")
_AREAS = (
    re.compile(r"安全|生产|工伤"),
    re.compile(r"环保|环境|污染|排放"),
    re.compile(r"质量|产品"),
    re.compile(r"网络|数据"),
)


def read_conduct(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    """Read taxes evaded and accidents had, or neither."""
    yield from _taxes(clause, clauses[at + 1].text if at + 1 < len(clauses) else "")
    text = clause.text
    areas = [area for area in _AREAS if area.search(text)]
    if not _INCIDENT.search(text) or not (areas or "事故" in text):
        return
    if _NO_INCIDENT.search(text):
        yield from _no_incident(text, len(areas))
    elif is_recent(clause, 3):
        yield from _incident(text)


_TAX = re.compile(r"税|偷漏|偷逃")
_TAX_CLEAN = re.compile(
    r"没(?:有)?(?:出|偷|漏|逃|什么|啥|问题|过|被|违|少|欠|事|干)|没有的事|没(?:有)?(?:这|那)(?:回|种|个)?事|从(?:来)?(?:没|不)|不(?:存在|干|敢|会|沾|碰|可能)|哪有|绝无|正常|干净|合规|A级|不偷|未|无"
)
_TAX_MATTER = re.compile(r"偷|漏|逃|事|问题|违|处罚|查|罚|干净|合规|不良")
_TAX_EVADED = re.compile(r"偷(?:漏)?(?:过)?税|漏(?:过)?税|逃税")
_PUNISHED = re.compile(r"被|罚|查(?!过没)|有过|[偷漏逃]过")
_NO_INCIDENT = re.compile(r"没(?:有)?(?:出|发生|被|受|什么|啥|过|任何)?|未|无|零事故|不存在")


def _taxes(clause: Clause, after: str) -> Iterator[Reading]:
    """Read taxes evaded or not; `after` is the clause that follows: 偷税？没有的事."""
    text = clause.text
    if not _TAX.search(text):
        return
    if DENIED_TWICE.search(text):
        yield say("tax_evasion_3y", None, "有没有偷漏税要看税务处理决定")
    elif (_TAX_CLEAN.search(text) and _TAX_MATTER.search(text)) or _DENIES_EVASION.fullmatch(after):
        yield say("tax_evasion_3y", False)
    elif _TAX_CLEAN.search(text):
        return
    elif _TAX_EVADED.search(text) and _DENIES_IT.match(after):
        yield say("tax_evasion_3y", False)
    elif _TAX_EVADED.search(text) and re.match(r"没(?:查出|问题|事)", after):
        yield say("tax_evasion_3y", None, "查过，结论要看税务处理决定")
    elif _TAX_EVADED.search(text) and _PUNISHED.search(text) and is_recent(clause, 3):
        yield say("tax_evasion_3y", True)
    elif re.search(r"罚|补(?:过|了)?(?:一次|几次)?税|滞纳金|稽查", text):
        yield say("tax_evasion_3y", None, "补税、处罚算不算偷漏税要看处理决定书")


_DENIES_EVASION = re.compile(
    r"(?:我们?|咱们?|也|可|都|从来|一直|一分(?:钱)?)*(?:(?:没|没有|不|从没|未|没有过)(?:敢|曾)?(?:偷|漏|逃|偷漏|偷逃)(?:过)?(?:税)?(?:一分钱?)?(?:也|都|的)?)+"
)
"""没偷过没漏过, said after a clause on taxes."""
_DENIES_IT = re.compile(
    r"(?:那|这|那是|都是|绝对|从来|肯定|我们)*(?:没有的事|没有|没这|没那|不存在|不干|不敢|不会|从没|从不|没干)"
)


def _no_incident(text: str, areas: int) -> Iterator[Reading]:
    """Deny what was named: one area alone denies neither fact."""
    if "税" in text and not areas:
        return
    if areas >= 2 or "事故" in text:
        yield say("disqualifying_incident_3y", False)
    if areas >= 3 or (areas >= 2 and re.search(r"事故|违法|问题", text)):
        yield say("disqualifying_event_3y_2026", False)


def _incident(text: str) -> Iterator[Reading]:
    if re.search(r"(?:特别)?重大", text):
        yield say("disqualifying_incident_3y", True)
        yield say("disqualifying_event_3y_2026", True)
    elif "较大" in text:
        yield say("disqualifying_event_3y_2026", True)
    elif re.search(r"出(?:过|了)|发生|死|罚", text):
        note = "要看事故等级或处罚决定，较大以上、重大的才算"
        yield say("disqualifying_event_3y_2026", None, note)
