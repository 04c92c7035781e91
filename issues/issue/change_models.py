"""The changelog: what happened to an issue, who did it and when. `issues/issue/changelog.py` is its only writer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from orgs.tenancy.models import TenantModel, tenant_key


class ChangeKind(models.TextChoices):
    """The public API's words."""

    CREATED = "IssueCreated"
    UPDATED = "IssueUpdated"
    WORKFLOW = "IssueWorkflow"
    COMMENTED = "IssueCommentAdded"


class Change(TenantModel):
    """One act; the activity on the issue's page is this table, a comment's text is in its row.

    `fields` is a list of {"field", "from", "to"} with keys, ISO dates and ids of memberships, never names.
    `version` is the issue's after the act. `former_text` is the description before it; the one after it stands in
    the next such change, or in the issue.
    """

    issue = tenant_key("issues.Issue")
    author = tenant_key("orgs.Membership")
    kind = models.CharField(max_length=40, choices=ChangeKind.choices)
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    fields = models.JSONField(default=list)
    former_text = models.TextField(blank=True, default="")
    comment = tenant_key("issues.Comment", null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [*TenantModel.Meta.constraints]
        indexes: ClassVar = [
            models.Index(fields=["org", "issue", "at", "id"], name="issues_change_issue"),
            models.Index(fields=["org", "comment"], condition=Q(comment__isnull=False), name="issues_change_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
