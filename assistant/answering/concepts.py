"""What a question names, and how documents write it: pairs of characters with their weights, everyday phrases with theirs."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from assistant.answering.question import Asked
from assistant.desk import Desk
from knowledge.load import KnowledgeBase
from retrieval.search import Passage


class Weights:
    """What a pair of characters is worth in a collection: ln(1 + N / df); a pair never seen counts little."""

    def __init__(self, texts: Iterable[tuple[str, ...]]) -> None:
        """Count texts, each given with its headings; a pair counts once in each."""
        self.count = 0
        self._df: Counter[str] = Counter()
        self._add(texts)

    def _add(self, texts: Iterable[tuple[str, ...]]) -> None:
        for parts in texts:
            self._df.update(frozenset[str]().union(*map(grams, parts)))
            self.count += 1

    def joined(self, passages: Iterable[Passage]) -> "Weights":
        """Return the weights with more passages counted in."""
        more = Weights(())
        more._df, more.count = self._df.copy(), self.count
        more._add((passage.heading, passage.text) for passage in passages)
        return more

    def of(self, gram: str) -> float:
        """Return the weight of a pair."""
        df = self._df[gram]
        if df == 0:
            return 0.25 * math.log(1 + self.count)
        return math.log(1 + self.count / df)


@lru_cache(maxsize=4)
def policy_weights(kb: KnowledgeBase) -> Weights:
    """Return the weights of the policies."""
    texts = ((c.heading, c.text) for policy in kb.policies.values() for c in policy.clauses)
    titles = ((policy.title,) for policy in kb.policies.values())
    return Weights((*texts, *titles))


@lru_cache(maxsize=4)
def vocabulary(kb: KnowledgeBase) -> frozenset[str]:
    """Return the pairs that occur in a policy, or in an everyday question one answers."""
    found: set[str] = set()
    for policy in kb.policies.values():
        found |= grams(policy.title) | grams(policy.region)
        for clause in policy.clauses:
            found |= grams(clause.heading) | grams(clause.text)
    for places in kb.asked.values():
        for asked in places.values():
            found.update(*map(grams, asked))
    return frozenset(found)


@lru_cache(maxsize=1 << 14)
def grams(text: str) -> frozenset[str]:
    """Return pairs of neighbouring Chinese characters, and Latin words whole."""
    found = set(_LATIN.findall(text.lower()))
    found.update(part for word in tuple(found) if "+" in word for part in word.split("+") if part)
    for run in _HAN.findall(text):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


_HAN = re.compile(r"[\u4e00-\u9fa5]+")
_LATIN = re.compile(r"[a-z][a-z0-9+]*|(?<![\d.])(?:19|20)\d\d(?![\d.])")


def foreign(topic: str, concepts: Sequence["Concept"], known: frozenset[str]) -> float:
    """Return the share of a question's words that occur nowhere: it speaks of something else.

    Args:
        topic: The question without what only asks.
        concepts: What it names; everyday phrases are known by what documents write for them.
        known: Pairs of the collection.
    """
    import rjieba

    known = known.union(*(one.own for one in concepts if one.written))
    words = [word for word in rjieba.cut(topic) if grams(word)]
    return sum(not grams(word) <= known for word in words) / max(1, len(words))


class Concept(NamedTuple):
    """Something the question names, and the ways a document may write it."""

    weight: float
    own: frozenset[str]
    """Pairs of the question's own words; empty where only the other ways count."""
    written: tuple[str, ...]

    def found(self, held: Set[str]) -> float:
        """Return how much of it, 0..1, stands in a set of pairs."""
        ways = [self.own] if self.own else []
        ways += [grams(way) for way in self.written]
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
        concepts.append(Concept(min(sum(worth) / len(worth) * 1.3, _CAP), grams(phrase), written))
        topic = topic.replace(phrase, " ")
    taken = {g for concept in concepts for g in concept.own}
    for gram in sorted(grams(topic) - taken):
        concepts.append(Concept(weights.of(gram), frozenset({gram}), ()))
    return concepts


_CAP = 5.0
"""The most that one everyday phrase may weigh."""
