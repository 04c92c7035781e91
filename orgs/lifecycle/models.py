"""What the lifecycle remembers beside the company's row: notices, deletions and the operator's brake."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import TenantModel
from orgs.tenancy.organization_models import Organization


class NoticeKind(models.TextChoices):
    TRIAL_END = "trial_end", _("The trial ends")
    DEBT = "debt", _("Read only for debt")
    DELETION = "deletion", _("Data is deleted")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def warnings(self, *, accepted_by: dt.datetime) -> NoticeQuerySet:
        """Warnings of a deletion of which a mail server has accepted a mail by an instant."""
        return self.filter(kind=NoticeKind.DELETION, accepted_at__lte=accepted_by)

    def warned(self, *, accepted_by: dt.datetime) -> Exists:
        """The condition for companies: a warning of the deletion that stands was accepted by an instant."""
        own = self.warnings(accepted_by=accepted_by).filter(org=OuterRef("pk"), deadline=OuterRef("retention_ends_at"))
        return Exists(own)


class Notice(TenantModel):
    """A notice to all administrators, posted once per company, kind, deadline and number of days before it.

    `accepted_at` is when a mail server first took the responsibility for one of its mails, by the database's clock.
    """

    MAIL_KEY: ClassVar = "notice:"

    kind = models.CharField(max_length=9, choices=NoticeKind.choices)
    deadline = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    posted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "kind", "deadline", "days"], name="orgs_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"

    def mail_key(self, member_id: int, email: str) -> str:
        """The key of its mail to one administrator's address; `notices.parse_key` takes it apart."""
        address = hashlib.sha256(email.encode()).hexdigest()[:16]
        return f"{self.MAIL_KEY}{self.pk}:{member_id}:{address}"


class DeletionQuerySet(models.QuerySet["Deletion"]):
    def certified(self, org: Organization) -> DeletionQuerySet:
        """Those of a company whose certificate is written."""
        return self.filter(org=org, finished_at__isnull=False)


class Deletion(TenantModel):
    """One deletion of a company's Tracker data, from the claim to the certificate.

    `counts`: rows deleted by label. `total`: rows there were at the claim, after which nobody adds any; None for a
    deletion that was claimed when they were not counted yet.
    """

    public_id = models.CharField(max_length=16, default=random_id)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    total = models.PositiveBigIntegerField(null=True)

    objects: ClassVar = DeletionQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="orgs_deletion_public_id"),
            models.UniqueConstraint(
                fields=["org"], condition=models.Q(finished_at=None), name="orgs_deletion_one_at_a_time"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "claimed_at"], name="orgs_deletion_claimed")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The certificate's number."""
        return f"DEL-{self.pk}"

    @property
    def deleted(self) -> int:
        """Rows deleted so far."""
        return sum(self.counts.values())

    @property
    def percent(self) -> int | None:
        """How far it has come, 100 only when it is complete; None when nobody knows."""
        if self.finished_at:
            return 100
        return min(99, 100 * self.deleted // self.total) if self.total else None


class Brake(models.Model):
    """The operator's off switch for all deletions: while a row without `released_at` exists, none is claimed."""

    reason = models.CharField(max_length=200)
    pulled_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.reason
