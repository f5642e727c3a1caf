"""What a model says of the case passes only where the record says it of that very subject and in that role."""

from datetime import date

import pytest

from assistant.app import assemble
from assistant.casefiles.cases import load_case
from assistant.chat import Talk, converse
from assistant.guard import Guard
from assistant.settings import Settings
from assistant.talking.casework import attach
from assistant.talking.talk import Attached
from assistant.tools import Counter
from knowledge.case import Costs

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guard")
    return assemble(Settings(index_dir=folder / "index", state_dir=folder), today=lambda: DAY)


@pytest.fixture(scope="module")
def desk(assistant):
    return assistant.desk()


def about(assistant, file: str) -> Talk:
    case = load_case(assistant.examples / file, assistant.kb.standards)
    return attach(Talk(), Attached(name=case.enterprise.name, case=case), assistant.desk())


@pytest.fixture(scope="module")
def jinan(assistant) -> Talk:
    return about(assistant, "jinan-machine-tool.yaml")


def guard_after(desk, talk: Talk, message: str, *tools) -> Guard:
    *_, base = converse(message, talk, desk=desk)
    counter = Counter(desk, base.talk, base.talk.ordered)
    for name, args in tools:
        counter.call(name, args)
    return Guard(base, counter, desk)


LEVEL = "我们现在几级"
PLAN = "先做哪几项最划算"
SUM = "花20万能升几级"
MATCH = "有啥产品能补设备管理"
MONEY = "能补多少钱"

LIES = [
    # the level
    (LEVEL, "贵公司现在已经是三级。"),
    (LEVEL, "贵公司目前达到四级水平。"),
    (LEVEL, "您是三级企业，总分 56.85 分。"),
    (LEVEL, "当前等级为三级，距四级不远。"),
    (LEVEL, "贵公司数字化水平三级。"),
    (LEVEL, "设备管理现在是三级。"),
    (LEVEL, "产品设计处于二级。"),
    (LEVEL, "设备管理为二级，产品设计为三级。"),
    (LEVEL, "现在是一级，还没到二级。"),
    # points
    (LEVEL, "总分 60 分。"),
    (LEVEL, "总分 65.85 分，数字化基础 27.1 分。"),
    (LEVEL, "数字化管理得 27.1 分。"),
    (LEVEL, "距三级只差 1.25 分。"),
    (LEVEL, "资金保障得 5 分。"),
    (LEVEL, "距三级还差 11.25 分。"),
    (LEVEL, "等级：三级。"),
    (LEVEL, "还差 2 个场景就到三级。"),
    (LEVEL, "约束性场景只差 1 个。"),
    (LEVEL, "先做财务管理和产品设计最划算。"),
    (LEVEL, "现有 8 个场景达到三级。"),
    # the plan
    (PLAN, "做 3 项，合计 84.2 万元到三级。"),
    (PLAN, "管理机制完成后就是三级。"),
    (PLAN, "到三级至少要 87.2 万元。"),
    (PLAN, "预算 84.2 万元可到四级。"),
    (PLAN, "一年内可升到四级。"),
    (PLAN, "到三级合计要 18 万元。"),
    (PLAN, "设备管理到三级要 18 万元。"),
    (PLAN, "质量管理只要 2.2 万元。"),
    (PLAN, "到三级最少 42 万元就够。"),
    (PLAN, "建议先做财务管理。"),
    (PLAN, "建议先做计划排程，再做管理机制。"),
    (PLAN, "最划算的是先做产品设计。"),
    (PLAN, "设备管理要做到四级。"),
    (SUM, "20 万元可以升到三级。"),
    (SUM, "花 20 万元能到四级。"),
    (SUM, "20 万元够升一级到三级。"),
    # products
    (MATCH, "IoTGateway 能覆盖采购管理。"),
    (MATCH, "IoTGateway 由腾讯云提供。"),
    (MATCH, "阿里云物联网平台（企业版实例）可以补设备管理。"),
    (MATCH, "工企微信免费使用。"),
    (MATCH, "工企微信每年 5 万元。"),
    (MATCH, "IoTGateway 是最适合的首选。"),
    (MATCH, "IoTGateway 能与现有用友U8对接。"),
    (MATCH, "推荐 SuperMES 补设备管理。"),
    (MATCH, "JetLinks物联网平台社区版售价 12 万元。"),
    # money
    (MATCH, "金蝶云星空机械装备数字化可用于设备管理。"),
    (MATCH, "工企微信覆盖设备管理、质量管理。"),
    (MATCH, "IoTGateway 匹配度 95 分。"),
    (MONEY, "等级：三级。"),
    (MONEY, "政府会补一半。"),
    (MONEY, "可申领中央财政 600 万元奖励。"),
    (MONEY, "贵公司可以拿到补贴 30 万元。"),
    (MONEY, "按投入 84.2 万元的 40% 补助，约 33.68 万元。"),
    (MONEY, "能享受济南市的奖补资金。"),
    (MONEY, "改造后可获补助。"),
    (MONEY, "奖补资金会到账。"),
]


@pytest.mark.parametrize(("message", "lie"), LIES, ids=[lie for _, lie in LIES])
def test_an_inflated_or_swapped_statement_is_struck_out(desk, jinan, message, lie) -> None:
    tools = [("score", {}), ("plan", {}), ("match", {"scene": "设备管理"}), ("subsidy", {})]
    guard = guard_after(desk, jinan, message, *tools)
    assert not guard.admit(lie)
    assert guard.dropped == 1
    alone = guard_after(desk, jinan, message)
    assert not alone.admit(lie), "without any tool called the rules' own records say no as well"


@pytest.mark.parametrize("lie", ["20 万元可以升到三级。", "花 20 万元能到四级。", "预算内能到三级。"])
def test_where_steps_have_no_price_no_sum_is_said_to_be_enough(desk, jinan, lie) -> None:
    case = jinan.case.case
    bare = case.model_copy(update={"needs": case.needs.model_copy(update={"costs": Costs()})})
    talk = jinan.model_copy(update={"case": jinan.case.model_copy(update={"case": bare})})
    guard = guard_after(desk, talk, SUM, ("score", {}), ("plan", {}))
    assert not guard.admit(lie)


TRUTHS = [
    (LEVEL, "贵公司现在是二级，总分 56.85 分。"),
    (LEVEL, "设备管理现在一级，产品设计现在三级。"),
    (LEVEL, "距三级还差 3.15 分。"),
    (LEVEL, "资金保障得 0 分，满分 7.5 分。"),
    (LEVEL, "距三级还差 6 个场景，约束性场景差 3 个。"),
    (PLAN, "到三级合计 84.2 万元。"),
    (PLAN, "一共 7 项，合计 84.2 万元。"),
    (PLAN, "备选的方案三合计 87.2 万元。"),
    (PLAN, "设备管理从一级到三级，成本 13 万元。"),
    (PLAN, "先做管理机制，成本 2.2 万元。"),
    (SUM, "20 万元升不了级，到三级至少要 84.2 万元。"),
    (MATCH, "IoTGateway 覆盖设备管理。"),
    (MATCH, "工企微信由腾讯云提供，价格未公开。"),
    (MONEY, "济南的文件已经失效，现在不能据此申领。"),
]


@pytest.mark.parametrize(("message", "truth"), TRUTHS, ids=[truth for _, truth in TRUTHS])
def test_what_the_record_says_passes(desk, jinan, message, truth) -> None:
    """A guard that strikes everything would be useless."""
    tools = [("score", {}), ("plan", {})] if message in {LEVEL, PLAN, SUM} else []
    guard = guard_after(desk, jinan, message, *tools)
    assert guard.admit(truth)


def test_a_level_nobody_worked_out_is_nobodys_to_tell(desk) -> None:
    """Without a case no sentence may give the firm a level, whatever the model imagines."""
    guard = guard_after(desk, Talk(), "去年营收3000万，能报小巨人吗")
    for lie in ("贵公司现在是二级。", "您的企业目前处于三级水平。", "贵公司可获补助 30 万元。"):
        assert not guard.admit(lie)


def test_an_open_level_is_not_closed_by_words(assistant, desk) -> None:
    guard = guard_after(desk, about(assistant, "service-half-empty.yaml"), LEVEL)
    for lie in ("贵公司现在是二级。", "现在是三级。", "总分 68.75 分，等级三级。"):
        assert not guard.admit(lie)
    assert guard.admit("等级还没定，总分在 18.75 至 68.75 分之间。")


def test_a_hypothetical_of_the_model_is_no_fact(desk, jinan) -> None:
    """A model that asks the tool about 四级 may not say that the firm gets there."""
    guard = guard_after(desk, jinan, PLAN, ("plan", {"target_level": 4}), ("gaps", {"target_level": 4}))
    for lie in ("贵公司可以到四级。", "按方案能达到四级。", "贵公司现在是四级。"):
        assert not guard.admit(lie)


def test_no_figure_passes_beside_another_name(assistant, desk, jinan) -> None:
    """Every step's cost, scene's level and question's points, told of every other one, is struck out."""
    case = jinan.case.case
    guard = guard_after(desk, jinan, PLAN, ("score", {}), ("plan", {}))
    steps = desk.plan(case).steps
    card = desk.score(case)
    passed = []
    for one in steps:
        for other in steps:
            told = f"{one.name}要花 {other.cost:f} 万元。"
            if one.cost != other.cost and guard.admit(told):
                passed.append(told)
    for scene in card.scenes:
        for level in (1, 2, 3, 4):
            told = f"{scene.name}现在是{'一二三四'[level - 1]}级。"
            if scene.level != level and guard.admit(told):
                passed.append(told)
    for question in card.questions:
        for points in {other.score for other in card.questions} - {question.score, question.max}:
            told = f"{question.name}得 {points:f} 分。"
            if guard.admit(told):
                passed.append(told)
    assert passed == []
