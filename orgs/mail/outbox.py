"""The outbox: mail written in the transaction that decides it, sent later by the drainer (design rule 9)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from kombu.pools import producers

from orgs.mail import encryption, plain_text
from orgs.mail.models import Mail
from orgs.tenancy.organization_models import Organization

logger = logging.getLogger(__name__)

DRAIN = "orgs.tasks.drain_outbox"
SUBJECT_LENGTH = 200

# A person waits while the worker is woken: two tries without a pause, half a second each (kombu's own way takes 6 s).
IMPATIENT = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
# The letter goes to the database once: a thousand copies of it by `bulk_create` take a second more.
COPIES = """
INSERT INTO orgs_mail
    (org_id, key, message_id, "to", subject, sealed, created_at, next_attempt_at, attempts, last_error)
SELECT %s, copy.key, copy.message_id, copy.address, %s, %s, %s, %s, 0, ''
FROM unnest(%s::text[], %s::text[], %s::text[]) AS copy(key, message_id, address)
ON CONFLICT (key) DO NOTHING
"""
STALE = 15  # seconds: beat has asked again by then, so a busy worker need not run an older call


@dataclass(frozen=True)
class Letter:
    """What a mail says: subject of one line, plain text, HTML when there is some, and a file's reference, likewise."""

    subject: str
    text: str
    html: str = ""
    enclosed: str = ""  # `orgs/mail/mail_attachments.py`


def render(template: str, context: dict[str, Any]) -> Letter:
    """Renders `<template>.subject.txt` and `.html`."""
    return render_files(f"{template}.subject.txt", f"{template}.html", context)


def render_files(subject_file: str, html_file: str, context: dict[str, Any]) -> Letter:
    """Links come from the one configured origin; the plain text is made from the HTML.

    A subject is one line: whatever breaks it is a space here, and no header of the mail. (The split also makes it a
    plain string again, which HTML escapes.)
    """
    context = {"origin": settings.ORIGIN, "support_email": settings.SUPPORT_EMAIL, **context}
    subject = " ".join(render_to_string(subject_file, context).split())
    html = render_to_string(html_file, {**context, "subject": subject})
    return Letter(subject, plain_text.from_html(html), html)


def post(*, org: Organization | None, key: str, to: str, letter: Letter, now: dt.datetime) -> None:
    """Writes a mail to be sent; a second one with the same key changes nothing."""
    post_all([new_mail(org=org, key=key, to=to, letter=letter, now=now)])


def post_all(mails: list[Mail]) -> None:
    """Writes several mails with one statement and wakes the drainer once after the commit."""
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    if not any(function is wake for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(wake)


def new_mail(*, org: Organization | None, key: str, to: str, letter: Letter, now: dt.datetime) -> Mail:
    """The row of a mail; its Message-ID follows from the key, so a mail that goes out twice carries the same one.

    A subject is one line: whatever breaks it is a space here, and no header of the mail.
    """
    sealed = encryption.seal(json.dumps({"text": letter.text, "html": letter.html, "enclosed": letter.enclosed}))
    return Mail(
        org=org,
        key=key,
        message_id=message_id(key),
        to=to,
        subject=" ".join(letter.subject.split())[:SUBJECT_LENGTH],
        sealed=sealed,
        created_at=now,
        next_attempt_at=now,
    )


def post_copies(
    org: Organization, to: Mapping[str, str], *, letter: Letter, now: dt.datetime, not_before: dt.datetime
) -> None:
    """Writes one letter to several people (key → address); it is sent when `not_before` (UTC) has come."""
    mail = new_mail(org=org, key="", to="", letter=letter, now=now)
    keys = list(to)
    copies = [keys, [message_id(key) for key in keys], list(to.values())]
    with connection.cursor() as cursor:
        cursor.execute(COPIES, [org.pk, mail.subject, bytes(mail.sealed), now, not_before, *copies])


def message_id(key: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"


@cache
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def open_letter(mail: Mail) -> Letter:
    """What the mail says; empty once it has been sent and forgotten."""
    if not bytes(mail.sealed):
        return Letter(mail.subject, "")
    parts = json.loads(encryption.unseal(mail.sealed))
    return Letter(mail.subject, parts["text"], parts["html"], parts.get("enclosed", ""))


def rewrite(mail: Mail, letter: Letter, *, now: dt.datetime) -> None:
    """A waiting mail says something else; the row keeps its key, its Message-ID and its place in the queue."""
    fresh = new_mail(org=mail.org, key=mail.key, to=mail.to, letter=letter, now=now)
    mail.subject, mail.sealed = fresh.subject, fresh.sealed
    mail.save(update_fields=["subject", "sealed"])


def wake() -> None:
    """Asks the worker to drain now."""
    ask_worker(DRAIN)


def ask_worker(task: str, *ids: int, expires: int = STALE) -> None:
    """Asks for a task now. Beat asks again within seconds, so a lost broker only makes what is committed later."""
    try:
        with producers[current_app.connection(transport_options=IMPATIENT)].acquire(block=True) as producer:
            current_app.send_task(task, ids, producer=producer, retry=False, ignore_result=True, expires=expires)
    except Exception as error:  # the row is committed: nothing that the broker does may fail the request
        logger.warning("The worker could not be woken, %s waits for beat: %s", task, error)
