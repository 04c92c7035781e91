"""The monthly charge: what is due when, once for each company and month, whoever asks how often."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections

from billing.charging import monthly_charge, tasks
from billing.charging.monthly_charge import Due
from billing.documents.models import Document
from billing.ledger.charge_models import Charge
from billing.ledger.models import AccountCode, Entry
from orgs.audit.models import AuditEvent
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import DAY, NOVEMBER, NOW, OCTOBER, found, hold, noon, staff
from tests.billing.ledger import books

pytestmark = pytest.mark.django_db
SECOND = dt.datetime(2026, 12, 2, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)


@pytest.fixture
def org() -> Organization:
    """Ten people since 5 October: 2883 cents for 27 of its 31 days, 3310 for November."""
    org = found()
    hold(org, staff(org, 10), noon(5, 10))
    return org


def charges(org: Organization) -> list[tuple[dt.date, int]]:
    with company_scope(org.pk):
        return list(Charge.objects.filter(org=org).order_by("month").values_list("month", "amount"))


def charge_all(now: dt.datetime) -> int:
    return sum(1 for _ in monthly_charge.charge_all(now, limit=100))


def test_month_is_charged_from_the_second_on(org: Organization) -> None:
    assert charge_all(SECOND - INSTANT) == 1  # October's
    assert charges(org) == [(OCTOBER, 28_83)]
    assert charge_all(SECOND) == 1
    assert charges(org) == [(OCTOBER, 28_83), (NOVEMBER, 33_10)]
    assert books.balance(org) == -28_83 - 33_10


def test_charge_keeps_what_it_was_made_of(org: Organization) -> None:
    charge_all(SECOND)
    with company_scope(org.pk):
        october = Charge.objects.get(org=org, month=OCTOBER)
        assert (october.seats, october.dates, october.days, october.price) == (10, 27, 31, 33_10)
        assert (october.peak_at, october.prices) == (noon(5, 10), [[100, 3_31], [250, 2_85], [None, 2_37]])
        document = Document.objects.get(org=org, charge=october)
        assert (document.total, document.net, document.vat, document.vat_rate) == (28_83, 28_83, 0, None)
        event = AuditEvent.objects.filter(org=org, action="billing.charge").order_by("number").first()
        assert event
        assert event.data == {"month": "2026-10", "amount": 28_83, "currency": "USD"}


def test_vat_that_is_included_is_taken_out_of_the_charge() -> None:
    org = found(country="RU")
    hold(org, staff(org, 6), noon(5, 10))
    charge_all(SECOND)
    with company_scope(org.pk):
        document = Document.objects.get(org=org, charge__month=NOVEMBER)
        assert (document.total, document.vat, document.vat_rate) == (2_640_00, 476_07, 22_00)
        entry = Entry.objects.get(org=org, key="charge:2026-11")
        amounts = dict(entry.postings.values_list("account__code", "amount"))
    assert amounts == {AccountCode.CUSTOMER: -2_640_00, AccountCode.REVENUE: 2_163_93, AccountCode.VAT: 476_07}


def test_charging_again_changes_nothing(org: Organization) -> None:
    charge_all(SECOND)
    before = charges(org), books.balance(org)
    for late in (SECOND, SECOND + 3 * DAY, SECOND + 20 * DAY):
        assert charge_all(late) == 0
    assert (charges(org), books.balance(org)) == before


def test_beat_that_was_away_for_months_charges_them_in_order(org: Organization) -> None:
    """The same as if it had come each month, but for when the balance became negative."""
    late = dt.datetime(2027, 2, 5, tzinfo=dt.UTC)
    assert charge_all(late) == 4
    assert [month for month, _amount in charges(org)] == [OCTOBER, NOVEMBER, dt.date(2026, 12, 1), dt.date(2027, 1, 1)]
    assert [amount for _month, amount in charges(org)] == [28_83, 33_10, 33_10, 33_10]


def test_month_that_is_not_over_is_not_charged(org: Organization) -> None:
    assert monthly_charge.charge(Due(org.pk, dt.date(2026, 12, 1)), now=SECOND) is None
    assert charges(org) == []


def test_free_month_is_settled_without_an_entry() -> None:
    org = found()
    hold(org, staff(org, 5), noon(5, 10))
    charge_all(SECOND)
    assert charges(org) == [(OCTOBER, 0), (NOVEMBER, 0)]
    with company_scope(org.pk):
        assert not Entry.objects.filter(org=org).exists()
        assert not Document.objects.filter(org=org).exists()


def test_company_that_was_off_all_month_is_not_due(org: Organization) -> None:
    lifecycle.deactivate(org=org, actor=org.memberships.get(role="owner"), now=noon(20, 10))
    assert [each.org_id for each in monthly_charge.due(OCTOBER)] == [org.pk]
    assert monthly_charge.due(NOVEMBER) == []


def test_company_without_tracker_is_not_due() -> None:
    org = found()
    Organization.objects.filter(pk=org.pk).update(state="inactive", activated_at=None, trial_ends_at=None)
    assert monthly_charge.due(OCTOBER) == []


def test_charge_that_was_entered_beside_the_verb_is_refused_twice(org: Organization) -> None:
    """The database's half of "once": a second row for the month cannot be."""
    charge_all(SECOND)
    with pytest.raises(IntegrityError, match="billing_charge_once"), company_scope(org.pk):
        one = Charge.objects.get(org=org, month=NOVEMBER)
        one.pk, one.entry = None, None
        one.save(force_insert=True)


# --- by hand -------------------------------------------------------------------------------------------------
def command(*args: str) -> list[str]:
    output = StringIO()
    call_command("charge", *args, stdout=output)
    return output.getvalue().splitlines()


def test_dry_run_says_what_would_be_charged_and_charges_nothing(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.management.commands.charge.database_now", lambda: SECOND)
    expected = [f"{org.slug}: $28.83, peak 10, 27 of 31 days"]
    assert command("--month", "2026-10", "--dry-run") == expected
    assert charges(org) == []
    assert command("--month", "2026-10", "--yes") == expected
    assert command("--month", "2026-10", "--yes") == []
    assert charges(org) == [(OCTOBER, 28_83)]


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "November", "2026-12-01T00:00"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(CommandError, match="is no month"):
        command("--month", month)


def test_month_that_is_not_over_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.management.commands.charge.database_now", lambda: NOW)
    with pytest.raises(CommandError, match="2026-11 is charged from 2026-12-02 on"):
        command("--month", "2026-11")


# --- at the same time -----------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_eight_tasks_at_once_charge_what_one_charges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "database_now", lambda: SECOND)
    orgs = [found(f"Company {number}") for number in range(6)]
    for number, org in enumerate(orgs):
        hold(org, staff(org, 4 + number), noon(5, 10))

    def run() -> None:
        try:
            tasks.charge_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(run) for _ in range(8)]:
            future.result(60)
    for number, org in enumerate(orgs):
        price = (4 + number) * 3_31 if number > 1 else 0
        assert charges(org)[1] == (NOVEMBER, price)
        assert books.balance(org) == -sum(amount for _month, amount in charges(org))
    with platform_scope():
        numbers = Document.objects.filter(year=2026).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 2 * 4 + 1))


def test_control_without_the_lock_two_rounds_collide(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    """The constraint still holds: the second round fails instead of charging twice."""
    charge_all(SECOND)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda _self: False)
    with pytest.raises(IntegrityError, match="billing_charge_once"):
        monthly_charge.charge(Due(org.pk, NOVEMBER), now=SECOND)
    monkeypatch.undo()
    assert charges(org) == [(OCTOBER, 28_83), (NOVEMBER, 33_10)]
