"""A person in a company: the role and the level of access."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import tenant_key
from users.login import mfa


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMINISTRATOR = "administrator", _("Administrator")
    EMPLOYEE = "employee", _("Employee")


class Level(models.TextChoices):
    READ_ONLY = "read_only", _("Read only")
    FULL = "full", _("Full access")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def lock_shared(self, membership_id: int) -> Membership:
        """The row under FOR SHARE; see `OrganizationQuerySet.lock_shared`."""
        return self.raw("SELECT * FROM orgs_membership WHERE id = %s FOR SHARE", [membership_id])[0]

    def current(self) -> MembershipQuerySet:
        """In the company and not blocked: the accounts that count in its limit (product.md §3)."""
        return self.filter(ended_at=None, blocked_at=None)

    def present(self) -> MembershipQuerySet:
        """In the company, blocked or not: those whom its administrators still manage."""
        return self.filter(ended_at=None)

    def blocked(self) -> MembershipQuerySet:
        return self.filter(ended_at=None, blocked_at__isnull=False)

    def former(self) -> MembershipQuerySet:
        """Removed, and not in again since; each person once."""
        later = Membership.objects.filter(org=OuterRef("org"), user=OuterRef("user"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), ended_at__isnull=False)

    def owners(self) -> MembershipQuerySet:
        return self.current().filter(role=Role.OWNER)

    def administrators(self) -> MembershipQuerySet:
        return self.current().filter(role__in=[Role.OWNER, Role.ADMINISTRATOR])

    def with_second_factor(self) -> MembershipQuerySet:
        """Each with `has_second_factor`."""
        return self.annotate(has_second_factor=mfa.exists_for(OuterRef("user_id")))  # type: ignore[no-redef]


class Membership(models.Model):
    """A person in a company. It is ended, never deleted. Outside row security: it is read to learn the company.

    `level` is the person's effective access, written by access's verbs only.
    """

    org = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, db_index=False, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    public_id = models.CharField(max_length=16, default=random_id)
    department = tenant_key("orgs.Department", related_name="memberships")
    role = models.CharField(max_length=13, choices=Role.choices, default=Role.EMPLOYEE)
    level = models.CharField(max_length=9, choices=Level.choices, default=Level.READ_ONLY)
    joined_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_active_at = models.DateTimeField(null=True)
    invite_link = tenant_key("orgs.InviteLink", null=True, related_name="members")  # through which the person came
    block_reason = models.CharField(max_length=200, blank=True)
    created_here = models.BooleanField(default=False)  # this company created the account (product.md §3)
    held_at = models.DateTimeField(null=True)  # full access applies since then, but came without a seat to be added

    first_steps_dismissed_at = models.DateTimeField(null=True)  # the person wants them no longer on the main page

    has_second_factor = False  # of the person; queries that ask for it annotate it

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["org", "id"], name="orgs_membership_org_and_id"),
            models.UniqueConstraint(fields=["org", "public_id"], name="orgs_membership_public_id"),
            models.UniqueConstraint(fields=["org", "user"], condition=Q(ended_at=None), name="orgs_membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="orgs_membership_role"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="orgs_membership_level"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", "department"], name="orgs_membership_department"),
            models.Index(
                fields=["org", "invite_link"],
                condition=Q(invite_link__isnull=False),
                name="orgs_membership_invite_link",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def name(self) -> str:
        return self.user.full_name

    @property
    def is_current(self) -> bool:
        return self.ended_at is None and self.blocked_at is None

    @property
    def is_administrator(self) -> bool:
        """Owners are administrators too."""
        return self.role in (Role.OWNER, Role.ADMINISTRATOR)

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER
