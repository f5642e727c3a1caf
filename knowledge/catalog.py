"""Catalog: products and providers with their sources, what official lists ask of them, words for industries.

    product = load_products()["prod-097"]
    product.prices[0]    # Price(plan="轻享版", text="2988元/年起", amount=Decimal("0.2988"), per="年", at_least=True)

What a page does not state is None or empty: matching then asks the vendor. What a vendor says of its own results
stands in `vendor_claims` and is never a ground for anything.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field

from knowledge.errors import KnowledgeError
from knowledge.files import DATA, parse, read_yaml
from knowledge.record import Number, Record
from knowledge.source import Source

Deployment = Literal["公有云", "专属云", "私有部署", "混合部署", "边缘", "桌面"]
"""Where a product runs. 专属云 is a vendor's stack or a dedicated region (HCS, HCSO, 专有云), not a firm's own server."""

R = TypeVar("R", "Product", "Provider")

Size = Literal["micro", "small", "medium", "large"]


class Price(Record):
    """One published price of one plan."""

    plan: str = ""
    text: str
    """As published."""
    amount: Number | None = Field(default=None, ge=0)
    """万元 per `per`; None is not published."""
    per: Literal["", "年", "天", "人年", "项目"] = ""
    deployment: tuple[Deployment, ...] = ()
    """Ways of deployment this plan is sold for, where the page tells; empty is not stated."""
    at_least: bool = False
    """Published as a starting price."""
    free: bool = False
    """The licence costs nothing; hosting, implementation and changes are not in it and are not known."""
    trial: bool = False
    """For trial only: not a price to plan with."""


class Proof(Record):
    """A case, a certificate or an official list that speaks for a product."""

    kind: Literal["case", "certificate", "official_list"]
    title: str
    url: str | None = None
    checked_on: date | None = None
    """Day on which the keeper of the catalog opened the source; None is the vendor's word and does not count."""
    valid_to: date | None = None

    def counts_on(self, day: date) -> bool:
        """Return whether it was checked at an address, and has not lapsed, on `day`."""
        checked = self.checked_on is not None and self.checked_on <= day and bool(self.url)
        return checked and (self.valid_to is None or day <= self.valid_to)


class Product(Record):
    """Something that can be bought or deployed."""

    id: str
    name: str
    provider_id: str
    category: str
    scenes: tuple[str, ...]
    """Ids of the business scenes it serves; who mapped them is in `scene_mapping`."""
    industries: tuple[str, ...] = ()
    """As stated, e.g. 通用制造, 纺织服装; empty is not stated."""
    industries_excluded: tuple[str, ...] = ()
    industry_text: str = ""
    sizes: tuple[Size, ...] = ()
    """Size classes it is stated to be made for; empty is not stated."""
    size_text: str | None = None
    needs_it_staff: bool = False
    """To be deployed by the firm itself."""
    digest: str = ""
    deployment: tuple[Deployment, ...] = ()
    """Empty is not stated."""
    deployment_text: str | None = None
    prices: tuple[Price, ...] = ()
    price_text: str | None = None
    """All published prices in one line; None is not published."""
    price_note: str | None = None
    delivery_text: str | None = None
    """Vendor's word on the time it takes."""
    regions: tuple[str, ...] = ()
    """全国, or names of provinces and cities served; empty is not stated."""
    region_text: str | None = None
    interfaces: tuple[str, ...] = ()
    """Systems and protocols it is stated to work with, e.g. 用友U8, OPC UA; 某类系统 in general as ERP."""
    features: tuple[str, ...] = ()
    """Stated properties that a hard wish may ask for, e.g. 信创."""
    domestic: bool | None = None
    """Whether it is stated to be developed in China with its own rights; None is not stated."""
    open_source: bool = False
    limits: tuple[str, ...] = ()
    """Restrictions its own page states, e.g. 未经作者允许不得商用."""
    production_ready: bool = True
    """False where its own page says that it is unfinished or for teaching."""
    proofs: tuple[Proof, ...] = ()
    vendor_claims: tuple[str, ...] = ()
    """厂商自述（未核实）: shown as such, never a ground."""
    stated: dict[str, str] = {}
    """Other fields as handed in by the user, label -> text; shown, never counted."""
    flags: tuple[str, ...] = ()
    """What was odd in the entry, e.g. text that reads like an instruction."""
    scene_mapping: str = ""
    collected_on: date | None = None
    origin: Literal["builtin", "own"] = "builtin"
    sources: tuple[Source, ...] = ()

    @property
    def origin_label(self) -> str:
        """Return the words shown to people."""
        return {"builtin": "内置目录", "own": "用户自有目录"}[self.origin]


class Provider(Record):
    """Who sells or keeps products."""

    id: str
    brand: str
    legal_name: str | None = None
    """None: the pages give the brand only."""
    kind: Literal["solution_vendor", "cloud_platform", "open_source_project"]
    region: str | None = None
    service_scope: str | None = None
    categories: tuple[str, ...] = ()
    products: tuple[str, ...]
    pilot_city_lists: tuple[str, ...] = ()
    """Official lists it is known to stand on; empty is not known, not absent."""
    qualifications: tuple[str, ...] = ()
    team_size: str | None = None
    cases_public: tuple[str, ...] = ()
    contact: str | None = None
    stated: dict[str, str] = {}
    """Other fields as handed in by the user, label -> text; shown, never counted."""
    origin: Literal["builtin", "own"] = "builtin"
    sources: tuple[Source, ...] = ()


class OfficialList(Record):
    """A list that an authority keeps, and what is known of it."""

    id: str
    name: str
    issuer: str
    facts: dict[str, str] = {}
    note: str = ""
    basis: tuple[str, ...] = ()
    """Policy id and locator, as text."""


class IntakeField(Record):
    """What a real 征集 notice asks of a provider or a product."""

    field: str
    applies_to: Literal["provider", "product"]
    required_by_official: Literal["yes", "derived", "not_found"]
    description: str = ""
    basis: tuple[str, ...] = ()


class IndustryGroup(Record):
    """An industry: the words that point to it and the wider groups it lies in."""

    name: str
    words: tuple[str, ...]
    within: tuple[str, ...] = ()


class Industries(Record):
    """Words for industries, so that 机床 finds what is made for 装备制造."""

    everyone: tuple[str, ...]
    """Tags that fit every firm: 通用."""
    broad: tuple[str, ...]
    """Groups so wide that they fit less closely: 制造业."""
    facilities: tuple[str, ...]
    """Tags that name a plant facility, not an industry: 空压站."""
    unions: dict[str, tuple[str, ...]] = {}
    """Tag -> the groups it stands for: 高耗能企业."""
    groups: tuple[IndustryGroup, ...]

    def place(self, text: str) -> frozenset[str]:
        """Return the narrowest groups that `text` names; empty where no word is known.

        Longer words are read first and use up their characters, so that 工业设计 is not read as 工业.
        """
        if text not in self._placed:
            found, left = set[str](), text
            for word, names in self._words:
                if word in left:
                    found.update(names)
                    left = left.replace(word, " ")
            wider = {above for name in found for above in self.above(name) if above != name}
            self._placed[text] = frozenset(found - wider)
        return self._placed[text]

    def above(self, name: str) -> frozenset[str]:
        """Return `name` and every group it lies in."""
        return self._above.get(name, frozenset({name}))

    @cached_property
    def _placed(self) -> dict[str, frozenset[str]]:
        """What `place` has answered so far: the same few tags are asked for again and again."""
        return {}

    @cached_property
    def _words(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Every known word with the groups it points to, longest first."""
        known: dict[str, set[str]] = {tag: set(names) for tag, names in self.unions.items()}
        for group in self.groups:
            for word in group.words:
                known.setdefault(word, set()).add(group.name)
        ordered = sorted(known, key=lambda word: (-len(word), word))
        return tuple((word, frozenset(known[word])) for word in ordered)

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        parents = {group.name: group.within for group in self.groups}
        reached: dict[str, frozenset[str]] = {}
        for name in parents:
            seen, todo = set[str](), [name]
            while todo:
                here = todo.pop()
                if here not in seen:
                    seen.add(here)
                    todo.extend(parents.get(here, ()))
            reached[name] = frozenset(seen)
        return reached


class CatalogMeta(Record):
    """What stands around the catalog."""

    as_of: date
    official_lists: tuple[OfficialList, ...]
    intake_fields: tuple[IntakeField, ...]
    provider_types: dict[str, tuple[str, ...]]
    """Place -> the kinds of provider its documents know."""
    scene_synonyms: dict[str, tuple[str, ...]]
    """A wider word for a stage -> scene ids; our own grouping."""
    industries: Industries


def load_products(data_dir: Path = DATA, *, scenes: Iterable[str] | None = None) -> dict[str, Product]:
    """Return product id -> product.

    Args:
        data_dir: The data folder.
        scenes: Known scene ids; given, every product's scenes are checked against them.

    Raises:
        KnowledgeError: A row is wrong, an id stands twice, a provider or a scene does not exist.
    """
    file = data_dir / "catalog" / "products.yaml"
    products = _by_id([parse(Product, row, file=file.name, key=_name(row)) for row in _rows(file)], file.name)
    providers = load_providers(data_dir)
    known = None if scenes is None else frozenset(scenes)
    for product in products.values():
        if product.provider_id not in providers:
            raise KnowledgeError(file.name, product.id, f"provider_id {product.provider_id} 不存在")
        if product.id not in providers[product.provider_id].products:
            raise KnowledgeError(file.name, product.id, f"{product.provider_id} 的 products 未列出该产品")
        unknown = [] if known is None else [scene for scene in product.scenes if scene not in known]
        if unknown:
            raise KnowledgeError(file.name, product.id, f"场景 {'、'.join(unknown)} 不存在")
    _check_listed(products, providers)
    return products


def load_providers(data_dir: Path = DATA) -> dict[str, Provider]:
    """Return provider id -> provider.

    Raises:
        KnowledgeError: A row is wrong or an id stands twice.
    """
    file = data_dir / "catalog" / "providers.yaml"
    return _by_id([parse(Provider, row, file=file.name, key=_name(row)) for row in _rows(file)], file.name)


def load_catalog_meta(data_dir: Path = DATA) -> CatalogMeta:
    """Return official lists, intake fields, provider types and the table of industries.

    Raises:
        KnowledgeError: A file is wrong, or an industry lies in a group that does not exist.
    """
    folder = data_dir / "catalog"
    data = {**read_yaml(folder / "meta.yaml"), "industries": read_yaml(folder / "industries.yaml")}
    meta = parse(CatalogMeta, data, file="catalog/meta.yaml")
    names = {group.name for group in meta.industries.groups}
    for group in meta.industries.groups:
        for wider in group.within:
            if wider not in names:
                raise KnowledgeError("industries.yaml", group.name, f"上级行业 {wider} 不存在")
    for tag, members in meta.industries.unions.items():
        for member in members:
            if member not in names:
                raise KnowledgeError("industries.yaml", tag, f"行业 {member} 不存在")
    for name in meta.industries.broad:
        if name not in names:
            raise KnowledgeError("industries.yaml", "broad", f"行业 {name} 不存在")
    return meta


def _rows(file: Path) -> list[object]:
    data = read_yaml(file)
    rows = data.get("items") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise KnowledgeError(file.name, "items", "应为条目列表")
    return rows


def _name(row: object) -> str:
    return str(row.get("id", "")) if isinstance(row, dict) else ""


def _by_id(rows: list[R], file: str) -> dict[str, R]:
    found: dict[str, R] = {}
    for row in rows:
        if row.id in found:
            raise KnowledgeError(file, row.id, "编号重复")
        found[row.id] = row
    return found


def _check_listed(products: Mapping[str, Product], providers: Mapping[str, Provider]) -> None:
    for provider in providers.values():
        for product_id in provider.products:
            if product_id not in products:
                raise KnowledgeError("providers.yaml", provider.id, f"产品 {product_id} 不存在")
            if products[product_id].provider_id != provider.id:
                raise KnowledgeError("providers.yaml", provider.id, f"产品 {product_id} 属于另一服务商")
