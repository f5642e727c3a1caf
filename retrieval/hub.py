"""Where the files of a model are: a folder on this machine, or the model hub's copy of it here.

Weights are read from safetensors only, and no code that comes with a model is run. The hub is asked only where a
caller says so, and only when it answers within seconds.
"""

import os
import socket
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from knowledge.errors import MissingError

HUB_SECONDS: Final = 3.0
_WANTED: Final = ("*.json", "*.txt", "*.safetensors", "*.model")


def folder_of(name: str, *, fetch: bool, missing: str, not_installed: str) -> Path:
    """Return the folder of a model, fetching it only where asked to and where the hub answers in seconds.

    Args:
        name: A folder, or a name on the hub.
        fetch: Whether a model that is not on this machine may be downloaded.
        missing: What people are told where the model cannot be had.
        not_installed: What they are told where the libraries are not here.

    Raises:
        MissingError: The model is not on this machine and cannot be fetched, or huggingface_hub is not installed.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if name.startswith((".", "/", "~")):
        raise MissingError(f"no model folder {name}", hint=missing)
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import LocalEntryNotFoundError
    except ImportError as error:
        raise MissingError("huggingface_hub is not installed", hint=not_installed) from error
    wanted = list(_WANTED)
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, local_files_only=True))
    except (LocalEntryNotFoundError, OSError, ValueError) as error:
        if not fetch or not hub_answers():
            raise MissingError(f"model {name} is not on this machine: {error}", hint=missing) from error
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (OSError, ValueError) as error:
        raise MissingError(f"model {name} could not be fetched: {error}", hint=missing) from error


def hub_answers() -> bool:
    """Say whether the model hub can be reached within seconds."""
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        return False
    hub = urlsplit(os.environ.get("HF_ENDPOINT", "https://huggingface.co"))
    try:
        with socket.create_connection((hub.hostname or "", hub.port or 443), timeout=HUB_SECONDS):
            return True
    except OSError:
        return False


def fingerprint(folder: Path) -> str:
    """Return a short hash of a model's files: names, sizes, configuration, and the head and end of the weights."""
    digest = sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".json", ".txt", ".safetensors", ".model"):
            digest.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
            with file.open("rb") as read:
                digest.update(read.read(1 << 20))
                if file.stat().st_size > 2 << 20:
                    read.seek(-(1 << 20), os.SEEK_END)
                    digest.update(read.read())
    return digest.hexdigest()[:12]
