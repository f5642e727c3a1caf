"""Policy questions: search, judge, quote, cite; or abstain with what is missing and where to ask.

Without a model the answer is made of the clauses' own sentences. With one, `assistant.answering.wording` may put them into other
words; what it cannot show to stand in the quotes is replaced by the sentence it came from.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.answering import question as asking
from assistant.answering.attached import read_attached, write_attached
from assistant.answering.backing import ENOUGH
from assistant.answering.collection import SHOWN, read_listing
from assistant.answering.enough import rule_first, weigh_own, write_weighed
from assistant.answering.evidence import Evidence, Piece, gather, local_documents, piece_of, traps_about
from assistant.answering.lacking import cut_short, missing_aspects, with_pointer
from assistant.answering.measured import Measured, line_of, pieces_of, read_measured
from assistant.answering.premises import check_documents, correct_claims, correct_figures, doubt_sums
from assistant.answering.question import Aim, Asked, Aspect
from assistant.answering.selection import (
    NATIONAL,
    beside_upload,
    choose,
    closed_clause,
    examples,
    holds_everywhere,
    needs_place,
    own_places,
    sources_of_saying,
    tells_own,
    whole_run,
    with_definition,
    with_parts,
)
from assistant.answering.validity import with_validity
from assistant.answering.writing import (
    EXTRACT_NOTE,
    Writer,
    add_cautions,
    issuer_of,
    short_title,
    write_pieces,
)
from assistant.corpus import tally
from assistant.desk import Desk
from assistant.schema import Answer
from knowledge.policy import Clause, Policy
from knowledge.region import NATION

if TYPE_CHECKING:
    from assistant.llm import Model
    from assistant.privacy import Mask

__all__ = ["EXTRACT_NOTE", "answer"]


def answer(
    question: str,
    *,
    desk: Desk,
    region: str | None = None,
    on: date | None = None,
    model: "Model | None" = None,
    owner: str | None = None,
    history: Sequence[str] = (),
    mask: "Mask | None" = None,
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
        mask: Hides names before text leaves for the model; None hides what the model itself knows to hide.
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
    from assistant.answering.wording import reword

    return reword(plain, model=model, mask=mask)


def _plain_answer(asked: Asked, question: str, desk: Desk) -> Answer:
    writer = Writer(asked, question, desk)
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


def _from_clauses(asked: Asked, desk: Desk, writer: Writer) -> Answer:
    evidence = gather(asked, desk)
    for trap in traps_about(asked, desk, evidence)[:1]:
        writer.warn(
            "unverified",
            f"用户上传的《{short_title(trap.title)}》要求先付款，或提供验证码、密码，无法核实是否由所称机关发出，不予引用；"
            "请勿照办，先向该机关核实，谨防诈骗。",
        )
    unknown = check_documents(asked, desk, writer)
    if unknown is not None:
        return unknown
    claims = correct_claims(asked, desk, writer)
    chosen = sources_of_saying(asked, desk) or whole_run(asked, desk) or choose(asked, evidence)
    chosen = with_parts(asked, desk, chosen, evidence)
    if claims:
        return _corrected(asked, writer, claims, chosen, evidence)
    special = _special(asked, desk, writer, chosen, evidence)
    if special is not None:
        return special
    if not chosen and not asked.place_given and _LOCALLY.search(asked.text) and examples(asked, (), evidence):
        return _ask_place(asked, writer, (), evidence)
    if not chosen or _only_national(asked, desk, writer, chosen):
        doubt_sums(asked, desk, writer)
        correct_figures(asked, desk, writer, (), evidence)
        return _abstain(asked, desk, writer, evidence)
    doubt_sums(asked, desk, writer)
    if needs_place(asked, chosen):
        own = own_places(asked, desk, evidence)
        if not own:
            return _ask_place(asked, writer, chosen, evidence)
        chosen = own
    return _quoted(asked, desk, writer, chosen, evidence)


def _special(
    asked: Asked, desk: Desk, writer: Writer, chosen: Sequence[Piece], evidence: Evidence
) -> Answer | None:
    """Return what needs no choice of clauses: another place's rule, a measured rate, wording not obtained; else None."""
    if asked.transfers and not any(tells_own(asked, piece) for piece in chosen):
        correct_figures(asked, desk, writer, (), evidence)
        return _not_transferable(asked, desk, writer)
    measured = read_measured(asked, desk)
    if measured is not None and (carriers := pieces_of(measured, asked, desk)):
        return _worked_out(asked, writer, measured, carriers, evidence)
    attached = read_attached(asked, desk, evidence)
    if attached is not None:
        return write_attached(asked, writer, attached)
    weighed = weigh_own(asked, desk, evidence)
    if weighed is not None:
        return write_weighed(asked, writer, weighed)
    closed = closed_clause(asked, desk, evidence, chosen)
    if closed is not None and asked.place_given:
        correct_figures(asked, desk, writer, (), evidence)
        beside = [
            p for p in chosen[:2] if p.passage.source_id == closed.passage.source_id and p.words >= ENOUGH
        ]
        for piece in beside:  # 一个行业取几家？要满足哪些条件？ one half may be there
            add_cautions(asked, writer, piece)
        write_pieces(asked, writer, beside, evidence)
        return _not_obtained(writer, closed)
    return None


def _quoted(asked: Asked, desk: Desk, writer: Writer, chosen: list[Piece], evidence: Evidence) -> Answer:
    """Answer from the clauses chosen, with what must stand beside them; partly where they lack what was asked for."""
    collected = beside_upload(asked, chosen, evidence)
    if collected is not None:
        writer.warn(
            "unverified",
            f"用户上传的文件与已收录的《{short_title(collected.passage.title)}》说的是同一件事，都列在下面；"
            "不一致的以发文机关公布的为准。",
        )
        chosen = [collected, *chosen]
    chosen = with_validity(asked, desk, chosen, evidence)
    chosen = with_definition(asked, chosen, evidence)
    if missing_aspects(asked, chosen):
        chosen = with_pointer(asked, chosen, evidence)
    correct_figures(asked, desk, writer, chosen, evidence)
    chosen = rule_first(asked, writer, chosen, evidence)
    for piece in chosen:
        add_cautions(asked, writer, piece)
    lacking = missing_aspects(asked, chosen)
    write_pieces(asked, writer, chosen, evidence)
    if not writer.citations:
        return writer.refuse(
            "找到的文件里只有对读者或助手提要求的文字，不予引用。", "请向所称的发文机关核实该文件，谨防冒充。"
        )
    broken = cut_short(asked, chosen, evidence)
    if lacking or broken:
        return _partly(writer, chosen, "、".join(_LABEL[a] for a in sorted(lacking)) or broken)
    return writer.finish()


def _worked_out(
    asked: Asked, writer: Writer, measured: Measured, carriers: Sequence[Piece], evidence: Evidence
) -> Answer:
    """Answer with the points of a measured rate: the arithmetic first, then the clauses that give the bands."""
    for piece in carriers:
        add_cautions(asked, writer, piece)
    at = len(writer.lines)
    write_pieces(asked, writer, carriers, evidence)
    marks = "".join(f"[{cited.n}]" for cited in writer.citations)
    writer.lines.insert(at, f"{line_of(measured)}{marks}")
    writer.grounds += [measured.worked, measured.band]
    return writer.finish()


def _not_transferable(asked: Asked, desk: Desk, writer: Writer) -> Answer:
    """Say that another place's rule does not hold here, and that nothing of the place's own says the same."""
    held = local_documents(asked, desk)
    missing = "已收录的当地文件没有写明相应的标准" if held else "没有收录当地的相关文件"
    issuer = next((p.issuers[0] for p in held if p.issuers), "")
    return writer.refuse(
        f"其他地方的规定不能在{asked.region}套用；{missing}，不作推断。",
        f"请向{issuer or f'{asked.region}工业和信息化主管部门'}查询；拿到文件后可上传再问。",
    )


def _only_national(asked: Asked, desk: Desk, writer: Writer, chosen: Sequence[Piece]) -> bool:
    """Return whether a local question would be answered by the nation's words alone, the place's own not being held.

    Where those words do answer, it is said that they are not the place's.
    """
    if asked.region == NATION or not asked.place_given or local_documents(asked, desk):
        return False
    national = all(p.passage.region == NATION for p in chosen)
    if asked.places and national and not NATIONAL.search(asked.text):
        return True
    if any(p.place in {"own", "inside"} for p in chosen):
        return False
    if asked.places and (missing_aspects(asked, chosen) or chosen[0].words < 0.55):
        return True
    if asked.places:
        writer.warn(
            "not_stated",
            f"没有收录{asked.region}本地的文件，以下是{chosen[0].passage.region}层面的规定，本地要求请向当地主管部门核实。",
        )
    return False


def _corrected(
    asked: Asked, writer: Writer, claims: Sequence[Piece], chosen: Sequence[Piece], evidence: Evidence
) -> Answer:
    """Answer a question that rests on a claim known to be wrong: the correction first, then what does hold."""
    cards = {piece.passage.source_id for piece in claims}
    shown = [p for p in chosen if p.passage.source_id in cards and p.place != "other"][:2]
    shown += [p for p in claims if p.passage.id not in {s.passage.id for s in shown}][: 2 - len(shown)]
    for piece in shown:
        add_cautions(asked, writer, piece)
    write_pieces(asked, writer, shown, evidence)
    if writer.unproven and not any(p in chosen for p in shown):
        return writer.refuse(
            "所说的内容没有可靠依据，不能据此申请。",
            "请以发文机关公布的文件为准，向所在地工业和信息化主管部门核实。",
        )
    return writer.finish()


def _ask_place(asked: Asked, writer: Writer, chosen: Sequence[Piece], evidence: Evidence) -> Answer:
    """Say that it depends on the place, ask for it, and show what holds everywhere or, labelled, in some places."""
    shown = holds_everywhere(asked, evidence)[:1] or examples(asked, chosen, evidence)
    places = dict.fromkeys(p.passage.region for p in shown if p.passage.region != NATION)
    if places:
        writer.warn("other_region", f"以下是{'、'.join(places)}的规定，只作例子，其他地方不能套用。")
    for piece in shown:
        add_cautions(asked, writer, piece)
    ask = "各地规定不同，请先说明企业所在的城市（区县），以及是否已列入试点名单。"
    writer.lines.append(ask)
    write_pieces(asked, writer, shown, evidence)
    return writer.finish(reason=ask)


def _partly(writer: Writer, chosen: Sequence[Piece], what: str) -> Answer:
    """Finish an answer whose documents do not hold what was asked for: what they say stands, the rest is refused."""
    best = chosen[0]
    pointed = dict.fromkeys(
        t for p in chosen for t in re.findall(r"《([^《》]*(?:细则|办法)[^《》]*)》", p.passage.text)
    )
    where = f"文中指向的《{'》《'.join(pointed)}》文本未取得，" if pointed else ""
    return writer.refuse(
        f"已收录的《{short_title(best.passage.title)}》没有写明{what}，不作推断。",
        f"{where}请向{issuer_of(best.policy)}索取或核实。",
    )


_LABEL = {
    Aspect.AMOUNT: "补助金额或上限",
    Aspect.RATIO: "比例",
    Aspect.SCORE: "分值",
    Aspect.DEADLINE: "所问的时间",
    Aspect.WHERE: "所问的网址、电话或地址",
    Aspect.COUNT: "所问的数量",
}


def _not_obtained(writer: Writer, piece: Piece) -> Answer:
    """Say which clause would hold the answer and that its wording was not obtained."""
    policy = piece.policy
    number = f"（{policy.doc_number}）" if policy and policy.doc_number else ""
    missing = f"《{short_title(piece.passage.title)}》{number}的“{piece.passage.heading or piece.passage.locator}”未取得，不作推断。"
    return writer.refuse(missing, f"请向{issuer_of(policy)}索取该文件全文后再核对。")


def _abstain(asked: Asked, desk: Desk, writer: Writer, evidence: Evidence) -> Answer:
    """Say what is missing and where to ask."""
    place = asked.region if asked.region != NATION else ""
    held = local_documents(asked, desk)
    if place and not held:
        missing = f"没有收录{place}的相关文件，不能用其他地方的规定代答。"
        where = f"请向{place}工业和信息化主管部门或当地中小企业服务平台查询；拿到文件后可上传再问。"
    else:
        missing = "已收录的文件里没有能支撑回答的条款，依据不足。"
        issuer = next((p.issuers[0] for p in held if p.issuers), "")
        if held:
            missing += f"已收录的{place}文件：{'；'.join(_labelled(p, asked) for p in held[:_HELD])}。"
        where = f"请补充文件名称、城市或年份；也可向{issuer or '所在地工业和信息化主管部门'}查询。"
    return writer.refuse(missing, where)


_HELD = 4
"""Documents of a place that are named where none of them answers."""
_LOCALLY = re.compile(r"验|补|奖|申[报请]|名单|服务商|材料|手续|试点|改造|拨|遴选|入库|截止")


def _labelled(policy: Policy, asked: Asked) -> str:
    return f"《{short_title(policy.title)}》（{policy.status_on(asked.on).label}）"


def _collection(asked: Asked, desk: Desk, writer: Writer) -> Answer | None:
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
        line = f"- {item.region}《{short_title(item.title)}》{number}：{item.status_label}{until}{mark}"
        writer.lines.append(line)
        writer.grounds.append(line)
    if len(listing.items) > SHOWN:
        writer.lines.append(f"其余 {len(listing.items) - SHOWN} 份可用 canmou list policies 查看。")
    return writer.finish()


def _leading_clause(policy: Policy) -> Clause | None:
    """Return the clause that states the end of a document, else its first one that was obtained."""
    held = [clause for clause in policy.clauses if clause.obtained]
    ends = [clause for clause in held if "有效期" in clause.heading]
    return next(iter([*ends, *held]), None)
