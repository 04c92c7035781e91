"""The form of a top-up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.ledger.top_up_models import Method
from billing.money import amount_parsing
from billing.money.formatting import format_money
from billing.pricing import price_lists
from billing.pricing.tiers import monthly_price
from billing.top_ups import providers
from orgs.companies.forms import SentOnce
from orgs.tenancy.organization_models import Organization

MONTHS = (1, 3, 6, 12)
OWN = "own"
MOST = {Method.CARD: 999_999, Method.TRANSFER: 99_999_999}  # whole units of a currency; the first is Stripe's limit


class TopUpForm(SentOnce):
    """An amount, as months at today's price or typed, and how it is paid. `cleaned_data["minor"]`: minor units."""

    amount = forms.ChoiceField(
        label=gettext_lazy("Amount"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose an amount."),
            "invalid_choice": gettext_lazy(
                "The price has changed since this page was opened. Choose the amount again."
            ),
        },
    )
    own_amount = forms.CharField(
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "transaction-amount"}),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How you pay"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose how you pay.")),
    )

    def __init__(self, data: Any, *, org: Organization, balance: int, now: dt.datetime) -> None:
        self.currency, self.unit = org.currency, 10 ** get_currency_precision(org.currency)
        self.month = monthly_price(org.full_seats, price_lists.prices_for(org, now))
        presets = [*self._debt(balance), *self._months()]
        methods = [Method.CARD, Method.TRANSFER] if providers.current() else [Method.TRANSFER]
        super().__init__(data, initial={"amount": presets[0][0] if presets else OWN, "method": methods[0]})
        self.has_presets = bool(presets)
        self._choices("amount", [*presets, (OWN, _("Another amount"))])
        self._choices("method", [(method.value, method.label) for method in methods])
        self.fields["own_amount"].label = _("Amount in %(currency)s") % {"currency": org.currency}

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # both are choice fields

    def _debt(self, balance: int) -> list[tuple[str, str]]:
        """What brings a negative balance to zero."""
        if balance >= 0:
            return []
        due = max(-balance, self.unit)
        return [(str(due), _("What is due: %(amount)s") % {"amount": format_money(due, self.currency)})]

    def _months(self) -> list[tuple[str, str]]:
        if not self.month:
            return []
        return [(str(number * self.month), self._months_label(number)) for number in MONTHS]

    def _months_label(self, number: int) -> str:
        text = ngettext("%(number)s month: %(amount)s", "%(number)s months: %(amount)s", number)
        return text % {"number": number, "amount": format_money(number * self.month, self.currency)}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" not in data or "own_amount" not in data:
            return data
        field = "own_amount" if data["amount"] == OWN else "amount"
        try:
            minor = (
                amount_parsing.parse(data["own_amount"], self.currency)
                if data["amount"] == OWN
                else int(data["amount"])
            )
        except amount_parsing.Unreadable:
            self.add_error(field, self._unreadable(data["own_amount"]))
        else:
            data["minor"] = minor
            self._limit(field, minor, data.get("method"))
        return data

    def _unreadable(self, typed: str) -> str:
        if not typed:
            return _("Enter an amount.")
        return _("Enter an amount such as %(example)s, with at most two digits after the point.") % {
            "example": "1,234.50"
        }

    def _limit(self, field: str, minor: int, method: str | None) -> None:
        """At least one unit of the currency, at most what the way of paying takes."""
        if minor < self.unit:
            least = format_money(self.unit, self.currency)
            self.add_error(field, _("Enter %(least)s or more.") % {"least": least})
        elif method and minor > MOST[Method(method)] * self.unit:
            most = format_money(MOST[Method(method)] * self.unit, self.currency)
            text = _("At most %(most)s can be paid at once. Write to support to pay more.")
            if method == Method.CARD:
                text = _("A card takes at most %(most)s at once. Pay the rest separately, or by bank transfer.")
            self.add_error(field, text % {"most": most})
