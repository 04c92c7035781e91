"""Teams: people, other teams and departments that belong together. No team is inside itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.grants.models import Grant
from access.members.members import require_department
from access.seats import seats
from orgs.audit import audit
from orgs.people import group_members, group_names
from orgs.people.models import Department, Team, TeamDepartment, TeamMember, TeamTeam
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

LIMIT = 500  # teams of a company


@transaction.atomic
def create(*, org: Organization, name: str, actor: Membership, now: dt.datetime) -> Team:
    """An empty team. Raises Refused."""
    with administering(org.pk, actor) as org:
        if Team.objects.filter(org=org).count() >= LIMIT:
            raise Refused(_("A company can have 500 teams."))
        team = Team(org=org)
        _write_name(team, name)
        audit.record(org, "team.create", actor=actor, now=now, target=team.public_id)
    return team


@transaction.atomic
def rename(*, team: Team, name: str, actor: Membership, now: dt.datetime) -> Team:
    """Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        _write_name(team, name)
        audit.record(org, "team.rename", actor=actor, now=now, target=team.public_id)
    return team


@transaction.atomic
def delete(*, team: Team, actor: Membership, now: dt.datetime) -> None:
    """Deletes a team; its people, and the teams and departments inside it, stay. Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        people = TeamMember.objects.filter(org=org, team=team)
        left = list(people.values_list("member__public_id", flat=True))
        people.delete()
        TeamTeam.objects.filter(Q(team=team) | Q(inner=team), org=org).delete()
        TeamDepartment.objects.filter(org=org, team=team).delete()
        Grant.objects.filter(org=org, team=team).delete()
        data = {"team": team.public_id}
        audit.record_each(org, "team.take_out", actor=actor, now=now, targets=left, data=data)
        audit.record(org, "team.delete", actor=actor, now=now, target=team.public_id)
        team.delete()


@transaction.atomic
def set_lead(*, team: Team, member: Membership | None, actor: Membership, now: dt.datetime) -> Team:
    """Names the lead, one of the team's own people, or nobody. Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        if member and not TeamMember.objects.filter(org=org, team=team, member=member).exists():
            raise Refused(_("The lead is one of the team’s people."))
        team.lead = member
        team.save(update_fields=["lead"])
        data = {"lead": member.public_id if member else ""}
        audit.record(org, "team.lead", actor=actor, now=now, target=team.public_id, data=data)
    return team


@transaction.atomic
def add_people(*, team: Team, people: Iterable[Membership], actor: Membership, now: dt.datetime) -> int:
    """Puts people into a team; those who are in it stay. How many are new. Raises Refused for former members."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        asked = {member.pk for member in people}
        found = Membership.objects.present().filter(org=org, pk__in=asked)
        if found.count() < len(asked):
            raise Refused(_("One of these people is no longer here."))
        there = TeamMember.objects.filter(org=org, team=team).values("member_id")
        new = list(found.exclude(pk__in=there).order_by("pk"))
        TeamMember.objects.bulk_create([TeamMember(org=org, team=team, member=member) for member in new])
        targets, data = [member.public_id for member in new], {"team": team.public_id}
        audit.record_each(org, "team.add", actor=actor, now=now, targets=targets, data=data)
    return len(new)


@transaction.atomic
def take_out(*, team: Team, member: Membership, actor: Membership, now: dt.datetime) -> None:
    """Takes a person out of a team; nothing happens when they are not in it. Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        taken, _by_model = TeamMember.objects.filter(org=org, team=team, member=member).delete()
        if team.lead_id == member.pk:
            team.lead = None
            team.save(update_fields=["lead"])
        if taken:
            data = {"team": team.public_id}
            audit.record(org, "team.take_out", actor=actor, now=now, target=member.public_id, data=data)


@transaction.atomic
def add_team(*, team: Team, inner: Team, actor: Membership, now: dt.datetime) -> None:
    """Puts a team into another one. Raises Refused when that one is inside it."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        inner = require_team(org, inner)
        if group_members.holds(inner, team):
            raise Refused(_("A team cannot be inside itself."), field="inner")
        TeamTeam.objects.get_or_create(org=org, team=team, inner=inner)
        audit.record(org, "team.add", actor=actor, now=now, target=inner.public_id, data={"team": team.public_id})


@transaction.atomic
def take_out_team(*, team: Team, inner: Team, actor: Membership, now: dt.datetime) -> None:
    """Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        TeamTeam.objects.filter(org=org, team=team, inner=inner).delete()
        data = {"team": team.public_id}
        audit.record(org, "team.take_out", actor=actor, now=now, target=inner.public_id, data=data)


@transaction.atomic
def add_department(*, team: Team, department: Department, actor: Membership, now: dt.datetime) -> None:
    """Puts a department into a team, with everybody in it and below it. Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        department = require_department(org, department)
        TeamDepartment.objects.get_or_create(org=org, team=team, department=department)
        data = {"team": team.public_id}
        audit.record(org, "team.add", actor=actor, now=now, target=department.public_id, data=data)


@transaction.atomic
def take_out_department(*, team: Team, department: Department, actor: Membership, now: dt.datetime) -> None:
    """Raises Refused."""
    with changing(team, actor=actor, now=now) as rows:
        org, team = rows
        TeamDepartment.objects.filter(org=org, team=team, department=department).delete()
        data = {"team": team.public_id}
        audit.record(org, "team.take_out", actor=actor, now=now, target=department.public_id, data=data)


@contextmanager
def changing(team: Team, *, actor: Membership, now: dt.datetime) -> Iterator[tuple[Organization, Team]]:
    """The company's row, locked, and the team as it is now, for an administrator; seats follow at the end."""
    with administering(team.org_id, actor) as org:
        yield org, require_team(org, team)
        seats.recalculate(org, now=now, actor=actor)


def require_team(org: Organization, team: Team) -> Team:
    """The team as it is now. Raises Refused when somebody deleted it."""
    found = Team.objects.filter(org=org, pk=team.pk).first()
    if found is None:
        raise Refused(_("Somebody deleted this team meanwhile."), field="team")
    return found


def _write_name(team: Team, name: str) -> None:
    team.name = group_names.clean(name)
    if Team.objects.filter(org=team.org_id, name__iexact=team.name).exclude(pk=team.pk).exists():
        raise Refused(_("Another team has this name."), field="name")
    team.save()
