"""Documents that companies get, as they were issued. `billing/documents/documents.py` is their only writer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orgs.tenancy.models import TenantModel, tenant_key


class DocumentKind(models.TextChoices):
    """`PROFORMA` asks for a bank transfer; `INVOICE` says what a charge was for; `RECEIPT` that a card payment came."""

    INVOICE = "INV", pgettext_lazy("document", "Invoice")
    PROFORMA = "PRO", _("Invoice for a bank transfer")
    RECEIPT = "REC", pgettext_lazy("document", "Receipt")


class DocumentSeries(models.Model):
    """The last number of a kind in a year. Its row lock is what keeps numbers without gaps."""

    kind = models.CharField(max_length=3, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "year"], name="billing_documentseries_once")]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}"


class Document(TenantModel):
    """A numbered document; append-only. Money in minor units of `currency`.

    `seller`, `payer` (kind, country, details, company name) and `lines` are copies, so what it was issued with stays;
    the lines' amounts add up to `total`. `vat_rate` in hundredths of a percent, None where no VAT is charged. `total` =
    `net` + `vat`. `issued_on` is a UTC date.
    """

    kind = models.CharField(max_length=3, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    language = models.CharField(max_length=8)
    seller = models.JSONField(default=dict)
    payer = models.JSONField()
    lines = models.JSONField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    vat_rate = models.PositiveIntegerField(null=True)
    vat = models.BigIntegerField()
    total = models.BigIntegerField()
    charge = tenant_key("billing.Charge", null=True)
    top_up = tenant_key("billing.TopUp", null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "year", "number"], name="billing_document_number"),
            models.UniqueConstraint(
                fields=["org", "charge"], condition=~models.Q(charge=None), name="billing_document_of_charge"
            ),
            models.UniqueConstraint(
                fields=["org", "top_up"], condition=~models.Q(top_up=None), name="billing_document_of_top_up"
            ),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("vat")), name="billing_document_adds_up"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "issued_on", "id"], name="billing_document_issued")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What stands on it: INV-2026-000123."""
        return f"{self.kind}-{self.year}-{self.number:06d}"
