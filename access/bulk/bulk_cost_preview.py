"""What Full access for a selection would add to what is staged already, before it is staged itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from access.bulk import bulk
from access.changes import change_preview
from access.changes.change_preview import ChangePreview
from access.grants import grantees
from access.grants.grantees import Grantee, Key
from access.grants.models import Draft
from access.seats.costs import Cost
from orgs.tenancy.membership_models import Level, MembershipQuerySet
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class BulkCostPreview(Cost):
    """From what is staged to that with the selection.

    `locked`: for how many of them a team or department decides; `locked_by`: which of the two, empty when both do.
    """

    locked: int
    locked_by: str


def preview(org: Organization, people: MembershipQuerySet, draft: Draft | None, *, now: dt.datetime) -> BulkCostPreview:
    """The same plan as staging would make. Three statements, and one more when something is staged."""
    asked, staged = bulk.levels(people, Level.FULL), draft.changes if draft else {}
    loaded = grantees.load(org, {*asked, *map(change_preview.key, staged)})
    mine = {key: loaded[key] for key in asked if key in loaded}
    given = {one.code: {"level": Level.FULL, "was": one.level} for one in mine.values() if not one.is_locked}
    before = change_preview.preview(org, staged, now=now, found=loaded) if staged else None
    after = change_preview.preview(org, {**staged, **given}, now=now, found=loaded)
    locked, locked_by = _locked(mine, after)
    return BulkCostPreview(
        seats_before=before.seats_after if before else after.seats_before,
        seats_after=after.seats_after,
        total_before=before.total_after if before else after.total_before,
        total_after=after.total_after,
        currency=after.currency,
        missing=after.missing,
        locked=locked,
        locked_by=locked_by,
    )


def _locked(people: Mapping[Key, Grantee], plan: ChangePreview) -> tuple[int, str]:
    ids = {one.public_id for one in people.values() if one.is_locked}
    kinds = {person.sources[0][0] for person in plan.people if person.public_id in ids and person.sources}
    return len(ids), kinds.pop() if len(kinds) == 1 else ""
