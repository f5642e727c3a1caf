"""Titles held: 是高企, 专精特新没报过, 创新型 2024 年的.

A wish (想报高企), an application under way and a question are left alone; a title whose years may have run out stays open.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.hearing import title_words as words
from assistant.hearing.clauses import Clause, Year
from assistant.hearing.measures import measures_in
from assistant.hearing.reading import Reading
from assistant.hearing.statement import DENIED_TWICE, PENDING
from assistant.hearing.title_words import Title


def read_titles(clause: Clause, following: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Yield the titles a clause says are held or not held; `following` are the clauses after it in its sentence."""
    text = clause.text
    hits = [(title, match) for title in words.TITLES for match in title.shape.finditer(text) if match[0]]
    hits.sort(key=lambda hit: hit[1].start())
    for n, (title, match) in enumerate(hits):
        inverse = words.ANOTHERS.search(text[match.end() :])
        after = " ".join(c.text for c in following)
        another = inverse or not clause.mine
        denied = inverse and re.search(r"不是(?:我们|咱|我)|我们?(?:没有|不是)", text[match.end() :] + after)
        if denied or (another and following and words.WE_NOT.match(following[0].text)):
            yield Reading(fact=title.fact, value=False, words=_phrase(clause, following))
            continue
        if not (clause.mine and clause.real) or inverse:
            continue
        start = hits[n - 1][1].end() if n else 0
        last, stop = _shared_words(text, [hit for _, hit in hits], n)
        before, tail = text[start : match.start()], text[last:stop]
        if n and _JOINS.fullmatch(text[start : match.start()]):
            before = text[: hits[0][1].start()]
        near = tail + "，" + "，".join(_continuing(following))
        stretch = text[start : match.end()] + tail
        verdict = _of_another_rank(title, before, match[0], near, stretch)
        if verdict is not None:
            if verdict.value is not None or verdict.note:
                yield verdict.model_copy(update={"words": _phrase(clause, following)})
            continue
        verdict = _held(title, _Said(before, tail, near, clause, following), on)
        if verdict is not None:
            yield verdict.model_copy(update={"words": _phrase(clause, following)})


_LEAD = re.compile(
    r"^(?:后来|之后|那以后|但是?|不过|可是?|而且|结果|算下来|算起来|算算|后面|再后来|我们?|咱们?|就|也|一直|都|它|这个|那个|证书?|牌子|称号|已经|早就?|应该|其实|现在|(?:今|去|前|大前)年|年底|年初|上个月|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?)*"
)


def read_end(clauses: Sequence[Clause], fact: str, on: date) -> Iterator[Reading]:
    """Yield whether a title told of in the message before has ended: 后来没去复核，去年年底就到头了.

    Only clauses without a subject of their own go on about it: 环评去年到期了 speaks of something else.
    """
    title = next(title for title in words.TITLES if title.fact == fact)
    for i, clause in enumerate(clauses):
        if not (clause.mine and clause.real) or any(one.shape.search(clause.text) for one in words.TITLES):
            return
        rest = _LEAD.sub("", clause.text)
        if not words.ENDED.match(rest) or words.OTHER_ENDS.search(clause.text):
            return
        near = "，".join(one.text for one in clauses[i:])
        verdict = _by_its_end(title, _Said("", near, near, clause, ()), on)
        if verdict is None and words.STILL.search(near):
            verdict = _verdict(title, True)
        if verdict is not None:
            yield verdict.model_copy(update={"words": near})
        return


_JOINS = re.compile(r"[、和跟及与也还都]*")


def _shared_words(text: str, hits: Sequence[re.Match[str]], n: int) -> tuple[int, int]:
    """Return where the words about title `n` begin and end: 高企、专精特新都没有 is said of both."""
    last = n
    while last + 1 < len(hits) and _JOINS.fullmatch(text[hits[last].end() : hits[last + 1].start()]):
        last += 1
    return hits[last].end(), hits[last + 1].start() if last + 1 < len(hits) else len(text)


def _of_another_rank(title: Title, before: str, name: str, near: str, stretch: str) -> Reading | None:
    """Return what a title of the same name given by another says: 市里的专精特新; None where it is the one meant.

    It says nothing, unless the real one is denied beside it: 省里那个没评上.
    """
    denied = words.ABOVE_DENIED[title.national].search(near)
    if title.national and not words.NATIONAL.search(before + name) and (
        words.PROVINCIAL.search(before) or words.PROVINCIAL_AFTER.search(near)
    ):  # fmt: skip
        return _verdict(title, False) if denied else _unsure(title, "省里的不等于国家的，要看是谁认定的")
    lower = words.LOWER.search(stretch) or words.LOWER_AFTER.search(near.strip("，"))
    if lower or (title.fact == "single_champion" and re.search(r"[市区县](?:级|里)", stretch)):
        return _verdict(title, False) if denied else _unsure(title, "")
    return None


def _unsure(title: Title, note: str) -> Reading:
    return Reading(fact=title.fact, value=None, words="", note=note)


def _phrase(clause: Clause, following: Sequence[Clause]) -> str:
    if following and len(clause.text) < 12:
        return f"{clause.text}，{following[0].text}"
    return clause.text


class _Said(NamedTuple):
    """What is said of one title."""

    before: str
    tail: str
    near: str
    """The tail with the clauses that go on about it."""
    clause: Clause
    following: Sequence[Clause]


def _held(title: Title, said: _Said, on: date) -> Reading | None:
    """Return whether a title is held; None where nothing plain is said, no value where it may have run out."""
    if _is_doubted(said):
        return _unsure(title, "说得不确定，要看证书或公告")
    return _by_its_end(title, said, on) or _as_said(title, said, on)


def _by_its_end(title: Title, said: _Said, on: date) -> Reading | None:
    """Return what the end of a title says of it; None where no end is told."""
    ends = _expiry(said.near, on)
    if ends is not None and not words.STILL.search(said.near):
        return _verdict(title, ends > (on.year, on.month)) if ends != (on.year, on.month) else _open(title)
    if words.UP_FOR_REVIEW.search(said.near) and not words.STILL.search(said.near):
        return _open(title)
    if words.ENDS_SOON.search(said.near):
        return _verdict(title, True)
    if ends is None and words.RAN_OUT.search(said.near) and not words.STILL.search(said.near):
        return _verdict(title, False)
    return None


def _as_said(title: Title, said: _Said, on: date) -> Reading | None:
    if _is_asked(said) or _is_awaited(said):
        return None
    if said.clause.past and not words.STILL.search(said.near):
        return _unsure(title, "以前有过，要看现在还在不在有效期")
    if words.STILL.search(said.near):
        return _verdict(title, True)
    if (
        words.DENIED_BEFORE.search(said.before)
        or words.DENIED_AFTER.match(said.tail)
        or words.FAILED.search(said.near)
    ):
        return _verdict(title, False)
    pending = PENDING.search(words.AFTER_NOTICE.sub("", said.before + said.tail))
    if not _is_stated(said) or pending or _is_wished(said):
        return None
    return _by_age(title, said, on)


def _verdict(title: Title, held: bool) -> Reading:
    return Reading(fact=title.fact, value=held, words="", dated=True)


def _open(title: Title) -> Reading:
    return _unsure(title, "快到期或已到期，要看证书上的截止日")


def _is_asked(said: _Said) -> bool:
    text = said.clause.text
    if re.search(r"[?？]|吗|能不能|是不是|有没有|算不算", text):
        return True
    return said.clause.asks and not said.following and bool(words.WISH.search(said.before + said.tail))


def _is_doubted(said: _Said) -> bool:
    """Return whether the speaker doubts it himself, or denies it twice: 好像是有吧, 不是没有."""
    whole = words.DATE_DOUBTED.sub("", said.before + said.tail + said.near)
    return bool(words.DOUBTED.search(whole) or DENIED_TWICE.search(said.tail))


def _is_awaited(said: _Said) -> bool:
    """Return whether it was filed or announced, and neither given nor refused: 交上去了, 公示了，文还没下来."""
    whole = said.before + said.near
    if words.STILL.search(said.near) or words.FAILED.search(said.near) or words.DENIED_AFTER.match(said.tail):
        return False
    return bool(words.NOT_YET.search(whole)) and not words.ARRIVED.search(said.near)


def _is_stated(said: _Said) -> bool:
    """Return whether the words say that the title is held, or say nothing else."""
    whole = said.before + said.tail
    return bool(
        words.HAS.search(whole)
        or words.PLAIN.fullmatch(whole)
        or _given(said.clause.years, said.tail, said.following)
    )


def _is_wished(said: _Said) -> bool:
    before, tail = (
        words.WON.sub("", said.before),
        re.sub(r"(?:评|报|拿|申|批|搞|办)的|有效", "", words.WON.sub("", said.tail)),
    )
    return bool(words.WISH.search(before) or words.WISH.search(tail))


# ---------------------------------------------------------------- how long it holds

_YEAR = r"(?P<y>大前年|前年|去年|今年|明年|后年|20\d\d年?|\d\d年)"
_MONTH = r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_ENDS = (
    re.compile(
        rf"{_YEAR}(?:的)?(?:{_MONTH}|(?P<end>年底|底|年末))?(?:份|底|初)?(?:就|才|要|会|刚|已经?)*(?:到期|过期|失效|截止|到日子|到头|到点)"
    ),
    re.compile(rf"(?:有效期?|管|用)(?:期)?(?:至|到){_YEAR}(?:{_MONTH}|(?P<end>年底|底|年末))?"),
)
_DATED = re.compile(r"(?:至|到|止|[-—~])\s*(?P<y>20\d\d)[-./年](?P<m>1[0-2]|0?[1-9])(?!\d)")
_AGO = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def _expiry(near: str, on: date) -> tuple[int, int] | None:
    """Return the year and month in which a title is said to end; None where that is not said or not settled."""
    for shape in (_DATED, *_ENDS) if "有效" in near else _ENDS:
        for match in shape.finditer(near):
            year, month = _as_year(match["y"], on), _as_month(match)
            if year != on.year and month is None:
                month = 12
            if month is not None:
                return year, month
    return None


def _as_year(said: str, on: date) -> int:
    if said in _AGO:
        return on.year + _AGO[said]
    n = int(said.rstrip("年"))
    return n if n > 99 else 2000 + n


def _as_month(match: re.Match[str]) -> int | None:
    said = match.groupdict()
    if said.get("end"):
        return 12
    if not said.get("m"):
        return None
    return int(match["m"]) if match["m"].isdigit() else _NUMERALS.index(match["m"])


def _by_age(title: Title, said: _Said, on: date) -> Reading:
    """Return a title as held where the year it was given leaves it in force, else open."""
    year = _given(said.clause.years, said.tail, said.following)
    if year is None or not title.years:
        return _verdict(title, True)
    if year.ago > title.years:
        note = f"给的年份早，称号一般{title.years}年有效，要看现在还在不在有效期"
        return _unsure(title, note)
    if year.ago < 0:
        return _open(title)
    if year.ago == title.years:
        whole = said.clause.text + "，" + said.near
        month = re.search(rf"年(?:的)?{_MONTH}", whole)
        late = _as_month(month) if month else 12 if re.search(r"年(?:底|末)", whole) else None
        return _verdict(title, True) if late is not None and late > on.month else _open(title)
    return _verdict(title, True)


def _continuing(following: Sequence[Clause]) -> list[str]:
    """Return the clauses that still speak of the same title: up to the next subject of their own."""
    out = []
    for clause in following:
        if any(title.shape.search(clause.text) for title in words.TITLES) or re.search(
            r"营收|收入|研发|员工|发明|资产|负债", clause.text
        ):
            break
        out.append(clause.text)
    return out


def _given(years: Sequence[Year], tail: str, following: Sequence[Clause]) -> Year | None:
    """Return the year a title was given, where one is named."""
    if years and not measures_in(tail):
        return years[0]
    for clause in following[:1]:
        if clause.years and re.search(r"拿|评|认定|公告|公布|发|批|获|入库|通过|年的$", clause.text):
            return clause.years[0]
    return None
