"""Swap: full access taken from some and given to others in one saving, which does not raise the month's peak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine

from access.structure import teams
from billing.money import billing_days
from billing.seats import monthly_usage
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import Browser, level_of
from tests.factories import add_member, make_administrator, make_company
from tests.tracker_portal.pages import main, text

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def seated(org: Organization, paying: Organization) -> list[Membership]:
    """Seven hold the seats of November."""
    return [add_member(org, level=Level.FULL) for _ in range(7)]


@pytest.fixture
def others(org: Organization) -> list[Membership]:
    return [add_member(org) for _ in range(2)]


def stage(page: Browser, *, give: list[Membership], take: list[Membership]) -> str:
    """What the bar says."""
    page.stage(*take, level=Level.READ_ONLY, seen=Level.FULL)
    return text(page.stage(*give))


def peak(org: Organization) -> int:
    """November's, once it is over."""
    org.refresh_from_db()
    with company_scope(org.pk):
        return monthly_usage.usage_of_month(
            org, dt.date(2026, 11, 1), now=billing_days.midnight(dt.date(2026, 12, 1))
        ).seats


# --- what is said -----------------------------------------------------------------------------------------
def test_one_for_one_keeps_the_seats_and_the_peak(
    page: Browser, seated: list[Membership], others: list[Membership]
) -> None:
    said = "Takes effect now. Swap: 1 person for 1. The seats stay 7, and so does the peak of November."
    assert said in stage(page, give=others[:1], take=seated[:1])
    assert said in main(page.client.get(page.url("")))
    assert said in main(page.client.get(page.url("levels/")))


def test_two_for_two(page: Browser, seated: list[Membership], others: list[Membership]) -> None:
    assert "Swap: 2 people for 2. The seats stay 7" in stage(page, give=others, take=seated[:2])


def test_more_go_than_come(page: Browser, seated: list[Membership], others: list[Membership]) -> None:
    said = "Swap: Full access for 1, Read only for 2. The peak of November stays 7."
    assert said in stage(page, give=others[:1], take=seated[:2])


def test_more_come_than_go_below_the_peak(
    page: Browser, seated: list[Membership], others: list[Membership], clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)  # what is undone within 30 minutes is left out of the peak
    page.give(*seated[:2], level=Level.READ_ONLY)
    said = "Swap: Full access for 2, Read only for 1. No extra cost: 7 seats are already paid for November."
    assert said in stage(page, give=others, take=seated[2:3])


def test_what_raises_the_peak_is_no_swap(page: Browser, seated: list[Membership], others: list[Membership]) -> None:
    said = stage(page, give=others, take=seated[:1])
    assert "The peak of November goes from 7 to 8." in said
    assert "Swap" not in said


def test_giving_alone_and_taking_alone_are_no_swap(
    page: Browser, seated: list[Membership], others: list[Membership]
) -> None:
    assert "Swap" not in text(page.stage(*others))
    page.client.post(page.url("levels/discard/"))
    said = text(page.stage(*seated[:2], level=Level.READ_ONLY, seen=Level.FULL))
    assert "Swap" not in said
    assert "The peak of November stays 7." in said


def test_other_source_for_the_same_person_is_no_swap(
    page: Browser, seated: list[Membership], org: Organization, admin: Membership
) -> None:
    with company_scope(org.pk):
        team = teams.create(org=org, name="Platform", actor=admin, now=NOW)
        teams.add_people(team=team, people=seated[:1], actor=admin, now=NOW)
    page.stage(seated[0], level=Level.READ_ONLY, seen=Level.FULL)
    assert "Swap" not in text(page.stage(team))


def test_trial_has_no_peak(browse: Callable[[Membership], Browser]) -> None:
    org = make_company("Southwind Foods", age_days=10)
    page = browse(make_administrator(org))
    one, two = add_member(org, level=Level.FULL), add_member(org)
    said = stage(page, give=[two], take=[one])
    assert "when the trial ends. Swap: 1 person for 1. The seats stay 1." in said
    assert "peak" not in said


# --- what it does -----------------------------------------------------------------------------------------
def test_one_saving_does_not_raise_the_peak(
    page: Browser, seated: list[Membership], others: list[Membership], org: Organization, clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)
    stage(page, give=others[:1], take=seated[:1])
    page.save()
    assert (level_of(others[0]), level_of(seated[0])) == (Level.FULL, Level.READ_ONLY)
    assert peak(org) == 7


def test_control_two_savings_in_the_wrong_order_do(
    page: Browser, seated: list[Membership], others: list[Membership], org: Organization, clock: time_machine.Traveller
) -> None:
    clock.shift(HOUR)
    page.give(others[0])
    clock.shift(HOUR)
    page.give(seated[0], level=Level.READ_ONLY)
    assert peak(org) == 8


# --- where it begins --------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["users/{}/why/", "users/{}/"])
def test_begins_with_a_person_who_has_a_seat(page: Browser, seated: list[Membership], path: str) -> None:
    html = page.client.get(page.url(path.format(seated[0].public_id))).content.decode()
    assert f"Stages Read only for {seated[0].name} and opens the list" in " ".join(html.split())
    assert f'name="next" value="{page.url("")}?tab=readers"' in html
    fields = {"person": seated[0].public_id, "level": "read_only", "next": f"{page.url('')}?tab=readers"}
    answer = page.client.post(page.url("levels/stage/"), fields, follow=True)
    assert answer.redirect_chain == [(f"{page.url('')}?tab=readers", 302)]
    assert "1 unsaved change" in main(answer)
    assert level_of(seated[0]) == Level.FULL


def test_does_not_begin_with_others(page: Browser, seated: list[Membership], others: list[Membership]) -> None:
    assert 'class="swap"' not in page.client.get(page.url(f"users/{others[0].public_id}/why/")).content.decode()


def test_stopped_tracker_has_no_peak(page: Browser, org: Organization, member: Membership, viewer: Membership) -> None:
    with company_scope(org.pk):
        lifecycle.deactivate(org=org, actor=org.memberships.get(role="owner"), now=NOW)
    org.refresh_from_db()
    assert org.state == State.DEACTIVATED
    said = stage(page, give=[viewer], take=[member])
    assert "Takes effect when Tracker is activated. Swap: 1 person for 1. The seats stay 1." in said
