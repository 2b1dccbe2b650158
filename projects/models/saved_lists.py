"""常用清单: a list of the register that somebody wants again and again."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal import clock
from portal.choices import Role
from portal.models import User


class SavedListQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The own ones; the bureau's people also see what was shared among them."""
        own = Q(owner=user)
        return self.filter(own | Q(shared=True)) if user.role == Role.STAFF else self.filter(own)


class SavedList(models.Model):
    """A filter and an order as the address of the list says them (`query`), and columns. It holds no project: whoever
    opens it sees what that person may see, as it is then.

    `conditions`: how each condition read when it was kept, so that one that is gone can still be named.
    """

    owner = models.ForeignKey(User, models.PROTECT, verbose_name="保存人", related_name="saved_lists")
    name = models.CharField("名称", max_length=40)
    query = models.JSONField("条件和排序", default=dict, blank=True)
    columns = models.JSONField("显示列", default=list, blank=True)
    conditions = models.JSONField("条件的写法", default=list, blank=True)
    shared = models.BooleanField("科室共享", default=False)
    saved_at = models.DateTimeField("保存时间", default=clock.now)

    objects = SavedListQuerySet.as_manager()

    class Meta:
        verbose_name = "常用清单"
        verbose_name_plural = "常用清单"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="saved_list_name_once", violation_error_message="您已有同名的常用清单。"
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("saved_list", args=[self.pk])

    @property
    def words(self) -> str:
        """Its conditions as people read them."""
        said: list[dict[str, Any]] = self.conditions
        return "、".join(one["label"] for one in said) or "全部项目"
