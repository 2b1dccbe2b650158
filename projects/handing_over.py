"""What a day owes to who took a unit over on that very day, after the messages were made (users.md §3).

Who left is told nothing any more: the message is looked at again before it goes out. So that nobody's business it does
not become, what no present addressee was told goes to the successor, at most one message a day as ever. Where a
colleague was told, the newcomer reads it in the Monday list or the 周调度.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from parks.models import ParkAssignment
from portal.models import OutgoingMailItem
from portal.outbox import Item

Owed = Mapping[int, Iterable[Item]]  # by person
Key = tuple[str, int, date, str]


def newcomers(people: Iterable[int], *, on: date) -> set[int]:
    """Of these people, those who act for a unit since the day `on` or later."""
    since = ParkAssignment.objects.filter(user__in=list(people), from_date__gte=on)
    return set(since.values_list("user", flat=True))


def orphaned(owed: Owed, left: Owed, successors: Collection[int]) -> dict[int, list[Item]]:
    """Of what is left to tell these successors, the items that none of those they are owed to now was told.

    `owed`: everything each person is owed now; `left`: what of it the person was not told.
    """
    told = told_to({key(item) for user in successors for item in left.get(user, ())})
    now: dict[Key, set[int]] = defaultdict(set)
    for user, items in owed.items():
        for item in items:
            now[key(item)].add(user)
    found = {user: [one for one in left[user] if not told[key(one)] & now[key(one)]] for user in successors}
    return {user: items for user, items in found.items() if items}


def told_to(keys: Collection[Key]) -> dict[Key, set[int]]:
    """Who was told each of them, or is about to be."""
    told: dict[Key, set[int]] = defaultdict(set)
    rows = OutgoingMailItem.objects.filter(due__in={due for _, _, due, _ in keys})
    for subject, pk, due, level, user in rows.values_list("subject", "object_id", "due", "level", "user"):
        if (subject, pk, due, level) in keys:
            told[subject, pk, due, level].add(user)
    return told


def key(item: Item) -> Key:
    """An item, whoever is told."""
    return item.subject, item.object_id, item.due, item.level
