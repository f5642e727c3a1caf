"""What a case says of itself that cannot be, or cannot all be true: asked back before anything rests on it.

Nothing here decides a verdict. What stands only far apart is asked too, and called no more than that.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assistant.rules.checks import out_of_domain, size_conflict, slips_of_facts
from assistant.rules.criteria import Situation, Told, told
from assistant.rules.sizing import rows_for
from assistant.rules.wording import choice_word, fact_label, plain
from assistant.schema import Check, ScoreCard
from knowledge.case import CaseFile
from knowledge.program import CheckRule, Formula, SizeRow

_LEAP = 5
"""A year over year factor from which on a slip of unit or year is likelier than growth: our choice, it decides nothing."""
_APART = Decimal("0.2")
"""Two head counts further apart than this share are asked about: our choice, it decides nothing."""
_LEVELS = ("未达一级", "一级", "二级", "三级", "四级")


def contradictions(
    case: CaseFile,
    card: ScoreCard,
    *,
    on: date,
    formulas: Mapping[str, Formula],
    checks: Mapping[str, CheckRule],
    size_rows: Mapping[str, SizeRow],
) -> tuple[Check, ...]:
    """Return what in a case contradicts itself or the calendar, what cannot be first.

    Args:
        case: The case.
        card: Its assessment worked out.
        on: The day it is looked at.
        formulas: How ratios and sums follow from amounts.
        checks: Rules for frequent slips.
        size_rows: The size class table.
    """
    firm = case.enterprise
    facts = told(firm.profile)
    if "employees_y1" not in facts and firm.employees is not None:
        facts["employees_y1"] = Fraction(firm.employees)
    found = list(slips_of_facts(facts, checks))
    found += size_conflict(facts, rows_for(firm.industry, size_rows))
    found += out_of_domain(Situation(facts, formulas=formulas, tables={}), found)
    found += [
        *_calendar(case, on), *_head_counts(case), *_leaps(facts), *_untrue_beside(facts), *_level(case, card),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda check: ("block", "warn", "info").index(check.severity)))


def _calendar(case: CaseFile, on: date) -> Iterator[Check]:
    day, deadline = case.assessment.assessed_on, case.needs.deadline
    if day is not None and day > on:
        text = f"评测日期 {day} 还没有到（今天按 {on} 算），不可能已经评测。请核对日期。"
        yield Check(id="assessed-in-future", severity="block", text=text)
    if deadline is not None and deadline < on:
        text = f"完成期限 {deadline} 已经过去（今天按 {on} 算）。请改为以后的日期。"
        yield Check(id="deadline-past", severity="warn", text=text)


def _head_counts(case: CaseFile) -> Iterator[Check]:
    now, then = case.enterprise.employees, case.enterprise.profile.employees_y1
    if now is None or then is None or abs(now - then) <= max(now, then) * _APART:
        return
    text = (
        f"“员工人数”填了 {plain(now)} 人，“{fact_label('employees_y1')}”填了 {plain(then)} 人，相差较大；"
        f"本程序按 {plain(then)} 人判断。请核对两项的口径和时点。"
    )
    yield Check(id="head-counts", severity="warn", text=text, facts=("employees_y1",))


_YEARS = (
    ("revenue_y1", "revenue_y2"),
    ("revenue_y2", "revenue_y3"),
    ("main_business_revenue_y1", "main_business_revenue_y2"),
    ("main_business_revenue_y2", "main_business_revenue_y3"),
    ("rd_expense_y1", "rd_expense_y2"),
)


def leap(later: Fraction, earlier: Fraction) -> bool:
    """Return whether two years are so far apart that a slip is likelier."""
    return later > 0 and earlier > 0 and max(later / earlier, earlier / later) >= _LEAP


def _leaps(facts: Mapping[str, Told]) -> Iterator[Check]:
    for pair in _YEARS:
        later, earlier = (facts.get(fact) for fact in pair)
        if isinstance(later, Fraction) and isinstance(earlier, Fraction) and leap(later, earlier):
            text = (
                f"{fact_label(pair[0])} {plain(later)} 万元，{fact_label(pair[1])} {plain(earlier)} 万元，"
                f"相差 {plain(round(max(later / earlier, earlier / later), 1))} 倍。请核对单位和年份；属实的须说明原因。"
            )
            yield Check(id=f"leap-{pair[0]}", severity="warn", text=text, facts=pair)


_AWARDS = (
    ("award_provincial_plus_3y", "award_provincial_plus_rank_3y"),
    ("award_national_3y", "award_national_rank_3y"),
    ("award_provincial_3y", "award_provincial_rank_3y"),
    ("award_national_5y", "award_national_rank_5y"),
)
_FOLLOWS = (
    ("award_national_3y", "award_provincial_plus_3y"),
    ("award_national_3y", "award_national_5y"),
    ("maker_china_top50_3y", "maker_china_top500_3y"),
)
"""What holds wherever the first does."""


def _untrue_beside(facts: Mapping[str, Told]) -> Iterator[Check]:
    """Yield a yes beside the no that excludes it."""
    for has, rank in _AWARDS:
        if facts.get(has) is False and isinstance(place := facts.get(rank), Fraction):
            text = f"“{fact_label(has)}”填了否，“{fact_label(rank)}”却填了 {plain(place)}。请核对。"
            yield Check(id=f"beside-{rank}", severity="warn", text=text, facts=(has, rank))
    for narrow, wide in _FOLLOWS:
        if facts.get(narrow) is True and facts.get(wide) is False:
            text = f"“{fact_label(narrow)}”填了是，“{fact_label(wide)}”却填了否；前者属于后者。请核对。"
            yield Check(id=f"beside-{wide}", severity="warn", text=text, facts=(narrow, wide))
    level = facts.get("rd_institution_level")
    if facts.get("rd_institution_exists") is False and isinstance(level, str) and level != "none":
        text = (
            f"“{fact_label('rd_institution_exists')}”填了否，“{fact_label('rd_institution_level')}”却填了"
            f"{choice_word('rd_institution_level', level)}。请核对。"
        )
        seen = ("rd_institution_exists", "rd_institution_level")
        yield Check(id="beside-institution", severity="warn", text=text, facts=seen)


def _level(case: CaseFile, card: ScoreCard) -> Iterator[Check]:
    claimed = case.enterprise.profile.digital_level
    if claimed is None or not case.assessment.answers or card.level_low <= claimed <= card.level_high:
        return
    if claimed not in range(len(_LEVELS)):
        return  # named as an amount that cannot be
    low, high = _LEVELS[card.level_low], _LEVELS[card.level_high]
    counted = low if low == high else f"{low}至{high}"
    text = (
        f"“{fact_label('digital_level')}”填了{_LEVELS[int(claimed)]}，按本次评测算是{counted}。"
        "请核对：前者以平台测评结果为准，须有截图。"
    )
    yield Check(id="digital-level", severity="warn", text=text, facts=("digital_level",))
