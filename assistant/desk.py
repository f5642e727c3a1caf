"""Desk: knowledge, searcher and today in one hand. Its public methods are the tools of the agent and of the screens."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeVar

from assistant.errors import UnknownId
from assistant.rules import eligibility, matching, planning, scoring, sizing, subsidy
from assistant.rules.contradictions import contradictions
from assistant.rules.filing import serves
from assistant.rules.named import named
from assistant.schema import Eligibility, Gap, MatchResult, Plan, ScoreCard, Subsidy
from knowledge.case import CaseFile, Enterprise
from knowledge.catalog import Product, Provider
from knowledge.enterprise import EnterpriseProfile
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Policy, Status
from knowledge.region import NATION
from knowledge.scheme import Applicant
from knowledge.standard import Standard
from retrieval.search import Hit, Kind, Query, Searcher
from retrieval.variety import varied

T = TypeVar("T")
_SCOPED = 1000
"""Passages first looked through where only some documents may be quoted."""
_STALE_AFTER = timedelta(days=90)
"""A filing this long after the knowledge was gathered may meet rules it does not hold."""
Catalog = tuple[Mapping[str, Product], Mapping[str, Provider]]


class Desk:
    """All that is known and decided, on one day, for one owner."""

    def __init__(
        self,
        kb: KnowledgeBase,
        open_searcher: Callable[[], Searcher],
        today: Callable[[], date],
        *,
        owner: str | None = None,
        open_catalog: Callable[[], Catalog] | None = None,
        sources: frozenset[str] | None = None,
    ) -> None:
        self.kb = kb
        self._open_searcher = open_searcher
        self._open_catalog = open_catalog or (lambda: (kb.products, kb.providers))
        self.today = today
        self.owner = owner
        self.sources = sources
        """Ids of the documents that may be quoted; None is all."""

    def on(self, day: date) -> "Desk":
        """Return the same desk on another day."""
        return self._again(lambda: day, self.sources)

    def limited(self, sources: frozenset[str] | None) -> "Desk":
        """Return the same desk with only these documents to quote from; None is all."""
        return self._again(self.today, sources)

    def _again(self, today: Callable[[], date], sources: frozenset[str] | None) -> "Desk":
        return Desk(
            self.kb,
            self._open_searcher,
            today,
            owner=self.owner,
            open_catalog=self._open_catalog,
            sources=sources,
        )

    @property
    def documents(self) -> Mapping[str, Policy]:
        """The published documents that may be quoted, by id."""
        if self.sources is None:
            return self.kb.policies
        return {id: policy for id, policy in self.kb.policies.items() if id in self.sources}

    @property
    def searcher(self) -> Searcher:
        """The search index, opened when first used."""
        return self._open_searcher()

    # ---------------------------------------------------------------- finding

    def search(
        self,
        text: str,
        *,
        region: str | None = None,
        k: int = 10,
        in_force_only: bool = False,
        statuses: frozenset[Status] | None = None,
        kinds: frozenset[Kind] | None = None,
    ) -> list[Hit]:
        """Find the passages that bear on a question.

        Args:
            text: The question, in the user's words.
            region: Canonical region name; its own documents, its province's and the nation's may appear.
                None is anywhere.
            k: How many at most.
            in_force_only: Leave out what has ended or not begun on the day.
            statuses: Only documents recorded as one of these.
            kinds: Only passages of these kinds.
        """
        query = Query(
            text=text,
            k=k,
            regions=None if region is None else self.kb.regions.covering(region),
            near=region or "",
            in_force_on=self.today() if in_force_only else None,
            statuses=statuses,
            kinds=kinds,
            owner=self.owner,
        )
        # Copies of one upload, however many, take one place: nobody buys the first page by uploading twice.
        return varied(lambda n: self._within(query.model_copy(update={"k": n})), k)

    def _within(self, query: Query) -> list[Hit]:
        """Return the hits among the documents that may be quoted: as many as asked for, where there are."""
        if self.sources is None:
            return self.searcher.search(query)
        depth = _SCOPED
        while True:  # the index knows no scope: ask deeper until enough of it came up
            hits = self.searcher.search(query.model_copy(update={"k": depth}))
            kept = [hit for hit in hits if hit.passage.source_id in self.sources]
            if len(kept) >= query.k or len(hits) < depth:
                return kept[: query.k]
            depth *= 4

    def clause(self, source_id: str, locator: str) -> tuple[Policy, Clause]:
        """Return a document and one clause of it.

        Raises:
            UnknownId: There is no such document, or it has no such clause.
        """
        policy = _known("政策", source_id, self.kb.policies)
        found = {clause.locator: clause for clause in policy.clauses}
        return policy, _known(f"{policy.title} 的条款", locator, found)

    # ---------------------------------------------------------------- deciding

    def check_eligibility(
        self,
        program_id: str,
        enterprise: Enterprise,
        *,
        application: Literal["new", "review"] | None = None,
        region: str | None = None,
    ) -> Eligibility:
        """Decide whether an enterprise qualifies for a program, criterion by criterion.

        Call it as soon as a program is named, with only what the user has said. Criteria found unknown name the
        facts to ask for next.

        Args:
            program_id: Id of a program of the knowledge base.
            enterprise: Facts the user stated. Leave out what was not stated.
            application: New or review; None takes the profile's, else new.
            region: Canonical region name; None takes the enterprise's. Brings in the particulars of a province.

        Raises:
            UnknownId: `program_id` is not in the knowledge base.
        """
        program = _known("项目", program_id, self.kb.programs)
        profile = _with_headcount(enterprise)
        place = region or self.region_of(enterprise)
        found = eligibility.assess(
            program,
            profile,
            on=self.today(),
            application=application,
            region=place,
            industry=enterprise.industry,
            size_rows=self.kb.size_classes,
            checks=self.kb.checks,
        )
        known_until = self.kb.timeline.as_of
        if self.today() - known_until > _STALE_AFTER:
            late = f"收录资料截至{known_until}，此后标准与申报时间的变化不在其中，请先向受理部门核实"
            return found.model_copy(update={"warnings": (*found.warnings, late)})
        return found

    def programs(self, region: str = NATION) -> tuple[Eligibility, ...]:
        """Return what each program open to a place asks of an enterprise nothing is known of: standard and window.

        A program of a place within `region` is kept; one of another place is left out.
        """
        return tuple(
            eligibility.assess(program, EnterpriseProfile(), on=self.today(), region=region, path=False)
            for program in self.kb.programs.values()
            if serves(program, region)
        )

    def score(self, case: CaseFile) -> ScoreCard:
        """Work out points, scene levels and the level of an assessment, with bounds where answers are missing.

        What in the case contradicts itself or the calendar is told beside it.
        """
        card = scoring.score(self._standard(case), case.assessment)
        program = next(iter(self.kb.programs.values()))  # formulas are shared by all
        found = contradictions(
            case, card, on=self.today(), formulas=program.formulas, checks=self.kb.checks, size_rows=self.kb.size_classes
        )  # fmt: skip
        return card.model_copy(update={"contradictions": found})

    def gaps(self, case: CaseFile, *, target: int | None = None) -> tuple[Gap, ...]:
        """Return what is short of the target level: the case's own, else the next one above."""
        standard = self._standard(case)
        card = scoring.score(standard, case.assessment)
        wanted = target or case.needs.target_level or min(card.level_low + 1, standard.top_level)
        return scoring.gaps(standard, card, wanted)

    def plan(self, case: CaseFile, *, target: int | None = None) -> Plan:
        """Return the cheapest upgrades that reach the target level.

        Raises:
            InputError: The case names no target level.
        """
        wanted = target or case.needs.target_level
        if wanted is None:
            raise InputError("needs.target_level", "没有目标等级", "请填写 1 至 4")
        return planning.plan(
            self._standard(case),
            case.assessment,
            target=wanted,
            budget=case.needs.budget,
            costs=case.needs.costs,
            prices={} if case.needs.costs.only else self._prices(case, wanted),
            named=self.named(case),
            deadline=case.needs.deadline,
        )

    def named(self, case: CaseFile) -> dict[str, str]:
        """Return the scenes the firm itself named as trouble or wish, each with its words."""
        return named((case.needs.notes, *case.needs.must), self._standard(case))

    def _prices(self, case: CaseFile, target: int) -> dict[str, Decimal]:
        """Return the cheapest public price per scene among what may be offered to the enterprise at all."""
        free = case.model_copy(update={"needs": case.needs.model_copy(update={"budget": None})})
        offered = {offer.product_id for offer in self.match(free, target=target).offers}
        products = matching.fitting_prices(self._open_catalog()[0], case.needs)
        return matching.price_index(product for id, product in products.items() if id in offered)

    def match(self, case: CaseFile, *, scene: str | None = None, target: int | None = None) -> MatchResult:
        """Match the gaps of a case to products: hard constraints first, then points with reasons.

        Args:
            case: The case.
            scene: Look for this scene alone, a gap or not.
            target: The level whose gaps count; None takes the case's own, else the next one above.

        Raises:
            UnknownId: There is no such scene.
        """
        standard = self._standard(case)
        if scene is not None:
            _known("场景", scene, standard.scene)
        short = {gap.id: int(gap.short) for gap in self.gaps(case, target=target) if gap.kind == "scene"}
        place = self.region_of(case.enterprise)
        products, providers = self._open_catalog()
        return matching.match(
            case.needs,
            case.enterprise,
            short,
            products,
            providers,
            on=self.today(),
            scene_names={one.id: one.name for one in standard.scenes},
            industries=self.kb.catalog_meta.industries,
            scene=scene,
            binding=[one.id for one in standard.scenes if one.binding],
            lies_in=None if place == NATION else self.kb.regions.covering(place),
            sizes=self._sizes(case.enterprise),
        )

    def _sizes(self, enterprise: Enterprise) -> frozenset[str]:
        """Return the size classes the told figures leave possible."""
        profile = _with_headcount(enterprise)
        told = {
            "employees": profile.employees_y1,
            "revenue": profile.revenue_y1,
            "assets": profile.total_assets_y1,
        }
        amounts = {name: None if value is None else Fraction(value) for name, value in told.items()}
        return sizing.size_classes(sizing.rows_for(enterprise.industry, self.kb.size_classes), **amounts)

    def subsidy(
        self,
        case: CaseFile,
        scheme_id: str,
        spend: Decimal,
        *,
        region: str | None = None,
        level: int | None = None,
        applicant: Applicant = "enterprise",
        category: str | None = None,
        points: Decimal | None = None,
        beside: Sequence[str] = (),
    ) -> Subsidy:
        """Estimate what a scheme would pay, as far as its document says.

        Args:
            case: The enterprise; its target level is taken as the level reached where `level` is None.
            scheme_id: Id of a scheme of the knowledge base.
            spend: What the scheme takes as its base, 万元.
            region: Canonical region name; None takes the enterprise's.
            level: Digital level reached after the project.
            applicant: Who asks: the enterprise, a provider…
            category: One of the categories of the scheme's tiers, where it has them.
            points: Review score, where the tiers go by score.
            beside: Ids of schemes taken for the same project: whether they go together is said.

        Raises:
            UnknownId: `scheme_id` or one of `beside` is not in the knowledge base.
        """
        scheme = _known("资金政策", scheme_id, self.kb.schemes)
        others = [_known("资金政策", one, self.kb.schemes) for one in beside]
        place = region or self.region_of(case.enterprise)
        reached = level or case.needs.target_level
        made = subsidy.estimate(
            scheme,
            spend=spend,
            level=reached,
            on=self.today(),
            lies_in=() if place == NATION else self.kb.regions.covering(place),
            applicant=applicant,
            category=category,
            score=points,
        ).model_copy(update={"stacking": subsidy.stacking((scheme, *others))})
        if level is None and reached is not None and not made.refused:
            assumed = f"按改造后达到目标等级 {reached} 级测算"
            return made.model_copy(update={"assumptions": (assumed, *made.assumptions)})
        return made

    # ---------------------------------------------------------------- places

    def region_of(self, enterprise: Enterprise) -> str:
        """Return the canonical name of where the enterprise is; 全国 where that is not told or not known."""
        found = self.kb.regions.resolve(enterprise.region) or next(
            iter(self.kb.regions.find(enterprise.region)), None
        )
        return found.name if found else NATION

    def place(self, words: str) -> str | None:
        """Return the canonical name of a place a person named; None where none was named.

        Raises:
            InputError: No such place is known.
        """
        if not words.strip():
            return None
        found = self.kb.regions.resolve(words)
        if found is None:
            raise InputError("地区", f"不认识 {words!r}", "请写省、市或区名，如 山东、济南、天津滨海新区")
        return found.name

    def _standard(self, case: CaseFile) -> Standard:
        return _known("评测标准", case.assessment.standard, self.kb.standards)


def _with_headcount(enterprise: Enterprise) -> EnterpriseProfile:
    profile = enterprise.profile
    if profile.employees_y1 is None and enterprise.employees is not None:
        return profile.model_copy(update={"employees_y1": enterprise.employees})
    return profile


def _known(what: str, wanted: str, among: Mapping[str, T]) -> T:
    if wanted not in among:
        raise UnknownId(what, wanted, among)
    return among[wanted]
