"""How the counter speaks of the attached case: its level, where it loses points, the way up, what can be bought.

Each function returns the words and the records they rest on; nothing here decides. Without a case it raises NoCase,
whose hint says what is missing and where to bring it.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from assistant.desk import Desk
from assistant.schema import Bundle, MatchResult, Offer, Plan, QuestionScore, ScoreCard, Step
from assistant.show import level_name
from assistant.talking import plan_words
from assistant.talking.casework import case_for, companions, differences, standard_of, the_case
from assistant.talking.clerk import amount
from assistant.talking.surface import say
from assistant.talking.talk import Order, Talk, Worked
from knowledge.case import CaseFile
from knowledge.standard import Standard

Words = tuple[str, tuple[Worked, ...]]
_LOST = 6
"""So many questions that lose points are named."""
_SCENES = 10
_STEPS = 12
_OFFERS = 5
_MORE = 15
"""So many further offers are named without their particulars."""
_NAME = 40
"""Characters of a case's name: whoever made the file wrote it."""


# ---------------------------------------------------------------- level and gaps


def level_reply(talk: Talk, desk: Desk) -> Words:
    """Return the level and points of the case, and what is short of the next level."""
    case = the_case(talk)
    card, standard = desk.score(case), standard_of(talk, desk)
    if card.level is None:
        low, high = level_name(card.level_low), level_name(card.level_high)
        head = f"**等级还定不下来：在{low}和{high}之间**，总分 {_span(card.total, card.total_high)} / 100"
    else:
        head = f"**现在是{level_name(card.level)}，总分 {_span(card.total, card.total_high)} / 100**"
    lines = [f"{head}（{basis(talk)}）。"]
    dimensions = "；".join(
        f"{one.name} {_span(one.score, one.high)}（满分 {amount(one.max)}）" for one in card.dimensions
    )
    lines.append(f"- 各维度：{dimensions}")
    if card.unanswered:
        names = _names(card.unanswered, standard)
        lines.append(f"- 还有 {len(names)} 项没作答，先补这些最能定级：{'、'.join(names[:5])}")
    elif card.next_level is not None:
        lines.append(f"- {_short_of(card)}")
    lines += [f"- 注意：{one.text}" for one in card.inconsistencies[:3]]
    lines += _foot(talk, standard, card.notes)
    return "\n".join(lines), (card,)


def gaps_reply(talk: Talk, order: Order, desk: Desk) -> Words:
    """Return where the case loses most points, and which scenes are short of the target level."""
    case = case_for(talk, order, desk)
    card, standard = desk.score(case), standard_of(talk, desk)
    target = case.needs.target_level or 1
    lost = lost_points(card)
    first = "、".join(f"{one.name}（少 {amount(short)} 分）" for short, one in lost[:3])
    head = f"**扣分最多的是：{first}**" if lost else "**答了的题都得了满分**"
    lines = [f"{head}（{basis(talk)}，总分 {_span(card.total, card.total_high)} / 100）。"]
    lines += [
        f"- {one.name}：得 {amount(one.score)} 分，满分 {amount(one.max)} 分" for _, one in lost[:_LOST]
    ]
    if len(lost) > _LOST:
        lines.append(
            f"- 另有 {len(lost) - _LOST} 题没得满：{'、'.join(f'{one.name}（少 {amount(short)} 分）' for short, one in lost[_LOST:])}"
        )
    if card.unanswered:
        lines.append(f"- 没作答的 {len(card.unanswered)} 项不算扣分，先补答才知道得几分")
    if card.next_level is not None:
        lines.append(_short_of(card) + "。")
    scenes = [gap for gap in desk.gaps(case, target=target) if gap.kind == "scene"]
    if scenes:
        named = "、".join(
            f"{gap.name}（{_scene_level(gap.now)}{'，约束性' if gap.binding else ''}）"
            for gap in scenes[:_SCENES]
        ) + ("等" if len(scenes) > _SCENES else "")
        lines.append(f"不到{level_name(target)}的场景有 {len(scenes)} 个：{named}。不用全补，够数就行。")
    lines.append("扣分多的不一定最该先做，还要看花多少钱：可以接着问“先做哪几项最划算”。")
    lines += _foot(talk, standard, card.notes)
    return "\n".join(lines), (card,)


def lost_points(card: ScoreCard) -> list[tuple[Decimal, QuestionScore]]:
    """Return the questions that lose points with what each loses, the dearest first."""
    lost = [(one.max - one.score, one) for one in card.questions if one.score is not None]
    return sorted((pair for pair in lost if pair[0] > 0), key=lambda pair: (-pair[0], pair[1].id))


def _short_of(card: ScoreCard) -> str:
    need = card.next_level
    if need is None:
        return "已经是最高一级"
    parts = [
        f"{amount(need.points_short)} 分" if need.points_short else "",
        f"{need.scenes_short} 个场景" if need.scenes_short else "",
        f"约束性场景 {need.binding_short} 个" if need.binding_short else "",
    ]
    return f"距{level_name(need.level)}还差：{'，'.join(p for p in parts if p) or '0 分'}"


# ---------------------------------------------------------------- the plan


def plan_reply(talk: Talk, order: Order, desk: Desk) -> Words:
    """Return the way to the target; with a sum named and no level, how far that sum goes."""
    standard = standard_of(talk, desk)
    if order.money is not None and order.target is None:
        return _worth(talk, order.money, desk, standard)
    case = case_for(talk, order, desk)
    made = desk.plan(case)
    lines = [f"{_plan_head(made, case)}（{basis(talk)}）。"]
    if not made.steps and made.reachable:
        lines += _left_out(made)
        return "\n".join([*lines, *_foot(talk, standard, made.notes)]), (made,)
    route = made if made.reachable else made.beyond_budget
    if route is not None:
        if not made.reachable:
            lines.append("不限预算时的路线：")
        lines += _route(route, standard)
        lines += _left_out(route)
    if made.alternatives:
        others = "；".join(
            f"方案{'二三四五'[n]}{f'（{one.label}）' if one.label else ''} {len(one.steps)} 项，{plan_words.total(one)}"
            for n, one in enumerate(made.alternatives[:3])
        )
        lines.append(f"备选：{others}。")
    lines += _wishes(talk, order, case)
    lines += _foot(talk, standard, made.notes)
    return "\n".join(lines), (made,)


def _plan_head(made: Plan, case: CaseFile) -> str:
    target = level_name(made.target_level)
    budget = case.needs.budget
    if made.reachable and not made.steps:
        return f"**现在就够{target}，不用再花钱**"
    if made.reachable and made.within_budget is None and budget is not None:
        return f"**{amount(budget)} 万元够不够到{target}，现在说不准**：{_unsure(made)}"
    if made.reachable:
        within = f"，在 {amount(budget)} 万元预算以内" if made.within_budget else ""
        if priced(made):
            proof = "，已证明没有更省的" if made.optimal else ""
            return f"**到{target}最省的做法：{len(made.steps)} 项，{plan_words.total(made)}**{within}{proof}"
        return f"**到{target}要做 {len(made.steps)} 项**，{plan_words.total(made)}"
    if made.beyond_budget is None:
        return f"**按案例里现有的报价，多少预算都到不了{target}**：有的步骤没有报价，视为不可买"
    best = "" if made.level_within_budget is None else f"，预算内最高{level_name(made.level_within_budget)}"
    if made.least_budget is None:
        return (
            f"**{amount(budget)} 万元到不了{target}**：只算有报价的步骤就已经超出，没有报价的还没算进去{best}"
        )
    return f"**{amount(budget)} 万元到不了{target}，至少要 {amount(made.least_budget)} 万元**{best}"


def _why_unsure(made: Plan) -> str:
    """Say why nothing can be said of a budget: steps without a price, or catalog prices alone."""
    if made.unpriced == len(made.steps):
        return f"{len(made.steps)} 项都没有价格"
    if made.unpriced:
        return f"{len(made.steps)} 项里有 {made.unpriced} 项没有价格"
    return "价格是目录上的公开价，不含实施与集成"


def _unsure(made: Plan) -> str:
    """Say what is to be done and why nothing can be said of a budget."""
    total = "" if made.cost_basis == "effort" else f"，{plan_words.total(made)}"
    return f"要做的 {_why_unsure(made)}{total}"


def _left_out(made: Plan) -> list[str]:
    """Return the scenes the firm named and the plan leaves out, each with the reason."""
    named = [one for one in made.left_out if one.named]
    return [f"您提过、没列进去的：{'；'.join(plan_words.left(one) for one in named)}。"] if named else []


def _worth(talk: Talk, money: Decimal, desk: Desk, standard: Standard) -> Words:
    """Return how far a sum goes: the level it is sure to reach, else why that is not known, else what it can begin with."""
    case = the_case(talk)
    card = desk.score(case)
    with_sum = case.needs.model_copy(update={"budget": money})
    case = case.model_copy(update={"needs": with_sum})
    now = card.level_low
    said = f"{amount(money)} 万元"
    if card.level is None:
        span = f"{level_name(card.level_low)}和{level_name(card.level_high)}之间"
        text = f"**现在的等级还没定（在{span}），说不准{said}能升几级**：先把没作答的 {len(card.unanswered)} 项补上。"
        return "\n".join([text, *_foot(talk, standard, card.notes)]), (card,)
    if now >= standard.top_level:
        text = f"**已经是最高的{level_name(now)}，没有更高的级可升**（{basis(talk)}）。"
        return "\n".join([text, *_foot(talk, standard, card.notes)]), (card,)
    ways = {level: desk.plan(case, target=level) for level in range(now + 1, standard.top_level + 1)}
    sure = [level for level, way in ways.items() if way.within_budget]
    if sure:
        best = max(sure)
        made = ways[best]
        open_above = any(level > best and way.reachable for level, way in ways.items())
        verb = "够到" if open_above else "最高能到"
        head = f"**{said}{verb}{level_name(best)}，升 {best - now} 级**：{len(made.steps)} 项，{plan_words.total(made)}"
        lines = [
            f"{head}（现在{level_name(now)}；{basis(talk)}）。",
            *_route(made, standard),
            *_left_out(made),
        ]
        if best < standard.top_level:
            lines.append(_beyond(ways[best + 1], said))
        return "\n".join([*lines, *_foot(talk, standard, made.notes)]), (made, card)
    made = ways[_asked_level(case, now, ways)]
    if made.reachable:
        target = level_name(made.target_level)
        head = f"**{said}够不够到{target}，现在说不准**：{_unsure(made)}"
        lines = [
            f"{head}（现在{level_name(now)}；{basis(talk)}）。",
        ]
        lines += _route(made, standard)
        lines += _left_out(made)
        lines.append(
            "把这些项的报价问来，填进评测表的“自有报价”，就能算出这笔钱够到几级。没有价格不等于不要钱。"
        )
        return "\n".join([*lines, *_foot(talk, standard, made.notes)]), (made, card)
    made = ways[now + 1]
    if made.reachable:  # the level asked for is out of reach, the next one is not known to be
        lines = [
            f"**{said}够不够升一级，现在说不准**：{_why_unsure(made)}（{basis(talk)}）。",
            *_route(made, standard),
        ]
        return "\n".join([*lines, *_foot(talk, standard, made.notes)]), (made, card)
    lines = [f"**{said}升不了级，现在{level_name(now)}**（{basis(talk)}）。", _beyond(made, said)]
    begun = _begin(made.beyond_budget, money)
    if begun:
        total = sum((step.cost for step in begun), Decimal(0))
        names = "、".join(f"{step.name}（{amount(step.cost)} 万元）" for step in begun)
        lines.append(
            f"可以按这条路线先做 {names}，合计 {amount(total)} 万元；做完等级还是{level_name(now)}，剩下的以后接着做。"
        )
    return "\n".join([*lines, *_foot(talk, standard, made.notes)]), (made, card)


def _asked_level(case: CaseFile, now: int, ways: Mapping[int, Plan]) -> int:
    """Return the level to speak of: the one the case aims at where it lies above today's, else the next."""
    wanted = case.needs.target_level
    return wanted if wanted is not None and wanted in ways and wanted > now else now + 1


def _beyond(made: Plan, said: str) -> str:
    """Return what the level above takes, as far as that is known."""
    target = level_name(made.target_level)
    if made.reachable:
        return f"再到{target}要多少钱说不准：{_why_unsure(made)}。"
    if made.least_budget is not None:
        return f"到{target}至少要 {amount(made.least_budget)} 万元。"
    if made.beyond_budget is not None:
        return f"到{target}不够：只算有报价的步骤就已经超出{said}，没有报价的还没算进去。"
    return f"到{target}：案例里有的步骤没有报价，算不出要多少钱。"


def _begin(route: Plan | None, money: Decimal) -> list[Step]:
    """Return the first steps of a route that a sum pays for: phase by phase, the cheapest of a phase first."""
    if route is None or route.cost_basis != "money":
        return []
    begun: list[Step] = []
    left = money
    for step in sorted(route.steps, key=lambda one: (one.phase, one.cost)):
        if step.cost > left:
            break
        begun.append(step)
        left -= step.cost
    return begun


def route_in_order(made: Plan) -> list[Step]:
    """Return the steps in the order they are told, which is the plan's; of a plan beyond the budget, those of the way there."""
    route = made if made.reachable or made.beyond_budget is None else made.beyond_budget
    return list(route.steps)


def _route(made: Plan, standard: Standard) -> list[str]:
    """Return the steps in words, phase by phase."""
    named = {one.number: one for one in made.phases}
    lines = []
    ordered = route_in_order(made)
    for step in ordered[:_STEPS]:
        phase = named.get(step.phase)
        when = f"，{phase.by} 前" if phase is not None and phase.by is not None else ""
        told = f"（您提过：{step.named}）" if step.named else ""
        lines.append(
            f"- 第 {step.phase} 阶段{when}：{step.name}{told}，{_change(step, standard)}，{plan_words.cost(step)}"
        )
    rest = ordered[_STEPS:]
    if rest:
        lines.append(f"- 另有 {len(rest)} 项：{'、'.join(dict.fromkeys(step.name for step in rest))}")
    return lines


def _change(step: Step, standard: Standard) -> str:
    if step.kind == "scene":
        return f"{_scene_level(step.from_)}到{level_name(int(step.to))}"
    question = standard.questions[step.id]
    before, after = str(step.from_ or ""), str(step.to)
    texts = {option.key: option.text for option in question.options}
    wanted = [key for key in after if key not in before] or list(after)
    verb = "增加" if question.kind == "multi" else "做到"
    return f"{verb}“{'”“'.join(texts.get(key, key) for key in wanted)}”"


def _scene_level(level: str | int | None) -> str:
    return "未评" if level in (None, "") else "0 级" if int(level or 0) == 0 else level_name(int(level or 0))


def _wishes(talk: Talk, order: Order, case: CaseFile) -> list[str]:
    """Return where the level or sum worked with is not the case's own."""
    own = the_case(talk).needs
    said = []
    if own.target_level is None and order.target is None:
        said.append(f"案例没写目标等级，这里按上一级（{level_name(case.needs.target_level)}）算。")
    elif own.target_level != case.needs.target_level:
        theirs = "没写" if own.target_level is None else f"是{level_name(own.target_level)}"
        said.append(f"案例里的目标{theirs}，这里按您说的{level_name(case.needs.target_level)}算。")
    if own.budget != case.needs.budget and case.needs.budget is not None:
        theirs = "没写" if own.budget is None else f"是 {amount(own.budget)} 万元"
        said.append(f"案例里的预算{theirs}，这里按您说的 {amount(case.needs.budget)} 万元算。")
    return said


def priced(made: Plan) -> bool:
    """Return whether every step of a plan has a price."""
    return made.cost_basis == "money"


# ---------------------------------------------------------------- products


def match_reply(talk: Talk, order: Order, desk: Desk) -> Words:
    """Return products for the scenes or questions named, or for all gaps; why, price, and what to ask the vendor."""
    standard = standard_of(talk, desk)
    case = case_for(talk, order, desk)
    named = _named_products(talk, order, case, desk, standard)
    if named is not None:
        return named
    if order.questions and not order.scenes:
        return _for_question(talk, order.questions[0], case, desk, standard)
    if order.scenes:
        scene = order.scenes[0]
        found = desk.match(case, scene=scene)
        what = f"“{standard.scene[scene].name}”"
    else:
        found = desk.match(case)
        what = f"到{level_name(case.needs.target_level)}的缺口"
    return _offered(talk, found, found.offers, what, standard), (found,)


def _named_products(talk: Talk, order: Order, case: CaseFile, desk: Desk, standard: Standard) -> Words | None:
    """Return whether the products or vendors a message names fit, and if not, why; None where it names none."""
    found = desk.match(case, scene=order.scenes[0] if order.scenes else None)
    fits = [one for one in found.offers if one.name in order.words or _vendor_named(one.provider, order)]
    out = [
        one
        for one in found.rejected
        if one.name in order.words or _vendor_named(_vendor(one.product_id, desk), order)
    ]
    if not fits and not out:
        return None
    head = f"**说到的产品里，合硬性要求的有 {len(fits)} 个，不合的有 {len(out)} 个**（{basis(talk)}）："
    lines = [head, *(_offer(one, standard) for one in fits[:_OFFERS])]
    lines += [f"- {one.name}：不合，{one.reason}" for one in out[:_OFFERS]]
    lines += _sources(fits[:_OFFERS])
    shown = found.model_copy(
        update={
            "offers": tuple(fits),
            "rejected": tuple(out),
            "bundle": Bundle(products=(), covers=(), uncovered=()),
        }
    )
    return "\n".join([*lines, *differs(talk)]), (shown,)


def _vendor(product_id: str, desk: Desk) -> str:
    product = desk.kb.products.get(product_id)
    provider = desk.kb.providers.get(product.provider_id) if product is not None else None
    return provider.brand if provider is not None else ""


def _vendor_named(brand: str, order: Order) -> bool:
    return len(brand) >= 2 and brand in order.words


def _for_question(talk: Talk, question_id: str, case: CaseFile, desk: Desk, standard: Standard) -> Words:
    """Return products whose published words are about a question: the catalog is sorted by scenes, not by questions."""
    question = standard.questions[question_id]
    found = desk.match(case)
    near = companions(question_id, standard)
    for scene in near[:3]:
        found = _joined(found, desk.match(case, scene=scene))
    hits = [hit.passage.source_id for hit in desk.search(question.name, kinds=frozenset({"product"}), k=8)]
    by_id = {one.product_id: one for one in found.offers}
    fits = tuple(
        sorted(
            (by_id[one] for one in hits if one in by_id),
            key=lambda one: (not set(near) & set(one.covers), -one.score, one.product_id),
        )
    )
    out = {one.product_id: one for one in found.rejected}
    missed = tuple(out[one] for one in hits if one in out)
    what = f"“{question.name}”（评测题，满分 {amount(question.max_points)} 分）"
    lines = [_offered(talk, found, fits, what, standard)]
    lines.append("目录按 16 个业务场景归类，不按评测题归类；以上按产品公开介绍里的字眼找，再按硬性要求筛。")
    if missed:
        names = "；".join(f"{one.name}（{one.reason.split('；')[0]}）" for one in missed[:3])
        lines.append(f"说得上这件事、但不合硬性要求的：{names}。")
    shown = found.model_copy(
        update={
            "offers": fits,
            "rejected": missed,
            "bundle": Bundle(products=(), covers=(), uncovered=()),
        }
    )
    return "\n".join(lines), (shown,)


def _joined(one: MatchResult, other: MatchResult) -> MatchResult:
    """Return two results as one: an offer of either is an offer, and is not rejected."""
    offers = {offer.product_id: offer for offer in (*one.offers, *other.offers)}
    rejected = {
        out.product_id: out for out in (*one.rejected, *other.rejected) if out.product_id not in offers
    }
    return one.model_copy(update={"offers": tuple(offers.values()), "rejected": tuple(rejected.values())})


def _offered(talk: Talk, found: MatchResult, offers: Sequence[Offer], what: str, standard: Standard) -> str:
    if not found.needed:
        text = f"**没有需要采购的场景**：各场景已达到目标等级所需，所以没有筛产品，也没有排除谁（{basis(talk)}）。"
        return "\n".join([text, *differs(talk)])
    if not offers:
        lines = [f"**目录里没有合硬性要求、能补{what}的产品**（{basis(talk)}）。"]
        reasons: dict[str, int] = {}
        for out in found.rejected:
            for reason in out.reason.split("；"):
                reasons[reason] = reasons.get(reason, 0) + 1
        most = sorted(reasons.items(), key=lambda pair: -pair[1])[:3]
        if most:
            lines.append(
                "被排除的主要原因（一个产品可有几条）：" + "；".join(f"{r}（{n} 个）" for r, n in most) + "。"
            )
        lines.append("可以放宽部署方式、预算或必须满足的要求再看，也可以上传自己的产品目录。")
        return "\n".join([*lines, *differs(talk)])
    head = f"**能补{what}、合硬性要求的有 {len(offers)} 个，排在前面的：**"
    lines = [f"{head}（{basis(talk)}）", *(_offer(one, standard) for one in offers[:_OFFERS])]
    if len(offers) > _OFFERS:
        rest = [one.name for one in offers[_OFFERS:]]
        more = f"等 {len(rest)} 个" if len(rest) > _MORE else ""
        lines.append(f"- 其余 {len(rest)} 个：{'、'.join(rest[:_MORE])}{more}")
    lines += _sources(offers[:_OFFERS])
    lines.append(
        "先后只看缺口覆盖、行业规模、核对过的证据和公开价格；目录来自公开网页，列入不等于官方推荐，价格以厂商书面报价为准。"
    )
    return "\n".join([*lines, *differs(talk)])


def _offer(one: Offer, standard: Standard) -> str:
    covers = "、".join(standard.scene[scene].name for scene in one.covers if scene in standard.scene)
    parts = [
        f"价格：{one.price or '未公开'}",
        f"覆盖{covers}" if covers else "",
        f"匹配度 {amount(one.score)}",
    ]
    ask = f"；要先问厂商：{one.ask_vendor[0]}" if one.ask_vendor else ""
    more = f"等 {len(one.ask_vendor)} 项" if len(one.ask_vendor) > 1 else ""
    return f"- **{one.name}**（{one.provider}）：{'；'.join(p for p in parts if p)}{ask}{more}"


def _sources(offers: Iterable[Offer]) -> list[str]:
    titles = dict.fromkeys(one.source.rpartition(" ")[0] or one.source for one in offers)
    return [f"来源：{'；'.join(titles)}。"] if titles else []


# ---------------------------------------------------------------- shared words


def basis(talk: Talk) -> str:
    """Return whose assessment it is, and of what day."""
    attached = talk.case
    if attached is None:
        return ""
    day = attached.case.assessment.assessed_on
    name = attached.name if len(attached.name) <= _NAME else f"{attached.name[: _NAME - 1]}…"
    return f"按案例“{name}”{f'，{day} 的评测' if day else '，评测日期没写'}"


def _foot(talk: Talk, standard: Standard, notes: Sequence[str]) -> list[str]:
    """Return what a level rests on, and where the talk and the case differ."""
    number = f"（{standard.doc_number}）" if standard.doc_number else ""
    rule = standard.level_rule.note if standard.level_rule is not None else ""
    lines = [f"依据：《{standard.title}》{number}。{rule}{'。' if rule else ''}"]
    others = [
        _named(note, standard)
        for note in notes
        if note != rule and "超出预算" not in note and "不能断定" not in note
    ]
    return [*lines, *(f"另：{note}。" for note in others[:2]), *differs(talk)]


def _named(note: str, standard: Standard) -> str:
    """Return a note of the rules with names in place of question and scene ids."""
    names = {one.id: one.name for one in standard.scenes} | {
        one.id: one.name for one in standard.questions.values()
    }
    for id, name in names.items():
        note = note.replace(f"{id} {name}", name).replace(id, name)
    return note


def differs(talk: Talk) -> list[str]:
    """Return a line on where what was told and the case differ; [] where they agree."""
    said = list(differences(talk))
    if not said:
        return []
    more = f"；等 {len(said)} 处" if len(said) > 3 else ""
    return [
        f"注意，聊天里说的和案例对不上：{'；'.join(said[:3])}{more}。等级、方案和产品只按案例算；{say('mend the case', talk.surface)}"
    ]


def _names(ids: Iterable[str], standard: Standard) -> list[str]:
    scenes = {one.id: one.name for one in standard.scenes}
    return [
        scenes.get(one) or (standard.questions[one].name if one in standard.questions else one) for one in ids
    ]


def _span(low: Decimal, high: Decimal) -> str:
    return amount(low) if low == high else f"{amount(low)} 至 {amount(high)}"
