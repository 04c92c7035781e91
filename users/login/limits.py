"""Limits of tries: what counts together, and until when somebody waits who has used them up.

allauth counts, in the cache (PostgreSQL); the numbers are in the settings (`ACCOUNT_RATE_LIMITS`) and in allauth.
Wrong passwords count for an account and an address together, so that nobody locks somebody else out from afar, and,
much higher, for the account alone, but for browsers that it knows. Tokens in addresses of pages count when wrong.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from users.accounts import addresses
from users.login import browsers

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

APP = "allauth.account"
TOO_MANY = "too_many_tries"  # the code of a form's error
SHORTEST = 10  # seconds that are named when somebody else is counting at this moment
MINUTE = 60  # seconds
PASSWORD, ACCOUNT, TOKEN = "login_failed", "login_failed_account", "token"
AGAIN = ("reauthenticate", PASSWORD, ACCOUNT)
# route → what counts there; addresses with a token are all the others
ACTIONS: dict[str, tuple[str, ...]] = {
    "account_login": ("login", PASSWORD, ACCOUNT, "confirm_email"),
    "account_signup": ("signup", "confirm_email"),
    "join_account": ("signup", "confirm_email", TOKEN),
    "account_reset_password": ("reset_password",),
    "account_reset_password_from_key": ("reset_password_from_key", TOKEN),
    "account_email": ("manage_email", "confirm_email"),
    "account_email_verification_sent": ("confirm_email",),
    "account_change_password": ("change_password",),
    "account_set_password": ("change_password",),
    "account_reauthenticate": AGAIN,
    "mfa_reauthenticate": AGAIN,
    "mfa_reauthenticate_webauthn": AGAIN,
    "mfa_authenticate": (PASSWORD,),
    "mfa_activate_totp": (PASSWORD,),
    "mfa_login_webauthn": ("webauthn_login", PASSWORD),
}


def pair(request: HttpRequest, login: str) -> str:
    """The key of an account and an address together."""
    return f"{login.strip().lower()} {ratelimit.get_ip(request)}"


def consume_of_account(request: HttpRequest, login: str) -> Any:
    """Counts a try for the account alone, but for a browser that it knows. Falsy when there were too many."""
    if browsers.marks(request) and (user := addresses.owner_of(login)) and browsers.is_known(request, user):
        return ratelimit.RateLimitUsage(usage=[])
    return ratelimit.consume(request, app=APP, action=ACCOUNT, key=login.strip().lower())


def forget_of_account(request: HttpRequest, login: str) -> None:
    ratelimit.clear(request, app=APP, action=ACCOUNT, key=login.strip().lower())


# --- Tokens in addresses of pages ----------------------------------------------------------------------
def token_page(view: View) -> View:
    """A page whose address holds a token. After too many wrong ones from one network address none is looked at."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ratelimit.consume(request, app=APP, action=TOKEN, dry_run=True, limit_get=True):
            refused: HttpResponseBase = ratelimit.respond_429(request)
            return refused
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            _count_token(request)
            raise
        if (getattr(response, "context_data", None) or {}).get("token_fail"):  # allauth's page says so
            _count_token(request)
        return response

    return page  # type: ignore[return-value] # it is called as the view is


def _count_token(request: HttpRequest) -> None:
    ratelimit.consume(request, app=APP, action=TOKEN, limit_get=True)


# --- Until when ----------------------------------------------------------------------------------------
def seconds_left(request: HttpRequest) -> int:
    """The seconds after which this door lets the next try through."""
    route = request.resolver_match.url_name if request.resolver_match else None
    waits = [
        _wait(cache.get(key) or [], rate)
        for action in ACTIONS.get(route or "", (TOKEN,))
        for rate in _rates(action)
        for key in _keys(request, action, rate)
    ]
    return max(SHORTEST, math.ceil(max(waits, default=0)))


def _rates(action: str) -> list[ratelimit.Rate]:
    return [*ratelimit.get_rates(app=APP, action=action), *ratelimit.get_rates(app="allauth.mfa", action=action)]


def _wait(history: list[float], rate: ratelimit.Rate) -> float:
    """A history has the newest try first; as many as the rate allows count at once."""
    if len(history) < rate.amount:
        return 0
    return float(history[rate.amount - 1] + rate.duration - time.time())


def _keys(request: HttpRequest, action: str, rate: ratelimit.Rate) -> Iterator[str]:
    """Where a rate's history of whoever asks may lie."""
    app = "allauth.mfa" if action == "webauthn_login" else APP
    user = request.user if request.user.is_authenticated else getattr(unstash_login(request, peek=True), "user", None)
    if rate.per == "ip" or (rate.per == "user" and user):
        yield ratelimit.get_cache_key(request, app=app, action=action, rate=rate, user=user)
    if rate.per != "key":
        return
    pending = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY) or {}
    emails = {request.POST.get("login"), request.POST.get("email"), pending.get("email"), getattr(user, "email", None)}
    logins = [email.strip().lower() for email in emails if email]
    second_step = [f"mfa-auth-user-{user.pk}"] if user else []
    for key in [*logins, *(pair(request, login) for login in logins), *second_step]:
        yield ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key)


def sentence(seconds: int) -> str:
    """`Try again at 14:05 UTC, in 4 minutes.`"""
    at = timezone.localtime(timezone.now() + dt.timedelta(seconds=seconds))
    minutes = math.ceil(seconds / MINUTE)
    if seconds > MINUTE:
        span = ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
        at += dt.timedelta(seconds=MINUTE - 1)  # minutes are shown, and at the one that is shown it is over
    else:
        span = ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": seconds}
    shown = {"time": date_format(at, "H:i" if seconds > MINUTE else "H:i:s"), "zone": at.tzname(), "span": span}
    return _("Try again at %(time)s %(zone)s, in %(span)s.") % shown


def error(request: HttpRequest) -> ValidationError:
    """What a form says; `params["seconds"]` is for the answer's `Retry-After`."""
    seconds = seconds_left(request)
    text = _("Too many tries.") + " " + sentence(seconds)
    return ValidationError(text, code=TOO_MANY, params={"seconds": seconds})


def seconds_in(form: Any) -> int:
    """The seconds that a form's error names; 0 when it has no such error."""
    found = [error for errors in form.errors.as_data().values() for error in errors if error.code == TOO_MANY]
    return int(found[0].params["seconds"]) if found else 0
