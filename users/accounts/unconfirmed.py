"""Sign-ups that nobody has confirmed: they are worth nothing and reserve nothing (product.md §3).

The code that is typed into the browser that began a sign-up keeps what was typed there. Every other proof of the
address (an invitation, an account that a company creates, a link that was mailed to it) makes another account instead:
the row goes, so that no browser that still waits for a code has a way into what comes after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from users.accounts.models import User

LIFE = dt.timedelta(days=3)
BATCH = 500
BEGAN = "sign_up"  # the session's key: the account whose sign-up this browser began


def sign_ups() -> QuerySet[User]:
    """Accounts whose address nobody has proved. Operators are made by hand, and erased accounts are none."""
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    return User.objects.filter(~Exists(proved), is_active=True, is_staff=False, last_login=None)


def is_unconfirmed(user: User) -> bool:
    return sign_ups().filter(pk=user.pk).exists()


def begin(request: HttpRequest, user: User) -> None:
    """Notes that this browser is the one whose code counts."""
    request.session[BEGAN] = user.pk


def began(request: HttpRequest, user: User) -> bool:
    """Whether the sign-up was begun in this browser."""
    return bool(request.session.get(BEGAN) == user.pk)


def forget(emails: Iterable[str], *, but: User | None = None) -> None:
    """Deletes the sign-ups with these addresses, except one; whoever confirms one at this moment waits or was first."""
    expired = sign_ups().filter(email__in=[email.lower() for email in emails])
    _delete(expired.exclude(pk=but.pk) if but else expired)


def delete_expired(now: dt.datetime) -> int:
    """Deletes some of the sign-ups that nobody has confirmed within three days. Returns how many."""
    return _delete(sign_ups().filter(date_joined__lte=now - LIFE)[:BATCH])


@transaction.atomic
def _delete(wanted: QuerySet[User]) -> int:
    """Straight in the tables: nothing but addresses and the request for a company belongs to a sign-up.

    A request goes with its row (`ON DELETE CASCADE`); a reference of any other kind forbids it.
    """
    ids = list(wanted.values_list("pk", flat=True))
    list(User.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    gone = list(sign_ups().filter(pk__in=ids).values_list("pk", flat=True))  # asked again: now nobody confirms one
    for rows in (EmailAddress.objects.filter(user__in=gone), User.objects.filter(pk__in=gone)):
        rows._raw_delete(rows.db)
    return len(gone)
