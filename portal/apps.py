"""Registers the checks of the configuration when Django starts."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "站点"

    def ready(self) -> None:
        from portal import checks  # noqa: F401 - importing registers them
