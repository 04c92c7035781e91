"""The form of `Export`."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from access.people import user_export
from users.input.field_errors import Form


class ExportForm(Form):
    """Which columns the file of the people has."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(name, column.label) for name, column in user_export.COLUMNS.items()],
        initial=list(user_export.COLUMNS),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a column."), "invalid_choice": _("Choose columns from the list.")},
    )
