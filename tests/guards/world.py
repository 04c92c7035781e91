"""The world behind the doors: two companies in a state, and the people who come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.changes import staged_changes
from orgs.lifecycle.models import Deletion
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member, make_administrator, make_company
from tests.guards.routes import Route
from tests.guards.rows import make_row
from tests.guards.states import states
from tests.guards.things import absent_things, make_things
from users.accounts.models import User

OWN, FOREIGN, ABSENT = "own", "foreign", "absent"
ABSENT_COMPANY = "no-such-company"
OBJECTS = {"operator:users_user": "user_id", "operator:billing_topup": "payment_id"}
TOKENS = {"access:invitation": "invitation_token", "access:join": "link_token"}


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
    people = make_people(world)
    now = timezone.now()
    Membership.objects.filter(user=people["blocked"]).update(blocked_at=now)
    Membership.objects.filter(user=people["removed"]).update(ended_at=now)
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


def make_people(world: World) -> dict[str, User]:
    """Who comes, by role; nobody is blocked or removed yet."""
    member = add_member(world.org, level=Level.FULL)
    blocked, removed = add_member(world.org, level=Level.FULL), add_member(world.org, level=Level.FULL)
    return {
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


def stage(org: Organization) -> dict[str, Any]:
    """What the administrator's browser sends to save the draft with Full access for them."""
    author = org.memberships.get(role=Role.ADMINISTRATOR)
    levels = {("member", author.public_id): Level.FULL}
    staged = staged_changes.stage(org=org, levels=levels, author=author, now=timezone.now())
    return {"token": str(staged.draft.token), "shown": staged.plan.digest}


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client
