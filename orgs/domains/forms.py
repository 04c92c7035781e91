"""The form that links an email domain."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from users.input.field_errors import Form


class DomainForm(Form):
    """An email domain to link. What it may be is decided by `orgs/domains/names.py`."""

    name = forms.CharField(
        label=_("Domain"),
        max_length=1000,
        strip=True,
        help_text=_("What stands behind the @ in your company’s addresses, such as company.com."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Enter a domain."), "max_length": _("Enter a domain name, such as company.com.")},
    )
