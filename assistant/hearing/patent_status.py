"""What is said of inventions counted: pending, lapsed, bought, another's, shared, of the firm's own making."""

import re

from assistant.hearing import patent_words as words
from assistant.hearing.patent_counts import counts_of, figure_of
from assistant.hearing.patent_tally import Tally

_OTHER_THINGS = re.compile(r"房|土地|地皮|车|设备|股|贷|账|执照|商标|注册|合同|高企|称号")


_STILL_UNGRANTED = re.compile(
    r"(?:现在|目前|到现在|结果|可是?|但是?|就是|只是|不过|也|还|一直|证书?)*(?:没|未|在?实?审|受理|等证|等授权|申请中)(?!过)"
)


def follow_up(text: str, tally: Tally) -> None:
    """Take what a clause adds of those spoken of last: 证书上写的是我个人名字, 年费没交."""
    if tally.last is None or tally.last_mark == "lost" or _OTHER_THINGS.search(text):
        return
    if re.search(r"都|全|均", text) or words.REST.search(text):
        return  # said of all, or of others
    ungranted = (
        tally.at_inventions and not tally.granted_only and _STILL_UNGRANTED.match(text) and is_pending(text)
    )
    if (
        ungranted
        or words.ANOTHERS.search(text)
        or (words.DEAD.search(text) and re.search(r"年费|国知局|专利", text))
    ):
        if tally.last_mark == "out":
            tally.out -= tally.last
        tally.words.append(text)
        tally.mark(tally.last, "lost")
        tally.last_mark = "lost"


def take_shared(text: str, tally: Tally) -> None:
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


def take_whole(text: str, tally: Tally) -> None:
    """Take what is said of all of them: 都是自己研发的, 全是买的, 都还在审, 跟产品没关系; or of the rest: 其余都是买的."""
    if tally.total is None or tally.total == 0:
        return
    bare = words.BARE_OWN.fullmatch(text) and tally.at_inventions and tally.last == tally.total
    if (bare or words.ALL_OWN.search(text)) and not words.ANOTHERS.search(text):
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
        tally.spoke_of(tally.total - tally.parts, marked(text, tally))
    elif (
        is_pending(text) or words.ANOTHERS.search(text) or words.DEAD.search(text) or words.SOLD.search(text)
    ):
        tally.lost = tally.total
    elif words.BOUGHT.search(text) or words.IDLE.search(text):
        tally.out, tally.known_out = tally.total, True


def marked(said: str, tally: Tally) -> str:
    """Return what words make of those they speak of: lost, out, or neither."""
    if is_pending(said):
        return "" if tally.granted_only else "lost"
    if any(p.search(said) for p in (words.DEAD, words.LICENSED, words.SOLD, words.ANOTHERS)):
        return "lost"
    return "out" if any(p.search(said) for p in (words.BOUGHT, words.FAR, words.IDLE)) else ""


def is_pending(said: str) -> bool:
    """Return whether the words say filed but not granted."""
    return words.PENDING.search(said) is not None and not is_granted(said)


def is_granted(said: str) -> bool:
    """Return whether the words say granted, not just 没授权."""
    return words.GRANTED.search(re.sub(words.UNGRANTED, "", said)) is not None


def is_anothers(said: str) -> bool:
    """Return whether the words say that it is in another's name."""
    return words.ANOTHERS.search(said) is not None
