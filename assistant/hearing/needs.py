"""What is wanted of a system: where it runs, the level aimed at, by when, what it must do."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from assistant.hearing.clauses import Clause
from assistant.hearing.reading import Reading

_HOME = r"(?:自己|自家|咱们?|我们|厂里|公司|本地|机房|内网)"
_CLOUD = (
    ("公有云", r"公有云|阿里云|华为云|腾讯云|SaaS|saas"),
    (
        "私有部署",
        rf"私有(?:化)?(?:部署|云)?|本地部署|(?:放|装|摆|搁|架|存|部署)(?:在|到)?{_HOME}\S{{0,6}}|{_HOME}的?(?:机房|服务器)|"
        r"数据不(?:能|要|可以|准|许|得|想)?(?:放|存|传|搁|流)?(?:到|在|出)?(?:外面|外头|外边|厂外|外网|云上|出厂|出去)",
    ),
    ("云", r"云(?:上|端|部署|平台|服务)|上云|用云|云的|云版|放云"),
)
_SYSTEM = re.compile(r"数字化|改造|上系统|系统|软件|信息化|上云|云上|MES|ERP|部署")
_IF = re.compile(r"如果|(?<![主重])要是|假如|假设|万一")


_TARGET = re.compile(
    r"(?:(?:想着?|目标|争取|要(?!求)|打算|希望|奔着|计划|准备|[咋怎]么?也得?)[^，]{0,10}?"
    r"(?:达到?|[做评改升整弄搞提冲上干]到|上|到|过)|目标(?:就是|是|定(?:的|在)?)?)(?:数字化)?(?P<n>[一二三四1-4])级(?!才|以上|及以上|的企业)"
)


def read_needs(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Read what is wanted of a system, where a message speaks of one.

    Args:
        clauses: Of one message.
        on: Day of speaking: 明年六月底 is counted from it.
    """
    text = "，".join(clause.text for clause in clauses if clause.mine)
    if not _SYSTEM.search(text):
        return
    told = [clause for clause in clauses if clause.mine and not clause.asks]
    if not _IF.search(text):
        yield from _deadline(told, on)
        yield from _must(told)
    if re.search(r"[?？]|吗|什么|怎么", text):
        return
    yield from _deployment(text)
    yield from _level(text)


def _deployment(text: str) -> Iterator[Reading]:
    for value, shape in _CLOUD:
        hit = re.search(shape, text)
        if hit and not re.search(r"(?:不|别)(?:能|要|想|上|用|放)?\S{0,2}$", text[: hit.start()]):
            yield Reading(fact="needs.deployment", value=value, words=hit[0])
            return


def _level(text: str) -> Iterator[Reading]:
    target = _TARGET.search(text)
    if target:
        n = target["n"]
        yield Reading(
            fact="needs.target_level",
            value=Decimal(n if n.isdigit() else "零一二三四".find(n)),
            words=target[0],
        )


# ---------------------------------------------------------------- by when

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?P<year>今年|明年|后年|20\d\d年|(?<!\d)\d\d年)"
_DAY = re.compile(
    rf"{_YEAR}?的?(?P<month>{_N})月份?(?:(?P<day>{_N})[号日]|(?P<end>底|末|月底|下旬)|(?P<mid>中旬?)|(?P<begin>初))?(?P<before>之前|以前|前)?"
)
_FEASTS = {"元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1)}
_FEAST_NAMES = "春节|过年(?!底)|元旦|五一|劳动节|国庆|十一(?=前|之前|以前|假|长假|节|黄金周|吧|$)"
_SPRING_FESTIVALS = (
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)
"""First days of the lunar years, as the calendar sets them."""
_FEAST = re.compile(
    rf"(?P<feast>{_FEAST_NAMES})(?:节|假期?|放假)?(?P<before>之前|以前|前)?(?![节假以之过]?期?后)"
)
_LATER = re.compile(r"月|年|季度|春节|国庆|五一|元旦|十一")
_PERIOD = re.compile(
    rf"{_YEAR}?年?(?:(?P<end>年?底|年?末|年内|全年)|(?P<half>上半年)|第?(?P<quarter>[一二三四1-4])季度末?)"
)
_RUNS = re.compile(
    r"跑(?:起来|通|顺)|用(?:起来|上|得上)|上(?:线|完|好|齐)|投用|投运|启用|建(?:成|好|完)|完(?:成|工)|做(?:完|好)|搞(?:完|定|好)|"
    r"弄(?:好|完)|改(?:完|好|造完)|装(?:好|完)|落地|交付|验收|到位|切换"
)
_PUT_OFF = re.compile(
    r"(?:宽限|推迟|推后|推|延后|延期|延|拖|改|放宽|放|缓|顺延|挪|往后(?:推|挪|放)?|提前|提)到|(?:算了|那就|还是|干脆)\S{0,2}(?=明年|今年|\d|[一二三四五六七八九十]+月|五一|国庆|春节)"
)
"""Names another day for what was wanted before: 宽限到五一前."""
_TOO_SOON = re.compile(r"来不及|赶不上|赶不及|太赶|太紧|够呛|悬|不现实|不行|不够")
_NOT_OURS_TO_RUN = re.compile(r"订单|交货|发货|到期|证书|补贴|申报|报名|公示|贷款|排到|搬|开业|投产")
_OTHER_DATES = re.compile(
    rf"{_NOT_OURS_TO_RUN.pattern}|招|开工|开会|厂房|款|货|装修|评|申|审|搬|生产|贷|融|发布|培训"
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")}


def _deadline(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Read 明年6月30号之前要跑起来; 六月前 may be the end of May or of June and is asked."""
    for clause in clauses:
        if _NOT_OURS_TO_RUN.search(clause.text) or any(year.ago > 0 for year in clause.years):
            continue
        hit = _day_named(clause.text)
        if hit is None or not _RUNS.search(clause.text[hit.end() :]):
            continue
        reading = _by(hit, clause, on)
        if reading is not None:
            yield reading
            return


def read_put_off(clauses: Sequence[Clause], on: date) -> Iterator[Reading]:
    """Read another day for a system whose deadline was told before: 三月底怕来不及，宽限到五一前吧.

    Where the day told is too soon and no other is named, it is asked again.
    """
    own = [clause for clause in clauses if clause.mine and not _OTHER_DATES.search(clause.text)]
    for clause in own:
        moved = _PUT_OFF.search(clause.text)
        hit = _day_named(clause.text[moved.end() :]) if moved else None
        reading = _by(hit, clause, on) if hit else None
        if reading is not None:
            yield reading
            return
    late = next((clause for clause in own if _is_late(clause.text)), None)
    if late is not None:
        note = f"您说“{late.text}”，要改到哪一天"
        yield Reading(fact="needs.deadline", value=None, words=late.text, clash=True, note=note)


def _is_late(text: str) -> bool:
    """Return whether a clause says that a day is too soon or put off, to no day that can be told."""
    moved = _PUT_OFF.search(text)
    if moved:
        return _LATER.search(text[moved.end() :]) is not None
    return _day_named(text) is not None and _TOO_SOON.search(text) is not None


def _day_named(text: str) -> re.Match[str] | None:
    return _DAY.search(text) or _FEAST.search(text) or _PERIOD.search(text)


def _by(hit: re.Match[str], clause: Clause, on: date) -> Reading | None:
    """Return the day a clause names as the last; no value where it may be one of two, None where it names none to come."""
    if hit.re is _DAY and hit["before"] and not any(hit[part] for part in ("day", "end", "mid", "begin")):
        note = f"“{hit[0]}”是到{hit['month']}月底，还是{hit['month']}月之前，要个准日子"
        return Reading(fact="needs.deadline", value=None, words=hit[0], note=note)
    named = {_DAY: _day_of, _FEAST: _feast_of, _PERIOD: _end_of}[hit.re]
    day = named(hit, on)
    if day is None or day < on:
        return None
    return Reading(fact="needs.deadline", value=day.isoformat(), words=clause.text)


def _feast_of(hit: re.Match[str], on: date) -> date | None:
    """Return the next feast of that name, or the day before it; None where the calendar here does not reach."""
    early = timedelta(days=1 if hit["before"] else 0)
    day = _FEASTS.get(hit["feast"])
    feasts = [date(year, *day) for year in (on.year, on.year + 1)] if day else _SPRING_FESTIVALS
    ahead = [first - early for first in feasts if first - early >= on]
    return min(ahead, default=None)


def _day_of(hit: re.Match[str], on: date) -> date | None:
    month = _number(hit["month"])
    if not 1 <= month <= 12:
        return None
    year = _year_of(hit["year"], on) or on.year + (month < on.month)
    last = monthrange(year, month)[1]
    day = _number(hit["day"]) if hit["day"] else 20 if hit["mid"] else 10 if hit["begin"] else last
    return date(year, month, day) if 1 <= day <= last else None


def _end_of(hit: re.Match[str], on: date) -> date | None:
    year = _year_of(hit["year"], on)
    if hit["end"]:
        return date(year or on.year, 12, 31)
    if year is None:
        return None
    month = 6 if hit["half"] else 3 * _number(hit["quarter"])
    return date(year, month, monthrange(year, month)[1])


def _year_of(said: str | None, on: date) -> int | None:
    if not said:
        return None
    ahead = {"今年": 0, "明年": 1, "后年": 2}.get(said)
    if ahead is not None:
        return on.year + ahead
    digits = int(said.rstrip("年"))
    return digits if digits > 99 else 2000 + digits


def _number(said: str) -> int:
    """Return 30 for 30 and 三十, 12 for 十二; 0 where it is no number."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.rpartition("十")
    if not ten:
        return _DIGITS.get(said, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


# ---------------------------------------------------------------- what it must do

_HARD = re.compile(
    r"必须|务必|一定(?:要|得)|非得|硬(?:性)?要求|得能?(?=跟|和|与|同)|要(?:能)?(?=跟|和|与|同)"
)
_WHAT_IT_DOES = re.compile(
    r"打得?通|对得?接|连得?[上通]|接得?[上进入]|兼容|集成|导得?[出入进]|接口|国产|离线|扫码|手机|看得?懂|支持"
)
_NAMES_SYSTEM = re.compile(
    r"系统|软件|MES|ERP|WMS|PLM|用友|金蝶|鼎捷|浪潮|SAP|U8|K3|数据|接口|机床|设备|报工|仓库|扫码|手机|离线|国产"
)


def _must(clauses: Sequence[Clause]) -> Iterator[Reading]:
    """Read 必须跟现在的用友U8打得通."""
    hard = [
        clause.text
        for clause in clauses
        if _HARD.search(clause.text)
        and _WHAT_IT_DOES.search(clause.text)
        and _NAMES_SYSTEM.search(clause.text)
    ]
    if hard:
        yield Reading(fact="needs.must", value="；".join(hard), words="，".join(hard))
