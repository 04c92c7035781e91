"""Which addresses were mailed an invitation on a day. The rows are outside the companies; rounds delete old ones.

An address is a keyed digest here: the rows say that somebody was written to, not who (`mail_limits`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

BY_ALL = 3  # mails that one address gets on a day, whoever sends them (product.md §3)
BY_COMPANY = 1_000  # mails that one company sends on a day


class AddressMailing(models.Model):
    """One of the mails that an address may get on a day (UTC) from all companies together."""

    digest = models.CharField(max_length=64)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "digest", "number"], name="orgs_addressmailing_place"),
            models.CheckConstraint(condition=Q(number__range=(1, BY_ALL)), name="orgs_addressmailing_most"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"


class CompanyMailing(models.Model):
    """The one mail that an address may get on a day from this company, and the place it takes among the company's."""

    org_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org_id", "day", "digest"], name="orgs_companymailing_once"),
            models.UniqueConstraint(fields=["org_id", "day", "number"], name="orgs_companymailing_place"),
            models.CheckConstraint(condition=Q(number__range=(1, BY_COMPANY)), name="orgs_companymailing_most"),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="orgs_companymailing_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"
