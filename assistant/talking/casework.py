"""The case a conversation is about: attached and let go, held against what is told, and what a message asks of it.

    talk = attach(talk, Attached(id="…", name="济南岱工", case=case), desk)
    order = read_order("花20万能升几级", desk)         # Order(money=20, …)
    desk.plan(case_for(talk, order, desk))

A figure told in the chat and another one in the case never pass each other silently: the fact is marked and asked,
and until a person says which of them holds, it counts as unknown.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from assistant.desk import Desk
from assistant.numbers import find, fold
from assistant.talking.clerk import label, value_words
from assistant.talking.surface import Surface, say
from assistant.talking.talk import Attached, Order, Talk, Told, case_facts
from knowledge.case import CaseFile
from knowledge.enterprise import facts
from knowledge.errors import ConsultError
from knowledge.region import NATION
from knowledge.standard import Standard

STANDARD = "sme-digital-level-2024"
"""The standard whose scenes and questions a message may name where no case is attached."""
_NEEDED = "得有评测才说得准：现在没有附评测案例，不估等级、分数和花费。要有这家企业的评测表（15 道评测题、16 个场景的等级）：\n"


class NoCase(ConsultError):
    """Something was asked that only an assessed case can answer; the hint says what is missing and where to bring it."""

    hint = _NEEDED + say("bring a case", "page")

    def __init__(self, surface: Surface = "page") -> None:
        super().__init__("no case is attached to the conversation")
        self.hint = _NEEDED + say("bring a case", surface)


# ---------------------------------------------------------------- attaching


def attach(talk: Talk, attached: Attached, desk: Desk) -> Talk:
    """Return the conversation about a case; what was told before and differs from it is marked to be confirmed."""
    free = detach(talk)
    told = tuple(_held(one, attached, desk, confirmed=False) or one for one in free.told)
    return free.model_copy(update={"case": attached, "told": told})


def detach(talk: Talk) -> Talk:
    """Return the conversation without its case; what only contradicted the case stands as told."""
    told = tuple(
        one.model_copy(update={"conflict": False, "against_case": False, "note": ""})
        if one.against_case
        else one
        for one in talk.told
    )
    return talk.model_copy(update={"case": None, "told": told})


def hold(read: Iterable[Told], talk: Talk, message: str, desk: Desk) -> tuple[Told, ...]:
    """Return what was read from a message, held against the case: the same, the case's own, or marked as differing.

    A figure that the case has exactly gives way to it; one that differs is marked, unless the person was asked for it
    or says that it is a correction: then it holds, and the difference is noted.
    """
    attached = talk.case
    if attached is None:
        return tuple(read)
    kept = []
    for one in read:
        stands = talk.standing(one.fact)
        confirmed = (
            talk.asked == one.fact
            or bool(_CORRECTS.search(message))
            or (stands is not None and not stands.conflict and stands.value == one.value)
        )
        held = _held(one, attached, desk, confirmed=confirmed)
        if held is not None:
            kept.append(held)
    return tuple(kept)


_CORRECTS = re.compile(
    r"更正|纠正|改(?:一下|口|过来)|说错|记错|不对|其实|实际|准确|应该是|重新|以.{0,8}为准|最新"
)


def settle(message: str, talk: Talk) -> Talk:
    """Return the conversation after the person said that the case, or what was told, holds; else as it was."""
    clash = [one for one in talk.told if one.against_case]
    if not clash:
        return talk
    if _CASE_HOLDS.search(message):
        told = tuple(one for one in talk.told if not one.against_case)
    elif _TOLD_HOLDS.search(message):
        told = tuple(
            one.model_copy(update={"conflict": False, "against_case": False, "note": _DIFFERS})
            if one.against_case
            else one
            for one in talk.told
        )
    else:
        return talk
    return talk.model_copy(update={"told": told})


_CASE_HOLDS = re.compile(r"(?:以|按|照)?.{0,4}(?:案例|评测表|表里|表上).{0,6}(?:为准|的?算|对|是对的)")
_TOLD_HOLDS = re.compile(r"(?:以|按|照).{0,6}(?:我说的|刚说的|现在说的|嘴上说的|这次的?).{0,4}(?:为准|算|$)")
_DIFFERS = "与案例不同，核申报条件按您说的"


def _held(one: Told, attached: Attached, desk: Desk, *, confirmed: bool) -> Told | None:
    """Return a told fact held against the case; None where the case's own says the same more exactly."""
    known = case_facts(attached).get(one.fact)
    if known is None or one.conflict or (one.value is None and not one.rough) or one.value == known:
        return one
    if _within(one, known, desk) or (one.fact == "enterprise.industry" and not confirmed):
        return None
    if confirmed or one.fact == "enterprise.industry":
        return one.model_copy(update={"note": _DIFFERS})
    fact = facts().get(one.fact)
    unit = fact.unit if fact else ""
    theirs = value_words(one.fact, known, unit)
    said = f"“{one.words}”" if one.words else value_words(one.fact, one.value, unit)
    note = f"案例里是 {theirs}，聊天里说的是{said}"
    return one.model_copy(update={"conflict": True, "against_case": True, "note": note})


def _within(one: Told, known: Decimal | bool | str, desk: Desk) -> bool:
    """Return whether what the case has lies within what was told: a figure in its range, a city in its province."""
    if one.fact == "enterprise.region":
        return _same_place(str(one.value), str(known), desk)
    if one.fact == "enterprise.name":
        return str(one.value) in str(known) or str(known) in str(one.value)
    if one.low is None or one.high is None or not isinstance(known, Decimal):
        return False
    return one.low <= known <= one.high


def _same_place(one: str, other: str, desk: Desk) -> bool:
    """Return whether two places are the same, or one lies in the other."""
    regions = desk.kb.regions
    a, b = (regions.resolve(name) or next(iter(regions.find(name)), None) for name in (one, other))
    if a is None or b is None:
        return one in other or other in one
    return a.name in regions.covering(b.name) or b.name in regions.covering(a.name)


def differences(talk: Talk) -> Iterator[str]:
    """Give, a sentence each, where what was told and the case differ."""
    known = case_facts(talk.case)
    for one in talk.told:
        if one.fact not in known or one.value is None or one.fact == "enterprise.industry":
            continue
        typed = not one.fact.startswith("enterprise.") and not one.rough and one.value != known[one.fact]
        if not (one.against_case or one.note == _DIFFERS or (typed and not one.conflict)):
            continue
        fact = facts().get(one.fact)
        unit = fact.unit if fact else ""
        mine = f"“{one.words}”" if one.rough and one.words else value_words(one.fact, one.value, unit)
        theirs = value_words(one.fact, known[one.fact], unit)
        open_ = "，还没确认以哪个为准，核条件时先当作不知道" if one.against_case else "，核申报条件按您说的算"
        yield f"{label(one.fact)}：您说的是{mine if mine.startswith('“') else f' {mine}'}，案例里是 {theirs}{open_}"


# ---------------------------------------------------------------- what a message asks


def read_order(message: str, desk: Desk, talk: Talk | None = None) -> Order:
    """Return the level, sum, scenes and questions a message names."""
    text = squeeze(message)
    standard = standard_of(talk, desk)
    quantities = find(text)
    levels = [
        int(q.value) for q in quantities if q.kind == "level" and q.value is not None and 1 <= q.value <= 4
    ]
    sums = [
        q.wan
        for q in quantities
        if q.value is not None and (q.kind == "money" or (q.kind == "number" and q.scale and not q.unit))
    ]
    questions, scenes, left = [], [], text
    for question in sorted(standard.questions.values(), key=lambda one: -len(one.name)):
        words = (question.name, *_SAID_OF_QUESTIONS.get(question.id, ()))
        if hit := next((word for word in words if word in left), None):
            questions.append(question.id)
            left = left.replace(hit, "\n")
    for scene in standard.scenes:
        if any(word in left for word in (scene.name, *_SAID_OF_SCENES.get(scene.id, ()))):
            scenes.append(scene.id)
    return Order(
        target=levels[-1] if levels else None,
        money=sums[0] if sums else None,
        scenes=tuple(scenes),
        questions=tuple(sorted(questions)),
        words=text[:200],
    )


_SAID_OF_QUESTIONS = {
    "q03": ("联网", "机器上网", "设备上网", "物联"),
    "q04": ("数采", "采集数据", "采数据"),
    "q06": ("防火墙", "等保"),
    "q07": ("备份",),
}
_SAID_OF_SCENES = {
    "s01": ("设计软件", "PLM", "plm"),
    "s02": ("工艺", "CAPP"),
    "s03": ("营销", "CRM", "crm", "客户管理"),
    "s04": ("售后",),
    "s05": ("排产", "排程", "排单", "APS", "aps"),
    "s06": ("MES", "mes", "车间", "报工", "生产管理"),
    "s07": ("质量", "质检", "追溯", "QMS"),
    "s08": ("设备",),
    "s09": ("安全管理", "安环"),
    "s10": ("能耗", "能源", "电费", "用电"),
    "s11": ("采购", "供应商管理", "SRM"),
    "s12": ("仓储", "仓库", "库存", "物流", "WMS", "wms"),
    "s13": ("财务", "记账"),
    "s14": ("人事", "人力", "考勤"),
    "s15": ("办公", "OA", "oa"),
    "s16": ("决策", "BI", "驾驶舱", "大屏"),
}
"""What people call the scenes and questions, beside their names."""


def squeeze(text: str) -> str:
    """Return a text folded and without the blanks people set around numbers: 18 万元 is 18万元."""
    return re.sub(r"(?<=\d)\s+(?=[\u4e00-\u9fa5%])|(?<=[\u4e00-\u9fa5])\s+(?=\d)", "", fold(text))


def again(order: Order, before: Order) -> Order:
    """Return an order that goes on from the one before: what is not named again stays."""
    return Order(
        target=order.target or before.target,
        money=before.money if order.money is None else order.money,
        scenes=order.scenes or (() if order.questions else before.scenes),
        questions=order.questions or (() if order.scenes else before.questions),
        words=order.words,
    )


def standard_of(talk: Talk | None, desk: Desk) -> Standard:
    """Return the standard of the attached case, or the usual one."""
    attached = talk.case if talk is not None else None
    wanted = attached.case.assessment.standard if attached else STANDARD
    return desk.kb.standards.get(wanted) or desk.kb.standards[STANDARD]


def the_case(talk: Talk) -> CaseFile:
    """Return the attached case.

    Raises:
        NoCase: None is attached.
    """
    if talk.case is None:
        raise NoCase(talk.surface)
    return talk.case.case


def case_for(talk: Talk, order: Order, desk: Desk) -> CaseFile:
    """Return the attached case with the wishes of the message and of the talk: the last word of the person holds.

    A target nobody named is the level above the present one.

    Raises:
        NoCase: None is attached.
    """
    case = the_case(talk)
    target = order.target or _told_level(talk) or case.needs.target_level
    if target is None:
        card = desk.score(case)
        target = min(card.level_low + 1, standard_of(talk, desk).top_level)
    told = talk.standing("needs.budget")
    budget = order.money
    if budget is None and told is not None and isinstance(told.value, Decimal) and not told.conflict:
        budget = told.value
    if budget is None:
        budget = case.needs.budget
    changed = case.needs.model_copy(update={"target_level": target, "budget": budget})
    return case.model_copy(update={"needs": changed})


def _told_level(talk: Talk) -> int | None:
    one = talk.standing("needs.target_level")
    if one is None or one.conflict or one.value is None or isinstance(one.value, bool):
        return None
    text = str(one.value)
    return int(text) if text in {"1", "2", "3", "4"} else None


def companions(question_id: str, standard: Standard) -> tuple[str, ...]:
    """Return the scenes whose higher levels lean on a question, as far as the standard's texts show; () for none."""
    return tuple(
        dict.fromkeys(
            scene for rule in standard.base_rules if rule.question == question_id for scene in rule.needs
        )
    )


def place_of(talk: Talk, desk: Desk) -> str | None:
    """Return the canonical place of the firm, as told or as the case has it; None where neither says."""
    place = desk.region_of(talk.enterprise)
    return None if place == NATION else place
