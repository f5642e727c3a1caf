"""A room's questions: duplicates merged, nothing merged that differs, each answered once."""

from pathlib import Path

import pytest

from assistant.training.lists import read_questions, split_questions
from assistant.training.session import MOST, completed, merge
from knowledge.errors import InputError
from knowledge.load import KnowledgeBase


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("济南那个试点现在还能申请不？", "济南那个试点现在还能申请吗"),
        ("1. 小巨人要几项发明专利？", "（2）请问小巨人要几项发明专利"),
        ("老师，专精特新有效期几年？", "专精特新有效期几年呢？"),
    ],
)
def test_the_same_question_in_other_words_is_answered_once(one: str, other: str) -> None:
    assert len(merge([one, other])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("达到二级的试点企业怎么验收？", "达到三级的试点企业怎么验收？"),
        ("研发费用3%怎么算？", "研发费用6%怎么算？"),
        ("网关能不能补？", "网关不能补？"),
        ("ERP算不算软件投入？", "MES算不算软件投入？"),
    ],
)
def test_questions_that_differ_in_what_matters_stay_apart(one: str, other: str) -> None:
    assert len(merge([one, other])) == 2


def test_order_and_wordings_are_kept() -> None:
    merged = merge(["甲能报什么？", "乙要多少研发？", "甲能报什么"])
    assert [question for question, _ in merged] == ["甲能报什么？", "乙要多少研发？"]
    assert merged[0][1] == ("甲能报什么",)


@pytest.mark.parametrize(
    "questions", [[], ["", "   "], [f"问题{n}" for n in range(MOST + 1)]], ids=["none", "blank", "many"]
)
def test_an_unusable_list_is_refused(questions: list[str]) -> None:
    with pytest.raises(InputError):
        merge(questions)


def test_a_pasted_paragraph_is_cut_at_question_marks() -> None:
    assert split_questions("能报小巨人吗？要几项专利？补多少钱") == [
        "能报小巨人吗？",
        "要几项专利？",
        "补多少钱",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lists_are_read_in_the_encodings_people_save(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "问题.txt"
    path.write_bytes("1、能报小巨人吗？\n\n2、要几项专利？\n".encode(encoding))
    assert read_questions(path) == ["能报小巨人吗？", "要几项专利？"]


def test_a_workbook_of_questions_is_read(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["序号", "问题"])
    sheet.append([1, "能报小巨人吗？"])
    sheet.append([2, "要几项专利？"])
    path = tmp_path / "问题.xlsx"
    book.save(path)
    assert read_questions(path) == ["能报小巨人吗？", "要几项专利？"]


@pytest.mark.parametrize("name", ["没有.txt", "图.png", "坏.xlsx"])
def test_a_list_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    if name == "坏.xlsx":
        (tmp_path / name).write_bytes(b"not a workbook")
    with pytest.raises(InputError) as caught:
        read_questions(tmp_path / name)
    assert "\n" not in caught.value.hint


@pytest.mark.parametrize(
    ("question", "before", "whole"),
    [
        ("青岛呢", "济南 试点 还能报吗？？", "青岛试点还能报吗？？"),
        ("那天津呢？", "专精特新奖多少", "天津专精特新奖多少"),
        ("青岛呢", "", "青岛呢"),
        ("青岛的服务商怎么选", "济南试点还能报吗", "青岛的服务商怎么选"),
        ("专利呢", "济南试点还能报吗", "专利呢"),
    ],
)
def test_a_place_alone_asks_what_the_one_before_asked(question: str, before: str, whole: str) -> None:
    assert completed(question, before, regions=KnowledgeBase().regions) == whole
