"""Request ids: one short number a person can read to support, in every log line and error page. And two answers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.response import TemplateResponse

from orgs.ids import random_id

OK, BAD_REQUEST = 200, 400
current_request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Gives each request an id such as `7f3k-2m9p`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = random_id()
        request_id = f"{token[:4]}-{token[4:8]}"
        current_request_id.set(request_id)
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class NoMethodPageMiddleware:
    """Says on a page what Django only says in a header: this address does not take that method."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            page = render(request, "405.html", status=405)
            page["Allow"] = response["Allow"]
            return page
        return response


class MistakesMiddleware:
    """A form that comes back with mistakes answers 400, as our own do: allauth's pages would answer 200."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == OK and form is not None and form.errors:
            response.status_code = BAD_REQUEST
        return response


# Addresses that carry a token which lets somebody in: an invitation, an invite link, a new password.
TOKEN_IN_PATH = re.compile(r"/(invitation|join|login/reset)/[^/\s\"']+")


class TokenFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Takes tokens out of addresses, so that no log holds one; keeps every record."""
        text = record.getMessage()
        if TOKEN_IN_PATH.search(text):
            record.msg, record.args = TOKEN_IN_PATH.sub(r"/\1/…", text), None
        return True


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Adds `request_id` to the record; keeps every record."""
        record.request_id = current_request_id.get()
        return True
