"""Notes where people are logged in (`users/sessions.py`)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from users import sessions

SERVER_ERROR = 500


class SessionActivityMiddleware:
    """After the response, when the page has asked who is there anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < SERVER_ERROR and request.session.accessed and request.user.is_authenticated:
            sessions.note(request, timezone.now())
        return response
