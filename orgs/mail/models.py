"""The outbox: mail that is decided and may not be sent yet. `outbox.py` writes it, `mail_sender.py` sends it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, now: dt.datetime) -> MailQuerySet:
        """Waiting, and neither in somebody's hands nor backing off at `now`."""
        return self.filter(sent_at=None, refused_at=None, next_attempt_at__lte=now)


class Mail(models.Model):
    """One mail to one address, written in the transaction that decided it.

    `key` makes it unique, `message_id` follows from it: a second delivery carries the same Message-ID. The text is
    sealed, because it may hold a code or a link. `org` is None for mail about an account. `next_attempt_at` doubles
    as the claim of the drainer that holds it.
    """

    org = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=120)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    objects: ClassVar = MailQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("next_attempt_at"), condition=Q(sent_at=None, refused_at=None), name="orgs_mail_due"),
        ]

    def __str__(self) -> str:
        return self.key
