"""Questions whether one's own figure is enough (研发占比2.8%，这份文件要3%以上，够吗): answered by rule for the clause that asks it.

Never a verdict on a whole program: each figure is set beside one demand, and what cannot be compared is asked.
"""

import re
from collections.abc import Sequence

from assistant.answering.concepts import grams
from assistant.answering.evidence import Evidence, Piece, uploads_about
from assistant.answering.question import THIS_FILE, TITLE_WORD, Asked, Aspect
from assistant.answering.requirement import Compared, Own, Term, compare, differ, read_own, read_terms
from assistant.answering.writing import Writer, add_cautions, short_title
from assistant.desk import Desk
from assistant.schema import Answer
from knowledge.policy import Status
from knowledge.record import Record
from knowledge.region import NATION
from retrieval.search import Passage

_MOST = 4
"""Demands of one measure that are shown."""
_ASKS = re.compile(
    r"够(?:不够|得?上|格|线|条件|标准|门槛)|够[^，。？]{0,14}(?:吗|么|嘛|不|了|吧|[？?]|$)|达(?:不达|没达)?标|达到|达得到|符合|满足|满(?:一|两|三|\d)*年?了?(?:吗|么|没)|合格|合不合|算不算|超(?:了|没|不超|标|出|过)|"
    r"(?:能|可以|可不可以|能不能)(?:不能)?[^，。？]{0,6}(?:报|申|领|拿|享受|补|评|过)|有(?:没有)?资格|行(?:吗|不行|不|么)|可以吗|在不在|差(?:多少|不差|没差)"
)
_PROGRAM = re.compile(f"{TITLE_WORD.pattern}|高新技术企业|高企")


class Weighed(Record):
    """Own figures beside the demands of one document."""

    model_config = {**Record.model_config, "arbitrary_types_allowed": True}

    results: tuple[tuple[Compared, Piece], ...]
    """Where one of them is of the measure asked for."""
    unmatched: tuple[tuple[Own, Term, Piece], ...] = ()
    """An own figure, and a demand in the same unit that may not be of the same thing."""


def weigh_own(asked: Asked, desk: Desk, evidence: Evidence) -> Weighed | None:
    """Set the asker's figures beside the demands of the document that speaks of most of them; None where none does.

    Where documents speak of as many, a published one goes before a confirmed upload, and that before any other.
    """
    if not _ASKS.search(asked.text) or (
        asked.aspects & {Aspect.AMOUNT, Aspect.COUNT} and "够" not in asked.text
    ):
        return None
    own = read_own(asked.text, on=asked.on)
    if not own or (_PROGRAM.search(asked.text) and not THIS_FILE.search(asked.text)):
        return None  # programs are decided as a whole, by their rules
    words = " ".join(dict.fromkeys(f"{one.measure} {one.about}" for one in own))
    by_document: dict[str, list[tuple[Piece, Term]]] = {}
    pieces = [*evidence.pieces, *uploads_about(words, asked, desk, evidence)]
    for piece in {one.passage.id: one for one in pieces}.values():
        if _may_speak(asked, piece):
            for term in _terms(piece.passage):
                by_document.setdefault(piece.passage.source_id, []).append((piece, term))
    measures = {one.measure for one in own if one.measure}
    matched = {
        name: held for name, held in by_document.items() if any(term.measure in measures for _, term in held)
    }
    if matched:
        held = max(matched.values(), key=lambda one: _rank(one, measures))
        return Weighed(results=tuple(_results(asked, own, held)))
    told = [one for one in own if not one.worked]
    near = [
        (one, term, piece)
        for held in by_document.values()
        for piece, term in held
        for one in told
        if piece.policy is None and term.unit == one.unit and THIS_FILE.search(asked.text)
    ]
    return Weighed(results=(), unmatched=tuple(near[:2])) if near else None


def _rank(held: Sequence[tuple[Piece, Term]], measures: set[str]) -> tuple[int, int, float]:
    known = len({term.measure for _, term in held} & measures)
    first = held[0][0]
    worth = 2 if first.policy is not None else 1 if first.status is not Status.TO_BE_CONFIRMED else 0
    return known, worth, max(piece.score for piece, _ in held)


def _may_speak(asked: Asked, piece: Piece) -> bool:
    """Return whether a clause may decide: an upload, or a rule in force of the asker's place that is no program's own."""
    if piece.policy is None:
        return True
    if THIS_FILE.search(asked.text) or _PROGRAM.search(piece.passage.heading):
        return False
    if piece.clause is not None and not piece.clause.obtained:
        return False
    here = piece.place in {"own", "inside"} if asked.place_given else piece.passage.region == NATION
    return here and piece.status in {Status.IN_FORCE, Status.NOT_STATED}


def _terms(passage: Passage) -> list[Term]:
    return [term for term in read_terms(passage.text, passage.heading) if not term.free]


def _results(
    asked: Asked, own: Sequence[Own], held: Sequence[tuple[Piece, Term]]
) -> list[tuple[Compared, Piece]]:
    """Return each own figure beside the demands of its measure, those nearest to the question's words first."""
    found: list[tuple[Compared, Piece]] = []
    said = grams(asked.text)
    for one in own:
        same = [(piece, term) for piece, term in held if term.measure == one.measure]
        ranked = sorted(same, key=lambda pair: -len(grams(pair[1].sentence) & said))[:_MOST]
        known: set[tuple[object, ...]] = set()
        for piece, term in same:
            key = (term.low, term.high, term.base, term.span)
            if (piece, term) in ranked and key not in known:
                known.add(key)
                found.append((compare(one, term), piece))
    return found


def write_weighed(asked: Asked, writer: Writer, weighed: Weighed) -> Answer:
    """Answer with each comparison, its clause quoted, and what it does not say."""
    pieces = [piece for _, piece in weighed.results] or [piece for _, _, piece in weighed.unmatched]
    pieces = list({piece.passage.id: piece for piece in pieces}.values())
    for piece in pieces:
        add_cautions(asked, writer, piece)
    at = len(writer.lines)
    quoted = [(piece, term) for piece, term in _quoted(weighed)]
    marks = {term.sentence: writer.cite(piece, term.sentence) for piece, term in quoted}
    lines = [_line(one, marks[one.term.sentence]) for one, _ in weighed.results]
    lines += [_unlike(own, term, marks[term.sentence]) for own, term, _ in weighed.unmatched]
    writer.grounds += [one.own.worked for one, _ in weighed.results if one.own.worked]
    writer.lines[at:at] = lines
    names = dict.fromkeys(f"《{short_title(piece.passage.title)}》" for piece in pieces)
    for name in names:
        writer.lines.append(f"据{name}：")
        for piece, term in quoted:
            if f"《{short_title(piece.passage.title)}》" == name:
                line = f"- {term.sentence}[{marks[term.sentence]}]"
                if line not in writer.lines:
                    writer.lines.append(line)
    asks = "；".join(one.why for one, _ in weighed.results if one.verdict == "open")
    writer.lines.append(
        "以上只就所列条款逐项比较，不是对整个项目能否通过的结论；其余条件请一并核对，以受理部门认定为准。"
    )
    return writer.finish(reason=asks)


def _quoted(weighed: Weighed) -> list[tuple[Piece, Term]]:
    pairs = [(piece, one.term) for one, piece in weighed.results]
    return pairs or [(piece, term) for _, term, piece in weighed.unmatched]


def _line(one: Compared, n: int) -> str:
    told = one.own.worked or one.own.text
    label = one.term.about if len(one.term.about) > 3 else one.term.measure
    line = f"- {label}：您说的是{told}，条款要求{one.term.text}，"
    if one.verdict == "open":
        return f"{line}还不能比较：{one.why}。[{n}]"
    line += "达到" if one.verdict == "met" else "未达到"
    if one.verdict == "met" and one.term.span == "each" and one.own.span != "each":
        line += "（条款要求各年都达到，其余年份也须核对）"
    if one.verdict == "not_met" and one.term.alternative:
        line += "（条款是择一条件，满足另一项也可以）"
    if one.own.unit == "%" and one.term.base and not one.own.base and not one.own.worked:
        line += f"（按您说的就是“{one.term.about}”）"
    return f"{line}。[{n}]"


def _unlike(own: Own, term: Term, n: int) -> str:
    told = f"{own.about}{own.text}" if own.about and own.about not in own.text else own.text
    what = "是什么占什么" if own.unit == "%" else "是什么数"
    lack = f"没有说明{what}" if not own.measure else f"是{own.measure}"
    return (
        f"- 无法比较：条款要求的是{term.about}{term.text}，您说的“{told}”{lack}，不是同一件事就不能直接比；"
        f"请说明{term.about}是多少。[{n}]"
    )


# ------------------------------------------------------------------ uploads that oppose a standing rule


def opposed(
    chosen: Sequence[Piece], evidence: Evidence, asked: Asked
) -> list[tuple[Piece, Term, Piece, Term]]:
    """Return where an upload nobody confirmed and a published rule demand different figures of the same thing.

    One of the two is among the chosen clauses; the other stands near in what was found.
    """
    uploads = [p for p in evidence.pieces if p.policy is None and p.status is Status.TO_BE_CONFIRMED]
    rules = [
        p
        for p in evidence.pieces
        if p.policy is not None
        and p.status in {Status.IN_FORCE, Status.NOT_STATED}
        and (p.passage.region == NATION or p.place in {"own", "inside"})
    ]
    picked = {p.passage.id for p in chosen}
    found: list[tuple[Piece, Term, Piece, Term]] = []
    for upload in uploads:
        if upload.words < _NEAR:
            continue
        for rule in rules:
            if not picked & {upload.passage.id, rule.passage.id} or rule.words < _NEAR:
                continue
            if not same_matter(upload.passage, rule.passage):
                continue
            found += [
                (upload, one, rule, other)
                for one in read_terms(upload.passage.text, upload.passage.heading)
                for other in read_terms(rule.passage.text, rule.passage.heading)
                if differ(one, other) and grams(one.about + asked.text) & grams(other.about)
            ]
    return found


def same_matter(upload: Passage, rule: Passage) -> bool:
    """Return whether an upload speaks of what a published clause decides: the same program, or the same document."""
    about = set(_PROGRAM.findall(rule.heading))
    if about:
        return bool(about & set(_PROGRAM.findall(f"{upload.title}{upload.heading}{upload.text}")))
    own, other = grams(upload.title), grams(rule.title)
    shared = len(own & other) / max(1, min(len(own), len(other)))
    return shared >= (_SAME_TITLE if upload.region == rule.region else 2 * _SAME_TITLE)


_SAME_TITLE = 0.4
"""Share of the shorter title's pairs from which two documents of one place are on one matter; of different places, twice it."""
_NEAR = 0.3
"""Share of the question's words from which two clauses are taken to speak of the same."""


def rule_first(asked: Asked, writer: Writer, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Return the clauses with the published rule in the place of an upload that opposes it, and say so first.

    Where the question is about the upload itself, it stays, and the rule stands beside it.
    """
    pairs = opposed(chosen, evidence, asked)
    for upload, one, rule, other in pairs[:2]:
        writer.warn(
            "conflict",
            f"上传的《{short_title(upload.passage.title)}》（未经核对，不能作为依据）写的是“{one.about}{'' if one.free else one.text}”"
            f"，与已收录的《{short_title(rule.passage.title)}》{rule.passage.locator}“{other.text}”不一致，以已收录的正式文件为准。",
        )
    rules = list({rule.passage.id: rule for _, _, rule, _ in pairs[:2]}.values())
    uploads = {upload.passage.id for upload, *_ in pairs}
    known = {rule.passage.id for rule in rules}
    others = [p for p in chosen if p.passage.id not in known]
    if THIS_FILE.search(asked.text):
        return [*others, *rules]
    return [*rules, *(p for p in others if p.passage.id not in uploads)]
