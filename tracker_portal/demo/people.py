"""The demo's companies and people. Everybody's password is the same, so it is hashed once."""

from __future__ import annotations

import datetime as dt
from itertools import islice

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from access.changes import save as grants
from access.changes import staged_changes
from access.grants.grantees import Key
from access.members import members
from billing.documents import documents
from billing.payers import payers
from billing.payers.models import PayerKind
from orgs.companies import companies
from orgs.domains import domains
from orgs.domains.models import Answer
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tracker_portal.demo import names
from users.accounts.models import User

PASSWORD = "tracker-demo-2026"  # noqa: S105  (printed on purpose: demo data is for development)
DEPARTMENTS = (
    "Operations",
    "Hardware",
    "Software",
    "Customer care",
    "Field service",
    "Finance",
    "Manufacturing",
    "Sales",
    "Quality",
)
TEAMS = (
    "Admins Gripper Support Platform Vision Safety Firmware Motion Fleet Docs Onboarding Purchasing Training Events"
).split()
# The place in the cast of those who lead.
LEADS = {"Admins": 0, "Gripper": 1, "Support": 2, "Platform": 3, "Safety": 8, "Vision": 10}
PAYER = {
    "company_name": "Northwind Robotics GmbH",
    "registration_number": "HRB 198342 B",
    "vat_number": "DE987654328",
    "legal_address": "Köpenicker Straße 40\n10179 Berlin",
    "contact": "Nikolai Sokolov",
    "email": "accounts@northwind.example",
    "phone": "+49 30 5550 142",
}
FULL_ACCESS = 47
FULL_TEAMS = ("Platform", "Safety")
TEAM_SIZE = 11
MINUTE = dt.timedelta(minutes=1)


def make_users(domain: str, count: int, *, skip: int = 0) -> list[User]:
    """People with confirmed addresses; `skip` names are left to others."""
    password = make_password(PASSWORD)
    people = islice(names.everyone(), skip, skip + count)
    users = User.objects.bulk_create(
        User(email=f"{names.login(first, last)}@{domain}", first_name=first, last_name=last, password=password)
        for first, last, _, _ in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return users


def make_operator() -> User:
    """Somebody who runs the service and is in no company."""
    operator = User.objects.create_user("operator@tracker.example", PASSWORD, first_name="Operator", is_staff=True)
    EmailAddress.objects.create(user=operator, email=operator.email, verified=True, primary=True)
    return operator


def make_company(
    name: str, *, users: list[User], country: str, time_zone: str, started_at: dt.datetime
) -> tuple[Organization, list[Membership]]:
    """A company in its trial since `started_at`; the first person owns it, the others join one by one."""
    org = companies.start_trial(owner=users[0], name=name, country=country, time_zone=time_zone, now=started_at)
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
    joined = [
        members.join(org=org, user=user, department=root, now=started_at + MINUTE * n)
        for n, user in enumerate(users[1:], 1)
    ]
    return org, [org.memberships.get(role=Role.OWNER), *joined]


def arrange(org: Organization, people: list[Membership], *, now: dt.datetime) -> None:
    """Departments, teams, two more administrators and the last visits of the pictures."""
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        rows = [Department(org=org, name=name, parent=root) for name in DEPARTMENTS]
        departments = {row.name: row for row in Department.objects.bulk_create(rows)}
        teams = {row.name: row for row in Team.objects.bulk_create(Team(org=org, name=name) for name in TEAMS)}
        for number, member in enumerate(people):
            cast = (
                names.CAST[number]
                if number < len(names.CAST)
                else ("", "", DEPARTMENTS[(number * 5 + number // 36) % 9], ())
            )
            member.department = departments[cast[2]]
            member.role = Role.ADMINISTRATOR if number in (10, 13) else member.role
            member.last_active_at = last_visit(number, now)
        Membership.objects.bulk_update(people, ["department", "role", "last_active_at"], batch_size=100)
        TeamMember.objects.bulk_create(team_rows(org, people, teams))
        for name, number in LEADS.items():
            teams[name].lead = people[number]
        Team.objects.bulk_update(teams.values(), ["lead"])


def team_rows(org: Organization, people: list[Membership], teams: dict[str, Team]) -> list[TeamMember]:
    """The cast in its own teams; everybody else fills the teams up in turn."""
    pairs = [(team, number) for number, cast in enumerate(names.CAST) for team in cast[3]]
    others = range(len(names.CAST), min(len(people), len(names.CAST) + TEAM_SIZE * len(TEAMS)))
    pairs += [(TEAMS[number % len(TEAMS)], number) for number in others]
    return [TeamMember(org=org, team=teams[team], member=people[number]) for team, number in pairs]


def give_access(people: list[Membership], *, now: dt.datetime) -> None:
    """Payment details are there; two teams have full access, and single people, as many as in the pictures."""
    org, admin = people[0].org, people[0]
    payers.save(
        org=org,
        kind=PayerKind.LEGAL_ENTITY,
        country=org.country,
        language=documents.language_of(org, None),
        details=PAYER,
        actor=admin,
        now=now,
    )
    with company_scope(org.pk):
        teams = list(Team.objects.filter(org=org, name__in=FULL_TEAMS).values_list("public_id", flat=True))
    save(org, [("team", public_id) for public_id in teams], admin, now=now)
    readers = {2, 5, 7, 9, 11, 14}  # the cast's places without full access
    full = set(Membership.objects.filter(org=org, level=Level.FULL).values_list("public_id", flat=True))
    others = [member.public_id for number, member in enumerate(people) if number not in readers]
    chosen = [public_id for public_id in others if public_id not in full][: FULL_ACCESS - len(full)]
    save(org, [("member", public_id) for public_id in chosen], admin, now=now)


def verify_domain(owner: Membership, name: str, *, now: dt.datetime) -> None:
    """The company's domain is linked and its record found, so that accounts can be created on it.

    There is no such domain: the daily look-ups miss the record, and a week later it is lost, as any other.
    """
    domain = domains.add(name=name, actor=owner, now=now)
    domains.note(domain=domain, answer=Answer.PRESENT, asked_at=now, now=now)


def save(org: Organization, keys: list[Key], admin: Membership, *, now: dt.datetime) -> None:
    """An administrator chooses Full access, looks at the cost, and saves."""
    org.refresh_from_db()
    staged = staged_changes.stage(org=org, levels=dict.fromkeys(keys, Level.FULL), author=admin, now=now)
    grants.save(org=org, token=staged.draft.token, shown=staged.plan.digest, actor=admin, now=now)


def last_visit(number: int, now: dt.datetime) -> dt.datetime | None:
    """Every tenth person was never here; the others between minutes and weeks ago."""
    if number % 10 == 9:
        return None
    return now - dt.timedelta(minutes=2 + (number * number * 37) % 30_000)
