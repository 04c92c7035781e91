"""The token in an invite link, as whoever copied the link has it."""

from __future__ import annotations

from access.invitations import invite_links
from orgs.people.joining_models import InviteLink


def token(link: InviteLink) -> str:
    return invite_links.url(link).rstrip("/").rpartition("/")[2]
