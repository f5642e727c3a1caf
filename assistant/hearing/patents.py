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
from assistant.hearing.patent_counts import Item, counts_of, figure_of, items_of
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
    tally = _Tally(prior=prior, spoken=counted, asked=asked == "class1_ip_total")
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


def _read(text: str, sentence: int, tally: "_Tally") -> None:
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
    items = list(items_of(text, spoken=tally.spoken))
    tally.spoken = tally.spoken or any(item.kind == "invention" for item in items)
    for item in items:
        _count(item, text, tally)
        tally.sentence = sentence
    if not items:
        _without_number(text, tally)
        if not named and sentence == tally.sentence:
            _follow_up(text, tally)
    _shared(text, tally)
    _whole(text, tally)


def _says_none(text: str, tally: "_Tally") -> bool:
    """Return whether a clause says that none is held: 授权的一张没有, 一个都没下来."""
    if not tally.heard or not words.NONE_HELD.search(text) or words.OTHER_IP.search(text):
        return False
    return tally.total is None or bool(words.EVEN_ONE.search(text) or words.GRANTED_NONE.search(text))


# ---------------------------------------------------------------- the tally


class _Tally:
    """What has been added up so far."""

    def __init__(self, *, spoken: bool, asked: bool, prior: Decimal | None) -> None:
        self.prior = prior
        self.asked = asked
        """The total was just asked for."""
        self.spoken = spoken or prior is not None
        """Inventions are what is being counted."""
        self.heard = spoken
        """They were named in this message, or asked for."""
        self.others_spoken = False
        """Another firm's inventions were told of: 母公司四十个发明，我们就两个."""
        self.named = False
        """Inventions were named, with no number yet: 发明嘛，有两个."""
        self.total: Decimal | None = None
        self.bounds: tuple[Decimal, Decimal] | None = None
        """What a total told roughly lies between."""
        self.out = Decimal(0)
        """Held, but not counted."""
        self.lost = Decimal(0)
        """Not held after all: pending, licensed, lapsed, sold, another's."""
        self.parts = Decimal(0)
        """How many have been told of apart."""
        self.last: Decimal | None = None
        """How many were spoken of last, of which the next clause may go on: 有一个，年费没交."""
        self.last_mark = ""
        """What was said of those: out, lost, or nothing yet."""
        self.sentence = -1
        """Where they were spoken of."""
        self.holders = 0
        """How many hold those together, at least."""
        self.known_out = False
        self.once = False
        """The total is one of earlier days: 原来有四个."""
        self.takes_in = False
        """Those pending were said to be among them: 连在审的算上."""
        self.not_held = ""
        """Why those spoken of are none of the firm's, where none other were told."""
        self.anothers = False
        """All of them were said to be in another's name."""
        self.own_only = False
        """The total told is of those of its own making: 自主3件、转让2件 is five."""
        self.vague = ""
        self.granted_only = False
        """The total told is of the granted ones: those pending are none of it."""
        self.words: list[str] = []

    def set(self, total: Decimal, text: str, bounds: tuple[Decimal, Decimal] | None = None) -> None:
        """Take a total; what was lost before it is no part of it."""
        self.total, self.bounds, self.spoken, self.lost, self.once = total, bounds, True, Decimal(0), False
        self.last, self.last_mark = total, ""
        self.words.append(text)

    def mark(self, value: Decimal, mark: str) -> None:
        """Take some out of the total, as `lost` or `out`."""
        if mark == "lost":
            self.lost += value
        elif mark == "out":
            self.out += value
            self.known_out = True

    def spoke_of(self, value: Decimal, mark: str) -> None:
        """Note a part and what was said of it."""
        self.last, self.last_mark, self.holders = value, mark, 0
        self.parts += value
        self.mark(value, mark)


def _count(item: Item, text: str, tally: _Tally) -> None:
    if item.kind == "invention" and re.match(
        rf"(?:的)?(?:{words.NOUN})?(?:都|也|还)*(?:没|无)(?!授权|下证|用|交|缴|续|过户|转|错|问题|毛病|事|争议)",
        item.after,
    ):
        tally.set(Decimal(0), text)
    elif words.WISHED.search(item.before):
        return
    elif (
        tally.total is None
        and not words.OF_THEM.search(item.before)
        and (item.kind == "invention" or _is_ours(item, tally))
    ):
        _first(item, text, tally)
    elif item.kind in {"invention", "part"}:
        tally.words.append(text)
        _part(item, tally)


def _is_ours(item: Item, tally: _Tally) -> bool:
    """Return whether a bare count is of the inventions just named: 发明嘛，有是有两个."""
    named = tally.others_spoken or tally.named
    if item.kind != "part" or not named or re.search(r"人|员工|产品|客户|设备|厂(?!里)|年", item.before):
        return False
    return re.search(r"[有就才只]$", item.before) is not None


def _first(item: Item, text: str, tally: _Tally) -> None:
    """Take the first number of inventions: the whole, unless they are not the firm's."""
    tally.words.append(text)
    if tally.anothers:
        return
    if _is_pending(item.said) or _is_pending(item.before):
        tally.not_held = "在审的不算，已授权的发明专利有几项"
        return
    elsewhere = re.match(rf"(?:{words.NOUN})?在(?:{words.ANOTHERS.pattern})", item.after)
    if words.ANOTHERS.search(item.before) or elsewhere:
        tally.not_held = "在别人名下的不算企业持有，企业名下已授权的有几项"
        return
    if words.LICENSED.search(item.before + item.after):
        tally.not_held = "许可来用的不算企业持有，自己名下已授权的有几项"
        return
    tally.total, tally.bounds, tally.last, tally.last_mark = item.value, item.bounds, item.value, ""
    tally.once = words.ONCE.search(item.before) is not None
    tally.own_only = words.OWN.search(item.before + item.after) is not None
    if words.GRANTED.search(item.said):
        tally.granted_only = True
    whole = re.match(rf"(?:的)?(?:{words.NOUN})?(?:都|全|全部)?(?:是|从)(?P<what>[^，,]*)", item.after)
    if words.BOUGHT.search(item.before) and not words.OWN.search(item.after):
        tally.last_mark = "out"
    elif whole:
        tally.last_mark = _marked(whole["what"], tally)
    tally.mark(item.value, tally.last_mark)


def _is_pending(said: str) -> bool:
    """Return whether the words say filed but not granted."""
    granted = words.GRANTED.search(re.sub(words.UNGRANTED, "", said))
    return words.PENDING.search(said) is not None and granted is None


def _part(item: Item, tally: _Tally) -> None:
    """Take a number out of those spoken of: 一个是买的, 两个还在审, 授权了三个, 剩两个, 又下来一个."""
    again = tally.prior is not None and tally.total is None and re.search(r"(?:^|应该|其实)是$", item.before)
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
    elif words.ADDS.search(item.before) and words.GRANTED.search(item.said) and not _is_pending(item.said):
        tally.total = (tally.total or Decimal(0)) + item.value
    elif tally.own_only and words.BOUGHT.search(item.said) and not words.WITHIN.search(item.before):
        tally.total = (tally.total or Decimal(0)) + item.value
        tally.spoke_of(item.value, _marked(item.said, tally))
    elif words.BESIDES.search(item.before) and _is_besides(item):
        return  # 另有两项在申请, 另外失效了两件: none of those counted
    else:
        own = words.OWN.search(item.said) and not words.BOUGHT.search(item.said)
        tally.spoke_of(item.value, "" if own and not _anothers(item.said) else _marked(item.said, tally))


def _is_besides(item: Item) -> bool:
    lapsed = words.DEAD.search(item.before) and "另外" in item.before
    return _is_pending(item.said) or bool(lapsed)


def _anothers(said: str) -> bool:
    return words.ANOTHERS.search(said) is not None


def _marked(said: str, tally: _Tally) -> str:
    """Return what words make of those they speak of: lost, out, or neither."""
    if _is_pending(said):
        return "" if tally.granted_only else "lost"
    if any(p.search(said) for p in (words.DEAD, words.LICENSED, words.SOLD, words.ANOTHERS)):
        return "lost"
    return "out" if any(p.search(said) for p in (words.BOUGHT, words.FAR, words.IDLE)) else ""


def _without_number(text: str, tally: _Tally) -> None:
    """Take 发明一个都没有, 没有发明专利, 发明还在审, 有一半是买的."""
    if "一半" in text and tally.total and tally.total % 2 == 0 and (mark := _marked(text, tally)):
        tally.words.append(text)
        tally.spoke_of(tally.total / 2, mark)
        return
    named = words.INVENTION.search(text)
    if named and (words.NO_BEFORE.search(text[: named.start()]) or words.NONE.search(text[named.end() :])):
        if not re.search(r"(?:用上|授权|问题|纠纷|出|过期)", text[named.end() :]):
            tally.set(Decimal(0), text)
    elif named:
        tally.spoken = tally.named = True


_OTHER_THINGS = re.compile(r"房|土地|地皮|车|设备|股|贷|账|执照|商标|注册|合同|高企|称号")


def _follow_up(text: str, tally: _Tally) -> None:
    """Take what a clause adds of those spoken of last: 证书上写的是我个人名字, 年费没交."""
    if tally.last is None or tally.last_mark == "lost" or _OTHER_THINGS.search(text):
        return
    if re.search(r"都|全|均", text) or words.REST.search(text):
        return  # said of all, or of others
    if words.ANOTHERS.search(text) or (words.DEAD.search(text) and re.search(r"年费|国知局|专利", text)):
        if tally.last_mark == "out":
            tally.out -= tally.last
        tally.words.append(text)
        tally.mark(tally.last, "lost")
        tally.last_mark = "lost"


def _shared(text: str, tally: _Tally) -> None:
    """Take 权利人五个，我们排最后: from the fourth place on it does not count."""
    for shape, more in ((words.WITH_OTHERS, 1), (words.HOLDERS, 0)):
        if said := shape.search(text):
            tally.holders = max(tally.holders, figure_of(said) + more)
            tally.words.append(text)
            break
    ours = words.OUR_PLACE.search(text)
    if ours is None or not tally.last or tally.last_mark:
        return
    place = tally.holders if ours["last"] else figure_of(ours)
    if place >= 4:
        tally.words.append(text)
        tally.last_mark = "out"
        tally.mark(tally.last, "out")


def _whole(text: str, tally: _Tally) -> None:
    """Take what is said of all of them: 都是自己研发的, 全是买的, 都还在审, 跟产品没关系; or of the rest: 其余都是买的."""
    if tally.total is None or tally.total == 0:
        return
    if words.ALL_OWN.search(text) and not words.ANOTHERS.search(text):
        tally.known_out = True
        return
    if "被许可" in text:
        tally.lost = tally.total
        return
    counted = any(True for _ in counts_of(text[text.find("都") :] if "都" in text else text))
    all_of_them = re.search(r"都|全|均", text) or (words.IDLE.search(text) and not words.EITHER.search(text))
    if counted or not all_of_them:
        return
    if words.REST.search(text):
        tally.spoke_of(tally.total - tally.parts, _marked(text, tally))
    elif (
        _is_pending(text) or words.ANOTHERS.search(text) or words.DEAD.search(text) or words.SOLD.search(text)
    ):
        tally.lost = tally.total
    elif words.BOUGHT.search(text) or words.IDLE.search(text):
        tally.out, tally.known_out = tally.total, True


def _unspecific(text: str, tally: _Tally) -> None:
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


def _readings(tally: _Tally) -> Iterator[Reading]:
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


def _told(tally: _Tally, whole: Decimal, said: str) -> Iterator[Reading]:
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
