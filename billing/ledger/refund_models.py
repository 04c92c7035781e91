"""Money of a card payment that the provider took back. `billing/top_ups/refunds.py` writes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.models import TenantModel, tenant_key


class TakebackKind(models.TextChoices):
    REFUND = "refund", _("Refund to the card")
    DISPUTE = "dispute", _("Payment disputed by the cardholder")


class TakebackState(models.TextChoices):
    """`RETURNED`: the money came back, or never went. `REVIEW`: it does not fit the payment, for an operator."""

    TAKEN = "taken", _("Taken back")
    RETURNED = "returned", _("Returned")
    REVIEW = "review", _("Being checked")


class Takeback(TenantModel):
    """A refund or a dispute, one row for the provider's id of it. `amount` in minor units of `currency`.

    `entry` took it from the balance; a return reverses that entry.
    """

    top_up = tenant_key("billing.TopUp", related_name="takebacks")
    kind = models.CharField(max_length=8, choices=TakebackKind.choices)
    state = models.CharField(max_length=8, choices=TakebackState.choices)
    provider = models.CharField(max_length=12)
    provider_id = models.CharField(max_length=255)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    entry = tenant_key("billing.Entry", null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("money taken back")
        verbose_name_plural = _("money taken back")
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["provider", "provider_id"], name="billing_takeback_provider"),
            models.CheckConstraint(
                condition=Q(state=TakebackState.TAKEN, entry__isnull=False)
                | Q(state=TakebackState.RETURNED)
                | Q(state=TakebackState.REVIEW, entry=None),
                name="billing_takeback_taken_has_entry",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "top_up"], name="billing_takeback_top_up")]

    def __str__(self) -> str:
        return f"{self.kind} {self.provider_id}"
