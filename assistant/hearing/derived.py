"""What takes two figures or a whole message to read: a deduction, a growth, a fund's money, what is wanted.

A figure worked out from two told ones says so; a deduction nobody carried through is marked to be confirmed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.funding import read_equity
from assistant.hearing.needs import read_needs
from assistant.hearing.reading import Reading, tidy
from assistant.hearing.spots import spots_of


def read_derived(
    clauses: Sequence[Clause], told: Mapping[str, Decimal], on: date, last: str | None
) -> Iterator[Reading]:
    """Yield what follows from several figures.

    Args:
        clauses: Of one message.
        told: Exact figures that stand or were read from this message.
        on: Day of speaking.
        last: The amount told last before this message; 里头有四十万不能算 speaks of it.
    """
    own = [clause for clause in clauses if clause.mine and clause.real]
    yield from _main_share(own, told)
    yield from _deductions(own, told, last)
    yield from read_equity(clauses, on)
    yield from read_needs(clauses, on)


# ---------------------------------------------------------------- parts of a whole

_REST_MAIN = re.compile(
    r"(?:其余|其他|其它|剩下|剩余|余下|别的)?(?:的)?(?:全|都|均)(?:部)?(?:是|算|属于)?主(?:营|业)"
)


def _main_share(clauses: Sequence[Clause], told: Mapping[str, Decimal]) -> Iterator[Reading]:
    """Read 总收入3400万，除了两百万废料和房租，都是主营."""
    text = "，".join(clause.text for clause in clauses)
    hit = _REST_MAIN.search(text)
    revenue = told.get("revenue_y1")
    if hit is None or "main_business_revenue_y1" in told:
        return
    out = [
        (clause, spot)
        for clause in clauses
        for spot in spots_of(clause.text)
        if spot.unit == "money"
        and re.search(
            r"除了?|扣(?:掉|除|了)?|去掉|刨(?:去|掉)|减(?:去|掉)?|只有|抛开", clause.text[: spot.start]
        )
    ]
    if len(out) == 1 and revenue is not None and out[0][1].value is not None:
        value = revenue - out[0][1].value
        yield Reading(fact="main_business_revenue_y1", value=value, words=f"{out[0][0].text}，{hit[0]}", note=f"{revenue:f} − {out[0][1].value:f}，按您说的算出", dated=True)  # fmt: skip  # noqa: E501
    elif not out and not re.search(r"除", text):
        yield Reading(fact="main_business_ratio_y1", value=Decimal(100), words=hit[0], dated=True)


_TAKEN_OUT = re.compile(
    r"(?:不(?:能|该|应该?)?|没法)算(?!数|少)|得?(?:扣|剔|减|刨)(?:掉|除|去|出)|要(?:扣|剔|减)|不(?:能)?(?:计入|列入|归|进)|算不(?:进|上|了)|记错(?:了)?科目|多(?:算|记)了"
)
_INSIDE = re.compile(r"里头|里面|其中|当中|里边|包含|包括|含|有")
_NAMES = (
    ("研发", "rd_expense_y1"),
    ("主营", "main_business_revenue_y1"),
    ("营收|收入|销售", "revenue_y1"),
    ("资产", "total_assets_y1"),
    ("负债", "total_liabilities_y1"),
)


def _deductions(
    clauses: Sequence[Clause], told: Mapping[str, Decimal], last: str | None
) -> Iterator[Reading]:
    """Mark a figure of which a part was taken out, with what may be left; nobody said what holds."""
    text = "，".join(clause.text for clause in clauses)
    taken = _TAKEN_OUT.search(text)
    if taken is None:
        return
    fact = next((f for words, f in _NAMES if re.search(words, text) and f in told), last)
    parts = [s for c in clauses for s in spots_of(c.text) if s.unit == "money" and s.value is not None]
    if fact is None or fact not in told or not parts:
        return
    left = [p for p in parts if p.value != told[fact]]
    if len(left) != 1 or not _INSIDE.search(text) or left[0].value is None or left[0].value >= told[fact]:
        return
    rest = tidy(told[fact] - left[0].value)
    yield Reading(
        fact=fact,
        value=None,
        words=text,
        clash=True,
        note=f"扣掉{left[0].text}可能是 {rest:f} 万元，请给一个定下来的数",
    )
