"""What is wanted: where the system runs, the level aimed at."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading

_CLOUD = (
    ("公有云", r"公有云|阿里云|华为云|腾讯云|SaaS|saas"),
    ("私有部署", r"私有(?:化)?(?:部署|云)?|本地部署|(?:放|装|部署)(?:在)?(?:自己|厂里|本地|机房)"),
    ("云", r"云(?:上|端|部署|平台|服务)|上云|用云|云的|云版|放云"),
)


def read_needs(clauses: Sequence[Clause]) -> Iterator[Reading]:
    """Read where a wanted system runs and the digital level aimed at."""
    text = "，".join(clause.text for clause in clauses if clause.mine)
    if not re.search(r"数字化|改造|上系统|系统|软件|信息化|上云|云上|MES|ERP|部署", text):
        return
    if re.search(r"[?？]|吗|什么|怎么", text):
        return
    for value, shape in _CLOUD:
        hit = re.search(shape, text)
        if hit and not re.search(r"(?:不|别)(?:要|想|上|用|放)?\S{0,2}$", text[: hit.start()]):
            yield Reading(fact="needs.deployment", value=value, words=hit[0])
            break
    target = re.search(
        r"(?:想|目标|争取|要|打算|希望|奔着)(?:是)?(?:能)?(?:达到?|做到|评到|改到|升到|上|到|过)(?:数字化)?(?P<n>[一二三四1-4])级",
        text,
    )
    if target:
        n = target["n"]
        yield Reading(
            fact="needs.target_level",
            value=Decimal(n if n.isdigit() else "零一二三四".find(n)),
            words=target[0],
        )
