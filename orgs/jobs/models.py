"""Long work: a job, and the parts of a file that it makes or reads. `orgs/jobs/jobs.py` writes them."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.models import TenantModel, tenant_key


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: dt.datetime) -> JobQuerySet:
        """Unfinished, and in nobody's hands at `now`."""
        return self.filter(state__in=UNFINISHED, claimed_until__lte=now)

    def unfinished(self) -> JobQuerySet:
        return self.filter(state__in=UNFINISHED)

    def with_expired_file(self, now: dt.datetime) -> JobQuerySet:
        """Whoever was writing the file of a job that was stopped is done or dead when its claim has run out."""
        return self.filter(expires_at__lte=now, claimed_until__lte=now).exclude(file="")

    def seen_by(self, member: Membership) -> JobQuerySet:
        """Administrators see all jobs of the company, members their own."""
        jobs = self.filter(org=member.org_id).select_related("actor__user")
        return jobs if member.is_administrator else jobs.filter(actor=member)


class Job(TenantModel):
    """Work that outlives a request. `kind` names its runner (`orgs.jobs.job_types`), `parameters` what was asked for.

    `key` names the form that asked, so that a form starts one job. `cursor` is how far the runner is: it is saved in
    the transaction that does a batch. `attempts` is the number of the claim: who holds an older one saves nothing.
    `stumbles` counts claims without a finished batch. `file` is a name in the storage, written down before the file is.
    """

    public_id = models.CharField(max_length=16, default=random_id)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.WAITING)
    actor = tenant_key("orgs.Membership")
    parameters = models.JSONField(default=dict)
    key = models.CharField(max_length=64, default=random_id)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")
    file = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    stumbles = models.PositiveSmallIntegerField(default=0)
    cursor = models.JSONField(default=dict)

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="orgs_job_public_id"),
            models.UniqueConstraint(fields=["org", "key"], name="orgs_job_key"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="orgs_job_state"),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, finished_at=None)
                | (~Q(state__in=UNFINISHED) & Q(finished_at__isnull=False)),
                name="orgs_job_finished",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("claimed_until"), condition=Q(state__in=UNFINISHED), name="orgs_job_due"),
            models.Index(F("expires_at"), condition=~Q(file=""), name="orgs_job_expired"),
            models.Index(fields=["org", "-created_at", "-id"], name="orgs_job_list"),
            models.Index(fields=["org", "actor", "-created_at", "-id"], name="orgs_job_own"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def is_being_undone(self) -> bool:
        return "undo" in self.cursor and not self.is_finished

    def has_file(self, now: dt.datetime) -> bool:
        """Whether there is a file to download at `now`."""
        return bool(self.file) and self.state == JobState.DONE and (self.expires_at is None or now < self.expires_at)


class JobPart(TenantModel):
    """A piece of a file, kept with the cursor in one transaction; pieces of one name follow each other by id."""

    job = tenant_key("orgs.Job", related_name="parts")
    name = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [*TenantModel.Meta.constraints]
        indexes: ClassVar = [models.Index(fields=["org", "job", "name", "id"], name="orgs_jobpart_job")]

    def __str__(self) -> str:
        return self.name
