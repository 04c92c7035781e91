"""The doors at which somebody may ask about an address: log in, reset a password, sign up, be invited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

KNOWN, UNKNOWN = "known@example.net", "other@example.net"
PERSON = {"first_name": "A", "last_name": "B", "password1": "a-long-enough-password"}
COMPANY = {"company_name": "Lovelace Engines", "country": "GB", "time_zone": "UTC"}
Door = Callable[[Client, str], list[HttpResponse]]


def log_in(client: Client, email: str) -> list[HttpResponse]:
    return [client.post("/login/", {"login": email, "password": "not-the-right-password"})]


def forget(client: Client, email: str) -> list[HttpResponse]:
    sent = client.post("/login/forgot/", {"email": email})
    return [sent, client.get(sent.headers["Location"])]


def start_trial(client: Client, email: str) -> list[HttpResponse]:
    return confirm(client, client.post("/start/", {**COMPANY, **PERSON, "email": email}))


def confirm(client: Client, signed_up: HttpResponse) -> list[HttpResponse]:
    """The page for the code, a wrong one, another mail."""
    page, wrong = client.get(signed_up.headers["Location"]), client.post("/confirm/", {"code": "WRONG1"})
    cache.clear()  # a minute later
    again = client.post("/confirm/", {"action": "resend"})
    return [signed_up, page, wrong, again, client.get("/confirm/")]


DOORS = pytest.mark.parametrize(
    "door",
    [log_in, forget, start_trial, "by_link", "by_inviting"],
    indirect=True,
    ids=["login", "reset", "sign-up", "sign-up by link", "invitation"],
)
