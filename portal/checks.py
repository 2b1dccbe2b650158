"""Misconfiguration as `manage.py check` messages: what is wrong and what to set. docs/operations.md has the table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection
from django.http.request import validate_host

from portal.house import is_house
from portal.permissions import undeclared

LOCAL = {"127.0.0.1", "localhost", "[::1]", "testserver"}
SECRET_LENGTH, SECRET_LETTERS = 50, 10
ASSETS = ("dist/app.css", "dist/app.js", "dist/icons.svg")
PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}


def is_local(host: str) -> bool:
    return host in LOCAL


# --- at every start --------------------------------------------------------------------------------------------


@register(Tags.security)
def debug_stays_at_home(**kwargs: Any) -> list[CheckMessage]:
    """Pages of DEBUG show settings and data to whoever provokes an error."""
    strangers = [host for host in settings.ALLOWED_HOSTS if not is_local(host)]
    if not settings.DEBUG or not strangers:
        return []
    hint = "正式环境请去掉环境变量 DEBUG；调试时 ALLOWED_HOSTS 只留 127.0.0.1 和 localhost。"
    return [Error(f"DEBUG 已打开，而本站允许从 {'、'.join(strangers)} 访问。", hint=hint, id="portal.E001")]


@register(Tags.security)
def hosts_fit_the_site(**kwargs: Any) -> list[CheckMessage]:
    """A wildcard lets a forged Host into links; an absent host answers every page with 400."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS 含有 *。", hint="请逐个写出域名或地址，用逗号分开。", id="portal.E002"))
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in ("http", "https") or not site.hostname:
        hint = "请写成 https://域名 的形式，末尾不带斜杠。"
        found.append(Error(f"SITE_URL 不是网址：{settings.SITE_URL}", hint=hint, id="portal.E003"))
    elif not validate_host(site.hostname, settings.ALLOWED_HOSTS):
        hint = f"请在 ALLOWED_HOSTS 中加上 {site.hostname}。"
        found.append(Error("ALLOWED_HOSTS 不含 SITE_URL 的主机，页面将全部返回400。", hint=hint, id="portal.E004"))
    return found


@register(Tags.security)
def plain_http_stays_in_the_house(**kwargs: Any) -> list[CheckMessage]:
    """A trial without encryption is for the house network alone; names and public addresses may be anywhere."""
    if not settings.LAN:
        return []
    strangers = [host for host in settings.ALLOWED_HOSTS if not is_local(host) and not is_house(host)]
    if not strangers and settings.SITE_URL.startswith("http://"):
        return []
    hint = "./run --lan 只用于内网试用；正式使用请去掉 LAN，由反向代理提供 https。"
    what = f"ALLOWED_HOSTS 含有 {'、'.join(strangers)}" if strangers else f"SITE_URL 是 {settings.SITE_URL}"
    return [Error(f"内网试用（LAN）只能用内网地址和 http，而{what}。", hint=hint, id="portal.E009")]


@register(Tags.staticfiles)
def assets_are_built(**kwargs: Any) -> list[CheckMessage]:
    """Without them pages have no looks and no behaviour."""
    missing = [name for name in ASSETS if not finders.find(name) and not (Path(settings.STATIC_ROOT) / name).exists()]
    if not missing:
        return []
    hint = "请运行 npm ci --ignore-scripts && npm run build（./run 会自动完成）。"
    return [Warning(f"页面资源尚未生成：{'、'.join(missing)}。", hint=hint, id="portal.W001")]


@register(Tags.security)
def proxies_are_counted(**kwargs: Any) -> list[CheckMessage]:
    """Counted wrong, lock-outs hit the proxy, or anybody may claim any address."""
    if settings.PROXY_COUNT >= 0:
        return []
    hint = "请写本站前面反向代理的层数；没有代理写0。"
    return [Error(f"PROXY_COUNT 不能是 {settings.PROXY_COUNT}。", hint=hint, id="portal.E005")]


@register(Tags.security)
def views_declare_who_may_enter(**kwargs: Any) -> list[CheckMessage]:
    """Deny by default: a view that was forgotten does not start."""
    hint = "请给视图加上 portal.permissions.access(…)。"
    return [Error(f"没有声明访问权限的地址：{name}。", hint=hint, id="portal.E008") for name in undeclared()]


# --- with --deploy ---------------------------------------------------------------------------------------------


@register(Tags.security, deploy=True)
def secret_is_strong(**kwargs: Any) -> list[CheckMessage]:
    """Whoever guesses it signs sessions of anybody."""
    key = settings.SECRET_KEY
    if len(key) >= SECRET_LENGTH and len(set(key)) >= SECRET_LETTERS:
        return []
    hint = "请设为50个字符以上的随机字符串，例如 python3 -c 'import secrets; print(secrets.token_urlsafe(64))' 的输出。"
    return [Warning("SECRET_KEY 太短或太简单。", hint=hint, id="portal.W002")]


@register(Tags.security, deploy=True)
def site_is_reached_safely(**kwargs: Any) -> list[CheckMessage]:
    """A real installation has an address of its own, under https, behind a proxy that ends the encryption."""
    site = urlsplit(settings.SITE_URL)
    if is_local(site.hostname or ""):
        hint = "请把环境变量 SITE_URL 设为用户访问的网址，例如 https://xmdd.example.gov.cn。"
        return [Warning("没有设置 SITE_URL，或仍指向本机。", hint=hint, id="portal.W003")]
    if site.scheme != "https":
        hint = "请在反向代理上启用 https，并把 SITE_URL 改为 https:// 开头。"
        return [Warning("SITE_URL 不是 https，密码将明文传输。", hint=hint, id="portal.W004")]
    if settings.PROXY_COUNT == 0:
        hint = "本站自身不提供 https。请把 PROXY_COUNT 设为前面反向代理的层数（通常为1）。"
        return [
            Warning("使用 https，而 PROXY_COUNT 为0：登录锁定和日志将取不到真实地址。", hint=hint, id="portal.W005")
        ]
    return []


@register(Tags.security, deploy=True)
def demonstration_stays_at_home(**kwargs: Any) -> list[CheckMessage]:
    """Demonstration accounts share one password."""
    if not settings.DEMO:
        return []
    hint = "正式环境请去掉环境变量 DEMO，并使用新建的空库。"
    return [Warning("演示模式已打开。", hint=hint, id="portal.W006")]


# --- where the database is at hand (migrate, check --database default) -------------------------------------------


@register(Tags.database)
def clock_is_real(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A left-over offset would move every due date once DEMO is set again."""
    if not databases or settings.DEMO or not has_table("portal_clockoffset"):
        return []
    from portal.models import ClockOffset

    row = ClockOffset.objects.first()
    if row is None or row.days == 0:
        return []
    hint = "这是演示库：请设置 DEMO=1，或改用新建的空库。"
    return [Error(f"演示时钟偏移了{row.days}天，而演示模式没有打开。", hint=hint, id="portal.E006")]


@register(Tags.database)
def sqlite_is_safe(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """With other flags a power cut may lose what was saved, or readers wait behind writers."""
    if not databases or connection.vendor != "sqlite":
        return []
    wrong = [name for name, value in PRAGMAS.items() if pragma(name) != value]
    if settings.DATABASES["default"]["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        wrong.append("transaction_mode")
    if settings.DATABASES["default"].get("ATOMIC_REQUESTS"):
        wrong.append("ATOMIC_REQUESTS")
    if not wrong:
        return []
    hint = "请勿改动 portal/settings.py 中的 SQLITE_OPTIONS；数据库文件须放在本机磁盘，不能放在网络盘。"
    return [Error(f"SQLite 的设置不对：{'、'.join(wrong)}。", hint=hint, id="portal.E007")]


@register(Tags.database)
def cache_has_its_table(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Limits of failed log-ins live there."""
    name = str(settings.CACHES["default"]["LOCATION"])
    if not databases or has_table(name) or not has_table("portal_user"):
        return []
    hint = "请运行 manage.py createcachetable（./run 会自动完成）。"
    return [Warning("缓存表不存在，登录频次限制无法工作。", hint=hint, id="portal.W007")]


def has_table(name: str) -> bool:
    try:
        return name in connection.introspection.table_names()
    except DatabaseError:
        return False


def pragma(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return str(cursor.fetchone()[0])
