"""The register in the plain Django admin: the same rows in the same order, columns, filters and search as 项目库."""

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from portal import clock
from portal.money import yi
from projects.models import Project

YEAR = 2021
PAGE = 25

site = admin.AdminSite(name="admin")


@admin.register(Project, site=site)
class ProjectAdmin(admin.ModelAdmin):
    """Joins what a row shows, as a careful author of an admin would."""

    list_per_page = PAGE
    ordering = ("plan__paper_unit", "plan__paper_type", "-plan__paper_total", "plan__project_id")
    list_display = (
        "number_on_paper",
        "light",
        "name",
        "owner",
        "total",
        "annual",
        "stage",
        "node",
        "note",
        "liaison",
        "act",
    )
    list_display_links = ("name",)
    list_filter = (
        *("unit", "plans__year_type", "stage", "industry_group", "entries__group", "city_leader", "county", "nature"),
        *("light", "hold", "unverified"),
    )
    search_fields = ("search_text",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        rows = Project.objects.live().in_year(YEAR).select_related("unit", "enterprise", "newest_note")
        return rows.annotate(annual_plan=F("plan__annual_plan"))

    @admin.display(description="系统编号")
    def number_on_paper(self, row: Project) -> str:
        return row.number

    @admin.display(description="单位")
    def owner(self, row: Project) -> str:
        return f"{row.enterprise or ''} · {row.unit or '待分派'}"

    @admin.display(description="总投资亿元", ordering="total_investment")
    def total(self, row: Project) -> str:
        return yi(row.total_investment)

    @admin.display(description="年计划亿元", ordering="plan__annual_plan")
    def annual(self, row: Project) -> str:
        return yi(row.annual_plan)

    @admin.display(description="关键节点", ordering="due_on")
    def node(self, row: Project) -> str:
        if row.due_on is None:
            return ""
        late = (clock.today() - row.due_on).days
        return f"{row.due_on}{f' 逾期{late}天' if late > 0 else ''}"

    @admin.display(description="最新进展或原因", ordering="last_update_on")
    def note(self, row: Project) -> str:
        said = row.newest_note
        return f"{said.get_reason_display()} {said.problem or said.progress}（{said.noted_on}）" if said else ""

    @admin.display(description="操作")
    def act(self, row: Project) -> str:
        return "更新"
