"""Founding companies: `Free trial` and `New company` (product.md §1)."""

from __future__ import annotations

import datetime as dt
import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.companies import activation
from orgs.companies.countries import currency_of
from orgs.people.models import Department
from orgs.tenancy.errors import Refused
from orgs.tenancy.ids import random_id
from orgs.tenancy.locks import SETTINGS, administering
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization, TrialRequest
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User
from users.input import latin

SHOWN = 100  # companies in the list of one person
COMPANIES_PER_OWNER = 20  # nobody founds more by hand; it stops a script


@transaction.atomic
def create(*, owner: User, name: str, country: str, time_zone: str, now: dt.datetime, slug: str = "") -> Organization:
    """Creates a company whose Tracker is INACTIVE, its root department and its owner. Raises Refused.

    `slug` is the address that was chosen; without one it is made from the name, whatever is taken.
    """
    User.objects.select_for_update().get(pk=owner.pk)
    if Membership.objects.filter(user=owner, role=Role.OWNER, ended_at=None).count() >= COMPANIES_PER_OWNER:
        raise Refused(_("You own 20 companies already. Write to support to add more."))
    columns = {"name": name, "country": country, "currency": currency_of(country), "time_zone": time_zone}
    org = _insert_at(slug, created_at=now, **columns) if slug else _insert(created_at=now, **columns)
    with company_scope(org.pk):
        root = Department.objects.create(org=org, name=name)
        membership = Membership.objects.create(
            org=org, user=owner, department=root, role=Role.OWNER, joined_at=now, last_active_at=now
        )
        audit.record(org, "company.found", actor=membership, now=now, target=membership.public_id)
    return org


@transaction.atomic
def start_trial(
    *, owner: User, name: str, country: str, time_zone: str, now: dt.datetime, slug: str = ""
) -> Organization:
    """`Free trial`: founds a company and activates its Tracker at once. Raises Refused."""
    org = create(owner=owner, name=name, country=country, time_zone=time_zone, now=now, slug=slug)
    return activation.activate(org=org, actor=org.memberships.get(user=owner), now=now)


@transaction.atomic
def change_settings(*, actor: Membership, name: str, time_zone: str, now: dt.datetime) -> Organization:
    """Renames the company and its root department, sets the time zone; the address stays. Raises Refused."""
    with administering(actor.org_id, actor, refusal=SETTINGS) as org:
        wanted = {"name": name, "time_zone": time_zone}
        changed = [column for column, value in wanted.items() if getattr(org, column) != value]
        for column in changed:
            setattr(org, column, wanted[column])
        if changed:
            org.save(update_fields=changed)
            audit.record(org, "company.change_settings", actor=actor, now=now, data={"changed": changed})
        if "name" in changed:
            Department.objects.filter(org=org, parent=None).update(name=name)
    return org


@transaction.atomic
def fulfil_request(*, user: User, now: dt.datetime) -> Organization | None:
    """Founds the company that a person asked for before the address was confirmed; None when there is no request."""
    request = TrialRequest.objects.select_for_update().filter(user=user).first()
    if request is None:
        return None
    request.delete()
    founding = {"name": request.company_name, "country": request.country, "time_zone": request.time_zone}
    try:
        with transaction.atomic():
            return start_trial(owner=user, slug=request.slug, now=now, **founding)
    except Refused:  # a request keeps no address free: somebody took it meanwhile
        return start_trial(owner=user, now=now, **founding)


def require_address(slug: str) -> None:
    """Raises Refused for what is no address of a company, and for one that is taken."""
    if not ADDRESS.fullmatch(slug):
        raise Refused(_("Use 2 to 40 letters from a to z, digits, and hyphens between them."), field="slug")
    if is_taken(slug):
        raise Refused(TAKEN, field="slug")


def is_taken(slug: str) -> bool:
    return slug in RESERVED_SLUGS or Organization.objects.filter(slug=slug).exists()


def _insert_at(slug: str, **columns: object) -> Organization:
    """Inserts the company at the address that was chosen. Raises Refused."""
    require_address(slug)
    try:
        with transaction.atomic():
            return Organization.objects.create(slug=slug, **columns)
    except IntegrityError as error:  # somebody took it in between
        raise Refused(TAKEN, field="slug") from error


def _insert(*, name: str, **columns: object) -> Organization:
    """Inserts the company at the address that its name suggests, or at one with a random tail when that is taken."""
    slug = latin.address(name)
    taken = is_taken(slug)
    try:
        with transaction.atomic():
            return Organization.objects.create(slug=_tailed(slug) if taken else slug, name=name, **columns)
    except IntegrityError:  # somebody took the slug in between
        return Organization.objects.create(slug=_tailed(slug), name=name, **columns)


def _tailed(slug: str) -> str:
    return f"{slug[:40]}-{random_id()[:6]}"


RESERVED_SLUGS = {"new", "admin", "support"}
ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]", re.ASCII)
TAKEN = _("This address is taken. Choose another one.")
