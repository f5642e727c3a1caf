"""Prizes won, certificates held, standards led, the place in the market."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading
from assistant.hearing.statement import NOT, PENDING, is_recent, say

_N = r"(?P<n>[一二三四五六七八九十]|\d{1,2})"


def _number(match: re.Match[str]) -> Decimal:
    n = match["n"]
    return Decimal(int(n)) if n.isdigit() else Decimal("一二三四五六七八九十".find(n) + 1)


# ---------------------------------------------------------------- prizes

_AWARD = re.compile(r"(?:科技进步|技术发明|自然科学|科学技术(?:进步)?|科技)(?:[特一二三]等)?奖|科技进步[特一二三]等奖")  # fmt: skip
_DENIED = re.compile(r"没(?:有)?(?:得|拿|获|评)?过?|未|从没")
_ANY = re.compile(r"任何|什么|啥")
_LONG_AGO = re.compile(r"以前|早年|(?:[三四五六七八九十]|\d+)年前")
_PLACE = re.compile(
    rf"(?:排(?:名|在)?(?:第|老)?|第){_N}(?:名|位|[个家](?!等)|个?完成|单位|$|[，,的。])(?!等)"
)
_WE = re.compile(r"我们|咱|我司|我公司|我厂|本公司|我单位|自己")
_THEY = re.compile(
    r"大学|学院|研究[院所]|院所|科院|[\u4e00-\u9fa5]大(?:学)?(?:牵头|排|是|第)|牵头|完成单位是|公司|集团"
)
_LAST = re.compile(r"(?:排|挂|列|写|放|是|在)\S{0,3}(?:最后|最末|末位|末尾|垫底)")
_WINNERS = re.compile(rf"{_N}家(?:单位|企业|公司)?")
_AWARD_FACTS = {
    "national": ("award_national",),
    "provincial": ("award_provincial_plus", "award_provincial"),
}


def read_awards(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    """Yield prizes of science won in the last three years, with the firm's place among the winners."""
    near = [clause, *(c for c in clauses[at + 1 : at + 6] if c.sentence == clause.sentence)]
    whole = "，".join(c.text for c in near[:3])
    yield from _contest(clause.text, whole)
    hit = _AWARD.search(clause.text)
    if not hit or PENDING.search(clause.text):
        return
    levels = _award_levels(clause.text[: hit.end()])
    if _DENIED.search(clause.text):
        yield from _no_award(clause.text, levels)
        return
    years = [y for c in near[:3] for y in c.years]
    if (years[0].ago > 3) if years else _LONG_AGO.search(whole):
        return
    rank = _our_place([c.text for c in near])
    for level in levels:
        for fact in _AWARD_FACTS[level]:
            yield say(f"{fact}_3y", True)
            if rank is not None:
                yield say(f"{fact}_rank_3y", rank)


def _our_place(near: Sequence[str]) -> Decimal | None:
    """Return the firm's place among the winners; another's place is none of its."""
    places = [(text, place) for text in near for place in _PLACE.finditer(text)]
    ours = [place for text, place in places if _WE.search(text[: place.start()])]
    if ours:
        return _number(ours[-1])
    winners = next((hit for text in near if (hit := _WINNERS.search(text))), None)
    if winners is not None and any(_LAST.search(text) and not _THEY.search(text) for text in near):
        return _number(winners)
    unnamed = [place for text, place in places if not _THEY.search(text)]
    return _number(unnamed[0]) if len(unnamed) == 1 else None


def _award_levels(said: str) -> tuple[str, ...]:
    if "国家" in said:
        return ("national",)
    return ("provincial",) if re.search(r"省|自治区|市科(?:技|学)", said) and "市" not in said else ()


def _no_award(text: str, levels: Sequence[str]) -> Iterator[Reading]:
    """Deny what was named; 什么科技奖都没得过 denies all."""
    if _ANY.search(text) or "national" in levels:
        yield say("award_national_3y", False)
    if _ANY.search(text) or "provincial" in levels:
        yield say("award_provincial_plus_3y", False)


def _contest(text: str, whole: str) -> Iterator[Reading]:
    """Read 创客中国 50强 and 500强."""
    if "创客中国" not in text or NOT.search(whole):
        return
    wide = re.search(r"500强|五百强", whole)
    if not wide and not re.search(r"(?:50|五十)强", whole):
        return
    if not wide:
        yield say("maker_china_top50_3y", True)
    yield say("maker_china_top500_3y", True)


# ---------------------------------------------------------------- certificates


class _Certificate(NamedTuple):
    fact: str
    shape: re.Pattern[str]


_CERTIFICATES = (
    _Certificate(
        "management_system_certified",
        re.compile(
            r"(?:ISO|iso)\S{0,6}|9001|(?<!\d)9000(?=认证|体系|的?证|质量|族|系列)|九千(?=认证|体系|的?证|质量|族|系列|那个证)|(?:质量|环境)体系(?!文件|不|人|部|员|工程师)|14001|45001|16949|(?:质量|环境|安全)?管理体系|体系(?:认证|证书?)|[两三]体系|(?<![\u4e00-\u9fa5])体系(?=没|都|也|过|有|做)"
        ),
    ),
    _Certificate(
        "developed_market_product_certified",
        re.compile(r"(?<![A-Za-z])(?i:CE|UL|FDA|TUV|TÜV|GS|PSE)(?![A-Za-z])|欧盟认证|美国认证"),
    ),
)
_UNDER_WAY = re.compile(
    r"想|打算|准备|正在|在(?:办|做|申请|走|测)|测着|检测中|申请|要(?:做|办|去)|还差|两化融合"
)
_NOT_GOT = re.compile(r"没(?:有|做|过|拿|办|通过)|未|还没")
_LAPSED = re.compile(r"过期|失效|没续|到期了")
_GOT = re.compile(r"有|过了?|拿|做了|证|通过|取得|办|齐")


def _certificates(clause: Clause, after: str) -> Iterator[Reading]:
    """Read each certificate from its own stretch: 9001过了，CE也有，UL正在做; what is listed shares its words.

    Where a clause only names them (9001、14001), the one `after` it tells.
    """
    for fact, shape in _CERTIFICATES:
        text = clause.text
        if not shape.sub("", text).strip("、和跟及与/ "):
            text += after
        for said in _stretches(text, list(shape.finditer(text))):
            verdict = _certified(said)
            if verdict is not None:
                yield verdict.model_copy(update={"fact": fact})
                break


def _stretches(text: str, hits: Sequence[re.Match[str]]) -> Iterator[str]:
    """Yield what is said of each certificate: from the end of the one before to the start of the next."""
    start = 0
    for n, hit in enumerate(hits):
        stop = hits[n + 1].start() if n + 1 < len(hits) else len(text)
        if n + 1 < len(hits) and not text[hit.end() : stop].strip("、和跟及与/ "):
            continue  # CE和FDA都有: said of both
        yield text[start:stop]
        start = hit.end()


def _certified(said: str) -> Reading | None:
    """Return whether a certificate is held; its fact is to be set; None where nothing plain is said."""
    if _UNDER_WAY.search(said):
        return None
    if _NOT_GOT.search(said):
        return say("", False)
    if _LAPSED.search(said):
        return say("", None, "要看证书现在是否有效")
    return say("", True) if _GOT.search(said) else None


# ---------------------------------------------------------------- standing

_LED = re.compile(
    r"(?:主导|牵头|第一起草|主持)\S{0,8}(?:国家|行业|国际)标准|(?:国家|行业|国际)标准\S{0,8}(?:主导|牵头|主持)"
)
_HOME = re.compile(r"国内|全国|中国")
_PLACED = re.compile(
    rf"(?:名次|位次|排名|排位|名列|位列|位居|居)(?:也|就|都)?(?:是|为|在|到|列)?(?:国内|全国|行业)?的?第{_N}(?!名?(?:完成|单位)|[方产代期季批届大])"
)
_ELSEWHERE = re.compile(
    r"[省市区县]里?(?:行业)?协会|省内|全省|市内|全市|区域|当地|本地|奖|届|批次?|全球|世界|国际|亚洲"
)
_RANKED = re.compile(
    rf"排(?:名|行|到|进|在|得)*(?:国内|全国)?(?P<top>前)?(?:第|老)?{_N}(?:名|位)?(?![年家个月千百万亿方产代期])"
)
_FIRST = re.compile(rf"(?:国内|全国|中国)\S{{0,8}}?第{_N}(?![届批次个家台年月方产代期])")
_ABOUT = re.compile(r"大概|可能|差不多|左右|应该|估计|好像|第[一二三四五六七八九十]第")
_NOT_MINE = re.compile(r"第(?:一|1)(?:家|个|台|套|批)|目标|争取|冲")


def read_standing(clause: Clause, clauses: Sequence[Clause], at: int, on: date) -> Iterator[Reading]:
    """Yield certificates held, standards led and the rank in the home market."""
    following = [c.text for c in clauses[at + 1 : at + 2] if c.sentence == clause.sentence]
    yield from _certificates(clause, "".join(following))
    text = clause.text
    if _LED.search(text) and not NOT.search(text) and "参与" not in text and is_recent(clause, 5):
        yield say("led_standard_5y", True)
    earlier = [c.text for c in clauses[max(0, at - 2) : at] if c.sentence == clause.sentence]
    yield from _market_rank(text, any(_HOME.search(c) for c in earlier))


def _market_rank(text: str, home_before: bool) -> Iterator[Reading]:
    """Read 国内排第三, 全国第一, 国内占两成，排老三; a place among the first three is no place."""
    if _ELSEWHERE.search(text) or _NOT_MINE.search(text):
        return
    hit = _FIRST.search(text) or (
        (_RANKED.search(text) or _PLACED.search(text)) if _HOME.search(text) or home_before else None
    )
    if hit is None:
        return
    n = _number(hit)
    if _ABOUT.search(text):
        yield say("market_rank_cn", None, "名次不确定，要有出处的名次")
    elif hit.groupdict().get("top"):
        note = f"只说了前{n}，要具体名次"
        yield Reading(fact="market_rank_cn", value=None, words=text, low=Decimal(1), high=n, note=note)
    else:
        yield say("market_rank_cn", n)
