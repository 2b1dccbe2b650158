"""manage.py backup DIR: everything in one folder, verified."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import backups


class Command(BaseCommand):
    help = "把数据库和上传的文件备份到目录下的一个新文件夹，并逐字节核对；系统照常运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="备份放在哪个目录，如 /data/backup")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = backups.make(options["folder"])
        except (backups.BrokenError, RuntimeError, OSError) as error:
            raise CommandError(f"没有备份成：{error}") from error
        self.stdout.write(f"已备份到{backup.folder}：{backup.total}行，{backup.files}个文件，已核对。")
