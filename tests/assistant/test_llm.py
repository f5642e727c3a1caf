"""assistant.llm over real HTTP: what works, and what every kind of failure becomes."""

import json
import subprocess
import sys

import pytest

from assistant.llm import (
    Message,
    Model,
    ModelBusy,
    ModelCut,
    ModelDenied,
    ModelError,
    ModelMalformed,
    ModelSlow,
    ModelUnreachable,
    is_loopback,
    open_model,
)
from assistant.settings import Settings
from tests.assistant.scripted_server import Call, Cut, Raw, Say, ScriptedServer, Stall, Status

ASK = [Message(role="user", text="四级怎么验收？")]


def model(server, **more):
    return Model("scripted", base_url=server.url, api_key="k", retries=0, **{"timeout": 2.0, **more})


def test_a_whole_reply_comes_back_with_its_usage():
    with ScriptedServer(["全部实地查验。"]) as server:
        reply = model(server).reply(ASK)
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ("全部实地查验。", 10, 5)


def test_max_tokens_keeps_the_name_that_other_servers_know():
    with ScriptedServer(["好"]) as server:
        model(server).reply(ASK, max_tokens=77)
    assert server.requests[0]["max_tokens"] == 77
    assert "max_completion_tokens" not in server.requests[0]


def test_a_model_name_of_the_responses_api_still_uses_chat_completions():
    with ScriptedServer(["好"]) as server:
        Model("gpt-5-pro", base_url=server.url, retries=0).reply(ASK)
    assert "messages" in server.requests[0]


def test_a_stream_arrives_whole_though_every_event_is_split():
    text = "四级试点企业全部实地查验，二级、三级抽查不少于5%。"
    with ScriptedServer([Say(text, size=1)]) as server:
        assert "".join(model(server).stream(ASK)) == text
    assert server.requests[0]["stream"] is True
    assert server.requests[0]["stream_options"] == {"include_usage": True}


FAILURES = [
    pytest.param(Status(401), ModelDenied, id="wrong-key"),
    pytest.param(Status(402), ModelDenied, id="no-balance"),
    pytest.param(Status(404), ModelDenied, id="no-such-model"),
    pytest.param(Status(400), ModelDenied, id="bad-parameter"),
    pytest.param(Status(429), ModelBusy, id="too-many"),
    pytest.param(Status(500), ModelBusy, id="fault"),
    pytest.param(Status(503, "<html>busy</html>"), ModelBusy, id="html-fault"),
    pytest.param(Raw(b"<html>login</html>", "text/html"), ModelMalformed, id="html-page"),
    pytest.param(Raw(b'{"choices": null}'), ModelMalformed, id="null-choices"),
    pytest.param(Raw(b'{"choices": []}'), ModelMalformed, id="no-choices"),
    pytest.param(Raw(b'{"id": "x"'), ModelMalformed, id="broken-json"),
    pytest.param(Raw(b'{"error": {"message": "no"}}'), ModelMalformed, id="error-with-200"),
    pytest.param(Say(""), ModelMalformed, id="empty"),
    pytest.param(Say("半句", finish="length"), ModelCut, id="length"),
    pytest.param(Say("半句", finish=None), ModelCut, id="no-finish-reason"),
    pytest.param(Say("…", finish="content_filter"), ModelDenied, id="filtered"),
]


@pytest.mark.parametrize(("step", "kind"), FAILURES)
def test_a_failed_reply_is_one_kind_of_model_error(step, kind):
    with ScriptedServer([step]) as server, pytest.raises(ModelError) as caught:
        model(server).reply(ASK)
    assert type(caught.value) is kind
    assert caught.value.hint


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        pytest.param(Status(401), ModelDenied, id="wrong-key"),
        pytest.param(Status(429), ModelBusy, id="too-many"),
        pytest.param(Cut("说到一半"), ModelCut, id="ends-without-finish-reason"),
        pytest.param(Cut("说到一半", rude=True), ModelCut, id="connection-dropped"),
        pytest.param(Say("说到一半", finish="length"), ModelCut, id="length"),
        pytest.param(
            Raw(b"data: {broken\n\ndata: [DONE]\n\n", "text/event-stream"), ModelMalformed, id="broken-event"
        ),
        pytest.param(Raw(b"data: [DONE]\n\n", "text/event-stream"), ModelError, id="nothing"),
        pytest.param(
            Raw(b'data: {"error": {"message": "x"}}\n\n', "text/event-stream"),
            ModelMalformed,
            id="error-event",
        ),
    ],
)
def test_a_failed_stream_is_one_kind_of_model_error(step, kind):
    with ScriptedServer([step]) as server, pytest.raises(kind):
        list(model(server).stream(ASK))


def test_silence_ends_at_the_time_limit():
    with ScriptedServer([Stall(3)]) as server, pytest.raises(ModelSlow):
        model(server, timeout=0.4).reply(ASK)


def test_a_stream_that_stalls_ends_at_the_time_limit():
    with ScriptedServer([Stall(3, "开头")]) as server, pytest.raises(ModelSlow):
        list(model(server, timeout=0.4).stream(ASK))


def test_a_stream_that_trickles_ends_at_the_time_limit():
    with ScriptedServer([Say("一" * 60, size=1, pause=0.05)]) as server, pytest.raises(ModelSlow):
        list(model(server, timeout=0.5).stream(ASK))


def test_nothing_at_the_address():
    with pytest.raises(ModelUnreachable):
        Model("m", base_url="http://127.0.0.1:9/v1", retries=0, timeout=1).reply(ASK)


def test_a_busy_service_is_asked_again():
    with ScriptedServer([Status(429), "好了"]) as server:
        assert Model("m", base_url=server.url, retries=1, timeout=5).reply(ASK).text == "好了"
    assert len(server.requests) == 2


def test_the_key_goes_in_the_header_and_nowhere_else():
    with ScriptedServer(["好"]) as server:
        one = Model("m", base_url=server.url, api_key="secret-key-1", retries=0)
        one.reply(ASK)
    assert server.headers[0]["authorization"] == "Bearer secret-key-1"
    assert "secret-key-1" not in json.dumps(server.requests)
    assert "secret-key-1" not in repr(one.chat())


def test_reasoning_of_a_tool_turn_goes_back():
    from langchain_core.messages import HumanMessage, ToolMessage

    with ScriptedServer([Call([("find", '{"q": "四级"}')], reasoning="想一想"), "好"]) as server:
        chat = model(server).chat()
        first = chat.invoke([HumanMessage("问")])
        assert first.additional_kwargs["reasoning_content"] == "想一想"
        chat.invoke([HumanMessage("问"), first, ToolMessage("结果", tool_call_id="call_0")])
    assert server.requests[1]["messages"][1]["reasoning_content"] == "想一想"


def test_names_and_codes_do_not_leave_and_come_back_in_the_reply():
    left = []
    with ScriptedServer([lambda body: body["messages"][0]["content"]]) as server:
        one = model(server, masks=True, audit=left.append)
        mask = one.mask(enterprises=["济南华星精密机械有限公司"])
        text = "济南华星精密机械有限公司，代码91370100MA3C4ABC12，电话13812345678"
        assert one.reply([Message(role="user", text=text)], mask=mask).text == text
    sent = server.sent()
    assert not any(secret in sent + "".join(left) for secret in ("华星", "91370100MA3C4ABC12", "13812345678"))
    assert "〔企业1〕" in left[0]


def test_a_placeholder_split_over_stream_pieces_is_restored():
    with ScriptedServer([lambda body: Say(body["messages"][0]["content"], size=1)]) as server:
        one = model(server, masks=True)
        text = "联系13812345678和zhang@qq.com谢谢"
        assert "".join(one.stream([Message(role="user", text=text)])) == text
    assert "138" not in server.sent()


def test_a_model_on_this_machine_is_trusted_unless_told_otherwise():
    assert not Model("m", base_url="http://127.0.0.1:1/v1").masks
    assert not Model("m", base_url="http://localhost:1/v1").masks
    assert Model("m", base_url="https://api.deepseek.com").masks
    assert Model("m").masks
    assert Model("m", base_url="http://127.0.0.1:1/v1", masks=True).masks
    assert is_loopback("http://[::1]:8000/v1")
    assert not is_loopback("http://127.0.0.1.example.com/v1")


def test_no_model_is_opened_unless_one_is_named():
    assert open_model(Settings(model="")) is None
    opened = open_model(Settings(model="m", openai_base_url="http://127.0.0.1:1/v1"))
    assert opened is not None
    assert opened.name == "m"


def test_the_door_itself_imports_no_model_library():
    code = (
        "import sys, assistant.llm; sys.exit(any(m.startswith(('langchain', 'openai')) for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
