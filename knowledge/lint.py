"""Check data a person edited, in sentences: which file, where in it, what is wrong, how to mend it.

    lint(Path("knowledge/data"))
    # (LintFinding(file="sd-demo-2026.yaml", key="clauses.第三条.source", reason="…", remedy="…"),)

`KnowledgeBase.check` raises the first of these; `canmou lint` lists all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from knowledge.conflict import find_figure
from knowledge.errors import KnowledgeError
from knowledge.files import read_yaml
from knowledge.graph import clauses_at
from knowledge.policy import TIMELESS, Clause, Policy, Status
from knowledge.record import Record

if TYPE_CHECKING:
    from knowledge.load import KnowledgeBase

_KINDS = {
    "nation": ("nation",),
    "province": ("province",),
    "city": ("province", "city"),
    "district": ("district", "zone"),
}
_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_MESSAGES = (
    ("Field required", "缺少这一项", "补上这一项"),
    ("Extra inputs are not permitted", "没有这个字段", "检查拼写，或删去这一项"),
    ("Input should be a valid date", "不是日期", "写成 2026-04-01 这样的年月日；不知道就整项删去"),
    ("Input should be", "取值不在允许的范围内", "从说明文档列出的取值中选一个"),
    ("true/false is not a number", "是/否不是数", "写一个数"),
    ("String should match pattern", "写法不对", "年写 2026，年月写 2026-04"),
)


class LintFinding(Record):
    """One thing wrong with the data."""

    file: str
    key: str
    """Place in the file, e.g. clauses.第三条.figures."""
    reason: str
    remedy: str = ""

    @property
    def text(self) -> str:
        """Return what is wrong and how to mend it, as one sentence."""
        return f"{self.reason}；{self.remedy}。" if self.remedy else f"{self.reason}。"


def lint(data_dir: Path) -> tuple[LintFinding, ...]:
    """Return everything wrong under a data folder; () where nothing is.

    What refers from file to file is checked only once every card can be read: a broken card would make
    every reference to it look wrong.
    """
    from knowledge.load import KnowledgeBase

    kb = KnowledgeBase(data_dir, verify=False)
    found = [*_unreadable_cards(data_dir)] or [*findings(kb)]
    found += [finding for room in _ROOMS for finding in _unreadable_room(kb, room)]
    return tuple(dict.fromkeys(found))


def findings(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    """Yield what is wrong with the records of a knowledge base and between them."""
    for check in (
        _policies,
        _outlines,
        _timeline,
        _claims,
        _conflicts,
        _programs,
        _standards,
        _schemes,
        _products,
    ):
        try:
            yield from check(kb)
        except KnowledgeError as error:
            yield _told(error)


# ------------------------------------------------------------------ files that cannot be read


_ROOMS = (
    "regions",
    "outlines",
    "timeline",
    "claims",
    "conflicts",
    "standards",
    "documents",
    "programs",
    "checks",
    "size_classes",
    "products",
    "providers",
    "catalog_meta",
    "schemes",
    "terms",
)


def _unreadable_cards(data_dir: Path) -> Iterator[LintFinding]:
    for path in sorted((data_dir / "policies").glob("*.yaml")):
        try:
            Policy.model_validate(read_yaml(path))
        except ValidationError as error:  # a person mends a whole file at once: tell every field
            for one in error.errors():
                where = ".".join(map(str, one["loc"])) or "-"
                yield _told(KnowledgeError(path.name, where, one["msg"]))
        except KnowledgeError as error:
            yield _told(error)


def _unreadable_room(kb: "KnowledgeBase", room: str) -> Iterator[LintFinding]:
    try:
        getattr(kb, room)
    except KnowledgeError as error:
        yield _told(error)


def _told(error: KnowledgeError) -> LintFinding:
    for start, reason, remedy in _MESSAGES:
        if error.reason.startswith(start):
            return LintFinding(
                file=error.file, key=error.key, reason=f"{reason}（{error.reason}）", remedy=remedy
            )
    return LintFinding(file=error.file, key=error.key, reason=error.reason, remedy="改正后再运行 canmou lint")


# ------------------------------------------------------------------ policies


def _policies(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    taken: Counter[str] = Counter(alias for policy in kb.policies.values() for alias in policy.aliases)
    stems = {path.stem for path in (kb.data / "policies").glob("*.yaml")}
    for stem in sorted(stems - set(kb.policies)):
        yield LintFinding(
            file=f"{stem}.yaml",
            key="id",
            reason="文件名与 id 不一致，或与别的文件用了同一个 id",
            remedy="让文件名与 id 相同，且每个 id 只用一次",
        )
    for policy in kb.policies.values():
        for key, reason, remedy in _policy(kb, policy, taken):
            yield LintFinding(file=f"{policy.id}.yaml", key=key, reason=reason, remedy=remedy)


_Wrong = Iterator[tuple[str, str, str]]


def _policy(kb: "KnowledgeBase", policy: Policy, taken: Counter[str]) -> _Wrong:
    if not _ID.match(policy.id):
        yield "id", f"“{policy.id}”不合写法", "用小写字母、数字和连字符，如 sd-jinan-pilot-2024"
    for alias in policy.aliases:
        if alias in kb.policies or taken[alias] > 1:
            yield "aliases", f"别名“{alias}”已被别的文件使用", "换一个别名，或删去"
    yield from _place(kb, policy)
    yield from _dates(policy)
    yield from _standing(policy)
    yield from _links(kb, policy)
    yield from _clauses(kb, policy)


def _place(kb: "KnowledgeBase", policy: Policy) -> _Wrong:
    region = kb.regions.get(policy.region)
    if region is None:
        meant = kb.regions.resolve(policy.region)
        hint = f"写全称“{meant.name}”" if meant else "写 regions.yaml 中的全称，或先把该地加进去"
        yield "region", f"不认识地区“{policy.region}”", hint
    elif policy.level != "institute" and region.kind not in _KINDS[policy.level]:
        yield "level", f"级别“{policy.level}”与地区“{policy.region}”不相称", "级别与地区取同一层"


def _dates(policy: Policy) -> _Wrong:
    order: tuple[tuple[str, date | None, str, date | None], ...] = (
        ("valid_to", policy.valid_from, "valid_from", policy.valid_to),
        ("valid_to", policy.issued, "issued", policy.valid_to),
        ("period_to", policy.valid_from or policy.issued, "valid_from 或 issued", policy.period_to),
        ("superseded_on", policy.valid_from or policy.issued, "valid_from 或 issued", policy.superseded_on),
        ("published", policy.issued, "issued", policy.published),
    )
    for key, start, start_name, end in order:
        if start and end and end < start:
            yield key, f"{end} 早于 {start_name}（{start}）", "核对原文，改正其中一个日期"
    for clause in policy.clauses:
        if clause.kept_from and clause.kept_to and clause.kept_to < clause.kept_from:
            yield f"clauses.{clause.locator}.kept_to", "早于 kept_from", "核对原文，改正其中一个日期"


def _standing(policy: Policy) -> _Wrong:
    status, seen = policy.status, policy.status_as_of
    if status is Status.IN_FORCE and policy.status_confidence == "unverified":
        yield "status", "没有依据却写成现行", "写 not_stated；查到有效期或施行依据后再写 in_force"
    if status is Status.NOT_STATED and policy.valid_to:
        yield "status", f"写明了有效期至 {policy.valid_to}，却记为未载明", "写 in_force 或 expired"
    if status is Status.IN_FORCE and policy.valid_to and policy.valid_to < seen:
        yield "status", f"有效期至 {policy.valid_to}，到 {seen} 已届满", "写 expired，或核对 valid_to"
    if status is Status.EXPIRED and policy.valid_to and policy.valid_to >= seen:
        yield "status", f"有效期至 {policy.valid_to}，到 {seen} 尚未届满", "写 in_force，或核对 valid_to"
    if status is Status.SUPERSEDED and not policy.superseded_by:
        yield "superseded_by", "记为已被替代，却没有写被谁替代", "写上替代文件的 id"
    if policy.superseded_by and status is not Status.SUPERSEDED:
        yield "status", "写了被谁替代，状态却不是 superseded", "写 superseded，或删去 superseded_by"
    if status in TIMELESS and policy.valid_to:
        yield "valid_to", "征求意见稿、答复和参考资料没有有效期", "删去 valid_to；意见截止日写在 deadlines"
    if status is Status.NOT_YET:
        yield "status", "尚未生效由日期推算，不作记录", "写 in_force 并写明 valid_from"


def _links(kb: "KnowledgeBase", policy: Policy) -> _Wrong:
    for key in ("supersedes", "superseded_by", "related"):
        for name in getattr(policy, key):
            if name not in kb.policies:
                yield key, f"没有 id 为“{name}”的文件", "检查拼写，或先加入该文件"
            elif name == policy.id:
                yield key, "指向了自己", "删去"
    yield from _succession(kb, policy)
    for reliance in policy.relies_on:
        base = kb.policies.get(reliance.policy)
        if base is None:
            yield "relies_on", f"没有 id 为“{reliance.policy}”的文件", "检查拼写，或先加入该文件"
        elif reliance.locator and not clauses_at(base, reliance.locator):
            yield (
                "relies_on",
                f"{reliance.policy} 没有“{reliance.locator}”这一处",
                "写该文件 clauses 中的 locator",
            )
        if reliance.by and policy.clause(reliance.by) is None:
            yield "relies_on", f"本文件没有“{reliance.by}”这一处", "写本文件 clauses 中的 locator"


def _succession(kb: "KnowledgeBase", policy: Policy) -> _Wrong:
    if policy.superseded_by and policy.superseded_on is None:
        yield "superseded_on", "没有写从哪天起被替代", "写新文件施行之日"
    for newer in (kb.policies[name] for name in policy.superseded_by if name in kb.policies):
        if policy.id not in newer.supersedes:
            yield (
                "superseded_by",
                f"{newer.id} 没有在 supersedes 中写本文件",
                f"在 {newer.id}.yaml 的 supersedes 加上 {policy.id}",
            )
        begins = newer.begin_between()[0]
        if begins and policy.superseded_on and policy.superseded_on < begins:
            wrong = f"{policy.superseded_on} 早于 {newer.id} 开始施行（{begins}）"
            yield "superseded_on", wrong, "改为新文件施行之日"
    for older in (kb.policies[name] for name in policy.supersedes if name in kb.policies):
        if policy.id not in older.superseded_by:
            yield (
                "supersedes",
                f"{older.id} 没有在 superseded_by 中写本文件",
                f"在 {older.id}.yaml 的 superseded_by 加上 {policy.id}",
            )


def _clauses(kb: "KnowledgeBase", policy: Policy) -> _Wrong:
    keys = [source.key for source in policy.sources]
    for key in _twice(keys):
        yield "sources", f"来源 key“{key}”重复", "每个来源用不同的 key"
    for locator in _twice(clause.locator for clause in policy.clauses):
        yield f"clauses.{locator}", "locator 重复", "每一处只写一条，或写得更细"
    if not policy.clauses:
        yield "clauses", "一条内容也没有", "至少写一条；没有取得内容的写 obtained: false"
    for clause in policy.clauses:
        at = f"clauses.{clause.locator}"
        yield from _clause(clause, at, keys)
        if clause.kept_by and clause.kept_by not in kb.policies:
            yield f"{at}.kept_by", f"没有 id 为“{clause.kept_by}”的文件", "检查拼写，或先加入该文件"


def _clause(clause: Clause, at: str, keys: list[str]) -> _Wrong:
    if not clause.text.strip():
        yield f"{at}.text", "没有内容", "写内容；没有取得的写 obtained: false 并说明"
    if not clause.source:
        yield f"{at}.source", "没有写来源", "写 sources 中的 key"
    for key in clause.source_keys():
        if key not in keys:
            yield f"{at}.source", f"没有 key 为“{key}”的来源", "写 sources 中的 key，多个用逗号隔开"
    for name in _twice(figure.name for figure in clause.figures):
        yield f"{at}.figures", f"数值“{name}”重复", "同一处的数值用不同的 name"
    for figure in clause.figures:
        if isinstance(figure.value, str) and figure.value.strip() in ("", "unknown", "未知"):
            yield f"{at}.figures", f"数值“{figure.name}”没有取得", "删去该数值，在 note 里说明未取得"


# ------------------------------------------------------------------ what refers to policies


def _outlines(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    for outline in kb.outlines.values():
        named = [("named_by", ref) for ref in outline.named_by]
        named += [(f"sections.{part.title}", ref) for part in outline.sections for ref in part.source]
        for key, ref in named:
            if kb.policy(ref.split(" ")[0]) is None:
                yield LintFinding(
                    file=f"{outline.kind}.yaml",
                    key=key,
                    reason=f"没有 id 为“{ref.split(' ')[0]}”的文件",
                    remedy="写政策文件的 id，空格后写位置",
                )


def _timeline(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    file = "timeline.yaml"
    for event in kb.timeline.events:
        key = f"events.{event.date}"
        if event.policy:
            yield from _at(kb, file, key, event.policy, event.locator)
        if event.region not in kb.regions:
            yield LintFinding(file=file, key=key, reason=f"不认识地区“{event.region}”", remedy="写全称")
    for line in kb.timeline.lineage:
        for name in line.order:
            yield from _at(kb, file, f"lineage.{line.chain}", name, "")
    for change in kb.timeline.changes:
        for name in change.policies:
            yield from _at(kb, file, "changes", name, "")


def _claims(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    for claim in kb.claims.values():
        for name in claim.policies:
            yield from _at(kb, "claims.yaml", claim.id, name, "")


def _conflicts(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    for table in kb.conflicts.values():
        for cell in table.cells:
            key = f"{table.id}.{cell.label or cell.policy}"
            wrong = tuple(_at(kb, "conflicts.yaml", key, cell.policy, cell.locator))
            yield from wrong
            policy = kb.policies.get(cell.policy)
            clause = policy.clause(cell.locator) if policy else None
            if clause and cell.figure and find_figure(clause, cell.figure) is None:
                known = "、".join(figure.name for figure in clause.figures) or "没有数值"
                yield LintFinding(
                    file="conflicts.yaml",
                    key=key,
                    reason=f"{cell.policy} 的“{cell.locator}”没有数值“{cell.figure}”",
                    remedy=f"该处的数值有：{known}",
                )


def _at(kb: "KnowledgeBase", file: str, key: str, policy_id: str, locator: str) -> Iterator[LintFinding]:
    policy = kb.policies.get(policy_id)
    if policy is None:
        yield LintFinding(
            file=file, key=key, reason=f"没有 id 为“{policy_id}”的文件", remedy="检查拼写，或先加入该文件"
        )
    elif locator and policy.clause(locator) is None:
        yield LintFinding(
            file=file,
            key=key,
            reason=f"{policy_id} 没有“{locator}”这一处",
            remedy="写该文件 clauses 中的 locator",
        )


# ------------------------------------------------------------------ the other rooms


def _programs(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    for document in kb.documents.values():
        card = kb.policy(document.id)
        if card and document.number != card.doc_number:
            yield LintFinding(
                file="documents.yaml",
                key=document.id,
                reason=f"文号“{document.number}”与政策卡片的“{card.doc_number}”不同",
                remedy="核对原文，改正其中一处",
            )
    for program in kb.programs.values():
        refs = sorted({(ref.source_id, ref.locator) for ref in _clause_refs(program)})
        for name, locator in refs:
            yield from _cited(kb, f"{program.id}.yaml", name, locator)
        if program.region not in kb.regions:
            yield LintFinding(
                file=f"{program.id}.yaml",
                key="region",
                reason=f"不认识地区“{program.region}”",
                remedy="写全称",
            )


def _cited(kb: "KnowledgeBase", file: str, name: str, locator: str) -> Iterator[LintFinding]:
    card = kb.policy(name)
    if card is None and name not in kb.documents:
        yield LintFinding(
            file=file,
            key="document",
            reason=f"条件所引的“{name}”既不在 documents.yaml，也没有政策卡片",
            remedy="检查拼写，或先加入该文件",
        )
    elif card and locator and not clauses_at(card, locator):
        yield LintFinding(
            file=file,
            key="locator",
            reason=f"{name} 没有“{locator}”这一处",
            remedy="写该文件 clauses 中的 locator",
        )


def _clause_refs(record: Any) -> Iterator[Any]:
    """Yield every ClauseRef inside a record."""
    from knowledge.source import ClauseRef

    if isinstance(record, ClauseRef):
        yield record
    elif isinstance(record, Record):
        for name in type(record).model_fields:
            yield from _clause_refs(getattr(record, name))
    elif isinstance(record, Mapping):
        for value in record.values():
            yield from _clause_refs(value)
    elif isinstance(record, tuple):
        for value in record:
            yield from _clause_refs(value)


def _standards(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    for standard in kb.standards.values():
        if standard.policy_id and standard.policy_id not in kb.policies:
            yield LintFinding(
                file=f"{standard.id}.yaml",
                key="policy_id",
                reason=f"没有 id 为“{standard.policy_id}”的文件",
                remedy="检查拼写，或先加入该文件",
            )
        if standard.predecessor and standard.predecessor not in kb.standards:
            yield LintFinding(
                file=f"{standard.id}.yaml",
                key="predecessor",
                reason=f"没有 id 为“{standard.predecessor}”的标准",
                remedy="检查拼写，或删去",
            )


def _schemes(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    for scheme in kb.schemes.values():
        name = f"{scheme.id}（schemes）"
        if scheme.policy_id:
            yield from _at(kb, name, "policy_id", scheme.policy_id, "")
        if scheme.region not in kb.regions:
            yield LintFinding(file=name, key="region", reason=f"不认识地区“{scheme.region}”", remedy="写全称")
        policy = kb.policies.get(scheme.clause.source_id)
        if policy and not clauses_at(policy, scheme.clause.locator):
            yield LintFinding(
                file=name,
                key="clause.locator",
                reason=f"{policy.id} 没有“{scheme.clause.locator}”这一处",
                remedy="写该文件 clauses 中的 locator",
            )
        for other in scheme.not_with:
            if other not in kb.schemes:
                yield LintFinding(
                    file=name,
                    key="not_with",
                    reason=f"没有 id 为“{other}”的资金政策",
                    remedy="检查拼写，或删去",
                )


def _products(kb: "KnowledgeBase") -> Iterator[LintFinding]:
    scenes = {scene.id for standard in kb.standards.values() for scene in standard.scenes}
    for product in kb.products.values():
        for scene in product.scenes:
            if scenes and scene not in scenes:
                yield LintFinding(
                    file="products.yaml",
                    key=product.id,
                    reason=f"没有编号为“{scene}”的场景",
                    remedy="写评测标准中的场景编号，如 s01",
                )


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
