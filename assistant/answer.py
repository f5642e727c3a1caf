"""Policy questions: search, judge, quote, cite; or abstain with what is missing and where to ask.

Without a model the answer is made of the clauses' own sentences. With one, `assistant.wording` may put them into other
words; what it cannot show to stand in the quotes is replaced by the sentence it came from.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, NamedTuple

from assistant import question as asking
from assistant.desk import Desk
from assistant.numbers import find, same_document
from assistant.question import Aim, Asked, Aspect
from assistant.rules.grounding import span_of
from assistant.schema import Answer, Caution, Citation, Made
from knowledge.policy import Clause, Policy, Status
from knowledge.region import NATION
from knowledge.source import Certainty
from retrieval.passages import clause_text
from retrieval.search import Passage

if TYPE_CHECKING:
    from assistant.llm import Model

EXTRACT_NOTE = "摘录式回答（未使用模型）：逐条摘自已收录的文件要点。"
ENOUGH = 0.42
"""Share of the question's weight a clause must cover to be an answer; set on the open half of evals/cases/policy_qa.yaml."""
CANDIDATES = 40


class Piece(NamedTuple):
    """A clause that may bear on the question."""

    policy: Policy | None
    clause: Clause | None
    passage: Passage
    status: Status
    place: str
    """own, wide (province or nation of the place), inside, or other."""
    cover: float
    """Share of the question's weight found in clause, heading and title."""
    score: float
    holds: frozenset[Aspect]


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
    fixed = _FIXED.get(asked.aim)
    if fixed:
        return writer.refuse(*fixed)
    if asked.aim is Aim.CORPUS:
        listed = _corpus(asked, desk, writer)
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


class _Writer:
    """Collects cautions, sentences and citations of one answer."""

    def __init__(self, asked: Asked, question: str, desk: Desk) -> None:
        self.asked, self.question, self.desk = asked, question, desk
        self.lines: list[str] = []
        self.citations: list[Citation] = []
        self.cautions: list[Caution] = []

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


# ------------------------------------------------------------------ finding


class _Weights:
    """What a pair of characters is worth in this corpus: ln(1 + N / df)."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        df: Counter[str] = Counter()
        self.count = 0
        for policy in policies:
            for clause in policy.clauses:
                df.update(_grams(f"{clause.heading}|{clause.text}"))
                self.count += 1
        self.df = df

    def of(self, gram: str) -> float:
        return math.log(1 + self.count / (self.df[gram] + 0.5))


def _grams(text: str) -> set[str]:
    """Return pairs of neighbouring Chinese characters, and Latin or digit words whole."""
    grams = set(_LATIN.findall(text.lower()))
    for run in _HAN.findall(text):
        grams.update(run[i : i + 2] for i in range(len(run) - 1))
        if len(run) == 1:
            grams.add(run)
    return grams


_HAN = re.compile(r"[\u4e00-\u9fa5]+")
_LATIN = re.compile(r"[a-z][a-z0-9]*|\d+(?:\.\d+)?")

_SAID_AS: tuple[tuple[str, str], ...] = (
    ("补多少|给多少|补贴|补助|奖补|补|资助|扶持", "补助补贴奖补资助"),
    ("钱|经费", "资金"),
    ("草稿|征求意见", "征求意见稿"),
    ("跑现场|上门看|到现场|现场看|实地", "实地查验现场"),
    ("网站|网址", "平台网址"),
    ("干得不好|不行就换|能换|换掉|淘汰|踢出", "动态管理退出机制取消资格"),
    ("外地|外省|省外|全国的", "面向全国"),
    ("本地", "本地化省内"),
    ("交啥|交什么|要交|提交", "申请材料提交材料"),
    ("最低|起码|至少", "不少于以上"),
    ("自己写|认可", "企业认可"),
    ("名额", "不少于"),
    ("重复报|再报|重复申报|再申报", "重复申报"),
    ("企业档案|一企一档", "一企一档"),
    ("验收", "验收"),
    ("批次|第几批", "批"),
    ("老板|一把手", "一把手"),
    ("培训", "培训"),
    ("直辖市", "直辖市所辖区县"),
    ("啥时候报|什么时候报|报送|上报", "报送申报"),
    ("省会", "省会城市"),
    ("换版|新版|最新", "最新版"),
    ("软件公司|供应商|厂商|软件商", "服务商"),
    ("联网", "联网"),
    ("进库|入库|进池|进.{0,8}(?:库|池)", "遴选资源池服务商库入库"),
    ("合同", "合同"),
)


def _question_grams(asked: Asked) -> tuple[set[str], set[str]]:
    """Return the grams of the question and those of what documents call the same thing."""
    own = _grams(asked.topic)
    more: set[str] = set()
    for said, written in _SAID_AS:
        if re.search(said, asked.text):
            more |= _grams(written)
    return own, more - own


def _pieces(asked: Asked, desk: Desk) -> list[Piece]:
    """Return the clauses that may bear on the question, best first."""
    kb = desk.kb
    weights = _Weights(kb.policies.values())
    own, more = _question_grams(asked)
    mass = sum(weights.of(g) for g in own) or 1.0
    hits = desk.search(
        f"{asked.text} {''.join(sorted(more))}", k=CANDIDATES, kinds=frozenset({"policy", "uploaded"})
    )
    found: dict[str, tuple[Policy | None, Clause | None, Passage, float]] = {}
    top = hits[0].score if hits else 1.0
    scores = {hit.passage.id: hit.score / top for hit in hits}
    for hit in hits:
        policy = kb.policies.get(hit.passage.source_id)
        clause = policy.clause(hit.passage.locator) if policy else None
        found[hit.passage.id] = (policy, clause, hit.passage, scores[hit.passage.id])
    for policy in _named_documents(asked, desk):
        for clause in policy.clauses:
            passage_id = f"{policy.id}#{clause.locator}"
            if passage_id not in found:
                found[passage_id] = (policy, clause, _passage(policy, clause), 0.0)
    target = {policy.id for policy in _named_documents(asked, desk, strictly=True)}
    pieces = [
        _weigh(asked, desk, policy, clause, passage, lexical, own, more, mass, weights, target)
        for policy, clause, passage, lexical in found.values()
    ]
    return sorted(pieces, key=lambda piece: (-piece.score, piece.passage.id))


def _passage(policy: Policy, clause: Clause) -> Passage:
    source = next((one for one in policy.sources if one.key in clause.source_keys()), None)
    return Passage(
        id=f"{policy.id}#{clause.locator}",
        source_id=policy.id,
        kind="policy",
        title=policy.title,
        doc_number=policy.doc_number,
        locator=clause.locator,
        heading=clause.heading,
        text=clause_text(clause),
        text_kind=clause.text_kind,
        region=policy.region,
        status=policy.status,
        valid_from=policy.valid_from,
        valid_to=policy.valid_to,
        url=policy.official_url or (source.url if source else None),
        page=clause.page,
    )


def _named_documents(asked: Asked, desk: Desk, *, strictly: bool = False) -> list[Policy]:
    """Return the documents of the places asked about and those named by number or title."""
    regions = desk.kb.regions
    named = []
    for policy in desk.kb.policies.values():
        by_number = policy.doc_number and any(
            same_document(policy.doc_number, number) for number in asked.documents
        )
        by_title = any(title in policy.title or policy.title in title for title in asked.titles)
        by_place = asked.region != NATION and policy.region in regions.within(asked.region)
        if by_number or by_title or (by_place and not strictly):
            named.append(policy)
    return named


def _weigh(
    asked: Asked,
    desk: Desk,
    policy: Policy | None,
    clause: Clause | None,
    passage: Passage,
    lexical: float,
    own: set[str],
    more: set[str],
    mass: float,
    weights: _Weights,
    target: set[str],
) -> Piece:
    text, heading, title = _grams(passage.text), _grams(passage.heading), _grams(passage.title)
    in_text = sum(weights.of(g) for g in own & (text | heading))
    in_title = sum(weights.of(g) for g in (own & title) - text - heading)
    cover = (in_text + in_title) / mass
    echo = min(
        0.3,
        sum(weights.of(g) for g in more & (text | heading)) / (sum(weights.of(g) for g in more) or 1) * 0.3,
    )
    status = policy.clause_status_on(clause, asked.on) if policy and clause else passage.status
    place = _place(passage.region, asked, desk)
    holds = _holds(passage, clause, policy)
    wanted = asked.aspects & _MUST_HOLD
    score = (in_text + 0.6 * in_title) / mass + 0.35 * lexical + echo
    score += 0.15 * sum(weights.of(g) for g in own & heading) / mass
    score += 0.12 * len(asked.aspects & holds) / max(1, len(asked.aspects))
    score -= 0.12 * len(wanted - holds) / max(1, len(wanted))
    score += _PLACE_BONUS[place] if asked.place_given else (0.05 if passage.region == NATION else 0.0)
    score += 0.3 if passage.source_id in target else 0.0
    score += _year_bonus(asked, policy)
    score -= (
        0.2 if status in {Status.SUPERSEDED, Status.REFERENCE} and not _year_bonus(asked, policy) > 0 else 0.0
    )
    score -= 0.1 if status is Status.TO_BE_CONFIRMED else 0.0
    if clause is not None and not clause.obtained:
        score -= 0.15
    return Piece(policy, clause, passage, status, place, cover, score, holds)


_PLACE_BONUS = {"own": 0.35, "inside": 0.25, "wide": 0.0, "other": -0.4}


def _place(region: str, asked: Asked, desk: Desk) -> str:
    if asked.region == NATION:
        return "own" if region == NATION else "other"
    if region == asked.region:
        return "own"
    if region in desk.kb.regions.within(asked.region):
        return "inside"
    return "wide" if region in desk.kb.regions.covering(asked.region) else "other"


def _year_bonus(asked: Asked, policy: Policy | None) -> float:
    if policy is None or not asked.years:
        return 0.0
    titled = {int(year) for year in re.findall(r"20\d\d", policy.title)}
    own = titled | {d.year for d in (policy.issued, policy.published, policy.valid_from) if d}
    own |= {
        int(year)
        for year in re.findall(r"20\d\d", f"{policy.doc_number or ''}{policy.begins}{policy.issued_text}")
    }
    years = set(asked.years) - {asked.on.year} or set(asked.years)
    if years & titled:
        return 0.25
    if years & own:
        return 0.12
    return -0.1 if titled and re.search(r"20\d\d年?(?:版|那轮|那版|版的)", asked.text) else 0.0


_MUST_HOLD = frozenset(
    {Aspect.AMOUNT, Aspect.RATIO, Aspect.DEADLINE, Aspect.WHERE, Aspect.SCORE, Aspect.COUNT}
)


def _holds(passage: Passage, clause: Clause | None, policy: Policy | None) -> frozenset[Aspect]:
    text = passage.text
    both = f"{passage.heading}|{text}"
    quantities = find(text)
    held = {aspect for aspect, pattern in _HELD.items() if pattern.search(both)}
    if any(q.kind == "money" for q in quantities):
        held.add(Aspect.AMOUNT)
    if any(q.kind in {"percent", "ratio"} for q in quantities):
        held.add(Aspect.RATIO)
    if any(q.kind == "number" and q.unit and q.unit not in {"年", "月", "日", "天"} for q in quantities):
        held.add(Aspect.COUNT)
    if any(q.kind in {"date", "month", "month_day"} for q in quantities) or re.search(
        r"\d\s*(?:个月|天|日|个工作日|年)内|年底|两年|[一二三]年", text
    ):
        held.add(Aspect.DEADLINE)
    if any(q.kind == "number" and q.unit == "分" for q in quantities) or re.search(r"得\d", text):
        held.add(Aspect.SCORE)
    if any(q.kind == "level" for q in quantities):
        held.add(Aspect.LEVEL)
    if clause and clause.deadlines:
        held.add(Aspect.DEADLINE)
    return frozenset(held)


_HELD: dict[Aspect, re.Pattern[str]] = {
    Aspect.VALIDITY: re.compile(r"有效期|失效|截止|延长|期满"),
    Aspect.MATERIAL: re.compile(r"材料|附|证明|报告|申请表|发票|合同"),
    Aspect.CONDITION: re.compile(r"条件|须|应|不得|要求|对象|适用|符合|可[补报]|均可|原则上"),
    Aspect.PROCESS: re.compile(r"流程|程序|评审|公示|审核|报送|验收|遴选|备案|签"),
    Aspect.WHO: re.compile(r"[部局厅委]|办公室|机构|负责|牵头|组织"),
    Aspect.WHERE: re.compile(r"https?://|平台|系统|网"),
    Aspect.INDUSTRY: re.compile(r"行业|制造|产业"),
    Aspect.DEFINITION: re.compile(r"定义|是指|指|内涵|含义|包括|形成"),
    Aspect.DOCUMENT: re.compile(r"《|〔|依据|文"),
    Aspect.LIST: re.compile(r"、.*、|；.*；"),
}


# ------------------------------------------------------------------ judging and composing


def _from_clauses(asked: Asked, desk: Desk, writer: _Writer) -> Answer:
    pieces = _pieces(asked, desk)
    own = [p for p in pieces if p.place != "other" or not asked.place_given]
    chosen = _choose(asked, own)
    if not chosen:
        return _abstain(asked, desk, writer, pieces)
    _caution(asked, writer, chosen)
    lacking = _lacking(asked, chosen)
    _write(asked, writer, chosen)
    if lacking:
        return _partly(asked, desk, writer, chosen, lacking)
    return writer.finish()


def _choose(asked: Asked, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the clauses that together answer, best first; empty where none covers enough of the question."""
    usable = [p for p in pieces if p.clause is None or p.clause.obtained]
    if not usable or usable[0].cover < ENOUGH:
        return []
    best = usable[0]
    chosen = [best]
    for piece in usable[1:12]:
        if len(chosen) >= 4 or piece.score < best.score - 0.35 or piece.cover < ENOUGH * 0.8:
            break
        same_document_ = piece.passage.source_id == best.passage.source_id
        fresh = (piece.holds & asked.aspects) - frozenset().union(*(p.holds for p in chosen))
        if piece.score >= best.score - (0.2 if same_document_ or fresh else 0.1):
            chosen.append(piece)
    return _with_siblings(asked, chosen, pieces)


def _with_siblings(asked: Asked, chosen: list[Piece], pieces: Sequence[Piece]) -> list[Piece]:
    """Add the other members of a numbered run (机构条件1, 2, 3 …) where the question asks for the whole."""
    best = chosen[0]
    if (
        best.policy is None
        or best.clause is None
        or not asked.aspects & {Aspect.LIST, Aspect.CONDITION, Aspect.MATERIAL}
    ):
        return chosen
    stem = re.sub(r"[\d一二三四五六七八九十]+$", "", best.clause.heading)
    if not stem or stem == best.clause.heading:
        return chosen
    run = [
        c
        for c in best.policy.clauses
        if re.fullmatch(re.escape(stem) + r"[\d一二三四五六七八九十]+", c.heading)
    ]
    known = {p.passage.locator: p for p in pieces if p.passage.source_id == best.policy.id}
    members = [known.get(c.locator) or best._replace(clause=c, passage=_passage(best.policy, c)) for c in run]
    return members + [p for p in chosen if p not in members][:1]


def _lacking(asked: Asked, chosen: Sequence[Piece]) -> frozenset[Aspect]:
    """Return the asked-for kinds of thing that no chosen clause holds."""
    held = frozenset().union(*(p.holds for p in chosen))
    return (asked.aspects & frozenset({Aspect.AMOUNT, Aspect.RATIO, Aspect.WHERE, Aspect.SCORE})) - held


def _caution(asked: Asked, writer: _Writer, chosen: Sequence[Piece]) -> None:
    for piece in chosen:
        policy = piece.policy
        name = f"《{_short_title(piece.passage.title)}》"
        if piece.status is Status.EXPIRED and policy:
            end = policy.valid_to or policy.period_to
            when = (
                f"已于{end}到期失效"
                if policy.valid_to
                else f"已失效（{policy.valid_to_text or policy.status_basis}）"
            )
            writer.warn(
                "expired", f"{name}{when}，以下是当时的规定，不能再据此申报；接续文件请向{_ask(policy)}核实。"
            )
        elif piece.status is Status.SUPERSEDED and policy:
            later = [writer.desk.kb.policies[i] for i in policy.superseded_by if i in writer.desk.kb.policies]
            by = "、".join(f"《{_short_title(p.title)}》" for p in later)
            writer.warn("superseded", f"{name}已被{by or '后来的文件'}接替，以下是旧规定，现在不适用。")
        elif piece.status is Status.DRAFT:
            writer.warn(
                "draft", f"{name}是征求意见稿，没有约束力；正式文件是否印发未查到，请向{_ask(policy)}核实。"
            )
            if re.search(r"正式|已经?(?:实施|出台|发布|印发|生效|施行)|必须", asked.text):
                writer.warn("wrong_premise", f"未查到{name}正式印发，不能当作已实施的规定。")
        elif piece.status is Status.NOT_STATED:
            writer.warn("not_stated", f"{name}未载明有效期，是否仍在执行需向{_ask(policy)}核实。")
        elif piece.status is Status.REPLY:
            writer.warn("not_stated", f"{name}是对提案的答复，只表明当时的工作情况，不是可申报的政策。")
        elif piece.status is Status.REFERENCE:
            writer.warn("unverified", f"{name}是机构宣传材料，不是政策文件。")
        elif piece.status is Status.TO_BE_CONFIRMED:
            writer.warn(
                "unverified",
                f"{name}是用户上传的文件，来源未经核对，不能作为依据，请以发文机关公布的文本为准。",
            )
        elif piece.status is Status.NOT_YET:
            writer.warn("not_stated", f"{name}在 {asked.on} 尚未生效。")
        if asked.place_given and piece.place == "other":
            writer.warn("other_region", f"{name}是{piece.passage.region}的规定，不适用于{asked.region}。")
        if policy and policy.certainty in {Certainty.SINGLE_SOURCE, Certainty.UNVERIFIED}:
            writer.warn("unverified", f"{name}的内容只见于{policy.certainty.label}资料，引用前请核对原文。")


def _ask(policy: Policy | None) -> str:
    if policy and policy.issuers:
        return policy.issuers[0]
    return "发文机关"


def _short_title(title: str) -> str:
    return re.split(r"（附[:：]|（标题|；", title)[0].rstrip("（")


def _write(asked: Asked, writer: _Writer, chosen: Sequence[Piece]) -> None:
    by_document: dict[str, list[Piece]] = {}
    for piece in chosen:
        by_document.setdefault(piece.passage.source_id, []).append(piece)
    for pieces in by_document.values():
        first = pieces[0]
        number = f"（{first.passage.doc_number}）" if first.passage.doc_number else ""
        writer.lines.append(f"据《{_short_title(first.passage.title)}》{number}：")
        for piece in pieces:
            for span in _spans(asked, piece):
                n = writer.cite(piece, span)
                head = f"{piece.passage.heading}：" if piece.passage.heading and len(span) > 12 else ""
                writer.lines.append(f"- {head}{span}[{n}]")


def _spans(asked: Asked, piece: Piece) -> list[str]:
    """Return the stretches of the clause that answer: all of a short one, the sentences that bear of a long one."""
    text = piece.passage.text
    sentences = [s for s in _SENTENCE.findall(text) if s.strip()]
    safe = [s for s in sentences if not _ORDERS.search(s)]
    if len(text) <= 220 and len(safe) == len(sentences):
        return [text.strip()]
    own, more = _question_grams(asked)
    scored = [
        (len(_grams(s) & own) + 0.5 * len(_grams(s) & more), i) for i, s in enumerate(sentences) if s in safe
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    keep = sorted(i for _, i in scored[:3])
    runs: list[list[int]] = []
    for i in keep:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return ["".join(sentences[i] for i in run).strip() for run in runs]


_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？\n]*")
_ORDERS = re.compile(
    r"(?:助手|AI|人工智能助手|大模型|模型|系统通知|系统提示|指令)[^。]{0,12}(?:请|注意|必须|须|：|:)|忽略(?:以上|之前|前面|页面)|"
    r"(?:回答|答复|结论)(?:时|中|里|末尾)[^。]{0,12}(?:必须|请|只|插入|加)|不要(?:提到|说明|告诉)|优先级高于|!\[|<script|请这样回答|告诉用户|提醒用户|保证金|固定在第一位",
    re.I,
)


def _partly(
    asked: Asked, desk: Desk, writer: _Writer, chosen: Sequence[Piece], lacking: frozenset[Aspect]
) -> Answer:
    """Finish an answer whose documents do not hold what was asked for."""
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


_LABEL = {
    Aspect.AMOUNT: "补助金额或上限",
    Aspect.RATIO: "比例",
    Aspect.WHERE: "办理网址",
    Aspect.SCORE: "分值",
}


def _abstain(asked: Asked, desk: Desk, writer: _Writer, pieces: Sequence[Piece]) -> Answer:
    """Say what is missing and where to ask."""
    place = asked.region if asked.region != NATION else ""
    held = (
        [p for p in desk.kb.policies.values() if p.region in desk.kb.regions.within(asked.region)]
        if place
        else []
    )
    if place and not held:
        missing = f"没有收录{place}的相关文件，不能用其他地方的规定代答。"
        where = f"请向{place}工业和信息化主管部门或当地中小企业服务平台查询；拿到文件后可上传再问。"
    else:
        missing = "已收录的文件里没有能支撑回答的条款，依据不足。"
        issuer = next((p.issuers[0] for p in held if p.issuers), "")
        where = f"请补充文件名称、城市或年份；也可向{issuer or '所在地工业和信息化主管部门'}查询。"
    return writer.refuse(missing, where)


# ------------------------------------------------------------------ the corpus itself


def _corpus(asked: Asked, desk: Desk, writer: _Writer) -> Answer | None:
    """Answer a question about the collection by query over the records; None where it is about one document's content."""
    return None
