"""Payments that somebody began, and what the payment provider said of them. `billing.top_ups.top_ups` writes."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import TenantModel, tenant_key


class Method(models.TextChoices):
    CARD = "card", _("By card")
    TRANSFER = "transfer", _("By bank transfer")


class TopUpState(models.TextChoices):
    """`OPEN`: begun, the provider was not reached yet. `PENDING`: the payment is awaited. `REVIEW`: for an operator."""

    OPEN = "open", _("Not begun")
    PENDING = "pending", _("Awaiting payment")
    PAID = "paid", _("Received")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    REVIEW = "review", _("Being checked")


class TopUp(TenantModel):
    """Money (minor units) that somebody wants to add to the company's balance.

    `token` comes with the form, so one form is one payment. `reference` is what a bank transfer must name. `entry` is
    there from the moment it is paid.
    """

    public_id = models.CharField(max_length=16, default=random_id)
    token = models.UUIDField(default=uuid4)
    method = models.CharField(max_length=8, choices=Method.choices)
    state = models.CharField(max_length=8, choices=TopUpState.choices, default=TopUpState.OPEN)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    provider = models.CharField(max_length=12, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    reference = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # when the provider was last asked what became of it
    settled_at = models.DateTimeField(null=True)
    actor = tenant_key("orgs.Membership")
    entry = tenant_key("billing.Entry", null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="billing_topup_public_id"),
            models.UniqueConstraint(fields=["org", "token"], name="billing_topup_token"),
            models.UniqueConstraint(
                fields=["provider", "provider_id"], condition=~models.Q(provider_id=""), name="billing_topup_provider"
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~models.Q(reference=""), name="billing_topup_reference"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="billing_topup_positive"),
            models.CheckConstraint(
                condition=models.Q(state=TopUpState.PAID, entry__isnull=False)
                | (~models.Q(state=TopUpState.PAID) & models.Q(entry=None)),
                name="billing_topup_paid_has_entry",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", "created_at", "id"], name="billing_topup_created"),
            models.Index(
                fields=["asked_at"],
                condition=models.Q(method=Method.CARD, state__in=(TopUpState.OPEN, TopUpState.PENDING)),
                name="billing_topup_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.public_id}"


class ProviderEvent(models.Model):
    """A signed message of a payment provider that was taken in; one row for each of their ids, however often sent."""

    provider = models.CharField(max_length=12)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    top_up = models.CharField(max_length=16, blank=True)  # the public id it was about; empty: none of ours
    outcome = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="billing_providerevent_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
