"""How the people of a company are grouped: departments and teams."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.ids import random_id
from orgs.tenancy.models import TenantModel, tenant_key


class Department(TenantModel):
    """A node of the company's tree. The root (no parent) is the company itself."""

    public_id = models.CharField(max_length=16, default=random_id)
    name = models.CharField(_("Name"), max_length=80)  # of the company; one below it has 40 characters at most
    parent = tenant_key("orgs.Department", null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="orgs_department_public_id"),
            models.UniqueConstraint(fields=["org"], condition=Q(parent=None), name="orgs_department_one_root"),
            models.UniqueConstraint("org", "parent", Lower("name"), name="orgs_department_name_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "parent"], name="orgs_department_parent")]

    def __str__(self) -> str:
        return self.name


class Team(TenantModel):
    """People who work together, across departments. It may hold other teams and departments with everybody in them."""

    public_id = models.CharField(max_length=16, default=random_id)
    name = models.CharField(_("Name"), max_length=40)
    lead = tenant_key("orgs.Membership", null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "public_id"], name="orgs_team_public_id"),
            models.UniqueConstraint("org", Lower("name"), name="orgs_team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    team = tenant_key("orgs.Team", related_name="team_members")
    member = tenant_key("orgs.Membership", related_name="team_memberships")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "team", "member"], name="orgs_teammember_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "member"], name="orgs_teammember_member")]

    def __str__(self) -> str:
        return f"{self.team_id}/{self.member_id}"


class TeamTeam(TenantModel):
    """A team inside another one. `access/structure/teams.py` keeps these free of cycles under the company's lock."""

    team = tenant_key("orgs.Team")
    inner = tenant_key("orgs.Team")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "team", "inner"], name="orgs_teamteam_once"),
            models.CheckConstraint(condition=~Q(team=F("inner")), name="orgs_teamteam_not_itself"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "inner"], name="orgs_teamteam_inner")]

    def __str__(self) -> str:
        return f"{self.team_id}/{self.inner_id}"


class TeamDepartment(TenantModel):
    """A department inside a team, with everything below it."""

    team = tenant_key("orgs.Team")
    department = tenant_key("orgs.Department")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "team", "department"], name="orgs_teamdepartment_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "department"], name="orgs_teamdepartment_department")]

    def __str__(self) -> str:
        return f"{self.team_id}/{self.department_id}"
