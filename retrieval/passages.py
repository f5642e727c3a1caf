"""KnowledgeBase -> passages that can be cited: one per clause, question, scene, condition, product, claim."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge.asked import Asked
from knowledge.errors import KnowledgeError
from knowledge.load import KnowledgeBase
from knowledge.policy import Clause, Figure, Policy, Status
from retrieval.search import Passage

if TYPE_CHECKING:
    from knowledge.catalog import Product, Provider
    from knowledge.outline import Outline
    from knowledge.program import Criterion, Program
    from knowledge.standard import Question, Scene, Standard
    from knowledge.timeline import Claim


def passages_of(kb: KnowledgeBase) -> list[Passage]:
    """Return every passage of the knowledge base, ordered by id; ids are unique.

    Raises:
        KnowledgeError: knowledge/data/asked names a place that does not exist.
    """
    found = [passage for policy in kb.policies.values() for passage in policy_passages(policy)]
    for standard in kb.standards.values():
        found += standard_passages(standard)
    for program in kb.programs.values():
        found += program_passages(program)
    names = {provider.id: provider.legal_name or provider.brand for provider in kb.providers.values()}
    found += [
        product_passage(product, names.get(product.provider_id, "")) for product in kb.products.values()
    ]
    found += [provider_passage(provider) for provider in kb.providers.values()]
    for outline in kb.outlines.values():
        found += outline_passages(outline)
    found += [claim_passage(claim) for claim in kb.claims.values()]
    return sorted(_with_questions(list(_distinct(found)), kb.asked), key=lambda passage: passage.id)


# ---------------------------------------------------------------- policies


def policy_passages(policy: Policy) -> Iterator[Passage]:
    """Yield a passage per clause."""
    return (clause_passage(policy, clause) for clause in policy.clauses)


def clause_passage(policy: Policy, clause: Clause) -> Passage:
    """Return the passage of one clause; it ends when its document does or is replaced."""
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
        valid_to=min((day for day in (policy.valid_to, policy.superseded_on) if day), default=None),
        url=policy.official_url or (source.url if source else None),
        page=clause.page,
    )


def clause_text(clause: Clause) -> str:
    """Return the digest followed by what its lists say that the digest does not."""
    if clause.text_kind == "original":
        return clause.text
    lines = [clause.text]
    figures = [words for figure in clause.figures if (words := figure_words(figure)) not in clause.text]
    if figures:
        lines.append("数值：" + "；".join(figures) + "。")
    for label, items in (("义务", clause.obligations), ("支持", clause.benefits), ("时限", clause.deadlines)):
        fresh = [item for item in items if item not in clause.text]
        if fresh:
            lines.append(f"{label}：" + "；".join(fresh) + "。")
    return "\n".join(line for line in lines if line)


def figure_words(figure: Figure) -> str:
    """Return a figure as people say it: 每户补助 不超过20万元."""
    value = figure.value if isinstance(figure.value, str) else format(figure.value.normalize(), "f")
    return f"{figure.name} {figure.qualifier}{value}{figure.unit}".strip()


# ---------------------------------------------------------------- standards


def standard_passages(standard: "Standard") -> Iterator[Passage]:
    """Yield a passage per question and per scene, and one for the level rule."""
    for dimension in standard.dimensions:
        for indicator in dimension.indicators:
            for question in indicator.questions:
                path = f"{dimension.name} > {indicator.name} > {question.name}"
                yield _of_standard(standard, question.id, path, _question_text(question))
    for scene in standard.scenes:
        kind = "约束性" if scene.binding else "指导性"
        yield _of_standard(
            standard, scene.id, f"{scene.group} > {scene.name}（{kind}场景）", _scene_text(scene)
        )
    if standard.level_rule is not None:
        bound = (
            "总分{:f}分一档（是否含边界未载明）"
            if standard.level_rule.bounds_included is None
            else "总分不低于{:f}分"
        )
        steps = [
            f"{step.name}：{bound.format(step.min_total)}"
            + (
                f"，达到{step.scene_level}级的场景不少于{step.min_scenes}个，其中约束性场景不少于{step.min_binding_scenes}个"
                if step.scene_level is not None
                else ""
            )
            for step in standard.level_rule.steps
        ]
        text = "\n".join((*(f"{step}。" for step in steps), standard.level_rule.note))
        yield _of_standard(standard, "level_rule", "等级判定", text)


def _of_standard(standard: "Standard", place: str, heading: str, text: str) -> Passage:
    return Passage(
        id=f"{standard.id}#{place}",
        source_id=standard.id,
        kind="standard",
        title=standard.title,
        doc_number=standard.doc_number,
        locator=place,
        heading=heading,
        text=text,
        status=Status.IN_FORCE if standard.scorable else Status.NOT_STATED,
        valid_from=standard.issued,
        url=standard.official_url,
    )


def _question_text(question: "Question") -> str:
    how = "单选" if question.kind == "single" else "多选"
    lines = [f"{question.asks}（{how}，满分{question.max_points:f}分）"]
    lines += [f"{option.key}. {option.text}（{option.points:f}分）" for option in question.options]
    return "\n".join((*lines, *(part for part in (question.term, question.note) if part)))


def _scene_text(scene: "Scene") -> str:
    return "\n".join(f"{level}级：{text}" for level, text in sorted(scene.levels.items()))


# ---------------------------------------------------------------- programs, catalog, outlines, claims


def program_passages(program: "Program") -> Iterator[Passage]:
    """Yield a passage per group of conditions of each standard, and one for when applications are taken."""
    for standard in program.standards.values():
        for criterion in standard.route.members or (standard.route,):
            yield Passage(
                id=f"{program.id}#{standard.id}/{criterion.id}",
                source_id=program.id,
                kind="program",
                title=standard.title,
                locator=criterion.clause.locator,
                heading=f"{program.title} > {criterion.label}",
                text="\n".join(_criterion_lines(criterion)),
                region=program.region,
            )
    lines = [f"{one.title}：{one.opens}至{one.closes}。{one.note}" for one in program.windows]
    lines += [program.window_note, program.validity]
    text = "\n".join(line for line in lines if line)
    if text:
        yield Passage(
            id=f"{program.id}#window",
            source_id=program.id,
            kind="program",
            title=program.title,
            locator="申报时间与有效期",
            heading=f"{program.title} > 申报时间与有效期",
            text=text,
            region=program.region,
        )


def _criterion_lines(criterion: "Criterion", depth: int = 0) -> Iterator[str]:
    joined = (
        "须同时满足："
        if criterion.all
        else "满足其一："
        if criterion.any
        else "不得有："
        if criterion.none
        else ""
    )
    note = f"（{criterion.note}）" if criterion.note else ""
    yield "  " * depth + criterion.label + (f" {joined}" if joined else "") + note
    for member in criterion.members:
        yield from _criterion_lines(member, depth + 1)


def product_passage(product: "Product", provider: str) -> Passage:
    """Return what is published of a product."""
    lines = [
        product.digest,
        f"行业：{'、'.join(product.industries) or product.industry_text}" if product.industries or product.industry_text else "",
        f"部署：{product.deployment_text or '、'.join(product.deployment)}" if product.deployment or product.deployment_text else "",
        f"公开价格：{product.price_text}" if product.price_text else "",
        f"交付：{product.delivery_text}" if product.delivery_text else "",
        f"对接：{'、'.join(product.interfaces)}" if product.interfaces else "",
        f"限制：{'；'.join(product.limits)}" if product.limits else "",
    ]  # fmt: skip
    return Passage(
        id=f"product:{product.id}",
        source_id=product.id,
        kind="product",
        title=product.name,
        locator=product.category,
        heading=provider,
        text="\n".join(line for line in lines if line) or product.name,
        url=next((source.url for source in product.sources if source.url), None),
        status=Status.REFERENCE,
    )


def provider_passage(provider: "Provider") -> Passage:
    """Return what is published of a provider."""
    lines = [
        f"类别：{'、'.join(provider.categories)}" if provider.categories else "",
        f"服务范围：{provider.service_scope}" if provider.service_scope else "",
        f"资质：{'；'.join(provider.qualifications)}" if provider.qualifications else "",
        f"公开案例：{'；'.join(provider.cases_public)}" if provider.cases_public else "",
    ]
    return Passage(
        id=f"provider:{provider.id}",
        source_id=provider.id,
        kind="provider",
        title=provider.legal_name or provider.brand,
        locator=provider.brand,
        text="\n".join(line for line in lines if line) or provider.brand,
        url=next((source.url for source in provider.sources if source.url), None),
        status=Status.REFERENCE,
    )


def outline_passages(outline: "Outline") -> Iterator[Passage]:
    """Yield a passage per section of a deliverable, and one for what it must be."""
    about = [f"由{outline.writer}编写" if outline.writer else "", outline.trigger, outline.standard_rule]
    whole = [*about, *outline.official_requirements, *outline.acceptance_checks]
    yield _of_outline(outline, "要求", "\n".join(line for line in whole if line) or outline.name)
    for section in outline.sections:
        parts = [
            section.content,
            f"需要：{'、'.join(section.inputs)}" if section.inputs else "",
            f"表格：{'、'.join(section.tables)}" if section.tables else "",
            f"佐证：{'、'.join(section.evidence)}" if section.evidence else "",
        ]
        yield _of_outline(outline, section.title, "\n".join(part for part in parts if part) or section.title)


def _of_outline(outline: "Outline", place: str, text: str) -> Passage:
    return Passage(
        id=f"{outline.kind}#{place}",
        source_id=outline.kind,
        kind="outline",
        title=outline.name,
        locator=place,
        heading=place,
        text=text,
        status=Status.REFERENCE,
    )


def claim_passage(claim: "Claim") -> Passage:
    """Return a statement in circulation that is not to be believed, with why."""
    return Passage(
        id=f"claim:{claim.id}",
        source_id=claim.id,
        kind="claim",
        title="未经证实的说法",
        locator=claim.verdict_label,
        text=f"说法：{claim.claim}\n判断：{claim.verdict_label}。{claim.why}\n应当：{claim.do}",
        status=Status.REFERENCE,
    )


# ---------------------------------------------------------------- everyday questions


def _with_questions(passages: Sequence[Passage], asked: Asked) -> list[Passage]:
    places = {(passage.source_id, passage.id.partition("#")[2] or passage.locator) for passage in passages}
    for source, by_place in asked.items():
        for place in by_place:
            if (source, place) not in places:
                raise KnowledgeError(f"asked/{source}.yaml", place, "没有这一处条文")
    return [
        passage.model_copy(update={"asked_as": questions})
        if (
            questions := asked.get(passage.source_id, {}).get(passage.id.partition("#")[2] or passage.locator)
        )
        else passage
        for passage in passages
    ]


def _distinct(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Yield the passages, the second and later of the same id told apart by a ~2, ~3 at the end."""
    seen: dict[str, int] = {}
    for passage in passages:
        count = seen[passage.id] = seen.get(passage.id, 0) + 1
        yield passage if count == 1 else passage.model_copy(update={"id": f"{passage.id}~{count}"})
