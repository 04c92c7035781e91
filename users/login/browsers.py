"""Browsers in which a person has logged in before: a cookie with a value of its own for each of them.

A value is random, and signed for the person as they are now: a new password and `Log out everywhere else` end all that
were signed before.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from users.accounts.models import User

COOKIE = "known"
YEAR = 60 * 60 * 24 * 365  # seconds
MOST = 8  # people who share a browser
HALF = 32  # characters of the value, and of its signature


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Adds the person to the browser's cookie, in place of what is signed for them."""
    value = secrets.token_hex(HALF // 2)
    others = [mark for mark in marks(request) if not _is_of(mark, user)]
    cookie = ".".join([value + _sign(value, user), *others][:MOST])
    response.set_cookie(COOKIE, cookie, max_age=YEAR, httponly=True, secure=settings.SECURE, samesite="Lax")


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether the person has logged in here since the password was chosen and since all sessions were ended."""
    return any(_is_of(mark, user) for mark in marks(request))


def marks(request: HttpRequest) -> list[str]:
    return [found for found in request.COOKIES.get(COOKIE, "").split(".") if len(found) == 2 * HALF][:MOST]


def _is_of(mark: str, user: User) -> bool:
    return constant_time_compare(mark[HALF:], _sign(mark[:HALF], user))


def _sign(value: str, user: User) -> str:
    """What only we can make of the value for this person."""
    facts = f"{value}:{user.pk}:{user.sessions_ended}:{user.password}"
    return salted_hmac("users.browsers", facts, algorithm="sha256").hexdigest()[:HALF]
