"""What a person who may not write sees of their own request for full access: what became of it, and whether to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants import consequence_texts
from access.grants.models import Grant
from access.grants.request_models import AccessRequest, Origin, RequestState
from access.wall.rules import Refusal
from orgs.tenancy.membership_models import Level, Membership

SHOWN = dt.timedelta(days=30)  # for so long a person is told that the last request was declined
HELPS = frozenset({"personal", "trial_over"})  # full access for this one person lets them write


@dataclass(frozen=True)
class OwnRequest:
    """`latest`: the request that the strip is about, if there is one. `may_ask`: asking (again) would be of use.

    `waits`: full access was meant for the person, and no seat can be added. `may_give`: they manage access themselves.
    `told`: who got it, as a part of a sentence.
    """

    latest: AccessRequest | None
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


def own_request(member: Membership, refusal: Refusal, *, administrators: Sequence[Any], now: dt.datetime) -> OwnRequest:
    """What became of the member's last request; one statement. The administrators come with their `total`."""
    rows = AccessRequest.objects.filter(org=member.org_id, member=member)
    latest = rows.select_related("answered_by__user").order_by("-id").first()
    is_open = latest is not None and latest.state == RequestState.OPEN
    if latest and not is_open and not _is_news(latest, now):
        latest = None
    return OwnRequest(
        latest=latest,
        may_ask=not is_open and may_ask(member) and refusal.reason in HELPS,
        may_give=member.is_administrator,
        waits=is_open and latest is not None and latest.origin == Origin.JOINED,
        told=administrators_in_words(administrators),
    )


def taken_sentence(member: Membership, refusal: Refusal) -> str:
    """The reason of a personal refusal, when somebody took the access; at most one statement."""
    if refusal.reason != "personal":
        return ""
    rows = Grant.objects.filter(org=member.org_id, member=member, level=Level.READ_ONLY, set_by__isnull=False)
    taken = rows.select_related("set_by__user").first()
    if taken is None:
        return ""
    names = {"name": taken.set_by.name, "day": consequence_texts.day(taken.set_at)}
    return _("%(name)s set your access to Read only on %(day)s.") % names


def may_ask(member: Membership) -> bool:
    """Whether the person lacks full access and cannot give it."""
    return member.is_current and member.level != Level.FULL and not member.is_administrator


def _is_news(request: AccessRequest, now: dt.datetime) -> bool:
    answered = request.answered_at
    return request.state == RequestState.DECLINED and answered is not None and now - answered < SHOWN


def administrators_in_words(administrators: Sequence[Any]) -> str:
    """`Anna and 2 others`: who was here last, and how many more there are."""
    if not administrators:
        return _("Nobody")
    first, others = administrators[0], administrators[0].total - 1
    name: str = first.user.first_name or first.name
    if not others:
        return name
    text = ngettext("%(name)s and %(number)s other", "%(name)s and %(number)s others", others)
    return text % {"name": name, "number": others}
