"""What a mail says is sealed in the table, kept until it is sent, and forgotten then."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope
from tests.factories import UserFactory
from tests.orgs.mail.mails import assert_sent_once, drain_later, post, post_some, row
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db


def everything_in_the_table() -> str:
    """The rows as somebody with a copy of the database reads them, binary columns as bytes too."""
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT m::text, encode(m.sealed, 'escape') FROM orgs_mail m")
        return str(cursor.fetchall())


def test_code_of_a_mail_cannot_be_read_in_the_table() -> None:
    to = post(text="Your code is 424242.")

    assert "424242" not in everything_in_the_table()
    assert "424242" in outbox.open_letter(row(to)).text


def test_reading_the_table_would_find_an_open_code() -> None:
    """Control of the test above."""
    to = post()
    with platform_scope():
        Mail.objects.filter(to=to).update(sealed=b"Your code is 424242.")

    assert "424242" in everything_in_the_table()


def test_link_for_a_new_password_cannot_be_read_in_the_table() -> None:
    person = UserFactory()
    Client().post(reverse("account_reset_password"), {"email": person.email})

    link = next(word for word in outbox.open_letter(row(person.email)).text.split() if "://" in word)
    assert "reset" in link
    assert link.rstrip("/").rpartition("-")[2] not in everything_in_the_table()


def test_text_is_forgotten_after_sending_outside_development(smtp_sink: Sink, settings: object) -> None:
    settings.DEVELOPMENT = False
    to = post()
    mail_sender.drain()
    assert bytes(row(to).sealed) == b""
    assert outbox.open_letter(row(to)).text == ""


def test_text_of_a_mail_that_still_waits_is_kept(smtp_sink: Sink, settings: object) -> None:
    settings.DEVELOPMENT = False
    to = post()
    with smtp_sink.stopped():
        mail_sender.drain()
    assert "424242" in outbox.open_letter(row(to)).text


def test_development_keeps_the_text_for_its_mails_page(smtp_sink: Sink) -> None:
    to = post()
    mail_sender.drain()
    assert "424242" in outbox.open_letter(row(to)).text


def test_mail_that_cannot_be_opened_does_not_stop_the_others(smtp_sink: Sink, settings: object) -> None:
    ours, settings.SECRET_KEY = settings.SECRET_KEY, "a key that nobody knows any more"
    sealed_elsewhere = post()
    settings.SECRET_KEY = ours
    others = post_some(2)

    mail_sender.drain()
    assert_sent_once(smtp_sink, others)
    assert "InvalidToken" in row(sealed_elsewhere).last_error
    assert row(sealed_elsewhere).refused_at is None

    settings.SECRET_KEY_FALLBACKS = ["a key that nobody knows any more"]
    drain_later()
    assert_sent_once(smtp_sink, [*others, sealed_elsewhere])
