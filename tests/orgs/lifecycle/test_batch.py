"""One company that fails ends nobody else's turn in a task's round, and is seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DataError, connection

from access.invitations import invitations, reminders
from access.invitations import tasks as joining_tasks
from access.members.members import Terms
from billing.charging import low_balance_warning, monthly_charge
from billing.charging import tasks as charging_tasks
from billing.ledger.charge_models import Charge
from orgs.lifecycle import closing, data_deletion
from orgs.lifecycle import tasks as lifecycle_tasks
from orgs.lifecycle.models import Deletion
from orgs.mail.models import Mail
from orgs.people.joining_models import Invitation
from orgs.people.models import Department
from orgs.tenancy.batch import Batch
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Level, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOVEMBER, OCTOBER, found, hold, noon, staff
from tests.factories import make_company
from tests.orgs.lifecycle.companies import due_company

pytestmark = pytest.mark.django_db

SECOND_OF_DECEMBER = dt.datetime(2026, 12, 2, tzinfo=dt.UTC)


@dataclass
class Case:
    """A task; `seam` is what it calls inside each company's transaction, with the company first."""

    task: Callable[[], Any]
    make: Callable[[str], Organization]
    seam: tuple[Any, str]
    is_done: Callable[[Organization], bool]


def asked_to_close(name: str) -> Organization:
    org = make_company(name)
    owner = org.memberships.get(role=Role.OWNER)
    closing.ask(name=name, actor=owner, now=database_now() - dt.timedelta(hours=25))
    return org


def inviting(name: str) -> Organization:
    org = make_company(name)
    with company_scope(org.pk):
        terms = Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))
    owner = org.memberships.get(role=Role.OWNER)
    eleven_days_ago = database_now() - dt.timedelta(days=11)
    invitations.invite(org=org, emails=["priya@example.net"], terms=terms, actor=owner, now=eleven_days_ago)
    return org


def busy(name: str) -> Organization:
    """Ten people since October, and nothing paid."""
    org = found(name)
    hold(org, staff(org, 10), noon(5, 10))
    return org


def is_closed(org: Organization) -> bool:
    return Organization.objects.get(pk=org.pk).closed_at is not None


def is_claimed(org: Organization) -> bool:
    with platform_scope():
        return Deletion.objects.filter(org=org).exists()


def is_reminded(org: Organization) -> bool:
    with company_scope(org.pk):
        return Invitation.objects.get(org=org).reminded_at is not None


def is_warned(org: Organization) -> bool:
    with platform_scope():
        return Mail.objects.filter(org=org, key__contains=":ends:").exists()


def charged(org: Organization) -> list[dt.date]:
    with company_scope(org.pk):
        return list(Charge.objects.filter(org=org).order_by("month").values_list("month", flat=True))


CASES = {
    "close_due": Case(lifecycle_tasks.close_due, asked_to_close, (closing, "_close"), is_closed),
    "delete_due": Case(
        lifecycle_tasks.delete_due, lambda name: due_company(name=name), (data_deletion, "begin"), is_claimed
    ),
    "remind_invited": Case(joining_tasks.remind_invited, inviting, (reminders, "_letter"), is_reminded),
    "warn_of_balances": Case(
        charging_tasks.warn_of_balances, busy, (low_balance_warning.balance_letters, "does_not_cover"), is_warned
    ),
    "charge_due": Case(
        charging_tasks.charge_due, busy, (monthly_charge, "_write"), lambda org: charged(org) == [OCTOBER, NOVEMBER]
    ),
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Billing's companies live in a month of their own."""
    monkeypatch.setattr(charging_tasks, "database_now", lambda: SECOND_OF_DECEMBER)
    monkeypatch.setattr(lifecycle_tasks.purge, "apply_async", lambda **_: None)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Case:
    if request.param == "warn_of_balances":
        monkeypatch.setattr(charging_tasks, "database_now", lambda: noon(25))
    return CASES[request.param]


@pytest.fixture
def orgs(case: Case) -> list[Organization]:
    return [case.make(name) for name in ("First", "Second", "Third")]


def fail_for(broken: Organization, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the company's transaction the database refuses something."""
    module, name = case.seam
    does = getattr(module, name)

    def fails(org: Organization, *args: Any, **kwargs: Any) -> Any:
        if org.pk == broken.pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return does(org, *args, **kwargs)

    monkeypatch.setattr(module, name, fails)


@pytest.mark.parametrize("number", range(3))
def test_company_that_fails_keeps_none_of_the_others_and_is_seen(
    case: Case, orgs: list[Organization], number: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = orgs[number]
    with monkeypatch.context() as patch:
        fail_for(broken, case, patch)
        case.task()
    assert [case.is_done(org) for org in orgs] == [org != broken for org in orgs]
    [logged] = [each for each in caplog.records if each.name == "orgs.tenancy.batch"]
    assert (logged.levelname, logged.exc_info and logged.exc_info[0]) == ("ERROR", DataError)
    assert f"company {broken.pk} failed" in logged.getMessage()
    case.task()
    assert all(case.is_done(org) for org in orgs)  # the next round


def test_control_without_turns_of_their_own_the_round_ends(
    case: Case, orgs: list[Organization], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Batch, "turn", lambda *_: nullcontext())
    for org in orgs:
        fail_for(org, case, monkeypatch)
    with pytest.raises(DataError):
        case.task()
    assert not any(case.is_done(org) for org in orgs)


def test_later_month_is_not_charged_before_one_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a company would owe November's before October's."""
    org, other, case = busy("First"), busy("Second"), CASES["charge_due"]
    calls: list[dt.date] = []
    write = monthly_charge._write

    def fails_once(org: Organization, found: Any, **kwargs: Any) -> Any:
        calls.append(found.first)
        if len(calls) == 1:
            raise RuntimeError("October fails")
        return write(org, found, **kwargs)

    monkeypatch.setattr(monthly_charge, "_write", fails_once)
    case.task()
    assert (charged(org), charged(other)) == ([], [OCTOBER, NOVEMBER])
    case.task()
    assert charged(org) == [OCTOBER, NOVEMBER]
