"""Forms around requests for full access, and the limit of seats."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from users.input.field_errors import Form

MOST = 1_000_000  # seats: no company has as many accounts


class AskForm(Form):
    note = forms.CharField(
        label=_("Note to admins"),
        max_length=300,
        required=False,
    )


class DeclineForm(Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The person reads it, by email and above the issues."),
        error_messages={"required": _("Enter a reason. The person reads it.")},
    )


class CapForm(Form):
    """The most people with full access; empty for no limit."""

    cap = forms.IntegerField(
        label=_("Limit of seats"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("Empty: no limit."),
        error_messages={"invalid": _("Enter a whole number, or nothing.")},
    )
