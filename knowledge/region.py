"""Regions: where a policy holds and what people call the place."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Record

Kind = Literal["nation", "province", "city", "district", "zone"]

NATION = "全国"

_SEPARATORS = re.compile(r"[\s·\-—/、,，]")
_SUFFIXES = ("特别行政区", "自治区", "自治州", "地区", "新区", "省", "市", "区", "县", "盟")


class Region(Record):
    """A place in the hierarchy nation > province > city > district or named zone."""

    name: str
    """Canonical: 全国, 山东省, 山东省济南市, 天津市滨海新区."""
    short: str
    """As people say it: 山东, 济南, 滨海新区."""
    kind: Kind
    parent: str | None = None
    """Canonical name of what it lies in; None for the nation."""
    separately_planned: bool = False
    """A city under separate state planning (计划单列市); it still lies in its province."""


class ProvinceRow(Record):
    """A province of the data file, with its prefecture-level cities."""

    name: str
    abbr: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()


class DistrictRow(Record):
    """The districts of one city."""

    within: str = Field(alias="in")
    """Canonical name of the city."""
    names: tuple[str, ...]
    alone: tuple[str, ...] = ()
    """Names that mean this place even without the city."""


class ZoneRow(Record):
    """A named development zone or new area."""

    within: str = Field(alias="in")
    name: str
    also: tuple[str, ...]


class Guard(Record):
    """Characters beside a short name that show something else is meant."""

    before: str = ""
    after: str = ""


class RegionTable(Record):
    """The whole data file."""

    provinces: tuple[ProvinceRow, ...]
    separately_planned: tuple[str, ...] = ()
    districts: tuple[DistrictRow, ...] = ()
    zones: tuple[ZoneRow, ...] = ()
    words: tuple[str, ...] = ()
    guards: dict[str, Guard] = {}


class Regions:
    """All known places: what a text names, what lies around a place, what lies in it."""

    def __init__(self, table: RegionTable) -> None:
        self._words = frozenset(table.words)
        self._guards = table.guards
        self._planned = frozenset(table.separately_planned)
        self._all: dict[str, Region] = {}
        self._spoken: dict[str, tuple[str, ...]] = {}
        """Canonical name -> its own names, without what lies around it."""
        self._names: dict[str, set[str]] = {}
        """What people write for a place -> canonical names it can mean."""
        self._weak: dict[str, set[str]] = {}
        """Short names that need their city beside them -> canonical names."""
        self._letters: dict[str, str] = {}
        """鲁 -> 山东省: only where it is the whole text."""
        self._add(NATION, "nation", None, (NATION, "中国", "国家", "国家级"), [])
        for province in table.provinces:
            full = self._grow(NATION, "province", province.name)
            self._letters.update(dict.fromkeys(province.abbr, full))
            for city in province.cities:
                self._grow(full, "city", city)
        for row in table.districts:
            for entry in row.names:
                self._grow(row.within, "district", entry)
            for name in row.alone:
                self._names.setdefault(name, set()).add(self._district(row, name))
        for zone in table.zones:
            full = self._grow(zone.within, "zone", zone.name)
            for name in zone.also:
                self._names.setdefault(name, set()).add(full)

    # ------------------------------------------------------------ asking

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __iter__(self) -> Iterator[Region]:
        return iter(self._all.values())

    def get(self, name: str) -> Region | None:
        """Return the region of that canonical name, or None."""
        return self._all.get(name)

    def resolve(self, text: str) -> Region | None:
        """Return the place that `text` as a whole names, or None where no or more than one fits."""
        plain = _SEPARATORS.sub("", text)
        for candidate in (plain, plain.removeprefix("中国")):
            name = self._letters.get(candidate) or self._meant(candidate)
            if name:
                return self._all[name]
        return None

    def find(self, text: str) -> list[Region]:
        """Return the places mentioned in a sentence, in order of mention, each once.

        One-letter names such as 鲁 do not count here, nor do names that are everyday words (白银, 日照)
        unless 市 or their province stands beside them.
        """
        plain = "".join(text.split())
        found: dict[str, Region] = {}
        at = 0
        while at < len(plain):
            piece, name = self._mention(plain, at)
            if name:
                found.setdefault(name, self._all[name])
            at += len(piece) or 1
        return list(found.values())

    def ancestors(self, name: str) -> tuple[Region, ...]:
        """Return what the place lies in, nearest first, the nation last; () for an unknown name."""
        region, chain = self._all.get(name), []
        while region and region.parent:
            region = self._all[region.parent]
            chain.append(region)
        return tuple(chain)

    def covering(self, name: str) -> frozenset[str]:
        """Return the canonical names whose policies reach the place: itself, all it lies in, the nation."""
        return frozenset({name, NATION, *(region.name for region in self.ancestors(name))})

    def within(self, name: str) -> frozenset[str]:
        """Return the canonical names of the place and of everything known to lie in it."""
        inside = {name}
        for region in self._all.values():  # parents stand before what lies in them
            if region.parent in inside:
                inside.add(region.name)
        return frozenset(inside)

    # ------------------------------------------------------------ building

    def _grow(self, parent: str, kind: Kind, entry: str) -> str:
        """Add a place given as 全称|简称… and return its canonical name."""
        name, *others = entry.split("|")
        full = name if parent == NATION else parent + name
        spoken = dict.fromkeys((name, *others, _shorten(name)))
        if kind == "district" and (_shorten(name).startswith("市") or self._is_province(_shorten(name))):
            del spoken[_shorten(name)]  # 济南市中小企业 is not in 市中区, 天津河北 are two provinces
        self._add(full, kind, parent, tuple(spoken), others)
        return full

    def _add(
        self, full: str, kind: Kind, parent: str | None, spoken: tuple[str, ...], others: list[str]
    ) -> None:
        name, short = spoken[0], _shorten(spoken[0])
        if kind in ("district", "zone"):
            short = name
        elif others and ("自治" in name or short == name):  # 延边朝鲜族自治州 is called 延边
            short = others[0]
        self._all[full] = Region(
            name=full, short=short, kind=kind, parent=parent, separately_planned=name in self._planned
        )
        self._spoken[full] = spoken
        alone = self._weak if kind in ("district", "zone") else self._names
        for own in spoken:
            alone.setdefault(own, set()).add(full)
            for around in self._prefixes(parent):
                self._names.setdefault(around + own, set()).add(full)

    def _is_province(self, text: str) -> bool:
        return any(self._all[name].kind == "province" for name in self._names.get(text, ()))

    def _prefixes(self, parent: str | None) -> tuple[str, ...]:
        """Return what may stand before a name, such as 山东, 山东省 and 山东济南."""
        if parent is None or parent == NATION:
            return ()
        outer = self._prefixes(self._all[parent].parent)
        own = self._spoken[parent]
        return (*own, *(before + name for before in outer for name in own), *outer)

    def _district(self, row: DistrictRow, name: str) -> str:
        """Return the district a free name means; a nickname (中关村) means the city."""
        fits = [row.within + entry.split("|")[0] for entry in row.names]
        return next((full for full in fits if name in self._spoken[full]), row.within)

    # ------------------------------------------------------------ matching

    def _meant(self, text: str) -> str | None:
        """Return the one place a whole name means; a province wins over a city of its name."""
        fits = self._names.get(text, set())
        provinces = {name for name in fits if self._all[name].kind == "province"}
        if len(provinces) == 1:
            return next(iter(provinces))
        if len(fits) != 1 or self._weak.get(text, fits) - fits:
            return None
        return next(iter(fits))

    @cached_property
    def _longest(self) -> dict[str, int]:
        """First character -> length of the longest name that begins with it."""
        longest: dict[str, int] = {}
        for name in self._names:
            longest[name[0]] = max(len(name), longest.get(name[0], 0))
        return longest

    def _mention(self, text: str, at: int) -> tuple[str, str | None]:
        """Return (what stands there, canonical name) of the longest place name that starts at `at`.

        The name is None where the words can mean more than one place; ("", None) where none starts.
        """
        for length in range(min(self._longest.get(text[at], 0), len(text) - at), 1, -1):
            piece = text[at : at + length]
            if piece not in self._names or not self._means_place(text, at, piece):
                continue
            name = self._meant(piece)
            return piece, None if name == NATION else name
        return "", None

    def _means_place(self, text: str, at: int, piece: str) -> bool:
        guard = self._guards.get(piece)
        before, after = text[at - 1 : at] if at else "", text[at + len(piece) : at + len(piece) + 1]
        if guard and ((before and before in guard.before) or (after and after in guard.after)):
            return False
        return piece not in self._words


def load_regions(data_dir: Path = DATA) -> Regions:
    """Read the divisions under `data_dir`.

    Raises:
        KnowledgeError: The file is missing or does not fit.
    """
    path = data_dir / "regions.yaml"
    return Regions(parse(RegionTable, read_yaml(path), file=path.name))


def _shorten(name: str) -> str:
    """Return a name without the word for what kind of place it is: 济南市 -> 济南."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name
