"""A team as the database has it."""

from __future__ import annotations

from orgs.people.models import Team
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope


def team_of(org: Organization, public_id: str) -> Team:
    with company_scope(org.pk):
        return Team.objects.get(org=org, public_id=public_id)
