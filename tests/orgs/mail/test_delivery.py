"""A mail server that is down, hangs, resets or loses its answer: no mail is lost, copies have the same Message-ID."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from orgs.mail import mail_sender
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.orgs.mail import careless
from tests.orgs.mail.mails import assert_never_lost, assert_sent_once, drain_later, post, post_some, row
from tests.orgs.mail.processes import end_all_other_database_connections
from tests.orgs.mail.sink import At, Deed, Fault, Sink

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)

UNACCEPTED = [
    *(Fault(at, deed) for at in (At.RECIPIENT, At.DATA) for deed in Deed),
    Fault(At.RECIPIENT, "421 Closing"),
    Fault(At.RECIPIENT, "451 Later"),
    Fault(At.RECIPIENT, "530 Log in first"),
    Fault(At.DATA, "451 Later"),
]
UNANSWERED = [*(Fault(At.ANSWER, deed) for deed in Deed), Fault(At.ANSWER, "451 Or was it?")]


def live_through(sink: Sink, fault: Fault) -> None:
    """One round in which every mail meets the fault, and a later one in which all is well again."""
    sink.fails(fault.at, fault.deed)
    with suppress(Exception):
        mail_sender.drain()
    assert sink.struck.is_set()
    sink.heal()
    drain_later()


@pytest.mark.parametrize("fault", UNACCEPTED, ids=str)
def test_mail_that_was_not_accepted_is_sent_later(smtp_sink: Sink, fault: Fault) -> None:
    addresses = post_some(3)
    live_through(smtp_sink, fault)
    assert_sent_once(smtp_sink, addresses)


@pytest.mark.parametrize("fault", UNANSWERED, ids=str)
def test_mail_whose_answer_is_lost_is_sent_again_under_the_same_message_id(smtp_sink: Sink, fault: Fault) -> None:
    addresses = post_some(2)
    live_through(smtp_sink, fault)
    assert_never_lost(smtp_sink, addresses)
    assert smtp_sink.times() == dict.fromkeys(addresses, 2)


@pytest.mark.parametrize("deed", Deed)
def test_trouble_after_the_answer_sends_nothing_twice(smtp_sink: Sink, deed: Deed) -> None:
    addresses = post_some(2)
    live_through(smtp_sink, Fault(At.QUIT, deed))
    assert_sent_once(smtp_sink, addresses)


def test_mail_waits_while_the_server_is_down(smtp_sink: Sink) -> None:
    addresses = post_some(3)
    with smtp_sink.stopped():
        for _ in range(3):
            drain_later()
    assert smtp_sink.accepted == []
    assert {row(to).attempts for to in addresses} == {3}

    drain_later()
    assert_sent_once(smtp_sink, addresses)


@pytest.mark.parametrize("fault", [Fault(At.DATA, Deed.RESET), Fault(At.DATA, "451 Later")], ids=str)
def test_drainer_that_marks_before_it_sends_would_lose_mail(
    smtp_sink: Sink, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the assertion sees a lost mail."""
    monkeypatch.setattr(mail_sender, "deliver", careless.deliver_marking_first)
    addresses = post_some(3)
    live_through(smtp_sink, fault)
    with pytest.raises(AssertionError, match="the mail to"):
        assert_never_lost(smtp_sink, addresses)


def test_copies_with_different_message_ids_would_be_seen(smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the assertion sees a copy that a mail program could not recognize."""
    monkeypatch.setattr(mail_sender, "message", careless.message_without_id)
    addresses = post_some(2)
    live_through(smtp_sink, Fault(At.ANSWER, Deed.CLOSE))
    with pytest.raises(AssertionError, match="the mail to"):
        assert_never_lost(smtp_sink, addresses)


def test_mail_of_last_year_is_still_tried(smtp_sink: Sink) -> None:
    to = post()
    long_ago = timezone.now() - dt.timedelta(days=400)
    with platform_scope():
        Mail.objects.filter(to=to).update(created_at=long_ago, next_attempt_at=long_ago, attempts=30_000)

    mail_sender.drain()
    assert_sent_once(smtp_sink, [to])


@commits
def test_database_that_goes_away_after_the_answer_causes_one_copy(smtp_sink: Sink) -> None:
    to = post()
    smtp_sink.on_accept = end_all_other_database_connections
    with pytest.raises(OperationalError):
        mail_sender.drain()
    connection.close()
    smtp_sink.on_accept = lambda: None
    assert row(to).sent_at is None

    drain_later()
    assert_never_lost(smtp_sink, [to])
    assert smtp_sink.times() == {to: 2}


@pytest.mark.parametrize("at", [At.RECIPIENT, At.DATA])
def test_refused_mail_is_marked_and_left(smtp_sink: Sink, at: At) -> None:
    refused, other = post(), post()
    smtp_sink.fails(at, "550 5.1.1 No such person", only_to=refused)
    mail_sender.drain()
    smtp_sink.heal()
    drain_later()

    assert smtp_sink.times() == {other: 1}
    assert smtp_sink.tried.count(refused) == 1
    assert row(refused).refused_at is not None
    assert "No such person" in row(refused).last_error
