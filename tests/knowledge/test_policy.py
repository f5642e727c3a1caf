"""Every card loads, keeps its places and numbers, speaks of nothing but itself, and knows its worth on a day."""

import os
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.files import DATA, parse, read_yaml
from knowledge.load import KnowledgeBase
from knowledge.policy import TIMELESS, Clause, Policy, Status
from knowledge.region import load_regions
from knowledge.source import Certainty

FILES = sorted((DATA / "policies").glob("*.yaml"))
OTHER = sorted([*(DATA / "outlines").glob("*.yaml"), *DATA.glob("*.yaml")])
SHARED = (
    Path(os.environ.get("CANMOU_SHARED", Path(__file__).parents[2].parent / "shared")) / "facts" / "policies"
)
REGIONS = load_regions()
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))


def load(path: Path) -> Policy:
    return parse(Policy, read_yaml(path), file=path.name)


CARDS = {path.stem: load(path) for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_card_holds_together(path: Path) -> None:
    card = CARDS[path.stem]
    assert card.id == path.stem
    assert card.region in REGIONS
    assert len({clause.locator for clause in card.clauses}) == len(card.clauses) > 0
    keys = {source.key for source in card.sources}
    assert len(keys) == len(card.sources)
    for clause in card.clauses:
        assert clause.text.strip()
        assert clause.source_keys()
        assert set(clause.source_keys()) <= keys
    assert not (card.status is Status.IN_FORCE and card.status_confidence == "unverified")


BANNED = re.compile(
    r"seed|检索|语料|摘录|任务书(?:写|未给|口径)|facts/|public code file|公开代码文件|代码仓库|unknown|/work|niuqi.*页面条目",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", [*FILES, *OTHER], ids=lambda path: path.stem)
def test_data_speaks_of_the_world_and_not_of_how_it_was_gathered(path: Path) -> None:
    text = re.sub(r"(?m)^\s*#.*$", "", path.read_text(encoding="utf-8")).replace("财务报表摘录", "")
    assert BANNED.findall(text) == []
    if path.stem != "regional-tianjin":  # 天津 really has a tier of that name
        assert "种子" not in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_nameless_public_code_file_is_shown_as_not_checked(path: Path) -> None:
    for source in CARDS[path.stem].sources:
        if source.kind == "public_code":
            assert source.title == "第三方公开资料（未经官方核对）"
        assert not re.search(r"\d{9,}", source.title + source.note)


# ------------------------------------------------------------------ against what was established


@pytest.mark.skipif(not SHARED.is_dir(), reason="the established facts are not on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_places_and_numbers_are_those_established(path: Path) -> None:
    facts = SHARED / path.name
    if not facts.exists():
        pytest.skip("a card of our own making, with no counterpart")
    told, card = yaml.safe_load(facts.read_text(encoding="utf-8")), CARDS[path.stem]
    assert [clause.locator for clause in card.clauses] == [clause["locator"] for clause in told["clauses"]]
    for clause, fact in zip(card.clauses, told["clauses"], strict=True):
        kept = [(figure.name, figure.value, figure.unit) for figure in clause.figures]
        known = [figure for figure in fact["figures"] if figure["value"] != "unknown"]
        values = [f["value"] if isinstance(f["value"], str) else Decimal(str(f["value"])) for f in known]
        assert kept == [(f["name"], v, f.get("unit", "")) for f, v in zip(known, values, strict=True)]
        if clause.obtained:
            assert re.findall(r"\d+(?:\.\d+)?", clause.text) == re.findall(r"\d+(?:\.\d+)?", fact["digest"])
    number = str(told["doc_number"])
    assert card.doc_number == (None if number.startswith(("unknown", "无")) else number)
    assert str(card.valid_to or None) == str(told["valid_to_date"])
    if told["status_confidence"] == "unverified" and told["status"] == "in_force":
        assert card.status is Status.NOT_STATED
    else:
        assert card.status == told["status"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the established facts are not on this machine")
def test_no_established_card_is_missing() -> None:
    assert {path.stem for path in SHARED.glob("*.yaml")} <= set(CARDS)


NUMBERS = [
    ("sd-jinan-pilot-2024", "附件·一", "试点企业数量", 700),
    ("sd-jinan-pilot-2024", "附件·一", "规上企业二级及以上占比", 95),
    ("tj-binhai-pilot-2024", "三·“500+”", "四级企业", 20),
    ("cn-city-pilot-2023", "奖补标准", "省会/计划单列市/兵团上限", Decimal("1.5")),
    ("zj-hangzhou-xiaoshan-2024", "02 资助政策·2（1）", "补贴比例", 40),
    ("gd-zhongshan-2024", "分级补助", "四级", 100),
    ("sd-guide-draft-2025", "二（五）", "二、三级实地查验比例", 5),
    ("miit-2022-63", "附件1 一", "成长性", 15),
    ("miit-2022-63", "附件2 一", "上年度营业收入", 1000),
    ("miit-2026-2", "附件1（二）", "上年度营业收入", 1500),
    ("miit-2026-2", "附件1（二）", "资产负债率", 80),
    ("miit-2026-2", "附件2（三）", "近两年研发费用合计", 1200),
    ("miit-2026-2", "附件2（七）", "质量评价得分", 60),
    ("miit-2011-300", "第四条（二）", "营业收入·大型下限", 40000),
    ("miit-2011-300", "第四条（十二）", "从业人员·大型下限", 300),
    ("most-2017-115", "评价条件", "职工总数", 500),
    ("mof-2024-148", "奖补标准", "每家三年合计", 600),
]


@pytest.mark.parametrize(("card", "place", "name", "value"), NUMBERS, ids=[f"{n[0]}-{n[2]}" for n in NUMBERS])
def test_a_number_stands_in_its_figure_and_in_the_text(
    card: str, place: str, name: str, value: Decimal
) -> None:
    clause = CARDS[card].clause(place)
    assert clause is not None
    figure = next(figure for figure in clause.figures if figure.name == name)
    assert figure.value == value
    if name != "四级实地查验比例":
        assert re.search(rf"(?<![\d.]){value}(?![\d.])", clause.text) or value in (40000,), clause.text


def test_both_regimes_are_there_and_what_changed_is_told() -> None:
    change = CARDS["miit-2026-2"].clause("与63号相比的变化")
    assert change is not None
    assert not change.numbered
    for words in ("1000万元提高到1500万元", "2年提高到3年", "70%提高到90%", "2项提高到4项", "一律不计"):
        assert words in change.text


def test_our_own_labels_are_not_passed_off_as_article_numbers() -> None:
    assert CARDS["cn-city-pilot-2023"].clause("奖补标准").numbered is False  # type: ignore[union-attr]
    assert CARDS["cn-eval-2024"].clause("等级判定（二手）").numbered is False  # type: ignore[union-attr]
    assert CARDS["fj-xiamen-fund-draft-2025"].clause("第八条1").numbered is True  # type: ignore[union-attr]
    assert CARDS["sd-jinan-pilot-2024"].clause("附件·二（三）3").numbered is True  # type: ignore[union-attr]


def test_what_was_not_obtained_is_marked_and_carries_no_number() -> None:
    missing = [(card.id, clause) for card in CARDS.values() for clause in card.clauses if not clause.obtained]
    assert ("tj-binhai-fund-2024", "支持标准") in [(card, clause.locator) for card, clause in missing]
    for _, clause in missing:
        assert clause.figures == ()


def test_the_level_rule_is_never_shown_as_checked() -> None:
    clause = CARDS["cn-eval-2024"].clause("等级判定（二手）")
    assert clause is not None
    assert clause.certainty is Certainty.SINGLE_SOURCE


# ------------------------------------------------------------------ worth on a day


def policy(**changes: object) -> Policy:
    base: dict[str, object] = {
        "id": "x",
        "title": "示例",
        "doc_type": "policy",
        "level": "nation",
        "region": "全国",
        "status": "in_force",
        "status_as_of": date(2026, 11, 22),
        "status_confidence": "confirmed",
        "coverage": "full_text",
        "certainty": "verified",
    }
    return Policy.model_validate({**base, **changes})


@pytest.mark.parametrize(
    ("card", "day", "status"),
    [
        ("sd-jinan-pilot-2024", date(2024, 3, 5), Status.NOT_YET),
        ("sd-jinan-pilot-2024", date(2024, 3, 6), Status.IN_FORCE),
        ("sd-jinan-pilot-2024", date(2025, 12, 31), Status.IN_FORCE),
        ("sd-jinan-pilot-2024", date(2026, 1, 1), Status.EXPIRED),
        ("miit-2022-63", date(2022, 7, 31), Status.NOT_YET),
        ("miit-2022-63", date(2022, 8, 1), Status.IN_FORCE),
        ("miit-2022-63", date(2026, 3, 31), Status.IN_FORCE),
        ("miit-2022-63", date(2026, 4, 1), Status.SUPERSEDED),
        ("miit-2026-2", date(2026, 1, 20), Status.NOT_YET),
        ("miit-2026-2", date(2026, 4, 1), Status.IN_FORCE),
        ("cn-eval-2022", date(2024, 9, 3), Status.IN_FORCE),
        ("cn-eval-2022", date(2024, 9, 4), Status.SUPERSEDED),
        ("cn-eval-2024", date(2026, 11, 22), Status.NOT_STATED),
        ("cn-city-pilot-2023", date(2026, 11, 22), Status.NOT_STATED),
        ("gd-zhongshan-2024", date(2026, 12, 31), Status.IN_FORCE),
        ("gd-zhongshan-2024", date(2027, 1, 1), Status.EXPIRED),
        ("cn-sme-action-2025-2027", date(2028, 1, 1), Status.EXPIRED),
        ("sd-guide-draft-2025", date(2026, 11, 22), Status.DRAFT),
        ("cn-miit-cppcc-reply-2022", date(2026, 11, 22), Status.REPLY),
        ("inst-capability-intro", date(2026, 11, 22), Status.REFERENCE),
        ("tj-binhai-pilot-2024", date(2025, 12, 31), Status.IN_FORCE),
        ("tj-binhai-pilot-2024", date(2026, 1, 1), Status.EXPIRED),
        ("cn-ai-mfg-2026", date(2028, 1, 1), Status.NOT_STATED),
        ("gd-ext-2026", date(2021, 1, 1), Status.NOT_STATED),
    ],
)
def test_a_document_is_worth_on_a_day_what_is_known_of_it(card: str, day: date, status: Status) -> None:
    assert CARDS[card].status_on(day) is status


@given(day=DAYS)
def test_a_validity_that_was_never_seen_is_never_in_force(day: date) -> None:
    for card in CARDS.values():
        if card.status is Status.NOT_STATED:
            assert card.status_on(day) in {Status.NOT_STATED, Status.NOT_YET}, card.id


@given(day=DAYS)
def test_drafts_replies_and_references_stay_what_they_are_once_issued(day: date) -> None:
    for card in CARDS.values():
        if card.status in TIMELESS:
            early = card.issued is not None and day < card.issued
            assert card.status_on(day) is (Status.NOT_YET if early else card.status)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_on_the_day_it_was_looked_at_a_card_is_worth_what_was_recorded(path: Path) -> None:
    card = CARDS[path.stem]
    assert card.status_on(card.status_as_of) is card.status


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_worth_moves_one_way_as_days_pass(path: Path) -> None:
    card = CARDS[path.stem]
    rank = {
        Status.NOT_YET: 0,
        Status.NOT_STATED: 1,
        Status.IN_FORCE: 1,
        Status.EXPIRED: 2,
        Status.SUPERSEDED: 2,
    }
    day, seen = date(2020, 1, 1), -1
    while day <= date(2030, 12, 31):
        now = rank.get(card.status_on(day), 1)
        assert now >= seen, (card.id, day)
        seen, day = now, day + timedelta(days=1)


@given(start=DAYS, length=st.integers(0, 2000), day=DAYS)
def test_the_first_and_the_last_day_belong_to_a_stated_validity(start: date, length: int, day: date) -> None:
    end = start + timedelta(days=length)
    worth = policy(valid_from=start, valid_to=end).status_on(day)
    assert worth is (Status.NOT_YET if day < start else Status.EXPIRED if day > end else Status.IN_FORCE)


def test_a_month_is_not_taken_for_a_day() -> None:
    card = policy(begins="2024-03")
    assert card.status_on(date(2024, 2, 29)) is Status.NOT_YET
    assert card.status_on(date(2024, 3, 15)) is Status.NOT_STATED
    assert card.status_on(date(2024, 3, 31)) is Status.IN_FORCE


def test_a_replaced_document_can_leave_a_clause_alive() -> None:
    card = CARDS["miit-2022-63"]
    kept, gone, once = (card.clause(place) for place in ("附件1 一", "附件2 一", "附件3 四"))
    assert kept
    assert gone
    assert once
    assert card.clause_status_on(kept, date(2026, 11, 22)) is Status.IN_FORCE
    assert card.clause_status_on(gone, date(2026, 11, 22)) is Status.SUPERSEDED
    assert card.clause_status_on(once, date(2026, 5, 10)) is Status.IN_FORCE
    assert card.clause_status_on(once, date(2026, 7, 1)) is Status.SUPERSEDED
    assert card.clause_status_on(once, date(2026, 4, 10)) is Status.SUPERSEDED
    assert card.clause_status_on(gone, date(2025, 1, 1)) is Status.IN_FORCE


def test_words_for_people_say_what_is_not_stated() -> None:
    assert CARDS["cn-eval-2024"].validity_text == "2024-09 至 未载明"
    assert CARDS["sd-jinan-pilot-2024"].validity_text == "2024-03-06 至 2025-12-31"
    assert "按标题年份" in CARDS["cn-sme-action-2025-2027"].validity_text
    assert Status.NOT_STATED.label == "未载明有效期，需向发文机关核实"
    assert CARDS["cn-eval-2024"].confidence_label == "未见依据，待核实"


def test_a_clause_names_several_sources() -> None:
    assert Clause(locator="一", text="x", source="w1,w2").source_keys() == ("w1", "w2")


def test_a_draft_is_not_there_before_it_was_issued() -> None:
    card = KnowledgeBase().policies["hb-huangshi-provider-draft-2025"]
    assert card.issued is not None
    assert card.status_on(card.issued - timedelta(days=1)) is Status.NOT_YET
    assert card.status_on(card.issued) is Status.DRAFT
