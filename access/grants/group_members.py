"""Who is below a department, and inside a team with its inner teams and departments: as SQL, whatever the depth.

The recursion uses UNION, which drops what it has seen, so it ends even if there were a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from orgs.people.models import Team
from orgs.tenancy.organization_models import Organization


class Size(NamedTuple):
    """People, neither blocked nor former, and those of them with Full access."""

    people: int = 0
    full: int = 0


BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM orgs_department WHERE org_id = %s AND public_id = %s
    UNION SELECT d.id FROM below JOIN orgs_department d ON d.org_id = %s AND d.parent_id = below.id
) SELECT id FROM below
"""
INSIDE = """
WITH RECURSIVE inside(root, team) AS (
    SELECT id, id FROM orgs_team WHERE org_id = %s AND public_id = ANY(%s)
    UNION SELECT root, tt.inner_id FROM inside JOIN orgs_teamteam tt ON tt.org_id = %s AND tt.team_id = inside.team
), held(root, department) AS (
    SELECT root, td.department_id FROM inside
        JOIN orgs_teamdepartment td ON td.org_id = %s AND td.team_id = inside.team
    UNION SELECT root, d.id FROM held JOIN orgs_department d ON d.org_id = %s AND d.parent_id = held.department
), people(root, member) AS (
    SELECT root, tm.member_id FROM inside JOIN orgs_teammember tm ON tm.org_id = %s AND tm.team_id = inside.team
    UNION SELECT root, m.id FROM held
        JOIN orgs_membership m ON m.org_id = %s AND m.department_id = held.department AND m.ended_at IS NULL
)
"""
REACHES = """
WITH RECURSIVE inside(team) AS (
    SELECT %s::bigint
    UNION SELECT tt.inner_id FROM inside JOIN orgs_teamteam tt ON tt.org_id = %s AND tt.team_id = inside.team
) SELECT EXISTS (SELECT FROM inside WHERE team = %s)
"""


def below(org: Organization, department: str) -> RawSQL:
    """The ids of a department (its public id) and of all below it, for `department__in`; none when there is none."""
    return RawSQL(BELOW, [org.pk, department, org.pk])  # noqa: S611 - a constant text


def people_inside(org: Organization, team: str) -> RawSQL:
    """The ids of the people of a team (its public id), however they are in it, for `pk__in`."""
    sql = f"{INSIDE} SELECT member FROM people"  # noqa: S608 - a constant text
    return RawSQL(sql, [org.pk, [team], *[org.pk] * 5])  # noqa: S611 - a constant text


def sizes(org: Organization, teams: Iterable[Team]) -> dict[int, Size]:
    """How many people are in each of the teams: one statement."""
    sql = f"""{INSIDE} SELECT root, count(*), count(*) FILTER (WHERE m.level = 'full')
              FROM people JOIN orgs_membership m ON m.id = member
              WHERE m.ended_at IS NULL AND m.blocked_at IS NULL GROUP BY root"""  # noqa: S608 - a constant text
    teams = list(teams)
    with connection.cursor() as cursor:
        cursor.execute(sql, [org.pk, [team.public_id for team in teams], *[org.pk] * 5])
        return {team.pk: Size() for team in teams} | {pk: Size(*size) for pk, *size in cursor.fetchall()}


def holds(outer: Team, inner: Team) -> bool:
    """Whether `inner` is `outer` itself or somewhere inside it."""
    with connection.cursor() as cursor:
        cursor.execute(REACHES, [outer.pk, outer.org_id, inner.pk])
        return bool(cursor.fetchone()[0])
