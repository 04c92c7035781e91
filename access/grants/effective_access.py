"""Effective access: what each person's grants add up to, for a whole company in one statement.

Teams and departments pass Full access on to whatever is inside them; the highest that applies counts (product.md §4).
The statement can be told of levels that are not written yet, so that a preview and what is saved come from the same
rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from orgs.people.group_members import INSIDE
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization

Source = tuple[str, int]  # what was given full access: (kind, id of its row)
Changes = Mapping[Source, str]  # → level

# Whatever gives Full access now or would; STANDINGS takes out what a staged `Read only` ends.
SOURCES = f"""
WITH RECURSIVE staged(kind, target, level) AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(targets)s::bigint[], %(levels)s::text[])
), roots(kind, id) AS (
    SELECT CASE WHEN member_id IS NOT NULL THEN 'member' WHEN team_id IS NOT NULL THEN 'team'
        ELSE 'department' END, coalesce(member_id, team_id, department_id)
    FROM access_grant WHERE org_id = %(org)s AND level = 'full'
    UNION SELECT kind, target FROM staged WHERE level = 'full'
), {INSIDE}, sources(member, kind, target) AS (SELECT member, root_kind, root FROM people)
"""  # noqa: S608 - a constant text
STANDINGS = f"""{SOURCES}
SELECT m.id, m.public_id, m.level, m.held_at IS NOT NULL, m.blocked_at IS NULL, asked.id IS NOT NULL,
    coalesce(found.kinds, '{{}}'), coalesce(found.targets, '{{}}'), coalesce(found.names[1], ''),
    coalesce(found.lost_kinds, '{{}}'), coalesce(found.lost_targets, '{{}}'), coalesce(found.lost_names[1], '')
FROM orgs_membership m LEFT JOIN (
    SELECT member, array_agg(kind ORDER BY strength, target) FILTER (WHERE stays) AS kinds,
        array_agg(target ORDER BY strength, target) FILTER (WHERE stays) AS targets,
        array_agg(told.name ORDER BY strength, target) FILTER (WHERE stays) AS names,
        array_agg(kind ORDER BY strength, target) FILTER (WHERE NOT stays) AS lost_kinds,
        array_agg(target ORDER BY strength, target) FILTER (WHERE NOT stays) AS lost_targets,
        array_agg(told.name ORDER BY strength, target) FILTER (WHERE NOT stays) AS lost_names
    FROM sources CROSS JOIN array_position(ARRAY['team', 'department', 'member'], kind) AS strength
        LEFT JOIN (SELECT kind AS ended_kind, target AS ended FROM staged WHERE level = 'read_only') AS s
            ON ended_kind = kind AND ended = target
        LEFT JOIN orgs_team t ON kind = 'team' AND t.org_id = %(org)s AND t.id = target
        LEFT JOIN orgs_department d ON kind = 'department' AND d.org_id = %(org)s AND d.id = target
        CROSS JOIN LATERAL (SELECT ended IS NULL, coalesce(t.public_id, d.public_id)) AS told(stays, name)
    GROUP BY member
) AS found ON found.member = m.id
    LEFT JOIN access_accessrequest asked ON asked.org_id = m.org_id AND asked.member_id = m.id AND asked.state = 'open'
WHERE m.org_id = %(org)s AND m.ended_at IS NULL
    AND (found.kinds IS NOT NULL OR m.level = 'full' OR m.held_at IS NOT NULL)
ORDER BY m.id
"""  # noqa: S608 - a constant text
GROUPS_OF = f"""{SOURCES}
SELECT s.member, s.kind, s.target, coalesce(t.public_id, d.public_id), coalesce(t.name, d.name)
FROM sources s LEFT JOIN orgs_team t ON s.kind = 'team' AND t.org_id = %(org)s AND t.id = s.target
    LEFT JOIN orgs_department d ON s.kind = 'department' AND d.org_id = %(org)s AND d.id = s.target
WHERE s.member = ANY(%(members)s) AND s.kind <> 'member'
ORDER BY array_position(ARRAY['team', 'department'], s.kind), s.target
"""  # noqa: S608 - a constant text
PASSED_ON = f"""{SOURCES}
SELECT i.kind, i.id, root_kind, root, coalesce(t.public_id, d.public_id), coalesce(t.name, d.name)
FROM inside i LEFT JOIN orgs_team t ON root_kind = 'team' AND t.org_id = %(org)s AND t.id = root
    LEFT JOIN orgs_department d ON root_kind = 'department' AND d.org_id = %(org)s AND d.id = root
WHERE (i.kind, i.id) <> (root_kind, root)
"""  # noqa: S608 - a constant text


@dataclass(frozen=True)
class Group:
    """A team or a department that was given Full access; `pk` is the id of its row."""

    kind: str
    pk: int
    public_id: str
    name: str


@dataclass(frozen=True)
class Standing:
    """A present person to whom full access applies, or applied. `sources`: teams first, then departments, then the own.

    `held`: it came without a seat to be added, so the person is Read only until an administrator answers.
    `level`: what is written on the membership, full for those who hold a seat; `counts`: not blocked; `waits`: an
    access request is open. `lost`: what applied, and is ended by the changes that were told.
    """

    pk: int
    public_id: str
    level: str
    held: bool
    counts: bool
    waits: bool
    sources: tuple[Source, ...]
    first: str  # public id of the team or department that comes first
    lost: tuple[Source, ...]
    first_lost: str

    @property
    def because(self) -> str:
        """What decides: `person`, `team:<public id>` or `department:<public id>`."""
        return f"{self.sources[0][0]}:{self.first}" if self.first else "person"

    @property
    def because_of_lost(self) -> str:
        """What decided of that which is ended, in the same words; empty when nothing is."""
        return f"{self.lost[0][0]}:{self.first_lost}" if self.first_lost else "person" if self.lost else ""

    @property
    def is_full(self) -> bool:
        """Whether full access is in effect, and so a seat is held."""
        return bool(self.sources) and not self.held and self.counts

    @property
    def held_seat(self) -> bool:
        """Whether the person held a seat before the act that is being done."""
        return self.level == Level.FULL


def people_with_access(org: Organization, changes: Changes | None = None) -> list[Standing]:
    """Everybody to whom full access applies, or applied; as it would be with `changes`. One statement.

    Full access that an administrator gives ends the hold of everybody whom it reaches: it is the answer.
    """
    changes = changes or {}
    given = {source for source, level in changes.items() if level == Level.FULL}
    with connection.cursor() as cursor:
        cursor.execute(STANDINGS, parameters(org, changes))
        return [_standing(row, given) for row in cursor.fetchall()]


def _standing(row: tuple[Any, ...], given: set[Source]) -> Standing:
    pk, public_id, level, held, counts, waits, kinds, targets, first, lost_kinds, lost_targets, first_lost = row
    sources = tuple(zip(kinds, targets, strict=True))
    lost = tuple(zip(lost_kinds, lost_targets, strict=True))
    held = held and given.isdisjoint(sources)
    return Standing(pk, public_id, level, held, counts, waits, sources, first, lost, first_lost)


def groups_of(org: Organization, members: Iterable[int]) -> dict[int, list[Group]]:
    """The teams and departments that give Full access to each of these people (membership ids). One statement."""
    members = list(members)
    found: dict[int, list[Group]] = {pk: [] for pk in members}
    with connection.cursor() as cursor:
        cursor.execute(GROUPS_OF, parameters(org, {}) | {"members": members})
        for member, *group in cursor.fetchall():
            found[member].append(Group(*group))
    return found


def passed_on(org: Organization) -> dict[Source, Group]:
    """For each team and department that gets Full access from another one: one that passes it on. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(PASSED_ON, parameters(org, {}))
        return {(kind, pk): Group(*group) for kind, pk, *group in cursor.fetchall()}


def parameters(org: Organization, changes: Changes) -> dict[str, Any]:
    """The parameters of SOURCES."""
    return {
        "org": org.pk,
        "kinds": [kind for kind, _ in changes],
        "targets": [target for _, target in changes],
        "levels": list(changes.values()),
    }
