"""Work: a case with everything the rules say of it, the sources cited so far and the numbers said so far."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.rules import planning, scoring, subsidy
from assistant.schema import (
    Citation,
    Eligibility,
    Gap,
    MatchResult,
    Offer,
    Plan,
    ScoreCard,
    Step,
    Subsidy,
)
from knowledge.case import CaseFile
from knowledge.enterprise import facts
from knowledge.outline import Outline
from knowledge.policy import Policy, Status
from knowledge.region import NATION
from knowledge.source import Certainty, ClauseRef, Source

if TYPE_CHECKING:
    from assistant.desk import Desk

TO_CONFIRM = "待现场确认"
NOT_ANSWERED = "未作答"
NOT_ASSESSED = "未评测"
LEVELS = ("未达一级", "一级", "二级", "三级", "四级")
TITLES = ("innovative-sme", "technology-sme", "specialized-sme", "little-giant")
"""Titles in the order in which a firm climbs."""
_HELD = {
    "innovative-sme": "innovative_sme_valid",
    "technology-sme": "technology_sme_valid",
    "specialized-sme": "specialized_sme_valid",
}

_THIRD_PARTY = frozenset({"public_code", "third_party"})


class Work:
    """What one report is made from. Nothing here decides: it asks the rules once and remembers."""

    def __init__(self, case: CaseFile, outline: Outline, desk: "Desk", on: date) -> None:
        self.case, self.outline, self.on = case, outline, on
        self.desk = desk.on(on)
        self.kb = desk.kb
        self.standard = self.kb.standards[case.assessment.standard]
        self.sources: list[Citation] = []
        self.trace: dict[str, str] = {}
        self.to_confirm: list[str] = []

    # ------------------------------------------------------------ what the rules say

    @property
    def shows_plan(self) -> bool:
        """Whether pictures also show the state after the plan: not where only today's state is certified."""
        return self.outline.kind not in ("evaluation-report", "acceptance-package")

    @cached_property
    def card(self) -> ScoreCard:
        """The assessment worked out."""
        return self.desk.score(self.case)

    @cached_property
    def target(self) -> int:
        """The level aimed at: the firm's own, else the one above what is certain."""
        wanted = self.case.needs.target_level
        return wanted or min(self.card.level_low + 1, self.standard.top_level)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is short of the target."""
        return self.desk.gaps(self.case, target=self.target)

    @cached_property
    def plan(self) -> Plan:
        """The cheapest upgrades to the target."""
        return self.desk.plan(self.case, target=self.target)

    @cached_property
    def advised(self) -> Plan:
        """The plan laid before the firm: the one to the target, though it may exceed the budget."""
        return self.plan.beyond_budget or self.plan

    @property
    def leads_to(self) -> int:
        """The level the advised steps lead to: the target, or what is within reach where it is not."""
        return self.target if self.advised.reachable else self.advised.level_within_budget or 0

    @property
    def idle_words(self) -> str:
        """Why no steps are advised: nothing is needed, or nothing can be bought."""
        if self.advised.reachable:
            return f"现状已经满足{LEVELS[self.target]}的三项条件，没有必须采购的内容。"
        return (
            f"按现有报价和预算没有可以采购的步骤，到不了{LEVELS[self.target]}；须先询价或追加预算后重新测算。"
        )

    @cached_property
    def named(self) -> dict[str, str]:
        """Scenes the firm itself named as trouble or wish -> its words."""
        return self.desk.named(self.case)

    @cached_property
    def after(self) -> ScoreCard:
        """The assessment once the advised steps are done."""
        done = planning.applied(self.standard, self.case.assessment, self.advised.steps)
        return scoring.score(self.standard, done)

    @cached_property
    def match(self) -> MatchResult:
        """Products for the gaps."""
        return self.desk.match(self.case)

    @cached_property
    def region(self) -> str:
        """Canonical name of where the firm is; 全国 where not known."""
        return self.desk.region_of(self.case.enterprise)

    @property
    def no_local(self) -> str:
        """The sentence that says that nothing of the firm's own place is at hand; the same wherever it is said."""
        if self.region == NATION:
            return "企业所在地没有填写或不能识别，不能查找本地文件。"
        return f"没有收录{self.region}及其上级省市的相关文件。"

    @cached_property
    def covering(self) -> frozenset[str]:
        """Names of the regions whose documents reach the firm."""
        return self.kb.regions.covering(self.region)

    @cached_property
    def titles(self) -> tuple[Eligibility, ...]:
        """What the firm could apply for, title by title."""
        return tuple(
            self.desk.check_eligibility(one, self.case.enterprise)
            for one in TITLES
            if one in self.kb.programs
        )

    def holds(self, program: str) -> bool:
        """Return whether the firm says that it holds the title already."""
        fact = _HELD.get(program)
        return fact is not None and getattr(self.case.enterprise.profile, fact) is True

    @cached_property
    def usable(self) -> tuple[Subsidy, ...]:
        """Schemes in force on the day that would pay something."""
        return tuple(
            one for one in self.subsidies if not one.refused and one.high and one.status is Status.IN_FORCE
        )

    @cached_property
    def subsidies(self) -> tuple[Subsidy, ...]:
        """What schemes of the firm's own regions say on the day, for the plan's money and the target."""
        spend = self.advised.total_cost if self.advised.cost_basis == "money" else None
        found = []
        for scheme in self.kb.schemes.values():
            if scheme.region in self.covering and scheme.applicant == "enterprise":
                found.append(
                    subsidy.estimate(
                        scheme, spend=spend, level=self.target, on=self.on, lies_in=self.covering
                    )
                )
        return tuple(found)

    def worth(self, one: Subsidy) -> str:
        """Return what a scheme is worth on the day, in the words its document has everywhere else in the report.

        A scheme states no validity of its own where its document is known to hold for another reason.
        """
        if one.status is None:
            return "—"
        policy = self.kb.policies.get(self.kb.schemes[one.scheme].policy_id or "")
        if policy is None:
            return one.status.label
        status = policy.status_on(self.on)
        if one.status in (Status.NOT_STATED, status):
            basis = _basis(policy, status)
            return f"{status.label}（{basis}）" if basis else status.label
        return one.status.label

    def offers_for(self, scene: str, most: int = 3) -> list[Offer]:
        """Return the best offers that cover a scene."""
        return [offer for offer in self.match.offers if scene in offer.covers][:most]

    @cached_property
    def scene_steps(self) -> tuple[Step, ...]:
        """Upgrades of scenes in the advised plan."""
        return tuple(step for step in self.advised.steps if step.kind == "scene")

    @cached_property
    def evidence(self) -> dict[str, list[str]]:
        """Question or scene id -> what was seen on site, in words."""
        found: dict[str, list[str]] = {}
        for note in self.case.assessment.evidence:
            words = "，".join(part for part in (note.kind, note.ref, note.note) if part)
            found.setdefault(note.for_, []).append(words)
        return found

    # ------------------------------------------------------------ words

    def n(self, value: Decimal | int, origin: str, unit: str = "") -> str:
        """Return a number as prose writes it, and note where it comes from."""
        text = plain(Decimal(value)) + unit
        self.trace.setdefault(text, origin)
        return text

    def money(self, value: Decimal, origin: str) -> str:
        """Return an amount in 万元."""
        return self.n(value, origin, "万元")

    def phase(self, number: int) -> str:
        """Return 第1阶段."""
        text = f"第{number}阶段"
        self.trace.setdefault(text, "planning.phases")
        return text

    def day(self, value: date | None, origin: str) -> str:
        """Return a day as prose writes it; 待现场确认 where it is not known."""
        if value is None:
            return TO_CONFIRM
        text = f"{value.year}年{value.month}月{value.day}日"
        self.trace.setdefault(text, origin)
        return text

    def confirm(self, *items: str) -> None:
        """Add to what must still be confirmed on site, each once."""
        for item in items:
            if item not in self.to_confirm:
                self.to_confirm.append(item)

    def level_words(self) -> str:
        """Return 二级, or 未达一级至三级 where missing answers leave it open."""
        if self.card.level is not None:
            return LEVELS[self.card.level]
        return f"{LEVELS[self.card.level_low]}至{LEVELS[self.card.level_high]}之间，尚不能定"

    def scene_name(self, id: str) -> str:
        """Return the name of a scene."""
        return self.standard.scene[id].name

    # ------------------------------------------------------------ sources

    def cite(self, policy_id: str, locator: str = "") -> str:
        """Return the mark of a policy clause, e.g. [3]; nothing where it is not in the knowledge base."""
        policy = self.kb.policies.get(policy_id)
        if policy is None:
            return ""
        clause = policy.clause(locator)
        if clause is None and locator:
            near = [one for one in policy.clauses if locator in one.locator or one.locator in locator]
            clause = near[0] if near else None
        status = policy.clause_status_on(clause, self.on) if clause else policy.status_on(self.on)
        return self._mark(
            Citation(
                n=len(self.sources) + 1,
                source_id=policy.id,
                title=f"《{policy.title}》" if not policy.title.startswith("《") else policy.title,
                doc_number=policy.doc_number,
                locator=clause.locator if clause else "",
                numbered=clause.numbered if clause else True,
                status=status,
                text_kind=clause.text_kind if clause else "digest",
                quote=clause.text if clause else "",
                url=address(policy),
                certainty=(clause.certainty if clause else None) or policy.certainty,
                page=clause.page if clause else None,
                status_basis=_basis(policy, status),
            )
        )

    def cite_words(self, reference: str) -> str:
        """Return the mark of what an outline names as `policy-id locator`."""
        policy_id, _, locator = reference.partition(" ")
        return self.cite(policy_id, locator.split("；")[0].strip())

    def cite_rule(self) -> str:
        """Return the mark of the level rule of the standard: where it was read."""
        rule = self.standard.level_rule
        keys = rule.source if rule else ()
        source = next((one for one in self.standard.sources if one.key in keys), None)
        if source is None:
            return ""
        gist = "；".join(
            f"{step.name}：总分不低于{plain(step.min_total)}分，{step.scene_level}级及以上场景不少于{step.min_scenes}个，"
            f"其中约束性场景不少于{step.min_binding_scenes}个"
            for step in (rule.steps if rule else ())
        )
        return self._mark(
            self._from_source(
                source, self.standard.id, "等级判定规则", gist, self.card.certainty, numbered=False
            )
        )

    def cite_standard(self) -> str:
        """Return the mark of the indicator standard."""
        if self.standard.policy_id and self.standard.policy_id in self.kb.policies:
            return self.cite(self.standard.policy_id)
        return ""

    def cite_clause(self, ref: ClauseRef, label: str) -> str:
        """Return the mark of a clause a program or a scheme rests on."""
        if ref.source_id in self.kb.policies:
            return self.cite(ref.source_id, ref.locator)
        document = self.kb.documents.get(ref.source_id)
        if document is None:
            return ""
        ended = document.repealed_on is not None and self.on >= document.repealed_on
        begun = document.in_force_from is None or self.on >= document.in_force_from
        status = Status.SUPERSEDED if ended else Status.IN_FORCE if begun else Status.NOT_YET
        if document.in_force_from is None and not ended:
            status = Status.NOT_STATED
        title = document.title if document.title.startswith("《") else f"《{document.title}》"
        return self._mark(
            Citation(
                n=len(self.sources) + 1,
                source_id=document.id,
                title=title,
                doc_number=document.number,
                locator=ref.locator,
                status=status,
                text_kind="digest",
                quote=label,
                url=document.urls[0] if document.urls else None,
                certainty=document.certainty,
            )
        )

    def cite_product(self, product_id: str) -> str:
        """Return the mark of the page a product was read from."""
        product = self.kb.products.get(product_id)
        if product is None or not product.sources:
            return ""
        source = product.sources[0]
        quote = product.digest or product.name
        return self._mark(
            self._from_source(
                source, product.id, product.name, quote, Certainty.SINGLE_SOURCE, numbered=False
            )
        )

    def _from_source(
        self, source: Source, id: str, locator: str, quote: str, certainty: Certainty, *, numbered: bool
    ) -> Citation:
        third = source.kind in _THIRD_PARTY
        return Citation(
            n=len(self.sources) + 1,
            source_id=id,
            title="第三方公开资料（未经官方核对）" if third else source.title,
            locator=locator,
            numbered=numbered,
            status=Status.REFERENCE,
            text_kind="digest",
            quote=quote,
            url=source.url,
            certainty=certainty,
        )

    def _mark(self, citation: Citation) -> str:
        for known in self.sources:
            if (known.source_id, known.locator) == (citation.source_id, citation.locator):
                return f"[{known.n}]"
        self.sources.append(citation)
        return f"[{citation.n}]"

    def policies(self, *, local: bool) -> list[Policy]:
        """Return the documents that reach the firm: those of its own places, or those of the nation."""
        found = [
            policy
            for policy in self.kb.policies.values()
            if policy.region in self.covering and (policy.region != "全国") == local
        ]
        order = {Status.IN_FORCE: 0, Status.NOT_STATED: 1, Status.NOT_YET: 2, Status.DRAFT: 3}
        return sorted(found, key=lambda policy: (order.get(policy.status_on(self.on), 4), policy.id))


def _basis(policy: Policy, status: Status) -> str:
    """Return how a status is known where no text states it; nothing where one does."""
    inferred = status is Status.IN_FORCE and policy.status_confidence != "confirmed"
    return policy.confidence_label if inferred else ""


def plain(value: Decimal) -> str:
    """Return a number without exponent or needless zeros: 80, 59.35."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_IDS = re.compile(r"[qs]\d\d(?:、[qs]\d\d){6,}")


def short_ids(text: str) -> str:
    """Return text with long lists of question and scene ids cut to the first few and a count."""

    def cut(found: re.Match[str]) -> str:
        ids = found[0].split("、")
        return f"{'、'.join(ids[:4])} 等{len(ids)}项"

    return _IDS.sub(cut, text)


def join(words: Iterable[str], most: int | None = None) -> str:
    """Return words joined by 、; beyond `most` the rest is counted."""
    listed = list(words)
    if most is not None and len(listed) > most:
        return f"{'、'.join(listed[:most])}等{len(listed)}项"
    return "、".join(listed)


def address(policy: Policy) -> str | None:
    """Return where a policy can be opened: the official page, else the first source with an address."""
    return policy.official_url or next((source.url for source in policy.sources if source.url), None)


def fact_label(name: str) -> str:
    """Return what people call a fact."""
    known = facts().get(name)
    return known.label if known else name
