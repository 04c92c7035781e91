"""The company's main page, for each role and state, and its first steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from access.changes import save as grants
from issues.queues.models import Queue
from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.people.joining_models import Invitation
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member, make_administrator, make_company
from tests.guards.rows import make_row
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


def url(org: Organization) -> str:
    return reverse("tracker_portal:company", args=[org.slug])


@pytest.fixture
def trial(db: None) -> Organization:
    return make_company("Acme", age_days=18)


@pytest.fixture
def quiet(stranger: User, now: dt.datetime) -> Organization:
    """A company whose Tracker is not active; `stranger` owns it."""
    return companies.create(owner=stranger, name="Acme", country="RU", time_zone="Europe/Berlin", now=now)


def first_queue(org: Organization, now: dt.datetime) -> None:
    with company_scope(org.pk):
        Queue.objects.create(org=org, key="ROB", name="Robotics", lead=org.memberships.first(), created_at=now)


def test_administrator_sees_the_services_with_gear_and_free_trial(
    quiet: Organization, stranger: User, login: Login
) -> None:
    response = login(stranger).get(url(quiet))
    page = main(response)
    assert "1 of 1000 employee accounts" in page
    assert "Tracker Issues and queues for every team. Not active Free trial" in page
    assert "People Accounts, departments, teams and the shared address book. Active Invite users" in page
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
    assert f"Issues and queues for every team. {said}" in main(login(visitor).get(url(org)))


def steps_of(client: Client, org: Organization, query: str = "") -> str:
    """What the main page says of the first steps; empty without them."""
    return main(client.get(url(org) + query)).partition("First steps ")[2].partition(" Services")[0]


def test_first_steps_tick_themselves_and_go(
    quiet: Organization, stranger: User, login: Login, now: dt.datetime
) -> None:
    client, owner = login(stranger), quiet.memberships.get()
    steps = steps_of(client, quiet)
    assert steps.startswith("0 of 5 Dismiss Activate Tracker")
    titles = ("Activate Tracker", "Add people", "Choose who keeps Full access", "Enter payment details")
    places = [steps.index(title) for title in (*titles, "Create the first queue")]
    assert places == sorted(places)
    assert "Create queue" not in steps, "it cannot be done before Tracker is active"

    lifecycle.activate(org=quiet, actor=owner, now=now)
    assert steps_of(client, quiet).startswith("1 of 5 Dismiss Activate Tracker , done")
    with company_scope(quiet.pk):
        make_row(Invitation, quiet, email="maya@partner.example")
    steps = steps_of(client, quiet)
    assert steps.startswith("2 of 5")
    assert "Add people , done" in steps
    first_queue(quiet, now)
    assert steps_of(client, quiet).startswith("3 of 5")
    grants.set_level(member=owner, level=Level.FULL, actor=owner, now=now)
    assert steps_of(client, quiet) == "", "one person with Full access is free: payment details are not needed"
    assert steps_of(client, quiet, "?first-steps").startswith("5 of 5"), "Help has them still"


def test_open_steps_lead_to_the_page_where_they_are_done(trial: Organization, login: Login) -> None:
    html = login(make_administrator(trial)).get(url(trial)).content.decode()
    steps = html.partition('id="first-steps"')[2].partition("</section>")[0]
    for page in ("access:user_list", "billing:payer", "issues:queue_create"):
        assert f'href="{reverse(page, args=[trial.slug])}"' in steps
    assert "button--primary" not in steps, "the page has its one primary button"


def test_first_steps_are_dismissed_for_oneself_and_are_back_under_help(trial: Organization, login: Login) -> None:
    mine, theirs = login(make_administrator(trial)), login(trial.memberships.get(role="owner"))
    response = mine.post(reverse("tracker_portal:first_steps_dismiss", args=[trial.slug]))
    assert response.headers["Location"] == url(trial)
    assert steps_of(mine, trial) == ""
    assert steps_of(theirs, trial).startswith("2 of 5 Dismiss")
    page = mine.get(url(trial)).content.decode()
    assert f'href="{url(trial)}?first-steps"' in page
    back = steps_of(mine, trial, "?first-steps")
    assert back.startswith("2 of 5 Activate Tracker"), "there is nothing more to dismiss"
    employee = login(add_member(trial))
    assert employee.post(reverse("tracker_portal:first_steps_dismiss", args=[trial.slug])).status_code == 403
    assert steps_of(employee, trial, "?first-steps") == ""
    assert "?first-steps" not in employee.get(url(trial)).content.decode()


def test_no_first_step_is_shown_that_cannot_be_taken(org: Organization, owner: Membership, login: Login) -> None:
    assert steps_of(login(owner), org) == "", "the company is Read only, no queue can be created"


def test_people_are_invited_from_the_main_page_and_the_empty_address_book(
    quiet: Organization, stranger: User, login: Login
) -> None:
    owner, employee = login(stranger), login(add_member(quiet))
    invite = f'href="{reverse("access:invite", args=[quiet.slug])}"'
    card = owner.get(url(quiet)).content.decode().partition('class="services"')[2]
    assert invite in card
    assert invite not in employee.get(url(quiet)).content.decode().partition('class="services"')[2]
    book = reverse("orgs:people", args=[quiet.slug])
    assert invite not in owner.get(book).content.decode().partition('id="list"')[2], "it is not empty"
    quiet.memberships.exclude(user=stranger).update(ended_at=quiet.created_at)
    assert invite in owner.get(book).content.decode().partition('id="list"')[2]


@pytest.mark.parametrize("slug", ["acme", "no-such-company"])
def test_foreign_and_absent_company_are_the_same_404(
    trial: Organization, member: Membership, login: Login, slug: str
) -> None:
    assert login(member).get(f"/o/{slug}/").status_code == 404


def test_name_of_the_company_is_escaped(stranger: User, login: Login, now: dt.datetime) -> None:
    org = companies.create(owner=stranger, name="<b>Acme</b> & Söhne", country="DE", time_zone="UTC", now=now)
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
