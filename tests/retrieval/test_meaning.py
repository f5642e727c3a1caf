"""The embedding that ships: exact, the same however the index was cut, and never more than a nudge."""

import random
from pathlib import Path

import numpy as np
import pytest
from corpus import PHRASES, passage, varied
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.load import KnowledgeBase
from knowledge.terms import Glossary
from retrieval import index, meaning
from retrieval.hybrid import IndexSearcher
from retrieval.index import add, build_passages, open_index
from retrieval.lexical import build_postings
from retrieval.meaning import ASKED_SHARE, SHARE, STEPS, WEIGHTS, cosines, load
from retrieval.search import Query


@pytest.fixture(scope="module")
def shipped() -> meaning.Meaning:
    return load()


def vector(shipped: meaning.Meaning, text: str) -> np.ndarray:
    return shipped.passages(build_postings([([text], 1.0)]))[0]


def test_what_ships_is_small_and_plain() -> None:
    """At most 4 MB, arrays only."""
    assert WEIGHTS.stat().st_size <= 4 << 20
    with np.load(WEIGHTS, allow_pickle=False) as held:
        assert {name: held[name].dtype.kind for name in held.files} == {
            "terms": "i",
            "weights": "i",
            "scales": "f",
        }
        assert (np.diff(held["terms"]) > 0).all()


PAIRS = (
    ("老板拖欠工资", "用人单位应当按照劳动合同约定及时足额支付劳动报酬", "纳税人应当办理税务登记"),
    ("员工被开除", "用人单位解除劳动合同应当支付经济补偿", "建设单位应当申请领取施工许可证"),
    ("公司欠税", "纳税人未按照规定期限缴纳税款的，加收滞纳金", "劳动者每日工作时间不超过八小时"),
    ("老板不给工资", "用人单位应当按时足额支付劳动报酬", "取水应当申请取水许可证"),
    ("房子漏水谁管", "物业服务人应当维修养护物业", "专利权的期限自申请日起计算"),
    ("被车撞了", "机动车发生交通事故造成损害依法承担赔偿责任", "企业应当按照国家统一的会计制度记账"),
    ("公司破产了钱怎么要", "债权人应当在债权申报期限内向管理人申报债权", "出租人应当按照约定交付租赁物"),
    ("打官司要多久", "适用普通程序审理的案件应当在立案之日起六个月内审结", "旅客应当持有效客票乘坐"),
    ("欠钱不还", "债务人应当按照约定履行债务", "申请商标注册应当提交文件"),
    ("上系统的钱能退多少", "按照实际投入给予不超过百分之三十的补助", "申报企业应当具有独立法人资格"),
    ("软件公司不好好干", "服务商动态管理，不合格的取消资格", "企业资产负债率不超过百分之七十"),
    ("厂里几个人搞研发", "研发人员占职工总数的比重", "营业收入增长率"),
    ("牌子能用几年", "称号有效期三年，到期复核", "资产负债率不高于规定"),
    ("找谁来打分", "由第三方机构开展现场评测", "中央财政安排奖补资金"),
    ("机器能不能连起来看数", "设备联网采集数据并监控运行", "培育服务商资源池"),
    ("仓库乱得很", "用系统管理出入库与库存", "编制年度预算并考核"),
    ("填错了会不会被罚", "提供虚假材料的取消资格并追回资金", "面向全国公开遴选服务商"),
    ("哪些行当能参加", "聚焦纺织、机械、食品等细分行业", "材料以盖章原件扫描件为准"),
    ("钱啥时候到账", "验收合格后按程序拨付奖补资金", "企业应具有独立法人资格"),
    ("小作坊也能搞吗", "小微企业均可自愿申请", "省会城市奖补总额不超过"),
)


def test_it_knows_more_than_words(shipped: meaning.Meaning) -> None:
    """Of twenty questions that share hardly a word with what answers them, three in four at least are nearer to it."""
    right = 0
    for asked, near, far in PAIRS:
        question = shipped.question(asked)
        assert question is not None
        found = cosines(np.stack([vector(shipped, near), vector(shipped, far)]), question)
        right += bool(found[0] > found[1])
    assert right >= 15


def test_a_question_without_a_known_term_has_no_vector(shipped: meaning.Meaning) -> None:
    assert shipped.question("") is None
    assert shipped.question("\U00020000") is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_vector_does_not_depend_on_its_neighbours(seed: int) -> None:
    """The same bytes alone and among others, so that an index grown and one built anew score alike."""
    texts = [one.text for one in varied(30, seed)]
    together = load().passages(build_postings([(texts, 1.0)]))
    alone = [load().passages(build_postings([([text], 1.0)]))[0] for text in texts]
    assert (together == np.stack(alone)).all()


def test_cosines_are_exact() -> None:
    """Sums of whole numbers below 2**24, at most: float32 holds them in any order."""
    pick = np.random.default_rng(1)
    stored = pick.integers(-127, 128, (50, 128)).astype(np.int8)
    stored[0] = 127
    question = np.full(128, 127, np.float32)
    exact = stored.astype(np.int64) @ question.astype(np.int64)
    assert (cosines(stored, question) * STEPS**2 == exact).all()


def test_a_text_of_nothing_known_stays_zero(shipped: meaning.Meaning) -> None:
    assert not vector(shipped, "……").any()


def test_meaning_raises_what_words_found_and_finds_nothing_else(tmp_path: Path) -> None:
    """Every score lies between that of words alone and a share more; a question no word of which occurs finds nothing."""
    build_passages(varied(300), tmp_path)
    kb = KnowledgeBase()
    both, words = open_index(tmp_path, kb), open_index(tmp_path, kb, words_alone=True)
    raised = 0
    for text in (*PHRASES, "谁来验收三级企业", "上云能补多少钱"):
        query = Query(text=text, k=300, owner="甲公司")
        plain, given = dict(words.ranked(query)), dict(both.ranked(query))
        assert set(given) == set(plain)
        for name, score in given.items():
            share = SHARE + (ASKED_SHARE if both.passage(name).asked_as else 0)
            assert plain[name] <= score <= plain[name] * (1 + share * 1.05)
            raised += score > plain[name]
    assert raised > 100
    assert both.ranked(Query(text="鳜鱼", k=10)) == []


def test_the_nearest_everyday_question_counts(tmp_path: Path) -> None:
    """Of passages that read alike, the one whose question comes nearest goes first."""
    far = ("谁来验收", "验收要几天", "验收材料交给谁", "验收不过怎么办")
    build_passages(
        [
            passage("一", "试点企业改造办法", asked_as=far),
            passage("二", "试点企业改造办法", asked_as=(*far[:3], "员工被开除要赔多少")),
            passage("三", "试点企业改造办法"),
        ],
        tmp_path,
    )
    searcher = open_index(tmp_path, KnowledgeBase())
    assert searcher.ranked(Query(text="试点企业解除劳动合同", k=3))[0][0] == "doc#二"
    asked = load().question("员工被开除要赔多少")
    assert asked is not None
    near = {searcher._at(row).locator: searcher._nearest_asked(np.array([row]), asked)[0] for row in range(3)}
    assert near["二"] == pytest.approx(1, abs=0.03)
    assert near["一"] < 0.5
    assert near["三"] == 0
    together = searcher._nearest_asked(np.array([2, 0, 1]), asked)
    assert together.tolist() == [near[searcher._at(row).locator] for row in (2, 0, 1)]


def test_a_passage_that_lost_its_questions_loses_the_gain(tmp_path: Path) -> None:
    pool = [
        passage("一", "补助办法", asked_as=("给多少钱",)),
        passage("二", "验收办法", asked_as=("怎么验收",)),
    ]
    build_passages(pool, tmp_path)
    query = Query(text="补助给多少", k=1)
    kb = KnowledgeBase()
    before = open_index(tmp_path, kb).ranked(query)
    add(tmp_path, [pool[0].model_copy(update={"asked_as": ()})])
    after = open_index(tmp_path, kb).ranked(query)
    build_passages([pool[0].model_copy(update={"asked_as": ()}), pool[1]], tmp_path / "fresh")
    assert before[0][0] == after[0][0] == "doc#一"
    assert before[0][1] > after[0][1]
    assert open_index(tmp_path / "fresh", kb).ranked(query) == after


def test_grown_and_built_anew_score_alike(tmp_path: Path) -> None:
    pool = varied(200)
    pick = random.Random(3)
    build_passages(pool[:120], tmp_path / "grown")
    for at in range(120, 200, 20):
        add(tmp_path / "grown", pool[at : at + 20] + pick.sample(pool[:at], 5))
    build_passages(pool, tmp_path / "fresh")
    kb = KnowledgeBase()
    for phrase in PHRASES:
        query = Query(text=phrase, k=200, owner="甲公司")
        found = [open_index(tmp_path / name, kb).ranked(query) for name in ("grown", "fresh")]
        assert found[0] == found[1]


def test_equal_scores_stay_ordered_by_id(tmp_path: Path) -> None:
    build_passages([passage(place, "同样的补助标准") for place in ("丙", "甲", "乙")], tmp_path)
    manifest, parts = index._open(tmp_path)
    searcher = IndexSearcher(manifest, parts, Glossary(), meaning=load())
    names = [name for name, _ in searcher.ranked(Query(text="补助标准", k=3))]
    assert names == sorted(names)
