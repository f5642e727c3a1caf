"""Needs x catalog -> ranked offers with reasons, why-not for the rest, and a small bundle that covers the gaps.

    result = match(needs, enterprise, {"s06": 2, "s07": 1}, products, providers, on=day, ...)
    result.offers[0].reasons    # ("覆盖缺口场景 生产管控、质量管理（+45）", "行业：…（+20）", …): they add up to the score

Hard constraints first, never traded: region, deployment, excluded industries, budget where a price is known, hard
wishes. What the published material leaves open is neither pass nor fail: it is a question to the vendor. Then points,
100 at most:

    coverage 45   weight of the gaps covered / weight of all gaps
    focus    10   share of the product's own scenes that are gaps
    industry 20   20 the industry named, 15 离散/流程制造, 12 制造业, 10 通用, 0 not known
    size     10   10 the size class named, 5 where the firm must deploy it itself, 0 not known or other
    evidence 10   official list 5, checked case 3, checked certificate 2; unchecked ones are the vendor's word: 0
    price     5   a public price: 2 + 3 x (1 - price / budget), 3 without a budget; a free licence 1; not public 0

A price counts only for an edition that meets the wishes for deployment: what an edition for the public cloud costs says
nothing to a firm that must have its own server.

Only these and, last, the product id decide the order. Names, digests and claims of vendors are never read for it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, get_args

from assistant.schema import Bundle, MatchResult, Offer, Rejected
from knowledge.case import Enterprise, Needs
from knowledge.catalog import Deployment, Industries, Price, Product, Provider

COVERAGE, FOCUS, SIZE = Decimal(45), Decimal(10), Decimal(10)
PROOF_POINTS = {"official_list": Decimal(5), "case": Decimal(3), "certificate": Decimal(2)}
PRICE_STALE_DAYS = 180

_ZERO = Decimal(0)
_SIZES = {"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"}

Verdict = Literal["pass", "fail", "ask"]


@dataclass
class _Sheet:
    """What is found about one product, before it becomes an Offer or a Rejected."""

    against: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    points: list[tuple[Decimal, str]] = field(default_factory=list)

    def settle(self, verdict: Verdict, text: str) -> None:
        if verdict == "fail":
            self.against.append(text)
        elif verdict == "ask":
            self.ask.append(text)

    @property
    def score(self) -> Decimal:
        return sum((points for points, _ in self.points), _ZERO)


@dataclass(frozen=True)
class _Firm:
    needs: Needs
    region: str
    lies_in: frozenset[str]
    industry: str
    groups: frozenset[str]
    sizes: frozenset[str]
    """Size classes still possible; all four or none: not settled."""
    industries: Industries
    on: date


def match(
    needs: Needs,
    enterprise: Enterprise,
    gaps: Mapping[str, int],
    products: Mapping[str, Product],
    providers: Mapping[str, Provider],
    *,
    on: date,
    scene_names: Mapping[str, str],
    industries: Industries,
    scene: str | None = None,
    binding: Collection[str] = (),
    lies_in: Collection[str] | None = None,
    sizes: Collection[str] = (),
) -> MatchResult:
    """Return offers best first, a bundle, and a reason for every product left out.

    Args:
        needs: Deployment, budget (万元) and hard wishes.
        enterprise: Region, industry and size of the firm.
        gaps: Scene id -> steps short of the target. A scene that is not here needs nothing.
        products: Product id -> product.
        providers: Provider id -> provider.
        on: The day on which proofs must hold and prices are judged for age.
        scene_names: Scene id -> name, for the words.
        industries: The table that tells what 机床 lies in.
        scene: Look for this scene alone, a gap or not.
        binding: Scenes that count double.
        lies_in: Names of the regions the firm lies in; None: read from `enterprise.region`.
        sizes: The size classes a rule leaves possible, of micro, small, medium and large; `profile.sme_size_class`
            wins where it is told.
    """
    weights = {s: n * (2 if s in binding else 1) for s, n in gaps.items() if n > 0}
    if scene is not None:
        weights = {scene: weights.get(scene, 1)}
    products = fitting_prices(products, needs)
    firm = _Firm(
        needs=needs,
        region=enterprise.region.strip(),
        lies_in=frozenset(lies_in or ()),
        industry=enterprise.industry.strip(),
        groups=industries.place(enterprise.industry),
        sizes=_possible(enterprise.profile.sme_size_class, sizes),
        industries=industries,
        on=on,
    )
    if not weights:
        nothing = Bundle(products=(), covers=(), uncovered=())
        why = ("没有需要补的缺口场景，没有筛选产品",)
        return MatchResult(offers=(), bundle=nothing, rejected=(), needed=False, notes=why)
    offers: list[Offer] = []
    rejected: list[Rejected] = []
    for product in products.values():
        sheet = _examine(product, firm, weights, scene_names)
        if sheet.against:
            reason = "；".join(sheet.against)
            rejected.append(Rejected(product_id=product.id, name=product.name, reason=reason))
        else:
            offers.append(_offer(product, providers, sheet, weights))
    offers.sort(key=lambda offer: (-offer.score, offer.product_id))
    rejected.sort(key=lambda item: item.product_id)
    bundle = _bundle(offers, products, providers, weights, needs.budget, firm.sizes, scene_names)
    notes = _notes(needs, enterprise, firm, weights, offers, products, scene_names)
    return MatchResult(offers=tuple(offers), bundle=bundle, rejected=tuple(rejected), notes=notes)


def fitting_prices(products: Mapping[str, Product], needs: Needs) -> dict[str, Product]:
    """Return the products with those prices alone that are for editions meeting the wishes for deployment.

    Where no wish names a way of deployment, or every way the product knows meets the wishes, all prices stay. A price
    of a product with several ways of deployment that does not tell which one it is for is not known to fit.
    """
    wished = _wished_deployment(needs)
    return {id: _with_fitting(product, wished) for id, product in products.items()}


def _with_fitting(product: Product, wished: Sequence[frozenset[str]]) -> Product:
    ways = set(product.deployment)
    if not product.prices or all(ways and ways <= kinds for kinds in wished):
        return product
    fits, open_, unfit = [], [], []
    for price in product.prices:
        stated: Sequence[str] = price.deployment or (
            product.deployment if len(product.deployment) == 1 else ()
        )
        if all(_meets(stated, kinds) for kinds in wished):
            fits.append(price)
        elif stated and any(not _may_meet(stated, kinds) for kinds in wished):
            unfit.append(price)
        else:
            open_.append(price)
    words: list[str] = [_listed(fits) if fits else "满足部署要求的版本没有公开价"]
    if unfit:
        words.append(f"不满足部署要求的版本不计：{_listed(unfit)}")
    if open_:
        words.append(f"未写明对应哪种部署的不计：{_listed(open_)}")
    return product.model_copy(update={"prices": tuple(fits), "price_text": "；".join(words)})


def _listed(prices: Sequence[Price]) -> str:
    return "、".join(f"{price.plan} {price.text}".strip() for price in prices)


def _meets(stated: Collection[str], kinds: frozenset[str]) -> bool:
    """Return whether one of the ways an edition is sold for will do."""
    return bool(kinds & set(stated))


def _may_meet(stated: Collection[str], kinds: frozenset[str]) -> bool:
    """Return whether an edition may meet a wish though its page does not say so: a vendor's cloud for an own server."""
    return _meets(stated, kinds) or ("私有部署" in kinds and "专属云" in stated)


def _wished_deployment(needs: Needs) -> tuple[frozenset[str], ...]:
    """Return, per wish that settles it, the ways of deployment that will do; a wish in unknown words settles nothing."""
    found = []
    read = [read_deployment(words) for words in needs.deployment]
    kinds = frozenset(kind for kind in read if kind is not None)
    if kinds and None not in read:
        found.append(kinds)
    for wish in needs.must:
        found += [left for part in _wish_parts(wish) if (left := _kinds_wished(part)) is not None]
    return tuple(found)


def price_index(products: Iterable[Product]) -> dict[str, Decimal]:
    """Return scene id -> the cheapest public first-year price in 万元 among `products`.

    Per-day prices are taken for 365 days; per-person prices need a head count and are left out. A free licence is
    left out too: hosting and implementation are not in it, and zero would make a plan look free. Scenes without a
    public price are absent: their cost is not known.
    """
    cheapest: dict[str, Decimal] = {}
    for product in products:
        if not product.production_ready:
            continue
        amount = _cheapest(product)
        if amount is None:
            continue
        for scene in product.scenes:
            cheapest[scene] = min(amount, cheapest.get(scene, amount))
    return dict(sorted(cheapest.items()))


# ---------------------------------------------------------------- one product


def _examine(product: Product, firm: _Firm, weights: Mapping[str, int], names: Mapping[str, str]) -> _Sheet:
    sheet = _Sheet()
    covers = [scene for scene in product.scenes if scene in weights]
    if not product.scenes:
        sheet.against.append("不对应 16 个经营场景（如信息安全、上云等基础项），不参与场景匹配")
    elif not covers:
        sheet.against.append("不覆盖任何缺口场景")
    if not product.production_ready:
        sheet.against.append(f"页面自述尚不可用于生产：{'、'.join(product.limits) or '未达生产级'}")
    else:
        sheet.ask.extend(f"目录载明的限制：{limit}" for limit in product.limits)
    sheet.settle(*_region(product, firm))
    if firm.needs.deployment:
        sheet.settle(*_deployment(product, firm.needs.deployment))
    for wish in firm.needs.must:
        sheet.settle(*_wish(wish, product, names))
    price = _lowest(product)
    if firm.needs.budget is not None:
        sheet.settle(*_budget(product, price, firm.needs.budget))
    fit, verdict, words = _industry(product, firm)
    sheet.settle(verdict, words)
    if sheet.against:
        return sheet

    covered = sum(weights[scene] for scene in covers)
    scenes = "、".join(names.get(scene, scene) for scene in covers)
    _give(sheet, COVERAGE * covered / sum(weights.values()), f"覆盖缺口场景 {scenes}")
    _give(
        sheet,
        FOCUS * len(covers) / len(product.scenes),
        f"场景专注度：所列 {len(product.scenes)} 个场景中 {len(covers)} 个是所需场景",
    )
    _give(sheet, fit, f"行业：{words}")
    _give(sheet, *_size(product, firm))
    _give(sheet, *_evidence(product, firm.on))
    _give(sheet, *_price_points(product, firm.needs.budget))
    if price is None and not any(p.free for p in product.prices):
        sheet.ask.append("价格未公开")
    if product.needs_it_staff:
        sheet.ask.append("需自备 IT 人员部署；实施、服务器、二次开发费用另计，须询价")
    return sheet


def _give(sheet: _Sheet, points: Decimal, words: str) -> None:
    rounded = points.quantize(Decimal("0.1"), ROUND_HALF_UP)
    shown = rounded.normalize() if rounded != rounded.to_integral_value() else rounded.to_integral_value()
    sheet.points.append((rounded, f"{words}（+{shown:f}）"))


def _offer(
    product: Product, providers: Mapping[str, Provider], sheet: _Sheet, weights: Mapping[str, int]
) -> Offer:
    source = product.sources[0] if product.sources else None
    where = "" if source is None else f"{source.title} {source.url or ''}".strip()
    provider = providers.get(product.provider_id)
    return Offer(
        product_id=product.id,
        provider_id=product.provider_id,
        name=product.name,
        provider="" if provider is None else provider.brand,
        covers=tuple(scene for scene in product.scenes if scene in weights),
        score=sheet.score,
        reasons=tuple(words for _, words in sheet.points),
        ask_vendor=tuple(dict.fromkeys(sheet.ask)),
        price=product.price_text,
        source=f"{product.origin_label}：{where}" if where else product.origin_label,
    )


# ---------------------------------------------------------------- hard constraints


def _region(product: Product, firm: _Firm) -> tuple[Verdict, str]:
    if not product.regions:
        return "ask", "服务区域未写明"
    if any(region in ("全国", "不限") for region in product.regions):
        return "pass", ""
    served = "、".join(product.regions)
    if not firm.region and not firm.lies_in:
        return "ask", f"只服务 {served}，企业所在地未填"
    here = {_bare(name) for name in firm.lies_in} | {_bare(firm.region)}
    if any(_bare(region) in here or _lies_within(firm.region, region) for region in product.regions):
        return "pass", ""
    if any(_lies_within(region, firm.region) for region in product.regions):
        return "ask", f"只服务 {served}，企业所在地只填到 {firm.region}"
    return "fail", f"服务区域为 {served}，不含企业所在地 {firm.region}"


_SUFFIX = re.compile(r"(壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市|新区|区|县)$")


def _bare(name: str) -> str:
    """Return a region's name without its rank, so that 山东 and 山东省 are one."""
    return _SUFFIX.sub("", name.strip())


def _lies_within(inner: str, outer: str) -> bool:
    """Return whether the name `inner` spells out `outer` as what it lies in: 山东省济南市 lies in 山东."""
    bare = _bare(outer)
    return bool(bare) and bool(inner) and (inner.startswith(bare) or bare in re.split(r"[省市区县]", inner))


_WORDS_FOR_DEPLOYMENT: tuple[tuple[str, str], ...] = (
    ("混合", "混合部署"),
    ("专属云", "专属云"),
    ("专有云", "专属云"),
    ("边缘", "边缘"),
    ("桌面", "桌面"),
    ("单机", "桌面"),
    ("私有", "私有部署"),
    ("本地", "私有部署"),
    ("内网", "私有部署"),
    ("自有服务器", "私有部署"),
    ("公有云", "公有云"),
    ("公共云", "公有云"),
    ("SAAS", "公有云"),
    ("云", "公有云"),
)


def read_deployment(words: str) -> str | None:
    """Return the catalog's word for a way of deployment said in plain words; None where it is not known."""
    return next((kind for word, kind in _WORDS_FOR_DEPLOYMENT if word in words.upper()), None)


def _deployment(product: Product, wished: Sequence[str]) -> tuple[Verdict, str]:
    """Any of `wished` will do."""
    if not product.deployment:
        return "ask", f"部署方式未写明（要求 {'或'.join(wished)}）"
    open_ = ""
    for words in wished:
        kind = read_deployment(words)
        if kind in product.deployment:
            return "pass", ""
        if kind is None:
            open_ = f"部署要求“{words}”须由服务商答复（页面写明 {product.deployment_text}）"
        elif kind == "私有部署" and "专属云" in product.deployment:
            open_ = f"页面写明 {product.deployment_text}（专属云），能否部署在企业自有服务器未写明"
        elif kind == "专属云" and "私有部署" in product.deployment:
            open_ = "可私有部署，能否部署在专属云未写明"
        elif kind == "混合部署" and len({"公有云", "私有部署", "专属云"} & set(product.deployment)) > 1:
            open_ = f"页面写明 {product.deployment_text}，能否混合部署未写明"
    if open_:
        return "ask", open_
    stated = product.deployment_text or "、".join(product.deployment)
    return "fail", f"部署方式为 {stated}，不符合要求的 {'或'.join(wished)}"


def _budget(product: Product, lowest: Decimal | None, budget: Decimal) -> tuple[Verdict, str]:
    if any(price.free for price in product.prices):
        return "pass", ""
    if lowest is not None and lowest > budget:
        shown = f"公开价最低 {lowest.normalize():f} 万元，超出预算 {budget.normalize():f} 万元"
        return "fail", shown
    if lowest is not None and _cheapest(product) is None:
        return "ask", "按人计价，总价取决于人数"
    return "pass", ""


def _lowest(product: Product) -> Decimal | None:
    """Return what one must pay at least, 万元: the cheapest plan for a year, one person where priced per person."""
    amounts = [amount for price in product.prices if (amount := _first_year(price)) is not None]
    return min(amounts, default=None)


def _cheapest(product: Product) -> Decimal | None:
    """Return the cheapest whole price, 万元; None where there is none or only per person."""
    amounts = [
        amount
        for price in product.prices
        if price.per != "人年" and (amount := _first_year(price)) is not None
    ]
    return min(amounts, default=None)


def _first_year(price: Price) -> Decimal | None:
    if price.amount is None or price.trial or price.free or price.amount == 0:
        return None
    return price.amount * 365 if price.per == "天" else price.amount


# ---------------------------------------------------------------- hard wishes in plain words

_NOT_WISHED = re.compile(r"(不要求|无需|无须|不必|不需要|不强制|可不)")
_REFUSED = re.compile(r"(不接受|不能|不得|不允许|不可|不支持|禁止|严禁|拒绝|不用|不上|不要|不含|非(?!常))")
_JOIN = re.compile(r"(对接|集成|兼容|打通|互通|接入|连接|联通|适配|导入|同步)")
_MONEY = re.compile(
    r"(?:不超过|低于|不高于|控制在|≤|<=)\s*(\d+(?:\.\d+)?)\s*万|(\d+(?:\.\d+)?)\s*万元?(?:以内|以下|之内)"
)
_NOISE = re.compile(
    r"(必须|务必|一定要|需要|须|要|应|能够|可以|能|可|支持|与|和|跟|同|现有|已有|现用|在用|原有|我们|公司|企业|厂里|的|系统|软件"
    r"|协议|数据|平台|实现|无缝|完成|进行|采集|设备|标准|接口|[，。、；;,.\s“”\"'（）()])"
)


def _wish(wish: str, product: Product, scene_names: Mapping[str, str]) -> tuple[Verdict, str]:
    """Decide one hard wish against the stated fields of a product; free text is never read for it.

    A wish may ask for several things: one that fails settles it, one left open leaves it open.
    """
    found = [judged for part in _wish_parts(wish) for judged in _wish_part(part, product, scene_names)]
    for verdict in ("fail", "ask"):
        texts = [text for each, text in found if each == verdict]
        if texts:
            return verdict, "；".join(dict.fromkeys(texts))
    return "pass", ""


def _wish_parts(wish: str) -> list[str]:
    return [part.strip() for part in re.split(r"[，,；;。]|并且|而且|同时", wish) if part.strip()]


def _wish_part(wish: str, product: Product, scene_names: Mapping[str, str]) -> list[tuple[Verdict, str]]:
    if _NOT_WISHED.search(wish):
        return []
    rules = (_wish_for_money, _wish_for_join, _wish_for_place, _wish_for_origin, _wish_for_source)
    found = [judged for rule in rules if (judged := rule(wish, product)) is not None]
    if found:
        return found
    named = [scene for scene, name in scene_names.items() if name in wish]
    if named and not _REFUSED.search(wish) and all(scene in product.scenes for scene in named):
        return []
    core = _squeeze(_NOISE.sub("", wish))
    if not _REFUSED.search(wish) and core and core in {_squeeze(feature) for feature in product.features}:
        return []
    return [("ask", f"“{wish}”：公开资料未写明")]


def _wish_for_money(wish: str, product: Product) -> tuple[Verdict, str] | None:
    found = _MONEY.search(wish)
    if not found:
        return None
    limit = Decimal(found.group(1) or found.group(2))
    lowest = _lowest(product)
    if lowest is None:
        return "ask", f"“{wish}”：价格未公开"
    if lowest > limit and not any(price.free for price in product.prices):
        return "fail", f"公开价最低 {lowest.normalize():f} 万元，不符合“{wish}”"
    if _cheapest(product) is None:
        return "ask", f"“{wish}”：按人计价，总价取决于人数"
    return "pass", ""


def _wish_for_join(wish: str, product: Product) -> tuple[Verdict, str] | None:
    if not _JOIN.search(wish) or _REFUSED.search(wish):
        return None
    wanted = [_squeeze(part) for part in re.split(r"[、，,/；;和与及]", wish)]
    cores = [core for part in wanted if (core := _squeeze(_JOIN.sub("", _NOISE.sub("", part))))]
    stated = {_squeeze(name) for name in product.interfaces}
    if cores and all(core in stated for core in cores):
        return "pass", ""
    known = f"（已写明可对接 {'、'.join(product.interfaces)}）" if product.interfaces else ""
    return "ask", f"“{wish}”：公开资料未写明{known}"


_STAYS = re.compile(
    r"数据.{0,4}(不|禁止|严禁).{0,4}(出|离开|外传|上传|上云)|数据.{0,4}(留|存).{0,3}(本地|厂内|企业|内网)"
)
_PLACE = re.compile(
    r"(私有|本地|内网|公有云|公共云|专属云|专有云|混合云|混合部署|SaaS|云部署|云端|上云|边缘)", re.IGNORECASE
)
_SERVED_NEARBY = re.compile(r"本地(化)?(服务|团队|驻场|支持|运维)")
_ALL_WAYS = frozenset(get_args(Deployment))


def _kinds_wished(wish: str) -> frozenset[str] | None:
    """Return the ways of deployment that a hard wish leaves; None where it is not about deployment."""
    if _NOT_WISHED.search(wish):
        return None
    if _STAYS.search(wish):
        return frozenset({"私有部署", "边缘", "桌面"})
    if not _PLACE.search(wish) or _SERVED_NEARBY.search(wish):
        return None
    kind = read_deployment(wish)
    if kind is None:
        return None
    return _ALL_WAYS - {kind} if _REFUSED.search(wish) else frozenset({kind})


def _wish_for_place(wish: str, product: Product) -> tuple[Verdict, str] | None:
    kinds = _kinds_wished(wish)
    if kinds is None:
        return None
    if _STAYS.search(wish):
        return _deployment(product, ("私有部署", "边缘", "桌面"))
    if not _REFUSED.search(wish):
        return _deployment(product, tuple(kinds))
    if not product.deployment:
        return "ask", f"“{wish}”：部署方式未写明"
    if kinds & set(product.deployment):
        return "pass", ""
    return "fail", f"只有 {'、'.join(product.deployment)} 一种部署方式，不符合“{wish}”"


def _wish_for_origin(wish: str, product: Product) -> tuple[Verdict, str] | None:
    if not re.search(r"(国产|自主知识产权|自主可控|国内厂商|国内品牌)", wish) or _REFUSED.search(wish):
        return None
    if product.domestic is None:
        return "ask", f"“{wish}”：公开资料未写明是否国产或自主知识产权"
    return ("pass", "") if product.domestic else ("fail", f"载明非国产，不符合“{wish}”")


def _wish_for_source(wish: str, product: Product) -> tuple[Verdict, str] | None:
    if "开源" not in wish:
        return None
    if _REFUSED.search(wish):
        return ("fail", f"为开源软件，不符合“{wish}”") if product.open_source else ("pass", "")
    if product.open_source:
        return "pass", ""
    return "ask", f"“{wish}”：公开资料未写明是否开源"


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\-_.]", "", text).upper()


# ---------------------------------------------------------------- points


def _industry(product: Product, firm: _Firm) -> tuple[Decimal, Verdict, str]:
    """Return points, whether the industry rules it out, and the words for it."""
    table, stated = firm.industries, "、".join(product.industries)
    for tag in product.industries_excluded:
        barred = table.place(tag)
        inside = bool(firm.groups) and all(table.above(g) & barred for g in firm.groups)
        if inside or (firm.industry and tag == firm.industry):
            return _ZERO, "fail", f"载明不适用于 {tag}，企业所属 {firm.industry}"
    if not product.industries:
        return _ZERO, "ask", "适用行业未写明"
    best, words = -1, ""
    for tag in product.industries:
        points = _fit(tag, firm)
        if points > best:
            best, words = points, f"适用 {tag}"
    if best > 0:
        return Decimal(best), "pass", f"{words}，企业所属 {firm.industry}" if firm.industry else words
    if best == 0:
        told = f"企业行业填为“{firm.industry}”" if firm.industry else "企业行业未填"
        return _ZERO, "ask", f"适用 {stated}，{told}，须核对是否适用"
    return _ZERO, "fail", f"页面只写适用 {stated}，不含企业所属 {firm.industry}"


def _fit(tag: str, firm: _Firm) -> int:
    """Return 20..10 where the tag covers the firm, 0 where that is open, -1 where it does not."""
    table = firm.industries
    if tag in table.everyone:
        return 10
    if firm.industry and tag == firm.industry:
        return 20
    if tag in table.facilities or not firm.groups:
        return 0
    best = -1
    for group in table.place(tag):
        for mine in firm.groups:
            if group in table.above(mine):
                best = max(best, 20 if group not in table.broad else 12 if group == table.broad[0] else 15)
            elif mine in table.above(group):
                best = max(best, 0)
    return best if table.place(tag) else 0


def _possible(told: str | None, sizes: Collection[str]) -> frozenset[str]:
    """Return the size classes still possible; empty where nothing is settled."""
    possible = frozenset(sizes) if told is None else frozenset({told})
    return possible if len(possible) < len(_SIZES) else frozenset()


def _size(product: Product, firm: _Firm) -> tuple[Decimal, str]:
    if not product.sizes:
        return _ZERO, "规模：目录未写明适用规模"
    stated = product.size_text or "、".join(_SIZES[size] for size in product.sizes)
    if not firm.sizes:
        return _ZERO, f"规模：面向 {stated}，企业规模未核定"
    shown = "或".join(_SIZES[size] for size in _SIZES if size in firm.sizes)
    if _unfit(product, firm.sizes):
        return _ZERO, f"规模：面向 {stated}，与企业规模（{shown}）不符"
    if not firm.sizes <= set(product.sizes):
        return _ZERO, f"规模：面向 {stated}，企业为{shown}，尚不能确定是否符合"
    points = SIZE / 2 if product.needs_it_staff else SIZE
    return points, f"规模：面向 {stated}，企业为{shown}"


def _unfit(product: Product, sizes: frozenset[str]) -> bool:
    """Return whether the product is stated to be for other sizes than any the firm can have."""
    return bool(product.sizes) and not sizes & set(product.sizes)


def _evidence(product: Product, on: date) -> tuple[Decimal, str]:
    good = [proof for proof in product.proofs if proof.counts_on(on)]
    kinds = sorted({proof.kind for proof in good}, key=list(PROOF_POINTS).index)
    if not kinds:
        return _ZERO, "证据：目录中没有经核对的案例、证书或官方名单"
    names = {"official_list": "官方名单", "case": "案例", "certificate": "证书"}
    shown = "、".join(
        f"{names[kind]}（{'，'.join(p.title for p in good if p.kind == kind)}）" for kind in kinds
    )
    return sum((PROOF_POINTS[kind] for kind in kinds), _ZERO), f"证据：已核对{shown}"


def _price_points(product: Product, budget: Decimal | None) -> tuple[Decimal, str]:
    lowest = _cheapest(product)
    if lowest is not None:
        if budget is None:
            return Decimal(3), f"公开价 {lowest.normalize():f} 万元起（首年）"
        share = lowest / budget if budget > 0 else Decimal(1)
        return 2 + 3 * (
            1 - share
        ), f"公开价 {lowest.normalize():f} 万元起（首年），预算 {budget.normalize():f} 万元"
    if any(price.free for price in product.prices):
        return Decimal(1), "许可公开免费，实施与服务器费用未公开"
    if _lowest(product) is not None:
        return Decimal(1), "公开按人计价，总价取决于人数"
    return _ZERO, "价格：未公开"


# ---------------------------------------------------------------- bundle

_Best = tuple[int, int, Decimal, tuple[str, ...]]
"""Providers, products, minus the sum of scores, product ids: the smallest is the best bundle."""
_NONE: _Best = (0, 0, _ZERO, ())


def _bundle(
    offers: Sequence[Offer],
    products: Mapping[str, Product],
    providers: Mapping[str, Provider],
    weights: Mapping[str, int],
    budget: Decimal | None,
    sizes: frozenset[str],
    names: Mapping[str, str],
) -> Bundle:
    """Return the set of offers that covers what can be covered with fewest providers, then products, then best score."""
    scenes = sorted(weights)
    coverable = {scene for offer in offers for scene in offer.covers}
    chosen = cover(offers, sorted(coverable))
    prices = {offer.product_id: _lowest(products[offer.product_id]) for offer in offers}
    over = budget is not None and _sum(prices[i] for i in chosen) > budget
    if over and budget is not None:
        chosen = _cover_within(offers, weights, prices, budget)
    by_id = {offer.product_id: offer for offer in offers}
    picked = [by_id[i] for i in chosen]
    covered = {scene for offer in picked for scene in offer.covers}
    makers = tuple(dict.fromkeys(offer.provider_id for offer in picked))
    notes = _joint(picked, providers, weights, names)
    if over:
        notes.append("公开价合计受预算约束，组合已按预算内能覆盖的最多缺口求得")
    unknown = [offer.name for offer in picked if prices[offer.product_id] is None]
    if unknown:
        notes.append(f"其中 {'、'.join(unknown)} 未公开可用价格，组合总价未知")
    unfit = [offer.name for offer in picked if sizes and _unfit(products[offer.product_id], sizes)]
    if unfit:
        notes.append(f"其中 {'、'.join(unfit)} 面向的规模与企业不符，选型时须核对")
    missing = [names.get(scene, scene) for scene in scenes if scene not in coverable]
    if missing:
        notes.append(f"目录中没有可用产品覆盖 {'、'.join(missing)}")
    return Bundle(
        products=chosen,
        covers=tuple(scene for scene in scenes if scene in covered),
        uncovered=tuple(scene for scene in scenes if scene not in covered),
        providers=makers,
        note="；".join(notes),
    )


def cover(offers: Sequence[Offer], scenes: Sequence[str]) -> tuple[str, ...]:
    """Return ids of the offers that cover all `scenes`: fewest providers, fewest products, best sum of scores, ids.

    Exact: the fewest providers first, by all that each can cover; then branch on the rarest scene left open over
    what each provider can cover, along those paths alone, and remember every set of open scenes once. Every scene
    must be covered by some offer.
    """
    bit = {scene: 1 << n for n, scene in enumerate(scenes)}
    makers: dict[str, list[tuple[int, Offer]]] = {}
    for offer in offers:
        mask = sum(bit[scene] for scene in offer.covers if scene in bit)
        if mask:
            makers.setdefault(offer.provider_id, []).append((mask, offer))
    whole = {_union(mask for mask, _ in listed) for listed in makers.values()}
    widest = [mask for mask in whole if not any(mask != other and mask & ~other == 0 for other in whole)]
    options = [option for listed in makers.values() for option in _options(listed)]
    holders = {b: [option for option in options if option[0] & b] for b in bit.values()}
    order = sorted(holders, key=lambda b: (len(holders[b]), b))
    least: dict[int, int] = {0: 0}
    known: dict[int, _Best] = {0: _NONE}

    def fewest(left: int) -> int:
        if left not in least:
            rarest = next(b for b in order if left & b)
            least[left] = 1 + min(fewest(left & ~mask) for mask in widest if mask & rarest)
        return least[left]

    def solve(left: int) -> _Best:
        if left not in known:
            rarest = next(b for b in order if left & b)
            need = fewest(left) - 1
            rests = ((left & ~mask, cost) for mask, cost in holders[rarest])
            known[left] = min(_add(cost, solve(rest)) for rest, cost in rests if fewest(rest) == need)
        return known[left]

    return solve((1 << len(scenes)) - 1)[3]


def _union(masks: Iterable[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole


def _options(listed: Sequence[tuple[int, Offer]]) -> list[tuple[int, _Best]]:
    """Return what one provider can cover: set of scenes -> the best choice of its products, dominated ones out.

    Layer by layer: with one product, with two, until all it can cover is reached; more products never help then.
    """
    single: dict[int, _Best] = {}
    for mask, offer in listed:
        cost: _Best = (1, 1, -offer.score, (offer.product_id,))
        if mask not in single or cost < single[mask]:
            single[mask] = cost
    single = dict(_undominated(single))
    everything = _union(single)
    reach, layer = dict(single), single
    while everything not in reach:
        grown: dict[int, _Best] = {}
        for got, before in layer.items():
            for mask, (_, _, score, ids) in single.items():
                both = got | mask
                if both in reach:
                    continue
                total = before[2] + score
                held = grown.get(both)
                if held is None or total <= held[2]:
                    joined: _Best = (1, before[1] + 1, total, tuple(sorted((*before[3], *ids))))
                    if held is None or joined < held:
                        grown[both] = joined
        reach.update(grown)
        layer = grown
    return _undominated(reach)


def _undominated(options: Mapping[int, _Best]) -> list[tuple[int, _Best]]:
    """Return the options that no better one covers whole."""
    kept: list[tuple[int, _Best]] = []
    for mask, cost in sorted(options.items(), key=lambda item: (item[1], item[0])):
        if not any(mask & ~other == 0 for other, _ in kept):
            kept.append((mask, cost))
    return kept


def _add(a: _Best, b: _Best) -> _Best:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], tuple(sorted((*a[3], *b[3]))))


def _cover_within(
    offers: Sequence[Offer],
    weights: Mapping[str, int],
    prices: Mapping[str, Decimal | None],
    budget: Decimal,
) -> tuple[str, ...]:
    """Return the offers that cover the most gap weight within `budget`, then fewest providers, products, best score.

    An unknown price counts as nothing here and is named in the bundle's note. Exact, by mixed-integer programming.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    listed = sorted(offers, key=lambda offer: offer.product_id)
    makers = sorted({offer.provider_id for offer in listed})
    scenes = sorted(weights)
    n, m, k = len(listed), len(makers), len(scenes)
    size = n + m + k  # one variable for each product taken, provider used, scene covered
    rows: list[list[float]] = []
    low: list[float] = []
    high: list[float] = []

    def rule(terms: Mapping[int, float], lowest: float, highest: float) -> None:
        row = [0.0] * size
        for at, value in terms.items():
            row[at] = value
        rows.append(row)
        low.append(lowest)
        high.append(highest)

    for i, offer in enumerate(listed):
        rule({i: 1, n + makers.index(offer.provider_id): -1}, -np.inf, 0)
    for j, scene in enumerate(scenes):
        rule({n + m + j: 1, **{i: -1 for i, o in enumerate(listed) if scene in o.covers}}, -np.inf, 0)
    yuan = [float((prices[offer.product_id] or _ZERO) * 10_000) for offer in listed]
    rule(dict(enumerate(yuan)), -np.inf, float(budget * 10_000))
    aims: list[dict[int, float]] = [
        {n + m + j: -float(weights[scene]) for j, scene in enumerate(scenes)},
        {n + j: 1.0 for j in range(m)},
        dict.fromkeys(range(n), 1.0),
        {i: -float(offer.score * 10) for i, offer in enumerate(listed)},
    ]
    chosen: list[int] = []
    for aim in aims:
        goal = np.zeros(size)
        for at, value in aim.items():
            goal[at] = value
        answer = milp(
            goal,
            constraints=LinearConstraint(np.array(rows), np.array(low), np.array(high)),
            integrality=np.ones(size, dtype=np.int64),
            bounds=Bounds(0, 1),
        )
        if answer.x is None:  # nothing taken is always allowed, so this is a fault of the solver
            raise RuntimeError(f"no bundle found: {answer.message}")
        chosen = [round(float(value)) for value in answer.x]
        best = round(sum(chosen[at] * value for at, value in aim.items()))
        rule(aim, best, best)
    return tuple(offer.product_id for i, offer in enumerate(listed) if chosen[i])


def _sum(prices: Iterable[Decimal | None]) -> Decimal:
    return sum((price for price in prices if price is not None), _ZERO)


def _joint(
    picked: Sequence[Offer],
    providers: Mapping[str, Provider],
    weights: Mapping[str, int],
    names: Mapping[str, str],
) -> list[str]:
    """Suggest a joint provider where one cannot cover the gaps; the vendor that covers most leads.

    An open-source project signs no contract, so it is named as something to be deployed, never as a partner.
    """
    parts: dict[str, set[str]] = {}
    for offer in picked:
        parts.setdefault(offer.provider_id, set()).update(offer.covers)

    def carries(provider_id: str) -> int:
        return sum(weights[scene] for scene in parts[provider_id])

    def shown(provider_id: str) -> str:
        scenes = "、".join(names.get(scene, scene) for scene in sorted(parts[provider_id]))
        return f"{_brand(providers, provider_id)}（{scenes}）"

    ordered = sorted(parts, key=lambda provider_id: (-carries(provider_id), provider_id))
    projects = [i for i in ordered if i in providers and providers[i].kind == "open_source_project"]
    vendors = [i for i in ordered if i not in projects]
    said = []
    if len(vendors) > 1:
        others = "、".join(shown(i) for i in vendors[1:])
        said.append(
            "没有一家服务商能单独覆盖可覆盖的缺口，可考虑组成联合体："
            f"由覆盖缺口最多的 {shown(vendors[0])} 牵头，联合 {others}；能否联合、由谁牵头须各方确认"
        )
    if projects:
        listed = "、".join(shown(i) for i in projects)
        said.append(f"{listed} 为开源项目，没有签约服务商，须自行部署或由联合体成员实施")
    return said


def _brand(providers: Mapping[str, Provider], provider_id: str) -> str:
    provider = providers.get(provider_id)
    return provider_id if provider is None else provider.brand


# ---------------------------------------------------------------- notes


def _notes(
    needs: Needs,
    enterprise: Enterprise,
    firm: _Firm,
    weights: Mapping[str, int],
    offers: Sequence[Offer],
    products: Mapping[str, Product],
    names: Mapping[str, str],
) -> tuple[str, ...]:
    notes = ["服务商自述（效果、客户数等）未经核实，不计分；场景归类为整理者依据页面描述所作"]
    if not enterprise.industry.strip():
        notes.append("企业行业未填，行业契合度未计分")
    elif not firm.groups:
        notes.append(f"行业“{enterprise.industry}”不在行业词表内，只有写明通用的产品计行业分")
    if not firm.sizes:
        notes.append("企业规模未核定，规模契合度未计分")
    for words in needs.deployment:
        if read_deployment(words) is None:
            notes.append(f"部署方式“{words}”不在目录用语内（公有云、专属云、私有部署、混合部署、边缘、桌面）")
    seen = [p.collected_on for o in offers if (p := products[o.product_id]).collected_on and p.prices]
    oldest = min((day for day in seen if day is not None), default=None)
    if oldest is not None and (firm.on - oldest).days > PRICE_STALE_DAYS:
        notes.append(f"部分公开价格采集于 {oldest.isoformat()}，距今超过 {PRICE_STALE_DAYS} 天，签约前须复核")
    return tuple(notes)
