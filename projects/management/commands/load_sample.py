"""Fill a demonstration: accounts, the shipped register with what happened since, or N projects for benchmarks."""

from argparse import ArgumentParser
from datetime import date
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal import clock
from portal.models import User
from projects import generator, lights
from projects.reference import REGISTER
from projects.sample import months, past_lights, people, progress, troubles

YEAR = 2021


class Command(BaseCommand):
    help = "装入演示数据：演示账号和随系统提供的279个项目；给出 --projects N 时生成 N 个项目（用于性能对比）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projects", type=int, metavar="N", help="生成 N 个虚构项目，不导入名册")
        parser.add_argument("--seed", type=int, default=1, help="随机种子：同一种子得到同样的数据")
        parser.add_argument("--accounts", action="store_true", help="只建演示账号")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("没有设置 DEMO：演示数据只能装入演示库。")
        if not settings.DEMO_PASSWORD:
            raise CommandError("没有设置 DEMO_PASSWORD：演示账号需要一个密码。")
        clock.start_demo(day=date.fromisoformat(settings.DEMO_TODAY))
        made = people.create_accounts(password=settings.DEMO_PASSWORD)
        self.stdout.write(f"演示账号：新建{len(made)}个。")
        if options["accounts"]:
            return
        if options["projects"] is not None:
            self.generate(options["projects"], options["seed"])
        else:
            self.load_register(options["seed"])

    def generate(self, count: int, seed: int) -> None:
        if count < 1:
            raise CommandError("--projects 应为大于0的整数。")
        done = generator.generate(count=count, year=YEAR, seed=seed, by=User.objects.get(username="lead"))
        generator.analyze()
        self.stdout.write(f"已生成{done}个项目。")

    def load_register(self, seed: int) -> None:
        """Import the shipped register as the page does, then tell what happened since; both or neither."""
        if progress.is_told():
            self.stdout.write("样例项目已装入，没有重复装入。")
            return
        with transaction.atomic():
            call_command("import_projects", str(REGISTER), "--as", "lead", "--accept-review", stdout=StringIO())
            told = progress.tell(year=YEAR, seed=seed, on=clock.today())
            troubles.tell(on=clock.today())
            reports = months.record(year=YEAR, seed=seed, on=clock.today())
            past_lights.record(year=YEAR, on=clock.today())
            lights.refresh_all(on=clock.today())
        generator.analyze()
        self.stdout.write(
            f"已导入名册，补充阶段变化{told.moves}条、进展{told.notes}条、催办{told.chases}条、月报{reports}份。"
        )
