"""An issue, and the sets that lists are made of."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from issues.catalogue import catalogue
from issues.following.models import Follower
from issues.search.full_text import document
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.models import TenantModel, tenant_key
from orgs.tenancy.organization_models import Organization

SUMMARY_LENGTH = 255
TEXT_LENGTH = 100_000
TAG_LENGTH = 40
TAG_LIMIT = 20

# Every list's order. All directions are one, so that a page's edge is one bound of the index.
ORDER = ("-status_rank", "-updated_at", "-id")


class IssueQuerySet(models.QuerySet["Issue"]):
    def of(self, org: Organization | int) -> IssueQuerySet:
        """The company's issues, without what only the database or one page reads.

        The id is a bigint in so many words: a shorter integer could not use the first column of a GIN index.
        """
        org_id = org if isinstance(org, int) else org.pk
        return self.filter(org_id=Cast(Value(org_id), models.BigIntegerField())).defer("search", "description_html")

    def unresolved(self) -> IssueQuerySet:
        return self.filter(status_rank__gt=catalogue.CLOSED_RANK)

    def closed(self) -> IssueQuerySet:
        return self.filter(status_rank=catalogue.CLOSED_RANK)

    def assigned_to(self, member: Membership) -> IssueQuerySet:
        return self.filter(assignee=member)

    def followed_by(self, member: Membership) -> IssueQuerySet:
        followed = Follower.objects.filter(org=member.org_id, member=member)
        return self.filter(pk__in=followed.values("issue_id"))


class Issue(TenantModel):
    """`key` is the queue's key and `number`. `status_rank` follows `status`: lists are ordered and grouped by it.

    `version` counts changes of the fields, not comments; `updated_at` moves with both. A resolved issue has a
    resolution and an instant; no other has. `token` names the form that created it, so a form creates one issue.
    """

    queue = tenant_key("issues.Queue")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=27)
    type = models.CharField(_("Type"), max_length=20)
    summary = models.CharField(_("Summary"), max_length=SUMMARY_LENGTH)
    description = models.TextField(_("Description"), blank=True, default="", max_length=TEXT_LENGTH)
    description_html = models.TextField(
        blank=True, default="", db_default="", editable=False
    )  # see issues.text.markdown.keep
    status = models.CharField(_("Status"), max_length=20, default=catalogue.OPEN)
    status_rank = models.SmallIntegerField(default=catalogue.STATUS[catalogue.OPEN].rank)
    priority = models.CharField(_("Priority"), max_length=20)
    resolution = models.CharField(_("Resolution"), max_length=20, blank=True, default="")
    author = tenant_key("orgs.Membership")
    assignee = tenant_key("orgs.Membership", null=True)
    due_on = models.DateField(_("Due"), null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=TAG_LENGTH), blank=True, default=list, verbose_name=_("Tags"))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    token = models.UUIDField(null=True)
    search = models.GeneratedField(expression=document(), output_field=SearchVectorField(), db_persist=True)

    objects: ClassVar = IssueQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "key"], name="issues_issue_key"),
            models.UniqueConstraint(
                fields=["org", "token"], condition=Q(token__isnull=False), name="issues_issue_token"
            ),
            models.CheckConstraint(
                condition=Q(resolution="", resolved_at=None) | (~Q(resolution="") & Q(resolved_at__isnull=False)),
                name="issues_issue_resolved",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("description"), TEXT_LENGTH), name="issues_issue_description"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", *ORDER], name="issues_issue_list"),
            models.Index(fields=["org", "queue", *ORDER], name="issues_issue_queue"),
            models.Index(fields=["org", "assignee", *ORDER], include=["queue"], name="issues_issue_assignee"),
            GinIndex(fields=["org", "search"], name="issues_issue_search"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    @property
    def type_name(self) -> str:
        return catalogue.name(catalogue.TYPES, self.type)

    @property
    def resolution_name(self) -> str:
        return catalogue.name(catalogue.RESOLUTIONS, self.resolution)

    def set_status(self, status: str) -> None:
        """The status with its rank: the one place that keeps them together."""
        self.status, self.status_rank = status, catalogue.STATUS[status].rank
