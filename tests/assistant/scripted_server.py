"""A scripted OpenAI-compatible server over real HTTP: each request takes the next reply of the script.

    with ScriptedServer(["你好", Status(429), Cut("半句")]) as server:
        model = Model("scripted", base_url=server.url, ...)

A reply may also be a function of the request body: what a model that reads its prompt would say.
"""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Say:
    """A whole reply; streamed in pieces of `size` characters where the client asks for a stream."""

    text: str
    finish: str | None = "stop"
    size: int = 3
    reasoning: str = ""
    pause: float = 0.0


@dataclass(frozen=True)
class Status:
    """An HTTP error."""

    code: int
    body: str = '{"error": {"message": "refused", "type": "x"}}'


@dataclass(frozen=True)
class Cut:
    """A stream that ends without a finish_reason; `rude` drops the connection in the middle of a chunk."""

    text: str
    rude: bool = False


@dataclass(frozen=True)
class Stall:
    """A reply that does not come: silence for `seconds`, after `text` where streamed."""

    seconds: float
    text: str = ""


@dataclass(frozen=True)
class Raw:
    """A 200 with this body."""

    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True)
class Call:
    """Tool calls: (name, arguments as JSON text)."""

    calls: Sequence[tuple[str, str]]
    reasoning: str = ""


Step = Any  # str | Say | Status | Cut | Stall | Raw | Call | Callable[[dict], Step]


@dataclass
class ScriptedServer:
    """Serves the script on a free port of this machine; the last step repeats."""

    script: Sequence[Step]
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> "ScriptedServer":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                step = outer._next(body, {name.lower(): value for name, value in self.headers.items()})
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client gave up first
                    _serve(self, step, body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._lock = threading.Lock()
        self._at = 0
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def sent(self, i: int = -1) -> str:
        """All message text of a request."""
        return "\n".join(str(m.get("content") or "") for m in self.requests[i]["messages"])

    def _next(self, body: dict[str, Any], headers: dict[str, str]) -> Step:
        with self._lock:
            self.requests.append(body)
            self.headers.append(headers)
            step = self.script[min(self._at, len(self.script) - 1)]
            self._at += 1
        while callable(step):
            step = step(body)
        return Say(step) if isinstance(step, str) else step


def _serve(handler: BaseHTTPRequestHandler, step: Step, body: dict[str, Any]) -> None:
    if isinstance(step, Status):
        return _plain(handler, step.body.encode(), step.code)
    if isinstance(step, Raw):
        return _plain(handler, step.body, 200, step.kind)
    if not body.get("stream"):
        if isinstance(step, Stall):
            time.sleep(step.seconds)
            step = Say(step.text)
        return _plain(handler, json.dumps(_whole(step, body), ensure_ascii=False).encode(), 200)
    return _events(handler, step, body)


def _whole(step: Step, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": getattr(step, "text", "")}
    finish: str | None = getattr(step, "finish", None)
    if isinstance(step, Call):
        message = {"role": "assistant", "content": None, "tool_calls": _calls(step)}
        finish = "tool_calls"
    if getattr(step, "reasoning", ""):
        message["reasoning_content"] = step.reasoning
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", "m"),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }


def _calls(step: Call) -> list[dict[str, Any]]:
    return [
        {"id": f"call_{i}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for i, (name, arguments) in enumerate(step.calls)
    ]


def _events(handler: BaseHTTPRequestHandler, step: Step, body: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    send: Callable[[dict[str, Any]], None] = lambda delta: _event(handler, body, delta, None)  # noqa: E731
    send({"role": "assistant", "content": ""})
    if isinstance(step, Call):
        for i, call in enumerate(_calls(step)):
            arguments = call["function"]["arguments"]
            send(
                {
                    "tool_calls": [
                        {"index": i, **call, "function": {"name": call["function"]["name"], "arguments": ""}}
                    ]
                }
            )
            for at in range(0, len(arguments), 4):
                send({"tool_calls": [{"index": i, "function": {"arguments": arguments[at : at + 4]}}]})
        _event(handler, body, {}, "tool_calls")
        return _end(handler)
    if getattr(step, "reasoning", ""):
        send({"reasoning_content": step.reasoning})
    size = getattr(step, "size", 3)
    for at in range(0, len(step.text), size):
        send({"content": step.text[at : at + size]})
        time.sleep(getattr(step, "pause", 0.0))
    if isinstance(step, Stall):
        time.sleep(step.seconds)
    if isinstance(step, Cut):
        if step.rude:
            handler.wfile.write(b'40\r\ndata: {"choi')
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return None
        return _end(handler, done=False)
    _event(handler, body, {}, getattr(step, "finish", "stop"))
    return _end(handler)


def _event(
    handler: BaseHTTPRequestHandler, body: dict[str, Any], delta: dict[str, Any], finish: str | None
) -> None:
    data = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": body.get("model", "m"),
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    _chunk(handler, f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode())


def _end(handler: BaseHTTPRequestHandler, *, done: bool = True) -> None:
    if done:
        _chunk(handler, b"data: [DONE]\n\n")
    handler.wfile.write(b"0\r\n\r\n")
    handler.wfile.flush()


def _chunk(handler: BaseHTTPRequestHandler, data: bytes) -> None:
    """Write one SSE event cut into two HTTP chunks, so that characters and lines arrive split."""
    half = len(data) // 2
    for part in (data[:half], data[half:]):
        handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        handler.wfile.flush()


def _plain(handler: BaseHTTPRequestHandler, body: bytes, code: int, kind: str = "application/json") -> None:
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
