"""What a level can be given to, by public id: people, teams, departments, each with the level it was given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from access.grants import effective_access
from orgs.tenancy.organization_models import Organization

SETTER = """
    (SELECT concat_ws(' ', su.first_name, su.last_name) FROM orgs_membership sm JOIN users_user su ON su.id = sm.user_id
        WHERE sm.org_id = g.org_id AND sm.id = g.set_by_id)
"""
TARGETS = f"""
{effective_access.SOURCES}
SELECT 'member', m.public_id, m.id, concat_ws(' ', u.first_name, u.last_name),
    CASE WHEN m.held_at IS NULL THEN coalesce(g.level, 'read_only') ELSE 'read_only' END,
    g.set_at, {SETTER}, m.held_at IS NOT NULL, m.id IN (SELECT member FROM sources WHERE kind <> 'member'),
    false
FROM orgs_membership m JOIN users_user u ON u.id = m.user_id
    LEFT JOIN access_grant g ON g.org_id = m.org_id AND g.member_id = m.id
WHERE m.org_id = %(org)s AND m.public_id = ANY(%(member)s) AND m.ended_at IS NULL
UNION ALL
SELECT 'team', t.public_id, t.id, t.name, coalesce(g.level, 'read_only'), g.set_at, {SETTER}, false, false, false
FROM orgs_team t LEFT JOIN access_grant g ON g.org_id = t.org_id AND g.team_id = t.id
WHERE t.org_id = %(org)s AND t.public_id = ANY(%(team)s)
UNION ALL
SELECT 'department', d.public_id, d.id, d.name, coalesce(g.level, 'read_only'), g.set_at, {SETTER}, false, false,
    d.parent_id IS NULL
FROM orgs_department d LEFT JOIN access_grant g ON g.org_id = d.org_id AND g.department_id = d.id
WHERE d.org_id = %(org)s AND d.public_id = ANY(%(department)s)
"""  # noqa: S608 - a constant text

Key = tuple[str, str]  # (kind, public id)


@dataclass(frozen=True)
class Grantee:
    """`level` is what was given: `read_only` where nothing was, and for a person whose full access is held.

    `set_at` (UTC) and `set_by` (a name) may lack. `is_grouped`: a team or a department gives the person Full access.
    `is_company`: the department that is the company itself.
    """

    kind: str
    public_id: str
    pk: int
    name: str
    level: str
    set_at: dt.datetime | None
    set_by: str | None
    is_held: bool
    is_grouped: bool
    is_company: bool

    @property
    def is_locked(self) -> bool:
        """Whether a team or a department decides; a person who waits for a seat can be answered all the same."""
        return self.is_grouped and not self.is_held

    @property
    def is_group(self) -> bool:
        """Whether it is a team or a department."""
        return self.kind != "member"

    @property
    def key(self) -> Key:
        return self.kind, self.public_id

    @property
    def code(self) -> str:
        """The same as drafts and acts name it: `kind:public id`."""
        return f"{self.kind}:{self.public_id}"


def load(org: Organization, keys: Iterable[Key]) -> dict[Key, Grantee]:
    """Those of the keys that the company has, people who left not among them. One statement."""
    asked: dict[str, list[str]] = {"member": [], "team": [], "department": []}
    for kind, public_id in keys:
        asked[kind].append(public_id)
    with connection.cursor() as cursor:
        cursor.execute(TARGETS, effective_access.parameters(org, {}) | asked)
        rows = cursor.fetchall()
    return {(kind, public_id): Grantee(kind, public_id, *rest) for kind, public_id, *rest in rows}
