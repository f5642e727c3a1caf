"""The web workspace: Gradio pages mounted in FastAPI; each browser has an owner id of its own."""

import errno
import os
import secrets
import socket
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio at import: without it, it calls home
# Uploads lie under the hash of their content: in a folder all servers share, one would take away another's file.
os.environ.setdefault("GRADIO_TEMP_DIR", mkdtemp(prefix="canmou-uploads-"))

import click
import gradio as gr
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.app import Assistant
from assistant.library import UnknownDocument
from knowledge.errors import InputError
from ui.documents import own
from ui.pages import build
from ui.visitor import COOKIE, MAX_UPLOAD_MB, outbox

_FONTS = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "sans-serif"]
_BLUE = gr.themes.Color(
    name="canmou", c50="#f0f5fb", c100="#dde8f5", c200="#bdd2ea", c300="#93b4da", c400="#5f8dc4", c500="#2f68ad",
    c600="#1d4f91", c700="#18427a", c800="#153762", c900="#122d50", c950="#0b1d35",
)  # fmt: skip
_HERE = Path(__file__).parent
_YEAR = 365 * 24 * 3600
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    ),
}


class Visitors:
    """Give each browser an unguessable owner id: what it saves is reached through that id alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with an owner cookie, and hand a new one to the browser."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
        known = COOKIE in told and len(told[COOKIE].value) == 32
        owner = told[COOKIE].value if known else secrets.token_hex(16)
        if not known:
            scope["headers"] = [*scope["headers"], (b"cookie", f"{COOKIE}={owner}".encode())]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if not known:
                    cookie = f"{COOKIE}={owner}; Max-Age={_YEAR}; Path=/; HttpOnly; SameSite=Lax"
                    headers.append(
                        "set-cookie", cookie + ("; Secure" if scope.get("scheme") == "https" else "")
                    )
            await send(message)

        await self.app(scope, receive, answer)


def make_app(assistant: Assistant) -> FastAPI:
    """Return the workspace as an ASGI application."""
    app = FastAPI(title="参谋", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Say that the process is up; it does not wait for the index."""
        return {"status": "ok"}

    @app.get("/files/{token}")
    def file(token: str, request: Request) -> FileResponse:
        """Hand a made file to the browser it was made for, and to no other."""
        folder = outbox(assistant, request.cookies[COOKIE])
        found = [path for path in folder.glob(f"{token}.*") if path.is_file()] if token.isalnum() else []
        if not found:
            raise HTTPException(404, "没有这个文件，或它不属于当前浏览器")
        name = (folder / f"{token}.name").read_text(encoding="utf-8") if len(found) > 1 else found[0].name
        path = next(path for path in found if path.suffix != ".name")
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        return FileResponse(path, headers={"Content-Disposition": disposition})

    @app.get("/documents/{document_id}")
    def document(document_id: str, request: Request) -> FileResponse:
        """Open an ingested document for its owner, and for no other; only a PDF opens in the page."""
        try:
            if not assistant.has_library:
                raise UnknownDocument(document_id)
            kept = own(assistant, request.cookies[COOKIE], document_id)
        except UnknownDocument as error:
            raise HTTPException(404, error.hint) from error
        pdf = kept.document.kind == "pdf"
        disposition = f"{'inline' if pdf else 'attachment'}; filename*=UTF-8''{quote(kept.document.name)}"
        return FileResponse(
            assistant.library.file(kept),
            media_type="application/pdf" if pdf else "application/octet-stream",
            headers={"Content-Disposition": disposition},
        )

    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build(assistant),
        path="/",
        theme=gr.themes.Default(
            primary_hue=_BLUE, neutral_hue="slate", font=_FONTS, font_mono=["Consolas", "monospace"]
        ),
        css=(_HERE / "style.css").read_text(encoding="utf-8"),
        js=(_HERE / "page.js").read_text(encoding="utf-8"),
        favicon_path=str(_HERE / "favicon.svg"),
        footer_links=[],
        max_file_size=f"{MAX_UPLOAD_MB}mb",
        ssr_mode=False,
        show_error=False,
    )
    mounted.add_middleware(Visitors)
    return mounted


def serve(assistant: Assistant, host: str, port: int) -> None:
    """Run the workspace until it is stopped; say in one line where it is once it can be opened.

    Raises:
        InputError: The address cannot be listened on.
    """
    listening = listen(host, port)
    config = uvicorn.Config(make_app(assistant), log_level="warning")
    shown = f"[{host}]" if ":" in host else host
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else shown
    click.echo(f"工作台已打开：http://{shown}:{listening.getsockname()[1]}  （按 Ctrl+C 停止）", err=True)
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens, taken before anything slow begins.

    Raises:
        InputError: The port is taken, or the host is not an address of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        taken = socket.socket(family, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                f"{host}:{port}",
                "端口已被占用",
                f"请换一个端口，例如 canmou serve --port {port % 65535 + 1}，或先停掉占用它的程序",
            ) from error
        raise InputError(
            f"{host}:{port}", f"不能在这个地址上打开（{error.strerror or error}）", "请检查 --host 与 --port"
        ) from error
    return taken
