"""Contradictions, values at the line and frequent slips, found on what was told.

A check whose inputs are missing finds nothing and never counts as passed; `by_hand` lists those as well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from assistant.rules import criteria as rules
from assistant.rules.criteria import Situation, Told, work_out
from assistant.rules.filing import Filing
from assistant.rules.sizing import CLASSES, size_classes
from assistant.rules.wording import fact_label, plain, size_words
from assistant.schema import Check, Verdict
from knowledge.enterprise import facts as all_facts
from knowledge.program import CheckRule, Criterion, Formula, SizeRow
from knowledge.source import Certainty

_NEAR = Fraction(5, 100)
"""A shortfall of up to this share of the bound is called near: our choice, it decides nothing."""

Slip = tuple[str, tuple[str, ...]]
"""What is wrong, in words, and the facts it was seen on."""


def find_slips(
    filing: Filing, catalog: Mapping[str, CheckRule], *, by_hand: bool = False
) -> tuple[Check, ...]:
    """Return the slips found on a filing, blocking ones first.

    Args:
        filing: The filing as judged.
        catalog: The rules to look by.
        by_hand: Also list what the profile cannot show, to be checked by hand.
    """
    found: list[Check] = []
    for rule in catalog.values():
        if rule.standards and filing.standard.id not in rule.standards:
            continue
        by_facts = _BY_FACTS.get(rule.kind)
        slips = list(by_facts(rule, filing.situation.facts) if by_facts else _KINDS[rule.kind](rule, filing))
        found += [_check(rule, text, seen, filing) for text, seen in slips]
        if by_hand and not slips and (rule.kind == "by_hand" or _untold(rule, filing)):
            text = f"待人工核对（{rule.topic}）：{rule.text}"
            found.append(Check(id=rule.id, severity="info", text=text, clause=rule.clause))
    found += size_conflict(filing.situation.facts, filing.rows)
    told = [*found, *slips_of_facts(filing.situation.facts, catalog)]  # also what other standards look at
    found += out_of_domain(filing.situation, told)
    found += [
        Check(
            id=f"disagreement-{n}",
            severity="info",
            text=f"资料不一致：{text}",
            clause=filing.standard.route.clause,
        )
        for n, text in enumerate(filing.standard.disagreements, start=1)
    ]
    found += [
        check for root in filing.roots for check in _at_the_line(root, filing, filing.verdicts[root.id])
    ]
    order = {"block": 0, "warn": 1, "info": 2}
    return tuple(sorted(found, key=lambda check: order[check.severity]))


def slips_of_facts(facts: Mapping[str, Told], catalog: Mapping[str, CheckRule]) -> Iterator[Check]:
    """Yield the contradictions among the facts themselves, whatever they are told for."""
    for rule in catalog.values():
        kind = _BY_FACTS.get(rule.kind)
        for text, seen in kind(rule, facts) if kind else ():
            if all(fact in facts for fact in seen):
                words = f"{text}。{rule.advice}"
                yield Check(id=rule.id, severity=rule.severity, text=words, facts=seen, clause=rule.clause)


def at_odds(checks: Iterable[Check], catalog: Mapping[str, CheckRule]) -> tuple[Check, ...]:
    """Return those checks that name facts which cannot be, or cannot all be true."""
    return tuple(
        check
        for check in checks
        if check.severity == "block" and (check.id not in catalog or catalog[check.id].kind in _BY_FACTS)
    )


def _check(rule: CheckRule, text: str, seen: tuple[str, ...], filing: Filing) -> Check:
    """Return the finding; what is merely untold yet, or a reviewer's matter, is no contradiction."""
    untold = any(fact not in filing.situation.facts for fact in seen if fact not in filing.situation.formulas)
    soft = rule.kind == "reviewer_only" or (untold and "sme_size_class" not in seen)
    severity = "info" if soft else rule.severity
    return Check(id=rule.id, severity=severity, text=f"{text}。{rule.advice}", facts=seen, clause=rule.clause)


def _untold(rule: CheckRule, filing: Filing) -> bool:
    return any(fact not in filing.situation.facts for group in rule.of for fact in group)


def _amounts(group: tuple[str, ...], facts: Mapping[str, Told]) -> list[Fraction] | None:
    values = [facts.get(fact) for fact in group]
    amounts = [value for value in values if isinstance(value, Fraction)]
    return amounts if len(amounts) == len(group) else None


def _recomputed(rule: CheckRule, facts: Mapping[str, Told]) -> Iterator[Slip]:
    """A claimed ratio or growth must agree with the amounts it is made of."""
    kind = "percent" if rule.kind == "ratio" else "growth"
    for group in rule.of:
        amounts = _amounts(group, facts)
        if amounts is None:
            continue
        a, b, claimed = amounts
        formula = Formula(fact=group[2], kind=kind, of=group[:2], certainty=Certainty.VERIFIED)
        result = work_out(formula, a, b)
        label = fact_label(group[2])
        if result is None:
            yield f"{label}填了 {plain(claimed)}%，但{fact_label(group[1])}为零，无法计算", group
        elif abs(result - claimed) > rules.exact(rule.tolerance or Decimal(0)):
            yield f"{label}填了 {plain(claimed)}%，按金额算是 {plain(result)}%", group


def _not_greater(rule: CheckRule, facts: Mapping[str, Told]) -> Iterator[Slip]:
    for group in rule.of:
        amounts = _amounts(group, facts)
        if amounts and amounts[0] > amounts[1]:
            left, right = (fact_label(fact) for fact in group)
            yield f"{left}（{plain(amounts[0])}）大于{right}（{plain(amounts[1])}）", group


def _odd_amounts(rule: CheckRule, facts: Mapping[str, Told]) -> Iterator[Slip]:
    for group in rule.of:
        amounts = _amounts(group, facts)
        if amounts is None:
            continue
        if len(amounts) == 2 and amounts[0] > amounts[1]:
            yield f"{fact_label(group[0])}大于{fact_label(group[1])}，已资不抵债", group
        elif len(amounts) == 1 and amounts[0] <= 0:
            yield f"{fact_label(group[0])}为 {plain(amounts[0])}", group


def _above(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    bound = rules.exact(rule.value or Decimal(0))
    for (fact,) in rule.of:
        value = filing.situation.value(fact)
        if isinstance(value, Fraction) and value <= bound:
            exactly = "恰好" if value == bound else ""
            yield (
                f"{fact_label(fact)}{exactly} {plain(value)}%，须超过 {plain(bound)}%",
                filing.situation.inputs(fact),
            )


def _each_year(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    """One year fails while the two together would pass: the slip is to take the average."""
    bound = rules.exact(rule.value or Decimal(0))
    facts = [fact for (fact,) in rule.of]
    values = [filing.situation.value(fact) for fact in facts]
    spent, earned = (_amounts(pair, filing.situation.facts) for pair in _PAIRS)
    if spent and earned and sum(earned) > 0 and sum(spent) / sum(earned) * 100 >= bound:
        for fact, value in zip(facts, values, strict=True):
            if isinstance(value, Fraction) and value < bound:
                text = f"{fact_label(fact)} {plain(value)}% 低于 {plain(bound)}%，两年合并虽达标也不算"
                yield text, filing.situation.inputs(fact)


_PAIRS = (("rd_expense_y1", "rd_expense_y2"), ("revenue_y1", "revenue_y2"))


def _count_left(rule: CheckRule, facts: Mapping[str, Told]) -> Iterator[Slip]:
    for total, out in rule.of:
        amounts = _amounts((total, out), facts)
        if amounts and amounts[1] > amounts[0]:
            yield f"{fact_label(out)}（{plain(amounts[1])}）多于总数（{plain(amounts[0])}）", (total, out)
        elif total in facts and out not in facts:
            yield "只填了Ⅰ类知识产权总数，没有填其中不计入的项数", (total, out)


def _all_false(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    for group in rule.of:
        for fact in group:
            if filing.application == "new" and filing.situation.facts.get(fact) is True:
                yield f"{fact_label(fact)}：是", (fact,)


def _not_large(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    if filing.situation.sizes == frozenset({"large"}):
        yield "划型为大型企业", ("sme_size_class",)


def _title(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    """The title one step below must be held."""
    facts = filing.situation.facts
    needed = {c.fact for c in filing.standard.route.walk() if c.fact in rule.of[0]}
    missing = [fact for fact in rule.of[0] if fact in needed and facts.get(fact) is False]
    if needed and len(missing) == len(needed):
        yield "没有前置称号：" + "、".join(fact_label(fact) for fact in missing), tuple(missing)


def _years(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    group = rule.of[1] if filing.standard.id.startswith("little-giant") else rule.of[0]
    told = [fact for fact in group if fact in filing.situation.facts]
    if told and len(told) < len(group):
        untold = tuple(fact for fact in group if fact not in told)
        yield "审计年度不齐，还缺" + "、".join(fact_label(fact) for fact in untold), untold


def _needs_score(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    told = len(filing.situation.facts) > 1  # the application type always is
    if told and "platform_score_current" not in filing.situation.facts:
        yield "还没有平台的质量评价得分", ("platform_score_current",)


def _needs_application(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    """Nothing to find: the filing always has an application type."""
    return iter(())


def _reviewer_only(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    used = {c.fact for root in filing.roots for c in root.walk() if c.manual}
    claimed = tuple(
        fact
        for group in rule.of
        for fact in group
        if fact in used and filing.situation.facts.get(fact) is True
    )
    if claimed:
        yield (
            "以下定性条件按“是”填写，须有审核人员的判定依据：" + "、".join(map(fact_label, claimed)),
            claimed,
        )


def _by_hand(rule: CheckRule, filing: Filing) -> Iterator[Slip]:
    """Nothing the profile can show."""
    return iter(())


_BY_FACTS: dict[str, Callable[[CheckRule, Mapping[str, Told]], Iterator[Slip]]] = {
    "ratio": _recomputed,
    "growth": _recomputed,
    "not_greater": _not_greater,
    "odd_amounts": _odd_amounts,
    "count_left": _count_left,
}
"""What contradicts itself whatever is applied for."""
_KINDS: dict[str, Callable[[CheckRule, Filing], Iterator[Slip]]] = {
    "above": _above,
    "each_year": _each_year,
    "all_false": _all_false,
    "not_large": _not_large,
    "title": _title,
    "years": _years,
    "needs_score": _needs_score,
    "needs_application": _needs_application,
    "reviewer_only": _reviewer_only,
    "by_hand": _by_hand,
}


# ---------------------------------------------------------------- without a rule of their own


def out_of_domain(situation: Situation, found: Iterable[Check] = ()) -> list[Check]:
    """Return what was told or follows and cannot be, unless a check `found` names the very amounts already."""
    named = [frozenset(check.facts) for check in found]
    checks = []
    for fact in dict.fromkeys((*situation.facts, *situation.formulas)):
        amount = situation.impossible(fact)
        parts = situation.formulas[fact].of if fact in situation.formulas else ()
        if amount is None or (parts and frozenset(parts) in named):
            continue
        unit, within = all_facts()[fact].unit, situation.bounds(fact)
        beyond = within.high is not None and amount > within.high
        end = within.high if beyond else within.low
        limit = f"不可能{'超过' if beyond else '低于'} {_written(end or Fraction(), unit)}"
        told = [
            f"{fact_label(part)} {plain(value)}"
            for part in parts
            if isinstance(value := situation.facts.get(part), Fraction)
        ]
        by = f"按{'、'.join(told)}，" if told and fact in situation.facts and len(told) < len(parts) else ""
        worked_out = len(told) == len(parts) > 0
        said = f"{fact_label(fact)}{'算出' if worked_out else '填了'} {_written(amount, unit)}，{by}{limit}"
        seen = tuple(part for part in (fact, *parts) if part in situation.facts)
        words = f"{said}{'：' + '、'.join(told) + ' 有矛盾' if worked_out else ''}。请核对后改正。"
        checks.append(Check(id=f"impossible-{fact}", severity="block", text=words, facts=seen))
    return checks


def _written(amount: Fraction, unit: str) -> str:
    return f"{plain(amount)}{unit}" if unit == "%" else f"{plain(amount)} {unit}".rstrip()


def size_conflict(facts: Mapping[str, Told], rows: tuple[SizeRow, ...]) -> list[Check]:
    """Return the contradiction between the size class told and what the figures allow, if there is one."""
    told = facts.get("sme_size_class")
    if not isinstance(told, str) or not rows:
        return []
    names = ("employees_y1", "revenue_y1", "total_assets_y1")
    values = [facts.get(name) for name in names]
    employees, revenue, assets = (value if isinstance(value, Fraction) else None for value in values)
    possible = size_classes(rows, employees=employees, revenue=revenue, assets=assets)
    if possible == CLASSES or told in possible:
        return []
    seen = ("sme_size_class", *(name for name in names if name in facts))
    text = f"划型填的是{size_words({told})}，按行业和数据算是{size_words(possible)}。核对行业、从业人数和营业收入。"
    clause = rows[0].clause
    return [Check(id="size-conflict", severity="block", text=text, facts=seen, clause=clause)]


def _at_the_line(criterion: Criterion, filing: Filing, above: Verdict) -> Iterator[Check]:
    """Yield a remark for an amount exactly on the line, or just short of it where that is what fails."""
    verdict = filing.verdicts.get(criterion.id, Verdict.MET)
    if verdict is not above or verdict is Verdict.UNKNOWN or criterion.id in filing.situation.waived:
        return
    for member in criterion.members:
        yield from _at_the_line(member, filing, above)
    if (
        criterion.members
        or not isinstance(criterion.value, Decimal)
        or criterion.op not in (">=", ">", "<=", "<")
    ):
        return
    if criterion.fact is not None:
        value = filing.situation.value(criterion.fact)
        seen = filing.situation.inputs(criterion.fact)
    else:
        value = rules.points(
            filing.situation.tables[str(criterion.table)], criterion.part, filing.situation
        ).low
        seen = ()
    bound = rules.exact(criterion.value)
    if not isinstance(value, Fraction):
        return
    if verdict is Verdict.MET and value == bound:
        text = f"“{criterion.label}”恰好压线，数据稍有调整就会掉下来。"
        yield Check(
            id=f"line-{criterion.id}", severity="warn", text=text, facts=seen, clause=criterion.clause
        )
    elif verdict is Verdict.NOT_MET and abs(value - bound) <= bound * _NEAR:
        text = f"“{criterion.label}”只差一点：现为 {plain(value)}{_unit(criterion)}。"
        yield Check(
            id=f"near-{criterion.id}", severity="info", text=text, facts=seen, clause=criterion.clause
        )


def _unit(criterion: Criterion) -> str:
    return criterion.unit if criterion.unit == "%" else f" {criterion.unit}".rstrip()
