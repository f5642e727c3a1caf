"""Which clauses answer: the best one, what it lacks, and what must stand beside it."""

import re
from collections.abc import Sequence

from assistant.answering.backing import ENOUGH, WORDS, Backing, is_backed
from assistant.answering.concepts import grams
from assistant.answering.enough import same_matter
from assistant.answering.evidence import Evidence, Piece, gather, piece_of
from assistant.answering.held import MUST_HOLD, unit_of
from assistant.answering.question import THIS_FILE, TITLE_WORD, Asked, Aspect, read_question
from assistant.answering.signs import HEADED, SUMMARY, program_bonus
from assistant.desk import Desk
from assistant.numbers import find
from knowledge.policy import Clause, Status
from knowledge.region import NATION
from retrieval.passages import clause_passage


def with_parts(asked: Asked, desk: Desk, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Add the best clause for each part of a question that asks several things at once."""
    parts = _parts(asked.text)
    pair = _PAIR.search(asked.text)
    if pair:
        about, shared, first = pair["one"].rpartition("的" if "的" in pair["one"] else "对")
        parts = [about + first + pair["rest"], about + shared + pair["other"] + pair["rest"]]
    if not parts or (chosen and len(parts) < 2):
        return chosen
    for part in parts[:3]:
        one = read_question(part, regions=desk.kb.regions, region=asked.region, on=asked.on)
        kept = {
            "region": asked.region,
            "place_given": asked.place_given,
            "named": asked.named,
            "documents": asked.documents,
            "titles": asked.titles,
            "years": asked.years,
        }
        one = one.model_copy(update=kept)
        theirs = gather(one, desk, evidence.weights)
        found = choose(one, theirs)[:1]
        if not chosen:  # a request that is mostly not ours: only the asker's own file is asked for the rest
            chosen = [p for p in found if p.policy is None]
            continue
        near = {p.passage.source_id for p in chosen}
        found = [
            p
            for p in found
            if program_bonus(asked, p.passage) >= 0
            and (asked.compares or not SUMMARY.search(p.passage.heading))
        ]
        fits = [p for p in found if p.passage.source_id in near] or _beside(one, theirs, near, asked, found)
        lacking = (one.aspects & _PART) - frozenset().union(*(p.holds for p in chosen))
        if lacking and not any(lacking & p.holds for p in fits):
            fits += [
                p
                for p in evidence.pieces
                if p.passage.source_id in near
                and lacking & p.holds
                and (p.clause is None or p.clause.obtained)
            ][:1]
        fits += _headed(one, [*chosen, *fits], evidence)
        known = {p.passage.id for p in chosen}
        chosen = [*chosen, *(p for p in fits if p.passage.id not in known)][:5]
    return chosen


def _headed(one: Asked, chosen: Sequence[Piece], evidence: Evidence) -> list[Piece]:
    """Return the clause of the leading document headed as the kind of thing a part asks for, where none chosen is."""
    for aspect in sorted(one.aspects & HEADED.keys()):
        if any(HEADED[aspect].search(p.passage.heading) for p in chosen):
            continue
        for piece in evidence.pieces:
            if (
                piece.passage.source_id == chosen[0].passage.source_id
                and HEADED[aspect].search(piece.passage.heading)
                and (piece.clause is None or piece.clause.obtained)
            ):
                return [piece]
    return []


_PART = frozenset(
    {
        Aspect.AMOUNT,
        Aspect.RATIO,
        Aspect.DEADLINE,
        Aspect.MATERIAL,
        Aspect.CONDITION,
        Aspect.WHERE,
        Aspect.INDUSTRY,
    }
)


def _beside(
    one: Asked, theirs: Evidence, near: set[str], asked: Asked, found: Sequence[Piece]
) -> list[Piece]:
    """Return the best clause for a part: of the documents already chosen, else of another that still holds there."""
    same = [
        p
        for p in theirs.pieces
        if p.passage.source_id in near
        and p.words >= WORDS
        and (asked.compares or not SUMMARY.search(p.passage.heading))
        and program_bonus(asked, p.passage) >= 0
        and (p.clause is None or p.clause.obtained)
        and (not one.aspects & MUST_HOLD or one.aspects & MUST_HOLD & p.holds)
    ][:1]
    return same or [
        p
        for p in found
        if asked.place_given and p.place in {"own", "inside"} and p.status not in _WEAK and p.words >= ENOUGH
    ]


def with_definition(asked: Asked, chosen: list[Piece], evidence: Evidence) -> list[Piece]:
    """Add the clause of the same document that explains the question's own word, where the leading one only uses the term.

    小巨人要几项发明专利: the condition counts Ⅰ类知识产权; what these are, and that bought ones never count, stands apart.
    """
    best = chosen[0]
    if best.policy is None or len(chosen) > 2:
        return chosen
    held = frozenset().union(*(grams(f"{p.passage.heading}|{p.passage.text}") for p in chosen))
    own = [concept.own for concept in evidence.concepts if concept.written and concept.own - held]
    for clause in best.policy.clauses:
        if not clause.obtained or not _EXPLAINS.search(f"{clause.heading}|{clause.locator}"):
            continue
        said = grams(clause.text)
        if any(words <= said for words in own) and all(p.clause is not clause for p in chosen):
            return [*chosen, *(p for p in evidence.pieces if p.clause is clause)][:3]
    return chosen


_EXPLAINS = re.compile(r"说明|定义|名词|释义|口径")


def _parts(text: str) -> list[str]:
    """Return the parts of a question that each ask something; what asks nothing goes with the part after it."""
    parts: list[str] = []
    left = ""
    for part in _PARTS.split(text):
        left += part
        if len(left) > 3 and _ASKS.search(part):
            parts.append(left)
            left = ""
    return parts


_PAIR = re.compile(
    r"(?P<one>[\u4e00-\u9fa5]{2,16}?)(?:以?及|和|与|、|跟)(?P<other>[\u4e00-\u9fa5]{2,12}?)"
    r"(?:分别|都|各)?(?P<rest>(?:分别|各|有|是|要|怎|如何|需).+)"
)
_PARTS = re.compile(r"[？?；;]|[，、](?!是|对)|(?<=[么些谁吗件])和(?=[^，。]*[哪什啥谁多几怎如咋])|分别")


_ASKS = re.compile(
    r"哪|什么|啥|谁|多少|几|怎么|如何|咋|吗|多久|吧|何时|能不能|可不可以|要不要|还能|推荐|介绍|说说|讲讲|列(?:出|举|一下)"
)


def choose(asked: Asked, evidence: Evidence) -> list[Piece]:
    """Return the clauses that together answer, best first; empty where none covers enough of the question."""
    usable = usable_pieces(asked, evidence)
    if not usable or not is_backed(usable[0], evidence):
        return [
            piece for piece in evidence.pieces if piece.named and (not piece.clause or piece.clause.obtained)
        ][:1]
    best = _standing(asked, usable, _current(asked, usable))
    if not asked.place_given and best.passage.region != NATION:
        uploads = [piece for piece in usable if piece.policy is None and piece.words >= ENOUGH]
        if uploads:  # of no place known, the asker's own file is nearer than some city's
            return uploads[:1]
        wide = [p for p in usable if p.passage.region == NATION and p.score >= best.score - 0.15]
        if wide and NATIONAL.search(asked.text) and wide[0].words >= 0.9 * best.words:
            best = wide[0]  # nor does some province's rule go before the nation's on a national matter
    if not asked.place_given and best.passage.region == NATION:
        usable = [piece for piece in usable if piece.passage.region == NATION]
    return _siblings(asked, best, usable) or _together(asked, best, usable[1:14], evidence)


def _standing(asked: Asked, usable: Sequence[Piece], best: Piece) -> Piece:
    """Return the published rule that answers as well as the asker's own file; the file where none does or it is meant.

    At the same relevance what was collected goes before an upload a person confirmed, and that before any other.
    """
    if best.policy is not None or best.named or THIS_FILE.search(asked.text):
        return best
    share = _AS_WELL if best.status is Status.TO_BE_CONFIRMED else 1.0
    wanted = asked.aspects & MUST_HOLD & best.holds
    return next(
        (
            p
            for p in usable
            if p.policy is not None
            and p.status in {Status.IN_FORCE, Status.NOT_STATED}
            and (p.passage.region == NATION or p.place in {"own", "inside"})
            and p.words >= share * best.words
            and p.score >= best.score - _NEARLY
            and p.signs.wording >= best.signs.wording - _NEARLY
            and wanted <= p.holds
            and program_bonus(asked, p.passage) >= 0
            and same_matter(best.passage, p.passage)
        ),
        best,
    )


def beside_upload(asked: Asked, chosen: Sequence[Piece], evidence: Evidence) -> Piece | None:
    """Return the collected clause on the matter of an upload that would answer alone; None where there is none.

    A file anybody may have written never hides what was collected: not a deadline, not a repeal, not a draft.
    """
    best = chosen[0]
    if best.policy is not None or best.named or THIS_FILE.search(asked.text) or any(p.policy for p in chosen):
        return None
    return next(
        (
            p
            for p in evidence.pieces
            if p.policy is not None
            and (p.clause is None or p.clause.obtained)
            and p.status not in {Status.REFERENCE, Status.REPLY}
            and (p.passage.region == NATION or p.place in {"own", "inside"})
            and p.words >= _AS_WELL * best.words
            and asked.aspects & MUST_HOLD & best.holds <= p.holds
            and program_bonus(asked, p.passage) >= 0
            and (same_matter(best.passage, p.passage) or _same_title(asked, best, p))
        ),
        None,
    )


def _same_title(asked: Asked, one: Piece, other: Piece) -> bool:
    """Return whether two clauses speak of the title that is asked about."""
    named = set(TITLE_WORD.findall(asked.text))
    texts = [f"{p.passage.title}|{p.passage.heading}|{p.passage.text}" for p in (one, other)]
    return bool(named) and all(any(word in text for word in named) for text in texts)


_NEARLY = 0.2
"""How far a published rule may lie behind in all that speaks for it."""
_AS_WELL = 0.75
"""Share of an unconfirmed upload's words that a published rule must hold to go before it."""


def _current(asked: Asked, usable: Sequence[Piece]) -> Piece:
    """Return the best clause, or that of the document which replaced its own, where the question is not of the past."""
    best = usable[0]
    if best.status is Status.REFERENCE:  # a compilation gives way to a document that says as much
        best = next((p for p in usable if p.status is not Status.REFERENCE and _equals(p, best)), best)
    if best.policy is None or best.status is not Status.SUPERSEDED or best.named or _PAST.search(asked.text):
        return best
    if asked.years or asked.documents or asked.numbers or asked.titles or _WHENCE.search(asked.text):
        return best
    newer = set(best.policy.superseded_by)
    return next(
        (
            p
            for p in usable
            if p.passage.source_id in newer
            and p.words >= 0.5 * best.words
            and program_bonus(asked, p.passage) >= 0
            and not SUMMARY.search(p.passage.heading)
        ),
        best,
    )


def _equals(piece: Piece, best: Piece) -> bool:
    return piece.score >= best.score - 0.2 and piece.cover >= 0.9 * best.cover


_WHENCE = re.compile(r"出自|出处|哪[份个](?:文|材料)|谁(?:说|提)的")
_PAST = re.compile(r"旧|原来|以前|过去|当时|那时|当年|之前的|那轮|老(?:办法|标准|版)|上一版")


def sources_of_saying(asked: Asked, desk: Desk) -> list[Piece]:
    """Return the clauses that hold the words a question quotes and asks the source of, one of each document, oldest first."""
    quoted = re.search(r"[“\"]([^“”\"]{6,60})[”\"]", asked.text)
    titled = quoted is not None and any(quoted[1] in policy.title for policy in desk.documents.values())
    if quoted is None or titled or Aspect.DOCUMENT not in asked.aspects:
        return []
    wanted = grams(quoted[1])
    found: list[tuple[str, Piece]] = []
    for policy in desk.documents.values():
        ranked = sorted(
            (c for c in policy.clauses if c.obtained and len(wanted & grams(c.text)) >= 0.7 * len(wanted)),
            key=lambda c: -len(wanted & grams(c.text)),
        )
        if ranked:
            day = policy.issued or policy.published
            found.append((str(day or "9999"), piece_of(asked, desk, policy, ranked[0])))
    return [piece for _, piece in sorted(found, key=lambda one: (one[0], one[1].passage.id))][:4]


_KIND = re.compile(r"办法|细则|通知|方案|指南|规定|通告|公告|意见|条例|申请书|报告")
_SEVERAL = re.compile(
    r"哪些|分别|以及|[和与及、].{0,12}(?:哪|什么|啥|多少|几|怎)|[，；].*(?:哪|什么|啥|多少|几|怎|吗|不[？?]?$)"
)


def usable_pieces(asked: Asked, evidence: Evidence) -> list[Piece]:
    """Return what may answer: of the right place, of the document named, of the batch and year asked for."""
    usable = [
        piece
        for piece in evidence.pieces
        if (piece.clause is None or piece.clause.obtained)
        and (piece.place != "other" or not asked.place_given)
    ]
    if THIS_FILE.search(asked.text):
        usable = [piece for piece in usable if piece.policy is None and piece.words >= WORDS] or usable
        kind = _KIND.search(THIS_FILE.search(asked.text)[0])  # type: ignore[index]
        usable = [piece for piece in usable if kind and kind[0] in piece.passage.title] or usable
    named = [piece for piece in usable if piece.named]
    if named and (named[0].words >= WORDS or not evidence.concepts):
        usable = named
    if asked.places and not NATIONAL.search(asked.text) and asked.aspects & _LOCAL:
        usable = [piece for piece in usable if piece.passage.region != NATION] or usable
    usable = [piece for piece in usable if _fits(asked, piece) and _of_the_title(asked, piece)]
    called = [piece for piece in usable if _is_called(asked, piece)]
    if called and called[0].score >= usable[0].score - _CALLED:
        usable = [called[0], *(piece for piece in usable if piece is not called[0])]
    if usable and evidence.concepts and usable[0].words == 0:  # the nearer in meaning goes first
        nearest = max(usable, key=lambda piece: piece.signs.meaning)
        if nearest.signs.meaning >= usable[0].signs.meaning + _NEARER:
            usable = [nearest, *(piece for piece in usable if piece is not nearest)]
    return usable


def _is_called(asked: Asked, piece: Piece) -> bool:
    """Return whether a question of levels says the very name of a clause that is one of many: 设备管理 of the scenes."""
    if Aspect.LEVEL not in asked.aspects:
        return False
    above, _, name = piece.passage.locator.rpartition("·")
    return bool(above) and len(name) >= _NAME and name in asked.text and piece.policy is not None


_NAME = 4
_CALLED = 0.6
"""How far behind the best a clause may lie that the question calls by its name."""


def _of_the_title(asked: Asked, piece: Piece) -> bool:
    """Return whether a clause speaks of the title that a question is about: 小巨人有几个名额 is not of cities."""
    if piece.policy is None or piece.named:
        return True
    titles = _ABOUT_TITLES.findall(asked.text)
    if not titles or _PILOT.search(asked.text) or (piece.place in {"own", "inside"} and asked.place_given):
        return True
    text = f"{piece.passage.title}|{piece.passage.heading}|{piece.passage.text}"
    return "优质中小企业" in text or any(title in text for title in titles)


_NEARER = 0.15
"""How much nearer in meaning a clause must be to go before one of the asker's own place."""
_ABOUT_TITLES = re.compile(f"{TITLE_WORD.pattern}|高新技术企业")
_PILOT = re.compile(r"试点|改造|转型|数字化|智改|上云|评测|诊断|服务商")


def _together(asked: Asked, best: Piece, others: Sequence[Piece], evidence: Evidence) -> list[Piece]:
    """Return the best clause and those that add enough: another part of the question, or the kind of thing it lacks."""
    chosen = [best]
    covered = _covered(best, evidence)
    if asked.aspects <= {Aspect.DEFINITION} and asked.aspects:
        return chosen
    several = bool(_SEVERAL.search(asked.text))
    for piece in others:
        same = piece.passage.source_id == best.passage.source_id
        beside = same or (piece.status not in _WEAK and piece.place == best.place)
        if not beside or piece.score < best.score - _NEAR or piece.cover < ENOUGH * 0.7:
            continue
        if SUMMARY.search(piece.passage.heading) and not asked.compares:
            continue
        if piece.policy is not None and Backing.of(piece, evidence).likelihood < _BESIDE:
            continue
        now = _covered(piece, evidence)
        gain = sum(max(0.0, b - a) for a, b in zip(covered, now, strict=True)) / evidence.mass
        fresh = (piece.holds & asked.aspects & _TELLING) - frozenset().union(*(p.holds for p in chosen))
        enough = (0.18 if several else 0.26) if same else 0.35
        if gain >= enough or (fresh and gain >= (0.1 if same else 0.3)):
            chosen.append(piece)
            covered = [max(a, b) for a, b in zip(covered, now, strict=True)]
    return chosen[:4]


_BESIDE = 0.7
"""Likelihood by itself that a clause beside the best must have."""
_NEAR = 0.25
"""How far behind the best a clause beside it may lie."""
_WEAK = frozenset({Status.EXPIRED, Status.SUPERSEDED, Status.REFERENCE, Status.REPLY, Status.TO_BE_CONFIRMED})


NATIONAL = re.compile(r"国家|中央|全国|部委|工信部|财政部|小巨人|专精特新|创新型|科技型|评测|指标")


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
    validity = policy.validity_text if policy else ""
    told = "|".join(
        (piece.passage.title, piece.passage.heading, piece.passage.locator, piece.passage.text, validity)
    )
    for ordinal in asked.ordinals:
        if ordinal.endswith(("批", "届", "轮", "期")) and ordinal not in {q.canonical for q in find(told)}:
            upto = re.search(r"前([两二三四五六七八九])批", told)  # 前两批 speaks of 第1批 and 第2批
            if not (
                upto
                and ordinal[1:-1]
                in "123456789"[: "一二三四五六七八九".index(upto[1].replace("两", "二")) + 1]
            ):
                return False
    ahead = [year for year in asked.years if year > asked.on.year]
    if any(str(year) not in told for year in ahead):
        return False
    if "试点" in asked.text and not TITLE_WORD.search(asked.text) and _on_titles_alone(piece):
        return False
    wanted = _ATTRIBUTE.search(asked.text)
    return wanted is None or any(word in told for word in _SAME_ATTRIBUTE.get(wanted[0], (wanted[0],)))


def _on_titles_alone(piece: Piece) -> bool:
    """Return whether a clause is of a document on titles and says nothing of the pilot cities."""
    return (
        bool(TITLE_WORD.search(piece.passage.title))
        and "试点" not in f"{piece.passage.title}{piece.passage.text}"
    )


_ATTRIBUTE = re.compile(
    r"权重|利率|电话|联系方式|联系人|邮箱|开户行|办公地址|罚款(?:多少|几|标准|金额)|罚多少|第一名|名次|排名|题目|哪些题|几道题|第几条|价格|报价|收费标准|学历|职称|注册资本|"
    r"评分细则|评分标准|评分表|评委|到账|发放时间|拨付时间|样表|模板|下载|中标|获奖名单|公示期|增长率"
)
_SAME_ATTRIBUTE = {
    "哪些题": ("题",),
    "几道题": ("题",),
    "联系方式": ("联系方式", "电话"),
    "罚多少": ("罚款",),
    "到账": ("到账", "拨付"),
    "排名": ("排名", "前三", "前列"),
}


def closed_clause(asked: Asked, desk: Desk, evidence: Evidence, chosen: Sequence[Piece]) -> Piece | None:
    """Return the clause whose wording was not obtained, where the question asks for just that; None where it does not."""
    money = asked.aspects & {Aspect.AMOUNT, Aspect.RATIO}
    answered = any(p.place in {"own", "inside"} and money <= p.holds and p.words >= 0.45 for p in chosen)
    for piece in evidence.pieces:
        if piece.clause is None or piece.clause.obtained or piece.place not in {"own", "inside"}:
            continue
        label = f"{piece.clause.locator}|{piece.clause.heading}"
        if piece.clause.locator in asked.ordinals and grams(piece.clause.heading) & grams(asked.text):
            return piece
        fits = grams(piece.clause.heading)
        if len(fits & grams(asked.text)) >= max(2, (0.5 if money else 0.75) * len(fits)):
            return piece
        if money and not answered and re.search(r"标准|比例|上限|金额|奖励|补助", label):
            own = TITLE_WORD.findall(label)
            if not own or any(word in asked.text for word in own):
                return piece
    return None


_TELLING = MUST_HOLD | {Aspect.MATERIAL, Aspect.PROCESS, Aspect.INDUSTRY, Aspect.VALIDITY}


def _covered(piece: Piece, evidence: Evidence) -> list[float]:
    held = grams(f"{piece.passage.title}|{piece.passage.heading}|{piece.passage.text}")
    return [concept.weight * concept.found(held) for concept in evidence.concepts]


def _items_below(best: Piece) -> list[Clause]:
    """Return the numbered items under a clause that sums them up: 三（1）… under 三（总述）."""
    whole = re.fullmatch(r"(?P<stem>.+)（总述?）", best.passage.locator)
    if best.policy is None or whole is None:
        return []
    return [c for c in best.policy.clauses if re.fullmatch(rf"{re.escape(whole['stem'])}（\d+）", c.locator)]


def _as_piece(piece: Piece, clause: Clause) -> Piece:
    """Return another clause of a piece's document as a piece."""
    if piece.policy is None:
        return piece
    return piece._replace(clause=clause, passage=clause_passage(piece.policy, clause))


def _siblings(asked: Asked, best: Piece, usable: Sequence[Piece]) -> list[Piece]:
    """Return the whole of a numbered run (机构条件1, 2, 3 …) where the question asks for it, else nothing."""
    if best.policy is None:
        return []
    if not _WHOM.search(best.passage.heading):  # of those it is meant for, one alone would mislead
        if not asked.aspects & {Aspect.LIST, Aspect.CONDITION, Aspect.MATERIAL}:
            return []
        if asked.confirms or (asked.units and not asked.units & {"个", "条", "项", "类", "种"}):
            return []  # a yes or no, or one number, is not answered by a list
    known = {p.passage.locator: p for p in usable if p.passage.source_id == best.policy.id}
    items = _items_below(best) if Aspect.LIST in asked.aspects else []
    if items:
        return [known.get(c.locator) or _as_piece(best, c) for c in items]
    for piece in [best, *(p for p in usable[1:6] if p.score >= best.score - 0.3 and p.words >= best.words)]:
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
            return [known.get(c.locator) or _as_piece(piece, c) for c in run]
    return []


_WHOM = re.compile(r"(?:适用|支持|奖补|服务|申报)(?:对象|范围)\d$")


def whole_run(asked: Asked, desk: Desk) -> list[Piece]:
    """Return all clauses under a shared label (小巨人：研发投入, 小巨人：主导产品 …) that the question asks for as a whole."""
    if not (asked.aspects & {Aspect.CONDITION, Aspect.LIST} or _WHOLE.search(asked.text)):
        return []
    if (
        asked.ordinals
        or asked.years
        or asked.documents
        or asked.numbers
        or asked.places
        or asked.aspects & {Aspect.AMOUNT, Aspect.DEADLINE}
    ):
        return []
    for policy in desk.documents.values():
        if policy.status_on(asked.on) not in {Status.IN_FORCE, Status.NOT_STATED} or policy.region != NATION:
            continue
        runs: dict[str, list[Clause]] = {}
        for clause in policy.clauses:
            label, colon, _ = clause.heading.partition("：")
            if colon and label in asked.text and clause.obtained:
                runs.setdefault(label, []).append(clause)
        for label, run in runs.items():
            beside = _GENERIC.sub(" ", asked.topic.replace(label, " "))
            if len(run) > 2 and not grams(beside):
                return [piece_of(asked, desk, policy, clause) for clause in run]
    return []


_GENERIC = re.compile(
    r"中小企业|企业|条件|要求|满足|符合|申报|申请|认定|标准|门槛|资格|评|报|够|怎么|需要|具备|国家级?|省级|考核|考察|考查|评价|硬性|指标|方面|内容|通过|拿到|成为|当上"
)


_WHOLE = re.compile(r"[能可够][^，。？]{0,6}(?:报|申|评|认定|成为)|够不够|够格|符合|满足|怎么认定|认定标准")


def tells_own(asked: Asked, piece: Piece) -> bool:
    """Return whether a clause is of the place asked about and, where a sum or share is meant, pays one."""
    if piece.place not in {"own", "inside"} or piece.passage.region == NATION:
        return False
    sums = [q for q in asked.quantities if unit_of(q) in {"元", "%"}]
    if not sums and not asked.aspects & {Aspect.AMOUNT, Aspect.RATIO}:
        return True
    text = piece.passage.text
    return any(unit_of(q) in {"元", "%"} and _PAYS.search(text[: q.start]) for q in find(text))


_PAYS = re.compile(r"(?:补|奖|资助|给予|支持)[^。；]{0,15}$")


def own_places(asked: Asked, desk: Desk, evidence: Evidence) -> list[Piece]:
    """Return the places of the asker's own file that answer a part of the question, where the part asks for a figure."""
    found: dict[str, Piece] = {}
    for part in _parts(asked.text) or [asked.text]:
        one = read_question(part, regions=desk.kb.regions, region=None, on=asked.on)
        wanted = one.aspects & MUST_HOLD
        for piece in gather(one, desk, evidence.weights).pieces:
            if piece.policy is None and wanted and wanted <= piece.holds and piece.words >= ENOUGH:
                found.setdefault(piece.passage.id, piece)
                break
    return list(found.values())[:3]


def needs_place(asked: Asked, chosen: Sequence[Piece]) -> bool:
    """Return whether the answer depends on a place that nobody named."""
    if asked.place_given or asked.documents or asked.titles or chosen[0].policy is None:
        return False
    if asked.mine and asked.aspects & {Aspect.AMOUNT, Aspect.RATIO}:
        return True
    if asked.mine and Aspect.INDUSTRY in asked.aspects and "试点" in asked.text:
        return True
    return chosen[0].passage.region != NATION and not chosen[0].named


def holds_everywhere(asked: Asked, evidence: Evidence) -> list[Piece]:
    """Return the clauses of the nation that answer whatever the place is and have not ended, best first.

    What one firm gets is never among them: the nation pays cities, and each city says what it hands on.
    """
    if asked.mine and asked.aspects & {Aspect.AMOUNT, Aspect.RATIO}:
        return []
    return [
        p
        for p in evidence.pieces
        if p.passage.region == NATION
        and p.status not in _WEAK
        and p.words >= ENOUGH
        and Backing.of(p, evidence).likelihood >= _EXAMPLE
        and (p.clause is None or p.clause.obtained)
    ]


def examples(asked: Asked, chosen: Sequence[Piece], evidence: Evidence) -> list[Piece]:
    """Return what was chosen and the best clause of a few other places whose rule still holds, as far as it could answer there."""
    found = {p.passage.region: p for p in chosen[:1] if p.passage.region != NATION and p.words >= _MOST}
    for p in evidence.pieces:
        if (
            p.policy is not None
            and p.passage.region != NATION
            and p.status in {Status.IN_FORCE, Status.NOT_STATED}
            and p.words >= _MOST
            and (p.clause is None or p.clause.obtained)
            and asked.aspects & MUST_HOLD <= p.holds
            and Backing.of(p, evidence).likelihood >= _EXAMPLE
            and program_bonus(asked, p.passage) >= 0
        ):
            found.setdefault(p.passage.region, p)
    return list(found.values())[:_EXAMPLES]


_MOST = 0.6
"""Share of a question's words that a clause must hold to answer it whatever the place is."""
_EXAMPLE = 0.4
"""Likelihood by itself that a clause must have to stand beside the question for the place."""
_EXAMPLES = 3
