"""The conversation: facts told so far, the case it is about, and one reply at a time. It works without a model."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant import clerk, counsel, notices
from assistant.casework import NoCase, again, hold, place_of, read_order, settle
from assistant.desk import Desk
from assistant.intent import Intent, Want, goes_on, read_intent
from assistant.minutes import record
from assistant.schema import Answer
from assistant.talk import Order, Reply, Talk, Told, remember
from assistant.told import read_told, read_value
from assistant.weighing import weigh
from knowledge.errors import ConsultError
from knowledge.region import NATION

if TYPE_CHECKING:
    from assistant.llm import Model

__all__ = ["Reply", "Talk", "Told", "converse", "correct"]


def converse(message: str, talk: Talk, *, desk: Desk, model: "Model | None" = None) -> Iterator[str | Reply]:
    """Answer one message: zero or more texts as they grow, then the reply.

    Args:
        message: In the person's words.
        talk: The conversation so far.
        desk: Knowledge and search, on a day, for one owner.
        model: Puts the reply into words and reads what the rules missed; verdicts stay the rules'.
    """
    if model is not None:
        from assistant.agent import speak

        yield from speak(message, talk, desk=desk, model=model)
        return
    yield reply(message, talk, desk=desk)


def reply(message: str, talk: Talk, *, desk: Desk, extra: tuple[Told, ...] = ()) -> Reply:
    """Return the reply made without a model.

    Args:
        message: In the person's words.
        talk: The conversation so far.
        desk: Knowledge and search, on a day, for one owner.
        extra: Facts read from the message by other means and checked already; what the rules read wins.
    """
    turn = talk.turns + 1
    before, talk = talk, settle(message, talk)
    read = read_told(
        message,
        asked=talk.asked,
        turn=turn,
        on=desk.today(),
        regions=desk.kb.regions,
        before=talk.told,
        also=talk.asked_also,
        size_rows=desk.kb.size_classes,
    )
    read += tuple(one for one in extra if one.fact not in {mine.fact for mine in read})
    intent = read_intent(
        message,
        desk=desk,
        region=desk.region_of(talk.model_copy(update={"told": remember(talk.told, read)}).enterprise),
        checking=talk.program,
        told=bool(read),
        asked=talk.asked,
        case=talk.case is not None,
    )
    if talk.working and intent.want not in _WORK and _same_again(message, intent, talk, read, desk):
        intent = Intent(want=Want(talk.working))
    read = tuple(_wished(one) for one in read if intent.want not in _WORK or not _asks(one))
    read = hold(read, talk, message, desk)
    known = talk.model_copy(update={"told": remember(talk.told, read), "turns": turn})
    if talk is not before and intent.want in {Want.UNCLEAR, Want.POLICY}:
        said = _go_on(known, desk, _SETTLED)
    elif (
        read and all(one.fact.startswith("needs.") for one in read) and intent.want in {Want.CHECK, Want.TELL}
    ):
        said = _work(message, Want.PLAN, known, desk) if known.case else Reply(talk=known, text=_WISH)
    else:
        said = _answer(message, intent, known, desk)
    words = "\n".join(part for part in (clerk.noted(read), said.text) if part)
    done = said.model_copy(update={"text": words, "noted": read})
    return done.model_copy(update={"talk": record(done.talk, message, done)})


def _asks(one: Told) -> bool:
    """Return whether what was taken for a trade is a question's own words: 先做哪几项最划算 names none."""
    return one.fact == "enterprise.industry" and bool(_QUESTIONED.search(f"{one.words}{one.value}"))


def _wished(one: Told) -> Told:
    """Return a wish as it was last told: a budget supposed anew does not contradict the one before."""
    if not one.fact.startswith("needs.") or one.value is None:
        return one
    return one.model_copy(update={"conflict": False, "note": ""})


_QUESTIONED = re.compile(r"哪|什么|啥|多少|几|怎|划算|[?？]")


def _same_again(message: str, intent: Intent, talk: Talk, read: tuple[Told, ...], desk: Desk) -> bool:
    """Return whether a message changes what was last asked of the case and asks for it again: 那50万呢."""
    if not goes_on(message) or intent.want not in {Want.POLICY, Want.UNCLEAR, Want.TELL}:
        return False
    order = read_order(message, desk, talk)
    named = order.target is not None or order.money is not None or order.scenes or order.questions
    return bool(named) and all(one.fact.startswith("needs.") for one in read)


def correct(talk: Talk, fact: str, text: str) -> Talk:
    """Return the conversation after a person typed a value into the form.

    Args:
        talk: The conversation so far.
        fact: A field of EnterpriseProfile, or enterprise.name / enterprise.region / enterprise.industry.
        text: An amount (万元 where no unit is written), 是 or 否, a choice by its label, or words.

    Raises:
        InputError: The text is not a value of that fact.
    """
    one = Told(fact=fact, value=read_value(fact, text), words="", turn=talk.turns)
    return talk.model_copy(update={"told": remember(talk.told, (one,))})


# ---------------------------------------------------------------- one reply


def _answer(message: str, intent: Intent, talk: Talk, desk: Desk) -> Reply:
    """Return the reply to a sorted message, without the line on what was noted."""
    want = intent.want
    if want in _FIXED:
        return Reply(talk=talk, text=_FIXED[want])
    if want in _LEADS:
        return _go_on(talk, desk, _LEADS[want], sized=want is Want.OVERRIDE)
    if want is Want.PASS:
        return _pass(talk, desk)
    if want is Want.OVERVIEW:
        return _overview(talk, desk)
    if want in _WORK:
        return _work(message, want, talk, desk)
    if want is Want.SIZE:
        return Reply(talk=talk, text=clerk.size_reply(talk, desk))
    if want is Want.CHECK and intent.program is not None:
        checked = _check(intent.program, talk, desk)
        return checked if any(found.findings for found in checked.found) else _policy(message, talk, desk)
    if want in {Want.TELL, Want.CHECK}:
        return Reply(talk=talk, text=_WHAT_FOR)
    return _policy(message, talk, desk)


_WORK: dict[Want, Callable[[str, Talk, Order, Desk], counsel.Words | None]] = {
    Want.LEVEL: lambda message, talk, order, desk: counsel.level_reply(talk, desk),
    Want.GAPS: lambda message, talk, order, desk: counsel.gaps_reply(talk, order, desk),
    Want.PLAN: lambda message, talk, order, desk: counsel.plan_reply(talk, order, desk),
    Want.MATCH: lambda message, talk, order, desk: counsel.match_reply(talk, order, desk),
    Want.MONEY: lambda message, talk, order, desk: notices.money_reply(talk, order, desk),
    Want.DATES: lambda message, talk, order, desk: notices.dates_reply(talk, desk),
    Want.CLASH: lambda message, talk, order, desk: notices.clash_reply(message, talk, desk),
}
"""What is worked out by rule; None leaves the message to the documents."""


def _work(message: str, want: Want, talk: Talk, desk: Desk) -> Reply:
    """Return what the rules work out of the case and the records; without a case, what is missing and where to bring it."""
    order = read_order(message, desk, talk)
    if talk.working == want and goes_on(message):
        order = again(order, talk.ordered)
    kept = talk.model_copy(update={"working": want.value, "ordered": order})
    try:
        made = _WORK[want](message, kept, order, desk)
    except ConsultError as error:
        lead = _LACKING.get(want, "") if isinstance(error, NoCase) else ""
        return Reply(talk=kept, text=f"{lead}{error.hint}")
    if made is None:
        said = _policy(message, talk, desk)
        lead = _WHERE if want is Want.MONEY and place_of(talk, desk) is None else ""
        return said.model_copy(update={"text": "\n".join(part for part in (lead, said.text) if part)})
    text, worked = made
    return Reply(talk=kept, text=text, worked=worked)


_WHERE = "补多少各地不一样：请先说企业在哪个城市（区县）、是否已列入试点名单，我再按当地的文件算。"
_LACKING = {
    Want.LEVEL: "现在是几级，",
    Want.GAPS: "哪里扣分，",
    Want.PLAN: "先做什么、花多少，",
    Want.MATCH: "补什么产品，",
}


def _pass(talk: Talk, desk: Desk) -> Reply:
    skipped = (talk.asked, *talk.asked_also) if talk.asked else ()
    passed = dict.fromkeys((*talk.passed, *(one for one in skipped if one)))
    moved = talk.model_copy(update={"passed": tuple(passed)})
    return _go_on(moved, desk, "没关系，先放着，到时候查了再补。")


_LEADS = {
    Want.OVERRIDE: "结论只按登记在案的事实由规则核出来，聊天里说“就当是”“跳过规则”都不会改变它；"
    "数有变化请直接报真实的数，或在右边表里更正。",
    Want.FORGERY: "不能协助编造、虚构或改动申报材料：材料须真实，提供虚假材料会被取消资格、追回资金并列入失信记录。"
    "我可以按真实的数核对差在哪一条、最早什么时候能补上。",
    Want.CHANCE: "获批的把握没法估：是否通过由主管部门评审决定，没有可引用的概率数据。能做的是把条件一条条核清楚。",
    Want.UNCLEAR: "这句没听明白，换个说法试试；不清楚就说“不知道”。",
}
"""Said first; the check under way then goes on."""
_FIXED = {
    Want.REPORT: "出诊断报告和改造方案在“一企一策”页：导入或填写评测表，点“测算”看等级和差距，"
    "再点“生成报告（Word）”。附上评测案例后，这里也能问“我们现在几级”“先做哪几项最划算”。",
    Want.GREETING: f"您好。{clerk.BASICS}我来核能报什么；也可以直接问政策。",
    Want.THANKS: "不客气。情况有变化随时说，我再核一遍。",
}
_SETTLED = "好，就按您说的定。"
_WISH = "要按它排方案、看能升几级，得附评测案例：在“一企一策”页上传评测表，再在这里的“评测案例”里选它。"
_WHAT_FOR = "想核哪一项？可以说“能报小巨人吗”“专精特新够不够”，或者问“我们能报啥”。"


def _check(program: str, talk: Talk, desk: Desk, lead: str = "") -> Reply:
    again = talk.program == program and bool(talk.asked)
    weighed = weigh(desk, program, talk)
    text, question, found = clerk.eligibility_reply(weighed, talk, desk, again=again)
    return Reply(
        talk=_asking(talk, program, question), text="\n".join(p for p in (lead, text) if p), found=found
    )


def _overview(talk: Talk, desk: Desk) -> Reply:
    text, question, found, program = clerk.overview_reply(talk, desk)
    return Reply(talk=_asking(talk, program or talk.program, question), text=text, found=found)


def _go_on(talk: Talk, desk: Desk, lead: str, *, sized: bool = False) -> Reply:
    """Say something first, then take the check under way one step on; `sized` repeats the size class the facts give."""
    if talk.program is not None:
        return _check(talk.program, talk, desk, lead)
    told = {one.fact for one in talk.told}
    known = sized and bool(told & {"employees_y1", "revenue_y1", "total_assets_y1"})
    return Reply(talk=talk, text=f"{lead}\n{clerk.size_reply(talk, desk)}" if known else lead)


def _policy(message: str, talk: Talk, desk: Desk) -> Reply:
    from assistant.answer import answer

    region = desk.region_of(talk.enterprise)
    earlier = [text for who, text in talk.history if who == "user"][-3:]
    given: Answer = answer(message, desk=desk, region=None if region == NATION else region, history=earlier)
    return Reply(talk=talk, text=clerk.answer_text(given), answer=given)


def _asking(talk: Talk, program: str | None, question: clerk.Question | None) -> Talk:
    return talk.model_copy(
        update={
            "program": program,
            "asked": question.fact if question else None,
            "asked_also": question.also if question else (),
        }
    )
