"""Rows of issues, which lists have many of."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from orgs.rendering.avatars import avatar
from orgs.rendering.fragments import Fragment
from orgs.rendering.tags import first_tags

register = template.Library()

ROW = Fragment("issues/listing/_issue_row.html")


@register.simple_tag
def issue_row(row: dict[str, Any], status_name: str, list_url: str) -> SafeString:
    """One row of `issues.listing.issue_list`, as a list item."""
    name = row["assignee"]
    return ROW(
        list_url=list_url,
        key=row["key"],
        summary=row["summary"],
        status=row["status"],
        status_name=status_name,
        priority=row["priority"],
        priority_name=row["priority_name"],
        tags=first_tags(row["tags"]),
        assignee=name,
        avatar=avatar(name, "small"),
        has_assignee=bool(name),
        at=row["at"].isoformat(),
        when=row["when"],
    )
