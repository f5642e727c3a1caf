"""What can go wrong with knowledge and with what people hand in.

    ConsultError                   str(error) is for the log, `hint` for the user
    ├── KnowledgeError             published data under knowledge/data is wrong
    ├── InputError                 what the user handed in is wrong: what, where, what to do
    │   ├── InputErrors            several such things at once
    │   └── ReadingError           a document could not be read
    └── MissingError               something needed is not there: index, model, file, package

Each layer adds its own kinds below these; the command line exits 1, 2, 2 and 3 for them.
"""

from collections.abc import Sequence


class ConsultError(Exception):
    """The root of every error this project raises on purpose."""

    hint = "出了问题，请稍后再试。"
    """One sentence in the user's language: what to do next."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class KnowledgeError(ConsultError):
    """A file under knowledge/data contradicts the schema or another file."""

    hint = "知识库数据有误，请运行 canmou lint 查看文件、位置与原因。"

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}", hint=f"知识库数据有误：{file} 的 {key}：{reason}")
        self.file, self.key, self.reason = file, key, reason


class InputError(ConsultError):
    """What the user handed in cannot be used."""

    def __init__(self, where: str, what: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}; {remedy}", hint=f"{where}：{what}。{remedy}")
        self.where, self.what, self.remedy = where, what, remedy


class InputErrors(InputError):
    """Several things the user handed in cannot be used; `hint` has a line for each, the first stands for all."""

    def __init__(self, file: str, problems: Sequence[InputError]) -> None:
        first = problems[0]
        super().__init__(first.where, first.what, first.remedy)
        self.problems = tuple(problems)
        lines = [
            f"{n}. {' '.join(one.hint.removeprefix(file).split())}" for n, one in enumerate(problems, start=1)
        ]
        self.hint = "\n".join((f"{file}：有 {len(lines)} 处要改，其余都已读懂：", *lines))


class ReadingError(InputError):
    """A document could not be read, and this is why."""


class MissingError(ConsultError):
    """Something needed is not installed, not built or not reachable."""
