"""EnterpriseProfile: every fact a program may ask for. None means not told, never zero and never no."""

from decimal import Decimal
from functools import cache
from typing import Any, Literal, cast, get_args

from pydantic import Field

from knowledge.record import Number, Record

_AUDIT = "审计报告（须在财政部注册会计师行业统一监管平台报备赋码）"
_GSXT = "国家企业信用信息公示系统 gsxt.gov.cn"
_CREDIT = "信用中国 creditchina.gov.cn"
_IP = "知识产权证书及与主导产品相关、已应用并产生效益的说明"
_SHARE = "市场占有率说明（写清范围、市场规模来源和排名）"
_AWARD = "获奖证书"


def _fact(
    label: str,
    unit: str = "",
    *,
    ask: str = "",
    prove: tuple[str, ...] = (),
    words: dict[str, str] | None = None,
    manual: bool = False,
    low: int | None = 0,
    high: int | None = None,
) -> Any:
    """Declare a fact: what people call it, its unit, how to ask for it and prove it, its choices in words.

    `low` and `high` bound what an amount can be at all; None is no bound.
    """
    extra: dict[str, Any] = {"unit": unit, "manual": manual, "ask": ask, "prove": prove, "words": words or {}}
    extra |= {"low": low, "high": high}
    return Field(default=None, title=label, json_schema_extra=extra)


class EnterpriseProfile(Record):
    """What is known of an enterprise. Money is 万元, ratios percent, y1 the last complete fiscal year."""

    # 主体与合规
    lawfully_established_in_cn: bool | None = _fact(
        "境内依法设立", ask="企业是在中国境内依法注册成立的吗？", prove=("营业执照",)
    )
    registered_independent_entity: bool | None = _fact(
        "境内登记、独立法人", ask="企业是在境内登记的独立法人吗（不是分公司、个体户）？", prove=("营业执照",)
    )
    sme_size_class: Literal["micro", "small", "medium", "large"] | None = _fact(
        "划型结果",
        ask="按国家划型标准，企业算微型、小型、中型还是大型？不清楚的话，告诉我行业、上年末人数、去年营收和资产总额也行。",
        prove=(
            "划型自测结果",
            "上年12月社保缴费人数证明",
            _AUDIT,
        ),
        words={"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"},
    )
    in_abnormal_list: bool | None = _fact(
        "被列入经营异常名录", ask="企业现在有没有被列入“经营异常名录”？", prove=(_GSXT,)
    )
    in_serious_dishonesty_list: bool | None = _fact(
        "被列入严重失信主体名单", ask="企业现在有没有被列入“严重失信主体名单”？", prove=(_CREDIT,)
    )
    product_prohibited_restricted_eliminated: bool | None = _fact(
        "产品或服务属国家禁止、限制或淘汰类",
        ask="产品或服务有没有属于国家禁止、限制或淘汰的？",
        prove=("对照《产业结构调整指导目录》的说明",),
    )
    disqualifying_event_3y_2026: bool | None = _fact(
        "近三年较大生产安全事故、重大网络和数据安全事件、重大环境违法、严重质量问题或严重违反行业管理规定",
        ask="近三年有没有出过较大的安全生产事故、重大网络数据安全事件、重大环境违法、严重质量问题，或者严重违反行业管理规定？",
        prove=(
            _CREDIT,
            "有关部门出具的无违法违规证明",
        ),
    )
    disqualifying_incident_3y: bool | None = _fact(
        "近三年发生重大安全（含网络、数据安全）、质量、环境污染等事故",
        ask="近三年有没有出过重大的安全、质量、环境污染事故（包括网络和数据安全）？",
        prove=(
            _CREDIT,
            "有关部门出具的无违法违规证明",
        ),
    )
    tax_evasion_3y: bool | None = _fact(
        "近三年偷漏税等违法违规",
        ask="近三年有没有偷税漏税之类的违法违规？",
        prove=(
            _CREDIT,
            "税务部门出具的纳税信用或无违法证明",
        ),
    )

    # 称号与申请
    application_type: Literal["new", "review"] | None = _fact(
        "申请类型（新申请 / 复核）",
        ask="这次是第一次申请，还是称号到期来复核？",
        words={"new": "新申请", "review": "复核"},
    )
    innovative_sme_valid: bool | None = _fact(
        "有效期内创新型中小企业",
        ask="现在有没有还在有效期内的“创新型中小企业”称号？",
        prove=("公告文件或证书（核对有效期截止日）",),
    )
    technology_sme_valid: bool | None = _fact(
        "有效期内（国家）科技型中小企业",
        ask="现在有没有还在有效期内的“国家科技型中小企业（入库）”称号？",
        prove=("公告文件或证书（核对有效期截止日）",),
    )
    specialized_sme_valid: bool | None = _fact(
        "有效期内专精特新中小企业",
        ask="现在有没有还在有效期内的“专精特新中小企业”称号？",
        prove=("公告文件或证书（核对有效期截止日）",),
    )
    high_tech_enterprise_valid: bool | None = _fact(
        "有效期内高新技术企业",
        ask="现在有没有还在有效期内的“高新技术企业”称号？",
        prove=("公告文件或证书（核对有效期截止日）",),
    )
    tech_innovation_demo_valid: bool | None = _fact(
        "有效期内国家级技术创新示范企业",
        ask="现在有没有还在有效期内的“国家级技术创新示范企业”称号？",
        prove=("公告文件或证书（核对有效期截止日）",),
    )
    ip_advantage_or_demo_valid: bool | None = _fact(
        "有效期内知识产权优势企业或示范企业",
        ask="现在有没有还在有效期内的“知识产权优势企业或示范企业”称号？",
        prove=("公告文件或证书（核对有效期截止日）",),
    )
    single_champion: bool | None = _fact(
        "制造业单项冠军示范企业或单项冠军产品",
        ask="是不是制造业单项冠军（示范企业或者单项冠军产品）？",
        prove=("工信部公布名单",),
    )
    controlled_by_or_controls_little_giant: bool | None = _fact(
        "与已认定小巨人存在控股关系", ask="和已经是小巨人的企业之间有没有控股关系？", prove=("股权结构图",)
    )
    same_group_similar_product: bool | None = _fact(
        "同一集团内生产相似主导产品",
        ask="同一集团里有没有别的企业也在做差不多的主导产品、并且已是小巨人？",
        prove=("集团企业及主导产品清单",),
    )

    # 经营与财务（y1 上一完整会计年度，y2、y3 依次往前）
    revenue_y1: Number | None = _fact(
        "上年度营业收入总额", "万元", ask="去年全年营业收入大约多少万元？", prove=(_AUDIT,)
    )
    revenue_y2: Number | None = _fact(
        "上上年度营业收入总额", "万元", ask="前年全年营业收入大约多少万元？", prove=(_AUDIT,)
    )
    revenue_y3: Number | None = _fact(
        "再上一年度营业收入总额", "万元", ask="大前年全年营业收入大约多少万元？", prove=(_AUDIT,)
    )
    main_business_revenue_y1: Number | None = _fact(
        "上年度主营业务收入", "万元", ask="去年的营业收入里，主营业务收入是多少万元？", prove=(_AUDIT,)
    )
    leading_product_revenue_y1: Number | None = _fact(
        "上年度主导产品收入",
        "万元",
        ask="去年主导产品卖了多少万元？",
        prove=("审计报告或专项说明中的主导产品收入明细",),
    )
    rd_expense_y1: Number | None = _fact(
        "上年度研发费用总额",
        "万元",
        ask="去年的研发费用一共多少万元？",
        prove=("审计报告中的研发费用，未体现的附研发费用专项审计报告",),
    )
    rd_expense_y2: Number | None = _fact(
        "上上年度研发费用总额",
        "万元",
        ask="前年的研发费用一共多少万元？",
        prove=("审计报告中的研发费用，未体现的附研发费用专项审计报告",),
    )
    total_assets_y1: Number | None = _fact(
        "上年末资产总额", "万元", ask="去年年底资产总额是多少万元？", prove=(_AUDIT,)
    )
    total_liabilities_y1: Number | None = _fact(
        "上年末负债总额", "万元", ask="去年年底负债总额是多少万元？", prove=(_AUDIT,)
    )
    new_equity_2y: Number | None = _fact(
        "近两年新增股权融资（合格机构投资者实缴额）",
        "万元",
        ask="近两年有没有新的股权融资？合格投资机构实际到账多少万元（没有就是0）？",
        prove=("增资协议、到账凭证、投资机构备案信息",),
    )
    main_business_revenue_y2: Number | None = _fact(
        "上上年度主营业务收入", "万元", ask="前年的营业收入里，主营业务收入是多少万元？", prove=(_AUDIT,)
    )
    main_business_revenue_y3: Number | None = _fact(
        "再上一年度主营业务收入", "万元", ask="大前年的营业收入里，主营业务收入是多少万元？", prove=(_AUDIT,)
    )
    net_profit_y1: Number | None = _fact(
        "上年度净利润", "万元", ask="去年净利润多少万元？（亏损填负数）", prove=(_AUDIT,), low=None
    )
    employees_y1: Number | None = _fact(
        "上年末职工总数", "人", ask="去年年底有多少名职工？", prove=("上年12月社保缴费人数证明",)
    )
    rd_staff_y1: Number | None = _fact(
        "上年末研发人员数", "人", ask="去年年底研发人员有多少人？", prove=("研发人员名单",)
    )
    new_equity_3y: Number | None = _fact(
        "近三年新增股权融资（合格机构投资者实缴额）",
        "万元",
        ask="近三年合格投资机构的股权融资实际到账多少万元（没有就是0）？",
        prove=("增资协议、到账凭证、投资机构备案信息",),
    )
    niche_years: Number | None = _fact(
        "从事特定细分市场年限",
        "年",
        ask="到去年年底，做现在这个细分产品（市场）几年了？（不是公司成立几年）",
        prove=("最早的产品销售合同或发票",),
        high=200,
    )

    # 创新、市场与质量
    class1_ip_total: Number | None = _fact(
        "申请企业持有的Ⅰ类知识产权总数",
        "项",
        ask="企业名下一共有几项Ⅰ类知识产权（发明专利、植物新品种、新药、集成电路布图设计等，已授权的）？",
        prove=(_IP,),
    )
    class1_ip_not_counted: Number | None = _fact(
        "其中转入取得、权利人排名第四及以后、与主导产品无关或未产生效益的项数",
        "项",
        ask="这些里面有几项是买来（转入）的、排名第四以后的，或者和主导产品无关、没产生效益的？",
        prove=("知识产权清单（取得方式、权利人排名）",),
    )
    award_provincial_plus_3y: bool | None = _fact(
        "近三年获省部级以上科技奖励", ask="近三年得过省部级以上的科技奖励吗？", prove=(_AWARD,)
    )
    award_provincial_plus_rank_3y: Number | None = _fact(
        "近三年省部级以上科技奖励获奖单位排名（最好名次）",
        ask="那个省部级以上奖励里，企业在获奖单位中最好排第几？",
        prove=(_AWARD,),
        low=1,
    )
    award_national_3y: bool | None = _fact(
        "近三年获国家级科技奖励", ask="近三年得过国家级科技奖励吗？", prove=(_AWARD,)
    )
    award_national_rank_3y: Number | None = _fact(
        "近三年国家级科技奖励获奖单位排名（最好名次）",
        ask="国家级奖励里，企业在获奖单位中最好排第几？",
        prove=(_AWARD,),
        low=1,
    )
    rd_institution_level: Literal["national", "provincial", "municipal", "below_municipal", "none"] | None = (
        _fact(
            "研发机构级别（经认定）",
            ask="企业的研发机构（技术中心、工程中心等）是哪一级认定的：国家级、省部级、市级、市级以下，还是没有认定过？",
            prove=("研发机构认定文件",),
            words={
                "national": "国家级",
                "provincial": "省部级",
                "municipal": "市级",
                "below_municipal": "市级以下",
                "none": "没有",
            },
        )
    )
    market_position_relatively_high: bool | None = _fact(
        "国内或国际细分市场占有率较为靠前且有一定知名度影响力",
        manual=True,
        ask="产品在国内外细分市场里占有率算靠前、有一定名气吗？（由审核人员判定，请说说依据）",
        prove=(_SHARE,),
    )
    market_share_pct: Number | None = _fact(
        "国内或国际细分市场占有率",
        "%",
        ask="主导产品在国内或国际细分市场的占有率大约百分之几？",
        prove=(_SHARE,),
        high=100,
    )
    market_rank_cn: Number | None = _fact(
        "国内细分市场排名", ask="主导产品在国内细分市场排第几？", prove=("名次的来源说明",), low=1
    )
    market_reputation_confirmed: bool | None = _fact(
        "享有较高知名度和影响力",
        manual=True,
        ask="企业在行业里知名度、影响力高吗？（由审核人员判定，请说说依据）",
        prove=("行业评价、客户名单、获奖等佐证",),
    )
    chain_key_link_confirmed: bool | None = _fact(
        "主导产品属六基或传统升级、新兴、未来产业，位于产业链关键环节且对韧性安全起重要作用",
        manual=True,
        ask="主导产品在产业链关键环节上、对产业链韧性和安全起重要作用吗？（由审核人员判定，请说说配套谁、补什么）",
        prove=("产业链配套说明、配套合同",),
    )
    platform_score_current: Number | None = _fact(
        "本年度专精特新发展质量评价得分（平台自动计算）",
        "分",
        ask="在优质中小企业梯度培育平台上查到的今年质量评价得分是多少？",
        prove=("平台 zjtx.miit.gov.cn 的得分页面",),
        high=100,
    )
    platform_score_previous: Number | None = _fact(
        "上一年度专精特新发展质量评价得分",
        "分",
        ask="平台上显示的上一年度质量评价得分是多少？",
        prove=("平台 zjtx.miit.gov.cn 的得分页面",),
        high=100,
    )
    ip_best_class: (
        Literal["class1_high_value", "class1_self_developed", "class1", "class2", "none"] | None
    ) = _fact(
        "与主导产品相关的有效知识产权最高档",
        ask="和主导产品相关的知识产权，最好的是哪一档？",
        prove=(_IP,),
        words={
            "class1_high_value": "高价值Ⅰ类",
            "class1_self_developed": "自主研发的Ⅰ类",
            "class1": "其他Ⅰ类",
            "class2": "Ⅱ类（软著、满2年的实用新型或外观）",
            "none": "没有",
        },
    )
    leading_product_strategic_emerging: bool | None = _fact(
        "主导产品属《战略性新兴产业分类》",
        ask="主导产品属于国家《战略性新兴产业分类》里的吗？",
        prove=("对照《战略性新兴产业分类》的说明",),
    )
    award_provincial_3y: bool | None = _fact(
        "近三年获省级科技奖励", ask="近三年得过省级科技奖励吗？", prove=(_AWARD,)
    )
    award_provincial_rank_3y: Number | None = _fact(
        "近三年省级科技奖励获奖单位排名（最好名次）",
        ask="省级奖励里，企业在获奖单位中最好排第几？",
        prove=(_AWARD,),
        low=1,
    )
    rd_institution_exists: bool | None = _fact(
        "自建或联合建立研发机构",
        ask="企业自己或者和别人联合建了研发机构吗？",
        prove=("研发机构认定或共建协议",),
    )
    maker_china_top500_3y: bool | None = _fact(
        "近三年创客中国大赛全国500强企业组名单",
        ask="近三年进过“创客中国”大赛全国500强（企业组）吗？",
        prove=("入围名单",),
    )
    maker_china_top50_3y: bool | None = _fact(
        "近三年创客中国大赛全国50强企业组名单",
        ask="近三年进过“创客中国”大赛全国50强（企业组）吗？",
        prove=("入围名单",),
    )
    digital_level: Number | None = _fact(
        "数字化水平等级",
        "级",
        ask="企业的数字化水平测评是几级（一到四级）？",
        prove=("平台数字化水平测评结果截图",),
        high=4,
    )
    quality_items: Number | None = _fact(
        "质量管理满足项数（省级以上质量奖、质量体系证书、自主品牌、参与制修订标准）",
        "项",
        ask="省级以上质量奖、质量体系证书、自主品牌、参与制修订标准，这四样占几样？",
        prove=("证书、标准文本",),
        high=4,
    )
    chain_contribution: Literal["fills_gap", "six_bases_or_time_honored_or_serves_leader", "none"] | None = (
        _fact(
            "主导产品所属领域情况",
            ask="主导产品属于哪种情况：填补空白或替代进口、六基领域或老字号或给龙头配套、都不是？",
            prove=("产业链配套说明、配套合同",),
            words={
                "fills_gap": "填补空白",
                "six_bases_or_time_honored_or_serves_leader": "六基领域、老字号或为龙头配套",
                "none": "都不是",
            },
        )
    )
    provincial_characteristic_points: Number | None = _fact(
        "省级特色化指标得分",
        "分",
        ask="省里自设的特色化指标能得几分（0到15）？",
        prove=("本省特色化指标佐证",),
        high=15,
    )
    core_business_it_count: Number | None = _fact(
        "采用信息系统支撑的核心业务数",
        "项",
        ask="研发、生产、供应链、管理、营销这些核心业务里，几项用上了信息系统？",
        prove=("系统截图、采购合同",),
    )
    management_system_certified: bool | None = _fact(
        "取得管理体系认证", ask="有没有质量、环境、安全等管理体系认证证书？", prove=("管理体系认证证书",)
    )
    developed_market_product_certified: bool | None = _fact(
        "取得发达国家和地区产品认证",
        ask="产品有没有拿到发达国家或地区的认证（如UL、CE）？",
        prove=("产品认证证书",),
    )
    market_share_cn_pct: Number | None = _fact(
        "主导产品全国细分市场占有率",
        "%",
        ask="主导产品在全国细分市场的占有率大约百分之几？",
        prove=(_SHARE,),
        high=100,
    )
    own_brand: bool | None = _fact(
        "拥有直接面向市场并具竞争优势的自主品牌",
        manual=True,
        ask="有没有直接面向市场、有竞争力的自主品牌？（由审核人员判定）",
        prove=("商标注册证",),
    )
    governance_qualitative_ok: bool | None = _fact(
        "发展战略、公司治理、信誉、技术质量国内领先等定性要求",
        manual=True,
        ask="发展战略、公司治理、信誉、技术质量等定性要求是否达到？（由审核人员判定）",
        prove=("管理制度、信用报告",),
    )
    chain_role_confirmed: bool | None = _fact(
        "位于产业链关键环节并发挥补短板、锻长板、填空白作用",
        manual=True,
        ask="企业在产业链关键环节上起补短板、锻长板、填空白的作用吗？（由审核人员判定）",
        prove=("产业链配套说明、配套合同",),
    )
    leading_product_in_key_field: bool | None = _fact(
        "主导产品属规定重点领域",
        manual=True,
        ask="主导产品属于规定的重点领域吗？（由审核人员判定）",
        prove=("对照领域的说明",),
    )

    # 科技型中小企业评价与试点项目
    resident_enterprise_cn: bool | None = _fact(
        "中国境内（不含港澳台）居民企业",
        ask="企业是在中国境内（不含港澳台）注册的居民企业吗？",
        prove=("营业执照",),
    )
    disqualifying_event_2y_tech: bool | None = _fact(
        "上一年及当年发生重大安全、重大质量事故或严重环境违法、科研严重失信",
        ask="去年和今年有没有出过重大安全、重大质量事故，严重环境违法，或者科研严重失信？",
        prove=(_CREDIT,),
    )
    award_national_5y: bool | None = _fact(
        "近五年获国家级科技奖励", ask="近五年得过国家级科技奖励吗？", prove=(_AWARD,)
    )
    award_national_rank_5y: Number | None = _fact(
        "近五年国家级科技奖励获奖单位排名（最好名次）",
        ask="近五年的国家级奖励里，企业在获奖单位中最好排第几？",
        prove=(_AWARD,),
        low=1,
    )
    led_standard_5y: bool | None = _fact(
        "近五年主导制定国际、国家或行业标准",
        ask="近五年有没有主导制定过国际、国家或行业标准？",
        prove=("标准文本（起草单位页）",),
    )
    tech_staff_y1: Number | None = _fact(
        "上年末科技人员数", "人", ask="去年年底科技人员有多少人？", prove=("科技人员名单",)
    )
    total_cost_y1: Number | None = _fact(
        "上年度成本费用支出总额", "万元", ask="去年的成本费用一共多少万元？", prove=(_AUDIT,)
    )
    tech_achievement: (
        Literal["one_class1", "four_class2", "three_class2", "two_class2", "one_class2", "none"] | None
    ) = _fact(
        "科技成果（知识产权）最高档",
        ask="知识产权够哪一档：1项Ⅰ类、4项以上Ⅱ类、3项Ⅱ类、2项Ⅱ类、1项Ⅱ类，还是没有？",
        prove=(_IP,),
        words={
            "one_class1": "1项以上Ⅰ类",
            "four_class2": "4项以上Ⅱ类",
            "three_class2": "3项Ⅱ类",
            "two_class2": "2项Ⅱ类",
            "one_class2": "1项Ⅱ类",
            "none": "没有",
        },
    )
    company_years: Number | None = _fact(
        "成立年限（截至上年末）", "年", ask="公司到去年年底成立几年了？", prove=("营业执照",), high=200
    )
    registered_in_region: bool | None = _fact(
        "登记和税务关系都在申报地",
        ask="工商登记和税务关系都在申报的这个地方吗？",
        prove=("营业执照、税务登记信息",),
    )
    in_provincial_pool: bool | None = _fact(
        "已进入省级培育库", ask="企业进了省里的培育库吗？", prove=("省级平台入库信息",)
    )
    in_pilot_industry: bool | None = _fact(
        "主营属于当地试点公布的细分行业",
        ask="主营业务属于当地试点公布的那几个细分行业吗？",
        prove=("营业执照、主营产品说明",),
    )
    chain_node_confirmed: bool | None = _fact(
        "位于所在产业链的关键环节",
        manual=True,
        ask="企业处在所在产业链的关键环节吗？（由主管部门判定，请说说给谁配套、做哪一环）",
        prove=("产业链配套说明、配套合同",),
    )
    chain_leader_confirmed: bool | None = _fact(
        "在行业有规模优势和龙头地位，主营收入达到文件门槛",
        manual=True,
        ask="企业在行业里是龙头、连续两年主营收入达到文件门槛吗？（由主管部门判定）",
        prove=(_AUDIT,),
    )
    chain_driven_project: bool | None = _fact(
        "属于链主带动的上下游改造项目",
        ask="这个改造是链主企业带动上下游一起做的项目吗？",
        prove=("链主企业的项目文件",),
    )
    on_pilot_list: bool | None = _fact(
        "已列入当地试点（拟改造）企业名单",
        ask="企业在当地公布的试点（拟改造）企业名单里吗？",
        prove=("当地公布的名单",),
    )
    willing_to_transform: bool | None = _fact(
        "有数字化改造意愿和需求", ask="企业有数字化改造的意愿和需求吗？", prove=("申报表",)
    )
    project_in_region: bool | None = _fact(
        "改造项目在申报地实施", ask="改造项目在申报的这个地方实施吗？", prove=("项目实施方案",)
    )
    project_within_period: bool | None = _fact(
        "改造项目起止时间符合文件规定",
        ask="改造项目的开工和完工时间在文件规定的时间段里吗？",
        prove=("合同、开工与验收资料",),
    )
    catalog_contract_signed: bool | None = _fact(
        "已从公布的目录选产品并与认定的服务单位签合同",
        ask="有没有从当地公布的产品服务目录里选产品、并和认定的服务单位签合同？",
        prove=("改造服务合同",),
    )
    project_registered: bool | None = _fact(
        "改造项目已在当地公共服务平台立项",
        ask="改造项目在当地公共服务平台立项了吗？",
        prove=("平台立项记录",),
    )
    transformation_done: bool | None = _fact(
        "已完成诊断和改造", ask="诊断和改造都做完了吗？", prove=("总结报告、合同、发票及付款证明",)
    )
    funding_excluded: bool | None = _fact(
        "属于财政不予资助的范围",
        ask="企业或项目有没有被列入财政不予资助的范围？",
        prove=("当地财政部门的规定",),
    )
    software_share_pct: Number | None = _fact(
        "项目总投入中软件类费用占比",
        "%",
        ask="项目总投入里，软件类费用占百分之几？",
        prove=("项目投入明细",),
        high=100,
    )

    # 比率与合计：由上面的事实算出；只被告知结果时填这里
    main_business_ratio_y1: Number | None = _fact(
        "上年度主营业务收入占比", "%", ask="去年主营业务收入占营业收入百分之几？", prove=(_AUDIT,), high=100
    )
    leading_product_ratio_y1: Number | None = _fact(
        "上年度主导产品收入占比", "%", ask="去年主导产品收入占营业收入百分之几？", prove=(_AUDIT,), high=100
    )
    rd_ratio_y1: Number | None = _fact(
        "上年度研发费用占营业收入比重", "%", ask="去年研发费用占营业收入百分之几？", prove=(_AUDIT,)
    )
    rd_ratio_y2: Number | None = _fact(
        "上上年度研发费用占营业收入比重", "%", ask="前年研发费用占营业收入百分之几？", prove=(_AUDIT,)
    )
    rd_expense_avg_2y: Number | None = _fact(
        "近两年研发费用均值", "万元", ask="近两年研发费用平均每年多少万元？", prove=(_AUDIT,)
    )
    debt_ratio_y1: Number | None = _fact(
        "上年末资产负债率", "%", ask="去年年底资产负债率是百分之几？", prove=(_AUDIT,)
    )
    net_margin_y1: Number | None = _fact(
        "上年度净利润率", "%", ask="去年净利润率是百分之几？", prove=(_AUDIT,), low=None
    )
    rd_staff_ratio_y1: Number | None = _fact(
        "研发人员占比", "%", ask="研发人员占职工总数百分之几？", prove=(_AUDIT,), high=100
    )
    main_business_growth_y1: Number | None = _fact(
        "上年度主营业务收入增长率", "%", ask="去年主营业务收入比前年增长百分之几？", prove=(_AUDIT,), low=-100
    )
    main_business_growth_y2: Number | None = _fact(
        "上上年度主营业务收入增长率",
        "%",
        ask="前年主营业务收入比大前年增长百分之几？",
        prove=(_AUDIT,),
        low=-100,
    )
    main_business_growth_avg_2y: Number | None = _fact(
        "近两年主营业务收入平均增长率",
        "%",
        ask="近两年主营业务收入平均每年增长百分之几？",
        prove=(_AUDIT,),
        low=-100,
    )
    rd_expense_sum_2y: Number | None = _fact(
        "近两年研发费用合计", "万元", ask="近两年研发费用合计多少万元？", prove=(_AUDIT,)
    )
    class1_ip_effective_count: Number | None = _fact(
        "计入的Ⅰ类知识产权项数",
        "项",
        ask="和主导产品相关、用上了并产生效益的Ⅰ类知识产权有几项（按当次标准能算数的）？",
        prove=(_IP,),
    )
    tech_staff_ratio_y1: Number | None = _fact(
        "科技人员占比", "%", ask="科技人员占职工总数百分之几？", prove=(_AUDIT,), high=100
    )
    rd_to_cost_ratio_y1: Number | None = _fact(
        "研发费用占成本费用支出总额比重",
        "%",
        ask="研发费用占成本费用总额百分之几？",
        prove=(_AUDIT,),
        high=100,
    )
    revenue_growth_factor_2y: Number | None = _fact(
        "两年营业收入倍数（上年度 ÷ 再上一年度）", "倍", ask="去年营业收入是大前年的几倍？", prove=(_AUDIT,)
    )


FactValue = Decimal | str | bool
"""What a told fact holds: an amount, one of a closed set of words, or yes/no."""


class Fact(Record):
    """What a program may ask: the name in the profile, and how to speak of it."""

    name: str
    label: str
    unit: str = ""
    kind: Literal["number", "choice", "yes_no"]
    choices: tuple[str, ...] = ()
    manual: bool = False
    """Only a reviewer's yes or no counts; a model never sets it."""
    ask: str = ""
    """A plain question for an owner."""
    prove: tuple[str, ...] = ()
    """What proves it, or where to look it up."""
    words: dict[str, str] = {}
    """Choice -> what people call it."""
    low: int | None = 0
    high: int | None = None
    """Beyond these no amount of this kind can be: a share above 100 %, a rank before the first; None is no bound."""


@cache
def facts() -> dict[str, Fact]:
    """Return every fact of the profile by name, in the order in which people think of them."""
    return {name: _describe(name) for name in EnterpriseProfile.model_fields}


def _describe(name: str) -> Fact:
    info = EnterpriseProfile.model_fields[name]
    extra = cast(dict[str, Any], info.json_schema_extra)
    kinds = [kind for kind in get_args(info.annotation) if kind is not type(None)]
    choices = tuple(get_args(kinds[0]))
    kind: Literal["number", "choice", "yes_no"] = "yes_no" if bool in kinds else "number"
    if choices and all(isinstance(choice, str) for choice in choices):
        return Fact(name=name, label=info.title or name, kind="choice", choices=choices, **extra)
    return Fact(name=name, label=info.title or name, kind=kind, **extra)
