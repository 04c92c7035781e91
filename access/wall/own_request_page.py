"""What a person who may not write sees of their own request for full access: what became of it, and whether to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants import consequences
from access.grants.models import Grant
from access.grants.request_models import AccessRequest, Origin, RequestState
from access.wall.rules import Refusal
from orgs.tenancy.membership_models import Level, Membership

SHOWN = dt.timedelta(days=30)  # for so long a person is told that the last request was declined
HELPS = frozenset({"personal", "trial_over"})  # full access for this one person lets them write


@dataclass(frozen=True)
class Request:
    """The person's last one. `answered_at` (UTC) and `answered_by` (a name) lack while it is open."""

    state: str
    origin: str
    made_at: dt.datetime
    answered_at: dt.datetime | None
    answered_by: str
    reason: str


@dataclass(frozen=True)
class OwnRequest:
    """`latest`: the request that the strip is about, if there is one. `may_ask`: asking (again) would be of use.

    `waits`: full access was meant for the person, and no seat can be added. `may_give`: they manage access themselves.
    `told`: who got it, as a part of a sentence.
    """

    latest: Request | None
    may_ask: bool
    may_give: bool
    waits: bool
    told: str

    @property
    def is_open(self) -> bool:
        """Asked, and not answered."""
        found = self.latest
        return found is not None and found.state == RequestState.OPEN and found.origin == Origin.ASKED

    @property
    def is_declined(self) -> bool:
        return self.latest is not None and self.latest.state == RequestState.DECLINED


def find(member: Membership, refusal: Refusal, *, administrators: Sequence[Any], now: dt.datetime) -> OwnRequest:
    """What became of the member's last request. The administrators come with their `total` and `asked` (`last_of`)."""
    latest = _read(administrators[0].asked) if administrators else None
    is_open = latest is not None and latest.state == RequestState.OPEN
    if latest and not is_open and not _is_news(latest, now):
        latest = None
    return OwnRequest(
        latest=latest,
        may_ask=not is_open and may_ask(member) and refusal.reason in HELPS,
        may_give=member.is_administrator,
        waits=is_open and latest is not None and latest.origin == Origin.JOINED,
        told=told(administrators),
    )


def last_of(member: Membership) -> Subquery:
    """The member's last request, as a part of another statement: pages of issues have none to spare."""
    rows = AccessRequest.objects.filter(org=member.org_id, member=member).order_by("-id")
    first, last = "answered_by__user__first_name", "answered_by__user__last_name"
    columns = ("state", "origin", "made_at", "answered_at", "reason")
    return Subquery(rows.values(found=JSONObject(**{name: name for name in columns}, first=first, last=last))[:1])


def taken_of(member: Membership) -> Subquery:
    """Who set the member to Read only, and when, as a part of another statement; null when nobody did."""
    rows = Grant.objects.filter(org=member.org_id, member=member, level=Level.READ_ONLY, set_by__isnull=False)
    first, last = "set_by__user__first_name", "set_by__user__last_name"
    return Subquery(rows.values(found=JSONObject(set_at="set_at", first=first, last=last))[:1])


def taken_sentence(refusal: Refusal, administrators: Sequence[Any]) -> str:
    """The reason of a personal refusal, when somebody took the access; they come with `taken` (`taken_of`)."""
    found = administrators[0].taken if administrators and refusal.reason == "personal" else None
    if not found:
        return ""
    names = {"name": _name(found), "day": consequences.day(dt.datetime.fromisoformat(found["set_at"]))}
    return _("%(name)s set your access to Read only on %(day)s.") % names


def _name(found: dict[str, str]) -> str:
    return f"{found['first'] or ''} {found['last'] or ''}".strip()


def _read(found: dict[str, str] | None) -> Request | None:
    if not found:
        return None
    return Request(
        state=found["state"],
        origin=found["origin"],
        made_at=dt.datetime.fromisoformat(found["made_at"]),
        answered_at=dt.datetime.fromisoformat(found["answered_at"]) if found["answered_at"] else None,
        answered_by=_name(found),
        reason=found["reason"],
    )


def may_ask(member: Membership) -> bool:
    """Whether the person lacks full access and cannot give it."""
    return member.is_current and member.level != Level.FULL and not member.is_administrator


def _is_news(request: Request, now: dt.datetime) -> bool:
    answered = request.answered_at
    return request.state == RequestState.DECLINED and answered is not None and now - answered < SHOWN


def told(administrators: Sequence[Any]) -> str:
    """`Anna and 2 others`: who was here last, and how many more there are."""
    if not administrators:
        return _("Nobody")
    first, others = administrators[0], administrators[0].total - 1
    name: str = first.user.first_name or first.name
    if not others:
        return name
    text = ngettext("%(name)s and %(number)s other", "%(name)s and %(number)s others", others)
    return text % {"name": name, "number": others}
