"""Who was given what: grants, changes an administrator is preparing, saved acts, and requests for access."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.ids import random_id
from orgs.models import Level
from orgs.tenancy import TenantModel, tenant_key

KINDS = ("member", "team", "department")  # what a grant may be made to


class Grant(TenantModel):
    """The level that a person, a team or a department was given; the root department is the company.

    Each has at most one; without one it passes nothing on. `set_by` is empty where an operator or a file did it.
    """

    member = tenant_key("orgs.Membership", null=True)
    team = tenant_key("orgs.Team", null=True)
    department = tenant_key("orgs.Department", null=True)
    level = models.CharField(max_length=9, choices=Level.choices)
    set_by = tenant_key("orgs.Membership", null=True)
    set_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            *(models.UniqueConstraint(fields=["org", kind], name=f"access_grant_{kind}") for kind in KINDS),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="access_grant_level"),
            models.CheckConstraint(
                condition=Q(member__isnull=False, team=None, department=None)
                | Q(member=None, team__isnull=False, department=None)
                | Q(member=None, team=None, department__isnull=False),
                name="access_grant_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} for {self.kind}"

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, f"{kind}_id"))


class Draft(TenantModel):
    """Changes of access that an administrator has staged and not saved; one for each administrator.

    `changes` maps `kind:public id` to `{"level": …, "was": …, "at": …}`, the new and the former level, and when it was
    staged. `token` names this draft, so that saving it twice saves it once; `shown` is the digest of the last preview.
    """

    author = tenant_key("orgs.Membership")
    token = models.UUIDField(default=uuid.uuid4)
    changes = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "author"], name="access_draft_one"),
        ]

    def __str__(self) -> str:
        return f"{len(self.changes)} changes"


class SavedAct(TenantModel):
    """One `Save changes`: what was, what is, and how many seats there were; undone as a whole, within 30 minutes.

    `changes` maps `kind:public id` to `{"level": …, "was": …}`; `was` is empty where there was no grant.
    """

    public_id = models.CharField(max_length=16, default=random_id)
    token = models.UUIDField(default=uuid.uuid4)  # of the draft it saved
    actor = tenant_key("orgs.Membership")
    at = models.DateTimeField()
    changes = models.JSONField()
    seats_before = models.PositiveIntegerField()
    seats_after = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="access_savedact_public_id"),
            models.UniqueConstraint(fields=["org", "token"], name="access_savedact_once"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Origin(models.TextChoices):
    """Why somebody waits for full access."""

    ASKED = "asked", _("Asked")
    JOINED = "joined", _("Joined without a free seat")


class RequestState(models.TextChoices):
    OPEN = "open", _("Open")
    GRANTED = "granted", _("Granted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AccessRequest(TenantModel):
    """Somebody waits for full access: they asked, or they joined with it while no seat could be added."""

    public_id = models.CharField(max_length=16, default=random_id)
    member = tenant_key("orgs.Membership")
    origin = models.CharField(max_length=6, choices=Origin.choices)
    note = models.CharField(_("Note"), max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=RequestState.choices, default=RequestState.OPEN)
    made_at = models.DateTimeField()
    answered_by = tenant_key("orgs.Membership", null=True)
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="access_accessrequest_public_id"),
            models.UniqueConstraint(
                fields=["org", "member"], condition=Q(state=RequestState.OPEN), name="access_accessrequest_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="access_accessrequest_state"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="access_accessrequest_origin"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "member", "id"], name="access_accessrequest_member")]

    def __str__(self) -> str:
        return self.public_id
