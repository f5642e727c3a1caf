"""Questions about the collection, answered by query."""

from datetime import date

import pytest

from assistant.corpus import list_conflicts, list_policies, list_timeline, summarize, tally, view_document
from knowledge.load import KnowledgeBase
from knowledge.policy import Status

KB = KnowledgeBase(verify=False)
TODAY = date(2026, 11, 22)


def ids(**asked: object) -> list[str]:
    return [item.id for item in list_policies(KB, on=TODAY, **asked)]  # type: ignore[arg-type]


def test_without_a_wish_everything_is_listed_once() -> None:
    assert sorted(ids()) == sorted(KB.policies)


def test_jinan_gets_its_own_its_province_and_the_nation_and_nobody_elses() -> None:
    items = list_policies(KB, on=TODAY, region="山东省济南市")
    assert items[0].region == "山东省济南市"
    assert {item.region for item in items} == {"山东省济南市", "山东省", "全国"}
    assert "sd-jinan-pilot-2024" in [item.id for item in items]


def test_a_province_also_shows_what_holds_in_parts_of_it_and_says_so() -> None:
    items = {item.id: item for item in list_policies(KB, on=TODAY, region="广东省")}
    assert items["gd-ext-2026"].scope_label == "本地"
    assert items["gd-zhongshan-2024"].scope_label == "辖内"
    assert items["miit-2026-2"].scope_label == "上级"
    assert "sd-jinan-pilot-2024" not in items
    assert "gd-zhongshan-2024" not in ids(region="广东省", below=False)


def test_the_nation_alone_is_the_nation_alone() -> None:
    assert {item.region for item in list_policies(KB, on=TODAY, region="全国")} == {"全国"}


@pytest.mark.parametrize("status", list(Status))
def test_a_status_is_that_of_the_day(status: Status) -> None:
    for item in list_policies(KB, on=TODAY, status=status):
        assert KB.policies[item.id].status_on(TODAY) is status
        assert item.status_label == status.label


def test_in_force_never_takes_in_what_states_no_validity() -> None:
    held = ids(status=Status.IN_FORCE)
    assert "gd-zhongshan-2024" in held
    assert "cn-eval-2024" not in held
    assert "tj-binhai-fund-2024" not in held


def test_the_same_question_on_another_day_has_another_answer() -> None:
    then = [item.id for item in list_policies(KB, on=date(2025, 6, 1), status=Status.IN_FORCE)]
    assert "sd-jinan-pilot-2024" in then
    assert "miit-2022-63" in then
    assert "miit-2026-2" not in then


def test_what_closes_before_a_day_comes_soonest_first() -> None:
    items = list_policies(KB, on=TODAY, closing_before=date(2026, 12, 31))
    assert [(item.id, str(item.closes_on)) for item in items] == [
        ("cn-ai-provider-2026", "2026-12-01"),
        ("gd-ext-2026", "2026-12-31"),
        ("gd-zhongshan-2024", "2026-12-31"),
    ]
    assert ids(closing_before=date(2026, 12, 1)) == ["cn-ai-provider-2026"]
    assert ids(closing_before=date(2026, 11, 30)) == []


def test_a_topic_is_looked_for_in_titles_topics_and_headings() -> None:
    assert "yn-kunming-accept-2025" in ids(topic="验收")
    assert ids(topic="工信部企业〔2026〕2号") == ["miit-2026-2"]
    assert ids(topic="登月") == []


def test_counts_add_up() -> None:
    items = list_policies(KB, on=TODAY)
    counted = tally(items)
    assert counted.total == len(items) == sum(counted.by_status.values()) == sum(counted.by_region.values())
    assert counted.by_status["征求意见稿"] == 4


def test_a_sentence_tells_the_counts() -> None:
    words = summarize(list_policies(KB, on=TODAY, topic="征求意见"), on=TODAY)
    assert words.startswith("截至2026-11-22，")
    items = list_policies(KB, on=TODAY, region="山东省济南市", status=Status.IN_FORCE)
    assert f"共 {len(items)} 件：现行 {len(items)} 件" in summarize(items, on=TODAY, region="山东省济南市")
    assert "没有收录" in summarize((), on=TODAY)


def test_an_item_says_how_sure_it_is_and_what_it_leans_on() -> None:
    item = next(item for item in list_policies(KB, on=TODAY) if item.id == "cn-eval-2024")
    assert item.status_label == "未载明有效期，需向发文机关核实"
    assert item.certainty_label == "转载"
    assert item.confidence_label == "未见依据，待核实"
    assert item.validity == "2024-09 至 未载明"
    assert len(item.warnings) == 1


def test_the_timeline_shows_told_and_computed_days_in_order() -> None:
    items = list_timeline(KB, after=date(2026, 1, 1))
    assert [item.date for item in items] == sorted(item.date for item in items)
    seen = {(item.date, item.policy, item.kind) for item in items}
    assert (date(2026, 12, 1), "cn-ai-provider-2026", "closes") in seen
    assert (date(2026, 4, 1), "miit-2026-2", "takes_effect") in seen
    assert (date(2026, 4, 1), "miit-2022-63", "replaced") in seen
    assert len(seen) == len(items)
    first = next(item for item in list_timeline(KB, after=TODAY))
    assert (first.policy, first.days_left) == ("cn-ai-provider-2026", 9)


def test_the_timeline_of_a_place_leaves_other_places_out() -> None:
    regions = {item.region for item in list_timeline(KB, after=date(2020, 1, 1), region="天津市滨海新区")}
    assert "广东省" not in regions
    assert regions <= KB.regions.covering("天津市滨海新区") | KB.regions.within("天津市滨海新区")


def test_the_same_condition_side_by_side() -> None:
    items = list_conflicts(KB, on=TODAY, topic="补助")
    assert items
    cells = {cell.label: cell for item in items for cell in item.cells}
    assert cells["补贴占实际投入"].value == "不超过 40%"
    assert cells["滨海新区：补助比例与上限"].amount is None
    near = {
        cell.region for item in list_conflicts(KB, on=TODAY, region="山东省济南市") for cell in item.cells
    }
    assert near <= {"山东省济南市", "山东省", "全国"}


def test_a_document_shows_what_came_before_and_after() -> None:
    view = view_document(KB, "cn-eval-2022", on=TODAY)
    assert view.replaced_by == ("cn-eval-2024",)
    assert view.chain == ("cn-eval-2022", "cn-eval-2024")
    assert view.lines
    assert view_document(KB, "cn-eval-2022", on=date(2023, 1, 1)).replaced_by == ()
