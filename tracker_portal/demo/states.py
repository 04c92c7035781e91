"""A small company in each state of the lifecycle, brought there by the verbs that people and beat use.

DELETING is the one state that nothing holds still: once claimed, a deletion ends as soon as a worker runs. Fernhill
Dairy is a step before it: an operator holds its deletion, and beat claims it when the hold is released.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from access.changes import save as grants
from access.members import members
from orgs.companies import companies, operations
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tracker_portal.demo import issues, money, past
from tracker_portal.demo.people import MINUTE
from users.accounts.models import User

DAY = dt.timedelta(days=1)
SWITCHED_ON = 10 * MINUTE  # after a company was founded: its people are there by then
SHARE = 0.01  # of the issues that the big company has: one or two in each queue
PAYER = {
    "company_name": "Cobalt Shipping GmbH",
    "registration_number": "HRB 161803 B",
    "vat_number": "DE987654336",
    "legal_address": "Am Sandtorkai 27\n20457 Hamburg",
    "contact": "Anna Petrova",
    "email": "accounts@cobalt.example",
    "phone": "+49 40 5550 161",
}
TOPPED_UP, OWED = 100_00, 41_20  # cents


@dataclass(frozen=True)
class Scene:
    """Who plays, and when it is."""

    owner: User
    colleagues: list[User]
    crew: list[User]  # the staff of the company that pays; the colleagues are among them
    operator: User
    now: dt.datetime


def make_all(scene: Scene) -> list[Organization]:
    """The companies, all of the same owner."""
    makers = (not_active, in_trial_and_subscribed, active, in_debt, switched_off, held, deleted)
    return [make(scene) for make in makers]


def not_active(scene: Scene) -> Organization:
    return _found("Acorn Bakery", scene, age=3 * DAY)


def in_trial_and_subscribed(scene: Scene) -> Organization:
    org = _at_work("Brightwater Clinic", scene, age=19 * DAY)
    _give_access(org, at=org.created_at + 5 * DAY)
    past.live(org, until=scene.now)
    return org


def active(scene: Scene) -> Organization:
    """It pays for eight people, from a bank transfer."""
    org = _at_work("Cobalt Shipping", scene, age=100 * DAY, people=scene.crew)
    money.name_payer(org, PAYER, at=org.created_at + 4 * DAY)
    _give_access(org, at=org.created_at + 5 * DAY)
    trial_end = org.created_at + SWITCHED_ON + lifecycle.TRIAL
    past.live(org, until=trial_end - 3 * DAY)
    money.top_up(org, TOPPED_UP, asked_at=trial_end - 3 * DAY, at=trial_end, operator=scene.operator)
    money.charge_months(org, since=trial_end, until=scene.now)
    past.live(org, until=scene.now)
    return org


def in_debt(scene: Scene) -> Organization:
    """Its debt fell due eight days ago: time has passed since the balance went below zero."""
    org = _at_work("Driftwood Furniture", scene, age=75 * DAY)
    _give_access(org, at=org.created_at + 5 * DAY)
    known_at, due_at = scene.now - 28 * DAY, scene.now - 8 * DAY
    past.live(org, until=known_at)
    reason = "Course for beginners"
    money.owe(org, OWED, operator=scene.operator, reason=reason, at=known_at)
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=known_at, debt_due_at=due_at)
    org.refresh_from_db()
    past.live(org, until=scene.now)
    return org


def switched_off(scene: Scene) -> Organization:
    """In its trial, five days ago."""
    org = _at_work("Elmwood School", scene, age=27 * DAY)
    at = scene.now - 5 * DAY
    past.live(org, until=at)
    org = lifecycle.deactivate(org=org, actor=org.memberships.get(role=Role.OWNER), now=at)
    past.live(org, until=scene.now)
    return org


def held(scene: Scene) -> Organization:
    """Its 30 days are over, and an operator has held the deletion since the day before."""
    org = _at_work("Fernhill Dairy", scene, age=62 * DAY)
    at = scene.now - 3 * DAY
    past.live(org, until=at)
    reason = "The owner asked for a week to decide."
    operations.hold_deletion(org=org, hold=True, operator=scene.operator, reason=reason, now=at)
    org.refresh_from_db()
    past.live(org, until=scene.now)
    return org


def deleted(scene: Scene) -> Organization:
    org = _at_work("Granite Works", scene, age=64 * DAY)
    past.live(org, until=scene.now)
    return org


def _found(name: str, scene: Scene, *, age: dt.timedelta, people: list[User] | None = None) -> Organization:
    """The owner's; the colleagues join it, or `people`."""
    start = scene.now - age
    org = companies.create(owner=scene.owner, name=name, country="DE", time_zone="Europe/Berlin", now=start)
    for number, user in enumerate(people or scene.colleagues, 1):
        members.join(org=org, user=user, now=start + number * MINUTE)
    return org


def _at_work(name: str, scene: Scene, *, age: dt.timedelta, people: list[User] | None = None) -> Organization:
    """Its trial has begun, and there are issues of the first twenty days."""
    org = _found(name, scene, age=age, people=people)
    staff = list(Membership.objects.filter(org=org).select_related("user").order_by("pk"))
    org = lifecycle.activate(org=org, actor=staff[0], now=org.created_at + SWITCHED_ON)
    issues.fill(org, staff, now=min(org.created_at + 20 * DAY, scene.now), share=SHARE)
    return org


def _give_access(org: Organization, *, at: dt.datetime) -> None:
    """Full access for everybody but the owner."""
    owner = org.memberships.get(role=Role.OWNER)
    for member in org.memberships.exclude(pk=owner.pk):
        grants.set_level(member=member, level=Level.FULL, actor=owner, now=at)
    org.refresh_from_db()
