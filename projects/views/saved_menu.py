"""常用清单 as the list page knows them: the menu, the one that is open, and what an address keeps of itself."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from portal import clock
from portal.models import User
from portal.text import whole_number
from projects.filters import LABELS
from projects.models import SavedList
from projects.tables import columns_of

SHOWN = 20  # in the menu; the page of all lists shows the rest
KEPT = {*LABELS, "q", "sort", "per_page", "year"}
LONGEST = 200  # characters of one part of an address


@dataclass(frozen=True)
class SavedMenu:
    """The lists a person can open, own and shared, and the open one; `is_changed`: the page says something else by
    now."""

    own: list[SavedList]
    shared: list[SavedList]
    count: int
    chosen: SavedList | None
    is_changed: bool

    @property
    def more(self) -> bool:
        return len(self.own) + len(self.shared) < self.count

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """Those of the open list, as it was kept."""
        return self.chosen.conditions if self.chosen else []


def saved_menu(user: User, query: QueryDict) -> SavedMenu:
    """One query."""
    found = list(SavedList.objects.visible_to(user))
    chosen = next((one for one in found if one.pk == whole_number(query.get("list"))), None)
    own = [one for one in found if one.owner_id == user.pk]
    shared = [one for one in found if one.owner_id != user.pk]
    is_changed = chosen is not None and kept_part(query) != chosen.query
    return SavedMenu(own[:SHOWN], shared[:SHOWN], len(found), chosen, is_changed)


def kept_part(query: QueryDict) -> dict[str, str]:
    """What a list keeps of the address. The present year is not kept: next year the list shows that year."""
    kept = {name: str(query[name])[:LONGEST] for name in sorted(query) if name in KEPT}
    if kept.get("year") == str(clock.today().year):
        del kept["year"]
    return kept


def columns_for(user: User, query: QueryDict) -> list[str]:
    """The columns of the list that is open, else those the person chose."""
    if "list" not in query:
        return columns_of(user)
    chosen = SavedList.objects.visible_to(user).filter(pk=whole_number(query["list"]) or 0).first()
    return columns_of(user, kept=chosen.columns if chosen else ())
