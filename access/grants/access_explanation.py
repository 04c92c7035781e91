"""`Why?`: every source of a person's access, the strongest first, and what would change if one of them went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from access.grants import effective_access
from access.grants.effective_access import Standing
from access.grants.grantees import SETTER
from billing.pricing import price_lists as prices
from billing.pricing import tiers
from billing.pricing.tiers import Prices
from orgs.people.group_members import AROUND
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization

SOURCES = f"""
WITH RECURSIVE {AROUND}
SELECT 'team', t.id, t.public_id, t.name, g.level, g.set_at, {SETTER}, 0, found.ways
FROM (SELECT id, array_agg(way) AS ways FROM around WHERE kind = 'team' GROUP BY id) AS found
    JOIN orgs_team t ON t.org_id = %(org)s AND t.id = found.id
    LEFT JOIN access_grant g ON g.org_id = t.org_id AND g.team_id = t.id
UNION ALL SELECT 'department', d.id, d.public_id, d.name, g.level, g.set_at, {SETTER}, steps, '{{}}'
FROM around a JOIN orgs_department d ON d.org_id = %(org)s AND d.id = a.id AND a.kind = 'department'
    LEFT JOIN access_grant g ON g.org_id = d.org_id AND g.department_id = d.id
UNION ALL SELECT 'member', m.id, m.public_id, '', g.level, g.set_at, {SETTER}, 0, '{{}}'
FROM orgs_membership m LEFT JOIN access_grant g ON g.org_id = m.org_id AND g.member_id = m.id
WHERE m.org_id = %(org)s AND m.id = %(member)s
"""  # noqa: S608 - a constant text
STRENGTH = ("team", "department", "member")


@dataclass(frozen=True)
class Removal:
    """What it would change if one source went: seats lost, the month's total (minor units), and whether the person
    loses Full access.
    """

    seats: int
    difference: int
    loses: bool


@dataclass(frozen=True)
class Source:
    """A team, a department or the person's own setting. `set_at` (UTC) and `set_by` (a name) may lack.

    Where it gives Full access, `removal` is what setting it to Read only would change, and `leaving` what taking the
    person out of the team would, if they are in it themselves.
    """

    kind: str
    pk: int
    public_id: str
    name: str
    level: str
    set_at: dt.datetime | None
    set_by: str | None
    removal: Removal | None = None
    leaving: Removal | None = None

    @property
    def code(self) -> str:
        """As drafts and the forms that stage a level name it."""
        return f"{self.kind}:{self.public_id}"

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


class _Row(NamedTuple):
    kind: str
    pk: int
    public_id: str
    name: str
    level: str | None
    set_at: dt.datetime | None
    set_by: str | None
    steps: int  # from the person's department up
    ways: list[int]  # into a team: ids of the teams that the person is in themselves, 0 for a department

    @property
    def is_full(self) -> bool:
        return self.level == Level.FULL

    @property
    def order(self) -> tuple[bool, int, int, str]:
        return not self.is_full, STRENGTH.index(self.kind), self.steps, self.name.casefold()


@dataclass(frozen=True)
class _Effects:
    """What would follow for a company's seats and one of its people; `full`: their sources of Full access."""

    org: Organization
    member: Membership
    people: Sequence[Standing]
    full: Sequence[_Row]
    prices: Prices

    def of_read_only(self, source: effective_access.Source) -> Removal:
        lost = {person.pk for person in self.people if person.is_full and set(person.sources) == {source}}
        return self._removal(len(lost), loses=self.member.pk in lost)

    def of_leaving(self, team: int) -> Removal:
        """Lost is what the person has by that way alone."""
        loses = self.member.level == Level.FULL and all(row.ways == [team] for row in self.full)
        return self._removal(int(loses), loses=loses)

    def _removal(self, seats: int, *, loses: bool) -> Removal:
        before, after = (tiers.monthly_price(self.org.full_seats - less, self.prices) for less in (0, seats))
        return Removal(seats, after - before, loses)


def explain(org: Organization, member: Membership, now: dt.datetime) -> Why:
    """The sources of one person's access. Two statements, whatever the company's size."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, {"org": org.pk, "member": member.pk})
        rows = sorted((_Row(*row) for row in cursor.fetchall()), key=lambda row: row.order)
    full = [row for row in rows if row.is_full]
    effects = _Effects(org, member, effective_access.people_with_access(org), full, prices.prices_for(org, now))
    sources = tuple(_source(row, effects) for row in rows)
    return Why(member.level, sources, member.held_at is not None, org.currency)


def _source(row: _Row, effects: _Effects) -> Source:
    removal = effects.of_read_only((row.kind, row.pk)) if row.is_full else None
    leaving = effects.of_leaving(row.pk) if row.is_full and row.pk in row.ways else None
    level = row.level or Level.READ_ONLY
    return Source(row.kind, row.pk, row.public_id, row.name, level, row.set_at, row.set_by, removal, leaving)
