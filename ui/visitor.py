"""Who asks: the owner id of a browser, and the folder of files made for it."""

import secrets
from pathlib import Path

import gradio as gr

from assistant.app import Assistant, state_path

COOKIE = "canmou_owner"


def owner_of(request: gr.Request) -> str:
    """Return the owner id of the browser that asks."""
    owner: str = request.cookies[COOKIE]
    return owner


def outbox(assistant: Assistant, owner: str) -> Path:
    """Return the folder of files made for an owner."""
    folder = state_path(assistant.settings, "out", owner if owner.isalnum() else "none")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def reserve(assistant: Assistant, owner: str, name: str) -> tuple[Path, str]:
    """Return a fresh path for a file of that name, and the address at which its owner fetches it."""
    token = secrets.token_hex(16)
    folder = outbox(assistant, owner)
    (folder / f"{token}.name").write_text(name, encoding="utf-8")
    return folder / f"{token}{Path(name).suffix}", f"/files/{token}"
