"""Write what the list page exports."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from portal import audit, clock
from portal.permissions import readers
from projects import exporting
from projects.filters import ProjectFilter, year_of, years
from projects.management.commands.import_projects import person


class Command(BaseCommand):
    help = "导出项目表（.xlsx），与项目库页面的“导出”相同；导出的表可以再导入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="写到哪个文件")
        parser.add_argument("--as", dest="user", metavar="USER", help="以哪个账号的权限导出（默认业务负责人）")
        forms = (exporting.DATA, exporting.PAPER, exporting.CSV)
        parser.add_argument("--form", choices=forms, default=exporting.DATA, help="数据版（默认）、上报版或csv")
        parser.add_argument("--group", choices=[*exporting.GROUPINGS], default="", help="上报版按什么分组")
        parser.add_argument("--query", default="", help="筛选条件，写法同项目库网址，如 park=P01&chip=not_started")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = person(options["user"])
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        if not readers(by):
            raise CommandError("这个账号没有查看项目的权限。")
        query = QueryDict(options["query"].lstrip("?"))
        found = ProjectFilter(query, user=by, year=year_of(query.get("year"), years()), on=clock.today())
        if not found.form.is_valid():
            raise CommandError(f"筛选条件不对：{'；'.join(found.form.errors)}")
        form = exporting.form_of(exporting.project_list(found), options["form"], group_by=options["group"])
        with Path(options["file"]).open("wb") as file:
            form.write(file)
        audit.log("project.export", by=by, **exporting.audited(form))
        self.stdout.write(f"已导出{form.count}个项目。")
