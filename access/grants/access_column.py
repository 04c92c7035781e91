"""The `Access` column: for each row its level, who decides it, and what is staged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from access.grants import effective_access
from access.grants.effective_access import Group
from access.grants.models import Draft, Grant
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class Cell:
    """`level` is in effect, `own` was given; `group` decides instead of the selector; `shown` is what it shows."""

    name: str  # of the field: `kind:public id:level that was seen`
    level: str
    own: str
    shown: str
    group: Group | None = None
    is_held: bool = False
    seats: str = ""  # what the staged level of a team or a department does

    @property
    def is_staged(self) -> bool:
        return self.shown != self.own

    @property
    def is_full(self) -> bool:
        return self.shown == Level.FULL


def given(kind: str) -> Exists:
    """Whether Full access was given to the row of a query of people, teams or departments."""
    return Exists(Grant.objects.filter(org=OuterRef("org"), level=Level.FULL, **{kind: OuterRef("pk")}))


def fill_people(org: Organization, people: Iterable[Any], draft: Draft | None) -> None:
    """Puts a `cell` on each person of a page; they come with `given` (`given("member")`). One statement."""
    rows = list(people)
    groups = effective_access.groups_of(org, [row.pk for row in rows])
    for row in rows:
        row.cell = _person(row, groups[row.pk], draft.changes if draft else {})


def _person(row: Any, groups: list[Group], changes: Mapping[str, Any]) -> Cell:
    held = row.held_at is not None
    own = Level.FULL if row.given and not held else Level.READ_ONLY
    name = f"member:{row.public_id}"
    group = groups[0] if groups and not held else None
    return Cell(f"{name}:{own}", row.level, own, changes.get(name, {}).get("level", own), group, held)


def fill_groups(
    org: Organization, kind: str, rows: Iterable[Any], draft: Draft | None, marks: Mapping[str, str]
) -> None:
    """Puts a `cell` on each team or department, by one statement; they come with `given`, `marks` from the save bar."""
    passed_on, changes = effective_access.passed_on(org), draft.changes if draft else {}
    for row in rows:
        own = Level.FULL if row.given else Level.READ_ONLY
        name = f"{kind}:{row.public_id}"
        shown = changes.get(name, {}).get("level", own)
        group = passed_on.get((kind, row.pk))
        level = Level.FULL if group else own
        row.cell = Cell(f"{name}:{own}", level, own, shown, group, seats=marks.get(name, ""))
