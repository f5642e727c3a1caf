"""EnterpriseProfile: every fact a program may ask for. None means not told, never zero and never no."""

from decimal import Decimal
from functools import cache
from typing import Any, Literal, cast, get_args

from pydantic import Field

from knowledge.record import Number, Record


def _fact(
    label: str,
    unit: str = "",
    *,
    ask: str = "",
    prove: tuple[str, ...] = (),
    words: dict[str, str] | None = None,
    manual: bool = False,
) -> Any:
    """Declare a fact: what people call it, its unit, how to ask for it and prove it, and its choices in words."""
    extra = {"unit": unit, "manual": manual, "ask": ask, "prove": prove, "words": words or {}}
    return Field(default=None, title=label, json_schema_extra=extra)


class EnterpriseProfile(Record):
    """What is known of an enterprise. Money is 万元, ratios percent, y1 the last complete fiscal year."""

    # 主体与合规
    lawfully_established_in_cn: bool | None = _fact("境内依法设立")
    registered_independent_entity: bool | None = _fact("境内登记、独立法人")
    sme_size_class: Literal["micro", "small", "medium", "large"] | None = _fact("划型结果")
    in_abnormal_list: bool | None = _fact("被列入经营异常名录")
    in_serious_dishonesty_list: bool | None = _fact("被列入严重失信主体名单")
    product_prohibited_restricted_eliminated: bool | None = _fact("产品或服务属国家禁止、限制或淘汰类")
    disqualifying_event_3y_2026: bool | None = _fact(
        "近三年较大生产安全事故、重大网络和数据安全事件、重大环境违法、严重质量问题或严重违反行业管理规定"
    )
    disqualifying_incident_3y: bool | None = _fact(
        "近三年发生重大安全（含网络、数据安全）、质量、环境污染等事故"
    )
    tax_evasion_3y: bool | None = _fact("近三年偷漏税等违法违规")

    # 称号与申请
    application_type: Literal["new", "review"] | None = _fact("申请类型（新申请 / 复核）")
    innovative_sme_valid: bool | None = _fact("有效期内创新型中小企业")
    technology_sme_valid: bool | None = _fact("有效期内（国家）科技型中小企业")
    specialized_sme_valid: bool | None = _fact("有效期内专精特新中小企业")
    high_tech_enterprise_valid: bool | None = _fact("有效期内高新技术企业")
    tech_innovation_demo_valid: bool | None = _fact("有效期内国家级技术创新示范企业")
    ip_advantage_or_demo_valid: bool | None = _fact("有效期内知识产权优势企业或示范企业")
    single_champion: bool | None = _fact("制造业单项冠军示范企业或单项冠军产品")
    controlled_by_or_controls_little_giant: bool | None = _fact("与已认定小巨人存在控股关系")
    same_group_similar_product: bool | None = _fact("同一集团内生产相似主导产品")

    # 经营与财务（y1 上一完整会计年度，y2、y3 依次往前）
    revenue_y1: Number | None = _fact("上年度营业收入总额", "万元")
    revenue_y2: Number | None = _fact("上上年度营业收入总额", "万元")
    revenue_y3: Number | None = _fact("再上一年度营业收入总额", "万元")
    main_business_revenue_y1: Number | None = _fact("上年度主营业务收入", "万元")
    leading_product_revenue_y1: Number | None = _fact("上年度主导产品收入", "万元")
    rd_expense_y1: Number | None = _fact("上年度研发费用总额", "万元")
    rd_expense_y2: Number | None = _fact("上上年度研发费用总额", "万元")
    total_assets_y1: Number | None = _fact("上年末资产总额", "万元")
    total_liabilities_y1: Number | None = _fact("上年末负债总额", "万元")
    new_equity_2y: Number | None = _fact("近两年新增股权融资（合格机构投资者实缴额）", "万元")
    main_business_revenue_y2: Number | None = _fact("上上年度主营业务收入", "万元")
    main_business_revenue_y3: Number | None = _fact("再上一年度主营业务收入", "万元")
    net_profit_y1: Number | None = _fact("上年度净利润", "万元")
    employees_y1: Number | None = _fact("上年末职工总数", "人")
    rd_staff_y1: Number | None = _fact("上年末研发人员数", "人")
    new_equity_3y: Number | None = _fact("近三年新增股权融资（合格机构投资者实缴额）", "万元")
    niche_years: Number | None = _fact("从事特定细分市场年限", "年")

    # 创新、市场与质量
    class1_ip_total: Number | None = _fact("申请企业持有的Ⅰ类知识产权总数", "项")
    class1_ip_not_counted: Number | None = _fact(
        "其中转入取得、权利人排名第四及以后、与主导产品无关或未产生效益的项数", "项"
    )
    award_provincial_plus_3y: bool | None = _fact("近三年获省部级以上科技奖励")
    award_provincial_plus_rank_3y: Number | None = _fact("近三年省部级以上科技奖励获奖单位排名（最好名次）")
    award_national_3y: bool | None = _fact("近三年获国家级科技奖励")
    award_national_rank_3y: Number | None = _fact("近三年国家级科技奖励获奖单位排名（最好名次）")
    rd_institution_level: Literal["national", "provincial", "municipal", "below_municipal", "none"] | None = (
        _fact("研发机构级别（经认定）")
    )
    market_position_relatively_high: bool | None = _fact(
        "国内或国际细分市场占有率较为靠前且有一定知名度影响力", manual=True
    )
    market_share_pct: Number | None = _fact("国内或国际细分市场占有率", "%")
    market_rank_cn: Number | None = _fact("国内细分市场排名")
    market_reputation_confirmed: bool | None = _fact("享有较高知名度和影响力", manual=True)
    chain_key_link_confirmed: bool | None = _fact(
        "主导产品属六基或传统升级、新兴、未来产业，位于产业链关键环节且对韧性安全起重要作用", manual=True
    )
    platform_score_current: Number | None = _fact("本年度专精特新发展质量评价得分（平台自动计算）", "分")
    platform_score_previous: Number | None = _fact("上一年度专精特新发展质量评价得分", "分")
    ip_best_class: (
        Literal["class1_high_value", "class1_self_developed", "class1", "class2", "none"] | None
    ) = _fact("与主导产品相关的有效知识产权最高档")
    leading_product_strategic_emerging: bool | None = _fact("主导产品属《战略性新兴产业分类》")
    award_provincial_3y: bool | None = _fact("近三年获省级科技奖励")
    award_provincial_rank_3y: Number | None = _fact("近三年省级科技奖励获奖单位排名（最好名次）")
    rd_institution_exists: bool | None = _fact("自建或联合建立研发机构")
    maker_china_top500_3y: bool | None = _fact("近三年创客中国大赛全国500强企业组名单")
    maker_china_top50_3y: bool | None = _fact("近三年创客中国大赛全国50强企业组名单")
    digital_level: Number | None = _fact("数字化水平等级", "级")
    quality_items: Number | None = _fact(
        "质量管理满足项数（省级以上质量奖、质量体系证书、自主品牌、参与制修订标准）", "项"
    )
    chain_contribution: Literal["fills_gap", "six_bases_or_time_honored_or_serves_leader", "none"] | None = (
        _fact("主导产品所属领域情况")
    )
    provincial_characteristic_points: Number | None = _fact("省级特色化指标得分", "分")
    core_business_it_count: Number | None = _fact("采用信息系统支撑的核心业务数", "项")
    management_system_certified: bool | None = _fact("取得管理体系认证")
    developed_market_product_certified: bool | None = _fact("取得发达国家和地区产品认证")
    market_share_cn_pct: Number | None = _fact("主导产品全国细分市场占有率", "%")
    own_brand: bool | None = _fact("拥有直接面向市场并具竞争优势的自主品牌", manual=True)
    governance_qualitative_ok: bool | None = _fact(
        "发展战略、公司治理、信誉、技术质量国内领先等定性要求", manual=True
    )
    chain_role_confirmed: bool | None = _fact(
        "位于产业链关键环节并发挥补短板、锻长板、填空白作用", manual=True
    )
    leading_product_in_key_field: bool | None = _fact("主导产品属规定重点领域", manual=True)

    # 科技型中小企业评价与试点项目
    resident_enterprise_cn: bool | None = _fact("中国境内（不含港澳台）居民企业")
    disqualifying_event_2y_tech: bool | None = _fact(
        "上一年及当年发生重大安全、重大质量事故或严重环境违法、科研严重失信"
    )
    award_national_5y: bool | None = _fact("近五年获国家级科技奖励")
    award_national_rank_5y: Number | None = _fact("近五年国家级科技奖励获奖单位排名（最好名次）")
    led_standard_5y: bool | None = _fact("近五年主导制定国际、国家或行业标准")
    tech_staff_y1: Number | None = _fact("上年末科技人员数", "人")
    total_cost_y1: Number | None = _fact("上年度成本费用支出总额", "万元")
    tech_achievement: (
        Literal["one_class1", "four_class2", "three_class2", "two_class2", "one_class2", "none"] | None
    ) = _fact("科技成果（知识产权）最高档")
    company_years: Number | None = _fact("成立年限（截至上年末）", "年")
    registered_in_region: bool | None = _fact("登记和税务关系都在申报地")
    in_provincial_pool: bool | None = _fact("已进入省级培育库")
    in_pilot_industry: bool | None = _fact("主营属于当地试点公布的细分行业")
    on_pilot_list: bool | None = _fact("已列入当地试点（拟改造）企业名单")
    willing_to_transform: bool | None = _fact("有数字化改造意愿和需求")
    project_in_region: bool | None = _fact("改造项目在申报地实施")
    project_within_period: bool | None = _fact("改造项目起止时间符合文件规定")
    catalog_contract_signed: bool | None = _fact("已从公布的目录选产品并与认定的服务单位签合同")
    project_registered: bool | None = _fact("改造项目已在当地公共服务平台立项")
    transformation_done: bool | None = _fact("已完成诊断和改造")
    funding_excluded: bool | None = _fact("属于财政不予资助的范围")
    software_share_pct: Number | None = _fact("项目总投入中软件类费用占比", "%")

    # 比率与合计：由上面的事实算出；只被告知结果时填这里
    main_business_ratio_y1: Number | None = _fact("上年度主营业务收入占比", "%")
    leading_product_ratio_y1: Number | None = _fact("上年度主导产品收入占比", "%")
    rd_ratio_y1: Number | None = _fact("上年度研发费用占营业收入比重", "%")
    rd_ratio_y2: Number | None = _fact("上上年度研发费用占营业收入比重", "%")
    rd_expense_avg_2y: Number | None = _fact("近两年研发费用均值", "万元")
    debt_ratio_y1: Number | None = _fact("上年末资产负债率", "%")
    net_margin_y1: Number | None = _fact("上年度净利润率", "%")
    rd_staff_ratio_y1: Number | None = _fact("研发人员占比", "%")
    main_business_growth_y1: Number | None = _fact("上年度主营业务收入增长率", "%")
    main_business_growth_y2: Number | None = _fact("上上年度主营业务收入增长率", "%")
    main_business_growth_avg_2y: Number | None = _fact("近两年主营业务收入平均增长率", "%")
    rd_expense_sum_2y: Number | None = _fact("近两年研发费用合计", "万元")
    class1_ip_effective_count: Number | None = _fact("计入的Ⅰ类知识产权项数", "项")
    tech_staff_ratio_y1: Number | None = _fact("科技人员占比", "%")
    rd_to_cost_ratio_y1: Number | None = _fact("研发费用占成本费用支出总额比重", "%")
    revenue_growth_factor_2y: Number | None = _fact("两年营业收入倍数（上年度 ÷ 再上一年度）", "倍")


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
