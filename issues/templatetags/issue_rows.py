"""Rows of issues, which lists have many of."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from orgs.rendering.avatars import avatar
from orgs.rendering.fragments import Fragment

register = template.Library()

ROW = Fragment("issues/listing/_issue_row.html")
ASSIGNEE = Fragment("issues/listing/_assignee.html")
NO_ASSIGNEE = Fragment("issues/listing/_no_assignee.html")
TAG = Fragment("components/_tag.html")
SHOWN_TAGS = 3


@register.simple_tag
def issue_row(row: dict[str, Any], status_name: str, list_url: str) -> SafeString:
    """One row of `issues.listing.issue_list`, as a list item."""
    name = row["assignee"]
    return ROW(
        **row
        | {
            "list_url": list_url,
            "at": row["at"].isoformat(),
            "status_name": status_name,
            "tags": SafeString("".join([TAG(tag=tag) for tag in row["tags"][:SHOWN_TAGS]])),
            "person": ASSIGNEE(name=name, avatar=avatar(name, "small")) if name else NO_ASSIGNEE(),
        }
    )
