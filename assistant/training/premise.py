"""What a question takes for the rule and the rule in force puts otherwise: a figure of before, another figure, 两个都要.

    set_right("小巨人负债率70还是75", given, desk=desk, region=None)

The correction is said first. Where the answer does not cite the clause that sets the question right, that clause answers
instead. A firm's own figures (我们负债率70能报吗) are no premise: they are measured elsewhere, not corrected.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.answering import question as asking
from assistant.answering.concepts import grams
from assistant.answering.evidence import Piece, gather, piece_of
from assistant.answering.question import TITLE_WORD, Aim, Asked
from assistant.answering.writing import Writer, add_cautions, short_title, write_pieces
from assistant.corpus import ConflictCell, ConflictItem, list_conflicts
from assistant.desk import Desk
from assistant.numbers import Quantity
from assistant.schema import Answer, Caution
from assistant.training.options import quantities, same, words
from knowledge.policy import Figure, Status
from knowledge.region import NATION

_HOLDS = (Status.IN_FORCE, Status.NOT_STATED)
_YEAR = re.compile(r"20\d\d年?(?:办法)?")


class Change(NamedTuple):
    """One condition as a replaced document and its successor put it."""

    table: str
    """What the condition belongs to: 小巨人门槛：2022年与2026年."""
    matter: str
    then: tuple[ConflictCell, ...]
    now: tuple[ConflictCell, ...]

    @property
    def title(self) -> str:
        """The title the condition is of, as people call it; empty where it is of none."""
        named = TITLE_WORD.search(self.table)
        return named[0] if named else ""


class Premise(NamedTuple):
    """A correction, and the clauses that carry it."""

    of: str
    """The words of the question it corrects; empty where it corrects no figure."""
    text: str
    clauses: tuple[tuple[str, str], ...]
    """Document and place of each."""


def changes(items: Iterable[ConflictItem]) -> Iterator[tuple[ConflictItem, list[Change]]]:
    """Yield each table with its conditions, what was before and what is now beside each other."""
    for item in items:
        by_matter: dict[str, tuple[list[ConflictCell], list[ConflictCell]]] = {}
        for cell in item.cells:
            side = cell.status is not Status.SUPERSEDED
            by_matter.setdefault(matter_of(cell)[0], ([], []))[side].append(cell)
        yield (
            item,
            [
                Change(item.condition, matter, tuple(then), tuple(now))
                for matter, (then, now) in by_matter.items()
            ],
        )


def matter_of(cell: ConflictCell) -> tuple[str, str]:
    """Return what a cell is about and the aside to its value: (研发费用, 只看上年度)."""
    matter, _, remark = cell.label.rstrip("）").partition("（")
    return matter, _YEAR.sub("", remark).strip("，、 ")


def compares_whole(item: ConflictItem) -> bool:
    """Say whether a table sets two years side by side as a whole, so that what has no counterpart is new or gone."""
    return bool(_YEAR.search(item.condition))


def set_right(question: str, given: Answer, *, desk: Desk, region: str | None) -> Answer:
    """Return the answer with what the question has wrong said first, and the clause in force cited.

    Args:
        question: In the asker's words.
        given: What was found.
        desk: Knowledge on the day, within the documents that may be quoted.
        region: Canonical place of the asker; None is nationwide.
    """
    asked = asking.read_question(question, regions=desk.kb.regions, region=region, on=desk.today())
    if asked.aim is not Aim.POLICY:
        return given
    told = _changes_told(desk, region)
    wrong = [*_outdated(asked, told, desk), *_both(asked, given, desk)]
    wrong += _otherwise(asked, given, told, desk) if not wrong else []
    confirmed = _confirmed(asked, told, desk) if not wrong and _answers_nothing(given) else ()
    if not wrong and not confirmed:
        return given
    wanted = tuple(dict.fromkeys([*(ref for one in wrong for ref in one.clauses), *confirmed]))
    cited = {(one.source_id, one.locator) for one in given.citations}
    if (wanted and not cited & set(wanted)) or given.refused:
        instead = _from_clauses(asked, question, wrong, wanted, desk)
        if instead is not None or given.refused:
            return instead or given
    return _corrected(given, wrong)


def _changes_told(desk: Desk, region: str | None) -> list[Change]:
    items = list_conflicts(desk.kb, on=desk.today(), region=None if region == NATION else region)
    return [
        row._replace(now=tuple(cell for cell in row.now if cell.status in _HOLDS))
        for item, rows in changes(items)
        for row in rows
        if compares_whole(item) or (row.then and row.now)
    ]


def _answers_nothing(given: Answer) -> bool:
    return given.refused or all(one.status in (Status.REFERENCE, Status.REPLY) for one in given.citations)


# ---------------------------------------------------------------- figures of before


def _outdated(asked: Asked, told: Sequence[Change], desk: Desk) -> list[Premise]:
    """Return the figures of a question that stood in a replaced document and are put otherwise now."""
    found: dict[str, Premise] = {}
    for q in asked.quantities:
        if _own(q, asked):
            continue
        for row in (row for row in told if row.then and _fits(q, row, asked, desk)):
            then = [cell for cell in row.then if _equal(q, cell)]
            now = row.now or _instead(row, told)
            if not then or not now or any(_equal(q, cell) for cell in now):
                continue
            text = _told_before(row, then[0], now)
            still = [] if _titles(asked) else _still(q, row, then[0], desk)
            if still:
                text += f"仍是{_plainly(then[0])}的：{'；'.join(still)}。"
            found.setdefault(text, Premise(q.text, text, tuple((cell.policy, cell.locator) for cell in now)))
    return list(found.values())


def _plainly(cell: ConflictCell) -> str:
    """Return a bare value as people write it: 70%, whether 70, 七成 or 70% was said."""
    value = (
        cell.amount if isinstance(cell.amount, str) else f"{cell.amount.normalize():f}" if cell.amount else ""
    )
    return f"{value}{cell.unit}"


def _told_before(row: Change, then: ConflictCell, now: Sequence[ConflictCell]) -> str:
    of = f"{row.title}的" if row.title else ""
    aside = matter_of(then)[1]
    put = then.value.replace(" ", "")
    before = f"{put}（{aside}）" if aside and row.now else put
    today = "；".join(_said_now(row, cell) for cell in now)
    said = f"{row.matter.replace(' ', '')}{before if row.now else f'（{before}），已取消'}"
    return (
        f"{_plainly(then)}是旧规定：{_called(then)}（已被替代）写的是{of}{said}；"
        f"现在{'是' if row.now else '看'}{today}，见{_called(now[0])}。"
    )


def _said_now(row: Change, cell: ConflictCell) -> str:
    matter, aside = matter_of(cell)
    tail = f"（{aside}）" if aside and aside != "新增" else ""
    return f"{'' if row.now else matter}{cell.value.replace(' ', '')}{tail}"


def _called(cell: ConflictCell) -> str:
    number = f"（{cell.doc_number}）" if cell.doc_number else ""
    return (
        f"《{short_title(cell.title)}》{number}{cell.locator if cell.numbered else f'“{cell.locator}”部分'}"
    )


def _instead(row: Change, told: Sequence[Change]) -> tuple[ConflictCell, ...]:
    """Return what the same table puts now in the unit of a condition that is gone."""
    units = {cell.unit for cell in row.then}
    return tuple(
        cell
        for other in told
        if other.table == row.table and not other.then
        for cell in other.now
        if cell.unit in units
        and grams(other.matter) & grams("".join(matter_of(one)[0] for one in row.then)) - _COMMON
    )


def _still(q: Quantity, row: Change, then: ConflictCell, desk: Desk) -> list[str]:
    """Return where the same documents put the same figure for something else, and it holds."""
    found = []
    for id in dict.fromkeys([then.policy, *(cell.policy for cell in row.now)]):
        policy = desk.kb.policies[id]
        for clause in policy.clauses:
            if policy.clause_status_on(clause, desk.today()) not in _HOLDS:
                continue
            for figure in clause.figures:
                told_of_then = _YEAR.search(figure.name)
                if figure.unit == then.unit and _same(q, words(figure)) and not told_of_then:
                    where = clause.locator if clause.numbered else f"“{clause.locator}”部分"
                    found.append(f"{clause.heading}的{figure.name}（{where}）")
    return found[:2]


# ---------------------------------------------------------------- figures put otherwise


def _otherwise(asked: Asked, given: Answer, told: Sequence[Change], desk: Desk) -> list[Premise]:
    """Return the figures a question asserts that the cited clauses in force put otherwise."""
    if given.refused:
        return []
    said = " ".join(one.text for one in given.warnings if one.kind == "wrong_premise")
    cited = [
        (one.source_id, one.locator, figure)
        for one in given.citations
        if one.status in _HOLDS
        for figure in _figures_at(one.source_id, one.locator, desk)
    ]
    found = []
    for q in asked.quantities:
        if q.text in said or not _asserted(q, asked.text) or _own(q, asked) or _holds(q, asked, told, desk):
            continue
        if any(_is_of(q, figure) and _same(q, words(figure)) for *_, figure in cited):
            continue  # it stands there, for whatever
        alike = [one for one in cited if _is_of(q, one[2]) and _named(one[2].name, asked, desk)]
        if alike and not (
            _ENOUGH.match(asked.text[q.end :]) and any(_meets(q, figure) for *_, figure in alike)
        ):
            put = "、".join(dict.fromkeys(f"{figure.name}{words(figure)}" for *_, figure in alike))
            found.append(
                Premise(
                    q.text,
                    f"所说的“{q.text}”与条款不一致，条款写的是{put}。",
                    tuple((id, place) for id, place, _ in alike[:1]),
                )
            )
    return found


def _own(q: Quantity, asked: Asked) -> bool:
    """Say whether a number is the asker's own firm's, not one of the rule."""
    own = asked.mine or bool(re.search(r"我们|我[司厂家]|我公司|本公司|咱们?", asked.text))
    return own and not asked.confirms and not _asserted(q, asked.text)


def _asserted(q: Quantity, text: str) -> bool:
    """Say whether a number is put as the rule: 要90%, 2项够吗; 我看到35% is not."""
    return bool(_BEFORE.search(text[: q.start]) or _BEHIND.match(text[q.end :]))


_BEFORE = re.compile(
    r"(?:要求?|得|须|必须|不能超过?|不得超过?|不能低于|不超过|不低于|不少于|至少|最[多少高低]|达到|超过)\s*$"
)
_BEHIND = re.compile(r"\s*(?:以[上下]|以内)?\s*(?:就[行够可能]|够|才[行能]|行[吗不吧]|可以[吗吧]|对[吗吧])")


_ENOUGH = re.compile(r"\s*(?:以[上下]|以内)?\s*(?:就[行够可能]|够|可以[吗吧])")


def _meets(q: Quantity, figure: Figure) -> bool:
    """Say whether a number is enough for a figure: two where one is asked for are."""
    if q.value is None or isinstance(figure.value, str):
        return False
    (own,), (asked_for,) = ([value for _, value in quantities(text)][:1] for text in (q.text, words(figure)))
    if isinstance(own, str) or isinstance(asked_for, str):
        return False
    if figure.qualifier in ("不超过", "不高于", "以下", "以内", "及以下", "最高"):
        return own <= asked_for
    return own >= asked_for


def _holds(q: Quantity, asked: Asked, told: Sequence[Change], desk: Desk) -> bool:
    return any(_fits(q, row, asked, desk) and any(_equal(q, cell) for cell in row.now) for row in told)


def _figures_at(source_id: str, locator: str, desk: Desk) -> tuple[Figure, ...]:
    policy = desk.kb.policies.get(source_id)
    clause = policy.clause(locator) if policy else None
    return clause.figures if clause else ()


def _is_of(q: Quantity, figure: Figure) -> bool:
    """Say whether a figure is of the kind a number of a question may be: 70 may be 70%, never 70万元; 三个 is no 前3名."""
    if "名" in (q.unit, figure.unit) and q.unit not in ("", figure.unit):
        return False
    kinds, theirs = (
        {kind for kind, _ in quantities(q.text)},
        {kind for kind, _ in quantities(words(figure))},
    )
    return bool(kinds & theirs) or (kinds == {""} and bool(theirs & {"%", "n", "分"}))


def _confirmed(asked: Asked, told: Sequence[Change], desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return the clauses in force of a condition of which a question names a figure that holds: 主营占比要90%？"""
    rows = [row for row in told if any(_fits(q, row, asked, desk) for q in asked.quantities)]
    if not any(_equal(q, cell) for q in asked.quantities for row in rows for cell in row.now):
        return ()
    kept = [cell for row in rows for cell in row.now if cell.policy in desk.documents]
    return tuple((cell.policy, cell.locator) for cell in kept)


# ---------------------------------------------------------------- both where one is enough


def _both(asked: Asked, given: Answer, desk: Desk) -> list[Premise]:
    """Return what a question wants of both where a cited clause asks for one or the other."""
    if not _BOTH.search(asked.text):
        return []
    said = _said(asked, desk)
    for one in given.citations:
        if one.status not in _HOLDS:
            continue
        for part in re.findall(r"[^。；\n]+", one.quote):
            for left, right in _alternatives(part):
                only_left, only_right = (
                    grams(left) - grams(right) - _COMMON,
                    grams(right) - grams(left) - _COMMON,
                )
                if only_left & said and only_right & said:
                    text = f"不必两样都有，有其一即可：条款写的是“{part.strip()}”。"
                    return [Premise("", text, ((one.source_id, one.locator),))]
    return []


_BOTH = re.compile(
    r"都(?:要|得|必须|须|需|有|拿|满足|具备)|同时|缺一不可|既要|必须两|两个?称号|俩都|两个都|都是?必须"
)


def _alternatives(part: str) -> Iterator[tuple[str, str]]:
    """Yield what stands on either side of each 或."""
    for found in re.finditer(r"或者?", part):
        left = re.split(r"[，、：]", part[: found.start()].rstrip("，、"))[-1]
        right = re.split(r"[，、：]", part[found.end() :])[0]
        yield left, right


# ---------------------------------------------------------------- reading


def _fits(q: Quantity, row: Change, asked: Asked, desk: Desk) -> bool:
    """Say whether a number of a question may be meant for a condition: its kind, its title, its name."""
    titles = _titles(asked)
    if row.title and titles and row.title not in titles:
        return False
    cells = (*row.then, *row.now)
    if q.kind == "level" or not any(_kinds(q, cell) for cell in cells):
        return False
    if any(cell.unit == "分" for cell in cells):
        return q.unit == "分" and not any(one.kind == "level" for one in asked.quantities)
    if any(cell.unit == "年" for cell in cells) and _YEARS.search(asked.text[: q.start]):
        return True
    return _named(row.matter, asked, desk)


_YEARS = re.compile(r"(?:干|做|从事|深耕|专注)\D{0,4}$")


def _kinds(q: Quantity, cell: ConflictCell) -> bool:
    own = {kind for kind, _ in quantities(q.text)}
    theirs = {kind for kind, _ in quantities(_plainly(cell))}
    return bool(own & theirs) or (own == {""} and bool(theirs & {"%", "n"}))


def _titles(asked: Asked) -> frozenset[str]:
    """Return the titles a question names; 专精特新小巨人 is one title."""
    text = re.sub(r"专精特新[“\"「]?(?=小巨人)", "", asked.text)
    return frozenset(TITLE_WORD.findall(text))


def _named(matter: str, asked: Asked, desk: Desk) -> bool:
    return bool(grams(matter) & _said(asked, desk) - _COMMON)


def _said(asked: Asked, desk: Desk) -> frozenset[str]:
    """Return the pairs of characters of a question, its everyday words put as documents put them beside them."""
    return grams(" ".join([asked.text, *desk.kb.terms.meanings(asked.text)]))


_COMMON = frozenset(
    [
        "占比",
        "比例",
        "收入",
        "费用",
        "业务",
        "业收",
        "市场",
        "上年",
        "年度",
        "近两",
        "两年",
        "合计",
        "类知",
        "不低",
        "低于",
        "万元",
        "新增",
        "中小",
        "小企",
        "企业",
        "型中",
        "型企",
    ]
)
"""Pairs that stand in the names of many conditions and tell none of them apart."""


def _equal(q: Quantity, cell: ConflictCell) -> bool:
    return _same(q, _plainly(cell))


def _same(q: Quantity, text: str) -> bool:
    own, theirs = quantities(q.text), quantities(text)
    return bool(own) and any(same(one, other) for one in own for other in theirs)


# ---------------------------------------------------------------- writing


def _from_clauses(
    asked: Asked, question: str, wrong: Sequence[Premise], wanted: Iterable[tuple[str, str]], desk: Desk
) -> Answer | None:
    """Return an answer made of the clauses that set the question right; None where none may be quoted."""
    pieces: list[Piece] = []
    for source_id, locator in wanted:
        policy = desk.documents.get(source_id)
        clause = policy.clause(locator) if policy else None
        if policy is not None and clause is not None and clause.obtained:
            pieces.append(piece_of(asked, desk, policy, clause))
    if not pieces:
        return None
    writer = Writer(asked, question, desk)
    for one in wrong:
        writer.warn("wrong_premise", one.text)
    for piece in pieces:
        add_cautions(asked, writer, piece)
    write_pieces(asked, writer, pieces, gather(asked, desk))
    return writer.finish()


def _corrected(given: Answer, wrong: Sequence[Premise]) -> Answer:
    """Return the answer with corrections before all else; what it said of the same figure is said better by them."""
    said = [
        one
        for one in given.warnings
        if one.kind == "wrong_premise" and any(new.of and f"“{new.of}”" in one.text for new in wrong)
    ]
    new = [Caution(kind="wrong_premise", text=one.text) for one in wrong]
    text = given.answer
    for one in said:
        text = text.replace(f"> 注意：{one.text}\n", "")
    first = [f"> 注意：{one.text}" for one in new]
    gap = [] if text.startswith(("\n", "> ")) else [""]
    return given.model_copy(
        update={
            "answer": "\n".join([*first, *gap, text]),
            "warnings": (*new, *(one for one in given.warnings if one not in said)),
        }
    )
