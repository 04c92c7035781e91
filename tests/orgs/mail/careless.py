"""Drainers with one mistake each. A test that passes with one of them would prove nothing."""

from __future__ import annotations

import datetime as dt

from django.core.mail import EmailMessage

from orgs.mail import mail_sender, outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope


def deliver_marking_first(mail: Mail) -> bool:
    """Loses the mail when anything goes wrong after the mark."""
    mail_sender.sent(mail)
    mail_sender.message(mail).send()
    return True


def look_without_claim(now: dt.datetime) -> Mail | None:
    """Two drainers find the same mail."""
    with platform_scope():
        return Mail.objects.due(now).order_by("next_attempt_at").first()


def message_without_id(mail: Mail) -> EmailMessage:
    """Each attempt gets a new Message-ID."""
    return EmailMessage(mail.subject, outbox.open_letter(mail).text, to=[mail.to])
