"""The world behind the doors: two companies in a state, the people who come, and what they post."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access import drafts
from access.models import AccessRequest, SavedAct
from billing.models import Document, TopUp
from issues.models import Comment, Issue, Queue
from orgs import sealing, tokens
from orgs.models import (
    Deletion,
    Department,
    Domain,
    DomainState,
    Invitation,
    InviteLink,
    Job,
    JobState,
    JoinToken,
    Level,
    Membership,
    Organization,
    Purpose,
    Role,
    State,
    Team,
    TeamMember,
)
from orgs.scopes import company_scope
from tests.factories import UserFactory, add_member, make_administrator, make_company
from tests.guards.routes import Route
from tests.guards.rows import INSTANT, make_row

OWN, FOREIGN, ABSENT = "own", "foreign", "absent"
ABSENT_COMPANY = "no-such-company"
ABSENT_KEY, ABSENT_ID = "NOSUCH", "zzzzzzzzzzzzzzzz"
EVERY_STATE = "every state"


def states(now: dt.datetime) -> dict[str, dict[str, Any]]:
    """What is stored for each state. In some the jobs are late: the stored state is not the one that counts."""
    past, soon = now - dt.timedelta(days=5), now + dt.timedelta(days=5)
    stopped = {"retention_ends_at": soon, "debt_due_at": past, "payer_ready": True}
    return {
        "not active": {"state": State.INACTIVE, "trial_ends_at": None},
        "free trial": {"state": State.TRIAL, "trial_ends_at": soon},
        "trial just over, stored as trial": {"state": State.TRIAL, "trial_ends_at": now, "full_seats": 6},
        "trial just over and subscribed, stored as trial": {"state": State.TRIAL, "trial_ends_at": now},
        "active": {"state": State.ACTIVE},
        "debt just due, stored as active": {"state": State.ACTIVE, "debt_due_at": now},
        "seats unpaid, stored as active": {"state": State.ACTIVE, "full_seats": 6},
        "read only": {"state": State.READ_ONLY, **stopped},
        "read only and deletion due": {"state": State.READ_ONLY, **stopped, "retention_ends_at": past},
        "debt paid, stored as read only": {"state": State.READ_ONLY, **stopped, "debt_due_at": None},
        "deactivated": {"state": State.DEACTIVATED, **stopped},
        "deleting": {"state": State.DELETING},
        "deleted": {"state": State.DELETED, "deleted_at": past},
    }


STATES = tuple(states(timezone.now()))
READ_ONLY = (
    "trial just over, stored as trial",
    "debt just due, stored as active",
    "seats unpaid, stored as active",
    "read only",
    "read only and deletion due",
)
SUBSCRIBED = ("trial just over and subscribed, stored as trial", "active", "debt paid, stored as read only")
# Names for states that mostly answer alike, wider ones first.
GROUPS = {
    EVERY_STATE: STATES,
    "Tracker is on": ("free trial", *READ_ONLY, *SUBSCRIBED),
    "Read only for all": READ_ONLY,
    "subscribed": SUBSCRIBED,
}
WRITABLE, FOR_OBJECTS = "free trial", ("free trial", "read only")


OBJECTS = {"operator:users_user": "user_id", "operator:billing_topup": "payment_id"}
TOKENS = {"access:invitation": "invitation_token", "access:join": "link_token"}
HOUR = dt.timedelta(hours=1)


@dataclass
class World:
    """Two companies with people and things, and a client for each role."""

    org: Organization
    other: Organization
    people: dict[str, Client] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)

    def url(self, route: Route, which: str = OWN, org: str = "") -> str:
        """The address with the company and the own, a foreign or an absent object in it."""
        things = self.things[which]
        values = {"org": org or self.org.slug, **things, "key": things["queue" if ":queue" in route.name else "key"]}
        values["token"] = things.get(TOKENS.get(route.name.partition("_")[0], ""), "no-such-token")
        values["job"] = things["job with a file" if route.name == "orgs:job_download" else "job"]
        values["object_id"] = things[OBJECTS.get(route.name.rpartition("_")[0], "object_id")]
        if route.name == route.path:  # a route without a name
            return re.sub(r"<(\w+)>", lambda argument: str(values[argument[1]]), route.path)
        return reverse(route.name, kwargs={name: values[name] for name in route.arguments})


def build_world(state: str) -> World:
    """The companies, the one in the given state, and everybody who may come."""
    world = World(make_company(), make_company("Southwind Foods"))
    member = add_member(world.org, level=Level.FULL)
    blocked, removed = add_member(world.org, level=Level.FULL), add_member(world.org, level=Level.FULL)
    people = {
        "stranger": UserFactory(),
        "outsider": world.other.memberships.get().user,
        "viewer": add_member(world.org).user,
        "member": member.user,
        "administrator": make_administrator(world.org).user,
        "owner": world.org.memberships.get(role="owner").user,
        "blocked": blocked.user,
        "removed": removed.user,
        "operator": UserFactory(is_staff=True),
    }
    now = timezone.now()
    Membership.objects.filter(pk=blocked.pk).update(blocked_at=now)
    Membership.objects.filter(pk=removed.pk).update(ended_at=now)
    Membership.objects.update(last_active_at=now)
    world.things = {
        OWN: make_things(world.org, "OWN"),
        FOREIGN: make_things(world.other, "OTHER"),
        ABSENT: absent_things(),
    }
    if state in ("deleting", "deleted"):
        with company_scope(world.org.pk):
            make_row(Deletion, world.org)
    facts = {"full_seats": 1, "retention_ends_at": None, **states(now)[state]}
    Organization.objects.filter(pk=world.org.pk).update(**facts)
    world.things[OWN]["staged"] = stage(Organization.objects.get(pk=world.org.pk))
    world.people = {"nobody": Client(), **{role: logged_in(user) for role, user in people.items()}}
    return world


def stage(org: Organization) -> dict[str, Any]:
    """What the administrator's browser sends to save the draft with Full access for them."""
    author = org.memberships.get(role=Role.ADMINISTRATOR)
    levels = {("member", author.public_id): Level.FULL}
    staged = drafts.stage(org=org, levels=levels, author=author, now=timezone.now())
    return {"token": str(staged.draft.token), "shown": staged.plan.digest}


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


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
    invitation, link = tokens.make(), tokens.make()
    end = timezone.now() + dt.timedelta(days=5)
    facts = {"expires_at": end, "sent_at": timezone.now() - HOUR, "allows_domain_account": True}
    row = make_row(Invitation, org, digest=tokens.digest(invitation), **facts)
    make_row(InviteLink, org, digest=tokens.digest(link), sealed=sealing.seal(link))
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


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """What is posted where an empty form would only be told its mistakes: the write has to be seen, or refused."""
    lead = world.org.memberships.get(role="owner").user.email
    issue = {"summary": "Shielded cables", "type": "task", "priority": "normal", "token": TOKEN, "version": 1}
    owner = world.org.memberships.get(role="owner").public_id
    own = world.things[OWN]
    account = {"first_name": "A", "last_name": "B", "password": "a-long-enough-password"}
    queue = {"name": "Assembly", "key": "NEW", "lead": lead, "default_type": "task", "default_priority": "normal"}
    return {
        "orgs:company_create": {"company_name": "Eastwind", "country": "DE"},
        "orgs:tracker_deactivate": {"understood": "on"},
        "access:invite": {"addresses": "priya@example.net", "level": "read_only"},
        "access:link_change": {"level": "read_only"},
        "access:invitation_account": account,
        "access:invitation_domain": {**account, "login": "ada", "domain": own["domain_name"]},
        "orgs:company_settings": {"name": "Northwind", "language": "en", "time_zone": "UTC"},
        "orgs:domain_list": {"name": "northwind.example"},
        "appearance": {"theme": "dark"},
        "profile": {"first_name": "Ada", "last_name": "Lovelace"},
        "access:user_role": {"role": "administrator"},
        "access:user_department": {"department": own["department"]},
        "access:user_team": {"team": own["inner"]},
        "access:bulk_level": {"all": "1", "level": "full"},
        "access:levels_stage": {f"member:{owner}:read_only": "full"},
        "access:levels_save": own["staged"],
        "access:levels_settle": {"name": f"member:{owner}", "mine": "0"},
        "access:bulk_block": {"all": "1"},
        "access:bulk_remove": {"all": "1"},
        "access:bulk_department": {"all": "1", "to-department": own["department"]},
        "access:bulk_team": {"all": "1", "to-team": own["team"]},
        "access:request_give": {"all": "1"},
        "access:request_decline": {"reason": "No seat is free."},
        "access:seat_cap": {"cap": "10"},
        "billing:top_up": {"amount": "own", "own_amount": "10", "method": "transfer", "token": TOKEN},
        "billing:payer": PAYER,
        "access:department_create": {"name": "Assembly", "parent": own["department"]},
        "access:department_rename": {"name": "Assembly"},
        "access:department_move": {"parent": own["root"]},
        "access:department_delete": {"into": own["root"]},
        "access:team_create": {"name": "Assembly"},
        "access:team_rename": {"name": "Assembly"},
        "access:team_people": {"person": owner},
        "access:team_inner": {"inner": own["inner"]},
        "access:team_department": {"department": own["department"]},
        "issues:issue_create": {**issue, "queue": "OWN"},
        "issues:issue_edit": issue,
        "issues:issue_status": {"status": "inProgress"},
        "issues:comment_add": {"text": "They arrive on Thursday.", "token": TOKEN},
        "issues:queue_create": queue,
        "issues:queue_edit": {**queue, "version": 1},
    }


PAYER = {
    "kind": "individual",
    "country": "DE",
    "individual_first_name": "Ada",
    "individual_last_name": "Lovelace",
    "individual_address": "12 St James’s Square",
    "individual_email": "ada@example.com",
}
TOKEN = "3f0c2f86-5d2e-4a5e-9d3c-0e4f5a6b7c8d"  # of a form that is posted once
