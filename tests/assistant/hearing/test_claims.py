"""What firms say of owners, lists, taxes, digital level, share capital, scores, institutes, prizes and certificates."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.talking.talk import remember
from assistant.told import read_told
from knowledge.load import KnowledgeBase

DAY = date(2026, 11, 22)
KB = KnowledgeBase()


def said(message):
    """Return what stands after the turns of a message, parted by |: values, None for unfilled, "?" for contradicted."""
    told = ()
    for turn, words in enumerate(message.split("|"), 1):
        new = read_told(
            words, asked=None, turn=turn, on=DAY, regions=KB.regions, before=told, size_rows=KB.size_classes
        )
        told = remember(told, new)
    return {one.fact: "?" if one.conflict else one.value for one in told}


CLAIMS = (
    ("我们七成股权在一家小巨人手里", {"controlled_by_or_controls_little_giant": True}),
    ("我们大股东是家小巨人，持股51%", {"controlled_by_or_controls_little_giant": True}),
    ("小巨人是我们母公司，不是我们", {"controlled_by_or_controls_little_giant": True}),
    ("我们是一家国家级小巨人的全资子公司", {"controlled_by_or_controls_little_giant": True}),
    ("有家小巨人参了我们两成股", {"controlled_by_or_controls_little_giant": None}),
    ("我们控股了一家小巨人，占百分之五十五", {"controlled_by_or_controls_little_giant": True}),
    ("小巨人占我们营收六成，是大客户", {"controlled_by_or_controls_little_giant": None}),
    ("跟小巨人没有股权关系", {"controlled_by_or_controls_little_giant": False}),
    ("我们不是小巨人，大股东也不是小巨人", {"controlled_by_or_controls_little_giant": None}),
    ("我们想评小巨人，大股东占60%的股", {"controlled_by_or_controls_little_giant": None}),
    ("那家小巨人拿了我们八成的股份，他们做阀门我们做铸件", {"controlled_by_or_controls_little_giant": True}),
    ("百分之六十五的股是一个小巨人公司持的", {"controlled_by_or_controls_little_giant": True}),
    ("我们是总公司在济宁的分公司，没有法人资格", {"registered_independent_entity": False}),
    ("执照上写的是分公司", {"registered_independent_entity": False}),
    ("我们是独立法人，不是分公司", {"registered_independent_entity": True}),
    ("我们就是个个体户", {"registered_independent_entity": False}),
    ("俺们不是个体户，是有限公司独立法人", {"registered_independent_entity": True}),
    ("我们在聊城还有个分公司", {"registered_independent_entity": None}),
    ("我们这个厂没单独的法人资格", {"registered_independent_entity": False}),
    ("有独立法人资格，自己单独核算", {"registered_independent_entity": True}),
    ("市里第一批试点名单有我们", {"on_pilot_list": True}),
    ("拟改造企业名单里有我们厂", {"on_pilot_list": True}),
    ("数字化改造名单上没有我们", {"on_pilot_list": False}),
    ("第三批改造名单我们榜上有名", {"on_pilot_list": True}),
    ("试点名单还没公布", {"on_pilot_list": None}),
    ("试点企业名单里没找着我们", {"on_pilot_list": False}),
    ("我们在市里公布的试点名单里头", {"on_pilot_list": True}),
    ("怎么进试点名单？", {"on_pilot_list": None}),
    ("偷税漏税没有的事", {"tax_evasion_3y": False}),
    ("偷税漏税的事从来不干", {"tax_evasion_3y": False}),
    ("偷税？没有的事", {"tax_evasion_3y": (None, False)}),
    ("逃税这种事我们不沾", {"tax_evasion_3y": False}),
    ("偷税漏税不存在的", {"tax_evasion_3y": False}),
    ("前年因为偷税被罚了二十万", {"tax_evasion_3y": True}),
    ("税务上不能说没出过问题", {"tax_evasion_3y": None}),
    ("异常名录不是没进过", {"in_abnormal_list": None}),
    ("经营异常那个冇得事，从冇上过", {"in_abnormal_list": False}),
    ("纳税信用A级，从没偷漏过", {"tax_evasion_3y": False}),
    ("数字化测过了，是二级", {"digital_level": 2}),
    ("平台上测评过 结果是一级 惭愧", {"digital_level": 1}),
    ("数字化水平测了，才一级，想两年内整到三级", {"digital_level": 1, "needs.target_level": 3}),
    ("数字化评测定的二级，目标是做到四级", {"digital_level": 2, "needs.target_level": 4}),
    ("数字化自己感觉有二级了", {"digital_level": None}),
    ("数字化改造要弄到三级", {"digital_level": None, "needs.target_level": 3}),
    ("改造完咋也得上到二级吧，数字化现在测出来一级", {"digital_level": 1, "needs.target_level": 2}),
    ("数字化测评结果出来了，三级差一点，定的二级", {"digital_level": 2}),
    ("我小舅子前年投了300万，给了他两成股", {"new_equity_2y": None, "new_equity_3y": None}),
    ("去年几个朋友凑了200万增资进来", {"new_equity_2y": None, "new_equity_3y": None}),
    ("去年5月一家创投增资了1000万，钱到账了", {"new_equity_2y": 1000, "new_equity_3y": 1000}),
    (
        "去年两轮融资，3月创投进了500万，9月产业基金投了1500万，都到账了",
        {"new_equity_2y": 2000, "new_equity_3y": 2000},
    ),
    ("去年两家基金一共投了3000万，都实缴到位了", {"new_equity_2y": 3000, "new_equity_3y": 3000}),
    ("2021年一家风投投过800万，后来再没融过", {"new_equity_2y": 0, "new_equity_3y": 0}),
    ("23年5月一家基金投了2000万到账了，之后就没有了", {"new_equity_2y": 0}),
    ("今年有基金在谈，说要投两千万", {"new_equity_2y": None, "new_equity_3y": None}),
    ("去年创投签了1500万，到账了一半", {"new_equity_2y": None, "new_equity_3y": None}),
    ("股权融资从来没做过", {"new_equity_2y": 0, "new_equity_3y": 0}),
    ("去年股东自己增资了五百万", {"new_equity_2y": None, "new_equity_3y": None}),
    ("去年拿专利质押贷了300万", {"new_equity_2y": None, "new_equity_3y": None}),
    (
        "去年6月创投投了800万到账，今年3月又有个产业基金投了1200万，也到账了",
        {"new_equity_2y": 2000, "new_equity_3y": 2000},
    ),
    ("我连襟去年投进来两百万，到账了", {"new_equity_2y": None, "new_equity_3y": None}),
    ("我们去年给一家创投基金投了500万", {"new_equity_2y": None, "new_equity_3y": None}),
    (
        "平台评价得分今年55.2|去年48",
        {"platform_score_current": Decimal("55.2"), "platform_score_previous": 48},
    ),
    (
        "平台上打分今年61.5|上一年是57",
        {"platform_score_current": Decimal("61.5"), "platform_score_previous": 57},
    ),
    ("平台评价得分今年55|去年员工48", {"platform_score_current": 55, "platform_score_previous": None}),
    ("平台评价得分今年55|去年营收4800万", {"platform_score_current": 55, "platform_score_previous": None}),
    (
        "平台得分去年五十二，今年五十八点五",
        {"platform_score_current": Decimal("58.5"), "platform_score_previous": 52},
    ),
    ("跟山大共建了个研发中心，没认定过", {"rd_institution_exists": True}),
    (
        "我们自己建了个研究院，市里认定的",
        {"rd_institution_exists": True, "rd_institution_level": "municipal"},
    ),
    ("没有研发机构", {"rd_institution_exists": False}),
    ("想建个研发中心", {"rd_institution_exists": None}),
    ("我们有省级企业技术中心", {"rd_institution_level": "provincial"}),
    ("隔壁有个研究院", {"rd_institution_exists": None}),
    ("联合实验室还没建起来", {"rd_institution_exists": None}),
    ("跟合工大合作搞了个联合实验室，已经挂牌两年", {"rd_institution_exists": True}),
    (
        "去年拿了浙江省科技进步二等奖，浙大牵头，我们排第三",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 3},
    ),
    (
        "24年省科技进步三等奖，六家单位一起拿的，我们排第四个",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 4},
    ),
    (
        "去年省科技进步一等奖，第一完成单位是南大，我们第五",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 5},
    ),
    (
        "去年省科技进步三等奖，五家单位，我们挂最后",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 5},
    ),
    ("去年得了省科技进步三等奖", {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": None}),
    ("去年省科技进步三等奖，中科院排第一", {"award_provincial_plus_rank_3y": None}),
    ("9001、14001、45001三个体系证都有", {"management_system_certified": True}),
    ("两个体系证都换了新的，9001和14001", {"management_system_certified": True}),
    (
        "ISO9001 去年过的，UL还在测",
        {"management_system_certified": True, "developed_market_product_certified": None},
    ),
    ("体系认证过期了没续", {"management_system_certified": None}),
    ("售后服务体系很完善", {"management_system_certified": None}),
    ("CE证有了，UL没拿下来", {"developed_market_product_certified": True}),
    ("体系没做过", {"management_system_certified": False}),
    ("有个小巨人是我们的供应商，没有股权关系", {"controlled_by_or_controls_little_giant": False}),
    ("大股东占我们六成股，他自己还不是小巨人", {"controlled_by_or_controls_little_giant": None}),
    ("我们参股了一家小巨人，占10%", {"controlled_by_or_controls_little_giant": None}),
    ("我们就是小巨人", {"controlled_by_or_controls_little_giant": None}),
    ("我们是独资公司，独立法人", {"registered_independent_entity": True}),
    ("我们是个体工商户，还没转企业", {"registered_independent_entity": False}),
    ("下面有三个办事处", {"registered_independent_entity": None}),
    ("试点名单公布了，没有我们", {"on_pilot_list": False}),
    ("我们是第二批试点企业，名单上有", {"on_pilot_list": True}),
    ("没被税务局罚过，税都按时交", {"tax_evasion_3y": False}),
    ("前几年补过一次税，不算偷税", {"tax_evasion_3y": None}),
    ("数字化水平自评二级", {"digital_level": None}),
    ("平台测下来数字化等级三级", {"digital_level": 3}),
    ("我们是一级供应商，数字化还没测过", {"digital_level": None}),
    ("去年8月深创投投了2000万，占15%，已到账", {"new_equity_2y": 2000, "new_equity_3y": 2000}),
    ("去年一家基金投了1000万，占40%的股，到账了", {"new_equity_2y": None, "new_equity_3y": None}),
    (
        "今年3月A轮500万，4月又追加300万，都是同一家创投，钱都到了",
        {"new_equity_2y": 800, "new_equity_3y": 800},
    ),
    ("我老丈人的公司去年投了500万到账了", {"new_equity_2y": None, "new_equity_3y": None}),
    ("没拿过投资，也不想要", {"new_equity_2y": 0, "new_equity_3y": 0}),
    ("去年谈了家基金，没谈拢", {"new_equity_2y": None, "new_equity_3y": None}),
    ("前年3月基金投了1000万，去年9月又投了2000万，都到账了", {"new_equity_3y": 3000}),
    ("平台得分要50才行，我们54.5", {"platform_score_current": (None, Decimal("54.5"))}),
    ("去年省科技进步二等奖，我们是牵头单位", {"award_provincial_plus_3y": True}),
    (
        "前年拿的省科技进步三等奖，青岛大学第一，我们第二，还有一家第三",
        {"award_provincial_plus_3y": True, "award_provincial_plus_rank_3y": 2},
    ),
    ("市科技进步奖二等奖", {"award_provincial_plus_3y": None}),
    ("自己的检测中心在用", {"rd_institution_level": None}),
    ("研究院在筹建", {"rd_institution_exists": None}),
    (
        "设了个工程技术研究中心，市科技局认定的",
        {"rd_institution_exists": True, "rd_institution_level": "municipal"},
    ),
    ("三体系齐全", {"management_system_certified": True}),
    ("质量体系正在认证", {"management_system_certified": None}),
    ("14001过期了，9001还有效", {"management_system_certified": (True, None)}),
    ("CE在做，FDA没有", {"developed_market_product_certified": (False, None)}),
    ("异常名录去年进过，今年三月移出来了", {"in_abnormal_list": False}),
    ("我们跟小巨人抢过单，没股份关系", {"controlled_by_or_controls_little_giant": (False, None)}),
    ("集团里有小巨人", {"controlled_by_or_controls_little_giant": None}),
    ("偷税漏税被查过，没查出问题", {"tax_evasion_3y": (None, False)}),
    ("会计以前偷税被抓，不是我们公司", {"tax_evasion_3y": None}),
    ("数字化二级企业才能补", {"digital_level": None}),
    ("同行测出来数字化二级", {"digital_level": None}),
    ("想评二级数字化车间", {"digital_level": None}),
    ("我们占那家基金40%的股", {"new_equity_2y": None}),
    ("去年6月基金打来1000万，年底又退回去500万", {"new_equity_2y": None}),
    ("政府引导基金去年3月投了500万，实缴了", {"new_equity_2y": (500, None)}),
    ("平台得分去年51，今年还没出", {"platform_score_previous": 51, "platform_score_current": None}),
    ("去年那个省科技进步奖没我们的份", {"award_provincial_plus_3y": (None, False)}),
    ("有研发中心，但没认定", {"rd_institution_level": ("none", None)}),
    ("9001没有，14001有", {"management_system_certified": (True, None, False)}),
    ("没进过异常，也没失信", {"in_abnormal_list": False}),
    ("试点名单第三批，我们是第二批的", {"on_pilot_list": (None, True)}),
)


@pytest.mark.parametrize(
    ("message", "expected"), CLAIMS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_owners_say_is_read(message, expected) -> None:
    told = said(message)
    for fact, value in expected.items():
        got = told.get(fact)
        options = value if isinstance(value, tuple) else (value,)
        assert any(got == one and isinstance(got, bool) == isinstance(one, bool) for one in options), (
            fact,
            got,
        )
