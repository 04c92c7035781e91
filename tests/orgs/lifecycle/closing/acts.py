"""A company is asked to be closed, closed a day later, and its data deleted."""

from __future__ import annotations

import datetime as dt

from orgs.lifecycle import closing, data_deletion, sweep
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.orgs.lifecycle.companies import events

DAY = dt.timedelta(hours=24)


def ask(owner: Membership, now: dt.datetime) -> Organization:
    return closing.ask(name=owner.org.name, actor=owner, now=now)


def close(owner: Membership, now: dt.datetime) -> Organization:
    """Asked a day before `now`, and due."""
    ask(owner, now - DAY)
    assert sweep.due_to_close(now) == [owner.org_id]
    assert closing.close(owner.org_id, now=now)
    return Organization.objects.get(pk=owner.org_id)


def purge() -> None:
    for deletion_id, org_id in data_deletion.unfinished():
        data_deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)


def present(org: Organization) -> int:
    return Membership.objects.present().filter(org=org).count()


def acts(org: Organization) -> list[str]:
    return [act for act in events(org) if act.startswith("company.c")]
