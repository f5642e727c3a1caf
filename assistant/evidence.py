"""Which clauses bear on a question, how much of it each covers, and from where it stands."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.desk import Desk
from assistant.numbers import Quantity, find, same_document
from assistant.question import Asked, Aspect
from knowledge.policy import Clause, Policy, Status
from knowledge.region import NATION
from retrieval.passages import clause_passage
from retrieval.search import Kind, Passage

CANDIDATES = 40
KINDS: frozenset[Kind] = frozenset({"policy", "uploaded"})

MUST_HOLD = frozenset(
    {Aspect.AMOUNT, Aspect.RATIO, Aspect.DEADLINE, Aspect.WHERE, Aspect.SCORE, Aspect.COUNT}
)


class Piece(NamedTuple):
    """A clause that may bear on the question."""

    policy: Policy | None
    clause: Clause | None
    passage: Passage
    status: Status
    place: str
    """own, inside (a part of the place), wide (its province or the nation), or other."""
    cover: float
    """Share of the question's weight found here, 0..1; the right place and the kind of thing asked for count in."""
    words: float
    """Share of the question's words alone."""
    score: float
    holds: frozenset[Aspect]
    named: bool
    """The question names the document by number or title."""


class Evidence(NamedTuple):
    """What was found for a question."""

    pieces: tuple[Piece, ...]
    """Best first."""
    concepts: tuple["Concept", ...]
    weights: "Weights"

    @property
    def mass(self) -> float:
        """The weight of everything the question names."""
        return sum(concept.weight for concept in self.concepts) or 1.0


def gather(asked: Asked, desk: Desk, weights: "Weights | None" = None) -> Evidence:
    """Return the clauses that may bear on the question, best first; ties by id.

    `weights` saves counting the collection again for the parts of one question.
    """
    kb = desk.kb
    weights = weights or Weights(kb.policies.values())
    concepts = read_concepts(asked, desk, weights)
    words = " ".join([asked.text, *(alternative for concept in concepts for alternative in concept.written)])
    hits = desk.search(words, k=CANDIDATES, kinds=KINDS)
    uploads = [hit.passage for hit in hits if hit.passage.kind == "uploaded"]
    if uploads:  # words that only the asker's own file holds must count as what they are: rare, not unknown
        weights = weights.joined(uploads)
        concepts = read_concepts(asked, desk, weights)
    top = hits[0].score if hits else 1.0
    found: dict[str, tuple[Policy | None, Clause | None, Passage, float]] = {}
    for hit in hits:
        policy = kb.policies.get(hit.passage.source_id)
        clause = policy.clause(hit.passage.locator) if policy else None
        found[hit.passage.id] = (policy, clause, hit.passage, hit.score / top if top else 0.0)
    named = named_documents(asked, desk)
    for policy in [*named, *local_documents(asked, desk)]:
        for clause in policy.clauses:
            found.setdefault(
                f"{policy.id}#{clause.locator}", (policy, clause, clause_passage(policy, clause), 0.0)
            )
    targets = frozenset(policy.id for policy in named)
    pieces = [_weigh(asked, desk, concepts, weights, targets, *one) for one in found.values()]
    return Evidence(
        tuple(sorted(pieces, key=lambda piece: (-piece.score, piece.passage.id))), tuple(concepts), weights
    )


def named_documents(asked: Asked, desk: Desk) -> list[Policy]:
    """Return the documents that the question names by number or by title."""
    return [
        policy
        for policy in desk.documents.values()
        if (policy.doc_number and any(same_document(policy.doc_number, number) for number in asked.documents))
        or any(title in policy.title or policy.title in title for title in asked.titles)
        or any(word in policy.title for word in asked.quoted)
        or (
            policy.doc_number and any(policy.doc_number.endswith(f"〕{number}号") for number in asked.numbers)
        )
    ]


def local_documents(asked: Asked, desk: Desk) -> list[Policy]:
    """Return the documents of the place asked about and of its parts; none for the nation."""
    if asked.region == NATION:
        return []
    inside = desk.kb.regions.within(asked.region)
    return [policy for policy in desk.documents.values() if policy.region in inside]


def piece_of(asked: Asked, desk: Desk, policy: Policy, clause: Clause) -> Piece:
    """Return one clause as a piece, for a clause chosen by other means than its words."""
    weights = Weights(())
    return _weigh(asked, desk, [], weights, frozenset(), policy, clause, clause_passage(policy, clause), 0.0)


# ------------------------------------------------------------------ weights


class Weights:
    """What a pair of characters is worth in this collection: ln(1 + N / df); a word never seen counts little."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        df: Counter[str] = Counter()
        self.count = 0
        for policy in policies:
            df.update(grams(policy.title))
            for clause in policy.clauses:
                df.update(grams(f"{clause.heading}|{clause.text}"))
                self.count += 1
        self._df = df

    def joined(self, passages: Iterable[Passage]) -> "Weights":
        """Return the weights with more passages counted in."""
        more = Weights(())
        more._df, more.count = self._df.copy(), self.count
        for passage in passages:
            more._df.update(grams(f"{passage.heading}|{passage.text}"))
            more.count += 1
        return more

    def of(self, gram: str) -> float:
        """Return the weight of a pair."""
        df = self._df[gram]
        if df == 0:
            return 0.25 * math.log(1 + self.count)
        return math.log(1 + self.count / df)


def grams(text: str) -> set[str]:
    """Return pairs of neighbouring Chinese characters, and Latin words whole."""
    found = set(_LATIN.findall(text.lower()))
    found.update(part for word in tuple(found) if "+" in word for part in word.split("+") if part)
    for run in _HAN.findall(text):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return found


_HAN = re.compile(r"[\u4e00-\u9fa5]+")
_LATIN = re.compile(r"[a-z][a-z0-9+]*|(?<![\d.])(?:19|20)\d\d(?![\d.])")


class Concept(NamedTuple):
    """Something the question names, and the ways a document may write it."""

    weight: float
    own: frozenset[str]
    """Pairs of the question's own words; empty where only the other ways count."""
    written: tuple[str, ...]

    def found(self, held: set[str]) -> float:
        """Return how much of it, 0..1, stands in a set of pairs."""
        ways = [self.own] if self.own else []
        ways += [frozenset(grams(way)) for way in self.written]
        return max((len(way & held) / len(way) for way in ways if way), default=0.0)


_SAID_AS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"补(?:助|贴)?(?:我|你|他|们|家)*(?:多少|几|点)?(?!助|贴|偿|充|短)|奖补|资助|扶持资金",
        ("补助", "补贴", "奖补", "资助", "支持标准"),
    ),
    (r"给多少钱?|拿多少|领多少|能拿|能领|给钱|发钱|打给|钱", ("资金", "补助", "奖励", "奖补")),
    (r"草稿|草案", ("征求意见稿",)),
    (r"跑现场|上门|到现场|去现场|现场看|到厂里|下厂|进厂", ("实地查验", "现场", "入企")),
    (r"网站|网址|网上哪|哪个网|系统在哪", ("平台", "网址", "系统")),
    (
        r"干得不好|干不好|不行就换|能换|换掉|换人|淘汰|踢出?|清退|瞎搞|乱来|糊弄|不好好干",
        ("动态管理", "退出机制", "取消资格"),
    ),
    (
        r"(?:能|可以|都)*(?:花|用)(?:到|在|去)?(?:哪儿?|啥|什么)(?:上头|上面|地方|方面|方向)?",
        ("支持方向", "用于", "用途"),
    ),
    (r"管(?:几|多少)年|管多久|(?:几|多少)年有效|有效(?:几|多少)年", ("有效期",)),
    (r"集团(?:里|内|下面)", ("同一集团", "同集团")),
    (r"中介(?!机构)|代理公司|代办", ("中介机构", "委托")),
    (r"造假|作假|弄虚作假", ("数据造假", "虚假", "弄虚作假")),
    (r"外地|外省|省外|异地", ("面向全国", "全国征集")),
    (r"(?:必须|得|要)?(?:是)?本地的?|当地公司", ("本地化", "省内", "固定办公场所")),
    (r"交[啥什哪]么?|要交|提交|交哪些|准备[啥什哪]", ("申请材料", "提交材料", "材料")),
    (r"最低|起码|最少", ("不少于", "以上", "全部")),
    (r"名额|指标数|几个指标", ("不少于", "推荐名额", "数量")),
    (r"再报|重复报|又报|重新申报|再申请", ("重复申报", "不得重复")),
    (r"不用我们管|自己写写|自己写|认不认", ("企业认可", "形成企业认可")),
    (r"直辖市(?:下面)?的?区", ("直辖市所辖区县", "直辖市区县")),
    (r"花到|直接花|用到", ("直接用于",)),
    (r"怎么领|去哪领|在哪申请|怎么拿", ("奖补", "申报")),
    (r"软件公司|软件商|供应商|厂商|乙方|实施商", ("服务商",)),
    (
        r"进.{0,10}(?:库|池|名单|目录)|入库|入池|入围",
        ("遴选", "征集", "资源池", "服务商库", "产品库", "入库"),
    ),
    (r"门槛|够格|资格", ("条件", "须", "申报条件")),
    (r"写(?:清楚|明)|写哪些|写什么|包含|包括", ("明确", "内容含", "须含")),
    (r"特钢|钢厂|炼钢", ("精品钢", "黑色金属")),
    (r"买的|采购的?|花多少", ("支出", "投入")),
    (r"搞几个|搞哪|搞多少|计划搞", ("拟", "不少于", "行业")),
    (r"规上规下", ("规上", "规下")),
    (r"钱是?直接|直接给企业|直接打", ("支持服务平台", "直接用于")),
    (r"拆得|抽查|抽几家|抽多少", ("实地查验", "抽查")),
    (r"安排在", ("调研", "编制")),
    (r"ERP|MES|软件", ("软件", "信息系统", "信息化")),
    (r"采购、?仓库|仓库|财务", ("业务环节", "信息化服务")),
    (r"联网", ("设备联网", "联网率")),
    (r"投入.{0,6}占|占营收|投入占", ("数字化投入占营业额比例", "资金保障")),
    (r"总等级|合起来算|怎么定级|怎么评级|几级怎么", ("总等级合成规则", "等级判定")),
    (r"到期|过期|失效|有效期", ("有效期", "失效", "截止期")),
    (r"名单", ("名单", "目录")),
    (r"总包|总承包", ("主承包服务商", "总承包商")),
    (r"自己挑|自己选|自己找|随便选|政府指派", ("自主选", "自主选择")),
    (r"要?交钱|收费|要钱|花钱|掏钱|付费", ("收费", "不得以任何形式", "收取任何费用")),
    (r"不合格|干得差|出问题", ("不合格", "警告", "取消资格", "退出机制")),
    (r"发到(?:啥|什么)时候|到(?:啥|什么)时候(?:算完|为止|结束)?", ("有效期", "截止期", "延长至")),
    (r"占多大头|多大头", ("不低于总投入", "占比", "不低于")),
    (r"办公室|办公点", ("固定办公场所",)),
    (r"干这行|做这行", ("从事特定细分市场",)),
    (r"一共多少分|多少分|咋分|怎么打分", ("计分", "得分", "分值")),
    (r"改了(?:什么|啥|哪些)|有(?:什么|啥|哪些)(?:变化|不同|区别)|区别|不同|相比", ("变化", "相比", "改为")),
    (r"(?<!主)营收|销售额", ("营业收入",)),
    (
        r"买来?的(?=.{0,4}专利)|(?<=专利)是?.{0,4}(?:买|转)(?:过?来)?的|转让的?(?=专利)|手里转过来",
        ("转入取得", "转入", "转让"),
    ),
    (r"欠债|负债(?:率|比)?", ("资产负债率",)),
    (r"发明专利|专利", ("知识产权", "Ⅰ类知识产权", "发明专利")),
    (
        r"(?:主要|重点|都)?(?:看|查|核)(?:点|些|的是)?(?:什么|啥|哪些|哪几)",
        ("核查", "主要内容", "重点看", "查验"),
    ),
    (r"归谁管|谁管|谁负责|谁来管", ("管理", "职责", "负责", "牵头")),
    (r"(?:怎么|咋|如何)(?:选|挑|定|评)(?!级|分|义)(?:出来|下来|的)*", ("遴选", "择优", "评审", "确定")),
    (r"谁来?认", ("认可", "确认", "认定")),
    (r"哪天前|几号前|啥时候前|什么时候前", ("时限", "前报送", "截止")),
    (r"分数线", ("分", "总分", "计分")),
    (r"还收材料|还收不收|还报名|报名", ("申报", "报送", "遴选")),
)


def _glossary(left: str, desk: Desk) -> list[tuple[str, tuple[str, ...]]]:
    """Return the everyday words of the question that the glossary explains, the longest of those that overlap."""
    left = left.lower()
    found: list[tuple[str, tuple[str, ...]]] = []
    words = sorted(
        ((word, term) for term in desk.kb.terms.terms for word in term.say),
        key=lambda one: (-len(one[0]), one[0]),
    )
    for word, term in words:
        if len(word) > 1 and word.lower() in left:
            left = left.replace(word.lower(), "\n")
            ways = tuple(way for means in term.means for way in means.split() if len(way) > 1)
            if ways and not _TIME.search(word):
                found.append((word, ways))
    return found


_TIME = re.compile(r"^(?:多少|几).?$|^(?:啥|什么|多)?(?:时候|时间|会儿|久)$|^(?:啥|哪|咋|怎).{0,2}$")


def read_concepts(asked: Asked, desk: Desk, weights: Weights) -> list[Concept]:
    """Return what the question names: everyday phrases by what documents write for them, the rest pair by pair."""
    left, topic = asked.text, asked.topic
    phrases: list[tuple[str, tuple[str, ...]]] = []
    matches = [(match[0], written) for said, written in _SAID_AS if (match := re.search(said, left))]
    for phrase, written in sorted(matches, key=lambda one: -len(one[0])):
        if phrase in left:
            phrases.append((phrase, written))
            left = left.replace(phrase, "\n")
    phrases += _glossary(left, desk)
    concepts: list[Concept] = []
    for phrase, written in phrases:
        worth = [weights.of(g) for way in written for g in grams(way)]
        concepts.append(Concept(min(sum(worth) / len(worth) * 1.3, _CAP), frozenset(grams(phrase)), written))
        topic = topic.replace(phrase, " ")
    taken = {g for concept in concepts for g in concept.own}
    for gram in sorted(grams(topic) - taken):
        concepts.append(Concept(weights.of(gram), frozenset({gram}), ()))
    return concepts


def worth_of(text: str, evidence: Evidence) -> float:
    """Return how much of what the question names stands in a text."""
    held = grams(text)
    return sum(concept.weight * concept.found(held) for concept in evidence.concepts)


# ------------------------------------------------------------------ one clause


SUMMARY = re.compile(r"变化|衔接|对比|新旧")
_CAP = 5.0
"""The most that one everyday phrase may weigh."""
_PLACE_WORTH = 5.0
"""What the right place is worth beside the words, in the unit of the weights."""
_ASPECT_WORTH = 2.5
_PLACE_SCORE = {"own": 0.3, "inside": 0.2, "wide": 0.0, "other": -0.5}


def _weigh(
    asked: Asked,
    desk: Desk,
    concepts: Sequence[Concept],
    weights: Weights,
    targets: frozenset[str],
    policy: Policy | None,
    clause: Clause | None,
    passage: Passage,
    lexical: float,
) -> Piece:
    label = passage.heading if clause is None or clause.numbered else f"{passage.heading}|{passage.locator}"
    matters = " ".join((*policy.topics, *policy.aliases)) if policy else ""
    body, heading, title = grams(passage.text), grams(label), grams(f"{passage.title}|{matters}")
    near, far = body | heading, body | heading | title
    mass = sum(c.weight for c in concepts) or 1.0
    in_text = sum(c.weight * c.found(near) for c in concepts)
    in_all = sum(c.weight * c.found(far) for c in concepts)
    in_heading = sum(c.weight * c.found(heading) for c in concepts)
    place = place_of(passage.region, asked, desk)
    holds = held_aspects(passage, clause)
    if not _of_level(asked, passage):
        holds -= {Aspect.AMOUNT, Aspect.RATIO}
    got = in_text + 0.7 * (in_all - in_text)
    whole, extra = _beside_words(asked, passage, policy, place, holds, targets)
    whole, got = whole + mass, got + extra
    words = in_all / mass
    status = policy.clause_status_on(clause, asked.on) if policy and clause else passage.status
    year = year_bonus(asked, policy)
    cover = got / whole
    score = cover + 0.3 * lexical + 0.2 * in_heading / mass + year
    score += 0.12 * len(asked.aspects & holds) / max(1, len(asked.aspects))
    score += _PLACE_SCORE[place] if asked.place_given else (0.08 if passage.region == NATION else 0.0)
    score += 0.3 if passage.source_id in targets else 0.0
    score += _level_bonus(asked, passage) + _heading_bonus(asked, passage)
    if SUMMARY.search(passage.heading):  # what changed: an answer only to who asks what changed
        score += 0.35 if asked.compares else -0.2
    score += program_bonus(asked, passage) + _unit_bonus(asked, passage)
    score += _wording_bonus(asked, passage)
    score += 0.05 if clause is not None and clause.numbered else 0.0
    if status in {Status.SUPERSEDED, Status.REFERENCE, Status.REPLY} and year <= 0:
        score -= 0.2
    if status is Status.EXPIRED and passage.region == NATION and year <= 0:
        score -= 0.15
    if status in {Status.TO_BE_CONFIRMED, Status.DRAFT}:
        score -= 0.08
    if clause is not None and not clause.obtained:
        score -= 0.15
    return Piece(
        policy, clause, passage, status, place, cover, words, score, holds, passage.source_id in targets
    )


def _beside_words(
    asked: Asked,
    passage: Passage,
    policy: Policy | None,
    place: str,
    holds: frozenset[Aspect],
    targets: frozenset[str],
) -> tuple[float, float]:
    """Return what counts beside the words (place, kind of thing, document, year, numbers): in all, and found here."""
    whole = got = 0.0
    if asked.place_given:
        whole += _PLACE_WORTH if place in {"own", "inside", "other"} else 0.25 * _PLACE_WORTH
        got += _PLACE_WORTH if place in {"own", "inside"} else 0.0
    wanted = asked.aspects & MUST_HOLD
    if wanted:
        whole += _ASPECT_WORTH
        got += _ASPECT_WORTH * len(wanted & holds) / len(wanted)
    for fits, worth in (
        (passage.source_id in targets, _PLACE_WORTH),
        (year_bonus(asked, policy) > 0, 2.0),
        (_holds_numbers(asked, passage), _PLACE_WORTH),
    ):
        whole, got = whole + worth * fits, got + worth * fits
    return whole, got


def program_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a clause headed by a title is worth to a question about that one, or about another."""
    named = {word for word in _PROGRAMS if word in asked.text}
    if "小巨人" in named:
        named.discard("专精特新")
    headed = {word for word in _PROGRAMS if word in passage.heading.partition("：")[0]}
    if not named or not headed:
        return 0.0
    return 0.1 if named & headed else -0.25


def _heading_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a clause gains by being headed as the kind of thing asked for: 申请条件, 申报材料, 补助上限."""
    return 0.12 if any((p := HEADED.get(a)) and p.search(passage.heading) for a in asked.aspects) else 0.0


HEADED: dict[Aspect, re.Pattern[str]] = {
    Aspect.CONDITION: re.compile(r"条件|对象|门槛|资格"),
    Aspect.MATERIAL: re.compile(r"材料|清单"),
    Aspect.PROCESS: re.compile(r"流程|程序"),
    Aspect.DEFINITION: re.compile(r"定义"),
}


def _wording_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a passage gains by the question's own stretches of words: 留用补贴 whole, not 留用 here and 补贴 there."""
    said = f"{passage.heading}|{passage.text}"
    stretches = {run[i : i + 4] for run in asked.topic.split() for i in range(len(run) - 3)}
    share = sum(stretch in said for stretch in stretches) / len(stretches) if stretches else 0.0
    computes = _COMPUTES.search(asked.text) and any(
        match[1][-2:] in asked.text for match in _FORMULA.finditer(passage.text)
    )
    return _WORDING * share + (0.45 if computes else 0.0)


_WORDING = 0.12
_COMPUTES = re.compile(r"(?:怎么|如何|咋|怎样)(?:计?算|得出|折算)|公式")
_FORMULA = re.compile(r"([\u4e00-\u9fa5]{2,})\s*[=＝]")


def _holds_numbers(asked: Asked, passage: Passage) -> bool:
    """Return whether a passage holds all the plain numbers, two at least, that a question puts to the test: 20到40是一级."""
    if not asked.confirms:
        return False
    said = {q.value for q in asked.quantities if q.kind == "number" and not q.unit and q.value is not None}
    return len(said) > 1 and {str(value) for value in said} <= set(re.findall(r"\d+", passage.text))


def _unit_bonus(asked: Asked, passage: Passage) -> float:
    """Return what a clause gains by a number in the unit asked for: 4项 where the question says 几项."""
    if not asked.units or ("元" in asked.units and not _of_level(asked, passage)):
        return 0.0
    held = {unit for q in find(passage.text) if (unit := unit_of(q))}
    if any(unit in held or (unit in COUNTED and held & COUNTED) for unit in asked.units):
        return 0.12
    return -0.06


COUNTED = frozenset({"个", "项", "家", "类", "种", "条", "名", "批", "份"})


def unit_of(q: Quantity) -> str:
    """Return the unit of a number as a question would name it; empty where it has none."""
    if q.kind == "money" or (q.kind == "number" and q.scale and not q.unit):
        return "元"
    return "级" if q.kind == "level" else "%" if q.kind == "percent" else q.unit


_PROGRAMS = ("小巨人", "专精特新", "创新型", "科技型")


def place_of(region: str, asked: Asked, desk: Desk) -> str:
    """Return how a document's region stands to the place asked about."""
    if asked.region == NATION:
        return "own" if region == NATION else "other"
    if region == asked.region or region in asked.named:
        return "own"
    if region in desk.kb.regions.within(asked.region):
        return "inside"
    return "wide" if region in desk.kb.regions.covering(asked.region) else "other"


def year_bonus(asked: Asked, policy: Policy | None) -> float:
    """Return what a year in the question says for or against a document: 2022年那轮, 2024版."""
    if policy is None:
        return 0.0
    titled = {int(year) for year in re.findall(r"20\d\d", policy.title)}
    if not asked.years:
        return 0.12 if asked.on.year in titled and re.search(r"今年|本年度", asked.text) else 0.0
    own = titled | {day.year for day in (policy.issued, policy.published, policy.valid_from) if day}
    own |= {
        int(year)
        for year in re.findall(r"20\d\d", f"{policy.doc_number or ''}{policy.begins}{policy.issued_text}")
    }
    years = (set(asked.years) - {asked.on.year}) or set(asked.years)
    if years & titled:
        return 0.25
    if years & own:
        return 0.12
    return -0.15 if titled and re.search(r"20\d\d年?(?:版|那轮|那版|版的)", asked.text) else 0.0


def _level_bonus(asked: Asked, passage: Passage) -> float:
    levels = {q.value for q in asked.quantities if q.kind == "level"}
    if not levels:
        return 0.0
    held = {q.value for q in find(passage.text) if q.kind == "level"}
    return 0.1 if levels <= held else -0.1


def _of_level(asked: Asked, passage: Passage) -> bool:
    """Return whether a passage speaks of a level the question asks money for; a sum for something else is no answer."""
    levels = {q.value for q in asked.quantities if q.kind == "level"}
    if not levels or not (Aspect.AMOUNT in asked.aspects or "元" in asked.units):
        return True
    return bool(levels & {q.value for q in find(passage.text) if q.kind == "level"})


def held_aspects(passage: Passage, clause: Clause | None) -> frozenset[Aspect]:
    """Return the kinds of thing a passage can tell."""
    text = passage.text
    both = f"{passage.heading}|{text}"
    quantities = find(text)
    held = {aspect for aspect, pattern in _HELD.items() if pattern.search(both)}
    if any(q.kind == "money" or (q.kind == "number" and q.scale and not q.unit) for q in quantities):
        held.add(Aspect.AMOUNT)
    if any(q.kind in {"percent", "ratio"} for q in quantities):
        held.add(Aspect.RATIO)
    if any(q.kind == "percent" for q in quantities) and _PAID.search(both):
        held.add(Aspect.AMOUNT)
    if any(q.kind == "number" and q.unit and q.unit not in {"年", "月", "日", "天"} for q in quantities):
        held.add(Aspect.COUNT)
    if any(q.kind in {"date", "month", "month_day"} for q in quantities) or _TERM.search(text):
        held.add(Aspect.DEADLINE)
    if any(q.kind == "number" and q.unit == "分" for q in quantities) or re.search(r"得\d", text):
        held.add(Aspect.SCORE)
    if any(q.kind == "level" for q in quantities):
        held.add(Aspect.LEVEL)
    if clause and clause.deadlines:
        held.add(Aspect.DEADLINE)
    return frozenset(held)


_PAID = re.compile(r"补贴|补助|奖补|资助|贴息")
_TERM = re.compile(r"\d\s*(?:个月|天|日|个工作日|年)内|年底|两年|[一二三]年|\d{4}年")
_HELD: dict[Aspect, re.Pattern[str]] = {
    Aspect.VALIDITY: re.compile(r"有效期|失效|截止|延长|期满|最新版"),
    Aspect.MATERIAL: re.compile(r"材料|附|证明|报告|申请表|发票|合同"),
    Aspect.CONDITION: re.compile(r"条件|须|应|不得|要求|对象|适用|符合|可[补报]|均可|原则上"),
    Aspect.PROCESS: re.compile(r"流程|程序|评审|公示|审核|报送|验收|遴选|备案|签|征集"),
    Aspect.WHO: re.compile(r"[部局厅委]|办公室|机构|负责|牵头|组织"),
    Aspect.WHERE: re.compile(r"https?://|平台|系统"),
    Aspect.INDUSTRY: re.compile(r"(?:行业|聚焦|围绕|面向).*、|、.*行业"),
    Aspect.DEFINITION: re.compile(r"定义|是指|指|内涵|含义|包括|形成"),
    Aspect.DOCUMENT: re.compile(r"《|〔|依据|文"),
    Aspect.LIST: re.compile(r"、.*、|；.*；"),
}
