"""The lower-left corner of `User access management`: what it says in each state, and that it costs next to nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.seats import seat_summary
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, hold, noon, staff
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


def build(org: Organization, now: dt.datetime = NOW) -> seat_summary.SeatSummary:
    with company_scope(org.pk, read_only=True):
        return at(org, now)


def at(org: Organization, now: dt.datetime) -> seat_summary.SeatSummary:
    return seat_summary.summary(org, now, seat_summary.month_of(org, now))


def in_trial(full: int = 0) -> Organization:
    org = found(at=noon(10))
    hold(org, staff(org, full), noon(11))
    return org


def active(full: int) -> Organization:
    org = found()
    hold(org, staff(org, full), noon(3))
    return org


# --- what it says -----------------------------------------------------------------------------------------
def test_trial_names_the_date_before_which_nothing_is_charged() -> None:
    this = build(in_trial(full=7))
    dates = "The free trial ends on 10 Dec 2026; days count from 11 Dec 2026 and are charged on 2 Jan 2027 for the first time."
    assert (this.full, this.total, this.note) == (7, 7 * 3_31, dates)


def test_date_is_the_readers() -> None:
    org = found(at=dt.datetime(2026, 11, 10, 23, 30, tzinfo=dt.UTC))
    with time_machine.travel(NOW, tick=False):
        assert "11 Dec 2026" in page(org, zone="Europe/Berlin")
        assert "10 Dec 2026" in page(org, zone="UTC")


def page(org: Organization, *, zone: str = "UTC") -> str:
    owner = org.memberships.get(role="owner")
    owner.user.time_zone = zone
    owner.user.save()
    client = Client()
    client.force_login(owner.user)
    return client.get(reverse("access:user_list", args=[org.slug])).content.decode()


def test_active_names_the_months_peak_and_the_price_that_it_sets() -> None:
    org = active(8)
    hold(org, org.memberships.order_by("-pk")[:6], noon(20))
    this = build(org)
    assert (this.full, this.total, this.note) == (6, 6 * 3_31, "Peak in November: 8, sets $26.48")


def test_five_are_free() -> None:
    assert build(active(5)).note == "Peak in November: 5, free"


def test_day_on_which_the_trial_ended_is_not_charged() -> None:
    org = found(at=noon(25) - lifecycle.TRIAL - dt.timedelta(hours=1))
    hold(org, staff(org, 2), noon(20))
    assert build(org).note == "Nothing is charged before 26 Nov 2026"


@pytest.mark.parametrize(
    ("state", "note"),
    [
        (State.READ_ONLY, "Nothing is charged while Tracker is Read only."),
        (State.DEACTIVATED, "Nothing is charged while Tracker is off."),
        (State.DELETED, "Nothing is charged while Tracker is off."),
    ],
)
def test_state_in_which_nothing_is_charged(state: State, note: str) -> None:
    org = found()
    Organization.objects.filter(pk=org.pk).update(state=state, retention_ends_at=noon(28))
    org.refresh_from_db()
    assert build(org).note == note


def test_company_without_a_tracker() -> None:
    org = Organization(state=State.INACTIVE, currency="USD")
    assert at(org, NOW).note == "Nothing is charged while Tracker is not active."


@pytest.mark.parametrize(("full", "is_next"), [(4, False), (5, True), (6, False)])
def test_step_is_shown_before_the_sixth_seat(full: int, is_next: bool) -> None:
    org = in_trial(full=full)
    with time_machine.travel(NOW, tick=False):
        html = page(org)
    assert build(org).is_step_next is is_next
    assert ("From the 6th user all are paid: $0.00 → $19.86" in html) is is_next


@pytest.mark.parametrize(
    ("full", "people", "cents"), [(12, 6, 6 * 3_31), (6, 1, 6 * 3_31), (6, 6, 6 * 3_31), (5, 2, 0)]
)
def test_seats_that_nobody_uses_cost_what_the_rest_does_not(full: int, people: int, cents: int) -> None:
    org = Organization(currency="USD", full_seats=full)
    found_ = seat_summary.idle(org, NOW, people=people, url="?active=30")
    assert found_
    assert (found_.people, found_.total) == (people, cents)


def test_nobody_idle_says_nothing() -> None:
    assert seat_summary.idle(Organization(currency="USD", full_seats=9), NOW, people=0, url="") is None


# --- where it stands --------------------------------------------------------------------------------------
PAGES = [
    "user_list",
    "department_list",
    "team_list",
    "invitation_list",
    "link",
    "invite",
    "user_create",
    "people_import",
]


@pytest.mark.parametrize("name", PAGES)
def test_stands_on_every_page_of_user_access_management(name: str) -> None:
    org = in_trial(full=6)
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    with time_machine.travel(NOW, tick=False):
        html = client.get(reverse(f"access:{name}", args=[org.slug])).content.decode()
    assert "$19.86" in html
    assert "Detailed view" in html
    assert 'value="6"' in html
    assert 'max="7"' in html


def test_employee_sees_no_price_anywhere(login: Login) -> None:
    org = in_trial(full=6)
    employee = org.memberships.order_by("-pk")[0]
    with time_machine.travel(NOW, tick=False):
        response = login(employee).get(reverse("orgs:people", args=[org.slug]))
    assert response.status_code == 200
    assert "$" not in response.content.decode()


# --- what it costs ----------------------------------------------------------------------------------------
def test_trial_asks_the_database_nothing() -> None:
    org = in_trial(full=6)
    with company_scope(org.pk), counted_queries() as asked:
        at(org, NOW)
    assert asked == []


@pytest.mark.parametrize("full", [3, 30])
def test_active_asks_three_things_however_many_people(full: int) -> None:
    org = active(full)
    with company_scope(org.pk), counted_queries() as asked:
        at(org, NOW)
    assert len(asked) == 3


def test_asks_nothing_when_writing_stopped_with_the_trial_or_before_this_month() -> None:
    never, earlier = found(), active(3)
    with company_scope(earlier.pk):
        lifecycle.write_facts(Organization.objects.lock(earlier.pk), now=noon(5), full_seats=0)
    earlier.refresh_from_db()
    with company_scope(never.pk), counted_queries() as asked:
        assert at(never, NOW).note == "Nothing is charged while Tracker is Read only."
        assert at(earlier, noon(3, 12)).note == "Nothing is charged while Tracker is Read only."
    assert asked == []


def test_what_counted_before_writing_stopped_is_said() -> None:
    org = active(7)
    hold(org, [], noon(5))
    assert org.state == State.READ_ONLY
    assert build(org).note == "Peak in November: 7, sets $23.17"


def test_trial_that_an_operator_began_again_hides_no_charge() -> None:
    org = active(7)
    hold(org, [], noon(5))
    with company_scope(org.pk):
        lifecycle.extend_trial(Organization.objects.lock(org.pk), until=noon(20, 12), now=noon(9), data={})
    org.refresh_from_db()
    assert build(org).note == "Peak in November: 7, sets $23.17"
    assert build(org, noon(3, 12)).note.startswith("The free trial ends on 20 Dec 2026; days count from 21 Dec 2026")
