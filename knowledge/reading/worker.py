"""The process that parses: it may crash, hang or swell, and the program goes on.

    python -m knowledge.reading.worker

One long-lived process holds the parsers and forks a child for each file, so that a file costs milliseconds
and cannot touch the next one. The child lives under resource limits; past its time the whole group is killed,
LibreOffice and tesseract with it.

A request and a reply are a length (8 bytes, big endian) and that many bytes of JSON.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from knowledge.document import Document
from knowledge.errors import ReadingError
from knowledge.reading.guard import Limits

_CRASHED = "文件损坏，解析失败"
_RENEW = "请重新导出或下载，或另存为 PDF、docx 后再上传"


class Reader:
    """A parsing process held open for many files; a context manager. Calls are served one at a time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = ""
        """Folder for whatever the parsers write; it goes when the process goes, killed or not."""
        self._lock = threading.Lock()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path, *, name: str | None = None) -> Document:
        """Return the document in the file at `path`.

        Raises:
            ReadingError: It cannot be read within the limits; says why and what to do.
        """
        shown = name or path.name
        request = {"path": str(path.absolute()), "name": shown, "limits": self.limits.model_dump(mode="json")}
        with self._lock:
            reply = self._ask(json.dumps(request).encode(), shown)
        if reply.get("error"):
            raise ReadingError(shown, reply["what"], reply["remedy"])
        return Document.model_validate_json(reply["document"])

    def close(self) -> None:
        """End the process and all that it started."""
        process, self._process = self._process, None
        scratch, self._scratch = self._scratch, ""
        if process is not None:
            self._end(process)
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _ask(self, request: bytes, name: str) -> dict[str, str]:
        process = self._process
        if process is None or process.poll() is not None:
            self.close()
            self._scratch = tempfile.mkdtemp(prefix="canmou-read-")
            process = self._process = _start(self._scratch)
        assert process.stdin is not None
        assert process.stdout is not None
        deadline = time.monotonic() + self.limits.seconds + 5
        try:
            process.stdin.write(struct.pack(">Q", len(request)) + request)
            process.stdin.flush()
            (size,) = struct.unpack(">Q", _receive(process.stdout, 8, deadline))
            reply: dict[str, str] = json.loads(_receive(process.stdout, size, deadline))
        except TimeoutError:
            self.close()
            return _refusal(
                f"解析超过 {self.limits.seconds:.0f} 秒，已停止", "请拆分文件，或另存为文字版 PDF 后再上传"
            )
        except (OSError, EOFError):
            self.close()
            return _refusal(_CRASHED, _RENEW)
        return reply


def _refusal(what: str, remedy: str) -> dict[str, str]:
    return {"error": "yes", "what": what, "remedy": remedy}


def _start(scratch: str) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[2]
    path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        [sys.executable, "-m", "knowledge.reading.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "OMP_THREAD_LIMIT": "1", "TMPDIR": scratch},
        start_new_session=True,
    )


def _receive(stream: IO[bytes], size: int, deadline: float) -> bytes:
    """Return exactly `size` bytes.

    Raises:
        TimeoutError: They have not come by `deadline`.
        EOFError: The other side is gone.
    """
    got = bytearray()
    while len(got) < size:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise TimeoutError
        chunk = os.read(stream.fileno(), min(1 << 20, size - len(got)))
        if not chunk:
            raise EOFError
        got += chunk
    return bytes(got)


def serve() -> None:
    """Answer requests on stdin until it closes. Standard output belongs to the replies alone."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _warm()
    while True:
        head = source.read(8)
        if len(head) < 8:
            return
        request = json.loads(source.read(struct.unpack(">Q", head)[0]))
        reply = _forked(request)
        sink.write(struct.pack(">Q", len(reply)) + reply)
        sink.flush()


def _warm() -> None:
    """Load the parsers, so that a child finds them there and its memory is shared until it writes."""
    import gc

    import knowledge.clauses
    import knowledge.reading.metadata
    import knowledge.reading.ofd
    import knowledge.reading.pdf
    import knowledge.reading.plain
    import knowledge.reading.web
    import knowledge.reading.word  # noqa: F401

    gc.collect()
    gc.freeze()


def _forked(request: dict[str, object]) -> bytes:
    """Parse one file in a child of its own and return its reply."""
    down, up = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(down)
        code = 1
        try:
            _limit(Limits.model_validate(request["limits"]))
            with os.fdopen(up, "wb") as pipe, tempfile.TemporaryDirectory(prefix="file-") as folder:
                tempfile.tempdir = folder
                pipe.write(_answer(request))
            code = 0
        finally:
            os._exit(code)
    os.close(up)
    with os.fdopen(down, "rb") as pipe:
        reply = pipe.read()
    _, status = os.waitpid(child, 0)
    if status == 0 and reply:
        return reply
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
    what = "解析耗时超过上限，已停止" if killed else _CRASHED
    return json.dumps(_refusal(what, _RENEW)).encode()


def _limit(limits: Limits) -> None:
    """Put this process under the caps: memory, processor time, size of what it writes, no core dumps."""
    import resource

    unlimited = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, unlimited))
    seconds = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.unpacked, limits.unpacked))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: dict[str, object]) -> bytes:
    from knowledge.reading import parse

    name = str(request["name"])
    try:
        data = Path(str(request["path"])).read_bytes()
        document = parse(data, name=name, limits=Limits.model_validate(request["limits"]))
        return json.dumps({"document": document.model_dump_json()}).encode()
    except ReadingError as error:
        return json.dumps(_refusal(error.what, error.remedy)).encode()
    except MemoryError:
        return json.dumps(_refusal("解析占用内存超过上限，已停止", "请拆分文件后再上传")).encode()
    except RecursionError:
        return json.dumps(_refusal("文件内部嵌套过深，已停止", _RENEW)).encode()


if __name__ == "__main__":
    serve()
