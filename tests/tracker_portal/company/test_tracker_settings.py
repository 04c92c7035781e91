"""Tracker's settings: each state says what happens, when, and what can be done; employees see whom to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from issues.queues.models import Queue
from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Deletion
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member, make_administrator, make_company
from tests.orgs.lifecycle.companies import fill
from tests.tracker_portal.pages import main, section, text
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
DAY = dt.timedelta(days=1)


def url(org: Organization) -> str:
    return reverse("tracker_portal:tracker_settings", args=[org.slug])


def owner_of(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


def day(at: dt.datetime) -> str:
    return f"{timezone.localtime(at, dt.timezone(dt.timedelta(hours=1))):%-d %b %Y}"


@pytest.fixture
def quiet(db: None, now: dt.datetime) -> Organization:
    """A company whose Tracker is not active."""
    owner = UserFactory(first_name="Anna", last_name="Petrova")
    return companies.create(owner=owner, name="Acme", country="DE", time_zone="Europe/Berlin", now=now)


@pytest.fixture
def trial(db: None) -> Organization:
    """In its nineteenth day; Anna Petrova activated it."""
    return make_company("Acme", age_days=18, owner=UserFactory(first_name="Anna", last_name="Petrova"))


# --- not active -------------------------------------------------------------------------------------------
def test_administrator_sees_what_an_activation_today_would_begin(quiet: Organization, login: Login) -> None:
    response = login(owner_of(quiet)).get(url(quiet))
    page = main(response)
    assert "Not active" in page
    assert (
        "Free for 30 days, for everyone No payment details needed."
        " Here is what would happen if you activate today. Activate" in page
    )
    for words in ("Free trial", "Read only", "Data deleted", "What it would cost later", "Before you start"):
        assert words in page
    assert "You and everyone who joins work without restrictions." in page
    assert "Timeline: free trial from" in response.content.decode()
    assert reverse("orgs:tracker_activate", args=[quiet.slug]) in response.content.decode()


def test_preview_shows_the_dates_of_the_activation(quiet: Organization, login: Login) -> None:
    client = login(owner_of(quiet))
    before = client.get(url(quiet)).context["ruler"]
    client.post(reverse("orgs:tracker_activate", args=[quiet.slug]))
    after = client.get(url(quiet)).context["ruler"]
    for name in ("starts_at", "trial_ends_at", "deletion_at"):
        assert abs(getattr(before, name) - getattr(after, name)) < dt.timedelta(minutes=1)


def test_employee_of_a_quiet_company_sees_the_state_and_whom_to_ask(quiet: Organization, login: Login) -> None:
    response = login(add_member(quiet)).get(url(quiet))
    page = main(response)
    assert "Tracker is not active yet Only administrators can activate it." in page
    assert "Whom to ask" in page
    assert "Anna Petrova" in page
    assert "Activate</button>" not in response.content.decode()
    assert "cost" not in page


# --- the calculator ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("", "$0.00 a month Up to 5 users are free."),
        ("?seats=5", "$0.00 a month Up to 5 users are free."),
        ("?seats=6", "$19.86 a month 6 users × $3.31. From the 6th user all are paid: $0.00 → $19.86."),
        ("?seats=47", "$155.57 a month 47 users × $3.31. VAT is not included."),
        ("?seats=101", "$333.85 a month 100 users × $3.31 + 1 user × $2.85."),
        ("?seats=abc", "Enter a number from 0 to 1000."),
        ("?seats=1001", "Enter a number from 0 to 1000."),
    ],
)
def test_server_answers_the_calculator(quiet: Organization, login: Login, query: str, answer: str) -> None:
    response = login(owner_of(quiet)).get(url(quiet) + query)
    assert response.status_code == 200
    assert answer in main(response)


def test_calculator_counts_the_others_and_speaks_of_the_companys_currency(
    db: None, login: Login, now: dt.datetime
) -> None:
    org = companies.create(owner=UserFactory(), name="Acme", country="RU", time_zone="UTC", now=now)
    for _ in range(7):
        add_member(org)
    page = main(login(owner_of(org)).get(f"{url(org)}?seats=6")).replace("\xa0", " ")
    assert "RUB 2,640.00 a month 6 users × RUB 440.00." in page
    assert "The other 2 people view issues for free. VAT is included." in page


# --- the trial --------------------------------------------------------------------------------------------
def test_trial_counts_the_days_and_names_the_deadlines(trial: Organization, login: Login) -> None:
    response = login(owner_of(trial)).get(url(trial))
    page = main(response)
    assert "12 days of full access left" in page
    end = day(trial.trial_ends_at)
    assert f"On {end} Tracker becomes Read only for everyone you haven’t given Full access." in page
    assert f"Activated by Anna Petrova on {day(trial.activated_at)}. 1 employee can use it now." in page
    local = timezone.localtime(trial.trial_ends_at, dt.timezone(dt.timedelta(hours=1)))
    assert f"Trial ends {end}, {local:%H:%M} Europe/Berlin" in page
    assert "Today is day 19 of 60." in response.content.decode()
    assert f"Access from {end} Full access 0 of 1 Monthly total $0.00" in page
    assert "Trial · 12 days left" in text(response)


def test_last_day_of_the_trial_is_one_day(trial: Organization, login: Login) -> None:
    Organization.objects.filter(pk=trial.pk).update(trial_ends_at=timezone.now() + dt.timedelta(minutes=5))
    assert "1 day of full access left" in main(login(owner_of(trial)).get(url(trial)))


def test_prepared_trial_says_that_nothing_will_stop(trial: Organization, login: Login) -> None:
    add_member(trial, level=Level.FULL)
    page = section(login(owner_of(trial)).get(url(trial)), "life")
    assert f"Nothing will stop. 1 person keeps Full access from {day(trial.trial_ends_at)}." in page
    assert "Subscription" in page
    assert "deleted" not in page


def test_employee_sees_the_trial_without_prices(trial: Organization, login: Login) -> None:
    response = login(add_member(trial)).get(url(trial))
    page = main(response)
    assert "Tracker becomes Read only for everyone without Full access." in page
    assert "Whom to ask Anna Petrova" in page.replace(" AP ", " ")
    assert "$" not in page
    assert "Monthly total" not in page


# --- read only --------------------------------------------------------------------------------------------
def test_read_only_counts_down_to_the_deletion(org: Organization, owner: Membership, login: Login) -> None:
    fill(org, issues=3)
    response = login(owner).get(url(org))
    page = main(response)
    assert f"The trial ended on {day(org.trial_ends_at)}. Nobody has Full access yet." in page
    assert "20 days until all data is deleted 3 issues in 1 queue. Activate subscriptions to keep them." in page
    deletion = org.trial_ends_at + lifecycle.RETENTION
    assert f"What is deleted on {day(deletion)} Issues 3 Comments 3 Queues 1" in page
    assert f"Data is deleted {day(deletion)}, " in page
    assert "Read only · 20 days to deletion" in text(response)
    assert "ruler" in response.content.decode()


def test_deletion_that_is_due_is_announced(org: Organization, owner: Membership, login: Login) -> None:
    ended = timezone.now() - dt.timedelta(hours=1)
    Organization.objects.filter(pk=org.pk).update(state=State.READ_ONLY, retention_ends_at=ended)
    response = login(owner).get(url(org))
    assert f"The deletion of all data waits The 30 days ended on {day(ended)}" in main(response)
    assert "Read only · deletion is due" in text(response)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"full_seats": 6}, "Payment details are not entered yet."),
        ({"full_seats": 6, "payer_ready": True, "debt_due_at": timezone.now() - DAY}, "A payment is due."),
    ],
)
def test_read_only_says_why_to_administrators_only(
    org: Organization, owner: Membership, login: Login, facts: dict[str, object], sentence: str
) -> None:
    employee = add_member(org)
    Organization.objects.filter(pk=org.pk).update(**facts)
    assert sentence in main(login(owner).get(url(org)))
    assert sentence not in main(login(employee).get(url(org)))


# --- the other states -------------------------------------------------------------------------------------
def test_active_tracker_says_how_many_have_full_access(
    org: Organization, owner: Membership, member: Membership, login: Login
) -> None:
    page = section(login(owner).get(url(org)), "life")
    assert "Tracker is active 1 of 2 people has Full access." in page
    assert "days" not in page


def test_deactivated_tracker_can_be_activated_by_administrators(
    org: Organization, owner: Membership, viewer: Membership, login: Login
) -> None:
    lifecycle.deactivate(org=org, actor=owner, now=timezone.now())
    org.refresh_from_db()
    page = main(login(owner).get(url(org)))
    assert f"Tracker is off since {day(org.deactivated_at)} Data is kept until {day(org.retention_ends_at)}." in page
    assert "Nobody can open issues meanwhile. Once it is activated again," in page
    assert "1 person with Full access goes on working. Activate" in page
    assert "Open Tracker" not in page
    page = main(login(viewer).get(url(org)))
    assert "Activate " not in page
    assert "Whom to ask" in page


def test_deletion_that_runs_cannot_be_stopped(org: Organization, owner: Membership, login: Login) -> None:
    now = timezone.now()
    Organization.objects.filter(pk=org.pk).update(state=State.DELETING)
    with company_scope(org.pk):
        Deletion.objects.create(org=org, due_at=now, claimed_at=now)
    page = main(login(owner).get(url(org)))
    assert f"Deleting data 0 rows deleted so far · started {day(now)}, " in page
    assert "This cannot be stopped" in page
    assert "Open Tracker" not in page


def test_deleted_tracker_shows_the_reports_counts(org: Organization, owner: Membership, login: Login) -> None:
    now = timezone.now()
    counts = {"issues.issue": 1284, "issues.comment": 6902, "issues.queue": 9, "issues.change": 5}
    Organization.objects.filter(pk=org.pk).update(state=State.DELETED, deleted_at=now)
    with company_scope(org.pk):
        deletion = Deletion.objects.create(org=org, due_at=now, claimed_at=now, finished_at=now, counts=counts)
    page = main(login(owner).get(url(org)))
    assert f"Data was deleted on {day(now)} Report {deletion.number}." in page
    assert "Issues 1,284 Comments 6,902 Queues 9" in page
    assert "The free trial is not offered again." in page


@pytest.mark.parametrize("state", [State.DELETING, State.DELETED])
def test_deletion_pages_stand_without_a_report(
    org: Organization, owner: Membership, login: Login, state: State
) -> None:
    Organization.objects.filter(pk=org.pk).update(state=state, deleted_at=timezone.now())
    assert login(owner).get(url(org)).status_code == 200


# --- for all ----------------------------------------------------------------------------------------------
def test_readers_own_time_zone_counts(trial: Organization, login: Login) -> None:
    owner = owner_of(trial)
    User.objects.filter(pk=owner.user_id).update(time_zone="Asia/Tokyo")
    assert "Asia/Tokyo" in main(login(owner).get(url(trial)))


def test_people_to_ask_are_those_who_were_here_last(org: Organization, login: Login) -> None:
    now = timezone.now()
    _never, long_ago, lately = (make_administrator(org) for _ in range(3))
    Membership.objects.filter(pk=long_ago.pk).update(last_active_at=now - 9 * DAY)
    Membership.objects.filter(pk=lately.pk).update(last_active_at=now - DAY)
    Membership.objects.filter(pk=owner_of(org).pk).update(last_active_at=now - 2 * DAY)
    asked = login(add_member(org)).get(url(org)).context["administrators"]
    assert [member.pk for member in asked] == [lately.pk, owner_of(org).pk, long_ago.pk]


@pytest.mark.parametrize(("age_days", "queries"), [(18, (14, 7)), (40, (12, 9))])
def test_settings_need_as_many_queries_for_many_people_and_queues(
    login: Login, now: dt.datetime, age_days: int, queries: tuple[int, int]
) -> None:
    org = make_company(age_days=age_days)
    owner, employee = login(owner_of(org)), login(add_member(org))
    few = queries_of(owner, url(org)), queries_of(employee, url(org))
    for number in range(5):
        make_administrator(org)
        with company_scope(org.pk):
            Queue.objects.create(org=org, key="ABCDE"[number], name="Q", lead=owner_of(org), created_at=now)
    assert (queries_of(owner, url(org)), queries_of(employee, url(org))) == few == queries
