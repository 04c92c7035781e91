"""Forms about joining: invitations, the invite link, a new account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from access.joining import address_parsing, token_status
from access.joining.acceptance import Person
from access.joining.invitations import AT_ONCE
from access.joining.invite_links import Limits
from access.members.accounts import is_login
from access.members.members import Terms
from orgs.domains import names as domain_names
from orgs.people import select_options
from orgs.people.joining_models import Invitation, InviteLink
from orgs.people.models import Department, Team
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization
from users.accounts.forms import NamesForm
from users.accounts.models import User
from users.input.field_errors import Form

PASSWORDS = frozenset({"password", "again"})  # are typed again
OWN_LEVEL = "level:"  # what the field of an address's own level begins with
KEPT = "kept"  # the link ends when it would have ended anyway
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
    def of(cls, invitation: Invitation) -> ChangeInvitationForm:
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
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "data-addresses": ""}),
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


class LoginForm(Form):
    """The login of a new account, and the domain it is on. `domains`: (A-label, as it is written)."""

    login = forms.CharField(
        label=_("Login"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "data-suggest": "login", "data-suggest-from": "first_name last_name"}
        ),
        error_messages={"required": _("Enter a login.")},
    )

    def __init__(self, *args: Any, domains: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"] = forms.ChoiceField(
            label=_("Domain"),
            choices=domains,
            initial=domains[0][0],
            error_messages={"invalid_choice": _("Choose a verified domain.")},
        )

    @classmethod
    def choosing(cls, sent: QueryDict, **kwargs: Any) -> Self:
        """The form again with the free login that was chosen, and with all that was typed but the passwords."""
        typed = {name: text for name, text in sent.items() if name not in PASSWORDS}
        return cls(initial={**typed, "login": sent.get("free_login", "")}, **kwargs)

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].strip().lower()
        if not is_login(login):
            raise ValidationError(_("Use letters from a to z, digits, and . _ - + between them."))
        return login

    def address(self) -> str:
        """The account's address, which the password must not resemble."""
        return f"{self.cleaned_data.get('login', '')}@{self.cleaned_data.get('domain', '')}"


class LinkForm(TermsForm):
    """Terms and limits of the invite link."""

    LIVES: ClassVar = [("14", _("in 14 days")), ("30", _("in 30 days")), ("", _("never"))]

    life = forms.ChoiceField(label=_("Expires"), choices=LIVES, required=False, initial="14")
    max_uses = forms.IntegerField(
        label=_("How many people may join through it"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    domains = forms.CharField(
        label=_("Only addresses on these domains"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"placeholder": "example.com", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, link: InviteLink | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link
        if link is None:
            return
        if link.expires_at:
            kept = (KEPT, date_format(localtime(link.expires_at), "j M Y"))
            self.fields["life"] = forms.ChoiceField(label=_("Expires"), choices=[kept, *self.LIVES], required=False)
        self.initial = {
            "level": link.level,
            "department": link.department.public_id if link.department.parent_id else "",
            "team": link.team.public_id if link.team else "",
            "life": KEPT if link.expires_at else "",
            "max_uses": link.max_uses,
            "domains": ", ".join(link.domains),
        }

    def clean_domains(self) -> tuple[str, ...]:
        words = self.cleaned_data["domains"].lower().replace(",", " ").replace(";", " ").split()
        found = tuple(dict.fromkeys(_a_label(word.lstrip("@")) for word in words))
        if len(found) > 20:
            raise ValidationError(_("At most 20 domains."))
        return found

    def limits(self, *, now: dt.datetime) -> Limits:
        """The chosen limits; days count from `now`."""
        data = self.cleaned_data
        if data["life"] == KEPT:
            expires_at = self.link.expires_at if self.link else None
        else:
            expires_at = now + dt.timedelta(days=int(data["life"])) if data["life"] else None
        return Limits(expires_at, data["max_uses"], data["domains"])


def _a_label(word: str) -> str:
    try:
        return domain_names.to_a_label(word)
    except Refused as refused:
        raise ValidationError(_("%(word)s is no domain."), params={"word": word[:100]}) from refused


class NewAccountForm(NamesForm):
    """A new account whose address is proved by the token that was mailed to it."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def address(self) -> str:
        """The account's address, which the password must not resemble."""
        return self.email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if password := data.get("password"):
            names = {name: data.get(name, "") for name in ("first_name", "last_name")}
            try:
                validate_password(password, User(email=self.address(), **names))
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def person(self) -> Person:
        data = self.cleaned_data
        return Person(data["first_name"], data["last_name"], data["password"])


class DomainAccountForm(LoginForm, NewAccountForm):
    """A new account on a domain of the company, for who holds an invitation that allows it."""

    field_order = ("first_name", "last_name", "login", "domain", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="domain_%s", **kwargs)  # another form stands on the same page
        self.order_fields(self.field_order)
