"""Forms of queues. They read and shape what was typed; the verbs decide."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from issues.catalogue import catalogue
from issues.people.forms import PersonField
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from users.accounts.forms import WholeTextField, fill_in
from users.input import latin
from users.input.field_errors import Form


class QueueForm(Form):
    """A queue's settings. Its lead is the person who creates it, until somebody else is named."""

    name = WholeTextField(label=_("Name"), max_length=80, min_length=2)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead = PersonField(label=_("Lead"), help_text=_("Full name or email address."))
    default_type = forms.ChoiceField(label=_("Type of a new issue"), choices=catalogue.choices(catalogue.TYPES))
    default_priority = forms.ChoiceField(
        label=_("Priority of a new issue"), choices=catalogue.choices(catalogue.PRIORITIES)
    )

    def __init__(self, *args: Any, org: Organization, lead: Membership | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(PersonField, self.fields["lead"])
        field.org, field.current = org, lead


class NewQueueForm(QueueForm):
    """With the key, which nobody can change afterwards."""

    key = forms.CharField(
        label=_("Key"),
        max_length=latin.KEY,
        required=False,
        help_text=_("1 to 15 Latin letters. Issues are called after it: ROB-1, ROB-2. It stays for good."),
        validators=[RegexValidator(r"^[A-Za-z]+\Z", _("Use Latin letters only, without spaces."))],
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "characters",
                "autocomplete": "off",
                "spellcheck": "false",
                "data-suggest": "key",
                "data-suggest-from": "name",
            }
        ),
    )
    field_order = ("name", "key")

    def clean_key(self) -> str:
        """In capitals. Without one, the key that the name suggests is shown to be looked at first."""
        key = str(self.cleaned_data["key"]).upper()
        if key:
            return key
        suggested = latin.key(self.cleaned_data.get("name", ""))
        if not suggested:
            raise forms.ValidationError(_("Enter a key."))
        fill_in(self, "key", suggested)
        raise forms.ValidationError(_("This key is made from the name. Change it, or go on with it."))


class EditQueueForm(QueueForm):
    """With the version that the person read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
