"""Where a person is logged in, and the end of it. The rows are allauth's; a session that is deleted ends at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from users.accounts.models import User
from users.accounts.request import UserRequest
from users.apps import SEEN

STEP = dt.timedelta(minutes=10)


def live(user_id: int, now: dt.datetime) -> QuerySet[Any]:
    """The person's sessions that have neither ended nor expired at `now`."""
    stored = Session.objects.filter(expire_date__gt=now).values("session_key")
    sessions: QuerySet[Any] = UserSession.objects.filter(user_id=user_id, session_key__in=stored)
    return sessions


def note(request: HttpRequest, now: dt.datetime) -> None:
    """Notes device, address and time of the request's session, at most every ten minutes."""
    seen = request.session.get(SEEN, 0)
    if now.timestamp() - seen >= STEP.total_seconds():
        UserSession.objects.create_from_request(request)
        request.session[SEEN] = int(now.timestamp())


@transaction.atomic
def end(sessions: QuerySet[Any]) -> int:
    """Ends sessions: their next request is nobody's. Returns how many there were."""
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_everywhere_else(request: UserRequest) -> int:
    """`Log out everywhere else`: no browser is known any more, and this session is the only one that counts."""
    user = request.user
    number = end_others(user.pk, request.session.session_key)
    User.objects.end_sessions([user.pk])
    user.refresh_from_db(fields=["sessions_ended"])
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    return number


def end_others(user_id: int, kept: str | None) -> int:
    """Ends all sessions of the person but the one with the key `kept`. Returns how many there were."""
    return end(UserSession.objects.filter(user_id=user_id).exclude(session_key=kept or ""))
