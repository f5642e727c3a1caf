"""Let a model put a plain answer into other words, and keep only what the quotes carry."""

import re
from typing import NamedTuple

from assistant.llm import Message, Model, ModelError
from assistant.privacy import Mask
from assistant.prompting import Prompt
from assistant.rules.grounding import verify
from assistant.schema import Answer, Citation

PROMPT = "reword_answer"


def reword(plain: Answer, *, model: Model, mask: Mask | None = None) -> Answer:
    """Return the answer in the model's words, each sentence verified; the plain answer where that fails, and why.

    Verdict, citations and cautions stay as they are. A sentence that adds, drops or changes a number, name, condition or
    negation is struck out and counted; what it stood for is said in the plain words instead.
    """
    prompt = Prompt.load(PROMPT)
    head, body = _split(plain)
    text = prompt.fill(
        question=plain.question,
        today=plain.as_of.isoformat(),
        region=plain.region,
        passages="\n".join(f"[{c.n}] 《{c.title}》{c.locator}：{c.quote}" for c in plain.citations),
        plain="\n".join(body),
    )
    try:
        reply = model.reply([Message(role="user", text=text)], mask=mask)
    except ModelError as error:
        return plain.model_copy(update={"note": f"{error.hint}{plain.note}"})
    kept, struck = check_lines(reply.text, plain.citations)
    dropped = len(struck)
    lines = _completed(kept, struck, body)
    made = plain.made.model_copy(update={"model": model.name, "prompts": {PROMPT: prompt.hash}})
    if not kept:
        note = f"模型的改写未通过核对（{dropped} 句），以下仍为摘录。{plain.note}"
        return plain.model_copy(update={"note": note, "made": made, "ungrounded_dropped": dropped})
    note = "文字经模型改写，数字、日期、名称和限定词已逐句与引文核对。"
    if dropped:
        note += f"有 {dropped} 句未通过核对，已删去并换回摘录。"
    return plain.model_copy(
        update={
            "answer": "\n".join([*head, *lines]),
            "mode": "model",
            "note": note,
            "made": made,
            "ungrounded_dropped": dropped,
        }
    )


class _Kept(NamedTuple):
    text: str
    cited: frozenset[int]


def check_lines(text: str, citations: tuple[Citation, ...]) -> tuple[list[_Kept], list[_Kept]]:
    """Return the sentences of a model's text that its citations carry, and those that were struck out."""
    by_number = {c.n: c for c in citations}
    kept: list[_Kept] = []
    struck: list[_Kept] = []
    for sentence in _sentences(text):
        cited = frozenset(int(n) for n in _MARK.findall(sentence))
        known = cited & by_number.keys()
        evidence = [part for n in sorted(known) for part in _evidence(by_number[n])]
        if not known or known != cited or _ACTIVE.search(sentence) or not verify(sentence, evidence).ok:
            struck.append(_Kept(sentence, cited))
            continue
        kept.append(_Kept(sentence, frozenset(known)))
    return kept, struck


_MARK = re.compile(r"\[(\d{1,3})\]")
_ACTIVE = re.compile(r"<[a-zA-Z/!]|!\[|\]\(|javascript:|https?://(?=[^\s]*\{)", re.I)
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?(?:\s*\[\d{1,3}\])*")


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        for match in _SENTENCE.finditer(line):
            piece = match[0].strip()
            if re.search(r"[\w\u4e00-\u9fa5]", _MARK.sub("", piece)):
                found.append(piece)
    return found


def _evidence(citation: Citation) -> list[str]:
    return [
        citation.quote,
        citation.title,
        citation.locator,
        citation.doc_number or "",
        citation.status.label,
    ]


def _split(plain: Answer) -> tuple[list[str], list[str]]:
    """Return the caution lines at the top, which no model touches, and the rest."""
    lines = plain.answer.splitlines()
    cut = next((i for i, line in enumerate(lines) if line and not line.startswith("> ")), len(lines))
    return lines[:cut], lines[cut:]


def _completed(kept: list[_Kept], struck: list[_Kept], body: list[str]) -> list[str]:
    """Return the kept sentences, and the plain lines of citations that none of them uses or a struck one did."""
    used = frozenset().union(*(k.cited for k in kept)) if kept else frozenset()
    lost = frozenset().union(*(s.cited for s in struck)) if struck else frozenset()
    safe = used - lost
    missing = [line for line in _statements(body) if not {int(n) for n in _MARK.findall(line)} <= safe]
    return [*(f"- {_BULLET.sub('', k.text)}" for k in kept), *missing]


_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.、])\s*")


def _statements(body: list[str]) -> list[str]:
    """Return the list items of the plain answer, each with the lines that belong to it."""
    items: list[str] = []
    for line in body:
        if line.startswith("- ") or not items:
            items.append(line)
        else:
            items[-1] += f"\n{line}"
    return [item for item in items if _MARK.search(item)]
