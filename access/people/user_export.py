"""`Export` of `All users`: people as CSV, with the columns that were chosen. Instants are UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.grants import effective_access
from access.people.user_list import OWN_SETTING
from orgs.lists import csv_export
from orgs.tenancy.membership_models import Level, MembershipQuerySet, Role
from orgs.tenancy.organization_models import Organization

BATCH = 1_000  # people who are in memory at once, and what the sources of their access are asked for
BETWEEN = "; "  # names in one cell


class Column(NamedTuple):
    label: str | Promise
    value: Callable[[Any], object]


def _instant(at: dt.datetime | None) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds") if at else ""


def _access(person: Any) -> str | Promise:
    if person.ended_at:
        return _("Former")
    return _("Blocked · no access") if person.blocked_at else Level(person.level).label


COLUMNS: Mapping[str, Column] = {
    "name": Column(_("Name"), lambda person: person.user.first_name),
    "last_name": Column(_("Last name"), lambda person: person.user.last_name),
    "login": Column(_("Login"), lambda person: person.user.email),
    "role": Column(_("Role"), lambda person: Role(person.role).label),
    "department": Column(_("Department"), lambda person: person.department.name),
    "teams": Column(_("Teams"), lambda person: BETWEEN.join(person.team_names)),
    "active": Column(_("Last active (UTC)"), lambda person: _instant(person.last_active_at)),
    "access": Column(_("Access"), _access),
    "by": Column(_("Access set by"), lambda person: BETWEEN.join(person.sources)),
    "joined": Column(_("Joined (UTC)"), lambda person: _instant(person.joined_at)),
}


def table(org: Organization, people: MembershipQuerySet, columns: Sequence[str]) -> str:
    """These people in their order (`user_list.described`), read in batches."""
    chosen = [column for name, column in COLUMNS.items() if name in columns]
    lines = ([column.value(person) for column in chosen] for person in _read(org, people))
    return csv_export.BOM + csv_export.table(chain([[column.label for column in chosen]], lines))


def _read(org: Organization, people: Any) -> Iterator[Any]:
    """Each with `sources`, the names of what gives them Full access. One statement for each batch, and one."""
    rows = people.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        groups = effective_access.groups_of(org, [person.pk for person in batch])
        for person in batch:
            person.sources = _sources(person, groups[person.pk])
            yield person


def _sources(person: Any, groups: Sequence[effective_access.Group]) -> list[str]:
    if person.level != Level.FULL:
        return []
    return [*(group.name for group in groups), *([str(OWN_SETTING)] if person.given else [])]
