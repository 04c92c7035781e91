"""What every page's frame needs: the company, who asks, the life chip, why writing is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.functional import SimpleLazyObject

from access import frame, own_request, refusals, rules
from access.own_request import OwnRequest
from access.request_forms import AskForm
from billing import corner
from issues.models.queue import Queue
from orgs import ahead, chip
from orgs.ahead import Ahead
from orgs.models.membership import Membership


@dataclass(frozen=True)
class WriteRefusal:
    """Why the person cannot change issues, whom to ask, and what became of asking; `form` asks."""

    sentence: str
    administrators: list[Membership]
    own: OwnRequest
    form: AskForm


@dataclass(frozen=True)
class Banner:
    """What is about to happen, and what would be lost."""

    ahead: Ahead
    issues: int
    queues: int


def shell(request: Any) -> dict[str, Any]:
    """Context of the page frame; everything about a company is None outside of one."""
    org = getattr(request, "org", None)
    member = getattr(request, "membership", None)
    return {
        "company": org,
        "membership": member,
        "me": getattr(request, "user", None),
        "may_write": getattr(request, "may_write", False),
        "life": chip.build(org, request.now, money=request.membership.is_administrator) if org else None,
        "write_refusal": SimpleLazyObject(lambda: find_write_refusal(request)) if org else None,
        "banner": SimpleLazyObject(lambda: find_banner(request)) if org else None,
        "corner": SimpleLazyObject(lambda: corner.build(org, request.now, frame.month_of(request))) if org else None,
        "theme": request.COOKIES.get("theme", ""),
        "support_email": settings.SUPPORT_EMAIL,
        "is_development": settings.DEVELOPMENT,
    }


def find_write_refusal(request: Any) -> WriteRefusal | None:
    """The refusal that the strip and the locked controls explain; None for those who may write."""
    refusal = rules.write_refusal(request.org, request.membership, request.now)
    if refusal is None or not rules.tracker_is_open(request.org, request.now):
        return None
    member = request.membership
    asked, taken = own_request.last_of(member), own_request.taken_of(member)
    people = refusals.administrators(request.org, asked=asked, taken=taken)
    own = own_request.find(member, refusal, administrators=people, now=request.now)
    sentence = own_request.taken_sentence(refusal, people) or refusals.sentence(refusal, request.org)
    return WriteRefusal(sentence, people, own, AskForm(auto_id="ask_%s"))


def find_banner(request: Any) -> Banner | None:
    """What administrators see on every page of the company; its one query is asked only when there is something."""
    member = request.membership
    near = ahead.build(request.org, request.now) if member.is_administrator and member.is_current else None
    if near is None:
        return None
    amounts = Queue.objects.of(request.org).aggregate(queues=Count("pk"), issues=Sum("issue_count", default=0))
    return Banner(near, **amounts)
