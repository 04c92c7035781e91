"""Who gets mail about an issue."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from orgs.tenancy.models import TenantModel, tenant_key


class Follower(TenantModel):
    issue = tenant_key("issues.Issue")
    member = tenant_key("orgs.Membership")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["org", "issue", "member"], name="issues_follower_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "member", "issue"], name="issues_follower_member")]

    def __str__(self) -> str:
        return f"{self.issue_id}/{self.member_id}"
