"""Pages of no company: the front page, the theme switch, the style guide, error pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, cast

from allauth.account import views as account
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from access.wall import preserved_form
from orgs.forms import safe_next
from orgs.lifecycle import rules as lifecycle
from orgs.status import phases, ruler
from tracker_portal.database import outage as database_outage
from tracker_portal.web.log_lines import current_request_id
from users.input import latin
from users.login import limits
from users.permissions import anyone, operator

THEMES = {"light", "dark"}
SUGGESTIONS: dict[str, tuple[Callable[..., str], int]] = {  # the rule, and how many texts it takes
    "address": (latin.address, 1),
    "login": (latin.login, 2),
    "key": (latin.key, 1),
}
LONGEST_NAME = 200
YEAR = 60 * 60 * 24 * 365


@anyone.get
def home(request: HttpRequest) -> HttpResponse:
    """The public Tracker page; someone logged in goes on to their companies."""
    if request.user.is_authenticated:
        return redirect("orgs:company_list")
    now = timezone.now()
    preview = ruler.preview(now)
    return render(request, "tracker_portal/web/home.html", {"ruler": preview, "phases": phases.phases_of(preview, now)})


@anyone.get_and_post
def start(request: HttpRequest) -> HttpResponse:
    """`Free trial`: someone new signs up; someone logged in only names the company."""
    if request.user.is_authenticated:
        return redirect(reverse("orgs:company_create") + "?trial=1")
    sign_up = account.SignupView.as_view(extra_context={"trial_ends_at": timezone.now() + lifecycle.TRIAL})
    return cast(HttpResponse, sign_up(request))


@anyone.post
def appearance(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen theme in a cookie; anything else than light or dark means the system's."""
    target = request.POST.get("next", "")
    response = HttpResponseRedirect(target if safe_next.is_own_path(target) else reverse("home"))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, secure=settings.SECURE, samesite="Lax")
    else:
        response.delete_cookie("theme")
    return response


@anyone.get
def suggestion(request: HttpRequest, kind: str) -> HttpResponse:
    """What names suggest in Latin letters. It looks at nothing but them, so it tells nothing of anybody."""
    rule, number = SUGGESTIONS[kind]
    texts = [text[:LONGEST_NAME] for text in request.GET.getlist("text")[:number]]
    named = any(latin.words(text) for text in texts)
    answer = rule(*texts, *[""] * (number - len(texts))) if named else ""
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


@operator.get
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "tracker_portal/web/styleguide.html", {"now": timezone.now()})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if database_outage.is_outage(exception):  # a session that could not be saved is said to be interrupted
        return database_outage.page()
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was older than the login, in most cases; what was typed on it is kept."""
    page = preserved_form.form_page(request)
    context = (
        {"page": page, "kept": preserved_form.texts(request), "fields": preserved_form.fields(request)} if page else {}
    )
    return render(request, "403_csrf.html", context, status=403)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Says until when; asked for by allauth, and by pages whose address holds a token."""
    seconds = limits.seconds_left(request)
    page = render(request, "429.html", {"sentence": limits.sentence(seconds)}, status=429)
    page["Retry-After"] = str(seconds)
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs nothing that could be broken: no database, no session, no context processor."""
    if database_outage.is_outage(sys.exc_info()[1]):  # Django calls this while it handles what was raised
        return database_outage.page()
    context: dict[str, Any] = {"request_id": current_request_id.get(), "support_email": settings.SUPPORT_EMAIL}
    return HttpResponse(render_to_string("500.html", context), status=500)
