"""Roles, block, unblock, remove, move: one person at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from access.members import members, roles
from access.structure import teams
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member
from users.accounts.models import User

Login = Callable[[Membership | User], Client]
Make = Callable[..., Team]
Act = Callable[..., object]


def last_act(org: Organization) -> tuple[str, str]:
    """What was done last to a person; what it does to Tracker follows in the trail."""
    with company_scope(org.pk):
        event = AuditEvent.objects.filter(org=org).exclude(target="").latest("number")
        assert audit.broken_at(org) is None
        return event.action, event.target


ACTS: dict[str, Act] = {
    "block": members.block,
    "unblock": members.unblock,
    "remove": members.remove,
    "role": lambda **given: roles.change(role=Role.ADMINISTRATOR, **given),
    "move": lambda **given: members.move(department=given["member"].department, **given),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_employee_changes_nobody(act: Act, org: Organization, member: Membership, viewer: Membership, now) -> None:
    with company_scope(org.pk), pytest.raises(Refused, match="Only administrators"):
        act(member=viewer, actor=member, now=now)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_administrator_of_another_company_changes_nobody(
    act: Act, org: Organization, viewer: Membership, outsider: Membership, now: dt.datetime
) -> None:
    """The actor's membership is of another company, so it administers nothing here."""
    with company_scope(org.pk), pytest.raises(Refused):
        act(member=viewer, actor=outsider, now=now)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_former_member_is_changed_no_more(act: Act, org: Organization, owner: Membership, viewer, now) -> None:
    members.remove(member=viewer, actor=owner, now=now)
    with company_scope(org.pk), pytest.raises(Refused, match="no longer here"):
        act(member=viewer, actor=owner, now=now)


# --- roles ------------------------------------------------------------------------------------------------
def test_administrator_makes_an_administrator_and_takes_the_role_away(org, admin, viewer, now) -> None:
    roles.change(member=viewer, role=Role.ADMINISTRATOR, actor=admin, now=now)
    viewer.refresh_from_db()
    assert viewer.is_administrator
    assert last_act(org) == ("member.role", viewer.public_id)
    roles.change(member=viewer, role=Role.EMPLOYEE, actor=admin, now=now)
    viewer.refresh_from_db()
    assert not viewer.is_administrator


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EMPLOYEE])
def test_administrator_does_not_touch_an_owner(role: Role, owner: Membership, admin: Membership, now) -> None:
    with pytest.raises(Refused, match="Only an owner"):
        roles.change(member=owner, role=role, actor=admin, now=now)
    with pytest.raises(Refused, match="Only an owner"):
        members.block(member=owner, actor=admin, now=now)
    with pytest.raises(Refused, match="Only an owner"):
        members.remove(member=owner, actor=admin, now=now)


def test_administrator_makes_no_owner(admin: Membership, viewer: Membership, now: dt.datetime) -> None:
    for member in (viewer, admin):
        with pytest.raises(Refused, match="Only an owner"):
            roles.change(member=member, role=Role.OWNER, actor=admin, now=now)


def test_last_owner_stays(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused, match="The last owner stays"):
        roles.change(member=owner, role=Role.EMPLOYEE, actor=owner, now=now)
    roles.change(member=admin, role=Role.OWNER, actor=owner, now=now)
    roles.change(member=owner, role=Role.EMPLOYEE, actor=owner, now=now)
    with pytest.raises(Refused, match="The last owner stays"):
        roles.change(member=admin, role=Role.ADMINISTRATOR, actor=admin, now=now)


def test_blocked_owner_does_not_keep_the_company(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    """What counts is an owner who can act."""
    roles.change(member=admin, role=Role.OWNER, actor=owner, now=now)
    members.block(member=admin, actor=owner, now=now)
    with pytest.raises(Refused, match="The last owner stays"):
        roles.change(member=owner, role=Role.EMPLOYEE, actor=owner, now=now)


def test_ownership_is_transferred(org: Organization, owner: Membership, viewer: Membership, now: dt.datetime) -> None:
    roles.transfer(member=viewer, actor=owner, now=now)
    assert [found.pk for found in Membership.objects.owners().filter(org=org)] == [viewer.pk]
    owner.refresh_from_db()
    assert owner.role == Role.ADMINISTRATOR
    with pytest.raises(Refused, match="Only an owner"):
        roles.transfer(member=viewer, actor=owner, now=now)


def test_nobody_transfers_the_ownership_to_oneself(owner: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused, match="The last owner stays"):
        roles.transfer(member=owner, actor=owner, now=now)
    owner.refresh_from_db()
    assert owner.is_owner


# --- block and unblock ------------------------------------------------------------------------------------
def test_blocked_person_holds_no_seat_and_the_reason_is_kept(org, owner, member: Membership, now) -> None:
    members.block(member=member, actor=owner, now=now, reason="Lost laptop")
    member.refresh_from_db()
    org.refresh_from_db()
    assert (member.blocked_at, member.block_reason, org.full_seats) == (now, "Lost laptop", 0)
    with company_scope(org.pk):
        assert AuditEvent.objects.filter(org=org, action="member.block", target=member.public_id).exists()
    members.unblock(member=member, actor=owner, now=now)
    org.refresh_from_db()
    member.refresh_from_db()
    assert (member.blocked_at, member.block_reason, org.full_seats) == (None, "", 1)


def test_reason_is_not_in_the_audit_trail(org: Organization, owner: Membership, member: Membership, now) -> None:
    members.block(member=member, actor=owner, now=now, reason="Lost laptop")
    with company_scope(org.pk):
        assert "laptop" not in str(list(AuditEvent.objects.filter(org=org).values()))


def test_nobody_is_blocked_or_unblocked_twice(owner: Membership, viewer: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused, match="not blocked"):
        members.unblock(member=viewer, actor=owner, now=now)
    members.block(member=viewer, actor=owner, now=now)
    with pytest.raises(Refused, match="blocked already"):
        members.block(member=viewer, actor=owner, now=now)


def test_nobody_blocks_or_removes_oneself(owner: Membership, admin: Membership, now: dt.datetime) -> None:
    for act in (members.block, members.remove):
        with pytest.raises(Refused, match="yourself"):
            act(member=admin, actor=admin, now=now)


def test_unblocking_is_a_join_and_counts_in_the_limit(org, owner, viewer: Membership, now, settings) -> None:
    members.block(member=viewer, actor=owner, now=now)
    Organization.objects.filter(pk=org.pk).update(account_limit=Membership.objects.current().filter(org=org).count())
    with pytest.raises(Refused, match=settings.SUPPORT_EMAIL):
        members.unblock(member=viewer, actor=owner, now=now)
    Organization.objects.filter(pk=org.pk).update(account_limit=1000)
    assert members.unblock(member=viewer, actor=owner, now=now).is_current


def test_sessions_end_when_the_company_created_the_account(owner, viewer: Membership, login: Login, now) -> None:
    Membership.objects.filter(pk=viewer.pk).update(created_here=True)
    client = login(viewer)
    assert client.get("/companies/?choose").status_code == 200
    members.block(member=viewer, actor=owner, now=now)
    assert client.get("/companies/?choose").status_code == 302
    assert login(viewer).get("/companies/?choose").status_code == 302, "this session is older than the block"
    viewer.user.refresh_from_db()
    assert login(viewer).get("/companies/?choose").status_code == 200


def test_sessions_of_an_account_made_elsewhere_go_on(owner, viewer: Membership, login: Login, now) -> None:
    """The control: the same block, and the same session stays."""
    client = login(viewer)
    members.block(member=viewer, actor=owner, now=now)
    assert client.get("/companies/?choose").status_code == 200
    assert client.get(f"/o/{viewer.org.slug}/").status_code == 403


# --- remove -----------------------------------------------------------------------------------------------
def test_removed_person_is_former_and_keeps_the_login(org, owner, member: Membership, login: Login, now) -> None:
    client = login(member)
    members.remove(member=member, actor=owner, now=now)
    member.refresh_from_db()
    org.refresh_from_db()
    assert (member.ended_at, member.level, org.full_seats) == (now, Level.READ_ONLY, 0)
    assert member in Membership.objects.former().filter(org=org)
    assert client.get("/companies/?choose").status_code == 200
    assert client.get(f"/o/{org.slug}/").status_code == 404
    assert last_act(org) == ("member.remove", member.public_id)


def test_removed_person_is_in_no_team_and_leads_none(make_team: Make, owner, viewer: Membership, now) -> None:
    team = make_team("Vision", viewer)
    teams.set_lead(team=team, member=viewer, actor=owner, now=now)
    members.remove(member=viewer, actor=owner, now=now)
    team.refresh_from_db()
    assert team.lead is None
    assert not TeamMember.objects.filter(team=team).exists()


def test_person_who_is_in_again_is_no_former_member(org: Organization, owner, viewer: Membership, now) -> None:
    members.remove(member=viewer, actor=owner, now=now)
    again = members.join(org=org, user=viewer.user, now=now)
    assert not Membership.objects.former().filter(org=org).exists()
    members.remove(member=again, actor=owner, now=now)
    assert [found.pk for found in Membership.objects.former().filter(org=org)] == [again.pk]


# --- department -------------------------------------------------------------------------------------------
def test_person_moves_to_another_department(org, owner, viewer: Membership, make_department, now) -> None:
    software = make_department("Software")
    members.move(member=viewer, department=software, actor=owner, now=now)
    viewer.refresh_from_db()
    assert viewer.department == software
    assert last_act(org) == ("member.move", viewer.public_id)


def test_nobody_moves_into_another_companys_department(owner, viewer, outsider: Membership, now) -> None:
    with company_scope(outsider.org_id):
        foreign = Department.objects.get(org=outsider.org_id)
    with pytest.raises(Refused, match="deleted this department"):
        members.move(member=viewer, department=foreign, actor=owner, now=now)


def test_role_says_nothing_about_access(org: Organization, owner: Membership, now: dt.datetime) -> None:
    """Administrators manage people with Read only access, too; a role raises no level."""
    member = add_member(org)
    roles.change(member=member, role=Role.ADMINISTRATOR, actor=owner, now=now)
    member.refresh_from_db()
    assert member.level == Level.READ_ONLY
