"""Large companies, written at once."""

from __future__ import annotations

import datetime as dt

from access.structure import teams
from orgs.people.models import Department, Team, TeamMember, TeamTeam
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User


def fill(org: Organization, count: int, *, now: dt.datetime) -> list[Membership]:
    """So many employees; their addresses are not confirmed, they only stand in the lists."""
    users = User.objects.bulk_create(
        User(email=f"n{number}.{org.pk}@example.org", first_name=f"Name{number:04}", last_name="Surname", password="!")
        for number in range(count)
    )
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        rows = [Membership(org=org, user=user, department=root, role=Role.EMPLOYEE, joined_at=now) for user in users]
        return Membership.objects.bulk_create(rows)


def nest(org: Organization, people: list[Membership], *, actor: Membership, now: dt.datetime) -> list[Team]:
    """Fifty teams: each of the first ten holds a chain of four more; everybody is in one of the fifty."""
    with company_scope(org.pk):
        made = [teams.create(org=org, name=f"Team {number:02}", actor=actor, now=now) for number in range(50)]
        chains = [(made[number], made[number + 10]) for number in range(40)]
        TeamTeam.objects.bulk_create(TeamTeam(org=org, team=outer, inner=inner) for outer, inner in chains)
        TeamMember.objects.bulk_create(
            TeamMember(org=org, team=made[number % 50], member=member) for number, member in enumerate(people)
        )
    return made
