"""Inventions counted: how many are held (class1_ip_total), how many of them do not count (class1_ip_not_counted).

Class 1 is granted inventions, plant varieties, new drugs, circuit layouts. Utility models, designs, software rights and
trade marks are not; what is filed but not granted, licensed, sold or in another's name is not held; what was bought or is
not in use is held but not counted.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from assistant.numbers import find


def read_patents(
    clauses: Sequence[Clause], asked: str | None, prior: Decimal | None = None
) -> Iterator[Reading]:
    """Yield class 1 totals and what of them is not counted.

    Args:
        clauses: Of one message.
        asked: The fact the last reply asked for; where it was one of these, a bare count is read as inventions.
        prior: The total told in the message before, of which this one may name a part: 有一个是买的.
    """
    tally = _Tally(
        prior=prior, spoken=asked in {"class1_ip_total", "class1_ip_not_counted", "class1_ip_effective_count"}
    )
    tally.asked = asked == "class1_ip_total"
    for clause in clauses:
        if _ASKED.search(clause.text):
            continue
        named = tally.total is not None and _ANOTHERS.search(clause.text)  # 都是母公司名下的
        if clause.real and (clause.mine or named):
            _read(clause.text, tally)
        elif _INVENTION.search(clause.text):
            tally.spoken = tally.others_spoken = True
    yield from _readings(tally)


def _read(text: str, tally: "_Tally") -> None:
    if _ALL_ANOTHERS.search(text) and tally.total is None:
        tally.not_held = "在别人名下的不算企业持有，企业名下已授权的有几项"
        tally.anothers = True
        tally.words.append(text)
        return
    if not (_INVENTION.search(text) or tally.spoken):
        _unspecific(text, tally)
        return
    if tally.asked and _NO_ONE.fullmatch(text):
        tally.set(Decimal(0), text)
        return
    if _NONE_GRANTED.search(text) and (tally.total is None or _EVEN_ONE.search(text)):
        tally.set(Decimal(0), text)
        return
    items = list(_items(text, tally))
    for item in items:
        _count(item, text, tally)
    if not items:
        _without_number(text, tally)
    _whole(text, tally)


# ---------------------------------------------------------------- words

_NOUN = r"(?:国家|国内|授权的?|有效的?|已授权的?)*(?:发明(?:专利)?(?!奖|家|人|创造)|[Ⅰ1I一]类(?:知识产权|知产)?|(?:集成电路)?布图设计|植物新品种|新药证书?)"  # noqa: E501
_LESSER = r"实用(?:新型)?|软著|软件著作权|著作权|外观(?:设计|专利)?|商标|新型|版权"
_INVENTION, _OTHER_IP = re.compile(_NOUN), re.compile(_LESSER)
_EITHER = re.compile(rf"(?P<invention>{_NOUN})|(?P<lesser>{_LESSER})")
_ANY_PATENT = re.compile(r"专利|知识产权|知产")
_UNGRANTED = r"没(?:有)?(?:授权|下证|下来|批|拿到证|到手|出证)|未(?:授权|下证)"
_PENDING = re.compile(
    r"在审|实审|实质审查|审查(?:中|着|阶段)|受理|(?:还|正)?在?申请(?:中|着|阶段|了(?!下))|(?:正|还)?在(?:申请|申报|报|走流程)|申请号|刚(?:报|申请|递|提交)|报着|报了|"
    rf"{_UNGRANTED}|等(?:证|授权|着)|公(?:示|开)(?:期|中|阶段|了)?|排队|驳回|撤回|刚交|递上去|提交了|待(?:授权|审)"
)
_GRANTED = re.compile(r"授权|下证|拿到?证|到手|在手|有证|有效期|批下来|下来了?|批了|拿了")
_BOUGHT = re.compile(
    r"买(?!设备|卖)|转让(?:过来|来|取得|得)?(?!出|给)|转(?:入|过来|进来|来|到我们)|受让|收购|过户|划转|(?:高校|大学|学校|研究所|个人|老板|别人|集团|母公司)(?:手里|那儿|那里|那边|名下)?转"
)
_SOLD = re.compile(r"卖(?:了|掉|出)|转(?:让)?(?:出去|给(?!我们)|走)|过户给(?!我们)")
_LICENSED = re.compile(r"许可|授权(?:我们|给我们)使用|借用|租")
_ANOTHERS = re.compile(
    r"(?:我|老板|法人|股东|个人|他|她|老婆|集团|母公司|总公司|大学|学校|别人|人家)(?:个人|自己|们)?(?:的)?名下|(?:董事长|老板|法人|股东)(?:本人|个人)?持有|个人(?:名义|专利|的)(?!手)|不在公司名下"
)
_ALL_ANOTHERS = re.compile(rf"(?:专利|发明|知识产权)\S{{0,4}}(?:都|全|均)\S{{0,6}}(?:{_ANOTHERS.pattern})")
_FAR = re.compile(r"排(?:名|在)?(?:到)?(?:第)?[四五六七八九4-9]|第[四五六七八九4-9](?:权利人|专利权人|完成)")
_IDLE = re.compile(
    r"(?:跟|和|与)?(?:主导|主打|主营|主要|核心|现在(?:的)?)?(?:的)?(?:产品|业务|这块)?(?:没(?:有|啥|什么)?关系|不(?:相关|搭边|搭界|沾边)|无关|没关联)|"
    r"没(?:用上|用起来|应用|产生效益|出效益|投产|用过)|不在(?:主营|主导|主打)|闲着|吃灰|压箱底|放着没用"
)
_DEAD = re.compile(r"失效|过期|没交年费|没续费|(?<!快)(?<!要)到期了|作废|(?:被)?无效(?!果)|放弃")
_OWN = re.compile(r"自己|自主|原始|自研")
_ALL_OWN = re.compile(
    r"(?:全|都|均)(?:部)?(?:是)?(?:我们|咱们?)?(?:自己|自主|原始)(?:研发|申请|开发|做|搞|取得|研究|弄|报)|没有?(?:一个|一项)?(?:是)?(?:买|转让|转入|受让)(?:的|来的|过)?|不是买|自主研发$|(?:全|都)是自(?:研|有)"
)
_REMAIN = re.compile(r"剩|余下|现在(?:还)?(?:有|共|就)|目前(?:有|共)|一共|总共|合计|加起来|总计")
_ADDS = re.compile(r"又|再|另外|还有|加上|新(?:增|添|下|批)")
_WITHIN = re.compile(r"其中|里面|里头|当中|有$")
_BESIDES = re.compile(r"另|还有|此外|再有|还在")
_ASKED = re.compile(
    r"够不够|吗|是不是|能不能|要不要|行不行|报不了|才能|多少|[要需得]\S{0,2}[几\d一二两三四五六七八九]\S{0,2}(?:发明|专利)"
)
_NONE = re.compile(
    r"(?:一(?:个|项|件)?)?(?:都|也)?(?:没有?|无|零|0个?)(?:一(?:个|项))?(?:呢|的|过)?$|没有?(?:一(?:个|项|件))?(?:$|[，,。])"
)
_NO_BEFORE = re.compile(
    r"(?:没(?:有)?|无|零|一(?:个|项)(?:都)?没有?)(?:一(?:个|项|件))?(?:什么|任何|啥|自己的?|自家的?)*$"
)
_NONE_GRANTED = re.compile(rf"^(?:但|可)?一(?:个|项|件)(?:都|也)?(?:还)?(?:{_UNGRANTED})")
_NO_ONE = re.compile(r"(?:现在|目前)?(?:一(?:个|项|件)(?:都|也)?)?(?:还)?没(?:有)?(?:呢|啊|的)?")
_EVEN_ONE = re.compile(r"^(?:但|可)?一(?:个|项|件)(?:都|也)")
_NO_PATENT = re.compile(
    r"(?:没(?:有)?|无|零)(?:一个|一项|任何|什么|啥|申请过|搞过|弄过)?(?:专利|知识产权)(?!代理|纠纷|问题|布局|部|证书|人员|优势|示范)|(?:专利|知识产权)一(?:个|项|件)(?:都|也)没"
)


# ---------------------------------------------------------------- the tally


class _Tally:
    """What has been added up so far."""

    def __init__(self, *, spoken: bool, prior: Decimal | None) -> None:
        self.prior = prior
        self.others_spoken = False
        """Another firm's inventions were told of: 母公司四十个发明，我们就两个."""
        self.named = False
        """Inventions were named, with no number yet: 发明嘛，有两个."""
        self.asked = False
        """The total was just asked for."""
        self.total: Decimal | None = None
        self.bounds: tuple[Decimal, Decimal] | None = None
        """What a total told roughly lies between."""
        self.out = Decimal(0)
        """Held, but not counted."""
        self.lost = Decimal(0)
        """Not held after all: pending, licensed, lapsed, sold, another's."""
        self.known_out = False
        self.not_held = ""
        """Why those spoken of are none of the firm's, where none other were told."""
        self.anothers = False
        """All of them were said to be in another's name."""
        self.own_only = False
        """The total told is of those of its own making: 自主3件、转让2件 is five."""
        self.vague = ""
        self.spoken = spoken or prior is not None
        """Inventions are what is being counted."""
        self.granted_only = False
        """The total told is of the granted ones: those pending are none of it."""
        self.words: list[str] = []

    def set(self, total: Decimal, text: str, bounds: tuple[Decimal, Decimal] | None = None) -> None:
        """Take a total; what was lost before it is no part of it."""
        self.total, self.bounds, self.spoken, self.lost = total, bounds, True, Decimal(0)
        self.words.append(text)


class _Item(NamedTuple):
    """A number in a clause, what it counts, and what is said of it."""

    value: Decimal
    bounds: tuple[Decimal, Decimal] | None
    kind: str
    """invention, lesser, part (of those spoken of) or other."""
    before: str
    after: str
    said: str
    """The words that tell of it: those after it, or those before it where none follow."""


def _items(text: str, tally: _Tally) -> Iterator[_Item]:
    numbers = list(_counts(text))
    noun_first = _noun_first(text, numbers)
    at = 0
    for i, (start, end, value, bounds) in enumerate(numbers):
        stop = numbers[i + 1][0] if i + 1 < len(numbers) else len(text)
        before, after = text[at:start], text[end:stop]
        at = end
        kind = _kind(before, after, spoken=tally.spoken, noun_first=noun_first)
        tally.spoken = tally.spoken or kind == "invention"
        number_last = bool(_STATUS.search(text[: numbers[0][0]])) and not _STATUS.search(
            text[numbers[-1][1] :]
        )
        said = before if number_last or not _STATUS.search(after) else after
        yield _Item(value, bounds, kind, before, after, said)


_STATUS = re.compile("|".join(p.pattern for p in (_PENDING, _GRANTED, _BOUGHT, _SOLD, _LICENSED, _ANOTHERS, _FAR, _IDLE, _DEAD, _OWN)))  # fmt: skip  # noqa: E501


def _counts(text: str) -> Iterator[tuple[int, int, Decimal, tuple[Decimal, Decimal] | None]]:
    """Yield (start, end, number, bounds if rough) of what is counted in 个, 项, 件, or not at all: 俩, 发明3."""
    for q in find(text):
        if q.kind != "number" or q.value is None or q.scale or q.value > 500:
            continue
        if q.unit in {"个", "项", "件", "篇", "条", "种", "张", "本", "", "类"} and not re.match(
            r"类|年|月|级|(?:都|也)(?:还)?没有?(?:呢|的)?$", text[q.end :]
        ):
            low, high = q.low or q.value, q.high or q.value
            yield q.start, q.end, q.value, None if low == high else (Decimal(round(low)), high)
    for match in re.finditer(
        r"(?<![一-九十百第\d])([一两三四五六七八九])(?=(?:发明|实用|软著|外观|本(?:证书?)?$))", text
    ):
        yield (
            match.start(),
            match.end(),
            Decimal("零一二三四五六七八九".find(match[1].replace("两", "二"))),
            None,
        )


def _noun_first(text: str, numbers: Sequence[tuple[int, int, Decimal, object]]) -> bool:
    """Return whether a clause names before it counts: 发明四个实用新型三十多个."""
    noun = _EITHER.search(text)
    return noun is not None and bool(numbers) and noun.end() <= numbers[0][0] and _EITHER.search(text[numbers[-1][1] :]) is None  # fmt: skip  # noqa: E501


def _kind(before: str, after: str, *, spoken: bool, noun_first: bool) -> str:
    """Return what a number counts: an invention, a lesser right, a part of those spoken of, or something else."""
    named = list(_EITHER.finditer(before))
    near = named[-1] if named and len(before) - named[-1].end() <= 8 else None
    if near is not None and noun_first:
        return near.lastgroup or "other"
    adjectives = r"(?:有效|授权|已授权|国家|国内|自主|独占许可|许可|的)*"
    following = re.match(adjectives + _EITHER.pattern, after)
    if following is not None:
        return following.lastgroup or "other"
    if near is not None:
        return near.lastgroup or "other"
    if re.match(r"(?:多)?(?:人|万|年|月|客户|产品|车间|工厂|厂|股东|部门|团队|系统)", after):
        return "other"
    if named and named[-1].lastgroup == "lesser":
        return "lesser"
    return "part" if spoken else "other"


def _count(item: _Item, text: str, tally: _Tally) -> None:
    if item.kind == "invention" and re.match(
        rf"(?:的)?(?:{_NOUN})?(?:都|也|还)*(?:没|无)(?!授权|下证|用)", item.after
    ):
        tally.set(Decimal(0), text)
    elif tally.total is None and (item.kind == "invention" or _is_ours(item, tally)):
        _first(item, text, tally)
    elif item.kind in {"invention", "part"}:
        tally.words.append(text)
        _part(item, tally)


def _is_ours(item: _Item, tally: _Tally) -> bool:
    """Return whether a bare count is of the inventions just named: 发明嘛，有是有两个."""
    named = tally.others_spoken or tally.named
    return item.kind == "part" and named and re.search(r"[有就才只]$", item.before) is not None


def _first(item: _Item, text: str, tally: _Tally) -> None:
    """Take the first number of inventions: the whole, unless they are not the firm's."""
    tally.words.append(text)
    if tally.anothers:
        return
    if _is_pending(item.said) or _is_pending(item.before):
        tally.not_held = "在审的不算，已授权的发明专利有几项"
        return
    if _ANOTHERS.search(item.before):
        tally.not_held = "在别人名下的不算企业持有，企业名下已授权的有几项"
        return
    if _LICENSED.search(item.before + item.after):
        tally.not_held = "许可来用的不算企业持有，自己名下已授权的有几项"
        return
    tally.total, tally.bounds = item.value, item.bounds
    tally.own_only = _OWN.search(item.before + item.after) is not None
    if _GRANTED.search(item.said):
        tally.granted_only = True
    whole = re.match(rf"(?:的)?(?:{_NOUN})?(?:都|全|全部)?(?:是|从)(?P<what>[^，,]*)", item.after)
    if _BOUGHT.search(item.before) and not _OWN.search(item.after):
        tally.out, tally.known_out = item.value, True
    elif whole:
        _mark(item.value, whole["what"], tally)


def _is_pending(said: str) -> bool:
    """Return whether the words say filed but not granted."""
    granted = _GRANTED.search(re.sub(_UNGRANTED, "", said))
    return _PENDING.search(said) is not None and granted is None


def _part(item: _Item, tally: _Tally) -> None:
    """Take a number out of those spoken of: 一个是买的, 两个还在审, 授权了三个, 剩两个, 又下来一个."""
    again = tally.prior is not None and tally.total is None and re.search(r"(?:^|应该|其实)是$", item.before)
    if again or _REMAIN.search(item.before):
        tally.set(item.value, "", item.bounds)
        tally.words.pop()
    elif re.search(
        r"(?<!又)(?<!再)(?:授权(?:了|证书?)?(?:就|只|才|有)*|下证了?|到手了?|拿到了?|下来了?|批了)$",
        item.before,
    ) and not _ADDS.search(item.before):
        tally.total, tally.granted_only, tally.lost = item.value, True, Decimal(0)
    elif _ADDS.search(item.before) and _GRANTED.search(item.said) and not _is_pending(item.said):
        tally.total = (tally.total or Decimal(0)) + item.value
    elif tally.own_only and _BOUGHT.search(item.said) and not _WITHIN.search(item.before):
        tally.total = (tally.total or Decimal(0)) + item.value
        _mark(item.value, item.said, tally)
    elif _is_pending(item.said) and _BESIDES.search(item.before):
        return  # 另有两项在申请: none of those counted
    elif not (_OWN.search(item.said) and not _BOUGHT.search(item.said)):
        _mark(item.value, item.said, tally)


def _mark(value: Decimal, said: str, tally: _Tally) -> None:
    if _is_pending(said) or any(p.search(said) for p in (_DEAD, _LICENSED, _SOLD, _ANOTHERS)):
        if not (tally.granted_only and _is_pending(said)):
            tally.lost += value
    elif _BOUGHT.search(said) or _FAR.search(said) or _IDLE.search(said):
        tally.out += value
        tally.known_out = True


def _without_number(text: str, tally: _Tally) -> None:
    """Take 发明一个都没有, 没有发明专利, 发明还在审."""
    named = _INVENTION.search(text)
    if named and (_NO_BEFORE.search(text[: named.start()]) or _NONE.search(text[named.end() :])):
        if not re.search(r"(?:用上|授权|问题|纠纷|出|过期)", text[named.end() :]):
            tally.set(Decimal(0), text)
    elif named:
        tally.spoken = tally.named = True


def _whole(text: str, tally: _Tally) -> None:
    """Take what is said of all of them: 都是自己研发的, 全是买的, 都还在审, 跟产品没关系."""
    if tally.total is None or tally.total == 0:
        return
    if _ALL_OWN.search(text):
        tally.known_out = True
        return
    if "被许可" in text:
        tally.lost = tally.total
        return
    counted = any(True for _ in _counts(text[text.find("都") :] if "都" in text else text))
    if counted or not (re.search(r"都|全|均", text) or (_IDLE.search(text) and not _EITHER.search(text))):
        return
    if _is_pending(text) or _ANOTHERS.search(text) or _DEAD.search(text):
        tally.lost = tally.total
    elif _BOUGHT.search(text) or _IDLE.search(text):
        tally.out, tally.known_out = tally.total, True


def _unspecific(text: str, tally: _Tally) -> None:
    """Take 专利有八个, which does not say of what class."""
    if _NO_PATENT.search(text):
        tally.total = Decimal(0)
        tally.words.append(text)
    elif _ANY_PATENT.search(text) and not _OTHER_IP.search(text) and any(True for _ in _counts(text)):
        tally.vague = text


def _readings(tally: _Tally) -> Iterator[Reading]:
    words = "，".join(dict.fromkeys(tally.words))
    if tally.total is not None:
        total = max(tally.total - tally.lost, Decimal(0))
        rough = tally.bounds if tally.bounds and not tally.lost else None
        low, high = rough or (None, None)
        note = "要个准数" if rough else ""
        yield Reading(fact="class1_ip_total", value=None if tally.bounds else total, words=words, low=low, high=high, note=note, dated=True)  # fmt: skip  # noqa: E501
        if tally.known_out and not tally.bounds:
            yield Reading(fact="class1_ip_not_counted", value=min(tally.out, total), words=words, dated=True)
        return
    if tally.prior is not None and 0 < tally.lost <= tally.prior:
        yield Reading(fact="class1_ip_total", value=tally.prior - tally.lost, words=words, dated=True)
    if tally.known_out and tally.out:
        yield Reading(fact="class1_ip_not_counted", value=tally.out, words=words, dated=True)
    if tally.vague:
        note = "没说是发明专利还是实用新型、软著，只有已授权的发明这类算Ⅰ类"
        yield Reading(fact="class1_ip_total", value=None, words=tally.vague, note=note)
    elif tally.not_held:
        yield Reading(fact="class1_ip_total", value=None, words=words, note=tally.not_held)
