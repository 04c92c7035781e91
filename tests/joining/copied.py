"""The token in an invite link, as whoever copied the link has it."""

from __future__ import annotations

from access import links
from orgs.models.joining import InviteLink


def token(link: InviteLink) -> str:
    return links.url(link).rstrip("/").rpartition("/")[2]
