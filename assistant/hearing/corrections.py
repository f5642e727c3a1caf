"""What a person takes back without saying what holds: 那是集团的数, 刚才那个不算, 说的是前年的.

A figure taken back is not wiped out and not kept: it is marked, and asked again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.measures import FACTS, PER_FACT, measures_in
from assistant.hearing.reading import Reading
from assistant.hearing.spots import spots_of

CORRECTS = re.compile(
    r"更正|纠正|算了|还是(?=[\d一二三四五六七八九十两])|审计报告(?:上|里)?(?:写的?)?是|[打敲]快了|笔误|手滑|那个(?:数)?(?:应该)?是[\d一二三四五六七八九]|更新|审完|定稿|改(?:一下|口|过来)|[说记搞弄看报算](?:错|串|岔|反|混|大|多|少|高|低|漏)了|说错|记错|搞错|弄错|看错|口误|不对|没(?:说|报|讲|算)?对|[哦啊呃噢嗯]不(?!是)|不不|刚(?:才)?(?:翻|查|看|核|问)|翻了|查了|看了|核(?:了|实|对)|问了|准确|应该是|其实|实际(?:是|上)|重新|确认(?:了|过|是)|不是.{1,12}(?:是|而是)|等一下|等等|以.{0,6}为准|^(?:人事|会计|财务|出纳)(?:那边)?(?:说|讲|回|查)|漏了|[又再]数|数了|看(?:岔|串|漏)|记(?:岔|串|混)"
)
"""Words that say an earlier figure gives way to this one."""

_WHICH = re.compile(
    r"哪(?:一)?(?:个|边|份|头)(?:数字?)?(?:是|为|才)*(?:对|准|真|正确)|谁(?:说的)?(?:是|才)*(?:对|准)|(?:到底|究竟)(?:是|有|该)*(?:几|多少|哪)"
)
_AT_A_LOSS = re.compile(
    r"[搞弄说拿吃分记闹]不(?:清楚|清|准|好|定|明白)|不(?:清楚|知道|晓得|确定|好说|敢说)|没(?:有)?(?:数|搞清|弄清|底)|"
    r"(?:得|要|再|回头|先|去|我|还|等)\S{0,4}(?:问|查|核|对一下|对对|翻|看看|确认)|[?？]|呢$"
)


def is_in_doubt(message: str) -> bool:
    """Return whether the speaker does not know which of two figures holds: 哪个对我得再问问, 到底几个搞不清."""
    return any(
        _WHICH.search(sentence) and _AT_A_LOSS.search(sentence)
        for sentence in re.split(r"(?<=[。!！?？;；\n])", message)
    )


def read_doubts(clauses: Sequence[Clause], told: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the figure beside which its sentence names another, where the speaker does not know which holds."""
    for number in dict.fromkeys(clause.sentence for clause in clauses):
        own = [clause for clause in clauses if clause.sentence == number]
        whole = "，".join(clause.text for clause in own)
        figures = [
            one for one in told if isinstance(one.value, Decimal) and one.low is None and one.words in whole
        ]
        if len(figures) != 1 or not is_in_doubt(whole):
            continue
        spots = [spot for clause in own for spot in spots_of(clause.text)]
        mine = next((spot for spot in spots if spot.value == figures[0].value), None)
        other = next(
            (s for s in spots if mine and s.unit == mine.unit and s.sure and s.value != mine.value), None
        )
        if other is not None:
            note = f"说了“{figures[0].words}”，又说“{other.text}”，还没定哪个对"
            yield figures[0].model_copy(update={"value": None, "clash": True, "note": note})


_POINTS_BACK = (
    r"(?:那|这|刚(?:才|刚)?(?:那|说)?|前面|上面|我说的?|报的)(?:个|些)?(?:数字?|说的?|报的)?(?:数字?)?"
)
_NOT_OURS = r"集团|母公司|总公司|总部|合并|整个集团|两家|几家|全部公司|关联|隔壁|朋友|别人|别家|他们|老厂"
_NOT_IT = r"含税|开票|流水|产值|合同额?|订单额?|计划|预算|目标|预计|估(?:计|算|摸)?|预测|累计|加起来|三年|两年|上半年|今年"
_TAKEN_BACK = re.compile(
    rf"{_POINTS_BACK}(?:都|应该|可能|好像|其实|是按|按)*(?:是|算的是|包括|含)(?:我们|咱们)?(?P<what>{_NOT_OURS}|{_NOT_IT})(?!.{{0,2}}没)|"
    rf"{_POINTS_BACK}(?:都|应该|可能|好像|其实)*是(?:大前年|前年|去年|今年|20\d\d年|\d\d年)(?:全年|整年)?的(?:数字?|账)?$|"
    rf"{_POINTS_BACK}(?:都|应该|可能|好像|其实)*是(?:算上|包括|包含|加上|连着?|含)(?!税)\S{{1,8}}的?(?:数字?)?$|"
    r"^[\d一二三四五六七八九十百千万两亿.]+\S{0,2}是(?:算上|包括|包含|加上|连着?|含)了?(?!税)\S{1,8}的?$|"
    rf"{_POINTS_BACK}(?:(?:说|报|讲|算)?(?:不|没)(?:说|报|讲|算)?(?:对|准|算数?|作数)|有问题|作废|别(?:当真|记)|当我没说|算错|是错的|串了)|"
    rf"(?:是|算的是|说的是|报的是)(?:我们|咱们)?(?:{_NOT_OURS})(?:合并|一起|口径|整体|的)*(?:数|账|报表|口径)"
)


def is_taken_back(clause: Clause) -> bool:
    """Return whether a clause takes back the figures said before it."""
    return _TAKEN_BACK.search(clause.text) is not None


def read_moves(clauses: Sequence[Clause], known: Mapping[str, Decimal]) -> Iterator[Reading]:
    """Yield the figures told before that are given another year, 4800是前年的: what the year they stood for had is asked."""
    facts = {value: fact for fact, value in known.items() if fact in PER_FACT}
    for clause in clauses:
        for spot in spots_of(clause.text) if len(clause.years) == 1 else ():
            fact = facts.get(spot.value) if spot.value is not None else None
            if fact is not None and clause.years[0].ago != PER_FACT[fact][1]:
                note = f"您说“{clause.text}”，请再说这一年的数"
                yield Reading(fact=fact, value=None, words=clause.text, clash=True, note=note)


def without_taken_back(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Return the clauses; what the same sentence takes back is no longer the speaker's own."""
    kept = list(clauses)
    for i, clause in enumerate(clauses):
        if not is_taken_back(clause):
            continue
        for j in range(i):
            if kept[j].sentence == clause.sentence:
                kept[j] = kept[j].model_copy(update={"mine": False})
    return tuple(kept)


def read_retractions(
    clauses: Sequence[Clause], last: Mapping[str, Decimal], told: frozenset[str]
) -> Iterator[Reading]:
    """Yield the figures of the turn before that a message takes back, to be asked again.

    Args:
        clauses: Of this message.
        last: Figures told in the turn before.
        told: Facts this message tells anew.
    """
    if any(fact in told for fact in last):
        return  # it says what holds instead
    for clause in clauses:
        own = [c for c in clauses if c.sentence == clause.sentence and c.start < clause.start]
        if not is_taken_back(clause) or any(
            re.search(r"\d|[一二三四五六七八九十百千万亿]{2}", c.text) for c in own
        ):
            continue
        named = measures_in("，".join([*(c.text for c in own), clause.text]))
        for fact, value in last.items():
            measure, ago = PER_FACT.get(fact, ("", 0))
            if fact in told or not measure or (named and measure not in named):
                continue
            yield Reading(
                fact=fact,
                value=None,
                words=clause.text,
                clash=True,
                note=f"您说“{clause.text}”，请给本企业自己的数",
            )
            year = next((y.ago for y in clause.years if y.ago != ago), None)
            other = FACTS.get((measure, "money"), {}).get(year or -1)
            if other is not None and other not in told:
                yield Reading(fact=other, value=value, words=clause.text, dated=True)
