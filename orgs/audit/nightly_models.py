"""What the nightly checks remember of each company: when it was looked at last, and what was wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from orgs.tenancy.models import TenantModel
from orgs.tenancy.organization_models import Organization

EVERY = dt.timedelta(hours=20)  # a round an hour, so each company has its turn about once a night


class NightlyCheck(TenantModel):
    """One row a company. `fault` says in ids and numbers what is wrong, and is empty when nothing is."""

    checked_at = models.DateTimeField()
    fault = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org"], name="%(app_label)s_%(class)s_company"),
        ]
        indexes: ClassVar = [models.Index(fields=["org"], condition=~Q(fault=""), name="%(app_label)s_%(class)s_fault")]

    def __str__(self) -> str:
        return self.fault

    @classmethod
    def due(cls, now: dt.datetime) -> QuerySet[Organization]:
        """Companies that were not looked at for twenty hours. In the platform's scope."""
        fresh = cls._default_manager.filter(org=OuterRef("pk"), checked_at__gt=now - EVERY)
        return Organization.objects.filter(~Exists(fresh)).order_by("pk")

    @classmethod
    def faulty(cls) -> QuerySet[Any]:
        """Those that found something. In the platform's scope."""
        return cls._default_manager.exclude(fault="").order_by("org_id")
