"""Two years held against each other: 研发去年比前年翻了一番. A figure worked out says so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import spots_of

_DOUBLED = re.compile(r"翻(?:了)?(?P<n>一|两|二|三|1|2|3)?(?:番|倍|了?个?跟头)|(?:增长|涨)了?(?P<m>一|1)倍")
_PER_CENT_MORE = re.compile(r"增长|涨|多了?|增加|上升|提高|高了?")
_PER_CENT_LESS = re.compile(r"下降|下滑|跌|降|少了?|减少|缩水")
_GROWING = (
    ("研发", "rd_expense_y1", "rd_expense_y2"),
    ("主营", "main_business_revenue_y1", "main_business_revenue_y2"),
    ("营收|收入|销售|营业", "revenue_y1", "revenue_y2"),
)


def read_growth(clauses: Sequence[Clause], told: Mapping[str, Decimal]) -> Iterator[Reading]:
    """Read 研发去年比前年翻了一番 where one of the two years is told."""
    for clause in clauses:
        if not re.search(r"去年|上年|25年", clause.text) or not re.search(
            r"比前年|较前年|比上上年|比上一年|在前年", clause.text
        ):
            continue
        times = _times(clause.text)
        names = next((pair for words, *pair in _GROWING if re.search(words, clause.text)), None)
        if times is None or names is None:
            continue
        now, then = names
        if then in told and now not in told:
            yield Reading(
                fact=now,
                value=tidy(told[then] * times),
                words=clause.text,
                note="按前年的数推算，请确认",
                dated=True,
            )
        elif now in told and then not in told and times:
            exact = told[now] / times
            if exact == round(exact, 2):
                yield Reading(
                    fact=then, value=tidy(exact), words=clause.text, note="按去年的数倒推，请确认", dated=True
                )


def _times(text: str) -> Decimal | None:
    doubled = _DOUBLED.search(text)
    if doubled:
        n = {"一": 1, "1": 1, "两": 2, "二": 2, "2": 2, "三": 3, "3": 3, None: 1}[doubled["n"]]
        return Decimal(2) ** n if "番" in doubled[0] else Decimal(n + 1)
    rates = [
        s.value for s in spots_of(text) if s.unit == "percent" and s.value is not None and s.low == s.high
    ]
    if len(rates) != 1:
        return None
    if _PER_CENT_LESS.search(text):
        return 1 - rates[0] / 100
    return 1 + rates[0] / 100 if _PER_CENT_MORE.search(text) else None
