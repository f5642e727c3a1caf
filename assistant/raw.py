"""Raw: what somebody handed in as plain data, with the place of every key, so that a mistake can be pointed at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from knowledge.errors import InputError

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Raw:
    """A case as plain data, with where each key stands."""

    file: str
    data: object
    places: Mapping[Key, str]
    """Key path -> 第 12 行, or 表“评测问题”第 4 行."""

    def refuse(self, key: Key, what: str, remedy: str) -> NoReturn:
        """Say that the value at `key` cannot be used.

        Raises:
            InputError: Always.
        """
        place = next((self.places[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.places), "")
        name = ".".join(str(part) for part in key)
        raise InputError(" ".join(part for part in (self.file, place, name) if part), what, remedy)
