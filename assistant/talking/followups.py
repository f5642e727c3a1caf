"""What the counter says to a short follow-up: to one of a list, to what a verdict rests on, to next year, to another place.

    reply = follow(short, talk, desk)     # None: it is a question of its own, or one that others answer

Everything is said from records: the list, the verdict or the answer shown last is looked up or worked out again, never
remembered as words.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from assistant.answering.weighing import weigh
from assistant.desk import Desk
from assistant.schema import Answer, Citation, Eligibility, Finding, Made, Plan, Step, Verdict
from assistant.show import level_name
from assistant.talking import clerk
from assistant.talking.casework import case_for, place_of, standard_of
from assistant.talking.clerk import LADDER, amount, place
from assistant.talking.counsel import basis, route_in_order
from assistant.talking.notices import schemes_near, title_money
from assistant.talking.talk import Item, Reply, Talk, Told
from assistant.talking.thread import Ask, Short, decided_by
from assistant.version import code_version
from knowledge.enterprise import EnterpriseProfile
from knowledge.policy import Clause, Policy
from knowledge.region import NATION
from knowledge.source import Certainty
from knowledge.standard import Standard

_CLAUSES = 6
_NAMED = 12
_JUDGING = {"check", "overview"}
_WORKED = {"plan", "gaps", "level"}


def follow(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return the reply to a follow-up on what was shown last; None where it is not one that records answer."""
    for fits, answer in _KINDS:
        if fits(short, talk) and (said := answer(short, talk, desk)) is not None:
            return said
    return None


# ---------------------------------------------------------------- one of a list


def _is_pointed(short: Short, talk: Talk) -> bool:
    return short.nth is not None and short.whole and bool(talk.seen.items)


def _pointed(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return what is known of one thing of the list shown last."""
    items, nth = talk.seen.items, short.nth or 1
    at = len(items) if nth == -1 else nth
    if not 1 <= at <= len(items):
        return Reply(talk=talk, text=f"上面只列了 {len(items)} 项，没有第 {at} 项。")
    return _of_item(items[at - 1], at, short.ask, talk, desk)


def _of_item(item: Item, at: int, ask: Ask | None, talk: Talk, desk: Desk) -> Reply | None:
    if item.kind == "step":
        return _step_reply(item.id, at, talk, desk)
    if item.kind == "offer":
        return _offer_reply(item.id, at, talk, desk)
    if item.kind == "program" and item.id in desk.kb.programs:
        if ask in {Ask.PAID, Ask.COST} and item.id in LADDER:
            return money_of_titles([item.id], place_of(talk, desk), talk, desk)
        return lacking_reply(item.id, talk, desk)
    if item.kind == "scheme" and (scheme := desk.kb.schemes.get(item.id)) is not None:
        return Reply(talk=talk, text="\n".join(title_money([scheme], desk)))
    if item.kind == "clause" and (held := _clause(item.id, item.locator, desk)) is not None:
        return _quoted([held], f"第 [{at}] 处引用：", talk, desk)
    if item.kind == "question":
        return _question_reply(item.id, at, talk, desk)
    return None


def _plan_of(talk: Talk, desk: Desk) -> Plan:
    return desk.plan(case_for(talk, talk.ordered, desk))


def _step_reply(id: str, at: int, talk: Talk, desk: Desk) -> Reply | None:
    if talk.case is None:
        return None
    made, standard = _plan_of(talk, desk), standard_of(talk, desk)
    steps = route_in_order(made)
    step = next((one for one in steps if one.id == id), None)
    if step is None:
        return None
    text = "\n".join([f"**第 {at} 项：{step.name}**（{basis(talk)}）", *_of_step(step, made, standard)])
    return Reply(talk=talk, text=text, worked=(made,))


def _of_step(step: Step, made: Plan, standard: Standard) -> list[str]:
    """Return why a step is in the plan, what it changes, when, and what it costs."""
    lines = [f"- 为什么排它：{step.why}"] if step.why else []
    lines.append(f"- 做什么：{change_words(step, standard)}")
    phase = next((one for one in made.phases if one.number == step.phase), None)
    if phase is not None:
        until = f"，{phase.by} 前做完" if phase.by is not None else ""
        lines.append(f"- 什么时候：第 {phase.number} 阶段“{phase.name}”{until}")
    lines.append(f"- 花多少：{cost_words(step)}")
    return lines


def change_words(step: Step, standard: Standard) -> str:
    """Return what a step changes, in the words of the standard."""
    if step.kind == "scene":
        now = (
            "未评"
            if step.from_ in (None, "")
            else "0 级"
            if not int(step.from_ or 0)
            else level_name(int(step.from_ or 0))
        )
        return f"{now}到{level_name(int(step.to))}"
    question = standard.questions[step.id]
    texts = {option.key: option.text for option in question.options}
    before, after = str(step.from_ or ""), str(step.to)
    wanted = [key for key in after if key not in before] or list(after)
    verb = "增加" if question.kind == "multi" else "做到"
    return f"{verb}“{'”“'.join(texts.get(key, key) for key in wanted)}”"


def cost_words(step: Step) -> str:
    """Return what a step costs, or that nobody publishes a price."""
    if step.cost_basis == "effort":
        return "没有公开价格，现在说不准，要请服务商报价"
    source = "目录公开价，不含实施" if step.cost_basis == "catalog" else "案例里填的数"
    return f"{amount(step.cost)} 万元（{source}）"


def _offer_reply(id: str, at: int, talk: Talk, desk: Desk) -> Reply | None:
    if talk.case is None:
        return None
    scenes: Sequence[str | None] = talk.ordered.scenes or (None,)
    found = desk.match(case_for(talk, talk.ordered, desk), scene=scenes[0])
    offer = next((one for one in found.offers if one.product_id == id), None)
    if offer is None:
        return None
    lines = [
        f"**第 {at} 个：{offer.name}**（{offer.provider}）",
        f"- 价格：{offer.price or '未公开，要请厂商书面报价'}",
    ]
    lines += [f"- {reason}" for reason in offer.reasons]
    if offer.ask_vendor:
        lines.append(f"- 要先问厂商：{'；'.join(offer.ask_vendor)}")
    lines.append(f"- 来源：{offer.source}")
    return Reply(talk=talk, text="\n".join(lines), worked=(found,))


def _question_reply(id: str, at: int | None, talk: Talk, desk: Desk) -> Reply | None:
    if talk.case is None:
        return None
    standard = standard_of(talk, desk)
    card = desk.score(talk.case.case)
    scored = next((one for one in card.questions if one.id == id), None)
    if scored is None:
        return None
    question = standard.questions[id]
    chosen = set(scored.chosen or ())
    lines = [
        f"**{f'第 {at} 项：' if at else ''}{question.name}**，得 {amount(scored.score)} 分，满分 {amount(scored.max)} 分（{basis(talk)}）"
    ]
    lines += [f"- {'已选' if one.key in chosen else '没选'}：{one.text}" for one in question.options]
    return Reply(talk=talk, text="\n".join(lines), worked=(card,))


# ---------------------------------------------------------------- the plan


def _is_first(short: Short, talk: Talk) -> bool:
    return short.ask is Ask.FIRST and short.count is not None and talk.case is not None and short.whole


def _first(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return as many steps as were asked for, from the beginning of the plan."""
    made, standard = _plan_of(talk, desk), standard_of(talk, desk)
    steps = route_in_order(made)
    if not steps:
        return None
    count = short.count or 1
    shown = steps[:count]
    few = f"（方案一共只有 {len(steps)} 项）" if count > len(steps) else ""
    head = f"**先做这 {len(shown)} 项**{few}（到{level_name(made.target_level)}的方案共 {len(steps)} 项；{basis(talk)}）："
    lines = [head]
    for n, step in enumerate(shown, start=1):
        lines.append(f"{n}. {step.name}：{change_words(step, standard)}；{cost_words(step)}")
        if step.why:
            lines.append(f"   为什么：{step.why}")
    phases = {one.phase for one in shown}
    if len(phases) == 1 and sum(one.phase in phases for one in steps) > len(shown):
        lines.append(
            f"同在第 {min(phases)} 阶段的另有 {sum(one.phase in phases for one in steps) - len(shown)} 项，阶段里不分先后，可以换着做。"
        )
    return Reply(talk=talk.model_copy(update={"working": "plan"}), text="\n".join(lines), worked=(made,))


def _is_of_scene(short: Short, talk: Talk) -> bool:
    return (
        short.ask in {Ask.ABSENT, Ask.WHY}
        and bool(short.scenes or short.questions)
        and talk.case is not None
        and any(item.kind == "step" for item in talk.seen.items)
    )


def _of_scene(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return why a scene or question is in the plan, or why it is not."""
    made, standard = _plan_of(talk, desk), standard_of(talk, desk)
    steps = route_in_order(made)
    wanted = short.scenes or short.questions
    lines = []
    for id in wanted[:2]:
        at = next((n for n, step in enumerate(steps, start=1) if step.id == id), None)
        if at is not None:
            step = steps[at - 1]
            lines += [f"**{step.name}排在方案第 {at} 项**（{basis(talk)}）", *_of_step(step, made, standard)]
            if short.ask is Ask.ABSENT:
                lines += _without(id, made)
        else:
            lines += _left_out(id, made, steps, talk, desk)
    return Reply(talk=talk, text="\n".join(lines), worked=(made,))


def _without(id: str, made: Plan) -> list[str]:
    """Return which other way does without a step; that there is none among those worked out is said."""
    words = "二三四五"
    for n, other in enumerate(made.alternatives[: len(words)]):
        if all(step.id != id for step in other.steps):
            names = "、".join(step.name for step in other.steps)
            return [f"- 不做它也有一条路：方案{words[n]}（{names}）"]
    return ["- 算出来的几个方案都有它；不做它，就要用别的场景或题目凑够数"]


def _left_out(id: str, made: Plan, steps: Sequence[Step], talk: Talk, desk: Desk) -> list[str]:
    """Return why the plan does without a scene or question: it counts already, or enough others do."""
    standard = standard_of(talk, desk)
    card = desk.score(case_for(talk, talk.ordered, desk))
    target = level_name(made.target_level)
    scene = next((one for one in card.scenes if one.id == id), None)
    if scene is not None:
        now = "没评" if scene.level is None else "0 级" if not scene.level else level_name(scene.level)
        if scene.level is not None and scene.level >= made.target_level:
            return [f"**{scene.name}现在{now}，已经够{target}的线，方案里不用再排**（{basis(talk)}）。"]
        chosen = [step.name for step in steps if step.kind == "scene"]
        rule = next((step.why for step in steps if step.kind == "scene"), "")
        lines = [f"**{scene.name}没排进到{target}的方案**（现在{now}；{basis(talk)}）。"]
        if chosen:
            lines.append(
                f"- 方案选了 {len(chosen)} 个场景：{'、'.join(chosen)}。这些够数就能到{target}，不要求每个场景都升。"
            )
        if rule:
            lines.append(f"- 要凑的数：{rule.split('，此场景')[0]}")
    else:
        scored = next((one for one in card.questions if one.id == id), None)
        if scored is None:
            return []
        if scored.score == scored.max:
            return [f"**{scored.name}已经得满 {amount(scored.max)} 分，不用再排**（{basis(talk)}）。"]
        got = "—" if scored.score is None else amount(scored.score)
        of = f"得 {got} 分，满分 {amount(scored.max)} 分"
        lines = [
            f"**{scored.name}没排进到{target}的方案**：现在{of}（{basis(talk)}）。",
            "- 别的题补上的分已经够线。",
        ]
    name = scene.name if scene is not None else standard.questions[id].name
    lines.append(
        f"没排进去不等于不该做：方案只求够线，不看哪里最痛。要先解决它，可以问“有啥产品能补{name}”。"
    )
    return lines


def _is_plan_cost(short: Short, talk: Talk) -> bool:
    return (
        short.ask is Ask.COST
        and short.whole
        and talk.seen.kind == "plan"
        and short.money is None
        and short.level is None
    )


def _plan_cost(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return what the plan costs as far as prices are known, and what has none."""
    if talk.case is None:
        return None
    made = _plan_of(talk, desk)
    steps = route_in_order(made)
    priced = [step for step in steps if step.cost_basis != "effort"]
    open_ = [step for step in steps if step.cost_basis == "effort"]
    total = sum((step.cost for step in priced), Decimal(0))
    target = level_name(made.target_level)
    if not open_:
        head = f"**到{target}的 {len(steps)} 项都有价，合计 {amount(total)} 万元**（{basis(talk)}）。"
    else:
        head = f"**到{target}总共要多少钱，现在说不准：{len(steps)} 项里有 {len(open_)} 项没有价格**（{basis(talk)}）。"
    lines = [head]
    if priced and open_:
        lines.append(
            f"- 有价的 {len(priced)} 项合计 {amount(total)} 万元：{'；'.join(f'{s.name} {cost_words(s)}' for s in priced[:_NAMED])}"
        )
    if open_:
        lines.append(f"- 没有价格、要请服务商报价的：{'、'.join(s.name for s in open_[:_NAMED])}")
        lines.append("报价填进评测表的“成本”一栏，就能按钱重排。")
    return Reply(talk=talk, text="\n".join(lines), worked=(made,))


def _is_offer_cost(short: Short, talk: Talk) -> bool:
    return short.ask is Ask.COST and short.whole and talk.seen.kind == "match" and talk.case is not None


def _offer_cost(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return the published prices of the products shown."""
    scenes: Sequence[str | None] = talk.ordered.scenes or (None,)
    found = desk.match(case_for(talk, talk.ordered, desk), scene=scenes[0])
    shown = found.offers[:5]
    if not shown:
        return None
    lines = ["**上面几个产品的公开价格：**"]
    lines += [f"- {one.name}（{one.provider}）：{one.price or '未公开，要请厂商书面报价'}" for one in shown]
    return Reply(talk=talk, text="\n".join(lines), worked=(found,))


# ---------------------------------------------------------------- another year


def _is_year(short: Short, talk: Talk) -> bool:
    asks = short.ask in {None, Ask.MAY, Ask.WHEN, Ask.LACKING}
    return short.year is not None and asks and short.whole and bool(talk.seen.kind)


def _year(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    today, year = desk.today(), short.year or 0
    if year <= today.year:
        return None
    program = short.program or _main(talk)
    if talk.seen.kind in _JUDGING or short.program is not None:
        return next_year(program, year, talk, desk) if program is not None else None
    if talk.seen.kind in _WORKED and talk.case is not None:
        return _later(year, talk, desk)
    if talk.seen.clauses:
        return _standing_in(year, talk, desk)
    return None


def next_year(program: str, year: int, talk: Talk, desk: Desk) -> Reply | None:
    """Return what a filing in a later year would look at: what is fixed already, and what is still to be reached."""
    today = desk.today()
    ahead = year - today.year
    if ahead > 3 or program not in desk.kb.programs:
        return None
    later = shifted(talk, ahead)
    weighed = weigh(desk.on(_same_day(today, year)), program, later)
    found = weighed.found
    if not found.findings:
        return Reply(
            talk=talk,
            text=f"**{year} 年申报{found.title}**：{''.join(found.warnings[:1])}\n申报时间：{found.window}",
        )
    bad = clerk.obstacles(found)
    known = (
        f"{year - 2} 年的就是您现在说的“去年”那组数，{year - 1} 年的数还没有"
        if ahead == 1
        else "这两年的数都还没有"
    )
    state = "按已经定了的数，到时也不满足" if found.verdict is Verdict.NOT_MET else "现在还定不了"
    lines = [
        f"**{year} 年申报{found.title}：{state}**",
        f"到时看 {year - 1}、{year - 2} 年的数；{known}。",
    ]
    if bad:
        lines.append("已经定了、到时挡着的：")
        lines += [f"- {clerk.against(one, found, desk)}" for one in bad[:4]]
    aims = [one for one in _open(found) if one.fact is not None and _of_last_year(one.fact)]
    if aims:
        lines.append(f"要看 {year - 1} 年做到的（上年度＝{year - 1} 年）：")
        lines += [f"- {one.label}（{place(one.clause, desk)}）" for one in aims[:_NAMED]]
    lines.append("称号是否还在有效期、平台得分到时要重新看；标准和时间以当年通知为准。")
    lines.append(f"申报时间：{found.window}")
    return Reply(talk=talk, text="\n".join(lines), found=(found,))


def _same_day(day: date, year: int) -> date:
    return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def _of_last_year(fact: str) -> bool:
    return fact.endswith("_y1") or "_2y" in fact or fact.endswith("growth_y1")


def shifted(talk: Talk, years: int) -> Talk:
    """Return the talk as it will read `years` later: last year's figures become those of the year before, last year's are open.

    Counts and titles stay as told; what is counted over a window of years (融资, 奖项) is open again.
    """
    enterprise = talk.enterprise
    known: dict[str, Told] = {
        name: Told(fact=name, value=value, words="", turn=0)
        for name in EnterpriseProfile.model_fields
        if (value := getattr(enterprise.profile, name)) is not None
    }
    known |= {one.fact: one for one in talk.told if one.fact in EnterpriseProfile.model_fields}
    moved = []
    for name, one in known.items():
        later = _later_name(name, years)
        if later is None:
            continue
        value = one.value
        if name in {"niche_years", "company_years"} and isinstance(value, Decimal):
            value += years
        moved.append(one.model_copy(update={"fact": later, "value": value}))
    own = {"name": enterprise.name, "region": enterprise.region, "industry": enterprise.industry}
    moved += [
        Told(fact=f"enterprise.{name}", value=value, words="", turn=0) for name, value in own.items() if value
    ]
    return Talk(told=tuple(moved))


def _later_name(name: str, years: int) -> str | None:
    """Return the name a fact goes by some years later; None where it counts no longer."""
    if name == "platform_score_current":
        return "platform_score_previous" if years == 1 else None
    if name == "platform_score_previous" or name.endswith(("_2y", "_3y", "_5y")):
        return None
    stem, mark, n = name.rpartition("_y")
    if not mark or not n.isdigit():
        return name
    later = f"{stem}_y{int(n) + years}"
    return later if later in EnterpriseProfile.model_fields else None


def _later(year: int, talk: Talk, desk: Desk) -> Reply | None:
    """Return what it means for the case to begin in a later year: its own days, and money that ends before."""
    assert talk.case is not None
    case, first = talk.case.case, date(year, 1, 1)
    made = _plan_of(talk, desk)
    end = case.needs.deadline
    if end is None:
        head = f"**放到 {year} 年做，案例里没写改造期限，方案本身不拦**（{basis(talk)}）。"
    elif end < first:
        head = f"**放到 {year} 年做就过了期限：案例里写的改造期限是 {end}**（{basis(talk)}）。"
    else:
        head = f"**放到 {year} 年做，离案例里的期限 {end} 还有 {(end - first).days} 天**（从 {first} 算；{basis(talk)}）。"
    lines = [head]
    for one in made.phases:
        if one.by is None or (end is not None and end < first):
            continue
        left = (one.by - first).days
        said = f"从 {first} 开始只剩 {left} 天" if left > 0 else "已经过了"
        lines.append(f"- 第 {one.number} 阶段“{one.name}”原定 {one.by} 前做完：{said}，{len(one.steps)} 项")
    where = place_of(talk, desk)
    for scheme in schemes_near(desk, where)[:4] if where is not None else ():
        if scheme.valid_to is not None and scheme.valid_to < first:
            lines.append(
                f"- 补助：{scheme.title}的文件有效期至 {scheme.valid_to}，{year} 年是否还有，要等新文件（{place(scheme.clause, desk)}）"
            )
    lines.append(
        "各项实际要几个月，案例和目录都没有数据，以服务商的工期为准；期限要改，请改评测表里的“期限”。"
    )
    return Reply(talk=talk, text="\n".join(lines), worked=(made,))


def _standing_in(year: int, talk: Talk, desk: Desk) -> Reply | None:
    """Return whether the documents last cited still hold in a later year."""
    day = date(year, 1, 1)
    lines = [f"**上面依据的文件到 {year} 年：**"]
    for id in dict.fromkeys(source for source, _ in talk.seen.clauses):
        policy = desk.kb.policies.get(id)
        if policy is not None:
            lines.append(f"- {_titled(policy)}：{_validity(policy, day)}")
    lines.append("到时有没有新文件，收录的资料里看不到，以当年通知为准。")
    return Reply(talk=talk, text="\n".join(lines)) if len(lines) > 2 else None


def _validity(policy: Policy, day: date) -> str:
    status = policy.status_on(day).label
    return f"{status}（有效期至 {policy.valid_to}）" if policy.valid_to else status


# ---------------------------------------------------------------- another place


def _is_place(short: Short, talk: Talk) -> bool:
    return (
        short.place is not None
        and short.ask in {None, Ask.MAY}
        and short.whole
        and short.program is None
        and talk.seen.kind in (_JUDGING | _WORKED | {"paid"})
    )


def _moved(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return what a move to another place would change; where the firm is, is not changed by it."""
    where = short.place or ""
    if talk.seen.kind == "paid":
        return money_of_titles(talk.seen.programs, where, talk, desk)
    own = place_of(talk, desk)
    if own is not None and where in desk.kb.regions.covering(own):
        program = _main(talk)
        return lacking_reply(program, talk, desk) if program is not None else None
    lines = [f"**要是企业在{where}**（只是假设，登记的所在地没改）："]
    found: list[Eligibility] = []
    there = supposed(talk, where)
    program = _main(talk)
    if program is not None and talk.seen.kind in _JUDGING:
        now, then = weigh(desk, program, talk).found, weigh(desk, program, there).found
        found.append(then)
        lines += _difference(now, then)
    else:
        lines.append("- 等级、扣分和方案按评测结果算，不随地区变；变的是补助和申报。")
    near = schemes_near(desk, where)
    if near:
        lines.append(
            "- 数字化改造的补助：" + "；".join(_scheme_state(one.title, one.no_amount) for one in near[:3])
        )
    else:
        lines.append(f"- 数字化改造的补助：没有收录{where}给企业的补助文件，不拿别处的数代替")
    pilots = [
        one
        for one in desk.kb.programs.values()
        if one.kind == "pilot" and one.region in desk.kb.regions.covering(where)
    ]
    if pilots:
        lines.append(f"- 当地另有：{'、'.join(one.title for one in pilots)}（可以接着问）")
    return Reply(talk=talk, text="\n".join(lines), found=tuple(found))


def _scheme_state(title: str, no_amount: str) -> str:
    return f"{title}（{no_amount}）" if no_amount else title


def _difference(now: Eligibility, then: Eligibility) -> list[str]:
    """Return what the verdict there says otherwise than here, and the particulars of the place."""
    before = {one.id: one.verdict for one in now.findings}
    other = [one for one in then.findings if one.group is None and before.get(one.id) is not one.verdict]
    lines = [f"- {then.title}：{clerk.headline(then).replace('**', '').partition('：')[2]}"]
    if other:
        lines.append("- 和现在不一样的：" + "；".join(f"{one.label}{one.verdict.label}" for one in other[:4]))
    else:
        lines.append("- 认定标准全国统一，逐条结论和现在一样；登记和税务关系要先迁到当地，由当地受理")
    lines += [f"- 申报时间：{then.window}"] if then.window and then.window != now.window else []
    known = set(now.warnings)
    lines += [f"- 当地：{one}" for one in then.warnings if one.startswith("【") and one not in known][:4]
    return lines


def supposed(talk: Talk, where: str) -> Talk:
    """Return the talk as if the firm were at another place; nobody told so, and it is not kept."""
    told = tuple(one for one in talk.told if one.fact != "enterprise.region")
    here = Told(fact="enterprise.region", value=where, words="", turn=talk.turns)
    return talk.model_copy(update={"told": (*told, here)})


# ---------------------------------------------------------------- verdicts: what is open, what it rests on


def _is_of_points(short: Short, talk: Talk) -> bool:
    asks = short.ask in {Ask.WHY, Ask.ABSENT, Ask.MORE, Ask.LACKING}
    return asks and talk.case is not None and talk.seen.kind in {"gaps", "level"}


def _of_points(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return why a question has the points it has, or what keeps the level open."""
    if short.questions:
        return _question_reply(short.questions[0], None, talk, desk)
    if talk.case is None or short.ask is not Ask.LACKING or not short.whole:
        return None
    card, standard = desk.score(talk.case.case), standard_of(talk, desk)
    if card.level is not None:
        return None
    names = {one.id: one.name for one in standard.scenes} | {
        one.id: one.name for one in standard.questions.values()
    }
    open_ = [names.get(one, one) for one in card.unanswered]
    text = (
        f"**等级定不下来，是因为还有 {len(open_)} 项没作答**（{basis(talk)}）："
        f"{'、'.join(open_)}。\n按最差补全是{level_name(card.level_low)}，按最好补全是{level_name(card.level_high)}；排在前面的最能定级。"
    )
    return Reply(talk=talk, text=text, worked=(card,))


def _is_located(short: Short, talk: Talk) -> bool:
    return _LOCATOR.search(short.text) is not None and bool(talk.seen.clauses)


def _located(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return the wording of an article named, out of the documents just cited."""
    match = _LOCATOR.search(short.text)
    named = match[0] if match else ""
    held = []
    for id in dict.fromkeys(source for source, _ in talk.seen.clauses):
        policy = desk.kb.policies.get(id)
        held += (
            [(policy, one) for one in policy.clauses if one.obtained and _at(one.locator, named)]
            if policy
            else []
        )
    return _quoted(held, f"{named}：", talk, desk) if held else None


def _at(locator: str, named: str) -> bool:
    """Return whether a locator is the one named or lies in it: 附件1（三） in 附件1, never 附件10."""
    return locator == named or (locator.startswith(named) and not locator[len(named)].isdigit())


_LOCATOR = re.compile(r"第[一二三四五六七八九十百]+条|附件\d{1,2}(?:[（(][一二三四五六七八九十][）)])?")


def _is_lacking(short: Short, talk: Talk) -> bool:
    if short.ask is not Ask.LACKING or not short.whole or short.level is not None:
        return False
    return short.program is not None or talk.seen.kind in _JUDGING


def _lacking(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    program = short.program or _main(talk)
    if program is None or (desk.kb.programs[program].kind == "pilot" and not talk.told):
        return None
    return lacking_reply(program, talk, desk)


def lacking_reply(program: str, talk: Talk, desk: Desk) -> Reply | None:
    """Return everything between a firm and a title by name: what is not met, what is open, what a reviewer settles."""
    weighed = weigh(desk, program, talk)
    found = weighed.found
    if not found.findings:
        return None
    bad, open_ = clerk.obstacles(found), _open(found)
    lines = [clerk.headline(found)]
    if bad:
        lines.append(f"不满足的 {len(bad)} 项：")
        lines += [f"- {clerk.against(one, found, desk)}" for one in bad]
    plain = [one for one in open_ if one.fact not in clerk.FORMAL and not one.manual]
    formal = [one for one in open_ if one.fact in clerk.FORMAL]
    review = [one for one in open_ if one.manual]
    if plain:
        lines.append(f"还没定、要您说数的 {len(plain)} 项：")
        lines += [f"- {_named_open(one)}" for one in plain]
    if formal:
        lines.append(
            f"一般企业都没问题、但要确认的 {len(formal)} 项：{'、'.join(one.label for one in formal)}。"
        )
    if review:
        lines.append(f"由审核人员判定的：{'、'.join(one.label for one in review)}。")
    met = [
        one
        for one in found.findings
        if one.group is None and one.verdict is Verdict.MET and one.fact != "application_type"
    ]
    if met:
        lines.append(f"已经满足的 {len(met)} 项：{'、'.join(one.label for one in met)}。")
    question = clerk.next_question(found, talk, weighed.unsettled)
    if question is not None:
        lines += ["", f"**请问：**{question.text}"]
    asked = {
        "program": program,
        "asked": question.fact if question else None,
        "asked_also": question.also if question else (),
    }
    return Reply(talk=talk.model_copy(update=asked), text="\n".join(lines), found=(found,))


def _named_open(one: Finding) -> str:
    return f"{one.label}（{one.clause.locator}）"


def _open(found: Eligibility) -> list[Finding]:
    """Return the conditions still open that could change the verdict: not those of a way that is not needed any more."""
    by_id = {one.id: one for one in found.findings}

    def counts(one: Finding) -> bool:
        above = by_id.get(one.parent or "")
        while above is not None:
            if above.verdict is not Verdict.UNKNOWN and above.group in {"any", "none"}:
                return False
            above = by_id.get(above.parent or "")
        return True

    return [
        one
        for one in found.findings
        if one.group is None
        and one.verdict is Verdict.UNKNOWN
        and one.fact != "application_type"
        and counts(one)
    ]


def _is_basis(short: Short, talk: Talk) -> bool:
    return short.ask is Ask.BASIS and bool(talk.seen.kind) and (short.whole or _of_level(short, talk))


def _of_level(short: Short, talk: Talk) -> bool:
    return talk.case is not None and re.search("等级|几级|得分|分数|方案", short.text) is not None


def _basis(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return what the last words rest on, clause by clause."""
    seen = talk.seen
    if short.program is not None and short.program not in seen.programs:
        pairs: Sequence[tuple[str, str]] = decided_by(weigh(desk, short.program, talk).found)
    else:
        pairs = seen.clauses
    if (seen.kind in _WORKED | {"match"} and not pairs) or _of_level(short, talk):
        return _standard_basis(talk, desk)
    held = [one for pair in pairs if (one := _clause(*pair, desk)) is not None]
    if not held:
        return None
    same = "同样的数，结论不变；哪个数不对请更正，我重核。" if seen.kind in _JUDGING else ""
    return _quoted(
        held,
        f"上面说的依据是这 {len(held[:_CLAUSES])} 处{f'（共 {len(held)} 处，先列主要的）' if len(held) > _CLAUSES else ''}：",
        talk,
        desk,
        tail=same,
    )


def _standard_basis(talk: Talk, desk: Desk) -> Reply:
    standard = standard_of(talk, desk)
    number = f"（{standard.doc_number}）" if standard.doc_number else ""
    lines = [f"依据是《{standard.title}》{number}。"]
    if standard.level_rule is not None:
        lines.append(f"等级怎么合成：{standard.level_rule.note}。")
    lines.append(
        f"分数和等级按评测表里的作答由规则算出（{basis(talk)}），同样的作答结果不变；目录价取自产品公开页面。"
    )
    return Reply(talk=talk, text="\n".join(lines))


def _clause(id: str, locator: str, desk: Desk) -> tuple[Policy, Clause] | None:
    policy = desk.kb.policies.get(id)
    clause = next((one for one in policy.clauses if one.locator == locator), None) if policy else None
    return (policy, clause) if policy is not None and clause is not None and clause.obtained else None


def _quoted(
    held: Sequence[tuple[Policy, Clause]], lead: str, talk: Talk, desk: Desk, *, tail: str = ""
) -> Reply:
    """Return clauses quoted with their document, status and certainty."""
    day = desk.today()
    cited = tuple(
        Citation(
            n=n,
            source_id=policy.id,
            title=policy.title,
            doc_number=policy.doc_number,
            locator=clause.locator,
            numbered=clause.numbered,
            status=policy.status_on(day),
            text_kind=clause.text_kind,
            quote=clause.text,
            url=next((one.url for one in policy.sources if one.url), None),
            certainty=clause.certainty or policy.certainty or Certainty.UNVERIFIED,
        )
        for n, (policy, clause) in enumerate(held[:_CLAUSES], start=1)
    )
    lines = [lead]
    lines += [
        f"- {_titled(policy)} {one.locator}（{one.status.label}，{one.certainty.label}）：{one.quote}[{one.n}]"
        for one, (policy, _) in zip(cited, held, strict=False)
    ]
    lines += [tail] if tail else []
    region = desk.region_of(talk.enterprise)
    given = Answer(
        question="",
        answer="\n".join(lines),
        citations=cited,
        as_of=day,
        region=region,
        made=Made(as_of=day, knowledge=desk.kb.hash, version=code_version()),
    )
    return Reply(talk=talk, text=given.answer, answer=given)


def _titled(policy: Policy) -> str:
    title = policy.title.strip("《》")
    return f"《{title}》" + (f"（{policy.doc_number}）" if policy.doc_number else "")


# ---------------------------------------------------------------- verdicts: money, days, offices


def _is_paid(short: Short, talk: Talk) -> bool:
    return short.ask in {Ask.PAID, Ask.COST} and not short.left and short.money is None


def _paid(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return what the titles in question pay at the place in question."""
    wanted = [short.program] if short.program is not None else list(talk.seen.programs)
    if short.program is None and talk.seen.kind not in _JUDGING | {"paid"}:
        return None
    programs = [one for one in wanted if one in LADDER]
    if not programs:
        return None
    where = short.place or (talk.seen.place if short.there else None) or place_of(talk, desk)
    return money_of_titles(programs, where, talk, desk)


def money_of_titles(programs: Sequence[str], where: str | None, talk: Talk, desk: Desk) -> Reply:
    """Return what is known to be paid for titles at a place: each title in turn, and what is not known."""
    covering = desk.kb.regions.covering(where or NATION)
    lines = [f"**称号能拿多少钱**（{where or '全国层面'}，{desk.today()}）："]
    clauses: list[tuple[str, str]] = []
    for id in programs:
        program = desk.kb.programs[id]
        schemes = [
            one
            for one in desk.kb.schemes.values()
            if one.region in covering and _pays_for(id, one.title + one.purpose)
        ]
        schemes.sort(key=lambda one: (one.region == NATION, one.id))
        clauses += [(one.clause.source_id, one.clause.locator) for one in schemes]
        regions = {one.region for one in schemes}
        told = title_money(schemes, desk)
        told += [
            f"- 【{note.region}】{note.text}（{note.date}，{note.certainty.label}）"
            for note in program.regional
            if note.region in covering and note.region not in regions and _REWARD.search(note.text)
        ]
        lines.append(f"{program.title}：")
        lines += told or [f"- 收录的文件里没有写这个称号给多少钱{f'（{where}）' if where else ''}，不推断"]
    if where is None:
        lines.append("各地奖励不一样，告诉我企业在哪个城市，我再查当地的。")
    elif not any(one.region == where for one in desk.kb.schemes.values()):
        lines.append(f"{where}自己的奖励文件没有收录，请向当地工业和信息化主管部门查询。")
    seen = talk.seen.model_copy(
        update={
            "kind": "paid",
            "programs": tuple(programs),
            "clauses": tuple(dict.fromkeys(clauses)),
            "place": None if where == place_of(talk, desk) else where,
        }
    )
    return Reply(talk=talk.model_copy(update={"seen": seen}), text="\n".join(lines))


_REWARD = re.compile("奖励|奖补|现金")


def _pays_for(program: str, words: str) -> bool:
    if program == "little-giant":
        return "小巨人" in words
    if program == "specialized-sme":
        return "专精特新" in words.replace("专精特新“小巨人”", "").replace("新一轮专精特新", "")
    return {"innovative-sme": "创新型中小", "technology-sme": "科技型中小"}[program] in words


def _is_when(short: Short, talk: Talk) -> bool:
    return short.ask is Ask.WHEN and short.whole and short.year is None


def _when(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return when the programs in question can be applied for, or when the plan's phases end."""
    if short.program is None and talk.seen.kind == "plan" and talk.case is not None:
        made = _plan_of(talk, desk)
        days = [
            f"- 第 {one.number} 阶段“{one.name}”：{one.by} 前" for one in made.phases if one.by is not None
        ]
        if not days:
            return None
        end = talk.case.case.needs.deadline
        head = f"**方案的时间**（{basis(talk)}{f'，期限 {end}' if end else ''}）："
        return Reply(talk=talk, text="\n".join([head, *days]), worked=(made,))
    about = talk.seen.kind in _JUDGING or (talk.seen.kind == "answer" and bool(talk.seen.programs))
    program = short.program or (_main(talk) if about else None)
    if program is None:
        return None
    wanted = talk.seen.programs if short.program is None and talk.seen.kind == "overview" else (program,)
    region = short.place or desk.region_of(talk.enterprise)
    there = supposed(talk, region) if short.place else talk
    found = [weigh(desk, one, there).found for one in wanted]
    lines = ["**申报时间：**", *(f"- {one.title}：{one.window or '收录的文件里没有写'}" for one in found)]
    return Reply(talk=talk, text="\n".join(lines), found=tuple(found) if len(found) == 1 else ())


def _is_who(short: Short, talk: Talk) -> bool:
    return short.ask is Ask.WHO and short.whole


def _who(short: Short, talk: Talk, desk: Desk) -> Reply | None:
    """Return who decides and where to go; telephone numbers are not in the store and are not made up."""
    where = place_of(talk, desk)
    near = f"{where}的" if where else "企业所在地的"
    phone = "电话没有收录，不编；请查当地政府网站或中小企业公共服务平台公布的号码。"
    program = short.program or (_main(talk) if talk.seen.kind in _JUDGING or not talk.seen.clauses else None)
    if program is not None:
        one = desk.kb.programs[program]
        first = "科技主管部门" if program == "technology-sme" else "工业和信息化（中小企业）主管部门"
        lines = [
            f"**{one.title}：{one.organ or '认定机关收录的文件里没有写'}**",
            f"先找{near}{first}受理、咨询。{phone}",
        ]
        return Reply(talk=talk, text="\n".join(lines))
    ids = dict.fromkeys(source for source, _ in talk.seen.clauses)
    offices = {
        _titled(p): "、".join(p.issuers)
        for id in ids
        if (p := desk.kb.policies.get(id)) is not None and p.issuers
    }
    if not offices:
        lines = [
            "要看是哪一项：",
            *(
                f"- {desk.kb.programs[one].title}：{desk.kb.programs[one].organ}"
                for one in LADDER
                if one in desk.kb.programs
            ),
            f"数字化转型试点由试点城市的工业和信息化主管部门组织。一般先找{near}工业和信息化（中小企业）主管部门。{phone}",
        ]
        return Reply(talk=talk, text="\n".join(lines))
    lines = [
        "上面说的归发文机关管：",
        *(f"- {title}：{office}" for title, office in list(offices.items())[:4]),
        phone,
    ]
    return Reply(talk=talk, text="\n".join(lines))


def _main(talk: Talk) -> str | None:
    """Return the program the talk is about: the one just shown, else the one under check."""
    return (
        talk.seen.programs[0]
        if talk.seen.kind in {"check", "answer"} and talk.seen.programs
        else talk.program
    )


Fits = Callable[[Short, Talk], bool]
Answers = Callable[[Short, Talk, Desk], Reply | None]
_KINDS: tuple[tuple[Fits, Answers], ...] = (
    (_is_located, _located),
    (_is_pointed, _pointed),
    (_is_of_points, _of_points),
    (_is_of_scene, _of_scene),
    (_is_first, _first),
    (_is_basis, _basis),
    (_is_year, _year),
    (_is_lacking, _lacking),
    (_is_plan_cost, _plan_cost),
    (_is_offer_cost, _offer_cost),
    (_is_paid, _paid),
    (_is_place, _moved),
    (_is_when, _when),
    (_is_who, _who),
)
"""What a follow-up may want, the more particular first."""


__all__ = ["follow", "lacking_reply", "money_of_titles", "next_year", "shifted", "supposed"]
