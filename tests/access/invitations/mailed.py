"""What a mail to an address says, and the token in it; the raw token is nowhere else."""

from __future__ import annotations

import re

from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.scopes import platform_scope

TOKEN = re.compile(r"/invitation/([\w-]+)/")


def texts(email: str) -> list[str]:
    """The plain texts of all mails to an address, the oldest first."""
    with platform_scope():
        return [outbox.open_letter(mail).text for mail in Mail.objects.filter(to=email).order_by("pk")]


def token(email: str) -> str:
    """The token of the newest invitation that was mailed to an address."""
    found = [TOKEN.search(text) for text in texts(email)]
    return next(match.group(1) for match in reversed(found) if match)
