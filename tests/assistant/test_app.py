"""The parts together: what is ingested is found at once, by its owner alone, and decides nothing until confirmed."""

from datetime import date
from pathlib import Path

import pytest

from assistant.answer import answer
from assistant.app import Assistant, assemble
from assistant.settings import Settings
from knowledge.case import CaseFile
from knowledge.policy import Status

DAY = date(2026, 11, 22)
NOTICE = """临港市工业和信息化局关于印发《临港市中小企业数字化改造奖补办法》的通知
临工信发〔2026〕18号
各县区工业和信息化主管部门：
第一条 为推动中小企业数字化改造，制定本办法。
第二条 本办法所称企业，是指在本市注册的制造业中小企业。
第三条 对改造后达到二级的企业，按不超过实际投入的37%给予奖补，单个企业最高41万元。
第四条 申报截止时间为2027年3月15日。
临港市工业和信息化局
2026年9月1日
"""


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    return assemble(Settings(index_dir=tmp_path / "index", state_dir=tmp_path / "state"), today=lambda: DAY)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "奖补办法.txt"
    path.write_text(NOTICE, encoding="utf-8")
    return path


def test_an_ingested_notice_is_answered_from_with_its_standing_said_first(
    assistant: Assistant, notice: Path
) -> None:
    assert assistant.ingest([notice]).added == 1
    given = answer("临港市数字化改造达到二级最高奖补多少万元？", desk=assistant.desk())
    assert "41" in given.answer
    assert any(
        one.status is Status.TO_BE_CONFIRMED and one.text_kind == "original" for one in given.citations
    )
    assert "待确认" in given.answer or "未经核对" in given.answer


def test_another_owner_never_sees_it(assistant: Assistant, notice: Path) -> None:
    assistant.ingest([notice], owner="a" * 32)
    for owner in ("b" * 32, "local"):
        hits = assistant.desk(owner=owner).search("临港市 奖补 41万元", k=50)
        assert not any("临港" in hit.passage.text for hit in hits)
    assert any(
        "临港" in hit.passage.title for hit in assistant.desk(owner="a" * 32).search("临港市 奖补", k=5)
    )


def test_the_same_file_again_changes_nothing_and_removal_is_whole(assistant: Assistant, notice: Path) -> None:
    first = assistant.ingest([notice])
    assert assistant.ingest([notice]).skipped == 1
    identity = first.files[0].document
    assert identity is not None
    assistant.remove_policy(identity)
    assert not any("临港" in hit.passage.title for hit in assistant.desk().search("临港市 奖补", k=10))


def test_confirming_keeps_an_unstated_validity_unstated(assistant: Assistant, notice: Path) -> None:
    identity = assistant.ingest([notice]).files[0].document
    assert identity is not None
    kept = assistant.confirm_policy(identity, by="张三")
    assert kept.confirmed is not None
    hit = assistant.desk().search("临港市 奖补 二级", k=3)[0]
    assert hit.passage.status is Status.NOT_STATED


def test_an_own_catalog_is_offered_beside_the_built_in_one(assistant: Assistant, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    form = tmp_path / "自有目录.xlsx"
    assistant.write_template("catalog", form)
    book = load_workbook(form)
    sheet = book["产品"]
    header = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    told = {
        "产品名称与版本": "自家MES V1",
        "服务商名称": "自家软件",
        "适用场景": "生产管控",
        "适用行业": "通用制造",
    }
    for name, value in told.items():
        sheet.cell(2, header[name], value)
    book.save(form)
    report = assistant.ingest([form])
    assert report.files[0].shape == "catalog"
    case = CaseFile.model_validate({"assessment": {"scenes": {"s06": 1}}, "needs": {"target_level": 3}})
    found = assistant.desk().match(case, scene="s06")
    assert any(one.name.startswith("自家MES") for one in found.offers)
    assert not any(
        one.name.startswith("自家MES")
        for one in assistant.desk(owner="x" * 32).match(case, scene="s06").offers
    )


def test_nobody_confirms_or_removes_what_is_not_theirs(assistant: Assistant, notice: Path) -> None:
    from assistant.ingest import ingest
    from assistant.library import UnknownDocument

    shared = ingest([notice], assistant.settings.state_dir / "documents", assistant.kb).files[0].document
    assert shared is not None
    with pytest.raises(UnknownDocument):
        assistant.confirm_policy(shared, by="张三")
    with pytest.raises(UnknownDocument):
        assistant.remove_policy(shared)
    assert any("临港" in hit.passage.title for hit in assistant.desk().search("临港市 奖补", k=10))
