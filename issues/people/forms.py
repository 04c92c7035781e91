"""The field that names a member."""

from __future__ import annotations

from typing import Any

from django import forms

from issues.people import people_search
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


class PersonField(forms.CharField):
    """A member, named by address or full name. The value is the Membership, or None."""

    org: Organization
    current: Membership | None = None

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(max_length=300, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.user.email if isinstance(value, Membership) else value

    def clean(self, value: Any) -> Any:
        """The person who is there already needs no search, and may have left the company."""
        text = super().clean(value)
        if not text:
            return None
        if self.current and text.lower() == self.current.user.email:
            return self.current
        try:
            return people_search.member_by_text(self.org, text)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
