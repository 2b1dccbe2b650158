"""Code lists of the register. Codes are English, the words are the bureau's (users.md §5, domain.md §9)."""

from django.db.models import TextChoices


class Stage(TextChoices):
    RESERVE = "reserve", "谋划储备"
    TALKS = "talks", "在谈"
    SIGNED = "signed", "签约"
    PREPARING = "preparing", "前期"
    BUILDING = "building", "在建"
    TRIAL = "trial", "试生产"
    COMPLETED = "completed", "竣工投产"
    CAPACITY = "capacity", "达产"


STAGE_ORDER: list[str] = [stage.value for stage in Stage]
BEFORE_BUILDING = STAGE_ORDER[: STAGE_ORDER.index(Stage.BUILDING)]
STARTED = STAGE_ORDER[STAGE_ORDER.index(Stage.BUILDING) :]
FINISHED: list[str] = [Stage.COMPLETED, Stage.CAPACITY]

STAGE_ALIASES = {
    "洽谈": Stage.TALKS,
    "前期手续": Stage.PREPARING,
    "前期工作": Stage.PREPARING,
    "开工在建": Stage.BUILDING,
    "已开工": Stage.BUILDING,
    "建设中": Stage.BUILDING,
    "竣工(试生产)": Stage.TRIAL,
    "投产": Stage.COMPLETED,
    "竣工": Stage.COMPLETED,
    "已投产": Stage.COMPLETED,
}


class Hold(TextChoices):
    NONE = "", "正常"
    SUSPENDED = "suspended", "停缓建"
    WITHDRAWN = "withdrawn", "退出"


HOLD_ALIASES = {
    "暂停": Hold.SUSPENDED,
    "停建": Hold.SUSPENDED,
    "缓建": Hold.SUSPENDED,
    "取消": Hold.WITHDRAWN,
    "终止": Hold.WITHDRAWN,
    "调出": Hold.WITHDRAWN,
}


class YearType(TextChoices):
    CONTINUING = "continuing", "续建"
    NEW = "new", "新开工"
    FINISHING = "finishing", "计划竣工投产"
    RESERVE = "reserve", "储备"


YEAR_TYPE_ORDER: list[str] = [kind.value for kind in YearType]


class Nature(TextChoices):
    NEW = "new", "新建"
    EXPAND = "expand", "扩建"
    REFORM = "reform", "技改"
    MOVE = "move", "迁建"
    RESTORE = "restore", "恢复"
    PURCHASE = "purchase", "单纯购置"


class IndustryGroup(TextChoices):
    OPTO = "opto", "光电信息"
    MATERIALS = "materials", "先进材料"
    CHEMICALS = "chemicals", "绿色化工"
    FOOD = "food", "食品饮料"
    OTHER = "other", "其他"


class ChainSegment(TextChoices):
    SILICON = "silicon", "硅料"
    INGOT = "ingot", "拉棒切方"
    WAFER = "wafer", "切片"
    CELL = "cell", "电池片"
    MODULE = "module", "组件"
    SUPPORT = "support", "配套"


class Reason(TextChoices):
    """要素保障问题 and reasons for delay (domain.md §9.6)."""

    LAND = "land", "用地"
    PLANNING = "planning", "规划"
    ENVIRONMENT = "environment", "环评"
    ENERGY = "energy", "能评"
    SAFETY = "safety", "安评"
    FOREST = "forest", "用林用草"
    POWER = "power", "用电"
    GAS = "gas", "用气"
    WATER = "water", "用水"
    FINANCE = "finance", "融资"
    LABOUR = "labour", "用工"
    ROADS = "roads", "物流道路配套"
    PERMITS = "permits", "审批手续"
    ENTERPRISE = "enterprise", "企业自身"
    OTHER = "other", "其他"


class NoteKind(TextChoices):
    PROGRESS = "progress", "进展"
    CHASE = "chase", "催办"


class Channel(TextChoices):
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    IN_PERSON = "in_person", "当面"


class NoteSource(TextChoices):
    TYPED = "typed", "系统填写"
    IMPORT = "import", "表格导入"
    SAMPLE = "sample", "演示"


class EntryStatus(TextChoices):
    APPLIED = "applied", "申报中"
    LISTED = "listed", "已列入"
    NOT_LISTED = "not_listed", "未列入"
    LEFT = "left", "退出"


class BatchKind(TextChoices):
    IMPORT = "import", "导入"
    BULK = "bulk", "批量修改"


class BatchState(TextChoices):
    PREVIEW = "preview", "待确认写入"
    WRITTEN = "written", "已写入"
    DISCARDED = "discarded", "已放弃"
    UNDONE = "undone", "已撤销"


class JobPhase(TextChoices):
    """What the worker has to do with a batch; empty when nothing."""

    QUEUED = "queued", "等待处理"
    RUNNING = "running", "正在处理"
    FAILED = "failed", "没有完成"


class RowVerdict(TextChoices):
    NEW = "new", "新增"
    CHANGED = "changed", "修改"
    SAME = "same", "不变"
    REVIEW = "review", "待确认"
    ERROR = "error", "错误"
    ABSENT = "absent", "库内有、表内无"


OF_ROWS = [RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.SAME, RowVerdict.REVIEW, RowVerdict.ERROR]


class UndoOutcome(TextChoices):
    """What undoing an import did with a row."""

    RESTORED = "restored", "已恢复"
    RECYCLED = "recycled", "已移入回收站"
    KEPT = "kept", "因后来有修改而保留"


MAJOR_PV = "major-pv"  # the 专题 of the six photovoltaic projects
START_NODE, FINISH_NODE = "KG", "TC"  # 开工 and 竣工投产: the two nodes every dated project has


class MilestoneState(TextChoices):
    OPEN = "open", "未完成"
    DONE = "done", "已完成"
    NOT_APPLICABLE = "na", "不适用"


class RequestState(TextChoices):
    ASKED = "asked", "待办理"
    AGREED = "agreed", "已同意"
    RETURNED = "returned", "已退回"


class Light(TextChoices):
    """States by shape and word, never by colour alone (users.md §5)."""

    RED = "red", "■红灯"
    YELLOW = "yellow", "▲黄灯"
    GREEN = "green", "●绿灯"
    GREY = "grey", "○未评价"


class LightDimension(TextChoices):
    """What a light is made of; the overall light is the worst that could be evaluated."""

    NODES = "nodes", "节点"
    INVESTMENT = "investment", "投资进度"
    LISTED = "listed", "统计入库"
    REPORTING = "reporting", "月报填报"


class IssueSource(TextChoices):
    """Who named a 要素保障问题."""

    ENTERPRISE = "enterprise", "企业反映"
    PARK = "park", "园区上报"
    MEETING = "meeting", "会议议定"
    LEADER = "leader", "批示登记"


class IssueState(TextChoices):
    NEW = "new", "待交办"
    WORKING = "working", "办理中"
    SOLVED = "solved", "待销号"
    CLOSED = "closed", "已销号"


class IssueLevel(TextChoices):
    PARK = "park", "园区"
    COUNTY = "county", "县（市、区）"
    CITY = "city", "市级"


class PeriodState(TextChoices):
    PLANNED = "planned", "未开始"
    OPEN = "open", "填报中"
    REVIEW = "review", "审核中"
    CLOSED = "closed", "已关闭"


class Deadline(TextChoices):
    """Until when a month is reported."""

    SAME_MONTH = "same", "当月25日17:00"
    NEXT_MONTH = "next", "次月3日17:00"


class ReportState(TextChoices):
    """未填 is a project without a report; 逾期未报 one without after the deadline."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核"


class RungAct(TextChoices):
    """What a rung does: a message to who reports, or a line on the bureau's desk. The system sends no 函 by itself."""

    MESSAGE = "message", "发消息"
    CALL = "call", "建议致电"
    LETTER = "letter", "建议发函"


class Segment(TextChoices):
    """The chain of the six photovoltaic projects, in its order (domain.md §8.1)."""

    SILICON = "silicon", "硅料"
    INGOT = "ingot", "拉棒切方"
    WAFER = "wafer", "切片"
    CELL = "cell", "电池片"

    @property
    def unit(self) -> str:
        """Of a year's capacity."""
        return "万吨" if self is Segment.SILICON else "GW"


class PaperKind(TextChoices):
    """What the bureau writes; each is made by one function for page, print, Word, text and wall."""

    ONE_PAGE = "one_page", "一页纸"
    BULLETIN = "bulletin", "月通报"
    ANNEX = "annex", "附表"
    WALL = "wall", "挂图作战"
    REMINDER = "reminder", "提醒函"
    SUPERVISION = "supervision", "督办函"


class DownloadKind(TextChoices):
    """The files made in the background."""

    WORD = "word", "Word 文档"
    EXCEL = "excel", "Excel 附表"
