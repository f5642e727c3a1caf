"""Who asks: the owner id of a browser, the folder of files made for it, and the files it hands in."""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import gradio as gr

from assistant.app import Assistant, state_path
from knowledge.errors import InputError

COOKIE = "canmou_owner"
MAX_UPLOAD_MB = 20
"""Size of one uploaded file; larger ones are read from the command line."""


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


@contextmanager
def received(paths: Iterable[str], folder: Path | None = None) -> Iterator[list[Path]]:
    """Take uploads out of the page's cache, which others can reach, and remove them when they were read.

    Args:
        paths: Where the page put them.
        folder: Where they lie meanwhile; None is a fresh private folder. In a given one a file of the same name
            has the same path each time, and so is a new version of the one before.

    Raises:
        InputError: An upload is no longer there.
    """
    with TemporaryDirectory(prefix="canmou-upload-") as fresh:
        taken: list[Path] = []
        try:
            for number, path in enumerate(map(Path, paths)):
                place = (folder or Path(fresh, str(number))) / path.name
                place.parent.mkdir(parents=True, exist_ok=True)
                try:
                    shutil.move(path, place)
                except FileNotFoundError as error:
                    raise InputError(path.name, "上传的文件已被清理", "请重新上传") from error
                taken.append(place)
            yield taken
        finally:
            for path in [*taken, *map(Path, paths)]:
                path.unlink(missing_ok=True)
