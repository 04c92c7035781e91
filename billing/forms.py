"""Forms about money."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import pricing
from billing.estimates import Estimate, estimate
from billing.pricing import Prices
from billing.statements import Period
from users.field_errors import Form

PUBLIC_SLIDER_END, MOST_PEOPLE, SUGGESTED = 300, 1000, 47
ISO = "%Y-%m-%d"
SLIDER_END = 50  # a small company's slider still reaches the numbers at which the price begins


def range_sentence(limit: int) -> str:
    return _("Enter a number from 0 to %(limit)s.") % {"limit": limit}


class CalculatorForm(Form):
    """How many people would need full access, and what a month of that would cost.

    It answers the number in the query string, or else the suggested one; none above the company's limit of accounts.
    """

    free_seats = pricing.FREE_SEATS

    def __init__(self, query: QueryDict, *, suggested: int, people: int, limit: int, prices: Prices) -> None:
        super().__init__({"seats": query.get("seats", suggested), "currency": prices.currency})
        self.people, self.prices = people, prices
        self.slider_end = min(max(people, SLIDER_END), limit)
        self.fields["seats"] = forms.IntegerField(
            label=_("People who need Full access"),
            min_value=0,
            max_value=limit,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), range_sentence(limit)),
        )

    @property
    def estimate(self) -> Estimate | None:
        """The answer; None when the number is none."""
        if not self.is_valid():
            return None
        return estimate(self.cleaned_data["seats"], people=self.people, prices=self.prices)


class PublicCalculator(CalculatorForm):
    """The same for somebody whose company is not known, in a currency of their choice."""

    def __init__(self, query: QueryDict, *, currencies: list[str], prices: Prices) -> None:
        super().__init__(query, suggested=SUGGESTED, people=0, limit=MOST_PEOPLE, prices=prices)
        self.slider_end = PUBLIC_SLIDER_END
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency"), choices=[(code, code) for code in currencies], required=False
        )


def date_field(label: Any) -> forms.DateField:
    """A date as addresses have it: 2026-11-25."""
    sentence = gettext_lazy("Enter a date, such as 2026-11-25.")
    widget = forms.DateInput(attrs={"type": "date"}, format=ISO)
    errors = dict.fromkeys(("required", "invalid"), sentence)
    return forms.DateField(label=label, widget=widget, input_formats=[ISO], localize=False, error_messages=errors)


class PeriodForm(Form):
    """From which to which date (UTC), both included: those in the query string, or else the ones that are suggested."""

    names: ClassVar = {"first": "from", "last": "to"}  # in addresses

    first = date_field(gettext_lazy("From"))
    last = date_field(gettext_lazy("To"))

    def __init__(self, query: QueryDict, *, suggested: Period) -> None:
        super().__init__({"from": query.get("from", suggested.first), "to": query.get("to", suggested.last)})

    def add_prefix(self, field_name: str) -> str:
        return str(self.names.get(field_name, field_name))

    def clean_last(self) -> dt.date:
        last: dt.date = self.cleaned_data["last"]
        if last == dt.date.max:
            raise forms.ValidationError(_("Enter an earlier date."))  # no day follows it
        if "first" in self.cleaned_data and last < self.cleaned_data["first"]:
            raise forms.ValidationError(_("Enter a date that is not before the first one."))
        return last

    @property
    def period(self) -> Period:
        """What was chosen, once it is known to be valid."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])
