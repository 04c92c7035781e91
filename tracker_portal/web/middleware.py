"""Request ids: one short number a person can read to support, in log lines and error pages. And what answers carry."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.response import TemplateResponse

from orgs.tenancy.ids import random_id
from tracker_portal.web.headers import PERMISSIONS_POLICY
from tracker_portal.web.log_lines import current_request_id
from users.login import limits

OK, BAD_REQUEST, TOO_MANY_REQUESTS = 200, 400, 429


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


class PermissionsPolicyMiddleware:
    """Takes from every page what no page of ours uses, so that a script that got in could not use it either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS_POLICY
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
    """A form that comes back with mistakes answers 400, as our own do: allauth's pages would answer 200.

    One mistake is none of the form: too many tries. It answers 429, and says until when.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == OK and form is not None and form.errors:
            seconds = limits.seconds_in(form)
            response.status_code = TOO_MANY_REQUESTS if seconds else BAD_REQUEST
            if seconds:
                response["Retry-After"] = str(seconds)
        return response
