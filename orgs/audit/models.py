"""The audit trail's table. `orgs/audit/audit.py` is its only writer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from orgs.audit.nightly_models import NightlyCheck
from orgs.tenancy.models import TenantModel, tenant_key


class AuditEvent(TenantModel):
    """One act on people, access, money, security or the lifecycle; append-only and hash-chained per company.

    `data` holds ids, levels, amounts and keyed digests, never names: erasing a person rewrites nothing here.
    `actor` is None when the system acted.
    """

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = tenant_key("orgs.Membership", null=True)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "number"], name="orgs_auditevent_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "target", "number"], name="orgs_auditevent_target")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class AuditCheck(NightlyCheck):
    """The nightly look at a company's chain. `number` and `hash` are its last event when it was whole the last time."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
