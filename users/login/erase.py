"""An account's end: nobody logs in with it any more, and it says nothing about its person."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from users.accounts.models import User
from users.login import sessions


@transaction.atomic
def erase(ids: list[int]) -> None:
    """Takes name, birth date, addresses, second steps and sessions away. Called outside of any company's scope."""
    sessions.end(UserSession.objects.filter(user__in=ids))
    for model in (EmailAddress, Authenticator):
        model.objects.filter(user__in=ids).delete()
    User.objects.filter(pk__in=ids).update(
        first_name="",
        last_name="",
        birth_date=None,
        email=Concat(Value("erased-"), Cast("pk", CharField()), Value("@erased.invalid")),
        password=make_password(None),
        first_password_ends_at=None,
        is_active=False,
        sessions_ended=F("sessions_ended") + 1,
    )
