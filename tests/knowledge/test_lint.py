"""The guide's examples load as written, and data a person got wrong is told in sentences."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from knowledge.errors import KnowledgeError
from knowledge.files import DATA
from knowledge.lint import lint
from knowledge.load import KnowledgeBase

GUIDE = Path(__file__).parents[2] / "docs" / "adding-knowledge.md"
BLOCK = re.compile(r"^(写入|在) `([^`]+)`[^\n]*：\n\n```yaml\n(.*?)^```", re.M | re.S)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def merge(path: Path, text: str) -> None:
    """Add the rows of `text` to the lists of the same name in a file."""
    old = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    for key, rows in yaml.safe_load(text).items():
        old.setdefault(key, []).extend(rows)
    path.write_text(yaml.safe_dump(old, allow_unicode=True, sort_keys=False), encoding="utf-8")


def follow_the_guide(data: Path) -> list[str]:
    done = []
    for how, name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        path = data / name
        if how == "写入":
            assert not path.exists()
            path.write_text(text, encoding="utf-8")
        else:
            merge(path, text)
        done.append(name)
    return done


def edit(data: Path, name: str, **changes: object) -> None:
    path = data / "policies" / f"{name}.yaml"
    card = yaml.safe_load(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        if value is None:
            card.pop(key, None)
        else:
            card[key] = value
    path.write_text(yaml.safe_dump(card, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_the_published_data_has_nothing_wrong() -> None:
    assert lint(DATA) == ()


def test_every_example_of_the_guide_can_be_followed(data: Path) -> None:
    done = follow_the_guide(data)
    assert len(done) == 10
    assert lint(data) == ()
    kb = KnowledgeBase(data, verify=False)
    assert kb.policies["sd-jining-demo-2026"].clause("第三条").figures[0].value == 30
    assert "jining-digital-pilot" in kb.programs
    assert kb.standards["demo-level-2028"].questions["q01"].option["C"].points == 100
    assert kb.products["prod-demo"].provider_id == "prov-demo"
    assert kb.schemes["jining-demo-2026"].cap == 20
    assert "设备联网" in kb.terms.meanings("机器上网多少钱")
    assert kb.regions.resolve("济宁高新区").name == "山东省济宁市高新区"
    assert len(kb.conflicts["demo-subsidy"].cells) == 3


def test_the_guide_names_every_status_confidence_and_certainty() -> None:
    from knowledge.source import Certainty

    text = GUIDE.read_text(encoding="utf-8")
    for word in (*Certainty, "confirmed", "inferred", "unverified", "not_stated", "superseded"):
        assert f"`{word}`" in text or f"{word} " in text or f"{word}、" in text, word


WRONG = [
    ("region", {"region": "济南"}, "写全称“山东省济南市”"),
    ("region", {"region": "山东省泉城市"}, "不认识地区“山东省泉城市”"),
    ("level", {"level": "nation"}, "级别"),
    ("valid_to", {"valid_to": "2020-01-01", "status": "expired"}, "早于 valid_from"),
    ("status", {"valid_to": "2030-01-01"}, "尚未届满"),
    ("status", {"status": "in_force"}, "已届满"),
    ("superseded_by", {"status": "superseded"}, "没有写被谁替代"),
    ("superseded_by", {"superseded_by": ["cn-eval-2024"], "status": "superseded"}, "supersedes"),
    ("related", {"related": ["no-such-card"]}, "没有 id 为“no-such-card”的文件"),
    ("related", {"related": ["sd-jinan-pilot-2024"]}, "指向了自己"),
    ("relies_on", {"relies_on": [{"policy": "cn-eval-2024", "locator": "第九百条"}]}, "第九百条"),
    ("relies_on", {"relies_on": [{"policy": "cn-eval-2024", "by": "第九百条"}]}, "本文件没有"),
    ("clauses", {"clauses": []}, "一条内容也没有"),
    ("aliases", {"aliases": ["cn-eval-2024"]}, "别名"),
    (
        "status",
        {"status_confidence": "unverified", "status": "in_force", "valid_to": None},
        "没有依据却写成现行",
    ),
]


@pytest.mark.parametrize(
    ("key", "changes", "words"), WRONG, ids=[f"{k}-{i}" for i, (k, _, _) in enumerate(WRONG)]
)
def test_a_slip_in_a_card_is_told_with_file_place_and_remedy(
    data: Path, key: str, changes: dict[str, object], words: str
) -> None:
    edit(data, "sd-jinan-pilot-2024", **changes)
    found = [one for one in lint(data) if one.file == "sd-jinan-pilot-2024.yaml" and one.key == key]
    assert any(words in one.text for one in found), lint(data)
    assert all(one.remedy for one in found)


def test_a_slip_inside_a_clause_names_the_clause(data: Path) -> None:
    path = data / "policies" / "gd-zhongshan-2024.yaml"
    card = yaml.safe_load(path.read_text(encoding="utf-8"))
    card["clauses"][0]["source"] = "nowhere"
    card["clauses"].append(dict(card["clauses"][1]))
    card["clauses"][1]["figures"] = [{"name": "x", "value": "unknown"}]
    path.write_text(yaml.safe_dump(card, allow_unicode=True), encoding="utf-8")
    keys = {one.key for one in lint(data)}
    assert {"clauses.分级补助.source", "clauses.有效期", "clauses.有效期.figures"} <= keys


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: [", "YAML"),
        ("id: x\ntitel: y\n", "检查拼写"),
        ("id: x\n", "缺少这一项"),
        ("id: x\nissued: 二零二六年\n", "2026-04-01"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_still_read(
    data: Path, text: str, words: str
) -> None:
    (data / "policies" / "broken.yaml").write_text(text, encoding="utf-8")
    edit(data, "cn-guide-2022", level="world")
    found = lint(data)
    assert {one.file for one in found} == {"broken.yaml", "cn-guide-2022.yaml"}
    assert any(words in one.text for one in found if one.file == "broken.yaml"), found


def test_a_figure_that_a_comparison_names_must_be_there(data: Path) -> None:
    path = data / "conflicts.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("figure: 补贴比例", "figure: 补助比例"), encoding="utf-8"
    )
    found = lint(data)
    assert [one.file for one in found] == ["conflicts.yaml"]
    assert "补贴比例" in found[0].remedy


def test_a_file_name_must_be_the_id(data: Path) -> None:
    (data / "policies" / "cn-guide-2022.yaml").rename(data / "policies" / "guide.yaml")
    assert any(one.file == "guide.yaml" and one.key == "id" for one in lint(data))


def test_the_first_load_of_wrong_data_fails_with_file_key_and_reason(data: Path, tmp_path: Path) -> None:
    edit(data, "cn-guide-2022", related=["nowhere"])
    with pytest.raises(KnowledgeError) as caught:
        _ = KnowledgeBase(data, stamps=tmp_path / "stamps").outlines
    assert caught.value.file == "cn-guide-2022.yaml"
    assert caught.value.key == "related"
    assert "nowhere" in caught.value.reason
    assert not list((tmp_path / "stamps").glob("*")) if (tmp_path / "stamps").exists() else True


def test_a_condition_must_cite_a_place_that_is_there(data: Path) -> None:
    path = data / "programs" / "technology-sme.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("locator: 评价条件", "locator: 第九百条"), encoding="utf-8"
    )
    found = [one for one in lint(data) if one.file == "technology-sme.yaml"]
    assert any("第九百条" in one.text for one in found), found


def test_a_document_number_is_the_same_wherever_it_stands(data: Path) -> None:
    edit(data, "miit-2026-2", doc_number="工信部企业〔2026〕3号")
    found = [one for one in lint(data) if one.file == "documents.yaml"]
    assert [one.key for one in found] == ["miit-2026-2"]
