"""A queue: the shelf that gives issues their keys."""

from __future__ import annotations

from typing import ClassVar

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from issues.catalogue import catalogue
from orgs.tenancy.models import TenantModel, tenant_key
from orgs.tenancy.organization_models import Organization

KEY_PATTERN = r"^[A-Z]{1,15}$"
WORDS = 5  # of a search that count


class QueueQuerySet(models.QuerySet["Queue"]):
    def of(self, org: Organization) -> QueueQuerySet:
        return self.filter(org=org)

    def by_name(self) -> QueueQuerySet:
        """Adds `sort_name` and orders by it; the order is total."""
        return self.annotate(sort_name=Lower("name")).order_by("sort_name", "id")

    def matching(self, text: str) -> QueueQuerySet:
        """Those whose name holds, or whose key begins with, each word of the text."""
        words = text.split()[:WORDS]
        return self.filter(*(Q(name__icontains=word) | Q(key__istartswith=word) for word in words))

    def next_number(self, queue: Queue) -> int:
        """Counts one more issue and returns its number; the queue's row stays locked until the transaction ends."""
        sql = (
            "UPDATE issues_queue SET last_number = last_number + 1, issue_count = issue_count + 1"
            " WHERE org_id = %s AND id = %s RETURNING last_number"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [queue.org_id, queue.pk])
            return int(cursor.fetchone()[0])


class Queue(TenantModel):
    """`key` is unique in the company and never given again, so a queue's row outlives its use.

    `last_number` and `issue_count` are kept by `QuerySet.next_number`. `version` counts edits of the settings.
    """

    key = models.CharField(_("Key"), max_length=15)
    name = models.CharField(_("Name"), max_length=80)
    description = models.TextField(_("Description"), blank=True, default="")
    lead = tenant_key("orgs.Membership")
    default_type = models.CharField(max_length=20, default="task")
    default_priority = models.CharField(max_length=20, default="normal")
    last_number = models.PositiveIntegerField(default=0)
    issue_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects: ClassVar = QueueQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "key"], name="issues_queue_key"),
            models.CheckConstraint(condition=Q(key__regex=KEY_PATTERN), name="issues_queue_key_is_latin"),
            models.CheckConstraint(
                condition=Q(default_type__in=catalogue.keys(catalogue.TYPES)), name="issues_queue_type"
            ),
            models.CheckConstraint(
                condition=Q(default_priority__in=catalogue.keys(catalogue.PRIORITIES)), name="issues_queue_priority"
            ),
        ]
        indexes: ClassVar = [models.Index("org", Lower("name"), "id", name="issues_queue_name")]

    def __str__(self) -> str:
        return self.key
