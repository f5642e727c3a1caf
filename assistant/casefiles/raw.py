"""Raw: what somebody handed in as plain data, with the place of every key, so that a mistake can be pointed at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from knowledge.errors import InputError, InputErrors

T = TypeVar("T")
Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Raw:
    """A case as plain data, with where each key stands."""

    file: str
    data: object
    places: Mapping[Key, str]
    """Key path -> 第 12 行, or 表“企业信息”第 4 行“划型结果”."""
    form: bool = False
    """Filled in on a form: its own words are used, never the keys behind them."""
    problems: list[InputError] = field(default_factory=list)
    """What could not be used so far."""

    @property
    def leave_out(self) -> str:
        """Say how to leave open what is not known."""
        return "不清楚就留空" if self.form else "不清楚就删去这一行"

    def subject(self, key: Key, label: str) -> str:
        """Return `label` to open a sentence with; nothing where the place says it already."""
        return "" if self.places.get(key, "").endswith(f"“{label}”") else label

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """Return what `read` gives; where it refuses, note the problem and return `otherwise`."""
        try:
            return read()
        except InputError as error:
            self.problems.append(error)
            return otherwise

    def settle(self) -> None:
        """Tell all problems noted.

        Raises:
            InputError: There are some.
        """
        told = list({error.hint: error for error in self.problems}.values())
        if len(told) == 1:
            raise told[0]
        if told:
            raise InputErrors(self.file, told)

    def refuse(self, key: Key, what: str, remedy: str) -> NoReturn:
        """Say that the value at `key` cannot be used.

        Raises:
            InputError: Always.
        """
        place = next((self.places[key[:n]] for n in range(len(key), 0, -1) if key[:n] in self.places), "")
        name = "" if self.form and place else ".".join(str(part) for part in key)
        raise InputError(" ".join(part for part in (self.file, place, name) if part), what, remedy)
