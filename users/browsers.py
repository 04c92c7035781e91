"""Browsers in which a person has logged in before: a cookie with a keyed digest of each of them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "known"
YEAR = 60 * 60 * 24 * 365  # seconds
MOST = 8  # people who share a browser


def mark(user_id: int) -> str:
    """What the cookie of a browser says about a person; only we can make it."""
    return salted_hmac("users.browsers", str(user_id), algorithm="sha256").hexdigest()[:32]


def marks(request: HttpRequest) -> list[str]:
    return [found for found in request.COOKIES.get(COOKIE, "").split(".") if found]


def is_known(request: HttpRequest, user_id: int) -> bool:
    return mark(user_id) in marks(request)


def remember(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """Adds the person to the browser's cookie."""
    value = ".".join([mark(user_id), *marks(request)][:MOST])
    response.set_cookie(
        COOKIE, value, max_age=YEAR, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
