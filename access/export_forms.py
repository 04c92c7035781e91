"""The form of `Export`."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from access import export
from users.field_errors import Form


class ExportForm(Form):
    """Which columns the file of the people has."""

    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(name, column.label) for name, column in export.COLUMNS.items()],
        initial=list(export.COLUMNS),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a column."), "invalid_choice": _("Choose columns from the list.")},
    )
