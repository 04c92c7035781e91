"""The public page, `Free trial` for somebody new, the theme."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import platform_scope
from tests.factories import PASSWORD
from tests.tracker_portal.pages import main, text
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
NEW = {
    "company_name": "Lovelace Engines",
    "country": "GB",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@lovelace.example",
    "password1": PASSWORD,
}


def test_public_page_says_what_it_costs_and_has_free_trial(client: Client, db: None) -> None:
    with time_machine.travel(NOON, tick=False):
        response = client.get("/")
    page = main(response)
    assert "Issues and queues your whole company can see Switch" in page
    for fact in (
        "30 days free for everyone",
        "Read only is free for everyone, always",
        "Up to 5 with Full access are free",
    ):
        assert fact in page
    assert "Free trial 23 Nov to 23 Dec" in page
    assert "22 Jan 2027, only if you don’t activate subscriptions" in page
    html = response.content.decode()
    assert re.findall(r'href="([^"]+)">Free trial<', html) == ["/start/", "/start/"]
    assert re.findall(r'href="([^"]+)">Log in<', html) == ["/login/", "/login/"]


def test_public_page_asks_the_database_for_nothing(client: Client, db: None) -> None:
    with counted_queries() as found:
        client.get("/")
    assert found == []


def test_public_page_sends_people_to_their_companies(member: Membership, login: Login) -> None:
    assert login(member).get("/").url == reverse("orgs:company_list")


def test_start_says_until_when_it_is_free(client: Client, db: None) -> None:
    with time_machine.travel(NOON, tick=False):
        page = main(client.get("/start/"))
    assert "Free until 23 Dec 2026. No payment details." in page
    assert "You already have an account? Log in to add a company." in page
    for label in ("Company name", "Country", "Name", "Last name", "Work email", "Password"):
        assert label in page


def test_login_from_start_leads_to_a_new_company(client: Client, db: None, stranger: User) -> None:
    [address] = re.findall(r'href="([^"]+)">Log in<', client.get("/start/").content.decode())
    response = client.post(address, {"login": stranger.email, "password": PASSWORD, "next": "/companies/new/?trial=1"})
    assert address == "/login/?next=/companies/new/%3Ftrial%3D1"
    assert response.url == "/companies/new/?trial=1"


def test_start_of_somebody_logged_in_only_names_the_company(stranger: User, login: Login) -> None:
    response = login(stranger).get("/start/", follow=True)
    assert response.redirect_chain == [("/companies/new/?trial=1", 302)]
    assert "Work email" not in text(response)


def test_start_founds_nothing_before_the_address_is_confirmed(client: Client, db: None) -> None:
    response = client.post("/start/", NEW)
    assert response.url == reverse("account_email_verification_sent")
    assert not Organization.objects.exists()


def test_confirmed_address_starts_the_trial(client: Client, db: None) -> None:
    client.post("/start/", NEW)
    with platform_scope():
        mail = re.search(r"\b[A-Z0-9]{3,6}-[A-Z0-9]{3,6}\b", mail_text())
    assert mail
    response = client.post(reverse("account_email_verification_sent"), {"code": mail.group()}, follow=True)
    org = Organization.objects.get()
    assert (org.name, org.state) == ("Lovelace Engines", State.TRIAL)
    assert response.redirect_chain[-1][0] == reverse("tracker_portal:company", args=[org.slug])


def mail_text() -> str:
    """The text of the newest mail in the outbox."""
    newest = Mail.objects.order_by("-id").first()
    assert newest
    return outbox.open_letter(newest).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"company_name": ""}, "Enter the name of your company."),
        ({"country": "XX"}, "Choose a country from the list."),
        ({"first_name": ""}, "Enter your name."),
        ({"last_name": ""}, "Enter your last name."),
        ({"email": "ada"}, "“Work email” is no email address."),
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "ada@lovelace.example"}, "too similar"),
    ],
)
def test_start_explains_wrong_input_and_keeps_the_rest(
    client: Client, db: None, wrong: dict[str, str], sentence: str
) -> None:
    response = client.post("/start/", NEW | wrong)
    assert sentence in main(response)
    assert text(response).startswith("Error:")
    assert PASSWORD not in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("system", ""), ("<b>", "")])
def test_theme_is_kept_in_a_cookie(client: Client, db: None, chosen: str, kept: str) -> None:
    client.cookies["theme"] = "dark"
    response = client.post(reverse("appearance"), {"theme": chosen, "next": "/start/"})
    assert response.url == "/start/"
    assert response.cookies["theme"].value == kept


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_theme_switch_leads_nowhere_else(client: Client, db: None, target: str) -> None:
    assert client.post(reverse("appearance"), {"theme": "dark", "next": target}).url == "/"
