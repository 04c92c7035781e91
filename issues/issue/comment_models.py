"""A comment on an issue."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.tenancy.models import TenantModel, tenant_key

HEADING = 3  # comments stand under "Activity", which is an h2


class Comment(TenantModel):
    """Text in Markdown. `token` names the form that posted it, so a form posts one comment."""

    issue = tenant_key("issues.Issue")
    author = tenant_key("orgs.Membership")
    text = models.TextField(_("Comment"))
    text_html = models.TextField(blank=True, default="", db_default="", editable=False)  # see issues.text.markdown.keep
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    token = models.UUIDField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["org", "token"], condition=Q(token__isnull=False), name="issues_comment_token"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["org", "issue", "created_at", "id"], name="issues_comment_issue")]

    def __str__(self) -> str:
        return self.text[:40]
