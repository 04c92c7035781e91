"""A company is asked to be closed, closed a day later, and its data deleted."""

from __future__ import annotations

import datetime as dt

from orgs import closing, deletion, sweeping
from orgs.clock import database_now
from orgs.models.membership import Membership
from orgs.models.organization import Organization
from tests.lifecycle.companies import events

DAY = dt.timedelta(hours=24)


def ask(owner: Membership, now: dt.datetime) -> Organization:
    return closing.ask(name=owner.org.name, actor=owner, now=now)


def close(owner: Membership, now: dt.datetime) -> Organization:
    """Asked a day before `now`, and due."""
    ask(owner, now - DAY)
    assert sweeping.due_to_close(now) == [owner.org_id]
    assert closing.close(owner.org_id, now=now)
    return Organization.objects.get(pk=owner.org_id)


def purge() -> None:
    for deletion_id, org_id in deletion.unfinished():
        deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)


def present(org: Organization) -> int:
    return Membership.objects.present().filter(org=org).count()


def acts(org: Organization) -> list[str]:
    return [act for act in events(org) if act.startswith("company.c")]
