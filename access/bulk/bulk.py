"""Acts on many people at once. Who is meant is asked again under the company's lock.

The actor, owners, and those to whom it has been done are left out: they are changed one by one, if at all.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from access.grants.grantees import Key
from access.members.members import forget, require_department
from access.seats import seats
from access.structure.teams import add_people
from orgs.audit import audit
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Level, Membership, MembershipQuerySet, Role
from orgs.tenancy.organization_models import Organization
from users.accounts.models import User


def who_can_be_blocked(people: MembershipQuerySet, actor: Membership) -> MembershipQuerySet:
    return who_can_be_removed(people, actor).filter(blocked_at=None)


def who_can_be_removed(people: MembershipQuerySet, actor: Membership) -> MembershipQuerySet:
    return people.filter(ended_at=None).exclude(role=Role.OWNER).exclude(pk=actor.pk)


def who_can_be_moved(people: MembershipQuerySet, department: Department | None = None) -> MembershipQuerySet:
    present = people.filter(ended_at=None)
    return present.exclude(department=department) if department else present


def who_can_be_given_a_level(people: MembershipQuerySet) -> MembershipQuerySet:
    return people.filter(ended_at=None, blocked_at=None)


def levels(people: MembershipQuerySet, level: str) -> dict[Key, str]:
    """The level for each of them who can be given one, as `staged_changes.stage` takes it."""
    ids = who_can_be_given_a_level(people).values_list("public_id", flat=True)
    return {("member", public_id): level for public_id in ids}


@transaction.atomic
def block(
    *, org: Organization, people: MembershipQuerySet, actor: Membership, now: dt.datetime, reason: str = ""
) -> int:
    """Blocks those of `people` who can be blocked, and answers how many they were. Raises Refused."""
    with administering(org.pk, actor) as org:
        found = _meant(org, who_can_be_blocked(people, actor))
        rows = Membership.objects.filter(org=org, pk__in=[member.pk for member in found])
        rows.update(blocked_at=now, block_reason=reason)
        User.objects.end_sessions(member.user_id for member in found if member.created_here)
        targets = [member.public_id for member in found]
        audit.record_each(org, "member.block", actor=actor, now=now, targets=targets)
        seats.recalculate(org, now=now, actor=actor)
    return len(found)


@transaction.atomic
def remove(*, org: Organization, people: MembershipQuerySet, actor: Membership, now: dt.datetime) -> int:
    """Ends the memberships of those of `people` who can be removed. How many were. Raises Refused."""
    with administering(org.pk, actor) as org:
        found = _meant(org, who_can_be_removed(people, actor))
        ids = [member.pk for member in found]
        Membership.objects.filter(org=org, pk__in=ids).update(ended_at=now, level=Level.READ_ONLY, held_at=None)
        TeamMember.objects.filter(org=org, member__in=ids).delete()
        Team.objects.filter(org=org, lead__in=ids).update(lead=None)
        forget(org, ids, now=now)
        targets = [member.public_id for member in found]
        audit.record_each(org, "member.remove", actor=actor, now=now, targets=targets)
        seats.recalculate(org, now=now, actor=actor)
    return len(found)


@transaction.atomic
def move(
    *, org: Organization, people: MembershipQuerySet, department: Department, actor: Membership, now: dt.datetime
) -> int:
    """Puts people into a department; those who are there stay. How many moved. Raises Refused."""
    with administering(org.pk, actor) as org:
        found = _meant(org, who_can_be_moved(people, department))
        department = require_department(org, department)
        ids = [member.pk for member in found]
        Membership.objects.filter(org=org, pk__in=ids).update(department=department)
        targets, data = [member.public_id for member in found], {"to": department.public_id}
        audit.record_each(org, "member.move", actor=actor, now=now, targets=targets, data=data)
        seats.recalculate(org, now=now, actor=actor)
    return len(found)


@transaction.atomic
def add_to_team(
    *, org: Organization, people: MembershipQuerySet, team: Team, actor: Membership, now: dt.datetime
) -> int:
    """Puts people into a team; those who are in it stay. How many are new. Raises Refused."""
    with administering(org.pk, actor) as org:
        found = _meant(org, who_can_be_moved(people))
        return add_people(team=team, people=found, actor=actor, now=now)


def _meant(org: Organization, people: MembershipQuerySet) -> list[Membership]:
    """The people as they are now; the caller holds the company's row lock."""
    return list(people.filter(org=org).order_by("pk"))
