"""The conversation with a model: rules decide first, the model adds words, and only what records carry is shown.

The plain reply is made before any model is asked, and stands whatever the model does. A langchain agent over the
counter's tools may then explain; each of its sentences is held against what the tools returned and what was told.
Sentences that give a verdict other than the rule's, name a number, date or title nobody returned, or carry markup are
struck out and counted. A model that fails, stalls or talks nonsense leaves the plain reply and a note.
"""

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.answering.wording import reword
from assistant.chat import reply
from assistant.desk import Desk
from assistant.guard import Guard
from assistant.llm import Message, Model, ModelCut, ModelDenied, ModelError, ModelMalformed
from assistant.llm import one_tree as one_tree
from assistant.numbers import find, fold
from assistant.privacy import Mask
from assistant.prompting import Prompt
from assistant.talking import clerk
from assistant.talking.briefs import brief, brief_of
from assistant.talking.casework import read_order, standard_of
from assistant.talking.minutes import told_in_words
from assistant.talking.talk import Reply, Talk, Told
from assistant.tools import Counter, as_tools
from knowledge.enterprise import facts
from knowledge.region import NATION

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MODEL_CALLS = 6
TOOL_CALLS = 8
_STEPS = 120
"""Graph steps; far above what the call limits allow, far below langgraph's own 9999."""


def speak(message: str, talk: Talk, *, desk: Desk, model: Model) -> Iterator[str | Reply]:
    """Yield the reply as it grows: the rules' part first, then the model's sentences that hold, then the whole.

    Never raises ModelError: what went wrong is said in the reply's note.
    """
    base = reply(message, talk, desk=desk)
    if not (base.found or base.noted or base.answer or base.worked):
        yield base  # a refusal or a greeting: nothing for a model to add
        return
    yield base.text
    mask = model.mask(enterprises=_names(base.talk))
    try:
        extra = _missed_facts(message, base, model, mask)
    except ModelError as error:
        yield _noted(base, error)
        return
    if extra:
        base = reply(message, talk, desk=desk, extra=extra)
        yield base.text
    if base.answer is not None and not (base.found or base.worked):
        yield _reworded(base, model, mask)
        return
    yield from _explained(message, base, desk, model, mask)


def _names(talk: Talk) -> list[str]:
    """Return the names of the enterprise that must not leave: as told, and as the case has it."""
    told = talk.standing("enterprise.name")
    names = [str(told.value) if told is not None and told.value is not None else ""]
    if talk.case is not None:
        names += [talk.case.case.enterprise.name, talk.case.name]
    bare = [re.sub(r"[（(][^（）()]*[）)]\s*$", "", name) for name in names]
    return [name for name in dict.fromkeys((*names, *bare)) if name]


def _noted(base: Reply, error: ModelError) -> Reply:
    return base.model_copy(update={"note": error.hint, "text": f"{base.text}\n\n（{error.hint}）"})


# ---------------------------------------------------------------- facts


def _missed_facts(message: str, base: Reply, model: Model, mask: Mask) -> tuple[Told, ...]:
    """Return facts the model found and the rules did not, each with its words in the message and its number in the words."""
    listed = "\n".join(
        f"- {fact.name}：{fact.label}{f'（{fact.unit}）' if fact.unit else ''}"
        for fact in facts().values()
        if not fact.manual and fact.kind != "choice"
    )
    text = Prompt.load("read_facts").fill(facts=listed, message=message)
    raw = model.reply([Message(role="user", text=text)], mask=mask, max_tokens=1200).text
    known = {one.fact for one in base.noted}
    return tuple(one for one in read_found(raw, message, base.talk.turns) if one.fact not in known)


def read_found(raw: str, message: str, turn: int) -> Iterator[Told]:
    """Yield the facts of a model's JSON list that the message itself carries; everything else is dropped."""
    match = re.search(r"\[.*\]", raw, re.S)
    try:
        items = json.loads(match[0]) if match else []
    except ValueError:
        return
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        name, words, value = item.get("fact"), item.get("words"), item.get("value")
        fact = facts().get(str(name))
        if fact is None or fact.manual or not isinstance(words, str) or not words.strip():
            continue
        if words not in message or _UNSAID.search(_around(words, message, "。！？；\n")):
            continue
        if _ASKED.search(_around(words, message, "。！？；\n，,")):
            continue
        kept = _same_value(fact.kind, fact.unit, value, words)
        if kept is not None:
            yield Told(fact=fact.name, value=kept, words=words, turn=turn, note="由模型读出，请核对")


_UNSAID = re.compile(
    r"如果|要是|假如|假设|就当|打算|计划|准备|明年|听说|据说|要求|门槛|标准|隔壁|同行|客户|他们|别人|人家|集团|母公司|写成|填成|凑"
)
_ASKED = re.compile(r"[?？]|吗|么$|多少")


def _around(words: str, message: str, stops: str) -> str:
    """Return the stretch of the message between two of `stops` in which the words stand."""
    at = message.find(words)
    start = max(message.rfind(stop, 0, at) for stop in stops) + 1
    ends = [i for stop in stops if (i := message.find(stop, at + len(words))) >= 0]
    return message[start : (min(ends) + 1 if ends else len(message))]


def _same_value(kind: str, unit: str, value: Any, words: str) -> Decimal | bool | None:
    """Return the value where the words carry it: the number parses to it, or the words deny or affirm it."""
    if kind == "yes_no":
        if not isinstance(value, bool):
            return None
        denied = bool(re.search(r"没|不|未|无", words))
        return value if denied is not value else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    wanted = Decimal(str(value))
    for q in find(fold(words)):
        if q.value is None or q.approx:
            continue
        held = q.value / 10_000 if unit == "万元" and (q.scale or q.unit == "元") else q.value
        if held == wanted and (unit != "%" or q.unit == "%"):
            return wanted
    return None


# ---------------------------------------------------------------- policy answers


def _reworded(base: Reply, model: Model, mask: Mask) -> Reply:
    assert base.answer is not None
    if base.answer.refused or not base.answer.citations:
        return base
    given = reword(base.answer, model=model, mask=mask)
    lead = clerk.noted(base.noted)
    text = "\n".join(part for part in (lead, clerk.answer_text(given)) if part)
    return base.model_copy(
        update={
            "answer": given,
            "text": text,
            "talk": _said(base.talk, text),
            "mode": given.mode,
            "note": given.note,
            "ungrounded_dropped": given.ungrounded_dropped,
        }
    )


def _said(talk: Talk, text: str) -> Talk:
    """Return the conversation with its last reply replaced."""
    return talk.model_copy(update={"history": (*talk.history[:-1], ("assistant", text))})


# ---------------------------------------------------------------- explanation


def _explained(message: str, base: Reply, desk: Desk, model: Model, mask: Mask) -> Iterator[str | Reply]:
    order = base.talk.ordered if base.worked else read_order(message, desk, base.talk)
    counter = Counter(desk, base.talk, order)
    head, question = _split(base.text)
    guard = Guard(base, counter, desk)
    note = ""
    try:
        for sentence in _sentences(_run(message, base, counter, desk, model, mask), mask):
            if guard.admit(sentence):
                yield _joined(head, guard.kept, question)
    except ModelError as error:
        note = error.hint
    text = _joined(head, guard.kept, question)
    if note:
        text += f"\n\n（{note}）"
    yield base.model_copy(
        update={
            "text": text,
            "talk": _said(base.talk, text),
            "mode": "model" if guard.kept else "plain",
            "note": note,
            "ungrounded_dropped": guard.dropped,
        }
    )


def _split(text: str) -> tuple[str, str]:
    """Return the reply without its closing question, and the question."""
    head, mark, tail = text.rpartition("\n\n**")
    return (head, f"**{tail}") if mark else (text, "")


def _joined(head: str, kept: Sequence[str], question: str) -> str:
    added = "\n".join(f"- {line}" for line in kept)
    return "\n\n".join(part for part in (head, f"说明：\n{added}" if added else "", question) if part)


def _sentences(pieces: Iterator[str], mask: Mask) -> Iterator[str]:
    """Yield whole sentences of a stream, restored; what a cut leaves half-said is not yielded."""
    held = ""
    for piece in pieces:
        held += piece
        while match := _END.search(held):
            sentence, held = held[: match.end()], held[match.end() :]
            yield mask.restore(sentence)
    if held.strip():
        yield mask.restore(held)


_END = re.compile(r"[。！？\n]")


# ---------------------------------------------------------------- running a model


def _run(message: str, base: Reply, counter: Counter, desk: Desk, model: Model, mask: Mask) -> Iterator[str]:
    """Yield the model's words: by an agent with tool calls, or by JSON in plain text where the endpoint refuses those.

    Raises:
        ModelError: One of its kinds; words may have come before it.
    """
    system = _system(base, desk)
    any_text = False
    try:
        for piece in _agent(message, system, counter, model, mask):
            any_text = True
            yield piece
    except ModelDenied:
        if any_text:
            raise
        yield from _loop(message, system, counter, model, mask)


def _system(base: Reply, desk: Desk) -> str:
    region = desk.region_of(base.talk.enterprise)
    return Prompt.load("counter_agent").fill(
        today=desk.today().isoformat(),
        region="未告知" if region == NATION else region,
        told="\n".join(f"- {clerk.spoken(one)}" for one in base.talk.told) or "（还没说）",
        case=base.talk.case.name if base.talk.case else "（没有附；等级、分数、方案、产品都算不了）",
        minutes=told_in_words(base.talk) or "（刚开始谈）",
        found="\n".join(json.dumps(one, ensure_ascii=False) for one in _worked(base, desk)) or "（还没核）",
    )


def _worked(base: Reply, desk: Desk) -> Iterator[dict[str, Any]]:
    """Give what the rules found for this message, as a model sees it."""
    standard = standard_of(base.talk, desk)
    for found in base.found:
        yield brief(found, desk)
    for one in base.worked[:_WORKED]:
        yield brief_of(one, desk, standard)


_WORKED = 8
"""So many records are shown; the tools give the others."""
_AGAIN = "刚才的工具参数不是合法的 JSON，请改正后重新调用，或直接作答。"


def _agent(message: str, system: str, counter: Counter, model: Model, mask: Mask) -> Iterator[str]:
    """Yield the text of langchain's agent; broken tool arguments are asked again once."""
    from langchain.agents import create_agent
    from langchain.agents.middleware import (
        ModelCallLimitMiddleware,
        ToolCallLimitMiddleware,
        ToolErrorMiddleware,
    )
    from langchain_core.messages import AIMessage, HumanMessage

    with one_tree():
        limits: list[Any] = [
            ToolErrorMiddleware(on_error=lambda *_: "工具没能完成，请换一种查法或直接作答。"),
            ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="end"),
            ToolCallLimitMiddleware(run_limit=TOOL_CALLS, exit_behavior="continue"),
        ]
        agent: Any = create_agent(
            model.chat(mask), list(as_tools(counter)), system_prompt=system, middleware=limits
        )
        messages: list[BaseMessage] = [HumanMessage(content=message)]
        for _ in range(2):
            last: list[BaseMessage] = []
            yield from _stream(agent, messages, last)
            final = last[-1] if last else None
            if not isinstance(final, AIMessage) or not final.invalid_tool_calls:
                _ended(final)
                return
            messages = [*messages, HumanMessage(content=_AGAIN)]


def _stream(agent: Any, messages: "list[BaseMessage]", last: "list[BaseMessage]") -> Iterator[str]:
    """Yield the text pieces of one run; `last` receives the messages it ended with."""
    from langchain_core.messages import AIMessageChunk
    from langgraph.errors import GraphRecursionError

    try:
        for mode, data in agent.stream(
            {"messages": messages}, {"recursion_limit": _STEPS}, stream_mode=["messages", "values"]
        ):
            if mode == "values":
                last[:] = data["messages"]
            elif isinstance(data[0], AIMessageChunk) and (text := str(data[0].text)):
                yield text
    except GraphRecursionError as error:
        raise ModelCut(str(error)) from error


def _ended(final: "BaseMessage | None") -> None:
    """Refuse a run whose last reply was cut: such a stream ends without an exception and without a finish_reason."""
    if final is None or final.type != "ai":
        raise ModelCut("the run ended without a reply")
    if not str(final.text).strip():
        raise ModelMalformed("empty reply")
    finish = final.response_metadata.get("finish_reason")
    if finish not in {"stop", "tool_calls", None} or (finish is None and final.response_metadata):
        raise ModelCut(f"finish_reason is {finish!r}")


def _loop(message: str, system: str, counter: Counter, model: Model, mask: Mask) -> Iterator[str]:
    """Yield the reply of a model without tool calls: a JSON object asks for a tool, anything else is the reply."""
    tools = "\n".join(f"- {tool.__name__}：{tool.__doc__}" for tool in counter.offered())
    said = [
        Message(role="system", text=f"{system}\n\n{Prompt.load('tool_loop').fill(tools=tools)}"),
        Message(role="user", text=message),
    ]
    for _ in range(MODEL_CALLS):
        text = model.reply(said, mask=mask).text
        wanted = _wanted(text)
        if wanted is None:
            yield text
            return
        shown = counter.call(*wanted)
        said += [Message(role="assistant", text=text), Message(role="user", text=f"工具结果：{shown}")]
    raise ModelCut(f"{MODEL_CALLS} replies, and every one asked for a tool")


def _wanted(text: str) -> tuple[str, dict[str, Any]] | None:
    match = re.search(r"\{.*\}", text, re.S)
    if match is None:
        return None
    try:
        item = json.loads(match[0])
    except ValueError:
        return None
    if not isinstance(item, dict) or "tool" not in item:
        return None
    args = item.get("args")
    return str(item["tool"]), args if isinstance(args, dict) else {}
