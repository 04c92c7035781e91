"""Sends what the outbox holds, outside any transaction: never lost, and twice only with the same Message-ID.

A drainer claims a mail by moving its `next_attempt_at` forward; if it dies, the claim runs out and the next one sends
the mail again. A mail that the server refuses for good (5xx) is marked and left; after any other failure it is tried
again, however long that takes. `attempts` is the number of the claim: who holds an older one puts nothing back.

Notices stand above this layer; the settings name what may change or withdraw one of their mails before it is sent
(MAIL_CHECKS: a mail and `now`, answers whether it is still true) and what notes that it was accepted (MAIL_ACCEPTED).
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.module_loading import import_string

from orgs.mail import mail_attachments, outbox
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.scopes import platform_scope

logger = logging.getLogger(__name__)

# EMAIL_TIMEOUT bounds each step of a send, and a server may be slow in every one of a dozen. The limits of the task
# bound the whole: a drainer that holds a claim is done or dead before the claim runs out.
ROUND = dt.timedelta(seconds=10)  # no send begins later; short, so that a hanging server leaves the worker to others
INTERRUPTED_AFTER = 60  # seconds
KILLED_AFTER = 90  # seconds
CLAIM = dt.timedelta(seconds=120)

FIRST_PAUSE = dt.timedelta(seconds=15)
LONGEST_PAUSE = dt.timedelta(minutes=15)  # after an outage of the mail server nobody waits longer
ABOUT_US = {503, 530, 534, 535, 538}  # 5xx answers about our login or our order of commands, not about the mail


def drain() -> int:
    """Sends what is due for one round; returns how many mails the server accepted.

    When time ends a round that got on, the worker is asked for another one: other jobs come in between.
    """
    ends_at = timezone.now() + ROUND
    accepted = 0
    while mail := claim(timezone.now()):
        accepted += deliver(mail)
        if timezone.now() >= ends_at:
            if accepted:
                outbox.wake()
            break
    return accepted


def claim(now: dt.datetime) -> Mail | None:
    """Takes one due mail for the length of a claim; None when nothing is due."""
    with platform_scope():
        due = Mail.objects.due(now).order_by("next_attempt_at")
        mail: Mail | None = due.select_for_update(skip_locked=True).first()
        if mail:
            mail.next_attempt_at = now + CLAIM
            mail.attempts += 1
            mail.save(update_fields=["next_attempt_at", "attempts"])
        return mail


def deliver(mail: Mail) -> bool:
    """Hands one claimed mail to the server and writes down how it went; a notice that is no longer true is not sent."""
    try:
        now = database_now()
        if not all(import_string(check)(mail, now=now) for check in settings.MAIL_CHECKS):
            return False
        if not message(mail).send():
            raise ValueError("The mail names no recipient.")
    except Exception as error:  # a mail that cannot even be opened or built must not stop the others
        failed(mail, error)
        return False
    sent(mail)
    return True


def message(mail: Mail) -> EmailMultiAlternatives:
    letter = outbox.open_letter(mail)
    mime = EmailMultiAlternatives(
        subject=letter.subject, body=letter.text, to=[mail.to], headers={"Message-ID": mail.message_id}
    )
    if letter.html:
        mime.attach_alternative(letter.html, "text/html")
    if letter.enclosed and mail.org_id:
        file = mail_attachments.attachment(mail.org_id, letter.enclosed)
        mime.attach(file.name, file.content, file.content_type)
    return mime


def sent(mail: Mail) -> None:
    """Marks the mail as accepted and, outside development, forgets its text.

    By the database's clock: a deletion counts 72 h from the acceptance of its warning.
    """
    now = database_now()
    facts = {"sent_at": now, "last_error": ""} | ({} if settings.DEVELOPMENT else {"sealed": b""})
    with platform_scope():
        Mail.objects.filter(pk=mail.pk, sent_at=None).update(**facts)
        for note in settings.MAIL_ACCEPTED:
            import_string(note)(mail, now=now)


def failed(mail: Mail, error: Exception) -> None:
    """Puts the mail back with a growing pause or marks it as refused, unless another drainer has claimed it since."""
    now = timezone.now()
    reason = f"{type(error).__name__}: {error}"[:300]
    logger.warning("Mail %s was not accepted (attempt %s): %s", mail.pk, mail.attempts, reason)
    with platform_scope():
        Mail.objects.filter(pk=mail.pk, sent_at=None, attempts=mail.attempts).update(
            last_error=reason,
            refused_at=now if is_final(error) else None,
            next_attempt_at=now + pause(mail.attempts),
        )


def is_final(error: Exception) -> bool:
    """Whether the server refused this very mail for good."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = {code for code, _ in error.recipients.values()}
        case smtplib.SMTPDataError():
            codes = {error.smtp_code}
        case _:
            return False
    return all(code >= 500 for code in codes) and not codes & ABOUT_US


def pause(attempts: int) -> dt.timedelta:
    """15 s after the first attempt, doubled after each further one, never more than a quarter of an hour."""
    doublings: int = min(attempts - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
