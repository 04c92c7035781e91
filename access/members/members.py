"""Who is in: joining, blocking and leaving a company."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.grants.models import Grant
from access.members import owners
from access.seats import request_settlement, seats
from orgs.audit import audit
from orgs.people.joining_models import InviteLink
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User


@dataclass(frozen=True)
class Terms:
    """What somebody gets on joining: the level that was meant and by whom, a department, a team."""

    level: str
    department: Department
    team: Team | None = None
    given_by: Membership | None = None


class Facts(TypedDict, total=False):
    """What some ways in write on the membership."""

    invite_link: InviteLink
    created_here: bool


@transaction.atomic
def join(*, org: Organization, user: User, now: dt.datetime, department: Department | None = None) -> Membership:
    """Makes a person an employee with Read only access. Raises Refused at the company's limit or when already in."""
    with company_scope(org.pk):
        org = Organization.objects.lock(org.pk)
        home = department or Department.objects.get(org=org, parent=None)
        return add_member(org, user=user, terms=Terms(Level.READ_ONLY, home), now=now)


def add_member(
    org: Organization, *, user: User, terms: Terms, now: dt.datetime, through: str = "", **facts: Unpack[Facts]
) -> Membership:
    """The one way in, whatever door it is. Raises Refused at the company's limit or when the person is already in.

    The caller is inside the company's scope and holds its row lock. `through` names the door in the audit trail. Full
    access for which no seat may be added waits under `Access requests`.
    """
    if Membership.objects.present().filter(org=org, user=user).exists():
        raise Refused(_("This person is already here."))
    require_room(org)
    member = Membership.objects.create(
        org=org, user=user, department=terms.department, role=Role.EMPLOYEE, joined_at=now, **facts
    )
    if terms.level == Level.FULL:
        Grant.objects.create(org=org, member=member, level=Level.FULL, set_by=terms.given_by, set_at=now)
    if terms.team:
        TeamMember.objects.create(org=org, team=terms.team, member=member)
    seats.recalculate(org, now=now)
    member.refresh_from_db(fields=["level", "held_at"])
    data = {"level": member.level, "meant": terms.level, "through": through} if through else {}
    audit.record(org, "member.join", actor=member, now=now, target=member.public_id, data=data)
    return member


@transaction.atomic
def block(*, member: Membership, actor: Membership, now: dt.datetime, reason: str = "") -> Membership:
    """Blocks a membership: the company refuses its very next request, and it holds no seat. Raises Refused.

    The account's sessions end only if this company created the account (product.md §3).
    """
    with changing(member, actor=actor, now=now) as rows:
        org, member = rows
        if member.pk == actor.pk:
            raise Refused(_("You cannot block yourself."))
        if member.blocked_at:
            raise Refused(_("This person is blocked already."))
        owners.check_not_last_owner(org, member, actor=actor)
        member.blocked_at, member.block_reason = now, reason
        member.save(update_fields=["blocked_at", "block_reason"])
        if member.created_here:
            User.objects.end_sessions([member.user_id])
        audit.record(org, "member.block", actor=actor, now=now, target=member.public_id)
    return member


@transaction.atomic
def unblock(*, member: Membership, actor: Membership, now: dt.datetime) -> Membership:
    """Lets a blocked person in again: a join, so it counts in the company's limit. Raises Refused."""
    with changing(member, actor=actor, now=now) as rows:
        org, member = rows
        if member.blocked_at is None:
            raise Refused(_("This person is not blocked."))
        if member.is_owner:
            owners.require_owner(org, actor)
        require_room(org)
        member.blocked_at, member.block_reason = None, ""
        member.save(update_fields=["blocked_at", "block_reason"])
        audit.record(org, "member.unblock", actor=actor, now=now, target=member.public_id)
    return member


@transaction.atomic
def remove(*, member: Membership, actor: Membership, now: dt.datetime) -> Membership:
    """Ends a membership: the person keeps the login and appears as a former member. Raises Refused."""
    with changing(member, actor=actor, now=now) as rows:
        org, member = rows
        if member.pk == actor.pk:
            raise Refused(_("You cannot remove yourself. Ask another administrator."))
        owners.check_not_last_owner(org, member, actor=actor)
        member.ended_at, member.level, member.held_at = now, Level.READ_ONLY, None
        member.save(update_fields=["ended_at", "level", "held_at"])
        TeamMember.objects.filter(org=org, member=member).delete()
        Team.objects.filter(org=org, lead=member).update(lead=None)
        forget(org, [member.pk], now=now)
        audit.record(org, "member.remove", actor=actor, now=now, target=member.public_id)
    return member


@transaction.atomic
def move(*, member: Membership, department: Department, actor: Membership, now: dt.datetime) -> Membership:
    """Puts a person into another department; everybody is in exactly one. Raises Refused."""
    with changing(member, actor=actor, now=now) as rows:
        org, member = rows
        before, member.department = member.department, require_department(org, department)
        member.save(update_fields=["department"])
        data = {"from": before.public_id, "to": department.public_id}
        audit.record(org, "member.move", actor=actor, now=now, target=member.public_id, data=data)
    return member


def forget(org: Organization, members: Sequence[int], *, now: dt.datetime) -> None:
    """What people who leave were given ends, and they wait for nothing (membership ids)."""
    Grant.objects.filter(org=org, member__in=members).delete()
    request_settlement.forget(org, members, now=now)


@contextmanager
def changing(member: Membership, *, actor: Membership, now: dt.datetime) -> Iterator[tuple[Organization, Membership]]:
    """The company's and the member's row, locked, for an administrator who changes them; seats follow at the end."""
    with administering(member.org_id, actor) as org:
        locked = Membership.objects.select_for_update().get(pk=member.pk)
        if locked.ended_at:
            raise Refused(_("This person is no longer here."))
        yield org, locked
        seats.recalculate(org, now=now, actor=actor)


def require_room(org: Organization) -> None:
    """Raises Refused when the company has as many accounts as it may; under its lock."""
    if Membership.objects.current().filter(org=org).count() >= org.account_limit:
        raise Refused(limit_sentence(org))


def require_department(org: Organization, department: Department) -> Department:
    """The department as it is now. Raises Refused when somebody deleted it."""
    found = Department.objects.filter(org=org, pk=department.pk).first()
    if found is None:
        raise Refused(_("Somebody deleted this department meanwhile."), field="department")
    return found


def limit_sentence(org: Organization) -> str:
    """Says how many accounts the company may have, and whom to ask for more (product.md §3)."""
    text = _("%(company)s has reached %(limit)s accounts. To add more, contact support: %(support)s.")
    return str(text) % {"company": org.name, "limit": org.account_limit, "support": settings.SUPPORT_EMAIL}
