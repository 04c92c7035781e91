"""Email domains of a company. `orgs/domains/domains.py` is their only writer."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import idna
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import TenantModel

HOST_LABEL = "_tracker-challenge"
LOST_AFTER = dt.timedelta(days=7)
CHECKED_EVERY = dt.timedelta(days=1)


class DomainState(models.TextChoices):
    UNVERIFIED = "unverified", _("Not verified")
    VERIFIED = "verified", _("Verified")
    LOST = "lost", _("Lost")


class Answer(models.TextChoices):
    """What the last look-up of the record found."""

    PRESENT = "present", _("The record is there.")
    NO_RECORD = "no_record", _("There is no TXT record at this host.")
    OTHER_VALUE = "other_value", _("There is a TXT record at this host, but with another value.")
    UNKNOWN = "unknown", _("The domain’s name servers gave no usable answer.")
    TAKEN = "taken", _("The record is there, but another company has verified this domain. It has to give it up first.")


# Definite: the name servers said so. `UNKNOWN` is neither presence nor absence.
ABSENT = (Answer.NO_RECORD, Answer.OTHER_VALUE)


class DomainQuerySet(models.QuerySet["Domain"]):
    def verified(self) -> DomainQuerySet:
        """Those at which accounts may be created."""
        return self.filter(state=DomainState.VERIFIED)

    def due(self, now: dt.datetime) -> DomainQuerySet:
        """Those that somebody wants checked, and verified ones that were not checked for a day."""
        daily = Q(state=DomainState.VERIFIED, checked_at__lte=now - CHECKED_EVERY)
        return self.filter(Q(checking_since__isnull=False) | daily)


class Domain(TenantModel):
    """An email domain that a company has linked. Instants are UTC; None means "has not happened".

    `name` is the A-label. `challenge` is the value of the TXT record: a digest of a random token that nobody keeps,
    bound to purpose, company and name (`domains.make_challenge`). It lies open because it is published in the DNS:
    knowing it gives no right, being able to write it into the domain's zone does.
    `missing_for` is how long the record is known to be away since `missing_since`; time of which nothing is known is
    left out.
    """

    public_id = models.CharField(max_length=16, default=random_id)
    name = models.CharField(max_length=253)
    challenge = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=DomainState.choices, default=DomainState.UNVERIFIED)
    is_primary = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    checking_since = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=11, blank=True)  # one of Answer, empty before the first look-up
    missing_since = models.DateTimeField(null=True)
    missing_for = models.DurationField(default=dt.timedelta)

    objects: ClassVar = DomainQuerySet.as_manager()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="orgs_domain_public_id"),
            models.UniqueConstraint(fields=["org", "name"], name="orgs_domain_once"),
            models.UniqueConstraint(fields=["name"], condition=Q(state="verified"), name="orgs_domain_one_company"),
            models.UniqueConstraint(fields=["org"], condition=Q(is_primary=True), name="orgs_domain_one_primary"),
            models.CheckConstraint(condition=Q(state__in=DomainState.values), name="orgs_domain_state"),
            models.CheckConstraint(
                condition=Q(is_primary=False) | Q(state="verified"), name="orgs_domain_primary_is_verified"
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False, checked_at__isnull=False),
                name="orgs_domain_verified_has_instants",
            ),
            models.CheckConstraint(
                condition=~Q(state="lost") | Q(lost_at__isnull=False), name="orgs_domain_lost_has_instant"
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("checked_at"), condition=Q(state="verified"), name="orgs_domain_daily"),
            models.Index(F("checking_since"), condition=Q(checking_since__isnull=False), name="orgs_domain_wanted"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where the TXT record has to be."""
        return f"{HOST_LABEL}.{self.name}"

    @property
    def unicode_name(self) -> str:
        """The name as its owners write it; empty when it is plain ASCII."""
        shown = idna.decode(self.name)
        return "" if shown == self.name else shown

    @property
    def answer_sentence(self) -> str:
        """What the last look-up found, in words; empty before it."""
        return str(Answer(self.answer).label) if self.answer else ""

    @property
    def is_verified(self) -> bool:
        return self.state == DomainState.VERIFIED

    @property
    def is_lost(self) -> bool:
        return self.state == DomainState.LOST

    @property
    def lost_deadline(self) -> dt.datetime | None:
        """When it is lost if the record stays away; None while it is not missing."""
        if not self.is_verified or self.checked_at is None or self.missing_since is None:
            return None
        return self.checked_at + LOST_AFTER - self.missing_for
