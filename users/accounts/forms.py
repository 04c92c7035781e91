"""Forms of a person about themselves."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from allauth.account.fields import EmailField
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from users.accounts import addresses
from users.accounts.models import User
from users.input import names
from users.input.field_errors import Form, NamedErrors


def zones() -> list[tuple[str, Any]]:
    """The places of the time zone database; the aliases of one word are left out."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [("", _("The company’s time zone")), ("UTC", "UTC"), *((place, place.replace("_", " ")) for place in places)]


def fill_in(form: forms.Form, name: str, text: str) -> None:
    """Puts a text into a field of a form that was sent, for the person to look at."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data[form.add_prefix(name)] = text
    form.data = data


class WholeTextField(forms.CharField):
    """A text that is refused when it is too long. A browser that knew the limit would cut what is pasted, unseen."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class NameField(WholeTextField):
    """The name of a person or a company: one line without a web address (`users/input/names.py`)."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return " ".join(typed.split()) if typed else typed

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        if found := names.web_address(name):
            text = _("“%(found)s” is a web address. Leave it out, or write a space after the dot.")
            raise forms.ValidationError(text, params={"found": found[:60]})
        return name


class AddressField(EmailField):  # type: ignore[misc]
    """An email address; one on a domain in another script is kept with its A-label."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return addresses.normalize(typed) if typed else typed


class NamesForm(Form):
    """Name and last name of somebody who makes an account."""

    first_name = NameField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Enter your name.")},
    )
    last_name = NameField(
        label=_("Last name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Enter your last name.")},
    )


class ProfileForm(NamedErrors, forms.ModelForm):  # type: ignore[type-arg]
    """`Profile`. Address and password have pages of their own."""

    first_name = NameField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Enter your name.")},
    )
    last_name = NameField(
        label=_("Last name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        required=False,
        help_text=_("Dates and times are shown in it, on every page."),
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )

    class Meta:
        model = User
        fields: ClassVar = ["first_name", "last_name", "time_zone"]


class ChoosePasswordForm(NamedErrors, SetPasswordForm):  # type: ignore[type-arg]
    """An own password instead of the one that an administrator gave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("new_password1", _("New password")), ("new_password2", _("One more time"))):
            self.fields[name].label = label
            self.fields[name].help_text = _("At least 10 characters.") if name == "new_password1" else ""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("Choose another one than the password you were given."))
        return password
