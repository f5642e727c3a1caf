"""What a question takes for granted and the documents put otherwise: figures, document numbers, claims in circulation."""

import re
from collections.abc import Sequence

from assistant.answering.concepts import grams
from assistant.answering.evidence import Evidence, Piece, piece_of, worth_of
from assistant.answering.held import unit_of
from assistant.answering.question import Asked
from assistant.answering.writing import Writer, short_title
from assistant.desk import Desk
from assistant.numbers import Quantity, find, same_document
from assistant.schema import Answer
from knowledge.policy import Policy
from knowledge.region import NATION
from retrieval.passages import clause_text


def doubt_sums(asked: Asked, desk: Desk, writer: Writer) -> None:
    """Say that a sum people speak of stands in no document of the collection."""
    if not asked.confirms:
        return
    for q in asked.quantities:
        if q.kind != "money" or q.wan < 1 or asked.place_given:
            continue
        if any(_pays(q, c.text) for p in desk.kb.policies.values() if p.region == NATION for c in p.clauses):
            continue
        writer.warn(
            "wrong_premise",
            f"“{q.text}”的说法在已收录的文件里查不到，无法核实，不能作为依据；凡要求先缴费或交保证金的，请勿缴纳。",
        )


def _pays(q: Quantity, text: str) -> bool:
    """Return whether a clause gives this sum away: 补 or 奖 stands shortly before it."""
    if not re.search(r"补|奖|资助", text):
        return False
    return any(_same_figure(q, one) and _PAYS.search(text[: one.start]) for one in find(text))


_PAYS = re.compile(r"(?:补|奖|资助)[^。；]{0,15}$")


def check_documents(asked: Asked, desk: Desk, writer: Writer) -> Answer | None:
    """Correct or refuse a document number or title that the collection does not hold; None where all are known."""
    if not asked.documents and not asked.titles:
        return None
    everything = [(p.doc_number, p.title) for p in desk.kb.policies.values()]
    texts = " ".join(clause_text(c) for p in desk.kb.policies.values() for c in p.clauses)
    for number in asked.documents:
        if any(known and same_document(known, number) for known, _ in everything):
            continue
        if any(q.kind == "document" and same_document(q.canonical, number) for q in find(texts)):
            continue
        tail = number[number.index("〔") :]
        near = [(known, title) for known, title in everything if known and tail in known]
        if near and correct_claims(asked, desk, writer):
            continue
        if near:
            writer.warn(
                "wrong_premise",
                f"没有查到{number}；同年同号的是《{short_title(near[0][1])}》（{near[0][0]}），请核对文号。",
            )
            continue
        return writer.refuse(
            f"没有收录{number}，无法核实其内容。",
            "请提供文件全文或发布网址，或向所称的发文机关核实；来源不明的文件不能作为依据。",
        )
    known_titles = [title for _, title in everything]
    for title in asked.titles:
        if any(title in known or known in title for known in known_titles) or title in texts:
            continue
        if correct_claims(asked, desk, writer):
            continue
        return writer.refuse(
            f"没有收录《{title}》，无法核实其内容。", "请提供文号、发文机关或全文，或向所称的发文机关核实。"
        )
    return None


def correct_claims(asked: Asked, desk: Desk, writer: Writer) -> list[Piece]:
    """Correct what the question takes from a claim known to be wrong; return the clauses that set it right."""
    found: list[Piece] = []
    for claim in desk.kb.claims.values():
        if any(word in asked.text for word in claim.unless):
            continue
        if not claim.made_in(asked.text) and not any(
            all(_says(asked, word) for word in group) for group in claim.signs
        ):
            continue
        cards = [desk.kb.policies[i] for i in claim.policies if i in desk.kb.policies]
        writer.unproven |= claim.verdict in {"unverifiable", "likely_fabricated", "unsupported"}
        if asked.place_given and cards and not any(place_fits(p, asked, desk) for p in cards):
            continue
        writer.warn("wrong_premise", f"“{claim.claim}”{claim.verdict_label}：{claim.why}。{claim.do}。")
        for policy in (card for card in cards if card.id in desk.documents):
            pieces = [piece_of(asked, desk, policy, clause) for clause in policy.clauses if clause.obtained]
            pieces.sort(key=lambda p: -len(grams(p.passage.text) & grams(claim.claim + claim.do)))
            found += pieces[:1]
    return found


def place_fits(policy: Policy, asked: Asked, desk: Desk) -> bool:
    """Return whether a document reaches the place asked about or a part of it."""
    return policy.region in desk.kb.regions.covering(asked.region) | desk.kb.regions.within(asked.region)


def _says(asked: Asked, word: str) -> bool:
    """Return whether the question says `word`, numbers by value: 1.5亿 is said by 1.5个亿."""
    if word in asked.text:
        return True
    numbers = find(word)
    if len(numbers) != 1 or numbers[0].text != word:
        return False
    wanted = numbers[0]
    return any(
        q.value is not None
        and q.value == wanted.value
        and (q.unit == wanted.unit or not q.unit or not wanted.unit)
        for q in asked.quantities
        if q.kind != "level"
    )


def correct_figures(
    asked: Asked, desk: Desk, writer: Writer, chosen: Sequence[Piece], evidence: Evidence
) -> None:
    """Correct a figure that the question asserts and the documents put otherwise, or that belongs to another place.

    A figure is compared with those of its kind in the sentence that speaks of the same thing, not with every number of
    the clause: 首次入规给100万 is wrong though 100万 stands elsewhere in the list.
    """
    for place in asked.places:
        if place not in desk.kb.regions.covering(asked.region) | desk.kb.regions.within(asked.region):
            writer.warn("other_region", f"{place}的规定只适用于当地，{asked.region}不能套用。")
    if not (asked.confirms or re.search(r"按这个|按照|照着|网上|看到", asked.text)):
        return
    for q in asked.quantities:
        if not _asserts(q, asked):
            continue
        told = _told_instead(q, asked, chosen, evidence)
        if any(_same_figure(q, other) for other in told):
            continue
        if told:
            instead = "、".join(dict.fromkeys(other.text for other in told))
            writer.warn(
                "wrong_premise",
                f"所说的“{q.text}”与查到的条款不一致，条款写的是{instead}，以下列条款为准。",
            )
            continue
        other = _elsewhere(q, asked, desk, evidence) if asked.place_given and _is_sum(q) else None
        if other is not None:
            policy, piece = other
            n = writer.cite(piece, piece.passage.text.split("\n")[0])
            where = f"{policy.region}的《{short_title(policy.title)}》[{n}]"
            writer.warn("other_region", f"“{q.text}”见于{where}，只适用于当地，{asked.region}不能套用。")
    _correct_days(asked, writer, chosen)


def _correct_days(asked: Asked, writer: Writer, chosen: Sequence[Piece]) -> None:
    """Correct a day of the year that the question asserts and the leading clause puts otherwise."""
    if asked.mine or not chosen:
        return
    said = days_in(asked.text)
    held = days_in(chosen[0].passage.text)
    if said and held and not said & held:
        put = next(part for part in re.findall(r"[^，。；\n]+", chosen[0].passage.text) if days_in(part))
        writer.warn("wrong_premise", f"所说的日期与查到的条款不一致，条款写的是“{put}”，以下列条款为准。")


def days_in(text: str) -> set[tuple[int, int]]:
    """Return the days of the year a text names, as (month, day)."""
    return {
        (int(m[1] or m[3]), int(m[2] or m[4]))
        for m in re.finditer(r"(\d{1,2})月(\d{1,2})日|(?<=\d{4}-)(\d\d)-(\d\d)", text)
    }


def _told_instead(q: Quantity, asked: Asked, chosen: Sequence[Piece], evidence: Evidence) -> list[Quantity]:
    """Return the figures of the same kind in the stretch of the clauses that speaks most of what the question does."""
    levels = {x.value for x in asked.quantities if x.kind == "level"}
    stretches: list[tuple[float, list[Quantity]]] = []
    top = 0.0
    for piece in chosen:
        head = worth_of(piece.passage.heading, evidence)
        for sentence in re.findall(r"[^。；\n]+", piece.passage.text):
            worth = worth_of(sentence, evidence) + 0.5 * head
            top = max(top, worth)
            held = [o for o in find(sentence) if _comparable(q, o)]
            if levels and held:
                held = [
                    o
                    for part in re.findall(r"[^，]+", sentence)
                    if levels & {x.value for x in find(part) if x.kind == "level"}
                    for o in find(part)
                    if _comparable(q, o)
                ] or held
            if held:
                stretches.append((worth, held))
    best = max((worth for worth, _ in stretches), default=0.0)
    if not stretches or best < 0.4 * top:
        return []
    return [o for worth, held in stretches if worth >= best - 1e-9 for o in held]


def _comparable(q: Quantity, other: Quantity) -> bool:
    """Return whether two figures are of one kind: both sums, both shares, or counts of one unit."""
    if other.value is None:
        return False
    one, two = unit_of(q), unit_of(other)
    return bool(one) and (one == two or {one, two} <= _SOME)


_SOME = frozenset({"个", "项", "家", "类", "种"})


def _asserts(q: Quantity, asked: Asked) -> bool:
    """Return whether a number of a question is a claim about rules rather than about the asker's own firm."""
    if q.value is None or q.unit in {"台", "岁", "级"}:
        return False
    if q.unit in {"人", "年", "月", "天", "日", "个月", "个工作日", "工作日"}:
        said = re.search(
            r"(?:是|为|要|得|有|只|不少于|不?超过|不?低于|最多|最少|至少)$", asked.text[: q.start]
        )
        return asked.confirms and not asked.mine and bool(said)
    return q.kind in {"money", "percent"} or (
        q.kind == "number" and (bool(q.scale) or q.unit in {"家", "个", "项", "分", "批", "类", "种"})
    )


def _is_sum(q: Quantity) -> bool:
    return q.kind in {"money", "percent"} or bool(q.scale)


def _elsewhere(q: Quantity, asked: Asked, desk: Desk, evidence: Evidence) -> tuple[Policy, Piece] | None:
    """Return the clause of another place that states the figure of the same thing, for the same level where one is named."""
    levels = {x.value for x in asked.quantities if x.kind == "level"}
    for policy in desk.documents.values():
        if place_fits(policy, asked, desk):
            continue
        for clause in policy.clauses:
            if worth_of(f"{clause.heading}|{clause.text}", evidence) < 0.25 * evidence.mass:
                continue
            held = find(clause.text)
            if any(_same_figure(q, one) for one in held) and (
                not levels or levels & {x.value for x in held if x.kind == "level"}
            ):
                return policy, piece_of(asked, desk, policy, clause)
    return None


def _same_figure(one: Quantity, other: Quantity) -> bool:
    if one.value is None or one.value != other.value:
        return False
    return (
        one.unit == other.unit or (not one.unit and bool(one.scale)) or (not other.unit and bool(other.scale))
    )
