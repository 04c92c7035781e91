"""A plan: staged changes of access, looked at before they are saved. Preview and saving read the same plan.

It says whom the changes reach, what they cost, what stands in the way, and what somebody else changed meanwhile.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from access.grants import effective_access, grantees
from access.grants.effective_access import Changes, Standing
from access.grants.grantees import Grantee, Key
from access.seats import costs
from access.seats.costs import Cost
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization

Staged = Mapping[str, Mapping[str, str]]  # "kind:public id" → {"level": …, "was": …}, in a draft "at" as well


@dataclass(frozen=True)
class Line:
    """One staged change. `was` is the level when it was staged (`at`, UTC), `target.level` the one of now."""

    target: Grantee
    was: str
    level: str
    at: dt.datetime | None = None

    @property
    def is_locked(self) -> bool:
        """Whether a team or a department decides for the person meanwhile."""
        return self.target.is_locked

    @property
    def is_lowering(self) -> bool:
        return (self.target.level, self.level) == (Level.FULL, Level.READ_ONLY)

    @property
    def is_conflict(self) -> bool:
        """It was set since, to something else than is meant: also to what it had been before, for that was decided."""
        set_at = self.target.set_at
        return self.level != self.target.level and bool(self.at and set_at and set_at > self.at)

    @property
    def is_done(self) -> bool:
        """Somebody else made the same change meanwhile."""
        return self.level == self.target.level


@dataclass(frozen=True)
class ChangePreview(Cost):
    """Staged changes and what they cost. `gone`: changes whose target is no more."""

    lines: tuple[Line, ...]
    gone: int
    people: tuple[Standing, ...]  # as saving would leave them

    @property
    def written(self) -> list[Line]:
        """What saving would write: what is locked is left out."""
        return [line for line in self.lines if not line.is_locked]

    @property
    def grants(self) -> Changes:
        """The same by row."""
        return {(line.target.kind, line.target.pk): line.level for line in self.written}

    @property
    def skipped(self) -> int:
        return len(self.lines) - len(self.written)

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.lines if line.is_conflict]

    @property
    def digest(self) -> str:
        """Names what was shown: a plan with another one is not what the administrator has seen."""
        shown = [sorted((line.target.code, line.level, line.is_locked) for line in self.lines), self.seats_before]
        return hashlib.sha256(json.dumps([*shown, self.seats_after]).encode()).hexdigest()[:32]


def preview(
    org: Organization, staged: Staged, *, now: dt.datetime, found: Mapping[Key, Grantee] | None = None
) -> ChangePreview:
    """The plan of these changes, as things are. Two statements; one when it is known what they are for."""
    keys = {key(name): change for name, change in staged.items()}
    known = grantees.load(org, keys) if found is None else found
    meant = {one: target for one, target in known.items() if one in keys}
    lines = tuple(
        Line(target, was=keys[one]["was"], level=keys[one]["level"], at=_instant(keys[one].get("at")))
        for one, target in sorted(meant.items(), key=lambda item: item[1].name.casefold())
    )
    given = {(line.target.kind, line.target.pk): line.level for line in lines if not line.is_locked}
    people = tuple(effective_access.people_with_access(org, given))
    cost = costs.cost_of(org, sum(person.is_full for person in people) - org.full_seats, now=now)
    return ChangePreview(**vars(cost), lines=lines, gone=len(keys) - len(meant), people=people)


def key(name: str) -> Key:
    """`kind:public id`, taken apart."""
    kind, _, public_id = name.partition(":")
    return kind, public_id


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
