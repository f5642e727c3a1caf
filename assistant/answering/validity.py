"""The clause that says when a document ends, beside those that answer."""

import re

from assistant.answering.concepts import grams
from assistant.answering.evidence import Evidence, Piece, piece_of
from assistant.answering.question import Asked, Aspect
from assistant.desk import Desk
from assistant.numbers import find
from knowledge.policy import Clause, Policy, Status
from retrieval.passages import clause_text

MOST = 0.6
"""Share of the words from which a clause stays beside the one that states the end of its document."""


def with_validity(asked: Asked, desk: Desk, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Bring in the clause that states the end of the leading document, where it has ended or the question turns on it.

    Where the end is all that is asked, it stands alone unless the other clause holds most of the question.
    """
    best = chosen[0]
    policy = best.policy
    if policy is None:
        return _with_days(asked, chosen, evidence)
    ended = best.status is Status.EXPIRED
    turns = Aspect.VALIDITY in asked.aspects or Aspect.DEADLINE in asked.aspects
    if not ended and not turns:
        return chosen
    asks = {Aspect.VALIDITY, Aspect.DEADLINE, Aspect.LEVEL, Aspect.CONDITION}
    short = len(grams(asked.topic)) <= 8 and not re.search(r"最新|版", asked.text)
    only = (
        turns and asked.aspects <= asks and short and (Aspect.VALIDITY in asked.aspects or not _dated(best))
    )
    for piece in chosen:
        if piece.policy is policy and piece.clause and _states_end(policy, piece.clause, _ENDS):
            return [piece, *(p for p in chosen if p is not piece and p.words >= MOST)] if only else chosen
    for clause in policy.clauses:
        if clause.obtained and _states_end(policy, clause, _ENDS if turns else _ENDED):
            end = piece_of(asked, desk, policy, clause)
            return [end, *(p for p in chosen if p.words >= MOST)] if only else [*chosen, end]
    if ended and Aspect.VALIDITY in asked.aspects and not any(_dated(p) for p in chosen):
        # no clause says when it ended: the days its own conditions name tell whether one may still come
        return [*chosen, *(p for p in evidence.pieces if p.policy is policy and _dated(p))][: len(chosen) + 1]
    return chosen


def _with_days(asked: Asked, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Add the place of the asker's own file that names days, under the same heading or on validity, where these matter."""
    best = chosen[0]
    if Aspect.VALIDITY not in asked.aspects or _dated(best):
        return chosen
    over = best.passage.heading.rpartition(" > ")[0]
    for piece in evidence.pieces:
        if piece.passage.source_id != best.passage.source_id or not _dated(piece):
            continue
        if (over and piece.passage.heading.startswith(over)) or "有效期" in piece.passage.text:
            return [*chosen, piece]
    return chosen


def _dated(piece: Piece) -> bool:
    return any(q.kind in {"date", "month"} for q in find(piece.passage.text))


def _states_end(policy: Policy, clause: Clause, pattern: re.Pattern[str]) -> bool:
    """Return whether a clause says when the document ends: by its label, or by naming the day or month of it."""
    label = f"{clause.locator}{clause.heading}"
    if pattern.search(label):
        return True
    end = policy.valid_to or policy.period_to
    if (
        end is None
        or pattern is not _ENDS
        or any(_ENDS.search(f"{c.locator}{c.heading}") for c in policy.clauses)
    ):
        return False
    told = f"{label}|{clause_text(clause)}"
    return bool(
        re.search(rf"{end.isoformat()}|{end.year}年{end.month}月|{end.year}年\d+[—-]{end.month}月", told)
    )


_ENDED = re.compile(r"有效期|截止期")
_ENDS = re.compile(r"有效期|截止期|延续政策|申报时间|时限|时间安排|窗口")
