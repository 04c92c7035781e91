"""A company whose months are known: its trial ended on 1 October 2026, and it is the 25th of November."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from billing.seats import seat_journal
from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.people.models import Department
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory

DAY = dt.timedelta(days=1)
FOUNDED = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
TRIAL_END = FOUNDED + lifecycle.TRIAL
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


def found(name: str = "Cobalt Shipping", *, country: str = "DE", at: dt.datetime = FOUNDED) -> Organization:
    org = companies.create(owner=UserFactory(), name=name, country=country, time_zone="UTC", now=at)
    return lifecycle.activate(org=org, actor=org.memberships.get(), now=at)


def staff(org: Organization, number: int) -> list[Membership]:
    """New people. The journal is written by `hold` alone: access, which does it otherwise, knows no clock of the past."""
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        return [
            Membership.objects.create(org=org, user=UserFactory(), department=root, joined_at=org.created_at)
            for _ in range(number)
        ]


def hold(org: Organization, people: Iterable[Membership], at: dt.datetime, *, because: str = "person") -> None:
    """From `at` on these people have full access, and nobody else."""
    holders = {member.pk: because for member in people}
    with company_scope(org.pk):
        locked = Organization.objects.lock(org.pk)
        write_journal(locked, holders=holders, now=at)
        lifecycle.write_facts(locked, now=at, full_seats=len(holders), payer_ready=True)
    org.refresh_from_db()


def write_journal(org: Organization, *, holders: Mapping[int, str], now: dt.datetime) -> None:
    """These memberships hold a seat, because of these codes, and nobody else; inside the company's scope."""
    seat_journal.write(org, holders=holders, now=now)


def noon(day: int, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, 12, tzinfo=dt.UTC)
