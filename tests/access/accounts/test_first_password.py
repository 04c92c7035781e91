"""A password that an administrator gave opens one page only, and that for seven days."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from access.members import accounts
from access.members.accounts import FIRST_PASSWORD, Account
from access.members.members import Terms
from access.wall import middleware
from orgs.domains.models import Domain
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.guards.routes import public_routes
from users.accounts.models import User

pytestmark = pytest.mark.django_db

GIVEN, OWN = "given-by-the-administrator", "chosen-by-maya-alone"
CHOOSE = "/me/password/choose/"


@pytest.fixture
def member(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> Membership:
    return accounts.create(org=org, account=maya, password=GIVEN, terms=terms, actor=owner, now=now)


def log_in(password: str) -> Client:
    cache.clear()
    client = Client()
    client.post("/login/", {"login": "maya.chen@northwind.example", "password": password})
    return client


def leads_to_the_choice(client: Client, url: str, method: str = "GET") -> bool:
    response = client.generic(method, url)
    return response.status_code == 302 and response.headers["Location"] == CHOOSE


def test_it_opens_nothing_but_the_page_to_choose(member: Membership, org: Organization) -> None:
    client = log_in(GIVEN)
    company = [f"/o/{org.slug}/{path}" for path in ("", "issues/", "people/", "tracker/settings/", "access/")]
    own = [
        "/",
        "/companies/",
        "/companies/new/",
        "/me/",
        "/me/email/",
        "/me/password/",
        "/me/security/",
        "/me/sessions/",
    ]
    assert [url for url in [*company, *own] if not leads_to_the_choice(client, url)] == []
    assert client.get(CHOOSE).status_code == 200
    assert client.post(f"/o/{org.slug}/issues/new/", {}).headers["Location"] == CHOOSE


def test_every_page_without_arguments_is_behind_it_but_those_named(member: Membership) -> None:
    client = log_in(GIVEN)
    methods = {  # each by one that it takes: any other is a 405 to everybody
        route.name: route.methods[0]
        for route in public_routes()
        if not route.arguments and not route.name.startswith(("operator", "/"))
    }
    open_ones = {name for name, method in methods.items() if not leads_to_the_choice(client, reverse(name), method)}
    assert open_ones == middleware.OPEN_WITH_FIRST_PASSWORD


def test_control_without_the_wall_it_would_open_everything(
    member: Membership, org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(GIVEN)
    monkeypatch.setattr(middleware, "must_choose_password", lambda request: False)
    assert client.get(f"/o/{org.slug}/issues/").status_code == 200


def test_own_password_opens_tracker_and_the_given_one_is_gone(member: Membership, org: Organization) -> None:
    client = log_in(GIVEN)
    response = client.post(CHOOSE, {"new_password1": OWN, "new_password2": OWN}, follow=True)
    assert response.redirect_chain[-1][0] == f"/o/{org.slug}/"
    assert "This password is yours now." in response.content.decode()
    user = User.objects.get(pk=member.user_id)
    assert user.check_password(OWN)
    assert user.first_password_ends_at is None
    assert client.get(CHOOSE).status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [
        (GIVEN, GIVEN, "Choose another one than the password you were given."),
        ("short", "short", "too short"),
        (OWN, OWN + "x", "match"),
        ("", "", "required"),
    ],
)
def test_bad_choice_is_an_error_at_its_field(member: Membership, first: str, second: str, error: str) -> None:
    response = log_in(GIVEN).post(CHOOSE, {"new_password1": first, "new_password2": second})
    assert response.status_code == 400
    assert error in response.content.decode()
    assert User.objects.get(pk=member.user_id).check_password(GIVEN)


def test_after_seven_days_it_opens_nothing(member: Membership, now: dt.datetime) -> None:
    with time_machine.travel(now + FIRST_PASSWORD - dt.timedelta(minutes=5), tick=False):
        assert log_in(GIVEN).get(CHOOSE).status_code == 200
    with time_machine.travel(now + FIRST_PASSWORD + dt.timedelta(seconds=1), tick=False):
        client = log_in(GIVEN)
        page = client.get(CHOOSE)
        assert page.status_code == 403
        assert "This password has ended" in page.content.decode()
        client.post(CHOOSE, {"new_password1": OWN, "new_password2": OWN})
        assert leads_to_the_choice(client, "/")
    assert User.objects.get(pk=member.user_id).check_password(GIVEN)


def test_nobody_else_is_led_there(owner: Membership, client: Client) -> None:
    client.force_login(owner.user)
    assert client.get(CHOOSE).status_code == 302
    assert client.get(f"/o/{owner.org.slug}/").status_code == 200
