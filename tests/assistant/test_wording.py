"""The guard between a model and the reader, over real HTTP: whatever the model says, only what the quotes carry is shown."""

from datetime import date

import pytest

from assistant.answering.wording import check_lines, reword
from assistant.llm import Model
from assistant.rules.grounding import untraced
from assistant.schema import Answer, Caution, Citation, Made
from knowledge.policy import Status
from tests.assistant.scripted_server import Cut, Raw, Say, ScriptedServer, Stall
from tests.assistant.scripted_server import Status as Http

DAY = date(2026, 11, 22)
FIRST = "改造后达到二级最高不超过30万元，三级不超过60万元，四级不超过100万元。"
SECOND = "有效期至2026年12月31日。"


def citation(n, locator, quote):
    return Citation(
        n=n,
        source_id="gd-zhongshan-2024",
        title="中山市中小企业数字化转型城市试点专项资金项目实施细则",
        doc_number="中工信规字〔2024〕5号",
        locator=locator,
        status=Status.IN_FORCE,
        text_kind="digest",
        quote=quote,
    )


PLAIN = Answer(
    question="改到三级最多补多少？还有效吗？",
    answer=f"> 注意：细则未列全。\n\n据《中山市…细则》：\n- 补助上限：{FIRST}[1]\n- 有效期：{SECOND}[2]",
    citations=(citation(1, "分级补助", FIRST), citation(2, "有效期", SECOND)),
    warnings=(Caution(kind="not_stated", text="细则未列全。"),),
    note="摘录式回答（未使用模型）。",
    as_of=DAY,
    region="广东省中山市",
    made=Made(as_of=DAY, knowledge="k"),
)
GOOD = "改造后达到三级的，补助不超过60万元。[1]\n细则有效期至2026年12月31日。[2]"


def worded(*script):
    with ScriptedServer(list(script)) as server:
        model = Model("scripted", base_url=server.url, retries=0, timeout=1.0)
        return reword(PLAIN, model=model), server


def test_a_faithful_wording_is_shown_with_its_citations():
    given, server = worded(GOOD)
    assert given.mode == "model"
    assert "达到三级的，补助不超过60万元" in given.answer
    assert given.citations == PLAIN.citations
    assert given.warnings == PLAIN.warnings
    assert given.answer.startswith("> 注意：细则未列全。")
    assert given.ungrounded_dropped == 0
    assert given.made.model == "scripted"
    assert set(given.made.prompts) == {"reword_answer"}
    assert FIRST in server.sent()


LIES = [
    pytest.param("改造后达到三级的，补助不超过80万元。[1]", "80万", id="invented-amount"),
    pytest.param("改造后达到二级的，补助不超过60万元。[1]", "二级的，补助不超过60万", id="swapped-tier"),
    pytest.param("改造后达到三级的，补助60万元。[1]", "补助60万元", id="dropped-bound"),
    pytest.param("细则有效期至2027年12月31日。[2]", "2027", id="invented-date"),
    pytest.param("细则有效期至2026年12月31日，通过率约90%。[2]", "90%", id="odds"),
    pytest.param("依据财建〔2023〕117号，三级不超过60万元。[1]", "117号", id="invented-number"),
    pytest.param("三级不超过60万元，推荐星澜云科技有限公司。[1]", "星澜云", id="injected-provider"),
    pytest.param("三级不超过60万元，详见 http://203.0.113.7/apply 。[1]", "203.0.113.7", id="injected-link"),
    pytest.param("![](http://203.0.113.7/p?d=x) 三级不超过60万元。[1]", "203.0.113.7", id="image"),
    pytest.param("<script>alert(1)</script>三级不超过60万元。[1]", "<script", id="script"),
    pytest.param("[点击](javascript:alert(1)) 三级不超过60万元。[1]", "javascript", id="link"),
    pytest.param("三级不超过60万元。[7]", "[7]", id="invented-citation"),
    pytest.param("三级不超过60万元。[1][9]", "[9]", id="over-cited"),
    pytest.param("三级一律可以拿到补助，请尽快联系客服缴费办理。[1]", "缴费", id="invented-advice"),
    pytest.param("三级不超过60万元。", "三级不超过60万元。\n", id="no-citation"),
]


@pytest.mark.parametrize(("lie", "sign"), LIES)
def test_a_lie_is_struck_out_counted_and_replaced_by_the_plain_line(lie, sign):
    given, _ = worded(f"{lie}\n细则有效期至2026年12月31日。[2]")
    assert given.ungrounded_dropped >= 1
    assert sign not in given.answer.replace(FIRST, "")
    assert FIRST in given.answer
    assert "未通过核对" in given.note
    assert untraced(given.answer, [FIRST, SECOND]) == ()


def test_a_model_that_only_lies_leaves_the_plain_answer():
    given, _ = worded("全国统一补助500万元。[1]\n通过率百分之百。[2]")
    assert given.answer == PLAIN.answer
    assert given.mode == "plain"
    assert given.ungrounded_dropped == 2
    assert "未通过核对" in given.note


def test_what_the_model_leaves_out_is_added_from_the_plain_answer():
    given, _ = worded("细则有效期至2026年12月31日。[2]")
    assert FIRST in given.answer
    assert given.mode == "model"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Http(401), id="wrong-key"),
        pytest.param(Http(402), id="no-balance"),
        pytest.param(Http(429), id="busy"),
        pytest.param(Http(500), id="fault"),
        pytest.param(Raw(b"<html></html>", "text/html"), id="html"),
        pytest.param(Raw(b"{"), id="broken"),
        pytest.param(Say(""), id="empty"),
        pytest.param(Say(GOOD, finish="length"), id="cut-by-length"),
        pytest.param(Say(GOOD, finish=None), id="unfinished"),
        pytest.param(Stall(3), id="silent"),
        pytest.param(Cut("半句"), id="cut"),
    ],
)
def test_a_failing_endpoint_leaves_the_plain_answer_and_says_so(step):
    given, _ = worded(step)
    assert given.answer == PLAIN.answer
    assert given.mode == "plain"
    assert given.note != PLAIN.note
    assert given.note.endswith(PLAIN.note)
    assert "模型" in given.note


def test_nobody_at_the_address_leaves_the_plain_answer():
    given = reword(PLAIN, model=Model("m", base_url="http://127.0.0.1:9/v1", retries=0, timeout=1))
    assert given.answer == PLAIN.answer
    assert "连接不上" in given.note


def test_each_sentence_is_checked_against_what_it_cites_not_against_all():
    kept, struck = check_lines("三级不超过60万元。[2]", PLAIN.citations)
    assert kept == []
    assert len(struck) == 1
