"""Questions about the collection itself (济南现行有哪些政策), read into a query over the records and put into lines."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.answering.question import Asked
from assistant.corpus import PolicyItem, list_policies, tally
from assistant.desk import Desk
from assistant.numbers import as_date
from knowledge.policy import Status
from knowledge.record import Record
from knowledge.region import NATION

SHOWN = 20
"""Documents listed by name; the rest is counted."""


class Listing(Record):
    """What the collection holds on a question about itself."""

    headline: str
    items: tuple[PolicyItem, ...]
    by_region: bool = False
    """The question asks for places rather than documents."""


def read_listing(asked: Asked, desk: Desk) -> Listing:
    """Return the documents a question about the collection asks for, with a sentence that counts them."""
    region = asked.region if asked.place_given or asked.region != NATION else _nationwide(asked)
    status = _status(asked.text)
    closing = _closing(asked)
    topic = _topic(asked, desk)
    items = list_policies(desk.kb, on=asked.on, region=region, closing_before=closing, topic=topic)
    if asked.place_given and not re.search(r"上级|国家|全国|适用", asked.text):
        items = tuple(item for item in items if item.scope in {"own", "below"})
    if status:
        items = tuple(item for item in items if item.status in status)
    items = tuple(item for item in items if item.status is not Status.REFERENCE and item.id in desk.documents)
    return Listing(
        headline=_headline(asked, region, status, closing, topic, items),
        items=items,
        by_region=bool(re.search(r"(?:哪些|哪几个|几个|多少个?)(?:城市|地方|省份?|地区|市)", asked.text)),
    )


def _nationwide(asked: Asked) -> str | None:
    return NATION if re.search(r"国家(?:层面|级|部委)?|部委|中央|工信部|全国性", asked.text) else None


_STATUS: tuple[tuple[str, frozenset[Status]], ...] = (
    (r"征求意见|草案|草稿", frozenset({Status.DRAFT})),
    (r"失效|过期|(?:已经?|都)到期|作废|不能用", frozenset({Status.EXPIRED, Status.SUPERSEDED})),
    (r"被替代|被取代|废止", frozenset({Status.SUPERSEDED})),
    (r"未载明|没写有效期|有效期不明", frozenset({Status.NOT_STATED})),
    (r"现行|有效|在用|管用|还能用|正在执行|生效", frozenset({Status.IN_FORCE, Status.NOT_STATED})),
)


def _status(text: str) -> frozenset[Status]:
    return next((statuses for words, statuses in _STATUS if re.search(words, text)), frozenset())


def _closing(asked: Asked) -> date | None:
    if not re.search(
        r"快(?:要)?(?:到期|截止|过期)|即将|将要?(?:到期|截止|失效)|(?:之|以)?前(?:到期|截止|失效)|还剩|年底前?(?:到期|截止)|近期截止",
        asked.text,
    ):
        return None
    for q in asked.quantities:
        if q.kind == "date":
            return as_date(q)
    if re.search(r"年底|年内|今年", asked.text):
        return date(asked.on.year, 12, 31)
    return asked.on + timedelta(days=90)


_NOISE = re.compile(
    r"现行|有效|失效|过期|到期|征求意见稿?|快要|即将|收录|一共|总共|截止|作废|关于|相关|方面|年底|今年|份|个|条|城市|地方|省|列|汇总|清单|出台|发|有"
)


def _topic(asked: Asked, desk: Desk) -> str | None:
    """Return the longest word of the question that names a topic of the collection: 验收, 服务商, 资金管理."""
    words = [w for w in re.split(r"[^\u4e00-\u9fa5A-Za-z]+", _NOISE.sub(" ", asked.topic)) if len(w) > 1]
    known = " ".join(f"{p.title} {' '.join(p.topics)}" for p in desk.kb.policies.values())
    common = {"中小企业", "数字化", "转型", "数字化转型", "中小企业数字化转型", "试点"}
    found = [w for w in words if w in known and w not in common]
    return max(found, key=len) if found else None


_KINDS = {
    frozenset(): "",
    frozenset({Status.IN_FORCE, Status.NOT_STATED}): "现行，或未见失效依据",
    frozenset({Status.EXPIRED, Status.SUPERSEDED}): "已失效或被替代",
}


def _headline(
    asked: Asked,
    region: str | None,
    status: frozenset[Status],
    closing: date | None,
    topic: str | None,
    items: Sequence[PolicyItem],
) -> str:
    where = region or "各地"
    what = f"与“{topic}”有关的" if topic else ""
    kind = _KINDS.get(status, "、".join(sorted(s.label for s in status)))
    until = f"在 {closing} 前到期或截止的" if closing else ""
    counts = "，".join(f"{label} {n} 份" for label, n in tally(items).by_status.items())
    tail = f"：{counts}" if len(tally(items).by_status) > 1 else ""
    return f"截至 {asked.on}，已收录{where}{what}{until}{f'（{kind}）' if kind else ''}文件共 {len(items)} 份{tail}。"
