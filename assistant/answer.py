"""Policy questions: search, judge, quote, cite; or abstain with what is missing and where to ask.

Without a model the answer is made of the clauses' own sentences. With one, `assistant.wording` may put them into other
words; what it cannot show to stand in the quotes is replaced by the sentence it came from.
"""

import re
from collections.abc import Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from assistant import question as asking
from assistant.collection import SHOWN, read_listing
from assistant.corpus import tally
from assistant.desk import Desk
from assistant.evidence import (
    MUST_HOLD,
    Evidence,
    Piece,
    gather,
    grams,
    local_documents,
    passage_of,
    piece_of,
)
from assistant.numbers import Quantity, find, same_document
from assistant.question import Aim, Asked, Aspect
from assistant.rules.grounding import span_of
from assistant.schema import Answer, Caution, Citation, Made
from knowledge.policy import Clause, Policy, Status
from knowledge.region import NATION
from knowledge.source import Certainty
from retrieval.passages import clause_text

if TYPE_CHECKING:
    from assistant.llm import Model

WORDS = 0.2
"""Share of the question's own words that must be there, whatever the place and the kind of thing add."""
EXTRACT_NOTE = "摘录式回答（未使用模型）：逐条摘自已收录的文件要点。"
ENOUGH = 0.42
"""Share of the question's weight a clause must cover to be an answer; set on the open half of evals/cases/policy_qa.yaml."""


def answer(
    question: str,
    *,
    desk: Desk,
    region: str | None = None,
    on: date | None = None,
    model: "Model | None" = None,
    owner: str | None = None,
    history: Sequence[str] = (),
) -> Answer:
    """Answer a question about policies from cited clauses, or say what is missing.

    Args:
        question: In the user's words.
        desk: Knowledge and search on a day.
        region: Canonical place of the asker; None is nationwide. A place in the question goes before it.
        on: Day of asking; None is the desk's today.
        model: Words the answer, never decides it; None answers by quoting.
        owner: Whose uploads may be quoted; None takes the desk's.
        history: Earlier questions of the same person, oldest first; they complete a short follow-up.
    """
    day = on or desk.today()
    if owner is not None and owner != desk.owner:
        desk = Desk(desk.kb, lambda: desk.searcher, desk.today, owner=owner)
    asked = asking.read_question(question, regions=desk.kb.regions, region=region, on=day)
    if history and _is_follow_up(asked):
        asked = _completed(asked, question, history, desk, region, day)
    desk = desk.on(asked.on)
    plain = _plain_answer(asked, question, desk)
    if model is None or plain.refused or not plain.citations:
        return plain
    from assistant.wording import reword

    return reword(plain, model=model)


# ------------------------------------------------------------------ the plain answer


def _plain_answer(asked: Asked, question: str, desk: Desk) -> Answer:
    writer = _Writer(asked, question, desk)
    fixed = _endorsed(asked) if asked.aim is Aim.ENDORSEMENT else _FIXED.get(asked.aim)
    if fixed:
        return writer.refuse(*fixed)
    if asked.aim is Aim.CORPUS:
        listed = _collection(asked, desk, writer)
        if listed is not None:
            return listed
    return _from_clauses(asked, desk, writer)


_FIXED: dict[Aim, tuple[str, str]] = {
    Aim.EMPTY: ("没有看到问题内容。", "请写明想问的地区、文件或事项。"),
    Aim.GREETING: ("您好，请直接说想问的地区和事项。", "例如：滨海新区试点企业最低要改到几级？"),
    Aim.CHANCE: (
        "获批可能性不作估计。",
        "是否通过由主管部门评审决定，没有可引用的概率数据。可以逐条核对申报条件，看哪些已满足、哪些还差；最终以受理部门的结论为准。",
    ),
    Aim.FORGERY: (
        "不能协助编造、虚构或改动申报材料。",
        "申报材料须真实、如实填写，提供虚假材料会被取消资格、追回资金并列入失信记录。条件不满足时，可以核对差在哪一条、最早什么时候能满足。",
    ),
    Aim.OTHERS_DATA: (
        "不能提供其他企业的数据。",
        "每个企业的资料只对其本人可见；公开的政策和产品信息可以查询。",
    ),
    Aim.SECRET: (
        "不能这样做：规则和校验不因对话内容而改变，内部设置也不提供。",
        "请直接说想了解的政策、条件或材料，会按已收录的文件回答。",
    ),
    Aim.OUT_OF_SCOPE: (
        "这个问题不在本助手的资料范围内。",
        "本助手只回答中小企业数字化转型和优质中小企业培育方面的政策、评测、方案与服务商问题；税务请问税务机关或会计，投资与其他事项请咨询相应专业机构。",
    ),
}


def _endorsed(asked: Asked) -> tuple[str, str]:
    """Return what is said of a firm or product called official: nobody's list could be checked."""
    name = asked.subject or "该企业"
    return (
        f"无法核实“{name}”是否由政府指定、认证或推荐：没有取得可核对的官方名单，企业自述和宣传不能作为依据。",
        "请在发布名单的主管部门网站核对原件；已收录的产品和服务商资料均来自公开页面，不代表官方推荐。",
    )


class _Writer:
    """Collects cautions, sentences and citations of one answer."""

    def __init__(self, asked: Asked, question: str, desk: Desk) -> None:
        self.asked, self.question, self.desk = asked, question, desk
        self.lines: list[str] = []
        self.citations: list[Citation] = []
        self.cautions: list[Caution] = []
        self.unproven = False
        """The question rests on something nobody could verify."""

    def warn(self, kind: str, text: str) -> None:
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

    def refuse(self, text: str, reason: str) -> Answer:
        return self._done(
            f"{text}{reason}" if not self.lines else "\n".join([*self.lines, text + reason]), True, reason
        )

    def finish(self, *, reason: str = "") -> Answer:
        return self._done("\n".join(self.lines), False, reason)

    def _done(self, body: str, refused: bool, reason: str) -> Answer:
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
            made=Made(as_of=self.asked.on, knowledge=self.desk.kb.hash, version=_version()),
        )


def _version() -> str:
    try:
        return version("canmou")
    except PackageNotFoundError:
        return "0+unpackaged"


# ------------------------------------------------------------------ follow-ups


def _is_follow_up(asked: Asked) -> bool:
    return len(asked.text) <= 14 and bool(
        re.match(r"(?:那|还有|它|这个|那个|如果|要是|换成|其中|呢)|.*呢[？?]?$", asked.text)
    )


def _completed(
    asked: Asked, question: str, history: Sequence[str], desk: Desk, region: str | None, day: date
) -> Asked:
    """Return the follow-up read together with the question before it; its own place and words stay first."""
    before = asking.read_question(history[-1], regions=desk.kb.regions, region=region, on=day)
    both = asking.read_question(
        f"{question} {before.topic}", regions=desk.kb.regions, region=before.region, on=day
    )
    return both.model_copy(
        update={
            "aspects": asked.aspects | before.aspects,
            "place_given": both.place_given or before.place_given,
        }
    )


# ------------------------------------------------------------------ judging


def _from_clauses(asked: Asked, desk: Desk, writer: _Writer) -> Answer:
    evidence = gather(asked, desk)
    unknown = _unknown_document(asked, desk, writer)
    if unknown is not None:
        return unknown
    claims = _claims(asked, desk, writer)
    chosen = _headed(asked, desk) or _choose(asked, evidence)
    chosen = _with_parts(asked, desk, chosen)
    if claims:
        return _corrected(asked, writer, claims, chosen, evidence)
    closed = _closed(asked, desk, evidence, chosen)
    if closed is not None and asked.place_given:
        _premises(asked, desk, writer, ())
        return _not_obtained(writer, closed)
    if not chosen or _only_national(asked, desk, writer, chosen):
        _unheard(asked, desk, writer)
        _premises(asked, desk, writer, ())
        return _abstain(asked, desk, writer, evidence)
    _unheard(asked, desk, writer)
    if _needs_place(asked, chosen):
        return _ask_place(asked, writer, evidence, chosen)
    chosen = _with_validity(asked, desk, chosen)
    if _lacking(asked, chosen):
        chosen = _with_pointer(asked, chosen, evidence)
    _premises(asked, desk, writer, chosen)
    for piece in chosen:
        _caution(asked, writer, piece)
    lacking = _lacking(asked, chosen)
    _write(asked, writer, chosen, evidence)
    if lacking:
        return _partly(asked, writer, chosen, lacking)
    return writer.finish()


def _with_parts(asked: Asked, desk: Desk, chosen: list[Piece]) -> list[Piece]:
    """Add the best clause for each part of a question that asks several things at once."""
    parts = [part for part in _PARTS.split(asked.text) if len(part) > 4 and _ASKS.search(part)]
    if len(parts) < 2 or not chosen:
        return chosen
    for part in parts[:3]:
        one = asking.read_question(part, regions=desk.kb.regions, region=asked.region, on=asked.on)
        kept = {
            "region": asked.region,
            "place_given": asked.place_given,
            "named": asked.named,
            "documents": asked.documents,
        }
        one = one.model_copy(update=kept | {"titles": asked.titles, "years": asked.years})
        found = _choose(one, gather(one, desk))[:1]
        known = {p.passage.id for p in chosen}
        near = {p.passage.source_id for p in chosen} | (
            {p.passage.source_id for p in found} if asked.place_given else set()
        )
        chosen = [*chosen, *(p for p in found if p.passage.id not in known and p.passage.source_id in near)][
            :5
        ]
    return chosen


_PARTS = re.compile(r"[？?；;]|，(?!是|对)|(?<=[么些谁吗])和|分别")
_ASKS = re.compile(r"哪|什么|啥|谁|多少|几|怎么|如何|咋|吗|多久|何时|能不能|可不可以|要不要|还能")


def _only_national(asked: Asked, desk: Desk, writer: _Writer, chosen: Sequence[Piece]) -> bool:
    """Return whether a local question would be answered by the nation's words alone, the place's own not being held.

    Where those words do answer, it is said that they are not the place's.
    """
    if asked.region == NATION or not asked.place_given or local_documents(asked, desk):
        return False
    if asked.places and not _NATIONAL.search(asked.text):
        return all(p.passage.region == NATION for p in chosen)
    if any(p.place in {"own", "inside"} for p in chosen):
        return False
    if asked.places and (_lacking(asked, chosen) or chosen[0].words < 0.55):
        return True
    if asked.places:
        writer.warn(
            "not_stated",
            f"没有收录{asked.region}本地的文件，以下是{chosen[0].passage.region}层面的规定，本地要求请向当地主管部门核实。",
        )
    return False


def _unheard(asked: Asked, desk: Desk, writer: _Writer) -> None:
    """Say that a sum people speak of stands in no document of the collection."""
    if not asked.confirms:
        return
    for q in asked.quantities:
        if q.kind != "money" or q.wan < 1 or asked.place_given:
            continue
        paid = (c.text for p in desk.kb.policies.values() for c in p.clauses if re.search(r"补|奖", c.text))
        if any(_same_figure(q, one) for text in paid for one in find(text)):
            continue
        writer.warn(
            "wrong_premise",
            f"“{q.text}”的说法在已收录的文件里查不到，无法核实，不能作为依据；凡要求先缴费或交保证金的，请勿缴纳。",
        )


def _corrected(
    asked: Asked, writer: _Writer, claims: Sequence[Piece], chosen: Sequence[Piece], evidence: Evidence
) -> Answer:
    """Answer a question that rests on a claim known to be wrong: the correction first, then what does hold."""
    cards = {piece.passage.source_id for piece in claims}
    shown = [p for p in chosen if p.passage.source_id in cards and p.place != "other"][:2]
    shown += [p for p in claims if p.passage.id not in {s.passage.id for s in shown}][: 2 - len(shown)]
    for piece in shown:
        _caution(asked, writer, piece)
    _write(asked, writer, shown, evidence)
    if writer.unproven and not any(p in chosen for p in shown):
        return writer.refuse(
            "所说的内容没有可靠依据，不能据此申请。",
            "请以发文机关公布的文件为准，向所在地工业和信息化主管部门核实。",
        )
    return writer.finish()


def _choose(asked: Asked, evidence: Evidence) -> list[Piece]:
    """Return the clauses that together answer, best first; empty where none covers enough of the question."""
    usable = [
        piece
        for piece in evidence.pieces
        if (piece.clause is None or piece.clause.obtained)
        and (piece.place != "other" or not asked.place_given)
    ]
    named = [piece for piece in usable if piece.named]
    if named and (named[0].words >= WORDS or not evidence.concepts):
        usable = named
    if asked.places and not _NATIONAL.search(asked.text) and asked.aspects & _LOCAL:
        usable = [p for p in usable if p.passage.region != NATION] or usable
    usable = [p for p in usable if _fits(asked, p)]
    if not usable or usable[0].cover < ENOUGH or usable[0].words < WORDS:
        return named[:1]
    best = usable[0]
    if not asked.place_given and best.passage.region == NATION:
        usable = [piece for piece in usable if piece.passage.region == NATION]
    siblings = _siblings(asked, best, usable)
    if siblings:
        return siblings
    chosen = [best]
    covered = _covered(best, evidence)
    for piece in usable[1:14]:
        if len(chosen) >= 4:
            break
        if piece.score < best.score - 0.5 or piece.cover < ENOUGH * 0.7:
            continue
        now = _covered(piece, evidence)
        gain = sum(max(0.0, b - a) for a, b in zip(covered, now, strict=True)) / evidence.mass
        fresh = (piece.holds & asked.aspects & _TELLING) - frozenset().union(*(p.holds for p in chosen))
        same = piece.passage.source_id == best.passage.source_id
        if not same and (piece.status in _WEAK or piece.place != best.place):
            continue
        if gain >= (0.18 if same else 0.3) or (fresh and gain >= (0.1 if same else 0.25)):
            chosen.append(piece)
            covered = [max(a, b) for a, b in zip(covered, now, strict=True)]
    return chosen


_WEAK = frozenset({Status.EXPIRED, Status.SUPERSEDED, Status.REFERENCE, Status.REPLY, Status.TO_BE_CONFIRMED})
_NATIONAL = re.compile(r"国家|中央|全国|部委|工信部|财政部|小巨人|专精特新|创新型|科技型|评测|指标")
_LOCAL = frozenset(
    {
        Aspect.AMOUNT,
        Aspect.RATIO,
        Aspect.DEADLINE,
        Aspect.VALIDITY,
        Aspect.MATERIAL,
        Aspect.LIST,
        Aspect.WHO,
        Aspect.PROCESS,
    }
)


def _fits(asked: Asked, piece: Piece) -> bool:
    """Return whether a clause is of the batch, year and attribute asked for."""
    policy = piece.policy
    told = f"{piece.passage.title}|{piece.passage.heading}|{piece.passage.locator}|{piece.passage.text}|{policy.validity_text if policy else ''}"
    for ordinal in asked.ordinals:
        if ordinal.endswith(("批", "届", "轮", "期")) and ordinal not in {q.canonical for q in find(told)}:
            earlier = ordinal.endswith("批") and re.search(r"前[两二三]批", told)
            if not earlier:
                return False
    ahead = [year for year in asked.years if year > asked.on.year]
    if any(str(year) not in told for year in ahead):
        return False
    wanted = _ATTRIBUTE.search(asked.text)
    return wanted is None or any(word in told for word in _SAME_ATTRIBUTE.get(wanted[0], (wanted[0],)))


_ATTRIBUTE = re.compile(
    r"权重|利率|电话|联系方式|联系人|邮箱|开户行|罚款|罚多少|第一名|名次|题目|哪些题|几道题|第几条"
)
_SAME_ATTRIBUTE = {
    "哪些题": ("题",),
    "几道题": ("题",),
    "联系方式": ("联系方式", "电话"),
    "罚多少": ("罚款",),
    "第几条": ("第几条",),
}


def _closed(asked: Asked, desk: Desk, evidence: Evidence, chosen: Sequence[Piece]) -> Piece | None:
    """Return the clause whose wording was not obtained, where the question asks for just that; None where it does not."""
    money = asked.aspects & {Aspect.AMOUNT, Aspect.RATIO}
    answered = any(p.place in {"own", "inside"} and money <= p.holds and p.words >= 0.45 for p in chosen)
    for piece in evidence.pieces:
        if piece.clause is None or piece.clause.obtained or piece.place not in {"own", "inside"}:
            continue
        label = f"{piece.clause.locator}|{piece.clause.heading}"
        if piece.clause.locator in asked.ordinals and grams(piece.clause.heading) & grams(asked.text):
            return piece
        if money and not answered and re.search(r"标准|比例|上限|金额|奖励|补助", label):
            own = _PROGRAM.findall(label)
            if not own or any(word in asked.text for word in own):
                return piece
    return None


_PROGRAM = re.compile(r"小巨人|专精特新|创新型|科技型")
_TELLING = MUST_HOLD | {Aspect.MATERIAL, Aspect.PROCESS, Aspect.INDUSTRY, Aspect.VALIDITY}


def _covered(piece: Piece, evidence: Evidence) -> list[float]:
    held = grams(f"{piece.passage.heading}|{piece.passage.text}")
    return [concept.weight * concept.found(held) for concept in evidence.concepts]


def _siblings(asked: Asked, best: Piece, usable: Sequence[Piece]) -> list[Piece]:
    """Return the whole of a numbered run (机构条件1, 2, 3 …) where the question asks for it, else nothing."""
    if best.policy is None or not asked.aspects & {Aspect.LIST, Aspect.CONDITION, Aspect.MATERIAL}:
        return []
    known = {p.passage.locator: p for p in usable if p.passage.source_id == best.policy.id}
    for piece in [best, *(p for p in usable[1:6] if p.score >= best.score - 0.3)]:
        if piece.clause is None or piece.passage.source_id != best.policy.id:
            continue
        stem = re.sub(r"[\d一二三四五六七八九十]+$", "", piece.clause.heading)
        if not stem or stem == piece.clause.heading:
            continue
        run = [
            c
            for c in best.policy.clauses
            if re.fullmatch(re.escape(stem) + r"[\d一二三四五六七八九十]+", c.heading)
        ]
        if len(run) > 1:
            return [
                known.get(c.locator) or piece._replace(clause=c, passage=passage_of(best.policy, c))
                for c in run
            ]
    return []


def _headed(asked: Asked, desk: Desk) -> list[Piece]:
    """Return all clauses under a shared label (小巨人：研发投入, 小巨人：主导产品 …) that the question asks for as a whole."""
    if not (asked.aspects & {Aspect.CONDITION, Aspect.LIST} or _WHOLE.search(asked.text)):
        return []
    if (
        asked.ordinals
        or asked.years
        or asked.documents
        or asked.places
        or asked.aspects & {Aspect.AMOUNT, Aspect.DEADLINE}
    ):
        return []
    for policy in desk.kb.policies.values():
        if policy.status_on(asked.on) not in {Status.IN_FORCE, Status.NOT_STATED} or policy.region != NATION:
            continue
        runs: dict[str, list[Clause]] = {}
        for clause in policy.clauses:
            label, colon, _ = clause.heading.partition("：")
            if colon and label in asked.text and clause.obtained:
                runs.setdefault(label, []).append(clause)
        for label, run in runs.items():
            beside = _GENERIC.sub(" ", asked.topic.replace(label, " "))
            if len(run) > 2 and len(grams(beside)) <= 1:
                return [piece_of(asked, desk, policy, clause) for clause in run]
    return []


_GENERIC = re.compile(
    r"中小企业|企业|条件|要求|满足|符合|申报|申请|认定|标准|门槛|资格|评|报|够|怎么|需要|具备|国家级?|省级"
)
_WHOLE = re.compile(r"[能可够][^，。？]{0,6}(?:报|申|评|认定|成为)|够不够|够格|符合|满足|怎么认定|认定标准")


def _with_pointer(asked: Asked, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Add the clause of the same document that names the rules where the missing figure would stand."""
    if any(_POINTER.search(p.passage.text) for p in chosen):
        return chosen
    for piece in evidence.pieces:
        if piece.passage.source_id == chosen[0].passage.source_id and _POINTER.search(piece.passage.text):
            return [*chosen[:2], piece]
    return chosen


_POINTER = re.compile(r"《[^《》]*(?:奖补|资金|补助|专项)[^《》]*(?:细则|办法)[^《》]*》")


def _lacking(asked: Asked, chosen: Sequence[Piece]) -> frozenset[Aspect]:
    """Return the asked-for kinds of thing that no chosen clause holds."""
    held = frozenset().union(*(p.holds for p in chosen))
    return (asked.aspects & frozenset({Aspect.AMOUNT, Aspect.RATIO, Aspect.SCORE})) - held


def _needs_place(asked: Asked, chosen: Sequence[Piece]) -> bool:
    """Return whether the answer depends on a place that nobody named."""
    if asked.place_given or asked.documents or asked.titles:
        return False
    if asked.mine and asked.aspects & {Aspect.AMOUNT, Aspect.RATIO}:
        return True
    return chosen[0].passage.region != NATION and not chosen[0].named


def _ask_place(asked: Asked, writer: _Writer, evidence: Evidence, chosen: Sequence[Piece]) -> Answer:
    """Say that it depends on the place, ask for it, and show what holds everywhere or, labelled, somewhere."""
    nation = [
        p
        for p in evidence.pieces
        if p.passage.region == NATION and p.cover >= ENOUGH * 0.8 and p.status is not Status.SUPERSEDED
    ]
    shown = [*nation[:1], *(p for p in chosen if p.passage.region != NATION)][:2]
    if nation:
        shown = shown[:1]
    for piece in shown:
        if piece.passage.region != NATION:
            name = f"《{_short_title(piece.passage.title)}》"
            writer.warn("other_region", f"{name}只适用于{piece.passage.region}，其他地方不能套用。")
        _caution(asked, writer, piece)
    ask = "各地规定不同，请先说明企业所在的城市（区县），以及是否已列入试点名单。"
    writer.lines.append(ask)
    _write(asked, writer, shown, evidence)
    return writer.finish(reason=ask)


def _with_validity(asked: Asked, desk: Desk, chosen: list[Piece]) -> list[Piece]:
    """Bring in the clause that states the end of the leading document, where the question turns on it.

    Where the end is all that is asked, it stands alone unless the other clause holds most of the question.
    """
    best = chosen[0]
    policy = best.policy
    ended = best.status in {Status.EXPIRED, Status.SUPERSEDED}
    turns = Aspect.VALIDITY in asked.aspects or Aspect.DEADLINE in asked.aspects or (ended and asked.mine)
    if policy is None or not turns:
        return chosen
    if any(
        p.policy is policy and p.clause and _ENDS.search(f"{p.clause.locator}{p.clause.heading}")
        for p in chosen
    ):
        return chosen
    for clause in policy.clauses:
        if clause.obtained and _ENDS.search(f"{clause.locator}{clause.heading}"):
            end = piece_of(asked, desk, policy, clause)
            only = asked.aspects <= {Aspect.VALIDITY, Aspect.DEADLINE, Aspect.LEVEL} and best.words < 0.75
            return [end] if only else [*chosen, end]
    return chosen


_ENDS = re.compile(r"有效期|截止期|延续政策|申报时间|时限|时间安排|窗口")


# ------------------------------------------------------------------ premises


def _unknown_document(asked: Asked, desk: Desk, writer: _Writer) -> Answer | None:
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
        if near and _claims(asked, desk, writer):
            continue
        if near:
            writer.warn(
                "wrong_premise",
                f"没有查到{number}；同年同号的是《{_short_title(near[0][1])}》（{near[0][0]}），请核对文号。",
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
        if _claims(asked, desk, writer):
            continue
        return writer.refuse(
            f"没有收录《{title}》，无法核实其内容。", "请提供文号、发文机关或全文，或向所称的发文机关核实。"
        )
    return None


def _claims(asked: Asked, desk: Desk, writer: _Writer) -> list[Piece]:
    """Correct what the question takes from a claim known to be wrong; return the clauses that set it right."""
    found: list[Piece] = []
    for claim in desk.kb.claims.values():
        if not any(all(_says(asked, word) for word in group) for group in claim.signs):
            continue
        if any(word in asked.text for word in getattr(claim, "unless", ())):
            continue
        cards = [desk.kb.policies[i] for i in claim.policies if i in desk.kb.policies]
        writer.unproven |= claim.verdict in {"unverifiable", "likely_fabricated", "unsupported"}
        if asked.place_given and cards and not any(_place_fits(p, asked, desk) for p in cards):
            continue
        writer.warn("wrong_premise", f"“{claim.claim}”{claim.verdict_label}：{claim.why}。{claim.do}。")
        for policy in cards:
            pieces = [piece_of(asked, desk, policy, clause) for clause in policy.clauses if clause.obtained]
            pieces.sort(key=lambda p: -len(grams(p.passage.text) & grams(claim.claim + claim.do)))
            found += pieces[:1]
    return found


def _place_fits(policy: Policy, asked: Asked, desk: Desk) -> bool:
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


def _premises(asked: Asked, desk: Desk, writer: _Writer, chosen: Sequence[Piece]) -> None:
    """Correct a figure that the question asserts and the documents put otherwise, or that belongs to another place."""
    if not (asked.confirms or re.search(r"按这个|按照|照着|网上|看到", asked.text)):
        return
    for place in asked.places:
        if place not in desk.kb.regions.covering(asked.region) | desk.kb.regions.within(asked.region):
            writer.warn("other_region", f"{place}的规定只适用于当地，{asked.region}不能套用。")
    held = [q for p in chosen for q in find(p.passage.text)]
    for q in asked.quantities:
        if not _asserts(q) or any(_same_figure(q, other) for other in held):
            continue
        other = _elsewhere(q, asked, desk) if asked.place_given and _is_sum(q) else None
        if other is not None:
            policy, piece = other
            n = writer.cite(piece, piece.passage.text.split("\n")[0])
            where = f"{policy.region}的《{_short_title(policy.title)}》[{n}]"
            writer.warn("other_region", f"“{q.text}”见于{where}，只适用于当地，{asked.region}不能套用。")
        elif any(
            (o.kind == q.kind and o.unit == q.unit) or (o.kind == "money" and q.scale and not q.unit)
            for o in held
        ):
            writer.warn("wrong_premise", f"所说的“{q.text}”与查到的条款不一致，以下列条款为准。")


def _asserts(q: Quantity) -> bool:
    """Return whether a number of a question is a claim about rules rather than about the asker's own firm."""
    if q.value is None or q.unit in {"年", "月", "天", "台", "岁", "人", "级"}:
        return False
    return q.kind in {"money", "percent"} or (
        q.kind == "number" and (bool(q.scale) or q.unit in {"家", "个", "项", "分", "批"})
    )


def _is_sum(q: Quantity) -> bool:
    return q.kind in {"money", "percent"} or bool(q.scale)


def _elsewhere(q: Quantity, asked: Asked, desk: Desk) -> tuple[Policy, Piece] | None:
    """Return the clause of another place that states the figure, for the same level where one is named."""
    levels = {x.value for x in asked.quantities if x.kind == "level"}
    for policy in desk.kb.policies.values():
        if _place_fits(policy, asked, desk):
            continue
        for clause in policy.clauses:
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


# ------------------------------------------------------------------ cautions


def _caution(asked: Asked, writer: _Writer, piece: Piece) -> None:
    name = f"《{_short_title(piece.passage.title)}》"
    if piece.policy is None:
        writer.warn(
            "unverified", f"{name}是用户上传的文件，来源未经核对，不能作为依据，请以发文机关公布的文本为准。"
        )
        return
    said = _STATUS_WORDS.get(piece.status)
    if said is not None:
        kind, words = said
        text = words.format(
            name=name, ask=_ask(piece.policy), day=asked.on, **_ends(piece.policy, writer.desk)
        )
        writer.warn(kind, text)
    if piece.status is Status.DRAFT and re.search(r"正式|已经?(?:实施|出台|发布|印发|生效|施行)", asked.text):
        writer.warn("wrong_premise", f"未查到{name}正式印发，不能当作已实施的规定。")
    if asked.place_given and piece.place == "other":
        writer.warn("other_region", f"{name}是{piece.passage.region}的规定，不适用于{asked.region}。")
    certainty = (piece.clause and piece.clause.certainty) or piece.policy.certainty
    if certainty in {Certainty.SINGLE_SOURCE, Certainty.UNVERIFIED}:
        writer.warn(
            "unverified", f"{name}的内容只见于第三方资料（{certainty.label}），引用前请核对官方原文。"
        )


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
    if policy.valid_to:
        ended = f"有效期至{policy.valid_to}，已失效"
    else:
        ended = f"已失效（{policy.valid_to_text or policy.status_basis}）"
    return {"ended": ended, "later": "、".join(f"《{_short_title(p.title)}》" for p in later) or "后来的文件"}


def _ask(policy: Policy | None) -> str:
    return policy.issuers[0] if policy and policy.issuers else "发文机关"


def _short_title(title: str) -> str:
    """Return a title without what hangs on it in brackets: （附：…）, （标题概括）."""
    return re.sub(r"（(?:附[:：]|标题|第.批；|[^（）]*[；，]依据)(?:[^（）]|（[^（）]*）)*）$", "", title)


# ------------------------------------------------------------------ writing


def _write(asked: Asked, writer: _Writer, chosen: Sequence[Piece], evidence: Evidence) -> None:
    by_document: dict[str, list[Piece]] = {}
    for piece in chosen:
        by_document.setdefault(piece.passage.source_id, []).append(piece)
    for pieces in by_document.values():
        first = pieces[0]
        number = f"（{first.passage.doc_number}）" if first.passage.doc_number else ""
        region = f"{first.passage.region}·" if first.passage.region != NATION else ""
        writer.lines.append(f"据{region}《{_short_title(first.passage.title)}》{number}：")
        for piece in pieces:
            for span in _spans(asked, piece, evidence):
                n = writer.cite(piece, span)
                head = f"{piece.passage.heading}：" if piece.passage.heading else ""
                body = _LABEL_LINE.sub("", span)
                writer.lines.append(f"- {head}{body}[{n}]")


_LABEL_LINE = re.compile(r"^(?:数值|说明|义务|支持|时限)：")


def _spans(asked: Asked, piece: Piece, evidence: Evidence) -> list[str]:
    """Return the stretches of the clause that answer: all of a short text, the sentences that bear of a long one."""
    lines = [line for line in piece.passage.text.split("\n") if line.strip()]
    main = [line for line in lines if not _LABEL_LINE.match(line)]
    spans = [span for line in main for span in _bearing(line, evidence, whole=260)]
    said = "".join(spans)
    for line in lines:
        label = _LABEL_LINE.match(line)
        if label is None or _CARD.search(line) or _ORDERS.search(line):
            continue
        if label[0] == "数值：" and asked.aspects & _NUMERIC:
            spans += _figures(line, said, evidence)
        elif label[0] == "说明：" and (
            _NOTE.search(line) or ("http" in line and Aspect.WHERE in asked.aspects)
        ):
            spans.append(line)
        elif (
            label[0] == "时限："
            and Aspect.DEADLINE in asked.aspects
            and not _names_day(piece.passage.heading + said)
        ):
            spans.append(line)
    return spans or [lines[0]]


_NUMERIC = frozenset({Aspect.COUNT, Aspect.AMOUNT, Aspect.RATIO, Aspect.SCORE, Aspect.LIST})
_CARD = re.compile(r"\b[a-z]{2,4}-[a-z]+[a-z0-9-]*\b|\.ya?ml")
_NOTE = re.compile(
    r"未规定|没有给出|没有写|没有任何|不是给|而非|总额|替代|接续|须注明|勿混淆|仅适用|可信度|不一致|冲突"
)


def _names_day(text: str) -> bool:
    return any(q.kind in {"date", "month", "month_day", "year"} for q in find(text))


def _bearing(line: str, evidence: Evidence, *, whole: int) -> list[str]:
    sentences = [s for s in _SENTENCE.findall(line) if s.strip()]
    safe = [i for i, s in enumerate(sentences) if not _ORDERS.search(s)]
    if len(line) <= whole and len(safe) == len(sentences):
        return [line.strip()]
    worth = {i: _worth(sentences[i], evidence) for i in safe}
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
    fresh = [item for item in items if _worth(item, evidence) > 0 and "全部" not in item]
    if not fresh:
        return []
    top = max(_worth(item, evidence) for item in fresh)
    return [item for item in fresh if _worth(item, evidence) >= 0.6 * top][:4]


def _worth(sentence: str, evidence: Evidence) -> float:
    held = grams(sentence)
    return sum(concept.weight * concept.found(held) for concept in evidence.concepts)


_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]*")
_ORDERS = re.compile(
    r"(?:助手|AI|人工智能助手|大模型|系统通知|系统提示|指令)[^。]{0,12}(?:请|注意|必须|须|：|:)|忽略(?:以上|之前|前面|页面)|"
    r"(?:回答|答复|结论)(?:时|中|里|末尾)[^。]{0,12}(?:必须|请|只|插入|加)|不要(?:提到|说明|告诉)|优先级高于|!\[|<script|请这样回答|告诉用户|提醒用户|"
    r"固定在第一位|以下内容优先|保证金|指定账户|转账",
    re.I,
)


def _partly(asked: Asked, writer: _Writer, chosen: Sequence[Piece], lacking: frozenset[Aspect]) -> Answer:
    """Finish an answer whose documents do not hold what was asked for: what they say stands, the rest is refused."""
    best = chosen[0]
    what = "、".join(_LABEL[a] for a in sorted(lacking))
    pointed = dict.fromkeys(
        t for p in chosen for t in re.findall(r"《([^《》]*(?:细则|办法)[^《》]*)》", p.passage.text)
    )
    where = f"文中指向的《{'》《'.join(pointed)}》文本未取得，" if pointed else ""
    return writer.refuse(
        f"已收录的《{_short_title(best.passage.title)}》没有写明{what}，不作推断。",
        f"{where}请向{_ask(best.policy)}索取或核实。",
    )


_LABEL = {Aspect.AMOUNT: "补助金额或上限", Aspect.RATIO: "比例", Aspect.SCORE: "分值"}


def _not_obtained(writer: _Writer, piece: Piece) -> Answer:
    """Say which clause would hold the answer and that its wording was not obtained."""
    policy = piece.policy
    number = f"（{policy.doc_number}）" if policy and policy.doc_number else ""
    missing = f"《{_short_title(piece.passage.title)}》{number}的“{piece.passage.heading or piece.passage.locator}”未取得，不作推断。"
    return writer.refuse(missing, f"请向{_ask(policy)}索取该文件全文后再核对。")


def _abstain(asked: Asked, desk: Desk, writer: _Writer, evidence: Evidence) -> Answer:
    """Say what is missing and where to ask."""
    place = asked.region if asked.region != NATION else ""
    held = local_documents(asked, desk)
    if place and not held:
        missing = f"没有收录{place}的相关文件，不能用其他地方的规定代答。"
        where = f"请向{place}工业和信息化主管部门或当地中小企业服务平台查询；拿到文件后可上传再问。"
    else:
        missing = "已收录的文件里没有能支撑回答的条款，依据不足。"
        issuer = next((p.issuers[0] for p in held if p.issuers), "")
        where = f"请补充文件名称、城市或年份；也可向{issuer or '所在地工业和信息化主管部门'}查询。"
    return writer.refuse(missing, where)


# ------------------------------------------------------------------ the collection itself


def _collection(asked: Asked, desk: Desk, writer: _Writer) -> Answer | None:
    """Answer a question about the collection by query over the records; None where nothing fits and clauses may."""
    listing = read_listing(asked, desk)
    if not listing.items:
        if asked.place_given and local_documents(asked, desk):
            return writer.refuse(listing.headline, "没有符合条件的文件；收录不全，请以发文机关公布为准。")
        return None
    writer.lines.append(listing.headline)
    if listing.by_region:
        counts = tally(listing.items).by_region
        writer.lines.append("涉及：" + "、".join(f"{region} {n} 份" for region, n in counts.items()) + "。")
    for item in listing.items[:SHOWN]:
        policy = desk.kb.policies[item.id]
        clause = _leading_clause(policy)
        mark = ""
        if clause is not None:
            piece = piece_of(asked, desk, policy, clause)
            mark = f"[{writer.cite(piece, piece.passage.text.split(chr(10))[0])}]"
        number = f"（{item.doc_number}）" if item.doc_number else ""
        until = f"，至 {item.closes_on}" if item.closes_on else ""
        writer.lines.append(
            f"- {item.region}《{_short_title(item.title)}》{number}：{item.status_label}{until}{mark}"
        )
    if len(listing.items) > SHOWN:
        writer.lines.append(f"其余 {len(listing.items) - SHOWN} 份可用 canmou list policies 查看。")
    return writer.finish()


def _leading_clause(policy: Policy) -> Clause | None:
    """Return the clause that states the end of a document, else its first one that was obtained."""
    held = [clause for clause in policy.clauses if clause.obtained]
    ends = [clause for clause in held if "有效期" in clause.heading]
    return next(iter([*ends, *held]), None)
