"""Founding a company and activating its Tracker."""

from __future__ import annotations

import datetime as dt

import pytest

from orgs import audit, companies, lifecycle
from orgs.errors import Refused
from orgs.models import AuditEvent, Organization, Role, State
from orgs.scopes import company_scope
from users.models import User


def test_free_trial_founds_company_and_starts_thirty_days(stranger: User, now: dt.datetime) -> None:
    org = companies.start_trial(owner=stranger, name="Ägir Tools", country="DE", time_zone="Europe/Berlin", now=now)

    assert (org.slug, org.currency, org.state) == ("agir-tools", "USD", State.TRIAL)
    assert org.trial_ends_at == now + dt.timedelta(days=30)
    assert org.memberships.get().role == Role.OWNER
    with company_scope(org.pk):
        assert [event.action for event in AuditEvent.objects.order_by("number")] == [
            "company.found",
            "tracker.activate",
        ]
        assert audit.broken_at(org) is None


def test_trial_starts_once(org: Organization, owner: object, now: dt.datetime) -> None:
    with pytest.raises(Refused):
        lifecycle.activate(org=org, actor=owner, now=now)


def test_second_company_of_the_same_name_gets_its_own_slug(org: Organization, stranger: User, now: dt.datetime) -> None:
    other = companies.found(owner=stranger, name=org.name, country="RU", time_zone="UTC", now=now)
    assert other.slug.startswith("northwind-robotics-")
    assert (other.currency, other.state) == ("RUB", State.INACTIVE)
