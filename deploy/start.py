"""Start the product: prepare var/ and the database, say where it is and who may enter, then run every process.

./run [--port 8000] [--empty] [--lan]

When somebody asks on the site that the trial ends (转为正式), it stops every process, puts an empty database in the
place of the demonstration's and starts anew.
"""

import argparse
import hashlib
import os
import secrets
import socket
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOCAL = "127.0.0.1"
WISH = "go-live.json"  # left by the page 转为正式
NO_HOUSE = (
    "没有找到本机的内网地址（10.、172.16—172.31.、192.168.开头），不能用 --lan。"
    "请检查网线或无线网；只在本机试用请去掉 --lan。"
)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper


def main() -> None:
    options = arguments()
    as_given = dict(os.environ)  # a new start after the trial finds out for itself what it is
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    addresses = [LOCAL, *(house_addresses() if options.lan else [])]
    refuse_taken_port(options.port, addresses)
    environment(options.port, addresses)
    try:
        if not trial_ended():  # a wish left by a power cut comes first
            prepare(empty=options.empty)
            announce(options.port, addresses)
            run_everything(options.port, addresses)
            if not trial_ended():
                return
        now_real = {name: value for name, value in as_given.items() if name not in ("DEMO", "DEMO_PASSWORD")}
        os.execve(sys.executable, [sys.executable, *sys.argv], now_real)
    except Exception as problem:
        if type(problem).__name__ not in ("CommandError", "ImproperlyConfigured", "SystemCheckError"):
            raise
        sys.exit(f"已退出：{problem}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run", description="启动项目调度系统（默认仅本机可访问，Ctrl-C 停止）")
    parser.add_argument("--port", type=int, default=8000, help="端口，默认8000")
    parser.add_argument("--empty", action="store_true", help="只建演示账号，不装入样例项目")
    parser.add_argument("--lan", action="store_true", help="内网试用：同一内网的电脑可以访问，不加密")
    return parser.parse_args()


def house_addresses() -> list[str]:
    """This machine's addresses in the house network; public ones are never listened on."""
    from portal import house

    found = house.own_addresses()
    if not found:
        sys.exit(NO_HOUSE)
    return found


def refuse_taken_port(port: int, addresses: list[str]) -> None:
    for address in addresses:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                sys.exit(f"端口{port}已被占用，请换一个：./run --port {port + 1}")


# --- var/ ------------------------------------------------------------------------------------------------------


def environment(port: int, addresses: list[str]) -> None:
    """Set what the settings need and nobody has given. Secrets are made once and kept in var/."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    os.environ["SUPERVISED"] = "1"
    if len(addresses) > 1:  # given ones may speak of https and of a proxy
        os.environ |= {"LAN": "1", "SITE_URL": f"http://{addresses[1]}:{port}", "PROXY_COUNT": "0"}
        os.environ["ALLOWED_HOSTS"] = ",".join([*addresses, "localhost"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("SECRET_KEY", kept("secret-key", secrets.token_urlsafe(64)))
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    if is_demonstration():
        os.environ.setdefault("DEMO", "1")
        password = "".join(secrets.choice(LETTERS) for _ in range(12))
        os.environ["DEMO_PASSWORD"] = kept("demo-password", os.environ.get("DEMO_PASSWORD") or password)


def kept(name: str, new: str) -> str:
    """Return the text of a file in var/ that only its owner reads; write `new` there the first time."""
    path = VAR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new)
    return path.read_text().strip()


def is_demonstration() -> bool:
    """Return whether this script made the database, now or at an earlier start: only then may it fill it."""
    address = os.environ.get("DATABASE_URL", "sqlite:///var/portal.sqlite3")
    mark = hashlib.sha256(address.encode()).hexdigest()  # an address may hold a password
    ours = VAR / "demo-databases"
    marks = ours.read_text().split() if ours.exists() else []
    if has_tables(address):
        return mark in marks
    ours.write_text("\n".join({*marks, mark}))
    return True


def has_tables(address: str) -> bool:
    """Return whether somebody has already put something into the database."""
    if address.startswith("sqlite:"):
        path = ROOT / address.removeprefix("sqlite:///")
        return path.exists() and path.stat().st_size > 0
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return found is not None


# --- the database ----------------------------------------------------------------------------------------------


def prepare(*, empty: bool) -> None:
    """Bring tables and static files up to date; fill an empty demonstration."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    print("正在准备数据库……", flush=True)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if settings.DEMO:
        fill_demonstration(empty=empty)


def fill_demonstration(*, empty: bool) -> None:
    """Set the demonstration's day, and give a register without projects its sample; both once."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    from portal import clock

    clock.start_demo(day=date.fromisoformat(settings.DEMO_TODAY))
    if not apps.get_model("projects.Project")._base_manager.exists():
        call_command("load_sample", accounts=empty, verbosity=0)
    elif empty:
        print("库里已有项目，--empty 不起作用。要从空库开始，请另解压一份再启动。", flush=True)


def announce(port: int, addresses: list[str]) -> None:
    from django.conf import settings

    from portal.models import User

    print(f"\n项目调度系统：http://127.0.0.1:{port}/   （Ctrl-C 停止，日志在 var/log/）")
    for address in addresses[1:]:
        print(f"内网其他电脑：http://{address}:{port}/   （不加密，只用于试用；打不开时请看防火墙是否放行端口{port}）")
    if settings.DEMO:
        print("演示账号：")
        for person in User.objects.filter(is_demo=True).order_by("pk"):
            print(f"  {person.username:<16} {person.get_role_display()} {person.name}")
        print(f"演示密码：{settings.DEMO_PASSWORD}   （保存在 var/demo-password）")
    else:
        print("本库不是演示库，没有演示账号；第一个账号：.venv/bin/python manage.py create_admin 用户名")
    print(flush=True)


def run_everything(port: int, addresses: list[str]) -> None:
    """Run until Ctrl-C, or until the end of the trial is asked for."""
    from django.core.management import call_command
    from django.db import connections

    connections.close_all()  # this process only looks after the others
    bind = ",".join(f"{address}:{port}" for address in addresses)
    call_command("runall", bind=bind, log_dir=VAR / "log", until=VAR / WISH, skip_checks=False)


def trial_ended() -> bool:
    """Do what was asked for on the page 转为正式, if anything; whether the site is to be started anew. Nothing runs."""
    if not (VAR / WISH).exists():
        return False
    import django
    from django.db import connections

    django.setup()
    from parks import going_live

    print("正在转为正式……", flush=True)
    print(going_live.fulfil(), flush=True)
    connections.close_all()
    return True


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
