"""Roles: owner, administrator, employee. The last owner stays."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from access.members import members, owners
from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role


@transaction.atomic
def change(*, member: Membership, role: Role, actor: Membership, now: dt.datetime) -> Membership:
    """Gives a person another role. Only owners make owners and take that role away; the last one stays.

    Raises Refused.
    """
    with members.changing(member, actor=actor, now=now) as rows:
        org, member = rows
        if member.blocked_at:
            raise Refused(_("This person is blocked. Unblock them first."))
        if role == Role.OWNER:
            owners.require_owner(org, actor)
            _require_own_password(member)
        if role != Role.OWNER:
            owners.check_not_last_owner(org, member, actor=actor)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        data = {"from": before, "to": role}
        audit.record(org, "member.role", actor=actor, now=now, target=member.public_id, data=data)
    return member


@transaction.atomic
def transfer(*, member: Membership, actor: Membership, now: dt.datetime) -> Membership:
    """Hands the actor's ownership over to somebody else; the actor stays as an administrator. Raises Refused."""
    change(member=member, role=Role.OWNER, actor=actor, now=now)
    return change(member=actor, role=Role.ADMINISTRATOR, actor=actor, now=now)


def _require_own_password(member: Membership) -> None:
    """Raises Refused while the person's password is one that an administrator gave, who could use it to be an owner."""
    if member.user.first_password_ends_at:
        raise Refused(_("This person has to choose an own password first: an administrator gave the one they have."))
