"""Code lists of the site: the roles of its people (design: people and rights)."""

from django.db.models import TextChoices


class Role(TextChoices):
    STAFF = "staff", "业务科室"
    PARK = "park", "园区、县区填报员"
    LEADER = "leader", "局领导"
    SYSADMIN = "sysadmin", "系统管理员"
    AUDITOR = "auditor", "审计员"
