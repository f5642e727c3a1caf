"""KnowledgeBase: all published knowledge, read room by room and cross-checked."""

import hashlib
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from knowledge.errors import KnowledgeError
from knowledge.files import DATA, parse, read_yaml

if TYPE_CHECKING:  # read late: whoever loads only a standard pays for nothing else
    from knowledge.asked import Asked
    from knowledge.catalog import CatalogMeta, Product, Provider
    from knowledge.conflict import ConflictTable
    from knowledge.graph import Graph
    from knowledge.outline import Outline
    from knowledge.policy import Policy
    from knowledge.program import CheckRule, Document, Program, SizeRow
    from knowledge.region import Regions
    from knowledge.scheme import Scheme
    from knowledge.standard import Standard
    from knowledge.terms import Glossary
    from knowledge.timeline import Claim, Timeline


T = TypeVar("T")


class room(cached_property[T]):
    """A cached_property that is read only from data whose cross-references hold."""

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> "room[T]": ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> "room[T] | T":
        """Check the data once, then read the room."""
        if isinstance(instance, KnowledgeBase):
            instance.verify()
        return super().__get__(instance, owner)


class KnowledgeBase:
    """Everything under a data folder. Each room is read when first asked for.

    The first time a folder's content is seen, all of it is read and cross-checked; a stamp named after
    its hash then lets later runs read only the room they need.
    """

    def __init__(self, data: Path = DATA, *, verify: bool = True, stamps: Path | None = None) -> None:
        """Open a data folder.

        Args:
            data: The folder.
            verify: False reads without cross-checking, for tools that do the checking themselves.
            stamps: Where to remember what was checked; None is the user's cache folder.
        """
        self.data = data
        self._verified = not verify
        self._stamps = stamps or _cache_folder()

    def verify(self) -> None:
        """Cross-check the data unless this very content was found right before.

        Raises:
            KnowledgeError: The first contradiction: file, key and reason.
        """
        if self._verified:
            return
        stamp = self._stamps / f"verified-{self.hash}"
        if not stamp.exists():
            self.check()
            try:
                self._stamps.mkdir(parents=True, exist_ok=True)
                stamp.touch()
            except OSError:  # a read-only home: check again next time
                pass
        self._verified = True

    def check(self) -> None:
        """Cross-check every reference, id, date, figure and place.

        Raises:
            KnowledgeError: The first contradiction: file, key and reason.
        """
        from knowledge.lint import findings

        whole = KnowledgeBase(self.data, verify=False)
        for finding in findings(whole):
            raise KnowledgeError(finding.file, finding.key, finding.reason)
        for name in ("checks", "size_classes", "catalog_meta", "providers", "terms"):
            getattr(whole, name)  # these refer to nothing outside: reading them is the check

    @cached_property
    def hash(self) -> str:
        """Return a short hash of every data file."""
        digest = hashlib.sha256()
        for path in sorted(self.data.rglob("*.yaml")):
            digest.update(path.relative_to(self.data).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]

    @room
    def policies(self) -> "dict[str, Policy]":
        """Policy id -> policy."""
        from knowledge.policy import Policy

        files = sorted((self.data / "policies").glob("*.yaml"))
        read = [parse(Policy, read_yaml(path), file=path.name) for path in files]
        return {policy.id: policy for policy in read}

    @room
    def graph(self) -> "Graph":
        """What replaced what, and what leans on a replaced document."""
        from knowledge.graph import Graph

        return Graph(self.policies, self.timeline.lineage)

    @room
    def conflicts(self) -> "dict[str, ConflictTable]":
        """Table id -> the same condition in several documents."""
        from knowledge.conflict import load_conflicts

        return load_conflicts(self.data)

    def policy(self, policy_id: str) -> "Policy | None":
        """Return the card of that id or other name of it, or None."""
        found = self.policies.get(policy_id)
        return found or next((one for one in self.policies.values() if policy_id in one.aliases), None)

    @room
    def regions(self) -> "Regions":
        """All known places."""
        from knowledge.region import load_regions

        return load_regions(self.data)

    @room
    def outlines(self) -> "dict[str, Outline]":
        """Report kind -> what the deliverable must have."""
        from knowledge.outline import load_outlines

        return load_outlines(self.data)

    @room
    def timeline(self) -> "Timeline":
        """What opens and closes, and which documents follow one another."""
        from knowledge.timeline import load_timeline

        return load_timeline(self.data)

    @room
    def claims(self) -> "dict[str, Claim]":
        """Claim id -> a statement in circulation that is not to be believed."""
        from knowledge.timeline import load_claims

        return load_claims(self.data)

    @room
    def programs(self) -> "dict[str, Program]":
        """Program id -> title an enterprise can apply for, with its rules."""
        from knowledge.program import load_programs

        return load_programs(self.data)

    @room
    def documents(self) -> "dict[str, Document]":
        """Document id -> what the programs cite."""
        from knowledge.program import load_documents

        return load_documents(self.data)

    @room
    def checks(self) -> "dict[str, CheckRule]":
        """Check id -> a contradiction or slip to look for in an application."""
        from knowledge.program import load_checks

        return load_checks(self.data)

    @room
    def size_classes(self) -> "dict[str, SizeRow]":
        """Industry id -> bounds of large, medium and small."""
        from knowledge.program import load_size_classes

        return load_size_classes(self.data)

    @room
    def standards(self) -> "dict[str, Standard]":
        """Standard id -> indicator standard."""
        from knowledge.standard import load_standards

        return load_standards(self.data)

    @room
    def products(self) -> "dict[str, Product]":
        """Product id -> product."""
        from knowledge.catalog import load_products

        return load_products(self.data)

    @room
    def providers(self) -> "dict[str, Provider]":
        """Provider id -> provider."""
        from knowledge.catalog import load_providers

        return load_providers(self.data)

    @room
    def catalog_meta(self) -> "CatalogMeta":
        """Official lists, what they ask of products, and how industries are named."""
        from knowledge.catalog import load_catalog_meta

        return load_catalog_meta(self.data)

    @room
    def schemes(self) -> "dict[str, Scheme]":
        """Scheme id -> subsidy scheme."""
        from knowledge.scheme import load_schemes

        return load_schemes(self.data)

    @room
    def asked(self) -> "Asked":
        """Source id -> locator -> everyday questions that place answers."""
        from knowledge.asked import load_asked

        return load_asked(self.data)

    @room
    def terms(self) -> "Glossary":
        """The field's short names and everyday words."""
        from knowledge.terms import read_glossary

        return read_glossary(self.data)


def _cache_folder() -> Path:
    """Return where this user's programs keep what can be made again."""
    if "XDG_CACHE_HOME" in os.environ:
        return Path(os.environ["XDG_CACHE_HOME"]) / "canmou"
    home = os.environ.get("HOME")
    return (Path(home) / ".cache" if home else Path(tempfile.gettempdir())) / "canmou"
