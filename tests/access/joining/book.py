"""The book of whoever watches people come in: what was mailed, which addresses are proved, when links were on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from access.invitations.invite_links import Limits
from orgs.people.joining_models import Invitation
from orgs.tenancy.membership_models import Membership

LIFE = dt.timedelta(days=14)


@dataclass
class Mailed:
    """An invitation's token, as whoever reads the mailbox has it."""

    token: str
    email: str
    by: Membership
    sent_at: dt.datetime
    row: Invitation
    counts: bool = True  # neither revoked, replaced by a newer mail, nor used


@dataclass
class Link:
    """An invite link, as whoever copied it has it."""

    token: str
    on_at: dt.datetime
    limits: Limits
    off_at: dt.datetime | None = None
    came: int = 0

    def is_on(self, now: dt.datetime) -> bool:
        """Whether it is valid at an instant; both ends are half-open."""
        ends = [end for end in (self.off_at, self.limits.expires_at) if end]
        return self.on_at <= now < min(ends, default=now + LIFE)

    def lets_in(self, email: str) -> bool:
        there_is_room = self.limits.max_uses is None or self.came < self.limits.max_uses
        return there_is_room and (not self.limits.domains or email.rpartition("@")[2] in self.limits.domains)


@dataclass
class Book:
    """What the world outside the product knows."""

    proved: set[tuple[int, str]] = field(default_factory=set)  # (account, address)
    mails: list[Mailed] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    verified: bool = False  # the company's domain
    proofs: Counter[str] = field(default_factory=Counter)
