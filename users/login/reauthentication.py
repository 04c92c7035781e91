"""Showing again who one is, before what nobody may do who only finds a browser open. Five minutes count as recent."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest
from django.urls import reverse


def is_recent(request: HttpRequest) -> bool:
    return bool(did_recently_reauthenticate(request))


def url(request: HttpRequest) -> str:
    """The page that asks, and leads back here."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}"
