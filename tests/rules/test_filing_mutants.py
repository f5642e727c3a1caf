"""Which row, which overlay, which region: days and names on the line, on a program made for it."""

from datetime import date

import pytest
from eligibility_cases import SIZES, profile

from assistant.rules.filing import decide, in_region, join, open_filing, select, serves
from assistant.schema import Verdict
from knowledge.program import Program

CLAUSE = {"source_id": "x", "locator": "x"}
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def leaf(id_, fact, value=True):
    return {
        "id": id_, "label": id_, "fact": fact, "op": "==", "value": value, "clause": CLAUSE,
        "certainty": "verified",
    }  # fmt: skip


def row(id_, since, until=None, **more):
    return {
        "id": id_, "since": since, "until": until, "application": ["new"], "standard": "s",
        "certainty": "verified", **more,
    }  # fmt: skip


def made(selection, *, overlays=(), region="全国", partial=False, general=None):
    standard = {"id": "s", "title": "s", "document": "s", "route": leaf("r", "high_tech_enterprise_valid")}
    return Program(
        id="p", title="p", kind="title", region=region, selection=selection, overlays=overlays,
        standards={"s": {**standard, "partial": partial}}, general=general or {},
    )  # fmt: skip


def overlay(id_, since, until, **more):
    return {
        "id": id_, "title": id_, "since": since, "until": until, "application": ["new"], "standards": ["s"],
        "clause": CLAUSE, "certainty": "verified", **more,
    }  # fmt: skip


ROWS = (
    row("early", "2025-01-01", "2025-06-30"),
    row("late", "2025-06-01", "2025-12-31"),
    row("third", "2025-03-01", "2025-03-31", batches=["第三批"], application=["review"]),
    row("any", "2025-03-15", "2025-04-30", application=["review"]),
    row("open", "2026-02-01"),
)


@pytest.mark.parametrize(
    ("on", "application", "batch", "chosen"),
    [
        (date(2024, 12, 31), "new", None, None),
        (date(2025, 1, 1), "new", None, "early"),
        (date(2025, 5, 31), "new", None, "early"),
        (date(2025, 6, 1), "new", None, "late"),  # of two rows that hold, the one that began later
        (date(2025, 12, 31), "new", None, "late"),
        (date(2026, 1, 1), "new", None, None),
        (date(2026, 2, 1), "new", None, "open"),
        (date(2036, 2, 1), "new", None, "open"),
        (date(2026, 2, 1), "review", None, None),
        (date(2025, 3, 10), "review", None, "third"),
        (date(2025, 3, 20), "review", None, "any"),
        (date(2025, 3, 20), "review", "第三批", "third"),  # a row for the batch wins over one for everybody
        (date(2025, 3, 20), "review", "第五批", "any"),
        (date(2025, 3, 10), "review", "第五批", None),
    ],
)
def test_the_row_of_a_filing(on, application, batch, chosen):
    found = select(made(ROWS), on=on, application=application, batch=batch)
    assert (found.id if found else None) == chosen


@pytest.mark.parametrize(
    ("own", "asked", "served"),
    [
        ("全国", "山东省济南市", True),
        ("山东省济南市", "全国", True),
        ("山东省济南市", "山东省", True),
        ("山东省济南市", "山东省济南市", True),
        ("山东省济南市", "山东省济南市历下区", True),
        ("山东省济南市", "山东省青岛市", False),
        ("山东省济南市", "浙江省", False),
    ],
)
def test_a_program_is_refused_only_where_it_surely_does_not_serve(own, asked, served):
    program = made(ROWS, region=own)
    assert serves(program, asked) is served
    filing = open_filing(program, profile({}), on=date(2025, 1, 1), region=asked)
    assert (filing is not None) is served


@pytest.mark.parametrize(
    ("place", "region", "holds"),
    [
        ("全国", "浙江省", True),
        ("浙江省", "浙江省杭州市", True),
        ("浙江省杭州市", "浙江省", False),
        ("浙江省", "全国", False),
    ],
)
def test_what_holds_in_a_place_holds_in_all_that_lies_in_it(place, region, holds):
    assert in_region(place, region) is holds


@pytest.mark.parametrize(
    ("on", "region", "application", "held"),
    [
        (date(2025, 2, 28), "浙江省杭州市", None, set()),
        (date(2025, 3, 1), "浙江省杭州市", None, {"zj", "cn"}),
        (date(2025, 5, 31), "浙江省", "new", {"zj", "cn"}),
        (date(2025, 6, 1), "浙江省", "new", set()),
        (date(2025, 4, 1), "全国", None, {"cn"}),
        (date(2025, 4, 1), "浙江省", "review", set()),
    ],
)
def test_an_overlay_holds_from_its_first_to_its_last_day_in_its_place_for_its_kind(
    on, region, application, held
):
    overlays = (
        overlay(
            "zj", "2025-03-01", "2025-05-31", region="浙江省", criteria=leaf("z", "technology_sme_valid")
        ),
        overlay("cn", "2025-03-01", "2025-05-31", waives=["r"]),
        overlay("other", "2025-03-01", "2025-05-31", standards=["t"]),
    )
    rows = (row("a", "2025-01-01", application=["new", "review"]),)
    filing = open_filing(
        made(rows, overlays=overlays), profile({}), on=on, region=region, application=application
    )
    assert {one.id for one in filing.overlays} == held
    assert ("z" in filing.verdicts) is ("zj" in held)
    assert filing.verdicts["r"] is (MET if "cn" in held else UNKNOWN)


def test_every_root_must_hold_the_general_ones_first():
    general = {"g": leaf("g", "in_abnormal_list", False)}
    program = made((row("a", "2025-01-01", general="g"),), general=general)

    def filed(**told):
        return open_filing(program, profile(told), on=date(2025, 1, 1))

    assert [root.id for root in filed().roots] == ["g", "r"]
    assert filed(in_abnormal_list=True).verdict is NOT_MET
    assert filed(in_abnormal_list=True, high_tech_enterprise_valid=True).verdict is NOT_MET
    assert filed(in_abnormal_list=False).verdict is UNKNOWN
    assert filed(in_abnormal_list=False, high_tech_enterprise_valid=True).verdict is MET


def test_where_only_some_conditions_are_known_one_that_fails_still_settles():
    program = made((row("a", "2025-01-01"),), partial=True)
    on = date(2025, 1, 1)
    assert decide(program, profile({"high_tech_enterprise_valid": True}), on=on) is UNKNOWN
    assert decide(program, profile({"high_tech_enterprise_valid": False}), on=on) is NOT_MET
    assert decide(program, profile({}), on=on) is UNKNOWN
    assert decide(program, profile({"high_tech_enterprise_valid": False}), on=date(2024, 1, 1)) is UNKNOWN


@pytest.mark.parametrize(
    ("verdicts", "joined"),
    [
        ((), MET),
        ((MET, MET), MET),
        ((MET, UNKNOWN), UNKNOWN),
        ((UNKNOWN, NOT_MET), NOT_MET),
        ((NOT_MET, MET), NOT_MET),
    ],
)
def test_join(verdicts, joined):
    assert join(iter(verdicts)) is joined


def test_the_kind_of_application_is_the_one_asked_for_then_the_one_told_then_new():
    rows = (row("n", "2025-01-01"), row("r", "2025-01-01", application=["review"]))

    def kind(application=None, **told):
        filing = open_filing(made(rows), profile(told), on=date(2025, 1, 1), application=application)
        return filing.application, filing.row.id, filing.situation.facts["application_type"]

    assert kind() == ("new", "n", "new")
    assert kind(application_type="review") == ("review", "r", "review")
    assert kind("new", application_type="review") == ("new", "n", "new")


def test_the_size_class_told_holds_where_the_figures_allow_it_and_figures_speak_where_it_is_not_told():
    rows = (row("a", "2025-01-01"),)

    def sizes(**told):
        return open_filing(
            made(rows), profile(told), on=date(2025, 1, 1), industry="机床", size_rows=SIZES
        ).situation.sizes

    assert sizes() == {"micro", "small", "medium", "large"}
    assert sizes(employees_y1=19) == {"micro"}
    assert sizes(revenue_y1=299) == {"micro"}
    assert sizes(employees_y1=300, revenue_y1=2000) == {"medium"}
    assert sizes(employees_y1=300, revenue_y1=2000, sme_size_class="medium") == {"medium"}
    both = sizes(employees_y1=300, revenue_y1=2000, sme_size_class="small")
    assert both == {"small", "medium"}, "figures that exclude the class told leave it open"
    construction = open_filing(
        made(rows), profile({"total_assets_y1": 299}), on=date(2025, 1, 1), industry="建筑业", size_rows=SIZES
    )
    assert construction.situation.sizes == {"micro"}


def test_other_facts_are_judged_afresh():
    filing = open_filing(
        made((row("a", "2025-01-01"),)), profile({}), on=date(2025, 1, 1), industry="机床", size_rows=SIZES
    )
    other = filing.with_facts({"high_tech_enterprise_valid": True, "sme_size_class": "medium"})
    assert (filing.verdict, other.verdict) == (UNKNOWN, MET)
    assert other.situation.sizes == {"medium"}
    assert filing.situation.sizes == {"micro", "small", "medium", "large"}
