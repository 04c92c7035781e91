"""Claims: a mail is in one drainer's hands, which die in time, and come back too late to spoil anything."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from orgs.mail import mail_sender
from orgs.mail.models import Mail
from orgs.mail.tasks import drain_outbox
from orgs.tenancy.scopes import platform_scope
from tests.orgs.mail.mails import post, row

pytestmark = pytest.mark.django_db


def test_claim_outlives_the_drainer_that_holds_it() -> None:
    """The task is interrupted, then killed, before the claims of its mails run out."""
    assert mail_sender.ROUND.total_seconds() < drain_outbox.soft_time_limit < drain_outbox.time_limit
    assert drain_outbox.time_limit < mail_sender.CLAIM.total_seconds()


def test_mail_of_a_drainer_that_died_is_taken_when_its_claim_runs_out() -> None:
    to, now = post(), timezone.now()
    claimed = mail_sender.claim(now)

    assert mail_sender.claim(now + mail_sender.CLAIM - dt.timedelta(seconds=1)) is None
    again = mail_sender.claim(now + mail_sender.CLAIM)
    assert claimed is not None
    assert again is not None
    assert (again.to, again.message_id, again.attempts) == (to, claimed.message_id, 2)


def test_drainer_that_comes_back_late_puts_nothing_back() -> None:
    to, now = post(), timezone.now()
    late = mail_sender.claim(now)
    mail_sender.claim(now + mail_sender.CLAIM)
    mail_sender.failed(late, ConnectionError("the older claim"))

    assert row(to).next_attempt_at == now + 2 * mail_sender.CLAIM
    assert row(to).last_error == ""


def test_mail_that_was_sent_meanwhile_stays_sent() -> None:
    to, now = post(), timezone.now()
    late = mail_sender.claim(now)
    newer = mail_sender.claim(now + mail_sender.CLAIM)
    mail_sender.sent(late)
    mail_sender.failed(newer, ConnectionError("the copy"))

    assert row(to).sent_at is not None
    assert mail_sender.claim(now + 100 * mail_sender.CLAIM) is None


def test_row_that_is_gone_stops_nobody() -> None:
    """The company's data may be deleted while a drainer holds one of its mails."""
    to = post()
    mail = mail_sender.claim(timezone.now())
    with platform_scope():
        Mail.objects.filter(to=to).delete()
    mail_sender.sent(mail)
    mail_sender.failed(mail, ConnectionError())
