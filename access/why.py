"""`Why?`: every source of a person's access, the strongest first, and what removing one would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from access import effective
from access.effective import Standing
from access.targets import SETTER
from billing import prices, pricing
from billing.pricing import Prices
from orgs.models import Level, Membership, Organization

SOURCES = f"""
WITH RECURSIVE places(id, steps) AS (
    SELECT department_id, 0 FROM orgs_membership WHERE org_id = %(org)s AND id = %(member)s
    UNION SELECT d.parent_id, steps + 1 FROM places JOIN orgs_department d ON d.org_id = %(org)s AND d.id = places.id
    WHERE d.parent_id IS NOT NULL
), teams(id) AS (
    SELECT team_id FROM orgs_teammember WHERE org_id = %(org)s AND member_id = %(member)s
    UNION SELECT td.team_id FROM places
        JOIN orgs_teamdepartment td ON td.org_id = %(org)s AND td.department_id = places.id
    UNION SELECT tt.team_id FROM teams JOIN orgs_teamteam tt ON tt.org_id = %(org)s AND tt.inner_id = teams.id
)
SELECT 'team', t.id, t.public_id, t.name, g.level, g.set_at, {SETTER}, 0
FROM teams JOIN orgs_team t ON t.org_id = %(org)s AND t.id = teams.id
    LEFT JOIN access_grant g ON g.org_id = t.org_id AND g.team_id = t.id
UNION ALL SELECT 'department', d.id, d.public_id, d.name, g.level, g.set_at, {SETTER}, places.steps
FROM places JOIN orgs_department d ON d.org_id = %(org)s AND d.id = places.id
    LEFT JOIN access_grant g ON g.org_id = d.org_id AND g.department_id = d.id
UNION ALL SELECT 'member', m.id, m.public_id, '', g.level, g.set_at, {SETTER}, 0
FROM orgs_membership m LEFT JOIN access_grant g ON g.org_id = m.org_id AND g.member_id = m.id
WHERE m.org_id = %(org)s AND m.id = %(member)s
"""  # noqa: S608 - a constant text
STRENGTH = ("team", "department", "member")


@dataclass(frozen=True)
class Removal:
    """What it would change if one source gave Read only: seats lost, the month's total (minor units) and the person."""

    seats: int
    difference: int
    loses: bool


@dataclass(frozen=True)
class Source:
    """A team, a department or the person's own setting. `set_at` (UTC) and `set_by` (a name) may lack."""

    kind: str
    pk: int
    public_id: str
    name: str
    level: str
    set_at: dt.datetime | None
    set_by: str | None
    removal: Removal | None = None

    @property
    def is_full(self) -> bool:
        return self.level == Level.FULL


@dataclass(frozen=True)
class Why:
    """`sources`: the strongest first; the first one decides when it gives Full access. `is_held`: waits for a seat."""

    level: str
    sources: tuple[Source, ...]
    is_held: bool
    currency: str

    @property
    def decides(self) -> Source | None:
        return self.sources[0] if self.sources and self.sources[0].is_full else None


def explain(org: Organization, member: Membership, now: dt.datetime) -> Why:
    """The sources of one person's access. Two statements, whatever the company's size."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, {"org": org.pk, "member": member.pk})
        rows = cursor.fetchall()
    people = effective.standings(org)
    rows.sort(key=lambda row: (row[4] != Level.FULL, STRENGTH.index(row[0]), row[-1], row[3].casefold()))
    now_valid = prices.of(org, now)
    sources = tuple(_source(row, org, member, people, now_valid) for row in rows)
    return Why(member.level, sources, member.held_at is not None, org.currency)


def _source(
    row: tuple[Any, ...], org: Organization, member: Membership, people: Iterable[Standing], now_valid: Prices
) -> Source:
    kind, pk, public_id, name, level, set_at, set_by, _steps = row
    removal = _removal(org, (kind, pk), member, people, now_valid) if level == Level.FULL else None
    return Source(kind, pk, public_id, name, level or Level.READ_ONLY, set_at, set_by, removal)


def _removal(
    org: Organization,
    source: effective.Source,
    member: Membership,
    people: Iterable[Standing],
    now_valid: Prices,
) -> Removal:
    lost = {person.pk for person in people if person.is_full and set(person.sources) == {source}}
    before = pricing.monthly_price(org.full_seats, now_valid)
    after = pricing.monthly_price(org.full_seats - len(lost), now_valid)
    return Removal(len(lost), after - before, member.pk in lost)
