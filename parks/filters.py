"""What narrows the list of accounts."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from portal.accounts import locked_names
from portal.choices import Role
from portal.models import User

STATES = [("active", "使用中"), ("disabled", "已停用"), ("locked", "已锁定")]


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    role = django_filters.ChoiceFilter(label="角色", choices=Role.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=STATES, empty_label="全部", method="in_state")

    class Meta:
        model = User
        fields: list[str] = []

    @cached_property
    def locked(self) -> set[str]:
        """The names that are locked now, asked once for filter and list."""
        return locked_names()

    def search(self, people: QuerySet[User], name: str, text: str) -> QuerySet[User]:
        for word in text.split():
            people = people.filter(
                Q(username__icontains=word)
                | Q(name__icontains=word)
                | Q(phone__icontains=word)
                | Q(assignments__park__name__icontains=word)
            )
        return people.distinct()

    def in_state(self, people: QuerySet[User], name: str, state: str) -> QuerySet[User]:
        if state == "locked":
            return people.filter(username__in=self.locked)
        return people.filter(is_active=state == "active")
