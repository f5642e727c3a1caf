"""Inventions counted: how many are held, how many of them do not count."""

from collections.abc import Iterator, Sequence

from assistant.hearing.amounts import Reading
from assistant.hearing.clauses import Clause


def read_patents(clauses: Sequence[Clause], asked: str | None) -> Iterator[Reading]:
    """Yield class 1 totals and what of them is not counted."""
    import re
    from decimal import Decimal

    from assistant.hearing.amounts import _spots

    total = None
    bought = Decimal(0)
    words = ""
    for clause in clauses:
        if not (clause.mine and clause.real):
            continue
        for spot in _spots(clause.text):
            after = clause.text[spot.end :]
            before = clause.text[: spot.start]
            if spot.unit != "count" or spot.value is None:
                continue
            if re.match(r"(?:是)?(?:买|转让|转入|受让)", after):
                bought += spot.value
            elif re.match(r"(?:的)?发明", after) or re.search(r"发明(?:专利)?(?:有|就)?$", before):
                total = spot.value
                words = clause.text
    if total is not None:
        yield Reading(fact="class1_ip_total", value=total, words=words)
        if bought:
            yield Reading(fact="class1_ip_not_counted", value=bought, words=words)
