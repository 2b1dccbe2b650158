"""Code lists of the reference data."""

from django.db.models import TextChoices


class ParkKind(TextChoices):
    HEADQUARTERS = "headquarters", "总部"
    BASE = "base", "基地"
    OTHER = "other", "其他特色园区"
    COUNTY = "county", "县（市、区）"
