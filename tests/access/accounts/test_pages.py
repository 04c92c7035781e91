"""The pages of `Create user account`, and of the accounts that the company created."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.members import accounts
from access.members.accounts import Account
from access.members.members import Terms
from orgs.domains.models import Domain
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.factories import UserFactory, add_member
from users.accounts.models import User

pytestmark = pytest.mark.django_db

GIVEN = "given-by-the-administrator"
FORM = {
    "first_name": "Maya",
    "last_name": "Chen",
    "day": "27",
    "month": "3",
    "year": "1990",
    "login": "Maya.Chen",
    "domain": "northwind.example",
    "password": GIVEN,
    "again": GIVEN,
    "level": "read_only",
}


@pytest.fixture
def client(login: Callable[[Any], Client], admin: Membership) -> Client:
    return login(admin)


@pytest.fixture
def url(org: Organization) -> Callable[[str], str]:
    return lambda path: f"/o/{org.slug}/access/users/{path}"


@pytest.fixture
def member(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> Membership:
    return accounts.create(org=org, account=maya, password=GIVEN, terms=terms, actor=owner, now=now)


def form(client: Client, url: Callable[[str], str], **changes: str) -> dict[str, str]:
    """What the page's form would send."""
    html = client.get(url("new/")).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', html)
    assert token
    return {**FORM, "token": token[1], **changes}


def test_labels_stand_verbatim_and_in_order(client: Client, url: Callable[[str], str], domain: Domain) -> None:
    html = client.get(url("new/")).content.decode()
    words = ["Name", "Last name", "Birth date", "Login", "Password", "One more time", "Add"]
    places = [re.search(rf">\s*{word}\s*<", html) for word in words]
    assert all(places)
    starts = [place.start() for place in places if place]
    assert starts == sorted(starts)


def test_account_is_created_and_its_password_shown_once(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    data = form(client, url)
    response = client.post(url("new/"), data)
    html = response.content.decode()
    assert response.status_code == 200
    assert "maya.chen@northwind.example can log in now" in html
    assert f'value="{GIVEN}"' in html
    member = Membership.objects.get(org=org, user__email="maya.chen@northwind.example")
    again = client.post(url("new/"), data)
    assert again.headers["Location"] == url(f"{member.public_id}/")
    assert User.objects.filter(email="maya.chen@northwind.example").count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"first_name": ""}, "Enter the person’s name."),
        ({"last_name": ""}, "Enter the person’s last name."),
        ({"day": "", "month": "", "year": ""}, "Enter the birth date."),
        ({"day": "31", "month": "2"}, "This is not a date."),
        ({"year": "2090"}, "The birth date must be in the past"),
        ({"year": "1890"}, "after 1900"),
        ({"login": ""}, "Enter a login."),
        ({"login": "ma ya"}, "Use letters from a to z"),
        ({"login": "taken"}, "This address already has an account. Invite it."),
        ({"domain": "elsewhere.example"}, "Choose a verified domain."),
        ({"password": ""}, "Enter a password."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "another-password"}, "The two passwords differ."),
        ({"level": "owner"}, "Choose one of the two."),
        ({"day": "\u0661", "month": "x" * 99}, "at most"),
    ],
)
def test_each_mistake_is_an_error_at_its_field_and_nothing_typed_is_lost(
    client: Client, url: Callable[[str], str], domain: Domain, changes: dict[str, str], error: str
) -> None:
    UserFactory(email="taken@northwind.example")
    response = client.post(url("new/"), form(client, url, **changes))
    html = response.content.decode()
    assert response.status_code == 400
    assert error in html
    assert "<title>Error: Create user account" in re.sub(r"\s+", " ", html).replace("<title> ", "<title>")
    assert GIVEN not in html
    kept = {**FORM, **changes}["first_name"]
    assert f'value="{kept}"' in html or not kept
    assert not User.objects.filter(email__startswith="maya.chen@").exists()


def test_taken_login_shows_free_ones(client: Client, url: Callable[[str], str], domain: Domain) -> None:
    UserFactory(email="maya.chen@northwind.example")
    html = client.post(url("new/"), form(client, url)).content.decode()
    assert "Free logins:" in html
    assert "mchen" in html


@pytest.mark.parametrize("chosen", ["mchen", "<i>x"])
def test_free_login_that_is_clicked_is_in_the_form_and_nothing_typed_is_lost(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain, chosen: str
) -> None:
    UserFactory(email="maya.chen@northwind.example")
    data = form(client, url, level="full", department="", first_name="Maya & Co")
    refused = client.post(url("new/"), data).content.decode()
    assert f'formaction="{url("new/login/")}"' in refused
    response = client.post(url("new/login/"), {**data, "free_login": chosen})
    html = response.content.decode()
    assert response.status_code == 200
    again = response.context["form"]
    assert (again["login"].value(), again["level"].value()) == (chosen, "full")
    assert {name: again[name].value() for name in ("first_name", "last_name", "day", "month", "year")} == {
        "first_name": "Maya & Co",
        "last_name": "Chen",
        "day": "27",
        "month": "3",
        "year": "1990",
    }
    assert GIVEN not in html
    assert "<i>x" not in html
    assert Membership.objects.filter(org=org).count() == 2, "nobody is made by it"


def test_first_button_of_the_form_is_no_free_login(client: Client, url: Callable[[str], str], domain: Domain) -> None:
    """Enter in a field presses the first one."""
    UserFactory(email="maya.chen@northwind.example")
    html = client.post(url("new/"), form(client, url)).content.decode()
    inside = html[html.index(f'action="{url("new/")}"') :]
    first = re.search(r'<button[^>]*type="submit"[^>]*>', inside)
    assert first
    assert "free_login" not in first[0]
    assert "formaction" not in first[0]


def test_add_and_create_another_shows_the_password_above_the_next_form(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    data = form(client, url, level="full")
    response = client.post(url("new/another/"), data)
    html = response.content.decode()
    assert response.status_code == 200
    assert "maya.chen@northwind.example can log in now" in html
    assert f'value="{GIVEN}"' in html
    following = response.context["form"]
    assert (following["first_name"].value(), following["login"].value()) == (None, None)
    assert (following["domain"].value(), following["level"].value()) == ("northwind.example", "full")
    member = Membership.objects.get(org=org, user__email="maya.chen@northwind.example")
    again = client.post(url("new/another/"), data)
    assert again.headers["Location"] == url(f"{member.public_id}/")
    token = re.search(r'name="token" value="([^"]+)"', html)
    assert token
    second = {**FORM, "token": token[1], "first_name": "Igor", "login": "igor"}
    assert "igor@northwind.example can log in now" in client.post(url("new/another/"), second).content.decode()


def test_mistake_before_another_one_is_told_at_the_field(
    client: Client, url: Callable[[str], str], domain: Domain
) -> None:
    response = client.post(url("new/another/"), form(client, url, login=""))
    assert response.status_code == 400
    assert "Enter a login." in response.content.decode()
    assert client.get(url("new/another/")).status_code == 405


def test_created_account_can_be_edited_and_given_a_new_password(
    client: Client, url: Callable[[str], str], member: Membership
) -> None:
    page = client.get(url(f"{member.public_id}/")).content.decode()
    assert "Reset password" in page
    edit = url(f"{member.public_id}/edit/")
    assert 'value="1990"' in client.get(edit).content.decode()
    data = {"first_name": "Mia", "last_name": "Chen", "day": "1", "month": "2", "year": "1991"}
    assert client.post(edit, data).headers["Location"] == url(f"{member.public_id}/")
    assert client.post(edit, {**data, "first_name": ""}).status_code == 400
    reset = url(f"{member.public_id}/password/")
    html = client.post(reset, {"password": "another-first-one", "again": "another-first-one"}).content.decode()
    assert "another-first-one" in html
    user = User.objects.get(pk=member.user_id)
    assert user.full_name == "Mia Chen"
    assert user.check_password("another-first-one")


def test_others_accounts_offer_neither(
    client: Client, url: Callable[[str], str], org: Organization, domain: Domain
) -> None:
    invited = add_member(org)
    page = client.get(url(f"{invited.public_id}/")).content.decode()
    assert "Reset password" not in page
    data = {"password": "another-first-one", "again": "another-first-one"}
    response = client.post(url(f"{invited.public_id}/password/"), data)
    assert response.status_code == 400
    assert "Only the company that created an account" in response.content.decode()


def test_foreign_and_absent_people_are_the_same_404(
    client: Client, url: Callable[[str], str], outsider: Membership, domain: Domain
) -> None:
    for person in (outsider.public_id, "zzzzzzzz"):
        for page in ("edit/", "password/"):
            assert client.get(url(f"{person}/{page}")).status_code == 404
