"""Founding a company and activating its Tracker."""

from __future__ import annotations

import datetime as dt

import pytest

from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.companies import activation, companies
from orgs.lifecycle import rules as lifecycle
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import make_administrator
from users.accounts.models import User


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


def trial_mails(org: Organization) -> dict[str, outbox.Letter]:
    with platform_scope():
        return {mail.to: outbox.open_letter(mail) for mail in Mail.objects.filter(org=org, key__startswith="trial:")}


def test_start_of_the_trial_is_mailed_with_its_dates(stranger: User) -> None:
    at = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
    org = companies.start_trial(owner=stranger, name="Ägir Tools", country="DE", time_zone="Europe/Berlin", now=at)
    [(to, letter)] = trial_mails(org).items()
    assert (to, letter.subject) == (stranger.email, "Tracker: the free trial has begun")
    for line in (
        "Everyone at Ägir Tools can work in Tracker until 28 Dec 2026, 10:00 Europe/Berlin (UTC+1).",
        "Trial ends: 28 Dec 2026, 10:00 Europe/Berlin (UTC+1)\n",
        "If nothing changes: All data is deleted on 27 Jan 2027, 10:00 Europe/Berlin (UTC+1)\n",
        f"/o/{org.slug}/tracker/settings/",
    ):
        assert line in letter.text
    assert "28 Dec 2026, 10:00" in letter.html


def test_activation_of_a_company_mails_all_administrators_and_a_second_one_nobody(
    stranger: User, now: dt.datetime
) -> None:
    org = companies.create(owner=stranger, name="Acme", country="DE", time_zone="UTC", now=now)
    owner, other = org.memberships.get(), make_administrator(org)
    activation.activate(org=org, actor=owner, now=now)
    assert set(trial_mails(org)) == {stranger.email, other.user.email}
    lifecycle.deactivate(org=org, actor=owner, now=now)
    activation.activate(org=org, actor=owner, now=now + dt.timedelta(hours=1))
    assert len(trial_mails(org)) == 2


def test_trial_starts_once(org: Organization, owner: object, now: dt.datetime) -> None:
    with pytest.raises(Refused):
        lifecycle.activate(org=org, actor=owner, now=now)


def test_second_company_of_the_same_name_gets_its_own_slug(org: Organization, stranger: User, now: dt.datetime) -> None:
    other = companies.create(owner=stranger, name=org.name, country="RU", time_zone="UTC", now=now)
    assert other.slug.startswith("northwind-robotics-")
    assert (other.currency, other.state) == ("RUB", State.INACTIVE)
