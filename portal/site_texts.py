"""The bureau's own words that stand on every page: notice, contact, telephone."""

import time

from portal.models import SiteText

REMEMBER_SECONDS = 1.0  # every page shows them; in another process a change is seen after this long
_remembered: tuple[float, dict[str, str]] | None = None


def texts() -> dict[str, str]:
    """The texts by their keys. At most one query in a second."""
    global _remembered
    if _remembered is None or time.monotonic() - _remembered[0] > REMEMBER_SECONDS:
        _remembered = (time.monotonic(), dict(SiteText.objects.values_list("key", "text")))
    return _remembered[1]


def forget() -> None:
    """Read the database at the next page: a text was changed."""
    global _remembered
    _remembered = None
