"""Closing a company is asked by an owner and done 24 h later, unless it is kept or held (product.md §3)."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command

from orgs.audit import audit
from orgs.lifecycle import closing, data_deletion, sweep
from orgs.lifecycle.models import Brake
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.access.invitations import mailed
from tests.orgs.lifecycle.closing.acts import DAY, acts, ask, close, present
from tests.orgs.lifecycle.companies import events

pytestmark = pytest.mark.django_db


# --- when ----------------------------------------------------------------------------------------------
def test_nothing_happens_before_24_hours_are_over(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now)
    early = now + DAY - dt.timedelta(seconds=1)
    assert sweep.due_to_close(early) == []
    assert not closing.close(org.pk, now=early)
    assert present(org) == 1
    assert closing.close(org.pk, now=now + DAY)
    assert present(org) == 0


def test_owner_who_keeps_the_company_wins_over_a_sweep_that_waits(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - DAY)
    waiting = sweep.due_to_close(now)
    closing.keep(actor=owner, now=now)
    assert waiting == [org.pk]
    assert not closing.close(org.pk, now=now)
    assert present(org) == 1
    assert acts(org) == ["company.closing_ask", "company.closing_keep"]


def test_asking_again_after_keeping_begins_a_new_day(owner: Membership, now: dt.datetime) -> None:
    ask(owner, now - DAY)
    closing.keep(actor=owner, now=now)
    assert ask(owner, now).closing_at == now + DAY


def test_closing_twice_has_one_effect(owner: Membership, now: dt.datetime) -> None:
    org = close(owner, now)
    before = events(org)
    assert not closing.close(org.pk, now=now)
    assert sweep.due_to_close(now) == []
    assert events(org) == before
    assert audit.broken_at(org) is None


# --- who -----------------------------------------------------------------------------------------------
def test_only_an_owner_asks_and_keeps(
    owner: Membership, admin: Membership, member: Membership, now: dt.datetime
) -> None:
    for actor in (admin, member):
        with pytest.raises(Refused, match="Only an owner"):
            closing.ask(name=owner.org.name, actor=actor, now=now)
    ask(owner, now)
    with pytest.raises(Refused, match="Only an owner"):
        closing.keep(actor=admin, now=now)


@pytest.mark.parametrize("name", ["", "northwind robotics", "Northwind", "Southwind Foods"])
def test_another_name_is_refused(owner: Membership, now: dt.datetime, name: str) -> None:
    with pytest.raises(Refused, match="not the company’s name") as caught:
        closing.ask(name=name, actor=owner, now=now)
    assert caught.value.field == "name"


def test_every_owner_is_told_with_the_way_back(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    Membership.objects.filter(pk=admin.pk).update(role=Role.OWNER)
    org = ask(owner, now)
    for who in (owner, admin):
        (text,) = mailed.texts(who.user.email)
        assert f"{owner.name} asked to delete Northwind Robotics" in text
        assert f"/o/{org.slug}/company/data/" in text
    closing.keep(actor=admin, now=now)
    assert mailed.texts(owner.user.email) == []


# --- brakes --------------------------------------------------------------------------------------------
def test_operator_holds_it_and_lets_it_go(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - DAY)
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=now)
    assert sweep.due_to_close(now) == []
    assert not closing.close(org.pk, now=now)
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=None)
    assert closing.close(org.pk, now=now)


def test_off_switch_and_the_hourly_limit_hold_it(
    owner: Membership, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = ask(owner, now - DAY)
    with platform_scope():
        brake = Brake.objects.create(reason="Something is wrong")
    assert not closing.close(org.pk, now=now)
    with platform_scope():
        Brake.objects.filter(pk=brake.pk).update(released_at=now)
    with monkeypatch.context() as patch:
        patch.setattr(data_deletion, "CLAIMS_AN_HOUR", 0)
        assert not closing.close(org.pk, now=now)
    assert closing.close(org.pk, now=now)


def test_dry_run_names_it(owner: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - DAY)
    output = StringIO()
    call_command("lifecycle", "--dry-run", stdout=output)
    assert f"{org.slug}: closing due since" in output.getvalue()
    assert "would be closed" in output.getvalue()
    assert present(org) == 1


def test_round_by_hand_closes_and_deletes(owner: Membership, member: Membership, now: dt.datetime) -> None:
    org = ask(owner, now - 2 * DAY)
    output = StringIO()
    call_command("lifecycle", yes=True, stdout=output)
    assert output.getvalue().splitlines() == [f"company {org.pk}: closed", f"company {org.pk}: data deleted"]
