"""Who pays. A change is a new row, so documents keep what they were issued with and the history is the table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.tenancy import TenantModel, tenant_key


class PayerKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    LEGAL_ENTITY = "legal_entity", _("Legal entity")


class Payer(TenantModel):
    """The payment details as they were saved at `at` (UTC); the row with the highest version counts.

    `details`: the form's fields by name, as cleaned (`billing/payer_fields.py`). Append-only.
    """

    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=PayerKind.choices)
    country = models.CharField(max_length=2)
    details = models.JSONField()
    at = models.DateTimeField()
    actor = tenant_key("orgs.Membership")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "version"], name="billing_payer_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
