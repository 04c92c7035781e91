"""Mails of the tests: posting some, looking at their rows, and what must be true of them at the end."""

from __future__ import annotations

import itertools
from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.orgs.mail.sink import Sink

_numbers = itertools.count(1)


def post(*, text: str = "Your code is 424242.", subject: str = "A code", to: str = "", key: str = "") -> str:
    """Posts a mail about an account; returns its address, which no other mail has."""
    number = next(_numbers)
    to = to or f"reader{number}@example.com"
    letter = outbox.Letter(subject, text, f"<p>{text}</p>")
    with platform_scope():
        outbox.post(org=None, key=key or f"test:{number}", to=to, letter=letter, now=timezone.now())
    return to


def post_some(count: int) -> list[str]:
    return [post() for _ in range(count)]


def post_and_change_ones_mind() -> None:
    """A transaction, or a part of one, that is rolled back."""
    with suppress(ZeroDivisionError), transaction.atomic():
        post()
        _ = 1 / 0


def row(to: str) -> Mail:
    with platform_scope():
        return Mail.objects.get(to=to)


def are_sent(addresses: list[str]) -> bool:
    return all(row(to).sent_at for to in addresses)


def let_time_pass() -> None:
    """The end of all claims and pauses: what is not done is due now."""
    with platform_scope():
        Mail.objects.filter(sent_at=None, refused_at=None).update(next_attempt_at=timezone.now())


def drain_later() -> None:
    """The next drainer, after all claims and pauses."""
    let_time_pass()
    mail_sender.drain()


def assert_never_lost(sink: Sink, addresses: list[str]) -> None:
    """Each mail was accepted at least once, and however often that was, under the one Message-ID of its row."""
    for to in addresses:
        assert set(sink.message_ids(to)) == {row(to).message_id}, f"the mail to {to}: {sink.message_ids(to)}"


def assert_sent_once(sink: Sink, addresses: list[str]) -> None:
    assert_never_lost(sink, addresses)
    assert sink.times() == dict.fromkeys(addresses, 1)
