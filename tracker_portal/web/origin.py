"""One origin: the host of every request is ORIGIN's, so that every link, in mails above all, is one of ORIGIN."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

# Whoever asks whether the process is well asks the process itself, by whatever name it has inside.
ANY_HOST = frozenset({"/healthz", "/readyz"})


class OriginMiddleware:
    """Stands before all that reads the host or does anything: another host's request is sent to ORIGIN or refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own = urlsplit(settings.ORIGIN).netloc
        if request.path_info in ANY_HOST or host_of(request) == own:
            request.META["HTTP_HOST"] = own
            return self.get_response(request)
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(settings.ORIGIN + request.get_full_path())
        return render(request, "400.html", status=400)  # what was sent is for somebody else, or for nobody


def host_of(request: HttpRequest) -> str:
    """The host and port that the request names; empty when it names none that could be ours."""
    try:
        return request.get_host().lower()
    except DisallowedHost:
        return ""
