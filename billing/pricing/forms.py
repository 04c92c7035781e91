"""Forms about money."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from billing.pricing import tiers
from billing.pricing.estimates import Estimate, estimate
from billing.pricing.tiers import Prices
from users.input.field_errors import Form

PUBLIC_SLIDER_END, MOST_PEOPLE, SUGGESTED = 300, 1000, 47
SLIDER_END = 50  # a small company's slider still reaches the numbers at which the price begins


def range_sentence(limit: int) -> str:
    return _("Enter a number from 0 to %(limit)s.") % {"limit": limit}


class CalculatorForm(Form):
    """How many people would need full access, and what a month of that would cost.

    It answers the number in the query string, or else the suggested one; none above the company's limit of accounts.
    """

    free_seats = tiers.FREE_SEATS

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
