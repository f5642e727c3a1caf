"""KnowledgeBase: all published knowledge, read room by room and cross-checked."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.files import DATA, parse, read_yaml
from knowledge.outline import Outline, load_outlines
from knowledge.policy import Policy
from knowledge.region import Regions, load_regions
from knowledge.timeline import Claim, Timeline, load_claims, load_timeline

if TYPE_CHECKING:  # read late: whoever loads only a standard pays for nothing else
    from knowledge.catalog import CatalogMeta, Product, Provider
    from knowledge.program import CheckRule, Document, Program, SizeRow
    from knowledge.scheme import Scheme
    from knowledge.standard import Standard
    from knowledge.terms import Terms


class KnowledgeBase:
    """Everything under a data folder. Each room is read when first asked for."""

    def __init__(self, data: Path = DATA) -> None:
        self.data = data

    @cached_property
    def hash(self) -> str:
        """Return a short hash of every data file."""
        digest = hashlib.sha256()
        for path in sorted(self.data.rglob("*.yaml")):
            digest.update(path.relative_to(self.data).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]

    @cached_property
    def policies(self) -> dict[str, Policy]:
        """Policy id -> policy."""
        files = sorted((self.data / "policies").glob("*.yaml"))
        read = [parse(Policy, read_yaml(path), file=path.name) for path in files]
        return {policy.id: policy for policy in read}

    @cached_property
    def regions(self) -> Regions:
        """All known places."""
        return load_regions(self.data)

    @cached_property
    def outlines(self) -> dict[str, Outline]:
        """Report kind -> what the deliverable must have."""
        return load_outlines(self.data)

    @cached_property
    def timeline(self) -> Timeline:
        """What opens and closes, and which documents follow one another."""
        return load_timeline(self.data)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Claim id -> a statement in circulation that is not to be believed."""
        return load_claims(self.data)

    @cached_property
    def programs(self) -> "dict[str, Program]":
        """Program id -> title an enterprise can apply for, with its rules."""
        from knowledge.program import load_programs

        return load_programs(self.data)

    @cached_property
    def documents(self) -> "dict[str, Document]":
        """Document id -> what the programs cite."""
        from knowledge.program import load_documents

        return load_documents(self.data)

    @cached_property
    def checks(self) -> "dict[str, CheckRule]":
        """Check id -> a contradiction or slip to look for in an application."""
        from knowledge.program import load_checks

        return load_checks(self.data)

    @cached_property
    def size_classes(self) -> "dict[str, SizeRow]":
        """Industry id -> bounds of large, medium and small."""
        from knowledge.program import load_size_classes

        return load_size_classes(self.data)

    @cached_property
    def standards(self) -> "dict[str, Standard]":
        """Standard id -> indicator standard."""
        from knowledge.standard import load_standards

        return load_standards(self.data)

    @cached_property
    def products(self) -> "dict[str, Product]":
        """Product id -> product."""
        from knowledge.catalog import load_products

        return load_products(self.data)

    @cached_property
    def providers(self) -> "dict[str, Provider]":
        """Provider id -> provider."""
        from knowledge.catalog import load_providers

        return load_providers(self.data)

    @cached_property
    def catalog_meta(self) -> "CatalogMeta":
        """Official lists, what they ask of products, and how industries are named."""
        from knowledge.catalog import load_catalog_meta

        return load_catalog_meta(self.data)

    @cached_property
    def schemes(self) -> "dict[str, Scheme]":
        """Scheme id -> subsidy scheme."""
        from knowledge.scheme import load_schemes

        return load_schemes(self.data)

    @cached_property
    def terms(self) -> "Terms":
        """The field's short names and synonyms."""
        from knowledge.terms import load_terms

        return load_terms(self.data)
