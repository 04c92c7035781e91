"""What each staged team and department does: the seats that come or go through it, and whom it reaches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from access.changes.change_preview import ChangePreview
from access.grants.effective_access import Source
from access.grants.grantees import Grantee
from orgs.tenancy.membership_models import Level


@dataclass(frozen=True)
class GroupReach:
    """How many `people` a team or department has, and how many of them have Full access `already`."""

    group: Grantee
    people: int
    already: int


def seat_changes(plan: ChangePreview) -> dict[str, int]:
    """The seats that come (or go, below zero) with each staged team and department, by the code of its target.

    Whoever gains or loses through two of them counts at both, so they may come to more than the plan.
    """
    number: Counter[Source] = Counter()
    for person in plan.people:
        if person.is_full and not person.held_seat:
            number.update(person.sources)
        elif person.held_seat and not person.is_full:
            number.subtract(person.lost)
    return {line.target.code: number[line.target.kind, line.target.pk] for line in plan.lines if line.target.is_group}


def reach(plan: ChangePreview) -> GroupReach | None:
    """Of the one team or department that gets Full access; None unless exactly one does: of several the bar's numbers
    say more.
    """
    given = [line.target for line in plan.lines if line.target.is_group and line.level == Level.FULL]
    if len(given) != 1:
        return None
    source = given[0].kind, given[0].pk
    inside = [person for person in plan.people if person.counts and source in person.sources]
    return GroupReach(given[0], len(inside), sum(person.held_seat for person in inside))
