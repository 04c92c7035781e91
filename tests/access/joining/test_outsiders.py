"""Outsiders cannot tell a known address, or domain, from an unknown one by what a page says.

The two are of one length; what is compared are all bytes of all answers on the way, without what is made for one request.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from access.accounts.csv_import import digest
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.access.joining.doors import COMPANY, DOORS, KNOWN, PERSON, UNKNOWN, Door, log_in
from tests.factories import UserFactory
from users.accounts.models import User

pytestmark = pytest.mark.django_db

ONE_REQUEST = re.compile(
    r'(csrfmiddlewaretoken" value=|name="token" value=|request-id" content=)"[^"]*"'
    r"|tracker-verification=[0-9a-f]{40}|\b[0-9A-F]{4}-[0-9A-Z]{2,4}\b|[a-z2-9]{16}(?=/)"
)


def without(typed: str, answers: list[HttpResponse]) -> list[tuple[Any, ...]]:
    """What came back, apart from what was typed and what each request has of its own."""
    return [
        (
            answer.status_code,
            ONE_REQUEST.sub("…", answer.headers.get("Location", "")),
            sorted(answer.cookies),
            sorted(answer.headers),
            ONE_REQUEST.sub("…", answer.content.decode().replace(typed, "the address")),
        )
        for answer in answers
    ]


def ask(door: Door, email: str) -> list[tuple[Any, ...]]:
    """What the one who asks about an address gets to see; afterwards nobody has asked."""
    cache.clear()  # the limits count per address and peer
    with transaction.atomic():
        answers = without(email, door(Client(), email))
        transaction.set_rollback(True)
    return answers


@DOORS
def test_known_and_unknown_addresses_are_answered_with_the_same_bytes(door: Door) -> None:
    UserFactory(email=KNOWN)
    with time_machine.travel(timezone.now(), tick=False):
        known, unknown = ask(door, KNOWN), ask(door, UNKNOWN)
    assert known == unknown
    assert all(status < 400 or status == 400 for status, *_ in known)


@DOORS
def test_a_mail_goes_to_either_or_to_neither(door: Door) -> None:
    UserFactory(email=KNOWN)
    for email in (KNOWN, UNKNOWN):
        door(Client(), email)
    with platform_scope():
        assert Mail.objects.filter(to=KNOWN).exists() == Mail.objects.filter(to=UNKNOWN).exists()


@pytest.mark.parametrize("password", ["unusable", "one-time"])
def test_accounts_without_an_own_password_are_not_told_apart_either(password: str) -> None:
    user = UserFactory(email=KNOWN)
    User.objects.filter(pk=user.pk).update(password="!" if password == "unusable" else digest("one-time-password"))
    assert ask(log_in, KNOWN) == ask(log_in, UNKNOWN)


def test_control_an_answer_that_differs_is_noticed(settings: object) -> None:
    UserFactory(email=KNOWN)
    settings.ACCOUNT_PREVENT_ENUMERATION = False

    def sign_up(client: Client, email: str) -> list[HttpResponse]:
        return [client.post("/start/", {**COMPANY, **PERSON, "email": email})]

    assert ask(sign_up, KNOWN) != ask(sign_up, UNKNOWN)
