"""Worked examples, every boundary, and which standard a filing falls under."""

from datetime import date
from decimal import Decimal

import pytest
import yaml
from eligibility_cases import CHECKS, PROGRAMS, SIZES, WORKED, judged, verdicts

from assistant.rules.eligibility import assess, decide, window
from assistant.schema import Verdict
from knowledge.enterprise import EnterpriseProfile, facts
from knowledge.errors import KnowledgeError
from knowledge.files import DATA
from knowledge.program import load_documents, load_programs

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"


@pytest.mark.parametrize("case_id", WORKED)
def test_worked_example(case_id):
    """Every condition, every part of the points and the whole come out as worked by hand."""
    case = WORKED[case_id]
    found = judged(case_id)
    got = verdicts(found)
    assert {key: got[key] for key in case["expected"]} == case["expected"]
    assert found.verdict.value == case["overall"]
    assert list(found.ask_next) == case.get("ask_next", [])
    points = {p.id: {"total": p.total, **p.parts} for p in found.points}
    for table, parts in case.get("points", {}).items():
        assert {name: points[table][name] for name in parts} == parts


@pytest.mark.parametrize("case_id", [i for i, case in WORKED.items() if "variant" in case])
def test_worked_variant(case_id):
    variant = WORKED[case_id]["variant"]
    found = judged(case_id, **variant["change"])
    assert found.verdict.value == variant["overall"]
    if "total" in variant:
        assert found.points[0].total == variant["total"]


BOUNDARIES = [
    # case, changed facts, criterion, verdict
    ("e4", {"niche_years": 2.99}, "s26_years", NOT_MET),
    ("e4", {"niche_years": 3}, "s26_years", MET),
    ("e4", {"revenue_y1": 1499.99}, "s26_revenue", NOT_MET),
    ("e4", {"revenue_y1": 1500}, "s26_revenue", MET),
    ("e4", {"new_equity_2y": 2000}, "s26_equity", MET),
    ("e4", {"new_equity_2y": 1999.99}, "s26_equity", NOT_MET),
    ("e4", {"main_business_revenue_y1": 1199.99}, "s26_main_ratio", NOT_MET),
    ("e4", {"main_business_revenue_y1": 1200}, "s26_main_ratio", MET),
    ("e4", {"total_liabilities_y1": 800}, "s26_debt", MET),
    ("e4", {"total_liabilities_y1": 800.01}, "s26_debt", NOT_MET),
    ("e4", {"rd_expense_y1": 99.99}, "s26_rd_a1", NOT_MET),
    ("e4", {"rd_expense_y2": 100, "revenue_y2": 3333}, "s26_rd_a2", MET),
    ("e4", {"rd_expense_y2": 105, "revenue_y2": 3500}, "s26_rd_r2", MET),
    ("e4", {"rd_expense_y2": 104.99, "revenue_y2": 3500}, "s26_rd_r2", NOT_MET),
    ("e4", {"class1_ip_not_counted": 2}, "s26_ip", NOT_MET),
    ("e4", {"platform_score_current": 49.9}, "s26_score", NOT_MET),
    ("e4", {"platform_score_current": 0}, "s26_score", NOT_MET),
    ("e4", {"platform_score_current": None}, "s26_score", UNKNOWN),
    ("e4", {"leading_product_revenue_y1": 750}, "s26_leading_product", NOT_MET),
    ("e4", {"leading_product_revenue_y1": 750.01}, "s26_leading_product", MET),
    (
        "e4",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 3},
        "s26_ip_exempt_award",
        MET,
    ),
    (
        "e4",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 4},
        "s26_ip_exempt_award",
        NOT_MET,
    ),
    ("e4", {"award_provincial_plus_3y": False}, "s26_ip_exempt_award", NOT_MET),
    ("e4", {"rd_institution_level": "provincial"}, "s26_ip_exempt_institution", MET),
    ("e4", {"rd_institution_level": "municipal"}, "s26_ip_exempt_institution", NOT_MET),
    ("e4", {"sme_size_class": "large"}, "g26_size", NOT_MET),
    ("e7", {"revenue_y1": 5000, "revenue_y3": 4535.15}, "l26_growth", NOT_MET),
    ("e7", {"revenue_y3": 5000.01}, "l26_growth", NOT_MET),
    ("e7", {"total_liabilities_y1": 3000.01}, "l26_debt", NOT_MET),
    ("e7", {"rd_expense_y2": 579.99}, "l26_rd_sum", NOT_MET),
    ("e7", {"market_share_pct": 10}, "l26_share", MET),
    ("e7", {"market_rank_cn": 4}, "l26_rank", NOT_MET),
    ("e7", {"platform_score_current": 60}, "l26_score", MET),
    ("e7", {"platform_score_current": 59.99}, "l26_score", NOT_MET),
    ("e7", {"single_champion": True}, "l26_overlay_2026", NOT_MET),
    ("e8", {"revenue_y1": 5000}, "l26_revenue", MET),
    ("e9", {"revenue_y1": 10000}, "l22_rd_50m_hi", MET),
    ("e9", {"revenue_y1": 10000.01}, "l22_rd_50m_hi", NOT_MET),
    ("e9", {"market_share_cn_pct": 9.99}, "l22_share", NOT_MET),
    ("e9", {"class1_ip_effective_count": 1}, "l22_ip", NOT_MET),
    (
        "e9",
        {"class1_ip_effective_count": None, "class1_ip_total": 5, "class1_ip_not_counted": 0},
        "l22_ip",
        UNKNOWN,
    ),
    ("e2", {"new_equity_3y": 500}, "i22_direct_equity", MET),
    ("e6", {"niche_years": 1.99}, "s22_years", NOT_MET),
    ("e6", {"revenue_y1": 1000, "main_business_revenue_y1": 800}, "s22_revenue", MET),
    ("e6", {"rd_expense_y1": 1860}, "s22_direct_rd", MET),
    ("e6", {"rd_expense_y1": 1859.99}, "s22_direct_rd", NOT_MET),
]


@pytest.mark.parametrize(
    ("case_id", "changes", "criterion", "verdict"),
    [pytest.param(*row, id=f"{row[2]}-{'-'.join(map(str, row[1].values()))}") for row in BOUNDARIES],
)
def test_boundary(case_id, changes, criterion, verdict):
    assert verdicts(judged(case_id, **changes))[criterion] == verdict


POINT_STEPS = [
    ("e1", "rd_expense_y1", 60, 20), ("e1", "rd_expense_y1", 59.99, 15), ("e1", "rd_expense_y1", 100, 25),
    ("e1", "rd_expense_y1", 19.99, 5),
]  # fmt: skip


@pytest.mark.parametrize(("case_id", "fact", "value", "innovation"), POINT_STEPS)
def test_a_value_on_the_edge_of_two_bands_takes_the_higher_points(case_id, fact, value, innovation):
    assert judged(case_id, **{fact: value}).points[0].parts["innovation"] == innovation


@pytest.mark.parametrize(
    ("amount", "ratio", "points"),
    [(150, None, 17), (500, None, 23), (99, None, 15), (300, None, 23), (120, None, 17), (119.99, None, 15)],
)
def test_rd_points_take_the_better_of_amount_and_ratio(amount, ratio, points):
    """s11 looks at amount or ratio, whichever earns more; the rest of the part earns 13."""
    assert judged("e6", rd_expense_y1=amount).points[0].parts["innovation"] == points


class TestStandard:
    """Which standard a filing falls under."""

    @pytest.mark.parametrize(
        ("program", "on", "application", "standard"),
        [
            ("specialized-sme", date(2022, 7, 31), "new", ""),
            ("specialized-sme", date(2022, 8, 1), "new", "specialized-sme-2022"),
            ("specialized-sme", date(2026, 3, 31), "review", "specialized-sme-2022"),
            ("specialized-sme", date(2026, 4, 1), "review", "specialized-sme-2026"),
            ("little-giant", date(2026, 3, 31), "new", "little-giant-2022"),
            ("little-giant", date(2026, 5, 10), "new", "little-giant-2026"),
            ("little-giant", date(2026, 4, 24), "review", ""),
            ("little-giant", date(2026, 4, 25), "review", "little-giant-2022"),
            ("little-giant", date(2026, 6, 30), "review", "little-giant-2022"),
            ("little-giant", date(2026, 7, 1), "review", "little-giant-2026"),
            ("innovative-sme", date(2026, 11, 22), "new", "innovative-sme-2022"),
            ("technology-sme", date(2026, 11, 22), "new", "technology-sme-2017"),
        ],
    )
    def test_is_chosen_by_filing_day_and_kind(self, program, on, application, standard):
        found = assess(PROGRAMS[program], EnterpriseProfile(), on=on, application=application)
        assert found.standard == standard
        if not standard:
            assert found.verdict is Verdict.UNKNOWN
            assert found.warnings

    def test_general_conditions_change_with_the_day(self):
        before = assess(PROGRAMS["innovative-sme"], EnterpriseProfile(), on=date(2026, 3, 31))
        after = assess(PROGRAMS["innovative-sme"], EnterpriseProfile(), on=date(2026, 4, 1))
        assert before.findings[0].id == "g22_general"
        assert after.findings[0].id == "g26_general"

    def test_a_batch_the_notice_does_not_name_has_no_standard(self):
        ask = {"on": date(2026, 5, 10), "application": "review"}
        program = PROGRAMS["little-giant"]
        assert assess(program, EnterpriseProfile(), batch="第五批", **ask).standard == "little-giant-2022"
        other = assess(program, EnterpriseProfile(), batch="第三批", **ask)
        assert other.standard == ""
        assert "第三批" in other.warnings[0]

    def test_the_argument_wins_over_the_profile_and_new_is_the_default(self):
        program, on = PROGRAMS["little-giant"], date(2026, 5, 10)
        review = EnterpriseProfile(application_type="review")
        assert assess(program, review, on=on).standard == "little-giant-2022"
        assert assess(program, review, on=on, application="new").standard == "little-giant-2026"
        assert assess(program, EnterpriseProfile(), on=on).standard == "little-giant-2026"

    def test_growth_is_not_looked_at_in_the_review_of_2025(self):
        """工信厅企业函〔2025〕190号 waives growth for reviews, not for new applications."""
        facts_ = {**WORKED["e9"]["facts"], "main_business_revenue_y2": 5700, "main_business_revenue_y3": 5600}
        program, on = PROGRAMS["little-giant"], date(2025, 5, 20)
        review = assess(program, EnterpriseProfile(**facts_), on=on, application="review")
        new = assess(program, EnterpriseProfile(**facts_), on=on, application="new")
        assert verdicts(review)["l22_growth"] == MET
        assert verdicts(new)["l22_growth"] == NOT_MET
        assert "l22_o25_champion" in verdicts(new)
        assert "l22_o25_champion" not in verdicts(review)

    def test_a_review_may_use_either_years_score(self):
        told = {"platform_score_current": 40, "platform_score_previous": 50}
        assert judged("e4", **told).verdict is Verdict.NOT_MET
        assert judged("e4", application_type="review", **told).verdict is Verdict.MET


class TestThreeValues:
    def test_a_failing_member_settles_it_whatever_is_unknown(self):
        found = assess(
            PROGRAMS["specialized-sme"], EnterpriseProfile(in_abnormal_list=True), on=date(2026, 11, 22)
        )
        assert found.verdict is Verdict.NOT_MET
        assert found.ask_next == ()
        assert [f.id for f in found.findings if f.decisive] == ["g26_general", "g26_abnormal"]

    def test_nothing_told_is_unknown_everywhere(self):
        found = assess(PROGRAMS["specialized-sme"], EnterpriseProfile(), on=date(2026, 11, 22))
        told = {f.id for f in found.findings if f.verdict is not Verdict.UNKNOWN}
        assert told == {"s26_is_review", "s26_score_review"}  # a filing is new unless told otherwise

    def test_a_claimed_ratio_counts_only_where_the_amounts_are_missing(self):
        alone = judged("e5", rd_expense_y2=None, rd_ratio_y2=3)
        beside = judged("e5", rd_ratio_y2=3)
        assert verdicts(alone)["s26_rd_r2"] == MET
        assert verdicts(beside)["s26_rd_r2"] == NOT_MET

    def test_a_base_of_zero_cannot_be_worked_out_and_is_not_asked_again(self):
        found = judged("e4", revenue_y2=0)
        finding = next(f for f in found.findings if f.id == "s26_rd_r2")
        assert finding.verdict is Verdict.UNKNOWN
        assert "零" in finding.why
        assert "revenue_y2" not in found.ask_next

    def test_points_are_a_range_and_settle_early(self):
        found = judged("e1", ip_best_class=None)
        assert (found.points[0].low, found.points[0].high, found.points[0].total) == (55, 75, None)
        assert verdicts(found)["i22_total"] == UNKNOWN
        assert verdicts(judged("e1", ip_best_class=None, rd_expense_y1=100))["i22_min_innovation"] == MET


class TestFinding:
    def test_says_by_how_much_and_why(self):
        finding = next(f for f in judged("e5").findings if f.id == "s26_rd_r2")
        assert finding.margin == Decimal("-0.0029")
        assert finding.required == "不低于 3%"
        assert finding.why == "101.9 ÷ 3400 = 2.9971%，要求不低于 3%"
        assert finding.clause.source_id == "miit-2026-2"
        assert finding.clause.locator == "附件1（三）"
        assert finding.evidence

    def test_rounding_never_shows_a_failing_value_on_the_line(self):
        finding = next(
            f for f in judged("e5", rd_expense_y2=102, revenue_y2=Decimal("3400.000001")).findings
            if f.id == "s26_rd_r2"
        )  # fmt: skip
        assert finding.verdict is Verdict.NOT_MET
        assert finding.value < 3

    def test_is_no_surer_than_its_formula(self):
        """The formula of the two-year growth of 2026 is inferred, so a verdict that rests on it says so."""
        found = judged("e7", platform_score_current=60)
        growth = next(f for f in found.findings if f.id == "l26_growth")
        assert growth.certainty.value == "inferred"
        assert found.verdict is Verdict.MET
        assert any("两年营业收入倍数" in warning for warning in found.warnings)

    def test_parents_build_the_tree(self):
        found = judged("e4")
        ids = [f.id for f in found.findings]
        assert len(ids) == len(set(ids))
        assert all(f.parent is None or f.parent in ids[:n] for n, f in enumerate(found.findings))

    def test_decide_agrees_with_assess(self):
        for case in WORKED.values():
            told = EnterpriseProfile(**case["facts"])
            program = PROGRAMS[case["program"]]
            assert (
                decide(program, told, on=case["on"], application=case.get("application")) == case["overall"]
            )


class TestWindow:
    @pytest.mark.parametrize(
        ("program", "on", "region", "open_"),
        [
            ("little-giant", date(2026, 4, 25), "全国", True),
            ("little-giant", date(2026, 5, 25), "全国", True),
            ("little-giant", date(2026, 5, 26), "全国", False),
            ("little-giant", date(2026, 3, 1), "全国", False),
            ("little-giant", date(2027, 5, 1), "全国", None),
            ("technology-sme", date(2026, 8, 31), "全国", True),
            ("technology-sme", date(2026, 11, 22), "全国", False),
            ("innovative-sme", date(2026, 7, 31), "广东省深圳市", True),
            ("innovative-sme", date(2026, 8, 1), "广东省", False),
            ("innovative-sme", date(2026, 7, 15), "山东省", None),
            ("specialized-sme", date(2026, 11, 22), "全国", None),
            ("pilot-jinan", date(2026, 11, 22), "山东省济南市", False),
        ],
    )
    def test_is_a_separate_answer(self, program, on, region, open_):
        state = window(PROGRAMS[program], on=on, region=region)
        assert state.open is open_
        assert state.text


class TestRegion:
    def test_a_provinces_condition_holds_only_there(self):
        ask = {"on": date(2026, 11, 22)}
        there = assess(PROGRAMS["specialized-sme"], EnterpriseProfile(), region="浙江省杭州市", **ask)
        elsewhere = assess(PROGRAMS["specialized-sme"], EnterpriseProfile(), region="广东省", **ask)
        assert "zj26_registered" in verdicts(there)
        assert "zj26_registered" not in verdicts(elsewhere)
        assert any("浙江省" in warning for warning in there.warnings)
        assert not any("浙江省" in warning for warning in elsewhere.warnings)

    def test_an_expired_pilot_supports_no_verdict(self):
        told = EnterpriseProfile(
            in_pilot_industry=True,
            willing_to_transform=True,
            chain_node_confirmed=True,
            sme_size_class="small",
        )
        program, here = PROGRAMS["pilot-jinan"], "山东省济南市"
        assert assess(program, told, on=date(2025, 12, 31), region=here).verdict is Verdict.MET
        assert assess(program, told, on=date(2025, 6, 1), region="山东省").verdict is Verdict.MET
        late = assess(program, told, on=date(2026, 1, 1), region=here)
        assert late.verdict is Verdict.UNKNOWN
        assert "失效" in late.warnings[0]
        assert assess(program, told, on=date(2025, 6, 1), region="天津市").verdict is Verdict.UNKNOWN

    def test_where_only_some_conditions_are_known_meeting_them_settles_nothing(self):
        told = EnterpriseProfile(in_pilot_industry=True, sme_size_class="small")
        found = assess(PROGRAMS["pilot-binhai"], told, on=date(2025, 1, 1), region="天津市滨海新区")
        assert found.verdict is Verdict.UNKNOWN
        assert any("未取得" in warning for warning in found.warnings)
        wrong = EnterpriseProfile(in_pilot_industry=False)
        assert assess(PROGRAMS["pilot-binhai"], wrong, on=date(2025, 1, 1)).verdict is Verdict.NOT_MET


class TestData:
    def test_every_clause_opens(self):
        """Titles cite documents of ours; pilots cite policy cards."""
        documents = load_documents(DATA)
        cards = {path.stem for path in (DATA / "policies").glob("*.yaml")}
        for program in PROGRAMS.values():
            for standard in program.standards.values():
                for criterion in standard.route.walk():
                    source = criterion.clause.source_id
                    assert source in (cards if program.kind == "pilot" else documents)
                    assert criterion.clause.locator

    def test_every_fact_has_a_plain_question_and_every_choice_a_word(self):
        for fact in facts().values():
            assert fact.ask.endswith(("？", "。", "）")), fact.name
            assert set(fact.words) == set(fact.choices), fact.name

    def test_pitfalls_are_complete(self):
        assert list(CHECKS) == [f"p{n:02d}" for n in range(1, 57)]

    def test_nothing_shown_names_an_unnamed_source(self):
        text = "".join(path.read_text(encoding="utf-8") for path in (DATA / "programs").rglob("*.yaml"))
        for word in ("code file", "entry ", "github", "sakurua", "seed"):
            assert word not in text

    def test_an_unknown_fact_fails_at_load(self, tmp_path):
        folder = tmp_path / "programs"
        (folder / "shared").mkdir(parents=True)
        for path in (DATA / "programs" / "shared").glob("*.yaml"):
            (folder / "shared" / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        data = yaml.safe_load((DATA / "programs" / "pilot-jinan.yaml").read_text(encoding="utf-8"))
        data["standards"][0]["route"]["all"][1]["fact"] = "in_pilot_industri"
        (folder / "pilot-jinan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        with pytest.raises(KnowledgeError, match="in_pilot_industri") as caught:
            load_programs(tmp_path)
        assert caught.value.file == "pilot-jinan.yaml"
        assert SIZES
