"""What is about to happen stands on every page of the company for administrators, and for nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues.queues.models import Queue
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import NoticeKind
from orgs.lifecycle.notices import DAYS_BEFORE
from orgs.status import lifecycle_summary
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member, make_administrator, make_company
from tests.tracker_portal.pages import text, words
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
REGION = 'aria-label="What is ahead"'


def company(state: State, **columns: object) -> Organization:
    return Organization(**{"state": state, "trial_ends_at": NOW - 5 * DAY, **columns})


def is_near(org: Organization) -> bool:
    return lifecycle_summary.summarize(org, NOW).is_near


# --- when -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("left", "near"), [(7 * DAY + SECOND, False), (7 * DAY, True), (SECOND, True)])
def test_end_of_the_trial_is_near_in_its_last_seven_days(left: dt.timedelta, near: bool) -> None:
    org = company(State.TRIAL, trial_ends_at=NOW + left)
    found = lifecycle_summary.summarize(org, NOW)
    assert found.is_near == near
    if near:
        assert (found.kind, found.next_at, found.is_overdue) == (NoticeKind.TRIAL_END, NOW + left, False)
        assert found.way_back == "Give Full access to at least one person."


def test_end_of_a_trial_is_no_news_to_who_is_subscribed_by_then() -> None:
    assert not is_near(company(State.TRIAL, trial_ends_at=NOW + DAY, full_seats=5))
    assert is_near(company(State.TRIAL, trial_ends_at=NOW + DAY, full_seats=6))


@pytest.mark.parametrize(("left", "near"), [(14 * DAY + SECOND, False), (14 * DAY, True), (SECOND, True)])
def test_debt_and_deletion_are_near_in_their_last_fourteen_days(left: dt.timedelta, near: bool) -> None:
    debt = company(State.ACTIVE, full_seats=1, debt_due_at=NOW + left)
    stopped = [company(state, retention_ends_at=NOW + left) for state in (State.READ_ONLY, State.DEACTIVATED)]
    assert [is_near(org) for org in (debt, *stopped)] == [near] * 3


@pytest.mark.parametrize("state", [State.READ_ONLY, State.DEACTIVATED])
@pytest.mark.parametrize("late", [dt.timedelta(0), DAY, 60 * DAY])
def test_deletion_that_waits_is_always_told(state: State, late: dt.timedelta) -> None:
    found = lifecycle_summary.summarize(company(state, retention_ends_at=NOW - late), NOW)
    assert (found.kind, found.is_near, found.is_overdue) == (NoticeKind.DELETION, True, True)


@pytest.mark.parametrize("state", [State.INACTIVE, State.ACTIVE, State.DELETING, State.DELETED])
def test_nothing_is_ahead_in_the_other_states(state: State) -> None:
    trial_ends_at = None if state == State.INACTIVE else NOW - 5 * DAY
    assert not is_near(company(state, trial_ends_at=trial_ends_at, full_seats=1))


def test_trial_that_has_just_ended_is_not_near_its_deletion_before_any_job_has_run() -> None:
    org = company(State.TRIAL, trial_ends_at=NOW)
    assert not is_near(org)
    found = lifecycle_summary.summarize(org, NOW + lifecycle.RETENTION - 14 * DAY)
    assert found.is_near
    assert found.next_at == NOW + lifecycle.RETENTION


def test_way_back_is_what_keeps_the_data_now_as_the_mails_say_it() -> None:
    """A debt that comes due before the deletion is not what stopped the company."""
    columns = {"full_seats": 6, "debt_due_at": NOW + 5 * DAY, "retention_ends_at": NOW + 10 * DAY}
    assert (
        lifecycle_summary.summarize(company(State.READ_ONLY, **columns), NOW).way_back == "Enter the payment details."
    )


def test_control_the_days_are_those_of_the_mails() -> None:
    assert {kind: max(days) for kind, days in DAYS_BEFORE.items()} == {"trial_end": 7, "debt": 14, "deletion": 14}


# --- where, and for whom ----------------------------------------------------------------------------------
def put(org: Organization, **columns: object) -> Organization:
    Organization.objects.filter(pk=org.pk).update(**columns)
    org.refresh_from_db()
    return org


@pytest.fixture
def ending(db: None) -> Organization:
    """Its trial ends in three days, with three issues in it."""
    org = make_company("Acme", age_days=27)
    with company_scope(org.pk):
        columns = {"lead": org.memberships.get(), "issue_count": 3, "created_at": timezone.now()}
        Queue.objects.create(org=org, key="ROB", name="Robotics", **columns)
    return org


def pages(org: Organization) -> list[str]:
    names = [
        "tracker_portal:company",
        "orgs:people",
        "orgs:tracker_deactivate",
        "issues:issue_list",
        "issues:queue_list",
    ]
    return [reverse(name, args=[org.slug]) for name in names]


def banner(client: Client, url: str) -> str:
    html = client.get(url).content.decode().partition(REGION)[2]
    return words("<div" + html.partition("</div>")[0]) if html else ""


def test_administrators_see_it_on_every_page_with_date_counts_and_way_back(ending: Organization, login: Login) -> None:
    client = login(make_administrator(ending))
    end = timezone.localtime(ending.trial_ends_at, dt.timezone(dt.timedelta(hours=1)))
    for url in pages(ending):
        assert banner(client, url) == (
            f"Tracker becomes Read only on {end:%-d %b %Y, %H:%M} Europe/Berlin. There are 3 issues in 1 queue."
            " Give Full access to at least one person. Export all data Activate subscriptions"
        )


def test_employees_do_not_see_it(ending: Organization, login: Login) -> None:
    employee = login(add_member(ending))
    for url in pages(ending):
        assert REGION not in employee.get(url).content.decode()
    put(ending, state=State.READ_ONLY, trial_ends_at=timezone.now() - 25 * DAY, retention_ends_at=timezone.now())
    page = text(employee.get(reverse("issues:issue_list", args=[ending.slug])))
    assert "Read only. You can view, search and export everything." in page
    for word in ("Activate subscriptions", "payment", "balance", "$"):
        assert word not in page


def test_blocked_administrator_sees_nothing_of_it(ending: Organization, login: Login) -> None:
    administrator = make_administrator(ending)
    Membership.objects.filter(pk=administrator.pk).update(blocked_at=timezone.now())
    response = login(administrator).get(reverse("tracker_portal:company", args=[ending.slug]))
    assert response.status_code == 403
    assert REGION not in response.content.decode()


def test_settings_say_it_at_length_instead(ending: Organization, login: Login) -> None:
    url = reverse("tracker_portal:tracker_settings", args=[ending.slug])
    assert REGION not in login(make_administrator(ending)).get(url).content.decode()


def test_debt_deletion_and_waiting_have_their_sentences(
    org: Organization, owner: Membership, member: Membership, login: Login
) -> None:
    client, url, now = login(owner), reverse("orgs:people", args=[org.slug]), timezone.now()
    assert banner(client, url) == ""
    put(org, debt_due_at=now + 3 * DAY)
    assert "Tracker becomes Read only on" in banner(client, url)
    assert "Bring the balance to zero or more. Top up Export all data Tracker settings" in banner(client, url)
    put(org, debt_due_at=None, state=State.DEACTIVATED, retention_ends_at=now + 3 * DAY)
    assert banner(client, url).startswith("All data is deleted on")
    assert "Activate Tracker again. Export all data Tracker settings" in banner(client, url)
    put(org, retention_ends_at=now - DAY)
    assert "The deletion waits." in banner(client, url)
    assert banner(client, url).endswith("Why it waits")


def test_refusal_of_a_switched_off_tracker_shows_it_too(org: Organization, owner: Membership, login: Login) -> None:
    put(org, state=State.DEACTIVATED, retention_ends_at=timezone.now() + DAY)
    response = login(owner).get(reverse("issues:issue_list", args=[org.slug]))
    assert response.status_code == 403
    assert "All data is deleted on" in text(response)


def test_it_costs_one_query_when_there_is_something_and_none_otherwise(ending: Organization, login: Login) -> None:
    client = login(make_administrator(ending))
    for name in ("orgs:people", "issues:issue_list"):
        url = reverse(name, args=[ending.slug])
        near = queries_of(client, url)
        put(ending, trial_ends_at=timezone.now() + 8 * DAY)
        far = queries_of(client, url)
        put(ending, trial_ends_at=timezone.now() + 3 * DAY)
        assert near - far == 1


def test_full_seats_end_it(ending: Organization, login: Login) -> None:
    client, url = login(make_administrator(ending)), reverse("orgs:people", args=[ending.slug])
    assert banner(client, url)
    add_member(ending, level=Level.FULL)
    assert banner(client, url) == ""
