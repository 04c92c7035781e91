"""What stands inside a team or a department, at any depth: the one place that says it, as SQL (product.md §3).

A team holds people, teams and departments; a department its people and the departments below it. Statements say after
`WITH RECURSIVE` where they begin and go on with one of the texts below; `%(org)s` is the company's id. Recursions use
UNION, which drops what it has seen, so they end even if there were a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from orgs.people.models import Team
from orgs.tenancy.organization_models import Organization

# One step: which group holds which, and whom; apart, for a recursion that carries people takes fifty times as long.
HOLDS = """
groups_in(outer_kind, outer_id, kind, id) AS (
    SELECT 'team', team_id, 'team', inner_id FROM orgs_teamteam WHERE org_id = %(org)s
    UNION ALL SELECT 'team', team_id, 'department', department_id FROM orgs_teamdepartment WHERE org_id = %(org)s
    UNION ALL SELECT 'department', parent_id, 'department', id FROM orgs_department
        WHERE org_id = %(org)s AND parent_id IS NOT NULL
), people_in(outer_kind, outer_id, member) AS (
    SELECT 'team', team_id, member_id FROM orgs_teammember WHERE org_id = %(org)s
    UNION ALL SELECT 'department', department_id, id FROM orgs_membership WHERE org_id = %(org)s
)"""
# Down from `roots(kind, id)`: the groups inside each, itself among them, and the people, former ones too.
INSIDE = f"""{HOLDS}, inside(root_kind, root, kind, id) AS (
    SELECT kind, id, kind, id FROM roots WHERE kind <> 'member'
    UNION SELECT root_kind, root, g.kind, g.id
        FROM inside i JOIN groups_in g ON g.outer_kind = i.kind AND g.outer_id = i.id
), people(root_kind, root, member) AS (
    SELECT kind, id, id FROM roots WHERE kind = 'member'
    UNION SELECT root_kind, root, p.member FROM inside i JOIN people_in p ON p.outer_kind = i.kind AND p.outer_id = i.id
)"""  # noqa: S608 - a constant text
# Up from `%(member)s`: `way` into a team, one of their own teams or 0 for the department; `steps` up to a department.
AROUND = f"""{HOLDS}, around(kind, id, way, steps) AS (
    SELECT outer_kind, outer_id, CASE outer_kind WHEN 'team' THEN outer_id ELSE 0 END, 0
        FROM people_in WHERE member = %(member)s
    UNION SELECT g.outer_kind, g.outer_id, way, CASE g.outer_kind WHEN 'team' THEN 0 ELSE steps + 1 END
        FROM around a JOIN groups_in g ON g.kind = a.kind AND g.id = a.id
)"""  # noqa: S608 - a constant text
BELOW = f"""
WITH RECURSIVE roots(kind, id) AS (
    SELECT 'department', id FROM orgs_department WHERE org_id = %(org)s AND public_id = %(name)s
), {INSIDE} SELECT id FROM inside
"""  # noqa: S608 - a constant text
TEAMS = f"""
WITH RECURSIVE roots(kind, id) AS (
    SELECT 'team', id FROM orgs_team WHERE org_id = %(org)s AND public_id = ANY(%(names)s)
), {INSIDE}
"""  # noqa: S608 - a constant text
PEOPLE = f"""{TEAMS}
SELECT member FROM people JOIN orgs_membership m ON m.org_id = %(org)s AND m.id = member WHERE m.ended_at IS NULL
"""  # noqa: S608 - a constant text
SIZES = f"""{TEAMS}
SELECT root, count(*), count(*) FILTER (WHERE m.level = 'full')
FROM people JOIN orgs_membership m ON m.org_id = %(org)s AND m.id = member
WHERE m.ended_at IS NULL AND m.blocked_at IS NULL GROUP BY root
"""  # noqa: S608 - a constant text
REACHES = f"{TEAMS} SELECT EXISTS (SELECT FROM inside WHERE kind = 'team' AND id = %(inner)s)"  # noqa: S608 - a constant text


class Size(NamedTuple):
    """People, neither blocked nor former, and those of them with Full access."""

    people: int = 0
    full: int = 0


def below(org: Organization, department: str) -> RawSQL:
    """The ids of a department (its public id) and of all below it, for `department__in`; none when there is none."""
    return RawSQL(BELOW % {"org": org.pk, "name": "%s"}, [department])  # noqa: S611 - a constant text and a number


def people_inside(org: Organization, team: str) -> RawSQL:
    """The ids of the people of a team (its public id), however they are in it, for `pk__in`."""
    return RawSQL(PEOPLE % {"org": org.pk, "names": "%s"}, [[team]])  # noqa: S611 - a constant text and a number


def sizes(org: Organization, teams: Iterable[Team]) -> dict[int, Size]:
    """How many people are in each of the teams: one statement."""
    teams = list(teams)
    with connection.cursor() as cursor:
        cursor.execute(SIZES, {"org": org.pk, "names": [team.public_id for team in teams]})
        return {team.pk: Size() for team in teams} | {pk: Size(*size) for pk, *size in cursor.fetchall()}


def holds(outer: Team, inner: Team) -> bool:
    """Whether `inner` is `outer` itself or somewhere inside it."""
    with connection.cursor() as cursor:
        cursor.execute(REACHES, {"org": outer.org_id, "names": [outer.public_id], "inner": inner.pk})
        return bool(cursor.fetchone()[0])
