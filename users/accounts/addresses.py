"""Whose address is whose: a verified address belongs to one account; an unverified one is worth nothing (rule 12)."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict, Unpack

import idna
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from users.accounts import unconfirmed
from users.accounts.models import User


def normalize(email: str) -> str:
    """The address as it is kept: in lower case, its domain as an A-label. What is none comes back for who checks it."""
    name, at, domain = email.strip().lower().rpartition("@")
    try:
        return f"{name}{at}{idna.encode(domain, uts46=True, transitional=False).decode()}"
    except (idna.IDNAError, UnicodeError):
        return f"{name}{at}{domain}"


def readable(email: str) -> str:
    """The same address with its domain as people write it."""
    name, at, domain = email.rpartition("@")
    try:
        return f"{name}{at}{idna.decode(domain)}"
    except (idna.IDNAError, UnicodeError):
        return email


class Facts(TypedDict, total=False):
    """What a new account says about its person. Instants are UTC."""

    first_name: str
    last_name: str
    birth_date: dt.date
    first_password_ends_at: dt.datetime


class Taken(Exception):
    """The address has an account already."""


def owner_of(email: str) -> User | None:
    """The account that has proved the address, as its login or beside it."""
    address = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
    return address.user if address else None


def has_account(email: str) -> bool:
    """Whether an account bears the address or has proved it. A sign-up that nobody confirmed is none."""
    return bool(taken([email.lower()]))


def has_proved(user: User, email: str) -> bool:
    """Whether this account has proved this address."""
    return bool(EmailAddress.objects.filter(user=user, email=email.lower(), verified=True).exists())


def create_proved(*, email: str, password: str | None, **facts: Unpack[Facts]) -> User:
    """An account whose address was proved otherwise: by a mailed token or link, by a domain. Raises Taken.

    `password` is None for one that its owner chooses through a mailed link. Nothing is left of a sign-up that nobody
    confirmed.
    """
    if has_account(email):
        raise Taken
    try:
        with transaction.atomic():
            unconfirmed.forget([email])
            user = User.objects.create_user(email, password, **facts)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError as error:  # somebody took it in between
        raise Taken from error
    return user


def taken(emails: list[str]) -> set[str]:
    """Those of the addresses (in lower case) that an account bears or has proved."""
    free = unconfirmed.sign_ups().filter(email__in=emails)
    logins = set(User.objects.filter(email__in=emails).exclude(pk__in=free).values_list("email", flat=True))
    proved = EmailAddress.objects.filter(email__in=emails, verified=True).values_list("email", flat=True)
    return logins | set(proved)
