"""Inventions counted: how many are held (class1_ip_total), how many of them do not count (class1_ip_not_counted).

Class 1 is granted inventions, plant varieties, new drugs, circuit layouts. Utility models, designs, software rights and
trade marks are not; what is filed but not granted is none yet; what was bought or is not in use is held but not counted.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from assistant.numbers import find

_NOUN = r"(?:国家|国内|授权的?|有效的?|已授权的?)*(?:发明(?:专利)?(?!奖|家|人|创造)|[Ⅰ1I一]类(?:知识产权|知产)?|(?:集成电路)?布图设计|植物新品种|新药证书?)"  # noqa: E501
_LESSER = r"实用(?:新型)?|软著|软件著作权|著作权|外观(?:设计|专利)?|商标|新型|版权"
_INVENTION = re.compile(_NOUN)
_OTHER_IP = re.compile(_LESSER)
_ANY_PATENT = re.compile(r"专利|知识产权|知产")
_PENDING = re.compile(r"在审|实审|实质审查|审查(?:中|着|阶段)|受理|(?:还|正)?在?申请(?:中|着|阶段)|正在申请|刚(?:报|申请|递)|报着|没(?:有)?(?:授权|下证|下来|批|拿到证|到手|出证)|未(?:授权|下证)|等(?:证|授权|着)|公(?:示|开)(?:期|中|阶段|了还)|排队|刚交|递上去|待(?:授权|审)")  # fmt: skip  # noqa: E501
_GRANTED = re.compile(r"授权|下证|拿到?证|到手|批下来|下来了")
_BOUGHT = re.compile(r"买(?!设备|卖)|转让|转(?:入|过来|进来|来|到我们)|受让|收购|过户|划转|(?:高校|大学|学校|研究所|个人|老板|别人|集团|母公司)(?:手里|那儿|那里|那边|名下)?转")  # fmt: skip  # noqa: E501
_LICENSED = re.compile(r"许可|授权(?:我们|给我们)使用|借用|租")
_FAR = re.compile(r"排(?:名|在)?(?:到)?(?:第)?[四五六七八九4-9]|第[四五六七八九4-9](?:权利人|专利权人|完成)")
_IDLE = re.compile(r"(?:跟|和|与)?(?:主导|主打|主营|主要|核心|现在(?:的)?)?(?:的)?(?:产品|业务|这块)?(?:没(?:有|啥|什么)?关系|不(?:相关|搭边|搭界|沾边)|无关|没关联)|没(?:用上|用起来|应用|产生效益|出效益|投产|用过)|闲着|吃灰|压箱底|放着没用")  # fmt: skip  # noqa: E501
_DEAD = re.compile(r"失效|过期|没交年费|没续费|到期了|作废|无效(?!果)|放弃")
_ALL_OWN = re.compile(r"(?:全|都|均)(?:部)?(?:是)?(?:我们|咱们?)?(?:自己|自主|原始)(?:研发|申请|开发|做|搞|取得|研究|弄|报)|没有?(?:一个|一项)?(?:是)?(?:买|转让|转入|受让)(?:的|来的|过)?|不是买|自主研发$|(?:全|都)是自(?:研|有)")  # fmt: skip  # noqa: E501
_ALL = re.compile(r"(?:全|都|均)(?:部)?(?:是|还|在|从)?")
_NONE = re.compile(
    r"(?:一(?:个|项|件)?)?(?:都|也)?(?:没有?|无|零|0个?)(?:一(?:个|项))?(?:呢|的|过)?$|没有?(?:一(?:个|项|件))?(?:$|[，,。])"
)
_NO_BEFORE = re.compile(r"(?:没(?:有)?|无|零|一(?:个|项)(?:都)?没有?)(?:一(?:个|项|件))?(?:什么|任何|啥)?$")
_PART = re.compile(r"其中|里头|里面|当中|这里面|有(?=.{0,3}(?:个|项|件))|另外|还有|剩|余")


_NO_PATENT = re.compile(
    r"(?:没(?:有)?|无|零)(?:一个|一项|任何|什么|啥|申请过|搞过|弄过)?(?:专利|知识产权)(?!代理|纠纷|问题|布局|部|证书|人员|优势|示范)"
)


class _Count:
    """What has been added up so far."""

    def __init__(self) -> None:
        self.total: Decimal | None = None
        self.out = Decimal(0)
        """Held, but not counted."""
        self.lost = Decimal(0)
        """Not held after all: pending, licensed, lapsed."""
        self.known_out = False
        self.all_pending = False
        self.vague: str = ""
        self.spoken = False
        self.total_is_granted = False
        self.words: list[str] = []


def read_patents(clauses: Sequence[Clause], asked: str | None) -> Iterator[Reading]:
    """Yield class 1 totals and what of them is not counted.

    Args:
        clauses: Of one message.
        asked: The fact the last reply asked for; where it was one of these, a bare count is read as inventions.
    """
    count = _Count()
    count.spoken = asked in {"class1_ip_total", "class1_ip_not_counted", "class1_ip_effective_count"}
    for clause in clauses:
        if clause.mine and clause.real:
            _read(clause, count)
    yield from _readings(count, asked)


def _read(clause: Clause, count: _Count) -> None:
    text = clause.text
    if not (_INVENTION.search(text) or count.spoken):
        _unspecific(text, count)
        return
    numbers = list(_counts(text))
    at = 0
    for i, (start, end, value) in enumerate(numbers):
        stop = numbers[i + 1][0] if i + 1 < len(numbers) else len(text)
        before, after = text[at:start], text[end:stop]
        at = end
        kind = _kind(before, after, count.spoken)
        if kind == "invention" and re.match(
            rf"(?:的)?(?:{_NOUN})?(?:都|也|还)*(?:没|无)(?!授权|下证|用)", after
        ):
            count.total, count.spoken = Decimal(0), True
            count.words.append(text)
        elif kind == "invention":
            _add(value, before, after, text, count)
        elif kind == "part":
            count.words.append(text)
            _part(value, before, after, count)
    if not numbers:
        _without_number(text, count)
    _whole(text, count)


def _counts(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield (start, end, number) of what is counted in 个, 项, 件, or not at all: 俩, 发明3."""
    for q in find(text):
        if q.kind != "number" or q.value is None or q.scale or q.value > 500:
            continue
        if q.unit in {"个", "项", "件", "篇", "条", "种", "张", "本", "", "类"} and not re.match(
            r"类|年|月|级", text[q.end :]
        ):
            yield q.start, q.end, q.value
    for match in re.finditer(r"(?<![一-九十百第\d])([一两三四五六七八九])(?=(?:发明|实用|软著|外观))", text):
        yield match.start(), match.end(), Decimal("零一二三四五六七八九".find(match[1].replace("两", "二")))


def _kind(before: str, after: str, spoken: bool) -> str:
    """Return what a number counts: an invention, a lesser right, a part of those spoken of, or something else."""
    close = re.match(rf"(?:有效|授权|已授权|国家|国内|自主|的)*(?:{_NOUN})", after)
    if close:
        return "invention"
    if re.match(rf"(?:有效|授权|的)*(?:{_LESSER})", after):
        return "lesser"
    named = [m for m in re.finditer(rf"{_NOUN}|{_LESSER}", before)]
    if named and len(before) - named[-1].end() <= 8:
        return (
            "invention" if _INVENTION.match(named[-1][0]) and not _OTHER_IP.match(named[-1][0]) else "lesser"
        )
    if re.match(r"(?:多)?(?:人|万|年|月|客户|产品|车间|工厂|厂|股东|部门|团队|系统)", after):
        return "other"
    if named and not _INVENTION.match(named[-1][0]):
        return "lesser"
    return "part" if spoken else "other"


def _add(value: Decimal, before: str, after: str, text: str, count: _Count) -> None:
    """Take a number of inventions: the whole, or a part of a whole named before."""
    count.spoken = True
    count.words.append(text)
    pending = _PENDING.search(after) or _PENDING.search(before)
    if pending and not _GRANTED.search(after.replace("没授权", "")):
        count.lost += value if count.total is not None else 0
        count.all_pending |= count.total is None
        return
    if count.total is None:
        if _BOUGHT.search(before) and not re.search(r"自己|自主", after):
            count.total, count.out, count.known_out = value, value, True
            return
        count.total = value
        tail = _own_part(after)
        if tail:
            _mark(value, tail, count)
        return
    _part(value, before, after, count)


def _own_part(after: str) -> str:
    """Return what is said of the whole number in the same breath: 两个发明是买的."""
    match = re.match(rf"(?:的)?(?:{_NOUN})?(?:都|全|全部)?(?:是|从)(?P<what>[^，,]*)", after)
    return match["what"] if match else ""


def _part(value: Decimal, before: str, after: str, count: _Count) -> None:
    """Take a number out of those spoken of: 一个是买的, 两个还在审, 授权了三个."""
    if re.search(r"授权了?$|下证了?$|到手了?$|拿到了?$", before):
        count.total, count.total_is_granted = value, True
        return
    if re.search(r"自己|自主|原始", after) and not _BOUGHT.search(after):
        return
    _mark(value, f"{before}|{after}", count)


def _mark(value: Decimal, said: str, count: _Count) -> None:
    if _PENDING.search(said) or _DEAD.search(said) or _LICENSED.search(said):
        if not count.total_is_granted:
            count.lost += value
    elif _BOUGHT.search(said) or _FAR.search(said) or _IDLE.search(said):
        count.out += value
        count.known_out = True


def _without_number(text: str, count: _Count) -> None:
    """Take 发明一个都没有, 没有发明专利, 都是买的."""
    named = _INVENTION.search(text)
    if named and (_NO_BEFORE.search(text[: named.start()]) or _NONE.search(text[named.end() :])):
        if not re.search(r"(?:用上|授权|问题|纠纷|出|过期)", text[named.end() :]):
            count.total, count.spoken = Decimal(0), True
            count.words.append(text)
    elif named:
        count.spoken = True


def _whole(text: str, count: _Count) -> None:
    """Take what is said of all of them: 都是自己研发的, 全是买的, 都还在审."""
    if count.total is None or count.total == 0:
        return
    if _ALL_OWN.search(text):
        count.known_out = True
        return
    if not re.search(r"都|全|均", text) or any(
        True for _ in _counts(text[text.find("都") :] if "都" in text else text)
    ):
        return
    if _PENDING.search(text):
        count.lost = count.total
    elif _BOUGHT.search(text) or _IDLE.search(text):
        count.out, count.known_out = count.total, True


def _unspecific(text: str, count: _Count) -> None:
    """Take 专利有八个, which does not say of what class."""
    if _NO_PATENT.search(text):
        count.total = Decimal(0)
        count.words.append(text)
    elif _ANY_PATENT.search(text) and not _OTHER_IP.search(text) and any(True for _ in _counts(text)):
        count.vague = text


def _readings(count: _Count, asked: str | None) -> Iterator[Reading]:
    words = "，".join(dict.fromkeys(count.words)) or ""
    if count.total is not None:
        total = max(count.total - count.lost, Decimal(0))
        yield Reading(fact="class1_ip_total", value=total, words=words, dated=True)
        if count.known_out:
            yield Reading(fact="class1_ip_not_counted", value=min(count.out, total), words=words, dated=True)
        return
    if count.known_out and count.out:
        yield Reading(fact="class1_ip_not_counted", value=count.out, words=words, dated=True)
    if count.vague:
        yield Reading(
            fact="class1_ip_total",
            value=None,
            words=count.vague,
            note="没说是发明专利还是实用新型、软著，只有已授权的发明这类算Ⅰ类",
        )
    elif count.all_pending:
        yield Reading(
            fact="class1_ip_total", value=None, words=words, note="在审的不算，已授权的发明专利有几项"
        )
