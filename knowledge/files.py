"""Read a data file into a Record, or say which file, which key and why not."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.errors import KnowledgeError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml: slower, the same result
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

DATA = Path(__file__).parent / "data"

T = TypeVar("T", bound=BaseModel)


def read_yaml(path: Path) -> Any:
    """Return the parsed content of a YAML file.

    Raises:
        KnowledgeError: The file is missing or is not YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise KnowledgeError(path.name, "-", f"无法读取（{error.strerror}）") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "-"
        raise KnowledgeError(
            path.name, place, f"不是合法的 YAML：{getattr(error, 'problem', error)}"
        ) from error


def parse(kind: type[T], data: Any, *, file: str, key: str = "") -> T:
    """Validate `data` as a `kind`.

    Raises:
        KnowledgeError: Names the first field that does not fit.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in (key, *first["loc"]) if part != "")
        raise KnowledgeError(file, where or "-", first["msg"]) from error
