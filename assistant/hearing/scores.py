"""Figures others have given the firm or that count its years: platform score, digital level, years in the niche."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.measures import measures_in
from assistant.hearing.reading import Reading
from assistant.hearing.statement import say
from assistant.numbers import find

_SCORE = re.compile(
    r"(?:平台|系统|质量评价|评价|梯度|zjtx)\S{0,10}(?:得分|分数?|打分|评分)|(?:得分|评价分|分数)\S{0,4}(?:平台|系统)|质量评价|发展质量"
)
_OWN_SUM = re.compile(
    r"算(?:过|了|出|着|下来)|自己(?:算|评|测|打|估)|自(?:评|测|算)|估(?:计|摸|算)|测算|模拟|预估|预测|能有|能到|大概(?:能|有|\d)|应该(?:能|有)|差不多能"
)


_WANTED = re.compile(r"(?:要|够|满|达到|至少|不低于|门槛)$")
_BY_YEAR = {0: "platform_score_current", 1: "platform_score_previous"}


def read_scores(clauses: Sequence[Clause], last: Iterable[str] = ()) -> Iterator[Reading]:
    """Read the platform's own score; what somebody worked out himself is none.

    Args:
        clauses: Of one message.
        last: The figures told just before: after a score, 去年那次才46 is another.
    """
    goes_on = any(fact.startswith("platform_score") for fact in last)
    for number in dict.fromkeys(clause.sentence for clause in clauses):
        sentence = [clause for clause in clauses if clause.sentence == number]
        spoken = own = False
        for clause in sentence:
            spoken = spoken or bool(_SCORE.search(clause.text))
            own = own or bool(_OWN_SUM.search(clause.text))
            carried = goes_on and clause.years and not measures_in(clause.text)
            if (spoken or carried) and clause.mine and clause.real:
                yield from _scored(clause, own=own)


def _scored(clause: Clause, *, own: bool) -> Iterator[Reading]:
    for q in find(clause.text):
        points = q.kind == "number" and not q.scale and q.unit in {"分", ""}
        if not points or q.value is None or not 0 <= q.value <= 100:
            continue
        if _WANTED.search(clause.text[: q.start]):
            continue
        ago = next((y.ago for y in reversed(clause.years) if y.end <= q.start), 0)
        fact = _BY_YEAR.get(ago)
        if fact is None:
            continue
        if own:
            note = "自己算的不算数，要平台上显示的得分"
            yield Reading(fact=fact, value=None, words=clause.text, note=note)
            continue
        rough = q.low != q.high
        low, high = (q.low, q.high) if rough else (None, None)
        value = None if rough else q.value
        yield Reading(fact=fact, value=value, words=clause.text, dated=True, low=low, high=high)


_DIGITAL = re.compile(r"数字化(?:水平|程度|等级)?|测评|评测")
_MEASURED = re.compile(r"测|评|平台|结果|定")
_NOT_MEASURED = re.compile(
    r"自己觉得|感觉|估计|大概|应该|想|目标|争取|达到|要|希望|自评|差|打算|[得整弄搞做提升]到"
)
_OTHER_LEVEL = re.compile(r"供应商|资质|建造|代理|保养|能效|消防|防护|学会|注册|市场")


def read_level(clauses: Sequence[Clause]) -> Iterator[Reading]:
    """Read a measured digital level, told in one clause or in those after it: 数字化测过了，是一级."""
    for number in dict.fromkeys(clause.sentence for clause in clauses):
        sentence = [clause for clause in clauses if clause.sentence == number]
        found = [one for at in range(len(sentence)) for one in _levels(sentence, at)]
        if len({one.value for one in found}) == 1:
            yield found[0]


def _levels(sentence: Sequence[Clause], at: int) -> Iterator[Reading]:
    """Yield the levels of a clause that it, with the two before it, says were measured."""
    clause = sentence[at]
    context = "，".join(c.text for c in sentence[max(0, at - 2) : at + 1] if c.mine)
    if not (clause.mine and clause.real) or (clause.asks and clause is sentence[-1]):
        return
    if not _DIGITAL.search(context) or not _MEASURED.search(context) or _NOT_MEASURED.search(clause.text):
        return
    for q in find(clause.text):
        other = _OTHER_LEVEL.match(clause.text, q.end)
        if q.kind == "level" and q.value is not None and not q.bound and not other:
            yield say("digital_level", q.value, words=clause.text)


_TRADE = re.compile(
    r"(?:做|干|搞|深耕|专注|专做|从事|主攻|钻|生产|造|在)(?:了)?(?P<what>[^，,]{0,16}?)(?:这(?:一)?(?:行|块|个|领域|产品|市场)|细分|市场|领域|行业|产品)?(?:已经|都|也|有|整整|足足|将近|快|大概|差不多|做了|干了|了)*$"
)


_NO_SPAN = re.compile(r"前|内|以来|度|末|底|初|报")
_OTHER_SPAN = re.compile(
    r"之前|以前|从前|先前|原来|近|未来|今后|头|成立|注册|建厂|开(?:了)?(?:厂|公司)|创(?:业|办)|拿|证|合作|用|有效|质保|保修|工龄|经验|租|连续|亏|等|合同"
)
_THIS_TRADE = re.compile(r"这(?:一)?(?:行|块|个|领域|产品|市场)|细分|市场|领域|行业")
_NO_TRADE = re.compile(r"财务|会计|管理|销售|数字化|研发|改造|出口|上市")
_SPECIFIC = re.compile(r"专(?:做|门|注|攻)|细分|现在(?:的|这)|转做|改做|主攻|产品")
_SINCE = re.compile(
    r"(?:开始|起|以来)\S{0,4}(?:做|干|搞|生产|造|转|从事)|(?:做|干|搞|生产)\S{0,8}(?:至今|到现在)|(?:上|投产|量产|转过来)(?:的|了)$"
)
_FOUNDED = re.compile(r"成立|注册|建厂|创(?:业|办)|开(?:了)?(?:厂|公司)")


def read_niche(clauses: Sequence[Clause]) -> Iterator[Reading]:
    """Read years in the niche: 做减速机八年了; not how long the firm or a certificate exists.

    做阀门十五年，专做核电阀门六年 is six; two spans of which neither is the narrower one are asked.
    """
    found = [
        (bool(_SPECIFIC.search(clause.text)), one)
        for at, clause in enumerate(clauses)
        if clause.mine and clause.real and not clause.asks
        for one in (*_niche_span(clause, clauses, at), *_niche_since(clause))
    ]
    narrow = [one for specific, one in found if specific] or [one for _, one in found]
    if len({(one.value, one.low) for one in narrow}) > 1:
        words = "，".join(one.words for one in narrow)
        yield Reading(
            fact="niche_years", value=None, words=words, note="说了几段年头，要做现在这个细分产品的年数"
        )
    elif narrow:
        yield narrow[0]


def _niche_span(clause: Clause, clauses: Sequence[Clause], at: int) -> Iterator[Reading]:
    text = clause.text
    for q in find(text):
        if q.unit != "年" or q.kind != "number" or q.value is None or q.value > 80:
            continue
        before, after = text[: q.start], text[q.end :]
        if (
            re.match(r"[\d一二三四五六七八九十两几百千]", after)
            or _NO_SPAN.match(after)
            or _OTHER_SPAN.search(before + after[:3])
        ):
            continue
        if not _is_trade(before, clauses[at - 1].text if at else ""):
            continue
        low, high = (q.low, q.high) if q.low != q.high else (None, None)
        yield Reading(fact="niche_years", value=q.value, words=text, low=low, high=high)
        return


def _is_trade(before: str, above: str) -> bool:
    """Return whether the years are of making something: what, or this trade, or what the clause above makes."""
    trade = _TRADE.search(before)
    if trade is None:
        return False
    what = re.sub(r"这|个|的|一|行|块", "", trade["what"])
    if not what and not _THIS_TRADE.search(before) and not re.search(r"做|干|生产|专|主(?:营|打|攻)", above):
        return False
    return not _NO_TRADE.search(what)


def _niche_since(clause: Clause) -> Iterator[Reading]:
    """Read 从2014年开始专门做机械手: the year it began leaves one year open."""
    if not _SINCE.search(clause.text) or _FOUNDED.search(clause.text) or len(clause.years) != 1:
        return
    ago = clause.years[0].ago
    if ago >= 2:
        note = "按开始的年份推算，到去年底几年请确认"
        low, high = Decimal(ago - 1), Decimal(ago)
        yield Reading(fact="niche_years", value=None, words=clause.text, low=low, high=high, note=note)
