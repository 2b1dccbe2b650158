"""manage.py go_live USERNAME: the trial ends, the real system begins with no project and one administrator."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from parks import going_live
from parks.management.commands.create_admin import ask
from portal.running import STOP_FIRST, is_running


class Command(BaseCommand):
    help = "转为正式：演示项目、演示账号和演示日期全部结束，建立第一个系统管理员；原来的演示库改名保留。须先停止系统。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="第一个系统管理员的账号名称")
        parser.add_argument("--name", default="系统管理员", help="姓名")
        parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")
        parser.add_argument("--stopped", action="store_true", help="我确认系统已经停止（不看心跳）")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(going_live.NO_TRIAL)
        if not options["stopped"] and is_running():
            raise CommandError(STOP_FIRST)
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else ask()
        if not password:
            raise CommandError("没有读到密码。")
        try:
            said = going_live.carry_out(options["username"], options["name"], password=password)
        except ValidationError as error:
            raise CommandError(f"没有转为正式：{' '.join(error.messages)}演示库没有改动。") from error
        except (RuntimeError, OSError) as error:
            raise CommandError(f"没有转为正式：{error}演示库没有改动。") from error
        self.stdout.write(f"已建立系统管理员账号 {options['username']}。")
        self.stdout.write(said)
        self.stdout.write("重新启动时去掉环境变量 DEMO、DEMO_PASSWORD（用 ./run 的不需要）。")
