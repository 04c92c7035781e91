"""Too many tries: what counts together, who is exempt, and that every limited door says until when, with 429."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from orgs.tenancy import tokens
from tests.factories import PASSWORD, UserFactory
from tests.guards.routes import public_routes
from tests.users import codes
from users.accounts.models import User
from users.login import browsers, limits

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
WRONG = "not-the-right-password"
LIMIT = 5  # wrong passwords for an account from one address, in five minutes


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def at(number: int) -> str:
    """An address that nobody else has."""
    return f"203.0.{number // 250}.{number % 250 + 1}"


def guess(user: User, address: str, *, times: int = 1) -> Any:
    """Wrong passwords from one address, a fresh browser each time; the last answer."""
    for _ in range(times):
        answer = codes.enter_password(Client(REMOTE_ADDR=address), user, WRONG)
    return answer


def lets_in(client: Client, user: User) -> bool:
    codes.enter_password(client, user)
    return codes.is_in(client)


# --- Wrong passwords -----------------------------------------------------------------------------------
def test_five_wrong_passwords_from_afar_lock_nobody_out(stranger: User) -> None:
    for number in range(LIMIT * 2):
        guess(stranger, at(number))
    assert lets_in(Client(REMOTE_ADDR="198.51.100.7"), stranger)


def test_five_from_one_address_lock_that_address_out_of_this_account_alone(stranger: User) -> None:
    guess(stranger, at(1), times=LIMIT)
    refused = codes.enter_password(Client(REMOTE_ADDR=at(1)), stranger)
    assert refused.status_code == 429
    assert lets_in(Client(REMOTE_ADDR=at(2)), stranger)
    assert lets_in(Client(REMOTE_ADDR=at(1)), UserFactory())


def test_host_and_case_open_no_second_count(stranger: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.ORIGIN = "http://testserver"
    guess(stranger, at(1), times=LIMIT)
    client = Client(REMOTE_ADDR=at(1))
    assert client.post("/login/", {"login": stranger.email.upper(), "password": PASSWORD}).status_code == 429


def many_wrong_ones(user: User) -> None:
    for number in range(20):
        guess(user, at(number), times=LIMIT)


def test_a_hundred_from_everywhere_lock_the_account_but_for_browsers_that_it_knows(stranger: User) -> None:
    known, new = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    codes.enter_password(known, stranger)
    known.post(reverse("account_logout"))
    cache.clear()
    many_wrong_ones(stranger)
    refused = codes.enter_password(new, stranger)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3000
    assert lets_in(known, stranger)


def test_control_a_value_of_somebody_else_is_no_exemption(stranger: User) -> None:
    known = Client(REMOTE_ADDR="198.51.100.7")
    codes.enter_password(known, UserFactory())
    known.post(reverse("account_logout"))
    cache.clear()
    many_wrong_ones(stranger)
    assert browsers.COOKIE in known.cookies
    assert codes.enter_password(known, stranger).status_code == 429


def test_right_passwords_count_nothing(stranger: User) -> None:
    for _ in range(LIMIT * 2):
        client = Client(REMOTE_ADDR=at(1))
        assert lets_in(client, stranger)


# --- Tokens --------------------------------------------------------------------------------------------
TOKEN_ROUTES = [route for route in public_routes() if {"token", "key"} & set(route.arguments)]
TOKENS = 20  # wrong ones from one address, in a minute


def test_routes_with_a_token_were_found() -> None:
    names = {route.name for route in TOKEN_ROUTES}
    assert {"access:invitation", "access:join", "account_reset_password_from_key"} <= names


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", [route.name for route in TOKEN_ROUTES])
def test_guessing_a_token_is_limited(name: str, method: str) -> None:
    client, other = Client(REMOTE_ADDR=at(1)), Client(REMOTE_ADDR=at(2))
    route = next(route for route in TOKEN_ROUTES if route.name == name)

    def ask(client: Client) -> Any:
        values = {argument: "1" if argument == "uidb36" else tokens.new_token() for argument in route.arguments}
        return getattr(client, method)(reverse(name, kwargs=values))

    first = ask(client).status_code
    assert first in (200, 400, 404, 405)
    if first == 405:  # nothing was looked at
        return
    for _ in range(TOKENS - 1):
        ask(client)
    refused = ask(client)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert ask(other).status_code == first


# --- Until when ----------------------------------------------------------------------------------------
def use_up(name: str, client: Client, user: User) -> Any:
    """The answer of a door after too many tries."""
    again: dict[str, tuple[int, dict[str, str]]] = {
        "account_login": (LIMIT, {"login": user.email, "password": WRONG}),
        "account_signup": (20, {}),
        "account_reset_password": (5, {"email": user.email}),
        "account_change_password": (5, {"oldpassword": WRONG}),
        "account_reauthenticate": (LIMIT, {"password": WRONG}),
        "account_email": (10, {"action_add": "", "email": "no address"}),
        "mfa_activate_totp": (LIMIT, {"code": "000000"}),
    }
    times, data = again[name]
    for _ in range(times):
        assert client.post(reverse(name), data).status_code != 429
    return client.post(reverse(name), data)


@pytest.mark.parametrize(
    ("name", "seconds", "time"),
    [
        ("account_login", 300, "12:05 UTC, in 5 minutes"),
        ("account_signup", 60, "12:01:00 UTC, in 60 seconds"),
        ("account_reset_password", 60, "12:01:00 UTC, in 60 seconds"),
        ("account_change_password", 60, "12:01:00 UTC, in 60 seconds"),
        ("account_reauthenticate", 300, "12:05 UTC, in 5 minutes"),
        ("account_email", 60, "12:01:00 UTC, in 60 seconds"),
        ("mfa_activate_totp", 300, "12:05 UTC, in 5 minutes"),
    ],
)
def test_limited_door_says_until_when(name: str, seconds: int, time: str, stranger: User) -> None:
    client = Client(REMOTE_ADDR=at(1))
    with time_machine.travel(NOON, tick=False):
        if name in ("account_change_password", "account_reauthenticate", "account_email", "mfa_activate_totp"):
            codes.enter_password(client, stranger)
        if name == "mfa_activate_totp":
            codes.again(client)
            client.get(reverse(name))
        refused = use_up(name, client, stranger)
        text = re.sub(r"\s+", " ", refused.content.decode())
        assert refused.status_code == 429
        assert f"Try again at {time}." in text
        assert refused["Retry-After"] == str(seconds)
        assert WRONG not in text
    with time_machine.travel(NOON + dt.timedelta(seconds=seconds + 1), tick=False):
        assert use_up_once(name, client, stranger).status_code != 429


def use_up_once(name: str, client: Client, user: User) -> Any:
    data = {"login": user.email, "email": user.email, "password": WRONG, "oldpassword": WRONG, "code": "000000"}
    return client.post(reverse(name), data)


def test_second_code_by_mail_says_until_when(db: None) -> None:
    form = {"company_name": "Lovelace", "country": "GB", "first_name": "A", "last_name": "B", "password1": PASSWORD}
    client = Client()
    with time_machine.travel(NOON, tick=False):
        client.post("/start/", form | {"email": "ada@lovelace.example"})
        refused = client.post("/confirm/", {"action": "resend"})
        assert refused.status_code == 429
        assert refused["Retry-After"] == "10"


def test_sentence_names_a_minute_at_which_it_is_over(db: None) -> None:
    with time_machine.travel(NOON + dt.timedelta(seconds=30), tick=False):
        assert limits.sentence(240) == "Try again at 12:05 UTC, in 4 minutes."
        assert limits.sentence(1) == "Try again at 12:00:31 UTC, in 1 second."
