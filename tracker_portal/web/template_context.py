"""What every page's frame needs: the company, who asks, the life chip, why writing is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from access.requests.forms import AskForm
from access.wall import own_request_page, refusal_page, rules
from access.wall.own_request_page import OwnRequest
from issues.queues.models import Queue
from orgs.status import lifecycle_summary, state_badge
from orgs.status.lifecycle_summary import LifecycleSummary
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest, company_of

OF_NO_COMPANY = {
    "company": None,
    "membership": None,
    "may_write": False,
    "life": None,
    "write_refusal": None,
    "banner": None,
}


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

    ahead: LifecycleSummary
    issues: int
    queues: int


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame; everything about a company is None outside of one."""
    entered = company_of(request)
    return {
        **(of_company(entered) if entered else OF_NO_COMPANY),
        "me": getattr(request, "user", None),  # a page of an error may be drawn before anybody was looked for
        "theme": request.COOKIES.get("theme", ""),
        "support_email": settings.SUPPORT_EMAIL,
        "is_development": settings.DEVELOPMENT,
    }


def of_company(request: CompanyRequest) -> dict[str, Any]:
    """What the frame says of the company; what costs a statement is asked only where the frame shows it."""
    member, ahead = request.membership, lifecycle_summary.summarize(request.org, request.now)
    return {
        "company": request.org,
        "membership": member,
        "may_write": request.may_write,
        "life": state_badge.badge(ahead, money=member.is_administrator),
        "write_refusal": SimpleLazyObject(lambda: find_write_refusal(request)),
        "banner": SimpleLazyObject(lambda: find_banner(request, ahead)),
    }


def find_write_refusal(request: CompanyRequest) -> WriteRefusal | None:
    """The refusal that the strip and the locked controls explain; None for those who may write."""
    refusal = rules.write_refusal(request.org, request.membership, request.now)
    if refusal is None or not rules.tracker_is_open(request.org, request.now):
        return None
    member = request.membership
    people = refusal_page.administrators(request.org)
    own = own_request_page.own_request(member, refusal, administrators=people, now=request.now)
    sentence = own_request_page.taken_sentence(member, refusal) or refusal_page.sentence(refusal, request.org)
    return WriteRefusal(sentence, people, own, AskForm(auto_id="ask_%s"))


def find_banner(request: CompanyRequest, ahead: LifecycleSummary) -> Banner | None:
    """What administrators see on every page of the company; its one query is asked only when there is something."""
    member = request.membership
    if not (ahead.is_near and member.is_administrator and member.is_current):
        return None
    amounts = Queue.objects.of(request.org).aggregate(queues=Count("pk"), issues=Sum("issue_count", default=0))
    return Banner(ahead, **amounts)
