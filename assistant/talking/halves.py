"""A message with two questions is two questions: each is answered, or named as not answered.

    parts_of("能报专精特新不，有多少钱", desk)      # ("能报专精特新不", "有多少钱")
    answer_each(question, desk=…, …)             # one Answer, its citations numbered through

What a later question leaves out (小巨人呢, 软件占多少) is taken from the one before. Two questions that come to the same
clauses are one question put twice.
"""

import re
from collections.abc import Callable, Sequence

from assistant.answering.question import TITLE_WORD
from assistant.desk import Desk
from assistant.schema import Answer, Caution, Citation
from assistant.talking.thread import about, completed

_MOST = 4
"""So many questions of one message are answered; more are named."""


def parts_of(text: str, desk: Desk) -> tuple[str, ...]:
    """Return the questions of a message, each with what is told beside it; one only where it asks one thing."""
    pieces = [
        one
        for one in re.split(r"(?<=[，,。；;？?！!\n])|(?<=[吗呢])(?=还有)", text)
        if one.strip(" ，,。；;？?！!\n")
    ]
    parts: list[str] = []
    asks: list[bool] = []
    for piece in pieces:
        asking = _asks(piece)
        if parts and (not asking or not asks[-1] or _is_tag(piece) or _is_tag(parts[-1])):
            parts[-1] += piece
            asks[-1] = asks[-1] or asking
        else:
            parts.append(piece)
            asks.append(asking)
    if len(parts) > 1 and not asks[-1]:
        parts[-2:] = ["".join(parts[-2:])]
    kept: list[str] = []
    for part in parts:
        if kept and not _new(part, kept, desk):
            kept[-1] += part
        else:
            kept.append(part)
    return tuple(one.strip() for one in kept) if len(kept) > 1 else (text,)


def _asks(piece: str) -> bool:
    return bool(_ASKING.search(piece)) and not _TOLD.search(piece)


def _is_tag(piece: str) -> bool:
    """Return whether a piece only asks for a yes to what was said before: 对吧, 行不行, 你确定?"""
    return bool(_TAG.match(piece.strip(" ，,。；;？?！!\n")))


def _new(part: str, before: Sequence[str], desk: Desk) -> bool:
    """Return whether a part asks something the ones before do not: another aspect, title or place."""
    known = {one for earlier in before for one in about(earlier, desk)}
    mine = set(about(part, desk))
    if _WANTS.search(part) and not any(_WANTS.search(one) for one in before):
        return True
    return bool(mine - known)


_ASKING = re.compile(
    r"[?？]|吗(?:[，,。；;？?！!]|$)|呢(?:[，,。；;？?！!]|$)|什么|啥|哪|谁|几(?:个|项|条|级|年|月|号|成|家|万)|多少|多久|多大|怎么|咋|如何|是不是|能不能|可不可以|有没有|要不要|算不算|行不行|(?:能|可以|要|算|报|有|行|够)[^，,。；;？?！!]{0,10}(?:不|没)(?:[，,。；;？?！!]|$)"
)
_TOLD = re.compile(r"^(?:不知道|不清楚|没什么|没啥)|多少(?:有点|有些)|怎么(?:也|都)|什么都|啥都")
_TAG = re.compile(
    r"^(?:对(?:吧|吗|不对|不)|是(?:吧|吗|不是)|行(?:吗|不行|不)|好(?:吗|不好)|可以(?:吗|不)|真的(?:吗|假的)?|你?(?:确定|肯定)(?:吗|么|不)?|有(?:没有)?(?:这回事|这个说法)|怎么(?:办|说|样)|咋(?:办|说|样)|为(?:什么|啥)|能不能(?:讲|说)(?:清楚|明白)|.{0,8}还是.{0,8}|(?:请|麻烦)?(?:说|讲|告诉我)?(?:一下)?(?:理由|原因))$"
)
_WANTS = re.compile(
    r"(?:能|可以|够|符合|有资格)[^，,。；;？?！!]{0,8}(?:报|申请|申报|评|搞|弄|拿|条件|标准|资格)[^，,。；;？?！!]{0,10}(?:吗|么|不|没|呢|哪|啥|什么|$)"
)
"""Asks whether the firm qualifies."""


# ---------------------------------------------------------------- policy questions


def answer_each(question: str, *, desk: Desk, answered: Callable[[str], Answer]) -> Answer:
    """Return one answer to a question that may be several.

    Args:
        question: In the person's words.
        desk: Knowledge on a day.
        answered: Answers one question.
    """
    parts = parts_of(question, desk)
    if len(parts) == 1:
        return answered(question)
    asked: list[str] = []
    for part in parts[:_MOST]:
        asked.append(completed(part, asked[-1], desk) if asked else part)
    if not any(_turns_to_another(one, asked[0], desk) for one in asked[1:]) and len(parts) <= _MOST:
        whole = answered(question)  # its parts share what is said once; together they find more
        if not whole.refused:
            return whole
    given = [answered(one) for one in asked]
    if all(one.refused for one in given):
        whole = answered(question)
        return whole if not whole.refused else joined(question, parts, [whole])
    return joined(question, parts, given)


def _turns_to_another(part: str, first: str, desk: Desk) -> bool:
    """Return whether a part asks of another place or another title than the first."""
    places = [{one.name for one in desk.kb.regions.find(text)} for text in (part, first)]
    titles = [set(TITLE_WORD.findall(text)) for text in (part, first)]
    return bool(places[0] - places[1] or titles[0] - titles[1])


def joined(question: str, parts: Sequence[str], given: Sequence[Answer]) -> Answer:
    """Return several answers as one: cautions first, each answer under its question, citations numbered through."""
    if len(given) == 1:
        named = "”“".join(plainly(one) for one in parts)
        only = given[0]
        return only.model_copy(
            update={
                "question": question,
                "answer": f"问了 {len(parts)} 件事（“{named}”），都没有答上：{only.answer}",
            }
        )
    lines: list[str] = []
    cited: list[Citation] = []
    warnings: list[Caution] = []
    seen: list[set[tuple[str, str, str]]] = []
    for part, one in zip(parts, given, strict=False):
        places = {(c.source_id, c.locator, c.quote) for c in one.citations}
        if places and any(places <= known for known in seen) and not one.refused:
            continue  # the same question put twice
        seen.append(places)
        body = _renumbered(one.answer, {c.n: _numbered(c, cited) for c in one.citations})
        body = _CAUTION.sub("", body).strip()
        state = "（这一问没有依据）" if one.refused and not one.citations else ""
        lines.append(f"【{plainly(part)}】{state}\n{body}")
        warnings += [caution for caution in one.warnings if caution not in warnings]
    if len(parts) > len(given):
        rest = "”“".join(plainly(one) for one in parts[len(given) :])
        lines.append(f"一次最多答 {_MOST} 问，还没答的：“{rest}”，请再问一次。")
    first = given[0]
    cautions = ["\n".join(f"> 注意：{one.text}" for one in warnings)] if warnings else []
    if len(lines) == 1:
        return first.model_copy(update={"question": question})
    return first.model_copy(
        update={
            "question": question,
            "answer": "\n\n".join([*cautions, *lines]),
            "refused": all(one.refused for one in given),
            "reason": "",
            "citations": tuple(cited),
            "warnings": tuple(warnings),
            "note": next((one.note for one in given if one.note), ""),
            "mode": "plain" if any(one.mode == "plain" for one in given) else "model",
            "ungrounded_dropped": sum(one.ungrounded_dropped for one in given),
        }
    )


_CAUTION = re.compile(r"^> 注意：.*$\n?", re.M)


def _numbered(one: Citation, cited: list[Citation]) -> int:
    """Return the number a citation bears among all; a new one is added."""
    for known in cited:
        if (known.source_id, known.locator, known.quote) == (one.source_id, one.locator, one.quote):
            return known.n
    cited.append(one.model_copy(update={"n": len(cited) + 1}))
    return len(cited)


def _renumbered(text: str, to: dict[int, int]) -> str:
    return re.sub(r"\[(\d{1,3})\]", lambda match: f"[{to.get(int(match[1]), int(match[1]))}]", text)


def plainly(part: str) -> str:
    """Return the question of a part, without what is told before it."""
    pieces = [one for one in re.split(r"(?<=[，,。；;？?！!\n])", part) if _asks(one)]
    return _bare(pieces[-1]) if pieces else _bare(part)


def _bare(part: str) -> str:
    return part.strip(" ，,。；;？?！!\n")


__all__ = ["answer_each", "joined", "parts_of", "plainly"]
