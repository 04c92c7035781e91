"""The wall: shut by default, and the last middleware (design rules 3 and 4).

It decides from the view's mark, then calls the view itself inside one company transaction, in which PostgreSQL forbids
writes on read pages, on every GET, and to people who may not write there. So a forgotten check cannot write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone

from access.wall import refusal_page, rules
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest, Finder, company_of, enter, find_member
from orgs.tenancy.scopes import company_scope, forbid_writes, platform_scope
from users import permissions
from users.accounts.request import UserRequest, is_logged_in
from users.login import reauthentication
from users.permissions import Kind, Mark, Who

View = Callable[..., HttpResponse]
# A page holds for the instant and the person it was drawn for. Without a word browsers keep a 410 for good, and show it
# when Tracker has long been activated again.
ASK_AGAIN = "private, no-cache"
CHOOSE_PASSWORD = "password_choose"  # noqa: S105 (a view's name)
# The health pages are here for another reason: they ask nobody's account, for they answer without a database, too.
OPEN_WITH_FIRST_PASSWORD = frozenset({CHOOSE_PASSWORD, "account_logout", "appearance", "healthz", "readyz"})
ACTIVITY_STEP = dt.timedelta(minutes=10)


class Wall:
    """Decides who may open a page, and opens it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()  # the next request of this thread is somebody else's
        response.headers.setdefault("Cache-Control", ASK_AGAIN)
        return response

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Answers the request itself, unless the page belongs to no company and is open to the person."""
        mark = permissions.mark_of(view)
        if mark is None:
            return refusal_page.unmarked(request)
        if answer := refuse_method(request, mark) or ask_for_password(request):
            return answer
        if mark.who == Who.ANYONE:
            return None
        if not is_logged_in(request):
            return refusal_page.ask_to_log_in(request)
        return open_page(request, view, mark, kwargs)


def open_page(request: UserRequest, view: View, mark: Mark, kwargs: dict[str, Any]) -> HttpResponse | None:
    """Opens the page for somebody who is logged in; None where it belongs to the person alone."""
    if mark.who == Who.PERSON:
        timezone.activate(ZoneInfo(request.user.time_zone or "UTC"))
        return None
    if mark.who == Who.OPERATOR:
        return operate(request, view, mark, kwargs)
    return enter_company(request, view, mark, kwargs, partial(find_member, slug=kwargs["org"]))


def refuse_method(request: HttpRequest, mark: Mark) -> HttpResponse | None:
    """405 for a method that the mark does not name, whoever asks: it tells nothing but what the page is made for."""
    return None if request.method in mark.methods else HttpResponseNotAllowed(sorted(mark.methods))


def ask_for_password(request: HttpRequest) -> HttpResponse | None:
    """Leads to the choice of a password who has to go there first."""
    return redirect(CHOOSE_PASSWORD) if must_choose_password(request) else None


def must_choose_password(request: HttpRequest) -> bool:
    """Whether the person came in with a password that an administrator gave: it opens nothing but the way to an own.

    Asked without a session there is nobody, and nothing is read.
    """
    page = request.resolver_match.view_name if request.resolver_match else ""
    if not request.session.session_key or page in OPEN_WITH_FIRST_PASSWORD:
        return False
    return is_logged_in(request) and request.user.first_password_ends_at is not None


def operate(request: UserRequest, view: View, mark: Mark, kwargs: dict[str, Any]) -> HttpResponse:
    """A page for operators sees every company; to others it does not exist. Some acts ask again who it is."""
    if not request.user.is_staff:
        raise Http404
    if mark.again and request.method not in permissions.SHOWS and not reauthentication.is_recent(request):
        return redirect(reauthentication.url(request))
    with platform_scope(read_only=mark.kind == Kind.READ or request.method in permissions.SHOWS):
        return view(request, **kwargs)


def enter_company(request: UserRequest, view: View, mark: Mark, kwargs: dict[str, Any], find: Finder) -> HttpResponse:
    """Finds the company through the person's membership (foreign and absent are the same 404) and opens its page."""
    member = find(request.user)
    if member is None:
        raise Http404
    org = member.org
    zone = ZoneInfo(request.user.time_zone or org.time_zone)
    locks = mark.kind == Kind.PRODUCT_WRITE and request.method not in permissions.SHOWS
    read_only = not locks and (mark.kind == Kind.READ or request.method in permissions.SHOWS)
    with timezone.override(zone), company_scope(org.pk, read_only=read_only):
        if locks:
            org, member = lock(org, member)
        entered = admit(request, org, member)
        with forbid_writes() if locks and not entered.may_write else nullcontext():
            if refusal := rules.refusal(mark, org, member, entered.now):
                return refusal_page.respond(entered, refusal)
            return view(entered, **kwargs)


def lock(org: Organization, member: Membership) -> tuple[Organization, Membership]:
    """Holds the company's and the member's row, so that a right taken away is taken before or after this write."""
    locked_org = Organization.objects.lock_shared(org.pk)
    locked = Membership.objects.lock_shared(member.pk)
    locked.has_second_factor = member.has_second_factor
    return locked_org, locked


def admit(request: UserRequest, org: Organization, member: Membership) -> CompanyRequest:
    """Puts on the request what the page may know. The clock is read here, after the locks."""
    now = timezone.now()
    return enter(request, org=org, membership=member, now=now, may_write=rules.may_write(org, member, now))


class LastActiveMiddleware:
    """Notes that a member was here, at most every ten minutes, after the response and in its own transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        entered = company_of(request)
        if entered and entered.membership.is_current:
            note_activity(entered.membership, timezone.now())
        return response


def note_activity(member: Membership, now: dt.datetime) -> None:
    if member.last_active_at is None or now - member.last_active_at >= ACTIVITY_STEP:
        Membership.objects.filter(pk=member.pk).update(last_active_at=now)
