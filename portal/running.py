"""Whether the system is at work: acts that swap its database ask first."""

from django.db import DatabaseError

from portal import heartbeats

STOP_FIRST = "系统还在运行。请先停止网站、定时器和后台任务；刚停止的，等两分钟或加 --stopped。"


def is_running() -> bool:
    """Whether a process has been heard of lately; an unreadable database says nothing."""
    try:
        return any(heartbeats.is_fresh(age) for age in heartbeats.ages().values())
    except DatabaseError:
        return False
