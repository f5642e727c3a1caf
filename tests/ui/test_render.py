"""What is shown is inert: nothing from people, documents or a model becomes markup."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from assistant.casefiles.intake import Intake, RowError
from assistant.ingest import FileReport, IngestReport
from assistant.library import Disagreement, Kept
from assistant.schema import (
    Answer,
    Bundle,
    Caution,
    Change,
    Check,
    Citation,
    DimensionScore,
    Eligibility,
    Finding,
    Made,
    MatchResult,
    Offer,
    Plan,
    SceneLevel,
    ScoreCard,
    Step,
    Verdict,
)
from knowledge.document import Document, Guess, Hidden, Metadata, ReadClause
from knowledge.load import KnowledgeBase
from knowledge.policy import Status
from knowledge.source import Certainty, ClauseRef
from ui import figures, papers, render

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>![](https://198.51.100.9/p?d=1)\"'>"


def citation(**changes: object) -> Citation:
    told = {
        "n": 1,
        "source_id": "x",
        "title": HOSTILE,
        "locator": HOSTILE,
        "status": Status.DRAFT,
        "text_kind": "digest",
        "quote": HOSTILE,
    }
    return Citation.model_validate(told | changes)


def test_answers_and_citations_are_escaped() -> None:
    given = Answer(
        question=HOSTILE, answer=HOSTILE, reason=HOSTILE, refused=True, note=HOSTILE, region=HOSTILE,
        warnings=(Caution(kind="draft", text=HOSTILE),), as_of=date(2026, 11, 22),
        made=Made(as_of=date(2026, 11, 22), knowledge=""),
    )  # fmt: skip
    for shown in (render.answer(given), render.sources([citation()])):
        assert "<img" not in shown
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert "href" not in render.sources([citation(url=url)])


def test_a_web_address_is_a_link_that_tells_nothing_to_the_other_side() -> None:
    shown = render.sources([citation(url="https://www.gov.cn/a?b=1&c=2")])
    assert 'href="https://www.gov.cn/a?b=1&amp;c=2"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_a_descriptive_locator_is_not_passed_off_as_an_article() -> None:
    assert "非条款号" in render.sources([citation(locator="奖补标准", numbered=False)])


def test_a_persons_own_document_opens_at_the_page_cited() -> None:
    shown = render.sources([citation(source_id="up-0123456789ab", page=3)])
    assert 'href="/documents/up-0123456789ab#page=3"' in shown
    assert "/documents/" not in render.sources([citation(source_id='up-"><script>', page=3)])


# Files ------------------------------------------------------------------------------------------------------------


def kept(**changes: object) -> Kept:
    guess = Guess(value=HOSTILE, line=HOSTILE)
    document = Document(
        sha256="0" * 64,
        name=HOSTILE,
        kind="pdf",
        pages=2,
        metadata=Metadata(title=guess, doc_number=guess, issuer=guess, region=guess),
        clauses=(ReadClause(locator=HOSTILE, text=HOSTILE),),
        hidden=(Hidden(text=HOSTILE, why=HOSTILE, instruction_like=True),),
        warnings=(HOSTILE,),
    )
    told = {"id": "up-1", "version": 1, "versions": 1, "added": datetime(2026, 11, 22), "document": document}  # noqa: DTZ001
    return Kept.model_validate(told | changes)


def disagreement(kind: str = "differs") -> Disagreement:
    return Disagreement.model_validate(
        {"card": HOSTILE, "locator": HOSTILE, "value": HOSTILE, "kind": kind, "text": HOSTILE}
    )


def test_nothing_of_a_file_becomes_markup() -> None:
    one = FileReport(
        path=HOSTILE, ok=True, status="added", title=HOSTILE, matched_policy=HOSTILE, matched_by=HOSTILE,
        findings=(disagreement(),), warnings=(HOSTILE,),
    )  # fmt: skip
    bad = FileReport(path=HOSTILE, ok=False, status="failed", reason=HOSTILE)
    wrong = RowError(sheet=HOSTILE, row=2, column=HOSTILE, what=HOSTILE, remedy=HOSTILE)
    document = kept(findings=(disagreement(),), card="x", card_by=HOSTILE)
    for shown in (
        papers.reading(IngestReport(files=(one, bad), added=1, skipped=0, failed=1), lambda card: card),
        papers.shelf([document], lambda card: HOSTILE),
        papers.paper(document, [document, document], lambda card: HOSTILE),
        papers.line(Guess(value=HOSTILE, line=HOSTILE)),
        papers.catalog(Intake(products={}, providers={}, errors=(wrong,), rows=1), HOSTILE, "/files/x"),
        papers.own_catalogs([document]),
        render.told([(HOSTILE, HOSTILE, HOSTILE, True, HOSTILE)]),
    ):
        assert "<img" not in shown
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "待确认", id="nobody-confirmed-it"),
        pytest.param({"confirmed": {"by": "李工", "on": "2026-11-22"}}, "已确认（李工）", id="confirmed"),
        pytest.param({"card": "x"}, "与库内文件一致", id="matched"),
        pytest.param(
            {"card": "x", "findings": (disagreement(),)}, "与要点不一致，待确认", id="matched-but-differs"
        ),
    ],
)
def test_a_document_says_what_it_may_be_used_for(changes: dict[str, object], said: str) -> None:
    assert said in papers.standing(kept(**changes))


def test_a_field_that_was_not_read_says_so() -> None:
    assert "未读到" in papers.line(None)


# Verdicts and figures ---------------------------------------------------------------------------------------------


def finding(name: str, verdict: Verdict, *, parent: str | None = None, group: str | None = None) -> Finding:
    return Finding.model_validate(
        {
            "id": name,
            "label": name,
            "verdict": verdict,
            "parent": parent,
            "group": group,
            "clause": ClauseRef(source_id="x", locator="第一条"),
            "certainty": Certainty.VERIFIED,
        }
    )


def verdict(*findings: Finding, path: tuple[Change, ...] = ()) -> str:
    return render.eligibility(
        Eligibility(
            program="little-giant",
            title="小巨人",
            standard="s",
            standard_title="标准",
            as_of=date(2026, 11, 22),
            verdict=Verdict.NOT_MET,
            findings=findings,
            shortest_path=path,
        )
    )


def test_what_stands_in_the_way_comes_first_and_an_open_alternative_is_not_called_a_failure() -> None:
    shown = verdict(
        finding("营收", Verdict.NOT_MET),
        finding("任一", Verdict.UNKNOWN, group="any"),
        finding("这一支", Verdict.NOT_MET, parent="任一"),
    )
    against = shown[shown.index("不满足的条件") : shown.index("逐条对照")]
    assert "营收" in against
    assert "这一支" not in against


def test_the_case_page_names_what_the_case_contradicts() -> None:
    at_odds = Check(id="x", severity="block", text="市场占有率填了 130%，不可能超过 100%。请核对后改正。")
    shown = figures.score(card(1).model_copy(update={"contradictions": (at_odds,)}))
    assert "填报内容有矛盾或对不上，请先核对" in shown
    assert "130%，不可能超过 100%" in shown
    assert "请先核对" not in figures.score(card(1))


def test_a_bound_of_what_is_known_stands_where_no_value_does() -> None:
    patents = finding("专利", Verdict.NOT_MET).model_copy(update={"value": None, "known": "至多 3 项"})
    assert "至多 3 项" in verdict(patents)


def test_real_changes_come_before_what_only_has_to_be_told() -> None:
    shown = verdict(
        finding("营收", Verdict.NOT_MET),
        path=(
            Change(fact="niche_years", to=Decimal(3)),
            Change.model_validate(
                {"fact": "revenue_y1", "from": Decimal(3000), "to": Decimal(5000), "bound": "at_least"}
            ),
        ),
    )
    assert (
        shown.index("最少要改变")
        < shown.index("现为 3000 万元，须至少为 5000 万元")
        < shown.index("还需要知道（1 项）")
    )


def card(*levels: int | None, high: str = "30") -> ScoreCard:
    dims = [
        DimensionScore(id=f"d{n}", name=f"维度{n}", score=Decimal(20), max=Decimal(50), high=Decimal(high))
        for n in range(3)
    ]
    scenes = [
        SceneLevel(id=f"s{n}", name=f"场景{n}", group="组", binding=False, level=level)
        for n, level in enumerate(levels)
    ]
    return ScoreCard(
        standard="s", dimensions=tuple(dims), questions=(), total=Decimal(60), total_high=Decimal(high) * 3,
        scenes=tuple(scenes), level=None, level_low=0, level_high=3, unanswered=("s1",), next_level=None,
    )  # fmt: skip


def test_a_scene_not_assessed_widens_the_radar_and_is_not_drawn_as_zero() -> None:
    shown = figures.score(card(2, None))
    assert "25%–75%" in shown
    assert "cm-bound" in shown
    assert "未评" in shown
    assert "未达一级 至 三级" in shown
    assert "先答这些最能定级：场景1" in shown


def test_a_full_assessment_has_no_dashed_outline() -> None:
    assert "cm-bound" not in figures.radar(card(2, 2, high="20"))


def test_priced_and_unpriced_steps_are_never_added_up() -> None:
    steps = (
        Step(
            kind="scene", id="s13", name="财务管理", from_=1, to=2, cost=Decimal("1.5"), cost_basis="catalog"
        ),
        Step(kind="scene", id="s07", name="质量管理", from_=0, to=2, cost=Decimal(7), cost_basis="effort"),
    )
    made = Plan(
        target_level=2,
        reachable=True,
        steps=steps,
        total_cost=Decimal("1.5"),
        total_effort=Decimal(7),
        cost_basis="mixed",
        unpriced=1,
        optimal=True,
    )
    shown = figures.plan(made, KnowledgeBase().standards["sme-digital-level-2024"])
    assert "有价的 1 项合计 1.5 万元，另外 1 项没有价格、未计入（工作量 7 个单位，不是金额）" in shown
    assert "无价，工作量 7" in shown
    assert "1.5 万元（目录价）" in shown


def test_where_nothing_is_needed_no_product_is_called_unfit() -> None:
    nothing = Bundle(products=(), covers=(), uncovered=())
    shown = figures.offers(MatchResult(offers=(), bundle=nothing, rejected=(), needed=False), names={})
    assert "没有需要采购的场景" in shown
    assert "硬性要求" not in shown
    assert "放宽" not in shown


@pytest.mark.parametrize(
    ("product", "source", "marked"),
    [
        pytest.param("own-001", "用户自有目录：我的.xlsx", True, id="own"),
        pytest.param("prod-001", "内置目录：页面 https://example.cn/a", False, id="built-in"),
    ],
)
def test_an_own_product_is_marked_as_such(product: str, source: str, marked: bool) -> None:
    offer = Offer(
        product_id=product,
        provider_id="p",
        name="甲",
        covers=("s01",),
        score=Decimal(1),
        reasons=(),
        source=source,
    )
    found = MatchResult(
        offers=(offer,), bundle=Bundle(products=(product,), covers=("s01",), uncovered=()), rejected=()
    )
    assert ("cm-good" in figures.offers(found, names={"s01": "产品设计"})) is marked
