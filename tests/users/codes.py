"""Codes as an authenticator app shows them, and logins step by step."""

from __future__ import annotations

import re
import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD
from users.accounts.models import User

PERIOD = 30  # seconds that a code is shown


def code_of(secret: str) -> str:
    """What the app shows now (RFC 6238); the clock may be travelled."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // PERIOD))


def wrong_code(secret: str) -> str:
    return f"{(int(code_of(secret)) + 1) % 1_000_000:06}"


def give_app(user: User) -> str:
    """Sets an app up for somebody and returns its secret."""
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(user, secret)
    return secret


def give_recovery_codes(user: User) -> list[str]:
    return RecoveryCodes.activate(user).get_unused_codes()


def enter_password(client: Client, user: User, password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": user.email, "password": password, **more})


def enter_code(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def again(client: Client) -> None:
    """Shows once more who is there, as sensitive pages ask."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def is_in(client: Client) -> bool:
    return client.get(reverse("session_list")).status_code == 200


def offered_secret(response: HttpResponse) -> str:
    """The key that the set-up page shows."""
    found = re.search(r'id="key"[^>]*value="([A-Z2-7]+)"', response.content.decode(), re.DOTALL)
    assert found
    return found[1]
