"""Addresses of companies, logins and keys that names in any script suggest; shown and changeable before they are made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from access.members import accounts
from issues.queues.models import Queue
from orgs.companies import companies
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, TrialRequest
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User
from users.input import latin

Login = Callable[[Membership | User], Client]
COMPANY = {"company_name": "Ромашка", "country": "RU"}
PERSON = {"first_name": "Анна", "last_name": "Петрова", "email": "anna@example.net", "password1": "a-long-enough-one"}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ромашка", "romashka"),
        ("ООО «Ёлки-палки»", "ooo-elki-palki"),
        ("Ильинские мельницы", "ilinskie-melnitsy"),
        ("Müller & Söhne", "muller-sohne"),
        ("北京公司", "beijinggongsi"),
        ("!!!", "company"),
        ("Northwind Robotics and Automation of Northern Europe", "northwind-robotics-and-automation-of"),
    ],
)
def test_name_suggests_a_readable_address(name: str, address: str) -> None:
    assert latin.address(name) == address


def test_login_and_key_follow_the_name() -> None:
    assert latin.login("Юлия", "Ильина") == "yuliya.ilina"
    assert latin.login("!!", "") == ""
    assert latin.key("Ромашка") == "ROMASHKA"
    assert latin.key("Отдел робототехники 2") == "OR"
    assert latin.key("123") == ""


@pytest.mark.django_db
def test_suggestions_are_made_by_the_server(client: Client) -> None:
    def told(kind: str, *texts: str) -> str:
        return client.get(f"/suggest/{kind}/", {"text": texts}).content.decode()

    assert told("address", "Ромашка") == "romashka"
    assert told("login", "Анна", "Петрова") == "anna.petrova"
    assert told("key", "Ромашка") == "ROMASHKA"
    assert told("address") == told("login", "") == ""
    assert client.get("/suggest/other/").status_code == 404
    assert client.post("/suggest/address/").status_code == 405


@pytest.mark.django_db
def test_suggested_logins_are_readable(org: Organization) -> None:
    with company_scope(org.pk):
        assert (
            accounts.suggestions(org, first_name="Анна", last_name="Петрова", domain="a.example")[0] == "anna.petrova"
        )


# --- New company -----------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_address_of_a_name_in_another_script_is_shown_before_it_is_made(stranger: User, login: Login) -> None:
    client = login(stranger)
    shown = client.post("/companies/new/", COMPANY)
    html = shown.content.decode()
    assert shown.status_code == 400
    assert 'value="romashka"' in html
    assert "This address is made from the name." in html
    assert not Organization.objects.exists()
    client.post("/companies/new/", COMPANY | {"slug": "Daisy-1"})
    assert Organization.objects.get().slug == "daisy-1"


@pytest.mark.django_db
def test_address_that_is_taken_or_none_is_an_error_at_its_field(
    org: Organization, stranger: User, login: Login
) -> None:
    client = login(stranger)
    wrong = {
        org.slug: "This address is taken.",
        "admin": "This address is taken.",
        "a": "Use 2 to 40 letters",
        "-ab": "Use 2 to 40 letters",
        "ромашка": "Use 2 to 40 letters",
        "a" * 41: "has 41 characters. Use 40 at most.",
    }
    for slug, told in wrong.items():
        response = client.post("/companies/new/", COMPANY | {"slug": slug})
        assert response.status_code == 400
        assert told in response.content.decode()
        assert 'id="id_slug_error"' in response.content.decode()
    assert Organization.objects.count() == 1


@pytest.mark.django_db
def test_verb_refuses_an_address_that_somebody_took_in_between(
    org: Organization, stranger: User, now: dt.datetime
) -> None:
    company = {"name": "Ромашка", "country": "RU", "time_zone": "UTC"}
    with pytest.raises(Refused, match="taken"):
        companies.create(owner=stranger, slug=org.slug, now=now, **company)


# --- Free trial ------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_sign_up_keeps_the_address_and_reserves_nothing(client: Client, now: dt.datetime) -> None:
    assert 'value="romashka"' in client.post("/start/", PERSON | COMPANY).content.decode()
    client.post("/start/", PERSON | COMPANY | {"slug": "daisy"})
    request = TrialRequest.objects.get()
    assert request.slug == "daisy"
    other = User.objects.create_user("first@example.net", first_name="First")
    companies.create(owner=other, name="Daisy", country="DE", time_zone="UTC", slug="daisy", now=now)
    founded = companies.fulfil_request(user=request.user, now=now)
    assert founded
    assert founded.slug == "romashka"


# --- queues ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_key_that_the_name_suggests_is_shown_first(org: Organization, member: Membership, login: Login) -> None:
    client, url = login(member), f"/o/{org.slug}/queues/new/"
    data = {"name": "Ромашка", "lead": member.user.email, "default_type": "task", "default_priority": "normal"}
    shown = client.post(url, data)
    assert shown.status_code == 400
    assert 'value="ROMASHKA"' in shown.content.decode()
    assert client.post(url, data | {"key": "ROM"}).status_code == 302
    with company_scope(org.pk):
        assert Queue.objects.get().key == "ROM"
    form = client.get(f"/o/{org.slug}/issues/new/").content.decode()
    assert "Choose a queue" not in form, "the only queue is chosen"
    client.post(url, data | {"name": "Second", "key": "SEC"})
    assert "Choose a queue" in client.get(f"/o/{org.slug}/issues/new/").content.decode()


# --- domains in other scripts ------------------------------------------------------------------------------
@pytest.mark.django_db
def test_address_on_a_domain_in_another_script_signs_up_and_logs_in(client: Client) -> None:
    email = "anna@ромашка.рф"
    client.post("/start/", PERSON | COMPANY | {"slug": "daisy", "email": email})
    user = User.objects.get()
    assert user.email == "anna@xn--80aa3agjl3d.xn--p1ai"
    user.emailaddress_set.update(verified=True)
    for typed in (email, "Anna@РОМАШКА.рф", user.email):
        client.logout()
        answer = client.post("/login/", {"login": typed, "password": PERSON["password1"]})
        assert answer.status_code == 302, typed
