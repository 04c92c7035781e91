"""The company and its stored lifecycle. The rules that read these columns are in `orgs/lifecycle/rules.py`."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """The stored state of a company's Tracker (product.md §2). What a request may do is computed from instants."""

    INACTIVE = "inactive", _("Not active")
    TRIAL = "trial", _("Free trial")
    ACTIVE = "active", _("Active")
    READ_ONLY = "read_only", _("Read only")
    DEACTIVATED = "deactivated", _("Deactivated")
    DELETING = "deleting", _("Deleting data")
    DELETED = "deleted", _("Data deleted")


GATE = 0x6761_7465  # the first half of the name of the advisory lock before a company's row
STOPPED = (State.READ_ONLY, State.DEACTIVATED)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def lock_shared(self, org_id: int) -> Organization:
        """The row under FOR SHARE: a product write holds it, so that nobody takes the right away meanwhile.

        Share locks of a row pass whoever waits to have it alone; the gate before it is what queues in turn.
        """
        found = "SELECT * FROM orgs_organization WHERE id = %s AND pg_advisory_xact_lock_shared(%s, %s) IS NOT NULL"
        return self.raw(f"{found} FOR SHARE", [org_id, *_gate(org_id)])[0]

    def due_to_move(self, now: dt.datetime) -> OrganizationQuerySet:
        """Those whose stored state lags behind a passed deadline."""
        trial_over = Q(state=State.TRIAL, trial_ends_at__lte=now)
        return self.filter(trial_over | Q(state=State.ACTIVE, debt_due_at__lte=now))

    def due_for_notice(self, now: dt.datetime) -> OrganizationQuerySet:
        """Those with a deadline within the longest time of a notice, or past their deletion's."""
        soon = now + dt.timedelta(days=14)
        trial = Q(state=State.TRIAL, trial_ends_at__gt=now, trial_ends_at__lte=soon)
        debt = Q(state__in=[State.ACTIVE, State.TRIAL], debt_due_at__gt=now, debt_due_at__lte=soon)
        return self.filter(trial | debt | Q(state__in=STOPPED, retention_ends_at__lte=soon))

    def due_for_deletion(self, now: dt.datetime) -> OrganizationQuerySet:
        """Those whose 30 days are over and that no operator holds."""
        return self.filter(state__in=STOPPED, retention_ends_at__lte=now, deletion_held_at=None)

    def held_past_deadline(self, now: dt.datetime) -> OrganizationQuerySet:
        """Those whose 30 days, or the 24 h before they are closed, are over and that an operator holds."""
        over = Q(state__in=STOPPED, retention_ends_at__lte=now) | Q(closed_at=None, closing_at__lte=now)
        return self.filter(over, deletion_held_at__isnull=False)

    def due_to_close(self, now: dt.datetime) -> OrganizationQuerySet:
        """Those that an owner wants closed, whose 24 h are over, and that no operator holds."""
        return self.filter(closed_at=None, closing_at__lte=now, deletion_held_at=None)

    def lock(self, org_id: int) -> Organization:
        """The row under FOR UPDATE: what every verb takes first that changes people, access or the lifecycle.

        When others hold it, whoever comes with `lock_shared` from now on waits until this one had it.
        """
        if found := self.select_for_update(skip_locked=True).filter(pk=org_id).first():
            return found
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _gate(org_id))
        return self.select_for_update().get(pk=org_id)


def _gate(org_id: int) -> tuple[int, int]:
    """The two halves are 32 bit wide; companies that share a gate would only wait for each other."""
    return GATE, org_id & 0x7FFF_FFFF


class Organization(models.Model):
    """A company. Instants are UTC; `None` means "has not happened".

    Facts written by higher layers through verbs: `full_seats` (access), `payer_ready`, `free_seats` and
    `debt_due_at` (billing).
    """

    slug = models.SlugField(max_length=48, unique=True)
    name = models.CharField(_("Company name"), max_length=80)
    country = models.CharField(_("Country"), max_length=2)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=40, default="UTC")
    language = models.CharField(max_length=8, default="en")
    requires_two_factor = models.BooleanField(default=False)  # of owners and administrators
    account_limit = models.PositiveIntegerField(default=1000)
    created_at = models.DateTimeField()

    state = models.CharField(max_length=12, choices=State.choices, default=State.INACTIVE)
    activated_at = models.DateTimeField(null=True)
    trial_ends_at = models.DateTimeField(null=True)
    deactivated_at = models.DateTimeField(null=True)
    retention_ends_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deletion_held_at = models.DateTimeField(null=True)  # an operator's hold: nothing is deleted while it is set

    closing_at = models.DateTimeField(null=True)  # when the company is closed, if no owner keeps it before
    closed_at = models.DateTimeField(null=True)

    full_seats = models.PositiveIntegerField(default=0)
    free_seats = models.PositiveIntegerField(default=5)
    seat_cap = models.PositiveIntegerField(null=True)  # its administrators want no more people with full access
    payer_ready = models.BooleanField(default=False)
    debt_due_at = models.DateTimeField(null=True)

    objects: ClassVar = OrganizationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="orgs_organization_state"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["trial", "active", "read_only", "deactivated"])
                | models.Q(trial_ends_at__isnull=False),
                name="orgs_organization_started_has_trial",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["read_only", "deactivated"]) | Q(retention_ends_at__isnull=False),
                name="orgs_organization_stopped_has_clock",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closing_at__isnull=False, full_seats=0),
                name="orgs_organization_closed_was_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["trial_ends_at"], condition=Q(state="trial"), name="orgs_organization_trials"),
            models.Index(fields=["debt_due_at"], condition=Q(state="active"), name="orgs_organization_debts"),
            models.Index(
                fields=["retention_ends_at"],
                condition=Q(state__in=["read_only", "deactivated"]),
                name="orgs_organization_clocks",
            ),
            models.Index(
                fields=["closing_at"],
                condition=Q(closing_at__isnull=False, closed_at=None),
                name="orgs_organization_closings",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initial(self) -> str:
        """The first letter, for the tile."""
        return self.name[:1].upper()


class TrialRequest(models.Model):
    """A company that someone asked for before the address was confirmed; it is founded at the confirmation.

    The database deletes it with the account (`ON DELETE CASCADE`), which is no more than a sign-up until then.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trial_request")
    company_name = models.CharField(max_length=80)
    slug = models.CharField(max_length=40, blank=True, default="")  # the address that was chosen; it is not kept free
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=40, default="UTC")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.company_name
