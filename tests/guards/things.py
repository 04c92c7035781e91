"""An object for every argument that an address may take: one of a company, and one that does not exist."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils import timezone

from access.grants.models import SavedAct
from access.grants.request_models import AccessRequest
from billing.documents.models import Document
from billing.ledger.top_up_models import TopUp
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.domains.models import Domain, DomainState
from orgs.jobs.models import Job, JobState
from orgs.lifecycle.models import Deletion
from orgs.mail import encryption
from orgs.people.joining_models import Invitation, InviteLink, JoinToken, Purpose
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy import tokens
from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.guards.rows import INSTANT, make_row

ABSENT_KEY, ABSENT_ID = "NOSUCH", "zzzzzzzzzzzzzzzz"
HOUR = dt.timedelta(hours=1)

# Things that an address names by their public id, and what their rows need.
NAMED: dict[str, tuple[type[Model], dict[str, Any]]] = {
    "department": (Department, {}),
    "team": (Team, {}),
    "inner": (Team, {}),
    "deletion": (Deletion, {"finished_at": timezone.now()}),
    "asked": (AccessRequest, {}),
    "act": (SavedAct, {"changes": {}, "at": timezone.now() + dt.timedelta(days=1)}),  # long to be undone
    "domain": (Domain, {"state": DomainState.VERIFIED, "verified_at": INSTANT, "checked_at": INSTANT}),
}

LINE = {"kind": "seats", "month": "2026-10", "dates": 29, "days": 31, "peak": 6, "peak_on": "2026-10-03"}
INVOICE = {
    "kind": "INV",
    "year": 2026,
    "language": "en",
    "currency": "USD",
    "payer": {"company": "Northwind"},
    "lines": [{**LINE, "first": 1, "last": 6, "price": 331, "amount": 1858}],
    "net": 1858,
    "vat": 0,
    "total": 1858,
}


def make_things(org: Organization, key: str) -> dict[str, Any]:
    """An object for every argument that an address may take."""
    with company_scope(org.pk):
        queue = make_row(Queue, org, key=key, last_number=1, issue_count=1)
        issue = make_row(Issue, org, queue=queue, number=1, key=f"{key}-1", type="task", priority="normal")
        things = {"queue": key, "key": issue.key, "comment_id": make_row(Comment, org, issue=issue).pk}
        things |= {name: make_row(model, org, **values).public_id for name, (model, values) in NAMED.items()}
        things["domain_name"] = Domain.objects.get(org=org).name
        things |= make_tokens(org) | make_jobs(org) | make_payment(org)
        things["document"] = make_row(Document, org, **INVOICE, number=org.pk).name
        things |= make_person(org, things)
    return ELSEWHERE | things | {"object_id": org.pk}


def make_person(org: Organization, things: dict[str, Any]) -> dict[str, Any]:
    """Somebody in the team, and the root department."""
    employees = org.memberships.current().filter(role=Role.EMPLOYEE).order_by("pk")
    member = employees.first() or org.memberships.get()
    make_row(TeamMember, org, team=Team.objects.get(org=org, public_id=things["team"]), member=member)
    person = {"member": member.public_id, "user_id": member.user_id}
    return {**person, "root": Department.objects.get(org=org, parent=None).public_id}


def make_jobs(org: Organization) -> dict[str, Any]:
    """A job that waits, and one with a file."""
    actor = org.memberships.order_by("level", "pk")[0]  # the member with Full access, if there is one
    waiting = make_row(Job, org, kind="issue_list", actor=actor)
    finished = {"state": JobState.DONE, "finished_at": timezone.now(), "file": "jobs/none.csv"}
    done = make_row(Job, org, kind="issue_list", actor=actor, **finished)
    return {"job": waiting.public_id, "job with a file": done.public_id}


def make_payment(org: Organization) -> dict[str, Any]:
    """A card payment that waits at the test provider."""
    provider_id = f"test_{org.slug}"
    facts = {"method": "card", "state": "pending", "provider": "test", "provider_id": provider_id, "amount": 100}
    row = make_row(TopUp, org, **facts, currency=org.currency, created_at=timezone.now())
    return {"top_up": row.public_id, "payment": provider_id, "payment_id": row.pk}


def make_tokens(org: Organization) -> dict[str, Any]:
    """An open invitation with its token, and the token of an invite link."""
    invitation, link = tokens.new_token(), tokens.new_token()
    end = timezone.now() + dt.timedelta(days=5)
    facts = {"expires_at": end, "sent_at": timezone.now() - HOUR, "allows_domain_account": True}
    row = make_row(Invitation, org, digest=tokens.digest(invitation), **facts)
    make_row(InviteLink, org, digest=tokens.digest(link), sealed=encryption.seal(link))
    JoinToken.objects.create(digest=tokens.digest(invitation), purpose=Purpose.INVITATION, org=org)
    JoinToken.objects.create(digest=tokens.digest(link), purpose=Purpose.LINK, org=org)
    return {"invitation": row.public_id, "invitation_token": invitation, "link_token": link}


UNNAMED = ("member", "invitation", "job", "job with a file", "top_up", "payment")


def absent_things() -> dict[str, Any]:
    things = {"queue": ABSENT_KEY, "key": f"{ABSENT_KEY}-1", "comment_id": 2**40, "object_id": 2**40, "user_id": 2**40}
    things["payment_id"] = 2**40
    things["document"] = "INV-2026-999999999"
    return ELSEWHERE | things | dict.fromkeys([*UNNAMED, *NAMED], ABSENT_ID)


# Arguments of pages of no company, and a link that nobody signed.
ELSEWHERE = {
    "pk": 2**40,
    "mail_id": 2**40,
    "uidb36": "1",
    "content_type_id": 2**20,
    "app_label": "orgs",
    "url": "no-such-page",
}
