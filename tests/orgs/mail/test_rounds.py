"""How long a drainer works and how long a mail waits, and that no transaction is open while it is sent."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, transaction
from django.utils import timezone

from orgs.mail import mail_sender
from tests.orgs.mail.mails import assert_sent_once, drain_later, let_time_pass, post, post_some, row
from tests.orgs.mail.sink import At, Deed, Sink

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)


@contextmanager
def hanging(sink: Sink, only_to: str = "") -> Iterator[None]:
    sink.fails(At.DATA, Deed.HANG, only_to=only_to)
    yield
    sink.heal()


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert [mail_sender.pause(n).total_seconds() for n in range(1, 9)] == [15, 30, 60, 120, 240, 480, 900, 900]
    assert mail_sender.pause(30_000) == dt.timedelta(minutes=15)


def test_failed_mail_waits_for_its_pause(smtp_sink: Sink) -> None:
    to = post()
    with smtp_sink.stopped():
        mail_sender.drain()
    waits_for = row(to).next_attempt_at - timezone.now()
    assert dt.timedelta(seconds=10) < waits_for <= dt.timedelta(seconds=15)

    mail_sender.drain()
    assert smtp_sink.accepted == []


def test_hanging_server_ends_the_round_in_time(smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_sender, "ROUND", dt.timedelta(seconds=0.5))
    addresses = post_some(4)
    with hanging(smtp_sink):
        mail_sender.drain()
    assert 2 <= len(smtp_sink.tried) <= 3  # 0.3 s each

    drain_all_later()
    assert_sent_once(smtp_sink, addresses)


def test_without_an_end_the_round_would_hang_once_per_mail(smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control of the test above."""
    monkeypatch.setattr(mail_sender, "ROUND", dt.timedelta(hours=1))
    post_some(4)
    with hanging(smtp_sink):
        mail_sender.drain()
    assert len(smtp_sink.tried) == 4


def test_mail_on_which_the_server_hangs_does_not_stop_the_others(smtp_sink: Sink) -> None:
    unlucky, *others = post_some(4)
    with hanging(smtp_sink, only_to=unlucky):
        mail_sender.drain()
    assert_sent_once(smtp_sink, others)


def drain_all_later() -> None:
    """With short rounds it takes several."""
    let_time_pass()
    while mail_sender.drain():
        pass


def test_server_that_drips_is_interrupted(smtp_sink: Sink, settings: object) -> None:
    """EMAIL_TIMEOUT bounds one step only; the task's soft limit is an exception in the middle of the send."""
    slow, other = post(), post()
    with hanging(smtp_sink, only_to=slow), interrupted_after(0.3):
        settings.EMAIL_TIMEOUT = 2  # the good-bye to the server takes that long, too
        mail_sender.drain()

    assert "SoftTimeLimitExceeded" in row(slow).last_error
    assert_sent_once(smtp_sink, [other])
    drain_later()
    assert_sent_once(smtp_sink, [slow, other])


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """What Celery does at the soft limit, with another signal."""

    def interrupt(*_: object) -> None:
        raise SoftTimeLimitExceeded

    former = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


class Witness(EmailBackend):
    """Sends, and notes whether a transaction was open."""

    saw_transaction: list[bool]

    def send_messages(self, email_messages: list[object]) -> int:
        Witness.saw_transaction.append(connection.in_atomic_block)
        return super().send_messages(email_messages)


@commits
def test_no_transaction_is_open_while_a_mail_is_sent(smtp_sink: Sink, settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Witness"
    Witness.saw_transaction = []
    addresses = post_some(2)
    mail_sender.drain()
    assert Witness.saw_transaction == [False, False]
    assert_sent_once(smtp_sink, addresses)


@commits
def test_an_open_transaction_would_be_seen(smtp_sink: Sink, settings: object) -> None:
    """Control of the test above."""
    settings.EMAIL_BACKEND = f"{__name__}.Witness"
    Witness.saw_transaction = []
    post()
    with transaction.atomic():
        mail_sender.drain()
    assert Witness.saw_transaction == [True]
