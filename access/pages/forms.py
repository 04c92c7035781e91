"""Forms of `User access management`. Departments, teams and people are named by their public ids."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.people import select_options
from orgs.people.group_names import LONGEST, SHORTEST
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization
from users.accounts.forms import WholeTextField
from users.input.field_errors import Form


class Confirm(Form):
    """Nothing to fill in: the act is confirmed by its button."""


class BlockForm(Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("Administrators see it on the person’s page."),
    )


class NameForm(Form):
    """A department's or a team's name."""

    name = WholeTextField(
        label=_("Name"),
        min_length=SHORTEST,
        max_length=LONGEST,
        help_text=_("2 to 40 characters."),
        error_messages={"required": _("Enter a name.")},
    )


class RoleForm(Form):
    role = forms.TypedChoiceField(
        label=_("Role"),
        choices=Role.choices,
        coerce=Role,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role from the list.")},
    )

    def __init__(self, *args: Any, with_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_owner:
            self.fields["role"].choices = [choice for choice in Role.choices if choice[0] != Role.OWNER]  # type: ignore[attr-defined]


class ChoiceForm(Form):
    """One department or team of the company but `without`; the form's data holds the object itself, never None."""

    name_of_field = ""
    label: Any = ""
    missing: Any = ""
    model: type[Department | Team] = Department

    def __init__(self, *args: Any, org: Organization, without: Department | Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.org, known = org, select_options.load(org)
        rows = known.teams if self.model is Team else known.departments
        choices = [row for row in rows if not without or row[0] != without.public_id]
        self.fields[self.name_of_field] = forms.ChoiceField(
            label=self.label,
            choices=[("", _("Choose one")), *choices],
            error_messages={"required": self.missing, "invalid_choice": self.missing},
        )

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data.get(self.name_of_field)
        if chosen:
            self.cleaned_data[self.name_of_field] = self.model.objects.get(org=self.org, public_id=chosen)
        return self.cleaned_data


class DepartmentForm(ChoiceForm):
    name_of_field, label, missing = "department", _("Department"), _("Choose a department.")


class ParentForm(ChoiceForm):
    name_of_field, label, missing = "parent", _("Part of"), _("Choose a department.")


class IntoForm(ChoiceForm):
    name_of_field, label, missing = "into", _("Move its people to"), _("Choose a department.")


class TeamForm(ChoiceForm):
    model = Team
    name_of_field, label, missing = "team", _("Team"), _("Choose a team.")


class InnerForm(ChoiceForm):
    model = Team
    name_of_field, label, missing = "inner", _("Team"), _("Choose a team.")


class NewDepartmentForm(ParentForm, NameForm):
    """`New department`: its name and its place."""

    field_order = ("name", "parent")
