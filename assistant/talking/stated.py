"""What the records of one turn state of the case, by subject and role, and what a sentence says otherwise.

    stated = Stated(records, talk, desk, order)
    list(stated.wrong("设备管理现在三级，改到三级要18万元。"))    # ["三级", "18万元"]: it is at 一级, its step costs 13

三级 is the target and 二级 is now, 18 万元 is one step's cost and 13 万元 another's: a figure that stands somewhere in
the records is still wrong where it stands beside another's name or in another role.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.desk import Desk
from assistant.numbers import Quantity, find, fold
from assistant.schema import MatchResult, Offer, Plan, ScoreCard, Subsidy
from assistant.talking.casework import squeeze, standard_of
from assistant.talking.talk import Order, Talk
from knowledge.record import Record


@dataclass
class _Sum:
    """A sum some record states."""

    value: Decimal
    """万元."""
    role: str
    """cost, price, subsidy or budget."""
    about: tuple[str, ...] = ()
    """Names one of which the sentence must bear; () is the whole."""
    most: bool = False
    """Stated as 不超过 only: a sentence must say so too."""


class Stated:
    """What the records of one turn say of the case, by subject and role."""

    def __init__(self, records: Sequence[Record], talk: Talk, desk: Desk, asked: Order) -> None:
        self.desk, self.asked = desk, asked
        self.standard = standard_of(talk, desk)
        self.cards = [one for one in records if isinstance(one, ScoreCard)]
        self.made = [one for one in records if isinstance(one, Plan)]
        """The plans themselves, without what they hold of other budgets."""
        self.plans = [part for one in records if isinstance(one, Plan) for part in _with_parts(one)]
        self.matches = [one for one in records if isinstance(one, MatchResult)]
        self.subsidies = [one for one in records if isinstance(one, Subsidy)]
        self.own = talk.case.case.needs if talk.case else None
        self.scenes = {one.name: one.id for one in self.standard.scenes}
        self.questions = {one.name: one.id for one in self.standard.questions.values()}
        self.dimensions = {one.name: one for card in self.cards for one in card.dimensions}
        self.products = _named_products(desk, self.matches)

    def wrong(self, line: str) -> Iterator[str]:
        """Give what a sentence says of level, points, money or products that no record says of that subject."""
        line = squeeze(line)
        subjects: tuple[str, ...] = ()
        for clause in _clauses(line):
            named = self.named_in(clause)
            # 设备管理现在一级，要到三级: the second clause is of the same scene; 整体还是二级 is of the firm again.
            subjects = named or (() if _FIRM.search(clause) else subjects)
            yield from self.wrong_levels(clause, line, subjects)
            yield from self.wrong_points(clause, subjects)
            yield from self.wrong_sums(clause, line, subjects)
            yield from self.wrong_counts(clause)
            yield from self.wrong_order(clause, named)
        yield from self.wrong_products(line)
        yield from self.wrong_promises(line)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Return the scenes, questions and dimensions a text names."""
        return tuple(name for name in (*self.scenes, *self.questions, *self.dimensions) if name in text)

    # -------------------------------------------------------- levels

    def wrong_levels(self, clause: str, line: str, subjects: Sequence[str]) -> Iterator[str]:
        """Give levels that are not the subject's: what it is at, or what it is to reach."""
        scenes = [name for name in subjects if name in self.scenes]
        for q in find(clause):
            if q.kind != "level" or q.value is None:
                continue
            now = _is_now(clause, q)
            if now is None:
                now = not _TARGET.search(line)
            level = int(q.value)
            if _NOT_YET.search(clause[max(0, q.start - 8) : q.start]):
                if not any(level > card.level_high for card in self.cards):
                    yield q.text
            elif now:
                if not self._is_at(level, scenes, clause):
                    yield q.text
            elif (self.cards or self.plans) and not self._may_reach(level, scenes, line, clause):
                yield q.text

    def _is_at(self, level: int, scenes: Sequence[str], clause: str) -> bool:
        if scenes:
            found = {
                name: one.level
                for card in self.cards
                for name in scenes
                for one in card.scenes
                if one.name == name
            }
            found |= {
                one.name: int(one.from_ or 0)
                for plan in self.plans
                for one in plan.steps
                if one.kind == "scene" and one.name in scenes and one.from_ is not None
            }
            return set(scenes) <= found.keys() and all(found[name] == level for name in scenes)
        if not self.cards:
            return False
        return all(
            level == card.level
            if card.level is not None
            else level in {card.level_low, card.level_high} and bool(_BETWEEN.search(clause))
            for card in self.cards
        )

    def _may_reach(self, level: int, scenes: Sequence[str], line: str, clause: str) -> bool:
        if scenes:
            to = {(one.name, int(one.to)) for plan in self.plans for one in plan.steps if one.kind == "scene"}
            known = all((name, level) in to for name in scenes)
            short = any(card.next_level is not None and card.next_level.level == level for card in self.cards)
            wanted = self.own is not None and self.own.target_level == level
            return known or (not self.plans and (short or wanted))
        levels = {plan.target_level for plan in self.plans}
        levels |= {card.next_level.level for card in self.cards if card.next_level is not None}
        levels |= {plan.level_within_budget for plan in self.plans if plan.level_within_budget is not None}
        levels |= {card.level for card in self.cards if card.level is not None}
        if self.own is not None and self.own.target_level is not None:
            levels.add(self.own.target_level)
        if level not in levels:
            return False
        return not (_CAN.search(clause) and not _CANNOT.search(clause)) or self._affords(level, line)

    def _affords(self, level: int, line: str) -> bool:
        """Return whether a level can be said to be within reach: within the budget, or for the sum named."""
        if any(card.level is not None and level <= card.level for card in self.cards):
            return True
        if named := {q.wan for q in find(line) if _is_sum(q)}:
            needed = [
                plan.total_cost
                for plan in self.plans
                if plan.reachable and plan.target_level >= level and _fully_priced(plan)
            ]
            needed += [
                p.least_budget for p in self.plans if p.target_level >= level and p.least_budget is not None
            ]
            return any(all(one >= sum_ for one in named) for sum_ in needed)
        bounded = self.own is not None and self.own.budget is not None
        return any(
            (plan.reachable and plan.target_level >= level and (bool(plan.within_budget) or not bounded))
            or (plan.level_within_budget is not None and plan.level_within_budget >= level)
            for plan in self.made
        )

    # -------------------------------------------------------- points

    def wrong_points(self, clause: str, subjects: Sequence[str]) -> Iterator[str]:
        """Give points that are not the subject's."""
        if not self.cards:
            return
        for q in find(clause):
            if not (q.kind == "points" or q.unit == "分") or q.value is None or q.bound:
                continue
            if q.value not in set(self._points(clause, subjects)):
                yield q.text

    def _points(self, clause: str, subjects: Sequence[str]) -> Iterator[Decimal]:
        short = _SHORT.search(clause) is not None
        for card in self.cards:
            yield from _part_points(card, subjects, short)
            if subjects and not _WHOLE.search(clause):
                continue
            if short and card.next_level is not None:
                yield card.next_level.points_short
            if not short:
                yield from (card.total, card.total_high)
            if "满分" in clause:
                yield Decimal(100)
        for found in self.matches:
            yield from (offer.score for offer in found.offers if offer.name in clause)

    def wrong_counts(self, clause: str) -> Iterator[str]:
        """Give how many scenes are short, or steps needed, where the records count otherwise."""
        for q in find(clause):
            after = clause[q.end : q.end + 8]
            if q.value is None or q.unit not in {"个", "项", "步"}:
                continue
            if "场景" in after and _SHORT.search(clause):
                needs = [card.next_level for card in self.cards if card.next_level is not None]
                known = {n.binding_short if "约束" in clause else n.scenes_short for n in needs}
            elif q.unit in {"项", "步"} and _STEPS.search(clause) and self.plans:
                known = {len(plan.steps) for plan in self.plans}
            else:
                continue
            if q.value not in known:
                yield q.text

    # -------------------------------------------------------- sums

    def wrong_sums(self, clause: str, line: str, subjects: Sequence[str]) -> Iterator[str]:
        """Give sums that no record states of that subject in that role."""
        if not (self.plans or self.matches or self.subsidies):
            if _PAID.search(clause):
                yield from (q.text for q in find(clause) if _is_sum(q) and _MINE.search(line))
            return
        products = [name for name in self.products if name in line]
        role = _role(clause)
        for q in find(clause):
            if not _is_sum(q) or (role is None and not subjects and not products):
                continue
            fits = [
                one
                for one in self._sums()
                if one.value == q.wan and role in {None, one.role, *_ALSO[one.role]}
            ]
            about = [
                one
                for one in fits
                if (not one.about and not _only_parts(subjects, products, clause))
                or any(name in subjects or name in products or name in line for name in one.about)
            ]
            said_most = q.bound in {"<=", "<"} or _MOST.search(clause)
            if not any(not one.most or said_most for one in about):
                yield q.text

    def _sums(self) -> Iterator[_Sum]:
        others = {id(other) for plan in self.made for other in plan.alternatives}
        for plan in self.plans:
            yield from _plan_sums(plan, _OTHERS if id(plan) in others else ())
        if self.asked.money is not None:
            yield _Sum(self.asked.money, "budget")
        if self.own is not None and self.own.budget is not None:
            yield _Sum(self.own.budget, "budget")
        for found in self.matches:
            for offer in found.offers:
                prices = (q for q in find(squeeze(offer.price or "")) if _is_sum(q))
                yield from (_Sum(q.wan, "price", (offer.name,)) for q in prices)
        paying = [one for one in self.subsidies if not one.refused]
        for one in paying:
            yield from _subsidy_sums(one, () if len(paying) == 1 else (one.title,))

    # -------------------------------------------------------- what comes first

    def wrong_order(self, clause: str, named: Sequence[str]) -> Iterator[str]:
        """Give what a sentence would have done that is in no plan, or done first that is not of the first phase."""
        routes = [plan for plan in self.plans if plan.steps]
        if not _DO.search(clause) or _NOT_DO.search(clause):
            return
        if not routes:
            yield from named if self.own is not None else ()
            return
        first = min(step.phase for plan in routes for step in plan.steps)
        for name in named:
            if name in self.dimensions:
                continue
            steps = [step for plan in routes for step in plan.steps if step.name == name]
            if not steps or (_FIRST.search(clause) and all(step.phase != first for step in steps)):
                yield name
        if _BEST.search(clause) and not all(plan.optimal for plan in routes):
            yield clause

    # -------------------------------------------------------- products

    def wrong_products(self, line: str) -> Iterator[str]:
        """Give products that are not offered, or not for that scene, of that vendor, at that rank or with that ability."""
        named = _longest(name for name in self.products if name in line)
        if not named:
            # A name nobody offers may stand in a document, a wish or a case's own name: it is no recommendation.
            if _RECOMMENDS.search(line) and not re.search(r"不等于|不代表|不是|不推荐", line):
                yield line
            return
        offers = {one.name: one for found in self.matches for one in found.offers}
        out = {one.name for found in self.matches for one in found.rejected}
        scenes = [name for name in self.scenes if name in line]
        for name in named:
            offer = offers.get(name)
            if offer is None:
                if not (name in out and _LEFT_OUT.search(line)):
                    yield name
                continue
            covered = {self.standard.scene[s].name for s in offer.covers if s in self.standard.scene}
            yield from (scene for scene in scenes if scene not in covered)
            yield from self._wrong_vendor(offer, line, offers)
            if _TOP.search(line) and not any(
                found.offers[0].name == name for found in self.matches if found.offers
            ):
                yield name
            if _claims_open(offer, line):
                yield name
            if offer.price is None and (
                _FREE.search(line) or (_PRICED.search(line) and "未公开" not in line)
            ):
                yield name

    def _wrong_vendor(self, offer: Offer, line: str, offers: dict[str, Offer]) -> Iterator[str]:
        """Give vendors named beside a product that is another's; a name inside the product's own does not count."""
        left = line
        for name in sorted(offers, key=len, reverse=True):
            left = left.replace(name, "\n")
        vendors = {one.provider for one in offers.values() if one.name in line}
        for one in offers.values():
            if len(one.provider) >= 2 and one.provider in left and one.provider not in vendors:
                yield one.provider
        if len(vendors) == 1 and offer.provider not in vendors:
            yield offer.name

    # -------------------------------------------------------- money promised

    def wrong_promises(self, line: str) -> Iterator[str]:
        """Give a promise of money where no scheme is known to pay."""
        pays = any(not one.refused and (one.high or 0) > 0 for one in self.subsidies)
        if not pays and _PROMISE.search(line) and not _CANNOT.search(line):
            yield line


_NOW = re.compile(
    r"现在|目前|当前|现状|现有|现为|现处|已经?|处于|属于|评为|评定|测算|结果|您是|贵公司是|你们是|水平是|等级是|等级为"
)
_TARGET = re.compile(
    r"到|至|达|升|提|目标|要求|需|距|离|差|争取|冲|才|以上|以下|及以上|每|不低于|不少于|改造后|场景不少|条件|上一级|下一级"
)
_FIRM = re.compile(r"整体|总体|企业|公司|贵司|您们?|你们|我们|咱们|总分|合计")
_FROM = re.compile(r"(?:从|由|自)$")
_NOT_YET = re.compile(r"(?:没有?|未|尚未|还不|不到|不够|不是|够不上)[\u4e00-\u9fa5]{0,3}$")
_BETWEEN = re.compile(r"至|到|之间|可能|或")
_CAN = re.compile(r"能|可以?|足够|够|即可|便|就会|会到|将")
_CANNOT = re.compile(r"不|没|未|无法|难以|算不|拒")
_SHORT = re.compile(r"差|缺|少|丢|扣|还能得|还可得|可再得|提升空间")
_WHOLE = re.compile(r"总分|合计|总共|得分")
_PAID = re.compile(r"补(?!充|齐|答)|奖|资助|资金支持|扶持")
_PRICED = re.compile(r"报价|售价|价格|单价|元/|每年|一年|/年")
_COSTS = re.compile(r"花|成本|投入|费用|合计|总计|一共|共需|需要?|预算|支出|只要|不到|约|多少钱")
_MINE = re.compile(r"您|贵|你们|咱|我们|本企业|该企业|企业")
_MOST = re.compile(r"最多|最高|不超过|至多|以内|上限|封顶|不会超过")
_DO = re.compile(r"先|优先|首先|第一步|建议|应当?|该做|要做|安排|着手|最划算|最省|最值")
_NOT_DO = re.compile(r"不用|不必|不建议|暂不|不需要|后做|不一定")
_STEPS = re.compile(r"做|步|到[一二三四1-4]级|合计|路线|最省|只要|共")
_FIRST = re.compile(r"先做|优先|首先|第一步|最先|先从|先把|先上|先改")
_BEST = re.compile(r"最省|最优|最便宜|最划算")
_TOP = re.compile(r"最好|首选|第一|排名最高|最佳|最适合|最合适|排在最前|最推荐")
_RECOMMENDS = re.compile(r"推荐|首选|选用|选购|购买|采购(?!管理)|建议(?:采用|使用|上线?|买)")
_OTHERS = ("方案", "备选", "另一", "其他", "别的")
_LEFT_OUT = re.compile(r"不符|排除|落选|不合|没有入选|未入选|不适用|不覆盖|不满足|不在候选")
_FREE = re.compile(r"免费|零成本|不要钱|不花钱")
_OPEN = re.compile(r"未写明|没写|没有写|要问|须问|先问|问清|核实|核对|确认|未知|不清楚|不确定")
_PROMISE = re.compile(
    r"(?:能|可以?|会|将|获|享受|拿|领|申领|得)[^，。；]{0,6}(?:补贴|补助|奖补|奖励|资助|扶持资金|专项资金)|(?:补贴|补助|奖补|奖励)[^，。；]{0,4}(?:到手|到账|兑现|发放|拨付)|有(?:一笔)?(?:补贴|补助|奖补)"
)
_ALSO: dict[str, frozenset[str]] = {
    "cost": frozenset({"budget"}),
    "budget": frozenset({"cost"}),
    "price": frozenset({"cost"}),
    "subsidy": frozenset(),
}
"""Roles a sum may also be said in."""


def _clauses(line: str) -> list[str]:
    return [part for part in re.split(r"[，,；;。：:！？\n（）()]", fold(line)) if part.strip()]


def _is_now(clause: str, q: Quantity) -> bool | None:
    """Return whether a level is what something is at (True) or is to reach (False); None where the clause leaves it open."""
    before = clause[: q.start]
    if _FROM.search(before):
        return True
    if re.search(
        r"(?:到|至|升级?为|提升为|提高为|达成|升|目标(?:是|为)?|要求(?:是|为)?|冲|距|离|差)$", before
    ):
        return bool(_NOW.search(before)) and not re.search(
            r"从|由|目标|还差|还要|要|需|距|离|差|才|可|能", before
        )
    if _NOW.search(clause) and not re.search(r"目标|要求|距|离|还差", before):
        return True
    if re.search(r"(?:是|为|有|属|评)$", before) and not _TARGET.search(before):
        return True
    return False if _TARGET.search(clause) else None


def _part_points(card: ScoreCard, subjects: Sequence[str], short: bool) -> Iterator[Decimal]:
    """Yield the points of the questions and dimensions named: what they have, or what they lack."""
    for one in card.questions:
        if one.name in subjects:
            yield one.max
            if one.score is not None:
                yield one.max - one.score if short else one.score
    for dimension in card.dimensions:
        if dimension.name in subjects:
            yield from (dimension.max, dimension.score, dimension.high)


def _fully_priced(plan: Plan) -> bool:
    """Return whether what a plan costs is known: an unpriced step, or a licence alone, leaves it open."""
    return all(step.cost_basis == "consultant" for step in plan.steps)


def _plan_sums(plan: Plan, about: tuple[str, ...]) -> Iterator[_Sum]:
    """Yield the sums of a plan; `about` are the words one of which must stand beside the total of another way."""
    if plan.cost_basis != "effort" and plan.steps:
        yield _Sum(plan.total_cost, "cost", about)
    if plan.least_budget is not None:
        yield _Sum(plan.least_budget, "cost")
    for step in plan.steps:
        if step.cost_basis != "effort":
            yield _Sum(step.cost, "cost", (step.name,))


def _subsidy_sums(made: Subsidy, about: tuple[str, ...]) -> Iterator[_Sum]:
    for value in (made.low, made.high, made.cap):
        if value is not None:
            yield _Sum(value, "subsidy", about, most=value != made.low)
    for q in (q for text in made.assumptions for q in find(squeeze(text)) if _is_sum(q)):
        bounded = q.bound in {"<=", "<"}
        yield _Sum(q.wan, "subsidy" if bounded else "cost", about, most=bounded)


def _role(clause: str) -> str | None:
    if _PAID.search(clause):
        return "subsidy"
    if _PRICED.search(clause):
        return "price"
    return "cost" if _COSTS.search(clause) else None


def _only_parts(subjects: Sequence[str], products: Sequence[str], clause: str) -> bool:
    """Return whether a sum can only be that of what is named, not of the whole."""
    return bool(subjects or products) and not re.search(r"合计|总计|一共|共|总|预算|至少", clause)


def _is_sum(q: Quantity) -> bool:
    return q.value is not None and (
        q.kind == "money" or (q.kind == "number" and bool(q.scale) and not q.unit)
    )


def _with_parts(plan: Plan) -> Iterator[Plan]:
    yield plan
    if plan.beyond_budget is not None:
        yield plan.beyond_budget
    yield from plan.alternatives


def _named_products(desk: Desk, matches: Sequence[MatchResult]) -> tuple[str, ...]:
    """Return the names of all products known here and to the owner, longest first."""
    names = {one.name for one in desk.kb.products.values()}
    for found in matches:
        names |= {one.name for one in found.offers} | {one.name for one in found.rejected}
    return tuple(sorted((name for name in names if len(name) >= 3), key=lambda name: (-len(name), name)))


def _longest(names: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for name in names:
        if not any(name in longer for longer in kept):
            kept.append(name)
    return kept


def _claims_open(offer: Offer, line: str) -> bool:
    """Return whether a sentence states as a fact what the published material leaves open."""
    if _OPEN.search(line):
        return False
    for text in offer.ask_vendor:
        for wish in re.findall(r"“([^”]+)”", text) or re.findall(r"能否([\u4e00-\u9fa5]{4,10})", text):
            pairs = {wish[i : i + 2] for i in range(len(wish) - 1)}
            if pairs and 2 * sum(pair in line for pair in pairs) >= len(pairs):
                return True
    return False
