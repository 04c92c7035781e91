"""Founding companies: `Free trial` and `New company` (product.md §1)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from orgs import activation, audit
from orgs.authority import lock_for
from orgs.countries import currency_of
from orgs.errors import Refused
from orgs.ids import random_id, slugify
from orgs.models import Department, Membership, Organization, Role, TrialRequest
from orgs.scopes import company_scope
from users.models import User

SHOWN = 100  # companies in the list of one person
COMPANIES_PER_OWNER = 20  # nobody founds more by hand; it stops a script


@transaction.atomic
def found(*, owner: User, name: str, country: str, time_zone: str, now: dt.datetime) -> Organization:
    """Creates a company whose Tracker is INACTIVE, its root department and its owner. Raises Refused."""
    User.objects.select_for_update().get(pk=owner.pk)
    if Membership.objects.filter(user=owner, role=Role.OWNER, ended_at=None).count() >= COMPANIES_PER_OWNER:
        raise Refused(_("You own 20 companies already. Write to support to add more."), field="name")
    org = _insert(name=name, country=country, currency=currency_of(country), time_zone=time_zone, created_at=now)
    with company_scope(org.pk):
        root = Department.objects.create(org=org, name=name[:40])
        membership = Membership.objects.create(
            org=org, user=owner, department=root, role=Role.OWNER, joined_at=now, last_active_at=now
        )
        audit.record(org, "company.found", actor=membership, now=now, target=membership.public_id)
    return org


@transaction.atomic
def start_trial(*, owner: User, name: str, country: str, time_zone: str, now: dt.datetime) -> Organization:
    """`Free trial`: founds a company and activates its Tracker at once. Raises Refused."""
    org = found(owner=owner, name=name, country=country, time_zone=time_zone, now=now)
    return activation.activate(org=org, actor=org.memberships.get(user=owner), now=now)


@transaction.atomic
def change_settings(*, actor: Membership, name: str, language: str, time_zone: str, now: dt.datetime) -> Organization:
    """Renames the company and its root department, sets language and time zone; the address stays. Raises Refused."""
    with company_scope(actor.org_id):
        org = lock_for(actor)
        wanted = {"name": name, "language": language, "time_zone": time_zone}
        changed = [column for column, value in wanted.items() if getattr(org, column) != value]
        for column in changed:
            setattr(org, column, wanted[column])
        if changed:
            org.save(update_fields=changed)
            audit.record(org, "company.change_settings", actor=actor, now=now, data={"changed": changed})
        if "name" in changed:
            Department.objects.filter(org=org, parent=None).update(name=name[:40])
    return org


@transaction.atomic
def fulfil_request(*, user: User, now: dt.datetime) -> Organization | None:
    """Founds the company that a person asked for before the address was confirmed; None when there is no request."""
    request = TrialRequest.objects.select_for_update().filter(user=user).first()
    if request is None:
        return None
    request.delete()
    return start_trial(
        owner=user, name=request.company_name, country=request.country, time_zone=request.time_zone, now=now
    )


def _insert(*, name: str, **columns: object) -> Organization:
    """Inserts the company under its own slug, or under one with a random tail when that is taken."""
    slug = slugify(name)
    taken = slug in RESERVED_SLUGS or Organization.objects.filter(slug=slug).exists()
    try:
        with transaction.atomic():
            return Organization.objects.create(slug=_tailed(slug) if taken else slug, name=name, **columns)
    except IntegrityError:  # somebody took the slug in between
        return Organization.objects.create(slug=_tailed(slug), name=name, **columns)


def _tailed(slug: str) -> str:
    return f"{slug[:40]}-{random_id()[:6]}"


RESERVED_SLUGS = {"new", "admin", "support"}
