"""Import a workbook from the command line: the engine of the page 数据导入."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.choices import Role
from portal.excel.refusal import Refused
from portal.models import User
from projects.choices import RowVerdict
from projects.importing import batches, report, uploads
from projects.importing.uploads import Received
from projects.models import ImportBatch


class Command(BaseCommand):
    help = "导入项目表。加 --dry-run 只检查；有错误行（或未加 --accept-review 而有待确认行）时什么都不写入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="工作簿")
        parser.add_argument("--year", type=int, metavar="Y", help="年度（表题中写明年度时以表题为准）")
        parser.add_argument("--dry-run", action="store_true", help="只试导入，不写入数据库")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")
        parser.add_argument("--as", dest="user", metavar="USER", help="以哪个账号的权限导入（默认业务负责人）")
        parser.add_argument("--accept-review", action="store_true", help="待确认的行按默认处理（可能倒退的保留库内值）")

    def handle(self, *args: Any, **options: Any) -> None:
        self.json = options["format"] == "json"
        path = Path(options["file"])
        if not path.is_file():
            self.fail("file_not_found", f"找不到文件：{path}")
        try:
            if options["dry_run"]:
                self.dry_run(path, options)
            else:
                self.write(path, options)
        except Refused as refusal:
            self.fail(refusal.code, refusal.message)
        except (PermissionDenied, ValidationError) as error:
            self.fail("refused", "；".join(getattr(error, "messages", [str(error)])))

    def fail(self, code: str, message: str) -> None:
        """Say why in the chosen form, and leave with status 1."""
        if self.json:
            self.print_json({"error": {"code": code, "message": message}})
            raise SystemExit(1)
        raise CommandError(message)

    def print_json(self, content: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=1))

    def dry_run(self, path: Path, options: dict[str, Any]) -> None:
        received = uploads.read(path, sha256=file_hash(path), filename=path.name, year=options["year"])
        if self.json:
            self.print_json(received.parsed.as_json())
            return
        with transaction.atomic():
            batch = uploads.stage(received, by=person(options["user"]))
            self.say(report.lines(batch))
            transaction.set_rollback(True)
        self.stdout.write("试导入，没有写入。")

    def say(self, lines: Any) -> None:
        for line in lines:
            self.stdout.write(line)

    def write(self, path: Path, options: dict[str, Any]) -> None:
        by = person(options["user"])
        with path.open("rb") as file:
            received = uploads.receive(iter(lambda: file.read(1 << 20), b""), filename=path.name, year=options["year"])
        batch = uploads.stage(received, by=by)
        if not self.json:
            self.say(report.lines(batch))
        held_up = self.held_up(batch, accept_review=options["accept_review"])
        if held_up:
            batches.discard(batch, by=by)
            self.fail("rows_not_accepted", held_up)
        self.commit(batch, received, by)

    def held_up(self, batch: ImportBatch, *, accept_review: bool) -> str:
        """Why nothing is written, "" when nothing speaks against it."""
        errors, doubts = batch.counts[RowVerdict.ERROR], batch.counts[RowVerdict.REVIEW]
        if errors:
            return f"有{errors}行错误，没有写入。请按上面所列改正后重新导入。"
        if doubts and not accept_review:
            return f"有{doubts}行待确认，没有写入。核对后加 --accept-review 按默认处理，或在“数据导入”页逐项选择。"
        return ""

    def commit(self, batch: ImportBatch, received: Received, by: User) -> None:
        earlier = batches.earlier(batch, to=by)
        nothing = batches.nothing_to_write(batch)
        counts = batches.commit(batch, by=by)
        if self.json:
            self.print_json({"batch": batch.pk, "year": received.year, "counts": counts})
            return
        if nothing and earlier:
            self.stdout.write("已导入过：这个文件此前已经写入，没有需要修改的内容。")
        self.stdout.write(report.written(counts))


def person(username: str | None) -> User:
    """The account in whose name the import is done; without a name the first of the bureau."""
    if username:
        found = User.objects.filter(username=username, is_active=True).first()
        if not found:
            raise ValidationError(f"没有账号“{username}”，或账号已停用。")
        return found
    bureau = User.objects.filter(role=Role.STAFF, is_active=True).order_by("-is_lead", "pk").first()
    if not bureau:
        raise ValidationError("还没有业务科室账号。请先建立账号，或用 --as 指定账号。")
    return bureau


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
