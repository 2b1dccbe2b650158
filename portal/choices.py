"""Code lists of the site: the roles of its people (design: people and rights)."""

from django.db.models import TextChoices


class Role(TextChoices):
    STAFF = "staff", "业务科室"
    PARK = "park", "园区、县区填报员"
    LEADER = "leader", "局领导"
    SYSADMIN = "sysadmin", "系统管理员"
    AUDITOR = "auditor", "审计员"


class AuditAction(TextChoices):
    """What the audit calls by name; other actions show as their code."""

    SIGN_IN = "sign.in", "登录"
    SIGN_OUT = "sign.out", "退出登录"
    SESSION_EXPIRED = "session.expired", "登录超时"
    PASSWORD_CHANGE = "password.change", "修改密码"
    ACCESS_REFUSED = "access.refused", "无权访问"
    ACCESS_ABSENT = "access.absent", "访问不存在或范围外的内容"
    MAIL_TEST = "mail.test", "发测试邮件"
    MAIL_RESEND = "mail.resend", "重发邮件"
    PREFERENCES_CHANGE = "preferences.change", "修改接收方式"
    PREFERENCES_UNSUBSCRIBE = "preferences.unsubscribe", "退订周调度"
    CLOCK_CONFIRM = "clock.confirm", "确认本机时间正确"
    PERSON_CREATE = "person.create", "新建账号"
    PERSON_CHANGE = "person.change", "修改账号"
    PERSON_DISABLE = "person.disable", "停用账号"
    PERSON_ENABLE = "person.enable", "启用账号"
    PERSON_UNLOCK = "person.unlock", "解锁账号"
    PERSON_PASSWORD = "person.password", "重置密码"
    PERSON_SECOND_FACTOR = "person.second_factor", "关闭两步验证"
    PROJECT_RECYCLE = "project.recycle", "项目移入回收站"
    PROJECT_RESTORE = "project.restore", "从回收站恢复项目"
    PROJECT_EXPORT = "project.export", "导出项目"
    IMPORT_UPLOAD = "import.upload", "上传导入文件"
    IMPORT_REFUSED = "import.refused", "拒收导入文件"
    IMPORT_ERRORS = "import.errors", "下载错误说明"
    IMPORT_COMMIT = "import.commit", "导入写入"
    IMPORT_DISCARD = "import.discard", "放弃导入"
    IMPORT_UNDO = "import.undo", "撤销导入"
    BULK_COMMIT = "bulk.commit", "批量修改项目"
    BULK_UNDO = "bulk.undo", "撤销批量修改"
    PERIOD_PREPARE = "period.prepare", "列出填报期"
    PERIOD_EDIT = "period.edit", "修改填报期"
    PERIOD_OPEN = "period.open", "开放填报期"
    PERIOD_CLOSE = "period.close", "关闭填报期"
    PERIOD_REOPEN = "period.reopen", "重新开放填报期"
    REPORT_TABLE = "report.table", "下载填报表"
    REPORT_UPLOAD = "report.upload", "上传填报表"
    REPORT_OPENING = "report.opening", "导入期初数"
    REPORT_PHOTO = "report.photo", "月报照片"
    REPORT_SUBMIT = "report.submit", "提交月报"
    REPORT_APPROVE = "report.approve", "审核通过月报"
    PLAN_LOCK = "plan.lock", "锁定年度计划"
    PLAN_SET = "plan.set", "调整年度计划"
    PLAN_CARRY = "plan.carry", "结转年度计划"
    STAT_IMPORT = "stat.import", "导入列统名单"
    PLAN_UNLOCK = "plan.unlock", "解除锁定年度计划"
    ISSUE_RAISE = "issue.raise", "提出要素保障问题"
    ISSUE_HAND = "issue.hand", "交办要素保障问题"
    ISSUE_APPLY = "issue.apply", "申请销号"
    ISSUE_CLOSE = "issue.close", "销号"
    ISSUE_RETURN = "issue.return", "退回销号申请"
    ISSUE_REOPEN = "issue.reopen", "重新打开要素保障问题"
    ISSUE_ESCALATE = "issue.escalate", "提级协调"
    ISSUE_EXPORT = "issue.export", "导出要素保障问题"
    FILE_REFUSED = "file.refused", "拒收上传文件"
    LISTS_BATCH = "lists.batch", "修改阶段归类"
    LISTS_TEXT = "lists.text", "修改页面文字"
    LISTS_UNIT = "lists.unit", "确认填报单位"
    LIST_SAVE = "list.save", "保存常用清单"
    LIST_DELETE = "list.delete", "删除常用清单"
    CALENDAR_DAY = "calendar.day", "修改工作日历"
    CALENDAR_YEAR = "calendar.year", "确认工作日历年度"
    REPORT_SEALED = "report.sealed", "上传盖章件"
    CAPACITY_CHANGE = "capacity.change", "修改产能"
    TARGET_CHANGE = "target.change", "修改目标"
    LISTS_WEEKLY = "lists.weekly", "修改周调度专题"
    PAPER_FREEZE = "paper.freeze", "定稿本期材料"
    PAPER_UNFREEZE = "paper.unfreeze", "停用定稿"
    PAPER_PUBLISH = "paper.publish", "印发材料"
    PAPER_WITHDRAW = "paper.withdraw", "撤回已印发材料"
    PAPER_DOWNLOAD = "paper.download", "生成材料文件"
    WALL_OPEN = "wall.open", "打开挂图作战屏"
    WALL_CLOSE = "wall.close", "关闭挂图作战屏"
    PERSON_IMPORT = "person.import", "批量建账号"
    GO_LIVE = "site.go_live", "转为正式"
    LIGHT_OVERRIDE = "light.override", "人工定灯"
    LIGHT_RELEASE = "light.release", "撤销人工定灯"
    RULES_LIGHTS = "rules.lights", "修改灯色规则"
    RULES_REMINDERS = "rules.reminders", "修改提醒规则"
    RULES_TEMPLATE = "rules.template", "修改节点模板"


class AuditResult(TextChoices):
    OK = "ok", "成功"
    REFUSED = "refused", "拒绝"
    LOCKED = "locked", "已锁定"
    LIMITED = "limited", "次数过多"


class DayKind(TextChoices):
    HOLIDAY = "holiday", "法定假日"
    MOVED = "moved", "调休放假"
    WORKED = "worked", "补班"
    HOUSE = "house", "本单位放假"


class FileKind(TextChoices):
    PICTURE = "jpg", "图片"
    PAPER = "pdf", "PDF"


class MailState(TextChoices):
    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    FAILED = "failed", "被拒收"
    DEAD = "dead", "已放弃"
    CANCELLED = "cancelled", "已取消"
    SHOWN = "shown", "站内消息"


class MailPhase(TextChoices):
    IDLE = "idle", "未开始"
    CLAIMED = "claimed", "已领取"
    DATA = "data", "正文发出"


class RunState(TextChoices):
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    SKIPPED = "skipped", "跳过"
