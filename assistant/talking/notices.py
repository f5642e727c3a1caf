"""How the counter speaks of money, of the days ahead, and of two documents at odds: plain words made from records.

Each function returns the words and the records they rest on, or None where the question is one for the documents
themselves; nothing here decides.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from assistant.answering.question import read_question
from assistant.corpus import ConflictCell, ConflictItem, TimelineItem, list_conflicts, list_timeline
from assistant.desk import Desk
from assistant.numbers import same_document
from assistant.schema import Eligibility, Subsidy
from assistant.show import level_name
from assistant.talking.casework import case_for, place_of
from assistant.talking.clerk import LADDER, amount, place
from assistant.talking.counsel import Words, differs, priced
from assistant.talking.minutes import cited_last
from assistant.talking.talk import Order, Talk
from knowledge.case import CaseFile
from knowledge.policy import Policy, Status
from knowledge.region import NATION
from knowledge.scheme import Scheme

_DAYS = 10
_LATER = 8
_CELLS = 8


# ---------------------------------------------------------------- money


def money_reply(talk: Talk, order: Order, desk: Desk) -> Words | None:
    """Return what the schemes of the firm's place would pay, as far as their documents say; None where none is known."""
    where = place_of(talk, desk)
    if where is None:
        return None
    near, others = _schemes(desk, where)
    if not near:
        return None
    spend, basis = spending(talk, order, desk)
    case = case_for(talk, order, desk) if talk.case else CaseFile(enterprise=talk.enterprise)
    made = [(one, desk.subsidy(case, one.id, spend or Decimal(0), level=order.target)) for one in near]
    paying = [(s, m) for s, m in made if not m.refused and spend is not None]
    open_ = [s for s, m in made if not m.refused and spend is None]
    lines = [_money_head(paying, open_, where, desk.today())]
    if spend is not None:
        lines.append(f"按投入 {amount(spend)} 万元算（{basis}）。")
    lines += [f"- {_pays(s, m, desk)}" for s, m in paying]
    lines += [f"- {s.title}：{_rate(s)}（{place(s.clause, desk)}；{_worth_of(s, desk)}）" for s in open_]
    refused = [(s, m) for s, m in made if m.refused]
    if refused:
        lines.append("算不出数的，原因和该看哪份文件：")
        lines += [f"- {s.title}：{m.reason}（{_where(s, m, desk)}）" for s, m in refused]
    if open_:
        lines.append("告诉我打算投多少（万元）、改造后到几级，我再按条款算。")
    if others:
        names = "；".join(f"{s.title}（{s.purpose}）" for s in others[:4])
        lines.append(f"另有和改造投入无关、按称号或项目给的：{names}。要先有相应称号，这里不算进去。")
    lines.append("能不能拿到由主管部门审核决定，这里不估计。")
    return "\n".join([*lines, *differs(talk)]), tuple(m for _, m in made)


def money_everywhere(desk: Desk) -> list[str]:
    """Return what is known of money for the digital upgrade whatever the place: it goes to cities, and cities pay firms."""
    lines = []
    for one in desk.kb.schemes.values():
        if one.applicant == "city" and one.region == NATION and _digital(one):
            lines.append(f"全国层面：{one.purpose}（{place(one.clause, desk)}；{_worth_of(one, desk)}）。")
            policy = desk.kb.policies.get(one.clause.source_id)
            picked = [c for c in policy.clauses if "重点行业" in c.text and c.obtained] if policy else []
            lines += [
                f"哪些行业、哪些企业能进，由试点城市定（{policy.doc_number} {c.locator}）。"
                for c in picked[:1]
                if policy
            ]
    return lines


def _where(scheme: Scheme, made: Subsidy, desk: Desk) -> str:
    """Return where a scheme stands; the locator alone where the reason names the document already."""
    return scheme.clause.locator if scheme.document in made.reason else place(scheme.clause, desk)


def _schemes(desk: Desk, where: str) -> tuple[list[Scheme], list[Scheme]]:
    """Return the schemes for firms of a place: those for the digital upgrade, and the others."""
    covering = desk.kb.regions.covering(where)
    mine = [s for s in desk.kb.schemes.values() if s.applicant == "enterprise" and s.region in covering]
    mine.sort(key=lambda s: (s.region == NATION, -len(s.region), s.id))
    near = [s for s in mine if _digital(s)]
    return near, [s for s in mine if not _digital(s)]


def schemes_near(desk: Desk, where: str) -> list[Scheme]:
    """Return the schemes that pay firms of a place for the digital upgrade, the nearest first."""
    return _schemes(desk, where)[0]


def title_money(schemes: Sequence[Scheme], desk: Desk) -> list[str]:
    """Return a line for each scheme: what it pays, or why no figure can be given, with clause and worth."""
    lines = []
    for one in schemes:
        if one.no_amount:
            pays = f"算不出数，{one.no_amount}"
        elif one.tiers and not any(tier.amount for tier in one.tiers) and one.rate is None:
            pays = f"没有直接给钱的奖补（{one.purpose}）"
        else:
            pays = _rate(one)
        if one.conditions and not one.no_amount:
            pays += f"；条件：{'、'.join(one.conditions[:3])}"
        lines.append(f"- {one.title}：{pays}（{place(one.clause, desk)}；{_worth_of(one, desk)}）")
    return lines


def _digital(scheme: Scheme) -> bool:
    words = scheme.title + scheme.purpose
    return bool(re.search(r"数字化|改造|转型", words)) and "不是数字化转型" not in words


def spending(talk: Talk, order: Order, desk: Desk) -> tuple[Decimal | None, str]:
    """Return the spending to work with and where it comes from: the message, else the cheapest plan of the case."""
    if order.money is not None:
        return order.money, "您说的数"
    if talk.case is None:
        return None, ""
    made = desk.plan(case_for(talk, order, desk))
    if not made.reachable or not made.steps or not priced(made):
        return None, ""
    return made.total_cost, f"案例到{level_name(made.target_level)}最省方案的合计"


def _money_head(
    paying: Sequence[tuple[Scheme, Subsidy]], open_: Sequence[Scheme], where: str, day: date
) -> str:
    sums = [m for _, m in paying if m.high]
    if not sums and open_:
        return f"**{where}：有 {len(open_)} 项补助写了标准，知道投入才能算出金额**（{day}）。"
    if not sums:
        return f"**{where}：现在没有一项能算出补助金额**（{day}）。"
    high = max(m.high or Decimal(0) for m in sums)
    low = min(m.low or Decimal(0) for m in sums)
    span = f"最多 {amount(high)} 万元，最低 {amount(low)} 万元" if low != high else f"{amount(high)} 万元"
    return f"**{where}：按文件能算出的补助{span}**（{day}）。"


def _pays(scheme: Scheme, made: Subsidy, desk: Desk) -> str:
    if made.low == made.high:
        words = f"{amount(made.high)} 万元"
    else:
        words = (
            f"{amount(made.low)} 至 {amount(made.high)} 万元"
            if made.low
            else f"最多 {amount(made.high)} 万元，最低可为 0"
        )
    cap = f"，上限 {amount(made.cap)} 万元" if made.cap is not None and made.cap != made.high else ""
    how = "；".join(made.assumptions[:4])
    why = f"（{made.reason}）" if made.reason else ""
    return f"{scheme.title}：{words}{cap}{why}。依据 {place(scheme.clause, desk)}（{_worth_of(scheme, desk)}）。前提：{how}"


def _worth_of(scheme: Scheme, desk: Desk) -> str:
    status = scheme.status_on(desk.today())
    until = f"至 {scheme.valid_to}" if scheme.valid_to and status is Status.IN_FORCE else ""
    return "，".join(part for part in (status.label + until, scheme.certainty.label) if part)


def _rate(scheme: Scheme) -> str:
    parts = []
    if scheme.rate is not None:
        parts.append(f"按{scheme.base}的{'' if scheme.exact else '不超过 '}{amount(scheme.rate * 100)}%")
    parts += [
        f"{tier.label}{'' if scheme.exact else '不超过'} {amount(tier.amount)} 万元"
        for tier in scheme.tiers[:4]
    ]
    return "，".join(parts)


# ---------------------------------------------------------------- days


def dates_reply(talk: Talk, desk: Desk) -> Words:
    """Return the days ahead: what closes or ends for the firm's place, whether titles can be applied for, the case's own."""
    where, today = place_of(talk, desk), desk.today()
    items = list_timeline(desk.kb, after=today, region=where or NATION)
    lines = [f"**从 {today} 起，{where or '全国'}要留意的时间点：**"]
    days = [(one.date, _day(one)) for one in items[:_DAYS]]
    days += _own_days(talk, desk, today)
    lines += [f"- {text}" for _, text in sorted(days, key=lambda pair: pair[0])]
    if len(items) > _DAYS:
        later = "；".join(f"{one.date} {_cut(one.what, 30)}" for one in items[_DAYS : _DAYS + _LATER])
        more = f"等 {len(items) - _DAYS} 个" if len(items) > _DAYS + _LATER else ""
        lines.append(f"- 更晚的：{later}{more}")
    if not days:
        lines.append("- 收录的文件里没有写明今后的日期")
    programs = [one for one in desk.programs(where or NATION) if where or one.program in LADDER]
    lines += _windows(programs)
    if where is None:
        lines.append("还不知道企业在哪里，上面只有全国的；告诉我城市，再补上当地的。")
    return "\n".join(lines), items[:30]


def _day(one: TimelineItem) -> str:
    left = "今天" if not one.days_left else f"还有 {one.days_left} 天"
    title = f"《{one.title}》" if one.title and one.title not in one.what else ""
    source = " ".join(part for part in (title, one.locator) if part)
    note = f"；{one.note}" if one.note else ""
    return f"{one.date}（{left}）：{one.what}（{'，'.join(p for p in (source, one.certainty_label) if p)}{note}）"


def _own_days(talk: Talk, desk: Desk, today: date) -> list[tuple[date, str]]:
    """Return the days of the attached case: its own deadline, and the ends of the plan's phases."""
    if talk.case is None or talk.case.case.needs.deadline is None:
        return []
    case = talk.case.case
    days = []
    if case.needs.target_level is not None:
        made = desk.plan(case)
        days = [
            (p.by, f"{p.by}（{_left(p.by, today)}）：按案例的方案，第 {p.number} 阶段“{p.name}”该做完")
            for p in made.phases
            if p.by is not None and p.by != case.needs.deadline
        ]
    end = case.needs.deadline or today
    return [*days, (end, f"{end}（{_left(end, today)}）：案例里写的改造期限")]


def _left(day: date, today: date) -> str:
    days = (day - today).days
    return "今天" if not days else f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"


def _windows(programs: Iterable[Eligibility]) -> list[str]:
    found = list(programs)
    open_ = [f"{one.title}（{one.window.rstrip('。')}）" for one in found if one.window_open]
    shut = [one for one in found if one.window_open is False]
    lines = (
        [f"正在受理的：{'；'.join(open_)}。"] if open_ else ["收录的称号和试点里，现在没有查到正在受理的："]
    )
    lines += [f"- {one.title}：{one.window}" for one in shut]
    rest = [one.title for one in found if one.window_open is None and one.window and one.program in LADDER]
    lines += [
        f"- {one.title}：{one.window}"
        for one in found
        if one.window_open is None and one.window and one.program not in LADDER
    ]
    if rest:
        lines.append(f"- {'、'.join(rest)}：由各省定窗口，没有全国统一的时间，看本省当年通知")
    return lines


# ---------------------------------------------------------------- two documents


def clash_reply(message: str, talk: Talk, desk: Desk) -> Words | None:
    """Return whether two documents are at odds: which of them holds, and where they put the same condition differently.

    None where neither documents nor a condition can be made out: the message itself is then searched for.
    """
    ids = documents_named(message, desk)
    if len(ids) < 2 and _POINTS_BACK.search(message):
        ids = list(dict.fromkeys((*ids, *cited_last(talk))))[:2]
    tables = list_conflicts(desk.kb, on=desk.today())
    if len(ids) >= 2:
        return _two(desk.kb.policies[ids[0]], desk.kb.policies[ids[1]], tables, desk)
    about = [one for one in tables if _topic_of(one, message)]
    if ids:
        about = [one for one in tables if any(cell.policy == ids[0] for cell in one.cells)]
    places = read_question(message, regions=desk.kb.regions, region=None, on=desk.today()).places
    about = [one for item in about if (one := _near(item, places, desk)).cells][:2]
    if about:
        head = f"同一条件各处写法不同的，收录了这些（按 {desk.today()}）"
        if len(places) > 1:
            head = f"不算打架：{'、'.join(places)}各管各的，不能互相套用"
        lines = [f"**{head}：**"]
        for item in about:
            lines += _side_by_side(item, item.cells[:_CELLS])
        return "\n".join([*lines, _WHICH]), tuple(about)
    if _POINTS_BACK.search(message):
        names = "；".join(one.condition for one in tables)
        text = f"请说是哪两份文件（文号或名称），或者是哪件事。收录了口径对照的有：{names}。"
        return text, ()
    return None


def _near(item: ConflictItem, places: Sequence[str], desk: Desk) -> ConflictItem:
    """Return a table with what holds in the places named; with everything where none is named."""
    if not places:
        return item
    reach = {name for one in places for name in desk.kb.regions.covering(one)}
    return item.model_copy(update={"cells": tuple(cell for cell in item.cells if cell.region in reach)})


_POINTS_BACK = re.compile(r"(?:这|那|上面|刚才|前面)(?:的)?(?:两|2|几|俩)?(?:个|份|条)?")
_WHICH = "先看状态：已失效、被替代、征求意见稿和别处的文件不作依据；都有效而说法不同的，以受理部门答复为准。"


def _two(one: Policy, other: Policy, tables: Sequence[ConflictItem], desk: Desk) -> Words:
    day = desk.today()
    named = [f"{_cited(policy)}：{policy.region}，{policy.status_on(day).label}" for policy in (one, other)]
    cut = [item.model_copy(update={"cells": _of(item, one, other)}) for item in tables]
    shared = [item for item in cut if len({cell.policy for cell in item.cells}) == 2]
    head, why = _standing(one, other, desk)
    lines = [f"**{head}**", *(f"- {text}" for text in named), *why]
    for item in shared[:3]:
        lines += _side_by_side(item, item.cells[:_CELLS])
    if not shared:
        lines.append(
            "收录的口径对照里没有这两份文件的同一个条件；没有对照不等于没有不同，要紧的条件请逐条核对原文。"
        )
    else:
        lines.append(_WHICH)
    return "\n".join(lines), tuple(shared[:3])


def _of(item: ConflictItem, one: Policy, other: Policy) -> tuple[ConflictCell, ...]:
    return tuple(cell for cell in item.cells if cell.policy in {one.id, other.id})


def _standing(one: Policy, other: Policy, desk: Desk) -> tuple[str, list[str]]:
    """Return how two documents stand to each other, in a headline and what explains it."""
    day, graph = desk.today(), desk.kb.graph
    for older, newer in ((one, other), (other, one)):
        if newer.id in {p.id for p in graph.replaced_by(older.id, day)}:
            since = f"，自 {older.superseded_on} 起" if older.superseded_on else ""
            return f"不算打架：{_cited(newer)}已替代{_cited(older)}{since}，以前者为准", []
    notes = [
        f"{line.chain}：{line.note}"
        for line in graph.lineages(one.id)
        if other.id in line.order and line.note
    ]
    gone = [p for p in (one, other) if p.status_on(day) in {Status.EXPIRED, Status.SUPERSEDED, Status.DRAFT}]
    if len(gone) == 1:
        rest = other if gone[0] is one else one
        return f"不算打架：{_cited(gone[0])}{gone[0].status_on(day).label}，不作依据，看{_cited(rest)}", notes
    covering = desk.kb.regions.covering
    if one.region not in covering(other.region) and other.region not in covering(one.region):
        return f"不算打架：一份管{one.region}，一份管{other.region}，各管各的，不能互相套用", notes
    return "两份文件没有替代关系，要逐个条件看", notes


def documents_named(message: str, desk: Desk) -> list[str]:
    """Return the ids of documents a text names, by number, title or bare 文号, in the order they are named."""
    asked = read_question(message, regions=desk.kb.regions, region=None, on=desk.today())
    found: dict[str, int] = {}
    bare = {match[1]: match.start() for match in _BARE.finditer(message)}
    for policy in desk.kb.policies.values():
        number = policy.doc_number or ""
        if number and any(same_document(number, one) for one in asked.documents):
            found[policy.id] = next((message.find(n) for n in (number,) if n in message), 0)
        elif any(len(title) >= 4 and title in policy.title for title in asked.titles):
            found[policy.id] = next(message.find(t) for t in asked.titles if t in policy.title)
        elif (
            number
            and not asked.documents
            and (match := re.search(r"〕\s*(\d+)\s*号", number))
            and match[1] in bare
        ):
            found[policy.id] = bare[match[1]]
    return sorted(found, key=lambda one: found[one])


_BARE = re.compile(r"(?<![\d〕\])）】-])(\d{1,4})号(?:文|令)?")


def _topic_of(item: ConflictItem, message: str) -> bool:
    """Return whether a message is about the condition of a table: two of its words stand in it."""
    words = [word for word in re.split(r"[：、与和（）\W]", item.condition) if len(word) >= 2]
    said = [word for word in words if word in message or _TOPIC.get(word, "\n") in message]
    return bool(said) and (len(said) >= 2 or len(said[0]) >= 3 or said[0] in {"比例", "上限", "补助", "验收"})


_TOPIC = {
    "专精特新中小企业门槛": "专精特新",
    "小巨人门槛": "小巨人",
    "企业改造补助": "补助",
    "截止时间": "截止",
}


def _side_by_side(item: ConflictItem, cells: Sequence[ConflictCell]) -> list[str]:
    note = f"（{item.note}）" if item.note else ""
    lines = [f"{item.condition}{note}："]
    for cell in cells:
        number = cell.doc_number or f"《{cell.title}》"
        lines.append(f"- {cell.label}：{_cut(cell.value)}（{number} {cell.locator}，{cell.status_label}）")
    return lines


def _cut(text: str, most: int = 80) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _cited(policy: Policy) -> str:
    title = policy.title.strip("《》")
    return f"《{title}》" + (f"（{policy.doc_number}）" if policy.doc_number else "")
