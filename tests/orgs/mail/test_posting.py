"""Writing a mail: in the transaction that decides it, once, sealed, and with headers that nobody can break."""

from __future__ import annotations

import pytest

from orgs.mail import mail_sender, outbox
from orgs.tenancy.scopes import platform_scope
from tests.orgs.mail.mails import assert_sent_once, post, post_and_change_ones_mind, row
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db


def test_mail_of_a_transaction_that_fails_is_never_sent(smtp_sink: Sink) -> None:
    post_and_change_ones_mind()
    mail_sender.drain()
    assert smtp_sink.accepted == []


def test_same_key_twice_is_one_mail(smtp_sink: Sink) -> None:
    to = post(key="invitation:1:sent", text="first")
    post(key="invitation:1:sent", text="second", to=to)

    mail_sender.drain()
    assert [mail.text.strip() for mail in smtp_sink.accepted] == ["first"]


def test_key_decides_the_message_id() -> None:
    assert outbox.message_id("a") == outbox.message_id("a") != outbox.message_id("b")
    assert outbox.message_id("a").endswith("@tracker.example>")


def test_newline_in_a_subject_adds_no_header(smtp_sink: Sink) -> None:
    to = post(subject="Invitation\r\nBcc: thief@example.com\r\n\r\nfrom Eve")

    mail_sender.drain()
    assert_sent_once(smtp_sink, [to])
    assert smtp_sink.accepted[0].message["Subject"] == "Invitation Bcc: thief@example.com from Eve"
    assert smtp_sink.accepted[0].message["Bcc"] is None


@pytest.mark.parametrize("to", ["reader@example.com\nBcc: thief@example.com", "one@example.com, thief@example.com", ""])
def test_address_that_is_not_one_address_gets_no_mail_and_stops_no_other(smtp_sink: Sink, to: str) -> None:
    outbox_row = {"to": to, "key": "bad"}
    with platform_scope():
        letter = outbox.Letter("Subject", "Text")
        outbox.post(org=None, **outbox_row, letter=letter, now=row(post()).created_at)
    other = post()

    mail_sender.drain()
    assert set(smtp_sink.tried) == {mail.to for mail in smtp_sink.accepted}
    assert "thief@example.com" not in smtp_sink.times()
    assert smtp_sink.times()[other] == 1
    assert row(to).sent_at is None
    assert row(to).last_error


def test_letters_beyond_ascii_arrive_as_written(smtp_sink: Sink) -> None:
    post(subject="Приглашение — Ägir", text="Код: ✓ 424242")

    mail_sender.drain()
    assert smtp_sink.accepted[0].message["Subject"] == "Приглашение — Ägir"
    assert smtp_sink.accepted[0].text.strip() == "Код: ✓ 424242"
