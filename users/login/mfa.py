"""A person's second factor: what counts as one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists

# Recovery codes are the way back when one of these is lost; alone they are no second factor.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_one(user_id: int) -> bool:
    """Whether the person has a second factor now."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=KINDS).exists())


def exists_for(user: Any) -> Exists:
    """Whether the person has a second factor, as a part of a query; `user` is an id or an OuterRef to one."""
    return Exists(Authenticator.objects.filter(user_id=user, type__in=KINDS))


def take_away(user_id: int) -> None:
    """Deletes every second factor of the person, recovery codes too.

    Straight in the table: the operator's role may delete these rows, and sees nothing of their secrets.
    """
    rows = Authenticator.objects.filter(user_id=user_id)
    rows._raw_delete(rows.db)
