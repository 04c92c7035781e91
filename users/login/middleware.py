"""Notes where people are logged in (`sessions`), and lets some answers wait (`constant_time`)."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from users.login import constant_time, sessions

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


class EvenAnswersMiddleware:
    """The outermost but for the request's id, so that all work is done when the rest of the time is waited for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        route = request.resolver_match.url_name if request.resolver_match else None
        if settings.EVEN_ANSWERS and (left := constant_time.wait(route, request.method, time.monotonic() - began)):
            time.sleep(left)
        return response
