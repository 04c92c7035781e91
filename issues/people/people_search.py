"""Finds the one person that somebody means by typing a name or an address."""

from __future__ import annotations

import re

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from orgs.people import address_book
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

NAMED = 3  # people that an ambiguous answer names
WITH_ADDRESS = re.compile(r".*<(?P<email>[^<>]+)>\s*")  # "Maya Chen <maya@northwind.example>"


def member_by_text(org: Organization, text: str) -> Membership:
    """The current member with this address, this full name, or the only one that matches. Raises Refused."""
    typed = WITH_ADDRESS.fullmatch(text)
    text = (typed["email"] if typed else text).strip().lower()
    matches = _matches(org, text)
    found = [member for member in matches if text in (member.user.email, member.name.lower())] or matches
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(_("Nobody here has this name or address. Write the full email address."))
    names = ", ".join(f"{member.name} ({member.user.email})" for member in found[:NAMED])
    raise Refused(str(_("Several people match: %(names)s. Write the full email address.")) % {"names": names})


def _matches(org: Organization, text: str) -> list[Membership]:
    """Whoever matches exactly comes first; one more than are named."""
    members = address_book.search(org, text)
    exactness = Case(When(user__email=text, then=0), When(sort_name=text, then=1), default=2)
    return list(members.order_by(exactness, "sort_name", "id")[: NAMED + 1])
