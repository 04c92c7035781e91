"""`Delete company`: the page, and the banner while it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from orgs.lifecycle import closing
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.factories import PASSWORD
from tests.users import codes

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


@pytest.fixture
def url(org: Organization) -> str:
    return f"/o/{org.slug}/company/data/"


@pytest.fixture
def client(login: Login, owner: Membership) -> Client:
    """The owner, who has just shown who they are."""
    client = login(owner)
    codes.again(client)
    return client


def test_page_says_what_it_means_with_numbers(client: Client, url: str, member: Membership) -> None:
    html = client.get(url).content.decode()
    for text in ("Delete company", "2 people lose access.", "Export all data", "To go on, type Northwind Robotics"):
        assert text in html


def test_owner_asks_and_every_administrator_sees_it(
    client: Client, url: str, org: Organization, admin: Membership, member: Membership, login: Login
) -> None:
    response = client.post(url, {"name": "Northwind Robotics"}, follow=True)
    assert "Keep the company" in response.content.decode()
    org.refresh_from_db()
    assert org.closing_at
    banner = "Northwind Robotics is deleted on"
    assert banner in login(admin).get(f"/o/{org.slug}/").content.decode()
    assert banner not in login(member).get(f"/o/{org.slug}/").content.decode()
    response = client.post(f"{url}keep/", follow=True)
    assert "Northwind Robotics stays." in response.content.decode()
    assert banner not in client.get(f"/o/{org.slug}/").content.decode()


@pytest.mark.parametrize("name", ["", "Northwind", "x" * 300])
def test_wrong_name_is_told_at_the_field(client: Client, url: str, org: Organization, name: str) -> None:
    response = client.post(url, {"name": name})
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"name"}
    org.refresh_from_db()
    assert org.closing_at is None


def test_who_has_not_just_shown_who_they_are_is_asked_first(
    login: Login, owner: Membership, url: str, org: Organization
) -> None:
    client = login(owner)
    assert "Show that it is you" in client.get(url).content.decode()
    response = client.post(url, {"name": "Northwind Robotics"})
    assert response.headers["Location"].startswith("/login/again/")
    assert client.post("/login/again/", {"password": "wrong", "next": url}).status_code == 400
    client.post(url, {"name": "Northwind Robotics"})
    org.refresh_from_db()
    assert org.closing_at is None
    assert client.post("/login/again/", {"password": PASSWORD, "next": url}).headers["Location"] == url
    client.post(url, {"name": "Northwind Robotics"})
    org.refresh_from_db()
    assert org.closing_at


def test_others_do_not_get_there(
    login: Login, url: str, admin: Membership, member: Membership, outsider: Membership, org: Organization
) -> None:
    for path in (url, f"{url}keep/"):
        assert [login(who).post(path, {"name": org.name}).status_code for who in (admin, member)] == [403, 403]
        assert login(outsider).post(path, {"name": org.name}).status_code == 404
        assert Client().post(path).status_code in (302, 403)
    org.refresh_from_db()
    assert org.closing_at is None


def test_looking_changes_nothing_and_keeping_twice_is_told(
    client: Client, url: str, org: Organization, owner: Membership, now: dt.datetime
) -> None:
    closing.ask(name=org.name, actor=owner, now=now)
    assert client.get(f"{url}keep/").status_code == 405
    client.get(url)
    org.refresh_from_db()
    assert org.closing_at
    client.post(f"{url}keep/")
    assert "The company stays already." in client.post(f"{url}keep/", follow=True).content.decode()


def test_asking_twice_is_told(client: Client, url: str, org: Organization, owner: Membership, now: dt.datetime) -> None:
    closing.ask(name=org.name, actor=owner, now=now)
    response = client.post(url, {"name": org.name})
    assert response.status_code == 400
