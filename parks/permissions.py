"""Who may keep the accounts. `None` stands for somebody at the server's own console."""

from portal.choices import Role
from portal.models import User


def may_keep_people(by: User | None) -> bool:
    """System administrators, and whoever sits at the server's console."""
    return by is None or (by.is_active and by.role == Role.SYSADMIN)


def may_change_role(by: User | None, person: User) -> bool:
    """Nobody changes the own role, flag or units, or disables the own account (design: people and rights)."""
    return by is None or by.pk != person.pk
