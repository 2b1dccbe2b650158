"""manage.py restore DIR: put a backup in the place of what is there."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import backups
from portal.running import STOP_FIRST, is_running


class Command(BaseCommand):
    help = "恢复一份备份：先核对，在旁边建好再换上，原来的数据库改名保留；恢复后不会重复发信。须先停止系统。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="backup 命令写出的文件夹")
        parser.add_argument("--stopped", action="store_true", help="我确认系统已经停止（不看心跳）")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["stopped"] and is_running():
            raise CommandError(STOP_FIRST)
        try:
            backup, former = backups.restore(options["folder"])
        except (backups.BrokenError, RuntimeError, OSError) as error:
            raise CommandError(f"没有恢复：{error}数据库没有改动；已补回的文件不影响使用。") from error
        self.stdout.write(f"已恢复{backup.made_at}的备份：{backup.total}行。原来的数据库保留为{former}。")
        self.stdout.write("备份之后产生的提醒不会补发；当时没有发出的消息列在“消息与邮件”，核对后可以重发。")
