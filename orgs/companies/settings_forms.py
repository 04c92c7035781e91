"""Forms of the company's settings."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from users.accounts.forms import NameField
from users.input.field_errors import Form

# Areas of the time zone database that people live in; the rest are aliases and zones for machines.
AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def _zones() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Time zones by area; UTC first."""
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in AREAS and "/" in name)
    areas = groupby(names, key=lambda name: name.partition("/")[0])
    return [("UTC", "UTC"), *((area, [(name, _city(name)) for name in zones]) for area, zones in areas)]


def _city(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


zone_choices = lazy(_zones, list)


class SettingsForm(Form):
    """What an administrator may change about the company."""

    name = NameField(
        label=_("Company name"),
        min_length=2,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Enter the name of your company.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Dates are shown in it to people who have not chosen their own."),
        error_messages={"required": _("Choose a time zone."), "invalid_choice": _("Choose a time zone from the list.")},
    )

    def __init__(self, data: Any = None, *, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        kept = initial["time_zone"]
        if not self.fields["time_zone"].valid_value(kept):  # type: ignore[attr-defined]
            self.fields["time_zone"].choices = [(kept, kept), *_zones()]  # type: ignore[attr-defined]
