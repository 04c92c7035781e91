"""Every answer is ORIGIN's, and so is every link in a mail, whatever host a request names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import platform_scope
from tests.factories import PASSWORD
from users.accounts.models import User

pytestmark = pytest.mark.django_db

ORIGIN = "http://portal.example"
OTHERS = ["portal.example:6666", "portal.example.", "portal.example:80", "second.example", "evil.example", "a b", ""]


@pytest.fixture(autouse=True)
def origin(settings: Any) -> None:
    settings.ORIGIN, settings.ALLOWED_HOSTS = ORIGIN, ["portal.example", "second.example"]


def client_of(host: str) -> Client:
    return Client(HTTP_HOST=host)


def mails() -> list[str]:
    with platform_scope():
        return [outbox.open_letter(mail).text for mail in Mail.objects.order_by("pk")]


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_reading_at_another_host_leads_to_the_same_path_at_origin(method: str, host: str) -> None:
    answer = getattr(client_of(host), method)("/login/?next=/o/northwind/%D1%8F")
    assert (answer.status_code, answer["Location"]) == (302, f"{ORIGIN}/login/?next=/o/northwind/%D1%8F")


def test_two_slashes_do_not_lead_to_another_host() -> None:
    assert client_of("evil.example").get("//evil.example/")["Location"].startswith(f"{ORIGIN}/")


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("route", ["account_reset_password", "account_login", "account_signup"])
def test_anything_else_at_another_host_is_400_and_sends_nothing(route: str, host: str, stranger: User) -> None:
    answer = client_of(host).post(reverse(route), {"email": stranger.email, "login": stranger.email})
    assert answer.status_code == 400
    assert "We could not read this request" in answer.content.decode()
    assert not mails()


@pytest.mark.parametrize("method", ["put", "delete", "options", "patch"])
def test_no_other_method_gets_in(method: str) -> None:
    assert getattr(client_of("second.example"), method)("/login/").status_code == 400


@pytest.mark.parametrize("host", ["portal.example", "PORTAL.example"])
def test_links_of_account_mails_are_origins(host: str, stranger: User) -> None:
    client = client_of(host)
    client.post(reverse("account_reset_password"), {"email": stranger.email})
    client.post(reverse("account_reset_password"), {"email": "nobody@northwind.example"})
    known, unknown = mails()
    assert f"{ORIGIN}/login/reset/" in known
    assert f"{ORIGIN}/start/" in unknown


@pytest.fixture
def without_it(settings: Any) -> Iterator[None]:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("OriginMiddleware")]
    return None


@pytest.mark.parametrize("host", ["portal.example:6666", "portal.example.", "second.example"])
def test_control_without_the_middleware_a_mail_has_the_other_host(host: str, stranger: User, without_it: None) -> None:
    client_of(host).post(reverse("account_reset_password"), {"email": stranger.email})
    assert f"http://{host}/login/reset/" in mails()[0]


@pytest.mark.parametrize("host", OTHERS)
def test_health_is_answered_under_any_name(host: str) -> None:
    assert client_of(host).get("/healthz").status_code == 200
    assert client_of(host).get("/readyz").status_code == 200


# --- where `next` leads ----------------------------------------------------------------------------------
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "https:///evil.example",
    "https://second.example/o/",  # an allowed host
    "https://portal.example:6666/",
    f"{ORIGIN}/o/",  # no path, though its path would do
    "javascript:alert(1)",
    "\t//evil.example/",
]


def logged_in_and_sent(stranger: User, target: str) -> str:
    fields = {"login": stranger.email, "password": PASSWORD, "next": target}
    return str(client_of("portal.example").post(reverse("account_login"), fields)["Location"])


@pytest.mark.parametrize("target", ELSEWHERE)
def test_login_leads_nowhere_but_to_a_path_of_origin(target: str, stranger: User) -> None:
    assert logged_in_and_sent(stranger, target) == reverse("orgs:company_list")


def test_login_leads_to_a_path(stranger: User) -> None:
    assert logged_in_and_sent(stranger, "/me/security/?a=1") == "/me/security/?a=1"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_theme_switch_leads_nowhere_but_to_a_path_of_origin(target: str) -> None:
    answer = client_of("portal.example").post(reverse("appearance"), {"theme": "dark", "next": target})
    assert answer["Location"] == reverse("home")


@pytest.mark.parametrize("target", [*ELSEWHERE, "/login/", "/o/other/"])
def test_an_act_leads_back_to_a_page_of_its_company_alone(target: str, owner: Membership) -> None:
    client = client_of("portal.example")
    client.force_login(owner.user)
    answer = client.post(reverse("access:levels_discard", args=[owner.org.slug]), {"next": target})
    assert answer["Location"] == reverse("access:user_list", args=[owner.org.slug])
