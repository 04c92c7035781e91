"""Who was given what: grants, changes an administrator is preparing, and saved acts."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orgs.tenancy.ids import random_id
from orgs.tenancy.membership_models import Level
from orgs.tenancy.models import TenantModel, tenant_key

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
