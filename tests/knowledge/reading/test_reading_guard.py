"""Hostile files: any bytes end in a document or in a sentence, within the caps, and nothing is left behind."""

import os
import random
import subprocess
import sys
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from fixtures.reading.papers import Ink, docx, ofd, paragraph, pdf, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.document import Document
from knowledge.errors import ReadingError
from knowledge.reading import Limits, Reader, archive, read, read_bytes
from knowledge.reading.characters import clean, display_name

VALID = {
    "a.pdf": pdf([[Ink(60, 100, "第一条 每户最高80万元。")]]),
    "a.docx": docx(paragraph("第一条 每户最高80万元。")),
    "a.ofd": ofd([[(20, 30, "第一条 每户最高80万元。")]]),
    "a.html": "<html><body><p>第一条 每户最高80万元，一次性拨付。</p></body></html>".encode(),
    "a.csv": "项目,金额\n软件,30\n".encode("gb18030"),
    "a.txt": "第一条 每户最高80万元。".encode(),
}


@pytest.fixture(scope="module")
def reader():
    with Reader(Limits(seconds=20)) as reader:
        yield reader


def outcome(reader, data: bytes, name: str, tmp_path_factory) -> Document | ReadingError:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    try:
        return reader.read(path, name=name)
    except ReadingError as refused:
        return refused if refused.what and refused.remedy else pytest.fail("a refusal that says nothing")


@pytest.mark.parametrize("name", VALID)
def test_the_guarded_process_gives_the_document(reader, name, tmp_path_factory):
    document = outcome(reader, VALID[name], name, tmp_path_factory)
    assert isinstance(document, Document)
    assert document.name == name
    assert document.clauses


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(min_size=1, max_size=400),
    name=st.sampled_from([*VALID, "a.doc", "a.xls", "a.wps", "a.zip", "a", "a.png"]),
)
def test_any_bytes_end_in_a_result_or_a_sentence(reader, data, name, tmp_path_factory):
    outcome(reader, data, name, tmp_path_factory)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(list(VALID)), seed=st.integers(0, 10**6), cuts=st.integers(1, 12))
def test_damaged_files_end_in_a_result_or_a_sentence(reader, name, seed, cuts, tmp_path_factory):
    chance = random.Random(seed)
    data = bytearray(VALID[name])
    for _ in range(cuts):
        at = chance.randrange(len(data))
        kind = chance.randrange(3)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randrange(1, 20)]
            data = data or bytearray(b"x")
        else:
            data[at:at] = chance.randbytes(chance.randrange(1, 20))
    outcome(reader, bytes(data), name, tmp_path_factory)


def test_a_parser_that_hangs_is_killed_and_the_next_file_is_read(tmp_path, monkeypatch):
    """The parser is replaced by one that sleeps, in the guarded process itself."""
    (tmp_path / "sitecustomize.py").write_text(
        "import knowledge.reading as r, time\nold = r.parse\n"
        "def parse(data, *, name, limits):\n    if name.startswith('hang'): time.sleep(60)\n"
        "    if name.startswith('swell'): x = bytearray(3 * 2**30)\n    if name.startswith('die'): import os; os.kill(os.getpid(), 11)\n"
        "    return old(data, name=name, limits=limits)\nr.parse = parse\n"
    )
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{root}")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    file = tmp_path / "a.txt"
    file.write_text("第一条 正常。", encoding="utf-8")
    with Reader(Limits(seconds=1, memory=2**30)) as reader:
        started = time.monotonic()
        with pytest.raises(ReadingError, match="超过 1 秒"):
            reader.read(file, name="hang.txt")
        assert time.monotonic() - started < 20
        with pytest.raises(ReadingError, match="内存超过上限"):
            reader.read(file, name="swell.txt")
        with pytest.raises(ReadingError, match="损坏"):
            reader.read(file, name="die.txt")
        assert reader.read(file, name="a.txt").clause("第一条").text == "第一条　正常。"
    assert list(scratch.iterdir()) == [], "what a killed parser wrote is gone too"


def bomb(megabytes: int) -> bytes:
    """Return a .docx whose document.xml claims and unpacks to that much."""
    block = b"A" * 2**20
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(squeeze.compress(block) for _ in range(megabytes)) + squeeze.flush()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive_:
        archive_.writestr("[Content_Types].xml", "<Types/>")
        archive_.writestr("word/document.xml", block * megabytes)
    assert len(packed) < len(stream.getvalue())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("limits", "said"), [(Limits(unpacked=20 * 2**20), "超过上限 20 MB"), (Limits(), "压缩比超过上限 200")]
)
def test_a_zip_bomb_is_refused_from_its_directory(limits, said):
    started = time.monotonic()
    with pytest.raises(ReadingError, match=said):
        read_bytes(bomb(40), name="bomb.docx", limits=limits)
    assert time.monotonic() - started < 15


def test_members_that_point_outside_are_left_and_said():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("../outside.txt", "x")
        made.writestr("/abs.txt", "x")
        made.writestr("..\\win.txt", "x")
        made.writestr("ok/政策.txt", "企业注册满一年可申报。")
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("deep.zip", zipped({"n.zip": zipped({"n.zip": zipped({"n.txt": b"deep"})})}))
    found = {
        member.name: member for member in archive.members(stream.getvalue(), name="a.zip", limits=Limits())
    }
    assert found["ok/政策.txt"].data.decode() == "企业注册满一年可申报。"
    refused = {name: member.refused for name, member in found.items() if member.refused}
    assert len([why for why in refused.values() if "压缩包之外" in why]) == 3
    assert "符号链接" in refused["link"]
    assert any("嵌套超过" in why for why in refused.values())
    assert not any(member.data for member in found.values() if member.refused)


def test_names_of_chinese_windows_archives_are_read():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        info = zipfile.ZipInfo("x.txt")
        made.writestr(info, "甲")
    data = stream.getvalue().replace(b"x.txt", "策.t".encode("gb18030").ljust(5, b"x"))
    assert archive.members(data, name="a.zip", limits=Limits())[0].name.startswith("策")


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("../../etc/cron.d/x.pdf", "x.pdf"),
        ("..\\..\\windows\\system32\\a.docx", "a.docx"),
        ("C:\\boot.ini", "boot.ini"),
        ("政策\x00.pdf", "政策_.pdf"),
        ("附件\u202efdp.exe", "附件fdp.exe"),
        ("", "未命名"),
        ("..", "未命名"),
    ],
)
def test_a_file_name_is_shown_clean(given_, shown):
    assert display_name(given_) == shown


@given(st.text(max_size=300))
def test_a_shown_name_is_short_and_holds_nothing_that_acts(name):
    shown = display_name(name)
    assert 0 < len(shown) <= 120
    assert not any(ord(char) < 32 or char in "/\\\u202e\u200b<>" for char in shown)


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("最高 3000 万元", "最高3000万元"),
        ("2.5 个百分点", "2.5个百分点"),
        ("2022 年 12 月", "2022年12月"),
        ("达到 15 %以上", "达到15%以上"),
        ("1, 000 万元", "1,000万元"),
        ("100 200", "100 200"),
        ("SaaS 软件 ERP system", "SaaS软件ERP system"),
        ("第三条 内容", "第三条　内容"),
        ("\u200b忽\u200b略", "忽略"),
        ("⼯业", "工业"),
    ],
)
def test_characters_are_joined_as_people_read_them(torn, whole):
    assert clean(torn) == whole


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ReadingError, match="打不开"):
        read(tmp_path / "none.pdf")


def test_nothing_is_left_in_the_temporary_folder(tmp_path):
    code = (
        "import sys; from pathlib import Path; from knowledge.reading import Reader\n"
        "with Reader() as r:\n    r.read(Path(sys.argv[1]))\n"
    )
    file, scratch = tmp_path / "a.txt", tmp_path / "scratch"
    file.write_text("第一条 甲。", encoding="utf-8")
    scratch.mkdir()
    subprocess.run(
        [sys.executable, "-c", code, str(file)],
        check=True,
        env={**os.environ, "TMPDIR": str(scratch)},
        cwd=Path(__file__).parents[3],
    )
    assert list(scratch.iterdir()) == []
