"""The first account of a real installation: a system administrator."""

import getpass
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from parks.accounts import create_person
from portal.choices import Role


class Command(BaseCommand):
    help = "建立系统管理员账号（新安装的第一个账号）。密码从终端输入两遍，或用 --password-stdin 从标准输入读取。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="账号名称")
        parser.add_argument("--name", default="系统管理员", help="姓名")
        parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else ask()
        if not password:
            raise CommandError("没有读到密码。")
        try:
            person, _ = create_person(
                username=options["username"], name=options["name"], role=Role.SYSADMIN, password=password, by=None
            )
        except ValidationError as error:
            raise CommandError("账号没有建立：" + " ".join(error.messages)) from error
        self.stdout.write(f"已建立系统管理员账号 {person.username}。")


def ask() -> str:
    """Read the password twice without showing it."""
    password = getpass.getpass("密码：")
    if getpass.getpass("再输入一遍：") != password:
        raise CommandError("两次输入的密码不一致。")
    return password
