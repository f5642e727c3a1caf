"""What a session is limited to: some documents or all, a place, a day. Only its documents answer.

    scope = read_scope(["miit-2026-2"], kb=kb, uploads=(), region=None, on=day)
    answer_within(scope, "小巨人要几项发明专利？", desk=desk, uploads=())

What another document would answer better is said to lie outside, and in which document it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import answer
from assistant.answering import question as asking
from assistant.answering.concepts import grams
from assistant.answering.evidence import gather
from assistant.answering.selection import NATIONAL
from assistant.answering.writing import short_title
from assistant.desk import Desk
from assistant.errors import UnknownId
from assistant.library import Kept
from assistant.numbers import same_document
from assistant.schema import Answer, Citation
from assistant.training.premise import set_right
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Status
from knowledge.record import Record
from knowledge.region import NATION

if TYPE_CHECKING:
    from assistant.llm import Model

NEARER = 0.05
"""By how much more of a question's words a document outside must hold to be said to answer it instead."""
MOST = 60
"""Documents in one scope."""


class Scope(Record):
    """What a session is limited to."""

    policies: tuple[str, ...] = ()
    """Ids of policy cards and of uploaded documents; empty is the whole collection."""
    region: str = NATION
    as_of: date


class Judged(Record):
    """An answer within a scope."""

    answer: Answer
    outside: tuple[str, ...] = ()
    """Ids of the documents that answer instead; empty where the scope itself was asked in vain or answers."""


def read_scope(
    words: Sequence[str],
    *,
    kb: KnowledgeBase,
    uploads: Sequence[Kept] = (),
    region: str | None = None,
    on: date,
) -> Scope:
    """Return the scope people name: documents by id, title, a part of it that no other has, or 文号.

    Args:
        words: What was named; none is the whole collection.
        kb: Published documents.
        uploads: Documents this owner may see.
        region: Canonical name of the place; None is nationwide.
        on: The day of the session.

    Raises:
        UnknownId: A name fits no document.
        InputError: A name fits several documents, or there are too many.
    """
    found = dict.fromkeys(_document(word.strip(), kb, uploads) for word in words if word.strip())
    if len(found) > MOST:
        raise InputError("培训范围", f"选了 {len(found)} 份文件", f"一次最多 {MOST} 份；要全部文件就不要限定")
    return Scope(policies=tuple(found), region=region or NATION, as_of=on)


def _document(word: str, kb: KnowledgeBase, uploads: Sequence[Kept]) -> str:
    known = kb.policy(word)
    if known is not None:
        return known.id
    titles = titles_of(kb, uploads)
    if word in titles:
        return word
    numbered = [
        one.id for one in kb.policies.values() if one.doc_number and same_document(one.doc_number, word)
    ]
    bare = word.strip("《》")
    named = (
        numbered
        or [id for id, title in titles.items() if bare == title]
        or [id for id, title in titles.items() if len(bare) > 1 and bare in title]
    )
    if len(named) == 1:
        return named[0]
    if named:
        shown = "；".join(f"{id}《{titles[id]}》" for id in named[:5])
        raise InputError("培训范围", f"{word!r} 对应 {len(named)} 份文件", f"请用编号指明：{shown}")
    raise UnknownId("政策", word, titles)


def titles_of(kb: KnowledgeBase, uploads: Sequence[Kept]) -> dict[str, str]:
    """Return what each document that may be chosen is called, by id."""
    own = {kept.id: _called(kept) for kept in uploads if kept.shape == "policy"}
    return {id: short_title(policy.title) for id, policy in kb.policies.items()} | own


def _called(kept: Kept) -> str:
    if kept.confirmed and kept.confirmed.title:
        return kept.confirmed.title
    title = kept.document.metadata.title
    return title.value if title else kept.document.name


def describe(scope: Scope, titles: Mapping[str, str]) -> str:
    """Return which documents a scope holds, in words; one that has been removed since is said to be."""
    if not scope.policies:
        return "全部收录文件"
    return "；".join(f"《{titles[id]}》" if id in titles else f"{id}（已删除）" for id in scope.policies)


def sources_of(scope: Scope, uploads: Sequence[Kept]) -> frozenset[str] | None:
    """Return the ids that may be quoted: the documents, and the originals ingested for their cards; None is all."""
    if not scope.policies:
        return None
    return frozenset(scope.policies) | {kept.id for kept in uploads if kept.card in scope.policies}


def answer_within(
    scope: Scope,
    question: str,
    *,
    desk: Desk,
    uploads: Sequence[Kept] = (),
    model: "Model | None" = None,
) -> Judged:
    """Answer a question from the documents of the scope alone, or say that it lies outside of them.

    It lies outside where nothing in the scope answers, or where a document outside holds clearly more of what was
    asked. A document that replaced one of the scope, or was replaced by it, does not count as outside: who teaches the
    old rules gets them, marked as replaced.
    """
    place = None if scope.region == NATION else scope.region
    here = desk.on(scope.as_of)
    sources = sources_of(scope, uploads)
    limited = here if sources is None else here.limited(sources)
    judged = _judged(question, here, limited, sources, place)
    right = set_right(question, judged.answer, desk=limited, region=place)
    outside = () if judged.answer.refused and not right.refused else judged.outside
    if right.refused and not outside and not right.citations and not uploads:
        right = _no_matter(right, question, here, place)
    return Judged(answer=_worded(right, model), outside=outside)


def _judged(
    question: str, here: Desk, limited: Desk, sources: frozenset[str] | None, place: str | None
) -> Judged:
    whole = _placed(question, here, place)
    if sources is None:
        return Judged(answer=whole)
    own = _placed(question, limited, place)
    elsewhere = _elsewhere(whole, sources, here)
    if elsewhere and (own.refused or _nearer(question, own, whole, here, place)):
        return Judged(answer=_outside(own, elsewhere), outside=tuple(one.source_id for one in elsewhere))
    if own.refused and not own.citations and own.answer != whole.answer:
        return Judged(answer=_in_vain(own, whole))
    return Judged(answer=own)


def _worded(plain: Answer, model: "Model | None") -> Answer:
    """Return the answer in a model's words where there is a model and something to word."""
    if model is None or plain.refused or not plain.citations:
        return plain
    from assistant.answering.wording import reword

    return reword(plain, model=model)


def _placed(question: str, desk: Desk, place: str | None) -> Answer:
    """Answer for the place of the session; a question on a national matter that names no place, from national documents.

    A room in one city asks of the nation too: what its own documents say in passing must not go before the national
    clause that answers. Where the place's own clause is missing, the nation's never stands in for it.
    """
    own = answer(question, desk=desk, region=place)
    if place is None:
        return own
    asked = asking.read_question(question, regions=desk.kb.regions, region=None, on=desk.today())
    if asked.places or asked.mine:
        return own
    wide = answer(question, desk=desk, region=None)
    documents = [desk.kb.policies.get(one.source_id) for one in wide.citations]
    if wide.refused or not documents or any(one is None or one.region != NATION for one in documents):
        return own
    weak = any(one.status in (Status.REFERENCE, Status.REPLY) for one in wide.citations)
    better = (
        not weak and bool(NATIONAL.search(asked.text))
        if own.refused
        else _nearer(question, own, wide, desk, place)
    )
    if not better:
        return own
    if not wide.reason:
        return wide
    # It asks back for the place, which is known here.
    return wide.model_copy(update={"answer": wide.answer.replace(f"{wide.reason}\n", ""), "reason": ""})


def _elsewhere(whole: Answer, sources: frozenset[str], desk: Desk) -> list[Citation]:
    """Return what the whole collection answers with, a citation of each document; none where a document of the scope is among it."""
    if whole.refused:
        return []
    by_document = {one.source_id: one for one in reversed(whole.citations)}
    kin = {
        other
        for id in sources
        if (policy := desk.kb.policies.get(id))
        for other in (*policy.supersedes, *policy.superseded_by)
    }
    return [] if by_document.keys() & (sources | kin) else list(by_document.values())[::-1]


def _nearer(question: str, own: Answer, whole: Answer, desk: Desk, place: str | None) -> bool:
    """Say whether what was cited outside holds clearly more of the question's words than what the scope cites."""
    if not own.citations:
        return False  # answered by a count over the records
    asked = asking.read_question(question, regions=desk.kb.regions, region=place, on=desk.today())
    cited = {one.source_id for one in (*own.citations, *whole.citations)}
    pieces = gather(asked, desk.limited(frozenset(cited))).pieces
    held = {(one.passage.source_id, one.passage.locator): one.words for one in pieces}

    def most(given: Answer) -> float:
        return max((held.get((one.source_id, one.locator), 0.0) for one in given.citations), default=0.0)

    return most(whole) > most(own) + NEARER


def _outside(own: Answer, elsewhere: Sequence[Citation]) -> Answer:
    def named(one: Citation) -> str:
        known = (one.doc_number or "", "" if one.status.label in one.title else one.status.label)
        about = "，".join(word for word in known if word)
        where = one.locator if one.numbered else f"“{one.locator}”部分"
        return f"《{short_title(one.title)}》{f'（{about}）' if about else ''}{where}"

    where = "；".join(named(one) for one in elsewhere[:3])
    reason = f"已收录、但不在本次范围内的{where}有相关条款；可把它加入培训范围，或不限定文件再问。"
    return own.model_copy(
        update={
            "answer": f"这个问题不在本次培训限定的文件之内。{reason}",
            "refused": True,
            "reason": reason,
            "citations": (),
            "warnings": (),
            "note": "",
        }
    )


def _no_matter(given: Answer, question: str, desk: Desk, place: str | None) -> Answer:
    """Return the abstention, in other words where no word of the question stands in any document: 今天中午吃啥."""
    asked = asking.read_question(question, regions=desk.kb.regions, region=place, on=desk.today())
    if asked.aim is not asking.Aim.POLICY or asked.documents or asked.titles or asked.places:
        return given
    held = grams(" ".join(_texts(desk.kb)))
    if grams(asked.topic) & held:
        return given
    reason = f"{NO_MATTER}，不作回答。"
    return given.model_copy(update={"answer": reason, "reason": reason, "warnings": (), "note": ""})


NO_MATTER = "问题里的词在收录的文件里都没有出现，看来与政策无关"


def _texts(kb: KnowledgeBase) -> Iterator[str]:
    for policy in kb.policies.values():
        yield from (policy.title, *policy.topics, *(f"{one.heading}；{one.text}" for one in policy.clauses))
    yield from (word for term in kb.terms.terms for word in term.say)


def _in_vain(own: Answer, whole: Answer) -> Answer:
    """Return an abstention whose words are true of the scope and of the collection: neither answers."""
    said = whole.answer if not whole.citations else whole.reason
    return own.model_copy(
        update={
            "answer": f"本次培训限定的文件里没有能支撑回答的条款，其他已收录的文件也不能完整回答。{said}",
            "reason": whole.reason or own.reason,
        }
    )
