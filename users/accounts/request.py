"""The request of a page that belongs to a person."""

from __future__ import annotations

from typing import TypeGuard

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from users.accounts.models import User


class UserRequest(HttpRequest):
    """A request of somebody who is logged in; the wall lets no other to a page of a person."""

    user: User
    htmx: HtmxDetails


def is_logged_in(request: HttpRequest) -> TypeGuard[UserRequest]:
    return request.user.is_authenticated


def user_of(request: HttpRequest) -> User:
    """Whoever is logged in, where a library says what kind of request it hands on. Raises PermissionDenied."""
    if not is_logged_in(request):
        raise PermissionDenied
    return request.user
