"""The form of the invite link."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from access.invitations.forms import TermsForm
from access.invitations.invite_links import Limits
from orgs.domains import names as domain_names
from orgs.people.joining_models import InviteLink
from orgs.tenancy.errors import Refused

KEPT = "kept"  # the link ends when it would have ended anyway


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
        domains = tuple(dict.fromkeys(_a_label(word.lstrip("@")) for word in words))
        if len(domains) > 20:
            raise ValidationError(_("At most 20 domains."))
        return domains

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
