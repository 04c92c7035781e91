"""Choosing and founding a company, switching Tracker on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from tests.factories import UserFactory, add_member, make_company
from tests.tracker_portal.pages import text
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
LIST, CREATE = "/companies/", "/companies/new/"
ACME = {"company_name": "Acme", "country": "DE"}


# --- the switcher -----------------------------------------------------------------------------------------
def test_only_company_opens_at_once(org: Organization, member: Membership, login: Login) -> None:
    response = login(member).get(LIST)
    assert response.url == reverse("tracker_portal:company", args=[org.slug])


def test_switcher_shows_role_and_state_of_each_company(org: Organization, owner: Membership, login: Login) -> None:
    make_company("Acme", age_days=3, owner=owner.user)
    page = text(login(owner).get(LIST))
    assert "Acme Owner Free trial" in page
    assert "Northwind Robotics Owner Read only" in page, "the trial is over, whether a job has noticed or not"
    assert "New company" in page


def test_switcher_shows_where_one_is_blocked_and_not_where_one_was_removed(
    org: Organization, member: Membership, login: Login, now: dt.datetime
) -> None:
    other = make_company("Acme")
    removed = add_member(other, user=member.user)
    Membership.objects.filter(pk=removed.pk).update(ended_at=now)
    Membership.objects.filter(pk=member.pk).update(blocked_at=now)
    page = text(login(member).get(f"{LIST}?choose"))
    assert "Northwind Robotics Employee Blocked" in page
    assert "Acme" not in page


def test_person_without_a_company_learns_what_to_do(stranger: User, login: Login) -> None:
    page = text(login(stranger).get(LIST))
    assert "You are in no company yet" in page
    assert "Ask your administrator for an invitation, or start a free trial." in page


def test_switcher_pages_by_key(stranger: User, login: Login, now: dt.datetime) -> None:
    others = [UserFactory() for _ in range(3)]
    for number in range(51):  # founded by several: nobody founds more than twenty
        org = companies.create(
            owner=others[number // 20], name=f"Company {number:02}", country="DE", time_zone="UTC", now=now
        )
        add_member(org, user=stranger)
    client = login(stranger)
    first = client.get(LIST)
    assert "Company 49" in text(first)
    assert "Company 50" not in text(first)
    [next_url] = re.findall(r'rel="next"\s+href="([^"]+)"', first.content.decode())
    assert "Company 50" in text(client.get(LIST + next_url))


def test_switcher_needs_as_many_queries_for_many_companies(owner: Membership, login: Login) -> None:
    client = login(owner)
    few = queries_of(client, f"{LIST}?choose")
    for number in range(5):
        make_company(f"Company {number}", owner=owner.user)
    assert queries_of(client, f"{LIST}?choose") == few == 3


@pytest.mark.parametrize("path", [LIST, CREATE])
def test_nobody_chooses_a_company_without_logging_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).url.startswith(reverse("account_login"))


# --- founding ---------------------------------------------------------------------------------------------
def test_new_company_has_no_tracker_yet(stranger: User, login: Login) -> None:
    client = login(stranger)
    assert "Create company" in text(client.get(CREATE))
    response = client.post(CREATE, ACME | {"time_zone": "Europe/Berlin"})
    org = Organization.objects.get()
    assert response.url == reverse("tracker_portal:company", args=[org.slug])
    assert (org.state, org.time_zone, org.currency) == (State.INACTIVE, "Europe/Berlin", "USD")


def test_free_trial_of_somebody_logged_in_starts_at_once(stranger: User, login: Login) -> None:
    client = login(stranger)
    page = client.get(f"{CREATE}?trial=1")
    assert "Free trial" in text(page)
    assert f"Free until {timezone.now() + lifecycle.TRIAL:%-d %b %Y}. No payment details." in text(page)
    client.post(f"{CREATE}?trial=1", ACME)
    assert Organization.objects.get().state == State.TRIAL


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"company_name": ""}, "Enter the name of your company."),
        ({"company_name": "   "}, "Enter the name of your company."),
        ({"company_name": "x"}, "Use 2 at least."),
        ({"company_name": "x" * 200}, "Use 80 at most."),
        ({"company_name": "a\x00b"}, "holds a sign that cannot be kept"),
        ({"country": ""}, "Choose a country."),
        ({"country": "XX"}, "Choose a country from the list."),
    ],
)
def test_wrong_input_is_explained_and_kept(stranger: User, login: Login, wrong: dict[str, str], sentence: str) -> None:
    response = login(stranger).post(CREATE, ACME | wrong)
    assert response.status_code == 400
    assert sentence in text(response)
    assert "<title>" in response.content.decode()
    assert text(response).startswith("Error:")
    assert not Organization.objects.exists()


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "x" * 500])
def test_unusable_time_zone_is_utc(stranger: User, login: Login, zone: str) -> None:
    login(stranger).post(CREATE, ACME | {"time_zone": zone})
    assert Organization.objects.get().time_zone == "UTC"


def test_twentieth_company_of_an_owner_is_the_last(stranger: User, login: Login, now: dt.datetime) -> None:
    for number in range(20):
        companies.create(owner=stranger, name=f"Company {number}", country="DE", time_zone="UTC", now=now)
    response = login(stranger).post(CREATE, ACME)
    assert response.status_code == 400
    assert "You own 20 companies already." in text(response)


# --- activation -------------------------------------------------------------------------------------------
@pytest.fixture
def quiet(stranger: User, now: dt.datetime) -> Organization:
    """A company whose Tracker is not active; `stranger` owns it."""
    return companies.create(owner=stranger, name="Acme", country="DE", time_zone="Europe/Berlin", now=now)


def activate(client: Client, org: Organization) -> str:
    return text(client.post(reverse("orgs:tracker_activate", args=[org.slug]), follow=True))


def test_activate_starts_thirty_days_for_everyone(quiet: Organization, stranger: User, login: Login) -> None:
    page = activate(login(stranger), quiet)
    assert "Tracker is active. Everyone can work in it for 30 days." in page
    assert "days of full access left" in page


def test_activate_sent_twice_has_one_effect_and_no_error(quiet: Organization, stranger: User, login: Login) -> None:
    client = login(stranger)
    activate(client, quiet)
    first = Organization.objects.get().trial_ends_at
    assert "Tracker is active already." in activate(client, quiet)
    assert Organization.objects.get().trial_ends_at == first


def test_employee_cannot_activate(quiet: Organization, login: Login) -> None:
    response = login(add_member(quiet)).post(reverse("orgs:tracker_activate", args=[quiet.slug]))
    assert response.status_code == 403
    assert Organization.objects.get().state == State.INACTIVE


def test_activate_is_no_link(quiet: Organization, stranger: User, login: Login) -> None:
    assert login(stranger).get(reverse("orgs:tracker_activate", args=[quiet.slug])).status_code == 405


def test_deactivated_tracker_is_activated_again(org: Organization, owner: Membership, login: Login) -> None:
    lifecycle.deactivate(org=org, actor=owner, now=timezone.now())
    assert "Tracker is on again, and Read only." in activate(login(owner), org)


def test_deleted_tracker_says_what_activation_needs(org: Organization, owner: Membership, login: Login) -> None:
    Organization.objects.update(state=State.DELETED, deleted_at=timezone.now(), retention_ends_at=None)
    assert "Give somebody full access and settle the payment first." in activate(login(owner), org)
