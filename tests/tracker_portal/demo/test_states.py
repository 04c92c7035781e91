"""The demo's small companies: one in each state, each with the past that led there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.charging import forecasts, monthly_charge
from billing.documents import statements
from billing.documents.models import Document, DocumentKind
from billing.ledger import ledger
from billing.ledger.charge_models import Charge
from billing.money import billing_days
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.companies import operations
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle import sweep
from orgs.lifecycle.models import Deletion, Notice
from orgs.mail.models import Mail
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import UserFactory
from tests.orgs.lifecycle.companies import rows_left, run_jobs
from tests.orgs.lifecycle.conftest import eager
from tests.tracker_portal.pages import main
from tracker_portal.demo import money, past, people, states
from tracker_portal.management.commands import demo

__all__ = ["eager"]

pytestmark = pytest.mark.django_db
Companies = dict[str, Organization]


@pytest.fixture
def scene(now: dt.datetime) -> states.Scene:
    return make_scene(now)


def make_scene(now: dt.datetime) -> states.Scene:
    staff = people.make_users("northwind.example", 9)
    operator = people.make_operator()
    return states.Scene(owner=staff[0], colleagues=staff[1:4], crew=staff[1:], operator=operator, now=now)


@pytest.fixture
def found(scene: states.Scene) -> Companies:
    return {org.slug: Organization.objects.get(pk=org.pk) for org in states.make_all(scene)}


def test_there_is_one_in_each_state_that_holds_still(found: Companies, now: dt.datetime) -> None:
    assert {slug: org.state for slug, org in found.items()} == {
        "acorn-bakery": State.INACTIVE,
        "brightwater-clinic": State.TRIAL,
        "cobalt-shipping": State.ACTIVE,
        "driftwood-furniture": State.READ_ONLY,
        "elmwood-school": State.DEACTIVATED,
        "fernhill-dairy": State.READ_ONLY,
        "granite-works": State.DELETED,
    }
    assert {org.state for org in found.values()} == set(State) - {State.DELETING}
    assert all(lifecycle.state_at(org, now) == org.state for org in found.values())


def test_trial_is_prepared_and_the_other_one_stopped_for_debt(found: Companies, now: dt.datetime) -> None:
    trial, debtor = found["brightwater-clinic"], found["driftwood-furniture"]
    assert lifecycle.is_subscribed(trial, trial.trial_ends_at)
    assert lifecycle.subscription_blocker(debtor, now) == "debt"
    assert debtor.retention_ends_at == debtor.debt_due_at + lifecycle.RETENTION


def test_deleted_company_has_its_certificate_and_the_warnings_before_it(found: Companies) -> None:
    org = found["granite-works"]
    with company_scope(org.pk):
        deletion = Deletion.objects.get()
        warnings = Notice.objects.filter(kind="deletion", deadline=deletion.due_at).order_by("-days")
        assert [(row.days, row.accepted_at) for row in warnings] == [
            (days, deletion.due_at - dt.timedelta(days=days)) for days in (14, 7, 1)
        ]
    assert deletion.counts["issues.issue"] > 0
    assert deletion.due_at == deletion.claimed_at == deletion.finished_at == org.trial_ends_at + lifecycle.RETENTION
    assert rows_left(org) == 0


def test_each_past_is_one_that_can_have_happened(found: Companies) -> None:
    for org in found.values():
        with company_scope(org.pk):
            instants = list(AuditEvent.objects.order_by("number").values_list("at", flat=True))
            assert audit.broken_at(org) is None
        assert instants == sorted(instants)


def assert_nothing_is_left_to_do(now: dt.datetime) -> None:
    assert sweep.due_to_move(now) == sweep.due_for_notice(now) == sweep.due_for_deletion(now) == []
    with platform_scope():
        assert not Mail.objects.filter(sent_at=None).exists()


def test_beat_finds_nothing_to_do_in_it(found: Companies, now: dt.datetime) -> None:
    assert_nothing_is_left_to_do(now)


def test_control_without_its_jobs_there_would_be(
    scene: states.Scene, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "beat", lambda *_: None)
    states.active(scene)
    with pytest.raises(AssertionError):
        assert_nothing_is_left_to_do(now)


def test_held_deletion_is_claimed_when_the_operator_lets_it_go(found: Companies, now: dt.datetime, eager: None) -> None:
    org = found["fernhill-dairy"]
    operator = UserFactory(is_staff=True)
    operations.hold_deletion(org=org, hold=False, operator=operator, reason="Decided", now=now)
    run_jobs()
    org.refresh_from_db()
    assert org.state == State.DELETED


def test_owner_reaches_all_of_them(found: Companies, scene: states.Scene, login: Callable[..., Client]) -> None:
    client = login(scene.owner)
    switcher = main(client.get("/companies/?choose"))
    for org in found.values():
        assert org.name in switcher
        assert client.get(reverse("tracker_portal:tracker_settings", args=[org.slug])).status_code == 200


def test_logins_name_them(found: Companies) -> None:
    assert [org.name for org in found.values() if org.name not in demo.LOGINS] == []


# --- money ------------------------------------------------------------------------------------------------
DATES = (
    dt.datetime(2027, 1, 1, 0, 30, tzinfo=dt.UTC),
    dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC),
    dt.datetime(2027, 2, 1, tzinfo=dt.UTC),
    dt.datetime(2027, 2, 2, 2, 59, tzinfo=dt.UTC),
    dt.datetime(2027, 2, 2, 3, tzinfo=dt.UTC),
    dt.datetime(2027, 3, 1, tzinfo=dt.UTC),
    dt.datetime(2027, 3, 11, tzinfo=dt.UTC),  # the trial ended with a month
    dt.datetime(2027, 3, 12, tzinfo=dt.UTC),
    dt.datetime(2028, 2, 29, 23, 59, tzinfo=dt.UTC),
)


@pytest.mark.parametrize("at", DATES, ids=str)
def test_company_that_pays_has_an_invoice_for_each_month_that_is_over(at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        org = states.active(make_scene(at))
        with company_scope(org.pk):
            charges = list(Charge.objects.order_by("month"))
            invoices = list(Document.objects.filter(kind=DocumentKind.INVOICE).order_by("pk"))
            balance = ledger.balance(org)
            assert balance == ledger.balance_at(org, at + dt.timedelta(seconds=1))
            coming = forecasts.forecast_for(org, now=at)
    assert [charge.month for charge in charges] == months_over(org, at)
    assert [(row.charge_id, row.total) for row in invoices] == [(row.pk, row.amount) for row in charges if row.amount]
    assert [(row.seats, row.price, row.amount) for row in charges[1:]] == [(8, 8 * 331, 8 * 331)] * len(charges[1:])
    assert balance == states.TOPPED_UP - sum(row.amount for row in charges) > 0
    assert coming.next
    assert coming.next.on >= billing_days.day_of(at)
    assert org.state == State.ACTIVE


def months_over(org: Organization, at: dt.datetime) -> list[dt.date]:
    """Since the trial's end, those whose charge has come."""
    found, newest = (
        [billing_days.month_of(billing_days.day_of(org.trial_ends_at))],
        monthly_charge.newest_month(at - money.CHARGED_AT),
    )
    while found[-1] < newest:
        found.append(billing_days.following(found[-1]))
    return found


@pytest.mark.parametrize("at", DATES, ids=str)
def test_debtors_balance_is_negative_and_its_statement_says_why(at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        org = states.in_debt(make_scene(at))
        since = billing_days.day_of(org.created_at)
        with company_scope(org.pk):
            statement = statements.whole(org, statements.Period(since, billing_days.day_of(at)))
            balance = ledger.balance(org)
    assert balance == statement.closing == -states.OWED
    assert [(line.amount, line.balance) for line in statement.lines] == [(-states.OWED, -states.OWED)]
    assert "Adjustment (Course for beginners)" in str(statement.lines[0].told)
    assert (org.state, org.debt_due_at) == (State.READ_ONLY, at - dt.timedelta(days=8))
