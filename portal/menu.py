"""The main menu by role (users' document, naming). Pages are named by their URL names only."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from portal.choices import Role
from portal.models import User


@dataclass(frozen=True)
class Entry:
    """One menu entry. `query` is appended to the address."""

    title: str
    url_name: str
    args: tuple[str, ...] = ()

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


MENUS: dict[str, list[Entry]] = {
    Role.STAFF: [
        Entry("工作台", "desk"),
        Entry("项目库", "project_list"),
        Entry("节点计划", "milestone_list"),
        Entry("月报", "report_list"),
        Entry("审核", "review_desk"),
        Entry("要素保障", "issue_list"),
        Entry("统计分析", "overview"),
        Entry("调整申请", "change_list"),
        Entry("园区", "park_list"),
        Entry("材料", "materials"),
        Entry("数据导入", "import_start"),
        Entry("系统设置", "settings_lists"),
    ],
    Role.PARK: [
        Entry("待办", "desk"),
        Entry("我的项目", "project_list"),
        Entry("节点计划", "milestone_list"),
        Entry("月报填报", "report_list"),
        Entry("要素保障", "issue_list"),
        Entry("调整申请", "change_list"),
        Entry("本单位", "park_list"),
        Entry("材料", "materials"),
        Entry("数据导入", "import_start"),
    ],
    Role.LEADER: [
        Entry("一页纸", "desk"),
        Entry("项目库", "project_list"),
        Entry("节点计划", "milestone_list"),
        Entry("六大光伏", "group_detail", ("major-pv",)),
        Entry("园区", "park_list"),
        Entry("材料", "materials"),
    ],
    Role.SYSADMIN: [Entry("账号", "people_list"), Entry("消息与邮件", "mail_list"), Entry("运行状态", "health_jobs")],
    Role.AUDITOR: [Entry("审计", "audit_list")],
}


def menu_for(user: User, path: str) -> list[dict[str, object]]:
    """Return the entries of the user's role; the one whose address is the longest start of `path` is active."""
    entries = MENUS.get(user.role, [])
    urls = [entry.url for entry in entries]
    here = max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    return [{"title": e.title, "url": u, "active": u == here} for e, u in zip(entries, urls, strict=True)]
