"""Standards load, add up, cite sources they list, and a slip in a file is named with file, key and reason."""

from decimal import Decimal

import pytest
import yaml

from knowledge.errors import KnowledgeError
from knowledge.files import DATA
from knowledge.standard import load_standards

FILE = DATA / "standards" / "sme-digital-level-2024.yaml"
STANDARDS = load_standards()
STANDARD = STANDARDS["sme-digital-level-2024"]


def test_three_editions_of_which_one_can_be_scored():
    assert {id: standard.scorable for id, standard in STANDARDS.items()} == {
        "shandong-data-assessment-2025": False,
        "sme-digital-level-2024": True,
        "sme-digital-level-2022": False,
    }


def test_the_2024_edition_is_complete():
    assert [d.name for d in STANDARD.dimensions] == ["数字化基础", "数字化管理", "数字化成效", "数字化经营"]
    assert [(d.name, d.max_points) for d in STANDARD.dimensions[:3]] == [
        ("数字化基础", 50),
        ("数字化管理", 30),
        ("数字化成效", 20),
    ]
    assert list(STANDARD.questions) == [f"q{n:02d}" for n in range(1, 16)]
    assert list(STANDARD.scene) == [f"s{n:02d}" for n in range(1, 17)]
    assert all(sorted(scene.levels) == [1, 2, 3, 4] for scene in STANDARD.scenes)
    assert "".join(scene.name for scene in STANDARD.scenes if scene.binding) == (
        "产品设计营销管理生产管控质量管理设备管理安全生产能耗管理采购管理仓储物流财务管理"
    )
    assert sum((q.max_points for q in STANDARD.questions.values()), Decimal(0)) == 100


def test_questions_have_the_options_and_points_of_the_form():
    counts = [len(question.options) for question in STANDARD.questions.values()]
    assert counts == [5, 5, 5, 15, 5, 5, 5, 6, 5, 6, 5, 3, 3, 3, 3]
    multi = [id for id, question in STANDARD.questions.items() if question.kind == "multi"]
    assert multi == ["q01", "q04", "q06", "q07", "q09", "q10"]
    q04 = STANDARD.questions["q04"].option
    assert {q04[key].points for key in "BCDEFGHIJKLMN"} == {Decimal("0.7")}
    assert q04["O"].points == Decimal("0.9")


def test_the_level_rule_says_that_nobody_checked_it_against_the_official_text():
    rule = STANDARD.level_rule
    assert not rule.checked_against_official
    assert "官方PDF" in rule.note
    assert [(s.min_total, s.min_scenes, s.min_binding_scenes) for s in rule.steps] == [
        (20, 6, 3),
        (40, 6, 3),
        (60, 8, 5),
        (80, 10, 6),
    ]


def test_conflicts_are_kept():
    assert [conflict.id for conflict in STANDARD.conflicts] == [f"c{n}" for n in range(1, 8)]
    assert all(len(conflict.readings) >= 2 for conflict in STANDARD.conflicts)


def test_editions_without_tables_say_what_is_known_and_what_is_not():
    for standard in STANDARDS.values():
        if not standard.scorable:
            assert "不能据此评分" in standard.why_not
            assert standard.known
            assert standard.unknown
            assert not standard.questions
    assert STANDARDS["sme-digital-level-2022"].level_rule.bounds_included is None


def test_sources_are_named_as_people_may_see_them():
    for path in (DATA / "standards").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("种子", "seed", "entry", "条目 ", "CLAUDE") if word in text]
    for standard in STANDARDS.values():
        for source in standard.sources:
            if source.kind in ("public_code", "third_party") and source.url is None and source.date is None:
                assert source.title.startswith("第三方公开资料（未经官方核对）")


def broken(tmp_path, change):
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    data["predecessor"] = None
    change(data)
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "x.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_standards(tmp_path)
    return caught.value


def question(data, dimension=0, indicator=0, at=0):
    return data["dimensions"][dimension]["indicators"][indicator]["questions"][at]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        pytest.param(lambda d: question(d)["options"][1].update(points=2.1), "q01.B", id="points"),
        pytest.param(lambda d: question(d).update(max_points=9), "q01", id="question-maximum"),
        pytest.param(lambda d: question(d).update(weight_percent=41), "设备系统", id="question-weight"),
        pytest.param(lambda d: d["dimensions"][0]["indicators"].pop(), "foundation", id="indicator-missing"),
        pytest.param(lambda d: d["dimensions"][0].update(weight_percent=49), "dimensions", id="dimension"),
        pytest.param(lambda d: question(d, at=1).update(id="q01"), "id", id="id-twice"),
        pytest.param(lambda d: d["scenes"][1].update(id="s01"), "id", id="scene-twice"),
        pytest.param(lambda d: d["scenes"][0]["levels"].pop(3), "s01.levels", id="level-missing"),
        pytest.param(lambda d: d["scenes"][0].update(group="别的"), "s01", id="group"),
        pytest.param(lambda d: d["scenes"][0].update(source=["Q9"]), "s01", id="source"),
        pytest.param(
            lambda d: d["level_rule"]["steps"][3].update(min_scenes=5), "level_rule.4", id="not-nested"
        ),
        pytest.param(
            lambda d: d["level_rule"]["steps"][3].update(min_binding_scenes=11), "level_rule.4", id="too-many"
        ),
        pytest.param(
            lambda d: d["base_rules"][0]["needs"].update(s01=["Z"]), "collection-under-scene", id="rule"
        ),
        pytest.param(lambda d: d["build_order"][0]["questions"].pop(), "build_order", id="order"),
        pytest.param(lambda d: question(d)["options"].append({"key": "A"}), "", id="schema"),
        pytest.param(lambda d: question(d, at=1)["options"].reverse(), "q02", id="single-out-of-order"),
        pytest.param(lambda d: question(d, at=1)["options"][0].pop("band"), "q02.A", id="band-missing"),
    ],
)
def test_a_slip_is_named_by_file_and_key(tmp_path, change, key):
    error = broken(tmp_path, change)
    assert error.file == "x.yaml"
    assert error.key.startswith(key)
    assert error.reason


def test_an_edition_is_added_by_adding_a_file(tmp_path):
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    data |= {"id": "next-edition", "edition": "2027", "predecessor": None}
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "next.yaml").write_text(
        yaml.safe_dump(data, allow_unicode=True), encoding="utf-8"
    )
    assert list(load_standards(tmp_path)) == ["next-edition"]


def test_a_predecessor_must_be_there(tmp_path):
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "x.yaml").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="predecessor"):
        load_standards(tmp_path)


def test_bands_hold_their_upper_bound():
    options = STANDARD.questions["q11"].options
    assert [
        [o.key for o in options if o.band.holds(Decimal(rate))] for rate in ("0", "10", "10.5", "20", "100")
    ] == [
        ["A"],
        ["A"],
        ["B"],
        ["B"],
        ["E"],
    ]


def test_facts_agree_with_the_collected_ones(shared):
    """Every name and number of the 2024 edition, against the collection they were taken from."""
    source = yaml.safe_load(
        (shared / "facts/indicators/sme-digital-level-2024.yaml").read_text(encoding="utf-8")
    )
    for dimension in source["dimensions"]:
        for indicator in dimension.get("indicators", ()):
            for item in indicator["items"]:
                told, ours = item["question"], STANDARD.questions[item["question"]["id"]]
                assert (ours.asks, ours.kind, ours.name) == (told["asks"], told["type"], item["name"])
                assert ours.max_points == Decimal(repr(item["max_points"]))
                assert list(ours.evidence) == told["evidence_examples"]
                assert [(o.key, o.text, o.points) for o in ours.options] == [
                    (o["key"], o["text"], Decimal(repr(o["points"]))) for o in told["options"]
                ]
    for told, ours in zip(source["scenes"]["list"], STANDARD.scenes, strict=True):
        assert (ours.id, ours.name, ours.group, ours.binding) == (
            told["id"],
            told["name"],
            told["group"],
            told["binding"],
        )
        assert ours.levels == told["levels"]
