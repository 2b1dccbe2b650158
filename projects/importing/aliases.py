"""The headings of each field (domain.md §10.1): those of the contract, of the register and of its notes."""

BOTH_DATES, SERIAL, FUNDING, LIGHT, REMARKS = "both_dates", "serial", "funding", "light", "remarks"
COMPUTED = "computed"
MONTHS = tuple(f"month_{month}" for month in range(1, 13))  # 分月计划

# Aliases found anywhere in a heading.
ALIASES = {
    "name": "项目名称 工程名称 项目全称 项目单位及名称",
    "enterprise": (
        "项目单位 建设单位 实施单位 项目法人 法人单位 建设主体 投资主体 项目实施主体 实施主体 项目业主 "
        "业主单位 业主 企业名称"
    ),
    "responsible_unit": "责任单位 牵头单位 主管单位 项目主管单位 主管部门 主责单位 责任部门",
    "park": "所在园区 所属园区 园区名称",
    "county": "所在县市区 所在县区 所在区县 所属县市区 所属区县 所属县区 县市区 隶属区县",
    "address": "建设地点 项目地点 建设地址 项目地址 项目位置 建设位置",
    "total_investment": "总投资 项目总投资 总投资额 计划总投资 投资总额",
    "planned_start": (
        "计划开工时间 计划开工日期 计划开工 开工时间 开工日期 开工年份 开工年月 开工计划开工时间 拟开工时间 "
        "预计开工时间"
    ),
    "planned_finish": "计划竣工时间 计划竣工日期 计划竣工 竣工时间 竣工日期 竣工年份 竣工年月 完工年份 完工时间 "
    "完工日期 计划完工 计划竣工投产 计划竣工投产时间 竣工投产时间 预计竣工时间 建成时间 计划建成",
    "actual_start": "实际开工时间 实际开工日期 实际开工",
    "actual_finish": "实际竣工时间 实际竣工日期 实际竣工 实际完工时间 实际竣工投产时间",
    BOTH_DATES: (
        "建设起止年限 建设起止时间 建设起止年月 起止年限 起止时间 起止年月 建设年限 建设周期 建设工期 "
        "建设期限 计划工期 项目工期 开竣工时间"
    ),
    "nature": "建设性质 项目性质",
    "year_type": "年度类型",
    "project_code": "统一项目代码 项目代码 项目统一代码 投资项目统一代码 赋码",
    "uscc": "统一社会信用代码 社会信用代码 统一信用代码 信用代码",
    "content": (
        "建设内容及规模 建设规模及内容 主要建设内容 建设内容 建设内容和规模 建设规模和内容 建设规模 主要建设内容及规模"
    ),
    "industry_group": "主导产业 产业类别 所属产业",
    "chain_segment": "产业链环节",
    "capacity": "设计产能 主要产品及产能 新增产能",
    "stage": "项目阶段 建设阶段 目前阶段 当前阶段 项目状态",
    "key_level": "重点级别 项目级别",
    "six_pv": "六大光伏项目 六大光伏",
    "city_leader": "联系市领导 包联市领导 挂联市领导 联系领导 包联领导 挂联领导 市级领导",
    "bureau_owner": "市局责任人 市局责任科室 市局联系人",
    "park_owner": "园区责任人 园区联系人 园区负责人",
    "park_phone": "园区责任人电话 园区责任人联系电话 园区联系电话 园区电话",
    "liaison": "企业联络员 企业联系人 项目联系人 联络员 联系人",
    "liaison_phone": "联系电话 联系方式 企业联络员电话 联络员电话 企业联系电话 联系人电话 手机号码 电话",
    "progress": (
        "目前进展情况 目前进展 最新进展 进展情况 工作进展 项目进展 形象进度 当前进展 建设进展 推进情况 工程进度"
    ),
    "problem": "存在问题 存在的问题 存在的主要问题 存在主要问题 主要问题 需协调问题 需协调解决的问题 困难问题",
    "next_step": "下一步工作 下一步计划 下一步打算 下一步措施 下一步 下步工作",
    "reason": "原因类别 滞后原因类别 原因分类 问题类别",
    "stat_listed": "是否入统 是否列统 统计入库 是否入库 入统情况",
    "stat_listed_on": "入统时间 统计入库时间 列统时间 入库时间",
    "hold": "管理状态 停缓建 停缓建情况 停缓建或退出",
    "hold_reason": "停缓建原因 停缓建或退出原因 退出原因",
    "noted_on": "进展日期 进展时间 最新进展日期 最新进展时间",
    "number": "系统编号",
    "former_names": "曾用名 项目曾用名 原项目名称 曾用项目名称",
    "remark": "备注",
    FUNDING: "资金来源",
}
# Words too short to be looked for inside a heading: only as the whole heading.
WHOLE = {
    "name": "名称 项目名 工程名",
    "park": "园区",
    "county": "区县 县区",
    "liaison": "联系人",
    "progress": "进展 进度 进展描述",
    "problem": "问题",
    "stage": "阶段",
    "stat_listed": "入统 列统",
    "goal": "年度形象进度目标 形象进度目标",
    "year": "年度 所属年度",
    SERIAL: "序号 编号 序 no no. 项目序号",
    LIGHT: "灯 灯色",  # of an export: computed, never taken over
    # Of an export: added up from monthly reports or taken from the list of the statistics office, never read back.
    COMPUTED: "完成率 较序时 未报 列统口径完成投资 列统口径月份",
    REMARKS: "错误说明",  # of a workbook that came back from here
    "planned_start": "开工",
    "planned_finish": "竣工",
    "nature": "性质",
    "remark": "说明",
}
# What must not stand beside the alias.
VETO = {
    "name": r"单位名称|企业|^[子原]|曾用|产品",
    "enterprise": r"联系|电话|负责|责任人|性质|代码|信用|地址|类型|类别|意见|人员|排名|代表",
    "total_investment": r"完成|率|占|其中|来源|强度|类型|类别|已|累计|到位|增|固定|设备|土地|外资|内资|本年|年度|比",
    "planned_start": r"实际|是否|情况|条件|率|面积|证|令|许可|手续|已|未|状态|内容",
    "planned_finish": r"实际|是否|情况|条件|率|面积|证|验收|手续|已|未|状态|内容",
    "actual_start": r"是否|情况",
    "actual_finish": r"是否|情况",
    "content": r"20\d\d年|年度|本年|今年|完成",
    "progress": r"目标|计划|照片|\d月|季度|年度|本年|20\d\d|要求|节点",
    "project_code": r"是否|机构",
    "park": r"责任|负责|联系|电话|是否|面积",
    "city_leader": r"批示|电话",
    "liaison": r"责任单位|主管|领导|部门|园区|市局",
    "liaison_phone": r"责任单位|主管|领导",
}
