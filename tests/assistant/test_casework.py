"""A conversation about an assessed case: what the rules record is said in plain words, and nothing is guessed without one."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.app import assemble
from assistant.casefiles.casebook import (
    choices,
    forget_case,
    keep_case,
    load_talk,
    open_choice,
    refresh,
    save_state,
    save_talk,
)
from assistant.casefiles.cases import load_case
from assistant.chat import Reply, Talk, converse, correct
from assistant.schema import MatchResult, Plan, ScoreCard, Subsidy, Verdict
from assistant.settings import Settings
from assistant.talking.casework import attach, detach, read_order
from assistant.talking.intent import read_intent
from assistant.talking.talk import Attached
from knowledge.case import Costs
from knowledge.errors import InputError

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("casework")
    return assemble(Settings(index_dir=folder / "index", state_dir=folder), today=lambda: DAY)


@pytest.fixture(scope="module")
def desk(assistant):
    return assistant.desk()


def about(assistant, file: str, told: Talk | None = None) -> Talk:
    case = load_case(assistant.examples / file, assistant.kb.standards)
    return attach(told or Talk(), Attached(name=case.enterprise.name, case=case), assistant.desk())


@pytest.fixture(scope="module")
def jinan(assistant) -> Talk:
    return about(assistant, "jinan-machine-tool.yaml")


def say(desk, talk, *messages) -> Reply:
    for message in messages:
        *_, last = converse(message, talk, desk=desk)
        talk = last.talk
    return last


# ---------------------------------------------------------------- what the rules record, in words


def test_the_level_told_is_the_score_card_s(desk, jinan) -> None:
    reply = say(desk, jinan, "我们现在几级")
    card = desk.score(jinan.case.case)
    assert reply.worked == (card,)
    assert reply.text.startswith(f"**现在是二级，总分 {card.total:f} / 100**")
    assert "还差：3.15 分，6 个场景，约束性场景 3 个" in reply.text
    assert "工信厅企业〔2024〕56号" in reply.text
    assert "未与官方PDF核对" in reply.text


def test_an_open_level_is_told_as_a_range_with_what_would_settle_it(assistant, desk) -> None:
    half = about(assistant, "service-half-empty.yaml")
    card = desk.score(half.case.case)
    text = say(desk, half, "咱们是啥级别").text
    assert card.level is None
    assert "还定不下来" in text
    assert "18.75 至 68.75" in text
    assert f"{len(card.unanswered)} 项没作答" in text
    text = say(desk, half, "花20万能升几级").text
    assert "说不准20 万元能升几级" in text


def test_the_points_lost_are_ranked_by_what_is_lost(desk, jinan) -> None:
    reply = say(desk, jinan, "哪里扣分最多")
    card = desk.score(jinan.case.case)
    lost = sorted(card.questions, key=lambda one: (-(one.max - one.score), one.id))
    assert reply.text.index(lost[0].name) < reply.text.index(lost[1].name) < reply.text.index(lost[2].name)
    assert "资金保障（少 7.5 分）" in reply.text


def test_what_to_do_first_is_the_cheapest_plan_with_its_total(desk, jinan) -> None:
    reply = say(desk, jinan, "先做哪几项最划算")
    made = desk.plan(jinan.case.case)
    assert reply.worked == (made,)
    assert "合计 84.2 万元" in reply.text
    for step in made.steps:
        assert step.name in reply.text


@pytest.mark.parametrize(
    ("message", "said", "not_said"),
    [
        ("花20万能升几级", ("升不了级", "至少要 84.2 万元", "合计 11.2 万元"), ("能到三级",)),
        ("花84.2万能升几级", ("最高能到三级，升 1 级",), ("升不了级",)),
        ("花84.1万能升几级", ("升不了级",), ("能到三级",)),
        ("拿100万出来能升到几级", ("最高能到三级，升 1 级", "算不出要多少钱"), ()),
        ("到三级要花多少钱", ("合计 84.2 万元",), ()),
        ("到四级要花多少钱", ("多少预算都到不了四级", "这里按您说的四级算"), ("合计",)),
    ],
)
def test_a_sum_or_a_level_in_the_message_is_worked_with(desk, jinan, message, said, not_said) -> None:
    text = say(desk, jinan, message).text
    for words in said:
        assert words in text
    for words in not_said:
        assert words not in text


def test_products_are_those_that_fit_with_what_to_ask_and_why_not(desk, jinan) -> None:
    reply = say(desk, jinan, "有啥产品能补设备联网")
    (found,) = reply.worked
    assert isinstance(found, MatchResult)
    assert found.offers
    for offer in found.offers:
        assert offer.name in reply.text
    assert "不合硬性要求" in reply.text
    assert "不等于官方推荐" in reply.text
    by_scene = say(desk, jinan, "有啥产品能补设备管理")
    assert by_scene.worked == (desk.match(jinan.case.case, scene="s08"),)
    assert by_scene.worked[0].offers[0].name in by_scene.text


def test_a_vendor_named_is_told_whether_it_fits_and_if_not_why(desk, jinan) -> None:
    reply = say(desk, jinan, "阿里云物联网平台适合我们吗")
    (found,) = reply.worked
    whole = desk.match(jinan.case.case)
    reasons = {one.product_id: one.reason for one in whole.rejected}
    assert any("阿里云物联网平台" in one.name for one in found.rejected)
    for one in found.rejected:
        assert one.reason == reasons[one.product_id]
    assert "部署方式为 公有云" in reply.text


def test_money_comes_from_the_schemes_of_the_place_or_is_refused_with_the_reason(
    assistant, desk, jinan
) -> None:
    reply = say(desk, jinan, "能补多少钱")
    assert all(isinstance(one, Subsidy) and one.refused for one in reply.worked)
    assert "没有一项能算出补助金额" in reply.text
    assert "2025-12-31 失效" in reply.text
    zhongshan = say(desk, Talk(), "我们在中山，投80万改造到三级能补多少")
    assert "最多 60 万元" in zhongshan.text
    assert "分级补助" in zhongshan.text
    nowhere = say(desk, Talk(), "能补多少钱")
    assert nowhere.worked == ()
    assert nowhere.text.startswith("补多少各地不一样：请先说企业在哪个城市")


def test_the_days_ahead_are_told_in_order_with_their_sources(desk, jinan) -> None:
    text = say(desk, jinan, "接下来有哪些时间点").text
    days = [line[2:12] for line in text.splitlines() if line.startswith("- 20")]
    assert days == sorted(days)
    assert "2027-06-30（还有 220 天）：案例里写的改造期限" in text
    assert "第十七条" in text


def test_two_documents_are_held_side_by_side(desk) -> None:
    text = say(desk, Talk(), "工信部企业〔2022〕63号和工信部企业〔2026〕2号是不是打架").text
    assert "不算打架" in text.splitlines()[0]
    assert "自 2026-04-01 起" in text.splitlines()[0]
    assert "1000 万元以上" in text
    assert "不低于 1500 万元" in text
    elsewhere = say(desk, Talk(), "济南和中山的补助规定是不是冲突").text
    assert "各管各的" in elsewhere.splitlines()[0]


def test_which_two_documents_is_taken_from_what_was_just_cited_or_asked(desk) -> None:
    asked = say(desk, Talk(), "这两个文件是不是打架").text
    assert "请说是哪两份文件" in asked
    talk = say(desk, Talk(), "小巨人的营业收入要求是多少？", "63号文里专精特新的营业收入要求是多少").talk
    text = say(desk, talk, "这两个文件是不是打架").text
    assert "请说是哪两份文件" not in text


def test_a_follow_up_changes_only_what_it_names(desk, jinan) -> None:
    assert "最高能到三级" in say(desk, jinan, "花20万能升几级", "那100万呢").text
    assert "质量管理" in say(desk, jinan, "有啥产品能补设备管理", "那质量呢").text.splitlines()[0]
    assert "最多 60 万元" in say(desk, Talk(), "我们在中山，投80万能补多少", "如果到三级呢").text


# ---------------------------------------------------------------- without a case


@pytest.mark.parametrize(
    "message", ["我们现在几级", "哪里扣分最多", "先做哪几项最划算", "花20万能升几级", "推荐个MES"]
)
def test_without_a_case_it_is_said_what_is_missing_and_where_to_bring_it(desk, message) -> None:
    reply = say(desk, Talk(), message)
    assert reply.worked == ()
    assert "一企一策" in reply.text
    assert "评测表" in reply.text
    assert "示例" in reply.text
    assert not any(level in reply.text for level in ("一级", "二级", "三级", "四级"))


@pytest.mark.parametrize(
    ("message", "want"),
    [
        ("我们现在几级", "level"),
        ("咱厂到底算几级", "level"),
        ("我们得了多少分", "level"),
        ("哪块是短板", "gaps"),
        ("离三级还差多少", "gaps"),
        ("我们还差几个场景", "gaps"),
        ("先上什么划算", "plan"),
        ("预算50万能做什么", "plan"),
        ("升到三级要多少钱", "plan"),
        ("有什么软件能管仓库", "match"),
        ("用什么系统能解决排产", "match"),
        ("我们能拿多少补贴", "money"),
        ("近期有哪些截止日期", "dates"),
        ("两个文件说法不一样，听谁的", "clash"),
        ("俺们现在啥水平", "level"),
        ("总分多少", "level"),
        ("为啥没到三级", "gaps"),
        ("怎么才能到三级", "plan"),
        ("手里有30万怎么花", "plan"),
        ("从哪里开始改", "plan"),
        ("有没有便宜的ERP", "match"),
        ("金蝶适合我们吗", "match"),
        ("改造能报销吗", "money"),
        ("什么时候截止", "dates"),
        ("国家和省里说法不一样听谁的", "clash"),
        # about the rules, not about the firm
        ("三级要多少分", "policy"),
        ("试点企业最低要改到几级", "policy"),
        ("济南有哪些服务商名单", "policy"),
        ("萧山的补助能拿多少", "policy"),
        ("服务商要满足什么条件", "policy"),
        ("设备联网满分几分", "policy"),
        ("哪些政策快到期了", "policy"),
        ("小巨人能补多少钱", "policy"),
        ("二级和三级有什么区别", "policy"),
        ("评测结果什么时候公布", "policy"),
        ("设备联网率怎么算", "policy"),
        ("青岛数字化改造补贴标准", "policy"),
        ("我们够小巨人的条件吗", "check"),
        ("我们能报啥", "overview"),
    ],
)
def test_what_is_asked_of_the_case_is_told_from_what_is_asked_of_the_rules(desk, message, want) -> None:
    found = read_intent(
        message, desk=desk, region="山东省济南市", checking=None, told=False, asked=None, case=True
    )
    assert found.want == want


def test_what_a_message_names_is_read(desk) -> None:
    order = read_order("花１００万，把设备联网和质量追溯做到三级", desk)
    assert (order.money, order.target) == (Decimal(100), 3)
    assert order.questions == ("q03",)
    assert order.scenes == ("s07",)
    assert read_order("去年营收3000万元", desk).money == 3000
    assert read_order("投 1.2 亿", desk).money == 12000
    assert read_order("做到五级", desk).target is None


# ---------------------------------------------------------------- what is told and what the case has


def test_what_is_told_against_the_case_is_asked_and_decides_nothing(desk, jinan) -> None:
    reply = say(desk, jinan, "去年营收三千多万，能报小巨人吗")
    one = reply.talk.standing("revenue_y1")
    assert one.conflict
    assert one.against_case
    assert reply.talk.enterprise.profile.revenue_y1 is None
    assert "案例里是 8600 万元" in reply.text
    assert reply.talk.asked == "revenue_y1"
    assert "聊天里说的和案例对不上" in say(desk, reply.talk, "我们现在几级").text


def test_the_person_says_which_of_them_holds(desk, jinan) -> None:
    clash = say(desk, jinan, "去年营收三千多万，能报小巨人吗").talk
    case = say(desk, clash, "以案例为准").talk
    assert case.standing("revenue_y1") is None
    assert case.enterprise.profile.revenue_y1 == 8600
    told = say(desk, clash, "9000万").talk
    assert not told.standing("revenue_y1").conflict
    assert told.enterprise.profile.revenue_y1 == 9000
    assert "您说的是 9000 万元，案例里是 8600 万元" in say(desk, told, "我们现在几级").text


@pytest.mark.parametrize("words", ["一百六十来号人", "我们在济南", "山东的企业", "去年营收八千多万"])
def test_what_agrees_with_the_case_is_no_contradiction(desk, jinan, words) -> None:
    talk = say(desk, jinan, f"{words}，能报专精特新吗").talk
    assert not any(one.conflict for one in talk.told)
    assert talk.enterprise.profile.employees_y1 == 168
    assert talk.enterprise.profile.revenue_y1 == 8600


def test_facts_of_the_case_count_in_a_check(desk, jinan) -> None:
    reply = say(desk, jinan, "能报小巨人吗")
    assert reply.found[0].verdict is Verdict.NOT_MET
    assert "430 + 371.3" in reply.text


def test_what_is_short_after_a_check_is_about_that_check(desk, jinan) -> None:
    assert say(desk, jinan, "能报小巨人吗", "差在哪").found
    assert say(desk, jinan, "能报小巨人吗", "我们现在几级").worked
    assert say(desk, jinan, "差在哪").worked


def test_a_case_attached_later_is_held_against_what_was_told(assistant, desk) -> None:
    talk = say(desk, Talk(), "去年营收三千多万，能报专精特新吗").talk
    both = about(assistant, "jinan-machine-tool.yaml", talk)
    assert both.standing("revenue_y1").against_case
    free = detach(both)
    assert free.case is None
    assert not free.standing("revenue_y1").conflict
    assert free.enterprise.profile.revenue_y1 == 3000


def test_a_question_about_the_case_leaves_no_fact_behind(desk, jinan) -> None:
    """A sum supposed, or a question's own words, are nobody's budget or trade."""
    reply = say(desk, jinan, "花20万能升几级", "先做哪几项最划算")
    assert reply.talk.told == ()
    assert "130 万元预算" in reply.text


def test_a_budget_supposed_anew_is_no_contradiction(desk, jinan) -> None:
    reply = say(desk, jinan, "预算50万能做什么", "预算30万呢", "先做哪几项最划算")
    assert not any(one.conflict for one in reply.talk.told)
    assert "30 万元到不了三级" in reply.text


def test_a_fact_typed_into_the_form_is_named_where_the_case_differs(desk, jinan) -> None:
    talk = correct(jinan, "revenue_y1", "9000")
    assert talk.enterprise.profile.revenue_y1 == 9000
    assert "您说的是 9000 万元，案例里是 8600 万元" in say(desk, talk, "我们现在几级").text


def test_a_trade_told_beside_a_question_is_kept(desk) -> None:
    talk = say(desk, Talk(), "我们在济南做机床，现在几级").talk
    assert "机床" in str(talk.standing("enterprise.industry").value)


def test_a_wish_told_outright_is_kept_and_named(desk, jinan) -> None:
    reply = say(desk, jinan, "预算只有50万", "先做哪几项最划算")
    assert "案例里的预算是 130 万元，这里按您说的 50 万元算" in reply.text


# ---------------------------------------------------------------- the casebook


@pytest.fixture
def kept(tmp_path):
    return assemble(Settings(index_dir=tmp_path / "index", state_dir=tmp_path), today=lambda: DAY)


def opened(assistant, choice: str, owner: str) -> Attached:
    return open_choice(
        choice, assistant.store, owner, examples=assistant.examples, standards=assistant.kb.standards
    )


def test_a_case_is_its_owner_s_alone(kept) -> None:
    case = load_case(kept.examples / "jinan-machine-tool.yaml", kept.kb.standards)
    mine = keep_case(kept.store, "me", case)
    assert opened(kept, mine, "me").case == case
    assert mine in [id for _, id in choices(kept.store, "me")]
    assert mine not in [id for _, id in choices(kept.store, "stranger")]
    for choice in (mine, "sample:../../etc/passwd", "sample:", "no-such"):
        with pytest.raises(InputError, match="不属于您"):
            opened(kept, choice, "stranger")
    assert not forget_case(kept.store, "stranger", mine)
    assert opened(kept, mine, "me").case == case


def test_a_conversation_keeps_its_case_and_takes_it_as_it_is_now(kept) -> None:
    desk = kept.desk(owner="me")
    case = load_case(kept.examples / "jinan-machine-tool.yaml", kept.kb.standards)
    mine = keep_case(kept.store, "me", case)
    reply = say(desk, attach(Talk(), opened(kept, mine, "me"), desk), "我们现在几级")
    talk_id = save_talk(kept.store, "me", None, reply, "我们现在几级")
    again, turns = load_talk(kept.store, "me", talk_id)
    assert again == reply.talk
    assert turns[1].text == reply.text
    assert load_talk(kept.store, "stranger", talk_id) is None
    better = case.model_copy(
        update={
            "assessment": case.assessment.model_copy(
                update={"answers": {**case.assessment.answers, "q11": ("E",)}}
            )
        }
    )
    keep_case(kept.store, "me", better, mine)
    fresh = refresh(again, kept.store, "me", desk)
    assert fresh.case.case == better
    assert say(desk, fresh, "我们现在几级").text != reply.text


def test_a_deleted_case_is_gone_from_the_conversations_about_it(kept) -> None:
    desk = kept.desk(owner="me")
    case = load_case(kept.examples / "jinan-machine-tool.yaml", kept.kb.standards)
    mine = keep_case(kept.store, "me", case)
    talk = attach(Talk(), opened(kept, mine, "me"), desk)
    talk_id = save_talk(kept.store, "me", None, say(desk, talk, "去年营收三千多万，能报小巨人吗"), "…")
    save_state(kept.store, "me", talk_id, load_talk(kept.store, "me", talk_id)[0], "已附上")
    assert forget_case(kept.store, "me", mine)
    after, _ = load_talk(kept.store, "me", talk_id)
    assert after.case is None
    assert not after.standing("revenue_y1").conflict
    assert refresh(talk, kept.store, "me", desk).case is None


@pytest.mark.parametrize("file", ["jinan-machine-tool.yaml", "binhai-marine.yaml", "service-half-empty.yaml"])
def test_every_sample_answers_every_question(assistant, desk, file) -> None:
    talk = about(assistant, file)
    for message, kind in (
        ("我们现在几级", ScoreCard),
        ("哪里扣分最多", ScoreCard),
        ("先做哪几项最划算", Plan),
        ("有啥产品能补设备联网", MatchResult),
        ("能补多少钱", Subsidy),
    ):
        reply = say(desk, talk, message)
        assert isinstance(reply.worked[0], kind)
        assert len(reply.text) < 1500
        assert "None" not in reply.text


@pytest.mark.parametrize("message", ["花20万够不够", "花20万能升几级", "花30万能升几级", "花2000万能升几级"])
def test_where_steps_have_no_price_nothing_is_said_of_a_sum(desk, jinan, message) -> None:
    """A step without a price is not a free one: whatever the sum, whether it is enough is not known."""
    case = jinan.case.case
    bare = case.model_copy(update={"needs": case.needs.model_copy(update={"costs": Costs()})})
    talk = jinan.model_copy(update={"case": jinan.case.model_copy(update={"case": bare})})
    text = say(desk, talk, message).text
    assert "现在说不准" in text
    assert "没有价格" in text
    assert "能到三级" not in text
    assert "能到四级" not in text
    assert "自有报价" in text


def test_a_sum_is_enough_for_a_priced_level_and_open_above_it(desk, jinan) -> None:
    """All steps to level three have the consultant's figures, those to level four have not and may be bought."""
    case = jinan.case.case
    top = Costs(
        questions={
            id: dict.fromkeys((one.key for one in question.options[1:]), 1)
            for id, question in desk.kb.standards["sme-digital-level-2024"].questions.items()
        },
        scenes={f"s{n:02d}": {1: 1, 2: 1, 3: 1} for n in range(1, 17)},
    )
    partly = case.model_copy(update={"needs": case.needs.model_copy(update={"costs": top})})
    talk = jinan.model_copy(update={"case": jinan.case.model_copy(update={"case": partly})})
    text = say(desk, talk, "花50万能升几级").text
    assert "50 万元够到三级，升 1 级" in text
    assert "再到四级要多少钱说不准" in text


def test_what_the_firm_named_is_told_with_its_step_or_with_the_reason(desk, jinan) -> None:
    text = say(desk, jinan, "到三级要花多少钱").text
    assert "质量管理（您提过：批次质量问题要翻流转卡）" in text
    assert "见下面的表" not in text
