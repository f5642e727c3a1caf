"""Near copies take one place; what differs, or was published, keeps its own."""

import pytest

from retrieval.search import Hit, Passage
from retrieval.variety import collapsed, varied

SPAM = "数字化转型补贴申报条件本公司代办联系{n}号经理"


def hit(n: int, text: str, **more) -> Hit:
    given = {"kind": "uploaded", "region": "全国", "owner": "a", **more}
    passage = Passage(id=f"up-{n}#1", source_id=f"up-{n}", title="", locator="1", text=text, **given)
    return Hit(passage=passage, rank=n, score=1.0)


def test_two_hundred_copies_take_one_place_and_others_come_up():
    copies = [hit(n, SPAM.format(n=n)) for n in range(1, 201)]
    real = [
        hit(300 + n, f"第{n}条 " + "甲乙丙丁戊己庚辛"[n] * 9, kind="policy", owner=None) for n in range(5)
    ]
    depths = []

    def search(depth):
        depths.append(depth)
        return [*copies, *real][:depth]

    found = varied(search, 4)
    assert [h.passage.kind for h in found] == ["uploaded", "policy", "policy", "policy"]
    assert [h.rank for h in found] == [1, 2, 3, 4]
    assert depths == sorted(depths)


def test_words_in_another_order_are_a_copy_still():
    assert (
        len(collapsed([hit(1, "补贴申报条件包过联系客户经理"), hit(2, "客户经理联系包过条件申报补贴")])) == 1
    )


@pytest.mark.parametrize(
    "more",
    [{"region": "山东省济南市"}, {"owner": "b"}, {"kind": "policy"}],
    ids=["place", "owner", "published"],
)
def test_of_another_place_owner_or_published_is_no_copy(more):
    assert len(collapsed([hit(1, SPAM.format(n=1)), hit(2, SPAM.format(n=2), **more)])) == 2


def test_clauses_of_one_document_stay_though_they_are_alike():
    first, second = hit(1, "二级按百分之二十补助"), hit(1, "三级按百分之三十补助")
    assert len(collapsed([first, second])) == 2


def test_a_search_that_has_no_more_ends():
    assert varied(lambda depth: [hit(1, "甲")][:depth], 10)[0].rank == 1
