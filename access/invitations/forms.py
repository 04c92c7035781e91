"""Forms of invitations, and what those of links and accounts share with them: the level, the department, the team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.invitations import address_parsing, token_status
from access.invitations.invitations import AT_ONCE
from access.members.members import Terms
from orgs.people import select_options
from orgs.people.joining_models import Invitation
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization
from users.input.field_errors import Form

OWN_LEVEL = "level:"  # what the field of an address's own level begins with
LEVELS = [(Level.READ_ONLY, _("Read only")), (Level.FULL, _("Full access"))]


class TermsForm(Form):
    """What whoever joins gets: level, department, team. Ids are public; the company stands for no department."""

    level = forms.ChoiceField(
        label=_("Access after they join"),
        choices=LEVELS,
        initial=Level.READ_ONLY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the access."), "invalid_choice": _("Choose one of the two.")},
    )

    def __init__(self, *args: Any, org: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.org = org
        options = select_options.load(org)
        gone = {"invalid_choice": _("This one does not exist any more.")}
        self.fields["department"] = forms.ChoiceField(
            label=_("Department"),
            required=False,
            choices=[("", org.name), *options.departments[1:]],
            error_messages=gone,
        )
        self.fields["team"] = forms.ChoiceField(
            label=_("Team"), required=False, choices=[("", _("None")), *options.teams], error_messages=gone
        )

    def terms(self) -> Terms:
        """The chosen terms; the company itself stands for no department."""
        data = self.cleaned_data
        department = {"public_id": data["department"]} if data["department"] else {"parent": None}
        team = Team.objects.get(org=self.org, public_id=data["team"]) if data["team"] else None
        return Terms(data["level"], Department.objects.get(org=self.org, **department), team)


class ChangeInvitationForm(TermsForm):
    """Level, department and team of an invitation that is open."""

    @classmethod
    def for_invitation(cls, invitation: Invitation) -> ChangeInvitationForm:
        """The form with what the invitation says."""
        department, team = invitation.department, invitation.team
        initial = {
            "level": invitation.level,
            "department": department.public_id if department.parent_id else "",
            "team": team.public_id if team else "",
        }
        return cls(initial=initial, org=invitation.org)


class InviteForm(TermsForm):
    """`Invite users`: addresses as they are pasted. Bad ones hold up nobody else; none at all is an error."""

    addresses = forms.CharField(
        label=_("Email addresses"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter at least one email address.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domains = token_status.verified_domains(self.org)
        if domains:
            self.fields["allows_domain_account"] = forms.BooleanField(
                label=_("Let them create an account on %(domain)s instead") % {"domain": domains[0][1]}, required=False
            )

    def clean_addresses(self) -> address_parsing.Pasted:
        found = address_parsing.parse(self.cleaned_data["addresses"])
        if not found.good:
            raise ValidationError([f"{word}: {reason}" for word, reason in found.bad[:10]] or self._nothing())
        if len(found.good) > AT_ONCE:
            raise ValidationError(_("At most %(number)s addresses at once."), params={"number": AT_ONCE})
        return found

    def levels(self) -> dict[str, str]:
        """What single addresses get, of the fields `level:<address>`."""
        sent = {email: self.data.get(f"{OWN_LEVEL}{email}") for email in self.cleaned_data["addresses"].good}
        return {email: level for email, level in sent.items() if level in Level.values}

    def _nothing(self) -> Any:
        return self.fields["addresses"].error_messages["required"]
