"""A plain answer as it grows: cautions first, then the clauses' own sentences, each with its citation."""

import re
from collections.abc import Sequence

from assistant.answering.evidence import Evidence, Piece, worth_of
from assistant.answering.question import Asked, Aspect
from assistant.desk import Desk
from assistant.numbers import find, same_document
from assistant.rules.grounding import span_of, untraced
from assistant.schema import Answer, Caution, Citation, Made
from assistant.version import code_version
from knowledge.policy import Policy, Status
from knowledge.reading.offers import solicits
from knowledge.reading.orders import orders_a_machine
from knowledge.region import NATION
from knowledge.source import Certainty

EXTRACT_NOTE = "摘录式回答（未使用模型）：逐条摘自已收录的文件要点。"


class Writer:
    """Collects cautions, sentences and citations of one answer."""

    def __init__(self, asked: Asked, question: str, desk: Desk) -> None:
        self.asked, self.question, self.desk = asked, question, desk
        self.lines: list[str] = []
        self.citations: list[Citation] = []
        self.cautions: list[Caution] = []
        self.grounds: list[str] = []
        """What numbers may also come from: counts of a query over the records, a result worked out by a rule."""
        self.unproven = False
        """The question rests on something nobody could verify."""

    def warn(self, kind: str, text: str) -> None:
        """Add something that must be said first; the same twice is once."""
        caution = Caution.model_validate({"kind": kind, "text": text})
        if caution not in self.cautions:
            self.cautions.append(caution)

    def cite(self, piece: Piece, quote: str) -> int:
        """Return the number of the citation of `quote`, a verbatim span of the piece's passage."""
        span = span_of(quote, piece.passage.text)
        if span is None:
            raise AssertionError(
                f"not a span of {piece.passage.id}: {quote!r}"
            )  # a bug of ours, never of the input
        for known in self.citations:
            if (known.source_id, known.locator, known.quote) == (
                piece.passage.source_id,
                piece.passage.locator,
                span,
            ):
                return known.n
        policy, clause = piece.policy, piece.clause
        certainty = (clause and clause.certainty) or (policy.certainty if policy else Certainty.UNVERIFIED)
        cited = Citation(
            n=len(self.citations) + 1,
            source_id=piece.passage.source_id,
            title=piece.passage.title,
            doc_number=piece.passage.doc_number,
            locator=piece.passage.locator,
            numbered=clause.numbered if clause else True,
            status=piece.status,
            text_kind=piece.passage.text_kind,
            quote=span,
            url=piece.passage.url,
            certainty=certainty,
            page=piece.passage.page,
        )
        self.citations.append(cited)
        return cited.n

    def _traced(self, line: str) -> bool:
        """Return whether every number of a cited line stands in what it cites; a line without a citation states none."""
        marks = {int(n) for n in re.findall(r"\[(\d{1,3})\]", line)}
        if not marks:
            return True
        known = [self.question, *self.grounds]
        for cited in self.citations:
            if cited.n in marks:
                known += [cited.quote, cited.title, cited.locator, cited.doc_number or ""]
        return not untraced(line, known)

    def refuse(self, text: str, reason: str) -> Answer:
        """Return an abstention: what is missing, and what to do next; lines written before stay."""
        return self._done(
            f"{text}{reason}" if not self.lines else "\n".join([*self.lines, text + reason]), True, reason
        )

    def finish(self, *, reason: str = "") -> Answer:
        """Return the answer; `reason` is what the asker is asked back."""
        return self._done("\n".join(self.lines), False, reason)

    def _done(self, body: str, refused: bool, reason: str) -> Answer:
        body = "\n".join(line for line in body.split("\n") if self._traced(line))
        first = [f"> 注意：{caution.text}" for caution in self.cautions]
        text = "\n".join([*first, "", body] if first else [body])
        return Answer(
            question=self.question,
            answer=text,
            refused=refused,
            reason=reason,
            citations=tuple(self.citations),
            warnings=tuple(self.cautions),
            mode="plain",
            note=EXTRACT_NOTE if self.citations else "",
            as_of=self.asked.on,
            region=self.asked.region,
            made=Made(as_of=self.asked.on, knowledge=self.desk.kb.hash, version=code_version()),
        )


def add_cautions(asked: Asked, writer: Writer, piece: Piece) -> None:
    """Say what the document of a piece is worth on the day: ended, replaced, a draft, of another place, unverified."""
    name = f"《{short_title(piece.passage.title)}》"
    if piece.passage.caution:
        writer.warn("unverified", f"{name}{piece.passage.locator}：{piece.passage.caution}。")
    if piece.policy is None:
        writer.warn(
            "unverified", f"{name}是用户上传的文件，来源未经核对，不能作为依据，请以发文机关公布的文本为准。"
        )
        _date_upload(asked, writer, piece, name)
        _doubt_repeal(asked, writer, piece, name)
        return
    said = _STATUS_WORDS.get(piece.status)
    if said is not None:
        kind, words = said
        text = words.format(
            name=name, ask=issuer_of(piece.policy), day=asked.on, **_ends(piece.policy, writer.desk)
        )
        writer.warn(kind, text)
    if piece.status is Status.DRAFT and re.search(r"正式|已经?(?:实施|出台|发布|印发|生效|施行)", asked.text):
        writer.warn("wrong_premise", f"未查到{name}正式印发，不能当作已实施的规定。")
    if asked.place_given and piece.place == "other":
        writer.warn("other_region", f"{name}是{piece.passage.region}的规定，不适用于{asked.region}。")
    for broken in writer.desk.kb.graph.broken_references(asked.on, policy_id=piece.policy.id):
        if piece.clause is not None and broken.locator in {"", piece.clause.locator}:
            writer.warn("superseded" if broken.kind == "replaced" else "expired", broken.text)
    certainty = (piece.clause and piece.clause.certainty) or piece.policy.certainty
    if certainty in {Certainty.SINGLE_SOURCE, Certainty.UNVERIFIED}:
        writer.warn(
            "unverified", f"{name}的内容只见于第三方资料（{certainty.label}），引用前请核对官方原文。"
        )


def _doubt_repeal(asked: Asked, writer: Writer, piece: Piece, name: str) -> None:
    """Say of an upload that calls a collected document repealed that nothing of the kind is held."""
    text = piece.passage.text
    if not _REPEALS.search(text):
        return
    for policy in writer.desk.documents.values():
        meant = policy.title in text or (
            policy.doc_number
            and any(
                q.kind == "document" and same_document(q.canonical, policy.doc_number) for q in find(text)
            )
        )
        status = policy.status_on(asked.on)
        if meant and status in {Status.IN_FORCE, Status.NOT_STATED}:
            writer.warn(
                "wrong_premise",
                f"{name}称《{short_title(policy.title)}》已废止或停止执行；收录里没有这样的记录，该文件在收录里是“{status.label}”，"
                f"请向{issuer_of(policy)}核实，核实前不能当作已废止。",
            )


_REPEALS = re.compile(r"废止|停止执行|不再执行|停止认定|同时失效|予以(?:替代|取代)")


def _date_upload(asked: Asked, writer: Writer, piece: Piece, name: str) -> None:
    """Say of an upload what its own words make of it on the day: ended, not begun, a draft."""
    passage = piece.passage
    if passage.valid_to is not None and passage.valid_to < asked.on:
        writer.warn(
            "expired", f"{name}写明的有效期至{passage.valid_to}，到{asked.on}已过期，以下是当时的规定。"
        )
    elif passage.valid_to is not None and Aspect.VALIDITY in asked.aspects:
        writer.warn(
            "not_stated",
            f"{name}写明的有效期至{passage.valid_to}，到{asked.on}尚未届满；是否已被废止或替代请向发文机关核实。",
        )
    if passage.valid_from is not None and passage.valid_from > asked.on:
        writer.warn("not_stated", f"{name}写明自{passage.valid_from}起施行，到{asked.on}尚未施行。")
    if re.search(r"征求意见|草案|送审稿|讨论稿", passage.title):
        writer.warn("draft", f"{name}是征求意见的稿子，没有约束力，以正式印发的文本为准。")


_STATUS_WORDS: dict[Status, tuple[str, str]] = {
    Status.EXPIRED: (
        "expired",
        "{name}{ended}，以下是当时的规定，不能再据此申报；有无接续文件请向{ask}核实。",
    ),
    Status.SUPERSEDED: ("superseded", "{name}已被{later}替代，以下是旧规定，现在不适用。"),
    Status.DRAFT: ("draft", "{name}是征求意见稿，没有约束力；正式文件是否印发未查到，请向{ask}核实。"),
    Status.NOT_STATED: ("not_stated", "{name}未载明有效期，是否仍在执行需向{ask}核实。"),
    Status.REPLY: ("not_stated", "{name}是对提案的答复，只说明当时的工作情况，不是可以申报的政策。"),
    Status.REFERENCE: ("unverified", "{name}是机构宣传材料，不是政策文件。"),
    Status.TO_BE_CONFIRMED: (
        "unverified",
        "{name}是用户上传的文件，来源未经核对，不能作为依据，请以发文机关公布的文本为准。",
    ),
    Status.NOT_YET: ("not_stated", "{name}在 {day} 尚未生效。"),
}


def _ends(policy: Policy, desk: Desk) -> dict[str, str]:
    """Return how a document ended, in words: by a stated day, by its schedule, by what replaced it."""
    later = [desk.kb.policies[i] for i in policy.superseded_by if i in desk.kb.policies]
    by_schedule = f"已失效（{policy.valid_to_text or policy.status_basis}）"
    ended = f"有效期至{policy.valid_to}，已失效" if policy.valid_to else by_schedule
    return {"ended": ended, "later": "、".join(f"《{short_title(p.title)}》" for p in later) or "后来的文件"}


def issuer_of(policy: Policy | None) -> str:
    """Return whom to ask about a document."""
    return policy.issuers[0] if policy and policy.issuers else "发文机关"


def short_title(title: str) -> str:
    """Return a title without what hangs on it in brackets: （附：…）, （标题概括）."""
    return re.sub(r"（(?:附[:：]|标题|第.批；|[^（）]*[；，]依据)(?:[^（）]|（[^（）]*）)*）$", "", title)


def write_pieces(asked: Asked, writer: Writer, chosen: Sequence[Piece], evidence: Evidence) -> None:
    """Write the clauses as quoted lines, document by document."""
    by_document: dict[str, list[Piece]] = {}
    for piece in chosen:
        by_document.setdefault(piece.passage.source_id, []).append(piece)
    for pieces in by_document.values():
        first = pieces[0]
        number = f"（{first.passage.doc_number}）" if first.passage.doc_number else ""
        region = f"{first.passage.region}·" if first.passage.region != NATION else ""
        quoted = [(piece, span) for piece in pieces for span in _spans(asked, piece, evidence)]
        if quoted:
            writer.lines.append(f"据{region}《{short_title(first.passage.title)}》{number}：")
        for piece, span in quoted:
            n = writer.cite(piece, span)
            writer.lines.append(
                f"- {_head(piece, span)}{_LABEL_LINE.sub('', span).replace(chr(10), ' ')}[{n}]"
            )


def _head(piece: Piece, span: str) -> str:
    """Return the heading before a quote; empty where it carries a number that the quote and the place do not."""
    heading = piece.passage.heading.rpartition(" > ")[2]
    if not heading or untraced(f"{heading}：{span}", [span, piece.passage.locator, piece.passage.title]):
        return ""
    return f"{heading}："


_LABEL_LINE = re.compile(r"^(?:数值|说明|义务|支持|时限)：")


def _spans(asked: Asked, piece: Piece, evidence: Evidence) -> list[str]:
    """Return the stretches of the clause that answer: all of a short text, the sentences that bear of a long one."""
    if piece.passage.text_kind == "original":
        return _bearing(piece.passage.text, evidence, whole=260)
    lines = [line for line in piece.passage.text.split("\n") if line.strip()]
    main = [line for line in lines if not _LABEL_LINE.match(line)]
    spans = [span for line in main for span in _bearing(line, evidence, whole=260)]
    said = "".join(spans)
    for line in lines:
        label = _LABEL_LINE.match(line)
        if label is None or _CARD.search(line) or _aside(line):
            continue
        if label[0] == "数值：" and asked.aspects & _NUMERIC:
            figures = _figures(line, said, evidence)
            if figures and not any(worth_of(span, evidence) for span in spans):
                spans = []  # 逐项列出11项目标: the figures say it
            spans += figures
        elif (
            label[0] == "说明："
            and (_NOTE.search(line) or ("http" in line and Aspect.WHERE in asked.aspects))
        ) or (
            label[0] == "时限："
            and Aspect.DEADLINE in asked.aspects
            and not _names_day(piece.passage.heading + said)
        ):
            spans.append(line)
    return spans or [line for line in lines[:1] if not _aside(line)]


_NUMERIC = frozenset({Aspect.COUNT, Aspect.AMOUNT, Aspect.RATIO, Aspect.SCORE, Aspect.LIST})


_CARD = re.compile(r"\b[a-z]{2,4}-[a-z]+[a-z0-9-]*\b|\.ya?ml")


_NOTE = re.compile(
    r"未规定|没有给出|没有写|没有任何|不是给|而非|总额|替代|接续|须注明|勿混淆|仅适用|可信度|不一致|冲突"
)


def _names_day(text: str) -> bool:
    return any(q.kind in {"date", "month", "month_day", "year"} for q in find(text))


def _bearing(line: str, evidence: Evidence, *, whole: int) -> list[str]:
    sentences = [s for s in _SENTENCE.findall(line) if s.strip()]
    safe = [i for i, s in enumerate(sentences) if not _aside(s)]
    if len(line) <= whole and len(safe) == len(sentences):
        return [line.strip()]
    worth = {i: worth_of(sentences[i], evidence) for i in safe}
    top = max(worth.values(), default=0.0)
    keep = [i for i in safe if worth[i] >= 0.5 * top and worth[i] > 0] or safe[:1]
    keep = sorted(sorted(keep, key=lambda i: (-worth[i], i))[:4])
    runs: list[list[int]] = []
    for i in keep:
        if runs and i - runs[-1][-1] <= 2 and all(j in safe for j in range(runs[-1][-1], i)):
            runs[-1] += range(runs[-1][-1] + 1, i + 1)
        else:
            runs.append([i])
    return ["".join(sentences[i] for i in run).strip() for run in runs]


def _figures(line: str, said: str, evidence: Evidence) -> list[str]:
    """Return the items of a figure list that the question names and the text above does not state."""
    stated = {q.value for q in find(said) if q.value is not None}
    items = [
        item.strip()
        for item in _SENTENCE.findall(_LABEL_LINE.sub("", line))
        if any(q.value not in stated for q in find(item) if q.value is not None and q.kind != "level")
    ]
    fresh = [
        item
        for item in items
        if worth_of(item, evidence) > 0 and "全部" not in item and len(_FIGURE.sub("", item)) > 1
    ]
    if not fresh:
        return []
    top = max(worth_of(item, evidence) for item in fresh)
    kept = [item for item in fresh if worth_of(item, evidence) >= 0.6 * top][:4]
    run = line[line.index(kept[0]) : line.index(kept[-1]) + len(kept[-1])]
    return [run] if len(run) <= 2 * sum(map(len, kept)) else kept


_FIGURE = re.compile(r"[\d.,、；。%年月日家个项万亿元不低少于高超过约\s]+")


_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]*")


def _aside(text: str) -> bool:
    """Return whether a line is no rule for the reader: an order to a machine, an offer or a trap, active content."""
    return orders_a_machine(text) or solicits(text) or bool(_ACTIVE.search(text))


_ACTIVE = re.compile(r"!\[|<script", re.I)
