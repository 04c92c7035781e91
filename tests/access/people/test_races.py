"""Two administrators at once: what may never happen does not, and without the company's lock it would."""

from __future__ import annotations

import pytest
from django.utils import timezone

from access.members import members, owners, roles
from access.structure import departments, teams
from orgs.people import group_members
from orgs.people.models import Department, Team, TeamTeam
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.concurrency import Meeting, at_once, is_locked
from tests.factories import add_member

__all__ = ["is_locked"]
pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, ROOM = 30, 5


def test_thirty_people_unblocked_at_once_take_the_five_places_there_are(
    org: Organization, owner: Membership, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    people = [add_member(org) for _ in range(PEOPLE)]
    for member in people:
        members.block(member=member, actor=owner, now=timezone.now())
    Organization.objects.filter(pk=org.pk).update(account_limit=1 + ROOM)  # the owner is the first
    patience = 0.1 if is_locked else 20
    monkeypatch.setattr(members, "require_room", Meeting(PEOPLE, patience).after(members.require_room))
    told = at_once(
        lambda member=member: members.unblock(member=member, actor=owner, now=timezone.now()) for member in people
    )
    assert told.count("done") == (ROOM if is_locked else PEOPLE)
    assert Membership.objects.current().filter(org=org).count() == 1 + told.count("done")
    assert set(told) - {"done"} == (
        {members.limit_sentence(Organization.objects.get(pk=org.pk))} if is_locked else set()
    )


@pytest.mark.parametrize("sides", ["each other", "themselves"])
def test_of_two_owners_who_leave_at_once_one_stays(
    sides: str, org: Organization, owner: Membership, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    second = add_member(org)
    roles.change(member=second, role=Role.OWNER, actor=owner, now=timezone.now())
    pairs = [(owner, second), (second, owner)] if sides == "each other" else [(owner, owner), (second, second)]
    patience = 0.5 if is_locked else 20
    monkeypatch.setattr(owners, "require_another", Meeting(2, patience).after(owners.require_another))
    told = at_once(
        lambda pair=pair: roles.change(member=pair[0], role=Role.EMPLOYEE, actor=pair[1], now=timezone.now())
        for pair in pairs
    )
    assert told.count("done") == (1 if is_locked else 2)
    assert Membership.objects.owners().filter(org=org).count() == (1 if is_locked else 0)


def test_two_departments_moved_below_each_other_at_once_make_no_circle(
    org: Organization, owner: Membership, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        one, two = (
            departments.create(parent=root, name=name, actor=owner, now=timezone.now()) for name in ("One", "Two")
        )
    original, meeting = departments._write, Meeting(2, 0.5 if is_locked else 20)
    monkeypatch.setattr(departments, "_write", lambda row, **given: (meeting.after(int)(), original(row, **given)))
    told = at_once(
        lambda pair=pair: departments.move(department=pair[0], parent=pair[1], actor=owner, now=timezone.now())
        for pair in [(one, two), (two, one)]
    )
    assert told.count("done") == (1 if is_locked else 2)
    with company_scope(org.pk):
        reached = Department.objects.filter(pk__in=group_members.below(root.org, root.public_id)).count()
    assert reached == (3 if is_locked else 1), "a circle hangs on nothing"


def test_two_teams_put_into_each_other_at_once_make_no_circle(
    org: Organization, owner: Membership, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    one, two = (teams.create(org=org, name=name, actor=owner, now=timezone.now()) for name in ("One", "Two"))
    patience = 0.5 if is_locked else 20
    monkeypatch.setattr(group_members, "holds", Meeting(2, patience).after(group_members.holds))
    told = at_once(
        lambda pair=pair: teams.add_team(team=pair[0], inner=pair[1], actor=owner, now=timezone.now())
        for pair in [(one, two), (two, one)]
    )
    assert told.count("done") == (1 if is_locked else 2)
    with company_scope(org.pk):
        assert TeamTeam.objects.filter(org=org).count() == told.count("done")
        assert Team.objects.filter(org=org).count() == 2


@pytest.mark.parametrize("attempt", range(5))
def test_person_moved_into_a_department_that_is_deleted_at_once_is_somewhere(
    attempt: int, org: Organization, owner: Membership
) -> None:
    """Whoever comes first: nobody is left in a department that is gone."""
    person = add_member(org)
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
    gone = departments.create(parent=root, name="Gone soon", actor=owner, now=timezone.now())
    told = at_once(
        [
            lambda: departments.delete(department=gone, into=root, actor=owner, now=timezone.now()),
            lambda: members.move(member=person, department=gone, actor=owner, now=timezone.now()),
        ]
    )
    assert told[0] == "done"
    with company_scope(org.pk):
        assert Membership.objects.select_related("department").get(pk=person.pk).department == root
