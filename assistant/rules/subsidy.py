"""Spend x scheme -> what it would pay, as a range with its assumptions and its clause, or a refusal that says why.

    estimate(schemes["zj-hangzhou-xiaoshan-2024"], spend=Decimal(50), level=2, on=day)    # 0..20 万元

A document that says 不超过 bounds the money from above only, so the low end is 0. What is not met gives exactly 0;
what the document does not say, what has expired, what holds elsewhere or for others is refused.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.schema import Subsidy
from knowledge.errors import InputError
from knowledge.policy import Status
from knowledge.scheme import APPLICANTS, Applicant, Scheme, Tier

NATION = "全国"

_ZERO = Decimal(0)


def estimate(
    scheme: Scheme,
    *,
    spend: Decimal | None,
    level: int | None,
    on: date,
    lies_in: Collection[str] | None = None,
    applicant: Applicant = "enterprise",
    category: str | None = None,
    score: Decimal | None = None,
    told: Mapping[str, bool] | None = None,
) -> Subsidy:
    """Return what `scheme` would pay on the day `on`.

    Args:
        scheme: The scheme.
        spend: What `scheme.base` names, 万元; None is not known.
        level: Digital level reached after the project; None is not known.
        on: The day.
        lies_in: Canonical names of the regions the firm lies in; None or empty: not told.
        applicant: Who asks.
        category: One of the categories of the scheme's tiers, where it has them.
        score: Review score, where the tiers go by score.
        told: Exclusion id -> whether it is true of the applicant; what is missing is an assumption.

    Raises:
        InputError: A negative spend, a level outside 0..4, or a category the scheme does not know.
    """
    _check_input(scheme, spend, level, category)
    status = scheme.status_on(on)
    refusals = _refusals(scheme, on, status, frozenset(lies_in or ()), applicant)
    if refusals:
        return _answer(scheme, status, refused=True, reason="；".join(refusals))
    nothing = _not_met(scheme, spend, level, score, told or {})
    assumptions = _assumptions(scheme, status, spend, level, frozenset(lies_in or ()), told or {})
    if nothing:
        return _answer(scheme, status, low=_ZERO, high=_ZERO, assumptions=assumptions, reason=nothing)
    tiers, open_ = _tiers(scheme, spend, level, category, score)
    if spend is None and (scheme.rate is not None or _goes_by_spend(scheme)):
        reason = f"须先给出金额：{scheme.base}（万元）"
        return _answer(scheme, status, refused=True, reason=reason, assumptions=assumptions)
    low, high, words = _amount(scheme, spend, tiers)
    cap = _cap(scheme, tiers)
    phases = _phases(scheme, high) if low is not None else ()
    return _answer(
        scheme, status, low=low, high=high, cap=cap, assumptions=(*words, *open_, *phases, *assumptions)
    )


def stacking(schemes: Sequence[Scheme]) -> tuple[str, ...]:
    """Return, one sentence each, which of `schemes` may not be taken together, and what is not known of the rest."""
    said: list[str] = []
    for n, one in enumerate(schemes):
        for other in schemes[n + 1 :]:
            if other.id in one.not_with or one.id in other.not_with:
                said.append(f"“{one.title}”与“{other.title}”不重复支持，只能取其一")
            elif one.id != other.id:
                said.append(f"“{one.title}”与“{other.title}”能否叠加，所见材料未写明，须向主管部门核实")
    return tuple(said)


# ---------------------------------------------------------------- refusing


def _check_input(scheme: Scheme, spend: Decimal | None, level: int | None, category: str | None) -> None:
    if spend is not None and (not spend.is_finite() or spend < 0):
        raise InputError("spend", f"金额 {spend} 不能为负或无穷", "请填写 0 或以上的金额（万元）")
    if level is not None and level not in range(5):
        raise InputError("level", f"等级 {level} 不存在", "请填写 0 到 4")
    known = [tier.category for tier in scheme.tiers if tier.category]
    if category is not None and category not in known:
        remedy = f"可填：{'、'.join(dict.fromkeys(known))}" if known else "该项不分类别，请不填"
        raise InputError("category", f"“{category}”不是该项的类别", remedy)


def _refusals(
    scheme: Scheme, on: date, status: Status, lies_in: frozenset[str], applicant: Applicant
) -> list[str]:
    said: list[str] = []
    if applicant != scheme.applicant:
        said.append(
            f"{scheme.document}的支持对象是{APPLICANTS[scheme.applicant]}，不是{APPLICANTS[applicant]}"
        )
    if lies_in and _elsewhere(scheme.region, lies_in):
        said.append(f"只适用于{scheme.region}，企业所在地为{_own(lies_in)}")
    if status is Status.EXPIRED:
        ended = "" if scheme.valid_to is None else f"于 {scheme.valid_to.isoformat()} "
        said.append(f"{scheme.document}已{ended}失效，截至 {on.isoformat()} 不能据此申领")
    elif status is Status.NOT_YET:
        said.append(f"{scheme.document}自 {scheme.begins} 起施行，{on.isoformat()} 尚未生效")
    elif status is Status.DRAFT:
        said.append(f"{scheme.document}是征求意见稿，不能作为申领依据")
    elif status is Status.SUPERSEDED:
        said.append(f"{scheme.document}已被替代，不能据此申领")
    if scheme.closed_after is not None and on > scheme.closed_after:
        said.append(scheme.closed_text or f"申报已于 {scheme.closed_after.isoformat()} 截止")
    if scheme.no_amount:
        said.append(f"{scheme.no_amount}；金额应以{scheme.see}为准" if scheme.see else scheme.no_amount)
    return said


def _own(lies_in: frozenset[str]) -> str:
    """Return the narrowest of the names a firm lies in."""
    return max(lies_in, key=lambda name: (name != NATION, len(name), name))


def _elsewhere(region: str, lies_in: frozenset[str]) -> bool:
    """Return whether the firm surely lies outside; told only the province, it may still lie in a city of it."""
    if region == NATION or region in lies_in:
        return False
    own = _own(lies_in)
    return own != NATION and not region.startswith(own)


# ---------------------------------------------------------------- not met


def _not_met(
    scheme: Scheme, spend: Decimal | None, level: int | None, score: Decimal | None, told: Mapping[str, bool]
) -> str:
    """Return why nothing is paid for certain, or an empty string."""
    if scheme.level_from is not None and level is not None and level < scheme.level_from:
        return f"须达到数字化水平{_CHINESE[scheme.level_from]}级及以上，所报为{_CHINESE[level]}级，不予补助"
    if scheme.spend_over is not None and spend is not None and spend <= scheme.spend_over:
        return f"{scheme.base}须超过 {_plain(scheme.spend_over)} 万元，所报为 {_plain(spend)} 万元，不符合"
    lowest = min((t.score_from for t in scheme.tiers if t.score_from is not None), default=None)
    if lowest is not None and score is not None and score < lowest:
        return f"评价得分 {_plain(score)} 分，低于最低档 {_plain(lowest)} 分，不予资助"
    least = min((t.spend_from for t in scheme.tiers if t.spend_from is not None), default=None)
    if least is not None and spend is not None and spend < least:
        return f"{scheme.base} {_plain(spend)} 万元，低于最低档 {_plain(least)} 万元，不予奖励"
    for exclusion in scheme.exclusions:
        if told.get(exclusion.id):
            return f"属于不予支持的情形：{exclusion.text}"
    return ""


_CHINESE = ("零", "一", "二", "三", "四")


# ---------------------------------------------------------------- the amount


def _tiers(
    scheme: Scheme, spend: Decimal | None, level: int | None, category: str | None, score: Decimal | None
) -> tuple[list[Tier], list[str]]:
    """Return the tiers that can still apply, and what was left open in choosing them."""
    tiers, open_ = list(scheme.tiers), list[str]()
    if any(tier.category for tier in tiers):
        if category is None:
            open_.append(f"未说明类别：{'、'.join(dict.fromkeys(t.category for t in tiers if t.category))}")
        else:
            tiers = [tier for tier in tiers if tier.category == category]
    if any(tier.level for tier in tiers):
        if level is None:
            open_.append(
                "未填改造后达到的等级：" + "，".join(f"{t.label} {_plain(t.amount)} 万元" for t in tiers)
            )
        else:
            tiers = [tier for tier in tiers if tier.level == level]
    if any(tier.score_from is not None for tier in tiers):
        if score is None:
            open_.append("未填评价得分")
        else:
            tiers = _reached(tiers, score)
            if any(tier.score_from == score for tier in tiers if _lower_band(scheme, tier)):
                open_.append(f"{_plain(score)} 分处在两档交界，文件未写明归入哪一档，上限按高一档计")
    if any(tier.spend_from is not None for tier in tiers) and spend is not None:
        held = [tier for tier in tiers if tier.spend_from is not None and tier.spend_from <= spend]
        tiers = [max(held, key=lambda tier: tier.spend_from or _ZERO)] if held else []
    return tiers, open_


def _reached(tiers: Sequence[Tier], score: Decimal) -> list[Tier]:
    """Return the highest band reached in each category."""
    best: dict[str | None, Tier] = {}
    for tier in tiers:
        start = tier.score_from
        if start is None or start > score:
            continue
        held = best.get(tier.category)
        if held is None or (held.score_from or _ZERO) < start:
            best[tier.category] = tier
    return list(best.values())


def _lower_band(scheme: Scheme, tier: Tier) -> bool:
    """Return whether the category has a band below `tier`."""
    return any(
        other.category == tier.category
        and other.score_from is not None
        and tier.score_from is not None
        and other.score_from < tier.score_from
        for other in scheme.tiers
    )


def _goes_by_spend(scheme: Scheme) -> bool:
    by_tier = any(tier.spend_from is not None for tier in scheme.tiers)
    return scheme.bounded_by_spend or scheme.spend_over is not None or by_tier


def _amount(
    scheme: Scheme, spend: Decimal | None, tiers: Sequence[Tier]
) -> tuple[Decimal, Decimal, tuple[str, ...]]:
    words: list[str] = []
    if scheme.rate is not None and spend is not None:
        full = spend * scheme.rate
        upto = "" if scheme.exact else "不超过 "
        words.append(
            f"{scheme.base} {_plain(spend)} 万元 × {upto}{_plain(scheme.rate * 100)}% = {upto}{_plain(full)} 万元"
        )
        least = most = full
    else:
        amounts = [tier.amount for tier in tiers]
        least, most = min(amounts), max(amounts)
        words.append(
            "；".join(
                f"{tier.label}：{'' if scheme.exact else '不超过 '}{_plain(tier.amount)} 万元"
                for tier in tiers
            )
        )
    if scheme.cap is not None and most > scheme.cap:
        words.append(f"封顶 {_plain(scheme.cap)} 万元")
        least, most = min(least, scheme.cap), scheme.cap
    if scheme.bounded_by_spend and spend is not None and most > spend:
        words.append(f"补助不会超过实际投入 {_plain(spend)} 万元")
        least, most = min(least, spend), spend
    low = least * scheme.sure_share if scheme.exact else _ZERO
    return low, most, tuple(words)


def _cap(scheme: Scheme, tiers: Sequence[Tier]) -> Decimal | None:
    if scheme.cap is not None:
        return scheme.cap
    return max((tier.amount for tier in tiers), default=None)


def _phases(scheme: Scheme, high: Decimal | None) -> tuple[str, ...]:
    if not scheme.phases or high is None:
        return ()
    parts = [
        f"{phase.label} {_plain(phase.amount if phase.amount is not None else high * (phase.share or _ZERO))} 万元"
        for phase in scheme.phases
    ]
    return (f"分次给付：{'，'.join(parts)}",)


# ---------------------------------------------------------------- words


def _assumptions(
    scheme: Scheme,
    status: Status,
    spend: Decimal | None,
    level: int | None,
    lies_in: frozenset[str],
    told: Mapping[str, bool],
) -> tuple[str, ...]:
    said = []
    if spend is not None and scheme.rate is not None:
        said.append(f"所报金额全部属于可补范围：{scheme.base}")
    if scheme.region != NATION and scheme.region not in lies_in:
        said.append(f"企业位于{scheme.region}（未核对）")
    if scheme.level_from is not None and level is None:
        said.append(f"改造后达到{_CHINESE[scheme.level_from]}级及以上")
    if not scheme.exact:
        said.append("文件只写“不超过”，最低可为 0，实际金额以主管部门核定为准")
    said.extend(f"须满足：{text}" for text in scheme.conditions)
    said.extend(scheme.remarks)
    said.extend(f"须确认不属于：{e.text}" for e in scheme.exclusions if e.id not in told)
    if status is Status.NOT_STATED:
        said.append(f"{scheme.document}未见有效期，是否仍执行须向{scheme.issuer}核实")
    return tuple(said)


def _answer(
    scheme: Scheme,
    status: Status,
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
    cap: Decimal | None = None,
    assumptions: tuple[str, ...] = (),
    refused: bool = False,
    reason: str = "",
) -> Subsidy:
    return Subsidy(
        scheme=scheme.id,
        title=scheme.title,
        low=low,
        high=high,
        cap=cap,
        assumptions=assumptions,
        clause=scheme.clause,
        status=status,
        refused=refused,
        reason=reason,
    )


def _plain(number: Decimal) -> str:
    """Return a number as people write it: 30, 12.5, never 3E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
