"""No test talks to the network: a socket that would leave the machine is refused."""

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["LANGSMITH_TRACING"] = "false"
for name in (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "CANMOU_MODEL",
    "CANMOU_EMBEDDER",
    "CANMOU_RERANKER",
    "CANMOU_CHROMA",
):
    os.environ.pop(name, None)

ROOT = Path(__file__).parent.parent


class NetworkRefused(RuntimeError):
    pass


def _local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a socket of this machine
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if not _local(address):
            raise NetworkRefused(f"a test tried to reach {address!r}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and benchmark sets, where there is one."""
    path = Path(os.environ.get("CANMOU_SHARED", ROOT.parent / "shared"))
    if not path.is_dir():
        pytest.skip(f"no shared material at {path} (set CANMOU_SHARED)")
    return path
