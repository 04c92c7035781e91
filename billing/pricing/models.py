"""Price lists that operators prepare. `billing/pricing/price_lists.py` reads them, and holds the first ones."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class PriceList(models.Model):
    """What a month costs in one currency, from the first of a month on until the next list begins.

    A marginal scale of monthly prices in minor units: `prices[i]` for each seat up to `last_seats[i]`, the last price
    without end. Once it is in effect no column changes and the row stays: a trigger says so.
    """

    currency = models.CharField(_("Currency"), max_length=3)
    starts_on = models.DateField(_("In effect from"))  # a UTC date, the first of a month
    last_seats = ArrayField(models.PositiveIntegerField(), verbose_name=_("Last seat of each tier but the last"))
    prices = ArrayField(models.PositiveBigIntegerField(), verbose_name=_("Price of a seat in each tier, minor units"))
    vat_included = models.BooleanField(_("VAT is included"))

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering: ClassVar = ["currency", "starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "starts_on"], name="billing_pricelist_once"),
            models.CheckConstraint(condition=models.Q(starts_on__day=1), name="billing_pricelist_first_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.starts_on}"
