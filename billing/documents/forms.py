"""The form of a period of days."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.documents.statements import Period
from users.input.field_errors import Form

ISO = "%Y-%m-%d"


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
