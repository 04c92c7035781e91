"""Who pays. A change is a new row, so documents keep what they were issued with and the history is the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.models import TenantModel, tenant_key


class PayerKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    LEGAL_ENTITY = "legal_entity", _("Legal entity")


class DocumentLanguage(models.TextChoices):
    """The languages that documents are written in, each by its own name."""

    ENGLISH = "en", "English"
    RUSSIAN = "ru", "Русский"


def name_of(details: Mapping[str, str]) -> str:
    """A legal entity's name, or a person's; empty where the details have none."""
    person = " ".join(filter(None, (details.get("first_name"), details.get("last_name"))))
    return details.get("company_name") or person


class Payer(TenantModel):
    """The payment details as they were saved at `at` (UTC); the row with the highest version counts.

    `details`: the form's fields by name, as cleaned (`billing/payment_details/forms.py`). `language`: of documents; a
    version from before it could be chosen has none, and the company's counts. Append-only, until the company is
    closed: then `company_closed_at` is written, once, and a row that has it can go.
    """

    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=PayerKind.choices)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=8, choices=DocumentLanguage.choices, blank=True)
    details = models.JSONField()
    at = models.DateTimeField()
    actor = tenant_key("orgs.Membership")
    company_closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "version"], name="billing_payer_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def is_legal_entity(self) -> bool:
        return bool(self.kind == PayerKind.LEGAL_ENTITY)

    @property
    def name(self) -> str:
        return name_of(self.details)
