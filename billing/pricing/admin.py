"""The operator's pages of price lists: one that is in effect stays, one that begins later can be prepared."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.money import billing_days
from billing.pricing import price_lists
from billing.pricing.models import PriceList

if TYPE_CHECKING:  # Django's own classes cannot be subscripted when the code runs
    PriceListModelForm = forms.ModelForm[PriceList]
    PriceListModelAdmin = admin.ModelAdmin[PriceList]
else:
    PriceListModelForm, PriceListModelAdmin = forms.ModelForm, admin.ModelAdmin


def today() -> dt.date:
    """The UTC date at which the operator looks."""
    return billing_days.day_of(timezone.now())


class PriceListForm(PriceListModelForm):
    """A marginal scale that begins on the first of a month to come."""

    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(first.currency, first.currency) for first in price_lists.FIRST]
    )

    class Meta:
        model = PriceList
        fields: ClassVar = ["currency", "starts_on", "last_seats", "prices", "vat_included"]
        help_texts: ClassVar = {
            "starts_on": _("The first of a month (UTC)."),
            "last_seats": _("Comma-separated, rising: 100,250."),
            "prices": _("Comma-separated, one more than last seats: 331,285,237."),
        }

    def clean_starts_on(self) -> dt.date:
        starts_on: dt.date = self.cleaned_data["starts_on"]
        if starts_on.day != 1 or starts_on <= today():
            raise forms.ValidationError(_("A price list begins on the first of a month to come."))
        return starts_on

    def clean_last_seats(self) -> list[int]:
        seats: list[int] = self.cleaned_data["last_seats"]
        if any(last >= following for last, following in pairwise([0, *seats])):
            raise forms.ValidationError(_("Each tier ends after the one before it."))
        return seats

    def clean_prices(self) -> list[int]:
        """Django reads 4.00 as 4, which here would be four cents."""
        prices: list[int] = self.cleaned_data["prices"]
        if "." in self.data.get(self.add_prefix("prices"), ""):
            raise forms.ValidationError(_("Enter whole minor units, without a point: 331 is $3.31."))
        return prices

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "prices" in data and "last_seats" in data and len(data["prices"]) != len(data["last_seats"]) + 1:
            self.add_error("prices", _("Enter one price more than there are last seats."))
        return data


class PriceListAdmin(PriceListModelAdmin):
    form = PriceListForm
    list_display = ("currency", "starts_on", "last_seats", "prices", "vat_included")
    list_filter = ("currency",)
    ordering = ("currency", "-starts_on")
    actions = None  # each is deleted on its own page, which knows whether it is in effect

    def has_change_permission(self, request: HttpRequest, obj: PriceList | None = None) -> bool:
        return obj is None or obj.starts_on > today()

    def has_delete_permission(self, request: HttpRequest, obj: PriceList | None = None) -> bool:
        return obj is not None and obj.starts_on > today()
