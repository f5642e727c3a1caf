"""Regions: where a policy holds and what people call the place.

A place is named by itself (昆山, 永嘉县) or by a chain from the outside in (苏州昆山, 山东省济南市历城区). What a chain ends in may
be an ambiguous name (沈阳铁西); what it begins with may not.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Record

Kind = Literal["nation", "province", "city", "district", "zone"]

NATION = "全国"

_SEPARATORS = re.compile(r"[\s·\-—/、,，]")
_BETWEEN = "的·-—/ "
"""What may stand between the links of a chain: 宁波的江北区."""
_SUFFIXES = ("特别行政区", "自治区", "自治州", "地区", "新区", "省", "市", "区", "县", "旗", "盟")
_NOT_A_PLACE = {"市": "场面值占价", "区": "域块间别位", "县": "级"}
"""What follows a word that only looks like a place: 合作市场, 平安区块链."""


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
    """Provinces, cities and zones, and how people say places. Lists of names are words between blanks."""

    provinces: tuple[ProvinceRow, ...]
    separately_planned: tuple[str, ...] = ()
    new_areas: dict[str, str] = {}
    """Canonical name -> areas in it that no table of divisions has."""
    alone: dict[str, str] = {}
    """Canonical name -> short names in it that mean the place in any sentence."""
    everyday: str = ""
    """Names that need their 县 or, where they end in 区, what they lie in beside them."""
    zones: tuple[ZoneRow, ...] = ()
    words: tuple[str, ...] = ()
    guards: dict[str, Guard] = {}


class CountyTable(Record):
    """Districts and counties by what they lie in."""

    basis: str
    """What the table rests on, in words."""
    as_of: date
    within: dict[str, str]
    """Canonical name -> what lies in it, between blanks."""


class Mention(NamedTuple):
    """A place as a text names it."""

    region: Region
    start: int
    end: int


_Heads = Callable[[str], Iterable[str]]
"""Gives for a piece of text the canonical names it may mean at the start of a chain."""


class Regions:
    """All known places: what a text names, what lies around a place, what lies in it."""

    def __init__(self, table: RegionTable, counties: CountyTable | None = None) -> None:
        self._words = frozenset(table.words)
        self._guards = table.guards
        self._everyday = frozenset(table.everyday.split())
        self._planned = frozenset(table.separately_planned)
        self._all: dict[str, Region] = {}
        self._inner: dict[str, list[str]] = {}
        """Canonical name -> what lies right in it."""
        self._insides: dict[str, frozenset[str]] = {}
        """Canonical name -> all that lies in it, as far as it was asked."""
        self._spoken: dict[str, list[str]] = {}
        """What people write for a place -> canonical names it can mean, the widest first."""
        self._free: dict[str, list[str]] = {}
        """What names a place by itself -> canonical names."""
        self._letters: dict[str, str] = {}
        """鲁 -> 山东省: only where it is the whole text."""
        self._add(NATION, "nation", None, NATION, ("中国", "国家", "国家级"))
        for province in table.provinces:
            full = self._grow(NATION, "province", province.name)
            self._letters.update(dict.fromkeys(province.abbr, full))
            for city in province.cities:
                self._grow(full, "city", city)
        for within, names in (*(counties.within.items() if counties else ()), *table.new_areas.items()):
            for entry in names.split():
                self._grow(within, "district", entry)
        for within, names in table.alone.items():
            for name in names.split():
                meant = [full for full in self._spoken.get(name, ()) if within in self._lines(full)]
                if meant:
                    self._free[name] = meant
        for zone in table.zones:
            full = self._grow(zone.within, "zone", zone.name)
            for name in zone.also:
                self._spoken.setdefault(name, []).append(full)
                self._free.setdefault(name, []).append(full)

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
            if name := self._letters.get(candidate):
                return self._all[name]
            for end, names in self._chains(candidate, 0, self._by_name) if candidate else ():
                name = self._meant(candidate, names) if end == len(candidate) else None
                if name:
                    return self._all[name]
        return None

    def find(self, text: str) -> list[Region]:
        """Return the places mentioned in a sentence, in order of mention, each once.

        One-letter names such as 鲁 do not count here, nor do names that are everyday words (白银, 日照)
        unless 市 or their province stands beside them.
        """
        found = self.mentions("".join(text.split()))
        return list(dict.fromkeys(one.region for one in found if one.region.name != NATION))

    def mentions(self, text: str) -> list[Mention]:
        """Return where a text names places, in order; the nation is one of them."""
        return list(self._scan(text, self._by_itself))

    def likely_mentions(self, text: str) -> list[Mention]:
        """Return where a text may name places: short names of every county and district count, too.

        For a text that is known to speak of a place (我在如东 …); elsewhere 比如东部 would name 如东.
        """
        return list(self._scan(text, self._by_name))

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
        if name not in self._insides:  # asked of one place for passage after passage
            inside, new = {name}, [name]
            while new:
                new = [inner for outer in new for inner in self._inner.get(outer, ())]
                inside.update(new)
            self._insides[name] = frozenset(inside)
        return self._insides[name]

    # ------------------------------------------------------------ building

    def _grow(self, parent: str, kind: Kind, entry: str) -> str:
        """Add a place given as 全称|简称… and return its canonical name."""
        name, *others = entry.split("|")
        full = name if parent == NATION else parent + name
        self._add(full, kind, parent, name, tuple(others))
        return full

    def _add(self, full: str, kind: Kind, parent: str | None, name: str, others: tuple[str, ...]) -> None:
        short = _shorten(name)
        if kind in ("district", "zone"):
            short = name
        elif others and ("自治" in name or short == name):  # 延边朝鲜族自治州 is called 延边
            short = others[0]
        self._all[full] = Region(
            name=full, short=short, kind=kind, parent=parent, separately_planned=name in self._planned
        )
        if parent:
            self._inner.setdefault(parent, []).append(full)
        for own in self._own_names(kind, name, others):
            self._spoken.setdefault(own, []).append(full)
            if kind in ("nation", "province", "city") or (own == name and kind == "district"):
                self._free.setdefault(own, []).append(full)

    def _own_names(self, kind: Kind, name: str, others: tuple[str, ...]) -> tuple[str, ...]:
        """Return what people write for a place, without what lies around it."""
        written = dict.fromkeys((name, *others))
        for whole in (name, *others):
            short = _shorten(whole)
            if kind == "district" and (
                short in self._everyday or short.startswith("市") or self._is_province(short)
            ):
                continue  # 济南市中小企业 is not in 市中区, 天津河北 are two provinces
            written.setdefault(short)
        return tuple(written)

    def _is_province(self, text: str) -> bool:
        return any(self._all[name].kind == "province" for name in self._spoken.get(text, ()))

    def _lines(self, full: str) -> tuple[str, ...]:
        return tuple(region.name for region in self.ancestors(full))

    # ------------------------------------------------------------ matching

    def _by_itself(self, piece: str) -> Iterable[str]:
        """Return what a piece means in any sentence: 昆山, 永嘉县; of 和县 and 城区 nobody can tell."""
        names = self._free.get(piece, ())
        if piece in self._everyday or piece in self._words:
            return ()
        return () if len(piece) < 3 and piece[-1] in "县区" else names

    def _by_name(self, piece: str) -> Iterable[str]:
        """Return what a piece means where a place must be meant."""
        if piece in self._everyday:
            return ()
        return self._free.get(piece) or [
            name for name in self._spoken.get(piece, ()) if self._all[name].kind == "district"
        ]

    def _meant(self, piece: str, names: Iterable[str]) -> str | None:
        """Return the one place of several; a province goes before a city of its name, and a city before a district."""
        fits = list(dict.fromkeys(names))
        for kind in ("nation", "province", "city", "district", "zone"):
            same = [name for name in fits if self._all[name].kind == kind]
            if same:
                return same[0] if len(same) == 1 and not self._is_contested(piece, same[0]) else None
        return None

    def _is_contested(self, piece: str, name: str) -> bool:
        """Return whether a word for a city is that of a great city's district as well: 朝阳 is in Beijing, too."""
        if self._all[name].kind != "city":
            return False
        others = (self._all[other] for other in self._spoken.get(piece, ()) if other != name)
        return any(
            other.kind == "district" and self._all[other.parent or NATION].kind == "province"
            for other in others
        )

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """First character -> lengths of the names that begin with it, the longest first."""
        return _lengths(self._spoken)

    @cached_property
    def _free_lengths(self) -> dict[str, list[int]]:
        """The same for what names a place by itself."""
        return _lengths(self._free)

    def _scan(self, text: str, heads: _Heads) -> Iterator[Mention]:
        at = 0
        lengths = self._free_lengths if heads == self._by_itself else self._lengths
        while at < len(text):
            chains = self._chains(text, at, heads) if text[at] in lengths else []
            if not chains:
                at += 1
                continue
            end, names = max(chains, key=lambda chain: chain[0])
            name = self._meant(text[at:end], names)
            if name:
                yield Mention(self._all[name], at, end)
            at = end

    def _chains(self, text: str, at: int, heads: _Heads) -> list[tuple[int, list[str]]]:
        """Return the ends of the chains of names that start at a place, each with what it may mean there."""
        found: list[tuple[int, list[str]]] = []
        for length in self._lengths.get(text[at], ()):
            piece, end = text[at : at + length], at + length
            names = list(heads(piece)) if piece in self._spoken else []
            if names and end <= len(text) and self._means_place(text, at, piece):
                found.append((end, names))
                found += [longer for name in names for longer in self._links(text, end, name)]
        return found

    def _links(self, text: str, at: int, outer: str) -> Iterator[tuple[int, list[str]]]:
        """Yield where the names after `outer` end that lie in it; after the nation every name stands by itself."""
        start = at + 1 if text[at : at + 1] in _BETWEEN and at < len(text) else at
        for length in self._lengths.get(text[start : start + 1], ()):
            piece, end = text[start : start + length], start + length
            inner = [name for name in self._spoken.get(piece, ()) if name != outer and name.startswith(outer)]
            if inner and end <= len(text) and self._means_place(text, start, piece):
                yield end, inner
                for name in inner:
                    yield from self._links(text, end, name)

    def _means_place(self, text: str, at: int, piece: str) -> bool:
        before, after = text[at - 1 : at] if at else "", text[at + len(piece) : at + len(piece) + 1]
        if after and after in _NOT_A_PLACE.get(piece[-1], ""):
            return False
        guard = self._guards.get(piece)
        return not (guard and ((before and before in guard.before) or (after and after in guard.after)))


def load_regions(data_dir: Path = DATA) -> Regions:
    """Read the divisions under `data_dir`.

    Raises:
        KnowledgeError: A file is missing or does not fit.
    """
    path, inner = data_dir / "regions.yaml", data_dir / "counties.yaml"
    return Regions(
        parse(RegionTable, read_yaml(path), file=path.name),
        parse(CountyTable, read_yaml(inner), file=inner.name),
    )


def _lengths(names: Iterable[str]) -> dict[str, list[int]]:
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[0], set()).add(len(name))
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}


def _shorten(name: str) -> str:
    """Return a name without the word for what kind of place it is: 济南市 -> 济南."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name
