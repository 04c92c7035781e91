"""The language a person chose: the browser's cookie tells it to every page, before anybody is known."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

YEAR = 60 * 60 * 24 * 365  # seconds


def speak(response: HttpResponse, language: str) -> None:
    """Keeps the language in the cookie; an empty one leaves it to the browser."""
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, secure=settings.SECURE, samesite="Lax"
        )
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
