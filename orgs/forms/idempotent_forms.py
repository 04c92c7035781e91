"""A form acts once, however often it is sent: a second click, a reload, a browser that asks again by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from orgs.forms.models import SentForm
from users.accounts.models import User

KEPT = dt.timedelta(days=30)


@transaction.atomic
def act(*, user: User, token: UUID, now: dt.datetime, verb: Callable[[], str]) -> str:
    """The path that `verb` answered when the person first sent the form with this token; it acts once.

    A second sending waits for the first one's transaction. When `verb` raises, nothing is kept, and the form may be
    sent again.
    """
    sent, is_first = SentForm.objects.get_or_create(user=user, token=token, defaults={"created_at": now})
    if is_first:
        sent.path = verb()
        sent.save(update_fields=["path"])
    return sent.path


def forget(now: dt.datetime) -> int:
    """Deletes what was sent more than 30 days ago; how many rows that were."""
    return SentForm.objects.filter(created_at__lt=now - KEPT).delete()[0]
