"""The conversation: facts told so far, the case it is about, and one reply at a time. It works without a model."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.answering.question import TITLE_WORD
from assistant.answering.weighing import weigh
from assistant.desk import Desk
from assistant.schema import Answer
from assistant.talking import clerk, counsel, notices
from assistant.talking.casework import NoCase, again, hold, place_of, read_order, settle
from assistant.talking.followups import follow, money_of_titles, supposed
from assistant.talking.halves import joined, parts_of, plainly
from assistant.talking.intent import Intent, Want, goes_on, read_intent, states
from assistant.talking.minutes import record
from assistant.talking.surface import say
from assistant.talking.talk import Order, Reply, Talk, Told, remember
from assistant.talking.thread import (
    Ask,
    completed,
    fuller,
    nameless,
    read_places,
    read_short,
    saw,
    subjectless,
    title_word,
)
from assistant.told import read_told, read_value
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
    read = (
        () if _points(message, talk, desk) else tuple(one for one in read if not _supposed_only(one, message))
    )
    refused = _sort(message, read, talk, desk).want in _REFUSALS
    parts = (message,) if refused else parts_of(message, desk)
    wants = {_sort(part, read, talk, desk).want for part in parts}
    if wants == {Want.POLICY} and not (read or talk.seen.kind) and _says_not_of_what(message, parts, desk):
        return _about_what(message, parts, talk.model_copy(update={"turns": turn}))
    working = bool(wants & _WORK.keys())
    read = tuple(_wished(one) for one in read if not working or not _asks(one))
    read = hold(read, talk, message, desk)
    known = talk.model_copy(update={"told": remember(talk.told, read), "turns": turn})
    said = _part(parts[0], read, known, desk, settled=talk is not before)
    for n, part in enumerate(parts[1:], start=2):
        said = _together(said, _part(part, (), said.talk, desk), parts[: n - 1], part)
    words = "\n".join(part for part in (clerk.noted(read), said.text) if part)
    done = said.model_copy(update={"text": words, "noted": read})
    return done.model_copy(update={"talk": record(done.talk, message, done)})


def _says_not_of_what(message: str, parts: Sequence[str], desk: Desk) -> bool:
    """Return whether a first message names nothing it could be about: 最高多少, 那明年呢, 第二个为啥要做."""
    if not nameless(message, desk):
        return False
    short = read_short(message, desk, Talk())
    points = short is not None and short.whole and (short.year or short.nth or short.ask) is not None
    return points or any(subjectless(one, desk) for one in parts)


def _about_what(message: str, parts: Sequence[str], talk: Talk) -> Reply:
    """Return the question back to a person who asked how much, and not of what."""
    named = "”“".join(plainly(one) for one in parts)
    text = (
        f"“{named}”问的是哪一项？请带上称号、城市或文件的名字，例如“济南专精特新奖多少”“中山试点最高补多少”。"
    )
    said = Reply(talk=talk, text=text)
    return said.model_copy(update={"talk": record(talk, message, said)})


def _part(message: str, read: tuple[Told, ...], talk: Talk, desk: Desk, *, settled: bool = False) -> Reply:
    """Return the reply to one question with what was told beside it, and keep what it showed."""
    said = _reply(message, read, talk, desk, settled=settled)
    topic = said.answer.question if said.answer is not None else ""
    seen = saw(said, message, said.talk.seen, desk, topic=topic)
    return said.model_copy(update={"talk": said.talk.model_copy(update={"seen": seen})})


def _reply(message: str, read: tuple[Told, ...], talk: Talk, desk: Desk, *, settled: bool) -> Reply:
    intent = _sort(message, read, talk, desk)
    wishes = bool(read) and all(one.fact.startswith("needs.") for one in read)
    if (
        intent.want in _MAY_FOLLOW
        and (not read or wishes)
        and (said := _followed(message, intent, talk, desk))
    ):
        return said
    if talk.working and intent.want not in _WORK and _same_again(message, intent, talk, read, desk):
        intent = Intent(want=Want(talk.working))
    if (
        intent.want is Want.TELL
        and talk.working == Want.MONEY
        and any(one.fact == "enterprise.region" for one in read)
    ):
        return _work(f"{talk.ordered.words}，{message}", Want.MONEY, talk, desk)
    if settled and intent.want in {Want.UNCLEAR, Want.POLICY}:
        return _go_on(talk, desk, _SETTLED)
    if wishes and intent.want in {Want.CHECK, Want.TELL}:
        return (
            _work(message, Want.PLAN, talk, desk)
            if talk.case
            else Reply(talk=talk, text=say("attach to plan", talk.surface))
        )
    if intent.want in {Want.UNCLEAR, Want.POLICY} and states(message):
        return _stated(message, talk, desk)
    return _answer(message, intent, talk, desk)


def _sort(message: str, read: tuple[Told, ...], talk: Talk, desk: Desk) -> Intent:
    return read_intent(
        message,
        desk=desk,
        region=desk.region_of(talk.model_copy(update={"told": remember(talk.told, read)}).enterprise),
        checking=_under_check(message, talk),
        told=bool(read),
        asked=talk.asked,
        case=talk.case is not None,
    )


def _under_check(message: str, talk: Talk) -> str | None:
    """Return the program under check; where none is, the title last asked about, if the firm is now held against it."""
    if talk.program is not None or not talk.seen.programs or not _ENOUGH.search(message):
        return talk.program
    return talk.seen.programs[0]


_ENOUGH = re.compile(r"够不够|够吗|够了吗|行不行|行吗|达标|能报|可以报|符合|满足|差(?:多少|啥|什么|哪)")
_REFUSALS = frozenset({Want.OVERRIDE, Want.FORGERY, Want.CHANCE, Want.REFUSED})
"""What is refused is refused with all that stands beside it: no half of such a message is answered."""
_MAY_FOLLOW = frozenset(Want) - {
    Want.OVERRIDE,
    Want.FORGERY,
    Want.CHANCE,
    Want.REFUSED,
    Want.PASS,
    Want.REPORT,
    Want.GREETING,
    Want.THANKS,
    Want.OVERVIEW,
    Want.SIZE,
}
"""A refusal, a greeting and a question for the whole stand by themselves, whatever was shown before."""


def _followed(message: str, intent: Intent, talk: Talk, desk: Desk) -> Reply | None:
    """Return the reply to a short message about what was shown last; None where it is not one."""
    short = read_short(message, desk, talk)
    if short is None:
        return None
    said = follow(short, talk, desk)
    if said is not None:
        return said
    if not short.whole or short.ask not in {None, Ask.MAY} or intent.want is Want.CHECK:
        return None
    seen = talk.seen
    named = short.program is not None and desk.kb.programs[short.program].kind != "pilot"
    titled = named and TITLE_WORD.search(seen.topic) is not None
    if seen.kind == "paid" and named and short.program is not None:
        return money_of_titles([short.program], short.place or seen.place or place_of(talk, desk), talk, desk)
    if seen.kind == "answer" and seen.topic and (short.place or titled):
        return _policy(completed(message, seen.topic, desk), talk, desk, complete=False)
    if seen.kind == "money" and short.place is not None:
        if not notices.schemes_near(desk, short.place):
            return _no_money_known(short.place, talk)
        return _home(_work(message, Want.MONEY, supposed(talk, short.place), desk), talk)
    if named and short.program is not None and short.year is None and short.place is None:
        checked = _check(short.program, talk, desk)
        return checked if any(one.findings for one in checked.found) else None
    return None


def _no_money_known(place: str, talk: Talk) -> Reply:
    """Return that no rule of a place on money for the digital upgrade is held."""
    text = (
        f"**{place}：没有收录给企业的数字化改造补助标准**，别处的数不能套用；"
        f"请向{place}工业和信息化主管部门查询，拿到文件后可上传再问。"
    )
    seen = talk.seen.model_copy(update={"place": place})
    return Reply(talk=talk.model_copy(update={"seen": seen}), text=text)


def _home(said: Reply, talk: Talk) -> Reply:
    """Return a reply made for another place with the firm where it is."""
    return said.model_copy(update={"talk": said.talk.model_copy(update={"told": talk.told})})


def _points(message: str, talk: Talk, desk: Desk) -> bool:
    """Return whether a message only points at one of a list: in 最后一个多少钱 nobody tells a number."""
    short = read_short(message, desk, talk) if talk.seen.items else None
    return short is not None and short.whole and (short.nth is not None or short.ask is Ask.FIRST)


def _supposed_only(one: Told, message: str) -> bool:
    """Return whether a place was only supposed: 那宁波呢, 要是搬到青岛呢 tell nothing of where the firm is."""
    return one.fact == "enterprise.region" and bool(_SUPPOSED.search("".join(message.split())))


_SUPPOSED = re.compile(
    r"^(?:那|那么)?(?:要是|如果|假如|假设|换成|换到|万一)[^，。]{0,16}(?:呢|的话|行|吗|会|怎|$)|^(?:那|那么)?[^，。我咱俺]{2,12}呢[?？]?$"
)


def _together(one: Reply, other: Reply, before: Sequence[str], part: str) -> Reply:
    """Return the replies to two questions of one message as one: each under its question, what is asked back at the end."""
    if (
        one.answer is not None
        and other.answer is not None
        and not (one.found or one.worked or other.found or other.worked)
    ):
        answers = joined("".join((*before, part)), ("".join(before), part), (one.answer, other.answer))
        both_refused = one.answer.refused and other.answer.refused
        if both_refused and not (one.answer.citations or other.answer.citations):
            answers = joined("".join((*before, part)), (*before, part), (one.answer,))
        return other.model_copy(update={"text": clerk.answer_text(answers), "answer": answers})
    listed = one.talk.seen.items
    if listed and listed[0].kind in {
        "step",
        "offer",
        "program",
    }:  # 第三个 is one of the list that was asked for first
        seen = other.talk.seen.model_copy(update={"items": listed})
        other = other.model_copy(update={"talk": other.talk.model_copy(update={"seen": seen})})
    (head, question), (tail, last) = closing(one.text), closing(other.text)
    first = head if len(before) > 1 else f"【{plainly(before[0])}】\n{head}"
    text = "\n\n".join(p for p in (f"{first}\n【{plainly(part)}】\n{tail}", last or question) if p)
    answers_ = [r.answer for r in (one, other) if r.answer is not None]
    return other.model_copy(
        update={
            "text": text,
            "found": (*one.found, *(f for f in other.found if f not in one.found)),
            "worked": (*one.worked, *(w for w in other.worked if w not in one.worked)),
            "answer": answers_[-1] if answers_ else None,
        }
    )


def closing(text: str) -> tuple[str, str]:
    """Return a reply without the question it ends in, and that question."""
    head, mark, tail = text.rpartition("\n\n**")
    return (head, f"**{tail}") if mark else (text, "")


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
    if (said := _said_at_once(want, talk, desk)) is not None:
        return said
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
    if states(message):
        return (
            _go_on(talk, desk, _unread(message, desk))
            if talk.program
            else Reply(talk=talk, text=f"{_unread(message, desk)}\n{_WHAT_FOR}")
        )
    return _policy(message, talk, desk)


def _stated(message: str, talk: Talk, desk: Desk) -> Reply:
    """Return the reply to a statement nothing was read from: that it was not noted, and the check under way again."""
    lead = _unread(message, desk)
    return _go_on(talk, desk, lead) if talk.program else Reply(talk=talk, text=f"{lead}\n{_WHAT_FOR}")


def _unread(message: str, desk: Desk) -> str:
    """Return what is said to a statement nothing was read from: that it was not noted, and what would be."""
    match = re.search(
        r"(?:(20\d\d|19\d\d)年?[^，。]{0,6}(?:成立|注册|建厂|开业|创办))|(?:(?:成立|注册|建厂|创办)(?:于|在)?((?:20|19)\d\d))",
        message,
    )
    if match is None:
        return "这句里没有读到核条件要用的数，先没记；有数请直接报，如“去年营收5200万”。"
    year = int(match[1] or match[2])
    end = desk.today().year - 1
    return (
        f"{year} 年成立，到上年末（{end} 年底）算 {max(0, end - year)} 年多；称号的条件看的不是成立几年，"
        "而是“从事特定细分市场的年限”，先没记。请说这个主导产品做了几年。"
    )


def _said_at_once(want: Want, talk: Talk, desk: Desk) -> Reply | None:
    """Return what needs no look at the message: a greeting, a refusal, where reports are made; None for the rest."""
    if want in _FIXED:
        return Reply(talk=talk, text=_FIXED[want])
    if want is Want.REPORT:
        return Reply(talk=talk, text=say("make a report", talk.surface))
    if want in _LEADS:
        more = say("mend a fact", talk.surface) if want is Want.OVERRIDE else ""
        return _go_on(talk, desk, f"{_LEADS[want]}{more}", sized=want is Want.OVERRIDE)
    return None


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
    elsewhere = read_places(message, desk) if want is Want.MONEY else []
    if elsewhere and place_of(talk, desk) is None:
        return _home(_work(message, want, supposed(talk, elsewhere[-1].name), desk), kept)
    if want is Want.MONEY and _speaks_of_there(message, talk, desk):
        return _home(_work_out(message, want, supposed(kept, talk.seen.place or ""), order, desk), kept)
    return _work_out(message, want, kept, order, desk)


def _work_out(message: str, want: Want, kept: Talk, order: Order, desk: Desk) -> Reply:
    talk = kept
    try:
        made = _WORK[want](message, kept, order, desk)
    except ConsultError as error:
        lead = _LACKING.get(want, "") if isinstance(error, NoCase) else ""
        return Reply(talk=kept, text=f"{lead}{error.hint}")
    if (
        made is None
        and want is Want.MONEY
        and place_of(talk, desk) is None
        and not read_places(message, desk)
    ):
        text = "\n".join([_WHERE, *notices.money_everywhere(desk)])
        return Reply(talk=kept, text=text)
    if made is None:
        return _policy(message, talk, desk)
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
    Want.OVERRIDE: "结论只按登记在案的事实由规则核出来，聊天里说“就当是”“跳过规则”都不会改变它；",
    Want.FORGERY: "不能协助编造、虚构或改动申报材料：材料须真实，提供虚假材料会被取消资格、追回资金并列入失信记录。"
    "我可以按真实的数核对差在哪一条、最早什么时候能补上。",
    Want.CHANCE: "获批的把握没法估：是否通过由主管部门评审决定，没有可引用的概率数据。能做的是把条件一条条核清楚。",
    Want.UNCLEAR: "这句没听明白，换个说法试试；不清楚就说“不知道”。",
}
"""Said first; the check under way then goes on."""
_FIXED = {
    Want.GREETING: f"您好。{clerk.BASICS}我来核能报什么；也可以直接问政策。",
    Want.THANKS: "不客气。情况有变化随时说，我再核一遍。",
}
_SETTLED = "好，就按您说的定。"
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


def _policy(message: str, talk: Talk, desk: Desk, *, complete: bool = True) -> Reply:
    """Return the answer of the documents; what a short question leaves out is taken from what was shown last."""
    from assistant.answer import answer

    own = desk.region_of(talk.enterprise)
    region = talk.seen.place if _speaks_of_there(message, talk, desk) else own
    where = None if region in {None, NATION} else region
    earlier = [text for who, text in talk.history if who == "user"][-3:]

    def answered(text: str, history: list[str]) -> Answer:
        return answer(text, desk=desk, region=where, history=history)

    full = fuller(message, talk, desk) if complete else message
    if full != message:
        given = answered(full, [])
        if not given.refused and _of_the_title(given, talk, desk):
            lead = f"（接着上面的话，按“{full}”来答）"
            return Reply(talk=talk, text=f"{lead}\n{clerk.answer_text(given)}", answer=given)
    given = answered(message, earlier if complete else [])
    return Reply(talk=talk, text=clerk.answer_text(given), answer=given)


def _of_the_title(given: Answer, talk: Talk, desk: Desk) -> bool:
    """Return whether an answer rests on a document of the title it was completed with; always where that is no title."""
    program = desk.kb.programs.get(talk.seen.programs[0]) if talk.seen.programs else None
    if program is None or program.kind == "pilot":
        return True
    held = weigh(desk, program.id, talk).found
    sources = {one.clause.source_id for one in held.findings}
    return any(
        cited.source_id in sources or title_word(program.id) in cited.quote for cited in given.citations
    )


def _speaks_of_there(message: str, talk: Talk, desk: Desk) -> bool:
    """Return whether a message goes on about a place talked of that is not the firm's own."""
    if talk.seen.place is None or read_places(message, desk):
        return False
    return talk.seen.kind in {"money", "answer"} or bool(re.search("那边|那里|那儿|当地|那个地方", message))


def _asking(talk: Talk, program: str | None, question: clerk.Question | None) -> Talk:
    return talk.model_copy(
        update={
            "program": program,
            "asked": question.fact if question else None,
            "asked_also": question.also if question else (),
        }
    )
