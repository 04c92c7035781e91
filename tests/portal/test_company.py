"""The company's main page, for each role and state, and its first steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from issues.models import Queue
from orgs import companies, lifecycle
from orgs.models import Level, Membership, Organization, State
from orgs.scopes import company_scope
from tests.factories import UserFactory, add_member, make_administrator, make_company
from tests.portal.pages import main
from tests.portal.queries import queries_of
from users.models import User

Login = Callable[[Membership | User], Client]


def url(org: Organization) -> str:
    return reverse("orgs:company", args=[org.slug])


@pytest.fixture
def trial(db: None) -> Organization:
    return make_company("Acme", age_days=18)


@pytest.fixture
def quiet(stranger: User, now: dt.datetime) -> Organization:
    """A company whose Tracker is not active; `stranger` owns it."""
    return companies.found(owner=stranger, name="Acme", country="RU", time_zone="Europe/Berlin", now=now)


def first_queue(org: Organization, now: dt.datetime) -> None:
    with company_scope(org.pk):
        Queue.objects.create(org=org, key="ROB", name="Robotics", lead=org.memberships.first(), created_at=now)


def test_administrator_sees_the_services_with_gear_and_free_trial(
    quiet: Organization, stranger: User, login: Login
) -> None:
    response = login(stranger).get(url(quiet))
    page = main(response)
    assert "1 of 1000 employee accounts" in page
    assert "Tracker Issues, queues and boards for every team. Not active Free trial" in page
    assert "People Accounts, departments, teams and the shared address book. Active" in page
    assert "Balance RUB 0.00. Payment details are not entered yet. Not set up" in page.replace("\xa0", " ")
    assert 'aria-label="Tracker settings"' in response.content.decode()


@pytest.mark.parametrize("age_days", [3, 40])
def test_employee_sees_no_gear_and_no_price(login: Login, age_days: int) -> None:
    org = make_company(age_days=age_days)
    response = login(add_member(org)).get(url(org))
    assert "Balance" not in main(response)
    assert "$" not in main(response)
    assert "First steps" not in main(response)
    assert 'aria-label="Tracker settings"' not in response.content.decode()


def test_employee_of_a_quiet_company_is_told_whom_to_ask(quiet: Organization, login: Login) -> None:
    page = main(login(add_member(quiet)).get(url(quiet)))
    assert "Whom to ask" in page
    assert "Free trial" not in page


def test_trial_has_the_small_ruler(trial: Organization, login: Login) -> None:
    response = login(add_member(trial)).get(url(trial))
    assert "12 days left, free for everyone. Free trial Open Tracker" in main(response)
    assert "ruler ruler--small" in response.content.decode()
    assert "Today is day 19 of 60." in response.content.decode()


@pytest.mark.parametrize("role", ["administrator", "employee"])
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.ACTIVE, "Active Open Tracker"),
        (State.READ_ONLY, "Read only Open Tracker"),
        (State.DEACTIVATED, "Deactivated"),
        (State.DELETING, "Deleting data"),
        (State.DELETED, "Data deleted"),
    ],
)
def test_tracker_card_in_every_other_state(
    *, org: Organization, login: Login, now: dt.datetime, state: State, said: str, role: str
) -> None:
    visitor = make_administrator(org) if role == "administrator" else add_member(org)
    if state == State.ACTIVE:
        add_member(org, level=Level.FULL)
    Organization.objects.filter(pk=org.pk).update(state=state, retention_ends_at=now + dt.timedelta(days=20))
    assert f"Issues, queues and boards for every team. {said}" in main(login(visitor).get(url(org)))


def test_first_steps_tick_themselves_and_go(
    quiet: Organization, stranger: User, login: Login, now: dt.datetime
) -> None:
    client = login(stranger)
    assert "First steps 0 of 2 Activate Tracker" in main(client.get(url(quiet)))
    lifecycle.activate(org=quiet, actor=quiet.memberships.get(), now=now)
    page = main(client.get(url(quiet)))
    assert "First steps 1 of 2 Activate Tracker , done" in page
    assert "Create queue" in page
    first_queue(quiet, now)
    assert "First steps" not in main(client.get(url(quiet)))


def test_no_first_step_is_shown_that_cannot_be_taken(org: Organization, owner: Membership, login: Login) -> None:
    assert "First steps" not in main(login(owner).get(url(org))), "the company is Read only, no queue can be created"


@pytest.mark.parametrize("slug", ["acme", "no-such-company"])
def test_foreign_and_absent_company_are_the_same_404(
    trial: Organization, member: Membership, login: Login, slug: str
) -> None:
    assert login(member).get(f"/o/{slug}/").status_code == 404


def test_name_of_the_company_is_escaped(stranger: User, login: Login, now: dt.datetime) -> None:
    org = companies.found(owner=stranger, name="<b>Acme</b> & Söhne", country="DE", time_zone="UTC", now=now)
    html = login(stranger).get(url(org)).content.decode()
    assert "<b>Acme" not in html
    assert "&lt;b&gt;Acme&lt;/b&gt; &amp; Söhne" in html


def test_main_page_needs_as_many_queries_for_many_people_and_queues(
    trial: Organization, login: Login, now: dt.datetime
) -> None:
    administrator, employee = login(make_administrator(trial)), login(add_member(trial))
    few = queries_of(administrator, url(trial)), queries_of(employee, url(trial))
    for _ in range(10):
        add_member(trial, user=UserFactory())
    first_queue(trial, now)
    assert (queries_of(administrator, url(trial)), queries_of(employee, url(trial))) == few == (7, 5)
