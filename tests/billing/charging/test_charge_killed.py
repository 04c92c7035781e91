"""Workers that are killed, a broker that forgets and two beats: each company is charged once, as in a quiet run."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from billing.charging import monthly_charge
from billing.documents.models import Document
from billing.ledger import ledger
from billing.ledger.charge_models import Charge
from orgs.companies import companies
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import hold, staff
from tests.factories import UserFactory
from tests.orgs.mail.processes import Broker, Portal, broker, portal, wait_until
from tests.orgs.mail.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

COMPANIES_A_KILL = 10
DAY = dt.timedelta(days=1)
Known = dict[tuple[int, dt.date], int]  # (company, month) → amount


def found(number: int) -> Organization:
    """Its trial ended about three months ago, and from then on five to nine people have full access."""
    now = timezone.now()
    owner = UserFactory()
    org = companies.start_trial(
        owner=owner, name=f"Company {number}", country="DE", time_zone="UTC", now=now - 120 * DAY
    )
    hold(org, staff(org, 5 + number % 5), now - 89 * DAY)
    return org


def quiet_run() -> Known:
    """What is due, looked at and not charged."""
    now = timezone.now()
    due = [each for month in monthly_charge.months(now) for each in monthly_charge.due(month)]
    return {(each.org_id, each.month): monthly_charge.look(each, now=now)[1].charge for each in due}


def charged() -> Known:
    with platform_scope():
        rows = Charge.objects.values_list("org_id", "month", "amount")
        return {(org_id, month): amount for org_id, month, amount in rows}


@pytest.mark.parametrize("kills", [2, pytest.param(6, marks=pytest.mark.soak)], ids=["once each", "often"])
def test_killed_workers_charge_what_a_quiet_run_charges(portal: Portal, broker: Broker, kills: int) -> None:
    """A child, and a whole worker with its broker; more of them in `make soak`."""
    orgs = [found(number) for number in range(COMPANIES_A_KILL * kills)]
    expected = quiet_run()
    assert len(expected) >= 2 * len(orgs)
    for _ in range(2):
        portal.beat("tests.billing.charging.beat")
    worker, met = portal.worker(), 0
    for kill in range(kills):
        before = len(charged())
        wait_until(lambda before=before: len(charged()) > before or charged() == expected, 60)
        met += charged() != expected
        if kill % 2:
            worker.kill()
            broker.kill()
            broker.come_back()
            worker = portal.worker()
        else:
            worker.kill_children()
    wait_until(lambda: charged() == expected, 120)
    worker.kill()
    assert met >= 1
    assert_books_agree(orgs, expected)


def assert_books_agree(orgs: list[Organization], expected: Known) -> None:
    for org in orgs:
        with company_scope(org.pk):
            amounts = [amount for (org_id, _month), amount in expected.items() if org_id == org.pk]
            assert ledger.balance(org) == -sum(amounts)
            assert Document.objects.filter(org=org).count() == sum(amount > 0 for amount in amounts)
    with platform_scope():
        assert list(ledger.drifted()) == []
        for year in set(Document.objects.values_list("year", flat=True)):
            numbers = Document.objects.filter(year=year).order_by("number").values_list("number", flat=True)
            assert list(numbers) == list(range(1, len(numbers) + 1))
