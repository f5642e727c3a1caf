"""Passages made for tests: small, varied, with every filter in play."""

import random
from datetime import date, timedelta

from knowledge.policy import Status
from retrieval.search import Passage

REGIONS = ("全国", "山东省", "山东省济南市", "天津市", "天津市滨海新区")
KINDS = ("policy", "standard", "product", "uploaded")
STATUSES = (Status.IN_FORCE, Status.NOT_STATED, Status.EXPIRED, Status.SUPERSEDED, Status.DRAFT)
OWNERS = (None, None, "甲公司", "乙公司")
PHRASES = (
    "设备联网率", "数字化转型", "试点企业", "最高不超过20万元", "研发费用占营业收入", "现场评测", "服务商", "上云用云",
    "专精特新中小企业", "三级", "四级", "验收", "抽查5%", "2025年12月31日", "ERP", "ISO9001", "补助标准", "征求意见稿",
)  # fmt: skip


def passage(place: str, text: str, source: str = "doc", **other: object) -> Passage:
    return Passage.model_validate(
        {
            "id": f"{source}#{place}",
            "source_id": source,
            "kind": "policy",
            "title": "通知",
            "locator": place,
            "text": text,
        }
        | other
    )


def varied(count: int, seed: int = 1) -> list[Passage]:
    """Return `count` passages, the same ones for the same seed."""
    pick = random.Random(seed)
    made = []
    for number in range(count):
        begins = date(2024, 1, 1) + timedelta(days=pick.randrange(900))
        made.append(
            Passage.model_validate(
                {
                    "id": f"d{number // 7}#{number}",
                    "source_id": f"d{number // 7}",
                    "kind": pick.choice(KINDS),
                    "title": f"{pick.choice(PHRASES)}的通知",
                    "locator": str(number),
                    "heading": pick.choice(PHRASES),
                    "text": "，".join(pick.choices(PHRASES, k=pick.randrange(1, 9))) + "。",
                    "region": pick.choice(REGIONS),
                    "status": pick.choice(STATUSES),
                    "valid_from": pick.choice((None, begins)),
                    "valid_to": pick.choice((None, begins + timedelta(days=pick.randrange(700)))),
                    "owner": pick.choice(OWNERS),
                    "asked_as": pick.choice(((), ("补多少钱",), ("怎么验收", "谁来验收"))),
                }
            )
        )
    return made
