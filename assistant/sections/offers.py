"""What can be bought: products for the plan's scenes, with reasons, questions to the vendor, and what was left out."""

from collections import Counter

from assistant.documents.words import item
from assistant.schema import Offer, Section, Table
from assistant.sections.work import Work, join

MOST_PER_SCENE = 3
MOST_REJECTED = 8


def products(work: Work, id: str, title: str) -> Section:
    """Write the candidates scene by scene, the bundle, what to ask, and what was left out and why."""
    scenes = [step.id for step in work.scene_steps] or sorted(
        {gap.id for gap in work.gaps if gap.kind == "scene"}
    )
    shown: dict[str, Offer] = {}
    bare = []
    for scene in dict.fromkeys(scenes):
        offers = work.offers_for(scene, MOST_PER_SCENE)
        if not offers:
            bare.append(work.scene_name(scene))
        for offer in offers:
            shown.setdefault(offer.product_id, offer)
    shown = dict(sorted(shown.items(), key=lambda pair: (-pair[1].score, pair[0])))
    rows = [
        (
            join(work.scene_name(scene) for scene in scenes if scene in offer.covers),
            f"{offer.name}{work.cite_product(offer.product_id)}",
            offer.provider,
            offer.price or "未公开",
            f"{offer.score}",
        )
        for offer in shown.values()
    ]
    work.confirm(*(f"场景“{name}”没有匹配到可用产品，须另行征集" for name in bare))
    below = [_why(work, shown, f"{id}-why"), _ask(work, shown, f"{id}-ask"), _out(work, f"{id}-out")]
    return Section(
        id=id,
        title=title,
        paragraphs=_opening(work, shown, bare),
        tables=(
            Table(
                title="场景—产品匹配表",
                header=("覆盖的所需场景", "候选产品", "服务商", "公开价", "匹配分"),
                rows=tuple(rows) or (("—", "没有需要采购的场景", "—", "—", "—"),),
                note="匹配分满分 100，由覆盖缺口、行业、规模、核对过的证据和公开价格相加，只用于排序，不是质量评价。"
                "公开价不含实施与集成。",
            ),
        ),
        sections=tuple(one for one in below if one is not None),
    )


def _opening(work: Work, shown: dict[str, Offer], bare: list[str]) -> tuple[str, ...]:
    match = work.match
    if not match.needed:
        return ("各场景都已达到目标等级所需，没有需要采购的场景，所以没有筛选产品，也没有排除任何产品。",)
    texts = [
        f"从收录的{work.n(len(work.kb.products), '目录产品数')}个真实产品中，按地区、部署方式、行业、预算和企业的硬性要求筛选，"
        f"符合硬性条件且覆盖缺口场景的有{work.n(len(match.offers), 'matching.offers')}个，"
        f"未入选{work.n(len(match.rejected), 'matching.rejected')}个。每个场景最多列三个候选。"
        "目录来自公开网页，不是任何城市的官方产品库；列入不等于推荐，选型前应查验所在城市的产品库和服务商名单。"
    ]
    work.confirm("所在城市官方产品库与服务商名单：未取得，候选是否在库须核实")
    texts += _bundle_words(work)
    if bare:
        texts.append(f"没有找到合适产品的场景：{join(bare)}，须另行征集或定制。")
    return tuple(texts)


def _bundle_words(work: Work) -> list[str]:
    """Say which few products cover most gaps, by what they were chosen, and all that speaks against them."""
    bundle = work.match.bundle
    if not bundle.products:
        return []
    names = join(work.kb.products[one].name if one in work.kb.products else one for one in bundle.products)
    whole = len(bundle.covers) + len(bundle.uncovered)
    text = (
        f"如希望服务商尽量少，可考虑的组合是：{names}。它覆盖{work.n(whole, 'matching.bundle 缺口场景数')}个缺口场景中的"
        f"{work.n(len(bundle.covers), 'matching.bundle.covers')}个，依次按服务商最少、产品最少、匹配分最高取得，没有比较价格。"
    )
    if bundle.uncovered:
        text += f"没有覆盖的是{join(work.scene_name(one) for one in bundle.uncovered)}。"
    return [text, *(item(note) for note in bundle.note.split("；") if note)]


def _why(work: Work, shown: dict[str, Offer], id: str) -> Section | None:
    if not shown:
        return None
    offers = list(shown.values())
    common = [reason for reason in offers[0].reasons if all(reason in one.reasons for one in offers)]
    rows = tuple(
        (offer.name, "\n".join(reason for reason in offer.reasons if reason not in common))
        for offer in offers
    )
    texts = [f"全部候选相同的一项：{reason}。" for reason in common] if len(offers) > 1 else []
    return Section(
        id=id,
        title="推荐理由",
        level=2,
        paragraphs=("得分由程序按公开资料逐项相加，括号内为该项得分。", *texts),
        tables=(Table(title="候选产品的得分理由", header=("产品", "理由"), rows=rows),),
    )


def _ask(work: Work, shown: dict[str, Offer], id: str) -> Section | None:
    asked: dict[str, list[str]] = {}
    for offer in shown.values():
        for question in offer.ask_vendor:
            asked.setdefault(question, []).append(offer.name)
    if not asked:
        return None
    rows = tuple((question, join(names), "") for question, names in asked.items())
    work.confirm(f"服务商书面答复：询问清单所列{len(asked)}个问题")
    return Section(
        id=id,
        title="签约前要问服务商的问题",
        level=2,
        paragraphs=("公开资料没有写明的事项不能当作具备，也不能当作不具备。请服务商书面答复，写入合同。",),
        tables=(Table(title="询问清单（答复一列待填写）", header=("问题", "涉及产品", "答复"), rows=rows),),
    )


def _out(work: Work, id: str) -> Section | None:
    rejected = work.match.rejected
    if not rejected:
        return None
    reasons = Counter(part for one in rejected for part in one.reason.split("；"))
    near = [
        one
        for one in rejected
        if one.product_id in work.kb.products
        and set(work.kb.products[one.product_id].scenes) & {step.id for step in work.scene_steps}
    ][:MOST_REJECTED]
    words = [
        item(f"{reason}：{work.n(count, 'matching.rejected 计数')}个")
        for reason, count in reasons.most_common(5)
    ]
    table = (
        (
            Table(
                title="与所需场景相关而未采用的产品（部分）",
                header=("产品", "未采用的原因"),
                rows=tuple((one.name, one.reason) for one in near),
            ),
        )
        if near
        else ()
    )
    return Section(
        id=id,
        title="未采用的产品与原因",
        level=2,
        paragraphs=(
            "未入选的原因按出现次数列出前几类；一个产品可以有几个原因，各类相加会多于产品数：",
            *words,
        ),
        tables=table,
    )
