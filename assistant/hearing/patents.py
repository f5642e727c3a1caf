"""Inventions counted: how many are held (class1_ip_total), how many of them do not count (class1_ip_not_counted).

Class 1 is granted inventions, plant varieties, new drugs, circuit layouts. Utility models, designs, software rights and
trade marks are not; what is filed but not granted, lapsed, licensed, sold or in another's name is not held; what was
bought, is shared with the firm in fourth place or later, or is not in use is held but not counted.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.hearing import patent_words as words
from assistant.hearing.clauses import Clause
from assistant.hearing.patent_counts import Item, counts_of, items_of
from assistant.hearing.patent_status import (
    follow_up,
    is_anothers,
    is_granted,
    is_pending,
    marked,
    take_shared,
    take_whole,
)
from assistant.hearing.patent_tally import Tally
from assistant.hearing.reading import Reading


def read_patents(
    clauses: Sequence[Clause],
    asked: str | None,
    prior: Decimal | None = None,
    stands: Decimal | None = None,
) -> Iterator[Reading]:
    """Yield class 1 totals and what of them is not counted.

    Args:
        clauses: Of one message.
        asked: The fact the last reply asked for; where it was one of these, a bare count is read as inventions.
        prior: The total told in the message before, of which this one may name a part: 有一个是买的.
        stands: The total that stands, told at any time before.
    """
    counted = asked in {"class1_ip_total", "class1_ip_not_counted", "class1_ip_effective_count"}
    tally = Tally(prior=prior, spoken=counted, asked=asked == "class1_ip_total")
    implied = None
    for clause in clauses:
        if words.ASKED.search(clause.text):
            if words.INVENTION.search(clause.text):
                tally.spoken = tally.others_spoken = tally.heard = True
            continue
        if clause.mine and clause.real and words.HAS_ONE.search(clause.text):
            none_held = tally.total == 0 or (tally.total is None and stands == 0)
            implied = implied or (clause.text if none_held else None)
            continue
        goes_on = tally.total is not None and words.GOES_ON.search(clause.text)
        if clause.real and (clause.mine or goes_on):
            _read(clause.text, clause.sentence, tally)
        elif words.INVENTION.search(clause.text):
            tally.spoken = tally.others_spoken = tally.heard = True
    yield from _readings(tally)
    if implied is not None:
        note = f"前面说没有发明专利，这次说“{implied}”，是不是在企业名下"
        yield Reading(fact="class1_ip_total", value=None, words=implied, note=note, clash=True)


def _read(text: str, sentence: int, tally: Tally) -> None:
    if words.ALL_ANOTHERS.search(text) and tally.total is None:
        tally.not_held = "在别人名下的不算企业持有，企业名下已授权的有几项"
        tally.anothers = tally.heard = tally.spoken = True
        tally.words.append(text)
        return
    named = words.INVENTION.search(text) is not None
    tally.takes_in = tally.takes_in or words.TAKES_IN.search(text) is not None
    if not (named or tally.spoken):
        _unspecific(text, tally)
        return
    tally.heard = tally.heard or named
    if (tally.asked and words.NO_ONE.fullmatch(text)) or _says_none(text, tally):
        tally.set(Decimal(0), text)
        return
    if tally.filed is not None and _settle_filed(text, tally):
        return
    items = list(items_of(text, spoken=tally.spoken))
    tally.spoken = tally.spoken or any(item.kind == "invention" for item in items)
    for item in items:
        _count(item, text, tally)
        tally.sentence, tally.at_inventions = sentence, item.kind == "invention"
    if not items:
        _without_number(text, tally)
        if not named and sentence == tally.sentence:
            follow_up(text, tally)
    take_shared(text, tally)
    take_whole(text, tally)


def _says_none(text: str, tally: Tally) -> bool:
    """Return whether a clause says that none is held: 授权的一张没有, 一个都没下来."""
    if not tally.heard or not words.NONE_HELD.search(text) or words.OTHER_IP.search(text):
        return False
    return tally.total is None or bool(words.EVEN_ONE.search(text) or words.GRANTED_NONE.search(text))


# ---------------------------------------------------------------- the tally


def _count(item: Item, text: str, tally: Tally) -> None:
    kind = _class1_kind(item.noun) if item.kind == "invention" else ""
    if item.kind == "invention" and re.match(
        rf"(?:的)?(?:{words.NOUN})?(?:都|也|还)*(?:没|无)(?!授权|下证|用|交|缴|续|过户|转|错|问题|毛病|事|争议)",
        item.after,
    ):
        _deny(kind, text, tally)
    elif words.WISHED.search(item.before):
        return
    elif _is_of_another_kind(kind, item, tally):
        _add_kind(kind, item, text, tally)
    elif (
        (tally.total is None or (tally.none_ours and words.OURS.search(item.before)))
        and not words.OF_THEM.search(item.before)
        and (item.kind == "invention" or _is_ours(item, tally))
    ):
        _first(item, text, tally)
        tally.kinds.add(kind or "all")
    elif item.kind in {"invention", "part"}:
        tally.words.append(text)
        _part(item, tally)


# ---------------------------------------------------------------- kinds of class 1


def _class1_kind(noun: str) -> str:
    """Return the kind of class 1 a noun names; all where it names the class."""
    return next((name for name, shape in words.KINDS.items() if shape.search(noun)), "all")


def _is_of_another_kind(kind: str, item: Item, tally: Tally) -> bool:
    """Return whether a number is of a kind that the total does not hold yet: 布图设计三个，发明两个 is five."""
    if tally.total is None or not kind or words.OF_THEM.search(item.before):
        return False
    return bool(tally.kinds) and not tally.kinds & {kind, "all"} and kind != "all"


def _add_kind(kind: str, item: Item, text: str, tally: Tally) -> None:
    """Add rights of another kind to the total; those not granted are none."""
    if is_pending(item.said) or tally.total is None:
        return
    if item.bounds or tally.bounds:
        low, high = tally.bounds or (tally.total, tally.total)
        more = item.bounds or (item.value, item.value)
        tally.bounds = (low + more[0], high + more[1])
    tally.kinds.add(kind)
    tally.words.append(text)
    tally.total += item.value
    tally.spoke_of(item.value, marked(item.said, tally))


def _deny(kind: str, text: str, tally: Tally) -> None:
    """Take it that none of a kind are held; of inventions alone that says that there are none at all."""
    if kind in {"patent", "all"} and not (tally.total is not None and tally.kinds - {"patent"}):
        tally.set(Decimal(0), text)
    if kind != "all":
        tally.kinds.add(kind)


# ---------------------------------------------------------------- filed


def _settle_filed(text: str, tally: Tally) -> bool:
    """Take what became of all that were ever filed: 发明就报了一个，还在实审; False where a clause does not say."""
    granted = is_granted(text)
    if tally.filed is None or not (granted or words.PENDING.search(text)) or words.EITHER.search(text):
        return False
    if any(True for _ in counts_of(text)):
        return False
    tally.set(tally.filed if granted else Decimal(0), text)
    tally.filed = None
    return True


def _is_ours(item: Item, tally: Tally) -> bool:
    """Return whether a bare count is of the inventions just named: 发明嘛，有是有两个."""
    named = tally.others_spoken or tally.named
    if item.kind != "part" or not named or re.search(r"人|员工|产品|客户|设备|厂(?!里)|年", item.before):
        return False
    return re.search(r"[有就才只]$", item.before) is not None


def _first(item: Item, text: str, tally: Tally) -> None:
    """Take the first number of inventions: the whole, unless they are not the firm's."""
    tally.words.append(text)
    if tally.anothers:
        return
    if is_pending(item.said) or is_pending(item.before):
        if words.ONLY.search(item.before) and not re.search(r"年|月|[这本]次|期", item.before):
            _only_filed(item, text, tally)
        tally.not_held = "在审的不算，已授权的发明专利有几项"
        return
    elsewhere = re.match(
        rf"(?:{words.NOUN})?(?:都|全)?(?:是)?(?:挂|放|登记|落)?在(?:{words.ANOTHERS.pattern})", item.after
    )
    if words.ANOTHERS.search(item.before) or elsewhere:
        tally.not_held = "在别人名下的不算企业持有，企业名下已授权的有几项"
        return
    if words.LICENSED.search(item.before + item.after):
        tally.not_held = "许可来用的不算企业持有，自己名下已授权的有几项"
        return
    tally.total, tally.bounds, tally.last, tally.last_mark = item.value, item.bounds, item.value, ""
    tally.lost = Decimal(0)
    tally.ours = words.OURS.search(item.before) is not None
    tally.once = words.ONCE.search(item.before) is not None
    tally.own_only = words.OWN.search(item.before + item.after) is not None
    if words.GRANTED.search(item.said):
        tally.granted_only = True
    whole = re.match(rf"(?:的)?(?:{words.NOUN})?(?:都|全|全部)?(?:是|从)(?P<what>[^，,]*)", item.after)
    if words.BOUGHT.search(item.before) and not words.OWN.search(item.after):
        tally.last_mark = "out"
    elif whole:
        tally.last_mark = marked(whole["what"], tally)
    tally.mark(item.value, tally.last_mark)


def _only_filed(item: Item, text: str, tally: Tally) -> None:
    """Take all that were ever filed: none are held where they are pending, else the next clause says."""
    if is_pending(item.said) and item.said == item.after:
        tally.set(Decimal(0), text)
        tally.kinds.add("patent")
    else:
        tally.filed = item.value


def _part(item: Item, tally: Tally) -> None:
    """Take a number out of those spoken of: 一个是买的, 两个还在审, 授权了三个, 剩两个, 又下来一个."""
    again = tally.prior is not None and tally.total is None and _is_retold(item)
    whole = tally.total if tally.total is not None else tally.prior
    if whole is not None and whole == tally.parts + item.value and words.REST.search(item.before):
        return  # 五个，两个买的，剩下三个自己做的: five it is
    if again or words.REMAIN.search(item.before):
        tally.set(item.value, "", item.bounds)
        tally.words.pop()
    elif words.GRANTED_NUMBER.search(item.before) and not words.ADDS.search(item.before):
        before = tally.total if tally.granted_only and re.search(r"\d年|[去前今]年", item.before) else None
        tally.total, tally.granted_only, tally.lost = item.value + (before or 0), True, Decimal(0)
        tally.last, tally.last_mark = item.value, ""
    elif words.ADDS.search(item.before) and words.GRANTED.search(item.said) and not is_pending(item.said):
        tally.total = (tally.total or Decimal(0)) + item.value
    elif tally.own_only and words.BOUGHT.search(item.said) and not words.WITHIN.search(item.before):
        tally.total = (tally.total or Decimal(0)) + item.value
        tally.spoke_of(item.value, marked(item.said, tally))
    elif _is_besides(item, tally):
        return  # 另有两项在申请, 另外失效了两件, 老板名下两个: none of those counted
    else:
        own = words.OWN.search(item.said) and not words.BOUGHT.search(item.said)
        tally.spoke_of(item.value, "" if own and not is_anothers(item.said) else marked(item.said, tally))


def _is_retold(item: Item) -> bool:
    """Return whether a number is the total once more: 行政说只有四个."""
    whole = re.fullmatch(rf"(?:{words.NOUN})?(?:专利)?[了的吧呢啊]*", item.after)
    return bool(
        re.search(r"(?:^|应该|其实|实际上?|准确|确切)(?:只)?是$", item.before)
        or (whole and words.RETOLD.search(item.before))
    )


def _is_besides(item: Item, tally: Tally) -> bool:
    """Return whether a number is of others than those counted."""
    if tally.ours and is_anothers(item.said + item.before):
        return not words.WITHIN.search(item.before) or words.BESIDES.search(item.before) is not None
    if not words.BESIDES.search(item.before):
        return False
    lapsed = words.DEAD.search(item.before) and "另外" in item.before
    lent = words.LICENSED.search(item.said) or is_anothers(item.said)
    return is_pending(item.said) or bool(lapsed or lent)


def _without_number(text: str, tally: Tally) -> None:
    """Take 发明一个都没有, 没有发明专利, 发明还在审, 有一半是买的."""
    if "一半" in text and tally.total and tally.total % 2 == 0 and (mark := marked(text, tally)):
        tally.words.append(text)
        tally.spoke_of(tally.total / 2, mark)
        return
    named = words.INVENTION.search(text)
    if named and (words.NO_BEFORE.search(text[: named.start()]) or words.NONE.search(text[named.end() :])):
        if not re.search(r"(?:用上|授权|问题|纠纷|出|过期)", text[named.end() :]):
            _deny(_class1_kind(named[0]), text, tally)
            tally.spoken = True
    elif named:
        tally.spoken = tally.named = True


def _unspecific(text: str, tally: Tally) -> None:
    """Take 专利有八个, which does not say of what class."""
    if words.NO_PATENT.search(text):
        tally.total = Decimal(0)
        tally.words.append(text)
    elif (
        words.ANY_PATENT.search(text)
        and not words.OTHER_IP.search(text)
        and any(True for _ in counts_of(text))
    ):
        tally.vague = text


def _readings(tally: Tally) -> Iterator[Reading]:
    said = "，".join(dict.fromkeys(word for word in tally.words if word))
    if tally.total is not None:
        yield from _told(tally, tally.total, said)
        return
    if tally.prior is not None and 0 < tally.lost <= tally.prior:
        yield Reading(fact="class1_ip_total", value=tally.prior - tally.lost, words=said, dated=True)
    if tally.known_out and tally.out:
        yield Reading(fact="class1_ip_not_counted", value=tally.out, words=said, dated=True)
    if tally.vague:
        note = "没说是发明专利还是实用新型、软著，只有已授权的发明这类算Ⅰ类"
        yield Reading(fact="class1_ip_total", value=None, words=tally.vague, note=note)
    elif tally.not_held:
        yield Reading(fact="class1_ip_total", value=None, words=said, note=tally.not_held)


def _told(tally: Tally, whole: Decimal, said: str) -> Iterator[Reading]:
    if tally.once and not tally.lost:
        note = "原来的数，要现在企业名下还有效的几项"
        yield Reading(fact="class1_ip_total", value=None, words=said, note=note)
        return
    if tally.takes_in:
        note = "在审的也算进去了，已授权的发明专利有几项"
        yield Reading(fact="class1_ip_total", value=None, words=said, note=note)
        return
    total = max(whole - tally.lost, Decimal(0))
    low, high = (tally.bounds if tally.bounds and not tally.lost else None) or (None, None)
    note = "要个准数" if low is not None else ""
    value = None if tally.bounds else total
    yield Reading(fact="class1_ip_total", value=value, words=said, low=low, high=high, note=note, dated=True)
    if tally.known_out and not tally.bounds:
        yield Reading(fact="class1_ip_not_counted", value=min(tally.out, total), words=said, dated=True)
