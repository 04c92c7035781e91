"""The ways into a company: invitations by mail, and the link that is pasted into a messenger."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.membership_models import Level
from orgs.tenancy.models import TenantModel, tenant_key


class Purpose(models.TextChoices):
    INVITATION = "invitation", _("Invitation")
    LINK = "link", _("Invite link")


class JoinToken(models.Model):
    """Which company a token leads to. It is read before the company is known, so it holds nothing but that.

    A replaced token keeps its row: whoever follows an old link learns that there is a newer one.
    """

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    org = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["org", "digest"], name="orgs_jointoken_company")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.org_id}"


class JoinTerms(TenantModel):
    """What whoever comes in through it gets: level, department, team."""

    public_id = models.CharField(max_length=16, default=random_id)
    digest = models.CharField(max_length=64)
    level = models.CharField(max_length=9, choices=Level.choices, default=Level.READ_ONLY)
    department = tenant_key("orgs.Department")
    team = tenant_key("orgs.Team", null=True)

    class Meta(TenantModel.Meta):
        abstract = True
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="%(app_label)s_%(class)s_public_id"),
            models.UniqueConstraint(fields=["org", "digest"], name="%(app_label)s_%(class)s_digest"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="%(app_label)s_%(class)s_level"),
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor revoked; their time may be over."""
        return self.filter(accepted_at=None, revoked_at=None)

    def pending(self, now: dt.datetime) -> InvitationQuerySet:
        return self.open().filter(expires_at__gt=now)

    def expired(self, now: dt.datetime) -> InvitationQuerySet:
        return self.open().filter(expires_at__lte=now)

    def to_remind(self, now: dt.datetime) -> InvitationQuerySet:
        """Sent once, in their last three days, and not reminded of yet."""
        soon = self.pending(now).filter(expires_at__lte=now + Invitation.REMINDED_BEFORE)
        return soon.filter(sendings=1, reminded_at=None, org__closed_at=None)

    def with_digest(self, digest: str) -> InvitationQuerySet:
        """The one that a token opens, be it the invitation's or its reminder's."""
        return self.filter(Q(digest=digest) | Q(reminder_digest=digest))


class Invitation(JoinTerms):
    """An offer to one address. Holding the mailed token proves that address (product.md §3).

    `expires_at` is the first instant at which it no longer counts. Being sent again gives it a new token.
    `allows_domain_account`: who holds it may also choose a login on one of the company's verified domains. The
    reminder has a token of its own, because nobody knows the first one any more; both are good.
    """

    REMINDED_BEFORE: ClassVar = dt.timedelta(days=3)  # its end

    email = models.EmailField()
    allows_domain_account = models.BooleanField(default=False)
    invited_by = tenant_key("orgs.Membership")
    sent_at = models.DateTimeField()
    sendings = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = tenant_key("orgs.Membership", null=True)
    revoked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminder_digest = models.CharField(max_length=64, blank=True, default="")

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta(JoinTerms.Meta):
        abstract = False
        constraints: ClassVar = [
            *JoinTerms.Meta.constraints,
            models.UniqueConstraint(
                fields=["org", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="orgs_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="orgs_invitation_one_ending"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(accepted_by__isnull=False),
                name="orgs_invitation_accepted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["org", "reminder_digest"],
                condition=~Q(reminder_digest=""),
                name="orgs_invitation_reminder_digest",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", "sent_at", "id"], name="orgs_invitation_sent"),
            models.Index(
                fields=["expires_at"],
                condition=Q(accepted_at=None, revoked_at=None, reminded_at=None, sendings=1),
                name="orgs_invitation_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def state(self, now: dt.datetime) -> str:
        """pending, accepted, revoked or expired at `now`."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "pending" if now < self.expires_at else "expired"


class InviteLink(JoinTerms):
    """The link of a company: `Enable access via invite link`. Off is off for good: switching on makes another one.

    `sealed` is the token, for administrators to copy again. `domains` are A-labels; empty lets every address in.
    """

    sealed = models.BinaryField()
    made_by = tenant_key("orgs.Membership")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    max_uses = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    domains = ArrayField(models.CharField(max_length=253), default=list)
    off_at = models.DateTimeField(null=True)

    class Meta(JoinTerms.Meta):
        abstract = False
        constraints: ClassVar = [
            *JoinTerms.Meta.constraints,
            models.UniqueConstraint(fields=["org"], condition=Q(off_at=None), name="orgs_invitelink_one_on"),
            models.CheckConstraint(
                condition=Q(max_uses=None) | Q(uses__lte=F("max_uses")), name="orgs_invitelink_uses_within_limit"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "made_at", "id"], name="orgs_invitelink_made")]

    def __str__(self) -> str:
        return self.public_id

    def state(self, now: dt.datetime) -> str:
        """on, off, expired or used_up at `now`."""
        if self.off_at:
            return "off"
        if self.expires_at and now >= self.expires_at:
            return "expired"
        return "used_up" if self.max_uses is not None and self.uses >= self.max_uses else "on"

    def lets_in(self, email: str) -> bool:
        """Whether an address is on one of its domains; every address is when it names none."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains
