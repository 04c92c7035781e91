"""What was charged for a month. `billing/charging/monthly_charge.py` is its only writer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from orgs.tenancy.models import TenantModel, tenant_key


class Charge(TenantModel):
    """A month of a company that is over and settled; append-only, one per company and month.

    `month`: its first date (UTC). `seats`: the peak, first reached at `peak_at`. `dates` of `days` were chargeable.
    `price` is what a full month costs, `amount` what was charged, in minor units of `currency`; `prices` the tiers of
    the list in effect, as [last seat or null, price]. `entry` is None when nothing was to be charged.
    """

    month = models.DateField()
    currency = models.CharField(max_length=3)
    prices = models.JSONField()
    seats = models.PositiveIntegerField()
    peak_at = models.DateTimeField(null=True)
    dates = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    price = models.BigIntegerField()
    amount = models.BigIntegerField()
    entry = tenant_key("billing.Entry", null=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "month"], name="billing_charge_once"),
            models.CheckConstraint(condition=models.Q(month__day=1), name="billing_charge_first_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
